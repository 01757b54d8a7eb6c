/* The embedded cluster: starting twice, at once, after a crash, in awkward folders. */
#include "live.h"

#include <signal.h>
#include <sys/stat.h>

static void conninfo_has(const char *state, const char *part) {
    st_err err;
    bool running;
    st_buf b;
    st_buf_init(&b, 0);
    OK(st_cluster_status(state, &running, &b, &err));
    ck_assert(running);
    ck_assert_msg(strstr(b.p, part) != NULL, "%s", b.p);
    st_buf_free(&b);
}

static void read_text(const char *state, const char *name, char *out, size_t cap) {
    char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", state, name);
    FILE *f = fopen(path, "r");
    ck_assert_ptr_nonnull(f);
    size_t n = fread(out, 1, cap - 1, f);
    out[n] = '\0';
    (void)fclose(f);
}

static long server_pid(void) {
    char text[512];
    read_text(live_state, "cluster/data/postmaster.pid", text, sizeof text);
    return strtol(text, NULL, 10);
}

START_TEST(test_keeps_running) {
    st_err err;
    long pid = server_pid();
    OK(st_cluster_start(live_state, true, &err));
    ck_assert_int_eq(server_pid(), pid);
    OK(st_cluster_stop(live_state, &err));
    bool running;
    OK(st_cluster_status(live_state, &running, NULL, &err));
    ck_assert(!running);
    OK(st_cluster_stop(live_state, &err));
    st_ledger_close(live_open());
    conninfo_has(live_state, live_state);
}
END_TEST

START_TEST(test_after_crash) {
    st_err err;
    long pid = server_pid();
    ck_assert_int_eq(kill((pid_t)pid, SIGKILL), 0);
    usleep(200000);
    OK(st_cluster_start(live_state, true, &err));
    st_ledger_close(live_open());
    ck_assert_int_ne(server_pid(), pid);
}
END_TEST

/* A pid file whose number belongs to a program that is no server: ours. */
START_TEST(test_stale_pid_file) {
    st_err err;
    OK(st_cluster_stop(live_state, &err));
    char path[256];
    (void)snprintf(path, sizeof path, "%s/cluster/data/postmaster.pid", live_state);
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    (void)fprintf(f, "%d\n%s/cluster/data\n", (int)getpid(), live_state);
    (void)fclose(f);
    OK(st_cluster_start(live_state, true, &err));
    st_ledger_close(live_open());
}
END_TEST

static bool remove_state(const char *state) {
    st_err err;
    OK(st_cluster_stop(state, &err));
    return nftw(state, live_remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0;
}

START_TEST(test_started_at_once) {
    char state[64] = "/tmp/stipend-test-XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(state));
    st_err err;
    st_err_init(&err);
    pid_t child[3];
    (void)fflush(stdout);
    for (int i = 0; i < 3; i++)
        if ((child[i] = fork()) == 0) {
            st_ledger *l;
            st_ledger_options opt = {.state_dir = state, .make = true};
            bool ok = st_ledger_open(&opt, &l, &err);
            if (!ok)
                st_err_print(stderr, &err, "en");
            _exit(ok ? 0 : 1);
        }
    for (int i = 0; i < 3; i++) {
        int status;
        ck_assert_int_eq(waitpid(child[i], &status, 0), child[i]);
        ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    ck_assert(remove_state(state));
}
END_TEST

/* The name of a socket is short, that of a folder need not be. */
START_TEST(test_long_path) {
    char state[40] = "/tmp/stipend-test-XXXXXX", deep[300];
    ck_assert_ptr_nonnull(mkdtemp(state));
    ck_assert_int_eq(chmod(state, 0755), 0);
    (void)snprintf(deep, sizeof deep, "%s/%0120d", state, 7);
    st_err err;
    OK(st_cluster_start(deep, true, &err));
    conninfo_has(deep, "host=/tmp/stipend-");
    st_buf b;
    st_buf_init(&b, 0);
    bool running;
    OK(st_cluster_status(deep, &running, &b, &err));
    OK(st_cluster_stop(deep, &err));
    char sock[128];
    ck_assert_int_eq(sscanf(b.p, "host=%120s", sock), 1);
    ck_assert_int_eq(rmdir(sock), 0);
    st_buf_free(&b);
    ck_assert(nftw(state, live_remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0);
}
END_TEST

/* As root: below a folder that the server's user may not enter, the data goes elsewhere and a note
 * says where. */
START_TEST(test_closed_parent) {
    char parent[64] = "/tmp/stipend-test-XXXXXX", state[80], conf[512];
    ck_assert_ptr_nonnull(mkdtemp(parent));
    (void)snprintf(state, sizeof state, "%s/state", parent);
    st_err err;
    OK(st_cluster_start(state, true, &err));
    if (geteuid() == 0) {
        conninfo_has(state, "host=/var/lib/stipend/");
        read_text(state, "cluster.conf", conf, sizeof conf);
        ck_assert_ptr_nonnull(strstr(conf, "cannot enter it"));
        char outside[128];
        ck_assert_int_eq(sscanf(strstr(conf, "/var/lib/"), "%120s", outside), 1);
        OK(st_cluster_stop(state, &err));
        ck_assert(nftw(outside, live_remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0);
        (void)rmdir("/var/lib/stipend");
    } else {
        conninfo_has(state, state);
        OK(st_cluster_stop(state, &err));
    }
    ck_assert(nftw(parent, live_remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0);
    struct stat s;
    ck_assert(stat(parent, &s) != 0);
}
END_TEST

START_TEST(test_bad_folders) {
    st_err err;
    FAILS(st_cluster_start("relative", true, &err), ST_E_CLUSTER_DIR);
    FAILS(st_cluster_start("/dev/null/x", true, &err), ST_E_CLUSTER_DIR);
    ck_assert_int_eq(st_code_exit(err.code), 73);
    st_ledger *l;
    st_ledger_options none = {.state_dir = "/tmp/stipend-there-is-none", .read_only = true};
    FAILS(st_ledger_open(&none, &l, &err), ST_E_DB_NONE);
    none.read_only = false;
    FAILS(st_ledger_open(&none, &l, &err), ST_E_DB_NONE);
    FAILS(st_cluster_start(none.state_dir, false, &err), ST_E_DB_NONE);
    FAILS(st_cluster_stop(none.state_dir, &err), ST_E_DB_NONE);
    ck_assert_int_eq(access(none.state_dir, F_OK), -1);
    st_ledger_options nowhere = {.conninfo = "host=/tmp/stipend-there-is-none"};
    FAILS(st_ledger_open(&nowhere, &l, &err), ST_E_DB_UNREACHABLE);
    ck_assert_int_eq(st_code_exit(err.code), 69);
}
END_TEST

int main(void) {
    if (!live_start())
        return live_missing[0] && strstr(live_missing, "not installed") ? 0 : 1;
    Suite *s = suite_create("ledger");
    TCase *t = tcase_create("cluster");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, test_keeps_running);
    tcase_add_test(t, test_after_crash);
    tcase_add_test(t, test_stale_pid_file);
    tcase_add_test(t, test_started_at_once);
    tcase_add_test(t, test_long_path);
    tcase_add_test(t, test_closed_parent);
    tcase_add_test(t, test_bad_folders);
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
