/* Any bytes in any encoding: whole and in pieces of 1 to 7 bytes the same text and the same place
 * of a fault; the text is UTF-8, and what can be written back reads as it was. */
#include "base/conv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TEXT_MAX = 1 << 22 };

typedef struct decoded {
    bool ok;
    st_err err;
    st_buf text;
} decoded;

static void decode(const char *encoding, const char *p, size_t n, size_t seed, decoded *d) {
    st_conv *c = NULL;
    st_err_init(&d->err);
    st_buf_init(&d->text, TEXT_MAX);
    ST_ASSERT(st_conv_open(encoding, &c, &d->err));
    d->ok = true;
    for (size_t at = 0, m; d->ok && (at < n || n == 0); at += m, seed = seed * 5 + 3) {
        m = seed && n - at > seed % 7 + 1 ? seed % 7 + 1 : seed ? n - at : n;
        d->ok = st_conv_feed(c, p + at, m, at + m == n, &d->text, &d->err);
        if (n == 0)
            break;
    }
    ST_ASSERT(st_utf8_valid(d->text.p, d->text.n) == d->text.n);
    st_conv_free(c);
}

static void back(const char *encoding, st_str text) {
    st_buf bytes;
    st_err err;
    st_err_init(&err);
    st_buf_init(&bytes, 4 * TEXT_MAX);
    decoded again;
    if (st_conv_encode(encoding, text, &bytes, &err)) {
        decode(encoding, bytes.p, bytes.n, 0, &again);
        ST_ASSERT(again.ok && st_str_eq(st_buf_view(&again.text), text));
        st_buf_free(&again.text);
    }
    st_buf_free(&bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const encodings[] = {"UTF-8", "GB18030", "BIG5", "UTF-16LE", "UTF-16BE"};
    if (size < 2)
        return 0;
    const char *p = (const char *)data + 1, *found = NULL;
    size_t n = size - 1, skip = 0;
    st_err err;
    st_err_init(&err);
    ST_ASSERT(!st_conv_detect(p, n, &found, &skip, &err) || (found && skip <= n));
    const char *encoding = encodings[data[0] % ST_LEN(encodings)];
    decoded whole, cut;
    decode(encoding, p, n, 0, &whole);
    decode(encoding, p, n, (size_t)data[0] + 1, &cut);
    ST_ASSERT(whole.ok == cut.ok && whole.err.code == cut.err.code);
    ST_ASSERT(whole.err.pos.line == cut.err.pos.line && whole.err.pos.column == cut.err.pos.column);
    ST_ASSERT(!whole.ok || st_str_eq(st_buf_view(&whole.text), st_buf_view(&cut.text)));
    if (whole.ok)
        back(encoding, st_buf_view(&whole.text));
    st_buf_free(&whole.text);
    st_buf_free(&cut.text);
    return 0;
}
