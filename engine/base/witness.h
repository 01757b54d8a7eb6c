/* A witness: it remembers the last checkpoint of a log that it saw, and signs the next one when
 * that one is proved to have grown out of it. Whoever shows different ledgers to different people
 * needs a witness that forgets. */
#ifndef ST_WITNESS_H
#define ST_WITNESS_H

#include "base/checkpoint.h"

typedef struct st_witness {
    const st_note_key *key; /* its own, secret */
    const st_note_key *log; /* the issuer that it watches */
    const char *state;      /* file with the last checkpoint that it signed */
    bool first;             /* it is asked for the first time: there must be no such file */
    uint64_t now;           /* seconds since 1970 */
} st_witness;

/* Answers a question (st_tlog EXTENDS, or a checkpoint alone where nothing is to be proved: the
 * first, or the last one again): the checkpoint with the signatures it has and its own is kept
 * under w->state, then appended to out. Refused, with nothing changed: what is older than the last
 * checkpoint, or has another root, or is not proved to extend it. what names the question in
 * errors. Who asks while another does is told to try again. */
bool st_witness_sign(const st_witness *w, st_str question, const char *what, st_buf *out,
                     st_err *err);

#endif
