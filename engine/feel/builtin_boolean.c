/* not() and is(). */
#include "feel/builtin.h"

static st_val fn_not(ST_UNUSED st_call *c, const st_val *args, ST_UNUSED size_t n) {
    return st_is_null(args[0]) ? st_null_because(args[0].u.reason) : st_bool(!args[0].u.b);
}

/* `is(x, null)` asks for a null as `x = null` does. */
static void use_both(st_call *c, st_val a, st_val b) {
    uint64_t seen = 0;
    if (st_is_written_null(a) || st_is_written_null(b))
        return;
    const st_reason *why = st_doubt_inside(a, &seen);
    if (!why)
        why = st_doubt_inside(b, &seen);
    if (why)
        st_doubt_raise(c->f->env ? c->f->env->doubts : NULL, why);
}

/* The same element of the value space: unlike `=`, a zone is part of the value and nothing is
 * unordered. */
static st_val fn_is(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    if (!c->given)
        return st_builtin_null(c, "there is nothing to compare");
    use_both(c, args[0], args[1]);
    if (args[0].kind != args[1].kind)
        return st_bool(false);
    st_buf a, b;
    st_buf_init(&a, 0);
    st_buf_init(&b, 0);
    st_feel_canonical(&a, args[0]);
    st_feel_canonical(&b, args[1]);
    bool same = a.n == b.n && !a.overflow && !b.overflow && memcmp(a.p, b.p, a.n) == 0;
    if (args[0].kind == ST_FUNCTION)
        same = args[0].u.function == args[1].u.function;
    st_buf_free(&a);
    st_buf_free(&b);
    return st_bool(same);
}

const st_builtin st_builtins_boolean[] = {
    {"not", fn_not, ST_T_BOOL, 1, {{"negand", ST_P_BOOL, ST_P_NULLABLE}}},
    {"is",
     fn_is,
     ST_T_BOOL,
     2,
     {{"value1", ST_P_ANY, ST_P_OPTIONAL | ST_P_NULLABLE | ST_P_KEPT},
      {"value2", ST_P_ANY, ST_P_OPTIONAL | ST_P_NULLABLE | ST_P_KEPT}}},
    {.name = NULL},
};
