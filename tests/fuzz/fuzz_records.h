/* A records file read in pieces, and everything that came out of it, for the targets on records. */
#ifndef FUZZ_RECORDS_H
#define FUZZ_RECORDS_H

#include "base/conv.h"
#include "records/records_int.h"

typedef struct outcome {
    bool ok;
    st_code code;
    uint64_t records;
    st_sha256_ctx *sha;
    st_sha256 all; /* over everything that came out */
} outcome;

static inline bool add_record(void *ctx, const st_record *r, st_err *err) {
    outcome *o = ctx;
    (void)err;
    ST_ASSERT((r->state == ST_RECORD_REJECTED) == st_is_null(r->facts));
    ST_ASSERT(r->state == ST_RECORD_OK || r->n_findings > 0);
    ST_ASSERT(r->state == ST_RECORD_REJECTED || r->key.n > 0);
    o->records++;
    st_sha256_add(o->sha, &r->state, sizeof r->state);
    st_sha256_add(o->sha, r->digest.b, sizeof r->digest.b);
    st_sha256_add(o->sha, &r->pos.line, sizeof r->pos.line);
    st_sha256_add(o->sha, &r->pos.column, sizeof r->pos.column);
    for (size_t i = 0; i < r->n_findings; i++) {
        const st_err *f = &r->findings[i];
        ST_ASSERT(f->msg[0] && f->pos.line &&
                  st_utf8_valid(f->msg, strlen(f->msg)) == strlen(f->msg));
        st_sha256_add(o->sha, f->msg, strlen(f->msg));
        st_sha256_add(o->sha, &f->pos.line, sizeof f->pos.line);
        st_sha256_add(o->sha, &f->pos.column, sizeof f->pos.column);
    }
    return true;
}

/* Lengths of the pieces, one after another and over again; none: the file in one piece. */
typedef struct cuts {
    const uint8_t *lengths;
    size_t n;
    uint8_t longest;
} cuts;

static inline size_t piece(const cuts *c, size_t i, size_t left) {
    size_t step = c->n ? (size_t)c->lengths[i % c->n] % c->longest + 1 : left;
    return left < step ? left : step;
}

static inline void read_pieces(const st_record_type *type, const char *p, size_t n, cuts c,
                               outcome *o) {
    static const st_records_events events = {.record = add_record};
    st_records_result result = {0};
    st_rec_reader r = {.type = type, .path = "f", .events = &events, .ctx = o, .result = &result};
    st_xml_push *x = NULL;
    st_conv *conv = NULL;
    st_buf utf8;
    st_err err;
    st_err_init(&err);
    st_buf_init(&utf8, 1 << 26);
    st_rec_reader_init(&r);
    const char *encoding = NULL;
    size_t skip = 0;
    o->sha = st_sha256_new();
    st_sha256_begin(o->sha);
    o->ok = st_conv_detect(p, n, &encoding, &skip, &err) && st_conv_open(encoding, &conv, &err) &&
            st_xml_push_open("f", type->schema, &st_rec_push_events, &r, &x, &err);
    for (size_t at = skip, i = 0, m; o->ok && at < n; at += m, i++) {
        m = piece(&c, i, n - at);
        st_buf_clear(&utf8);
        bool decoded = st_conv_feed(conv, p + at, m, at + m == n, &utf8, &err);
        st_err fed;
        st_err_init(&fed);
        o->ok = st_xml_push_feed(x, utf8.p, utf8.n, &fed) && decoded;
        err = fed.code ? fed : err;
    }
    o->ok = o->ok && st_xml_push_end(x, &err) && st_rec_reader_end(&r, &err);
    ST_ASSERT(o->ok == (err.code == ST_E_NONE));
    o->code = err.code;
    st_sha256_end(o->sha, &o->all);
    st_sha256_free(o->sha);
    st_xml_push_free(x);
    st_conv_free(conv);
    st_buf_free(&utf8);
    st_rec_reader_free(&r);
}

/* In one piece and in others: the same acceptance, and when accepted the same to the last byte. */
static inline void read_both_ways(const st_record_type *type, const char *p, size_t n, cuts c) {
    outcome whole = {0}, cut = {0};
    read_pieces(type, p, n, (cuts){NULL, 0, 0}, &whole);
    read_pieces(type, p, n, c, &cut);
    ST_ASSERT(whole.ok == cut.ok);
    ST_ASSERT(!whole.ok || (whole.records == cut.records && st_sha256_eq(&whole.all, &cut.all)));
}

#endif
