/* Keys of notes as files: one line, the key's text. */
#ifndef ST_KEYFILE_H
#define ST_KEYFILE_H

#include "base/err.h"
#include "base/note.h"

/* Reads a key of that type. A secret one must be there where secret is asked for, and nobody but
 * its owner may read its file then; a public one is enough otherwise. */
bool st_keyfile_read(const char *path, st_note_type type, bool secret, st_note_key *out,
                     st_err *err);
/* Reads any key, without looking at who else may. */
bool st_keyfile_any(const char *path, st_note_key *out, st_err *err);
/* Makes a new key and its file (0600), which must not be there yet. */
bool st_keyfile_make(const char *path, const char *name, st_note_type type, st_note_key *out,
                     st_err *err);

#endif
