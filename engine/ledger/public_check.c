/* A proof in the hands of somebody who has no ledger. */
#include "ledger/public.h"

#include "base/base64.h"

/* What stands beside the path, decoded. */
typedef struct said {
    int64_t no, run, line, lines;
    st_str kind, ref, canonical, seal, link, root;
    size_t n;
    st_sha256 path[ST_TREE_PATH_MAX];
} said;

static bool from_hex(st_arena *a, st_str text, st_str *out) {
    char *p = st_arena_alloc(a, text.n / 2 + 1);
    int high = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        int v = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (v < 0)
            return false;
        if (i & 1)
            p[i / 2] = (char)(high << 4 | v);
        else
            high = v;
    }
    *out = (st_str){p, text.n / 2};
    return text.n % 2 == 0;
}

static bool take_path(said *s, st_str value) {
    return s->n < ST_TREE_PATH_MAX && st_sha256_from_hex(value, &s->path[s->n++]);
}

/* Names that are not ours say nothing. */
static bool take_field(st_arena *a, said *s, st_str name, st_str value) {
    const struct {
        const char *name;
        int64_t *number;
        st_str *text, *bytes;
    } fields[] = {
        {"no", &s->no, NULL, NULL},
        {"run", &s->run, NULL, NULL},
        {"line", &s->line, NULL, NULL},
        {"lines", &s->lines, NULL, NULL},
        {"kind", NULL, &s->kind, NULL},
        {"ref", NULL, &s->ref, NULL},
        {"canonical", NULL, NULL, &s->canonical},
        {"seal", NULL, NULL, &s->seal},
        {"link", NULL, NULL, &s->link},
        {"root", NULL, NULL, &s->root},
    };
    if (st_str_is(name, "path"))
        return take_path(s, value);
    for (size_t i = 0; i < ST_LEN(fields); i++) {
        if (!st_str_is(name, fields[i].name))
            continue;
        if (fields[i].number)
            return st_str_int(value, fields[i].number) && *fields[i].number > 0;
        if (fields[i].bytes)
            return from_hex(a, value, fields[i].bytes);
        *fields[i].text = value;
    }
    return true;
}

static bool read_said(st_arena *a, st_str text, said *s) {
    *s = (said){.no = 0};
    while (text.n) {
        const char *end = memchr(text.p, '\n', text.n);
        if (!end)
            return false;
        st_str line = {text.p, (size_t)(end - text.p)};
        text = st_str_sub(text, line.n + 1, text.n);
        const char *colon = st_str_find(line, ST_STR(": "));
        if (!colon)
            continue; /* the version */
        st_str name = {line.p, (size_t)(colon - line.p)};
        if (!take_field(a, s, name, st_str_sub(line, name.n + 2, line.n)))
            return false;
    }
    return s->no > 0 && s->link.n > ST_SHA256_LEN;
}

/* -- bytes of canonical forms -- */

static bool take_bytes(st_str *rest, size_t n, st_str *out) {
    if (rest->n < n)
        return false;
    *out = st_str_sub(*rest, 0, n);
    *rest = st_str_sub(*rest, n, rest->n);
    return true;
}

static bool take_be(st_str *rest, size_t n, uint64_t *out) {
    st_str bytes;
    if (!take_bytes(rest, n, &bytes))
        return false;
    *out = 0;
    for (size_t i = 0; i < n; i++)
        *out = *out << 8 | (unsigned char)bytes.p[i];
    return true;
}

static bool take_text(st_str *rest, st_str *out) {
    uint64_t n;
    return take_be(rest, 4, &n) && take_bytes(rest, (size_t)n, out) &&
           st_utf8_valid(out->p, out->n) == out->n;
}

/* The fields of a line that say to people what it is (leaf.h). */
static bool read_line(st_str b, st_public_proved *out) {
    static const char version[] = "stipend-line-v1";
    st_str tier;
    uint64_t line, seq, cause, amount;
    if (!st_str_starts(b, version))
        return false;
    b = st_str_sub(b, sizeof version - 1, b.n);
    if (!take_be(&b, 8, &line) || !take_text(&b, &out->scheme) || !take_text(&b, &out->benefit) ||
        !take_text(&b, &out->subject) || !take_text(&b, &out->occasion) || !take_be(&b, 4, &seq) ||
        !take_be(&b, 4, &cause) || !take_text(&b, &tier) || !take_text(&b, &out->currency) ||
        !take_be(&b, 8, &amount))
        return false;
    out->amount = (st_money)amount;
    return line == out->line;
}

/* The link's own number, kind and ref, not those beside it. */
static bool read_link(st_str b, const said *s) {
    static const char version[] = "stipend-link-v1";
    st_str before, kind, ref;
    uint64_t no;
    if (!st_str_starts(b, version))
        return false;
    b = st_str_sub(b, sizeof version - 1, b.n);
    return take_bytes(&b, ST_SHA256_LEN, &before) && take_be(&b, 8, &no) && take_text(&b, &kind) &&
           take_text(&b, &ref) && no == (uint64_t)s->no && st_str_eq(kind, s->kind) &&
           st_str_eq(ref, s->ref);
}

/* -- the steps -- */

/* A field of an event's bytes: a length, and so many bytes; no bytes for null. */
static bool take_value(st_str *rest, st_str *out) {
    uint64_t n;
    if (!take_be(rest, 4, &n))
        return false;
    return take_bytes(rest, n == UINT32_MAX ? 0 : (size_t)n, out);
}

/* The event that sealed that run with that root: its fields are name, run, seq, state, actor, at,
 * note, lines, total, controls_ok, root, ... (sql/functions/link.sql, event_body). */
static bool seals(st_str b, const said *s, const st_sha256 *root) {
    enum { NAME, RUN, SEQ, STATE, ROOT = 10, FIELDS };
    st_str f[FIELDS];
    uint64_t run;
    for (size_t i = 0; i < FIELDS; i++)
        if (!take_value(&b, &f[i]))
            return false;
    return st_str_is(f[NAME], "stipend-event-v1") && f[RUN].n == 8 && take_be(&f[RUN], 8, &run) &&
           run == (uint64_t)s->run && st_str_is(f[STATE], "sealed") && f[ROOT].n == ST_SHA256_LEN &&
           memcmp(f[ROOT].p, root->b, ST_SHA256_LEN) == 0;
}

static const char *check_line(const said *s, st_public_proved *out) {
    st_sha256 leaf, root, content;
    out->of_line = true;
    out->run = s->run;
    out->line = (uint64_t)s->line;
    if (s->root.n != ST_SHA256_LEN || s->run <= 0 || s->line <= 0 || s->lines <= 0 ||
        !read_line(s->canonical, out))
        return "the bytes of the line are not those of a line";
    memcpy(root.b, s->root.p, ST_SHA256_LEN);
    st_tree_leaf_hash(s->canonical.p, s->canonical.n, &leaf);
    if (!st_tree_verify(&leaf, (uint64_t)s->line - 1, (uint64_t)s->lines, s->path, s->n, &root))
        return "the line is not under the root of its run";
    st_sha256_of(s->seal.p, s->seal.n, &content);
    if (!seals(s->seal, s, &root) ||
        memcmp(s->link.p + s->link.n - ST_SHA256_LEN, content.b, ST_SHA256_LEN) != 0)
        return "the root of the run is not the one that was sealed";
    return NULL;
}

static const char *check_event(const said *s, const st_tlog *t, const st_checkpoint *c,
                               st_public_proved *out) {
    st_sha256 leaf;
    out->no = t->number + 1;
    out->size = c->size;
    out->kind = s->kind;
    out->ref = s->ref;
    if ((uint64_t)s->no != out->no || !read_link(s->link, s))
        return "the bytes of the event are not those of this event";
    st_tree_leaf_hash(s->link.p, s->link.n, &leaf);
    return st_tree_verify(&leaf, t->number, c->size, t->hash, t->n, &c->root)
               ? NULL
               : "the event is not under the root of the checkpoint";
}

static bool open_checkpoint(const st_tlog *t, const char *what, const st_note_key *key,
                            const st_note_key *witness, st_checkpoint *c, st_err *err) {
    st_note *note = st_xmalloc(sizeof *note);
    bool ok = st_checkpoint_open(t->checkpoint, what, key, note, c, err) &&
              (!witness || st_note_check(note, witness, NULL) == ST_NOTE_SIGNED ||
               st_fail(err, ST_E_NOTE_UNSIGNED, "%s is not signed by the witness %s", what,
                       witness->name));
    free(note);
    return ok;
}

bool st_public_check(st_str proof, const char *what, const st_note_key *key,
                     const st_note_key *witness, st_arena *memory, st_public_proved *out,
                     st_err *err) {
    st_tlog *t = ST_NEW(memory, st_tlog);
    said *s = ST_NEW(memory, said);
    st_checkpoint c;
    st_buf extra;
    *out = (st_public_proved){.no = 0};
    st_buf_init(&extra, ST_TLOG_EXTRA_MAX);
    bool ok = st_tlog_read(proof, t) && t->kind == ST_TLOG_INCLUDES &&
              st_base64_read(t->extra, &extra) &&
              read_said(memory, st_str_dup(memory, st_buf_view(&extra)), s);
    st_buf_free(&extra);
    if (!ok)
        return st_fail(err, ST_E_PROOF_FORM, "%s is no proof of an event", what);
    if (!open_checkpoint(t, what, key, witness, &c, err))
        return false;
    const char *wrong = check_event(s, t, &c, out);
    if (!wrong && s->run)
        wrong = check_line(s, out);
    return !wrong || st_fail(err, ST_E_PROOF_WRONG, "%s: %s", what, wrong);
}

bool st_public_check_extends(st_str proof, const char *what, const st_note_key *key,
                             const st_note_key *witness, const st_checkpoint *old,
                             st_public_proved *out, st_err *err) {
    st_tlog t;
    st_checkpoint c;
    *out = (st_public_proved){.no = 0};
    if (!st_tlog_read(proof, &t) || t.kind != ST_TLOG_EXTENDS)
        return st_fail(err, ST_E_PROOF_FORM, "%s is no proof about two checkpoints", what);
    if (!open_checkpoint(&t, what, key, witness, &c, err))
        return false;
    out->no = old->size;
    out->size = c.size;
    return (t.number == old->size &&
            st_tree_verify_extends(old->size, &old->root, c.size, &c.root, t.hash, t.n)) ||
           st_fail(err, ST_E_PROOF_WRONG,
                   "%s: the %" PRIu64 " events do not follow from the %" PRIu64
                   " of the checkpoint of before",
                   what, c.size, old->size);
}
