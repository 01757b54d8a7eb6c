/* Every hit policy, its violations, what no match gives, aggregation, several outputs, defaults,
 * allowed values. */
#include "models.h"

/* A table over a number `n`: rule 1 n < 10, rule 2 n < 20, rule 3 n < 5. */
#define TABLE(attributes, output, a, b, c)                                                         \
    INPUT("n", "number")                                                                           \
    DECISION("d", NEEDS_INPUT("n") "<decisionTable " attributes ">" COLUMN("n")                    \
                      output RULE(CELL("&lt; 10") OUT(a)) RULE(CELL("&lt; 20") OUT(b))             \
                          RULE(CELL("&lt; 5") OUT(c)) "</decisionTable>")

typedef struct row {
    const char *model;
    int n;
    const char *expected;
} row;

#define OV(values) "<output><outputValues><text>" values "</text></outputValues></output>"
#define COLLECT(agg) "hitPolicy='COLLECT' aggregation='" agg "'"

static const row rows[] = {
    {TABLE("", "<output/>", "\"a\"", "\"b\"", "\"c\""), 15, "\"b\""},
    {TABLE("hitPolicy='UNIQUE'", "<output/>", "\"a\"", "\"b\"", "\"c\""), 7, "null: DMN-012"},
    {TABLE("hitPolicy='UNIQUE'", "<output/>", "\"a\"", "\"b\"", "\"c\""), 30, "null: DMN-011"},
    {TABLE("hitPolicy='FIRST'", "<output/>", "\"a\"", "\"b\"", "\"c\""), 3, "\"a\""},
    {TABLE("hitPolicy='FIRST'", "<output/>", "\"a\"", "\"b\"", "\"c\""), 12, "\"b\""},
    {TABLE("hitPolicy='ANY'", "<output/>", "\"same\"", "\"same\"", "\"same\""), 3, "\"same\""},
    {TABLE("hitPolicy='ANY'", "<output/>", "\"same\"", "\"same\"", "\"other\""), 7, "\"same\""},
    {TABLE("hitPolicy='ANY'", "<output/>", "\"same\"", "\"same\"", "\"other\""), 3,
     "null: DMN-013"},
    {TABLE("hitPolicy='PRIORITY'", OV("\"c\",\"b\",\"a\""), "\"a\"", "\"b\"", "\"c\""), 3, "\"c\""},
    {TABLE("hitPolicy='PRIORITY'", OV("\"c\",\"b\",\"a\""), "\"a\"", "\"b\"", "\"c\""), 7, "\"b\""},
    {TABLE("hitPolicy='RULE ORDER'", "<output/>", "\"a\"", "\"b\"", "\"c\""), 3,
     "[\"a\",\"b\",\"c\"]"},
    {TABLE("hitPolicy='RULE ORDER'", "<output/>", "\"a\"", "\"b\"", "\"c\""), 99, "[]"},
    {TABLE("hitPolicy='OUTPUT ORDER'", OV("\"b\",\"c\",\"a\""), "\"a\"", "\"b\"", "\"c\""), 3,
     "[\"b\",\"c\",\"a\"]"},
    {TABLE("hitPolicy='COLLECT'", "<output/>", "1", "2", "4"), 7, "[1,2]"},
    {TABLE("hitPolicy='COLLECT'", "<output/>", "1", "2", "4"), 99, "[]"},
    {TABLE(COLLECT("SUM"), "<output/>", "0.1", "0.2", "4"), 7, "0.3"},
    {TABLE(COLLECT("SUM"), "<output/>", "1", "\"x\"", "4"), 7, "null: DMN-016"},
    {TABLE(COLLECT("SUM"), "<output/>", "1", "2", "4"), 99, "null: DMN-011"},
    {TABLE(COLLECT("MIN"), "<output/>", "7", "2", "4"), 3, "2"},
    {TABLE(COLLECT("MAX"), "<output/>", "7", "2", "9"), 3, "9"},
    {TABLE(COLLECT("COUNT"), "<output/>", "7", "7", "7"), 3, "3"},
    {TABLE(COLLECT("COUNT"), "<output/>", "7", "7", "7"), 99, "0"},
    {TABLE("", "<output><defaultOutputEntry><text>n * 2</text></defaultOutputEntry></output>", "1",
           "2", "3"),
     50, "100"},
    {TABLE("hitPolicy='COLLECT'",
           "<output><defaultOutputEntry><text>0</text></defaultOutputEntry></output>", "1", "2",
           "3"),
     50, "[0]"},
    /* an output outside its output values */
    {TABLE("hitPolicy='FIRST'", OV("\"a\",\"b\""), "\"z\"", "\"b\"", "\"a\""), 3, "null: DMN-015"},
    {TABLE("hitPolicy='FIRST'", OV("\"a\",\"b\""), "\"z\"", "\"b\"", "\"a\""), 12, "\"b\""},
};

START_TEST(test_each_policy) {
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        world *w = world_new();
        MUST_OPEN(w, rows[i].model);
        set_number(w, "n", rows[i].n);
        ck_assert_msg(!strcmp(decide(w, "d"), rows[i].expected), "row %zu: %s, not %s", i, w->shown,
                      rows[i].expected);
        world_free(w);
    }
}
END_TEST

START_TEST(test_violation_names_table_and_rules) {
    world *w = world_new();
    MUST_OPEN(w, TABLE("", "<output/>", "1", "2", "3"));
    set_number(w, "n", 3);
    st_val v = decide_value(w, "d");
    ck_assert(st_is_null(v) && v.u.reason);
    ck_assert_ptr_nonnull(strstr(st_reason_text(v.u.reason), "'d'"));
    ck_assert_ptr_nonnull(strstr(st_reason_text(v.u.reason), "rules 1, 2 and 3"));
    ck_assert_uint_gt(v.u.reason->pos.line, 0);
    size_t n;
    (void)st_evaluator_fired(w->e, &n);
    ck_assert_uint_eq(n, 3);
    world_free(w);
}
END_TEST

#define TWO_OUT(policy, first, second)                                                             \
    INPUT("n", "number")                                                                           \
    DECISION("d",                                                                                  \
             NEEDS_INPUT("n") "<decisionTable hitPolicy='" policy "'>" COLUMN(                     \
                 "n") "<output name='grade'>" first "</output><output name='pay'>" second          \
                      "</output>" RULE(CELL("&lt; 10") OUT("\"low\"") OUT("n * 1"))                \
                          RULE(CELL("&lt; 20") OUT("\"mid\"") OUT("n * 2")) "</decisionTable>")

START_TEST(test_several_outputs) {
    world *w = world_new();
    MUST_OPEN(w, TWO_OUT("FIRST", "", ""));
    set_number(w, "n", 7);
    ck_assert_str_eq(decide(w, "d"), "{\"grade\":\"low\",\"pay\":7}");
    world_free(w);
    w = world_new();
    MUST_OPEN(w, TWO_OUT("COLLECT", "", ""));
    set_number(w, "n", 7);
    ck_assert_str_eq(decide(w, "d"),
                     "[{\"grade\":\"low\",\"pay\":7},{\"grade\":\"mid\",\"pay\":14}]");
    world_free(w);
    w = world_new();
    MUST_OPEN(w,
              TWO_OUT("PRIORITY", "<outputValues><text>\"mid\",\"low\"</text></outputValues>", ""));
    set_number(w, "n", 7);
    ck_assert_str_eq(decide(w, "d"), "{\"grade\":\"mid\",\"pay\":14}");
    world_free(w);
    w = world_new();
    MUST_OPEN(
        w, TWO_OUT("UNIQUE", "<defaultOutputEntry><text>\"none\"</text></defaultOutputEntry>", ""));
    set_number(w, "n", 70);
    ck_assert_str_eq(decide(w, "d"), "{\"grade\":\"none\",\"pay\":null}");
    world_free(w);
}
END_TEST

START_TEST(test_sum_of_several_outputs_is_refused) {
    world *w = world_new();
    ck_assert(!world_model(
        w, DECISION("d", "<decisionTable hitPolicy='COLLECT' aggregation='SUM'><output name='a'/>"
                         "<output name='b'/></decisionTable>")));
    ck_assert_int_eq(w->err.code, ST_E_DMN_TABLE);
    ck_assert_uint_gt(w->err.pos.line, 0);
    world_free(w);
}
END_TEST

/* Whoever writes SUM expects a sum; only COLLECT gives one. */
START_TEST(test_aggregation_without_collect_is_refused) {
    static const char *const policies[] = {"",
                                           "hitPolicy='UNIQUE'",
                                           "hitPolicy='ANY'",
                                           "hitPolicy='FIRST'",
                                           "hitPolicy='PRIORITY'",
                                           "hitPolicy='RULE ORDER'",
                                           "hitPolicy='OUTPUT ORDER'"};
    for (size_t i = 0; i < ST_LEN(policies); i++) {
        char model[1200];
        (void)snprintf(model, sizeof model,
                       DECISION("d", "<decisionTable %s aggregation='SUM'>"
                                     "<output><outputValues><text>1</text></outputValues></output>"
                                     "</decisionTable>"),
                       policies[i]);
        world *w = world_new();
        ck_assert_msg(!world_model(w, model), "%s: opened", policies[i]);
        ck_assert_int_eq(w->err.code, ST_E_DMN_TABLE);
        ck_assert_msg(strstr(w->err.msg, "aggregation 'SUM' does nothing under hit policy"),
                      "%s: %s", policies[i], w->err.msg);
        world_free(w);
    }
}
END_TEST

START_TEST(test_input_values) {
    world *w = world_new();
    MUST_OPEN(
        w, INPUT("s", "string") DECISION(
               "d",
               NEEDS_INPUT(
                   "s") "<decisionTable><input><inputExpression><text>s</text></inputExpression>"
                        "<inputValues><text>\"a\",\"b\"</text></inputValues></input><output/>" RULE(
                            CELL("\"a\"") OUT("1")) RULE(CELL("-") OUT("2")) "</decisionTable>"));
    set_text(w, "s", "b");
    ck_assert_str_eq(decide(w, "d"), "2");
    set_text(w, "s", "x");
    ck_assert_str_eq(decide(w, "d"), "null: DMN-014");
    world_free(w);
}
END_TEST

START_TEST(test_cells_of_every_kind) {
    static const struct {
        const char *cell, *value, *expected;
    } cases[] = {
        {"\"a\", \"b\"", "\"b\"", "1"},
        {"not(\"a\", \"b\")", "\"b\"", "2"},
        {"not(\"a\")", "\"c\"", "1"},
        {"true", "true", "1"},
        {"false", "true", "2"},
        {"not(true)", "false", "1"},
        {"[1..5)", "5", "2"},
        {"[1..5)", "1", "1"},
        {"(1..5]", "1", "2"},
        {"&gt;= 3, &lt; 1", "0", "1"},
        {"not(&lt; 3)", "3", "1"},
        {"not([1..5))", "5", "1"},
        {"not((1..5])", "1", "1"},
        {"1.50", "1.5", "1"},
        {"date(\"2023-11-01\")", "date(\"2023-11-01\")", "1"},
        {"&gt; date(\"2023-11-01\")", "date(\"2023-11-01\")", "2"},
        {"[date(\"2023-01-01\")..date(\"2023-12-31\")]", "date(\"2023-06-01\")", "1"},
        {"&lt; duration(\"P1Y\")", "duration(\"P11M\")", "1"},
        {"null", "null", "1"},
        {"&lt; 3", "null", "2"},
        {"? &gt; 3 and ? &lt; 9", "4", "1"},
        {"limit", "7", "1"},
        {"&lt; limit", "7", "2"},
    };
    for (size_t i = 0; i < ST_LEN(cases); i++) {
        world *w = world_new();
        char body[2048];
        snprintf(body, sizeof body,
                 DECISION("limit", LITERAL("7")) DECISION(
                     "d",
                     NEEDS("limit") "<decisionTable "
                                    "hitPolicy='FIRST'><input><inputExpression><text>%s</text>"
                                    "</inputExpression></input><output/"
                                    "><rule><inputEntry><text>%s</text></inputEntry>" OUT(
                                        "1") "</rule>" RULE(CELL("-") OUT("2")) "</decisionTable>"),
                 cases[i].value, cases[i].cell);
        MUST_OPEN(w, body);
        ck_assert_msg(!strcmp(decide(w, "d"), cases[i].expected), "cell %s on %s: %s",
                      cases[i].cell, cases[i].value, w->shown);
        world_free(w);
    }
}
END_TEST

START_TEST(test_expressions_run_once_and_stop_early) {
    /* The second column would be null by error; it is not reached when the first is false. */
    world *w = world_new();
    MUST_OPEN(w, UNTYPED("n")
                     DECISION("d", NEEDS_INPUT("n") "<decisionTable hitPolicy='FIRST'>" COLUMN("n")
                                       COLUMN("n") "<output/>" RULE(CELL("&gt; 5") CELL(
                                           "? &gt; date(\"2020-01-01\")") OUT("1"))
                                           RULE(CELL("-") CELL("-") OUT("2")) "</decisionTable>"));
    set_number(w, "n", 1);
    ck_assert_str_eq(decide(w, "d"), "2");
    ck_assert_ptr_null(st_evaluator_doubt(w->e, st_model_decision(w->m, ST_STR("d"))));
    set_number(w, "n", 9);
    ck_assert_str_eq(decide(w, "d"), "2");
    ck_assert_ptr_nonnull(st_evaluator_doubt(w->e, st_model_decision(w->m, ST_STR("d"))));
    world_free(w);
}
END_TEST

START_TEST(test_exact_money) {
    /* A thousand times a cent, and 34 digits: a binary float would miss both. */
    world *w = world_new();
    MUST_OPEN(
        w,
        DECISION("cents", LITERAL("sum(for i in 1..1000 return 0.01)")) DECISION(
            "digits",
            LITERAL("0.1234567890123456789012345678901234 + 0.0000000000000000000000000000000001"))
            DECISION("share", LITERAL("decimal(10000 / 3, 2) * 3 + 0.01")));
    ck_assert_str_eq(decide(w, "digits"), "0.1234567890123456789012345678901235");
    st_val v = decide_value(w, "cents");
    ck_assert_int_eq(v.kind, ST_NUMBER);
    ck_assert_int_eq(st_dec_cmp(v.u.num, st_dec_int(10)), 0);
    v = decide_value(w, "share");
    ck_assert_int_eq(st_dec_cmp(v.u.num, st_dec_int(10000)), 0);
    world_free(w);
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        {"each policy", test_each_policy, 0},
        {"violation", test_violation_names_table_and_rules, 0},
        {"several outputs", test_several_outputs, 0},
        {"sum of several", test_sum_of_several_outputs_is_refused, 0},
        {"aggregation without collect", test_aggregation_without_collect_is_refused, 0},
        {"input values", test_input_values, 0},
        {"cells", test_cells_of_every_kind, 0},
        {"early stop", test_expressions_run_once_and_stop_early, 0},
        {"exact money", test_exact_money, 0},
    };
    return ck_run("dmn policies", cases, ST_LEN(cases));
}
