/* The one idea: a run posts due - posted. */
#include "calc/calc.h"

static int key_cmp(uint32_t benefit, st_str occasion, const st_posted *p) {
    if ((int64_t)benefit != p->benefit)
        return ST_CMP((int64_t)benefit, p->benefit);
    return st_str_cmp(occasion, p->occasion);
}

/* A line that takes the newest correction of the key back exactly is a reversal; other decreases
 * are recoveries. What the key's first line that counts gave is no correction, whatever void runs
 * posted before it. */
static st_cause cause_of(const st_scheme *s, st_month period, const st_owed *o, const st_posted *p,
                         st_money delta) {
    bool fresh = !p || p->last_seq < 0;
    const st_benefit *b = &s->benefits[o->benefit];
    if (fresh)
        return b->cadence == ST_ONCE || st_calc_paid_in(b, o->month) == period ? ST_CAUSE_NEW
                                                                               : ST_CAUSE_ARREARS;
    if (p->counted > 1 && delta == -p->last_amount)
        return ST_CAUSE_REVERSAL;
    return delta < 0 ? ST_CAUSE_RECOVERY : ST_CAUSE_ARREARS;
}

static size_t compare(const st_scheme *s, st_month period, const st_owed *o, const st_posted *p,
                      st_diff_line *line) {
    if (st_due_held(o->state) || o->state == ST_DUE_LATER)
        return 0;
    st_money delta = o->amount - (p ? p->sum : 0); /* at most ST_MONEY_MAX and ST_POSTED_MAX */
    if (delta == 0)
        return 0;
    *line = (st_diff_line){.benefit = o->benefit,
                           .occasion = o->occasion,
                           .tier = o->tier.n || !p ? o->tier : p->tier,
                           .seq = p ? p->next_seq : 0,
                           .cause = cause_of(s, period, o, p, delta),
                           .amount = delta,
                           .due = o->amount,
                           .rule = o->rule};
    return 1;
}

/* Whether an occasion of this name can be one of the benefit's: lists give any name. */
static bool names_occasion(const st_benefit *b, st_str occasion, st_month *m) {
    return b->cadence == ST_ONCE || st_calc_occasion_month(b, occasion, m);
}

bool st_calc_speaks(const st_scheme *s, const st_posted *p) {
    st_month m;
    if (p->benefit < 0)
        return false;
    const st_benefit *b = &s->benefits[p->benefit];
    return b->retired != ST_KEYS_UNSAID || b->stray != ST_KEYS_UNSAID ||
           names_occasion(b, p->occasion, &m);
}

/* Whether a key without an occasion is due nothing; else it is left as it is: of a benefit whose
 * keys are kept, or beyond the run's period. */
static bool falls_away(const st_benefit *b, st_month period, st_str occasion, st_month *m) {
    *m = period;
    if (b->retired != ST_KEYS_UNSAID)
        return b->retired == ST_KEYS_RECOVER;
    if (!names_occasion(b, occasion, m))
        return b->stray == ST_KEYS_RECOVER;
    return b->cadence == ST_ONCE || st_calc_in_scope(b, *m, period);
}

static bool any_held(uint32_t benefit, const st_owed *owed, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (owed[i].benefit == benefit && owed[i].state == ST_DUE_ANY)
            return true;
    return false;
}

/* Posted once, but the records give no such occasion any more: due is nothing. */
static size_t take_back(const st_scheme *s, st_month period, const st_owed *owed, size_t n_owed,
                        const st_posted *p, st_diff_line *line) {
    st_month m;
    if (p->benefit < 0 || !falls_away(&s->benefits[p->benefit], period, p->occasion, &m) ||
        any_held((uint32_t)p->benefit, owed, n_owed))
        return 0;
    st_owed nothing = {.benefit = (uint32_t)p->benefit,
                       .state = ST_DUE_REFUSED,
                       .occasion = p->occasion,
                       .month = m};
    return compare(s, period, &nothing, p, line);
}

size_t st_calc_diff(const st_scheme *s, st_month period, const st_owed *owed, size_t n_owed,
                    const st_posted *posted, size_t n_posted, st_diff_line *lines) {
    size_t n = 0, i = 0, k = 0;
    while (i < n_owed || k < n_posted) {
        int c = i == n_owed     ? 1
                : k == n_posted ? -1
                                : key_cmp(owed[i].benefit, owed[i].occasion, &posted[k]);
        if (c < 0)
            n += compare(s, period, &owed[i++], NULL, &lines[n]);
        else if (c > 0)
            n += take_back(s, period, owed, n_owed, &posted[k++], &lines[n]);
        else
            n += compare(s, period, &owed[i++], &posted[k++], &lines[n]);
    }
    return n;
}
