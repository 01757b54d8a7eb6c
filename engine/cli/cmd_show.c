/* stipend runs, show and ledger: reading what was posted. */
#include "base/file.h"
#include "base/words.h"
#include "cli/each.h"
#include "cli/hledger.h"
#include "cli/session.h"
#include "ledger/approve.h"
#include "ledger/verify.h"
#include "run/audit.h"
#include "run/run.h"

static bool is(const char *a, const char *b) {
    return strcmp(a, b) == 0;
}

static void hex(const char *name, const st_sha256 *d, st_buf *b) {
    char text[ST_HEX_LEN];
    st_sha256_hex(d, text);
    (void)st_buf_fmt(b, ",\"%s\":\"%s\"", name, text);
}

/* What identifies a run; its report has these too. */
static void run_id_json(const st_run_info *r, st_buf *b) {
    (void)st_buf_fmt(b, "\"scheme\":\"%s\",\"period\":\"", r->scheme);
    st_month_add(b, r->period);
    (void)st_buf_z(b, "\",\"as_of\":\"");
    st_date_add(b, r->as_of);
    (void)st_buf_z(b, "\"");
}

/* What was asked about the records, and the answer; who sent them. */
static void input_json(const st_run_input *in, st_buf *b) {
    (void)st_buf_z(b, ",\"sender\":");
    (void)st_buf_json(b, st_str_of(in->sender));
    (void)st_buf_fmt(b, ",\"part\":%d,\"parts\":%d,\"asked\":", (int)in->part, (int)in->parts);
    (void)st_buf_json(b, st_str_of(in->asked));
    (void)st_buf_z(b, ",\"because\":");
    (void)st_buf_json(b, st_str_of(in->because));
}

/* The other fields of a run, without braces. */
static void run_json(const st_run_info *r, st_buf *b) {
    (void)st_buf_fmt(
        b, "\"run\":%" PRId64 ",\"state\":\"%s\",\"sealed\":%s,\"lines\":%" PRIu64 ",\"total\":\"",
        r->run, st_run_state_name(r->state), r->sealed ? "true" : "false", r->lines);
    st_money_plain(b, r->total);
    (void)st_buf_z(b, "\",\"created_by\":");
    (void)st_buf_json(b, st_str_of(r->created_by));
    (void)st_buf_z(b, ",\"created_at\":");
    (void)st_buf_json(b, st_str_of(r->created_at));
    (void)st_buf_z(b, ",\"engine\":");
    (void)st_buf_json(b, st_str_of(r->engine));
    hex("root", &r->root, b);
    if (r->sealed) {
        hex("digest", &r->digest, b);
        hex("prev_digest", &r->prev_digest, b);
    } else {
        (void)st_buf_z(b, ",\"digest\":null,\"prev_digest\":null");
    }
    hex("records", &r->records, b);
    hex("rules", &r->rules, b);
    if (r->has_input)
        input_json(&r->input, b);
}

typedef struct listing {
    const char *format;
    bool first;
    st_buf line;
} listing;

static bool show_run(void *ctx, const st_run_info *r) {
    listing *l = ctx;
    char root[ST_HEX_LEN], period[16];
    st_buf b;
    st_buf_init(&b, 200);
    st_month_add(&b, r->period);
    (void)snprintf(period, sizeof period, "%s", b.p);
    st_buf_clear(&b);
    st_sha256_hex(&r->root, root);
    st_buf_clear(&l->line);
    if (is(l->format, "json")) {
        if (!l->first)
            (void)st_buf_ch(&l->line, ',');
        (void)st_buf_ch(&l->line, '{');
        run_id_json(r, &l->line);
        (void)st_buf_ch(&l->line, ',');
        run_json(r, &l->line);
        (void)st_buf_ch(&l->line, '}');
    } else if (is(l->format, "tsv")) {
        st_money_plain(&b, r->total);
        (void)st_buf_fmt(&l->line, "%" PRId64 "\t%s\t%s\t%s\t%s\t%" PRIu64 "\t%s\t%s\t%s\n", r->run,
                         r->scheme, period, st_run_state_name(r->state),
                         r->sealed ? "sealed" : "unsealed", r->lines, b.p, root, r->created_at);
    } else {
        st_money_grouped(&b, r->total);
        (void)st_buf_fmt(&l->line, "%5" PRId64 "  %-28s %s  %-9s %-8s %10" PRIu64 " %20s  %.16s\n",
                         r->run, r->scheme, period, st_run_state_name(r->state),
                         r->sealed ? "sealed" : "unsealed", r->lines, b.p, root);
    }
    (void)fputs(l->line.p, stdout);
    l->first = false;
    st_buf_free(&b);
    return true;
}

int st_cmd_runs(int argc, char **argv) {
    static const st_command cmd = {"runs", "", "lists the runs, newest first", NULL, 0, 0};
    st_common c = {0};
    const st_opt table[] = {ST_OPT_STATE(c), ST_OPT_DB(c), ST_OPT_FORMAT(c), ST_OPT_END};
    int first;
    st_opt_result r = st_opt_parse(&cmd, table, argc, argv, &first);
    if (r != ST_OPT_OK)
        return r == ST_OPT_HELP ? ST_EXIT_OK : ST_EXIT_USAGE;
    if (!st_format_known("runs", c.format ? c.format : "text", "text tsv json"))
        return ST_EXIT_USAGE;
    st_err err;
    st_err_init(&err);
    st_ledger *l = NULL;
    if (!st_session_open(&c, true, &l, &err))
        return st_cli_fail(&err);
    listing list = {c.format, true, {0}};
    st_buf_init(&list.line, 0);
    if (is(c.format, "json"))
        (void)fputs("[", stdout);
    else if (is(c.format, "tsv"))
        (void)fputs("run\tscheme\tperiod\tstate\tsealed\tlines\ttotal\troot\tcreated_at\n", stdout);
    else
        (void)printf("%5s  %-28s %-7s  %-9s %-8s %10s %20s  %s\n", "run", "scheme", "period",
                     "state", "", "lines", "total", "root");
    bool ok = st_ledger_runs(l, show_run, &list, &err);
    if (is(c.format, "json"))
        (void)fputs("]\n", stdout);
    st_buf_free(&list.line);
    st_ledger_close(l);
    return ok ? ST_EXIT_OK : st_cli_fail(&err);
}

static bool finding_json(void *ctx, const st_ledger_finding *f) {
    listing *l = ctx;
    st_buf *b = &l->line;
    (void)st_buf_z(b, l->first ? "{\"subject\":" : ",{\"subject\":");
    l->first = false;
    (void)st_buf_json(b, st_str_of(f->subject));
    const struct {
        const char *name, *value;
    } rows[] = {{"benefit", f->benefit_id}, {"code", f->code},       {"severity", f->severity},
                {"file", f->file},          {"message", f->message}, {"hint", f->hint}};
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        (void)st_buf_fmt(b, ",\"%s\":", rows[i].name);
        (void)st_buf_json(b, st_str_of(rows[i].value));
    }
    return st_buf_fmt(b, ",\"line\":%u,\"column\":%u}", f->line, f->column);
}

static bool finding_tsv(void *ctx, const st_ledger_finding *f) {
    listing *l = ctx;
    st_buf_clear(&l->line);
    const char *const fields[] = {f->subject, f->benefit_id, f->severity, f->code,
                                  f->file,    f->message,    f->hint};
    for (size_t i = 0; i < ST_LEN(fields); i++) {
        (void)st_buf_tsv(&l->line, st_str_of(fields[i]));
        (void)st_buf_ch(&l->line, '\t');
    }
    (void)printf("%s%u\t%u\n", l->line.p, f->line, f->column);
    return true;
}

static bool show_json(st_ledger *l, const st_run_info *info, st_err *err) {
    st_buf summary;
    st_buf_init(&summary, 0);
    listing list = {"json", true, {0}};
    st_buf_init(&list.line, 0);
    (void)st_buf_ch(&list.line, '{');
    run_json(info, &list.line);
    bool ok = st_ledger_summary(l, info->run, &summary, err);
    if (ok) {
        /* the report is an object of our own making: its members follow */
        st_str report = st_str_trim(st_buf_view(&summary));
        ST_ASSERT(report.n > 2 && report.p[0] == '{');
        (void)st_buf_ch(&list.line, ',');
        (void)st_buf_str(&list.line, st_str_sub(report, 1, report.n - 2));
        (void)st_buf_z(&list.line, ",\"findings\":[");
        ok = st_ledger_findings(l, info->run, finding_json, &list, err);
        (void)st_buf_z(&list.line, "]}");
        if (ok)
            (void)printf("%s\n", list.line.p);
    }
    st_buf_free(&summary);
    st_buf_free(&list.line);
    return ok;
}

static bool event_text(void *ctx, const st_run_event *e) {
    st_buf b;
    st_buf_init(&b, 64);
    (void)st_buf_pad(&b, st_str_of(st_word(e->state, ctx)), 9);
    (void)printf("    %s %s  %s%s%s\n", b.p, e->at, e->actor, *e->note ? "  " : "", e->note);
    st_buf_free(&b);
    return true;
}

static bool show_text(st_ledger *l, const st_run_info *info, const char *lang, st_err *err) {
    st_buf summary;
    st_buf_init(&summary, 0);
    bool ok = st_ledger_summary(l, info->run, &summary, err) &&
              st_run_print(stdout, info, st_buf_view(&summary), lang, err) &&
              st_session_print_findings(l, info->run, lang, err);
    if (ok) {
        (void)printf(st_is_chinese(lang) ? "\n  经手\n" : "\n  hands\n");
        char word[16];
        (void)snprintf(word, sizeof word, "%s", lang);
        ok = st_ledger_events(l, info->run, event_text, word, err);
    }
    st_buf_free(&summary);
    return ok;
}

/* The digest as a text to be kept outside the database. */
static bool export_digest(st_ledger *l, int64_t run, const char *path, const char *key,
                          st_err *err) {
    st_buf text;
    st_buf_init(&text, 64 << 10);
    bool ok =
        st_digest_export(l, run, key, &text, err) && st_file_write(path, st_buf_view(&text), err);
    st_buf_free(&text);
    return ok;
}

/* Each line and each change, from the run done again with its archived inputs. */
static bool show_each(st_ledger *l, const st_common *c, const st_run_info *info, st_err *err) {
    st_buf json;
    st_buf_init(&json, 0);
    st_rehearsal r = {.json = &json};
    st_each each = {0};
    if (is(c->format, "text") && !show_text(l, info, c->lang, err))
        return false;
    if (is(c->format, "text"))
        (void)printf("\n  lines\n");
    bool ok = st_each_begin(&each, c->format, &r, err) &&
              st_audit_again(l, c->state, c->db, info, &r, err);
    if (each.changes && !ok)
        st_each_drop(&each);
    else if (each.changes)
        ok = st_each_end(&each, err);
    if (ok && is(c->format, "json"))
        (void)printf("}\n");
    if (ok && !st_sha256_eq(&r.root, &info->root) && info->sealed)
        ok =
            st_fail(err, ST_E_RUN_AUDIT, "done again, run %" PRId64 " has another root", info->run);
    st_buf_free(&json);
    return ok;
}

static bool show_tsv(st_ledger *l, const st_run_info *info, st_err *err) {
    listing list = {"tsv", true, {0}};
    st_buf_init(&list.line, 0);
    (void)fputs("subject\tbenefit\tseverity\tcode\tfile\tmessage\thint\tline\tcolumn\n", stdout);
    bool ok = st_ledger_findings(l, info->run, finding_tsv, &list, err);
    st_buf_free(&list.line);
    return ok;
}

int st_cmd_show(int argc, char **argv) {
    static const st_command cmd = {"show",
                                   "RUN",
                                   "a run's report: totals, counts, digests, findings",
                                   "--format tsv lists the findings. --lines does the run again "
                                   "from its archived inputs and lists each line,\n"
                                   "and everybody who got something else than with the payment "
                                   "before.",
                                   1,
                                   1};
    st_common c = {0};
    const char *digest_out = NULL, *key = NULL;
    bool each = false;
    const st_opt table[] = {ST_OPT_STATE(c),
                            ST_OPT_DB(c),
                            ST_OPT_FORMAT(c),
                            ST_OPT_LANG(c),
                            {"digest-out", ST_OPT_TEXT, &digest_out, "FILE",
                             "write the run's digest to a file to be kept elsewhere", NULL},
                            {"key", ST_OPT_TEXT, &key, "FILE",
                             "with --digest-out: sign with this private key (Ed25519, PEM)", NULL},
                            {"lines", ST_OPT_FLAG, &each, NULL,
                             "list each line, and each change since the last payment", NULL},
                            ST_OPT_END};
    int first;
    st_opt_result r = st_opt_parse(&cmd, table, argc, argv, &first);
    if (r != ST_OPT_OK)
        return r == ST_OPT_HELP ? ST_EXIT_OK : ST_EXIT_USAGE;
    if (!st_format_known("show", c.format ? c.format : "text", "text tsv json"))
        return ST_EXIT_USAGE;
    st_err err;
    st_err_init(&err);
    int64_t run;
    if (!st_session_run(argv[first], &run, &err))
        return st_cli_fail(&err);
    st_ledger *l = NULL;
    bool found = false;
    st_run_info info;
    bool ok =
        st_session_open(&c, true, &l, &err) && st_ledger_run_info(l, run, &found, &info, &err);
    if (ok && !found)
        ok = st_fail(&err, ST_E_RUN_UNKNOWN, "there is no run %" PRId64, run);
    if (ok)
        ok = digest_out             ? export_digest(l, run, digest_out, key, &err)
             : each                 ? show_each(l, &c, &info, &err)
             : is(c.format, "json") ? show_json(l, &info, &err)
             : is(c.format, "tsv")  ? show_tsv(l, &info, &err)
                                    : show_text(l, &info, c.lang, &err);
    st_ledger_close(l);
    return ok ? ST_EXIT_OK : st_cli_fail(&err);
}

static bool ledger_row(void *ctx, const st_ledger_line *x) {
    listing *l = ctx;
    const st_line *n = &x->line;
    st_buf *b = &l->line;
    st_buf_clear(b);
    if (is(l->format, "json")) {
        (void)st_buf_fmt(b, "%s{\"run\":%" PRId64 ",\"line\":%" PRIu64 ",\"subject\":",
                         l->first ? "" : ",\n", x->run, n->line_no);
        (void)st_buf_json(b, st_line_key(n));
        (void)st_buf_fmt(b, ",\"benefit\":\"%s\",\"occasion\":", x->benefit_name);
        (void)st_buf_json(b, n->occasion);
        (void)st_buf_fmt(b, ",\"seq\":%d,\"cause\":\"%s\",\"tier\":", n->seq,
                         st_cause_name(n->cause));
        (void)st_buf_json(b, n->tier);
        (void)st_buf_z(b, ",\"amount\":\"");
        st_money_plain(b, n->amount);
        (void)st_buf_fmt(b, "\",\"currency\":\"%s\",\"rule\":", x->currency);
        (void)st_buf_json(b, n->rule);
        (void)st_buf_fmt(b, ",\"state\":\"%s\"}", st_run_state_name(x->state));
    } else if (is(l->format, "tsv")) {
        (void)st_buf_fmt(b, "%" PRId64 "\t%" PRIu64 "\t", x->run, n->line_no);
        (void)st_buf_tsv(b, st_line_key(n));
        (void)st_buf_fmt(b, "\t%s\t", x->benefit_name);
        (void)st_buf_tsv(b, n->occasion);
        (void)st_buf_fmt(b, "\t%d\t%s\t", n->seq, st_cause_name(n->cause));
        (void)st_buf_tsv(b, n->tier);
        (void)st_buf_ch(b, '\t');
        st_money_plain(b, n->amount);
        (void)st_buf_fmt(b, "\t%s\n", x->currency);
    } else {
        st_buf amount;
        st_buf_init(&amount, 60);
        st_money_grouped(&amount, n->amount);
        (void)st_buf_fmt(
            b, "%4" PRId64 " %7" PRIu64 "  %-14.*s %-12s %-14.*s %3d  %-9s %-14.*s %16s %s\n",
            x->run, n->line_no, ST_FMT(st_line_key(n)), x->benefit_name, ST_FMT(n->occasion),
            n->seq, st_cause_name(n->cause), ST_FMT(n->tier), amount.p, x->currency);
        st_buf_free(&amount);
    }
    l->first = false;
    return fwrite(b->p, 1, b->n, stdout) == b->n;
}

int st_cmd_ledger(int argc, char **argv) {
    static const st_command cmd = {"ledger",
                                   "",
                                   "the lines of the ledger, by run and line; lines of void runs "
                                   "do not count and are left out",
                                   NULL,
                                   0,
                                   0};
    st_common c = {0};
    st_ledger_filter filter = {0};
    const char *run = NULL;
    const st_opt table[] = {
        ST_OPT_STATE(c),
        ST_OPT_DB(c),
        ST_OPT_FORMAT(c),
        {"run", ST_OPT_TEXT, &run, "N", "only this run", NULL},
        {"scheme", ST_OPT_TEXT, &filter.scheme, "ID", "only this scheme", NULL},
        {"subject", ST_OPT_TEXT, &filter.subject, "ID", "only this person", NULL},
        {"benefit", ST_OPT_TEXT, &filter.benefit, "ID", "only this benefit", NULL},
        {"with-void", ST_OPT_FLAG, &filter.with_void, NULL, "lines of void runs too", NULL},
        ST_OPT_END};
    int first;
    st_opt_result r = st_opt_parse(&cmd, table, argc, argv, &first);
    if (r != ST_OPT_OK)
        return r == ST_OPT_HELP ? ST_EXIT_OK : ST_EXIT_USAGE;
    if (!st_format_known("ledger", c.format ? c.format : "text", "text tsv json hledger"))
        return ST_EXIT_USAGE;
    st_err err;
    st_err_init(&err);
    if (run && !st_session_run(run, &filter.run, &err))
        return st_cli_fail(&err);
    st_ledger *l = NULL;
    if (!st_session_open(&c, true, &l, &err))
        return st_cli_fail(&err);
    if (is(c.format, "hledger")) {
        bool printed = st_hledger_print(l, filter.run, &err);
        st_ledger_close(l);
        return printed ? ST_EXIT_OK : st_cli_fail(&err);
    }
    listing list = {c.format, true, {0}};
    st_buf_init(&list.line, 0);
    if (is(c.format, "tsv"))
        (void)fputs("run\tline\tsubject\tbenefit\toccasion\tseq\tcause\ttier\tamount\tcurrency\n",
                    stdout);
    else if (is(c.format, "json"))
        (void)fputs("[", stdout);
    else
        (void)printf("%4s %7s  %-14s %-12s %-14s %3s  %-9s %-14s %16s\n", "run", "line", "subject",
                     "benefit", "occasion", "seq", "cause", "tier", "amount");
    bool ok = st_ledger_lines(l, &filter, ledger_row, &list, &err);
    if (is(c.format, "json"))
        (void)fputs("]\n", stdout);
    st_buf_free(&list.line);
    st_ledger_close(l);
    return ok ? ST_EXIT_OK : st_cli_fail(&err);
}
