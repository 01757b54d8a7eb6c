/* Proof: recomputing every leaf, root and digest from the rows; digests kept outside the database;
 * the path of one payment. All of it with a read-only login. */
#ifndef ST_LEDGER_VERIFY_H
#define ST_LEDGER_VERIFY_H

#include "ledger/ledger.h"

/* What is wrong with a ledger. */
typedef enum st_tamper {
    ST_TAMPER_LINE_CHANGED, /* a line is not the one its leaf was computed from */
    ST_TAMPER_LINE_MISSING,
    ST_TAMPER_LINE_ADDED,
    ST_TAMPER_LINE_SWAPPED, /* stands at the place of another */
    ST_TAMPER_TOTALS,       /* count or sum differ from what was posted */
    ST_TAMPER_ROOT,         /* lines and leaves agree with each other, not with the sealed root */
    ST_TAMPER_DIGEST,       /* the run's own data were changed after sealing */
    ST_TAMPER_RUN_MISSING,  /* a number or a predecessor in the chain is gone */
    ST_TAMPER_RUN_ORPHAN,   /* rows of a run that is not there */
    ST_TAMPER_CHAIN_FORKED, /* two runs name the same predecessor */
    ST_TAMPER_POSTING,      /* the general ledger does not balance, or not with the lines */
    ST_TAMPER_HANDS,        /* approved by who calculated it, or without a seal */
    ST_TAMPER_SETTLEMENT,   /* what a run settled of debts is not what was sealed with it */
    ST_TAMPER_BOOKING,      /* what was booked about debts is not what was sealed since */
    ST_TAMPER_REQUEST,      /* a request, or who confirmed it, is not as it was written */
    ST_TAMPER_EVENT, /* what happened was changed, removed or added: it is not what its link says */
    ST_TAMPER_PART,  /* assessments, findings, persons, general ledger, inputs or summary of a run
                        are not those that were posted */
    ST_TAMPER_FUNCTION, /* a function of the database is not the one of this program */
    ST_TAMPER_LINK,     /* a link of the chain was changed or is missing */
    ST_TAMPER_FILE,     /* an exported digest: the file itself is not as it was written or signed */
    ST_TAMPER_OTHER     /* an exported digest: the ledger has another run under this number */
} st_tamper;
const char *st_tamper_name(st_tamper t); /* "line-changed" ... */

typedef struct st_tamper_finding {
    st_tamper kind;
    int64_t run;
    uint64_t line;    /* 0: the run as a whole */
    const char *text; /* one sentence without personal data; valid during the callback */
} st_tamper_finding;
typedef void st_tamper_sink(void *ctx, const st_tamper_finding *f);

typedef struct st_verified {
    uint64_t runs, sealed, lines, findings;
    uint64_t bookings, open_bookings; /* about debts; those that no seal covers yet */
    uint64_t links;                   /* of the chain of what decides */
    st_sha256 head;                   /* digest at the end of the chain */
} st_verified;
/* Verifies the whole ledger, as of one moment. True when it could be read through; whether it is
 * sound says out->findings. */
bool st_ledger_verify(st_ledger *l, st_tamper_sink *sink, void *ctx, st_verified *out, st_err *err);

/* The digest of a sealed run as a text of one field per line, signed when a key (Ed25519, PEM) is
 * given. To be kept outside the database: it shows a change even when everything in the database
 * was rewritten. */
bool st_digest_export(st_ledger *l, int64_t run, const char *private_pem, st_buf *out, st_err *err);
/* Compares such a text with the ledger; public_pem NULL: a signature is not asked for. */
bool st_digest_compare(st_ledger *l, st_str text, const char *public_pem, st_tamper_sink *sink,
                       void *ctx, uint64_t *findings, st_err *err);

/* Appends the inclusion proof of one line: canonical bytes, leaf, path (RFC 6962), root and digest
 * of the run. */
bool st_ledger_prove(st_ledger *l, int64_t run, uint64_t line_no, st_buf *out, st_err *err);

#endif
