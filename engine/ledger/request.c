/* Two hands: one function of the database each, which decides by the login. */
#include "ledger/request.h"
#include "ledger/pg_int.h"

bool st_request_same(st_ledger *l, const char *key, const char *old, const char *reason,
                     const char *document, int64_t *no, bool *already, st_err *err) {
    const char *v[] = {key, old, reason, document ? document : ""};
    return st_pg_act(l, "request",
                     "select o_no, o_already::int from stipend.same_request($1, $2, $3, $4)", 4, v,
                     no, already, err);
}

bool st_request_confirm(st_ledger *l, int64_t no, const char *note, bool *already, st_err *err) {
    char number[ST_PG_INT];
    const char *v[] = {st_pg_int(number, no), note ? note : ""};
    int64_t same;
    return st_pg_act(
        l, "request",
        "select $1::bigint, o_already::int from stipend.request_confirm($1::bigint, $2) as "
        "x (o_already)",
        2, v, &same, already, err);
}

bool st_request_cancel(st_ledger *l, int64_t no, const char *reason, bool *already, st_err *err) {
    char number[ST_PG_INT];
    const char *v[] = {st_pg_int(number, no), reason ? reason : ""};
    int64_t same;
    return st_pg_act(
        l, "request",
        "select $1::bigint, o_already::int from stipend.request_cancel($1::bigint, $2) as "
        "x (o_already)",
        2, v, &same, already, err);
}

bool st_request_exception(const st_ledger_options *opt, const char *user, bool alone,
                          const char *reason, st_err *err) {
    st_ledger *l;
    if (!st_ledger_open_owner(opt, &l, err))
        return false;
    const char *v[] = {user, alone ? "true" : "false", reason};
    bool ok = st_pg_call(l, "select stipend.exception_set($1::name, $2::boolean, $3)", 3, v, err);
    st_ledger_close(l);
    return ok;
}

static const char list_sql[] =
    "select q.no, q.kind, coalesce(e.state, 'waiting'), "
    "coalesce(stipend.payload_get(q.payload, 'asked'), stipend.payload_get(q.payload, 'key'), ''), "
    "coalesce(stipend.payload_get(q.payload, 'old'), ''), "
    "q.reason, q.document, q.actor::text, "
    "to_char(q.at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), "
    "coalesce(e.actor::text, ''), "
    "coalesce(to_char(e.at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), ''), "
    "coalesce(e.note, ''), (e.alone is not null)::int "
    "from stipend.request q left join stipend.request_event e on e.request = q.no "
    "where not $1::boolean or e.request is null order by q.no";

bool st_request_list(st_ledger *l, bool open_only, bool (*each)(void *ctx, const st_request *r),
                     void *ctx, st_err *err) {
    const char *v[] = {open_only ? "true" : "false"};
    PGresult *r = st_pg_query(l, list_sql, 1, v, true, err);
    if (!r)
        return false;
    for (int i = 0; i < PQntuples(r); i++) {
        st_request x = {.no = st_pg_get_int(r, i, 0),
                        .kind = PQgetvalue(r, i, 1),
                        .state = PQgetvalue(r, i, 2),
                        .key = PQgetvalue(r, i, 3),
                        .old = PQgetvalue(r, i, 4),
                        .reason = PQgetvalue(r, i, 5),
                        .document = PQgetvalue(r, i, 6),
                        .actor = PQgetvalue(r, i, 7),
                        .at = PQgetvalue(r, i, 8),
                        .by = PQgetvalue(r, i, 9),
                        .by_at = PQgetvalue(r, i, 10),
                        .note = PQgetvalue(r, i, 11),
                        .alone = st_pg_get_int(r, i, 12) != 0};
        if (!each(ctx, &x))
            break;
    }
    PQclear(r);
    return true;
}
