#include "ledger/previous.h"

#include "ledger/post_int.h"
#include "ledger/posting.h"

bool st_posting_earlier(st_posting *p, st_month period, st_earlier *out, st_err *err) {
    char month[ST_PG_DATE], before[ST_PG_INT];
    const char *v[] = {p->scheme, st_pg_date(month, st_month_first(period)),
                       st_pg_int(before, p->before)};
    *out = (st_earlier){0};
    PGresult *r =
        st_pg_query(p->l,
                    "select r.run, to_char(r.period, 'YYYY-MM'), r.rules from stipend.run r join "
                    "stipend.scheme s on s.number = r.scheme where s.id = $1 and "
                    "r.period < $2::date and ($3::bigint = 0 or r.run < $3::bigint) "
                    "order by r.period desc, r.run desc",
                    3, v, false, err);
    if (!r)
        return false;
    bool ok = true;
    for (int i = 0; ok && !out->found && i < PQntuples(r); i++) {
        if (st_posting_void(p, st_pg_get_int(r, i, 0)))
            continue;
        out->found = true;
        st_pg_get_sha(r, i, 2, &out->rules);
        ok = st_month_parse(st_pg_get_str(r, i, 1), &out->period);
    }
    PQclear(r);
    return ok || st_fail(err, ST_E_DB_DATA, "a run has a period that cannot be read");
}

/* One run is read along its key; several are sorted by the server. */
static bool look_back(st_posting *p, const st_base *base, st_err *err) {
    enum { LIST = ST_BASE_RUNS_MAX * 24 };
    char list[LIST];
    size_t at = 0;
    for (size_t i = 0; i < base->n; i++)
        at += (size_t)snprintf(list + at, LIST - at, "%c%" PRId64, i ? ',' : '{', base->runs[i]);
    ST_ASSERT(at + 1 < LIST && base->n > 0);
    (void)snprintf(list + at, LIST - at, "}");
    char number[ST_PG_INT];
    bool one = base->n == 1;
    const char *v[] = {one ? st_pg_int(number, base->runs[0]) : list};
    p->looking_back =
        st_pg_cursor_open(p->l,
                          one ? "select run, subject_id, benefit, outcome, tier, due, occasions, "
                                "facts, seen from stipend.assessment where run = $1::bigint"
                                " order by subject_id, benefit"
                              : "select run, subject_id, benefit, outcome, tier, due, occasions, "
                                "facts, seen from stipend.assessment where run = any($1::bigint[])"
                                " order by subject_id, run desc, benefit",
                          1, v, &p->previous, err);
    return p->looking_back;
}

bool st_posting_previous(st_posting *p, const st_base *base, st_previous *out, bool *row,
                         st_err *err) {
    *row = false;
    if (!p->looking_back && !look_back(p, base, err))
        return false;
    if (!st_pg_cursor_next(&p->previous, row, err))
        return st_err_wrap(err, "reading the previous run");
    if (!*row)
        return true;
    const PGresult *r = p->previous.r;
    int i = p->previous.row;
    *out = (st_previous){.run = st_pg_get_int(r, i, 0),
                         .subject = st_pg_get_str(r, i, 1),
                         .benefit = (int32_t)st_pg_get_int(r, i, 2),
                         .outcome = (st_outcome)st_pg_get_int(r, i, 3),
                         .tier = st_pg_get_str(r, i, 4),
                         .due = st_pg_get_int(r, i, 5),
                         .occasions = (int32_t)st_pg_get_int(r, i, 6),
                         .seen = st_pg_get_int(r, i, 8)};
    st_pg_get_sha(r, i, 7, &out->facts);
    return out->outcome <= ST_MISSING ||
           st_fail(err, ST_E_DB_DATA, "an assessment of run %" PRId64 " has an unknown outcome",
                   out->run);
}

/* Adds a line to the last row when it has the same key. */
static bool fold(st_posting *p, const PGresult *r, int i, st_arena *a, st_posted *rows, size_t *n,
                 st_str subject, st_err *err) {
    int32_t benefit = (int32_t)st_pg_get_int(r, i, 0), seq = (int32_t)st_pg_get_int(r, i, 2);
    st_str occasion = st_pg_get_str(r, i, 1);
    if (*n == 0 || rows[*n - 1].benefit != benefit || !st_str_eq(rows[*n - 1].occasion, occasion))
        rows[(*n)++] = (st_posted){.subject = subject,
                                   .benefit = benefit,
                                   .occasion = st_str_dup(a, occasion),
                                   .last_seq = -1,
                                   .tier = ST_STR("")};
    st_posted *k = &rows[*n - 1];
    k->next_seq = seq + 1;
    if (st_posting_void(p, st_pg_get_int(r, i, 3)))
        return true;
    k->last_seq = seq;
    k->counted++;
    k->last_amount = st_pg_get_int(r, i, 4);
    k->tier = st_str_dup(a, st_pg_get_str(r, i, 5));
    return st_posted_add(k, err);
}

bool st_posting_posted_of(st_posting *p, st_arena *a, st_str subject, st_posted **rows, size_t *n,
                          st_err *err) {
    enum { LIST = 16384 };
    char list[LIST], before[ST_PG_INT];
    size_t at = 0;
    for (size_t i = 0; i < p->n_benefits && at + 16 < LIST; i++)
        at += (size_t)snprintf(list + at, LIST - at, "%c%d", i ? ',' : '{',
                               (int)p->benefits[i].number);
    (void)snprintf(list + at, LIST - at, p->n_benefits ? "}" : "{}");
    const char *id = st_arena_dup(a, subject.p, subject.n);
    const char *v[] = {id, list, st_pg_int(before, p->before)};
    PGresult *r =
        st_pg_query(p->l,
                    "select benefit, occasion, seq, run, amount, tier from stipend.line where "
                    "subject_id = $1 and benefit = any($2::int[])"
                    " and ($3::bigint = 0 or run < $3::bigint) order by benefit, occasion, seq",
                    3, v, true, err);
    if (!r)
        return false;
    int count = PQntuples(r);
    *n = 0;
    *rows = ST_NEWN(a, st_posted, (size_t)count + 1);
    bool ok = true;
    for (int i = 0; ok && i < count; i++)
        ok = fold(p, r, i, a, *rows, n, (st_str){id, subject.n}, err);
    PQclear(r);
    return ok;
}

bool st_posting_spent(st_posting *p, int32_t benefit, int year, st_money *out, st_err *err) {
    char number[ST_PG_INT], of_year[ST_PG_INT], run[ST_PG_INT], before[ST_PG_INT];
    const char *v[] = {st_pg_int(number, benefit), st_pg_int(of_year, year), st_pg_int(run, p->run),
                       st_pg_int(before, p->before)};
    PGresult *r = st_pg_query(p->l,
                              "select coalesce(sum(g.amount), 0)::text from stipend.posting g "
                              "join stipend.run r on r.run = g.run"
                              " where g.account = 'expense' and g.benefit = $1::int and "
                              "extract(year from r.period) = $2::int"
                              " and case when $4::bigint = 0 then g.run <> $3::bigint and not "
                              "stipend.gives_way(g.run) else g.run < $4::bigint and not "
                              "stipend.is_void(g.run) end",
                              4, v, true, err);
    if (!r)
        return false;
    bool ok = st_str_int(st_pg_get_str(r, 0, 0), out);
    PQclear(r);
    return ok || st_fail(err, ST_E_RUN_SUM,
                         "what was posted in %d adds up to more than an amount can be", year);
}
