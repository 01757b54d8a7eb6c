/* The table of codes: an id means one thing, and is said in both languages. */
#include "base/words.h"
#include "support/check_tap.h"

START_TEST(ids_are_unique) {
    for (int i = 1; i < ST_E_COUNT; i++) {
        const char *id = st_code_id((st_code)i);
        ck_assert_msg(st_code_find(id) == (st_code)i, "%s stands for two codes", id);
    }
}
END_TEST

START_TEST(each_has_its_chinese) {
    for (int i = 1; i < ST_E_COUNT; i++)
        ck_assert_msg(*st_code_meaning((st_code)i, "zh"), "%s has no Chinese",
                      st_code_id((st_code)i));
}
END_TEST

int main(void) {
    const ck_case cases[] = {CK_CASE(ids_are_unique), CK_CASE(each_has_its_chinese)};
    return ck_run("codes", cases, ST_LEN(cases));
}
