/* Nulls that say why, and the budget of an evaluation. */
#include "feel/node.h"

enum { REASON_MAX = 400, SHOWN_MAX = 120 };

st_val st_feel_error(st_feel_frame *f, st_code code, const st_src *where, const st_reason *cause,
                     const char *fmt, ...) {
    char text[REASON_MAX];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (n < 0)
        n = 0;
    if ((size_t)n >= sizeof text)
        n = (int)sizeof text - 1;
    st_reason *r = ST_NEW(f->arena, st_reason);
    r->code = code;
    r->cause = cause;
    r->text = st_arena_dup(f->arena, text, (size_t)n);
    if (where) {
        r->pos = st_src_pos(where, 0);
        r->expression = where->text;
    }
    return st_null_because(r);
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
