/* Numeric and conversion functions. */
#include "support/check_tap.h"
#include "support/feel_table.h"

#define RUN(rows) feel_check(NULL, 0, rows, ST_LEN(rows), NULL)

START_TEST(rounding) {
    static const feel_row rows[] = {
        {"decimal(0.515, 2)", "0.52"},
        {"decimal(2.5, 0)", "2"},
        {"decimal(3.5, 0)", "4"},
        {"decimal(-2.5, 0)", "-2"},
        {"decimal(1/3, 2.9)", "0.33"},
        {"decimal(1234567, -3)", "1235000"},
        {"decimal(1, 6177)", "null : decimal: the scale is not within -6111..6176"},
        {"floor(-1.5)", "-2"},
        {"floor(-1.56, 1)", "-1.6"},
        {"floor(1250, -2)", "1200"},
        {"ceiling(-1.5)", "-1"},
        {"ceiling(1.56, 1)", "1.6"},
        {"round up(5.5, 0)", "6"},
        {"round up(-5.5, 0)", "-6"},
        {"round up(1.121, 2)", "1.13"},
        {"round down(-1.126, 2)", "-1.12"},
        {"round half up(2.5, 0)", "3"},
        {"round half up(-2.5, 0)", "-3"},
        {"round half down(2.5, 0)", "2"},
        {"round half down(-2.51, 0)", "-3"},
        {"round up(5.5, -6112)", "null : round up: the scale is not within -6111..6176"},
        {"round up(5.5)", "null : round up takes 2 arguments, not 1"},
    };
    RUN(rows);
}
END_TEST

START_TEST(arithmetic) {
    static const feel_row rows[] = {
        {"abs(-1.5)", "1.5"},
        {"abs(n: 2)", "2"},
        {"abs(@\"-P1DT2H\")", "P1DT2H"},
        {"abs(@\"-P1Y\")", "P1Y"},
        {"abs(\"1\")", "null : abs: argument 1 (n) is string, expected number"},
        {"modulo(12, 5)", "2"},
        {"modulo(-12, 5)", "3"},
        {"modulo(12, -5)", "-3"},
        {"modulo(-12, -5)", "-2"},
        {"modulo(10.1, 4.5)", "1.1"},
        {"modulo(1, 0)", "null : modulo: division by zero or out of range"},
        {"sqrt(2)", "1.414213562373095048801688724209698"},
        {"sqrt(-1)", "null : sqrt: root of a negative number"},
        {"log(0)", "null : log: logarithm of a number that is not positive"},
        {"decimal(exp(log(10)), 20) = 10", "true"},
        {"exp(100000000)", "null : exp: the result is out of range"},
        {"odd(-3)", "true"},
        {"even(0)", "true"},
        {"odd(2.5)", "false"},
        {"even(2.5)", "false"},
        {"even(number: [4])", "true"},
        {"even([4, 6])", "null : even: argument 1 (number) is list, expected number"},
    };
    RUN(rows);
}
END_TEST

START_TEST(numbers_from_text) {
    static const feel_row rows[] = {
        {"number(\"1,000,000.01\", \",\", \".\")", "1000000.01"},
        {"number(\"1 000,5\", \" \", \",\")", "1000.5"},
        {"number(\"1.000.000,01\", \".\", \",\")", "1000000.01"},
        {"number(\"1.5\", null, \",\")", "null : number: the text is not a number"},
        {"number(\"1,5\", null, \",\")", "1.5"},
        {"number(\"12.25\")", "12.25"},
        {"number(\"1,000\", \",\", \",\")", "null : number: the two separators are the same"},
        {"number(\"1000\", \":\", \".\")",
         "null : number: separators are a space, a comma or a point"},
        {"number(\"abc\", null, null)", "null : number: the text is not a number"},
        {"number(\"\", null, null)", "null : number: the text is not a number"},
    };
    RUN(rows);
}
END_TEST

START_TEST(values_as_text) {
    static const feel_row rows[] = {
        {"string(\"a\\\"b\")", "a\"b"},
        {"string([1, \"a\\\"b\", null, true])", "[1, \"a\\\"b\", null, true]"},
        {"string({a: 1, \"b c\": [@\"2024-01-31\"]})", "{a: 1, b c: [@\"2024-01-31\"]}"},
        {"string({\"a+b\": {}})", "{\"a+b\": {}}"},
        {"string([1..3))", "[1..3)"},
        {"string([(< 10), (>= 1), (= 2), (!= 3)])", "[(< 10), (>= 1), (= 2), (!= 3)]"},
        {"string(@\"P1Y2M\")", "P1Y2M"},
        {"string(0.000001)", "0.000001"},
        {"string(-0)", "0"},
        {"string(null)", "null : string: argument 1 (from) is null, expected value"},
    };
    RUN(rows);
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(rounding),
        CK_CASE(arithmetic),
        CK_CASE(numbers_from_text),
        CK_CASE(values_as_text),
    };
    return ck_run("feel numbers", cases, ST_LEN(cases));
}
