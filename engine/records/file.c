/* A records file from its bytes: digest, encoding, parser. */
#include "base/conv.h"
#include "base/file.h"
#include "records/records_int.h"

enum { BLOCK = 256 << 10, LABEL_PROOF = 1 << 20 };

typedef struct source {
    const char *path;
    int fd;
    char *block;
    uint64_t size;
} source;

static void name_file(st_err *err, const char *path) {
    if (!err || err->file[0])
        return;
    err->pos.file = path;
    (void)snprintf(err->file, sizeof err->file, "%s", path);
}

static bool open_source(source *s, const char *path, st_err *err) {
    st_code code;
    s->path = path;
    const char *wrong = st_file_open(path, &s->fd, &s->size, &code);
    if (wrong)
        return st_fail_at(err, code, (st_pos){.file = path}, "cannot read: %s", wrong);
    s->block = st_xmalloc(BLOCK);
    return true;
}

static void close_source(source *s) {
    free(s->block);
    if (s->fd >= 0)
        (void)close(s->fd);
}

static bool read_block(source *s, uint64_t at, size_t *n, st_err *err) {
    *n = 0;
    while (*n < BLOCK) {
        ssize_t got = pread(s->fd, s->block + *n, BLOCK - *n, (off_t)(at + *n));
        if (got == 0)
            return true;
        if (got < 0 && errno != EINTR)
            return st_fail_at(err, ST_E_FILE_READ, (st_pos){.file = s->path}, "cannot read: %s",
                              strerror(errno));
        *n += got > 0 ? (size_t)got : 0;
    }
    return true;
}

/* Whether a file labelled GB is UTF-8 in truth. Chinese text in GB18030 is soon not UTF-8; a
 * megabyte that is proves it. */
static bool is_utf8(source *s, size_t skip, bool *yes, st_err *err) {
    st_conv *c = NULL;
    st_buf out;
    st_buf_init(&out, 8 * BLOCK);
    bool ok = st_conv_open("GB18030", &c, err), decided = !ok;
    uint64_t at = skip, proof = 0;
    *yes = false;
    for (size_t n; !decided && (ok = read_block(s, at, &n, err)); at += n) {
        bool last = n < BLOCK;
        st_buf_clear(&out);
        bool decoded = st_conv_feed(c, s->block, n, last, &out, NULL);
        *yes = st_conv_looks_utf8(c);
        bool high = false;
        for (size_t i = 0; !high && i < n; i++)
            high = (unsigned char)s->block[i] >= 0x80;
        proof += high ? n : 0;
        decided =
            last || !decoded || proof > LABEL_PROOF || (high && !*yes && !st_conv_maybe_utf8(c));
        if (!last && proof > LABEL_PROOF)
            *yes = st_conv_maybe_utf8(c);
    }
    st_conv_free(c);
    st_buf_free(&out);
    return ok;
}

static bool choose_encoding(source *s, const st_records_options *opt, st_rec_reader *r,
                            size_t *skip, st_err *err) {
    size_t n = 0;
    const char **encoding = &r->result->head.encoding;
    bool utf8 = false;
    if (!read_block(s, 0, &n, err) || !st_conv_detect(s->block, n, encoding, skip, err))
        return false;
    if (strcmp(*encoding, "GB18030") != 0)
        return true;
    if (!is_utf8(s, *skip, &utf8, err))
        return false;
    if (utf8 && !(opt && opt->accept_utf8))
        return st_fail_at(err, ST_E_ENC_MISLABELLED,
                          (st_pos){.file = s->path, .line = 1, .column = 1},
                          "the XML declaration names a GB encoding, but the file is UTF-8");
    if (utf8)
        *encoding = "UTF-8";
    r->utf8_note = utf8;
    return true;
}

typedef struct pump {
    st_rec_reader *reader;
    st_xml_push *push;
    st_conv *conv;
    st_buf utf8;
    st_sha256_ctx *sha;
} pump;

static bool pump_blocks(pump *p, source *s, size_t skip, st_err *err) {
    st_rec_reader *r = p->reader;
    for (uint64_t at = 0;;) {
        size_t n = 0;
        if (!read_block(s, at, &n, err))
            return false;
        st_sha256_add(p->sha, s->block, n);
        size_t from = at == 0 ? skip : 0;
        bool last = n < BLOCK;
        st_buf_clear(&p->utf8);
        /* What could be decoded is read even when the rest cannot: an earlier error counts first.
         */
        st_err cut;
        st_err_init(&cut);
        bool decoded = st_conv_feed(p->conv, s->block + from, n - from, last, &p->utf8, &cut);
        if (!st_xml_push_feed(p->push, p->utf8.p, p->utf8.n, err))
            return false;
        if (!decoded) {
            if (err && err->code == ST_E_NONE)
                *err = cut;
            return false;
        }
        at += n;
        r->result->bytes = at;
        if (r->events->progress)
            r->events->progress(r->ctx, at, s->size);
        if (last)
            return true;
    }
}

static bool read_source(source *s, size_t skip, st_rec_reader *r, st_err *err) {
    pump p = {.reader = r, .sha = st_sha256_new()};
    st_buf_init(&p.utf8, 8 * BLOCK);
    st_sha256_begin(p.sha);
    bool ok = st_conv_open(r->result->head.encoding, &p.conv, err) &&
              st_xml_push_open(r->path, r->type->schema, &st_rec_push_events, r, &p.push, err) &&
              pump_blocks(&p, s, skip, err) && st_xml_push_end(p.push, err) &&
              st_rec_reader_end(r, err);
    st_sha256_end(p.sha, &r->result->file_digest);
    st_xml_push_free(p.push);
    st_conv_free(p.conv);
    st_buf_free(&p.utf8);
    st_sha256_free(p.sha);
    return ok;
}

bool st_records_read(const char *path, const st_record_type *type, const st_records_options *opt,
                     const st_records_events *events, void *ctx, st_records_result *result,
                     st_err *err) {
    memset(result, 0, sizeof *result);
    st_rec_reader *r = st_xmalloc(sizeof *r);
    memset(r, 0, sizeof *r);
    r->type = type;
    r->path = path;
    r->events = events;
    r->ctx = ctx;
    r->result = result;
    st_rec_reader_init(r);
    source s = {.fd = -1};
    size_t skip = 0;
    bool ok = open_source(&s, path, err) && choose_encoding(&s, opt, r, &skip, err) &&
              read_source(&s, skip, r, err);
    if (!ok)
        name_file(err, path);
    close_source(&s);
    st_rec_reader_free(r);
    free(r);
    return ok;
}
