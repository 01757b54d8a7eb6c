/* Keys, notes, checkpoints and proofs as texts. The keys and signatures were made by Go's
 * golang.org/x/mod/sumdb/note and crypto/ed25519; Ed25519 is deterministic, so ours are the same.
 */
#include "base/base64.h"
#include "base/checkpoint.h"
#include "support/check_tap.h"

#define EMPTY "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
#define TEXT "ledger.example/dawukou\n0\n" EMPTY "\n"
#define SIGNED                                                                                     \
    "— ledger.example/dawukou "                                                                  \
    "USxfV0ylw0p6z73Mks+jsMESaUwEULAkC5Fm6FYldRYa5us3tx9Vm0EG/wu77/"                               \
    "Vgl/bCbJpy/JJwUE5f2bbub6g6qwA=\n"
#define COSIGNED                                                                                   \
    "— witness.example/audit "                                                                   \
    "vRKPSgAAAABlU/EA5aaAKaYNqsGRXQyyK9tAJHZYsek2G+"                                               \
    "HyvIsqrVVxBPak8zaM3BaYtgzctpFNrjPYBWtvkptE5n8m323fzxz7Ag==\n"

static const char issuer_secret[] =
    "PRIVATE+KEY+ledger.example/dawukou+512c5f57+AYkgkVKd5V6FVaNmNCHY/9JTC83KJ2le1nHwKnf2KYUR";
static const char issuer_public[] =
    "ledger.example/dawukou+512c5f57+ATeInC+TfAoVtgN1ICTiJzmxruSDCZoXn1fy/I/TYkur";
static const char witness_secret[] =
    "PRIVATE+KEY+witness.example/audit+bd128f4a+BPXiEuXwd3JO6Vv1NT1XeRdG9vLQ2XCtbrB4tFII/82J";
static const char witness_public[] =
    "witness.example/audit+bd128f4a+BNDwcjtkCCRI1PqGy55Jfu/qjOeKP8gSn2lfO4Wi3VSh";

static st_str S(const char *z) {
    return st_str_of(z);
}

static st_note_key key(const char *text) {
    st_note_key k;
    ck_assert_msg(st_note_key_read(S(text), &k), "%s", text);
    return k;
}

static st_buf buf(void) {
    st_buf b;
    st_buf_init(&b, 0);
    return b;
}

static void is(st_buf *b, const char *want) {
    ck_assert_str_eq(b->n ? b->p : "", want);
    st_buf_free(b);
}

START_TEST(base64_both_ways) {
    static const struct {
        const char *plain, *text;
    } rows[] = {{"", ""},
                {"f", "Zg=="},
                {"fo", "Zm8="},
                {"foo", "Zm9v"},
                {"foob", "Zm9vYg=="},
                {"fooba", "Zm9vYmE="},
                {"foobar", "Zm9vYmFy"},
                {"\xff\xfe\xfb", "//77"}};
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        st_buf out = buf(), back = buf();
        st_base64_add(&out, rows[i].plain, strlen(rows[i].plain));
        is(&out, rows[i].text);
        ck_assert(st_base64_read(S(rows[i].text), &back));
        is(&back, rows[i].plain);
    }
}
END_TEST

static const char *const no_base64[] = {"Zg",       "Zg=",   "Zh==",   "Zm9=", "Z===", "====",
                                        "Zg==Zm9v", "Zm 9v", "Zm9v\n", "Zm-v", "Zm9_", "Z=g="};
START_TEST(base64_has_one_form) {
    st_buf out = buf();
    (void)st_buf_z(&out, "x");
    ck_assert_msg(!st_base64_read(S(no_base64[_i]), &out), "%s", no_base64[_i]);
    ck_assert_uint_eq(out.n, 1);
    st_buf_free(&out);
}
END_TEST

START_TEST(keys_are_those_of_others) {
    static const char *const pairs[][2] = {{issuer_secret, issuer_public},
                                           {witness_secret, witness_public}};
    for (size_t i = 0; i < ST_LEN(pairs); i++) {
        st_note_key secret = key(pairs[i][0]), public = key(pairs[i][1]);
        ck_assert(secret.secret && !public.secret);
        ck_assert_mem_eq(secret.public, public.public, sizeof public.public);
        st_buf a = buf(), b = buf(), c = buf();
        st_note_key_public_text(&secret, &a);
        is(&a, pairs[i][1]);
        st_note_key_public_text(&public, &b);
        is(&b, pairs[i][1]);
        st_note_key_secret_text(&secret, &c);
        is(&c, pairs[i][0]);
    }
}
END_TEST

START_TEST(a_new_key_is_read_again) {
    st_note_key a, b;
    ck_assert(st_note_key_new(S("办公室.example/一号"), ST_NOTE_ISSUER, &a));
    ck_assert(st_note_key_new(S("办公室.example/一号"), ST_NOTE_ISSUER, &b));
    ck_assert(memcmp(a.seed, b.seed, sizeof a.seed) != 0);
    st_buf text = buf();
    st_note_key_secret_text(&a, &text);
    (void)st_buf_ch(&text, '\n');
    b = key(text.p);
    ck_assert_mem_eq(a.seed, b.seed, sizeof a.seed);
    ck_assert_mem_eq(a.public, b.public, sizeof a.public);
    st_note_key_wipe(&b);
    ck_assert(!b.secret && memcmp(a.seed, b.seed, sizeof a.seed) != 0);
    st_buf_free(&text);
}
END_TEST

/* A letter of the name, of the id, of the key; another type; parts too many or too few. */
static const char *const no_key[] = {
    "",
    "ledger.example/dawukou",
    "ledger.example/dawukou+512c5f57",
    "ledger.example/dawukoU+512c5f57+ATeInC+TfAoVtgN1ICTiJzmxruSDCZoXn1fy/I/TYkur",
    "ledger.example/dawukou+512c5f58+ATeInC+TfAoVtgN1ICTiJzmxruSDCZoXn1fy/I/TYkur",
    "ledger.example/dawukou+512C5F57+ATeInC+TfAoVtgN1ICTiJzmxruSDCZoXn1fy/I/TYkur",
    "ledger.example/dawukou+512c5f57+ATeInC+TfAoVtgN1ICTiJzmxruSDCZoXn1fy/I/TYkus",
    "ledger.example/dawukou+512c5f57+AzeInC+TfAoVtgN1ICTiJzmxruSDCZoXn1fy/I/TYkur",
    "ledger.example/dawukou+512c5f57+ATeInC+TfAoVtgN1ICTiJzmxruSDCZoXn1fy/I/TYku=",
    "ledger.example/dawukou+512c5f57+ATeInC+TfAoVtgN1ICTiJzmxruSDCZoXn1fy/I/TYkur ",
    "ledger.example/dawukou+512c5f57+ATeInC+TfAoVtgN1ICTiJzmxruSDCZoXn1fy/I/TYkur\n\n",
    "PRIVATE+KEY+ledger.example/dawukou+512c5f57+ATeInC+TfAoVtgN1ICTiJzmxruSDCZoXn1fy/I/TYkur",
    "+512c5f57+ATeInC+TfAoVtgN1ICTiJzmxruSDCZoXn1fy/I/TYkur"};
START_TEST(other_texts_are_no_keys) {
    st_note_key k;
    ck_assert_msg(!st_note_key_read(S(no_key[_i]), &k), "%s", no_key[_i]);
}
END_TEST

START_TEST(names) {
    static const char *const bad[] = {"",
                                      "a b",
                                      "a+b",
                                      "a\tb",
                                      "a\n",
                                      "a\xc2\xa0"
                                      "b",
                                      "a\xe3\x80\x80",
                                      "\xe2\x80\xa8",
                                      "a\x7f",
                                      "a\xc2\x9b",
                                      "a\xff"};
    char long_name[ST_NOTE_NAME_MAX + 2];
    memset(long_name, 'a', sizeof long_name);
    long_name[ST_NOTE_NAME_MAX + 1] = 0;
    for (size_t i = 0; i < ST_LEN(bad); i++)
        ck_assert_msg(!st_note_name_fits(S(bad[i])), "%s", bad[i]);
    ck_assert(!st_note_name_fits(S(long_name)));
    long_name[ST_NOTE_NAME_MAX] = 0;
    ck_assert(st_note_name_fits(S(long_name)));
    ck_assert(st_note_name_fits(S("财政.example/大武口")));
}
END_TEST

START_TEST(signing_is_that_of_others) {
    st_note_key issuer = key(issuer_secret), witness = key(witness_secret);
    st_buf a = buf(), b = buf();
    st_note_sign(&issuer, S(TEXT), 0, &a);
    is(&a, SIGNED);
    st_note_sign(&witness, S(TEXT), 1700000000, &b);
    is(&b, COSIGNED);
}
END_TEST

START_TEST(checking) {
    st_note_key issuer = key(issuer_public), witness = key(witness_public);
    st_note n;
    uint64_t time = 1;
    ck_assert(st_note_read(S(TEXT "\n" SIGNED), &n));
    ck_assert_int_eq(st_note_check(&n, &issuer, NULL), ST_NOTE_SIGNED);
    ck_assert_int_eq(st_note_check(&n, &witness, NULL), ST_NOTE_UNSIGNED);
    ck_assert(st_note_read(S(TEXT "\n" COSIGNED SIGNED), &n));
    ck_assert_int_eq(st_note_check(&n, &issuer, &time), ST_NOTE_SIGNED);
    ck_assert_int_eq(st_note_check(&n, &witness, &time), ST_NOTE_SIGNED);
    ck_assert_uint_eq(time, 1700000000);
    /* the same signatures over another text */
    ck_assert(st_note_read(S("x\n" TEXT "\n" SIGNED COSIGNED), &n));
    ck_assert_int_eq(st_note_check(&n, &issuer, NULL), ST_NOTE_FORGED);
    ck_assert_int_eq(st_note_check(&n, &witness, NULL), ST_NOTE_FORGED);
    /* an id or name of another is not this key's */
    memcpy(issuer.id, witness.id, sizeof issuer.id);
    ck_assert_int_eq(st_note_check(&n, &issuer, NULL), ST_NOTE_UNSIGNED);
}
END_TEST

/* One good signature does not make up for a wrong one under the same name and id; and each
 * byte of a note is covered. */
START_TEST(a_changed_byte_is_no_signature) {
    st_note_key issuer = key(issuer_public);
    char note[] = TEXT "\n" SIGNED;
    st_note n;
    ck_assert(st_note_read(S(TEXT "\n" SIGNED "— ledger.example/dawukou USxfV0yl\n"), &n));
    ck_assert_int_eq(st_note_check(&n, &issuer, NULL), ST_NOTE_FORGED);
    for (size_t i = 0; i + 1 < sizeof note; i++) {
        note[i] ^= 1;
        ck_assert_msg(!st_note_read(S(note), &n) ||
                          st_note_check(&n, &issuer, NULL) != ST_NOTE_SIGNED,
                      "byte %zu", i);
        note[i] ^= 1;
    }
    ck_assert(st_note_read(S(note), &n) && st_note_check(&n, &issuer, NULL) == ST_NOTE_SIGNED);
}
END_TEST

static const char *const no_note[] = {"",
                                      "\n",
                                      TEXT,
                                      TEXT "\n",
                                      TEXT SIGNED,
                                      "\n" SIGNED,
                                      TEXT "\n" SIGNED "\n",
                                      TEXT "\n" SIGNED "x\n",
                                      TEXT "\n— a AAAAAA==",     /* no newline at the end */
                                      TEXT "\n— a  AAAAAAA=\n",  /* two blanks */
                                      TEXT "\n— a+b AAAAAAA=\n", /* no name */
                                      TEXT "\n— a\xe3\x80\x80"
                                           "b AAAAAAA=\n",     /* a blank in the name */
                                      TEXT "\n— AAAAAAA=\n",   /* no name */
                                      TEXT "\n— a AAAAAA==\n", /* an id and nothing */
                                      TEXT "\n— a !!!!\n",
                                      TEXT "\n-- a AAAAAAA=\n",
                                      "a\tb\n\n" SIGNED,
                                      "a\r\n\n" SIGNED,
                                      "a\xff\n\n" SIGNED};
START_TEST(other_texts_are_no_notes) {
    st_note n;
    ck_assert_msg(!st_note_read(S(no_note[_i]), &n), "%s", no_note[_i]);
}
END_TEST

START_TEST(limits_of_a_note) {
    st_note n;
    st_buf b = buf();
    (void)st_buf_z(&b, "a\n\n\nb\n\n");
    for (int i = 0; i < ST_NOTE_SIGS_MAX; i++)
        (void)st_buf_fmt(&b, "— k%d AAAAAAA=\n", i);
    ck_assert(st_note_read(st_buf_view(&b), &n));
    ck_assert_uint_eq(n.n, ST_NOTE_SIGS_MAX);
    ck_assert(st_str_is(n.text, "a\n\n\nb\n")); /* the last empty line ends it */
    (void)st_buf_z(&b, "— k AAAAAAA=\n");
    ck_assert(!st_note_read(st_buf_view(&b), &n));
    st_buf_clear(&b);
    while (b.n < ST_NOTE_MAX)
        (void)st_buf_z(&b, "line\n");
    (void)st_buf_z(&b, "\n— k AAAAAAA=\n");
    ck_assert(!st_note_read(st_buf_view(&b), &n));
    st_buf_free(&b);
}
END_TEST

START_TEST(checkpoints) {
    st_checkpoint c;
    ck_assert(st_checkpoint_read(S(TEXT), &c));
    ck_assert(st_str_is(c.origin, "ledger.example/dawukou") && c.size == 0);
    st_buf b = buf();
    st_checkpoint_add(&b, &c);
    is(&b, TEXT);
    ck_assert(st_checkpoint_read(S("o\n9223372036854775807\n" EMPTY "\nmore\n"), &c));
    ck_assert_uint_eq(c.size, INT64_MAX);
}
END_TEST

static const char *const no_checkpoint[] = {"",
                                            "o\n",
                                            "o\n1\n",
                                            "o\n1\n" EMPTY,
                                            "\n1\n" EMPTY "\n",
                                            "o\n01\n" EMPTY "\n",
                                            "o\n+1\n" EMPTY "\n",
                                            "o\n-1\n" EMPTY "\n",
                                            "o\n\n" EMPTY "\n",
                                            "o\n1 \n" EMPTY "\n",
                                            "o\n9223372036854775808\n" EMPTY "\n",
                                            "o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFX=\n",
                                            "o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hS\n",
                                            "o\n1\n" EMPTY "\n\n",
                                            "o\n1\n" EMPTY "\nmore"};
START_TEST(other_texts_are_no_checkpoints) {
    st_checkpoint c;
    ck_assert_msg(!st_checkpoint_read(S(no_checkpoint[_i]), &c), "%s", no_checkpoint[_i]);
}
END_TEST

START_TEST(opening_says_what_is_wrong) {
    static const struct {
        const char *file, *key;
        st_code code;
        const char *msg;
    } rows[] = {
        {TEXT "\n" SIGNED, issuer_public, ST_E_NONE, ""},
        {TEXT, issuer_public, ST_E_NOTE_FORM, "may.txt is no signed checkpoint"},
        {"no checkpoint\n\n" SIGNED, issuer_public, ST_E_NOTE_FORM,
         "may.txt is no signed checkpoint"},
        {"ledger.example/dawukou\n1\n" EMPTY "\n\n" SIGNED, issuer_public, ST_E_NOTE_FORGED,
         "may.txt: the signature of ledger.example/dawukou is not over this text: it was changed"},
        {TEXT "\n" COSIGNED, issuer_public, ST_E_NOTE_UNSIGNED,
         "may.txt is not signed by the key of ledger.example/dawukou"},
        {TEXT "\n" COSIGNED SIGNED, witness_public, ST_E_NOTE_ORIGIN,
         "may.txt is of the log ledger.example/dawukou, not of witness.example/audit"},
    };
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        st_err err;
        st_err_init(&err);
        st_note n;
        st_checkpoint c;
        st_note_key k = key(rows[i].key);
        bool ok = st_checkpoint_open(S(rows[i].file), "may.txt", &k, &n, &c, &err);
        ck_assert_msg(ok == (rows[i].code == ST_E_NONE), "%zu", i);
        ck_assert_int_eq(err.code, rows[i].code);
        ck_assert_str_eq(err.msg, rows[i].msg);
    }
}
END_TEST

START_TEST(proofs) {
    static const char *const files[] = {
        "c2sp.org/tlog-proof@v1\nindex 0\n\n" TEXT "\n" SIGNED,
        "c2sp.org/tlog-proof@v1\nextra Zm9v\nindex 12\n" EMPTY "\n" EMPTY "\n\n" TEXT "\n" SIGNED,
        "old 0\n\n" TEXT "\n" SIGNED, "old 7\n" EMPTY "\n\n" TEXT "\n" SIGNED};
    for (size_t i = 0; i < ST_LEN(files); i++) {
        st_tlog t;
        ck_assert_msg(st_tlog_read(S(files[i]), &t), "%s", files[i]);
        ck_assert_int_eq(t.kind, i < 2 ? ST_TLOG_INCLUDES : ST_TLOG_EXTENDS);
        ck_assert(st_str_is(t.checkpoint, TEXT "\n" SIGNED));
        st_buf b = buf();
        st_tlog_add(&b, &t);
        is(&b, files[i]);
    }
}
END_TEST

static const char *const no_proof[] = {"",
                                       "index 0\n\nx",
                                       "c2sp.org/tlog-proof@v2\nindex 0\n\nx",
                                       "c2sp.org/tlog-proof@v1\n\nx",
                                       "c2sp.org/tlog-proof@v1\nold 0\n\nx",
                                       "c2sp.org/tlog-proof@v1\nextra Zm9\nindex 0\n\nx",
                                       "c2sp.org/tlog-proof@v1\nindex 00\n\nx",
                                       "c2sp.org/tlog-proof@v1\nindex 0\n" EMPTY,
                                       "c2sp.org/tlog-proof@v1\nindex 0\n" EMPTY "\n",
                                       "c2sp.org/tlog-proof@v1\nindex 0\nZm9v\n\nx",
                                       "old -1\n\nx",
                                       "old\n\nx"};
START_TEST(other_texts_are_no_proofs) {
    st_tlog t;
    ck_assert_msg(!st_tlog_read(S(no_proof[_i]), &t), "%s", no_proof[_i]);
}
END_TEST

START_TEST(a_proof_has_a_limit) {
    st_tlog t;
    st_buf b = buf();
    (void)st_buf_z(&b, "old 3\n");
    for (int i = 0; i < ST_TREE_PATH_MAX; i++)
        (void)st_buf_z(&b, EMPTY "\n");
    size_t n = b.n;
    (void)st_buf_z(&b, "\nx");
    ck_assert(st_tlog_read(st_buf_view(&b), &t) && t.n == ST_TREE_PATH_MAX);
    b.n = n;
    (void)st_buf_z(&b, EMPTY "\n\nx");
    ck_assert(!st_tlog_read(st_buf_view(&b), &t));
    st_buf_free(&b);
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(base64_both_ways),
        CK_TABLE(base64_has_one_form, no_base64),
        CK_CASE(keys_are_those_of_others),
        CK_CASE(a_new_key_is_read_again),
        CK_TABLE(other_texts_are_no_keys, no_key),
        CK_CASE(names),
        CK_CASE(signing_is_that_of_others),
        CK_CASE(checking),
        CK_CASE(a_changed_byte_is_no_signature),
        CK_TABLE(other_texts_are_no_notes, no_note),
        CK_CASE(limits_of_a_note),
        CK_CASE(checkpoints),
        CK_TABLE(other_texts_are_no_checkpoints, no_checkpoint),
        CK_CASE(opening_says_what_is_wrong),
        CK_CASE(proofs),
        CK_TABLE(other_texts_are_no_proofs, no_proof),
        CK_CASE(a_proof_has_a_limit),
    };
    return ck_run("note", cases, ST_LEN(cases));
}
