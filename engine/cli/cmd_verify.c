/* Proof for auditors: verify and prove. */
#include "base/file.h"
#include "cli/session.h"
#include "ledger/verify.h"

enum { DIGEST_FILE_MAX = 64 << 10 };

typedef struct verifying {
    st_common c;
    st_buf doc; /* the JSON document, printed when it is whole */
    bool any;
} verifying;

static bool in_format(const verifying *v, const char *format) {
    return strcmp(v->c.format, format) == 0;
}

static void on_tamper(void *ctx, const st_tamper_finding *f) {
    verifying *v = ctx;
    const char *kind = st_tamper_name(f->kind);
    if (in_format(v, "json")) {
        (void)st_buf_fmt(&v->doc,
                         "%s{\"kind\":\"%s\",\"run\":%" PRId64 ",\"line\":%" PRIu64 ",\"text\":",
                         v->any ? "," : "", kind, f->run, f->line);
        (void)st_buf_json(&v->doc, st_str_of(f->text));
        (void)st_buf_ch(&v->doc, '}');
    } else if (in_format(v, "tsv")) {
        st_buf b;
        st_buf_init(&b, 4096);
        (void)st_buf_tsv(&b, st_str_of(f->text));
        (void)printf("%s\t%" PRId64 "\t%" PRIu64 "\t%s\n", kind, f->run, f->line, b.p);
        st_buf_free(&b);
    } else if (f->line) {
        (void)printf("run %" PRId64 " line %" PRIu64 ": %s: %s\n", f->run, f->line, kind, f->text);
    } else {
        (void)printf("run %" PRId64 ": %s: %s\n", f->run, kind, f->text);
    }
    v->any = true;
}

static bool compare_file(st_ledger *l, const char *path, const char *key, verifying *v,
                         uint64_t *findings, st_err *err) {
    st_buf text;
    st_buf_init(&text, DIGEST_FILE_MAX);
    bool ok = st_file_read(path, DIGEST_FILE_MAX, &text, err) &&
              st_digest_compare(l, st_buf_view(&text), key, on_tamper, v, findings, err);
    st_buf_free(&text);
    return ok;
}

static void conclude_text(const st_verified *v, uint64_t findings) {
    char hex[ST_HEX_LEN];
    st_sha256_hex(&v->head, hex);
    (void)printf("%" PRIu64 " runs, %" PRIu64 " sealed, %" PRIu64
                 " lines: %s\n  end of the chain %s\n",
                 v->runs, v->sealed, v->lines,
                 findings ? "NOT as they were sealed" : "all as they were sealed", hex);
    if (v->open_bookings)
        (void)printf("  of %" PRIu64 " bookings about debts the last %" PRIu64
                     " will be sealed with the next run\n",
                     v->bookings, v->open_bookings);
}

static void conclude_json(verifying *to, const st_verified *v, uint64_t findings) {
    char hex[ST_HEX_LEN];
    st_sha256_hex(&v->head, hex);
    (void)st_buf_fmt(&to->doc,
                     "],\"sound\":%s,\"runs\":%" PRIu64 ",\"sealed\":%" PRIu64 ",\"lines\":%" PRIu64
                     ",\"bookings\":%" PRIu64 ",\"open_bookings\":%" PRIu64 ",\"links\":%" PRIu64
                     ",\"head\":\"%s\"}",
                     findings ? "false" : "true", v->runs, v->sealed, v->lines, v->bookings,
                     v->open_bookings, v->links, hex);
    (void)printf("%s\n", to->doc.p);
}

static int verify(verifying *to, const char *digest, const char *key) {
    st_err err;
    st_err_init(&err);
    st_ledger *l = NULL;
    st_verified v = {0};
    uint64_t outside = 0;
    bool ok = st_session_open(&to->c, true, &l, &err);
    if (ok && in_format(to, "json"))
        (void)st_buf_z(&to->doc, "{\"findings\":[");
    else if (ok && in_format(to, "tsv"))
        (void)fputs("kind\trun\tline\ttext\n", stdout);
    ok = ok && st_ledger_verify(l, on_tamper, to, &v, &err) &&
         (!digest || compare_file(l, digest, key, to, &outside, &err));
    st_ledger_close(l);
    if (!ok)
        return st_cli_fail(&err);
    uint64_t all = v.findings + outside;
    if (in_format(to, "json"))
        conclude_json(to, &v, all);
    else if (!to->c.quiet && in_format(to, "text"))
        conclude_text(&v, all);
    return all ? ST_EXIT_DATA : ST_EXIT_OK;
}

int st_cmd_verify(int argc, char **argv) {
    static const st_command cmd = {
        "verify",
        "",
        "recomputes every leaf, root and digest of the ledger from its rows",
        "With --digest FILE also compares with a digest that was exported earlier (show RUN "
        "--digest-out FILE).\n"
        "Exit 0 when everything agrees, 65 when something was changed; each place is named. "
        "json: one document (see\nREADME.md).",
        0,
        0};
    verifying v = {.any = false};
    const char *digest = NULL, *key = NULL;
    const st_opt table[] = {
        ST_OPT_STATE(v.c),
        ST_OPT_DB(v.c),
        {"digest", ST_OPT_TEXT, &digest, "FILE", "an exported digest to compare with", NULL},
        {"key", ST_OPT_TEXT, &key, "FILE",
         "public key (Ed25519, PEM): the digest must be signed by it", NULL},
        ST_OPT_FORMAT(v.c),
        ST_OPT_QUIET(v.c),
        ST_OPT_END};
    int first;
    st_opt_result r = st_opt_parse(&cmd, table, argc, argv, &first);
    if (r != ST_OPT_OK)
        return r == ST_OPT_HELP ? ST_EXIT_OK : ST_EXIT_USAGE;
    if (!st_format_known("verify", v.c.format ? v.c.format : "text", "text tsv json"))
        return ST_EXIT_USAGE;
    st_buf_init(&v.doc, 0);
    int code = verify(&v, digest, key);
    st_buf_free(&v.doc);
    return code;
}

int st_cmd_prove(int argc, char **argv) {
    static const st_command cmd = {
        "prove",
        "RUN LINE",
        "the proof that one line belongs to the sealed root of its run",
        "Prints the line's bytes, its leaf, the path (RFC 6962), the root and the run's digest.",
        2,
        2};
    st_common c = {0};
    const st_opt table[] = {ST_OPT_STATE(c), ST_OPT_DB(c), ST_OPT_END};
    int first;
    st_opt_result r = st_opt_parse(&cmd, table, argc, argv, &first);
    if (r != ST_OPT_OK)
        return r == ST_OPT_HELP ? ST_EXIT_OK : ST_EXIT_USAGE;
    st_err err;
    st_err_init(&err);
    int64_t run, line = 0;
    st_ledger *l = NULL;
    st_buf out;
    st_buf_init(&out, 0);
    bool ok = st_session_run(argv[first], &run, &err) &&
              ((st_str_int(st_str_of(argv[first + 1]), &line) && line > 0) ||
               st_fail(&err, ST_E_RUN_NUMBER, "\"%s\" is no line number", argv[first + 1])) &&
              st_session_open(&c, true, &l, &err) &&
              st_ledger_prove(l, run, (uint64_t)line, &out, &err);
    st_ledger_close(l);
    if (ok)
        (void)fwrite(out.p, 1, out.n, stdout);
    st_buf_free(&out);
    return ok ? ST_EXIT_OK : st_cli_fail(&err);
}
