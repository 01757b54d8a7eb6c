/* Decision tables: which rules hold, and what the hit policy makes of them. Input expressions are
 * evaluated once, a rule stops at its first false cell, outputs are evaluated for rules that count
 * only. */
#include "dmn/dmn_int.h"

/* -- cells -- */

static bool single_kind(const st_feel_interval *v, size_t n, uint8_t *kind) {
    *kind = ST_NULL;
    for (size_t i = 0; i < n; i++) {
        const uint8_t ends[2] = {v[i].lo_unbounded ? v[i].hi.kind : v[i].lo.kind,
                                 v[i].hi_unbounded ? v[i].lo.kind : v[i].hi.kind};
        if (ends[0] != ends[1] || (i && ends[0] != *kind))
            return false;
        *kind = ends[0];
    }
    return n > 0;
}

static bool is_point(const st_feel_interval *v) {
    return !v->lo_unbounded && !v->hi_unbounded && v->lo_closed && v->hi_closed &&
           st_feel_equal(v->lo, v->hi) == 1;
}

/* Chooses the fastest way to decide the cell; times are left to FEEL, where zones make them a
 * partial order. */
void st_dmn_cell_specialise(st_feel_builder *b, dmn_cell *c) {
    size_t n;
    if (!c->test) {
        c->kind = DMN_CELL_ALWAYS;
        return;
    }
    c->kind = DMN_CELL_TEST;
    if (!st_feel_tests_intervals(b, c->test, &c->v, &n, &c->negated) || n > UINT32_MAX ||
        !single_kind(c->v, n, &c->want))
        return;
    c->n = (uint32_t)n;
    bool points = true;
    for (size_t i = 0; i < n; i++)
        points = points && is_point(&c->v[i]);
    if (c->want == ST_BOOL && n == 1 && points)
        c->kind = DMN_CELL_BOOL;
    else if (c->want == ST_STRING && points)
        c->kind = DMN_CELL_STRING;
    else if (c->want == ST_NUMBER)
        c->kind = DMN_CELL_NUMBER;
    else if (c->want == ST_STRING || c->want == ST_DATE || c->want == ST_YM_DURATION ||
             c->want == ST_DT_DURATION)
        c->kind = DMN_CELL_ORDERED;
}

static bool in_strings(const dmn_cell *c, st_val v) {
    for (uint32_t i = 0; i < c->n; i++)
        if (c->v[i].lo.n == v.n && !memcmp(c->v[i].lo.u.s, v.u.s, v.n))
            return true;
    return false;
}

static bool in_numbers(const dmn_cell *c, st_val v) {
    for (uint32_t i = 0; i < c->n; i++) {
        const st_feel_interval *x = &c->v[i];
        int lo = x->lo_unbounded ? 1 : st_dec_cmp(v.u.num, x->lo.u.num);
        if (lo < 0 || (lo == 0 && !x->lo_closed))
            continue;
        int hi = x->hi_unbounded ? -1 : st_dec_cmp(v.u.num, x->hi.u.num);
        if (hi < 0 || (hi == 0 && x->hi_closed))
            return true;
    }
    return false;
}

static bool in_ordered(const dmn_cell *c, st_val v) {
    for (uint32_t i = 0; i < c->n; i++) {
        const st_feel_interval *x = &c->v[i];
        int lo = 1, hi = -1;
        if (!x->lo_unbounded && !st_feel_order(v, x->lo, &lo))
            continue;
        if (!x->hi_unbounded && !st_feel_order(v, x->hi, &hi))
            continue;
        if ((lo > 0 || (lo == 0 && x->lo_closed)) && (hi < 0 || (hi == 0 && x->hi_closed)))
            return true;
    }
    return false;
}

/* A test that is null by error reads as "does not hold"; the first such reason is kept for the
 * payment's sake. */
static bool holds(st_val v, st_feel_frame *f) {
    if (ST_UNLIKELY(v.kind == ST_NULL && v.u.reason && f->env->swallowed && !*f->env->swallowed))
        *f->env->swallowed = v.u.reason;
    return st_is_true(v);
}

/* Needs the value in its column's slot of the frame. */
bool st_dmn_cell_matches(const dmn_cell *c, st_val v, st_feel_frame *f) {
    if (c->kind == DMN_CELL_ALWAYS)
        return true;
    if (v.kind == c->want) {
        switch (c->kind) {
        case DMN_CELL_STRING:
            return in_strings(c, v) != c->negated;
        case DMN_CELL_BOOL:
            return (c->v[0].lo.u.b == v.u.b) != c->negated;
        case DMN_CELL_NUMBER:
            return in_numbers(c, v) != c->negated;
        case DMN_CELL_ORDERED:
            return in_ordered(c, v) != c->negated;
        default:
            break;
        }
    }
    return holds(st_feel_eval(c->test, f), f);
}

/* -- which rules hold -- */

typedef struct hits {
    uint32_t *v;
    uint32_t n, cap;
    uint32_t small[32];
} hits;

static void add_hit(hits *h, st_arena *a, uint32_t rule) {
    if (h->n == h->cap) {
        uint32_t *more = st_arena_alloc(a, (size_t)h->cap * 2 * sizeof *more);
        memcpy(more, h->v, h->n * sizeof *more);
        h->v = more;
        h->cap *= 2;
    }
    h->v[h->n++] = rule;
}

/* First column whose cell does not hold, or n_in. */
static uint32_t first_false(const dmn_table *t, const dmn_rule *r, const st_val *in,
                            st_feel_frame *f) {
    for (uint32_t i = 0; i < t->n_in; i++) {
        const dmn_cell *c = &r->cells[i];
        if (c->kind == DMN_CELL_ALWAYS)
            continue;
        f->slots[t->in[i].slot] = in[i];
        if (!st_dmn_cell_matches(c, in[i], f))
            return i;
    }
    return t->n_in;
}

static void scan(const dmn_table *t, const st_val *in, st_feel_frame *f, uint8_t *failed, hits *h) {
    for (uint32_t r = 0; r < t->n_rules; r++) {
        uint32_t at = first_false(t, &t->rules[r], in, f);
        if (failed)
            failed[r] = at == t->n_in ? DMN_MATCHED : (uint8_t)at;
        if (at < t->n_in)
            continue;
        add_hit(h, f->arena, r);
        if (t->policy == DMN_FIRST)
            return;
    }
}

typedef struct narrowed {
    const uint64_t *sets[DMN_COLUMNS_MAX];
    uint32_t n_sets;
    uint32_t rest[DMN_COLUMNS_MAX]; /* columns to look at rule by rule */
    uint32_t n_rest;
} narrowed;

static bool rest_holds(const dmn_table *t, const narrowed *x, const dmn_rule *r, const st_val *in,
                       st_feel_frame *f) {
    for (uint32_t i = 0; i < x->n_rest; i++) {
        uint32_t col = x->rest[i];
        f->slots[t->in[col].slot] = in[col];
        if (!st_dmn_cell_matches(&r->cells[col], in[col], f))
            return false;
    }
    return true;
}

static void scan_index(const dmn_table *t, const st_val *in, st_feel_frame *f, hits *h) {
    narrowed x;
    x.n_sets = x.n_rest = 0;
    for (uint32_t i = 0; i < t->n_in; i++) {
        bool exact = false;
        const uint64_t *set =
            t->in[i].index ? st_dmn_index_find(t->in[i].index, in[i], &exact) : NULL;
        if (set)
            x.sets[x.n_sets++] = set;
        if (!set || !exact)
            x.rest[x.n_rest++] = i;
    }
    uint32_t words = (t->n_rules + 63) / 64;
    for (uint32_t w = 0; w < words; w++) {
        uint64_t left = w + 1 < words || t->n_rules % 64 == 0
                            ? UINT64_MAX
                            : (UINT64_C(1) << t->n_rules % 64) - 1;
        for (uint32_t i = 0; i < x.n_sets && left; i++)
            left &= x.sets[i][w];
        for (; left; left &= left - 1) {
            uint32_t r = w * 64 + (uint32_t)__builtin_ctzll(left);
            if (!rest_holds(t, &x, &t->rules[r], in, f))
                continue;
            add_hit(h, f->arena, r);
            if (t->policy == DMN_FIRST)
                return;
        }
    }
}

/* -- outputs -- */

static st_val wrong(const dmn_table *t, st_feel_frame *f, st_code code, const st_reason *cause,
                    const char *text) {
    st_val v = st_feel_error(f, code, NULL, cause, "table '%.*s': %s", ST_FMT(t->name), text);
    st_reason *r = st_arena_alloc(f->arena, sizeof *r);
    *r = *v.u.reason;
    r->pos = t->pos;
    return st_null_because(r);
}

static st_val output(const dmn_table *t, uint32_t rule, uint32_t i, st_feel_frame *f) {
    const dmn_rule *r = &t->rules[rule];
    const dmn_output *o = &t->out[i];
    if (r->constants[i].kind != ST_KIND_COUNT)
        return r->constants[i];
    st_val v = st_feel_eval(r->outputs[i], f);
    if (!o->allowed || st_is_null(v))
        return v;
    f->slots[o->slot] = v;
    if (st_is_true(st_feel_eval(o->allowed, f)))
        return v;
    return wrong(t, f, ST_E_DMN_OUTPUT_VALUE, NULL,
                 st_arena_fmt(f->arena, "output %u of rule %u is not among the output values",
                              i + 1, rule + 1));
}

static st_val hit_value(const dmn_table *t, uint32_t rule, st_feel_frame *f) {
    if (t->n_out == 1)
        return output(t, rule, 0, f);
    st_val *v = st_arena_alloc(f->arena, t->n_out * sizeof *v);
    for (uint32_t i = 0; i < t->n_out; i++)
        v[i] = output(t, rule, i, f);
    return st_context_val(f->arena, t->shape, v);
}

static const char *rule_list(st_feel_frame *f, const hits *h) {
    st_buf b;
    st_buf_init(&b, 240);
    for (uint32_t i = 0; i < h->n && !b.overflow; i++)
        st_buf_fmt(&b, "%s%u", i == 0 ? "" : i + 1 == h->n ? " and " : ", ", h->v[i] + 1);
    char *s =
        st_arena_fmt(f->arena, "%.*s%s", ST_FMT(st_buf_view(&b)), b.overflow ? " and more" : "");
    st_buf_free(&b);
    return s;
}

static void fire(const dmn_table *t, const hits *h, st_feel_frame *f) {
    for (uint32_t i = 0; i < h->n; i++)
        st_dmn_fire(f->env->user, t, h->v[i]);
}

static st_val several(const dmn_table *t, const hits *h, st_feel_frame *f, st_code code,
                      const char *what) {
    fire(t, h, f);
    return wrong(t, f, code, NULL,
                 st_arena_fmt(f->arena, "hit policy %s, but rules %s %s",
                              st_dmn_policy_name(t->policy), rule_list(f, h), what));
}

static st_val any(const dmn_table *t, const hits *h, st_feel_frame *f) {
    st_val v = hit_value(t, h->v[0], f);
    for (uint32_t i = 1; i < h->n; i++)
        if (st_feel_equal(v, hit_value(t, h->v[i], f)) != 1)
            return several(t, h, f, ST_E_DMN_ANY, "match with different outputs");
    fire(t, h, f);
    return v;
}

static st_val one(const dmn_table *t, uint32_t rule, st_feel_frame *f) {
    st_dmn_fire(f->env->user, t, rule);
    return hit_value(t, rule, f);
}

/* -- order of outputs -- */

static size_t rank(const dmn_output *o, st_val v) {
    for (size_t i = 0; i < o->n_order; i++) {
        dmn_cell c = {.v = &o->order[i], .n = 1};
        if (st_feel_equal(o->order[i].lo, v) == 1 || in_ordered(&c, v))
            return i;
    }
    return o->n_order;
}

/* Whether the outputs of a come before those of b; the first output counts most. */
static bool before(const dmn_table *t, st_val a, st_val b) {
    for (uint32_t i = 0; i < t->n_out; i++) {
        size_t x = rank(&t->out[i], t->n_out == 1 ? a : a.u.context->v[i]);
        size_t y = rank(&t->out[i], t->n_out == 1 ? b : b.u.context->v[i]);
        if (x != y)
            return x < y;
    }
    return false;
}

static st_val priority(const dmn_table *t, const hits *h, st_feel_frame *f) {
    uint32_t best = 0;
    st_val v = hit_value(t, h->v[0], f);
    for (uint32_t i = 1; i < h->n; i++) {
        st_val x = hit_value(t, h->v[i], f);
        if (before(t, x, v)) {
            v = x;
            best = i;
        }
    }
    st_dmn_fire(f->env->user, t, h->v[best]);
    return v;
}

static st_val *hit_values(const dmn_table *t, const hits *h, st_feel_frame *f) {
    st_val *v = st_arena_alloc(f->arena, (size_t)h->n * sizeof *v);
    for (uint32_t i = 0; i < h->n; i++)
        v[i] = hit_value(t, h->v[i], f);
    fire(t, h, f);
    return v;
}

/* Merge sort: stable, so that rules with equal outputs keep their order. Depth is log2 of the
 * rules. */
static void sort(const dmn_table *t, st_val *v, st_val *tmp, size_t n) {
    if (n < 2)
        return;
    size_t half = n / 2, a = 0, b = half, k = 0;
    sort(t, v, tmp, half);
    sort(t, v + half, tmp, n - half);
    while (a < half || b < n) {
        bool right = a == half || (b < n && before(t, v[b], v[a]));
        tmp[k++] = right ? v[b++] : v[a++];
    }
    memcpy(v, tmp, n * sizeof *v);
}

static st_val ordered(const dmn_table *t, const hits *h, st_feel_frame *f) {
    st_val *v = hit_values(t, h, f);
    sort(t, v, st_arena_alloc(f->arena, h->n * sizeof *v), h->n);
    return st_list_val(f->arena, v, h->n);
}

/* -- aggregation -- */

static st_val sum(const dmn_table *t, const st_val *v, uint32_t n, st_feel_frame *f) {
    st_dec total = st_dec_int(0);
    for (uint32_t i = 0; i < n; i++)
        if (v[i].kind != ST_NUMBER || !st_dec_add(total, v[i].u.num, &total))
            return wrong(t, f, ST_E_DMN_AGGREGATE, st_is_null(v[i]) ? v[i].u.reason : NULL,
                         "an output to be added is not a number");
    return st_number(total);
}

static st_val extreme(const dmn_table *t, const st_val *v, uint32_t n, int sign, st_feel_frame *f) {
    st_val best = v[0];
    for (uint32_t i = 0; i < n; i++) {
        int cmp = 0;
        if (!st_feel_order(v[i], best, &cmp))
            return wrong(t, f, ST_E_DMN_AGGREGATE, st_is_null(v[i]) ? v[i].u.reason : NULL,
                         "outputs of matching rules cannot be compared");
        if (cmp * sign > 0)
            best = v[i];
    }
    return best;
}

static st_val collect(const dmn_table *t, const hits *h, st_feel_frame *f) {
    st_val *v = hit_values(t, h, f);
    switch (t->agg) {
    case DMN_LIST:
        return st_list_val(f->arena, v, h->n);
    case DMN_SUM:
        return sum(t, v, h->n, f);
    case DMN_COUNT:
        return st_number_int(h->n);
    case DMN_MIN:
        return extreme(t, v, h->n, -1, f);
    case DMN_MAX:
        return extreme(t, v, h->n, 1, f);
    }
    ST_UNREACHABLE();
}

/* -- no rule -- */

static bool gives_list(const dmn_table *t) {
    return t->policy == DMN_RULE_ORDER || t->policy == DMN_OUTPUT_ORDER ||
           (t->policy == DMN_COLLECT && t->agg == DMN_LIST);
}

static st_val default_value(const dmn_table *t, st_feel_frame *f) {
    st_val *v = st_arena_alloc(f->arena, t->n_out * sizeof *v);
    for (uint32_t i = 0; i < t->n_out; i++)
        v[i] = t->out[i].fallback ? st_feel_eval(t->out[i].fallback, f) : st_null();
    st_val x = t->n_out == 1 ? v[0] : st_context_val(f->arena, t->shape, v);
    if (!gives_list(t) || x.kind == ST_LIST)
        return x;
    v = st_arena_alloc(f->arena, sizeof *v);
    *v = x;
    return st_list_val(f->arena, v, 1);
}

/* A list of what matches is empty, a count is zero; one value that nobody gives is null with a
 * reason: an input that is null by error is named as the cause. */
static st_val no_match(const dmn_table *t, const st_val *in, st_feel_frame *f) {
    if (t->has_default)
        return default_value(t, f);
    if (gives_list(t))
        return st_list_val(f->arena, NULL, 0);
    if (t->agg == DMN_COUNT)
        return st_number_int(0);
    const st_reason *cause = NULL;
    for (uint32_t i = 0; i < t->n_in && !cause; i++)
        cause = st_is_null(in[i]) ? in[i].u.reason : NULL;
    return wrong(t, f, ST_E_DMN_NO_MATCH, cause, "no rule matches and there is no default output");
}

static st_val result(const dmn_table *t, const st_val *in, const hits *h, st_feel_frame *f) {
    if (!h->n)
        return no_match(t, in, f);
    switch (t->policy) {
    case DMN_UNIQUE:
        return h->n > 1 ? several(t, h, f, ST_E_DMN_UNIQUE, "match at once") : one(t, h->v[0], f);
    case DMN_ANY:
        return any(t, h, f);
    case DMN_PRIORITY:
        return priority(t, h, f);
    case DMN_FIRST:
        return one(t, h->v[0], f);
    case DMN_OUTPUT_ORDER:
        return ordered(t, h, f);
    case DMN_RULE_ORDER:
    case DMN_COLLECT:
        return collect(t, h, f);
    }
    ST_UNREACHABLE();
}

/* -- the table -- */

static bool inputs(const dmn_table *t, st_val *in, st_feel_frame *f, st_val *bad) {
    for (uint32_t i = 0; i < t->n_in; i++) {
        const dmn_column *c = &t->in[i];
        in[i] = st_feel_eval(c->expr, f);
        if (!c->allowed)
            continue;
        f->slots[c->slot] = in[i];
        if (st_is_true(st_feel_eval(c->allowed, f)))
            continue;
        *bad = wrong(t, f, ST_E_DMN_INPUT_VALUE, st_is_null(in[i]) ? in[i].u.reason : NULL,
                     st_arena_fmt(f->arena, "the value of '%.*s' is not among the input values",
                                  ST_FMT(c->label)));
        return false;
    }
    return true;
}

st_val st_dmn_table_eval(const st_feel_node *n, st_feel_frame *f) {
    const dmn_table *t = (const dmn_table *)(const void *)n;
    bool traced = f->env->trace != NULL;
    st_val small[8],
        *in = t->n_in > 8 || traced ? st_arena_alloc(f->arena, t->n_in * sizeof *in) : small, v;
    uint8_t *failed = traced ? st_arena_alloc(f->arena, t->n_rules + 1) : NULL;
    if (failed) {
        memset(failed, DMN_UNSEEN, t->n_rules);
        for (uint32_t i = 0; i < t->n_in; i++)
            in[i] = st_null();
    }
    if (inputs(t, in, f, &v)) {
        hits h;
        h.v = h.small;
        h.n = 0;
        h.cap = ST_LEN(h.small);
        if (t->indexed && !failed)
            scan_index(t, in, f, &h);
        else
            scan(t, in, f, failed, &h);
        v = result(t, in, &h, f);
    }
    if (failed)
        st_dmn_trace_table(f->env->user, t, in, failed, v);
    return v;
}
