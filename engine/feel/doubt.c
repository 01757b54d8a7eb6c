/* Doubt of values: kept with variables, found inside of lists and contexts. */
#include "feel/feel.h"

st_val st_doubt_keep(st_doubts *d, st_arena *a, st_val v, const st_reason *why) {
    if (!why || !d)
        return v;
    if (!d->n_noted || (d->noted[d->n_noted - 1] != why && d->n_noted < ST_DOUBTS_MAX)) {
        if (d->n_noted == d->cap)
            d->noted = st_arena_grow(a, d->noted, d->n_noted, &d->cap, sizeof *d->noted);
        d->noted[d->n_noted++] = why;
    }
    v.doubt = (uint16_t)d->n_noted;
    return v;
}

const st_reason *st_doubt_of(const st_doubts *d, st_val v) {
    return v.doubt && d && v.doubt <= d->n_noted ? d->noted[v.doubt - 1] : NULL;
}

/* -- equality -- */

typedef enum likeness { SAME, DIFFERENT, OPEN } likeness;

static likeness compare(st_val a, st_val b, const st_reason **why, int depth);

static likeness compare_lists(const st_list *a, const st_list *b, const st_reason **why,
                              int depth) {
    if (a->n != b->n)
        return DIFFERENT;
    likeness all = SAME;
    for (uint32_t i = 0; i < a->n; i++) {
        likeness one = compare(a->v[i], b->v[i], why, depth);
        if (one == DIFFERENT)
            return one;
        all = one == OPEN ? one : all;
    }
    return all;
}

static likeness compare_contexts(const st_context *a, const st_context *b, const st_reason **why,
                                 int depth) {
    if (a->shape->n != b->shape->n)
        return DIFFERENT;
    likeness all = SAME;
    for (uint32_t i = 0; i < a->shape->n; i++) {
        int slot = st_feel_shape_slot(b->shape, a->shape->names[i]);
        likeness one = slot < 0 ? DIFFERENT : compare(a->v[i], b->v[slot], why, depth);
        if (one == DIFFERENT)
            return one;
        all = one == OPEN ? one : all;
    }
    return all;
}

static likeness compare_null(st_val a, st_val b, const st_reason **why) {
    const st_reason *r = a.kind == ST_NULL && a.u.reason   ? a.u.reason
                         : b.kind == ST_NULL && b.u.reason ? b.u.reason
                                                           : NULL;
    if (!r || st_is_written_null(a) || st_is_written_null(b))
        return a.kind == b.kind ? SAME : DIFFERENT;
    if (!*why)
        *why = r;
    return OPEN;
}

static likeness compare(st_val a, st_val b, const st_reason **why, int depth) {
    if (st_is_null(a) || st_is_null(b))
        return compare_null(a, b, why);
    if (a.kind != b.kind || depth > ST_FEEL_DEPTH_MAX)
        return DIFFERENT;
    if (a.kind == ST_LIST)
        return compare_lists(a.u.list, b.u.list, why, depth + 1);
    if (a.kind == ST_CONTEXT)
        return compare_contexts(a.u.context, b.u.context, why, depth + 1);
    return st_feel_equal(a, b) == 1 ? SAME : DIFFERENT;
}

const st_reason *st_doubt_equal(st_val a, st_val b) {
    bool deep = a.kind == b.kind && (a.kind == ST_LIST || a.kind == ST_CONTEXT);
    if (!deep && !st_is_null(a) && !st_is_null(b))
        return NULL;
    const st_reason *why = NULL;
    return compare(a, b, &why, 0) == OPEN ? why : NULL;
}

/* -- inside -- */

static const st_reason *inside(st_val v, uint64_t *seen, int depth) {
    const st_val *items = NULL;
    uint32_t n = 0;
    if (v.kind == ST_NULL)
        return v.u.reason;
    if (v.kind == ST_LIST) {
        items = v.u.list->v;
        n = v.u.list->n;
    } else if (v.kind == ST_CONTEXT) {
        items = v.u.context->v;
        n = v.u.context->shape->n;
    }
    const st_reason *found = NULL;
    for (uint32_t i = 0; i < n && !found && depth < ST_FEEL_DEPTH_MAX; i++)
        if (++*seen <= ST_DOUBT_LOOK_MAX)
            found = inside(items[i], seen, depth + 1);
    return found;
}

const st_reason *st_doubt_inside(st_val v, uint64_t *seen) {
    return inside(v, seen, 0);
}
