/* Tables at the borders of what a cell, a policy and a type are; models written out with types. */
#include "models.h"

/* -- cells -- */

#define ONE_CELL                                                                                                      \
    UNTYPED("s")                                                                                                      \
    "<decision id='d_d' name='d'><variable name='d'/>" NEEDS_INPUT(                                                   \
        "s") "<decisionTable hitPolicy='FIRST'>" COLUMN("s") "<output/><rule><inputEntry><text>%s"                    \
                                                             "</text></inputEntry>" OUT(                              \
                                                                 "1") "</rule>" RULE(CELL("-")                        \
                                                                                         OUT("2")) "</decisionTable>" \
                                                                                                   "</decision>"

START_TEST(ranges_of_texts) {
    static const struct {
        const char *cell, *value, *want;
    } cases[] = {
        {"[\"a\"..\"c\"]", "a", "1"},        {"[\"a\"..\"c\"]", "b", "1"},
        {"[\"a\"..\"c\"]", "c", "1"},        {"[\"a\"..\"c\"]", "d", "2"},
        {"[\"a\"..\"c\"]", "bb", "1"},       {"(\"a\"..\"c\")", "a", "2"},
        {"(\"a\"..\"c\")", "b", "1"},        {"not([\"a\"..\"c\"])", "b", "2"},
        {"[\"b\"..\"b\"]", "b", "1"},        {"[\"b\"..\"b\"]", "a", "2"},
        {"\"x\", [\"a\"..\"c\"]", "b", "1"}, {"\"x\", [\"a\"..\"c\"]", "x", "1"},
        {"&gt;= \"b\"", "b", "1"},           {"&gt;= \"b\"", "a", "2"},
    };
    for (size_t i = 0; i < ST_LEN(cases); i++) {
        world *w = world_new();
        char body[2048];
        (void)snprintf(body, sizeof body, ONE_CELL, cases[i].cell);
        MUST_OPEN(w, body);
        set_text(w, "s", cases[i].value);
        ck_assert_msg(!strcmp(decide(w, "d"), cases[i].want), "%s of %s: %s", cases[i].value,
                      cases[i].cell, w->shown);
        world_free(w);
    }
}
END_TEST

/* -- what a table gives -- */

START_TEST(types_of_tables) {
    static const struct {
        const char *policy;
        int kind; /* of the decision's value */
        int item; /* of a list's items */
    } cases[] = {
        {"UNIQUE", ST_T_STRING, 0},
        {"FIRST", ST_T_STRING, 0},
        {"ANY", ST_T_STRING, 0},
        {"PRIORITY", ST_T_STRING, 0},
        {"COLLECT", ST_T_LIST, ST_T_STRING},
        {"RULE ORDER", ST_T_LIST, ST_T_STRING},
        {"OUTPUT ORDER", ST_T_LIST, ST_T_STRING},
        {"COLLECT' aggregation='COUNT", ST_T_NUMBER, 0},
    };
    for (size_t i = 0; i < ST_LEN(cases); i++) {
        world *w = world_new();
        char body[2048];
        (void)snprintf(
            body, sizeof body,
            INPUT("n", "number") "<decision id='d_d' name='d'><variable name='d'/>" NEEDS_INPUT(
                "n") "<decisionTable hitPolicy='%s'>" COLUMN("n") "<output typeRef='string'>"
                                                                  "<outputValues><text>\"a\",\"b\"<"
                                                                  "/text></outputValues></"
                                                                  "output>" RULE(CELL("&lt; 5")
                                                                                     OUT("\"a\""))
                                                                      RULE(CELL("&gt;= 5") OUT(
                                                                          "\"b\"")) "</"
                                                                                    "decisionTable>"
                                                                                    "</decision>",
            cases[i].policy);
        MUST_OPEN(w, body);
        const st_feel_type *t = st_model_decision_type(w->m, st_model_decision(w->m, ST_STR("d")));
        ck_assert_msg((int)t->kind == cases[i].kind, "%s: kind %d", cases[i].policy, (int)t->kind);
        if (cases[i].item)
            ck_assert_msg((int)t->elem->kind == cases[i].item, "%s", cases[i].policy);
        world_free(w);
    }
}
END_TEST

/* A declaration that holds is no news; one that never can is. */
START_TEST(declared_inputs) {
    static const struct {
        const char *type;
        int findings;
    } cases[] = {{"number", 0}, {"string", 1}, {"date", 1}};
    for (size_t i = 0; i < ST_LEN(cases); i++) {
        world *w = world_new();
        char body[2048];
        (void)snprintf(
            body, sizeof body,
            INPUT("n", "number") "<decision id='d_d' name='d'><variable name='d'/>" NEEDS_INPUT(
                "n") "<decisionTable hitPolicy='FIRST'><input>"
                     "<inputExpression typeRef='%s'><text>n + 1</text></inputExpression></input>"
                     "<output/>" RULE(CELL("-") OUT("2")) "</decisionTable></decision>",
            cases[i].type);
        MUST_OPEN(w, body);
        ck_assert_msg(w->n_findings == cases[i].findings, "%s: %d findings, the first: %s",
                      cases[i].type, w->n_findings, w->findings[0]);
        if (cases[i].findings)
            ck_assert_ptr_nonnull(strstr(w->findings[0], "which its values never are"));
        world_free(w);
    }
}
END_TEST

/* -- a model with the types of the records -- */

static const st_str subject_names[] = {ST_STR("paid days"), ST_STR("a<b")};
static const st_shape subject_shape = {2, subject_names};
static const st_feel_field subject_fields[] = {{{"paid days", 9}, &st_feel_number},
                                               {{"a<b", 3}, &st_feel_string}};
static const st_feel_type subject = {
    .kind = ST_T_CONTEXT, .fields = subject_fields, .n_fields = 2, .shape = &subject_shape};
static const st_feel_type subjects = {.kind = ST_T_LIST, .elem = &subject};

static const struct {
    const char *name, *before, *after; /* of the whole file */
    const st_feel_type *type;
} typed_cases[] = {
    {"closed at once", "<d xmlns='" NS15 "'><inputData id='i' name='n'/></d>",
     "<d xmlns='" NS15 "'><inputData id='i' name='n'><variable name=\"n\" typeRef=\"number\"/>"
     "</inputData></d>",
     &st_feel_number},
    {"a mark in a name", "<d xmlns='" NS15 "'><inputData id='i/>' name='n'></inputData></d>",
     "<d xmlns='" NS15 "'><inputData id='i/>' name='n'><variable name=\"n\" typeRef=\"date\"/>"
     "</inputData></d>",
     &st_feel_date},
    {"behind a description",
     "<x:d xmlns:x='" NS15 "'><x:inputData id='i' name='n'><x:description>of days</x:description>"
     "</x:inputData></x:d>",
     "<x:d xmlns:x='" NS15 "'><x:inputData id='i' name='n'><x:description>of days</x:description>"
     "<x:variable name=\"n\" typeRef=\"string\"/></x:inputData></x:d>",
     &st_feel_string},
    {"a prefix of its own",
     "<d xmlns='" NS15 "' xmlns:x='" NS15 "'><x:inputData id='i' name='n'></x:inputData></d>",
     "<d xmlns='" NS15 "' xmlns:x='" NS15 "'><x:inputData id='i' name='n'><variable name=\"n\" "
     "typeRef=\"number\"/></x:inputData></d>",
     &st_feel_number},
    {"a variable without a type",
     "<d xmlns='" NS15 "'><inputData id='i' name='n'><variable name='n'/></inputData></d>",
     "<d xmlns='" NS15 "'><inputData id='i' name='n'><variable typeRef=\"boolean\" name='n'/>"
     "</inputData></d>",
     &st_feel_boolean},
    {"a type that says nothing",
     "<d xmlns='" NS15 "'><inputData id='i' name='n'><variable name='n' typeRef='Any'/>"
     "</inputData></d>",
     "<d xmlns='" NS15 "'><inputData id='i' name='n'><variable name='n' typeRef='number'/>"
     "</inputData></d>",
     &st_feel_number},
    {"a declared one stays",
     "<d xmlns='" NS15 "'><inputData id='i' name='n'><variable name='n' typeRef='number'/>"
     "</inputData></d>",
     "<d xmlns='" NS15 "'><inputData id='i' name='n'><variable name='n' typeRef='number'/>"
     "</inputData></d>",
     &st_feel_number},
    {"facts", "<d xmlns='" NS15 "'><inputData id='i' name='n'/></d>",
     "<d xmlns='" NS15 "'>\n  <itemDefinition name=\"t_n\">\n    <itemComponent name=\"paid days\">"
     "<typeRef>number</typeRef></itemComponent>\n    <itemComponent name=\"a&lt;b\"><typeRef>string"
     "</typeRef></itemComponent></itemDefinition>\n  <inputData id='i' name='n'><variable "
     "name=\"n\" typeRef=\"t_n\"/></inputData></d>",
     &subject},
    {"a list of facts", "<d xmlns='" NS15 "'><inputData id='i' name='n'/></d>",
     "<d xmlns='" NS15 "'>\n  <itemDefinition name=\"t_n\" isCollection=\"true\">\n    "
     "<itemComponent name=\"paid days\"><typeRef>number</typeRef></itemComponent>\n    "
     "<itemComponent name=\"a&lt;b\"><typeRef>string</typeRef></itemComponent></itemDefinition>\n"
     "  <inputData id='i' name='n'><variable name=\"n\" typeRef=\"t_n\"/></inputData></d>",
     &subjects},
    {"a name that is taken",
     "<d xmlns='" NS15 "'><itemDefinition name='t_n'><typeRef>number</typeRef></itemDefinition>"
     "<inputData id='i' name='n'/></d>",
     NULL, &subject},
};

static void definitions(char *out, size_t size, const char *text) {
    /* <d ...> stands for <definitions name='n' namespace='urn:n' ...> */
    const char *open = strstr(text, "<x:d ") ? "<x:d " : "<d ", *x = open[1] == 'x' ? "x:" : "";
    (void)snprintf(out, size, "<%sdefinitions name='n' namespace='urn:n' %.*s</%sdefinitions>", x,
                   (int)(strlen(text) - strlen(open) - strlen(x) - strlen("</d>")),
                   text + strlen(open), x);
}

START_TEST(models_with_the_types_of_records) {
    for (size_t i = 0; i < ST_LEN(typed_cases); i++) {
        world *w = world_new();
        char before[2048], after[2048];
        definitions(before, sizeof before, typed_cases[i].before);
        const char *path = world_file(w, "m.dmn", before);
        const st_model_binding binding = {"n", typed_cases[i].type};
        bool ok = st_model_open(&path, 1, &binding, 1, NULL, NULL, &w->m, &w->err);
        ck_assert_msg(ok, "%s: %s", typed_cases[i].name, w->err.msg);
        st_buf out;
        st_buf_init(&out, 0);
        st_model_typed_text(w->m, st_str_of(before), &out);
        if (typed_cases[i].after) {
            definitions(after, sizeof after, typed_cases[i].after);
            ck_assert_msg(!strcmp(out.p, after), "%s:\n%s\n%s", typed_cases[i].name, out.p, after);
        }
        /* read again, it needs no records */
        world *again = world_new();
        (void)world_file(again, "m.dmn", out.p);
        ck_assert_msg(world_open(again), "%s: %s\n%s", typed_cases[i].name, again->err.msg, out.p);
        world_free(again);
        st_buf_free(&out);
        world_free(w);
    }
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(ranges_of_texts),
        CK_CASE(types_of_tables),
        CK_CASE(declared_inputs),
        CK_CASE(models_with_the_types_of_records),
    };
    return ck_run("dmn bounds", cases, ST_LEN(cases));
}
