/* Proof for auditors: verify. */
#include "base/file.h"
#include "base/keyfile.h"
#include "cli/session.h"
#include "ledger/public.h"

/* What was kept outside, and by which keys it must be signed. */
typedef struct outside {
    const char *file, *key, *witness;
} outside;

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

static bool compare_checkpoint(st_ledger *l, const outside *o, st_str text, verifying *v,
                               uint64_t *findings, st_err *err) {
    st_note_key key, witness;
    if (!o->key)
        return st_fail(err, ST_E_NOTE_KEY,
                       "%s is a checkpoint, and means something only with the key that signed it: "
                       "--key FILE",
                       o->file);
    return st_keyfile_read(o->key, ST_NOTE_ISSUER, false, &key, err) &&
           (!o->witness || st_keyfile_read(o->witness, ST_NOTE_WITNESS, false, &witness, err)) &&
           st_public_compare(l, text, &key, o->witness ? &witness : NULL, on_tamper, v, findings,
                             err);
}

/* A checkpoint, or the digest of a run. */
static bool compare_file(st_ledger *l, const outside *o, verifying *v, uint64_t *findings,
                         st_err *err) {
    st_buf text;
    st_note *note = st_xmalloc(sizeof *note);
    st_buf_init(&text, ST_NOTE_MAX);
    bool ok = st_file_read(o->file, ST_NOTE_MAX, &text, err);
    if (ok && st_note_read(st_buf_view(&text), note))
        ok = compare_checkpoint(l, o, st_buf_view(&text), v, findings, err);
    else if (ok && o->witness)
        ok = st_fail(err, ST_E_NOTE_FORM, "%s is no checkpoint that a witness could have signed",
                     o->file);
    else
        ok = ok && st_digest_compare(l, st_buf_view(&text), o->key, on_tamper, v, findings, err);
    st_buf_free(&text);
    free(note);
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

static int verify(verifying *to, const outside *o) {
    st_err err;
    st_err_init(&err);
    st_ledger *l = NULL;
    st_verified v = {0};
    uint64_t differences = 0;
    bool ok = st_session_open(&to->c, true, &l, &err);
    if (ok && in_format(to, "json"))
        (void)st_buf_z(&to->doc, "{\"findings\":[");
    else if (ok && in_format(to, "tsv"))
        (void)fputs("kind\trun\tline\ttext\n", stdout);
    ok = ok && st_ledger_verify(l, on_tamper, to, &v, &err) &&
         (!o->file || compare_file(l, o, to, &differences, &err));
    st_ledger_close(l);
    if (!ok)
        return st_cli_fail(&err);
    uint64_t all = v.findings + differences;
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
        "With --digest FILE also compares with what was exported earlier: a signed checkpoint "
        "(stipend "
        "checkpoint) or the digest\n"
        "of a run (show RUN --digest-out FILE).\n"
        "Exit 0 when everything agrees, 65 when something was changed; each place is named. "
        "json: one document (see\nREADME.md).",
        0,
        0};
    verifying v = {.any = false};
    outside o = {.file = NULL};
    const st_opt table[] = {
        ST_OPT_STATE(v.c),
        ST_OPT_DB(v.c),
        {"digest", ST_OPT_TEXT, &o.file, "FILE", "a checkpoint or digest to compare with", NULL},
        {"key", ST_OPT_TEXT, &o.key, "FILE",
         "the public key that must have signed it (of a digest: Ed25519, PEM)", NULL},
        {"witness", ST_OPT_TEXT, &o.witness, "FILE",
         "the public key of a witness that must have signed the checkpoint", NULL},
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
    int code = verify(&v, &o);
    st_buf_free(&v.doc);
    return code;
}
