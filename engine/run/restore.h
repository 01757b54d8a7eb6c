/* Inputs of a past run, from the archive back to files. */
#ifndef ST_RESTORE_H
#define ST_RESTORE_H

#include "ledger/ledger.h"

typedef struct st_restored {
    char folder[256]; /* private, removed by st_restore_end */
    char scheme[512], records[512];
} st_restored;

/* Writes the run's archived inputs below a new folder (mode 0700) in state_dir, or in
 * $TMPDIR or /tmp where the caller may not write there, as they stood to each other. */
bool st_restore_begin(st_ledger *l, int64_t run, const char *state_dir, st_restored *out,
                      st_err *err);
/* Removes the folder and all in it. */
void st_restore_end(st_restored *r);

#endif
