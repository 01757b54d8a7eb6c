/* Any bytes as a records file: the same outcome whole and cut in pieces, and never more than a
 * refusal or findings. The first byte chooses the length of the pieces. Run from the checkout. */
#include "base/conv.h"
#include "records/records_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct outcome {
    bool ok;
    st_code code;
    uint64_t records;
    st_sha256_ctx *sha;
    st_sha256 all; /* over everything that came out */
} outcome;

static bool add_record(void *ctx, const st_record *r, st_err *err) {
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

static void read_pieces(const st_record_type *type, const char *p, size_t n, size_t step,
                        outcome *o) {
    static const st_records_events events = {.record = add_record};
    st_records_result result = {0};
    st_rec_reader r = {.type = type, .path = "f", .events = &events, .ctx = o, .result = &result};
    st_xml_push *x = NULL;
    st_conv *c = NULL;
    st_buf utf8;
    st_err err;
    st_err_init(&err);
    st_buf_init(&utf8, 1 << 26);
    st_rec_reader_init(&r);
    const char *encoding = NULL;
    size_t skip = 0;
    o->sha = st_sha256_new();
    st_sha256_begin(o->sha);
    o->ok = st_conv_detect(p, n, &encoding, &skip, &err) && st_conv_open(encoding, &c, &err) &&
            st_xml_push_open("f", type->schema, &st_rec_push_events, &r, &x, &err);
    for (size_t at = skip; o->ok && at < n; at += step) {
        size_t m = n - at < step ? n - at : step;
        st_buf_clear(&utf8);
        bool decoded = st_conv_feed(c, p + at, m, at + m == n, &utf8, &err);
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
    st_conv_free(c);
    st_buf_free(&utf8);
    st_rec_reader_free(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static st_record_type *type;
    st_err err;
    st_err_init(&err);
    ST_ASSERT(type || st_record_type_open("schemas/records.xsd", &type, &err));
    if (size < 2)
        return 0;
    outcome whole = {0}, cut = {0};
    const char *p = (const char *)data + 1;
    read_pieces(type, p, size - 1, size, &whole);
    read_pieces(type, p, size - 1, (size_t)data[0] % 64 + 1, &cut);
    ST_ASSERT(whole.ok == cut.ok);
    ST_ASSERT(!whole.ok || (whole.records == cut.records && st_sha256_eq(&whole.all, &cut.all)));
    return 0;
}
