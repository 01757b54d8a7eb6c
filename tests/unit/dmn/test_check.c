/* Judging tables: gaps, overlaps, rules that never count; and silence where there is nothing to
 * say. */
#include "models.h"

#define D(policy, columns, rules)                                                                  \
    INPUT("level", "tLevel")                                                                       \
    INPUT("months", "number")                                                                      \
    INPUT("paid", "boolean")                                                                       \
    INPUT("day", "date")                                                                           \
    INPUT("s", "string")                                                                           \
    "<itemDefinition "                                                                             \
    "name='tLevel'><typeRef>string</"                                                              \
    "typeRef><allowedValues><text>\"junior\",\"senior\"</text></allowedValues>"                    \
    "</itemDefinition>" DECISION(                                                                  \
        "d", NEEDS_INPUT("level") NEEDS_INPUT("months") NEEDS_INPUT("paid") NEEDS_INPUT("day")     \
                 NEEDS_INPUT("s") "<decisionTable hitPolicy='" policy "'>" columns                 \
                                  "<output/>" rules "</decisionTable>")
#define R1(a, out) RULE(CELL(a) OUT(out))
#define R2(a, b, out) RULE(CELL(a) CELL(b) OUT(out))

typedef struct judged {
    const char *name, *model;
    int n; /* findings beside notes */
    st_code code;
    const char *says;
} judged;

static const judged cases[] = {
    {"complete", D("UNIQUE", COLUMN("months"), R1("&lt; 12", "1") R1("&gt;= 12", "2")), 0,
     ST_E_NONE, ""},
    {"gap at a bound", D("UNIQUE", COLUMN("months"), R1("&lt; 12", "1") R1("&gt; 12", "2")), 1,
     ST_E_DMN_GAP, "months = 12"},
    {"gap between", D("UNIQUE", COLUMN("months"), R1("&lt;= 12", "1") R1("&gt;= 24", "2")), 1,
     ST_E_DMN_GAP, "no rule for months above 12 and below 24, for example 13"},
    {"gap below", D("UNIQUE", COLUMN("months"), R1("[0..12]", "1") R1("&gt; 12", "2")), 1,
     ST_E_DMN_GAP, "no rule for months below 0, for example -1"},
    {"overlap at a bound", D("UNIQUE", COLUMN("months"), R1("&lt;= 12", "1") R1("&gt;= 12", "2")),
     1, ST_E_DMN_OVERLAP, "rules 1 and 2"},
    {"overlap example", D("UNIQUE", COLUMN("months"), R1("&lt;= 12", "1") R1("&gt;= 12", "2")), 1,
     ST_E_DMN_OVERLAP, "months = 12"},
    {"enumeration complete",
     D("UNIQUE", COLUMN("level"), R1("\"junior\"", "1") R1("\"senior\"", "2")), 0, ST_E_NONE, ""},
    {"enumeration gap", D("UNIQUE", COLUMN("level"), R1("\"junior\"", "1")), 1, ST_E_DMN_GAP,
     "level = \"senior\""},
    {"free text gap", D("UNIQUE", COLUMN("s"), R1("\"a\"", "1")), 1, ST_E_DMN_GAP,
     "s with any other value"},
    {"boolean gap", D("UNIQUE", COLUMN("paid"), R1("true", "1")), 1, ST_E_DMN_GAP, "paid = false"},
    {"two columns",
     D("UNIQUE", COLUMN("level") COLUMN("months"),
       R2("\"junior\"", "&lt; 12", "1") R2("\"junior\"", "&gt;= 12", "2")
           R2("\"senior\"", "&gt;= 12", "3")),
     1, ST_E_DMN_GAP, "level = \"senior\", months below 12, for example 11"},
    {"dates",
     D("UNIQUE", COLUMN("day"),
       R1("&lt;= date(\"2023-11-30\")", "1") R1("&gt;= date(\"2023-12-02\")", "2")),
     1, ST_E_DMN_GAP, "for example 2023-12-01"},
    {"neighbouring dates",
     D("UNIQUE", COLUMN("day"),
       R1("&lt;= date(\"2023-11-30\")", "1") R1("&gt;= date(\"2023-12-01\")", "2")),
     0, ST_E_NONE, ""},
    {"default needs no rule",
     INPUT("months", "number") DECISION(
         "d", NEEDS_INPUT("months") "<decisionTable>" COLUMN(
                  "months") "<output><defaultOutputEntry><text>0</text></defaultOutputEntry></"
                            "output>" R1("1", "1") "</decisionTable>"),
     0, ST_E_NONE, ""},
    {"collect needs no rule", D("COLLECT", COLUMN("months"), R1("1", "1")), 0, ST_E_NONE, ""},
    {"any, same output", D("ANY", COLUMN("months"), R1("&lt;= 12", "1") R1("&gt;= 5", "1")), 0,
     ST_E_NONE, ""},
    {"any, other output", D("ANY", COLUMN("months"), R1("&lt;= 12", "1") R1("&gt;= 5", "2")), 1,
     ST_E_DMN_OVERLAP, "give different outputs"},
    {"first may overlap", D("FIRST", COLUMN("months"), R1("&lt;= 12", "1") R1("-", "2")), 0,
     ST_E_NONE, ""},
    {"never reached", D("FIRST", COLUMN("months"), R1("&lt;= 12", "1") R1("-", "2") R1("3", "3")),
     1, ST_E_DMN_UNREACHABLE, "rule 3"},
    {"never reached by two",
     D("FIRST", COLUMN("months"),
       R1("&lt;= 12", "1") R1("&gt;= 10", "2") R1("[11..20]", "3") R1("-", "4")),
     1, ST_E_DMN_UNREACHABLE, "rule 3"},
    {"value not allowed", D("FIRST", COLUMN("level"), R1("\"chief\"", "1") R1("-", "2")), 1,
     ST_E_DMN_UNREACHABLE, "rule 1"},
    {"null among others",
     D("UNIQUE", COLUMN("level"), R1("null, \"junior\"", "1") R1("\"senior\"", "2")), 0, ST_E_NONE,
     ""},
    {"gap beside null", D("UNIQUE", COLUMN("months"), R1("null, &lt; 12", "1") R1("&gt; 12", "2")),
     1, ST_E_DMN_GAP, "months = 12"},
    {"overlap on null",
     D("UNIQUE", COLUMN("months"), R1("null, &lt; 12", "1") R1("null", "2") R1("&gt;= 12", "3")), 1,
     ST_E_DMN_OVERLAP, "rules 1 and 2 (line 1) both match for months not given"},
    {"everything but null", D("UNIQUE", COLUMN("months"), R1("not(null)", "1") R1("null", "2")), 0,
     ST_E_NONE, ""},
    {"everything but null, and 5", D("UNIQUE", COLUMN("months"), R1("not(null)", "1") R1("5", "2")),
     1, ST_E_DMN_OVERLAP, "months = 5"},
    {"neither null nor 5", D("UNIQUE", COLUMN("months"), R1("not(null, 5)", "1") R1("null", "2")),
     1, ST_E_DMN_GAP, "months = 5"},
    {"other expressions are not blamed",
     D("UNIQUE", COLUMN("months"), R1("? &gt; count([1]) and odd(?)", "1") R1("5", "2")), 0,
     ST_E_NONE, ""},
};

START_TEST(test_judging) {
    for (size_t i = 0; i < ST_LEN(cases); i++) {
        world *w = world_new();
        MUST_OPEN(w, cases[i].model);
        w->n_findings = 0;
        st_model_check(w->m, world_sink, w);
        int found = 0;
        for (int k = 0; k < w->n_findings; k++) {
            if (w->severities[k] == ST_SEV_NOTE)
                continue;
            found++;
            ck_assert_msg(w->codes[k] == cases[i].code, "%s: %s", cases[i].name, w->findings[k]);
            ck_assert_msg(strstr(w->findings[k], cases[i].says) != NULL, "%s: %s", cases[i].name,
                          w->findings[k]);
            ck_assert_msg(strstr(w->findings[k], "table 'd'") != NULL, "%s: %s", cases[i].name,
                          w->findings[k]);
        }
        ck_assert_msg(found == cases[i].n, "%s: %d findings, the last '%s'", cases[i].name, found,
                      w->n_findings ? w->findings[w->n_findings - 1] : "");
        world_free(w);
    }
}
END_TEST

START_TEST(test_missing_input_is_noted) {
    world *w = world_new();
    MUST_OPEN(w, D("UNIQUE", COLUMN("months"), R1("&lt; 12", "1") R1("&gt;= 12", "2")));
    w->n_findings = 0;
    st_model_check(w->m, world_sink, w);
    ck_assert_int_eq(w->n_findings, 1);
    ck_assert_int_eq(w->severities[0], ST_SEV_NOTE);
    ck_assert_ptr_nonnull(strstr(w->findings[0], "months not given"));
    world_free(w);
}
END_TEST

START_TEST(test_wide_tables_end) {
    world *w = world_new();
    st_buf b;
    st_buf_init(&b, 0);
    st_buf_z(&b, INPUT("months", "number") "<decision id='d' name='d'>" NEEDS_INPUT(
                     "months") "<decisionTable hitPolicy='PRIORITY'>");
    for (int c = 0; c < 40; c++)
        st_buf_fmt(&b, COLUMN("months + %d"), c);
    st_buf_z(&b, "<output/>");
    for (int r = 0; r < 200; r++) {
        st_buf_z(&b, "<rule>");
        for (int c = 0; c < 40; c++)
            st_buf_fmt(&b, CELL("[%d..%d]"), r * (2 * c + 1) % 211, r * (2 * c + 1) % 211 + 150);
        st_buf_fmt(&b, OUT("%d") "</rule>", r);
    }
    for (int part = 0; part < 3; part++) { /* nothing is left uncovered: only the end tells */
        st_buf_z(&b, "<rule>");
        for (int c = 0; c < 39; c++)
            st_buf_z(&b, CELL("-"));
        st_buf_fmt(&b, CELL("%s") OUT("0") "</rule>",
                   part == 0   ? "&gt; 7"
                   : part == 1 ? "&lt;= 7"
                               : "null");
    }
    st_buf_z(&b, "</decisionTable></decision>");
    MUST_OPEN(w, b.p);
    st_buf_free(&b);
    w->n_findings = 0;
    st_model_check(w->m, world_sink, w);
    ck_assert_int_eq(w->n_findings, 1);
    ck_assert_int_eq(w->codes[0], ST_E_DMN_TOO_WIDE);
    ck_assert_ptr_nonnull(strstr(w->findings[0], "gaps"));
    world_free(w);
}
END_TEST

/* -- a table of 1,008 rules: bands of months and dates, texts with "any other", booleans -- */

enum { MONTHS = 14, LEVELS = 6, YEARS = 6, RULES = MONTHS * LEVELS * YEARS * 2 };

static void band(st_buf *b, bool date, int i, int n) {
    char lo[40], hi[40];
    const char *before = date ? "date(\"20" : "", *after = date ? "-01-01\")" : "";
    snprintf(lo, sizeof lo, "%s%d%s", before, 10 + i, after);
    snprintf(hi, sizeof hi, "%s%d%s", before, 11 + i, after);
    if (i == 0)
        st_buf_fmt(b, CELL("&lt; %s"), hi);
    else if (i == n - 1)
        st_buf_fmt(b, CELL("&gt;= %s"), lo);
    else
        st_buf_fmt(b, CELL("[%s..%s)"), lo, hi);
}

static void grid_rule(st_buf *b, int r) {
    int level = r / 12 % LEVELS;
    st_buf_z(b, "<rule>");
    band(b, false, r / 72 % MONTHS, MONTHS);
    if (level < LEVELS - 1)
        st_buf_fmt(b, CELL("\"l%d\""), level);
    else
        st_buf_z(b, CELL("not(\"l0\", \"l1\", \"l2\", \"l3\", \"l4\")"));
    band(b, true, r / 2 % YEARS, YEARS);
    st_buf_fmt(b, CELL("%s") OUT("%d") "</rule>", r % 2 ? "true" : "false", r);
}

/* hole: a rule that is left out, twice: one that stands there again at the end; -1: none. */
static void judge_grid(world *w, int hole, int twice) {
    st_buf b;
    st_buf_init(&b, 0);
    st_buf_z(&b, INPUT("months", "number") INPUT("level", "string") INPUT("day", "date")
                     INPUT("paid", "boolean") "<decision id='d' name='d'>" NEEDS_INPUT("months")
                         NEEDS_INPUT("level") NEEDS_INPUT("day")
                             NEEDS_INPUT("paid") "<decisionTable>" COLUMN("months") COLUMN("level")
                                 COLUMN("day") COLUMN("paid") "<output/>");
    for (int r = 0; r < RULES; r++)
        if (r != hole)
            grid_rule(&b, r);
    if (twice >= 0)
        grid_rule(&b, twice);
    st_buf_z(&b, "</decisionTable></decision>");
    MUST_OPEN(w, b.p);
    st_buf_free(&b);
    w->n_findings = 0;
    struct timespec from, to;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
    st_model_check(w->m, world_sink, w);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
    double seconds = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
    ck_assert_msg(seconds < 5, "%f seconds", seconds); /* with sanitizers; one without */
}

START_TEST(test_a_thousand_rules) {
    world *w = world_new();
    judge_grid(w, -1, -1);
    for (int i = 0; i < w->n_findings; i++)
        ck_assert_msg(w->severities[i] == ST_SEV_NOTE && strstr(w->findings[i], "not given"), "%s",
                      w->findings[i]);
    world_free(w);
    w = world_new();
    judge_grid(w, 72 * 5 + 12 * 2 + 2 * 3 + 1, -1);
    ck_assert_int_eq(w->n_findings, 1);
    ck_assert_str_eq(w->findings[0],
                     "table 'd': no rule for months from 15 and below 16, for example 15, level = "
                     "\"l2\", day from 2013-01-01 and below 2014-01-01, for example 2013-01-01, "
                     "paid = true");
    world_free(w);
    w = world_new();
    judge_grid(w, -1, 500);
    ck_assert_int_eq(w->codes[0] == ST_E_DMN_OVERLAP ? w->codes[0] : w->codes[w->n_findings - 1],
                     ST_E_DMN_OVERLAP);
    world_free(w);
}
END_TEST

int main(void) {
    const ck_case all[] = {CK_CASE(test_judging), CK_CASE(test_missing_input_is_noted),
                           CK_CASE(test_wide_tables_end), CK_CASE(test_a_thousand_rules)};
    return ck_run("dmn check", all, ST_LEN(all));
}
