#include "base/ed25519.h"
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

bool st_random(void *p, size_t n) {
    ST_ASSERT(n <= INT_MAX);
    return RAND_bytes(p, (int)n) == 1;
}

void st_wipe(void *p, size_t n) {
    OPENSSL_cleanse(p, n);
}

/* Any 32 bytes are a secret key: what fails here is the library. */
static EVP_PKEY *secret_key(const uint8_t seed[ST_ED25519_KEY]) {
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, ST_ED25519_KEY);
    ST_ASSERT(key);
    return key;
}

void st_ed25519_public(const uint8_t seed[ST_ED25519_KEY], uint8_t out[ST_ED25519_KEY]) {
    EVP_PKEY *key = secret_key(seed);
    size_t n = ST_ED25519_KEY;
    ST_ASSERT(EVP_PKEY_get_raw_public_key(key, out, &n) == 1 && n == ST_ED25519_KEY);
    EVP_PKEY_free(key);
}

void st_ed25519_sign(const uint8_t seed[ST_ED25519_KEY], const void *msg, size_t n,
                     uint8_t sig[ST_ED25519_SIG]) {
    EVP_PKEY *key = secret_key(seed);
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    size_t len = ST_ED25519_SIG;
    ST_ASSERT(c && EVP_DigestSignInit(c, NULL, NULL, NULL, key) == 1 &&
              EVP_DigestSign(c, sig, &len, msg, n) == 1 && len == ST_ED25519_SIG);
    EVP_MD_CTX_free(c);
    EVP_PKEY_free(key);
}

bool st_ed25519_verify(const uint8_t bytes[ST_ED25519_KEY], const void *msg, size_t n,
                       const uint8_t sig[ST_ED25519_SIG]) {
    EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, bytes, ST_ED25519_KEY);
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    bool ok = key && c && EVP_DigestVerifyInit(c, NULL, NULL, NULL, key) == 1 &&
              EVP_DigestVerify(c, sig, ST_ED25519_SIG, msg, n) == 1;
    EVP_MD_CTX_free(c);
    EVP_PKEY_free(key);
    return ok;
}
