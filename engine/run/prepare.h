/* What a run begins with, before anything is read or written. */
#ifndef ST_RUN_PREPARE_H
#define ST_RUN_PREPARE_H

#include "run/continuity.h"
#include "run/run.h"

/* Filled in step by step; st_inputs_close ends it after any of them. */
typedef struct st_inputs {
    st_run_options opt; /* with the period that follows when none was given */
    st_package package;
    st_ledger *ledger;
    st_run_key key;
    st_continuity names; /* of scheme and benefits in the ledger */
    st_run_input said;   /* by the records of themselves; what was asked, and the answer */
} st_inputs;

/* Rules and what the records say of themselves: all that needs no ledger. */
bool st_inputs_open(st_inputs *in, st_finding_sink *warn, void *ctx, st_err *err);
/* The ledger that the caller has open, or a connection of the run's own. */
bool st_inputs_ledger(st_inputs *in, bool read_only, st_err *err);
/* Under which names the ledger goes on; before > 0: as that run had them. Nothing is asked about
 * an old run: it was asked then. */
bool st_inputs_names(st_inputs *in, int64_t before, st_err *err);
bool st_inputs_period(st_inputs *in, st_month period, st_err *err);
/* Settles the period, and tells whether the newest run is this one already; otherwise asks what
 * there is to ask. */
bool st_inputs_forward(st_inputs *in, bool *already, st_run_info *newest, st_err *err);
/* The same without a ledger: only what the records can know. */
bool st_inputs_ask(st_inputs *in, st_err *err);
/* Again under the lock: names and answers still hold; what was said is kept with the run. */
bool st_inputs_still(st_inputs *in, st_posting *p, st_err *err);
void st_inputs_close(st_inputs *in);

#endif
