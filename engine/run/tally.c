/* What a run counts, and its report as JSON. */
#include "run/run_int.h"

/* A control total is judged by runs that can post all it speaks of: not before the benefit is
 * payable, nor before the last month it covers. */
static bool control_due(const st_benefit *b, const st_control *c, st_month period) {
    return period >= b->payable_from && (c->to == ST_MONTH_MAX || period >= c->to);
}

void st_tally_init(st_tally *t, const st_scheme *s, st_month period) {
    memset(t, 0, sizeof *t);
    t->scheme = s;
    t->period = period;
    st_arena_init(&t->arena, 0);
    st_buf_init(&t->reason_key, 0);
    st_map_init(&t->reason_numbers, &t->arena);
    t->counts = ST_NEWN(&t->arena, st_counts, s->n_benefits);
    t->due = ST_NEWN(&t->arena, st_money, s->n_benefits);
    t->payees = ST_NEWN(&t->arena, uint64_t, s->n_benefits);
    t->groups = ST_NEWN(&t->arena, st_group, ST_RUN_GROUPS_MAX);
    t->moves = ST_NEWN(&t->arena, st_move_row, ST_RUN_GROUPS_MAX);
    t->months = ST_NEWN(&t->arena, st_month_sums, s->n_benefits);
    t->sums = ST_NEWN(&t->arena, st_benefit_sums, s->n_benefits);
    t->other_moves = ST_NEWN(&t->arena, st_move_row, s->n_benefits * ST_MOVES);
    st_map_init(&t->group_rows, &t->arena);
    st_map_init(&t->move_rows, &t->arena);
    for (uint32_t i = 0; i < s->n_benefits; i++)
        for (uint32_t k = 0; k < s->benefits[i].n_controls; k++)
            if (control_due(&s->benefits[i], &s->benefits[i].controls[k], period))
                ST_VEC_PUSH(&t->arena, &t->controls,
                            ((st_control_sum){.benefit = i, .control = k}));
}

void st_tally_free(st_tally *t) {
    st_buf_free(&t->reason_key);
    st_arena_free(&t->arena);
}

/* The smallest text is shown, whatever the order of records: texts may differ between subjects. */
static void smallest_text(st_tally *t, st_reason_row *row, const st_refusal *r) {
    if (st_str_cmp(r->text, row->text) < 0)
        row->text = st_str_dup(&t->arena, r->text);
}

bool st_tally_reason(st_tally *t, uint32_t benefit, const st_refusal *r, uint32_t *number,
                     st_err *err) {
    st_buf_clear(&t->reason_key);
    (void)st_buf_fmt(&t->reason_key, "%u:", benefit);
    (void)st_buf_str(&t->reason_key, r->code);
    st_str key = st_buf_view(&t->reason_key);
    uintptr_t have = (uintptr_t)st_map_get(&t->reason_numbers, key);
    if (have) {
        smallest_text(t, &t->reasons.items[have - 1], r);
    } else {
        if (t->reasons.n >= ST_RUN_REASONS_MAX)
            return st_fail(err, ST_E_RUN_REASONS, "more than %d different refusal codes",
                           ST_RUN_REASONS_MAX);
        st_reason_row row = {benefit, st_str_dup(&t->arena, r->code),
                             st_str_dup(&t->arena, r->text), st_str_dup(&t->arena, r->clause), 0};
        ST_VEC_PUSH(&t->arena, &t->reasons, row);
        have = t->reasons.n;
        st_map_put(&t->reason_numbers, key, (void *)have);
    }
    *number = (uint32_t)(have - 1);
    return true;
}

void st_tally_add(st_tally *t, st_money *to, st_money v) {
    if (!st_money_add(*to, v, to))
        t->overflow = true;
}

/* The row of a group, made when there is room for it; NULL when the list is full. */
static st_group *group_of(st_tally *t, uint32_t benefit, const st_diff_line *line) {
    struct {
        uint32_t benefit, cause;
        st_money rate;
        char tier[ST_TIER_MAX];
    } key = {benefit, line->cause, line->amount, {0}};
    memcpy(key.tier, line->tier.p, line->tier.n);
    st_str bytes = {(const char *)&key, sizeof key};
    uintptr_t row = (uintptr_t)st_map_get(&t->group_rows, bytes);
    if (row)
        return &t->groups[row - 1];
    if (t->n_groups == ST_RUN_GROUPS_MAX)
        return NULL;
    st_group *g = &t->groups[t->n_groups++];
    *g = (st_group){.benefit = benefit, .cause = line->cause, .rate = line->amount};
    memcpy(g->tier, line->tier.p, line->tier.n);
    st_map_put(&t->group_rows, bytes, (void *)(uintptr_t)t->n_groups);
    return g;
}

void st_tally_line(st_tally *t, uint32_t benefit, const st_diff_line *line) {
    t->lines++;
    st_tally_add(t, &t->total, line->amount);
    if (!st_sums_line(&t->sums[benefit], line))
        t->overflow = true;
    st_group *g = group_of(t, benefit, line);
    if (!g)
        return;
    g->count++;
    st_tally_add(t, &g->sum, line->amount);
}

void st_tally_due(st_tally *t, const st_owed *o) {
    if (o->state != ST_DUE_OWED || o->amount == 0)
        return;
    for (size_t i = 0; i < t->controls.n; i++) {
        st_control_sum *sum = &t->controls.items[i];
        const st_control *c = &t->scheme->benefits[sum->benefit].controls[sum->control];
        if (sum->benefit != o->benefit || (c->tier.n && !st_str_eq(c->tier, o->tier)) ||
            o->month < c->from || o->month > c->to)
            continue;
        sum->count++;
        st_tally_add(t, &sum->total, o->amount);
    }
}

static void field(st_buf *b, const char *name, st_str value) {
    (void)st_buf_fmt(b, "\"%s\":", name);
    (void)st_buf_json(b, value);
}

static void money(st_buf *b, const char *name, st_money v) {
    (void)st_buf_fmt(b, "\"%s\":\"", name);
    st_money_plain(b, v);
    (void)st_buf_ch(b, '"');
}

static int by_cause_and_tier(const void *x, const void *y) {
    const st_group *a = x, *b = y;
    if (a->benefit != b->benefit)
        return ST_CMP(a->benefit, b->benefit);
    if (a->cause != b->cause)
        return ST_CMP(a->cause, b->cause);
    if (a->rate != b->rate)
        return ST_CMP(a->rate, b->rate);
    return strcmp(a->tier, b->tier);
}

static void group_json(const st_group *g, bool various, bool first, st_buf *b) {
    (void)st_buf_z(b, first ? "{" : ",{");
    field(b, "cause", st_str_of(st_cause_name(g->cause)));
    (void)st_buf_ch(b, ',');
    field(b, "tier", st_str_of(g->tier));
    (void)st_buf_fmt(b, ",\"count\":%" PRIu64 ",", g->count);
    if (various)
        (void)st_buf_z(b, "\"rate\":null");
    else
        money(b, "rate", g->rate);
    (void)st_buf_ch(b, ',');
    money(b, "sum", g->sum);
    (void)st_buf_ch(b, '}');
}

/* What a benefit's lines of a cause add up to beyond the rows that are listed. */
static st_group beyond_rows(const st_tally *t, uint32_t benefit, st_cause cause) {
    const st_cause_sum *all = &t->sums[benefit].by[cause];
    st_group rest = {
        .benefit = benefit, .cause = cause, .count = all->count, .sum = all->more + all->less};
    for (size_t i = 0; i < t->n_groups; i++) {
        const st_group *g = &t->groups[i];
        if (g->benefit != benefit || g->cause != cause)
            continue;
        rest.count -= g->count;
        rest.sum -= g->sum;
    }
    return rest;
}

static void groups_json(const st_tally *t, uint32_t benefit, st_buf *b) {
    bool first = true;
    (void)st_buf_z(b, "\"lines\":[");
    for (size_t i = 0; i < t->n_groups; i++) {
        if (t->groups[i].benefit != benefit)
            continue;
        group_json(&t->groups[i], false, first, b);
        first = false;
    }
    for (int cause = 0; t->n_groups == ST_RUN_GROUPS_MAX && cause < ST_CAUSES; cause++) {
        st_group rest = beyond_rows(t, benefit, (st_cause)cause);
        if (!rest.count)
            continue;
        group_json(&rest, true, first, b);
        first = false;
    }
    (void)st_buf_ch(b, ']');
}

static int by_count(const void *x, const void *y) {
    const st_reason_row *a = x, *b = y;
    if (a->count != b->count)
        return ST_CMP(b->count, a->count);
    return st_str_cmp(a->code, b->code);
}

static void reasons_json(const st_tally *t, uint32_t benefit, st_buf *b) {
    st_arena a;
    st_arena_init(&a, 0);
    st_reason_row *rows = ST_NEWN(&a, st_reason_row, t->reasons.n);
    size_t n = 0;
    for (size_t i = 0; i < t->reasons.n; i++)
        if (t->reasons.items[i].benefit == benefit && t->reasons.items[i].count)
            rows[n++] = t->reasons.items[i];
    qsort(rows, n, sizeof *rows, by_count);
    (void)st_buf_z(b, "\"refusals\":[");
    for (size_t i = 0; i < n; i++) {
        (void)st_buf_z(b, i ? ",{" : "{");
        field(b, "code", rows[i].code);
        (void)st_buf_ch(b, ',');
        field(b, "text", rows[i].text);
        (void)st_buf_ch(b, ',');
        field(b, "clause", rows[i].clause);
        (void)st_buf_fmt(b, ",\"count\":%" PRIu64 "}", rows[i].count);
    }
    (void)st_buf_ch(b, ']');
    st_arena_free(&a);
}

static void benefit_json(const st_tally *t, uint32_t i, st_buf *b) {
    const st_benefit *benefit = &t->scheme->benefits[i];
    const st_counts *n = &t->counts[i];
    (void)st_buf_ch(b, '{');
    field(b, "id", benefit->id);
    (void)st_buf_z(b, ",\"title\":{");
    field(b, "zh", benefit->title.zh);
    (void)st_buf_ch(b, ',');
    field(b, "en", benefit->title.en);
    (void)st_buf_fmt(b,
                     "},\"counts\":{\"read\":%" PRIu64 ",\"entitled\":%" PRIu64
                     ",\"refused\":%" PRIu64 ",\"held\":%" PRIu64 ",\"rejected\":%" PRIu64
                     ",\"missing\":%" PRIu64 "},\"payees\":%" PRIu64 ",",
                     t->read, n->entitled, n->refused, n->held, n->rejected, n->missing,
                     t->payees[i]);
    money(b, "due", t->due[i]);
    (void)st_buf_ch(b, ',');
    groups_json(t, i, b);
    (void)st_buf_ch(b, ',');
    reasons_json(t, i, b);
    (void)st_buf_ch(b, '}');
}

/* The counts again, by benefit id, where scripts look first. */
static void counts_json(const st_tally *t, st_buf *b) {
    (void)st_buf_z(b, "\"counts\":{");
    for (size_t i = 0; i < t->scheme->n_benefits; i++) {
        const st_counts *n = &t->counts[i];
        if (i)
            (void)st_buf_ch(b, ',');
        (void)st_buf_json(b, t->scheme->benefits[i].id);
        (void)st_buf_fmt(b,
                         ":{\"read\":%" PRIu64 ",\"entitled\":%" PRIu64 ",\"refused\":%" PRIu64
                         ",\"held\":%" PRIu64 ",\"rejected\":%" PRIu64 "}",
                         t->read, n->entitled, n->refused, n->held, n->rejected);
    }
    (void)st_buf_ch(b, '}');
}

static void controls_json(const st_tally *t, st_buf *b) {
    (void)st_buf_z(b, "\"controls\":[");
    for (size_t i = 0; i < t->controls.n; i++) {
        const st_control_sum *sum = &t->controls.items[i];
        const st_benefit *benefit = &t->scheme->benefits[sum->benefit];
        const st_control *c = &benefit->controls[sum->control];
        (void)st_buf_z(b, i ? ",{" : "{");
        field(b, "id", c->id);
        (void)st_buf_ch(b, ',');
        field(b, "benefit", benefit->id);
        (void)st_buf_fmt(b, ",\"declared_count\":%" PRId64 ",\"count\":%" PRId64 ",", c->count,
                         sum->count);
        money(b, "declared_total", c->total);
        (void)st_buf_ch(b, ',');
        money(b, "total", sum->total);
        (void)st_buf_fmt(b, ",\"ok\":%s}",
                         c->count == sum->count && c->total == sum->total ? "true" : "false");
    }
    (void)st_buf_ch(b, ']');
}

void st_tally_json(const st_tally *t, const st_run_key *key, st_buf *b) {
    qsort(t->groups, t->n_groups, sizeof *t->groups, by_cause_and_tier);
    (void)st_buf_ch(b, '{');
    field(b, "scheme", t->scheme->id);
    (void)st_buf_z(b, ",\"title\":{");
    field(b, "zh", t->scheme->title.zh);
    (void)st_buf_ch(b, ',');
    field(b, "en", t->scheme->title.en);
    (void)st_buf_z(b, "},");
    field(b, "payer", t->scheme->payer);
    (void)st_buf_ch(b, ',');
    field(b, "currency", t->scheme->currency);
    (void)st_buf_z(b, ",\"period\":\"");
    st_month_add(b, key->period);
    (void)st_buf_z(b, "\",\"as_of\":\"");
    st_date_add(b, key->as_of);
    (void)st_buf_z(b, "\",\"known_at\":\"");
    st_date_add(b, t->head.known_at);
    (void)st_buf_fmt(b, "\",\"roster\":\"%s\",\"encoding\":\"%s\",\"read\":%" PRIu64 ",",
                     t->head.full_roster ? "full" : "part",
                     t->head.encoding ? t->head.encoding : "", t->read);
    (void)st_buf_z(b, "\"benefits\":[");
    for (uint32_t i = 0; i < t->scheme->n_benefits; i++) {
        if (i)
            (void)st_buf_ch(b, ',');
        benefit_json(t, i, b);
    }
    (void)st_buf_z(b, "],");
    counts_json(t, b);
    (void)st_buf_ch(b, ',');
    st_tally_moves_json(t, b);
    (void)st_buf_z(b, ",\"guards\":[");
    for (size_t i = 0; i < t->tripped.n; i++) {
        (void)st_buf_z(b, i ? ",{" : "{");
        field(b, "id", t->tripped.items[i].id);
        (void)st_buf_ch(b, ',');
        field(b, "why", st_str_of(t->tripped.items[i].why));
        (void)st_buf_ch(b, '}');
    }
    (void)st_buf_z(b, "],");
    controls_json(t, b);
    st_strays_json(&t->strays, b);
    (void)st_buf_fmt(b,
                     ",\"finding_counts\":{\"held\":%" PRIu64 ",\"rejected\":%" PRIu64
                     ",\"warning\":%" PRIu64 "},\"line_count\":%" PRIu64 ",",
                     t->findings[ST_SEV_HELD], t->findings[ST_SEV_REJECTED],
                     t->findings[ST_SEV_WARNING], t->lines);
    money(b, "line_total", t->total);
    if (t->payable.known) {
        (void)st_buf_z(b, ",\"payable\":");
        st_payable_json(&t->payable, t->scheme, b);
    }
    (void)st_buf_ch(b, '}');
}
