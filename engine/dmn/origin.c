/* What a decision came from: itself and all that it needs, functions too, with the text of their
 * expressions and the clauses that the model names for them. */
#include "dmn/dmn_int.h"

typedef struct telling {
    const st_evaluator *e;
    st_origin_fn *each;
    void *ctx;
    st_arena arena;
    uint8_t *told; /* functions and decisions inside of services, by element */
    ST_VEC(st_origin_text) expressions;
    ST_VEC(st_str) clauses;
} telling;

/* In one line: white space as one blank, outside of quotes or not. */
static st_str one_line(st_arena *a, st_str s) {
    s = st_str_trim(s);
    char *out = st_arena_alloc(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        bool white = s.p[i] == ' ' || s.p[i] == '\t' || s.p[i] == '\n' || s.p[i] == '\r';
        if (white && n && out[n - 1] == ' ')
            continue;
        out[n++] = white ? ' ' : s.p[i];
    }
    return (st_str){out, n};
}

static void clause(telling *t, const st_xml *text) {
    st_str s = text ? one_line(&t->arena, text->text.text) : ST_STR_NONE;
    if (s.n)
        ST_VEC_PUSH(&t->arena, &t->clauses, s);
}

/* "#id" is of the same file, "namespace#id" of one that has this namespace. */
static void source(telling *t, const dmn_file *own, st_str href) {
    size_t hash = 0;
    while (hash < href.n && href.p[hash] != '#')
        hash++;
    st_str ns = st_str_sub(href, 0, hash), id = st_str_sub(href, hash, href.n - hash);
    if (!id.n)
        return;
    id = st_str_sub(id, 1, id.n - 1);
    const st_model *m = t->e->m;
    for (size_t i = 0; i < m->files.n; i++) {
        const dmn_file *f = m->files.items[i];
        if (ns.n ? !st_str_eq(f->ns, ns) : f != own)
            continue;
        for (const st_xml *x = f->root->first; x; x = x->next)
            if (st_dmn_is(f, x, "knowledgeSource") && st_str_eq(st_xml_get(x, "id"), id)) {
                st_str name = one_line(&t->arena, st_xml_get(x, "name"));
                if (name.n)
                    ST_VEC_PUSH(&t->arena, &t->clauses, name);
            }
    }
}

static void sources(telling *t, const dmn_element *d) {
    for (const st_xml *c = d->xml->first; c; c = c->next) {
        if (!st_dmn_is(d->file, c, "authorityRequirement"))
            continue;
        const st_xml *to = st_dmn_child(d->file, c, "requiredAuthority");
        if (to)
            source(t, d->file, st_xml_get(to, "href"));
    }
}

/* Rows of tables are told when they match. Depth is bounded when the model is loaded
 * (DMN_NESTING_MAX). */
static void expressions(telling *t, const dmn_file *f, const st_xml *e) {
    if (st_dmn_is(f, e, "decisionTable"))
        return;
    if (st_dmn_is(f, e, "literalExpression")) {
        const st_xml *text = st_dmn_child(f, e, "text");
        if (text)
            ST_VEC_PUSH(&t->arena, &t->expressions,
                        ((st_origin_text){one_line(&t->arena, text->text.text), text->pos.line}));
        return;
    }
    for (const st_xml *c = e->first; c; c = c->next)
        if (!st_dmn_is(f, c, "extensionElements"))
            expressions(t, f, c);
}

static void tell(telling *t, const dmn_element *d, bool decided) {
    const st_xml *logic = st_dmn_child(d->file, d->xml, "encapsulatedLogic");
    const st_xml *e = st_dmn_expression_of(d->file, logic ? logic : d->xml);
    t->expressions.n = t->clauses.n = 0;
    clause(t, st_dmn_child(d->file, d->xml, "description"));
    clause(t, logic ? st_dmn_child(d->file, logic, "description") : NULL);
    clause(t, e ? st_dmn_child(d->file, e, "description") : NULL);
    sources(t, d);
    if (e)
        expressions(t, d->file, e);
    st_val v = decided ? st_evaluator_value(t->e, d->index) : st_null();
    t->each(t->ctx,
            &(st_origin){decided ? d->index : -1, d->name, d->file->path, d->pos.line, v,
                         t->expressions.items, t->expressions.n, t->clauses.items, t->clauses.n});
}

/* Functions that the element may call, and what these may call; each once. */
static void functions(telling *t, const dmn_element *d) {
    for (size_t i = 0; i < d->knowledge.n; i++) {
        const dmn_element *fn = d->knowledge.items[i];
        if (t->told[fn->number])
            continue;
        t->told[fn->number] = 1;
        if (fn->kind == DMN_BKM)
            tell(t, fn, false);
        for (size_t k = 0; fn->kind == DMN_SERVICE && k < fn->closure.n; k++) {
            const dmn_element *inner = fn->closure.items[k];
            if (inner->kind != DMN_DECISION || t->told[inner->number])
                continue;
            t->told[inner->number] = 1;
            tell(t, inner, false);
            functions(t, inner);
        }
        functions(t, fn);
    }
}

void st_evaluator_origins(const st_evaluator *e, st_origin_fn *each, void *ctx) {
    telling t = {.e = e, .each = each, .ctx = ctx};
    const dmn_refs *order = st_dmn_last_closure(e);
    st_arena_init(&t.arena, 0);
    t.told = st_xmalloc(e->m->elements.n + 1);
    memset(t.told, 0, e->m->elements.n + 1);
    for (size_t i = order->n; i-- > 0;) {
        const dmn_element *d = order->items[i];
        if (d->kind != DMN_DECISION)
            continue;
        tell(&t, d, true);
        functions(&t, d);
    }
    free(t.told);
    st_arena_free(&t.arena);
}
