/* Processes of the embedded server's user: fork, drop rights, exec. No shell anywhere. */
#include "ledger/cluster_int.h"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { OUTPUT_MAX = 16384, OLDEST_MAJOR = 15 };

/* In the child. Order matters: groups first, the user last. */
static bool become(const st_cluster *c) {
    if (geteuid() == 0 && c->uid != 0 &&
        (initgroups(c->user, c->gid) != 0 || setgid(c->gid) != 0 || setuid(c->uid) != 0))
        return false;
    (void)umask(077);
    return chdir("/") == 0;
}

static void reset_signals(void) {
    sigset_t none;
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    for (int s = 1; s < NSIG; s++)
        (void)signal(s, SIG_DFL);
}

_Noreturn static void child_exec(const st_cluster *c, const char *const *argv, int in, int out) {
    static char path[] = "PATH=/usr/bin:/bin", locale[] = "LC_ALL=C", home[] = "HOME=/";
    char *env[] = {path, locale, home, NULL};
    char *args[32];
    size_t n = 0;
    while (argv[n] && n + 1 < ST_LEN(args)) {
        size_t size = strlen(argv[n]) + 1;
        args[n] = memcpy(st_xmalloc(size), argv[n], size);
        n++;
    }
    args[n] = NULL;
    reset_signals();
    if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0 || !become(c))
        _exit(126);
    /* Locks and sockets of ours must not live on in a server that outlives us. */
    (void)close_range(3, UINT_MAX, 0);
    (void)execve(args[0], args, env);
    _exit(127);
}

static bool reap(pid_t pid, int *status) {
    int w;
    while (waitpid(pid, &w, 0) < 0)
        if (errno != EINTR)
            return false;
    *status = WIFEXITED(w) ? WEXITSTATUS(w) : 128 + (WIFSIGNALED(w) ? WTERMSIG(w) : 0);
    return true;
}

static int input_fd(const char *text) {
    if (!text)
        return open("/dev/null", O_RDONLY | O_CLOEXEC);
    int fd = memfd_create("stipend-input", MFD_CLOEXEC);
    size_t n = strlen(text);
    if (fd >= 0 && (write(fd, text, n) != (ssize_t)n || lseek(fd, 0, SEEK_SET) != 0)) {
        (void)close(fd);
        return -1;
    }
    return fd;
}

/* A file, not a pipe: a server that keeps it open keeps nobody waiting. */
static void collect(int fd, st_buf *output) {
    char part[1024];
    if (!output || lseek(fd, 0, SEEK_SET) != 0)
        return;
    for (ssize_t n; output->n < OUTPUT_MAX && (n = read(fd, part, sizeof part)) > 0;)
        (void)st_buf_add(output, part, (size_t)n);
}

bool st_cluster_run(const st_cluster *c, const char *const *argv, const char *input, st_buf *output,
                    int *status, st_err *err) {
    *status = -1;
    int in = input_fd(input), out = memfd_create("stipend-output", MFD_CLOEXEC);
    pid_t pid = in < 0 || out < 0 ? -1 : fork();
    if (pid == 0)
        child_exec(c, argv, in, out);
    bool ok = pid > 0 && reap(pid, status);
    if (ok)
        collect(out, output);
    if (in >= 0)
        (void)close(in);
    if (out >= 0)
        (void)close(out);
    if (!ok)
        return st_fail(err, ST_E_CLUSTER_START, "cannot run %s: %s", argv[0], strerror(errno));
    if (*status == 126)
        return st_fail(err, ST_E_CLUSTER_START, "cannot become user %s to run %s", c->user,
                       argv[0]);
    if (*status != 0)
        return st_fail(err, ST_E_CLUSTER_START, "%s ended with status %d", argv[0], *status);
    return true;
}

bool st_cluster_as_user(const st_cluster *c, bool (*fn)(void *ctx), void *ctx) {
    if (geteuid() == c->uid)
        return fn(ctx);
    int status = -1;
    pid_t pid = fork();
    if (pid == 0)
        _exit(become(c) && fn(ctx) ? 0 : 1);
    return pid > 0 && reap(pid, &status) && status == 0;
}

/* -- where the server's programs are -- */

static bool has_programs(const char *dir) {
    static const char *const names[] = {"initdb", "pg_ctl", "postgres"};
    for (size_t i = 0; i < ST_LEN(names); i++) {
        char path[ST_CLUSTER_PATH + 16];
        (void)snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        if (access(path, X_OK) != 0)
            return false;
    }
    return true;
}

/* "postgres (PostgreSQL) 15.18 (Debian ...)" */
static int version_of(const st_cluster *c, const char *dir) {
    char path[ST_CLUSTER_PATH + 16];
    (void)snprintf(path, sizeof path, "%s/postgres", dir);
    const char *argv[] = {path, "--version", NULL};
    st_buf out;
    st_buf_init(&out, OUTPUT_MAX);
    int status;
    int64_t major = 0;
    if (has_programs(dir) && st_cluster_run(c, argv, NULL, &out, &status, NULL)) {
        const char *p = st_str_find(st_buf_view(&out), ST_STR(") "));
        size_t n = p ? strspn(p + 2, "0123456789") : 0;
        if (n == 0 || n > 4 || !st_str_int((st_str){p + 2, n}, &major))
            major = 0;
    }
    st_buf_free(&out);
    return (int)major;
}

typedef struct search {
    const st_cluster *c;
    int want, best;
    char *dir;
    size_t cap;
} search;

static void consider(search *s, const char *dir) {
    if (s->want && s->best)
        return; /* the first of the PATH */
    int v = version_of(s->c, dir);
    if (s->want ? v != s->want : v < OLDEST_MAJOR || v <= s->best)
        return;
    s->best = v;
    (void)snprintf(s->dir, s->cap, "%s", dir);
}

static void search_path(search *s) {
    const char *p = getenv("PATH");
    while (p && *p) {
        size_t n = strcspn(p, ":");
        char dir[ST_CLUSTER_PATH];
        if (n > 0 && n < sizeof dir && *p == '/') {
            memcpy(dir, p, n);
            dir[n] = '\0';
            consider(s, dir);
        }
        p += n + (p[n] == ':');
    }
}

/* Debian keeps /usr/lib/postgresql/15/bin. */
static void search_lib(search *s) {
    static const char root[] = "/usr/lib/postgresql";
    DIR *d = opendir(root);
    for (struct dirent *e; d && (e = readdir(d));) {
        char dir[ST_CLUSTER_PATH];
        if (e->d_name[0] == '.')
            continue;
        (void)snprintf(dir, sizeof dir, "%s/%s/bin", root, e->d_name);
        consider(s, dir);
    }
    if (d)
        (void)closedir(d);
}

bool st_cluster_programs(const st_cluster *c, int major, char *dir, size_t cap, st_err *err) {
    search s = {.c = c, .want = major, .dir = dir, .cap = cap};
    search_path(&s);
    if (!s.best || !major)
        search_lib(&s);
    if (s.best)
        return true;
    if (major)
        return st_fail(err, ST_E_PG_MISSING,
                       "the ledger was made by PostgreSQL %d, which is not installed", major);
    return st_fail(err, ST_E_PG_MISSING, "PostgreSQL 15 or newer is not installed");
}
