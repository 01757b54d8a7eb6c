/* `prior`: what was due earlier to the subject by the same rules. */
#include "calc/calc_int.h"

static st_money *of_year(st_calc *c, int32_t year) {
    st_prior_scheme *s = &c->prior_scheme;
    for (size_t i = s->years.n; i-- > 0;)
        if (s->years.items[i].year == year)
            return &s->years.items[i].total;
    st_year_sum fresh = {year, 0};
    ST_VEC_PUSH(&c->case_arena, &s->years, fresh);
    return &s->years.items[s->years.n - 1].total;
}

static st_val money(st_money v) {
    return st_number(st_dec_from_minor(v, ST_MONEY_DIGITS));
}

static void add_amount(st_calc *c, const st_occasion *o, const st_due *due) {
    st_val *v = ST_NEWN(&c->case_arena, st_val, ST_AMOUNT_SLOTS);
    v[ST_AMOUNT_BENEFIT] = st_string(c->s->benefits[o->benefit].id);
    v[ST_AMOUNT_OCCASION] = st_string(o->id);
    v[ST_AMOUNT_DAY] = st_date_val(o->date);
    v[ST_AMOUNT_AMOUNT] = money(due->amount);
    v[ST_AMOUNT_TIER] = due->tier.n ? st_string(due->tier) : st_null();
    st_val entry = st_context_val(&c->case_arena, st_scheme_amount_type.shape, v);
    ST_VEC_PUSH(&c->case_arena, &c->prior_scheme.amounts, entry);
}

/* At most 1200 amounts below 10^14 in each of 32 benefits: no overflow. */
void st_calc_remember(st_calc *c, const st_occasion *o, const st_due *due) {
    st_prior_sums *p = &c->prior[o->benefit];
    if (st_due_held(due->state)) {
        p->held = true;
        if (!c->prior_scheme.held)
            c->prior_scheme.held = o->benefit + 1;
    }
    if (due->state != ST_DUE_OWED || due->amount == 0)
        return;
    if (p->year != o->date.year)
        p->year_total = 0;
    p->year = o->date.year;
    p->year_total += due->amount;
    p->total += due->amount;
    c->prior_scheme.total += due->amount;
    *of_year(c, o->date.year) += due->amount;
    p->count++;
    if (!p->any)
        p->first = o->date;
    p->last = o->date;
    p->last_amount = due->amount;
    p->last_tier = due->tier;
    p->any = true;
    add_amount(c, o, due);
}

/* Null by error: whoever asks for it cannot decide. */
static st_val not_known(st_calc *c) {
    st_str id = c->s->benefits[c->prior_scheme.held - 1].id;
    st_reason *r = ST_NEW(&c->case_arena, st_reason);
    r->code = ST_E_CALC_PRIOR;
    r->fixed =
        st_arena_fmt(&c->case_arena,
                     "an earlier occasion of %.*s is held, and this one depends on it", ST_FMT(id));
    return st_null_because(r);
}

static void scheme_slots(st_calc *c, const st_occasion *o, st_val *v) {
    st_prior_scheme *s = &c->prior_scheme;
    if (s->held) {
        v[ST_PRIOR_SCHEME_TOTAL] = v[ST_PRIOR_SCHEME_YEAR_TOTAL] = v[ST_PRIOR_AMOUNTS] =
            not_known(c);
        return;
    }
    v[ST_PRIOR_SCHEME_TOTAL] = money(s->total);
    v[ST_PRIOR_SCHEME_YEAR_TOTAL] = money(*of_year(c, o->date.year));
    v[ST_PRIOR_AMOUNTS] = st_list_val(&c->case_arena, s->amounts.items, s->amounts.n);
}

st_val st_calc_make_prior(st_calc *c, const st_occasion *o) {
    const st_prior_sums *p = &c->prior[o->benefit];
    st_val *v = ST_NEWN(&c->case_arena, st_val, ST_PRIOR_SLOTS);
    v[ST_PRIOR_TOTAL] = money(p->total);
    v[ST_PRIOR_COUNT] = st_number_int(p->count);
    v[ST_PRIOR_FIRST] = p->any ? st_date_val(p->first) : st_null();
    v[ST_PRIOR_LAST] = p->any ? st_date_val(p->last) : st_null();
    v[ST_PRIOR_LAST_AMOUNT] = p->any ? money(p->last_amount) : st_number_int(0);
    v[ST_PRIOR_LAST_TIER] = p->any && p->last_tier.n ? st_string(p->last_tier) : st_null();
    v[ST_PRIOR_YEAR_TOTAL] = money(p->year == o->date.year ? p->year_total : 0);
    scheme_slots(c, o, v);
    return st_context_val(&c->case_arena, st_scheme_prior_type.shape, v);
}
