#ifndef ST_EXPLAIN_TRACE_H
#define ST_EXPLAIN_TRACE_H

#include "dmn/dmn.h"

typedef struct st_explain_words {
    const char *lang;
    const char *is, *other, *change; /* "is", "other than", "would change it" */
} st_explain_words;

/* Appends the rules that matched in the tables of a traced decision, with the cells that decided,
 * the clause and the place in the model. refused: also says what each cell would have to be
 * otherwise. Values are printed as they were decided; personal data is not masked here. */
void st_explain_rules(st_buf *out, const st_evaluator *e, int decision, st_str model,
                      const st_explain_words *w, bool refused);

#endif
