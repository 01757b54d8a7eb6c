/* Boxed expressions to FEEL nodes. Decision tables: table_load.c. */
#include "dmn/dmn_int.h"

void st_dmn_text(const dmn_unit *u, const st_xml *e, st_src *out) {
    const st_xml *text = e ? st_dmn_child(u->file, e, "text") : NULL;
    if (text)
        *out = text->text;
    else
        *out = (st_src){.file = u->file->path};
}

static st_feel_node *empty(dmn_unit *u) {
    return st_feel_make_literal(u->b, st_null());
}

static st_feel_node *missing(const st_xml *e, const char *what, st_err *err) {
    st_dmn_fail(err, ST_E_DMN_STRUCTURE, e->pos, "this %.*s has no %s", ST_FMT(e->name), what);
    return NULL;
}

static st_feel_node *literal(dmn_unit *u, const st_xml *e, st_err *err) {
    st_src src;
    if (st_dmn_child(u->file, e, "importedValues"))
        return st_dmn_null_node(u->m, ST_E_DMN_EXTERNAL, NULL, "imported values are not read");
    st_dmn_text(u, e, &src);
    return st_str_trim(src.text).n ? st_feel_parse(u->b, &src, err) : empty(u);
}

/* The expression below a part such as <if>, <in>, <return>; coerced when the part has a typeRef. */
static st_feel_node *part(dmn_unit *u, const st_xml *e, const char *name, st_err *err) {
    const st_xml *p = st_dmn_child(u->file, e, name);
    const st_xml *x = p ? st_dmn_expression_of(u->file, p) : NULL;
    if (!x)
        return missing(e, name, err);
    st_feel_node *n = st_dmn_boxed(u, x, err);
    const st_feel_type *type = n ? st_dmn_type_attr(u->file, p, err) : NULL;
    if (!type)
        return NULL;
    return type->kind == ST_T_ANY ? n : st_feel_make_coerce(u->b, n, type);
}

/* -- context, list, relation -- */

typedef struct entries {
    st_str *names;
    uint32_t *slots;
    st_feel_node **nodes;
    size_t n;
    st_feel_node *result;
} entries;

static size_t count(const dmn_unit *u, const st_xml *e, const char *name) {
    size_t n = 0;
    for (const st_xml *c = st_dmn_child(u->file, e, name); c; c = st_dmn_next(u->file, c, name))
        n++;
    return n;
}

static bool context_entry(dmn_unit *u, const st_xml *c, entries *x, st_err *err) {
    const st_xml *variable = st_dmn_child(u->file, c, "variable"),
                 *e = st_dmn_expression_of(u->file, c);
    st_feel_node *n = e ? st_dmn_boxed(u, e, err) : empty(u);
    if (!n)
        return false;
    if (!variable) {
        x->result = n;
        return true;
    }
    const st_feel_type *type = st_dmn_type_attr(u->file, variable, err);
    if (!type)
        return false;
    st_str name = st_dmn_name(&u->m->arena, st_xml_get(variable, "name"));
    bool fits = st_dmn_type_fits(u->file, c->pos, "the entry", name, n->type, type);
    if (type->kind != ST_T_ANY)
        n = st_feel_make_coerce(u->b, n, type);
    if (!fits) /* always null: what uses it is not blamed, too */
        type = &st_feel_any;
    for (size_t i = 0; i < x->n; i++)
        if (st_str_eq(x->names[i], name))
            return st_dmn_fail(err, ST_E_DMN_STRUCTURE, c->pos,
                               "the entry '%.*s' stands twice in this context", ST_FMT(name));
    x->names[x->n] = name;
    x->slots[x->n] =
        st_feel_scope_declare(u->b, name, type->kind != ST_T_ANY || !fits ? type : n->type);
    x->nodes[x->n++] = n;
    return true;
}

static st_feel_node *context(dmn_unit *u, const st_xml *e, st_err *err) {
    size_t n = count(u, e, "contextEntry");
    st_arena *a = &u->m->arena;
    entries x = {ST_NEWN(a, st_str, n), ST_NEWN(a, uint32_t, n), ST_NEWN(a, st_feel_node *, n), 0,
                 NULL};
    st_feel_scope_push(u->b);
    for (const st_xml *c = st_dmn_child(u->file, e, "contextEntry"); c;
         c = st_dmn_next(u->file, c, "contextEntry"))
        if (!context_entry(u, c, &x, err))
            return NULL;
    st_feel_node *node = st_feel_make_context(u->b, x.names, x.slots, x.nodes, x.n, x.result);
    st_feel_scope_pop(u->b);
    return node;
}

/* All expressions directly below e; NULL with err, *n items. */
static st_feel_node **children(dmn_unit *u, const st_xml *e, size_t *n, st_err *err) {
    ST_VEC(st_feel_node *) items = {0};
    ST_VEC_PUSH(&u->m->arena, &items, NULL);
    items.n = 0;
    for (const st_xml *c = e->first; c; c = c->next) {
        if (!st_dmn_is_expression(u->file, c))
            continue;
        st_feel_node *x = st_dmn_boxed(u, c, err);
        if (!x)
            return NULL;
        ST_VEC_PUSH(&u->m->arena, &items, x);
    }
    *n = items.n;
    return items.items;
}

static st_feel_node *list(dmn_unit *u, const st_xml *e, st_err *err) {
    size_t n;
    st_feel_node **items = children(u, e, &n, err);
    return items ? st_feel_make_list(u->b, items, n) : NULL;
}

/* A value that must have the type written at e (a variable, a column, a parameter). */
static st_feel_node *typed(dmn_unit *u, const st_xml *e, st_feel_node *n, st_err *err) {
    const st_feel_type *type = n ? st_dmn_type_attr(u->file, e, err) : NULL;
    if (!type)
        return NULL;
    return type->kind == ST_T_ANY ? n : st_feel_make_coerce(u->b, n, type);
}

static st_feel_node *relation_row(dmn_unit *u, const st_xml *row, const st_xml *const *heads,
                                  const st_str *names, size_t columns, st_err *err) {
    size_t n;
    st_feel_node **cells = children(u, row, &n, err);
    if (!cells)
        return NULL;
    if (n != columns) {
        st_dmn_fail(err, ST_E_DMN_STRUCTURE, row->pos,
                    "this row has %zu cells, the relation has %zu columns", n, columns);
        return NULL;
    }
    uint32_t *slots = ST_NEWN(&u->m->arena, uint32_t, columns);
    st_feel_scope_push(u->b);
    for (size_t i = 0; i < columns; i++) {
        if (!(cells[i] = typed(u, heads[i], cells[i], err)))
            return NULL;
        slots[i] = st_feel_scope_declare(u->b, names[i], cells[i]->type);
    }
    st_feel_node *node = st_feel_make_context(u->b, names, slots, cells, columns, NULL);
    st_feel_scope_pop(u->b);
    return node;
}

static st_feel_node *relation(dmn_unit *u, const st_xml *e, st_err *err) {
    size_t columns = count(u, e, "column"), n = 0;
    st_arena *a = &u->m->arena;
    st_str *names = ST_NEWN(a, st_str, columns);
    const st_xml **heads = ST_NEWN(a, const st_xml *, columns);
    st_feel_node **rows = ST_NEWN(a, st_feel_node *, count(u, e, "row"));
    for (const st_xml *c = st_dmn_child(u->file, e, "column"); c;
         c = st_dmn_next(u->file, c, "column")) {
        heads[n] = c;
        names[n++] = st_dmn_name(a, st_xml_get(c, "name"));
    }
    n = 0;
    for (const st_xml *c = st_dmn_child(u->file, e, "row"); c; c = st_dmn_next(u->file, c, "row"))
        if (!(rows[n++] = relation_row(u, c, heads, names, columns, err)))
            return NULL;
    return st_feel_make_list(u->b, rows, n);
}

/* -- functions and calls -- */

static st_feel_node *invocation(dmn_unit *u, const st_xml *e, st_err *err) {
    const st_xml *called = st_dmn_expression_of(u->file, e);
    if (!called)
        return missing(e, "function to call", err);
    st_feel_node *fn = st_dmn_boxed(u, called, err);
    if (!fn)
        return NULL;
    size_t n = count(u, e, "binding"), i = 0;
    st_str *names = ST_NEWN(&u->m->arena, st_str, n + 1);
    st_feel_node **args = ST_NEWN(&u->m->arena, st_feel_node *, n + 1);
    for (const st_xml *b = st_dmn_child(u->file, e, "binding"); b;
         b = st_dmn_next(u->file, b, "binding"), i++) {
        const st_xml *p = st_dmn_child(u->file, b, "parameter"),
                     *x = st_dmn_expression_of(u->file, b);
        if (!p)
            return missing(b, "parameter", err);
        names[i] = st_dmn_name(&u->m->arena, st_xml_get(p, "name"));
        if (!(args[i] = typed(u, p, x ? st_dmn_boxed(u, x, err) : empty(u), err)))
            return NULL;
    }
    return st_feel_make_call(u->b, fn, n ? names : NULL, args, n);
}

static st_feel_node *function(dmn_unit *u, const st_xml *e, st_err *err) {
    ST_VEC(st_feel_field) params = {0};
    const st_feel_type *own = st_dmn_type_attr(u->file, e, err);
    if (!own)
        return NULL;
    for (const st_xml *p = st_dmn_child(u->file, e, "formalParameter"); p;
         p = st_dmn_next(u->file, p, "formalParameter")) {
        st_feel_field f = {st_dmn_name(&u->m->arena, st_xml_get(p, "name")),
                           st_dmn_type_attr(u->file, p, err)};
        if (!f.type)
            return NULL;
        f.type = st_dmn_param_type(own, params.n, f.type);
        ST_VEC_PUSH(&u->m->arena, &params, f);
    }
    bool foreign = st_dmn_is_foreign(e);
    const st_xml *body = st_dmn_expression_of(u->file, e);
    st_feel_function_begin(u->b, params.items, params.n);
    st_feel_node *n = body ? st_dmn_boxed(u, body, err) : empty(u);
    if (n && foreign)
        n = st_feel_make_external(u->b, n, params.n);
    const st_feel_type *result =
        own->kind == ST_T_FUNCTION && own->elem && own->elem->kind != ST_T_ANY ? own->elem : NULL;
    return n ? st_feel_function_end(u->b, n, result) : NULL;
}

/* -- conditional, filter, iterators -- */

typedef struct conditional_node {
    st_feel_node node;
    const st_feel_node *condition, *then, *otherwise;
} conditional_node;

/* Unlike FEEL's `if`, which takes everything but true as "else". */
static st_val conditional_eval(const st_feel_node *n, st_feel_frame *f) {
    const conditional_node *x = (const conditional_node *)(const void *)n;
    st_val c = st_feel_eval(x->condition, f);
    if (c.kind == ST_BOOL)
        return st_feel_eval(c.u.b ? x->then : x->otherwise, f);
    const st_reason *why = st_is_null(c) ? c.u.reason : NULL;
    return st_feel_error(f, ST_E_DMN_CONDITION, &x->condition->src, why,
                         "the condition is %s, neither true nor false", st_kind_name(c.kind));
}

static st_feel_node *conditional(dmn_unit *u, const st_xml *e, st_err *err) {
    st_feel_node *c = part(u, e, "if", err), *t = c ? part(u, e, "then", err) : NULL;
    st_feel_node *x = t ? part(u, e, "else", err) : NULL;
    if (!x)
        return NULL;
    conditional_node *n = ST_NEW(&u->m->arena, conditional_node);
    n->node.eval = conditional_eval;
    n->node.type = st_feel_make_if(u->b, c, t, x)->type;
    n->node.src = c->src;
    n->condition = c;
    n->then = t;
    n->otherwise = x;
    return &n->node;
}

static st_feel_node *filter(dmn_unit *u, const st_xml *e, st_err *err) {
    st_feel_node *in = part(u, e, "in", err);
    if (!in)
        return NULL;
    st_feel_scope_push(u->b);
    st_feel_filter_scope(u->b, in);
    st_feel_node *match = part(u, e, "match", err);
    st_feel_scope_pop(u->b);
    return match ? st_feel_make_filter(u->b, in, match) : NULL;
}

static const st_feel_type *element_type(const st_feel_type *t) {
    return (t->kind == ST_T_LIST || t->kind == ST_T_RANGE) && t->elem ? t->elem : &st_feel_any;
}

static bool iterator(dmn_unit *u, const st_xml *e, st_feel_node **in, uint32_t *slot, st_err *err) {
    st_str name = st_dmn_name(&u->m->arena, st_xml_get(e, "iteratorVariable"));
    if (!name.n)
        return missing(e, "iterator variable", err), false;
    *in = part(u, e, "in", err);
    if (!*in)
        return false;
    st_feel_scope_push(u->b);
    *slot = st_feel_scope_declare(u->b, name, element_type((*in)->type));
    return true;
}

static st_feel_node *for_loop(dmn_unit *u, const st_xml *e, st_err *err) {
    st_feel_node *in;
    uint32_t slot;
    if (!iterator(u, e, &in, &slot, err))
        return NULL;
    uint32_t partial = st_feel_scope_declare(u->b, ST_STR("partial"),
                                             st_feel_type_list(&u->m->arena, &st_feel_any));
    st_feel_node *body = part(u, e, "return", err);
    if (!body)
        return NULL;
    st_feel_node *n = st_feel_make_for(u->b, slot, partial, in, body);
    st_feel_scope_pop(u->b);
    return n;
}

static st_feel_node *quantified(dmn_unit *u, const st_xml *e, bool every, st_err *err) {
    st_feel_node *in;
    uint32_t slot;
    if (!iterator(u, e, &in, &slot, err))
        return NULL;
    st_feel_node *satisfies = part(u, e, "satisfies", err);
    if (!satisfies)
        return NULL;
    st_feel_node *n = st_feel_make_quantified(u->b, every, slot, in, satisfies);
    st_feel_scope_pop(u->b);
    return n;
}

static st_feel_node *some(dmn_unit *u, const st_xml *e, st_err *err) {
    return quantified(u, e, false, err);
}

static st_feel_node *every(dmn_unit *u, const st_xml *e, st_err *err) {
    return quantified(u, e, true, err);
}

/* -- the table of boxed expressions -- */

static const struct {
    const char *name;
    st_feel_node *(*compile)(dmn_unit *u, const st_xml *e, st_err *err);
} boxes[] = {
    {"literalExpression", literal},
    {"decisionTable", st_dmn_table_node},
    {"context", context},
    {"invocation", invocation},
    {"functionDefinition", function},
    {"relation", relation},
    {"list", list},
    {"conditional", conditional},
    {"filter", filter},
    {"for", for_loop},
    {"some", some},
    {"every", every},
};

bool st_dmn_is_expression(const dmn_file *f, const st_xml *e) {
    for (size_t i = 0; i < ST_LEN(boxes); i++)
        if (st_dmn_is(f, e, boxes[i].name))
            return true;
    return false;
}

const st_xml *st_dmn_expression_of(const dmn_file *f, const st_xml *e) {
    const st_xml *c = e->first;
    while (c && !st_dmn_is_expression(f, c))
        c = c->next;
    return c;
}

st_feel_node *st_dmn_boxed(dmn_unit *u, const st_xml *e, st_err *err) {
    if (u->depth >= DMN_NESTING_MAX) {
        st_dmn_fail(err, ST_E_DMN_LIMIT, e->pos, "expressions are nested more than %d deep",
                    DMN_NESTING_MAX);
        return NULL;
    }
    const st_feel_type *type = st_dmn_type_attr(u->file, e, err);
    st_feel_node *n = NULL;
    u->depth++;
    for (size_t i = 0; i < ST_LEN(boxes) && type; i++)
        if (st_dmn_is(u->file, e, boxes[i].name))
            n = boxes[i].compile(u, e, err);
    u->depth--;
    /* A function definition's typeRef is that of its result in some tools; functions are left as
     * they are. */
    if (!n || type->kind == ST_T_ANY || type->kind == ST_T_FUNCTION ||
        n->type->kind == ST_T_FUNCTION)
        return n;
    (void)st_dmn_type_fits(u->file, e->pos, "this", e->name, n->type, type);
    return st_feel_make_coerce(u->b, n, type);
}
