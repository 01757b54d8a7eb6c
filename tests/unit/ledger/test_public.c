/* A proof in the hands of somebody who has no ledger: every byte of it is looked at. No server. */
#include "base/base64.h"
#include "ledger/leaf.h"
#include "ledger/link.h"
#include "ledger/public.h"
#include "support/check_tap.h"

enum { LINES = 11, LINE = 5, EVENTS = 9, EVENT = 6, RUN = 3 };

static st_note_key issuer, watcher;
static st_err err;

static st_buf buf(void) {
    st_buf b;
    st_buf_init(&b, 0);
    return b;
}

static void hex(st_buf *out, const char *name, const void *p, size_t n) {
    (void)st_buf_fmt(out, "%s: ", name);
    (void)st_buf_hex(out, p, n);
    (void)st_buf_ch(out, '\n');
}

static void text(st_buf *b, const char *z) {
    (void)st_buf_be32(b, (uint32_t)strlen(z));
    (void)st_buf_z(b, z);
}

static void number(st_buf *b, int64_t v) {
    (void)st_buf_be32(b, 8);
    (void)st_buf_be64(b, (uint64_t)v);
}

static void hash(st_buf *b, const st_sha256 *d) {
    (void)st_buf_be32(b, ST_SHA256_LEN);
    (void)st_buf_add(b, d->b, ST_SHA256_LEN);
}

/* What the ledger would say of an event of that state, whose eleventh field is root, and whose
 * next is other. */
static void event_bytes(st_buf *b, const char *state, const st_sha256 *root,
                        const st_sha256 *other) {
    text(b, "stipend-event-v1");
    number(b, RUN);
    number(b, 1);
    text(b, state);
    text(b, "officer");
    number(b, 700000000000000);
    text(b, "");
    for (int i = 0; i < 3; i++)
        (void)st_buf_be32(b, UINT32_MAX);
    hash(b, root);
    hash(b, other);
}

/* The lines of a run: the text about the one that is proved, and its root. */
static void prove_line(st_buf *out, st_sha256 *root) {
    st_sha256 leaves[LINES], path[64];
    st_buf canonical = buf(), b = buf();
    st_tree t;
    st_tree_init(&t);
    for (uint64_t i = 0; i < LINES; i++) {
        st_line x = {.line_no = i + 1,
                     .subject = ST_STR("阿·w"),
                     .occasion = ST_STR("2023-11"),
                     .cause = ST_CAUSE_NEW,
                     .tier = ST_STR("intermediate"),
                     .amount = 20000,
                     .due = 20000,
                     .rule = ST_STR("allowance.dmn#amount:1")};
        st_buf_clear(&b);
        st_leaf_bytes(&b, "cn-1", "allowance", "CNY", &x);
        st_tree_leaf_hash(b.p, b.n, &leaves[i]);
        st_tree_add(&t, &leaves[i]);
        if (i + 1 == LINE)
            (void)st_buf_str(&canonical, st_buf_view(&b));
    }
    st_tree_root(&t, root);
    size_t n = st_tree_path(leaves, LINES, LINE - 1, path);
    (void)st_buf_fmt(out, "stipend-proof-v1\nrun: %d\nline: %d\nlines: %d\n", RUN, LINE, LINES);
    hex(out, "canonical", canonical.p, canonical.n);
    for (size_t i = 0; i < n; i++)
        hex(out, "path", path[i].b, sizeof path[i].b);
    hex(out, "root", root->b, sizeof root->b);
    st_buf_free(&canonical);
    st_buf_free(&b);
}

/* The log in which that is the content of an event; link_text goes behind what is in `about`. */
static st_buf prove_event(st_buf *about, st_str content) {
    st_sha256 leaves[EVENTS];
    st_tree t;
    st_buf link = buf(), out = buf(), note = buf(), extra = buf();
    st_tree_init(&t);
    for (int i = 0; i < EVENTS; i++) {
        st_link x = {.no = i + 1,
                     .kind = ST_STR("event"),
                     .ref = ST_STR("3/1"),
                     .actor = ST_STR("officer"),
                     .actor_oid = 16384};
        if (i)
            x.before = leaves[i - 1];
        st_sha256_of(content.p, content.n, &x.content);
        st_buf_clear(&out);
        st_link_bytes(&out, &x);
        st_tree_leaf_hash(out.p, out.n, &leaves[i]);
        st_tree_add(&t, &leaves[i]);
        if (i + 1 == EVENT)
            (void)st_buf_str(&link, st_buf_view(&out));
    }
    (void)st_buf_fmt(about, "no: %d\nkind: event\nref: 3/1\n", EVENT);
    hex(about, "link", link.p, link.n);
    st_checkpoint c = {.origin = st_str_of(issuer.name), .size = EVENTS};
    st_tree_root(&t, &c.root);
    st_checkpoint_add(&note, &c);
    st_str signed_text = {note.p, note.n};
    st_buf sigs = buf();
    st_note_sign(&issuer, signed_text, 0, &sigs);
    st_note_sign(&watcher, signed_text, 7, &sigs);
    (void)st_buf_ch(&note, '\n');
    (void)st_buf_str(&note, st_buf_view(&sigs));
    st_base64_add(&extra, about->p, about->n);
    st_tlog p = {.kind = ST_TLOG_INCLUDES,
                 .number = EVENT - 1,
                 .extra = st_buf_view(&extra),
                 .checkpoint = st_buf_view(&note)};
    p.n = st_tree_path(leaves, EVENTS, EVENT - 1, p.hash);
    st_buf_clear(&out);
    st_tlog_add(&out, &p);
    st_buf_free(&link);
    st_buf_free(&note);
    st_buf_free(&sigs);
    st_buf_free(&extra);
    return out;
}

static void start(void) {
    ck_assert(st_note_key_new(ST_STR("ledger.example"), ST_NOTE_ISSUER, &issuer));
    ck_assert(st_note_key_new(ST_STR("witness.example"), ST_NOTE_WITNESS, &watcher));
}

static st_code check(st_str proof, st_arena *a, st_public_proved *x) {
    st_err_init(&err);
    bool ok = st_public_check(proof, "proof", &issuer, &watcher, a, x, &err);
    ck_assert(ok == (err.code == ST_E_NONE));
    return err.code;
}

/* A proof of a line, with what stands beside it in *about. */
static st_buf whole(st_buf *about, const char *state, bool elsewhere) {
    static const st_sha256 zero;
    st_sha256 root;
    st_buf seal = buf();
    prove_line(about, &root);
    event_bytes(&seal, state, elsewhere ? &zero : &root, elsewhere ? &root : &zero);
    hex(about, "seal", seal.p, seal.n);
    st_buf proof = prove_event(about, st_buf_view(&seal));
    st_buf_free(&seal);
    return proof;
}

START_TEST(it_says_what_is_proved) {
    start();
    st_arena a;
    st_arena_init(&a, 0);
    st_buf about = buf(), proof = whole(&about, "sealed", false);
    st_public_proved x;
    ck_assert_int_eq(check(st_buf_view(&proof), &a, &x), ST_E_NONE);
    ck_assert(x.of_line && x.no == EVENT && x.size == EVENTS && x.run == RUN && x.line == LINE);
    ck_assert(st_str_is(x.kind, "event") && st_str_is(x.ref, "3/1"));
    ck_assert(st_str_is(x.scheme, "cn-1") && st_str_is(x.benefit, "allowance"));
    ck_assert(st_str_is(x.subject, "阿·w") && st_str_is(x.occasion, "2023-11"));
    ck_assert(st_str_is(x.currency, "CNY") && x.amount == 20000);
    st_buf_free(&about);
    st_buf_free(&proof);
    st_arena_free(&a);
}
END_TEST

/* An event that is no seal has fields that somebody chose: the root in one of them proves nothing.
 */
START_TEST(only_a_seal_seals) {
    start();
    static const struct {
        const char *state;
        bool elsewhere;
    } rows[] = {{"draft", false}, {"sealed", true}, {"Sealed", false}, {"", false}};
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        st_arena a;
        st_arena_init(&a, 0);
        st_public_proved x;
        st_buf about = buf(), proof = whole(&about, rows[i].state, rows[i].elsewhere);
        ck_assert_int_eq(check(st_buf_view(&proof), &a, &x), ST_E_PROOF_WRONG);
        ck_assert_str_eq(err.msg, "proof: the root of the run is not the one that was sealed");
        st_buf_free(&about);
        st_buf_free(&proof);
        st_arena_free(&a);
    }
}
END_TEST

/* Each byte of the file, and each byte of what stands beside the path, also encoded well. The
 * version's word decides nothing, and paths of one shape belong to several numbers of lines: that
 * number is not said again. */
START_TEST(each_byte_counts) {
    start();
    st_buf about = buf(), proof = whole(&about, "sealed", false);
    st_public_proved x;
    /* the first line beside the path, as base64 */
    const char *version = st_str_find(st_buf_view(&proof), ST_STR("extra ")) + 6;
    for (size_t i = 0; i < proof.n; i++) {
        if (proof.p + i >= version && proof.p + i < version + 24)
            continue;
        st_arena a;
        st_arena_init(&a, 0);
        proof.p[i] ^= 1;
        st_code code = check(st_buf_view(&proof), &a, &x);
        proof.p[i] ^= 1;
        ck_assert_msg(code != ST_E_NONE || !x.of_line, "byte %zu of the file", i);
        st_arena_free(&a);
    }
    const char *end = memchr(version, '\n', (size_t)(proof.p + proof.n - version));
    const char *lines = st_str_find(st_buf_view(&about), ST_STR("lines: "));
    for (size_t i = sizeof "stipend-proof-v1"; i < about.n; i++) {
        if (about.p + i >= lines && about.p + i < lines + sizeof "lines: 11" - 1)
            continue;
        st_arena a;
        st_arena_init(&a, 0);
        st_buf changed = buf();
        about.p[i] ^= 1;
        (void)st_buf_str(&changed, (st_str){proof.p, (size_t)(version - proof.p)});
        st_base64_add(&changed, about.p, about.n);
        (void)st_buf_str(&changed, (st_str){end, (size_t)(proof.p + proof.n - end)});
        st_code code = check(st_buf_view(&changed), &a, &x);
        about.p[i] ^= 1;
        ck_assert_msg(code != ST_E_NONE || !x.of_line, "byte %zu of %s", i, about.p);
        st_buf_free(&changed);
        st_arena_free(&a);
    }
    st_buf_free(&about);
    st_buf_free(&proof);
}
END_TEST

/* Cut anywhere it is refused. */
START_TEST(half_a_proof_is_none) {
    start();
    st_buf about = buf(), proof = whole(&about, "sealed", false);
    st_public_proved x;
    for (size_t n = 0; n < proof.n; n += 1 + n % 3) {
        st_arena a;
        st_arena_init(&a, 0);
        ck_assert_int_ne(check((st_str){proof.p, n}, &a, &x), ST_E_NONE);
        st_arena_free(&a);
    }
    st_buf_free(&about);
    st_buf_free(&proof);
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(it_says_what_is_proved),
        CK_CASE(only_a_seal_seals),
        CK_CASE(each_byte_counts),
        CK_CASE(half_a_proof_is_none),
    };
    return ck_run("public", cases, ST_LEN(cases));
}
