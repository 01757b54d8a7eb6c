#include "base/buf.h"

void st_buf_init(st_buf *b, size_t max) {
    *b = (st_buf){.max = max ? max : (size_t)1 << 30};
}

void st_buf_free(st_buf *b) {
    free(b->p);
    st_buf_init(b, b->max);
}

void st_buf_clear(st_buf *b) {
    b->n = 0;
    b->overflow = false;
    if (b->p)
        b->p[0] = 0;
}

static bool room(st_buf *b, size_t more) {
    ST_ASSERT(b->max > 0);
    if (more > b->max - b->n) {
        b->overflow = true;
        return false;
    }
    size_t need = b->n + more + 1;
    if (need > b->cap) {
        size_t cap = b->cap ? b->cap * 2 : 256;
        while (cap < need)
            cap *= 2;
        b->p = st_xrealloc(b->p, cap);
        b->cap = cap;
    }
    return true;
}

bool st_buf_add(st_buf *b, const void *p, size_t n) {
    if (!room(b, n))
        return false;
    if (n)
        memcpy(b->p + b->n, p, n);
    b->n += n;
    b->p[b->n] = 0;
    return true;
}

bool st_buf_str(st_buf *b, st_str s) {
    return st_buf_add(b, s.p, s.n);
}

bool st_buf_z(st_buf *b, const char *z) {
    return st_buf_add(b, z, strlen(z));
}

bool st_buf_ch(st_buf *b, char c) {
    return st_buf_add(b, &c, 1);
}

bool st_buf_cp(st_buf *b, uint32_t cp) {
    char utf8[4];
    return st_buf_add(b, utf8, st_utf8_put(utf8, cp));
}

bool st_buf_fmt(st_buf *b, const char *fmt, ...) {
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    bool ok = n >= 0 && room(b, (size_t)n);
    if (ok) {
        (void)vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
        b->n += (size_t)n;
    }
    va_end(again);
    return ok;
}

bool st_buf_be16(st_buf *b, uint16_t v) {
    unsigned char o[2] = {(unsigned char)(v >> 8), (unsigned char)v};
    return st_buf_add(b, o, 2);
}

bool st_buf_be32(st_buf *b, uint32_t v) {
    v = __builtin_bswap32(v);
    return st_buf_add(b, &v, 4);
}

bool st_buf_be64(st_buf *b, uint64_t v) {
    v = __builtin_bswap64(v);
    return st_buf_add(b, &v, 8);
}

bool st_buf_sized(st_buf *b, st_str s) {
    return s.n <= UINT32_MAX && st_buf_be32(b, (uint32_t)s.n) && st_buf_str(b, s);
}

bool st_buf_hex(st_buf *b, const void *p, size_t n) {
    const unsigned char *bytes = p;
    bool ok = true;
    for (size_t i = 0; ok && i < n; i++)
        ok = st_buf_fmt(b, "%02x", bytes[i]);
    return ok;
}

static bool json_char(st_buf *b, unsigned char c) {
    switch (c) {
    case '"':
        return st_buf_z(b, "\\\"");
    case '\\':
        return st_buf_z(b, "\\\\");
    case '\n':
        return st_buf_z(b, "\\n");
    case '\t':
        return st_buf_z(b, "\\t");
    case '\r':
        return st_buf_z(b, "\\r");
    default:
        return c < 0x20 || c == 0x7f ? st_buf_fmt(b, "\\u%04x", c) : st_buf_ch(b, (char)c);
    }
}

bool st_buf_json(st_buf *b, st_str s) {
    bool ok = st_buf_ch(b, '"');
    for (size_t i = 0; i < s.n; i++)
        ok = json_char(b, (unsigned char)s.p[i]) && ok;
    return st_buf_ch(b, '"') && ok;
}

bool st_buf_tsv(st_buf *b, st_str s) {
    bool ok = true;
    for (size_t i = 0; i < s.n; i++) {
        const char *escape = s.p[i] == '\t'   ? "\\t"
                             : s.p[i] == '\n' ? "\\n"
                             : s.p[i] == '\r' ? "\\r"
                             : s.p[i] == '\\' ? "\\\\"
                                              : NULL;
        ok = (escape ? st_buf_z(b, escape) : st_buf_ch(b, s.p[i])) && ok;
    }
    return ok;
}

st_str st_buf_view(const st_buf *b) {
    return (st_str){b->p ? b->p : "", b->n};
}
