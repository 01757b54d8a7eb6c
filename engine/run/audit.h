/* A past run done again from its archived inputs. */
#ifndef ST_AUDIT_H
#define ST_AUDIT_H

#include "run/run.h"

typedef struct st_audit_result {
    bool equal;
    uint64_t lines, differing;
    st_sha256 root;
} st_audit_result;

/* Does the run again with the inputs, the as-of date and the ledger of that time, and compares.
 * Differing lines are listed to `to` (may be NULL). */
bool st_audit_run(st_ledger *l, const char *state_dir, const char *conninfo, const st_run_info *run,
                  FILE *to, st_audit_result *out, st_err *err);

/* Does the run again and hands out its report, lines and changes as they were. */
bool st_audit_again(st_ledger *l, const char *state_dir, const char *conninfo,
                    const st_run_info *run, st_rehearsal *r, st_err *err);

/* What that month would be with today's knowledge: records and rules of the scheme's newest run,
 * against all that is posted. */
bool st_audit_now(st_ledger *l, const char *state_dir, const char *conninfo, const st_run_info *run,
                  st_rehearsal *out, st_err *err);

#endif
