/* Inputs bound to the types of real records, and values completed to them. */
#include "dmn/dmn_int.h"

static const st_feel_field *field_of(const st_feel_type *t, st_str name) {
    for (uint32_t i = 0; i < t->n_fields; i++)
        if (st_str_eq(t->fields[i].name, name))
            return &t->fields[i];
    return NULL;
}

typedef struct binding {
    const dmn_element *input;
    st_buf *path;
    st_err *err;
} binding;

static bool misfit(const binding *b, const st_feel_type *have, const st_feel_type *want) {
    st_buf x, y;
    st_buf_init(&x, ST_MSG_MAX);
    st_buf_init(&y, ST_MSG_MAX);
    st_feel_type_print(&x, have);
    st_feel_type_print(&y, want);
    st_dmn_fail(b->err, ST_E_DMN_BINDING, b->input->pos,
                "'%.*s' is %.*s in the records but the model says %.*s",
                ST_FMT(st_buf_view(b->path)), ST_FMT(st_buf_view(&x)), ST_FMT(st_buf_view(&y)));
    st_buf_free(&x);
    st_buf_free(&y);
    return false;
}

/* The type of the records, with the constraints of the model; NULL when they do not fit. */
static const st_feel_type *bind(st_arena *a, binding *b, const st_feel_type *have,
                                const st_feel_type *want, uint32_t depth) {
    if (want->kind == ST_T_ANY || depth > DMN_NESTING_MAX)
        return have;
    if (have->kind == ST_T_ANY)
        return want;
    if (have->kind != want->kind)
        return misfit(b, have, want), NULL;
    st_feel_type *t = ST_NEW(a, st_feel_type);
    *t = *have;
    if (want->allowed) {
        t->allowed = want->allowed;
        t->allowed_slots = want->allowed_slots;
    }
    if (have->kind == ST_T_LIST)
        return (t->elem = bind(a, b, have->elem, want->elem, depth + 1)) ? t : NULL;
    if (have->kind != ST_T_CONTEXT)
        return t;
    st_feel_field *fields = ST_NEWN(a, st_feel_field, have->n_fields);
    for (uint32_t i = 0; i < have->n_fields; i++)
        fields[i] = have->fields[i];
    t->fields = fields;
    for (uint32_t i = 0; i < want->n_fields; i++) {
        const st_feel_field *h = field_of(have, want->fields[i].name);
        size_t before = b->path->n;
        st_buf_fmt(b->path, ".%.*s", ST_FMT(want->fields[i].name));
        if (!h) {
            st_dmn_fail(b->err, ST_E_DMN_BINDING, b->input->pos,
                        "the records have no '%.*s', which the model names",
                        ST_FMT(st_buf_view(b->path)));
            return NULL;
        }
        const st_feel_type *bound = bind(a, b, h->type, want->fields[i].type, depth + 1);
        if (!bound)
            return NULL;
        fields[h - have->fields].type = bound;
        b->path->n = before;
        b->path->p[before] = 0;
    }
    return t;
}

static bool bind_input(st_model *m, dmn_element *x, const st_feel_type *have, st_err *err) {
    st_buf path;
    st_buf_init(&path, ST_MSG_MAX);
    st_buf_str(&path, x->name);
    binding b = {x, &path, err};
    const st_feel_type *t = bind(&m->arena, &b, have, x->declared, 0);
    st_buf_free(&path);
    if (!t)
        return false;
    x->type = t;
    x->bound = true;
    return true;
}

static const st_model_binding *binding_of(const st_model *m, const dmn_element *x) {
    for (size_t i = 0; i < m->n_bindings; i++)
        if (st_str_is(x->name, m->bindings[i].input))
            return &m->bindings[i];
    return NULL;
}

/* An imported model names the records by an input of its own. What is bound is one fact, however
 * many models speak of it: the first one has the others with it. */
static void join(st_model *m, dmn_element *x) {
    for (size_t i = 0; m->inputs.items[i] != x; i++) {
        dmn_element *first = m->inputs.items[i];
        if (!st_str_eq(first->name, x->name))
            continue;
        x->fact = first->index;
        ST_VEC_PUSH(&m->arena, &first->same, x);
        return;
    }
}

bool st_dmn_bind_inputs(st_model *m, st_err *err) {
    for (size_t i = 0; i < m->inputs.n; i++) {
        dmn_element *x = m->inputs.items[i];
        x->declared = st_dmn_type_attr(x->file, st_dmn_child(x->file, x->xml, "variable"), err);
        if (!x->declared)
            return false;
        x->type = x->declared;
        /* Cases of a test are values of what the model declares, where it declares something. */
        bool declared = m->lenient && x->declared->kind != ST_T_ANY;
        const st_model_binding *b = binding_of(m, x);
        if (b)
            join(m, x);
        if (b && !declared && !bind_input(m, x, b->type, err))
            return false;
    }
    return true;
}

static st_val complete(st_arena *a, st_val v, const st_feel_type *t, uint32_t depth) {
    if (depth > DMN_NESTING_MAX)
        return v;
    if (t->kind == ST_T_LIST && v.kind == ST_LIST) {
        st_val *items = ST_NEWN(a, st_val, v.u.list->n);
        for (uint32_t i = 0; i < v.u.list->n; i++)
            items[i] = complete(a, v.u.list->v[i], t->elem, depth + 1);
        return st_list_val(a, items, v.u.list->n);
    }
    if (t->kind != ST_T_CONTEXT || v.kind != ST_CONTEXT || !t->shape)
        return v;
    st_val *fields = ST_NEWN(a, st_val, t->shape->n);
    for (uint32_t i = 0; i < t->shape->n; i++) {
        int slot = st_feel_shape_slot(v.u.context->shape, t->shape->names[i]);
        const st_feel_field *f = field_of(t, t->shape->names[i]);
        if (slot >= 0)
            fields[i] =
                f ? complete(a, v.u.context->v[slot], f->type, depth + 1) : v.u.context->v[slot];
        else if (f && f->type->kind == ST_T_LIST)
            fields[i] = st_list_val(a, NULL, 0);
        else
            fields[i] = st_null();
    }
    return st_context_val(a, t->shape, fields);
}

st_val st_dmn_complete(st_arena *a, st_val v, const st_feel_type *t) {
    return complete(a, v, t, 0);
}
