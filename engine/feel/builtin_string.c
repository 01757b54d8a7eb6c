/* String functions without regular expressions. Positions and lengths count code points. */
#include "feel/feel_int.h"

static st_str str(st_val v) {
    return st_val_str(v);
}

static st_val made(st_call *c, st_buf *b) {
    st_val out = b->overflow ? st_builtin_null(c, "the text is too long")
                             : st_string(st_str_dup(c->f->arena, st_buf_view(b)));
    st_buf_free(b);
    return out;
}

/* Byte offset of the code point with that index (0 first), at most the end. */
static size_t byte_at(st_str s, size_t index) {
    const char *p = s.p, *end = s.p + s.n;
    while (index-- && p < end)
        (void)st_utf8_next(&p, end);
    return (size_t)(p - s.p);
}

static bool to_whole(st_val v, int64_t *out) {
    st_dec whole;
    return st_dec_round(v.u.num, 0, ST_ROUND_DOWN, &whole) && st_dec_to_int(whole, out);
}

static st_val fn_substring(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    st_str s = str(args[0]);
    int64_t start, length = INT64_MAX, count = (int64_t)st_utf8_count(s);
    if (!to_whole(args[1], &start) || start == 0 || start > count || start < -count)
        return st_builtin_null(c, "the start position is not within the string");
    if ((c->given & 4) && !st_is_null(args[2]) && (!to_whole(args[2], &length) || length < 1))
        return st_builtin_null(c, "the length is not positive");
    int64_t from = start > 0 ? start - 1 : count + start;
    if (length > count - from)
        length = count - from;
    size_t at = byte_at(s, (size_t)from);
    st_str rest = st_str_sub(s, at, s.n - at);
    return st_string(st_str_sub(rest, 0, byte_at(rest, (size_t)length)));
}

static st_val fn_string_length(ST_UNUSED st_call *c, const st_val *args, ST_UNUSED size_t n) {
    return st_number_int((int64_t)st_utf8_count(str(args[0])));
}

static st_val fn_upper_case(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    st_buf b;
    st_buf_init(&b, ST_FEEL_MEMORY_MAX);
    st_unicode_upper(&b, str(args[0]));
    return made(c, &b);
}

static st_val fn_lower_case(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    st_buf b;
    st_buf_init(&b, ST_FEEL_MEMORY_MAX);
    st_unicode_lower(&b, str(args[0]));
    return made(c, &b);
}

static st_val fn_substring_before(ST_UNUSED st_call *c, const st_val *args, ST_UNUSED size_t n) {
    st_str s = str(args[0]);
    const char *at = st_str_find(s, str(args[1]));
    return st_string(at ? st_str_sub(s, 0, (size_t)(at - s.p)) : ST_STR(""));
}

static st_val fn_substring_after(ST_UNUSED st_call *c, const st_val *args, ST_UNUSED size_t n) {
    st_str s = str(args[0]), match = str(args[1]);
    const char *at = st_str_find(s, match);
    if (!at)
        return st_string(ST_STR(""));
    size_t from = (size_t)(at - s.p) + match.n;
    return st_string(st_str_sub(s, from, s.n - from));
}

static st_val fn_contains(ST_UNUSED st_call *c, const st_val *args, ST_UNUSED size_t n) {
    return st_bool(st_str_find(str(args[0]), str(args[1])) != NULL);
}

static bool at_offset(st_str s, size_t offset, st_str match) {
    return match.n == 0 || memcmp(s.p + offset, match.p, match.n) == 0;
}

static st_val fn_starts_with(ST_UNUSED st_call *c, const st_val *args, ST_UNUSED size_t n) {
    st_str s = str(args[0]), match = str(args[1]);
    return st_bool(match.n <= s.n && at_offset(s, 0, match));
}

static st_val fn_ends_with(ST_UNUSED st_call *c, const st_val *args, ST_UNUSED size_t n) {
    st_str s = str(args[0]), match = str(args[1]);
    return st_bool(match.n <= s.n && at_offset(s, s.n - match.n, match));
}

/* Nulls in the list are left out, with their delimiter. */
static st_val fn_string_join(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    const st_list *list = args[0].u.list;
    st_str delimiter = st_is_null(args[1]) ? ST_STR("") : str(args[1]);
    st_buf b;
    bool first = true;
    st_buf_init(&b, ST_FEEL_MEMORY_MAX);
    for (uint32_t i = 0; i < list->n; i++) {
        if (st_is_null(list->v[i]))
            continue;
        if (list->v[i].kind != ST_STRING) {
            st_buf_free(&b);
            return st_builtin_null(c, "item %" PRIu32 " is %s, expected string", i + 1,
                                   st_kind_name((st_kind)list->v[i].kind));
        }
        if (!first)
            (void)st_buf_str(&b, delimiter);
        (void)st_buf_str(&b, str(list->v[i]));
        first = false;
    }
    return made(c, &b);
}

#define STRING                                                                                     \
    { "string", ST_P_STRING, 0 }
#define MATCH                                                                                      \
    { "match", ST_P_STRING, 0 }

const st_builtin st_builtins_string[] = {
    {"substring",
     fn_substring,
     ST_T_STRING,
     3,
     {STRING, {"start position", ST_P_NUMBER, 0}, {"length", ST_P_NUMBER, ST_P_OPTIONAL}}},
    {"string length", fn_string_length, ST_T_NUMBER, 1, {STRING}},
    {"upper case", fn_upper_case, ST_T_STRING, 1, {STRING}},
    {"lower case", fn_lower_case, ST_T_STRING, 1, {STRING}},
    {"substring before", fn_substring_before, ST_T_STRING, 2, {STRING, MATCH}},
    {"substring after", fn_substring_after, ST_T_STRING, 2, {STRING, MATCH}},
    {"contains", fn_contains, ST_T_BOOL, 2, {STRING, MATCH}},
    {"starts with", fn_starts_with, ST_T_BOOL, 2, {STRING, MATCH}},
    {"ends with", fn_ends_with, ST_T_BOOL, 2, {STRING, MATCH}},
    {"string join",
     fn_string_join,
     ST_T_STRING,
     2,
     {{"list", ST_P_LIST, 0}, {"delimiter", ST_P_STRING, ST_P_OPTIONAL | ST_P_NULLABLE}}},
    {.name = NULL},
};
