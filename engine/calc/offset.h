/* Debts against a payment: what a run keeps of a subject's payment. Pure. */
#ifndef ST_CALC_OFFSET_H
#define ST_CALC_OFFSET_H

#include "calc/types.h"
#include "scheme/scheme.h"

/* A positive line of the run. */
typedef struct st_credit {
    int32_t benefit; /* number in the ledger, as in the debts */
    st_str occasion;
    st_money amount; /* above 0 */
    bool corrects;   /* it concerns the past: arrears, or something paid once */
} st_credit;

/* What settles one debt. */
typedef struct st_offset {
    size_t debt; /* index in the debts as they are ordered afterwards */
    st_settle_kind kind;
    st_settle_bound bound;
    st_money amount; /* above 0 */
} st_offset;

/* A subject's payment: gross = reversed + kept + net; none is below 0. */
typedef struct st_payable {
    st_money gross;    /* sum of the positive lines */
    st_money reversed; /* of that, what only took a recovery back or moved it: nothing to pay */
    st_money kept;     /* offset against debts by the policy */
    st_money net;      /* what is paid */
} st_payable;

/* Settles debts from the positive lines of one subject and run.
 *
 * First, whole and outside of the policy: a positive line settles open debts of its own key, since
 * what was taken back there is due again and the subject still has the money (also
 * what was written off of it); and a line that
 * corrects the past settles what this very run takes back of the same benefit, since the run only
 * moves it from one occasion to another. What is left of the lines is the payment. Of it at most
 * the policy's share is kept (rounded down), its floor is left, and of each debt at most one
 * instalment (a part of the amount first taken back, rounded up) is taken, debt after debt in the
 * policy's order. policy NULL: nothing is kept, debts stay claims.
 *
 * Sorts the debts by the policy's order (none: oldest first) and lowers their open amounts. Writes
 * at most 3 * n_credits + 4 * n_debts settlements, reversals first; returns their number. left:
 * room for n_credits amounts: what of each line is payment, before anything is kept. */
size_t st_calc_settle(const st_recovery_policy *policy, const st_credit *credits, st_money *left,
                      size_t n_credits, st_debt *debts, size_t n_debts, st_offset *out,
                      st_payable *pay);

/* Whose payment is kept: of its own benefit's first. own[i]: what offset i takes of the payment of
 * its debt's benefit, for all offsets in their order; for the rest st_calc_kept_of_others, called
 * offset by offset in the same order, takes of the other benefits in the order of the lines. left:
 * as st_calc_settle left it; lowered. Offsets of other kinds than ST_SETTLE_OFFSET are of their own
 * benefit whole. */
void st_calc_kept_of_own(const st_credit *credits, st_money *left, size_t n_credits,
                         const st_debt *debts, const st_offset *offsets, size_t n, st_money *own);
/* Writes at most n_credits parts, together rest; returns their number. */
size_t st_calc_kept_of_others(const st_credit *credits, st_money *left, size_t n_credits,
                              st_money rest, st_kept_from *out);

/* What the policy would let a run keep of a payment at most, were there debts enough. */
st_money st_calc_keepable(const st_recovery_policy *policy, st_money payment);

#endif
