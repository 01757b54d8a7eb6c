/* How debts are settled from a payment. */
#include "calc/offset.h"

enum { WHOLE = 10000 }; /* hundredths of a percent */

static bool older(const st_debt *a, const st_debt *b) {
    return a->run != b->run ? a->run < b->run : a->line_no < b->line_no;
}

static int oldest_first(const void *x, const void *y) {
    return older(x, y) ? -1 : older(y, x);
}

static int newest_first(const void *x, const void *y) {
    return oldest_first(y, x);
}

/* The share in fen, rounded down, without a product that could overflow. */
static st_money share_of(st_money payment, int64_t share) {
    return payment / WHOLE * share + payment % WHOLE * share / WHOLE;
}

static st_money above_floor(const st_recovery_policy *policy, st_money payment) {
    return payment > policy->floor ? payment - policy->floor : 0;
}

st_money st_calc_keepable(const st_recovery_policy *policy, st_money payment) {
    st_money share = share_of(payment, policy->share_percent);
    st_money floor = above_floor(policy, payment);
    return share < floor ? share : floor;
}

static bool same_key(const st_credit *c, const st_debt *d) {
    return d->benefit == c->benefit && st_str_eq(d->occasion, c->occasion);
}

static bool moved(const st_credit *c, const st_debt *d) {
    return c->corrects && d->fresh && d->benefit == c->benefit;
}

/* Which part of a debt is given back. */
typedef st_money *part_of(st_debt *d);

static st_money *open_part(st_debt *d) {
    return &d->open;
}

static st_money *forgiven_part(st_debt *d) {
    return &d->forgiven;
}

/* Settles debts from lines that give back what the debts took; what is used is taken off left. */
static size_t give_back(const st_credit *credits, st_money *left, size_t n_credits, st_debt *debts,
                        size_t n_debts, bool (*meets)(const st_credit *c, const st_debt *d),
                        part_of *part_of_debt, st_settle_kind kind, st_offset *out,
                        st_payable *pay) {
    size_t made = 0;
    for (size_t k = 0; k < n_credits; k++) {
        for (size_t i = 0; i < n_debts && left[k] > 0; i++) {
            st_money *open = part_of_debt(&debts[i]);
            if (*open <= 0 || !meets(&credits[k], &debts[i]))
                continue;
            st_money part = *open < left[k] ? *open : left[k];
            *open -= part;
            left[k] -= part;
            pay->reversed += part;
            out[made++] = (st_offset){i, kind, ST_BOUND_DEBT, part};
        }
    }
    return made;
}

static size_t keep(const st_recovery_policy *policy, st_debt *debts, size_t n, st_offset *out,
                   st_payable *pay) {
    st_money payment = pay->net, room = st_calc_keepable(policy, payment);
    st_settle_bound end = room < above_floor(policy, payment) ? ST_BOUND_SHARE : ST_BOUND_FLOOR;
    size_t made = 0;
    for (size_t i = 0; i < n && room > 0; i++) {
        st_debt *d = &debts[i];
        st_money part = d->open;
        st_settle_bound bound = ST_BOUND_DEBT;
        if (policy->instalments > 0) {
            st_money one = (d->amount - 1) / policy->instalments + 1;
            if (one < part) {
                part = one;
                bound = ST_BOUND_INSTALMENT;
            }
        }
        if (room < part) {
            part = room;
            bound = end;
        }
        if (part == 0)
            continue;
        d->open -= part;
        room -= part;
        pay->kept += part;
        out[made++] = (st_offset){i, ST_SETTLE_OFFSET, bound, part};
    }
    pay->net -= pay->kept;
    return made;
}

size_t st_calc_settle(const st_recovery_policy *policy, const st_credit *credits, st_money *left,
                      size_t n_credits, st_debt *debts, size_t n_debts, st_offset *out,
                      st_payable *pay) {
    *pay = (st_payable){0};
    if (n_debts)
        qsort(debts, n_debts, sizeof *debts,
              policy && policy->newest_first ? newest_first : oldest_first);
    for (size_t i = 0; i < n_credits; i++) {
        ST_ASSERT(credits[i].amount > 0 &&
                  st_money_add(pay->gross, credits[i].amount, &pay->gross));
        left[i] = credits[i].amount;
    }
    size_t made = give_back(credits, left, n_credits, debts, n_debts, same_key, open_part,
                            ST_SETTLE_REVERSAL, out, pay);
    made += give_back(credits, left, n_credits, debts, n_debts, same_key, forgiven_part,
                      ST_SETTLE_FORGIVEN, &out[made], pay);
    made += give_back(credits, left, n_credits, debts, n_debts, moved, open_part, ST_SETTLE_NETTED,
                      &out[made], pay);
    pay->net = pay->gross - pay->reversed;
    if (policy)
        made += keep(policy, debts, n_debts, &out[made], pay);
    return made;
}

static st_money take(st_money *left, st_money wanted) {
    st_money part = *left < wanted ? *left : wanted;
    *left -= part;
    return part;
}

void st_calc_kept_of_own(const st_credit *credits, st_money *left, size_t n_credits,
                         const st_debt *debts, const st_offset *offsets, size_t n, st_money *own) {
    for (size_t i = 0; i < n; i++) {
        own[i] = 0;
        if (offsets[i].kind != ST_SETTLE_OFFSET) {
            own[i] = offsets[i].amount;
            continue;
        }
        for (size_t k = 0; k < n_credits && own[i] < offsets[i].amount; k++)
            if (credits[k].benefit == debts[offsets[i].debt].benefit)
                own[i] += take(&left[k], offsets[i].amount - own[i]);
    }
}

size_t st_calc_kept_of_others(const st_credit *credits, st_money *left, size_t n_credits,
                              st_money rest, st_kept_from *out) {
    size_t made = 0;
    for (size_t k = 0; k < n_credits && rest > 0; k++) {
        st_money part = take(&left[k], rest);
        rest -= part;
        if (part > 0)
            out[made++] = (st_kept_from){credits[k].benefit, part};
    }
    ST_ASSERT(rest == 0); /* no more is kept than is paid */
    return made;
}
