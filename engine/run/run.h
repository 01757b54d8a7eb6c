/* The pipeline: the only place where records, calc, ledger and outputs meet. */
#ifndef ST_RUN_H
#define ST_RUN_H

#include "calc/calc.h"
#include "ledger/ledger.h"
#include "records/records.h"

enum {
    ST_RUN_SORT_MEMORY = 64 << 20,   /* subjects' results held in memory while sorting */
    ST_RUN_UNIQUE_MEMORY = 32 << 20, /* values that must be unique */
    ST_RUN_CONFLICTS_MAX = 1 << 18,  /* subjects that share a unique value */
    ST_RUN_REASONS_MAX = 4096,       /* different refusal codes */
    ST_RUN_GROUPS_MAX = 1024,        /* rows of the summary */
    ST_RUN_REPORT_MAX = 64 << 20     /* bytes of the report as JSON */
};
#define ST_ENGINE_VERSION "stipend 0.1"

/* Scheme, record type and digest of the rules, ready to run. Each file is read once: what is
 * compiled is what is digested and archived. */
typedef struct st_package {
    st_scheme *scheme;
    st_record_type *type;
    st_sha256 rules;
} st_package;
bool st_package_open(const char *scheme_path, st_finding_sink *warn, void *ctx, st_package *out,
                     st_err *err);
/* From files that are kept elsewhere and stay there; path: the name of scheme.xml among them. */
bool st_package_again(const st_sources *kept, const char *path, st_package *out, st_err *err);
void st_package_close(st_package *p);

typedef struct st_run_options {
    const char *state_dir;
    const char *conninfo; /* NULL: PG* variables or the embedded cluster */
    const char *scheme_path, *records_path;
    /* an old run's rules: scheme_path is their name in this set, and nothing is asked about the
     * records */
    const st_sources *kept;
    st_month period;     /* 0: what follows from the runs so far */
    const char *because; /* answers what is asked; NULL: nothing is done then */
    bool has_as_of;
    st_date as_of;
    bool accept_utf8;
    st_ledger *ledger;           /* open already, and left open; NULL: opened for the run */
    bool no_wait;                /* fail with 75 when another run of the scheme is under way */
    const st_patience *patience; /* NULL: as st_ledger_options has it */
    bool full;                   /* calculate everything from the start, even in a regular month */
    bool progress;               /* a bar on standard error */
    bool names;                  /* check: also ask the ledger about names */
} st_run_options;

/* Seconds of each stage, for --timing. */
typedef struct st_run_timing {
    double prepare, read, post, commit;
    uint64_t spilled, subjects;
    uint64_t taken_over, checked; /* subjects of a regular month; calculated again to be sure */
} st_run_timing;

typedef struct st_run_outcome {
    bool already; /* the newest run had the same inputs: nothing was posted */
    bool controls_ok;
    bool strays;   /* posted keys of which no rule speaks keep the run unsealed */
    bool findings; /* somebody is held, rejected or missing */
    st_run_info info;
    st_run_timing timing;
} st_run_outcome;

/* Runs a month: reads, assesses, posts due - posted, seals. All or nothing. */
bool st_run_month(const st_run_options *opt, st_run_outcome *out, st_err *err);

typedef bool st_line_sink(void *ctx, const st_line *line, const st_benefit *b);
/* Who gets something else than with the last payment of a benefit. */
typedef struct st_change {
    st_str subject;
    const st_benefit *benefit;
    const char *cause; /* "new", "ended", "tier-change", "rule-change", "facts-change", "held" */
    st_str tier_before, tier;
    st_money before, now;
    st_month month_before; /* of that payment */
} st_change;
typedef void st_change_sink(void *ctx, const st_change *c);
/* The outcome of a subject in a benefit; texts valid during the call. */
typedef void st_assessment_sink(void *ctx, const st_assessment *a, const st_benefit *b);

/* Why a subject is held, rejected or noted; texts live during the call. */
typedef void st_subject_sink(void *ctx, st_str subject, const st_err *finding);
/* Whether the names that the scheme uses are those of the ledger: what a run asks before anything
 * else. Opens the ledger of the options for reading. */
bool st_run_check_names(const st_run_options *opt, const st_scheme *s, st_month period,
                        st_err *err);

/* A run done without writing: the report, and what the lines would be. */
typedef struct st_rehearsal {
    st_buf *json; /* the report is appended here */
    /* each line and each change, by subject; may be NULL */
    st_line_sink *on_line;
    st_change_sink *on_change;
    st_assessment_sink *on_assessment;
    void *ctx;
    st_subject_sink *on_finding; /* may be NULL */
    void *finding_ctx;
    /* filled in */
    st_sha256 root;
    uint64_t lines;
    st_money total;
    bool guards_ok, findings;
} st_rehearsal;
/* before > 0: against what was posted before that run, to do it again; else against all. */
bool st_run_rehearse(const st_run_options *opt, int64_t before, st_rehearsal *r, st_err *err);

/* period 0: the month of the file's known-at date. Of what a run asks, only what needs no ledger:
 * whether the records can know the period. Reads and assesses without a database: findings to sink,
 * each naming its subject, counts to the summary (JSON appended to json). */
bool st_run_check(const st_run_options *opt, st_finding_sink *sink, void *ctx, st_buf *json,
                  st_err *err);

/* The summary kept with a run, as text for people: lang "zh" or "en". json is st_ledger_summary's.
 */
bool st_run_print(FILE *to, const st_run_info *info, st_str json, const char *lang, st_err *err);
/* What was asked about the records of a run, and why it was done nevertheless; nothing when nothing
 * was said. */
void st_run_print_answer(FILE *to, const st_run_info *info, const char *lang);

#endif
