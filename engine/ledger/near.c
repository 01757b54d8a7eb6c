/* Ledgers that a command may have meant, when there is none where it looked. */
#include "ledger/cluster_int.h"
#include "ledger/pg_int.h"

#include <dirent.h>
#include <limits.h>
#include <pwd.h>
#include <sys/stat.h>

enum { NEAR_MAX = 6, FOLDERS_MAX = 4096, DATABASES_MAX = 20 };

/* -- private servers -- */

typedef struct places {
    const char * not ;
    char found[NEAR_MAX][ST_CLUSTER_PATH];
    size_t n;
} places;

static void look_in(places *p, const char *folder) {
    char conf[ST_CLUSTER_PATH + 32];
    int n = snprintf(conf, sizeof conf, "%s/cluster.conf", folder);
    if (n < 0 || (size_t)n >= sizeof conf || strlen(folder) >= ST_CLUSTER_PATH ||
        strcmp(folder, p->not ) == 0 || p->n == NEAR_MAX || access(conf, F_OK) != 0)
        return;
    for (size_t i = 0; i < p->n; i++)
        if (strcmp(p->found[i], folder) == 0)
            return;
    (void)snprintf(p->found[p->n++], ST_CLUSTER_PATH, "%s", folder);
}

static void look_below(places *p, const char *folder) {
    DIR *d = opendir(folder);
    struct dirent *e;
    for (int i = 0; d && i < FOLDERS_MAX && (e = readdir(d)); i++) {
        char path[ST_CLUSTER_PATH + 256];
        if (e->d_name[0] == '.')
            continue;
        (void)snprintf(path, sizeof path, "%s/%s", strcmp(folder, "/") == 0 ? "" : folder,
                       e->d_name);
        look_in(p, path);
    }
    if (d)
        (void)closedir(d);
}

static void look_under(places *p, const char *base, const char *below) {
    char path[ST_CLUSTER_PATH];
    if (base && base[0] == '/' && strlen(base) + strlen(below) < sizeof path) {
        (void)snprintf(path, sizeof path, "%s%s", base, below);
        look_in(p, path);
    }
}

/* Where commands look without --state: by XDG_STATE_HOME, by HOME, by the account's home where
 * HOME is not set or another's, and without any home. */
static void look_in_defaults(places *p) {
    static const char below[] = "/.local/state/stipend";
    struct passwd pw, *found = NULL;
    char buf[4096];
    look_under(p, getenv("XDG_STATE_HOME"), "/stipend");
    look_under(p, getenv("HOME"), below);
    if (getpwuid_r(geteuid(), &pw, buf, sizeof buf, &found) == 0 && found)
        look_under(p, pw.pw_dir, below);
    look_under(p, "/var/lib/stipend", below);
}

static int by_name(const void *a, const void *b) {
    return strcmp(a, b);
}

static void sort_from(places *p, size_t from) {
    qsort(p->found + from, p->n - from, sizeof p->found[0], by_name);
}

void st_ledger_near(const char *state_dir, st_buf *out) {
    places p = {.not = state_dir};
    char parent[ST_CLUSTER_PATH];
    look_in_defaults(&p);
    size_t from = p.n;
    look_below(&p, state_dir);
    sort_from(&p, from);
    (void)snprintf(parent, sizeof parent, "%s", state_dir);
    char *slash = strrchr(parent, '/');
    if (slash && slash > parent) {
        *slash = 0;
        look_in(&p, parent);
        from = p.n;
        look_below(&p, parent);
        sort_from(&p, from);
    }
    for (size_t i = 0; i < p.n; i++)
        (void)st_buf_fmt(out, "%s%s", i ? ", " : "", p.found[i]);
}

/* -- databases of a server -- */

/* The same server, login and options, another database. */
static PGconn *beside(const char *conninfo, const char *database) {
    const char *keys[] = {"fallback_application_name", "connect_timeout", "dbname", "dbname", NULL};
    const char *values[] = {"stipend", "10", conninfo, database, NULL};
    return PQconnectdbParams(keys, values, 1);
}

static bool has_ledger(const char *conninfo, const char *database) {
    PGconn *pg = beside(conninfo, database);
    PGresult *r = PQstatus(pg) == CONNECTION_OK
                      ? PQexec(pg, "select from pg_namespace where nspname = 'stipend'")
                      : NULL;
    bool yes = PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) > 0;
    PQclear(r);
    PQfinish(pg);
    return yes;
}

static void look_in_server(PGconn *pg, const char *conninfo, st_buf *out) {
    PGresult *r = PQexec(pg, "select datname from pg_database where datallowconn order by datname");
    int rows = PQresultStatus(r) == PGRES_TUPLES_OK ? PQntuples(r) : 0;
    for (int i = 0, n = 0; i < rows && i < DATABASES_MAX && n < NEAR_MAX; i++)
        if (has_ledger(conninfo, PQgetvalue(r, i, 0)))
            (void)st_buf_fmt(out, "%s%s", n++ ? ", " : "", PQgetvalue(r, i, 0));
    PQclear(r);
}

static bool none(PGconn *pg, const char *conninfo, const char *what, const char *database,
                 st_err *err) {
    st_buf b;
    st_buf_init(&b, ST_MSG_MAX);
    look_in_server(pg, conninfo, &b);
    (void)st_fail(err, ST_E_DB_NONE, "%s %s%s%s", what, database,
                  b.n ? "; databases of this server that have one: " : "", b.n ? b.p : "");
    st_buf_free(&b);
    return false;
}

bool st_ledger_none(st_ledger *l, st_err *err) {
    if (!l->embedded)
        return none(l->pg, l->conninfo, "there is no ledger in database", PQdb(l->pg), err);
    (void)st_fail(err, ST_E_DB_NONE, "the private server has no tables of a ledger yet");
    st_err_hint(err, "stipend init was interrupted: repeat it");
    return false;
}

bool st_ledger_no_database(st_ledger *l, st_err *err) {
    const char *wanted = PQdb(l->pg);
    PGconn *pg = wanted ? beside(l->conninfo, "postgres") : NULL;
    PGresult *r = PQstatus(pg) == CONNECTION_OK
                      ? PQexecParams(pg, "select from pg_database where datname = $1", 1, NULL,
                                     &wanted, NULL, NULL, 0)
                      : NULL;
    bool missing = PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) == 0;
    PQclear(r);
    if (missing) {
        (void)none(pg, l->conninfo, "the server has no database", wanted, err);
        st_err_hint(err,
                    "is it the database you mean (--db, PGDATABASE)? a new one: createdb %s, "
                    "then stipend init",
                    wanted);
    }
    PQfinish(pg);
    return missing;
}
