/* What a run wrote beside its lines, against the digests that are in the link of its first event.
 */
#include "ledger/verify_int.h"

#include "ledger/part_int.h"
#include "ledger/pg_int.h"

enum { PORTION = 10000 };

/* For each part of rows: which are the run's, and their order. The first columns say where a row
 * belongs: its subject, and a state. */
static const char *const sources[ST_PARTS] = {
    [ST_PART_ASSESSMENTS] =
        "subject_id as own, 0, %s from stipend.assessment where run = $1::bigint "
        "order by run, subject_id, benefit",
    [ST_PART_FINDINGS] =
        "subject as own, 0, %s from stipend.finding where run = $1::bigint order by "
        "run, no",
    [ST_PART_VALUES] =
        "subject_id as own, state::int as whose, %s from stipend.person_value where run = "
        "$1::bigint and noted = $1::bigint order by subject_id, run, kind, value, "
        "state",
    [ST_PART_KEYS] =
        "subject_id as own, 0, %s from stipend.person_key where run = $1::bigint and noted "
        "= $1::bigint order by key, run",
    [ST_PART_NAMES] =
        "subject_id as own, 0, %s from stipend.person_name where run = $1::bigint order "
        "by subject_id",
};

/* A result row as COPY BINARY has it. */
static void copy_row(st_buf *b, const PGresult *r, int row, int first) {
    int n = PQnfields(r);
    st_buf_clear(b);
    (void)st_buf_be16(b, (uint16_t)(n - first));
    for (int i = first; i < n; i++)
        if (PQgetisnull(r, row, i)) {
            (void)st_buf_be32(b, UINT32_MAX);
        } else {
            (void)st_buf_be32(b, (uint32_t)PQgetlength(r, row, i));
            (void)st_buf_add(b, PQgetvalue(r, row, i), (size_t)PQgetlength(r, row, i));
        }
}

static bool recompute(st_ledger *l, int64_t run, st_part *p, st_sha256 *root, st_err *err) {
    st_buf sql, columns, row_bytes;
    st_buf_init(&sql, 0);
    st_buf_init(&columns, 0);
    st_buf_init(&row_bytes, 0);
    st_copy_columns(st_part_table(p->kind), &columns);
    const char *rest = strstr(sources[p->kind], "%s");
    (void)st_buf_fmt(&sql, "select %.*s%s%s", (int)(rest - sources[p->kind]), sources[p->kind],
                     columns.p, rest + 2);
    char number[ST_PG_INT];
    const char *v[] = {st_pg_int(number, run)};
    st_pg_cursor c;
    bool ok = st_pg_cursor_open_by(l, sql.p, 1, v, PORTION, &c, err), row = ok;
    while (ok && row) {
        ok = st_pg_cursor_next(&c, &row, err);
        if (!ok || !row)
            break;
        copy_row(&row_bytes, c.r, c.row, 2);
        st_part_add(p, st_pg_get_str(c.r, c.row, 0), (int)st_pg_get_int(c.r, c.row, 1),
                    st_buf_view(&row_bytes));
    }
    st_pg_cursor_close(&c);
    st_part_end(p, root);
    st_buf_free(&sql);
    st_buf_free(&columns);
    st_buf_free(&row_bytes);
    return ok;
}

static void differs(st_verify *v, int64_t run, const char *part, int64_t was, int64_t is) {
    st_verify_tell(v, ST_TAMPER_PART, run, 0,
                   "run %" PRId64 ": %s: not the rows that were posted (%" PRId64 " then, %" PRId64
                   " now)",
                   run, part, was, is);
}

/* Small parts, of which the database takes the digests again. */
static bool check_small(st_verify *v, int64_t run, st_err *err) {
    char number[ST_PG_INT];
    const char *values[] = {st_pg_int(number, run)};
    PGresult *r = st_pg_query(
        v->l,
        "select n.o_part, p.items, n.o_items from stipend.small_parts($1::bigint) n join "
        "stipend.run_part p on p.run = $1::bigint and p.part = n.o_part where p.digest <> "
        "n.o_digest or p.items <> n.o_items order by 1",
        1, values, true, err);
    if (!r)
        return false;
    for (int i = 0; i < PQntuples(r); i++)
        differs(v, run, PQgetvalue(r, i, 0), st_pg_get_int(r, i, 1), st_pg_get_int(r, i, 2));
    PQclear(r);
    return true;
}

/* Before the newest run another one became void: what its archived records say of persons was
 * written to it once more, and rows do not tell when they came. */
static bool read_again(st_verify *v, int64_t run, bool *again, st_err *err) {
    char number[ST_PG_INT];
    const char *values[] = {st_pg_int(number, run)};
    PGresult *r = st_pg_query(v->l,
                              "select count(*) from stipend.person_run where run = $1::bigint and "
                              "noted = $1::bigint",
                              1, values, true, err);
    *again = r && st_pg_get_int(r, 0, 0) > 1;
    PQclear(r);
    return r != NULL;
}

static bool check_large(st_verify *v, int64_t run, const PGresult *r, int row, st_err *err) {
    st_sha256 sealed, now;
    st_pg_get_sha(r, row, 2, &sealed);
    for (int k = 0; k < ST_PARTS; k++) {
        if (strcmp(st_part_name((st_part_kind)k), PQgetvalue(r, row, 0)) != 0)
            continue;
        bool again = false;
        if ((k == ST_PART_VALUES || k == ST_PART_KEYS) && !read_again(v, run, &again, err))
            return false;
        if (again)
            return true;
        st_part p;
        st_part_init(&p, (st_part_kind)k);
        bool ok = recompute(v->l, run, &p, &now, err);
        if (ok && (!st_sha256_eq(&sealed, &now) || (int64_t)p.items != st_pg_get_int(r, row, 1)))
            differs(v, run, st_part_name(p.kind), st_pg_get_int(r, row, 1), (int64_t)p.items);
        st_part_free(&p);
        return ok;
    }
    return true;
}

bool st_verify_parts(st_verify *v, int64_t run, st_err *err) {
    char number[ST_PG_INT];
    const char *values[] = {st_pg_int(number, run)};
    PGresult *r = st_pg_query(v->l,
                              "select part, items, digest from stipend.run_part where run = "
                              "$1::bigint order by part",
                              1, values, true, err);
    if (!r)
        return false;
    bool ok = PQntuples(r) == 0 || check_small(v, run, err);
    for (int i = 0; ok && i < PQntuples(r); i++)
        ok = check_large(v, run, r, i, err);
    PQclear(r);
    return ok;
}
