/* Two hands: what one person asks for counts when another has confirmed it. */
#ifndef ST_LEDGER_REQUEST_H
#define ST_LEDGER_REQUEST_H

#include "ledger/ledger.h"

/* Asks that the records of key continue the person of old; key and old equal: that the person is
 * still the same although the identity number changed (then a run has held the record for it). By
 * an officer or approver. *already: the same request waits already. */
bool st_request_same(st_ledger *l, const char *key, const char *old, const char *reason,
                     const char *document, int64_t *no, bool *already, st_err *err);

/* By an officer or approver who did not ask for it, or to whom the owner of the ledger granted to
 * do both (77). */
bool st_request_confirm(st_ledger *l, int64_t no, const char *note, bool *already, st_err *err);
/* By who asked, or by an approver, as long as nobody confirmed. */
bool st_request_cancel(st_ledger *l, int64_t no, const char *reason, bool *already, st_err *err);

/* Grants (or with alone false takes back) that a person may confirm what he asked for himself; by
 * the owner of the ledger. */
bool st_request_exception(const st_ledger_options *opt, const char *user, bool alone,
                          const char *reason, st_err *err);

typedef struct st_request {
    int64_t no;
    const char *kind;      /* "same" */
    const char *state;     /* "waiting", "confirmed", "cancelled" */
    const char *key, *old; /* "same": key is the person of old; equal: whose number changed */
    const char *reason, *document, *actor, *at;
    const char *by, *by_at, *note; /* who confirmed or cancelled; empty while it waits */
    bool alone;                    /* one person did both, by an exception */
} st_request;
/* By number; open_only: those that wait. Texts are valid during the callback, which returns false
 * to stop. */
bool st_request_list(st_ledger *l, bool open_only, bool (*each)(void *ctx, const st_request *r),
                     void *ctx, st_err *err);

#endif
