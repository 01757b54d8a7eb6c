/* Inside engine/ledger only: digests over what settles debts. */
#ifndef ST_LEDGER_CLAIM_SEAL_H
#define ST_LEDGER_CLAIM_SEAL_H

#include "base/arena.h"
#include "ledger/ledger.h"

enum { ST_BOOKINGS_MAX = 1 << 20 };

/* RFC 6962 root over what a run settled, ordered by (subject, benefit id, occasion, seq, no),
 * bytes. */
bool st_settlement_root(st_ledger *l, int64_t run, st_sha256 *out, st_err *err);

/* The digest after each booking: head[k] covers bookings 1 to k with how they were spread over
 * debts, head[0] is zero. n: the newest number; a gap is covered as nothing, so it changes all that
 * follow. */
typedef struct st_booking_heads {
    st_sha256 *head; /* in the arena */
    int64_t n;
} st_booking_heads;
bool st_booking_heads_read(st_ledger *l, st_arena *a, st_booking_heads *out, st_err *err);

/* Fills in what a seal says of settlements and bookings, as they are now. */
bool st_claims_to_seal(st_ledger *l, st_run_info *info, st_err *err);

#endif
