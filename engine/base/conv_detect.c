/* Which encoding an XML file has: byte order mark, then the XML declaration. And what a file is
 * that is no XML: people hand in tables and packed files, under any name. */
#include "base/conv.h"

#include <strings.h>

enum { HEAD_MAX = 4096 };

/* Labels as met in files; the GB family is read as its newest member, as browsers do. */
static const struct {
    const char *label, *encoding;
} labels[] = {
    {"UTF-8", "UTF-8"},        {"UTF8", "UTF-8"},          {"US-ASCII", "UTF-8"},
    {"ASCII", "UTF-8"},        {"GB18030", "GB18030"},     {"GB-18030", "GB18030"},
    {"GBK", "GB18030"},        {"X-GBK", "GB18030"},       {"CP936", "GB18030"},
    {"MS936", "GB18030"},      {"WINDOWS-936", "GB18030"}, {"GB2312", "GB18030"},
    {"GB_2312-80", "GB18030"}, {"EUC-CN", "GB18030"},      {"BIG5", "BIG5"},
    {"BIG-5", "BIG5"},         {"CN-BIG5", "BIG5"},        {"CP950", "BIG5"},
};

static bool starts(const char *p, size_t n, const char *with, size_t with_n) {
    return n >= with_n && memcmp(p, with, with_n) == 0;
}

/* UTF-16 is told by its mark, or by the first character '<'. */
static const char *utf16(const char *p, size_t n, size_t *skip) {
    *skip = 2;
    if (starts(p, n, "\xff\xfe", 2))
        return "UTF-16LE";
    if (starts(p, n, "\xfe\xff", 2))
        return "UTF-16BE";
    *skip = 0;
    if (starts(p, n, "<\0?\0", 4))
        return "UTF-16LE";
    return starts(p, n, "\0<\0?", 4) ? "UTF-16BE" : NULL;
}

/* The value of encoding="..." in the XML declaration, or none. */
static st_str declared(const char *p, size_t n) {
    if (!starts(p, n, "<?xml", 5) || n < 6 || !strchr(" \t\r\n", p[5]))
        return ST_STR_NONE;
    const char *end = memmem(p, n, "?>", 2);
    st_str decl = {p, end ? (size_t)(end - p) : 0};
    const char *at = st_str_find(decl, ST_STR("encoding"));
    if (!at)
        return ST_STR_NONE;
    st_str rest = st_str_trim(st_str_sub(decl, (size_t)(at - p) + strlen("encoding"), decl.n));
    if (!rest.n || rest.p[0] != '=')
        return ST_STR_NONE;
    rest = st_str_trim(st_str_sub(rest, 1, rest.n));
    if (!rest.n || (rest.p[0] != '"' && rest.p[0] != '\''))
        return ST_STR_NONE;
    const char *close = memchr(rest.p + 1, rest.p[0], rest.n - 1);
    return close ? (st_str){rest.p + 1, (size_t)(close - rest.p) - 1} : ST_STR_NONE;
}

static const struct {
    const char *magic;
    size_t n;
    const char *kind; /* NULL: a table of Excel before 2007 */
} magics[] = {
    {"\x1f\x8b", 2, "gzip"},
    {"\xfd"
     "7zXZ\0",
     6, "xz"},
    {"\x28\xb5\x2f\xfd", 4, "zstd"},
    {"BZh", 3, "bzip2"},
    {"PK\3\4", 4, "zip"},
    {"PK\5\6", 4, "zip"},
    {"7z\xbc\xaf\x27\x1c", 6, "7z"},
    {"Rar!", 4, "rar"},
    {"\x1f\x9d", 2, "compress"},
    {"LZIP", 4, "lzip"},
    {"\x04\x22\x4d\x18", 4, "lz4"},
    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, NULL},
};

static bool table(st_err *err, const char *kind) {
    return st_fail(err, ST_E_FILE_TABLE, "this is a table (%s), not XML", kind);
}

static bool holds(const char *p, size_t n, const char *z) {
    return memmem(p, n, z, strlen(z)) != NULL;
}

static bool refuse_packed(const char *p, size_t n, st_err *err) {
    for (size_t i = 0; i < ST_LEN(magics); i++) {
        if (!starts(p, n, magics[i].magic, magics[i].n))
            continue;
        if (!magics[i].kind)
            return table(err, "XLS");
        bool zip = strcmp(magics[i].kind, "zip") == 0;
        if (zip && (holds(p, n, "[Content_Types].xml") || holds(p, n, "xl/")))
            return table(err, "XLSX");
        if (zip && holds(p, n, "opendocument.spreadsheet"))
            return table(err, "ODS");
        return st_fail(err, ST_E_FILE_COMPRESSED, "this file is compressed (%s)", magics[i].kind);
    }
    return true;
}

/* The ASCII character at i; 0 for any other. */
static char ascii(const char *p, size_t i, size_t wide, bool big) {
    return wide == 1 ? p[i] : p[i + (big ? 0 : 1)] != 0 ? 0 : p[i + (big ? 1 : 0)];
}

/* Columns in the first lines of a text that does not begin with '<'. wide: bytes of a character. */
static bool refuse_columns(const char *p, size_t n, size_t wide, bool big, st_err *err) {
    int lines = 0;
    bool begun = false;
    for (size_t i = 0; i + wide <= n && lines < 5; i += wide) {
        char c = ascii(p, i, wide, big);
        if (!begun && c == '<')
            return true;
        begun = begun || (c != ' ' && c != '\t' && c != '\r' && c != '\n');
        if (begun && (c == ',' || c == ';' || c == '\t'))
            return table(err, c == '\t' ? "text with tabs" : "CSV");
        if (c == 0 && wide == 1)
            return true;
        lines += c == '\n';
    }
    return true;
}

/* As far as it is readable: bytes of no known encoding never reach a message. */
static size_t readable(st_str label) {
    enum { SHOWN_MAX = 40 };
    size_t n = 0;
    while (n < label.n && n < SHOWN_MAX && label.p[n] >= ' ' && label.p[n] <= '~')
        n++;
    return n;
}

bool st_conv_detect(const char *head, size_t n, const char **encoding, size_t *skip, st_err *err) {
    if (n > HEAD_MAX)
        n = HEAD_MAX;
    *skip = 0;
    if (!refuse_packed(head, n, err))
        return false;
    if (starts(head, n, "\xef\xbb\xbf", 3)) {
        *skip = 3;
        *encoding = "UTF-8";
        return refuse_columns(head + 3, n - 3, 1, false, err);
    }
    if (starts(head, n, "\xff\xfe\0\0", 4) || starts(head, n, "\0\0\xfe\xff", 4))
        return st_fail(err, ST_E_ENC_UNKNOWN, "the file is UTF-32");
    const char *wide = utf16(head, n, skip);
    if (wide) {
        *encoding = wide;
        return refuse_columns(head + *skip, n - *skip, 2, strcmp(wide, "UTF-16BE") == 0, err);
    }
    if (!refuse_columns(head, n, 1, false, err))
        return false;
    st_str label = declared(head, n);
    if (!label.p) {
        *encoding = "UTF-8";
        return true;
    }
    for (size_t i = 0; i < ST_LEN(labels); i++)
        if (strlen(labels[i].label) == label.n &&
            strncasecmp(labels[i].label, label.p, label.n) == 0) {
            *encoding = labels[i].encoding;
            return true;
        }
    size_t shown = readable(label);
    return st_fail(err, ST_E_ENC_UNKNOWN,
                   "the XML declaration names the encoding '%.*s%s', which is not read", (int)shown,
                   label.p, shown < label.n ? "..." : "");
}
