/* Ed25519 (RFC 8032) with keys as bytes, and random bytes for new ones. */
#ifndef ST_ED25519_H
#define ST_ED25519_H

#include "base/base.h"

enum { ST_ED25519_KEY = 32, ST_ED25519_SIG = 64 };

/* Fills p with random bytes fit for keys; false when the system has none. */
bool st_random(void *p, size_t n);
/* Overwrites bytes that must not stay in memory. */
void st_wipe(void *p, size_t n);
/* The public key of a secret one (the 32-byte seed). */
void st_ed25519_public(const uint8_t seed[ST_ED25519_KEY], uint8_t out[ST_ED25519_KEY]);
void st_ed25519_sign(const uint8_t seed[ST_ED25519_KEY], const void *msg, size_t n,
                     uint8_t sig[ST_ED25519_SIG]);
/* False for a wrong signature, and for bytes that are no public key. */
bool st_ed25519_verify(const uint8_t key[ST_ED25519_KEY], const void *msg, size_t n,
                       const uint8_t sig[ST_ED25519_SIG]);

#endif
