/* Archived inputs: what a run was calculated from, kept with it by digest, compressed. */
#ifndef ST_LEDGER_ARCHIVE_H
#define ST_LEDGER_ARCHIVE_H

#include "ledger/ledger.h"

/* Kinds: "records", "scheme", "model", "schema", "other". Name: as the scheme refers to it
 * ("award.dmn"). */

/* Archives a file in the run's transaction, streamed. expected is the digest the run was calculated
 * from: when the file has changed since, fails with 75 and the run must not be committed. A file
 * that is already in the archive is not stored again, only read to compare. */
bool st_archive_file(st_posting *p, const char *kind, const char *name, const char *path,
                     const st_sha256 *expected, st_err *err);
/* The same for text in memory. */
bool st_archive_bytes(st_posting *p, const char *kind, const char *name, st_str content,
                      st_err *err);

typedef struct st_archive_entry {
    const char *kind, *name; /* valid during the callback */
    st_sha256 digest;
    uint64_t bytes;
} st_archive_entry;
/* The inputs of a run, by kind and name. */
bool st_archive_list(st_ledger *l, int64_t run, bool (*each)(void *ctx, const st_archive_entry *e),
                     void *ctx, st_err *err);

/* Hands the bytes of an input to a sink (false from it stops with failure; it sets err itself). At
 * the end the digest is compared: 65 when it does not match; what the sink got must not be used
 * then. */
bool st_archive_fetch(st_ledger *l, const st_sha256 *digest,
                      bool (*sink)(void *ctx, const void *p, size_t n, st_err *err), void *ctx,
                      st_err *err);
/* Into a file that appears under its name only when complete and right. */
bool st_archive_fetch_file(st_ledger *l, const st_sha256 *digest, const char *path, st_err *err);

#endif
