/* The requirement graph: references resolved, required before requiring, cycles refused by name. */
#include "dmn/dmn_int.h"

enum { UNSEEN, OPEN, DONE };

/* "#id", "namespace#id"; old tools write the bare id. */
static dmn_element *target(dmn_file *f, st_str href) {
    href = st_str_trim(href);
    const char *hash = st_str_find(href, ST_STR("#"));
    st_str id = hash ? st_str_sub(href, (size_t)(hash - href.p) + 1, href.n) : href;
    st_str ns = hash ? st_str_sub(href, 0, (size_t)(hash - href.p)) : ST_STR_NONE;
    if (!ns.n)
        return st_map_get(&f->ids, id);
    for (size_t i = 0; i < f->imports.n; i++) {
        dmn_file *to = f->imports.items[i].file;
        dmn_element *x = st_str_eq(to->ns, ns) ? st_map_get(&to->ids, id) : NULL;
        if (x)
            return x;
    }
    return st_str_eq(f->ns, ns) ? st_map_get(&f->ids, id) : NULL;
}

static bool refer(dmn_element *x, const st_xml *ref, unsigned kinds, dmn_refs *to, st_err *err) {
    st_str href = st_xml_get(ref, "href");
    dmn_element *t = target(x->file, href);
    if (!t)
        return st_dmn_fail(err, ST_E_DMN_REFERENCE, ref->pos,
                           "'%.*s' refers to '%.*s', which is not in the model", ST_FMT(x->name),
                           ST_FMT(href));
    if (!(kinds & 1u << t->kind))
        return st_dmn_fail(err, ST_E_DMN_REFERENCE, ref->pos,
                           "'%.*s' cannot stand as %.*s of '%.*s'", ST_FMT(t->name),
                           ST_FMT(ref->name), ST_FMT(x->name));
    for (size_t i = 0; i < to->n; i++)
        if (to->items[i] == t)
            return true;
    ST_VEC_PUSH(&x->file->model->arena, to, t);
    return true;
}

typedef struct ref_rule {
    const char *outer; /* element around the reference, NULL: the element itself */
    const char *ref;
    unsigned kinds;
    size_t to; /* offset of the list in dmn_element */
} ref_rule;

/* Parameters of a service: input data first, then input decisions, whatever their order in the
 * file. */
static const ref_rule ref_rules[] = {
    {"informationRequirement", "requiredDecision", 1u << DMN_DECISION, offsetof(dmn_element, info)},
    {"informationRequirement", "requiredInput", 1u << DMN_INPUT | 1u << DMN_DECISION,
     offsetof(dmn_element, info)},
    {"knowledgeRequirement", "requiredKnowledge", 1u << DMN_BKM | 1u << DMN_SERVICE,
     offsetof(dmn_element, knowledge)},
    {NULL, "outputDecision", 1u << DMN_DECISION, offsetof(dmn_element, outputs)},
    {NULL, "inputData", 1u << DMN_INPUT, offsetof(dmn_element, params)},
    {NULL, "inputDecision", 1u << DMN_DECISION, offsetof(dmn_element, params)},
};

static bool collect(dmn_element *x, const ref_rule *r, const st_xml *e, st_err *err) {
    dmn_refs *to = (dmn_refs *)(void *)((char *)x + r->to);
    for (const st_xml *ref = st_dmn_child(x->file, e, r->ref); ref;
         ref = st_dmn_next(x->file, ref, r->ref))
        if (!refer(x, ref, r->kinds, to, err))
            return false;
    return true;
}

static bool requirements(dmn_element *x, st_err *err) {
    for (size_t i = 0; i < ST_LEN(ref_rules); i++) {
        const ref_rule *r = &ref_rules[i];
        if (!r->outer) {
            if (x->kind == DMN_SERVICE && !collect(x, r, x->xml, err))
                return false;
            continue;
        }
        for (const st_xml *e = st_dmn_child(x->file, x->xml, r->outer); e;
             e = st_dmn_next(x->file, e, r->outer))
            if (!collect(x, r, e, err))
                return false;
    }
    if (x->kind == DMN_SERVICE && !x->outputs.n) /* drawn by modellers around a whole diagram */
        st_dmn_warn(x->file->model, ST_E_DMN_WARNING, x->pos,
                    "decision service '%.*s' has no output decision: calling it gives null",
                    ST_FMT(x->name));
    return true;
}

/* -- order -- */

typedef struct path_entry {
    dmn_element *x;
    size_t next;
} path_entry;

static dmn_element *needed(const dmn_element *x, size_t i) {
    if (i < x->info.n)
        return x->info.items[i];
    i -= x->info.n;
    if (i < x->knowledge.n)
        return x->knowledge.items[i];
    i -= x->knowledge.n;
    return i < x->outputs.n ? x->outputs.items[i] : NULL;
}

static bool asks_for(const dmn_element *x, st_str entry, uint8_t *seen) {
    if (seen[x->number])
        return false;
    seen[x->number] = 1;
    for (size_t i = 0; i < x->n_entries; i++)
        if (st_str_eq(x->entries[i], entry))
            return true;
    const dmn_element *r;
    for (size_t i = 0; (r = needed(x, i)); i++)
        if (asks_for(r, entry, seen))
            return true;
    return false;
}

bool st_model_reads(const st_model *m, int decision, st_str entry) {
    ST_ASSERT(decision >= 0 && (size_t)decision < m->decisions.n);
    uint8_t *seen = st_xmalloc(m->elements.n + 1);
    memset(seen, 0, m->elements.n + 1);
    bool reads = asks_for(m->decisions.items[decision], entry, seen);
    free(seen);
    return reads;
}

static bool cycle(const path_entry *path, size_t n, const dmn_element *again, st_err *err) {
    size_t from = n;
    while (from && path[from - 1].x != again)
        from--;
    st_buf names;
    st_buf_init(&names, ST_MSG_MAX - 120);
    for (size_t i = from ? from - 1 : 0; i < n; i++)
        st_buf_fmt(&names, "'%.*s' needs ", ST_FMT(path[i].x->name));
    st_buf_fmt(&names, "'%.*s'", ST_FMT(again->name));
    st_dmn_fail(err, ST_E_DMN_CYCLE, path[n - 1].x->pos,
                "elements need one another in a circle: %.*s", ST_FMT(st_buf_view(&names)));
    st_buf_free(&names);
    return false;
}

/* Depth-first with a path of its own instead of the C stack: the chain's length comes from the
 * file. */
static bool visit(st_model *m, dmn_element *root, st_err *err) {
    path_entry *path = ST_NEWN(&m->arena, path_entry, DMN_GRAPH_DEPTH_MAX + 1);
    size_t n = 0;
    path[n++] = (path_entry){root, 0};
    root->mark = OPEN;
    while (n) {
        path_entry *top = &path[n - 1];
        dmn_element *next = needed(top->x, top->next++);
        if (!next) {
            top->x->mark = DONE;
            ST_VEC_PUSH(&m->arena, &m->order, top->x);
            n--;
        } else if (next->mark == OPEN) {
            return cycle(path, n, next, err);
        } else if (next->mark == UNSEEN) {
            if (n >= DMN_GRAPH_DEPTH_MAX)
                return st_dmn_fail(err, ST_E_DMN_LIMIT, next->pos,
                                   "more than %d elements need one another in a chain",
                                   DMN_GRAPH_DEPTH_MAX);
            next->mark = OPEN;
            path[n++] = (path_entry){next, 0};
        }
    }
    return true;
}

bool st_dmn_graph_build(st_model *m, st_err *err) {
    for (size_t i = 0; i < m->elements.n; i++)
        if (!requirements(m->elements.items[i], err))
            return false;
    for (size_t i = 0; i < m->elements.n; i++)
        if (m->elements.items[i]->mark == UNSEEN && !visit(m, m->elements.items[i], err))
            return false;
    /* A chain that was found in pieces can be longer than any single search. */
    for (size_t i = 0; i < m->order.n; i++) {
        dmn_element *x = m->order.items[i], *r;
        for (size_t k = 0; (r = needed(x, k)); k++)
            if (r->depth + 1 > x->depth)
                x->depth = (uint16_t)(r->depth + 1);
        if (x->depth > DMN_GRAPH_DEPTH_MAX)
            return st_dmn_fail(err, ST_E_DMN_LIMIT, x->pos,
                               "more than %d elements need one another in a chain",
                               DMN_GRAPH_DEPTH_MAX);
    }
    return true;
}

st_str st_dmn_name_in(const dmn_file *f, const dmn_element *r) {
    if (r->file == f)
        return r->var;
    for (size_t i = 0; i < f->imports.n; i++) {
        const dmn_import *im = &f->imports.items[i];
        if (im->file != r->file)
            continue;
        if (!im->name.n)
            return r->var;
        char *p = st_arena_fmt(&f->model->arena, "%.*s.%.*s", ST_FMT(im->name), ST_FMT(r->var));
        return st_str_of(p);
    }
    return ST_STR_NONE;
}

/* -- which inputs a decision depends on -- */

static void add_input(uint64_t *uses, const dmn_element *x) {
    uses[x->index / 64] |= UINT64_C(1) << (x->index % 64);
    uses[x->fact / 64] |= UINT64_C(1) << (x->fact % 64);
}

static void add_uses(dmn_element *x, const dmn_element *r, size_t words) {
    for (size_t i = 0; i < words; i++)
        x->uses[i] |= r->uses[i];
    x->clock = x->clock || r->clock;
}

/* Decisions a service evaluates: everything behind its outputs up to its parameters. */
static void service_closure(st_model *m, dmn_element *s, size_t words) {
    uint8_t *seen = ST_NEWN(&m->arena, uint8_t, m->elements.n);
    dmn_refs todo = {0};
    for (size_t i = 0; i < s->params.n; i++)
        seen[s->params.items[i]->number] = 1;
    for (size_t i = 0; i < s->outputs.n; i++)
        ST_VEC_PUSH(&m->arena, &todo, s->outputs.items[i]);
    for (size_t i = 0; i < todo.n; i++) {
        dmn_element *x = todo.items[i], *r;
        if (seen[x->number])
            continue;
        seen[x->number] = 1;
        if (x->kind == DMN_INPUT)
            add_input(s->uses, x);
        s->clock = s->clock || x->clock;
        if (x->kind == DMN_DECISION)
            ST_VEC_PUSH(&m->arena, &s->closure, x);
        if (x->kind == DMN_SERVICE || x->kind == DMN_BKM)
            add_uses(s, x, words);
        else
            for (size_t k = 0; (r = needed(x, k)); k++)
                ST_VEC_PUSH(&m->arena, &todo, r);
    }
}

void st_dmn_graph_uses(st_model *m) {
    size_t words = m->inputs.n / 64 + 1;
    for (size_t i = 0; i < m->order.n; i++) {
        dmn_element *x = m->order.items[i], *r;
        x->uses = ST_NEWN(&m->arena, uint64_t, words);
        if (x->kind == DMN_INPUT)
            add_input(x->uses, x);
        if (x->kind == DMN_SERVICE)
            service_closure(m, x, words);
        else
            for (size_t k = 0; (r = needed(x, k)); k++)
                add_uses(x, r, words);
        for (size_t k = 0; x->kind == DMN_DECISION && k < x->info.n; k++)
            if (x->info.items[k]->kind == DMN_DECISION)
                ST_VEC_PUSH(&m->arena, &x->needs, x->info.items[k]);
        for (size_t k = 0; x->kind == DMN_DECISION && k < m->inputs.n; k++)
            if (x->uses[k / 64] >> (k % 64) & 1)
                ST_VEC_PUSH(&m->arena, &m->inputs.items[k]->dependents, x);
    }
}
