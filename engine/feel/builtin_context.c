/* Functions on contexts. Contexts never change: each function builds a new one. */
#include "base/map.h"
#include "feel/builtin.h"

static st_val made(st_arena *a, const st_str *names, const st_val *values, size_t n) {
    return st_context_val(a, st_feel_shape_new(a, names, n), values);
}

/* A context under construction: entries in order, a name given again replaces its value. */
typedef struct draft {
    st_arena *arena;
    st_str *names;
    st_val *values;
    size_t n;
    st_map index; /* name to its value's place */
} draft;

static draft draft_new(st_arena *a, size_t max) {
    draft d = {a, ST_NEWN(a, st_str, max + 1), ST_NEWN(a, st_val, max + 1), 0, {0}};
    st_map_init(&d.index, a);
    return d;
}

/* False when the name was there already. */
static bool draft_put(draft *d, st_str name, st_val value) {
    st_val *known = st_map_get(&d->index, name);
    if (known) {
        *known = value;
        return false;
    }
    d->names[d->n] = name;
    d->values[d->n] = value;
    st_map_put(&d->index, name, &d->values[d->n]);
    d->n++;
    return true;
}

static void draft_add(draft *d, const st_context *c) {
    for (uint32_t i = 0; i < c->shape->n; i++)
        (void)draft_put(d, c->shape->names[i], c->v[i]);
}

static st_val fn_get_value(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    int slot = st_feel_shape_slot(args[0].u.context->shape, st_val_str(args[1]));
    if (slot < 0)
        return st_builtin_null(c, "the context has no entry of that name");
    return args[0].u.context->v[slot];
}

static st_val fn_get_entries(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    st_arena *a = c->f->arena;
    const st_context *ctx = args[0].u.context;
    const st_shape *shape = st_feel_shape_new(a, (st_str[]){ST_STR("key"), ST_STR("value")}, 2);
    st_val *out = ST_NEWN(a, st_val, (size_t)ctx->shape->n + 1);
    for (uint32_t i = 0; i < ctx->shape->n; i++) {
        st_val *entry = ST_NEWN(a, st_val, 2);
        entry[0] = st_string(ctx->shape->names[i]);
        entry[1] = ctx->v[i];
        out[i] = st_context_val(a, shape, entry);
    }
    return st_list_val(a, out, ctx->shape->n);
}

static st_val put(st_arena *a, const st_context *c, st_str key, st_val value) {
    draft d = draft_new(a, (size_t)c->shape->n + 1);
    draft_add(&d, c);
    (void)draft_put(&d, key, value);
    return made(a, d.names, d.values, d.n);
}

static st_val fn_context_put(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    return put(c->f->arena, args[0].u.context, st_val_str(args[1]), args[2]);
}

/* Goes down the keys, then rebuilds the contexts on the way up. */
static st_val fn_context_put_path(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    const st_list *keys = args[1].u.list;
    if (keys->n == 0 || keys->n > ST_FEEL_DEPTH_MAX)
        return st_builtin_null(c, "the list of keys is empty or too long");
    const st_context **path = ST_NEWN(c->f->arena, const st_context *, keys->n);
    path[0] = args[0].u.context;
    for (uint32_t i = 0; i < keys->n; i++) {
        if (keys->v[i].kind != ST_STRING)
            return st_builtin_null(c, "key %" PRIu32 " is no string", i + 1);
        if (i + 1 == keys->n)
            break;
        int slot = st_feel_shape_slot(path[i]->shape, st_val_str(keys->v[i]));
        if (slot < 0 || path[i]->v[slot].kind != ST_CONTEXT)
            return st_builtin_null(c, "key %" PRIu32 " leads to no context", i + 1);
        path[i + 1] = path[i]->v[slot].u.context;
    }
    st_val value = args[2];
    for (uint32_t i = keys->n; i-- > 0;)
        value = put(c->f->arena, path[i], st_val_str(keys->v[i]), value);
    return value;
}

static st_val fn_context_merge(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    const st_list *l = args[0].u.list;
    size_t total = 0;
    for (uint32_t i = 0; i < l->n; i++) {
        if (l->v[i].kind != ST_CONTEXT)
            return st_builtin_null(c, "item %" PRIu32 " is no context", i + 1);
        total += l->v[i].u.context->shape->n;
    }
    draft d = draft_new(c->f->arena, total);
    for (uint32_t i = 0; i < l->n; i++)
        draft_add(&d, l->v[i].u.context);
    return made(c->f->arena, d.names, d.values, d.n);
}

static st_val fn_context(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    const st_list *l = args[0].u.list;
    draft d = draft_new(c->f->arena, l->n);
    for (uint32_t i = 0; i < l->n; i++) {
        st_val key = st_feel_get(l->v[i], ST_STR("key"));
        if (key.kind != ST_STRING ||
            st_feel_shape_slot(l->v[i].u.context->shape, ST_STR("value")) < 0)
            return st_builtin_null(c, "entry %" PRIu32 " has no key (a string) and value", i + 1);
        if (!draft_put(&d, st_val_str(key), st_feel_get(l->v[i], ST_STR("value"))))
            return st_builtin_null(c, "entry %" PRIu32 " repeats a key", i + 1);
    }
    return made(c->f->arena, d.names, d.values, d.n);
}

#define M                                                                                          \
    { "m", ST_P_CONTEXT, ST_P_KEPT }
#define CONTEXT                                                                                    \
    { "context", ST_P_CONTEXT, ST_P_KEPT }
#define VALUE                                                                                      \
    { "value", ST_P_ANY, ST_P_NULLABLE | ST_P_KEPT }

const st_builtin st_builtins_context[] = {
    {"get value", fn_get_value, ST_T_ANY, 2, {M, {"key", ST_P_STRING, 0}}},
    {"get entries", fn_get_entries, ST_T_LIST, 1, {M}},
    {"context put", fn_context_put, ST_T_CONTEXT, 3, {CONTEXT, {"key", ST_P_STRING, 0}, VALUE}},
    {"context put", fn_context_put_path, ST_T_CONTEXT, 3, {CONTEXT, {"keys", ST_P_LIST, 0}, VALUE}},
    {"context merge", fn_context_merge, ST_T_CONTEXT, 1, {{"contexts", ST_P_LIST, ST_P_KEPT}}},
    {"context", fn_context, ST_T_CONTEXT, 1, {{"entries", ST_P_LIST, ST_P_KEPT}}},
    {.name = NULL},
};
