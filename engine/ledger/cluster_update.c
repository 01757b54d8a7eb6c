/* A package update replaces the programs of a server that runs on: its new sessions then load
 * libraries that do not fit it. Debian starts its own servers anew; nobody starts the private one.
 */
#include "ledger/cluster_int.h"

#include "base/file.h"
#include "base/log.h"

#include <libpq-fe.h>
#include <sys/stat.h>

enum { LEAVE_TRIES = 20, LEAVE_MS = 100, OPTIONS_MAX = 8192 };

/* The program that runs: the first word of postmaster.opts, which the server writes at its start.
 */
static bool program_of(const char *opts, char *out, size_t cap) {
    st_buf b;
    st_buf_init(&b, OPTIONS_MAX);
    bool ok = st_file_read(opts, OPTIONS_MAX, &b, NULL);
    st_str text = st_buf_view(&b);
    const char *end = ok ? st_str_find(text, ST_STR(" \"")) : NULL;
    size_t n = end ? (size_t)(end - text.p) : 0;
    ok = n > 0 && n < cap && text.p[0] == '/';
    if (ok) {
        memcpy(out, text.p, n);
        out[n] = '\0';
    }
    st_buf_free(&b);
    return ok;
}

static bool later(struct timespec a, struct timespec b) {
    return a.tv_sec != b.tv_sec ? a.tv_sec > b.tv_sec : a.tv_nsec > b.tv_nsec;
}

/* "postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)" */
static bool is_version(const st_cluster *c, const char *program, const char *server) {
    static const char before[] = "(PostgreSQL) ";
    const char *argv[] = {program, "--version", NULL};
    int status;
    st_buf out;
    st_buf_init(&out, OPTIONS_MAX);
    bool same = true;
    if (st_cluster_run(c, argv, NULL, &out, &status, NULL)) {
        st_str text = st_str_trim(st_buf_view(&out));
        const char *p = st_str_find(text, ST_STR(before));
        size_t at = p ? (size_t)(p - text.p) + strlen(before) : 0;
        same = !p || st_str_is(st_str_sub(text, at, text.n), server);
    }
    st_buf_free(&out);
    return same;
}

bool st_cluster_updated(const st_cluster *c, const char *server) {
    char opts[ST_CLUSTER_PATH + 32], program[ST_CLUSTER_PATH];
    struct stat began, now;
    (void)snprintf(opts, sizeof opts, "%s/data/postmaster.opts", c->base);
    /* Most commands look at two files and are done. When a file came here is its ctime: a package
     * keeps the mtime that it was built with. */
    return server && stat(opts, &began) == 0 && program_of(opts, program, sizeof program) &&
           stat(program, &now) == 0 && later(now.st_ctim, began.st_mtim) &&
           !is_version(c, program, server);
}

/* -- starting anew -- */

static PGconn *as_admin(const st_cluster *c) {
    char port[16];
    (void)snprintf(port, sizeof port, "%d", (int)ST_CLUSTER_PORT);
    const char *keys[] = {"host", "port", "dbname", "user", "application_name", "connect_timeout",
                          NULL};
    const char *values[] = {c->sock, port, "postgres", ST_CLUSTER_ADMIN, "stipend", "10", NULL};
    PGconn *pg = PQconnectdbParams(keys, values, 0);
    if (PQstatus(pg) == CONNECTION_OK)
        return pg;
    PQfinish(pg);
    return NULL;
}

/* Who is connected, by login; false when nobody is, or that cannot be told. */
static bool somebody(PGconn *pg, st_buf *who) {
    st_buf_clear(who);
    PGresult *r = PQexec(
        pg,
        "select string_agg(x.w, ', ') from (select a.usename || ' (' || count(*) || ')' as w from "
        "pg_stat_activity a where a.backend_type = 'client backend' and a.pid <> "
        "pg_backend_pid() group by a.usename order by 1) x");
    bool any = PQresultStatus(r) == PGRES_TUPLES_OK && !PQgetisnull(r, 0, 0);
    if (any)
        (void)st_buf_z(who, PQgetvalue(r, 0, 0));
    PQclear(r);
    return any;
}

/* A connection that was closed just now takes a moment to go. */
static bool all_gone(const st_cluster *c, st_err *err) {
    const struct timespec moment = {0, LEAVE_MS * 1000000L};
    PGconn *pg = as_admin(c);
    if (!pg)
        return true; /* whoever stops it meanwhile does our work */
    st_buf who;
    st_buf_init(&who, 1024);
    bool busy = somebody(pg, &who);
    for (int i = 0; busy && i < LEAVE_TRIES; i++) {
        (void)nanosleep(&moment, NULL);
        busy = somebody(pg, &who);
    }
    PQfinish(pg);
    if (busy)
        (void)st_fail(err, ST_E_DB_UPDATED,
                      "PostgreSQL was updated under the ledger's running server, and others are "
                      "connected to it: %s",
                      who.p);
    st_buf_free(&who);
    if (busy)
        st_err_hint(err, "repeat when they have finished: the server is then started anew; or end "
                         "them now: stipend db stop, and repeat");
    return !busy;
}

bool st_cluster_renew(const char *state_dir, const st_cluster *c, const char *server, st_err *err) {
    int lock = st_cluster_lock(state_dir, err);
    if (lock < 0)
        return false;
    bool ok = true;
    /* Unless another command did it while this one waited for the lock. */
    if (st_cluster_running(c) && st_cluster_updated(c, server)) {
        /* Smart: who got in since is not broken off. */
        ok = all_gone(c, err) && st_cluster_down(c, false, err);
        if (ok)
            st_log_debug("the updated database server is started anew");
    }
    ok = ok && st_cluster_up(c, err);
    (void)close(lock);
    return ok;
}
