/* Arithmetic on temporal values. Months keep the day or take the last of the month (base/date.h);
 * days and time are exact seconds and nanoseconds. With a named zone a duration of days and time
 * moves the instant, one of months the calendar. */
#include "feel/feel_int.h"

int64_t st_temporal_local_seconds(const st_datetime *t) {
    return st_date_to_days(t->date) * ST_SECONDS_OF_DAY + t->time.hour * 3600 +
           t->time.minute * 60 + t->time.second;
}

void st_temporal_resolve(st_datetime *t) {
    if (t->time.zone_kind != ST_ZONE_NAMED)
        return;
    const st_zone *z = st_zone_find(st_str_of(t->time.zone));
    if (z)
        t->time.offset = st_zone_offset_local(z, st_temporal_local_seconds(t));
}

static bool days_in_range(int64_t days) {
    return days >= st_date_to_days((st_date){-ST_YEAR_MAX, 1, 1}) &&
           days <= st_date_to_days((st_date){ST_YEAR_MAX, 12, 31});
}

static int64_t floor_div(int64_t a, int64_t b) {
    return a / b - (a % b < 0);
}

static void set_clock(st_time *t, int64_t second_of_day) {
    t->hour = (uint8_t)(second_of_day / 3600);
    t->minute = (uint8_t)(second_of_day / 60 % 60);
    t->second = (uint8_t)(second_of_day % 60);
}

bool st_temporal_set_local(st_datetime *t, int64_t local) {
    int64_t days = floor_div(local, ST_SECONDS_OF_DAY);
    if (!days_in_range(days))
        return false;
    t->date = st_date_from_days(days);
    set_clock(&t->time, local - days * ST_SECONDS_OF_DAY);
    return true;
}

bool st_feel_utc_seconds(const st_datetime *t, int64_t *seconds) {
    if (t->time.zone_kind == ST_ZONE_NONE)
        return false;
    st_datetime copy = *t;
    if (t->time.zone_kind == ST_ZONE_NAMED && !st_zone_find(st_str_of(t->time.zone)))
        return false;
    st_temporal_resolve(&copy);
    *seconds = st_temporal_local_seconds(&copy) - copy.time.offset;
    return true;
}

/* Seconds with nanoseconds 0..999999999: the sum keeps that form. */
static bool add_seconds(int64_t s1, uint32_t n1, int64_t s2, uint32_t n2, int64_t *s, uint32_t *n) {
    uint32_t nanos = n1 + n2;
    if (__builtin_add_overflow(s1, s2, s) || __builtin_add_overflow(*s, nanos / ST_NANOS, s))
        return false;
    *n = nanos % ST_NANOS;
    return true;
}

static bool sub_seconds(int64_t s1, uint32_t n1, int64_t s2, uint32_t n2, int64_t *s, uint32_t *n) {
    bool borrow = n1 < n2;
    if (__builtin_sub_overflow(s1, s2, s) || __builtin_sub_overflow(*s, borrow, s))
        return false;
    *n = n1 + (borrow ? ST_NANOS : 0) - n2;
    return true;
}

static bool datetime_plus_dt(st_arena *a, const st_datetime *t, st_val d, st_val *out) {
    st_datetime r = *t;
    int64_t s;
    if (!add_seconds(st_temporal_local_seconds(t), t->time.nano, d.u.seconds, d.n, &s,
                     &r.time.nano))
        return false;
    const st_zone *z =
        t->time.zone_kind == ST_ZONE_NAMED ? st_zone_find(st_str_of(t->time.zone)) : NULL;
    if (z) {
        if (__builtin_sub_overflow(s, t->time.offset, &s) ||
            !days_in_range(floor_div(s, ST_SECONDS_OF_DAY)))
            return false;
        r.time.offset = st_zone_offset_at(z, s);
        s += r.time.offset;
    }
    if (!st_temporal_set_local(&r, s))
        return false;
    *out = st_datetime_val(a, r);
    return true;
}

static bool datetime_plus_ym(st_arena *a, const st_datetime *t, int64_t months, st_val *out) {
    st_datetime r = *t;
    if (!st_date_plus_months(t->date, months, &r.date))
        return false;
    st_temporal_resolve(&r);
    *out = st_datetime_val(a, r);
    return true;
}

/* A date is its midnight: what the duration makes of it, without the time of day. */
static bool date_plus_dt(st_date date, st_val d, st_val *out) {
    int64_t s;
    if (__builtin_add_overflow(st_date_to_days(date) * ST_SECONDS_OF_DAY, d.u.seconds, &s) ||
        !days_in_range(floor_div(s, ST_SECONDS_OF_DAY)))
        return false;
    *out = st_date_val(st_date_from_days(floor_div(s, ST_SECONDS_OF_DAY)));
    return true;
}

static bool time_plus_dt(st_arena *a, const st_time *t, st_val d, st_val *out) {
    st_time r = *t;
    int64_t s = t->hour * 3600 + t->minute * 60 + t->second;
    int64_t shift = d.u.seconds % ST_SECONDS_OF_DAY; /* days come back to the same time */
    if (!add_seconds(s, t->nano, shift, d.n, &s, &r.nano))
        return false;
    set_clock(&r, s - floor_div(s, ST_SECONDS_OF_DAY) * ST_SECONDS_OF_DAY);
    *out = st_time_val(a, r);
    return true;
}

static bool add_duration(st_arena *a, st_val x, st_val d, st_val *out) {
    bool ym = d.kind == ST_YM_DURATION;
    switch ((st_kind)x.kind) {
    case ST_DATETIME:
        return ym ? datetime_plus_ym(a, x.u.datetime, d.u.months, out)
                  : datetime_plus_dt(a, x.u.datetime, d, out);
    case ST_DATE: {
        st_date r;
        if (!ym)
            return date_plus_dt(x.u.date, d, out);
        if (!st_date_plus_months(x.u.date, d.u.months, &r))
            return false;
        *out = st_date_val(r);
        return true;
    }
    case ST_TIME:
        return !ym && time_plus_dt(a, x.u.time, d, out);
    case ST_YM_DURATION: {
        int64_t months;
        if (!ym || __builtin_add_overflow(x.u.months, d.u.months, &months))
            return false;
        *out = st_ym_duration(months);
        return true;
    }
    case ST_DT_DURATION: {
        int64_t s;
        uint32_t n;
        if (ym || !add_seconds(x.u.seconds, x.n, d.u.seconds, d.n, &s, &n))
            return false;
        *out = st_dt_duration(s, n);
        return true;
    }
    default:
        return false;
    }
}

static bool is_duration(st_val v) {
    return v.kind == ST_YM_DURATION || v.kind == ST_DT_DURATION;
}

bool st_feel_temporal_add(st_arena *a, st_val x, st_val y, st_val *out) {
    if (is_duration(y))
        return add_duration(a, x, y, out);
    return is_duration(x) && add_duration(a, y, x, out);
}

static bool negate(st_val d, st_val *out) {
    if (d.kind == ST_YM_DURATION) {
        if (d.u.months == INT64_MIN)
            return false;
        *out = st_ym_duration(-d.u.months);
        return true;
    }
    int64_t s;
    uint32_t n;
    if (!sub_seconds(0, 0, d.u.seconds, d.n, &s, &n))
        return false;
    *out = st_dt_duration(s, n);
    return true;
}

static st_datetime utc_midnight(st_date d) {
    return (st_datetime){.date = d, .time = {.zone_kind = ST_ZONE_OFFSET}};
}

/* Difference of instants; both with a zone or both without. */
static bool difference(const st_datetime *x, const st_datetime *y, st_val *out) {
    bool zx = x->time.zone_kind != ST_ZONE_NONE, zy = y->time.zone_kind != ST_ZONE_NONE;
    int64_t s;
    uint32_t n;
    if (zx != zy)
        return false;
    int64_t sx = st_temporal_local_seconds(x) - (zx ? x->time.offset : 0);
    int64_t sy = st_temporal_local_seconds(y) - (zy ? y->time.offset : 0);
    if (!sub_seconds(sx, x->time.nano, sy, y->time.nano, &s, &n))
        return false;
    *out = st_dt_duration(s, n);
    return true;
}

bool st_feel_temporal_sub(st_arena *a, st_val x, st_val y, st_val *out) {
    if (is_duration(y)) {
        st_val minus;
        return negate(y, &minus) && add_duration(a, x, minus, out);
    }
    if (x.kind == ST_TIME && y.kind == ST_TIME) {
        st_datetime dx = {.date = {1970, 1, 1}, .time = *x.u.time};
        st_datetime dy = {.date = {1970, 1, 1}, .time = *y.u.time};
        return difference(&dx, &dy, out);
    }
    if ((x.kind != ST_DATE && x.kind != ST_DATETIME) ||
        (y.kind != ST_DATE && y.kind != ST_DATETIME))
        return false;
    st_datetime dx = x.kind == ST_DATE ? utc_midnight(x.u.date) : *x.u.datetime;
    st_datetime dy = y.kind == ST_DATE ? utc_midnight(y.u.date) : *y.u.datetime;
    return difference(&dx, &dy, out);
}

/* Nanoseconds of any duration that fits have at most 28 digits: exact in a decimal of 34. */
static bool dt_nanos(int64_t seconds, uint32_t nanos, st_dec *out) {
    st_dec s;
    return st_dec_mul(st_dec_int(seconds), st_dec_int(ST_NANOS), &s) &&
           st_dec_add(s, st_dec_int((int64_t)nanos), out);
}

st_dec st_temporal_seconds_dec(int64_t seconds, uint32_t nanos) {
    st_dec n, s = st_dec_int(seconds);
    if (nanos && st_dec_div(st_dec_int((int64_t)nanos), st_dec_int(ST_NANOS), &n))
        (void)st_dec_add(s, n, &s);
    return s;
}

static bool dt_from_nanos(st_dec total, st_val *out) {
    st_dec rest, whole;
    int64_t s, n;
    if (!st_dec_round(total, 0, ST_ROUND_DOWN, &total) ||
        !st_dec_rem_floor(total, st_dec_int(ST_NANOS), &rest) || !st_dec_sub(total, rest, &whole) ||
        !st_dec_div(whole, st_dec_int(ST_NANOS), &whole) || !st_dec_to_int(whole, &s) ||
        !st_dec_to_int(rest, &n))
        return false;
    *out = st_dt_duration(s, (uint32_t)n);
    return true;
}

bool st_feel_duration_scale(ST_UNUSED st_arena *a, st_val d, st_dec by, bool divide, st_val *out) {
    st_dec x;
    bool ym = d.kind == ST_YM_DURATION;
    if (!is_duration(d))
        return false;
    if (ym)
        x = st_dec_int(d.u.months);
    else if (!dt_nanos(d.u.seconds, d.n, &x))
        return false;
    if (!(divide ? st_dec_div(x, by, &x) : st_dec_mul(x, by, &x)))
        return false;
    if (!ym)
        return dt_from_nanos(x, out);
    int64_t months;
    if (!st_dec_round(x, 0, ST_ROUND_DOWN, &x) || !st_dec_to_int(x, &months))
        return false;
    *out = st_ym_duration(months);
    return true;
}

bool st_feel_duration_ratio(st_val x, st_val y, st_dec *out) {
    st_dec a, b;
    if (x.kind != y.kind || !is_duration(x))
        return false;
    if (x.kind == ST_YM_DURATION)
        return st_dec_div(st_dec_int(x.u.months), st_dec_int(y.u.months), out);
    return dt_nanos(x.u.seconds, x.n, &a) && dt_nanos(y.u.seconds, y.n, &b) &&
           st_dec_div(a, b, out);
}
