/* `stipend test`: runs conformance test files of DMN over models and counts. */
#include "cli/cases.h"
#include "cli/cmd_test.h"
#include "cli/opt.h"
#include <getopt.h>

typedef enum format { FORMAT_TEXT, FORMAT_TSV, FORMAT_JSON } format;

typedef struct folder {
    const char *name;
    st_tck_result sum;
} folder;

typedef struct tests {
    st_arena arena;
    st_cases *cases;
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
    "Of a rules package it also tells which rows of its tables no case reaches.\n"
    "  --format text   a line for each failed case, then the counts (default)\n"
    "  --format tsv    a line for each folder: folder, passed, failed, skipped, passed with a "
    "value\n"
    "  --format json   the same as one JSON document\n"
    "Exit code 0, or 65 when a case failed or a file could not be run.\n";

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

static void run(tests *t, size_t i) {
    st_err *err = st_xmalloc(sizeof *err);
    st_err_init(err);
    st_tck_result r;
    bool found;
    const char *path = st_cases_file(t->cases, i, &found);
    bool ok = st_cases_run(t->cases, i, t->format == FORMAT_TEXT ? stdout : NULL, &r, err);
    bool other = !ok && found && err->code == ST_E_TCK_FILE;
    if (!ok && !other) {
        st_err_print(stderr, err, st_cli_lang());
        t->broken++;
    }
    if (!other)
        add(&folder_of(t, path)->sum, &r);
    add(&t->sum, &r);
    free(err);
}

/* -- rows of a package's tables that no case reaches -- */

/* Rows from..to are those of one table. */
static size_t table_end(const st_cases *c, size_t from) {
    const st_case_row *first = st_cases_row(c, from);
    size_t to = from + 1;
    while (to < st_cases_rows(c) && st_cases_row(c, to)->rule > st_cases_row(c, to - 1)->rule &&
           strcmp(st_cases_row(c, to)->table, first->table) == 0 &&
           strcmp(st_cases_row(c, to)->file, first->file) == 0)
        to++;
    return to;
}

static size_t reached(const st_cases *c, size_t from, size_t to) {
    size_t n = 0;
    for (size_t i = from; i < to; i++)
        n += st_cases_row(c, i)->cases > 0;
    return n;
}

static void coverage_text(const st_cases *c) {
    for (size_t from = 0, to; from < st_cases_rows(c); from = to) {
        const st_case_row *first = st_cases_row(c, from);
        to = table_end(c, from);
        size_t n = reached(c, from, to);
        printf("%s:%u: table '%s': %zu of %zu rows reached", first->file, first->line, first->table,
               n, to - from);
        const char *sep = "; no case reaches ";
        for (size_t i = from; i < to; i++) {
            const st_case_row *r = st_cases_row(c, i);
            if (r->cases)
                continue;
            printf("%srule %u (line %u)", sep, r->rule, r->line);
            sep = ", ";
        }
        printf("\n");
    }
}

static void text_json(const char *z) {
    st_buf b;
    st_buf_init(&b, 0);
    st_buf_json(&b, st_str_of(z));
    printf("%.*s", ST_FMT(st_buf_view(&b)));
    st_buf_free(&b);
}

static void coverage_json(const st_cases *c) {
    printf("\"rows\":[");
    for (size_t i = 0; i < st_cases_rows(c); i++) {
        const st_case_row *r = st_cases_row(c, i);
        printf("%s{\"file\":", i ? "," : "");
        text_json(r->file);
        printf(",\"table\":");
        text_json(r->table);
        printf(",\"rule\":%u,\"line\":%u,\"cases\":%" PRIu64 "}", r->rule, r->line, r->cases);
    }
    printf("],");
}

static void show_text(const tests *t) {
    coverage_text(t->cases);
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
    printf("],");
    coverage_json(t->cases);
    printf("\"files_not_run\":%" PRIu64 ",", t->broken);
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
    for (size_t i = 0; i < st_cases_files(t->cases); i++)
        run(t, i);
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
    t.cases = st_cases_new();
    st_err *err = st_xmalloc(sizeof *err);
    st_err_init(err);
    int code = ST_EXIT_OK;
    for (int i = optind; i < argc && code == ST_EXIT_OK; i++)
        if (!st_cases_find(t.cases, argv[i], err)) {
            st_err_print(stderr, err, st_cli_lang());
            code = (int)st_code_exit(err->code);
        }
    if (code == ST_EXIT_OK)
        code = run_all(&t);
    free(err);
    st_cases_free(t.cases);
    st_arena_free(&t.arena);
    return code;
}
