/* Who the records' persons are, beside what a ledger made by hand knows of them. */
#include "run/persons_int.h"
#include "support/check_tap.h"

enum { MOST = 5 };
/* Values are "i1", "a2", "c3": an identity number, an account, a certificate, of which name. */
typedef struct record {
    const char *key, *values;
    st_record_state state;
} record;
typedef struct known {
    const char *subject, *value; /* value "": the key alone */
    st_person_state state;
    int64_t run;
    bool fixes;
} known;
typedef struct row {
    const char *name;
    record records[MOST]; /* in any order */
    known rows[MOST];     /* in the ledger's order */
    const char *wanted;   /* per person: what is known of it and of each value */
} row;

/* clang-format off */
static const row rows[] = {
    {"nobody", {{0}}, {{0}}, ""},
    {"nobody in the file", {{0}}, {{"p", "i1", ST_PERSON_OWN, 1, false}}, ""},
    {"a new person", {{"p", "i1 a2", 0}}, {{0}}, "p 1 new 0+0: i1, a2|"},
    {"somebody else is known", {{"p", "i1", 0}}, {{"o", "i1", ST_PERSON_OWN, 1, false}, {"q", "i1", ST_PERSON_OWN, 1, false}}, "p 1 new 0+0: i1|"},
    {"as it was", {{"p", "i1 a2", 0}}, {{"p", "i1", ST_PERSON_OWN, 1, false}, {"p", "a2", ST_PERSON_OWN, 1, false}},
     "p 1 seen 1+1 same: i1 own, a2 own|"},
    {"another account", {{"p", "i1 a3", 0}}, {{"p", "i1", ST_PERSON_OWN, 1, false}, {"p", "a2", ST_PERSON_OWN, 1, false}},
     "p 1 seen 1+1 same: i1 own, a3|"},
    {"another number", {{"p", "i4 a2", 0}}, {{"p", "i1", ST_PERSON_OWN, 1, false}, {"p", "a2", ST_PERSON_OWN, 1, false}},
     "p 1 seen 1+1: i4, a2 own|"},
    {"the key alone was seen", {{"p", "i1", 0}}, {{"p", "", ST_PERSON_SEEN, 1, false}}, "p 1 seen 0+0: i1|"},
    {"seen with what was held", {{"p", "i1", 0}}, {{"p", "i1", ST_PERSON_SEEN, 1, false}}, "p 1 seen 0+0: i1|"},
    {"held by the run that is collected again", {{"p", "i1", 0}}, {{"p", "i1", ST_PERSON_SEEN, 7, false}}, "p 1 seen 0+0: i1 held|"},
    {"shared with somebody", {{"p", "i1 a2", 0}}, {{"p", "a2", ST_PERSON_SHARED, 1, false}, {"p", "i1", ST_PERSON_OWN, 1, false}},
     "p 1 seen 1+0 same: i1 own, a2 shared|"},
    {"own and shared", {{"p", "a2", 0}}, {{"p", "a2", ST_PERSON_SHARED, 1, false}, {"p", "a2", ST_PERSON_OWN, 1, false}}, "p 1 seen 0+1: a2 own shared|"},
    {"a number that was said to be wrong", {{"p", "i1", 0}}, {{"p", "i1", ST_PERSON_OWN, 1, false}, {"p", "", ST_PERSON_SEEN, 2, true}, {"p", "i4", ST_PERSON_OWN, 3, false}},
     "p 1 seen 1+0: i1|"},
    {"the number after that word", {{"p", "i4", 0}}, {{"p", "i1", ST_PERSON_OWN, 1, false}, {"p", "", ST_PERSON_SEEN, 2, true}, {"p", "i4", ST_PERSON_OWN, 3, false}},
     "p 1 seen 1+0 same: i4 own|"},
    {"an account from before that word", {{"p", "i4 a2", 0}}, {{"p", "a2", ST_PERSON_OWN, 1, false}, {"p", "", ST_PERSON_SEEN, 2, true}},
     "p 1 seen 0+1: i4, a2 own|"},
    {"no value at all", {{"p", "", 0}}, {{"p", "i1", ST_PERSON_OWN, 1, false}}, "p 1 seen 1+0: |"},
    {"several persons in order", {{"r", "i3", 0}, {"p", "i1", 0}, {"q", "i2", 0}}, {{"p", "i1", ST_PERSON_OWN, 1, false}, {"r", "i3", ST_PERSON_OWN, 1, false}},
     "p 1 seen 1+0 same: i1 own|q 1 new 0+0: i2|r 1 seen 1+0 same: i3 own|"},
    {"several records of one", {{"p", "i1", 0}, {"q", "i2", 0}, {"p", "i3", 0}}, {{0}}, "p 2 new 0+0: i1|q 1 new 0+0: i2|"},
    {"several records of the last one", {{"p", "i1", 0}, {"q", "i2", 0}, {"q", "i3", 0}}, {{0}}, "p 1 new 0+0: i1|q 2 new 0+0: i2|"},
    {"identity numbers go first", {{"p", "c1 a2 i3", 0}}, {{0}}, "p 1 new 0+0: i3, c1, a2|"},
    {"a record that is held", {{"p", "i1", ST_RECORD_HELD}}, {{"p", "i1", ST_PERSON_OWN, 1, false}}, "p 1 seen 1+0 same held: i1 own|"},
    {"a record that is rejected", {{"p", "i1", ST_RECORD_REJECTED}}, {{0}}, "p 1 new 0+0 rejected: i1|"},
};
/* clang-format on */

static st_record_type *type;
static st_persons *persons;
static st_err err;

static const char *kind_of(char letter) {
    return letter == 'i' ? "identity" : letter == 'a' ? "account" : "certificate";
}

static uint32_t field_of(char letter) {
    for (uint32_t f = 0; f < st_record_type_uniques(type); f++)
        if (strcmp(st_record_type_unique_kind(type, f), kind_of(letter)) == 0)
            return f;
    ck_abort_msg("no rule of kind %s", kind_of(letter));
}

static st_person_hash hash_of(const char *value, size_t n) {
    st_sha256 full;
    st_person_hash h;
    st_hmac_of(persons->hmac, kind_of(value[0]), value, n, &full);
    memcpy(h.b, full.b, ST_PERSON_VALUE_LEN);
    return h;
}

typedef struct ledger {
    const known *next, *end;
} ledger;

static bool give(void *ctx, st_person_value *out, bool *have, st_err *e) {
    ledger *l = ctx;
    (void)e;
    *have = l->next < l->end && l->next->subject;
    if (!*have)
        return true;
    const known *k = l->next++;
    *out = (st_person_value){.subject = st_str_of(k->subject),
                             .kind = st_str_of(*k->value ? kind_of(k->value[0]) : ""),
                             .run = k->run,
                             .state = k->state,
                             .fixes = k->fixes};
    if (*k->value)
        out->value = hash_of(k->value, strlen(k->value));
    return true;
}

static void add(const record *r) {
    st_record_unique unique[MOST];
    st_record x = {.state = r->state, .key = st_str_of(r->key), .unique = unique};
    for (const char *p = r->values; *p; p += strcspn(p, " "), p += *p == ' ')
        unique[x.n_unique++] =
            (st_record_unique){.field = field_of(*p), .value = {p, strcspn(p, " ")}};
    ck_assert(st_persons_add(persons, &x, x.key, &err));
}

/* The values of the case by what they hash to. */
static const char *name_of(const row *r, const st_mark *m) {
    static char name[8];
    for (size_t i = 0; i < MOST && r->records[i].key; i++)
        for (const char *p = r->records[i].values; *p; p += strcspn(p, " "), p += *p == ' ') {
            st_person_hash h = hash_of(p, strcspn(p, " "));
            (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(p, " "), p);
            if (memcmp(&h, &m->value, sizeof h) == 0)
                return name;
        }
    return "?";
}

static void tell(const row *r, const st_entry *e, st_buf *b) {
    (void)st_buf_fmt(b, "%.*s %zu %s %zu+%zu%s%s:", ST_FMT(e->person), e->records,
                     e->seen ? "seen" : "new", e->n_identities, e->n_others,
                     e->same_identity ? " same" : "",
                     e->state == ST_RECORD_OK     ? ""
                     : e->state == ST_RECORD_HELD ? " held"
                                                  : " rejected");
    for (size_t i = 0; i < e->n_marks; i++) {
        const st_mark *m = &e->marks[i];
        const char *name = name_of(r, m);
        ck_assert_msg(m->identity == (name[0] == 'i'), "%s", r->name);
        (void)st_buf_fmt(b, "%s %s%s%s%s", i ? "," : "", name, m->own ? " own" : "",
                         m->shared ? " shared" : "", m->held ? " held" : "");
    }
    (void)st_buf_z(b, e->n_marks ? "|" : " |");
}

static void begin(void) {
    static const char secret[] = "a secret of thirty-two bytes....";
    st_err_init(&err);
    ck_assert_msg(st_record_type_open("schemas/records.xsd", &type, &err), "%s", err.msg);
    persons = st_persons_new(type, "/tmp");
    persons->hmac = st_hmac_new((const uint8_t *)secret, 32);
    persons->known = give;
    persons->again = 7;
}

static void finish(void) {
    st_persons_free(persons);
    st_record_type_free(type);
}

START_TEST(compared) {
    const row *r = &rows[_i];
    begin();
    ledger l = {r->rows, r->rows + MOST};
    persons->known_ctx = &l;
    size_t n = 0;
    for (; n < MOST && r->records[n].key; n++)
        add(&r->records[n]);
    ck_assert(st_persons_start(persons, &err));
    ck_assert_msg(persons->anybody == (r->rows[0].subject != NULL), "%s", r->name);
    st_buf b;
    st_buf_init(&b, 4096);
    (void)st_buf_z(&b, "");
    do {
        ck_assert(st_persons_batch(persons, &err));
        for (size_t i = 0; i < persons->n_batch; i++)
            tell(r, persons->batch[i], &b);
    } while (persons->n_batch);
    ck_assert_msg(strcmp(b.p ? b.p : "", r->wanted) == 0, "%s: %s\ninstead of %s", r->name, b.p,
                  r->wanted);
    uint64_t fresh, seen;
    st_persons_counts(persons, &fresh, &seen);
    size_t news = 0, olds = 0;
    for (const char *p = r->wanted; (p = strstr(p, " new ")); p++)
        news++;
    for (const char *p = r->wanted; (p = strstr(p, " seen ")); p++)
        olds++;
    ck_assert_msg(fresh == news && seen == olds, "%s", r->name);
    st_buf_free(&b);
    finish();
}
END_TEST

/* More persons than are looked up together: each is met once, whatever batch it is in. */
START_TEST(more_than_a_batch) {
    enum { PERSONS = 2 * ST_PERSONS_BATCH + 3 };
    begin();
    ledger l = {rows[0].rows, rows[0].rows};
    persons->known_ctx = &l;
    for (int i = PERSONS - 1; i >= 0; i--) {
        char key[16];
        (void)snprintf(key, sizeof key, "p%05d", i);
        add(&(record){key, "i1", ST_RECORD_OK});
    }
    ck_assert(st_persons_start(persons, &err));
    static const size_t sizes[] = {ST_PERSONS_BATCH, ST_PERSONS_BATCH, 3, 0};
    int at = 0;
    for (size_t k = 0; k < ST_LEN(sizes); k++) {
        ck_assert(st_persons_batch(persons, &err));
        ck_assert_uint_eq(persons->n_batch, sizes[k]);
        for (size_t i = 0; i < persons->n_batch; i++) {
            char key[16];
            (void)snprintf(key, sizeof key, "p%05d", at++);
            ck_assert(st_str_is(persons->batch[i]->person, key));
        }
    }
    finish();
}
END_TEST

/* Without a ledger nothing is kept and nothing asked. */
START_TEST(nobody_is_known_without_a_ledger) {
    begin();
    st_hmac_free(persons->hmac);
    persons->hmac = NULL;
    st_record x = {.key = ST_STR("p")};
    const st_person_question *q;
    size_t n = 7;
    ck_assert(st_persons_add(persons, &x, x.key, &err) && st_persons_begin(persons, NULL, &err));
    ck_assert(st_persons_ask(persons, x.key, &q, &n, &err) && n == 0);
    ck_assert(st_persons_keep(persons, ST_RECORD_OK, &err));
    ck_assert(!st_persons_moved(persons, x.key));
    finish();
}
END_TEST

int main(void) {
    const ck_case cases[] = {CK_TABLE(compared, rows), CK_CASE(more_than_a_batch),
                             CK_CASE(nobody_is_known_without_a_ledger)};
    return ck_run("run/persons", cases, ST_LEN(cases));
}
