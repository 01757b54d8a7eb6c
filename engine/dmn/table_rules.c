/* Decision tables: which rules hold for the values of the columns, by a scan or by the index, and
 * whether that is known. */
#include "dmn/table_int.h"

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
    c->asks_null = st_feel_tests_ask_null(c->test);
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

static bool in_strings(const dmn_cell *c, const st_val *v) {
    for (uint32_t i = 0; i < c->n; i++)
        if (st_bytes_eq(c->v[i].lo.u.s, c->v[i].lo.n, v->u.s, v->n))
            return true;
    return false;
}

static bool in_numbers(const dmn_cell *c, const st_val *v) {
    for (uint32_t i = 0; i < c->n; i++) {
        const st_feel_interval *x = &c->v[i];
        int lo = x->lo_unbounded ? 1 : st_dec_cmp(v->u.num, x->lo.u.num);
        if (lo < 0 || (lo == 0 && !x->lo_closed))
            continue;
        int hi = x->hi_unbounded ? -1 : st_dec_cmp(v->u.num, x->hi.u.num);
        if (hi < 0 || (hi == 0 && x->hi_closed))
            return true;
    }
    return false;
}

bool st_dmn_in_ordered(const dmn_cell *c, st_val v) {
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

/* Whether a cell that decides values of this kind by itself holds. */
static inline bool decide(const dmn_cell *c, const st_val *v) {
    switch (c->kind) {
    case DMN_CELL_STRING:
        return in_strings(c, v) != c->negated;
    case DMN_CELL_BOOL:
        return (c->v[0].lo.u.b == v->u.b) != c->negated;
    case DMN_CELL_NUMBER:
        return in_numbers(c, v) != c->negated;
    case DMN_CELL_ORDERED:
        return st_dmn_in_ordered(c, *v) != c->negated;
    default:
        ST_UNREACHABLE();
    }
}

static inline bool decides(const dmn_cell *c, const st_val *v) {
    return v->kind == c->want && c->kind != DMN_CELL_TEST && !v->doubt;
}

bool st_dmn_cell_matches(const dmn_cell *c, const st_val *v) {
    return decide(c, v);
}

/* -- rules -- */

/* A rule holds when all of its cells do, and fails when one surely does not, whatever the others
 * say: the order of the columns is of no account. Else it is open, and FEEL's answer (a null is no)
 * goes on as the value. An unknown, or a null in a comparison, leaves a cell open. */
typedef dmn_open_rules open_rules;
typedef dmn_rows rows;

static unsigned cell_answer(const rows *x, uint32_t rule, uint32_t col, const st_reason **why) {
    const dmn_cell *c = &x->t->rules[rule].cells[col];
    st_val v = x->in[col];
    const st_reason *doubt = st_doubt_of(x->f->env->doubts, v);
    v.doubt = 0;
    x->f->slots[x->t->in[col].slot] = v;
    unsigned answer = st_feel_tests_answer(c->test, x->f, v, why);
    if (ST_LIKELY(!doubt))
        return answer;
    *why = doubt;
    return (answer & (ST_TESTS_YES | ST_TESTS_NULL)) | ST_TESTS_UNSURE;
}

static void open_cell(open_rules *o, uint32_t rule, uint32_t col, unsigned answer,
                      const st_reason *why) {
    if (!o->any) {
        memset(o, 0, sizeof *o);
        o->any = true;
        o->rule = rule;
        o->column = col;
        o->why = why;
    }
    if (answer & ST_TESTS_BY_NULL)
        o->columns[col / 64] |= UINT64_C(1) << (col % 64);
    else
        o->other = true;
}

static void add_open(rows *x, const open_rules *row) {
    open_rules *all = &x->open;
    if (!all->any) {
        *all = *row;
        return;
    }
    all->other = all->other || row->other;
    for (size_t i = 0; i < DMN_COLUMN_WORDS; i++)
        all->columns[i] |= row->columns[i];
}

/* The null cells of a rule that surely holds say what a null in their columns means. */
static void add_asked(rows *x, uint32_t rule) {
    for (uint32_t col = 0; col < x->t->n_in; col++)
        if (x->t->rules[rule].cells[col].asks_null && st_is_null(x->in[col]))
            x->asked[col / 64] |= UINT64_C(1) << (col % 64);
}

/* Whether FEEL lets the rule match; cols: the columns still to be looked at. */
static inline bool rule_holds(rows *x, uint32_t rule, const uint32_t *cols, uint32_t n) {
    const dmn_cell *cells = x->t->rules[rule].cells;
    bool match = true;
    open_rules open;
    open.any = false;
    for (uint32_t k = 0; k < n; k++) {
        uint32_t i = cols ? cols[k] : k;
        const dmn_cell *c = &cells[i];
        if (c->kind == DMN_CELL_ALWAYS)
            continue;
        const st_reason *why = NULL;
        unsigned answer =
            ST_LIKELY(decides(c, &x->in[i])) ? decide(c, &x->in[i]) : cell_answer(x, rule, i, &why);
        if (answer == 0) {
            if (x->failed)
                x->failed[rule] = (uint8_t)i;
            return false;
        }
        if (ST_UNLIKELY(answer & ST_TESTS_UNSURE)) {
            open_cell(&open, rule, i, answer, why);
            match = match && (answer & ST_TESTS_YES);
        }
    }
    if (x->failed) {
        x->failed[rule] = open.any ? DMN_OPEN : DMN_MATCHED;
        x->open_at[rule] = (uint8_t)(open.any ? open.column : 0);
    }
    if (ST_UNLIKELY(open.any))
        add_open(x, &open);
    else if (x->t->asks_null)
        add_asked(x, rule);
    return match;
}

/* -- which rules hold -- */

typedef dmn_hits hits;

static void add_hit(hits *h, st_arena *a, uint32_t rule) {
    if (h->n == h->cap) {
        uint32_t *more = st_arena_alloc(a, (size_t)h->cap * 2 * sizeof *more);
        memcpy(more, h->v, h->n * sizeof *more);
        h->v = more;
        h->cap *= 2;
    }
    h->v[h->n++] = rule;
}

static void scan(rows *x) {
    hits *h = &x->hits;
    const dmn_table *t = x->t;
    for (uint32_t r = 0; r < t->n_rules; r++) {
        if (!rule_holds(x, r, NULL, t->n_in))
            continue;
        add_hit(h, x->f->arena, r);
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

static void narrow(const rows *x, narrowed *by) {
    const dmn_table *t = x->t;
    by->n_sets = by->n_rest = 0;
    for (uint32_t i = 0; i < t->n_in; i++) {
        bool exact = false;
        const uint64_t *set = t->in[i].index && !x->in[i].doubt
                                  ? st_dmn_index_find(t->in[i].index, &x->in[i], &exact)
                                  : NULL;
        if (set)
            by->sets[by->n_sets++] = set;
        if (!set || !exact)
            by->rest[by->n_rest++] = i;
    }
}

/* The rules of word w of the sets; false when the table is decided. */
static bool look_at_word(rows *x, const narrowed *by, uint32_t w) {
    const dmn_table *t = x->t;
    uint64_t left = w + 1 < (t->n_rules + 63) / 64 || t->n_rules % 64 == 0
                        ? UINT64_MAX
                        : (UINT64_C(1) << t->n_rules % 64) - 1;
    bool look = by->n_rest || t->asks_null;
    for (uint32_t i = 0; i < by->n_sets && left; i++)
        left &= by->sets[i][w];
    for (; left; left &= left - 1) {
        uint32_t r = w * 64 + (uint32_t)__builtin_ctzll(left);
        if (look && !rule_holds(x, r, by->rest, by->n_rest))
            continue;
        add_hit(&x->hits, x->f->arena, r);
        if (t->policy == DMN_FIRST)
            return false;
    }
    return true;
}

/* The sets leave out rules that surely fail, which are of no account in a scan either; the
 * summaries leave out words in which some set has no rule. */
static void scan_index(rows *x) {
    narrowed by;
    narrow(x, &by);
    uint32_t words = (x->t->n_rules + 63) / 64;
    if (!DMN_SUMMARY(words)) {
        for (uint32_t w = 0; w < words && look_at_word(x, &by, w); w++)
            ;
        return;
    }
    for (uint32_t s = 0; s < DMN_SUMMARY(words); s++) {
        uint64_t some = words - s * 64 >= 64 ? UINT64_MAX : (UINT64_C(1) << (words - s * 64)) - 1;
        for (uint32_t i = 0; i < by.n_sets && some; i++)
            some &= by.sets[i][words + s];
        for (; some; some &= some - 1)
            if (!look_at_word(x, &by, s * 64 + (uint32_t)__builtin_ctzll(some)))
                return;
    }
}

/* Whether rules that hold ask for the very nulls that left others open. */
static bool explained(const rows *x) {
    bool all = x->t->asks_null && !x->open.other;
    for (size_t i = 0; all && i < DMN_COLUMN_WORDS; i++)
        all = !(x->open.columns[i] & ~x->asked[i]);
    return all;
}

/* For the trace: open rules are what FEEL says after all. */
static void close_rules(rows *x) {
    for (uint32_t r = 0; r < x->t->n_rules; r++)
        if (x->failed[r] == DMN_OPEN)
            x->failed[r] = x->open_at[r];
    for (uint32_t i = 0; i < x->hits.n; i++)
        x->failed[x->hits.v[i]] = DMN_MATCHED;
}

const st_reason *st_dmn_table_rules(dmn_rows *x) {
    x->hits.v = x->hits.small;
    x->hits.n = 0;
    x->hits.cap = ST_LEN(x->hits.small);
    x->open.any = false;
    if (x->t->asks_null)
        memset(x->asked, 0, sizeof x->asked);
    if (x->t->indexed && !x->failed)
        scan_index(x);
    else
        scan(x);
    if (ST_LIKELY(!x->open.any))
        return NULL;
    if (explained(x)) {
        if (x->failed)
            close_rules(x);
        x->open.any = false;
        return NULL;
    }
    if (!x->open.why)
        x->open.why = st_feel_tests_reason(x->t->rules[x->open.rule].cells[x->open.column].test,
                                           x->f, x->in[x->open.column]);
    st_doubt_raise(x->f->env->doubts, x->open.why);
    return x->open.why;
}
