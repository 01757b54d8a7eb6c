/* Business knowledge models and decision services as function values. */
#include "dmn/dmn_int.h"

static st_val too_deep(st_feel_frame *f, const dmn_element *x) {
    return st_feel_error(f, ST_E_DMN_CALL, NULL, NULL,
                         "'%.*s' and its like call one another more than %d deep", ST_FMT(x->name),
                         DMN_CALLS_MAX);
}

static st_val bkm_call(void *ctx, st_feel_frame *f, const st_val *args, size_t n) {
    const dmn_element *x = ctx;
    if (f->depth >= DMN_CALLS_MAX)
        return too_deep(f, x);
    if (!x->logic)
        return st_feel_error(f, ST_E_DMN_NO_LOGIC, NULL, NULL, "function '%.*s' has no logic",
                             ST_FMT(x->name));
    st_feel_frame inner = *f;
    inner.slots = x->slots ? ST_NEWN(f->arena, st_val, x->slots) : NULL;
    inner.captured = NULL;
    inner.depth = f->depth + 1;
    for (size_t i = 0; i < n && i < x->slots; i++)
        inner.slots[i] = args[i];
    return st_feel_eval(x->logic, &inner);
}

/* A service has variables of its own: what it is given and what it evaluates says nothing to the
 * outside. */
static st_val service_call(void *ctx, st_feel_frame *f, const st_val *args, size_t n) {
    const dmn_element *x = ctx;
    if (f->depth >= DMN_CALLS_MAX)
        return too_deep(f, x);
    if (!x->outputs.n)
        return st_feel_error(f, ST_E_DMN_NO_LOGIC, NULL, NULL,
                             "decision service '%.*s' has no output decision", ST_FMT(x->name));
    const dmn_state *outer = f->env->user;
    size_t elements = outer->m->elements.n;
    dmn_state s = *outer;
    st_feel_env env = *f->env;
    env.user = &s;
    s.env = &env;
    s.depth = f->depth + 1;
    s.globals = ST_NEWN(f->arena, st_val, elements);
    s.valid = ST_NEWN(f->arena, uint8_t, elements);
    memcpy(s.globals, f->globals, elements * sizeof *s.globals);
    for (size_t i = 0; i < n && i < x->params.n; i++) {
        s.globals[x->params.items[i]->number] = args[i];
        s.valid[x->params.items[i]->number] = 1;
    }
    st_val *values = ST_NEWN(f->arena, st_val, x->outputs.n);
    for (size_t i = 0; i < x->outputs.n; i++)
        values[i] = st_doubt_read(env.doubts, st_dmn_ensure(&s, x->outputs.items[i]));
    st_val v = x->outputs.n == 1 ? values[0] : st_context_val(f->arena, x->shape, values);
    return x->result->kind == ST_T_ANY ? v : st_feel_coerce(f, v, x->result, NULL);
}

st_val st_dmn_function_value(st_model *m, dmn_element *x) {
    st_feel_native *call = x->kind == DMN_SERVICE ? service_call : bkm_call;
    return st_feel_function_native(&m->arena, x->name, x->fields, x->n_fields,
                                   x->result ? x->result : &st_feel_any, call, x);
}

st_val st_dmn_call(st_evaluator *e, const dmn_element *fn, const st_val *args, size_t n) {
    st_feel_frame f = st_dmn_frame(&e->state, NULL);
    st_dmn_account(e);
    return st_feel_call(&f, e->state.globals[fn->number], args, n, NULL);
}
