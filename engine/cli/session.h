/* What commands on the ledger share. */
#ifndef ST_SESSION_H
#define ST_SESSION_H

#include "cli/opt.h"
#include "ledger/ledger.h"

/* How long to wait for other sessions, by the options; who is waited for is said on standard error,
 * unless quiet. It points to c, and lives until the next call. */
const st_patience *st_session_patience(st_common *c);
/* Finishes the common options and opens the ledger, which is there already. */
bool st_session_open(st_common *c, bool read_only, st_ledger **l, st_err *err);
/* A run number from the command line. */
bool st_session_run(const char *text, int64_t *run, st_err *err);
/* One line about a run: number, scheme, period, state, total. */
void st_session_print_run(FILE *to, const st_run_info *r);

/* The heading of that list, and one row of it, appended to b; lang "zh" or "en". */
void st_session_findings_heading(const char *lang);
void st_session_finding_row(st_buf *b, st_str subject, const st_err *f, const char *lang);
/* What is to be done about findings: once for each code that was met. */
typedef struct st_advice {
    bool of[ST_E_COUNT];
} st_advice;
void st_session_print_advice(const st_advice *a, const char *lang);
/* Who is held, rejected or noted in a run, and why. lang "zh" or "en". */
bool st_session_print_findings(st_ledger *l, int64_t run, const char *lang, st_err *err);

#endif
