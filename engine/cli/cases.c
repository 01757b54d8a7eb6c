#include "cli/cases.h"
#include "base/file.h"
#include "base/map.h"
#include "run/run.h"
#include <dirent.h>
#include <limits.h>
#include <sys/stat.h>

enum { FOLDERS_DEEP_MAX = 32, PACKAGES_MAX = 64 };

typedef struct test_file {
    const char *path;
    bool found;
} test_file;

/* A package whose models are tested: its record's types complete what a case leaves out. */
typedef struct package {
    const char *scheme;
    bool open;
    st_package p;
    st_model_binding bindings[4];
} package;

struct st_cases {
    st_arena arena;
    ST_VEC(test_file) files;
    ST_VEC(st_case_row *) rows;
    st_map by_place;
    package packages[PACKAGES_MAX];
    size_t n_packages;
    const package *current; /* of the model being tested */
};

st_cases *st_cases_new(void) {
    st_cases *c = st_xmalloc(sizeof *c);
    memset(c, 0, sizeof *c);
    st_arena_init(&c->arena, 0);
    st_map_init(&c->by_place, &c->arena);
    return c;
}

void st_cases_free(st_cases *c) {
    for (size_t i = 0; i < c->n_packages; i++)
        if (c->packages[i].open)
            st_package_close(&c->packages[i].p);
    st_arena_free(&c->arena);
    free(c);
}

/* -- files -- */

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool gather(st_cases *c, const char *path, int depth, st_err *err);

static bool gather_folder(st_cases *c, const char *path, int depth, st_err *err) {
    ST_VEC(char *) names = {0};
    DIR *d = opendir(path);
    if (!d)
        return st_fail(err, ST_E_FILE_UNREADABLE, "the folder '%s' cannot be read", path);
    for (const struct dirent *x; (x = readdir(d)) != NULL;)
        if (x->d_name[0] != '.')
            ST_VEC_PUSH(&c->arena, &names, st_arena_fmt(&c->arena, "%s/%s", path, x->d_name));
    closedir(d);
    if (names.n)
        qsort(names.items, names.n, sizeof *names.items, by_name);
    for (size_t i = 0; i < names.n; i++) {
        struct stat s;
        bool dir = stat(names.items[i], &s) == 0 && S_ISDIR(s.st_mode);
        if ((dir || st_str_ends(st_str_of(names.items[i]), ".xml")) &&
            !gather(c, names.items[i], depth + 1, err))
            return false;
    }
    return true;
}

static bool gather(st_cases *c, const char *path, int depth, st_err *err) {
    struct stat s;
    if (depth > FOLDERS_DEEP_MAX)
        return st_fail(err, ST_E_FILE_UNREADABLE, "folders are nested more than %d deep: '%s'",
                       FOLDERS_DEEP_MAX, path);
    if (stat(path, &s) != 0)
        return st_fail(err, ST_E_FILE_MISSING, "'%s' does not exist", path);
    if (S_ISDIR(s.st_mode))
        return gather_folder(c, path, depth, err);
    test_file f = {st_arena_dup(&c->arena, path, strlen(path)), depth > 0};
    ST_VEC_PUSH(&c->arena, &c->files, f);
    return true;
}

bool st_cases_find(st_cases *c, const char *path, st_err *err) {
    return gather(c, path, 0, err);
}

size_t st_cases_files(const st_cases *c) {
    return c->files.n;
}

const char *st_cases_file(const st_cases *c, size_t i, bool *found) {
    *found = c->files.items[i].found;
    return c->files.items[i].path;
}

/* -- packages -- */

static const char *real_path(st_arena *a, const char *path) {
    char buffer[PATH_MAX];
    return realpath(path, buffer) ? st_arena_dup(a, buffer, strlen(buffer)) : NULL;
}

/* The scheme.xml in the nearest folder above. */
static const char *scheme_above(st_arena *a, const char *model) {
    const char *folder = real_path(a, model);
    for (int i = 0; folder && i < FOLDERS_DEEP_MAX; i++) {
        const char *slash = strrchr(folder, '/');
        if (!slash)
            return NULL;
        folder = st_arena_dup(a, folder, (size_t)(slash - folder));
        const char *scheme = st_arena_fmt(a, "%s/scheme.xml", folder);
        if (access(scheme, F_OK) == 0)
            return scheme;
    }
    return NULL;
}

/* A package that does not open is told by `check`; its cases are run without the records' types. */
static package *package_of(st_cases *c, const char *model) {
    const char *scheme = scheme_above(&c->arena, model);
    if (!scheme)
        return NULL;
    for (size_t i = 0; i < c->n_packages; i++)
        if (strcmp(c->packages[i].scheme, scheme) == 0)
            return &c->packages[i];
    if (c->n_packages == PACKAGES_MAX)
        return NULL;
    package *x = &c->packages[c->n_packages++];
    x->scheme = scheme;
    st_err ignored;
    st_err_init(&ignored);
    x->open = st_package_open(scheme, NULL, NULL, &x->p, &ignored);
    return x;
}

/* The type of an occasion of the benefits that a model decides; any when they differ. */
static const st_feel_type *occasion_of(st_cases *c, const package *x, const char *model) {
    const char *real = real_path(&c->arena, model);
    const st_feel_type *t = NULL;
    for (size_t i = 0; real && i < x->p.scheme->n_benefits; i++) {
        const st_benefit *b = &x->p.scheme->benefits[i];
        for (size_t k = 0; k < b->n_rules; k++) {
            const char *path = real_path(&c->arena, b->rules[k].path);
            if (!path || strcmp(path, real) != 0)
                continue;
            if (t && t != b->occasion_type)
                return &st_feel_any;
            t = b->occasion_type;
        }
    }
    return t ? t : &st_feel_any;
}

static const st_model_binding *bind(void *ctx, const char *model, size_t *n) {
    st_cases *c = ctx;
    package *x = package_of(c, model);
    c->current = x;
    if (!x || !x->open)
        return NULL;
    const st_model_binding all[] = {{"subject", st_record_type_facts(x->p.type)},
                                    {"occasion", occasion_of(c, x, model)},
                                    {"period", &st_scheme_period_type},
                                    {"prior", &st_scheme_prior_type}};
    memcpy(x->bindings, all, sizeof all);
    *n = ST_LEN(all);
    return x->bindings;
}

/* -- rows -- */

static st_str place(st_pos pos, char *buffer, size_t size) {
    char real[PATH_MAX];
    const char *file = pos.file && realpath(pos.file, real) ? real : pos.file;
    int n = snprintf(buffer, size, "%s:%u:%u", file ? file : "", pos.line, pos.column);
    return (st_str){buffer, n > 0 && (size_t)n < size ? (size_t)n : 0};
}

static void take_row(void *ctx, const st_tck_row *r) {
    st_cases *c = ctx;
    char buffer[PATH_MAX + 32];
    if (!c->current)
        return;
    st_str key = place(r->pos, buffer, sizeof buffer);
    st_case_row *row = st_map_get(&c->by_place, key);
    if (!row) {
        row = ST_NEW(&c->arena, st_case_row);
        *row = (st_case_row){.file = st_file_tidy(&c->arena, r->pos.file ? r->pos.file : ""),
                             .table = st_arena_dup(&c->arena, r->table.p, r->table.n),
                             .rule = r->rule,
                             .rules = r->rules,
                             .line = r->pos.line,
                             .column = r->pos.column};
        st_map_put(&c->by_place, st_str_dup(&c->arena, key), row);
        ST_VEC_PUSH(&c->arena, &c->rows, row);
    }
    row->cases += r->cases;
}

bool st_cases_run(st_cases *c, size_t i, FILE *out, st_tck_result *result, st_err *err) {
    st_tck_watch watch = {.row = take_row, .bind = bind, .ctx = c};
    c->current = NULL;
    return st_tck_run(c->files.items[i].path, out, &watch, result, err);
}

size_t st_cases_rows(const st_cases *c) {
    return c->rows.n;
}

const st_case_row *st_cases_row(const st_cases *c, size_t i) {
    return c->rows.items[i];
}

uint64_t st_cases_of(const st_cases *c, st_pos pos) {
    char buffer[PATH_MAX + 32];
    const st_case_row *row = st_map_get(&c->by_place, place(pos, buffer, sizeof buffer));
    return row ? row->cases : 0;
}
