/* Record types: opening, asking, freeing. */
#include "records/records_int.h"

bool st_record_type_open(const char *xsd_path, st_record_type **out, st_err *err) {
    st_record_type *t = st_xmalloc(sizeof *t);
    memset(t, 0, sizeof *t);
    st_arena_init(&t->arena, 0);
    st_arena scratch;
    st_arena_init(&scratch, 0);
    st_xml *xsd = NULL;
    bool ok = st_xml_schema_open(xsd_path, &t->schema, err) &&
              st_xml_parse_file(&scratch, xsd_path, &xsd, err);
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

const char *st_record_type_unique_name(const st_record_type *t, uint32_t field) {
    ST_ASSERT(field < t->uniques.n);
    return t->uniques.items[field].p; /* NUL-terminated: a copy of the arena */
}
