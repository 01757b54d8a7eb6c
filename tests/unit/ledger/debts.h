/* An office with debts, for tests: people with roles, runs that take back and keep. */
#ifndef DEBTS_H
#define DEBTS_H

#include "ledger/claim.h"
#include "live.h"

/* Outside of any test: the tables are made by their owner. */
ST_UNUSED static void made_by_owner(void) {
    st_err err;
    st_err_init(&err);
    st_ledger_options opt = {.state_dir = live_state, .make = true};
    st_ledger *l = NULL;
    ST_ASSERT(st_ledger_open(&opt, &l, &err));
    st_ledger_close(l);
}

/* As the administrator of the test's own server, who can be anybody. */
ST_UNUSED static st_ledger *office(void) {
    st_err err;
    st_err_init(&err);
    st_buf info;
    st_buf_init(&info, 0);
    bool running;
    OK(st_cluster_status(live_state, &running, &info, &err));
    char *user = strstr(info.p, " user=");
    ck_assert(user != NULL);
    *user = 0;
    char conninfo[300];
    (void)snprintf(conninfo, sizeof conninfo, "%s user=stipend_admin", info.p);
    st_buf_free(&info);
    st_ledger_options opt = {.conninfo = conninfo, .make = true};
    st_ledger *l = NULL;
    OK(st_ledger_open(&opt, &l, &err));
    OK(st_pg_exec(l,
                  "do $$ begin if not exists (select from pg_roles where rolname = 'wang') then "
                  "create role wang; create role li; create role zhao; create role qian; "
                  "grant stipend_officer to wang; grant stipend_officer, stipend_approver to li; "
                  "grant stipend_approver to zhao; grant stipend_payer to qian; end if; end $$",
                  &err));
    return l;
}

/* wang calculates, li calculates and approves, zhao approves, qian pays. */
ST_UNUSED static void as(st_ledger *l, const char *who) {
    st_err err;
    char sql[80];
    (void)snprintf(sql, sizeof sql, "set session authorization %s", who);
    OK(st_pg_exec(l, sql, &err));
}

typedef struct kept {
    const char *subject;
    st_money amount, payment;
} kept;

/* A run of lines; then settles the first open debts as told. Commits; false when sealing refuses.
 */
ST_UNUSED static bool run_of(st_ledger *l, const char *scheme, const char *records,
                             const st_line *lines, size_t n, const kept *keep, size_t n_keep,
                             st_run_info *info, st_err *why) {
    st_err err;
    st_run_key key = live_key(scheme, records);
    st_posting *p;
    bool already, row;
    OK(st_posting_begin(l, &key, false, &p, &already, info, &err));
    ck_assert(!already);
    for (size_t i = 0; i < n; i++)
        OK(st_posting_line(p, &lines[i], &err));
    for (size_t i = 0; i < n_keep; i++) {
        st_str subject;
        st_debt d;
        OK(st_posting_debt(p, &subject, &d, &row, &err));
        ck_assert_msg(row && st_str_is(subject, keep[i].subject), "no open debt of %s",
                      keep[i].subject);
        st_settlement s = {
            .bound = ST_BOUND_SHARE, .amount = keep[i].amount, .payment = keep[i].payment};
        OK(st_posting_settle(p, subject, &d, &s, &err));
    }
    st_posting_summary s = {.json = "{}", .controls_ok = true};
    st_err_init(why);
    bool ok = st_posting_commit(p, &s, info, why);
    st_posting_abort(p);
    return ok;
}

ST_UNUSED static st_line takes(uint64_t no, const char *subject, const char *month, int seq,
                               st_money amount) {
    st_line x = live_line(no, subject, 1, month, seq, amount);
    if (amount < 0)
        x.cause = ST_CAUSE_RECOVERY;
    return x;
}

/* Two persons paid 300.00 for October and November; then October taken back from both. */
ST_UNUSED static int64_t indebted(st_ledger *l, const char *scheme) {
    st_err err;
    st_run_info info;
    live_scheme(l, scheme);
    st_line paid[] = {takes(1, "w1", "2023-10", 0, 30000), takes(2, "w1", "2023-11", 0, 30000),
                      takes(3, "w2", "2023-10", 0, 30000)};
    st_line back[] = {takes(1, "w1", "2023-10", 1, -30000), takes(2, "w2", "2023-10", 1, -30000)};
    OK(run_of(l, scheme, "paid", paid, 3, NULL, 0, &info, &err));
    OK(run_of(l, scheme, "back", back, 2, NULL, 0, &info, &err));
    return info.run;
}

#endif
