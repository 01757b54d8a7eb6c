/* Text of the file to values, and stored forms. The schema has judged the form already; what is
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
    if (!st_dec_parse(s, &d))
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

/* Full-width ASCII to half width, spaces out, letters to upper case (STANDARDS.md 1, 5, 7). */
static st_str fold(st_arena *a, st_str s) {
    bool plain = true;
    for (size_t i = 0; plain && i < s.n; i++)
        plain = (s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'A' && s.p[i] <= 'Z');
    if (plain)
        return s;
    char *to = st_arena_alloc(a, s.n + 1);
    size_t n = 0;
    for (const char *p = s.p, *end = s.p + s.n; p < end;) {
        int32_t cp = st_utf8_next(&p, end);
        if (cp >= 0xff01 && cp <= 0xff5e)
            cp = cp - 0xff01 + 0x21;
        if (cp < 0 || cp == 0x3000 || cp == ' ' || cp == '\t' || cp == '\n' || cp == '\r' ||
            cp == 0x200b || cp == 0xfeff)
            continue;
        if (cp >= 'a' && cp <= 'z')
            cp = cp - 'a' + 'A';
        n += st_utf8_put(to + n, (uint32_t)cp);
    }
    to[n] = 0;
    return (st_str){to, n};
}

static bool digits(st_str s) {
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return true;
}

/* Check character of the first 17 digits. */
char st_rec_cn_id_check(const char *p) {
    static const int weights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (int i = 0; i < 17; i++)
        sum += (p[i] - '0') * weights[i];
    return "10X98765432"[sum % 11];
}

/* 15 digits, issued before 1999: the century goes in, the check character behind. */
static st_str cn_id_18(st_arena *a, st_str s) {
    if (s.n != 15 || !digits(s))
        return s;
    char *to = st_arena_alloc(a, 19);
    memcpy(to, s.p, 6);
    memcpy(to + 6, "19", 2);
    memcpy(to + 8, s.p + 6, 9);
    to[17] = st_rec_cn_id_check(to);
    to[18] = 0;
    return (st_str){to, 18};
}

st_str st_rec_normalise(st_arena *a, st_rec_normal normal, st_str text) {
    switch (normal) {
    case ST_REC_AS_IS:
        return text;
    case ST_REC_NORMAL_CN_ID:
        return cn_id_18(a, fold(a, text));
    case ST_REC_NORMAL_CODE:
        return fold(a, text);
    }
    ST_UNREACHABLE();
}
