#include "base/sources.h"
#include "base/file.h"

struct st_sources {
    st_arena arena;
    st_source **items;
    size_t n;
    size_t asked; /* of them, those that somebody asked for stand in front */
    bool closed;
};

st_sources *st_sources_new(void) {
    st_sources *s = st_xmalloc(sizeof *s);
    memset(s, 0, sizeof *s);
    st_arena_init(&s->arena, 0);
    s->items = ST_NEWN(&s->arena, st_source *, ST_SOURCES_MAX);
    return s;
}

void st_sources_free(st_sources *s) {
    if (!s)
        return;
    st_arena_free(&s->arena);
    free(s);
}

const char *st_path_last(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static size_t folder_of(const char *path) {
    return (size_t)(st_path_last(path) - path);
}

static bool is_below(const char *path, const char *of) {
    size_t n = folder_of(of);
    return strncmp(path, of, n) == 0;
}

/* A file that is reached from one that goes by its absolute path does so, too; others go by their
 * path from the folder of the first. */
static const char *name_of(st_sources *s, const char *path) {
    if (!s->n)
        return st_path_last(path);
    for (size_t i = 1; i < s->n; i++)
        if (s->items[i]->name[0] == '/' && is_below(path, s->items[i]->path))
            return path;
    const char *tidy = st_file_tidy(&s->arena, path),
               *first = st_file_tidy(&s->arena, s->items[0]->path);
    return is_below(tidy, first) ? tidy + folder_of(first) : path;
}

/* "a/../b.dmn" is "b.dmn". */
static bool same_path(const char *a, const char *b) {
    if (strcmp(a, b) == 0)
        return true;
    if (!strstr(a, "./") && !strstr(b, "./") && !strstr(a, "//") && !strstr(b, "//"))
        return false;
    st_arena scratch;
    st_arena_init(&scratch, 1024);
    bool same = strcmp(st_file_tidy(&scratch, a), st_file_tidy(&scratch, b)) == 0;
    st_arena_free(&scratch);
    return same;
}

static bool add(st_sources *s, const char *path, const char *name, st_str bytes, st_err *err) {
    if (s->n == ST_SOURCES_MAX)
        return st_fail(err, ST_E_FILE_TOO_LARGE, "more than %d files belong to %s",
                       (int)ST_SOURCES_MAX, s->items[0]->path);
    st_source *x = ST_NEW(&s->arena, st_source);
    x->path = st_arena_dup(&s->arena, path, strlen(path));
    x->name = st_arena_dup(&s->arena, name, strlen(name));
    x->bytes = (st_str){st_arena_dup(&s->arena, bytes.p, bytes.n), bytes.n};
    st_sha256_of(bytes.p, bytes.n, &x->digest);
    s->items[s->n++] = x;
    return true;
}

static bool fetch(st_sources *s, const char *path, const char *name, size_t max, st_err *err) {
    if (s->closed)
        return st_fail(err, ST_E_FILE_MISSING, "%s is not among the files that were kept", path);
    st_buf bytes;
    st_buf_init(&bytes, max + 1);
    bool ok = st_file_read(path, max, &bytes, err) &&
              add(s, path, name ? name : name_of(s, path), st_buf_view(&bytes), err);
    st_buf_free(&bytes);
    return ok;
}

/* What was put in beforehand takes its place among those asked for. */
static const st_source *ask(st_sources *s, size_t i) {
    st_source *x = s->items[i];
    if (i < s->asked)
        return x;
    memmove(&s->items[s->asked + 1], &s->items[s->asked], (i - s->asked) * sizeof *s->items);
    s->items[s->asked++] = x;
    return x;
}

const st_source *st_sources_read(st_sources *s, const char *path, const char *name, size_t max,
                                 st_err *err) {
    const st_source *other = NULL;
    for (size_t i = 0; i < s->n; i++) {
        if (!same_path(s->items[i]->path, path))
            continue;
        if (!name || strcmp(s->items[i]->name, name) == 0)
            return ask(s, i);
        other = s->items[i];
    }
    bool ok = other ? add(s, path, name, other->bytes, err) : fetch(s, path, name, max, err);
    return ok ? ask(s, s->n - 1) : NULL;
}

st_sources *st_sources_again(const st_sources *kept) {
    st_sources *s = st_sources_new();
    memcpy(s->items, kept->items, kept->n * sizeof *s->items);
    s->n = kept->n;
    s->closed = true;
    return s;
}

bool st_sources_settled(const st_sources *s, st_err *err) {
    for (size_t i = 0; i < s->n && !s->closed; i++) {
        const st_source *x = s->items[i];
        st_sha256 now;
        if (!st_sha256_file(x->path, &now, err))
            return false;
        if (!st_sha256_eq(&now, &x->digest))
            return st_fail(err, ST_E_RUN_CHANGED, "%s changed while the rules were read", x->path);
    }
    return true;
}

bool st_sources_put(st_sources *s, const char *first, const char *name, st_str bytes, st_err *err) {
    st_arena a;
    st_arena_init(&a, 1024);
    const char *path = first ? st_file_beside(&a, first, st_str_of(name)) : name;
    bool ok = add(s, path, first ? name : st_path_last(name), bytes, err);
    st_arena_free(&a);
    return ok;
}

const st_source *st_sources_find(const st_sources *s, const char *path) {
    for (size_t i = 0; i < s->n; i++)
        if (same_path(s->items[i]->path, path))
            return s->items[i];
    return NULL;
}

bool st_sources_kept(const st_sources *s) {
    return s->closed;
}

const st_source *const *st_sources_all(const st_sources *s, size_t *n) {
    *n = s->n;
    return (const st_source *const *)s->items;
}

size_t st_sources_count(const st_sources *s) {
    return s->closed ? s->asked : s->n;
}

const st_source *st_sources_at(const st_sources *s, size_t i) {
    ST_ASSERT(i < st_sources_count(s));
    return s->items[i];
}
