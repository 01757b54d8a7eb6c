/* Inside engine/ledger only: digests over what a run writes beside its lines, taken while it is
 * written and again by verify. */
#ifndef ST_LEDGER_PART_INT_H
#define ST_LEDGER_PART_INT_H

#include "ledger/copy_int.h"

#include "base/arena.h"
#include "base/tree.h"

/* In the order in which stipend.run_post takes them. */
typedef enum st_part_kind {
    ST_PART_ASSESSMENTS, /* a leaf per subject, over the rows of all its benefits */
    ST_PART_FINDINGS,    /* a leaf per row */
    ST_PART_VALUES,      /* of persons: a leaf per person, over his own values */
    ST_PART_KEYS,
    ST_PART_NAMES,
    ST_PARTS
} st_part_kind;
const char *st_part_name(st_part_kind k); /* "assessments" ... */
st_copy_table st_part_table(st_part_kind k);

/* Leaves are SHA-256 (RFC 6962) over "stipend-NAME-v1" and rows as COPY BINARY sends them, sorted
 * by their bytes. The tree has the leaves in the order of their subjects, then those of rows that
 * come in no order, sorted. */
typedef struct st_part {
    st_part_kind kind;
    uint64_t items; /* rows */
    st_tree tree;
    st_arena arena;
    st_sha256_ctx *sha;
    st_buf group, rows; /* the subject; its rows */
    ST_VEC(size_t) ends;
    ST_VEC(st_str) sorted;
    ST_VEC(st_sha256) loose; /* leaves of rows in no order */
} st_part;

void st_part_init(st_part *p, st_part_kind kind);
void st_part_free(st_part *p);
/* The next row, with its COPY bytes and the values that say where it belongs: the subject and, for
 * values of persons, their state. Rows of a subject follow each other, subjects are in the order of
 * their bytes. */
void st_part_add(st_part *p, st_str subject, int state, st_str row);
/* Ends the last leaf; the root over all. */
void st_part_end(st_part *p, st_sha256 *root);

/* Ends them all: appends their numbers of rows and their roots, each as an array of the database.
 */
void st_parts_arrays(st_part parts[ST_PARTS], st_buf *items, st_buf *digests);

#endif
