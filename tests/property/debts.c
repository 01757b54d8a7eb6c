/* Debts as the people of an office see them: booked through the ledger's functions, checked in SQL.
 */
#include "debts.h"

#include "ledger/claim.h"
#include "ledger/pg_int.h"
#include "ledger/request.h"

#include <inttypes.h>

const char *const debts_roles[] = {"create role payer", "create role checker",
                                   "grant stipend_payer to payer",
                                   "grant stipend_approver to checker", NULL};

static bool wrong(char why[WHY], const char *what, const char *detail) {
    (void)snprintf(why, WHY, "%s: %s", what, detail);
    return false;
}

static bool become(stage *s, const char *who, char why[WHY]) {
    st_err err;
    st_err_init(&err);
    char sql[80];
    (void)snprintf(sql, sizeof sql, "set session authorization %s", who);
    return st_pg_exec(s->hands, sql, &err) || wrong(why, "cannot become somebody", err.msg);
}

static bool number(stage *s, const char *sql, int n, const char *const *v, int64_t *out,
                   char why[WHY]) {
    st_err err;
    st_err_init(&err);
    PGresult *r = st_pg_query(s->ledger, sql, n, v, true, &err);
    if (!r)
        return wrong(why, "a question about debts failed", err.msg);
    *out = PQntuples(r) ? st_pg_get_int(r, 0, 0) : 0;
    PQclear(r);
    return true;
}

static bool owed(stage *s, const world *w, const char *scheme, int who, st_money *open,
                 char why[WHY]) {
    char subject[KEY_NAME];
    world_key(w, who, 0, subject);
    const char *v[] = {scheme, subject};
    return number(
        s,
        "select coalesce(sum(c.open), 0)::bigint from stipend.bookable c join stipend.scheme s on "
        "s.number = c.scheme where s.id = $1 and c.subject = $2",
        2, v, open, why);
}

/* Each booking has a note of its own: the same one twice would be taken for a repetition. */
/* Under any key that the person's record had. */
static bool book(stage *s, const world *w, const char *scheme, const step *x, st_money amount,
                 char why[WHY]) {
    char subject[KEY_NAME], note[40];
    world_key(w, x->person, 0, subject);
    (void)snprintf(note, sizeof note, "receipt %" PRId64, ++s->booked);
    st_date day = {2023, 12, 1};
    st_booking b = {
        .subject = subject, .scheme = scheme, .amount = amount, .date = day, .note = note};
    int64_t no;
    bool already, cash = x->kind == STEP_REPAY;
    st_err err;
    st_err_init(&err);
    if (s->keep[0])
        (void)printf("#  stipend claim %s %s --amount %" PRId64 ".%02d\n",
                     cash ? "repay" : "write-off", subject, amount / 100, (int)(amount % 100));
    if (cash)
        return (become(s, "payer", why) && st_claim_repay(s->hands, &b, &no, &already, &err)) ||
               wrong(why, "a repayment was refused", err.msg);
    return (st_claim_write_off(s->ledger, &b, &no, &already, &err) && become(s, "checker", why) &&
            st_claim_approve(s->hands, no, day, "", &already, &err)) ||
           wrong(why, "a write-off was refused", err.msg);
}

/* What was written off and has become due again since cannot be taken back. */
static bool cancel(stage *s, const char *scheme, int back, char why[WHY]) {
    char offset[24];
    (void)snprintf(offset, sizeof offset, "%d", back);
    const char *v[] = {scheme, offset};
    int64_t no = 0, cash = 0;
    static const char sql[] =
        "select a.no from stipend.claim_action a join stipend.scheme s on s.number = a.scheme "
        "left join stipend.claim_action c on c.target = a.no and c.kind = 'cancel' "
        "where s.id = $1 and a.kind in ('cash', 'writeoff') and c.no is null "
        "order by a.no desc offset $2::int limit 1";
    if (!number(s, sql, 2, v, &no, why) || no == 0)
        return no == 0;
    char which[24];
    (void)snprintf(which, sizeof which, "%" PRId64, no);
    const char *w[] = {which};
    if (!number(
            s,
            "select (kind = 'cash')::int::bigint from stipend.claim_action where no = $1::bigint",
            1, w, &cash, why) ||
        !become(s, cash ? "payer" : "checker", why))
        return false;
    if (s->keep[0])
        (void)printf("#  stipend claim cancel %" PRId64 "\n", no);
    st_err err;
    st_err_init(&err);
    bool already;
    s->booked++;
    return st_claim_cancel(s->hands, no, (st_date){2023, 12, 2}, "mistake", &already, &err) ||
           (err.code == ST_E_LEDGER_STATE && strstr(err.msg, "become due again since")) ||
           wrong(why, "a cancelling was refused", err.msg);
}

bool debts_step(stage *s, const world *w, const char *scheme, const step *x, char why[WHY]) {
    st_money open = 0;
    if (x->kind == STEP_CANCEL)
        return cancel(s, scheme, x->a, why);
    if (!owed(s, w, scheme, x->person, &open, why))
        return false;
    st_money amount = open * x->a / 100;
    return amount == 0 || book(s, w, scheme, x, amount, why);
}

/* Each row is somebody of whom it does not hold, and what. */
static const char equation[] =
    "with mine as (select b.number from stipend.benefit b join stipend.scheme s on s.number = "
    "b.scheme where s.id = $1), gone as (select run from stipend.run_event where state = 'void'), "
    "l as (select subject_id as s, sum(amount) as v from stipend.line where run not in (select run "
    "from gone) and benefit in (select number from mine) group by 1), "
    "p as (select q.subject as s, sum(q.net) as v, min(q.net) as low from stipend.run_payable q "
    "join "
    "stipend.run r on r.run = q.run join stipend.scheme c on c.number = r.scheme where c.id = $1 "
    "and q.run not in (select run from gone) group by 1), "
    "c as (select subject as s, sum(open) as v, min(open) as low, sum(forgiven) as f, "
    "min(forgiven) "
    "as lowf from stipend.claim where benefit in (select number from mine) group by 1), "
    "k as (select subject_id as s, sum(amount) as v from stipend.repayment where not writeoff and "
    "benefit in (select number from mine) group by 1) "
    "select format('%s: posted %s, to be paid %s, brought back %s, written off %s, owed %s; lowest "
    "%s %s %s', coalesce(l.s, p.s), l.v, p.v, k.v, c.f, c.v, p.low, c.low, c.lowf) "
    "from l full join p on p.s = l.s left join c on c.s = coalesce(l.s, p.s) left join k on k.s = "
    "coalesce(l.s, p.s) where coalesce(l.v, 0) <> coalesce(p.v, 0) - coalesce(k.v, 0) - "
    "coalesce(c.f, 0) - coalesce(c.v, 0) or p.low < 0 or c.low < 0 or c.lowf < 0 limit 1";

/* A run keeps no more than the policy lets it: of the payment, of what must be left, of each debt.
 */
static const char policy_kept[] =
    "select format('run %s keeps %s of a payment of %s of %s, at most %s of a debt of %s', x.run, "
    "sum(x.amount), max(x.payment), x.subject_id, max(x.amount), max(-l.amount)) from "
    "stipend.settlement x join stipend.run r on r.run = x.run join stipend.scheme c on c.number = "
    "r.scheme join stipend.line l using (subject_id, benefit, occasion, seq) where c.id = $1 and "
    "x.kind = 0 group by x.run, x.subject_id having not $2::boolean or sum(x.amount) > "
    "max(x.payment) * $3::int / 10000 or max(x.payment) - sum(x.amount) < $4::bigint or bool_or("
    "x.amount > (-l.amount + $5::int - 1) / $5::int) limit 1";

const policy policies[POLICIES] = {
    {"", false, 0, 0, 1},
    {"share-percent=\"50\" order=\"oldest\"", true, 5000, 0, 1},
    {"order=\"newest\"", true, 10000, 0, 1},
    {"share-percent=\"30\" floor=\"100.00\"", true, 3000, 10000, 1},
    {"instalments=\"3\"", true, 10000, 0, 3},
    {"share-percent=\"33.33\" floor=\"50.00\" order=\"newest\" instalments=\"2\"", true, 3333, 5000,
     2},
};

static bool none(stage *s, const char *sql, int n, const char *const *v, char why[WHY]) {
    st_err err;
    st_err_init(&err);
    PGresult *r = st_pg_query(s->ledger, sql, n, v, false, &err);
    if (!r)
        return wrong(why, "the debts could not be checked", err.msg);
    bool ok = PQntuples(r) == 0 || wrong(why, "debts", PQgetvalue(r, 0, 0));
    PQclear(r);
    return ok;
}

bool debts_hold(stage *s, const char *scheme, int which, char why[WHY]) {
    const policy *p = &policies[which];
    char share[16], floor[24], instalments[16];
    (void)snprintf(share, sizeof share, "%d", p->share);
    (void)snprintf(floor, sizeof floor, "%" PRId64, p->floor);
    (void)snprintf(instalments, sizeof instalments, "%d", p->instalments);
    const char *v[] = {scheme, p->keeps ? "true" : "false", share, floor, instalments};
    return none(s, equation, 1, v, why) && none(s, policy_kept, 5, v, why);
}

bool debts_newest_run(stage *s, int64_t *run, char why[WHY]) {
    return number(s, "select coalesce(max(run), 0)::bigint from stipend.run", 0, NULL, run, why);
}

bool debts_same(stage *s, const char *key, const char *old, char why[WHY]) {
    int64_t no;
    bool already;
    st_err err;
    st_err_init(&err);
    s->said++;
    return (st_request_same(s->ledger, key, old, "property", "", &no, &already, &err) &&
            become(s, "checker", why) && st_request_confirm(s->hands, no, "", &already, &err)) ||
           wrong(why, "two people could not say who somebody is", err.msg);
}
