/* Convergence: thousands of random histories; after each run what is posted is what is due.
 *
 *     property [-n HISTORIES] [-s SEED] [-a] [-f]     60 histories from seed 1: every kind of step
 * and policy is among them; -a: each run is audited too; -f: the first history that fails ends it,
 * as it is
 *
 * Prints TAP. The first history that fails is made as small as it stays failing and printed, with
 * its files. */
#include "debts.h"

#include "ledger/verify.h"

#include <ftw.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { GROUP = 20 };

static stage the_stage;

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *w) {
    (void)st;
    (void)type;
    (void)w;
    return remove(path);
}

static void stop(void) {
    st_ledger_close(the_stage.ledger);
    st_ledger_close(the_stage.hands);
    (void)st_cluster_stop(the_stage.state, NULL);
    (void)nftw(the_stage.state, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* The server's superuser, who belongs to nobody. */
static void conninfo_of_admin(const stage *s, const char *database, char *out, size_t cap) {
    const char *rest = strstr(s->conninfo, " dbname=");
    (void)snprintf(out, cap,
                   "%.*s dbname=%s user=stipend_admin options='-c client_min_messages=warning -c "
                   "synchronous_commit=off'",
                   rest ? (int)(rest - s->conninfo) : 0, s->conninfo, database);
}

static bool as_admin(const stage *s, const char *database, const char *const *statements,
                     st_err *err) {
    char conninfo[600];
    conninfo_of_admin(s, database, conninfo, sizeof conninfo);
    PGconn *pg = PQconnectdb(conninfo);
    bool ok = PQstatus(pg) == CONNECTION_OK ||
              st_fail(err, ST_E_DB_UNREACHABLE, "%s", PQerrorMessage(pg));
    for (; ok && *statements; statements++) {
        PGresult *r = PQexec(pg, *statements);
        ok = PQresultStatus(r) == PGRES_COMMAND_OK || PQresultStatus(r) == PGRES_TUPLES_OK ||
             st_fail(err, ST_E_DB_ERROR, "%s: %s", *statements, PQerrorMessage(pg));
        PQclear(r);
    }
    PQfinish(pg);
    return ok;
}

/* Each group of histories has an empty ledger: the search for unsealed runs looks at all of them.
 */
static bool fresh_ledger(stage *s, st_err *err) {
    static const char *const statements[] = {
        "drop database if exists stipend",
        "create database stipend template pristine owner stipend_owner", NULL};
    st_ledger_options opt = {.state_dir = s->state, .conninfo = s->conninfo, .make = true};
    char admin[600];
    st_ledger_options hands = {.conninfo = admin};
    conninfo_of_admin(s, "stipend", admin, sizeof admin);
    st_ledger_close(s->ledger);
    st_ledger_close(s->hands);
    s->ledger = s->hands = NULL;
    return as_admin(s, "postgres", statements, err) && st_ledger_open(&opt, &s->ledger, err) &&
           st_ledger_open(&hands, &s->hands, err);
}

/* A server of its own. Nothing here asks what a loss of power would leave. */
static bool start(stage *s, st_err *err) {
    (void)snprintf(s->state, sizeof s->state, "/tmp/stipend-property-XXXXXX");
    ST_ASSERT(mkdtemp(s->state));
    (void)snprintf(s->work, sizeof s->work, "%s-files", s->state);
    st_ledger_options opt = {.state_dir = s->state, .make = true};
    bool running;
    st_buf info;
    st_buf_init(&info, 0);
    bool ok =
        st_ledger_open(&opt, &s->ledger, err) && st_cluster_status(s->state, &running, &info, err);
    st_ledger_close(s->ledger);
    s->ledger = NULL;
    (void)snprintf(s->conninfo, sizeof s->conninfo, "%s options='-c synchronous_commit=off'",
                   ok ? info.p : "");
    st_buf_free(&info);
    char *root = realpath(getenv("TOP") ? getenv("TOP") : ".", NULL);
    (void)snprintf(s->contract, sizeof s->contract, "%s/schemas/records.xsd", root ? root : ".");
    free(root);
    static const char *const statements[] = {"alter system set fsync = off",
                                             "select pg_reload_conf()",
                                             "alter database stipend rename to pristine", NULL};
    return ok && as_admin(s, "postgres", statements, err) &&
           as_admin(s, "postgres", debts_roles, err);
}

/* -- shrinking -- */

static bool fails(stage *s, const history *h) {
    char why[WHY];
    int at;
    return !play(s, h, why, &at);
}

static bool try_without(stage *s, history *h, int from, int n) {
    history smaller = *h;
    memmove(&smaller.steps[from], &smaller.steps[from + n],
            (size_t)(h->n - from - n) * sizeof h->steps[0]);
    smaller.n -= n;
    if (!fails(s, &smaller))
        return false;
    *h = smaller;
    return true;
}

static bool try_without_person(stage *s, history *h, int who) {
    history smaller = *h;
    smaller.n = 0;
    for (int i = 0; i < h->n; i++)
        if (h->steps[i].kind >= STEP_ROSTER || h->steps[i].person != who)
            smaller.steps[smaller.n++] = h->steps[i];
    if (smaller.n == h->n || !fails(s, &smaller))
        return false;
    *h = smaller;
    return true;
}

static bool try_setting(stage *s, history *h, size_t offset) {
    history simpler = *h;
    bool *b = (bool *)((char *)&simpler.set + offset);
    if (!*b)
        return false;
    *b = false;
    if (!fails(s, &simpler))
        return false;
    *h = simpler;
    return true;
}

static void shrink(stage *s, history *h, int failed_at) {
    h->n = failed_at;
    for (int who = 0; who < PEOPLE; who++)
        (void)try_without_person(s, h, who);
    for (bool again = true; again;) {
        again = false;
        for (int n = h->n / 2; n >= 1; n /= 2)
            for (int i = 0; i + n <= h->n;)
                if (try_without(s, h, i, n))
                    again = true;
                else
                    i++;
    }
    static const size_t settings[] = {
        offsetof(setting, cap),    offsetof(setting, quarterly), offsetof(setting, late),
        offsetof(setting, guard),  offsetof(setting, first),     offsetof(setting, clock),
        offsetof(setting, change), offsetof(setting, second),    offsetof(setting, persons)};
    for (size_t i = 0; i < ST_LEN(settings); i++)
        (void)try_setting(s, h, settings[i]);
    history simpler = *h;
    simpler.set.policy = 0;
    if (h->set.policy && fails(s, &simpler))
        *h = simpler;
}

static void report(stage *s, history *h, int at, const char *first_why) {
    char why[WHY] = "";
    (void)printf("# seed %" PRIu64 " fails: %s\n", h->seed, first_why);
    if (s->first_ends)
        return;
    (void)printf("# made smaller:\n");
    shrink(s, h, at);
    history_print(h);
    (void)snprintf(s->keep, sizeof s->keep, "/tmp/stipend-history-%" PRIu64, h->seed);
    (void)play(s, h, why, &at);
    s->keep[0] = '\0';
    (void)printf("# after step %d: %s\n# again from the seed: make property SEED=%" PRIu64 " N=1\n",
                 at, why, h->seed);
}

static void on_tamper(void *ctx, const st_tamper_finding *f) {
    (void)ctx;
    (void)printf("# run %" PRId64 ": %s\n", f->run, f->text);
}

static bool verified(stage *s) {
    st_verified v;
    st_err err;
    st_err_init(&err);
    bool ok = st_ledger_verify(s->ledger, on_tamper, NULL, &v, &err);
    if (!ok)
        (void)printf("# verify failed: %s\n", err.msg);
    return ok && v.findings == 0 && v.runs > 0;
}

static int play_all(stage *s, uint64_t seed, int n) {
    int groups = (n + GROUP - 1) / GROUP, failed = 0, number = 0;
    (void)printf("1..%d\n", groups);
    for (int g = 0; g < groups && !(failed && s->first_ends); g++) {
        st_err err;
        st_err_init(&err);
        bool ok = fresh_ledger(s, &err);
        if (!ok)
            (void)printf("# %s\n", err.msg);
        int last = (g + 1) * GROUP < n ? (g + 1) * GROUP : n;
        uint64_t from = seed + (uint64_t)g * GROUP;
        for (int i = g * GROUP; ok && i < last; i++) {
            history h;
            char why[WHY] = "";
            int at = 0;
            history_make(&h, seed + (uint64_t)i);
            ok = play(s, &h, why, &at);
            if (!ok)
                report(s, &h, at, why);
        }
        ok = ok && verified(s);
        failed += !ok;
        (void)printf("%sok %d - histories %" PRIu64 " to %" PRIu64
                     ": posted is due after each run, verify finds nothing\n",
                     ok ? "" : "not ", ++number, from, seed + (uint64_t)last - 1);
        (void)fflush(stdout);
    }
    (void)printf("# %d histories, %" PRId64 " runs, %" PRId64
                 " of them stopped by a guard, %" PRId64 " bookings, %" PRId64
                 " questions about persons, %" PRId64 " answered by two\n",
                 n, s->runs, s->unsealed, s->booked, s->asked, s->said);
    return failed != 0;
}

int main(int argc, char **argv) {
    int64_t n = 60, seed = 1;
    for (int option; (option = getopt(argc, argv, "n:s:af")) != -1;) {
        bool good = option == 'a' || option == 'f' ||
                    (option != '?' && st_str_int(st_str_of(optarg), option == 'n' ? &n : &seed));
        the_stage.audit = the_stage.audit || option == 'a';
        the_stage.first_ends = the_stage.first_ends || option == 'f';
        if (!good || n < 1 || n > 10000000 || seed < 0) {
            (void)fprintf(stderr, "usage: property [-n HISTORIES] [-s SEED] [-a] [-f]\n");
            return 64;
        }
    }
    static const char *const names[] = {"PGHOST", "PGHOSTADDR", "PGSERVICE", "PGDATABASE",
                                        "PGUSER"};
    for (size_t i = 0; i < ST_LEN(names); i++)
        (void)unsetenv(names[i]);
    st_err err;
    st_err_init(&err);
    if (!start(&the_stage, &err)) {
        (void)printf(err.code == ST_E_PG_MISSING ? "1..0 # SKIP %s\n" : "1..1\nnot ok 1 - %s\n",
                     err.msg);
        return err.code != ST_E_PG_MISSING;
    }
    int failed = play_all(&the_stage, (uint64_t)seed, (int)n);
    stop();
    (void)nftw(the_stage.work, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return failed;
}
