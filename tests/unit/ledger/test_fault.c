/* A connection lost, or a process killed, at every point of a run: afterwards the same command
 * finishes the job, and the ledger is the one of an undisturbed run. Faults are compiled into test
 * builds only. */
#include "live.h"

enum { LINES = 25000 };

/* One command: 0 done (or already done), else the exit code. In a process of its own. */
static int command(const char *scheme, const char *fault) {
    (void)fflush(stdout);
    pid_t child = fork();
    if (child != 0) {
        int status;
        ST_ASSERT(waitpid(child, &status, 0) == child);
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    (void)setenv("STIPEND_FAULT", fault, 1);
    st_err err;
    st_err_init(&err);
    st_ledger_options opt = {.state_dir = live_state, .make = true};
    st_ledger *l = NULL;
    st_posting *p = NULL;
    bool already, row, ok = st_ledger_open(&opt, &l, &err);
    st_run_info info;
    st_run_key key = live_key(scheme, "A");
    live_benefits[0] = (st_ledger_benefit){.id = "award", .title = "Award", .budget_line = ""};
    ok = ok && st_ledger_scheme(l, scheme, "Scheme", "CNY", live_benefits, 1, &err) &&
         st_posting_begin(l, &key, false, &p, &already, &info, &err);
    char name[16];
    for (int i = 0; ok && !already && i < LINES; i++) {
        st_posted k;
        (void)snprintf(name, sizeof name, "w%06d", i);
        st_line x = live_line((uint64_t)i + 1, name, 0, "x", 0, i + 1);
        ok = (i % 5000 || st_posting_posted(p, &k, &row, &err)) && st_posting_line(p, &x, &err);
    }
    st_posting_summary s = {.json = "{}", .controls_ok = true};
    if (ok && !already)
        ok = st_posting_commit(p, &s, &info, &err);
    st_posting_abort(p);
    st_ledger_close(l);
    if (ok && !info.sealed)
        _exit(99);
    _exit(ok ? 0 : (int)st_code_exit(err.code));
}

static const char *const faults[] = {
    "before-scheme:1",
    "after-scheme:1",
    "begin:1",
    "fetch:1",
    "copy:1",
    "copy:2",
    "copy:3",
    "before-run:1",
    "after-run:1",
    "before-seal:1",
    "after-seal:1",
    "begin:1:kill",
    "copy:2:kill",
    "before-run:1:kill",
    "after-run:1:kill",
    "before-seal:1:kill",
    "after-seal:1:kill",
};

START_TEST(test_fault) {
    st_err err;
    char scheme[32];
    (void)snprintf(scheme, sizeof scheme, "fault-%d", _i);
    int code = command(scheme, faults[_i]);
    bool kill = strstr(faults[_i], ":kill") != NULL;
    ck_assert_msg(code == (kill ? 128 + 9 : 75), "%s ended with %d", faults[_i], code);
    ck_assert_int_eq(command(scheme, ""), 0);
    st_ledger *l = live_open();
    bool found;
    st_run_info info;
    OK(st_ledger_newest(l, scheme, &found, &info, &err));
    ck_assert(found && info.sealed && info.lines == LINES);
    ck_assert_int_eq(info.total, (st_money)LINES * (LINES + 1) / 2);
    st_ledger_close(l);
}
END_TEST

static bool count(void *ctx, const st_run_info *r) {
    int *n = ctx;
    (*n)++;
    ck_assert(r->sealed);
    return true;
}

/* No fault left a second run or a gap: numbers are 1..n, one run per scheme. */
START_TEST(test_no_gaps) {
    st_err err;
    st_ledger *l = live_open();
    int n = 0;
    OK(st_ledger_runs(l, count, &n, &err));
    ck_assert_int_eq(n, (int)ST_LEN(faults));
    bool found;
    st_run_info info;
    OK(st_ledger_run_info(l, n, &found, &info, &err));
    ck_assert(found);
    st_ledger_close(l);
}
END_TEST

/* The seam is there when dropping the connection makes a difference. */
static bool faults_built_in(void) {
    return command("probe", "before-scheme:1") != 0;
}

int main(void) {
    if (!live_start())
        return live_missing[0] && strstr(live_missing, "not installed") ? 0 : 1;
    if (!faults_built_in()) {
        printf("1..0 # SKIP faults are compiled into debug and sanitizer builds only\n");
        live_stop();
        return 0;
    }
    Suite *s = suite_create("ledger");
    TCase *t = tcase_create("fault");
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, test_fault, 0, (int)ST_LEN(faults));
    tcase_add_test(t, test_no_gaps);
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
