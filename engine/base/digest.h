/* SHA-256, HMAC, Ed25519: the only user of libcrypto. */
#ifndef ST_DIGEST_H
#define ST_DIGEST_H

#include "base/buf.h"
#include "base/err.h"

enum { ST_SHA256_LEN = 32, ST_HEX_LEN = 65 };

typedef struct st_sha256 {
    uint8_t b[ST_SHA256_LEN];
} st_sha256;

typedef struct st_sha256_ctx st_sha256_ctx;
st_sha256_ctx *st_sha256_new(void); /* reusable: begin, add, end, begin, ... */
void st_sha256_begin(st_sha256_ctx *c);
void st_sha256_add(st_sha256_ctx *c, const void *p, size_t n);
void st_sha256_end(st_sha256_ctx *c, st_sha256 *out);
void st_sha256_free(st_sha256_ctx *c);
/* One shot, with a context kept per thread. */
void st_sha256_of(const void *p, size_t n, st_sha256 *out);
void st_sha256_hex(const st_sha256 *d, char out[ST_HEX_LEN]);
bool st_sha256_from_hex(st_str hex, st_sha256 *out);
bool st_sha256_eq(const st_sha256 *a, const st_sha256 *b);
/* Digest of a whole file's bytes. */
bool st_sha256_file(const char *path, st_sha256 *out, st_err *err);

/* HMAC-SHA-256 (RFC 2104) under one key; reusable: each call is one text. */
typedef struct st_hmac st_hmac;
st_hmac *st_hmac_new(const void *key, size_t n);
/* Of the text p[0..n) behind the label, which ends with a NUL as a separator. */
void st_hmac_of(st_hmac *h, const char *label, const void *p, size_t n, st_sha256 *out);
void st_hmac_free(st_hmac *h);

/* Ed25519 over a message; keys as PEM files (PKCS#8 private, SubjectPublicKeyInfo public). */
bool st_sign_file(const char *private_pem, const void *msg, size_t n, uint8_t sig[64], st_err *err);
bool st_verify_file(const char *public_pem, const void *msg, size_t n, const uint8_t sig[64],
                    bool *ok, st_err *err);

#endif
