#ifndef ST_HLEDGER_H
#define ST_HLEDGER_H

#include "ledger/ledger.h"

/* Prints the postings of a run (0: of all runs that are not void) as a journal: one balanced entry
 * per benefit and direction, dated on the last day of the run's period. */
bool st_hledger_print(st_ledger *l, int64_t run, st_err *err);

#endif
