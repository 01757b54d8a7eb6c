/* What modellers and other engines write and the standard allows. */
#include "models.h"

/* Trisotech draws a service around a whole diagram. */
START_TEST(service_without_output) {
    world *w = world_new();
    MUST_OPEN(w, "<decisionService id='f_whole' name='whole'/>" DECISION("a", LITERAL("1"))
                     DECISION("b", NEEDS_FUNCTION("whole") LITERAL("whole()")));
    ck_assert_int_eq(w->n_findings, 1);
    ck_assert_int_eq(w->severities[0], ST_SEV_WARNING);
    ck_assert_str_eq(w->findings[0],
                     "decision service 'whole' has no output decision: calling it gives null");
    ck_assert_str_eq(decide(w, "a"), "1");
    ck_assert_str_eq(decide(w, "b"), "null: DMN-024");
    world_free(w);
}
END_TEST

#define GREETING                                                                                   \
    "<itemDefinition name='tFn'><functionItem outputTypeRef='string'>"                             \
    "<parameters name='p' typeRef='string'/></functionItem></itemDefinition>"

START_TEST(function_type_on_logic) {
    world *w = world_new();
    MUST_OPEN(w, GREETING
              "<businessKnowledgeModel id='f_greet' name='greet'><variable name='greet'/>"
              "<encapsulatedLogic typeRef='tFn'><formalParameter name='p'/>" LITERAL(
                  "\"Hello, \" + p") "</encapsulatedLogic></"
                                     "businessKnowledgeModel>" DECISION("a", NEEDS_FUNCTION("greet")
                                                                                 LITERAL("greet("
                                                                                         "\"x\")"))
                                         DECISION("b", NEEDS_FUNCTION("greet") LITERAL("greet(1)"))
                                             DECISION("c", "<context><contextEntry><variable "
                                                           "name='f'/>"
                                                           "<functionDefinition "
                                                           "typeRef='tFn'><formalParameter "
                                                           "name='p'/>" LITERAL(
                                                               "p") "</"
                                                                    "functionDefini"
                                                                    "tion></"
                                                                    "contextEntry><"
                                                                    "contextEntry"
                                                                    ">" LITERAL("f(1)") "</"
                                                                                        "co"
                                                                                        "nt"
                                                                                        "ex"
                                                                                        "tE"
                                                                                        "nt"
                                                                                        "ry"
                                                                                        "><"
                                                                                        "/c"
                                                                                        "on"
                                                                                        "te"
                                                                                        "xt"
                                                                                        ">"));
    ck_assert_str_eq(decide(w, "a"), "\"Hello, x\"");
    ck_assert_str_eq(decide(w, "b"), "null: FEEL-105");
    ck_assert_str_eq(decide(w, "c"), "null: FEEL-105");
    world_free(w);
    w = world_new();
    ck_assert(!world_model(w, GREETING "<businessKnowledgeModel id='f_g' name='g'>"
                                       "<encapsulatedLogic typeRef='tFn'>" LITERAL(
                                           "1") "</encapsulatedLogic></businessKnowledgeModel>"));
    ck_assert_msg(strstr(w->err.msg, "the logic of 'g' is number, but must be string"), "%s",
                  w->err.msg);
    world_free(w);
}
END_TEST

/* It would be null without a word. */
START_TEST(text_of_another_namespace) {
    world *w = world_new();
    ck_assert(!world_model(
        w,
        DECISION("a", "<literalExpression><text xmlns='urn:other'>1</text></literalExpression>")));
    ck_assert_int_eq(w->err.code, ST_E_DMN_WORD);
    ck_assert_msg(strstr(w->err.msg, "namespace 'urn:other'"), "%s", w->err.msg);
    ck_assert(w->err.pos.line == 1 && w->err.pos.column > 100);
    world_free(w);
}
END_TEST

/* Blanks in the name of a type count as little as in other names. */
START_TEST(type_names) {
    world *w = world_new();
    MUST_OPEN(w,
              "<itemDefinition name='t-a'><typeRef>number</typeRef></itemDefinition>"
              "<itemDefinition name='t + b c'><typeRef>string</typeRef></itemDefinition>" DECISION(
                  "a", LITERAL("[1 instance of t - a, 1 instance of t-a]"))
                  DECISION("b", LITERAL("\"x\" instance of t+b  c")));
    ck_assert_str_eq(decide(w, "a"), "[true,true]");
    ck_assert_str_eq(decide(w, "b"), "true");
    world_free(w);
}
END_TEST

int main(void) {
    const ck_case cases[] = {CK_CASE(service_without_output), CK_CASE(function_type_on_logic),
                             CK_CASE(text_of_another_namespace), CK_CASE(type_names)};
    return ck_run("modellers", cases, ST_LEN(cases));
}
