#include "base/note.h"
#include "base/base64.h"
#include "base/digest.h"

/* -- names -- */

static bool is_space(int32_t c) {
    return (c >= 0x09 && c <= 0x0d) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
           c == 0x205f || c == 0x3000;
}

/* What others may call their keys. */
static bool is_name(st_str name) {
    for (const char *p = name.p, *end = p + name.n; p < end;) {
        int32_t c = st_utf8_next(&p, end);
        if (c < 0 || is_space(c) || c == '+')
            return false;
    }
    return name.n >= 1;
}

/* Ours are shown to people: neither too long nor with control characters. */
bool st_note_name_fits(st_str name) {
    for (const char *p = name.p, *end = p + name.n; p < end;) {
        int32_t c = st_utf8_next(&p, end);
        if (c < 0x20 || (c >= 0x7f && c < 0xa0))
            return false;
    }
    return is_name(name) && name.n <= ST_NOTE_NAME_MAX;
}

/* -- keys -- */

static const char secret_prefix[] = "PRIVATE+KEY+";

static void key_id(const st_note_key *k, uint8_t out[4]) {
    const uint8_t between[2] = {'\n', (uint8_t)k->type};
    st_sha256 d;
    st_buf b;
    st_buf_init(&b, 0);
    (void)st_buf_z(&b, k->name);
    (void)st_buf_add(&b, between, sizeof between);
    (void)st_buf_add(&b, k->public, sizeof k->public);
    st_sha256_of(b.p, b.n, &d);
    st_buf_free(&b);
    memcpy(out, d.b, 4);
}

static void set_name(st_note_key *k, st_str name) {
    ST_ASSERT(name.n <= ST_NOTE_NAME_MAX);
    memcpy(k->name, name.p, name.n);
    k->name[name.n] = 0;
}

bool st_note_key_new(st_str name, st_note_type type, st_note_key *out) {
    ST_ASSERT(st_note_name_fits(name));
    *out = (st_note_key){.type = type, .secret = true};
    set_name(out, name);
    if (!st_random(out->seed, sizeof out->seed))
        return false;
    st_ed25519_public(out->seed, out->public);
    key_id(out, out->id);
    return true;
}

/* What stands before the next plus, which goes with it. */
static bool take(st_str *rest, st_str *part) {
    const char *plus = rest->n ? memchr(rest->p, '+', rest->n) : NULL;
    if (!plus)
        return false;
    *part = (st_str){rest->p, (size_t)(plus - rest->p)};
    *rest = st_str_sub(*rest, part->n + 1, rest->n);
    return true;
}

static bool is_id(st_str hex, const uint8_t id[4]) {
    char text[9];
    (void)snprintf(text, sizeof text, "%02x%02x%02x%02x", id[0], id[1], id[2], id[3]);
    return st_str_is(hex, text);
}

bool st_note_key_read(st_str text, st_note_key *out) {
    uint8_t raw[1 + ST_ED25519_KEY];
    st_str name, id;
    *out = (st_note_key){.secret = st_str_starts(text, secret_prefix)};
    if (st_str_ends(text, "\n"))
        text.n--;
    if (out->secret)
        text = st_str_sub(text, sizeof secret_prefix - 1, text.n);
    if (text.n > ST_NOTE_KEY_TEXT || !take(&text, &name) || !take(&text, &id) ||
        !st_note_name_fits(name) || !st_base64_exact(text, raw, sizeof raw) ||
        (raw[0] != ST_NOTE_ISSUER && raw[0] != ST_NOTE_WITNESS))
        return false;
    set_name(out, name);
    out->type = (st_note_type)raw[0];
    memcpy(out->secret ? out->seed : out->public, raw + 1, ST_ED25519_KEY);
    if (out->secret)
        st_ed25519_public(out->seed, out->public);
    st_wipe(raw, sizeof raw);
    key_id(out, out->id);
    return is_id(id, out->id);
}

static void key_text(const st_note_key *k, const uint8_t bytes[ST_ED25519_KEY], st_buf *out) {
    uint8_t raw[1 + ST_ED25519_KEY] = {(uint8_t)k->type};
    memcpy(raw + 1, bytes, ST_ED25519_KEY);
    (void)st_buf_fmt(out, "%s+%02x%02x%02x%02x+", k->name, k->id[0], k->id[1], k->id[2], k->id[3]);
    st_base64_add(out, raw, sizeof raw);
    st_wipe(raw, sizeof raw);
}

void st_note_key_public_text(const st_note_key *k, st_buf *out) {
    key_text(k, k->public, out);
}

void st_note_key_secret_text(const st_note_key *k, st_buf *out) {
    ST_ASSERT(k->secret);
    (void)st_buf_z(out, secret_prefix);
    key_text(k, k->seed, out);
}

void st_note_key_wipe(st_note_key *k) {
    st_wipe(k->seed, sizeof k->seed);
    k->secret = false;
}

/* -- notes -- */

static const char dash[] = "\xe2\x80\x94 ";

static bool take_signature(st_str line, st_note_sig *out) {
    if (!st_str_starts(line, dash))
        return false;
    line = st_str_sub(line, sizeof dash - 1, line.n);
    const char *blank = line.n ? memchr(line.p, ' ', line.n) : NULL;
    if (!blank)
        return false;
    out->name = (st_str){line.p, (size_t)(blank - line.p)};
    out->base64 = st_str_sub(line, out->name.n + 1, line.n);
    st_buf all;
    st_buf_init(&all, ST_NOTE_MAX);
    bool ok =
        st_note_name_fits(out->name) && st_base64_read(out->base64, &all) && all.n > sizeof out->id;
    if (ok)
        memcpy(out->id, all.p, sizeof out->id);
    st_buf_free(&all);
    return ok;
}

static bool clean(st_str s) {
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 && s.p[i] != '\n')
            return false;
    return st_utf8_valid(s.p, s.n) == s.n;
}

/* Where the last empty line is: the text ends before it. */
static size_t end_of_text(st_str s) {
    for (size_t i = s.n; i >= 2; i--)
        if (s.p[i - 1] == '\n' && s.p[i - 2] == '\n')
            return i - 1;
    return 0;
}

bool st_note_read(st_str file, st_note *out) {
    out->n = 0;
    if (file.n > ST_NOTE_MAX || !clean(file) || !st_str_ends(file, "\n"))
        return false;
    size_t end = end_of_text(file);
    if (end == 0)
        return false;
    out->text = st_str_sub(file, 0, end);
    st_str rest = st_str_sub(file, end + 1, file.n);
    while (rest.n) {
        size_t n = (size_t)((const char *)memchr(rest.p, '\n', rest.n) - rest.p);
        if (out->n == ST_NOTE_SIGS_MAX ||
            !take_signature(st_str_sub(rest, 0, n), &out->sig[out->n++]))
            return false;
        rest = st_str_sub(rest, n + 1, rest.n);
    }
    return out->n > 0;
}

static void cosigned(st_buf *out, uint64_t time, st_str text) {
    (void)st_buf_fmt(out, "cosignature/v1\ntime %" PRIu64 "\n", time);
    (void)st_buf_str(out, text);
}

static uint64_t be64(const uint8_t *p) {
    uint64_t v = 0;
    for (int i = 0; i < 8; i++)
        v = v << 8 | p[i];
    return v;
}

static bool verify(const st_note_key *key, st_str text, const st_note_sig *sig, uint64_t *time) {
    uint8_t raw[4 + 8 + ST_ED25519_SIG];
    bool witness = key->type == ST_NOTE_WITNESS;
    if (!st_base64_exact(sig->base64, raw, witness ? sizeof raw : sizeof raw - 8))
        return false;
    if (!witness)
        return st_ed25519_verify(key->public, text.p, text.n, raw + 4);
    *time = be64(raw + 4);
    st_buf b;
    st_buf_init(&b, 0);
    cosigned(&b, *time, text);
    bool ok = *time <= INT64_MAX && st_ed25519_verify(key->public, b.p, b.n, raw + 12);
    st_buf_free(&b);
    return ok;
}

st_note_trust st_note_check(const st_note *note, const st_note_key *key, uint64_t *time) {
    st_note_trust trust = ST_NOTE_UNSIGNED;
    uint64_t at = 0;
    for (size_t i = 0; i < note->n; i++) {
        const st_note_sig *s = &note->sig[i];
        if (!st_str_is(s->name, key->name) || memcmp(s->id, key->id, sizeof s->id) != 0)
            continue;
        if (!verify(key, note->text, s, &at))
            return ST_NOTE_FORGED;
        trust = ST_NOTE_SIGNED;
    }
    if (time)
        *time = at;
    return trust;
}

void st_note_sign(const st_note_key *key, st_str text, uint64_t time, st_buf *out) {
    uint8_t sig[ST_ED25519_SIG];
    ST_ASSERT(key->secret && time <= INT64_MAX);
    st_buf raw, msg;
    st_buf_init(&raw, 0);
    st_buf_init(&msg, 0);
    (void)st_buf_add(&raw, key->id, sizeof key->id);
    if (key->type == ST_NOTE_WITNESS) {
        (void)st_buf_be64(&raw, time);
        cosigned(&msg, time, text);
    } else {
        (void)st_buf_str(&msg, text);
    }
    st_ed25519_sign(key->seed, msg.p, msg.n, sig);
    (void)st_buf_add(&raw, sig, sizeof sig);
    (void)st_buf_fmt(out, "%s%s ", dash, key->name);
    st_base64_add(out, raw.p, raw.n);
    (void)st_buf_ch(out, '\n');
    st_buf_free(&raw);
    st_buf_free(&msg);
}
