#include "run/source.h"

#include "base/file.h"
#include "base/sources.h"
#include "ledger/archive.h"
#include <dirent.h>
#include <sys/stat.h>

typedef struct item {
    const char *kind, *name, *path;
    st_sha256 digest;
    uint64_t bytes;
} item;

typedef struct giving {
    st_ledger *l;
    int64_t run;
    const char *out;
    st_arena arena;
    ST_VEC(item) items;
    st_source_sink *each;
    void *ctx;
    uint64_t damaged;
    st_err *err;
} giving;

static bool collect(void *ctx, const st_archive_entry *e) {
    giving *g = ctx;
    item x = {st_arena_dup(&g->arena, e->kind, strlen(e->kind)),
              st_arena_dup(&g->arena, e->name, strlen(e->name)), NULL, e->digest, e->bytes};
    ST_VEC_PUSH(&g->arena, &g->items, x);
    return true;
}

/* -- where each stands -- */

static bool is_records(const item *x) {
    return strcmp(x->kind, "records") == 0;
}

/* "../" in front of a tidy name, counted. */
static size_t ups(const char *tidy) {
    size_t n = 0;
    while (strncmp(tidy + 3 * n, "../", 3) == 0)
        n++;
    return n;
}

/* How far the rules must stand below rules/ so that nothing they refer to is above it. */
static bool depth_of(giving *g, size_t *depth) {
    *depth = 0;
    for (size_t i = 0; i < g->items.n; i++) {
        const item *x = &g->items.items[i];
        size_t n = is_records(x) ? 0 : ups(st_file_tidy(&g->arena, x->name));
        if (n > ST_SOURCE_UP_MAX)
            return st_fail(g->err, ST_E_RUN_SOURCE_PLACE,
                           "%.200s lies more than %d folders above scheme.xml", x->name,
                           (int)ST_SOURCE_UP_MAX);
        if (n > *depth)
            *depth = n;
    }
    return true;
}

static const char *rules_path(giving *g, const char *name, size_t depth) {
    const char *tidy = st_file_tidy(&g->arena, name);
    if (*tidy == '/')
        return st_arena_fmt(&g->arena, "%s/absolute%s", g->out, tidy);
    size_t up = ups(tidy);
    st_buf b;
    st_buf_init(&b, 0);
    (void)st_buf_fmt(&b, "%s/rules/", g->out);
    for (size_t i = up; i < depth; i++)
        (void)st_buf_z(&b, "in/");
    (void)st_buf_z(&b, tidy + 3 * up);
    const char *path = st_arena_dup(&g->arena, b.p, b.n);
    st_buf_free(&b);
    return path;
}

static bool is_no_name(const char *last) {
    return !*last || strcmp(last, ".") == 0 || strcmp(last, "..") == 0;
}

static const char *path_of(giving *g, const item *x, size_t depth) {
    const char *last = st_path_last(x->name);
    if (is_records(x))
        return st_arena_fmt(&g->arena, "%s/records/%s", g->out,
                            is_no_name(last) ? "records" : last);
    return rules_path(g, x->name, depth);
}

/* One place holds one file; a file may have been read under two kinds. */
static bool place(giving *g) {
    size_t depth;
    if (!depth_of(g, &depth))
        return false;
    for (size_t i = 0; i < g->items.n; i++) {
        item *x = &g->items.items[i];
        x->path = path_of(g, x, depth);
        if (is_no_name(st_path_last(x->path)))
            return st_fail(g->err, ST_E_RUN_SOURCE_PLACE, "\"%.200s\" names no file", x->name);
        for (size_t k = 0; k < i; k++)
            if (strcmp(g->items.items[k].path, x->path) == 0 &&
                !st_sha256_eq(&g->items.items[k].digest, &x->digest))
                return st_fail(g->err, ST_E_RUN_SOURCE_PLACE,
                               "%.200s and %.200s would stand at the same place",
                               g->items.items[k].name, x->name);
    }
    return true;
}

/* -- writing -- */

/* New, or there and empty. */
static bool begin_folder(const char *out, st_err *err) {
    if (mkdir(out, 0700) == 0)
        return true;
    if (errno != EEXIST)
        return st_fail(err, ST_E_FILE_CREATE, "cannot make the folder %s: %s", out,
                       strerror(errno));
    DIR *d = opendir(out);
    if (!d)
        return st_fail(err, ST_E_RUN_OUT_TAKEN, "%s is there and cannot be read as a folder: %s",
                       out, strerror(errno));
    bool empty = true;
    for (const struct dirent *e = readdir(d); e && empty; e = readdir(d))
        empty = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
    (void)closedir(d);
    return empty || st_fail(err, ST_E_RUN_OUT_TAKEN, "%s is not empty", out);
}

static bool make_folders(giving *g, const char *path) {
    char *copy = st_arena_dup(&g->arena, path, strlen(path));
    for (char *at = copy + strlen(g->out) + 1; (at = strchr(at, '/')); at++) {
        *at = 0;
        if (mkdir(copy, 0700) != 0 && errno != EEXIST)
            return st_fail(g->err, ST_E_FILE_CREATE, "cannot make the folder %s: %s", copy,
                           strerror(errno));
        *at = '/';
    }
    return true;
}

/* Damage is of this input alone; anything else (no space, no server) ends it. */
static bool write_one(giving *g, const item *x, st_err *wrong) {
    if (!make_folders(g, x->path))
        return false;
    if (st_archive_fetch_file(g->l, &x->digest, x->path, wrong))
        return true;
    if (wrong->code == ST_E_ARCHIVE_DIGEST || wrong->code == ST_E_ARCHIVE_MISSING) {
        g->damaged++;
        (void)st_err_wrap(wrong, "run %" PRId64 ": %s", g->run, x->name);
        return true;
    }
    *g->err = *wrong;
    return false;
}

static bool give(giving *g) {
    for (size_t i = 0; i < g->items.n; i++) {
        const item *x = &g->items.items[i];
        st_err wrong;
        st_err_init(&wrong);
        if (g->out && !write_one(g, x, &wrong))
            return false;
        bool bad = wrong.code != ST_E_NONE;
        g->each(g->ctx, &(st_source_file){x->kind, x->name, bad ? NULL : x->path, x->digest,
                                          x->bytes, bad ? &wrong : NULL});
    }
    return true;
}

bool st_source_give(st_ledger *l, int64_t run, const char *out, st_source_sink *each, void *ctx,
                    uint64_t *damaged, st_err *err) {
    giving g = {.l = l, .run = run, .out = out, .each = each, .ctx = ctx, .err = err};
    st_arena_init(&g.arena, 0);
    bool ok = st_archive_list(l, run, collect, &g, err) &&
              (g.items.n > 0 || st_fail(err, ST_E_RUN_ARCHIVE,
                                        "the archive of run %" PRId64 " has no inputs", run)) &&
              (!out || (place(&g) && begin_folder(out, err))) && give(&g);
    *damaged = g.damaged;
    st_arena_free(&g.arena);
    return ok;
}
