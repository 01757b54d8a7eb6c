/* Inside engine/ledger only: the connection and small helpers over libpq. */
#ifndef ST_LEDGER_PG_INT_H
#define ST_LEDGER_PG_INT_H

#include "ledger/ledger.h"
#include "ledger/wait_int.h"

#include <libpq-fe.h>

struct st_ledger {
    PGconn *pg;
    bool read_only, embedded, citus;
    bool make, made; /* may tables be made in an empty database; were they */
    bool warned;     /* the server warned during COMMIT that a part of it may be pending (Citus) */
    const char *conninfo; /* --db, while it is being opened */
    char role[64];
    unsigned cursors; /* for their names */
    bool checked;     /* COPY columns were compared with the catalogue */
    /* waiting */
    st_patience patience;
    bool gave_up;     /* the last statement was cancelled, since the holder kept what it needs */
    st_holder holder; /* then */
    int64_t heard;    /* ms; when the server last answered */
    unsigned calls;
};

/* -- statements -- */
/* Sends a statement and returns its result; n below 0: without parameters, also several statements.
 * Everything sent to the server passes here (rows of a COPY apart). */
PGresult *st_pg_ask(st_ledger *l, const char *sql, int n, const char *const *values, bool binary);
/* The result of what PQsend... was asked to send (sent: its answer): the last one, or that of a
 * COPY that begins. NULL when nothing was sent. */
PGresult *st_pg_send(st_ledger *l, int sent);
/* Runs statements without result. */
bool st_pg_exec(st_ledger *l, const char *sql, st_err *err);
/* Runs one statement with text parameters; NULL on failure. binary: how results come. Free with
 * PQclear. */
PGresult *st_pg_query(st_ledger *l, const char *sql, int n, const char *const *values, bool binary,
                      st_err *err);
/* The same for a statement whose result is of no interest. */
bool st_pg_call(st_ledger *l, const char *sql, int n, const char *const *values, st_err *err);
/* Fills err from a failed result (or the connection when r is NULL or without SQLSTATE); returns
 * false. */
bool st_pg_fail(st_ledger *l, const PGresult *r, st_err *err);

/* -- values -- */
enum { ST_PG_INT = 24, ST_PG_DATE = 16, ST_PG_BYTES = 2 * ST_SHA256_LEN + 3 };
const char *st_pg_int(char out[ST_PG_INT], int64_t v);
const char *st_pg_date(char out[ST_PG_DATE], st_date d);
const char *st_pg_sha(char out[ST_PG_BYTES], const st_sha256 *d); /* \x... */
int64_t st_pg_get_int(const PGresult *r, int row, int col);       /* text or binary, 0 for null */
st_str st_pg_get_str(const PGresult *r, int row, int col);
void st_pg_get_sha(const PGresult *r, int row, int col,
                   st_sha256 *out); /* zero for null or other length */
void st_pg_get_z(const PGresult *r, int row, int col, char *out, size_t cap);

/* -- a query read in portions, in the open transaction or one of its own -- */
typedef struct st_pg_cursor {
    st_ledger *l;
    char name[24];
    bool own, end;
    PGresult *r;
    int row, n, portion;
} st_pg_cursor;
bool st_pg_cursor_open(st_ledger *l, const char *sql, int n, const char *const *values,
                       st_pg_cursor *c, st_err *err);
/* The same with portions of this many rows, for large rows. */
bool st_pg_cursor_open_by(st_ledger *l, const char *sql, int n, const char *const *values,
                          int portion, st_pg_cursor *c, st_err *err);
/* Moves to the next row (c->r, c->row; binary); *row false at the end. */
bool st_pg_cursor_next(st_pg_cursor *c, bool *row, st_err *err);
/* Closes; ends its own transaction. Safe after a failure. */
void st_pg_cursor_close(st_pg_cursor *c);

/* Takes a row; false when that failed. *more false: no further row is wanted. */
typedef bool st_pg_reader(const PGresult *r, int row, void *ctx, bool *more, st_err *err);
/* A whole query, row by row. */
bool st_pg_each(st_ledger *l, const char *sql, int n, const char *const *values, st_pg_reader *read,
                void *ctx, st_err *err);

/* -- faults on purpose, in builds for tests only -- */
/* STIPEND_FAULT="point:n" drops the connection, "point:n:kill" kills the process, "point:n:stop"
 * stops it (SIGSTOP), when the point is passed for the n-th time; "point:count" says at the end how
 * often that was. Points: "step" before anything is sent, "answer" when the server has answered and
 * nobody has read it, others by name. Does nothing in release builds. */
void st_fault(st_ledger *l, const char *point);
/* Whether the point is the one; then the caller sends and lets st_fault_answer do the harm. */
bool st_fault_due(const char *point);
/* Waits for the server's answer, then loses it, with or without the process. */
void st_fault_answer(st_ledger *l);

/* Begins a transaction; in read-only ledgers a read-only one. */
bool st_pg_begin(st_ledger *l, st_err *err);
/* Sends COMMIT. A connection lost meanwhile is reported as busy (75): the same command finds out.
 */
bool st_pg_commit(st_ledger *l, const char *point, st_err *err);
void st_pg_rollback(st_ledger *l);

/* Like st_ledger_lines, with the stored leaf. */
bool st_ledger_rows(st_ledger *l, const st_ledger_filter *filter,
                    bool (*each)(void *ctx, const st_ledger_line *line, const st_sha256 *leaf),
                    void *ctx, st_err *err);

/* Migrations: brings the schema up to date, or says why not (read_only: only looks). */
bool st_migrate(st_ledger *l, st_err *err);
/* Opens as the owner of the ledger, migrated: on the embedded cluster for its administrators alone,
 * and then other users may reach the socket; elsewhere as whoever the connection says. */
bool st_ledger_open_owner(const st_ledger_options *opt, st_ledger **out, st_err *err);
/* Fails with ST_E_DB_NONE: the database has no ledger; names those of the server that have one. */
bool st_ledger_none(st_ledger *l, st_err *err);
/* After a connection that failed: whether the server is there and only the database is not. Then
 * err says so, like st_ledger_none. */
bool st_ledger_no_database(st_ledger *l, st_err *err);
/* Whether migrations are missing; false with err set when that cannot be told. */
bool st_migrate_needed(st_ledger *l, st_err *err);
/* Reading a run_overview row: the column list and the reader belong together. */
#define ST_RUN_COLUMNS                                                                             \
    "run, scheme, to_char(period, 'YYYY-MM'), to_char(as_of, 'YYYY-MM-DD'), records, rules, "      \
    "root, "                                                                                       \
    "digest, prev_digest, engine, state, sealed::int, lines, total, created_by::text, "            \
    "to_char(created_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), controls_ok::int, " \
    "settlements, bookings, bookings_head, to_char(known_at, 'YYYY-MM-DD'), whole::int, sender, "  \
    "part, parts, asked, because"
#define ST_RUN_FROM "stipend.run_overview left join stipend.run_input using (run)"
bool st_run_state_named(st_str name, st_run_state *out);
/* The ledger a run is being posted to, for rows in the same transaction. */
st_ledger *st_posting_ledger(const st_posting *p);
bool st_run_read(const PGresult *r, int row, st_run_info *out, bool *controls_ok, st_err *err);

/* Runs a function of the database that answers (number, already) in a transaction of its own;
 * point: name of its COMMIT among the places where tests let it fail. Not in a ledger opened for
 * reading (77). */
bool st_pg_act(st_ledger *l, const char *point, const char *sql, int n, const char *const *v,
               int64_t *no, bool *already, st_err *err);

#endif
