/* What a witness signs and what it refuses; keys in files. */
#include "base/file.h"
#include "base/keyfile.h"
#include "base/witness.h"
#include "support/check_tap.h"
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LEAVES = 40 };

static char folder[] = "/tmp/stipend-witness-XXXXXX";
static char state[PATH_MAX];
static st_note_key issuer, other, key;
static st_err err;

/* At the end of each test's process. */
static void clean(void) {
    static const char *const names[] = {"state", "state.lock", "state.second", "state.second.lock",
                                        "key"};
    for (size_t i = 0; i < ST_LEN(names); i++) {
        char path[PATH_MAX];
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void)unlink(path);
    }
    (void)rmdir(folder);
}

static void start(void) {
    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void)atexit(clean);
    (void)snprintf(state, sizeof state, "%s/state", folder);
    ck_assert(st_note_key_new(ST_STR("ledger.example/a"), ST_NOTE_ISSUER, &issuer));
    ck_assert(st_note_key_new(ST_STR("ledger.example/b"), ST_NOTE_ISSUER, &other));
    ck_assert(st_note_key_new(ST_STR("witness.example"), ST_NOTE_WITNESS, &key));
}

/* Leaf i of a ledger in which leaf `changed` was rewritten; -1: none. */
static st_sha256 leaf(int i, int changed) {
    char text[32];
    st_sha256 d;
    (void)snprintf(text, sizeof text, "%s %d", i == changed ? "rewritten" : "event", i);
    st_tree_leaf_hash(text, strlen(text), &d);
    return d;
}

static st_buf buf(void) {
    st_buf b;
    st_buf_init(&b, 0);
    return b;
}

/* A question about n events, proved from old (below 0: the checkpoint alone). */
static st_buf question(int old, int n, int changed, const st_note_key *by) {
    st_tree t;
    st_tree_proof *p = st_xmalloc(sizeof *p);
    st_tree_init(&t);
    st_tree_proof_consistency(p, old > 0 ? (uint64_t)old : 0, (uint64_t)n);
    for (int i = 0; i < n; i++) {
        st_sha256 d = leaf(i, changed);
        st_tree_add(&t, &d);
        st_tree_proof_add(p, &d);
    }
    st_checkpoint c = {.origin = ST_STR("ledger.example/a"), .size = (uint64_t)n};
    st_tree_root(&t, &c.root);
    st_buf note = buf(), out = buf();
    st_checkpoint_add(&note, &c);
    size_t text = note.n;
    (void)st_buf_ch(&note, '\n');
    st_note_sign(by, st_str_sub(st_buf_view(&note), 0, text), 0, &note);
    st_tlog q = {.kind = ST_TLOG_EXTENDS,
                 .number = old > 0 ? (uint64_t)old : 0,
                 .n = p->n,
                 .checkpoint = st_buf_view(&note)};
    memcpy(q.hash, p->hash, sizeof q.hash);
    if (old >= 0)
        st_tlog_add(&out, &q);
    else
        (void)st_buf_str(&out, st_buf_view(&note));
    st_buf_free(&note);
    free(p);
    return out;
}

/* The code with which that question is refused; NONE: signed, which is checked. */
static st_code ask_as(const st_witness *w, st_buf q, st_buf *out) {
    st_err_init(&err);
    bool ok = st_witness_sign(w, st_buf_view(&q), "question", out, &err);
    st_buf_free(&q);
    ck_assert(ok == (err.code == ST_E_NONE));
    if (!ok) {
        ck_assert_uint_eq(out->n, 0);
        return err.code;
    }
    st_note n;
    uint64_t time;
    ck_assert(st_note_read(st_buf_view(out), &n));
    ck_assert_int_eq(st_note_check(&n, &key, &time), ST_NOTE_SIGNED);
    ck_assert_int_eq(st_note_check(&n, &issuer, NULL), ST_NOTE_SIGNED);
    ck_assert_uint_eq(time, w->now);
    return ST_E_NONE;
}

static st_code ask(bool first, st_buf q) {
    st_witness w = {&key, &issuer, state, first, 1700000000};
    st_buf out = buf();
    st_code code = ask_as(&w, q, &out);
    st_buf_free(&out);
    return code;
}

START_TEST(it_signs_what_grows) {
    start();
    ck_assert_int_eq(ask(true, question(-1, 7, -1, &issuer)), ST_E_NONE);
    int last = 7;
    for (int n = 8; n <= LEAVES; n += 1 + n % 5) {
        ck_assert_int_eq(ask(false, question(last, n, -1, &issuer)), ST_E_NONE);
        /* the answer was lost: asked again, it is given again */
        ck_assert_int_eq(ask(false, question(last, n, -1, &issuer)), ST_E_NONE);
        ck_assert_int_eq(ask(false, question(-1, n, -1, &issuer)), ST_E_NONE);
        last = n;
    }
}
END_TEST

START_TEST(the_empty_ledger_is_a_beginning) {
    start();
    ck_assert_int_eq(ask(true, question(0, 0, -1, &issuer)), ST_E_NONE);
    ck_assert_int_eq(ask(false, question(0, 3, -1, &issuer)), ST_E_NONE);
}
END_TEST

/* One of each kind of lie, and that nothing was changed by it: the honest question comes after. */
START_TEST(it_refuses_another_history) {
    start();
    ck_assert_int_eq(ask(true, question(-1, 10, -1, &issuer)), ST_E_NONE);
    for (int changed = 0; changed < 10; changed++)
        for (int n = 10; n < 20; n++)
            ck_assert_int_eq(ask(false, question(10, n, changed, &issuer)), ST_E_WITNESS_FORK);
    ck_assert_str_eq(err.msg, "question does not prove that the 19 events of ledger.example/a "
                              "begin with the 10 that this witness has signed");
    ck_assert_int_eq(ask(false, question(0, 9, -1, &issuer)), ST_E_WITNESS_BACK);
    ck_assert_str_eq(err.msg, "question says ledger.example/a has 9 events, and this witness has "
                              "signed 10");
    ck_assert_int_eq(ask(false, question(9, 12, -1, &issuer)), ST_E_WITNESS_PROOF);
    ck_assert_int_eq(ask(false, question(0, 12, -1, &issuer)), ST_E_WITNESS_PROOF);
    ck_assert_int_eq(ask(false, question(-1, 12, -1, &issuer)), ST_E_WITNESS_PROOF);
    ck_assert_str_eq(err.msg, "question proves what came after event 0, and this witness has last "
                              "signed 10 events of ledger.example/a");
    ck_assert_int_eq(ask(false, question(10, 12, 11, &issuer)), ST_E_NONE);
    ck_assert_int_eq(ask(false, question(12, 14, -1, &issuer)), ST_E_WITNESS_FORK);
}
END_TEST

START_TEST(it_knows_whom_it_watches) {
    start();
    ck_assert_int_eq(ask(true, question(-1, 3, -1, &other)), ST_E_NOTE_UNSIGNED);
    ck_assert_int_eq(ask(false, question(-1, 3, -1, &issuer)), ST_E_WITNESS_NONE);
    ck_assert_int_eq(ask(true, question(-1, 3, -1, &issuer)), ST_E_NONE);
    ck_assert_int_eq(ask(true, question(-1, 3, -1, &issuer)), ST_E_WITNESS_FIRST);
    st_buf broken = buf();
    (void)st_buf_z(&broken, "old x\n\n");
    ck_assert_int_eq(ask(false, broken), ST_E_NOTE_FORM);
}
END_TEST

/* Somebody gives it a state of his own: signed by the log alone, or by nobody. */
START_TEST(its_memory_is_its_own) {
    start();
    st_buf q = question(-1, 3, -1, &issuer);
    ck_assert(st_file_write_private(state, st_buf_view(&q), &err));
    st_buf_free(&q);
    ck_assert_int_eq(ask(false, question(3, 5, -1, &issuer)), ST_E_WITNESS_STATE);
    ck_assert(st_file_write_private(state, ST_STR("nothing"), &err));
    ck_assert_int_eq(ask(false, question(3, 5, -1, &issuer)), ST_E_WITNESS_STATE);
    ck_assert_int_eq(unlink(state), 0);
    ck_assert_int_eq(ask(true, question(-1, 3, -1, &issuer)), ST_E_NONE);
    ck_assert_int_eq(ask(false, question(3, 5, -1, &issuer)), ST_E_NONE);
}
END_TEST

START_TEST(one_at_a_time) {
    start();
    char path[PATH_MAX + 8];
    (void)snprintf(path, sizeof path, "%s.lock", state);
    int lock = open(path, O_RDWR | O_CREAT, 0600);
    ck_assert(lock >= 0 && flock(lock, LOCK_EX) == 0);
    ck_assert_int_eq(ask(true, question(-1, 3, -1, &issuer)), ST_E_WITNESS_BUSY);
    ck_assert_int_eq(st_code_exit(err.code), ST_EXIT_TEMPFAIL);
    ck_assert_int_eq(close(lock), 0);
    ck_assert_int_eq(ask(true, question(-1, 3, -1, &issuer)), ST_E_NONE);
}
END_TEST

/* A second witness signs what the first has signed: both stay. */
START_TEST(signatures_of_others_stay) {
    start();
    st_note_key second;
    ck_assert(st_note_key_new(ST_STR("second.example"), ST_NOTE_WITNESS, &second));
    char beside[PATH_MAX + 8];
    (void)snprintf(beside, sizeof beside, "%s.second", state);
    st_witness a = {&key, &issuer, state, true, 5}, b = {&second, &issuer, beside, true, 6};
    st_buf one = buf(), two = buf();
    ck_assert_int_eq(ask_as(&a, question(-1, 3, -1, &issuer), &one), ST_E_NONE);
    st_err_init(&err);
    ck_assert(st_witness_sign(&b, st_buf_view(&one), "one", &two, &err));
    st_note n;
    uint64_t time;
    ck_assert(st_note_read(st_buf_view(&two), &n) && n.n == 3);
    ck_assert(st_note_check(&n, &key, &time) == ST_NOTE_SIGNED && time == 5);
    ck_assert(st_note_check(&n, &second, &time) == ST_NOTE_SIGNED && time == 6);
    st_buf_free(&one);
    st_buf_free(&two);
}
END_TEST

START_TEST(keys_in_files) {
    start();
    char path[PATH_MAX + 8];
    struct stat st;
    st_note_key made, read;
    (void)snprintf(path, sizeof path, "%s/key", folder);
    st_err_init(&err);
    ck_assert(st_keyfile_make(path, "ledger.example/a", ST_NOTE_ISSUER, &made, &err));
    ck_assert(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
    ck_assert(st_keyfile_read(path, ST_NOTE_ISSUER, true, &read, &err));
    ck_assert_mem_eq(made.seed, read.seed, sizeof made.seed);
    ck_assert(!st_keyfile_make(path, "ledger.example/a", ST_NOTE_ISSUER, &made, &err));
    ck_assert_int_eq(err.code, ST_E_FILE_TAKEN);
    st_err_init(&err);
    ck_assert(st_keyfile_read(path, ST_NOTE_ISSUER, true, &read, &err)); /* still the old one */
    ck_assert(!st_keyfile_read(path, ST_NOTE_WITNESS, true, &read, &err));
    ck_assert_int_eq(err.code, ST_E_NOTE_KEY);
    ck_assert_int_eq(chmod(path, 0640), 0);
    st_err_init(&err);
    ck_assert(st_keyfile_read(path, ST_NOTE_ISSUER, false, &read, &err));
    ck_assert(!st_keyfile_read(path, ST_NOTE_ISSUER, true, &read, &err));
    ck_assert_int_eq(err.code, ST_E_NOTE_KEY_OPEN);
    st_buf text = buf();
    st_note_key_public_text(&made, &text);
    st_err_init(&err);
    ck_assert(st_file_write(path, st_buf_view(&text), &err));
    ck_assert(st_keyfile_read(path, ST_NOTE_ISSUER, false, &read, &err));
    ck_assert(!st_keyfile_read(path, ST_NOTE_ISSUER, true, &read, &err));
    ck_assert_int_eq(err.code, ST_E_NOTE_KEY);
    st_err_init(&err);
    ck_assert(!st_keyfile_make(state, "two words", ST_NOTE_ISSUER, &made, &err));
    ck_assert_int_eq(err.code, ST_E_KEY_NAME);
    st_buf_free(&text);
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(it_signs_what_grows),        CK_CASE(the_empty_ledger_is_a_beginning),
        CK_CASE(it_refuses_another_history), CK_CASE(it_knows_whom_it_watches),
        CK_CASE(its_memory_is_its_own),      CK_CASE(one_at_a_time),
        CK_CASE(signatures_of_others_stay),  CK_CASE(keys_in_files),
    };
    return ck_run("witness", cases, ST_LEN(cases));
}
