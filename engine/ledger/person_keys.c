/* Keys that continue a person: few beside the persons, so they are held in memory while a run reads
 * its records. */
#include "base/map.h"
#include "ledger/person.h"
#include "ledger/post_int.h"

enum { STEPS_MAX = 64 }; /* from a person to whom he is now */

typedef struct word {
    st_str person;
    int64_t run;
    bool said, whole;
} word;

typedef struct name {
    st_str key;
    struct name *earlier;
} name;

typedef struct other {
    st_str key;
    struct other *next;
} other;

struct st_person_keys {
    st_arena arena;
    st_map links;  /* key -> word, the newest that counts */
    st_map joined; /* person -> word, the newest of two people about who he is */
    st_map names;  /* person -> name, the newest first */
    st_map others; /* person -> keys whose own lines are his too */
    uint64_t count;
};

bool st_person_secret(st_ledger *l, uint8_t out[ST_PERSON_SECRET_LEN], st_err *err) {
    PGresult *r = st_pg_query(l, "select secret from stipend.person_secret", 0, NULL, true, err);
    if (!r)
        return false;
    bool ok = PQntuples(r) == 1 && PQgetlength(r, 0, 0) == ST_PERSON_SECRET_LEN;
    if (ok)
        memcpy(out, PQgetvalue(r, 0, 0), ST_PERSON_SECRET_LEN);
    PQclear(r);
    return ok || st_fail(err, ST_E_DB_DATA, "the ledger has lost the secret of its persons");
}

/* Rows come oldest first: the newest word about a key stands. */
static void take_link(st_person_keys *k, const PGresult *r, int i) {
    word *x = ST_NEW(&k->arena, word);
    *x = (word){.person = st_str_dup(&k->arena, st_pg_get_str(r, i, 1)),
                .run = st_pg_get_int(r, i, 2),
                .said = st_pg_get_int(r, i, 3) != 0,
                .whole = st_pg_get_int(r, i, 4) != 0};
    st_map_put(&k->links, st_pg_get_str(r, i, 0), x);
    if (x->said && !st_pg_get_int(r, i, 5))
        st_map_put(&k->joined, st_pg_get_str(r, i, 0), x);
    k->count++;
}

/* One person may turn out to be another, and that one a third. */
static st_str now(const st_person_keys *k, st_str person) {
    for (int i = 0; i < STEPS_MAX; i++) {
        const word *x = st_map_get(&k->joined, person);
        if (!x || !x->whole)
            break;
        person = x->person;
    }
    return person;
}

/* Who reads keys, and which runs do not count. */
typedef struct key_reader {
    st_person_keys *k;
    const int64_t *voids;
    size_t n_voids;
} key_reader;

static bool read_link(const PGresult *r, int row, void *ctx, bool *more, st_err *err) {
    const key_reader *x = ctx;
    (void)more;
    bool said = st_pg_get_int(r, row, 3) != 0;
    if (!said && st_voids_has(x->voids, x->n_voids, st_pg_get_int(r, row, 2)))
        return true;
    take_link(x->k, r, row);
    return x->k->count <= ST_PERSON_KEYS_MAX ||
           st_fail(err, ST_E_DB_DATA, "more than %d keys continue another",
                   (int)ST_PERSON_KEYS_MAX);
}

static bool read_links(st_ledger *l, int64_t run, key_reader *x, st_err *err) {
    char before[ST_PG_INT];
    const char *v[] = {st_pg_int(before, run)};
    return st_pg_each(
        l,
        "select key, subject_id, run, 0, 0, 0, 0::bigint from stipend.person_key "
        "where $1::bigint = 0 or (run < $1::bigint and noted < $1::bigint) union all "
        "select key, subject_id, run, 1, whole::int, fixes::int, no from stipend.person_word "
        "where key <> subject_id and ($1::bigint = 0 or run < $1::bigint) "
        "order by 3, 4, 7, 1",
        1, v, read_link, x, err);
}

static void gather_others(st_person_keys *k) {
    for (size_t i = 0; i < k->joined.cap; i++) {
        const st_map_entry *e = &k->joined.slots[i];
        const word *x = e->value;
        if (!e->key.p || !x->whole)
            continue;
        st_str person = now(k, x->person);
        other *o = ST_NEW(&k->arena, other);
        *o = (other){e->key, st_map_get(&k->others, person)};
        st_map_put(&k->others, person, o);
    }
}

static bool read_name(const PGresult *r, int row, void *ctx, bool *more, st_err *err) {
    const key_reader *x = ctx;
    (void)more, (void)err;
    if (st_voids_has(x->voids, x->n_voids, st_pg_get_int(r, row, 2)))
        return true;
    name *n = ST_NEW(&x->k->arena, name);
    st_str person = st_pg_get_str(r, row, 0);
    *n = (name){st_str_dup(&x->k->arena, st_pg_get_str(r, row, 1)),
                st_map_get(&x->k->names, person)};
    st_map_put(&x->k->names, person, n);
    return true;
}

static bool read_names(st_ledger *l, int64_t run, key_reader *x, st_err *err) {
    char before[ST_PG_INT];
    const char *v[] = {st_pg_int(before, run)};
    return st_pg_each(l,
                      "select subject_id, key, run from stipend.person_name where "
                      "$1::bigint = 0 or run < $1::bigint order by run, subject_id",
                      1, v, read_name, x, err);
}

static bool read_keys(st_ledger *l, int64_t run, key_reader *x, st_err *err) {
    return read_links(l, run, x, err) && read_names(l, run, x, err);
}

bool st_person_keys_read(st_ledger *l, int64_t run, st_person_keys **out, st_err *err) {
    int64_t *voids = NULL;
    size_t n_voids = 0;
    st_person_keys *k = *out = st_xmalloc(sizeof *k);
    *k = (st_person_keys){.count = 0};
    st_arena_init(&k->arena, 0);
    st_map_init(&k->links, &k->arena);
    st_map_init(&k->joined, &k->arena);
    st_map_init(&k->names, &k->arena);
    st_map_init(&k->others, &k->arena);
    if (!st_voids_read(l, run, &k->arena, &voids, &n_voids, err) ||
        !read_keys(l, run, &(key_reader){k, voids, n_voids}, err)) {
        st_person_keys_free(k);
        *out = NULL;
        return false;
    }
    gather_others(k);
    return true;
}

void st_person_keys_free(st_person_keys *k) {
    if (!k)
        return;
    st_arena_free(&k->arena);
    free(k);
}

uint64_t st_person_keys_count(const st_person_keys *k) {
    return k->count;
}

st_person_key st_person_key_of(const st_person_keys *k, st_str key) {
    const word *x = k ? st_map_get(&k->links, key) : NULL;
    return x ? (st_person_key){now(k, x->person), true, x->said}
             : (st_person_key){key, false, false};
}

st_str st_person_now(const st_person_keys *k, st_str person) {
    return k ? now(k, person) : person;
}

st_str st_person_keys_name(const st_person_keys *k, st_str person) {
    const name *x = k ? st_map_get(&k->names, person) : NULL;
    return x ? x->key : person;
}

bool st_person_keys_had(const st_person_keys *k, st_str person, st_str key) {
    if (st_str_eq(person, key) || st_str_eq(st_person_key_of(k, key).person, person))
        return true;
    for (const name *x = k ? st_map_get(&k->names, person) : NULL; x; x = x->earlier)
        if (st_str_eq(x->key, key))
            return true;
    return false;
}

bool st_person_keys_whole(const st_person_keys *k, st_str key) {
    const word *x = k ? st_map_get(&k->joined, key) : NULL;
    return x && x->whole;
}

bool st_person_keys_others(const st_person_keys *k, st_str person,
                           bool (*each)(void *ctx, st_str key), void *ctx) {
    for (const other *o = k ? st_map_get(&k->others, person) : NULL; o; o = o->next)
        if (!each(ctx, o->key))
            return false;
    return true;
}

/* -- for people who ask by a key -- */

bool st_person_find(st_ledger *l, const char *key, char out[ST_SUBJECT_MAX + 1], st_err *err) {
    const char *v[] = {key};
    PGresult *r = st_pg_query(l, "select stipend.person_of($1)", 1, v, true, err);
    if (!r)
        return false;
    st_pg_get_z(r, 0, 0, out, ST_SUBJECT_MAX + 1);
    PQclear(r);
    return true;
}

bool st_person_names(st_ledger *l, const char *person,
                     bool (*each)(void *ctx, const char *key, int64_t run), void *ctx,
                     st_err *err) {
    const char *v[] = {person};
    PGresult *r =
        st_pg_query(l,
                    "select key, run from stipend.person_name where subject_id = $1 and not "
                    "stipend.is_void(run) order by run",
                    1, v, true, err);
    if (!r)
        return false;
    for (int i = 0; i < PQntuples(r); i++)
        if (!each(ctx, PQgetvalue(r, i, 0), st_pg_get_int(r, i, 1)))
            break;
    PQclear(r);
    return true;
}
