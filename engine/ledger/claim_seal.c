/* What settles debts, as digests: rows of the database become the canonical bytes of leaf.h. */
#include "ledger/claim_seal.h"

#include "ledger/leaf.h"
#include "ledger/pg_int.h"

typedef struct settlements {
    st_tree tree;
    st_buf scratch;
} settlements;

static bool add_settlement(const PGresult *r, int row, void *ctx, bool *more, st_err *err) {
    settlements *to = ctx;
    (void)more, (void)err;
    st_settlement_leaf x = {.scheme = st_pg_get_str(r, row, 0),
                            .benefit = st_pg_get_str(r, row, 1),
                            .subject = st_pg_get_str(r, row, 2),
                            .occasion = st_pg_get_str(r, row, 3),
                            .seq = st_pg_get_int(r, row, 4),
                            .no = st_pg_get_int(r, row, 5),
                            .kind = st_pg_get_int(r, row, 6),
                            .bound = st_pg_get_int(r, row, 7),
                            .amount = st_pg_get_int(r, row, 8),
                            .payment = st_pg_get_int(r, row, 9)};
    st_sha256 leaf;
    st_settlement_hash(&to->scratch, &x, &leaf);
    st_tree_add(&to->tree, &leaf);
    return true;
}

bool st_settlement_root(st_ledger *l, int64_t run, st_sha256 *out, st_err *err) {
    char number[ST_PG_INT];
    const char *v[] = {st_pg_int(number, run)};
    settlements to;
    st_tree_init(&to.tree);
    st_buf_init(&to.scratch, 0);
    bool ok = st_pg_each(
        l,
        "select c.id, b.id, x.subject_id, x.occasion, x.seq, x.no, x.kind, x.bound, x.amount, "
        "x.payment from stipend.settlement x join stipend.benefit b on b.number = x.benefit "
        "join stipend.scheme c on c.number = b.scheme where x.run = $1::bigint "
        "order by x.subject_id, b.id, x.occasion, x.seq, x.no",
        1, v, add_settlement, &to, err);
    st_buf_free(&to.scratch);
    st_tree_root(&to.tree, out);
    return ok;
}

/* A row is a booking, or a further part of the one before. */
enum { NO, KIND, TARGET, SCHEME, SUBJECT, AMOUNT, DATE, NOTE, ACTOR, RECEIPT, DEBTOR, BENEFIT };
enum { OCCASION = BENEFIT + 1, SEQ, PART, WRITEOFF };

static void add_booking(st_buf *b, const PGresult *r, int row, const st_sha256 *before) {
    st_booking_leaf x = {.no = st_pg_get_int(r, row, NO),
                         .kind = st_pg_get_str(r, row, KIND),
                         .target = st_pg_get_int(r, row, TARGET),
                         .scheme = st_pg_get_str(r, row, SCHEME),
                         .subject = st_pg_get_str(r, row, SUBJECT),
                         .amount = st_pg_get_int(r, row, AMOUNT),
                         .date = st_pg_get_str(r, row, DATE),
                         .note = st_pg_get_str(r, row, NOTE),
                         .actor = st_pg_get_str(r, row, ACTOR),
                         .old = PQgetisnull(r, row, RECEIPT) != 0,
                         .receipt = st_pg_get_str(r, row, RECEIPT)};
    st_buf_clear(b);
    st_booking_bytes(b, before, &x);
}

static void add_part(st_buf *b, const PGresult *r, int row) {
    if (PQgetisnull(r, row, BENEFIT))
        return;
    st_booking_part x = {.old = PQgetisnull(r, row, RECEIPT) != 0,
                         .subject = st_pg_get_str(r, row, DEBTOR),
                         .benefit = st_pg_get_str(r, row, BENEFIT),
                         .occasion = st_pg_get_str(r, row, OCCASION),
                         .seq = st_pg_get_int(r, row, SEQ),
                         .amount = st_pg_get_int(r, row, PART),
                         .writeoff = st_pg_get_int(r, row, WRITEOFF) != 0};
    st_booking_part_bytes(b, &x);
}

typedef struct heads {
    st_booking_heads *out;
    st_buf bytes;
    int64_t open; /* the booking whose parts are being read; 0: none */
} heads;

static void finish(heads *h) {
    if (h->open)
        st_sha256_of(h->bytes.p, h->bytes.n, &h->out->head[h->open]);
}

static bool take(const PGresult *r, int row, void *ctx, bool *more, st_err *err) {
    heads *h = ctx;
    (void)more, (void)err;
    int64_t no = st_pg_get_int(r, row, NO), last = h->open;
    if (no > h->out->n) /* booked since they were counted */
        return true;
    if (no != last) {
        finish(h);
        for (int64_t k = last + 1; k < no; k++) /* a gap */
            h->out->head[k] = h->out->head[last];
        h->open = no;
        add_booking(&h->bytes, r, row, &h->out->head[no - 1]);
    }
    add_part(&h->bytes, r, row);
    return true;
}

static bool count(st_ledger *l, int64_t *n, st_err *err) {
    PGresult *r =
        st_pg_query(l, "select coalesce(max(no), 0) from stipend.claim_action", 0, NULL, true, err);
    if (!r)
        return false;
    *n = st_pg_get_int(r, 0, 0);
    PQclear(r);
    return *n <= ST_BOOKINGS_MAX ||
           st_fail(err, ST_E_DB_ERROR, "more than %d bookings", (int)ST_BOOKINGS_MAX);
}

bool st_booking_heads_read(st_ledger *l, st_arena *a, st_booking_heads *out, st_err *err) {
    *out = (st_booking_heads){0};
    if (!count(l, &out->n, err))
        return false;
    out->head = ST_NEWN(a, st_sha256, (size_t)out->n + 1); /* zeroed */
    heads h = {.out = out};
    st_buf_init(&h.bytes, 0);
    bool ok = st_pg_each(
        l,
        "select a.no, a.kind, a.target, s.id, a.subject_id, a.amount, to_char(a.date, "
        "'YYYY-MM-DD'), a.note, a.actor::text, a.receipt, r.subject_id, b.id, r.occasion, "
        "r.seq, r.amount, "
        "r.writeoff::int from stipend.claim_action a join stipend.scheme s on s.number = "
        "a.scheme left join stipend.repayment r on r.action = a.no "
        "left join stipend.benefit b on b.number = r.benefit "
        "order by a.no, r.subject_id, b.id, r.occasion, r.seq, r.writeoff",
        0, NULL, take, &h, err);
    finish(&h);
    st_buf_free(&h.bytes);
    return ok;
}

bool st_claims_to_seal(st_ledger *l, st_run_info *info, st_err *err) {
    st_arena a;
    st_arena_init(&a, 0);
    st_booking_heads h;
    bool ok = st_settlement_root(l, info->run, &info->settlements, err) &&
              st_booking_heads_read(l, &a, &h, err);
    if (ok) {
        info->claims_sealed = true;
        info->bookings = h.n;
        info->bookings_head = h.head[h.n];
    }
    st_arena_free(&a);
    return ok;
}
