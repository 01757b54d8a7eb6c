/* Loading: the elements of the requirement graph. Not here: files and imports (files.c), types
 * (load_types.c), references between elements (graph.c), expressions (compile.c, boxed.c). */
#include "dmn/vocabulary.h"

static const struct {
    const char *name;
    dmn_kind kind;
} element_names[] = {
    {"inputData", DMN_INPUT},
    {"decision", DMN_DECISION},
    {"businessKnowledgeModel", DMN_BKM},
    {"decisionService", DMN_SERVICE},
};

bool st_dmn_fail(st_err *err, st_code code, st_pos pos, const char *fmt, ...) {
    char text[ST_MSG_MAX];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return st_fail_at(err, code, pos, "%s", text);
}

void st_dmn_warn(st_model *m, st_code code, st_pos pos, const char *fmt, ...) {
    if (!m->warn)
        return;
    st_err *e = st_xmalloc(sizeof *e);
    st_err_init(e);
    char text[ST_MSG_MAX];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    (void)st_fail_at(e, code, pos, "%s", text);
    e->severity = ST_SEV_WARNING;
    m->warn(m->warn_ctx, e);
    free(e);
}

static bool white(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

st_str st_dmn_name(st_arena *a, st_str raw) {
    raw = st_str_trim(raw);
    char *p = st_arena_alloc(a, raw.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < raw.n; i++) {
        bool blank = white(raw.p[i]);
        if (!blank || !white(raw.p[i - 1]))
            p[n++] = blank ? ' ' : raw.p[i];
    }
    p[n] = 0;
    return (st_str){p, n};
}

bool st_dmn_is(const dmn_file *f, const st_xml *e, const char *name) {
    return st_xml_is(e, name) && st_str_eq(e->ns, f->root->ns);
}

static const st_xml *from(const dmn_file *f, const st_xml *e, const char *name) {
    while (e && !st_dmn_is(f, e, name))
        e = e->next;
    return e;
}

const st_xml *st_dmn_child(const dmn_file *f, const st_xml *e, const char *name) {
    return from(f, e->first, name);
}

const st_xml *st_dmn_next(const dmn_file *f, const st_xml *e, const char *name) {
    return from(f, e->next, name);
}

/* -- elements -- */

static bool load_element(dmn_file *f, const st_xml *e, dmn_kind kind, st_err *err) {
    st_model *m = f->model;
    if (m->elements.n >= DMN_ELEMENTS_MAX)
        return st_dmn_fail(err, ST_E_DMN_LIMIT, e->pos, "more than %d elements", DMN_ELEMENTS_MAX);
    dmn_element *x = ST_NEW(&m->arena, dmn_element);
    x->kind = kind;
    x->file = f;
    x->xml = e;
    x->pos = e->pos;
    x->id = st_str_trim(st_xml_get(e, "id"));
    x->name = st_dmn_name(&m->arena, st_xml_get(e, "name"));
    if (!x->name.n)
        x->name = x->id;
    if (!x->name.n || x->name.n > DMN_NAME_MAX)
        return st_dmn_fail(err, ST_E_DMN_STRUCTURE, e->pos, "this %.*s has no usable name",
                           ST_FMT(e->name));
    const st_xml *variable = st_dmn_child(f, e, "variable");
    x->var = variable ? st_dmn_name(&m->arena, st_xml_get(variable, "name")) : ST_STR_NONE;
    if (!x->var.n)
        x->var = x->name;
    x->number = (uint32_t)m->elements.n;
    x->index = -1;
    if (x->id.n && st_map_has(&f->ids, x->id))
        return st_dmn_fail(err, ST_E_DMN_STRUCTURE, e->pos, "the id '%.*s' stands twice",
                           ST_FMT(x->id));
    if (x->id.n)
        st_map_put(&f->ids, x->id, x);
    ST_VEC_PUSH(&m->arena, &m->elements, x);
    dmn_refs *numbered = kind == DMN_INPUT      ? &m->inputs
                         : kind == DMN_DECISION ? &m->decisions
                                                : NULL;
    if (numbered) {
        x->index = x->fact = (int)numbered->n;
        ST_VEC_PUSH(&m->arena, numbered, x);
    }
    return true;
}

static bool load_elements(dmn_file *f, st_err *err) {
    for (const st_xml *e = f->root->first; e; e = e->next)
        for (size_t i = 0; i < ST_LEN(element_names); i++)
            if (st_dmn_is(f, e, element_names[i].name) &&
                !load_element(f, e, element_names[i].kind, err))
                return false;
    return true;
}

/* Two elements of one file with one name cannot be told apart in expressions. */
static bool check_names(st_model *m, st_err *err) {
    for (size_t k = 0; k < m->files.n; k++) {
        st_map seen;
        st_map_init(&seen, &m->arena);
        for (size_t i = 0; i < m->elements.n; i++) {
            dmn_element *x = m->elements.items[i];
            if (x->file != m->files.items[k])
                continue;
            dmn_element *other = st_map_get(&seen, x->name);
            if (other)
                return st_dmn_fail(err, ST_E_DMN_STRUCTURE, x->pos,
                                   "the name '%.*s' is already taken in line %u", ST_FMT(x->name),
                                   other->pos.line);
            st_map_put(&seen, x->name, x);
        }
    }
    return true;
}

static bool load_all(st_model *m, const char *const *paths, size_t n, st_err *err) {
    if (!n || n > DMN_FILES_MAX)
        return st_fail(err, ST_E_DMN_LIMIT,
                       "between 1 and %d model files can be opened at once, not %zu", DMN_FILES_MAX,
                       n);
    if (!st_dmn_files_load(m, paths, n, err))
        return false;
    for (size_t i = 0; i < m->files.n; i++)
        if (!st_dmn_vocabulary_check(m->files.items[i], err))
            return false;
    for (size_t i = 0; i < m->files.n; i++)
        if (!st_dmn_types_load(m->files.items[i], err) || !load_elements(m->files.items[i], err))
            return false;
    for (size_t i = 0; i < m->files.n; i++)
        if (!st_dmn_types_check(m->files.items[i], err))
            return false;
    return check_names(m, err) && st_dmn_graph_build(m, err) && st_dmn_bind_inputs(m, err) &&
           st_dmn_compile(m, err);
}

bool st_dmn_open(st_sources *sources, const char *folder, const char *const *paths, size_t n,
                 const st_model_binding *bindings, size_t n_bindings, bool lenient,
                 st_finding_sink *warn, void *warn_ctx, st_model **out, st_err *err) {
    st_model *m = st_xmalloc(sizeof *m);
    memset(m, 0, sizeof *m);
    st_arena_init(&m->arena, 0);
    m->warn = warn;
    m->warn_ctx = warn_ctx;
    m->lenient = lenient;
    m->bindings = bindings;
    m->n_bindings = n_bindings;
    m->root = folder;
    m->sources = sources;
    if (!load_all(m, paths, n, err)) {
        st_model_free(m);
        return false;
    }
    /* Read-only from here on; the callers' things are theirs again. */
    m->warn = NULL;
    m->bindings = NULL;
    m->root = NULL;
    m->sources = NULL;
    *out = m;
    return true;
}

bool st_model_open(const char *const *paths, size_t n, const st_model_binding *bindings,
                   size_t n_bindings, st_finding_sink *warn, void *warn_ctx, st_model **out,
                   st_err *err) {
    return st_dmn_open(NULL, NULL, paths, n, bindings, n_bindings, false, warn, warn_ctx, out, err);
}

bool st_model_open_in(st_sources *files, const char *folder, const char *path,
                      const st_model_binding *bindings, size_t n_bindings, st_finding_sink *warn,
                      void *warn_ctx, st_model **out, st_err *err) {
    return st_dmn_open(files, folder, &path, 1, bindings, n_bindings, false, warn, warn_ctx, out,
                       err);
}

size_t st_model_files(const st_model *m) {
    return m->files.n;
}

const char *st_model_file(const st_model *m, size_t i) {
    ST_ASSERT(i < m->files.n);
    return m->files.items[i]->path;
}

void st_model_free(st_model *m) {
    if (!m)
        return;
    st_arena_free(&m->arena);
    free(m);
}
