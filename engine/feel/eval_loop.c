/* for, some, every. */
#include "feel/node.h"

typedef struct loop {
    const st_node_for *x;
    st_feel_frame *f;
    st_val *out; /* for: results so far */
    size_t n, cap;
    st_val answer;           /* some, every */
    const st_reason *unsure; /* some, every: a body that used an unknown */
    uint32_t steps;
    bool stop, failed;
    bool decided; /* some, every: by a body in doubt; one that is not may still come */
} loop;

static void run(loop *l, uint32_t level);

static void fail(loop *l, st_val v) {
    l->stop = true;
    if (l->decided)
        return;
    l->answer = v;
    l->failed = true;
}

static void body_for(loop *l) {
    if (l->n >= ST_FEEL_LIST_MAX || !st_budget(l->f)) {
        fail(l, st_feel_error(l->f, ST_E_FEEL_BUDGET, &l->x->h.src, NULL,
                              "the loop takes too much memory or makes too many items"));
        return;
    }
    if (l->x->partial != UINT32_MAX)
        l->f->slots[l->x->partial] = st_list_val(l->f->arena, l->out, l->n);
    st_val v = st_feel_eval(l->x->body, l->f);
    if (l->n == l->cap)
        l->out = st_arena_grow(l->f->arena, l->out, l->n, &l->cap, sizeof *l->out);
    l->out[l->n++] = v;
}

/* One body that decides beyond doubt decides all; the doubt of the others is then of no account, in
 * whatever order the items stand. */
static void body_quantified(loop *l) {
    st_doubts *d = st_doubts_in(l->f);
    st_doubt_mark m = st_doubt_begin(d);
    st_val v = st_feel_eval(l->x->body, l->f);
    const st_reason *unsure = st_doubt_end(d, m);
    if (unsure && !l->unsure)
        l->unsure = unsure;
    if (v.kind == ST_BOOL && v.u.b != l->x->every) {
        l->decided = true;
        l->answer = v;
        if (!unsure) {
            l->unsure = NULL;
            l->stop = true;
        }
    } else if (v.kind != ST_BOOL && !l->decided) {
        if (v.kind == ST_NULL && v.u.reason)
            l->answer = st_why(l->answer) ? l->answer : v;
        else
            l->answer =
                st_feel_error(l->f, ST_E_FEEL_OPERAND, &l->x->h.src, NULL,
                              "`satisfies` needs true or false, not %s", st_kind_name(v.kind));
        if (v.kind != ST_NULL)
            fail(l, l->answer);
    }
}

static void step(loop *l, uint32_t level, st_val v) {
    if (++l->steps > ST_FEEL_LIST_MAX) {
        fail(l, st_feel_error(l->f, ST_E_FEEL_BUDGET, &l->x->h.src, NULL,
                              "the loop takes more than %d steps", ST_FEEL_LIST_MAX));
        return;
    }
    if (!st_steps(l->f, 1)) {
        fail(l, st_out_of_steps(l->f, &l->x->h.src));
        return;
    }
    l->f->slots[l->x->it[level].slot] = v;
    if (level + 1 < l->x->n)
        run(l, level + 1);
    else if (l->x->h.op == ST_OP_FOR)
        body_for(l);
    else
        body_quantified(l);
}

/* Open ends of a range are left out. */
static st_val numbers_or_dates(loop *l, uint32_t level, st_val from, st_val to, const st_range *r) {
    int64_t a, b;
    bool dates = from.kind == ST_DATE && to.kind == ST_DATE;
    if (dates) {
        a = st_date_to_days(from.u.date);
        b = st_date_to_days(to.u.date);
    } else if (from.kind != ST_NUMBER || to.kind != ST_NUMBER || !st_dec_to_int(from.u.num, &a) ||
               !st_dec_to_int(to.u.num, &b)) {
        const st_reason *why = st_why(from) ? st_why(from) : st_why(to);
        return st_feel_error(l->f, ST_E_FEEL_OPERAND, &l->x->h.src, why,
                             "iteration from %s to %s: whole numbers or dates are needed",
                             st_kind_name(from.kind), st_kind_name(to.kind));
    }
    int64_t step_by = a <= b ? 1 : -1;
    if (r && (!r->lo_closed || !r->hi_closed) && a == b)
        return st_null();
    if (r && !r->lo_closed)
        a += step_by;
    if (r && !r->hi_closed) {
        if (a == b)
            return st_null();
        b -= step_by;
    }
    for (int64_t i = a;; i += step_by) {
        step(l, level, dates ? st_date_val(st_date_from_days(i)) : st_number_int(i));
        if (i == b || l->stop)
            return st_null();
    }
}

/* The iteration of one variable over a list, a range, or a single value. */
static void run(loop *l, uint32_t level) {
    const st_iterator *it = &l->x->it[level];
    st_val in = st_feel_eval(it->in, l->f);
    st_val problem = st_null();
    if (it->to) {
        problem = numbers_or_dates(l, level, in, st_feel_eval(it->to, l->f), NULL);
    } else if (in.kind == ST_LIST) {
        for (uint32_t i = 0; i < in.u.list->n && !l->stop; i++)
            step(l, level, in.u.list->v[i]);
    } else if (in.kind == ST_RANGE) {
        const st_range *r = in.u.range;
        if (r->lo_unbounded || r->hi_unbounded)
            problem = st_feel_error(l->f, ST_E_FEEL_OPERAND, &it->in->src, NULL,
                                    "iteration over a range without an end");
        else
            problem = numbers_or_dates(l, level, r->lo, r->hi, r);
    } else if (in.kind == ST_NULL) {
        problem = st_feel_error(l->f, ST_E_FEEL_OPERAND, &it->in->src, in.u.reason,
                                "iteration over null");
    } else {
        step(l, level, in);
    }
    if (problem.kind == ST_NULL && problem.u.reason)
        fail(l, problem);
}

static st_val eval_for(const st_feel_node *n, st_feel_frame *f) {
    loop l = {.x = (const st_node_for *)n, .f = f};
    run(&l, 0);
    return l.failed ? l.answer : st_list_val(f->arena, l.out, l.n);
}

static st_val eval_quantified(const st_feel_node *n, st_feel_frame *f) {
    loop l = {
        .x = (const st_node_for *)n, .f = f, .answer = st_bool(((const st_node_for *)n)->every)};
    run(&l, 0);
    if (l.unsure)
        st_doubt_raise(st_doubts_in(f), l.unsure);
    return l.answer;
}

st_feel_node *st_make_iteration(st_feel_builder *b, st_op op, bool every, const st_iterator *it,
                                size_t n, uint32_t partial, const st_feel_node *body) {
    bool list = op == ST_OP_FOR;
    st_node_for *x = ST_NODE(b, st_node_for, op, list ? eval_for : eval_quantified,
                             list ? st_feel_type_list(b->arena, body->type) : &st_feel_boolean);
    st_iterator *copy = ST_NEWN(b->arena, st_iterator, n);
    memcpy(copy, it, n * sizeof *it);
    x->it = copy;
    x->n = (uint32_t)n;
    x->partial = partial;
    x->body = body;
    x->every = every;
    return &x->h;
}

st_feel_node *st_feel_make_for(st_feel_builder *b, uint32_t slot, uint32_t partial,
                               st_feel_node *in, st_feel_node *body) {
    st_iterator it = {.slot = slot, .in = in};
    return st_make_iteration(b, ST_OP_FOR, false, &it, 1, partial, body);
}

st_feel_node *st_feel_make_quantified(st_feel_builder *b, bool every, uint32_t slot,
                                      st_feel_node *in, st_feel_node *satisfies) {
    st_iterator it = {.slot = slot, .in = in};
    return st_make_iteration(b, ST_OP_QUANTIFIED, every, &it, 1, UINT32_MAX, satisfies);
}
