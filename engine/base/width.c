/* How wide text stands on a terminal. */
#include "base/buf.h"

/* East Asian wide and fullwidth characters (Unicode UAX 11), and what takes no place of its own. */
static const struct {
    int32_t from, to;
    size_t columns;
} ranges[] = {{0x0300, 0x036F, 0},   {0x1100, 0x115F, 2},   {0x200B, 0x200F, 0},
              {0x2E80, 0x303E, 2},   {0x3041, 0xA4CF, 2},   {0xAC00, 0xD7A3, 2},
              {0xF900, 0xFAFF, 2},   {0xFE00, 0xFE0F, 0},   {0xFE30, 0xFE6F, 2},
              {0xFF00, 0xFF60, 2},   {0xFFE0, 0xFFE6, 2},   {0x1F300, 0x1F64F, 2},
              {0x1F900, 0x1F9FF, 2}, {0x20000, 0x3FFFD, 2}, {0xE0100, 0xE01EF, 0}};

static size_t columns_of(int32_t c) {
    for (size_t i = 0; i < ST_LEN(ranges); i++)
        if (c >= ranges[i].from && c <= ranges[i].to)
            return ranges[i].columns;
    return 1;
}

size_t st_str_columns(st_str s) {
    size_t n = 0;
    const char *p = s.p, *end = s.p + s.n;
    while (p < end) {
        int32_t c = st_utf8_next(&p, end);
        if (c < 0)
            return n + (size_t)(end - p); /* not UTF-8: a column a byte */
        n += columns_of(c);
    }
    return n;
}

bool st_buf_pad(st_buf *b, st_str s, size_t columns) {
    bool ok = st_buf_str(b, s);
    for (size_t n = st_str_columns(s); n < columns; n++)
        ok = st_buf_ch(b, ' ') && ok;
    return ok;
}
