#include "cli/session.h"
#include "run/explain.h"

int st_cmd_explain(int argc, char **argv) {
    static const st_command cmd = {
        "explain",
        "RUN",
        "why a person got what a run posted, or got nothing",
        "Facts with their place in the file, each decision with the "
        "rules that fired, the expressions it came from\nand their clauses, what was posted "
        "before; for a refusal every failed condition and what would "
        "change it. From the archived inputs of the run.",
        1,
        1};
    st_common c = {0};
    st_explain_options o = {0};
    const st_opt table[] = {
        {"subject", ST_OPT_TEXT, &o.subject, "ID", "the person's id in the records", NULL},
        {"benefit", ST_OPT_TEXT, &o.benefit, "ID", "only this benefit", NULL},
        {"occasion", ST_OPT_TEXT, &o.occasion, "ID", "only this occasion (2023-11, intermediate)",
         NULL},
        {"case-out", ST_OPT_TEXT, &o.case_out, "DIR",
         "write model and test case (DMN TCK format) that any DMN engine can run", NULL},
        ST_OPT_STATE(c),
        ST_OPT_DB(c),
        {"format", ST_OPT_TEXT, &c.format, "text|json", "form of the output (default: text)", NULL},
        ST_OPT_LANG(c),
        ST_OPT_END};
    int first;
    st_opt_result r = st_opt_parse(&cmd, table, argc, argv, &first);
    if (r != ST_OPT_OK)
        return r == ST_OPT_HELP ? ST_EXIT_OK : ST_EXIT_USAGE;
    if (!o.subject) {
        (void)fprintf(
            stderr,
            "stipend explain: --subject is missing [CLI-001]\n  hint: stipend explain --help\n");
        return ST_EXIT_USAGE;
    }
    if (!st_format_known("explain", c.format ? c.format : "text", "text json"))
        return ST_EXIT_USAGE;
    st_err err;
    st_err_init(&err);
    int64_t run;
    st_ledger *l = NULL;
    st_run_info info;
    bool found = false;
    bool ok = st_session_run(argv[first], &run, &err) && st_session_open(&c, true, &l, &err) &&
              st_ledger_run_info(l, run, &found, &info, &err);
    if (ok && !found)
        ok = st_fail(&err, ST_E_RUN_UNKNOWN, "there is no run %" PRId64, run);
    o.state_dir = c.state;
    o.conninfo = c.db;
    o.lang = c.lang;
    o.json = c.format && strcmp(c.format, "json") == 0;
    ok = ok && st_run_explain(l, &info, &o, stdout, &err);
    st_ledger_close(l);
    return ok ? ST_EXIT_OK : st_cli_fail(&err);
}
