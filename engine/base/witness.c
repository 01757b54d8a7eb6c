#include "base/witness.h"
#include "base/file.h"
#include <fcntl.h>
#include <sys/file.h>

/* What was asked, and what was seen before. */
typedef struct asked {
    const st_witness *w;
    const char *what;
    st_tlog question;
    st_note note;
    st_checkpoint now, last; /* last: size 0 before the first */
} asked;

static bool take_question(asked *a, st_str text, st_err *err) {
    if (!st_str_starts(text, "old "))
        a->question.checkpoint = text;
    else if (!st_tlog_read(text, &a->question))
        return st_fail(err, ST_E_NOTE_FORM, "%s is no question to a witness", a->what);
    return st_checkpoint_open(a->question.checkpoint, a->what, a->w->log, &a->note, &a->now, err);
}

static bool read_state(const st_witness *w, st_buf *state, bool *found, st_err *err) {
    st_err missing;
    st_err_init(&missing);
    *found = st_file_read(w->state, ST_NOTE_MAX, state, &missing);
    if (*found)
        return !w->first ||
               st_fail(err, ST_E_WITNESS_FIRST,
                       "%s is there: this witness has signed a checkpoint of %s before", w->state,
                       w->log->name);
    if (missing.code != ST_E_FILE_MISSING) {
        *err = missing;
        return false;
    }
    return w->first || st_fail(err, ST_E_WITNESS_NONE,
                               "there is no %s: what this witness last saw of %s is not known",
                               w->state, w->log->name);
}

/* The last checkpoint must be one that log and witness signed: a file of somebody else's making
 * would let a rewritten ledger pass. */
static bool take_last(asked *a, const st_buf *state, bool found, st_err *err) {
    a->last = (st_checkpoint){.origin = st_str_of(a->w->log->name)};
    st_sha256_of("", 0, &a->last.root);
    if (!found)
        return true;
    st_note note;
    st_err wrong;
    st_err_init(&wrong);
    if (st_checkpoint_open(st_buf_view(state), a->w->state, a->w->log, &note, &a->last, &wrong) &&
        st_note_check(&note, a->w->key, NULL) == ST_NOTE_SIGNED)
        return true;
    return st_fail(err, ST_E_WITNESS_STATE, "%s is not a checkpoint of %s that this witness signed",
                   a->w->state, a->w->log->name);
}

static bool compare(const asked *a, st_err *err) {
    const st_checkpoint *now = &a->now, *last = &a->last;
    const st_tlog *q = &a->question;
    const char *name = a->w->log->name;
    bool same = st_sha256_eq(&now->root, &last->root);
    if (now->size < last->size)
        return st_fail(err, ST_E_WITNESS_BACK,
                       "%s says %s has %" PRIu64 " events, and this witness has signed %" PRIu64,
                       a->what, name, now->size, last->size);
    if (now->size == last->size)
        return same || st_fail(err, ST_E_WITNESS_FORK,
                               "%s is not the ledger of %" PRIu64
                               " events that this witness has signed: %s was rewritten",
                               a->what, last->size, name);
    if (q->number != last->size)
        return st_fail(err, ST_E_WITNESS_PROOF,
                       "%s proves what came after event %" PRIu64
                       ", and this witness has last signed %" PRIu64 " events of %s",
                       a->what, q->number, last->size, name);
    return st_tree_verify_extends(last->size, &last->root, now->size, &now->root, q->hash, q->n) ||
           st_fail(err, ST_E_WITNESS_FORK,
                   "%s does not prove that the %" PRIu64 " events of %s begin with the %" PRIu64
                   " that this witness has signed",
                   a->what, now->size, name, last->size);
}

/* Its own signature takes the place of an older one. */
static bool write_note(const asked *a, st_buf *out, st_err *err) {
    const st_note_key *key = a->w->key;
    size_t kept = 0;
    (void)st_buf_str(out, a->note.text);
    (void)st_buf_ch(out, '\n');
    for (size_t i = 0; i < a->note.n; i++) {
        const st_note_sig *s = &a->note.sig[i];
        if (st_str_is(s->name, key->name) && memcmp(s->id, key->id, sizeof s->id) == 0)
            continue;
        (void)st_buf_fmt(out, "\xe2\x80\x94 %.*s %.*s\n", ST_FMT(s->name), ST_FMT(s->base64));
        kept++;
    }
    st_note_sign(key, a->note.text, a->w->now, out);
    return (kept < ST_NOTE_SIGS_MAX && out->n <= ST_NOTE_MAX) ||
           st_fail(err, ST_E_NOTE_FORM, "%s has no room for another signature", a->what);
}

static bool sign(const st_witness *w, st_str question, const char *what, st_buf *out, st_err *err) {
    asked *a = st_xmalloc(sizeof *a);
    *a = (asked){.w = w, .what = what};
    st_buf state;
    st_buf_init(&state, 0);
    bool found, ok = take_question(a, question, err) && read_state(w, &state, &found, err) &&
                     take_last(a, &state, found, err) && compare(a, err) &&
                     write_note(a, out, err) &&
                     st_file_write_private(w->state, st_buf_view(out), err);
    st_buf_free(&state);
    free(a);
    return ok;
}

bool st_witness_sign(const st_witness *w, st_str question, const char *what, st_buf *out,
                     st_err *err) {
    st_arena a;
    st_arena_init(&a, 1024);
    const char *path = st_arena_fmt(&a, "%s.lock", w->state);
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    bool ok = lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0;
    if (!ok && lock >= 0 && errno == EWOULDBLOCK)
        (void)st_fail(err, ST_E_WITNESS_BUSY, "another witness command is at %s", w->state);
    else if (!ok)
        (void)st_fail(err, ST_E_FILE_CREATE, "cannot lock %s: %s", path, strerror(errno));
    st_buf note;
    st_buf_init(&note, 0);
    ok = ok && sign(w, question, what, &note, err) && st_buf_str(out, st_buf_view(&note));
    st_buf_free(&note);
    if (lock >= 0)
        (void)close(lock);
    st_arena_free(&a);
    return ok;
}
