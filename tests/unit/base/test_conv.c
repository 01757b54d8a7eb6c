#include "base/conv.h"
#include "support/check_tap.h"

static st_err err;
static st_buf out;

/* Decodes in pieces of step bytes; true when all was accepted. */
static bool decode_in(const char *encoding, const char *p, size_t n, size_t step,
                      bool *looks_utf8) {
    st_conv *c = NULL;
    st_err_init(&err);
    st_buf_free(&out);
    st_buf_init(&out, 1 << 20);
    ck_assert(st_conv_open(encoding, &c, &err));
    bool ok = true;
    for (size_t at = 0; ok && (at < n || n == 0); at += step) {
        size_t m = n - at < step ? n - at : step;
        ok = st_conv_feed(c, p + at, m, at + m == n, &out, &err);
        if (n == 0)
            break;
    }
    if (looks_utf8)
        *looks_utf8 = st_conv_looks_utf8(c);
    st_conv_free(c);
    return ok;
}

static void decodes_n(const char *encoding, const char *bytes, size_t n, const char *want) {
    for (size_t step = 1; step <= n + 1; step++) {
        ck_assert_msg(decode_in(encoding, bytes, n, step, NULL), "step %zu: %s", step, err.msg);
        ck_assert_msg(out.n == strlen(want) && memcmp(out.p ? out.p : "", want, out.n) == 0,
                      "step %zu: got '%s', want '%s'", step, out.p, want);
    }
}
static void decodes(const char *encoding, const char *bytes, const char *want) {
    decodes_n(encoding, bytes, strlen(bytes), want);
}
static void refuses(const char *encoding, const char *bytes, size_t n, uint32_t line,
                    uint32_t column, uint64_t offset) {
    for (size_t step = 1; step <= n; step++) {
        ck_assert_msg(!decode_in(encoding, bytes, n, step, NULL), "step %zu accepted", step);
        ck_assert_int_eq(err.code, ST_E_ENC_INVALID);
        ck_assert_msg(err.pos.line == line && err.pos.column == column && err.pos.offset == offset,
                      "step %zu: at %u:%u (%" PRIu64 "), want %u:%u (%" PRIu64 ")", step,
                      err.pos.line, err.pos.column, err.pos.offset, line, column, offset);
    }
}

START_TEST(gb18030_has_every_character) {
    decodes("GB18030", "\xfe\x9f \x82\x30\xb7\x31 \x99\x33\xa8\x38 \x95\x34\xb2\x35",
            "䶮 㛃 𬭊 𠮷");
    decodes("GB18030", "\x86\xb4\xe9\x46 \xfe\x56 \xa2\xe3 \xa8\xbc\xa8\xbf", "喆镕 㑇 € ḿǹ");
    decodes("GB18030", "", "");
}
END_TEST

START_TEST(gb18030_codes_that_glibc_refuses) {
    decodes("GB18030", "\x82\x35\x90\x37|\x82\x35\x90\x38|\x82\x35\x90\x39",
            "\u9fb4|\u9fb5|\u9fb6");
    decodes("GB18030", "\x82\x35\x91\x30\x82\x35\x91\x31\x82\x35\x91\x34", "\u9fb7\u9fb8\u9fbb");
    decodes("GB18030", "\x84\x31\x82\x36\x84\x31\x82\x39\x84\x31\x83\x30\x84\x31\x83\x35",
            "\ufe10\ufe13\ufe14\ufe19");
    decodes("GB18030", "\xfe\x59", "\u9fb4");
}
END_TEST

START_TEST(other_encodings_and_cuts) {
    decodes("UTF-8", "a人𬭊\nß", "a人𬭊\nß");
    decodes("BIG5", "\xa4\x48<", "人<");
    decodes_n("UTF-16LE", "\xba\x4e\x0a\0\x72\xd8\x4a\xdf", 8, "人\n𬭊");
    decodes_n("UTF-16BE", "\x4e\xba", 2, "人");
}
END_TEST

START_TEST(bytes_that_do_not_fit) {
    refuses("UTF-8", "a\nb人\xff z", 9, 2, 3, 6);
    refuses("UTF-8", "\xed\xa0\x80", 3, 1, 1, 0); /* surrogate */
    refuses("UTF-8", "\xc0\x80", 2, 1, 1, 0);     /* overlong NUL */
    refuses("UTF-8", "ab\xe4\xba", 4, 1, 3, 2);   /* cut at the end of the file */
    refuses("GB18030", "\xc8\xcb\n\x80 x", 6, 2, 1, 3);
    refuses("GB18030", "x\xfe", 2, 1, 2, 1);
}
END_TEST

START_TEST(nul_is_refused) {
    for (size_t step = 1; step <= 4; step++) {
        ck_assert(!decode_in("UTF-8", "a\nb\0", 4, step, NULL));
        ck_assert_int_eq(err.code, ST_E_ENC_INVALID);
        ck_assert_uint_eq(err.pos.line, 2);
        ck_assert_uint_eq(err.pos.column, 2);
        ck_assert(!decode_in("GB18030", "a\0bc", 4, step, NULL));
        ck_assert(!decode_in("UTF-16LE", "a\0\0\0", 4, step, NULL));
    }
}
END_TEST

START_TEST(a_utf8_file_under_a_gb_label_is_noticed) {
    const char *utf8 = "<?xml encoding=\"GBK\"?><n>张小三</n>";
    bool looks = false;
    for (size_t step = 1; step < 12; step++) {
        (void)decode_in("GB18030", utf8, strlen(utf8), step, &looks);
        ck_assert_msg(looks || err.code, "step %zu", step);
    }
    ck_assert(decode_in("GB18030", "<n>abc</n>", 10, 3, &looks));
    ck_assert(!looks); /* nothing but ASCII tells nothing */
    ck_assert(decode_in("GB18030", "\xd5\xc5\xd0\xa1\xc8\xfd", 6, 1, &looks));
    ck_assert(!looks);
}
END_TEST

static const char *detected(const char *head, size_t n, size_t *skip) {
    const char *encoding = "none";
    st_err_init(&err);
    return st_conv_detect(head, n, &encoding, skip, &err) ? encoding : st_code_id(err.code);
}
#define DETECTED(literal) detected(literal, sizeof(literal) - 1, &skip)

START_TEST(detection) {
    size_t skip = 9;
    ck_assert_str_eq(DETECTED(""), "UTF-8");
    ck_assert_str_eq(DETECTED("<a/>"), "UTF-8");
    ck_assert_uint_eq(skip, 0);
    ck_assert_str_eq(DETECTED("\xef\xbb\xbf<?xml version='1.0' encoding='GBK'?>"), "UTF-8");
    ck_assert_uint_eq(skip, 3);
    ck_assert_str_eq(DETECTED("<?xml version='1.0' encoding='gbk'?>"), "GB18030");
    ck_assert_str_eq(DETECTED("<?xml version=\"1.0\" encoding = \"GB2312\" standalone='yes'?>"),
                     "GB18030");
    ck_assert_str_eq(DETECTED("<?xml version=\"1.0\" encoding=\"Big5\"?>"), "BIG5");
    ck_assert_str_eq(DETECTED("<?xml version=\"1.0\"?><a encoding=\"GBK\"/>"), "UTF-8");
    ck_assert_str_eq(DETECTED("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>"), "BASE-007");
    ck_assert_str_eq(DETECTED("\xff\xfe<\0"), "UTF-16LE");
    ck_assert_uint_eq(skip, 2);
    ck_assert_str_eq(DETECTED("\0<\0?\0x"), "UTF-16BE");
    ck_assert_str_eq(DETECTED("\xff\xfe\0\0<\0\0\0"), "BASE-007");
}
END_TEST

static const char *encoded(const char *encoding, const char *utf8) {
    st_err_init(&err);
    st_buf_free(&out);
    st_buf_init(&out, 1 << 16);
    return st_conv_encode(encoding, st_str_of(utf8), &out, &err) ? (out.p ? out.p : "")
                                                                 : st_code_id(err.code);
}

START_TEST(encoding_never_replaces) {
    ck_assert_str_eq(encoded("GB18030", "䶮a𬭊"), "\xfe\x9f"
                                                     "a\x99\x33\xa8\x38");
    ck_assert_str_eq(encoded("GBK", "喆"), "\x86\xb4");
    ck_assert_str_eq(encoded("GBK", "䶮"), "BASE-013");
    ck_assert(strstr(err.msg, "U+4DAE"));
    ck_assert_str_eq(encoded("GB18030", "\ue81e"), "BASE-013");
    ck_assert_str_eq(encoded("UTF-8", "人"), "人");
    ck_assert_str_eq(encoded("UTF-8", "\xff"), "BASE-008");
    ck_assert_str_eq(encoded("no-such", "x"), "BASE-007");
    ck_assert_str_eq(encoded("GB18030", ""), "");
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(gb18030_has_every_character),
        CK_CASE(gb18030_codes_that_glibc_refuses),
        CK_CASE(other_encodings_and_cuts),
        CK_CASE(bytes_that_do_not_fit),
        CK_CASE(nul_is_refused),
        CK_CASE(a_utf8_file_under_a_gb_label_is_noticed),
        CK_CASE(detection),
        CK_CASE(encoding_never_replaces),
    };
    st_buf_init(&out, 1 << 20);
    int failed = ck_run("base conv", cases, sizeof cases / sizeof cases[0]);
    st_buf_free(&out);
    return failed;
}
