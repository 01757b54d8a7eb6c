/* The hands: approve, void, release (pay), settle. The database decides who may. */
#include "cli/session.h"
#include "ledger/approve.h"

typedef enum hand { APPROVE, VOID, RELEASE, SETTLE } hand;

typedef struct hand_args {
    const char *accept, *note;
} hand_args;

static bool act(hand h, st_ledger *l, int64_t run, const hand_args *a, st_run_info *info,
                st_err *err) {
    switch (h) {
    case APPROVE:
        return st_ledger_approve(l, run, a->accept, a->note ? a->note : "", info, err);
    case VOID:
        return st_ledger_void(l, run, a->note, info, err);
    case RELEASE:
        return st_ledger_release(l, run, a->note ? a->note : "", info, err);
    case SETTLE:
        return st_ledger_settle(l, run, a->note ? a->note : "", info, err);
    }
    ST_UNREACHABLE();
}

static int run_hand(hand h, const st_command *cmd, int argc, char **argv) {
    st_common c = {0};
    hand_args a = {0};
    const st_opt approve_options[] = {
        ST_OPT_STATE(c),
        ST_OPT_DB(c),
        {"accept", ST_OPT_TEXT, &a.accept, "GUARD[,GUARD]",
         "accept guards that left the run unsealed", NULL},
        {"note", ST_OPT_TEXT, &a.note, "TEXT", "kept with the step", NULL},
        ST_OPT_WAIT(c),
        ST_OPT_QUIET(c),
        ST_OPT_END};
    const st_opt void_options[] = {ST_OPT_STATE(c),
                                   ST_OPT_DB(c),
                                   {"reason", ST_OPT_TEXT, &a.note, "TEXT", "why (required)", NULL},
                                   ST_OPT_WAIT(c),
                                   ST_OPT_QUIET(c),
                                   ST_OPT_END};
    const st_opt other_options[] = {
        ST_OPT_STATE(c),
        ST_OPT_DB(c),
        {"note", ST_OPT_TEXT, &a.note, "TEXT", "kept with the step", NULL},
        ST_OPT_WAIT(c),
        ST_OPT_QUIET(c),
        ST_OPT_END};
    int first;
    st_opt_result r = st_opt_parse(cmd,
                                   h == APPROVE ? approve_options
                                   : h == VOID  ? void_options
                                                : other_options,
                                   argc, argv, &first);
    if (r != ST_OPT_OK)
        return r == ST_OPT_HELP ? ST_EXIT_OK : ST_EXIT_USAGE;
    if (h == VOID && (!a.note || !*a.note)) {
        (void)fprintf(stderr, "stipend void: --reason is missing [CLI-001]\n  hint: say why; it "
                              "stays in the ledger\n");
        return ST_EXIT_USAGE;
    }
    st_err err;
    st_err_init(&err);
    int64_t run;
    st_ledger *l = NULL;
    st_run_info info;
    bool ok = st_session_run(argv[first], &run, &err) && st_session_open(&c, false, &l, &err) &&
              act(h, l, run, &a, &info, &err);
    st_ledger_close(l);
    if (!ok)
        return st_cli_fail(&err);
    if (!c.quiet)
        st_session_print_run(stdout, &info);
    return ST_EXIT_OK;
}

int st_cmd_approve(int argc, char **argv) {
    static const st_command cmd = {
        "approve",
        "RUN",
        "approves a run that somebody else calculated",
        "Needs the role approver. Whoever calculated the run cannot approve it.",
        1,
        1};
    return run_hand(APPROVE, &cmd, argc, argv);
}

int st_cmd_void(int argc, char **argv) {
    static const st_command cmd = {"void",
                                   "RUN",
                                   "makes a draft or approved run void: its lines no longer count",
                                   "By an approver, or by who calculated it as long as it is a "
                                   "draft. The next run posts what is then due.",
                                   1,
                                   1};
    return run_hand(VOID, &cmd, argc, argv);
}

int st_cmd_pay(int argc, char **argv) {
    static const st_command cmd = {
        "pay", "RUN", "releases an approved run for payment", "Needs the role payer.", 1, 1};
    return run_hand(RELEASE, &cmd, argc, argv);
}

int st_cmd_settle(int argc, char **argv) {
    static const st_command cmd = {
        "settle", "RUN", "marks a released run as paid out", "Needs the role payer.", 1, 1};
    return run_hand(SETTLE, &cmd, argc, argv);
}
