/* Inside engine/ledger only. */
#ifndef ST_LEDGER_CLAIM_INT_H
#define ST_LEDGER_CLAIM_INT_H

#include "ledger/ledger.h"

typedef struct st_debts st_debts;
/* Ends the stream of debts, when there is one. */
void st_debts_close(st_posting *p);

#endif
