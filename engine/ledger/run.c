/* Schemes and runs: registering, looking up. */
#include "ledger/pg_int.h"

bool st_ledger_scheme(st_ledger *l, const char *scheme, const char *title, const char *currency,
                      st_ledger_benefit *benefits, size_t n, st_err *err) {
    if (!st_pg_exec(l, "begin", err))
        return false;
    char number[ST_PG_INT];
    const char *v[] = {scheme, title, currency};
    PGresult *r = st_pg_query(l, "select stipend.register_scheme($1, $2, $3)", 3, v, false, err);
    bool ok = r != NULL;
    if (ok)
        st_pg_int(number, st_pg_get_int(r, 0, 0));
    PQclear(r);
    for (size_t i = 0; ok && i < n; i++) {
        if (benefits[i].number > 0)
            continue;
        const char *w[] = {number, benefits[i].id, benefits[i].title, benefits[i].budget_line};
        r = st_pg_query(l, "select stipend.register_benefit($1::int, $2, $3, $4)", 4, w, false,
                        err);
        ok = r != NULL;
        if (ok)
            benefits[i].number = (int32_t)st_pg_get_int(r, 0, 0);
        PQclear(r);
    }
    ok = ok && st_pg_commit(l, "scheme", err);
    if (!ok)
        st_pg_rollback(l);
    return ok;
}

static const char *const state_names[] = {"draft", "approved", "released", "settled", "void"};

const char *st_run_state_name(st_run_state s) {
    ST_ASSERT((size_t)s < ST_LEN(state_names));
    return state_names[s];
}

bool st_run_state_named(st_str name, st_run_state *out) {
    for (size_t i = 0; i < ST_LEN(state_names); i++)
        if (st_str_is(name, state_names[i])) {
            *out = (st_run_state)i;
            return true;
        }
    return false;
}

static bool read_input(const PGresult *r, int row, st_run_info *out, st_err *err) {
    st_run_input *in = &out->input;
    out->has_input = true;
    in->whole = st_pg_get_int(r, row, 21) != 0;
    st_pg_get_z(r, row, 22, in->sender, sizeof in->sender);
    in->part = (int32_t)st_pg_get_int(r, row, 23);
    in->parts = (int32_t)st_pg_get_int(r, row, 24);
    st_pg_get_z(r, row, 25, in->asked, sizeof in->asked);
    st_pg_get_z(r, row, 26, in->because, sizeof in->because);
    return st_date_parse(st_pg_get_str(r, row, 20), &in->known_at) ||
           st_fail(err, ST_E_DB_ERROR, "run %" PRId64 " has records known at a date that cannot be",
                   out->run);
}

bool st_run_read(const PGresult *r, int row, st_run_info *out, bool *controls_ok, st_err *err) {
    memset(out, 0, sizeof *out);
    out->run = st_pg_get_int(r, row, 0);
    st_pg_get_z(r, row, 1, out->scheme, sizeof out->scheme);
    if (!st_month_parse(st_pg_get_str(r, row, 2), &out->period) ||
        !st_date_parse(st_pg_get_str(r, row, 3), &out->as_of) ||
        !st_run_state_named(st_pg_get_str(r, row, 10), &out->state))
        return st_fail(err, ST_E_DB_ERROR,
                       "run %" PRId64 " has a period, date or state that cannot be", out->run);
    st_pg_get_sha(r, row, 4, &out->records);
    st_pg_get_sha(r, row, 5, &out->rules);
    st_pg_get_sha(r, row, 6, &out->root);
    st_pg_get_sha(r, row, 7, &out->digest);
    st_pg_get_sha(r, row, 8, &out->prev_digest);
    st_pg_get_z(r, row, 9, out->engine, sizeof out->engine);
    out->sealed = st_pg_get_int(r, row, 11) != 0;
    out->lines = (uint64_t)st_pg_get_int(r, row, 12);
    out->total = st_pg_get_int(r, row, 13);
    st_pg_get_z(r, row, 14, out->created_by, sizeof out->created_by);
    st_pg_get_z(r, row, 15, out->created_at, sizeof out->created_at);
    if (controls_ok)
        *controls_ok = st_pg_get_int(r, row, 16) != 0;
    out->claims_sealed = !PQgetisnull(r, row, 17);
    st_pg_get_sha(r, row, 17, &out->settlements);
    out->bookings = st_pg_get_int(r, row, 18);
    st_pg_get_sha(r, row, 19, &out->bookings_head);
    return PQgetisnull(r, row, 20) || read_input(r, row, out, err);
}

static bool one_run(st_ledger *l, const char *sql, const char *value, bool *found, st_run_info *out,
                    st_err *err) {
    *found = false;
    PGresult *r = st_pg_query(l, sql, 1, &value, false, err);
    if (!r)
        return false;
    bool ok = true;
    if (PQntuples(r) > 0) {
        *found = true;
        ok = st_run_read(r, 0, out, NULL, err);
    }
    PQclear(r);
    return ok;
}

bool st_ledger_newest(st_ledger *l, const char *scheme, bool *found, st_run_info *out,
                      st_err *err) {
    return one_run(l,
                   "select " ST_RUN_COLUMNS " from " ST_RUN_FROM " where scheme = $1 and "
                   "state <> 'void' order by run desc limit 1",
                   scheme, found, out, err);
}

bool st_ledger_voided_since(st_ledger *l, int64_t run, bool *yes, st_err *err) {
    char number[ST_PG_INT];
    const char *v[] = {st_pg_int(number, run)};
    PGresult *r = st_pg_query(
        l, "select (stipend.voided_since($1::bigint) or stipend.said_since($1::bigint))::int", 1, v,
        true, err);
    if (!r)
        return false;
    *yes = st_pg_get_int(r, 0, 0) != 0;
    PQclear(r);
    return true;
}

bool st_ledger_run_info(st_ledger *l, int64_t run, bool *found, st_run_info *out, st_err *err) {
    char number[ST_PG_INT];
    return one_run(l, "select " ST_RUN_COLUMNS " from " ST_RUN_FROM " where run = $1::bigint",
                   st_pg_int(number, run), found, out, err);
}

bool st_ledger_runs(st_ledger *l, bool (*each)(void *ctx, const st_run_info *r), void *ctx,
                    st_err *err) {
    PGresult *r = st_pg_query(l, "select " ST_RUN_COLUMNS " from " ST_RUN_FROM " order by run desc",
                              0, NULL, false, err);
    if (!r)
        return false;
    bool ok = true;
    for (int i = 0; ok && i < PQntuples(r); i++) {
        st_run_info info;
        ok = st_run_read(r, i, &info, NULL, err);
        if (ok && !each(ctx, &info))
            break;
    }
    PQclear(r);
    return ok;
}

bool st_ledger_summary(st_ledger *l, int64_t run, st_buf *out, st_err *err) {
    char number[ST_PG_INT];
    const char *v[] = {st_pg_int(number, run)};
    PGresult *r = st_pg_query(l, "select json from stipend.run_summary where run = $1::bigint", 1,
                              v, false, err);
    if (!r)
        return false;
    bool ok = PQntuples(r) == 1;
    if (ok)
        (void)st_buf_str(out, st_pg_get_str(r, 0, 0));
    else
        st_fail(err, ST_E_LEDGER_NO_RUN, "there is no run %" PRId64, run);
    PQclear(r);
    return ok;
}
