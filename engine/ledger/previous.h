/* What the scheme's newest run found, so that a regular month need not look at the whole history.
 */
#ifndef ST_LEDGER_PREVIOUS_H
#define ST_LEDGER_PREVIOUS_H

#include "ledger/ledger.h"

/* Limits of what is taken over from: how many runs are looked at, and how old they may be. */
enum { ST_BASE_RUNS_MAX = 64, ST_BASE_MONTHS_MAX = 24 };

/* Runs of which each subject's newest assessment still describes the ledger: the scheme's newest
 * runs, back to one with a full roster. */
typedef struct st_base {
    size_t n; /* 0: nothing may be taken over, everything must be calculated */
    int64_t runs[ST_BASE_RUNS_MAX];
    st_month periods[ST_BASE_RUNS_MAX];
    st_month oldest; /* of the periods */
    bool complete;   /* whoever has something posted has an assessment in one of them */
} st_base;
typedef struct st_base_wanted {
    const char *scheme, *engine;
    int64_t except; /* the run going on, 0: none */
    st_month period;
    const st_sha256 *rules;
} st_base_wanted;
/* They have the same rules and engine and no later period than this one, no run before them has a
 * later one, and nothing that they took into account became void since. */
bool st_ledger_base(st_ledger *l, const st_base_wanted *w, st_base *out, st_err *err);
bool st_base_eq(const st_base *a, const st_base *b);

/* The newest period before this one of which a counted run of the scheme is posted, and the rules
 * of its newest run. */
typedef struct st_earlier {
    bool found;
    st_month period;
    st_sha256 rules;
} st_earlier;
bool st_posting_earlier(st_posting *p, st_month period, st_earlier *out, st_err *err);

typedef struct st_previous {
    int64_t run;
    st_str subject; /* texts valid until the next call */
    int32_t benefit;
    st_outcome outcome;
    st_str tier;
    st_money due;
    int32_t occasions;
    st_sha256 facts; /* zero when the run had none */
    int64_t seen;    /* as in st_assessment */
} st_previous;
/* Assessments of the base's runs by (subject, newest run first, benefit number), bytes ordered;
 * *row false at the end. May be interleaved with adding lines. */
bool st_posting_previous(st_posting *p, const st_base *base, st_previous *out, bool *row,
                         st_err *err);

/* What is posted for one subject, by (benefit number, occasion); rows and texts in the arena. */
bool st_posting_posted_of(st_posting *p, st_arena *a, st_str subject, st_posted **rows, size_t *n,
                          st_err *err);

#endif
