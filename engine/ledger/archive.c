#include "ledger/archive.h"

#include "base/file.h"
#include "ledger/post_int.h"

#include <fcntl.h>
#include <zstd.h>

enum {
    PART_BYTES = 1 << 20, /* compressed bytes per row */
    READ_BYTES = 1 << 20,
    LEVEL = 3 /* zstd's own default: five times smaller at disk speed */
};

/* -- writing -- */

/* Where the bytes come from: a file, or text in memory. */
typedef struct input {
    int fd; /* -1: text */
    st_str text;
    const char *name;
    char *buf;
} input;

/* Next piece; *n 0 at the end. */
static bool next_piece(input *in, const void **p, size_t *n, st_err *err) {
    if (in->fd < 0) {
        *p = in->text.p;
        *n = in->text.n;
        in->text = ST_STR_NONE;
        return true;
    }
    ssize_t got;
    do
        got = read(in->fd, in->buf, READ_BYTES);
    while (got < 0 && errno == EINTR);
    *p = in->buf;
    *n = got > 0 ? (size_t)got : 0;
    return got >= 0 ||
           st_fail(err, ST_E_FILE_READ, "cannot read %s: %s", in->name, strerror(errno));
}

typedef struct writer {
    st_ledger *l;
    st_sha256 digest;
    ZSTD_CCtx *z;
    char *out;
    size_t filled;
    int parts;
} writer;

static bool write_part(writer *w, st_err *err) {
    char sha[ST_PG_BYTES], no[ST_PG_INT];
    const char *values[] = {st_pg_sha(sha, &w->digest), st_pg_int(no, w->parts), w->out};
    const int lengths[] = {0, 0, (int)w->filled}, formats[] = {0, 0, 1};
    st_fault(w->l, "step");
    PGresult *r = st_pg_send(
        w->l,
        PQsendQueryParams(
            w->l->pg,
            "insert into stipend.source_part (digest, no, content) values ($1::bytea, $2::int, "
            "$3::bytea)",
            3, NULL, values, lengths, formats, 0));
    bool ok = PQresultStatus(r) == PGRES_COMMAND_OK || st_pg_fail(w->l, r, err);
    PQclear(r);
    w->parts++;
    w->filled = 0;
    return ok;
}

static bool compress(writer *w, const void *p, size_t n, bool last, st_err *err) {
    ZSTD_inBuffer in = {p, n, 0};
    for (;;) {
        ZSTD_outBuffer out = {w->out, PART_BYTES, w->filled};
        size_t left = ZSTD_compressStream2(w->z, &out, &in, last ? ZSTD_e_end : ZSTD_e_continue);
        ST_ASSERT(!ZSTD_isError(left));
        w->filled = out.pos;
        bool done = last ? left == 0 : in.pos == in.size;
        if (w->filled == PART_BYTES && !write_part(w, err))
            return false;
        if (done)
            return !last || w->filled == 0 || write_part(w, err);
    }
}

/* Reads the whole input once: digest always, compressing and storing when store is set. */
static bool pass(input *in, writer *w, bool store, st_sha256 *digest, uint64_t *bytes,
                 st_err *err) {
    st_sha256_ctx *h = st_sha256_new();
    st_sha256_begin(h);
    *bytes = 0;
    const void *p;
    size_t n = 1;
    bool ok = true;
    while (ok && n > 0) {
        ok = next_piece(in, &p, &n, err);
        if (ok && n > 0) {
            st_sha256_add(h, p, n);
            *bytes += n;
            ok = !store || compress(w, p, n, false, err);
        }
    }
    ok = ok && (!store || compress(w, NULL, 0, true, err));
    st_sha256_end(h, digest);
    st_sha256_free(h);
    return ok;
}

static bool nowhere(void *ctx, const void *p, size_t n, st_err *err) {
    (void)ctx, (void)p, (void)n, (void)err;
    return true;
}

/* What is there already is looked at before a run relies on it: it must be these very bytes. */
static bool is_whole(st_ledger *l, const st_sha256 *digest, st_err *err) {
    if (st_archive_fetch(l, digest, nowhere, NULL, err))
        return true;
    if (err && err->code == ST_E_ARCHIVE_DIGEST)
        st_err_hint(err, "the archive was changed by somebody who may write its tables: stipend "
                         "audit --all names the runs, a backup has the right bytes");
    return false;
}

static bool is_stored(st_ledger *l, const st_sha256 *digest, bool *stored, st_err *err) {
    char sha[ST_PG_BYTES];
    const char *v[] = {st_pg_sha(sha, digest)};
    PGresult *r =
        st_pg_query(l, "select 1 from stipend.source where digest = $1::bytea", 1, v, false, err);
    *stored = r && PQntuples(r) > 0;
    PQclear(r);
    return r != NULL;
}

static bool record(const writer *w, uint64_t bytes, st_err *err) {
    char sha[ST_PG_BYTES], b[ST_PG_INT], n[ST_PG_INT];
    const char *v[] = {st_pg_sha(sha, &w->digest), st_pg_int(b, (int64_t)bytes),
                       st_pg_int(n, w->parts)};
    return st_pg_call(w->l,
                      "insert into stipend.source (digest, bytes, parts, encoding) values "
                      "($1::bytea, $2::bigint, "
                      "$3::int, 'zstd')",
                      3, v, err);
}

static bool attach(st_posting *p, const char *kind, const char *name, const st_sha256 *digest,
                   st_err *err) {
    char run[ST_PG_INT], sha[ST_PG_BYTES];
    const char *v[] = {st_pg_int(run, p->run), kind, name, st_pg_sha(sha, digest)};
    return st_pg_call(p->l,
                      "insert into stipend.run_source (run, kind, name, digest) values "
                      "($1::bigint, $2, $3, $4::bytea)",
                      4, v, err);
}

static bool archive(st_posting *p, const char *kind, const char *name, input *in,
                    const st_sha256 *expected, st_err *err) {
    bool stored = false;
    if (p->rehearsal)
        return true;
    st_fault(p->l, "archive");
    if (!is_stored(p->l, expected, &stored, err) || (stored && !is_whole(p->l, expected, err)))
        return st_err_wrap(err, "archiving %s", name);
    writer w = {.l = p->l, .digest = *expected};
    if (!stored) {
        w.z = ZSTD_createCCtx();
        ST_ASSERT(w.z);
        (void)ZSTD_CCtx_setParameter(w.z, ZSTD_c_compressionLevel, LEVEL);
        w.out = st_xmalloc(PART_BYTES);
    }
    st_sha256 digest;
    uint64_t bytes;
    bool ok = pass(in, &w, !stored, &digest, &bytes, err);
    if (ok && !st_sha256_eq(&digest, expected))
        ok =
            st_fail(err, ST_E_ARCHIVE_CHANGED, "%s changed while the run was calculated", in->name);
    ok = ok && (stored || record(&w, bytes, err)) && attach(p, kind, name, &digest, err);
    (void)ZSTD_freeCCtx(w.z);
    free(w.out);
    return ok || st_err_wrap(err, "archiving %s", name);
}

bool st_archive_file(st_posting *p, const char *kind, const char *name, const char *path,
                     const st_sha256 *expected, st_err *err) {
    input in = {.name = path};
    st_code code;
    const char *wrong = st_file_open(path, &in.fd, NULL, &code);
    if (wrong)
        return st_fail(err, code, "cannot read %s: %s", path, wrong);
    in.buf = st_xmalloc(READ_BYTES);
    bool ok = archive(p, kind, name, &in, expected, err);
    free(in.buf);
    (void)close(in.fd);
    return ok;
}

bool st_archive_bytes(st_posting *p, const char *kind, const char *name, st_str content,
                      st_err *err) {
    input in = {.fd = -1, .text = content, .name = name};
    st_sha256 digest;
    st_sha256_of(content.p, content.n, &digest);
    return archive(p, kind, name, &in, &digest, err);
}

/* -- reading -- */

bool st_archive_list(st_ledger *l, int64_t run, bool (*each)(void *ctx, const st_archive_entry *e),
                     void *ctx, st_err *err) {
    char number[ST_PG_INT];
    const char *v[] = {st_pg_int(number, run)};
    PGresult *r = st_pg_query(
        l,
        "select x.kind, x.name, x.digest, s.bytes from stipend.run_source x join stipend.source s "
        "on s.digest = x.digest where x.run = $1::bigint order by x.kind, x.name",
        1, v, true, err);
    if (!r)
        return false;
    for (int i = 0; i < PQntuples(r); i++) {
        st_archive_entry e = {
            PQgetvalue(r, i, 0), PQgetvalue(r, i, 1), {{0}}, (uint64_t)st_pg_get_int(r, i, 3)};
        st_pg_get_sha(r, i, 2, &e.digest);
        if (!each(ctx, &e))
            break;
    }
    PQclear(r);
    return true;
}

typedef struct reader {
    bool (*sink)(void *ctx, const void *p, size_t n, st_err *err);
    void *ctx;
    ZSTD_DCtx *z;
    st_sha256_ctx *h;
    char *out;
    uint64_t bytes, declared;
    bool damaged;
} reader;

static bool expand(reader *d, st_str part, st_err *err) {
    ZSTD_inBuffer in = {part.p, part.n, 0};
    for (bool more = true; more && !d->damaged;) {
        ZSTD_outBuffer out = {d->out, READ_BYTES, 0};
        size_t rc = ZSTD_decompressStream(d->z, &out, &in);
        d->bytes += out.pos;
        /* More than was put in is not ours, and would be without end. */
        d->damaged = ZSTD_isError(rc) || d->bytes > d->declared;
        if (d->damaged)
            break;
        st_sha256_add(d->h, d->out, out.pos);
        if (out.pos > 0 && !d->sink(d->ctx, d->out, out.pos, err))
            return false;
        more = in.pos < in.size || out.pos == out.size;
    }
    return true;
}

static bool read_parts(st_ledger *l, const char *sha, reader *d, int64_t *parts, st_err *err) {
    st_pg_cursor c;
    bool ok = st_pg_cursor_open_by(
             l, "select content from stipend.source_part where digest = $1::bytea order by no", 1,
             &sha, 4, &c, err),
         row = ok;
    while (ok && row && !d->damaged) {
        ok = st_pg_cursor_next(&c, &row, err);
        if (ok && row) {
            (*parts)++;
            ok = expand(d, st_pg_get_str(c.r, c.row, 0), err);
        }
    }
    st_pg_cursor_close(&c);
    return ok;
}

bool st_archive_fetch(st_ledger *l, const st_sha256 *digest,
                      bool (*sink)(void *ctx, const void *p, size_t n, st_err *err), void *ctx,
                      st_err *err) {
    char sha[ST_PG_BYTES];
    const char *v[] = {st_pg_sha(sha, digest)};
    PGresult *r = st_pg_query(l, "select bytes, parts from stipend.source where digest = $1::bytea",
                              1, v, true, err);
    if (!r)
        return false;
    bool there = PQntuples(r) == 1;
    int64_t declared = there ? st_pg_get_int(r, 0, 0) : 0,
            want = there ? st_pg_get_int(r, 0, 1) : 0, parts = 0;
    PQclear(r);
    if (!there)
        return st_fail(err, ST_E_ARCHIVE_MISSING, "the archive has no input with digest %.16s...",
                       sha + 2);
    reader d = {sink,
                ctx,
                ZSTD_createDCtx(),
                st_sha256_new(),
                st_xmalloc(READ_BYTES),
                0,
                (uint64_t)declared,
                false};
    ST_ASSERT(d.z);
    st_sha256_begin(d.h);
    bool ok = read_parts(l, sha, &d, &parts, err);
    st_sha256 got;
    st_sha256_end(d.h, &got);
    if (ok && (d.damaged || parts != want || d.bytes != d.declared || !st_sha256_eq(&got, digest)))
        ok = st_fail(err, ST_E_ARCHIVE_DIGEST,
                     "the archived input %.16s... is not what was put there", sha + 2);
    (void)ZSTD_freeDCtx(d.z);
    st_sha256_free(d.h);
    free(d.out);
    return ok;
}

static bool to_fd(void *ctx, const void *p, size_t n, st_err *err) {
    const int *fd = ctx;
    for (const char *at = p; n > 0;) {
        ssize_t w = write(*fd, at, n);
        if (w < 0 && errno == EINTR)
            continue;
        if (w < 0)
            return st_fail(err, ST_E_FILE_WRITE, "cannot write: %s", strerror(errno));
        at += w;
        n -= (size_t)w;
    }
    return true;
}

bool st_archive_fetch_file(st_ledger *l, const st_sha256 *digest, const char *path, st_err *err) {
    st_buf temp;
    st_buf_init(&temp, PATH_MAX);
    /* beside it, under a short name: its own may be as long as a name can be */
    const char *slash = strrchr(path, '/');
    if (!st_buf_fmt(&temp, "%.*s.part-XXXXXX", slash ? (int)(slash - path) + 1 : 0, path)) {
        st_buf_free(&temp);
        return st_fail(err, ST_E_FILE_CREATE, "the path %.200s... is too long", path);
    }
    int fd = mkostemp(temp.p, O_CLOEXEC);
    bool ok = fd >= 0 || st_fail(err, ST_E_FILE_CREATE, "cannot make a file beside %s: %s", path,
                                 strerror(errno));
    ok = ok && st_archive_fetch(l, digest, to_fd, &fd, err);
    if (ok && fsync(fd) != 0)
        ok = st_fail(err, ST_E_FILE_WRITE, "cannot write %s: %s", path, strerror(errno));
    if (fd >= 0)
        (void)close(fd);
    if (ok && rename(temp.p, path) != 0)
        ok = st_fail(err, ST_E_FILE_WRITE, "cannot give %s its name: %s", path, strerror(errno));
    if (!ok && fd >= 0)
        (void)unlink(temp.p);
    st_buf_free(&temp);
    return ok;
}
