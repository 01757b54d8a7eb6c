#include "ledger/seal.h"

#include "ledger/claim_seal.h"
#include "ledger/leaf.h"
#include "ledger/pg_int.h"

/* On Citus a worker may have died between the two phases: readers would see half of a run. */
static bool settle_pending(st_ledger *l, st_err *err) {
    return !l->citus || st_pg_exec(l, "select recover_prepared_transactions()", err);
}

static bool known_run(st_ledger *l, int64_t run, st_run_info *info, st_err *err) {
    bool found;
    if (!st_ledger_run_info(l, run, &found, info, err))
        return false;
    return found || st_fail(err, ST_E_LEDGER_NO_RUN, "there is no run %" PRId64, run);
}

/* Locks the end of the chain: nothing is booked between what is read then and the seal. */
static bool chain_head(st_ledger *l, st_sha256 *prev, st_err *err) {
    PGresult *r = st_pg_query(l, "select stipend.chain_head()", 0, NULL, true, err);
    if (r)
        st_pg_get_sha(r, 0, 0, prev);
    PQclear(r);
    return r != NULL;
}

/* The database takes the digest, so that nobody chooses it; null: somebody else sealed the run
 * meanwhile. */
static bool check_digest(const st_run_info *info, const st_sha256 *prev, const PGresult *r,
                         st_err *err) {
    if (PQgetisnull(r, 0, 0))
        return true;
    st_sha256 theirs, ours;
    st_pg_get_sha(r, 0, 0, &theirs);
    st_run_digest(info, prev, &ours);
    return st_sha256_eq(&theirs, &ours) ||
           st_fail(err, ST_E_DB_MISMATCH,
                   "the database takes another digest of run %" PRId64
                   " than this program: its functions are not those of the program",
                   info->run);
}

static bool seal_locked(st_ledger *l, st_run_info *info, const st_sha256 *root, st_err *err) {
    st_sha256 prev;
    if (!chain_head(l, &prev, err) || !st_claims_to_seal(l, info, err))
        return false;
    info->root = *root;
    char run[ST_PG_INT], bookings[ST_PG_INT], sha[3][ST_PG_BYTES];
    const char *v[] = {st_pg_int(run, info->run), st_pg_sha(sha[0], root),
                       st_pg_sha(sha[1], &info->settlements), st_pg_int(bookings, info->bookings),
                       st_pg_sha(sha[2], &info->bookings_head)};
    PGresult *r = st_pg_query(
        l, "select stipend.run_seal($1::bigint, $2::bytea, $3::bytea, $4::bigint, $5::bytea)", 5, v,
        true, err);
    bool ok = r && check_digest(info, &prev, r, err);
    PQclear(r);
    return ok;
}

bool st_seal(st_ledger *l, int64_t run, const st_sha256 *root, st_run_info *info, st_err *err) {
    bool ok = settle_pending(l, err) && known_run(l, run, info, err) && st_pg_begin(l, err) &&
              seal_locked(l, info, root, err) && st_pg_commit(l, "seal", err);
    if (!ok) {
        st_pg_rollback(l);
        return st_err_wrap(err, "sealing run %" PRId64, run);
    }
    return known_run(l, run, info, err);
}

typedef struct rows {
    st_tree tree;
    st_buf scratch;
    uint64_t wrong; /* first line whose leaf does not fit, 0: none */
} rows;

static bool add_row(void *ctx, const st_ledger_line *x, const st_sha256 *stored) {
    rows *r = ctx;
    st_sha256 leaf;
    st_leaf_hash(&r->scratch, x->scheme, x->benefit_id, x->currency, &x->line, &leaf);
    if (!st_sha256_eq(&leaf, stored)) {
        r->wrong = x->line.line_no;
        return false;
    }
    st_tree_add(&r->tree, &leaf);
    return true;
}

bool st_seal_from_rows(st_ledger *l, int64_t run, st_run_info *info, st_err *err) {
    rows r = {.wrong = 0};
    st_tree_init(&r.tree);
    st_buf_init(&r.scratch, 0);
    st_ledger_filter filter = {.run = run, .with_void = true};
    bool ok = st_ledger_rows(l, &filter, add_row, &r, err);
    st_buf_free(&r.scratch);
    if (ok && r.wrong)
        ok = st_fail(err, ST_E_DB_MISMATCH,
                     "line %" PRIu64 " of run %" PRId64 " is not the one that was posted", r.wrong,
                     run);
    if (!ok)
        return false;
    st_sha256 root;
    st_tree_root(&r.tree, &root);
    return st_seal(l, run, &root, info, err);
}

bool st_seal_pending(st_ledger *l, st_err *err) {
    PGresult *r = st_pg_query(
        l,
        "select run from stipend.run_overview where not sealed and sealable and state = "
        "'draft' order by run",
        0, NULL, true, err);
    if (!r)
        return false;
    bool ok = true;
    for (int i = 0; ok && i < PQntuples(r); i++) {
        st_run_info info;
        ok = st_seal_from_rows(l, st_pg_get_int(r, i, 0), &info, err);
    }
    PQclear(r);
    return ok;
}
