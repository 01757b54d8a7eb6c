/* Reading debts, what settled them, and bookings. */
#include "ledger/claim.h"
#include "ledger/pg_int.h"

enum { VALUES_MAX = 2 };

/* Texts of a result are zero-terminated. */
static const char *text(const PGresult *r, int row, int col) {
    return PQgetvalue(r, row, col);
}

static bool day(const PGresult *r, int row, int col, st_date *out, st_err *err) {
    return st_date_parse(st_pg_get_str(r, row, col), out) ||
           st_fail(err, ST_E_DB_ERROR, "a booking has a date that cannot be");
}

/* Appends the conditions of a filter on scheme id and subject. */
static int narrow(st_buf *sql, const char *scheme, const char *subject, const char *column,
                  const char **values) {
    int n = 0;
    if (scheme) {
        values[n++] = scheme;
        (void)st_buf_fmt(sql, " and s.id = (select stipend.scheme_named($%d))", n);
    }
    if (subject) {
        values[n++] = subject;
        (void)st_buf_fmt(sql,
                         " and (%s = $%d or %s = any(stipend.subjects_of(stipend.person_of($%d))))",
                         column, n, column, n);
    }
    return n;
}

typedef struct claims {
    bool (*each)(void *ctx, const st_claim *c);
    void *ctx;
} claims;

static bool read_claim(const PGresult *r, int row, void *ctx, bool *more, st_err *err) {
    const claims *to = ctx;
    st_claim c = {.subject = text(r, row, 0),
                  .scheme = text(r, row, 1),
                  .benefit_id = text(r, row, 2),
                  .occasion = text(r, row, 3),
                  .currency = text(r, row, 4),
                  .seq = (int32_t)st_pg_get_int(r, row, 5),
                  .run = st_pg_get_int(r, row, 6),
                  .line_no = (uint64_t)st_pg_get_int(r, row, 7),
                  .cause = (st_cause)st_pg_get_int(r, row, 8),
                  .amount = st_pg_get_int(r, row, 9),
                  .settled = st_pg_get_int(r, row, 10),
                  .open = st_pg_get_int(r, row, 11)};
    if (!st_month_parse(st_pg_get_str(r, row, 12), &c.period))
        return st_fail(err, ST_E_DB_ERROR, "run %" PRId64 " has a period that cannot be", c.run);
    *more = to->each(to->ctx, &c);
    return true;
}

bool st_ledger_claims(st_ledger *l, const st_claim_filter *filter,
                      bool (*each)(void *ctx, const st_claim *c), void *ctx, st_err *err) {
    st_buf sql;
    st_buf_init(&sql, 0);
    const char *values[VALUES_MAX];
    (void)st_buf_z(&sql,
                   "select case when exists (select from stipend.person_name) then "
                   "stipend.key_at(c.subject, c.run) else c.subject end, s.id, coalesce(n.id, "
                   "b.id), c.occasion, s.currency, c.seq, "
                   "c.run, c.line_no, "
                   "c.cause, c.amount, c.settled, c.open, to_char(r.period, 'YYYY-MM') from "
                   "stipend.claim c join stipend.benefit b on b.number = c.benefit "
                   "join stipend.scheme s on s.number = c.scheme "
                   "join stipend.run r on r.run = c.run left join stipend.run_name n on n.run = "
                   "c.run and n.benefit = c.benefit where true");
    int n = narrow(&sql, filter->scheme, filter->subject, "c.subject", values);
    if (!filter->with_settled)
        (void)st_buf_z(&sql, " and c.open > 0");
    (void)st_buf_z(&sql, " order by s.id, c.subject, c.run, c.line_no");
    claims to = {each, ctx};
    bool ok = st_pg_each(l, sql.p, n, values, read_claim, &to, err);
    st_buf_free(&sql);
    return ok;
}

typedef struct settled {
    bool (*each)(void *ctx, const st_settled *s);
    void *ctx;
} settled;

static bool read_settled(const PGresult *r, int row, void *ctx, bool *more, st_err *err) {
    const settled *to = ctx;
    st_settled s = {.scheme = text(r, row, 0),
                    .benefit_id = text(r, row, 1),
                    .occasion = text(r, row, 2),
                    .seq = (int32_t)st_pg_get_int(r, row, 3),
                    .debt_run = st_pg_get_int(r, row, 4),
                    .debt_line = (uint64_t)st_pg_get_int(r, row, 5),
                    .kind = text(r, row, 6),
                    .run = st_pg_get_int(r, row, 7),
                    .booking = st_pg_get_int(r, row, 8),
                    .amount = st_pg_get_int(r, row, 9),
                    .payment = st_pg_get_int(r, row, 10),
                    .bound = (st_settle_bound)st_pg_get_int(r, row, 11),
                    .actor = text(r, row, 13),
                    .at = text(r, row, 14),
                    .note = text(r, row, 15),
                    .cash = st_pg_get_int(r, row, 16) != 0};
    if (!day(r, row, 12, &s.date, err))
        return false;
    *more = to->each(to->ctx, &s);
    return true;
}

/* An approved write-off is known by the number under which it was asked for. */
static const char settled_sql[] =
    "select s.id, coalesce(n.id, b.id), x.occasion, x.seq, c.run, c.line_no, x.kind, "
    "coalesce(x.run, 0), "
    "coalesce(a.target, x.action, 0), x.amount, coalesce(x.payment, 0), coalesce(x.bound, "
    "0::smallint), "
    "to_char(x.date, 'YYYY-MM-DD'), x.actor::text, "
    "to_char(x.at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), "
    "coalesce(case when a.kind = 'approve' then t.note else a.note end, ''), "
    "coalesce(case when a.kind = 'cancel' then t.kind else a.kind end = 'cash', false)::int "
    "from stipend.settled x "
    "join stipend.claim c on c.subject = x.subject_id and c.benefit = x.benefit and c.occasion = "
    "x.occasion and c.seq = x.seq "
    "join stipend.benefit b on b.number = x.benefit join stipend.scheme s on s.number = b.scheme "
    "left join stipend.claim_action a on a.no = x.action "
    "left join stipend.claim_action t on t.no = a.target "
    "left join stipend.run_name n on n.run = c.run and n.benefit = c.benefit where true";

bool st_ledger_settled(st_ledger *l, const char *scheme, const char *subject,
                       bool (*each)(void *ctx, const st_settled *s), void *ctx, st_err *err) {
    st_buf sql;
    st_buf_init(&sql, 0);
    const char *values[VALUES_MAX];
    (void)st_buf_z(&sql, settled_sql);
    int n = narrow(&sql, scheme, subject, "x.subject_id", values);
    (void)st_buf_z(&sql, " order by s.id, c.run, c.line_no, x.at, coalesce(x.run, 0), "
                         "coalesce(x.action, 0), x.kind");
    settled to = {each, ctx};
    bool ok = st_pg_each(l, sql.p, n, values, read_settled, &to, err);
    st_buf_free(&sql);
    return ok;
}

typedef struct actions {
    bool (*each)(void *ctx, const st_claim_action *a);
    void *ctx;
} actions;

static bool read_action(const PGresult *r, int row, void *ctx, bool *more, st_err *err) {
    const actions *to = ctx;
    st_claim_action a = {.no = st_pg_get_int(r, row, 0),
                         .kind = text(r, row, 1),
                         .state = text(r, row, 2),
                         .scheme = text(r, row, 3),
                         .subject = text(r, row, 4),
                         .currency = text(r, row, 5),
                         .amount = st_pg_get_int(r, row, 6),
                         .note = text(r, row, 8),
                         .actor = text(r, row, 9),
                         .at = text(r, row, 10),
                         .by = text(r, row, 11),
                         .by_note = text(r, row, 12)};
    if (!day(r, row, 7, &a.date, err))
        return false;
    *more = to->each(to->ctx, &a);
    return true;
}

static const char action_sql[] =
    "select a.no, a.kind, case when c.no is not null then 'cancelled' when p.no is not null then "
    "'approved' "
    "when a.kind = 'cash' then 'booked' else 'requested' end, s.id, a.subject_id, s.currency, "
    "a.amount, "
    "to_char(a.date, 'YYYY-MM-DD'), a.note, a.actor::text, "
    "to_char(a.at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), "
    "coalesce(c.actor, p.actor, '')::text, coalesce(c.note, p.note, '') "
    "from stipend.claim_action a join stipend.scheme s on s.number = a.scheme "
    "left join stipend.claim_action c on c.target = a.no and c.kind = 'cancel' "
    "left join stipend.claim_action p on p.target = a.no and p.kind = 'approve' "
    "where a.kind in ('cash', 'writeoff')";

bool st_ledger_claim_actions(st_ledger *l, const st_claim_filter *filter,
                             bool (*each)(void *ctx, const st_claim_action *a), void *ctx,
                             st_err *err) {
    st_buf sql;
    st_buf_init(&sql, 0);
    const char *values[VALUES_MAX];
    (void)st_buf_z(&sql, action_sql);
    int n = narrow(&sql, filter->scheme, filter->subject, "a.subject_id", values);
    if (!filter->with_settled)
        (void)st_buf_z(&sql, " and c.no is null and (a.kind = 'cash' or p.no is null)");
    (void)st_buf_z(&sql, " order by a.no");
    actions to = {each, ctx};
    bool ok = st_pg_each(l, sql.p, n, values, read_action, &to, err);
    st_buf_free(&sql);
    return ok;
}
