/* stipend checkpoint and prove: what a ledger shows to people who do not have it. */
#include "base/file.h"
#include "base/keyfile.h"
#include "base/money.h"
#include "base/words.h"
#include "cli/session.h"
#include "ledger/public.h"

static int usage(const char *command, const char *complaint) {
    (void)fprintf(stderr, "stipend %s: %s [CLI-001]\n  hint: see stipend %s --help\n", command,
                  complaint, command);
    return ST_EXIT_USAGE;
}

/* A checkpoint in a file, which must be signed by the key. */
typedef struct given {
    st_buf text;
    st_note note;
    st_checkpoint c;
} given;

static bool read_given(const char *file, const st_note_key *key, given *g, st_err *err) {
    return st_file_read(file, ST_NOTE_MAX, &g->text, err) &&
           st_checkpoint_open(st_buf_view(&g->text), file, key, &g->note, &g->c, err);
}

static given *new_given(void) {
    given *g = st_xmalloc(sizeof *g);
    st_buf_init(&g->text, ST_NOTE_MAX);
    return g;
}

static void free_given(given *g) {
    st_buf_free(&g->text);
    free(g);
}

/* -- checkpoint -- */

static void sign(const st_note_key *key, const st_checkpoint *c, st_buf *out) {
    st_buf text;
    st_buf_init(&text, 0);
    st_checkpoint_add(&text, c);
    (void)st_buf_str(out, st_buf_view(&text));
    (void)st_buf_ch(out, '\n');
    st_note_sign(key, st_buf_view(&text), 0, out);
    st_buf_free(&text);
}

static bool checkpoint(st_common *c, const char *key_file, const char *since, st_buf *out,
                       st_err *err) {
    st_note_key key = {.secret = false};
    st_ledger *l = NULL;
    st_tlog question = {.kind = ST_TLOG_EXTENDS};
    st_checkpoint now;
    st_buf note;
    given *old = new_given();
    st_buf_init(&note, 0);
    bool ok = st_keyfile_read(key_file, ST_NOTE_ISSUER, true, &key, err) &&
              (!since || read_given(since, &key, old, err)) && st_session_open(c, true, &l, err) &&
              st_public_checkpoint(l, since ? &old->c : NULL, &now, &question, err);
    st_ledger_close(l);
    if (ok) {
        now.origin = st_str_of(key.name);
        sign(&key, &now, &note);
        question.checkpoint = st_buf_view(&note);
        if (since)
            st_tlog_add(out, &question);
        else
            (void)st_buf_str(out, st_buf_view(&note));
    }
    st_note_key_wipe(&key);
    st_buf_free(&note);
    free_given(old);
    return ok;
}

int st_cmd_checkpoint(int argc, char **argv) {
    static const st_command cmd = {
        "checkpoint",
        "",
        "signs how many events the ledger has and the root of their tree",
        "Prints a checkpoint (a signed note of C2SP), to be kept outside: stipend verify --digest "
        "compares the ledger with it.\n"
        "With --since OLD, a checkpoint given out before: only when the ledger has grown out of "
        "it, and with the proof of\n"
        "that in front, as a witness wants it. Exit 65 when it has not: it was rewritten or set "
        "back, and nothing is signed.",
        0,
        0};
    st_common c = {0};
    const char *key = NULL, *since = NULL;
    const st_opt table[] = {
        {"key", ST_OPT_TEXT, &key, "FILE", "the ledger's secret key (stipend key new)", NULL},
        {"since", ST_OPT_TEXT, &since, "FILE",
         "the checkpoint that was given out, or signed by the witness, before", NULL},
        ST_OPT_STATE(c),
        ST_OPT_DB(c),
        ST_OPT_END};
    int first;
    st_opt_result r = st_opt_parse(&cmd, table, argc, argv, &first);
    if (r != ST_OPT_OK)
        return r == ST_OPT_HELP ? ST_EXIT_OK : ST_EXIT_USAGE;
    if (!key)
        return usage("checkpoint", "--key is missing");
    st_err err;
    st_err_init(&err);
    st_buf out;
    st_buf_init(&out, 0);
    bool ok = checkpoint(&c, key, since, &out, &err);
    if (ok)
        (void)fwrite(out.p, 1, out.n, stdout);
    st_buf_free(&out);
    return ok ? ST_EXIT_OK : st_cli_fail(&err);
}

/* -- prove -- */

typedef struct proving {
    st_common c;
    const char *event, *checkpoint, *key, *check, *witness, *since;
    int64_t no, run, line; /* no 0: a line */
} proving;

/* In the log of a checkpoint: of an event, or of the seal that covers a line. */
static bool in_log(st_ledger *l, const proving *p, st_buf *out, st_err *err) {
    st_note_key key;
    st_tlog proof;
    st_buf extra;
    given *g = new_given();
    st_buf_init(&extra, 0);
    bool ok = st_keyfile_read(p->key, ST_NOTE_ISSUER, false, &key, err) &&
              read_given(p->checkpoint, &key, g, err);
    st_str note = st_buf_view(&g->text);
    if (ok && p->no)
        ok = st_public_event(l, p->no, note, &g->c, &extra, &proof, err);
    else if (ok)
        ok = st_public_line(l, p->run, (uint64_t)p->line, note, &g->c, &extra, &proof, err);
    if (ok)
        st_tlog_add(out, &proof);
    st_buf_free(&extra);
    free_given(g);
    return ok;
}

/* That one checkpoint begins with the other. */
static bool extends(st_ledger *l, const proving *p, st_buf *out, st_err *err) {
    st_note_key key;
    st_tlog proof = {.kind = ST_TLOG_EXTENDS};
    given *old = new_given(), *now = new_given();
    bool ok = st_keyfile_read(p->key, ST_NOTE_ISSUER, false, &key, err) &&
              read_given(p->since, &key, old, err) && read_given(p->checkpoint, &key, now, err) &&
              st_public_extends(l, &old->c, &now->c, &proof, err);
    proof.checkpoint = st_buf_view(&now->text);
    if (ok)
        st_tlog_add(out, &proof);
    free_given(old);
    free_given(now);
    return ok;
}

static bool numbers(proving *p, char **operands, st_err *err) {
    if (p->since)
        return true;
    if (p->event)
        return (st_str_int(st_str_of(p->event), &p->no) && p->no > 0) ||
               st_fail(err, ST_E_RUN_NUMBER, "\"%s\" is no event number", p->event);
    return st_session_run(operands[0], &p->run, err) &&
           ((st_str_int(st_str_of(operands[1]), &p->line) && p->line > 0) ||
            st_fail(err, ST_E_RUN_NUMBER, "\"%s\" is no line number", operands[1]));
}

static int prove(proving *p, char **operands) {
    st_err err;
    st_err_init(&err);
    st_ledger *l = NULL;
    st_buf out;
    st_buf_init(&out, 0);
    bool ok = numbers(p, operands, &err) && st_session_open(&p->c, true, &l, &err) &&
              (p->since        ? extends(l, p, &out, &err)
               : p->checkpoint ? in_log(l, p, &out, &err)
                               : st_ledger_prove(l, p->run, (uint64_t)p->line, &out, &err));
    st_ledger_close(l);
    if (ok)
        (void)fwrite(out.p, 1, out.n, stdout);
    st_buf_free(&out);
    return ok ? ST_EXIT_OK : st_cli_fail(&err);
}

static void say_proved(const st_public_proved *x, const st_note_key *key) {
    bool zh = st_is_chinese(st_cli_lang());
    (void)printf(zh ? "账本 %s：事件 %" PRIu64 "（%.*s %.*s）在检查点的 %" PRIu64 " 个事件之内\n"
                    : "%s: event %" PRIu64 " (%.*s %.*s) is among the %" PRIu64
                      " of the checkpoint\n",
                 key->name, x->no, ST_FMT(x->kind), ST_FMT(x->ref), x->size);
    if (!x->of_line)
        return;
    if (zh)
        (void)printf("批次 %" PRId64 " 第 %" PRIu64 " 行已由该事件封存：", x->run, x->line);
    else
        (void)printf("line %" PRIu64 " of run %" PRId64 " was sealed by it: ", x->line, x->run);
    st_buf amount;
    st_buf_init(&amount, 0);
    st_money_grouped(&amount, x->amount);
    (void)printf("%.*s %.*s %.*s %s %.*s\n", ST_FMT(x->subject), ST_FMT(x->benefit),
                 ST_FMT(x->occasion), amount.p, ST_FMT(x->currency));
    st_buf_free(&amount);
}

static void say_extends(const st_public_proved *x, const st_note_key *key) {
    (void)printf(st_is_chinese(st_cli_lang()) ? "账本 %s：%" PRIu64 " 个事件以先前检查点的 %" PRIu64
                                                " 个事件开头\n"
                                              : "%s: its %" PRIu64 " events begin with the %" PRIu64
                                                " of the checkpoint of before\n",
                 key->name, x->size, x->no);
}

static bool check_with(const proving *p, const st_note_key *key, const st_note_key *witness,
                       st_str text, st_err *err) {
    st_public_proved proved;
    st_arena a;
    st_arena_init(&a, 0);
    given *old = new_given();
    bool ok = p->since
                  ? read_given(p->since, key, old, err) &&
                        st_public_check_extends(text, p->check, key, witness, &old->c, &proved, err)
                  : st_public_check(text, p->check, key, witness, &a, &proved, err);
    if (ok && p->since)
        say_extends(&proved, key);
    else if (ok)
        say_proved(&proved, key);
    free_given(old);
    st_arena_free(&a);
    return ok;
}

/* By somebody who has no ledger. */
static int check(const proving *p) {
    st_err err;
    st_err_init(&err);
    st_note_key key, witness;
    st_buf text;
    st_buf_init(&text, ST_TLOG_MAX);
    bool ok =
        st_keyfile_read(p->key, ST_NOTE_ISSUER, false, &key, &err) &&
        (!p->witness || st_keyfile_read(p->witness, ST_NOTE_WITNESS, false, &witness, &err)) &&
        st_file_read(p->check, ST_TLOG_MAX, &text, &err) &&
        check_with(p, &key, p->witness ? &witness : NULL, st_buf_view(&text), &err);
    st_buf_free(&text);
    return ok ? ST_EXIT_OK : st_cli_fail(&err);
}

/* What was asked for that does not go together, or NULL. */
static const char *complaint(const proving *p, int operands) {
    if (p->check)
        return p->event || p->checkpoint || operands
                   ? "--check FILE takes --key, --witness and --since alone"
               : !p->key ? "--check FILE needs --key FILE"
                         : NULL;
    if (p->witness)
        return "--witness goes with --check FILE";
    if (p->since)
        return p->event || operands        ? "--since FILE takes --checkpoint and --key alone"
               : !p->checkpoint || !p->key ? "--since FILE needs --checkpoint FILE and --key FILE"
                                           : NULL;
    if (operands != (p->event ? 0 : 2))
        return p->event ? "either a line (RUN LINE) or --event NO"
                        : "RUN and LINE are needed, or --event NO";
    if (p->event && !p->checkpoint)
        return "--event is proved against --checkpoint FILE";
    return !p->checkpoint != !p->key ? "--checkpoint FILE and --key FILE go together" : NULL;
}

int st_cmd_prove(int argc, char **argv) {
    static const st_command cmd = {
        "prove",
        "[RUN LINE]",
        "the proof that a line belongs to the sealed root of its run, or an event to a checkpoint",
        "RUN LINE prints the line's bytes, its leaf, the path (RFC 6962), the root and the run's "
        "digest; with --checkpoint\n"
        "a tlog-proof of C2SP: that the seal of the run, of which the root is part, is among the "
        "events of that checkpoint.\n"
        "--event NO proves any other event in the same form; --since OLD that one checkpoint "
        "begins with another.\n"
        "--check FILE is for whoever receives such a proof: it needs no ledger, only the published "
        "keys. Exit 65 when something\n"
        "does not follow.",
        0,
        2};
    proving p = {.no = 0};
    const st_opt table[] = {
        {"checkpoint", ST_OPT_TEXT, &p.checkpoint, "FILE",
         "prove against this checkpoint, which people elsewhere have", NULL},
        {"key", ST_OPT_TEXT, &p.key, "FILE", "the ledger's public key: it must have signed it",
         NULL},
        {"check", ST_OPT_TEXT, &p.check, "FILE", "check a proof, and say what it proves", NULL},
        {"witness", ST_OPT_TEXT, &p.witness, "FILE",
         "with --check: the public key of a witness that must have signed it, too", NULL},
        {"since", ST_OPT_TEXT, &p.since, "FILE",
         "an older checkpoint: prove (or check) that the other one begins with it", NULL},
        {"event", ST_OPT_TEXT, &p.event, "NO", "the event of this number, instead of a line", NULL},
        ST_OPT_STATE(p.c),
        ST_OPT_DB(p.c),
        ST_OPT_END};
    int first;
    st_opt_result r = st_opt_parse(&cmd, table, argc, argv, &first);
    if (r != ST_OPT_OK)
        return r == ST_OPT_HELP ? ST_EXIT_OK : ST_EXIT_USAGE;
    const char *wrong = complaint(&p, argc - first);
    if (wrong)
        return usage("prove", wrong);
    if (p.check)
        return check(&p);
    return prove(&p, argv + first);
}
