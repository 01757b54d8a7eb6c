#include "base/file.h"
#include <fcntl.h>
#include <sys/stat.h>

static bool read_all(int fd, const char *path, size_t max, st_buf *out, st_err *err) {
    char block[16384];
    ssize_t n;
    while ((n = read(fd, block, sizeof block)) > 0)
        if (out->n + (size_t)n > max || !st_buf_add(out, block, (size_t)n))
            return st_fail(err, ST_E_FILE_TOO_LARGE, "%s is larger than %zu bytes", path, max);
    return n == 0 || st_fail(err, ST_E_FILE_READ, "cannot read %s: %s", path, strerror(errno));
}

static const char *what_it_is(mode_t mode) {
    return S_ISDIR(mode)    ? "this is a folder, not a file"
           : S_ISFIFO(mode) ? "this is a pipe, not a file: write it into a file first"
                            : "this is a device, not a file: write it into a file first";
}

const char *st_file_open(const char *path, int *fd, uint64_t *size, st_code *code) {
    struct stat st;
    *code = ST_E_FILE_UNREADABLE;
    if (size)
        *size = 0;
    /* without O_NONBLOCK the opening of a pipe waits for somebody who writes into it */
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (*fd < 0 && errno == ENXIO) { /* a socket, or a device without its machine */
        *code = ST_E_FILE_KIND;
        return what_it_is(S_IFSOCK);
    }
    if (*fd < 0 && (errno == ENOENT || errno == ENOTDIR))
        *code = ST_E_FILE_MISSING;
    if (*fd < 0)
        return strerror(errno);
    const char *wrong = NULL;
    if (fstat(*fd, &st) != 0)
        wrong = strerror(errno);
    else if (!S_ISREG(st.st_mode))
        wrong = what_it_is(st.st_mode), *code = ST_E_FILE_KIND;
    if (wrong) {
        (void)close(*fd);
        *fd = -1;
        return wrong;
    }
    if (size)
        *size = (uint64_t)st.st_size;
    return NULL;
}

bool st_file_read(const char *path, size_t max, st_buf *out, st_err *err) {
    int fd;
    st_code code;
    st_buf_clear(out);
    const char *wrong = st_file_open(path, &fd, NULL, &code);
    if (wrong)
        return st_fail(err, code, "cannot read %s: %s", path, wrong);
    bool ok = read_all(fd, path, max, out, err);
    (void)close(fd);
    return ok;
}

static bool write_all(int fd, st_str s) {
    while (s.n) {
        ssize_t n = write(fd, s.p, s.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        s.p += n;
        s.n -= (size_t)n;
    }
    return fsync(fd) == 0;
}

/* Not every file system can do it; what could not be synced is not lost by that. */
static void sync_folder(const char *path) {
    st_arena a;
    st_arena_init(&a, 1024);
    const char *slash = strrchr(path, '/');
    const char *folder = !slash          ? "."
                         : slash == path ? "/"
                                         : st_arena_dup(&a, path, (size_t)(slash - path));
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        (void)close(fd);
    }
    st_arena_free(&a);
}

static bool write_as(const char *path, mode_t mode, st_str content, st_err *err) {
    st_arena a;
    st_arena_init(&a, 1024);
    char *part = st_arena_fmt(&a, "%s.part%ld", path, (long)getpid());
    int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    bool ok;
    if (fd < 0) {
        ok = st_fail(err, ST_E_FILE_CREATE, "cannot create %s: %s", path, strerror(errno));
    } else {
        ok = write_all(fd, content);
        ok = close(fd) == 0 && ok;
        ok = ok && rename(part, path) == 0;
        if (!ok) {
            (void)st_fail(err, ST_E_FILE_WRITE, "cannot write %s: %s", path, strerror(errno));
            (void)unlink(part);
        } else {
            sync_folder(path);
        }
    }
    st_arena_free(&a);
    return ok;
}

bool st_file_write(const char *path, st_str content, st_err *err) {
    return write_as(path, 0644, content, err);
}

bool st_file_write_private(const char *path, st_str content, st_err *err) {
    return write_as(path, 0600, content, err);
}

bool st_file_create_private(const char *path, st_str content, st_err *err) {
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return st_fail(err, errno == EEXIST ? ST_E_FILE_TAKEN : ST_E_FILE_CREATE,
                       "cannot create %s: %s", path, strerror(errno));
    bool ok = write_all(fd, content);
    ok = close(fd) == 0 && ok;
    if (!ok) {
        (void)st_fail(err, ST_E_FILE_WRITE, "cannot write %s: %s", path, strerror(errno));
        (void)unlink(path);
        return false;
    }
    sync_folder(path);
    return true;
}

char *st_file_beside(st_arena *a, const char *path, st_str name) {
    const char *slash = strrchr(path, '/');
    if (!slash || (name.n && name.p[0] == '/'))
        return st_arena_dup(a, name.p, name.n);
    return st_arena_fmt(a, "%.*s/%.*s", (int)(slash - path), path, ST_FMT(name));
}

char *st_file_tidy(st_arena *a, const char *path) {
    char *out = st_arena_alloc(a, strlen(path) + 2);
    size_t n = 0, from = 0;
    if (*path == '/')
        out[n++] = '/', from = 1;
    for (const char *p = path; *p;) {
        size_t len = strcspn(p, "/");
        size_t last = n;
        while (last > from && out[last - 1] != '/')
            last--;
        bool up = len == 2 && memcmp(p, "..", 2) == 0;
        bool last_up = n - last == 2 && memcmp(out + last, "..", 2) == 0;
        if (up && from && n == from) {
            /* nothing is above the root */
        } else if (up && n > from && !last_up) {
            n = last > from ? last - 1 : last;
        } else if (len && !(len == 1 && *p == '.')) {
            if (n > from)
                out[n++] = '/';
            memcpy(out + n, p, len);
            n += len;
        }
        p += len + (p[len] == '/');
    }
    out[n] = 0;
    return out;
}

const char *st_file_work_folder(const char *preferred) {
    const char *tmp = getenv("TMPDIR");
    if (preferred && access(preferred, W_OK | X_OK) == 0)
        return preferred;
    return tmp && tmp[0] == '/' ? tmp : "/tmp";
}
