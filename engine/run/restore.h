/* Inputs of a past run, from the archive. */
#ifndef ST_RESTORE_H
#define ST_RESTORE_H

#include "base/sources.h"
#include "ledger/ledger.h"

typedef struct st_restored {
    st_sources *rules;  /* the package's files, in memory, by the names they had */
    const char *scheme; /* the name of the first of them */
    char folder[256];   /* private, removed by st_restore_end */
    char records[1024]; /* a file in it, named like the one that was read */
} st_restored;

/* Brings the run's archived inputs back: the rules as they stood to each other, under whatever
 * names or absolute paths; the records, which may be large, in a new folder (mode 0700) in
 * state_dir, or in $TMPDIR or /tmp where the caller may not write there. */
bool st_restore_begin(st_ledger *l, int64_t run, const char *state_dir, st_restored *out,
                      st_err *err);
/* Removes the folder and all in it, and the rules. */
void st_restore_end(st_restored *r);

#endif
