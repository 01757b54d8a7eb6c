/* Where files of models are: on the disk, or in a set that was kept, where nothing else exists. */
#include "base/file.h"
#include "dmn/dmn_int.h"
#include <dirent.h>
#include <limits.h>
#include <sys/stat.h>

enum { FOLDER_DEPTH_MAX = 64 };

static bool kept(const st_model *m) {
    return m->sources && st_sources_kept(m->sources);
}

bool st_dmn_parse(st_model *m, const char *path, st_xml **root, st_err *err) {
    if (!m->sources)
        return st_xml_parse_file(&m->arena, path, root, err);
    const st_source *x = st_sources_read(m->sources, path, NULL, ST_XML_TREE_MAX, err);
    return x && st_xml_parse(&m->arena, path, x->bytes, root, err);
}

const char *st_dmn_real(const st_model *m, st_arena *a, const char *path) {
    char buffer[PATH_MAX];
    if (kept(m))
        return path[0] == '/' ? st_file_tidy(a, path)
                              : st_file_tidy(a, st_arena_fmt(a, "/kept/%s", path));
    return realpath(path, buffer) ? st_arena_dup(a, buffer, strlen(buffer)) : NULL;
}

bool st_dmn_there(const st_model *m, const char *path) {
    struct stat st;
    return kept(m) ? st_sources_find(m->sources, path) != NULL : stat(path, &st) == 0;
}

bool st_dmn_inside(const st_model *m, const char *real) {
    size_t n = m->root ? strlen(m->root) : 0;
    return !m->root || !real || kept(m) || (strncmp(real, m->root, n) == 0 && real[n] == '/');
}

bool st_dmn_has_namespace(const st_model *m, const char *path, st_str ns) {
    st_arena a;
    st_arena_init(&a, 0);
    st_err ignored;
    st_err_init(&ignored);
    st_xml *root;
    const st_source *x = kept(m) ? st_sources_find(m->sources, path) : NULL;
    bool yes = st_dmn_inside(m, st_dmn_real(m, &a, path)) &&
               (x ? st_xml_parse(&a, path, x->bytes, &root, &ignored)
                  : st_xml_parse_file(&a, path, &root, &ignored)) &&
               st_xml_is(root, "definitions") &&
               st_str_eq(st_str_trim(st_xml_get(root, "namespace")), ns);
    st_arena_free(&a);
    return yes;
}

/* -- names in a folder -- */

static bool names_kept(st_model *m, const char *folder, bool (*each)(void *, const char *),
                       void *ctx) {
    const char *wanted = st_file_tidy(&m->arena, folder);
    size_t n;
    const st_source *const *all = st_sources_all(m->sources, &n);
    for (size_t i = 0; i < n; i++) {
        const char *path = st_file_tidy(&m->arena, all[i]->path), *last = st_path_last(path);
        size_t k = (size_t)(last - path);
        k -= k > 1; /* the slash, but that of the root */
        if (strlen(wanted) == k && memcmp(wanted, path, k) == 0 && !each(ctx, last))
            return false;
    }
    return true;
}

bool st_dmn_names(st_model *m, const char *folder, bool (*each)(void *ctx, const char *name),
                  void *ctx) {
    if (kept(m))
        return names_kept(m, folder, each, ctx);
    DIR *d = opendir(*folder ? folder : ".");
    bool ok = true;
    for (const struct dirent *x; ok && d && (x = readdir(d)) != NULL;)
        ok = each(ctx, x->d_name);
    if (d)
        (void)closedir(d);
    return ok;
}

/* -- the package -- */

static bool has_scheme(const char *folder) {
    char path[PATH_MAX + 16];
    (void)snprintf(path, sizeof path, "%s/scheme.xml", folder);
    return access(path, F_OK) == 0;
}

/* The nearest folder above a model in which a scheme.xml lies. */
static const char *package_of(st_arena *a, const char *real) {
    char folder[PATH_MAX];
    if (!real)
        return NULL;
    (void)snprintf(folder, sizeof folder, "%s", real);
    for (int i = 0; i < FOLDER_DEPTH_MAX; i++) {
        char *slash = strrchr(folder, '/');
        if (!slash || slash == folder)
            return NULL;
        *slash = 0;
        if (has_scheme(folder))
            return st_arena_dup(a, folder, strlen(folder));
    }
    return NULL;
}

void st_dmn_settle_root(st_model *m) {
    m->root = m->root ? st_dmn_real(m, &m->arena, m->root)
                      : package_of(&m->arena, m->files.items[0]->real);
}
