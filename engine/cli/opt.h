/* Options as a table: parsing, --help and complaints come from the same rows. */
#ifndef ST_OPT_H
#define ST_OPT_H

#include "base/date.h"
#include "base/err.h"

typedef enum st_opt_kind {
    ST_OPT_FLAG /* bool */,
    ST_OPT_TEXT /* const char * */,
    ST_OPT_MONTH /* st_month */,
    ST_OPT_DATE /* st_date */,
    ST_OPT_SPAN /* int64_t: seconds */
} st_opt_kind;

typedef struct st_opt {
    const char *name; /* long option without dashes; NULL ends the table */
    st_opt_kind kind;
    void *to;
    const char *arg; /* shown in help: DIR, FILE, YYYY-MM */
    const char *help;
    bool *given; /* may be NULL */
} st_opt;

typedef struct st_command {
    const char *name;               /* "run" */
    const char *operands;           /* "RUN", "[DIR|FILE...]" or "" */
    const char *purpose;            /* one line */
    const char *details;            /* further help text, may be NULL */
    int min_operands, max_operands; /* max -1: any number */
} st_command;

/* What several commands share. */
typedef struct st_common {
    const char *state, *db, *format, *lang;
    bool quiet;
    bool waits; /* --wait was given */
    int64_t wait;
} st_common;
#define ST_OPT_STATE(c)                                                                            \
    {                                                                                              \
        "state", ST_OPT_TEXT, &(c).state, "DIR",                                                   \
            "folder of the ledger's own PostgreSQL (see stipend config)", NULL                     \
    }
#define ST_OPT_DB(c)                                                                               \
    {                                                                                              \
        "db", ST_OPT_TEXT, &(c).db, "CONNINFO",                                                    \
            "use this PostgreSQL instead (libpq connection string)", NULL                          \
    }
#define ST_OPT_FORMAT(c)                                                                           \
    {                                                                                              \
        "format", ST_OPT_TEXT, &(c).format, "text|tsv|json", "form of the output (default: text)", \
            NULL                                                                                   \
    }
#define ST_OPT_LANG(c)                                                                             \
    { "lang", ST_OPT_TEXT, &(c).lang, "en|zh", "language of texts (default: by locale)", NULL }
#define ST_OPT_QUIET(c)                                                                            \
    { "quiet", ST_OPT_FLAG, &(c).quiet, NULL, "no progress and no remarks, errors only", NULL }
#define ST_OPT_WAIT(c)                                                                             \
    {                                                                                              \
        "wait", ST_OPT_SPAN, &(c).wait, "TIME",                                                    \
            "how long to wait for another command, like 30s, 10m or 1h (default: 10m); then exit " \
            "75",                                                                                  \
            &(c).waits                                                                             \
    }
#define ST_OPT_END                                                                                 \
    { NULL, ST_OPT_FLAG, NULL, NULL, NULL, NULL }

typedef enum st_opt_result { ST_OPT_OK, ST_OPT_HELP, ST_OPT_BAD } st_opt_result;
enum { ST_SPAN_MAX = 86400 };
/* "90", "90s", "10m", "2h": seconds, at most a day. */
bool st_span_parse(st_str text, int64_t *seconds);
/* Parses argv[1..]; operands are left in argv[*first..argc). HELP: help was printed, exit 0. BAD:
 * complaint was printed, exit 64. */
st_opt_result st_opt_parse(const st_command *cmd, const st_opt *opts, int argc, char **argv,
                           int *first);

/* Fills in what was not given from the settings (settings.h), then defaults: language by LC_ALL,
 * LC_MESSAGES, LANG; state folder made absolute. False with err. */
bool st_common_finish(st_common *c, st_err *err);
/* The same for the scheme and the records of a month; a value that was given stays. */
bool st_inputs_finish(const char **scheme, const char **records, st_err *err);
/* Makes the state folder, for commands that write into it. */
bool st_common_folder(const st_common *c, st_err *err);
/* The language asked for, or that of LC_ALL, LC_MESSAGES, LANG. */
const char *st_lang(const st_common *c);
/* The same for messages, once options were parsed. */
const char *st_cli_lang(void);
/* Is the format one of those listed ("text tsv json")? Complains on stderr otherwise. */
bool st_format_known(const char *command, const char *format, const char *known);
/* Can the reason be kept? Complains on stderr otherwise; NULL is no reason, and fits. */
bool st_because_fits(const char *command, const char *because);
/* Prints err to stderr and returns its exit code. */
int st_cli_fail(const st_err *err);

/* -- commands: argv[0] is the command's name; return the exit code -- */
int st_cmd_init(int argc, char **argv);
int st_cmd_config(int argc, char **argv);
int st_cmd_check(int argc, char **argv);
int st_cmd_run(int argc, char **argv);
int st_cmd_runs(int argc, char **argv);
int st_cmd_show(int argc, char **argv);
int st_cmd_ledger(int argc, char **argv);
int st_cmd_eval(int argc, char **argv);
int st_cmd_test(int argc, char **argv);
int st_cmd_db(int argc, char **argv);
int st_cmd_approve(int argc, char **argv);
int st_cmd_void(int argc, char **argv);
int st_cmd_pay(int argc, char **argv);
int st_cmd_settle(int argc, char **argv);
int st_cmd_verify(int argc, char **argv);
int st_cmd_prove(int argc, char **argv);
int st_cmd_key(int argc, char **argv);
int st_cmd_checkpoint(int argc, char **argv);
int st_cmd_witness(int argc, char **argv);
int st_cmd_audit(int argc, char **argv);
int st_cmd_people(int argc, char **argv);
int st_cmd_source(int argc, char **argv);
int st_cmd_explain(int argc, char **argv);
int st_cmd_balance(int argc, char **argv);
int st_cmd_claim(int argc, char **argv);
int st_cmd_same(int argc, char **argv);
int st_cmd_requests(int argc, char **argv);
int st_cmd_confirm(int argc, char **argv);
int st_cmd_cancel(int argc, char **argv);

#endif
