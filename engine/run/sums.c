#include "run/sums.h"

bool st_sums_line(st_benefit_sums *s, const st_diff_line *line) {
    st_cause_sum *c = &s->by[line->cause];
    st_money *to = line->amount < 0 ? &c->less : &c->more;
    st_money size = line->amount < 0 ? -line->amount : line->amount;
    c->count++;
    if (size > s->largest)
        s->largest = size;
    return st_money_add(*to, line->amount, to) && st_money_add(s->total, line->amount, &s->total);
}

/* A recovery that is taken back is money for the past too. more and less of both causes are parts
 * of sums that were checked, but of other signs, so that the two together need a check. */
static st_money both(st_money a, st_money b) {
    st_money sum;
    return st_money_add(a, b, &sum) ? sum : a < 0 ? INT64_MIN + 1 : INT64_MAX;
}

st_money st_sums_arrears(const st_benefit_sums *s) {
    return both(s->by[ST_CAUSE_ARREARS].more, s->by[ST_CAUSE_REVERSAL].more);
}

st_money st_sums_recovered(const st_benefit_sums *s) {
    return -both(s->by[ST_CAUSE_RECOVERY].less, s->by[ST_CAUSE_REVERSAL].less);
}
