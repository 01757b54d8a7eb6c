#include "ledger/public.h"

#include "base/base64.h"
#include "ledger/leaf.h"
#include "ledger/link.h"
#include "ledger/pg_int.h"

/* -- the tree of the links -- */

typedef struct walk {
    st_tree tree;
    uint64_t size;            /* links that belong to the tree; those behind are left alone */
    uint64_t old_size;        /* 0, or where the root is taken for */
    st_sha256 old_root, leaf; /* leaf: of the event */
    uint64_t event;           /* 0, or the link whose bytes are wanted */
    st_buf *bytes;            /* of it */
    char kind[64], ref[64];   /* of it */
    st_tree_proof *proof;     /* NULL: none is wanted */
    st_buf scratch;
    st_err *err;
    bool ok;
} walk;

static bool damaged(walk *w, uint64_t no) {
    w->ok = st_fail(w->err, ST_E_EVENTS_BROKEN,
                    "event %" PRIu64 " is missing in the chain, or is not what was written", no);
    return false;
}

static void keep_event(walk *w, const st_link *x) {
    (void)snprintf(w->kind, sizeof w->kind, "%.*s", ST_FMT(x->kind));
    (void)snprintf(w->ref, sizeof w->ref, "%.*s", ST_FMT(x->ref));
    w->leaf = x->leaf;
    (void)st_buf_str(w->bytes, st_buf_view(&w->scratch));
}

static bool take(void *ctx, const st_link *x) {
    walk *w = ctx;
    st_sha256 leaf;
    if (w->tree.n == w->size)
        return false;
    st_buf_clear(&w->scratch);
    st_link_bytes(&w->scratch, x);
    st_tree_leaf_hash(w->scratch.p, w->scratch.n, &leaf);
    if (x->no != (int64_t)w->tree.n + 1 || !st_sha256_eq(&leaf, &x->leaf))
        return damaged(w, w->tree.n + 1);
    st_tree_add(&w->tree, &leaf);
    if (w->tree.n == w->old_size)
        st_tree_root(&w->tree, &w->old_root);
    if (w->tree.n == w->event)
        keep_event(w, x);
    if (w->proof)
        st_tree_proof_add(w->proof, &leaf);
    return true;
}

static bool walk_links(st_ledger *l, walk *w, st_err *err) {
    w->ok = true;
    w->err = err;
    st_tree_init(&w->tree);
    st_buf_init(&w->scratch, 0);
    bool ok = st_link_each(l, 1, take, w, err) && w->ok;
    if (ok && w->tree.n < w->size)
        ok = damaged(w, w->tree.n + 1);
    st_buf_free(&w->scratch);
    return ok;
}

static bool count(st_ledger *l, uint64_t *n, st_err *err) {
    PGresult *r =
        st_pg_query(l, "select coalesce(max(no), 0) from stipend.link", 0, NULL, true, err);
    if (r)
        *n = (uint64_t)st_pg_get_int(r, 0, 0);
    PQclear(r);
    return r != NULL;
}

/* -- checkpoint -- */

/* Walks the first w->size links: w->tree is theirs, and with old the proof that they begin with
 * its.
 */
static bool walk_from(st_ledger *l, const st_checkpoint *old, walk *w, st_tlog *proof,
                      st_err *err) {
    if (!old)
        return walk_links(l, w, err);
    st_tree_proof *p = st_xmalloc(sizeof *p);
    st_sha256_of("", 0, &w->old_root);
    w->old_size = old->size;
    w->proof = p;
    st_tree_proof_consistency(p, old->size, w->size);
    bool ok = walk_links(l, w, err) &&
              (st_sha256_eq(&w->old_root, &old->root) ||
               st_fail(err, ST_E_EVENTS_OTHER,
                       "the first %" PRIu64 " events are not those of the checkpoint of before",
                       old->size));
    if (ok) {
        proof->number = old->size;
        proof->n = p->n;
        memcpy(proof->hash, p->hash, p->n * sizeof p->hash[0]);
    }
    free(p);
    return ok;
}

bool st_public_checkpoint(st_ledger *l, const st_checkpoint *old, st_checkpoint *out,
                          st_tlog *proof, st_err *err) {
    walk w = {.size = 0};
    if (!count(l, &w.size, err))
        return false;
    if (old && old->size > w.size)
        return st_fail(err, ST_E_EVENTS_FEWER,
                       "the ledger has %" PRIu64 " events, and the checkpoint of before %" PRIu64,
                       w.size, old->size);
    bool ok = walk_from(l, old, &w, proof, err);
    out->size = w.size;
    st_tree_root(&w.tree, &out->root);
    return ok;
}

bool st_public_extends(st_ledger *l, const st_checkpoint *old, const st_checkpoint *now,
                       st_tlog *proof, st_err *err) {
    walk w = {.size = now->size};
    uint64_t have;
    st_sha256 root;
    if (!count(l, &have, err))
        return false;
    if (now->size > have)
        return st_fail(err, ST_E_EVENTS_FEWER,
                       "the ledger has %" PRIu64 " events, and the checkpoint %" PRIu64, have,
                       now->size);
    if (old->size > now->size)
        return st_fail(err, ST_E_EVENT_OUTSIDE,
                       "the checkpoint of before has %" PRIu64 " events, the later one %" PRIu64,
                       old->size, now->size);
    if (!walk_from(l, old, &w, proof, err))
        return false;
    st_tree_root(&w.tree, &root);
    return st_sha256_eq(&root, &now->root) ||
           st_fail(err, ST_E_EVENTS_OTHER,
                   "the first %" PRIu64 " events are not those of the checkpoint", now->size);
}

/* -- comparing -- */

typedef struct teller {
    st_tamper_sink *sink;
    void *ctx;
    uint64_t *findings;
} teller;

static void tell(const teller *t, st_tamper kind, const char *fmt, ...) ST_PRINTF(3, 4);
static void tell(const teller *t, st_tamper kind, const char *fmt, ...) {
    char text[512];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    st_tamper_finding f = {kind, 0, 0, text};
    (*t->findings)++;
    t->sink(t->ctx, &f);
}

static bool check_signature(const teller *t, const st_note *n, const st_note_key *key) {
    st_note_trust trust = st_note_check(n, key, NULL);
    if (trust == ST_NOTE_UNSIGNED)
        tell(t, ST_TAMPER_FILE, "the checkpoint is not signed by the key of %s", key->name);
    else if (trust == ST_NOTE_FORGED)
        tell(t, ST_TAMPER_FILE, "the signature of %s is not over this checkpoint", key->name);
    return trust == ST_NOTE_SIGNED;
}

static bool compare(st_ledger *l, const st_checkpoint *c, const teller *t, st_err *err) {
    walk w = {.size = c->size};
    uint64_t have;
    st_sha256 root;
    if (!count(l, &have, err))
        return false;
    if (have < c->size) {
        tell(t, ST_TAMPER_OTHER,
             "the ledger has %" PRIu64 " events, the checkpoint %" PRIu64
             ": what came after was taken away",
             have, c->size);
        return true;
    }
    st_err broken;
    st_err_init(&broken);
    bool ok = walk_links(l, &w, &broken);
    if (!ok && broken.code != ST_E_EVENTS_BROKEN) {
        *err = broken;
        return false;
    }
    st_tree_root(&w.tree, &root);
    if (!ok || !st_sha256_eq(&root, &c->root))
        tell(t, ST_TAMPER_OTHER,
             "the first %" PRIu64
             " events are not those of the checkpoint: the ledger was rewritten after it was "
             "signed",
             c->size);
    return true;
}

bool st_public_compare(st_ledger *l, st_str text, const st_note_key *key,
                       const st_note_key *witness, st_tamper_sink *sink, void *ctx,
                       uint64_t *findings, st_err *err) {
    *findings = 0;
    teller t = {sink, ctx, findings};
    st_checkpoint c;
    st_note *n = st_xmalloc(sizeof *n);
    bool ok = (st_note_read(text, n) && st_checkpoint_read(n->text, &c)) ||
              st_fail(err, ST_E_NOTE_FORM, "this is no signed checkpoint");
    /* what nobody signed says nothing about the ledger */
    if (ok && check_signature(&t, n, key)) {
        if (witness)
            (void)check_signature(&t, n, witness);
        if (!st_str_is(c.origin, key->name))
            tell(&t, ST_TAMPER_FILE, "the checkpoint is of another ledger, not of %s", key->name);
        else
            ok = compare(l, &c, &t, err);
    }
    free(n);
    return ok;
}

/* -- proofs -- */

/* Appends to text what the leaf is taken over; the whole goes to extra as base64. */
static bool finish(const walk *w, st_str note, const st_checkpoint *c, st_buf *text, st_buf *extra,
                   st_tlog *proof, st_err *err) {
    const st_tree_proof *p = w->proof;
    st_sha256 root;
    st_tree_root(&w->tree, &root);
    if (!st_sha256_eq(&root, &c->root))
        return st_fail(err, ST_E_EVENTS_OTHER,
                       "the first %" PRIu64 " events are not those of the checkpoint", c->size);
    if (!st_tree_verify(&w->leaf, w->event - 1, c->size, p->hash, p->n, &c->root))
        return st_fail(err, ST_E_EVENTS_BROKEN,
                       "event %" PRIu64 " is not covered by the checkpoint", w->event);
    (void)st_buf_fmt(text, "no: %" PRIu64 "\nkind: %s\nref: %s\n", w->event, w->kind, w->ref);
    st_leaf_hex(text, "link", w->bytes->p, w->bytes->n);
    st_base64_add(extra, text->p, text->n);
    *proof = (st_tlog){.kind = ST_TLOG_INCLUDES,
                       .number = w->event - 1,
                       .extra = st_buf_view(extra),
                       .n = p->n,
                       .checkpoint = note};
    memcpy(proof->hash, p->hash, p->n * sizeof p->hash[0]);
    return text->n <= ST_TLOG_EXTRA_MAX ||
           st_fail(err, ST_E_DB_ERROR, "the proof of event %" PRIu64 " is too long", w->event);
}

static bool prove(st_ledger *l, int64_t no, st_str note, const st_checkpoint *c, st_buf *text,
                  st_buf *extra, st_tlog *proof, st_err *err) {
    if (no < 1 || (uint64_t)no > c->size)
        return st_fail(err, ST_E_EVENT_OUTSIDE,
                       "event %" PRId64 " is not among the %" PRIu64 " of the checkpoint", no,
                       c->size);
    st_buf bytes;
    st_buf_init(&bytes, 0);
    walk w = {.size = c->size, .event = (uint64_t)no, .bytes = &bytes};
    w.proof = st_xmalloc(sizeof *w.proof);
    st_tree_proof_inclusion(w.proof, (uint64_t)no - 1, c->size);
    bool ok = walk_links(l, &w, err) && finish(&w, note, c, text, extra, proof, err);
    free(w.proof);
    st_buf_free(&bytes);
    return ok;
}

bool st_public_event(st_ledger *l, int64_t no, st_str note, const st_checkpoint *c, st_buf *extra,
                     st_tlog *proof, st_err *err) {
    st_buf text;
    st_buf_init(&text, 0);
    (void)st_buf_z(&text, "stipend-event-v1\n");
    bool ok = prove(l, no, note, c, &text, extra, proof, err);
    st_buf_free(&text);
    return ok;
}

/* The event that sealed a run: its number, and its bytes appended to text. */
static bool seal_of(st_ledger *l, int64_t run, int64_t *no, st_buf *text, st_err *err) {
    char number[ST_PG_INT];
    const char *v[] = {st_pg_int(number, run)};
    PGresult *r =
        st_pg_query(l,
                    "select k.no, stipend.event_body(e) from stipend.run_event e join "
                    "stipend.link k on k.kind = 'event' and k.ref = e.run || '/' || e.seq "
                    "where e.run = $1::bigint and e.state = 'sealed'",
                    1, v, true, err);
    if (!r)
        return false;
    bool ok = PQntuples(r) == 1 || st_fail(err, ST_E_EVENTS_BROKEN,
                                           "the seal of run %" PRId64 " is not in the chain", run);
    if (ok) {
        st_str body = st_pg_get_str(r, 0, 1);
        *no = st_pg_get_int(r, 0, 0);
        st_leaf_hex(text, "seal", body.p, body.n);
    }
    PQclear(r);
    return ok;
}

bool st_public_line(st_ledger *l, int64_t run, uint64_t line, st_str note, const st_checkpoint *c,
                    st_buf *extra, st_tlog *proof, st_err *err) {
    st_buf text;
    st_buf_init(&text, 0);
    int64_t no;
    bool ok = st_ledger_prove(l, run, line, &text, err) && seal_of(l, run, &no, &text, err) &&
              prove(l, no, note, c, &text, extra, proof, err);
    st_buf_free(&text);
    return ok;
}
