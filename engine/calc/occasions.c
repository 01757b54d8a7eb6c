/* The occasions of a subject: months, quarters and years from the calendar, entries of a list. */
#include "calc/calc_int.h"

/* Whether an occasion lies before the newest payment that the base run had in scope. */
static bool taken_over(const st_calc *c, uint32_t benefit, st_month m) {
    const st_benefit *b = &c->s->benefits[benefit];
    return c->partial && st_calc_in_scope(b, m, c->base) &&
           st_calc_paid_in(b, m) < c->base_paid[benefit];
}

static st_month later(st_month a, st_month b) {
    return a > b ? a : b;
}

static void add_calendar(st_calc *c, const st_benefit *b, uint32_t index) {
    if (c->too_long[index]) {
        st_occasion o = {.benefit = index,
                         .unasked = ST_UNASKED_TOO_LONG,
                         .payable = ST_MONTH_MIN, /* whatever looks back does not know it either */
                         .month = c->period,
                         .date = st_month_first(c->period)};
        ST_VEC_PUSH(&c->case_arena, &c->occasions, o);
        return;
    }
    st_calendar calendar = st_calendar_begin(b, c->period);
    st_month m;
    while (st_calendar_next(&calendar, &m)) {
        if (taken_over(c, index, m) &&
            st_calendar_more(&calendar)) /* the last one gives the verdict */
            continue;
        char id[16];
        size_t n = st_calc_occasion_id(b, m, id);
        st_occasion o = {.benefit = index,
                         .payable = later(st_calc_paid_in(b, m), b->payable_from),
                         .month = m,
                         .date = st_month_first(m),
                         .id = {st_arena_dup(&c->case_arena, id, n), n}};
        o.value = st_string(o.id);
        ST_VEC_PUSH(&c->case_arena, &c->occasions, o);
    }
}

/* -- entries of a list -- */

static st_unasked judge_entry(const st_calc *c, const st_benefit *b, bool dated,
                              const st_occasion *o) {
    if (!o->id.n || o->id.n > ST_OCCASION_MAX)
        return ST_UNASKED_NO_KEY;
    if (!dated)
        return ST_UNASKED_NO_DATE;
    if (!st_calc_in_scope(b, o->month, c->period))
        return ST_UNASKED_LATER;
    return o->month < b->first || o->month > b->last ? ST_UNASKED_OUTSIDE : ST_ASKED;
}

static st_occasion entry(const st_calc *c, const st_benefit *b, uint32_t index, st_val v) {
    st_val key = v.u.context->v[b->key_slot], date = v.u.context->v[b->date_slot];
    st_occasion o = {.benefit = index,
                     .payable = ST_MONTH_MAX,
                     .id = key.kind == ST_STRING ? st_val_str(key) : ST_STR(""),
                     .value = v};
    if (date.kind == ST_DATE) {
        o.date = date.u.date;
        o.month = st_month_of(o.date);
        o.payable = later(o.month, b->payable_from);
    }
    o.unasked = judge_entry(c, b, date.kind == ST_DATE, &o);
    return o;
}

static void hold_twins(st_occasion *o, size_t n) {
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n; k++)
            if (st_str_eq(o[i].id, o[k].id))
                for (size_t t = i;; t = k) {
                    if (o[t].unasked < ST_UNASKED_NO_KEY)
                        o[t].unasked = ST_UNASKED_TWICE;
                    if (t == k)
                        break;
                }
}

static int by_date_and_key(const void *x, const void *y) {
    const st_occasion *a = x, *b = y;
    bool a_dated = a->payable != ST_MONTH_MAX, b_dated = b->payable != ST_MONTH_MAX;
    if (a_dated != b_dated)
        return ST_CMP(b_dated, a_dated);
    int d = st_date_cmp(a->date, b->date);
    return d ? d : st_str_cmp(a->id, b->id);
}

static void add_entries(st_calc *c, const st_benefit *b, uint32_t index, st_val facts) {
    st_val list = facts.u.context->v[b->list_slot];
    size_t n = list.kind == ST_LIST ? list.u.list->n : 0, first = c->occasions.n;
    if (n > ST_OCCASIONS_MAX) {
        st_occasion o = {.benefit = index,
                         .unasked = ST_UNASKED_TOO_MANY,
                         .payable = ST_MONTH_MAX,
                         .id = ST_STR("?")};
        ST_VEC_PUSH(&c->case_arena, &c->occasions, o);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        st_occasion o = entry(c, b, index, list.u.list->v[i]);
        ST_VEC_PUSH(&c->case_arena, &c->occasions, o);
    }
    if (n < 2)
        return;
    st_occasion *mine = c->occasions.items + first;
    qsort(mine, n, sizeof *mine, by_date_and_key);
    hold_twins(mine, n);
}

static void add_single(st_calc *c, const st_benefit *b, uint32_t index) {
    st_occasion o = {.benefit = index,
                     .payable = later(b->first, b->payable_from),
                     .month = b->first,
                     .date = st_month_first(b->first),
                     .id = ST_STR("once")};
    o.unasked = st_calc_in_scope(b, b->first, c->period) ? ST_ASKED : ST_UNASKED_LATER;
    o.value = st_string(o.id);
    ST_VEC_PUSH(&c->case_arena, &c->occasions, o);
}

void st_calc_unasked(st_calc *c, const st_occasion *o, st_due *due) {
    const st_benefit *b = &c->s->benefits[o->benefit];
    switch (o->unasked) {
    case ST_ASKED:
        ST_UNREACHABLE();
    case ST_UNASKED_LATER:
        due->state = ST_DUE_LATER;
        return;
    case ST_UNASKED_OUTSIDE: {
        st_refusal *r = ST_NEW(&c->case_arena, st_refusal);
        *r = (st_refusal){ST_STR("outside-period"),
                          ST_STR("dated outside the months of this benefit"), ST_STR("scheme.xml")};
        due->state = ST_DUE_REFUSED;
        due->refusals = r;
        due->n_refusals = 1;
        return;
    }
    case ST_UNASKED_NO_KEY:
        return st_calc_hold_all(c, due, "an entry of %.*s has no usable %.*s", ST_FMT(b->each),
                                ST_FMT(b->key));
    case ST_UNASKED_NO_DATE:
        return st_calc_hold(c, due, ST_E_CALC_OCCASION, "an entry of %.*s has no date \"%.*s\"",
                            ST_FMT(b->each), ST_FMT(b->dated_by));
    case ST_UNASKED_TWICE:
        return st_calc_hold(c, due, ST_E_CALC_OCCASION,
                            "two entries of %.*s claim the same occasion", ST_FMT(b->each));
    case ST_UNASKED_TOO_MANY:
        return st_calc_hold_all(c, due, "more than %d entries in %.*s", ST_OCCASIONS_MAX,
                                ST_FMT(b->each));
    case ST_UNASKED_TOO_LONG:
        return st_calc_hold_all(c, due, "more than %d occasions since its first month",
                                ST_OCCASIONS_MAX);
    }
    ST_UNREACHABLE();
}

/* -- all of them -- */

/* An occasion never precedes one that an earlier run could already post: what is due does not
 * depend on months to come. */
static int by_time(const void *x, const void *y) {
    const st_occasion *a = x, *b = y;
    if (a->payable != b->payable)
        return ST_CMP(a->payable, b->payable);
    int d = st_date_cmp(a->date, b->date);
    if (d)
        return d;
    if (a->benefit != b->benefit)
        return ST_CMP(a->benefit, b->benefit);
    return st_str_cmp(a->id, b->id);
}

void st_calc_occasions(st_calc *c, st_val facts) {
    for (uint32_t i = 0; i < c->s->n_benefits; i++) {
        const st_benefit *b = &c->s->benefits[i];
        if (b->retired != ST_KEYS_UNSAID)
            continue; /* it has no occasions any more */
        if (b->cadence != ST_ONCE)
            add_calendar(c, b, i);
        else if (b->list_slot >= 0)
            add_entries(c, b, i, facts);
        else
            add_single(c, b, i);
    }
    if (c->looks_back && c->occasions.n > 1)
        qsort(c->occasions.items, c->occasions.n, sizeof *c->occasions.items, by_time);
}
