/* Powers, exp and ln, correctly rounded. Powers with whole exponents are computed exactly and
 * rounded once. The others come from ln and exp in binary fixed point, with bounds below and above:
 * when both round to the same decimal, that is the result; else more bits are taken. Only a result
 * that lies exactly between two decimals would never end, and is looked for by itself. */
#include "base/dec.h"

#include <openssl/bn.h>

enum {
    DIGITS = 34,
    EXACT_DIGITS_MAX = 4096, /* a power of at most so many digits is computed in full */
    GUARD_BITS = 48,         /* what all steps of ln and exp together may lose */
    SMALL_POWER_MAX = 128,   /* no root or power beyond has a result of 35 digits or fewer */
    EXPONENT_MAX = 6200,     /* beyond it a result is out of range, or zero */
};
static const int more_bits[] = {32, 128, 320,
                                800}; /* beyond the 34 digits, one try after another */

/* Whole numbers of any size in one scope; bits: of the fraction in fixed point. */
typedef struct work {
    BN_CTX *ctx;
    int bits;
} work;

/* Only memory can fail here. */
#define DO(call) ST_ASSERT((call) != 0)

static BIGNUM *num(work *w) {
    BIGNUM *b = BN_CTX_get(w->ctx);
    ST_ASSERT(b);
    BN_zero(b);
    return b;
}

static BIGNUM *one(work *w) {
    BIGNUM *b = num(w);
    DO(BN_set_bit(b, w->bits));
    return b;
}

static void multiply(work *w, BIGNUM *x, const BIGNUM *y) {
    DO(BN_mul(x, x, y, w->ctx));
    DO(BN_rshift(x, x, w->bits));
}

static void ten_to(work *w, BIGNUM *out, int n) {
    BIGNUM *p = num(w);
    DO(BN_set_word(out, 10));
    DO(BN_set_word(p, (BN_ULONG)n));
    DO(BN_exp(out, out, p, w->ctx));
}

/* A decimal taken apart: magnitude c * 10^e. */
typedef struct number {
    BIGNUM *c; /* without zeros at the end */
    int e, digits;
    int scale; /* the exponent as it was written, zeros and all */
    bool neg;
} number;

static number take_apart(work *w, st_dec v) {
    char digits[40];
    number x = {.c = num(w)};
    size_t n = st_dec_digits(v, &x.neg, digits, &x.e);
    x.scale = x.e;
    for (; n > 1 && digits[n - 1] == '0'; n--)
        x.e++;
    digits[n] = 0;
    x.digits = (int)n;
    DO(BN_dec2bn(&x.c, digits));
    return x;
}

/* Rounds c * 10^e, or a little more where more is set. */
static bool to_decimal(work *w, const BIGNUM *c, bool more, int e, bool neg, st_dec *out) {
    enum { ENOUGH = 80 }; /* digits; of those behind only counts whether all are zero */
    int places = BN_num_bits(c) * 3 / 10 - ENOUGH;
    if (places > ENOUGH) {
        BIGNUM *ten = num(w), *first = num(w), *rest = num(w);
        ten_to(w, ten, places);
        DO(BN_div(first, rest, c, ten, w->ctx));
        return to_decimal(w, first, more || !BN_is_zero(rest), e + places, neg, out);
    }
    char *digits = BN_bn2dec(c);
    ST_ASSERT(digits);
    st_buf text;
    st_buf_init(&text, 0);
    st_buf_fmt(&text, "%s%s%sE%d", neg ? "-" : "", digits, more ? "1" : "", more ? e - 1 : e);
    bool ok = st_dec_parse(st_buf_view(&text), out);
    st_buf_free(&text);
    OPENSSL_free(digits);
    return ok;
}

/* -- whole exponents -- */

/* 1 / (c * 10^e), to more digits than are rounded, and whether something is left. */
static bool reciprocal(work *w, const BIGNUM *c, int64_t e, bool neg, st_dec *out) {
    BIGNUM *ten = num(w), *q = num(w), *rest = num(w);
    int places = BN_num_bits(c) / 3 + DIGITS + 8;
    ten_to(w, ten, places);
    DO(BN_div(q, rest, ten, c, w->ctx));
    return to_decimal(w, q, !BN_is_zero(rest), (int)(-e - places), neg, out);
}

static bool whole_power(work *w, number a, int64_t n, bool neg, st_dec *out) {
    BIGNUM *p = num(w), *c = num(w);
    DO(BN_set_word(p, (BN_ULONG)(n < 0 ? -n : n)));
    DO(BN_exp(c, a.c, p, w->ctx));
    if (n < 0)
        return reciprocal(w, c, -n * a.e, neg, out);
    st_dec r, zero = st_dec_int(0);
    if (!to_decimal(w, c, false, (int)(n * a.e), neg, &r))
        return false;
    char unit[16]; /* 1.10 ** 2 is 1.2100, as 1.10 * 1.10 is */
    (void)snprintf(unit, sizeof unit, "0E%d", (int)(n * a.scale));
    (void)st_dec_parse(st_str_of(unit), &zero);
    return st_dec_add(r, zero, out);
}

/* -- ln and exp in fixed point -- */

/* atanh(1/n) = 1/n + 1/3n^3 + ... */
static void atanh_inverse(work *w, BIGNUM *out, unsigned n) {
    BIGNUM *power = one(w), *term = num(w);
    BN_div_word(power, n);
    DO(BN_copy(out, power));
    for (unsigned k = 3; !BN_is_zero(power); k += 2) {
        BN_div_word(power, n * n);
        DO(BN_copy(term, power));
        BN_div_word(term, k);
        DO(BN_add(out, out, term));
    }
}

typedef struct logs {
    BIGNUM *two, *ten;
} logs;

static logs constants(work *w) {
    logs l = {num(w), num(w)};
    BIGNUM *quarter = num(w);
    atanh_inverse(w, l.two, 3); /* ln 2 = 2 atanh(1/3) */
    DO(BN_lshift1(l.two, l.two));
    atanh_inverse(w, quarter, 9); /* ln 1.25 = 2 atanh(1/9) */
    DO(BN_lshift1(quarter, quarter));
    DO(BN_copy(l.ten, l.two)); /* ln 10 = 3 ln 2 + ln 1.25 */
    DO(BN_mul_word(l.ten, 3));
    DO(BN_add(l.ten, l.ten, quarter));
    return l;
}

/* ln of m, between 2/3 and 4/3: 2 atanh((m - 1) / (m + 1)). */
static void ln_near_one(work *w, const BIGNUM *m, BIGNUM *out) {
    BIGNUM *z = num(w), *square = num(w), *low = num(w), *term = num(w), *unit = one(w);
    DO(BN_sub(z, m, unit));
    DO(BN_lshift(z, z, w->bits));
    DO(BN_add(low, m, unit));
    DO(BN_div(z, NULL, z, low, w->ctx));
    DO(BN_sqr(square, z, w->ctx));
    DO(BN_rshift(square, square, w->bits));
    DO(BN_copy(out, z));
    for (unsigned k = 3; !BN_is_zero(z); k += 2) {
        multiply(w, z, square);
        DO(BN_copy(term, z));
        BN_div_word(term, k);
        DO(BN_add(out, out, term));
    }
    DO(BN_lshift1(out, out));
}

static void ln_of(work *w, logs l, number a, BIGNUM *out) {
    BIGNUM *m = num(w), *bound = one(w), *part = num(w);
    int k = BN_num_bits(a.c) - 1;
    DO(BN_lshift(m, a.c, w->bits - k));
    DO(BN_lshift(bound, bound, 2)); /* m > 4/3: halved */
    BN_div_word(bound, 3);
    if (BN_cmp(m, bound) > 0) {
        DO(BN_rshift1(m, m));
        k++;
    }
    ln_near_one(w, m, out);
    DO(BN_copy(part, l.two));
    DO(BN_mul_word(part, (BN_ULONG)k));
    DO(BN_add(out, out, part));
    DO(BN_copy(part, l.ten));
    DO(BN_mul_word(part, (BN_ULONG)(a.e < 0 ? -a.e : a.e)));
    DO(a.e < 0 ? BN_sub(out, out, part) : BN_add(out, out, part));
}

/* e^t = v * 10^q with 1 <= v < 10; false when q is far out of range, *q says to which side. */
static bool exp_of(work *w, logs l, const BIGNUM *t, BIGNUM *v, int *q) {
    enum { HALVINGS = 8 };
    BIGNUM *whole = num(w), *r = num(w), *term = one(w);
    DO(BN_div(whole, r, t, l.ten, w->ctx));
    *q = BN_is_negative(t) ? -EXPONENT_MAX : EXPONENT_MAX;
    if (BN_num_bits(whole) > 13)
        return false;
    *q = (int)BN_get_word(whole) * (BN_is_negative(whole) ? -1 : 1);
    if (BN_is_negative(r)) {
        DO(BN_add(r, r, l.ten));
        --*q;
    }
    DO(BN_rshift(r, r, HALVINGS));
    DO(BN_copy(v, term));
    for (unsigned k = 1; !BN_is_zero(term); k++) {
        multiply(w, term, r);
        BN_div_word(term, k);
        DO(BN_add(v, v, term));
    }
    for (int i = 0; i < HALVINGS; i++)
        multiply(w, v, v);
    return true;
}

/* -- rounding what is known within bounds -- */

static bool same(st_dec a, st_dec b) {
    return a.w[0] == b.w[0] && a.w[1] == b.w[1];
}

/* v * 10^q, v in fixed point, cut to an integer times a power of ten. */
static void scaled(work *w, const BIGNUM *v, int places, BIGNUM *out) {
    BIGNUM *ten = num(w);
    ten_to(w, ten, places);
    DO(BN_mul(out, v, ten, w->ctx));
    DO(BN_rshift(out, out, w->bits));
}

/* 1 known, *out; 0 out of range; -1 the bounds round to different decimals. */
static int round_bounds(work *w, const BIGNUM *v, int q, bool neg, st_dec *out) {
    BIGNUM *lost = num(w), *low = num(w), *high = num(w);
    int places = w->bits / 3;
    DO(BN_set_bit(lost, GUARD_BITS));
    DO(BN_sub(low, v, lost));
    DO(BN_add(high, v, lost));
    scaled(w, low, places, low);
    scaled(w, high, places, high);
    st_dec a, b;
    bool below = to_decimal(w, low, false, q - places, neg, &a),
         above = to_decimal(w, high, true, q - places, neg, &b);
    if (!below && !above)
        return 0;
    if (!below || !above || !same(a, b))
        return -1;
    *out = a;
    return 1;
}

/* y = n/d in lowest terms, when both are small enough for a result exactly between two decimals. */
static bool small_fraction(work *w, number y, int *n, int *d) {
    BIGNUM *den = num(w), *shared = num(w), *high = num(w);
    if (y.e >= 0 || y.e < -DIGITS)
        return false;
    ten_to(w, den, -y.e);
    DO(BN_gcd(shared, y.c, den, w->ctx));
    DO(BN_div(high, NULL, y.c, shared, w->ctx));
    DO(BN_div(den, NULL, den, shared, w->ctx));
    if (BN_num_bits(high) > 7 || BN_num_bits(den) > 7)
        return false;
    *n = (int)BN_get_word(high) * (y.neg ? -1 : 1);
    *d = (int)BN_get_word(den);
    return true;
}

/* x^k * 10^(e*k) */
static void raise(work *w, const BIGNUM *x, int e, int k, BIGNUM *out, int *exponent) {
    BIGNUM *p = num(w);
    DO(BN_set_word(p, (BN_ULONG)k));
    DO(BN_exp(out, x, p, w->ctx));
    *exponent = e * k;
}

/* Whether the power is exactly the decimal of 35 digits next to v: m^d = a^n. */
static bool exactly_between(work *w, number a, number y, const BIGNUM *v, int q, st_dec *out) {
    BIGNUM *m = num(w), *left = num(w), *right = num(w), *unit = num(w), *half = num(w);
    int n, d, le, re;
    if (!small_fraction(w, y, &n, &d))
        return false;
    DO(BN_set_bit(half, w->bits - 1));
    ten_to(w, unit, DIGITS);
    DO(BN_mul(m, v, unit, w->ctx));
    DO(BN_add(m, m, half));
    DO(BN_rshift(m, m, w->bits));
    raise(w, m, q - DIGITS, d, left, &le);
    raise(w, a.c, a.e, n < 0 ? -n : n, right, &re);
    if (n < 0) { /* m^d * a^-n = 1 */
        DO(BN_mul(left, left, right, w->ctx));
        le += re;
        re = 0;
        DO(BN_one(right));
    }
    if (abs(le - re) > EXACT_DIGITS_MAX * 4)
        return false;
    ten_to(w, unit, abs(le - re));
    BIGNUM *higher = le > re ? left : right;
    DO(BN_mul(higher, higher, unit, w->ctx));
    return BN_cmp(left, right) == 0 && to_decimal(w, m, false, q - DIGITS, false, out);
}

/* -- powers -- */

static bool power_try(work *w, number a, number y, int extra, st_dec *out, int *done) {
    logs l;
    BIGNUM *t = num(w), *v = num(w), *ten = num(w);
    int q, above = y.digits + y.e > 0 ? y.digits + y.e : 0; /* digits of y before the point */
    w->bits = GUARD_BITS + 120 + extra + above * 10 / 3 + 4;
    l = constants(w);
    ln_of(w, l, a, t);
    DO(BN_mul(t, t, y.c, w->ctx));
    ten_to(w, ten, y.e < 0 ? -y.e : y.e);
    DO(y.e < 0 ? BN_div(t, NULL, t, ten, w->ctx) : BN_mul(t, t, ten, w->ctx));
    BN_set_negative(t, BN_is_negative(t) != y.neg);
    if (!exp_of(w, l, t, v, &q))
        return *done = 1, q < 0 && st_dec_parse(ST_STR("0E-6176"), out);
    *done = round_bounds(w, v, q, false, out);
    if (*done < 0 && exactly_between(w, a, y, v, q, out))
        *done = 1;
    return *done > 0;
}

static work begin(void) {
    work w = {.ctx = BN_CTX_new()};
    ST_ASSERT(w.ctx);
    BN_CTX_start(w.ctx);
    return w;
}

static void end(work *w) {
    BN_CTX_end(w->ctx);
    BN_CTX_free(w->ctx);
}

/* Zeros behind the point say nothing here: 4 ** 0.5 is 2. */
static st_dec plain(st_dec v) {
    char digits[40];
    bool neg;
    int e;
    size_t n = st_dec_digits(v, &neg, digits, &e);
    for (; n > 1 && e < 0 && digits[n - 1] == '0'; n--)
        e++;
    char text[64];
    (void)snprintf(text, sizeof text, "%s%.*sE%d", neg ? "-" : "", (int)n, digits, e);
    (void)st_dec_parse(st_str_of(text), &v);
    return v;
}

/* a > 0 */
static bool fraction_power(number a, number y, work *w, st_dec *out) {
    bool is_one = BN_is_one(a.c) && a.e == 0;
    int size = y.digits + y.e;        /* y < 10^size */
    if (is_one || size < -2 * DIGITS) /* too near one to be another decimal */
        return *out = st_dec_int(1), true;
    if (size > 6 + DIGITS) { /* even the decimal next to one gets out of range */
        bool large = a.digits + a.e > 0;
        return large == y.neg && st_dec_parse(ST_STR("0E-6176"), out);
    }
    for (size_t i = 0; i < ST_LEN(more_bits); i++) {
        int done;
        BN_CTX_start(w->ctx);
        bool ok = power_try(w, a, y, more_bits[i], out, &done);
        BN_CTX_end(w->ctx);
        if (done >= 0)
            return ok;
    }
    return false; /* beyond 200 digits all noughts or all nines: none is known */
}

bool st_dec_pow(st_dec base, st_dec exponent, st_dec *out) {
    int64_t n = 0;
    int sign = st_dec_sign(base);
    bool whole = st_dec_is_int(exponent), fits = whole && st_dec_to_int(exponent, &n);
    if (sign == 0 || st_dec_sign(exponent) == 0) {
        if (st_dec_sign(exponent) < 0)
            return false;
        *out = st_dec_int(st_dec_sign(exponent) == 0);
        return true;
    }
    if (sign < 0 && !whole)
        return false;
    work w = begin();
    number a = take_apart(&w, base), y = take_apart(&w, exponent);
    bool neg = sign < 0 && y.e == 0 && BN_is_odd(y.c);
    st_dec r;
    bool ok;
    if (fits && n >= -EXACT_DIGITS_MAX && n <= EXACT_DIGITS_MAX &&
        a.digits * (n < 0 ? -n : n) <= EXACT_DIGITS_MAX)
        ok = whole_power(&w, a, n, neg, &r);
    else
        ok = fraction_power(a, y, &w, &r);
    if (ok && neg)
        r = st_dec_neg(st_dec_abs(r));
    end(&w);
    if (ok)
        *out = fits && n > 0 ? r : plain(r);
    return ok;
}

/* -- exp and ln -- */

bool st_dec_exp(st_dec x, st_dec *out) {
    if (st_dec_sign(x) == 0)
        return *out = st_dec_int(1), true;
    work w = begin();
    number y = take_apart(&w, x);
    bool ok = false;
    int done = -1, size = y.digits + y.e;
    if (size < -2 * DIGITS)
        done = 1, ok = true, *out = st_dec_int(1);
    else if (size > 6)
        done = 1, ok = y.neg && st_dec_parse(ST_STR("0E-6176"), out);
    for (size_t i = 0; done < 0 && i < ST_LEN(more_bits); i++) {
        BN_CTX_start(w.ctx);
        BIGNUM *t = num(&w), *v = num(&w), *ten = num(&w);
        int q;
        w.bits = GUARD_BITS + 140 + more_bits[i];
        logs l = constants(&w);
        ten_to(&w, ten, y.e < 0 ? -y.e : y.e);
        DO(BN_lshift(t, y.c, w.bits));
        DO(y.e < 0 ? BN_div(t, NULL, t, ten, w.ctx) : BN_mul(t, t, ten, w.ctx));
        BN_set_negative(t, y.neg);
        if (exp_of(&w, l, t, v, &q))
            done = round_bounds(&w, v, q, false, out), ok = done > 0;
        else
            done = 1, ok = q < 0 && st_dec_parse(ST_STR("0E-6176"), out);
        BN_CTX_end(w.ctx);
    }
    end(&w);
    return ok;
}

bool st_dec_log(st_dec x, st_dec *out) {
    if (st_dec_sign(x) <= 0)
        return false;
    work w = begin();
    number a = take_apart(&w, x);
    int done = -1;
    if (BN_is_one(a.c) && a.e == 0)
        done = 1, *out = st_dec_int(0);
    for (size_t i = 0; done < 0 && i < ST_LEN(more_bits); i++) {
        BN_CTX_start(w.ctx);
        BIGNUM *t = num(&w);
        w.bits = GUARD_BITS + 240 + more_bits[i]; /* next to one the logarithm begins 34 digits
                                                     behind the point */
        ln_of(&w, constants(&w), a, t);
        bool neg = BN_is_negative(t);
        BN_set_negative(t, 0);
        done = round_bounds(&w, t, 0, neg, out);
        BN_CTX_end(w.ctx);
    }
    end(&w);
    return done > 0;
}
