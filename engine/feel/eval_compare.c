/* Comparison, between, and the tests behind `in` and unary tests. */
#include "feel/node.h"

static const char *const signs[] = {"=", "!=", "<", "<=", ">", ">="};

static bool holds(st_cmp op, int c) {
    switch (op) {
    case ST_LT:
        return c < 0;
    case ST_LE:
        return c <= 0;
    case ST_GT:
        return c > 0;
    case ST_GE:
        return c >= 0;
    case ST_EQ:
        return c == 0;
    default:
        return c != 0;
    }
}

/* 1 yes, 0 no, -1 not comparable. */
static inline int compare(st_cmp op, st_val l, st_val r) {
    if (op <= ST_NE) {
        int eq = st_feel_equal(l, r);
        return eq < 0 ? -1 : eq == (op == ST_EQ);
    }
    int c;
    if (l.kind == ST_NUMBER && r.kind == ST_NUMBER)
        c = st_dec_cmp(l.u.num, r.u.num);
    else if (!st_feel_order(l, r, &c))
        return -1;
    return holds(op, c);
}

static st_val compare_error(st_feel_frame *f, const st_feel_node *at, st_cmp op, st_val l,
                            st_val r) {
    const st_reason *why = st_why(l) ? st_why(l) : st_why(r);
    if (st_is_null(l) || st_is_null(r))
        return st_feel_error(f, ST_E_FEEL_OPERAND, &at->src, why,
                             "`%s` with null: the %s side has no value", signs[op],
                             st_is_null(l) ? "left" : "right");
    return st_feel_error(f, ST_E_FEEL_OPERAND, &at->src, NULL, "`%s` cannot compare %s with %s",
                         signs[op], st_kind_name(l.kind), st_kind_name(r.kind));
}

st_val st_eval_compare(st_feel_frame *f, const st_feel_node *at, st_cmp op, st_val l, st_val r) {
    int yes = compare(op, l, r);
    return ST_LIKELY(yes >= 0) ? st_bool(yes) : compare_error(f, at, op, l, r);
}

static st_val eval_compare(const st_feel_node *n, st_feel_frame *f) {
    const st_node_binary *x = (const st_node_binary *)n;
    st_val l = st_feel_eval(x->l, f);
    return st_eval_compare(f, n, (st_cmp)x->which, l, st_feel_eval(x->r, f));
}

static st_val eval_compare_number(const st_feel_node *n, st_feel_frame *f) {
    const st_node_compare_const *x = (const st_node_compare_const *)n;
    st_val l = st_feel_eval(x->b.l, f);
    if (ST_LIKELY(l.kind == ST_NUMBER))
        return st_bool(holds((st_cmp)x->b.which, st_dec_cmp(l.u.num, x->v.u.num)));
    return st_eval_compare(f, n, (st_cmp)x->b.which, l, x->v);
}

static st_val eval_equal_text(const st_feel_node *n, st_feel_frame *f) {
    const st_node_compare_const *x = (const st_node_compare_const *)n;
    st_val l = st_feel_eval(x->b.l, f);
    if (ST_LIKELY(l.kind == ST_STRING))
        return st_bool((l.n == x->v.n && memcmp(l.u.s, x->v.u.s, l.n) == 0) ==
                       (x->b.which == ST_EQ));
    return st_eval_compare(f, n, (st_cmp)x->b.which, l, x->v);
}

st_feel_node *st_make_compare(st_feel_builder *b, st_cmp op, const st_feel_node *l,
                              const st_feel_node *r) {
    st_val v;
    bool constant = st_feel_constant(r, &v);
    size_t size = constant ? sizeof(st_node_compare_const) : sizeof(st_node_binary);
    st_node_binary *n = st_node_new(b, size, ST_OP_COMPARE, eval_compare, &st_feel_boolean);
    n->l = l;
    n->r = r;
    n->which = (uint8_t)op;
    if (constant) {
        ((st_node_compare_const *)n)->v = v;
        if (v.kind == ST_NUMBER)
            n->h.eval = eval_compare_number;
        else if (v.kind == ST_STRING && op <= ST_NE)
            n->h.eval = eval_equal_text;
    }
    return &n->h;
}

static st_val eval_between(const st_feel_node *n, st_feel_frame *f) {
    const st_node_between *x = (const st_node_between *)n;
    st_val v = st_feel_eval(x->x, f), lo = st_feel_eval(x->lo, f), hi = st_feel_eval(x->hi, f);
    int low = compare(ST_GE, v, lo), high = compare(ST_LE, v, hi);
    if (low == 0 || high == 0) /* as `x >= lo and x <= hi`: one side says no, whatever the other */
        return st_bool(false);
    if (low < 0)
        return compare_error(f, n, ST_GE, v, lo);
    return high < 0 ? compare_error(f, n, ST_LE, v, hi) : st_bool(true);
}

st_feel_node *st_make_between(st_feel_builder *b, const st_feel_node *x, const st_feel_node *lo,
                              const st_feel_node *hi) {
    st_node_between *n = ST_NODE(b, st_node_between, ST_OP_BETWEEN, eval_between, &st_feel_boolean);
    n->x = x;
    n->lo = lo;
    n->hi = hi;
    return &n->h;
}

/* -- tests -- */

/* (= 10) and (!= 10): both sides unbounded, yet with bounds. */
static bool is_point(const st_range *r) {
    return r->lo_unbounded && r->hi_unbounded && r->lo.kind != ST_NULL;
}

int st_range_has(const st_range *r, st_val v) {
    int c;
    if (is_point(r)) {
        int eq = st_feel_equal(v, r->lo);
        return eq < 0 ? -1 : eq == r->lo_closed;
    }
    if (r->lo_unbounded && r->hi_unbounded)
        return -1;
    if (!r->lo_unbounded) {
        if (!st_feel_order(v, r->lo, &c))
            return -1;
        if (c < 0 || (c == 0 && !r->lo_closed))
            return r->hi_unbounded || st_feel_order(v, r->hi, &c) ? 0 : -1;
    }
    if (!r->hi_unbounded) {
        if (!st_feel_order(v, r->hi, &c))
            return -1;
        if (c > 0 || (c == 0 && !r->hi_closed))
            return 0;
    }
    return 1;
}

st_val st_test_range(st_feel_frame *f, const st_src *where, st_val range, st_val v) {
    int has = st_range_has(range.u.range, v);
    return has >= 0 ? st_bool(has)
                    : st_feel_error(f, ST_E_FEEL_OPERAND, where, st_why(v),
                                    "%s cannot be tested by this range", st_kind_name(v.kind));
}

int st_test_in(st_feel_frame *f, st_val v, st_val set) {
    if (set.kind == ST_RANGE && v.kind != ST_RANGE)
        return st_range_has(set.u.range, v);
    if (set.kind != ST_LIST)
        return st_feel_equal(v, set);
    if (v.kind == ST_LIST && st_feel_equal(v, set) == 1)
        return 1;
    int any = 0;
    for (uint32_t i = 0; i < set.u.list->n; i++) {
        st_val e = set.u.list->v[i];
        int hit = e.kind == ST_RANGE && v.kind != ST_RANGE ? st_range_has(e.u.range, v)
                                                           : st_feel_equal(v, e);
        if (hit == 1)
            return 1;
        if (hit < 0 && e.kind == ST_RANGE)
            any = -1;
    }
    (void)f;
    return any;
}

static int run_compare(const st_test *t, st_feel_frame *f, st_val v) {
    return compare((st_cmp)t->op, v, t->is_constant ? t->constant : st_feel_eval(t->x, f));
}
static int run_compare_number(const st_test *t, st_feel_frame *f, st_val v) {
    if (ST_UNLIKELY(v.kind != ST_NUMBER))
        return run_compare(t, f, v);
    return holds((st_cmp)t->op, st_dec_cmp(v.u.num, t->constant.u.num));
}
/* In a set that is null by error nothing can be said. */
static int in_set(st_feel_frame *f, st_val v, st_val set) {
    if (ST_UNLIKELY(set.kind == ST_NULL && set.u.reason)) {
        st_feel_swallow(f, set);
        return -1;
    }
    return st_test_in(f, v, set);
}
static int run_value(const st_test *t, st_feel_frame *f, st_val v) {
    return in_set(f, v, t->is_constant ? t->constant : st_feel_eval(t->x, f));
}
static int run_text(const st_test *t, st_feel_frame *f, st_val v) {
    if (ST_UNLIKELY(v.kind != ST_STRING))
        return run_value(t, f, v);
    return v.n == t->constant.n && memcmp(v.u.s, t->constant.u.s, v.n) == 0;
}
static int run_number_range(const st_test *t, st_feel_frame *f, st_val v) {
    if (ST_UNLIKELY(v.kind != ST_NUMBER))
        return run_value(t, f, v);
    int c = st_dec_cmp(v.u.num, t->lo.u.num);
    if (c < 0 || (c == 0 && !t->lo_closed))
        return 0;
    c = st_dec_cmp(v.u.num, t->hi.u.num);
    return c < 0 || (c == 0 && t->hi_closed);
}
/* An expression of `?`: its truth is the answer; another value is compared. */
static int run_boolean(const st_test *t, st_feel_frame *f, st_val v) {
    st_val e = st_feel_eval(t->x, f);
    if (e.kind == ST_BOOL)
        return e.u.b;
    st_feel_swallow(f, e);
    return e.kind == ST_NULL ? -1 : st_test_in(f, v, e);
}

/* A cell that is an expression without `?`: a truth about something else is the answer, unless a
 * boolean is tested. */
static int run_cell(const st_test *t, st_feel_frame *f, st_val v) {
    st_val e = st_feel_eval(t->x, f);
    if (e.kind == ST_BOOL && v.kind != ST_BOOL && !(v.kind == ST_NULL && t->boolean_input))
        return e.u.b;
    return in_set(f, v, e);
}

bool st_test_truth(const st_feel_node *x) {
    st_val v;
    if (!st_feel_constant(x, &v))
        return x->type->kind == ST_T_BOOL;
    return v.kind == ST_BOOL && !st_str_is(x->src.text, v.u.b ? "true" : "false");
}

void st_test_prepare(st_test *t) {
    t->is_constant = st_feel_constant(t->x, &t->constant);
    static st_test_fn *const general[] = {run_compare, run_value, run_boolean, run_cell};
    if (t->is_constant && t->kind == ST_TEST_CELL && !st_test_truth(t->x))
        t->kind = ST_TEST_VALUE;
    t->run = general[t->kind];
    if (!t->is_constant || t->kind == ST_TEST_BOOLEAN || t->kind == ST_TEST_CELL)
        return;
    if (t->kind == ST_TEST_COMPARE && t->constant.kind == ST_NUMBER)
        t->run = run_compare_number;
    else if (t->kind == ST_TEST_VALUE && t->constant.kind == ST_NUMBER)
        t->op = ST_EQ, t->run = run_compare_number;
    else if (t->kind == ST_TEST_VALUE && t->constant.kind == ST_STRING)
        t->run = run_text;
    else if (t->kind == ST_TEST_VALUE && t->constant.kind == ST_RANGE) {
        const st_range *r = t->constant.u.range;
        t->lo = r->lo, t->hi = r->hi;
        t->lo_closed = r->lo_closed, t->hi_closed = r->hi_closed;
        if (!r->lo_unbounded && !r->hi_unbounded && r->lo.kind == ST_NUMBER &&
            r->hi.kind == ST_NUMBER)
            t->run = run_number_range;
    }
}

/* `in` over a null, or of kinds that cannot be compared, is null by error. A cell whose tested
 * value is null just does not match, but for null itself: FEEL says null there too, and the table
 * reads it as no. */
static st_val tests_unknown(const st_node_tests *x, st_feel_frame *f, st_val v) {
    return st_feel_error(f, ST_E_FEEL_OPERAND, &x->h.src, st_why(v),
                         "%s cannot be tested by `%.*s`", st_kind_name(v.kind),
                         (int)(x->h.src.text.n > 60 ? 60 : x->h.src.text.n),
                         x->h.src.text.p ? x->h.src.text.p : "");
}

static st_val eval_tests(const st_feel_node *n, st_feel_frame *f) {
    const st_node_tests *x = (const st_node_tests *)n;
    st_val v = x->x ? st_feel_eval(x->x, f) : f->slots[x->slot];
    bool unknown = false;
    for (uint32_t i = 0; i < x->n; i++) {
        int hit = x->tests[i].run(&x->tests[i], f, v);
        if (hit == 1)
            return st_bool(!x->negated);
        unknown |= hit < 0;
    }
    return unknown ? tests_unknown(x, f, v) : st_bool(x->negated);
}

/* The common cell: one test, not negated. */
static st_val eval_one_test(const st_feel_node *n, st_feel_frame *f) {
    const st_node_tests *x = (const st_node_tests *)n;
    st_val v = f->slots[x->slot];
    int hit = x->tests->run(x->tests, f, v);
    return hit < 0 ? tests_unknown(x, f, v) : st_bool(hit);
}

st_feel_node *st_make_tests(st_feel_builder *b, st_op op, const st_feel_node *x, uint32_t slot,
                            const st_test *tests, size_t n, bool negated) {
    st_node_tests *t = ST_NODE(b, st_node_tests, op,
                               op == ST_OP_TESTS && n == 1 && !negated ? eval_one_test : eval_tests,
                               &st_feel_boolean);
    st_test *copy = ST_NEWN(b->arena, st_test, n ? n : 1);
    for (size_t i = 0; i < n; i++) {
        copy[i] = tests[i];
        st_test_prepare(&copy[i]);
    }
    t->x = x;
    t->slot = slot;
    t->tests = copy;
    t->n = (uint32_t)n;
    t->negated = negated;
    return &t->h;
}
