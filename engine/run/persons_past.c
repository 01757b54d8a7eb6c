/* Persons of runs that were posted before the ledger knew any: their records are in the archive. */
#include "base/file.h"
#include "run/persons_int.h"
#include "run/restore.h"
#include "run/run_int.h"

typedef struct past {
    st_ledger *ledger;
    const char *state_dir;
    int64_t run;
    st_restored files;
    st_scheme *scheme;
    st_package package; /* its type alone */
    st_person_keys *now;
    st_collect collect;
    st_person_fill *fill;
} past;

static bool on_record(void *ctx, const st_record *r, st_err *err) {
    past *x = ctx;
    if (r->key.n == 0)
        return true;
    st_str person = st_persons_of(x->collect.persons, r);
    return st_collect_uniques(&x->collect, r, person, err) &&
           st_persons_add(x->collect.persons, r, person, err);
}

static bool read_again(past *x, st_err *err) {
    st_records_events events = {NULL, on_record, NULL};
    st_records_options options = {.accept_utf8 = true};
    st_records_result result;
    const char *folder = st_file_work_folder(x->state_dir);
    st_collect *c = &x->collect;
    st_arena_init(&c->arena, 0);
    st_map_init(&c->conflicts, &c->arena);
    c->package = &x->package;
    c->uniques = st_sorter_new(folder, ST_RUN_UNIQUE_MEMORY);
    c->persons = st_persons_new(x->package.type, folder);
    c->persons->again = x->run;
    return st_persons_open(c->persons, x->ledger, x->run, err) &&
           st_person_keys_read(x->ledger, 0, &x->now, err) &&
           st_records_read(x->files.records, x->package.type, &options, &events, x, &result, err) &&
           st_collect_conflicts(c, err);
}

static bool add(past *x, st_str subject, const st_mark *m, st_person_state state, st_err *err) {
    st_str kind = st_str_of(st_record_type_unique_kind(x->package.type, m->field));
    return st_person_fill_add(x->fill, subject, kind, &m->value, state, err);
}

static bool add_key(past *x, const st_entry *e, st_err *err) {
    static const st_person_hash none;
    return e->seen || st_person_fill_add(x->fill, e->own, ST_STR(""), &none, ST_PERSON_SEEN, err);
}

/* Of a record that was used, its values are the person's; of one that was held, the key is known.
 */
static bool note(past *x, const st_entry *e, st_err *err) {
    bool any = false;
    bool used = e->records == 1 && e->state == ST_RECORD_OK &&
                !st_map_has(&x->collect.conflicts, e->person);
    for (size_t i = 0; used && i < e->n_marks; i++) {
        any = any || (!e->marks[i].own && !e->marks[i].held);
        if (!e->marks[i].own && !e->marks[i].held &&
            !add(x, e->person, &e->marks[i], ST_PERSON_OWN, err))
            return false;
    }
    if (used && !st_str_eq(e->own, e->person) && !st_person_key_of(x->now, e->own).linked &&
        !st_person_fill_key(x->fill, e->own, e->person, err))
        return false;
    return any || add_key(x, e, err);
}

static bool known(void *ctx, st_person_value *out, bool *row, st_err *err) {
    return st_person_fill_known(ctx, out, row, err);
}

static bool fill(past *x, st_err *err) {
    st_persons *p = x->collect.persons;
    if (!st_person_fill_begin(x->ledger, x->run, &x->fill, err))
        return false;
    if (!x->fill)
        return true;
    p->known = known;
    p->known_ctx = x->fill;
    bool ok = st_persons_start(p, err);
    do {
        ok = ok && st_persons_batch(p, err);
        for (size_t i = 0; ok && i < p->n_batch; i++)
            ok = note(x, p->batch[i], err);
    } while (ok && p->n_batch);
    return ok && st_person_fill_commit(x->fill, err);
}

static void close_past(past *x) {
    st_person_fill_end(x->fill);
    st_person_keys_free(x->now);
    if (x->collect.persons) {
        st_persons_free(x->collect.persons);
        st_sorter_free(x->collect.uniques);
        st_arena_free(&x->collect.arena);
    }
    st_record_type_free(x->package.type);
    st_scheme_free(x->scheme);
    st_restore_end(&x->files);
}

static bool collect_again(st_ledger *l, const char *state_dir, int64_t run, st_err *err) {
    past x = {.ledger = l, .state_dir = state_dir, .run = run};
    bool ok =
        st_restore_begin(l, run, state_dir, &x.files, err) &&
        st_scheme_open_from(st_sources_again(x.files.rules), x.files.scheme, &x.scheme, err) &&
        st_scheme_read_files(x.scheme, err) &&
        st_record_type_open_bytes(x.scheme->schema->path, x.scheme->schema->bytes, &x.package.type,
                                  err) &&
        read_again(&x, err) && fill(&x, err);
    close_past(&x);
    return ok || st_err_wrap(err, "collecting the persons of run %" PRId64, run);
}

bool st_persons_past(st_ledger *l, const char *state_dir, st_err *err) {
    int64_t run = 0, last = 0;
    for (;;) {
        if (!st_person_due(l, &run, err))
            return false;
        if (run == 0)
            return true;
        if (run == last)
            return st_fail(err, ST_E_DB_MISMATCH, "the persons of run %" PRId64 " stay unknown",
                           run);
        last = run;
        if (!collect_again(l, state_dir, run, err))
            return false;
    }
}
