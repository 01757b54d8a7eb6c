#include "run/persons_int.h"

enum { SORT_MEMORY = 32 << 20, PAYLOAD_MAX = 1 << 16 };

/* -- first pass -- */

st_persons *st_persons_new(const st_record_type *type, const char *folder) {
    st_persons *p = st_xmalloc(sizeof *p);
    *p = (st_persons){.type = type};
    p->sorter = st_sorter_new(folder, SORT_MEMORY);
    p->batch = st_xmalloc(ST_PERSONS_BATCH * sizeof *p->batch);
    st_buf_init(&p->scratch, PAYLOAD_MAX);
    st_buf_init(&p->next_subject, 4096);
    st_buf_init(&p->row_person, 4096);
    st_buf_init(&p->row_payload, PAYLOAD_MAX);
    st_arena_init(&p->arena, 0);
    return p;
}

void st_persons_free(st_persons *p) {
    if (!p)
        return;
    st_person_keys_free(p->keys);
    st_hmac_free(p->hmac);
    st_sorter_free(p->sorter);
    st_buf_free(&p->scratch);
    st_buf_free(&p->next_subject);
    st_buf_free(&p->row_person);
    st_buf_free(&p->row_payload);
    st_arena_free(&p->arena);
    free(p->batch);
    free(p);
}

bool st_persons_open(st_persons *p, st_ledger *l, int64_t run, st_err *err) {
    uint8_t secret[ST_PERSON_SECRET_LEN];
    if (!st_person_secret(l, secret, err) || !st_person_keys_read(l, run, &p->keys, err))
        return false;
    p->hmac = st_hmac_new(secret, sizeof secret);
    return true;
}

st_str st_persons_of(const st_persons *p, const st_record *r) {
    st_person_key key = st_person_key_of(p->keys, r->key);
    if (key.linked || r->formerly.n == 0)
        return key.person;
    return st_person_key_of(p->keys, r->formerly).person;
}

static void put_str(st_buf *b, st_str s) {
    (void)st_buf_be16(b, (uint16_t)s.n);
    (void)st_buf_str(b, s);
}

static bool is_identity(const st_persons *p, uint32_t field) {
    return strcmp(st_record_type_unique_kind(p->type, field), st_record_identity) == 0;
}

static size_t put_marks(st_persons *p, const st_record *r, bool identity, size_t n) {
    for (size_t i = 0; i < r->n_unique && n < ST_PERSONS_VALUES_MAX; i++) {
        const st_record_unique *u = &r->unique[i];
        if (is_identity(p, u->field) != identity)
            continue;
        st_sha256 full;
        st_hmac_of(p->hmac, st_record_type_unique_kind(p->type, u->field), u->value.p, u->value.n,
                   &full);
        (void)st_buf_be32(&p->scratch, u->field);
        (void)st_buf_add(&p->scratch, full.b, ST_PERSON_VALUE_LEN);
        n++;
    }
    return n;
}

bool st_persons_add(st_persons *p, const st_record *r, st_str person, st_err *err) {
    if (!p->hmac)
        return true;
    st_buf_clear(&p->scratch);
    (void)st_buf_ch(&p->scratch, (char)r->state);
    put_str(&p->scratch, r->key);
    put_str(&p->scratch, r->formerly);
    (void)put_marks(p, r, false, put_marks(p, r, true, 0));
    ST_ASSERT(!p->scratch.overflow);
    return st_sorter_add(p->sorter, person, st_buf_view(&p->scratch), err);
}

/* -- second pass: the record's side -- */

static st_str take(st_str *s, size_t n) {
    ST_ASSERT(s->n >= n);
    st_str out = {s->p, n};
    s->p += n;
    s->n -= n;
    return out;
}

static uint32_t take_number(st_str *s, size_t n) {
    st_str bytes = take(s, n);
    uint32_t v = 0;
    for (size_t i = 0; i < n; i++)
        v = v << 8 | (unsigned char)bytes.p[i];
    return v;
}

static void read_entry(st_persons *p, st_str person, st_str payload, st_entry *e) {
    *e = (st_entry){.person = st_str_dup(&p->arena, person), .records = 1};
    e->state = (st_record_state)take_number(&payload, 1);
    e->own = st_str_dup(&p->arena, take(&payload, take_number(&payload, 2)));
    e->formerly = st_str_dup(&p->arena, take(&payload, take_number(&payload, 2)));
    e->linked = st_person_key_of(p->keys, e->own).linked;
    while (payload.n && e->n_marks < ST_PERSONS_VALUES_MAX) {
        st_mark *m = &e->marks[e->n_marks++];
        m->field = take_number(&payload, 4);
        m->identity = is_identity(p, m->field);
        memcpy(m->value.b, take(&payload, ST_PERSON_VALUE_LEN).p, ST_PERSON_VALUE_LEN);
    }
}

static bool next_row(st_persons *p, st_err *err) {
    st_sorted row;
    if (!st_sorter_next(p->sorter, &row, &p->have_row, err))
        return false;
    if (!p->have_row)
        return true;
    st_buf_clear(&p->row_person);
    st_buf_clear(&p->row_payload);
    return st_buf_str(&p->row_person, row.key) && st_buf_str(&p->row_payload, row.payload);
}

/* -- the ledger's side -- */

static bool next_known(st_persons *p, st_err *err) {
    p->have_known = false;
    if (!p->known)
        return true;
    if (!p->known(p->known_ctx, &p->next, &p->have_known, err))
        return false;
    st_buf_clear(&p->next_subject);
    return !p->have_known || st_buf_str(&p->next_subject, p->next.subject);
}

typedef struct memory {
    ST_VEC(st_person_value) rows;
} memory;

static bool is_later_fix(const memory *m, size_t i) {
    for (size_t k = i + 1; k < m->rows.n; k++)
        if (m->rows.items[k].fixes)
            return true;
    return false;
}

/* One thing that the ledger knows of the person, held against the record. */
static void compare(st_entry *e, const memory *m, size_t i, int64_t again) {
    const st_person_value *v = &m->rows.items[i];
    bool identity = st_str_is(v->kind, st_record_identity);
    e->seen = true;
    if (v->kind.n == 0 || (identity && is_later_fix(m, i)))
        return;
    if (v->state == ST_PERSON_OWN) {
        e->n_identities += identity;
        e->n_others += !identity;
    }
    for (size_t k = 0; k < e->n_marks; k++) {
        st_mark *x = &e->marks[k];
        if (memcmp(&x->value, &v->value, sizeof x->value) != 0)
            continue;
        x->own = x->own || v->state == ST_PERSON_OWN;
        x->shared = x->shared || v->state == ST_PERSON_SHARED;
        x->held = x->held || (v->state == ST_PERSON_SEEN && v->run == again);
        e->same_identity = e->same_identity || (identity && v->state == ST_PERSON_OWN);
    }
}

static bool remember(st_persons *p, st_entry *e, st_err *err) {
    memory m = {0};
    while (p->have_known && st_str_cmp(st_buf_view(&p->next_subject), e->person) < 0)
        if (!next_known(p, err))
            return false;
    while (p->have_known && st_str_eq(st_buf_view(&p->next_subject), e->person)) {
        st_person_value v = p->next;
        v.subject = e->person;
        v.kind = st_str_dup(&p->arena, v.kind);
        ST_VEC_PUSH(&p->arena, &m.rows, v);
        if (!next_known(p, err))
            return false;
    }
    for (size_t i = 0; i < m.rows.n; i++)
        compare(e, &m, i, p->again);
    return true;
}

/* -- both -- */

bool st_persons_start(st_persons *p, st_err *err) {
    if (!st_sorter_finish(p->sorter, err) || !next_row(p, err) || !next_known(p, err))
        return false;
    p->anybody = p->have_known;
    return true;
}

bool st_persons_batch(st_persons *p, st_err *err) {
    st_arena_reset(&p->arena);
    p->n_batch = p->at = 0;
    while (p->have_row && p->n_batch < ST_PERSONS_BATCH) {
        st_entry *e = ST_NEW(&p->arena, st_entry);
        read_entry(p, st_buf_view(&p->row_person), st_buf_view(&p->row_payload), e);
        if (!next_row(p, err))
            return false;
        while (p->have_row && st_str_eq(st_buf_view(&p->row_person), e->person)) {
            e->records++;
            if (!next_row(p, err))
                return false;
        }
        if (!remember(p, e, err))
            return false;
        p->batch[p->n_batch++] = e;
        *(e->seen ? &p->seen : &p->fresh) += 1;
    }
    return true;
}

static bool of_posting(void *ctx, st_person_value *out, bool *row, st_err *err) {
    return st_posting_person(ctx, out, row, err);
}

/* The keys were read before the lock: something may have been said since. */
static bool still_so(st_persons *p, st_posting *posting, st_err *err) {
    bool due = false;
    uint64_t count = 0;
    if (!st_posting_persons_due(posting, &due, err) ||
        !st_posting_person_keys(posting, &count, err))
        return false;
    return (!due && count == st_person_keys_count(p->keys)) ||
           st_fail(err, ST_E_RUN_OVERTAKEN,
                   "something was said about persons while the records were read");
}

bool st_persons_begin(st_persons *p, st_posting *posting, st_err *err) {
    if (!posting || !p->hmac)
        return true;
    p->posting = posting;
    p->known = of_posting;
    p->known_ctx = posting;
    return still_so(p, posting, err) && st_persons_start(p, err);
}

static bool next_entry(st_persons *p, st_err *err) {
    p->current = NULL;
    if (p->at == p->n_batch && (!st_persons_batch(p, err) || !st_persons_decide(p, err)))
        return false;
    if (p->at < p->n_batch)
        p->current = p->batch[p->at++];
    return true;
}

bool st_persons_ask(st_persons *p, st_str person, const st_person_question **questions, size_t *n,
                    st_err *err) {
    *n = 0;
    if (!p->posting)
        return true;
    while (!p->current || st_str_cmp(p->current->person, person) < 0) {
        if (!next_entry(p, err))
            return false;
        ST_ASSERT(p->current);
    }
    ST_ASSERT(st_str_eq(p->current->person, person));
    *questions = p->current->questions.items;
    *n = p->current->questions.n;
    return true;
}

/* -- what the run has seen -- */

static st_str kind_of(const st_persons *p, const st_mark *m) {
    return st_str_of(st_record_type_unique_kind(p->type, m->field));
}

static bool add_key(st_persons *p, const st_entry *e, st_err *err) {
    static const st_person_hash none;
    return e->seen ||
           st_posting_person_add(p->posting, e->own, ST_STR(""), &none, ST_PERSON_SEEN, err);
}

static bool add_seen(st_persons *p, const st_entry *e, st_err *err) {
    for (size_t i = 0; i < e->n_marks; i++)
        if (!st_posting_person_add(p->posting, e->own, kind_of(p, &e->marks[i]), &e->marks[i].value,
                                   ST_PERSON_SEEN, err))
            return false;
    return e->n_marks > 0 || add_key(p, e, err);
}

/* Whoever else has it is looked at again when he comes. */
static bool add_shared(st_persons *p, const st_entry *e, size_t i, st_err *err) {
    const st_mark *m = &e->marks[i];
    bool any = false;
    for (const st_holder *h = e->holders; h; h = h->next) {
        if (!(h->marks & UINT64_C(1) << i))
            continue;
        any = true;
        if (!st_posting_person_add(p->posting, h->subject, kind_of(p, m), &m->value,
                                   ST_PERSON_SHARED, err))
            return false;
    }
    return !any || st_posting_person_add(p->posting, e->person, kind_of(p, m), &m->value,
                                         ST_PERSON_SHARED, err);
}

static bool add_own(st_persons *p, const st_entry *e, st_err *err) {
    for (size_t i = 0; i < e->n_marks; i++) {
        const st_mark *m = &e->marks[i];
        if (!m->own && (!st_posting_person_add(p->posting, e->person, kind_of(p, m), &m->value,
                                               ST_PERSON_OWN, err) ||
                        !add_shared(p, e, i, err)))
            return false;
    }
    return e->n_marks > 0 || add_key(p, e, err);
}

static bool add_names(st_persons *p, const st_entry *e, st_err *err) {
    if (!e->linked && !st_str_eq(e->own, e->person) &&
        !st_posting_person_key(p->posting, e->own, e->person, err))
        return false;
    return st_str_eq(st_person_keys_name(p->keys, e->person), e->own) ||
           st_posting_person_name(p->posting, e->person, e->own, err);
}

bool st_persons_keep(st_persons *p, st_record_state state, st_err *err) {
    const st_entry *e = p->current;
    if (!p->posting)
        return true;
    ST_ASSERT(e);
    if (e->records > 1 || state == ST_RECORD_REJECTED)
        return add_key(p, e, err);
    if (e->questions.n)
        return add_seen(p, e, err);
    if (!add_names(p, e, err))
        return false;
    if (state == ST_RECORD_OK)
        return add_own(p, e, err);
    return e->seen || add_seen(p, e, err);
}

bool st_persons_moved(const st_persons *p, st_str key) {
    return st_person_keys_whole(p->keys, key);
}

const st_person_keys *st_persons_keys(const st_persons *p) {
    return p->keys;
}

void st_persons_counts(const st_persons *p, uint64_t *fresh, uint64_t *known) {
    *fresh = p->fresh;
    *known = p->seen;
}
