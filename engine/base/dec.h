/* decimal128 (IEEE 754-2008, 34 digits, half-even) by Intel's library; the only file that includes
 * it is dec.c. A value is always finite: NaN and infinity never leave this module. */
#ifndef ST_DEC_H
#define ST_DEC_H

#include "base/buf.h"

typedef struct st_dec {
    uint64_t w[2]; /* BID encoding, low word first */
} st_dec;

typedef enum st_round {
    ST_ROUND_HALF_EVEN,
    ST_ROUND_UP,        /* away from zero */
    ST_ROUND_DOWN,      /* towards zero */
    ST_ROUND_HALF_UP,   /* ties away from zero */
    ST_ROUND_HALF_DOWN, /* ties towards zero */
    ST_ROUND_FLOOR,
    ST_ROUND_CEILING
} st_round;

enum { ST_DEC_SCALE_MIN = -6111, ST_DEC_SCALE_MAX = 6176, ST_DEC_TEXT_MAX = 64 };
enum { ST_DEC_BIAS = 6176 }; /* of the exponent, in bits 49 to 62 of the high word */

st_dec st_dec_int(int64_t v);
/* Text like -12.50, .5, 1.2e-3; no spaces, nothing else. False when it is not a number, or out of
 * range. */
bool st_dec_parse(st_str text, st_dec *out);
/* Plain decimal text, without exponent where at most 34 zeros would be needed, else like 1.2E+45;
 * trailing zeros of a fraction are kept (12.50), as the number was given. st_dec_text_norm drops
 * them. Returns length. */
size_t st_dec_text(st_dec v, char out[ST_DEC_TEXT_MAX]);
size_t st_dec_text_norm(st_dec v, char out[ST_DEC_TEXT_MAX]);

/* Each returns false when the exact result is out of range (overflow) or undefined (division by
 * zero, root of a negative); *out is then untouched. */
bool st_dec_add(st_dec a, st_dec b, st_dec *out);
bool st_dec_sub(st_dec a, st_dec b, st_dec *out);
bool st_dec_mul(st_dec a, st_dec b, st_dec *out);
bool st_dec_div(st_dec a, st_dec b, st_dec *out);
bool st_dec_rem_floor(st_dec a, st_dec b, st_dec *out); /* a - b*floor(a/b) */
/* Roots, powers, e^a and ln a are correctly rounded. pow: 0 ** 0 is 1; a negative base needs a
 * whole exponent; no zeros at the end behind the point. */
bool st_dec_pow(st_dec a, st_dec b, st_dec *out);
bool st_dec_sqrt(st_dec a, st_dec *out);
bool st_dec_exp(st_dec a, st_dec *out);
bool st_dec_log(st_dec a, st_dec *out);
st_dec st_dec_neg(st_dec a);
st_dec st_dec_abs(st_dec a);
/* Whether the value is a whole number from 0 to 2^64 - 1 written without an exponent: it is w[0].
 */
static inline bool st_dec_is_plain(st_dec a) {
    return a.w[1] == (uint64_t)ST_DEC_BIAS << 49;
}
int st_dec_cmp_any(st_dec a, st_dec b);
/* -1, 0, 1 by value: 1.0 equals 1.00 */
static inline int st_dec_cmp(st_dec a, st_dec b) {
    if (ST_LIKELY(st_dec_is_plain(a) && st_dec_is_plain(b)))
        return ST_CMP(a.w[0], b.w[0]);
    return st_dec_cmp_any(a, b);
}
int st_dec_sign(st_dec a);
bool st_dec_is_int(st_dec a);
/* Rounds to scale digits after the point (negative: before it). Scale within ST_DEC_SCALE_MIN..MAX.
 */
bool st_dec_round(st_dec a, int scale, st_round mode, st_dec *out);
/* The value times 10^scale (0 to ST_DEC_SCALED_MAX) when that is a whole number that fits; false
 * also for spellings with more than 19 digits. For indexes: nothing is rounded. */
enum { ST_DEC_SCALED_MAX = 6 };
bool st_dec_scaled(st_dec a, int scale, int64_t *out);
/* The value as int64 when it is integral and fits. */
bool st_dec_to_int(st_dec a, int64_t *out);
/* Minor units from an amount: false when it has more than minor_digits decimals that are not zero,
 * or is out of range. No rounding happens. */
bool st_dec_to_minor(st_dec amount, int minor_digits, int64_t *out);
st_dec st_dec_from_minor(int64_t minor, int minor_digits);
/* Sign, digits of the coefficient (no terminator) and exponent; returns the number of digits, 1 to
 * 34; "0" for zero. */
size_t st_dec_digits(st_dec v, bool *neg, char digits[40], int *exponent);
/* Hash equal for equal values. */
uint64_t st_dec_hash(st_dec a);

#endif
