#include "base/date.h"

enum { YEAR_LIMIT = 999999999 };

bool st_date_leap(int64_t year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int st_date_month_days(int64_t year, int month) {
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    ST_ASSERT(month >= 1 && month <= 12);
    return month == 2 && st_date_leap(year) ? 29 : days[month - 1];
}

bool st_date_valid(int64_t year, int month, int day) {
    return year >= -YEAR_LIMIT && year <= YEAR_LIMIT && month >= 1 && month <= 12 && day >= 1 &&
           day <= st_date_month_days(year, month);
}

static bool digits(const char *p, int n, int *out) {
    int v = 0;
    for (int i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9')
            return false;
        v = v * 10 + (p[i] - '0');
    }
    *out = v;
    return true;
}

bool st_date_parse(st_str s, st_date *out) {
    int y, m, d;
    if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' || !digits(s.p, 4, &y) ||
        !digits(s.p + 5, 2, &m) || !digits(s.p + 8, 2, &d) || !st_date_valid(y, m, d))
        return false;
    *out = (st_date){y, (uint8_t)m, (uint8_t)d};
    return true;
}

void st_date_add(st_buf *out, st_date d) {
    int32_t y = d.year < 0 ? -d.year : d.year;
    (void)st_buf_fmt(out, "%s%04d-%02d-%02d", d.year < 0 ? "-" : "", y, d.month, d.day);
}

int st_date_cmp(st_date a, st_date b) {
    if (a.year != b.year)
        return ST_CMP(a.year, b.year);
    int x = a.month * 32 + a.day, y = b.month * 32 + b.day;
    return ST_CMP(x, y);
}

/* Both conversions count from 0000-03-01, so that the leap day is the last of its year (Howard
 * Hinnant's days_from_civil, public domain algorithm). */
int64_t st_date_to_days(st_date d) {
    int64_t y = (int64_t)d.year - (d.month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t of_era = y - era * 400;
    int64_t of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

st_date st_date_from_days(int64_t days) {
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t of_era = days - era * 146097;
    int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t m = (5 * of_year + 2) / 153;
    int64_t day = of_year - (153 * m + 2) / 5 + 1, month = m < 10 ? m + 3 : m - 9;
    return (st_date){(int32_t)(year_of_era + era * 400 + (month <= 2)), (uint8_t)month,
                     (uint8_t)day};
}

bool st_date_plus_months(st_date d, int64_t months, st_date *out) {
    if (months > INT64_C(24) * YEAR_LIMIT || months < -INT64_C(24) * YEAR_LIMIT)
        return false;
    int64_t index = (int64_t)d.year * 12 + d.month - 1 + months;
    int64_t year = (index >= 0 ? index : index - 11) / 12;
    int month = (int)(index - year * 12) + 1;
    if (year < -YEAR_LIMIT || year > YEAR_LIMIT)
        return false;
    int last = st_date_month_days(year, month);
    *out = (st_date){(int32_t)year, (uint8_t)month, (uint8_t)(d.day < last ? d.day : last)};
    return true;
}

int64_t st_date_months_between(st_date a, st_date b) {
    int64_t n = ((int64_t)b.year - a.year) * 12 + b.month - a.month;
    st_date there;
    while (st_date_plus_months(a, n, &there) && st_date_cmp(there, b) > 0)
        n--;
    return n;
}

int st_date_weekday(st_date d) {
    int64_t since_monday = (st_date_to_days(d) + 3) % 7; /* 1970-01-01 was a Thursday */
    return (int)(since_monday < 0 ? since_monday + 7 : since_monday) + 1;
}

bool st_month_parse(st_str s, st_month *out) {
    int y, m;
    if (s.n != 7 || s.p[4] != '-' || !digits(s.p, 4, &y) || !digits(s.p + 5, 2, &m) || m < 1 ||
        m > 12)
        return false;
    *out = y * 12 + m - 1;
    return true;
}

void st_month_add(st_buf *out, st_month m) {
    (void)st_buf_fmt(out, "%04d-%02d", m / 12, m % 12 + 1);
}

st_month st_month_of(st_date d) {
    return d.year * 12 + d.month - 1;
}

st_date st_month_first(st_month m) {
    return (st_date){m / 12, (uint8_t)(m % 12 + 1), 1};
}

st_date st_month_last(st_month m) {
    return (st_date){m / 12, (uint8_t)(m % 12 + 1),
                     (uint8_t)st_date_month_days(m / 12, m % 12 + 1)};
}
