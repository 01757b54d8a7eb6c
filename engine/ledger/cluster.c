/* Starting, stopping, looking at the embedded cluster. The server outlives the command. */
#include "ledger/cluster_int.h"

#include "base/file.h"
#include "base/log.h"
#include "ledger/ledger.h"

#include <fcntl.h>
#include <libpq-fe.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>

enum { START_TRIES = 5, PING_TRIES = 600 };

static void pause_ms(long ms) {
    struct timespec t = {ms / 1000, (ms % 1000) * 1000000L};
    (void)nanosleep(&t, NULL);
}

static PGPing ping(const st_cluster *c) {
    char port[16];
    (void)snprintf(port, sizeof port, "%d", (int)ST_CLUSTER_PORT);
    const char *keys[] = {"host", "port", "dbname", "user", "connect_timeout", NULL};
    const char *values[] = {c->sock, port, "postgres", "nobody", "5", NULL};
    return PQpingParams(keys, values, 0);
}

bool st_cluster_running(const st_cluster *c) {
    return ping(c) == PQPING_OK;
}

/* One start at a time per state folder. The lock goes with the process. */
int st_cluster_lock(const char *state_dir, st_err *err) {
    char path[ST_CLUSTER_PATH + 32];
    (void)snprintf(path, sizeof path, "%.500s/cluster.lock", state_dir);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        st_fail(err, errno == EACCES ? ST_E_CLUSTER_OWNER : ST_E_CLUSTER_DIR, "cannot lock %s: %s",
                path, strerror(errno));
        return -1;
    }
    while (flock(fd, LOCK_EX) != 0)
        if (errno != EINTR) {
            st_fail(err, ST_E_CLUSTER_DIR, "cannot lock %s: %s", path, strerror(errno));
            (void)close(fd);
            return -1;
        }
    return fd;
}

/* The process that postmaster.pid names, 0 when there is none or it is no PostgreSQL server. */
static pid_t server_pid(const st_cluster *c) {
    char path[ST_CLUSTER_PATH + 64], name[32];
    (void)snprintf(path, sizeof path, "%s/data/postmaster.pid", c->base);
    st_buf b;
    st_buf_init(&b, 4096);
    int64_t pid = 0;
    if (st_file_read(path, 4096, &b, NULL)) {
        st_str text = st_buf_view(&b);
        const char *nl = memchr(text.p, '\n', text.n);
        if (!st_str_int(st_str_sub(text, 0, nl ? (size_t)(nl - text.p) : text.n), &pid) ||
            pid < 2 || pid > INT32_MAX)
            pid = 0;
    }
    if (pid) {
        (void)snprintf(name, sizeof name, "/proc/%d/comm", (int)pid);
        st_buf_clear(&b);
        if (access("/proc/self/comm", R_OK) == 0 &&
            (!st_file_read(name, 4096, &b, NULL) || !st_str_starts(st_buf_view(&b), "postgres")))
            pid = 0;
    }
    st_buf_free(&b);
    return (pid_t)pid;
}

static bool remove_file(void *path) {
    return unlink(path) == 0 || errno == ENOENT;
}

static bool pg_ctl(const st_cluster *c, const char *const *more, st_buf *output, st_err *err) {
    char bin[ST_CLUSTER_PATH], program[ST_CLUSTER_PATH + 16], data[ST_CLUSTER_PATH + 16];
    if (!st_cluster_programs(c, st_cluster_major(c), bin, sizeof bin, err))
        return false;
    (void)snprintf(program, sizeof program, "%s/pg_ctl", bin);
    (void)snprintf(data, sizeof data, "%s/data", c->base);
    const char *argv[16] = {program, "-D", data, "-w", "-t", "120"};
    size_t n = 6;
    while (*more && n + 1 < ST_LEN(argv))
        argv[n++] = *more++;
    int status;
    return st_cluster_run(c, argv, NULL, output, &status, err);
}

bool st_cluster_down(const st_cluster *c, bool fast, st_err *err) {
    const char *const args[] = {"-m", fast ? "fast" : "smart", "stop", NULL};
    return pg_ctl(c, args, NULL, err);
}

/* A server is there but does not answer: it is starting, or somebody cleaned the socket away. */
static bool revive(const st_cluster *c, st_err *err) {
    for (int i = 0; i < PING_TRIES; i++) {
        PGPing p = ping(c);
        if (p == PQPING_OK)
            return true;
        if (!server_pid(c))
            break;
        if (p == PQPING_NO_RESPONSE && i > 20)
            return st_cluster_down(c, true, err);
        pause_ms(100);
    }
    return true;
}

static bool start_once(const st_cluster *c, st_err *err) {
    char pid_file[ST_CLUSTER_PATH + 64], log[ST_CLUSTER_PATH + 16];
    (void)snprintf(pid_file, sizeof pid_file, "%s/data/postmaster.pid", c->base);
    (void)snprintf(log, sizeof log, "%s/server.log", c->base);
    /* A stale file whose number now belongs to another program would keep the server from starting.
     */
    if (!server_pid(c) && !st_cluster_as_user(c, remove_file, pid_file))
        return st_fail(err, ST_E_CLUSTER_DIR, "cannot remove the stale %s", pid_file);
    const char *const args[] = {"-s", "-l", log, "start", NULL};
    return pg_ctl(c, args, NULL, err);
}

bool st_cluster_up(const st_cluster *c, st_err *err) {
    if (ping(c) == PQPING_OK)
        return true;
    if (!st_cluster_init(c, err) || !st_cluster_configure(c, err))
        return false;
    if (server_pid(c) && !revive(c, err))
        return false;
    st_err last;
    st_err_init(&last);
    for (int i = 0; i < START_TRIES; i++) {
        if (ping(c) == PQPING_OK)
            return true;
        st_err_init(&last);
        if (start_once(c, &last)) {
            st_log_debug("database server started, data in %s", c->base);
            return true;
        }
        /* Orphans of a killed server hold its memory for some seconds. */
        if (last.code == ST_E_PG_MISSING)
            break;
        pause_ms(1000);
    }
    st_fail(err, last.code, "%s", last.msg);
    st_err_hint(err, "the server's own words are in %s/server.log", c->base);
    return false;
}

/* Makes the state folder, so that there is a place for the lock. */
static bool make_state(const char *state_dir, st_err *err) {
    char part[ST_CLUSTER_PATH];
    size_t n = strlen(state_dir);
    if (state_dir[0] != '/' || n + 64 >= sizeof part)
        return st_fail(err, ST_E_CLUSTER_DIR,
                       "the state folder needs an absolute path of less than %d bytes",
                       (int)ST_CLUSTER_PATH - 64);
    for (size_t i = 1; i <= n; i++)
        if (state_dir[i] == '/' || state_dir[i] == '\0') {
            memcpy(part, state_dir, i);
            part[i] = '\0';
            if (mkdir(part, 0755) != 0 && errno != EEXIST)
                return st_fail(err, ST_E_CLUSTER_DIR, "cannot make the folder %s: %s", part,
                               strerror(errno));
        }
    return true;
}

static bool none(const char *state_dir, st_err *err) {
    st_buf b;
    st_buf_init(&b, ST_MSG_MAX);
    st_ledger_near(state_dir, &b);
    if (b.n)
        (void)st_fail(err, ST_E_DB_NONE, "there is no ledger in %s; these are there: %s", state_dir,
                      b.p);
    else
        (void)st_fail(err, ST_E_DB_NONE, "there is no ledger in %s", state_dir);
    st_buf_free(&b);
    return false;
}

bool st_cluster_find(const char *state_dir, st_cluster *c, st_err *err) {
    bool found;
    return st_cluster_load(state_dir, &found, c, err) && (found || none(state_dir, err));
}

bool st_cluster_start(const char *state_dir, bool make, st_err *err) {
    st_cluster c;
    if (make ? !make_state(state_dir, err) : !st_cluster_find(state_dir, &c, err))
        return false;
    int lock = st_cluster_lock(state_dir, err);
    if (lock < 0)
        return false;
    bool ok = st_cluster_settle(state_dir, &c, err);
    /* Data that went away are not replaced by an empty ledger. */
    if (ok && !make && !st_cluster_major(&c)) {
        ok = st_fail(err, ST_E_DB_NONE, "the ledger of %s has no data in %s/data", state_dir,
                     c.base);
        st_err_hint(err, "bring the data back, or, when stipend init was interrupted here, repeat "
                         "stipend init");
    }
    ok = ok && st_cluster_up(&c, err);
    (void)close(lock);
    return ok;
}

bool st_cluster_stop(const char *state_dir, st_err *err) {
    st_cluster c;
    if (!st_cluster_find(state_dir, &c, err))
        return false;
    if (!st_cluster_is_admin(&c))
        return st_fail(err, ST_E_CLUSTER_OWNER, "the ledger's server belongs to user %s", c.user);
    int lock = st_cluster_lock(state_dir, err);
    if (lock < 0)
        return false;
    bool ok = !server_pid(&c) || st_cluster_down(&c, true, err);
    (void)close(lock);
    return ok;
}

bool st_cluster_status(const char *state_dir, bool *running, st_buf *conninfo, st_err *err) {
    st_cluster c;
    *running = false;
    if (!st_cluster_find(state_dir, &c, err))
        return false;
    *running = st_cluster_running(&c);
    if (conninfo)
        (void)st_buf_fmt(conninfo, "host=%s port=%d dbname=%s user=%s", c.sock,
                         (int)ST_CLUSTER_PORT, ST_CLUSTER_DATABASE, c.me);
    return true;
}
