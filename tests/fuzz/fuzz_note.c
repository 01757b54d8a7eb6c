/* Any bytes as a note, a checkpoint, a proof and a key: what is read is written back as it was. */
#include "base/checkpoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same(st_buf *b, st_str want) {
    ST_ASSERT(st_str_eq(st_buf_view(b), want));
    st_buf_clear(b);
}

static void note(st_str s, st_buf *b) {
    static const st_note_key nobody = {.name = "nobody", .type = ST_NOTE_WITNESS};
    static st_note n;
    st_checkpoint c;
    if (!st_note_read(s, &n))
        return;
    (void)st_buf_str(b, n.text);
    (void)st_buf_ch(b, '\n');
    for (size_t i = 0; i < n.n; i++)
        (void)st_buf_fmt(b, "\xe2\x80\x94 %.*s %.*s\n", ST_FMT(n.sig[i].name),
                         ST_FMT(n.sig[i].base64));
    same(b, s);
    ST_ASSERT(st_note_check(&n, &nobody, NULL) != ST_NOTE_SIGNED);
    if (st_checkpoint_read(n.text, &c)) {
        st_checkpoint_add(b, &c);
        ST_ASSERT(st_str_eq(st_buf_view(b), st_str_sub(n.text, 0, b->n)));
        st_buf_clear(b);
    }
}

static void key(st_str s, st_buf *b) {
    st_note_key k;
    if (!st_note_key_read(s, &k))
        return;
    if (k.secret)
        st_note_key_secret_text(&k, b);
    else
        st_note_key_public_text(&k, b);
    if (st_str_ends(s, "\n"))
        (void)st_buf_ch(b, '\n');
    same(b, s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    st_str s = {(const char *)data, size};
    st_tlog t;
    st_buf b;
    st_buf_init(&b, 0);
    note(s, &b);
    key(s, &b);
    if (st_tlog_read(s, &t)) {
        st_tlog_add(&b, &t);
        same(&b, s);
        note(t.checkpoint, &b);
    }
    st_buf_free(&b);
    return 0;
}
