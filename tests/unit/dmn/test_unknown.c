/* What a table says when something is unknown. A random table and its rows are kept here as plain
 * numbers, and a loop in this file says by the definition alone what FEEL answers and whether that
 * is known: a rule holds when all its cells do, fails when one surely does not, and is open
 * otherwise. The index, the scan (with the trace) and the same table padded beyond the index's
 * border must agree with it. */
#include "models.h"

enum { RULES_MAX = 140, COLUMNS = 7, PAD = 30 };

static uint64_t seed = 640202;
static uint32_t dice(uint32_t n) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 33) % n;
}

/* -- cells -- */

enum { TEXT, NUMBER, TRUTH, TIME, PARSED, FORMULA, ALWAYS_ONE };
static const char *const columns[COLUMNS] = {"t", "n", "m &gt; 5", "d", "number(s)", "n", "1"};

typedef enum cell_kind {
    ANY,
    POINT,     /* a */
    POINTS,    /* a, b */
    NOT_POINT, /* not(a) */
    RANGE,     /* [a..b] */
    NOT_RANGE, /* not([a..b]) */
    ABOVE,     /* >= a */
    IS_NULL,   /* null */
    NOT_NULL,  /* not(null) */
    NULL_OR,   /* null, >= a */
    QUESTION,  /* ? = a, or ? + 0 >= a */
    ASKED,     /* ? = null */
    ZONED,     /* >= date and time a, with a zone */
    LOCAL,     /* >= date and time a, without */
    NEVER      /* 2, where 1 is tested */
} cell_kind;

typedef struct cell {
    cell_kind kind;
    int a, b;
} cell;
typedef struct value {
    enum { HAS, ABSENT, UNKNOWN } state;
    int x;
    bool zoned;
} value;
typedef struct answer {
    bool yes, open, by_null;
} answer;

static cell rules[RULES_MAX][COLUMNS];
static value inputs[COLUMNS];

static cell make_cell(int column) {
    static const cell_kind kinds[COLUMNS][9] = {
        [TEXT] = {POINT, POINTS, NOT_POINT, IS_NULL, NOT_NULL, ASKED, ANY, ANY, POINT},
        [NUMBER] = {POINT, RANGE, NOT_RANGE, ABOVE, IS_NULL, NOT_NULL, NULL_OR, NOT_POINT, RANGE},
        [TRUTH] = {POINT, POINT, NOT_POINT, IS_NULL, NOT_NULL, QUESTION, ANY, POINT, POINT},
        [TIME] = {ZONED, LOCAL, ANY, ZONED, IS_NULL, ZONED, ANY, ANY, ZONED},
        [PARSED] = {POINT, ABOVE, RANGE, NOT_POINT, IS_NULL, NOT_NULL, NULL_OR, POINTS, ASKED},
        [FORMULA] = {QUESTION, ANY, ANY, ANY, ANY, QUESTION, ANY, ANY, ANY},
        [ALWAYS_ONE] = {ANY, ANY, ANY, ANY, ANY, ANY, ANY, ANY, ANY},
    };
    cell c = {kinds[column][dice(9)], (int)dice(column == TRUTH ? 2 : 6), 0};
    c.b = c.a + (int)dice(3);
    if (dice(3))
        c.kind = ANY;
    return c;
}

static void constant(st_buf *b, int column, int x) {
    if (column == TEXT)
        st_buf_fmt(b, "\"t%d\"", x);
    else if (column == TRUTH)
        st_buf_z(b, x ? "true" : "false");
    else
        st_buf_fmt(b, "%d", x);
}

static void write_cell(st_buf *b, int column, cell c) {
    static const char *const before[] = {"-",
                                         "",
                                         "",
                                         "not(",
                                         "[",
                                         "not([",
                                         "&gt;= ",
                                         "null",
                                         "not(null)",
                                         "null, &gt;= ",
                                         "? = ",
                                         "? = null",
                                         "&gt;= date and time(\"2024-01-0",
                                         "&gt;= date and time(\"2024-01-0",
                                         "2"};
    st_buf_z(b, "<inputEntry><text>");
    if (c.kind == QUESTION && column == FORMULA)
        st_buf_z(b, "? + 0 &gt;= ");
    else
        st_buf_z(b, before[c.kind]);
    if ((c.kind >= POINT && c.kind <= ABOVE) || c.kind == NULL_OR || c.kind == QUESTION)
        constant(b, column, c.a);
    if (c.kind == POINTS) {
        st_buf_z(b, ", ");
        constant(b, column, c.b);
    }
    if (c.kind == RANGE || c.kind == NOT_RANGE) {
        st_buf_z(b, "..");
        constant(b, column, c.b);
        st_buf_ch(b, ']');
    }
    if (c.kind == NOT_POINT || c.kind == NOT_RANGE)
        st_buf_ch(b, ')');
    if (c.kind == ZONED || c.kind == LOCAL)
        st_buf_fmt(b, "%dT00:00:00%s\")", c.a + 1, c.kind == ZONED ? "Z" : "");
    st_buf_z(b, "</text></inputEntry>");
}

/* -- the definition -- */

static answer sure(bool yes) {
    return (answer){yes, false, false};
}

static answer of_null(cell c, int column, value v) {
    bool unknown = v.state == UNKNOWN;
    switch (c.kind) {
    case ANY:
    case IS_NULL:
    case ASKED:
    case NULL_OR:
        return sure(true);
    case NOT_NULL:
        return sure(false);
    case POINT:
    case POINTS:
        return (answer){false, unknown, unknown};
    case NOT_POINT:
        return (answer){true, unknown, unknown};
    case QUESTION: /* what comes of a null in the cell's own expression is no null of the column */
        return (answer){false, column == FORMULA || unknown, false};
    default:
        return (answer){false, true, true};
    }
}

static answer of_value(cell c, value v) {
    switch (c.kind) {
    case ANY:
    case NOT_NULL:
        return sure(true);
    case POINT:
        return sure(v.x == c.a);
    case POINTS:
        return sure(v.x == c.a || v.x == c.b);
    case NOT_POINT:
        return sure(v.x != c.a);
    case RANGE:
        return sure(v.x >= c.a && v.x <= c.b);
    case NOT_RANGE:
        return sure(v.x < c.a || v.x > c.b);
    case ABOVE:
    case NULL_OR:
        return sure(v.x >= c.a);
    case ZONED:
        return v.zoned ? sure(v.x >= c.a) : (answer){false, true, false};
    case LOCAL:
        return v.zoned ? (answer){false, true, false} : sure(v.x >= c.a);
    default:
        return sure(false);
    }
}

static answer judge(int rule, int column) {
    cell c = rules[rule][column];
    value v = inputs[column];
    if (v.state != HAS)
        return of_null(c, column, v);
    if (c.kind == QUESTION)
        return sure(column == FORMULA ? v.x >= c.a : v.x == c.a);
    return of_value(c, v);
}

typedef struct outcome {
    int hits[RULES_MAX], n;
    bool doubt;
} outcome;

/* One rule: no, yes, or open; columns left open by their null, and asked for. */
static void judge_rule(int rule, bool *yes, bool *open, bool *other, unsigned *nulls,
                       unsigned *asked) {
    *yes = true;
    *open = *other = false;
    *nulls = *asked = 0;
    for (int i = 0; i < COLUMNS; i++) {
        answer a = judge(rule, i);
        cell_kind k = rules[rule][i].kind;
        if (!a.yes && !a.open) {
            *yes = *open = false;
            return;
        }
        *yes = *yes && a.yes;
        *open = *open || a.open;
        *other = *other || (a.open && !a.by_null);
        *nulls |= (unsigned)a.by_null << i;
        if ((k == IS_NULL || k == NULL_OR || k == ASKED) && inputs[i].state != HAS)
            *asked |= 1u << i;
    }
}

static outcome expect(int n, bool first) {
    outcome out = {.n = 0};
    bool any = false, unexplained = false;
    unsigned all_nulls = 0, all_asked = 0;
    for (int r = 0; r < n; r++) {
        bool yes, open, other;
        unsigned nulls, asked;
        judge_rule(r, &yes, &open, &other, &nulls, &asked);
        if (open) {
            any = true;
            unexplained = unexplained || other;
            all_nulls |= nulls;
        } else if (yes) {
            all_asked |= asked;
        }
        if (yes)
            out.hits[out.n++] = r;
        if (yes && first)
            break;
    }
    out.doubt = any && (unexplained || (all_nulls & ~all_asked));
    return out;
}

/* -- the tables -- */

static void open_table(world *w, const char *policy, int n, int pad) {
    st_buf b;
    st_buf_init(&b, 0);
    st_buf_fmt(&b,
               UNTYPED("t") UNTYPED("n") UNTYPED("m") UNTYPED("d")
                   UNTYPED("s") "<decision id='x' name='x'>" NEEDS_INPUT("t") NEEDS_INPUT("n")
                       NEEDS_INPUT("m") NEEDS_INPUT("d") NEEDS_INPUT("s") "<decisionTable %s>",
               policy);
    for (int i = 0; i < COLUMNS; i++)
        st_buf_fmt(&b, COLUMN("%s"), columns[i]);
    st_buf_z(&b, "<output/>");
    for (int r = 0; r < n + pad; r++) {
        st_buf_z(&b, "<rule>");
        for (int i = 0; i < COLUMNS; i++)
            write_cell(&b, i,
                       r < n             ? rules[r][i]
                       : i == ALWAYS_ONE ? (cell){NEVER, 0, 0}
                                         : (cell){ANY, 0, 0});
        st_buf_fmt(&b, "<outputEntry><text>%d</text></outputEntry></rule>\n", r);
    }
    st_buf_z(&b, "</decisionTable></decision>");
    MUST_OPEN(w, b.p);
    st_buf_free(&b);
}

static void make_inputs(void) {
    for (int i = 0; i < COLUMNS; i++)
        inputs[i] = (value){dice(3) ? HAS : ABSENT, (int)dice(7), dice(2)};
    inputs[TRUTH].x = dice(2);
    inputs[TRUTH].state = inputs[TRUTH].state == HAS ? HAS : UNKNOWN;
    inputs[PARSED].state = inputs[PARSED].state == HAS ? HAS : UNKNOWN;
    inputs[FORMULA] = inputs[NUMBER];
    inputs[ALWAYS_ONE] = (value){HAS, 1, false};
}

static void set_inputs(world *w) {
    char text[8];
    st_arena *a = st_evaluator_arena(w->e);
    value t = inputs[TEXT], m = inputs[TRUTH], d = inputs[TIME], s = inputs[PARSED];
    snprintf(text, sizeof text, "t%d", t.x);
    set(w, "t", t.state == HAS ? st_string(st_str_dup(a, st_str_of(text))) : st_null());
    set(w, "n", inputs[NUMBER].state == HAS ? st_number_int(inputs[NUMBER].x) : st_null());
    set(w, "m", m.state == HAS ? st_number_int(m.x ? 9 : 1) : st_null());
    snprintf(text, sizeof text, s.state == HAS ? "%d" : "x", s.x);
    set(w, "s", st_string(st_str_dup(a, st_str_of(text))));
    st_datetime at = {.date = {2024, 1, (uint8_t)(d.x + 1)},
                      .time = {.zone_kind = d.zoned ? ST_ZONE_OFFSET : ST_ZONE_NONE}};
    set(w, "d", d.state == HAS ? st_datetime_val(a, at) : st_null());
}

typedef enum policy { ORDER, FIRST, UNIQUE, COUNT, POLICIES } policy;
static const char *const policies[] = {"hitPolicy='RULE ORDER'", "hitPolicy='FIRST'",
                                       "hitPolicy='UNIQUE'",
                                       "hitPolicy='COLLECT' aggregation='COUNT'"};

static void wanted_text(policy p, const outcome *o, st_buf *b) {
    if (p == COUNT) {
        st_buf_fmt(b, "%d", o->n);
    } else if (p == ORDER) {
        st_buf_ch(b, '[');
        for (int i = 0; i < o->n; i++)
            st_buf_fmt(b, "%s%d", i ? "," : "", o->hits[i]);
        st_buf_ch(b, ']');
    } else if (o->n == 1) {
        st_buf_fmt(b, "%d", o->hits[0]);
    } else {
        st_buf_z(b, o->n ? "null: DMN-012" : "null: DMN-011");
    }
    st_buf_z(b, o->doubt ? " in doubt" : "");
}

static const char *got_text(world *w, bool trace) {
    static char text[4200];
    st_evaluator_trace(w->e, trace);
    set_inputs(w);
    const char *shown = decide(w, "x");
    int d = st_model_decision(w->m, ST_STR("x"));
    snprintf(text, sizeof text, "%s%s", shown, st_evaluator_doubt(w->e, d) ? " in doubt" : "");
    st_evaluator_reset(w->e);
    return text;
}

static void tell(st_buf *b, int n) {
    for (int i = 0; i < COLUMNS; i++)
        st_buf_fmt(b, "%s=%d/%d/%d ", columns[i], inputs[i].state, inputs[i].x, inputs[i].zoned);
    for (int r = 0; r < n && r < 12; r++)
        for (int i = 0; i < COLUMNS; i++)
            st_buf_fmt(b, "%s%d(%d,%d)", i ? " " : "\n", rules[r][i].kind, rules[r][i].a,
                       rules[r][i].b);
}

static int seen_doubt, seen_known;

static void probe(world *w, world *padded, policy p, int n) {
    make_inputs();
    outcome o = expect(n, p == FIRST);
    st_buf want, why;
    st_buf_init(&want, 0);
    st_buf_init(&why, 0);
    wanted_text(p, &o, &want);
    tell(&why, n);
    for (int k = 0; k < 3; k++) {
        const char *got = got_text(k < 2 ? w : padded, k == 1);
        ck_assert_msg(!strcmp(got, want.p), "%s, %d rules, %s: wanted %s got %s\n%s", policies[p],
                      n,
                      k == 0   ? "plain"
                      : k == 1 ? "traced"
                               : "padded",
                      want.p, got, why.p);
    }
    *(o.doubt ? &seen_doubt : &seen_known) += 1;
    st_buf_free(&want);
    st_buf_free(&why);
}

START_TEST(tables_against_the_definition) {
    static const int sizes[] = {1, 2, 3, 6, 12, 19, 20, 41, 64, 65, 128, 140};
    for (int round = 0; round < 8; round++)
        for (size_t k = 0; k < ST_LEN(sizes); k++)
            for (int p = 0; p < POLICIES; p++) {
                for (int r = 0; r < sizes[k]; r++)
                    for (int i = 0; i < COLUMNS; i++)
                        rules[r][i] = make_cell(i);
                world *w = world_new(), *padded = world_new();
                open_table(w, policies[p], sizes[k], 0);
                open_table(padded, policies[p], sizes[k], PAD);
                for (int i = 0; i < 60; i++)
                    probe(w, padded, (policy)p, sizes[k]);
                world_free(w);
                world_free(padded);
            }
    ck_assert_int_gt(seen_doubt, 2000);
    ck_assert_int_gt(seen_known, 2000);
}
END_TEST

/* -- decisions -- */

static const char *told(world *w, const char *decision) {
    static char text[4200];
    const char *shown = decide(w, decision);
    int d = st_model_decision(w->m, st_str_of(decision));
    snprintf(text, sizeof text, "%s%s", shown, st_evaluator_doubt(w->e, d) ? " in doubt" : "");
    return text;
}

#define LATE DECISION("late", NEEDS_INPUT("n") LITERAL("n &gt; 5"))
#define LATE_OR_NOT DECISION("late", NEEDS_INPUT("n") LITERAL("if n &gt; 5 then true else false"))
#define TABLE(policy, columns_and_rules)                                                           \
    "<decisionTable hitPolicy='" policy "'>" columns_and_rules "</decisionTable>"

START_TEST(a_decision_that_reads_an_unknown_one) {
    static const struct {
        const char *body, *want;
    } rows[] = {
        /* a boolean decision feeding a table of refusals */
        {LATE DECISION("x", NEEDS("late") TABLE("COLLECT", COLUMN("late") "<output/>" RULE(
                                                               CELL("true") OUT("\"late\"")))),
         "[] in doubt"},
        {LATE_OR_NOT DECISION(
             "x", NEEDS("late") TABLE(
                      "COLLECT", COLUMN("late") "<output/>" RULE(CELL("true") OUT("\"late\"")))),
         "[] in doubt"},
        {LATE DECISION("x", NEEDS("late") TABLE("COLLECT", COLUMN("late") "<output/>" RULE(CELL(
                                                               "not(false)") OUT("\"late\"")))),
         "[\"late\"] in doubt"},
        {LATE DECISION("x", NEEDS("late") TABLE(
                                "FIRST", COLUMN("late") "<output/>" RULE(CELL("true") OUT("50"))
                                             RULE(CELL("-") OUT("100")))),
         "100 in doubt"},
        {LATE DECISION("x", NEEDS("late")
                                TABLE("FIRST", COLUMN("late") "<output/>" RULE(CELL("-") OUT("100"))
                                                   RULE(CELL("true") OUT("50")))),
         "100"},
        /* asked for by the word null: it is known what a null means */
        {LATE DECISION("x", NEEDS("late") TABLE(
                                "UNIQUE",
                                COLUMN("late") "<output/>" RULE(CELL("true") OUT("50"))
                                    RULE(CELL("null") OUT("1")) RULE(CELL("false") OUT("100")))),
         "1"},
        {LATE DECISION("x", NEEDS("late") LITERAL("if late = null then 1 else 2")), "1"},
        {LATE_OR_NOT DECISION("x", NEEDS("late") LITERAL("if late = null then 1 else 2")),
         "2 in doubt"},
        /* read, but of no account */
        {LATE_OR_NOT DECISION("x", NEEDS("late") LITERAL("if false and late then 1 else 2")), "2"},
        {LATE_OR_NOT DECISION("x", NEEDS("late") LITERAL("if late and false then 1 else 2")), "2"},
        {LATE_OR_NOT DECISION("x", NEEDS("late") LITERAL("7")), "7"},
        {LATE_OR_NOT DECISION(
             "x", NEEDS("late") TABLE("COLLECT", COLUMN("late") COLUMN("1") "<output/>" RULE(
                                                     CELL("true") CELL("2") OUT("\"late\"")))),
         "[]"},
        {LATE_OR_NOT DECISION(
             "x", NEEDS("late") TABLE("COLLECT", COLUMN("1") COLUMN("late") "<output/>" RULE(
                                                     CELL("2") CELL("true") OUT("\"late\"")))),
         "[]"},
        /* an unknown that goes through to the result is the result */
        {LATE DECISION("x", NEEDS("late") LITERAL("late")), "null: FEEL-101"},
        {LATE DECISION("x", NEEDS("late") LITERAL("[late]")), "[null]"},
        {LATE DECISION("x", NEEDS("late") LITERAL("if late then 1 else 2")), "2 in doubt"},
        {LATE DECISION("y", NEEDS("late") LITERAL("if late then 1 else 2"))
             DECISION("x", NEEDS("y") LITERAL("y + 1")),
         "3 in doubt"},
        /* a boxed context: entries are variables, and the one that is not read does not count */
        {DECISION(
             "x",
             NEEDS_INPUT("n") "<context><contextEntry><variable name='a'/>" LITERAL(
                 "if n &gt; 5 then 1 else 2") "</contextEntry><contextEntry>" LITERAL("7") "</"
                                                                                           "context"
                                                                                           "Entry><"
                                                                                           "/contex"
                                                                                           "t>"),
         "7"},
        {DECISION(
             "x",
             NEEDS_INPUT("n") "<context><contextEntry><variable name='a'/>" LITERAL(
                 "if n &gt; 5 then 1 else 2") "</contextEntry><contextEntry>" LITERAL("a + 5") "</"
                                                                                               "con"
                                                                                               "tex"
                                                                                               "tEn"
                                                                                               "try"
                                                                                               "></"
                                                                                               "con"
                                                                                               "tex"
                                                                                               "t"
                                                                                               ">"),
         "7 in doubt"},
    };
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        world *w = world_new();
        st_buf b;
        st_buf_init(&b, 0);
        st_buf_z(&b, UNTYPED("n"));
        st_buf_z(&b, rows[i].body);
        MUST_OPEN(w, b.p);
        const char *got = told(w, "x");
        ck_assert_msg(!strcmp(got, rows[i].want), "%s\n  wanted %s\n  got    %s", rows[i].body,
                      rows[i].want, got);
        set_number(w, "n", 9); /* with a value all is known */
        ck_assert_msg(!strstr(told(w, "x"), "doubt"), "%s", rows[i].body);
        st_buf_free(&b);
        world_free(w);
    }
}
END_TEST

START_TEST(the_first_cause_has_its_place) {
    world *w = world_new();
    MUST_OPEN(w, UNTYPED("n") "\n" LATE "\n" DECISION(
                     "x", NEEDS("late")
                              TABLE("FIRST", COLUMN("late") "<output/>" RULE(CELL("true") OUT("50"))
                                                 RULE(CELL("-") OUT("100")))));
    ck_assert_str_eq(told(w, "x"), "100 in doubt");
    const st_reason *r =
        st_reason_first(st_evaluator_doubt(w->e, st_model_decision(w->m, ST_STR("x"))));
    ck_assert_uint_eq(r->pos.line, 2);
    ck_assert(st_str_is(r->expression, "n > 5"));
    ck_assert_str_eq(st_reason_text(r), "`>` with null: the left side has no value");
    world_free(w);
}
END_TEST

START_TEST(the_trace_says_which_cell_left_it_open) {
    world *w = world_new();
    MUST_OPEN(w, UNTYPED("n") LATE DECISION(
                     "x", NEEDS("late")
                              TABLE("FIRST", COLUMN("late") "<output/>" RULE(CELL("true") OUT("50"))
                                                 RULE(CELL("-") OUT("100")))));
    st_evaluator_trace(w->e, true);
    ck_assert_str_eq(told(w, "x"), "100 in doubt");
    st_buf b;
    st_buf_init(&b, 0);
    st_evaluator_trace_text(w->e, &b);
    ck_assert_msg(strstr(b.p, "rule 1 not known: late tested by true"), "%s", b.p);
    ck_assert_msg(strstr(b.p, "= 100, not known because `>` with null"), "%s", b.p);
    st_buf_clear(&b);
    st_evaluator_trace_json(w->e, &b);
    ck_assert_msg(strstr(b.p, "\"not_known\":{\"input\":\"late\",\"test\":\"true\"}"), "%s", b.p);
    st_buf_free(&b);
    world_free(w);
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(tables_against_the_definition),
        CK_CASE(a_decision_that_reads_an_unknown_one),
        CK_CASE(the_first_cause_has_its_place),
        CK_CASE(the_trace_says_which_cell_left_it_open),
    };
    return ck_run("dmn unknown", cases, ST_LEN(cases));
}
