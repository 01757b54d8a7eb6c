/* First pass: read the records, assess each subject, sort the results by subject. */
#include "base/file.h"
#include "feel/pack.h"
#include "run/run_int.h"

static bool on_head(void *ctx, const st_records_head *head, st_err *err) {
    st_collect *c = ctx;
    const st_scheme *s = c->package->scheme;
    c->tally->head = *head;
    c->head_seen = true;
    if (!st_head_fits(s, c->opt->records_path, head, err))
        return false;
    st_date as_of = c->opt->has_as_of ? c->opt->as_of : head->known_at;
    c->calc = st_calc_new(s, c->opt->period, as_of);
    if (c->regular)
        st_calc_since(c->calc, c->base);
    return true;
}

void st_collect_finding(st_spool_finding *to, const st_err *f, int benefit) {
    *to = (st_spool_finding){.severity = (uint8_t)f->severity,
                             .code = (uint16_t)f->code,
                             .benefit = (int16_t)benefit,
                             .line = f->pos.line,
                             .column = f->pos.column,
                             .msg = st_str_of(f->msg),
                             .hint = st_str_of(f->hint)};
}

static bool verdicts(st_tally *t, st_arena *a, const st_case *k, st_spooled *s, st_err *err) {
    size_t n = t->scheme->n_benefits;
    st_spool_verdict *v = ST_NEWN(a, st_spool_verdict, n);
    for (uint32_t i = 0; i < n; i++) {
        const st_verdict *from = &k->verdicts[i];
        uint32_t *reasons = ST_NEWN(a, uint32_t, from->n_refusals);
        for (size_t r = 0; r < from->n_refusals; r++)
            if (!st_tally_reason(t, i, &from->refusals[r], &reasons[r], err))
                return false;
        v[i] = (st_spool_verdict){from->outcome,   from->tier, from->due,
                                  from->occasions, reasons,    from->n_refusals};
    }
    s->verdicts = v;
    s->n_verdicts = n;
    return true;
}

bool st_collect_case(st_tally *t, st_arena *a, const st_case *k, st_spooled *s, st_err *err) {
    st_owed *owed = ST_NEWN(a, st_owed, k->n_dues);
    for (size_t i = 0; i < k->n_dues; i++) {
        const st_due *d = &k->dues[i];
        owed[i] = (st_owed){d->benefit, d->state,  d->occasion, d->tier.p ? d->tier : ST_STR(""),
                            d->month,   d->amount, d->rule};
    }
    s->owed = owed;
    s->n_owed = k->n_dues;
    return verdicts(t, a, k, s, err);
}

/* The facts as the rules see them: lists in their order, decimals with their scale. The sealed
 * digest knows neither. */
static int64_t seen(const st_buf *packed) {
    st_sha256 d;
    uint64_t v = 0;
    st_sha256_of(packed->p, packed->n, &d);
    for (size_t i = 0; i < 8; i++)
        v = v << 8 | d.b[i];
    return v ? (int64_t)v : 1;
}

static bool spool_record(st_collect *c, const st_record *r, st_str person, const st_case *k,
                         st_err *err) {
    st_spooled s = {.state = r->state,
                    .key = st_str_eq(person, r->key) ? ST_STR("") : r->key,
                    .ordinal = r->ordinal,
                    .line = r->pos.line,
                    .column = r->pos.column,
                    .facts = r->digest};
    size_t n = r->n_findings + (k ? k->n_findings : 0);
    st_spool_finding *findings = ST_NEWN(&c->record_arena, st_spool_finding, n);
    for (size_t i = 0; i < r->n_findings; i++)
        st_collect_finding(&findings[i], &r->findings[i], ST_NO_BENEFIT);
    for (size_t i = r->n_findings; i < n; i++) {
        st_collect_finding(&findings[i], &k->findings[i - r->n_findings],
                           (int)k->finding_benefit[i - r->n_findings]);
        findings[i].line = r->pos.line;
        findings[i].column = r->pos.column;
    }
    s.findings = findings;
    s.n_findings = n;
    if (k && !st_collect_case(c->tally, &c->record_arena, k, &s, err))
        return false;
    if (k && c->remember) {
        st_buf_clear(&c->packed);
        st_feel_pack(&c->packed, r->facts);
        s.seen = seen(&c->packed);
        if (c->regular)
            s.packed = st_buf_view(&c->packed);
    }
    st_buf_clear(&c->scratch);
    st_spool_write(&c->scratch, &s);
    ST_ASSERT(!c->scratch.overflow);
    return st_sorter_add(c->subjects, person, st_buf_view(&c->scratch), err);
}

bool st_collect_uniques(st_collect *c, const st_record *r, st_str person, st_err *err) {
    for (size_t i = 0; i < r->n_unique; i++) {
        char key[20], payload[2 + 2 * ST_SUBJECT_MAX];
        uint32_t field = __builtin_bswap32(r->unique[i].field);
        memcpy(key, &field, 4);
        memcpy(key + 4, r->unique[i].hash, 16);
        size_t n = person.n < ST_SUBJECT_MAX ? person.n : ST_SUBJECT_MAX;
        size_t own = r->key.n < ST_SUBJECT_MAX ? r->key.n : ST_SUBJECT_MAX;
        payload[0] = (char)r->unique[i].state;
        payload[1] = (char)n;
        memcpy(payload + 2, person.p, n);
        memcpy(payload + 2 + n, r->key.p, own);
        if (!st_sorter_add(c->uniques, (st_str){key, sizeof key}, (st_str){payload, 2 + n + own},
                           err))
            return false;
    }
    return true;
}

static bool on_record(void *ctx, const st_record *r, st_err *err) {
    st_collect *c = ctx;
    st_arena_reset(&c->record_arena);
    c->tally->read++;
    st_str person = r->key.n ? st_persons_of(c->persons, r) : r->key;
    if (r->key.n &&
        (!st_collect_uniques(c, r, person, err) || !st_persons_add(c->persons, r, person, err)))
        return false;
    if (r->state != ST_RECORD_OK)
        return spool_record(c, r, person, NULL, err);
    st_case k;
    st_calc_assess(c->calc, r->facts, &k);
    return spool_record(c, r, person, &k, err);
}

void st_collect_progress(void *ctx, uint64_t read, uint64_t size) {
    st_collect *c = ctx;
    if (read < c->next_tick && read < size)
        return;
    c->next_tick = read + size / 200 + 1;
    int percent = size ? (int)(read * 100 / size) : 100;
    (void)fprintf(stderr, "\rreading  [%-40.*s] %3d %%  %" PRIu64 " records", percent * 40 / 100,
                  "########################################", percent, c->tally->read);
    if (read >= size)
        (void)fputc('\n', stderr);
    (void)fflush(stderr);
}

/* Subjects that share a value that must be one person's. */
typedef struct group {
    char key[20];
    st_record_state state;
    st_sharer first;
    char first_text[2 * ST_SUBJECT_MAX];
    st_sharers *by; /* from the second one on */
} group;

static st_sharer sharer_of(st_str payload) {
    size_t n = (unsigned char)payload.p[1];
    return (st_sharer){st_str_sub(payload, 2, n), st_str_sub(payload, 2 + n, payload.n)};
}

static void group_begin(group *g, const st_sorted *row) {
    *g = (group){.state = (st_record_state)row->payload.p[0]};
    memcpy(g->key, row->key.p, sizeof g->key);
    size_t n = row->payload.n - 2;
    memcpy(g->first_text, row->payload.p + 2, n);
    st_sharer x = sharer_of(row->payload);
    g->first = (st_sharer){{g->first_text, x.person.n}, {g->first_text + x.person.n, x.key.n}};
}

/* Keeps the two lowest of those who share the value. */
static void share(st_collect *c, group *g, const st_sharer *x) {
    if (!g->by)
        g->by = ST_NEW(&c->arena, st_sharers);
    st_sharers *by = g->by;
    st_sharer *to = &by->next;
    if (by->low.person.n == 0 || st_str_cmp(x->person, by->low.person) < 0) {
        by->next = by->low;
        to = &by->low;
    } else if (st_str_eq(x->person, by->low.person) ||
               (by->next.person.n && st_str_cmp(x->person, by->next.person) >= 0)) {
        return; /* of one who comes again the first record counts */
    }
    *to = (st_sharer){{st_arena_dup(&c->arena, x->person.p, x->person.n), x->person.n},
                      {st_arena_dup(&c->arena, x->key.p, x->key.n), x->key.n}};
}

static bool mark(st_collect *c, group *g, const st_sharer *x, st_err *err) {
    if (c->conflicts.n >= ST_RUN_CONFLICTS_MAX)
        return st_fail(
            err, ST_E_RUN_CONFLICT,
            "more than %d subjects share values that must be unique: is this the right file?",
            ST_RUN_CONFLICTS_MAX);
    uint32_t field;
    memcpy(&field, g->key, 4);
    share(c, g, x);
    st_conflict *old = st_map_get(&c->conflicts, x->person);
    if (old && old->state >= g->state)
        return true;
    st_conflict *now = ST_NEW(&c->arena, st_conflict);
    *now = (st_conflict){g->state, __builtin_bswap32(field), g->by};
    st_map_put(&c->conflicts, x->person, now);
    return true;
}

bool st_collect_conflicts(st_collect *c, st_err *err) {
    if (!st_sorter_finish(c->uniques, err))
        return false;
    group g;
    bool any = false, have;
    st_sorted row;
    while (st_sorter_next(c->uniques, &row, &have, err)) {
        if (!have)
            return true;
        st_sharer x = sharer_of(row.payload);
        bool same = any && memcmp(g.key, row.key.p, sizeof g.key) == 0;
        if (same && !st_str_eq(x.person, g.first.person)) {
            if (!mark(c, &g, &g.first, err) || !mark(c, &g, &x, err))
                return false;
        } else if (!same) {
            group_begin(&g, &row);
            any = true;
        }
    }
    return false;
}

st_str st_conflict_other(const st_conflict *x, st_str person) {
    const st_sharer *s = st_str_eq(x->by->low.person, person) ? &x->by->next : &x->by->low;
    return s->key.n ? s->key : s->person;
}

bool st_collect_run(st_collect *c, st_err *err) {
    st_arena_init(&c->arena, 0);
    st_arena_init(&c->record_arena, 0);
    st_map_init(&c->conflicts, &c->arena);
    st_buf_init(&c->scratch, 8 << 20);
    st_buf_init(&c->packed, 4 << 20);
    const char *folder = st_file_work_folder(c->opt->state_dir);
    c->subjects = st_sorter_new(folder, ST_RUN_SORT_MEMORY);
    c->uniques = st_sorter_new(folder, ST_RUN_UNIQUE_MEMORY);
    st_records_events events = {on_head, on_record, c->opt->progress ? st_collect_progress : NULL};
    st_records_options options = {c->opt->accept_utf8};
    return st_records_read(c->opt->records_path, c->package->type, &options, &events, c, &c->result,
                           err) &&
           st_collect_conflicts(c, err) && st_sorter_finish(c->subjects, err);
}

void st_collect_free(st_collect *c) {
    st_calc_free(c->calc);
    st_sorter_free(c->subjects);
    st_sorter_free(c->uniques);
    st_buf_free(&c->scratch);
    st_buf_free(&c->packed);
    st_arena_free(&c->record_arena);
    st_arena_free(&c->arena);
}
