#include "base/conv_int.h"
#include "base/file.h"
#include "base/digest.h"
#include "support/check_tap.h"

#include <sys/stat.h>

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

/* Newer glibc reads these to private characters: our table answers, iconv is not asked. */
START_TEST(gb18030_codes_that_iconvs_read_differently) {
    static const struct {
        const char *bytes;
        uint32_t cp;
    } codes[] = {
        {"\xfe\x51", 0x20087},        {"\xfe\x52", 0x20089},        {"\xfe\x53", 0x200cc},
        {"\xfe\x6c", 0x215d7},        {"\xfe\x76", 0x2298f},        {"\xfe\x91", 0x241fe},
        {"\x82\x35\x90\x37", 0x9fb4}, {"\x82\x35\x90\x38", 0x9fb5}, {"\x82\x35\x90\x39", 0x9fb6},
        {"\x82\x35\x91\x30", 0x9fb7}, {"\x82\x35\x91\x31", 0x9fb8}, {"\x82\x35\x91\x32", 0x9fb9},
        {"\x82\x35\x91\x33", 0x9fba}, {"\x82\x35\x91\x34", 0x9fbb}, {"\x84\x31\x82\x36", 0xfe10},
        {"\x84\x31\x82\x37", 0xfe11}, {"\x84\x31\x82\x38", 0xfe12}, {"\x84\x31\x82\x39", 0xfe13},
        {"\x84\x31\x83\x30", 0xfe14}, {"\x84\x31\x83\x31", 0xfe15}, {"\x84\x31\x83\x32", 0xfe16},
        {"\x84\x31\x83\x33", 0xfe17}, {"\x84\x31\x83\x34", 0xfe18}, {"\x84\x31\x83\x35", 0xfe19},
        {"\xa6\xd9", 0xfe10},         {"\xa6\xda", 0xfe12},         {"\xa6\xdb", 0xfe11},
        {"\xa6\xdf", 0xfe16},         {"\xa6\xed", 0xfe18},         {"\xa6\xf3", 0xfe19},
        {"\xa8\xbc", 0x1e3f},         {"\xfe\x59", 0x9fb4},         {"\xfe\x61", 0x9fb5},
        {"\xfe\x66", 0x9fb6},         {"\xfe\x67", 0x9fb7},         {"\xfe\x6d", 0x9fb8},
        {"\xfe\x7e", 0x9fb9},         {"\xfe\x90", 0x9fba},         {"\xfe\xa0", 0x9fbb},
        {"\x81\x35\xf4\x37", 0xe7c7},
    };
    for (size_t i = 0; i < ST_LEN(codes); i++) {
        char text[16], want[16];
        uint32_t cp = 0;
        size_t len = 0, n = strlen(codes[i].bytes);
        /* behind a character whose second byte looks like the beginning of one, and one of four */
        snprintf(text, sizeof text, "a\x81\xfe\x95\x34\xb2\x35%s.", codes[i].bytes);
        ck_assert_uint_eq(st_conv_gb_run(text, strlen(text), &cp, &len), 7);
        ck_assert_msg(cp == codes[i].cp && len == n, "code %zu: %x, %zu bytes", i, cp, len);
        ck_assert_uint_eq(st_conv_gb_run(text, 7 + n - 1, &cp, &len), 7 + n - 1);
        ck_assert_uint_eq(len, 0); /* not whole yet */
        size_t k = st_utf8_put(want, codes[i].cp);
        want[k++] = '.';
        ck_assert(decode_in("GB18030", text, strlen(text), 3, NULL));
        ck_assert_msg(out.n > k && memcmp(out.p + out.n - k, want, k) == 0, "code %zu: %s", i,
                      out.p);
    }
}
END_TEST

START_TEST(big5_has_no_private_characters) {
    decodes("BIG5", "\xc6\xe2 \xc6\xa1\xc6\xb5 \xc6\xe7\xc7\xf2 \xa4\x48", "〇 ①ⅰ ぁヶ 人");
    decodes("BIG5", "\xa4\xc6\xa2\xc6 \xc6\x40", "化〤 讖"); /* C6 as a second byte, and below A1 */
    refuses("BIG5", "a\n\xc6\xcf.", 5, 2, 1, 2);
    ck_assert_msg(strstr(err.msg, "bytes C6 CF are a character that each vendor"), "%s", err.msg);
    refuses("BIG5", "\xc8\xa5", 2, 1, 1, 0);
    /* bytes that are no character, also before one that is looked up: glibc reads 80 as U+0080 */
    refuses("BIG5", "ab\x80", 3, 1, 3, 2);
    refuses("BIG5", "ab\x80\xc6\xf7", 5, 1, 3, 2);
    refuses("BIG5", "\xa4\x48\xff\xc6\xf7", 5, 1, 2, 2);
    ck_assert_msg(strstr(err.msg, "are not BIG5"), "%s", err.msg);
    /* whatever is decoded at all, is no private character */
    for (int a = 0x81; a <= 0xfe; a++)
        for (int b = 0x40; b <= 0xfe; b++) {
            char two[2] = {(char)a, (char)b};
            if (!decode_in("BIG5", two, 2, 2, NULL))
                continue;
            const char *p = out.p;
            int32_t cp = st_utf8_next(&p, out.p + out.n);
            ck_assert_msg(cp < 0xe000 || cp > 0xf8ff, "%02X %02X is U+%04X", a, b, (unsigned)cp);
        }
}
END_TEST

START_TEST(the_euro_of_windows_is_named) {
    refuses("GB18030", "a\x80", 2, 1, 2, 1);
    ck_assert_msg(strstr(err.msg, "byte 80") && strstr(err.msg, "euro"), "%s", err.msg);
    refuses("GB18030", "\xff", 1, 1, 1, 0);
    ck_assert_msg(strstr(err.msg, "bytes FF are not GB18030"), "%s", err.msg);
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

static const char *refused(const char *head, size_t n) {
    const char *encoding = NULL;
    size_t skip;
    st_err_init(&err);
    return st_conv_detect(head, n, &encoding, &skip, &err) ? "" : err.msg;
}

START_TEST(what_is_no_xml_is_called_what_it_is) {
    static const struct {
        const char *head;
        size_t n;
        st_code code;
        const char *says;
    } rows[] = {
#define ROW(head, code, says) {head, sizeof head - 1, code, says}
        ROW("\x1f\x8b\x08\0\0", ST_E_FILE_COMPRESSED, "compressed (gzip)"),
        ROW("\xfd"
            "7zXZ\0\0",
            ST_E_FILE_COMPRESSED, "(xz)"),
        ROW("\x28\xb5\x2f\xfd\x04", ST_E_FILE_COMPRESSED, "(zstd)"),
        ROW("BZh91AY&SY", ST_E_FILE_COMPRESSED, "(bzip2)"),
        ROW("PK\3\4\x14\0\0\0\x08\0 records.xml", ST_E_FILE_COMPRESSED, "(zip)"),
        ROW("7z\xbc\xaf\x27\x1c", ST_E_FILE_COMPRESSED, "(7z)"),
        ROW("PK\3\4\x14\0\6\0\x08\0 [Content_Types].xml", ST_E_FILE_TABLE, "a table (XLSX)"),
        ROW("PK\3\4\x14\0 mimetypeapplication/vnd.oasis.opendocument.spreadsheet", ST_E_FILE_TABLE,
            "a table (ODS)"),
        ROW("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ST_E_FILE_TABLE, "a table (XLS)"),
        ROW("\xef\xbb\xbfid,name\r\n1,x\r\n", ST_E_FILE_TABLE, "a table (CSV)"),
        ROW("\xd0\xf2\xba\xc5;\xd0\xd5\xc3\xfb\r\n", ST_E_FILE_TABLE, "a table (CSV)"),
        ROW("花名册\n序号,姓名\n", ST_E_FILE_TABLE, "a table (CSV)"),
        ROW("序号\t姓名\n", ST_E_FILE_TABLE, "tabs"),
        ROW("\xff\xfei\0d\0\t\0n\0", ST_E_FILE_TABLE, "tabs"),
        ROW("\xfe\xff\x59\xd3\x54\x0d\0,", ST_E_FILE_TABLE, "CSV"),
        ROW("<a b='1,2'/>", ST_E_NONE, ""),
        ROW("\n <a/>,", ST_E_NONE, ""),
        ROW("\xff\xfe<\0a\0,\0", ST_E_NONE, ""),
        ROW("hello", ST_E_NONE, ""),
        ROW("", ST_E_NONE, ""),
    };
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        const char *msg = refused(rows[i].head, rows[i].n);
        ck_assert_msg(err.code == rows[i].code && strstr(msg, rows[i].says), "row %zu: %s", i, msg);
    }
}
END_TEST

START_TEST(only_files_are_opened_and_none_is_waited_for) {
    char folder[] = "/tmp/stipend-open-XXXXXX", path[64];
    ck_assert(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/pipe", folder);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    int fd;
    uint64_t size = 7;
    st_code code;
    const char *why = st_file_open(path, &fd, &size, &code);
    ck_assert_msg(why && strstr(why, "pipe") && code == ST_E_FILE_KIND && fd < 0, "%s", why);
    why = st_file_open("/dev/zero", &fd, &size, &code);
    ck_assert_msg(why && strstr(why, "device") && code == ST_E_FILE_KIND, "%s", why);
    why = st_file_open(folder, &fd, &size, &code);
    ck_assert_msg(why && strstr(why, "folder") && code == ST_E_FILE_KIND, "%s", why);
    st_sha256 digest;
    st_err_init(&err);
    ck_assert(!st_sha256_file(path, &digest, &err) && err.code == ST_E_FILE_KIND);
    st_err_init(&err);
    ck_assert(!st_sign_file(path, "", 0, (uint8_t[64]){0}, &err) && err.code == ST_E_FILE_KIND);
    st_err_init(&err);
    ck_assert(!st_file_read(path, 10, &out, &err) && err.code == ST_E_FILE_KIND);
    unlink(path);
    why = st_file_open(path, &fd, &size, &code);
    ck_assert(why && code == ST_E_FILE_MISSING);
    rmdir(folder);
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
        CK_CASE(gb18030_codes_that_iconvs_read_differently),
        CK_CASE(big5_has_no_private_characters),
        CK_CASE(the_euro_of_windows_is_named),
        CK_CASE(what_is_no_xml_is_called_what_it_is),
        CK_CASE(only_files_are_opened_and_none_is_waited_for),
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
