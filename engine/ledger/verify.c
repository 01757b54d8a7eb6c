/* The ledger as a whole: which runs there are, their chain, their general ledger, their hands. */
#include "ledger/verify_int.h"

#include "ledger/claim_seal.h"
#include "ledger/leaf.h"
#include "ledger/pg_int.h"

enum { FINDINGS_TOLD_MAX = 1000, RUNS_MAX = 1 << 20, BENEFITS_MAX = 1 << 20 };

static const char *const names[] = {
    "line-changed", "line-missing", "line-added", "line-swapped", "totals",  "root",
    "digest",       "run-missing",  "run-orphan", "chain-forked", "posting", "hands",
    "settlement",   "booking",      "request",    "event",        "part",    "function",
    "link",         "file",         "other-chain"};

const char *st_tamper_name(st_tamper t) {
    ST_ASSERT((size_t)t < ST_LEN(names));
    return names[t];
}

void st_verify_tell(st_verify *v, st_tamper kind, int64_t run, uint64_t line, const char *fmt,
                    ...) {
    char text[256];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    /* All are counted; a ledger rewritten from end to end need not be told line by line. */
    if (v->out->findings++ < FINDINGS_TOLD_MAX) {
        st_tamper_finding f = {kind, run, line, text};
        v->sink(v->ctx, &f);
    }
}

/* -- runs -- */

static bool load_runs(st_verify *v, st_err *err) {
    PGresult *r = st_pg_query(v->l, "select " ST_RUN_COLUMNS " from " ST_RUN_FROM " order by run",
                              0, NULL, false, err);
    if (!r)
        return false;
    bool ok =
        PQntuples(r) <= RUNS_MAX || st_fail(err, ST_E_DB_ERROR, "more than %d runs", (int)RUNS_MAX);
    for (int i = 0; ok && i < PQntuples(r); i++) {
        st_run_info info;
        ok = st_run_read(r, i, &info, NULL, err);
        if (ok)
            ST_VEC_PUSH(&v->arena, &v->runs, info);
    }
    PQclear(r);
    return ok;
}

bool st_verify_benefits(st_verify *v, st_err *err) {
    PGresult *r = st_pg_query(
        v->l,
        "select b.number, b.id, s.id, s.currency from stipend.benefit b join stipend.scheme s on "
        "s.number = b.scheme order by b.number",
        0, NULL, true, err);
    if (!r)
        return false;
    int n = PQntuples(r);
    int64_t last = n ? st_pg_get_int(r, n - 1, 0) : 0;
    bool ok = last >= 0 && last <= BENEFITS_MAX;
    if (!ok)
        st_fail(err, ST_E_DB_ERROR, "benefit number %" PRId64 " cannot be", last);
    v->n_benefits = ok ? (int32_t)last : 0;
    v->benefits = ST_NEWN(&v->arena, st_verify_benefit, (size_t)v->n_benefits + 1);
    for (int i = 0; ok && i < n; i++) {
        int64_t number = st_pg_get_int(r, i, 0);
        const char *copies[3];
        for (int k = 0; k < 3; k++) {
            st_str s = st_pg_get_str(r, i, k + 1);
            copies[k] = st_arena_dup(&v->arena, s.p, s.n);
        }
        if (number > 0)
            v->benefits[number] = (st_verify_benefit){copies[0], copies[1], copies[2]};
    }
    PQclear(r);
    return ok;
}

static void check_numbers(st_verify *v) {
    int64_t expected = 1;
    for (size_t i = 0; i < v->runs.n; i++, expected++)
        for (; expected < v->runs.items[i].run && v->out->findings < FINDINGS_TOLD_MAX; expected++)
            st_verify_tell(v, ST_TAMPER_RUN_MISSING, expected, 0, "run %" PRId64 " is missing",
                           expected);
}

/* -- what a query finds: each row is a run and says one thing -- */

static const struct {
    st_tamper kind;
    const char *sql, *text;
} queries[] = {
    {ST_TAMPER_POSTING, "select run from stipend.origin_difference order by 1",
     "carries other funding than its lines"},
    {ST_TAMPER_RUN_ORPHAN,
     "select l.run from (select distinct x.run from stipend.line x) l left join "
     "stipend.run_overview r on r.run = l.run "
     "where r.run is null order by 1",
     "has lines, but is not there"},
    {ST_TAMPER_RUN_ORPHAN,
     "select distinct e.run from stipend.run_event e left join stipend.run_overview r on r.run = "
     "e.run where r.run is "
     "null order by 1",
     "has events, but is not there"},
    {ST_TAMPER_POSTING,
     "select p.run from stipend.posting p group by p.run, p.entry having sum(p.amount) <> 0 order "
     "by 1",
     "has an entry in the general ledger that does not balance"},
    {ST_TAMPER_HANDS,
     "select e.run from stipend.run_event e join stipend.run r on r.run = e.run where e.state in "
     "('accepted', 'approved') and e.actor = r.created_by and not exists "
     "(select from stipend.exception x where x.no = e.alone and x.alone and x.actor = e.actor) "
     "order by 1",
     "was approved by the one who calculated it"},
    {ST_TAMPER_HANDS,
     "select distinct e.run from stipend.run_event e join stipend.run r on r.run = e.run join "
     "stipend.run_event p on p.run = e.run and p.state = 'approved' where e.state = 'released' and "
     "e.login is not null and (e.actor in (r.created_by, p.actor) or e.login in (r.maker, "
     "p.login)) "
     "and not exists (select from stipend.exception x where x.no = e.alone and x.alone and x.actor "
     "= e.actor) order by 1",
     "was released by one who calculated or approved it"},
    {ST_TAMPER_HANDS,
     "select o.run from stipend.run_overview o where o.state in ('approved', 'released', "
     "'settled') and (not o.sealed or "
     "o.approved_by is null) order by 1",
     "went on without a seal or an approval"},
    {ST_TAMPER_HANDS,
     "select e.run from stipend.run_event e where e.state = 'void' and exists (select from "
     "stipend.run_event r where r.run = e.run and r.state in ('released', 'settled')) order by 1",
     "is void and was released: money that left cannot be taken back by making a run void"},
    {ST_TAMPER_HANDS,
     "select distinct e.run from stipend.run_event e join stipend.run r on r.run = e.run "
     "join stipend.link a on a.kind = 'event' and a.ref = e.run || '/' || e.seq and a.actor = "
     "e.actor "
     "join stipend.link m on m.kind = 'event' and m.ref = e.run || '/0' and m.actor = r.created_by "
     "where e.state in ('accepted', 'approved') and e.actor <> r.created_by and a.actor_oid = "
     "m.actor_oid and not exists (select from stipend.exception x where x.no = e.alone and x.alone "
     "and x.actor = e.actor) order by 1",
     "was approved by the one who calculated it, under another name"},
};

static bool ask(st_verify *v, size_t i, st_err *err) {
    PGresult *r = st_pg_query(v->l, queries[i].sql, 0, NULL, true, err);
    if (!r)
        return false;
    for (int row = 0; row < PQntuples(r); row++) {
        int64_t run = st_pg_get_int(r, row, 0);
        st_verify_tell(v, queries[i].kind, run, 0, "run %" PRId64 " %s", run, queries[i].text);
    }
    PQclear(r);
    return true;
}

static bool check_posting(st_verify *v, int64_t run, st_err *err) {
    char number[ST_PG_INT];
    const char *values[] = {st_pg_int(number, run)};
    PGresult *r = st_pg_query(
        v->l,
        "select benefit from stipend.posting_differences($1::bigint) where exists (select from "
        "stipend.posting where run = $1::bigint)",
        1, values, true, err);
    if (!r)
        return false;
    if (PQntuples(r) > 0)
        st_verify_tell(v, ST_TAMPER_POSTING, run, 0,
                       "run %" PRId64
                       ": the general ledger differs from the lines in %d benefit(s)",
                       run, PQntuples(r));
    PQclear(r);
    return true;
}

/* -- chain -- */

static const st_run_info *by_digest(const st_verify *v, const st_sha256 *d) {
    for (size_t i = 0; i < v->runs.n; i++)
        if (v->runs.items[i].sealed && st_sha256_eq(&v->runs.items[i].digest, d))
            return &v->runs.items[i];
    return NULL;
}

static void check_link(st_verify *v, const st_run_info *x) {
    static const st_sha256 zero;
    st_sha256 digest;
    st_run_digest(x, &x->prev_digest, &digest);
    if (!st_sha256_eq(&digest, &x->digest))
        st_verify_tell(v, ST_TAMPER_DIGEST, x->run, 0,
                       "run %" PRId64 ": its data (scheme, period, dates, totals, inputs, engine) "
                       "are not those that were sealed",
                       x->run);
    if (!st_sha256_eq(&x->prev_digest, &zero) && !by_digest(v, &x->prev_digest))
        st_verify_tell(v, ST_TAMPER_RUN_MISSING, x->run, 0,
                       "run %" PRId64 ": the run sealed before it is missing", x->run);
    for (const st_run_info *y = v->runs.items; y < x; y++)
        if (y->sealed && st_sha256_eq(&y->prev_digest, &x->prev_digest))
            st_verify_tell(v, ST_TAMPER_CHAIN_FORKED, x->run, 0,
                           "runs %" PRId64 " and %" PRId64
                           " follow the same run: the chain is forked",
                           y->run, x->run);
}

void st_verify_chain(st_verify *v) {
    for (size_t i = 0; i < v->runs.n; i++) {
        const st_run_info *x = &v->runs.items[i];
        if (!x->sealed)
            continue;
        v->out->sealed++;
        check_link(v, x);
        bool followed = false;
        for (size_t k = 0; k < v->runs.n && !followed; k++)
            followed =
                v->runs.items[k].sealed && st_sha256_eq(&v->runs.items[k].prev_digest, &x->digest);
        if (!followed)
            v->out->head = x->digest;
    }
}

/* -- what settles debts -- */

static bool check_settlements(st_verify *v, const st_run_info *x, st_err *err) {
    st_sha256 root;
    if (!x->sealed || !x->claims_sealed)
        return true;
    if (!st_settlement_root(v->l, x->run, &root, err))
        return false;
    if (!st_sha256_eq(&root, &x->settlements))
        st_verify_tell(v, ST_TAMPER_SETTLEMENT, x->run, 0,
                       "run %" PRId64 ": what it settled of debts is not what was sealed", x->run);
    return true;
}

/* Each seal covers all bookings before it: those between the last seal that agrees and the first
 * that does not were changed, added or removed. */
static bool check_bookings(st_verify *v, st_err *err) {
    st_booking_heads h;
    if (!st_booking_heads_read(v->l, &v->arena, &h, err))
        return false;
    int64_t sealed = 0;
    for (size_t i = 0; i < v->runs.n; i++) {
        const st_run_info *x = &v->runs.items[i];
        if (!x->sealed || !x->claims_sealed)
            continue;
        if (x->bookings > h.n || !st_sha256_eq(&h.head[x->bookings], &x->bookings_head)) {
            st_verify_tell(v, ST_TAMPER_BOOKING, x->run, 0,
                           "bookings %" PRId64 " to %" PRId64
                           " are not those that were sealed with run %" PRId64,
                           sealed + 1, x->bookings > sealed ? x->bookings : sealed + 1, x->run);
            break;
        }
        if (x->bookings > sealed)
            sealed = x->bookings;
    }
    v->out->bookings = (uint64_t)h.n;
    v->out->open_bookings = (uint64_t)(h.n > sealed ? h.n - sealed : 0);
    return true;
}

/* What one person asks for and another confirms: each row has a digest over its text. */
static const char requests_sql[] =
    "select q.no, 0 from stipend.request q where q.digest <> sha256(stipend.canonical(variadic "
    "array['stipend-request-v1', q.no::text, q.kind, q.reason, q.document, q.actor::text] || "
    "q.payload)) union all "
    "select e.request, 1 from stipend.request_event e left join stipend.request q on q.no = "
    "e.request where q.no is null or e.digest <> sha256(q.digest || "
    "stipend.canonical('stipend-request-event-v1', e.state, e.run::text, e.actor::text, "
    "coalesce(e.alone::text, ''), e.note)) union all "
    "select n, 2 from generate_series(1, (select max(no) from stipend.request)) n where not exists "
    "(select from stipend.request q where q.no = n) union all "
    "select e.request, 3 from stipend.request_event e join stipend.request q on q.no = e.request "
    "where e.state = 'confirmed' and e.actor = q.actor and not exists (select from "
    "stipend.exception x where x.no = e.alone and x.actor = e.actor and x.alone) order by 1, 2";

static bool check_requests(st_verify *v, st_err *err) {
    static const char *const what[] = {"is not as it was made",
                                       "was not confirmed or cancelled as is said", "is missing",
                                       "was confirmed by the one who made it"};
    PGresult *r = st_pg_query(v->l, requests_sql, 0, NULL, false, err);
    if (!r)
        return false;
    for (int i = 0; i < PQntuples(r); i++)
        st_verify_tell(v, ST_TAMPER_REQUEST, 0, 0, "request %" PRId64 " %s", st_pg_get_int(r, i, 0),
                       what[st_pg_get_int(r, i, 1)]);
    PQclear(r);
    return true;
}

static bool all(st_verify *v, st_err *err) {
    if (!st_verify_functions(v, err) || !load_runs(v, err) || !st_verify_benefits(v, err))
        return false;
    v->out->runs = v->runs.n;
    check_numbers(v);
    for (size_t i = 0; i < ST_LEN(queries); i++)
        if (!ask(v, i, err))
            return false;
    for (size_t i = 0; i < v->runs.n; i++)
        if (!st_verify_lines(v, &v->runs.items[i], err) ||
            !check_posting(v, v->runs.items[i].run, err) ||
            !check_settlements(v, &v->runs.items[i], err) ||
            !st_verify_parts(v, v->runs.items[i].run, err))
            return false;
    if (!check_bookings(v, err) || !check_requests(v, err) || !st_verify_links(v, err))
        return false;
    st_verify_chain(v);
    return true;
}

bool st_ledger_verify(st_ledger *l, st_tamper_sink *sink, void *ctx, st_verified *out,
                      st_err *err) {
    *out = (st_verified){.runs = 0};
    st_verify v = {.l = l, .sink = sink, .ctx = ctx, .out = out};
    st_arena_init(&v.arena, 0);
    /* One moment for all of it; within a transaction of the caller's, his. */
    bool own = PQtransactionStatus(l->pg) == PQTRANS_IDLE;
    bool ok = !own || ((!l->citus || l->read_only ||
                        st_pg_exec(l, "select recover_prepared_transactions()", err)) &&
                       st_pg_exec(l, "begin isolation level repeatable read read only", err));
    ok = ok && all(&v, err);
    if (own)
        st_pg_rollback(l);
    st_arena_free(&v.arena);
    return ok;
}
