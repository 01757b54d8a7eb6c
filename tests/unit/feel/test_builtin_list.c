/* Functions on lists, contexts, ranges and booleans. */
#include "support/check_tap.h"
#include "support/feel_table.h"

#define RUN(rows) feel_check(NULL, 0, rows, ST_LEN(rows), NULL)

START_TEST(changing) {
    static const feel_row rows[] = {
        {"append([1], 2, null)", "[1, 2, null]"},
        {"append([1], [2])", "[1, [2]]"},
        {"concatenate([1, 2], [], 3)", "[1, 2, 3]"},
        {"union([1, 2], [2.0, 3], [1])", "[1, 2, 3]"},
        {"distinct values([1, \"1\", 1.00, null, null])", "[1, \"1\", null]"},
        {"count(distinct values(for i in 1..1000 return modulo(i, 300)))", "300"},
        {"count(distinct values(for i in 1..1000 return string(modulo(i, 7))))", "7"},
        {"distinct values([@\"10:00:00Z\", @\"11:00:00+01:00\", [1], [1.0]])",
         "[@\"10:00:00Z\", [1]]"},
        {"flatten([[1, [2]], [], 3])", "[1, 2, 3]"},
        {"reverse([1, 2, 3])", "[3, 2, 1]"},
        {"sublist([1, 2, 3], 2)", "[2, 3]"},
        {"sublist([1, 2, 3], -2, 1)", "[2]"},
        {"sublist([1, 2, 3], 2, 3)", "null : sublist: the length does not fit the list"},
        {"sublist([1, 2, 3], 0)", "null : sublist: the position is not within the list of 3"},
        {"insert before([1, 3], 2, 2)", "[1, 2, 3]"},
        {"insert before([1, 3], -1, null)", "[1, null, 3]"},
        {"insert before([], 1, 2)",
         "null : insert before: the position is not within the list of 0"},
        {"remove([1, 2, 3], -1)", "[1, 2]"},
        {"remove([1], 1)", "[]"},
        {"list replace([1, 2, 3], -1, 9)", "[1, 2, 9]"},
        {"list replace([2, 4, 7], function(item, newItem) item < newItem, 5)", "[5, 5, 7]"},
        {"list replace([1], function(item, newItem) item, 5)",
         "null : list replace: the function gives no boolean"},
        {"list contains([1, null], null)", "true"},
        {"list contains([1, 2], \"1\")", "false"},
        {"index of([1, 2, 1.0], 1)", "[1, 3]"},
        {"index of([1], 7)", "[]"},
        {"count([])", "0"},
        {"count([1, null])", "2"},
    };
    RUN(rows);
}
END_TEST

START_TEST(statistics) {
    static const feel_row rows[] = {
        {"min([3, 1, 2])", "1"},
        {"max(1, 3, 2)", "3"},
        {"min(\"b\", \"a\")", "a"},
        {"max([@\"2024-01-31\", @\"2024-02-01\"])", "2024-02-01"},
        {"max(@\"P1Y\", @\"P13M\")", "P1Y1M"},
        {"min([1, \"a\"])", "null : min: string cannot be compared with number"},
        {"min([])", "null : min: the list is empty"},
        {"sum([0.1, 0.2, 0.3])", "0.6"},
        {"sum(1, 2, 3)", "6"},
        {"sum([1, null])", "null : sum: item 2 is null, expected number"},
        {"sum([])", "null : sum: the list is empty"},
        {"product(2, 3, 4)", "24"},
        {"mean([1, 2])", "1.5"},
        {"mean([1, \"a\"])", "null : mean: item 2 is string, expected number"},
        {"median([8, 2, 5, 3, 4])", "4"},
        {"median([6, 1, 2, 3])", "2.5"},
        {"mode([6, 3, 9, 6, 6])", "[6]"},
        {"mode([6, 1, 9, 6, 1])", "[1, 6]"},
        {"mode([])", "[]"},
        {"stddev([2, 4, 6])", "2"},
        {"stddev([47])", "null : stddev: at least two numbers are needed"},
    };
    RUN(rows);
}
END_TEST

START_TEST(truth) {
    static const feel_row rows[] = {
        {"all([true, null, false])", "false"},
        {"all([true, null])", "null"},
        {"all([])", "true"},
        {"all(true, 1)", "null : all: item 2 is number, expected boolean"},
        {"any([false, null, true])", "true"},
        {"any([false, null])", "null"},
        {"any([])", "false"},
        {"any([1, true])", "null : any: item 1 is number, expected boolean"},
        {"not(false)", "true"},
        {"not(null)", "null"},
        {"is(1, 1.0)", "true"},
        {"is(@\"2024-01-01\", @\"2024-01-01T00:00:00Z\")", "false"},
        {"is(@\"10:00:00Z\", @\"11:00:00+01:00\")", "false"},
        {"is({a: 1, b: 2}, {b: 2, a: 1})", "true"},
        {"is(1, \"1\")", "false"},
        {"is(null, null)", "true"},
    };
    RUN(rows);
}
END_TEST

START_TEST(sorting) {
    static const feel_row rows[] = {
        {"sort([3, 1, 5, 4], function(x, y) x < y)", "[1, 3, 4, 5]"},
        {"sort([3, 1, 5, 4], function(x, y) x > y)", "[5, 4, 3, 1]"},
        {"sort([], function(x, y) x < y)", "[]"},
        {"sort([{k: 1, v: \"a\"}, {k: 0, v: \"b\"}, {k: 1, v: \"c\"}, {k: 0, v: \"d\"}], "
         "function(x, y) x.k < y.k).v",
         "[\"b\", \"d\", \"a\", \"c\"]"},
        {"sort([1, 2], function(x, y) x)", "null : sort: the function gives no boolean"},
        {"sort([2, 1], function(x, y) true)", "[1, 2]"},
    };
    RUN(rows);
}
END_TEST

START_TEST(contexts) {
    static const feel_row rows[] = {
        {"get value({a: 1}, \"a\")", "1"},
        {"get value({a: 1}, \"b\")", "null : get value: the context has no entry of that name"},
        {"get entries({a: 1, b: null})", "[{key: \"a\", value: 1}, {key: \"b\", value: null}]"},
        {"context([{key: \"a\", value: 1}, {key: \"b\", value: 2}])", "{a: 1, b: 2}"},
        {"context([{key: \"a\", value: 1}, {key: \"a\", value: 2}])",
         "null : context: entry 2 repeats a key"},
        {"context([{key: \"a\"}])", "null : context: entry 1 has no key (a string) and value"},
        {"context put({a: 1}, \"a\", 2)", "{a: 2}"},
        {"context put({a: 1}, \"b\", null)", "{a: 1, b: null}"},
        {"context put({x: {y: {z: 1}}, w: 0}, [\"x\", \"y\", \"q\"], 2)",
         "{x: {y: {z: 1, q: 2}}, w: 0}"},
        {"context put({x: 1}, [\"x\", \"y\"], 2)", "null : context put: key 1 leads to no context"},
        {"context merge([{a: 1, b: 1}, {b: 2}])", "{a: 1, b: 2}"},
        {"context merge([])", "{}"},
        {"context merge([{a: 1}, 2])", "null : context merge: item 2 is no context"},
    };
    RUN(rows);
}
END_TEST

START_TEST(ranges) {
    static const feel_row rows[] = {
        {"[before(1, 2), before(2, 1), before(1, 1)]", "[true, false, false]"},
        {"[before(1, [1..2]), before(1, (1..2]), before([1..2), 2), before([1..2], 2)]",
         "[false, true, true, false]"},
        {"[after((1..2], 1), after([1..2], 1)]", "[true, false]"},
        {"[meets([1..5], [5..9]), meets([1..5), [5..9]), meets([1..5), (5..9])]",
         "[true, false, false]"},
        {"[met by([5..9], [1..5]), met by((5..9], [1..5])]", "[true, false]"},
        {"[overlaps([1..5], [5..8]), overlaps([1..5], (5..8]), overlaps([3..4], [1..9])]",
         "[true, false, true]"},
        {"[overlaps before([1..5], [3..8]), overlaps before([1..5), (1..5])]", "[true, true]"},
        {"[overlaps after([3..8], [1..5]), overlaps after([1..5], [1..5])]", "[true, false]"},
        {"[finishes(10, [1..10]), finishes(10, [1..10)), finishes([5..10], [1..10])]",
         "[true, false, true]"},
        {"[includes([1..10], 1), includes((1..10], 1), includes([1..9), [2..9))]",
         "[true, false, true]"},
        {"[during(5, [1..9]), during([1..10], [1..9])]", "[true, false]"},
        {"[starts(1, [1..9]), started by([1..9], 1), coincides([1..2], [1..2])]",
         "[true, true, true]"},
        {"[during(5, (> 1)), before((< 3), 4), includes((>= 3), 3)]", "[true, true, true]"},
        {"[includes([1..9], (= 9)), before((= 9), 9), during(9, (= 9))]", "[true, false, true]"},
        {"during(9, (!= 9))", "null : during: the values have no common order"},
        {"before(1, \"a\")", "null : before: the values have no common order"},
        {"range(\"[1..3)\")", "[1..3)"},
        {"range(\" ] 18 .. 21 [ \")", "(18..21)"},
        {"range(\"[@\\\"2024-01-01\\\"..date(\\\"2024-02-01\\\")]\")",
         "[@\"2024-01-01\"..@\"2024-02-01\"]"},
        {"range(\"[@\\\"10:00:00\\\"..time(\\\"11:00:00\\\"))\")",
         "[@\"10:00:00\"..@\"11:00:00\")"},
        {"range(\"[@\\\"2024-01-01T00:00:00\\\"..date and time(\\\"2024-01-02T00:00:00\\\")]\")",
         "[@\"2024-01-01T00:00:00\"..@\"2024-01-02T00:00:00\"]"},
        {"range(\"[@\\\"P1D\\\"..duration(\\\"P2D\\\")]\")", "[@\"P1D\"..@\"P2D\"]"},
        {"range(\"[\\\"a\\\"..\\\"c\\\"]\")", "[\"a\"..\"c\"]"},
        {"range(\"[1..\\\"b\\\"]\")", "null : range: the text is no range of literals like [1..3]"},
        {"range(\"[@\\\"x\\\"..2]\")",
         "null : range: the text is no range of literals like [1..3]"},
        {"range(\"[-1.5..3]\")", "[-1.5..3]"},
        {"range(\"[3..1]\")", "null : range: the text is no range of literals like [1..3]"},
        {"range(\"[1..\")", "null : range: the text is no range of literals like [1..3]"},
        {"range(\"[\\\"a..b]\")", "null : range: the text is no range of literals like [1..3]"},
    };
    RUN(rows);
}
END_TEST

START_TEST(arguments) {
    static const feel_row rows[] = {
        {"count(list: [1])", "1"},
        {"count(lst: [1])", "null : count has no such parameter, or it is given twice"},
        {"substring(length: 1, string: \"abc\", start position: 2)", "b"},
        {"count(1, 2)", "null : count takes 1 argument, not 2"},
        {"floor()", "null : floor takes 1 to 2 arguments, not 0"},
        {"append()", "null : append takes at least 1 arguments, not 0"},
        {"modulo(divisor: 2)", "null : modulo: `dividend` is missing"},
        {"modulo(dividend: 1, divisor: 2, dividend: 3)",
         "null : modulo has no such parameter, or it is given twice"},
        {"upper case([\"a\"])", "A"},
        {"count(5)", "1"},
        {"count(null)", "null : count: argument 1 (list) is null, expected list"},
        {"string length(1)",
         "null : string length: argument 1 (string) is number, expected string"},
        {"get value({a: [1, 2]}, [\"a\"])", "[1, 2]"},
    };
    RUN(rows);
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(changing), CK_CASE(statistics), CK_CASE(truth),     CK_CASE(sorting),
        CK_CASE(contexts), CK_CASE(ranges),     CK_CASE(arguments),
    };
    return ck_run("feel lists", cases, ST_LEN(cases));
}
