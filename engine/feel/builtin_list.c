/* List functions that change or search lists. The statistics stand in builtin_stat.c, those that
 * call functions in builtin_sort.c. */
#include "base/map.h"
#include "feel/builtin.h"

static const st_list *list(st_val v) {
    return v.u.list;
}

static st_val made(st_call *c, const st_val *items, size_t n) {
    if (n > ST_FEEL_LIST_MAX)
        return st_builtin_null(c, "a list of more than %d items", ST_FEEL_LIST_MAX);
    return st_list_val(c->f->arena, items, n);
}

static void copy(st_val *to, const st_val *from, size_t n) {
    if (n) /* an empty list may have no items at all to point at */
        memcpy(to, from, n * sizeof *to);
}

/* -1 (not comparable) counts as different. */
static bool same(st_val a, st_val b) {
    return st_feel_equal(a, b) == 1;
}

static void use(const st_call *c, const st_reason *why) {
    if (why)
        st_doubt_raise(c->f->env ? c->f->env->doubts : NULL, why);
}

/* One item that is equal beyond doubt settles it. */
static st_val fn_list_contains(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    const st_reason *open = NULL;
    bool found = false;
    for (uint32_t i = 0; i < list(args[0])->n; i++) {
        const st_reason *why = st_doubt_equal(list(args[0])->v[i], args[1]);
        bool equal = same(list(args[0])->v[i], args[1]);
        if (equal && !why)
            return st_bool(true);
        found = found || equal;
        open = open ? open : why;
    }
    use(c, open);
    return st_bool(found);
}

static st_val fn_count(ST_UNUSED st_call *c, const st_val *args, ST_UNUSED size_t n) {
    return st_number_int(list(args[0])->n);
}

/* A position counts from 1, or from the end when negative. False when it is none of the list. */
static bool position(st_val v, uint32_t n, uint32_t *index) {
    st_dec whole;
    int64_t p;
    if (!st_dec_round(v.u.num, 0, ST_ROUND_DOWN, &whole) || !st_dec_to_int(whole, &p) || p == 0 ||
        p > (int64_t)n || p < -(int64_t)n)
        return false;
    *index = (uint32_t)(p > 0 ? p - 1 : (int64_t)n + p);
    return true;
}

static st_val no_position(st_call *c, uint32_t n) {
    return st_builtin_null(c, "the position is not within the list of %" PRIu32, n);
}

static st_val fn_sublist(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    const st_list *l = list(args[0]);
    uint32_t from;
    int64_t length = 0;
    st_dec whole;
    if (!position(args[1], l->n, &from))
        return no_position(c, l->n);
    if (!(c->given & 4))
        return made(c, l->v + from, l->n - from);
    if (!st_dec_round(args[2].u.num, 0, ST_ROUND_DOWN, &whole) || !st_dec_to_int(whole, &length) ||
        length < 1 || length > (int64_t)l->n - from)
        return st_builtin_null(c, "the length does not fit the list");
    return made(c, l->v + from, (size_t)length);
}

static st_val fn_append(st_call *c, const st_val *args, size_t n) {
    const st_list *l = list(args[0]);
    size_t more = c->given & 2 ? n - 1 : 0;
    st_val *out = ST_NEWN(c->f->arena, st_val, l->n + more);
    copy(out, l->v, l->n);
    copy(out + l->n, args + 1, more);
    return made(c, out, l->n + more);
}

static size_t total(const st_val *args, size_t n) {
    size_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += list(args[i])->n;
    return sum;
}

static st_val fn_concatenate(st_call *c, const st_val *args, size_t n) {
    size_t sum = total(args, n), at = 0;
    st_val *out = ST_NEWN(c->f->arena, st_val, sum + 1);
    for (size_t i = 0; i < n; at += list(args[i])->n, i++)
        copy(out + at, list(args[i])->v, list(args[i])->n);
    return made(c, out, sum);
}

/* Distinct values in order of appearance, found again by hash: open addressing over indexes + 1.
 * Values of kinds whose equality is not that of their parts share one hash and are compared one by
 * one. */
typedef struct distinct {
    st_val *v;
    size_t n, mask;
    uint32_t *slots;
} distinct;

static uint64_t hash(st_val v) {
    switch ((st_kind)v.kind) {
    case ST_NUMBER:
        return st_dec_hash(v.u.num);
    case ST_STRING:
        return st_hash(v.u.s, v.n);
    case ST_DATE: {
        int64_t days = st_date_to_days(v.u.date);
        return st_hash(&days, sizeof days);
    }
    default:
        return v.kind;
    }
}

static void distinct_add(distinct *d, st_val v) {
    size_t slot = (size_t)hash(v) & d->mask;
    for (; d->slots[slot]; slot = (slot + 1) & d->mask)
        if (same(d->v[d->slots[slot] - 1], v))
            return;
    d->v[d->n++] = v;
    d->slots[slot] = (uint32_t)d->n;
}

static st_val fn_union(st_call *c, const st_val *args, size_t n) {
    size_t most = total(args, n), size = 8;
    if (most > ST_FEEL_LIST_MAX)
        return made(c, NULL, most);
    while (size < 2 * most)
        size *= 2;
    distinct d = {.v = ST_NEWN(c->f->arena, st_val, most + 1),
                  .mask = size - 1,
                  .slots = ST_NEWN(c->f->arena, uint32_t, size)};
    for (size_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < list(args[i])->n; j++)
            distinct_add(&d, list(args[i])->v[j]);
    return made(c, d.v, d.n);
}

static st_val fn_insert_before(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    const st_list *l = list(args[0]);
    uint32_t at;
    if (!position(args[1], l->n, &at))
        return no_position(c, l->n);
    st_val *out = ST_NEWN(c->f->arena, st_val, (size_t)l->n + 1);
    copy(out, l->v, at);
    out[at] = args[2];
    copy(out + at + 1, l->v + at, l->n - at);
    return made(c, out, (size_t)l->n + 1);
}

static st_val fn_remove(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    const st_list *l = list(args[0]);
    uint32_t at;
    if (!position(args[1], l->n, &at))
        return no_position(c, l->n);
    st_val *out = ST_NEWN(c->f->arena, st_val, l->n);
    copy(out, l->v, at);
    copy(out + at, l->v + at + 1, l->n - at - 1);
    return made(c, out, l->n - 1u);
}

static st_val fn_list_replace(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    const st_list *l = list(args[0]);
    uint32_t at;
    if (!position(args[1], l->n, &at))
        return no_position(c, l->n);
    st_val *out = ST_NEWN(c->f->arena, st_val, l->n);
    copy(out, l->v, l->n);
    out[at] = args[2];
    return made(c, out, l->n);
}

static st_val fn_reverse(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    const st_list *l = list(args[0]);
    st_val *out = ST_NEWN(c->f->arena, st_val, (size_t)l->n + 1);
    for (uint32_t i = 0; i < l->n; i++)
        out[i] = l->v[l->n - 1 - i];
    return made(c, out, l->n);
}

static st_val fn_index_of(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    const st_list *l = list(args[0]);
    st_val *out = ST_NEWN(c->f->arena, st_val, (size_t)l->n + 1);
    size_t k = 0;
    for (uint32_t i = 0; i < l->n; i++) {
        use(c, st_doubt_equal(l->v[i], args[1]));
        if (same(l->v[i], args[1]))
            out[k++] = st_number_int((int64_t)i + 1);
    }
    return made(c, out, k);
}

static st_val fn_distinct_values(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    return fn_union(c, args, 1);
}

typedef ST_VEC(st_val) values;

static bool flatten(st_arena *a, const st_list *l, values *out, int depth) {
    if (depth > ST_FEEL_DEPTH_MAX)
        return false;
    for (uint32_t i = 0; i < l->n && out->n <= ST_FEEL_LIST_MAX; i++) {
        if (l->v[i].kind != ST_LIST)
            ST_VEC_PUSH(a, out, l->v[i]);
        else if (!flatten(a, list(l->v[i]), out, depth + 1))
            return false;
    }
    return true;
}

static st_val fn_flatten(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    values out = {0};
    if (!flatten(c->f->arena, list(args[0]), &out, 0))
        return st_builtin_null(c, "lists nested deeper than %d", ST_FEEL_DEPTH_MAX);
    return made(c, out.items, out.n);
}

#define LIST                                                                                       \
    { "list", ST_P_LIST, ST_P_KEPT }
#define COMPARED                                                                                   \
    { "list", ST_P_LIST, 0 }
#define POSITION                                                                                   \
    { "position", ST_P_NUMBER, 0 }
#define ITEM(name)                                                                                 \
    { name, ST_P_ANY, ST_P_NULLABLE | ST_P_KEPT }

const st_builtin st_builtins_list[] = {
    {"list contains", fn_list_contains, ST_T_BOOL, 2, {LIST, ITEM("element")}},
    {"count", fn_count, ST_T_NUMBER, 1, {LIST}},
    {"sublist",
     fn_sublist,
     ST_T_LIST,
     3,
     {LIST, {"start position", ST_P_NUMBER, 0}, {"length", ST_P_NUMBER, ST_P_OPTIONAL}}},
    {"append",
     fn_append,
     ST_T_LIST,
     2,
     {LIST, {"item", ST_P_ANY, ST_P_OPTIONAL | ST_P_NULLABLE | ST_P_VARIADIC | ST_P_KEPT}}},
    {"concatenate", fn_concatenate, ST_T_LIST, 1, {{"list", ST_P_LIST, ST_P_VARIADIC | ST_P_KEPT}}},
    {"union", fn_union, ST_T_LIST, 1, {{"list", ST_P_LIST, ST_P_VARIADIC}}},
    {"insert before", fn_insert_before, ST_T_LIST, 3, {LIST, POSITION, ITEM("newItem")}},
    {"remove", fn_remove, ST_T_LIST, 2, {LIST, POSITION}},
    {"list replace", fn_list_replace, ST_T_LIST, 3, {LIST, POSITION, ITEM("newItem")}},
    {"reverse", fn_reverse, ST_T_LIST, 1, {LIST}},
    {"index of", fn_index_of, ST_T_LIST, 2, {LIST, ITEM("match")}},
    {"distinct values", fn_distinct_values, ST_T_LIST, 1, {COMPARED}},
    {"flatten", fn_flatten, ST_T_LIST, 1, {LIST}},
    {.name = NULL},
};
