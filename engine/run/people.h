/* Who got something in a run, who did not, and why. */
#ifndef ST_RUN_PEOPLE_H
#define ST_RUN_PEOPLE_H

#include "ledger/ledger.h"

enum {
    ST_PEOPLE_REASONS_MAX = 64 /* shown of one person and benefit; the rest is counted */
};

typedef struct st_people_reason {
    st_str code; /* the rules' own ("level"), or that of a finding ("REC-014") */
    st_str text; /* of a finding; empty for a reason of the rules: explain tells it in full */
} st_people_reason;

typedef struct st_people_row {
    st_str subject; /* the key of the record; "record:NO" where it has none */
    st_str name;    /* masked as the record's schema says; empty when there is none */
    const char *benefit;
    bool assessed; /* false: lines alone, of a key or benefit that the run did not assess */
    st_outcome outcome;
    st_money due, net; /* due up to the run's period; posted by this run */
    const st_people_reason *reasons;
    size_t n_reasons, n_more;
} st_people_row;
/* Texts are valid during the call; false ends the list. */
typedef bool st_people_sink(void *ctx, const st_people_row *row);

typedef struct st_people_options {
    const char *state_dir;
    bool one_outcome; /* only this one */
    st_outcome outcome;
    const char *reason; /* only who has this reason; NULL: all */
} st_people_options;

/* A row for each person and benefit, ordered by person (bytes of the name that the ledger has for
 * him) and benefit. The nets of all rows are the run's total. Outcomes, reasons and nets are the
 * ledger's; names come from the archived records. When these cannot be read, `unnamed` says so (as
 * data; code ST_E_NONE otherwise), and rows have keys alone. Memory stays bounded. */
bool st_people_list(st_ledger *l, const st_run_info *run, const st_people_options *opt,
                    st_people_sink *each, void *ctx, st_err *unnamed, st_err *err);

#endif
