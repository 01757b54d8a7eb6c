/* stipend same: who stands behind a key, by the word of two people. */
#include "base/words.h"
#include "cli/session.h"
#include "ledger/request.h"

static const st_command command = {
    "same",
    "NEW [OLD]",
    "asks that a key is taken for the person of another key",
    "NEW continues what was posted for OLD: nothing is paid again, debts follow. With NEW alone: "
    "the "
    "person is still the\n"
    "same although the identity number changed (a run has held the record for it). Needs the role "
    "officer or approver;\n"
    "counts for the next run, when somebody else has confirmed it: stipend confirm NO",
    1,
    2};

int st_cmd_same(int argc, char **argv) {
    st_common c = {0};
    const char *reason = NULL, *document = NULL;
    const st_opt table[] = {
        ST_OPT_STATE(c),
        ST_OPT_DB(c),
        {"reason", ST_OPT_TEXT, &reason, "TEXT", "why (required)", NULL},
        {"document", ST_OPT_TEXT, &document, "TEXT", "the paper that shows it", NULL},
        ST_OPT_WAIT(c),
        ST_OPT_QUIET(c),
        ST_OPT_END};
    int first;
    st_opt_result r = st_opt_parse(&command, table, argc, argv, &first);
    if (r != ST_OPT_OK)
        return r == ST_OPT_HELP ? ST_EXIT_OK : ST_EXIT_USAGE;
    if (!reason || !*reason) {
        (void)fprintf(stderr, "stipend same: --reason is missing [CLI-001]\n  hint: say why; it "
                              "stays in the ledger\n");
        return ST_EXIT_USAGE;
    }
    const char *key = argv[first], *old = first + 1 < argc ? argv[first + 1] : key;
    st_err err;
    st_err_init(&err);
    st_ledger *l = NULL;
    int64_t no = 0;
    bool already = false;
    bool ok = st_session_open(&c, false, &l, &err) &&
              st_request_same(l, key, old, reason, document, &no, &already, &err);
    st_ledger_close(l);
    if (!ok)
        return st_cli_fail(&err);
    if (!c.quiet)
        (void)printf(st_is_chinese(st_cli_lang())
                         ? "申请 %" PRId64 "：由另一人确认：stipend confirm %" PRId64 "%s\n"
                         : "request %" PRId64
                           ": somebody else must confirm it: stipend confirm %" PRId64 "%s\n",
                     no, no,
                     !already                       ? ""
                     : st_is_chinese(st_cli_lang()) ? "（以前已申请）"
                                                    : " (was asked for before)");
    return ST_EXIT_OK;
}
