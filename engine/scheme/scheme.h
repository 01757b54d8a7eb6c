/* scheme.xml: what is paid. Loaded and checked once; read-only afterwards. */
#ifndef ST_SCHEME_H
#define ST_SCHEME_H

#include "base/money.h"
#include "base/sources.h"
#include "dmn/dmn.h"

enum { ST_SCHEME_FILE_MAX = 4 << 20, ST_SCHEME_BENEFITS_MAX = 32 /* as the XSD says */ };

typedef enum st_cadence { ST_ONCE, ST_MONTHLY, ST_QUARTERLY, ST_YEARLY } st_cadence;
typedef enum st_start { ST_START_SAME_MONTH, ST_START_NEXT_MONTH, ST_START_DAY_15 } st_start;

/* Open ends of intervals of months. */
#define ST_MONTH_MIN INT32_MIN
#define ST_MONTH_MAX INT32_MAX

/* What becomes of posted keys for which there is no occasion any more. */
typedef enum st_keys { ST_KEYS_UNSAID, ST_KEYS_KEEP, ST_KEYS_RECOVER } st_keys;

/* Ids that something had before. */
typedef struct st_ids {
    const st_str *v;
    size_t n;
} st_ids;

/* Texts in both languages; zh or en may be empty, never both. */
typedef struct st_titles {
    st_str zh, en;
} st_titles;

typedef struct st_basis {
    st_str id, number, issuer, text;
} st_basis;

/* One dated version of a benefit's rules: decides occasions of the months from..to. */
typedef struct st_rules {
    st_month from, to;
    st_str file;             /* as written in scheme.xml */
    char *path;              /* to open */
    st_str refusals, amount; /* names of decisions */
    const st_basis *basis;
    st_pos pos;
    /* after st_scheme_compile */
    const st_model *model;
    int d_refusals, d_amount;                         /* decision numbers */
    int in_subject, in_occasion, in_period, in_prior; /* input numbers, -1 when not used */
    bool uses_prior, uses_clock;                      /* clock: now() or today() */
} st_rules;

typedef struct st_scheme_funding {
    st_str party;
    int64_t weight;
} st_scheme_funding;
typedef struct st_budget {
    int year;
    st_str line;
    bool limited;
    st_money appropriation;
} st_budget;
typedef struct st_control {
    st_str id, tier; /* tier empty = all */
    st_month from, to;
    int64_t count;
    st_money total;
} st_control;

/* How a calendar benefit counts its occasions from a month on. */
typedef struct st_phase {
    st_month from;
    st_cadence cadence;
    int months;      /* of one occasion: 1, 3, 12; 0 for once */
    int paid_months; /* rhythm of posting: 1, 3, 12 */
} st_phase;

typedef struct st_benefit {
    st_str id;
    st_titles title;
    /* as it began; st_benefit_phase says what holds in a month */
    st_cadence cadence;
    int months, paid_months; /* as in st_phase */
    st_phase *changes;       /* ascending, each on the border of an occasion before and after it */
    size_t n_changes;
    st_str each, key, dated_by; /* once: list in the facts, its naming and dating fields; empty =
                                   one occasion "once" */
    st_month first, last, payable_from;
    st_ids formerly;
    st_keys retired;  /* unsaid: it lives; else it has no rules */
    st_keys stray;    /* of occasions that no cadence of it has */
    st_month closing; /* the last period for which the scheme can be run */
    st_start start;
    st_rules *rules;
    size_t n_rules;
    st_scheme_funding *funding;
    size_t n_funding;
    st_budget *budgets;
    size_t n_budgets;
    st_control *controls;
    size_t n_controls;
    st_pos pos;
    /* after st_scheme_compile */
    int list_slot, key_slot, date_slot; /* in the facts and in the list's items; -1 */
    const st_feel_type *occasion_type;
} st_benefit;

typedef struct st_guard {
    st_str id, benefit;
    bool has_payees, has_total, has_amount, has_arrears, has_recovery;
    int64_t payees_percent, total_percent; /* hundredths of a percent */
    st_money amount_above;                 /* of a single line */
    st_money arrears_above,
        recovery_above; /* of all that the run adds for earlier months, takes back */
} st_guard;

typedef struct st_recovery_policy {
    int64_t share_percent; /* hundredths of a percent of each payment */
    st_money floor;
    bool newest_first;
    int64_t instalments; /* 0 = no limit */
} st_recovery_policy;

typedef struct st_scheme {
    st_arena arena;
    const char *path;
    st_str id, currency, payer, division;
    st_titles title;
    st_ids formerly, beside;
    st_month first, last;
    int lead; /* months that a period may lie after the month in which the records are known */
    st_basis *bases;
    size_t n_bases;
    st_str records_file;  /* the record's XSD, as written in scheme.xml */
    char *records_schema; /* its path */
    st_benefit *benefits;
    size_t n_benefits;
    st_guard *guards;
    size_t n_guards;
    bool has_recovery;
    st_recovery_policy recovery;
    /* every file the rules consist of, as it was read: scheme.xml first, then the record's XSD,
     * then models in order of use, then what these import */
    st_sources *files;
    size_t n_files; /* those that scheme.xml names, and itself; after st_scheme_read_files */
    const st_source *schema; /* of them, the record's XSD; after st_scheme_read_files */
    /* after st_scheme_compile */
    st_model **models;
    size_t n_models;
} st_scheme;

/* Reads and validates scheme.xml (XSD, references, intervals). Free with st_scheme_free. */
bool st_scheme_open(const char *path, st_scheme **out, st_err *err);
/* The same from text alone: what it says, without the files that it names. path: for messages. */
bool st_scheme_read(const char *path, st_str text, st_scheme **out, st_err *err);
/* The same from files that are kept elsewhere; files goes to the scheme, also when this fails. */
bool st_scheme_open_from(st_sources *files, const char *path, st_scheme **out, st_err *err);
/* Reads the files that scheme.xml names, so that nothing comes between: the record's XSD, the
 * models in order of use. Without it st_scheme_compile reads each model when its turn comes. */
bool st_scheme_read_files(st_scheme *s, st_err *err);
/* Loads and compiles the models against the type of the facts (of the record's XSD) and resolves
 * decisions, inputs and the lists that give occasions. Warnings of the models go to warn. */
bool st_scheme_compile(st_scheme *s, const st_feel_type *facts, st_finding_sink *warn, void *ctx,
                       st_err *err);
void st_scheme_free(st_scheme *s);

/* Whether some rule of the scheme uses `prior`. */
bool st_scheme_uses_prior(const st_scheme *s);
/* Whether a run can pay every occasion: none may end behind the benefit's last month or the
 * scheme's last period. Asked before a run; what old runs used may be read without it. */
bool st_scheme_payable(const st_scheme *s, st_err *err);
/* Whether some rule of the scheme looks at the day of the run. */
bool st_scheme_uses_clock(const st_scheme *s);

/* Digest of the rules: over names and bytes of all files. After st_scheme_compile. */
void st_scheme_digest(const st_scheme *s, st_sha256 *out);

/* Months of a benefit for which no version of its rules holds: warnings to sink. */
void st_scheme_check(const st_scheme *s, st_finding_sink *sink, void *ctx);
/* Version of the benefit's rules that decides occasions of the month: the last one whose interval
 * holds it, or NULL. */
const st_rules *st_scheme_rules(const st_benefit *b, st_month m);
/* The benefit's budget of a year, or NULL. */
const st_budget *st_scheme_budget(const st_benefit *b, int year);
/* The budget line that what is posted in a year burdens: the year's own; without one the line of
 * the newest earlier year, or of the first there is; empty without any. */
st_str st_scheme_budget_line(const st_benefit *b, int year);
/* The cadence that holds in a month; before the first change that with which the benefit began. */
st_phase st_benefit_phase(const st_benefit *b, st_month m);
/* The last month before the next change of cadence; ST_MONTH_MAX when none follows. */
st_month st_benefit_phase_end(const st_benefit *b, st_month m);
const st_benefit *st_scheme_benefit(const st_scheme *s, st_str id);
/* Title in the language asked for ("zh" or "en"), or in the other. */
st_str st_scheme_title(const st_titles *t, const char *lang);

/* Shapes of what a decision gets besides the facts. Slots are the enumerators. */
enum {
    ST_PERIOD_NAME,
    ST_PERIOD_START,
    ST_PERIOD_END,
    ST_PERIOD_YEAR,
    ST_PERIOD_MONTH,
    ST_PERIOD_DAYS,
    ST_PERIOD_START_BY,
    ST_PERIOD_SLOTS
};
enum {
    ST_PRIOR_TOTAL,
    ST_PRIOR_COUNT,
    ST_PRIOR_FIRST,
    ST_PRIOR_LAST,
    ST_PRIOR_LAST_AMOUNT,
    ST_PRIOR_LAST_TIER,
    ST_PRIOR_YEAR_TOTAL,
    ST_PRIOR_SCHEME_TOTAL,
    ST_PRIOR_SCHEME_YEAR_TOTAL,
    ST_PRIOR_AMOUNTS,
    ST_PRIOR_SLOTS
};
/* One of prior.amounts. */
enum {
    ST_AMOUNT_BENEFIT,
    ST_AMOUNT_OCCASION,
    ST_AMOUNT_DAY,
    ST_AMOUNT_AMOUNT,
    ST_AMOUNT_TIER,
    ST_AMOUNT_SLOTS
};
extern const st_feel_type st_scheme_period_type, st_scheme_prior_type, st_scheme_amount_type;
/* What a slot of one of these three types means, for authors of rules: "en" or "zh". */
const char *st_scheme_about(const st_feel_type *type, uint32_t slot, const char *lang);

#endif
