#include "base/mask.h"
#include "support/check_tap.h"

static void masks(st_mask kind, const char *text, const char *want) {
    st_buf b;
    st_buf_init(&b, 0);
    st_mask_add(&b, kind, st_str_of(text));
    const char *got = b.p ? b.p : "";
    ck_assert_msg(strcmp(got, want) == 0, "'%s' masked '%s', want '%s'", text, got, want);
    st_buf_free(&b);
}

START_TEST(the_table_of_the_standard) {
    masks(ST_MASK_ID, "640202199001011234", "640202********1234");
    masks(ST_MASK_ID, "64020219920715006X", "640202********006X");
    masks(ST_MASK_NAME, "张三", "张*");
    masks(ST_MASK_NAME, "张小三", "张*三");
    masks(ST_MASK_NAME, "欧阳小明", "欧**明");
    masks(ST_MASK_NAME, "阿依古丽·买买提", "阿***·***");
    masks(ST_MASK_NAME, "阿依古丽•买买提", "阿***•***");
    masks(ST_MASK_NAME, "𬭊", "*");
    masks(ST_MASK_NAME, "𬭊𠮷", "𬭊*");
    masks(ST_MASK_ACCOUNT, "6217000000000000004", "***************0004");
    masks(ST_MASK_ALL, "欧阳1", "***");
    masks(ST_MASK_NONE, "x人", "x人");
}
END_TEST

START_TEST(short_text_is_masked_whole) {
    masks(ST_MASK_ID, "64020212345", "***********");
    masks(ST_MASK_ID, "", "");
    masks(ST_MASK_ACCOUNT, "12345", "*****");
    masks(ST_MASK_NAME, "·", "*");
}
END_TEST

START_TEST(words_of_the_schema) {
    st_mask m = ST_MASK_NONE;
    ck_assert(st_mask_named(ST_STR("account"), &m));
    ck_assert_int_eq(m, ST_MASK_ACCOUNT);
    ck_assert(!st_mask_named(ST_STR("Account"), &m));
    ck_assert(!st_mask_named(ST_STR(""), &m));
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(the_table_of_the_standard),
        CK_CASE(short_text_is_masked_whole),
        CK_CASE(words_of_the_schema),
    };
    return ck_run("base mask", cases, sizeof cases / sizeof cases[0]);
}
