/* Expressions that do not compile: message, caret, place in the file; limits. */
#include "support/check_tap.h"
#include "support/feel_table.h"

static const st_feel_field person_fields[] = {{{"name", 4}, &st_feel_string},
                                              {{"birth date", 10}, &st_feel_date}};
static const st_feel_type person = {
    .kind = ST_T_CONTEXT, .name = {"tPerson", 7}, .fields = person_fields, .n_fields = 2};
static const feel_global globals[] = {{"person", &person, {0}}, {"工龄", &st_feel_number, {0}}};

START_TEST(messages) {
    static const feel_row rows[] = {
        {"1 +", "!the expression ends where a value is expected\n  ^"},
        {"", "!the expression ends where a value is expected\n^"},
        {"(1 + 2", "!`)` is missing at the end, after the expression in parentheses\n     ^"},
        {"[1, 2", "!`]` is missing at the end, after the items of the list\n    ^"},
        {"\"abc", "!a text that does not end: the closing quote is missing\n^"},
        {"1 /* x", "!a comment that does not end: `*/` is missing\n  ^^"},
        {"\"\\u12\"",
         "!not a character: write \\u and four, or \\U and six hexadecimal digits\n ^"},
        {"persn.name", "!unknown name `persn`: did you mean `person`?\n^^^^^"},
        {"person.nam", "!tPerson has no entry `nam`: did you mean `name`?\n       ^^^"},
        {"person.birthdate",
         "!tPerson has no entry `birthdate`: did you mean `birth date`?\n       ^^^^^^^^^"},
        {"1 + zzzzzz", "!unknown name `zzzzzz`\n    ^^^^^^"},
        {"工龄 + 工令", "!unknown name `工令`\n       ^^^^"},
        {"1 2", "!the expression should end before `2`, or an operator is missing\n  ^"},
        {"{a: 1, a: 2}", "!two entries are called `a`\n       ^"},
        {"{: 1}", "!the name of an entry expected\n ^"},
        {"function(x, x) x", "!two parameters are called `x`\n            ^"},
        {"if true then 1",
         "!`else` is missing at the end, after the value of `then`\n             ^"},
        {"for x in [1] retrun x",
         "!`return` expected after the list, but found `retrun`\n             ^^^^^^"},
        {"1 instance of numbr", "!unknown type `numbr`\n              ^^^^^"},
        {"@\"2024-13-01\"",
         "!`2024-13-01` is no date, time, date and time, or duration\n^^^^^^^^^^^^^"},
        {"1e9999", "!the number is out of range\n^^^^^^"},
        {"abs(1, n: 2)", "!arguments are either all by name or all by position\n       ^"},
        {"[1..2", "!`]` is missing at the end, after the upper end of the range\n    ^"},
        {"1 + # 2", "!a value is expected, but found `#`\n    ^"},
    };
    feel_check(globals, ST_LEN(globals), rows, ST_LEN(rows), NULL);
}
END_TEST

static void compile(const char *text, size_t n, st_err *err, bool want) {
    st_arena a;
    st_arena_init(&a, 0);
    st_feel_builder *b = st_feel_builder_new(&a, NULL, NULL);
    st_feel_global(b, ST_STR("x"), 0, &st_feel_number);
    st_src src = st_src_of((st_str){text, n});
    st_err_init(err);
    ck_assert_int_eq(st_feel_parse(b, &src, err) != NULL, want);
    st_arena_free(&a);
}

/* n times open, the middle, n times close. */
static void nested(const char *open, const char *middle, const char *close, size_t n, st_err *err,
                   bool want) {
    st_buf t;
    st_buf_init(&t, 0);
    for (size_t i = 0; i < n; i++)
        st_buf_z(&t, open);
    st_buf_z(&t, middle);
    for (size_t i = 0; i < n; i++)
        st_buf_z(&t, close);
    compile(t.p, t.n, err, want);
    st_buf_free(&t);
}

START_TEST(depth) {
    static const struct {
        const char *open, *middle, *close;
    } forms[] = {
        {"(", "x", ")"},
        {"[", "x", "]"},
        {"-", "x", ""},
        {"{a:", "x", "}"},
        {"abs(", "x", ")"},
        {"if true then ", "x", " else 1"},
        {"", "x", "+x"},
        {"", "x", "[1]"},
        {"", "x", ".a"},
        {"function() ", "x", ""},
        {"for i in ", "x", " return i"},
        {"x in (", "x", ")"},
        {"x[", "x", "]"},
        {"", "x", " and x"},
    };
    st_err err;
    for (size_t i = 0; i < ST_LEN(forms); i++) {
        nested(forms[i].open, forms[i].middle, forms[i].close, 100, &err, true);
        nested(forms[i].open, forms[i].middle, forms[i].close, 20000, &err, false);
        ck_assert_msg(err.code == ST_E_FEEL_LIMIT, "%s: %s", forms[i].open, err.msg);
    }
    nested("x instance of list<", "number", ">", 20000, &err, false);
}
END_TEST

START_TEST(length) {
    st_buf t;
    st_buf_init(&t, 0);
    st_buf_z(&t, "[");
    while (t.n < ST_FEEL_TEXT_MAX - 16)
        st_buf_z(&t, "x,");
    st_buf_z(&t, "x]");
    st_err err;
    compile(t.p, t.n, &err, true);
    while (t.n <= ST_FEEL_TEXT_MAX)
        st_buf_z(&t, "        ");
    compile(t.p, t.n, &err, false);
    ck_assert_int_eq(err.code, ST_E_FEEL_LIMIT);
    st_buf_free(&t);
}
END_TEST

START_TEST(bytes) { /* no text whatever may be more than refused */
    static const char *const texts[] = {"\xff", "\"\xff", "@",           "@\"",       ".",  "..",
                                        "?",    "\\",     "{\"",         "function(", "x.", "x[",
                                        "x(",   "]",      "1..",         "/",         "/*", "not(",
                                        "x in", "x in (", "x between 1", "\xe4\xb8"};
    st_err err;
    for (size_t i = 0; i < ST_LEN(texts); i++) {
        compile(texts[i], strlen(texts[i]), &err, false);
        ck_assert_int_ne(err.code, ST_E_NONE);
    }
}
END_TEST

START_TEST(places) {
    /* decoded text "x < 工 + y" that stood as "x &lt; 工 + y" in line 7 from column 20 */
    static const st_src_seg segs[] = {{0, 7, 20, 500}, {2, 7, 22, 502}, {3, 7, 26, 506}};
    st_src src = {
        .file = "m.dmn", .text = ST_STR("x < 工 + y"), .segs = segs, .n_segs = ST_LEN(segs)};
    st_arena a;
    st_arena_init(&a, 0);
    st_feel_builder *b = st_feel_builder_new(&a, NULL, NULL);
    st_feel_global(b, ST_STR("x"), 0, &st_feel_number);
    st_feel_global(b, ST_STR("工"), 1, &st_feel_number);
    st_err err;
    st_err_init(&err);
    ck_assert_ptr_null(st_feel_parse(b, &src, &err));
    ck_assert_uint_eq(err.pos.line, 7);
    ck_assert_uint_eq(err.pos.column, 31); /* the y */
    st_feel_global(b, ST_STR("y"), 2, &st_feel_number);
    st_err_init(&err);
    st_feel_node *n = st_feel_parse(b, &src, &err);
    ck_assert_ptr_nonnull(n);
    st_val globals_[3] = {st_number_int(1), st_null(), st_number_int(2)};
    st_feel_env env = {.trace = NULL};
    st_feel_frame f = {.globals = globals_, .arena = &a, .env = &env};
    st_val v = st_feel_eval(n, &f);
    ck_assert(st_is_null(v) && v.u.reason && v.u.reason->cause);
    const st_reason *root = v.u.reason->cause; /* the smallest expression that failed */
    ck_assert(st_str_is(root->expression, "工 + y"));
    ck_assert_uint_eq(root->pos.column, 27);
    ck_assert_uint_eq(root->pos.line, 7);
    st_arena_free(&a);
}
END_TEST

static void count_warning(void *ctx, const st_err *finding) {
    if (finding->code == ST_E_FEEL_HIDES)
        ++*(int *)ctx;
}

START_TEST(hiding) {
    st_arena a;
    st_arena_init(&a, 0);
    int warnings = 0;
    st_feel_builder *b = st_feel_builder_new(&a, count_warning, &warnings);
    st_feel_global(b, ST_STR("x"), 0, &st_feel_number);
    st_src src = st_src_of(ST_STR("for x in [1] return x"));
    ck_assert_ptr_nonnull(st_feel_parse(b, &src, NULL));
    ck_assert_int_eq(warnings, 1);
    st_src other = st_src_of(ST_STR("for y in [1] return y"));
    ck_assert_ptr_nonnull(st_feel_parse(b, &other, NULL));
    ck_assert_int_eq(warnings, 1);
    st_arena_free(&a);
}
END_TEST

START_TEST(full_width) {
    st_err err;
    compile("（x + 1）", strlen("（x + 1）"), &err, false);
    ck_assert(strstr(err.hint, "full-width"));
    compile("x ，1", strlen("x ，1"), &err, false);
    ck_assert(strstr(err.hint, "full-width"));
    compile("x y", 3, &err, false);
    ck_assert(!strstr(err.hint, "full-width"));
}
END_TEST

/* What a strict builder says: the message and the marked text, or "compiles". Tests of a cell when
 * input is given. */
static void strict(const char *text, const st_feel_type *input, st_buf *out) {
    st_arena a;
    st_arena_init(&a, 0);
    st_feel_builder *b = st_feel_builder_new(&a, NULL, NULL);
    st_feel_strict(b, true);
    st_feel_global(b, ST_STR("person"), 0, &person);
    st_feel_global(b, ST_STR("months"), 1, &st_feel_number);
    st_feel_global(b, ST_STR("any"), 2, &st_feel_any);
    st_feel_global(b, ST_STR("count"), 3, &st_feel_number);
    if (input)
        st_feel_scope_declare(b, ST_STR("?"), input);
    st_src src = st_src_of(st_str_of(text));
    st_err err;
    st_err_init(&err);
    st_feel_node *n =
        input ? st_feel_parse_tests(b, &src, input, &err) : st_feel_parse(b, &src, &err);
    st_buf_clear(out);
    st_buf_z(out, n ? "compiles" : err.msg);
    st_arena_free(&a);
}

START_TEST(strictness) {
    static const struct {
        const char *text, *want;
        const st_feel_type *input;
    } rows[] = {
        {"person.name > 5", "string and number cannot be compared: the answer would always be null",
         NULL},
        {"person.name = months",
         "string and number cannot be compared: the answer would always be null", NULL},
        {"person.name = null", "compiles", NULL},
        {"any > 5 and any + \"a\" = \"b\"", "compiles", NULL},
        {"person.birth date + 1",
         "this is not defined for date and number: the result would always be null", NULL},
        {"person.birth date + @\"P1Y\"", "compiles", NULL},
        {"1 / 0", "this never has a value: division by zero", NULL},
        {"months / 0", "compiles", NULL},
        {"abs(\"a\")", "these arguments do not fit: it is abs(n: number) or abs(n: duration)",
         NULL},
        {"abs(1, 2)", "these arguments do not fit: it is abs(n: number) or abs(n: duration)", NULL},
        {"abs(m: 1)", "these arguments do not fit: it is abs(n: number) or abs(n: duration)", NULL},
        {"abs(any)", "compiles", NULL},
        {"abs([months])", "compiles", NULL},
        {"string length(person.name)", "compiles", NULL},
        {"count([months, 2])", "compiles", NULL}, /* the variable `count` is no function */
        {"count + 1", "compiles", NULL},
        {"> 5", "string is tested here, which cannot be compared with number", &st_feel_string},
        {"5", "string is tested here, which is never equal to number", &st_feel_string},
        {"[1..5]", "string is tested here, which is never equal to number", &st_feel_string},
        {"\"a\", null", "compiles", &st_feel_string},
        {"months > 3", "compiles", &st_feel_string},
        {"any", "compiles", &st_feel_string},
        {"true", "number is tested here, which is never equal to boolean", &st_feel_number},
        {"> any, [months..9]", "compiles", &st_feel_number},
        {"[5..2]", "this never has a value: a range that ends before it starts", &st_feel_number},
        {"4, (5..2)", "this never has a value: a range that ends before it starts",
         &st_feel_number},
        {"not([-1..-5])", "this never has a value: a range that ends before it starts",
         &st_feel_number},
        {"]5..2[", "this never has a value: a range that ends before it starts", &st_feel_number},
        {"[@\"2024-02-01\"..@\"2024-01-01\"]",
         "this never has a value: a range that ends before it starts", &st_feel_date},
        {"months in [9..1]", "this never has a value: a range that ends before it starts", NULL},
        {"[1..@\"2024-01-01\"]", "this never has a value: a range from number to date", NULL},
        {"[@\"2024-01-01T00:00:00Z\"..@\"2024-02-01T00:00:00\"]",
         "this never has a value: a range from date and time to date and time", NULL},
        {"[5..5]", "compiles", &st_feel_number},
        {"[months..2]", "compiles", &st_feel_number},
    };
    st_buf out;
    st_buf_init(&out, 0);
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        strict(rows[i].text, rows[i].input, &out);
        ck_assert_msg(st_str_is(st_buf_view(&out), rows[i].want), "%s: %.*s", rows[i].text,
                      ST_FMT(st_buf_view(&out)));
    }
    st_buf_free(&out);
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(messages), CK_CASE(depth),  CK_CASE(length),     CK_CASE(bytes),
        CK_CASE(places),   CK_CASE(hiding), CK_CASE(full_width), CK_CASE(strictness),
    };
    return ck_run("feel parse", cases, ST_LEN(cases));
}
