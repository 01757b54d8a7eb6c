/* Who may do what with a run: roles, approval by a second person, voiding. The database decides, by
 * the login. */
#ifndef ST_LEDGER_APPROVE_H
#define ST_LEDGER_APPROVE_H

#include "ledger/ledger.h"

/* Gives a user a role of the ledger: "officer" calculates, "approver" approves and voids, "payer"
 * releases and settles, "auditor" reads. On the embedded cluster the user is an OS user, who then
 * reaches the server's socket; elsewhere a database role, which must be there (66). Only the owner
 * of the ledger may (77). */
bool st_ledger_grant(const st_ledger_options *opt, const char *role, const char *user, st_err *err);
bool st_ledger_revoke(const st_ledger_options *opt, const char *role, const char *user,
                      st_err *err);

typedef struct st_ledger_member {
    const char *user, *role; /* valid during the callback */
} st_ledger_member;
/* Who has which role, by user. */
bool st_ledger_members(st_ledger *l, bool (*each)(void *ctx, const st_ledger_member *m), void *ctx,
                       st_err *err);

/* Approves a run: not by the one who calculated it (77; unless the owner granted an exception,
 * which is noted), only a draft (65), after all older drafts of its scheme (65), and when a guard
 * of the scheme (control totals) left it unsealed, only with that guard named in accept (NULL:
 * none; 77 when it is missing). Then the run is sealed from its rows first. */
bool st_ledger_approve(st_ledger *l, int64_t run, const char *accept, const char *note,
                       st_run_info *info, st_err *err);
/* Makes a draft or approved run void: its lines no longer count. By an approver, or by the officer
 * who made it while it is a draft; a reason is required. */
bool st_ledger_void(st_ledger *l, int64_t run, const char *reason, st_run_info *info, st_err *err);
/* approved -> released -> settled, by a payer; released by somebody who neither calculated nor
 * approved (77; the same exception). */
bool st_ledger_release(st_ledger *l, int64_t run, const char *note, st_run_info *info, st_err *err);
bool st_ledger_settle(st_ledger *l, int64_t run, const char *note, st_run_info *info, st_err *err);

typedef struct st_run_event {
    const char *state, *actor, *at, *note; /* valid during the callback */
} st_run_event;
/* What happened to a run, oldest first. */
bool st_ledger_events(st_ledger *l, int64_t run, bool (*each)(void *ctx, const st_run_event *e),
                      void *ctx, st_err *err);

#endif
