/* Temporal values as ISO 8601 text, the way FEEL writes them. */
#include "feel/feel_int.h"

static void print_fraction(st_buf *out, uint32_t nanos) {
    if (!nanos)
        return;
    int digits = 9;
    while (nanos % 10 == 0) {
        nanos /= 10;
        digits--;
    }
    (void)st_buf_fmt(out, ".%0*" PRIu32, digits, nanos);
}

static void print_offset(st_buf *out, int32_t offset) {
    if (offset == 0) {
        (void)st_buf_ch(out, 'Z');
        return;
    }
    int s = offset < 0 ? -offset : offset;
    (void)st_buf_fmt(out, "%c%02d:%02d", offset < 0 ? '-' : '+', s / 3600, s / 60 % 60);
    if (s % 60)
        (void)st_buf_fmt(out, ":%02d", s % 60);
}

void st_temporal_print_time(st_buf *out, const st_time *t) {
    (void)st_buf_fmt(out, "%02u:%02u:%02u", t->hour, t->minute, t->second);
    print_fraction(out, t->nano);
    if (t->zone_kind == ST_ZONE_OFFSET)
        print_offset(out, t->offset);
    else if (t->zone_kind == ST_ZONE_NAMED)
        (void)st_buf_fmt(out, "@%s", t->zone);
}

void st_temporal_print_datetime(st_buf *out, const st_datetime *t) {
    st_date_add(out, t->date);
    (void)st_buf_ch(out, 'T');
    st_temporal_print_time(out, &t->time);
}

void st_temporal_print_ym(st_buf *out, int64_t months) {
    uint64_t m = months < 0 ? -(uint64_t)months : (uint64_t)months;
    (void)st_buf_z(out, months < 0 ? "-P" : "P");
    if (m >= 12)
        (void)st_buf_fmt(out, "%" PRIu64 "Y", m / 12);
    if (m % 12 || m == 0)
        (void)st_buf_fmt(out, "%" PRIu64 "M", m % 12);
}

void st_temporal_print_dt(st_buf *out, int64_t seconds, uint32_t nanos) {
    bool negative = seconds < 0;
    uint64_t s = (uint64_t)seconds;
    if (negative) { /* -1.5 s is stored as -2 s and 0.5 s: back to sign and size */
        s = -s;
        if (nanos) {
            s--;
            nanos = ST_NANOS - nanos;
        }
    }
    (void)st_buf_z(out, negative ? "-P" : "P");
    if (s >= ST_SECONDS_OF_DAY)
        (void)st_buf_fmt(out, "%" PRIu64 "D", s / ST_SECONDS_OF_DAY);
    uint64_t rest = s % ST_SECONDS_OF_DAY;
    if (rest == 0 && nanos == 0 && s > 0)
        return;
    (void)st_buf_ch(out, 'T');
    if (rest >= 3600)
        (void)st_buf_fmt(out, "%" PRIu64 "H", rest / 3600);
    if (rest / 60 % 60)
        (void)st_buf_fmt(out, "%" PRIu64 "M", rest / 60 % 60);
    if (rest % 60 || nanos || s == 0) {
        (void)st_buf_fmt(out, "%" PRIu64, rest % 60);
        print_fraction(out, nanos);
        (void)st_buf_ch(out, 'S');
    }
}
