/* Evaluates each line of the input as an expression and prints the value as FEEL writes it inside a
 * list, or "!" and the message. The printed text is read again: it must be the same value to the
 * last byte, and print the same; else the line begins with "?". */
#include "feel/feel.h"

enum { LINE_MAX_BYTES = 1 << 16, MEMORY_MAX = 64 << 20 };

/* NULL after a failure to compile, told in out. */
static const st_val *evaluate(st_arena *a, st_str text, st_buf *out) {
    st_err err;
    st_err_init(&err);
    st_feel_builder *b = st_feel_builder_new(a, NULL, NULL);
    st_src src = st_src_of(text);
    st_feel_node *n = st_feel_parse(b, &src, &err);
    if (!n) {
        st_buf_fmt(out, "!%s", err.msg);
        return NULL;
    }
    st_val *v = ST_NEW(a, st_val), *slots = ST_NEWN(a, st_val, st_feel_slots(b) + 1);
    st_feel_env env = {.now = {.date = {2024, 3, 15}}};
    st_feel_frame f = {.slots = slots, .arena = a, .env = &env};
    *v = st_feel_eval(n, &f);
    return v;
}

/* As an item of a list: texts in quotes, dates as literals. */
static void print(st_arena *a, const st_val *v, st_buf *out) {
    st_feel_print(out, st_list_val(a, v, 1));
}

static bool comes_back(st_arena *a, const st_val *v, st_str printed) {
    st_buf again, x, y;
    st_buf_init(&again, MEMORY_MAX);
    st_buf_init(&x, MEMORY_MAX);
    st_buf_init(&y, MEMORY_MAX);
    const st_val *list = evaluate(a, printed, &again);
    bool same = list && list->kind == ST_LIST && list->u.list->n == 1;
    if (same) {
        print(a, list->u.list->v, &again);
        st_feel_canonical(&x, *v);
        st_feel_canonical(&y, list->u.list->v[0]);
        same =
            st_str_eq(st_buf_view(&again), printed) && st_str_eq(st_buf_view(&x), st_buf_view(&y));
    }
    st_buf_free(&again);
    st_buf_free(&x);
    st_buf_free(&y);
    return same;
}

static void one_line(st_str text) {
    st_arena a;
    st_buf out;
    st_arena_init(&a, 0);
    st_buf_init(&out, MEMORY_MAX);
    const st_val *v = evaluate(&a, text, &out);
    if (v)
        print(&a, v, &out);
    bool bad = v && !comes_back(&a, v, st_buf_view(&out));
    printf("%s%.*s\n", bad ? "?" : "", ST_FMT(st_buf_view(&out)));
    st_buf_free(&out);
    st_arena_free(&a);
}

int main(void) {
    static char line[LINE_MAX_BYTES];
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        one_line(st_str_of(line));
    }
    return fflush(stdout) == 0 ? 0 : 74;
}
