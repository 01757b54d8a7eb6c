/* Large results in portions, so that memory does not grow with them. */
#include "ledger/pg_int.h"

enum { PORTION = 5000 };

bool st_pg_cursor_open_by(st_ledger *l, const char *sql, int n, const char *const *values,
                          int portion, st_pg_cursor *c, st_err *err) {
    *c = (st_pg_cursor){.l = l, .portion = portion};
    (void)snprintf(c->name, sizeof c->name, "st_cursor_%u", ++l->cursors);
    if (PQtransactionStatus(l->pg) == PQTRANS_IDLE) {
        /* One snapshot for all portions. */
        if (!st_pg_exec(l, "begin read only", err))
            return false;
        c->own = true;
    }
    st_buf b;
    st_buf_init(&b, 0);
    (void)st_buf_fmt(&b, "declare %s no scroll cursor for %s", c->name, sql);
    bool ok = st_pg_call(l, b.p, n, values, err);
    st_buf_free(&b);
    if (!ok)
        st_pg_cursor_close(c);
    return ok;
}

bool st_pg_cursor_open(st_ledger *l, const char *sql, int n, const char *const *values,
                       st_pg_cursor *c, st_err *err) {
    return st_pg_cursor_open_by(l, sql, n, values, PORTION, c, err);
}

static bool fetch(st_pg_cursor *c, st_err *err) {
    char sql[64];
    (void)snprintf(sql, sizeof sql, "fetch forward %d from %s", c->portion, c->name);
    PQclear(c->r);
    st_fault(c->l, "fetch");
    c->r = st_pg_query(c->l, sql, 0, NULL, true, err);
    if (!c->r)
        return false;
    c->n = PQntuples(c->r);
    c->row = -1;
    c->end = c->n < c->portion;
    return true;
}

bool st_pg_cursor_next(st_pg_cursor *c, bool *row, st_err *err) {
    *row = false;
    if (!c->r || c->row + 1 >= c->n) {
        if (c->r && c->end)
            return true;
        if (!fetch(c, err))
            return false;
    }
    if (c->row + 1 < c->n) {
        c->row++;
        *row = true;
    }
    return true;
}

void st_pg_cursor_close(st_pg_cursor *c) {
    if (!c->l)
        return;
    PQclear(c->r);
    c->r = NULL;
    if (c->own) {
        st_pg_rollback(c->l);
    } else if (PQtransactionStatus(c->l->pg) == PQTRANS_INTRANS) {
        char sql[48];
        (void)snprintf(sql, sizeof sql, "close %s", c->name);
        PQclear(st_pg_ask(c->l, sql, -1, NULL, false));
    }
    c->l = NULL;
}

bool st_pg_each(st_ledger *l, const char *sql, int n, const char *const *values, st_pg_reader *read,
                void *ctx, st_err *err) {
    st_pg_cursor c;
    bool ok = st_pg_cursor_open(l, sql, n, values, &c, err), more = ok;
    while (ok && more) {
        ok = st_pg_cursor_next(&c, &more, err);
        if (ok && more)
            ok = read(c.r, c.row, ctx, &more, err);
    }
    st_pg_cursor_close(&c);
    return ok;
}
