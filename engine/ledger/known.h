/* What the ledger knows of schemes and benefits: their names in runs, and which of them live. */
#ifndef ST_LEDGER_KNOWN_H
#define ST_LEDGER_KNOWN_H

#include "ledger/ledger.h"

/* Runs count here that are neither void nor drafts which the next run sets aside. */
typedef struct st_known_name {
    st_str id;
    int64_t run; /* the newest run that counts and used it */
} st_known_name;

typedef struct st_known_benefit {
    int32_t number;
    st_str id; /* the first one: in sealed bytes, and what runs without names used */
    st_known_name *names;
    size_t n_names;
    bool posted;     /* a run that counts posted lines of it */
    st_month newest; /* then the newest period of such a run */
} st_known_benefit;

typedef struct st_known_scheme {
    int32_t number;
    st_str id;
    char currency[8];
    st_known_name *names;
    size_t n_names;
    int64_t newest_run; /* the newest that counts; 0: none */
    st_month newest;    /* the newest period of runs that count */
    st_known_benefit *benefits;
    size_t n_benefits;
} st_known_scheme;

typedef struct st_known {
    st_known_scheme *schemes;
    size_t n;
} st_known;

/* The schemes that are or were called by one of these ids; in the arena. */
bool st_ledger_known(st_ledger *l, st_arena *a, const st_str *ids, size_t n, st_known *out,
                     st_err *err);
enum { ST_ALIKE_MAX = 24 };
/* Schemes with a benefit of one of these ids, those with the newest runs, at most ST_ALIKE_MAX. */
bool st_ledger_alike(st_ledger *l, st_arena *a, const st_str *benefits, size_t n, st_known *out,
                     st_err *err);

/* Names that a run used; benefit 0: of the scheme itself. Nothing for runs without names. */
typedef struct st_said {
    int32_t benefit;
    st_str id;
} st_said;
bool st_ledger_said(st_ledger *l, st_arena *a, int64_t run, st_said **out, size_t *n, st_err *err);
/* Keeps the names with the run that is being posted. */
bool st_posting_said(st_posting *p, const st_said *said, size_t n, st_err *err);

/* Occasions of a benefit for which something is posted, with the number of their keys. Reads every
 * line of the benefit: for questions that are rare. Stops when each returns false. */
bool st_ledger_occasions(st_ledger *l, int32_t benefit,
                         bool (*each)(void *ctx, st_str occasion, int64_t keys, st_money sum),
                         void *ctx, st_err *err);

#endif
