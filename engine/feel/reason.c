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
    return f->arena->used <= ST_FEEL_MEMORY_MAX;
}
