/* Inside engine/ledger only: the parts of the embedded cluster. */
#ifndef ST_LEDGER_CLUSTER_INT_H
#define ST_LEDGER_CLUSTER_INT_H

#include "base/buf.h"
#include "base/err.h"

#include <sys/types.h>

enum {
    ST_CLUSTER_PATH = 512,       /* of the state folder and what is in it */
    ST_CLUSTER_SOCKET_MAX = 107, /* of a unix socket's whole name, by the kernel */
    ST_CLUSTER_PORT = 5432       /* names the socket only, nothing listens on TCP */
};
#define ST_CLUSTER_ADMIN "stipend_admin"
#define ST_CLUSTER_OWNER_ROLE "stipend_owner"
#define ST_CLUSTER_DATABASE "stipend"

/* Where a cluster lives and who runs its server. */
typedef struct st_cluster {
    char state[ST_CLUSTER_PATH];
    char base[ST_CLUSTER_PATH]; /* holds data/, server.log and, when short enough, sock/ */
    char sock[ST_CLUSTER_PATH];
    char id[17];
    bool outside;  /* base is not in the state folder, which the server's user cannot enter */
    char user[64]; /* OS user of the server */
    uid_t uid;
    gid_t gid;
    char me[64]; /* OS user of the caller */
} st_cluster;

/* Reads <state>/cluster.conf; *found false when there is none. */
bool st_cluster_load(const char *state_dir, bool *found, st_cluster *c, st_err *err);
/* The same where it must be there: otherwise ST_E_DB_NONE, naming those that are near. */
bool st_cluster_find(const char *state_dir, st_cluster *c, st_err *err);
/* Makes the state folder and decides on place and user; writes cluster.conf. Under the lock. */
bool st_cluster_settle(const char *state_dir, st_cluster *c, st_err *err);
/* Root and the server's own user may start, stop and migrate. */
bool st_cluster_is_admin(const st_cluster *c);
bool st_cluster_has_user(const char *name); /* whether this machine knows the user */
bool st_cluster_running(const st_cluster *c);
/* Under the state folder's lock: starts the server when it does not answer; stops it, fast or when
 * the last client has gone (false when that takes more than two minutes). */
bool st_cluster_up(const st_cluster *c, st_err *err);
bool st_cluster_down(const st_cluster *c, bool fast, st_err *err);
/* One start or stop at a time per state folder: a lock to close, below 0 with err. */
int st_cluster_lock(const char *state_dir, st_err *err);
/* Whether the program of the running server was replaced by another version since it started, as a
 * package update does; server: the version that runs ("15.18 (Debian ...)"). For administrators. */
bool st_cluster_updated(const st_cluster *c, const char *server);
/* Starts the server anew with the programs that are installed now, when nobody is connected;
 * otherwise ST_E_DB_UPDATED, naming who is. The caller has no connection open. */
bool st_cluster_renew(const char *state_dir, const st_cluster *c, const char *server, st_err *err);
/* Lets users other than root and the owner reach the socket; who may log in is decided there. */
bool st_cluster_share(const st_cluster *c, st_err *err);

/* -- processes of the server's user -- */
/* Runs argv[0] (absolute) as the server's user, with a clean environment; input may be NULL. What
 * it prints goes to output. False when it could not run or ended other than 0; *status -1 or its
 * exit status. */
bool st_cluster_run(const st_cluster *c, const char *const *argv, const char *input, st_buf *output,
                    int *status, st_err *err);
/* Runs a function in a child as the server's user; true when it returned true. */
bool st_cluster_as_user(const st_cluster *c, bool (*fn)(void *ctx), void *ctx);
/* Folder with initdb, pg_ctl and postgres of this major version (0: the newest, 15 at least). */
bool st_cluster_programs(const st_cluster *c, int major, char *dir, size_t cap, st_err *err);
/* initdb into <base>/data when it is not there: all or nothing. */
bool st_cluster_init(const st_cluster *c, st_err *err);
/* Writes the settings that change with the place. */
bool st_cluster_configure(const st_cluster *c, st_err *err);
/* Major version in <base>/data/PG_VERSION, 0 when there is none. */
int st_cluster_major(const st_cluster *c);

#endif
