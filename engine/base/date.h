/* Civil dates, proleptic Gregorian; no time_t, no zone. */
#ifndef ST_DATE_H
#define ST_DATE_H

#include "base/buf.h"

/* year -999999999..999999999 for FEEL; records and periods use 1800..2999. */
typedef struct st_date {
    int32_t year;
    uint8_t month, day;
} st_date;

bool st_date_valid(int64_t year, int month, int day);
bool st_date_leap(int64_t year);
int st_date_month_days(int64_t year, int month);
bool st_date_parse(st_str iso, st_date *out); /* exactly YYYY-MM-DD, a date that exists */
void st_date_add(st_buf *out, st_date d);     /* appends YYYY-MM-DD */
int st_date_cmp(st_date a, st_date b);
/* Days since 1970-01-01, and back. */
int64_t st_date_to_days(st_date d);
st_date st_date_from_days(int64_t days);
/* Goes to the target month and keeps the day or takes the last of the month (civil code art. 202).
 * False when the year leaves the range. */
bool st_date_plus_months(st_date d, int64_t months, st_date *out);
/* Largest n with plus_months(a, n) <= b; negative when b < a. */
int64_t st_date_months_between(st_date a, st_date b);
/* 1 = Monday .. 7 = Sunday */
int st_date_weekday(st_date d);

/* A calendar month as year * 12 + (month - 1). */
typedef int32_t st_month;
bool st_month_parse(st_str text, st_month *out); /* exactly YYYY-MM */
void st_month_add(st_buf *out, st_month m);
st_month st_month_of(st_date d);
st_date st_month_first(st_month m);
st_date st_month_last(st_month m);

#endif
