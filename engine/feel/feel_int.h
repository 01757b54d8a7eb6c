/* Shared inside feel only: text of temporal values, zones, Unicode case. */
#ifndef ST_FEEL_INT_H
#define ST_FEEL_INT_H

#include "feel/builtin.h"

enum {
    ST_SECONDS_OF_DAY = 86400,
    ST_NANOS = 1000000000,
    ST_OFFSET_MAX = 14 * 3600, /* seconds, as XML Schema has it; old local times of named zones
                                  reach 16 h */
    ST_ZONE_NAME_MAX = 64,
    ST_YEAR_MAX = 999999999,
};

/* -- temporal_print.c: ISO 8601 as FEEL writes it -- */
void st_temporal_print_time(st_buf *out, const st_time *t);
void st_temporal_print_datetime(st_buf *out, const st_datetime *t);
void st_temporal_print_ym(st_buf *out, int64_t months);
void st_temporal_print_dt(st_buf *out, int64_t seconds, uint32_t nanos);

/* -- temporal_zone.c -- */
typedef struct st_zone st_zone; /* read-only once loaded, lives as long as the process */
/* The zone of an IANA name, NULL when there is none. Any thread. */
const st_zone *st_zone_find(st_str name);
const char *st_zone_name(const st_zone *z);
/* Reads the contents of a TZif file; NULL when it is none. For st_zone_find, and for tests, which
 * free it. */
st_zone *st_zone_read(st_str name, const unsigned char *bytes, size_t n);
void st_zone_free(st_zone *z);
/* Offset in seconds east of UTC at an instant. */
int32_t st_zone_offset_at(const st_zone *z, int64_t utc);
/* Offset for a local time. In an overlap the earlier instant; in a gap the offset before it. */
int32_t st_zone_offset_local(const st_zone *z, int64_t local);
/* Offset outside summer time that holds today and later: for a time of day without a date. */
int32_t st_zone_offset_standard(const st_zone *z);

/* -- temporal_math.c -- */
/* Seconds since 1970-01-01T00:00 on the value's own clock. */
int64_t st_temporal_local_seconds(const st_datetime *t);
/* Sets offset from the named zone for the value's date; nothing for other zones. */
void st_temporal_resolve(st_datetime *t);
/* Sets the clock from local seconds; false when the year leaves the range. Zone fields stay. */
bool st_temporal_set_local(st_datetime *t, int64_t local);
/* Seconds with their fraction, as a number. */
st_dec st_temporal_seconds_dec(int64_t seconds, uint32_t nanos);

/* -- unicode_case.c: default case mappings, independent of the locale -- */
void st_unicode_upper(st_buf *out, st_str s);
void st_unicode_lower(st_buf *out, st_str s);

#endif
