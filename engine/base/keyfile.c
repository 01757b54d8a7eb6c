#include "base/keyfile.h"
#include "base/file.h"
#include <sys/stat.h>

static const char *type_name(st_note_type t) {
    return t == ST_NOTE_WITNESS ? "a witness" : "a ledger";
}

/* Who may read a secret may sign in its owner's name. */
static bool private_to_owner(const char *path, st_err *err) {
    struct stat st;
    return stat(path, &st) != 0 || (st.st_mode & (S_IRWXG | S_IRWXO)) == 0 ||
           st_fail(err, ST_E_NOTE_KEY_OPEN, "%s may be used by others than its owner (mode %03o)",
                   path, (unsigned)(st.st_mode & 0777));
}

bool st_keyfile_any(const char *path, st_note_key *out, st_err *err) {
    st_buf text;
    st_buf_init(&text, ST_NOTE_KEY_TEXT + 1);
    bool ok = st_file_read(path, ST_NOTE_KEY_TEXT, &text, err) &&
              (st_note_key_read(st_buf_view(&text), out) ||
               st_fail(err, ST_E_NOTE_KEY, "%s is no key of a ledger or a witness", path));
    if (text.p)
        st_wipe(text.p, text.cap);
    st_buf_free(&text);
    return ok;
}

bool st_keyfile_read(const char *path, st_note_type type, bool secret, st_note_key *out,
                     st_err *err) {
    if (!st_keyfile_any(path, out, err))
        return false;
    if (secret && !out->secret)
        return st_fail(err, ST_E_NOTE_KEY,
                       "%s is the public key of %s: signing takes the secret one", path, out->name);
    if (out->type != type)
        return st_fail(err, ST_E_NOTE_KEY, "%s is the key of %s; that of %s is needed here", path,
                       type_name(out->type), type_name(type));
    return !secret || private_to_owner(path, err);
}

bool st_keyfile_make(const char *path, const char *name, st_note_type type, st_note_key *out,
                     st_err *err) {
    if (!st_note_name_fits(st_str_of(name)))
        return st_fail(err, ST_E_KEY_NAME, "a key cannot be named \"%s\"", name);
    if (!st_note_key_new(st_str_of(name), type, out))
        return st_fail(err, ST_E_NOTE_KEY, "the system gives no random bytes for a key");
    st_buf text;
    st_buf_init(&text, ST_NOTE_KEY_TEXT + 1);
    st_note_key_secret_text(out, &text);
    (void)st_buf_ch(&text, '\n');
    bool ok = st_file_create_private(path, st_buf_view(&text), err);
    st_wipe(text.p, text.cap);
    st_buf_free(&text);
    return ok;
}
