#ifndef ST_EXPLAIN_TRACE_H
#define ST_EXPLAIN_TRACE_H

#include "base/str.h"

typedef struct st_explain_words {
    const char *lang;
    const char *is, *other, *change; /* "is", "other than", "would change it" */
} st_explain_words;

/* Prints the rules that fired in the last table of a trace (JSON of st_evaluator_trace_json) with
 * the cells that decided, the clause and the place in the model. refused: also says what each cell
 * would have to be otherwise. */
void st_explain_rules(FILE *to, st_str trace, st_str model, const st_explain_words *w,
                      bool refused);

#endif
