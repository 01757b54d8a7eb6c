/* Pure calculation: facts and rules to dues, dues minus posted to lines. No XML, SQL, files, clock.
 */
#ifndef ST_CALC_H
#define ST_CALC_H

#include "base/err.h"
#include "calc/types.h"
#include "scheme/scheme.h"

enum {
    ST_OCCASIONS_MAX = 1200, /* occasions of one subject and benefit: a hundred years of months */
    ST_RULE_TEXTS_MAX = 1 << 16, /* different combinations of fired rules in a run */
    ST_REFUSALS_MAX = 64,        /* refusals of one occasion */
};

/* State of one occasion. */
typedef enum st_due_state {
    ST_DUE_OWED,
    ST_DUE_REFUSED,
    ST_DUE_HELD,
    ST_DUE_LATER, /* lies beyond the run's period: neither owed nor to be recovered */
    ST_DUE_ANY    /* held, and nobody knows which occasions it stands for: no key of the benefit may
                     be taken back for want of an occasion */
} st_due_state;

static inline bool st_due_held(st_due_state s) {
    return s == ST_DUE_HELD || s == ST_DUE_ANY;
}

typedef struct st_refusal {
    st_str code, text, clause;
} st_refusal;

/* What is due for one occasion. */
typedef struct st_due {
    uint32_t benefit; /* index in the scheme */
    st_due_state state;
    st_str occasion;
    st_month month;  /* of the occasion's date */
    st_money amount; /* 0 unless owed */
    st_str tier;
    uint32_t rule; /* st_calc_rule_text: what fired */
    const st_refusal *refusals;
    size_t n_refusals;
} st_due;

/* The outcome of one benefit. */
typedef struct st_verdict {
    st_outcome outcome;
    st_str tier;       /* of the newest occasion owed in scope */
    st_money due;      /* sum over occasions owed */
    int32_t occasions; /* how many are owed */
    const st_refusal
        *refusals; /* all reasons of a refusal, each once, in order of first appearance */
    size_t n_refusals;
} st_verdict;

/* One subject's result. Everything lives in the evaluators' and the case's arena until the next
 * st_calc_assess. */
typedef struct st_case {
    const st_due *dues; /* by benefit, then by occasion id (bytes) */
    size_t n_dues;
    const st_verdict *verdicts; /* one per benefit of the scheme */
    const st_err *findings;     /* why something is held */
    const uint32_t *finding_benefit;
    size_t n_findings;
} st_case;

typedef struct st_calc st_calc;
/* A calculation for runs of the period. The scheme must be compiled and outlive it. One per thread.
 */
st_calc *st_calc_new(const st_scheme *s, st_month period, st_date as_of);
void st_calc_free(st_calc *c);
/* Assesses one subject from its facts (a context of the facts type). Never fails: what cannot be
 * decided is held. */
void st_calc_assess(st_calc *c, st_val facts, st_case *out);
/* Why nothing was asked of a benefit (not payable yet, no occasion, retired); NULL when something
 * was, and rules have given their reasons. */
const st_refusal *st_calc_own_reason(const st_verdict *v);
/* From now on calendar benefits are assessed from the newest payment on that a run of the base
 * period had in scope: what came before is taken as known. Their verdicts then cover these
 * occasions only. */
void st_calc_since(st_calc *c, st_month base);
void st_calc_from_start(st_calc *c);
/* ["code","code"], appended to out; false when it does not fit. */
bool st_calc_reasons_json(const st_str *codes, size_t n, st_buf *out);
/* The same read back: hands out each code, valid during the call. False when the text is no such
 * list. */
bool st_calc_reasons_read(st_str json, void (*each)(void *ctx, st_str code), void *ctx);
/* "award.dmn#Award amount:2 Refusals:1": model, decisions and rows; lives as long as the
 * calculation. */
st_str st_calc_rule_text(const st_calc *c, uint32_t rule);
/* Period value of a month as decisions see it (for explanations and eval). */
st_val st_calc_period(st_calc *c, const st_benefit *b, st_month m);
/* Whether occasions of that month are posted by a run of the period. */
bool st_calc_in_scope(const st_benefit *b, st_month occasion, st_month period);
/* The month whose run is the first to post a calendar occasion: the last one of its quarter or year
 * where it is paid so. */
st_month st_calc_paid_in(const st_benefit *b, st_month occasion);
/* The newest such month up to a period. */
st_month st_calc_paid_by(const st_benefit *b, st_month period);
/* Month of a calendar occasion's id ("2023-11", "2023-Q4", "2023"); false when it is none. */
bool st_calc_occasion_month(const st_benefit *b, st_str occasion, st_month *out);

/* -- looking over its shoulder (eval, explain) -- */
/* One decision that was asked, told right after it: the evaluator still holds fired rules and
 * trace. */
typedef struct st_calc_step {
    const st_benefit *benefit;
    const st_rules *rules;
    st_str occasion;
    st_month month;
    bool amount; /* the amount decision; else the refusals */
    int decision;
    st_val value;
    st_evaluator *evaluator;
} st_calc_step;
/* Why the occasion is held whatever the value says: the first cause of an unknown that was used or
 * is the value itself. NULL when the value is known. */
const st_reason *st_calc_unknown(const st_calc_step *step);
typedef void st_calc_observer(void *ctx, const st_calc_step *step);
/* NULL switches off. trace: evaluators record traces. */
void st_calc_observe(st_calc *c, st_calc_observer *observer, void *ctx, bool trace);

/* -- the difference -- */
/* A due as it is compared with the ledger. */
typedef struct st_owed {
    uint32_t benefit; /* index in the scheme */
    st_due_state state;
    st_str occasion, tier;
    st_month month;
    st_money amount;
    uint32_t rule;
} st_owed;
typedef struct st_diff_line {
    uint32_t benefit;
    st_str occasion, tier;
    int32_t seq;
    st_cause cause;
    st_money amount, due;
    uint32_t rule;
} st_diff_line;
/* Whether the scheme says what is due for a posted key, be it that it is kept: benefit is its index
 * here, -1 for one that the scheme does not name. */
bool st_calc_speaks(const st_scheme *s, const st_posted *p);
/* Lines for one subject: due - posted per key. owed and posted are ordered by (benefit index,
 * occasion); posted[i].benefit is the benefit's index here, or -1 for one the scheme no longer has
 * (left alone). Returns the number of lines, at most n_owed + n_posted, written to lines in the
 * same order. */
size_t st_calc_diff(const st_scheme *s, st_month period, const st_owed *owed, size_t n_owed,
                    const st_posted *posted, size_t n_posted, st_diff_line *lines);

#endif
