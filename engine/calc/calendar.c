/* The occasions of a calendar benefit, one after the other, also where its cadence changes. */
#include "calc/calc_int.h"

st_calendar st_calendar_begin(const st_benefit *b, st_month period) {
    return (st_calendar){
        .b = b, .period = period, .last = b->last < period ? b->last : period, .next = b->first};
}

bool st_calendar_next(st_calendar *c, st_month *m) {
    /* Payments follow the occasions' order: behind the first one out of scope all are. */
    if (c->next > c->last || !st_calc_in_scope(c->b, c->next, c->period))
        return false;
    *m = c->next;
    c->next += st_benefit_phase(c->b, *m).months;
    return true;
}

bool st_calendar_more(const st_calendar *c) {
    return c->next <= c->last;
}

bool st_calendar_too_long(const st_benefit *b, st_month period) {
    st_calendar c = st_calendar_begin(b, period);
    st_month m;
    int n = 0;
    while (n <= ST_OCCASIONS_MAX && st_calendar_next(&c, &m))
        n++;
    return n > ST_OCCASIONS_MAX;
}
