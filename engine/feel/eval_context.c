/* Context literals and boxed contexts. */
#include "feel/node.h"

/* The entries are variables for the result: the doubt of one counts where it is read. */
static st_val eval_result(const st_node_context *x, st_feel_frame *f) {
    st_doubts *d = st_doubts_in(f);
    for (uint32_t i = 0; i < x->n; i++) {
        st_doubt_mark m = st_doubt_begin(d);
        st_val v = st_feel_eval(x->entries[i], f);
        f->slots[x->slots[i]] = st_doubt_keep(d, f->arena, v, st_doubt_end(d, m));
    }
    return st_feel_eval(x->result, f);
}

static st_val eval_context(const st_feel_node *n, st_feel_frame *f) {
    const st_node_context *x = (const st_node_context *)n;
    if (!st_budget(f))
        return st_feel_error(f, ST_E_FEEL_BUDGET, &n->src, NULL,
                             "the evaluation takes too much memory");
    if (x->result)
        return eval_result(x, f);
    st_val *v = ST_NEWN(f->arena, st_val, x->n ? x->n : 1);
    for (uint32_t i = 0; i < x->n; i++) {
        v[i] = st_feel_eval(x->entries[i], f);
        f->slots[x->slots[i]] = v[i];
    }
    return st_context_val(f->arena, x->shape, v);
}

static const st_feel_type *context_type(st_feel_builder *b, const st_shape *shape,
                                        st_feel_node *const *entries) {
    st_feel_type *t = ST_NEW(b->arena, st_feel_type);
    st_feel_field *fields = ST_NEWN(b->arena, st_feel_field, shape->n ? shape->n : 1);
    for (uint32_t i = 0; i < shape->n; i++)
        fields[i] = (st_feel_field){shape->names[i], entries[i]->type};
    *t = (st_feel_type){
        .kind = ST_T_CONTEXT, .fields = fields, .n_fields = shape->n, .shape = shape};
    return t;
}

st_feel_node *st_feel_make_context(st_feel_builder *b, const st_str *names, const uint32_t *slots,
                                   st_feel_node *const *entries, size_t n, st_feel_node *result) {
    const st_shape *shape = st_feel_shape_new(b->arena, names, n);
    st_node_context *x = ST_NODE(b, st_node_context, ST_OP_CONTEXT, eval_context, NULL);
    x->h.type = result ? result->type : context_type(b, shape, entries);
    const st_feel_node **copy = ST_NEWN(b->arena, const st_feel_node *, n ? n : 1);
    uint32_t *at = ST_NEWN(b->arena, uint32_t, n ? n : 1);
    bool constant = !result;
    for (size_t i = 0; i < n; i++) {
        copy[i] = entries[i];
        at[i] = slots[i];
        constant &= st_is_literal(entries[i]);
        st_feel_note_key(b, shape->names[i]);
    }
    x->shape = shape;
    x->entries = copy;
    x->slots = at;
    x->n = (uint32_t)n;
    x->result = result;
    if (!constant)
        return &x->h;
    st_val *v = ST_NEWN(b->arena, st_val, n ? n : 1);
    for (size_t i = 0; i < n; i++)
        st_feel_constant(entries[i], &v[i]);
    st_feel_node *lit = st_feel_make_literal(b, st_context_val(b->arena, shape, v));
    lit->src = x->h.src;
    return lit;
}
