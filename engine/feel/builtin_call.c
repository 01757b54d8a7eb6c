/* Finds built-in functions and calls them: signatures are data, all checks of arguments stand here.
 * A function is called only with arguments that fit; what does not fit yields null with the reason.
 */
#include "feel/builtin.h"

#include <pthread.h>

enum { ROWS_MAX = 256 };
static const st_builtin *const families[] = {
    st_builtins_number,  st_builtins_string,     st_builtins_regex, st_builtins_list,
    st_builtins_context, st_builtins_temporal,   st_builtins_range, st_builtins_boolean,
    st_builtins_sort,    st_builtins_conversion, st_builtins_stat,
};
static const st_builtin *index_rows[ROWS_MAX];
static size_t index_n;
static pthread_once_t index_once = PTHREAD_ONCE_INIT;

static int by_name(const void *a, const void *b) {
    const st_builtin *x = *(const st_builtin *const *)a, *y = *(const st_builtin *const *)b;
    int c = strcmp(x->name, y->name);
    return c ? c : ST_CMP(x, y); /* rows of a name keep the order of their table */
}

static void index_build(void) {
    for (size_t i = 0; i < ST_LEN(families); i++)
        for (const st_builtin *b = families[i]; b->name; b++) {
            ST_ASSERT(index_n < ROWS_MAX);
            index_rows[index_n++] = b;
        }
    qsort(index_rows, index_n, sizeof *index_rows, by_name);
}

const st_builtin *const *st_builtin_find(st_str name, size_t *n) {
    (void)pthread_once(&index_once, index_build);
    size_t lo = 0, hi = index_n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (st_str_cmp(st_str_of(index_rows[mid]->name), name) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    *n = 0;
    while (lo + *n < index_n && st_str_is(name, index_rows[lo + *n]->name))
        (*n)++;
    return *n ? &index_rows[lo] : NULL;
}

st_val st_builtin_null(st_call *c, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    st_val v = st_feel_error_of(c->f, ST_E_FEEL_ARGUMENT, c->where, NULL, c->fn->name, fmt, ap);
    va_end(ap);
    return v;
}

/* -- one argument -- */

enum {
    KIND_COMPARABLE = 1 << ST_NUMBER | 1 << ST_STRING | 1 << ST_DATE | 1 << ST_TIME |
                      1 << ST_DATETIME | 1 << ST_YM_DURATION | 1 << ST_DT_DURATION
};

static const struct {
    unsigned kinds; /* bits of st_kind */
    const char *name;
} ptypes[] = {
    [ST_P_ANY] = {~0u, "value"},
    [ST_P_BOOL] = {1 << ST_BOOL, "boolean"},
    [ST_P_NUMBER] = {1 << ST_NUMBER, "number"},
    [ST_P_STRING] = {1 << ST_STRING, "string"},
    [ST_P_DATE] = {1 << ST_DATE, "date"},
    [ST_P_TIME] = {1 << ST_TIME, "time"},
    [ST_P_DATETIME] = {1 << ST_DATETIME, "date and time"},
    [ST_P_DATE_LIKE] = {1 << ST_DATE | 1 << ST_DATETIME, "date or date and time"},
    [ST_P_DURATION] = {1 << ST_YM_DURATION | 1 << ST_DT_DURATION, "duration"},
    [ST_P_LIST] = {1 << ST_LIST, "list"},
    [ST_P_CONTEXT] = {1 << ST_CONTEXT, "context"},
    [ST_P_RANGE] = {1 << ST_RANGE, "range"},
    [ST_P_FUNCTION] = {1 << ST_FUNCTION, "function"},
    [ST_P_POINT_OR_RANGE] = {KIND_COMPARABLE | 1 << ST_RANGE, "point or range"},
    [ST_P_COMPARABLE] = {KIND_COMPARABLE, "comparable value"},
};

static bool fits(st_val v, const st_param *p) {
    if (st_is_null(v))
        return p->flags & ST_P_NULLABLE;
    return ptypes[p->type].kinds >> v.kind & 1;
}

/* Makes *v what the parameter takes, or says that it cannot be. */
static bool coerce(st_arena *a, const st_param *p, st_val *v) {
    if (fits(*v, p))
        return true;
    if (v->kind == ST_LIST && v->u.list->n == 1 && fits(v->u.list->v[0], p)) {
        *v = v->u.list->v[0];
        return true;
    }
    if (p->type == ST_P_LIST && !st_is_null(*v)) {
        st_val *one = ST_NEW(a, st_val);
        *one = *v;
        *v = st_list_val(a, one, 1);
        return true;
    }
    return false;
}

/* -- one signature -- */

typedef struct bound {
    st_val small[ST_BUILTIN_PARAMS_MAX];
    st_val *args;
    size_t n;
    uint32_t given;
} bound;

typedef enum outcome { CALLABLE, WRONG_ARITY, WRONG_NAME, NAME_MISSING, WRONG_TYPE } outcome;
typedef struct mismatch {
    outcome kind;
    const st_builtin *row;
    size_t param; /* NAME_MISSING, WRONG_TYPE */
    st_val value;
} mismatch;

static const st_param *param_at(const st_builtin *b, size_t i) {
    return &b->params[i < b->n_params ? i : b->n_params - 1u];
}

static bool variadic(const st_builtin *b) {
    return b->n_params && (b->params[b->n_params - 1].flags & ST_P_VARIADIC);
}

static size_t required(const st_builtin *b) {
    size_t n = 0;
    for (size_t i = 0; i < b->n_params; i++)
        if (!(b->params[i].flags & ST_P_OPTIONAL))
            n = i + 1;
    return n;
}

static bool place_positional(st_arena *a, const st_builtin *b, const st_val *args, size_t n,
                             bound *to) {
    if (n < required(b) || (n > b->n_params && !variadic(b)))
        return false;
    to->n = n > b->n_params ? n : b->n_params;
    to->args = to->n > ST_LEN(to->small) ? ST_NEWN(a, st_val, to->n) : to->small;
    for (size_t i = 0; i < to->n; i++)
        to->args[i] = i < n ? args[i] : st_null();
    to->given = n >= 32 ? UINT32_MAX : (1u << n) - 1;
    return true;
}

static outcome place_named(const st_builtin *b, const st_str *names, const st_val *args, size_t n,
                           bound *to) {
    to->args = to->small;
    to->n = b->n_params;
    to->given = 0;
    for (size_t i = 0; i < b->n_params; i++)
        to->small[i] = st_null();
    for (size_t k = 0; k < n; k++) {
        size_t i = 0;
        while (i < b->n_params && !st_str_is(names[k], b->params[i].name))
            i++;
        if (i == b->n_params || (to->given >> i & 1))
            return WRONG_NAME;
        to->small[i] = args[k];
        to->given |= 1u << i;
    }
    return CALLABLE;
}

static bool missing_name(const st_builtin *b, const bound *to, size_t *param) {
    for (*param = 0; *param < b->n_params; ++*param)
        if (!(to->given >> *param & 1) && !(b->params[*param].flags & ST_P_OPTIONAL))
            return true;
    return false;
}

static mismatch bind(st_arena *a, const st_builtin *b, const st_str *names, const st_val *args,
                     size_t n, bound *to) {
    outcome placed = names                                 ? place_named(b, names, args, n, to)
                     : place_positional(a, b, args, n, to) ? CALLABLE
                                                           : WRONG_ARITY;
    if (placed != CALLABLE)
        return (mismatch){.kind = placed, .row = b};
    size_t missing;
    if (names && missing_name(b, to, &missing))
        return (mismatch){.kind = NAME_MISSING, .row = b, .param = missing};
    for (size_t i = 0; i < to->n; i++) {
        bool given = i >= 32 || (to->given >> i & 1);
        if (given && !coerce(a, param_at(b, i), &to->args[i]))
            return (mismatch){.kind = WRONG_TYPE, .row = b, .param = i, .value = to->args[i]};
    }
    return (mismatch){.kind = CALLABLE, .row = b};
}

/* How many arguments the signatures of a name take. */
static void arity(const st_builtin *const *rows, size_t n_rows, size_t *least, size_t *most) {
    *least = SIZE_MAX;
    *most = 0;
    for (size_t r = 0; r < n_rows; r++) {
        size_t low = required(rows[r]), high = variadic(rows[r]) ? SIZE_MAX : rows[r]->n_params;
        *least = low < *least ? low : *least;
        *most = high > *most ? high : *most;
    }
}

static st_val wrong_arity(st_feel_frame *f, const st_src *where, const st_builtin *const *rows,
                          size_t n_rows, size_t n) {
    size_t least, most;
    char range[64];
    arity(rows, n_rows, &least, &most);
    if (most == SIZE_MAX)
        (void)snprintf(range, sizeof range, "at least %zu", least);
    else if (least == most)
        (void)snprintf(range, sizeof range, "%zu", least);
    else
        (void)snprintf(range, sizeof range, "%zu to %zu", least, most);
    return st_feel_error(f, ST_E_FEEL_ARGUMENT, where, NULL, "%s takes %s argument%s, not %zu",
                         rows[0]->name, st_arena_dup(f->arena, range, strlen(range)),
                         strcmp(range, "1") == 0 ? "" : "s", n);
}

static st_val refuse(st_feel_frame *f, const st_src *where, mismatch m) {
    const char *name = m.row->name;
    if (m.kind == WRONG_NAME)
        return st_feel_error(f, ST_E_FEEL_ARGUMENT, where, NULL,
                             "%s has no such parameter, or it is given twice", name);
    const st_param *p = param_at(m.row, m.param);
    if (m.kind == NAME_MISSING)
        return st_feel_error(f, ST_E_FEEL_ARGUMENT, where, NULL, "%s: `%s` is missing", name,
                             p->name);
    uint64_t seen = 0;
    const st_reason *cause = st_doubt_inside(m.value, &seen);
    return st_feel_error(f, ST_E_FEEL_ARGUMENT, where, cause,
                         "%s: argument %zu (%s) is %s, expected %s", name, m.param + 1, p->name,
                         st_kind_name((st_kind)m.value.kind), ptypes[p->type].name);
}

/* What a call has to look at: a step of a loop costs as much as a few items of a list. */
enum { ITEMS_PER_STEP = 8 };
static uint64_t size_of(const st_val *args, size_t n) {
    uint64_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += args[i].kind == ST_LIST     ? args[i].u.list->n
               : args[i].kind == ST_STRING ? args[i].n / 8
                                           : 0;
    return sum;
}

/* -- unknown arguments -- */

static const st_reason *unknown_in(const bound *b, const st_builtin *row) {
    const st_reason *found = NULL;
    uint64_t seen = 0;
    for (size_t i = 0; i < b->n && !found; i++) {
        st_val v = b->args[i];
        bool holds = v.kind == ST_NULL || v.kind == ST_LIST || v.kind == ST_CONTEXT;
        if (holds && !(param_at(row, i)->flags & ST_P_KEPT))
            found = st_doubt_inside(v, &seen);
    }
    return found;
}

/* An unknown argument makes the result unknown, or was used: whatever the function is, unless its
 * table says otherwise. A null that came of one names it as its cause. */
static st_val account(st_feel_frame *f, const st_builtin *row, const bound *b, st_val v) {
    const st_reason *r = v.kind == ST_NULL ? v.u.reason : NULL;
    const st_reason *found = unknown_in(b, row);
    if (!found)
        return v;
    if (!r) {
        st_doubt_raise(f->env ? f->env->doubts : NULL, found);
        return v;
    }
    if (r->cause || r == found)
        return v;
    st_reason *copy = ST_NEW(f->arena, st_reason);
    *copy = *r;
    copy->cause = found;
    return st_null_because(copy);
}

st_val st_builtin_call(st_feel_frame *f, const st_src *where, const st_builtin *const *rows,
                       size_t n_rows, const st_str *names, const st_val *args, size_t n) {
    ST_ASSERT(n_rows > 0);
    mismatch best = {.kind = WRONG_ARITY, .row = rows[0]};
    for (size_t r = 0; r < n_rows; r++) {
        bound to;
        mismatch m = bind(f->arena, rows[r], names, args, n, &to);
        if (m.kind == CALLABLE) {
            if (!st_steps(f, size_of(to.args, to.n) / ITEMS_PER_STEP))
                return st_out_of_steps(f, where);
            st_call call = {.f = f, .where = where, .fn = rows[r], .given = to.given};
            return account(f, rows[r], &to, rows[r]->fn(&call, to.args, to.n));
        }
        if (m.kind > best.kind) /* the signature that came nearest explains best */
            best = m;
    }
    if (best.kind == WRONG_ARITY)
        return wrong_arity(f, where, rows, n_rows, n);
    return refuse(f, where, best);
}
