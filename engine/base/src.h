/* A piece of source text (an expression, a cell) with the map from its characters back to the file,
 * through XML entities and CDATA. */
#ifndef ST_SRC_H
#define ST_SRC_H

#include "base/err.h"

/* From byte `text` of the decoded text on, characters stand in the file at line:column (offset) and
 * go on one to one until the next segment; a newline in the text is a newline in the file. */
typedef struct st_src_seg {
    uint32_t text;
    uint32_t line, column;
    uint64_t offset;
} st_src_seg;

typedef struct st_src {
    const char *file; /* borrowed, NULL when there is none */
    st_str text;
    const st_src_seg *segs; /* ascending by text; may be empty */
    uint32_t n_segs;
    uint32_t base; /* byte of the mapped text where this text begins: not 0 for a slice */
} st_src;

/* Source text without a file. */
st_src st_src_of(st_str text);
/* The part of s from byte `from` up to `to` (clamped), with the same map. */
st_src st_src_slice(const st_src *s, size_t from, size_t to);
/* Place in the file of byte offset at. */
st_pos st_src_pos(const st_src *s, size_t at);

#endif
