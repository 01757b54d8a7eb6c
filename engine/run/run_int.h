/* Inside run only. */
#ifndef ST_RUN_INT_H
#define ST_RUN_INT_H

#include "base/map.h"
#include "ledger/previous.h"
#include "run/offset.h"
#include "run/persons.h"
#include "run/run.h"
#include "run/sort.h"
#include "run/sums.h"

/* Refusal codes seen in a run; number = place in the table. */
typedef struct st_reason_row {
    uint32_t benefit;
    st_str code, text, clause;
    uint64_t count; /* subjects refused for it, counted while posting */
} st_reason_row;

typedef struct st_counts {
    uint64_t entitled, refused, held, rejected, missing;
} st_counts;

/* One row "count x rate = sum" of lines. */
typedef struct st_group {
    uint32_t benefit;
    st_cause cause;
    char tier[ST_TIER_MAX + 1];
    st_money rate, sum;
    uint64_t count;
} st_group;

typedef struct st_control_sum {
    uint32_t benefit, control;
    int64_t count;
    st_money total;
} st_control_sum;

/* How this month's payment differs from the last one, per benefit. */
typedef enum st_movement {
    ST_MOVE_NEW,     /* nothing was posted last month */
    ST_MOVE_ENDED,   /* nothing is due this month */
    ST_MOVE_TIER,    /* another tier */
    ST_MOVE_RULE,    /* same tier, another amount, and other rules */
    ST_MOVE_FACTS,   /* same tier and rules, another amount */
    ST_MOVE_HELD,    /* paid last month, cannot be decided now */
    ST_MOVE_ALREADY, /* of this month, posted by an earlier run */
    ST_MOVE_AWARD,   /* paid once */
    ST_MOVE_ARREARS, /* for earlier months */
    ST_MOVE_RECOVERY,
    ST_MOVE_CORRECTION, /* takes an earlier correction back */
    ST_MOVES
} st_movement;
const char *st_movement_name(st_movement m);
typedef struct st_move_row {
    uint32_t benefit;
    st_movement move;
    char tier[ST_TIER_MAX + 1];
    uint64_t count;
    st_money amount;
} st_move_row;
/* What was posted for the last payment of a calendar benefit, and what is due for this one. */
typedef struct st_month_sums {
    bool compared;        /* false: paid once, dropped, or nothing of it is paid in this month */
    bool same_rules;      /* as with the last payment */
    st_month last_paid;   /* month of the last payment */
    st_month newest_paid; /* of a calendar benefit: the newest payment up to the period */
    uint64_t last_payees, payees;
    st_money last, now;
} st_month_sums;

/* A guard of the scheme, or a control total, that stopped the run from being sealed. */
typedef struct st_tripped {
    st_str id;
    char why[160];
} st_tripped;

/* Posted keys of which no rule speaks. */
#define ST_STRAY_GUARD "keys-without-rule"
enum { ST_STRAYS_SHOWN = 8 };
typedef struct st_stray {
    char subject[ST_SUBJECT_MAX + 1], benefit[ST_BENEFIT_MAX + 1], occasion[ST_OCCASION_MAX + 1];
    st_money sum;
} st_stray;
typedef struct st_strays {
    uint64_t keys;
    st_money sum;
    bool beyond; /* the sum is more than an amount can be */
    st_stray first[ST_STRAYS_SHOWN];
    size_t n;
} st_strays;

/* What a run counts. */
typedef struct st_tally {
    st_month period;
    st_move_row *moves;
    size_t n_moves;
    st_map move_rows;         /* benefit, movement, tier -> row + 1 */
    st_move_row *other_moves; /* per benefit and movement: what has no row of its own */
    st_month_sums *months;    /* per benefit */
    st_benefit_sums *sums;    /* per benefit: of the run's lines */
    bool overflow;            /* a sum is more than an amount can be: the run is of no use */
    ST_VEC(st_tripped) tripped;
    st_arena arena;
    const st_scheme *scheme;
    st_map reason_numbers; /* "benefit:code" -> number + 1 */
    st_buf reason_key;
    ST_VEC(st_reason_row) reasons;
    st_counts *counts; /* per benefit */
    st_money *due;     /* per benefit: total due of this run's subjects */
    uint64_t *payees;  /* per benefit: subjects with a line */
    st_group *groups;  /* as many as can be listed; what is beyond them is only in sums */
    size_t n_groups;
    st_map group_rows; /* benefit, cause, rate, tier -> row + 1 */
    ST_VEC(st_control_sum) controls;
    uint64_t read, lines, findings[ST_SEV_NOTE + 1];
    uint64_t missing; /* subjects who were paid and are not in a full roster */
    st_money total;
    st_records_head head;
    st_payable_sum payable;
    st_strays strays;
    st_change_sink *on_change; /* may be NULL */
    void *on_change_ctx;
} st_tally;

void st_tally_init(st_tally *t, const st_scheme *s, st_month period);
void st_tally_free(st_tally *t);
/* Number of a refusal code; false beyond ST_RUN_REASONS_MAX. */
bool st_tally_reason(st_tally *t, uint32_t benefit, const st_refusal *r, uint32_t *number,
                     st_err *err);
void st_tally_line(st_tally *t, uint32_t benefit, const st_diff_line *line);
/* Adds to a sum of the run; beyond what an amount can be the tally's overflow is set. */
void st_tally_add(st_tally *t, st_money *to, st_money v);
void st_tally_due(st_tally *t, const st_owed *owed);
/* Says which payments are compared: with those that a run of the period before posted.
 * same_rules: it had the same files of rules (of which another dated version may hold now). */
void st_tally_compare(st_tally *t, st_month before, bool same_rules);
/* One subject: its dues, what is posted for it (benefit = index), its new lines. */
typedef struct st_moved {
    st_str subject;
    bool held; /* dues are not known */
    const st_owed *owed;
    size_t n_owed;
    const st_posted *posted; /* at least what belongs to the last and this payment */
    size_t n_posted;
    const st_diff_line *lines;
    size_t n_lines;
} st_moved;
void st_tally_move(st_tally *t, const st_moved *x);
void st_tally_moves_json(const st_tally *t, st_buf *out);
/* Judges control totals and guards: fills tripped. */
void st_tally_guard(st_tally *t);
/* Trips when the run posts something of a benefit in a year of which scheme.xml has no budget line,
 * once appropriations are declared: nobody would watch what is spent. */
void st_tally_budget_year(st_tally *t, uint32_t benefit);
/* Trips when what was spent in the budget year and this run are beyond the appropriation of a
 * benefit. */
void st_tally_budget(st_tally *t, uint32_t benefit, const st_budget *budget, st_money spent);
bool st_tally_controls_ok(const st_tally *t);
/* Notes a posted key (benefit = index in the scheme, ST_NO_BENEFIT for none) if no rule speaks of
 * it. */
void st_tally_stray(st_tally *t, const st_posted *p);
void st_strays_why(const st_strays *s, char *out, size_t size);
/* ,"strays":{...}; nothing when there are none. */
void st_strays_json(const st_strays *s, st_buf *b);
/* Always on, but in a scheme's first run: too many keys of a full roster are new, or missing. */
bool st_persons_guard(st_tally *t, const st_persons *p, st_posting *posting, st_err *err);
/* The run report as JSON. */
void st_tally_json(const st_tally *t, const st_run_key *key, st_buf *out);

/* -- what the records say of themselves (head.c) -- */
bool st_records_peek(const st_run_options *opt, const st_record_type *type, st_records_head *head,
                     st_err *err);
/* Records of another division than the scheme's are refused. */
bool st_head_fits(const st_scheme *s, const char *path, const st_records_head *head, st_err *err);
/* Names of files that cannot be kept with the run are refused. */
bool st_head_names(const st_run_options *opt, st_err *err);

/* -- one subject between the passes -- */
enum { ST_NO_BENEFIT = -1 }; /* of a finding about the whole record, of a key no rule speaks of */
typedef struct st_spool_finding {
    uint8_t severity;
    uint16_t code;
    int16_t benefit; /* of the scheme, or ST_NO_BENEFIT */
    uint32_t line, column;
    st_str msg, hint;
} st_spool_finding;
typedef struct st_spool_verdict {
    st_outcome outcome;
    st_str tier;
    st_money due;
    int32_t occasions;
    const uint32_t *reasons;
    size_t n_reasons;
} st_spool_verdict;
typedef struct st_spooled {
    st_record_state state;
    uint64_t ordinal;
    uint32_t line, column;
    st_sha256 facts;
    int64_t seen; /* as in st_assessment */
    st_str key;   /* of the record itself, where it is sorted under a person's other key */
    const st_spool_verdict *verdicts; /* per benefit; n 0 unless state is OK */
    size_t n_verdicts;
    const st_owed *owed;
    size_t n_owed;
    const st_spool_finding *findings;
    size_t n_findings;
    st_str packed; /* the facts (feel/pack.h), only when a regular month looks for what changed */
} st_spooled;
void st_spool_write(st_buf *out, const st_spooled *s);
/* Texts borrow from bytes, arrays from the arena. */
void st_spool_read(st_arena *a, st_str bytes, st_spooled *out);

/* -- first pass: records to sorted results -- */
typedef struct st_collect {
    bool remember; /* a later month may take over what this one finds */
    bool regular;  /* calendar benefits only from the base period on, facts kept */
    st_month base; /* the oldest of the base's runs */
    const st_package *package;
    st_calc *calc;
    st_tally *tally;
    st_sorter *subjects, *uniques;
    st_persons *persons;
    st_map conflicts; /* subject -> st_conflict */
    st_arena arena;   /* conflicts */
    st_buf scratch, packed;
    st_arena record_arena;
    const st_run_options *opt;
    st_records_result result;
    bool head_seen;
    uint64_t next_tick;
} st_collect;
/* Whoever shares a value: the two lowest names, so that each can be told of another, whatever the
 * order of the file; key: what the file calls him. In the collection's arena. */
typedef struct st_sharer {
    st_str person, key;
} st_sharer;
typedef struct st_sharers {
    st_sharer low, next;
} st_sharers;
typedef struct st_conflict {
    st_record_state state;
    uint32_t field;
    const st_sharers *by;
} st_conflict;
/* Verdicts and dues of a case as they are spooled; arrays in the arena, texts borrowed from the
 * case. */
bool st_collect_case(st_tally *t, st_arena *a, const st_case *k, st_spooled *s, st_err *err);
void st_collect_finding(st_spool_finding *to, const st_err *f, int benefit);
bool st_collect_run(st_collect *c, st_err *err);
/* A bar on standard error: so many of size bytes are read. ctx: the st_collect. */
void st_collect_progress(void *ctx, uint64_t read, uint64_t size);
/* The parts of it that look for values which two persons of the file have. */
bool st_collect_uniques(st_collect *c, const st_record *r, st_str person, st_err *err);
bool st_collect_conflicts(st_collect *c, st_err *err);
/* Somebody else who has the value, as the file calls him. */
st_str st_conflict_other(const st_conflict *x, st_str person);
void st_collect_free(st_collect *c);

/* -- second pass: results and ledger to lines -- */
/* posting NULL: nothing is compared or written (check); findings go to sink, too, when not NULL. */
typedef struct st_merge {
    st_collect *collect;
    st_tally *tally;
    st_posting *posting;
    const int32_t *benefit_numbers; /* of the ledger, per benefit of the scheme */
    st_subject_sink *sink;
    void *sink_ctx;
    st_month period;
    bool (*on_line)(void *ctx, const st_line *line, const st_benefit *b); /* may be NULL */
    void *on_line_ctx;
    st_assessment_sink *on_assessment; /* may be NULL; with on_line_ctx */
    uint64_t line_no;
    st_str key;          /* what the record in hand calls its subject; empty: as it is sorted */
    const st_base *base; /* not NULL: a regular month, compared with these runs' assessments */
    struct st_regular *regular;
    uint64_t taken_over, checked; /* subjects */
    st_arena arena;               /* of one subject */
    /* ledger rows of the next subject */
    bool have_posted;
    st_posted next_posted;
    st_buf posted_subject;
    st_offset_state offset; /* debts of the subjects; unused without a ledger */
} st_merge;
bool st_merge_run(st_merge *m, st_err *err);

/* -- inside the second pass -- */
typedef struct st_posted_rows {
    st_posted *rows; /* benefit = index in the scheme */
    size_t n;
} st_posted_rows;
/* owed, posted: what is subtracted; before: what is posted of the last and this payment (the same,
 * or what is known to be posted without asking). */
bool st_merge_subject(st_merge *m, st_str subject, const st_spooled *s, const st_owed *owed,
                      size_t n_owed, const st_posted_rows *posted, const st_posted_rows *before,
                      st_err *err);
/* A subject calculated from the start: all dues, all that is posted. */
bool st_merge_full(st_merge *m, st_str subject, const st_spooled *s, const st_posted_rows *posted,
                   st_err *err);
/* The record as it is: reports findings and conflicts; *state is what becomes of it. */
bool st_merge_state(st_merge *m, st_str subject, const st_spooled *s, st_record_state *state,
                    st_err *err);
bool st_merge_unusable(st_merge *m, st_str subject, const st_spooled *s, st_record_state state,
                       const st_posted_rows *posted, st_err *err);
bool st_merge_missing(st_merge *m, const st_posted_rows *posted, st_err *err);
int32_t st_merge_benefit_index(const st_merge *m, int32_t number);
/* Dues of a subject and what is posted of it, as st_merge_subject posts it. */
typedef struct st_subject_dues {
    const st_owed *owed; /* those that are subtracted from */
    size_t n_owed;
    const st_posted_rows *posted; /* of these */
    const st_posted_rows *before; /* posted of the last and this payment */
} st_subject_dues;
/* A regular month asks itself: one subject that was taken over, calculated in full, must come out
 * the same (selfcheck.c). */
bool st_selfcheck(st_merge *m, st_str subject, const st_spooled *shortcut, const st_spooled *full,
                  const st_subject_dues *dues, const st_posted_rows *posted, st_err *err);
/* Whether a calendar payment that the next month compares with is posted under another tier than is
 * due now (only the tier changed: there is no line for that). */
bool st_regular_stale(const st_merge *m, const st_spooled *s, const st_posted_rows *posted);

/* Adds what was posted under other keys of the person. */
bool st_merge_others(st_merge *m, st_str person, st_posted_rows *rows, st_err *err);
/* Rows of the ledger into the order of the scheme. */
void st_merge_order(st_merge *m, st_posted_rows *rows);

/* A regular month (regular.c): subjects before key that the base run knew and the file does not
 * (key NULL: all that are left). */
bool st_regular_before(st_merge *m, const st_str *key, st_err *err);
/* One subject: unchanged since the base run, or looked at from the start. */
bool st_regular_subject(st_merge *m, st_str subject, st_spooled *s, st_err *err);
bool st_regular_posted(st_merge *m, st_str subject, st_posted_rows *out, st_err *err);
bool st_regular_pass(st_merge *m, st_str subject, st_err *err);
/* Replaces verdicts, dues and findings of the calculation by those of a full one. */
bool st_regular_from_start(st_merge *m, st_spooled *s, st_err *err);
bool st_regular_begin(st_merge *m, st_err *err);
void st_regular_end(st_merge *m);

#endif
