/* The general ledger: a few balanced legs per run, beside the lines and equal to their sum.
 *
 * Of each benefit the lines make an entry for each origin, the run whose funding they carry:
 * expense, split over the shares of that run, against payable (lines that pay) and claim (lines
 * that take back). A line that pays carries the funding of its own run; one that takes back, that
 * of the newest of what it takes back, and what is due again gives it to whom it was taken from
 * (sql/functions/legs.sql). The legs on the funding of a run are always the split, by largest
 * remainder, of all that stands on it, so that a whole recovery leaves nothing anywhere. */
#ifndef ST_LEDGER_POSTING_H
#define ST_LEDGER_POSTING_H

#include "ledger/ledger.h"

typedef struct st_funding {
    const char *payer; /* who bears the share: "province", a unit's code ... */
    int64_t weight;    /* >= 0 */
} st_funding;

/* Says who bears the expense of a benefit in this run; before commit, at most 16 shares with a sum
 * of weights above 0. Without it the expense has one leg with an empty share. Copies. */
bool st_posting_funding(st_posting *p, int32_t benefit, const st_funding *shares, size_t n,
                        st_err *err);

/* Says which budget line what the run posts of a benefit burdens, also arrears: what is paid in a
 * year is that year's money; what is taken back goes back to the line it came from. Without it the
 * line that the benefit was registered with. Copies. */
void st_posting_budget_line(st_posting *p, int32_t benefit, st_str line);

/* What earlier runs of the calendar year (by their period, void runs left out) posted as expense of
 * a benefit; for a rehearsal of an old run those before it. */
bool st_posting_spent(st_posting *p, int32_t benefit, int year, st_money *out, st_err *err);

typedef enum st_leg_kind {
    ST_LEG_RUN,      /* posted by a run */
    ST_LEG_RELEASED, /* sent to the bank: payable against payments on their way */
    ST_LEG_SETTLED,  /* paid by the bank */
    ST_LEG_BOOKING   /* money brought back, claims written off, and their cancelling */
} st_leg_kind;
typedef struct st_leg {
    st_leg_kind kind;
    int64_t number; /* of the run, or of the booking */
    int32_t entry, leg;
    st_date date;     /* of a run the last day of its period */
    const char *what; /* state of the run; "cash", "writeoff", "cancel" of a booking */
    /* account_kind: "expense", "payable", "claim", "interfund", "transit", "bank", "writeoff" */
    const char *account, *account_kind;
    const char *scheme, *benefit_id, *budget_line, *share, *currency;
    st_money amount; /* debit positive, credit negative */
} st_leg;            /* texts valid during the callback */
/* Every leg there is (view stipend.leg), ordered by date, kind, number, entry, leg: those of one
 * run and of its payments; run 0: those of every run that is not void, and of the bookings. Stops
 * when each returns false. */
bool st_ledger_legs(st_ledger *l, int64_t run, bool (*each)(void *ctx, const st_leg *leg),
                    void *ctx, st_err *err);

#endif
