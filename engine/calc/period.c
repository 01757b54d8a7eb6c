/* Months, quarters and years as occasions, and the `period` that decisions see. */
#include "calc/calc_int.h"

/* Index of the last month of the block of n months that m lies in. */
static st_month block_end(st_month m, int n) {
    return m / n * n + n - 1;
}

st_month st_calc_paid_in(const st_benefit *b, st_month occasion) {
    return block_end(block_end(occasion, b->months), b->paid_months);
}

st_month st_calc_paid_by(const st_benefit *b, st_month period) {
    st_month end = block_end(period, b->paid_months);
    return end <= period ? end : end - b->paid_months;
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
    int n = b->cadence == ST_YEARLY      ? snprintf(out, 16, "%04d", year)
            : b->cadence == ST_QUARTERLY ? snprintf(out, 16, "%04d-Q%d", year, month / 3 + 1)
                                         : snprintf(out, 16, "%04d-%02d", year, month + 1);
    ST_ASSERT(n > 0 && n < 16);
    return (size_t)n;
}

bool st_calc_occasion_month(const st_benefit *b, st_str id, st_month *out) {
    if (b->cadence == ST_ONCE)
        return false;
    if (b->cadence == ST_MONTHLY)
        return st_month_parse(id, out);
    int64_t year;
    if (id.n < 4 || !st_str_int(st_str_sub(id, 0, 4), &year))
        return false;
    *out = (st_month)year * 12;
    if (b->cadence == ST_YEARLY)
        return id.n == 4;
    if (id.n != 7 || id.p[4] != '-' || id.p[5] != 'Q' || id.p[6] < '1' || id.p[6] > '4')
        return false;
    *out += (id.p[6] - '1') * 3;
    return true;
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
    int months = b->months ? b->months : 1;
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
