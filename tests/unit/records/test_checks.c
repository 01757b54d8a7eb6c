#include "records/records_int.h"
#include "support/check_tap.h"

static const st_date known = {2023, 11, 20};
static st_arena arena;

static const char *id_after_normal(const char *text) {
    st_str s = st_rec_normalise(&arena, ST_REC_NORMAL_CN_ID, st_str_of(text));
    return st_str_dup(&arena, s).p;
}

START_TEST(identity_numbers_of_the_standard) {
    static const char *const valid[] = {
        "11010519491231002X", "440524188001010014", "640202199001010010", "640202199001010029",
        "640202198802290011", "640202198512319998", "640202199207150035", "64020219920715006X",
        "640202200002290128", "640204200002290120", "810000199001010019"};
    for (size_t i = 0; i < ST_LEN(valid); i++)
        ck_assert_msg(!st_rec_failed_check(ST_REC_CN_ID, st_str_of(valid[i]), known), "%s",
                      valid[i]);
    static const struct {
        const char *number, *why;
    } bad[] = {{"640202199001010011", "check character"}, {"640202190002290017", "birth date"},
               {"64020219900101001", "18 characters"},    {"6402021990010100100", "18 characters"},
               {"64020219900101001A", "digits only"},     {"X40202199001010010", "digits only"},
               {"640202202312010011", "after the date"},  {"", "18 characters"},
               {"640202199013010010", "birth date"}};
    for (size_t i = 0; i < ST_LEN(bad); i++) {
        const char *why = st_rec_failed_check(ST_REC_CN_ID, st_str_of(bad[i].number), known);
        ck_assert_msg(why && strstr(why, bad[i].why), "%s: %s", bad[i].number,
                      why ? why : "passed");
    }
}
END_TEST

START_TEST(stored_form_of_identity_numbers) {
    ck_assert_str_eq(id_after_normal("64020219920715006x"), "64020219920715006X");
    ck_assert_str_eq(id_after_normal("６４０２０２19920715006Ｘ"), "64020219920715006X");
    ck_assert_str_eq(id_after_normal("６４０２０２19920715006ｘ"), "64020219920715006X");
    ck_assert_str_eq(id_after_normal(" 640202 19920715 006X\u3000"), "64020219920715006X");
    ck_assert_str_eq(id_after_normal("640202850307001"), "640202198503070019");
    ck_assert_str_eq(id_after_normal("64020285030700X"), "64020285030700X");
    ck_assert_str_eq(id_after_normal("人"), "人");
}
END_TEST

static const char *code_after_normal(const char *text) {
    st_str s = st_rec_normalise(&arena, ST_REC_NORMAL_CODE, st_str_of(text));
    return st_str_dup(&arena, s).p;
}

/* What is not seen makes no other number, by class and not by a list of a few. */
START_TEST(what_is_not_seen_is_no_part_of_a_code) {
    static const uint32_t unseen[] = {
        0x20,    0x09,    0xa0,    0xad,   0x1680, 0x180e, 0x2000, 0x2003, 0x2009, 0x200a,
        0x200b,  0x200d,  0x200e,  0x200f, 0x2028, 0x2029, 0x202a, 0x202e, 0x202f, 0x205f,
        0x2060,  0x2064,  0x2066,  0x2069, 0x206f, 0x3000, 0x3164, 0xfe0f, 0xfeff, 0xfff9,
        0xe0001, 0xe0041, 0xe0100, 0xe5e5, 0x85,   0x061c, 0x034f};
    for (size_t i = 0; i < ST_LEN(unseen); i++) {
        char u[4], text[40];
        int n = (int)st_utf8_put(u, unseen[i]);
        snprintf(text, sizeof text, "%.*sc1%.*s2%.*s", n, u, n, u, n, u);
        ck_assert_msg(strcmp(code_after_normal(text), "C12") == 0, "U+%04X stays", unseen[i]);
    }
    static const char *const seen[] = {"Ａ－１", "Å", "人〇", "A·B", "À1", "\u2010"};
    static const char *const stored[] = {"A-1", "Å", "人〇", "A·B", "À1", "\u2010"};
    for (size_t i = 0; i < ST_LEN(seen); i++)
        ck_assert_str_eq(code_after_normal(seen[i]), stored[i]);
    ck_assert_str_eq(id_after_normal("640202\u00a019920715\u2060006x"), "64020219920715006X");
}
END_TEST

START_TEST(credit_codes_of_the_standard) {
    static const char *const valid[] = {
        "91350100M000100Y43", "91110000101623741K", "911101066976941872", "52640202MJX00000XM",
        "55640202MEA00000XE", "52640202MJX0002370", "52640202MJX000114Y"};
    for (size_t i = 0; i < ST_LEN(valid); i++) {
        const char *why = st_rec_failed_check(ST_REC_CN_CREDIT_CODE, st_str_of(valid[i]), known);
        ck_assert_msg(!why, "%s: %s", valid[i], why);
    }
    static const char *const bad[] = {"91350211M0000XUF46", "91350203M0001QAY9B",
                                      "91350100M000100Y4", "91350100I000100Y43", ""};
    for (size_t i = 0; i < ST_LEN(bad); i++)
        ck_assert_msg(st_rec_failed_check(ST_REC_CN_CREDIT_CODE, st_str_of(bad[i]), known), "%s",
                      bad[i]);
}
END_TEST

START_TEST(card_numbers) {
    static const char *const valid[] = {"6217000000000000004", "6228480000000000000",
                                        "6212260000000001230"};
    for (size_t i = 0; i < ST_LEN(valid); i++)
        ck_assert(!st_rec_failed_check(ST_REC_LUHN, st_str_of(valid[i]), known));
    ck_assert(st_rec_failed_check(ST_REC_LUHN, ST_STR("6217000000000000005"), known));
    ck_assert(st_rec_failed_check(ST_REC_LUHN, ST_STR("62170000A"), known));
    ck_assert(st_rec_failed_check(ST_REC_LUHN, ST_STR(""), known));
}
END_TEST

static const char *printed(st_rec_kind kind, const char *text) {
    static st_buf b;
    st_val v;
    if (!st_rec_value(&arena, kind, st_str_of(text), &v))
        return "none";
    st_buf_free(&b);
    st_buf_init(&b, 0);
    st_feel_print(&b, v);
    return b.p ? b.p : "";
}

START_TEST(values) {
    ck_assert_str_eq(printed(ST_REC_DATE, " 2023-02-28 "), "2023-02-28");
    ck_assert_str_eq(printed(ST_REC_DATE, "2023-02-29"), "none");
    ck_assert_str_eq(printed(ST_REC_DATE, "2023-02-28Z"), "none");
    ck_assert_str_eq(printed(ST_REC_DATE, "2023-02-28+08:00"), "none");
    ck_assert_str_eq(printed(ST_REC_NUMBER, "+3000.50"), "3000.50");
    ck_assert_str_eq(printed(ST_REC_NUMBER, "-0"), "0");
    ck_assert_str_eq(printed(ST_REC_NUMBER, "INF"), "none");
    ck_assert_str_eq(printed(ST_REC_BOOL, "true"), "true");
    ck_assert_str_eq(printed(ST_REC_BOOL, " 1"), "true");
    ck_assert_str_eq(printed(ST_REC_BOOL, "0"), "false");
    ck_assert_str_eq(printed(ST_REC_STRING, " a  b "), " a  b ");
    ck_assert_str_eq(printed(ST_REC_TOKEN, " a \t b\n"), "a b");
    ck_assert_str_eq(printed(ST_REC_TOKEN, ""), "");
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(identity_numbers_of_the_standard),
        CK_CASE(stored_form_of_identity_numbers),
        CK_CASE(what_is_not_seen_is_no_part_of_a_code),
        CK_CASE(credit_codes_of_the_standard),
        CK_CASE(card_numbers),
        CK_CASE(values),
    };
    st_arena_init(&arena, 0);
    int failed = ck_run("records checks", cases, sizeof cases / sizeof cases[0]);
    st_arena_free(&arena);
    return failed;
}
