/* Every boxed expression, requirement graph, services, functions, fired rules and trace. */
#include "models.h"

#define BOX(name, body) DECISION(name, body)
#define ENTRY(name, text)                                                                          \
    "<contextEntry><variable name='" name "'/>" LITERAL(text) "</contextEntry>"
#define RESULT(text) "<contextEntry>" LITERAL(text) "</contextEntry>"
#define IN(text) "<in>" LITERAL(text) "</in>"

START_TEST(test_boxes) {
    static const struct {
        const char *name, *body, *expected;
    } boxes[] = {
        {"context", "<context>" ENTRY("a", "1") ENTRY("b", "a + 1") "</context>",
         "{\"a\":1,\"b\":2}"},
        {"result cell",
         "<context>" ENTRY("a", "1") ENTRY("b c", "a + 1") RESULT("b c * 10") "</context>", "20"},
        {"nested",
         "<context><contextEntry><variable name='x'/><context>" ENTRY(
             "a", "1") "</context></contextEntry>" RESULT("x.a") "</context>",
         "1"},
        {"relation",
         "<relation><column name='a'/><column name='b'/><row>" LITERAL("1")
             LITERAL("2") "</row><row>" LITERAL("3") LITERAL("4") "</row></relation>",
         "[{\"a\":1,\"b\":2},{\"a\":3,\"b\":4}]"},
        {"list", "<list>" LITERAL("1") "<list>" LITERAL("2") "</list></list>", "[1,[2]]"},
        {"conditional on a text",
         "<conditional><if>" LITERAL("[\"x\"][1]") "</if><then>" LITERAL(
             "1") "</then><else>" LITERAL("2") "</else></conditional>",
         "null: DMN-027"},
        {"conditional on nothing",
         "<conditional><if>" LITERAL("null") "</if><then>" LITERAL("1") "</then><else>" LITERAL(
             "2") "</else></conditional>",
         "null: DMN-027"},
        {"conditional on an error",
         "<conditional><if>" LITERAL("[1, \"x\"][2] &gt; 1") "</if><then>" LITERAL(
             "1") "</then><else>" LITERAL("2") "</else></conditional>",
         "null: DMN-027"},
        {"relation with a type",
         "<relation><column name='n' typeRef='number'/><row>" LITERAL(
             "[\"x\"][1]") "</row></relation>",
         "[{\"n\":null}]"},
        {"output entry with a type",
         "<decisionTable><output/><rule><outputEntry typeRef='number'><text>[\"x\"][1]</text>"
         "</outputEntry></rule></decisionTable>",
         "null: FEEL"},
        {"conditional",
         "<conditional><if>" LITERAL("1 &gt; 2") "</if><then>" LITERAL(
             "\"y\"") "</then><else>" LITERAL("\"n\"") "</else></conditional>",
         "\"n\""},
        {"filter", "<filter>" IN("[1,2,3,4]") "<match>" LITERAL("item &gt; 2") "</match></filter>",
         "[3,4]"},
        {"filter fields",
         "<filter>" IN("[{a: 1, b: \"x\"}, {a: 5, b: \"y\"}]") "<match>" LITERAL(
             "a &gt; 2") "</match></filter>",
         "[{\"a\":5,\"b\":\"y\"}]"},
        {"for",
         "<for iteratorVariable='i'>" IN("[1,2,3]") "<return>" LITERAL("i * i") "</return></for>",
         "[1,4,9]"},
        {"for partial",
         "<for iteratorVariable='i'>" IN("[1..4]") "<return>" LITERAL(
             "i + count(partial)") "</return></for>",
         "[1,3,5,7]"},
        {"some",
         "<some iteratorVariable='i'>" IN("[1,2]") "<satisfies>" LITERAL(
             "i = 2") "</satisfies></some>",
         "true"},
        {"every",
         "<every iteratorVariable='i'>" IN("[1,2]") "<satisfies>" LITERAL(
             "i = 2") "</satisfies></every>",
         "false"},
        {"function",
         "<context><contextEntry><variable name='f'/><functionDefinition><formalParameter "
         "name='x' typeRef='number'/>" LITERAL(
             "x + 1") "</functionDefinition></contextEntry>" RESULT("f(2)") "</context>",
         "3"},
        {"invocation",
         "<context><contextEntry><variable name='f'/><functionDefinition><formalParameter "
         "name='x'/><formalParameter name='y'/>" LITERAL(
             "x - y") "</functionDefinition></"
                      "contextEntry><"
                      "contextEntry><"
                      "invocation>" LITERAL("f") "<binding><parameter name='y'/>" LITERAL(
                          "1") "</"
                               "binding><"
                               "binding><"
                               "parameter "
                               "name='x'/"
                               ">" LITERAL("9") "</binding></invocation></contextEntry></context>",
         "8"},
        {"closure",
         "<context>" ENTRY(
             "k", "10") "<contextEntry><variable name='f'/><functionDefinition><formalParameter "
                        "name='x'/>" LITERAL("x * k") "</functionDefinition></"
                                                      "contextEntry>" RESULT("f(2)") "</"
                                                                                     "context>",
         "20"},
        {"java",
         "<context><contextEntry><variable name='f'/><functionDefinition kind='Java'>"
         "<formalParameter name='a'/><formalParameter name='b'/><context>" ENTRY(
             "class", "\"java.lang.Math\"")
             ENTRY("method signature",
                   "\"max(int, int)\"") "</context></functionDefinition></"
                                        "contextEntry>" RESULT("f(3, 9)") "</context>",
         "9"},
        {"unknown java",
         "<context><contextEntry><variable name='f'/><functionDefinition "
         "kind='Java'>" LITERAL("{class: \"java.lang.System\", method signature: "
                                "\"exit(int)\"}") "</functionDefinition></"
                                                  "contextEntry>" RESULT("f()") "</context>",
         "null: FEEL"},
        {"no logic", "", "null: DMN-024"},
        {"typed", "<literalExpression typeRef='string'><text>1</text></literalExpression>",
         "null: FEEL"},
        {"empty", "<literalExpression><text> </text></literalExpression>", "null"},
    };
    for (size_t i = 0; i < ST_LEN(boxes); i++) {
        world *w = world_new();
        char body[4096];
        snprintf(body, sizeof body, BOX("d", "%s"), boxes[i].body);
        MUST_OPEN(w, body);
        decide(w, "d");
        size_t n = strncmp(boxes[i].expected, "null: F", 7) ? strlen(boxes[i].expected) + 1 : 10;
        ck_assert_msg(!strncmp(w->shown, boxes[i].expected, n), "%s: %s, not %s", boxes[i].name,
                      w->shown, boxes[i].expected);
        world_free(w);
    }
}
END_TEST

static const char graph[] =
    INPUT("a", "number") INPUT("b", "number") DECISION("x", NEEDS_INPUT("a") LITERAL("a * 10"))
        DECISION("y", NEEDS_INPUT("b") LITERAL("b * 100"))
            DECISION("z", NEEDS("x") NEEDS("y") NEEDS_INPUT("a") LITERAL("x + y + a"))
                DECISION("alone", LITERAL("5"));

START_TEST(test_values_follow_their_inputs) {
    world *w = world_new();
    MUST_OPEN(w, graph);
    ck_assert_uint_eq(st_model_inputs(w->m), 2);
    ck_assert_uint_eq(st_model_decisions(w->m), 4);
    int z = st_model_decision(w->m, ST_STR("z")), x = st_model_decision(w->m, ST_STR("x"));
    ck_assert(st_model_uses(w->m, z, st_model_input(w->m, ST_STR("b"))));
    ck_assert(!st_model_uses(w->m, x, st_model_input(w->m, ST_STR("b"))));
    ck_assert_int_eq(st_model_decision(w->m, ST_STR("gone")), -1);
    set_number(w, "a", 1);
    set_number(w, "b", 1);
    ck_assert_str_eq(decide(w, "z"), "111");
    set_number(w, "b", 2);
    ck_assert_str_eq(decide(w, "z"), "211");
    set_number(w, "a", 3);
    ck_assert_str_eq(decide(w, "z"), "233");
    ck_assert_str_eq(decide(w, "alone"), "5");
    st_evaluator_reset(w->e);
    ck_assert(st_is_null(decide_value(w, "z")));
    world_free(w);
}
END_TEST

START_TEST(test_kept_values_are_not_evaluated_again) {
    world *w = world_new();
    MUST_OPEN(w, INPUT("a", "number") INPUT("b", "number")
                     DECISION("big", NEEDS_INPUT("a") LITERAL("for i in 1..a return i"))
                         DECISION("pick", NEEDS("big") NEEDS_INPUT("b") LITERAL("big[b]")));
    set_number(w, "a", 1000);
    set_number(w, "b", 7);
    ck_assert_str_eq(decide(w, "pick"), "7");
    size_t before = st_evaluator_arena(w->e)->used;
    set_number(w, "b", 8);
    ck_assert_str_eq(decide(w, "pick"), "8");
    ck_assert_uint_lt(st_evaluator_arena(w->e)->used - before, 1000 * sizeof(st_val));
    world_free(w);
}
END_TEST

static const char service[] = INPUT("a", "number") DECISION("rate", LITERAL("2"))
    DECISION("inner", NEEDS_INPUT("a") NEEDS("rate") LITERAL("a * rate")) DECISION(
        "outer",
        NEEDS("inner") LITERAL(
            "inner + 1")) "<decisionService id='f_one' name='one'><outputDecision "
                          "href='#d_outer'/><encapsulatedDecision href='#d_inner'/>"
                          "<inputDecision href='#d_rate'/><inputData "
                          "href='#i_a'/></decisionService>"
                          "<decisionService id='f_two' name='two'><outputDecision "
                          "href='#d_outer'/><outputDecision href='#d_inner'/>"
                          "<inputDecision href='#d_rate'/><inputData "
                          "href='#i_a'/></decisionService>" DECISION(
                              "call", NEEDS_FUNCTION("one") NEEDS_INPUT("a") NEEDS("rate")
                                          LITERAL("[one(10, 5), one(rate: 3, a: 1), a, rate]"))
                              DECISION("both", NEEDS_FUNCTION("two") LITERAL("two(10, 5)"))
                                  DECISION("wrong", NEEDS_FUNCTION("one") LITERAL("one(10)"));

START_TEST(test_services) {
    world *w = world_new();
    MUST_OPEN(w, service);
    set_number(w, "a", 7);
    ck_assert_str_eq(decide(w, "outer"), "15");
    ck_assert_str_eq(decide(w, "call"), "[51,4,7,2]");
    ck_assert_str_eq(decide(w, "both"), "{\"outer\":51,\"inner\":50}");
    ck_assert(st_is_null(decide_value(w, "wrong")));
    ck_assert_str_eq(decide(w, "outer"), "15");
    /* A service is closed: its callers do not depend on inputs that are its parameters. */
    ck_assert(!st_model_uses(w->m, st_model_decision(w->m, ST_STR("both")), 0));
    world_free(w);
}
END_TEST

#define PARAM(name, type) "<formalParameter name='" name "' typeRef='" type "'/>"

START_TEST(test_functions) {
    world *w = world_new();
    MUST_OPEN(
        w,
        "<businessKnowledgeModel id='f_tier' name='tier of'><encapsulatedLogic>" PARAM(
            "level", "string") "<decisionTable>" COLUMN("level") "<output/>" RULE(CELL("\"junior\"")
                                                                                      OUT("200"))
            RULE(CELL("\"senior\"") OUT(
                "500")) "</decisionTable>"
                        "</encapsulatedLogic></businessKnowledgeModel>"
                        "<businessKnowledgeModel id='f_year' name='year'><encapsulatedLogic>" PARAM(
                            "level", "string")
                            LITERAL("12 * tier of(level)") "</encapsulatedLogic>" NEEDS_FUNCTION(
                                "tier") "</businessKnowledgeModel>"
                                        "<businessKnowledgeModel id='f_loop' "
                                        "name='loop'><encapsulatedLogic>" PARAM("n", "number")
                                            LITERAL(
                                                "if n = 0 then 0 else 1 + loop(n - "
                                                "1)") "</encapsulatedLogic></"
                                                      "businessKnowledgeModel"
                                                      ">" DECISION("d", NEEDS_FUNCTION("year")
                                                                            NEEDS_FUNCTION("tier")
                                                                                LITERAL("[year"
                                                                                        "(\"se"
                                                                                        "nior"
                                                                                        "\"), "
                                                                                        "tier "
                                                                                        "of("
                                                                                        "level"
                                                                                        ": "
                                                                                        "\"jun"
                                                                                        "ior\""
                                                                                        ")]"))
                                                          DECISION("none",
                                                                   NEEDS_FUNCTION("tier")
                                                                       LITERAL("tier "
                                                                               "of("
                                                                               "\"other\")"))
                                                              DECISION("few",
                                                                       NEEDS_FUNCTION("loop")
                                                                           LITERAL("loop(20)"))
                                                                  DECISION("deep",
                                                                           NEEDS_FUNCTION("loop")
                                                                               LITERAL("loop("
                                                                                       "100000"
                                                                                       ")")));
    ck_assert_str_eq(decide(w, "d"), "[6000,200]");
    size_t n;
    const st_fired *f = st_evaluator_fired(w->e, &n);
    ck_assert_uint_eq(n, 2);
    ck_assert_uint_eq(f[0].rule, 2);
    ck_assert_uint_eq(f[1].rule, 1);
    ck_assert_int_eq(f[0].decision, st_model_decision(w->m, ST_STR("d")));
    ck_assert_str_eq(decide(w, "none"), "null: DMN-011");
    ck_assert_str_eq(decide(w, "few"), "20");
    ck_assert(st_is_null(decide_value(w, "deep")));
    world_free(w);
}
END_TEST

static const char chain[] = INPUT("level", "string") DECISION(
    "tier",
    NEEDS_INPUT("level") "<decisionTable hitPolicy='FIRST'>" COLUMN(
        "level") "<output/><annotation name='clause'/>"
                 "<rule id='r1'>" CELL("\"junior\"")
                     OUT("1") "<annotationEntry><text>art. 3</text></annotationEntry></rule>"
                              "<rule id='r2'>" CELL("-")
                                  OUT("2") "<annotationEntry><text>art. "
                                           "4</text></annotationEntry></rule></decisionTable>")
    DECISION("amount",
             NEEDS("tier") "<decisionTable>" COLUMN("tier") "<output/>" RULE(CELL("1") OUT("200"))
                 RULE(CELL("&gt; 1") OUT("500")) "</decisionTable>");

START_TEST(test_fired_rules) {
    world *w = world_new();
    MUST_OPEN(w, chain);
    for (int again = 0; again < 2; again++) { /* the second time from kept values */
        set_text(w, "level", "senior");
        ck_assert_str_eq(decide(w, "amount"), "500");
        ck_assert_str_eq(decide(w, "amount"), "500");
        size_t n;
        const st_fired *f = st_evaluator_fired(w->e, &n);
        ck_assert_uint_eq(n, 2);
        ck_assert_uint_eq(f[0].rule, 2);
        ck_assert(st_str_is(f[0].rule_id, "r2"));
        ck_assert(st_str_is(f[0].annotation, "art. 4"));
        ck_assert_int_eq(f[0].decision, st_model_decision(w->m, ST_STR("tier")));
        ck_assert_int_eq(f[1].decision, st_model_decision(w->m, ST_STR("amount")));
    }
    world_free(w);
}
END_TEST

START_TEST(test_trace) {
    world *w = world_new();
    MUST_OPEN(w, chain);
    set_text(w, "level", "senior");
    ck_assert_str_eq(decide(w, "amount"), "500");
    st_evaluator_trace(w->e, true);
    ck_assert_str_eq(decide(w, "amount"), "500");
    st_buf b;
    st_buf_init(&b, 0);
    st_evaluator_trace_text(w->e, &b);
    static const char *const lines[] = {"input level = \"senior\"",
                                        "decision tier = 2",
                                        "rule 1 no: level is not \"junior\"",
                                        "rule 2 MATCHES:",
                                        "[art. 4]",
                                        "decision amount = 500",
                                        "tier is > 1"};
    for (size_t i = 0; i < ST_LEN(lines); i++)
        ck_assert_msg(strstr(b.p, lines[i]) != NULL, "%s not in\n%s", lines[i], b.p);
    st_buf_clear(&b);
    st_evaluator_trace_json(w->e, &b);
    static const char *const parts[] = {"{\"input\":\"level\",\"value\":\"senior\"}",
                                        "\"id\":\"r1\",\"matched\":false,\"failed\":{\"input\":"
                                        "\"level\",\"test\":\"\\\"junior\\\"\"}",
                                        "\"annotations\":[\"art. 4\"]", "\"result\":500"};
    for (size_t i = 0; i < ST_LEN(parts); i++)
        ck_assert_msg(strstr(b.p, parts[i]) != NULL, "%s not in\n%s", parts[i], b.p);
    st_buf_free(&b);
    st_evaluator_trace(w->e, false);
    ck_assert_str_eq(decide(w, "amount"), "500");
    world_free(w);
}
END_TEST

START_TEST(test_reasons_lead_to_the_first_cause) {
    world *w = world_new();
    MUST_OPEN(w,
              UNTYPED("birth") DECISION("age", NEEDS_INPUT("birth") LITERAL("birth + 1"))
                  DECISION("amount", NEEDS("age") "<decisionTable>" COLUMN("age") "<output/>" RULE(
                                         CELL("&gt; 1") OUT("1")) "</decisionTable>"));
    set(w, "birth", st_date_val((st_date){2000, 1, 1}));
    st_val v = decide_value(w, "amount");
    ck_assert(st_is_null(v) && v.u.reason);
    ck_assert_int_eq(v.u.reason->code, ST_E_DMN_NO_MATCH);
    ck_assert_ptr_nonnull(v.u.reason->cause);
    ck_assert_ptr_nonnull(strstr(v.u.reason->cause->expression.p, "birth + 1"));
    world_free(w);
}
END_TEST

START_TEST(test_now_is_given) {
    world *w = world_new();
    MUST_OPEN(w, DECISION("d", LITERAL("today()")));
    st_evaluator_now(w->e, (st_datetime){.date = {2023, 11, 30}});
    ck_assert_str_eq(decide(w, "d"), "\"2023-11-30\"");
    world_free(w);
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(test_boxes),
        CK_CASE(test_values_follow_their_inputs),
        CK_CASE(test_kept_values_are_not_evaluated_again),
        CK_CASE(test_services),
        CK_CASE(test_functions),
        CK_CASE(test_fired_rules),
        CK_CASE(test_trace),
        CK_CASE(test_reasons_lead_to_the_first_cause),
        CK_CASE(test_now_is_given),
    };
    return ck_run("dmn boxed", cases, ST_LEN(cases));
}
