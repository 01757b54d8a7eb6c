/* A scope with variables of every make, for the FEEL targets. */
#ifndef FUZZ_FEEL_H
#define FUZZ_FEEL_H

#include "feel/feel.h"

typedef struct fuzz_scope {
    st_arena arena;
    st_feel_builder *b;
    st_val globals[6];
} fuzz_scope;

static inline void fuzz_open(fuzz_scope *s) {
    static const st_feel_field fields[] = {{{"kind", 4}, &st_feel_string},
                                           {{"issue date", 10}, &st_feel_date}};
    static const char *const names[] = {"n", "text", "a-b", "工龄", "list of certs", "unknown"};
    st_arena_init(&s->arena, 0);
    st_arena *a = &s->arena;
    s->b = st_feel_builder_new(a, NULL, NULL);
    const st_str keys[] = {fields[0].name, fields[1].name};
    const st_shape *shape = st_feel_shape_new(a, keys, 2);
    st_feel_type *cert = ST_NEW(a, st_feel_type);
    *cert = (st_feel_type){.kind = ST_T_CONTEXT,
                           .name = ST_STR("tCert"),
                           .fields = fields,
                           .n_fields = 2,
                           .shape = shape};
    st_val *values = ST_NEWN(a, st_val, 2), *items = ST_NEWN(a, st_val, 2);
    values[0] = st_string(ST_STR("senior"));
    values[1] = st_date_val((st_date){2024, 1, 31});
    items[0] = items[1] = st_context_val(a, shape, values);
    const st_val all[] = {st_number_int(42), st_string(ST_STR("abc")), st_number_int(7),
                          st_number_int(26), st_list_val(a, items, 2), st_null()};
    const st_feel_type *types[] = {&st_feel_number,
                                   &st_feel_string,
                                   &st_feel_number,
                                   &st_feel_number,
                                   st_feel_type_list(a, cert),
                                   &st_feel_any};
    for (uint32_t i = 0; i < ST_LEN(all); i++) {
        s->globals[i] = all[i];
        st_feel_global(s->b, st_str_of(names[i]), i, types[i]);
    }
}

static inline void fuzz_close(fuzz_scope *s) {
    st_arena_free(&s->arena);
}

#endif
