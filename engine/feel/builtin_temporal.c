/* The calendar: names and numbers of days, weeks and months, and the run's as-of date. */
#include "feel/feel_int.h"

static st_date date_of(st_val v) {
    return v.kind == ST_DATE ? v.u.date : v.u.datetime->date;
}

static int64_t day_of_year(st_date d) {
    return st_date_to_days(d) - st_date_to_days((st_date){d.year, 1, 1}) + 1;
}

/* ISO 8601: the week of a date is that of its Thursday. */
static int64_t week_of_year(st_date d) {
    st_date thursday = st_date_from_days(st_date_to_days(d) + 4 - st_date_weekday(d));
    return (day_of_year(thursday) - 1) / 7 + 1;
}

static st_val fn_day_of_year(ST_UNUSED st_call *c, const st_val *args, ST_UNUSED size_t n) {
    return st_number_int(day_of_year(date_of(args[0])));
}

static st_val fn_day_of_week(ST_UNUSED st_call *c, const st_val *args, ST_UNUSED size_t n) {
    static const char *const names[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                        "Friday", "Saturday", "Sunday"};
    return st_string(st_str_of(names[st_date_weekday(date_of(args[0])) - 1]));
}

static st_val fn_month_of_year(ST_UNUSED st_call *c, const st_val *args, ST_UNUSED size_t n) {
    static const char *const names[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};
    return st_string(st_str_of(names[date_of(args[0]).month - 1]));
}

static st_val fn_week_of_year(ST_UNUSED st_call *c, const st_val *args, ST_UNUSED size_t n) {
    return st_number_int(week_of_year(date_of(args[0])));
}

static st_val fn_today(st_call *c, ST_UNUSED const st_val *args, ST_UNUSED size_t n) {
    if (!c->f->env)
        return st_builtin_null(c, "no as-of date is known here");
    return st_date_val(c->f->env->now.date);
}

static st_val fn_now(st_call *c, ST_UNUSED const st_val *args, ST_UNUSED size_t n) {
    if (!c->f->env)
        return st_builtin_null(c, "no as-of date is known here");
    return st_datetime_val(c->f->arena, c->f->env->now);
}

/* Whole months between the dates, towards zero; the time of day does not count. */
static st_val fn_ym_duration(ST_UNUSED st_call *c, const st_val *args, ST_UNUSED size_t n) {
    st_date from = date_of(args[0]), to = date_of(args[1]);
    bool backwards = st_date_cmp(to, from) < 0;
    int64_t months =
        backwards ? -st_date_months_between(to, from) : st_date_months_between(from, to);
    return st_ym_duration(months);
}

#define DATE                                                                                       \
    { "date", ST_P_DATE_LIKE, 0 }

const st_builtin st_builtins_temporal[] = {
    {"day of year", fn_day_of_year, ST_T_NUMBER, 1, {DATE}},
    {"day of week", fn_day_of_week, ST_T_STRING, 1, {DATE}},
    {"month of year", fn_month_of_year, ST_T_STRING, 1, {DATE}},
    {"week of year", fn_week_of_year, ST_T_NUMBER, 1, {DATE}},
    {"today", fn_today, ST_T_DATE, 0, {{0}}},
    {"now", fn_now, ST_T_DATETIME, 0, {{0}}},
    {"years and months duration",
     fn_ym_duration,
     ST_T_YM_DURATION,
     2,
     {{"from", ST_P_DATE_LIKE, 0}, {"to", ST_P_DATE_LIKE, 0}}},
    {.name = NULL},
};
