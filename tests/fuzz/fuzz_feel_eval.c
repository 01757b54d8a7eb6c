/* Expressions are evaluated, printed, compared with themselves and copied; the same text gives the
 * same bytes again. */
#include "fuzz_feel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TEXT_MAX = 400, MEMORY_MAX = 64 << 20, COPIED_MAX = 32 << 20 };

static st_val evaluate(const st_feel_node *n, st_arena *a, const fuzz_scope *s) {
    st_val *slots = ST_NEWN(a, st_val, st_feel_slots(s->b) + 1);
    st_doubts doubts = {0};
    uint64_t steps = 0;
    st_feel_env env = {.now = {.date = {2024, 3, 15}}, .doubts = &doubts, .steps = &steps};
    st_feel_frame f = {.slots = slots, .globals = s->globals, .arena = a, .env = &env};
    return st_feel_eval(n, &f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > TEXT_MAX ||
        st_utf8_valid((const char *)data, size) != size) /* text is checked at the door */
        return 0;
    fuzz_scope s;
    fuzz_open(&s);
    st_feel_strict(s.b, size & 1);
    st_src src = st_src_of((st_str){(const char *)data, size});
    st_feel_node *n = st_feel_parse(s.b, &src, NULL);
    if (n) {
        st_arena work[2];
        st_buf out[2];
        for (int i = 0; i < 2; i++) {
            st_arena_init(&work[i], 0);
            st_buf_init(&out[i], MEMORY_MAX);
            st_val v = evaluate(n, &work[i], &s);
            st_feel_print(&out[i], v);
            st_feel_print_json(&out[i], v);
            if (work[i].used < COPIED_MAX) /* a copy shares nothing and may be much larger */
                st_feel_print(&out[i], st_feel_copy(&work[i], v, true));
            if (v.kind != ST_FUNCTION)
                ST_ASSERT(st_feel_equal(v, v) != 0);
        }
        ST_ASSERT(st_str_eq(st_buf_view(&out[0]), st_buf_view(&out[1])));
        for (int i = 0; i < 2; i++) {
            st_buf_free(&out[i]);
            st_arena_free(&work[i]);
        }
    }
    fuzz_close(&s);
    return 0;
}
