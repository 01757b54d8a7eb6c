/* Unary tests, their analysis; coercion to declared types. */
#include "support/check_tap.h"
#include "support/feel_table.h"

static const feel_global globals[] = {
    {"limit", &st_feel_number, {.kind = ST_NUMBER}},
    {"list", &st_feel_any, {.kind = ST_NULL}},
};

START_TEST(number_cells) {
    static const feel_row rows[] = {
        {"5", "true"},
        {"4", "false"},
        {"-", "true"},
        {"", "true"},
        {">= 5", "true"},
        {"<5", "false"},
        {"[1..5)", "false"},
        {"(4..5]", "true"},
        {"1, 5", "true"},
        {"1, 4", "false"},
        {"not(5)", "false"},
        {"not(1, 4)", "true"},
        {"? > 3 and ? < 6", "true"},
        {"< 3, > 4", "true"},
        {"limit", "false"},
        {"> limit", "true"},
        {"[1, 5]", "true"},
        {"limit = 0", "true"},
        {"not(? > 3)", "false"},
        {"= 5", "true"},
        {"!= 5", "false"},
        {"null", "false"},
        {"\"a\"", "null : number cannot be tested by `\"a\"`"},
        {" 5 // five\n", "true"},
        {"5,", "!the expression ends where a value is expected\n ^"},
    };
    st_val five = st_number_int(5);
    feel_check(globals, ST_LEN(globals), rows, ST_LEN(rows), &five);
}
END_TEST

START_TEST(other_cells) {
    static const feel_row texts[] = {
        {"\"senior\"", "true"},           {"\"junior\", \"senior\"", "true"},
        {"not(\"junior\")", "true"},      {"\"Senior\"", "false"},
        {"string length(?) = 6", "true"}, {"starts with(?, \"sen\")", "true"},
        {"[\"a\"..\"t\"]", "true"},
    };
    st_val senior = st_string(ST_STR("senior"));
    feel_check(globals, ST_LEN(globals), texts, ST_LEN(texts), &senior);
    static const feel_row truths[] = {{"true", "true"},
                                      {"false", "false"},
                                      {"not(true)", "false"},
                                      {"1 > 0", "true"},
                                      {"1 < 0", "false"}};
    st_val yes = st_bool(true);
    feel_check(globals, ST_LEN(globals), truths, ST_LEN(truths), &yes);
    static const feel_row nulls[] = {{"null", "true"},
                                     {"\"a\"", "false"},
                                     {"-", "true"},
                                     {"> 5", "null : null cannot be tested by `> 5`"},
                                     {"not(null)", "false"}};
    st_val none = st_null();
    feel_check(globals, ST_LEN(globals), nulls, ST_LEN(nulls), &none);
    static const feel_row dates[] = {{">= date(\"2024-01-01\")", "true"},
                                     {"[@\"2024-01-01\"..@\"2024-01-31\"]", "true"},
                                     {"< @\"2024-01-01\"", "false"}};
    st_val day = st_date_val((st_date){2024, 1, 15});
    feel_check(globals, ST_LEN(globals), dates, ST_LEN(dates), &day);
}
END_TEST

/* Intervals as text: [1..5) (..3) and a leading ! when negated; "none" when not constant. */
static void intervals(const char *text, st_buf *out) {
    st_arena a;
    st_arena_init(&a, 0);
    st_feel_builder *b = st_feel_builder_new(&a, NULL, NULL);
    st_feel_global(b, ST_STR("limit"), 0, &st_feel_number);
    st_feel_scope_declare(b, ST_STR("?"), &st_feel_any);
    st_src src = st_src_of(st_str_of(text));
    st_feel_node *n = st_feel_parse_tests(b, &src, &st_feel_any, NULL);
    ck_assert_ptr_nonnull(n);
    const st_feel_interval *v;
    size_t count;
    bool negated;
    st_buf_clear(out);
    if (!st_feel_tests_intervals(b, n, &v, &count, &negated)) {
        st_buf_z(out, "none");
        count = 0;
    } else if (negated) {
        st_buf_ch(out, '!');
    }
    for (size_t i = 0; i < count; i++) {
        st_buf_ch(out, v[i].lo_closed ? '[' : '(');
        if (!v[i].lo_unbounded)
            st_feel_print(out, v[i].lo);
        st_buf_z(out, "..");
        if (!v[i].hi_unbounded)
            st_feel_print(out, v[i].hi);
        st_buf_ch(out, v[i].hi_closed ? ']' : ')');
    }
    st_arena_free(&a);
}

START_TEST(analysis) {
    static const feel_row rows[] = {
        {"-", "(..)"},
        {"5", "[5..5]"},
        {"< 5", "(..5)"},
        {">= 5", "[5..)"},
        {"[1..5)", "[1..5)"},
        {"1, 3", "[1..1][3..3]"},
        {"!= 5", "(..5)(5..)"},
        {"not(5)", "![5..5]"},
        {"\"a\", \"b\"", "[a..a][b..b]"},
        {"> limit", "none"},
        {"? > 5", "none"},
        {"[1, 2]", "[1..1][2..2]"},
        {"2 + 3", "[5..5]"},
        {"true", "[true..true]"},
        {"> date(\"2024-01-01\")", "(2024-01-01..)"},
        {"null", "[null..null]"},
        {"limit > 3", "none"},
    };
    st_buf out;
    st_buf_init(&out, 0);
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        intervals(rows[i].text, &out);
        ck_assert_msg(st_str_is(st_buf_view(&out), rows[i].want), "%s: %.*s", rows[i].text,
                      ST_FMT(st_buf_view(&out)));
    }
    st_buf_free(&out);
}
END_TEST

/* The value of text coerced to the type named in another expression: `instance of` reads types for
 * us. */
static void coerced(const char *text, const st_feel_type *t, st_buf *out) {
    st_arena a;
    st_arena_init(&a, 0);
    st_feel_builder *b = st_feel_builder_new(&a, NULL, NULL);
    st_src src = st_src_of(st_str_of(text));
    st_feel_node *n = st_feel_parse(b, &src, NULL);
    ck_assert_ptr_nonnull(n);
    st_val slots[FEEL_SLOTS_MAX] = {{0}};
    st_feel_env env = {.trace = NULL};
    st_feel_frame f = {.slots = slots, .arena = &a, .env = &env};
    st_val v = st_feel_eval(st_feel_make_coerce(b, n, t), &f);
    st_buf_clear(out);
    st_feel_print(out, v);
    if (v.kind == ST_NULL && v.u.reason)
        st_buf_fmt(out, " : %s", st_reason_text(v.u.reason));
    st_arena_free(&a);
}

START_TEST(coercion) {
    st_arena a;
    st_arena_init(&a, 0);
    st_feel_builder *b = st_feel_builder_new(&a, NULL, NULL);
    st_feel_scope_declare(b, ST_STR("?"), &st_feel_string);
    st_src src = st_src_of(ST_STR("\"senior\", \"junior\""));
    const st_feel_type level = {.kind = ST_T_STRING,
                                .name = ST_STR("tLevel"),
                                .allowed = st_feel_parse_tests(b, &src, &st_feel_string, NULL),
                                .allowed_slots = st_feel_slots(b)};
    const st_feel_field fields[] = {{ST_STR("name"), &st_feel_string}, {ST_STR("level"), &level}};
    const st_feel_type person = {
        .kind = ST_T_CONTEXT, .name = ST_STR("tPerson"), .fields = fields, .n_fields = 2};
    const st_feel_type *numbers = st_feel_type_list(&a, &st_feel_number),
                       *people = st_feel_type_list(&a, &person);
    const struct {
        const char *text, *want;
        const st_feel_type *type;
    } rows[] = {
        {"1", "1", &st_feel_number},
        {"null", "null", &st_feel_number},
        {"\"a\"", "null : string does not fit the type number", &st_feel_number},
        {"[1]", "1", &st_feel_number},
        {"[1, 2]", "null : list does not fit the type number", &st_feel_number},
        {"1", "[1]", numbers},
        {"[1, 2]", "[1, 2]", numbers},
        {"[1, \"a\"]", "null : list does not fit the type list<number>", numbers},
        {"\"senior\"", "senior", &level},
        {"\"boss\"", "null : the value is not among the allowed values of tLevel", &level},
        {"{name: \"A\", level: \"senior\"}", "{name: \"A\", level: \"senior\"}", &person},
        {"{name: \"A\", level: \"boss\"}",
         "null : the value is not among the allowed values of tLevel", &person},
        {"{name: \"A\"}", "null : context does not fit the type tPerson", &person},
        {"{name: \"A\", level: null}", "{name: \"A\", level: null}", &person},
        {"{name: \"A\", level: \"senior\", more: 1}", "{name: \"A\", level: \"senior\", more: 1}",
         &person},
        {"{name: \"A\", level: \"senior\"}", "[{name: \"A\", level: \"senior\"}]", people},
        {"@\"2024-01-31\"", "2024-01-31T00:00:00Z", &st_feel_datetime},
    };
    st_buf out;
    st_buf_init(&out, 0);
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        coerced(rows[i].text, rows[i].type, &out);
        ck_assert_msg(st_str_is(st_buf_view(&out), rows[i].want), "%s: %.*s", rows[i].text,
                      ST_FMT(st_buf_view(&out)));
    }
    st_buf_free(&out);
    st_arena_free(&a);
}
END_TEST

START_TEST(skipped_coercion) {
    st_arena a;
    st_arena_init(&a, 0);
    st_feel_builder *b = st_feel_builder_new(&a, NULL, NULL);
    st_feel_global(b, ST_STR("x"), 0, &st_feel_number);
    st_src src = st_src_of(ST_STR("x + 1"));
    st_feel_node *n = st_feel_parse(b, &src, NULL);
    ck_assert_ptr_eq(st_feel_make_coerce(b, n, &st_feel_number), n);
    ck_assert_ptr_ne(st_feel_make_coerce(b, n, &st_feel_string), n);
    st_arena_free(&a);
}
END_TEST

static st_val twice(void *ctx, st_feel_frame *f, const st_val *args, size_t n) {
    (void)f;
    ++*(int *)ctx;
    ck_assert_uint_eq(n, 1);
    st_dec d;
    ck_assert(st_dec_add(args[0].u.num, args[0].u.num, &d));
    return st_number(d);
}

START_TEST(natives) {
    st_arena a;
    st_arena_init(&a, 0);
    int calls = 0;
    const st_feel_field param = {ST_STR("x"), &st_feel_number};
    feel_global g = {
        "twice", &st_feel_any,
        st_feel_function_native(&a, ST_STR("twice"), &param, 1, &st_feel_number, twice, &calls)};
    static const feel_row rows[] = {
        {"twice(4)", "8"},
        {"twice([4])", "8"},
        {"twice(x: 5)", "10"},
        {"twice(\"a\")", "null : argument `x` of twice does not fit its type"},
        {"twice()", "null : twice takes 1 arguments, not 0"},
        {"twice(y: 5)", "null : argument `x` is missing"},
    };
    feel_check(&g, 1, rows, ST_LEN(rows), NULL);
    ck_assert_int_eq(calls, 3);
    st_arena_free(&a);
}
END_TEST

START_TEST(steps) { /* a loop in a loop: counted together, and the budget says so */
    static const char *const texts[] = {
        "for i in 1..20 return i",
        "every i in 1..5 satisfies every j in 1..5 satisfies i + j > 0",
        "list[item > 0]",
        "sum(list)",
        "sum(list) + count(list) + max(list)",
    };
    static const uint64_t cost[] = {20, 30, 80, 10, 30};
    for (size_t i = 0; i < 2 * ST_LEN(texts); i++) {
        const char *text = texts[i / 2];
        bool enough = i % 2;
        st_arena a;
        st_arena_init(&a, 0);
        st_feel_builder *b = st_feel_builder_new(&a, NULL, NULL);
        st_feel_global(b, ST_STR("list"), 0, &st_feel_any);
        st_src src = st_src_of(st_str_of(text));
        st_feel_node *n = st_feel_parse(b, &src, NULL);
        st_val items[80], slots[FEEL_SLOTS_MAX] = {{0}};
        for (size_t k = 0; k < ST_LEN(items); k++)
            items[k] = st_number_int((int64_t)k + 1);
        st_val list = st_list_val(&a, items, ST_LEN(items));
        uint64_t taken = ST_FEEL_STEPS_MAX - cost[i / 2] + !enough;
        st_feel_env env = {.steps = &taken};
        st_feel_frame f = {.slots = slots, .globals = &list, .arena = &a, .env = &env};
        st_val v = st_feel_eval(n, &f);
        if (enough)
            ck_assert_msg(v.kind != ST_NULL && taken == ST_FEEL_STEPS_MAX, "%s", text);
        else
            ck_assert_msg(v.kind == ST_NULL && v.u.reason, "%s", text);
        const st_reason *why = enough ? NULL : v.u.reason;
        while (why && why->cause)
            why = why->cause;
        ck_assert_msg(enough || why->code == ST_E_FEEL_BUDGET, "%s", text);
        st_arena_free(&a);
    }
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(number_cells),     CK_CASE(other_cells), CK_CASE(analysis), CK_CASE(coercion),
        CK_CASE(skipped_coercion), CK_CASE(natives),     CK_CASE(steps),
    };
    return ck_run("feel types", cases, ST_LEN(cases));
}
