/* What keeps a run from being sealed: guards of the scheme, control totals, appropriations. */
#include "run/run_int.h"

static void add(st_money *to, st_money v) {
    ST_ASSERT(st_money_add(*to, v, to));
}

static void trip(st_tally *t, st_str id, const char *fmt, ...) ST_PRINTF(3, 4);
static void trip(st_tally *t, st_str id, const char *fmt, ...) {
    st_tripped x = {.id = id};
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(x.why, sizeof x.why, fmt, ap);
    va_end(ap);
    ST_VEC_PUSH(&t->arena, &t->tripped, x);
}

/* Whether now differs from last by more than hundredths of a percent; the first month has nothing
 * to compare with. */
static bool beyond(int64_t last, int64_t now, int64_t hundredths) {
    __int128 diff = (__int128)now - last;
    if (diff < 0)
        diff = -diff;
    return last != 0 && diff * 10000 > (__int128)last * hundredths;
}

static void guard_changes(st_tally *t, const st_guard *g) {
    int64_t last_payees = 0, payees = 0, last = 0, now = 0;
    for (uint32_t i = 0; i < t->scheme->n_benefits; i++) {
        if (g->benefit.n && !st_str_eq(g->benefit, t->scheme->benefits[i].id))
            continue;
        last_payees += (int64_t)t->months[i].last_payees;
        payees += (int64_t)t->months[i].payees;
        add(&last, t->months[i].last);
        add(&now, t->months[i].now);
        if (g->has_amount && t->largest_of[i] > g->amount_above)
            trip(t, g->id, "%.*s: a single amount of %" PRId64 ".%02d is above the bound",
                 ST_FMT(t->scheme->benefits[i].id), t->largest_of[i] / 100,
                 (int)(t->largest_of[i] % 100));
    }
    if (g->has_payees && beyond(last_payees, payees, g->payees_percent))
        trip(t, g->id, "payees went from %" PRId64 " to %" PRId64, last_payees, payees);
    if (g->has_total && beyond(last, now, g->total_percent))
        trip(t, g->id, "the month's total went from %" PRId64 ".%02d to %" PRId64 ".%02d",
             last / 100, (int)(last % 100), now / 100, (int)(now % 100));
}

void st_tally_guard(st_tally *t) {
    for (size_t i = 0; i < t->n_controls; i++) {
        const st_control_sum *sum = &t->controls[i];
        const st_control *c = &t->scheme->benefits[sum->benefit].controls[sum->control];
        if (sum->count != c->count || sum->total != c->total)
            trip(t, c->id,
                 "declared %" PRId64 " persons and %" PRId64 ".%02d, found %" PRId64 " and %" PRId64
                 ".%02d",
                 c->count, c->total / 100, (int)(c->total % 100), sum->count, sum->total / 100,
                 (int)(sum->total % 100));
    }
    for (size_t i = 0; i < t->scheme->n_guards; i++)
        guard_changes(t, &t->scheme->guards[i]);
}

void st_tally_budget(st_tally *t, uint32_t benefit, const st_budget *budget, st_money spent) {
    st_money all = spent;
    for (size_t i = 0; i < t->n_groups; i++)
        if (t->groups[i].benefit == benefit)
            add(&all, t->groups[i].sum);
    if (all <= budget->appropriation)
        return;
    const char *id =
        st_arena_fmt(&t->arena, "appropriation-%.*s", ST_FMT(t->scheme->benefits[benefit].id));
    trip(t, st_str_of(id),
         "%" PRId64 ".%02d would be spent in %d, appropriated are %" PRId64 ".%02d", all / 100,
         (int)(all % 100), budget->year, budget->appropriation / 100,
         (int)(budget->appropriation % 100));
}

bool st_tally_controls_ok(const st_tally *t) {
    return t->tripped.n == 0;
}
