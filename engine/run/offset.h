/* Debts beside the lines of a run: what is kept of each subject's payment. */
#ifndef ST_RUN_OFFSET_H
#define ST_RUN_OFFSET_H

#include "calc/calc.h"
#include "calc/offset.h"
#include "ledger/claim.h"
#include "ledger/person.h"

/* What a run pays and keeps, over all subjects. */
typedef struct st_payable_sum {
    st_payable sum;
    st_money claims_open;     /* of all the scheme's subjects, after the run */
    uint64_t payees, kept_of; /* subjects who are paid something; of whom something is kept */
    bool known;               /* false without a ledger */
} st_payable_sum;

typedef struct st_offset_state {
    st_posting *posting;
    const st_scheme *scheme;
    const int32_t *numbers;     /* of the ledger, per benefit of the scheme */
    const st_person_keys *keys; /* under which other names a person's debts stand */
    st_payable_sum *total;
    bool *overflow;   /* set when a sum is more than an amount can be */
    uint64_t line_no; /* of the run's last line so far */
    st_arena arena;   /* of one subject */
    /* the debt that comes next in the ledger */
    bool begun, have;
    st_debt next;
    st_buf next_subject;
} st_offset_state;

void st_offset_begin(st_offset_state *s, st_posting *posting, const st_scheme *scheme,
                     const int32_t *numbers, const st_person_keys *keys, st_payable_sum *total,
                     bool *overflow);
/* To be called for each subject whose lines were posted, in order of subjects (bytes), also when n
 * is 0: settles its debts, those of these lines too, and posts the settlements. */
bool st_offset_subject(st_offset_state *s, st_str subject, const st_diff_line *lines, size_t n,
                       st_err *err);
/* Counts what is left of the debts of the others. */
bool st_offset_finish(st_offset_state *s, st_err *err);
void st_offset_end(st_offset_state *s);

/* {"gross": ..., "offset": ..., "net": ..., "claims_open": ..., "policy": {...}} */
void st_payable_json(const st_payable_sum *p, const st_scheme *s, st_buf *out);

#endif
