/* Expressions and what they evaluate to. */
#include "support/check_tap.h"
#include "support/feel_table.h"

static feel_global globals[8];
static size_t n_globals;
static st_arena arena;

static void setup(void) {
    st_arena_init(&arena, 0);
    static st_val ages[3];
    for (int i = 0; i < 3; i++)
        ages[i] = st_number_int(10 * (i + 1));
    n_globals = 0;
    globals[n_globals++] = (feel_global){"in1", &st_feel_number, st_number_int(7)};
    globals[n_globals++] = (feel_global){"工龄（月）", &st_feel_number, st_number_int(26)};
    globals[n_globals++] = (feel_global){"a-b", &st_feel_number, st_number_int(100)};
    globals[n_globals++] =
        (feel_global){"days in weekend", &st_feel_any, st_list_val(&arena, ages, 3)};
    globals[n_globals++] = (feel_global){"a", &st_feel_number, st_number_int(5)};
    globals[n_globals++] = (feel_global){"b", &st_feel_number, st_number_int(3)};
    globals[n_globals++] = (feel_global){"nothing", &st_feel_any, st_null()};
    globals[n_globals++] = (feel_global){"if paid", &st_feel_boolean, st_bool(true)};
}
static void teardown(void) {
    st_arena_free(&arena);
}

#define RUN(rows)                                                                                  \
    do {                                                                                           \
        setup();                                                                                   \
        feel_check(globals, n_globals, rows, ST_LEN(rows), NULL);                                  \
        teardown();                                                                                \
    } while (0)

START_TEST(numbers) {
    static const feel_row rows[] = {
        {"1 + 2 * 3", "7"},
        {"(1 + 2) * 3", "9"},
        {"-3 ** 2", "9"},
        {"3 ** 4 ** 5", "3486784401"},
        {"10 ** -2", "0.01"},
        {"-10--5", "-5"},
        {".872", "0.872"},
        {"1.23e4", "12300"},
        {"1.23e+4 - 1.23E4", "0"},
        {"125e-2", "1.25"},
        {"1/3", "0.3333333333333333333333333333333333"},
        {"2/3", "0.6666666666666666666666666666666667"},
        {"1000000000000000000000000000000.001 + 0.0005", "1000000000000000000000000000000.002"},
        {"1000000000000000000000000000000.002 + 0.0005", "1000000000000000000000000000000.002"},
        {"0.1 + 0.2 = 0.3", "true"},
        {"9999999999999999999999999999999999 + 1 = 10000000000000000000000000000000000", "true"},
        {"3000.00 * 0.5", "1500.000"},
        {"1 / 0", "null : division by zero"},
        {"1e6000 * 1e6000", "null : the result of `*` is undefined or out of range"},
        {"1 // a comment\n+ 1", "2"},
        {"1 /* 2 + \n */ + 1", "2"},
    };
    RUN(rows);
}
END_TEST

START_TEST(names) {
    static const feel_row rows[] = {
        {"in1", "7"},
        {"in1 + 1", "8"},
        {"工龄（月） >= 24", "true"},
        {"a-b", "100"},
        {"a - b", "100"},
        {"a -b", "100"},
        {"(a) - b", "2"},
        {"b-a", "-2"},
        {"a-b-a", "95"},
        {"days  in\n weekend", "[10, 20, 30]"},
        {"for i in days in weekend return i + 1", "[11, 21, 31]"},
        {"10 in days in weekend", "true"},
        {"if paid", "true"},
        {"if if paid then 1 else 2", "1"},
        {"for 月份 in [1,2] return 月份 * 2", "[2, 4]"},
        {"{基本 工资: 3000, 津贴: 基本 工资 * 0.1}.津贴", "300.0"},
        {"{a+b: 1}.a+b", "1"},
        {"date and time(\"2024-01-31T10:00:00\").time offset", "null"},
        {"[{full name: \"x\"}].full name", "[\"x\"]"},
        {"[1..3].start included", "true"},
    };
    RUN(rows);
}
END_TEST

START_TEST(strings) {
    static const feel_row rows[] = {
        {"\"a\" + \"b\"", "ab"},
        {"\"\\u4e2d\\U01F40E\" = \"中🐎\"", "true"},
        {"\"\\ud83d\\udc0e\" = \"🐎\"", "true"},
        {"\"tab\\t.\"", "tab\t."},
        {"\"\\\"\"", "\""},
        {"\"\\\\u0009\"", "\\u0009"},
        {"\"\\d\"", "\\d"},
        {"\"中\" < \"文\"", "true"},
        {"\"a\" + 1", "null : `+` is not defined for string and number"},
        {"nothing + 1", "null : `+` with null: the left side has no value"},
    };
    RUN(rows);
}
END_TEST

START_TEST(logic) {
    static const feel_row rows[] = {
        {"true and nothing", "null : `and` of boolean and null is not known"},
        {"false and nothing", "false"},
        {"nothing and false", "false"},
        {"true or nothing", "true"},
        {"nothing or true", "true"},
        {"false or 1", "null : `or` of boolean and number is not known"},
        {"true or false and false", "true"},
        {"1 < 2 and 2 < 3 or false", "true"},
        {"a > 1 and nothing > 1", "null : `>` with null: the left side has no value"},
        {"if nothing > 1 then \"yes\" else \"no\"", "no"},
        {"nothing = null", "true"},
        {"nothing != null", "false"},
        {"1 = \"1\"", "null : `=` cannot compare number with string"},
        {"1 < \"1\"", "null : `<` cannot compare number with string"},
        {"5 between 1 and 10 and true", "true"},
        {"nothing between 1 and 2", "null : `>=` with null: the left side has no value"},
        {"1 = 1.0", "true"},
        {"[1, 2] = [1, 2]", "true"},
        {"{a: 1, b: 2} = {b: 2, a: 1}", "true"},
    };
    RUN(rows);
}
END_TEST

START_TEST(membership) {
    static const feel_row rows[] = {
        {"5 in (1..5]", "true"},
        {"1 in ]1..5]", "false"},
        {"5 in [1..5)", "false"},
        {"5 in [1..5[", "false"},
        {"5 in (< 3, > 4)", "true"},
        {"5 in >= 5", "true"},
        {"5 in !=5", "false"},
        {"5 in ([1..3], 5)", "true"},
        {"5 in [[1..3], [5..6]]", "true"},
        {"[1,2] in [[1,2,3],[1,2]]", "true"},
        {"\"b\" in [\"a\"..\"c\"]", "true"},
        {"1 in \"a\"", "null : number cannot be tested by `1 in \"a\"`"},
        {"null in [1..2]", "null : null cannot be tested by `null in [1..2]`"},
        {"(=10) = (=10)", "true"},
        {"(=10) = (!=10)", "false"},
        {"(=10) = [10..10]", "false"},
        {"(< 10).end included", "false"},
        {"[1..[5, 6][1]]", "[1..5]"},
        {"5 in [1..{x: 9}.x[", "true"},
        {"5 in [9..1]", "null : number cannot be tested by `5 in [9..1]`"},
        {"[{x: 1}][y > 1]", "[]"},
        {"[{x: 1}][y = null]", "[{x: 1}]"},
    };
    RUN(rows);
}
END_TEST

START_TEST(lists) {
    static const feel_row rows[] = {
        {"[1,2,3][1]", "1"},
        {"[1,2,3][-1]", "3"},
        {"[1,2,3][0]", "null : index 0 of a list of 3"},
        {"[1,2,3][4]", "null : index 4 of a list of 3"},
        {"[1,2,3][b]", "3"},
        {"[1,2,3][item > 1]", "[2, 3]"},
        {"[1,2,3][true]", "[1, 2, 3]"},
        {"[][item > 1]", "[]"},
        {"[][b]", "null : an index of an empty list"},
        {"100[1]", "100"},
        {"100[item > 200]", "[]"},
        {"[{a: 1}, {a: 2}][a >= 2]", "[{a: 2}]"},
        {"[{item: 1}, {item: 2}][item >= 2]", "[{item: 2}]"},
        {"[{x: 1}, {y: 2}][y > 1]", "[{y: 2}]"},
        {"[{x: 1}, {x: null}][x < 2]", "[{x: 1}]"},
        {"[{x: 1}, {y: 2}].y", "[null, 2]"},
        {"[{x: 3}, {x: 5}][x = a]", "[{x: 5}]"},
        {"[1,2,3][\"x\"]", "null : a filter needs a condition or an index, not string"},
        {"[[1,2],[3]][item[1] = 3]", "[[3]]"},
        {"[1,2,3,4][item > 1][2]", "3"},
        {"[{a: {b: [1]}}, {a: {b: [2]}}].a.b", "[[1], [2]]"},
        {"nothing[1]", "null : a filter over null"},
    };
    RUN(rows);
}
END_TEST

START_TEST(loops) {
    static const feel_row rows[] = {
        {"for i in 1..3, j in [10, 20] return i * j", "[10, 20, 20, 40, 30, 60]"},
        {"for i in 3..1 return i", "[3, 2, 1]"},
        {"for i in (1..4) return i", "[2, 3]"},
        {"for i in [3..1] return i", "null : iteration over null"},
        {"for i in (1..2) return i", "[]"},
        {"for i in [1..1) return i", "[]"},
        {"for x in [[1,2],[3]], y in x return y", "[1, 2, 3]"},
        {"for i in 0..4 return if i = 0 then 1 else i * partial[-1]", "[1, 1, 2, 6, 24]"},
        {"for i in 5 return i", "[5]"},
        {"for i in nothing return i", "null : iteration over null"},
        {"for d in @\"2024-02-28\"..@\"2024-03-01\" return d.day", "[28, 29, 1]"},
        {"for i in \"a\"..\"c\" return i",
         "null : iteration from string to string: whole numbers or dates are needed"},
        {"some x in [1,2] satisfies x > 1", "true"},
        {"some x in [] satisfies x > 1", "false"},
        {"every x in [1,2] satisfies x > 1", "false"},
        {"every x in [] satisfies x > 1", "true"},
        {"every x in [2,3], y in [1] satisfies x > y", "true"},
        {"some x in [1] satisfies x", "null : `satisfies` needs true or false, not number"},
        {"some x in [null, 2] satisfies x > 1", "true"},
    };
    RUN(rows);
}
END_TEST

START_TEST(functions) {
    static const feel_row rows[] = {
        {"(function(x: number, y) x + y)(1, 2)", "3"},
        {"(function(x, y) x - y)(y: 1, x: 5)", "4"},
        {"(function(x) function(y) x * y + a)(3)(4)", "17"},
        {"{f: function(x) x + 1, r: f(f(1))}.r", "3"},
        {"for x in [1,2] return (function(y) x + y)(10)", "[11, 12]"},
        {"(function(x: number) x)(\"a\")", "null : argument `x` of function does not fit its type"},
        {"(function(x) x)(1, 2)", "null : function takes 1 arguments, not 2"},
        {"(function(x, y) x)(x: 1, z: 2)", "null : argument `y` is missing"},
        {"123()", "null : number is not a function"},
        {"(function(x) external {java: {class: \"C\", method signature: \"m(int)\"}})(1)",
         "null : the Java method C.m(int) is not known here"},
        {"(function(f) f(-3))(abs)", "3"},
        {"(function(f, n) if n = 0 then \"done\" else f(f, n - 1))(function(f, n) if n = 0 then "
         "\"done\" else f(f, n - 1), 200)",
         "done"},
        {"(function(f) f(f))(function(f) f(f))",
         "null : calls are nested too deep, or take too much memory"},
    };
    RUN(rows);
}
END_TEST

START_TEST(contexts) {
    static const feel_row rows[] = {
        {"{a: 1 + 2, b: a + 3}", "{a: 3, b: 6}"},
        {"{a: {b: {c: 1}}}.a.b.c", "1"},
        {"{x: a}.x", "5"},
        {"{x: a}.y", "null : the context has no entry `y`"},
        {"nothing.y", "null : `.y` of null"},
        {"{}", "{}"},
        {"@\"2024-01-31\".year", "2024"},
        {"\"text\".year", "null : string has no property `year`"},
    };
    RUN(rows);
}
END_TEST

START_TEST(temporal) {
    static const feel_row rows[] = {
        {"@\"2024-01-31\" + @\"P1M\"", "2024-02-29"},
        {"@\"2024-03-01\" - @\"2024-02-01\"", "P29D"},
        {"@\"PT1H\" * 26", "P1DT2H"},
        {"@\"P1Y\" / @\"P3M\"", "4"},
        {"-@\"-P1D\"", "P1D"},
        {"-@\"PT0.5S\" = @\"-PT0.5S\"", "true"},
        {"@\"P1Y\" + @\"P1D\"",
         "null : `+` is not defined for years and months duration and days and time duration"},
        {"today() - @\"2024-03-01\"", "P14D"},
        {"date(\"2024-02-28\") > @\"2024-01-01\"", "true"},
    };
    RUN(rows);
}
END_TEST

START_TEST(instances) {
    static const feel_row rows[] = {
        {"1 instance of number", "true"},
        {"null instance of Any", "false"},
        {"[1] instance of list<number>", "true"},
        {"[1, \"a\"] instance of list<number>", "false"},
        {"{a: 1} instance of context<a: number>", "true"},
        {"{a: 1, b: 2} instance of context<a: number>", "true"},
        {"{b: 2} instance of context<a: number>", "false"},
        {"[1..2] instance of range<number>", "true"},
        {"[1..2] instance of range<string>", "false"},
        {"@\"P1Y\" instance of years and months duration", "true"},
        {"@\"P1D\" instance of years and months duration and true", "false"},
        {"(function(x) x) instance of function<number>->number", "true"},
        {"(function(x: string) x) instance of function<number>->number", "false"},
        {"1 + 1 instance of number", "null : `+` is not defined for number and boolean"},
    };
    RUN(rows);
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(numbers),    CK_CASE(names),    CK_CASE(strings),   CK_CASE(logic),
        CK_CASE(membership), CK_CASE(lists),    CK_CASE(loops),     CK_CASE(functions),
        CK_CASE(contexts),   CK_CASE(temporal), CK_CASE(instances),
    };
    return ck_run("feel", cases, ST_LEN(cases));
}
