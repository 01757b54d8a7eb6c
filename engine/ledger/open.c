/* Opening the ledger: which database, as whom, brought up to date. */
#include "ledger/cluster_int.h"
#include "ledger/pg_int.h"

#include "base/log.h"

enum { OLDEST_SERVER = 150000 };

/* What every session relies on, whatever the server's or the role's defaults are. */
static const char session[] =
    "set client_encoding = 'UTF8'; set datestyle = 'ISO, YMD'; set timezone = 'UTC'; "
    "set search_path = pg_catalog; set bytea_output = 'hex'; "
    "set client_min_messages = warning; set statement_timeout = 0; "
    "set idle_in_transaction_session_timeout = 0; "
    "set default_transaction_isolation = 'read committed'; "
    "set standard_conforming_strings = on; "
    /* Plans whose order is forced look dear to the planner; compiling them costs 0.1 s per run. */
    "set jit = off";

/* Warnings of the server. The one that matters comes from Citus: a commit that is not yet
 * everywhere. */
static void notice(void *ctx, const PGresult *r) {
    st_ledger *l = ctx;
    const char *text = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
    if (text && strstr(text, "failed to commit transaction"))
        l->warned = true;
    st_log_debug("database: %s", text ? text : "(no text)");
}

static bool connected(st_ledger *l, st_err *err) {
    if (PQstatus(l->pg) != CONNECTION_OK) {
        const char *text = PQerrorMessage(l->pg);
        return st_fail(err, ST_E_DB_UNREACHABLE, "cannot reach the database: %.*s",
                       (int)strcspn(text, "\n"), text);
    }
    if (PQserverVersion(l->pg) < OLDEST_SERVER)
        return st_fail(err, ST_E_DB_VERSION, "the server is PostgreSQL %d",
                       PQserverVersion(l->pg) / 10000);
    (void)PQsetNoticeReceiver(l->pg, notice, l);
    if (!st_pg_exec(l, session, err) || !st_wait_set(l, l->patience.seconds, err))
        return false;
    PGresult *r =
        st_pg_query(l,
                    "select session_user::text, (select count(*) from pg_extension where extname = "
                    "'citus')::int",
                    0, NULL, false, err);
    if (!r)
        return false;
    st_pg_get_z(r, 0, 0, l->role, sizeof l->role);
    l->citus = st_pg_get_int(r, 0, 1) > 0;
    PQclear(r);
    return true;
}

static void disconnect(st_ledger *l) {
    PQfinish(l->pg);
    l->pg = NULL;
}

/* -- --db and PG* -- */

/* A word without = is the name of a database. */
static bool well_formed(const char *conninfo, st_err *err) {
    if (!conninfo || (!strchr(conninfo, '=') && !strstr(conninfo, "://")))
        return true;
    char *why = NULL;
    PQconninfoOption *o = PQconninfoParse(conninfo, &why);
    bool ok = o || st_fail(err, ST_E_DB_CONNINFO, "--db cannot be read: %.*s",
                           why ? (int)strcspn(why, "\n") : 0, why ? why : "");
    PQconninfoFree(o);
    PQfreemem(why);
    return ok;
}

static bool connect_external(st_ledger *l, const char *conninfo, st_err *err) {
    if (!well_formed(conninfo, err))
        return false;
    l->conninfo = conninfo;
    const char *keys[] = {"fallback_application_name", "connect_timeout", "dbname", NULL};
    const char *values[] = {"stipend", "10", conninfo, NULL};
    l->pg = PQconnectdbParams(keys, values, 1);
    return (PQstatus(l->pg) == CONNECTION_OK || !st_ledger_no_database(l, err)) &&
           connected(l, err);
}

bool st_ledger_external(const char *conninfo) {
    static const char *const names[] = {"PGHOST", "PGHOSTADDR", "PGSERVICE", "PGDATABASE"};
    bool named = conninfo != NULL;
    for (size_t i = 0; i < ST_LEN(names); i++)
        named = named || getenv(names[i]);
    return named;
}

/* -- embedded -- */

static bool connect_as(st_ledger *l, const st_cluster *c, const char *role, st_err *err) {
    char port[16];
    (void)snprintf(port, sizeof port, "%d", (int)ST_CLUSTER_PORT);
    const char *keys[] = {"host",    "port",       "dbname", "user", "fallback_application_name",
                          "sslmode", "gssencmode", NULL};
    const char *values[] = {c->sock,   port,      ST_CLUSTER_DATABASE, role,
                            "stipend", "disable", "disable",           NULL};
    l->pg = PQconnectdbParams(keys, values, 0);
    if (connected(l, err))
        return true;
    disconnect(l);
    return false;
}

/* The owner's functions end sessions of other logins that keep everybody waiting; from PostgreSQL
 * 16 on only the server's administrator gives that right. */
static bool may_end_sessions(st_ledger *l, const st_cluster *c, st_err *err) {
    /* two first commands at once: the lock is that of the migrations, which grant it too */
    bool ok = connect_as(l, c, ST_CLUSTER_ADMIN, err) && st_pg_exec(l, "begin", err) &&
              st_pg_exec(l, "select pg_advisory_xact_lock(7310293871)", err) &&
              st_pg_exec(l, "grant pg_signal_backend, pg_read_all_stats to " ST_CLUSTER_OWNER_ROLE,
                         err) &&
              st_pg_exec(l, "commit", err);
    disconnect(l);
    return ok;
}

/* As the owner: bring the schema up to date and give the caller, who keeps this ledger, a login as
 * officer. */
static bool prepare(st_ledger *l, const st_cluster *c, st_err *err) {
    const char *v[] = {c->me};
    /* Two first commands at once: one makes the login, the other finds it. */
    bool ok = may_end_sessions(l, c, err) && connect_as(l, c, ST_CLUSTER_OWNER_ROLE, err) &&
              st_migrate(l, err) && st_pg_exec(l, "begin", err) &&
              st_pg_exec(l, "select pg_advisory_xact_lock(7310293872)", err);
    PGresult *r = ok ? st_pg_query(l,
                                   "select format('create role %I login in role stipend_officer', "
                                   "$1::text) where not "
                                   "exists (select from pg_roles where rolname = $1)",
                                   1, v, false, err)
                     : NULL;
    ok = r && (PQntuples(r) == 0 || st_pg_exec(l, PQgetvalue(r, 0, 0), err)) &&
         st_pg_exec(l, "commit", err);
    PQclear(r);
    disconnect(l);
    return ok;
}

/* Connected to a server whose programs were updated under it: starts it anew. Somebody who only
 * reads goes on with it as it is when others are at work there. */
static bool renew(st_ledger *l, const st_ledger_options *opt, const st_cluster *c, st_err *err) {
    char server[128];
    const char *version = PQparameterStatus(l->pg, "server_version");
    (void)snprintf(server, sizeof server, "%s", version ? version : "");
    if (!st_cluster_is_admin(c) || !st_cluster_updated(c, server))
        return true;
    disconnect(l);
    return (st_cluster_renew(opt->state_dir, c, server, opt->read_only ? NULL : err) ||
            opt->read_only) &&
           connect_as(l, c, c->me, err);
}

static bool reach(st_ledger *l, const st_ledger_options *opt, st_cluster *c, st_err *err) {
    bool found;
    if (!st_cluster_load(opt->state_dir, &found, c, err) ||
        (!found && !opt->make && !st_cluster_find(opt->state_dir, c, err)))
        return false;
    if (found && connect_as(l, c, c->me, NULL))
        return renew(l, opt, c, err);
    if (found && !st_cluster_is_admin(c)) {
        if (!st_cluster_running(c))
            return st_fail(err, ST_E_CLUSTER_OWNER,
                           "the ledger's server does not run, or is closed to user %s", c->me);
        return connect_as(l, c, c->me, err) ||
               (err->code = ST_E_NONE,
                st_fail(err, ST_E_DB_RIGHTS, "user %s has no role in this ledger", c->me));
    }
    return st_cluster_start(opt->state_dir, opt->make, err) &&
           st_cluster_load(opt->state_dir, &found, c, err) &&
           (connect_as(l, c, c->me, NULL) || (prepare(l, c, err) && connect_as(l, c, c->me, err)));
}

static bool open_embedded(st_ledger *l, const st_ledger_options *opt, st_err *err) {
    st_cluster c;
    st_err why;
    st_err_init(&why);
    l->embedded = true;
    if (!reach(l, opt, &c, err))
        return false;
    if (st_migrate_needed(l, &why) && why.code == ST_E_NONE && st_cluster_is_admin(&c)) {
        disconnect(l);
        return prepare(l, &c, err) && connect_as(l, &c, c.me, err) && st_migrate(l, err);
    }
    return st_migrate(l, err);
}

static bool owner_of_embedded(st_ledger *l, const st_ledger_options *opt, st_err *err) {
    st_cluster c;
    bool found;
    l->embedded = true;
    return st_cluster_start(opt->state_dir, false, err) &&
           st_cluster_load(opt->state_dir, &found, &c, err) && prepare(l, &c, err) &&
           st_cluster_share(&c, err) && connect_as(l, &c, ST_CLUSTER_OWNER_ROLE, err);
}

static st_ledger *new_ledger(const st_ledger_options *opt) {
    static const st_patience usual = {.seconds = ST_WAIT_DEFAULT};
    st_ledger *l = st_xmalloc(sizeof *l);
    memset(l, 0, sizeof *l);
    l->patience = opt->patience ? *opt->patience : usual;
    return l;
}

bool st_ledger_open_owner(const st_ledger_options *opt, st_ledger **out, st_err *err) {
    *out = NULL;
    st_ledger *l = new_ledger(opt);
    bool embedded = !st_ledger_external(opt->conninfo);
    bool ok = embedded ? owner_of_embedded(l, opt, err)
                       : connect_external(l, opt->conninfo, err) && st_migrate(l, err);
    if (ok)
        *out = l;
    else
        st_ledger_close(l);
    return ok;
}

bool st_ledger_open(const st_ledger_options *opt, st_ledger **out, st_err *err) {
    *out = NULL;
    st_ledger *l = new_ledger(opt);
    l->read_only = opt->read_only;
    l->make = opt->make;
    st_err local;
    st_err_init(&local);
    bool embedded = !st_ledger_external(opt->conninfo);
    bool ok = embedded ? open_embedded(l, opt, &local)
                       : connect_external(l, opt->conninfo, &local) && st_migrate(l, &local);
    if (!ok) {
        if (err && err->code == ST_E_NONE)
            *err = local;
        st_ledger_close(l);
        return false;
    }
    *out = l;
    return true;
}

bool st_ledger_made(const st_ledger *l) {
    return l->made;
}

void st_ledger_place(const st_ledger *l, const st_ledger_options *opt, st_buf *out) {
    const char *host = PQhost(l->pg);
    if (l->embedded)
        (void)st_buf_fmt(out, "%s", opt->state_dir);
    else
        (void)st_buf_fmt(out, "%s@%s:%s", PQdb(l->pg), host && *host ? host : "localhost",
                         PQport(l->pg));
}

void st_ledger_close(st_ledger *l) {
    if (!l)
        return;
    disconnect(l);
    free(l);
}
