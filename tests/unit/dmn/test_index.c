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
    for (int n = 1; n < 140;
         n += 9) { /* below and above the size from which tables are indexed, and word borders */
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

int main(void) {
    const ck_case cases[] = {
        CK_CASE(test_large_table_equals_the_oracle),
        CK_CASE(test_first_of_large_table),
        CK_CASE(test_small_tables_equal_the_oracle),
        CK_CASE(test_values_the_index_does_not_know),
    };
    return ck_run("dmn index", cases, ST_LEN(cases));
}
