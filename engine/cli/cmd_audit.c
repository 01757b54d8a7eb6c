#include "cli/session.h"
#include "run/audit.h"

typedef struct audit {
    st_common c;
    bool all, now, json;
    st_ledger *l;
    uint64_t checked, differing, failed;
    st_buf doc, differences; /* the JSON document, printed when it is whole */
    st_err err;
} audit;

static void json_text(st_buf *b, const char *before, st_str text) {
    (void)st_buf_z(b, before);
    (void)st_buf_json(b, text);
}

/* A side that has no such line is null. */
static void json_side(st_buf *b, const char *before, st_str text) {
    (void)st_buf_z(b, before);
    if (text.n)
        (void)st_buf_json(b, text);
    else
        (void)st_buf_z(b, "null");
}

static void on_difference(void *ctx, const st_audit_difference *d) {
    audit *a = ctx;
    if (a->json) {
        st_buf *b = &a->differences;
        json_text(b, b->n ? ",{\"subject\":" : "{\"subject\":", d->subject);
        json_text(b, ",\"benefit\":", d->benefit);
        json_text(b, ",\"occasion\":", d->occasion);
        json_side(b, ",\"ledger\":", d->ledger);
        json_side(b, ",\"repeat\":", d->repeat);
        (void)st_buf_ch(b, '}');
        return;
    }
    const char *what = !d->ledger.n  ? "only in the repeat"
                       : d->repeat.n ? "differs"
                                     : "only in the ledger";
    (void)printf("  %s: %.*s %.*s %.*s: ", what, ST_FMT(d->subject), ST_FMT(d->benefit),
                 ST_FMT(d->occasion));
    if (d->ledger.n && d->repeat.n)
        (void)printf("ledger %.*s\n         : %.*s %.*s %.*s: repeat %.*s\n", ST_FMT(d->ledger),
                     ST_FMT(d->subject), ST_FMT(d->benefit), ST_FMT(d->occasion),
                     ST_FMT(d->repeat));
    else
        (void)printf("%.*s\n", ST_FMT(d->ledger.n ? d->ledger : d->repeat));
}

static void done_again(audit *a, const st_run_info *info, const st_audit_result *r) {
    char hex[ST_HEX_LEN];
    st_sha256_hex(&r->root, hex);
    if (a->json)
        (void)st_buf_fmt(&a->doc,
                         "{\"run\":%" PRId64 ",\"equal\":%s,\"sealed\":%s,\"lines\":%" PRIu64
                         ",\"root\":\"%s\",\"differences\":[%s],\"error\":null}",
                         info->run, r->equal ? "true" : "false", info->sealed ? "true" : "false",
                         r->lines, hex, a->differences.p ? a->differences.p : "");
    else
        (void)printf("run %" PRId64 ": %s, %" PRIu64 " lines, root %s\n", info->run,
                     r->equal ? "equal" : "DIFFERS", r->lines, hex);
}

static void not_done(audit *a, const st_run_info *info) {
    const st_err *e = &a->err;
    if (!a->json) {
        if (a->all)
            (void)printf("run %" PRId64 ": CANNOT BE DONE AGAIN: %s [%s]\n", info->run, e->msg,
                         st_code_id(e->code));
        return;
    }
    (void)st_buf_fmt(&a->doc,
                     "{\"run\":%" PRId64 ",\"equal\":null,\"sealed\":%s,\"lines\":null,"
                     "\"root\":null,\"differences\":[],\"error\":{\"code\":\"%s\",\"message\":",
                     info->run, info->sealed ? "true" : "false", st_code_id(e->code));
    (void)st_buf_json(&a->doc, st_str_of(e->msg));
    json_text(&a->doc, ",\"hint\":", st_str_of(e->hint));
    (void)st_buf_z(&a->doc, "}}");
}

/* A run whose inputs are damaged fails alone: with --all the others are still looked at. */
static bool audit_one(audit *a, const st_run_info *info) {
    st_audit_result r;
    st_buf_clear(&a->differences);
    if (st_audit_run(a->l, a->c.state, a->c.db, info, on_difference, a, &r, &a->err)) {
        a->checked++;
        a->differing += !r.equal;
        done_again(a, info, &r);
        return true;
    }
    if (!st_audit_is_of_run(&a->err))
        return false;
    a->failed++;
    not_done(a, info);
    if (!a->all)
        return false;
    if (!a->json)
        st_err_print(stderr, &a->err, st_cli_lang());
    st_err_init(&a->err);
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
    (void)st_buf_z(&a->doc, "{\"runs\":[");
    for (size_t i = list.n; ok && i-- > 0;) {
        if (a->json && i + 1 < list.n)
            (void)st_buf_ch(&a->doc, ',');
        ok = audit_one(a, &list.items[i]);
    }
    (void)st_buf_fmt(&a->doc,
                     "],\"equal\":%" PRIu64 ",\"differing\":%" PRIu64 ",\"failed\":%" PRIu64 "}",
                     a->checked - a->differing, a->differing, a->failed);
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
    st_rehearsal r = {.json = &a->doc, .on_line = a->json ? NULL : print_line};
    bool ok = st_audit_now(a->l, a->c.state, a->c.db, info, &r, &a->err);
    if (ok && !a->json)
        (void)printf("%s: with the records and rules of the newest run, %" PRIu64
                     " lines would be posted today for this period and before\n",
                     r.lines ? "not as it stands" : "as it stands", r.lines);
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

static int audit_end(audit *a, const char *number) {
    st_err_init(&a->err);
    st_buf_init(&a->doc, 0);
    st_buf_init(&a->differences, 0);
    bool ok = st_session_open(&a->c, true, &a->l, &a->err);
    a->json = ok && strcmp(a->c.format, "json") == 0;
    ok = ok && (number ? one_run(a, number) : audit_all(a));
    st_ledger_close(a->l);
    if (a->json && (ok || a->failed) && a->doc.n)
        (void)printf("%s\n", a->doc.p);
    st_buf_free(&a->doc);
    st_buf_free(&a->differences);
    if (!ok)
        return st_cli_fail(&a->err);
    return a->differing || a->failed ? ST_EXIT_DATA : ST_EXIT_OK;
}

int st_cmd_audit(int argc, char **argv) {
    static const st_command cmd = {"audit",
                                   "RUN",
                                   "does a past run again from its archived inputs and compares",
                                   "Uses the database alone: records, rules and as-of date of that "
                                   "time. Exit 0 when the root is equal, 65 when\n"
                                   "lines differ; these are listed. A draft that was not sealed "
                                   "has no root and is compared by its lines.\n"
                                   "--all: every run; one whose archive is damaged is named, the "
                                   "others are still looked at.\n"
                                   "--as-known-now: what that month would be today. json: one "
                                   "document (see README.md).",
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
    if (a.all == (argc > first) || (a.all && a.now)) {
        (void)fprintf(
            stderr,
            "stipend audit: give a run number or --all [CLI-001]\n  hint: stipend audit --help\n");
        return ST_EXIT_USAGE;
    }
    if (!st_format_known("audit", a.c.format ? a.c.format : "text", "text json"))
        return ST_EXIT_USAGE;
    return audit_end(&a, a.all ? NULL : argv[first]);
}
