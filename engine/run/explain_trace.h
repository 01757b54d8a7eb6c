#ifndef ST_EXPLAIN_TRACE_H
#define ST_EXPLAIN_TRACE_H

#include "base/str.h"

/* Prints the rules that fired in the last table of a trace (JSON of st_evaluator_trace_json) with
 * the cells that decided, the clause and the place in the model. change: also says what each cell
 * would have to be otherwise ("would change it"), NULL for none. */
void st_explain_rules(FILE *to, st_str trace, st_str model, const char *change);

#endif
