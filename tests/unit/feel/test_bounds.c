/* Ends of texts, depths and counts: what still is, and what no longer is. */
#include "support/check_tap.h"
#include "support/feel_table.h"
#include "feel/feel_int.h"
#include "feel/node.h"

/* -- texts -- */

START_TEST(escapes) {
    static const feel_row rows[] = {
        {"\"\\u0041\\u6807\"", "A标"},
        {"\"\\U01F40E\"", "🐎"},
        {"\"\\uD83D\\uDC0E\"", "🐎"}, /* a pair is one character */
        {"string length(\"\\u0001\")", "1"},
        {"string length(\"\\uD7FF\\uE000\\U10FFFF\")", "3"},
        {"\"\\u0000\"",
         "!not a character: write \\u and four, or \\U and six hexadecimal digits\n ^^^^^^"},
        {"\"\\U110000\"",
         "!not a character: write \\u and four, or \\U and six hexadecimal digits\n ^^^^^^^^"},
        {"\"\\uD800\"",
         "!not a character: write \\u and four, or \\U and six hexadecimal digits\n ^^^^^^"},
        {"\"\\uDFFF\"",
         "!not a character: write \\u and four, or \\U and six hexadecimal digits\n ^^^^^^"},
    };
    st_buf out;
    st_buf_init(&out, 0);
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        feel_outcome(NULL, 0, rows[i].text, NULL, &out);
        /* the message is what counts, not how far the carets go */
        bool fails = rows[i].want[0] == '!';
        size_t n = fails ? strcspn(rows[i].want, "\n") : strlen(rows[i].want);
        ck_assert_msg(strncmp(out.p, rows[i].want, n) == 0 && (fails || out.n == n), "%s: %s",
                      rows[i].text, out.p);
    }
    st_buf_free(&out);
}
END_TEST

/* A text is a part of a longer one: its end is its end. */
START_TEST(nothing_behind_the_end_is_read) {
    static const char *const texts[] = {"x[", "x(", "x.", "x)", "x\"", "x..", "x'", "x-"};
    for (size_t i = 0; i < ST_LEN(texts); i++) {
        st_arena a;
        st_arena_init(&a, 0);
        st_feel_builder *b = st_feel_builder_new(&a, NULL, NULL);
        st_feel_global(b, ST_STR("x"), 0, &st_feel_number);
        st_src src = st_src_of((st_str){texts[i], 1});
        st_err err;
        st_err_init(&err);
        ck_assert_msg(st_feel_parse(b, &src, &err) != NULL, "%s: %s", texts[i], err.msg);
        st_arena_free(&a);
    }
}
END_TEST

START_TEST(what_stands_behind_an_expression) {
    static const feel_row rows[] = {
        {"1 2 + 3", "!the expression should end before `2`, or an operator is missing\n  ^"},
        {"1 标准 + 3",
         "!the expression should end before `标准`, or an operator is missing\n  ^^^^"},
        {"1 ) + 3", "!the expression should end before `)`, or an operator is missing\n  ^"},
    };
    feel_check(NULL, 0, rows, ST_LEN(rows), NULL);
}
END_TEST

/* -- names inside of items -- */

/* Items of a list may have any entries, be the list itself known or not. */
START_TEST(names_of_unknown_items) {
    static st_feel_type items = {.kind = ST_T_LIST, .elem = &st_feel_any};
    const st_str names[] = {ST_STR("paid days"), ST_STR("k")};
    st_arena a;
    st_arena_init(&a, 0);
    st_val v[2] = {st_number_int(7), st_number_int(1)};
    st_val item = st_context_val(&a, st_feel_shape_new(&a, names, 2), v);
    const feel_global globals[] = {{"xs", &items, st_list_val(&a, &item, 1)}};
    static const feel_row rows[] = {
        {"count(xs[k = 1])", "1"},
        {"count(xs[paid days = 7])", "1"}, /* two words that nobody declared */
        {"count(xs[paid days = 8])", "0"},
        {"paid days", "!unknown name `paid`\n^^^^"},
    };
    feel_check(globals, 1, rows, ST_LEN(rows), NULL);
    st_arena_free(&a);
}
END_TEST

/* -- what has no value -- */

START_TEST(divisions_by_nothing) {
    static const feel_row rows[] = {
        {"[1, 0][2] / [1, 0][2]", "null : division by zero"},
        {"duration(\"P1D\") / [1, 0][2]", "null : division by zero"},
        {"duration(\"P1D\") / duration(\"PT0S\")",
         "null : the result of `/` is undefined or out of range"},
        {"0 / [1, 2][2]", "0"},
    };
    feel_check(NULL, 0, rows, ST_LEN(rows), NULL);
}
END_TEST

/* -- how deep, how many -- */

/* A value may lie as deep as an expression may: what is unknown in it is found there. */
START_TEST(an_unknown_at_the_deepest_place) {
    st_arena a;
    st_arena_init(&a, 0);
    st_reason *r = ST_NEW(&a, st_reason);
    st_val v = st_null_because(r);
    uint64_t seen = 0;
    ck_assert_ptr_eq(st_doubt_inside(v, &seen), r);
    for (int depth = 1; depth <= ST_FEEL_DEPTH_MAX; depth++) {
        st_val *one = ST_NEWN(&a, st_val, 2);
        one[0] = st_number_int(depth);
        one[1] = v;
        v = st_list_val(&a, one, 2);
        seen = 0;
        ck_assert_msg(st_doubt_inside(v, &seen) == r, "%d deep", depth);
    }
    st_arena_free(&a);
}
END_TEST

START_TEST(loops_over_open_ranges) {
    static const feel_row rows[] = {
        {"for i in [1..3) return i", "[1, 2]"},       {"for i in (1..3] return i", "[2, 3]"},
        {"for i in (1..3) return i", "[2]"},          {"for i in (1..2) return i", "[]"},
        {"for i in ([3][1]..[3][1]] return i", "[]"}, {"for i in [[3][1]..[3][1]) return i", "[]"},
        {"for i in ([3][1]..[3][1]) return i", "[]"}, {"for i in [[3][1]..[3][1]] return i", "[3]"},
    };
    feel_check(NULL, 0, rows, ST_LEN(rows), NULL);
}
END_TEST

/* What an evaluation may take counts from where it began; a loop of small bodies looks, too. */
START_TEST(memory_of_a_loop) {
    static const struct {
        size_t left;
        bool fits;
    } cases[] = {{100 << 20, true}, {100 << 10, false}};
    for (size_t i = 0; i < ST_LEN(cases); i++) {
        st_arena a;
        st_arena_init(&a, 0);
        st_feel_builder *b = st_feel_builder_new(&a, NULL, NULL);
        st_src src = st_src_of(ST_STR("for i in 1..20000 return i"));
        st_feel_node *n = st_feel_parse(b, &src, NULL);
        st_val slots[FEEL_SLOTS_MAX] = {{0}};
        st_feel_env env = {.memory_from = a.used + cases[i].left - ST_FEEL_MEMORY_MAX};
        st_feel_frame f = {.slots = slots, .arena = &a, .env = &env};
        st_val v = st_feel_eval(n, &f);
        ck_assert_int_eq(v.kind, cases[i].fits ? ST_LIST : ST_NULL);
        if (!cases[i].fits)
            ck_assert_ptr_nonnull(strstr(st_reason_text(v.u.reason), "takes too much memory"));
        st_arena_free(&a);
    }
}
END_TEST

/* -- a zone with as many types as an index of a byte can name -- */

static st_zone *zone_of_types(uint32_t types) {
    st_buf b;
    st_buf_init(&b, 0);
    for (int block = 0; block < 2; block++) {
        const uint32_t counts[] = {0, 0, 0, block, block ? types : 1, 4};
        st_buf_z(&b, "TZif2");
        for (int i = 0; i < 15; i++)
            st_buf_ch(&b, '\0');
        for (size_t i = 0; i < ST_LEN(counts); i++)
            st_buf_be32(&b, counts[i]);
        if (block) {
            st_buf_be64(&b, 1000);
            st_buf_ch(&b, (char)255);
        }
        for (uint32_t i = 0; i < counts[4]; i++) {
            st_buf_be32(&b, i * 60);
            st_buf_ch(&b, '\0');
            st_buf_ch(&b, '\0');
        }
        st_buf_add(&b, "ABC\0", 4);
    }
    st_buf_z(&b, "\n\n");
    st_zone *z = st_zone_read(ST_STR("Test/Types"), (const unsigned char *)b.p, b.n);
    st_buf_free(&b);
    return z;
}

START_TEST(types_of_a_zone) {
    st_zone *z = zone_of_types(256);
    ck_assert_ptr_nonnull(z);
    ck_assert_int_eq(st_zone_offset_at(z, 1000), 255 * 60);
    st_zone_free(z);
    ck_assert_ptr_null(zone_of_types(257));
    ck_assert_ptr_null(zone_of_types(255)); /* its change names a type that it does not have */
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(escapes),
        CK_CASE(nothing_behind_the_end_is_read),
        CK_CASE(what_stands_behind_an_expression),
        CK_CASE(names_of_unknown_items),
        CK_CASE(divisions_by_nothing),
        CK_CASE(an_unknown_at_the_deepest_place),
        CK_CASE(loops_over_open_ranges),
        CK_CASE(memory_of_a_loop),
        CK_CASE(types_of_a_zone),
    };
    return ck_run("feel bounds", cases, ST_LEN(cases));
}
