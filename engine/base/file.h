/* Small whole files and output files. */
#ifndef ST_FILE_H
#define ST_FILE_H

#include "base/err.h"
#include "base/buf.h"

/* Opens a regular file for reading. Never waits: a pipe, a device or a folder is refused. NULL with
 * *fd and *size (bytes, may be NULL) set; else what is wrong in words, valid until the next call,
 * and its *code. */
const char *st_file_open(const char *path, int *fd, uint64_t *size, st_code *code);
/* Reads a file of at most max bytes into out (cleared first). Missing, unreadable, directory, too
 * large: each its own code. */
bool st_file_read(const char *path, size_t max, st_buf *out, st_err *err);
/* Writes to a temporary name beside path, syncs, renames, syncs the folder: never a half file under
 * the final name, nor the old one again after a power failure. */
bool st_file_write(const char *path, st_str content, st_err *err);
/* The same, readable by the owner alone (0600). */
bool st_file_write_private(const char *path, st_str content, st_err *err);
/* Writes a new file that its owner alone may read; one that is there is left as it is, and an
 * error.
 */
bool st_file_create_private(const char *path, st_str content, st_err *err);
/* Where temporary data may go: the preferred folder, or $TMPDIR or /tmp where it is NULL or may not
 * be written, as for an auditor who only reads the ledger. */
const char *st_file_work_folder(const char *preferred);
/* Directory part of path joined with name, in the arena; name alone when it is absolute. */
char *st_file_beside(st_arena *a, const char *path, st_str name);
/* The path without "./" and "name/../", in the arena; links are not looked at. Empty for the
 * present folder. */
char *st_file_tidy(st_arena *a, const char *path);

#endif
