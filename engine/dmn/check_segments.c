/* Cutting a column of a table into segments: points, open ranges between them, "any other text",
 * null. */
#include "dmn/check_int.h"

/* Booleans have no order in FEEL: false before true here. */
static int order(st_val a, st_val b) {
    int cmp = 0;
    if (a.kind == ST_BOOL && b.kind == ST_BOOL)
        return a.u.b - b.u.b;
    (void)st_feel_order(a, b, &cmp);
    return cmp;
}

static int order_qsort(const void *a, const void *b) {
    return order(*(const st_val *)a, *(const st_val *)b);
}

static bool known(const dmn_cell *c) {
    return c->kind > DMN_CELL_ALWAYS && c->kind < DMN_CELL_TEST;
}

/* Kind of the values a cell speaks of, null aside; ST_NULL when of none, ST_KIND_COUNT when of
 * several, or of values unknown here. */
static uint8_t speaks_of(const dmn_cell *c) {
    if (known(c) || c->kind == DMN_CELL_ALWAYS)
        return known(c) ? c->want : ST_NULL;
    uint8_t kind = ST_NULL;
    for (uint32_t i = 0; i < c->n; i++) {
        const st_feel_interval *v = &c->v[i];
        uint8_t k = v->lo_unbounded ? v->hi.kind : v->lo.kind;
        if (k == ST_NULL)
            continue;
        if ((kind != ST_NULL && k != kind) || k == ST_TIME || k == ST_DATETIME)
            return ST_KIND_COUNT;
        kind = k;
    }
    return c->n ? kind : ST_KIND_COUNT;
}

/* Kind of the values the column's cells speak of; ST_NULL when they speak of none or of several. */
static uint8_t kind_of(const check *c, uint32_t col) {
    uint8_t kind = ST_NULL;
    for (uint32_t r = 0; r < c->table->n_rules; r++) {
        const dmn_cell *cell = &c->table->rules[r].cells[col];
        uint8_t k = speaks_of(cell);
        if (k == ST_NULL || k == ST_KIND_COUNT)
            continue;
        if (kind != ST_NULL && k != kind)
            return ST_NULL;
        kind = k;
    }
    const dmn_column *column = &c->table->in[col];
    if (kind == ST_NULL && column->n_points)
        kind =
            column->points[0].lo_unbounded ? column->points[0].hi.kind : column->points[0].lo.kind;
    if (kind == ST_NULL && column->type && column->type->kind == ST_T_BOOL)
        kind = ST_BOOL;
    return kind;
}

typedef ST_VEC(st_val) vals;

static void add_bounds(check *c, vals *v, const st_feel_interval *x, size_t n, uint8_t kind) {
    for (size_t i = 0; i < n; i++) {
        if (!x[i].lo_unbounded && x[i].lo.kind == kind)
            ST_VEC_PUSH(&c->arena, v, x[i].lo);
        if (!x[i].hi_unbounded && x[i].hi.kind == kind)
            ST_VEC_PUSH(&c->arena, v, x[i].hi);
    }
}

static vals bounds(check *c, uint32_t col, uint8_t kind) {
    vals v = {0};
    const dmn_column *column = &c->table->in[col];
    for (uint32_t r = 0; r < c->table->n_rules; r++) {
        const dmn_cell *cell = &c->table->rules[r].cells[col];
        if (cell->n)
            add_bounds(c, &v, cell->v, cell->n, kind);
    }
    add_bounds(c, &v, column->points, column->n_points, kind);
    if (v.n)
        qsort(v.items, v.n, sizeof *v.items, order_qsort);
    size_t n = 0;
    for (size_t i = 0; i < v.n; i++)
        if (!n || order(v.items[n - 1], v.items[i]) != 0)
            v.items[n++] = v.items[i];
    v.n = n;
    return v;
}

static bool within(const st_feel_interval *x, const seg *s) {
    if (s->kind == SEG_NULL || s->kind == SEG_OTHER)
        return false;
    if (s->kind == SEG_POINT) {
        int lo = x->lo_unbounded ? 1 : order(s->lo, x->lo),
            hi = x->hi_unbounded ? -1 : order(s->lo, x->hi);
        return (lo > 0 || (lo == 0 && x->lo_closed)) && (hi < 0 || (hi == 0 && x->hi_closed));
    }
    /* Between two neighbouring bounds: inside when the interval reaches both. */
    bool lo = x->lo_unbounded || (!s->lo_unbounded && order(s->lo, x->lo) >= 0);
    bool hi = x->hi_unbounded || (!s->hi_unbounded && order(s->hi, x->hi) <= 0);
    return lo && hi;
}

static bool in_any(const st_feel_interval *x, size_t n, const seg *s) {
    for (size_t i = 0; i < n; i++)
        if (within(&x[i], s))
            return true;
    return false;
}

/* Whether two numbers lie no more than 1 apart. */
static bool next_to(st_val a, st_val b) {
    st_dec gap;
    return a.kind == ST_NUMBER && st_dec_sub(b.u.num, a.u.num, &gap) &&
           st_dec_cmp(gap, st_dec_int(1)) <= 0;
}

/* Dates, months, and numbers that are counts are whole: between neighbours there is nothing. */
static bool is_empty(const seg *s, bool whole) {
    if (s->kind != SEG_BETWEEN || s->lo_unbounded || s->hi_unbounded)
        return false;
    if (s->lo.kind == ST_DATE)
        return st_date_to_days(s->hi.u.date) - st_date_to_days(s->lo.u.date) <= 1;
    if (s->lo.kind == ST_NUMBER)
        return whole && next_to(s->lo, s->hi);
    return s->lo.kind == ST_YM_DURATION && s->hi.u.months - s->lo.u.months <= 1;
}

static void add(check *c, check_column *x, seg s, bool domain) {
    const dmn_column *column = x->column;
    if (is_empty(&s, column->whole) || (domain && column->n_points && s.kind != SEG_NULL &&
                                        !in_any(column->points, column->n_points, &s)))
        return;
    x->segs[x->n++] = s;
    (void)c;
}

/* Texts stand for themselves unless somebody compares them by order. */
static bool by_order(const check *c, uint32_t col, uint8_t kind) {
    for (uint32_t r = 0; r < c->table->n_rules; r++)
        if (c->table->rules[r].cells[col].kind == DMN_CELL_ORDERED)
            return true;
    return kind != ST_STRING && kind != ST_BOOL;
}

static void cut_ordered(check *c, check_column *x, const vals *v) {
    x->ordered = true;
    seg between = {.kind = SEG_BETWEEN, .lo_unbounded = true};
    for (size_t i = 0; i <= v->n; i++) {
        between.hi_unbounded = i == v->n;
        if (i < v->n)
            between.hi = v->items[i];
        if (v->n)
            add(c, x, between, true);
        if (i == v->n)
            break;
        add(c, x, (seg){.kind = SEG_POINT, .lo = v->items[i]}, true);
        between.lo = v->items[i];
        between.lo_unbounded = false;
    }
}

static void cut_values(check *c, check_column *x, uint8_t kind, const vals *v) {
    for (int b = 0; kind == ST_BOOL && b < 2; b++)
        add(c, x, (seg){.kind = SEG_POINT, .lo = st_bool(b)}, false);
    for (size_t i = 0; kind != ST_BOOL && i < v->n; i++)
        add(c, x, (seg){.kind = SEG_POINT, .lo = v->items[i]}, true);
    if (kind == ST_STRING && !x->column->n_points)
        add(c, x, (seg){.kind = SEG_OTHER}, false);
}

/* -- which cells hold on which segments -- */

static void put(uint64_t *set, size_t i) {
    set[i / 64] |= UINT64_C(1) << (i % 64);
}

/* The segments that have values: they stand in order, before "any other" and null. */
static size_t valued(const check_column *x) {
    size_t n = x->n;
    while (n && (x->segs[n - 1].kind == SEG_NULL || x->segs[n - 1].kind == SEG_OTHER))
        n--;
    return n;
}

static bool lies_below(const seg *s, const st_feel_interval *v) {
    if (v->lo_unbounded)
        return false;
    if (s->kind == SEG_BETWEEN)
        return !s->hi_unbounded && order(s->hi, v->lo) <= 0;
    int cmp = order(s->lo, v->lo);
    return cmp < 0 || (cmp == 0 && !v->lo_closed);
}

/* Segments inside an interval follow one another. */
static void put_interval(const check_column *x, size_t n, const st_feel_interval *v, uint8_t kind,
                         uint64_t *row) {
    if ((v->lo_unbounded ? v->hi.kind : v->lo.kind) != kind)
        return;
    size_t lo = 0, hi = n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (lies_below(&x->segs[mid], v))
            lo = mid + 1;
        else
            hi = mid;
    }
    for (; lo < n && within(v, &x->segs[lo]); lo++)
        put(row, lo);
}

/* The segments where a cell surely holds into row; *maybe where nothing is known of the rest: on
 * null, and on everything. */
typedef struct doubt {
    bool all, null;
} doubt;

static doubt row_of(const check_column *x, const dmn_cell *cell, uint8_t kind, uint64_t *row) {
    size_t n = valued(x), null = x->n - 1;
    if (cell->kind == DMN_CELL_ALWAYS) {
        memset(row, 0xff, (x->row_words - 1) * sizeof *row);
        row[null / 64] = UINT64_MAX >> (63 - null % 64);
        return (doubt){false, false};
    }
    uint8_t spoken = speaks_of(cell);
    if (spoken == ST_KIND_COUNT || (spoken != ST_NULL && spoken != kind))
        return (doubt){true, true};
    bool with_null = false;
    for (uint32_t i = 0; i < cell->n; i++) {
        with_null = with_null || (!cell->v[i].lo_unbounded && cell->v[i].lo.kind == ST_NULL);
        put_interval(x, n, &cell->v[i], kind, row);
    }
    for (size_t s = 0; s < null && cell->negated; s++)
        row[s / 64] ^= UINT64_C(1) << (s % 64);
    if (with_null && !cell->negated)
        put(row, null);
    return (doubt){false, cell->negated && !with_null};
}

static void put_row(check *c, check_column *x, uint32_t r, const uint64_t *row) {
    for (size_t i = 0; i < x->row_words; i++)
        for (uint64_t left = row[i]; left; left &= left - 1) {
            size_t s = i * 64 + (size_t)__builtin_ctzll(left);
            put(check_set(x->sure, c->words, s), r);
            put(check_set(x->may, c->words, s), r);
        }
}

/* Cells that hold everywhere, or of which nothing is known, are kept apart and added at the end. */
static void fill(check *c, check_column *x, uint32_t col, uint8_t kind) {
    size_t words = c->words, null = x->n - 1;
    uint64_t *sure = ST_NEWN(&c->arena, uint64_t, words);
    for (uint32_t r = 0; r < c->table->n_rules; r++) {
        const dmn_cell *cell = &c->table->rules[r].cells[col];
        uint64_t *row = check_set(x->rows, x->row_words, r);
        doubt d = row_of(x, cell, kind, row);
        size_t on = 0;
        for (size_t i = 0; i < x->row_words; i++)
            on += (size_t)__builtin_popcountll(row[i]);
        bool on_null = check_in(row, (uint32_t)null);
        if (on == x->n)
            put(sure, r);
        else
            put_row(c, x, r, row);
        if (d.null)
            put(check_set(x->may, words, null), r);
        if (d.all || on - on_null == null) {
            put(x->always, r);
            if (d.null || on_null)
                put(x->always_null, r);
        }
    }
    for (size_t s = 0; s < x->n; s++)
        for (size_t i = 0; i < words; i++) {
            check_set(x->sure, words, s)[i] |= sure[i];
            check_set(x->may, words, s)[i] |= sure[i] | x->always_null[i];
            if (s != null)
                check_set(x->may, words, s)[i] |= x->always[i];
        }
}

void st_dmn_check_cut(check *c, uint32_t col) {
    check_column *x = &c->cols[col];
    const dmn_table *t = c->table;
    x->column = &t->in[col];
    uint8_t kind = kind_of(c, col);
    vals v = bounds(c, col, kind);
    if (v.n > CHECK_SEGMENTS_MAX || (2 * v.n + 6) * c->words > CHECK_SETS_MAX) {
        c->too_wide = true;
        return;
    }
    x->segs = ST_NEWN(&c->arena, seg, 2 * v.n + 6);
    if (kind != ST_NULL && by_order(c, col, kind))
        cut_ordered(c, x, &v);
    else if (kind != ST_NULL)
        cut_values(c, x, kind, &v);
    if (!x->n)
        add(c, x, (seg){.kind = SEG_OTHER}, false);
    add(c, x, (seg){.kind = SEG_NULL}, false);
    x->may = ST_NEWN(&c->arena, uint64_t, x->n * c->words);
    x->sure = ST_NEWN(&c->arena, uint64_t, x->n * c->words);
    x->always = ST_NEWN(&c->arena, uint64_t, c->words);
    x->always_null = ST_NEWN(&c->arena, uint64_t, c->words);
    x->row_words = (x->n + 63) / 64;
    x->rows = ST_NEWN(&c->arena, uint64_t, t->n_rules * x->row_words);
    fill(c, x, col, kind);
}

/* -- examples -- */

static st_val number_between(const seg *s) {
    st_dec one = st_dec_int(1), two = st_dec_int(2), x = st_dec_int(0), sum;
    if (s->lo_unbounded && s->hi_unbounded)
        return st_number(x);
    bool ok = true;
    if (s->hi_unbounded)
        ok = st_dec_add(s->lo.u.num, one, &x);
    else if (s->lo_unbounded)
        ok = st_dec_sub(s->hi.u.num, one, &x);
    else if (!st_dec_add(s->lo.u.num, one, &x) || st_dec_cmp(x, s->hi.u.num) >= 0)
        ok = st_dec_add(s->lo.u.num, s->hi.u.num, &sum) && st_dec_div(sum, two, &x);
    return ok ? st_number(x) : st_null();
}

static st_val value_between(const seg *s) {
    st_val near = s->lo_unbounded ? s->hi : s->lo;
    int step = s->lo_unbounded ? -1 : 1;
    switch (near.kind) {
    case ST_NUMBER:
        return number_between(s);
    case ST_DATE:
        return st_date_val(st_date_from_days(st_date_to_days(near.u.date) + step));
    case ST_YM_DURATION:
        return st_ym_duration(near.u.months + step);
    default:
        return st_null();
    }
}

static void plain(st_buf *out, st_val v) {
    if (v.kind == ST_STRING)
        st_buf_json(out, st_val_str(v));
    else
        st_feel_print(out, v);
}

/* "from 12", "above 12", nothing; "and to 24", "and below 24", nothing. False when there is no
 * bound at all. */
static bool range_text(st_buf *out, const seg *from, const seg *to) {
    bool lo = from->kind == SEG_POINT || !from->lo_unbounded;
    bool hi = to->kind == SEG_POINT || !to->hi_unbounded;
    if (lo) {
        st_buf_z(out, from->kind == SEG_POINT ? "from " : "above ");
        plain(out, from->lo);
    }
    if (hi) {
        st_buf_z(out, lo ? " and " : "");
        st_buf_z(out, to->kind == SEG_POINT ? "up to " : "below ");
        plain(out, to->kind == SEG_POINT ? to->lo : to->hi);
    }
    return lo || hi;
}

void st_dmn_check_example(st_buf *out, const dmn_column *column, const seg *from, const seg *to) {
    st_buf_fmt(out, "%.*s ", ST_FMT(column->label));
    if (from->kind == SEG_NULL) {
        st_buf_z(out, "not given");
    } else if (from->kind == SEG_OTHER) {
        st_buf_z(out, "with any other value");
    } else if (from->kind == SEG_POINT && from == to) {
        st_buf_z(out, "= ");
        plain(out, from->lo);
    } else {
        bool bounded = range_text(out, from, to);
        st_val v = from->kind == SEG_POINT ? from->lo : value_between(from);
        if (!st_is_null(v)) {
            st_buf_z(out, bounded ? ", for example " : "= ");
            plain(out, v);
        }
    }
}
