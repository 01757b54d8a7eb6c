/* stipend check: scheme, models and records looked at, without a database. */
#include "base/file.h"
#include "cli/cases.h"
#include "cli/session.h"
#include "run/inputs.h"

typedef enum form { TEXT, TSV, JSON } form;

typedef struct check {
    form form;
    bool quiet;
    bool strict, of_rules; /* whatever is wrong with the rules fails; it is these that are judged */
    uint64_t shown, waiting; /* findings; those that hold or reject somebody */
    uint64_t faults;         /* of the rules, when strict */
    const st_cases *cases;
    size_t uncovered; /* rows of the table at hand that no case reaches */
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
    bool unjudged = f->severity == ST_SEV_NOTE && f->code == ST_E_DMN_TOO_WIDE;
    c->faults += c->strict && c->of_rules && (f->severity != ST_SEV_NOTE || unjudged);
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

/* -- what no case of the package reaches -- */

enum { UNCOVERED_SHOWN_MAX = 10 };

static void warn(check *c, st_code code, st_pos pos, const char *fmt, ...) ST_PRINTF(4, 5);
static void warn(check *c, st_code code, st_pos pos, const char *fmt, ...) {
    char text[ST_MSG_MAX];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    st_err e;
    st_err_init(&e);
    (void)st_fail_at(&e, code, pos, "%s", text);
    e.severity = ST_SEV_WARNING;
    on_finding(c, &e);
}

static void judge_row(void *ctx, const st_tck_row *r) {
    check *c = ctx;
    if (r->rule == 1)
        c->uncovered = 0;
    if (st_cases_of(c->cases, r->pos) == 0 && c->uncovered++ < UNCOVERED_SHOWN_MAX)
        warn(c, ST_E_DMN_UNCOVERED, r->pos, "table '%.*s': no case reaches rule %u",
             ST_FMT(r->table), r->rule);
    if (r->rule == r->rules && c->uncovered > UNCOVERED_SHOWN_MAX)
        warn(c, ST_E_DMN_UNCOVERED, r->pos, "table '%.*s': no case reaches %zu further rules",
             ST_FMT(r->table), c->uncovered - UNCOVERED_SHOWN_MAX);
}

/* Runs all test files in the package's folder of cases. */
static bool run_cases(st_cases *cases, const char *folder, check *c, st_err *err) {
    if (access(folder, F_OK) != 0)
        return true; /* every row is one that no case reaches */
    if (!st_cases_find(cases, folder, err))
        return false;
    for (size_t i = 0; i < st_cases_files(cases); i++) {
        st_tck_result r = {0};
        bool found;
        const char *file = st_cases_file(cases, i, &found);
        st_err own;
        st_err_init(&own);
        if (!st_cases_run(cases, i, NULL, &r, &own) && own.code != ST_E_TCK_FILE) {
            own.severity = ST_SEV_WARNING;
            on_finding(c, &own);
        }
        if (r.failed)
            warn(c, ST_E_DMN_CASES, (st_pos){.file = file}, "%" PRIu64 " cases of this file fail",
                 r.failed);
    }
    return true;
}

static bool check_strict(const st_package *p, check *c, st_err *err) {
    st_arena a;
    st_arena_init(&a, 1024);
    st_cases *cases = st_cases_new();
    bool ok = run_cases(cases, st_file_beside(&a, p->scheme->path, ST_STR("cases")), c, err);
    c->cases = cases;
    for (size_t i = 0; ok && i < p->scheme->n_models; i++) {
        st_model_check_strict(p->scheme->models[i], on_finding, c);
        st_model_rows(p->scheme->models[i], judge_row, c);
    }
    c->cases = NULL;
    st_cases_free(cases);
    st_arena_free(&a);
    return ok;
}

/* Scheme and models alone. */
static bool check_rules(const st_run_options *opt, check *c, st_err *err) {
    st_package p;
    const char *path = opt->scheme_path;
    c->of_rules = true;
    if (!st_package_open(path, on_finding, c, &p, err))
        return false;
    /* with records their month is asked about, later */
    if (!st_scheme_payable(p.scheme, err) ||
        (opt->names && !opt->records_path &&
         !st_run_check_names(opt, p.scheme, opt->period, err))) {
        st_package_close(&p);
        return false;
    }
    st_scheme_check(p.scheme, on_finding, c);
    for (size_t i = 0; i < p.scheme->n_models; i++)
        st_model_check(p.scheme->models[i], on_finding, c);
    bool ok = !c->strict || check_strict(&p, c, err);
    c->of_rules = false;
    if (ok && !c->quiet && c->form == TEXT && !c->faults)
        (void)printf("%s: %zu benefits, %zu models: ok\n", path, p.scheme->n_benefits,
                     p.scheme->n_models);
    else if (ok && c->form == TEXT && c->faults)
        (void)printf("%s: %" PRIu64 " findings that --strict does not let pass\n", path, c->faults);
    st_package_close(&p);
    return ok;
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
    bool strict = false;
    const st_opt table[] = {
        ST_OPT_STATE(c),
        ST_OPT_DB(c),
        {"scheme", ST_OPT_TEXT, &opt.scheme_path, "FILE", "scheme.xml of the rules package", NULL},
        {"records", ST_OPT_TEXT, &opt.records_path, "FILE", "records file to assess", NULL},
        {"period", ST_OPT_MONTH, &opt.period, "YYYY-MM",
         "the month (default: of the file's known-at date)", NULL},
        {"because", ST_OPT_TEXT, &opt.because, "TEXT",
         "go on although the records cannot know the period", NULL},
        {"as-of", ST_OPT_DATE, &opt.as_of, "YYYY-MM-DD", "today() in the rules", &opt.has_as_of},
        {"inputs", ST_OPT_FLAG, &inputs, NULL, "print instead what a rule of the scheme may use",
         NULL},
        {"strict", ST_OPT_FLAG, &strict, NULL,
         "fail on overlaps, gaps, constants without a clause, rows that no case reaches", NULL},
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
    st_err err;
    st_err_init(&err);
    /* records of the settings belong to the scheme of the settings */
    const char *given = opt.scheme_path, *asked = opt.records_path;
    if (!st_inputs_finish(&opt.scheme_path, &opt.records_path, &err))
        return st_cli_fail(&err);
    if (given && !asked)
        opt.records_path = NULL;
    if (!opt.scheme_path) {
        (void)fprintf(stderr, "stipend check: --scheme is missing [CLI-001]\n  hint: give it, or "
                              "set it once: stipend config --help\n");
        return ST_EXIT_USAGE;
    }
    if (!st_because_fits("check", opt.because))
        return ST_EXIT_USAGE;
    const char *format = c.format ? c.format : "text";
    if (!st_format_known("check", format, "text tsv json"))
        return ST_EXIT_USAGE;
    check state = {.form = strcmp(format, "json") == 0  ? JSON
                           : strcmp(format, "tsv") == 0 ? TSV
                                                        : TEXT,
                   .quiet = c.quiet,
                   .strict = strict};
    st_buf_init(&state.row, 0);
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
    return state.faults ? ST_EXIT_DATA : state.waiting ? ST_EXIT_FINDINGS : ST_EXIT_OK;
}
