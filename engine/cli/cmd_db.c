/* stipend db start|stop|status|grant|revoke */
#include "cli/cmd_db.h"
#include "cli/opt.h"

#include "ledger/approve.h"

#include <getopt.h>

static const char usage[] =
    "usage: stipend db start|stop|status [--state DIR]\n"
    "       stipend db grant|revoke ROLE USER [--state DIR | --db CONNINFO]\n"
    "\n"
    "The ledger's own database server, made by stipend init. Other commands start it when they "
    "need "
    "it; it keeps running.\n"
    "\n"
    "  start            start the server, bring the tables of an older ledger up to date\n"
    "  stop             stop the server\n"
    "  status           say whether the server runs, how psql reaches it, and who has which role\n"
    "  grant ROLE USER  let USER work as officer (calculates), approver (approves, voids),\n"
    "                   payer (releases for payment) or auditor (reads only)\n"
    "  revoke ROLE USER take it back\n"
    "\n"
    "  --state DIR      folder of the ledger (default $XDG_STATE_HOME/stipend or "
    "~/.local/state/stipend)\n"
    "  --db CONNINFO    a PostgreSQL of your own instead, by libpq's conventions\n"
    "  --help           this text\n"
    "\n"
    "exit codes: 0 done (status: also when it does not run), 64 usage, 69 no server, 73 cannot "
    "write,\n"
    "            77 not allowed, 78 no ledger there, or one of another version\n";

typedef struct args {
    const char *state, *db;
    const char *words[3]; /* verb, role, user */
    int n;
} args;

static int report(const st_err *err) {
    st_err_print(stderr, err, st_cli_lang());
    return (int)st_code_exit(err->code);
}

/* 0: go on; otherwise the exit code, negative for "done, exit 0". */
static int parse(int argc, char **argv, args *a, st_err *err) {
    static const struct option options[] = {{"state", required_argument, NULL, 's'},
                                            {"db", required_argument, NULL, 'd'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    st_common c = {0};
    optind = 1;
    for (int got; (got = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        switch (got) {
        case 's':
            c.state = optarg;
            break;
        case 'd':
            c.db = optarg;
            break;
        case 'h':
            (void)fputs(usage, stdout);
            return -1;
        default:
            (void)fputs(usage, stderr);
            return ST_EXIT_USAGE;
        }
    }
    while (optind < argc && a->n < (int)ST_LEN(a->words))
        a->words[a->n++] = argv[optind++];
    if (optind < argc || a->n == 0) {
        (void)fputs(usage, stderr);
        return ST_EXIT_USAGE;
    }
    if (!st_common_finish(&c, err))
        return report(err);
    a->state = c.state;
    a->db = c.db;
    return 0;
}

static bool print_member(void *ctx, const st_ledger_member *m) {
    (void)ctx;
    (void)printf("role\t%s\t%s\n", m->role, m->user);
    return true;
}

static int status(const args *a, st_err *err) {
    bool running = true;
    st_buf conninfo;
    st_buf_init(&conninfo, 4096);
    int code = 0;
    if (!a->db && !st_cluster_status(a->state, &running, &conninfo, err)) {
        code = report(err);
    } else {
        (void)printf("server\t%s\n", running ? "running" : "not running");
        if (conninfo.n > 0)
            (void)printf("psql\t%s\n", conninfo.p);
        st_ledger *l;
        st_ledger_options opt = {.state_dir = a->state, .conninfo = a->db, .read_only = true};
        if (running && st_ledger_open(&opt, &l, err)) {
            if (!st_ledger_members(l, print_member, NULL, err))
                code = report(err);
            st_ledger_close(l);
        } else if (running) {
            code = report(err);
        }
    }
    st_buf_free(&conninfo);
    return code;
}

static int start(const args *a, st_err *err) {
    st_ledger *l;
    st_ledger_options opt = {.state_dir = a->state, .conninfo = a->db};
    if (!st_ledger_open(&opt, &l, err))
        return report(err);
    st_ledger_close(l);
    return 0;
}

static int stop(const args *a, st_err *err) {
    return st_cluster_stop(a->state, err) ? 0 : report(err);
}

static int grant(const args *a, st_err *err) {
    st_ledger_options opt = {.state_dir = a->state, .conninfo = a->db};
    return st_ledger_grant(&opt, a->words[1], a->words[2], err) ? 0 : report(err);
}

static int take_back(const args *a, st_err *err) {
    st_ledger_options opt = {.state_dir = a->state, .conninfo = a->db};
    return st_ledger_revoke(&opt, a->words[1], a->words[2], err) ? 0 : report(err);
}

static const struct {
    const char *name;
    int words;
    int (*run)(const args *a, st_err *err);
} verbs[] = {
    {"start", 1, start}, {"stop", 1, stop},        {"status", 1, status},
    {"grant", 3, grant}, {"revoke", 3, take_back},
};

int st_cmd_db(int argc, char **argv) {
    args a = {.n = 0};
    st_err err;
    st_err_init(&err);
    int code = parse(argc, argv, &a, &err);
    if (code)
        return code < 0 ? 0 : code;
    for (size_t i = 0; i < ST_LEN(verbs); i++)
        if (strcmp(a.words[0], verbs[i].name) == 0 && a.n == verbs[i].words)
            return verbs[i].run(&a, &err);
    (void)fputs(usage, stderr);
    return ST_EXIT_USAGE;
}
