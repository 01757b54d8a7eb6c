/* Index of large decision tables: per column, which rules may hold for a value, as sets of bits.
 * Texts and booleans by value, ordered types by the segments between all bounds of the column. A
 * column of other cells has no index and is looked at rule by rule. */
#include "dmn/index_int.h"

typedef struct dmn_index {
    uint8_t want; /* kind of values it decides */
    bool exact;   /* all cells are decided by the sets alone */
    bool ordered;
    size_t words;
    /* texts and booleans */
    dmn_texts texts;
    const uint64_t *other; /* a text that stands in no cell */
    const uint64_t *truth[2];
    /* ordered: 2 n + 1 sets: below bound 0, at it, between 0 and 1, ... */
    st_val *bounds;
    size_t n;
    dmn_keys keys;
    uint64_t *segments;
} dmn_index;

static void put(uint64_t *set, uint32_t rule) {
    set[rule / 64] |= UINT64_C(1) << (rule % 64);
}

static size_t stride(const dmn_index *x) {
    return x->words + DMN_SUMMARY(x->words);
}

static uint64_t *new_set(st_model *m, const dmn_index *x) {
    return ST_NEWN(&m->arena, uint64_t, stride(x));
}

/* Behind the words of a set: which of them are not zero. */
static void summarise(const dmn_index *x, uint64_t *set) {
    for (size_t w = 0; w < x->words && DMN_SUMMARY(x->words); w++)
        if (set[w])
            set[x->words + w / 64] |= UINT64_C(1) << (w % 64);
}

/* Kind of value the column's cells decide; false when too few of them do, or they differ. */
static bool column_kind(const dmn_table *t, uint32_t col, dmn_index *x) {
    uint32_t special = 0, other = 0;
    for (uint32_t r = 0; r < t->n_rules; r++) {
        const dmn_cell *c = &t->rules[r].cells[col];
        if (c->kind == DMN_CELL_ALWAYS)
            continue;
        if (c->kind == DMN_CELL_TEST) {
            other++;
            continue;
        }
        if (special++ && c->want != x->want)
            return false;
        x->want = c->want;
        x->ordered = x->ordered || c->kind == DMN_CELL_NUMBER || c->kind == DMN_CELL_ORDERED;
    }
    x->exact = other == 0;
    return special > other;
}

/* -- texts and booleans -- */

/* Whether a rule holds for a text that stands in none of its cells. */
static bool holds_for_others(const dmn_cell *c) {
    return c->kind != DMN_CELL_STRING || c->negated;
}

/* The set of each text that stands in some cell, beginning as that of all other texts. */
static void sets_of_texts(st_model *m, const dmn_table *t, uint32_t col, dmn_index *x,
                          st_map *sets) {
    for (uint32_t r = 0; r < t->n_rules; r++) {
        const dmn_cell *c = &t->rules[r].cells[col];
        for (uint32_t i = 0; c->kind == DMN_CELL_STRING && i < c->n; i++) {
            st_str text = st_val_str(c->v[i].lo);
            uint64_t *set = st_map_get(sets, text);
            if (!set) {
                set = new_set(m, x);
                memcpy(set, x->other, x->words * sizeof *set);
                st_map_put(sets, text, set);
            }
            if (c->negated)
                set[r / 64] &= ~(UINT64_C(1) << (r % 64));
            else
                put(set, r);
        }
    }
}

static void fill_texts(st_model *m, const dmn_table *t, uint32_t col, dmn_index *x) {
    uint64_t *other = new_set(m, x);
    for (uint32_t r = 0; r < t->n_rules; r++)
        if (holds_for_others(&t->rules[r].cells[col]))
            put(other, r);
    x->other = other;
    st_map sets;
    st_map_init(&sets, &m->arena);
    sets_of_texts(m, t, col, x, &sets);
    st_dmn_texts_init(&x->texts, &m->arena, sets.n);
    for (size_t i = 0; i < sets.cap; i++)
        if (sets.slots[i].key.p) {
            summarise(x, sets.slots[i].value);
            st_dmn_texts_put(&x->texts, sets.slots[i].key, sets.slots[i].value);
        }
    summarise(x, other);
}

static void fill_truth(st_model *m, const dmn_table *t, uint32_t col, dmn_index *x) {
    for (int b = 0; b < 2; b++) {
        const st_val truth = st_bool(b);
        uint64_t *set = new_set(m, x);
        for (uint32_t r = 0; r < t->n_rules; r++) {
            const dmn_cell *c = &t->rules[r].cells[col];
            if (c->kind != DMN_CELL_BOOL || st_dmn_cell_matches(c, &truth))
                put(set, r);
        }
        summarise(x, set);
        x->truth[b] = set;
    }
}

/* -- ordered -- */

static int order(st_val a, st_val b) {
    int cmp = 0;
    if (a.kind == ST_NUMBER && b.kind == ST_NUMBER)
        return st_dec_cmp(a.u.num, b.u.num);
    (void)st_feel_order(a, b, &cmp);
    return cmp;
}

static int order_qsort(const void *a, const void *b) {
    return order(*(const st_val *)a, *(const st_val *)b);
}

/* Segment of a value: 2 i + 1 at bound i, 2 i below it. */
static size_t segment(const dmn_index *x, st_val v) {
    size_t lo = 0, hi = x->n, below;
    bool at;
    if (ST_LIKELY(st_dmn_keys_find(&x->keys, &v, &below, &at)))
        return 2 * below + at;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        int cmp = order(v, x->bounds[mid]);
        if (cmp == 0)
            return 2 * mid + 1;
        if (cmp < 0)
            hi = mid;
        else
            lo = mid + 1;
    }
    return 2 * lo;
}

static void gather_bounds(st_model *m, const dmn_table *t, uint32_t col, dmn_index *x) {
    ST_VEC(st_val) all = {0};
    for (uint32_t r = 0; r < t->n_rules; r++) {
        const dmn_cell *c = &t->rules[r].cells[col];
        for (uint32_t i = 0; c->kind > DMN_CELL_ALWAYS && c->kind < DMN_CELL_TEST && i < c->n;
             i++) {
            if (!c->v[i].lo_unbounded)
                ST_VEC_PUSH(&m->arena, &all, c->v[i].lo);
            if (!c->v[i].hi_unbounded)
                ST_VEC_PUSH(&m->arena, &all, c->v[i].hi);
        }
    }
    if (all.n)
        qsort(all.items, all.n, sizeof *all.items, order_qsort);
    size_t n = 0;
    for (size_t i = 0; i < all.n; i++)
        if (!n || order(all.items[n - 1], all.items[i]) != 0)
            all.items[n++] = all.items[i];
    x->bounds = all.items;
    x->n = n;
    st_dmn_keys_make(&x->keys, &m->arena, x->bounds, n);
}

static void mark(dmn_index *x, uint64_t *row, const st_feel_interval *v) {
    size_t from = v->lo_unbounded ? 0 : segment(x, v->lo) + (v->lo_closed ? 0 : 1);
    size_t to = v->hi_unbounded ? 2 * x->n + 1 : segment(x, v->hi) + (v->hi_closed ? 1 : 0);
    for (size_t s = from; s < to; s++)
        row[s / 64] |= UINT64_C(1) << (s % 64);
}

static bool fill_segments(st_model *m, const dmn_table *t, uint32_t col, dmn_index *x) {
    gather_bounds(m, t, col, x);
    size_t segments = 2 * x->n + 1;
    if (segments * x->words > DMN_INDEX_WORDS_MAX)
        return false;
    x->segments = ST_NEWN(&m->arena, uint64_t, segments * stride(x));
    uint64_t *row = st_xmalloc((segments / 64 + 1) * sizeof *row);
    for (uint32_t r = 0; r < t->n_rules; r++) {
        const dmn_cell *c = &t->rules[r].cells[col];
        bool special = c->kind > DMN_CELL_ALWAYS && c->kind < DMN_CELL_TEST;
        memset(row, 0, (segments / 64 + 1) * sizeof *row);
        for (uint32_t i = 0; special && i < c->n; i++)
            mark(x, row, &c->v[i]);
        for (size_t s = 0; s < segments; s++)
            if (!special || (row[s / 64] >> (s % 64) & 1) != c->negated)
                put(x->segments + s * stride(x), r);
    }
    for (size_t s = 0; s < segments; s++)
        summarise(x, x->segments + s * stride(x));
    free(row);
    return true;
}

void st_dmn_index_build(st_model *m, dmn_table *t) {
    for (uint32_t col = 0; col < t->n_in; col++) {
        dmn_index *x = ST_NEW(&m->arena, dmn_index);
        x->words = (t->n_rules + 63) / 64;
        if (!column_kind(t, col, x))
            continue;
        bool ok = true;
        if (x->ordered)
            ok = fill_segments(m, t, col, x);
        else if (x->want == ST_BOOL)
            fill_truth(m, t, col, x);
        else
            fill_texts(m, t, col, x);
        if (ok)
            t->in[col].index = x;
        t->indexed = t->indexed || ok;
    }
}

const uint64_t *st_dmn_index_find(const dmn_index *x, const st_val *v, bool *exact) {
    if (v->kind != x->want)
        return NULL;
    *exact = x->exact;
    if (x->ordered)
        return x->segments + segment(x, *v) * stride(x);
    if (x->want == ST_BOOL)
        return x->truth[v->u.b];
    const uint64_t *set = st_dmn_texts_find(&x->texts, v);
    return set ? set : x->other;
}
