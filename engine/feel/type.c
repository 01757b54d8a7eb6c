/* Types: names, conformance, printing, and the static types the parser works with. */
#include "feel/node.h"

#define TYPE(id, k) const st_feel_type id = {.kind = k}
TYPE(st_feel_any, ST_T_ANY);
TYPE(st_feel_null_type, ST_T_NULL);
TYPE(st_feel_boolean, ST_T_BOOL);
TYPE(st_feel_number, ST_T_NUMBER);
TYPE(st_feel_string, ST_T_STRING);
TYPE(st_feel_date, ST_T_DATE);
TYPE(st_feel_time, ST_T_TIME);
TYPE(st_feel_datetime, ST_T_DATETIME);
TYPE(st_feel_ym_duration, ST_T_YM_DURATION);
TYPE(st_feel_dt_duration, ST_T_DT_DURATION);
static const st_feel_type any_list = {.kind = ST_T_LIST, .elem = &st_feel_any};
static const st_feel_type any_context = {.kind = ST_T_CONTEXT};
static const st_feel_type any_range = {.kind = ST_T_RANGE, .elem = &st_feel_any};
/* A function of unknown parameters: fields NULL and no element type. */
static const st_feel_type any_function = {.kind = ST_T_FUNCTION};

enum { TYPE_DEPTH_MAX = 64 };

static const struct {
    const char *name;
    const st_feel_type *type;
} named[] = {
    {"Any", &st_feel_any},
    {"Null", &st_feel_null_type},
    {"null", &st_feel_null_type},
    {"boolean", &st_feel_boolean},
    {"number", &st_feel_number},
    {"string", &st_feel_string},
    {"date", &st_feel_date},
    {"time", &st_feel_time},
    {"date and time", &st_feel_datetime},
    {"dateTime", &st_feel_datetime},
    {"years and months duration", &st_feel_ym_duration},
    {"yearMonthDuration", &st_feel_ym_duration},
    {"days and time duration", &st_feel_dt_duration},
    {"dayTimeDuration", &st_feel_dt_duration},
    {"list", &any_list},
    {"context", &any_context},
    {"range", &any_range},
    {"function", &any_function},
};

const st_feel_type *st_feel_type_named(st_str name) {
    for (size_t i = 0; i < ST_LEN(named); i++)
        if (st_str_is(name, named[i].name))
            return named[i].type;
    return NULL;
}

const st_feel_type *st_feel_type_list(st_arena *a, const st_feel_type *elem) {
    st_feel_type *t = ST_NEW(a, st_feel_type);
    t->kind = ST_T_LIST;
    t->elem = elem;
    return t;
}

static const st_feel_type *elem_of(const st_feel_type *t) {
    return t->elem ? t->elem : &st_feel_any;
}

static bool function_conforms(const st_feel_type *a, const st_feel_type *b, int depth);

static bool conforms(const st_feel_type *a, const st_feel_type *b, int depth) {
    if (a == b || b->kind == ST_T_ANY || a->kind == ST_T_NULL)
        return true;
    if (a->kind != b->kind || depth > TYPE_DEPTH_MAX)
        return false;
    switch (a->kind) {
    case ST_T_LIST:
    case ST_T_RANGE:
        return conforms(elem_of(a), elem_of(b), depth + 1);
    case ST_T_CONTEXT:
        for (uint32_t i = 0; i < b->n_fields; i++) {
            const st_feel_type *f = st_type_field(a, b->fields[i].name);
            if (!f || !conforms(f, b->fields[i].type, depth + 1))
                return false;
        }
        return true;
    case ST_T_FUNCTION:
        return function_conforms(a, b, depth);
    default:
        return true;
    }
}

/* Parameters the other way round, result in the same direction. */
static bool function_conforms(const st_feel_type *a, const st_feel_type *b, int depth) {
    if (!b->elem)
        return true;
    if (a->n_fields != b->n_fields)
        return false;
    for (uint32_t i = 0; i < a->n_fields; i++)
        if (!conforms(b->fields[i].type, a->fields[i].type, depth + 1))
            return false;
    return conforms(elem_of(a), elem_of(b), depth + 1);
}

bool st_feel_type_conforms(const st_feel_type *a, const st_feel_type *b) {
    return conforms(a, b, 0);
}

static bool instance(st_val v, const st_feel_type *t, int depth);

static bool range_instance(const st_range *r, const st_feel_type *t, int depth) {
    return (st_is_null(r->lo) || instance(r->lo, elem_of(t), depth + 1)) &&
           (st_is_null(r->hi) || instance(r->hi, elem_of(t), depth + 1));
}

static bool context_instance(st_val v, const st_feel_type *t, int depth) {
    for (uint32_t i = 0; i < t->n_fields; i++) {
        int slot = st_feel_shape_slot(v.u.context->shape, t->fields[i].name);
        if (slot < 0)
            return false;
        st_val e = v.u.context->v[slot];
        if (!st_is_null(e) && !instance(e, t->fields[i].type, depth + 1))
            return false;
    }
    return true;
}

/* A function that does not say what it returns is taken at what its body is known to give. */
static bool function_instance(const st_function *fn, const st_feel_type *t) {
    if (!t->elem || fn->kind == ST_FN_BUILTIN)
        return true;
    const st_feel_type *result = fn->result;
    if (!result && fn->code && fn->code->h.type->elem)
        result = fn->code->h.type->elem;
    if (!result || result->kind == ST_T_ANY)
        result = t->elem;
    const st_feel_type as = {
        .kind = ST_T_FUNCTION, .elem = result, .fields = fn->params, .n_fields = fn->n};
    return function_conforms(&as, t, 0);
}

static bool list_instance(const st_list *l, const st_feel_type *t, int depth) {
    const st_feel_type *e = elem_of(t);
    if (e->kind == ST_T_ANY)
        return true;
    for (uint32_t i = 0; i < l->n; i++)
        if (!st_is_null(l->v[i]) && !instance(l->v[i], e, depth + 1))
            return false;
    return true;
}

static const uint8_t kind_of_type[] = {
    [ST_T_NULL] = ST_NULL,
    [ST_T_BOOL] = ST_BOOL,
    [ST_T_NUMBER] = ST_NUMBER,
    [ST_T_STRING] = ST_STRING,
    [ST_T_DATE] = ST_DATE,
    [ST_T_TIME] = ST_TIME,
    [ST_T_DATETIME] = ST_DATETIME,
    [ST_T_YM_DURATION] = ST_YM_DURATION,
    [ST_T_DT_DURATION] = ST_DT_DURATION,
    [ST_T_LIST] = ST_LIST,
    [ST_T_CONTEXT] = ST_CONTEXT,
    [ST_T_RANGE] = ST_RANGE,
    [ST_T_FUNCTION] = ST_FUNCTION,
};

static bool instance(st_val v, const st_feel_type *t, int depth) {
    if (t->kind == ST_T_ANY)
        return v.kind != ST_NULL;
    if (v.kind != kind_of_type[t->kind] || depth > TYPE_DEPTH_MAX)
        return false;
    switch (t->kind) {
    case ST_T_LIST:
        return list_instance(v.u.list, t, depth);
    case ST_T_CONTEXT:
        return context_instance(v, t, depth);
    case ST_T_RANGE:
        return range_instance(v.u.range, t, depth);
    case ST_T_FUNCTION:
        return function_instance(v.u.function, t);
    default:
        return true;
    }
}

bool st_feel_instance_of(st_val v, const st_feel_type *t) {
    return instance(v, t, 0);
}

static void print_type(st_buf *out, const st_feel_type *t, int depth);

static void print_fields(st_buf *out, const st_feel_type *t, bool names, int depth) {
    st_buf_ch(out, '<');
    for (uint32_t i = 0; i < t->n_fields; i++) {
        if (i)
            st_buf_z(out, ", ");
        if (names)
            st_buf_str(out, t->fields[i].name), st_buf_z(out, ": ");
        print_type(out, t->fields[i].type, depth + 1);
    }
    st_buf_ch(out, '>');
}

static void print_type(st_buf *out, const st_feel_type *t, int depth) {
    if (t->name.n) {
        st_buf_str(out, t->name);
        return;
    }
    if (depth > TYPE_DEPTH_MAX) {
        st_buf_z(out, "...");
        return;
    }
    switch (t->kind) {
    case ST_T_LIST:
    case ST_T_RANGE:
        st_buf_z(out, t->kind == ST_T_LIST ? "list<" : "range<");
        print_type(out, elem_of(t), depth + 1);
        st_buf_ch(out, '>');
        return;
    case ST_T_CONTEXT:
        st_buf_z(out, "context");
        if (t->n_fields)
            print_fields(out, t, true, depth);
        return;
    case ST_T_FUNCTION:
        st_buf_z(out, "function");
        if (t->elem) {
            print_fields(out, t, false, depth);
            st_buf_z(out, "->");
            print_type(out, t->elem, depth + 1);
        }
        return;
    case ST_T_ANY:
        st_buf_z(out, "Any");
        return;
    default:
        st_buf_z(out, t->kind == ST_T_NULL ? "null" : st_kind_name((st_kind)kind_of_type[t->kind]));
    }
}

void st_feel_type_print(st_buf *out, const st_feel_type *t) {
    print_type(out, t, 0);
}

/* -- static types -- */

static const st_feel_type *const kinds[] = {
    [ST_T_ANY] = &st_feel_any,
    [ST_T_NULL] = &st_feel_null_type,
    [ST_T_BOOL] = &st_feel_boolean,
    [ST_T_NUMBER] = &st_feel_number,
    [ST_T_STRING] = &st_feel_string,
    [ST_T_DATE] = &st_feel_date,
    [ST_T_TIME] = &st_feel_time,
    [ST_T_DATETIME] = &st_feel_datetime,
    [ST_T_YM_DURATION] = &st_feel_ym_duration,
    [ST_T_DT_DURATION] = &st_feel_dt_duration,
    [ST_T_LIST] = &any_list,
    [ST_T_CONTEXT] = &any_context,
    [ST_T_RANGE] = &any_range,
    [ST_T_FUNCTION] = &any_function,
};

const st_feel_type *st_type_of_kind(st_feel_tkind k) {
    return kinds[k];
}

const st_feel_type *st_type_field(const st_feel_type *t, st_str name) {
    if (t->kind == ST_T_CONTEXT)
        for (uint32_t i = 0; i < t->n_fields; i++)
            if (st_str_eq(t->fields[i].name, name))
                return t->fields[i].type;
    return NULL;
}

/* Number of the smallest type that holds values of both. Contexts of different make join to a
 * context of unknown entries. */
const st_feel_type *st_type_join(const st_feel_type *a, const st_feel_type *b) {
    if (a == b || b->kind == ST_T_NULL)
        return a;
    if (a->kind == ST_T_NULL)
        return b;
    if (a->kind != b->kind)
        return &st_feel_any;
    if (st_feel_type_conforms(a, b) && st_feel_type_conforms(b, a))
        return a->n_fields == b->n_fields ? a : kinds[a->kind];
    return kinds[a->kind];
}

bool st_type_closed(const st_feel_type *t) {
    return t->kind != ST_T_ANY && t->kind != ST_T_NULL &&
           (t->kind != ST_T_CONTEXT || t->n_fields > 0);
}

const st_feel_type *st_type_of(st_arena *a, st_val v) {
    for (size_t k = 0; k < ST_LEN(kind_of_type); k++) {
        if (k == ST_T_ANY || kind_of_type[k] != v.kind)
            continue;
        if (v.kind == ST_LIST && v.u.list->n) {
            const st_feel_type *e = st_type_of(a, v.u.list->v[0]);
            for (uint32_t i = 1; i < v.u.list->n; i++)
                e = st_type_join(e, st_type_of(a, v.u.list->v[i]));
            return st_feel_type_list(a, e);
        }
        if (v.kind == ST_RANGE) {
            st_feel_type *t = ST_NEW(a, st_feel_type);
            t->kind = ST_T_RANGE;
            t->elem = st_type_join(st_type_of(a, v.u.range->lo), st_type_of(a, v.u.range->hi));
            return t;
        }
        if (v.kind == ST_CONTEXT) {
            const st_shape *s = v.u.context->shape;
            st_feel_type *t = ST_NEW(a, st_feel_type);
            st_feel_field *f = ST_NEWN(a, st_feel_field, s->n ? s->n : 1);
            for (uint32_t i = 0; i < s->n; i++)
                f[i] = (st_feel_field){s->names[i], st_type_of(a, v.u.context->v[i])};
            *t = (st_feel_type){.kind = ST_T_CONTEXT, .fields = f, .n_fields = s->n, .shape = s};
            return t;
        }
        return kinds[k];
    }
    return &st_feel_any;
}
