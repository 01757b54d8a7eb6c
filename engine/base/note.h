/* Signed notes of C2SP (c2sp.org/signed-note): a text, an empty line, a line per signature
 *
 *     — <key name> <base64 of the key's 4-byte id and the signature>
 *
 * with the keys of two kinds: who issues a text signs it (type 1), who witnesses it signs it with
 * the time (type 4, c2sp.org/tlog-cosignature: "cosignature/v1"). Both are Ed25519. */
#ifndef ST_NOTE_H
#define ST_NOTE_H

#include "base/buf.h"
#include "base/ed25519.h"

enum {
    ST_NOTE_MAX = 1 << 18,  /* bytes of a note */
    ST_NOTE_SIGS_MAX = 64,  /* signatures of a note */
    ST_NOTE_NAME_MAX = 200, /* bytes of a key's name */
    ST_NOTE_KEY_TEXT = 512  /* bytes of a key's text */
};

typedef enum st_note_type { ST_NOTE_ISSUER = 1, ST_NOTE_WITNESS = 4 } st_note_type;

typedef struct st_note_key {
    char name[ST_NOTE_NAME_MAX + 1];
    st_note_type type;
    uint8_t id[4];
    uint8_t public[ST_ED25519_KEY];
    bool secret; /* seed is there */
    uint8_t seed[ST_ED25519_KEY];
} st_note_key;

/* Whether a key may have this name: UTF-8, neither blank nor control character nor "+", 1 to
 * ST_NOTE_NAME_MAX bytes. */
bool st_note_name_fits(st_str name);
/* A new key of a name that fits; false when the system gives no random bytes. */
bool st_note_key_new(st_str name, st_note_type type, st_note_key *out);
/* Reads a key's text, with or without a newline behind it: the public form name+id+base64(type,
 * key), or the secret one, PRIVATE+KEY+name+id+base64(type, seed). False for any other text, also
 * where the id is not that of name and key. */
bool st_note_key_read(st_str text, st_note_key *out);
/* Appends that text, without a newline; the secret one of a key that has it. */
void st_note_key_public_text(const st_note_key *k, st_buf *out);
void st_note_key_secret_text(const st_note_key *k, st_buf *out);
/* Forgets the secret. */
void st_note_key_wipe(st_note_key *k);

typedef struct st_note_sig {
    st_str name, base64;
    uint8_t id[4];
} st_note_sig;
typedef struct st_note {
    st_str text; /* with its last newline */
    st_note_sig sig[ST_NOTE_SIGS_MAX];
    size_t n;
} st_note;
/* Takes a note apart; it borrows from file. False for what is no note, or larger than allowed. */
bool st_note_read(st_str file, st_note *out);

typedef enum st_note_trust {
    ST_NOTE_UNSIGNED, /* not by this key */
    ST_NOTE_SIGNED,
    ST_NOTE_FORGED /* a signature under the key's name and id that is not its own */
} st_note_trust;
/* Whether that key signed the note; a witness's time in seconds since 1970 goes to *time, which may
 * be NULL. */
st_note_trust st_note_check(const st_note *note, const st_note_key *key, uint64_t *time);
/* Appends the signature line over a text by a secret key; time for a witness only. */
void st_note_sign(const st_note_key *key, st_str text, uint64_t time, st_buf *out);

#endif
