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

static bool fit(st_calc *c, const st_verdict *v) {
    enum { ESCAPED_MOST = 6, AROUND = 3 };
    size_t most = 2;
    st_str *codes = ST_NEWN(&c->case_arena, st_str, v->n_refusals + 1);
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
