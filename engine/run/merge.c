/* Second pass: results in order of subjects beside what is posted in the same order; the difference
 * becomes lines. */
#include "ledger/previous.h"
#include "run/run_int.h"

static bool report(st_merge *m, st_str subject, int benefit, const st_err *f, st_err *err) {
    m->tally->findings[f->severity]++;
    if (m->key.n)
        subject = m->key;
    if (m->sink)
        m->sink(m->sink_ctx, subject, f);
    int32_t number = benefit >= 0 && m->benefit_numbers ? m->benefit_numbers[benefit] : 0;
    return !m->posting || st_posting_finding(m->posting, subject, number, f, err);
}

static bool report_spooled(st_merge *m, st_str subject, const st_spooled *s, st_err *err) {
    for (size_t i = 0; i < s->n_findings; i++) {
        const st_spool_finding *from = &s->findings[i];
        st_err f;
        st_err_init(&f);
        st_pos pos = {
            .file = m->collect->opt->records_path, .line = from->line, .column = from->column};
        (void)st_fail_at(&f, (st_code)from->code, pos, "%.*s", ST_FMT(from->msg));
        f.severity = (st_severity)from->severity;
        st_err_hint(&f, "%.*s", ST_FMT(from->hint));
        if (!report(m, subject, from->benefit, &f, err))
            return false;
    }
    return true;
}

static bool report_at(st_merge *m, st_str subject, const st_spooled *s, st_severity severity,
                      st_code code, const char *what, st_err *err) {
    st_err f;
    st_err_init(&f);
    st_pos pos = {.file = m->collect->opt->records_path,
                  .line = s ? s->line : 0,
                  .column = s ? s->column : 0};
    (void)st_fail_at(&f, code, pos, "%.*s: %s", ST_FMT(m->key.n ? m->key : subject), what);
    f.severity = severity;
    return report(m, subject, ST_NO_BENEFIT, &f, err);
}

/* Who is it? Held until a person has answered. */
static bool ask_person(st_merge *m, st_str subject, const st_spooled *s, st_record_state *state,
                       st_err *err) {
    const st_person_question *q;
    size_t n;
    if (!st_persons_ask(m->collect->persons, subject, &q, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        st_err f;
        st_err_init(&f);
        st_pos pos = {.file = m->collect->opt->records_path, .line = s->line, .column = s->column};
        (void)st_fail_at(&f, q[i].code, pos, "%.*s %.*s", ST_FMT(m->key.n ? m->key : subject),
                         ST_FMT(q[i].text));
        f.severity = ST_SEV_HELD;
        if (q[i].hint.n)
            st_err_hint(&f, "%.*s", ST_FMT(q[i].hint));
        if (!report(m, subject, ST_NO_BENEFIT, &f, err))
            return false;
        if (*state < ST_RECORD_HELD)
            *state = ST_RECORD_HELD;
    }
    return st_persons_keep(m->collect->persons, *state, err);
}

static void count_outcome(st_counts *n, st_outcome o) {
    switch (o) {
    case ST_ENTITLED:
        n->entitled++;
        return;
    case ST_REFUSED:
        n->refused++;
        return;
    case ST_HELD:
        n->held++;
        return;
    case ST_REJECTED:
        n->rejected++;
        return;
    case ST_MISSING:
        n->missing++;
        return;
    }
}

/* ["code","code"] of the refusals; counts each code. */
static st_str reasons_json(st_merge *m, const st_spool_verdict *v) {
    st_str *codes = ST_NEWN(&m->arena, st_str, v->n_reasons);
    for (size_t i = 0; i < v->n_reasons; i++) {
        st_reason_row *row = &m->tally->reasons.items[v->reasons[i]];
        row->count++;
        codes[i] = row->code;
    }
    st_buf b;
    st_buf_init(&b, ST_REASONS_MAX);
    ST_ASSERT(st_calc_reasons_json(codes, v->n_reasons, &b)); /* calc holds longer ones */
    st_str copy = st_str_dup(&m->arena, st_buf_view(&b));
    st_buf_free(&b);
    return copy;
}

static bool assess(st_merge *m, st_str subject, uint32_t benefit, const st_spooled *s,
                   const st_spool_verdict *v, st_err *err) {
    count_outcome(&m->tally->counts[benefit], v->outcome);
    st_tally_add(m->tally, &m->tally->due[benefit], v->due);
    st_assessment a = {.subject = subject,
                       .outcome = v->outcome,
                       .tier = v->tier,
                       .due = v->due,
                       .occasions = v->occasions,
                       .reasons = reasons_json(m, v)};
    if (s && v->outcome != ST_REJECTED)
        a.facts = s->facts;
    if (s && v->outcome <= ST_REFUSED)
        a.seen = s->seen;
    if (m->on_assessment)
        m->on_assessment(m->on_line_ctx, &a, &m->tally->scheme->benefits[benefit]);
    if (!m->posting)
        return true;
    a.benefit = m->benefit_numbers[benefit];
    return st_posting_assessment(m->posting, &a, err);
}

static bool assess_all(st_merge *m, st_str subject, const st_spooled *s, st_outcome outcome,
                       st_err *err) {
    st_spool_verdict v = {.outcome = outcome, .tier = ST_STR("")};
    for (uint32_t i = 0; i < m->tally->scheme->n_benefits; i++)
        if (!assess(m, subject, i, s, &v, err))
            return false;
    return true;
}

/* A sum of the run that no amount can hold is the mistake of a rule or of the records, and this is
 * the subject with whom it got there. */
static bool sums_hold(const st_merge *m, st_str subject, st_err *err) {
    return !m->tally->overflow ||
           st_fail(
               err, ST_E_RUN_SUM,
               "with %.*s the amounts of this run add up to more than an amount can be; nothing "
               "was written",
               ST_FMT(subject));
}

static bool post(st_merge *m, st_str subject, const st_spooled *s, const st_diff_line *lines,
                 size_t n, st_err *err) {
    uint32_t last_benefit = UINT32_MAX;
    for (size_t i = 0; i < n; i++) {
        const st_diff_line *d = &lines[i];
        st_tally_line(m->tally, d->benefit, d);
        m->tally->payees[d->benefit] += d->benefit != last_benefit;
        last_benefit = d->benefit;
        st_line line = {.line_no = ++m->line_no,
                        .subject = subject,
                        .key = m->key,
                        .benefit = m->benefit_numbers ? m->benefit_numbers[d->benefit] : 0,
                        .occasion = d->occasion,
                        .seq = d->seq,
                        .cause = d->cause,
                        .tier = d->tier,
                        .amount = d->amount,
                        .due = d->due,
                        .rule = st_calc_rule_text(m->collect->calc, d->rule),
                        .facts = s->facts};
        if (m->on_line &&
            !m->on_line(m->on_line_ctx, &line, &m->tally->scheme->benefits[d->benefit]))
            m->on_line = NULL;
        if (!sums_hold(m, subject, err) || (m->posting && !st_posting_line(m->posting, &line, err)))
            return false;
    }
    return true;
}

bool st_merge_subject(st_merge *m, st_str subject, const st_spooled *s, const st_owed *owed,
                      size_t n_owed, const st_posted_rows *posted, const st_posted_rows *before,
                      st_err *err) {
    st_diff_line *lines = ST_NEWN(&m->arena, st_diff_line, n_owed + posted->n);
    size_t n =
        st_calc_diff(m->tally->scheme, m->period, owed, n_owed, posted->rows, posted->n, lines);
    for (size_t i = 0; i < s->n_owed; i++)
        st_tally_due(m->tally, &s->owed[i]);
    st_moved moved = {.subject = m->key.n ? m->key : subject,
                      .owed = s->owed,
                      .n_owed = s->n_owed,
                      .posted = before->rows,
                      .n_posted = before->n,
                      .lines = lines,
                      .n_lines = n};
    st_tally_move(m->tally, &moved);
    for (uint32_t i = 0; i < s->n_verdicts; i++)
        if (!assess(m, subject, i, s, &s->verdicts[i], err))
            return false;
    return post(m, subject, s, lines, n, err) &&
           (!m->posting || st_offset_subject(&m->offset, subject, lines, n, err)) &&
           sums_hold(m, subject, err);
}

bool st_merge_full(st_merge *m, st_str subject, const st_spooled *s, const st_posted_rows *posted,
                   st_err *err) {
    st_spooled remembered = *s;
    if (s->seen && st_regular_stale(m, s, posted))
        remembered.seen = 0;
    return st_merge_subject(m, subject, &remembered, s->owed, s->n_owed, posted, posted, err);
}

/* Values that somebody else has in this very file. */
static bool conflict(st_merge *m, st_str subject, const st_spooled *s, st_record_state *state,
                     st_err *err) {
    const st_conflict *x = st_map_get(&m->collect->conflicts, subject);
    if (!x)
        return true;
    const char *field = st_record_type_unique_name(m->collect->package->type, x->field);
    const char *what = st_arena_fmt(&m->arena, "%s is also given for %.*s",
                                    field ? field : "a value that must be unique",
                                    ST_FMT(st_conflict_other(x, subject)));
    if (x->state > *state)
        *state = x->state;
    st_severity severity = x->state == ST_RECORD_REJECTED ? ST_SEV_REJECTED : ST_SEV_HELD;
    return report_at(m, subject, s, severity, ST_E_RUN_CONFLICT, what, err);
}

bool st_merge_state(st_merge *m, st_str subject, const st_spooled *s, st_record_state *state,
                    st_err *err) {
    *state = s->state;
    m->key = s->key;
    return report_spooled(m, subject, s, err) && conflict(m, subject, s, state, err) &&
           ask_person(m, subject, s, state, err);
}

/* Nobody knows what is due: what is posted stays. */
static void stays(st_merge *m, st_str subject, const st_posted_rows *posted) {
    st_moved x = {.subject = m->key.n ? m->key : subject,
                  .held = true,
                  .posted = posted->rows,
                  .n_posted = posted->n};
    st_tally_move(m->tally, &x);
}

bool st_merge_unusable(st_merge *m, st_str subject, const st_spooled *s, st_record_state state,
                       const st_posted_rows *posted, st_err *err) {
    stays(m, subject, posted);
    return assess_all(m, subject, s, state == ST_RECORD_HELD ? ST_HELD : ST_REJECTED, err);
}

static bool one_subject(st_merge *m, st_str subject, const st_spooled *s,
                        const st_posted_rows *posted, st_err *err) {
    st_record_state state;
    if (!st_merge_state(m, subject, s, &state, err))
        return false;
    if (state != ST_RECORD_OK)
        return st_merge_unusable(m, subject, s, state, posted, err);
    return st_merge_full(m, subject, s, posted, err);
}

/* Each record has an assessment, also one without an id of its own: it goes by a name that no
 * record can have, since XML knows no U+001F. */
static st_str row_name(st_merge *m, const st_spooled *s) {
    return st_str_of(st_arena_fmt(&m->arena, "\x1frecord:%" PRIu64, s->ordinal));
}

/* The same id, or ids of one person. */
static const char *others_of(st_merge *m, st_str subject, const st_str *payloads, size_t n,
                             size_t i) {
    st_spooled me, other;
    st_spool_read(&m->arena, payloads[i], &me);
    for (size_t k = 0; k < n; k++) {
        st_spool_read(&m->arena, payloads[k], &other);
        if (!st_str_eq(me.key, other.key))
            return st_arena_fmt(&m->arena, "this person stands in the file as %.*s too (%u:%u)",
                                ST_FMT(other.key.n ? other.key : subject), other.line,
                                other.column);
    }
    return "this id stands at several records of the file";
}

/* Several records of one person: nobody knows which is right. The first stands for the id. */
static bool duplicates(st_merge *m, st_str subject, const st_str *payloads, size_t n, st_err *err) {
    const st_person_question *q;
    size_t asked;
    if (!st_persons_ask(m->collect->persons, subject, &q, &asked, err) ||
        !st_persons_keep(m->collect->persons, ST_RECORD_REJECTED, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        st_spooled s;
        st_spool_read(&m->arena, payloads[i], &s);
        m->key = s.key;
        if ((m->regular && s.state == ST_RECORD_OK && !st_regular_from_start(m, &s, err)) ||
            !report_spooled(m, subject, &s, err) ||
            !report_at(m, subject, &s, ST_SEV_REJECTED, ST_E_RUN_DUPLICATE,
                       others_of(m, subject, payloads, n, i), err) ||
            !assess_all(m, i == 0 ? subject : row_name(m, &s), &s, ST_REJECTED, err))
            return false;
    }
    return true;
}

static bool nameless(st_merge *m, st_str payload, st_err *err) {
    st_spooled s;
    st_spool_read(&m->arena, payload, &s);
    const char *shown = st_arena_fmt(&m->arena, "record:%" PRIu64, s.ordinal);
    return report_spooled(m, st_str_of(shown), &s, err) &&
           assess_all(m, row_name(m, &s), &s, ST_REJECTED, err);
}

/* -- the ledger's side -- */

static bool fetch_posted(st_merge *m, st_err *err) {
    m->have_posted = false;
    if (!m->posting || m->regular)
        return true;
    if (!st_posting_posted(m->posting, &m->next_posted, &m->have_posted, err))
        return false;
    if (!m->have_posted)
        return true;
    st_buf_clear(&m->posted_subject);
    return st_buf_str(&m->posted_subject, m->next_posted.subject);
}

int32_t st_merge_benefit_index(const st_merge *m, int32_t number) {
    for (size_t i = 0; i < m->tally->scheme->n_benefits; i++)
        if (m->benefit_numbers[i] == number)
            return (int32_t)i;
    return ST_NO_BENEFIT;
}

static int by_benefit(const void *x, const void *y) {
    const st_posted *a = x, *b = y;
    if (a->benefit != b->benefit)
        return ST_CMP(a->benefit, b->benefit);
    return st_str_cmp(a->occasion, b->occasion);
}

void st_merge_order(st_merge *m, st_posted_rows *rows) {
    for (size_t i = 0; i < rows->n; i++) {
        rows->rows[i].benefit = st_merge_benefit_index(m, rows->rows[i].benefit);
        st_tally_stray(m->tally, &rows->rows[i]);
    }
    qsort(rows->rows, rows->n, sizeof *rows->rows, by_benefit);
}

/* All rows of the subject that comes next in the ledger. */
static bool gather_posted(st_merge *m, st_posted_rows *out, st_err *err) {
    ST_VEC(st_posted) rows = {0};
    st_str subject = st_str_dup(&m->arena, st_buf_view(&m->posted_subject));
    while (m->have_posted && st_str_eq(st_buf_view(&m->posted_subject), subject)) {
        st_posted p = m->next_posted;
        p.subject = subject;
        p.occasion = st_str_dup(&m->arena, p.occasion);
        p.tier = st_str_dup(&m->arena, p.tier);
        ST_VEC_PUSH(&m->arena, &rows, p);
        if (!fetch_posted(m, err))
            return false;
    }
    *out = (st_posted_rows){rows.items, rows.n};
    st_merge_order(m, out);
    return true;
}

/* In the ledger, not in the file: from a full roster that is a question for a person, never a
 * recovery. */
bool st_merge_missing(st_merge *m, const st_posted_rows *posted, st_err *err) {
    st_spool_verdict v = {.outcome = ST_MISSING, .tier = ST_STR("")};
    int32_t last = ST_NO_BENEFIT;
    bool any = false;
    for (size_t i = 0; i < posted->n; i++) {
        if (posted->rows[i].benefit < 0 || posted->rows[i].benefit == last ||
            posted->rows[i].sum == 0)
            continue;
        last = posted->rows[i].benefit;
        any = true;
        if (!assess(m, posted->rows[i].subject, (uint32_t)last, NULL, &v, err))
            return false;
    }
    if (!any)
        return true;
    m->tally->missing++;
    m->key = st_person_keys_name(st_persons_keys(m->collect->persons), posted->rows[0].subject);
    stays(m, posted->rows[0].subject, posted);
    return report_at(m, posted->rows[0].subject, NULL, ST_SEV_HELD, ST_E_RUN_MISSING,
                     "was paid before and is missing from this full roster; what was posted stays",
                     err);
}

static bool skip_posted_before(st_merge *m, const st_str *key, st_err *err) {
    if (m->regular)
        return st_regular_before(m, key, err);
    while (m->have_posted && (!key || st_str_cmp(st_buf_view(&m->posted_subject), *key) < 0)) {
        st_arena_mark mark = st_arena_save(&m->arena);
        st_posted_rows posted;
        bool moved = st_persons_moved(m->collect->persons, st_buf_view(&m->posted_subject));
        if (!gather_posted(m, &posted, err) ||
            (m->tally->head.full_roster && !moved && !st_merge_missing(m, &posted, err)))
            return false;
        st_arena_release(&m->arena, mark);
    }
    return true;
}

typedef struct others {
    st_merge *m;
    st_posted_rows *rows;
    st_err *err;
} others;

/* Adds what was posted under another key to what is posted for the person. */
static bool add_other(void *ctx, st_str key) {
    const others *o = ctx;
    st_posted_rows more, all;
    if (!st_posting_posted_of(o->m->posting, &o->m->arena, key, &more.rows, &more.n, o->err))
        return false;
    st_merge_order(o->m, &more);
    all = (st_posted_rows){ST_NEWN(&o->m->arena, st_posted, o->rows->n + more.n), o->rows->n};
    if (all.n)
        memcpy(all.rows, o->rows->rows, all.n * sizeof *all.rows);
    for (size_t i = 0; i < more.n; i++) {
        st_posted *to = NULL;
        for (size_t k = 0; !to && k < all.n; k++)
            if (by_benefit(&all.rows[k], &more.rows[i]) == 0)
                to = &all.rows[k];
        if (!to) {
            to = &all.rows[all.n++];
            *to = (st_posted){.benefit = more.rows[i].benefit,
                              .occasion = more.rows[i].occasion,
                              .tier = more.rows[i].tier,
                              .last_seq = -1};
        }
        if (more.rows[i].last_seq >= 0 && to->last_seq < 0)
            to->last_seq = 0; /* it was paid before, though by no line of this key */
        if (!st_money_add(to->sum, more.rows[i].sum, &to->sum))
            return st_fail(o->err, ST_E_RUN_SUM, "what is posted for %.*s is beyond an amount",
                           ST_FMT(key));
    }
    qsort(all.rows, all.n, sizeof *all.rows, by_benefit);
    *o->rows = all;
    return true;
}

bool st_merge_others(st_merge *m, st_str person, st_posted_rows *rows, st_err *err) {
    others o = {m, rows, err};
    bool ok = !m->posting ||
              st_person_keys_others(st_persons_keys(m->collect->persons), person, add_other, &o);
    for (size_t i = 0; ok && i < rows->n; i++)
        rows->rows[i].subject = person;
    return ok;
}

static bool group(st_merge *m, st_str key, const st_str *payloads, size_t n, st_err *err) {
    if (key.n == 0) {
        for (size_t i = 0; i < n; i++)
            if (!nameless(m, payloads[i], err))
                return false;
        return true;
    }
    st_posted_rows posted = {0};
    st_spooled s;
    if (!skip_posted_before(m, &key, err))
        return false;
    if (m->regular && n == 1) {
        st_spool_read(&m->arena, payloads[0], &s);
        return st_regular_subject(m, key, &s, err);
    }
    if (m->regular ? !st_regular_pass(m, key, err) || !st_regular_posted(m, key, &posted, err)
                   : m->have_posted && st_str_eq(st_buf_view(&m->posted_subject), key) &&
                         !gather_posted(m, &posted, err))
        return false;
    if (!m->regular && !st_merge_others(m, key, &posted, err))
        return false;
    if (n > 1) {
        stays(m, key, &posted);
        return duplicates(m, key, payloads, n, err);
    }
    st_spool_read(&m->arena, payloads[0], &s);
    return one_subject(m, key, &s, &posted, err);
}

/* Without a ledger there is nothing to compare with. */
static bool compare_with(st_merge *m, st_err *err) {
    st_earlier before;
    if (!m->posting)
        return true;
    if (!st_posting_earlier(m->posting, m->period, &before, err))
        return false;
    st_tally_compare(m->tally, before.found ? before.period : m->period - 1,
                     before.found && st_sha256_eq(&before.rules, &m->collect->package->rules));
    return true;
}

bool st_merge_run(st_merge *m, st_err *err) {
    st_arena_init(&m->arena, 0);
    st_buf_init(&m->posted_subject, 4096);
    if (m->posting)
        st_offset_begin(&m->offset, m->posting, m->tally->scheme, m->benefit_numbers,
                        st_persons_keys(m->collect->persons), &m->tally->payable,
                        &m->tally->overflow);
    ST_VEC(st_str) payloads = {0};
    st_arena keys;
    st_arena_init(&keys, 0);
    st_str key = ST_STR_NONE;
    bool have = true, ok = st_persons_begin(m->collect->persons, m->posting, err) &&
                           compare_with(m, err) && (!m->base || st_regular_begin(m, err)) &&
                           fetch_posted(m, err);
    while (ok && have) {
        st_sorted row;
        ok = st_sorter_next(m->collect->subjects, &row, &have, err);
        if (!ok)
            break;
        bool same = have && key.p && key.n && st_str_eq(row.key, key);
        if (!same && key.p) {
            ok = group(m, key, payloads.items, payloads.n, err);
            m->key = ST_STR_NONE;
            st_arena_reset(&m->arena);
            st_arena_reset(&keys);
            payloads.items = NULL;
            payloads.n = payloads.cap = 0;
        }
        if (!ok || !have)
            break;
        if (!same)
            key = st_str_dup(&keys, row.key);
        st_str copy = st_str_dup(&keys, row.payload);
        ST_VEC_PUSH(&keys, &payloads, copy);
    }
    ok = ok && skip_posted_before(m, NULL, err) &&
         (!m->posting || st_offset_finish(&m->offset, err)) && sums_hold(m, key, err);
    st_offset_end(&m->offset);
    st_regular_end(m);
    st_arena_free(&keys);
    st_arena_free(&m->arena);
    st_buf_free(&m->posted_subject);
    return ok;
}
