/* What the scheme's newest run found, so that a regular month need not look at the whole history.
 */
#ifndef ST_LEDGER_PREVIOUS_H
#define ST_LEDGER_PREVIOUS_H

#include "ledger/ledger.h"

/* The run whose assessments still describe the ledger: the scheme's newest run (other than except),
 * when it has the same rules and engine, an earlier period than this one, no counted run of the
 * scheme has a later period, and nothing became void since (nor does a void run reach beyond it).
 * *run 0 when there is none: then everything must be recalculated. */
bool st_ledger_base(st_ledger *l, const char *scheme, int64_t except, st_month period,
                    const st_sha256 *rules, const char *engine, int64_t *run, st_month *base_period,
                    st_err *err);

/* The newest period before this one of which a counted run of the scheme is posted, and the rules
 * of its newest run. */
typedef struct st_earlier {
    bool found;
    st_month period;
    st_sha256 rules;
} st_earlier;
bool st_posting_earlier(st_posting *p, st_month period, st_earlier *out, st_err *err);

typedef struct st_previous {
    st_str subject; /* texts valid until the next call */
    int32_t benefit;
    st_outcome outcome;
    st_str tier;
    st_money due;
    int32_t occasions;
    st_sha256 facts; /* zero when the run had none */
} st_previous;
/* Assessments of a run by (subject, benefit number), bytes ordered; *row false at the end. May be
 * interleaved with adding lines. */
bool st_posting_previous(st_posting *p, int64_t run, st_previous *out, bool *row, st_err *err);

/* What is posted for one subject, by (benefit number, occasion); rows and texts in the arena. */
bool st_posting_posted_of(st_posting *p, st_arena *a, st_str subject, st_posted **rows, size_t *n,
                          st_err *err);

#endif
