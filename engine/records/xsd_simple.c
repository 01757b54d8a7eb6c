/* Simple types of a record's schema: which kind of value, and the notes on the way. Facets are the
 * validator's business. */
#include "records/records_int.h"

bool st_rec_is_xsd(const st_xml *e, const char *name) {
    return st_str_is(e->ns, st_rec_xsd_ns) && st_xml_is(e, name);
}

bool st_rec_unsupported(st_rec_compiler *c, const st_xml *at, const char *fmt, ...) {
    char what[200];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    return st_fail_at(c->err, ST_E_REC_XSD, at->pos, "%s is not supported by the record reader",
                      what);
}

bool st_rec_only_attrs(st_rec_compiler *c, const st_xml *e, const char *const *names) {
    for (size_t i = 0; i < e->n_attrs; i++) {
        const st_xml_attr *a = &e->attrs[i];
        bool known = a->ns.n > 0;
        for (const char *const *n = names; !known && *n; n++)
            known = st_str_is(a->name, *n);
        if (!known)
            return st_rec_unsupported(c, e, "%.*s= on xs:%.*s", ST_FMT(a->name), ST_FMT(e->name));
    }
    return true;
}

const st_xml *st_rec_named_type(st_rec_compiler *c, const char *kind, st_str name) {
    for (const st_xml *e = c->xsd->first; e; e = e->next)
        if (st_rec_is_xsd(e, kind) && st_str_eq(st_xml_get(e, "name"), name))
            return e;
    return NULL;
}

static const struct {
    const char *name;
    st_rec_kind kind;
} builtins[] = {
    {"string", ST_REC_STRING},
    {"normalizedString", ST_REC_STRING},
    {"token", ST_REC_TOKEN},
    {"NMTOKEN", ST_REC_TOKEN},
    {"NCName", ST_REC_TOKEN},
    {"Name", ST_REC_TOKEN},
    {"language", ST_REC_TOKEN},
    {"anyURI", ST_REC_TOKEN},
    {"gYearMonth", ST_REC_TOKEN},
    {"date", ST_REC_DATE},
    {"time", ST_REC_TIME},
    {"dateTime", ST_REC_DATETIME},
    {"boolean", ST_REC_BOOL},
    {"gYear", ST_REC_NUMBER},
    {"decimal", ST_REC_NUMBER},
    {"integer", ST_REC_NUMBER},
    {"nonNegativeInteger", ST_REC_NUMBER},
    {"positiveInteger", ST_REC_NUMBER},
    {"nonPositiveInteger", ST_REC_NUMBER},
    {"negativeInteger", ST_REC_NUMBER},
    {"long", ST_REC_NUMBER},
    {"int", ST_REC_NUMBER},
    {"short", ST_REC_NUMBER},
    {"byte", ST_REC_NUMBER},
    {"unsignedLong", ST_REC_NUMBER},
    {"unsignedInt", ST_REC_NUMBER},
    {"unsignedShort", ST_REC_NUMBER},
    {"unsignedByte", ST_REC_NUMBER},
};

static bool simple_type(st_rec_compiler *c, const st_xml *e, st_rec_simple *out);

static bool simple_named(st_rec_compiler *c, const st_xml *at, st_str qname, st_rec_simple *out) {
    st_str ns, local;
    if (!st_xml_qname(at, qname, &ns, &local))
        return st_rec_unsupported(c, at, "the type %.*s", ST_FMT(qname));
    if (!st_str_is(ns, st_rec_xsd_ns)) {
        const st_xml *named = st_rec_named_type(c, "simpleType", local);
        return named ? simple_type(c, named, out)
                     : st_rec_unsupported(c, at, "the type %.*s", ST_FMT(qname));
    }
    for (size_t i = 0; i < ST_LEN(builtins); i++)
        if (st_str_is(local, builtins[i].name)) {
            st_rec_limits_builtin(&out->limits, local);
            return out->kind = builtins[i].kind, true;
        }
    return st_rec_unsupported(c, at, "the type %.*s", ST_FMT(qname));
}

static void read_white_space(const st_xml *restriction, st_rec_simple *out) {
    const st_xml *ws = st_xml_child(restriction, "whiteSpace");
    if (ws && out->kind == ST_REC_STRING && st_str_is(st_xml_get(ws, "value"), "collapse"))
        out->kind = ST_REC_TOKEN;
}

static bool simple_type(st_rec_compiler *c, const st_xml *e, st_rec_simple *out) {
    if (c->depth > ST_REC_DEPTH_MAX)
        return st_rec_unsupported(c, e, "a type derived over more than %d steps", ST_REC_DEPTH_MAX);
    const st_xml *restriction = NULL;
    for (const st_xml *x = e->first; x; x = x->next) {
        if (st_rec_is_xsd(x, "restriction"))
            restriction = x;
        else if (!st_rec_is_xsd(x, "annotation"))
            return st_rec_unsupported(c, x, "xs:%.*s", ST_FMT(x->name));
    }
    if (!restriction)
        return st_rec_unsupported(c, e, "an empty simple type");
    const st_xml *inner = st_xml_child(restriction, "simpleType");
    c->depth++;
    bool ok = inner ? simple_type(c, inner, out)
                    : simple_named(c, restriction, st_xml_get(restriction, "base"), out);
    c->depth--;
    read_white_space(restriction, out);
    if (ok && out->kind == ST_REC_NUMBER)
        st_rec_limits_derive(&out->limits, &c->type->arena, restriction);
    return ok && st_rec_read_notes(c, e, &out->notes);
}

bool st_rec_simple_of(st_rec_compiler *c, const st_xml *e, st_rec_simple *out) {
    *out = (st_rec_simple){.kind = ST_REC_STRING, .notes.severity = ST_SEV_REJECTED};
    st_str type = st_xml_get(e, "type");
    const st_xml *inner = st_xml_child(e, "simpleType");
    if (type.p ? !simple_named(c, e, type, out) : inner && !simple_type(c, inner, out))
        return false;
    return st_rec_read_notes(c, e, &out->notes);
}
