/* The ledger's events as a public log: every link is a leaf of one growing tree (RFC 6962), in the
 * order of its number. Its root goes out as a checkpoint; whoever keeps one can be shown that an
 * event is in it, and that a later one only grew out of it. All of it with a read-only login. */
#ifndef ST_LEDGER_PUBLIC_H
#define ST_LEDGER_PUBLIC_H

#include "base/checkpoint.h"
#include "ledger/verify.h"

/* Size and root of the log as it is now, into out (its origin stays as it is). With old, a
 * checkpoint given out before: also the proof that the log begins with it, into proof (number and
 * hashes); fails where it does not. Fails, too, where a link is missing or is not what its leaf was
 * taken over: nothing is signed over a damaged chain. */
bool st_public_checkpoint(st_ledger *l, const st_checkpoint *old, st_checkpoint *out,
                          st_tlog *proof, st_err *err);
/* Proof that one checkpoint of the ledger begins with an older one, into proof (number and hashes).
 * Fails where the ledger does not begin with both. */
bool st_public_extends(st_ledger *l, const st_checkpoint *old, const st_checkpoint *now,
                       st_tlog *proof, st_err *err);
/* Whether the ledger begins with a checkpoint that was given out before: findings, as in
 * st_ledger_verify, where it does not, and where the note is not signed by key, or not by witness
 * (NULL: not asked for). Fails for a text that is no checkpoint. */
bool st_public_compare(st_ledger *l, st_str note, const st_note_key *key,
                       const st_note_key *witness, st_tamper_sink *sink, void *ctx,
                       uint64_t *findings, st_err *err);

/* Proof that event no (from 1) is in the log of a checkpoint: number, hashes and checkpoint (note)
 * into proof. extra gets, as base64, a text of lines `name: value` of what the leaf is taken over:
 * "stipend-event-v1", no, kind, ref, link (its bytes in hexadecimal). extra must live as long as
 * proof. The proof is checked as its receiver will before it is given out. */
bool st_public_event(st_ledger *l, int64_t no, st_str note, const st_checkpoint *c, st_buf *extra,
                     st_tlog *proof, st_err *err);
/* The same for a line of a sealed run: extra is its own proof (st_ledger_prove) up to the run's
 * digest, then seal (bytes of the event that sealed the run: the root is one of its fields), no,
 * kind, ref, link (whose last 32 bytes are the SHA-256 of seal). */
bool st_public_line(st_ledger *l, int64_t run, uint64_t line, st_str note, const st_checkpoint *c,
                    st_buf *extra, st_tlog *proof, st_err *err);

/* What a proof proves, for people; texts borrow from it. */
typedef struct st_public_proved {
    uint64_t no, size; /* event, of that many */
    st_str kind, ref;
    bool of_line; /* the rest is there */
    int64_t run;
    uint64_t line;
    st_str scheme, benefit, subject, occasion, currency;
    st_money amount;
} st_public_proved;
/* Checks such a proof without a ledger: the note by key, and by witness (NULL: not asked for), the
 * path to its root, and for a line each step from its bytes to the link. memory keeps what out
 * borrows. False with what does not follow. */
bool st_public_check(st_str proof, const char *what, const st_note_key *key,
                     const st_note_key *witness, st_arena *memory, st_public_proved *out,
                     st_err *err);
/* The same for a proof that a checkpoint begins with an older one, which its receiver has (old). */
bool st_public_check_extends(st_str proof, const char *what, const st_note_key *key,
                             const st_note_key *witness, const st_checkpoint *old,
                             st_public_proved *out, st_err *err);

#endif
