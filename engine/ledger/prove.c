/* The inclusion proof of one payment. */
#include "ledger/leaf.h"
#include "ledger/pg_int.h"
#include "ledger/verify.h"

enum { LINES_MAX = 100000000 }; /* their leaves must fit in memory: 3.2 GB */

typedef struct leaves {
    st_sha256 *items;
    uint64_t n, lines, want; /* lines: as posted; want: line_no of the line to prove */
    bool order;              /* numbers run from 1 without gap */
    st_buf canonical;
    bool found;
} leaves;

static bool add_leaf(const PGresult *r, int row, void *ctx, bool *more, st_err *err) {
    leaves *x = ctx;
    (void)err;
    x->order = x->n < x->lines && st_pg_get_int(r, row, 0) == (int64_t)x->n + 1;
    if (x->order)
        st_pg_get_sha(r, row, 1, &x->items[x->n++]);
    *more = x->order;
    return true;
}

static bool load_leaves(st_ledger *l, int64_t run, leaves *x, uint64_t lines, st_err *err) {
    char number[ST_PG_INT];
    const char *values[] = {st_pg_int(number, run)};
    x->items = st_xmalloc((size_t)lines * sizeof *x->items + 1);
    x->lines = lines;
    x->order = true;
    return st_pg_each(
        l, "select line_no, leaf from stipend.line where run = $1::bigint order by run, line_no", 1,
        values, add_leaf, x, err);
}

static bool canonical_of(void *ctx, const st_ledger_line *x) {
    leaves *v = ctx;
    if (x->line.line_no != v->want)
        return true;
    v->found = true;
    st_leaf_bytes(&v->canonical, x->scheme, x->benefit_id, x->currency, &x->line);
    return false;
}

/* The proof is checked here as its receiver will, before it is given out. */
static bool write_proof(const leaves *x, const st_run_info *info, st_buf *out, st_err *err) {
    st_sha256 leaf, path[64];
    st_tree_leaf_hash(x->canonical.p, x->canonical.n, &leaf);
    size_t n = st_tree_path(x->items, x->n, x->want - 1, path);
    if (!st_tree_verify(&leaf, x->want - 1, x->n, path, n, &info->root))
        return st_fail(err, ST_E_DB_MISMATCH,
                       "line %" PRIu64 " of run %" PRId64 " is not covered by the sealed root",
                       x->want, info->run);
    (void)st_buf_fmt(out,
                     "stipend-proof-v1\nrun: %" PRId64 "\nline: %" PRIu64 "\nlines: %" PRIu64 "\n",
                     info->run, x->want, x->n);
    st_leaf_hex(out, "canonical", x->canonical.p, x->canonical.n);
    st_leaf_hex(out, "leaf", leaf.b, sizeof leaf.b);
    for (size_t i = 0; i < n; i++)
        st_leaf_hex(out, "path", path[i].b, sizeof path[i].b);
    st_leaf_hex(out, "root", info->root.b, sizeof info->root.b);
    st_leaf_hex(out, "digest", info->digest.b, sizeof info->digest.b);
    return true;
}

static bool prove(st_ledger *l, const st_run_info *info, leaves *x, st_buf *out, st_err *err) {
    if (x->want == 0 || x->want > info->lines || info->lines > LINES_MAX)
        return st_fail(err, ST_E_LINE_UNKNOWN, "run %" PRId64 " has no line %" PRIu64, info->run,
                       x->want);
    st_ledger_filter filter = {.run = info->run, .with_void = true};
    if (!load_leaves(l, info->run, x, info->lines, err) ||
        !st_ledger_lines(l, &filter, canonical_of, x, err))
        return false;
    if (!x->order || x->n != info->lines || !x->found)
        return st_fail(err, ST_E_DB_MISMATCH, "the lines of run %" PRId64 " are not complete",
                       info->run);
    return write_proof(x, info, out, err);
}

bool st_ledger_prove(st_ledger *l, int64_t run, uint64_t line_no, st_buf *out, st_err *err) {
    st_run_info info;
    bool found;
    if (!st_ledger_run_info(l, run, &found, &info, err))
        return false;
    if (!found)
        return st_fail(err, ST_E_LEDGER_NO_RUN, "there is no run %" PRId64, run);
    if (!info.sealed)
        return st_fail(err, ST_E_LEDGER_STATE, "run %" PRId64 " is not sealed", run);
    leaves x = {.want = line_no};
    st_buf_init(&x.canonical, 0);
    bool ok = prove(l, &info, &x, out, err);
    st_buf_free(&x.canonical);
    free(x.items);
    return ok;
}
