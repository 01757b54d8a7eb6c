/* Months, quarters and years as occasions, and the `period` that decisions see. */
#include "calc/calc_int.h"

/* Index of the last month of the block of n months that m lies in. */
static st_month block_end(st_month m, int n) {
    return m / n * n + n - 1;
}

st_month st_calc_paid_in(const st_benefit *b, st_month occasion) {
    st_phase p = st_benefit_phase(b, occasion);
    st_month over = block_end(occasion, p.months), end = block_end(over, p.paid_months);
    /* What is paid together is paid when its cadence, or the scheme, ends: nothing would pay it
     * later. */
    st_month change = st_benefit_phase_end(b, occasion);
    if (end > change)
        end = change;
    return end > b->closing && over <= b->closing ? b->closing : end;
}

/* Two years hold a payment of every rhythm. */
st_month st_calc_paid_by(const st_benefit *b, st_month period) {
    enum { YEAR = 12 };
    for (st_month paid = period; paid > period - 2 * YEAR; paid--)
        for (st_month m = paid; m > paid - YEAR; m--)
            if (st_calc_paid_in(b, m) == paid)
                return paid;
    ST_UNREACHABLE();
}

bool st_calc_in_scope(const st_benefit *b, st_month occasion, st_month period) {
    if (period < b->payable_from)
        return false;
    if (b->cadence == ST_ONCE)
        return occasion <= period;
    return st_calc_paid_in(b, occasion) <= period;
}

size_t st_calc_occasion_id(const st_benefit *b, st_month m, char out[16]) {
    int year = m / 12, month = m % 12;
    st_cadence c = st_benefit_phase(b, m).cadence;
    int n = c == ST_YEARLY      ? snprintf(out, 16, "%04d", year)
            : c == ST_QUARTERLY ? snprintf(out, 16, "%04d-Q%d", year, month / 3 + 1)
                                : snprintf(out, 16, "%04d-%02d", year, month + 1);
    ST_ASSERT(n > 0 && n < 16);
    return (size_t)n;
}

/* "2023", "2023-Q4", "2023-11": its first month, and the cadence whose occasion it is. */
static bool read_id(st_str id, st_month *m, st_cadence *cadence) {
    int64_t year;
    *cadence = ST_MONTHLY;
    if (st_month_parse(id, m))
        return true;
    if (id.n < 4 || !st_str_int(st_str_sub(id, 0, 4), &year) || year < 0)
        return false;
    *cadence = id.n == 4 ? ST_YEARLY : ST_QUARTERLY;
    *m = (st_month)year * 12;
    if (id.n == 4)
        return true;
    if (id.n != 7 || id.p[4] != '-' || id.p[5] != 'Q' || id.p[6] < '1' || id.p[6] > '4')
        return false;
    *m += (id.p[6] - '1') * 3;
    return true;
}

bool st_calc_occasion_month(const st_benefit *b, st_str id, st_month *out) {
    st_cadence cadence;
    return b->cadence != ST_ONCE && read_id(id, out, &cadence) &&
           st_benefit_phase(b, *out).cadence == cadence;
}

static st_date start_by(const st_benefit *b, st_date start, st_date end) {
    switch (b->start) {
    case ST_START_NEXT_MONTH:
        return st_date_from_days(st_date_to_days(start) - 1);
    case ST_START_DAY_15:
        return (st_date){start.year, start.month, 15};
    case ST_START_SAME_MONTH:
        return end;
    }
    ST_UNREACHABLE();
}

st_val st_calc_make_period(st_arena *a, const st_benefit *b, st_month m) {
    int months = st_benefit_phase(b, m).months;
    months = months ? months : 1;
    st_date start = st_month_first(m), end = st_month_last(m + months - 1);
    char id[16];
    size_t n = st_calc_occasion_id(b, m, id);
    st_val *v = ST_NEWN(a, st_val, ST_PERIOD_SLOTS);
    v[ST_PERIOD_NAME] = st_string((st_str){st_arena_dup(a, id, n), n});
    v[ST_PERIOD_START] = st_date_val(start);
    v[ST_PERIOD_END] = st_date_val(end);
    v[ST_PERIOD_YEAR] = st_number_int(start.year);
    v[ST_PERIOD_MONTH] = st_number_int(start.month);
    v[ST_PERIOD_DAYS] = st_number_int(st_date_to_days(end) - st_date_to_days(start) + 1);
    v[ST_PERIOD_START_BY] = st_date_val(start_by(b, start, end));
    return st_context_val(a, st_scheme_period_type.shape, v);
}
