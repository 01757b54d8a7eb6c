/* Debts of subjects: negative lines, what settled them, and what people did about them. */
#ifndef ST_LEDGER_CLAIM_H
#define ST_LEDGER_CLAIM_H

#include "calc/types.h"
#include "ledger/ledger.h"

/* -- in a run's transaction -- */
/* Streams the scheme's debts that are open, or were written off, in order of (subject, benefit,
 * occasion, seq), bytes ordered; not those of this run. *row false at the end. Texts are valid
 * until the next call. In a rehearsal as of an old run: as they were open then. */
bool st_posting_debt(st_posting *p, st_str *subject, st_debt *out, bool *row, st_err *err);
/* The same of one subject, with its name in the debt; stops when each returns false. */
bool st_posting_debts_of(st_posting *p, st_str subject,
                         bool (*each)(void *ctx, const st_debt *debt), void *ctx, st_err *err);

typedef struct st_settlement {
    st_settle_kind kind;
    st_settle_bound bound;
    st_money amount;  /* above 0, at most the debt's open amount */
    st_money payment; /* the subject's payment in this run before anything was kept */
    const st_kept_from
        *from; /* whose payments it is kept of; what is left, of the debt's benefit */
    size_t n_from;
} st_settlement;
/* Settles a debt (of an earlier run or of this one) by this run; counts as long as the run does.
 * Several for one debt: raise d->next_no in between. */
bool st_posting_settle(st_posting *p, st_str subject, const st_debt *d, const st_settlement *s,
                       st_err *err);

/* -- what people book; each is a transaction, and the database decides by the login -- */
typedef struct st_booking {
    const char *subject;
    const char *scheme; /* NULL: the only one in which the subject owes something */
    st_money amount;    /* above 0 */
    st_date date;       /* when it happened; month 0: today, by the server */
    const char *note;   /* where it came from, or the reason; not empty */
    const char *key;    /* number of the receipt, for money brought back; NULL: none */
} st_booking;
/* Money that the subject brought back, by a payer; spread over the debts of all the person's names,
 * the oldest first. The same booking again under its key is recognised: *already, with its number;
 * another booking under that key is refused (ST_E_CLAIM_RECEIPT), and without a key one that looks
 * like one that stands (ST_E_CLAIM_TWICE). */
bool st_claim_repay(st_ledger *l, const st_booking *b, int64_t *no, bool *already, st_err *err);
/* Asks for a write-off, as an officer; nothing changes until it is approved. The same request
 * again, before anybody decided about it, is recognised: *already. */
bool st_claim_write_off(st_ledger *l, const st_booking *b, int64_t *no, bool *already, st_err *err);
/* Approves write-off no, as an approver who did not ask for it (77). date as in a booking. */
bool st_claim_approve(st_ledger *l, int64_t no, st_date date, const char *note, bool *already,
                      st_err *err);
/* Takes booking no back: cash as a payer; a write-off as an approver, or as the one who asked while
 * nobody has approved. The debt is open again. */
bool st_claim_cancel(st_ledger *l, int64_t no, st_date date, const char *reason, bool *already,
                     st_err *err);

/* -- reading; texts are valid during the callback, which returns false to stop -- */
typedef struct st_claim {
    const char *subject, *scheme, *benefit_id, *occasion, *currency;
    int32_t seq;
    int64_t run;
    uint64_t line_no;
    st_month period; /* of the run that took the amount back */
    st_cause cause;
    st_money amount, settled, open;
} st_claim;
typedef struct st_claim_filter {
    const char *scheme, *subject; /* NULL: all */
    bool with_settled;            /* also debts of which nothing is left */
} st_claim_filter;
/* By scheme, subject, run and line. */
bool st_ledger_claims(st_ledger *l, const st_claim_filter *filter,
                      bool (*each)(void *ctx, const st_claim *c), void *ctx, st_err *err);

typedef struct st_settled {
    const char *scheme, *benefit_id, *occasion;
    int32_t seq;
    int64_t debt_run;
    uint64_t debt_line;
    const char *kind; /* "offset", "reversal", "netted", "forgiven", "cash", "writeoff", "cancel" */
    int64_t run, booking; /* one of the two; of a cancelling the booking that it takes back */
    bool cash;            /* of a booking: money brought back, or its cancelling */
    st_money amount;      /* below 0 for a cancelling */
    st_money payment;     /* of an offset */
    st_settle_bound bound;
    st_date date;
    const char *actor, *at, *note; /* note: of a booking */
} st_settled;
/* What settled the debts of a subject, by scheme, then oldest first. */
bool st_ledger_settled(st_ledger *l, const char *scheme, const char *subject,
                       bool (*each)(void *ctx, const st_settled *s), void *ctx, st_err *err);

typedef struct st_claim_action {
    int64_t no;
    const char *kind;  /* "cash", "writeoff" */
    const char *state; /* "booked", "requested", "approved", "cancelled" */
    const char *scheme, *subject, *currency;
    st_money amount;
    st_date date;
    const char *note, *actor, *at;
    const char *by, *by_note; /* who approved or cancelled; empty otherwise */
} st_claim_action;
/* Bookings by number. */
bool st_ledger_claim_actions(st_ledger *l, const st_claim_filter *filter,
                             bool (*each)(void *ctx, const st_claim_action *a), void *ctx,
                             st_err *err);

#endif
