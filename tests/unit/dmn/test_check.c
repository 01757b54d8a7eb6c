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
    for (int c = 0; c < 12; c++)
        st_buf_fmt(&b, COLUMN("months + %d"), c);
    st_buf_z(&b, "<output/>");
    for (int r = 0; r < 60; r++) {
        st_buf_z(&b, "<rule>");
        for (int c = 0; c < 12; c++)
            st_buf_fmt(&b, CELL("[%d..%d]"), r * (c + 1) % 61, r * (c + 1) % 61 + 30);
        st_buf_fmt(&b, OUT("%d") "</rule>", r);
    }
    st_buf_z(&b, "<rule>");
    for (int c = 0; c < 12; c++)
        st_buf_z(&b, CELL("-"));
    st_buf_z(&b, OUT("0") "</rule></decisionTable></decision>");
    MUST_OPEN(w, b.p);
    st_buf_free(&b);
    w->n_findings = 0;
    st_model_check(w->m, world_sink, w);
    ck_assert_int_eq(w->codes[w->n_findings - 1], ST_E_DMN_TOO_WIDE);
    world_free(w);
}
END_TEST

int main(void) {
    const ck_case all[] = {CK_CASE(test_judging), CK_CASE(test_missing_input_is_noted),
                           CK_CASE(test_wide_tables_end)};
    return ck_run("dmn check", all, ST_LEN(all));
}
