/* Item definitions to FEEL types, in any order of definition. */
#include "dmn/dmn_int.h"

static const st_feel_type *make_item(dmn_file *f, const st_xml *e, uint32_t depth, st_err *err);

bool st_dmn_types_load(dmn_file *f, st_err *err) {
    for (const st_xml *e = st_dmn_child(f, f->root, "itemDefinition"); e;
         e = st_dmn_next(f, e, "itemDefinition")) {
        st_str name = st_dmn_name(&f->model->arena, st_xml_get(e, "name"));
        if (!name.n)
            return st_dmn_fail(err, ST_E_DMN_STRUCTURE, e->pos, "this item definition has no name");
        if (st_map_has(&f->types, name))
            return st_dmn_fail(err, ST_E_DMN_STRUCTURE, e->pos, "the type '%.*s' is defined twice",
                               ST_FMT(name));
        dmn_item *it = ST_NEW(&f->model->arena, dmn_item);
        it->xml = e;
        it->file = f;
        st_map_put(&f->types, name, it);
    }
    return true;
}

static const st_feel_type *item_type(dmn_item *it, uint32_t depth, st_err *err) {
    if (it->type)
        return it->type;
    if (it->open) {
        st_dmn_warn(it->file->model, ST_E_DMN_WARNING, it->xml->pos,
                    "the type '%.*s' contains itself; values inside are not checked",
                    ST_FMT(st_xml_get(it->xml, "name")));
        return &st_feel_any;
    }
    it->open = true;
    it->type = make_item(it->file, it->xml, depth + 1, err);
    it->open = false;
    return it->type;
}

/* An own type, or that of an import by `import.name`; NULL without an error when there is none. */
static dmn_item *find_item(dmn_file *f, st_str name) {
    dmn_item *it = st_map_get(&f->types, name);
    for (size_t i = 0; i < f->imports.n && !it; i++) {
        const dmn_import *im = &f->imports.items[i];
        if (!im->name.n)
            it = st_map_get(&im->file->types, name);
        else if (name.n > im->name.n + 1 && !memcmp(name.p, im->name.p, im->name.n) &&
                 name.p[im->name.n] == '.')
            it = find_item(im->file, st_str_sub(name, im->name.n + 1, name.n));
    }
    return it;
}

/* "feel:number", "feel.number" and "xsd:string" are the built-in types in older files. */
static const st_feel_type *built_in(st_str name) {
    static const struct {
        const char *xsd;
        const st_feel_type *type;
    } names[] = {
        {"int", &st_feel_number},    {"integer", &st_feel_number},    {"long", &st_feel_number},
        {"double", &st_feel_number}, {"decimal", &st_feel_number},    {"float", &st_feel_number},
        {"date", &st_feel_date},     {"dateTime", &st_feel_datetime}, {"time", &st_feel_time},
        {"string", &st_feel_string}, {"boolean", &st_feel_boolean},   {"duration", &st_feel_any}};
    const st_feel_type *t = st_feel_type_named(name);
    for (size_t i = 0; i < name.n && !t; i++)
        if (name.p[i] == ':' || (name.p[i] == '.' && st_str_starts(name, "feel.")))
            return built_in(st_str_sub(name, i + 1, name.n));
    for (size_t i = 0; i < ST_LEN(names) && !t; i++)
        if (st_str_is(name, names[i].xsd))
            t = names[i].type;
    return t;
}

static const st_feel_type *resolve(dmn_file *f, const st_xml *at, st_str ref, uint32_t depth,
                                   st_err *err) {
    st_str name = st_dmn_name(&f->model->arena, ref);
    if (!name.n)
        return &st_feel_any;
    dmn_item *it = find_item(f, name);
    if (it)
        return item_type(it, depth, err);
    const st_feel_type *t = built_in(name);
    st_str ns, local;
    if (!t && at && st_xml_qname(at, name, &ns, &local) && (it = find_item(f, local)))
        return item_type(it, depth, err);
    if (!t)
        st_dmn_fail(err, ST_E_DMN_TYPE, at ? at->pos : (st_pos){.file = f->path},
                    "the type '%.*s' is not defined", ST_FMT(name));
    return t;
}

const st_feel_type *st_dmn_type(dmn_file *f, const st_xml *at, st_str ref, st_err *err) {
    return resolve(f, at, ref, 0, err);
}

const st_feel_type *st_dmn_type_attr(dmn_file *f, const st_xml *e, st_err *err) {
    return e ? resolve(f, e, st_xml_get(e, "typeRef"), 0, err) : &st_feel_any;
}

const st_feel_type *st_dmn_type_lookup(void *file, st_str name) {
    dmn_item *it = find_item(file, name);
    return it ? item_type(it, 0, NULL) : NULL;
}

bool st_dmn_types_check(dmn_file *f, st_err *err) {
    for (size_t i = 0; i < f->types.cap; i++)
        if (f->types.slots[i].key.p && !item_type(f->types.slots[i].value, 0, err))
            return false;
    return true;
}

/* -- making -- */

/* Copy of a type with a constraint from the <text> of e. */
static const st_feel_type *constrained(dmn_file *f, const st_feel_type *base, const st_xml *e,
                                       st_err *err) {
    const st_xml *text = e ? st_dmn_child(f, e, "text") : NULL;
    if (!text || !st_str_trim(text->text.text).n)
        return base;
    st_model *m = f->model;
    st_feel_builder *b = st_feel_builder_new(&m->arena, m->warn, m->warn_ctx);
    st_feel_types(b, st_dmn_type_lookup, f);
    st_feel_strict(b, !m->lenient);
    st_feel_scope_push(b);
    (void)st_feel_scope_declare(b, ST_STR("?"), base);
    st_feel_node *tests = st_feel_parse_tests(b, &text->text, base, err);
    if (!tests)
        return NULL;
    st_feel_scope_pop(b);
    if (st_feel_always(tests))
        return base;
    st_feel_type *t = ST_NEW(&m->arena, st_feel_type);
    *t = *base;
    t->allowed = tests;
    t->allowed_slots = st_feel_slots(b);
    m->types_read_clock = m->types_read_clock || st_feel_reads_clock(b);
    return t;
}

static bool make_field(dmn_file *f, const st_xml *e, const st_feel_type *type, st_feel_field *out,
                       st_err *err) {
    out->name = st_dmn_name(&f->model->arena, st_xml_get(e, "name"));
    out->type = type;
    if (type && !out->name.n)
        return st_dmn_fail(err, ST_E_DMN_STRUCTURE, e->pos, "this part of a type has no name");
    return type != NULL;
}

static const st_feel_type *make_components(dmn_file *f, const st_xml *first, uint32_t depth,
                                           st_err *err) {
    st_feel_type *t = ST_NEW(&f->model->arena, st_feel_type);
    ST_VEC(st_feel_field) fields = {0};
    for (const st_xml *e = first; e; e = st_dmn_next(f, e, "itemComponent")) {
        st_feel_field field;
        if (!make_field(f, e, make_item(f, e, depth + 1, err), &field, err))
            return NULL;
        ST_VEC_PUSH(&f->model->arena, &fields, field);
    }
    t->kind = ST_T_CONTEXT;
    t->fields = fields.items;
    t->n_fields = (uint32_t)fields.n;
    return t;
}

static const st_feel_type *make_function(dmn_file *f, const st_xml *fn, uint32_t depth,
                                         st_err *err) {
    st_feel_type *t = ST_NEW(&f->model->arena, st_feel_type);
    ST_VEC(st_feel_field) fields = {0};
    for (const st_xml *e = st_dmn_child(f, fn, "parameters"); e;
         e = st_dmn_next(f, e, "parameters")) {
        st_feel_field field;
        if (!make_field(f, e, resolve(f, e, st_xml_get(e, "typeRef"), depth, err), &field, err))
            return NULL;
        ST_VEC_PUSH(&f->model->arena, &fields, field);
    }
    t->kind = ST_T_FUNCTION;
    t->fields = fields.items;
    t->n_fields = (uint32_t)fields.n;
    t->elem = resolve(f, fn, st_xml_get(fn, "outputTypeRef"), depth, err);
    return t->elem ? t : NULL;
}

static const st_feel_type *make_base(dmn_file *f, const st_xml *e, uint32_t depth, st_err *err) {
    const st_xml *component = st_dmn_child(f, e, "itemComponent"),
                 *fn = st_dmn_child(f, e, "functionItem");
    if (component)
        return make_components(f, component, depth, err);
    if (fn)
        return make_function(f, fn, depth, err);
    const st_xml *ref = st_dmn_child(f, e, "typeRef");
    return resolve(f, ref ? ref : e, ref ? ref->text.text : st_xml_get(e, "typeRef"), depth, err);
}

static const st_feel_type *named(dmn_file *f, const st_feel_type *t, const st_xml *e) {
    st_feel_type *copy = ST_NEW(&f->model->arena, st_feel_type);
    *copy = *t;
    copy->name = st_dmn_name(&f->model->arena, st_xml_get(e, "name"));
    return copy;
}

static const st_feel_type *make_item(dmn_file *f, const st_xml *e, uint32_t depth, st_err *err) {
    if (depth > DMN_NESTING_MAX) {
        st_dmn_fail(err, ST_E_DMN_LIMIT, e->pos, "types are nested more than %d deep",
                    DMN_NESTING_MAX);
        return NULL;
    }
    const st_feel_type *t = make_base(f, e, depth, err);
    if (t)
        t = constrained(f, t, st_dmn_child(f, e, "allowedValues"), err);
    if (!t)
        return NULL;
    st_str collection = st_str_trim(st_xml_get(e, "isCollection"));
    bool list = st_str_is(collection, "true") || st_str_is(collection, "1");
    bool any = t->kind == ST_T_ANY && !t->allowed;
    if (list)
        t = st_feel_type_list(&f->model->arena, t);
    t = constrained(f, t, st_dmn_child(f, e, "typeConstraint"), err);
    return t && (list || !any) ? named(f, t, e) : t;
}

/* -- clashes -- */

static const st_feel_field *field_named(const st_feel_type *t, st_str name) {
    for (uint32_t i = 0; i < t->n_fields; i++)
        if (st_str_eq(t->fields[i].name, name))
            return &t->fields[i];
    return NULL;
}

static bool clash(const st_feel_type *have, const st_feel_type *want, uint32_t depth) {
    bool open = !have || !want || have->kind == ST_T_ANY || want->kind == ST_T_ANY ||
                have->kind == ST_T_NULL || want->kind == ST_T_NULL;
    if (open || depth > DMN_NESTING_MAX)
        return false;
    if (have->kind == ST_T_LIST ||
        want->kind == ST_T_LIST) /* a single value and a list of one are the same */
        return clash(have->kind == ST_T_LIST ? have->elem : have,
                     want->kind == ST_T_LIST ? want->elem : want, depth + 1);
    if (have->kind == ST_T_DATE && want->kind == ST_T_DATETIME)
        return false;
    if (have->kind != want->kind)
        return true;
    /* A type with a shape has these fields and no more (a boxed context, outputs of a table); of
     * others a value may have more than is said. */
    for (uint32_t i = 0; have->kind == ST_T_CONTEXT && i < want->n_fields; i++) {
        const st_feel_field *f = field_named(have, want->fields[i].name);
        if (f ? clash(f->type, want->fields[i].type, depth + 1) : have->shape != NULL)
            return true;
    }
    return false;
}

bool st_dmn_type_clash(const st_feel_type *have, const st_feel_type *want) {
    return clash(have, want, 0);
}

static const char *type_text(st_arena *a, const st_feel_type *t) {
    st_buf b;
    st_buf_init(&b, 160);
    st_feel_type_print(&b, t);
    char *s = st_arena_dup(a, b.p ? b.p : "", b.n);
    st_buf_free(&b);
    return s;
}

bool st_dmn_type_fits(dmn_file *f, st_pos pos, const char *what, st_str name,
                      const st_feel_type *have, const st_feel_type *want) {
    if (!st_dmn_type_clash(have, want))
        return true;
    st_arena *a = &f->model->arena;
    if (!f->model->lenient)
        st_dmn_warn(f->model, ST_E_DMN_TYPE, pos,
                    "%s '%.*s' is declared as %s, but always is %s: its value will be null", what,
                    ST_FMT(name), type_text(a, want), type_text(a, have));
    return false;
}

bool st_dmn_type_must_fit(dmn_file *f, st_pos pos, const char *what, st_str name,
                          const st_feel_type *have, const st_feel_type *want, st_err *err) {
    if (f->model->lenient || !st_dmn_type_clash(have, want))
        return true;
    st_arena *a = &f->model->arena;
    return st_dmn_fail(err, ST_E_DMN_TYPE, pos, "%s '%.*s' is %s, but must be %s", what,
                       ST_FMT(name), type_text(a, have), type_text(a, want));
}

/* -- functions -- */

const st_feel_type *st_dmn_result_of(const st_feel_type *t) {
    if (t->kind != ST_T_FUNCTION)
        return t;
    return t->elem ? t->elem : &st_feel_any;
}

const st_feel_type *st_dmn_param_type(const st_feel_type *fn, size_t i, const st_feel_type *own) {
    bool said = fn->kind == ST_T_FUNCTION && i < fn->n_fields && fn->fields[i].type;
    return own->kind == ST_T_ANY && said ? fn->fields[i].type : own;
}
