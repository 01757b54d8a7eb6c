/* Elements of a record's schema to the record type: which slots a subject's facts have. */
#include "records/records_int.h"

typedef struct particle {
    st_rec_element *element;
    ST_VEC(st_rec_field) fields;
} particle;

static bool compile_element(st_rec_compiler *c, const st_xml *decl, st_rec_element **out);

/* The complex type of an element declaration, or NULL when its type is simple. */
static const st_xml *complex_of(st_rec_compiler *c, const st_xml *decl) {
    const st_xml *inner = st_xml_child(decl, "complexType");
    st_str type = st_xml_get(decl, "type"), ns, local;
    if (inner || !type.p || !st_xml_qname(decl, type, &ns, &local) || st_str_is(ns, st_rec_xsd_ns))
        return inner;
    return st_rec_named_type(c, "complexType", local);
}

static st_str feel_name(st_rec_compiler *c, const st_rec_field *f) {
    if (f->notes.as.p)
        return f->notes.as;
    st_str s = st_str_dup(&c->type->arena, f->xml);
    char *p = st_arena_dup(&c->type->arena, s.p, s.n);
    for (size_t i = 0; i < s.n; i++)
        if (p[i] == '-')
            p[i] = ' ';
    return (st_str){p, s.n};
}

static const st_feel_type *kind_type(st_rec_kind k) {
    static const st_feel_type *const types[] = {
        [ST_REC_STRING] = &st_feel_string,     [ST_REC_TOKEN] = &st_feel_string,
        [ST_REC_DATE] = &st_feel_date,         [ST_REC_TIME] = &st_feel_time,
        [ST_REC_DATETIME] = &st_feel_datetime, [ST_REC_NUMBER] = &st_feel_number,
        [ST_REC_BOOL] = &st_feel_boolean};
    return types[k];
}

static bool add_field(st_rec_compiler *c, const st_xml *at, particle *p, st_rec_field f) {
    st_arena *a = &c->type->arena;
    f.name = feel_name(c, &f);
    f.not_after = f.id_kind = f.join = -1;
    f.type = f.element ? f.element->type : st_rec_domain_type(c, at, f.kind, kind_type(f.kind));
    if (f.list)
        f.type = st_feel_type_list(a, f.type);
    for (size_t i = 0; i < p->fields.n; i++) {
        if (st_str_eq(p->fields.items[i].name, f.name))
            return st_fail_at(c->err, ST_E_REC_NOTE, at->pos,
                              "two fields are called '%.*s': name one with st:as", ST_FMT(f.name));
        if (st_str_eq(p->fields.items[i].xml, f.xml) && p->fields.items[i].attribute == f.attribute)
            return st_rec_unsupported(c, at, "an element declared twice (%.*s)", ST_FMT(f.xml));
    }
    if (p->fields.n == ST_REC_FIELDS_MAX)
        return st_rec_unsupported(c, at, "an element with more than %d fields", ST_REC_FIELDS_MAX);
    if (f.notes.unique) {
        f.unique = (uint32_t)c->type->uniques.n;
        st_rec_unique rule = {.name = f.name};
        ST_VEC_PUSH(a, &c->type->uniques, rule);
    }
    ST_VEC_PUSH(a, &p->fields, f);
    return true;
}

static void take_simple(st_rec_compiler *c, st_rec_field *f, const st_rec_simple *s) {
    f->kind = s->kind;
    f->notes = s->notes;
    if (s->kind == ST_REC_NUMBER) {
        st_rec_limits *l = ST_NEW(&c->type->arena, st_rec_limits);
        *l = s->limits;
        f->limits = l;
    }
}

static bool add_attribute(st_rec_compiler *c, const st_xml *e, particle *p) {
    static const char *const known[] = {"name", "type", "use", "default", NULL};
    if (!st_rec_only_attrs(c, e, known))
        return false;
    if (st_str_is(st_xml_get(e, "use"), "prohibited"))
        return st_rec_unsupported(c, e, "a prohibited attribute");
    st_rec_simple s;
    if (!st_rec_simple_of(c, e, &s))
        return false;
    st_rec_field f = {.attribute = true};
    take_simple(c, &f, &s);
    f.xml = st_str_dup(&c->type->arena, st_xml_get(e, "name"));
    st_str preset = st_xml_get(e, "default");
    if (preset.p)
        f.preset = st_str_dup(&c->type->arena, preset);
    return add_field(c, e, p, f);
}

static bool is_repeated(const st_xml *e) {
    st_str max = st_xml_get(e, "maxOccurs");
    return max.p && !st_str_is(max, "1") && !st_str_is(max, "0");
}

static bool add_child(st_rec_compiler *c, const st_xml *e, particle *p, bool repeated) {
    static const char *const known[] = {"name", "type", "minOccurs", "maxOccurs", NULL};
    if (!st_rec_only_attrs(c, e, known))
        return false;
    st_rec_field f = {.list = repeated || is_repeated(e)};
    f.xml = st_str_dup(&c->type->arena, st_xml_get(e, "name"));
    if (complex_of(c, e)) {
        st_rec_element *child = NULL;
        f.notes.severity = ST_SEV_REJECTED;
        if (!st_rec_read_notes(c, e, &f.notes) || !compile_element(c, e, &child))
            return false;
        f.element = child;
        if (!f.notes.about.n)
            f.notes.about = st_rec_about(c, complex_of(c, e));
    } else {
        st_rec_simple s;
        if (!st_rec_simple_of(c, e, &s))
            return false;
        take_simple(c, &f, &s);
    }
    return add_field(c, e, p, f);
}

static bool add_group(st_rec_compiler *c, const st_xml *group, particle *p, bool repeated,
                      int depth) {
    static const char *const known[] = {"minOccurs", "maxOccurs", NULL};
    if (depth > ST_REC_DEPTH_MAX)
        return st_rec_unsupported(c, group, "such deep nesting");
    if (!st_rec_only_attrs(c, group, known))
        return false;
    repeated = repeated || is_repeated(group);
    for (const st_xml *e = group->first; e; e = e->next) {
        bool ok = true;
        if (st_rec_is_xsd(e, "element"))
            ok = add_child(c, e, p, repeated);
        else if (st_rec_is_xsd(e, "sequence") || st_rec_is_xsd(e, "choice"))
            ok = add_group(c, e, p, repeated, depth + 1);
        else if (!st_rec_is_xsd(e, "annotation"))
            ok = st_rec_unsupported(c, e, "xs:%.*s", ST_FMT(e->name));
        if (!ok)
            return false;
    }
    return true;
}

static bool add_content(st_rec_compiler *c, const st_xml *type, particle *p) {
    static const char *const known[] = {"name", NULL};
    if (!st_rec_only_attrs(c, type, known))
        return false;
    for (const st_xml *e = type->first; e; e = e->next) {
        bool ok = true;
        if (st_rec_is_xsd(e, "sequence") || st_rec_is_xsd(e, "choice"))
            ok = add_group(c, e, p, false, 0);
        else if (st_rec_is_xsd(e, "attribute"))
            ok = add_attribute(c, e, p);
        else if (!st_rec_is_xsd(e, "annotation"))
            ok = st_rec_unsupported(c, e, "xs:%.*s", ST_FMT(e->name));
        if (!ok)
            return false;
    }
    return true;
}

/* Shape, FEEL type and digest order from the fields. */
static void seal(st_rec_compiler *c, st_rec_element *e) {
    st_arena *a = &c->type->arena;
    st_str *names = ST_NEWN(a, st_str, e->n_fields + 1);
    st_feel_field *fields = ST_NEWN(a, st_feel_field, e->n_fields + 1);
    e->sorted = ST_NEWN(a, uint32_t, e->n_fields + 1);
    for (uint32_t i = 0; i < e->n_fields; i++) {
        names[i] = e->fields[i].name;
        fields[i] = (st_feel_field){names[i], e->fields[i].type};
        uint32_t at = i;
        for (; at > 0 && st_str_cmp(e->fields[e->sorted[at - 1]].name, names[i]) > 0; at--)
            e->sorted[at] = e->sorted[at - 1];
        e->sorted[at] = i;
    }
    e->shape = st_feel_shape_new(a, names, e->n_fields);
    st_feel_type *t = ST_NEW(a, st_feel_type);
    t->kind = ST_T_CONTEXT;
    t->name = e->xml;
    t->fields = fields;
    t->n_fields = e->n_fields;
    t->shape = e->shape;
    e->type = t;
}

static bool compile_element(st_rec_compiler *c, const st_xml *decl, st_rec_element **out) {
    const st_xml *type = complex_of(c, decl);
    if (!type)
        return st_rec_unsupported(c, decl, "this element without a complex type");
    if (++c->depth > ST_REC_DEPTH_MAX)
        return st_rec_unsupported(c, decl, "nesting deeper than %d", ST_REC_DEPTH_MAX);
    particle p = {.fields = {NULL, 0, 0}};
    st_rec_element *e = ST_NEW(&c->type->arena, st_rec_element);
    e->xml = st_str_dup(&c->type->arena, st_xml_get(decl, "name"));
    if (!add_content(c, type, &p))
        return false;
    c->depth--;
    e->fields = p.fields.items;
    e->n_fields = (uint32_t)p.fields.n;
    if (!st_rec_link(c, e))
        return false;
    seal(c, e);
    *out = e;
    return true;
}

static bool is_text_attribute(const st_rec_field *f) {
    return f->attribute && (f->kind == ST_REC_TOKEN || f->kind == ST_REC_STRING);
}

/* Which attributes of the subject hold its key, and the key it had before. */
static bool find_key(st_rec_compiler *c, const st_xml *root) {
    st_record_type *t = c->type;
    t->key = t->formerly = -1;
    for (uint32_t i = 0; i < t->subject->n_fields; i++) {
        const st_rec_field *f = &t->subject->fields[i];
        if (f->notes.key && (t->key >= 0 || !is_text_attribute(f)))
            return st_fail_at(c->err, ST_E_REC_NOTE, root->pos,
                              "st:key=\"true\" belongs on one text attribute of the subject");
        if (f->notes.formerly && (t->formerly >= 0 || f->notes.key || !is_text_attribute(f)))
            return st_fail_at(
                c->err, ST_E_REC_NOTE, root->pos,
                "st:formerly=\"true\" belongs on one text attribute of the subject beside its key");
        t->key = f->notes.key ? (int)i : t->key;
        t->formerly = f->notes.formerly ? (int)i : t->formerly;
    }
    return t->key >= 0 || st_fail_at(c->err, ST_E_REC_NOTE, root->pos,
                                     "no attribute of the subject is marked st:key=\"true\"");
}

/* The root is the one global element; its only child element is the subject. */
static bool find_subject(st_rec_compiler *c, const st_xml *root) {
    st_record_type *t = c->type;
    for (uint32_t i = 0; i < t->root->n_fields; i++) {
        const st_rec_field *f = &t->root->fields[i];
        if (f->attribute)
            continue;
        if (!f->notes.subject || !f->element || !f->list || t->subject)
            return st_fail_at(
                c->err, ST_E_REC_NOTE, root->pos,
                "the root element must have one child element, repeated, with st:subject=\"true\"");
        t->subject = ST_NEW(&t->arena, st_rec_element);
        *t->subject = *f->element;
    }
    if (!t->subject)
        return st_fail_at(c->err, ST_E_REC_NOTE, root->pos,
                          "no element is marked st:subject=\"true\"");
    return find_key(c, root);
}

/* Patterns that the validator of this machine would judge wrongly are told now, not at each value.
 */
static bool check_patterns(st_rec_compiler *c, const st_xml *e) {
    char what[120];
    if (st_rec_is_xsd(e, "pattern") &&
        !st_xml_pattern_judged(st_xml_get(e, "value"), what, sizeof what))
        return st_fail_at(c->err, ST_E_REC_PATTERN, e->pos,
                          "this machine's XML library does not judge the pattern rightly: %s",
                          what);
    for (const st_xml *x = e->first; x; x = x->next)
        if (!check_patterns(c, x))
            return false;
    return true;
}

bool st_rec_compile(st_rec_compiler *c) {
    const st_xml *root = NULL;
    if (!st_rec_is_xsd(c->xsd, "schema"))
        return st_fail_at(c->err, ST_E_REC_XSD, c->xsd->pos, "this is not an XML schema");
    for (const st_xml *e = c->xsd->first; e; e = e->next) {
        if (st_rec_is_xsd(e, "element") && root)
            return st_rec_unsupported(c, e, "a second global element");
        if (st_rec_is_xsd(e, "element"))
            root = e;
        else if (!st_rec_is_xsd(e, "annotation") && !st_rec_is_xsd(e, "simpleType") &&
                 !st_rec_is_xsd(e, "complexType"))
            return st_rec_unsupported(c, e, "xs:%.*s", ST_FMT(e->name));
    }
    if (!root)
        return st_fail_at(c->err, ST_E_REC_XSD, c->xsd->pos, "the schema declares no element");
    for (const st_xml *x = root->first; x; x = x->next)
        if (!st_rec_is_xsd(x, "annotation") && !st_rec_is_xsd(x, "complexType"))
            return st_rec_unsupported(c, x, "xs:%.*s", ST_FMT(x->name));
    c->type->ns = st_str_dup(&c->type->arena, st_xml_get(c->xsd, "targetNamespace"));
    if (!check_patterns(c, c->xsd) || !compile_element(c, root, &c->type->root) ||
        !find_subject(c, root) || !st_rec_link_references(c))
        return false;
    st_rec_name_kinds(c->type);
    return true;
}
