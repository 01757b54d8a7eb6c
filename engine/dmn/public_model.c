/* include/stipend/dmn.h: models and evaluators. */
#include "dmn/public_int.h"

struct stipend_model {
    st_model *m;
};
struct stipend_evaluator {
    const st_model *m;
    st_evaluator *e;
};

stipend_model *stipend_model_open(const char *const *paths, size_t n, stipend_error *error) {
    st_err err;
    st_err_init(&err);
    st_model *m = NULL;
    if (!st_model_open(paths, n, NULL, 0, NULL, NULL, &m, &err)) {
        st_public_error(error, &err);
        return NULL;
    }
    stipend_model *out = st_xmalloc(sizeof *out);
    out->m = m;
    return out;
}

void stipend_model_free(stipend_model *m) {
    if (!m)
        return;
    st_model_free(m->m);
    free(m);
}

size_t stipend_model_inputs(const stipend_model *m) {
    return st_model_inputs(m->m);
}

size_t stipend_model_decisions(const stipend_model *m) {
    return st_model_decisions(m->m);
}

static const char *copied(stipend_memory *memory, st_str name) {
    return st_arena_dup(&memory->arena, name.p, name.n);
}

const char *stipend_model_input(const stipend_model *m, size_t i, stipend_memory *memory) {
    return i < st_model_inputs(m->m) ? copied(memory, st_model_input_name(m->m, (int)i)) : NULL;
}

const char *stipend_model_decision(const stipend_model *m, size_t i, stipend_memory *memory) {
    return i < st_model_decisions(m->m) ? copied(memory, st_model_decision_name(m->m, (int)i))
                                        : NULL;
}

stipend_evaluator *stipend_evaluator_new(const stipend_model *m, const char *now) {
    stipend_evaluator *e = st_xmalloc(sizeof *e);
    *e = (stipend_evaluator){m->m, st_evaluator_new(m->m)};
    st_evaluator_now(e->e, st_public_now(now));
    return e;
}

void stipend_evaluator_free(stipend_evaluator *e) {
    if (!e)
        return;
    st_evaluator_free(e->e);
    free(e);
}

void stipend_evaluator_reset(stipend_evaluator *e) {
    st_evaluator_reset(e->e);
}

bool stipend_evaluator_set(stipend_evaluator *e, const char *input, const stipend_value *v) {
    int number = st_model_input(e->m, st_str_of(input));
    if (number >= 0)
        st_evaluator_set(e->e, number, *(const st_val *)v);
    return number >= 0;
}

const stipend_value *stipend_evaluator_decide(stipend_evaluator *e, const char *decision) {
    int number = st_model_decision(e->m, st_str_of(decision));
    if (number < 0)
        return NULL;
    st_val v = st_evaluator_decide(e->e, number);
    return st_public_keep(st_evaluator_arena(e->e), v);
}

const char *stipend_evaluator_not_known(const stipend_evaluator *e, const char *decision,
                                        stipend_memory *memory) {
    int number = st_model_decision(e->m, st_str_of(decision));
    if (number < 0)
        return NULL;
    uint64_t seen = 0;
    const st_reason *r = st_evaluator_doubt(e->e, number);
    if (!r)
        r = st_doubt_inside(st_evaluator_value(e->e, number), &seen);
    return r ? copied(memory, st_str_of(st_reason_text(st_reason_first(r)))) : NULL;
}

void stipend_evaluator_trace(stipend_evaluator *e, bool on) {
    st_evaluator_trace(e->e, on);
}

typedef void tracer(const st_evaluator *e, st_buf *out);

static const char *trace(const stipend_evaluator *e, stipend_memory *memory, tracer *how) {
    st_buf b;
    st_buf_init(&b, ST_FEEL_MEMORY_MAX);
    how(e->e, &b);
    const char *kept = st_arena_dup(&memory->arena, b.p, b.n);
    st_buf_free(&b);
    return kept;
}

const char *stipend_evaluator_trace_text(const stipend_evaluator *e, stipend_memory *memory) {
    return trace(e, memory, st_evaluator_trace_text);
}

const char *stipend_evaluator_trace_json(const stipend_evaluator *e, stipend_memory *memory) {
    return trace(e, memory, st_evaluator_trace_json);
}
