/* One person and run in finance words. */
#ifndef ST_EXPLAIN_H
#define ST_EXPLAIN_H

#include "run/run.h"

typedef struct st_explain_options {
    const char *state_dir, *conninfo;
    const char *subject, *benefit; /* benefit NULL: all */
    const char *lang;              /* "en" or "zh" */
    bool json;
    const char *case_out; /* folder for a case that another DMN engine can run; NULL: none */
    const char *occasion; /* of the case; NULL: the newest */
} st_explain_options;

/* Tells facts with their place in the file, decisions with the rules that fired and their clauses,
 * months and rates, what was posted before and why the difference; for a refusal every failed
 * condition and what would change it. From the archived inputs of the run. */
bool st_run_explain(st_ledger *l, const st_run_info *run, const st_explain_options *opt, FILE *to,
                    st_err *err);

#endif
