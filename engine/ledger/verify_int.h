/* Inside engine/ledger only: the parts of verification. */
#ifndef ST_LEDGER_VERIFY_INT_H
#define ST_LEDGER_VERIFY_INT_H

#include "ledger/verify.h"

#include "base/arena.h"

typedef struct st_verify_benefit {
    const char *id, *scheme, *currency; /* NULL: there is none of this number */
} st_verify_benefit;

typedef struct st_verify {
    st_ledger *l;
    st_tamper_sink *sink;
    void *ctx;
    st_verified *out;
    st_arena arena;
    ST_VEC(st_run_info) runs; /* ascending */
    st_verify_benefit *benefits;
    int32_t n_benefits; /* numbers 1.. */
} st_verify;

void st_verify_tell(st_verify *v, st_tamper kind, int64_t run, uint64_t line, const char *fmt, ...)
    ST_PRINTF(5, 6);
/* Lines of one run against their leaves, its totals and its root. */
bool st_verify_lines(st_verify *v, const st_run_info *info, st_err *err);
/* The functions of the database against those of the program. */
bool st_verify_functions(st_verify *v, st_err *err);
/* What a run wrote beside its lines. */
bool st_verify_parts(st_verify *v, int64_t run, st_err *err);
/* The chain of what decides, against the rows that it is about. */
bool st_verify_links(st_verify *v, st_err *err);
/* The order of the sealed runs. */
void st_verify_chain(st_verify *v);
/* Appends a line's canonical bytes from a row of ST_VERIFY_COLUMNS; false when its benefit is
 * unknown. */
#define ST_VERIFY_COLUMNS                                                                          \
    "line_no, subject_id, benefit, occasion, seq, cause, tier, amount, due, rule, facts, leaf"
bool st_verify_benefits(st_verify *v, st_err *err);

#endif
