/* stipend key and witness: what proves a ledger to people elsewhere. No database. */
#include "base/file.h"
#include "base/keyfile.h"
#include "base/witness.h"
#include "base/words.h"
#include "cli/opt.h"
#include <time.h>

static int usage(const char *command, const char *complaint, const char *hint) {
    (void)fprintf(stderr, "stipend %s: %s [CLI-001]\n  hint: %s\n", command, complaint, hint);
    return ST_EXIT_USAGE;
}

/* -- key -- */

static void print_public(const st_note_key *key) {
    st_buf text;
    st_buf_init(&text, 0);
    st_note_key_public_text(key, &text);
    (void)printf("%s\n", text.p);
    st_buf_free(&text);
}

static int key_new(const char *name, const char *out, bool witness) {
    st_err err;
    st_err_init(&err);
    st_note_key key = {.secret = false};
    bool ok = st_keyfile_make(out, name, witness ? ST_NOTE_WITNESS : ST_NOTE_ISSUER, &key, &err);
    if (ok)
        print_public(&key);
    st_note_key_wipe(&key);
    return ok ? ST_EXIT_OK : st_cli_fail(&err);
}

static int key_show(const char *file) {
    st_err err;
    st_err_init(&err);
    st_note_key key = {.secret = false};
    bool ok = st_keyfile_any(file, &key, &err);
    if (ok)
        print_public(&key);
    st_note_key_wipe(&key);
    return ok ? ST_EXIT_OK : st_cli_fail(&err);
}

int st_cmd_key(int argc, char **argv) {
    static const st_command cmd = {
        "key",
        "new NAME|show FILE",
        "makes the key of a ledger or of a witness, or shows the public text of one",
        "new writes the secret key to --out FILE (mode 0600, a file that is not there yet) and "
        "prints the public text, to\n"
        "be published: it is what others check signatures with. NAME is unique in the world and "
        "for ever, like\n"
        "finance.example.gov.cn/dawukou; a ledger's checkpoints bear it.",
        2,
        2};
    const char *out = NULL;
    bool witness = false;
    const st_opt table[] = {
        {"out", ST_OPT_TEXT, &out, "FILE", "new: where the secret key goes", NULL},
        {"witness", ST_OPT_FLAG, &witness, NULL,
         "new: the key of a witness, who signs what others issue", NULL},
        ST_OPT_END};
    int first;
    st_opt_result r = st_opt_parse(&cmd, table, argc, argv, &first);
    if (r != ST_OPT_OK)
        return r == ST_OPT_HELP ? ST_EXIT_OK : ST_EXIT_USAGE;
    if (strcmp(argv[first], "show") == 0 && !out && !witness)
        return key_show(argv[first + 1]);
    if (strcmp(argv[first], "new") != 0)
        return usage("key", "say \"key new NAME --out FILE\" or \"key show FILE\"",
                     "see stipend key --help");
    if (!out || !*out)
        return usage("key", "--out is missing", "say where the secret key goes: --out FILE");
    return key_new(argv[first + 1], out, witness);
}

/* -- witness -- */

typedef struct witnessing {
    const char *key, *log, *state, *question;
    bool first, quiet;
} witnessing;

/* The time is said, and decides nothing. */
static uint64_t now(void) {
    struct timespec t;
    return clock_gettime(CLOCK_REALTIME, &t) == 0 && t.tv_sec > 0 ? (uint64_t)t.tv_sec : 0;
}

static void remark(const st_witness *w, st_str signed_note) {
    st_note *n = st_xmalloc(sizeof *n);
    st_checkpoint c;
    ST_ASSERT(st_note_read(signed_note, n) && st_checkpoint_read(n->text, &c));
    (void)fprintf(stderr,
                  st_is_chinese(st_cli_lang()) ? "%s 已见证：%s 的 %" PRIu64 " 个事件\n"
                                               : "%s has signed: %s with %" PRIu64 " events\n",
                  w->key->name, w->log->name, c.size);
    free(n);
}

static int witness(const witnessing *o) {
    st_err err;
    st_err_init(&err);
    st_note_key key = {.secret = false}, log = {.secret = false};
    st_witness w = {&key, &log, o->state, o->first, now()};
    st_buf question, out;
    st_buf_init(&question, ST_TLOG_MAX);
    st_buf_init(&out, 0);
    bool ok = st_keyfile_read(o->key, ST_NOTE_WITNESS, true, &key, &err) &&
              st_keyfile_read(o->log, ST_NOTE_ISSUER, false, &log, &err) &&
              st_file_read(o->question, ST_TLOG_MAX, &question, &err) &&
              st_witness_sign(&w, st_buf_view(&question), o->question, &out, &err);
    if (ok)
        (void)fwrite(out.p, 1, out.n, stdout);
    if (ok && !o->quiet)
        remark(&w, st_buf_view(&out));
    st_buf_free(&question);
    st_buf_free(&out);
    st_note_key_wipe(&key);
    st_note_key_wipe(&log);
    return ok ? ST_EXIT_OK : st_cli_fail(&err);
}

int st_cmd_witness(int argc, char **argv) {
    static const st_command cmd = {
        "witness",
        "FILE",
        "signs a ledger's checkpoint, when it has grown out of the last one signed here",
        "For another office, on another machine: needs no database, and keeps the last checkpoint "
        "alone (--state). FILE is\n"
        "what stipend checkpoint --since wrote there, or the very first checkpoint with --first. "
        "Prints the checkpoint with\n"
        "this signature added, to be given back. Exit 65 when the ledger was rewritten or set "
        "back, or nothing proves that\n"
        "it was not; the file and the state are the evidence then.",
        1,
        1};
    witnessing o = {.first = false};
    const st_opt table[] = {{"key", ST_OPT_TEXT, &o.key, "FILE",
                             "the witness's secret key (stipend key new --witness)", NULL},
                            {"log", ST_OPT_TEXT, &o.log, "FILE", "the ledger's public key", NULL},
                            {"state", ST_OPT_TEXT, &o.state, "FILE",
                             "the last checkpoint of this ledger that was signed here; replaced",
                             NULL},
                            {"first", ST_OPT_FLAG, &o.first, NULL,
                             "nothing of this ledger was signed here before", NULL},
                            {"quiet", ST_OPT_FLAG, &o.quiet, NULL, "no remarks, errors only", NULL},
                            ST_OPT_END};
    int first;
    st_opt_result r = st_opt_parse(&cmd, table, argc, argv, &first);
    if (r != ST_OPT_OK)
        return r == ST_OPT_HELP ? ST_EXIT_OK : ST_EXIT_USAGE;
    if (!o.key || !o.log || !o.state || !*o.state)
        return usage("witness", "--key, --log and --state are all needed",
                     "see stipend witness --help");
    o.question = argv[first];
    return witness(&o);
}
