#include "base/checkpoint.h"
#include "base/base64.h"

/* -- lines -- */

static bool take_line(st_str *rest, st_str *line) {
    const char *end = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;
    if (!end)
        return false;
    *line = (st_str){rest->p, (size_t)(end - rest->p)};
    *rest = st_str_sub(*rest, line->n + 1, rest->n);
    return true;
}

/* Digits without zeros before them. */
static bool read_number(st_str s, uint64_t *out) {
    int64_t v;
    if (s.n == 0 || s.p[0] < '0' || s.p[0] > '9' || (s.n > 1 && s.p[0] == '0') ||
        !st_str_int(s, &v))
        return false;
    *out = (uint64_t)v;
    return true;
}

static bool take_prefix(st_str *s, const char *prefix) {
    if (!st_str_starts(*s, prefix))
        return false;
    *s = st_str_sub(*s, strlen(prefix), s->n);
    return true;
}

static void hash_line(st_buf *out, const st_sha256 *h) {
    st_base64_add(out, h->b, sizeof h->b);
    (void)st_buf_ch(out, '\n');
}

/* -- checkpoint -- */

void st_checkpoint_add(st_buf *out, const st_checkpoint *c) {
    (void)st_buf_str(out, c->origin);
    (void)st_buf_fmt(out, "\n%" PRIu64 "\n", c->size);
    hash_line(out, &c->root);
}

bool st_checkpoint_read(st_str text, st_checkpoint *out) {
    st_str size, root, more;
    if (!take_line(&text, &out->origin) || out->origin.n == 0 || !take_line(&text, &size) ||
        !read_number(size, &out->size) || !take_line(&text, &root) ||
        !st_base64_exact(root, out->root.b, sizeof out->root.b))
        return false;
    while (text.n)
        if (!take_line(&text, &more) || more.n == 0)
            return false;
    return true;
}

bool st_checkpoint_open(st_str file, const char *what, const st_note_key *key, st_note *note,
                        st_checkpoint *out, st_err *err) {
    if (!st_note_read(file, note) || !st_checkpoint_read(note->text, out))
        return st_fail(err, ST_E_NOTE_FORM, "%s is no signed checkpoint", what);
    st_note_trust trust = st_note_check(note, key, NULL);
    if (trust == ST_NOTE_FORGED)
        return st_fail(err, ST_E_NOTE_FORGED,
                       "%s: the signature of %s is not over this text: it was changed", what,
                       key->name);
    if (trust == ST_NOTE_UNSIGNED)
        return st_fail(err, ST_E_NOTE_UNSIGNED, "%s is not signed by the key of %s", what,
                       key->name);
    if (!st_str_is(out->origin, key->name))
        return st_fail(err, ST_E_NOTE_ORIGIN, "%s is of the log %.*s, not of %s", what,
                       ST_FMT(out->origin), key->name);
    return true;
}

/* -- proofs -- */

static const char proof_head[] = "c2sp.org/tlog-proof@v1";

void st_tlog_add(st_buf *out, const st_tlog *t) {
    if (t->kind == ST_TLOG_INCLUDES) {
        (void)st_buf_fmt(out, "%s\n", proof_head);
        if (t->extra.n)
            (void)st_buf_fmt(out, "extra %.*s\n", ST_FMT(t->extra));
    }
    (void)st_buf_fmt(out, "%s %" PRIu64 "\n", t->kind == ST_TLOG_INCLUDES ? "index" : "old",
                     t->number);
    for (size_t i = 0; i < t->n; i++)
        hash_line(out, &t->hash[i]);
    (void)st_buf_ch(out, '\n');
    (void)st_buf_str(out, t->checkpoint);
}

static bool take_number(st_str *rest, const char *name, uint64_t *out) {
    st_str line;
    return take_line(rest, &line) && take_prefix(&line, name) && read_number(line, out);
}

static bool take_extra(st_str *rest, st_str *extra) {
    if (!st_str_starts(*rest, "extra "))
        return true;
    st_buf b;
    st_buf_init(&b, ST_TLOG_EXTRA_MAX);
    bool ok = take_line(rest, extra) && take_prefix(extra, "extra ") && st_base64_read(*extra, &b);
    st_buf_free(&b);
    return ok;
}

bool st_tlog_read(st_str file, st_tlog *out) {
    st_str line;
    *out = (st_tlog){.kind = st_str_starts(file, proof_head) ? ST_TLOG_INCLUDES : ST_TLOG_EXTENDS};
    if (file.n > ST_TLOG_MAX)
        return false;
    if (out->kind == ST_TLOG_EXTENDS) {
        if (!take_number(&file, "old ", &out->number))
            return false;
    } else if (!take_line(&file, &line) || !st_str_is(line, proof_head) ||
               !take_extra(&file, &out->extra) || !take_number(&file, "index ", &out->number)) {
        return false;
    }
    for (;;) {
        if (!take_line(&file, &line))
            return false;
        if (line.n == 0)
            break;
        if (out->n == ST_TREE_PATH_MAX ||
            !st_base64_exact(line, out->hash[out->n++].b, ST_SHA256_LEN))
            return false;
    }
    out->checkpoint = file;
    return true;
}
