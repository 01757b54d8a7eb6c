/* Values to declared types: conformance, singleton lists both ways, dates as midnight, allowed
 * values. */
#include "feel/node.h"

enum { SLOTS_MAX = 24, DEPTH_MAX = 64 };

/* 1 allowed, 0 not, -1 the test itself has no answer */
static int allowed(st_feel_frame *f, st_val v, const st_feel_type *t) {
    if (!t->allowed)
        return 1;
    st_val local[SLOTS_MAX];
    size_t n = t->allowed_slots ? t->allowed_slots : 1;
    st_val *slots = n <= SLOTS_MAX ? local : ST_NEWN(f->arena, st_val, n);
    for (size_t i = 0; i < n; i++)
        slots[i] = st_null();
    slots[0] = v;
    st_feel_frame inner = *f;
    inner.slots = slots;
    st_val r = st_feel_eval(t->allowed, &inner);
    return r.kind == ST_BOOL ? r.u.b : -1;
}

typedef struct trouble {
    const st_feel_type
        *type; /* whose allowed values were violated; NULL: the structure does not fit */
} trouble;

static bool fits(st_feel_frame *f, st_val v, const st_feel_type *t, trouble *bad, int depth);

static bool parts_fit(st_feel_frame *f, st_val v, const st_feel_type *t, trouble *bad, int depth) {
    if (t->kind == ST_T_LIST && t->elem) {
        for (uint32_t i = 0; i < v.u.list->n; i++)
            if (!st_is_null(v.u.list->v[i]) && !fits(f, v.u.list->v[i], t->elem, bad, depth + 1))
                return false;
    } else if (t->kind == ST_T_CONTEXT) {
        for (uint32_t i = 0; i < t->n_fields; i++) {
            int slot = st_feel_shape_slot(v.u.context->shape, t->fields[i].name);
            if (slot < 0)
                return false;
            st_val e = v.u.context->v[slot];
            if (!st_is_null(e) && !fits(f, e, t->fields[i].type, bad, depth + 1))
                return false;
        }
    }
    return true;
}

static bool fits(st_feel_frame *f, st_val v, const st_feel_type *t, trouble *bad, int depth) {
    bool deep = t->kind == ST_T_LIST || t->kind == ST_T_CONTEXT;
    const st_feel_type flat = {.kind = t->kind};
    if (depth > DEPTH_MAX || !st_feel_instance_of(v, deep ? &flat : t))
        return false;
    if (deep && !parts_fit(f, v, t, bad, depth))
        return false;
    if (allowed(f, v, t) == 1)
        return true;
    bad->type = t;
    return false;
}

typedef struct misfitted {
    st_unsaid h;
    const st_feel_type *type;
    bool allowed; /* the type fits, its allowed values do not */
    st_kind kind;
} misfitted;

enum { TYPE_NAME_MAX = 200 };

static void say_misfit(const st_unsaid *u, st_buf *out) {
    const misfitted *x = (const misfitted *)(const void *)u;
    st_buf name;
    st_buf_init(&name, TYPE_NAME_MAX);
    st_feel_type_print(&name, x->type);
    if (x->allowed)
        st_buf_fmt(out, "the value is not among the allowed values of %.*s",
                   ST_FMT(st_buf_view(&name)));
    else
        st_buf_fmt(out, "%s does not fit the type %.*s", st_kind_name(x->kind),
                   ST_FMT(st_buf_view(&name)));
    st_buf_free(&name);
}

static st_val misfit(st_feel_frame *f, st_val v, const st_feel_type *t, const trouble *bad,
                     const st_src *where) {
    enum { TEXT_MAX = TYPE_NAME_MAX + 100 };
    misfitted *x = ST_NEW(f->arena, misfitted);
    x->h.say = say_misfit;
    x->type = bad->type ? bad->type : t;
    x->allowed = bad->type != NULL;
    x->kind = (st_kind)v.kind;
    uint64_t seen = 0;
    const st_reason *cause = st_doubt_inside(v, &seen);
    return st_feel_error_unsaid(f, x->allowed ? ST_E_FEEL_ALLOWED : ST_E_FEEL_COERCE, where, cause,
                                &x->h, TEXT_MAX);
}

st_val st_feel_coerce(st_feel_frame *f, st_val v, const st_feel_type *t, const st_src *where) {
    if (ST_LIKELY(st_feel_plainly(&v, t)))
        return v;
    trouble bad = {NULL};
    if (st_is_null(v) || (t->kind == ST_T_ANY && !t->allowed) || fits(f, v, t, &bad, 0))
        return v;
    if (t->kind == ST_T_LIST && v.kind != ST_LIST) {
        st_val *one = ST_NEW(f->arena, st_val);
        *one = v;
        st_val list = st_list_val(f->arena, one, 1);
        if (fits(f, list, t, &bad, 0))
            return list;
    } else if (t->kind != ST_T_LIST && v.kind == ST_LIST && v.u.list->n == 1) {
        st_val only = v.u.list->v[0];
        if (fits(f, only, t, &bad, 0))
            return only;
    } else if (t->kind == ST_T_DATETIME && v.kind == ST_DATE) {
        st_datetime midnight = {.date = v.u.date, .time = {.zone_kind = ST_ZONE_OFFSET}};
        return st_datetime_val(f->arena, midnight);
    }
    return misfit(f, v, t, &bad, where);
}

static st_val eval_coerce(const st_feel_node *n, st_feel_frame *f) {
    const st_node_typed *x = (const st_node_typed *)n;
    st_val v = st_feel_eval(x->x, f);
    if (st_is_null(v) || ST_LIKELY(st_feel_plainly(&v, x->type)))
        return st_val_of(&v);
    return st_feel_coerce(f, v, x->type, &x->x->src);
}

/* Whether a type, or one inside of it, restricts its values. */
static bool restricted(const st_feel_type *t, int depth) {
    if (t->allowed || depth > DEPTH_MAX)
        return true;
    if (t->kind == ST_T_LIST && t->elem)
        return restricted(t->elem, depth + 1);
    for (uint32_t i = 0; t->kind == ST_T_CONTEXT && i < t->n_fields; i++)
        if (restricted(t->fields[i].type, depth + 1))
            return true;
    return false;
}

st_feel_node *st_feel_make_coerce(st_feel_builder *b, st_feel_node *n, const st_feel_type *type) {
    if (type->kind == ST_T_ANY && !type->allowed)
        return n;
    if (n->type == type ||
        (n->type->kind != ST_T_ANY && !restricted(type, 0) && st_feel_type_conforms(n->type, type)))
        return n;
    st_node_typed *x = ST_NODE(b, st_node_typed, ST_OP_COERCE, eval_coerce, type);
    x->x = n;
    x->type = type;
    x->h.src = n->src;
    return &x->h;
}
