/* Unary tests, the right side of `in`, and the entry points of the parser. */
#include "feel/parse.h"

typedef ST_VEC(st_test) test_vec;

static bool comparison_test(st_parser *p, st_cmp op, const st_feel_type *tested, test_vec *out) {
    const st_feel_node *x = st_parse_expression(p, BP_ADD);
    st_test t = {.kind = ST_TEST_COMPARE, .op = (uint8_t)op, .x = x};
    if (!x || !st_parse_check_test(p, &t, tested))
        return false;
    ST_VEC_PUSH(p->b->arena, out, t);
    return true;
}

static void value_test(st_parser *p, const st_feel_node *x, test_vec *out) {
    ST_VEC_PUSH(p->b->arena, out, ((st_test){.kind = ST_TEST_VALUE, .x = x}));
}

/* `(` was read: tests up to `)`, or a range that is open below, or an expression that goes on
 * behind the parenthesis. */
static bool in_parentheses(st_parser *p, size_t from, const st_feel_type *tested, test_vec *tests) {
    st_feel_node *only = NULL;
    do {
        st_cmp op;
        if (st_parse_comparison(p, &op)) {
            if (!comparison_test(p, op, tested, tests))
                return false;
            continue;
        }
        only = st_parse_expression(p, BP_NONE);
        if (only && tests->n == 0 && st_parse_take(p, "..")) {
            only = st_parse_range_end(p, only, false, from);
            only = only ? st_parse_operators(p, only, from, BP_ADD) : NULL;
            if (only)
                value_test(p, only, tests);
            return only;
        }
        if (!only)
            return false;
        value_test(p, only, tests);
    } while (st_parse_take(p, ","));
    if (!st_parse_expect(p, ")", "the tests"))
        return false;
    if (tests->n == 1 && only) {
        only = st_parse_operators(p, only, from, BP_ADD);
        tests->items[0].x = only;
        return only;
    }
    return true;
}

st_feel_node *st_parse_in(st_parser *p, st_feel_node *left, size_t from) {
    test_vec tests = {0};
    st_cmp op;
    st_parse_space(p);
    size_t at = p->at;
    (void)from;
    if (st_parse_comparison(p, &op)) {
        if (!comparison_test(p, op, left->type, &tests))
            return NULL;
    } else if (st_parse_take(p, "(")) {
        bool outer = p->range_end;
        p->range_end = false;
        bool ok = in_parentheses(p, at, left->type, &tests);
        p->range_end = outer;
        if (!ok)
            return NULL;
    } else {
        st_feel_node *x = st_parse_expression(p, BP_ADD);
        if (!x)
            return NULL;
        value_test(p, x, &tests);
    }
    return st_make_tests(p->b, ST_OP_IN, left, 0, tests.items, tests.n, false);
}

/* -- entry points -- */

typedef struct saved {
    size_t vars, marks, acts, filters;
} saved;

static bool begin(st_parser *p, st_feel_builder *b, const st_src *src, st_err *err, st_err *own,
                  saved *s) {
    if (!err) {
        st_err_init(own);
        err = own;
    }
    *p = (st_parser){.b = b, .src = src, .text = src->text, .err = err};
    *s = (saved){b->vars.n, b->marks.n, b->acts.n, b->filters.n};
    if (src->text.n > ST_FEEL_TEXT_MAX) {
        st_parse_fail(p, ST_E_FEEL_LIMIT, 0, 1, "the expression is longer than %d bytes",
                      ST_FEEL_TEXT_MAX);
        return false;
    }
    return true;
}

static void restore(st_feel_builder *b, const saved *s) {
    b->vars.n = s->vars;
    b->marks.n = s->marks;
    b->acts.n = s->acts;
    b->filters.n = s->filters;
}

/* After a failure the builder stands where it was; its errors are complete. */
static st_feel_node *finish(st_parser *p, st_feel_node *n, const saved *s) {
    st_parse_space(p);
    if (n && p->at < p->text.n) {
        size_t end = p->at, len;
        int32_t cp;
        while ((cp = st_lex_cp(p->text, end, &len)) >= 0 && st_lex_name_part((uint32_t)cp))
            end += len;
        if (end == p->at)
            end++;
        st_parse_fail(p, ST_E_FEEL_SYNTAX, p->at, end,
                      "the expression should end before `%.*s`, or an operator is missing",
                      (int)(end - p->at), p->text.p + p->at);
        n = NULL;
    }
    if (p->err->code != ST_E_NONE)
        n = NULL;
    if (!n) {
        st_parse_fail(p, ST_E_FEEL_SYNTAX, p->at, p->at + 1, "the expression cannot be read");
        restore(p->b, s);
    }
    return n;
}

st_feel_node *st_feel_parse(st_feel_builder *b, const st_src *src, st_err *err) {
    st_parser p;
    st_err own;
    saved s;
    if (!begin(&p, b, src, err, &own, &s))
        return NULL;
    return finish(&p, st_parse_expression(&p, BP_NONE), &s);
}

static st_val eval_always(const st_feel_node *n, st_feel_frame *f) {
    (void)n;
    (void)f;
    return st_bool(true);
}

bool st_feel_always(const st_feel_node *tests) {
    return tests->op == ST_OP_ALWAYS;
}

static bool cell_test(st_parser *p, const st_feel_type *input, test_vec *tests) {
    st_cmp op;
    if (st_parse_comparison(p, &op))
        return comparison_test(p, op, input, tests);
    bool outer = p->b->used_question;
    p->b->used_question = false;
    st_feel_node *x = st_parse_expression(p, BP_NONE);
    bool question = p->b->used_question;
    p->b->used_question = outer;
    if (!x)
        return false;
    bool boolean = input && input->kind == ST_T_BOOL;
    st_test t = {
        .kind = question ? ST_TEST_BOOLEAN : ST_TEST_CELL, .x = x, .boolean_input = boolean};
    if (!st_parse_check_test(p, &t, input))
        return false;
    ST_VEC_PUSH(p->b->arena, tests, t);
    return true;
}

static bool cell_tests(st_parser *p, const st_feel_type *input, bool negated, test_vec *tests) {
    if (negated && !(st_parse_word(p, "not") && st_parse_take(p, "(")))
        return false;
    do
        if (!cell_test(p, input, tests))
            return false;
    while (st_parse_take(p, ","));
    return !negated || st_parse_expect(p, ")", "the tests");
}

/* not( ... ) around everything? `not([0..2[)` closes with other brackets than it opens, so that
 * only reading it tells: on trial, without a trace. */
static bool whole_not(st_parser *p, const st_feel_type *input) {
    st_parser trial = *p;
    st_err own;
    st_err_init(&own);
    trial.err = &own;
    if (!st_parse_word(&trial, "not") || !st_parse_take(&trial, "("))
        return false;
    trial.at = p->at;
    st_feel_builder *b = p->b;
    saved s = {b->vars.n, b->marks.n, b->acts.n, b->filters.n};
    st_finding_sink *warn = b->warn;
    test_vec tests = {0};
    b->warn = NULL;
    bool whole = cell_tests(&trial, input, true, &tests);
    st_parse_space(&trial);
    b->warn = warn;
    restore(b, &s);
    return whole && trial.at >= trial.text.n;
}

static uint32_t question_slot(const st_feel_builder *b) {
    for (size_t i = b->vars.n; i-- > 0;)
        if (b->vars.items[i].kind == ST_VAR_LOCAL && st_str_is(b->vars.items[i].name, "?"))
            return b->vars.items[i].slot;
    ST_UNREACHABLE();
}

st_feel_node *st_feel_parse_tests(st_feel_builder *b, const st_src *src, const st_feel_type *input,
                                  st_err *err) {
    st_parser p;
    st_err own;
    saved s;
    if (!begin(&p, b, src, err, &own, &s))
        return NULL;
    st_str text = st_str_trim(src->text);
    if (text.n == 0 || st_str_is(text, "-")) {
        st_feel_node *always =
            ST_NODE(b, st_feel_node, ST_OP_ALWAYS, eval_always, &st_feel_boolean);
        always->src = *src;
        return always;
    }
    test_vec tests = {0};
    bool negated = whole_not(&p, input), ok = cell_tests(&p, input, negated, &tests);
    st_feel_node *n =
        ok ? st_make_tests(b, ST_OP_TESTS, NULL, question_slot(b), tests.items, tests.n, negated)
           : NULL;
    if (n)
        n->src = *src;
    return finish(&p, n, &s);
}

/* -- analysis -- */

typedef ST_VEC(st_feel_interval) interval_vec;

static bool orderable(st_val v) {
    return v.kind == ST_NUMBER || v.kind == ST_STRING ||
           (v.kind >= ST_DATE && v.kind <= ST_DT_DURATION);
}

static bool value_interval(st_feel_builder *b, st_val v, interval_vec *out) {
    if (v.kind == ST_RANGE) {
        const st_range *r = v.u.range;
        if ((r->lo_unbounded && r->hi_unbounded) || (!r->lo_unbounded && !orderable(r->lo)) ||
            (!r->hi_unbounded && !orderable(r->hi)))
            return false;
        st_feel_interval i = {r->lo,        r->hi,           r->lo_closed,
                              r->hi_closed, r->lo_unbounded, r->hi_unbounded};
        ST_VEC_PUSH(b->arena, out, i);
        return true;
    }
    if (v.kind == ST_LIST) {
        for (uint32_t k = 0; k < v.u.list->n; k++)
            if (v.u.list->v[k].kind == ST_LIST || !value_interval(b, v.u.list->v[k], out))
                return false;
        return true;
    }
    if (v.kind == ST_CONTEXT || v.kind == ST_FUNCTION)
        return false;
    ST_VEC_PUSH(b->arena, out, ((st_feel_interval){v, v, true, true, false, false}));
    return true;
}

static bool compare_interval(st_feel_builder *b, st_cmp op, st_val v, interval_vec *out) {
    if (op == ST_EQ)
        return v.kind != ST_LIST && v.kind != ST_RANGE && value_interval(b, v, out);
    if (!orderable(v))
        return false;
    bool below = op == ST_LT || op == ST_LE || op == ST_NE,
         above = op == ST_GT || op == ST_GE || op == ST_NE;
    if (below)
        ST_VEC_PUSH(b->arena, out,
                    ((st_feel_interval){.hi = v, .hi_closed = op == ST_LE, .lo_unbounded = true}));
    if (above)
        ST_VEC_PUSH(b->arena, out,
                    ((st_feel_interval){.lo = v, .lo_closed = op == ST_GE, .hi_unbounded = true}));
    return true;
}

bool st_feel_tests_intervals(st_feel_builder *b, const st_feel_node *tests,
                             const st_feel_interval **out, size_t *n, bool *negated) {
    interval_vec v = {0};
    *negated = false;
    if (tests->op == ST_OP_ALWAYS) {
        ST_VEC_PUSH(b->arena, &v, ((st_feel_interval){.lo_unbounded = true, .hi_unbounded = true}));
    } else {
        if (tests->op != ST_OP_TESTS)
            return false;
        const st_node_tests *t = (const st_node_tests *)tests;
        *negated = t->negated;
        for (uint32_t i = 0; i < t->n; i++) {
            const st_test *x = &t->tests[i];
            if (!x->is_constant || x->kind == ST_TEST_BOOLEAN || x->kind == ST_TEST_CELL)
                return false;
            bool compare = x->kind == ST_TEST_COMPARE;
            if (!(compare ? compare_interval(b, (st_cmp)x->op, x->constant, &v)
                          : value_interval(b, x->constant, &v)))
                return false;
        }
    }
    *out = v.items;
    *n = v.n;
    return true;
}
