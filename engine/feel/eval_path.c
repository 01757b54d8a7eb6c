/* Paths: entries of contexts by slot where the shape is known, projection over lists, properties of
 * temporal values. */
#include "feel/node.h"

static st_val path_of(const st_node_path *x, st_feel_frame *f, st_val v, bool strict);

static st_val project(const st_node_path *x, st_feel_frame *f, const st_list *l) {
    st_val *out = ST_NEWN(f->arena, st_val, l->n ? l->n : 1);
    for (uint32_t i = 0; i < l->n; i++)
        out[i] = l->v[i].kind == ST_LIST ? st_null() : path_of(x, f, l->v[i], false);
    return st_list_val(f->arena, out, l->n);
}

static st_val path_of(const st_node_path *x, st_feel_frame *f, st_val v, bool strict) {
    st_val out;
    switch (v.kind) {
    case ST_CONTEXT: {
        if (v.u.context->shape == x->shape)
            return v.u.context->v[x->slot];
        int slot = st_feel_shape_slot(v.u.context->shape, x->name);
        if (slot >= 0)
            return v.u.context->v[slot];
        if (!strict)
            return st_null();
        return st_feel_error(f, ST_E_FEEL_PATH, &x->h.src, NULL, "the context has no entry `%.*s`",
                             ST_FMT(x->name));
    }
    case ST_LIST:
        if (!st_steps(f, v.u.list->n))
            return st_out_of_steps(f, &x->h.src);
        if (!st_budget(f))
            return st_feel_error(f, ST_E_FEEL_BUDGET, &x->h.src, NULL,
                                 "the evaluation takes too much memory");
        return project(x, f, v.u.list);
    case ST_NULL:
        if (!strict)
            return v;
        return st_feel_error(f, ST_E_FEEL_PATH, &x->h.src, v.u.reason, "`.%.*s` of null",
                             ST_FMT(x->name));
    default:
        if (st_feel_property(f, v, x->name, &out))
            return out;
        return st_feel_error(f, ST_E_FEEL_PATH, &x->h.src, NULL, "%s has no property `%.*s`",
                             st_kind_name(v.kind), ST_FMT(x->name));
    }
}

static st_val eval_path(const st_feel_node *n, st_feel_frame *f) {
    const st_node_path *x = (const st_node_path *)n;
    st_val v = st_feel_eval(x->x, f);
    if (ST_LIKELY(v.kind == ST_CONTEXT && v.u.context->shape == x->shape))
        return v.u.context->v[x->slot];
    return path_of(x, f, v, true);
}

/* Static type of a property, as far as it is the same wherever the name occurs. */
static const st_feel_type *property_type(const st_feel_type *t, st_str name) {
    static const char *const numbers[] = {"year",   "month",   "day",    "weekday", "hour",
                                          "minute", "second",  "years",  "months",  "days",
                                          "hours",  "minutes", "seconds"};
    if (t->kind < ST_T_DATE || t->kind > ST_T_DT_DURATION)
        return &st_feel_any;
    for (size_t i = 0; i < ST_LEN(numbers); i++)
        if (st_str_is(name, numbers[i]))
            return &st_feel_number;
    return &st_feel_any;
}

static const st_feel_type *path_type(st_feel_builder *b, const st_feel_type *t, st_str name) {
    const st_feel_type *field = st_type_field(t, name);
    if (field)
        return field;
    if (t->kind != ST_T_LIST || !t->elem)
        return property_type(t, name);
    const st_feel_type *elem = st_type_field(t->elem, name);
    return elem ? st_feel_type_list(b->arena, elem) : &st_feel_any;
}

static void note_entry(st_feel_builder *b, st_str name) {
    for (size_t i = 0; i < b->entries.n; i++)
        if (st_str_eq(b->entries.items[i], name))
            return;
    ST_VEC_PUSH(b->arena, &b->entries, name);
}

static st_node_path *make_path(st_feel_builder *b, const st_feel_node *x, st_str name,
                               const st_feel_type *type,
                               st_val (*eval)(const st_feel_node *, st_feel_frame *)) {
    st_node_path *n = ST_NODE(b, st_node_path, ST_OP_PATH, eval, type);
    n->x = x;
    n->name = name;
    note_entry(b, name);
    const st_feel_type *t = x->type->kind == ST_T_LIST && x->type->elem ? x->type->elem : x->type;
    int slot = t->kind == ST_T_CONTEXT && t->shape ? st_feel_shape_slot(t->shape, name) : -1;
    if (slot >= 0) {
        n->shape = t->shape;
        n->slot = (uint32_t)slot;
    }
    return n;
}

st_feel_node *st_make_path(st_feel_builder *b, const st_feel_node *x, st_str name) {
    return &make_path(b, x, name, path_type(b, x->type, name), eval_path)->h;
}

/* A name inside a filter whose items are not known beforehand: an entry of the item, or else what
 * the name means outside. */
static st_val eval_field_or(const st_feel_node *n, st_feel_frame *f) {
    const st_node_path *x = (const st_node_path *)n;
    st_val v = st_feel_eval(x->x, f);
    if (v.kind == ST_CONTEXT) {
        int slot = st_feel_shape_slot(v.u.context->shape, x->name);
        if (slot >= 0)
            return v.u.context->v[slot];
    }
    st_feel_use(f, v);
    return x->outer ? st_feel_eval(x->outer, f) : st_null();
}

st_feel_node *st_make_field_or(st_feel_builder *b, const st_feel_node *item, st_str name,
                               const st_feel_node *outer) {
    st_node_path *n = make_path(b, item, name, &st_feel_any, eval_field_or);
    n->h.op = ST_OP_FIELD_OR;
    n->outer = outer;
    return &n->h;
}
