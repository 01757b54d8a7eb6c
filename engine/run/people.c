#include "run/people.h"

#include "base/file.h"
#include "calc/calc.h"
#include "run/people_int.h"

enum { SORT_MEMORY = 32 << 20 };

/* -- what is sorted -- */

static uint64_t take_number(st_str *from, size_t bytes) {
    uint64_t v = 0;
    for (size_t i = 0; i < bytes; i++)
        v = v << 8 | (unsigned char)from->p[i];
    *from = st_str_sub(*from, bytes, from->n - bytes);
    return v;
}

st_str st_people_take(st_str *from) {
    size_t n = (size_t)take_number(from, 4);
    st_str s = st_str_sub(*from, 0, n);
    *from = st_str_sub(*from, n, from->n - n);
    return s;
}

/* NUL stands in no key, so the kinds of one person follow one another and no other person. */
void st_people_add(st_people_gather *g, st_str person, st_people_kind kind, const st_buf *payload) {
    st_buf key;
    st_buf_init(&key, 0);
    (void)st_buf_str(&key, person);
    (void)st_buf_ch(&key, 0);
    (void)st_buf_ch(&key, (char)('0' + kind));
    g->ok = g->ok && st_sorter_add(g->sorter, st_buf_view(&key), st_buf_view(payload), g->err);
    st_buf_free(&key);
}

st_str st_people_person(const st_people_gather *g, st_str key) {
    const st_str *other = st_map_get(&g->persons, key);
    return other ? *other : st_person_key_of(g->keys, key).person;
}

uint64_t st_people_number(st_str subject) {
    const st_str prefix = ST_STR("\x1frecord:");
    int64_t n = 0;
    if (subject.n <= prefix.n || !st_str_eq(st_str_sub(subject, 0, prefix.n), prefix) ||
        !st_str_int(st_str_sub(subject, prefix.n, subject.n - prefix.n), &n) || n <= 0)
        return 0;
    return (uint64_t)n;
}

static bool on_outcome(void *ctx, const st_ledger_assessment *a) {
    st_people_gather *g = ctx;
    uint64_t number = st_people_number(a->subject);
    if (number && (!g->nameless.n || g->nameless.items[g->nameless.n - 1] != number))
        ST_VEC_PUSH(&g->arena, &g->nameless, number);
    if (g->opt->one_outcome && (!a->assessed || a->outcome != g->opt->outcome))
        return true;
    st_buf b;
    st_buf_init(&b, 0);
    (void)st_buf_ch(&b, (char)a->assessed);
    (void)st_buf_ch(&b, (char)a->outcome);
    (void)st_buf_be64(&b, (uint64_t)a->due);
    (void)st_buf_be64(&b, (uint64_t)a->net);
    (void)st_buf_sized(&b, st_str_of(a->benefit_name));
    (void)st_buf_sized(&b, a->reasons);
    st_people_add(g, a->subject, ST_PEOPLE_OUTCOME, &b);
    st_buf_free(&b);
    return g->ok;
}

/* What a finding about a record without a key is called. */
static void to_number(st_people_gather *g, st_str subject, const st_buf *payload) {
    st_buf name;
    st_buf_init(&name, 0);
    (void)st_buf_ch(&name, '\x1f');
    (void)st_buf_str(&name, subject);
    if (st_people_number(st_buf_view(&name)))
        st_people_add(g, st_buf_view(&name), ST_PEOPLE_FINDING, payload);
    st_buf_free(&name);
}

static bool on_finding(void *ctx, const st_ledger_finding *f) {
    st_people_gather *g = ctx;
    if (strcmp(f->severity, st_severity_name(ST_SEV_WARNING)) == 0 ||
        strcmp(f->severity, st_severity_name(ST_SEV_NOTE)) == 0)
        return true; /* these hold nobody up */
    st_buf b;
    st_buf_init(&b, 0);
    (void)st_buf_sized(&b, st_str_of(f->benefit_id));
    (void)st_buf_sized(&b, st_str_of(f->code));
    (void)st_buf_sized(&b, st_str_of(f->message));
    st_str subject = st_str_of(f->subject);
    st_people_add(g, st_people_person(g, subject), ST_PEOPLE_FINDING, &b);
    to_number(g, subject, &b);
    st_buf_free(&b);
    return g->ok;
}

/* -- one person after the other -- */

typedef struct found {
    st_str benefit; /* empty: of the whole record */
    st_people_reason reason;
} found;

typedef struct telling {
    st_people_gather *g;
    st_people_sink *each;
    void *ctx;
    st_arena arena; /* of the person */
    st_str person, key, name;
    found found[ST_PEOPLE_REASONS_MAX];
    size_t n_found, n_more;
    bool bad_reasons, stop;
    /* of the row */
    st_people_reason reasons[ST_PEOPLE_REASONS_MAX];
    size_t n_reasons, n_row_more;
    bool wanted;
} telling;

static void next_person(telling *t, st_str person) {
    st_arena_reset(&t->arena);
    t->person = st_str_dup(&t->arena, person);
    t->key = st_people_number(person)
                 ? st_str_sub(t->person, 1, t->person.n - 1)
                 : st_str_dup(&t->arena, st_person_keys_name(t->g->keys, t->person));
    t->name = ST_STR_NONE;
    t->n_found = t->n_more = 0;
}

/* Of several records of one person the first one names him. */
static void take_name(telling *t, st_str payload) {
    st_str key = st_people_take(&payload), name = st_people_take(&payload);
    if (t->name.n)
        return;
    if (key.n)
        t->key = st_str_dup(&t->arena, key);
    t->name = st_str_dup(&t->arena, name);
}

/* A code of which the person has several is told once, so that no code is without room. */
static void take_finding(telling *t, st_str payload) {
    st_str benefit = st_people_take(&payload), code = st_people_take(&payload),
           text = st_people_take(&payload);
    bool room = t->n_found < ST_LEN(t->found);
    for (size_t i = 0; room && i < t->n_found; i++)
        room =
            !st_str_eq(t->found[i].benefit, benefit) || !st_str_eq(t->found[i].reason.code, code);
    if (!room) {
        t->n_more++;
        return;
    }
    t->found[t->n_found++] = (found){st_str_dup(&t->arena, benefit),
                                     {st_str_dup(&t->arena, code), st_str_dup(&t->arena, text)}};
}

static void add_reason(telling *t, st_people_reason r) {
    if (t->g->opt->reason && st_str_is(r.code, t->g->opt->reason))
        t->wanted = true;
    if (t->n_reasons < ST_LEN(t->reasons))
        t->reasons[t->n_reasons++] = r;
    else
        t->n_row_more++;
}

static void on_code(void *ctx, st_str code) {
    telling *t = ctx;
    add_reason(t, (st_people_reason){st_str_dup(&t->arena, code), ST_STR_NONE});
}

static bool held_up(const st_people_row *row) {
    return row->assessed && row->outcome >= ST_HELD;
}

static void take_outcome(telling *t, st_str payload) {
    st_people_row row = {.subject = t->key, .name = t->name};
    row.assessed = take_number(&payload, 1) != 0;
    row.outcome = (st_outcome)take_number(&payload, 1);
    row.due = (st_money)take_number(&payload, 8);
    row.net = (st_money)take_number(&payload, 8);
    st_str benefit = st_people_take(&payload), reasons = st_people_take(&payload);
    row.benefit = st_arena_dup(&t->arena, benefit.p, benefit.n);
    t->n_reasons = t->n_row_more = 0;
    t->wanted = !t->g->opt->reason;
    t->bad_reasons = !st_calc_reasons_read(reasons, on_code, t);
    for (size_t i = 0; held_up(&row) && i < t->n_found; i++)
        if (!t->found[i].benefit.n || st_str_eq(t->found[i].benefit, benefit))
            add_reason(t, t->found[i].reason);
    row.reasons = t->reasons;
    row.n_reasons = t->n_reasons;
    row.n_more = t->n_row_more + (held_up(&row) ? t->n_more : 0);
    if (t->wanted && !t->bad_reasons)
        t->stop = !t->each(t->ctx, &row);
}

static bool tell(telling *t, st_err *err) {
    st_sorted s;
    bool have = false;
    if (!st_sorter_finish(t->g->sorter, err))
        return false;
    while (!t->stop) {
        if (!st_sorter_next(t->g->sorter, &s, &have, err))
            return false;
        if (!have)
            return true;
        st_str person = st_str_sub(s.key, 0, s.key.n - 2);
        if (!t->person.p || !st_str_eq(person, t->person))
            next_person(t, person);
        char kind = s.key.p[s.key.n - 1];
        if (kind == '0' + ST_PEOPLE_NAME)
            take_name(t, s.payload);
        else if (kind == '0' + ST_PEOPLE_FINDING)
            take_finding(t, s.payload);
        else
            take_outcome(t, s.payload);
        if (t->bad_reasons)
            return st_fail(err, ST_E_DB_DATA,
                           "the reasons of %.*s in run %" PRId64 " are no list of codes",
                           ST_FMT(t->key), t->g->run->run);
    }
    return true;
}

static int by_number(const void *a, const void *b) {
    const uint64_t *x = a, *y = b;
    return ST_CMP(*x, *y);
}

/* Names may be missing; that the ledger or the disk fails is no matter of names. */
static bool names(st_people_gather *g, st_err *unnamed) {
    if (g->nameless.n)
        qsort(g->nameless.items, g->nameless.n, sizeof *g->nameless.items, by_number);
    if (st_people_names(g, unnamed))
        return true;
    st_exit class = st_code_exit(unnamed->code);
    if (g->ok && (class == ST_EXIT_DATA || class == ST_EXIT_NOINPUT))
        return true;
    if (g->ok)
        *g->err = *unnamed;
    return false;
}

bool st_people_list(st_ledger *l, const st_run_info *run, const st_people_options *opt,
                    st_people_sink *each, void *ctx, st_err *unnamed, st_err *err) {
    st_people_gather g = {.l = l, .run = run, .opt = opt, .ok = true, .err = err};
    g.sorter = st_sorter_new(st_file_work_folder(opt->state_dir), SORT_MEMORY);
    st_arena_init(&g.arena, 0);
    st_map_init(&g.persons, &g.arena);
    telling *t = st_xmalloc(sizeof *t);
    *t = (telling){.g = &g, .each = each, .ctx = ctx};
    st_arena_init(&t->arena, 0);
    bool ok = st_person_keys_read(l, run->run, &g.keys, err) &&
              st_ledger_assessments(l, run->run, on_outcome, &g, err) && g.ok &&
              names(&g, unnamed) && st_ledger_findings(l, run->run, on_finding, &g, err) && g.ok &&
              tell(t, err);
    st_arena_free(&t->arena);
    free(t);
    st_person_keys_free(g.keys);
    st_sorter_free(g.sorter);
    st_arena_free(&g.arena);
    return ok;
}
