#include "base/dec.h"

/* The archive libbidgcc000.a wants exactly these three; a mismatch is not found by the linker
 * alone. */
#define DECIMAL_CALL_BY_REFERENCE 0
#define DECIMAL_GLOBAL_ROUNDING 0
#define DECIMAL_GLOBAL_EXCEPTION_FLAGS 0
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wundef"
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
#include <bid_conf.h>
#include <bid_functions.h>
#pragma GCC diagnostic pop

/* Flags after which a result is not a FEEL number; underflow and inexact are ordinary. */
enum { BAD = BID_INVALID_EXCEPTION | BID_ZERO_DIVIDE_EXCEPTION | BID_OVERFLOW_EXCEPTION };
enum { EXPONENT_BIAS = ST_DEC_BIAS };

static BID_UINT128 in(st_dec v) {
    BID_UINT128 x;
    x.w[0] = v.w[0];
    x.w[1] = v.w[1];
    return x;
}

static st_dec from(BID_UINT128 x) {
    return (st_dec){{x.w[0], x.w[1]}};
}

static bool finish(BID_UINT128 r, _IDEC_flags flags, st_dec *out) {
    if ((flags & (unsigned)BAD) || !__bid128_isFinite(r))
        return false;
    *out = from(r);
    return true;
}

st_dec st_dec_int(int64_t v) {
    /* Coefficient and exponent 0 written directly: the common case needs no library call. */
    uint64_t magnitude = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    uint64_t high = (uint64_t)EXPONENT_BIAS << 49 | (v < 0 ? UINT64_C(1) << 63 : 0);
    return (st_dec){{magnitude, high}};
}

/* digits [. digits] [e[sign]digits] with optional sign, at least one digit. */
static bool number_syntax(st_str t) {
    size_t i = 0, digits = 0;
    if (i < t.n && (t.p[i] == '-' || t.p[i] == '+'))
        i++;
    for (; i < t.n && t.p[i] >= '0' && t.p[i] <= '9'; i++)
        digits++;
    if (i < t.n && t.p[i] == '.')
        for (i++; i < t.n && t.p[i] >= '0' && t.p[i] <= '9'; i++)
            digits++;
    if (digits == 0)
        return false;
    if (i < t.n && (t.p[i] == 'e' || t.p[i] == 'E')) {
        i++;
        if (i < t.n && (t.p[i] == '-' || t.p[i] == '+'))
            i++;
        size_t first = i;
        while (i < t.n && t.p[i] >= '0' && t.p[i] <= '9')
            i++;
        if (i == first)
            return false;
    }
    return i == t.n;
}

bool st_dec_parse(st_str text, st_dec *out) {
    enum { TEXT_MAX = 8192 };
    if (text.n == 0 || text.n > TEXT_MAX || !number_syntax(text))
        return false;
    char stack[128], *z = text.n < sizeof stack ? stack : st_xmalloc(text.n + 1);
    memcpy(z, text.p, text.n);
    z[text.n] = 0;
    _IDEC_flags flags = 0;
    BID_UINT128 r = __bid128_from_string(z, BID_ROUNDING_TO_NEAREST, &flags);
    if (z != stack)
        free(z);
    return finish(r, flags, out);
}

size_t st_dec_digits(st_dec v, bool *neg, char digits[40], int *exponent) {
    char text[64];
    _IDEC_flags flags = 0;
    __bid128_to_string(text, in(v), &flags); /* +123456E-2 */
    const char *e = strchr(text, 'E');
    ST_ASSERT(e && (text[0] == '+' || text[0] == '-'));
    *neg = text[0] == '-';
    const char *first = text + 1;
    while (first + 1 < e && *first == '0')
        first++;
    size_t n = (size_t)(e - first);
    ST_ASSERT(n > 0 && n < 40);
    memcpy(digits, first, n);
    int64_t x = 0;
    ST_ASSERT(st_str_int(st_str_of(e + 1), &x));
    *exponent = (int)x;
    return n;
}

static size_t put(char *out, size_t at, const char *p, size_t n) {
    memcpy(out + at, p, n);
    return at + n;
}

static size_t put_zeros(char *out, size_t at, size_t n) {
    memset(out + at, '0', n);
    return at + n;
}

static size_t scientific(char *out, size_t at, const char *digits, size_t n, int exponent) {
    at = put(out, at, digits, 1);
    if (n > 1) {
        out[at++] = '.';
        at = put(out, at, digits + 1, n - 1);
    }
    return at + (size_t)snprintf(out + at, 12, "E%+d", exponent + (int)n - 1);
}

/* Drops trailing zeros into the exponent: one form for all equal values. */
static size_t strip(const char *digits, size_t n, int *exponent) {
    for (; n > 1 && digits[n - 1] == '0'; n--)
        ++*exponent;
    return n;
}

static size_t text_of(st_dec v, bool norm, char out[ST_DEC_TEXT_MAX]) {
    enum { PLAIN_ZEROS = 34 };
    char digits[40];
    bool neg;
    int exponent;
    size_t n = st_dec_digits(v, &neg, digits, &exponent);
    bool zero = n == 1 && digits[0] == '0';
    if (norm)
        n = strip(digits, n, &exponent);
    if (zero && (norm || exponent > 0 || exponent < -PLAIN_ZEROS))
        exponent = 0;
    size_t at = 0;
    if (neg && !zero)
        out[at++] = '-';
    if (exponent > PLAIN_ZEROS - (int)n || exponent < -PLAIN_ZEROS - 6) {
        at = exponent == 0 ? put(out, at, digits, n) : scientific(out, at, digits, n, exponent);
    } else if (exponent >= 0) {
        at = put_zeros(out, put(out, at, digits, n), (size_t)exponent);
    } else if ((size_t)-exponent < n) {
        at = put(out, at, digits, n - (size_t)-exponent);
        out[at++] = '.';
        at = put(out, at, digits + n - (size_t)-exponent, (size_t)-exponent);
    } else {
        at = put(out, at, "0.", 2);
        at = put(out, put_zeros(out, at, (size_t)-exponent - n), digits, n);
    }
    ST_ASSERT(at < ST_DEC_TEXT_MAX + 32);
    out[at] = 0;
    return at;
}

size_t st_dec_text(st_dec v, char out[ST_DEC_TEXT_MAX]) {
    char big[128];
    size_t n = text_of(v, false, big);
    if (n >= ST_DEC_TEXT_MAX)
        n = text_of(v, true, big);
    ST_ASSERT(n < ST_DEC_TEXT_MAX);
    memcpy(out, big, n + 1);
    return n;
}

size_t st_dec_text_norm(st_dec v, char out[ST_DEC_TEXT_MAX]) {
    char big[128];
    size_t n = text_of(v, true, big);
    if (n >= ST_DEC_TEXT_MAX) { /* many leading zeros: shorter with an exponent */
        char digits[40];
        bool neg;
        int exponent;
        size_t count = strip(digits, st_dec_digits(v, &neg, digits, &exponent), &exponent);
        n = 0;
        if (neg)
            big[n++] = '-';
        n = scientific(big, n, digits, count, exponent);
    }
    memcpy(out, big, n + 1);
    return n;
}

#define BINARY(name, call)                                                                         \
    bool name(st_dec a, st_dec b, st_dec *out) {                                                   \
        _IDEC_flags flags = 0;                                                                     \
        BID_UINT128 r = call(in(a), in(b), BID_ROUNDING_TO_NEAREST, &flags);                       \
        return finish(r, flags, out);                                                              \
    }
BINARY(st_dec_add, __bid128_add)
BINARY(st_dec_sub, __bid128_sub)
BINARY(st_dec_mul, __bid128_mul)

bool st_dec_div(st_dec a, st_dec b, st_dec *out) {
    if (st_dec_sign(b) == 0)
        return false;
    _IDEC_flags flags = 0;
    BID_UINT128 r = __bid128_div(in(a), in(b), BID_ROUNDING_TO_NEAREST, &flags);
    return finish(r, flags, out);
}

bool st_dec_rem_floor(st_dec a, st_dec b, st_dec *out) {
    if (st_dec_sign(b) == 0)
        return false;
    _IDEC_flags flags = 0;
    BID_UINT128 r = __bid128_fmod(in(a), in(b), &flags);
    st_dec rest;
    if (!finish(r, flags, &rest))
        return false;
    /* fmod takes the sign of a; floor semantics take the sign of b. */
    if (st_dec_sign(rest) != 0 && st_dec_sign(rest) != st_dec_sign(b))
        return st_dec_add(rest, b, out);
    *out = rest;
    return true;
}

bool st_dec_sqrt(st_dec a, st_dec *out) {
    _IDEC_flags flags = 0;
    BID_UINT128 r = __bid128_sqrt(in(a), BID_ROUNDING_TO_NEAREST, &flags);
    return finish(r, flags, out);
}

st_dec st_dec_neg(st_dec a) {
    return st_dec_sign(a) == 0 ? st_dec_abs(a) : (st_dec){{a.w[0], a.w[1] ^ UINT64_C(1) << 63}};
}

st_dec st_dec_abs(st_dec a) {
    return (st_dec){{a.w[0], a.w[1] & ~(UINT64_C(1) << 63)}};
}

/* Both with exponent 0 and below 2^64: the sign and low words tell (whole numbers, the common
 * case). */
static bool small_int(st_dec a) {
    return (a.w[1] & ~(UINT64_C(1) << 63)) == (uint64_t)EXPONENT_BIAS << 49;
}

static const uint64_t tens[] = {UINT64_C(1),         UINT64_C(10),       UINT64_C(100),
                                UINT64_C(1000),      UINT64_C(10000),    UINT64_C(100000),
                                UINT64_C(1000000),   UINT64_C(10000000), UINT64_C(100000000),
                                UINT64_C(1000000000)};

/* Coefficient and exponent of a number below 2^64 in its coefficient; false for others. */
static bool parts(st_dec a, uint64_t *coefficient, int *exponent) {
    enum { HIGH = 49, EXPONENT_MASK = 0x3fff };
    int e = (int)(a.w[1] >> HIGH & EXPONENT_MASK);
    if (a.w[1] & ((UINT64_C(1) << HIGH) - 1) || e >= EXPONENT_MASK - (EXPONENT_MASK >> 2))
        return false; /* a long coefficient, or the other form of the encoding */
    *coefficient = a.w[0];
    *exponent = e - EXPONENT_BIAS;
    return true;
}

/* Amounts with decimals: the shorter one is brought to the exponent of the longer one. */
static bool cmp_short(st_dec a, st_dec b, int *cmp) {
    uint64_t x, y;
    int ex, ey;
    if (!parts(a, &x, &ex) || !parts(b, &y, &ey) || (a.w[1] ^ b.w[1]) >> 63)
        return false;
    int apart = ex > ey ? ex - ey : ey - ex;
    if (apart >= (int)ST_LEN(tens))
        return false;
    unsigned __int128 l = x, r = y;
    if (ex > ey)
        l *= tens[apart];
    else
        r *= tens[apart];
    *cmp = ST_CMP(l, r);
    if (a.w[1] >> 63)
        *cmp = -*cmp;
    return true;
}

bool st_dec_scaled(st_dec a, int scale, int64_t *out) {
    uint64_t x;
    int e;
    if (!parts(a, &x, &e))
        return false;
    e += scale;
    for (; e < 0 && x % 10 == 0 && x; e++)
        x /= 10;
    if (x == 0)
        e = 0;
    if (e < 0 || e >= (int)ST_LEN(tens) || x > INT64_MAX / tens[e])
        return false;
    *out = (int64_t)(x * tens[e]);
    if (a.w[1] >> 63)
        *out = -*out;
    return true;
}

int st_dec_cmp_any(st_dec a, st_dec b) {
    int cmp;
    if (cmp_short(a, b, &cmp))
        return cmp;
    _IDEC_flags flags = 0;
    if (__bid128_quiet_less(in(a), in(b), &flags))
        return -1;
    return __bid128_quiet_greater(in(a), in(b), &flags) ? 1 : 0;
}

int st_dec_sign(st_dec a) {
    if (__bid128_isZero(in(a)))
        return 0;
    return a.w[1] >> 63 ? -1 : 1;
}

bool st_dec_is_int(st_dec a) {
    if (small_int(a))
        return true;
    _IDEC_flags flags = 0;
    BID_UINT128 r = __bid128_round_integral_zero(in(a), &flags);
    return st_dec_cmp(from(r), a) == 0;
}

static BID_UINT128 scale_unit(int scale) {
    BID_UINT128 unit;
    unit.w[0] = 1;
    unit.w[1] = (uint64_t)(EXPONENT_BIAS - scale) << 49;
    return unit;
}

/* half-down has no mode in the library: away from zero only beyond the tie. */
static bool round_half_down(st_dec a, int scale, st_dec *out) {
    st_dec down, up, back, forth;
    if (!st_dec_round(a, scale, ST_ROUND_DOWN, &down) ||
        !st_dec_round(a, scale, ST_ROUND_UP, &up) ||
        !st_dec_sub(st_dec_abs(a), st_dec_abs(down), &back) ||
        !st_dec_sub(st_dec_abs(up), st_dec_abs(a), &forth))
        return false;
    *out = st_dec_cmp(back, forth) <= 0 ? down : up;
    return true;
}

bool st_dec_round(st_dec a, int scale, st_round mode, st_dec *out) {
    if (scale < ST_DEC_SCALE_MIN || scale > ST_DEC_SCALE_MAX)
        return false;
    if (mode == ST_ROUND_HALF_DOWN)
        return round_half_down(a, scale, out);
    bool neg = a.w[1] >> 63;
    unsigned how = mode == ST_ROUND_HALF_EVEN ? BID_ROUNDING_TO_NEAREST
                   : mode == ST_ROUND_HALF_UP ? BID_ROUNDING_TIES_AWAY
                   : mode == ST_ROUND_DOWN    ? BID_ROUNDING_TO_ZERO
                   : mode == ST_ROUND_FLOOR   ? BID_ROUNDING_DOWN
                   : mode == ST_ROUND_CEILING ? BID_ROUNDING_UP
                   : neg                      ? BID_ROUNDING_DOWN
                                              : BID_ROUNDING_UP;
    /* A value with fewer decimals than asked stays as it is; quantize would fail where padding
     * needs more than 34 digits. */
    char digits[40];
    bool minus;
    int exponent;
    size_t n = st_dec_digits(a, &minus, digits, &exponent);
    if (exponent >= -scale && (int)n + exponent + scale > 34) {
        *out = a;
        return true;
    }
    _IDEC_flags flags = 0;
    BID_UINT128 r = __bid128_quantize(in(a), scale_unit(scale), how, &flags);
    return finish(r, flags, out);
}

bool st_dec_to_int(st_dec a, int64_t *out) {
    if (small_int(a) && a.w[0] <= INT64_MAX) {
        *out = a.w[1] >> 63 ? -(int64_t)a.w[0] : (int64_t)a.w[0];
        return true;
    }
    if (!st_dec_is_int(a))
        return false;
    _IDEC_flags flags = 0;
    int64_t v = (int64_t)__bid128_to_int64_int(in(a), &flags);
    if (flags & BID_INVALID_EXCEPTION)
        return false;
    *out = v;
    return true;
}

bool st_dec_to_minor(st_dec amount, int minor_digits, int64_t *out) {
    st_dec scaled, hundred = st_dec_int(1);
    for (int i = 0; i < minor_digits; i++)
        if (!st_dec_mul(hundred, st_dec_int(10), &hundred))
            return false;
    return st_dec_mul(amount, hundred, &scaled) && st_dec_to_int(scaled, out);
}

st_dec st_dec_from_minor(int64_t minor, int minor_digits) {
    st_dec v = st_dec_int(minor);
    v.w[1] -= (uint64_t)minor_digits << 49;
    return v;
}

uint64_t st_dec_hash(st_dec a) {
    char digits[40];
    bool neg;
    int exponent;
    size_t n = st_dec_digits(a, &neg, digits, &exponent);
    while (n > 1 && digits[n - 1] == '0')
        n--, exponent++;
    bool zero = n == 1 && digits[0] == '0';
    uint64_t h = zero ? 0 : UINT64_C(0x9e3779b97f4a7c15) * (uint64_t)(exponent * 2 + neg + 20000);
    for (size_t i = 0; i < n; i++)
        h = (h ^ (uint64_t)(unsigned char)digits[i]) * UINT64_C(0x100000001b3);
    return h;
}
