#include "ledger/link.h"

#include "ledger/pg_int.h"

void st_link_bytes(st_buf *out, const st_link *x) {
    (void)st_buf_z(out, "stipend-link-v1");
    (void)st_buf_add(out, x->before.b, ST_SHA256_LEN);
    (void)st_buf_be64(out, (uint64_t)x->no);
    (void)st_buf_sized(out, x->kind);
    (void)st_buf_sized(out, x->ref);
    (void)st_buf_sized(out, x->actor);
    (void)st_buf_be64(out, (uint64_t)x->actor_oid);
    (void)st_buf_add(out, x->content.b, ST_SHA256_LEN);
}

typedef struct links {
    bool (*each)(void *ctx, const st_link *x);
    void *ctx;
} links;

static bool give_link(const PGresult *r, int row, void *ctx, bool *more, st_err *err) {
    const links *to = ctx;
    (void)err;
    st_link x = {.no = st_pg_get_int(r, row, 0),
                 .kind = st_pg_get_str(r, row, 1),
                 .ref = st_pg_get_str(r, row, 2),
                 .actor = st_pg_get_str(r, row, 3),
                 .actor_oid = st_pg_get_int(r, row, 4)};
    st_pg_get_sha(r, row, 5, &x.content);
    st_pg_get_sha(r, row, 6, &x.before);
    st_pg_get_sha(r, row, 7, &x.leaf);
    *more = to->each(to->ctx, &x);
    return true;
}

bool st_link_each(st_ledger *l, int64_t from, bool (*each)(void *ctx, const st_link *x), void *ctx,
                  st_err *err) {
    char number[ST_PG_INT];
    const char *v[] = {st_pg_int(number, from)};
    links to = {each, ctx};
    return st_pg_each(
        l,
        "select l.no, l.kind, l.ref, l.actor::text, l.actor_oid::bigint, l.content, b.leaf, "
        "l.leaf from stipend.link l left join stipend.link b on b.no = l.no - 1 "
        "where l.no >= $1::bigint order by l.no",
        1, v, give_link, &to, err);
}
