#include "run/privacy.h"

enum {
    LONG = 8 /* characters from which a value is recognised without quotes: shorter ones may stand
                in numbers that mean something else */
};

void st_privacy_init(st_privacy *p) {
    memset(p, 0, sizeof *p);
    st_arena_init(&p->arena, 0);
}

void st_privacy_free(st_privacy *p) {
    st_arena_free(&p->arena);
}

static void note(void *ctx, st_mask mask, st_val v) {
    st_privacy *p = ctx;
    st_buf b;
    st_buf_init(&b, 0);
    st_feel_print(&b, v);
    if (mask != ST_MASK_NAME && b.n > 0) {
        st_str value = st_str_dup(&p->arena, st_buf_view(&b));
        st_buf_clear(&b);
        st_mask_add(&b, mask, value);
        st_str masked = st_str_dup(&p->arena, st_buf_view(&b));
        ST_VEC_PUSH(&p->arena, &p->values, value);
        ST_VEC_PUSH(&p->arena, &p->masked, masked);
    }
    st_buf_free(&b);
}

void st_privacy_of(st_privacy *p, const st_record_type *type, st_val facts) {
    st_record_type_private(type, facts, note, p);
}

/* The value that stands at the place, or -1. */
static int value_at(const st_privacy *p, st_str text, size_t at) {
    for (size_t i = 0; i < p->values.n; i++) {
        st_str v = p->values.items[i], here = st_str_sub(text, at, v.n);
        bool quoted =
            at > 0 && text.p[at - 1] == '"' && at + v.n < text.n && text.p[at + v.n] == '"';
        if (here.n == v.n && st_str_eq(here, v) && (quoted || v.n >= LONG))
            return (int)i;
    }
    return -1;
}

void st_privacy_add(const st_privacy *p, st_buf *out, st_str text) {
    for (size_t at = 0; at < text.n;) {
        int i = value_at(p, text, at);
        if (i < 0) {
            (void)st_buf_ch(out, text.p[at++]);
            continue;
        }
        (void)st_buf_str(out, p->masked.items[i]);
        at += p->values.items[i].n;
    }
}
