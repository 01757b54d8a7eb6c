/* Stored forms of numbers and codes: what is not seen, and how wide a letter is drawn, makes no
 * other number (STANDARDS.md 1, 5, 7). */
#include "records/records_int.h"

/* Unicode's spaces, controls, format characters and what else is drawn as nothing; and U+E5E5, as
 * which GB18030's A3 A0, an ideographic space to browsers, is decoded. In order. */
static const struct {
    int32_t first, last;
} unseen[] = {{0x0000, 0x0020},   {0x007f, 0x00a0},   {0x00ad, 0x00ad},   {0x034f, 0x034f},
              {0x0600, 0x0605},   {0x061c, 0x061c},   {0x06dd, 0x06dd},   {0x070f, 0x070f},
              {0x0890, 0x0891},   {0x08e2, 0x08e2},   {0x115f, 0x1160},   {0x1680, 0x1680},
              {0x17b4, 0x17b5},   {0x180b, 0x180f},   {0x2000, 0x200f},   {0x2028, 0x202f},
              {0x205f, 0x206f},   {0x3000, 0x3000},   {0x3164, 0x3164},   {0xe5e5, 0xe5e5},
              {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0},   {0xfff0, 0xfffb},
              {0x110bd, 0x110bd}, {0x110cd, 0x110cd}, {0x13430, 0x1343f}, {0x1bca0, 0x1bca3},
              {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff}};

static bool is_unseen(int32_t cp) {
    if (cp >= 0x4e00 && cp <= 0x9fff)
        return false;
    size_t i = 0;
    while (i < ST_LEN(unseen) && unseen[i].last < cp)
        i++;
    return i < ST_LEN(unseen) && cp >= unseen[i].first;
}

static bool is_plain(st_str s) {
    for (size_t i = 0; i < s.n; i++)
        if (!(s.p[i] >= '0' && s.p[i] <= '9') && !(s.p[i] >= 'A' && s.p[i] <= 'Z'))
            return false;
    return true;
}

/* Full-width ASCII to half width, what is not seen out, letters to upper case. */
static st_str fold(st_arena *a, st_str s) {
    if (is_plain(s))
        return s;
    char *to = st_arena_alloc(a, s.n + 1);
    size_t n = 0;
    for (const char *p = s.p, *end = s.p + s.n; p < end;) {
        int32_t cp = st_utf8_next(&p, end);
        if (cp >= 0xff01 && cp <= 0xff5e)
            cp = cp - 0xff01 + 0x21;
        if (cp < 0 || is_unseen(cp))
            continue;
        if (cp >= 'a' && cp <= 'z')
            cp = cp - 'a' + 'A';
        n += st_utf8_put(to + n, (uint32_t)cp);
    }
    to[n] = 0;
    return (st_str){to, n};
}

static bool digits(st_str s) {
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return true;
}

/* Check character of the first 17 digits. */
char st_rec_cn_id_check(const char *p) {
    static const int weights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (int i = 0; i < 17; i++)
        sum += (p[i] - '0') * weights[i];
    return "10X98765432"[sum % 11];
}

/* 15 digits, issued before 1999: the century goes in, the check character behind. */
static st_str cn_id_18(st_arena *a, st_str s) {
    if (s.n != 15 || !digits(s))
        return s;
    char *to = st_arena_alloc(a, 19);
    memcpy(to, s.p, 6);
    memcpy(to + 6, "19", 2);
    memcpy(to + 8, s.p + 6, 9);
    to[17] = st_rec_cn_id_check(to);
    to[18] = 0;
    return (st_str){to, 18};
}

st_str st_rec_normalise(st_arena *a, st_rec_normal normal, st_str text) {
    switch (normal) {
    case ST_REC_AS_IS:
        return text;
    case ST_REC_NORMAL_CN_ID:
        return cn_id_18(a, fold(a, text));
    case ST_REC_NORMAL_CODE:
        return fold(a, text);
    }
    ST_UNREACHABLE();
}
