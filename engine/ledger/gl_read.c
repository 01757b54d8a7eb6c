/* Reading the general ledger: the legs of the view stipend.leg. */
#include "ledger/posting.h"

#include "ledger/pg_int.h"

static bool read_leg(const PGresult *r, int row, st_leg *x, st_err *err) {
    *x = (st_leg){.kind = (st_leg_kind)st_pg_get_int(r, row, 0),
                  .number = st_pg_get_int(r, row, 1),
                  .entry = (int32_t)st_pg_get_int(r, row, 2),
                  .leg = (int32_t)st_pg_get_int(r, row, 3),
                  .what = PQgetvalue(r, row, 5),
                  .account = PQgetvalue(r, row, 6),
                  .account_kind = PQgetvalue(r, row, 7),
                  .scheme = PQgetvalue(r, row, 8),
                  .benefit_id = PQgetvalue(r, row, 9),
                  .budget_line = PQgetvalue(r, row, 10),
                  .share = PQgetvalue(r, row, 11),
                  .currency = PQgetvalue(r, row, 12)};
    if (!st_date_parse(st_pg_get_str(r, row, 4), &x->date))
        return st_fail(err, ST_E_DB_ERROR, "%s %" PRId64 " has a date that cannot be",
                       x->kind == ST_LEG_BOOKING ? "booking" : "run", x->number);
    return st_str_int(st_pg_get_str(r, row, 13), &x->amount) ||
           st_fail(err, ST_E_RUN_SUM,
                   "%s %" PRId64 ": the legs of %s add up to more than an amount can be",
                   x->kind == ST_LEG_BOOKING ? "booking" : "run", x->number, x->account);
}

typedef struct legs {
    bool (*each)(void *ctx, const st_leg *leg);
    void *ctx;
} legs;

static bool give_leg(const PGresult *r, int row, void *ctx, bool *more, st_err *err) {
    const legs *to = ctx;
    st_leg x;
    if (!read_leg(r, row, &x, err))
        return false;
    *more = to->each(to->ctx, &x);
    return true;
}

static const char legs_sql[] =
    "select g.kind, coalesce(g.run, g.booking), g.entry, g.leg, to_char(g.date, 'YYYY-MM-DD'), "
    "g.what, g.account, a.kind, s.id, b.id, g.budget_line, g.share, s.currency, g.amount::text "
    "from stipend.leg g join stipend.account a on a.id = g.account join stipend.benefit b on "
    "b.number = g.benefit join stipend.scheme s on s.number = b.scheme where g.run = $1::bigint or "
    "($1::bigint = 0 and g.what <> 'void') order by g.date, g.kind, 2, g.entry, g.leg";

bool st_ledger_legs(st_ledger *l, int64_t run, bool (*each)(void *ctx, const st_leg *leg),
                    void *ctx, st_err *err) {
    char number[ST_PG_INT];
    const char *v[] = {st_pg_int(number, run)};
    legs to = {each, ctx};
    return st_pg_each(l, legs_sql, 1, v, give_leg, &to, err);
}
