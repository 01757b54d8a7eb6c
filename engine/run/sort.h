/* External merge sort of byte records by key: memory stays below a limit whatever the number of
 * records; what does not fit goes to an unlinked temporary file. */
#ifndef ST_SORT_H
#define ST_SORT_H

#include "base/err.h"

typedef struct st_sorter st_sorter;

typedef struct st_sorted {
    st_str key, payload; /* valid until the next call */
} st_sorted;

/* folder: for the temporary file, made only when memory bytes are exceeded. */
st_sorter *st_sorter_new(const char *folder, size_t memory);
/* Copies key (at most 64 KiB) and payload. */
bool st_sorter_add(st_sorter *s, st_str key, st_str payload, st_err *err);
/* Ends adding. */
bool st_sorter_finish(st_sorter *s, st_err *err);
/* Records by key bytes, equal keys in the order they were added. *have false at the end. */
bool st_sorter_next(st_sorter *s, st_sorted *out, bool *have, st_err *err);
/* Bytes written to the temporary file. */
uint64_t st_sorter_spilled(const st_sorter *s);
void st_sorter_free(st_sorter *s);

#endif
