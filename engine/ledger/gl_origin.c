/* Whose funding the lines of a run carry: asked of the database, which has the lines. */
#include "ledger/gl_int.h"

#include "ledger/pg_int.h"

static bool money(const PGresult *r, int row, int col, st_money *out, st_err *err) {
    return st_str_int(st_pg_get_str(r, row, col), out) ||
           st_fail(err, ST_E_RUN_SUM, "the funding of a run adds up to more than an amount can be");
}

static bool read_parts(st_arena *a, st_ledger *l, const char *run, st_gl_origins *out,
                       st_err *err) {
    PGresult *r = st_pg_query(l,
                              "select benefit, origin, paid::text, taken::text from "
                              "stipend.origin_parts($1::bigint)",
                              1, &run, false, err);
    if (!r)
        return false;
    bool ok = true;
    for (int i = 0; ok && i < PQntuples(r); i++) {
        st_gl_part x = {.benefit = (int32_t)st_pg_get_int(r, i, 0),
                        .origin = st_pg_get_int(r, i, 1)};
        ok = money(r, i, 2, &x.paid, err) && money(r, i, 3, &x.taken, err);
        ST_VEC_PUSH(a, &out->parts, x);
    }
    PQclear(r);
    return ok;
}

static const char *text(st_arena *a, const PGresult *r, int row, int col) {
    st_str s = st_pg_get_str(r, row, col);
    return st_arena_dup(a, s.p, s.n);
}

static bool read_shares(st_arena *a, st_ledger *l, const char *run, st_gl_origins *out,
                        st_err *err) {
    PGresult *r = st_pg_query(l,
                              "select benefit, origin, share, budget_line, weight, amount::text "
                              "from stipend.origin_legs($1::bigint)",
                              1, &run, false, err);
    if (!r)
        return false;
    bool ok = true;
    for (int i = 0; ok && i < PQntuples(r); i++) {
        st_gl_share x = {.benefit = (int32_t)st_pg_get_int(r, i, 0),
                         .origin = st_pg_get_int(r, i, 1),
                         .share = text(a, r, i, 2),
                         .budget_line = text(a, r, i, 3),
                         .weight = st_pg_get_int(r, i, 4)};
        ok = money(r, i, 5, &x.amount, err);
        ST_VEC_PUSH(a, &out->shares, x);
    }
    PQclear(r);
    return ok;
}

bool st_gl_origins_find(const st_gl *g, st_ledger *l, int64_t run, st_gl_origins *out,
                        st_err *err) {
    char number[ST_PG_INT];
    const char *v[] = {st_pg_int(number, run)};
    *out = (st_gl_origins){0};
    if (g->later &&
        !(st_pg_call(l,
                     "insert into stipend.line_origin (subject_id, benefit, occasion, seq, origin, "
                     "run, amount) select * from stipend.origins_due($1::bigint)",
                     1, v, err) &&
          read_parts(g->arena, l, v[0], out, err)))
        return false;
    return read_shares(g->arena, l, v[0], out, err);
}
