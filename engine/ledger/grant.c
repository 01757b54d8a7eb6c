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

/* A name that nobody has would get its rights when somebody takes it: whoever is granted something
 * is a login of the server, or on a private server a user of this machine. */
static bool find(st_ledger *l, const char *user, st_err *err) {
    const char *v[] = {user};
    PGresult *r = st_pg_query(l, "select from pg_roles where rolname = $1", 1, v, false, err);
    bool ok = r, there = r && PQntuples(r) > 0;
    PQclear(r);
    if (!ok || there)
        return ok;
    if (!l->embedded)
        return st_fail(err, ST_E_USER_NONE, "this server has no login %s", user);
    if (!st_cluster_has_user(user))
        return st_fail(err, ST_E_USER_NONE, "this machine has no user %s", user);
    return run_made(l, "select format('create role %I login', $1::text)", 1, v, err);
}

bool st_ledger_grant(const st_ledger_options *opt, const char *role, const char *user,
                     st_err *err) {
    st_ledger *l;
    if (!check_names(role, user, err) || !st_ledger_open_owner(opt, &l, err))
        return false;
    const char *v[] = {user, role};
    bool ok = find(l, user, err) &&
              run_made(l, "select format('grant stipend_%s to %I', $2::text, $1::text)", 2, v, err);
    st_ledger_close(l);
    return ok;
}

bool st_ledger_revoke(const st_ledger_options *opt, const char *role, const char *user,
                      st_err *err) {
    st_ledger *l;
    if (!check_names(role, user, err) || !st_ledger_open_owner(opt, &l, err))
        return false;
    const char *v[] = {user, role};
    bool ok = run_made(l,
                       "select format('revoke stipend_%s from %I', $2::text, $1::text) where "
                       "exists (select from pg_roles where rolname = $1)",
                       2, v, err);
    st_ledger_close(l);
    return ok;
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
