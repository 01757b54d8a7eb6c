/* Files of a model and their imports. An import is found by its location when that lies inside the
 * package, then among the files that are there already, then in the folder, by its namespace. */
#include "base/file.h"
#include "dmn/vocabulary.h"

enum { FOLDER_DEPTH_MAX = 64 };

/* -- reading -- */

static bool check_root(const dmn_file *f, st_err *err) {
    const st_xml *r = f->root;
    if (!st_xml_is(r, "definitions"))
        return st_dmn_fail(err, ST_E_DMN_NOT_DMN, r->pos,
                           "the root element is '%.*s', a DMN model has 'definitions'",
                           ST_FMT(r->name));
    return st_dmn_known_namespace(r->ns) ||
           st_dmn_fail(err, ST_E_DMN_NOT_DMN, r->pos, "namespace '%.*s' is none of DMN 1.1 to 1.7",
                       ST_FMT(r->ns));
}

/* Reads one file to the end of m->files; NULL with err. */
static dmn_file *read_file(st_model *m, const char *path, st_err *err) {
    dmn_file *f = ST_NEW(&m->arena, dmn_file);
    f->model = m;
    f->path = st_arena_dup(&m->arena, path, strlen(path));
    f->real = st_dmn_real(m, &m->arena, path);
    st_map_init(&f->ids, &m->arena);
    st_map_init(&f->types, &m->arena);
    if (!st_dmn_parse(m, f->path, &f->root, err) || !check_root(f, err))
        return NULL;
    f->ns = st_str_trim(st_xml_get(f->root, "namespace"));
    ST_VEC_PUSH(&m->arena, &m->files, f);
    return f;
}

/* A file other than the first that cannot be read only matters when somebody imports it. */
static bool read_given(st_model *m, const char *path, bool first, st_err *err) {
    st_err *own = st_xmalloc(sizeof *own);
    st_err_init(own);
    dmn_file *f = read_file(m, path, own);
    if (f) {
        f->given = true;
    } else if (first && err) {
        *err = *own;
    } else if (m->warn) {
        own->severity = ST_SEV_WARNING;
        m->warn(m->warn_ctx, own);
    }
    free(own);
    return f || !first;
}

/* -- locations -- */

/* "http://..." and "C:/..." and "/...": not from the folder of the importing file. */
static bool is_absolute(st_str uri) {
    for (size_t i = 0; i < uri.n && uri.p[i] != '/'; i++)
        if (uri.p[i] == ':')
            return true;
    return uri.n && (uri.p[0] == '/' || uri.p[0] == '\\');
}

static int hex(char c) {
    return c >= '0' && c <= '9'                 ? c - '0'
           : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
                                                : -1;
}

/* %20 and the like; what is none stays. */
static st_str decoded(st_arena *a, st_str uri) {
    char *p = st_arena_alloc(a, uri.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < uri.n; i++) {
        bool code = uri.p[i] == '%' && i + 2 < uri.n && hex(uri.p[i + 1]) >= 0 &&
                    hex(uri.p[i + 2]) >= 0 && (hex(uri.p[i + 1]) || hex(uri.p[i + 2]));
        p[n++] = code ? (char)(hex(uri.p[i + 1]) * 16 + hex(uri.p[i + 2])) : uri.p[i];
        i += code ? 2 : 0;
    }
    p[n] = 0;
    return (st_str){p, n};
}

static dmn_file *loaded(const st_model *m, const char *path, const char *real) {
    for (size_t i = 0; i < m->files.n; i++) {
        dmn_file *f = m->files.items[i];
        if (strcmp(f->path, path) == 0 || (real && f->real && strcmp(f->real, real) == 0))
            return f;
    }
    return NULL;
}

/* -- one import -- */

typedef enum why { FOUND, NO_LOCATION, ABSOLUTE, OUTSIDE, MISSING, OTHER_NAMESPACE } why;

typedef struct wish {
    dmn_file *by;
    const st_xml *e;
    size_t import; /* its place among the imports */
    why why;       /* the location did not do */
} wish;

static st_str namespace_of(const st_xml *import) {
    return st_str_trim(st_xml_get(import, "namespace"));
}

/* The path that a location means, or NULL; *outcome says why. */
static const char *place_of(dmn_file *by, st_str location, why *outcome) {
    st_model *m = by->model;
    if (!location.n || is_absolute(location)) {
        *outcome = location.n ? ABSOLUTE : NO_LOCATION;
        return NULL;
    }
    const char *found = NULL;
    *outcome = MISSING;
    st_str forms[] = {location, decoded(&m->arena, location)};
    for (size_t i = 0; i < ST_LEN(forms) && !found; i++) {
        const char *path = st_file_tidy(&m->arena, st_file_beside(&m->arena, by->path, forms[i]));
        if (!st_dmn_there(m, path))
            continue;
        if (st_dmn_inside(m, st_dmn_real(m, &m->arena, path)))
            found = path;
        else
            *outcome = OUTSIDE;
    }
    return found;
}

/* By its location: *to stays NULL when that does not do. False when the file is there and broken.
 */
static bool by_location(wish *w, dmn_file **to, st_err *err) {
    st_model *m = w->by->model;
    const char *path = place_of(w->by, st_str_trim(st_xml_get(w->e, "locationURI")), &w->why);
    if (!path)
        return true;
    dmn_file *f = loaded(m, path, st_dmn_real(m, &m->arena, path));
    if (!f && m->files.n >= DMN_FILES_MAX)
        return st_dmn_fail(err, ST_E_DMN_LIMIT, w->e->pos, "a model has at most %d files",
                           DMN_FILES_MAX);
    if (!f && !(f = read_file(m, path, err)))
        return false;
    if (f != w->by && st_str_eq(f->ns, namespace_of(w->e)))
        *to = f;
    else
        w->why = OTHER_NAMESPACE;
    return true;
}

static bool ambiguous(const wish *w, const char *a, const char *b, st_err *err) {
    return st_dmn_fail(err, ST_E_DMN_IMPORT, w->e->pos,
                       "both '%s' and '%s' have the namespace '%.*s': say which by locationURI", a,
                       b, ST_FMT(namespace_of(w->e)));
}

/* Among the files that are there already. Conformance tests take the first one. */
static bool by_namespace(const wish *w, dmn_file **to, st_err *err) {
    st_model *m = w->by->model;
    for (size_t i = 0; i < m->files.n; i++) {
        dmn_file *f = m->files.items[i];
        if (f == w->by || !st_str_eq(f->ns, namespace_of(w->e)))
            continue;
        if (*to && !m->lenient)
            return ambiguous(w, (*to)->path, f->path, err);
        if (!*to)
            *to = f;
    }
    return true;
}

/* In the folder of `beside`: the one .dmn file with the namespace, and, when it is given, with that
 * name in whatever case. */
typedef struct folder_search {
    const wish *w;
    const char *beside, *name;
    const char **found;
    int seen;
    st_err *err;
} folder_search;

static bool take_name(void *ctx, const char *own) {
    folder_search *s = ctx;
    st_model *m = s->w->by->model;
    bool fits = s->name ? strcasecmp(own, s->name) == 0 : st_str_ends(st_str_of(own), ".dmn");
    if (!fits || s->seen == DMN_FILES_MAX)
        return true;
    s->seen++;
    const char *path =
        st_file_tidy(&m->arena, st_file_beside(&m->arena, s->beside, st_str_of(own)));
    if (loaded(m, path, st_dmn_real(m, &m->arena, path)) ||
        !st_dmn_has_namespace(m, path, namespace_of(s->w->e)))
        return true;
    bool ok = !*s->found || ambiguous(s->w, *s->found, path, s->err);
    *s->found = path;
    return ok;
}

static bool search_folder(const wish *w, const char *beside, const char *name, const char **found,
                          st_err *err) {
    st_model *m = w->by->model;
    const char *slash = strrchr(beside, '/');
    folder_search s = {w, beside, name, found, 0, err};
    return st_dmn_names(m,
                        slash ? st_arena_dup(&m->arena, beside, (size_t)(slash - beside) + 1) : "",
                        take_name, &s);
}

/* Editors that find models by their namespace leave locations behind that are no longer right: a
 * file of that name in a folder above, as long as it is one of the package. */
static bool search_above(const wish *w, const char *name, const char **found, st_err *err) {
    st_model *m = w->by->model;
    const char *real = w->by->real, *up = "";
    for (int i = 0; real && i < FOLDER_DEPTH_MAX && !*found; i++) {
        const char *slash = strrchr(real, '/');
        if (!slash || slash == real || !st_dmn_inside(m, real))
            break;
        real = st_arena_dup(&m->arena, real, (size_t)(slash - real));
        const char *beside = st_file_beside(&m->arena, w->by->path, st_str_of(up));
        if (!search_folder(w, st_arena_fmt(&m->arena, "%s./", beside), name, found, err))
            return false;
        up = st_arena_fmt(&m->arena, "../%s", up);
    }
    return true;
}

static bool by_folder(const wish *w, dmn_file **to, st_err *err) {
    st_model *m = w->by->model;
    const char *found = NULL, *own = w->by->path;
    if (w->why == MISSING) {
        st_str location = decoded(&m->arena, st_str_trim(st_xml_get(w->e, "locationURI")));
        const char *there = st_file_tidy(&m->arena, st_file_beside(&m->arena, own, location));
        const char *slash = strrchr(there, '/');
        if (!search_folder(w, there, NULL, &found, err) ||
            (!found && !search_folder(w, own, NULL, &found, err)) ||
            (!found && !search_above(w, slash ? slash + 1 : there, &found, err)))
            return false;
    } else if (!search_folder(w, own, NULL, &found, err)) {
        return false;
    }
    return !found || (*to = read_file(m, found, err)) != NULL;
}

static bool not_found(const wish *w, st_err *err) {
    static const char *const reasons[] = {
        [NO_LOCATION] = "and it has no locationURI",
        [ABSOLUTE] = "only files of the package are read",
        [OUTSIDE] = "that file lies outside of the package",
        [MISSING] = "that file does not exist",
        [OTHER_NAMESPACE] = "that file has another namespace",
    };
    st_str location = st_xml_get(w->e, "locationURI"), ns = namespace_of(w->e);
    if (w->why == NO_LOCATION)
        return st_dmn_fail(err, ST_E_DMN_IMPORT, w->e->pos,
                           "no model beside this one has the namespace '%.*s' of the import, %s",
                           ST_FMT(ns), reasons[w->why]);
    return st_dmn_fail(err, ST_E_DMN_IMPORT, w->e->pos,
                       "the import of '%.*s' from '%.*s' cannot be followed: %s", ST_FMT(ns),
                       ST_FMT(location), reasons[w->why]);
}

/* A location that did not do, though the model was found: told, since other programs may not find
 * it. Not for conformance tests and files given by name. */
static void tell_detour(const wish *w, const dmn_file *to) {
    if (w->why != NO_LOCATION && !to->given)
        st_dmn_warn(w->by->model, ST_E_DMN_WARNING, w->e->pos,
                    "locationURI '%.*s' does not lead to this model; '%s' has its namespace",
                    ST_FMT(st_xml_get(w->e, "locationURI")), to->path);
}

/* -- all imports -- */

static bool is_dmn_type(st_str import_type) {
    return !import_type.n || st_str_find(import_type, ST_STR("/DMN/")) != NULL;
}

typedef struct search {
    st_model *m;
    ST_VEC(dmn_file *) wanted;
    ST_VEC(wish) wishes;
} search;

static void want(search *s, dmn_file *f) {
    if (f->wanted)
        return;
    f->wanted = true;
    ST_VEC_PUSH(&s->m->arena, &s->wanted, f);
}

static bool take_import(search *s, dmn_file *f, const st_xml *e, st_err *err) {
    if (!is_dmn_type(st_xml_get(e, "importType"))) {
        st_dmn_warn(s->m, ST_E_DMN_WARNING, e->pos, "import of '%.*s' is not DMN and is left out",
                    ST_FMT(st_xml_get(e, "importType")));
        return true;
    }
    dmn_import im = {st_dmn_name(&s->m->arena, st_xml_get(e, "name")), NULL};
    for (size_t i = 0; i < f->imports.n; i++)
        if (im.name.n && st_str_eq(f->imports.items[i].name, im.name))
            return st_dmn_fail(err, ST_E_DMN_IMPORT, e->pos, "two imports have the name '%.*s'",
                               ST_FMT(im.name));
    wish w = {f, e, f->imports.n, FOUND};
    if (!by_location(&w, &im.file, err))
        return false;
    if (im.file)
        want(s, im.file);
    else
        ST_VEC_PUSH(&s->m->arena, &s->wishes, w);
    ST_VEC_PUSH(&s->m->arena, &f->imports, im);
    return true;
}

/* Files reachable by locations; a list instead of recursion, so that files may import one another.
 */
static bool follow(search *s, size_t from, st_err *err) {
    for (size_t i = from; i < s->wanted.n; i++) {
        dmn_file *f = s->wanted.items[i];
        for (const st_xml *e = st_dmn_child(f, f->root, "import"); e;
             e = st_dmn_next(f, e, "import"))
            if (!take_import(s, f, e, err))
                return false;
    }
    return true;
}

/* What no location led to, after all that can be reached is there. */
static bool grant(search *s, const wish *w, st_err *err) {
    dmn_file *to = NULL;
    size_t before = s->wanted.n;
    if (!by_namespace(w, &to, err) || (!to && !by_folder(w, &to, err)))
        return false;
    if (!to)
        return not_found(w, err);
    tell_detour(w, to);
    w->by->imports.items[w->import].file = to;
    want(s, to);
    return follow(s, before, err);
}

bool st_dmn_files_load(st_model *m, const char *const *paths, size_t n, st_err *err) {
    for (size_t i = 0; i < n; i++)
        if (!read_given(m, paths[i], i == 0, err))
            return false;
    st_dmn_settle_root(m);
    search s = {.m = m};
    want(&s, m->files.items[0]);
    if (!follow(&s, 0, err))
        return false;
    for (size_t i = 0; i < s.wishes.n; i++) {
        wish w = s.wishes.items[i];
        if (!grant(&s, &w, err))
            return false;
    }
    m->files.items = s.wanted.items;
    m->files.n = s.wanted.n;
    m->files.cap = s.wanted.cap;
    return true;
}
