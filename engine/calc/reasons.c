/* The codes of a refusal's reasons as they are kept with the assessment. */
#include "base/buf.h"
#include "calc/calc_int.h"

bool st_calc_reasons_json(const st_str *codes, size_t n, st_buf *out) {
    (void)st_buf_ch(out, '[');
    for (size_t i = 0; i < n; i++) {
        if (i)
            (void)st_buf_ch(out, ',');
        (void)st_buf_json(out, codes[i]);
    }
    (void)st_buf_ch(out, ']');
    return !out->overflow;
}

static int hex_digit(char c) {
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)((at - digits) % 16) : -1;
}

/* In what follows the list's closing bracket, which is no part of any escape, stands behind the
 * text: reading stops there.
 *
 * \uXXXX: what st_buf_json writes for control characters; others may have been written by hand. */
static bool hex4(st_str s, size_t *at, st_buf *code) {
    uint32_t v = 0;
    for (int i = 0; i < 4; i++, (*at)++) {
        int d = hex_digit(s.p[*at]);
        if (d < 0)
            return false;
        v = v << 4 | (uint32_t)d;
    }
    return (v < 0xD800 || v > 0xDFFF) && st_buf_cp(code, v);
}

static bool escape(st_str s, size_t *at, st_buf *code) {
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    char c = s.p[(*at)++];
    if (c == 'u')
        return hex4(s, at, code);
    const char *known = c ? strchr(from, c) : NULL;
    return known && st_buf_ch(code, to[known - from]);
}

/* From behind the opening quote to behind the closing one. */
static bool one_code(st_str s, size_t *at, st_buf *code) {
    while (*at < s.n && s.p[*at] != '"') {
        char c = s.p[(*at)++];
        if (c == '\\' ? !escape(s, at, code) : !st_buf_ch(code, c))
            return false;
    }
    return (*at)++ < s.n;
}

bool st_calc_reasons_read(st_str json, void (*each)(void *ctx, st_str code), void *ctx) {
    st_str s = st_str_trim(json);
    if (s.n < 2 || s.p[0] != '[' || s.p[s.n - 1] != ']')
        return false;
    st_buf code;
    st_buf_init(&code, ST_REASONS_MAX);
    size_t at = 1;
    bool ok = true, more = s.n > 2;
    while (ok && more) {
        st_buf_clear(&code);
        ok = s.p[at] == '"' && one_code(s, (at++, &at), &code) && at < s.n;
        if (ok)
            each(ctx, st_buf_view(&code));
        more = ok && s.p[at] == ',';
        at += more;
        ok = ok && at < s.n;
    }
    st_buf_free(&code);
    return ok && at == s.n - 1;
}

static bool fit(st_calc *c, const st_verdict *v) {
    enum { ESCAPED_MOST = 6, AROUND = 3 };
    size_t most = 2;
    st_str *codes = ST_NEWN(&c->case_arena, st_str, v->n_refusals);
    for (size_t i = 0; i < v->n_refusals; i++) {
        codes[i] = v->refusals[i].code;
        most += codes[i].n * ESCAPED_MOST + AROUND;
    }
    if (most <= ST_REASONS_MAX)
        return true;
    st_buf b;
    st_buf_init(&b, ST_REASONS_MAX);
    bool ok = st_calc_reasons_json(codes, v->n_refusals, &b);
    st_buf_free(&b);
    return ok;
}

void st_calc_judge_reasons(st_calc *c, st_due *dues, size_t n, st_verdict *v) {
    if (fit(c, v))
        return;
    for (size_t i = 0; i < n; i++)
        if (dues[i].state == ST_DUE_REFUSED)
            st_calc_hold(c, &dues[i], ST_E_CALC_REFUSALS,
                         "the codes of its reasons take more than %d bytes", ST_REASONS_MAX);
    v->outcome = ST_HELD;
    v->refusals = NULL;
    v->n_refusals = 0;
}
