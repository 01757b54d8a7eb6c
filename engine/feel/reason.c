/* Nulls that say why, and the budget of an evaluation. */
#include "feel/node.h"

enum { REASON_MAX = 400 };

const st_reason *st_reason_first(const st_reason *r) {
    for (int depth = 0; r && r->cause && depth < ST_FEEL_DEPTH_MAX; depth++)
        r = r->cause;
    return r;
}

st_val st_feel_error_text(st_feel_frame *f, st_code code, const st_src *where,
                          const st_reason *cause, const char *text) {
    st_reason *r = ST_NEW(f->arena, st_reason);
    r->code = code;
    r->cause = cause;
    r->text = text;
    if (where) {
        r->pos = st_src_pos(where, 0);
        r->expression = where->text;
    }
    return st_null_because(r);
}

st_val st_feel_error(st_feel_frame *f, st_code code, const st_src *where, const st_reason *cause,
                     const char *fmt, ...) {
    if (!strchr(fmt, '%')) /* a text of ours as it stands: nothing is built */
        return st_feel_error_text(f, code, where, cause, fmt);
    char text[REASON_MAX];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    st_str kept = {text, n < 0 ? 0 : (size_t)n};
    if (kept.n >= sizeof text) /* the last character may be half */
        kept.n = st_utf8_valid(text, sizeof text - 1);
    return st_feel_error_text(f, code, where, cause, st_arena_dup(f->arena, kept.p, kept.n));
}

bool st_budget(st_feel_frame *f) {
    return f->arena->used - (f->env ? f->env->memory_from : 0) <= ST_FEEL_MEMORY_MAX;
}

bool st_steps(st_feel_frame *f, uint64_t n) {
    if (!f->env || !f->env->steps)
        return true;
    *f->env->steps += n;
    return *f->env->steps <= ST_FEEL_STEPS_MAX;
}

st_val st_out_of_steps(st_feel_frame *f, const st_src *where) {
    return st_feel_error(f, ST_E_FEEL_BUDGET, where, NULL,
                         "the evaluation takes more than %d steps", ST_FEEL_STEPS_MAX);
}
