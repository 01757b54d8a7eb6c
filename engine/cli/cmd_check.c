/* stipend check: scheme, models and records looked at, without a database. */
#include "cli/session.h"
#include "run/inputs.h"

typedef enum form { TEXT, TSV, JSON } form;

typedef struct check {
    form form;
    bool quiet;
    uint64_t shown, waiting; /* findings; those that hold or reject somebody */
    st_buf row;
} check;

static void row_json(check *c, const st_err *f) {
    (void)st_buf_fmt(&c->row,
                     "%s{\"severity\":\"%s\",\"code\":\"%s\",\"file\":", c->shown ? "," : "",
                     st_severity_name(f->severity), st_code_id(f->code));
    (void)st_buf_json(&c->row, st_str_of(f->file));
    (void)st_buf_fmt(&c->row, ",\"line\":%u,\"column\":%u,\"message\":", f->pos.line,
                     f->pos.column);
    (void)st_buf_json(&c->row, st_str_of(f->msg));
    (void)st_buf_z(&c->row, ",\"hint\":");
    (void)st_buf_json(&c->row, st_str_of(f->hint));
    (void)st_buf_ch(&c->row, '}');
}

static void row_tsv(check *c, const st_err *f) {
    (void)st_buf_fmt(&c->row, "%s\t%s\t", st_severity_name(f->severity), st_code_id(f->code));
    (void)st_buf_tsv(&c->row, st_str_of(f->file));
    (void)st_buf_fmt(&c->row, "\t%u\t%u\t", f->pos.line, f->pos.column);
    (void)st_buf_tsv(&c->row, st_str_of(f->msg));
    (void)st_buf_ch(&c->row, '\t');
    (void)st_buf_tsv(&c->row, st_str_of(f->hint));
    (void)st_buf_ch(&c->row, '\n');
}

static void on_finding(void *ctx, const st_err *f) {
    check *c = ctx;
    c->waiting += f->severity == ST_SEV_HELD || f->severity == ST_SEV_REJECTED;
    st_buf_clear(&c->row);
    if (c->form == TEXT) {
        st_err_print(stdout, f, st_cli_lang());
    } else {
        (c->form == JSON ? row_json : row_tsv)(c, f);
        (void)fputs(c->row.p, stdout);
    }
    c->shown++;
}

/* Scheme and models alone. */
static bool check_rules(const st_run_options *opt, check *c, st_err *err) {
    st_package p;
    const char *path = opt->scheme_path;
    if (!st_package_open(path, on_finding, c, &p, err))
        return false;
    /* with records their month is asked about, later */
    if (!st_scheme_payable(p.scheme, err) ||
        (opt->names && !opt->records_path &&
         !st_run_check_names(opt, p.scheme, opt->period, err))) {
        st_package_close(&p);
        return false;
    }
    for (size_t i = 0; i < p.scheme->n_models; i++)
        st_model_check(p.scheme->models[i], on_finding, c);
    if (!c->quiet && c->form == TEXT)
        (void)printf("%s: %zu benefits, %zu models: ok\n", path, p.scheme->n_benefits,
                     p.scheme->n_models);
    st_package_close(&p);
    return true;
}

static bool print_inputs(const char *path, form f, const char *lang, st_err *err) {
    st_package p;
    if (!st_package_open(path, NULL, NULL, &p, err))
        return false;
    st_buf out;
    st_buf_init(&out, 0);
    st_run_inputs(&p,
                  f == TEXT  ? ST_INPUTS_TABLE
                  : f == TSV ? ST_INPUTS_TSV
                             : ST_INPUTS_JSON,
                  lang, &out);
    (void)fputs(out.p, stdout);
    st_buf_free(&out);
    st_package_close(&p);
    return true;
}

static bool check_all(const st_run_options *opt, check *c, const char *lang, st_err *err) {
    st_buf report;
    st_buf_init(&report, 0);
    if (c->form == TSV)
        (void)fputs("severity\tcode\tfile\tline\tcolumn\tmessage\thint\n", stdout);
    else if (c->form == JSON)
        (void)fputs("{\"findings\":[", stdout);
    bool ok = check_rules(opt, c, err) &&
              (!opt->records_path || st_run_check(opt, on_finding, c, &report, err));
    if (ok && c->form == JSON)
        (void)printf("],\"report\":%s}\n", report.n ? report.p : "null");
    else if (ok && report.n && c->form == TEXT && !c->quiet)
        ok = st_run_print(stdout, NULL, st_buf_view(&report), lang, err);
    st_buf_free(&report);
    return ok;
}

int st_cmd_check(int argc, char **argv) {
    static const st_command cmd = {
        "check",
        "",
        "looks at a scheme, its models and, with --records, a records file; needs no database",
        "Prints what would be held or rejected and why, and the counts; nothing is posted.\n"
        "With --state or --db it also asks that ledger whether the scheme uses its names.",
        0,
        0};
    st_common c = {0};
    st_run_options opt = {0};
    bool inputs = false;
    const st_opt table[] = {
        ST_OPT_STATE(c),
        ST_OPT_DB(c),
        {"scheme", ST_OPT_TEXT, &opt.scheme_path, "FILE", "scheme.xml of the rules package", NULL},
        {"records", ST_OPT_TEXT, &opt.records_path, "FILE", "records file to assess", NULL},
        {"period", ST_OPT_MONTH, &opt.period, "YYYY-MM",
         "the month (default: of the file's known-at date)", NULL},
        {"as-of", ST_OPT_DATE, &opt.as_of, "YYYY-MM-DD", "today() in the rules", &opt.has_as_of},
        {"inputs", ST_OPT_FLAG, &inputs, NULL, "print instead what a rule of the scheme may use",
         NULL},
        {"accept-utf8", ST_OPT_FLAG, &opt.accept_utf8, NULL,
         "take a UTF-8 file under a GB label as UTF-8", NULL},
        ST_OPT_FORMAT(c),
        ST_OPT_LANG(c),
        ST_OPT_QUIET(c),
        ST_OPT_END};
    int first;
    st_opt_result r = st_opt_parse(&cmd, table, argc, argv, &first);
    if (r != ST_OPT_OK)
        return r == ST_OPT_HELP ? ST_EXIT_OK : ST_EXIT_USAGE;
    if (!opt.scheme_path) {
        (void)fprintf(
            stderr, "stipend check: --scheme is missing [CLI-001]\n  hint: stipend check --help\n");
        return ST_EXIT_USAGE;
    }
    const char *format = c.format ? c.format : "text";
    if (!st_format_known("check", format, "text tsv json"))
        return ST_EXIT_USAGE;
    check state = {.form = strcmp(format, "json") == 0  ? JSON
                           : strcmp(format, "tsv") == 0 ? TSV
                                                        : TEXT,
                   .quiet = c.quiet};
    st_buf_init(&state.row, 0);
    st_err err;
    st_err_init(&err);
    opt.names = c.state || c.db;
    opt.conninfo = c.db;
    if (opt.names && !st_common_finish(&c, &err))
        return st_cli_fail(&err);
    opt.state_dir = opt.names ? c.state : NULL;
    bool ok = inputs ? print_inputs(opt.scheme_path, state.form, st_lang(&c), &err)
                     : check_all(&opt, &state, st_lang(&c), &err);
    st_buf_free(&state.row);
    if (!ok)
        return st_cli_fail(&err);
    return state.waiting ? ST_EXIT_FINDINGS : ST_EXIT_OK;
}
