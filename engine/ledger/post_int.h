/* Inside engine/ledger only: a posting in the making. */
#ifndef ST_LEDGER_POST_INT_H
#define ST_LEDGER_POST_INT_H

#include "base/tree.h"
#include "ledger/claim_int.h"
#include "ledger/copy_int.h"
#include "ledger/gl_int.h"
#include "ledger/part_int.h"

typedef struct st_posting_benefit {
    int32_t number;
    const char *id;
} st_posting_benefit;

struct st_posting {
    st_ledger *l;
    st_arena arena; /* names of benefits, void runs */
    int64_t run;
    bool rehearsal; /* nothing is written */
    int64_t before; /* rehearsal: only what was posted before this run; 0 = all */
    char scheme[64], currency[8];
    st_posting_benefit *benefits;
    size_t n_benefits;
    int64_t *voids; /* ascending */
    size_t n_voids;
    st_copy copy[ST_COPY_TABLES];
    st_part parts[ST_PARTS]; /* digests of what is copied beside the lines */
    st_tree tree;
    st_buf scratch;
    uint64_t lines, findings;
    st_money total;
    st_gl gl;
    /* the stream of posted keys */
    st_pg_cursor cursor;
    bool streaming, pending, drained;
    st_pg_cursor previous; /* assessments of an earlier run */
    bool looking_back;
    st_debts *debts;                  /* stream of open debts; NULL until it is asked for */
    struct st_persons_known *persons; /* stream of persons; NULL until it is asked for */
    char subject[ST_SUBJECT_MAX + 1], occasion[ST_OCCASION_MAX + 1], tier[ST_TIER_MAX + 1];
};

/* Adds last_amount to the key's sum; a failure beyond ST_POSTED_MAX. */
bool st_posted_add(st_posted *k, st_err *err);
/* Whether the run's rows do not count. */
bool st_posting_void(const st_posting *p, int64_t run);
/* Sends a table's rows when there are enough of them. */
bool st_posting_send(st_posting *p, st_copy_table t, st_err *err);

/* Runs whose rows do not count, ascending, in the arena: now (run 0, also the drafts that the next
 * run sets aside), or as that run saw it. */
bool st_voids_read(st_ledger *l, int64_t run, st_arena *a, int64_t **voids, size_t *n, st_err *err);
bool st_voids_has(const int64_t *voids, size_t n, int64_t run);

/* Ends the stream of persons; says that this run's persons are complete. */
void st_persons_close(st_posting *p);
bool st_persons_done(st_posting *p, st_err *err);

#endif
