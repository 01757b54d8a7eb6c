/* What the records of a run said of themselves, and the runs they are compared with. */
#ifndef ST_LEDGER_INPUT_H
#define ST_LEDGER_INPUT_H

#include "ledger/ledger.h"

/* Keeps it with the run that is being posted: once, before the commit. */
bool st_posting_input(st_posting *p, const st_run_input *in, st_err *err);

/* A run whose records speak of the same persons as those at hand. */
typedef struct st_run_before {
    int64_t run;
    st_month period;
    st_date known_at;
    bool counts;                   /* sealed and not void */
    bool same_records, same_rules; /* byte for byte those at hand */
} st_run_before;

/* The scheme's runs that records of this kind are compared with, newest first: all for a full
 * roster or a part without sender; for a part with sender those of the same sender, those without,
 * and full rosters. Runs from before there was a known-at are placed by their as-of date. except:
 * the run that is being posted, 0 for none. Rows in the arena. */
bool st_ledger_before(st_ledger *l, const char *scheme, const st_run_input *in,
                      const st_sha256 *records, const st_sha256 *rules, int64_t except, st_arena *a,
                      st_run_before **out, size_t *n, st_err *err);

#endif
