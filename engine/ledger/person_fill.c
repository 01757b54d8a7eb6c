/* Persons of runs that are posted already, read again from their archived records. */
#include "ledger/person_int.h"

struct st_person_fill {
    st_ledger *l;
    st_arena arena;
    int64_t run, noted, voids_before;
    int64_t *voids;
    size_t n_voids;
    st_pg_cursor cursor;
    bool open;
    st_copy values, keys;
};

bool st_person_due(st_ledger *l, int64_t *run, st_err *err) {
    PGresult *r = st_pg_query(l, "select run from stipend.person_due order by run limit 1", 0, NULL,
                              true, err);
    if (!r)
        return false;
    *run = PQntuples(r) ? st_pg_get_int(r, 0, 0) : 0;
    PQclear(r);
    return true;
}

static bool is_due(st_person_fill *f, bool *due, st_err *err) {
    char run[ST_PG_INT];
    const char *v[] = {st_pg_int(run, f->run)};
    PGresult *r = st_pg_query(f->l,
                              "select stipend.newest_run(), d.voids from stipend.person_due d "
                              "where d.run = $1::bigint",
                              1, v, true, err);
    *due = r && PQntuples(r) > 0;
    if (*due) {
        f->noted = st_pg_get_int(r, 0, 0);
        f->voids_before = st_pg_get_int(r, 0, 1);
    }
    PQclear(r);
    return r != NULL;
}

bool st_person_fill_begin(st_ledger *l, int64_t run, st_person_fill **out, st_err *err) {
    *out = NULL;
    if (l->read_only)
        return st_fail(err, ST_E_DB_RIGHTS, "the ledger was opened for reading only");
    st_person_fill *f = st_xmalloc(sizeof *f);
    *f = (st_person_fill){.l = l, .run = run};
    st_arena_init(&f->arena, 0);
    st_copy_init(&f->values, ST_COPY_PERSON_VALUE);
    st_copy_init(&f->keys, ST_COPY_PERSON_KEY);
    bool due = false;
    /* The lock of a run: two programs do not fill at once. */
    bool ok = st_pg_exec(l, "begin", err) &&
              st_pg_call(l, "select stipend.person_lock()", 0, NULL, err) && is_due(f, &due, err) &&
              st_voids_read(l, 0, &f->arena, &f->voids, &f->n_voids, err);
    if (ok && due)
        *out = f;
    else
        st_person_fill_end(f);
    return ok;
}

bool st_person_fill_known(st_person_fill *f, st_person_value *out, bool *row, st_err *err) {
    char run[ST_PG_INT];
    const char *v[] = {st_pg_int(run, f->run)};
    if (!f->open &&
        (!st_pg_exec(f->l, "set local enable_sort = off", err) ||
         !st_pg_cursor_open(f->l,
                            "select subject_id, run, kind, value, state from stipend.person_value "
                            "where run <= $1::bigint order by subject_id, run",
                            1, v, &f->cursor, err)))
        return false;
    f->open = true;
    do {
        if (!st_pg_cursor_next(&f->cursor, row, err) ||
            (*row && !st_person_read(f->cursor.r, f->cursor.row, out, err)))
            return false;
    } while (*row && st_voids_has(f->voids, f->n_voids, out->run));
    return true;
}

bool st_person_fill_add(st_person_fill *f, st_str subject, st_str kind, const st_person_hash *value,
                        st_person_state state, st_err *err) {
    st_person_value_row(&f->values, f->run, f->noted, subject, kind, value, state);
    return !st_copy_full(&f->values) || st_copy_flush(&f->values, f->l, err);
}

bool st_person_fill_key(st_person_fill *f, st_str key, st_str person, st_err *err) {
    st_person_key_row(&f->keys, f->run, f->noted, key, person);
    return !st_copy_full(&f->keys) || st_copy_flush(&f->keys, f->l, err);
}

bool st_person_fill_commit(st_person_fill *f, st_err *err) {
    char run[ST_PG_INT], voids[ST_PG_INT];
    const char *v[] = {st_pg_int(run, f->run), st_pg_int(voids, f->voids_before)};
    if (f->open)
        st_pg_cursor_close(&f->cursor);
    f->open = false;
    return st_copy_flush(&f->values, f->l, err) && st_copy_flush(&f->keys, f->l, err) &&
           st_pg_call(f->l, "select stipend.person_shared($1::bigint)", 1, v, err) &&
           st_pg_call(f->l, "select stipend.person_done($1::bigint, $2::int)", 2, v, err) &&
           st_pg_commit(f->l, "persons", err);
}

void st_person_fill_end(st_person_fill *f) {
    if (!f)
        return;
    if (f->open)
        st_pg_cursor_close(&f->cursor);
    if (PQtransactionStatus(f->l->pg) != PQTRANS_IDLE)
        st_pg_rollback(f->l);
    st_copy_free(&f->values);
    st_copy_free(&f->keys);
    st_arena_free(&f->arena);
    free(f);
}
