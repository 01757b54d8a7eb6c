/* What calculation yields and ledger and outputs consume. Plain data; texts are borrowed from the
 * arena named by the function that hands them out. */
#ifndef ST_CALC_TYPES_H
#define ST_CALC_TYPES_H

#include "base/date.h"
#include "base/digest.h"
#include "base/money.h"

enum {
    ST_SUBJECT_MAX = 64,   /* bytes of a subject id */
    ST_BENEFIT_MAX = 48,   /* bytes of a benefit id */
    ST_OCCASION_MAX = 48,  /* bytes of an occasion */
    ST_TIER_MAX = 48,      /* bytes of a tier */
    ST_REASONS_MAX = 4096, /* bytes of the reasons of one assessment, JSON */
};

typedef enum st_outcome { ST_ENTITLED, ST_REFUSED, ST_HELD, ST_REJECTED, ST_MISSING } st_outcome;
typedef enum st_cause {
    ST_CAUSE_NEW,
    ST_CAUSE_ARREARS,
    ST_CAUSE_RECOVERY,
    ST_CAUSE_REVERSAL
} st_cause;

const char *st_outcome_name(st_outcome o); /* "entitled", "refused", ... */
const char *st_cause_name(st_cause c);

/* One ledger line, as posted. benefit is the number the ledger gave the benefit of the scheme. */
typedef struct st_line {
    uint64_t line_no; /* 1.. in the run, by (subject, benefit, occasion) */
    st_str subject;
    st_str key; /* what the run's record called the subject; empty: as the ledger does */
    int32_t benefit;
    st_str occasion;
    int32_t seq; /* lines already there for the key, of all runs */
    st_cause cause;
    st_str tier;
    st_money amount; /* signed, never 0: due - posted */
    st_money due;    /* what the key's due is now */
    st_str rule;     /* model, decision and rule numbers that decided: "award.dmn#Award amount:2" */
    st_sha256 facts; /* digest of the subject's facts */
} st_line;

/* What people call the line's subject. */
static inline st_str st_line_key(const st_line *l) {
    return l->key.n ? l->key : l->subject;
}

/* The outcome for one subject and benefit. */
typedef struct st_assessment {
    st_str subject;
    int32_t benefit;
    st_outcome outcome;
    st_str tier;       /* of the run's period, may be empty */
    st_money due;      /* total due over all occasions up to the run's period */
    int32_t occasions; /* occasions with a due */
    st_str reasons;    /* JSON array of {code, text, clause} for refused and held; "[]" otherwise */
    st_sha256 facts;   /* all zero when rejected or missing */
    int64_t seen;      /* digest of the facts as rules see them; 0: nothing to take over */
} st_assessment;

/* What is posted for a key, from the ledger. A sum beyond ST_POSTED_MAX, more than any honest
 * history comes to, is refused when it is read: so due - posted is always an amount. */
#define ST_POSTED_MAX (INT64_C(100) * ST_MONEY_MAX)
typedef struct st_posted {
    st_str subject;
    int32_t benefit;
    st_str occasion;
    int32_t next_seq;     /* max(seq) + 1 over all lines, void runs included */
    st_money sum;         /* over runs that are not void */
    st_money last_amount; /* of the newest counted line; 0 when none counts */
    int32_t last_seq;     /* its seq, -1 when none counts */
    int32_t counted;      /* lines that count */
    st_str tier;          /* its tier */
} st_posted;

/* -- recovery: a negative line is a debt, and what is kept of payments settles it -- */
/* One debt of a subject: what a line took back and is not settled yet. */
typedef struct st_debt {
    st_str subject;  /* under whose name it stands, when it is another one of the same person */
    int32_t benefit; /* number in the ledger */
    st_str occasion;
    int32_t seq;
    int64_t run; /* of the line; with line_no the age of the debt */
    uint64_t line_no;
    st_money amount, open; /* as taken back, and what is left of it; both above 0 */
    st_money forgiven;     /* of what was settled, what was written off: the subject has it */
    int32_t next_no;       /* number of its next settlement */
    bool fresh;            /* made by the very run that settles */
} st_debt;

/* Part of a settlement: the benefit whose payment it is kept of. */
typedef struct st_kept_from {
    int32_t benefit;
    st_money amount; /* above 0 */
} st_kept_from;

typedef enum st_settle_kind {
    ST_SETTLE_OFFSET,   /* kept of a payment, by the scheme's policy */
    ST_SETTLE_REVERSAL, /* the very key is due again: the debt falls away */
    ST_SETTLE_NETTED,   /* the same run gives it under another occasion of the benefit */
    ST_SETTLE_FORGIVEN  /* it was written off and the very key is due again: nothing to pay */
} st_settle_kind;
/* Why not more was kept for a debt. */
typedef enum st_settle_bound {
    ST_BOUND_DEBT,      /* it is the whole debt */
    ST_BOUND_SHARE,     /* no more of the payment may be kept */
    ST_BOUND_FLOOR,     /* so much must be left of the payment */
    ST_BOUND_INSTALMENT /* the debt is repaid in parts */
} st_settle_bound;

#endif
