/* A cluster of the test's own, shared by the tests of one program, each in a fresh scheme. */
#ifndef LIVE_H
#define LIVE_H

#include "ledger/approve.h"
#include "ledger/ledger.h"
#include "ledger/pg_int.h"

#include <check.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/wait.h>

#define OK(call)                                                                                   \
    do {                                                                                           \
        st_err_init(&err);                                                                         \
        ck_assert_msg((call), "%s: %s", #call, err.msg);                                           \
    } while (0)
#define FAILS(call, expected)                                                                      \
    do {                                                                                           \
        st_err_init(&err);                                                                         \
        ck_assert_msg(!(call), "%s did not fail", #call);                                          \
        ck_assert_msg(err.code == (expected), "%s: %s %s", #call, st_code_id(err.code), err.msg);  \
    } while (0)

ST_UNUSED

static char live_state[128];
static char live_missing[ST_MSG_MAX]; /* why there is none; empty: it is there */

ST_UNUSED static int live_remove_one(const char *path, const struct stat *s, int type,
                                     struct FTW *w) {
    (void)s;
    (void)type;
    (void)w;
    return remove(path);
}

ST_UNUSED static void live_stop(void) {
    (void)st_cluster_stop(live_state, NULL);
    (void)nftw(live_state, live_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* True when the tests can run; otherwise a TAP plan that says why not was printed. */
ST_UNUSED static bool live_start(void) {
    (void)snprintf(live_state, sizeof live_state, "/tmp/stipend-test-XXXXXX");
    ST_ASSERT(mkdtemp(live_state) != NULL);
    static const char *const names[] = {"PGHOST", "PGHOSTADDR", "PGSERVICE", "PGDATABASE",
                                        "PGUSER"};
    for (size_t i = 0; i < ST_LEN(names); i++)
        (void)unsetenv(names[i]);
    st_err err;
    st_err_init(&err);
    if (st_cluster_start(live_state, true, &err))
        return true;
    (void)snprintf(live_missing, sizeof live_missing, "%s", err.msg);
    live_stop();
    if (err.code == ST_E_PG_MISSING)
        printf("1..0 # SKIP %s\n", live_missing);
    else
        printf("1..1\nnot ok 1 - cluster: %s\n", live_missing);
    return false;
}

ST_UNUSED static st_ledger *live_open(void) {
    st_err err;
    st_err_init(&err);
    st_ledger_options opt = {.state_dir = live_state, .make = true};
    st_ledger *l = NULL;
    ck_assert_msg(st_ledger_open(&opt, &l, &err), "%s", err.msg);
    return l;
}

enum { LIVE_CONNINFO = 512 };
ST_UNUSED static void live_conninfo(const char *database, char out[LIVE_CONNINFO]) {
    st_err err;
    bool running;
    st_buf info;
    st_buf_init(&info, 0);
    OK(st_cluster_status(live_state, &running, &info, &err));
    (void)snprintf(out, LIVE_CONNINFO, "%.*s dbname=%s user=stipend_admin",
                   (int)(strstr(info.p, " dbname") - info.p), info.p, database);
    st_buf_free(&info);
}

/* As the server's superuser, who is no person: he may become anybody (live_as), and everything is
 * open to him. */
ST_UNUSED static st_ledger *live_admin(const char *database) {
    st_err err;
    st_err_init(&err);
    char conninfo[LIVE_CONNINFO];
    live_conninfo(database, conninfo);
    st_ledger_options opt = {.conninfo = conninfo, .make = true};
    st_ledger *l = NULL;
    ck_assert_msg(st_ledger_open(&opt, &l, &err), "%s", err.msg);
    return l;
}

/* The session goes on as this login; the database sees no difference to a connection of his own. */
ST_UNUSED static void live_as(st_ledger *l, const char *user) {
    st_err err;
    char sql[128];
    OK(st_pg_exec(l, "reset session authorization", &err));
    (void)snprintf(sql, sizeof sql, "set session authorization %s", user);
    OK(st_pg_exec(l, sql, &err));
}

ST_UNUSED static void live_people(void) {
    static const char *const people[][2] = {{"officer", "alice"}, {"approver", "bob"},
                                            {"payer", "carol"},   {"auditor", "dave"},
                                            {"officer", "frank"}, {"approver", "frank"}};
    st_err err;
    st_ledger_options opt = {.state_dir = live_state, .make = true};
    static const char *const logins[] = {"alice", "bob", "carol", "dave", "frank", "eve"};
    st_ledger *l = live_admin("stipend");
    for (size_t i = 0; i < ST_LEN(logins); i++) {
        char sql[64];
        (void)snprintf(sql, sizeof sql, "create role %s login", logins[i]);
        OK(st_pg_exec(l, sql, &err));
    }
    for (size_t i = 0; i < ST_LEN(people); i++)
        OK(st_ledger_grant(&opt, people[i][0], people[i][1], &err));
    st_ledger_close(l);
}

ST_UNUSED static st_sha256 live_sha(const char *z) {
    st_sha256 d;
    st_sha256_of(z, strlen(z), &d);
    return d;
}

ST_UNUSED static st_run_key live_key(const char *scheme, const char *records) {
    st_run_key k = {.scheme = scheme, .period = 2023 * 12 + 10, .as_of = {2023, 11, 30}};
    k.records = live_sha(records);
    k.rules = live_sha("rules");
    (void)snprintf(k.engine, sizeof k.engine, "test");
    return k;
}

static st_ledger_benefit live_benefits[2];

ST_UNUSED static void live_scheme(st_ledger *l, const char *scheme) {
    st_err err;
    live_benefits[0] =
        (st_ledger_benefit){.id = "award", .title = "Award", .budget_line = "2080199"};
    live_benefits[1] = (st_ledger_benefit){.id = "allowance", .title = "津贴", .budget_line = ""};
    OK(st_ledger_scheme(l, scheme, "Scheme", "CNY", live_benefits, 2, &err));
}

ST_UNUSED static st_line live_line(uint64_t no, const char *subject, int benefit,
                                   const char *occasion, int seq, st_money amount) {
    return (st_line){.line_no = no,
                     .subject = st_str_of(subject),
                     .benefit = live_benefits[benefit].number,
                     .occasion = st_str_of(occasion),
                     .seq = seq,
                     .cause = seq ? ST_CAUSE_ARREARS : ST_CAUSE_NEW,
                     .tier = ST_STR("intermediate"),
                     .amount = amount,
                     .due = amount,
                     .rule = ST_STR("award.dmn#Award amount:2"),
                     .facts = live_sha(subject)};
}

/* Posts the lines in one run and seals it. */
ST_UNUSED static st_run_info live_post(st_ledger *l, const st_run_key *key, const st_line *lines,
                                       size_t n, bool controls_ok) {
    st_err err;
    st_posting *p;
    bool already;
    st_run_info info;
    OK(st_posting_begin(l, key, false, &p, &already, &info, &err));
    ck_assert(!already && p);
    for (size_t i = 0; i < n; i++)
        OK(st_posting_line(p, &lines[i], &err));
    st_posting_summary s = {.json = "{\"lines\": 1}", .controls_ok = controls_ok};
    OK(st_posting_commit(p, &s, &info, &err));
    st_posting_abort(p);
    return info;
}

#endif
