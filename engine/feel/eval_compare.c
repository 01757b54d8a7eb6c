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

#define WITH_NULL(sign)                                                                            \
    {                                                                                              \
        "`" sign "` with null: the left side has no value",                                        \
            "`" sign "` with null: the right side has no value"                                    \
    }
static const char *const with_null[][2] = {WITH_NULL("="),  WITH_NULL("!="), WITH_NULL("<"),
                                           WITH_NULL("<="), WITH_NULL(">"),  WITH_NULL(">=")};

static st_val compare_error(st_feel_frame *f, const st_feel_node *at, st_cmp op, st_val l,
                            st_val r) {
    const st_reason *why = st_why(l) ? st_why(l) : st_why(r);
    if (st_is_null(l) || st_is_null(r))
        return st_feel_error_text(f, ST_E_FEEL_OPERAND, &at->src, why,
                                  with_null[op][!st_is_null(l)]);
    return st_feel_error(f, ST_E_FEEL_OPERAND, &at->src, NULL, "`%s` cannot compare %s with %s",
                         signs[op], st_kind_name(l.kind), st_kind_name(r.kind));
}

st_val st_eval_compare(st_feel_frame *f, const st_feel_node *at, st_cmp op, st_val l, st_val r) {
    int yes = compare(op, l, r);
    if (ST_UNLIKELY(yes < 0))
        return compare_error(f, at, op, l, r);
    const st_reason *why = op <= ST_NE ? st_doubt_equal(l, r) : NULL;
    if (ST_UNLIKELY(why))
        st_doubt_raise(st_doubts_in(f), why);
    return st_bool(yes);
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

/* Nothing can be said of v: because it is null, or for the reason found elsewhere. */
static unsigned nothing(st_val v, const st_reason *other, const st_reason **why) {
    if (!*why)
        *why = other ? other : st_why(v);
    bool by_null = st_is_null(v) && !other;
    return ST_TESTS_NULL | ST_TESTS_UNSURE | (by_null ? ST_TESTS_BY_NULL : 0u);
}

static unsigned answer_equal(st_val v, st_val e, bool yes, const st_reason **why) {
    const st_reason *open = st_doubt_equal(v, e);
    if (ST_LIKELY(!open))
        return yes;
    if (!*why)
        *why = open;
    return yes | ST_TESTS_UNSURE | (st_is_null(v) && !st_why(e) ? ST_TESTS_BY_NULL : 0u);
}

static unsigned in_range(const st_range *r, st_val v, const st_reason **why) {
    int has = st_range_has(r, v);
    if (has < 0)
        return nothing(v, st_why(r->lo) ? st_why(r->lo) : st_why(r->hi), why);
    return is_point(r) ? answer_equal(v, r->lo, has, why) : (unsigned)has;
}

st_val st_test_range(st_feel_frame *f, const st_src *where, st_val range, st_val v) {
    const st_reason *why = NULL;
    unsigned answer = in_range(range.u.range, v, &why);
    if (answer & ST_TESTS_NULL)
        return st_feel_error(f, ST_E_FEEL_OPERAND, where, why, "%s cannot be tested by this range",
                             st_kind_name(v.kind));
    if (answer & ST_TESTS_UNSURE)
        st_doubt_raise(st_doubts_in(f), why);
    return st_bool(answer & ST_TESTS_YES);
}

/* Tests one beside the other: a sure yes is sure for all. */
static unsigned either(unsigned a, unsigned b) {
    unsigned both = (a | b) & (ST_TESTS_YES | ST_TESTS_NULL | ST_TESTS_UNSURE);
    bool by_null = (!(a & ST_TESTS_UNSURE) || (a & ST_TESTS_BY_NULL)) &&
                   (!(b & ST_TESTS_UNSURE) || (b & ST_TESTS_BY_NULL));
    if (both & ST_TESTS_YES)
        both &= ~(unsigned)ST_TESTS_NULL;
    return both | (by_null && (both & ST_TESTS_UNSURE) ? ST_TESTS_BY_NULL : 0u);
}

static unsigned in_list(st_val v, st_val set, const st_reason **why) {
    unsigned all = 0;
    if (v.kind == ST_LIST)
        all = answer_equal(v, set, st_feel_equal(v, set) == 1, why);
    for (uint32_t i = 0; i < set.u.list->n && all != ST_TESTS_YES; i++) {
        st_val e = set.u.list->v[i];
        unsigned one = e.kind == ST_RANGE && v.kind != ST_RANGE
                           ? in_range(e.u.range, v, why)
                           : answer_equal(v, e, st_feel_equal(v, e) == 1, why);
        all = one == ST_TESTS_YES ? one : either(all, one);
    }
    return all;
}

unsigned st_test_in(st_val v, st_val set, const st_reason **why) {
    if (set.kind == ST_RANGE && v.kind != ST_RANGE)
        return in_range(set.u.range, v, why);
    if (set.kind == ST_LIST)
        return in_list(v, set, why);
    int eq = st_feel_equal(v, set);
    return eq < 0 ? nothing(v, NULL, why) : answer_equal(v, set, eq, why);
}

/* The value of a test's expression, with the doubt of its evaluation. */
static st_val operand(const st_test *t, st_feel_frame *f, unsigned *bits, const st_reason **why) {
    *bits = 0;
    if (t->is_constant)
        return t->constant;
    st_doubts *d = st_doubts_in(f);
    st_doubt_mark m = st_doubt_begin(d);
    st_val v = st_feel_eval(t->x, f);
    const st_reason *own = st_doubt_end(d, m);
    if (own) {
        *bits = ST_TESTS_UNSURE;
        if (!*why)
            *why = own;
    }
    return v;
}
static unsigned with_doubt(unsigned answer, unsigned doubt) {
    return doubt ? (answer | doubt) & ~(unsigned)ST_TESTS_BY_NULL : answer;
}

static unsigned run_compare(const st_test *t, st_feel_frame *f, st_val v, const st_reason **why) {
    unsigned doubt;
    st_val x = operand(t, f, &doubt, why);
    int yes = compare((st_cmp)t->op, v, x);
    unsigned answer = yes < 0          ? nothing(v, st_why(x), why)
                      : t->op <= ST_NE ? answer_equal(v, x, yes, why)
                                       : (unsigned)yes;
    return with_doubt(answer, doubt);
}
static unsigned run_compare_number(const st_test *t, st_feel_frame *f, st_val v,
                                   const st_reason **why) {
    if (ST_UNLIKELY(v.kind != ST_NUMBER))
        return run_compare(t, f, v, why);
    return holds((st_cmp)t->op, st_dec_cmp(v.u.num, t->constant.u.num));
}
/* In a set that is null by error nothing can be said. */
static unsigned in_set(st_val v, st_val set, const st_reason **why) {
    return st_why(set) ? nothing(v, st_why(set), why) : st_test_in(v, set, why);
}
static unsigned run_value(const st_test *t, st_feel_frame *f, st_val v, const st_reason **why) {
    unsigned doubt;
    st_val set = operand(t, f, &doubt, why);
    return with_doubt(in_set(v, set, why), doubt);
}
static unsigned run_text(const st_test *t, st_feel_frame *f, st_val v, const st_reason **why) {
    if (ST_UNLIKELY(v.kind != ST_STRING))
        return run_value(t, f, v, why);
    return v.n == t->constant.n && memcmp(v.u.s, t->constant.u.s, v.n) == 0;
}
static unsigned run_number_range(const st_test *t, st_feel_frame *f, st_val v,
                                 const st_reason **why) {
    if (ST_UNLIKELY(v.kind != ST_NUMBER))
        return run_value(t, f, v, why);
    int c = st_dec_cmp(v.u.num, t->lo.u.num);
    if (c < 0 || (c == 0 && !t->lo_closed))
        return 0;
    c = st_dec_cmp(v.u.num, t->hi.u.num);
    return c < 0 || (c == 0 && t->hi_closed);
}
/* An expression of `?`: its truth is the answer; another value is compared. */
static unsigned run_boolean(const st_test *t, st_feel_frame *f, st_val v, const st_reason **why) {
    unsigned doubt;
    st_val e = operand(t, f, &doubt, why);
    if (e.kind == ST_BOOL)
        return e.u.b | doubt;
    if (e.kind != ST_NULL)
        return with_doubt(st_test_in(v, e, why), doubt);
    if (!*why)
        *why = st_why(e);
    return ST_TESTS_NULL | ST_TESTS_UNSURE;
}

/* A cell that is an expression without `?`: a truth about something else is the answer, unless a
 * boolean is tested. */
static unsigned run_cell(const st_test *t, st_feel_frame *f, st_val v, const st_reason **why) {
    unsigned doubt;
    st_val e = operand(t, f, &doubt, why);
    if (e.kind == ST_BOOL && v.kind != ST_BOOL && !(v.kind == ST_NULL && t->boolean_input))
        return e.u.b | doubt;
    return with_doubt(in_set(v, e, why), doubt);
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

/* `in` over a null, or of kinds that cannot be compared, is null by error. */
static st_val tests_unknown(const st_node_tests *x, st_feel_frame *f, st_val v,
                            const st_reason *why) {
    st_str shown = st_utf8_cut(x->h.src.text, 60);
    return st_feel_error(f, ST_E_FEEL_OPERAND, &x->h.src, why, "%s cannot be tested by `%.*s`%s",
                         st_kind_name(v.kind), ST_FMT(shown),
                         shown.n < x->h.src.text.n ? "..." : "");
}

static unsigned all_tests(const st_node_tests *x, st_feel_frame *f, st_val v,
                          const st_reason **why) {
    unsigned all = 0;
    for (uint32_t i = 0; i < x->n; i++) {
        unsigned one = x->tests[i].run(&x->tests[i], f, v, why);
        if (one == ST_TESTS_YES)
            return !x->negated;
        all = either(all, one);
    }
    return x->negated && !(all & ST_TESTS_NULL) ? all ^ ST_TESTS_YES : all;
}

unsigned st_feel_tests_answer(const st_feel_node *tests, st_feel_frame *f, st_val v,
                              const st_reason **why) {
    *why = NULL;
    if (tests->op == ST_OP_TESTS)
        return all_tests((const st_node_tests *)tests, f, v, why);
    st_doubts *d = st_doubts_in(f);
    st_doubt_mark m = st_doubt_begin(d);
    st_val r = st_feel_eval(tests, f);
    *why = st_doubt_end(d, m);
    if (r.kind == ST_BOOL)
        return r.u.b | (*why ? ST_TESTS_UNSURE : 0u);
    *why = *why ? *why : st_why(r);
    return ST_TESTS_NULL | ST_TESTS_UNSURE;
}

const st_reason *st_feel_tests_reason(const st_feel_node *tests, st_feel_frame *f, st_val v) {
    const st_node_tests x = {.h = *tests};
    return tests_unknown(&x, f, v, NULL).u.reason;
}

/* `? = null`, either way round. */
static bool question_is_null(const st_feel_node *n, uint32_t slot) {
    const st_node_binary *x = (const st_node_binary *)n;
    if (n->op != ST_OP_COMPARE || x->which != ST_EQ)
        return false;
    const st_feel_node *q = st_is_literal(x->l) ? x->r : x->l, *word = q == x->l ? x->r : x->l;
    st_val v;
    return q->op == ST_OP_LOCAL && ((const st_node_slot *)q)->slot == slot &&
           st_feel_constant(word, &v) && st_is_written_null(v);
}

bool st_feel_tests_ask_null(const st_feel_node *tests) {
    const st_node_tests *x = (const st_node_tests *)tests;
    for (uint32_t i = 0; tests->op == ST_OP_TESTS && !x->negated && i < x->n; i++)
        if ((x->tests[i].is_constant && st_is_written_null(x->tests[i].constant)) ||
            question_is_null(x->tests[i].x, x->slot))
            return true;
    return false;
}

static st_val tests_value(const st_node_tests *x, st_feel_frame *f, st_val v, unsigned answer,
                          const st_reason *why) {
    if (ST_LIKELY(!(answer & ST_TESTS_UNSURE)))
        return st_bool(answer);
    if (answer & ST_TESTS_NULL)
        return tests_unknown(x, f, v, why);
    st_doubt_raise(st_doubts_in(f), why ? why : tests_unknown(x, f, v, NULL).u.reason);
    return st_bool(answer & ST_TESTS_YES);
}

static st_val eval_tests(const st_feel_node *n, st_feel_frame *f) {
    const st_node_tests *x = (const st_node_tests *)n;
    st_val v = x->x ? st_feel_eval(x->x, f) : st_doubt_read(st_doubts_in(f), f->slots[x->slot]);
    const st_reason *why = NULL;
    unsigned answer = all_tests(x, f, v, &why);
    return tests_value(x, f, v, answer, why);
}

st_feel_node *st_make_tests(st_feel_builder *b, st_op op, const st_feel_node *x, uint32_t slot,
                            const st_test *tests, size_t n, bool negated) {
    st_node_tests *t = ST_NODE(b, st_node_tests, op, eval_tests, &st_feel_boolean);
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
