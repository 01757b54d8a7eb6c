/* Characters, numbers, strings and comments of FEEL. Which characters form a token depends on what
 * is expected at that place (names contain operators), so there is no token stream: the parser asks
 * here for what it expects. */
#include "feel/node.h"

typedef struct span {
    uint32_t from, to;
} span;

/* Name characters above ASCII (DMN 1.5, 10.3.1.2, rules 28 and 29). */
static const span start_spans[] = {
    {0xC0, 0xD6},     {0xD8, 0xF6},     {0xF8, 0x2FF},      {0x370, 0x37D},   {0x37F, 0x1FFF},
    {0x200C, 0x200D}, {0x2070, 0x218F}, {0x2C00, 0x2FEF},   {0x3001, 0xD7FF}, {0xF900, 0xFDCF},
    {0xFDF0, 0xFEFE}, {0xFF00, 0xFFFD}, {0x10000, 0xEFFFF},
};
static const span part_spans[] = {{0xB7, 0xB7}, {0x300, 0x36F}, {0x203F, 0x2040}};
static const span space_spans[] = {
    {0x09, 0x0D},     {0x20, 0x20},     {0x85, 0x85},     {0xA0, 0xA0},
    {0x1680, 0x1680}, {0x180E, 0x180E}, {0x2000, 0x200B}, {0x2028, 0x2029},
    {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}, {0xFEFF, 0xFEFF},
};

static bool within(const span *s, size_t n, uint32_t cp) {
    for (size_t i = 0; i < n; i++)
        if (cp >= s[i].from && cp <= s[i].to)
            return true;
    return false;
}

int32_t st_lex_cp(st_str text, size_t at, size_t *len) {
    if (at >= text.n) {
        *len = 0;
        return -1;
    }
    const char *p = text.p + at, *from = p;
    int32_t cp = st_utf8_next(&p, text.p + text.n);
    *len = (size_t)(p - from);
    return cp;
}

bool st_lex_space(st_str text, size_t *at) {
    size_t len;
    int32_t cp = st_lex_cp(text, *at, &len);
    if (cp < 0 || !within(space_spans, ST_LEN(space_spans), (uint32_t)cp))
        return false;
    *at += len;
    return true;
}

static bool ascii_alpha(uint32_t cp) {
    return (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z') || cp == '_';
}

bool st_lex_name_start(uint32_t cp) {
    if (cp < 0x80)
        return ascii_alpha(cp) || cp == '?';
    return within(start_spans, ST_LEN(start_spans), cp) &&
           !within(space_spans, ST_LEN(space_spans), cp);
}

bool st_lex_name_part(uint32_t cp) {
    if (cp < 0x80)
        return ascii_alpha(cp) || (cp >= '0' && cp <= '9') || cp == '?';
    return st_lex_name_start(cp) || within(part_spans, ST_LEN(part_spans), cp);
}

bool st_lex_skip(st_str text, size_t *at) {
    for (;;) {
        if (st_lex_space(text, at))
            continue;
        if (*at + 1 >= text.n || text.p[*at] != '/')
            return true;
        if (text.p[*at + 1] == '/') {
            while (*at < text.n && text.p[*at] != '\n')
                ++*at;
        } else if (text.p[*at + 1] == '*') {
            size_t i = *at + 2;
            while (i + 1 < text.n && !(text.p[i] == '*' && text.p[i + 1] == '/'))
                i++;
            if (i + 1 >= text.n)
                return false;
            *at = i + 2;
        } else {
            return true;
        }
    }
}

static bool digit_at(st_str t, size_t at) {
    return at < t.n && t.p[at] >= '0' && t.p[at] <= '9';
}

size_t st_lex_number(st_str t, size_t at) {
    size_t i = at;
    while (digit_at(t, i))
        i++;
    if (i < t.n && t.p[i] == '.' && digit_at(t, i + 1)) {
        i++;
        while (digit_at(t, i))
            i++;
    }
    if (i == at)
        return at;
    if (i < t.n && (t.p[i] == 'e' || t.p[i] == 'E')) {
        size_t e = i + 1;
        if (e < t.n && (t.p[e] == '+' || t.p[e] == '-'))
            e++;
        if (digit_at(t, e)) {
            while (digit_at(t, e))
                e++;
            i = e;
        }
    }
    return i;
}

bool st_lex_keyword(st_str text, size_t at, const char *word) {
    size_t n = strlen(word);
    if (at + n > text.n || memcmp(text.p + at, word, n) != 0)
        return false;
    size_t len;
    int32_t cp = st_lex_cp(text, at + n, &len);
    return cp < 0 || !st_lex_name_part((uint32_t)cp);
}

/* Reads n hexadecimal digits; -1 when there are not that many. */
static int64_t hex_digits(st_str t, size_t at, size_t n) {
    int64_t v = 0;
    for (size_t i = at; i < at + n; i++) {
        char c = i < t.n ? t.p[i] : '\0';
        int d = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : -1;
        if (d < 0)
            return -1;
        v = v * 16 + d;
    }
    return v;
}

/* A \u or \U escape at `at` (the backslash); a surrogate pair counts as one. Returns its length or
 * 0. */
static size_t unicode_escape(st_str t, size_t at, uint32_t *cp) {
    size_t n = t.p[at + 1] == 'U' ? 6 : 4;
    int64_t v = hex_digits(t, at + 2, n);
    if (v < 0)
        return 0;
    size_t len = 2 + n;
    if (v >= 0xD800 && v < 0xDC00 && at + len + 1 < t.n && t.p[at + len] == '\\' &&
        t.p[at + len + 1] == 'u') {
        int64_t low = hex_digits(t, at + len + 2, 4);
        if (low >= 0xDC00 && low < 0xE000) {
            v = 0x10000 + (v - 0xD800) * 0x400 + (low - 0xDC00);
            len += 6;
        }
    }
    if (v == 0 || v > 0x10FFFF || (v >= 0xD800 && v < 0xE000))
        return 0;
    *cp = (uint32_t)v;
    return len;
}

/* DMN 1.5, grammar rule 64: no \b, no \f. */
static const char escapes[][2] = {{'n', '\n'},  {'r', '\r'}, {'t', '\t'},
                                  {'\'', '\''}, {'"', '"'},  {'\\', '\\'}};

const char *st_lex_string(st_arena *a, st_str t, size_t at, size_t *end, st_str *out) {
    size_t close = at + 1;
    while (close < t.n && t.p[close] != '"')
        close += t.p[close] == '\\' ? 2 : 1;
    if (close >= t.n) {
        *end = at;
        return "a text that does not end: the closing quote is missing";
    }
    char *buf = st_arena_alloc(a, close - at);
    size_t n = 0;
    for (size_t i = at + 1; i < close;) {
        if (t.p[i] != '\\') {
            buf[n++] = t.p[i++];
            continue;
        }
        char c = t.p[i + 1];
        if (c == 'u' || c == 'U') {
            uint32_t cp;
            size_t len = unicode_escape(t, i, &cp);
            if (!len) {
                *end = i;
                return "not a character: write \\u and four, or \\U and six hexadecimal digits";
            }
            n += st_utf8_put(buf + n, cp);
            i += len;
            continue;
        }
        size_t k = 0;
        while (k < ST_LEN(escapes) && escapes[k][0] != c)
            k++;
        if (k < ST_LEN(escapes))
            buf[n++] = escapes[k][1], i += 2;
        else /* no escape of the grammar: two characters that stand for themselves, so that "\d"
                can be a pattern */
            buf[n++] = t.p[i++];
    }
    *end = close + 1;
    *out = (st_str){buf, n};
    return NULL;
}
