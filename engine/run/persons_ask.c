/* Questions about persons: another key with the values of somebody who was paid, the same key with
 * another identity number, a former key that cannot be. */
#include "run/persons_int.h"

enum { LOOKUP = 1000, HOLDERS_MAX = 64 };

/* -- who else has a value -- */

typedef struct user {
    st_entry *entry;
    size_t mark;
    struct user *next;
} user;

typedef struct lookup {
    st_persons *p;
    st_map users;     /* value -> user */
    st_map histories; /* subject -> st_person_history, or NULL when it is still to be asked */
    ST_VEC(st_person_hash) values;
    ST_VEC(st_str) subjects;
} lookup;

static st_str bytes_of(const st_person_hash *h) {
    return (st_str){(const char *)h->b, sizeof h->b};
}

/* A former key that this record names first. */
static bool takes_over(const st_entry *e) {
    return e->formerly.n && !e->linked && !st_str_eq(e->own, e->person);
}

static bool is_asked(const st_entry *e) {
    return e->records == 1 && e->state != ST_RECORD_REJECTED;
}

static void want_value(lookup *l, st_entry *e, size_t i) {
    st_str key = bytes_of(&e->marks[i].value);
    user *u = ST_NEW(&l->p->arena, user);
    *u = (user){e, i, st_map_get(&l->users, key)};
    if (!u->next)
        ST_VEC_PUSH(&l->p->arena, &l->values, e->marks[i].value);
    st_map_put(&l->users, key, u);
}

static st_holder *holder_of(lookup *l, st_entry *e, st_str subject) {
    size_t n = 0;
    for (st_holder *h = e->holders; h; h = h->next, n++)
        if (st_str_eq(h->subject, subject))
            return h;
    if (n == HOLDERS_MAX)
        return NULL;
    st_holder *h = ST_NEW(&l->p->arena, st_holder);
    *h = (st_holder){.subject = st_str_dup(&l->p->arena, subject), .next = e->holders};
    return e->holders = h;
}

static bool on_holder(void *ctx, const st_person_value *v) {
    lookup *l = ctx;
    for (user *u = st_map_get(&l->users, bytes_of(&v->value)); u; u = u->next) {
        st_holder *h =
            st_str_eq(v->subject, u->entry->person) ? NULL : holder_of(l, u->entry, v->subject);
        if (!h)
            continue;
        h->marks |= UINT64_C(1) << u->mark;
        h->identity = h->identity || u->entry->marks[u->mark].identity;
    }
    return true;
}

static bool find_holders(lookup *l, st_err *err) {
    const st_persons *p = l->p;
    for (size_t i = 0; i < p->n_batch; i++) {
        st_entry *e = p->batch[i];
        for (size_t k = 0; is_asked(e) && k < e->n_marks; k++)
            if (!e->marks[k].own || e->marks[k].shared || takes_over(e))
                want_value(l, e, k);
    }
    for (size_t i = 0; i < l->values.n; i += LOOKUP) {
        size_t n = l->values.n - i < LOOKUP ? l->values.n - i : LOOKUP;
        if (!st_posting_holders(p->posting, &l->values.items[i], n, on_holder, l, err))
            return false;
    }
    return true;
}

/* -- what was posted for them -- */

/* Two values count as an identity number; a schema with one rule has no second. */
static bool is_match(const st_persons *p, const st_holder *h) {
    int needed = st_record_type_uniques(p->type) == 1 ? 1 : 2;
    return h->identity || __builtin_popcountll(h->marks) >= needed;
}

static void want_history(lookup *l, st_str subject) {
    if (st_map_has(&l->histories, subject))
        return;
    st_person_history *h = ST_NEW(&l->p->arena, st_person_history);
    st_map_put(&l->histories, subject, h);
    ST_VEC_PUSH(&l->p->arena, &l->subjects, subject);
}

static const st_person_history *history(const lookup *l, st_str subject) {
    const st_person_history *h = st_map_get(&l->histories, subject);
    return h && h->amounts ? h : NULL;
}

static bool on_history(void *ctx, const st_person_history *h) {
    lookup *l = ctx;
    st_person_history *to = st_map_get(&l->histories, h->subject);
    if (to)
        *to = *h;
    return true;
}

/* Whether the record's identifying values are not those that the key had. */
static bool is_other(const st_entry *e) {
    size_t identities = 0, others = 0, same = 0;
    for (size_t i = 0; i < e->n_marks; i++) {
        identities += e->marks[i].identity;
        others += !e->marks[i].identity;
        same += !e->marks[i].identity && e->marks[i].own;
    }
    if (e->n_identities && identities)
        return !e->same_identity;
    if (e->n_identities) /* it has none any more */
        return same < 2;
    return !identities && e->n_others >= 2 && others >= 2 && same == 0;
}

static bool find_histories(lookup *l, st_err *err) {
    const st_persons *p = l->p;
    for (size_t i = 0; i < p->n_batch; i++) {
        const st_entry *e = p->batch[i];
        if (!is_asked(e))
            continue;
        for (const st_holder *h = e->holders; h; h = h->next)
            if (is_match(p, h))
                want_history(l, h->subject);
        if (takes_over(e)) {
            want_history(l, e->own);
            want_history(l, e->person);
        } else if (is_other(e)) {
            want_history(l, e->person);
        }
    }
    for (size_t i = 0; i < l->subjects.n; i += LOOKUP) {
        size_t n = l->subjects.n - i < LOOKUP ? l->subjects.n - i : LOOKUP;
        if (!st_posting_histories(p->posting, &l->subjects.items[i], n, on_history, l, err))
            return false;
    }
    return true;
}

/* -- the questions -- */

static void ask(lookup *l, st_entry *e, st_code code, const char *text, const char *hint) {
    st_person_question q = {code, st_str_of(text), st_str_of(hint ? hint : "")};
    ST_VEC_PUSH(&l->p->arena, &e->questions, q);
}

/* "13 amounts were posted, 2023-01 to 2024-01" */
static const char *posted(const lookup *l, st_str subject) {
    st_arena *a = &l->p->arena;
    const st_person_history *h = history(l, subject);
    if (!h)
        return "nothing was posted";
    const char *count = h->amounts == 1
                            ? "one amount was posted"
                            : st_arena_fmt(a, "%" PRIu64 " amounts were posted", h->amounts);
    if (!h->first[0])
        return count;
    return strcmp(h->first, h->last) == 0
               ? st_arena_fmt(a, "%s, %s", count, h->first)
               : st_arena_fmt(a, "%s, %s to %s", count, h->first, h->last);
}

static st_str shown(const lookup *l, st_str person) {
    return st_person_keys_name(l->p->keys, person);
}

static void ask_known(lookup *l, st_entry *e, const st_holder *h) {
    st_arena *a = &l->p->arena;
    st_str old = shown(l, h->subject);
    ask(l, e, ST_E_PERSON_KNOWN,
        st_arena_fmt(a, "%s of %.*s, for whom %s",
                     h->identity ? "has the identity number" : "has two identifying values",
                     ST_FMT(old), posted(l, h->subject)),
        st_arena_fmt(a,
                     "the same person? write formerly=\"%.*s\" in the record, or let two people "
                     "say so: stipend same %.*s %.*s --reason TEXT; otherwise correct the record",
                     ST_FMT(old), ST_FMT(e->own), ST_FMT(old)));
}

static void ask_other(lookup *l, st_entry *e) {
    st_arena *a = &l->p->arena;
    bool none = true;
    for (size_t i = 0; i < e->n_marks; i++)
        none = none && !e->marks[i].identity;
    const char *what = e->n_identities == 0 ? "had other identifying values until now"
                       : none               ? "had an identity number until now, and has none"
                                            : "had another identity number until now";
    ask(l, e, ST_E_PERSON_OTHER, st_arena_fmt(a, "%s; for this key %s", what, posted(l, e->person)),
        st_arena_fmt(a,
                     "somebody else gets a key of his own; where the number was corrected, let two "
                     "people say so: stipend same %.*s --reason TEXT",
                     ST_FMT(e->own)));
}

static bool has_identity(const st_entry *e) {
    for (size_t i = 0; i < e->n_marks; i++)
        if (e->marks[i].identity)
            return true;
    return false;
}

static bool own_holds_identity(const st_entry *e) {
    for (const st_holder *h = e->holders; h; h = h->next)
        if (h->identity && st_str_eq(h->subject, e->own))
            return true;
    return false;
}

/* What speaks against the record's word that it continues another key; NULL: nothing. */
static const char *against(const lookup *l, const st_entry *e) {
    st_arena *a = &l->p->arena;
    st_str name = shown(l, e->person);
    bool both = e->n_identities > 0 && has_identity(e);
    if (!e->seen && !history(l, e->person))
        return l->p->anybody ? "nobody was ever seen under that key" : NULL;
    if (is_other(e))
        return st_arena_fmt(a, "that person had other identifying values; %s",
                            posted(l, e->person));
    if (!both && !st_str_eq(name, e->formerly) && !st_str_eq(name, e->own))
        return st_arena_fmt(a, "that person is continued by %.*s already", ST_FMT(name));
    if (history(l, e->own) && (!e->same_identity || own_holds_identity(e)))
        return st_arena_fmt(a, "but for the own key %s too", posted(l, e->own));
    return NULL;
}

static void ask_formerly(lookup *l, st_entry *e) {
    st_arena *a = &l->p->arena;
    const char *why = NULL;
    if (takes_over(e))
        why = against(l, e);
    else if (e->linked && !st_person_keys_had(l->p->keys, e->person, e->formerly))
        why = st_arena_fmt(a, "but it continues %.*s already", ST_FMT(e->person));
    if (why)
        ask(l, e, ST_E_PERSON_FORMERLY,
            st_arena_fmt(a, "says formerly=\"%.*s\": %s", ST_FMT(e->formerly), why), NULL);
}

/* Keys that are the person's already, or of which the record itself speaks. */
static bool is_same(const lookup *l, const st_entry *e, st_str subject) {
    st_person_key key = st_person_key_of(l->p->keys, subject);
    return (key.linked && st_str_eq(key.person, e->person)) ||
           st_str_eq(st_person_now(l->p->keys, subject), e->person) ||
           (takes_over(e) && st_str_eq(subject, e->own));
}

static void question(lookup *l, st_entry *e) {
    if (e->formerly.n)
        ask_formerly(l, e);
    if (!takes_over(e) && is_other(e))
        ask_other(l, e);
    for (const st_holder *h = e->holders; h; h = h->next)
        if (is_match(l->p, h) && history(l, h->subject) && !is_same(l, e, h->subject))
            ask_known(l, e, h);
}

bool st_persons_decide(st_persons *p, st_err *err) {
    lookup l = {.p = p};
    st_map_init(&l.users, &p->arena);
    st_map_init(&l.histories, &p->arena);
    if (p->anybody && (!find_holders(&l, err) || !find_histories(&l, err)))
        return false;
    for (size_t i = 0; i < p->n_batch; i++)
        if (is_asked(p->batch[i]))
            question(&l, p->batch[i]);
    return true;
}
