#include "base/str.h"

st_str st_str_of(const char *z) {
    return z ? (st_str){z, strlen(z)} : ST_STR_NONE;
}

st_str st_str_dup(st_arena *a, st_str s) {
    return (st_str){st_arena_dup(a, s.p, s.n), s.n};
}

bool st_str_eq(st_str a, st_str b) {
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool st_str_is(st_str a, const char *z) {
    return st_str_eq(a, st_str_of(z));
}

int st_str_cmp(st_str a, st_str b) {
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    return c ? ST_CMP(c, 0) : ST_CMP(a.n, b.n);
}

bool st_str_starts(st_str s, const char *prefix) {
    size_t n = strlen(prefix);
    return s.n >= n && (n == 0 || memcmp(s.p, prefix, n) == 0);
}

bool st_str_ends(st_str s, const char *suffix) {
    size_t n = strlen(suffix);
    return s.n >= n && (n == 0 || memcmp(s.p + s.n - n, suffix, n) == 0);
}

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

st_str st_str_trim(st_str s) {
    while (s.n && is_space(s.p[0]))
        s.p++, s.n--;
    while (s.n && is_space(s.p[s.n - 1]))
        s.n--;
    return s;
}

st_str st_str_sub(st_str s, size_t from, size_t n) {
    if (from > s.n)
        from = s.n;
    if (n > s.n - from)
        n = s.n - from;
    return (st_str){s.p ? s.p + from : NULL, n};
}

const char *st_str_find(st_str s, st_str needle) {
    if (needle.n == 0)
        return s.p ? s.p : "";
    return s.n ? memmem(s.p, s.n, needle.p, needle.n) : NULL;
}

bool st_str_int(st_str s, int64_t *out) {
    bool neg = s.n && s.p[0] == '-';
    size_t i = neg || (s.n && s.p[0] == '+');
    if (i == s.n)
        return false;
    int64_t v = 0;
    for (; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        int digit = s.p[i] - '0';
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_sub_overflow(v, digit, &v))
            return false;
    }
    if (!neg && v == INT64_MIN)
        return false;
    *out = neg ? v : -v;
    return true;
}

/* Length of the sequence that the lead byte announces, with the smallest code point it may carry.
 */
static int utf8_len(unsigned char c, uint32_t *min, uint32_t *bits) {
    if (c >= 0xc2 && c <= 0xdf)
        return *min = 0x80, *bits = c & 0x1fu, 2;
    if (c >= 0xe0 && c <= 0xef)
        return *min = 0x800, *bits = c & 0x0fu, 3;
    if (c >= 0xf0 && c <= 0xf4)
        return *min = 0x10000, *bits = c & 0x07u, 4;
    return 0;
}

int32_t st_utf8_next(const char **p, const char *end) {
    const unsigned char *s = (const unsigned char *)*p;
    if (s[0] < 0x80)
        return (*p)++, s[0];
    uint32_t min = 0, cp = 0;
    int n = utf8_len(s[0], &min, &cp);
    if (n == 0 || end - *p < n)
        return (*p)++, -1;
    for (int i = 1; i < n; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return (*p)++, -1;
        cp = cp << 6 | (s[i] & 0x3fu);
    }
    if (cp < min || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
        return (*p)++, -1;
    *p += n;
    return (int32_t)cp;
}

size_t st_utf8_put(char out[4], uint32_t cp) {
    if (cp < 0x80)
        return out[0] = (char)cp, 1;
    if (cp < 0x800)
        return out[0] = (char)(0xc0 | cp >> 6), out[1] = (char)(0x80 | (cp & 0x3f)), 2;
    if (cp < 0x10000) {
        out[0] = (char)(0xe0 | cp >> 12);
        out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
        out[2] = (char)(0x80 | (cp & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | cp >> 18);
    out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
    out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
    out[3] = (char)(0x80 | (cp & 0x3f));
    return 4;
}

size_t st_utf8_valid(const char *p, size_t n) {
    if (n == 0) /* p may be NULL */
        return 0;
    const char *at = p, *end = p + n;
    while (at < end) {
        uint64_t eight;
        if (end - at >= 8 && (memcpy(&eight, at, 8), (eight & UINT64_C(0x8080808080808080)) == 0)) {
            at += 8;
            continue;
        }
        const char *before = at;
        if (st_utf8_next(&at, end) < 0)
            return (size_t)(before - p);
    }
    return n;
}

st_str st_utf8_cut(st_str s, size_t n) {
    if (n >= s.n)
        return s;
    size_t kept = n;
    while (kept > 0 && n - kept < 4 && ((unsigned char)s.p[kept] & 0xc0) == 0x80)
        kept--;
    return (st_str){s.p, kept};
}

void st_utf8_mend(char *text, size_t n) {
    for (size_t at = st_utf8_valid(text, n); at < n; at += st_utf8_valid(text + at, n - at))
        text[at++] = '?';
}

/* Bytes that continue a character, eight at a time: the high bit set, the next one not. */
size_t st_utf8_count(st_str s) {
    const uint64_t high = UINT64_C(0x8080808080808080), one = UINT64_C(0x0101010101010101);
    size_t i = 0, continued = 0;
    for (; s.n - i >= 8; i += 8) {
        uint64_t w;
        memcpy(&w, s.p + i, 8);
        continued += (size_t)((((w & high & ~(w << 1)) >> 7) * one) >> 56);
    }
    for (; i < s.n; i++)
        continued += ((unsigned char)s.p[i] & 0xc0) == 0x80;
    return s.n - continued;
}
