/* Files that are read once. */
#include "base/file.h"
#include "base/sources.h"
#include "support/check_tap.h"
#include <dirent.h>

static char folder[64];

static void make_folder(void) {
    (void)snprintf(folder, sizeof folder, "/tmp/stipend-sources-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void remove_folder(void) {
    DIR *d = opendir(folder);
    ck_assert_ptr_nonnull(d);
    for (struct dirent *e; (e = readdir(d));)
        if (e->d_name[0] != '.')
            ck_assert_int_eq(unlinkat(dirfd(d), e->d_name, 0), 0);
    (void)closedir(d);
    ck_assert_int_eq(rmdir(folder), 0);
}

static const char *in(const char *name) {
    static char path[4][200];
    static int at;
    char *p = path[at++ % 4];
    (void)snprintf(p, sizeof path[0], "%s/%s", folder, name);
    return p;
}

static void write_text(const char *name, const char *text) {
    st_err err;
    st_err_init(&err);
    ck_assert_msg(st_file_write(in(name), st_str_of(text), &err), "%s", err.msg);
}

static const st_source *get(st_sources *s, const char *path, const char *name) {
    st_err err;
    st_err_init(&err);
    const st_source *x = st_sources_read(s, path, name, 1000, &err);
    ck_assert_msg(x != NULL, "%s", err.msg);
    return x;
}

START_TEST(read_once) {
    make_folder();
    write_text("scheme.xml", "one");
    write_text("a.dmn", "two");
    st_sources *s = st_sources_new();
    const st_source *first = get(s, in("scheme.xml"), "scheme.xml");
    write_text("scheme.xml", "changed");
    ck_assert(get(s, in("scheme.xml"), NULL) == first);
    ck_assert(st_str_is(first->bytes, "one"));
    st_err err;
    st_err_init(&err);
    ck_assert(!st_sources_settled(s, &err));
    ck_assert_int_eq(err.code, ST_E_RUN_CHANGED);
    write_text("scheme.xml", "one");
    st_err_init(&err);
    ck_assert(st_sources_settled(s, &err));
    st_sha256 digest;
    st_sha256_of("one", 3, &digest);
    ck_assert(st_sha256_eq(&digest, &first->digest));
    const st_source *model = get(s, in("a.dmn"), NULL);
    ck_assert_str_eq(model->name, "a.dmn");
    ck_assert_uint_eq(st_sources_count(s), 2);
    ck_assert(st_sources_at(s, 1) == model);
    /* the same file by its absolute path: twice in the set, read once */
    write_text("a.dmn", "three");
    const st_source *again = get(s, in("a.dmn"), in("a.dmn"));
    ck_assert(again != model && st_str_is(again->bytes, "two"));
    ck_assert_uint_eq(st_sources_count(s), 3);
    st_sources_free(s);
    remove_folder();
}
END_TEST

START_TEST(limits_and_missing_files) {
    st_err err;
    st_err_init(&err);
    st_sources *s = st_sources_new();
    make_folder();
    write_text("large", "0123456789");
    ck_assert(!st_sources_read(s, in("large"), NULL, 9, &err));
    ck_assert_int_eq(err.code, ST_E_FILE_TOO_LARGE);
    st_err_init(&err);
    ck_assert(!st_sources_read(s, in("absent"), NULL, 9, &err));
    ck_assert_int_eq(err.code, ST_E_FILE_MISSING);
    ck_assert_uint_eq(st_sources_count(s), 0);
    st_sources_free(s);
    remove_folder();
}
END_TEST

/* What was kept is found by the names it goes by, whatever lies on the disk now. */
START_TEST(kept_files) {
    st_err err;
    st_err_init(&err);
    make_folder();
    write_text("large", "0123456789");
    st_sources *kept = st_sources_new();
    ck_assert(st_sources_put(kept, NULL, "scheme.xml", ST_STR("s"), &err));
    ck_assert(st_sources_put(kept, "scheme.xml", "/srv/rules/b.dmn", ST_STR("b"), &err));
    ck_assert(st_sources_put(kept, "scheme.xml", "../../schemas/r.xsd", ST_STR("r"), &err));
    for (int i = 0; i < 2; i++) {
        st_sources *s = st_sources_again(kept);
        ck_assert_uint_eq(st_sources_count(s), 0);
        ck_assert(st_str_is(get(s, "scheme.xml", "scheme.xml")->bytes, "s"));
        ck_assert(st_str_is(get(s, "../../schemas/r.xsd", "../../schemas/r.xsd")->bytes, "r"));
        ck_assert(st_str_is(get(s, "/srv/rules/b.dmn", "/srv/rules/b.dmn")->bytes, "b"));
        ck_assert_uint_eq(st_sources_count(s), 3);
        ck_assert_str_eq(st_sources_at(s, 1)->name, "../../schemas/r.xsd"); /* as asked for */
        st_err_init(&err);
        ck_assert(!st_sources_read(s, in("large"), NULL, 1000, &err));
        ck_assert_int_eq(err.code, ST_E_FILE_MISSING);
        st_sources_free(s);
    }
    st_sources_free(kept);
    remove_folder();
}
END_TEST

/* A model that another one imports, by where it is. */
START_TEST(names_of_imports) {
    char path[100];
    make_folder();
    write_text("scheme.xml", "s");
    write_text("lib.dmn", "l");
    st_sources *s = st_sources_new();
    (void)get(s, in("scheme.xml"), "scheme.xml");
    ck_assert_str_eq(get(s, in("lib.dmn"), NULL)->name, "lib.dmn");
    st_sources_free(s);
    /* beside a model that goes by its absolute path */
    s = st_sources_new();
    (void)get(s, in("scheme.xml"), "scheme.xml");
    write_text("main.dmn", "m");
    (void)get(s, in("main.dmn"), in("main.dmn"));
    (void)snprintf(path, sizeof path, "%s/lib.dmn", folder);
    ck_assert_str_eq(get(s, path, NULL)->name, path);
    st_sources_free(s);
    remove_folder();
}
END_TEST

int main(void) {
    const ck_case cases[] = {CK_CASE(read_once), CK_CASE(limits_and_missing_files),
                             CK_CASE(kept_files), CK_CASE(names_of_imports)};
    return ck_run("sources", cases, ST_LEN(cases));
}
