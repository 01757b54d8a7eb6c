/* One subject: its occasions decided one after the other, and what becomes of each benefit. */
#include "calc/calc_int.h"

st_calc *st_calc_new(const st_scheme *s, st_month period, st_date as_of) {
    st_calc *c = st_xmalloc(sizeof *c);
    memset(c, 0, sizeof *c);
    c->s = s;
    c->period = period;
    st_arena_init(&c->arena, 0);
    st_arena_init(&c->case_arena, 0);
    st_map_init(&c->rules, &c->arena);
    st_map_init(&c->fired, &c->arena);
    c->evaluators = ST_NEWN(&c->arena, st_evaluator *, s->n_models);
    for (size_t i = 0; i < s->n_models; i++) {
        c->evaluators[i] = st_evaluator_new(s->models[i]);
        st_evaluator_now(c->evaluators[i], (st_datetime){.date = as_of});
    }
    c->periods = ST_NEWN(&c->arena, st_period_cache, s->n_benefits);
    c->verdicts = ST_NEWN(&c->arena, st_verdict, s->n_benefits);
    c->prior = ST_NEWN(&c->arena, st_prior_sums, s->n_benefits);
    c->looks_back = st_scheme_uses_prior(s);
    c->base_paid = ST_NEWN(&c->arena, st_month, s->n_benefits);
    c->too_long = ST_NEWN(&c->arena, bool, s->n_benefits);
    for (size_t i = 0; i < s->n_benefits; i++)
        c->too_long[i] =
            s->benefits[i].cadence != ST_ONCE && st_calendar_too_long(&s->benefits[i], period);
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
    if (c->base == base)
        return;
    c->base = base;
    for (size_t i = 0; i < c->s->n_benefits; i++)
        if (c->s->benefits[i].cadence != ST_ONCE)
            c->base_paid[i] = st_calc_paid_by(&c->s->benefits[i], base);
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

/* Number + 1 of a text; 0 when there is no room for another one. */
static uintptr_t number_of_text(st_calc *c, st_str text) {
    uintptr_t number = (uintptr_t)st_map_get(&c->rules, text);
    if (!number && c->rule_texts.n < ST_RULE_TEXTS_MAX) {
        st_str kept = st_str_dup(&c->arena, text);
        ST_VEC_PUSH(&c->arena, &c->rule_texts, kept);
        number = c->rule_texts.n;
        st_map_put(&c->rules, text, (void *)number);
    }
    return number;
}

static uintptr_t number_of_fired(st_calc *c, const st_rules *r, const st_fired *fired, size_t n) {
    enum { TEXT_MAX = 400 };
    st_buf text;
    st_buf_init(&text, TEXT_MAX);
    (void)st_buf_fmt(&text, "%.*s#", ST_FMT(r->file));
    for (size_t i = 0; i < n; i++)
        (void)st_buf_fmt(&text, "%s%.*s:%u", i ? " " : "", ST_FMT(fired[i].table), fired[i].rule);
    uintptr_t number = number_of_text(c, st_buf_view(&text));
    st_buf_free(&text);
    return number;
}

/* The text is made once for each combination of rules: it costs more than the decision. */
uint32_t st_calc_rule_number(st_calc *c, const st_rules *r, const st_evaluator *e) {
    enum { KEY_RULES = 30 };
    uintptr_t key[1 + 2 * KEY_RULES]; /* texts of the model stay where they are */
    size_t n = 0;
    key[0] = (uintptr_t)r;
    const st_fired *fired = st_evaluator_fired(e, &n);
    if (n > KEY_RULES) {
        uintptr_t number = number_of_fired(c, r, fired, n);
        return number ? (uint32_t)(number - 1) : 0;
    }
    for (size_t i = 0; i < n; i++) {
        key[1 + 2 * i] = (uintptr_t)fired[i].table.p;
        key[2 + 2 * i] = fired[i].rule;
    }
    st_str bytes = {(const char *)key, (1 + 2 * n) * sizeof *key};
    uintptr_t number = (uintptr_t)st_map_get(&c->fired, bytes);
    if (!number && (number = number_of_fired(c, r, fired, n)))
        st_map_put(&c->fired, bytes, (void *)number);
    return number ? (uint32_t)(number - 1) : 0;
}

st_val st_calc_period(st_calc *c, const st_benefit *b, st_month m) {
    st_period_cache *cache = &c->periods[b - c->s->benefits];
    if (!cache->v) {
        st_month first =
            b->first > c->period - ST_OCCASIONS_MAX ? b->first : c->period - ST_OCCASIONS_MAX;
        cache->from = first;
        cache->n = c->period >= first ? (size_t)(c->period - first) + 1 : 0;
        cache->v = ST_NEWN(&c->arena, st_val, cache->n);
    }
    if (m < cache->from || (size_t)(m - cache->from) >= cache->n)
        return st_calc_make_period(&c->case_arena, b, m);
    st_val *v = &cache->v[m - cache->from];
    if (v->kind == ST_NULL)
        *v = st_calc_make_period(&c->arena, b, m);
    return *v;
}

static bool have_code(const st_verdict *v, st_str code) {
    for (size_t i = 0; i < v->n_refusals; i++)
        if (st_str_eq(v->refusals[i].code, code))
            return true;
    return false;
}

/* Before a benefit's first payment nothing of it is asked, whatever it will be owed for. */
static st_refusal not_payable(st_calc *c, const st_benefit *b) {
    st_buf text;
    st_buf_init(&text, 80);
    (void)st_buf_z(&text, "nothing of this benefit is payable before ");
    st_month_add(&text, b->payable_from);
    st_refusal r = {ST_STR("not-payable-yet"), st_str_dup(&c->case_arena, st_buf_view(&text)),
                    ST_STR("scheme.xml")};
    st_buf_free(&text);
    return r;
}

static void collect_refusals(st_calc *c, const st_benefit *b, const st_due *dues, size_t n,
                             st_verdict *v) {
    size_t most = 0;
    for (size_t i = 0; i < n; i++)
        most += dues[i].n_refusals;
    st_refusal *all = ST_NEWN(&c->case_arena, st_refusal, most ? most : 1); /* or one of ours */
    v->refusals = all;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < dues[i].n_refusals; k++)
            if (!have_code(v, dues[i].refusals[k].code))
                all[v->n_refusals++] = dues[i].refusals[k];
    if (v->n_refusals == 0 && c->period < b->payable_from) {
        all[0] = not_payable(c, b);
        v->n_refusals = 1;
    } else if (v->n_refusals == 0) {
        all[0] = (st_refusal){ST_STR("no-occasion"),
                              ST_STR("nothing in the records gives a right to this benefit yet"),
                              ST_STR("scheme.xml")};
        v->n_refusals = 1;
    }
}

static const st_refusal retired = {
    {"retired", 7}, {"the benefit was dropped: nothing is due any more", 48}, {"scheme.xml", 10}};

/* A calendar benefit is judged by its newest occasion, an award by any of its occasions. */
static void judge(st_calc *c, const st_benefit *b, st_due *dues, size_t n, st_verdict *v) {
    *v = (st_verdict){.outcome = ST_REFUSED, .tier = ST_STR("")};
    bool held = false;
    for (size_t i = 0; i < n; i++) {
        held = held || st_due_held(dues[i].state);
        if (dues[i].state != ST_DUE_OWED)
            continue;
        v->due += dues[i].amount;
        v->occasions++;
        v->tier = dues[i].tier;
    }
    bool calendar = b->cadence != ST_ONCE;
    bool entitled = calendar ? n > 0 && dues[n - 1].state == ST_DUE_OWED : v->occasions > 0;
    v->outcome = held ? ST_HELD : entitled ? ST_ENTITLED : ST_REFUSED;
    if (b->retired != ST_KEYS_UNSAID) {
        v->refusals = &retired;
        v->n_refusals = 1;
        return;
    }
    if (v->outcome != ST_REFUSED)
        return;
    st_due *judged = calendar && n ? dues + n - 1 : dues;
    size_t n_judged = calendar && n ? 1 : n;
    collect_refusals(c, b, judged, n_judged, v);
    st_calc_judge_reasons(c, judged, n_judged, v);
}

static int by_occasion(const void *x, const void *y) {
    const st_due *a = x, *b = y;
    return st_str_cmp(a->occasion, b->occasion);
}

static void start_case(st_calc *c, st_val facts) {
    st_arena_reset(&c->case_arena);
    c->occasions.items = NULL;
    c->findings.items = NULL;
    c->finding_benefit.items = NULL;
    c->occasions.n = c->occasions.cap = c->findings.n = c->findings.cap = c->finding_benefit.n =
        c->finding_benefit.cap = 0;
    memset(c->prior, 0, c->s->n_benefits * sizeof *c->prior);
    c->prior_scheme = (st_prior_scheme){.total = 0};
    for (size_t i = 0; i < c->s->n_models; i++) {
        st_evaluator_reset(c->evaluators[i]);
        int in = st_model_input(c->s->models[i], ST_STR("subject"));
        if (in >= 0)
            st_evaluator_set(c->evaluators[i], in, facts);
    }
}

static void decide(st_calc *c, const st_occasion *o, st_due *due) {
    if (o->unasked == ST_ASKED)
        st_calc_decide(c, o, due);
    else
        st_calc_unasked(c, o, due);
    if (c->looks_back)
        st_calc_remember(c, o, due);
}

/* Decided in the order of c->occasions; returned benefit by benefit, each in order of its dates. */
static st_due *decide_all(st_calc *c) {
    size_t n = c->occasions.n, at = 0;
    size_t *first = ST_NEWN(&c->case_arena, size_t, c->s->n_benefits);
    st_due *dues = ST_NEWN(&c->case_arena, st_due, n);
    for (size_t i = 0; i < n; i++)
        first[c->occasions.items[i].benefit]++;
    for (size_t i = 0; i < c->s->n_benefits; i++) {
        size_t of = first[i];
        first[i] = at;
        at += of;
    }
    for (size_t i = 0; i < n; i++) {
        const st_occasion *o = &c->occasions.items[i];
        st_due *due = &dues[first[o->benefit]++];
        *due = (st_due){.benefit = o->benefit, .occasion = o->id, .month = o->month};
        decide(c, o, due);
    }
    return dues;
}

static bool ascending(const st_due *dues, size_t n) {
    for (size_t i = 1; i < n; i++)
        if (st_str_cmp(dues[i - 1].occasion, dues[i].occasion) >= 0)
            return false;
    return true;
}

/* Orders the dues of a benefit by occasion. Entries that claim one occasion were all held: one key
 * stands for them. Returns how many are left. */
static size_t settle_dues(st_due *dues, size_t n) {
    size_t kept = 0;
    if (ascending(dues, n))
        return n;
    qsort(dues, n, sizeof *dues, by_occasion);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || !st_str_eq(dues[kept - 1].occasion, dues[i].occasion))
            dues[kept++] = dues[i];
    return kept;
}

void st_calc_assess(st_calc *c, st_val facts, st_case *out) {
    ST_ASSERT(facts.kind == ST_CONTEXT);
    start_case(c, facts);
    st_calc_occasions(c, facts);
    st_due *dues = decide_all(c);
    size_t n_dues = 0, at = 0;
    for (uint32_t i = 0; i < c->s->n_benefits; i++) {
        size_t n = 0;
        while (at + n < c->occasions.n && dues[at + n].benefit == i)
            n++;
        judge(c, &c->s->benefits[i], dues + at, n, &c->verdicts[i]);
        memmove(dues + n_dues, dues + at, n * sizeof *dues);
        n_dues += settle_dues(dues + n_dues, n);
        at += n;
    }
    *out = (st_case){dues,         n_dues, c->verdicts, c->findings.items, c->finding_benefit.items,
                     c->findings.n};
}

const st_refusal *st_calc_own_reason(const st_verdict *v) {
    bool own = v->outcome == ST_REFUSED && v->n_refusals == 1 &&
               st_str_is(v->refusals[0].clause, "scheme.xml");
    return own ? &v->refusals[0] : NULL;
}
