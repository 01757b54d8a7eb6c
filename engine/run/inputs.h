/* What a rule may use. */
#ifndef ST_RUN_INPUTS_H
#define ST_RUN_INPUTS_H

#include "run/run.h"

typedef enum st_inputs_form { ST_INPUTS_TABLE, ST_INPUTS_TSV, ST_INPUTS_JSON } st_inputs_form;

/* Appends one row for each name that a decision of the package may use (subject, occasion, period,
 * prior, with their fields): name, FEEL type, meaning. TABLE is a table of Markdown. */
void st_run_inputs(const st_package *p, st_inputs_form form, const char *lang, st_buf *out);

#endif
