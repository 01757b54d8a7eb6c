/* Making the embedded cluster: initdb, settings, who may log in. All or nothing: made under another
 * name, renamed when complete. */
#include "ledger/cluster_int.h"

#include "base/file.h"

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>

/* Who may log in: the kernel says which OS user is at the other end of the socket. Root and the
 * owner of the server may be the administrator and the owner of the ledger, everybody else only
 * himself. */
static const char hba[] = "local all all peer map=stipend\n";

static const char settings[] = "# Written at every start; changes here are lost.\n"
                               "listen_addresses = ''\n"
                               "port = %d\n"
                               "unix_socket_directories = '%s'\n"
                               "unix_socket_permissions = 0777\n"
                               "max_connections = 40\n"
                               "shared_buffers = 256MB\n"
                               "work_mem = 32MB\n"
                               "maintenance_work_mem = 128MB\n"
                               "max_wal_size = 4GB\n"
                               "checkpoint_timeout = 15min\n"
                               "random_page_cost = 1.1\n"
                               "fsync = on\n"
                               "full_page_writes = on\n"
                               "synchronous_commit = on\n"
                               "timezone = 'UTC'\n"
                               "log_timezone = 'UTC'\n"
                               "cluster_name = 'stipend'\n"
                               "logging_collector = off\n"
                               "log_line_prefix = '%%m [%%p] %%q%%u '\n"
                               "log_min_messages = warning\n"
                               /* Statements and details quote rows, and rows name people. */
                               "log_min_error_statement = panic\n"
                               "log_error_verbosity = terse\n";

typedef struct file {
    const char *dir, *name;
    st_str text;
    bool append;
} file;

static bool write_file(void *ctx) {
    const file *f = ctx;
    char path[ST_CLUSTER_PATH + 64];
    (void)snprintf(path, sizeof path, "%s/%s", f->dir, f->name);
    if (!f->append)
        return st_file_write(path, f->text, NULL) && chmod(path, 0600) == 0;
    int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    bool ok = fd >= 0 && write(fd, f->text.p, f->text.n) == (ssize_t)f->text.n;
    if (fd >= 0)
        (void)close(fd);
    return ok;
}

static bool put(const st_cluster *c, const char *dir, const char *name, st_str text, bool append,
                st_err *err) {
    file f = {dir, name, text, append};
    return st_cluster_as_user(c, write_file, &f) ||
           st_fail(err, ST_E_CLUSTER_DIR, "cannot write %s/%s", dir, name);
}

static int remove_one(const char *path, const struct stat *s, int type, struct FTW *w) {
    (void)s;
    (void)type;
    (void)w;
    return remove(path);
}

static bool remove_tree(void *ctx) {
    return nftw(ctx, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0 || errno == ENOENT;
}

typedef struct move {
    const char *from, *to;
} move;

static bool move_dir(void *ctx) {
    const move *m = ctx;
    return rename(m->from, m->to) == 0;
}

/* First line of what a program printed that says what went wrong. */
static st_str complaint(const st_buf *output) {
    st_str all = st_buf_view(output);
    const char *p = st_str_find(all, ST_STR("rror:"));
    if (!p)
        p = st_str_find(all, ST_STR("FATAL:"));
    if (!p)
        return st_str_trim(st_utf8_cut(all, 200));
    size_t n = 0, left = (size_t)(all.p + all.n - p);
    while (n < left && p[n] != '\n')
        n++;
    return (st_str){p, n};
}

static bool step(const st_cluster *c, const char *const *argv, const char *input, st_err *err) {
    st_buf out;
    st_buf_init(&out, 0);
    int status;
    st_err why;
    st_err_init(&why);
    bool ok = st_cluster_run(c, argv, input, &out, &status, &why);
    if (!ok)
        st_fail(err, why.code, "%s: %.*s", why.msg, ST_FMT(complaint(&out)));
    st_buf_free(&out);
    return ok;
}

static bool ident(const st_cluster *c, const char *dir, st_err *err) {
    st_buf b;
    st_buf_init(&b, 0);
    static const char *const roles[] = {ST_CLUSTER_ADMIN, ST_CLUSTER_OWNER_ROLE};
    for (size_t i = 0; i < ST_LEN(roles); i++) {
        (void)st_buf_fmt(&b, "stipend root %s\n", roles[i]);
        if (c->uid != 0)
            (void)st_buf_fmt(&b, "stipend \"%s\" %s\n", c->user, roles[i]);
    }
    (void)st_buf_z(&b, "stipend /^(.*)$ \\1\n");
    bool ok = put(c, dir, "pg_ident.conf", st_buf_view(&b), false, err);
    st_buf_free(&b);
    return ok;
}

static bool make(const st_cluster *c, const char *bin, const char *dir, st_err *err) {
    char initdb[ST_CLUSTER_PATH + 16], postgres[ST_CLUSTER_PATH + 16];
    (void)snprintf(initdb, sizeof initdb, "%s/initdb", bin);
    (void)snprintf(postgres, sizeof postgres, "%s/postgres", bin);
    const char *const init[] = {initdb,
                                "-D",
                                dir,
                                "-U",
                                ST_CLUSTER_ADMIN,
                                "--encoding=UTF8",
                                "--locale=C",
                                "--data-checksums",
                                "--auth-local=peer",
                                "--auth-host=reject",
                                NULL};
    const char *const single[] = {postgres, "--single", "-D", dir, "postgres", NULL};
    return step(c, init, NULL, err) &&
           step(c, single,
                "create role " ST_CLUSTER_OWNER_ROLE " login createrole;\n"
                "create database " ST_CLUSTER_DATABASE " owner " ST_CLUSTER_OWNER_ROLE ";\n",
                err) &&
           put(c, dir, "pg_hba.conf", ST_STR(hba), false, err) && ident(c, dir, err) &&
           put(c, dir, "postgresql.conf", ST_STR("\ninclude = 'stipend.conf'\n"), true, err);
}

bool st_cluster_init(const st_cluster *c, st_err *err) {
    if (st_cluster_major(c))
        return true;
    char bin[ST_CLUSTER_PATH], fresh[ST_CLUSTER_PATH + 16], data[ST_CLUSTER_PATH + 16];
    (void)snprintf(fresh, sizeof fresh, "%s/data.new", c->base);
    (void)snprintf(data, sizeof data, "%s/data", c->base);
    if (!st_cluster_programs(c, 0, bin, sizeof bin, err))
        return false;
    if (!st_cluster_as_user(c, remove_tree, fresh))
        return st_fail(err, ST_E_CLUSTER_DIR, "cannot remove what an earlier attempt left in %s",
                       fresh);
    move m = {fresh, data};
    if (!make(c, bin, fresh, err))
        return st_err_wrap(err, "making the ledger's cluster in %s", c->base);
    return st_cluster_as_user(c, move_dir, &m) ||
           st_fail(err, ST_E_CLUSTER_DIR, "cannot rename %s to %s", fresh, data);
}

bool st_cluster_configure(const st_cluster *c, st_err *err) {
    char data[ST_CLUSTER_PATH + 16];
    (void)snprintf(data, sizeof data, "%s/data", c->base);
    st_buf b;
    st_buf_init(&b, 0);
    (void)st_buf_fmt(&b, settings, (int)ST_CLUSTER_PORT, c->sock);
    bool ok = put(c, data, "stipend.conf", st_buf_view(&b), false, err);
    st_buf_free(&b);
    return ok;
}

/* Read as the server's user would, since only root sees it otherwise. */
int st_cluster_major(const st_cluster *c) {
    char path[ST_CLUSTER_PATH + 32];
    (void)snprintf(path, sizeof path, "%s/data/PG_VERSION", c->base);
    st_buf b;
    st_buf_init(&b, 64);
    int64_t major = 0;
    if (!st_file_read(path, 64, &b, NULL) || !st_str_int(st_str_trim(st_buf_view(&b)), &major))
        major = 0;
    st_buf_free(&b);
    return (int)major;
}
