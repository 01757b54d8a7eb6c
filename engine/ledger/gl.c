#include "ledger/gl_int.h"

#include "ledger/pg_int.h"

void st_gl_init(st_gl *g, st_arena *arena) {
    *g = (st_gl){.arena = arena};
}

void st_gl_benefit(st_gl *g, int32_t benefit, const char *budget_line) {
    st_gl_sum s = {.benefit = benefit, .budget_line = budget_line, .n = 1};
    s.shares[0] = (st_funding){"", 1};
    ST_VEC_PUSH(g->arena, &g->sums, s);
}

static st_gl_sum *sum_of(st_gl *g, int32_t benefit) {
    for (size_t i = 0; i < g->sums.n; i++)
        if (g->sums.items[i].benefit == benefit)
            return &g->sums.items[i];
    return NULL;
}

void st_gl_budget_line(st_gl *g, int32_t benefit, const char *line) {
    st_gl_sum *s = sum_of(g, benefit);
    ST_ASSERT(s);
    s->budget_line = line;
}

bool st_gl_funding(st_gl *g, int32_t benefit, const st_funding *shares, size_t n) {
    st_gl_sum *s = sum_of(g, benefit);
    int64_t total = 0;
    if (!s || n == 0 || n > ST_GL_SHARES_MAX)
        return false;
    for (size_t i = 0; i < n; i++)
        if (shares[i].weight < 0 || !st_money_add(total, shares[i].weight, &total))
            return false;
    if (total <= 0)
        return false;
    s->n = n;
    for (size_t i = 0; i < n; i++)
        s->shares[i] = (st_funding){
            st_arena_dup(g->arena, shares[i].payer, strlen(shares[i].payer)), shares[i].weight};
    return true;
}

bool st_gl_line(st_gl *g, int32_t benefit, st_money amount) {
    st_gl_sum *s = sum_of(g, benefit);
    ST_ASSERT(s);
    st_money *to = amount > 0 ? &s->paid : &s->taken;
    return st_money_add(*to, amount, to);
}

bool st_gl_kept(st_gl *g, int32_t benefit, st_money amount, bool written_off) {
    st_gl_sum *s = sum_of(g, benefit);
    ST_ASSERT(s);
    st_money *to = written_off ? &s->revived : &s->kept;
    return st_money_add(*to, amount, to);
}

static bool write_leg(st_ledger *l, int64_t run, int entry, int leg, const st_gl_sum *s,
                      const char *account, const char *share, st_money amount, st_err *err) {
    char a[ST_PG_INT], b[ST_PG_INT], c[ST_PG_INT], d[ST_PG_INT], e[ST_PG_INT];
    const char *v[] = {st_pg_int(a, run),
                       st_pg_int(b, entry),
                       st_pg_int(c, leg),
                       account,
                       st_pg_int(d, s->benefit),
                       s->budget_line,
                       share,
                       st_pg_int(e, amount)};
    return st_pg_call(l,
                      "insert into stipend.posting (run, entry, leg, account, benefit, "
                      "budget_line, share, amount) "
                      "values ($1::bigint, $2::int, $3::int, $4, $5::int, $6, $7, $8::bigint)",
                      8, v, err);
}

/* Expense by shares against one other account. */
static bool write_entry(st_ledger *l, int64_t run, int entry, const st_gl_sum *s, st_money expense,
                        const char *against, st_err *err) {
    int64_t weights[ST_GL_SHARES_MAX];
    st_money parts[ST_GL_SHARES_MAX];
    for (size_t i = 0; i < s->n; i++)
        weights[i] = s->shares[i].weight;
    st_money_split(expense, weights, s->n, parts);
    int leg = 0;
    for (size_t i = 0; i < s->n; i++)
        if (parts[i] != 0 &&
            !write_leg(l, run, entry, ++leg, s, "expense", s->shares[i].payer, parts[i], err))
            return false;
    return write_leg(l, run, entry, ++leg, s, against, "", -expense, err);
}

/* What is not paid out because the subject owes it. */
static bool write_kept(st_ledger *l, int64_t run, int entry, const st_gl_sum *s, st_money amount,
                       const char *against, st_err *err) {
    return write_leg(l, run, entry, 1, s, "payable", "", amount, err) &&
           write_leg(l, run, entry, 2, s, against, "", -amount, err);
}

bool st_gl_post(const st_gl *g, st_ledger *l, int64_t run, st_err *err) {
    int entry = 0;
    for (size_t i = 0; i < g->sums.n; i++) {
        const st_gl_sum *s = &g->sums.items[i];
        if (s->paid != 0 && !write_entry(l, run, ++entry, s, s->paid, "payable", err))
            return false;
        if (s->taken != 0 && !write_entry(l, run, ++entry, s, s->taken, "claim", err))
            return false;
        if (s->kept != 0 && !write_kept(l, run, ++entry, s, s->kept, "claim", err))
            return false;
        if (s->revived != 0 && !write_kept(l, run, ++entry, s, s->revived, "writeoff", err))
            return false;
    }
    return true;
}

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
    st_pg_cursor c;
    bool ok = st_pg_cursor_open(l, legs_sql, 1, v, &c, err), row = ok;
    while (ok && row) {
        st_leg x;
        ok = st_pg_cursor_next(&c, &row, err);
        if (!ok || !row)
            break;
        ok = read_leg(c.r, c.row, &x, err);
        row = ok && each(ctx, &x);
    }
    st_pg_cursor_close(&c);
    return ok;
}
