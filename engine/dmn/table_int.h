/* Between the files that evaluate decision tables. */
#ifndef ST_DMN_TABLE_INT_H
#define ST_DMN_TABLE_INT_H

#include "dmn/dmn_int.h"

enum { DMN_COLUMN_WORDS = (DMN_COLUMNS_MAX + 63) / 64 };

/* Rules of which nobody knows whether they hold. */
typedef struct dmn_open_rules {
    bool any, other; /* other: for another cause than that a column's value is null */
    uint64_t columns[DMN_COLUMN_WORDS]; /* whose null left a rule open */
    uint32_t rule, column;              /* the first open cell */
    const st_reason *why;               /* its cause, where there is one already */
} dmn_open_rules;

typedef struct dmn_hits {
    uint32_t *v; /* rules that match as FEEL says, in order */
    uint32_t n, cap;
    uint32_t small[32];
} dmn_hits;

/* One evaluation of a table. */
typedef struct dmn_rows {
    const dmn_table *t;
    const st_val *in; /* values of the columns, with their doubt */
    st_feel_frame *f;
    uint8_t *failed, *open_at; /* by rule, for the trace; else NULL: what dmn_event says */
    dmn_hits hits;
    dmn_open_rules open;
    uint64_t asked[DMN_COLUMN_WORDS]; /* columns whose null a rule that holds asks for */
} dmn_rows;

/* Finds the rules that match (t, in, f, failed, open_at set by the caller). Rules that are open
 * raise doubt, and its reason is returned; NULL when all is known. */
const st_reason *st_dmn_table_rules(dmn_rows *x);
/* Whether v is in one of the intervals of a cell of an ordered kind. */
bool st_dmn_in_ordered(const dmn_cell *c, st_val v);

#endif
