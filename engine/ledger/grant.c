/* Roles of the ledger for people. */
#include "ledger/approve.h"
#include "ledger/cluster_int.h"
#include "ledger/pg_int.h"

static const char *const roles[] = {"officer", "approver", "payer", "auditor"};

enum { NAME_MAX_BYTES = 63 }; /* of a PostgreSQL role */

static bool check_names(const char *role, const char *user, st_err *err) {
    bool known = false;
    for (size_t i = 0; i < ST_LEN(roles); i++)
        known = known || strcmp(role, roles[i]) == 0;
    if (!known)
        return st_fail(err, ST_E_USAGE,
                       "there is no role %s: choose officer, approver, payer or auditor", role);
    size_t n = strlen(user);
    if (n == 0 || n > NAME_MAX_BYTES || strncmp(user, "stipend_", 8) == 0 ||
        strncmp(user, "pg_", 3) == 0)
        return st_fail(err, ST_E_USAGE, "\"%.80s\" cannot be the name of a user", user);
    return true;
}

/* A statement made by the server's own quoting, when it makes one. */
static bool run_made(st_ledger *l, const char *maker, int n, const char *const *values,
                     st_err *err) {
    PGresult *r = st_pg_query(l, maker, n, values, false, err);
    bool ok = r && (PQntuples(r) == 0 || st_pg_exec(l, PQgetvalue(r, 0, 0), err));
    PQclear(r);
    return ok;
}

static bool change(const st_ledger_options *opt, const char *maker, const char *role,
                   const char *user, bool make, st_err *err) {
    st_ledger *l;
    if (!check_names(role, user, err) || !st_ledger_open_owner(opt, &l, err))
        return false;
    const char *v[] = {user, role};
    bool ok =
        (!make ||
         run_made(l,
                  "select format('create role %I login', $1::text) where not exists (select from "
                  "pg_roles where rolname = $1)",
                  1, v, err)) &&
        run_made(l, maker, 2, v, err);
    st_ledger_close(l);
    return ok;
}

bool st_ledger_grant(const st_ledger_options *opt, const char *role, const char *user,
                     st_err *err) {
    return change(opt, "select format('grant stipend_%s to %I', $2::text, $1::text)", role, user,
                  true, err);
}

bool st_ledger_revoke(const st_ledger_options *opt, const char *role, const char *user,
                      st_err *err) {
    return change(opt,
                  "select format('revoke stipend_%s from %I', $2::text, $1::text) where exists "
                  "(select from pg_roles "
                  "where rolname = $1)",
                  role, user, false, err);
}

bool st_ledger_members(st_ledger *l, bool (*each)(void *ctx, const st_ledger_member *m), void *ctx,
                       st_err *err) {
    PGresult *r = st_pg_query(
        l,
        "select u.rolname::text, substr(g.rolname::text, 9) from pg_auth_members m join pg_roles "
        "u on u.oid = m.member join pg_roles g on g.oid = m.roleid where g.rolname in "
        "('stipend_officer', 'stipend_approver', 'stipend_payer', 'stipend_auditor') order by 1, 2",
        0, NULL, false, err);
    if (!r)
        return false;
    for (int i = 0; i < PQntuples(r); i++) {
        st_ledger_member m = {PQgetvalue(r, i, 0), PQgetvalue(r, i, 1)};
        if (!each(ctx, &m))
            break;
    }
    PQclear(r);
    return true;
}
