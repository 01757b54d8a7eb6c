/* stipend: one program, a table of subcommands. */
#include "cli/opt.h"
#include "run/run.h"
#include <signal.h>
#include <unistd.h>

typedef struct entry {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *purpose;
} entry;

static const entry commands[] = {
    {"init", st_cmd_init, "make a ledger, once: a private PostgreSQL, or tables in one of yours"},
    {"config", st_cmd_config, "which settings hold, and where they come from"},
    {"check", st_cmd_check,
     "look at a scheme, its models and a records file; no database, nothing is posted"},
    {"run", st_cmd_run, "run a month: post what is due and not yet posted"},
    {"runs", st_cmd_runs, "list the runs"},
    {"show", st_cmd_show, "a run's report: totals, counts, digests, findings"},
    {"ledger", st_cmd_ledger, "the lines of the ledger"},
    {"explain", st_cmd_explain, "why a person got what a run posted, or got nothing"},
    {"people", st_cmd_people, "who got something in a run, who did not, and why"},
    {"approve", st_cmd_approve, "approve a run that somebody else calculated"},
    {"void", st_cmd_void, "make a draft or approved run void"},
    {"pay", st_cmd_pay, "release an approved run for payment"},
    {"settle", st_cmd_settle, "mark a released run as paid out"},
    {"audit", st_cmd_audit, "do a past run again from its archived inputs and compare"},
    {"verify", st_cmd_verify, "recompute every digest of the ledger from its rows"},
    {"source", st_cmd_source, "what a run was calculated from, given back byte for byte"},
    {"prove", st_cmd_prove, "the proof that a line belongs to a run's sealed root"},
    {"key", st_cmd_key, "make the key with which a ledger, or a witness, signs"},
    {"checkpoint", st_cmd_checkpoint, "sign how far the ledger has come, for people elsewhere"},
    {"witness", st_cmd_witness, "sign the checkpoint of a ledger that has only grown"},
    {"balance", st_cmd_balance, "a person's debts, what settled them, and what comes next"},
    {"claim", st_cmd_claim, "open debts: list, repay, write-off, approve, cancel"},
    {"same", st_cmd_same, "ask that a key is taken for the person of another key"},
    {"requests", st_cmd_requests, "what people asked for and somebody else must confirm"},
    {"confirm", st_cmd_confirm, "confirm what somebody else asked for"},
    {"cancel", st_cmd_cancel, "take a request back"},
    {"eval", st_cmd_eval, "one decision on one record, with the rule that fired"},
    {"test", st_cmd_test, "run test files of rules (DMN TCK format)"},
    {"db", st_cmd_db, "the ledger's own PostgreSQL: start, stop, status"},
};

static void usage(FILE *to) {
    (void)fprintf(
        to,
        "stipend: grants, awards and allowances from records and rules into a payment ledger\n\n"
        "usage: stipend COMMAND [options]   (stipend COMMAND --help tells more)\n\n");
    for (size_t i = 0; i < ST_LEN(commands); i++)
        (void)fprintf(to, "  %-10s %s\n", commands[i].name, commands[i].purpose);
    (void)fprintf(to,
                  "\nexit codes: 0 done or already done; 3 done, somebody is held or rejected; 64 "
                  "usage; 65 bad input or rules;\n"
                  "  66 input missing; 69 database unreachable; 70 defect of the program; 73, 74 "
                  "cannot write;\n"
                  "  75 busy or connection lost, try again; 77 not allowed; 78 configuration\n");
}

/* What could not be printed is an error of its own where the command itself went well, also with
 * findings. */
static int end(int code) {
    bool lost = fflush(stdout) != 0 || ferror(stdout);
    if (!lost || (code != ST_EXIT_OK && code != ST_EXIT_FINDINGS))
        return code;
    (void)fprintf(stderr,
                  "stipend: the output could not be written completely; what was posted stands\n"
                  "  hint: check free space, or whoever reads the output\n");
    return ST_EXIT_IO;
}

static int dispatch(int argc, char **argv) {
    for (size_t i = 0; i < ST_LEN(commands); i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    (void)fprintf(stderr, "stipend: unknown command: %s [CLI-001]\n  hint: stipend --help\n",
                  argv[1]);
    return ST_EXIT_USAGE;
}

static bool refuse_bytes(const char *before, int i, const char *arg, st_err *err) {
    if (access(arg, F_OK) == 0)
        return st_fail(err, ST_E_RUN_FILE_NAME, "the file's name is not UTF-8: %s", arg);
    if (strncmp(before, "--", 2) == 0)
        return st_fail(err, ST_E_CLI_TEXT, "the value of %s is not UTF-8: %s", before, arg);
    return st_fail(err, ST_E_CLI_TEXT, "argument %d is not UTF-8: %s", i, arg);
}

/* Options, names and paths are kept in the database and in reports, which hold text: bytes that are
 * none are refused before anything is done. */
static int all_text(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        size_t n = strlen(argv[i]);
        if (st_utf8_valid(argv[i], n) == n)
            continue;
        st_err err;
        st_err_init(&err);
        (void)refuse_bytes(argv[i - 1], i, argv[i], &err);
        st_err_print(stderr, &err, st_cli_lang());
        return (int)st_code_exit(err.code);
    }
    return ST_EXIT_OK;
}

int main(int argc, char **argv) {
    (void)signal(SIGPIPE, SIG_IGN); /* a lost server or reader is an error code, not a death */
    if (argc < 2) {
        usage(stderr);
        return ST_EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        usage(stdout);
        return end(ST_EXIT_OK);
    }
    if (strcmp(argv[1], "--version") == 0) {
        (void)printf("%s\n", ST_ENGINE_VERSION);
        return end(ST_EXIT_OK);
    }
    int bytes = all_text(argc, argv);
    if (bytes != ST_EXIT_OK)
        return bytes;
    return end(dispatch(argc, argv));
}
