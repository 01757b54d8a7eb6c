/* ISO 8601 text to temporal values, as strictly as FEEL reads it (DMN 1.5, 10.3.4.1; XML Schema
 * part 2): fixed widths, no white space, every field in its range. Nothing is rounded: digits
 * beyond the nanosecond must be zero. */
#include "feel/feel_int.h"

typedef struct cursor {
    const char *p, *end;
} cursor;

static bool take(cursor *c, char ch) {
    if (c->p == c->end || *c->p != ch)
        return false;
    c->p++;
    return true;
}

static bool is_digit(const cursor *c) {
    return c->p < c->end && *c->p >= '0' && *c->p <= '9';
}

static bool two_digits(cursor *c, int max, int *out) {
    if (c->end - c->p < 2 || c->p[0] < '0' || c->p[0] > '9' || c->p[1] < '0' || c->p[1] > '9')
        return false;
    *out = (c->p[0] - '0') * 10 + (c->p[1] - '0');
    c->p += 2;
    return *out <= max;
}

/* Any number of digits; false when there is none or the value leaves int64. */
static bool number(cursor *c, int64_t *out) {
    int64_t v = 0;
    if (!is_digit(c))
        return false;
    for (; is_digit(c); c->p++)
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, *c->p - '0', &v))
            return false;
    *out = v;
    return true;
}

/* Digits behind a decimal point as nanoseconds; may be none. */
static bool fraction(cursor *c, uint32_t *nanos) {
    uint32_t unit = ST_NANOS / 10;
    *nanos = 0;
    for (; is_digit(c); c->p++, unit /= 10) {
        if (unit == 0 && *c->p != '0')
            return false;
        *nanos += unit * (uint32_t)(*c->p - '0');
    }
    return true;
}

/* At least four digits, more only without a leading zero, at most nine; a minus but no plus. */
static bool year(cursor *c, int32_t *out) {
    bool negative = take(c, '-');
    const char *from = c->p;
    int64_t y;
    if (!number(c, &y))
        return false;
    size_t n = (size_t)(c->p - from);
    if (n < 4 || (n > 4 && *from == '0') || y > ST_YEAR_MAX || (negative && y == 0))
        return false;
    *out = (int32_t)(negative ? -y : y);
    return true;
}

static bool date(cursor *c, st_date *out) {
    int32_t y;
    int m, d;
    if (!year(c, &y) || !take(c, '-') || !two_digits(c, 12, &m) || !take(c, '-') ||
        !two_digits(c, 31, &d) || !st_date_valid(y, m, d))
        return false;
    *out = (st_date){y, (uint8_t)m, (uint8_t)d};
    return true;
}

/* hh:mm:ss and fraction. *midnight: the text was 24:00:00, the clock is 00:00:00 of the next day.
 */
static bool clock_time(cursor *c, st_time *out, bool *midnight) {
    int h, m, s;
    uint32_t nanos = 0;
    if (!two_digits(c, 24, &h) || !take(c, ':') || !two_digits(c, 59, &m) || !take(c, ':') ||
        !two_digits(c, 59, &s))
        return false;
    if (take(c, '.') && (!is_digit(c) || !fraction(c, &nanos)))
        return false;
    *midnight = h == 24;
    if (*midnight && (m || s || nanos))
        return false;
    *out = (st_time){
        .hour = (uint8_t)(h % 24), .minute = (uint8_t)m, .second = (uint8_t)s, .nano = nanos};
    return true;
}

static bool offset(cursor *c, st_time *out) {
    bool negative = *c->p == '-';
    int h, m, s = 0;
    c->p++;
    if (!two_digits(c, 18, &h) || !take(c, ':') || !two_digits(c, 59, &m) ||
        (take(c, ':') && !two_digits(c, 59, &s)))
        return false;
    int total = h * 3600 + m * 60 + s;
    if (total > ST_OFFSET_MAX)
        return false;
    out->zone_kind = ST_ZONE_OFFSET;
    out->offset = negative ? -total : total;
    return true;
}

static bool zone(cursor *c, st_time *out) {
    if (c->p == c->end)
        return true;
    if (*c->p == '+' || *c->p == '-')
        return offset(c, out);
    if (take(c, 'Z') || take(c, 'z')) { /* the standard's own examples write both */
        out->zone_kind = ST_ZONE_OFFSET;
        return true;
    }
    if (!take(c, '@'))
        return false;
    const st_zone *z = st_zone_find((st_str){c->p, (size_t)(c->end - c->p)});
    if (!z)
        return false;
    c->p = c->end;
    out->zone_kind = ST_ZONE_NAMED;
    out->zone = st_zone_name(z);
    out->offset = st_zone_offset_standard(z);
    return true;
}

bool st_feel_parse_date(st_str s, st_date *out) {
    cursor c = {s.p, s.p + s.n};
    return date(&c, out) && c.p == c.end;
}

bool st_feel_parse_time(ST_UNUSED st_arena *a, st_str s, st_time *out) {
    cursor c = {s.p, s.p + s.n};
    bool midnight;
    return clock_time(&c, out, &midnight) && zone(&c, out) && c.p == c.end;
}

bool st_feel_parse_datetime(ST_UNUSED st_arena *a, st_str s, st_datetime *out) {
    cursor c = {s.p, s.p + s.n};
    bool midnight;
    if (!date(&c, &out->date) || !take(&c, 'T') || !clock_time(&c, &out->time, &midnight) ||
        !zone(&c, &out->time) || c.p != c.end)
        return false;
    if (midnight) {
        if (out->date.year == ST_YEAR_MAX && out->date.month == 12 && out->date.day == 31)
            return false;
        out->date = st_date_from_days(st_date_to_days(out->date) + 1);
    }
    st_temporal_resolve(out);
    return true;
}

/* One component "12H": adds n * unit when the designator follows; back to where it was otherwise.
 */
static bool component(cursor *c, char designator, int64_t unit, int64_t *total, bool *any) {
    cursor at = *c;
    int64_t n;
    if (!is_digit(c))
        return true;
    if (!number(&at, &n))
        return false;
    if (!take(&at, designator))
        return true;
    if (__builtin_mul_overflow(n, unit, &n) || __builtin_add_overflow(*total, n, total))
        return false;
    *any = true;
    *c = at;
    return true;
}

/* "4S" or "4.25S", also "4.S". */
static bool second_component(cursor *c, int64_t *total, uint32_t *nanos, bool *any) {
    int64_t n;
    if (!is_digit(c))
        return true;
    if (!number(c, &n) || (take(c, '.') && !fraction(c, nanos)) || !take(c, 'S') ||
        __builtin_add_overflow(*total, n, total))
        return false;
    *any = true;
    return true;
}

static st_val signed_dt(bool negative, int64_t seconds, uint32_t nanos) {
    if (!negative)
        return st_dt_duration(seconds, nanos);
    return nanos ? st_dt_duration(-seconds - 1, ST_NANOS - nanos) : st_dt_duration(-seconds, 0);
}

bool st_feel_parse_duration(st_str s, st_val *out) {
    cursor c = {s.p, s.p + s.n};
    bool negative = take(&c, '-');
    int64_t months = 0, seconds = 0;
    uint32_t nanos = 0;
    bool ym = false, dt = false, t = false;
    if (!take(&c, 'P') || !component(&c, 'Y', 12, &months, &ym) ||
        !component(&c, 'M', 1, &months, &ym) ||
        !component(&c, 'D', ST_SECONDS_OF_DAY, &seconds, &dt))
        return false;
    if (take(&c, 'T')) {
        if (!component(&c, 'H', 3600, &seconds, &t) || !component(&c, 'M', 60, &seconds, &t) ||
            !second_component(&c, &seconds, &nanos, &t) || !t)
            return false;
        dt = true;
    }
    if (c.p != c.end || ym == dt) /* nothing at all, or both kinds mixed: no FEEL type */
        return false;
    *out = ym ? st_ym_duration(negative ? -months : months) : signed_dt(negative, seconds, nanos);
    return true;
}
