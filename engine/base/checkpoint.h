/* What a log says of itself, and proofs about it, as texts of C2SP: the checkpoint
 * (c2sp.org/tlog-checkpoint), the proof of an entry (tlog-proof), the question to a witness
 * (tlog-witness). */
#ifndef ST_CHECKPOINT_H
#define ST_CHECKPOINT_H

#include "base/err.h"
#include "base/note.h"
#include "base/tree.h"

enum { ST_TLOG_EXTRA_MAX = 1 << 17, ST_TLOG_MAX = ST_NOTE_MAX + 2 * ST_TLOG_EXTRA_MAX };

typedef struct st_checkpoint {
    st_str origin; /* borrowed */
    uint64_t size; /* leaves; at most INT64_MAX */
    st_sha256 root;
} st_checkpoint;

/* Appends the text of a note: origin, size, root. */
void st_checkpoint_add(st_buf *out, const st_checkpoint *c);
/* Reads that text; extension lines behind it may be there and say nothing. False for any other. */
bool st_checkpoint_read(st_str text, st_checkpoint *out);
/* Opens a checkpoint that this issuer's key must have signed, as its own: the origin is the key's
 * name. note and out borrow from file. what ("old.checkpoint", "standard input") names it in
 * errors. */
bool st_checkpoint_open(st_str file, const char *what, const st_note_key *key, st_note *note,
                        st_checkpoint *out, st_err *err);

/* A proof with its checkpoint: that entry `number` (from 0) is in the log, or that the log of
 * `number` entries is the beginning of it. */
typedef enum st_tlog_kind { ST_TLOG_INCLUDES, ST_TLOG_EXTENDS } st_tlog_kind;
typedef struct st_tlog {
    st_tlog_kind kind;
    uint64_t number;
    st_str extra; /* INCLUDES: base64 text of what else the receiver needs; empty: none */
    size_t n;
    st_sha256 hash[ST_TREE_PATH_MAX];
    st_str checkpoint; /* a note */
} st_tlog;
/* INCLUDES as "c2sp.org/tlog-proof@v1", EXTENDS as "old N". */
void st_tlog_add(st_buf *out, const st_tlog *t);
/* Reads either; out borrows from file. */
bool st_tlog_read(st_str file, st_tlog *out);

#endif
