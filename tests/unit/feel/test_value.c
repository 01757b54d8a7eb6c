/* Values: equality, order, JSON, canonical bytes, deep copies. */
#include "support/check_tap.h"
#include "support/feel_table.h"

static st_arena arena;

/* The value of an expression, living in `arena`. */
static st_val value(const char *text) {
    st_feel_builder *b = st_feel_builder_new(&arena, NULL, NULL);
    st_err err;
    st_err_init(&err);
    st_src src = st_src_of(st_str_of(text));
    st_feel_node *node = st_feel_parse(b, &src, &err);
    ck_assert_msg(node != NULL, "%s: %s", text, err.msg);
    st_val *slots = ST_NEWN(&arena, st_val, st_feel_slots(b) + 1);
    st_feel_frame f = {.slots = slots, .arena = &arena};
    return st_feel_eval(node, &f);
}

static void setup(void) {
    st_arena_init(&arena, 0);
}
static void teardown(void) {
    st_arena_free(&arena);
}

typedef struct pair {
    const char *x, *y;
    int want;
} pair;

START_TEST(equality) {
    static const pair rows[] = {
        {"1", "1.00", 1},
        {"1", "\"1\"", -1},
        {"null", "null", 1},
        {"null", "1", 0},
        {"[1, [2]]", "[1, [2.0]]", 1},
        {"[1, 2]", "[1]", 0},
        {"[1, \"a\"]", "[1, 2]", -1},
        {"{a: 1, b: 2}", "{b: 2, a: 1}", 1},
        {"{a: 1}", "{a: 1, b: 2}", 0},
        {"{a: 1}", "{b: 1}", 0},
        {"{}", "[]", -1},
        {"@\"P1Y\"", "@\"P12M\"", 1},
        {"@\"P1Y\"", "@\"P365D\"", -1},
        {"@\"PT24H\"", "@\"P1D\"", 1},
        {"@\"10:00:00Z\"", "@\"11:00:00+01:00\"", 1},
        {"@\"10:00:00Z\"", "@\"10:00:00\"", 0},
        {"@\"2024-01-01T00:00:00Z\"", "@\"2023-12-31T23:00:00-01:00\"", 1},
        {"[1..3]", "[1..3]", 1},
        {"[1..3]", "[1..3)", 0},
    };
    setup();
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        int got = st_feel_equal(value(rows[i].x), value(rows[i].y));
        ck_assert_msg(got == rows[i].want, "%s = %s: %d", rows[i].x, rows[i].y, got);
        ck_assert_int_eq(st_feel_equal(value(rows[i].y), value(rows[i].x)), rows[i].want);
    }
    teardown();
}
END_TEST

enum { UNORDERED = 9 };

START_TEST(order) {
    static const pair rows[] = {
        {"1", "1.5", -1},
        {"\"a\"", "\"B\"", 1},
        {"\"ab\"", "\"abc\"", -1},
        {"@\"-0001-01-01\"", "@\"0001-01-01\"", -1},
        {"@\"P1Y\"", "@\"P13M\"", -1},
        {"@\"-PT0.5S\"", "@\"-PT0.4S\"", -1},
        {"@\"2024-01-01T00:00:00@Asia/Shanghai\"", "@\"2024-01-01T00:00:00Z\"", -1},
        {"@\"2024-01-01T00:00:00\"", "@\"2024-01-01T00:00:00Z\"", UNORDERED},
        {"@\"2024-01-01\"", "@\"2024-01-01T00:00:00\"", UNORDERED},
        {"1", "\"1\"", UNORDERED},
        {"true", "false", UNORDERED},
        {"null", "1", UNORDERED},
        {"[1]", "[2]", UNORDERED},
    };
    setup();
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        int cmp = UNORDERED;
        bool ordered = st_feel_order(value(rows[i].x), value(rows[i].y), &cmp);
        ck_assert_msg(ordered == (rows[i].want != UNORDERED) && cmp == rows[i].want, "%s, %s: %d",
                      rows[i].x, rows[i].y, cmp);
    }
    teardown();
}
END_TEST

START_TEST(json) {
    static const feel_row rows[] = {
        {"{a: 1.5, \"b\\\"\": [null, true, \"x\\ny\"], c: @\"2024-01-31\", d: {}}",
         "{\"a\":1.5,\"b\\\"\":[null,true,\"x\\ny\"],\"c\":\"2024-01-31\",\"d\":{}}"},
        {"[1..3]", "\"[1..3]\""},
        {"@\"P1DT2H\"", "\"P1DT2H\""},
        {"\"工龄\"", "\"工龄\""},
    };
    setup();
    st_buf out;
    st_buf_init(&out, 0);
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        st_buf_clear(&out);
        st_feel_print_json(&out, value(rows[i].text));
        ck_assert_str_eq(out.p, rows[i].want);
    }
    st_buf_free(&out);
    teardown();
}
END_TEST

static bool same_bytes(const char *x, const char *y) {
    st_buf a, b;
    st_buf_init(&a, 0);
    st_buf_init(&b, 0);
    st_feel_canonical(&a, value(x));
    st_feel_canonical(&b, value(y));
    bool same = a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
    st_buf_free(&a);
    st_buf_free(&b);
    return same;
}

START_TEST(canonical) {
    static const pair rows[] = {
        {"3000", "3000.00", 1},
        {"3000", "3e3", 1},
        {"0", "-0.00", 1},
        {"1e40", "10000000000000000000000000000000000000000", 1},
        {"{a: 1, b: [2]}", "{b: [2.0], a: 1.0}", 1},
        {"1.50e-39", "1.5e-39", 1},
        {"1234567890123456789012345678901234e-40", "1.234567890123456789012345678901234e-7", 1},
        {"\"1\"", "1", 0},
        {"[[1], 2]", "[1, [2]]", 0},
        {"[\"a\", \"b\"]", "[\"ab\"]", 0},
        {"{a: \"b\"}", "[\"a\", \"b\"]", 0},
        {"{a: null}", "{}", 0},
        {"@\"10:00:00Z\"", "@\"10:00:00\"", 0},
        {"@\"10:00:00.1\"", "@\"10:00:00\"", 0},
        {"@\"10:00:00Z\"", "@\"10:00:00+00:00\"", 1},
        {"@\"P1D\"", "@\"PT24H\"", 1},
        {"@\"P0D\"", "@\"P0M\"", 0},
        {"@\"2024-01-01\"", "@\"2024-01-01T00:00:00\"", 0},
        {"[1..3]", "[1..3)", 0},
        {"true", "false", 0},
    };
    setup();
    for (size_t i = 0; i < ST_LEN(rows); i++)
        ck_assert_msg(same_bytes(rows[i].x, rows[i].y) == (rows[i].want == 1), "%s and %s",
                      rows[i].x, rows[i].y);
    teardown();
}
END_TEST

/* The copy must live when the arena it came from is gone. */
START_TEST(copying) {
    static const char text[] =
        "{a: [1, \"工龄\", @\"2024-01-01T10:00:00@Asia/Shanghai\"], b: {c: [@\"P1Y\"..@\"P2Y\")}, "
        "d: 1 + null, e: @\"10:00:00\"}";
    st_arena to;
    st_arena_init(&to, 0);
    st_buf before, after;
    st_buf_init(&before, 0);
    st_buf_init(&after, 0);
    setup();
    st_val v = value(text);
    st_feel_print(&before, v);
    st_val copy = st_feel_copy(&to, v, true);
    teardown();
    st_feel_print(&after, copy);
    ck_assert_str_eq(after.p, before.p);
    st_val d = st_feel_get(copy, ST_STR("d"));
    ck_assert(d.u.reason != NULL);
    ck_assert(strstr(st_reason_text(d.u.reason), "null") != NULL);
    st_buf_free(&before);
    st_buf_free(&after);
    st_arena_free(&to);
}
END_TEST

START_TEST(deep_values_end) {
    setup();
    st_val v = st_null(), w = st_null();
    for (int i = 0; i < 700; i++) {
        st_val *one = ST_NEWN(&arena, st_val, 2);
        one[0] = v;
        one[1] = w;
        v = st_list_val(&arena, &one[0], 1);
        w = st_list_val(&arena, &one[1], 1);
    }
    ck_assert_int_eq(st_feel_equal(v, w), -1);
    st_buf out;
    st_buf_init(&out, 0);
    st_feel_print(&out, v);
    ck_assert(strstr(out.p, "...") != NULL);
    st_buf_free(&out);
    teardown();
}
END_TEST

/* The text of a null is made when somebody asks, and once; a copy has it whole. */
START_TEST(test_reasons_wait_to_be_asked) {
    st_arena a, other;
    st_arena_init(&a, 0);
    st_arena_init(&other, 0);
    st_feel_builder *b = st_feel_builder_new(&a, NULL, NULL);
    st_src src = st_src_of(ST_STR("[1, 2][-7]"));
    st_err err;
    st_err_init(&err);
    st_feel_node *n = st_feel_parse(b, &src, &err);
    ck_assert_ptr_nonnull(n);
    st_feel_frame f = {.arena = &a};
    st_val v = st_feel_eval(n, &f);
    ck_assert(st_is_null(v) && v.u.reason && v.u.reason->unsaid && !v.u.reason->unsaid->said);
    st_val copy = st_feel_copy(&other, v, false);
    const char *text = st_reason_text(v.u.reason);
    ck_assert_str_eq(text, "index -7 of a list of 2");
    ck_assert_ptr_eq(st_reason_text(v.u.reason), text);
    st_arena_free(&a);
    ck_assert_str_eq(st_reason_text(copy.u.reason), "index -7 of a list of 2");
    st_arena_free(&other);
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(equality),
        CK_CASE(order),
        CK_CASE(json),
        CK_CASE(canonical),
        CK_CASE(copying),
        CK_CASE(deep_values_end),
        CK_CASE(test_reasons_wait_to_be_asked),
    };
    return ck_run("feel values", cases, ST_LEN(cases));
}
