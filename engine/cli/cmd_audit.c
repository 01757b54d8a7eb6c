#include "cli/session.h"
#include "run/audit.h"

typedef struct audit {
    st_common c;
    bool all, now;
    st_ledger *l;
    uint64_t checked, differing;
    st_err err;
    bool ok;
} audit;

static bool audit_one(audit *a, const st_run_info *info) {
    st_audit_result r;
    bool json = strcmp(a->c.format, "json") == 0;
    if (!st_audit_run(a->l, a->c.state, a->c.db, info, json ? NULL : stdout, &r, &a->err))
        return false;
    a->checked++;
    a->differing += !r.equal;
    char hex[ST_HEX_LEN];
    st_sha256_hex(&r.root, hex);
    if (json)
        (void)printf("{\"run\":%" PRId64 ",\"equal\":%s,\"lines\":%" PRIu64 ",\"root\":\"%s\"}\n",
                     info->run, r.equal ? "true" : "false", r.lines, hex);
    else
        (void)printf("run %" PRId64 ": %s, %" PRIu64 " lines, root %s\n", info->run,
                     r.equal ? "equal" : "DIFFERS", r.lines, hex);
    return true;
}

typedef struct run_list {
    st_run_info *items;
    size_t n, cap;
} run_list;

static bool keep(void *ctx, const st_run_info *r) {
    run_list *list = ctx;
    if (list->n == list->cap) {
        list->cap = list->cap ? list->cap * 2 : 64;
        list->items = st_xrealloc(list->items, list->cap * sizeof *list->items);
    }
    list->items[list->n++] = *r;
    return true;
}

/* Oldest first. */
static bool audit_all(audit *a) {
    run_list list = {0};
    bool ok = st_ledger_runs(a->l, keep, &list, &a->err);
    for (size_t i = list.n; ok && i-- > 0;)
        ok = audit_one(a, &list.items[i]);
    free(list.items);
    return ok;
}

static bool print_line(void *ctx, const st_line *l, const st_benefit *b) {
    (void)ctx;
    st_buf amount;
    st_buf_init(&amount, 60);
    st_money_grouped(&amount, l->amount);
    (void)printf("  %-14.*s %-12.*s %-14.*s %-9s %-14.*s %16s\n", ST_FMT(l->subject), ST_FMT(b->id),
                 ST_FMT(l->occasion), st_cause_name(l->cause), ST_FMT(l->tier), amount.p);
    st_buf_free(&amount);
    return true;
}

static bool as_known_now(audit *a, const st_run_info *info) {
    st_buf json;
    st_buf_init(&json, 0);
    bool text = strcmp(a->c.format, "json") != 0;
    st_rehearsal r = {.json = &json, .on_line = text ? print_line : NULL};
    bool ok = st_audit_now(a->l, a->c.state, a->c.db, info, &r, &a->err);
    if (ok && !text)
        (void)printf("%s\n", json.p);
    else if (ok)
        (void)printf("%s: with the records and rules of the newest run, %" PRIu64
                     " lines would be posted today for this period and before\n",
                     r.lines ? "not as it stands" : "as it stands", r.lines);
    st_buf_free(&json);
    return ok;
}

static bool one_run(audit *a, const char *number) {
    int64_t run;
    bool found = false;
    st_run_info info;
    if (!st_session_run(number, &run, &a->err) ||
        !st_ledger_run_info(a->l, run, &found, &info, &a->err))
        return false;
    if (!found)
        return st_fail(&a->err, ST_E_RUN_UNKNOWN, "there is no run %" PRId64, run);
    return a->now ? as_known_now(a, &info) : audit_one(a, &info);
}

int st_cmd_audit(int argc, char **argv) {
    static const st_command cmd = {"audit",
                                   "RUN",
                                   "does a past run again from its archived inputs and compares",
                                   "Uses the database alone: records, rules and as-of date of that "
                                   "time. Exit 0 when the root is equal, 65 when\n"
                                   "lines differ; these are listed. --all: every run. "
                                   "--as-known-now: what that month would be today.",
                                   0,
                                   1};
    audit a = {0};
    const st_opt table[] = {
        ST_OPT_STATE(a.c),
        ST_OPT_DB(a.c),
        {"all", ST_OPT_FLAG, &a.all, NULL, "every run, oldest first", NULL},
        {"as-known-now", ST_OPT_FLAG, &a.now, NULL,
         "with the records and rules of the scheme's newest run", NULL},
        {"format", ST_OPT_TEXT, &a.c.format, "text|json", "form of the output", NULL},
        ST_OPT_END};
    int first;
    st_opt_result r = st_opt_parse(&cmd, table, argc, argv, &first);
    if (r != ST_OPT_OK)
        return r == ST_OPT_HELP ? ST_EXIT_OK : ST_EXIT_USAGE;
    if (a.all == (argc > first)) {
        (void)fprintf(
            stderr,
            "stipend audit: give a run number or --all [CLI-001]\n  hint: stipend audit --help\n");
        return ST_EXIT_USAGE;
    }
    if (!st_format_known("audit", a.c.format ? a.c.format : "text", "text json"))
        return ST_EXIT_USAGE;
    st_err_init(&a.err);
    bool ok = st_session_open(&a.c, true, &a.l, &a.err) &&
              (a.all ? audit_all(&a) : one_run(&a, argv[first]));
    st_ledger_close(a.l);
    if (!ok)
        return st_cli_fail(&a.err);
    return a.differing ? ST_EXIT_DATA : ST_EXIT_OK;
}
