/* The conformance runner: that it is strict, and that the public kit passes (read from beside the
 * checkout). */
#include "models.h"
#include <dirent.h>

#define MODEL                                                                                      \
    "<definitions xmlns='" NS15 "' namespace='urn:t' name='t'>" INPUT("n", "number") DECISION(     \
        "d", NEEDS_INPUT("n") LITERAL("n * 2")) DECISION("c", LITERAL("{a: 1, b: [1, \"x\"]}"))    \
        DECISION("p", LITERAL("duration(\"P1Y\")")) DECISION("e", LITERAL("1 + \"a\""))            \
            DECISION("u", LITERAL("gone + 1"))                                                     \
                DECISION("o", NEEDS("d") LITERAL(                                                  \
                                  "d + 1")) "<decisionService id='s' name='s'><outputDecision "    \
                                            "href='#d_o'/><inputDecision "                         \
                                            "href='#d_d'/></decisionService></definitions>"

#define TEST(attributes, inputs, node, error, expected)                                            \
    "<testCases xmlns='http://www.omg.org/spec/DMN/20160719/testcase' "                            \
    "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' "                                       \
    "xmlns:xsd='http://www.w3.org/2001/XMLSchema'><modelName>m.dmn</modelName><testCase "          \
    "id='1' " attributes ">" inputs "<resultNode name='" node "' errorResult='" error              \
    "'><expected>" expected "</expected></resultNode></testCase></testCases>"
#define VALUE(type, v) "<value xsi:type='xsd:" type "'>" v "</value>"
#define NIL "<value xsi:nil='true'/>"
#define N(v) "<inputNode name='n'>" VALUE("decimal", v) "</inputNode>"
#define LIST                                                                                       \
    "<component name='b'><list><item>" VALUE("decimal", "1") "</item><item>" VALUE(                \
        "string", "x") "</item></list></component>"

typedef struct one {
    const char *test;
    bool passes, not_null;
} one;

static const one ones[] = {
    {TEST("", N("21"), "d", "false", VALUE("decimal", "42")), true, true},
    {TEST("", N("21"), "d", "false", VALUE("decimal", "42.000000005")), true, true},
    {TEST("", N("21"), "d", "false", VALUE("decimal", "42.0000001")), false, true},
    {TEST("", N("21"), "d", "false", VALUE("string", "42")), false, true},
    {TEST("", N("21"), "d", "false", NIL), false, false},
    {TEST("", "", "d", "true", NIL), true, false},
    {TEST("", "", "c", "false", "<component name='a'>" VALUE("decimal", "1") "</component>" LIST),
     true, true},
    {TEST("", "", "c", "false", "<component name='a'>" VALUE("decimal", "1") "</component>"), false,
     true},
    {TEST("", "", "p", "false", VALUE("duration", "P1Y")), true, true},
    {TEST("", "", "p", "false", VALUE("duration", "P12M")), true, true},
    {TEST("", "", "p", "false", VALUE("duration", "P13M")), false, true},
    {TEST("", "", "p", "false", VALUE("duration", "P365D")), false, true},
    {TEST("", "", "e", "true", NIL), true, false},
    {TEST("", "", "u", "true", NIL), true, false},
    {TEST("", "", "gone", "true", NIL), false, false},
    {TEST("", "<inputNode name='d'>" VALUE("decimal", "9") "</inputNode>", "o", "false",
          VALUE("decimal", "10")),
     true, true},
    {TEST("type='decisionService' invocableName='s'",
          "<inputNode name='d'>" VALUE("decimal", "5") "</inputNode>", "o", "false",
          VALUE("decimal", "6")),
     true, true},
    {TEST("type='decisionService' invocableName='gone'", "", "o", "true", NIL), false, false},
};

START_TEST(test_runner_is_strict) {
    for (size_t i = 0; i < ST_LEN(ones); i++) {
        world *w = world_new();
        world_file(w, "m.dmn", MODEL);
        st_tck_result r;
        bool ran = st_tck_run(world_file(w, "t.xml", ones[i].test), NULL, NULL, &r, &w->err);
        ck_assert_msg(ran, "%s", w->err.msg);
        ck_assert_msg(r.passed == ones[i].passes && r.failed == !ones[i].passes, "test %zu", i);
        ck_assert_msg(r.passed_not_null == (ones[i].passes && ones[i].not_null), "test %zu", i);
        world_free(w);
    }
}
END_TEST

START_TEST(test_unusable_files) {
    world *w = world_new();
    st_tck_result r;
    ck_assert(!st_tck_run(world_file(w, "t.xml", "<other/>"), NULL, NULL, &r, &w->err));
    ck_assert_int_eq(w->err.code, ST_E_TCK_FILE);
    st_err_init(&w->err);
    ck_assert(!st_tck_run(
        world_file(w, "u.xml", "<testCases><modelName>gone.dmn</modelName></testCases>"), NULL,
        NULL, &r, &w->err));
    ck_assert_int_eq(w->err.code, ST_E_FILE_MISSING);
    world_free(w);
}
END_TEST

/* -- the kit -- */

static st_tck_result sum;
static char first_failure[512];

static void run_folder(const char *folder) {
    DIR *d = opendir(folder);
    ck_assert_ptr_nonnull(d);
    char path[1024];
    for (const struct dirent *x; (x = readdir(d)) != NULL;) {
        if (x->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, x->d_name);
        if (x->d_type == DT_DIR)
            run_folder(path);
        if (!st_str_ends(st_str_of(path), ".xml"))
            continue;
        st_tck_result r;
        st_err err;
        st_err_init(&err);
        ck_assert_msg(st_tck_run(path, NULL, NULL, &r, &err), "%s: %s", path, err.msg);
        if (r.failed && !first_failure[0])
            snprintf(first_failure, sizeof first_failure, "%s", path);
        sum.passed += r.passed;
        sum.failed += r.failed;
        sum.passed_not_null += r.passed_not_null;
    }
    closedir(d);
}

START_TEST(test_kit) {
    const char *shared = getenv("STIPEND_SHARED");
    char path[600];
    snprintf(path, sizeof path, "%s/dmn-tck", shared ? shared : "../shared");
    if (access(path, R_OK) != 0) {
        printf("# the conformance kit is not at %s: skipped\n", path);
        return;
    }
    run_folder(path);
    ck_assert_msg(sum.failed == 0, "%d cases failed, first in %s", (int)sum.failed, first_failure);
    ck_assert_uint_ge(sum.passed, 2520);
    ck_assert_uint_ge(sum.passed_not_null, 1444);
}
END_TEST

int main(void) {
    const ck_case cases[] = {CK_CASE(test_runner_is_strict), CK_CASE(test_unusable_files),
                             CK_CASE(test_kit)};
    return ck_run("dmn tck", cases, ST_LEN(cases));
}
