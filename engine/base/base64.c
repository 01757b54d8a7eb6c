#include "base/base64.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void st_base64_add(st_buf *out, const void *bytes, size_t n) {
    const uint8_t *p = bytes;
    for (; n; p += n < 3 ? n : 3, n -= n < 3 ? n : 3) {
        uint32_t v = (uint32_t)p[0] << 16 | (n > 1 ? (uint32_t)p[1] << 8 : 0) | (n > 2 ? p[2] : 0);
        char group[4] = {digits[v >> 18], digits[v >> 12 & 63], n > 1 ? digits[v >> 6 & 63] : '=',
                         n > 2 ? digits[v & 63] : '='};
        (void)st_buf_add(out, group, sizeof group);
    }
}

static int value(char c) {
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Four characters into out[0..3); how many bytes, 0: none. Padding only where it may stand. */
static size_t group(const char *p, bool last, uint8_t out[3]) {
    int a = value(p[0]), b = value(p[1]), c = value(p[2]), d = value(p[3]);
    size_t n = last && p[3] == '=' ? (p[2] == '=' ? 1 : 2) : 3;
    if (a < 0 || b < 0 || (n > 1 && c < 0) || (n > 2 && d < 0) || (n == 1 && b & 15) ||
        (n == 2 && c & 3))
        return 0;
    uint32_t v = (uint32_t)a << 18 | (uint32_t)b << 12 | (n > 1 ? (uint32_t)c << 6 : 0) |
                 (n > 2 ? (uint32_t)d : 0);
    out[0] = (uint8_t)(v >> 16);
    out[1] = (uint8_t)(v >> 8);
    out[2] = (uint8_t)v;
    return n;
}

bool st_base64_read(st_str text, st_buf *out) {
    size_t before = out->n;
    bool ok = text.n % 4 == 0;
    for (size_t i = 0; ok && i < text.n; i += 4) {
        uint8_t bytes[3];
        size_t n = group(text.p + i, i + 4 == text.n, bytes);
        ok = n && st_buf_add(out, bytes, n);
    }
    if (!ok)
        out->n = before;
    return ok;
}

bool st_base64_exact(st_str text, void *out, size_t n) {
    if (text.n != (n + 2) / 3 * 4)
        return false;
    st_buf b;
    st_buf_init(&b, n);
    bool ok = st_base64_read(text, &b) && b.n == n;
    if (ok && n)
        memcpy(out, b.p, n);
    st_buf_free(&b);
    return ok;
}
