#include "run/restore.h"

#include "base/file.h"
#include "ledger/archive.h"
#include <ftw.h>
#include <sys/stat.h>

enum { UPS_MAX = 8, FILES_MAX = 256 };

/* Names in the archive are relative to scheme.xml: so many "../" in front, none later, never
 * absolute. */
static int ups_of(const char *name) {
    int n = 0;
    while (strncmp(name, "../", 3) == 0)
        name += 3, n++;
    bool bad = !*name || *name == '/' || strstr(name, "/../") || strcmp(name, "..") == 0;
    return bad || n > UPS_MAX ? -1 : n;
}

typedef struct entry {
    char kind[16], name[200];
    st_sha256 digest;
} entry;
typedef struct entries {
    entry *items;
    size_t n;
    int ups;
    bool bad;
} entries;

static bool collect(void *ctx, const st_archive_entry *e) {
    entries *all = ctx;
    int ups = ups_of(e->name);
    if (ups < 0 || all->n == FILES_MAX || strlen(e->name) >= sizeof all->items->name) {
        all->bad = true;
        return false;
    }
    entry *x = &all->items[all->n++];
    (void)snprintf(x->kind, sizeof x->kind, "%s", e->kind);
    (void)snprintf(x->name, sizeof x->name, "%s", e->name);
    x->digest = e->digest;
    if (ups > all->ups)
        all->ups = ups;
    return true;
}

static bool make_parents(char *path, st_err *err) {
    for (char *p = path + 1; *p; p++) {
        if (*p != '/')
            continue;
        *p = 0;
        int failed = mkdir(path, 0700) != 0 && errno != EEXIST;
        *p = '/';
        if (failed)
            return st_fail(err, ST_E_FILE_CREATE, "cannot make a folder below %s: %s", path,
                           strerror(errno));
    }
    return true;
}

static bool write_entry(st_ledger *l, const st_restored *r, const entries *all, const entry *e,
                        char path[512], st_err *err) {
    const char *name = e->name;
    int ups = ups_of(name);
    name += 3 * ups;
    int n = snprintf(path, 512, "%s", r->folder);
    for (int i = 0; i < all->ups - ups; i++)
        n += snprintf(path + n, 512 - (size_t)n, "/d%d", i);
    n += snprintf(path + n, 512 - (size_t)n, "/%s", name);
    return n < 512 && make_parents(path, err) && st_archive_fetch_file(l, &e->digest, path, err);
}

static bool write_all(st_ledger *l, const entries *all, st_restored *r, st_err *err) {
    char path[512];
    for (size_t i = 0; i < all->n; i++) {
        if (!write_entry(l, r, all, &all->items[i], path, err))
            return false;
        if (strcmp(all->items[i].kind, "scheme") == 0)
            memcpy(r->scheme, path, sizeof path);
        else if (strcmp(all->items[i].kind, "records") == 0)
            memcpy(r->records, path, sizeof path);
    }
    return true;
}

bool st_restore_begin(st_ledger *l, int64_t run, const char *state_dir, st_restored *out,
                      st_err *err) {
    *out = (st_restored){0};
    entries all = {.items = st_xmalloc(FILES_MAX * sizeof(entry))};
    bool ok = st_archive_list(l, run, collect, &all, err);
    if (ok && all.bad)
        ok = st_fail(err, ST_E_RUN_ARCHIVE,
                     "the archive of run %" PRId64 " names a file that cannot be restored", run);
    const char *where = st_file_work_folder(state_dir);
    (void)snprintf(out->folder, sizeof out->folder, "%s/stipend-work-XXXXXX", where);
    if (ok && !mkdtemp(out->folder)) {
        ok = st_fail(err, ST_E_FILE_CREATE, "cannot make a folder in %s: %s", where,
                     strerror(errno));
        out->folder[0] = 0;
    }
    ok = ok && write_all(l, &all, out, err);
    if (ok && (!out->scheme[0] || !out->records[0]))
        ok = st_fail(err, ST_E_RUN_ARCHIVE, "the archive of run %" PRId64 " is not complete", run);
    free(all.items);
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
}
