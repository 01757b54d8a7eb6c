/* stipend source: the archived inputs of a run. */
#include "run/source.h"
#include "base/words.h"
#include "cli/session.h"

typedef struct listing {
    st_common c;
    const char *out;
    st_buf rows; /* printed when all is done */
    bool any;
} listing;

static void text_row(st_buf *b, const st_source_file *f, const char *lang) {
    char hex[ST_HEX_LEN];
    st_sha256_hex(&f->digest, hex);
    st_buf name;
    st_buf_init(&name, 0);
    (void)st_buf_tsv(&name, st_str_of(f->path ? f->path : f->name)); /* names may have line ends */
    (void)st_buf_fmt(b, "%-8s %.16s %12" PRIu64 "  %s", f->kind, hex, f->bytes, name.p);
    if (f->wrong)
        (void)st_buf_z(b, st_is_chinese(lang) ? "：已损坏，未写出" : ": DAMAGED, not written");
    (void)st_buf_ch(b, '\n');
    st_buf_free(&name);
}

static void tsv_row(st_buf *b, const st_source_file *f) {
    char hex[ST_HEX_LEN];
    st_sha256_hex(&f->digest, hex);
    (void)st_buf_fmt(b, "%s\t", f->kind);
    (void)st_buf_tsv(b, st_str_of(f->name));
    (void)st_buf_fmt(b, "\t%s\t%" PRIu64 "\t", hex, f->bytes);
    (void)st_buf_tsv(b, st_str_of(f->path ? f->path : ""));
    (void)st_buf_ch(b, '\t');
    (void)st_buf_tsv(b, st_str_of(f->wrong ? f->wrong->msg : ""));
    (void)st_buf_ch(b, '\n');
}

static void json_row(st_buf *b, const st_source_file *f) {
    char hex[ST_HEX_LEN];
    st_sha256_hex(&f->digest, hex);
    (void)st_buf_fmt(b, "{\"kind\":\"%s\",\"name\":", f->kind);
    (void)st_buf_json(b, st_str_of(f->name));
    (void)st_buf_fmt(b, ",\"sha256\":\"%s\",\"bytes\":%" PRIu64 ",\"path\":", hex, f->bytes);
    if (f->path)
        (void)st_buf_json(b, st_str_of(f->path));
    else
        (void)st_buf_z(b, "null");
    (void)st_buf_z(b, ",\"wrong\":");
    if (f->wrong)
        (void)st_buf_json(b, st_str_of(f->wrong->msg));
    else
        (void)st_buf_z(b, "null");
    (void)st_buf_ch(b, '}');
}

static void on_file(void *ctx, const st_source_file *f) {
    listing *l = ctx;
    if (strcmp(l->c.format, "json") == 0) {
        (void)st_buf_z(&l->rows, l->any ? "," : "");
        json_row(&l->rows, f);
    } else if (strcmp(l->c.format, "tsv") == 0) {
        tsv_row(&l->rows, f);
    } else {
        text_row(&l->rows, f, l->c.lang);
    }
    l->any = true;
    if (f->wrong)
        st_err_print(stderr, f->wrong, st_cli_lang());
}

static void print_rows(const listing *l) {
    const char *rows = l->rows.p ? l->rows.p : "";
    if (strcmp(l->c.format, "json") == 0)
        (void)printf("[%s]\n", rows);
    else if (strcmp(l->c.format, "tsv") == 0)
        (void)printf("kind\tname\tsha256\tbytes\tpath\twrong\n%s", rows);
    else
        (void)fputs(rows, stdout);
}

static int give(listing *list, const char *number) {
    st_err err;
    st_err_init(&err);
    int64_t run;
    st_ledger *l = NULL;
    st_run_info info;
    bool found = false;
    uint64_t damaged = 0;
    bool ok = st_session_run(number, &run, &err) && st_session_open(&list->c, true, &l, &err) &&
              st_ledger_run_info(l, run, &found, &info, &err);
    if (ok && !found)
        ok = st_fail(&err, ST_E_RUN_UNKNOWN, "there is no run %" PRId64, run);
    ok = ok && st_source_give(l, run, list->out, on_file, list, &damaged, &err);
    st_ledger_close(l);
    if (!ok)
        return st_cli_fail(&err);
    print_rows(list);
    return damaged ? ST_EXIT_DATA : ST_EXIT_OK;
}

int st_cmd_source(int argc, char **argv) {
    static const st_command cmd = {
        "source",
        "RUN",
        "what a run was calculated from, given back byte for byte",
        "Lists the archived scheme, models, schema and records; --out writes them, each compared "
        "with its digest, below a\n"
        "new or empty folder: rules/ (can be used as they are), records/, absolute/ (what went by "
        "an absolute path). The\n"
        "files hold personal data: they are readable by you alone. An input that is damaged is "
        "named, the others are\n"
        "written (65).",
        1,
        1};
    listing list = {.out = NULL};
    const st_opt table[] = {{"out", ST_OPT_TEXT, &list.out, "DIR",
                             "write the files below this folder, which is new or empty", NULL},
                            ST_OPT_STATE(list.c),
                            ST_OPT_DB(list.c),
                            ST_OPT_FORMAT(list.c),
                            ST_OPT_LANG(list.c),
                            ST_OPT_END};
    int first;
    st_opt_result r = st_opt_parse(&cmd, table, argc, argv, &first);
    if (r != ST_OPT_OK)
        return r == ST_OPT_HELP ? ST_EXIT_OK : ST_EXIT_USAGE;
    if (!st_format_known("source", list.c.format ? list.c.format : "text", "text tsv json"))
        return ST_EXIT_USAGE;
    if (list.out && !*list.out) {
        (void)fprintf(stderr, "stipend source: --out is empty [CLI-001]\n  hint: name a folder "
                              "that does not exist yet\n");
        return ST_EXIT_USAGE;
    }
    st_buf_init(&list.rows, 0);
    int code = give(&list, argv[first]);
    st_buf_free(&list.rows);
    return code;
}
