/* One subject: occasions of each benefit in order of their dates, decided one after the other. */
#include "calc/calc_int.h"

st_calc *st_calc_new(const st_scheme *s, st_month period, st_date as_of) {
    st_calc *c = st_xmalloc(sizeof *c);
    memset(c, 0, sizeof *c);
    c->s = s;
    c->period = period;
    st_arena_init(&c->arena, 0);
    st_arena_init(&c->case_arena, 0);
    st_map_init(&c->rules, &c->arena);
    c->evaluators = ST_NEWN(&c->arena, st_evaluator *, s->n_models);
    for (size_t i = 0; i < s->n_models; i++) {
        c->evaluators[i] = st_evaluator_new(s->models[i]);
        st_evaluator_now(c->evaluators[i], (st_datetime){.date = as_of});
    }
    c->periods = ST_NEWN(&c->arena, st_period_cache, s->n_benefits);
    c->verdicts = ST_NEWN(&c->arena, st_verdict, s->n_benefits);
    ST_VEC_PUSH(&c->arena, &c->rule_texts, ST_STR(""));
    return c;
}

void st_calc_free(st_calc *c) {
    if (!c)
        return;
    for (size_t i = 0; i < c->s->n_models; i++)
        st_evaluator_free(c->evaluators[i]);
    st_arena_free(&c->case_arena);
    st_arena_free(&c->arena);
    free(c);
}

void st_calc_since(st_calc *c, st_month base) {
    c->partial = true;
    c->base = base;
}

void st_calc_from_start(st_calc *c) {
    c->partial = false;
}

void st_calc_observe(st_calc *c, st_calc_observer *observer, void *ctx, bool trace) {
    c->observer = observer;
    c->observer_ctx = ctx;
    for (size_t i = 0; i < c->s->n_models; i++)
        st_evaluator_trace(c->evaluators[i], observer && trace);
}

st_str st_calc_rule_text(const st_calc *c, uint32_t rule) {
    ST_ASSERT(rule < c->rule_texts.n);
    return c->rule_texts.items[rule];
}

uint32_t st_calc_rule_number(st_calc *c, const st_rules *r, const st_evaluator *e) {
    enum { TEXT_MAX = 400 };
    st_buf text;
    st_buf_init(&text, TEXT_MAX);
    (void)st_buf_fmt(&text, "%.*s#", ST_FMT(r->file));
    size_t n = 0;
    const st_fired *fired = st_evaluator_fired(e, &n);
    for (size_t i = 0; i < n; i++)
        (void)st_buf_fmt(&text, "%s%.*s:%u", i ? " " : "",
                         ST_FMT(st_model_decision_name(r->model, fired[i].decision)),
                         fired[i].rule);
    st_str view = st_buf_view(&text);
    uintptr_t number = (uintptr_t)st_map_get(&c->rules, view);
    if (!number && c->rule_texts.n < ST_RULE_TEXTS_MAX) {
        ST_VEC_PUSH(&c->arena, &c->rule_texts, st_str_dup(&c->arena, view));
        number = c->rule_texts.n;
        st_map_put(&c->rules, view, (void *)number);
    }
    st_buf_free(&text);
    return number ? (uint32_t)(number - 1) : 0;
}

st_val st_calc_period(st_calc *c, const st_benefit *b, st_month m) {
    st_period_cache *cache = &c->periods[b - c->s->benefits];
    if (!cache->v) {
        st_month first =
            b->first > c->period - ST_OCCASIONS_MAX ? b->first : c->period - ST_OCCASIONS_MAX;
        cache->from = first;
        cache->n = c->period >= first ? (size_t)(c->period - first) + 1 : 0;
        cache->v = ST_NEWN(&c->arena, st_val, cache->n + 1);
    }
    if (m < cache->from || (size_t)(m - cache->from) >= cache->n)
        return st_calc_make_period(&c->case_arena, b, m);
    st_val *v = &cache->v[m - cache->from];
    if (v->kind == ST_NULL)
        *v = st_calc_make_period(&c->arena, b, m);
    return *v;
}

/* Adds an occasion that was decided to the sums that later ones see. */
static void remember(st_prior_sums *p, const st_due *due, st_date date) {
    if (due->state == ST_DUE_HELD)
        p->held = true;
    if (due->state != ST_DUE_OWED || due->amount == 0)
        return;
    p->total += due->amount; /* at most 1200 amounts below 10^14: no overflow */
    p->scheme_total += due->amount;
    p->count++;
    if (!p->any)
        p->first = date;
    p->last = date;
    p->last_amount = due->amount;
    p->last_tier = due->tier;
    p->any = true;
}

/* Whether an occasion lies before the newest payment that the base run had in scope. */
static bool taken_over(const st_calc *c, const st_benefit *b, st_month m) {
    return c->partial && st_calc_in_scope(b, m, c->base) &&
           st_calc_paid_in(b, m) < st_calc_paid_by(b, c->base);
}

static void assess_calendar(st_calc *c, const st_benefit *b, uint32_t index, st_prior_sums *prior) {
    st_month last = b->last < c->period ? b->last : c->period;
    st_month first = b->first > last - ST_OCCASIONS_MAX * b->months
                         ? b->first
                         : last - ST_OCCASIONS_MAX * b->months;
    for (st_month m = first; m <= last; m += b->months) {
        if (!st_calc_in_scope(b, m, c->period))
            break;
        if (taken_over(c, b, m) && m + b->months <= last) /* the last one gives the verdict */
            continue;
        char id[16];
        size_t n = st_calc_occasion_id(b, m, id);
        st_due due = {
            .benefit = index, .occasion = {st_arena_dup(&c->case_arena, id, n), n}, .month = m};
        st_calc_decide(c, b, prior, st_string(due.occasion), &due);
        remember(prior, &due, st_month_first(m));
        ST_VEC_PUSH(&c->case_arena, &c->dues, due);
    }
}

/* An item of the list that gives the occasions. */
typedef struct item {
    st_val v;
    st_str key;
    st_date date;
    bool dated, twice;
} item;

static int by_date_and_key(const void *x, const void *y) {
    const item *a = x, *b = y;
    if (a->dated != b->dated)
        return a->dated ? -1 : 1;
    int d = a->dated ? st_date_cmp(a->date, b->date) : 0;
    return d ? d : st_str_cmp(a->key, b->key);
}

static item *items_of(st_calc *c, const st_benefit *b, st_val facts, size_t *n) {
    st_val list = facts.u.context->v[b->list_slot];
    *n = list.kind == ST_LIST ? list.u.list->n : 0;
    item *items = ST_NEWN(&c->case_arena, item, *n ? *n : 1);
    for (size_t i = 0; i < *n; i++) {
        st_val v = list.u.list->v[i], key = v.u.context->v[b->key_slot],
               date = v.u.context->v[b->date_slot];
        items[i] = (item){.v = v, .key = key.kind == ST_STRING ? st_val_str(key) : ST_STR("")};
        items[i].dated = date.kind == ST_DATE;
        if (items[i].dated)
            items[i].date = date.u.date;
    }
    qsort(items, *n, sizeof *items, by_date_and_key);
    for (size_t i = 0; i < *n; i++)
        for (size_t k = i + 1; k < *n; k++)
            if (st_str_eq(items[i].key, items[k].key))
                items[i].twice = items[k].twice = true;
    return items;
}

static void refuse(st_calc *c, st_due *due, const char *code, const char *text) {
    st_refusal *r = ST_NEW(&c->case_arena, st_refusal);
    *r = (st_refusal){st_str_of(code), st_str_of(text), ST_STR("scheme.xml")};
    due->state = ST_DUE_REFUSED;
    due->refusals = r;
    due->n_refusals = 1;
}

static void assess_item(st_calc *c, const st_benefit *b, const item *it, st_prior_sums *prior,
                        st_due *due) {
    due->occasion = it->key;
    if (!it->key.n || it->key.n > ST_OCCASION_MAX)
        return st_calc_hold(c, due, ST_E_CALC_OCCASION, "an entry of %.*s has no usable %.*s",
                            ST_FMT(b->each), ST_FMT(b->key));
    if (!it->dated)
        return st_calc_hold(c, due, ST_E_CALC_OCCASION, "an entry of %.*s has no date \"%.*s\"",
                            ST_FMT(b->each), ST_FMT(b->dated_by));
    if (it->twice)
        return st_calc_hold(c, due, ST_E_CALC_OCCASION,
                            "two entries of %.*s claim the same occasion", ST_FMT(b->each));
    due->month = st_month_of(it->date);
    if (!st_calc_in_scope(b, due->month, c->period))
        due->state = ST_DUE_LATER;
    else if (due->month < b->first || due->month > b->last)
        refuse(c, due, "outside-period", "dated outside the months of this benefit");
    else
        st_calc_decide(c, b, prior, it->v, due);
}

static bool have_occasion(const st_calc *c, size_t first, st_str occasion) {
    for (size_t i = first; i < c->dues.n; i++)
        if (st_str_eq(c->dues.items[i].occasion, occasion))
            return true;
    return false;
}

static void assess_each(st_calc *c, const st_benefit *b, uint32_t index, st_val facts,
                        st_prior_sums *prior) {
    st_val list = facts.u.context->v[b->list_slot];
    size_t n = 0, first = c->dues.n;
    if (list.kind == ST_LIST && list.u.list->n > ST_OCCASIONS_MAX) {
        st_due due = {.benefit = index, .occasion = ST_STR("?")};
        st_calc_hold(c, &due, ST_E_CALC_OCCASION, "more than %d entries in %.*s", ST_OCCASIONS_MAX,
                     ST_FMT(b->each));
        ST_VEC_PUSH(&c->case_arena, &c->dues, due);
        return;
    }
    const item *items = items_of(c, b, facts, &n);
    for (size_t i = 0; i < n; i++) {
        st_due due = {.benefit = index};
        assess_item(c, b, &items[i], prior, &due);
        remember(prior, &due, items[i].date);
        /* entries that claim one occasion were all held: one key stands for them */
        if (!items[i].twice || !have_occasion(c, first, due.occasion))
            ST_VEC_PUSH(&c->case_arena, &c->dues, due);
    }
}

static void assess_single(st_calc *c, const st_benefit *b, uint32_t index, st_prior_sums *prior) {
    st_due due = {.benefit = index, .occasion = ST_STR("once"), .month = b->first};
    if (!st_calc_in_scope(b, b->first, c->period))
        due.state = ST_DUE_LATER;
    else
        st_calc_decide(c, b, prior, st_string(due.occasion), &due);
    remember(prior, &due, st_month_first(b->first));
    ST_VEC_PUSH(&c->case_arena, &c->dues, due);
}

static bool have_code(const st_verdict *v, st_str code) {
    for (size_t i = 0; i < v->n_refusals; i++)
        if (st_str_eq(v->refusals[i].code, code))
            return true;
    return false;
}

static void collect_refusals(st_calc *c, const st_due *dues, size_t n, st_verdict *v) {
    size_t most = 0;
    for (size_t i = 0; i < n; i++)
        most += dues[i].n_refusals;
    st_refusal *all = ST_NEWN(&c->case_arena, st_refusal, most ? most : 1);
    v->refusals = all;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < dues[i].n_refusals; k++)
            if (!have_code(v, dues[i].refusals[k].code))
                all[v->n_refusals++] = dues[i].refusals[k];
    if (v->n_refusals == 0) {
        all[0] = (st_refusal){ST_STR("no-occasion"),
                              ST_STR("nothing in the records gives a right to this benefit yet"),
                              ST_STR("scheme.xml")};
        v->n_refusals = 1;
    }
}

/* A calendar benefit is judged by its newest occasion, an award by any of its occasions. */
static void judge(st_calc *c, const st_benefit *b, const st_due *dues, size_t n, st_verdict *v) {
    *v = (st_verdict){.outcome = ST_REFUSED, .tier = ST_STR("")};
    bool held = false;
    for (size_t i = 0; i < n; i++) {
        held = held || dues[i].state == ST_DUE_HELD;
        if (dues[i].state != ST_DUE_OWED)
            continue;
        v->due += dues[i].amount;
        v->occasions++;
        v->tier = dues[i].tier;
    }
    bool calendar = b->cadence != ST_ONCE;
    bool entitled = calendar ? n > 0 && dues[n - 1].state == ST_DUE_OWED : v->occasions > 0;
    v->outcome = held ? ST_HELD : entitled ? ST_ENTITLED : ST_REFUSED;
    if (v->outcome == ST_REFUSED)
        collect_refusals(c, calendar && n ? dues + n - 1 : dues, calendar && n ? 1 : n, v);
}

static int by_occasion(const void *x, const void *y) {
    const st_due *a = x, *b = y;
    return st_str_cmp(a->occasion, b->occasion);
}

static void start_case(st_calc *c, st_val facts) {
    st_arena_reset(&c->case_arena);
    c->dues.items = NULL;
    c->findings.items = NULL;
    c->finding_benefit.items = NULL;
    c->dues.n = c->dues.cap = c->findings.n = c->findings.cap = c->finding_benefit.n =
        c->finding_benefit.cap = 0;
    for (size_t i = 0; i < c->s->n_models; i++) {
        st_evaluator_reset(c->evaluators[i]);
        int in = st_model_input(c->s->models[i], ST_STR("subject"));
        if (in >= 0)
            st_evaluator_set(c->evaluators[i], in, facts);
    }
}

void st_calc_assess(st_calc *c, st_val facts, st_case *out) {
    ST_ASSERT(facts.kind == ST_CONTEXT);
    start_case(c, facts);
    st_money scheme_total = 0;
    for (uint32_t i = 0; i < c->s->n_benefits; i++) {
        const st_benefit *b = &c->s->benefits[i];
        size_t first = c->dues.n;
        st_prior_sums prior = {.scheme_total = scheme_total, .last_tier = ST_STR("")};
        if (b->cadence != ST_ONCE)
            assess_calendar(c, b, i, &prior);
        else if (b->list_slot >= 0)
            assess_each(c, b, i, facts, &prior);
        else
            assess_single(c, b, i, &prior);
        scheme_total = prior.scheme_total;
        judge(c, b, c->dues.items + first, c->dues.n - first, &c->verdicts[i]);
        if (c->dues.n > first)
            qsort(c->dues.items + first, c->dues.n - first, sizeof *c->dues.items, by_occasion);
    }
    *out = (st_case){
        c->dues.items, c->dues.n, c->verdicts, c->findings.items, c->finding_benefit.items,
        c->findings.n};
}
