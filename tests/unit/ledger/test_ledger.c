/* The ledger against a real embedded cluster in a folder of its own. */
#include "live.h"

START_TEST(test_post_and_read) {
    st_err err;
    st_ledger *l = live_open();
    live_scheme(l, "post");
    st_run_key key = live_key("post", "A");
    st_posting *p;
    bool already, row;
    st_run_info info, newest;
    OK(st_ledger_newest(l, "post", &row, &newest, &err));
    ck_assert(!row);
    OK(st_posting_begin(l, &key, false, &p, &already, &info, &err));
    st_posted posted;
    OK(st_posting_posted(p, &posted, &row, &err));
    ck_assert(!row);
    st_line a = live_line(1, "w001", 0, "intermediate", 0, 300000),
            b = live_line(2, "w002·阿", 1, "2023-11", 0, 20000);
    OK(st_posting_line(p, &a, &err));
    OK(st_posting_line(p, &b, &err));
    st_assessment as = {.subject = ST_STR("w001"),
                        .benefit = live_benefits[0].number,
                        .outcome = ST_ENTITLED,
                        .tier = ST_STR("intermediate"),
                        .due = 300000,
                        .occasions = 1,
                        .reasons = ST_STR("[]"),
                        .facts = live_sha("w001")};
    OK(st_posting_assessment(p, &as, &err));
    st_err finding;
    st_err_init(&finding);
    (void)st_fail(&finding, ST_E_DATE_TEXT, "no date");
    finding.severity = ST_SEV_HELD;
    OK(st_posting_finding(p, ST_STR("w003"), 0, &finding, &err));
    st_posting_summary s = {.json = "{\"x\": 1}", .controls_ok = true};
    OK(st_posting_commit(p, &s, &info, &err));
    ck_assert_int_eq(info.run, st_posting_run(p));
    st_posting_abort(p);
    ck_assert(info.sealed && info.state == ST_RUN_DRAFT && info.lines == 2 && info.total == 320000);
    ck_assert(info.period == key.period && st_date_cmp(info.as_of, key.as_of) == 0);
    st_buf json;
    st_buf_init(&json, 0);
    OK(st_ledger_summary(l, info.run, &json, &err));
    ck_assert(st_str_is(st_buf_view(&json), s.json));
    st_buf_free(&json);
    OK(st_ledger_newest(l, "post", &row, &newest, &err));
    ck_assert(row && newest.run == info.run && st_sha256_eq(&newest.root, &info.root));
    st_ledger_close(l);
}
END_TEST

static bool collect(void *ctx, const st_ledger_line *x) {
    (void)st_buf_fmt(ctx, "%" PRIu64 " %.*s %s %.*s %d %s %.*s %" PRId64 " %s\n", x->line.line_no,
                     ST_FMT(x->line.subject), x->benefit_id, ST_FMT(x->line.occasion), x->line.seq,
                     x->scheme, ST_FMT(x->line.tier), x->line.amount, x->currency);
    return true;
}

START_TEST(test_lines_filter) {
    st_err err;
    st_ledger *l = live_open();
    live_scheme(l, "filter");
    st_run_key key = live_key("filter", "A");
    st_line lines[] = {live_line(1, "w1", 0, "senior", 0, 600000),
                       live_line(2, "w1", 1, "2023-11", 0, 500),
                       live_line(3, "w2", 1, "2023-11", 0, 20000)};
    st_run_info info = live_post(l, &key, lines, 3, true);
    st_buf out;
    st_buf_init(&out, 0);
    st_ledger_filter f = {.run = info.run, .subject = "w1", .benefit = "allowance"};
    OK(st_ledger_lines(l, &f, collect, &out, &err));
    ck_assert_str_eq(out.p, "2 w1 allowance 2023-11 0 filter intermediate 500 CNY\n");
    st_buf_clear(&out);
    st_ledger_filter all = {.scheme = "filter"};
    OK(st_ledger_lines(l, &all, collect, &out, &err));
    ck_assert_str_eq(out.p, "1 w1 award senior 0 filter intermediate 600000 CNY\n"
                            "2 w1 allowance 2023-11 0 filter intermediate 500 CNY\n"
                            "3 w2 allowance 2023-11 0 filter intermediate 20000 CNY\n");
    st_buf_free(&out);
    st_ledger_close(l);
}
END_TEST

/* A, the same again, B, A again: three runs, and what is posted is the sum of all. */
START_TEST(test_already_and_posted) {
    st_err err;
    st_ledger *l = live_open();
    live_scheme(l, "again");
    st_run_key a = live_key("again", "A"), b = live_key("again", "B");
    st_line first[] = {live_line(1, "w1", 0, "x", 0, 1200), live_line(2, "w1", 0, "y", 0, 5)};
    st_line second[] = {live_line(1, "w1", 0, "x", 1, -300)};
    st_run_info r1 = live_post(l, &a, first, 2, true), info;
    st_posting *p;
    bool already, row;
    OK(st_posting_begin(l, &a, false, &p, &already, &info, &err));
    ck_assert(already && !p && info.run == r1.run);
    st_run_info r2 = live_post(l, &b, second, 1, true);
    ck_assert_int_eq(r2.run, r1.run + 1);
    ck_assert(st_sha256_eq(&r2.prev_digest, &r1.digest));
    OK(st_posting_begin(l, &a, false, &p, &already, &info, &err));
    ck_assert(!already && p);
    st_posted k;
    OK(st_posting_posted(p, &k, &row, &err));
    ck_assert(row && st_str_is(k.subject, "w1") && st_str_is(k.occasion, "x"));
    ck_assert(k.sum == 900 && k.next_seq == 2 && k.last_seq == 1 && k.last_amount == -300);
    OK(st_posting_posted(p, &k, &row, &err));
    ck_assert(row && st_str_is(k.occasion, "y") && k.sum == 5 && k.next_seq == 1);
    OK(st_posting_posted(p, &k, &row, &err));
    ck_assert(!row);
    OK(st_posting_posted(p, &k, &row, &err));
    ck_assert(!row);
    st_posting_abort(p);
    st_ledger_close(l);
}
END_TEST

/* Many keys: portions and chunks end in the middle of a key and of a stream. */
START_TEST(test_interleaved) {
    enum { N = 23000 };
    st_err err;
    st_ledger *l = live_open();
    live_scheme(l, "many");
    char name[16];
    for (int round = 0; round < 2; round++) {
        st_run_key key = live_key("many", round ? "B" : "A");
        st_posting *p;
        bool already, row;
        st_run_info info;
        OK(st_posting_begin(l, &key, false, &p, &already, &info, &err));
        for (int i = 0; i < N; i++) {
            (void)snprintf(name, sizeof name, "w%06d", i);
            st_posted k;
            OK(st_posting_posted(p, &k, &row, &err));
            ck_assert(row == (round == 1));
            if (row)
                ck_assert(st_str_is(k.subject, name) && k.sum == i + 1 && k.next_seq == 1);
            st_line x = live_line((uint64_t)i + 1, name, 1, "2023-11", round, i + 1);
            OK(st_posting_line(p, &x, &err));
            st_assessment a = {.subject = st_str_of(name),
                               .benefit = live_benefits[1].number,
                               .outcome = ST_ENTITLED,
                               .reasons = ST_STR("[]")};
            OK(st_posting_assessment(p, &a, &err));
        }
        st_posting_summary s = {.json = "{}", .controls_ok = true};
        OK(st_posting_commit(p, &s, &info, &err));
        st_posting_abort(p);
        ck_assert(info.lines == N && info.total == (st_money)N * (N + 1) / 2);
    }
    st_ledger_close(l);
}
END_TEST

START_TEST(test_key_refused) {
    st_err err;
    st_ledger *l = live_open();
    live_scheme(l, "key");
    st_run_key a = live_key("key", "A"), b = live_key("key", "B");
    st_line x = live_line(1, "w1", 0, "x", 0, 1200);
    st_run_info r1 = live_post(l, &a, &x, 1, true), info;
    st_posting *p;
    bool already, found;
    OK(st_posting_begin(l, &b, false, &p, &already, &info, &err));
    OK(st_posting_line(p, &x, &err));
    st_posting_summary s = {.json = "{}", .controls_ok = true};
    FAILS(st_posting_commit(p, &s, &info, &err), ST_E_DB_KEY);
    ck_assert_ptr_null(strstr(err.msg, "w1"));
    st_posting_abort(p);
    OK(st_ledger_newest(l, "key", &found, &info, &err));
    ck_assert(found && info.run == r1.run);
    st_ledger_close(l);
}
END_TEST

START_TEST(test_abort_gives_number_back) {
    st_err err;
    st_ledger *l = live_open();
    live_scheme(l, "abort");
    st_run_key a = live_key("abort", "A");
    st_posting *p;
    bool already;
    st_run_info info;
    OK(st_posting_begin(l, &a, false, &p, &already, &info, &err));
    int64_t run = st_posting_run(p);
    st_line x = live_line(1, "w1", 0, "x", 0, 1200);
    OK(st_posting_line(p, &x, &err));
    st_posting_abort(p);
    info = live_post(l, &a, &x, 1, true);
    ck_assert_int_eq(info.run, run);
    st_ledger_close(l);
}
END_TEST

START_TEST(test_controls_leave_unsealed) {
    st_err err;
    st_ledger *l = live_open();
    live_scheme(l, "controls");
    st_run_key a = live_key("controls", "A");
    st_line x = live_line(1, "w1", 0, "x", 0, 1200);
    st_run_info info = live_post(l, &a, &x, 1, false);
    ck_assert(!info.sealed && info.state == ST_RUN_DRAFT && info.lines == 1);
    st_posting *p;
    bool already;
    OK(st_posting_begin(l, &a, false, &p, &already, &info, &err));
    ck_assert(already && !info.sealed);
    st_ledger_close(l);
}
END_TEST

/* While one run is open the second is turned away, or waits and then finds the work done. */
START_TEST(test_second_run) {
    st_err err;
    st_ledger *l = live_open(), *m = live_open();
    live_scheme(l, "second");
    st_run_key a = live_key("second", "A");
    st_posting *p, *q;
    bool already;
    st_run_info info;
    OK(st_posting_begin(l, &a, false, &p, &already, &info, &err));
    FAILS(st_posting_begin(m, &a, true, &q, &already, &info, &err), ST_E_DB_BUSY);
    ck_assert_int_eq(st_code_exit(err.code), 75);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        st_ledger *c = live_open();
        bool done = false;
        st_run_info seen;
        bool ok = st_posting_begin(c, &a, false, &q, &done, &seen, &err);
        _exit(ok && done && seen.sealed ? 0 : 1);
    }
    usleep(300000);
    st_line x = live_line(1, "w1", 0, "x", 0, 1200);
    OK(st_posting_line(p, &x, &err));
    st_posting_summary s = {.json = "{}", .controls_ok = true};
    OK(st_posting_commit(p, &s, &info, &err));
    st_posting_abort(p);
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    st_ledger_close(m);
    st_ledger_close(l);
}
END_TEST

/* A program whose tables are not those of this ledger writes nothing. */
START_TEST(test_other_tables) {
    st_err err;
    st_ledger *l = live_open(), *admin = live_admin("stipend");
    live_scheme(l, "other");
    OK(st_pg_exec(admin, "alter table stipend.finding add column odd int", &err));
    st_run_key key = live_key("other", "A");
    st_posting *p;
    bool already;
    st_run_info info;
    FAILS(st_posting_begin(l, &key, false, &p, &already, &info, &err), ST_E_DB_MIGRATION);
    ck_assert(p == NULL && strstr(err.msg, "table finding"));
    OK(st_pg_exec(admin, "alter table stipend.finding drop column odd", &err));
    OK(st_posting_begin(l, &key, false, &p, &already, &info, &err));
    st_posting_abort(p);
    st_ledger_close(admin);
    st_ledger_close(l);
}
END_TEST

/* A rehearsal names benefits that the ledger does not have: each has a number of its own, and its
 * lines are those of a run to come. */
START_TEST(test_rehearsal_of_new_benefits) {
    st_err err;
    st_ledger *l = live_open();
    live_scheme(l, "rehearsed");
    st_sha256 roots[3];
    for (int i = 0; i < 3; i++) {
        st_ledger_benefit b[3] = {{.id = "one"}, {.id = "allowance"}, {.id = "two"}};
        st_posting *p;
        uint64_t lines;
        st_money total;
        OK(st_posting_rehearse(l, "rehearsed", "CNY", b, 3, 0, &p, &err));
        ck_assert_int_eq(b[1].number, live_benefits[1].number);
        ck_assert_int_lt(b[0].number, 0);
        ck_assert_int_lt(b[2].number, 0);
        ck_assert_int_ne(b[0].number, b[2].number);
        st_line x = live_line(1, "w1", 0, "x", 0, 1200);
        x.benefit = b[i].number;
        OK(st_posting_line(p, &x, &err));
        st_posting_sum(p, &roots[i], &lines, &total);
        ck_assert(lines == 1 && total == 1200);
        st_posting_abort(p);
    }
    ck_assert(!st_sha256_eq(&roots[0], &roots[1]) && !st_sha256_eq(&roots[0], &roots[2]) &&
              !st_sha256_eq(&roots[1], &roots[2]));
    st_ledger_close(l);
}
END_TEST

int main(void) {
    if (!live_start())
        return live_missing[0] && strstr(live_missing, "not installed") ? 0 : 1;
    Suite *s = suite_create("ledger");
    TCase *t = tcase_create("live");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, test_post_and_read);
    tcase_add_test(t, test_lines_filter);
    tcase_add_test(t, test_already_and_posted);
    tcase_add_test(t, test_interleaved);
    tcase_add_test(t, test_key_refused);
    tcase_add_test(t, test_abort_gives_number_back);
    tcase_add_test(t, test_controls_leave_unsealed);
    tcase_add_test(t, test_second_run);
    tcase_add_test(t, test_other_tables);
    tcase_add_test(t, test_rehearsal_of_new_benefits);
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
