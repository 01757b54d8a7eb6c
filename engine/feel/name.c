/* Names as the language reads them: sequences of words and symbols. */
#include "feel/node.h"

st_str st_feel_name_clean(st_arena *a, st_str raw) {
    char *out = st_arena_alloc(a, raw.n ? raw.n : 1);
    size_t n = 0;
    bool gap = false;
    for (size_t at = 0; at < raw.n;) {
        if (st_lex_space(raw, &at)) {
            gap = n > 0;
            continue;
        }
        if (gap)
            out[n++] = ' ';
        gap = false;
        out[n++] = raw.p[at++];
    }
    return (st_str){out, n};
}

bool st_feel_name_symbol(char c) {
    return c && strchr("./-'+*", c);
}

/* The word or symbol at *k, behind blanks; false at the end. A name is a sequence of such tokens,
 * whatever blanks stand between them (DMN 1.5, 10.3.1.5): `a-b` and `a - b` are one name. */
static bool name_token(st_str name, size_t *k, st_str *token) {
    while (st_lex_space(name, k))
        continue;
    size_t from = *k, len;
    if (from < name.n && st_feel_name_symbol(name.p[from]))
        ++*k;
    else
        for (size_t blank = from; *k < name.n && !st_feel_name_symbol(name.p[*k]); blank = *k) {
            if (st_lex_space(name, &blank))
                break;
            (void)st_lex_cp(name, *k, &len);
            *k += len;
        }
    *token = st_str_sub(name, from, *k - from);
    return token->n > 0;
}

size_t st_feel_match_name(st_str text, size_t at, st_str name) {
    size_t i = at, k = 0, len;
    st_str token;
    while (name_token(name, &k, &token)) {
        while (i > at && st_lex_space(text, &i))
            continue;
        if (token.n > text.n - i || memcmp(text.p + i, token.p, token.n) != 0)
            return 0;
        i += token.n;
        int32_t next = st_lex_cp(text, i, &len);
        if (!st_feel_name_symbol(token.p[0]) && next >= 0 && st_lex_name_part((uint32_t)next))
            return 0;
    }
    return i - at;
}

st_str st_feel_name_spelled(st_arena *a, st_str name, bool blanks) {
    st_buf b;
    st_buf_init(&b, 0);
    size_t k = 0;
    bool tight = true; /* behind a symbol, or at the start */
    for (st_str token; name_token(name, &k, &token); tight = st_feel_name_symbol(token.p[0])) {
        bool symbol = st_feel_name_symbol(token.p[0]);
        if (b.n && (blanks || !(tight || symbol)))
            st_buf_ch(&b, ' ');
        st_buf_str(&b, token);
    }
    st_str out = st_str_dup(a, st_buf_view(&b));
    st_buf_free(&b);
    return out;
}

bool st_feel_same_name(st_str a, st_str b) {
    size_t i = 0, k = 0;
    st_str x, y;
    for (;;) {
        bool more = name_token(a, &i, &x);
        if (name_token(b, &k, &y) != more)
            return false;
        if (!more)
            return true;
        if (!st_str_eq(x, y))
            return false;
    }
}
