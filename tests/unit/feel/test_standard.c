/* What the standard says and tests of other engines found wanting: names as tokens, tests as
 * values, escapes, zones, powers. */
#include "support/check_tap.h"
#include "support/feel_table.h"

#define RUN(rows) feel_check(globals, ST_LEN(globals), rows, ST_LEN(rows), NULL)

static const feel_global globals[] = {
    {"a-b", &st_feel_any, {.kind = ST_STRING, .n = 4, .u.s = "name"}},
    {"x", &st_feel_any, {.kind = ST_NUMBER, .u.num = {{7, UINT64_C(6176) << 49}}}},
    {"before + after", &st_feel_any, {.kind = ST_STRING, .n = 4, .u.s = "both"}},
    {"is ok?", &st_feel_any, {.kind = ST_BOOL, .u.b = true}},
    {"nothing", &st_feel_any, {.kind = ST_NULL}},
};

START_TEST(names) {
    static const feel_row rows[] = {
        {"a-b", "name"},
        {"a - b", "name"},
        {"a\n -  b", "name"},
        {"before+after", "both"},
        {"before +after = \"both\"", "true"},
        {"is ok?", "true"},
        {"is  ok? and true", "true"},
        {"{a+b: 1, r: a + b}.r", "1"},
        {"{a + b: 1}.a+b", "1"},
        {"{a + b: 1} = {a+b: 1}", "true"},
        {"{a+b: 1, a + b: 2}", "!two entries are called `a + b`\n         ^^^^^"},
        {"get value({a+    +b: 1}, \"a + + b\")", "1"},
        {"context put({a+b: 1}, \"c\", 2).a + b", "1"},
        {"(function(a+b) a +b)(a + b: 4)", "4"},
        {"(function(ok?) ok?)(3)", "3"},
        {"{?x: 1, ? y: 2, x?y: 3, z?: 4, r: [?x, ? y, x?y, z?]}.r", "[1, 2, 3, 4]"},
        {"{`a b`: 1, r: `a b` + 1}.`r`", "2"},
        {"`no such`", "!unknown name `no such`\n^^^^^^^^^"},
        {"`open", "!a name in backticks does not end\n^"},
        {"x-1", "6"},
        {"ab", "!unknown name `ab`: did you mean `a-b`?\n^^"},
        {"a-bc", "!unknown name `a`: did you mean `x`?\n^"},
    };
    RUN(rows);
}
END_TEST

START_TEST(tests_as_values) {
    static const feel_row rows[] = {
        {"< 10", "(< 10)"},
        {"5 in [< 3, > 4]", "true"},
        {"[ > 5, < 2 ]", "[(> 5), (< 2)]"},
        {"{adult: >= 18, r: [20 in adult, 17 in adult]}.r", "[true, false]"},
        {"{minor: < 18}.minor(16)", "true"},
        {"{other: != 18}.other(18)", "false"},
        {"{other: != 18}.other(\"a\")", "null : string cannot be tested by this range"},
        {"{minor: < 18}.minor(1, 2)", "null : range is not a function"},
        {"[1, 2, 3][> 1]", "[2, 3]"},
        {"[1, 2, 3][[1..2]]", "[1, 2]"},
        {"[][> 1]", "[]"},
        {"(if true then < 3 else > 3)(2)", "true"},
        {"for t in [< 10, [1..3], 5] return 2 in t", "[true, true, false]"},
        {"< 10 instance of range", "true"},
        {"< 10 + 5", "(< 15)"},
        {"(= 10)", "(= 10)"},
        {"1 == 1", "!a value is expected, but found `=`\n   ^"},
        {"1 + < 2", "!a value is expected, but found `<`\n    ^"},
        {"- > 2", "!a value is expected, but found `>`\n  ^"},
        {"= ", "!the expression ends where a value is expected\n ^"},
    };
    RUN(rows);
}
END_TEST

START_TEST(cells) {
    static const feel_row three[] = {
        {"4 < 10", "true"},
        {"4 > 10", "false"},
        {"even(4)", "true"},
        {"not(4 > 10)", "true"},
        {"not(even(4))", "false"},
        {"list contains([1, 2, 3], 3)", "true"},
        {"x = 7", "true"},
        {"x = 8", "false"},
        {"true", "null : number cannot be tested by `true`"},
        {"1 + 2", "true"},
        {"not([0..2[)", "true"},
        {"not(]2..4])", "false"},
        {"not((1..4[)", "false"},
        {"not(4, ]0..4), 5)", "false"},
        {"not(4, ]4..5))", "true"},
        {"not(>= 4, ]4..5[, 7)", "true"},
        {"not([0..2[), 3", "true"},
        {"[0..3[, (2..4[", "true"},
        {"not(3) or 1 = 1", "true"},
        {"not(", "!the expression ends where a value is expected\n   ^"},
    };
    static const feel_row yes[] = {
        {"4 < 10", "true"}, {"4 > 10", "false"}, {"true", "true"},
        {"false", "false"}, {"x > 3", "true"},   {"not(true)", "false"},
    };
    static const feel_row none[] = {{"3 > 1", "true"}, {"1 > 3", "false"}, {"true", "false"}};
    st_val n = st_number_int(3), b = st_bool(true), null = st_null();
    feel_check(globals, ST_LEN(globals), three, ST_LEN(three), &n);
    feel_check(globals, ST_LEN(globals), yes, ST_LEN(yes), &b);
    feel_check(globals, ST_LEN(globals), none, ST_LEN(none), &null);
}
END_TEST

START_TEST(texts_and_times) {
    static const feel_row rows[] = {
        {"string length(\"\\b\")", "2"},
        {"string length(\"\\f\")", "2"},
        {"\"C:\\bin\" = \"C:\\\\bin\"", "true"},
        {"string length(\"\\n\\r\\t\\\"\\'\\\\\")", "6"},
        {"time(\"23:00:50z\") = time(\"23:00:50+00:00\")", "true"},
        {"is(@\"23:00:50z\", @\"23:00:50Z\")", "true"},
        {"time(\"23:59:00z\") + duration(\"PT2M\") = time(\"00:01:00@Etc/UTC\")", "true"},
        {"date and time(\"2012-12-24T23:59:00z\")", "2012-12-24T23:59:00Z"},
        {"@\"2012-12-24z\"",
         "!`2012-12-24z` is no date, time, date and time, or duration\n^^^^^^^^^^^^^^"},
        {"is()", "null : is: there is nothing to compare"},
        {"is(value1: 1)", "false"},
    };
    RUN(rows);
}
END_TEST

/* A variable hides a function of its name only where it can be called itself. */
START_TEST(hidden_functions) {
    static const feel_row rows[] = {
        {"date < date(\"2020-01-01\")", "true"},
        {"date(date, time(\"10:00:00\"))", "null : date takes 1 to 3 arguments, not 2"},
        {"{abs: function(x) 7}.abs(1)", "7"},
        {"{abs: 5, r: abs(-3)}.r", "3"},
        {"{abs: if date = null then 1 else function(x) 7, r: abs(-3)}.r", "7"},
        {"{date: < @\"2020-01-01\", r: date(@\"2019-01-01\")}.r", "true"},
        {"for sum in [1, 2] return sum([sum, 1])", "[2, 3]"},
    };
    static const feel_global day[] = {
        {"date", &st_feel_any, {.kind = ST_DATE, .u.date = {2019, 5, 5}}}};
    feel_check(day, 1, rows, ST_LEN(rows), NULL);
}
END_TEST

START_TEST(between) {
    static const feel_row rows[] = {
        {"3 between 5 and nothing", "false"},
        {"3 between 5 and \"x\"", "false"},
        {"11 between nothing and 10", "false"},
        {"7 between 5 and nothing", "null : `<=` with null: the right side has no value"},
        {"nothing between 1 and 2", "null : `>=` with null: the left side has no value"},
        {"5 between 5 and 5", "true"},
    };
    RUN(rows);
}
END_TEST

START_TEST(powers) {
    static const feel_row rows[] = {
        {"[100 ** 0.5, 1.44 ** 0.5, 27 ** (1 / 3)]", "[10, 1.2, 3]"},
        {"every i in 1..300 satisfies (i * i) ** 0.5 = i", "true"},
        {"every i in 1..300 satisfies (i * i / 10000) ** 0.5 = i / 100", "true"},
        {"(1 + 0.25 / 12) ** -36", "0.4760205091170818021506889024299513"},
        {"2 ** -1", "0.5"},
        {"(-8) ** 3", "-512"},
        {"(-8) ** -3", "-0.001953125"},
        {"(-8) ** 0.5", "null : the result of `**` is undefined or out of range"},
        {"0 ** 0", "1"},
        {"0 ** -1", "null : the result of `**` is undefined or out of range"},
        {"1.10 ** 2", "1.2100"},
        {"100 ** 2", "10000"},
        {"10 ** 7000", "null : the result of `**` is undefined or out of range"},
        {"10 ** -7000", "0"},
        {"(10 ** -3000) ** 2.05 > 0", "true"},
        /* exactly between two decimals of 34 digits: to the even one */
        {"2 ** -50 = 8.881784197001252323389053344726562e-16", "true"},
        {"99999999999.5 ** 3 = 999999999985000000000074999999999.9", "true"},
        {"(99999999999.5 * 99999999999.5) ** 1.5 = 99999999999.5 ** 3", "true"},
        {"exp(1) = 2.718281828459045235360287471352662", "true"},
        {"log(10) = 2.302585092994045684017991454684364", "true"},
        {"log(1.000000000000000000000000000000001) = 9.999999999999999999999999999999995e-34",
         "true"},
        {"log(0)", "null : log: logarithm of a number that is not positive"},
    };
    RUN(rows);
}
END_TEST

static void collect(void *ctx, const st_err *e) {
    (void)snprintf(ctx, 200, "%s", e->msg);
}

/* The author may have meant to subtract. */
START_TEST(read_as_name) {
    static const struct {
        const char *text, *told;
    } rows[] = {
        {"a - b", "`a - b` is read as the one name `a-b`; for an operation write `(a) - b`"},
        {"a-b", ""},
        {"c - d", ""},
    };
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        st_arena arena;
        char told[200] = "";
        st_arena_init(&arena, 0);
        st_feel_builder *b = st_feel_builder_new(&arena, collect, told);
        static const char *const known[] = {"a", "b", "a-b", "c-d"};
        for (uint32_t k = 0; k < ST_LEN(known); k++)
            st_feel_global(b, st_str_of(known[k]), k, &st_feel_number);
        st_src src = st_src_of(st_str_of(rows[i].text));
        ck_assert_ptr_nonnull(st_feel_parse(b, &src, NULL));
        ck_assert_str_eq(told, rows[i].told);
        st_arena_free(&arena);
    }
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(names),           CK_CASE(tests_as_values),  CK_CASE(cells),
        CK_CASE(texts_and_times), CK_CASE(hidden_functions), CK_CASE(between),
        CK_CASE(powers),          CK_CASE(read_as_name),
    };
    return ck_run("standard", cases, ST_LEN(cases));
}
