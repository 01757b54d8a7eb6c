/* Any bytes as scheme.xml: refused with a place and a reason, or read; then each benefit is found
 * by its id, and no month has rules that begin after it or ended before. */
#include "fuzz_file.h"
#include "scheme/scheme.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILE_MAX = 1 << 16 };

static void look(const st_scheme *s) {
    for (size_t i = 0; i < s->n_benefits; i++) {
        const st_benefit *b = &s->benefits[i];
        ST_ASSERT(st_scheme_benefit(s, b->id));
        for (st_month m = 1990 * 12; m < 2040 * 12; m += 5) {
            const st_rules *r = st_scheme_rules(b, m);
            ST_ASSERT(!r || (r->from <= m && m <= r->to));
        }
    }
    (void)st_scheme_title(&s->title, "zh");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > FILE_MAX)
        return 0;
    st_scheme *s = NULL;
    st_err err;
    st_err_init(&err);
    if (st_scheme_open(fuzz_file(data, size), &s, &err)) {
        look(s);
        st_scheme_free(s);
        return 0;
    }
    ST_ASSERT(err.code != ST_E_NONE && err.msg[0]);
    ST_ASSERT(st_utf8_valid(err.msg, strlen(err.msg)) == strlen(err.msg));
    return 0;
}
