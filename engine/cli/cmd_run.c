/* stipend run. */
#include "cli/each.h"
#include "cli/held.h"
#include "cli/session.h"
#include "run/run.h"

static const st_command run_command = {
    "run",
    "",
    "reads the records, works out what is due, posts the difference to what is posted, seals the "
    "run",
    "A second run with the same inputs posts nothing. With other records or rules it posts what "
    "changed, arrears and\n"
    "recoveries included. Everything happens in one transaction: the whole run or nothing.\n"
    "Records older than the newest run's, a month that they cannot know, a month skipped or before "
    "the newest, a file\n"
    "that was used for an earlier month: that is asked (exit 65, nothing is written), and done "
    "with "
    "--because.",
    0,
    0};

typedef struct run_flags {
    bool timing, as_of, dry, lines;
} run_flags;

static bool need(const char *command, const char *value, const char *option) {
    if (value)
        return true;
    (void)fprintf(stderr,
                  "stipend %s: --%s is missing [CLI-001]\n  hint: give it, or set it once: stipend "
                  "config --help\n",
                  command, option);
    return false;
}

static void print_timing(const st_run_outcome *o) {
    const st_run_timing *t = &o->timing;
    double all = t->prepare + t->read + t->post + t->commit;
    const struct {
        const char *name;
        double s;
    } rows[] = {{"prepare", t->prepare},
                {"read+assess", t->read},
                {"post", t->post},
                {"seal+commit", t->commit},
                {"all", all}};
    (void)printf("\n  %-12s %9s %12s\n", "stage", "seconds", "subjects/s");
    for (size_t i = 0; i < ST_LEN(rows); i++)
        (void)printf("  %-12s %9.3f %12.0f\n", rows[i].name, rows[i].s,
                     rows[i].s > 0 ? (double)t->subjects / rows[i].s : 0);
    (void)printf("  spilled to disk while sorting: %.1f MB\n", (double)t->spilled / 1e6);
    (void)printf("  taken over from the month before: %" PRIu64 " subjects, %" PRIu64
                 " of them calculated again\n",
                 t->taken_over, t->checked);
}

static bool print_report(const st_run_options *opt, const st_common *c, const st_run_outcome *o,
                         st_err *err) {
    st_ledger_options lo = {
        .state_dir = opt->state_dir, .conninfo = opt->conninfo, .patience = opt->patience};
    st_ledger *l = NULL;
    st_buf json;
    st_buf_init(&json, 0);
    bool ok = st_ledger_open(&lo, &l, err) && st_ledger_summary(l, o->info.run, &json, err) &&
              st_run_print(stdout, &o->info, st_buf_view(&json), c->lang, err) &&
              st_session_print_findings(l, o->info.run, c->lang, err);
    st_buf_free(&json);
    st_ledger_close(l);
    return ok;
}

static int finish_run(const st_run_options *opt, const st_common *c, const st_run_outcome *o,
                      bool timing) {
    st_err err;
    st_err_init(&err);
    if (o->already) {
        if (!c->quiet)
            (void)printf("already done: run %" PRId64
                         " had the same records, rules and period; nothing was posted\n"
                         "  look at it: stipend show %" PRId64 "\n",
                         o->info.run, o->info.run);
        if (o->info.sealed)
            return ST_EXIT_OK;
        (void)st_fail(&err, ST_E_RUN_CONTROL,
                      "run %" PRId64 " is still not sealed; stipend show %" PRId64 " tells why",
                      o->info.run, o->info.run);
        return st_cli_fail(&err);
    }
    if (!c->quiet && !print_report(opt, c, o, &err))
        return st_cli_fail(&err);
    if (timing)
        print_timing(o);
    if (o->strays) {
        (void)st_fail(&err, ST_E_RUN_STRAY,
                      "run %" PRId64
                      " is not sealed: keys were posted of which no rule speaks; the "
                      "report names the first",
                      o->info.run);
        return st_cli_fail(&err);
    }
    if (!o->controls_ok) {
        (void)st_fail(
            &err, ST_E_RUN_CONTROL,
            "run %" PRId64
            " is not sealed: a control total or guard does not hold; stipend show %" PRId64
            " names it",
            o->info.run, o->info.run);
        return st_cli_fail(&err);
    }
    if (!c->quiet)
        (void)printf("\n  look further: stipend show %" PRId64
                     ", stipend ledger, stipend runs (--help tells more)\n",
                     o->info.run);
    return o->findings ? ST_EXIT_FINDINGS : ST_EXIT_OK;
}

/* The report, then those who would be held or rejected; json: one object with all of it. */
static bool print_rehearsal(const st_common *c, bool lines, const st_buf *json, st_held *held,
                            st_err *err) {
    bool text = strcmp(c->format, "text") == 0;
    if (strcmp(c->format, "json") == 0) {
        (void)printf(lines ? ",\"findings\":[" : "{\"findings\":[");
        bool ok = st_held_print(held, err);
        (void)printf("],%s\n", json->p + 1); /* an object of our own making */
        return ok;
    }
    if (text && c->quiet)
        return true;
    if (text && !st_run_print(stdout, NULL, st_buf_view(json), c->lang, err))
        return false;
    if (!st_held_print(held, err))
        return false;
    if (text)
        (void)printf("\n  dry run: nothing was posted\n");
    return true;
}

/* What a run would post, and how the month differs from the last. */
static int dry_run(const st_run_options *opt, const st_common *c, bool lines) {
    st_err err;
    st_err_init(&err);
    st_buf json;
    st_buf_init(&json, 0);
    st_rehearsal r = {.json = &json};
    st_each each = {0};
    st_held held = {0};
    bool ok = st_held_begin(&held, c->format, c->lang, &r, &err) &&
              (!lines || st_each_begin(&each, c->format, &r, &err)) &&
              st_run_rehearse(opt, 0, &r, &err);
    if (each.changes && !ok)
        st_each_drop(&each);
    else if (each.changes)
        ok = st_each_end(&each, &err);
    ok = ok && print_rehearsal(c, lines, &json, &held, &err);
    st_held_end(&held);
    st_buf_free(&json);
    if (!ok)
        return st_cli_fail(&err);
    if (!r.guards_ok && c->quiet && strcmp(c->format, "text") == 0) {
        (void)st_fail(
            &err, ST_E_RUN_CONTROL,
            "the run would not be sealed: a control total or guard does not hold; without "
            "--quiet the report names it");
        return st_cli_fail(&err);
    }
    return !r.guards_ok ? ST_EXIT_DATA : r.findings ? ST_EXIT_FINDINGS : ST_EXIT_OK;
}

/* Combinations of options that mean nothing. */
static bool sensible(const run_flags *f, const char *format) {
    if (!st_format_known("run", format, "text tsv json"))
        return false;
    const char *why =
        f->lines && !f->dry ? "--lines goes with --dry-run; after a run: stipend show RUN --lines"
        : strcmp(format, "tsv") == 0 && !f->lines ? "--format tsv goes with --dry-run --lines"
        : strcmp(format, "text") != 0 && !f->dry
            ? "--format goes with --dry-run; after a run: stipend show RUN --format json"
            : NULL;
    if (why)
        (void)fprintf(stderr, "stipend run: %s [CLI-001]\n  hint: stipend run --help\n", why);
    return !why;
}

static void wait_options(st_run_options *opt, st_common *c) {
    if (opt->no_wait) {
        c->waits = true;
        c->wait = 0;
    }
    opt->patience = st_session_patience(c);
    opt->no_wait = opt->patience->seconds == 0;
}

int st_cmd_run(int argc, char **argv) {
    st_common c = {0};
    run_flags f = {0};
    st_run_options opt = {0};
    const st_opt table[] = {
        ST_OPT_STATE(c),
        ST_OPT_DB(c),
        {"scheme", ST_OPT_TEXT, &opt.scheme_path, "FILE", "scheme.xml of the rules package", NULL},
        {"records", ST_OPT_TEXT, &opt.records_path, "FILE",
         "records file (XML; UTF-8, GB18030, GBK, GB2312, Big5)", NULL},
        {"period", ST_OPT_MONTH, &opt.period, "YYYY-MM",
         "the month to run (default: the newest run's again while it does not count or nothing "
         "changed, else the next)",
         NULL},
        {"because", ST_OPT_TEXT, &opt.because, "TEXT",
         "do what is asked about (an older file, a month skipped ...); kept with the run", NULL},
        {"as-of", ST_OPT_DATE, &opt.as_of, "YYYY-MM-DD",
         "today() in the rules (default: the file's own known-at date)", &f.as_of},
        {"accept-utf8", ST_OPT_FLAG, &opt.accept_utf8, NULL,
         "take a UTF-8 file under a GB label as UTF-8", NULL},
        {"dry-run", ST_OPT_FLAG, &f.dry, NULL,
         "post nothing: show what a run would post and how the month differs from the last", NULL},
        {"lines", ST_OPT_FLAG, &f.lines, NULL,
         "with --dry-run: list each line, and everybody who gets something else than last time",
         NULL},
        {"format", ST_OPT_TEXT, &c.format, "text|tsv|json", "with --dry-run: form of the output",
         NULL},
        {"full", ST_OPT_FLAG, &opt.full, NULL,
         "calculate everything from the start (a regular month looks only at what changed)", NULL},
        {"no-wait", ST_OPT_FLAG, &opt.no_wait, NULL,
         "exit 75 instead of waiting for another run of the scheme; the same as --wait 0", NULL},
        ST_OPT_WAIT(c),
        {"timing", ST_OPT_FLAG, &f.timing, NULL, "print seconds of each stage", NULL},
        ST_OPT_LANG(c),
        ST_OPT_QUIET(c),
        ST_OPT_END};
    int first;
    st_opt_result r = st_opt_parse(&run_command, table, argc, argv, &first);
    if (r != ST_OPT_OK)
        return r == ST_OPT_HELP ? ST_EXIT_OK : ST_EXIT_USAGE;
    st_err err;
    st_err_init(&err);
    if (!st_inputs_finish(&opt.scheme_path, &opt.records_path, &err))
        return st_cli_fail(&err);
    if (!need("run", opt.scheme_path, "scheme") || !need("run", opt.records_path, "records") ||
        !st_because_fits("run", opt.because))
        return ST_EXIT_USAGE;
    /* with a server elsewhere the state folder only holds what is sorted on disk */
    if (!st_common_finish(&c, &err) || (st_ledger_external(c.db) && !st_common_folder(&c, &err)))
        return st_cli_fail(&err);
    opt.state_dir = c.state;
    opt.conninfo = c.db;
    wait_options(&opt, &c);
    opt.has_as_of = f.as_of;
    opt.progress = !c.quiet && isatty(STDERR_FILENO);
    if (!sensible(&f, c.format))
        return ST_EXIT_USAGE;
    if (f.dry)
        return dry_run(&opt, &c, f.lines);
    st_run_outcome out;
    if (!st_run_month(&opt, &out, &err))
        return st_cli_fail(&err);
    return finish_run(&opt, &c, &out, f.timing);
}
