/* List functions that call a function given as argument. */
#include "feel/builtin.h"

/* Asks precedes(x, y); false with *out set when the answer is no boolean. */
static bool precedes(st_call *c, st_val fn, st_val x, st_val y, bool *yes, st_val *out) {
    st_val args[] = {x, y};
    st_val r = st_feel_call(c->f, fn, args, 2, c->where);
    if (r.kind != ST_BOOL) {
        *out =
            st_is_null(r) && r.u.reason ? r : st_builtin_null(c, "the function gives no boolean");
        return false;
    }
    *yes = r.u.b;
    return true;
}

/* Merge sort, stable, bottom up: no recursion, and a function that contradicts itself cannot lead
 * it astray. */
static st_val fn_sort(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    size_t count = args[0].u.list->n;
    st_val *from = ST_NEWN(c->f->arena, st_val, count + 1);
    st_val *to = ST_NEWN(c->f->arena, st_val, count + 1);
    st_val error;
    if (count)
        memcpy(from, args[0].u.list->v, count * sizeof *from);
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t lo = 0; lo < count; lo += 2 * width) {
            size_t mid = lo + width < count ? lo + width : count;
            size_t hi = lo + 2 * width < count ? lo + 2 * width : count;
            for (size_t i = lo, j = mid, k = lo; k < hi; k++) {
                bool right = i == mid;
                if (i < mid && j < hi && !precedes(c, args[1], from[j], from[i], &right, &error))
                    return error;
                to[k] = right ? from[j++] : from[i++];
            }
        }
        st_val *swap = from;
        from = to;
        to = swap;
    }
    return st_list_val(c->f->arena, from, count);
}

static st_val fn_list_replace(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    const st_list *l = args[0].u.list;
    st_val *out = ST_NEWN(c->f->arena, st_val, (size_t)l->n + 1);
    st_val error;
    for (uint32_t i = 0; i < l->n; i++) {
        bool yes;
        if (!precedes(c, args[1], l->v[i], args[2], &yes, &error))
            return error;
        out[i] = yes ? args[2] : l->v[i];
    }
    return st_list_val(c->f->arena, out, l->n);
}

const st_builtin st_builtins_sort[] = {
    {"sort",
     fn_sort,
     ST_T_LIST,
     2,
     {{"list", ST_P_LIST, ST_P_KEPT}, {"precedes", ST_P_FUNCTION, 0}}},
    {"list replace",
     fn_list_replace,
     ST_T_LIST,
     3,
     {{"list", ST_P_LIST, ST_P_KEPT},
      {"match", ST_P_FUNCTION, 0},
      {"newItem", ST_P_ANY, ST_P_NULLABLE | ST_P_KEPT}}},
    {.name = NULL},
};
