/* Imports: by location inside the package and nowhere else, by namespace, in the folder. */
#include "models.h"
#include <ftw.h>
#include <sys/stat.h>

typedef struct tree {
    world *w;
    char root[64];
} tree;

static tree tree_new(void) {
    tree t = {.w = world_new(), .root = "/tmp/stipend-tree-XXXXXX"};
    ck_assert_ptr_nonnull(mkdtemp(t.root));
    return t;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *where) {
    (void)st, (void)flag, (void)where;
    return remove(path);
}

static void tree_free(tree *t) {
    nftw(t->root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    world_free(t->w);
}

static const char *at(const tree *t, const char *name) {
    static char paths[8][256];
    static int next;
    char *p = paths[next++ % 8];
    snprintf(p, sizeof paths[0], "%s/%s", t->root, name);
    return p;
}

static void put(const tree *t, const char *name, const char *text) {
    char path[256];
    snprintf(path, sizeof path, "%s", at(t, name));
    for (char *p = path + strlen(t->root) + 1; *p; p++)
        if (*p == '/') {
            *p = 0;
            mkdir(path, 0700);
            *p = '/';
        }
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    fclose(f);
}

#define DEFS(ns, body)                                                                             \
    "<definitions xmlns='" NS15 "' namespace='" ns "' name='n'>" body "</definitions>"
#define IMPORT(name, ns, location)                                                                 \
    "<import name='" name "' namespace='" ns "' " location " importType='" NS15 "'/>"
#define MAIN(location)                                                                             \
    DEFS("urn:main",                                                                               \
         IMPORT("lib", "urn:lib",                                                                  \
                location) "<decision id='d' name='d'>"                                             \
                          "<informationRequirement><requiredDecision href='urn:lib#r'/>"           \
                          "</informationRequirement>" LITERAL("lib.rate") "</decision>")
#define LIB(rate) DEFS("urn:lib", "<decision id='r' name='rate'>" LITERAL(rate) "</decision>")

static bool opened(tree *t, const char *name) {
    const char *path = at(t, name);
    if (!st_model_open(&path, 1, NULL, 0, world_sink, t->w, &t->w->m, &t->w->err))
        return false;
    t->w->e = st_evaluator_new(t->w->m);
    return true;
}

/* Where the library lies, how the import names it, and what becomes of it. */
static const struct {
    const char *name, *lib, *main, *says; /* says NULL: works, "": works and warns */
} rows[] = {
    {"beside", "p/lib.dmn", MAIN("locationURI='lib.dmn'"), NULL},
    {"beside, with a dot", "p/lib.dmn", MAIN("locationURI='./lib.dmn'"), NULL},
    {"in a folder", "p/a/b/lib.dmn", MAIN("locationURI='a/b/lib.dmn'"), NULL},
    {"there and back", "p/lib.dmn", MAIN("locationURI='a/../lib.dmn'"), NULL},
    {"percent", "p/base rates.dmn", MAIN("locationURI='base%20rates.dmn'"), NULL},
    {"Chinese in percent", "p/标准.dmn", MAIN("locationURI='%E6%A0%87%E5%87%86.dmn'"), NULL},
    {"Chinese as it is", "p/标准.dmn", MAIN("locationURI='标准.dmn'"), NULL},
    {"a percent sign in a name", "p/100%25.dmn", MAIN("locationURI='100%25.dmn'"), NULL},
    {"capital digits in percent", "p/a/lib.dmn", MAIN("locationURI='a%2Flib%2Edmn'"), NULL},
    {"no digit behind a percent sign", "p/x%4@%`1%g0.dmn", MAIN("locationURI='x%4@%`1%g0.dmn'"),
     NULL},
    {"another name than that with no digit", "p/xI.dmn", MAIN("locationURI='x%4@.dmn'"), ""},
    {"a percent sign at the end", "p/lib%2", MAIN("locationURI='lib%2'"), NULL},
    {"no location, beside", "p/other.dmn", MAIN(""), NULL},
    {"other case", "p/Lib.dmn", MAIN("locationURI='lib.dmn'"), ""},
    {"another name in the folder named", "p/a/x.dmn", MAIN("locationURI='a/lib.dmn'"), ""},
    {"missing", "p/a/x.dmn", MAIN("locationURI='lib.dmn'"), "that file does not exist"},
    {"no location, elsewhere", "p/a/lib.dmn", MAIN(""), "no locationURI"},
    {"outside", "lib.dmn", MAIN("locationURI='../lib.dmn'"), "outside of the package"},
    {"outside by a detour", "lib.dmn", MAIN("locationURI='a/../../lib.dmn'"),
     "outside of the package"},
    {"outside in percent", "lib.dmn", MAIN("locationURI='%2e%2e/lib.dmn'"),
     "outside of the package"},
    {"web", "p/a/lib.dmn", MAIN("locationURI='https://example.org/lib.dmn'"),
     "only files of the package"},
    {"file URL", "p/a/lib.dmn", MAIN("locationURI='file:///tmp/lib.dmn'"),
     "only files of the package"},
    {"absolute", "p/a/lib.dmn", MAIN("locationURI='/etc/passwd'"), "only files of the package"},
};

START_TEST(test_locations) {
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        tree t = tree_new();
        put(&t, "p/scheme.xml", "<scheme/>");
        put(&t, "p/a/.keep", "");
        put(&t, "p/main.dmn", rows[i].main);
        put(&t, rows[i].lib, LIB("300"));
        bool ok = opened(&t, "p/main.dmn"), works = !rows[i].says || !*rows[i].says;
        ck_assert_msg(ok == works, "%s: %s", rows[i].name, t.w->err.msg);
        if (ok) {
            ck_assert_str_eq(decide(t.w, "d"), "300");
            ck_assert_msg(t.w->n_findings == (rows[i].says ? 1 : 0), "%s: %s", rows[i].name,
                          t.w->findings[0]);
            ck_assert_uint_eq(st_model_files(t.w->m), 2);
        } else {
            ck_assert_int_eq(t.w->err.code, ST_E_DMN_IMPORT);
            ck_assert_msg(strstr(t.w->err.msg, rows[i].says) != NULL, "%s: %s", rows[i].name,
                          t.w->err.msg);
            ck_assert_msg(strstr(t.w->err.msg, "urn:lib") != NULL, "%s", t.w->err.msg);
            ck_assert_uint_eq(t.w->err.pos.line, 1);
        }
        tree_free(&t);
    }
}
END_TEST

START_TEST(test_links_do_not_lead_outside) {
    for (int in = 0; in < 2; in++) {
        tree t = tree_new();
        put(&t, "p/scheme.xml", "<scheme/>");
        put(&t, "p/main.dmn", MAIN("locationURI='lib.dmn'"));
        put(&t, in ? "p/v1/lib.dmn" : "secret/lib.dmn", LIB("300"));
        ck_assert_int_eq(symlink(in ? "v1/lib.dmn" : "../secret/lib.dmn", at(&t, "p/lib.dmn")), 0);
        ck_assert_msg(opened(&t, "p/main.dmn") == (in == 1), "%s", t.w->err.msg);
        tree_free(&t);
    }
}
END_TEST

/* What cannot be read is no model, and no reason to fail. */
START_TEST(test_a_link_to_nowhere_in_the_folder) {
    tree t = tree_new();
    put(&t, "p/scheme.xml", "<scheme/>");
    put(&t, "p/main.dmn", MAIN(""));
    put(&t, "p/other.dmn", LIB("300"));
    ck_assert_int_eq(symlink("nowhere", at(&t, "p/broken.dmn")), 0);
    ck_assert_msg(opened(&t, "p/main.dmn"), "%s", t.w->err.msg);
    ck_assert_str_eq(decide(t.w, "d"), "300");
    tree_free(&t);
}
END_TEST

/* A folder of models without a scheme is a package of nobody: relative locations are followed. */
START_TEST(test_models_without_a_package) {
    tree t = tree_new();
    put(&t, "checks/age/main.dmn", MAIN("locationURI='../../lib.dmn'"));
    put(&t, "lib.dmn", LIB("7"));
    ck_assert_msg(opened(&t, "checks/age/main.dmn"), "%s", t.w->err.msg);
    ck_assert_str_eq(decide(t.w, "d"), "7");
    tree_free(&t);
}
END_TEST

/* Editors that find models by their namespace leave locations behind that are no longer right. */
START_TEST(test_stale_location_in_a_folder_above) {
    for (int in = 0; in < 2; in++) {
        tree t = tree_new();
        put(&t, "p/scheme.xml", "<scheme/>");
        put(&t, "p/checks/age/main.dmn", MAIN("locationURI='../lib.dmn'"));
        put(&t, in ? "p/LIB.dmn" : "LIB.dmn", LIB("300"));
        ck_assert_msg(opened(&t, "p/checks/age/main.dmn") == (in == 1), "%s", t.w->err.msg);
        if (in) {
            ck_assert_int_eq(t.w->n_findings, 1);
            ck_assert_str_eq(st_model_file(t.w->m, 1), at(&t, "p/LIB.dmn"));
        }
        tree_free(&t);
    }
}
END_TEST

/* Sixty-four folders are looked at, the own one among them. */
START_TEST(test_how_far_above_a_stale_location_is_sought) {
    for (int depth = 63; depth <= 64; depth++) {
        tree t = tree_new();
        char path[256] = "p/";
        for (int i = 0; i < depth; i++)
            (void)snprintf(path + strlen(path), sizeof path - strlen(path), "a/");
        (void)snprintf(path + strlen(path), sizeof path - strlen(path), "main.dmn");
        put(&t, "p/scheme.xml", "<scheme/>");
        put(&t, "p/LIB.dmn", LIB("300"));
        put(&t, path, MAIN("locationURI='../lib.dmn'"));
        ck_assert_msg(opened(&t, path) == (depth == 63), "%d: %s", depth, t.w->err.msg);
        tree_free(&t);
    }
}
END_TEST

START_TEST(test_location_before_namespace) {
    tree t = tree_new();
    put(&t, "p/scheme.xml", "<scheme/>");
    put(&t, "p/main.dmn", MAIN("locationURI='2024/lib.dmn'"));
    put(&t, "p/2023/lib.dmn", LIB("200"));
    put(&t, "p/2024/lib.dmn", LIB("300"));
    put(&t, "p/lib.dmn", LIB("1"));
    ck_assert_msg(opened(&t, "p/main.dmn"), "%s", t.w->err.msg);
    ck_assert_str_eq(decide(t.w, "d"), "300");
    tree_free(&t);
}
END_TEST

START_TEST(test_two_with_one_namespace) {
    tree t = tree_new();
    put(&t, "p/scheme.xml", "<scheme/>");
    put(&t, "p/main.dmn", MAIN(""));
    put(&t, "p/lib-2023.dmn", LIB("200"));
    put(&t, "p/lib-2024.dmn", LIB("300"));
    ck_assert(!opened(&t, "p/main.dmn"));
    ck_assert_ptr_nonnull(strstr(t.w->err.msg, "lib-2023.dmn"));
    ck_assert_ptr_nonnull(strstr(t.w->err.msg, "lib-2024.dmn"));
    tree_free(&t);
}
END_TEST

START_TEST(test_wrong_namespace) {
    tree t = tree_new();
    put(&t, "p/scheme.xml", "<scheme/>");
    put(&t, "p/main.dmn", MAIN("locationURI='lib.dmn'"));
    put(&t, "p/lib.dmn",
        DEFS("urn:other", "<decision id='r' name='rate'>" LITERAL("1") "</decision>"));
    ck_assert(!opened(&t, "p/main.dmn"));
    ck_assert_ptr_nonnull(strstr(t.w->err.msg, "another namespace"));
    tree_free(&t);
}
END_TEST

START_TEST(test_a_broken_import_is_the_error) {
    tree t = tree_new();
    put(&t, "p/scheme.xml", "<scheme/>");
    put(&t, "p/main.dmn", MAIN("locationURI='lib.dmn'"));
    put(&t, "p/lib.dmn", "<definitions xmlns='urn:x'/>");
    ck_assert(!opened(&t, "p/main.dmn"));
    ck_assert_ptr_nonnull(strstr(t.w->err.file, "lib.dmn"));
    tree_free(&t);
}
END_TEST

/* One file reached by two ways is one model; models may import one another. */
START_TEST(test_one_file_two_ways) {
    tree t = tree_new();
    put(&t, "p/scheme.xml", "<scheme/>");
    put(&t, "p/main.dmn",
        DEFS("urn:main",
             IMPORT("a", "urn:a", "locationURI='x/a.dmn'") IMPORT(
                 "lib", "urn:lib",
                 "locationURI='lib.dmn'") "<decision id='d' "
                                          "name='d'><informationRequirement><requiredDecision "
                                          "href='urn:lib#r'/></"
                                          "informationRequirement><informationRequirement>"
                                          "<requiredDecision "
                                          "href='urn:a#k'/></informationRequirement>" LITERAL(
                                              "lib.rate + a.k") "</decision>"));
    put(&t, "p/x/a.dmn",
        DEFS("urn:a",
             IMPORT("lib", "urn:lib", "locationURI='../x/../lib.dmn'") IMPORT(
                 "m", "urn:main",
                 "locationURI='../main.dmn'") "<decision id='k' name='k'><informationRequirement>"
                                              "<requiredDecision "
                                              "href='urn:lib#r'/></informationRequirement>" LITERAL(
                                                  "lib.rate * 2") "</decision>"));
    put(&t, "p/lib.dmn", LIB("5"));
    ck_assert_msg(opened(&t, "p/main.dmn"), "%s", t.w->err.msg);
    ck_assert_uint_eq(st_model_files(t.w->m), 3);
    ck_assert_str_eq(decide(t.w, "d"), "15");
    tree_free(&t);
}
END_TEST

START_TEST(test_tidy_paths) {
    static const char *const paths[][2] = {
        {"a/b/../c", "a/c"}, {"./a", "a"},          {"a/./b//c", "a/b/c"},
        {"../a", "../a"},    {"a/../../b", "../b"}, {"/a/../../b", "/b"},
        {".", ""},           {"a/..", ""},          {"../../x", "../../x"},
        {"/", "/"},          {"a/b/../../c/", "c"},
    };
    st_arena a;
    st_arena_init(&a, 0);
    for (size_t i = 0; i < ST_LEN(paths); i++)
        ck_assert_str_eq(st_file_tidy(&a, paths[i][0]), paths[i][1]);
    st_arena_free(&a);
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(test_locations),
        CK_CASE(test_links_do_not_lead_outside),
        CK_CASE(test_a_link_to_nowhere_in_the_folder),
        CK_CASE(test_models_without_a_package),
        CK_CASE(test_stale_location_in_a_folder_above),
        CK_CASE(test_how_far_above_a_stale_location_is_sought),
        CK_CASE(test_location_before_namespace),
        CK_CASE(test_two_with_one_namespace),
        CK_CASE(test_wrong_namespace),
        CK_CASE(test_a_broken_import_is_the_error),
        CK_CASE(test_one_file_two_ways),
        CK_CASE(test_tidy_paths),
    };
    return ck_run("dmn imports", cases, ST_LEN(cases));
}
