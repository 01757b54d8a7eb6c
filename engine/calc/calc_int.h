/* Inside calc only. */
#ifndef ST_CALC_INT_H
#define ST_CALC_INT_H

#include "base/map.h"
#include "calc/calc.h"

/* What the rules are not asked about. */
typedef enum st_unasked {
    ST_ASKED,
    ST_UNASKED_LATER,   /* beyond the run's period */
    ST_UNASKED_OUTSIDE, /* outside the benefit's months: refused */
    ST_UNASKED_NO_KEY,  /* from here on: held */
    ST_UNASKED_NO_DATE,
    ST_UNASKED_TWICE,
    ST_UNASKED_TOO_MANY,
    ST_UNASKED_TOO_LONG
} st_unasked;
/* One occasion of a subject, before it is decided. */
typedef struct st_occasion {
    uint32_t benefit;
    st_unasked unasked;
    st_month payable; /* whose run is the first to post it; ST_MONTH_MAX when it has no date */
    st_month month;   /* of its date */
    st_date date;
    st_str id;
    st_val value; /* what decisions see as `occasion` */
} st_occasion;

/* What was due earlier to this subject, in one benefit. */
typedef struct st_prior_sums {
    st_money total, last_amount, year_total;
    int32_t year; /* that year_total is of */
    int64_t count;
    st_date first, last;
    st_str last_tier;
    bool any, held; /* held: an earlier occasion is held, so the sums are not known */
} st_prior_sums;
typedef struct st_year_sum {
    int32_t year;
    st_money total;
} st_year_sum;
/* In all benefits of the scheme. */
typedef struct st_prior_scheme {
    st_money total;
    ST_VEC(st_year_sum) years;
    ST_VEC(st_val) amounts; /* contexts, in order; what earlier occasions saw stays as it was */
    uint32_t held;          /* number + 1 of the benefit of the first occasion that is held */
} st_prior_scheme;

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
    st_month *base_paid; /* per benefit: the newest payment that the base period had in scope */
    bool *too_long;      /* per benefit: it has more occasions than are looked at */
    st_arena arena;      /* of the calculation */
    st_arena case_arena; /* of the present subject */
    st_evaluator **evaluators; /* per model of the scheme */
    st_period_cache *periods;  /* per benefit */
    st_map rules;              /* text -> number + 1 */
    st_map fired;              /* rules and what fired, as bytes -> the same */
    ST_VEC(st_str) rule_texts;
    ST_VEC(st_occasion) occasions;
    bool looks_back;      /* some rule of the scheme uses `prior` */
    st_prior_sums *prior; /* per benefit */
    st_prior_scheme prior_scheme;
    ST_VEC(st_err) findings;
    ST_VEC(uint32_t) finding_benefit;
    st_verdict *verdicts;
    st_calc_observer *observer;
    void *observer_ctx;
};

/* The occasions of a calendar benefit that a run of the period has in scope, in order. */
typedef struct st_calendar {
    const st_benefit *b;
    st_month period, last, next;
} st_calendar;
st_calendar st_calendar_begin(const st_benefit *b, st_month period);
bool st_calendar_next(st_calendar *c, st_month *m);
/* Whether an occasion begins after the last one given and not after the period. */
bool st_calendar_more(const st_calendar *c);
/* Whether they are more than ST_OCCASIONS_MAX. */
bool st_calendar_too_long(const st_benefit *b, st_month period);

size_t st_calc_occasion_id(const st_benefit *b, st_month m, char out[16]);
st_val st_calc_make_period(st_arena *a, const st_benefit *b, st_month m);
/* Fills c->occasions with those of the subject that the run looks at: benefit by benefit, in order
 * of their dates; where rules look back, all in the order in which they become due. */
void st_calc_occasions(st_calc *c, st_val facts);
/* Refuses or holds an occasion that the rules are not asked about. */
void st_calc_unasked(st_calc *c, const st_occasion *o, st_due *due);

/* `prior` as the occasion sees it. */
st_val st_calc_make_prior(st_calc *c, const st_occasion *o);
/* Adds an occasion that was decided to what later ones see. */
void st_calc_remember(st_calc *c, const st_occasion *o, const st_due *due);
/* Number of the text of the rules that fired in the last decisions of the evaluator. */
uint32_t st_calc_rule_number(st_calc *c, const st_rules *r, const st_evaluator *e);

/* Decides one occasion: fills state, amount, tier, rule, refusals of the due whose benefit,
 * occasion and month are set. */
void st_calc_decide(st_calc *c, const st_occasion *o, st_due *due);
/* A refusal whose reasons are longer than what an assessment keeps of them is held, with the dues
 * it comes from: nothing is cut. */
void st_calc_judge_reasons(st_calc *c, st_due *dues, size_t n, st_verdict *v);
/* Marks the due as held and records why. */
void st_calc_hold(st_calc *c, st_due *due, st_code code, const char *fmt, ...) ST_PRINTF(4, 5);
/* The same for a due whose occasion nobody knows: what was posted of the benefit stays. */
void st_calc_hold_all(st_calc *c, st_due *due, const char *fmt, ...) ST_PRINTF(3, 4);

#endif
