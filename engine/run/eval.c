#include "run/eval.h"

#include "run/privacy.h"

typedef struct eval {
    const st_eval_options *opt;
    const st_package *package;
    st_calc *calc;
    FILE *to;
    bool found, first;
    st_privacy privacy;
} eval;

/* What was written to the buffer, without personal data. */
static void put(const eval *e, const st_buf *b) {
    st_buf masked;
    st_buf_init(&masked, 0);
    st_privacy_add(&e->privacy, &masked, st_buf_view(b));
    (void)fwrite(masked.p ? masked.p : "", 1, masked.n, e->to);
    st_buf_free(&masked);
}

static bool wanted(const st_eval_options *opt, const st_calc_step *s) {
    return (!opt->benefit || st_str_is(s->benefit->id, opt->benefit)) &&
           (!opt->occasion || st_str_is(s->occasion, opt->occasion));
}

/* An imported table stands in another file than the rules. */
static const char *file_of(const st_fired *f) {
    const char *slash = f->pos.file ? strrchr(f->pos.file, '/') : NULL;
    return slash ? slash + 1 : f->pos.file ? f->pos.file : "";
}

static void fired_text(const st_calc_step *s, FILE *to) {
    size_t n;
    const st_fired *f = st_evaluator_fired(s->evaluator, &n);
    for (size_t i = 0; i < n; i++) {
        (void)fprintf(to, "      rule %u of \"%.*s\"", f[i].rule, ST_FMT(f[i].table));
        if (f[i].annotation.n)
            (void)fprintf(to, ": %.*s", ST_FMT(f[i].annotation));
        (void)fprintf(to, "  (%s:%u)\n", file_of(&f[i]), f[i].pos.line);
    }
    if (n == 0)
        (void)fprintf(to, "      no rule fired\n");
}

static void fired_json(const st_calc_step *s, st_buf *b) {
    size_t n;
    const st_fired *f = st_evaluator_fired(s->evaluator, &n);
    (void)st_buf_z(b, ",\"fired\":[");
    for (size_t i = 0; i < n; i++) {
        (void)st_buf_z(b, i ? ",{\"decision\":" : "{\"decision\":");
        (void)st_buf_json(b, st_model_decision_name(s->rules->model, f[i].decision));
        (void)st_buf_z(b, ",\"table\":");
        (void)st_buf_json(b, f[i].table);
        (void)st_buf_fmt(b, ",\"rule\":%u,\"annotation\":", f[i].rule);
        (void)st_buf_json(b, f[i].annotation);
        (void)st_buf_z(b, ",\"file\":");
        (void)st_buf_json(b, st_str_of(file_of(&f[i])));
        (void)st_buf_fmt(b, ",\"line\":%u}", f[i].pos.line);
    }
    (void)st_buf_ch(b, ']');
}

static const st_reason *doubt_of(const st_calc_step *s, int decision) {
    return st_reason_first(st_evaluator_doubt(s->evaluator, decision));
}

static void print_json(eval *e, const st_calc_step *s, int decision, st_val v) {
    st_buf b;
    st_buf_init(&b, 0);
    (void)st_buf_z(&b, e->first ? "{\"benefit\":" : ",\n{\"benefit\":");
    e->first = false;
    (void)st_buf_json(&b, s->benefit->id);
    (void)st_buf_z(&b, ",\"occasion\":");
    (void)st_buf_json(&b, s->occasion);
    (void)st_buf_z(&b, ",\"decision\":");
    (void)st_buf_json(&b, st_model_decision_name(s->rules->model, decision));
    (void)st_buf_z(&b, ",\"value\":");
    st_feel_print_json(&b, v);
    const st_reason *doubt = doubt_of(s, decision);
    if (doubt) {
        (void)st_buf_z(&b, ",\"not_known\":");
        (void)st_buf_json(&b, st_str_of(st_reason_text(doubt)));
    }
    fired_json(s, &b);
    if (e->opt->trace) {
        (void)st_buf_z(&b, ",\"trace\":");
        st_evaluator_trace_json(s->evaluator, &b);
    }
    (void)st_buf_ch(&b, '}');
    put(e, &b);
    st_buf_free(&b);
}

static void print_reason(const eval *e, const char *what, const st_reason *r) {
    (void)fprintf(e->to, "      %s: %s (line %u:%u) `%.*s`\n", what, st_reason_text(r), r->pos.line,
                  r->pos.column, ST_FMT(r->expression));
}

static void print_text(eval *e, const st_calc_step *s, int decision, st_val v) {
    st_buf b;
    st_buf_init(&b, 0);
    (void)st_buf_fmt(&b, "  %.*s %.*s: %.*s = ", ST_FMT(s->benefit->id), ST_FMT(s->occasion),
                     ST_FMT(st_model_decision_name(s->rules->model, decision)));
    st_feel_print(&b, v);
    (void)st_buf_ch(&b, '\n');
    put(e, &b);
    const st_reason *doubt = doubt_of(s, decision);
    if (v.kind == ST_NULL && v.u.reason)
        print_reason(e, "null because", v.u.reason);
    if (doubt)
        print_reason(e, "not known, so held, because", doubt);
    fired_text(s, e->to);
    if (e->opt->trace) {
        st_buf_clear(&b);
        st_evaluator_trace_text(s->evaluator, &b);
        put(e, &b);
    }
    st_buf_free(&b);
}

static void on_step(void *ctx, const st_calc_step *s) {
    eval *e = ctx;
    if (!wanted(e->opt, s))
        return;
    int decision = s->decision;
    st_val v = s->value;
    if (e->opt->decision) {
        if (s->amount) /* the named decision was told with the refusals */
            return;
        decision = st_model_decision(s->rules->model, st_str_of(e->opt->decision));
        if (decision < 0)
            return;
        v = st_evaluator_decide(s->evaluator, decision);
    }
    if (e->opt->json)
        print_json(e, s, decision, v);
    else
        print_text(e, s, decision, v);
}

static bool on_head(void *ctx, const st_records_head *head, st_err *err) {
    (void)err;
    eval *e = ctx;
    e->calc = st_calc_new(e->package->scheme, e->opt->period,
                          e->opt->has_as_of ? e->opt->as_of : head->known_at);
    st_calc_observe(e->calc, on_step, e, e->opt->trace);
    return true;
}

/* A benefit for which nothing was asked says why. */
static void not_asked(const eval *e, const st_case *k) {
    for (size_t i = 0; i < e->package->scheme->n_benefits && !e->opt->json; i++) {
        const st_benefit *b = &e->package->scheme->benefits[i];
        const st_refusal *own = st_calc_own_reason(&k->verdicts[i]);
        if (own && (!e->opt->benefit || st_str_is(b->id, e->opt->benefit)))
            (void)fprintf(e->to, "  %.*s: %.*s: %.*s\n", ST_FMT(b->id), ST_FMT(own->code),
                          ST_FMT(own->text));
    }
}

static bool on_record(void *ctx, const st_record *r, st_err *err) {
    (void)err;
    eval *e = ctx;
    if (!st_str_is(r->key, e->opt->subject))
        return true;
    e->found = true;
    for (size_t i = 0; i < r->n_findings; i++)
        st_err_print(e->opt->json ? stderr : e->to, &r->findings[i], e->opt->lang);
    if (r->facts.kind != ST_CONTEXT)
        return true;
    st_privacy_of(&e->privacy, e->package->type, r->facts);
    st_case k;
    st_calc_assess(e->calc, r->facts, &k);
    not_asked(e, &k);
    for (size_t i = 0; i < k.n_findings; i++)
        st_err_print(e->opt->json ? stderr : e->to, &k.findings[i], e->opt->lang);
    return true;
}

static bool known_decision(const st_package *p, const char *name) {
    for (size_t i = 0; i < p->scheme->n_models; i++)
        if (st_model_decision(p->scheme->models[i], st_str_of(name)) >= 0)
            return true;
    return false;
}

bool st_run_eval(const st_eval_options *opt, FILE *to, st_err *err) {
    st_package p;
    if (!st_package_open(opt->scheme_path, NULL, NULL, &p, err))
        return false;
    eval e = {.opt = opt, .package = &p, .to = to, .first = true};
    st_privacy_init(&e.privacy);
    st_records_events events = {on_head, on_record, NULL};
    st_records_options options = {0};
    st_records_result result;
    bool ok = !opt->decision || known_decision(&p, opt->decision) ||
              st_fail(err, ST_E_SCHEME_DECISION, "no model of the scheme has a decision \"%s\"",
                      opt->decision);
    if (ok && opt->json)
        (void)fputs("[", to);
    ok = ok && st_records_read(opt->records_path, p.type, &options, &events, &e, &result, err);
    if (ok && opt->json)
        (void)fputs("]\n", to);
    if (ok && !e.found)
        ok = st_fail(err, ST_E_RUN_SUBJECT, "%s has no usable record of \"%s\"", opt->records_path,
                     opt->subject);
    st_calc_free(e.calc);
    st_privacy_free(&e.privacy);
    st_package_close(&p);
    return ok;
}
