/* The runs whose assessments still describe the ledger. */
#include "ledger/pg_int.h"
#include "ledger/previous.h"

/* A run of the scheme, as a later one looks back at it. */
typedef struct past {
    int64_t run, undone; /* undone: of a void one, the newest run when it became void */
    st_month period;
    bool gone, same, full; /* gone: void, or an unsealed draft; same: rules and program as now */
} past;

static bool read_past(const PGresult *r, int i, past *p, st_err *err) {
    *p = (past){.run = st_pg_get_int(r, i, 0),
                .gone = st_pg_get_int(r, i, 2) != 0,
                .undone = st_pg_get_int(r, i, 3),
                .same = st_pg_get_int(r, i, 4) != 0,
                .full = st_pg_get_int(r, i, 5) != 0};
    return st_month_parse(st_pg_get_str(r, i, 1), &p->period) ||
           st_fail(err, ST_E_DB_DATA, "the period of run %" PRId64 " cannot be read", p->run);
}

/* Newest first. An unsealed draft gives way only when the next run comes: that is always later. */
static bool read_all(st_ledger *l, const st_base_wanted *w, past **out, size_t *n, st_err *err) {
    char digest[ST_PG_BYTES], except[ST_PG_INT];
    const char *v[] = {w->scheme, st_pg_int(except, w->except), st_pg_sha(digest, w->rules),
                       w->engine};
    PGresult *r = st_pg_query(
        l,
        "select r.run, to_char(r.period, 'YYYY-MM'), stipend.gives_way(r.run)::int::bigint,"
        " coalesce((select v.newest from stipend.run_void v where v.run = r.run),"
        "   r.run + 1000000000),"
        " (r.rules = $3::bytea and r.engine = $4)::int::bigint,"
        " coalesce((select strpos(j.json, '\"roster\":\"full\"') > 0"
        "   from stipend.run_summary j where j.run = r.run), false)::int::bigint"
        " from stipend.run r join stipend.scheme s on s.number = r.scheme"
        " where s.id = $1 and r.run <> $2::bigint order by r.run desc",
        4, v, false, err);
    if (!r)
        return false;
    bool ok = true;
    *n = (size_t)PQntuples(r);
    *out = st_xmalloc((*n + 1) * sizeof **out);
    for (size_t i = 0; ok && i < *n; i++)
        ok = read_past(r, (int)i, &(*out)[i], err);
    PQclear(r);
    return ok;
}

/* Whether what p[i] found due is what its subjects have, unless a later run knew them: nothing it
 * took into account was undone since, and no run had posted later months. */
static bool describes(const past *p, size_t n, size_t i) {
    for (size_t k = 0; k < n; k++) {
        if (p[k].gone && (k <= i || p[k].period > p[i].period || p[k].undone >= p[i].run))
            return false;
        if (!p[k].gone && k > i && p[k].period > p[i].period)
            return false;
    }
    return p[i].same;
}

static void choose(const past *p, size_t n, const st_base_wanted *w, st_base *out) {
    *out = (st_base){.oldest = w->period};
    for (size_t i = 0; i < n && out->n < ST_BASE_RUNS_MAX; i++) {
        if (!describes(p, n, i) || p[i].period > w->period ||
            p[i].period < w->period - ST_BASE_MONTHS_MAX)
            return;
        out->runs[out->n] = p[i].run;
        out->periods[out->n++] = p[i].period;
        if (p[i].period < out->oldest)
            out->oldest = p[i].period;
        out->complete = p[i].full || i + 1 == n;
        if (p[i].full)
            return;
    }
}

/* A run of a program that did not write down what rules see gives nothing to compare with: then all
 * at once is calculated, not person by person. */
static bool has_seen(st_ledger *l, int64_t run, bool *yes, st_err *err) {
    char number[ST_PG_INT];
    const char *v[] = {st_pg_int(number, run)};
    PGresult *r = st_pg_query(l,
                              "select count(x.seen) from (select seen from stipend.assessment"
                              " where run = $1::bigint and outcome <= 1"
                              " order by subject_id, benefit limit 50) x",
                              1, v, false, err);
    *yes = r && st_pg_get_int(r, 0, 0) > 0;
    PQclear(r);
    return r != NULL;
}

bool st_ledger_base(st_ledger *l, const st_base_wanted *w, st_base *out, st_err *err) {
    past *p = NULL;
    size_t n = 0;
    bool ok = read_all(l, w, &p, &n, err);
    if (ok)
        choose(p, n, w, out);
    free(p);
    bool seen = true;
    ok = ok && (out->n == 0 || has_seen(l, out->runs[0], &seen, err));
    if (!seen)
        out->n = 0;
    return ok;
}

bool st_base_eq(const st_base *a, const st_base *b) {
    if (a->n != b->n || a->complete != b->complete)
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (a->runs[i] != b->runs[i])
            return false;
    return true;
}
