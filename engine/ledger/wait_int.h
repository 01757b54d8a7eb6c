/* Inside engine/ledger only: waiting for what another session holds. */
#ifndef ST_LEDGER_WAIT_INT_H
#define ST_LEDGER_WAIT_INT_H

#include "base/err.h"

#include <libpq-fe.h>

struct st_ledger;

/* The session at the end of a chain of sessions that wait for each other. */
typedef struct st_holder {
    int64_t pid;      /* 0: a prepared transaction */
    char login[64];   /* "" when it cannot be told */
    char program[64]; /* what it calls itself; may be empty */
    char since[32];   /* when its transaction began, UTC; may be empty */
    char stuck[16];   /* "idle", "long", or "" when it gets on */
    bool ended;       /* it was told to end just now */
} st_holder;

/* The next result of what was sent, NULL after the last; every wait for the server is here. When
 * another session holds what the statement needs: says so after two seconds, has one ended that
 * makes no progress, and gives up when the ledger's patience is at an end (l->gave_up). */
PGresult *st_wait_result(struct st_ledger *l);
/* After st_wait_result gave up: why, with who holds it. Returns false. */
bool st_wait_over(struct st_ledger *l, st_err *err);
/* Another length of all waits that follow. */
bool st_wait_set(struct st_ledger *l, int64_t seconds, st_err *err);
/* In a transaction that others wait for: shows the server that this program still works, when it
 * has not spoken for a while. Cheap to call often. */
bool st_wait_alive(struct st_ledger *l, st_err *err);

#endif
