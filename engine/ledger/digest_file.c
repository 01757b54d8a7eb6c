/* Digests kept outside the database: a text of one field per line, optionally signed. */
#include "ledger/verify.h"

#include "ledger/leaf.h"
#include "ledger/pg_int.h"

enum { FILE_MAX = 4096, SIGNATURE_BYTES = 64 };

/* By what was sealed with the lines: settlements and bookings, then what the records say of
 * themselves, too. */
static const char *const versions[] = {"stipend-digest-v1", "stipend-digest-v2",
                                       "stipend-digest-v3"};

static void input_fields(st_buf *b, const st_run_input *in) {
    (void)st_buf_z(b, "known-at: ");
    st_date_add(b, in->known_at);
    (void)st_buf_fmt(b, "\nroster: %s\nsender: %s\npart: %d\nparts: %d\nasked: %s\nbecause: %s\n",
                     in->whole ? "full" : "part", in->sender, (int)in->part, (int)in->parts,
                     in->asked, in->because);
}

static void hex_field(st_buf *b, const char *name, const st_sha256 *d) {
    char hex[ST_HEX_LEN];
    st_sha256_hex(d, hex);
    (void)st_buf_fmt(b, "%s: %s\n", name, hex);
}

static void fields(st_buf *b, const st_run_info *x) {
    (void)st_buf_fmt(b, "%s\nrun: %" PRId64 "\nscheme: %s\nperiod: ",
                     versions[x->has_input ? 2 : x->claims_sealed], x->run, x->scheme);
    st_month_add(b, x->period);
    (void)st_buf_z(b, "\nas-of: ");
    st_date_add(b, x->as_of);
    (void)st_buf_fmt(b, "\nlines: %" PRIu64 "\ntotal: %" PRId64 "\n", x->lines, x->total);
    hex_field(b, "root", &x->root);
    hex_field(b, "records", &x->records);
    hex_field(b, "rules", &x->rules);
    (void)st_buf_fmt(b, "engine: %s\n", x->engine);
    if (x->claims_sealed) {
        hex_field(b, "settlements", &x->settlements);
        (void)st_buf_fmt(b, "bookings: %" PRId64 "\n", x->bookings);
        hex_field(b, "bookings-head", &x->bookings_head);
    }
    if (x->has_input)
        input_fields(b, &x->input);
    hex_field(b, "previous", &x->prev_digest);
    hex_field(b, "digest", &x->digest);
}

static bool sealed_run(st_ledger *l, int64_t run, st_run_info *info, st_err *err) {
    bool found;
    if (!st_ledger_run_info(l, run, &found, info, err))
        return false;
    if (!found)
        return st_fail(err, ST_E_LEDGER_NO_RUN, "there is no run %" PRId64, run);
    return info->sealed || st_fail(err, ST_E_LEDGER_STATE, "run %" PRId64 " is not sealed", run);
}

bool st_digest_export(st_ledger *l, int64_t run, const char *private_pem, st_buf *out,
                      st_err *err) {
    st_run_info info;
    if (!sealed_run(l, run, &info, err))
        return false;
    size_t from = out->n;
    fields(out, &info);
    if (!private_pem)
        return true;
    uint8_t sig[SIGNATURE_BYTES];
    if (!st_sign_file(private_pem, out->p + from, out->n - from, sig, err))
        return false;
    (void)st_buf_z(out, "signature: ");
    (void)st_buf_hex(out, sig, sizeof sig);
    return st_buf_ch(out, '\n');
}

/* -- reading -- */

typedef struct file {
    st_run_info info;
    size_t signed_bytes;
    bool has_signature;
    uint8_t signature[SIGNATURE_BYTES];
} file;

/* Value of the next line "name: value". */
static bool take(st_str *rest, const char *name, st_str *value) {
    size_t k = strlen(name);
    const char *nl = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;
    if (!nl || !st_str_starts(*rest, name) || (size_t)(nl - rest->p) < k + 2 ||
        memcmp(rest->p + k, ": ", 2) != 0)
        return false;
    *value = (st_str){rest->p + k + 2, (size_t)(nl - rest->p) - k - 2};
    *rest = st_str_sub(*rest, (size_t)(nl - rest->p) + 1, rest->n);
    return true;
}

static bool take_hash(st_str *rest, const char *name, st_sha256 *out) {
    st_str v;
    return take(rest, name, &v) && st_sha256_from_hex(v, out);
}

static bool take_int(st_str *rest, const char *name, int64_t *out) {
    st_str v;
    return take(rest, name, &v) && st_str_int(v, out);
}

static bool take_text(st_str *rest, const char *name, char *out, size_t cap) {
    st_str v;
    if (!take(rest, name, &v) || v.n >= cap)
        return false;
    memcpy(out, v.p, v.n);
    out[v.n] = '\0';
    return true;
}

static int nibble(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool take_signature(st_str *rest, file *f) {
    st_str v;
    if (!take(rest, "signature", &v) || v.n != 2 * sizeof f->signature)
        return false;
    for (size_t i = 0; i < sizeof f->signature; i++) {
        int hi = nibble(v.p[2 * i]), lo = nibble(v.p[2 * i + 1]);
        if (hi < 0 || lo < 0)
            return false;
        f->signature[i] = (uint8_t)(hi << 4 | lo);
    }
    f->has_signature = true;
    return true;
}

static bool take_small(st_str *rest, const char *name, int32_t *out) {
    int64_t n;
    if (!take_int(rest, name, &n) || n < 0 || n > INT32_MAX)
        return false;
    *out = (int32_t)n;
    return true;
}

static bool take_input(st_str *rest, st_run_input *in) {
    st_str known, roster;
    if (!take(rest, "known-at", &known) || !st_date_parse(known, &in->known_at) ||
        !take(rest, "roster", &roster))
        return false;
    in->whole = st_str_is(roster, "full");
    return (in->whole || st_str_is(roster, "part")) &&
           take_text(rest, "sender", in->sender, sizeof in->sender) &&
           take_small(rest, "part", &in->part) && take_small(rest, "parts", &in->parts) &&
           take_text(rest, "asked", in->asked, sizeof in->asked) &&
           take_text(rest, "because", in->because, sizeof in->because);
}

static bool take_version(st_str *rest, st_run_info *x) {
    for (size_t i = 0; i < ST_LEN(versions); i++) {
        size_t n = strlen(versions[i]);
        if (!st_str_starts(*rest, versions[i]) || rest->n <= n || rest->p[n] != '\n')
            continue;
        x->claims_sealed = i >= 1;
        x->has_input = i == 2;
        *rest = st_str_sub(*rest, n + 1, rest->n);
        return true;
    }
    return false;
}

static bool parse(st_str text, file *f) {
    st_run_info *x = &f->info;
    st_str rest = text, v;
    int64_t lines;
    memset(f, 0, sizeof *f);
    if (!take_version(&rest, x))
        return false;
    bool ok =
        take_int(&rest, "run", &x->run) &&
        take_text(&rest, "scheme", x->scheme, sizeof x->scheme) && take(&rest, "period", &v) &&
        st_month_parse(v, &x->period) && take(&rest, "as-of", &v) && st_date_parse(v, &x->as_of) &&
        take_int(&rest, "lines", &lines) && lines >= 0 && take_int(&rest, "total", &x->total) &&
        take_hash(&rest, "root", &x->root) && take_hash(&rest, "records", &x->records) &&
        take_hash(&rest, "rules", &x->rules) &&
        take_text(&rest, "engine", x->engine, sizeof x->engine) &&
        (!x->claims_sealed || (take_hash(&rest, "settlements", &x->settlements) &&
                               take_int(&rest, "bookings", &x->bookings) && x->bookings >= 0 &&
                               take_hash(&rest, "bookings-head", &x->bookings_head))) &&
        (!x->has_input || take_input(&rest, &x->input)) &&
        take_hash(&rest, "previous", &x->prev_digest) && take_hash(&rest, "digest", &x->digest);
    if (!ok)
        return false;
    x->lines = (uint64_t)lines;
    f->signed_bytes = text.n - rest.n;
    return rest.n == 0 || (take_signature(&rest, f) && rest.n == 0);
}

typedef struct teller {
    st_tamper_sink *sink;
    void *ctx;
    uint64_t *findings;
    int64_t run;
} teller;

static void tell(const teller *t, st_tamper kind, const char *text) {
    st_tamper_finding f = {kind, t->run, 0, text};
    (*t->findings)++;
    t->sink(t->ctx, &f);
}

/* The file against itself: the digest follows from the fields, the signature is the key's. */
static bool check_file(const file *f, st_str text, const char *public_pem, const teller *t,
                       st_err *err) {
    st_sha256 digest;
    st_run_digest(&f->info, &f->info.prev_digest, &digest);
    if (!st_sha256_eq(&digest, &f->info.digest))
        tell(t, ST_TAMPER_FILE,
             "the digest in the file does not follow from its fields: the file was changed");
    if (!public_pem)
        return true;
    if (!f->has_signature) {
        tell(t, ST_TAMPER_FILE, "the file is not signed");
        return true;
    }
    bool good = false;
    if (!st_verify_file(public_pem, text.p, f->signed_bytes, f->signature, &good, err))
        return false;
    if (!good)
        tell(t, ST_TAMPER_FILE, "the signature is not that of this key over this file");
    return true;
}

bool st_digest_compare(st_ledger *l, st_str text, const char *public_pem, st_tamper_sink *sink,
                       void *ctx, uint64_t *findings, st_err *err) {
    *findings = 0;
    file f;
    if (text.n > FILE_MAX || !parse(text, &f))
        return st_fail(err, ST_E_DIGEST_FILE, "this is not a digest of a run");
    teller t = {sink, ctx, findings, f.info.run};
    st_run_info info;
    bool found;
    if (!check_file(&f, text, public_pem, &t, err) ||
        !st_ledger_run_info(l, f.info.run, &found, &info, err))
        return false;
    if (!found || !info.sealed)
        tell(&t, ST_TAMPER_RUN_MISSING,
             "the run of this digest is not in the ledger, or is not sealed");
    else if (!st_sha256_eq(&info.digest, &f.info.digest))
        tell(&t, ST_TAMPER_OTHER,
             strcmp(info.scheme, f.info.scheme) == 0 &&
                     st_sha256_eq(&info.prev_digest, &f.info.prev_digest)
                 ? "the run was rewritten after this digest was exported"
                 : "the ledger has another run under this number: the digest is of another chain");
    return true;
}
