/* Where the embedded cluster lives and who runs it. */
#include "ledger/cluster_int.h"

#include "base/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <pwd.h>
#include <sys/random.h>
#include <sys/stat.h>

static const char conf_name[] = "cluster.conf";
static const char outside_root[] = "/var/lib/stipend";

/* Name of an OS user; false when the system knows none. */
static bool user_name(uid_t uid, char *out, size_t cap) {
    struct passwd pw, *found = NULL;
    char buf[4096];
    if (getpwuid_r(uid, &pw, buf, sizeof buf, &found) != 0 || !found)
        return false;
    (void)snprintf(out, cap, "%s", pw.pw_name);
    return true;
}

static bool find_user(const char *name, uid_t *uid, gid_t *gid) {
    struct passwd pw, *found = NULL;
    char buf[4096];
    if (getpwnam_r(name, &pw, buf, sizeof buf, &found) != 0 || !found)
        return false;
    *uid = pw.pw_uid;
    *gid = pw.pw_gid;
    return true;
}

bool st_cluster_has_user(const char *name) {
    uid_t uid;
    gid_t gid;
    return find_user(name, &uid, &gid);
}

bool st_cluster_is_admin(const st_cluster *c) {
    return geteuid() == 0 || geteuid() == c->uid;
}

static bool caller(st_cluster *c, st_err *err) {
    return user_name(geteuid(), c->me, sizeof c->me) ||
           st_fail(err, ST_E_CLUSTER_START,
                   "user %ld has no name on this system, and logins go by name", (long)geteuid());
}

/* Paths follow from the place and the id. */
static bool derive(st_cluster *c, st_err *err) {
    int n = c->outside ? snprintf(c->base, sizeof c->base, "%s/%s", outside_root, c->id)
                       : snprintf(c->base, sizeof c->base, "%s/cluster", c->state);
    if (n < 0 || (size_t)n + 32 >= sizeof c->base || strpbrk(c->base, "'\n\\"))
        return st_fail(err, ST_E_CLUSTER_DIR,
                       "the path of the state folder is too long or has odd characters");
    char socket_name[32];
    int m = snprintf(socket_name, sizeof socket_name, "/sock/.s.PGSQL.%d", (int)ST_CLUSTER_PORT);
    if (n + m <= ST_CLUSTER_SOCKET_MAX)
        (void)snprintf(c->sock, sizeof c->sock, "%.400s/sock", c->base);
    else
        (void)snprintf(c->sock, sizeof c->sock, "/tmp/stipend-%s", c->id);
    return true;
}

/* -- cluster.conf -- */

static st_str value_of(st_str text, const char *key) {
    size_t k = strlen(key);
    while (text.n > 0) {
        const char *nl = memchr(text.p, '\n', text.n);
        size_t n = nl ? (size_t)(nl - text.p) : text.n;
        st_str line = {text.p, n};
        if (st_str_starts(line, key) && line.n > k && line.p[k] == '=')
            return st_str_sub(line, k + 1, n);
        text = st_str_sub(text, n + 1, text.n);
    }
    return ST_STR_NONE;
}

static bool parse(st_cluster *c, st_str text, st_err *err) {
    st_str id = value_of(text, "id"), place = value_of(text, "place"),
           user = value_of(text, "user");
    if (id.n != 16 || user.n == 0 || user.n >= sizeof c->user ||
        (!st_str_is(place, "inside") && !st_str_is(place, "outside")))
        return st_fail(err, ST_E_CLUSTER_DIR, "%s/%s is damaged", c->state, conf_name);
    memcpy(c->id, id.p, id.n);
    memcpy(c->user, user.p, user.n);
    c->outside = st_str_is(place, "outside");
    if (!find_user(c->user, &c->uid, &c->gid))
        return st_fail(err, ST_E_CLUSTER_START,
                       "the ledger belongs to user %s, whom this system does not know", c->user);
    return derive(c, err);
}

static bool name_state(const char *state_dir, st_cluster *c, st_err *err) {
    memset(c, 0, sizeof *c);
    int n = snprintf(c->state, sizeof c->state, "%s", state_dir);
    if (n < 0 || (size_t)n + 64 >= sizeof c->state)
        return st_fail(err, ST_E_CLUSTER_DIR, "the path of the state folder is too long");
    return caller(c, err);
}

bool st_cluster_load(const char *state_dir, bool *found, st_cluster *c, st_err *err) {
    *found = false;
    if (!name_state(state_dir, c, err))
        return false;
    char path[ST_CLUSTER_PATH + 32];
    (void)snprintf(path, sizeof path, "%s/%s", c->state, conf_name);
    if (access(path, F_OK) != 0 && errno == ENOENT)
        return true;
    st_buf b;
    st_buf_init(&b, 4096);
    *found = st_file_read(path, 4096, &b, err) && parse(c, st_buf_view(&b), err);
    st_buf_free(&b);
    return *found;
}

static bool save(const st_cluster *c, st_err *err) {
    char path[ST_CLUSTER_PATH + 32];
    (void)snprintf(path, sizeof path, "%s/%s", c->state, conf_name);
    st_buf b;
    st_buf_init(&b, 0);
    (void)st_buf_fmt(&b, "# The ledger's own PostgreSQL cluster. Its data, log and settings: %s\n",
                     c->base);
    if (c->outside)
        (void)st_buf_fmt(
            &b, "# Not in this folder, because user %s, who runs the server, cannot enter it.\n",
            c->user);
    (void)st_buf_fmt(&b, "id=%s\nplace=%s\nuser=%s\n", c->id, c->outside ? "outside" : "inside",
                     c->user);
    bool ok = st_file_write(path, st_buf_view(&b), err);
    st_buf_free(&b);
    if (ok && chmod(path, 0644) != 0)
        return st_fail(err, ST_E_CLUSTER_DIR, "cannot set the rights of %s", path);
    return ok;
}

/* -- choosing -- */

static bool make_dirs(const char *path, mode_t mode, st_err *err) {
    char part[ST_CLUSTER_PATH];
    size_t n = strlen(path);
    for (size_t i = 1; i <= n; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, mode) != 0 && errno != EEXIST)
            return st_fail(err, ST_E_CLUSTER_DIR, "cannot make the folder %s: %s", part,
                           strerror(errno));
    }
    struct stat s;
    if (stat(path, &s) != 0 || !S_ISDIR(s.st_mode))
        return st_fail(err, ST_E_CLUSTER_DIR, "%s is not a folder", path);
    return true;
}

/* A folder of the server's user: made, given to him, and his alone to write. */
static bool own_dir(const st_cluster *c, const char *path, mode_t mode, st_err *err) {
    bool made = mkdir(path, mode) == 0;
    struct stat s;
    if (!made && errno != EEXIST)
        return st_fail(err, ST_E_CLUSTER_DIR, "cannot make the folder %s: %s", path,
                       strerror(errno));
    if (made && (chmod(path, mode) != 0 || (geteuid() == 0 && lchown(path, c->uid, c->gid) != 0)))
        return st_fail(err, ST_E_CLUSTER_DIR, "cannot give the folder %s to %s", path, c->user);
    if (lstat(path, &s) != 0 || !S_ISDIR(s.st_mode) || s.st_uid != c->uid || (s.st_mode & 022))
        return st_fail(err, ST_E_CLUSTER_DIR, "%s is not a folder of user %s alone", path, c->user);
    return true;
}

static bool enter(void *path) {
    return access(path, R_OK | W_OK | X_OK) == 0;
}

static bool is_fresh(const char *dir) {
    DIR *d = opendir(dir);
    bool fresh = d != NULL;
    for (struct dirent *e; fresh && (e = readdir(d));)
        fresh = e->d_name[0] == '.' || strncmp(e->d_name, "cluster", 7) == 0;
    if (d)
        (void)closedir(d);
    return fresh;
}

/* Whether the server's user can work in the state folder. A folder of our own that holds nothing
 * else may be made passable (not readable) for him; anything else of the caller's stays as it is.
 */
static bool inside_works(st_cluster *c) {
    if (st_cluster_as_user(c, enter, c->base))
        return true;
    struct stat s;
    if (stat(c->state, &s) != 0 || s.st_uid != geteuid() || !is_fresh(c->state) ||
        chmod(c->state, (s.st_mode & 07777) | 0011) != 0)
        return false;
    if (st_cluster_as_user(c, enter, c->base))
        return true;
    (void)chmod(c->state, s.st_mode & 07777);
    return false;
}

static bool choose_user(st_cluster *c, st_err *err) {
    static const char *const names[] = {"postgres", "nobody"};
    c->uid = geteuid();
    c->gid = getegid();
    (void)snprintf(c->user, sizeof c->user, "%s", c->me);
    if (c->uid != 0)
        return true;
    for (size_t i = 0; i < ST_LEN(names); i++)
        if (find_user(names[i], &c->uid, &c->gid)) {
            (void)snprintf(c->user, sizeof c->user, "%s", names[i]);
            return true;
        }
    return st_fail(err, ST_E_CLUSTER_START,
                   "PostgreSQL does not run as root, and there is no user postgres");
}

static bool new_id(st_cluster *c, st_err *err) {
    unsigned char b[8];
    if (getrandom(b, sizeof b, 0) != (ssize_t)sizeof b)
        return st_fail(err, ST_E_CLUSTER_START, "no random numbers from the system");
    for (size_t i = 0; i < sizeof b; i++)
        (void)snprintf(c->id + 2 * i, 3, "%02x", b[i]);
    return true;
}

static bool folders(const st_cluster *c, st_err *err) {
    return (!c->outside || make_dirs(outside_root, 0755, err)) && own_dir(c, c->base, 0711, err);
}

bool st_cluster_settle(const char *state_dir, st_cluster *c, st_err *err) {
    bool found;
    if (!st_cluster_load(state_dir, &found, c, err))
        return false;
    if (!found) {
        if (!choose_user(c, err) || !new_id(c, err) || !derive(c, err) || !folders(c, err))
            return false;
        if (!inside_works(c)) {
            (void)rmdir(c->base);
            c->outside = true;
            if (!derive(c, err) || !folders(c, err))
                return false;
        }
        if (!save(c, err))
            return false;
    }
    if (!st_cluster_is_admin(c))
        return st_fail(err, ST_E_CLUSTER_OWNER, "the ledger's server belongs to user %s", c->user);
    return folders(c, err) && own_dir(c, c->sock, 0700, err);
}

bool st_cluster_share(const st_cluster *c, st_err *err) {
    return chmod(c->sock, 0711) == 0 ||
           st_fail(err, ST_E_CLUSTER_DIR, "cannot open the folder %s: %s", c->sock,
                   strerror(errno));
}
