/* Sealing: giving a posted run its root, its digest and its place in the chain. */
#ifndef ST_LEDGER_SEAL_H
#define ST_LEDGER_SEAL_H

#include "ledger/ledger.h"

/* Seals a run whose root is known, in a transaction of its own, and reads it again into info. */
bool st_seal(st_ledger *l, int64_t run, const st_sha256 *root, st_run_info *info, st_err *err);
/* Seals a run from its rows: for a run whose program died between posting and sealing, or whose
 * guard was accepted later. Fails when a stored leaf is not that of its row. */
bool st_seal_from_rows(st_ledger *l, int64_t run, st_run_info *info, st_err *err);
/* Seals every run that was posted with its controls in order but not sealed. */
bool st_seal_pending(st_ledger *l, st_err *err);

#endif
