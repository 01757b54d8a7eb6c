/* The payment ledger in PostgreSQL: the only user of libpq. */
#ifndef ST_LEDGER_H
#define ST_LEDGER_H

#include "base/err.h"
#include "calc/types.h"

typedef struct st_ledger st_ledger;

enum { ST_WAIT_DEFAULT = 600, ST_WAIT_MAX = 86400 };
/* How long another session is waited for that holds what a statement needs. */
typedef struct st_patience {
    int64_t seconds; /* each wait; then the command fails with 75. 0: none */
    /* Told who is waited for (a note, after two seconds) and who was ended since he did not get on
     * (a warning); NULL: nobody is told. */
    st_finding_sink *say;
    void *ctx;
} st_patience;

typedef struct st_ledger_options {
    const char *state_dir; /* for the embedded cluster; absolute path */
    const char
        *conninfo;  /* --db; NULL: PG* variables decide, and without them the embedded cluster */
    bool read_only; /* no migration, transactions read only */
    bool make;      /* a ledger that is not there is made; nobody but init asks for that */
    const st_patience *patience; /* copied; NULL: ST_WAIT_DEFAULT, nobody is told */
} st_ledger_options;

/* Connects; starts the embedded cluster, brings the tables of an older ledger up to date. A ledger
 * that is not there fails with ST_E_DB_NONE (78), which names those that are near; with make it is
 * made: initdb, as an unprivileged user when run as root, and all migrations. Fails with 69 when
 * the server cannot be reached, 78 when the database is from a newer stipend. */
bool st_ledger_open(const st_ledger_options *opt, st_ledger **out, st_err *err);
/* Whether opening made it (or finished what an earlier attempt began). */
bool st_ledger_made(const st_ledger *l);
/* Where it is: the folder of a private server, or DATABASE@HOST:PORT. */
void st_ledger_place(const st_ledger *l, const st_ledger_options *opt, st_buf *out);
/* Whether --db or the PG* variables name a server, so that no private one is used. */
bool st_ledger_external(const char *conninfo);
/* Folders of private servers that a command may have meant instead of state_dir: the default places
 * with and without HOME, folders beside, above and below it. Comma separated, "" for none. */
void st_ledger_near(const char *state_dir, st_buf *out);
void st_ledger_close(st_ledger *l);

/* -- embedded server -- */
/* Without make a cluster that is not there, or has lost its data, is ST_E_DB_NONE. */
bool st_cluster_start(const char *state_dir, bool make, st_err *err);
bool st_cluster_stop(const char *state_dir, st_err *err);
/* Whether it runs; conninfo (for psql) into out. Stopping and asking need a cluster, too. */
bool st_cluster_status(const char *state_dir, bool *running, st_buf *conninfo, st_err *err);

/* -- schemes -- */
typedef struct st_ledger_benefit {
    const char *id;
    const char *title;       /* UTF-8 */
    const char *budget_line; /* may be "" */
    int32_t number; /* > 0: known already, under this number; else filled by st_ledger_scheme */
} st_ledger_benefit;
/* Registers the scheme and its benefits when new; fills in the benefit numbers (stable for ever).
 */
bool st_ledger_scheme(st_ledger *l, const char *scheme, const char *title, const char *currency,
                      st_ledger_benefit *benefits, size_t n, st_err *err);

/* -- runs -- */
typedef enum st_run_state {
    ST_RUN_DRAFT,
    ST_RUN_APPROVED,
    ST_RUN_RELEASED,
    ST_RUN_SETTLED,
    ST_RUN_VOID
} st_run_state;
const char *st_run_state_name(st_run_state s);

/* Inputs that identify a run. */
typedef struct st_run_key {
    const char *scheme;
    st_month period;
    st_date as_of;
    st_sha256 records, rules; /* digests of the inputs */
    char engine[32];          /* version of the program */
} st_run_key;

enum {
    ST_SENDER_MAX = 256,  /* bytes of a sender's name */
    ST_BECAUSE_MAX = 400, /* of the reason why records were taken nevertheless */
    ST_ASKED_MAX = 64
};
/* What the records of a run say of themselves; what was asked about them, and the answer. */
typedef struct st_run_input {
    st_date known_at;
    bool whole; /* a full roster */
    int32_t part, parts;
    char sender[ST_SENDER_MAX + 1];
    char asked[ST_ASKED_MAX];         /* "older,skipped"; "": nothing */
    char because[ST_BECAUSE_MAX + 1]; /* "": nothing was said */
} st_run_input;

typedef struct st_run_info {
    int64_t run;
    char scheme[64];
    st_month period;
    st_date as_of;
    st_sha256 records, rules, root, digest, prev_digest;
    char engine[32];
    st_run_state state;
    bool sealed;
    uint64_t lines;
    st_money total; /* signed sum of the lines */
    char created_by[64], created_at[40];
    /* sealed with the lines; claims_sealed false: sealed when only lines were */
    bool claims_sealed;
    st_sha256 settlements;   /* root over what the run settled of debts */
    int64_t bookings;        /* number of the newest booking about debts then, 0: none */
    st_sha256 bookings_head; /* digest over the bookings up to that one */
    bool has_input;          /* false: from before it was kept */
    st_run_input input;
} st_run_info;

/* The scheme's newest run that is not void; *found false when there is none. */
bool st_ledger_newest(st_ledger *l, const char *scheme, bool *found, st_run_info *out, st_err *err);
/* Whether an earlier run of the scheme was made void after this one was made, or two people said
 * since who somebody is. */
bool st_ledger_voided_since(st_ledger *l, int64_t run, bool *yes, st_err *err);
bool st_ledger_run_info(st_ledger *l, int64_t run, bool *found, st_run_info *out, st_err *err);
/* Runs newest first; stops when each returns false. */
bool st_ledger_runs(st_ledger *l, bool (*each)(void *ctx, const st_run_info *r), void *ctx,
                    st_err *err);

/* -- posting a run: one transaction -- */
typedef struct st_posting st_posting;
/* Begins the transaction and takes the scheme's lock (a second run waits, or with no_wait fails
 * with 75). Under the lock it looks again for an equal newest run: then *already is set, *out is
 * NULL and nothing was begun. */
bool st_posting_begin(st_ledger *l, const st_run_key *key, bool no_wait, st_posting **out,
                      bool *already, st_run_info *existing, st_err *err);
/* A rehearsal: the same stream and lines, but nothing is written and commit is a defect; end it
 * with st_posting_abort. before > 0: only what was posted (and void) before that run, to do an old
 * run again. Fills in the benefits' numbers that are 0 (below zero for those the ledger does not
 * know). */
bool st_posting_rehearse(st_ledger *l, const char *scheme, const char *currency,
                         st_ledger_benefit *benefits, size_t n, int64_t before, st_posting **out,
                         st_err *err);
/* Root, number and sum of the lines added so far. */
void st_posting_sum(const st_posting *p, st_sha256 *root, uint64_t *lines, st_money *total);
int64_t st_posting_run(const st_posting *p);
/* Streams what is posted for the scheme in order of (subject, benefit number, occasion), bytes
 * ordered; *row false at the end. Texts are valid until the next call. May be interleaved with
 * adding lines. */
bool st_posting_posted(st_posting *p, st_posted *out, bool *row, st_err *err);
/* Adds a line (fields copied). Lines must come in order of line_no 1, 2, 3 ...; the leaf is
 * computed here. */
bool st_posting_line(st_posting *p, const st_line *line, st_err *err);
bool st_posting_assessment(st_posting *p, const st_assessment *a, st_err *err);
/* A finding of the run; subject may be empty, benefit 0 = the whole record. */
bool st_posting_finding(st_posting *p, st_str subject, int32_t benefit, const st_err *finding,
                        st_err *err);

/* Counts and totals per benefit and tier, as declared in the report; JSON text kept with the run as
 * it is. */
typedef struct st_posting_summary {
    const char *json; /* totals, counts, controls: the run report */
    bool controls_ok; /* declared guards hold; otherwise the run stays unsealed */
    const char *
        guards; /* comma separated names of those that do not; NULL with !controls_ok: "controls" */
} st_posting_summary;
/* Seals (unless controls failed) and commits. On success fills info. A lost connection during
 * COMMIT is reported as 75: the same command finds out what happened. */
bool st_posting_commit(st_posting *p, const st_posting_summary *s, st_run_info *info, st_err *err);
void st_posting_abort(st_posting *p); /* frees; rolls back when not committed */

/* -- reading -- */
typedef struct st_ledger_line {
    int64_t run;
    st_line line; /* texts valid during the callback */
    /* the benefit's first id, as it is sealed, and what the run called it */
    const char *benefit_id, *benefit_name, *currency, *scheme;
    st_run_state state;
} st_ledger_line;
typedef struct st_ledger_filter {
    int64_t run; /* 0: all */
    /* NULL: all; any name that it had; subject: the key of the run's record */
    const char *scheme, *subject, *benefit;
    const char *person; /* all lines of a person, whatever his key was */
    bool with_void;     /* also lines of void runs */
} st_ledger_filter;
/* Ordered by run and line. */
bool st_ledger_lines(st_ledger *l, const st_ledger_filter *filter,
                     bool (*each)(void *ctx, const st_ledger_line *line), void *ctx, st_err *err);
/* The outcome of a subject in a benefit, and what the run's lines of the two come to. */
typedef struct st_ledger_assessment {
    st_str subject; /* the person, or a record without an id of its own: "\x1frecord:NO" */
    int32_t benefit;
    const char *benefit_name; /* as the run called it */
    bool assessed;            /* false: lines alone, of a key or benefit that nobody assesses now */
    st_outcome outcome;
    st_str tier;
    st_money due;
    int32_t occasions;
    st_str reasons; /* ["code","code"], see st_calc_reasons_read */
    st_money net;
} st_ledger_assessment;
/* By subject (bytes) and benefit; texts valid during the call, false from which ends the list. */
bool st_ledger_assessments(st_ledger *l, int64_t run,
                           bool (*each)(void *ctx, const st_ledger_assessment *a), void *ctx,
                           st_err *err);
typedef struct st_ledger_finding {
    const char *subject, *benefit_id, *code, *severity, *file, *message, *hint;
    uint32_t line, column;
} st_ledger_finding;
bool st_ledger_findings(st_ledger *l, int64_t run,
                        bool (*each)(void *ctx, const st_ledger_finding *f), void *ctx,
                        st_err *err);
/* The summary JSON stored with the run, appended to out. */
bool st_ledger_summary(st_ledger *l, int64_t run, st_buf *out, st_err *err);

#endif
