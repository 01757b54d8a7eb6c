/* `stipend test`: runs conformance test files of DMN over models and counts. */
#include "dmn/dmn.h"
#include "cli/cmd_test.h"
#include "cli/opt.h"
#include <dirent.h>
#include <getopt.h>
#include <sys/stat.h>

enum { FOLDERS_DEEP_MAX = 32 };
typedef enum format { FORMAT_TEXT, FORMAT_TSV, FORMAT_JSON } format;

typedef struct folder {
    const char *name;
    st_tck_result sum;
} folder;

typedef struct test_file {
    const char *path;
    bool found; /* in a folder: records and schemes lie beside tests and are passed over */
} test_file;

typedef struct tests {
    st_arena arena;
    ST_VEC(test_file) files;
    ST_VEC(folder) folders;
    st_tck_result sum;
    uint64_t broken; /* files that could not be run at all */
    format format;
} tests;

static const char usage[] =
    "usage: stipend test [--format text|tsv|json] DIR|FILE...\n"
    "Runs DMN conformance test files (*.xml with testCases; folders are searched) and compares "
    "strictly:\n"
    "numbers within 0.00000001, contexts with the same names, durations exactly.\n"
    "  --format text   a line for each failed case, then the counts (default)\n"
    "  --format tsv    a line for each folder: folder, passed, failed, skipped, passed with a "
    "value\n"
    "  --format json   the same as one JSON document\n"
    "Exit code 0, or 65 when a case failed or a file could not be run.\n";

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool gather(tests *t, const char *path, int depth, st_err *err);

static bool gather_folder(tests *t, const char *path, int depth, st_err *err) {
    ST_VEC(char *) names = {0};
    DIR *d = opendir(path);
    if (!d)
        return st_fail(err, ST_E_FILE_UNREADABLE, "the folder '%s' cannot be read", path);
    for (const struct dirent *x; (x = readdir(d)) != NULL;)
        if (x->d_name[0] != '.')
            ST_VEC_PUSH(&t->arena, &names, st_arena_fmt(&t->arena, "%s/%s", path, x->d_name));
    closedir(d);
    if (names.n)
        qsort(names.items, names.n, sizeof *names.items, by_name);
    for (size_t i = 0; i < names.n; i++) {
        struct stat s;
        bool dir = stat(names.items[i], &s) == 0 && S_ISDIR(s.st_mode);
        if ((dir || st_str_ends(st_str_of(names.items[i]), ".xml")) &&
            !gather(t, names.items[i], depth + 1, err))
            return false;
    }
    return true;
}

static bool gather(tests *t, const char *path, int depth, st_err *err) {
    struct stat s;
    if (depth > FOLDERS_DEEP_MAX)
        return st_fail(err, ST_E_FILE_UNREADABLE, "folders are nested more than %d deep: '%s'",
                       FOLDERS_DEEP_MAX, path);
    if (stat(path, &s) != 0)
        return st_fail(err, ST_E_FILE_MISSING, "'%s' does not exist", path);
    if (S_ISDIR(s.st_mode))
        return gather_folder(t, path, depth, err);
    test_file f = {st_arena_dup(&t->arena, path, strlen(path)), depth > 0};
    ST_VEC_PUSH(&t->arena, &t->files, f);
    return true;
}

static folder *folder_of(tests *t, const char *file) {
    const char *slash = strrchr(file, '/');
    char *name = slash ? st_arena_dup(&t->arena, file, (size_t)(slash - file))
                       : st_arena_dup(&t->arena, ".", 1);
    if (!t->folders.n || strcmp(t->folders.items[t->folders.n - 1].name, name) != 0)
        ST_VEC_PUSH(&t->arena, &t->folders, ((folder){.name = name}));
    return &t->folders.items[t->folders.n - 1];
}

static void add(st_tck_result *to, const st_tck_result *r) {
    to->passed += r->passed;
    to->failed += r->failed;
    to->skipped += r->skipped;
    to->passed_not_null += r->passed_not_null;
}

static void run(tests *t, const test_file *f) {
    st_err *err = st_xmalloc(sizeof *err);
    st_err_init(err);
    st_tck_result r;
    FILE *lines = t->format == FORMAT_TEXT ? stdout : NULL;
    bool ok = st_tck_run(f->path, lines, NULL, NULL, &r, err);
    bool other = !ok && f->found && err->code == ST_E_TCK_FILE;
    if (!ok && !other) {
        st_err_print(stderr, err, st_cli_lang());
        t->broken++;
    }
    if (!other)
        add(&folder_of(t, f->path)->sum, &r);
    add(&t->sum, &r);
    free(err);
}

static void show_text(const tests *t) {
    if (t->broken)
        printf("%" PRIu64 " files could not be run\n", t->broken);
    printf("%" PRIu64 " passed with an expected value that is not null\n", t->sum.passed_not_null);
    printf("%" PRIu64 " passed, %" PRIu64 " failed, %" PRIu64 " skipped\n", t->sum.passed,
           t->sum.failed, t->sum.skipped);
}

static void show_tsv(const tests *t) {
    printf("folder\tpassed\tfailed\tskipped\tpassed_not_null\n");
    for (size_t i = 0; i < t->folders.n; i++) {
        const folder *f = &t->folders.items[i];
        printf("%s\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\n", f->name, f->sum.passed,
               f->sum.failed, f->sum.skipped, f->sum.passed_not_null);
    }
    printf("%" PRIu64 " passed with an expected value that is not null\n", t->sum.passed_not_null);
    printf("%" PRIu64 " passed, %" PRIu64 " failed, %" PRIu64 " skipped\n", t->sum.passed,
           t->sum.failed, t->sum.skipped);
}

static void counts_json(const st_tck_result *r) {
    printf("\"passed\":%" PRIu64 ",\"failed\":%" PRIu64 ",\"skipped\":%" PRIu64
           ",\"passed_not_null\":%" PRIu64 "}",
           r->passed, r->failed, r->skipped, r->passed_not_null);
}

static void show_json(const tests *t) {
    printf("{\"folders\":[");
    for (size_t i = 0; i < t->folders.n; i++) {
        st_buf name;
        st_buf_init(&name, 0);
        st_buf_json(&name, st_str_of(t->folders.items[i].name));
        printf("%s{\"folder\":%.*s,", i ? "," : "", ST_FMT(st_buf_view(&name)));
        st_buf_free(&name);
        counts_json(&t->folders.items[i].sum);
    }
    printf("],\"files_not_run\":%" PRIu64 ",", t->broken);
    counts_json(&t->sum);
    printf("\n");
}

static bool format_of(const char *word, format *out) {
    static const char *const words[] = {
        [FORMAT_TEXT] = "text", [FORMAT_TSV] = "tsv", [FORMAT_JSON] = "json"};
    for (size_t i = 0; i < ST_LEN(words); i++)
        if (strcmp(words[i], word) == 0) {
            *out = (format)i;
            return true;
        }
    return false;
}

static int run_all(tests *t) {
    static void (*const show[])(const tests *) = {show_text, show_tsv, show_json};
    for (size_t i = 0; i < t->files.n; i++)
        run(t, &t->files.items[i]);
    show[t->format](t);
    return t->sum.failed || t->broken ? ST_EXIT_DATA : ST_EXIT_OK;
}

static int misused(void) {
    fputs(usage, stderr);
    return ST_EXIT_USAGE;
}

int st_cmd_test(int argc, char **argv) {
    static const struct option options[] = {{"format", required_argument, NULL, 'f'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    tests t = {0};
    optind = 1;
    for (int c; (c = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        if (c == 'h') {
            fputs(usage, stdout);
            return ST_EXIT_OK;
        }
        if (c != 'f' || !format_of(optarg, &t.format))
            return misused();
    }
    if (optind >= argc)
        return misused();
    st_arena_init(&t.arena, 0);
    st_err *err = st_xmalloc(sizeof *err);
    st_err_init(err);
    int code = ST_EXIT_OK;
    for (int i = optind; i < argc && code == ST_EXIT_OK; i++)
        if (!gather(&t, argv[i], 0, err)) {
            st_err_print(stderr, err, st_cli_lang());
            code = (int)st_code_exit(err->code);
        }
    if (code == ST_EXIT_OK)
        code = run_all(&t);
    free(err);
    st_arena_free(&t.arena);
    return code;
}
