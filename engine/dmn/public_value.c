/* include/stipend/feel.h: values and bare expressions. */
#include "dmn/public_int.h"

_Static_assert((int)STIPEND_FUNCTION == (int)ST_FUNCTION && (int)STIPEND_DATE == (int)ST_DATE &&
                   (int)STIPEND_LIST == (int)ST_LIST,
               "the public kinds are those inside");

const stipend_value *st_public_keep(st_arena *a, st_val v) {
    st_val *kept = st_arena_alloc(a, sizeof *kept);
    *kept = v;
    return (const stipend_value *)kept;
}

void st_public_error(stipend_error *to, const st_err *from) {
    if (!to)
        return;
    *to = (stipend_error){.line = from->pos.line, .column = from->pos.column};
    (void)snprintf(to->code, sizeof to->code, "%s", st_code_id(from->code));
    (void)snprintf(to->file, sizeof to->file, "%s", from->file);
    (void)snprintf(to->message, sizeof to->message, "%s", from->msg);
    (void)snprintf(to->excerpt, sizeof to->excerpt, "%s", from->excerpt);
    (void)snprintf(to->hint, sizeof to->hint, "%s", from->hint);
}

stipend_memory *stipend_memory_new(void) {
    stipend_memory *m = st_xmalloc(sizeof *m);
    st_arena_init(&m->arena, 0);
    return m;
}

void stipend_memory_reset(stipend_memory *m) {
    st_arena_reset(&m->arena);
}

void stipend_memory_free(stipend_memory *m) {
    if (!m)
        return;
    st_arena_free(&m->arena);
    free(m);
}

static bool utf8(const char *text) {
    size_t n = strlen(text);
    return n <= UINT32_MAX / 2 && st_utf8_valid(text, n) == n;
}

const stipend_value *stipend_null(stipend_memory *m) {
    return st_public_keep(&m->arena, st_null());
}

const stipend_value *stipend_boolean(stipend_memory *m, bool b) {
    return st_public_keep(&m->arena, st_bool(b));
}

const stipend_value *stipend_integer(stipend_memory *m, int64_t v) {
    return st_public_keep(&m->arena, st_number_int(v));
}

const stipend_value *stipend_number(stipend_memory *m, const char *text) {
    st_dec d;
    return st_dec_parse(st_str_of(text), &d) ? st_public_keep(&m->arena, st_number(d)) : NULL;
}

const stipend_value *stipend_string(stipend_memory *m, const char *text) {
    return utf8(text) ? st_public_keep(&m->arena, st_string(st_str_dup(&m->arena, st_str_of(text))))
                      : NULL;
}

const stipend_value *stipend_date(stipend_memory *m, const char *text) {
    st_date d;
    return st_feel_parse_date(st_str_of(text), &d) ? st_public_keep(&m->arena, st_date_val(d))
                                                   : NULL;
}

const stipend_value *stipend_duration(stipend_memory *m, const char *text) {
    st_val v;
    return st_feel_parse_duration(st_str_of(text), &v) ? st_public_keep(&m->arena, v) : NULL;
}

static const st_val *inside(const stipend_value *v) {
    return (const st_val *)v;
}

const stipend_value *stipend_list(stipend_memory *m, const stipend_value *const *items, size_t n) {
    if (n > ST_FEEL_LIST_MAX)
        return NULL;
    st_val *v = ST_NEWN(&m->arena, st_val, n + 1);
    for (size_t i = 0; i < n; i++)
        v[i] = *inside(items[i]);
    return st_public_keep(&m->arena, st_list_val(&m->arena, v, n));
}

const stipend_value *stipend_context(stipend_memory *m, const char *const *names,
                                     const stipend_value *const *values, size_t n) {
    if (n > ST_FEEL_LIST_MAX)
        return NULL;
    st_str *keys = ST_NEWN(&m->arena, st_str, n + 1);
    st_val *v = ST_NEWN(&m->arena, st_val, n + 1);
    for (size_t i = 0; i < n; i++) {
        if (!utf8(names[i]))
            return NULL;
        keys[i] = st_str_of(names[i]);
        v[i] = *inside(values[i]);
    }
    return st_public_keep(&m->arena,
                          st_context_val(&m->arena, st_feel_shape_new(&m->arena, keys, n), v));
}

stipend_kind stipend_kind_of(const stipend_value *v) {
    return (stipend_kind)inside(v)->kind;
}

bool stipend_is_true(const stipend_value *v) {
    return st_is_true(*inside(v));
}

bool stipend_to_integer(const stipend_value *v, int64_t *out) {
    return inside(v)->kind == ST_NUMBER && st_dec_to_int(inside(v)->u.num, out);
}

typedef void printer(st_buf *out, st_val v);

static const char *print(stipend_memory *m, const stipend_value *v, printer *how) {
    st_buf b;
    st_buf_init(&b, ST_FEEL_MEMORY_MAX);
    how(&b, *inside(v));
    const char *kept = st_arena_dup(&m->arena, b.p, b.n);
    st_buf_free(&b);
    return kept;
}

const char *stipend_text(stipend_memory *m, const stipend_value *v) {
    return print(m, v, st_feel_print);
}

const char *stipend_json(stipend_memory *m, const stipend_value *v) {
    return print(m, v, st_feel_print_json);
}

size_t stipend_size(const stipend_value *v) {
    const st_val *x = inside(v);
    return x->kind == ST_LIST ? x->u.list->n : x->kind == ST_CONTEXT ? x->u.context->shape->n : 0;
}

const stipend_value *stipend_item(const stipend_value *v, size_t i) {
    if (i >= stipend_size(v))
        return NULL;
    const st_val *x = inside(v);
    return (const stipend_value *)(x->kind == ST_LIST ? &x->u.list->v[i] : &x->u.context->v[i]);
}

const char *stipend_entry_name(stipend_memory *m, const stipend_value *v, size_t i) {
    const st_val *x = inside(v);
    if (x->kind != ST_CONTEXT || i >= x->u.context->shape->n)
        return NULL;
    st_str name = x->u.context->shape->names[i];
    return st_arena_dup(&m->arena, name.p, name.n);
}

const stipend_value *stipend_entry(const stipend_value *v, const char *name) {
    const st_val *x = inside(v);
    int slot =
        x->kind == ST_CONTEXT ? st_feel_shape_slot(x->u.context->shape, st_str_of(name)) : -1;
    return slot < 0 ? NULL : (const stipend_value *)&x->u.context->v[slot];
}

const char *stipend_null_reason(const stipend_value *v) {
    const st_val *x = inside(v);
    return x->kind == ST_NULL && x->u.reason ? st_reason_text(x->u.reason) : NULL;
}

st_datetime st_public_now(const char *text) {
    st_datetime now = {.date = {1970, 1, 1}};
    if (text)
        (void)st_date_parse(st_str_of(text), &now.date);
    return now;
}

const stipend_value *stipend_feel(stipend_memory *m, const char *expression,
                                  const stipend_value *context, const char *now,
                                  stipend_error *error) {
    st_err err;
    st_err_init(&err);
    st_feel_builder *b = st_feel_builder_new(&m->arena, NULL, NULL);
    const st_context *c =
        context && inside(context)->kind == ST_CONTEXT ? inside(context)->u.context : NULL;
    for (uint32_t i = 0; c && i < c->shape->n; i++)
        st_feel_global(b, c->shape->names[i], i, &st_feel_any);
    st_src src = st_src_of(st_str_dup(&m->arena, st_str_of(expression)));
    const st_feel_node *n = utf8(expression) ? st_feel_parse(b, &src, &err) : NULL;
    if (!n) {
        (void)st_fail(&err, ST_E_ENC_INVALID, "the expression is not UTF-8");
        st_public_error(error, &err);
        return NULL;
    }
    uint64_t steps = 0;
    st_feel_env env = {.now = st_public_now(now), .steps = &steps};
    st_feel_frame f = {.slots = ST_NEWN(&m->arena, st_val, st_feel_slots(b) + 1),
                       .globals = c ? c->v : NULL,
                       .arena = &m->arena,
                       .env = &env};
    return st_public_keep(&m->arena, st_feel_eval(n, &f));
}
