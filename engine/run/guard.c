/* What keeps a run from being sealed: guards of the scheme, control totals, appropriations. */
#include "run/run_int.h"

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

/* An amount as text for a message, "1234.50". */
typedef struct amount_text {
    char z[32];
} amount_text;
static amount_text text_of(st_money v) {
    amount_text t;
    st_buf b;
    st_buf_init(&b, sizeof t.z - 1);
    st_money_plain(&b, v);
    (void)snprintf(t.z, sizeof t.z, "%s", b.p);
    st_buf_free(&b);
    return t;
}

/* What the benefits that a guard speaks of add up to. */
typedef struct guarded {
    int64_t last_payees, payees;
    st_money last, now; /* this payment beside the last one */
    st_money posted;    /* by this run for the benefits that are compared, with what was there */
    st_money arrears, recovered;
} guarded;

/* What a run gives beside this payment: arrears, recoveries and corrections. */
static st_money beside_payment(const st_tally *t, uint32_t benefit) {
    st_money sum = 0;
    for (size_t k = 0; k < t->n_moves + ST_MOVES; k++) {
        const st_move_row *r =
            k < t->n_moves ? &t->moves[k] : &t->other_moves[benefit * ST_MOVES + (k - t->n_moves)];
        if (r->benefit == benefit && r->move > ST_MOVE_ALREADY &&
            !st_money_add(sum, r->amount, &sum))
            return INT64_MAX;
    }
    return sum;
}

static bool speaks_of(const st_guard *g, const st_benefit *b) {
    return !g->benefit.n || st_str_eq(g->benefit, b->id);
}

static guarded sums_of(st_tally *t, const st_guard *g) {
    guarded s = {0};
    for (uint32_t i = 0; i < t->scheme->n_benefits; i++) {
        const st_month_sums *m = &t->months[i];
        if (!speaks_of(g, &t->scheme->benefits[i]))
            continue;
        s.last_payees += (int64_t)m->last_payees;
        s.payees += (int64_t)m->payees;
        st_tally_add(t, &s.last, m->last);
        st_tally_add(t, &s.now, m->now);
        st_tally_add(t, &s.arrears, st_sums_arrears(&t->sums[i]));
        st_tally_add(t, &s.recovered, st_sums_recovered(&t->sums[i]));
        if (!m->compared)
            continue;
        st_tally_add(t, &s.posted, m->now);
        st_tally_add(t, &s.posted, beside_payment(t, i));
    }
    return s;
}

static void guard_amounts(st_tally *t, const st_guard *g) {
    for (uint32_t i = 0; g->has_amount && i < t->scheme->n_benefits; i++)
        if (speaks_of(g, &t->scheme->benefits[i]) && t->sums[i].largest > g->amount_above)
            trip(t, g->id, "%.*s: a single amount of %s is above the bound",
                 ST_FMT(t->scheme->benefits[i].id), text_of(t->sums[i].largest).z);
}

static void guard_changes(st_tally *t, const st_guard *g) {
    guarded s = sums_of(t, g);
    guard_amounts(t, g);
    if (g->has_payees && beyond(s.last_payees, s.payees, g->payees_percent))
        trip(t, g->id, "payees went from %" PRId64 " to %" PRId64, s.last_payees, s.payees);
    if (g->has_total && beyond(s.last, s.now, g->total_percent))
        trip(t, g->id, "the month's total went from %s to %s", text_of(s.last).z, text_of(s.now).z);
    else if (g->has_total && beyond(s.last, s.posted, g->total_percent))
        trip(t, g->id, "with arrears and recoveries %s are posted, after %s for the last month",
             text_of(s.posted).z, text_of(s.last).z);
    if (g->has_arrears && s.arrears > g->arrears_above)
        trip(t, g->id, "arrears of %s are above the bound", text_of(s.arrears).z);
    if (g->has_recovery && s.recovered > g->recovery_above)
        trip(t, g->id, "%s are taken back, which is above the bound", text_of(s.recovered).z);
}

static void guard_controls(st_tally *t) {
    for (size_t i = 0; i < t->controls.n; i++) {
        const st_control_sum *sum = &t->controls.items[i];
        const st_control *c = &t->scheme->benefits[sum->benefit].controls[sum->control];
        if (sum->count != c->count || sum->total != c->total)
            trip(t, c->id, "declared %" PRId64 " persons and %s, found %" PRId64 " and %s",
                 c->count, text_of(c->total).z, sum->count, text_of(sum->total).z);
    }
}

void st_tally_guard(st_tally *t) {
    if (t->strays.keys) {
        char why[160];
        st_strays_why(&t->strays, why, sizeof why);
        trip(t, ST_STR(ST_STRAY_GUARD), "%s", why);
    }
    guard_controls(t);
    for (size_t i = 0; i < t->scheme->n_guards; i++)
        guard_changes(t, &t->scheme->guards[i]);
}

static bool appropriations_declared(const st_scheme *s) {
    for (size_t i = 0; i < s->n_benefits; i++)
        for (size_t k = 0; k < s->benefits[i].n_budgets; k++)
            if (s->benefits[i].budgets[k].limited)
                return true;
    return false;
}

void st_tally_budget_year(st_tally *t, uint32_t benefit) {
    const st_benefit *b = &t->scheme->benefits[benefit];
    int year = (int)(t->period / 12);
    if (t->sums[benefit].total == 0 || st_scheme_budget(b, year) ||
        !appropriations_declared(t->scheme))
        return;
    trip(t, st_str_of(st_arena_fmt(&t->arena, "budget-%d-%.*s", year, ST_FMT(b->id))),
         "scheme.xml has no budget line of %d for %.*s, but %s would be posted on it", year,
         ST_FMT(b->id), text_of(t->sums[benefit].total).z);
}

void st_tally_budget(st_tally *t, uint32_t benefit, const st_budget *budget, st_money spent) {
    st_money all = spent;
    st_tally_add(t, &all, t->sums[benefit].total);
    if (all <= budget->appropriation)
        return;
    const char *id =
        st_arena_fmt(&t->arena, "appropriation-%.*s", ST_FMT(t->scheme->benefits[benefit].id));
    trip(t, st_str_of(id), "%s would be spent in %d, appropriated are %s", text_of(all).z,
         budget->year, text_of(budget->appropriation).z);
}

bool st_tally_controls_ok(const st_tally *t) {
    return t->tripped.n == 0;
}
