/* Posting a run: begin under the ledger's lock, stream what is posted, add rows, commit, seal. */
#include "ledger/leaf.h"
#include "ledger/post_int.h"
#include "ledger/seal.h"

#include "base/log.h"

enum { BENEFITS_MAX = 4096, VOID_RUNS_MAX = 1 << 20 };

typedef st_posting_benefit benefit;

/* -- begin -- */

static bool lock_run(st_ledger *l, const st_run_key *key, bool no_wait, int64_t *run, bool *already,
                     st_err *err) {
    char period[ST_PG_DATE], as_of[ST_PG_DATE], records[ST_PG_BYTES], rules[ST_PG_BYTES];
    const char *v[] = {key->scheme,
                       st_pg_date(period, st_month_first(key->period)),
                       st_pg_date(as_of, key->as_of),
                       st_pg_sha(records, &key->records),
                       st_pg_sha(rules, &key->rules),
                       key->engine,
                       no_wait ? "true" : "false"};
    PGresult *r =
        st_pg_query(l,
                    "select o_run, o_already::int from stipend.run_begin($1, $2::date, $3::date, "
                    "$4::bytea, $5::bytea, $6, $7::boolean)",
                    7, v, true, err);
    if (!r)
        return false;
    *run = st_pg_get_int(r, 0, 0);
    *already = st_pg_get_int(r, 0, 1) != 0;
    PQclear(r);
    return true;
}

static bool load_benefits(st_posting *p, st_err *err) {
    const char *v[] = {p->scheme};
    PGresult *r = st_pg_query(p->l,
                              "select b.number, b.id, s.currency, b.budget_line from "
                              "stipend.benefit b join stipend.scheme s on "
                              "s.number = b.scheme where s.id = $1 order by b.number",
                              1, v, true, err);
    if (!r)
        return false;
    int n = PQntuples(r);
    bool ok = n > 0 && n <= BENEFITS_MAX;
    if (!ok)
        st_fail(err, ST_E_DB_DATA, "scheme %s has %d benefits in the ledger", p->scheme, n);
    p->benefits = ST_NEWN(&p->arena, benefit, (size_t)n);
    st_gl_init(&p->gl, &p->arena);
    for (int i = 0; ok && i < n; i++) {
        st_str id = st_pg_get_str(r, i, 1);
        p->benefits[p->n_benefits++] =
            (benefit){(int32_t)st_pg_get_int(r, i, 0), st_arena_dup(&p->arena, id.p, id.n)};
        st_pg_get_z(r, i, 2, p->currency, sizeof p->currency);
        st_str line = st_pg_get_str(r, i, 3);
        st_gl_benefit(&p->gl, p->benefits[i].number, st_arena_dup(&p->arena, line.p, line.n));
    }
    PQclear(r);
    return ok;
}

bool st_voids_read(st_ledger *l, int64_t run, st_arena *a, int64_t **voids, size_t *count,
                   st_err *err) {
    /* A rehearsal of an old run sees only what had been made void by then, and sets aside the
     * drafts that nobody had accepted by then; a run that is still to come those that nobody has
     * accepted by now. run_begin makes those of the run's own scheme void. */
    char before[ST_PG_INT];
    const char *v[] = {st_pg_int(before, run)};
    PGresult *r = st_pg_query(
        l,
        "select v.run from stipend.run_void v where $1::bigint = 0 or v.newest < $1::bigint union "
        "select o.run from stipend.run_overview o where $1::bigint = 0 and o.state = 'draft' and "
        "not o.sealed and not o.sealable union "
        "select d.run from stipend.run_event d where d.run < $1::bigint and d.state = 'draft' and "
        "not d.controls_ok and not exists (select from stipend.run_event a where a.run = d.run and "
        "a.state = 'accepted' and a.newest < $1::bigint) order by 1",
        1, v, true, err);
    if (!r)
        return false;
    int n = PQntuples(r);
    bool ok = n <= VOID_RUNS_MAX ||
              st_fail(err, ST_E_DB_ERROR, "more than %d void runs", (int)VOID_RUNS_MAX);
    *voids = ST_NEWN(a, int64_t, (size_t)n);
    *count = 0;
    for (int i = 0; ok && i < n; i++)
        (*voids)[(*count)++] = st_pg_get_int(r, i, 0);
    PQclear(r);
    return ok;
}

static bool load_voids(st_posting *p, st_err *err) {
    return st_voids_read(p->l, p->before, &p->arena, &p->voids, &p->n_voids, err);
}

static st_posting *new_posting(st_ledger *l, const st_run_key *key, int64_t run) {
    st_posting *p = st_xmalloc(sizeof *p);
    memset(p, 0, sizeof *p);
    p->l = l;
    p->run = run;
    (void)snprintf(p->scheme, sizeof p->scheme, "%s", key->scheme);
    st_arena_init(&p->arena, 0);
    for (int i = 0; i < ST_COPY_TABLES; i++)
        st_copy_init(&p->copy[i], (st_copy_table)i);
    for (int i = 0; i < ST_PARTS; i++)
        st_part_init(&p->parts[i], (st_part_kind)i);
    st_tree_init(&p->tree);
    st_buf_init(&p->scratch, 0);
    return p;
}

/* The run is there already. When its program died before sealing it, the job is finished here. */
static bool finish_existing(st_ledger *l, int64_t run, st_run_info *existing, st_err *err) {
    st_pg_rollback(l);
    bool found;
    return st_ledger_run_info(l, run, &found, existing, err) &&
           (found ||
            st_fail(err, ST_E_LEDGER_NO_RUN, "run %" PRId64 " was begun but never posted", run));
}

bool st_posting_begin(st_ledger *l, const st_run_key *key, bool no_wait, st_posting **out,
                      bool *already, st_run_info *existing, st_err *err) {
    *out = NULL;
    *already = false;
    if (l->read_only)
        return st_fail(err, ST_E_DB_RIGHTS, "the ledger was opened for reading only");
    int64_t run = 0;
    if (!st_copy_check(l, err) || !st_seal_pending(l, err) || !st_pg_exec(l, "begin", err))
        return false;
    st_fault(l, "begin");
    if (!lock_run(l, key, no_wait, &run, already, err)) {
        st_pg_rollback(l);
        return false;
    }
    if (*already) {
        if (!finish_existing(l, run, existing, err))
            return false;
        bool recover = !existing->sealed;
        return !recover || (st_seal_pending(l, err) && finish_existing(l, run, existing, err));
    }
    st_posting *p = new_posting(l, key, run);
    if (!load_benefits(p, err) || !load_voids(p, err)) {
        st_posting_abort(p);
        return false;
    }
    *out = p;
    return true;
}

/* All benefits that the ledger has of the scheme, so that debts of dropped ones are seen as a run
 * sees them. Those it does not have get numbers below zero, which no line of the ledger has. */
static bool rehearsal_benefits(st_posting *p, st_ledger_benefit *benefits, size_t n, st_err *err) {
    const char *v[] = {p->scheme};
    PGresult *r = st_pg_query(p->l,
                              "select b.number, b.id from stipend.benefit b join stipend.scheme s "
                              "on s.number = b.scheme where s.id = $1 order by b.number",
                              1, v, true, err);
    if (!r)
        return false;
    int known = PQntuples(r);
    p->benefits = ST_NEWN(&p->arena, benefit, (size_t)known + n);
    for (int i = 0; i < known; i++) {
        st_str id = st_pg_get_str(r, i, 1);
        p->benefits[p->n_benefits++] =
            (benefit){(int32_t)st_pg_get_int(r, i, 0), st_arena_dup(&p->arena, id.p, id.n)};
    }
    PQclear(r);
    for (size_t i = 0; i < n; i++) {
        for (int k = 0; k < known && benefits[i].number == 0; k++)
            if (strcmp(p->benefits[k].id, benefits[i].id) == 0)
                benefits[i].number = p->benefits[k].number;
        if (benefits[i].number > 0)
            continue;
        benefits[i].number = -1 - (int32_t)i;
        const char *id = st_arena_dup(&p->arena, benefits[i].id, strlen(benefits[i].id));
        p->benefits[p->n_benefits++] = (benefit){benefits[i].number, id};
    }
    return true;
}

bool st_posting_rehearse(st_ledger *l, const char *scheme, const char *currency,
                         st_ledger_benefit *benefits, size_t n, int64_t before, st_posting **out,
                         st_err *err) {
    *out = NULL;
    if (!st_pg_exec(l, "begin isolation level repeatable read read only", err))
        return false;
    st_run_key key = {.scheme = scheme};
    st_posting *p = new_posting(l, &key, before);
    p->rehearsal = true;
    p->before = before;
    (void)snprintf(p->currency, sizeof p->currency, "%s", currency);
    if (!rehearsal_benefits(p, benefits, n, err) || !load_voids(p, err)) {
        st_posting_abort(p);
        return false;
    }
    *out = p;
    return true;
}

void st_posting_sum(const st_posting *p, st_sha256 *root, uint64_t *lines, st_money *total) {
    st_tree_root(&p->tree, root);
    *lines = p->lines;
    *total = p->total;
}

int64_t st_posting_run(const st_posting *p) {
    return p->run;
}

st_ledger *st_posting_ledger(const st_posting *p) {
    return p->l;
}

bool st_posting_funding(st_posting *p, int32_t number, const st_funding *shares, size_t n,
                        st_err *err) {
    return st_gl_funding(&p->gl, number, shares, n) ||
           st_fail(err, ST_E_DB_DATA, "benefit %d has funding shares that cannot be", (int)number);
}

void st_posting_budget_line(st_posting *p, int32_t number, st_str line) {
    st_gl_budget_line(&p->gl, number, st_arena_dup(&p->arena, line.p, line.n));
}

void st_posting_abort(st_posting *p) {
    if (!p)
        return;
    if (p->streaming)
        st_pg_cursor_close(&p->cursor);
    if (p->looking_back)
        st_pg_cursor_close(&p->previous);
    st_debts_close(p);
    st_persons_close(p);
    st_pg_rollback(p->l);
    for (int i = 0; i < ST_COPY_TABLES; i++)
        st_copy_free(&p->copy[i]);
    for (int i = 0; i < ST_PARTS; i++)
        st_part_free(&p->parts[i]);
    st_buf_free(&p->scratch);
    st_arena_free(&p->arena);
    free(p);
}

/* -- what is posted -- */

static bool start_stream(st_posting *p, st_err *err) {
    st_buf list;
    st_buf_init(&list, 0);
    for (size_t i = 0; i < p->n_benefits; i++)
        (void)st_buf_fmt(&list, "%c%d", i ? ',' : '{', (int)p->benefits[i].number);
    (void)st_buf_ch(&list, '}');
    char before[ST_PG_INT];
    const char *v[] = {list.p, st_pg_int(before, p->before)};
    /* The key's index has the order; a sort of the whole history would keep the first row waiting.
     */
    bool ok = st_pg_exec(p->l, "set local enable_sort = off", err) &&
              st_pg_cursor_open(
                  p->l,
                  "select subject_id, benefit, occasion, seq, run, amount, tier from stipend.line "
                  "where benefit = any($1::int[]) and ($2::bigint = 0 or run < $2::bigint) "
                  "order by subject_id, benefit, occasion, seq",
                  2, v, &p->cursor, err);
    st_buf_free(&list);
    p->streaming = ok;
    return ok;
}

bool st_voids_has(const int64_t *voids, size_t n, int64_t run) {
    size_t lo = 0, hi = n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (voids[mid] < run)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < n && voids[lo] == run;
}

bool st_posting_void(const st_posting *p, int64_t run) {
    return st_voids_has(p->voids, p->n_voids, run);
}

static bool next_row(st_posting *p, st_err *err) {
    bool row;
    if (!st_pg_cursor_next(&p->cursor, &row, err))
        return st_err_wrap(err, "reading what is posted");
    p->pending = row;
    p->drained = !row;
    return true;
}

static bool same_key(const st_posting *p, const st_posted *k) {
    const PGresult *r = p->cursor.r;
    int row = p->cursor.row;
    return st_pg_get_int(r, row, 1) == k->benefit &&
           st_str_eq(st_pg_get_str(r, row, 0), k->subject) &&
           st_str_eq(st_pg_get_str(r, row, 2), k->occasion);
}

bool st_posted_add(st_posted *k, st_err *err) {
    if (st_money_add(k->sum, k->last_amount, &k->sum) && k->sum <= ST_POSTED_MAX &&
        k->sum >= -ST_POSTED_MAX)
        return true;
    return st_fail(err, ST_E_RUN_SUM,
                   "the lines of %.*s, %.*s add up to more than an amount can be",
                   ST_FMT(k->subject), ST_FMT(k->occasion));
}

/* Adds the row under the cursor to its key's sum. */
static bool add_row(st_posting *p, st_posted *k, st_err *err) {
    const PGresult *r = p->cursor.r;
    int row = p->cursor.row;
    int32_t seq = (int32_t)st_pg_get_int(r, row, 3);
    k->next_seq = seq + 1;
    if (st_posting_void(p, st_pg_get_int(r, row, 4)))
        return true;
    k->last_seq = seq;
    k->counted++;
    k->last_amount = st_pg_get_int(r, row, 5);
    st_pg_get_z(r, row, 6, p->tier, sizeof p->tier);
    k->tier = st_str_of(p->tier);
    return st_posted_add(k, err);
}

bool st_posting_posted(st_posting *p, st_posted *out, bool *row, st_err *err) {
    *row = false;
    if (!p->streaming && !p->drained && !start_stream(p, err))
        return false;
    if (!p->pending && !p->drained && !next_row(p, err))
        return false;
    if (p->drained)
        return true;
    const PGresult *r = p->cursor.r;
    st_pg_get_z(r, p->cursor.row, 0, p->subject, sizeof p->subject);
    st_pg_get_z(r, p->cursor.row, 2, p->occasion, sizeof p->occasion);
    *out = (st_posted){.subject = st_str_of(p->subject),
                       .benefit = (int32_t)st_pg_get_int(r, p->cursor.row, 1),
                       .occasion = st_str_of(p->occasion),
                       .last_seq = -1};
    do {
        if (!add_row(p, out, err) || !next_row(p, err))
            return false;
    } while (p->pending && same_key(p, out));
    *row = true;
    return true;
}

/* -- rows -- */

static const char *benefit_id(const st_posting *p, int32_t number) {
    for (size_t i = 0; i < p->n_benefits; i++)
        if (p->benefits[i].number == number)
            return p->benefits[i].id;
    return NULL;
}

bool st_posting_send(st_posting *p, st_copy_table t, st_err *err) {
    return !st_copy_full(&p->copy[t]) || st_copy_flush(&p->copy[t], p->l, err);
}

bool st_posting_line(st_posting *p, const st_line *line, st_err *err) {
    const char *id = benefit_id(p, line->benefit);
    ST_ASSERT(id && line->line_no == p->lines + 1 && line->amount != 0);
    ST_ASSERT(line->subject.n <= ST_SUBJECT_MAX && line->occasion.n <= ST_OCCASION_MAX &&
              line->tier.n <= ST_TIER_MAX);
    st_sha256 leaf;
    st_leaf_hash(&p->scratch, p->scheme, id, p->currency, line, &leaf);
    st_tree_add(&p->tree, &leaf);
    if (!st_money_add(p->total, line->amount, &p->total) ||
        (!p->rehearsal && !st_gl_line(&p->gl, line->benefit, line->seq, line->amount)))
        return st_fail(err, ST_E_RUN_SUM, "the lines add up to more than an amount can be");
    p->lines++;
    if (p->rehearsal)
        return true;
    st_copy *c = &p->copy[ST_COPY_LINE];
    st_copy_row(c);
    st_copy_text(c, line->subject);
    st_copy_int(c, line->benefit);
    st_copy_text(c, line->occasion);
    st_copy_int(c, line->seq);
    st_copy_int(c, p->run);
    st_copy_int(c, (int64_t)line->line_no);
    st_copy_int(c, line->cause);
    st_copy_text(c, line->tier);
    st_copy_int(c, line->amount);
    st_copy_int(c, line->due);
    st_copy_text(c, line->rule);
    st_copy_bytes(c, line->facts.b, ST_SHA256_LEN);
    st_copy_bytes(c, leaf.b, ST_SHA256_LEN);
    st_copy_end(c);
    return st_posting_send(p, ST_COPY_LINE, err);
}

bool st_posting_assessment(st_posting *p, const st_assessment *a, st_err *err) {
    static const st_sha256 none;
    ST_ASSERT(a->subject.n <= ST_SUBJECT_MAX && a->tier.n <= ST_TIER_MAX &&
              a->reasons.n <= ST_REASONS_MAX);
    if (p->rehearsal)
        return true;
    if (!st_wait_alive(p->l, err))
        return false;
    st_copy *c = &p->copy[ST_COPY_ASSESSMENT];
    st_copy_row(c);
    st_copy_int(c, p->run);
    st_copy_text(c, a->subject);
    st_copy_int(c, a->benefit);
    st_copy_int(c, a->outcome);
    st_copy_text(c, a->tier);
    st_copy_int(c, a->due);
    st_copy_int(c, a->occasions);
    st_copy_text(c, a->reasons);
    if (st_sha256_eq(&a->facts, &none))
        st_copy_null(c);
    else
        st_copy_bytes(c, a->facts.b, ST_SHA256_LEN);
    if (a->seen)
        st_copy_int(c, a->seen);
    else
        st_copy_null(c);
    st_copy_end(c);
    st_part_add(&p->parts[ST_PART_ASSESSMENTS], a->subject, 0, st_copy_last(c));
    return st_posting_send(p, ST_COPY_ASSESSMENT, err);
}

bool st_posting_finding(st_posting *p, st_str subject, int32_t number, const st_err *f,
                        st_err *err) {
    if (p->rehearsal)
        return true;
    st_copy *c = &p->copy[ST_COPY_FINDING];
    st_copy_row(c);
    st_copy_int(c, p->run);
    st_copy_int(c, (int64_t)++p->findings);
    st_copy_text(c, subject);
    st_copy_int(c, number);
    st_copy_text(c, st_str_of(st_code_id(f->code)));
    st_copy_int(c, f->severity);
    st_copy_text(c, st_str_of(f->file));
    st_copy_int(c, f->pos.line);
    st_copy_int(c, f->pos.column);
    st_copy_text(c, st_str_of(f->msg));
    st_copy_text(c, st_str_of(f->hint));
    st_copy_end(c);
    st_part_add(&p->parts[ST_PART_FINDINGS], subject, 0, st_copy_last(c));
    return st_posting_send(p, ST_COPY_FINDING, err);
}

/* -- commit -- */

static bool post(st_posting *p, const st_posting_summary *s, st_err *err) {
    for (int i = 0; i < ST_COPY_TABLES; i++)
        if (!st_copy_flush(&p->copy[i], p->l, err))
            return false;
    if (!st_gl_post(&p->gl, p->l, p->run, err) || !st_persons_done(p, err))
        return false;
    st_buf items, digests;
    st_buf_init(&items, 0);
    st_buf_init(&digests, 0);
    st_parts_arrays(p->parts, &items, &digests);
    char run[ST_PG_INT], lines[ST_PG_INT], total[ST_PG_INT];
    const char *v[] = {st_pg_int(run, p->run),
                       st_pg_int(lines, (int64_t)p->lines),
                       st_pg_int(total, p->total),
                       s->controls_ok ? "true" : "false",
                       s->controls_ok ? ""
                       : s->guards    ? s->guards
                                      : "controls",
                       s->json,
                       items.p,
                       digests.p};
    bool ok = st_pg_call(p->l,
                         "select stipend.run_post($1::bigint, $2::bigint, $3::bigint, $4::boolean, "
                         "$5, $6, $7::bigint[], $8::bytea[])",
                         8, v, err);
    st_buf_free(&items);
    st_buf_free(&digests);
    return ok;
}

bool st_posting_commit(st_posting *p, const st_posting_summary *s, st_run_info *info, st_err *err) {
    ST_ASSERT(!p->rehearsal);
    if (p->streaming)
        st_pg_cursor_close(&p->cursor);
    st_debts_close(p);
    st_persons_close(p);
    p->streaming = false;
    p->drained = true;
    if (!post(p, s, err) || !st_pg_commit(p->l, "run", err))
        return false;
    st_log_debug("run %" PRId64 ": %" PRIu64 " lines committed", p->run, p->lines);
    bool found;
    if (!s->controls_ok)
        return st_ledger_run_info(p->l, p->run, &found, info, err);
    st_sha256 root;
    st_tree_root(&p->tree, &root);
    /* Whoever would not wait to begin has begun: giving up now would only leave the seal to others.
     */
    return (p->l->patience.seconds >= ST_WAIT_DEFAULT || st_wait_set(p->l, ST_WAIT_DEFAULT, err)) &&
           st_seal(p->l, p->run, &root, info, err);
}
