/* Text of the file to values. The schema has judged the form already; what is
 * refused here is what XSD allows and FEEL has no place for. */
#include "records/records_int.h"

static bool is_white(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* xs:token: no white space at the ends, single spaces inside. */
static st_str collapse(st_arena *a, st_str s) {
    s = st_str_trim(s);
    bool plain = true;
    for (size_t i = 0; plain && i < s.n; i++)
        plain = !is_white(s.p[i]) || (s.p[i] == ' ' && s.p[i + 1] != ' ');
    if (plain)
        return st_str_dup(a, s);
    char *p = st_arena_alloc(a, s.n);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        if (!is_white(s.p[i]))
            p[n++] = s.p[i];
        else if (n && p[n - 1] != ' ')
            p[n++] = ' ';
    return (st_str){p, n};
}

static bool number(st_str s, st_val *out) {
    st_dec d;
    if (s.n && s.p[0] == '+')
        s = st_str_sub(s, 1, s.n);
    if (!st_rec_digits_fit(s) || !st_dec_parse(s, &d))
        return false;
    *out = st_number(d);
    return true;
}

bool st_rec_value(st_arena *a, st_rec_kind kind, st_str text, st_val *out) {
    st_str s = kind == ST_REC_STRING ? text : st_str_trim(text);
    st_date date;
    st_time time;
    st_datetime datetime;
    switch (kind) {
    case ST_REC_STRING:
        return *out = st_string(st_str_dup(a, s)), true;
    case ST_REC_TOKEN:
        return *out = st_string(collapse(a, s)), true;
    case ST_REC_DATE:
        return st_date_parse(s, &date) && date.year >= 1800 && date.year <= 2999 &&
               (*out = st_date_val(date), true);
    case ST_REC_TIME:
        return st_feel_parse_time(a, s, &time) && (*out = st_time_val(a, time), true);
    case ST_REC_DATETIME:
        return st_feel_parse_datetime(a, s, &datetime) &&
               (*out = st_datetime_val(a, datetime), true);
    case ST_REC_NUMBER:
        return number(s, out);
    case ST_REC_BOOL:
        return *out = st_bool(s.n && (s.p[0] == 't' || s.p[0] == '1')), true;
    }
    ST_UNREACHABLE();
}
