/* Making, reading and copying values. Comparing stands in value_cmp.c, text in value_print.c. */
#include "feel/feel.h"

st_val st_time_val(st_arena *a, st_time t) {
    st_time *p = ST_NEW(a, st_time);
    *p = t;
    st_val v = {.kind = ST_TIME};
    v.u.time = p;
    return v;
}

st_val st_datetime_val(st_arena *a, st_datetime t) {
    st_datetime *p = ST_NEW(a, st_datetime);
    *p = t;
    st_val v = {.kind = ST_DATETIME};
    v.u.datetime = p;
    return v;
}

st_val st_list_val(st_arena *a, const st_val *items, size_t n) {
    ST_ASSERT(n <= UINT32_MAX);
    st_list *p = ST_NEW(a, st_list);
    *p = (st_list){(uint32_t)n, items};
    st_val v = {.kind = ST_LIST};
    v.u.list = p;
    return v;
}

st_val st_context_val(st_arena *a, const st_shape *shape, const st_val *values) {
    st_context *p = ST_NEW(a, st_context);
    *p = (st_context){shape, values};
    st_val v = {.kind = ST_CONTEXT};
    v.u.context = p;
    return v;
}

st_val st_range_val(st_arena *a, st_range r) {
    st_range *p = ST_NEW(a, st_range);
    *p = r;
    st_val v = {.kind = ST_RANGE};
    v.u.range = p;
    return v;
}

const st_shape *st_feel_shape_new(st_arena *a, const st_str *names, size_t n) {
    ST_ASSERT(n <= UINT32_MAX);
    st_shape *s = ST_NEW(a, st_shape);
    st_str *copy = ST_NEWN(a, st_str, n + 1);
    for (size_t i = 0; i < n; i++)
        copy[i] = st_str_dup(a, names[i]);
    *s = (st_shape){(uint32_t)n, copy};
    return s;
}

static int spelled_otherwise(const st_shape *s, st_str name) {
    bool symbol = false;
    for (size_t i = 0; i < name.n && !symbol; i++)
        symbol = memchr("./-'+*", name.p[i], 6) != NULL;
    for (uint32_t i = 0; symbol && i < s->n; i++)
        if (st_feel_same_name(s->names[i], name))
            return (int)i;
    return -1;
}

int st_feel_shape_slot(const st_shape *s, st_str name) {
    for (uint32_t i = 0; i < s->n; i++)
        if (st_str_eq(s->names[i], name))
            return (int)i;
    return spelled_otherwise(s, name);
}

st_val st_feel_get(st_val context, st_str name) {
    if (context.kind != ST_CONTEXT)
        return st_null();
    int slot = st_feel_shape_slot(context.u.context->shape, name);
    return slot < 0 ? st_null() : context.u.context->v[slot];
}

const char *st_kind_name(st_kind k) {
    static const char *const names[ST_KIND_COUNT] = {
        [ST_NULL] = "null",
        [ST_BOOL] = "boolean",
        [ST_NUMBER] = "number",
        [ST_STRING] = "string",
        [ST_DATE] = "date",
        [ST_TIME] = "time",
        [ST_DATETIME] = "date and time",
        [ST_YM_DURATION] = "years and months duration",
        [ST_DT_DURATION] = "days and time duration",
        [ST_LIST] = "list",
        [ST_CONTEXT] = "context",
        [ST_RANGE] = "range",
        [ST_FUNCTION] = "function",
    };
    ST_ASSERT(k < ST_KIND_COUNT);
    return names[k];
}

static st_time copy_time(st_arena *to, st_time t) {
    if (t.zone)
        t.zone = st_arena_dup(to, t.zone, strlen(t.zone));
    return t;
}

/* The newest reasons and the one it began with: in a long chain, such as a loop makes, copying all
 * for each item of a list would take the square of its length. */
static const st_reason *copy_reason(st_arena *to, const st_reason *r) {
    enum { KEPT = 8 };
    const st_reason *first = NULL;
    const st_reason **link = &first;
    for (int depth = 0; r && depth < ST_FEEL_DEPTH_MAX; r = r->cause, depth++) {
        if (depth >= KEPT && r->cause && depth + 1 < ST_FEEL_DEPTH_MAX)
            continue;
        st_reason *c = ST_NEW(to, st_reason);
        *c = *r;
        c->expression = st_str_dup(to, r->expression);
        c->fixed = st_arena_dup(to, st_reason_text(r), strlen(st_reason_text(r)));
        c->unsaid = NULL;
        c->cause = NULL;
        *link = c;
        link = &c->cause;
    }
    return first;
}

static st_val copy(st_arena *to, st_val v, bool shapes, int depth);

static const st_val *copy_items(st_arena *to, const st_val *v, size_t n, bool shapes, int depth) {
    st_val *out = ST_NEWN(to, st_val, n + 1);
    for (size_t i = 0; i < n; i++)
        out[i] = copy(to, v[i], shapes, depth);
    return out;
}

static st_val copy(st_arena *to, st_val v, bool shapes, int depth) {
    ST_ASSERT(depth < 2 * ST_FEEL_DEPTH_MAX);
    st_val out = v;
    switch ((st_kind)v.kind) {
    case ST_NULL:
        out.u.reason = copy_reason(to, v.u.reason);
        break;
    case ST_STRING:
        out.u.s = st_arena_dup(to, v.u.s, v.n);
        break;
    case ST_TIME:
        return st_time_val(to, copy_time(to, *v.u.time));
    case ST_DATETIME:
        return st_datetime_val(
            to, (st_datetime){v.u.datetime->date, copy_time(to, v.u.datetime->time)});
    case ST_LIST:
        return st_list_val(to, copy_items(to, v.u.list->v, v.u.list->n, shapes, depth + 1),
                           v.u.list->n);
    case ST_CONTEXT: {
        const st_shape *s = v.u.context->shape;
        return st_context_val(to, shapes ? st_feel_shape_new(to, s->names, s->n) : s,
                              copy_items(to, v.u.context->v, s->n, shapes, depth + 1));
    }
    case ST_RANGE: {
        st_range r = *v.u.range;
        r.lo = copy(to, r.lo, shapes, depth + 1);
        r.hi = copy(to, r.hi, shapes, depth + 1);
        st_val range = st_range_val(to, r);
        range.flag = v.flag;
        return range;
    }
    default: /* plain kinds hold no pointer; functions belong to the rules and are shared */
        break;
    }
    return out;
}

st_val st_feel_copy(st_arena *to, st_val v, bool copy_shapes) {
    return copy(to, v, copy_shapes, 0);
}
