/* Functions that make values of one type from values of others. range() stands in builtin_range.c,
 * context() in builtin_context.c. */
#include "feel/feel_int.h"

/* -- number and string -- */

static st_val parsed_number(st_call *c, st_str text) {
    st_dec d;
    if (!st_dec_parse(text, &d))
        return st_builtin_null(c, "the text is not a number");
    return st_number(d);
}

static st_val fn_number_text(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    return parsed_number(c, st_val_str(args[0]));
}

/* One of the characters allowed, or '\0' for null. False for another text. */
static bool separator(st_val v, const char *allowed, char *out) {
    *out = '\0';
    if (st_is_null(v))
        return true;
    if (v.n != 1 || !strchr(allowed, v.u.s[0]))
        return false;
    *out = v.u.s[0];
    return true;
}

static st_val fn_number(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    char grouping, point;
    st_str s = st_val_str(args[0]);
    if (!separator(args[1], " ,.", &grouping) || !separator(args[2], ",.", &point))
        return st_builtin_null(c, "separators are a space, a comma or a point");
    if (grouping && grouping == point)
        return st_builtin_null(c, "the two separators are the same");
    char *plain = st_arena_dup(c->f->arena, s.p, s.n);
    size_t k = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (grouping && s.p[i] == grouping)
            continue;
        if (s.p[i] == '.' && point == ',')
            return st_builtin_null(c, "the text is not a number");
        plain[k++] = point && s.p[i] == point ? '.' : s.p[i];
    }
    return parsed_number(c, (st_str){plain, k});
}

static st_val fn_string(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    if (args[0].kind == ST_STRING)
        return args[0];
    st_buf b;
    st_buf_init(&b, ST_FEEL_MEMORY_MAX);
    st_feel_print(&b, args[0]);
    st_val out = b.overflow ? st_builtin_null(c, "the text is too long")
                            : st_string(st_str_dup(c->f->arena, st_buf_view(&b)));
    st_buf_free(&b);
    return out;
}

/* -- date -- */

static bool to_int(st_val v, int64_t *out) {
    return st_dec_is_int(v.u.num) && st_dec_to_int(v.u.num, out);
}

static bool date_of_numbers(const st_val *v, st_date *out) {
    int64_t y, m, d;
    if (!to_int(v[0], &y) || !to_int(v[1], &m) || !to_int(v[2], &d) || m < 1 || m > 12 || d < 1 ||
        d > 31 || !st_date_valid(y, (int)m, (int)d))
        return false;
    *out = (st_date){(int32_t)y, (uint8_t)m, (uint8_t)d};
    return true;
}

static st_val fn_date_text(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    st_date d;
    if (!st_feel_parse_date(st_val_str(args[0]), &d))
        return st_builtin_null(c, "the text is no date like 2023-11-30");
    return st_date_val(d);
}

static st_val fn_date_value(ST_UNUSED st_call *c, const st_val *args, ST_UNUSED size_t n) {
    return args[0].kind == ST_DATE ? args[0] : st_date_val(args[0].u.datetime->date);
}

static st_val fn_date_numbers(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    st_date d;
    if (!date_of_numbers(args, &d))
        return st_builtin_null(c, "there is no such day");
    return st_date_val(d);
}

/* -- time -- */

static bool time_of_numbers(const st_val *v, st_time *out) {
    int64_t h, m, s, nanos;
    st_dec whole, rest;
    if (!to_int(v[0], &h) || !to_int(v[1], &m) || h < 0 || h > 23 || m < 0 || m > 59 ||
        !st_dec_round(v[2].u.num, 0, ST_ROUND_FLOOR, &whole) || !st_dec_to_int(whole, &s) ||
        s < 0 || s > 59 || !st_dec_sub(v[2].u.num, whole, &rest) ||
        !st_dec_mul(rest, st_dec_int(ST_NANOS), &rest) || !to_int(st_number(rest), &nanos))
        return false;
    *out = (st_time){
        .hour = (uint8_t)h, .minute = (uint8_t)m, .second = (uint8_t)s, .nano = (uint32_t)nanos};
    return true;
}

/* Null: a local time. */
static bool set_offset(st_time *t, st_val offset) {
    if (st_is_null(offset))
        return true;
    if (offset.kind != ST_DT_DURATION || offset.n || offset.u.seconds > ST_OFFSET_MAX ||
        offset.u.seconds < -ST_OFFSET_MAX)
        return false;
    t->zone_kind = ST_ZONE_OFFSET;
    t->offset = (int32_t)offset.u.seconds;
    return true;
}

static st_val fn_time_text(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    st_time t;
    if (!st_feel_parse_time(c->f->arena, st_val_str(args[0]), &t))
        return st_builtin_null(c, "the text is no time like 13:20:00+08:00");
    return st_time_val(c->f->arena, t);
}

static st_val fn_time_value(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    if (args[0].kind == ST_DATE) /* its midnight is that of UTC */
        return st_time_val(c->f->arena, (st_time){.zone_kind = ST_ZONE_OFFSET});
    return st_time_val(c->f->arena, args[0].u.datetime->time);
}

static st_val fn_time_time(ST_UNUSED st_call *c, const st_val *args, ST_UNUSED size_t n) {
    return args[0];
}

static st_val fn_time_numbers(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    st_time t;
    if (!time_of_numbers(args, &t) || !set_offset(&t, args[3]))
        return st_builtin_null(c, "there is no such time");
    return st_time_val(c->f->arena, t);
}

/* -- date and time -- */

static st_val fn_datetime_text(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    st_datetime t = {0};
    if (!st_feel_parse_date(st_val_str(args[0]), &t.date) &&
        !st_feel_parse_datetime(c->f->arena, st_val_str(args[0]), &t))
        return st_builtin_null(c, "the text is no date and time like 2023-11-30T08:00:00");
    return st_datetime_val(c->f->arena, t);
}

static st_val fn_datetime_value(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    if (args[0].kind == ST_DATETIME)
        return args[0];
    st_datetime t = {.date = args[0].u.date, .time = {.zone_kind = ST_ZONE_OFFSET}};
    return st_datetime_val(c->f->arena, t);
}

static st_val fn_datetime_parts(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    st_datetime t = {.time = *args[1].u.time};
    t.date = args[0].kind == ST_DATE ? args[0].u.date : args[0].u.datetime->date;
    st_temporal_resolve(&t);
    return st_datetime_val(c->f->arena, t);
}

static bool datetime_of_numbers(const st_val *args, st_datetime *t) {
    return date_of_numbers(args, &t->date) && time_of_numbers(args + 3, &t->time);
}

static st_val fn_datetime_numbers(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    st_datetime t = {0};
    if (!datetime_of_numbers(args, &t) || !set_offset(&t.time, args[6]))
        return st_builtin_null(c, "there is no such date and time");
    return st_datetime_val(c->f->arena, t);
}

static st_val fn_datetime_zone(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    st_datetime t = {0};
    const st_zone *z = st_zone_find(st_val_str(args[6]));
    if (!z || !datetime_of_numbers(args, &t))
        return st_builtin_null(c, "there is no such date and time, or no such zone");
    t.time.zone_kind = ST_ZONE_NAMED;
    t.time.zone = st_zone_name(z);
    st_temporal_resolve(&t);
    return st_datetime_val(c->f->arena, t);
}

/* -- duration -- */

static st_val fn_duration_text(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    st_val d;
    if (!st_feel_parse_duration(st_val_str(args[0]), &d))
        return st_builtin_null(c, "the text is no duration like P1Y2M or P1DT2H");
    return d;
}

static st_val fn_duration_value(ST_UNUSED st_call *c, const st_val *args, ST_UNUSED size_t n) {
    return args[0];
}

#define FROM(type)                                                                                 \
    { "from", type, 0 }
#define NUM(name)                                                                                  \
    { name, ST_P_NUMBER, 0 }
#define CLOCK NUM("hour"), NUM("minute"), NUM("second")
#define DAY NUM("year"), NUM("month"), NUM("day")

const st_builtin st_builtins_conversion[] = {
    {"number", fn_number_text, ST_T_NUMBER, 1, {FROM(ST_P_STRING)}},
    {"number",
     fn_number,
     ST_T_NUMBER,
     3,
     {FROM(ST_P_STRING),
      {"grouping separator", ST_P_STRING, ST_P_NULLABLE},
      {"decimal separator", ST_P_STRING, ST_P_NULLABLE}}},
    {"string", fn_string, ST_T_STRING, 1, {FROM(ST_P_ANY)}},
    {"date", fn_date_text, ST_T_DATE, 1, {FROM(ST_P_STRING)}},
    {"date", fn_date_value, ST_T_DATE, 1, {FROM(ST_P_DATE_LIKE)}},
    {"date", fn_date_numbers, ST_T_DATE, 3, {DAY}},
    {"time", fn_time_text, ST_T_TIME, 1, {FROM(ST_P_STRING)}},
    {"time", fn_time_value, ST_T_TIME, 1, {FROM(ST_P_DATE_LIKE)}},
    {"time", fn_time_time, ST_T_TIME, 1, {FROM(ST_P_TIME)}},
    {"time",
     fn_time_numbers,
     ST_T_TIME,
     4,
     {CLOCK, {"offset", ST_P_DURATION, ST_P_OPTIONAL | ST_P_NULLABLE}}},
    {"date and time", fn_datetime_text, ST_T_DATETIME, 1, {FROM(ST_P_STRING)}},
    {"date and time", fn_datetime_value, ST_T_DATETIME, 1, {FROM(ST_P_DATE_LIKE)}},
    {"date and time",
     fn_datetime_parts,
     ST_T_DATETIME,
     2,
     {{"date", ST_P_DATE_LIKE, 0}, {"time", ST_P_TIME, 0}}},
    {"date and time",
     fn_datetime_numbers,
     ST_T_DATETIME,
     7,
     {DAY, CLOCK, {"offset", ST_P_DURATION, ST_P_OPTIONAL | ST_P_NULLABLE}}},
    {"date and time",
     fn_datetime_zone,
     ST_T_DATETIME,
     7,
     {DAY, CLOCK, {"timezone", ST_P_STRING, 0}}},
    {"duration", fn_duration_text, ST_T_ANY, 1, {FROM(ST_P_STRING)}},
    {"duration", fn_duration_value, ST_T_ANY, 1, {FROM(ST_P_DURATION)}},
    {.name = NULL},
};
