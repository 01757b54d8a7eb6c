/* Tables of FEEL expressions: what they evaluate to, or the message with its carets. */
#ifndef FEEL_TABLE_H
#define FEEL_TABLE_H

#include "feel/feel.h"
#include <check.h>

typedef struct feel_row {
    const char *text;
    const char
        *want; /* the printed value; for errors: message, newline, caret line without its indent */
} feel_row;

typedef struct feel_global {
    const char *name;
    const st_feel_type *type;
    st_val value;
} feel_global;

enum { FEEL_GLOBALS_MAX = 32, FEEL_SLOTS_MAX = 256 };

/* Evaluates text (or, with tested, unary tests of that value) and leaves the outcome in out: the
 * printed value, then for nulls with a reason " : " and the reason's text; for a failure to compile
 * "!" and message and carets. */
static inline void feel_outcome(const feel_global *globals, size_t n, const char *text,
                                const st_val *tested, st_buf *out) {
    st_arena a;
    st_arena_init(&a, 0);
    st_feel_builder *b = st_feel_builder_new(&a, NULL, NULL);
    st_val values[FEEL_GLOBALS_MAX], slots[FEEL_SLOTS_MAX] = {{0}};
    for (size_t i = 0; i < n; i++) {
        values[i] = globals[i].value;
        st_feel_global(b, st_str_of(globals[i].name), (uint32_t)i, globals[i].type);
    }
    st_err err;
    st_err_init(&err);
    st_src src = st_src_of(st_str_of(text));
    uint32_t q = 0;
    if (tested)
        q = st_feel_scope_declare(b, ST_STR("?"), &st_feel_any);
    st_feel_node *node =
        tested ? st_feel_parse_tests(b, &src, &st_feel_any, &err) : st_feel_parse(b, &src, &err);
    st_buf_clear(out);
    if (!node) {
        st_buf_fmt(out, "!%s", err.msg);
        const char *carets = strchr(err.excerpt, '^');
        if (carets) {
            const char *line = carets;
            while (line > err.excerpt && line[-1] != '\n')
                line--;
            st_buf_fmt(out, "\n%s", line + 2);
        }
        while (out->n && out->p[out->n - 1] == '\n')
            out->p[--out->n] = '\0';
    } else {
        ck_assert(st_feel_slots(b) <= FEEL_SLOTS_MAX);
        if (tested)
            slots[q] = *tested;
        st_feel_env env = {.now = {.date = {2024, 3, 15}}};
        st_feel_frame f = {.slots = slots, .globals = values, .arena = &a, .env = &env};
        st_val v = st_feel_eval(node, &f);
        st_feel_print(out, v);
        if (v.kind == ST_NULL && v.u.reason)
            st_buf_fmt(out, " : %s", st_reason_text(v.u.reason));
    }
    st_arena_free(&a);
}

static inline void feel_check(const feel_global *globals, size_t n, const feel_row *rows,
                              size_t n_rows, const st_val *tested) {
    st_buf out;
    st_buf_init(&out, 1 << 20);
    for (size_t i = 0; i < n_rows; i++) {
        feel_outcome(globals, n, rows[i].text, tested, &out);
        ck_assert_msg(st_str_is(st_buf_view(&out), rows[i].want), "%s\n  wanted %s\n  got    %.*s",
                      rows[i].text, rows[i].want, ST_FMT(st_buf_view(&out)));
    }
    st_buf_free(&out);
}

#endif
