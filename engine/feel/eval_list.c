/* Lists, filters and ranges. */
#include "feel/node.h"

static st_val over_budget(st_feel_frame *f, const st_feel_node *n) {
    return st_feel_error(f, ST_E_FEEL_BUDGET, &n->src, NULL,
                         "the evaluation takes too much memory, or a list has too many items");
}

static st_val eval_list(const st_feel_node *n, st_feel_frame *f) {
    const st_node_list *x = (const st_node_list *)n;
    if (!st_budget(f))
        return over_budget(f, n);
    st_val *v = ST_NEWN(f->arena, st_val, x->n ? x->n : 1);
    for (uint32_t i = 0; i < x->n; i++)
        v[i] = st_feel_eval(x->items[i], f);
    return st_list_val(f->arena, v, x->n);
}

st_feel_node *st_feel_make_list(st_feel_builder *b, st_feel_node *const *items, size_t n) {
    const st_feel_type *elem = n ? items[0]->type : &st_feel_any;
    const st_feel_node **copy = ST_NEWN(b->arena, const st_feel_node *, n ? n : 1);
    bool constant = true;
    for (size_t i = 0; i < n; i++) {
        copy[i] = items[i];
        elem = i ? st_type_join(elem, items[i]->type) : elem;
        constant &= st_is_literal(items[i]);
    }
    st_node_list *x =
        ST_NODE(b, st_node_list, ST_OP_LIST, eval_list, st_feel_type_list(b->arena, elem));
    x->items = copy;
    x->n = (uint32_t)n;
    return constant ? st_fold(b, &x->h) : &x->h;
}

/* -- filter -- */

static st_val index_of(const st_node_filter *x, st_feel_frame *f, const st_val *v, uint32_t n,
                       st_dec d) {
    int64_t i;
    if (!st_dec_to_int(d, &i))
        return st_feel_error(f, ST_E_FEEL_INDEX, &x->h.src, NULL,
                             "an index that is not a whole number");
    if (i > 0 && i <= (int64_t)n)
        return v[i - 1];
    if (i < 0 && -i <= (int64_t)n)
        return v[(int64_t)n + i];
    return st_feel_error(f, ST_E_FEEL_INDEX, &x->h.src, NULL, "index %lld of a list of %u",
                         (long long)i, (unsigned)n);
}

static st_val not_a_condition(const st_node_filter *x, st_feel_frame *f, st_val c) {
    return st_feel_error(f, ST_E_FEEL_OPERAND, &x->h.src, st_why(c),
                         "a filter needs a condition or an index, not %s", st_kind_name(c.kind));
}

/* A test by itself, such as `[> 1]`, is asked of the item. */
static st_val condition(const st_node_filter *x, st_feel_frame *f, st_val item) {
    st_val c = st_feel_eval(x->match, f);
    return c.kind == ST_RANGE ? st_test_range(f, &x->h.src, c, item) : c;
}

/* Nothing to try the condition on: its type, or its value without an item, says whether an index
 * was meant. */
static st_val filter_empty(const st_node_filter *x, st_feel_frame *f) {
    st_feel_tkind k = x->match->type->kind;
    if (k != ST_T_NUMBER && k != ST_T_BOOL) {
        f->slots[x->item] = st_null();
        st_doubt_mark m = st_doubt_mark_of(st_doubts_in(f));
        st_val c = st_feel_eval(x->match, f);
        st_doubt_back(st_doubts_in(f), m); /* of an item that is not there */
        if (c.kind == ST_NUMBER)
            k = ST_T_NUMBER;
        else if (c.kind != ST_NULL && c.kind != ST_BOOL && c.kind != ST_RANGE)
            return not_a_condition(x, f, c);
    }
    if (k == ST_T_NUMBER)
        return st_feel_error(f, ST_E_FEEL_INDEX, &x->h.src, NULL, "an index of an empty list");
    return st_list_val(f->arena, NULL, 0);
}

static st_val filter_items(const st_node_filter *x, st_feel_frame *f, const st_val *v, uint32_t n) {
    st_val *out = NULL;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (!st_steps(f, 1))
            return st_out_of_steps(f, &x->h.src);
        f->slots[x->item] = v[i];
        st_val c = condition(x, f, v[i]);
        if (i == 0 && c.kind == ST_NUMBER)
            return index_of(x, f, v, n, c.u.num);
        if (st_is_true(c)) {
            if (!out)
                out = ST_NEWN(f->arena, st_val, n - i);
            out[kept++] = v[i];
        } else if (c.kind == ST_NULL) {
            st_feel_use(f, c);
        } else if (c.kind != ST_BOOL) {
            return not_a_condition(x, f, c);
        }
        if ((i & 1023) == 1023 && !st_budget(f))
            return over_budget(f, &x->h);
    }
    return st_list_val(f->arena, out, kept);
}

static st_val eval_filter(const st_feel_node *n, st_feel_frame *f) {
    const st_node_filter *x = (const st_node_filter *)n;
    st_val v = st_feel_eval(x->x, f);
    if (v.kind == ST_NULL)
        return v.u.reason
                   ? v
                   : st_feel_error(f, ST_E_FEEL_OPERAND, &n->src, NULL, "a filter over null");
    st_val *one = NULL;
    const st_val *items;
    uint32_t count;
    if (v.kind == ST_LIST) {
        items = v.u.list->v;
        count = v.u.list->n;
    } else {
        one = ST_NEW(f->arena, st_val);
        *one = v;
        items = one;
        count = 1;
    }
    if (x->constant)
        return index_of(x, f, items, count, st_dec_int(x->index));
    return count ? filter_items(x, f, items, count) : filter_empty(x, f);
}

st_feel_node *st_feel_make_filter(st_feel_builder *b, st_feel_node *in, st_feel_node *match) {
    bool list = in->type->kind == ST_T_LIST;
    const st_feel_type *elem = list && in->type->elem ? in->type->elem
                               : list                 ? &st_feel_any
                                                      : in->type;
    const st_feel_type *t = &st_feel_any;
    if (match->type->kind == ST_T_NUMBER)
        t = elem;
    else if (match->type->kind == ST_T_BOOL)
        t = list ? in->type : st_feel_type_list(b->arena, elem);
    st_node_filter *n = ST_NODE(b, st_node_filter, ST_OP_FILTER, eval_filter, t);
    n->x = in;
    n->match = match;
    st_val c;
    n->constant =
        st_feel_constant(match, &c) && c.kind == ST_NUMBER && st_dec_to_int(c.u.num, &n->index);
    ST_ASSERT(b->filters.n > 0);
    n->item = b->filters.items[--b->filters.n];
    return &n->h;
}

void st_feel_filter_scope(st_feel_builder *b, const st_feel_node *in) {
    const st_feel_type *elem = in->type->kind != ST_T_LIST ? in->type
                               : in->type->elem            ? in->type->elem
                                                           : &st_feel_any;
    uint32_t slot = st_feel_scope_declare(b, ST_STR("item"), elem);
    st_feel_declare_fields(b, slot, elem);
    ST_VEC_PUSH(b->arena, &b->filters, slot);
}

/* -- ranges -- */

static st_val eval_range(const st_feel_node *n, st_feel_frame *f) {
    const st_node_range *x = (const st_node_range *)n;
    st_range r = {.lo_closed = x->lo_closed,
                  .hi_closed = x->hi_closed,
                  .lo_unbounded = !x->lo,
                  .hi_unbounded = !x->hi};
    if (x->lo)
        r.lo = st_feel_eval(x->lo, f);
    if (x->point) {
        r.hi = r.lo;
        r.lo_unbounded = r.hi_unbounded = true;
        return st_range_val(f->arena, r);
    }
    if (x->hi)
        r.hi = st_feel_eval(x->hi, f);
    if (st_why(r.lo) || st_why(r.hi))
        return st_null_because(st_why(r.lo) ? st_why(r.lo) : st_why(r.hi));
    int c = 0;
    bool both = x->lo && x->hi && r.lo.kind != ST_NULL && r.hi.kind != ST_NULL;
    if (both && !st_feel_order(r.lo, r.hi, &c))
        return st_feel_error(f, ST_E_FEEL_OPERAND, &n->src, NULL, "a range from %s to %s",
                             st_kind_name(r.lo.kind), st_kind_name(r.hi.kind));
    if (c > 0)
        return st_feel_error(f, ST_E_FEEL_OPERAND, &n->src, NULL,
                             "a range that ends before it starts");
    return st_range_val(f->arena, r);
}

st_feel_node *st_make_range(st_feel_builder *b, const st_feel_node *lo, bool lo_closed,
                            const st_feel_node *hi, bool hi_closed) {
    st_feel_type *t = ST_NEW(b->arena, st_feel_type);
    t->kind = ST_T_RANGE;
    t->elem = lo && hi ? st_type_join(lo->type, hi->type) : lo ? lo->type : hi->type;
    st_node_range *n = ST_NODE(b, st_node_range, ST_OP_RANGE, eval_range, t);
    n->lo = lo;
    n->hi = hi;
    n->lo_closed = lo_closed;
    n->hi_closed = hi_closed;
    return (!lo || st_is_literal(lo)) && (!hi || st_is_literal(hi)) ? st_fold(b, &n->h) : &n->h;
}

st_feel_node *st_make_point_range(st_feel_builder *b, const st_feel_node *x, bool equal) {
    st_feel_node *n = st_make_range(b, x, equal, x, equal);
    st_node_range *r = ST_NODE(b, st_node_range, ST_OP_RANGE, eval_range, n->type);
    r->lo = r->hi = x;
    r->lo_closed = r->hi_closed = equal;
    r->point = true;
    return st_is_literal(x) ? st_fold(b, &r->h) : &r->h;
}
