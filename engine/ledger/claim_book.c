/* What people book about debts: one function of the database each, which decides by the login. */
#include "ledger/claim.h"
#include "ledger/pg_int.h"

/* A date that is not given is the server's today. */
#define DAY(n) "coalesce(nullif(" n ", '')::date, current_date)"

static const char *day_of(char out[ST_PG_DATE], st_date d) {
    return d.month == 0 ? "" : st_pg_date(out, d);
}

bool st_claim_repay(st_ledger *l, const st_booking *b, int64_t *no, bool *already, st_err *err) {
    ST_ASSERT(b->amount > 0 && b->note && *b->note);
    char amount[ST_PG_INT], date[ST_PG_DATE];
    const char *v[] = {
        b->subject, b->scheme ? b->scheme : "", st_pg_int(amount, b->amount), day_of(date, b->date),
        b->note,    b->key ? b->key : ""};
    return st_pg_act(l, "claim",
                     "select o_no, o_already::int from stipend.claim_repay(stipend.debtor($1), "
                     "stipend.scheme_named($2), $3::bigint, " DAY("$4") ", $5, $6)",
                     6, v, no, already, err);
}

bool st_claim_write_off(st_ledger *l, const st_booking *b, int64_t *no, bool *already,
                        st_err *err) {
    ST_ASSERT(b->amount > 0 && b->note && *b->note);
    char amount[ST_PG_INT], date[ST_PG_DATE];
    const char *v[] = {b->subject, b->scheme ? b->scheme : "", st_pg_int(amount, b->amount),
                       day_of(date, b->date), b->note};
    return st_pg_act(l, "claim",
                     "select o_no, o_already::int from stipend.claim_write_off(stipend.debtor($1), "
                     "stipend.scheme_named($2), $3::bigint, " DAY("$4") ", $5)",
                     5, v, no, already, err);
}

static bool book_step(st_ledger *l, const char *sql, int64_t no, st_date date, const char *note,
                      bool *already, st_err *err) {
    char number[ST_PG_INT], day[ST_PG_DATE];
    const char *v[] = {st_pg_int(number, no), day_of(day, date), note};
    int64_t made;
    return st_pg_act(l, "claim", sql, 3, v, &made, already, err);
}

bool st_claim_approve(st_ledger *l, int64_t no, st_date date, const char *note, bool *already,
                      st_err *err) {
    return book_step(
        l, "select o_no, o_already::int from stipend.claim_approve($1::bigint, " DAY("$2") ", $3)",
        no, date, note ? note : "", already, err);
}

bool st_claim_cancel(st_ledger *l, int64_t no, st_date date, const char *reason, bool *already,
                     st_err *err) {
    ST_ASSERT(reason && *reason);
    return book_step(
        l, "select o_no, o_already::int from stipend.claim_cancel($1::bigint, " DAY("$2") ", $3)",
        no, date, reason, already, err);
}
