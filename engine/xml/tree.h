/* A small read-only tree for rules, schemas and test files (never for records). No DOCTYPE, no
 * network, no entities beyond the five of XML; limits below. */
#ifndef ST_XML_TREE_H
#define ST_XML_TREE_H

#include "base/src.h"

enum { ST_XML_TREE_MAX = 64 << 20, ST_XML_DEPTH_MAX = 200 };

typedef struct st_xml_attr {
    st_str ns, name, value; /* ns empty = none */
    st_src src;             /* value with positions */
} st_xml_attr;

typedef struct st_xml st_xml;
struct st_xml {
    st_str ns, name; /* namespace URI and local name */
    st_pos pos;      /* of the '<' */
    st_xml_attr *attrs;
    size_t n_attrs;
    st_xml *parent, *first, *next; /* element children only */
    st_src text; /* all character data directly inside, in order, with positions */
    const char *const *ns_prefixes; /* pairs prefix, URI declared here (NULL-ended), for QNames in
                                       values; "" = default */
};

/* Parses a file (or bytes, named file for messages). Everything lives in the arena. Errors have
 * line and column. */
bool st_xml_parse_file(st_arena *a, const char *path, st_xml **root, st_err *err);
bool st_xml_parse(st_arena *a, const char *file, st_str bytes, st_xml **root, st_err *err);

const st_xml_attr *st_xml_attr_of(const st_xml *e,
                                  const char *name);  /* attribute without namespace */
st_str st_xml_get(const st_xml *e, const char *name); /* its value, or none (p NULL) */
const st_xml *st_xml_child(const st_xml *e,
                           const char *name); /* first child by local name, any namespace */
const st_xml *st_xml_next(const st_xml *e, const char *name); /* next sibling by local name */
bool st_xml_is(const st_xml *e, const char *name);            /* local name */
/* Resolves a QName in a value ("feel:number") at this element: namespace and local part; false when
 * the prefix is not declared. */
bool st_xml_qname(const st_xml *e, st_str qname, st_str *ns, st_str *local);

#endif
