/* Canonical bytes: what the digests of lines and runs are computed over. They never change; a new
 * meaning gets a new version word. */
#ifndef ST_LEDGER_LEAF_H
#define ST_LEDGER_LEAF_H

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
/* D(n) from the fields of info (run, scheme, period, as_of, lines, total, root, records, rules,
 * engine) and the digest before. */
void st_run_digest(const st_run_info *info, const st_sha256 *prev, st_sha256 *out);

#endif
