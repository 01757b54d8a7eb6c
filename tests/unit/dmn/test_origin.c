/* What a decision came from: each element once, decisions before what they need, with expressions
 * wherever they stand and the clauses that the model names. */
#include "models.h"

#define SAYS(text) "<description>" text "</description>"
#define FUNCTION(name, body)                                                                       \
    "<businessKnowledgeModel id='f_" name "' name='" name "'>" body "</businessKnowledgeModel>"
#define SOURCE(id) "<authorityRequirement><requiredAuthority href='" id "'/></authorityRequirement>"

static void on_rule(void *ctx, const st_matched_rule *r) {
    st_buf *b = ctx;
    (void)st_buf_fmt(b, " %.*s#%u", ST_FMT(r->table), r->rule);
    ck_assert_str_eq(strrchr(r->file, '/'), "/model.dmn");
}

typedef struct heard {
    const world *w;
    st_buf text;
} heard;

/* name=value|clause,clause|expression;expression| table#rule, a line each */
static void on_origin(void *ctx, const st_origin *o) {
    heard *h = ctx;
    st_buf *b = &h->text;
    (void)st_buf_str(b, o->name);
    if (o->decision >= 0) {
        (void)st_buf_ch(b, '=');
        st_feel_print_json(b, o->value);
    }
    for (size_t i = 0; i < o->n_clauses; i++)
        (void)st_buf_fmt(b, "%c%.*s", i ? ',' : '|', ST_FMT(o->clauses[i]));
    for (size_t i = 0; i < o->n_expressions; i++)
        (void)st_buf_fmt(b, "%s%.*s", i ? ";" : "|", ST_FMT(o->expressions[i].text));
    if (o->decision >= 0)
        st_evaluator_matched(h->w->e, o->decision, on_rule, b);
    (void)st_buf_ch(b, '\n');
}

static void came_from(world *w, const char *decision, const char *expected) {
    heard h = {.w = w};
    st_buf_init(&h.text, 0);
    st_evaluator_trace(w->e, true);
    (void)decide_value(w, decision);
    st_evaluator_origins(w->e, on_origin, &h);
    ck_assert_str_eq(h.text.p, expected);
    st_buf_free(&h.text);
}

START_TEST(test_graph_functions_and_tables) {
    world *w = world_new();
    MUST_OPEN(
        w,
        INPUT("a", "number") FUNCTION(
            "step", "<encapsulatedLogic><formalParameter name='n'/><decisionTable "
                    "hitPolicy='UNIQUE'>" COLUMN("n") "<output/>" RULE(CELL("&lt; 5") OUT("1"))
                        RULE(CELL(">= 5") OUT("2")) "</decisionTable></encapsulatedLogic>")
            FUNCTION(
                "twice",
                SAYS("article 4") "<encapsulatedLogic>" SAYS(
                    "its logic") "<formalParameter name='n'/>" LITERAL("2 *\n  step(n)") "</"
                                                                                         "encapsula"
                                                                                         "tedLogic"
                                                                                         ">" NEEDS_FUNCTION(
                                                                                             "ste"
                                                                                             "p"))
                DECISION("base", SAYS(" article\n 1 ") NEEDS_INPUT("a") LITERAL("a + 1"))
                    DECISION("left", NEEDS("base") NEEDS_FUNCTION("twice") LITERAL("twice(base)"))
                        DECISION("right", NEEDS("base") NEEDS_FUNCTION("twice") LITERAL("base"))
                            DECISION("sum", NEEDS("left") NEEDS("right") LITERAL("left + right")));
    set_number(w, "a", 6);
    /* each once, whoever needs it; the rows that fired stand with the decision that asked */
    came_from(w, "sum",
              "sum=11|left + right\nright=7|base\ntwice|article 4,its logic|2 * step(n)\nstep\n"
              "left=4|twice(base) step#2\nbase=7|article 1|a + 1\n");
    set_number(w, "a", 1);
    came_from(w, "left",
              "left=2|twice(base) step#1\ntwice|article 4,its logic|2 * step(n)\nstep\n"
              "base=2|article 1|a + 1\n");
    world_free(w);
}
END_TEST

START_TEST(test_services_contexts_and_sources) {
    world *w = world_new();
    MUST_OPEN(
        w,
        INPUT("a",
              "number") "<knowledgeSource id='k_1' name='Notice  7'/>"
                        "<knowledgeSource id='k_2'/>"
                        "<decisionService id='f_s' name='s'><outputDecision "
                        "href='#d_out'/><encapsulatedDecision href='#d_in'/>"
                        "<inputData href='#i_a'/></decisionService>" DECISION(
                            "in", SAYS("article 2") NEEDS_INPUT("a") LITERAL("a * 2"))
                            DECISION("out", NEEDS("in") LITERAL("in + 1")) DECISION(
                                "call",
                                NEEDS_INPUT("a") NEEDS_FUNCTION("s") SOURCE("#k_1") SOURCE("#k_2")
                                    SOURCE("#nowhere") SOURCE(
                                        "urn:test#k_1") "<context><contextEntry><variable "
                                                        "name='x'/>" LITERAL(
                                                            "s(a)") "</"
                                                                    "contextEntry><"
                                                                    "contextEntry"
                                                                    ">" LITERAL(
                                                                        "x + 1") "</contextEntry></"
                                                                                 "context>"));
    set_number(w, "a", 3);
    came_from(w, "call", "call=8|Notice 7,Notice 7|s(a);x + 1\nout|in + 1\nin|article 2|a * 2\n");
    world_free(w);
}
END_TEST

int main(void) {
    const ck_case cases[] = {CK_CASE(test_graph_functions_and_tables),
                             CK_CASE(test_services_contexts_and_sources)};
    return ck_run("origin", cases, ST_LEN(cases));
}
