/* Canonical bytes: what the digests of lines and runs are computed over. They never change; a new
 * meaning gets a new version word. */
#ifndef ST_LEDGER_LEAF_H
#define ST_LEDGER_LEAF_H

#include "base/tree.h"
#include "ledger/ledger.h"

/* Appends the canonical bytes of a line: "stipend-line-v1", then big-endian fields, texts as UTF-8
 * behind their 4-byte length. Scheme and benefit by their ids and no run number, so that the root
 * over a run's lines depends on the facts, the rules and what was posted before, not on the
 * database. */
void st_leaf_bytes(st_buf *out, const char *scheme, const char *benefit, const char *currency,
                   const st_line *line);
/* RFC 6962 leaf hash of those bytes; scratch is cleared and reused. */
void st_leaf_hash(st_buf *scratch, const char *scheme, const char *benefit, const char *currency,
                  const st_line *line, st_sha256 *out);
/* What a run settled of a debt: "stipend-settlement-v1". */
typedef struct st_settlement_leaf {
    st_str scheme, benefit, subject, occasion;
    int64_t seq, no, kind, bound, amount, payment;
} st_settlement_leaf;
void st_settlement_hash(st_buf *scratch, const st_settlement_leaf *x, st_sha256 *out);

/* What somebody booked about debts, and how it was spread over them: "stipend-booking-v2", the
 * digest before, then the fields, the receipt, then each part with its subject. Bookings from
 * before there were receipts: v1, without either. */
typedef struct st_booking_leaf {
    int64_t no, target, amount; /* target 0: none */
    st_str kind, scheme, subject, date, note, actor;
    bool old; /* v1 */
    st_str receipt;
} st_booking_leaf;
typedef struct st_booking_part {
    bool old; /* v1 */
    st_str subject, benefit, occasion;
    int64_t seq, amount;
    bool writeoff;
} st_booking_part;
void st_booking_bytes(st_buf *out, const st_sha256 *before, const st_booking_leaf *x);
void st_booking_part_bytes(st_buf *out, const st_booking_part *x);

/* D(n) from the fields of info (run, scheme, period, as_of, lines, total, root, records, rules,
 * engine; settlements, bookings and bookings_head, and the input, unless it was sealed before there
 * were these) and the digest before. */
void st_run_digest(const st_run_info *info, const st_sha256 *prev, st_sha256 *out);

/* A line "name: hexadecimal" of a proof. */
void st_leaf_hex(st_buf *out, const char *name, const void *p, size_t n);

#endif
