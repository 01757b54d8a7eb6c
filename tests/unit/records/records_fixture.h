/* A file written for a test, read with the worker schema, everything that came out as text. */
#ifndef RECORDS_FIXTURE_H
#define RECORDS_FIXTURE_H

#include "base/conv.h"
#include "records/records_int.h"
#include "support/check_tap.h"

#define ROOT                                                                                       \
    "<records xmlns=\"urn:stipend:records:1\" division=\"640202\" known-at=\"2023-11-20\" "        \
    "roster=\"full\""
#define CERT                                                                                       \
    "<certificate level=\"assistant\" number=\"C1\" passed=\"2021-06-11\" issued=\"2021-08-24\"/>"
#define JOB "<employment category=\"community-worker\" place=\"640202\" from=\"2021-05-31\"/>"
#define WORKER(id, number)                                                                         \
    "<worker id=\"" id "\" id-number=\"" number                                                    \
    "\" name=\"张小三\" account=\"6217000000000000004\">"

typedef struct outcome {
    st_buf text; /* a line per record and finding */
    st_records_head head;
    int heads;
    uint64_t n;
    st_sha256 digest[8];
    st_record_state state[8];
    char formerly[8][ST_REC_KEY_MAX + 1];
    st_record_unique unique[8][4];
    size_t n_unique[8];
    st_pos pos, last_finding;
    st_code code; /* of the first finding */
    char msg[ST_MSG_MAX];
} outcome;

static st_record_type *fixture_type;
static outcome got;
static st_err fail;
static st_records_result result;

static bool take_head(void *ctx, const st_records_head *h, st_err *err) {
    (void)ctx, (void)err;
    got.heads++;
    got.head = *h;
    return true;
}

static bool take_record(void *ctx, const st_record *r, st_err *err) {
    static const char *const states[] = {"ok", "held", "rejected"};
    (void)ctx, (void)err;
    got.pos = r->pos;
    if (got.n < 8) {
        got.digest[got.n] = r->digest;
        got.state[got.n] = r->state;
        got.n_unique[got.n] = r->n_unique;
        (void)snprintf(got.formerly[got.n], sizeof got.formerly[0], "%.*s", ST_FMT(r->formerly));
        for (size_t i = 0; i < r->n_unique && i < 4; i++)
            got.unique[got.n][i] = r->unique[i];
        st_buf_fmt(&got.text, "%" PRIu64 " %u:%u %.*s %s ", r->ordinal, r->pos.line, r->pos.column,
                   ST_FMT(r->key), states[r->state]);
        st_feel_print(&got.text, r->facts);
        for (size_t i = 0; i < r->n_items; i++)
            st_buf_fmt(&got.text, " [%u.%u %u:%u]", r->items[i].list, r->items[i].index,
                       r->items[i].pos.line, r->items[i].pos.column);
        st_buf_ch(&got.text, '\n');
    }
    for (size_t i = 0; i < r->n_findings; i++) {
        const st_err *f = &r->findings[i];
        if (got.code == ST_E_NONE) {
            got.code = f->code;
            memcpy(got.msg, f->msg, sizeof got.msg);
        }
        got.last_finding = f->pos;
        st_buf_fmt(&got.text, "  %u:%u %s %s %s\n", f->pos.line, f->pos.column,
                   st_severity_name(f->severity), st_code_id(f->code), f->msg);
    }
    got.n++;
    return true;
}
static const st_records_events take = {.head = take_head, .record = take_record};

static inline void start_over(void) {
    st_buf_free(&got.text);
    memset(&got, 0, sizeof got);
    st_buf_init(&got.text, 1 << 20);
    st_err_init(&fail);
}

static inline bool read_bytes_with(const st_record_type *type, const char *p, size_t n,
                                   bool accept_utf8) {
    char path[] = "/tmp/stipend-records-XXXXXX";
    int fd = mkstemp(path);
    ck_assert(fd >= 0 && write(fd, p, n) == (ssize_t)n);
    close(fd);
    start_over();
    st_records_options opt = {.accept_utf8 = accept_utf8};
    bool ok = st_records_read(path, type, &opt, &take, NULL, &result, &fail);
    unlink(path);
    return ok;
}
static inline bool read_text(const char *z) {
    return read_bytes_with(fixture_type, z, strlen(z), false);
}

static inline st_record_type *type_of(const char *xsd, st_err *err) {
    char path[] = "/tmp/stipend-xsd-XXXXXX";
    int fd = mkstemp(path);
    st_record_type *t = NULL;
    st_err_init(err);
    if (fd < 0 || write(fd, xsd, strlen(xsd)) != (ssize_t)strlen(xsd))
        return NULL;
    close(fd);
    (void)st_record_type_open(path, &t, err);
    unlink(path);
    return t;
}

static inline int run_with_worker_type(const char *name, const ck_case *cases, size_t n) {
    st_err err;
    st_err_init(&err);
    if (!st_record_type_open("schemas/records.xsd", &fixture_type, &err))
        return st_err_print(stderr, &err, "en"), 1;
    int failed = ck_run(name, cases, n);
    st_record_type_free(fixture_type);
    st_buf_free(&got.text);
    return failed;
}

#endif
