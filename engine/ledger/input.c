#include "ledger/input.h"

#include "ledger/post_int.h"

bool st_posting_input(st_posting *p, const st_run_input *in, st_err *err) {
    ST_ASSERT(!p->rehearsal);
    char run[ST_PG_INT], known[ST_PG_DATE], part[ST_PG_INT], parts[ST_PG_INT];
    const char *v[] = {st_pg_int(run, p->run),
                       st_pg_date(known, in->known_at),
                       in->whole ? "true" : "false",
                       in->sender,
                       st_pg_int(part, in->part),
                       st_pg_int(parts, in->parts),
                       in->asked,
                       in->because};
    return st_pg_call(p->l,
                      "insert into stipend.run_input (run, known_at, whole, sender, part, parts, "
                      "asked, because) values ($1::bigint, $2::date, $3::boolean, $4, $5::int, "
                      "$6::int, $7, $8)",
                      8, v, err);
}

static bool read_row(const PGresult *r, int row, st_run_before *out, st_err *err) {
    *out = (st_run_before){.run = st_pg_get_int(r, row, 0),
                           .counts = st_pg_get_int(r, row, 3) != 0,
                           .same_records = st_pg_get_int(r, row, 4) != 0,
                           .same_rules = st_pg_get_int(r, row, 5) != 0};
    return (st_month_parse(st_pg_get_str(r, row, 1), &out->period) &&
            st_date_parse(st_pg_get_str(r, row, 2), &out->known_at)) ||
           st_fail(err, ST_E_DB_DATA, "run %" PRId64 " has a period or date that cannot be",
                   out->run);
}

bool st_ledger_before(st_ledger *l, const char *scheme, const st_run_input *in,
                      const st_sha256 *records, const st_sha256 *rules, int64_t except, st_arena *a,
                      st_run_before **out, size_t *n, st_err *err) {
    char sha[2][ST_PG_BYTES], number[ST_PG_INT];
    const char *v[] = {scheme, st_pg_sha(sha[0], records), st_pg_sha(sha[1], rules),
                       in->whole ? "" : in->sender, st_pg_int(number, except)};
    *n = 0;
    PGresult *r = st_pg_query(
        l,
        "select o.run, to_char(o.period, 'YYYY-MM'), to_char(coalesce(i.known_at, o.as_of), "
        "'YYYY-MM-DD'), (o.sealed and o.state <> 'void')::int, (o.records = $2::bytea)::int, "
        "(o.rules = $3::bytea)::int from stipend.run_overview o left join stipend.run_input i "
        "using (run) where o.scheme = $1 and o.run <> $5::bigint and ($4 = '' or i.run is null or "
        "i.whole or i.sender in ('', $4)) order by o.run desc",
        5, v, true, err);
    if (!r)
        return false;
    int rows = PQntuples(r);
    bool ok = true;
    *out = ST_NEWN(a, st_run_before, (size_t)rows + 1);
    for (int i = 0; ok && i < rows; i++)
        ok = read_row(r, i, &(*out)[(*n)++], err);
    PQclear(r);
    return ok;
}
