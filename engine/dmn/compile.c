/* Compiles the logic of all elements in the order of the graph, so that types of what is required
 * are known. */
#include "dmn/dmn_int.h"

typedef struct null_node {
    st_feel_node node;
    st_code code;
    const char *text;
} null_node;

static st_val null_eval(const st_feel_node *n, st_feel_frame *f) {
    const null_node *x = (const null_node *)(const void *)n;
    return st_feel_error(f, x->code, &n->src, NULL, "%s", x->text);
}

st_feel_node *st_dmn_null_node(st_model *m, st_code code, const st_src *src, const char *text) {
    null_node *x = ST_NEW(&m->arena, null_node);
    x->node.eval = null_eval;
    x->node.type = &st_feel_any;
    if (src)
        x->node.src = *src;
    x->code = code;
    x->text = text;
    return &x->node;
}

/* -- units -- */

static dmn_unit unit_of(dmn_element *x) {
    st_model *m = x->file->model;
    dmn_unit u = {.m = m, .file = x->file, .element = x};
    u.b = st_feel_builder_new(&m->arena, m->warn, m->warn_ctx);
    st_feel_types(u.b, st_dmn_type_lookup, x->file);
    st_feel_strict(u.b, !m->lenient);
    return u;
}

static bool declare(dmn_unit *u, const dmn_refs *refs, st_err *err) {
    for (size_t i = 0; i < refs->n; i++) {
        const dmn_element *r = refs->items[i];
        st_str name = st_dmn_name_in(u->file, r);
        if (!name.n)
            return st_dmn_fail(err, ST_E_DMN_IMPORT, u->element->pos,
                               "'%.*s' needs '%.*s' of a model it does not import",
                               ST_FMT(u->element->name), ST_FMT(r->name));
        st_feel_global(u->b, name, r->number, r->type ? r->type : &st_feel_any);
    }
    return true;
}

/* An error in an expression ends the opening, but not for conformance tests: there the decision is
 * null. */
static bool give_up(dmn_element *x, st_err *own, st_err *err) {
    st_model *m = x->file->model;
    if (!m->lenient) {
        if (err)
            *err = *own;
        return false;
    }
    char *text = st_arena_dup(&m->arena, own->msg, strlen(own->msg));
    x->logic = st_dmn_null_node(m, own->code, NULL, text);
    return true;
}

static st_feel_node *body(dmn_unit *u, const st_xml *e, const st_feel_type *type, st_err *err) {
    st_feel_node *n = st_dmn_boxed(u, e, err);
    if (n && !st_dmn_type_must_fit(u->file, e->pos, "the logic of", u->element->name, n->type, type,
                                   err))
        return NULL;
    return n && type->kind != ST_T_ANY ? st_feel_make_coerce(u->b, n, type) : n;
}

/* -- decisions -- */

static bool decision_logic(dmn_element *x, st_err *err) {
    dmn_unit u = unit_of(x);
    const st_feel_type *type =
        st_dmn_type_attr(x->file, st_dmn_child(x->file, x->xml, "variable"), err);
    if (!type || !declare(&u, &x->info, err) || !declare(&u, &x->knowledge, err))
        return false;
    x->type = type;
    const st_xml *e = st_dmn_expression_of(x->file, x->xml);
    if (!e)
        return true; /* no logic: null, unless set from outside */
    st_feel_scope_push(u.b);
    x->logic = body(&u, e, type, err);
    if (!x->logic)
        return false;
    st_feel_scope_pop(u.b);
    x->slots = st_feel_slots(u.b);
    x->clock = st_feel_reads_clock(u.b);
    x->entries = st_feel_entries(u.b, &x->n_entries);
    if (type->kind == ST_T_ANY)
        x->type = x->logic->type;
    return true;
}

/* -- business knowledge models -- */

/* inferred: what the logic yields where the model declares nothing; known to expressions, but no
 * value is coerced to it. */
static const st_feel_type *function_type(st_model *m, const dmn_element *x,
                                         const st_feel_type *inferred) {
    st_feel_type *t = ST_NEW(&m->arena, st_feel_type);
    t->kind = ST_T_FUNCTION;
    t->fields = x->fields;
    t->n_fields = x->n_fields;
    t->elem = x->result->kind == ST_T_ANY && inferred ? inferred : x->result;
    return t;
}

/* The variable's type is the function's type, or in older files the type of the result. */
static bool result_type(dmn_element *x, st_err *err) {
    const st_feel_type *t =
        st_dmn_type_attr(x->file, st_dmn_child(x->file, x->xml, "variable"), err);
    if (!t)
        return false;
    x->result = st_dmn_result_of(t);
    return true;
}

static bool parameters(dmn_element *x, const st_xml *fn, const st_feel_type *own, st_err *err) {
    st_model *m = x->file->model;
    ST_VEC(st_feel_field) fields = {0};
    for (const st_xml *e = fn ? st_dmn_child(x->file, fn, "formalParameter") : NULL; e;
         e = st_dmn_next(x->file, e, "formalParameter")) {
        st_feel_field p = {st_dmn_name(&m->arena, st_xml_get(e, "name")),
                           st_dmn_type_attr(x->file, e, err)};
        if (!p.type)
            return false;
        p.type = st_dmn_param_type(own, fields.n, p.type);
        ST_VEC_PUSH(&m->arena, &fields, p);
    }
    x->fields = fields.items;
    x->n_fields = (uint32_t)fields.n;
    return true;
}

bool st_dmn_is_foreign(const st_xml *fn) {
    st_str kind = st_str_trim(st_xml_get(fn, "kind"));
    return kind.n && !st_str_is(kind, "FEEL") && !st_str_is(kind, "F");
}

static st_feel_node *external(dmn_unit *u, const st_xml *e, const st_feel_type *type, st_err *err) {
    st_feel_node *mapping = st_dmn_boxed(u, e, err);
    if (!mapping)
        return NULL;
    return st_feel_make_coerce(u->b, st_feel_make_external(u->b, mapping, u->element->n_fields),
                               type);
}

static bool bkm_logic(dmn_element *x, st_err *err) {
    st_model *m = x->file->model;
    const st_xml *fn = st_dmn_child(x->file, x->xml, "encapsulatedLogic");
    const st_feel_type *own = st_dmn_type_attr(x->file, fn, err);
    if (!own || !result_type(x, err) || !parameters(x, fn, own, err))
        return false;
    own = st_dmn_result_of(own);
    x->type = function_type(m, x, NULL);
    dmn_unit u = unit_of(x);
    if (!declare(&u, &x->knowledge, err))
        return false;
    st_feel_global(u.b, x->var, x->number, x->type); /* a function may call itself */
    st_feel_scope_push(u.b);
    for (uint32_t i = 0; i < x->n_fields; i++)
        ST_ASSERT(st_feel_scope_declare(u.b, x->fields[i].name, x->fields[i].type) == i);
    const st_xml *e = fn ? st_dmn_expression_of(x->file, fn) : NULL;
    if (!e)
        return true;
    if (st_dmn_is_foreign(fn))
        x->logic = external(&u, e, own, err);
    else
        x->logic = body(&u, e, own, err);
    if (!x->logic)
        return false;
    st_feel_scope_pop(u.b);
    x->slots = st_feel_slots(u.b);
    x->clock = st_feel_reads_clock(u.b);
    x->entries = st_feel_entries(u.b, &x->n_entries);
    (void)st_dmn_type_fits(x->file, e->pos, "the result of", x->name, x->logic->type, x->result);
    if (x->result->kind == ST_T_ANY)
        x->type = function_type(m, x, x->logic->type);
    else
        x->logic = st_feel_make_coerce(u.b, x->logic, x->result);
    return true;
}

/* -- decision services -- */

/* What a service yields: its one output decision's type, or a context of several. */
static const st_feel_type *outputs_type(st_model *m, const dmn_element *x) {
    if (x->outputs.n == 1)
        return x->outputs.items[0]->type ? x->outputs.items[0]->type : &st_feel_any;
    st_feel_type *t = ST_NEW(&m->arena, st_feel_type);
    st_feel_field *fields = ST_NEWN(&m->arena, st_feel_field, x->outputs.n);
    for (size_t i = 0; i < x->outputs.n; i++) {
        const dmn_element *o = x->outputs.items[i];
        fields[i] = (st_feel_field){o->var, o->type ? o->type : &st_feel_any};
    }
    *t = (st_feel_type){.kind = ST_T_CONTEXT,
                        .fields = fields,
                        .n_fields = (uint32_t)x->outputs.n,
                        .shape = x->shape};
    return t;
}

static bool service_logic(dmn_element *x, st_err *err) {
    st_model *m = x->file->model;
    if (!result_type(x, err))
        return false;
    st_feel_field *fields = ST_NEWN(&m->arena, st_feel_field, x->params.n);
    for (size_t i = 0; i < x->params.n; i++) {
        const dmn_element *p = x->params.items[i];
        fields[i].name = st_dmn_name_in(x->file, p);
        fields[i].type =
            p->type ? p->type
                    : st_dmn_type_attr(p->file, st_dmn_child(p->file, p->xml, "variable"), err);
        if (!fields[i].name.n)
            fields[i].name = p->var;
        if (!fields[i].type)
            return false;
    }
    x->fields = fields;
    x->n_fields = (uint32_t)x->params.n;
    if (x->outputs.n > 1) {
        st_str *names = ST_NEWN(&m->arena, st_str, x->outputs.n);
        for (size_t i = 0; i < x->outputs.n; i++)
            names[i] = x->outputs.items[i]->var;
        x->shape = st_feel_shape_new(&m->arena, names, x->outputs.n);
    }
    const st_feel_type *yields = outputs_type(m, x);
    (void)st_dmn_type_fits(x->file, x->pos, "the result of", x->name, yields, x->result);
    x->type = function_type(m, x, x->outputs.n == 1 ? yields : NULL);
    return true;
}

/* -- names that nobody connected -- */

static bool has_input(const dmn_element *x) {
    for (size_t i = 0; i < x->info.n; i++)
        if (x->info.items[i]->kind == DMN_INPUT)
            return true;
    return false;
}

/* The field of a binding's type that the expression speaks of. */
static const st_feel_field *field_meant(const st_model_binding *b, st_str name, const char *text) {
    for (uint32_t i = 0; b->type->kind == ST_T_CONTEXT && i < b->type->n_fields; i++) {
        const st_feel_field *f = &b->type->fields[i];
        if (f->name.n >= name.n && memcmp(f->name.p, name.p, name.n) == 0 &&
            memmem(text, strlen(text), f->name.p, f->name.n))
            return f;
    }
    return NULL;
}

/* Camunda's tables may do without input data; here a name is known when it is connected. */
static void hint_input(const dmn_element *x, st_err *own) {
    const char *from = strchr(own->msg, '`'), *to = from ? strchr(from + 1, '`') : NULL;
    const st_model *m = x->file->model;
    if (own->code != ST_E_FEEL_NAME || x->kind != DMN_DECISION || has_input(x) || !to)
        return;
    st_str name = {from + 1, (size_t)(to - from - 1)};
    for (size_t i = 0; i < m->n_bindings; i++) {
        const st_model_binding *b = &m->bindings[i];
        const st_feel_field *f = field_meant(b, name, own->excerpt);
        if (!st_str_is(name, b->input) && !f)
            continue;
        st_err_hint(own, "draw an input data named %s and connect it to \"%.*s\"%s%s%s%.*s%s",
                    b->input, ST_FMT(x->name), f ? ", then write " : "", f ? b->input : "",
                    f ? "." : "", ST_FMT(f ? f->name : ST_STR_NONE),
                    f ? "" : ": a name is known when it is connected");
        return;
    }
    if (m->n_bindings)
        st_err_hint(own,
                    "what a scheme knows is subject, occasion, period and prior: draw an input "
                    "data of that name and connect it to \"%.*s\"",
                    ST_FMT(x->name));
    else
        st_err_hint(own, "draw an input data named %.*s and connect it to \"%.*s\"", ST_FMT(name),
                    ST_FMT(x->name));
}

static bool compile_element(dmn_element *x, st_err *err) {
    static bool (*const by_kind[])(dmn_element *, st_err *) = {
        [DMN_DECISION] = decision_logic, [DMN_BKM] = bkm_logic, [DMN_SERVICE] = service_logic};
    if (x->kind == DMN_INPUT)
        return true;
    st_err *own = st_xmalloc(sizeof *own);
    st_err_init(own);
    bool ok = by_kind[x->kind](x, own);
    if (!ok) {
        if (own->code != ST_E_NONE && !own->pos.line)
            own->pos = x->pos;
        hint_input(x, own);
        ok = give_up(x, own, err);
    }
    free(own);
    return ok;
}

bool st_dmn_compile(st_model *m, st_err *err) {
    for (size_t i = 0; i < m->order.n; i++)
        if (!compile_element(m->order.items[i], err))
            return false;
    m->globals = ST_NEWN(&m->arena, st_val, m->elements.n);
    for (size_t i = 0; i < m->elements.n; i++) {
        dmn_element *x = m->elements.items[i];
        if (x->kind == DMN_BKM || x->kind == DMN_SERVICE)
            m->globals[i] = st_dmn_function_value(m, x);
    }
    st_dmn_graph_uses(m);
    return true;
}
