/* Judging a file by the table of words, and the URIs of versions and languages. */
#include "dmn/vocabulary.h"

#define XSI "http://www.w3.org/2001/XMLSchema-instance"

/* Namespaces of DMN's own elements. The namespace of 1.1 had two spellings in the wild. */
static const char *const versions[] = {
    "https://www.omg.org/spec/DMN/",                  /* 1.7, for ever */
    "https://www.omg.org/spec/DMN/20240513/MODEL/",   /* 1.6 */
    "https://www.omg.org/spec/DMN/20230324/MODEL/",   /* 1.5 */
    "https://www.omg.org/spec/DMN/20211108/MODEL/",   /* 1.4 */
    "https://www.omg.org/spec/DMN/20191111/MODEL/",   /* 1.3 */
    "http://www.omg.org/spec/DMN/20180521/MODEL/",    /* 1.2 */
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",   /* 1.1 */
    "http://www.omg.org/spec/DMN/20151101/dmn11.xsd", /* 1.1 */
};

/* Without the scheme: tools write http and https. */
static const char *const feel[] = {
    "www.omg.org/spec/DMN/FEEL/",          /* 1.7 */
    "www.omg.org/spec/DMN/20240513/FEEL/", /* 1.6 */
    "www.omg.org/spec/DMN/20230324/FEEL/", /* 1.5 */
    "www.omg.org/spec/DMN/20211108/FEEL/", /* 1.4 */
    "www.omg.org/spec/DMN/20191111/FEEL/", /* 1.3 */
    "www.omg.org/spec/DMN/20180521/FEEL/", /* 1.2 */
    "www.omg.org/spec/FEEL/20140401",      /* 1.1 */
};

bool st_dmn_known_namespace(st_str ns) {
    for (size_t i = 0; i < ST_LEN(versions); i++)
        if (st_str_is(ns, versions[i]))
            return true;
    return false;
}

bool st_dmn_is_feel(st_str language) {
    st_str uri = st_str_trim(language);
    if (st_str_is(uri, "feel") || st_str_is(uri, "FEEL")) /* as Camunda's modeller writes */
        return true;
    size_t scheme = st_str_starts(uri, "https://") ? 8 : st_str_starts(uri, "http://") ? 7 : 0;
    for (size_t i = 0; i < ST_LEN(feel) && scheme; i++)
        if (st_str_is(st_str_sub(uri, scheme, uri.n), feel[i]))
            return true;
    return false;
}

static const dmn_word *find(const char *in, st_str name, bool attribute) {
    size_t n;
    const dmn_word *w = st_dmn_words(&n);
    for (size_t i = 0; i < n; i++)
        if (w[i].attribute == attribute && strcmp(w[i].in, in) == 0 && st_str_is(name, w[i].name))
            return &w[i];
    return NULL;
}

static const dmn_word *word_of(const char *in, st_str name, bool attribute) {
    const dmn_word *w = find(in, name, attribute);
    return w ? w : find("tDMNElement", name, attribute);
}

/* -- attributes -- */

static bool refuse(st_err *err, st_pos pos, const st_xml *e, st_str name, const char *why) {
    return st_dmn_fail(err, ST_E_DMN_WORD, pos, "'%.*s' of %.*s %s", ST_FMT(name), ST_FMT(e->name),
                       why);
}

static bool check_language(const st_xml *e, const st_xml_attr *a, st_err *err) {
    if (!st_str_trim(a->value).n || st_dmn_is_feel(a->value))
        return true;
    bool b_feel = st_str_find(a->value, ST_STR("B-FEEL")) != NULL;
    return st_dmn_fail(err, ST_E_DMN_LANGUAGE, st_src_pos(&a->src, 0),
                       "%.*s of %.*s is '%.*s', which is not FEEL%s", ST_FMT(a->name),
                       ST_FMT(e->name), ST_FMT(a->value),
                       b_feel ? ": in B-FEEL an error is 0 or false, so the same table pays "
                                "differently"
                              : "");
}

static bool is_false(st_str v) {
    v = st_str_trim(v);
    return !v.n || st_str_is(v, "false") || st_str_is(v, "0");
}

static bool check_boolean(const st_xml *e, const st_xml_attr *a, st_err *err) {
    st_str v = st_str_trim(a->value);
    return is_false(v) || st_str_is(v, "true") || st_str_is(v, "1") ||
           refuse(err, st_src_pos(&a->src, 0), e, a->name, "is neither true nor false");
}

/* Java is computed from a table of known methods; the others need models of their own. */
static bool check_kind(const st_xml *e, const st_xml_attr *a, st_err *err) {
    static const char *const known[] = {"FEEL", "F", "Java", "J"};
    for (size_t i = 0; i < ST_LEN(known); i++)
        if (st_str_is(st_str_trim(a->value), known[i]))
            return true;
    return st_dmn_fail(err, ST_E_DMN_EXTERNAL, st_src_pos(&a->src, 0),
                       "this %.*s is of the kind '%.*s', which is not run here", ST_FMT(e->name),
                       ST_FMT(a->value));
}

/* 1.7's namespace is the same for every version after it. */
static bool check_version(const st_xml *e, const st_xml_attr *a, st_err *err) {
    return st_str_is(st_str_trim(a->value), "1.7") ||
           refuse(err, st_src_pos(&a->src, 0), e, a->name, "is a version later than 1.7");
}

typedef struct special {
    const char *in, *name;
    bool strict; /* conformance tests are lenient about it */
    bool (*check)(const st_xml *e, const st_xml_attr *a, st_err *err);
} special;

static const special specials[] = {
    {NULL, "expressionLanguage", false, check_language},
    {NULL, "typeLanguage", false, check_language},
    {"tItemDefinition", "isCollection", false, check_boolean},
    {"tFunctionDefinition", "kind", true, check_kind},
    {"tDefinitions", "dmnVersion", false, check_version},
};

static bool check_foreign(const st_xml *e, const st_xml_attr *a, const char *type, bool lenient,
                          st_err *err) {
    if (!lenient && strcmp(type, "tFunctionDefinition") == 0 && st_str_is(a->name, "kind"))
        return check_kind(e, a, err); /* kie:kind of models before 1.2 */
    if (!st_str_is(a->ns, XSI) || !st_str_is(a->name, "type"))
        return true;
    st_str ns, local;
    return (st_xml_qname(e, a->value, &ns, &local) && st_str_is(local, type)) ||
           st_dmn_fail(err, ST_E_DMN_WORD, st_src_pos(&a->src, 0),
                       "this %.*s is of the type '%.*s'; only a plain FEEL expression may stand "
                       "here",
                       ST_FMT(e->name), ST_FMT(a->value));
}

static bool check_attribute(const dmn_file *f, const st_xml *e, const st_xml_attr *a,
                            const char *type, st_err *err) {
    bool lenient = f->model->lenient;
    if (a->ns.n)
        return check_foreign(e, a, type, lenient, err);
    const dmn_word *w = word_of(type, a->name, true);
    st_pos pos = st_src_pos(&a->src, 0);
    if (!w)
        return lenient || refuse(err, pos, e, a->name, "is no attribute that DMN knows");
    if (w->verdict == DMN_REFUSED && !is_false(a->value))
        return refuse(err, pos, e, a->name, "would change values and is not supported");
    for (size_t i = 0; i < ST_LEN(specials); i++) {
        const special *s = &specials[i];
        if ((!s->in || strcmp(s->in, type) == 0) && st_str_is(a->name, s->name) &&
            !(lenient && s->strict) && !s->check(e, a, err))
            return false;
    }
    return true;
}

/* -- elements -- */

static bool check_element(const dmn_file *f, const st_xml *e, const char *type, uint32_t depth,
                          st_err *err);

static bool check_child(const dmn_file *f, const st_xml *e, const st_xml *c, const char *type,
                        uint32_t depth, st_err *err) {
    const dmn_word *w = word_of(type, c->name, false);
    bool own = st_str_eq(c->ns, f->root->ns), lenient = f->model->lenient;
    if (w && w->verdict == DMN_DRAWN && !w->type)
        return true;
    if (w && w->verdict == DMN_USED && !own && !lenient) {
        return st_dmn_fail(err, ST_E_DMN_WORD, c->pos,
                           "'%.*s' stands in the namespace '%.*s', not in that of the model, and "
                           "would be passed over",
                           ST_FMT(c->name), ST_FMT(c->ns));
    }
    if (!own)
        return true; /* a vendor's own */
    if (!w)
        return lenient || refuse(err, c->pos, e, c->name, "is no element that DMN knows there");
    if (w->verdict == DMN_REFUSED && !(lenient && st_xml_is(c, "importedValues")))
        return refuse(err, c->pos, e, c->name, "would change values and is not supported");
    return !w->type || w->verdict == DMN_ORGANISED || check_element(f, c, w->type, depth + 1, err);
}

static bool check_element(const dmn_file *f, const st_xml *e, const char *type, uint32_t depth,
                          st_err *err) {
    if (depth > ST_XML_DEPTH_MAX)
        return st_dmn_fail(err, ST_E_DMN_LIMIT, e->pos, "elements are nested more than %d deep",
                           ST_XML_DEPTH_MAX);
    for (size_t i = 0; i < e->n_attrs; i++)
        if (!check_attribute(f, e, &e->attrs[i], type, err))
            return false;
    for (const st_xml *c = e->first; c; c = c->next)
        if (!check_child(f, e, c, type, depth, err))
            return false;
    return true;
}

bool st_dmn_vocabulary_check(const dmn_file *f, st_err *err) {
    return check_element(f, f->root, "tDefinitions", 0, err);
}
