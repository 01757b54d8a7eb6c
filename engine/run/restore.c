#include "run/restore.h"

#include "base/file.h"
#include "ledger/archive.h"
#include <ftw.h>
#include <sys/stat.h>

enum { RULES_FILE_MAX = 64 << 20 };

typedef struct entry {
    const char *kind, *name;
    st_sha256 digest;
} entry;
typedef struct entries {
    st_arena arena;
    ST_VEC(entry) items;
} entries;

static bool collect(void *ctx, const st_archive_entry *e) {
    entries *all = ctx;
    entry x = {st_arena_dup(&all->arena, e->kind, strlen(e->kind)),
               st_arena_dup(&all->arena, e->name, strlen(e->name)), e->digest};
    ST_VEC_PUSH(&all->arena, &all->items, x);
    return true;
}

static bool to_buf(void *ctx, const void *p, size_t n, st_err *err) {
    return st_buf_add(ctx, p, n) ||
           st_fail(err, ST_E_FILE_TOO_LARGE, "an archived file of rules is larger than %d bytes",
                   (int)RULES_FILE_MAX);
}

static bool put(st_ledger *l, const entry *e, const char *scheme, st_restored *r, st_err *err) {
    st_buf bytes;
    st_buf_init(&bytes, RULES_FILE_MAX);
    bool ok = st_archive_fetch(l, &e->digest, to_buf, &bytes, err) &&
              st_sources_put(r->rules, scheme, e->name, st_buf_view(&bytes), err);
    st_buf_free(&bytes);
    return ok || st_err_wrap(err, "%s", e->name);
}

static const entry *first_of(const entries *all, const char *kind) {
    for (size_t i = 0; i < all->items.n; i++)
        if (strcmp(all->items.items[i].kind, kind) == 0)
            return &all->items.items[i];
    return NULL;
}

static bool fetch_rules(st_ledger *l, const entries *all, const entry *scheme, st_restored *r,
                        st_err *err) {
    if (!put(l, scheme, NULL, r, err))
        return false;
    r->scheme = st_sources_at(r->rules, 0)->path;
    for (size_t i = 0; i < all->items.n; i++) {
        const entry *e = &all->items.items[i];
        if (e != scheme && strcmp(e->kind, "records") != 0 && !put(l, e, r->scheme, r, err))
            return false;
    }
    return true;
}

/* The folder holds the records alone, so they may have any name. */
static bool fetch_records(st_ledger *l, const entry *e, const char *where, st_restored *r,
                          st_err *err) {
    (void)snprintf(r->folder, sizeof r->folder, "%s/stipend-work-XXXXXX", where);
    if (!mkdtemp(r->folder)) {
        r->folder[0] = 0;
        return st_fail(err, ST_E_FILE_CREATE, "cannot make a folder in %s: %s", where,
                       strerror(errno));
    }
    const char *name = st_path_last(e->name);
    bool usable = *name && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
    int n = snprintf(r->records, sizeof r->records, "%s/%s", r->folder, usable ? name : "records");
    ST_ASSERT(n > 0);
    return ((size_t)n < sizeof r->records ||
            st_fail(err, ST_E_RUN_ARCHIVE, "the archived records have a name of %zu bytes",
                    strlen(name))) &&
           (st_archive_fetch_file(l, &e->digest, r->records, err) || st_err_wrap(err, "%s", name));
}

bool st_restore_begin(st_ledger *l, int64_t run, const char *state_dir, st_restored *out,
                      st_err *err) {
    *out = (st_restored){.rules = st_sources_new()};
    entries all = {.items = {0}};
    st_arena_init(&all.arena, 0);
    bool ok = st_archive_list(l, run, collect, &all, err);
    const entry *scheme = first_of(&all, "scheme"), *records = first_of(&all, "records");
    if (ok && (!scheme || !records))
        ok = st_fail(err, ST_E_RUN_ARCHIVE, "the archive of run %" PRId64 " is not complete", run);
    else if (ok)
        ok = (fetch_rules(l, &all, scheme, out, err) &&
              fetch_records(l, records, st_file_work_folder(state_dir), out, err)) ||
             st_err_wrap(err, "run %" PRId64, run);
    st_arena_free(&all.arena);
    if (!ok)
        st_restore_end(out);
    return ok;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *where) {
    (void)st, (void)flag, (void)where;
    (void)remove(path);
    return 0;
}

void st_restore_end(st_restored *r) {
    if (r->folder[0])
        (void)nftw(r->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    r->folder[0] = 0;
    st_sources_free(r->rules);
    r->rules = NULL;
}
