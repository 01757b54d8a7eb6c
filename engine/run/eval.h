/* One record looked at closely. */
#ifndef ST_EVAL_H
#define ST_EVAL_H

#include "run/run.h"

typedef struct st_eval_options {
    const char *scheme_path, *records_path, *subject;
    const char *benefit, *occasion, *decision; /* NULL: all; all; refusals and amount */
    st_month period;
    bool has_as_of, trace, json;
    const char *lang; /* of findings: "en" or "zh" */
    st_date as_of;
} st_eval_options;

/* Decides the occasions of one subject and prints each decision's value with the rules that fired.
 */
bool st_run_eval(const st_eval_options *opt, FILE *to, st_err *err);

#endif
