/* Functions that make one value of a list: min, max, sums, statistics, all and any. Each takes one
 * list or the items as arguments. */
#include "feel/builtin.h"

typedef struct items {
    const st_val *v;
    size_t n;
} items;
typedef st_val reduce_fn(st_call *c, items in);

static st_val empty(st_call *c) {
    return st_builtin_null(c, "the list is empty");
}

static st_val wrong(st_call *c, items in, size_t i, const char *expected) {
    return st_builtin_null(c, "item %zu is %s, expected %s", i + 1,
                           st_kind_name((st_kind)in.v[i].kind), expected);
}

static bool all_of(items in, st_kind kind, size_t *at) {
    for (*at = 0; *at < in.n; ++*at)
        if (in.v[*at].kind != kind)
            return false;
    return true;
}

static st_val extreme(st_call *c, items in, int sign) {
    if (in.n == 0)
        return empty(c);
    st_val best = in.v[0];
    for (size_t i = 0; i < in.n; i++) {
        int cmp;
        if (!st_feel_order(in.v[i], best, &cmp))
            return st_builtin_null(c, "%s cannot be compared with %s",
                                   st_kind_name((st_kind)in.v[i].kind),
                                   st_kind_name((st_kind)best.kind));
        if (cmp * sign > 0)
            best = in.v[i];
    }
    return best;
}
static st_val min(st_call *c, items in) {
    return extreme(c, in, -1);
}
static st_val max(st_call *c, items in) {
    return extreme(c, in, 1);
}

static st_val fold(st_call *c, items in, bool (*op)(st_dec, st_dec, st_dec *)) {
    size_t bad;
    if (in.n == 0)
        return empty(c);
    if (!all_of(in, ST_NUMBER, &bad))
        return wrong(c, in, bad, "number");
    st_dec d = in.v[0].u.num;
    for (size_t i = 1; i < in.n; i++)
        if (!op(d, in.v[i].u.num, &d))
            return st_builtin_null(c, "the result is out of range");
    return st_number(d);
}
static st_val sum(st_call *c, items in) {
    return fold(c, in, st_dec_add);
}
static st_val product(st_call *c, items in) {
    return fold(c, in, st_dec_mul);
}

static st_val mean(st_call *c, items in) {
    st_val s = sum(c, in);
    st_dec d;
    if (st_is_null(s))
        return s;
    if (!st_dec_div(s.u.num, st_dec_int((int64_t)in.n), &d))
        return st_builtin_null(c, "the result is out of range");
    return st_number(d);
}

/* Of the sample: divided by n - 1. */
static st_val stddev(st_call *c, items in) {
    if (in.n < 2)
        return st_builtin_null(c, "at least two numbers are needed");
    st_val m = mean(c, in);
    st_dec sum_of_squares = st_dec_int(0), d;
    if (st_is_null(m))
        return m;
    for (size_t i = 0; i < in.n; i++)
        if (!st_dec_sub(in.v[i].u.num, m.u.num, &d) || !st_dec_mul(d, d, &d) ||
            !st_dec_add(sum_of_squares, d, &sum_of_squares))
            return st_builtin_null(c, "the result is out of range");
    if (!st_dec_div(sum_of_squares, st_dec_int((int64_t)in.n - 1), &d) || !st_dec_sqrt(d, &d))
        return st_builtin_null(c, "the result is out of range");
    return st_number(d);
}

static int by_number(const void *a, const void *b) {
    return st_dec_cmp(((const st_val *)a)->u.num, ((const st_val *)b)->u.num);
}

static st_val *sorted(st_call *c, items in) {
    st_val *v = ST_NEWN(c->f->arena, st_val, in.n + 1);
    if (in.n)
        memcpy(v, in.v, in.n * sizeof *v);
    qsort(v, in.n, sizeof *v, by_number);
    return v;
}

static st_val median(st_call *c, items in) {
    size_t bad;
    st_dec d;
    if (in.n == 0)
        return empty(c);
    if (!all_of(in, ST_NUMBER, &bad))
        return wrong(c, in, bad, "number");
    st_val *v = sorted(c, in);
    if (in.n % 2)
        return v[in.n / 2];
    if (!st_dec_add(v[in.n / 2 - 1].u.num, v[in.n / 2].u.num, &d) ||
        !st_dec_div(d, st_dec_int(2), &d))
        return st_builtin_null(c, "the result is out of range");
    return st_number(d);
}

/* All the most frequent numbers, ascending. */
static st_val mode(st_call *c, items in) {
    size_t bad, most = 0, k = 0;
    if (!all_of(in, ST_NUMBER, &bad))
        return wrong(c, in, bad, "number");
    st_val *v = sorted(c, in);
    for (size_t i = 0, run; i < in.n; i += run) {
        for (run = 1; i + run < in.n && by_number(&v[i], &v[i + run]) == 0; run++)
            continue;
        if (run > most) {
            most = run;
            k = 0;
        }
        if (run == most)
            v[k++] = v[i]; /* k never overtakes i */
    }
    return st_list_val(c->f->arena, v, k);
}

/* The deciding value decides; a null leaves it open, an unknown rather than one on purpose;
 * anything else is an error. */
static st_val quantified(st_call *c, items in, bool deciding) {
    st_val open = st_bool(!deciding);
    bool decided = false;
    for (size_t i = 0; i < in.n; i++) {
        if (st_is_null(in.v[i]))
            open = st_is_null(open) && open.u.reason ? open : in.v[i];
        else if (in.v[i].kind != ST_BOOL)
            return wrong(c, in, i, "boolean");
        else if (in.v[i].u.b == deciding)
            decided = true;
    }
    return decided ? st_bool(deciding) : open;
}
static st_val all(st_call *c, items in) {
    return quantified(c, in, false);
}
static st_val any(st_call *c, items in) {
    return quantified(c, in, true);
}

#define REDUCE(name)                                                                               \
    static st_val name##_list(st_call *c, const st_val *args, ST_UNUSED size_t n) {                \
        return name(c, (items){args[0].u.list->v, args[0].u.list->n});                             \
    }                                                                                              \
    static st_val name##_items(st_call *c, const st_val *args, size_t n) {                         \
        return name(c, (items){args, n});                                                          \
    }
REDUCE(min)
REDUCE(max)
REDUCE(sum)
REDUCE(product)
REDUCE(mean)
REDUCE(stddev)
REDUCE(median)
REDUCE(mode)
REDUCE(all)
REDUCE(any)

#define ROWS_WITH(name, result, flags)                                                             \
    {#name, name##_list, result, 1, {{"list", ST_P_LIST, flags}}}, {                               \
#name, name##_items, result, 2, {                                                          \
            {"item 1", ST_P_ANY, ST_P_NULLABLE | (flags)}, {                                       \
                "item 2", ST_P_ANY, ST_P_NULLABLE | ST_P_VARIADIC | (flags)                        \
            }                                                                                      \
        }                                                                                          \
    }
#define ROWS(name, result) ROWS_WITH(name, result, 0)

const st_builtin st_builtins_stat[] = {
    ROWS(min, ST_T_ANY),
    ROWS(max, ST_T_ANY),
    ROWS(sum, ST_T_NUMBER),
    ROWS(product, ST_T_NUMBER),
    ROWS(mean, ST_T_NUMBER),
    ROWS(stddev, ST_T_NUMBER),
    ROWS(median, ST_T_NUMBER),
    ROWS(mode, ST_T_LIST),
    ROWS_WITH(all, ST_T_BOOL, ST_P_KEPT),
    ROWS_WITH(any, ST_T_BOOL, ST_P_KEPT),
    {.name = NULL},
};
