/* A past run done again from its archived inputs. */
#ifndef ST_AUDIT_H
#define ST_AUDIT_H

#include "run/run.h"

typedef struct st_audit_result {
    bool equal;
    uint64_t lines, differing;
    st_sha256 root;
} st_audit_result;

/* A line of which ledger and repeat tell different things; texts valid during the call. */
typedef struct st_audit_difference {
    st_str subject, benefit, occasion;
    st_str ledger, repeat; /* the line on each side: amount, cause, due ...; empty: there is none */
} st_audit_difference;
typedef void st_audit_sink(void *ctx, const st_audit_difference *d);

/* Does the run again with the inputs, the as-of date and the ledger of that time, and compares: the
 * repeat with the sealed root, where the run was sealed, and with the lines as they are now.
 * Differing lines go to each (may be NULL), by subject, benefit and occasion. */
bool st_audit_run(st_ledger *l, const char *state_dir, const char *conninfo, const st_run_info *run,
                  st_audit_sink *each, void *ctx, st_audit_result *out, st_err *err);
/* Whether a failure is about that run alone (its archive, its inputs), so that others can still be
 * audited. */
bool st_audit_is_of_run(const st_err *err);

/* Does the run again and hands out its report, lines and changes as they were. */
bool st_audit_again(st_ledger *l, const char *state_dir, const char *conninfo,
                    const st_run_info *run, st_rehearsal *r, st_err *err);

/* What that month would be with today's knowledge: records and rules of the scheme's newest run,
 * against all that is posted. */
bool st_audit_now(st_ledger *l, const char *state_dir, const char *conninfo, const st_run_info *run,
                  st_rehearsal *out, st_err *err);

#endif
