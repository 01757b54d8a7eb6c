/* External functions: the table of Java's methods, its limits, and that nothing else is reached. */
#include "support/check_tap.h"
#include "feel/feel.h"

static const struct {
    const char *class, *signature, *params, *args, *expected;
} rows[] = {
    {"java.lang.Math", "max(int, int)", "a,b", "3, 9", "9"},
    {"java.lang.Math", "min(double,double)", "a,b", "3.5, 9", "3.5"},
    {"java.lang.Math", "max(int, int)", "a,b", "3.5, 9", "null"},
    {"java.lang.Math", "max(int, int)", "a", "3", "null"},
    {"java.lang.Math", "max(int, int)", "a,b", "\"3\", 9", "null"},
    {"java.lang.Math", "abs(double)", "a", "-2.50", "2.50"},
    {"java.lang.Math", "round(double)", "a", "-2.5", "-2"},
    {"java.lang.Math", "round(double)", "a", "2.5", "3"},
    {"java.lang.Math", "sqrt(double)", "a", "-1", "null"},
    {"java.lang.Math", "foo(double)", "a", "1", "null"},
    {"java.lang.Byte", "valueOf(byte)", "a", "127", "127"},
    {"java.lang.Byte", "valueOf(byte)", "a", "128", "null"},
    {"java.lang.Integer", "parseInt(java.lang.String)", "a", "\"42\"", "42"},
    {"java.lang.Integer", "parseInt(java.lang.String)", "a", "\"4.2\"", "null"},
    {"java.lang.Integer", "parseInt(java.lang.String)", "a", "\"x\"", "null"},
    {"java.lang.String", "valueOf(char)", "a", "\"é\"", "é"},
    {"java.lang.String", "valueOf(char)", "a", "\"ab\"", "null"},
    {"java.lang.String", "format(java.lang.String, [Ljava.lang.Object;)", "a,b",
     "\"%s is 100%%\", 7", "7 is 100%"},
    {"java.lang.String", "format(java.lang.String, [Ljava.lang.Object;)", "a,b", "\"%x\", 7",
     "null"},
    {"java.lang.String", "format(java.lang.String, [Ljava.lang.Object;)", "a", "\"%s\"", "null"},
    {"java.lang.Boolean", "parseBoolean(java.lang.String)", "a", "\"TRUE\"", "true"},
    {"java.lang.Runtime", "exec(java.lang.String)", "a", "\"id\"", "null"},
    {"java.lang.Math", "max", "a,b", "1, 2", "null"},
    {"java.lang.Math", "", "a", "1", "null"},
};

static st_val run(st_arena *a, const char *text) {
    st_feel_builder *b = st_feel_builder_new(a, NULL, NULL);
    st_src src = st_src_of(st_str_of(text));
    st_err err;
    st_err_init(&err);
    st_feel_node *n = st_feel_parse(b, &src, &err);
    ck_assert_msg(n != NULL, "%s: %s", text, err.msg);
    static const st_feel_env env;
    st_feel_frame f = {.slots = ST_NEWN(a, st_val, st_feel_slots(b) + 1), .arena = a, .env = &env};
    return st_feel_eval(n, &f);
}

START_TEST(test_table) {
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        st_arena a;
        st_arena_init(&a, 0);
        st_buf b;
        st_buf_init(&b, 0);
        st_val v = run(
            &a,
            st_arena_fmt(
                &a, "(function(%s) external {java: {class: \"%s\", method signature: \"%s\"}})(%s)",
                rows[i].params, rows[i].class, rows[i].signature, rows[i].args));
        st_feel_print(&b, v);
        ck_assert_msg(!strcmp(b.p, rows[i].expected), "%s: %s, not %s", rows[i].signature, b.p,
                      rows[i].expected);
        ck_assert(!st_is_null(v) || v.u.reason);
        st_buf_free(&b);
        st_arena_free(&a);
    }
}
END_TEST

START_TEST(test_angles) {
    static const char *const same[][2] = {
        {"cos(double)", "0|1"},
        {"cos(double)", "3.141592653589793238462643383279503|-1"},
        {"sin(double)", "0|0"},
        {"sin(double)", "1000000|-0.34999350217129295"},
        {"cos(double)", "-2|-0.4161468365471424"},
    };
    for (size_t i = 0; i < ST_LEN(same); i++) {
        st_arena a;
        st_arena_init(&a, 0);
        const char *bar = strchr(same[i][1], '|');
        st_val v = run(&a, st_arena_fmt(&a,
                                        "abs((function(x) external {java: {class: "
                                        "\"java.lang.Math\", method signature: \"%s\"}})"
                                        "(%.*s) - (%s)) < 1e-15",
                                        same[i][0], (int)(bar - same[i][1]), same[i][1], bar + 1));
        ck_assert_msg(st_is_true(v), "%s of %s", same[i][0], same[i][1]);
        st_arena_free(&a);
    }
}
END_TEST

int main(void) {
    const ck_case cases[] = {CK_CASE(test_table), CK_CASE(test_angles)};
    return ck_run("feel external", cases, ST_LEN(cases));
}
