#ifndef ST_EXPLAIN_TRACE_H
#define ST_EXPLAIN_TRACE_H

#include "dmn/dmn.h"

typedef struct st_explain_words {
    const char *lang;
    const char *is, *other, *change; /* "is", "other than", "would change it" */
} st_explain_words;

/* Appends what a traced decision came from: of it and of all that it needs the expressions, the
 * rules that matched in their tables (those of functions too), each with its clause and its place
 * in the model, and the cells that decided. refused: also says what each cell of the decision's own
 * tables would have to be otherwise. Values are printed as they were decided; personal data is not
 * masked here. */
void st_explain_rules(st_buf *out, const st_evaluator *e, int decision, st_str model,
                      const st_explain_words *w, bool refused);
/* The same as a JSON list: decision or function, file, line, value, clauses, expressions, rules. */
void st_explain_origins_json(st_buf *out, const st_evaluator *e, st_str model);

#endif
