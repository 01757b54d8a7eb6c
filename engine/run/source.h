/* What a run was calculated from, given back byte for byte. */
#ifndef ST_RUN_SOURCE_H
#define ST_RUN_SOURCE_H

#include "ledger/ledger.h"

enum {
    ST_SOURCE_UP_MAX = 32 /* folders above that of scheme.xml which a name may lead to */
};

typedef struct st_source_file {
    const char *kind, *name; /* as the run had it; "scheme", "model", "schema", "records" */
    const char *path;        /* where it stands now; NULL: it was not written */
    st_sha256 digest;
    uint64_t bytes;
    const st_err *wrong; /* the archived bytes are not those of the run; NULL: they are */
} st_source_file;
/* Texts are valid during the call. */
typedef void st_source_sink(void *ctx, const st_source_file *f);

/* Tells every archived input of the run, by kind and name, and writes each below the folder `out`
 * (NULL: none is written, nothing is read): rules in rules/, so far down that what they refer to
 * above their own folder stands below it too and they can be used as they are; what went by an
 * absolute path in absolute/; records in records/. Files are the owner's alone (0600, folders 0700)
 * and complete. The folder must be new or empty (RUN-090): nothing is ever written over. An input
 * that is damaged is told with what is wrong, and the others follow; *damaged counts them. */
bool st_source_give(st_ledger *l, int64_t run, const char *out, st_source_sink *each, void *ctx,
                    uint64_t *damaged, st_err *err);

#endif
