/* Binds a scheme to its record type and models: names become numbers, once. */
#include "base/file.h"
#include "scheme/scheme.h"

/* A model compiled for one type of occasion; a second benefit with the same pair shares it. */
typedef struct compiled {
    const char *path;
    const st_feel_type *occasion;
    st_model *model;
} compiled;

static int field_slot(const st_feel_type *context, st_str name) {
    for (uint32_t i = 0; context && i < context->n_fields; i++)
        if (st_str_eq(context->fields[i].name, name))
            return (int)i;
    return -1;
}

static bool bind_list(st_benefit *b, const st_feel_type *facts, st_err *err) {
    b->occasion_type = &st_feel_string;
    if (!b->each.n)
        return true;
    b->list_slot = field_slot(facts, b->each);
    const st_feel_type *list = b->list_slot >= 0 ? facts->fields[b->list_slot].type : NULL;
    if (!list || list->kind != ST_T_LIST || list->elem->kind != ST_T_CONTEXT)
        return st_fail_at(err, ST_E_SCHEME_LIST, b->pos,
                          "benefit %.*s: the records have no list \"%.*s\"", ST_FMT(b->id),
                          ST_FMT(b->each));
    b->occasion_type = list->elem;
    b->key_slot = field_slot(list->elem, b->key);
    b->date_slot = field_slot(list->elem, b->dated_by);
    if (b->key_slot < 0 || list->elem->fields[b->key_slot].type->kind != ST_T_STRING)
        return st_fail_at(err, ST_E_SCHEME_LIST, b->pos,
                          "benefit %.*s: \"%.*s\" is no text field of %.*s", ST_FMT(b->id),
                          ST_FMT(b->key), ST_FMT(b->each));
    if (b->date_slot < 0 || list->elem->fields[b->date_slot].type->kind != ST_T_DATE)
        return st_fail_at(err, ST_E_SCHEME_LIST, b->pos,
                          "benefit %.*s: \"%.*s\" is no date field of %.*s", ST_FMT(b->id),
                          ST_FMT(b->dated_by), ST_FMT(b->each));
    return true;
}

static bool find_decision(const st_rules *r, st_str name, int *out, st_err *err) {
    *out = st_model_decision(r->model, name);
    if (*out >= 0)
        return true;
    (void)st_fail_at(err, ST_E_SCHEME_DECISION, r->pos, "%.*s has no decision \"%.*s\"",
                     ST_FMT(r->file), ST_FMT(name));
    st_buf names;
    st_buf_init(&names, ST_HINT_MAX - 40);
    for (size_t i = 0; i < st_model_decisions(r->model); i++)
        (void)st_buf_fmt(&names, "%s%.*s", i ? ", " : "",
                         ST_FMT(st_model_decision_name(r->model, (int)i)));
    st_err_hint(err, "decisions of the model: %s", names.p ? names.p : "none");
    st_buf_free(&names);
    return false;
}

/* Also in an imported model, which has an input of its own for it. */
static bool provided(st_str input) {
    return st_str_is(input, "subject") || st_str_is(input, "occasion") ||
           st_str_is(input, "period") || st_str_is(input, "prior");
}

static bool link_rules(st_rules *r, st_err *err) {
    r->in_subject = st_model_input(r->model, ST_STR("subject"));
    r->in_occasion = st_model_input(r->model, ST_STR("occasion"));
    r->in_period = st_model_input(r->model, ST_STR("period"));
    r->in_prior = st_model_input(r->model, ST_STR("prior"));
    if (!find_decision(r, r->refusals, &r->d_refusals, err) ||
        !find_decision(r, r->amount, &r->d_amount, err))
        return false;
    for (size_t i = 0; i < st_model_inputs(r->model); i++) {
        int in = (int)i;
        if (!provided(st_model_input_name(r->model, in)) &&
            (st_model_uses(r->model, r->d_refusals, in) ||
             st_model_uses(r->model, r->d_amount, in)))
            return st_fail_at(err, ST_E_SCHEME_INPUT, r->pos,
                              "%.*s needs an input \"%.*s\" that nobody provides", ST_FMT(r->file),
                              ST_FMT(st_model_input_name(r->model, in)));
    }
    r->uses_prior = r->in_prior >= 0 && (st_model_uses(r->model, r->d_refusals, r->in_prior) ||
                                         st_model_uses(r->model, r->d_amount, r->in_prior));
    r->uses_clock = st_model_reads_clock(r->model, r->d_refusals) ||
                    st_model_reads_clock(r->model, r->d_amount);
    return true;
}

static bool open_model(st_scheme *s, compiled *seen, size_t *n_seen, const st_benefit *b,
                       st_rules *r, const st_feel_type *facts, st_finding_sink *warn, void *ctx,
                       st_err *err) {
    for (size_t i = 0; i < *n_seen; i++)
        if (seen[i].occasion == b->occasion_type && strcmp(seen[i].path, r->path) == 0) {
            r->model = seen[i].model;
            return true;
        }
    const st_model_binding bindings[] = {{"subject", facts},
                                         {"occasion", b->occasion_type},
                                         {"period", &st_scheme_period_type},
                                         {"prior", &st_scheme_prior_type}};
    const char *folder = st_file_beside(&s->arena, s->path, ST_STR("."));
    st_model *m = NULL;
    if (!st_model_open_in(s->files, folder, r->path, bindings, ST_LEN(bindings), warn, ctx, &m,
                          err))
        return false;
    seen[(*n_seen)++] = (compiled){r->path, b->occasion_type, m};
    s->models[s->n_models++] = m;
    r->model = m;
    return true;
}

bool st_scheme_compile(st_scheme *s, const st_feel_type *facts, st_finding_sink *warn, void *ctx,
                       st_err *err) {
    size_t most = 0, n_seen = 0;
    for (size_t i = 0; i < s->n_benefits; i++)
        most += s->benefits[i].n_rules;
    compiled *seen = ST_NEWN(&s->arena, compiled, most);
    s->models = ST_NEWN(&s->arena, st_model *, most);
    for (size_t i = 0; i < s->n_benefits; i++) {
        st_benefit *b = &s->benefits[i];
        if (b->retired == ST_KEYS_UNSAID && !bind_list(b, facts, err))
            return false;
        for (size_t k = 0; k < b->n_rules; k++)
            if (!open_model(s, seen, &n_seen, b, &b->rules[k], facts, warn, ctx, err) ||
                !link_rules(&b->rules[k], err))
                return false;
    }
    return true;
}

bool st_scheme_uses_prior(const st_scheme *s) {
    for (size_t i = 0; i < s->n_benefits; i++)
        for (size_t k = 0; k < s->benefits[i].n_rules; k++)
            if (s->benefits[i].rules[k].uses_prior)
                return true;
    return false;
}

bool st_scheme_uses_clock(const st_scheme *s) {
    for (size_t i = 0; i < s->n_benefits; i++)
        for (size_t k = 0; k < s->benefits[i].n_rules; k++)
            if (s->benefits[i].rules[k].uses_clock)
                return true;
    return false;
}

void st_scheme_digest(const st_scheme *s, st_sha256 *out) {
    st_buf all;
    st_buf_init(&all, 0);
    (void)st_buf_z(&all, "stipend-rules-v1");
    for (size_t i = 0; i < st_sources_count(s->files); i++) {
        const st_source *x = st_sources_at(s->files, i);
        (void)st_buf_sized(&all, st_str_of(st_path_last(x->path)));
        (void)st_buf_add(&all, x->digest.b, ST_SHA256_LEN);
    }
    st_sha256_of(all.p, all.n, out);
    st_buf_free(&all);
}

const st_rules *st_scheme_rules(const st_benefit *b, st_month m) {
    for (size_t i = b->n_rules; i-- > 0;)
        if (b->rules[i].from <= m && m <= b->rules[i].to)
            return &b->rules[i];
    return NULL;
}

st_phase st_benefit_phase(const st_benefit *b, st_month m) {
    for (size_t i = b->n_changes; i-- > 0;)
        if (b->changes[i].from <= m)
            return b->changes[i];
    return (st_phase){ST_MONTH_MIN, b->cadence, b->months, b->paid_months};
}

st_month st_benefit_phase_end(const st_benefit *b, st_month m) {
    for (size_t i = 0; i < b->n_changes; i++)
        if (b->changes[i].from > m)
            return b->changes[i].from - 1;
    return ST_MONTH_MAX;
}

const st_benefit *st_scheme_benefit(const st_scheme *s, st_str id) {
    for (size_t i = 0; i < s->n_benefits; i++)
        if (st_str_eq(s->benefits[i].id, id))
            return &s->benefits[i];
    return NULL;
}

st_str st_scheme_title(const st_titles *t, const char *lang) {
    bool zh = strncmp(lang, "zh", 2) == 0;
    st_str first = zh ? t->zh : t->en, second = zh ? t->en : t->zh;
    return first.n ? first : second;
}
