/* FEEL equality and ordering (DMN 1.5, 10.3.2.13). Both see a time or a date and time in whole
 * seconds, as the language defines their value; `is` (builtin_boolean.c) is the exact comparison.
 */
#include "feel/builtin.h"

static bool zoned(const st_time *t) {
    return t->zone_kind != ST_ZONE_NONE;
}

static int64_t time_seconds(const st_time *t) {
    return t->hour * 3600 + t->minute * 60 + t->second - (zoned(t) ? t->offset : 0);
}

/* False when only one of the two has a zone: they share no scale. */
static bool compare_time(const st_time *a, const st_time *b, int *cmp) {
    if (zoned(a) != zoned(b))
        return false;
    int64_t x = time_seconds(a), y = time_seconds(b);
    *cmp = ST_CMP(x, y);
    return true;
}

static bool compare_datetime(const st_datetime *a, const st_datetime *b, int *cmp) {
    if (zoned(&a->time) != zoned(&b->time))
        return false;
    int64_t x = st_date_to_days(a->date) * 86400 + time_seconds(&a->time);
    int64_t y = st_date_to_days(b->date) * 86400 + time_seconds(&b->time);
    *cmp = ST_CMP(x, y);
    return true;
}

bool st_feel_order(st_val a, st_val b, int *cmp) {
    if (a.kind != b.kind)
        return false;
    switch ((st_kind)a.kind) {
    case ST_NUMBER:
        *cmp = st_dec_cmp(a.u.num, b.u.num);
        return true;
    case ST_STRING:
        *cmp = st_str_cmp(st_val_str(a), st_val_str(b));
        return true;
    case ST_DATE:
        *cmp = st_date_cmp(a.u.date, b.u.date);
        return true;
    case ST_TIME:
        return compare_time(a.u.time, b.u.time, cmp);
    case ST_DATETIME:
        return compare_datetime(a.u.datetime, b.u.datetime, cmp);
    case ST_YM_DURATION:
        *cmp = ST_CMP(a.u.months, b.u.months);
        return true;
    case ST_DT_DURATION:
        *cmp = ST_CMP(a.u.seconds, b.u.seconds);
        if (*cmp == 0)
            *cmp = ST_CMP(a.n, b.n);
        return true;
    default:
        return false;
    }
}

static int equal(st_val a, st_val b, int depth);

static int equal_lists(const st_list *a, const st_list *b, int depth) {
    if (a->n != b->n)
        return 0;
    for (uint32_t i = 0; i < a->n; i++) {
        int e = equal(a->v[i], b->v[i], depth);
        if (e != 1)
            return e;
    }
    return 1;
}

/* The order of entries does not matter. */
static int equal_contexts(const st_context *a, const st_context *b, int depth) {
    if (a->shape->n != b->shape->n)
        return 0;
    for (uint32_t i = 0; i < a->shape->n; i++) {
        int slot = a->shape == b->shape ? (int)i : st_feel_shape_slot(b->shape, a->shape->names[i]);
        if (slot < 0)
            return 0;
        int e = equal(a->v[i], b->v[slot], depth);
        if (e != 1)
            return e;
    }
    return 1;
}

static int equal_ranges(const st_range *a, const st_range *b, int depth) {
    if (a->lo_closed != b->lo_closed || a->hi_closed != b->hi_closed ||
        a->lo_unbounded != b->lo_unbounded || a->hi_unbounded != b->hi_unbounded)
        return 0;
    int e = equal(a->lo, b->lo, depth);
    return e == 1 ? equal(a->hi, b->hi, depth) : e;
}

static int equal(st_val a, st_val b, int depth) {
    if (depth > ST_FEEL_DEPTH_MAX)
        return -1;
    if (st_is_null(a) || st_is_null(b))
        return st_is_null(a) && st_is_null(b);
    if (a.kind != b.kind)
        return -1;
    switch ((st_kind)a.kind) {
    case ST_BOOL:
        return a.u.b == b.u.b;
    case ST_STRING:
        return st_str_eq(st_val_str(a), st_val_str(b));
    case ST_LIST:
        return equal_lists(a.u.list, b.u.list, depth + 1);
    case ST_CONTEXT:
        return equal_contexts(a.u.context, b.u.context, depth + 1);
    case ST_RANGE:
        return a.flag == b.flag ? equal_ranges(a.u.range, b.u.range, depth + 1) : 0;
    case ST_FUNCTION:
        return a.u.function == b.u.function ? 1 : -1;
    default: {
        int cmp;
        return st_feel_order(a, b, &cmp) ? cmp == 0 : 0;
    }
    }
}

int st_feel_equal(st_val a, st_val b) {
    return equal(a, b, 0);
}
