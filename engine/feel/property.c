/* Properties of temporal values and ranges: `date.year`, `duration.days`, `range.start included`.
 */
#include "feel/feel_int.h"

typedef st_val property_fn(st_val v);

static st_date date_of(st_val v) {
    return v.kind == ST_DATE ? v.u.date : v.u.datetime->date;
}
static const st_time *time_of(st_val v) {
    return v.kind == ST_TIME ? v.u.time : &v.u.datetime->time;
}

static st_val year(st_val v) {
    return st_number_int(date_of(v).year);
}
static st_val month(st_val v) {
    return st_number_int(date_of(v).month);
}
static st_val day(st_val v) {
    return st_number_int(date_of(v).day);
}
static st_val weekday(st_val v) {
    return st_number_int(st_date_weekday(date_of(v)));
}
static st_val hour(st_val v) {
    return st_number_int(time_of(v)->hour);
}
static st_val minute(st_val v) {
    return st_number_int(time_of(v)->minute);
}
static st_val second(st_val v) {
    return st_number(st_temporal_seconds_dec(time_of(v)->second, time_of(v)->nano));
}
static st_val time_offset(st_val v) {
    const st_time *t = time_of(v);
    return t->zone_kind == ST_ZONE_NONE ? st_null() : st_dt_duration(t->offset, 0);
}
static st_val timezone_name(st_val v) {
    const st_time *t = time_of(v);
    return t->zone_kind == ST_ZONE_NAMED ? st_string(st_str_of(t->zone)) : st_null();
}

static st_val years(st_val v) {
    return st_number_int(v.u.months / 12);
}
static st_val months(st_val v) {
    return st_number_int(v.u.months % 12);
}

/* Whole seconds towards zero: the parts of a negative duration are all negative. */
static int64_t whole(st_val v) {
    return v.u.seconds < 0 && v.n ? v.u.seconds + 1 : v.u.seconds;
}
static st_val days(st_val v) {
    return st_number_int(whole(v) / ST_SECONDS_OF_DAY);
}
static st_val hours(st_val v) {
    return st_number_int(whole(v) / 3600 % 24);
}
static st_val minutes(st_val v) {
    return st_number_int(whole(v) / 60 % 60);
}
static st_val seconds(st_val v) {
    int64_t s = whole(v) % 60;
    if (v.u.seconds < 0 && v.n)
        return st_number(st_dec_neg(st_temporal_seconds_dec(-s, ST_NANOS - v.n)));
    return st_number(st_temporal_seconds_dec(s, v.n));
}

static st_val start(st_val v) {
    return v.u.range->lo;
}
static st_val end(st_val v) {
    return v.u.range->hi;
}
static st_val start_included(st_val v) {
    return st_bool(v.u.range->lo_closed);
}
static st_val end_included(st_val v) {
    return st_bool(v.u.range->hi_closed);
}

enum {
    OF_DATE = 1 << ST_DATE | 1 << ST_DATETIME,
    OF_TIME = 1 << ST_TIME | 1 << ST_DATETIME,
    OF_YM = 1 << ST_YM_DURATION,
    OF_DT = 1 << ST_DT_DURATION,
    OF_RANGE = 1 << ST_RANGE,
};

static const struct {
    const char *name;
    unsigned kinds;
    property_fn *get;
} properties[] = {
    {"year", OF_DATE, year},
    {"month", OF_DATE, month},
    {"day", OF_DATE, day},
    {"weekday", OF_DATE, weekday},
    {"hour", OF_TIME, hour},
    {"minute", OF_TIME, minute},
    {"second", OF_TIME, second},
    {"time offset", OF_TIME, time_offset},
    {"timezone", OF_TIME, timezone_name},
    {"years", OF_YM, years},
    {"months", OF_YM, months},
    {"days", OF_DT, days},
    {"hours", OF_DT, hours},
    {"minutes", OF_DT, minutes},
    {"seconds", OF_DT, seconds},
    {"start", OF_RANGE, start},
    {"end", OF_RANGE, end},
    {"start included", OF_RANGE, start_included},
    {"end included", OF_RANGE, end_included},
};

bool st_feel_property(ST_UNUSED st_feel_frame *f, st_val v, st_str name, st_val *out) {
    for (size_t i = 0; i < ST_LEN(properties); i++)
        if ((properties[i].kinds >> v.kind & 1) && st_str_is(name, properties[i].name)) {
            *out = properties[i].get(v);
            return true;
        }
    return false;
}
