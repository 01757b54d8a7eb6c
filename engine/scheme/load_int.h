/* Inside scheme only: attributes of scheme.xml with their places. */
#ifndef ST_SCHEME_LOAD_INT_H
#define ST_SCHEME_LOAD_INT_H

#include "scheme/scheme.h"
#include "xml/tree.h"

typedef struct loader {
    st_scheme *s;
    st_arena *a;
    st_err *err;
} loader;

static inline size_t count(const st_xml *e, const char *name) {
    size_t n = 0;
    for (const st_xml *c = st_xml_child(e, name); c; c = st_xml_next(c, name))
        n++;
    return n;
}

static inline bool bad(loader *l, const st_xml *e, const char *attr, const char *what) {
    const st_xml_attr *a = st_xml_attr_of(e, attr);
    return st_fail_at(l->err, ST_E_SCHEME_VALUE, a ? st_src_pos(&a->src, 0) : e->pos, "%s: %s",
                      attr, what);
}

/* The XSD has checked the lexical forms; what it cannot see (13th months, sizes) is checked here.
 */
static inline bool month_attr(loader *l, const st_xml *e, const char *name, st_month absent,
                              st_month *out) {
    st_str text = st_xml_get(e, name);
    *out = absent;
    if (!text.p)
        return true;
    return st_month_parse(st_str_trim(text), out) || bad(l, e, name, "not a month like 2023-01");
}

static inline st_str text_attr(const st_xml *e, const char *name) {
    st_str text = st_xml_get(e, name);
    return text.p ? st_str_trim(text) : ST_STR("");
}

/* Ids behind spaces, in the arena; none when the attribute is absent. */
st_ids st_load_ids(loader *l, const st_xml *e, const char *name);
/* Cadence, its changes, the list of an award, and what a dropped benefit says of its keys. */
bool st_load_cadence(loader *l, const st_xml *e, st_benefit *b);
/* Once first, last and the scheme's periods are known: no change of cadence may divide an occasion.
 */
bool st_load_borders(loader *l, const st_xml *e, st_benefit *b);
/* What xs:unique of the format says, with a text that names the id and both places. */
bool st_load_unique(st_arena *a, const st_xml *root, st_err *err);
/* What benefits were called before: nothing that is still there, and no name twice. */
bool st_load_names(loader *l, const st_xml *root);

#endif
