/* Functions as values, function literals, invocations. */
#include "feel/node.h"

enum { SLOTS_ON_STACK = 24 };
/* Bytes of C stack that nested calls may use: below the smallest stack a thread of ours has (8 MiB
 * by default). */
#define STACK_MAX ((size_t)4 << 20)

static _Thread_local struct {
    uintptr_t base;
    uint32_t calls;
} stack;

static bool enter(st_feel_frame *f) {
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    if (stack.calls == 0)
        stack.base = here;
    size_t used = stack.base > here ? stack.base - here : here - stack.base;
    if (f->depth >= ST_FEEL_DEPTH_MAX || used > STACK_MAX || !st_budget(f))
        return false;
    stack.calls++;
    return true;
}

static st_val call_closure(st_feel_frame *f, const st_function *fn, const st_val *args, size_t n) {
    const st_node_function *code = fn->code;
    st_val local[SLOTS_ON_STACK];
    st_val *slots =
        code->n_slots <= SLOTS_ON_STACK ? local : ST_NEWN(f->arena, st_val, code->n_slots);
    memcpy(slots, args, n * sizeof *args);
    for (size_t i = n; i < code->n_slots; i++)
        slots[i] = st_null();
    st_feel_frame inner = {.slots = slots,
                           .captured = fn->captured,
                           .globals = fn->globals,
                           .arena = f->arena,
                           .env = f->env,
                           .depth = f->depth + 1};
    return st_feel_eval(code->body, &inner);
}

/* Arguments to the parameters' types; false with the null in *out when one does not fit. */
static bool coerce_args(st_feel_frame *f, const st_function *fn, const st_val *args, st_val *to,
                        const st_src *where, st_val *out) {
    for (uint32_t i = 0; i < fn->n; i++) {
        const st_feel_type *t = fn->params[i].type;
        to[i] = args[i];
        if (!t || t->kind == ST_T_ANY)
            continue;
        to[i] = st_feel_coerce(f, args[i], t, where);
        if (st_is_null(to[i]) && !st_is_null(args[i])) {
            *out = st_feel_error(f, ST_E_FEEL_CALL, where, st_why(to[i]),
                                 "argument `%.*s` of %.*s does not fit its type",
                                 ST_FMT(fn->params[i].name), ST_FMT(fn->name));
            return false;
        }
    }
    return true;
}

static st_val call_function(st_feel_frame *f, const st_function *fn, const st_val *args, size_t n,
                            const st_src *where) {
    st_val local[ST_BUILTIN_PARAMS_MAX], out;
    if (fn->kind == ST_FN_BUILTIN)
        return st_builtin_call(f, where, fn->rows, fn->n_rows, NULL, args, n);
    if (n != fn->n)
        return st_feel_error(f, ST_E_FEEL_CALL, where, NULL, "%.*s takes %u arguments, not %zu",
                             ST_FMT(fn->name), (unsigned)fn->n, n);
    st_val *to = n <= ST_LEN(local) ? local : ST_NEWN(f->arena, st_val, n);
    if (!coerce_args(f, fn, args, to, where, &out))
        return out;
    if (fn->kind == ST_FN_CLOSURE) {
        out = call_closure(f, fn, to, n);
    } else {
        st_feel_frame inner = *f;
        inner.depth++;
        out = fn->call(fn->ctx, &inner, to, n);
    }
    return fn->result && fn->result->kind != ST_T_ANY ? st_feel_coerce(f, out, fn->result, where)
                                                      : out;
}

st_val st_feel_call(st_feel_frame *f, st_val v, const st_val *args, size_t n, const st_src *where) {
    if (v.kind == ST_RANGE && n == 1) /* a test given a name: `{minor: < 18}.minor(16)` */
        return st_test_range(f, where, v, args[0]);
    if (v.kind != ST_FUNCTION)
        return st_feel_error(f, ST_E_FEEL_CALL, where, st_why(v), "%s is not a function",
                             st_kind_name(v.kind));
    if (!enter(f))
        return st_feel_error(f, ST_E_FEEL_BUDGET, where, NULL,
                             "calls are nested too deep, or take too much memory");
    st_val out = call_function(f, v.u.function, args, n, where);
    stack.calls--;
    return out;
}

st_val st_feel_function_native(st_arena *a, st_str name, const st_feel_field *params, size_t n,
                               const st_feel_type *result, st_feel_native *call, void *ctx) {
    st_function *fn = ST_NEW(a, st_function);
    *fn = (st_function){.kind = ST_FN_NATIVE,
                        .name = name,
                        .params = params,
                        .n = (uint32_t)n,
                        .result = result,
                        .call = call,
                        .ctx = ctx};
    st_val v = {.kind = ST_FUNCTION};
    v.u.function = fn;
    return v;
}

st_val st_function_builtin(st_arena *a, st_str name, const st_builtin *const *rows, size_t n_rows) {
    st_function *fn = ST_NEW(a, st_function);
    *fn = (st_function){.kind = ST_FN_BUILTIN, .name = name, .rows = rows, .n_rows = n_rows};
    st_val v = {.kind = ST_FUNCTION};
    v.u.function = fn;
    return v;
}

/* -- function literals -- */

static st_val eval_function(const st_feel_node *n, st_feel_frame *f) {
    const st_node_function *x = (const st_node_function *)n;
    st_function *fn = ST_NEW(f->arena, st_function);
    st_val *captured = ST_NEWN(f->arena, st_val, x->n_captures ? x->n_captures : 1);
    for (uint32_t i = 0; i < x->n_captures; i++)
        captured[i] = st_feel_eval(x->captures[i], f);
    *fn = (st_function){.kind = ST_FN_CLOSURE,
                        .name = ST_STR("function"),
                        .params = x->params,
                        .n = x->n,
                        .result = x->result,
                        .code = x,
                        .captured = captured,
                        .globals = f->globals};
    st_val v = {.kind = ST_FUNCTION};
    v.u.function = fn;
    return v;
}

static st_feel_node *make_function(st_feel_builder *b, const st_feel_field *params, size_t n,
                                   const st_feel_type *result) {
    st_feel_type *t = ST_NEW(b->arena, st_feel_type);
    *t = (st_feel_type){.kind = ST_T_FUNCTION,
                        .fields = params,
                        .n_fields = (uint32_t)n,
                        .elem = result ? result : &st_feel_any};
    st_node_function *x = ST_NODE(b, st_node_function, ST_OP_FUNCTION, eval_function, t);
    x->params = params;
    x->n = (uint32_t)n;
    x->result = result;
    return &x->h;
}

void st_feel_function_begin(st_feel_builder *b, const st_feel_field *params, size_t n) {
    st_feel_field *copy = ST_NEWN(b->arena, st_feel_field, n ? n : 1);
    for (size_t i = 0; i < n; i++)
        copy[i] = (st_feel_field){st_feel_name_clean(b->arena, params[i].name),
                                  params[i].type ? params[i].type : &st_feel_any};
    st_activation act = {.params = copy, .n_params = (uint32_t)n};
    ST_VEC_PUSH(b->arena, &b->acts, act);
    st_feel_scope_push(b);
    for (size_t i = 0; i < n; i++)
        st_feel_scope_declare(b, copy[i].name, copy[i].type);
}

st_feel_node *st_feel_function_end(st_feel_builder *b, st_feel_node *body,
                                   const st_feel_type *result) {
    st_feel_scope_pop(b);
    st_activation act = b->acts.items[--b->acts.n];
    st_feel_node *n = make_function(b, act.params, act.n_params, result);
    st_node_function *x = (st_node_function *)n;
    x->body = body;
    x->n_slots = act.n_slots;
    x->n_captures = (uint32_t)act.captures.n;
    const st_feel_node **captures =
        ST_NEWN(b->arena, const st_feel_node *, act.captures.n ? act.captures.n : 1);
    for (size_t i = 0; i < act.captures.n; i++)
        captures[i] = act.captures.items[i].source;
    x->captures = captures;
    if (!result && body && body->type->kind != ST_T_ANY) {
        st_feel_type *t = ST_NEW(b->arena, st_feel_type);
        *t = *n->type;
        t->elem = body->type;
        n->type = t;
    }
    return n;
}

/* -- invocation -- */

/* Values of named arguments in the order of the parameters; false when a name is unknown or one is
 * missing. */
static bool by_name(const st_node_call *x, st_feel_frame *f, const st_function *fn,
                    const st_val *args, st_val *to, st_val *out) {
    for (uint32_t i = 0; i < fn->n; i++) {
        uint32_t k = 0;
        while (k < x->n && !st_feel_same_name(x->names[k], fn->params[i].name))
            k++;
        if (k == x->n) {
            *out = st_feel_error(f, ST_E_FEEL_CALL, &x->h.src, NULL, "argument `%.*s` is missing",
                                 ST_FMT(fn->params[i].name));
            return false;
        }
        to[i] = args[k];
    }
    if (x->n != fn->n)
        *out = st_feel_error(f, ST_E_FEEL_CALL, &x->h.src, NULL, "%.*s takes %u arguments, not %u",
                             ST_FMT(fn->name), (unsigned)fn->n, (unsigned)x->n);
    return x->n == fn->n;
}

static st_val eval_call(const st_feel_node *n, st_feel_frame *f) {
    const st_node_call *x = (const st_node_call *)n;
    st_val fn = st_feel_eval(x->fn, f), local[2 * ST_BUILTIN_PARAMS_MAX], out;
    st_val *args =
        x->n <= ST_BUILTIN_PARAMS_MAX ? local : ST_NEWN(f->arena, st_val, 2 * (size_t)x->n);
    for (uint32_t i = 0; i < x->n; i++)
        args[i] = st_feel_eval(x->args[i], f);
    if (!x->names || fn.kind != ST_FUNCTION)
        return st_feel_call(f, fn, args, x->n, &n->src);
    if (fn.u.function->kind == ST_FN_BUILTIN)
        return st_builtin_call(f, &n->src, fn.u.function->rows, fn.u.function->n_rows, x->names,
                               args, x->n);
    st_val *to = args + (x->n <= ST_BUILTIN_PARAMS_MAX ? ST_BUILTIN_PARAMS_MAX : x->n);
    if (fn.u.function->n > x->n)
        return st_feel_error(f, ST_E_FEEL_CALL, &n->src, NULL, "%.*s takes %u arguments, not %u",
                             ST_FMT(fn.u.function->name), (unsigned)fn.u.function->n,
                             (unsigned)x->n);
    return by_name(x, f, fn.u.function, args, to, &out) ? st_feel_call(f, fn, to, x->n, &n->src)
                                                        : out;
}

static const st_feel_node **copy_args(st_feel_builder *b, st_feel_node *const *args, size_t n,
                                      bool *constant) {
    const st_feel_node **copy = ST_NEWN(b->arena, const st_feel_node *, n ? n : 1);
    for (size_t i = 0; i < n; i++) {
        copy[i] = args[i];
        *constant &= st_is_literal(args[i]);
    }
    return copy;
}

static const st_str *copy_names(st_feel_builder *b, const st_str *names, size_t n) {
    if (!names)
        return NULL;
    st_str *copy = ST_NEWN(b->arena, st_str, n ? n : 1);
    for (size_t i = 0; i < n; i++)
        copy[i] = st_feel_name_clean(b->arena, names[i]);
    return copy;
}

st_feel_node *st_feel_make_call(st_feel_builder *b, st_feel_node *fn, const st_str *names,
                                st_feel_node *const *args, size_t n) {
    st_val v;
    if (st_feel_constant(fn, &v) && v.kind == ST_FUNCTION && v.u.function->kind == ST_FN_BUILTIN)
        return st_make_builtin_call(b, v.u.function->rows, v.u.function->n_rows, names, args, n);
    bool constant = true;
    const st_feel_type *t =
        fn->type->kind == ST_T_FUNCTION && fn->type->elem ? fn->type->elem : &st_feel_any;
    st_node_call *x = ST_NODE(b, st_node_call, ST_OP_CALL, eval_call, t);
    x->fn = fn;
    x->names = copy_names(b, names, n);
    x->args = copy_args(b, args, n, &constant);
    x->n = (uint32_t)n;
    return &x->h;
}

static st_val eval_builtin(const st_feel_node *n, st_feel_frame *f) {
    const st_node_builtin *x = (const st_node_builtin *)n;
    st_val local[ST_BUILTIN_PARAMS_MAX];
    st_val *args = x->n <= ST_LEN(local) ? local : ST_NEWN(f->arena, st_val, x->n);
    for (uint32_t i = 0; i < x->n; i++)
        args[i] = st_feel_eval(x->args[i], f);
    return st_builtin_call(f, &n->src, x->rows, x->n_rows, x->names, args, x->n);
}

bool st_builtin_pure(const st_builtin *row) {
    return strcmp(row->name, "now") != 0 && strcmp(row->name, "today") != 0;
}

st_feel_node *st_make_builtin_call(st_feel_builder *b, const st_builtin *const *rows, size_t n_rows,
                                   const st_str *names, st_feel_node *const *args, size_t n) {
    bool constant = st_builtin_pure(rows[0]);
    st_feel_tkind k = rows[0]->result;
    for (size_t i = 1; i < n_rows; i++)
        if (rows[i]->result != k)
            k = ST_T_ANY;
    st_node_builtin *x =
        ST_NODE(b, st_node_builtin, ST_OP_BUILTIN, eval_builtin, st_type_of_kind(k));
    x->rows = rows;
    x->n_rows = n_rows;
    x->names = copy_names(b, names, n);
    x->args = copy_args(b, args, n, &constant);
    x->n = (uint32_t)n;
    return constant ? st_fold(b, &x->h) : &x->h;
}
