/* The chain of what decides: one link after the other, each over the one before. */
#ifndef ST_LEDGER_LINK_H
#define ST_LEDGER_LINK_H

#include "ledger/ledger.h"

/* A link as it stands in the ledger. Texts are valid during the callback. */
typedef struct st_link {
    int64_t no;        /* 1.. */
    st_str kind, ref;  /* what it is about: "event" "3/2", "claim" "7" */
    st_str actor;      /* who did it, by the name of that time */
    int64_t actor_oid; /* and by the number that names keep */
    st_sha256 content; /* over the row's canonical bytes */
    st_sha256 before;  /* the leaf of the link before; zero for the first */
    st_sha256 leaf;    /* as it is stored */
} st_link;

/* Appends the bytes that a leaf is taken over (RFC 6962: without the zero byte in front):
 * "stipend-link-v1", the leaf before, the number, kind, ref, actor, content. */
void st_link_bytes(st_buf *out, const st_link *x);

/* Every link from number `from` on in its order, as of one moment, for proofs and exports: leaf is
 * the one stored, which st_ledger_verify compares. False from each ends the walk without an error.
 */
bool st_link_each(st_ledger *l, int64_t from, bool (*each)(void *ctx, const st_link *x), void *ctx,
                  st_err *err);

#endif
