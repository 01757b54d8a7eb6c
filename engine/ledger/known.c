#include "ledger/known.h"

#include "ledger/post_int.h"

/* -- runs that count, by number -- */

typedef struct counted {
    int64_t run;
    int32_t scheme;
    st_month period;
} counted;
typedef struct reading {
    st_ledger *l;
    st_arena *a;
    const char *schemes; /* their numbers, "{1,2}" */
    st_known *out;
    counted *runs; /* ascending */
    size_t n_runs;
} reading;

static const counted *counted_run(const reading *r, int64_t run) {
    size_t lo = 0, hi = r->n_runs;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (r->runs[mid].run < run)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < r->n_runs && r->runs[lo].run == run ? &r->runs[lo] : NULL;
}

static st_known_scheme *scheme_of(const reading *r, int32_t number) {
    for (size_t i = 0; i < r->out->n; i++)
        if (r->out->schemes[i].number == number)
            return &r->out->schemes[i];
    return NULL;
}

static st_known_benefit *benefit_of(const reading *r, int32_t number) {
    for (size_t i = 0; i < r->out->n; i++)
        for (size_t k = 0; k < r->out->schemes[i].n_benefits; k++)
            if (r->out->schemes[i].benefits[k].number == number)
                return &r->out->schemes[i].benefits[k];
    return NULL;
}

/* Schemes by a query with one parameter, and the list of their numbers for the others. */
static bool read_schemes(reading *r, const char *sql, const char *list, st_err *err) {
    PGresult *q = st_pg_query(r->l, sql, 1, &list, true, err);
    if (!q)
        return false;
    int n = PQntuples(q);
    st_buf numbers;
    st_buf_init(&numbers, 0);
    (void)st_buf_ch(&numbers, '{');
    r->out->schemes = ST_NEWN(r->a, st_known_scheme, (size_t)n + 1);
    for (int i = 0; i < n; i++) {
        st_known_scheme *s = &r->out->schemes[r->out->n++];
        *s = (st_known_scheme){.number = (int32_t)st_pg_get_int(q, i, 0),
                               .id = st_str_dup(r->a, st_pg_get_str(q, i, 1))};
        st_pg_get_z(q, i, 2, s->currency, sizeof s->currency);
        (void)st_buf_fmt(&numbers, "%s%d", i ? "," : "", (int)s->number);
    }
    (void)st_buf_ch(&numbers, '}');
    r->schemes = st_arena_dup(r->a, numbers.p, numbers.n);
    st_buf_free(&numbers);
    PQclear(q);
    return true;
}

/* A run in the making has no event yet and does not count. */
static bool read_runs(reading *r, st_err *err) {
    PGresult *q = st_pg_query(r->l,
                              "select run, scheme, to_char(period, 'YYYY-MM') from stipend.run "
                              "where scheme = any($1::int[]) and not stipend.gives_way(run) "
                              "and exists (select from stipend.run_event e where e.run = "
                              "run.run and e.state = 'draft') order by run",
                              1, &r->schemes, false, err);
    if (!q)
        return false;
    int n = PQntuples(q);
    bool ok = true;
    r->runs = ST_NEWN(r->a, counted, (size_t)n + 1);
    for (int i = 0; ok && i < n; i++) {
        counted *c = &r->runs[r->n_runs++];
        c->run = st_pg_get_int(q, i, 0);
        c->scheme = (int32_t)st_pg_get_int(q, i, 1);
        st_known_scheme *s = scheme_of(r, c->scheme);
        ok = s && st_month_parse(st_pg_get_str(q, i, 2), &c->period);
        if (!ok)
            break;
        s->newest = s->newest_run && s->newest > c->period ? s->newest : c->period;
        s->newest_run = c->run;
    }
    PQclear(q);
    return ok || st_fail(err, ST_E_DB_DATA, "a run has a scheme or period that cannot be read");
}

static bool read_benefits(reading *r, st_err *err) {
    PGresult *q = st_pg_query(r->l,
                              "select number, scheme, id from stipend.benefit where scheme = "
                              "any($1::int[]) order by number",
                              1, &r->schemes, true, err);
    if (!q)
        return false;
    int n = PQntuples(q);
    for (size_t i = 0; i < r->out->n; i++) {
        st_known_scheme *s = &r->out->schemes[i];
        size_t of_scheme = 0;
        for (int k = 0; k < n; k++)
            of_scheme += st_pg_get_int(q, k, 1) == s->number;
        s->benefits = ST_NEWN(r->a, st_known_benefit, of_scheme + 1);
        for (int k = 0; k < n; k++)
            if (st_pg_get_int(q, k, 1) == s->number)
                s->benefits[s->n_benefits++] =
                    (st_known_benefit){.number = (int32_t)st_pg_get_int(q, k, 0),
                                       .id = st_str_dup(r->a, st_pg_get_str(q, k, 2))};
    }
    PQclear(q);
    return true;
}

static bool read_posted(reading *r, st_err *err) {
    PGresult *q = st_pg_query(r->l,
                              "select distinct p.benefit, p.run from stipend.posting p join "
                              "stipend.run r on r.run = p.run where r.scheme = any($1::int[])",
                              1, &r->schemes, true, err);
    if (!q)
        return false;
    for (int i = 0; i < PQntuples(q); i++) {
        st_known_benefit *b = benefit_of(r, (int32_t)st_pg_get_int(q, i, 0));
        const counted *c = counted_run(r, st_pg_get_int(q, i, 1));
        if (!b || !c)
            continue;
        b->newest = b->posted && b->newest > c->period ? b->newest : c->period;
        b->posted = true;
    }
    PQclear(q);
    return true;
}

static void add_name(reading *r, st_known_name **names, size_t *n, st_str id, int64_t run) {
    for (size_t i = 0; i < *n; i++)
        if (st_str_eq((*names)[i].id, id)) {
            (*names)[i].run = run > (*names)[i].run ? run : (*names)[i].run;
            return;
        }
    st_known_name *more = ST_NEWN(r->a, st_known_name, *n + 1);
    if (*n)
        memcpy(more, *names, *n * sizeof *more);
    more[*n] = (st_known_name){st_str_dup(r->a, id), run};
    *names = more;
    ++*n;
}

static bool read_names(reading *r, st_err *err) {
    PGresult *q = st_pg_query(r->l,
                              "select n.benefit, n.id, n.run from stipend.run_name n join "
                              "stipend.run r on r.run = n.run where r.scheme = any($1::int[]) "
                              "order by n.run, n.benefit",
                              1, &r->schemes, true, err);
    if (!q)
        return false;
    for (int i = 0; i < PQntuples(q); i++) {
        const counted *c = counted_run(r, st_pg_get_int(q, i, 2));
        int32_t number = (int32_t)st_pg_get_int(q, i, 0);
        st_str id = st_pg_get_str(q, i, 1);
        st_known_scheme *s = c ? scheme_of(r, c->scheme) : NULL;
        st_known_benefit *b = c && number ? benefit_of(r, number) : NULL;
        if (b)
            add_name(r, &b->names, &b->n_names, id, c->run);
        else if (s && number == 0)
            add_name(r, &s->names, &s->n_names, id, c->run);
    }
    PQclear(q);
    return true;
}

static bool read_all(st_ledger *l, st_arena *a, const char *sql, const st_str *ids, size_t n,
                     st_known *out, st_err *err) {
    reading r = {.l = l, .a = a, .out = out};
    st_buf list;
    st_buf_init(&list, 0);
    *out = (st_known){0};
    /* ids have neither quotes nor commas: the XSD says so */
    for (size_t i = 0; i < n; i++)
        (void)st_buf_fmt(&list, "%s%.*s", i ? "," : "{", ST_FMT(ids[i]));
    (void)st_buf_z(&list, n ? "}" : "{}");
    bool ok = read_schemes(&r, sql, list.p, err) && read_runs(&r, err) && read_benefits(&r, err) &&
              read_posted(&r, err) && read_names(&r, err);
    st_buf_free(&list);
    return ok;
}

bool st_ledger_known(st_ledger *l, st_arena *a, const st_str *ids, size_t n, st_known *out,
                     st_err *err) {
    return read_all(l, a,
                    "select number, id, currency from stipend.scheme where id = any($1::text[]) or "
                    "number in (select r.scheme from stipend.run_name n join stipend.run r on "
                    "r.run = n.run where n.benefit = 0 and n.id = any($1::text[])) order by number",
                    ids, n, out, err);
}

bool st_ledger_alike(st_ledger *l, st_arena *a, const st_str *benefits, size_t n, st_known *out,
                     st_err *err) {
    return read_all(l, a,
                    "select s.number, s.id, s.currency from stipend.scheme s cross join lateral "
                    "(select r.run from stipend.run r where r.scheme = s.number order by r.run "
                    "desc limit 1) newest where s.number in (select b.scheme from stipend.benefit "
                    "b where b.id = any($1::text[])) order by newest.run desc limit 24",
                    benefits, n, out, err);
}

/* -- names of a run -- */

bool st_ledger_said(st_ledger *l, st_arena *a, int64_t run, st_said **out, size_t *n, st_err *err) {
    char number[ST_PG_INT];
    const char *v[] = {st_pg_int(number, run)};
    PGresult *q = st_pg_query(
        l, "select benefit, id from stipend.run_name where run = $1::bigint order by benefit", 1, v,
        true, err);
    if (!q)
        return false;
    *n = (size_t)PQntuples(q);
    *out = ST_NEWN(a, st_said, *n + 1);
    for (size_t i = 0; i < *n; i++)
        (*out)[i] = (st_said){(int32_t)st_pg_get_int(q, (int)i, 0),
                              st_str_dup(a, st_pg_get_str(q, (int)i, 1))};
    PQclear(q);
    return true;
}

bool st_posting_said(st_posting *p, const st_said *said, size_t n, st_err *err) {
    ST_ASSERT(!p->rehearsal);
    for (size_t i = 0; i < n; i++) {
        char run[ST_PG_INT], number[ST_PG_INT], id[64];
        (void)snprintf(id, sizeof id, "%.*s", ST_FMT(said[i].id));
        const char *v[] = {st_pg_int(run, p->run), st_pg_int(number, said[i].benefit), id};
        if (!st_pg_call(p->l, "insert into stipend.run_name values ($1::bigint, $2::int, $3)", 3, v,
                        err))
            return false;
    }
    return true;
}

/* -- what is posted -- */

bool st_ledger_occasions(st_ledger *l, int32_t benefit,
                         bool (*each)(void *ctx, st_str occasion, int64_t keys, st_money sum),
                         void *ctx, st_err *err) {
    char number[ST_PG_INT];
    const char *v[] = {st_pg_int(number, benefit)};
    PGresult *q = st_pg_query(
        l,
        "with gone as materialized (select run from stipend.run where stipend.gives_way(run)),"
        " k as (select subject_id, occasion, sum(amount) as sum from stipend.line where benefit = "
        "$1::int and run not in (select run from gone) group by subject_id, occasion)"
        " select occasion, count(*), sum(sum)::bigint from k where sum <> 0 group by occasion "
        "order "
        "by occasion",
        1, v, true, err);
    if (!q)
        return false;
    for (int i = 0; i < PQntuples(q); i++)
        if (!each(ctx, st_pg_get_str(q, i, 0), st_pg_get_int(q, i, 1), st_pg_get_int(q, i, 2)))
            break;
    PQclear(q);
    return true;
}
