/* stipend people: who got something in a run, who did not, and why. */
#include "cli/people.h"
#include "cli/session.h"

static bool outcome_named(const char *word, st_outcome *out) {
    for (st_outcome o = ST_ENTITLED; o <= ST_MISSING; o++)
        if (strcmp(word, st_outcome_name(o)) == 0) {
            *out = o;
            return true;
        }
    return false;
}

/* Names that are not there are told, and the list stands nevertheless. */
static int list(st_common *c, const char *number, st_people_options *o) {
    st_err err, unnamed;
    st_err_init(&err);
    st_err_init(&unnamed);
    int64_t run;
    st_ledger *l = NULL;
    st_run_info info;
    bool found = false;
    bool ok = st_session_run(number, &run, &err) && st_session_open(c, true, &l, &err) &&
              st_ledger_run_info(l, run, &found, &info, &err);
    if (ok && !found)
        ok = st_fail(&err, ST_E_RUN_UNKNOWN, "there is no run %" PRId64, run);
    st_people_print p = {.format = c->format, .lang = c->lang};
    o->state_dir = c->state;
    if (ok)
        st_people_head(&p);
    ok = ok && st_people_list(l, &info, o, st_people_row_print, &p, &unnamed, &err);
    st_ledger_close(l);
    if (!ok)
        return st_cli_fail(&err);
    st_people_end(&p);
    return unnamed.code == ST_E_NONE ? ST_EXIT_OK : st_cli_fail(&unnamed);
}

int st_cmd_people(int argc, char **argv) {
    static const st_command cmd = {
        "people",
        "RUN",
        "who got something in a run, who did not, and why",
        "A row for each person and benefit: the outcome, what the run posted, and the codes of the "
        "reasons (of the rules, or\n"
        "of a finding). Names come from the archived records and are masked; where the archive is "
        "damaged, rows have ids\n"
        "alone (65). csv: for a spreadsheet; a cell that would be taken for a formula has ' before "
        "it.",
        1,
        1};
    st_common c = {0};
    st_people_options o = {.reason = NULL};
    const char *outcome = NULL;
    const st_opt table[] = {
        {"outcome", ST_OPT_TEXT, &outcome, "entitled|refused|held|rejected|missing",
         "only who has this outcome", NULL},
        {"reason", ST_OPT_TEXT, &o.reason, "CODE", "only who has this reason", NULL},
        ST_OPT_STATE(c),
        ST_OPT_DB(c),
        {"format", ST_OPT_TEXT, &c.format, "text|tsv|csv|json", "form of the output", NULL},
        ST_OPT_LANG(c),
        ST_OPT_END};
    int first;
    st_opt_result r = st_opt_parse(&cmd, table, argc, argv, &first);
    if (r != ST_OPT_OK)
        return r == ST_OPT_HELP ? ST_EXIT_OK : ST_EXIT_USAGE;
    if (!st_format_known("people", c.format ? c.format : "text", "text tsv csv json"))
        return ST_EXIT_USAGE;
    o.one_outcome = outcome != NULL;
    if (outcome && !outcome_named(outcome, &o.outcome)) {
        (void)fprintf(stderr,
                      "stipend people: there is no outcome \"%s\" [CLI-001]\n  hint: entitled, "
                      "refused, held, rejected or missing\n",
                      outcome);
        return ST_EXIT_USAGE;
    }
    return list(&c, argv[first], &o);
}
