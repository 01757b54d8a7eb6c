/* A value printed is read again as the same value to the last byte, and prints the same. */
#include "fuzz_feel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TEXT_MAX = 400, PRINTED_MAX = 1 << 18, DEPTH = 100 };

static const st_val *evaluate(const st_feel_node *n, st_arena *a, const fuzz_scope *s) {
    st_val *slots = ST_NEWN(a, st_val, st_feel_slots(s->b) + 1), *v = ST_NEW(a, st_val);
    uint64_t steps = 0;
    st_feel_env env = {.now = {.date = {2024, 3, 15}}, .steps = &steps};
    st_feel_frame f = {.slots = slots, .globals = s->globals, .arena = a, .env = &env};
    *v = st_feel_eval(n, &f);
    return v;
}

/* Functions have no text, and text ends at a depth. */
static bool printable(st_val v, int depth) {
    if (v.kind == ST_FUNCTION || depth > DEPTH)
        return false;
    bool ok = true;
    if (v.kind == ST_RANGE)
        return printable(v.u.range->lo, depth + 1) && printable(v.u.range->hi, depth + 1);
    if (v.kind == ST_LIST)
        for (uint32_t i = 0; ok && i < v.u.list->n; i++)
            ok = printable(v.u.list->v[i], depth + 1);
    if (v.kind == ST_CONTEXT)
        for (uint32_t i = 0; ok && i < v.u.context->shape->n; i++)
            ok = printable(v.u.context->v[i], depth + 1);
    return ok;
}

static void come_back(const st_val *v) {
    fuzz_scope s;
    st_buf printed, again, x, y;
    fuzz_open(&s);
    st_buf_init(&printed, PRINTED_MAX);
    st_buf_init(&again, PRINTED_MAX);
    st_buf_init(&x, 0);
    st_buf_init(&y, 0);
    st_feel_print(&printed, st_list_val(&s.arena, v, 1));
    if (!printed.overflow) {
        st_src src = st_src_of(st_buf_view(&printed));
        st_feel_node *n = st_feel_parse(s.b, &src, NULL);
        ST_ASSERT(n);
        const st_val *list = evaluate(n, &s.arena, &s);
        ST_ASSERT(list->kind == ST_LIST && list->u.list->n == 1);
        st_feel_print(&again, *list);
        st_feel_canonical(&x, *v);
        st_feel_canonical(&y, list->u.list->v[0]);
        ST_ASSERT(st_str_eq(st_buf_view(&printed), st_buf_view(&again)));
        ST_ASSERT(st_str_eq(st_buf_view(&x), st_buf_view(&y)));
    }
    st_buf_free(&printed);
    st_buf_free(&again);
    st_buf_free(&x);
    st_buf_free(&y);
    fuzz_close(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > TEXT_MAX || st_utf8_valid((const char *)data, size) != size)
        return 0;
    fuzz_scope s;
    fuzz_open(&s);
    st_src src = st_src_of((st_str){(const char *)data, size});
    st_feel_node *n = st_feel_parse(s.b, &src, NULL);
    if (n) {
        const st_val *v = evaluate(n, &s.arena, &s);
        if (s.arena.used < PRINTED_MAX * 16 && printable(*v, 0))
            come_back(v);
    }
    fuzz_close(&s);
    return 0;
}
