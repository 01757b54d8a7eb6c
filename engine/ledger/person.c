/* Persons in a run's transaction: what it may know of them, who has a value, what it has seen. */
#include "ledger/person.h"

#include "ledger/person_int.h"

enum { SUBJECT, RUN, KIND, VALUE, STATE };

/* -- the stream -- */

/* What two people confirmed: as few as people are busy, so they are merged here. */
static bool read_words(st_ledger *l, int64_t before, st_persons_known *k, st_err *err) {
    char number[ST_PG_INT];
    const char *v[] = {st_pg_int(number, before)};
    PGresult *r =
        st_pg_query(l,
                    "select subject_id, run, value, fixes::int from stipend.person_word where "
                    "length(value) > 0 and ($1::bigint = 0 or run < $1::bigint) "
                    "order by subject_id, run, no",
                    1, v, true, err);
    if (!r)
        return false;
    int n = PQntuples(r);
    k->words = ST_NEWN(k->arena, st_person_value, (size_t)n + 1);
    bool ok = true;
    for (int i = 0; ok && i < n; i++) {
        st_person_value *x = &k->words[k->n_words++];
        *x = (st_person_value){.subject = st_str_dup(k->arena, st_pg_get_str(r, i, 0)),
                               .kind = ST_STR("identity"),
                               .run = st_pg_get_int(r, i, 1),
                               .fixes = st_pg_get_int(r, i, 3) != 0};
        ok = st_person_hash_of(st_pg_get_str(r, i, 2), &x->value, err);
    }
    PQclear(r);
    return ok;
}

bool st_person_hash_of(st_str bytes, st_person_hash *out, st_err *err) {
    memset(out, 0, sizeof *out);
    if (bytes.n != 0 && bytes.n != sizeof out->b)
        return st_fail(err, ST_E_DB_DATA, "a value of a person has %zu bytes", bytes.n);
    if (bytes.n)
        memcpy(out->b, bytes.p, bytes.n);
    return true;
}

bool st_person_read(const PGresult *r, int row, st_person_value *out, st_err *err) {
    *out = (st_person_value){.subject = st_pg_get_str(r, row, SUBJECT),
                             .kind = st_pg_get_str(r, row, KIND),
                             .run = st_pg_get_int(r, row, RUN),
                             .state = (st_person_state)st_pg_get_int(r, row, STATE)};
    return st_person_hash_of(st_pg_get_str(r, row, VALUE), &out->value, err);
}

/* The key's index has the order. */
static const char stream_sql[] =
    "select subject_id, run, kind, value, state from stipend.person_value "
    "where $1::bigint = 0 or (run < $1::bigint and noted < $1::bigint) order by subject_id, run";

static bool start(st_posting *p, st_err *err) {
    char before[ST_PG_INT];
    const char *v[] = {st_pg_int(before, p->before)};
    st_persons_known *k = p->persons = ST_NEW(&p->arena, st_persons_known);
    k->arena = &p->arena;
    return st_pg_exec(p->l, "set local enable_sort = off", err) &&
           read_words(p->l, p->before, k, err) &&
           st_pg_cursor_open(p->l, stream_sql, 1, v, &k->cursor, err);
}

static bool next_row(st_posting *p, st_err *err) {
    st_persons_known *k = p->persons;
    do {
        if (!st_pg_cursor_next(&k->cursor, &k->pending, err))
            return st_err_wrap(err, "reading the persons");
        if (!k->pending) {
            k->drained = true;
            return true;
        }
        if (!st_person_read(k->cursor.r, k->cursor.row, &k->next, err))
            return false;
    } while (st_posting_void(p, k->next.run));
    return true;
}

static bool word_first(const st_persons_known *k) {
    if (k->word == k->n_words || !k->pending)
        return k->word < k->n_words;
    const st_person_value *w = &k->words[k->word];
    int c = st_str_cmp(w->subject, k->next.subject);
    return c < 0 || (c == 0 && w->run < k->next.run);
}

bool st_posting_person(st_posting *p, st_person_value *out, bool *row, st_err *err) {
    *row = false;
    if (!p->persons && !start(p, err))
        return false;
    st_persons_known *k = p->persons;
    if (k->taken || !k->begun) {
        k->begun = true;
        k->taken = false;
        if (!k->drained && !next_row(p, err))
            return false;
    }
    *row = true;
    if (word_first(k)) {
        *out = k->words[k->word++];
    } else if (k->pending) {
        *out = k->next;
        k->taken = true;
    } else {
        *row = false;
    }
    return true;
}

void st_persons_close(st_posting *p) {
    if (p->persons)
        st_pg_cursor_close(&p->persons->cursor);
    p->persons = NULL;
}

/* -- look-ups -- */

/* {"\\x00ff","\\x..."} */
static void hash_array(st_buf *b, const st_person_hash *values, size_t n) {
    static const char hex[] = "0123456789abcdef";
    (void)st_buf_ch(b, '{');
    for (size_t i = 0; i < n; i++) {
        (void)st_buf_z(b, i ? ",\"\\\\x" : "\"\\\\x");
        for (size_t k = 0; k < sizeof values[i].b; k++) {
            (void)st_buf_ch(b, hex[values[i].b[k] >> 4]);
            (void)st_buf_ch(b, hex[values[i].b[k] & 15]);
        }
        (void)st_buf_ch(b, '"');
    }
    (void)st_buf_ch(b, '}');
}

/* Whether two people said since that this identity number was wrong. */
static bool fixed(const st_persons_known *k, const st_person_value *x) {
    for (size_t i = 0; k && i < k->n_words && st_str_is(x->kind, "identity"); i++) {
        const st_person_value *w = &k->words[i];
        bool later = x >= k->words && x < k->words + k->n_words ? w > x : w->run >= x->run;
        if (w->fixes && later && st_str_eq(w->subject, x->subject) &&
            memcmp(&w->value, &x->value, sizeof x->value) != 0)
            return true;
    }
    return false;
}

static bool tell_words(st_posting *p, const st_person_hash *values, size_t n,
                       bool (*each)(void *ctx, const st_person_value *v), void *ctx) {
    const st_persons_known *k = p->persons;
    for (size_t i = 0; k && i < k->n_words; i++)
        for (size_t j = 0; j < n; j++)
            if (memcmp(&k->words[i].value, &values[j], sizeof *values) == 0 &&
                !fixed(k, &k->words[i]) && !each(ctx, &k->words[i]))
                return false;
    return true;
}

bool st_posting_holders(st_posting *p, const st_person_hash *values, size_t n,
                        bool (*each)(void *ctx, const st_person_value *v), void *ctx, st_err *err) {
    st_buf list;
    st_buf_init(&list, 0);
    hash_array(&list, values, n);
    char before[ST_PG_INT];
    char run[ST_PG_INT];
    const char *v[] = {list.p, st_pg_int(before, p->before), st_pg_int(run, p->run)};
    PGresult *r = st_pg_query(
        p->l,
        "select subject_id, run, kind, value, state from stipend.person_value where value = "
        "any($1::bytea[]) and state = 0 and run <> $3::bigint and ($2::bigint = 0 or (run < "
        "$2::bigint and noted < $2::bigint))",
        3, v, true, err);
    st_buf_free(&list);
    if (!r)
        return false;
    bool ok = true, more = tell_words(p, values, n, each, ctx);
    for (int i = 0; ok && more && i < PQntuples(r); i++) {
        st_person_value x;
        ok = st_person_read(r, i, &x, err);
        if (ok && !st_posting_void(p, x.run) && !fixed(p->persons, &x))
            more = each(ctx, &x);
    }
    PQclear(r);
    return ok;
}

/* {"a","b"} with what PostgreSQL wants escaped. */
static void text_array(st_buf *b, const st_str *texts, size_t n) {
    (void)st_buf_ch(b, '{');
    for (size_t i = 0; i < n; i++) {
        (void)st_buf_z(b, i ? ",\"" : "\"");
        for (size_t k = 0; k < texts[i].n; k++) {
            if (texts[i].p[k] == '"' || texts[i].p[k] == '\\')
                (void)st_buf_ch(b, '\\');
            (void)st_buf_ch(b, texts[i].p[k]);
        }
        (void)st_buf_ch(b, '"');
    }
    (void)st_buf_ch(b, '}');
}

static void void_array(st_buf *b, const st_posting *p) {
    (void)st_buf_ch(b, '{');
    for (size_t i = 0; i < p->n_voids; i++)
        (void)st_buf_fmt(b, "%s%" PRId64, i ? "," : "", p->voids[i]);
    (void)st_buf_ch(b, '}');
}

static const char history_sql[] =
    "select x.subject_id, count(*), coalesce(min(x.occasion) filter (where x.dated), ''), "
    "coalesce(max(x.occasion) filter (where x.dated), '') from "
    "(select distinct l.subject_id, l.benefit, l.occasion, l.occasion ~ "
    "'^[0-9]{4}(-([0-9]{2}|Q[1-4]))?$' as dated from stipend.line l "
    "where l.subject_id = any($1::text[]) and ($2::bigint = 0 or l.run < $2::bigint) "
    "and l.run <> $4::bigint and l.run <> all($3::bigint[])) x group by x.subject_id";

bool st_posting_histories(st_posting *p, const st_str *subjects, size_t n,
                          bool (*each)(void *ctx, const st_person_history *h), void *ctx,
                          st_err *err) {
    st_buf list, voids;
    st_buf_init(&list, 0);
    st_buf_init(&voids, 0);
    text_array(&list, subjects, n);
    void_array(&voids, p);
    char before[ST_PG_INT];
    char run[ST_PG_INT];
    const char *v[] = {list.p, st_pg_int(before, p->before), voids.p, st_pg_int(run, p->run)};
    PGresult *r = st_pg_query(p->l, history_sql, 4, v, true, err);
    st_buf_free(&list);
    st_buf_free(&voids);
    for (int i = 0; r && i < PQntuples(r); i++) {
        st_person_history h = {.subject = st_pg_get_str(r, i, 0),
                               .amounts = (uint64_t)st_pg_get_int(r, i, 1)};
        st_pg_get_z(r, i, 2, h.first, sizeof h.first);
        st_pg_get_z(r, i, 3, h.last, sizeof h.last);
        if (!each(ctx, &h))
            break;
    }
    PQclear(r);
    return r != NULL;
}

bool st_posting_first(st_posting *p, bool *first, st_err *err) {
    char before[ST_PG_INT], run[ST_PG_INT];
    const char *v[] = {p->scheme, st_pg_int(before, p->before), st_pg_int(run, p->run)};
    PGresult *r = st_pg_query(p->l,
                              "select r.run from stipend.run r join stipend.scheme s on s.number = "
                              "r.scheme where s.id = $1 and ($2::bigint = 0 or r.run < $2::bigint) "
                              "and r.run <> $3::bigint",
                              3, v, true, err);
    *first = true;
    for (int i = 0; r && i < PQntuples(r); i++)
        *first = *first && st_posting_void(p, st_pg_get_int(r, i, 0));
    PQclear(r);
    return r != NULL;
}

bool st_posting_person_keys(st_posting *p, uint64_t *count, st_err *err) {
    st_buf voids;
    st_buf_init(&voids, 0);
    void_array(&voids, p);
    char before[ST_PG_INT];
    const char *v[] = {st_pg_int(before, p->before), voids.p};
    PGresult *r = st_pg_query(
        p->l,
        "select (select count(*) from stipend.person_key where run <> all($2::bigint[]) and "
        "($1::bigint = 0 or (run < $1::bigint and noted < $1::bigint))) + "
        "(select count(*) from stipend.person_word where key <> subject_id and ($1::bigint = 0 or "
        "run < $1::bigint))",
        2, v, true, err);
    st_buf_free(&voids);
    if (!r)
        return false;
    *count = (uint64_t)st_pg_get_int(r, 0, 0);
    PQclear(r);
    return true;
}

bool st_posting_persons_due(st_posting *p, bool *due, st_err *err) {
    char run[ST_PG_INT];
    const char *v[] = {st_pg_int(run, p->rehearsal ? 0 : p->run)};
    *due = false;
    if (p->before > 0) /* what that run could not know does not count */
        return true;
    PGresult *r =
        st_pg_query(p->l, "select run from stipend.person_due where run <> $1::bigint limit 1", 1,
                    v, true, err);
    *due = r && PQntuples(r) > 0;
    PQclear(r);
    return r != NULL;
}

/* -- what the run has seen -- */

void st_person_value_row(st_copy *c, int64_t run, int64_t noted, st_str subject, st_str kind,
                         const st_person_hash *value, st_person_state state) {
    st_copy_row(c);
    st_copy_text(c, subject);
    st_copy_int(c, run);
    st_copy_text(c, kind);
    st_copy_bytes(c, value->b, kind.n ? sizeof value->b : 0);
    st_copy_int(c, state);
    st_copy_int(c, noted);
    st_copy_end(c);
}

void st_person_key_row(st_copy *c, int64_t run, int64_t noted, st_str key, st_str person) {
    st_copy_row(c);
    st_copy_text(c, key);
    st_copy_int(c, run);
    st_copy_text(c, person);
    st_copy_int(c, noted);
    st_copy_end(c);
}

bool st_posting_person_add(st_posting *p, st_str subject, st_str kind, const st_person_hash *value,
                           st_person_state state, st_err *err) {
    if (p->rehearsal)
        return true;
    st_person_value_row(&p->copy[ST_COPY_PERSON_VALUE], p->run, p->run, subject, kind, value,
                        state);
    st_part_add(&p->parts[ST_PART_VALUES], subject, (int)state,
                st_copy_last(&p->copy[ST_COPY_PERSON_VALUE]));
    return st_posting_send(p, ST_COPY_PERSON_VALUE, err);
}

bool st_posting_person_key(st_posting *p, st_str key, st_str person, st_err *err) {
    if (p->rehearsal)
        return true;
    st_person_key_row(&p->copy[ST_COPY_PERSON_KEY], p->run, p->run, key, person);
    st_part_add(&p->parts[ST_PART_KEYS], person, 0, st_copy_last(&p->copy[ST_COPY_PERSON_KEY]));
    return st_posting_send(p, ST_COPY_PERSON_KEY, err);
}

bool st_posting_person_name(st_posting *p, st_str person, st_str key, st_err *err) {
    if (p->rehearsal)
        return true;
    st_copy *c = &p->copy[ST_COPY_PERSON_NAME];
    st_copy_row(c);
    st_copy_text(c, person);
    st_copy_int(c, p->run);
    st_copy_text(c, key);
    st_copy_end(c);
    st_part_add(&p->parts[ST_PART_NAMES], person, 0, st_copy_last(c));
    return st_posting_send(p, ST_COPY_PERSON_NAME, err);
}

bool st_persons_done(st_posting *p, st_err *err) {
    size_t before = 0;
    while (before < p->n_voids && p->voids[before] < p->run)
        before++;
    char run[ST_PG_INT], voids[ST_PG_INT];
    const char *v[] = {st_pg_int(run, p->run), st_pg_int(voids, (int64_t)before)};
    return st_pg_call(p->l, "select stipend.person_done($1::bigint, $2::int)", 2, v, err);
}
