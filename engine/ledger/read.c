/* Reading lines, assessments and findings, in portions. */
#include "ledger/pg_int.h"

/* Appends a condition about a text that is asked for: a name that a scheme, benefit or person has
 * or had. */
static void narrow_named(st_buf *sql, const char **values, int *n, const char *before,
                         const char *value, const char *after) {
    if (!value)
        return;
    values[(*n)++] = value;
    (void)st_buf_fmt(sql, " and %s$%d%s", before, *n, after);
}

/* The key that the run's record had; few persons ever had another than their first. */
#define SHOWN                                                                                      \
    "case when exists (select from stipend.person_name) then stipend.key_at(l.subject_id, l.run) " \
    "else l.subject_id end"

static void line_query(const st_ledger_filter *f, st_buf *sql, const char **values, int *n,
                       char number[ST_PG_INT]) {
    (void)st_buf_z(
        sql,
        "select l.run, l.line_no, l.subject_id, l.benefit, l.occasion, l.seq, l.cause, l.tier, "
        "l.amount, l.due, l.rule, l.facts, l.leaf, b.id, s.id, s.currency, o.state, "
        "coalesce(n.id, b.id), " SHOWN " from stipend.line l "
        "join stipend.benefit b on b.number = l.benefit join stipend.scheme s on s.number = "
        "b.scheme "
        "join stipend.run_overview o on o.run = l.run "
        "left join stipend.run_name n on n.run = l.run and n.benefit = l.benefit where true");
    if (f->run) {
        values[(*n)++] = st_pg_int(number, f->run);
        (void)st_buf_fmt(sql, " and l.run = $%d::bigint", *n);
    }
    narrow_named(sql, values, n, "s.id = (select stipend.scheme_named(", f->scheme, "))");
    narrow_named(sql, values, n, "l.subject_id = any(stipend.subjects_of(", f->person, "))");
    if (f->subject) {
        values[(*n)++] = f->subject;
        (void)st_buf_fmt(sql,
                         " and l.subject_id = any(array(select $%d::text union select w.subject_id "
                         "from stipend.person_name w where w.key = $%d)) and " SHOWN " = $%d",
                         *n, *n, *n);
    }
    narrow_named(sql, values, n, "l.benefit in (select stipend.benefits_named(", f->benefit, "))");
    if (!f->with_void)
        (void)st_buf_z(sql, " and o.state <> 'void'");
    (void)st_buf_z(sql, " order by l.run, l.line_no");
}

typedef struct line_names {
    char benefit[ST_BENEFIT_MAX + 1], name[ST_BENEFIT_MAX + 1], scheme[64], currency[8];
} line_names;

static bool read_line(const PGresult *r, int row, line_names *names, st_ledger_line *x,
                      st_sha256 *leaf, st_err *err) {
    *x = (st_ledger_line){.run = st_pg_get_int(r, row, 0)};
    x->line.line_no = (uint64_t)st_pg_get_int(r, row, 1);
    x->line.subject = st_pg_get_str(r, row, 2);
    x->line.benefit = (int32_t)st_pg_get_int(r, row, 3);
    x->line.occasion = st_pg_get_str(r, row, 4);
    x->line.seq = (int32_t)st_pg_get_int(r, row, 5);
    x->line.cause = (st_cause)st_pg_get_int(r, row, 6);
    x->line.tier = st_pg_get_str(r, row, 7);
    x->line.amount = st_pg_get_int(r, row, 8);
    x->line.due = st_pg_get_int(r, row, 9);
    x->line.rule = st_pg_get_str(r, row, 10);
    x->line.key = st_pg_get_str(r, row, 18);
    st_pg_get_sha(r, row, 11, &x->line.facts);
    st_pg_get_sha(r, row, 12, leaf);
    st_pg_get_z(r, row, 13, names->benefit, sizeof names->benefit);
    st_pg_get_z(r, row, 14, names->scheme, sizeof names->scheme);
    st_pg_get_z(r, row, 15, names->currency, sizeof names->currency);
    st_pg_get_z(r, row, 17, names->name, sizeof names->name);
    x->benefit_id = names->benefit;
    x->benefit_name = names->name;
    x->scheme = names->scheme;
    x->currency = names->currency;
    return st_run_state_named(st_pg_get_str(r, row, 16), &x->state) ||
           st_fail(err, ST_E_DB_DATA, "run %" PRId64 " has a state that cannot be", x->run);
}

bool st_ledger_rows(st_ledger *l, const st_ledger_filter *filter,
                    bool (*each)(void *ctx, const st_ledger_line *line, const st_sha256 *leaf),
                    void *ctx, st_err *err) {
    st_buf sql;
    st_buf_init(&sql, 0);
    const char *values[5];
    char number[ST_PG_INT];
    int n = 0;
    line_query(filter, &sql, values, &n, number);
    st_pg_cursor c;
    bool ok = st_pg_cursor_open(l, sql.p, n, values, &c, err), row = ok;
    st_buf_free(&sql);
    line_names names;
    while (ok && row) {
        ok = st_pg_cursor_next(&c, &row, err);
        if (!ok || !row)
            break;
        st_ledger_line x;
        st_sha256 leaf;
        ok = read_line(c.r, c.row, &names, &x, &leaf, err);
        row = ok && each(ctx, &x, &leaf);
    }
    st_pg_cursor_close(&c);
    return ok;
}

typedef struct plain {
    bool (*each)(void *ctx, const st_ledger_line *line);
    void *ctx;
} plain;

static bool without_leaf(void *ctx, const st_ledger_line *line, const st_sha256 *leaf) {
    (void)leaf;
    const plain *p = ctx;
    return p->each(p->ctx, line);
}

bool st_ledger_lines(st_ledger *l, const st_ledger_filter *filter,
                     bool (*each)(void *ctx, const st_ledger_line *line), void *ctx, st_err *err) {
    plain p = {each, ctx};
    return st_ledger_rows(l, filter, without_leaf, &p, err);
}

/* Outcomes beside what the run's lines come to; lines may be of somebody without an outcome. */
#define ASSESSED                                                                                   \
    "select coalesce(a.subject_id, s.subject_id), coalesce(a.benefit, s.benefit), "                \
    "coalesce(a.outcome, -1), coalesce(a.tier, ''), coalesce(a.due, 0), "                          \
    "coalesce(a.occasions, 0), coalesce(a.reasons, '[]'), coalesce(n.id, b.id), "                  \
    "coalesce(s.net, 0) from (select * from stipend.assessment where run = $1::bigint) a "         \
    "full join (select subject_id, benefit, sum(amount)::bigint as net from stipend.line "         \
    "where run = $1::bigint group by subject_id, benefit) s "                                      \
    "on s.subject_id = a.subject_id and s.benefit = a.benefit "                                    \
    "join stipend.benefit b on b.number = coalesce(a.benefit, s.benefit) "                         \
    "left join stipend.run_name n on n.run = $1::bigint and n.benefit = b.number "                 \
    "order by 1, 2"

bool st_ledger_assessments(st_ledger *l, int64_t run,
                           bool (*each)(void *ctx, const st_ledger_assessment *a), void *ctx,
                           st_err *err) {
    char number[ST_PG_INT], id[ST_BENEFIT_MAX + 1];
    const char *values[] = {st_pg_int(number, run)};
    st_pg_cursor c;
    bool ok = st_pg_cursor_open(l, ASSESSED, 1, values, &c, err), row = ok;
    while (ok && row) {
        ok = st_pg_cursor_next(&c, &row, err);
        if (!ok || !row)
            break;
        int64_t outcome = st_pg_get_int(c.r, c.row, 2);
        if (outcome > ST_MISSING) {
            ok = st_fail(err, ST_E_DB_DATA,
                         "an assessment of run %" PRId64 " has an unknown outcome", run);
            break;
        }
        st_pg_get_z(c.r, c.row, 7, id, sizeof id);
        st_ledger_assessment a = {.subject = st_pg_get_str(c.r, c.row, 0),
                                  .benefit = (int32_t)st_pg_get_int(c.r, c.row, 1),
                                  .assessed = outcome >= 0,
                                  .outcome = outcome >= 0 ? (st_outcome)outcome : ST_MISSING,
                                  .tier = st_pg_get_str(c.r, c.row, 3),
                                  .due = st_pg_get_int(c.r, c.row, 4),
                                  .occasions = (int32_t)st_pg_get_int(c.r, c.row, 5),
                                  .reasons = st_pg_get_str(c.r, c.row, 6),
                                  .benefit_name = id,
                                  .net = st_pg_get_int(c.r, c.row, 8)};
        row = each(ctx, &a);
    }
    st_pg_cursor_close(&c);
    return ok;
}

/* Columns of a finding, NUL-terminated: PQgetvalue's values are. */
static bool give_finding(const PGresult *r, int row,
                         bool (*each)(void *ctx, const st_ledger_finding *f), void *ctx) {
    int64_t severity = st_pg_get_int(r, row, 3);
    st_ledger_finding f = {.subject = PQgetvalue(r, row, 0),
                           .benefit_id = PQgetvalue(r, row, 1),
                           .code = PQgetvalue(r, row, 2),
                           .severity = severity >= ST_SEV_ERROR && severity <= ST_SEV_NOTE
                                           ? st_severity_name((st_severity)severity)
                                           : "?",
                           .file = PQgetvalue(r, row, 4),
                           .line = (uint32_t)st_pg_get_int(r, row, 5),
                           .column = (uint32_t)st_pg_get_int(r, row, 6),
                           .message = PQgetvalue(r, row, 7),
                           .hint = PQgetvalue(r, row, 8)};
    return each(ctx, &f);
}

bool st_ledger_findings(st_ledger *l, int64_t run,
                        bool (*each)(void *ctx, const st_ledger_finding *f), void *ctx,
                        st_err *err) {
    char number[ST_PG_INT];
    const char *values[] = {st_pg_int(number, run)};
    st_pg_cursor c;
    bool ok = st_pg_cursor_open(
        l,
        "select f.subject, coalesce(n.id, b.id, ''), f.code, f.severity, f.file, f.line, f.col, "
        "f.message, f.hint from stipend.finding f left join stipend.benefit b on b.number = "
        "f.benefit left join stipend.run_name n on n.run = f.run and n.benefit = f.benefit and "
        "f.benefit > 0 where f.run = $1::bigint order by f.no",
        1, values, &c, err);
    bool row = ok;
    while (ok && row) {
        ok = st_pg_cursor_next(&c, &row, err);
        if (ok && row)
            row = give_finding(c.r, c.row, each, ctx);
    }
    st_pg_cursor_close(&c);
    return ok;
}
