/* Evaluation of the requirement graph: what is required first, values kept until an input they use
 * changes. */
#include "dmn/dmn_int.h"

int st_model_input(const st_model *m, st_str name) {
    for (size_t i = 0; i < m->inputs.n; i++)
        if (st_str_eq(m->inputs.items[i]->name, name))
            return (int)i;
    return -1;
}

int st_model_decision(const st_model *m, st_str name) {
    for (size_t i = 0; i < m->decisions.n; i++)
        if (st_str_eq(m->decisions.items[i]->name, name))
            return (int)i;
    return -1;
}

static const dmn_element *at(const dmn_refs *r, int i) {
    ST_ASSERT(i >= 0 && (size_t)i < r->n);
    return r->items[i];
}

size_t st_model_inputs(const st_model *m) {
    return m->inputs.n;
}

size_t st_model_decisions(const st_model *m) {
    return m->decisions.n;
}

st_str st_model_input_name(const st_model *m, int input) {
    return at(&m->inputs, input)->name;
}

st_str st_model_input_namespace(const st_model *m, int input) {
    const dmn_file *f = at(&m->inputs, input)->file;
    return f == m->files.items[0] ? ST_STR_NONE : f->ns;
}

st_str st_model_decision_name(const st_model *m, int decision) {
    return at(&m->decisions, decision)->name;
}

const st_feel_type *st_model_input_type(const st_model *m, int input) {
    return at(&m->inputs, input)->type;
}

const st_feel_type *st_model_decision_type(const st_model *m, int decision) {
    const st_feel_type *t = at(&m->decisions, decision)->type;
    return t ? t : &st_feel_any;
}

st_pos st_model_decision_pos(const st_model *m, int decision) {
    return at(&m->decisions, decision)->pos;
}

bool st_model_uses(const st_model *m, int decision, int input) {
    (void)at(&m->inputs, input);
    return at(&m->decisions, decision)->uses[input / 64] >> (input % 64) & 1;
}

bool st_model_reads_clock(const st_model *m, int decision) {
    return m->types_read_clock || at(&m->decisions, decision)->clock;
}

/* -- the evaluator -- */

st_evaluator *st_evaluator_new(const st_model *m) {
    st_evaluator *e = st_xmalloc(sizeof *e);
    memset(e, 0, sizeof *e);
    e->m = m;
    st_arena_init(&e->arena, 0);
    st_arena_init(&e->kept, 4096);
    e->closures = ST_NEWN(&e->kept, dmn_refs, m->decisions.n + 1);
    size_t decisions = m->decisions.n + 1, elements = m->elements.n + 1;
    e->fired_of = st_xmalloc(decisions * sizeof *e->fired_of);
    e->traced_of = st_xmalloc(decisions * sizeof *e->traced_of);
    e->cost_of = ST_NEWN(&e->kept, dmn_cost, decisions);
    e->state = (dmn_state){.m = m, .e = e, .env = &e->env};
    e->state.globals = st_xmalloc(elements * sizeof *e->state.globals);
    e->state.valid = st_xmalloc(elements);
    e->env.user = &e->state;
    e->env.doubts = &e->doubts;
    e->env.steps = &e->steps;
    e->env.now.date = (st_date){1970, 1, 1};
    e->env.now.time.zone_kind = ST_ZONE_OFFSET;
    st_evaluator_reset(e);
    return e;
}

void st_evaluator_free(st_evaluator *e) {
    if (!e)
        return;
    st_evaluator_trace(e, false);
    st_arena_free(&e->arena);
    st_arena_free(&e->kept);
    free(e->fired_of);
    free(e->traced_of);
    free(e->state.globals);
    free(e->state.valid);
    free(e->fired);
    free(e->shown);
    free(e);
}

void st_evaluator_now(st_evaluator *e, st_datetime now) {
    e->env.now = now;
}

st_evaluator *st_evaluator_like(const st_evaluator *e) {
    st_evaluator *out = st_evaluator_new(e->m);
    out->env.now = e->env.now;
    for (size_t i = 0; i < e->m->inputs.n; i++)
        st_evaluator_set(out, (int)i, st_evaluator_input(e, (int)i));
    return out;
}

void st_evaluator_reset(st_evaluator *e) {
    st_arena_reset(&e->arena);
    if (e->m->elements.n)
        memcpy(e->state.globals, e->m->globals, e->m->elements.n * sizeof *e->state.globals);
    memset(e->state.valid, 0, e->m->elements.n);
    e->doubts = (st_doubts){0};
    e->n_fired = 0;
    if (e->trace)
        e->trace->n = 0;
    e->last = -1;
}

void st_evaluator_forget(st_evaluator *e, st_arena_mark mark) {
    for (size_t i = 0; i < e->m->decisions.n; i++) {
        const dmn_element *d = e->m->decisions.items[i];
        e->state.globals[d->number] = e->m->globals[d->number];
        e->state.valid[d->number] = 0;
    }
    e->doubts = (st_doubts){0};
    e->n_fired = 0;
    if (e->trace)
        e->trace->n = 0;
    e->last = -1;
    st_arena_release(&e->arena, mark);
}

st_arena *st_evaluator_arena(st_evaluator *e) {
    return &e->arena;
}

st_feel_frame st_dmn_frame(const dmn_state *s, st_val *slots) {
    return (st_feel_frame){.slots = slots,
                           .globals = s->globals,
                           .arena = &s->e->arena,
                           .env = s->env,
                           .depth = s->depth};
}

static void forget(st_evaluator *e, const dmn_element *x) {
    for (size_t i = 0; i < x->dependents.n; i++)
        e->state.valid[x->dependents.items[i]->number] = 0;
}

static st_val coerced(st_evaluator *e, st_val v, const st_feel_type *type) {
    st_feel_frame f = st_dmn_frame(&e->state, NULL);
    return st_feel_coerce(&f, v, type, NULL);
}

static void put(st_evaluator *e, const dmn_element *x, const st_val *v) {
    st_val *to = &e->state.globals[x->number];
    if (x->bound || x->type->kind == ST_T_ANY || ST_LIKELY(st_feel_plainly(v, x->type)))
        st_val_put(to, v);
    else
        *to = coerced(e, *v, x->type);
    forget(e, x);
}

void st_evaluator_put(st_evaluator *e, int input, const st_val *v) {
    const dmn_element *x = at(&e->m->inputs, input);
    put(e, x, v);
    for (size_t i = 0; i < x->same.n; i++)
        put(e, x->same.items[i], v);
}

st_val st_evaluator_input(const st_evaluator *e, int input) {
    return e->state.globals[at(&e->m->inputs, input)->number];
}

void st_dmn_override(st_evaluator *e, const dmn_element *d, st_val v) {
    bool any = !d->type || d->type->kind == ST_T_ANY;
    e->state.globals[d->number] = any ? v : coerced(e, v, d->type);
    e->state.valid[d->number] = 1;
    if (d->index >= 0) {
        e->fired_of[d->index] = e->traced_of[d->index] = (dmn_range){0, 0};
        e->cost_of[d->index] = (dmn_cost){0};
    }
}

/* -- deciding -- */

static st_val no_logic(dmn_state *s, const dmn_element *d) {
    st_feel_frame f = st_dmn_frame(s, NULL);
    return st_feel_error(&f, ST_E_DMN_NO_LOGIC, NULL, NULL, "decision '%.*s' has no logic",
                         ST_FMT(d->name));
}

static st_val run_logic(dmn_state *s, const dmn_element *d) {
    enum { SLOTS_ON_STACK = 16 };
    if (ST_UNLIKELY(!d->logic))
        return no_logic(s, d);
    st_val few[SLOTS_ON_STACK], *slots = few;
    if (ST_UNLIKELY(d->slots > SLOTS_ON_STACK))
        slots = ST_NEWN(&s->e->arena, st_val, d->slots);
    else
        for (uint32_t i = 0; i < d->slots; i++)
            slots[i] = st_null();
    st_feel_frame f = st_dmn_frame(s, slots);
    return st_feel_eval(d->logic, &f);
}

/* A kept value counts as if it were made anew: what it took, and what it needed. */
static void charge(st_evaluator *e, const dmn_element *d) {
    if (d->kind != DMN_DECISION || e->cost_of[d->index].asked == e->asked)
        return;
    dmn_cost *cost = &e->cost_of[d->index];
    cost->asked = e->asked;
    for (size_t i = 0; i < d->info.n; i++)
        charge(e, d->info.items[i]);
    e->bytes += cost->bytes;
    e->steps += cost->steps;
}

static st_val run_charged(st_evaluator *e, const dmn_element *d) {
    size_t used = e->arena.used;
    uint64_t steps = e->steps;
    e->env.memory_from = used - e->bytes;
    st_val v = run_logic(&e->state, d);
    e->cost_of[d->index] = (dmn_cost){e->arena.used - used, e->steps - steps, e->asked};
    e->bytes += e->cost_of[d->index].bytes;
    return v;
}

static void need(dmn_state *s, const dmn_element *d);

/* The value keeps the doubt that its logic raised; whoever reads the variable raises it again.
 * Depth is bounded by DMN_GRAPH_DEPTH_MAX (checked when loading) and by DMN_CALLS_MAX for services.
 */
static void evaluate(dmn_state *s, const dmn_element *d) {
    for (size_t i = 0; i < d->needs.n; i++)
        need(s, d->needs.items[i]);
    st_evaluator *e = s->e;
    st_val *to = &s->globals[d->number];
    size_t fired = e->n_fired, traced = e->trace ? e->trace->n : 0;
    bool outer = s == &e->state;
    st_doubt_mark m = st_doubt_begin(&e->doubts);
    *to = outer ? run_charged(e, d) : run_logic(s, d);
    const st_reason *why = st_doubt_end(&e->doubts, m);
    if (ST_UNLIKELY(why))
        *to = st_doubt_keep(&e->doubts, &e->arena, *to, why);
    s->valid[d->number] = 1;
    if (outer) {
        e->fired_of[d->index] = (dmn_range){fired, e->n_fired};
        e->traced_of[d->index] = (dmn_range){traced, e->trace ? e->trace->n : 0};
    }
}

static void need(dmn_state *s, const dmn_element *d) {
    if (!s->valid[d->number])
        evaluate(s, d);
    else if (s == &s->e->state)
        charge(s->e, d);
}

st_val st_dmn_ensure(dmn_state *s, const dmn_element *d) {
    need(s, d);
    return s->globals[d->number];
}

void st_dmn_account(st_evaluator *e) {
    e->asked++;
    e->steps = 0;
    e->bytes = 0;
    e->env.memory_from = e->arena.used;
}

st_val st_evaluator_decide(st_evaluator *e, int decision) {
    const dmn_element *d = at(&e->m->decisions, decision);
    e->last = decision;
    st_dmn_account(e);
    need(&e->state, d);
    st_val v = st_val_of(&e->state.globals[d->number]);
    st_val_set_head(&v, st_val_head(&v) & ~ST_VAL_DOUBT);
    return v;
}

/* -- what happened -- */

static void closure_of(const dmn_element *d, uint8_t *seen, st_arena *a, dmn_refs *out) {
    if (seen[d->number])
        return;
    seen[d->number] = 1;
    for (size_t i = 0; i < d->info.n; i++)
        closure_of(d->info.items[i], seen, a, out);
    dmn_element *const *self = &d->file->model->elements.items[d->number];
    ST_VEC_PUSH(a, out, *self);
}

const dmn_refs *st_dmn_last_closure(const st_evaluator *ce) {
    static const dmn_refs nothing;
    st_evaluator *e = ce->state.e; /* the closures are a cache of the evaluator's own */
    if (e->last < 0)
        return &nothing;
    dmn_refs *c = &e->closures[e->last];
    if (!c->n) {
        uint8_t *seen = st_xmalloc(e->m->elements.n + 1);
        memset(seen, 0, e->m->elements.n + 1);
        closure_of(e->m->decisions.items[e->last], seen, &e->kept, c);
        free(seen);
    }
    return c;
}

void st_dmn_fire(dmn_state *s, const dmn_table *t, uint32_t rule) {
    st_evaluator *e = s->e;
    if (ST_UNLIKELY(e->n_fired == e->cap_fired)) {
        e->cap_fired = e->cap_fired ? e->cap_fired * 2 : 64;
        e->fired = st_xrealloc(e->fired, e->cap_fired * sizeof *e->fired);
    }
    e->fired[e->n_fired++] = (dmn_fired){t, rule};
}

static st_fired show(const dmn_fired *x, const dmn_element *d) {
    const dmn_rule *r = &x->table->rules[x->rule];
    const dmn_element *owner = x->table->owner->kind == DMN_DECISION ? x->table->owner : d;
    return (st_fired){owner->index, x->table->owner->name, x->rule + 1,
                      r->id,        r->annotation,         r->pos};
}

const st_fired *st_evaluator_fired(const st_evaluator *ce, size_t *n) {
    st_evaluator *e = ce->state.e; /* the list shown is a cache of the evaluator's own */
    const dmn_refs *order = st_dmn_last_closure(e);
    *n = 0;
    for (size_t i = 0; i < order->n; i++) {
        const dmn_element *d = order->items[i];
        if (d->kind != DMN_DECISION)
            continue;
        for (size_t k = e->fired_of[d->index].from; k < e->fired_of[d->index].to; k++) {
            if (*n == e->cap_shown) {
                e->cap_shown = e->cap_shown ? e->cap_shown * 2 : 32;
                e->shown = st_xrealloc(e->shown, e->cap_shown * sizeof *e->shown);
            }
            e->shown[(*n)++] = show(&e->fired[k], d);
        }
    }
    return e->shown;
}

const st_reason *st_evaluator_doubt(const st_evaluator *e, int decision) {
    return st_doubt_of(&e->doubts, e->state.globals[at(&e->m->decisions, decision)->number]);
}

st_val st_evaluator_value(const st_evaluator *e, int decision) {
    uint32_t number = at(&e->m->decisions, decision)->number;
    st_val v = e->state.valid[number] ? e->state.globals[number] : st_null();
    v.doubt = 0;
    return v;
}
