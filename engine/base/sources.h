/* Files that belong together and are read once: whoever asks again gets the same bytes, so that
 * what is compiled is what is digested and kept, whatever happens to the files meanwhile. */
#ifndef ST_SOURCES_H
#define ST_SOURCES_H

#include "base/digest.h"

enum { ST_SOURCES_MAX = 512 }; /* files of one set */

typedef struct st_source {
    const char *path; /* where it was read */
    const char *name; /* as the first file refers to it: relative to its folder, or absolute */
    st_str bytes;     /* NUL behind them */
    st_sha256 digest; /* of the bytes */
} st_source;

typedef struct st_sources st_sources;

st_sources *st_sources_new(void);
void st_sources_free(st_sources *s);
/* The file at path: read now, at most max bytes, or as it was read before. NULL with err set when
 * it cannot be. It lives as long as the set. name NULL: it follows from where it is. A file that
 * goes by two names is in the set twice. */
const st_source *st_sources_read(st_sources *s, const char *path, const char *name, size_t max,
                                 st_err *err);
/* Whether every file that was read still has the bytes that it had: then there was a moment in
 * which all of them stood like this. Otherwise false with ST_E_RUN_CHANGED. */
bool st_sources_settled(const st_sources *s, st_err *err);
/* Puts a file in that is read from elsewhere, by the name it has; copies both. first: the file of
 * this path refers to it; NULL: it is the first one itself. False with err set beyond
 * ST_SOURCES_MAX. */
bool st_sources_put(st_sources *s, const char *first, const char *name, st_str bytes, st_err *err);
/* A set of the same files, to be asked anew; nothing is read, what was not put in is missing.
 * Borrows the files. */
st_sources *st_sources_again(const st_sources *kept);
bool st_sources_kept(const st_sources *s); /* made by st_sources_again */
/* The file of this path, when it is in the set; nothing is read and nothing is asked for. */
const st_source *st_sources_find(const st_sources *s, const char *path);
/* All of them, also those that nobody asked for. */
const st_source *const *st_sources_all(const st_sources *s, size_t *n);
/* In the order in which they were asked for first. */
size_t st_sources_count(const st_sources *s);
const st_source *st_sources_at(const st_sources *s, size_t i);
/* The last part of a path. */
const char *st_path_last(const char *path);

#endif
