#include "ledger/approve.h"

#include "ledger/pg_int.h"
#include "ledger/seal.h"

static bool known_run(st_ledger *l, int64_t run, st_run_info *info, st_err *err) {
    bool found;
    if (!st_ledger_run_info(l, run, &found, info, err))
        return false;
    return found || st_fail(err, ST_E_LEDGER_NO_RUN, "there is no run %" PRId64, run);
}

/* One step of a run's life: a function of the database with the run and a text, in its own
 * transaction. */
static bool step(st_ledger *l, const char *sql, int64_t run, const char *text, const char *point,
                 st_err *err) {
    char number[ST_PG_INT];
    const char *v[] = {st_pg_int(number, run), text ? text : ""};
    bool ok =
        st_pg_exec(l, "begin", err) && st_pg_call(l, sql, 2, v, err) && st_pg_commit(l, point, err);
    if (!ok)
        st_pg_rollback(l);
    return ok;
}

bool st_ledger_approve(st_ledger *l, int64_t run, const char *accept, const char *note,
                       st_run_info *info, st_err *err) {
    if (!known_run(l, run, info, err))
        return false;
    /* Steps of their own, each harmless to repeat: a program that died in between finishes by the
     * same command. */
    if (!info->sealed && info->state == ST_RUN_DRAFT &&
        (!step(l, "select stipend.run_accept($1::bigint, $2)", run, accept, "accept", err) ||
         !st_seal_from_rows(l, run, info, err)))
        return false;
    return step(l, "select stipend.run_approve($1::bigint, $2)", run, note, "approve", err) &&
           known_run(l, run, info, err);
}

bool st_ledger_void(st_ledger *l, int64_t run, const char *reason, st_run_info *info, st_err *err) {
    return step(l, "select stipend.run_void($1::bigint, $2)", run, reason, "void", err) &&
           known_run(l, run, info, err);
}

bool st_ledger_release(st_ledger *l, int64_t run, const char *note, st_run_info *info,
                       st_err *err) {
    return step(l, "select stipend.run_release($1::bigint, $2)", run, note, "release", err) &&
           known_run(l, run, info, err);
}

bool st_ledger_settle(st_ledger *l, int64_t run, const char *note, st_run_info *info, st_err *err) {
    return step(l, "select stipend.run_settle($1::bigint, $2)", run, note, "settle", err) &&
           known_run(l, run, info, err);
}

bool st_ledger_events(st_ledger *l, int64_t run, bool (*each)(void *ctx, const st_run_event *e),
                      void *ctx, st_err *err) {
    char number[ST_PG_INT];
    const char *v[] = {st_pg_int(number, run)};
    PGresult *r = st_pg_query(
        l,
        "select state, actor::text, to_char(at at time zone 'UTC', "
        "'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), note from stipend.run_event where run = $1::bigint "
        "order by seq",
        1, v, false, err);
    if (!r)
        return false;
    for (int i = 0; i < PQntuples(r); i++) {
        st_run_event e = {PQgetvalue(r, i, 0), PQgetvalue(r, i, 1), PQgetvalue(r, i, 2),
                          PQgetvalue(r, i, 3)};
        if (!each(ctx, &e))
            break;
    }
    PQclear(r);
    return true;
}
