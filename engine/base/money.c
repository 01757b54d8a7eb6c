#include "base/money.h"

bool st_money_add(st_money a, st_money b, st_money *out) {
    return !__builtin_add_overflow(a, b, out);
}

bool st_money_parse(st_str t, st_money *out) {
    bool neg = t.n && t.p[0] == '-';
    size_t i = neg, digits = 0;
    int64_t v = 0;
    for (; i < t.n && t.p[i] >= '0' && t.p[i] <= '9'; i++, digits++)
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, t.p[i] - '0', &v))
            return false;
    if (digits == 0)
        return false;
    int decimals = 0;
    if (i < t.n && t.p[i] == '.') {
        if (++i == t.n)
            return false;
        for (; i < t.n && t.p[i] >= '0' && t.p[i] <= '9'; i++, decimals++) {
            if (decimals >= ST_MONEY_DIGITS && t.p[i] != '0')
                return false;
            if (decimals < ST_MONEY_DIGITS &&
                (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, t.p[i] - '0', &v)))
                return false;
        }
    }
    if (i != t.n)
        return false;
    for (; decimals < ST_MONEY_DIGITS; decimals++)
        if (__builtin_mul_overflow(v, 10, &v))
            return false;
    *out = neg ? -v : v;
    return true;
}

static uint64_t magnitude(st_money v) {
    return v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
}

void st_money_plain(st_buf *out, st_money v) {
    uint64_t m = magnitude(v);
    (void)st_buf_fmt(out, "%s%" PRIu64 ".%02u", v < 0 ? "-" : "", m / 100, (unsigned)(m % 100));
}

void st_money_grouped(st_buf *out, st_money v) {
    char digits[24];
    uint64_t m = magnitude(v);
    int n = snprintf(digits, sizeof digits, "%" PRIu64, m / 100);
    if (v < 0)
        (void)st_buf_ch(out, '-');
    for (int i = 0; i < n; i++) {
        (void)st_buf_ch(out, digits[i]);
        if (i + 1 < n && (n - 1 - i) % 3 == 0)
            (void)st_buf_ch(out, ',');
    }
    (void)st_buf_fmt(out, ".%02u", (unsigned)(m % 100));
}

void st_money_split(st_money total, const int64_t *weights, size_t n, st_money *parts) {
    enum { PARTS_MAX = 1024 };
    ST_ASSERT(n > 0 && n <= PARTS_MAX);
    unsigned __int128 sum = 0, t = magnitude(total), rest[PARTS_MAX];
    for (size_t i = 0; i < n; i++) {
        ST_ASSERT(weights[i] >= 0);
        sum += (uint64_t)weights[i];
    }
    ST_ASSERT(sum > 0);
    uint64_t left = (uint64_t)t;
    for (size_t i = 0; i < n; i++) {
        unsigned __int128 product = t * (uint64_t)weights[i];
        parts[i] = (st_money)(product / sum);
        rest[i] = product % sum;
        left -= (uint64_t)parts[i];
    }
    for (; left > 0; left--) { /* fewer than n units are left */
        size_t best = 0;
        for (size_t i = 1; i < n; i++)
            if (rest[i] > rest[best])
                best = i;
        ST_ASSERT(rest[best] > 0);
        parts[best]++;
        rest[best] = 0;
    }
    for (size_t i = 0; total < 0 && i < n; i++)
        parts[i] = -parts[i];
}
