/* Codes of reasons as they are kept: what was written is read back, and nothing else is read. */
#include "calc/calc.h"
#include "base/buf.h"
#include "support/check_tap.h"

static void on_code(void *ctx, st_str code) {
    st_buf *b = ctx;
    (void)st_buf_ch(b, '<');
    (void)st_buf_str(b, code);
    (void)st_buf_ch(b, '>');
}

static bool reads(st_str json, st_buf *codes) {
    st_buf_clear(codes);
    return st_calc_reasons_read(json, on_code, codes);
}

START_TEST(test_there_and_back) {
    const st_str codes[] = {ST_STR("level"), ST_STR(""), ST_STR("a\"b\\c/"),
                            ST_STR("二\n\t\x01,]")};
    st_buf json, back;
    st_buf_init(&json, ST_REASONS_MAX);
    st_buf_init(&back, 0);
    ck_assert(st_calc_reasons_json(codes, ST_LEN(codes), &json));
    ck_assert(reads(st_buf_view(&json), &back));
    ck_assert(st_str_is(st_buf_view(&back), "<level><><a\"b\\c/><二\n\t\x01,]>"));
    st_buf_clear(&json);
    ck_assert(st_calc_reasons_json(NULL, 0, &json));
    ck_assert(reads(st_buf_view(&json), &back));
    ck_assert_uint_eq(back.n, 0);
    st_buf_free(&json);
    st_buf_free(&back);
}
END_TEST

START_TEST(test_other_forms_of_a_character) {
    st_buf back;
    st_buf_init(&back, 0);
    ck_assert(reads(ST_STR("[\"\\u4e8C\\/\\b\\f\"]"), &back));
    ck_assert(st_str_is(st_buf_view(&back), "<二/\b\f>"));
    st_buf_free(&back);
}
END_TEST

START_TEST(test_what_is_no_list_of_codes) {
    static const char *const wrong[] = {"",          "[",         "]",           "[\"a\"",
                                        "[\"a]",     "[\"a\",]",  "[,]",         "[\"a\"\"b\"]",
                                        "[1]",       "[\"\\x\"]", "[\"\\u12\"]", "[\"\\ud800\"]",
                                        "[\"a\\\"]", "{}",        "[[]]",        "[\"a\"],",
                                        "\"a\""};
    st_buf back;
    st_buf_init(&back, 0);
    for (size_t i = 0; i < ST_LEN(wrong); i++)
        ck_assert_msg(!reads(st_str_of(wrong[i]), &back), "read: %s", wrong[i]);
    st_buf_free(&back);
}
END_TEST

int main(void) {
    const ck_case cases[] = {CK_CASE(test_there_and_back), CK_CASE(test_other_forms_of_a_character),
                             CK_CASE(test_what_is_no_list_of_codes)};
    return ck_run("reasons", cases, ST_LEN(cases));
}
