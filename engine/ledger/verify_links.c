/* The chain of what decides, against the rows that it is about. */
#include "ledger/verify_int.h"

#include "ledger/link.h"
#include "ledger/pg_int.h"

#include "base/tree.h"

enum { NO, KIND, REF, ACTOR, OID_OF, CONTENT, LEAF, ROW_KIND, ROW_REF, RUN, WORD, BODY };

/* Each link beside its row; rows without a link at the end. The columns ROW_... are null where the
 * row is gone, the others where there is no link. */
static const char sql[] =
    "select l.no, l.kind, l.ref, l.actor::text, l.actor_oid::bigint, l.content, l.leaf, r.o_kind, "
    "r.o_ref, r.o_run, r.o_word, r.o_body from stipend.link l full join stipend.linkable() r "
    "on r.o_kind = l.kind and r.o_ref = l.ref order by l.no nulls last, r.o_run, r.o_kind, "
    "length(r.o_ref), r.o_ref";

typedef struct walk {
    st_verify *v;
    st_buf scratch;
    int64_t expected;
    st_sha256 before; /* leaf of the link before, as it is stored */
} walk;

static st_link read_link(const walk *w, const PGresult *r, int row) {
    st_link x = {.no = st_pg_get_int(r, row, NO),
                 .kind = st_pg_get_str(r, row, KIND),
                 .ref = st_pg_get_str(r, row, REF),
                 .actor = st_pg_get_str(r, row, ACTOR),
                 .actor_oid = st_pg_get_int(r, row, OID_OF),
                 .before = w->before};
    st_pg_get_sha(r, row, CONTENT, &x.content);
    st_pg_get_sha(r, row, LEAF, &x.leaf);
    return x;
}

/* The run that a link is about, also where its row is gone: the ref begins with it. */
static int64_t run_of(const st_link *x) {
    int64_t run = 0;
    const char *slash = memchr(x->ref.p, '/', x->ref.n);
    if (!slash || !st_str_int(st_str_sub(x->ref, 0, (size_t)(slash - x->ref.p)), &run))
        return 0;
    return run;
}

static void check_content(walk *w, const st_link *x, const PGresult *r, int row) {
    if (PQgetisnull(r, row, ROW_KIND)) {
        st_verify_tell(w->v, ST_TAMPER_EVENT, run_of(x), 0,
                       "%.*s %.*s is gone: link %" PRId64 " says that it was there",
                       ST_FMT(x->kind), ST_FMT(x->ref), x->no);
        return;
    }
    st_str body = st_pg_get_str(r, row, BODY), word = st_pg_get_str(r, row, WORD);
    st_sha256 content;
    st_sha256_of(body.p, body.n, &content);
    if (!st_sha256_eq(&content, &x->content))
        st_verify_tell(w->v, ST_TAMPER_EVENT, run_of(x), 0,
                       "%.*s %.*s (%.*s) is not what happened: link %" PRId64
                       " was made over something else",
                       ST_FMT(x->kind), ST_FMT(x->ref), ST_FMT(word), x->no);
}

static void check_place(walk *w, const st_link *x) {
    if (x->no != w->expected) {
        st_verify_tell(w->v, ST_TAMPER_LINK, 0, 0,
                       "links %" PRId64 " to %" PRId64 " of the chain are missing", w->expected,
                       x->no - 1);
        return;
    }
    st_sha256 leaf;
    st_buf_clear(&w->scratch);
    st_link_bytes(&w->scratch, x);
    st_tree_leaf_hash(w->scratch.p, w->scratch.n, &leaf);
    if (!st_sha256_eq(&leaf, &x->leaf))
        st_verify_tell(w->v, ST_TAMPER_LINK, run_of(x), 0,
                       "link %" PRId64 " (%.*s %.*s) was changed, or the one before it", x->no,
                       ST_FMT(x->kind), ST_FMT(x->ref));
}

static void take_link(walk *w, const PGresult *r, int row) {
    st_link x = read_link(w, r, row);
    check_place(w, &x);
    check_content(w, &x, r, row);
    w->before = x.leaf;
    w->expected = x.no + 1;
    w->v->out->links++;
}

static void without_link(walk *w, const PGresult *r, int row) {
    st_str kind = st_pg_get_str(r, row, ROW_KIND), ref = st_pg_get_str(r, row, ROW_REF),
           word = st_pg_get_str(r, row, WORD);
    if (st_str_is(kind, "ended")) /* becomes a link with whatever happens next */
        return;
    st_verify_tell(w->v, ST_TAMPER_EVENT, st_pg_get_int(r, row, RUN), 0,
                   "%.*s %.*s (%.*s) was added: the chain knows nothing of it", ST_FMT(kind),
                   ST_FMT(ref), ST_FMT(word));
}

static bool look(const PGresult *r, int row, void *ctx, bool *more, st_err *err) {
    (void)more, (void)err;
    if (PQgetisnull(r, row, NO))
        without_link(ctx, r, row);
    else
        take_link(ctx, r, row);
    return true;
}

bool st_verify_links(st_verify *v, st_err *err) {
    walk w = {.v = v, .expected = 1};
    st_buf_init(&w.scratch, 0);
    bool ok = st_pg_each(v->l, sql, 0, NULL, look, &w, err);
    st_buf_free(&w.scratch);
    return ok;
}
