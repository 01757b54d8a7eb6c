/* Characters that are not left to iconv, because its versions and kinds read them differently or to
 * private characters: the same file must say the same on every machine. */
#include "base/conv_int.h"

typedef struct own_run {
    uint32_t first, count, cp;
} own_run;

/* GB18030 (STANDARDS.md 6.3): codes that changed between editions, in the order of codes. */
static const own_run gb_pairs[] = {
    {0xa6d9, 1, 0xfe10},  {0xa6da, 1, 0xfe12},  {0xa6db, 1, 0xfe11},  {0xa6dc, 4, 0xfe13},
    {0xa6ec, 2, 0xfe17},  {0xa6f3, 1, 0xfe19},  {0xa8bc, 1, 0x1e3f},  {0xfe51, 1, 0x20087},
    {0xfe52, 1, 0x20089}, {0xfe53, 1, 0x200cc}, {0xfe59, 1, 0x9fb4},  {0xfe61, 1, 0x9fb5},
    {0xfe66, 2, 0x9fb6},  {0xfe6c, 1, 0x215d7}, {0xfe6d, 1, 0x9fb8},  {0xfe76, 1, 0x2298f},
    {0xfe7e, 1, 0x9fb9},  {0xfe90, 1, 0x9fba},  {0xfe91, 1, 0x241fe}, {0xfea0, 1, 0x9fbb}};
static const own_run gb_fours[] = {{0x8135f437, 1, 0xe7c7},
                                   {0x82359037, 3, 0x9fb4},
                                   {0x82359130, 5, 0x9fb7},
                                   {0x84318236, 4, 0xfe10},
                                   {0x84318330, 6, 0xfe14}};

/* Big5 C6A1 to C8FE: characters of its extensions (ETEN, HKSCS); glibc reads all of them to private
 * ones. What is not here means different characters with different vendors, and is refused. */
static const own_run big5_pairs[] = {
    {0xc6a1, 10, 0x2460}, {0xc6ab, 10, 0x2474}, {0xc6b5, 10, 0x2170}, {0xc6bf, 1, 0x4e36},
    {0xc6c0, 1, 0x4e3f},  {0xc6c1, 1, 0x4e85},  {0xc6c2, 1, 0x4ea0},  {0xc6c3, 1, 0x5182},
    {0xc6c4, 1, 0x5196},  {0xc6c5, 1, 0x51ab},  {0xc6c6, 1, 0x52f9},  {0xc6c7, 1, 0x5338},
    {0xc6c8, 1, 0x5369},  {0xc6c9, 1, 0x53b6},  {0xc6ca, 1, 0x590a},  {0xc6cb, 1, 0x5b80},
    {0xc6cc, 1, 0x5ddb},  {0xc6cd, 1, 0x2f33},  {0xc6ce, 1, 0x5e7f},  {0xc6d0, 1, 0x5f50},
    {0xc6d1, 1, 0x5f61},  {0xc6d2, 1, 0x6534},  {0xc6d4, 1, 0x7592},  {0xc6d6, 1, 0x8fb5},
    {0xc6d8, 1, 0x00a8},  {0xc6d9, 1, 0x02c6},  {0xc6da, 2, 0x30fd},  {0xc6dc, 2, 0x309d},
    {0xc6e0, 3, 0x3005},  {0xc6e3, 1, 0x30fc},  {0xc6e4, 1, 0xff3b},  {0xc6e5, 1, 0xff3d},
    {0xc6e6, 1, 0x273d},  {0xc6e7, 24, 0x3041}, {0xc740, 59, 0x3059}, {0xc77b, 4, 0x30a1},
    {0xc7a1, 82, 0x30a5}, {0xc7f3, 6, 0x0410},  {0xc7f9, 1, 0x0401},  {0xc7fa, 5, 0x0416},
    {0xc840, 27, 0x041b}, {0xc85b, 1, 0x0451},  {0xc85c, 26, 0x0436}, {0xc876, 1, 0x21e7},
    {0xc877, 2, 0x21b8},  {0xc879, 1, 0x31cf},  {0xc87a, 1, 0x200cc}, {0xc87b, 1, 0x4e5a},
    {0xc87c, 1, 0x2008a}, {0xc87d, 1, 0x5202},  {0xc87e, 1, 0x4491},  {0xc8a1, 1, 0x9fb0},
    {0xc8a2, 1, 0x5188},  {0xc8a3, 1, 0x9fb1},  {0xc8a4, 1, 0x27607}, {0xc8cd, 1, 0xffe2},
    {0xc8ce, 1, 0xffe4},  {0xc8cf, 1, 0xff07},  {0xc8d0, 1, 0xff02},  {0xc8d1, 1, 0x3231},
    {0xc8d2, 1, 0x2116},  {0xc8d3, 1, 0x2121},  {0xc8d4, 2, 0x309b},  {0xc8d6, 1, 0x2e80},
    {0xc8d7, 1, 0x2e84},  {0xc8d8, 3, 0x2e86},  {0xc8db, 1, 0x2e8a},  {0xc8dc, 2, 0x2e8c},
    {0xc8de, 1, 0x2e95},  {0xc8df, 2, 0x2e9c},  {0xc8e1, 1, 0x2ea5},  {0xc8e2, 1, 0x2ea7},
    {0xc8e3, 1, 0x2eaa},  {0xc8e4, 1, 0x2eac},  {0xc8e5, 1, 0x2eae},  {0xc8e6, 1, 0x2eb6},
    {0xc8e7, 1, 0x2ebc},  {0xc8e8, 1, 0x2ebe},  {0xc8e9, 1, 0x2ec6},  {0xc8ea, 1, 0x2eca},
    {0xc8eb, 2, 0x2ecc},  {0xc8ed, 1, 0x2ecf},  {0xc8ee, 2, 0x2ed6},  {0xc8f0, 1, 0x2ede},
    {0xc8f1, 1, 0x2ee3},  {0xc8f5, 1, 0x0283},  {0xc8f6, 1, 0x0250},  {0xc8f7, 1, 0x025b},
    {0xc8f8, 1, 0x0254},  {0xc8f9, 1, 0x0275},  {0xc8fa, 1, 0x0153},  {0xc8fb, 1, 0x00f8},
    {0xc8fc, 1, 0x014b},  {0xc8fd, 1, 0x028a},  {0xc8fe, 1, 0x026a}};

static uint32_t find(const own_run *runs, size_t n, uint32_t code) {
    size_t lo = 0, hi = n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (runs[mid].first + runs[mid].count <= code)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < n && code >= runs[lo].first ? runs[lo].cp + (code - runs[lo].first) : 0;
}

static const unsigned char *skip_ascii(const unsigned char *p, const unsigned char *end) {
    for (; end - p >= 8; p += 8) {
        uint64_t eight;
        memcpy(&eight, p, sizeof eight);
        if (eight & 0x8080808080808080u)
            break;
    }
    while (p < end && *p < 0x80)
        p++;
    return p;
}

static uint32_t pair(const unsigned char *p) {
    return (uint32_t)p[0] << 8 | p[1];
}

size_t st_conv_gb_run(const char *text, size_t n, uint32_t *cp, size_t *len) {
    const unsigned char *start = (const unsigned char *)text, *end = start + n, *p = start;
    *len = 0;
    while ((p = skip_ascii(p, end)) < end) {
        if (*p == 0x80 || *p == 0xff) {
            p++; /* iconv refuses it */
            continue;
        }
        size_t wide = end - p > 1 && p[1] >= '0' && p[1] <= '9' ? 4 : 2;
        if ((size_t)(end - p) < wide)
            return n;
        if (wide == 4 && *p <= 0x84)
            *cp = find(gb_fours, ST_LEN(gb_fours), pair(p) << 16 | pair(p + 2));
        else if (wide == 2 && (*p == 0xa6 || *p == 0xa8 || *p == 0xfe))
            *cp = find(gb_pairs, ST_LEN(gb_pairs), pair(p));
        else
            *cp = 0;
        if (*cp) {
            *len = wide;
            return (size_t)(p - start);
        }
        p += wide;
    }
    return n;
}

static bool is_big5_trail(unsigned char c) {
    return (c >= 0x40 && c <= 0x7e) || (c >= 0xa1 && c <= 0xfe);
}

static bool in_extension(const unsigned char *p) {
    return (p[0] == 0xc6 && p[1] >= 0xa1 && p[1] <= 0xfe) ||
           ((p[0] == 0xc7 || p[0] == 0xc8) && is_big5_trail(p[1]));
}

size_t st_conv_big5_run(const char *text, size_t n, uint32_t *cp, size_t *len) {
    const unsigned char *start = (const unsigned char *)text, *end = start + n, *p = start;
    *len = 0;
    while ((p = skip_ascii(p, end)) < end) {
        if (*p == 0x80 || *p == 0xff) { /* no character of Big5: glibc reads the first as U+0080 */
            *cp = 0;
            *len = 1;
            return (size_t)(p - start);
        }
        if (end - p < 2)
            return n;
        if (in_extension(p)) {
            *cp = find(big5_pairs, ST_LEN(big5_pairs), pair(p));
            *len = 2;
            return (size_t)(p - start);
        }
        p += is_big5_trail(p[1]) ? 2 : 1;
    }
    return n;
}

bool st_conv_big5_private(const char *p, size_t n) {
    return n >= 2 && in_extension((const unsigned char *)p);
}
