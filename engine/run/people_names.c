/* The archived records of a run: whose key stands in which record, and his name as it may be shown.
 */
#include "base/file.h"
#include "run/people_int.h"
#include "run/persons.h"
#include "run/restore.h"
#include "run/run.h"

typedef struct reading {
    st_people_gather *g;
    st_restored files;
    st_package package;
    st_persons *persons;
    st_buf payload, name;
} reading;

static bool is_nameless(const st_people_gather *g, uint64_t ordinal) {
    size_t from = 0, to = g->nameless.n;
    while (from < to) {
        size_t mid = from + (to - from) / 2;
        if (g->nameless.items[mid] == ordinal)
            return true;
        if (g->nameless.items[mid] < ordinal)
            from = mid + 1;
        else
            to = mid;
    }
    return false;
}

/* What the schema marks as a name, masked; several (surname, given name) after one another. */
static void name_of(reading *x, const st_record *r) {
    st_buf_clear(&x->name);
    if (r->facts.kind != ST_CONTEXT)
        return;
    const st_context *c = r->facts.u.context;
    for (uint32_t i = 0; i < c->shape->n; i++) {
        if (c->v[i].kind != ST_STRING ||
            st_record_type_mask(x->package.type, -1, i) != ST_MASK_NAME)
            continue;
        if (x->name.n)
            (void)st_buf_ch(&x->name, ' ');
        st_mask_add(&x->name, ST_MASK_NAME, st_val_str(c->v[i]));
    }
}

static void note_person(st_people_gather *g, st_str key, st_str person) {
    if (st_str_eq(key, person) || st_map_has(&g->persons, key))
        return;
    st_str *to = st_arena_alloc(&g->arena, sizeof *to);
    *to = st_str_dup(&g->arena, person);
    st_map_put(&g->persons, key, to);
}

/* A record with a key of its own that is assessed by its number is not the first one of its person;
 * the finding stands with the person alone. */
static void note_repeated(reading *x, st_str row, const st_record *r) {
    char text[ST_MSG_MAX];
    (void)snprintf(text, sizeof text, "%.*s: this id stands at several records of the file",
                   ST_FMT(r->key));
    st_buf_clear(&x->payload);
    (void)st_buf_sized(&x->payload, ST_STR_NONE);
    (void)st_buf_sized(&x->payload, st_str_of(st_code_id(ST_E_RUN_DUPLICATE)));
    (void)st_buf_sized(&x->payload, st_str_of(text));
    st_people_add(x->g, row, ST_PEOPLE_FINDING, &x->payload);
}

static bool on_record(void *ctx, const st_record *r, st_err *err) {
    (void)err;
    reading *x = ctx;
    st_people_gather *g = x->g;
    name_of(x, r);
    st_buf_clear(&x->payload);
    (void)st_buf_sized(&x->payload, r->key);
    (void)st_buf_sized(&x->payload, st_buf_view(&x->name));
    if (is_nameless(g, r->ordinal)) {
        char row[40];
        (void)snprintf(row, sizeof row, "\x1frecord:%" PRIu64, r->ordinal);
        st_people_add(g, st_str_of(row), ST_PEOPLE_NAME, &x->payload);
        if (r->key.n)
            note_repeated(x, st_str_of(row), r);
    } else if (r->key.n) {
        st_str person = st_persons_of(x->persons, r);
        note_person(g, r->key, person);
        st_people_add(g, person, ST_PEOPLE_NAME, &x->payload);
    }
    return g->ok;
}

static bool read_all(reading *x, st_err *err) {
    st_records_events events = {NULL, on_record, NULL};
    st_records_options options = {.accept_utf8 = true};
    st_records_result result;
    x->persons = st_persons_new(x->package.type, st_file_work_folder(x->g->opt->state_dir));
    return st_persons_open(x->persons, x->g->l, x->g->run->run, err) &&
           st_records_read(x->files.records, x->package.type, &options, &events, x, &result, err);
}

bool st_people_names(st_people_gather *g, st_err *err) {
    reading x = {.g = g};
    if (!st_restore_begin(g->l, g->run->run, g->opt->state_dir, &x.files, err))
        return false;
    st_buf_init(&x.payload, 0);
    st_buf_init(&x.name, 0);
    bool ok = st_package_again(x.files.rules, x.files.scheme, &x.package, err);
    ok = ok && read_all(&x, err);
    st_persons_free(x.persons);
    st_package_close(&x.package);
    st_restore_end(&x.files);
    st_buf_free(&x.payload);
    st_buf_free(&x.name);
    return ok;
}
