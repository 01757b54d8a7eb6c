/* Inside calc only. */
#ifndef ST_CALC_INT_H
#define ST_CALC_INT_H

#include "base/map.h"
#include "calc/calc.h"

/* What was due earlier in this benefit. */
typedef struct st_prior_sums {
    st_money total, last_amount, scheme_total;
    int64_t count;
    st_date first, last;
    st_str last_tier;
    bool any, held; /* held: an earlier occasion is held, so the sums are not known */
} st_prior_sums;

/* The periods of one benefit, made when first asked for. */
typedef struct st_period_cache {
    st_month from;
    size_t n;
    st_val *v; /* kind ST_NULL: not made yet */
} st_period_cache;

struct st_calc {
    const st_scheme *s;
    st_month period;
    bool partial; /* calendar benefits from the base period on */
    st_month base;
    st_arena arena;            /* of the calculation */
    st_arena case_arena;       /* of the present subject */
    st_evaluator **evaluators; /* per model of the scheme */
    st_period_cache *periods;  /* per benefit */
    st_map rules;              /* text -> number + 1 */
    ST_VEC(st_str) rule_texts;
    ST_VEC(st_due) dues;
    ST_VEC(st_err) findings;
    ST_VEC(uint32_t) finding_benefit;
    st_verdict *verdicts;
    st_calc_observer *observer;
    void *observer_ctx;
};

size_t st_calc_occasion_id(const st_benefit *b, st_month m, char out[16]);
st_val st_calc_make_period(st_arena *a, const st_benefit *b, st_month m);
st_val st_calc_make_prior(st_arena *a, const st_prior_sums *p);
/* Number of the text of the rules that fired in the last decisions of the evaluator. */
uint32_t st_calc_rule_number(st_calc *c, const st_rules *r, const st_evaluator *e);

/* Decides one occasion: fills state, amount, tier, rule, refusals of the due whose benefit,
 * occasion and month are set. */
void st_calc_decide(st_calc *c, const st_benefit *b, const st_prior_sums *prior, st_val occasion,
                    st_due *due);
/* Marks the due as held and records why. */
void st_calc_hold(st_calc *c, st_due *due, st_code code, const char *fmt, ...) ST_PRINTF(4, 5);

#endif
