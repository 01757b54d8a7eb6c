/* Which encoding an XML file has: byte order mark, then the XML declaration. */
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

bool st_conv_detect(const char *head, size_t n, const char **encoding, size_t *skip, st_err *err) {
    if (n > HEAD_MAX)
        n = HEAD_MAX;
    *skip = 0;
    if (starts(head, n, "\xef\xbb\xbf", 3)) {
        *skip = 3;
        *encoding = "UTF-8";
        return true;
    }
    if (starts(head, n, "\xff\xfe\0\0", 4) || starts(head, n, "\0\0\xfe\xff", 4))
        return st_fail(err, ST_E_ENC_UNKNOWN, "the file is UTF-32");
    const char *wide = utf16(head, n, skip);
    if (wide) {
        *encoding = wide;
        return true;
    }
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
    return st_fail(err, ST_E_ENC_UNKNOWN,
                   "the XML declaration names the encoding '%.*s', which is not read",
                   (int)(label.n > 40 ? 40 : label.n), label.p);
}
