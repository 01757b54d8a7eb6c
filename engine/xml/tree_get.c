/* Looking things up in a small tree. */
#include "xml/tree.h"

bool st_xml_is(const st_xml *e, const char *name) {
    return st_str_is(e->name, name);
}

const st_xml_attr *st_xml_attr_of(const st_xml *e, const char *name) {
    for (size_t i = 0; i < e->n_attrs; i++)
        if (e->attrs[i].ns.n == 0 && st_str_is(e->attrs[i].name, name))
            return &e->attrs[i];
    return NULL;
}

st_str st_xml_get(const st_xml *e, const char *name) {
    const st_xml_attr *a = st_xml_attr_of(e, name);
    return a ? a->value : ST_STR_NONE;
}

static const st_xml *first_named(const st_xml *e, const char *name) {
    while (e && !st_xml_is(e, name))
        e = e->next;
    return e;
}

const st_xml *st_xml_child(const st_xml *e, const char *name) {
    return first_named(e->first, name);
}

const st_xml *st_xml_next(const st_xml *e, const char *name) {
    return first_named(e->next, name);
}

static const char *prefix_uri(const st_xml *e, st_str prefix) {
    if (st_str_is(prefix, "xml"))
        return "http://www.w3.org/XML/1998/namespace";
    for (; e; e = e->parent)
        for (const char *const *p = e->ns_prefixes; p && *p; p += 2)
            if (st_str_is(prefix, p[0]))
                return p[1];
    return NULL;
}

bool st_xml_qname(const st_xml *e, st_str qname, st_str *ns, st_str *local) {
    qname = st_str_trim(qname);
    const char *colon = qname.n ? memchr(qname.p, ':', qname.n) : NULL;
    st_str prefix = colon ? (st_str){qname.p, (size_t)(colon - qname.p)} : ST_STR("");
    const char *uri = prefix_uri(e, prefix);
    if (!uri && colon)
        return false;
    *ns = st_str_of(uri ? uri : "");
    *local = colon ? st_str_sub(qname, prefix.n + 1, qname.n) : qname;
    return true;
}
