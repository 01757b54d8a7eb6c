#ifndef ST_HLEDGER_H
#define ST_HLEDGER_H

#include "ledger/ledger.h"

/* Prints the legs of a run and of its payments (0: of all runs that are not void, and of bookings)
 * as a journal in order of dates, with its commodities and accounts declared: balanced entries, of
 * a run dated on the last day of its period. */
bool st_hledger_print(st_ledger *l, int64_t run, st_err *err);

#endif
