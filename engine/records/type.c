/* Record types: opening, asking, freeing. */
#include "base/file.h"
#include "records/records_int.h"

bool st_record_type_open(const char *xsd_path, st_record_type **out, st_err *err) {
    st_buf bytes;
    st_buf_init(&bytes, ST_XML_TREE_MAX + 1);
    bool ok = st_file_read(xsd_path, ST_XML_TREE_MAX, &bytes, err) &&
              st_record_type_open_bytes(xsd_path, st_buf_view(&bytes), out, err);
    st_buf_free(&bytes);
    return ok;
}

bool st_record_type_open_bytes(const char *path, st_str bytes, st_record_type **out, st_err *err) {
    st_record_type *t = st_xmalloc(sizeof *t);
    memset(t, 0, sizeof *t);
    st_arena_init(&t->arena, 0);
    st_arena scratch;
    st_arena_init(&scratch, 0);
    st_xml *xsd = NULL;
    /* The small tree first: it reports DOCTYPE and broken XML in our words. */
    bool ok = st_xml_parse(&scratch, path, bytes, &xsd, err) &&
              st_xml_schema_open_bytes(path, bytes, &t->schema, err);
    if (ok) {
        st_rec_compiler c = {.type = t, .xsd = xsd, .err = err};
        ok = st_rec_compile(&c);
    }
    if (!ok && err)
        err->pos.file = NULL; /* the tree's name goes away; the copy stays */
    st_arena_free(&scratch);
    if (!ok) {
        st_record_type_free(t);
        return false;
    }
    *out = t;
    return true;
}

void st_record_type_free(st_record_type *t) {
    if (!t)
        return;
    st_xml_schema_free(t->schema);
    st_arena_free(&t->arena);
    free(t);
}

const st_feel_type *st_record_type_facts(const st_record_type *t) {
    return t->subject->type;
}

const st_feel_type *st_record_type_list(const st_record_type *t, st_str name) {
    for (uint32_t i = 0; i < t->subject->n_fields; i++)
        if (t->subject->fields[i].list && st_str_eq(t->subject->fields[i].name, name))
            return t->subject->fields[i].type->elem;
    return NULL;
}

static void tell_fields(const st_rec_element *e, st_buf *path, st_record_field_sink *each,
                        void *ctx) {
    for (uint32_t i = 0; i < e->n_fields; i++) {
        const st_rec_field *f = &e->fields[i];
        size_t before = path->n;
        (void)st_buf_fmt(path, "%s%.*s", before ? "." : "", ST_FMT(f->name));
        each(ctx, st_buf_view(path), f->type, f->notes.about);
        if (f->element)
            tell_fields(f->element, path, each, ctx);
        path->n = before;
    }
}

void st_record_type_fields(const st_record_type *t, st_record_field_sink *each, void *ctx) {
    st_buf path;
    st_buf_init(&path, 0);
    tell_fields(t->subject, &path, each, ctx);
    st_buf_free(&path);
}

/* A context is shown in one piece: when anything in it is private, all of it is. */
static st_mask field_mask(const st_rec_field *f) {
    if (!f->element)
        return f->notes.mask;
    for (uint32_t i = 0; i < f->element->n_fields; i++)
        if (field_mask(&f->element->fields[i]) != ST_MASK_NONE)
            return ST_MASK_ALL;
    return ST_MASK_NONE;
}

st_mask st_record_type_mask(const st_record_type *t, int list, uint32_t slot) {
    const st_rec_element *e = list < 0 ? t->subject : t->subject->fields[list].element;
    if (!e) /* a list of simple values: the field's own */
        return t->subject->fields[list].notes.mask;
    ST_ASSERT(slot < e->n_fields);
    return field_mask(&e->fields[slot]);
}

typedef struct teller {
    void (*each)(void *ctx, st_mask mask, st_val value);
    void *ctx;
} teller;

static void tell_element(const st_rec_element *e, st_val facts, const teller *to);

static void tell_value(const st_rec_field *f, st_val v, const teller *to) {
    if (v.kind == ST_NULL)
        return;
    if (f->element)
        tell_element(f->element, v, to);
    else if (f->notes.mask != ST_MASK_NONE)
        to->each(to->ctx, f->notes.mask, v);
}

static void tell_element(const st_rec_element *e, st_val facts, const teller *to) {
    if (facts.kind != ST_CONTEXT)
        return;
    for (uint32_t i = 0; i < e->n_fields; i++) {
        st_val v = facts.u.context->v[i];
        if (!e->fields[i].list) {
            tell_value(&e->fields[i], v, to);
            continue;
        }
        for (uint32_t k = 0; v.kind == ST_LIST && k < v.u.list->n; k++)
            tell_value(&e->fields[i], v.u.list->v[k], to);
    }
}

void st_record_type_private(const st_record_type *t, st_val facts,
                            void (*each)(void *ctx, st_mask mask, st_val value), void *ctx) {
    teller to = {each, ctx};
    tell_element(t->subject, facts, &to);
}

const char *st_record_type_unique_name(const st_record_type *t, uint32_t field) {
    ST_ASSERT(field < t->uniques.n);
    return t->uniques.items[field].name.p; /* NUL-terminated: a copy of the arena */
}
