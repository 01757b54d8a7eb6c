/* base: money, dates, decimals, digests, text. Vectors: STANDARDS (8.2, 11), RFC 6962, FIPS 180. */
#include "base/arena.h"
#include "base/date.h"
#include "base/dec.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/map.h"
#include "base/money.h"
#include "base/src.h"
#include "base/tree.h"
#include "base/words.h"
#include "support/check_tap.h"
#ifdef ST_SANITIZE
#include <sanitizer/asan_interface.h>
#endif

static st_str S(const char *z) {
    return st_str_of(z);
}

START_TEST(money_text) {
    static const struct {
        const char *in;
        bool ok;
        st_money want;
        const char *plain, *grouped;
    } rows[] = {
        {"3000", true, 300000, "3000.00", "3,000.00"},
        {"3000.5", true, 300050, "3000.50", "3,000.50"},
        {"0.01", true, 1, "0.01", "0.01"},
        {"-1234567.89", true, -123456789, "-1234567.89", "-1,234,567.89"},
        {"1.2300", true, 123, "1.23", "1.23"},
        {"1.234", false, 0, "", ""},
        {"", false, 0, "", ""},
        {".5", false, 0, "", ""},
        {"1.", false, 0, "", ""},
        {"1,000", false, 0, "", ""},
        {"92233720368547758.08", false, 0, "", ""},
        {"12 ", false, 0, "", ""},
    };
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        st_money m = 0;
        ck_assert_msg(st_money_parse(S(rows[i].in), &m) == rows[i].ok, "%s", rows[i].in);
        if (!rows[i].ok)
            continue;
        ck_assert_int_eq(m, rows[i].want);
        st_buf b;
        st_buf_init(&b, 100);
        st_money_plain(&b, m);
        ck_assert_str_eq(b.p, rows[i].plain);
        st_buf_clear(&b);
        st_money_grouped(&b, m);
        ck_assert_str_eq(b.p, rows[i].grouped);
        st_buf_free(&b);
    }
}
END_TEST

START_TEST(money_split) {
    static const struct {
        st_money total;
        int64_t w[4];
        size_t n;
        st_money parts[4];
    } rows[] = {
        {10000, {1, 1, 1}, 3, {3334, 3333, 3333}},
        {10001, {5, 5}, 2, {5001, 5000}},
        {-10001, {5, 5}, 2, {-5001, -5000}},
        {1, {5, 5}, 2, {1, 0}},
        {100001, {50, 30, 20}, 3, {50001, 30000, 20000}},
        {7160000, {6, 4}, 2, {4296000, 2864000}},
        {10000, {1, 0, 2}, 3, {3333, 0, 6667}},
        {200, {2, 2, 2}, 3, {67, 67, 66}},
        {1000000, {6000, 3000, 3000, 1000}, 4, {461539, 230769, 230769, 76923}},
        {11, {6, 6, 2}, 3, {5, 5, 1}},
    };
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        st_money parts[4];
        st_money_split(rows[i].total, rows[i].w, rows[i].n, parts);
        for (size_t k = 0; k < rows[i].n; k++)
            ck_assert_int_eq(parts[k], rows[i].parts[k]);
    }
}
END_TEST

static st_date D(const char *z) {
    st_date d;
    ck_assert_msg(st_date_parse(S(z), &d), "%s", z);
    return d;
}

START_TEST(dates_add_months) {
    static const struct {
        const char *from;
        int months;
        const char *want;
    } rows[] = {{"2023-01-31", 1, "2023-02-28"},  {"2024-01-31", 1, "2024-02-29"},
                {"2024-01-31", 2, "2024-03-31"},  {"2023-08-31", 6, "2024-02-29"},
                {"2024-12-31", 2, "2025-02-28"},  {"2024-02-29", 12, "2025-02-28"},
                {"2024-02-29", 48, "2028-02-29"}, {"2024-03-31", -1, "2024-02-29"},
                {"2100-01-31", 1, "2100-02-28"}};
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        st_date got;
        ck_assert(st_date_plus_months(D(rows[i].from), rows[i].months, &got));
        ck_assert_int_eq(st_date_cmp(got, D(rows[i].want)), 0);
    }
}
END_TEST

START_TEST(dates_between) {
    static const struct {
        const char *a, *b;
        int months;
    } rows[] = {{"2023-03-15", "2024-03-14", 11}, {"2023-03-15", "2024-03-15", 12},
                {"2023-07-01", "2023-12-31", 5},  {"2024-01-31", "2024-02-28", 0},
                {"2024-01-31", "2024-02-29", 1},  {"2024-01-31", "2024-03-30", 1},
                {"2024-01-31", "2024-03-31", 2},  {"2024-02-29", "2025-02-28", 12}};
    for (size_t i = 0; i < ST_LEN(rows); i++)
        ck_assert_int_eq(st_date_months_between(D(rows[i].a), D(rows[i].b)), rows[i].months);
}
END_TEST

START_TEST(dates_days) {
    ck_assert_int_eq(st_date_to_days((st_date){1970, 1, 1}), 0);
    ck_assert_int_eq(st_date_to_days((st_date){2000, 3, 1}), 11017);
    ck_assert_int_eq(st_date_weekday((st_date){2023, 11, 20}), 1);
    ck_assert_int_eq(st_date_weekday((st_date){2024, 9, 29}), 7);
    for (int64_t d = -800000; d < 800000; d += 37)
        ck_assert_int_eq(st_date_to_days(st_date_from_days(d)), d);
    st_date x;
    ck_assert(!st_date_parse(S("1900-02-29"), &x) && !st_date_parse(S("2023-2-03"), &x) &&
              st_date_parse(S("2000-02-29"), &x));
    st_month m;
    ck_assert(st_month_parse(S("2023-11"), &m) && st_month_first(m).month == 11 &&
              st_month_last(m).day == 30);
    ck_assert(!st_month_parse(S("2023-13"), &m) && !st_month_parse(S("2023-00"), &m) &&
              !st_month_parse(S("2023-1"), &m));
}
END_TEST

static st_dec N(const char *z) {
    st_dec d;
    ck_assert_msg(st_dec_parse(S(z), &d), "%s", z);
    return d;
}

static const char *T(st_dec d) {
    static char text[8][ST_DEC_TEXT_MAX];
    static int at;
    at = (at + 1) % 8;
    (void)st_dec_text_norm(d, text[at]);
    return text[at];
}

START_TEST(decimals) {
    st_dec r;
    ck_assert(st_dec_add(N("0.1"), N("0.2"), &r));
    ck_assert_str_eq(T(r), "0.3");
    ck_assert(st_dec_div(N("1"), N("3"), &r));
    ck_assert_str_eq(T(r), "0.3333333333333333333333333333333333");
    ck_assert(!st_dec_div(N("1"), N("0.00"), &r));
    ck_assert(st_dec_pow(N("3"), N("4"), &r));
    ck_assert_str_eq(T(r), "81");
    ck_assert(st_dec_round(N("2.5"), 0, ST_ROUND_HALF_EVEN, &r));
    ck_assert_str_eq(T(r), "2");
    ck_assert(st_dec_round(N("0.515"), 2, ST_ROUND_HALF_EVEN, &r));
    ck_assert_str_eq(T(r), "0.52");
    ck_assert(st_dec_round(N("-5.5"), 0, ST_ROUND_UP, &r));
    ck_assert_str_eq(T(r), "-6");
    ck_assert(st_dec_round(N("-5.5"), 0, ST_ROUND_HALF_DOWN, &r));
    ck_assert_str_eq(T(r), "-5");
    ck_assert(st_dec_round(N("-5.51"), 0, ST_ROUND_HALF_DOWN, &r));
    ck_assert_str_eq(T(r), "-6");
    ck_assert(st_dec_round(N("5.5"), 6176, ST_ROUND_UP, &r));
    ck_assert_str_eq(T(r), "5.5");
    ck_assert(!st_dec_round(N("5.5"), 6177, ST_ROUND_UP, &r));
    ck_assert(st_dec_rem_floor(N("-12"), N("5"), &r));
    ck_assert_str_eq(T(r), "3");
    ck_assert(st_dec_rem_floor(N("10.1"), N("-4.5"), &r));
    ck_assert_str_eq(T(r), "-3.4");
    ck_assert_int_eq(st_dec_cmp(N("1.0"), N("1.00")), 0);
    ck_assert_int_eq(st_dec_cmp(N("-3"), N("2")), -1);
    ck_assert(st_dec_hash(N("1.0")) == st_dec_hash(N("1.00")) &&
              st_dec_hash(N("100")) == st_dec_hash(N("1E2")));
    st_dec junk;
    ck_assert(!st_dec_parse(S("abc"), &junk) && !st_dec_parse(S("1e"), &junk) &&
              !st_dec_parse(S("1e99999"), &junk) && !st_dec_parse(S("Inf"), &junk) &&
              st_dec_parse(S(".5"), &junk));
    int64_t fen;
    ck_assert(st_dec_to_minor(N("3000.00"), 2, &fen) && fen == 300000);
    ck_assert(st_dec_to_minor(N("0.010"), 2, &fen) && fen == 1);
    ck_assert(!st_dec_to_minor(N("0.001"), 2, &fen) && !st_dec_to_minor(N("1E30"), 2, &fen));
    ck_assert_str_eq(T(st_dec_from_minor(-123456, 2)), "-1234.56");
    ck_assert_str_eq(T(st_dec_int(INT64_MIN)), "-9223372036854775808");
    ck_assert_str_eq(T(N("1.23e-9")), "0.00000000123");
    ck_assert_str_eq(T(N("1e40")), "1E+40");
    ck_assert_str_eq(T(N("-0.0")), "0");
}
END_TEST

/* Numbers as whole thousandths, in spellings of every exponent: compared as these are. */
static st_dec spelled(int64_t thousandths, unsigned form) {
    static const char *const zeros[] = {"", "00", "000000000"};
    char text[80];
    const char *sign = thousandths < 0 ? "-" : "";
    int64_t u = thousandths < 0 ? -thousandths : thousandths;
    if (form >= ST_LEN(zeros))
        snprintf(text, sizeof text, "%s%" PRId64 "e-3", sign, u);
    else
        snprintf(text, sizeof text, "%s%" PRId64 ".%03d%s", sign, u / 1000, (int)(u % 1000),
                 zeros[form]);
    return N(text);
}

START_TEST(test_decimal_order) {
    static const int64_t values[] = {0,     1,      -1,     999,     1000,    1001,
                                     -1000, 12500,  -12500, 1234567, 1234568, INT64_MAX / 3,
                                     40000, 1000000};
    for (size_t i = 0; i < ST_LEN(values); i++)
        for (size_t k = 0; k < ST_LEN(values); k++)
            for (unsigned form = 0; form < 16; form++) {
                st_dec a = spelled(values[i], form / 4), b = spelled(values[k], form % 4);
                int want = (values[i] > values[k]) - (values[i] < values[k]);
                ck_assert_msg(st_dec_cmp(a, b) == want, "%s and %s", T(a), T(b));
            }
    ck_assert_int_eq(st_dec_cmp(N("1e30"), N("18446744073709551615")), 1);
    ck_assert_int_eq(st_dec_cmp(N("18446744073709551615"), N("1844674407370955161.5e1")), 0);
    ck_assert_int_eq(st_dec_cmp(N("18446744073709551615e9"), N("18446744073709551615000000001")),
                     -1);
    ck_assert_int_eq(st_dec_cmp(N("1e-6000"), N("0")), 1);
    ck_assert_int_eq(st_dec_cmp(N("-0"), N("0.00")), 0);
    int64_t n = 0;
    ck_assert(st_dec_scaled(N("-12.5"), 2, &n) && n == -1250);
    ck_assert(st_dec_scaled(N("12.5000"), 1, &n) && n == 125);
    ck_assert(st_dec_scaled(N("3e3"), 0, &n) && n == 3000);
    ck_assert(st_dec_scaled(N("-0.00000000000"), 0, &n) && n == 0);
    ck_assert(st_dec_scaled(N("9223372036854775807"), 0, &n) && n == INT64_MAX);
    ck_assert(!st_dec_scaled(N("9223372036854775808"), 0, &n));
    ck_assert(!st_dec_scaled(N("922337203685477581"), 1, &n));
    ck_assert(!st_dec_scaled(N("0.125"), 2, &n) && !st_dec_scaled(N("1e40"), 0, &n));
}
END_TEST

static void hex_is(const st_sha256 *d, const char *want) {
    char hex[ST_HEX_LEN];
    st_sha256_hex(d, hex);
    ck_assert_str_eq(hex, want);
}

/* HMAC of "label NUL text"; vectors by python3's hmac, the second with a key longer than a block.
 */
START_TEST(hmacs) {
    char hex[ST_HEX_LEN], key[131];
    st_sha256 d;
    st_hmac *h = st_hmac_new("Jefe", 4);
    for (int i = 0; i < 2; i++) {
        st_hmac_of(h, "what do ya want for nothing?", "", 0, &d);
        st_sha256_hex(&d, hex);
        ck_assert_str_eq(hex, "4fd2cd52032b7d4c8c0faac64edd70d083ded8a88aaf5bb3b60c8e40a83de008");
    }
    st_hmac_free(h);
    memset(key, 'k', sizeof key);
    h = st_hmac_new(key, sizeof key);
    st_hmac_of(h, "identity", "640202", 6, &d);
    st_sha256_hex(&d, hex);
    ck_assert_str_eq(hex, "8e7b5df634e41562cf1557d463b28427dc47d1e7114f6692d62b249ab1220bc3");
    st_hmac_free(h);
}
END_TEST

START_TEST(digests) {
    st_sha256 d, leaf, leaves[300], path[64];
    st_sha256_of("abc", 3, &d);
    hex_is(&d, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    st_tree t;
    st_tree_init(&t);
    st_tree_root(&t, &d);
    hex_is(&d, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    /* vectors of the certificate-transparency test suite: leaves "", 00, 10, 2021, ... */
    static const char *const inputs[] = {"", "\0", "\x10", "\x20\x21"};
    static const size_t sizes[] = {0, 1, 1, 2};
    for (size_t i = 0; i < 4; i++) {
        st_tree_leaf_hash(inputs[i], sizes[i], &leaf);
        st_tree_add(&t, &leaf);
    }
    st_tree_root(&t, &d);
    hex_is(&d, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7");
    for (uint64_t n = 1; n < 300; n += n < 40 ? 1 : 37) {
        st_tree_init(&t);
        for (uint64_t i = 0; i < n; i++) {
            st_tree_leaf_hash(&i, sizeof i, &leaves[i]);
            st_tree_add(&t, &leaves[i]);
        }
        st_tree_root(&t, &d);
        for (uint64_t i = 0; i < n; i++) {
            size_t k = st_tree_path(leaves, n, i, path);
            ck_assert(st_tree_verify(&leaves[i], i, n, path, k, &d));
            if (n > 1)
                ck_assert(!st_tree_verify(&leaves[(i + 1) % n], i, n, path, k, &d));
        }
    }
}
END_TEST

START_TEST(text) {
    ck_assert_uint_eq(st_utf8_valid("a\xc0\x80", 3), 1);
    ck_assert_uint_eq(st_utf8_valid("\xed\xa0\x80", 3), 0);
    ck_assert_uint_eq(st_utf8_valid("12345678\xf0\xac\xad\x8a", 12), 12);
    int64_t v;
    ck_assert(st_str_int(S("-9223372036854775808"), &v) && v == INT64_MIN);
    ck_assert(!st_str_int(S("9223372036854775808"), &v) && !st_str_int(S("-"), &v) &&
              !st_str_int(S(""), &v));
    st_buf b;
    st_buf_init(&b, 8);
    ck_assert(st_buf_z(&b, "12345678") && !st_buf_ch(&b, '9') && b.overflow && b.n == 8);
    st_buf_free(&b);
}
END_TEST

START_TEST(texts_are_cut_at_characters) {
    st_str s = S("ab\xe4\xbd\x8f\xf0\xa0\xae\xb7!"); /* 2, 3, 4 and 1 bytes */
    static const size_t kept[] = {0, 1, 2, 2, 2, 5, 5, 5, 5, 9, 10, 10};
    for (size_t n = 0; n < ST_LEN(kept); n++)
        ck_assert_uint_eq(st_utf8_cut(s, n).n, kept[n]);
    char bytes[] = "a\xd5\xc5\xe4\xbd\x8f\xff";
    st_utf8_mend(bytes, strlen(bytes));
    ck_assert_str_eq(bytes, "a??\xe4\xbd\x8f?");
}
END_TEST

START_TEST(messages_are_text) { /* whatever was put into them, whole, at every length */
    for (int before = 0; before < 8; before++)
        for (int shift = 0; shift < 5; shift++) {
            char long_text[2 * ST_MSG_MAX];
            size_t n = 0;
            memset(long_text, 'x', (size_t)shift);
            for (n = (size_t)shift; n + 4 < sizeof long_text; n += 4)
                memcpy(long_text + n, "\xf0\xa0\xae\xb7", 4);
            long_text[n] = 0;
            st_err e;
            st_err_init(&e);
            (void)st_fail_at(&e, ST_E_USAGE, (st_pos){.file = "\xd5\xc5.xml"}, "%.*s`%s%s", before,
                             "\xe4\xbd\x8f\xe4\xbd\x8f\xe4", long_text, "\xd5\xc5");
            ck_assert_uint_eq(st_utf8_valid(e.msg, strlen(e.msg)), strlen(e.msg));
            ck_assert_uint_eq(st_utf8_valid(e.file, strlen(e.file)), strlen(e.file));
            ck_assert_uint_gt(strlen(e.msg), ST_MSG_MAX - 6);
            (void)st_err_wrap(&e, "%s", long_text);
            ck_assert_uint_eq(st_utf8_valid(e.msg, strlen(e.msg)), strlen(e.msg));
        }
}
END_TEST

START_TEST(maps) {
    st_arena a;
    st_arena_init(&a, 0);
    st_map m;
    st_map_init(&m, &a);
    char key[16];
    for (intptr_t i = 0; i < 1000; i++) {
        (void)snprintf(key, sizeof key, "k%d", (int)i);
        st_map_put(&m, S(key), (void *)i);
    }
    for (intptr_t i = 0; i < 1000; i++) {
        (void)snprintf(key, sizeof key, "k%d", (int)i);
        ck_assert(st_map_get(&m, S(key)) == (void *)i && st_map_has(&m, S(key)));
    }
    ck_assert(!st_map_has(&m, S("k1000")) && m.n == 1000);
    st_arena_free(&a);
}
END_TEST

START_TEST(excerpts) {
    st_err err;
    st_err_init(&err);
    ck_assert(!st_fail(&err, ST_E_USAGE, "what %d", 1));
    ck_assert(!st_fail(&err, ST_E_FILE_READ, "later")); /* the lower one stays */
    ck_assert_str_eq(err.msg, "what 1");
    (void)st_err_wrap(&err, "rule %d", 2);
    ck_assert_str_eq(err.msg, "rule 2: what 1");
    st_err_excerpt(&err, S("等级 = foo + 1"), 9, 12);
    ck_assert_str_eq(err.excerpt, "  等级 = foo + 1\n         ^^^");
    static const st_src_seg segs[] = {{0, 3, 10, 100}, {4, 3, 18, 108}};
    st_src src = {"f", S("a < b\nc"), segs, 2, 0};
    ck_assert_uint_eq(st_src_pos(&src, 2).column, 12);
    ck_assert_uint_eq(st_src_pos(&src, 4).column, 18);
    ck_assert(st_src_pos(&src, 6).line == 4 && st_src_pos(&src, 6).column == 1);
}
END_TEST

#ifdef ST_SANITIZE
/* One element too many is what most mistakes in a loop read. */
START_TEST(behind_what_an_arena_gave_nobody_may_read) {
    static const size_t sizes[] = {1, 15, 16, 17, 100, 4096};
    st_arena a;
    st_arena_init(&a, 128);
    for (size_t i = 0; i < ST_LEN(sizes); i++) {
        char *p = st_arena_alloc(&a, sizes[i]), *next = st_arena_alloc(&a, 1);
        ck_assert_msg(__asan_region_is_poisoned(p, sizes[i]) == NULL, "%zu bytes", sizes[i]);
        ck_assert_msg(__asan_address_is_poisoned(p + sizes[i]), "behind %zu bytes", sizes[i]);
        ck_assert(!__asan_address_is_poisoned(next));
        ck_assert(__asan_address_is_poisoned(next + 1));
    }
    ck_assert_uint_eq(a.used, 16 + 16 + 16 + 32 + 112 + 4096 + 16 * ST_LEN(sizes));
    st_arena_free(&a);
}
END_TEST
#endif

START_TEST(arenas) {
    st_arena a;
    st_arena_init(&a, 128);
    char *first = st_arena_dup(&a, "abc", 3);
    st_arena_mark m = st_arena_save(&a);
    for (int i = 0; i < 100; i++)
        memset(st_arena_alloc(&a, 100), 7, 100);
    st_arena_release(&a, m);
    ck_assert_str_eq(first, "abc");
    ck_assert_uint_eq(a.used, 16);
    ST_VEC(int) v = {0};
    for (int i = 0; i < 1000; i++)
        ST_VEC_PUSH(&a, &v, i);
    for (int i = 0; i < 1000; i++)
        ck_assert_int_eq(v.items[i], i);
    st_arena_free(&a);
}
END_TEST

START_TEST(columns) {
    static const struct {
        const char *text;
        size_t columns;
    } rows[] = {{"", 0},          {"abc", 3}, {"补发", 4}, {"= 本", 4},
                {"e\xcc\x81", 1}, {"·", 1},   {"𬭊", 2}, {"（", 2}};
    for (size_t i = 0; i < ST_LEN(rows); i++)
        ck_assert_uint_eq(st_str_columns(S(rows[i].text)), rows[i].columns);
    st_buf b;
    st_buf_init(&b, 0);
    ck_assert(st_buf_pad(&b, S("补"), 4));
    ck_assert_str_eq(b.p, "补  ");
    st_buf_clear(&b);
    ck_assert(st_buf_pad(&b, S("longer"), 4));
    ck_assert_str_eq(b.p, "longer");
    st_buf_free(&b);
}
END_TEST

START_TEST(languages) {
    for (int i = 1; i < ST_E_COUNT; i++) {
        st_code code = (st_code)i;
        ck_assert_msg(*st_code_meaning(code, "zh"), "%s says nothing in Chinese", st_code_id(code));
        ck_assert_str_eq(st_code_meaning(code, "en"), "");
        ck_assert_int_eq(st_code_find(st_code_id(code)), code);
        const char *hint = st_code_hint(code), *advice = st_code_advice(code, hint, "zh_CN");
        ck_assert_msg(!*hint == !*advice && (!*hint || strcmp(hint, advice) != 0), "%s",
                      st_code_id(code));
        ck_assert_str_eq(st_code_advice(code, "of its own", "zh"), "of its own");
    }
    ck_assert_int_eq(st_code_find("REC-999"), ST_E_NONE);
    ck_assert_str_eq(st_word("arrears", "zh"), "补发");
    ck_assert_str_eq(st_word("arrears", "en"), "arrears");
    ck_assert_str_eq(st_word("something", "zh"), "something");
    for (int s = ST_SEV_ERROR; s <= ST_SEV_NOTE; s++)
        ck_assert_str_ne(st_word(st_severity_name((st_severity)s), "zh"),
                         st_severity_name((st_severity)s));
    st_err err;
    st_err_init(&err);
    (void)st_fail(&err, ST_E_FILE_MISSING, "cannot open x");
    char *said = NULL;
    size_t n;
    FILE *to = open_memstream(&said, &n);
    st_err_print(to, &err, "zh");
    st_err_print(to, &err, "en");
    (void)fclose(to);
    ck_assert_str_eq(
        said, "stipend: 错误: 文件不存在: cannot open x [BASE-001]\n  提示: 核对路径和文件名\n"
              "stipend: error: cannot open x [BASE-001]\n  hint: check the path and its "
              "spelling\n");
    free(said);
}
END_TEST

int main(void) {
    const ck_case cases[] = {CK_CASE(money_text),
                             CK_CASE(money_split),
                             CK_CASE(dates_add_months),
                             CK_CASE(dates_between),
                             CK_CASE(dates_days),
                             CK_CASE(decimals),
                             CK_CASE(test_decimal_order),
                             CK_CASE(digests),
                             CK_CASE(text),
                             CK_CASE(texts_are_cut_at_characters),
                             CK_CASE(messages_are_text),
                             CK_CASE(maps),
                             CK_CASE(excerpts),
                             CK_CASE(arenas),
#ifdef ST_SANITIZE
                             CK_CASE(behind_what_an_arena_gave_nobody_may_read),
#endif
                             CK_CASE(columns),
                             CK_CASE(languages),
                             CK_CASE(hmacs)};
    return ck_run("base", cases, ST_LEN(cases));
}
