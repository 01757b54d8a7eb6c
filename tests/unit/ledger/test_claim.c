/* Debts and what settles them, against a real cluster and as the people of an office. */
#include "debts.h"

#include "ledger/posting.h"

/* Open debts as a run of the scheme would find them, "subject occasion seq open/amount next|". */
static const char *open_debts(st_ledger *l, const char *scheme, int64_t before) {
    static char out[400];
    st_err err;
    st_posting *p;
    st_ledger_benefit b[2] = {live_benefits[0], live_benefits[1]};
    OK(st_posting_rehearse(l, scheme, "CNY", b, 2, before, &p, &err));
    out[0] = 0;
    for (bool row = true; row;) {
        st_str subject;
        st_debt d;
        OK(st_posting_debt(p, &subject, &d, &row, &err));
        size_t have = strlen(out);
        if (row)
            (void)snprintf(out + have, sizeof out - have,
                           "%.*s %.*s %d %" PRId64 "/%" PRId64 " %d|", ST_FMT(subject),
                           ST_FMT(d.occasion), d.seq, d.open, d.amount, d.next_no);
    }
    st_posting_abort(p);
    return out;
}

START_TEST(test_offset_and_void) {
    st_err err;
    st_ledger *l = office();
    st_run_info info, gone;
    as(l, "wang");
    int64_t debts = indebted(l, "void");
    ck_assert_str_eq(open_debts(l, "void", 0),
                     "w1 2023-10 1 30000/30000 1|w2 2023-10 1 30000/30000 1|");
    st_line december = takes(1, "w1", "2023-12", 0, 30000);
    kept half = {"w1", 15000, 30000};
    OK(run_of(l, "void", "december", &december, 1, &half, 1, &info, &err));
    ck_assert(info.sealed);
    ck_assert_str_eq(open_debts(l, "void", 0),
                     "w1 2023-10 1 15000/30000 2|w2 2023-10 1 30000/30000 1|");
    /* As it was before that run. */
    ck_assert_str_eq(open_debts(l, "void", info.run),
                     "w1 2023-10 1 30000/30000 1|w2 2023-10 1 30000/30000 1|");
    /* The run that made the debt cannot go as long as money was kept for it. */
    FAILS(st_ledger_void(l, debts, "mistake", &gone, &err), ST_E_LEDGER_STATE);
    ck_assert_msg(strstr(err.msg, "were settled by run"), "%s", err.msg);
    /* The run that kept it may go: its settlements go with it, and their numbers are not used
     * again. */
    OK(st_ledger_void(l, info.run, "wrong roster", &gone, &err));
    ck_assert_str_eq(open_debts(l, "void", 0),
                     "w1 2023-10 1 30000/30000 2|w2 2023-10 1 30000/30000 1|");
    OK(st_ledger_void(l, debts, "mistake", &gone, &err));
    ck_assert_str_eq(open_debts(l, "void", 0), "");
    st_ledger_close(l);
}
END_TEST

static bool add_leg(void *ctx, const st_leg *x) {
    return st_buf_fmt(ctx, "%d %s %" PRId64 "|", x->entry, x->account, x->amount);
}

START_TEST(test_general_ledger) {
    st_err err;
    st_ledger *l = office();
    st_run_info info;
    as(l, "wang");
    (void)indebted(l, "gl");
    st_line december = takes(1, "w1", "2023-12", 0, 30000);
    kept half = {"w1", 15000, 30000};
    OK(run_of(l, "gl", "december", &december, 1, &half, 1, &info, &err));
    st_buf b;
    st_buf_init(&b, 0);
    OK(st_ledger_legs(l, info.run, add_leg, &b, &err));
    ck_assert_str_eq(b.p, "1 expense 30000|1 payable -30000|2 payable 15000|2 claim -15000|");
    st_buf_free(&b);
    st_ledger_close(l);
}
END_TEST

/* The program would not, but somebody with the officer's rights might. */
START_TEST(test_sealing_looks) {
    st_err err;
    st_ledger *l = office();
    st_run_info info;
    as(l, "wang");
    (void)indebted(l, "looks");
    st_line december = takes(1, "w1", "2023-12", 0, 10000);
    kept more_than_paid = {"w1", 20000, 20000};
    ck_assert(!run_of(l, "looks", "A", &december, 1, &more_than_paid, 1, &info, &err));
    ck_assert_msg(err.code == ST_E_DB_MISMATCH &&
                      strstr(err.msg, "keeps more from w1 than it pays"),
                  "%s", err.msg);
    OK(st_pg_exec(l, "reset session authorization", &err));
    PGresult *r = st_pg_query(l, "select max(run) from stipend.run", 0, NULL, true, &err);
    int64_t bad = st_pg_get_int(r, 0, 0);
    PQclear(r);
    as(l, "wang");
    OK(st_ledger_void(l, bad, "keeps too much", &info, &err));
    st_line much = takes(1, "w1", "2023-12", 1, 90000);
    kept more_than_owed = {"w1", 30001, 90000};
    ck_assert(!run_of(l, "looks", "B", &much, 1, &more_than_owed, 1, &info, &err));
    ck_assert_msg(err.code == ST_E_DB_MISMATCH && strstr(err.msg, "settles more than w1 owes"),
                  "%s", err.msg);
    OK(st_ledger_void(l, bad + 1, "keeps too much", &info, &err));
    st_ledger_close(l);
}
END_TEST

/* A receipt is booked once. Without one, what looks alike is refused: nobody knows whether it is a
 * second payment. */
START_TEST(test_receipts) {
    st_err err;
    st_ledger *l = office();
    as(l, "wang");
    (void)indebted(l, "receipts");
    as(l, "qian");
    const st_booking first = {.subject = "w1",
                              .scheme = "receipts",
                              .amount = 5000,
                              .date = {2024, 1, 5},
                              .note = "at the desk",
                              .key = "R1"};
    int64_t no, one;
    bool already;
    OK(st_claim_repay(l, &first, &one, &already, &err));
    st_booking other_amount = first, other_person = first, other_day = first, other_note = first,
               second = first, bare = first;
    other_amount.amount = 5001;
    other_person.subject = "w2";
    other_day.date.day = 6;
    other_note.note = "by post"; /* words are no matter: the answer may have been lost */
    second.key = "R2";
    bare.key = NULL;
    const struct {
        const char *name;
        const st_booking *b;
        st_code code; /* of the refusal; 0: booked */
        bool already;
    } rows[] = {
        {"the same again", &first, 0, true},
        {"other words", &other_note, 0, true},
        {"another amount", &other_amount, ST_E_CLAIM_RECEIPT, false},
        {"another person", &other_person, ST_E_CLAIM_RECEIPT, false},
        {"another day", &other_day, ST_E_CLAIM_RECEIPT, false},
        {"no receipt, and all the same", &bare, ST_E_CLAIM_TWICE, false},
        {"as much again with its own receipt", &second, 0, false},
    };
    char named[40];
    (void)snprintf(named, sizeof named, "booking %" PRId64 " ", one);
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        st_err_init(&err);
        bool ok = st_claim_repay(l, rows[i].b, &no, &already, &err);
        ck_assert_msg(ok == (rows[i].code == 0), "%s: %s", rows[i].name, ok ? "booked" : err.msg);
        if (ok) {
            ck_assert_msg(already == rows[i].already && (no == one) == already, "%s", rows[i].name);
        } else {
            ck_assert_msg(err.code == rows[i].code && strstr(err.msg, named), "%s: %s",
                          rows[i].name, err.msg);
        }
    }
    ck_assert_str_eq(open_debts(l, "receipts", 0),
                     "w1 2023-10 1 20000/30000 1|w2 2023-10 1 30000/30000 1|");
    /* a cancelled booking frees its receipt for the right amount */
    OK(st_claim_cancel(l, one, (st_date){2024, 1, 6}, "mistyped", &already, &err));
    OK(st_claim_repay(l, &other_amount, &no, &already, &err));
    ck_assert(!already);
    st_ledger_close(l);
}
END_TEST

START_TEST(test_cash) {
    st_err err;
    st_ledger *l = office();
    as(l, "wang");
    int64_t debts = indebted(l, "cash");
    st_booking b = {.subject = "w1",
                    .scheme = "cash",
                    .amount = 10000,
                    .date = {2024, 1, 5},
                    .note = "at the desk",
                    .key = "R17"};
    int64_t no, before;
    bool already;
    FAILS(st_claim_repay(l, &b, &no, &already, &err), ST_E_DB_RIGHTS);
    as(l, "qian");
    OK(st_claim_repay(l, &b, &no, &already, &err));
    ck_assert(!already && no > 0);
    before = no;
    ck_assert_str_eq(open_debts(l, "cash", 0),
                     "w1 2023-10 1 20000/30000 1|w2 2023-10 1 30000/30000 1|");
    b.amount = 20001;
    b.key = "R18";
    FAILS(st_claim_repay(l, &b, &no, &already, &err), ST_E_CLAIM_AMOUNT);
    ck_assert_msg(strstr(err.msg, "owes only 200.00"), "%s", err.msg);
    b.subject = "nobody";
    FAILS(st_claim_repay(l, &b, &no, &already, &err), ST_E_CLAIM_NONE);
    st_run_info info;
    as(l, "wang");
    FAILS(st_ledger_void(l, debts, "mistake", &info, &err), ST_E_LEDGER_STATE);
    FAILS(st_claim_cancel(l, before, (st_date){2024, 1, 6}, "counted twice", &already, &err),
          ST_E_DB_RIGHTS);
    as(l, "qian");
    OK(st_claim_cancel(l, before, (st_date){2024, 1, 6}, "counted twice", &already, &err));
    ck_assert(!already);
    OK(st_claim_cancel(l, before, (st_date){2024, 1, 6}, "counted twice", &already, &err));
    ck_assert(already);
    ck_assert_str_eq(open_debts(l, "cash", 0),
                     "w1 2023-10 1 30000/30000 1|w2 2023-10 1 30000/30000 1|");
    FAILS(st_claim_cancel(l, 999, (st_date){2024, 1, 6}, "x", &already, &err), ST_E_CLAIM_NONE);
    as(l, "wang");
    OK(st_ledger_void(l, debts, "mistake", &info, &err));
    st_ledger_close(l);
}
END_TEST

/* A draft that could not be sealed gives way to the next run: nobody can book anything about it
 * that would hold it. */
START_TEST(test_unsealed) {
    st_err err;
    st_ledger *l = office();
    st_run_info info;
    as(l, "wang");
    live_scheme(l, "unsealed");
    st_line paid = takes(1, "w1", "2023-10", 0, 30000), back = takes(1, "w1", "2023-10", 1, -30000);
    OK(run_of(l, "unsealed", "paid", &paid, 1, NULL, 0, &info, &err));
    as(l, "zhao");
    OK(st_ledger_approve(l, info.run, NULL, "", &info, &err));
    as(l, "wang");
    st_run_key key = live_key("unsealed", "back");
    info = live_post(l, &key, &back, 1, false);
    ck_assert(!info.sealed);
    int64_t no;
    bool already;
    st_booking b = {.subject = "w1",
                    .scheme = "unsealed",
                    .amount = 10000,
                    .date = {2024, 1, 5},
                    .note = "receipt 31"};
    FAILS(st_claim_write_off(l, &b, &no, &already, &err), ST_E_CLAIM_NONE);
    as(l, "qian");
    FAILS(st_claim_repay(l, &b, &no, &already, &err), ST_E_CLAIM_NONE);
    ck_assert_msg(strstr(err.msg, "which is not sealed"), "%s", err.msg);
    as(l, "zhao"); /* accepted and sealed, it can be booked */
    OK(st_ledger_approve(l, info.run, "controls", "", &info, &err));
    as(l, "qian");
    OK(st_claim_repay(l, &b, &no, &already, &err));
    st_ledger_close(l);
}
END_TEST

/* Two debts of one person; the payment covers the older whole and a part of the newer. */
START_TEST(test_cash_oldest_first) {
    st_err err;
    st_ledger *l = office();
    st_run_info info;
    as(l, "wang");
    (void)indebted(l, "oldest");
    st_line more = takes(1, "w1", "2023-11", 1, -30000);
    OK(run_of(l, "oldest", "more", &more, 1, NULL, 0, &info, &err));
    as(l, "qian");
    st_booking b = {.subject = "w1",
                    .scheme = "oldest",
                    .amount = 40000,
                    .date = {2024, 1, 5},
                    .note = "receipt 18"};
    int64_t no;
    bool already;
    OK(st_claim_repay(l, &b, &no, &already, &err));
    ck_assert_str_eq(open_debts(l, "oldest", 0),
                     "w1 2023-11 1 20000/30000 1|w2 2023-10 1 30000/30000 1|");
    st_ledger_close(l);
}
END_TEST

START_TEST(test_write_off) {
    st_err err;
    st_ledger *l = office();
    as(l, "wang");
    int64_t debts = indebted(l, "off");
    st_run_info info;
    const char *all = "w1 2023-10 1 30000/30000 1|w2 2023-10 1 30000/30000 1|";
    st_date day = {2024, 2, 1};
    st_booking b = {
        .subject = "w1", .scheme = "off", .amount = 30000, .date = day, .note = "died, no estate"};
    int64_t no;
    bool already;
    as(l, "qian");
    FAILS(st_claim_write_off(l, &b, &no, &already, &err), ST_E_DB_RIGHTS);
    as(l, "li");
    OK(st_claim_write_off(l, &b, &no, &already, &err));
    ck_assert_str_eq(open_debts(l, "off", 0), all); /* asked for is not approved */
    /* li may approve, but not what li asked for; wang may not approve at all. */
    FAILS(st_claim_approve(l, no, day, "", &already, &err), ST_E_DB_HANDS);
    ck_assert_msg(strstr(err.msg, "cannot approve it"), "%s", err.msg);
    as(l, "wang");
    FAILS(st_claim_approve(l, no, day, "", &already, &err), ST_E_DB_RIGHTS);
    as(l, "zhao");
    OK(st_claim_approve(l, no, day, "file 12", &already, &err));
    ck_assert(!already);
    OK(st_claim_approve(l, no, day, "file 12", &already, &err));
    ck_assert(already);
    /* Nothing is open; that it was written off matters when the month becomes due again. */
    ck_assert_str_eq(open_debts(l, "off", 0), "w1 2023-10 1 0/30000 1|w2 2023-10 1 30000/30000 1|");
    as(l, "wang");
    FAILS(st_claim_cancel(l, no, day, "no", &already, &err), ST_E_DB_RIGHTS);
    /* what holds the run is named by the number that people know */
    FAILS(st_ledger_void(l, debts, "mistake", &info, &err), ST_E_LEDGER_STATE);
    char name[40];
    (void)snprintf(name, sizeof name, "by booking %" PRId64 ",", no);
    ck_assert_msg(strstr(err.msg, name), "%s", err.msg);
    as(l, "zhao");
    OK(st_claim_cancel(l, no, day, "an heir was found", &already, &err));
    ck_assert_str_eq(open_debts(l, "off", 0), all);
    FAILS(st_claim_approve(l, no, day, "", &already, &err), ST_E_LEDGER_STATE);
    /* asked for, approved and cancelled: it holds the run no more */
    as(l, "wang");
    OK(st_ledger_void(l, debts, "mistake", &info, &err));
    st_ledger_close(l);
}
END_TEST

static bool add_claim(void *ctx, const st_claim *c) {
    return st_buf_fmt(ctx, "%s %s %s %" PRId64 " %" PRId64 "|", c->subject, c->benefit_id,
                      c->occasion, c->amount, c->open);
}
static bool add_settled(void *ctx, const st_settled *s) {
    return st_buf_fmt(ctx, "%s %" PRId64 " %s%s%s|", s->kind, s->amount, s->actor,
                      *s->note ? ": " : "", s->note);
}
static bool add_action(void *ctx, const st_claim_action *a) {
    return st_buf_fmt(ctx, "%s %s %s %" PRId64 " %s %s|", a->kind, a->state, a->subject, a->amount,
                      a->actor, a->by);
}

START_TEST(test_reading) {
    st_err err;
    st_ledger *l = office();
    st_run_info info;
    as(l, "wang");
    (void)indebted(l, "read");
    st_line december = takes(1, "w1", "2023-12", 0, 30000);
    kept half = {"w1", 15000, 30000};
    OK(run_of(l, "read", "december", &december, 1, &half, 1, &info, &err));
    int64_t no;
    bool already;
    st_booking off = {.subject = "w1",
                      .scheme = "read",
                      .amount = 5000,
                      .date = {2024, 1, 5},
                      .note = "hardship"};
    OK(st_claim_write_off(l, &off, &no, &already, &err));
    as(l, "zhao");
    OK(st_claim_approve(l, no, (st_date){2024, 1, 8}, "", &already, &err));
    as(l, "qian");
    st_booking cash = {.subject = "w1",
                       .scheme = "read",
                       .amount = 10000,
                       .date = {2024, 1, 9},
                       .note = "receipt 3"};
    OK(st_claim_repay(l, &cash, &no, &already, &err));
    st_buf b;
    st_buf_init(&b, 0);
    st_claim_filter f = {.scheme = "read"};
    OK(st_ledger_claims(l, &f, add_claim, &b, &err));
    ck_assert_str_eq(b.p, "w2 allowance 2023-10 30000 30000|");
    f.with_settled = true;
    f.subject = "w1";
    st_buf_clear(&b);
    OK(st_ledger_claims(l, &f, add_claim, &b, &err));
    ck_assert_str_eq(b.p, "w1 allowance 2023-10 30000 0|");
    st_buf_clear(&b);
    OK(st_ledger_settled(l, "read", "w1", add_settled, &b, &err));
    ck_assert_str_eq(b.p,
                     "offset 15000 wang|writeoff 5000 zhao: hardship|cash 10000 qian: receipt 3|");
    st_buf_clear(&b);
    OK(st_ledger_claim_actions(l, &f, add_action, &b, &err));
    ck_assert_str_eq(b.p, "writeoff approved w1 5000 wang zhao|cash booked w1 10000 qian |");
    st_buf_free(&b);
    st_ledger_close(l);
}
END_TEST

/* Nobody changes what is there, and what people book goes through the functions alone. */
START_TEST(test_attacks) {
    static const struct {
        const char *who, *sql;
        st_code code;
    } rows[] = {
        {"wang", "update stipend.settlement set amount = 1", ST_E_DB_RIGHTS},
        {"wang", "delete from stipend.settlement", ST_E_DB_RIGHTS},
        {"wang", "truncate stipend.settlement", ST_E_DB_RIGHTS},
        {"qian", "delete from stipend.repayment", ST_E_DB_RIGHTS},
        {"zhao", "update stipend.claim_action set amount = 1", ST_E_DB_RIGHTS},
        {"wang", "insert into stipend.repayment values ('w1', 1, '2023-10', 1, 1, 5, false, now())",
         ST_E_DB_RIGHTS},
        {"qian", "insert into stipend.repayment values ('w1', 1, '2023-10', 1, 1, 5, false, now())",
         ST_E_DB_RIGHTS},
        {"zhao",
         "insert into stipend.claim_action values (99, 'approve', 1, 1, 'w1', 5, now(), 'x', "
         "'zhao', now())",
         ST_E_DB_RIGHTS},
        {"qian", "insert into stipend.settlement values ('w1', 1, '2023-10', 1, 9, 1, 0, 0, 5, 5)",
         ST_E_DB_RIGHTS},
        {"wang", "insert into stipend.settlement values ('w1', 1, '2023-10', 1, 9, 1, 0, 0, 5, 5)",
         ST_E_LEDGER_STATE},
        {"wang", "select stipend.claim_spread(1, 1, 'w1', 5, false)", ST_E_DB_RIGHTS},
        {"zhao", "select stipend.claim_add('approve', 1, 1, 'w1', 5, now()::date, '', '')",
         ST_E_DB_RIGHTS},
        {"stipend_owner", "update stipend.settlement set amount = 1", ST_E_DB_RIGHTS},
        {"stipend_owner", "delete from stipend.repayment", ST_E_DB_RIGHTS},
        {"stipend_owner", "truncate stipend.claim_action cascade", ST_E_DB_RIGHTS},
        {"stipend_admin", "delete from stipend.claim_action", ST_E_DB_RIGHTS},
    };
    st_err err;
    st_ledger *l = office();
    as(l, "wang");
    (void)indebted(l, "attack");
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        as(l, rows[i].who);
        st_err_init(&err);
        ck_assert_msg(!st_pg_exec(l, rows[i].sql, &err), "%s may: %s", rows[i].who, rows[i].sql);
        ck_assert_msg(err.code == rows[i].code, "%s: %s: %s %s", rows[i].who, rows[i].sql,
                      st_code_id(err.code), err.msg);
        OK(st_pg_exec(l, "reset session authorization", &err));
    }
    st_ledger_close(l);
}
END_TEST

int main(void) {
    if (!live_start())
        return live_missing[0] && strstr(live_missing, "not installed") ? 0 : 1;
    made_by_owner();
    Suite *s = suite_create("claim");
    TCase *c = tcase_create("live");
    tcase_set_timeout(c, 60);
    tcase_add_test(c, test_offset_and_void);
    tcase_add_test(c, test_general_ledger);
    tcase_add_test(c, test_sealing_looks);
    tcase_add_test(c, test_cash);
    tcase_add_test(c, test_receipts);
    tcase_add_test(c, test_unsealed);
    tcase_add_test(c, test_cash_oldest_first);
    tcase_add_test(c, test_write_off);
    tcase_add_test(c, test_reading);
    tcase_add_test(c, test_attacks);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_set_tap(r, "-");
    srunner_run_all(r, CK_SILENT);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    live_stop();
    return failed != 0;
}
