/* Any bytes as a DMN file: refused with a place, or opened, judged and every decision evaluated
 * with nothing set; twice, and a third time with the trace, which scans tables instead of using
 * their index: with the same values, known and not known alike. Opened strictly or as the
 * conformance tests do, by the parity of the size. */
#include "dmn/dmn_int.h"
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILE_MAX = 1 << 16, PRINT_MAX = 16 << 20 };

static void finding(void *ctx, const st_err *f) {
    (void)ctx;
    ST_ASSERT(f->msg[0] && st_utf8_valid(f->msg, strlen(f->msg)) == strlen(f->msg));
}

/* A file without a disk. */
static const char *as_file(const uint8_t *data, size_t size) {
    static char path[64];
    static int fd = -1;
    if (fd < 0)
        fd = memfd_create("model", 0);
    ST_ASSERT(fd >= 0 && ftruncate(fd, 0) == 0);
    ST_ASSERT(pwrite(fd, data, size, 0) == (ssize_t)size);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return path;
}

static void decide_all(const st_model *m, bool trace, st_buf *out, st_buf *traced) {
    st_evaluator *e = st_evaluator_new(m);
    st_evaluator_now(e, (st_datetime){.date = {2024, 3, 15}});
    st_evaluator_trace(e, trace);
    for (size_t i = 0; i < st_model_decisions(m); i++) {
        st_val v = st_evaluator_decide(e, (int)i);
        const st_reason *doubt = st_evaluator_doubt(e, (int)i);
        ST_ASSERT(v.doubt == 0 && (!doubt || *st_reason_text(doubt)));
        st_feel_print(out, v);
        st_buf_z(out, doubt ? " in doubt\n" : "\n");
        if (!trace)
            continue;
        st_evaluator_trace_text(e, traced);
        st_evaluator_trace_json(e, traced);
    }
    st_evaluator_free(e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > FILE_MAX)
        return 0;
    const char *path = as_file(data, size);
    st_model *m = NULL;
    st_err err;
    st_err_init(&err);
    if (!st_dmn_open(NULL, NULL, &path, 1, NULL, 0, size & 1, finding, NULL, &m, &err)) {
        ST_ASSERT(err.code != ST_E_NONE && err.msg[0]);
        return 0;
    }
    st_model_check(m, finding, NULL);
    st_buf out[3], traced;
    st_buf_init(&traced, PRINT_MAX);
    for (size_t i = 0; i < ST_LEN(out); i++) {
        st_buf_init(&out[i], PRINT_MAX);
        decide_all(m, i == 2, &out[i], &traced);
        ST_ASSERT(st_str_eq(st_buf_view(&out[0]), st_buf_view(&out[i])));
    }
    for (size_t i = 0; i < ST_LEN(out); i++)
        st_buf_free(&out[i]);
    st_buf_free(&traced);
    st_model_free(m);
    return 0;
}
