/* Proof for auditors: verify and prove. */
#include "base/file.h"
#include "cli/session.h"
#include "ledger/verify.h"

enum { DIGEST_FILE_MAX = 64 << 10 };

static const char *format_of(void *ctx) {
    return ((const st_common *)ctx)->format;
}

static void on_tamper(void *ctx, const st_tamper_finding *f) {
    if (strcmp(format_of(ctx), "text") != 0) {
        st_buf b;
        st_buf_init(&b, 4096);
        bool json = strcmp(format_of(ctx), "json") == 0;
        (void)(json ? st_buf_json(&b, st_str_of(f->text)) : st_buf_tsv(&b, st_str_of(f->text)));
        (void)printf(json ? "{\"kind\":\"%s\",\"run\":%" PRId64 ",\"line\":%" PRIu64
                            ",\"text\":%s}\n"
                          : "%s\t%" PRId64 "\t%" PRIu64 "\t%s\n",
                     st_tamper_name(f->kind), f->run, f->line, b.p);
        st_buf_free(&b);
        return;
    }
    if (f->line)
        (void)printf("run %" PRId64 " line %" PRIu64 ": %s: %s\n", f->run, f->line,
                     st_tamper_name(f->kind), f->text);
    else
        (void)printf("run %" PRId64 ": %s: %s\n", f->run, st_tamper_name(f->kind), f->text);
}

static bool compare_file(st_ledger *l, const char *path, const char *key, st_common *c,
                         uint64_t *findings, st_err *err) {
    st_buf text;
    st_buf_init(&text, DIGEST_FILE_MAX);
    bool ok = st_file_read(path, DIGEST_FILE_MAX, &text, err) &&
              st_digest_compare(l, st_buf_view(&text), key, on_tamper, c, findings, err);
    st_buf_free(&text);
    return ok;
}

int st_cmd_verify(int argc, char **argv) {
    static const st_command cmd = {
        "verify",
        "",
        "recomputes every leaf, root and digest of the ledger from its rows",
        "With --digest FILE also compares with a digest that was exported earlier (show RUN "
        "--digest-out FILE).\n"
        "Exit 0 when everything agrees, 65 when something was changed; each place is named.",
        0,
        0};
    st_common c = {0};
    const char *digest = NULL, *key = NULL;
    const st_opt table[] = {
        ST_OPT_STATE(c),
        ST_OPT_DB(c),
        {"digest", ST_OPT_TEXT, &digest, "FILE", "an exported digest to compare with", NULL},
        {"key", ST_OPT_TEXT, &key, "FILE",
         "public key (Ed25519, PEM): the digest must be signed by it", NULL},
        ST_OPT_FORMAT(c),
        ST_OPT_QUIET(c),
        ST_OPT_END};
    int first;
    st_opt_result r = st_opt_parse(&cmd, table, argc, argv, &first);
    if (r != ST_OPT_OK)
        return r == ST_OPT_HELP ? ST_EXIT_OK : ST_EXIT_USAGE;
    if (!st_format_known("verify", c.format ? c.format : "text", "text tsv json"))
        return ST_EXIT_USAGE;
    st_err err;
    st_err_init(&err);
    st_ledger *l = NULL;
    st_verified v = {0};
    uint64_t outside = 0;
    bool ok = st_session_open(&c, true, &l, &err) && st_ledger_verify(l, on_tamper, &c, &v, &err) &&
              (!digest || compare_file(l, digest, key, &c, &outside, &err));
    st_ledger_close(l);
    if (!ok)
        return st_cli_fail(&err);
    uint64_t all = v.findings + outside;
    if (!c.quiet && strcmp(c.format, "text") == 0) {
        char hex[ST_HEX_LEN];
        st_sha256_hex(&v.head, hex);
        (void)printf("%" PRIu64 " runs, %" PRIu64 " sealed, %" PRIu64
                     " lines: %s\n  end of the chain %s\n",
                     v.runs, v.sealed, v.lines,
                     all ? "NOT as they were sealed" : "all as they were sealed", hex);
        if (v.open_bookings)
            (void)printf("  of %" PRIu64 " bookings about debts the last %" PRIu64
                         " will be sealed with the next run\n",
                         v.bookings, v.open_bookings);
    }
    return all ? ST_EXIT_DATA : ST_EXIT_OK;
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
