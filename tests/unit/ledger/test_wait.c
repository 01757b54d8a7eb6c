/* Waiting for another session: when it is said, when it ends, and how a working program shows that
 * it works. */
#include "live.h"
#include "support/check_tap.h"

enum { LONG_AGO_MS = 60000, CALLS = 64 };

typedef struct heard {
    int notes, warnings;
    st_err last;
} heard;

static void hear(void *ctx, const st_err *e) {
    heard *h = ctx;
    *(e->severity == ST_SEV_NOTE ? &h->notes : &h->warnings) += 1;
    h->last = *e;
}

static const char hold[] = "select stipend.chain_head()";

/* Another session holds the ledger; how long the first waits for it, and what is said meanwhile. */
static void wait_for(int64_t seconds, heard *h) {
    st_err err;
    st_ledger *holder = live_open(), *l = live_open();
    l->patience.say = hear;
    l->patience.ctx = h;
    OK(st_wait_set(l, seconds, &err));
    OK(st_pg_exec(holder, "begin", &err));
    OK(st_pg_exec(holder, hold, &err));
    FAILS(st_pg_exec(l, hold, &err), ST_E_WAITED);
    ck_assert_ptr_nonnull(strstr(err.msg, "(stipend, session "));
    /* neither connection took harm, and then nothing is waited for */
    OK(st_pg_exec(holder, "rollback", &err));
    OK(st_pg_exec(l, hold, &err));
    st_ledger_close(l);
    st_ledger_close(holder);
}

START_TEST(a_short_wait_is_not_told) {
    heard h = {0};
    wait_for(0, &h);
    wait_for(1, &h);
    ck_assert_int_eq(h.notes + h.warnings, 0);
}
END_TEST

START_TEST(a_long_one_is_told_once) {
    heard h = {0};
    wait_for(8, &h);
    ck_assert_int_eq(h.notes, 1);
    ck_assert_int_eq(h.warnings, 0);
    ck_assert_int_eq(h.last.code, ST_E_WAITING);
    ck_assert_ptr_nonnull(strstr(h.last.msg, "this waits up to 8 s"));
}
END_TEST

START_TEST(a_slow_statement_waits_for_nobody) {
    heard h = {0};
    st_err err;
    st_ledger *l = live_open();
    l->patience.say = hear;
    l->patience.ctx = &h;
    OK(st_wait_set(l, 1, &err));
    OK(st_pg_exec(l, "select pg_sleep(3)", &err));
    ck_assert_int_eq(h.notes + h.warnings, 0);
    st_ledger_close(l);
}
END_TEST

START_TEST(a_cancelled_statement_was_no_wait) {
    st_err err;
    st_ledger *l = live_open();
    FAILS(st_pg_exec(l, "set statement_timeout = 100; select pg_sleep(3)", &err), ST_E_DB_BUSY);
    st_ledger_close(l);
}
END_TEST

static void call_often(st_ledger *l) {
    st_err err;
    for (int i = 0; i < CALLS; i++)
        OK(st_wait_alive(l, &err));
}

START_TEST(who_works_long_says_so) {
    st_err err;
    st_ledger *l = live_open();
    OK(st_pg_exec(l, "select 1", &err));
    int64_t now = l->heard;
    l->heard = now - LONG_AGO_MS;
    call_often(l); /* nobody can wait for what holds nothing */
    ck_assert(l->heard == now - LONG_AGO_MS);
    OK(st_pg_exec(l, "begin", &err));
    now = l->heard;
    call_often(l);
    ck_assert(l->heard == now); /* it spoke just now */
    l->heard = now - LONG_AGO_MS;
    call_often(l);
    ck_assert(l->heard >= now);
    st_ledger_close(l);
}
END_TEST

int main(void) {
    if (!live_start())
        return 0;
    const ck_case cases[] = {CK_CASE(a_short_wait_is_not_told), CK_CASE(a_long_one_is_told_once),
                             CK_CASE(a_slow_statement_waits_for_nobody),
                             CK_CASE(a_cancelled_statement_was_no_wait),
                             CK_CASE(who_works_long_says_so)};
    int rc = ck_run("wait", cases, ST_LEN(cases));
    live_stop();
    return rc;
}
