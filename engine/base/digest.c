#include "base/digest.h"
#include "base/file.h"
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <pthread.h>

struct st_sha256_ctx {
    EVP_MD_CTX *md;
};

static EVP_MD *sha256_md;
static pthread_once_t md_once = PTHREAD_ONCE_INIT;

/* Fetched once: a lookup by name per digest costs more than the digest of a line. */
static void fetch_md(void) {
    sha256_md = EVP_MD_fetch(NULL, "SHA256", NULL);
    ST_ASSERT(sha256_md);
}

st_sha256_ctx *st_sha256_new(void) {
    (void)pthread_once(&md_once, fetch_md);
    st_sha256_ctx *c = st_xmalloc(sizeof *c);
    c->md = EVP_MD_CTX_new();
    ST_ASSERT(c->md);
    st_sha256_begin(c);
    return c;
}

void st_sha256_begin(st_sha256_ctx *c) {
    ST_ASSERT(EVP_DigestInit_ex2(c->md, sha256_md, NULL) == 1);
}

void st_sha256_add(st_sha256_ctx *c, const void *p, size_t n) {
    ST_ASSERT(EVP_DigestUpdate(c->md, p, n) == 1);
}

void st_sha256_end(st_sha256_ctx *c, st_sha256 *out) {
    unsigned n = 0;
    ST_ASSERT(EVP_DigestFinal_ex(c->md, out->b, &n) == 1 && n == ST_SHA256_LEN);
}

void st_sha256_free(st_sha256_ctx *c) {
    if (!c)
        return;
    EVP_MD_CTX_free(c->md);
    free(c);
}

/* -- HMAC -- */

enum { HMAC_BLOCK = 64 };

/* States after the padded key, so that a text costs no more than its own blocks. */
struct st_hmac {
    EVP_MD_CTX *inner, *outer, *work;
};

static EVP_MD_CTX *padded(const uint8_t key[HMAC_BLOCK], uint8_t pad) {
    uint8_t block[HMAC_BLOCK];
    for (size_t i = 0; i < HMAC_BLOCK; i++)
        block[i] = key[i] ^ pad;
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    ST_ASSERT(c && EVP_DigestInit_ex2(c, sha256_md, NULL) == 1 &&
              EVP_DigestUpdate(c, block, sizeof block) == 1);
    return c;
}

st_hmac *st_hmac_new(const void *key, size_t n) {
    (void)pthread_once(&md_once, fetch_md);
    uint8_t block[HMAC_BLOCK] = {0};
    st_sha256 digest;
    if (n > HMAC_BLOCK) {
        st_sha256_of(key, n, &digest);
        key = digest.b;
        n = sizeof digest.b;
    }
    memcpy(block, key, n);
    st_hmac *h = st_xmalloc(sizeof *h);
    *h = (st_hmac){padded(block, 0x36), padded(block, 0x5c), EVP_MD_CTX_new()};
    ST_ASSERT(h->work);
    return h;
}

void st_hmac_of(st_hmac *h, const char *label, const void *p, size_t n, st_sha256 *out) {
    unsigned size = 0;
    ST_ASSERT(EVP_MD_CTX_copy_ex(h->work, h->inner) == 1 &&
              EVP_DigestUpdate(h->work, label, strlen(label) + 1) == 1 &&
              EVP_DigestUpdate(h->work, p, n) == 1 &&
              EVP_DigestFinal_ex(h->work, out->b, &size) == 1);
    ST_ASSERT(EVP_MD_CTX_copy_ex(h->work, h->outer) == 1 &&
              EVP_DigestUpdate(h->work, out->b, ST_SHA256_LEN) == 1 &&
              EVP_DigestFinal_ex(h->work, out->b, &size) == 1);
}

void st_hmac_free(st_hmac *h) {
    if (!h)
        return;
    EVP_MD_CTX_free(h->inner);
    EVP_MD_CTX_free(h->outer);
    EVP_MD_CTX_free(h->work);
    free(h);
}

static pthread_key_t thread_ctx;
static pthread_once_t thread_once = PTHREAD_ONCE_INIT;

static void free_ctx(void *c) {
    st_sha256_free(c);
}

static void free_main_ctx(void) {
    st_sha256_free(pthread_getspecific(thread_ctx));
    (void)pthread_setspecific(thread_ctx, NULL);
}

static void make_key(void) {
    ST_ASSERT(pthread_key_create(&thread_ctx, free_ctx) == 0);
    (void)atexit(free_main_ctx);
}

void st_sha256_of(const void *p, size_t n, st_sha256 *out) {
    (void)pthread_once(&thread_once, make_key);
    st_sha256_ctx *c = pthread_getspecific(thread_ctx);
    if (!c) {
        c = st_sha256_new();
        ST_ASSERT(pthread_setspecific(thread_ctx, c) == 0);
    }
    st_sha256_begin(c);
    st_sha256_add(c, p, n);
    st_sha256_end(c, out);
}

void st_sha256_hex(const st_sha256 *d, char out[ST_HEX_LEN]) {
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < ST_SHA256_LEN; i++) {
        out[2 * i] = hex[d->b[i] >> 4];
        out[2 * i + 1] = hex[d->b[i] & 15];
    }
    out[ST_HEX_LEN - 1] = 0;
}

static int nibble(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool st_sha256_from_hex(st_str hex, st_sha256 *out) {
    if (hex.n != 2 * ST_SHA256_LEN)
        return false;
    for (size_t i = 0; i < ST_SHA256_LEN; i++) {
        int hi = nibble(hex.p[2 * i]), lo = nibble(hex.p[2 * i + 1]);
        if (hi < 0 || lo < 0)
            return false;
        out->b[i] = (uint8_t)(hi << 4 | lo);
    }
    return true;
}

bool st_sha256_eq(const st_sha256 *a, const st_sha256 *b) {
    return memcmp(a->b, b->b, ST_SHA256_LEN) == 0;
}

bool st_sha256_file(const char *path, st_sha256 *out, st_err *err) {
    enum { BLOCK = 1 << 18 };
    int fd;
    st_code code;
    const char *wrong = st_file_open(path, &fd, NULL, &code);
    if (wrong)
        return st_fail(err, code, "cannot read %s: %s", path, wrong);
    st_sha256_ctx *c = st_sha256_new();
    char *block = st_xmalloc(BLOCK);
    ssize_t n;
    while ((n = read(fd, block, BLOCK)) > 0)
        st_sha256_add(c, block, (size_t)n);
    bool ok = n == 0 || st_fail(err, ST_E_FILE_READ, "cannot read %s: %s", path, strerror(errno));
    st_sha256_end(c, out);
    free(block);
    st_sha256_free(c);
    (void)close(fd);
    return ok;
}

static FILE *open_key(const char *path, st_err *err) {
    int fd;
    st_code code;
    const char *wrong = st_file_open(path, &fd, NULL, &code);
    if (wrong) {
        (void)st_fail(err, code, "cannot read key %s: %s", path, wrong);
        return NULL;
    }
    FILE *f = fdopen(fd, "r");
    ST_ASSERT(f);
    return f;
}

bool st_sign_file(const char *pem, const void *msg, size_t n, uint8_t sig[64], st_err *err) {
    FILE *f = open_key(pem, err);
    if (!f)
        return false;
    EVP_PKEY *key = PEM_read_PrivateKey(f, NULL, NULL, NULL);
    (void)fclose(f);
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    size_t len = 64;
    bool ok = key && EVP_PKEY_get_id(key) == EVP_PKEY_ED25519 &&
              EVP_DigestSignInit(c, NULL, NULL, NULL, key) == 1 &&
              EVP_DigestSign(c, sig, &len, msg, n) == 1 && len == 64;
    EVP_MD_CTX_free(c);
    EVP_PKEY_free(key);
    return ok || st_fail(err, ST_E_KEY_BAD, "%s is not an Ed25519 private key", pem);
}

bool st_verify_file(const char *pem, const void *msg, size_t n, const uint8_t sig[64], bool *ok,
                    st_err *err) {
    FILE *f = open_key(pem, err);
    if (!f)
        return false;
    EVP_PKEY *key = PEM_read_PUBKEY(f, NULL, NULL, NULL);
    (void)fclose(f);
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    bool usable = key && EVP_PKEY_get_id(key) == EVP_PKEY_ED25519 &&
                  EVP_DigestVerifyInit(c, NULL, NULL, NULL, key) == 1;
    if (usable)
        *ok = EVP_DigestVerify(c, sig, 64, msg, n) == 1;
    EVP_MD_CTX_free(c);
    EVP_PKEY_free(key);
    return usable || st_fail(err, ST_E_KEY_BAD, "%s is not an Ed25519 public key", pem);
}
