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
    *x = (st_leg){.run = st_pg_get_int(r, row, 0),
                  .entry = (int32_t)st_pg_get_int(r, row, 1),
                  .leg = (int32_t)st_pg_get_int(r, row, 2),
                  .account = PQgetvalue(r, row, 3),
                  .account_kind = PQgetvalue(r, row, 4),
                  .scheme = PQgetvalue(r, row, 5),
                  .benefit_id = PQgetvalue(r, row, 6),
                  .budget_line = PQgetvalue(r, row, 7),
                  .share = PQgetvalue(r, row, 8),
                  .currency = PQgetvalue(r, row, 9),
                  .amount = st_pg_get_int(r, row, 10)};
    if (!st_month_parse(st_pg_get_str(r, row, 11), &x->period) ||
        !st_run_state_named(st_pg_get_str(r, row, 12), &x->state))
        return st_fail(err, ST_E_DB_ERROR, "run %" PRId64 " has a period or state that cannot be",
                       x->run);
    return true;
}

bool st_ledger_legs(st_ledger *l, int64_t run, bool (*each)(void *ctx, const st_leg *leg),
                    void *ctx, st_err *err) {
    char number[ST_PG_INT];
    const char *v[] = {st_pg_int(number, run)};
    st_pg_cursor c;
    bool ok = st_pg_cursor_open(l,
                                "select p.run, p.entry, p.leg, p.account, a.kind, s.id, b.id, "
                                "p.budget_line, p.share, s.currency, p.amount, "
                                "to_char(o.period, 'YYYY-MM'), o.state from stipend.posting p join "
                                "stipend.account a on a.id = p.account join "
                                "stipend.benefit b on b.number = p.benefit join stipend.scheme s "
                                "on s.number = b.scheme join "
                                "stipend.run_overview o on o.run = p.run where p.run = $1::bigint "
                                "or ($1::bigint = 0 and o.state <> 'void') "
                                "order by p.run, p.entry, p.leg",
                                1, v, &c, err);
    bool row = ok;
    while (ok && row) {
        ok = st_pg_cursor_next(&c, &row, err);
        st_leg x;
        if (ok && row)
            ok = read_leg(c.r, c.row, &x, err) && ((row = each(ctx, &x)), true);
    }
    st_pg_cursor_close(&c);
    return ok;
}

static bool read_booking_leg(const PGresult *r, int row, st_booking_leg *x, st_err *err) {
    *x = (st_booking_leg){.booking = st_pg_get_int(r, row, 0),
                          .leg = (int32_t)st_pg_get_int(r, row, 2),
                          .kind = PQgetvalue(r, row, 3),
                          .account = PQgetvalue(r, row, 4),
                          .account_kind = PQgetvalue(r, row, 5),
                          .scheme = PQgetvalue(r, row, 6),
                          .benefit_id = PQgetvalue(r, row, 7),
                          .budget_line = PQgetvalue(r, row, 8),
                          .currency = PQgetvalue(r, row, 9),
                          .amount = st_pg_get_int(r, row, 10)};
    return st_date_parse(st_pg_get_str(r, row, 1), &x->date) ||
           st_fail(err, ST_E_DB_ERROR, "booking %" PRId64 " has a date that cannot be", x->booking);
}

bool st_ledger_booking_legs(st_ledger *l, bool (*each)(void *ctx, const st_booking_leg *leg),
                            void *ctx, st_err *err) {
    st_pg_cursor c;
    bool ok = st_pg_cursor_open(
             l,
             "select p.booking, to_char(p.date, 'YYYY-MM-DD'), p.leg, case t.kind when 'approve' "
             "then 'writeoff' else t.kind end, p.account, a.kind, s.id, b.id, b.budget_line, "
             "s.currency, p.amount from stipend.booking_posting p join stipend.account a on a.id = "
             "p.account join stipend.claim_action t on t.no = p.booking join stipend.benefit b on "
             "b.number = p.benefit join stipend.scheme s on s.number = b.scheme "
             "order by p.booking, b.id, p.leg",
             0, NULL, &c, err),
         row = ok;
    while (ok && row) {
        ok = st_pg_cursor_next(&c, &row, err);
        st_booking_leg x;
        if (ok && row)
            ok = read_booking_leg(c.r, c.row, &x, err) && ((row = each(ctx, &x)), true);
    }
    st_pg_cursor_close(&c);
    return ok;
}
