/* Indexed tables against an oracle: random rules are kept as plain numbers here and judged by a
 * loop in this file. */
#include "models.h"

enum { RULES = 3000, PROBES = 4000 };

static uint64_t seed = 20231130;
static uint32_t dice(uint32_t n) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 33) % n;
}

typedef struct expected_rule {
    int text, text2; /* -1: any; text2 second of a list, or -1 */
    bool not_text;
    int lo, hi; /* lo > hi: any */
    bool lo_open, hi_open, not_range;
    int truth;          /* -1 any */
    int day_lo, day_hi; /* day_lo > day_hi: any */
    int formula;        /* -1 none: ? > n, a cell beyond the index */
} expected_rule;

static expected_rule rules[RULES];

static expected_rule make_rule(void) {
    expected_rule r = {-1, -1, false, 1, 0, false, false, false, -1, 1, 0, -1};
    if (dice(10)) {
        r.text = (int)dice(40);
        r.text2 = dice(3) ? -1 : (int)dice(40);
        r.not_text = dice(20) == 0;
    }
    if (dice(10)) {
        r.lo = (int)dice(500);
        r.hi = r.lo + 1 + (int)dice(60);
        r.lo_open = dice(2);
        r.hi_open = dice(2);
        r.not_range = dice(20) == 0;
    }
    if (dice(3))
        r.truth = (int)dice(2);
    if (dice(3) == 0) {
        r.day_lo = (int)dice(300);
        r.day_hi = r.day_lo + (int)dice(90);
    }
    if (dice(30) == 0)
        r.formula = (int)dice(100);
    return r;
}

static void date_text(st_buf *b, int day) {
    st_buf_z(b, "date(\"");
    st_date_add(b, st_date_from_days(19000 + day));
    st_buf_z(b, "\")");
}

static void write_rule(st_buf *b, const expected_rule *r, int i) {
    st_buf_z(b, "<rule><inputEntry><text>");
    if (r->text < 0)
        st_buf_z(b, "-");
    else if (r->text2 < 0)
        st_buf_fmt(b, r->not_text ? "not(\"t%d\")" : "\"t%d\"", r->text);
    else
        st_buf_fmt(b, r->not_text ? "not(\"t%d\",\"t%d\")" : "\"t%d\",\"t%d\"", r->text, r->text2);
    st_buf_z(b, "</text></inputEntry><inputEntry><text>");
    if (r->lo > r->hi)
        st_buf_z(b, "-");
    else
        st_buf_fmt(b, "%s%c%d..%d%c%s", r->not_range ? "not(" : "", r->lo_open ? '(' : '[', r->lo,
                   r->hi, r->hi_open ? ')' : ']', r->not_range ? ")" : "");
    st_buf_fmt(b, "</text></inputEntry><inputEntry><text>%s</text></inputEntry><inputEntry><text>",
               r->truth < 0 ? "-"
               : r->truth   ? "true"
                            : "false");
    if (r->day_lo > r->day_hi) {
        st_buf_z(b, "-");
    } else {
        st_buf_z(b, "[");
        date_text(b, r->day_lo);
        st_buf_z(b, "..");
        date_text(b, r->day_hi);
        st_buf_z(b, "]");
    }
    st_buf_z(b, "</text></inputEntry><inputEntry><text>");
    if (r->formula < 0)
        st_buf_z(b, "-");
    else
        st_buf_fmt(b, "? + 0 &gt; %d", r->formula);
    st_buf_fmt(b, "</text></inputEntry><outputEntry><text>%d</text></outputEntry></rule>\n", i);
}

static bool oracle(const expected_rule *r, int text, int number, int truth, int day) {
    if (r->text >= 0 && (text == r->text || text == r->text2) == r->not_text)
        return false;
    if (r->lo <= r->hi) {
        bool in = (r->lo_open ? number > r->lo : number >= r->lo) &&
                  (r->hi_open ? number < r->hi : number <= r->hi);
        if (in == r->not_range)
            return false;
    }
    if (r->truth >= 0 && truth != r->truth)
        return false;
    if (r->day_lo <= r->day_hi && (day < r->day_lo || day > r->day_hi))
        return false;
    return r->formula < 0 || number > r->formula;
}

static void open_table(world *w, const char *policy, int n) {
    st_buf b;
    st_buf_init(&b, 0);
    st_buf_fmt(&b,
               INPUT("t", "string") INPUT("n", "number") INPUT("b", "boolean")
                   INPUT("d", "date") "<decision id='x' name='x'>" NEEDS_INPUT("t") NEEDS_INPUT("n")
                       NEEDS_INPUT("b")
                           NEEDS_INPUT("d") "<decisionTable hitPolicy='%s'>" COLUMN("t") COLUMN("n")
                               COLUMN("b") COLUMN("d") COLUMN("n") "<output/>",
               policy);
    for (int i = 0; i < n; i++) {
        rules[i] = make_rule();
        write_rule(&b, &rules[i], i);
    }
    st_buf_z(&b, "</decisionTable></decision>");
    MUST_OPEN(w, b.p);
    st_buf_free(&b);
}

static void probe(world *w, int n, bool first) {
    int text = (int)dice(44), number = (int)dice(600), truth = (int)dice(2), day = (int)dice(420);
    char name[16];
    snprintf(name, sizeof name, "t%d", text);
    st_evaluator_reset(w->e);
    set_text(w, "t", name);
    set_number(w, "n", number);
    set(w, "b", st_bool(truth));
    set(w, "d", st_date_val(st_date_from_days(19000 + day)));
    st_val v = decide_value(w, "x");
    int k = 0;
    for (int i = 0; i < n; i++) {
        if (!oracle(&rules[i], text, number, truth, day))
            continue;
        st_val got = first ? v : v.u.list->n > (uint32_t)k ? v.u.list->v[k] : st_null();
        ck_assert_msg(got.kind == ST_NUMBER && st_dec_cmp(got.u.num, st_dec_int(i)) == 0,
                      "t%d %d %d %d: rule %d: text %d %d %d range %d %d %d %d %d truth %d days %d "
                      "%d formula %d got %s",
                      text, number, truth, day, i, rules[i].text, rules[i].text2, rules[i].not_text,
                      rules[i].lo, rules[i].hi, rules[i].lo_open, rules[i].hi_open,
                      rules[i].not_range, rules[i].truth, rules[i].day_lo, rules[i].day_hi,
                      rules[i].formula, show(w, v));
        k++;
        if (first)
            return;
    }
    ck_assert(first ? st_is_null(v) : v.u.list->n == (uint32_t)k);
}

START_TEST(test_large_table_equals_the_oracle) {
    world *w = world_new();
    open_table(w, "RULE ORDER", RULES);
    for (int i = 0; i < PROBES; i++)
        probe(w, RULES, false);
    world_free(w);
}
END_TEST

START_TEST(test_first_of_large_table) {
    world *w = world_new();
    open_table(w, "FIRST", RULES);
    for (int i = 0; i < PROBES; i++)
        probe(w, RULES, true);
    world_free(w);
}
END_TEST

START_TEST(test_small_tables_equal_the_oracle) {
    /* below and above the size from which tables are indexed, and word borders */
    for (int n = 1; n < 140; n += n < 12 ? 1 : 9) {
        world *w = world_new();
        open_table(w, "RULE ORDER", n);
        for (int i = 0; i < 300; i++)
            probe(w, n, false);
        world_free(w);
    }
}
END_TEST

START_TEST(test_values_the_index_does_not_know) {
    /* null, and a value of another kind, still go through FEEL */
    world *w = world_new();
    st_buf b;
    st_buf_init(&b, 0);
    st_buf_z(&b, "<inputData id='i_v' name='v'><variable name='v'/></inputData>"
                 "<decision id='x' name='x'>" NEEDS_INPUT(
                     "v") "<decisionTable hitPolicy='RULE ORDER'>" COLUMN("v") "<output/>");
    for (int i = 0; i < 100; i++)
        st_buf_fmt(&b, RULE(CELL("%d") OUT("%d")), i, i);
    st_buf_z(&b, RULE(CELL("null") OUT("\"null\"")) RULE(CELL("-") OUT("\"any\""))
                     RULE(CELL("not(7)") OUT("\"not 7\"")) "</decisionTable></decision>");
    MUST_OPEN(w, b.p);
    st_buf_free(&b);
    set(w, "v", st_null());
    ck_assert_str_eq(decide(w, "x"), "[\"null\",\"any\",\"not 7\"]");
    set_number(w, "v", 7);
    ck_assert_str_eq(decide(w, "x"), "[7,\"any\"]");
    set_number(w, "v", 8);
    ck_assert_str_eq(decide(w, "x"), "[8,\"any\",\"not 7\"]");
    st_val one = st_number_int(8);
    set(w, "v", st_list_val(st_evaluator_arena(w->e), &one, 1));
    decide(w, "x");
    ck_assert_ptr_nonnull(strstr(w->shown, "\"any\""));
    world_free(w);
}
END_TEST

/* -- bounds of many kinds, against whole numbers of a small unit -- */

enum { POINTS = 90 };

/* units: thousandths of a number, a second, or a month, as the kind has it */
typedef void spell(st_buf *b, int64_t units);

static void spell_number(st_buf *b, int64_t units) {
    static const char *const zeros[] = {"", "0", "000"};
    int64_t u = units < 0 ? -units : units;
    if (u && u % 1000000 == 0)
        st_buf_fmt(b, "%s%" PRId64 "e3", units < 0 ? "-" : "", u / 1000000);
    else if (u % 1000 == 0 && dice(2))
        st_buf_fmt(b, "%s%" PRId64, units < 0 ? "-" : "", u / 1000);
    else
        st_buf_fmt(b, "%s%" PRId64 ".%03d%s", units < 0 ? "-" : "", u / 1000, (int)(u % 1000),
                   zeros[dice(3)]);
}

static void spell_seconds(st_buf *b, int64_t units) {
    int64_t u = units < 0 ? -units : units;
    st_buf_fmt(b, "%sPT%" PRId64 ".%03dS", units < 0 ? "-" : "", u / 1000, (int)(u % 1000));
}

static void spell_months(st_buf *b, int64_t units) {
    st_buf_fmt(b, "%sP%" PRId64 "M", units < 0 ? "-" : "", units < 0 ? -units : units);
}

static st_val value_of(spell *text, int64_t units) {
    st_buf b;
    st_buf_init(&b, 0);
    text(&b, units);
    st_val v = st_null();
    if (text == spell_number) {
        ck_assert_msg(st_dec_parse(st_buf_view(&b), &v.u.num), "%s", b.p);
        v.kind = ST_NUMBER;
    } else {
        ck_assert_msg(st_feel_parse_duration(st_buf_view(&b), &v), "%s", b.p);
    }
    st_buf_free(&b);
    return v;
}

typedef struct span {
    int64_t lo, hi;
    bool lo_open, hi_open;
} span;

static void write_bound(st_buf *b, spell *text, int64_t units) {
    st_buf_z(b, text == spell_number ? "" : "@\"");
    text(b, units);
    st_buf_z(b, text == spell_number ? "" : "\"");
}

static void open_spans(world *w, spell *text, const span *spans, const char *type) {
    st_buf b;
    st_buf_init(&b, 0);
    st_buf_fmt(&b,
               "<inputData id='i_v' name='v'><variable name='v' typeRef='%s'/></inputData>"
               "<decision id='x' name='x'>" NEEDS_INPUT("v") "<decisionTable hitPolicy='RULE "
                                                             "ORDER'>" COLUMN("v") "<output/>",
               type);
    for (int i = 0; i < POINTS; i++) {
        st_buf_z(&b, "<rule><inputEntry><text>");
        st_buf_ch(&b, spans[i].lo_open ? '(' : '[');
        write_bound(&b, text, spans[i].lo);
        st_buf_z(&b, "..");
        write_bound(&b, text, spans[i].hi);
        st_buf_ch(&b, spans[i].hi_open ? ')' : ']');
        st_buf_fmt(&b, "</text></inputEntry><outputEntry><text>%d</text></outputEntry></rule>", i);
    }
    st_buf_z(&b, "</decisionTable></decision>");
    MUST_OPEN(w, b.p);
    st_buf_free(&b);
}

static void check_span_probe(world *w, spell *text, const span *spans, int64_t at) {
    st_evaluator_reset(w->e);
    set(w, "v", value_of(text, at));
    st_val v = decide_value(w, "x");
    uint32_t k = 0;
    for (int i = 0; i < POINTS; i++) {
        const span *s = &spans[i];
        if ((s->lo_open ? at <= s->lo : at < s->lo) || (s->hi_open ? at >= s->hi : at > s->hi))
            continue;
        ck_assert_msg(v.kind == ST_LIST && v.u.list->n > k &&
                          st_dec_cmp(v.u.list->v[k].u.num, st_dec_int(i)) == 0,
                      "%" PRId64 ": span %d %" PRId64 "..%" PRId64 " got %s", at, i, s->lo, s->hi,
                      show(w, v));
        k++;
    }
    ck_assert_msg(v.kind == ST_LIST && v.u.list->n == k, "%" PRId64 " got %s", at, show(w, v));
}

static void check_spans(spell *text, const char *type, int64_t step, int64_t reach) {
    span spans[POINTS];
    world *w = world_new();
    for (int i = 0; i < POINTS; i++) {
        int64_t lo = ((int64_t)dice((uint32_t)(2 * reach)) - reach) * step;
        spans[i] = (span){lo, lo + (1 + (int64_t)dice((uint32_t)reach)) * step, dice(2), dice(2)};
    }
    open_spans(w, text, spans, type);
    for (int i = 0; i < 1500; i++) {
        const span *s = &spans[dice(POINTS)];
        int64_t near = (dice(2) ? s->lo : s->hi) + (int64_t)dice(3) - 1;
        check_span_probe(w, text, spans, dice(3) ? near : (int64_t)dice(4000) * step - reach);
    }
    world_free(w);
}

START_TEST(test_bounds_of_every_kind) {
    check_spans(spell_number, "number", 1000, 200);   /* whole numbers, negative too */
    check_spans(spell_number, "number", 10, 3000);    /* two decimals */
    check_spans(spell_number, "number", 1, 40);       /* three, all close together */
    check_spans(spell_number, "number", 500, 900000); /* far apart */
    check_spans(spell_seconds, "dayTimeDuration", 1000, 5000);
    check_spans(spell_seconds, "dayTimeDuration", 1, 5000); /* fractions of a second */
    check_spans(spell_months, "yearMonthDuration", 1, 600);
}
END_TEST

START_TEST(test_bounds_beyond_whole_numbers) {
    world *w = world_new();
    st_buf b;
    st_buf_init(&b, 0);
    st_buf_z(
        &b,
        INPUT("v", "number") "<decision id='x' name='x'>" NEEDS_INPUT(
            "v") "<decisionTable hitPolicy='RULE ORDER'>" COLUMN("v") "<output/>" RULE(CELL("&lt; "
                                                                                            "-92233"
                                                                                            "720368"
                                                                                            "547758"
                                                                                            "07")
                                                                                           OUT("\"l"
                                                                                               "ow"
                                                                                               "\""))
            RULE(CELL("&gt; 9223372036854775806") OUT("\"high\""))
                RULE(CELL("1e30") OUT("\"1e30\"")) RULE(CELL("0.00000001") OUT("\"small\"")));
    for (int i = 0; i < 60; i++)
        st_buf_fmt(&b, RULE(CELL("%d") OUT("%d")), i * 1000003, i);
    st_buf_z(&b, "</decisionTable></decision>");
    MUST_OPEN(w, b.p);
    st_buf_free(&b);
    static const struct {
        const char *value, *want;
    } rows[] = {
        {"-9223372036854775808", "[\"low\"]"},
        {"-9223372036854775807", "[]"},
        {"9223372036854775807", "[\"high\"]"},
        {"9223372036854775806", "[]"},
        {"18446744073709551616", "[\"high\"]"},
        {"1000000000000000000000000000000", "[\"high\",\"1e30\"]"},
        {"1e30", "[\"high\",\"1e30\"]"},
        {"0.00000001", "[\"small\"]"},
        {"0.000000010", "[\"small\"]"},
        {"0.00000002", "[]"},
        {"1000003.0", "[1]"},
        {"1000003.0000000001", "[]"},
        {"-0", "[0]"},
        {"0.000", "[0]"},
        {"59000177", "[59]"},
        {"59000178", "[]"},
    };
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        st_val v = {.kind = ST_NUMBER};
        ck_assert(st_dec_parse(st_str_of(rows[i].value), &v.u.num));
        st_evaluator_reset(w->e);
        set(w, "v", v);
        const char *got = decide(w, "x");
        ck_assert_msg(strcmp(got, rows[i].want) == 0, "%s: %s, not %s", rows[i].value, got,
                      rows[i].want);
    }
    world_free(w);
}
END_TEST

/* Texts of every length, which differ in one byte or in length alone. */
START_TEST(test_texts_of_every_length) {
    enum { LENGTHS = 40 };
    world *w = world_new();
    st_buf b;
    st_buf_init(&b, 0);
    st_buf_z(&b, INPUT("t", "string") "<decision id='x' name='x'>" NEEDS_INPUT(
                     "t") "<decisionTable hitPolicy='RULE ORDER'>" COLUMN("t") "<output/>");
    for (int n = 0; n < LENGTHS; n++)
        for (int at = 0; at <= n; at += 3)
            st_buf_fmt(&b, RULE(CELL("\"%.*s%s%.*s\"") OUT("%d")), at,
                       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", at < n ? "b" : "",
                       at < n ? n - at - 1 : 0, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                       n * 100 + at);
    st_buf_z(&b, "</decisionTable></decision>");
    MUST_OPEN(w, b.p);
    st_buf_free(&b);
    for (int n = 0; n < LENGTHS; n++)
        for (int at = 0; at <= n; at++) {
            char text[LENGTHS + 1], want[24];
            memset(text, 'a', (size_t)n);
            text[n] = 0;
            if (at < n)
                text[at] = 'b';
            snprintf(want, sizeof want, at % 3 ? "[]" : "[%d]", n * 100 + at);
            st_evaluator_reset(w->e);
            set_text(w, "t", text);
            const char *got = decide(w, "x");
            ck_assert_msg(strcmp(got, want) == 0, "'%s': %s, not %s", text, got, want);
        }
    world_free(w);
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(test_large_table_equals_the_oracle), CK_CASE(test_first_of_large_table),
        CK_CASE(test_small_tables_equal_the_oracle), CK_CASE(test_values_the_index_does_not_know),
        CK_CASE(test_bounds_of_every_kind),          CK_CASE(test_bounds_beyond_whole_numbers),
        CK_CASE(test_texts_of_every_length),
    };
    return ck_run("dmn index", cases, ST_LEN(cases));
}
