/* What settles debts is sealed with the lines: what a superuser changes of it is found and named.
 */
#include "debts.h"

#include "ledger/posting.h"
#include "ledger/verify.h"

enum { KEEPING = 3, LAST = 4 }; /* runs: paid, taken back, kept of a payment, one after bookings */

static void book(st_ledger *l) {
    st_err err;
    int64_t no;
    bool already;
    st_date day = {2024, 1, 5};
    st_booking cash = {
        .subject = "w1", .scheme = "seal", .amount = 4000, .date = day, .note = "receipt 1"};
    st_booking off = {
        .subject = "w2", .scheme = "seal", .amount = 9000, .date = day, .note = "hardship"};
    as(l, "qian");
    OK(st_claim_repay(l, &cash, &no, &already, &err));
    ck_assert_int_eq(no, 1);
    as(l, "wang");
    OK(st_claim_write_off(l, &off, &no, &already, &err));
    as(l, "zhao");
    OK(st_claim_approve(l, no, day, "file 12", &already, &err));
    as(l, "wang");
}

/* Once, before all tests: each tampers in a transaction that is taken back. */
static void fill(void) {
    st_err err;
    st_ledger *l = office();
    st_run_info info;
    as(l, "wang");
    (void)indebted(l, "seal");
    st_line december = takes(1, "w1", "2023-12", 0, 30000),
            january = takes(1, "w2", "2024-01", 0, 1);
    kept half = {"w1", 15000, 30000};
    OK(run_of(l, "seal", "december", &december, 1, &half, 1, &info, &err));
    ck_assert_int_eq(info.run, KEEPING);
    book(l);
    OK(run_of(l, "seal", "january", &january, 1, NULL, 0, &info, &err));
    ck_assert(info.run == LAST && info.claims_sealed && info.bookings == 3);
    as(l, "qian"); /* booked since: no seal covers it */
    int64_t no;
    bool already;
    st_booking late = {.subject = "w1",
                       .scheme = "seal",
                       .amount = 100,
                       .date = {2024, 2, 1},
                       .note = "receipt 2"};
    OK(st_claim_repay(l, &late, &no, &already, &err));
    st_ledger_close(l);
}

static void tell(void *ctx, const st_tamper_finding *f) {
    (void)st_buf_fmt(ctx, "%s %" PRId64 "\n", st_tamper_name(f->kind), f->run);
}

static const struct {
    const char *sql, *expected;
} cases[] = {
    {"select 1", ""},
    {"update stipend.settlement set amount = amount - 1", "settlement 3\n"},
    {"update stipend.settlement set subject_id = 'w2'", "settlement 3\n"},
    {"update stipend.settlement set payment = payment + 1", "settlement 3\n"},
    {"update stipend.settlement set kind = 1", "settlement 3\n"},
    {"update stipend.settlement set run = 4", "settlement 3\nsettlement 4\n"},
    {"delete from stipend.settlement", "settlement 3\n"},
    {"insert into stipend.settlement select subject_id, benefit, occasion, seq, 9, 4, 0, 0, 5, 5 "
     "from stipend.settlement",
     "settlement 4\n"},
    {"update stipend.claim_action set amount = amount + 1 where no = 1", "booking 4\nevent 0\n"},
    {"update stipend.claim_action set note = 'x' where no = 2", "booking 4\nevent 0\n"},
    {"update stipend.claim_action set actor = 'zoe' where no = 3", "booking 4\nevent 0\n"},
    {"update stipend.claim_action set date = '2024-01-06' where no = 3", "booking 4\nevent 0\n"},
    {"update stipend.repayment set amount = amount - 1 where action = 1", "booking 4\nevent 0\n"},
    {"update stipend.repayment set writeoff = false where action = 3", "booking 4\nevent 0\n"},
    {"delete from stipend.repayment where action = 1", "booking 4\nevent 0\n"},
    {"delete from stipend.repayment where action = 1; delete from stipend.claim_action where no = "
     "1",
     "booking 4\nevent 0\n"},
    {"delete from stipend.repayment where action > 2; delete from stipend.claim_action where no > "
     "2",
     "booking 4\nevent 0\nevent 0\n"},
    {"update stipend.run_event set settlements = root where run = 4 and state = 'sealed'",
     "settlement 4\nevent 4\ndigest 4\n"},
    {"update stipend.run_event set bookings = 2 where run = 4 and state = 'sealed'",
     "booking 4\nevent 4\ndigest 4\n"},
    {"update stipend.run_event set settlements = null where run = 4 and state = 'sealed'",
     "event 4\ndigest 4\n"},
    /* not sealed yet */
    {"update stipend.claim_action set note = 'x' where no = 4", "event 0\n"},
};

START_TEST(test_tampered) {
    static const char *const tables[] = {"settlement", "repayment", "claim_action", "run_event"};
    st_err err;
    st_ledger *l = office();
    OK(st_pg_exec(l, "begin", &err));
    char text[128];
    for (size_t i = 0; i < ST_LEN(tables); i++) {
        (void)snprintf(text, sizeof text, "alter table stipend.%s disable trigger all", tables[i]);
        OK(st_pg_exec(l, text, &err));
    }
    OK(st_pg_exec(l, cases[_i].sql, &err));
    st_buf out;
    st_buf_init(&out, 0);
    (void)st_buf_z(&out, "");
    st_verified v;
    OK(st_ledger_verify(l, tell, &out, &v, &err));
    ck_assert_msg(strcmp(out.n ? out.p : "", cases[_i].expected) == 0, "%s\nsaid:\n%swanted:\n%s",
                  cases[_i].sql, out.n ? out.p : "", cases[_i].expected);
    if (!*cases[_i].expected)
        ck_assert(v.bookings == 4 && v.open_bookings == 1);
    st_buf_free(&out);
    st_ledger_close(l);
}
END_TEST

/* The exported digest carries them, and follows from its fields. */
START_TEST(test_exported) {
    st_err err;
    st_ledger *l = office();
    st_buf text, out;
    st_buf_init(&text, 0);
    st_buf_init(&out, 0);
    OK(st_digest_export(l, LAST, NULL, &text, &err));
    uint64_t n;
    OK(st_digest_compare(l, st_buf_view(&text), NULL, tell, &out, &n, &err));
    ck_assert_uint_eq(n, 0);
    char *bookings = strstr(text.p, "bookings: 3\n");
    ck_assert_ptr_nonnull(bookings);
    bookings[10] = '2';
    OK(st_digest_compare(l, st_buf_view(&text), NULL, tell, &out, &n, &err));
    ck_assert_str_eq(out.p, "file 4\n");
    st_buf_free(&text);
    st_buf_free(&out);
    st_ledger_close(l);
}
END_TEST

static bool add_leg(void *ctx, const st_leg *x) {
    return x->kind != ST_LEG_BOOKING ||
           st_buf_fmt(ctx, "%" PRId64 " %s %s %s %" PRId64 "|", x->number, x->what, x->benefit_id,
                      x->account, x->amount);
}

START_TEST(test_booked_legs) {
    st_err err;
    st_ledger *l = office();
    st_buf b;
    st_buf_init(&b, 0);
    OK(st_ledger_legs(l, 0, add_leg, &b, &err));
    ck_assert_str_eq(b.p, "1 cash allowance cash 4000|1 cash allowance claim -4000|"
                          "3 writeoff allowance writeoff 9000|3 writeoff allowance claim -9000|"
                          "4 cash allowance cash 100|4 cash allowance claim -100|");
    st_buf_free(&b);
    st_ledger_close(l);
}
END_TEST

int main(void) {
    if (!live_start())
        return live_missing[0] && strstr(live_missing, "not installed") ? 0 : 1;
    made_by_owner();
    Suite *s = suite_create("ledger");
    TCase *t = tcase_create("claim_seal");
    tcase_set_timeout(t, 60);
    tcase_add_unchecked_fixture(t, fill, NULL);
    tcase_add_loop_test(t, test_tampered, 0, (int)ST_LEN(cases));
    tcase_add_test(t, test_exported);
    tcase_add_test(t, test_booked_legs);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_set_fork_status(r, CK_NOFORK);
    srunner_set_tap(r, "-");
    srunner_run_all(r, CK_SILENT);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    live_stop();
    return failed != 0;
}
