/* Loading: versions of DMN, files as modellers save them, imports, and everything a broken model
 * can be refused for. */
#include "models.h"

START_TEST(test_namespaces) {
    static const char *const ns[] = {
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    };
    for (size_t i = 0; i < ST_LEN(ns); i++) {
        world *w = world_new();
        char text[1024];
        snprintf(text, sizeof text,
                 "<d:definitions xmlns:d='%s' xmlns:feel='urn:feel' namespace='urn:x' name='x'>"
                 "<d:inputData id='i' name='n'><d:variable name='n' typeRef='%s'/></d:inputData>"
                 "<d:decision id='d' name='twice'><d:variable name='twice' "
                 "typeRef='number'/><d:informationRequirement>"
                 "<d:requiredInput href='#i'/></d:informationRequirement>"
                 "<d:literalExpression><d:text>n * "
                 "2</d:text></d:literalExpression></d:decision></d:definitions>",
                 ns[i], i == 0 ? "feel:number" : "number");
        world_file(w, "m.dmn", text);
        ck_assert_msg(world_open(w), "%s: %s", ns[i], w->err.msg);
        set_number(w, "n", 21);
        ck_assert_str_eq(decide(w, "twice"), "42");
        world_free(w);
    }
}
END_TEST

/* As bpmn.io and Camunda Modeler write: diagram, vendor attributes, no <variable>, ids as hrefs,
 * expressionLanguage. */
static const char modeller[] =
    "<?xml version='1.0' encoding='UTF-8'?>\n"
    "<definitions xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/' "
    "xmlns:dmndi='https://www.omg.org/spec/DMN/20191111/DMNDI/'\n"
    " xmlns:dc='http://www.omg.org/spec/DMN/20180521/DC/' "
    "xmlns:biodi='http://bpmn.io/schema/dmn/biodi/2.0'\n"
    " xmlns:camunda='http://camunda.org/schema/1.0/dmn' id='defs' name='DRD' "
    "namespace='http://camunda.org/schema/1.0/dmn'\n"
    " exporter='Camunda Modeler' exporterVersion='5.5.1' "
    "expressionLanguage='https://www.omg.org/spec/DMN/20191111/FEEL/'>\n"
    "  <decision id='dish' name='Dish' camunda:historyTimeToLive='5'>\n"
    "    <extensionElements><camunda:property name='x' value='y'/></extensionElements>\n"
    "    <informationRequirement id='r1'><requiredInput "
    "href='#season_in'/></informationRequirement>\n"
    "    <authorityRequirement><requiredAuthority href='#guide'/></authorityRequirement>\n"
    "    <decisionTable id='dt' biodi:annotationsWidth='400'>\n"
    "      <input id='in' label='Season' biodi:width='192' camunda:inputVariable='season'>\n"
    "        <inputExpression id='ie' typeRef='string' "
    "expressionLanguage='feel'><text>Season</text></inputExpression>\n"
    "      </input>\n"
    "      <output id='out' label='Dish' name='dish' typeRef='string'/>\n"
    "      <rule id='row1'><description>cold days</description>\n"
    "        <inputEntry id='c1'><text>\"Winter\"</text></inputEntry><outputEntry "
    "id='o1'><text>\"Roast\"</text></outputEntry>\n"
    "      </rule>\n"
    "      <rule id='row2'><inputEntry "
    "id='c2'><text><![CDATA[not(\"Winter\")]]></text></inputEntry>\n"
    "        <outputEntry id='o2'><text>\"Salad\"</text></outputEntry></rule>\n"
    "    </decisionTable>\n"
    "  </decision>\n"
    "  <inputData id='season_in' name='Season'/>\n"
    "  <knowledgeSource id='guide' name='Cookbook'/>\n"
    "  <textAnnotation id='t'><text>note</text></textAnnotation>\n"
    "  <dmndi:DMNDI><dmndi:DMNDiagram><dmndi:DMNShape dmnElementRef='dish'><dc:Bounds height='80' "
    "width='180' x='150' y='150'/>\n"
    "  </dmndi:DMNShape></dmndi:DMNDiagram></dmndi:DMNDI>\n"
    "</definitions>\n";

START_TEST(test_modeller_file) {
    world *w = world_new();
    world_file(w, "dish.dmn", modeller);
    ck_assert_msg(world_open(w), "%s", w->err.msg);
    set_text(w, "Season", "Winter");
    ck_assert_str_eq(decide(w, "Dish"), "\"Roast\"");
    size_t n;
    const st_fired *f = st_evaluator_fired(w->e, &n);
    ck_assert_uint_eq(n, 1);
    ck_assert_uint_eq(f[0].rule, 1);
    ck_assert(st_str_is(f[0].rule_id, "row1"));
    ck_assert(st_str_is(f[0].annotation, "cold days"));
    ck_assert_uint_eq(f[0].pos.line, 15);
    set_text(w, "Season", "Spring");
    ck_assert_str_eq(decide(w, "Dish"), "\"Salad\"");
    world_free(w);
}
END_TEST

#define DEFS(ns, body)                                                                             \
    "<definitions xmlns='" NS15 "' namespace='" ns "' name='n'>" body "</definitions>"
#define IMPORT(name, ns) "<import name='" name "' namespace='" ns "' importType='" NS15 "'/>"

START_TEST(test_imports) {
    world *w = world_new();
    world_file(
        w, "a.dmn",
        DEFS("urn:a",
             IMPORT("rates",
                    "urn:b") "<inputData id='p' name='person'><variable name='person' "
                             "typeRef='rates.tPerson'/></inputData>"
                             "<decision id='d' name='d'><informationRequirement><requiredInput "
                             "href='#p'/></informationRequirement>"
                             "<informationRequirement><requiredDecision "
                             "href='urn:b#base'/></informationRequirement>"
                             "<knowledgeRequirement><requiredKnowledge "
                             "href='urn:b#twice'/></knowledgeRequirement>" LITERAL(
                                 "rates.twice of(rates.base rate) + person.age") "</decision>"));
    world_file(
        w, "unused.dmn",
        DEFS("urn:zzz", "<decision id='x' name='x'>" LITERAL("syntax error (") "</decision>"));
    world_file(
        w, "b.dmn",
        DEFS("urn:b",
             IMPORT("c",
                    "urn:c") "<itemDefinition name='tPerson'><itemComponent "
                             "name='age'><typeRef>c.tAge</typeRef></itemComponent></itemDefinition>"
                             "<decision id='base' name='base "
                             "rate'><informationRequirement><requiredDecision "
                             "href='urn:c#k'/></informationRequirement>" LITERAL(
                                 "c.k + 1") "</decision>"
                                            "<businessKnowledgeModel id='twice' name='twice "
                                            "of'><encapsulatedLogic><formalParameter name='n' "
                                            "typeRef='number'/>" LITERAL(
                                                "n * 2") "</encapsulatedLogic></"
                                                         "businessKnowledgeModel>"));
    world_file(w, "c.dmn",
               DEFS("urn:c",
                    "<itemDefinition name='tAge'><typeRef>number</typeRef></itemDefinition>"
                    "<decision id='k' name='k'>" LITERAL("4") "</decision>"));
    ck_assert_msg(world_open(w), "%s", w->err.msg);
    st_str name = ST_STR("age");
    const st_shape *shape = st_feel_shape_new(st_evaluator_arena(w->e), &name, 1);
    st_val age = st_number_int(30);
    set(w, "person", st_context_val(st_evaluator_arena(w->e), shape, &age));
    ck_assert_str_eq(decide(w, "d"), "40");
    world_free(w);
}
END_TEST

typedef struct refusal {
    const char *name, *body;
    st_code code;
    const char *says;
} refusal;

static const refusal refusals[] = {
    {"cycle of three",
     DECISION("a", NEEDS("b") LITERAL("b")) DECISION("b", NEEDS("c") LITERAL("c"))
         DECISION("c", NEEDS("a") LITERAL("a")),
     ST_E_DMN_CYCLE, "'a' needs 'b' needs 'c' needs 'a'"},
    {"needs itself", DECISION("a", NEEDS("a") LITERAL("a")), ST_E_DMN_CYCLE, "'a' needs 'a'"},
    {"dangling reference", DECISION("a", NEEDS("gone") LITERAL("1")), ST_E_DMN_REFERENCE,
     "#d_gone"},
    {"unknown type", "<inputData id='i' name='i'><variable name='i' typeRef='tGone'/></inputData>",
     ST_E_DMN_TYPE, "tGone"},
    {"unknown type inside",
     "<itemDefinition name='t'><itemComponent "
     "name='x'><typeRef>tGone</typeRef></itemComponent></itemDefinition>",
     ST_E_DMN_TYPE, "tGone"},
    {"type twice",
     "<itemDefinition name='t'><typeRef>number</typeRef></itemDefinition>"
     "<itemDefinition name='t'><typeRef>string</typeRef></itemDefinition>",
     ST_E_DMN_STRUCTURE, "'t'"},
    {"name twice",
     DECISION("a", LITERAL("1")) "<decision id='other' name='a'>" LITERAL("1") "</decision>",
     ST_E_DMN_STRUCTURE, "'a'"},
    {"id twice", "<decision id='x' name='a'/><decision id='x' name='b'/>", ST_E_DMN_STRUCTURE,
     "'x'"},
    {"other language",
     "<decision id='a' name='a'><literalExpression expressionLanguage='javascript'><text>1</text>"
     "</literalExpression></decision>",
     ST_E_DMN_LANGUAGE, "javascript"},
    {"missing import", IMPORT("x", "urn:gone"), ST_E_DMN_IMPORT, "urn:gone"},
    {"hit policy", DECISION("a", "<decisionTable hitPolicy='LAST'><output/></decisionTable>"),
     ST_E_DMN_TABLE, "LAST"},
    {"too few cells",
     DECISION("a", "<decisionTable>" COLUMN("1")
                       COLUMN("2") "<output/>" RULE(CELL("1") OUT("1")) "</decisionTable>"),
     ST_E_DMN_TABLE, "1 input entries"},
    {"too many outputs",
     DECISION("a", "<decisionTable>" COLUMN("1") "<output/>" RULE(CELL("1") OUT("1")
                                                                      OUT("2")) "</decisionTable>"),
     ST_E_DMN_TABLE, "output entries"},
    {"input without expression", DECISION("a", "<decisionTable><input/><output/></decisionTable>"),
     ST_E_DMN_TABLE, "expression"},
    {"logic of another type",
     "<decision id='a' name='a'><variable name='a' typeRef='number'/>" LITERAL(
         "\"x\"") "</decision>",
     ST_E_DMN_TYPE, "'a' is string, but must be number"},
    {"list of another type",
     "<itemDefinition name='tL' isCollection='true'><typeRef>number</typeRef></itemDefinition>"
     "<decision id='a' name='a'><variable name='a' typeRef='tL'/>" LITERAL("[\"x\"]") "</decision>",
     ST_E_DMN_TYPE, "'a'"},
    {"output of another type",
     DECISION("a", "<decisionTable>" COLUMN("1") "<output typeRef='number'/>" RULE(
                       CELL("1") OUT("1")) RULE(CELL("2") OUT("\"x\"")) "</decisionTable>"),
     ST_E_DMN_TYPE, "rule 2 of table 'a'"},
    {"cell of another type",
     INPUT("d", "date")
         DECISION("a", NEEDS_INPUT("d") "<decisionTable>" COLUMN("d") "<output/>" RULE(
                           CELL("\"2023-11-30\"") OUT("1")) "</decisionTable>"),
     ST_E_FEEL_MISMATCH, "rule 1 of table 'a'"},
    {"relation row",
     DECISION("a", "<relation><column name='x'/><column name='y'/><row>" LITERAL(
                       "1") "</row></relation>"),
     ST_E_DMN_STRUCTURE, "columns"},
};

START_TEST(test_refusals) {
    for (size_t i = 0; i < ST_LEN(refusals); i++) {
        const refusal *r = &refusals[i];
        world *w = world_new();
        ck_assert_msg(!world_model(w, r->body), "%s was accepted", r->name);
        ck_assert_msg(w->err.code == r->code, "%s: %s %s", r->name, st_code_id(w->err.code),
                      w->err.msg);
        ck_assert_msg(strstr(w->err.msg, r->says) != NULL, "%s: %s", r->name, w->err.msg);
        ck_assert_msg(w->err.pos.line > 0, "%s: no line", r->name);
        ck_assert_msg(strstr(w->err.file, "model.dmn") != NULL, "%s: file '%s'", r->name,
                      w->err.file);
        world_free(w);
    }
}
END_TEST

START_TEST(test_expression_errors_point_at_the_place) {
    world *w = world_new();
    ck_assert(
        !world_model(w, "\n" INPUT("months", "number") "\n<decision id='d' name='d'>" NEEDS_INPUT(
                            "months") "<literalExpression>\n<text>if months &lt; 12 then monts "
                                      "else 0</text></literalExpression></decision>"));
    ck_assert_uint_eq(w->err.pos.line, 4);
    ck_assert_uint_eq(w->err.pos.column, 30); /* of `monts`, behind the entity */
    ck_assert_ptr_nonnull(strstr(w->err.excerpt, "monts"));
    ck_assert_ptr_nonnull(strstr(w->err.excerpt, "^"));
    world_free(w);
}
END_TEST

START_TEST(test_not_a_model) {
    static const char *const texts[] = {
        "<foo/>", "<definitions xmlns='urn:other' namespace='x' name='x'/>", "no xml", ""};
    for (size_t i = 0; i < ST_LEN(texts); i++) {
        world *w = world_new();
        world_file(w, "m.dmn", texts[i]);
        ck_assert(!world_open(w));
        ck_assert_int_eq(w->err.code == ST_E_DMN_NOT_DMN, i < 2);
        ck_assert_int_ne(w->err.code, ST_E_NONE);
        world_free(w);
    }
    world *w = world_new();
    const char *gone = "/nonexistent/model.dmn";
    ck_assert(!st_model_open(&gone, 1, NULL, 0, NULL, NULL, &w->m, &w->err));
    ck_assert_int_eq(w->err.code, ST_E_FILE_MISSING);
    world_free(w);
}
END_TEST

START_TEST(test_what_is_odd_is_said) {
    world *w = world_new();
    MUST_OPEN(w,
              "<import name='x' namespace='urn:xsd' importType='http://www.w3.org/2001/XMLSchema'/>"
              "<itemDefinition name='tTree'><itemComponent "
              "name='sub'><typeRef>tTree</typeRef></itemComponent>"
              "</itemDefinition>" DECISION("a", LITERAL("1")));
    ck_assert_int_eq(w->n_findings, 2);
    for (int i = 0; i < w->n_findings; i++) {
        ck_assert_int_eq(w->codes[i], ST_E_DMN_WARNING);
        ck_assert_int_eq(w->severities[i], ST_SEV_WARNING);
    }
    ck_assert_str_eq(decide(w, "a"), "1");
    world_free(w);
}
END_TEST

START_TEST(test_long_chain_is_refused_not_crashed) {
    world *w = world_new();
    st_buf b;
    st_buf_init(&b, 0);
    for (int i = 0; i < 5000; i++)
        st_buf_fmt(&b,
                   "<decision id='d_%d' name='d%d'><informationRequirement><requiredDecision "
                   "href='#d_%d'/></informationRequirement>" LITERAL("1") "</decision>",
                   i, i, i + 1);
    st_buf_z(&b, "<decision id='d_5000' name='d5000'>" LITERAL("1") "</decision>");
    ck_assert(!world_model(w, b.p));
    ck_assert_int_eq(w->err.code, ST_E_DMN_LIMIT);
    st_buf_free(&b);
    world_free(w);
}
END_TEST

START_TEST(test_item_definitions) {
    world *w = world_new();
    MUST_OPEN(
        w,
        "<itemDefinition name='tList' "
        "isCollection='true'><typeRef>tLevel</typeRef></itemDefinition>"
        "<itemDefinition "
        "name='tLevel'><typeRef>string</typeRef><allowedValues><text>\"junior\",\"senior\"</text></"
        "allowedValues></itemDefinition>"
        "<itemDefinition name='tShort' "
        "isCollection='true'><typeRef>number</typeRef><typeConstraint><text>count(?) &lt; 3</text>"
        "</typeConstraint></itemDefinition>" INPUT("levels", "tList") INPUT("numbers", "tShort")
            INPUT("level", "tLevel") DECISION("a", NEEDS_INPUT("levels") LITERAL("count(levels)"))
                DECISION("b", NEEDS_INPUT("numbers") LITERAL("numbers"))
                    DECISION("c", NEEDS_INPUT("level") LITERAL("level instance of tLevel")));
    st_val v[3] = {st_string(ST_STR("junior")), st_string(ST_STR("senior")),
                   st_string(ST_STR("other"))};
    st_arena *a = st_evaluator_arena(w->e);
    set(w, "levels", st_list_val(a, v, 2));
    ck_assert_str_eq(decide(w, "a"), "2");
    set(w, "levels", st_list_val(a, v, 3));
    ck_assert_str_ne(decide(w, "a"), "3");
    st_val n[3] = {st_number_int(1), st_number_int(2), st_number_int(3)};
    set(w, "numbers", st_list_val(a, n, 2));
    ck_assert_str_eq(decide(w, "b"), "[1,2]");
    set(w, "numbers", st_list_val(a, n, 3));
    ck_assert(st_is_null(decide_value(w, "b")));
    set_text(w, "level", "junior");
    ck_assert_str_eq(decide(w, "c"), "true");
    world_free(w);
}
END_TEST

/* -- binding to the types of records -- */

static const st_feel_field worker_fields[] = {{{"id", 2}, &st_feel_string},
                                              {{"months", 6}, &st_feel_number}};
static const st_feel_type worker = {.kind = ST_T_CONTEXT, .fields = worker_fields, .n_fields = 2};

static bool bind(world *w, const char *type) {
    char body[2048];
    snprintf(body, sizeof body,
             "<definitions xmlns='" NS15
             "' namespace='urn:test' name='t'>%s" INPUT("subject", "tSubject") DECISION(
                 "d", NEEDS_INPUT("subject") LITERAL("subject.months + 1")) "</definitions>",
             type);
    const char *path = world_file(w, "m.dmn", body);
    st_model_binding b = {"subject", &worker};
    if (!st_model_open(&path, 1, &b, 1, world_sink, w, &w->m, &w->err))
        return false;
    w->e = st_evaluator_new(w->m);
    return true;
}

START_TEST(test_binding) {
    world *w = world_new();
    ck_assert_msg(bind(w, "<itemDefinition name='tSubject'><itemComponent "
                          "name='months'><typeRef>number</typeRef></itemComponent>"
                          "</itemDefinition>"),
                  "%s", w->err.msg);
    const st_str names[] = {ST_STR("id"), ST_STR("months")};
    st_val v[] = {st_string(ST_STR("x")), st_number_int(11)};
    st_arena *a = st_evaluator_arena(w->e);
    set(w, "subject", st_context_val(a, st_feel_shape_new(a, names, 2), v));
    ck_assert_str_eq(decide(w, "d"), "12");
    world_free(w);
    w = world_new();
    ck_assert(!bind(w, "<itemDefinition name='tSubject'><itemComponent "
                       "name='months'><typeRef>string</typeRef></itemComponent></itemDefinition>"));
    ck_assert_int_eq(w->err.code, ST_E_DMN_BINDING);
    ck_assert_ptr_nonnull(strstr(w->err.msg, "subject.months"));
    world_free(w);
    w = world_new();
    ck_assert(!bind(w, "<itemDefinition name='tSubject'><itemComponent "
                       "name='weeks'><typeRef>number</typeRef></itemComponent></itemDefinition>"));
    ck_assert_ptr_nonnull(strstr(w->err.msg, "subject.weeks"));
    world_free(w);
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(test_namespaces),
        CK_CASE(test_modeller_file),
        CK_CASE(test_imports),
        CK_CASE(test_refusals),
        CK_CASE(test_expression_errors_point_at_the_place),
        CK_CASE(test_not_a_model),
        CK_CASE(test_what_is_odd_is_said),
        CK_CASE(test_long_chain_is_refused_not_crashed),
        CK_CASE(test_item_definitions),
        CK_CASE(test_binding),
    };
    return ck_run("dmn load", cases, ST_LEN(cases));
}
