#include "cli/opt.h"
#include "run/eval.h"

int st_cmd_eval(int argc, char **argv) {
    static const st_command cmd = {
        "eval",
        "",
        "decides the occasions of one person and prints values and the rules that fired",
        "Needs no database and posts nothing.",
        0,
        0};
    st_eval_options o = {0};
    const char *format = "text";
    bool period = false;
    const st_opt table[] = {
        {"scheme", ST_OPT_TEXT, &o.scheme_path, "FILE", "scheme.xml of the rules package", NULL},
        {"records", ST_OPT_TEXT, &o.records_path, "FILE", "records file", NULL},
        {"subject", ST_OPT_TEXT, &o.subject, "ID", "the person's id in the records", NULL},
        {"period", ST_OPT_MONTH, &o.period, "YYYY-MM", "the month of the run", &period},
        {"benefit", ST_OPT_TEXT, &o.benefit, "ID", "only this benefit", NULL},
        {"occasion", ST_OPT_TEXT, &o.occasion, "ID", "only this occasion (2023-11, intermediate)",
         NULL},
        {"decision", ST_OPT_TEXT, &o.decision, "NAME",
         "this decision of the model instead of refusals and amount", NULL},
        {"as-of", ST_OPT_DATE, &o.as_of, "YYYY-MM-DD", "today() in the rules", &o.has_as_of},
        {"trace", ST_OPT_FLAG, &o.trace, NULL,
         "show the decision graph, tables and the cells that decided", NULL},
        {"format", ST_OPT_TEXT, &format, "text|json", "form of the output (default: text)", NULL},
        ST_OPT_END};
    int first;
    st_opt_result r = st_opt_parse(&cmd, table, argc, argv, &first);
    if (r != ST_OPT_OK)
        return r == ST_OPT_HELP ? ST_EXIT_OK : ST_EXIT_USAGE;
    st_err err;
    st_err_init(&err);
    if (!st_inputs_finish(&o.scheme_path, &o.records_path, &err))
        return st_cli_fail(&err);
    if (!o.scheme_path || !o.records_path || !o.subject || !period) {
        (void)fprintf(stderr, "stipend eval: needs --scheme, --records, --subject and --period "
                              "[CLI-001]\n  hint: stipend eval --help\n");
        return ST_EXIT_USAGE;
    }
    if (!st_format_known("eval", format, "text json"))
        return ST_EXIT_USAGE;
    o.json = strcmp(format, "json") == 0;
    o.lang = st_cli_lang();
    return st_run_eval(&o, stdout, &err) ? ST_EXIT_OK : st_cli_fail(&err);
}
