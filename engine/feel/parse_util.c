/* What all parts of the parser use: failing with a place, signs and words, new names. */
#include "feel/parse.h"

/* Punctuation of Chinese input methods, which FEEL does not read. */
static void wide_hint(st_parser *p, size_t from, size_t to) {
    for (size_t len; from < to && from < p->text.n; from += len) {
        int32_t cp = st_lex_cp(p->text, from, &len);
        if ((cp >= 0xFF01 && cp <= 0xFF5E) || cp == 0x3001 || cp == 0x3002 ||
            (cp >= 0x2018 && cp <= 0x201D))
            st_err_hint(p->err, "there is a full-width sign here: write ( ) , : \" and other signs "
                                "as half-width ones");
    }
}

void *st_parse_fail(st_parser *p, st_code code, size_t from, size_t to, const char *fmt, ...) {
    if (p->err && p->err->code != ST_E_NONE)
        return NULL;
    char msg[ST_MSG_MAX];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(msg, sizeof msg, fmt, ap);
    va_end(ap);
    st_fail_at(p->err, code, st_src_pos(p->src, from), "%s", msg);
    if (p->err) {
        st_err_excerpt(p->err, p->text, from, to > from ? to : from + 1);
        wide_hint(p, from, to > from ? to : from + 1);
    }
    return NULL;
}

void st_parse_space(st_parser *p) {
    size_t from = p->at;
    if (!st_lex_skip(p->text, &p->at)) {
        st_parse_fail(p, ST_E_FEEL_SYNTAX, p->at, p->at + 2,
                      "a comment that does not end: `*/` is missing");
        p->at = p->text.n;
    }
    ST_ASSERT(p->at >= from);
}

char st_parse_peek(st_parser *p) {
    st_parse_space(p);
    return p->at < p->text.n ? p->text.p[p->at] : '\0';
}

bool st_parse_here(st_parser *p, const char *sign) {
    size_t n = strlen(sign);
    return p->at + n <= p->text.n && memcmp(p->text.p + p->at, sign, n) == 0;
}

bool st_parse_take(st_parser *p, const char *sign) {
    st_parse_space(p);
    if (!st_parse_here(p, sign))
        return false;
    p->at += strlen(sign);
    return true;
}

bool st_parse_word(st_parser *p, const char *word) {
    st_parse_space(p);
    if (!st_lex_keyword(p->text, p->at, word))
        return false;
    p->at += strlen(word);
    return true;
}

size_t st_parse_word_end(st_parser *p, size_t at) {
    size_t len;
    int32_t cp;
    size_t i = at;
    while ((cp = st_lex_cp(p->text, i, &len)) >= 0 && st_lex_name_part((uint32_t)cp))
        i += len;
    if (i == at && at < p->text.n) {
        st_lex_cp(p->text, at, &len);
        i += len;
    }
    return i;
}

bool st_parse_expected(st_parser *p, const char *what, const char *after) {
    st_parse_space(p);
    size_t end = st_parse_word_end(p, p->at);
    if (p->at >= p->text.n)
        st_parse_fail(p, ST_E_FEEL_SYNTAX, p->text.n ? p->text.n - 1 : 0, p->text.n,
                      "`%s` is missing at the end, after %s", what, after);
    else
        st_parse_fail(p, ST_E_FEEL_SYNTAX, p->at, end, "`%s` expected after %s, but found `%.*s`",
                      what, after, (int)(end - p->at), p->text.p + p->at);
    return false;
}

bool st_parse_expect(st_parser *p, const char *sign, const char *after) {
    return st_parse_take(p, sign) || st_parse_expected(p, sign, after);
}

bool st_parse_expect_word(st_parser *p, const char *word, const char *after) {
    return st_parse_word(p, word) || st_parse_expected(p, word, after);
}

void st_parse_place(st_parser *p, st_feel_node *n, size_t from) {
    size_t to = p->at;
    while (to > from && strchr(" \t\r\n", p->text.p[to - 1]))
        to--;
    n->src = st_src_slice(p->src, from, to);
}

bool st_parse_deeper(st_parser *p) {
    if (p->depth < ST_FEEL_DEPTH_MAX) {
        p->depth++;
        return true;
    }
    st_parse_fail(p, ST_E_FEEL_LIMIT, p->at, p->at + 1, "the expression is nested deeper than %d",
                  ST_FEEL_DEPTH_MAX);
    return false;
}

bool st_parse_comparison(st_parser *p, st_cmp *op) {
    static const struct {
        const char *sign;
        st_cmp op;
    } signs[] = {{"!=", ST_NE}, {"<=", ST_LE}, {">=", ST_GE},
                 {"<", ST_LT},  {">", ST_GT},  {"=", ST_EQ}};
    for (size_t i = 0; i < ST_LEN(signs); i++)
        if (st_parse_take(p, signs[i].sign)) {
            *op = signs[i].op;
            return true;
        }
    return false;
}

static bool is_stop(st_parser *p, size_t i, const char *stops, const char *const *words) {
    if (strchr(stops, p->text.p[i]))
        return true;
    for (size_t k = 0; words && words[k]; k++)
        if (st_lex_keyword(p->text, i, words[k]))
            return true;
    return false;
}

bool st_parse_quoted_name(st_parser *p, st_str *out) {
    if (!st_parse_here(p, "`"))
        return false;
    size_t from = p->at + 1;
    const char *end = from < p->text.n ? memchr(p->text.p + from, '`', p->text.n - from) : NULL;
    size_t n = end ? (size_t)(end - p->text.p) - from : 0;
    *out = st_feel_name_clean(p->b->arena, st_str_sub(p->text, from, n));
    if (!out->n)
        return st_parse_fail(p, ST_E_FEEL_SYNTAX, p->at, from, "a name in backticks does not end");
    p->at = from + n + 1;
    return true;
}

st_str st_parse_new_name(st_parser *p, const char *stops, const char *const *words,
                         const char *what) {
    st_str quoted;
    st_parse_space(p);
    if (st_parse_quoted_name(p, &quoted))
        return quoted;
    size_t from = p->at, i = from;
    bool word_start = false; /* the first word is a name even when spelled like a keyword */
    while (i < p->text.n) {
        size_t len;
        int32_t cp = st_lex_cp(p->text, i, &len);
        if (cp >= 0 && cp < 0x80 && strchr(stops, (char)cp))
            break;
        if (word_start && is_stop(p, i, stops, words))
            break;
        size_t space = i;
        if (st_lex_space(p->text, &space)) {
            word_start = i > from;
            i = space;
            continue;
        }
        bool ok = cp >= 0 && (st_lex_name_part((uint32_t)cp) ||
                              (i > from && cp < 0x80 && strchr("./-'+*", (char)cp)));
        if (!ok || (i == from && !st_lex_name_start((uint32_t)cp)))
            break;
        word_start = false;
        i += len;
    }
    st_str name = st_feel_name_clean(p->b->arena, st_str_sub(p->text, from, i - from));
    if (!name.n)
        st_parse_fail(p, ST_E_FEEL_SYNTAX, from, st_parse_word_end(p, from), "%s expected", what);
    p->at = i;
    return name;
}
