/* What stands between a subject and a scheme: lines, debts, what settled them, what comes next. */
#ifndef ST_RUN_BALANCE_H
#define ST_RUN_BALANCE_H

#include "calc/offset.h"
#include "ledger/claim.h"

typedef struct st_balance_debt {
    st_claim claim;
    const st_settled *settled; /* oldest first */
    size_t n_settled;
} st_balance_debt;

typedef struct st_balance {
    const char *scheme, *currency;
    const st_ledger_line *lines; /* of runs that are not void */
    size_t n_lines;
    const st_balance_debt *debts;
    size_t n_debts;
    /* posted = paid - brought_back - written_off - open */
    st_money posted, paid, reversed, kept, brought_back, written_off, open;
    /* the next payment; policy_known only when a run of the scheme told its policy */
    bool policy_known, has_policy;
    st_recovery_policy policy;
    st_money payment, next_kept; /* of a payment like this so much would be kept; 0: none so far */
} st_balance;

/* Reads the balances of a subject, one per scheme (scheme NULL: all). payment > 0: what the next
 * payment is taken to be; else what the last run paid for its own month. Texts live in the arena.
 * Fails when the ledger does not know the subject. */
bool st_balance_read(st_ledger *l, st_arena *a, const char *subject, const char *scheme,
                     st_money payment, st_balance **out, size_t *n, st_err *err);

/* "share_percent", "floor", "order" and "instalments" from the summary kept with a run; *known
 * false when it has none of this. */
bool st_payable_policy(st_str summary, bool *known, bool *has, st_recovery_policy *out,
                       st_err *err);

#endif
