/* What the lines of a run add up to, per benefit and cause. One writer; guards, appropriations and
 * the report read here, so that none of them can judge by a list that was cut for display. Pure. */
#ifndef ST_RUN_SUMS_H
#define ST_RUN_SUMS_H

#include "calc/calc.h"

enum { ST_CAUSES = ST_CAUSE_REVERSAL + 1 };

typedef struct st_cause_sum {
    uint64_t count;
    st_money more, less; /* of the lines above and below nothing: less <= 0 <= more */
} st_cause_sum;

typedef struct st_benefit_sums {
    st_cause_sum by[ST_CAUSES];
    st_money total;
    st_money largest; /* size of a single line, by guard: what is paid and what is taken back */
} st_benefit_sums;

/* Adds a line of the benefit. False when a sum is more than an amount can be (int64 minor units):
 * the sums are then of no use any more. */
bool st_sums_line(st_benefit_sums *s, const st_diff_line *line) ST_MUST_USE;
/* What was added for earlier months, and what was taken back (as a number above nothing). */
st_money st_sums_arrears(const st_benefit_sums *s);
st_money st_sums_recovered(const st_benefit_sums *s);

#endif
