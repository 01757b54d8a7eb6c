/* Decoding and encoding by iconv: a stream that keeps characters cut between two calls and knows
 * where it is. Characters that iconvs read differently are looked up first: conv_own.c. Which
 * encoding a file has: conv_detect.c. */
#include "base/conv_int.h"

#include <iconv.h>

enum { CUT_MAX = 8, BLOCK = 16 << 10 };

struct st_conv {
    iconv_t iconv; /* unused for UTF-8 */
    const char *encoding;
    bool utf8, gb, big5;
    char cut[CUT_MAX]; /* an incomplete character from the last call */
    size_t n_cut;
    uint64_t offset; /* raw bytes decoded */
    uint32_t line, column;
    /* whether the raw bytes could be UTF-8 as well */
    bool maybe_utf8, multi_byte;
    char utf8_cut[4];
    size_t n_utf8_cut;
};

bool st_conv_open(const char *encoding, st_conv **out, st_err *err) {
    st_conv c = {.encoding = encoding, .line = 1, .column = 1};
    c.utf8 = strcmp(encoding, "UTF-8") == 0;
    c.gb = strcmp(encoding, "GB18030") == 0;
    c.big5 = strcmp(encoding, "BIG5") == 0;
    c.maybe_utf8 = c.gb;
    if (!c.utf8) {
        c.iconv = iconv_open("UTF-8", encoding);
        if (c.iconv == (iconv_t)-1)
            return st_fail(err, ST_E_ENC_UNKNOWN, "the encoding %.40s is not known", encoding);
    }
    *out = st_xmalloc(sizeof c);
    **out = c;
    return true;
}

void st_conv_free(st_conv *c) {
    if (!c)
        return;
    if (!c->utf8)
        (void)iconv_close(c->iconv);
    free(c);
}

static st_pos place(const st_conv *c) {
    return (st_pos){.line = c->line, .column = c->column, .offset = c->offset};
}

/* Counts lines and columns over decoded text. */
static void track(st_conv *c, const char *p, size_t n) {
    const char *end = p + n, *nl;
    while ((nl = memchr(p, '\n', (size_t)(end - p)))) {
        c->line++;
        c->column = 1;
        p = nl + 1;
    }
    c->column += (uint32_t)st_utf8_count((st_str){p, (size_t)(end - p)});
}

static bool emit(st_conv *c, const char *p, size_t n, st_buf *out, st_err *err) {
    const char *nul = memchr(p, 0, n);
    if (nul) {
        track(c, p, (size_t)(nul - p));
        return st_fail_at(err, ST_E_ENC_INVALID, place(c), "a NUL character");
    }
    track(c, p, n);
    if (!st_buf_add(out, p, n))
        return st_fail_at(err, ST_E_FILE_TOO_LARGE, place(c), "more text than fits");
    return true;
}

static bool refuse_bytes(const st_conv *c, const char *p, size_t n, st_err *err) {
    char hex[3 * 4 + 1] = "";
    for (size_t i = 0; i < n && i < 4; i++)
        (void)snprintf(hex + (i ? 3 * i - 1 : 0), 4, "%s%02X", i ? " " : "", (unsigned char)p[i]);
    if (c->gb && n && p[0] == '\x80')
        return st_fail_at(err, ST_E_ENC_INVALID, place(c),
                          "byte 80 is a character of neither GBK nor GB18030; Windows writes the "
                          "euro sign so, GB18030 as A2 E3");
    if (c->big5 && st_conv_big5_private(p, n))
        return st_fail_at(err, ST_E_ENC_INVALID, place(c),
                          "bytes %.5s are a character that each vendor of Big5 reads differently",
                          hex);
    return st_fail_at(err, ST_E_ENC_INVALID, place(c), "bytes %s%s are not %s", hex,
                      n > 4 ? " ..." : "", c->encoding);
}

/* Up to the next character that iconv is not asked about; all of it when there is none. */
static size_t plain_run(const st_conv *c, const char *p, size_t n, uint32_t *cp, size_t *len) {
    *len = 0;
    return c->gb ? st_conv_gb_run(p, n, cp, len) : c->big5 ? st_conv_big5_run(p, n, cp, len) : n;
}

static bool decode_own(st_conv *c, uint32_t cp, size_t len, st_buf *out, st_err *err) {
    char utf8[4];
    if (!emit(c, utf8, st_utf8_put(utf8, cp), out, err))
        return false;
    c->offset += len;
    return true;
}

/* Runs iconv over n bytes that hold no character of ours. *used says how far it came; an incomplete
 * character at the end is left. */
static bool decode_run(st_conv *c, const char *p, size_t n, size_t *used, st_buf *out,
                       st_err *err) {
    char block[BLOCK];
    *used = 0;
    while (*used < n) {
        char *from = (char *)(uintptr_t)(p + *used), *to = block;
        size_t from_n = n - *used, to_n = sizeof block;
        size_t r = iconv(c->iconv, &from, &from_n, &to, &to_n);
        int why = errno;
        if (!emit(c, block, (size_t)(to - block), out, err))
            return false;
        size_t took = n - *used - from_n;
        c->offset += took;
        *used += took;
        if (r != (size_t)-1 || why == E2BIG)
            continue;
        if (why == EINVAL)
            return true;
        return refuse_bytes(c, p + *used, n - *used, err);
    }
    return true;
}

/* Decodes what is complete; *used says how far. An incomplete character at the end is left. */
static bool decode_iconv(st_conv *c, const char *p, size_t n, size_t *used, st_buf *out,
                         st_err *err) {
    *used = 0;
    while (*used < n) {
        uint32_t cp = 0;
        size_t len = 0, came = 0, run = plain_run(c, p + *used, n - *used, &cp, &len);
        if (!decode_run(c, p + *used, run, &came, out, err))
            return false;
        *used += came;
        if (came < run && len) /* broken bytes before a whole character */
            return refuse_bytes(c, p + *used, n - *used, err);
        if (!len)
            return true;
        if (cp == 0)
            return refuse_bytes(c, p + *used, len, err);
        if (!decode_own(c, cp, len, out, err))
            return false;
        *used += len;
    }
    return true;
}

/* Bytes at the end that could still become a character: 0 when they cannot. */
static size_t utf8_cut(const char *p, size_t n) {
    if (n == 0 || n > 3)
        return 0;
    static const struct {
        unsigned char lo, hi, min2, max2;
        size_t len;
    } leads[] = {{0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
                 {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3},
                 {0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4},
                 {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4}};
    unsigned char a = (unsigned char)p[0];
    for (size_t i = 0; i < ST_LEN(leads); i++) {
        if (a < leads[i].lo || a > leads[i].hi)
            continue;
        bool fits = n < leads[i].len;
        if (n > 1)
            fits = fits && (unsigned char)p[1] >= leads[i].min2 &&
                   (unsigned char)p[1] <= leads[i].max2;
        if (n > 2)
            fits = fits && ((unsigned char)p[2] & 0xc0) == 0x80;
        return fits ? n : 0;
    }
    return 0;
}

static bool decode_utf8(st_conv *c, const char *p, size_t n, size_t *used, st_buf *out,
                        st_err *err) {
    size_t valid = st_utf8_valid(p, n);
    if (!emit(c, p, valid, out, err))
        return false;
    c->offset += valid;
    *used = valid;
    if (valid == n || utf8_cut(p + valid, n - valid))
        return true;
    return refuse_bytes(c, p + valid, n - valid, err);
}

static bool decode(st_conv *c, const char *p, size_t n, size_t *used, st_buf *out, st_err *err) {
    return c->utf8 ? decode_utf8(c, p, n, used, out, err) : decode_iconv(c, p, n, used, out, err);
}

/* Keeps the verdict "could be UTF-8" over the raw bytes; ends at the first that could not. */
static void watch_utf8(st_conv *c, const char *p, size_t n, bool last) {
    while (c->maybe_utf8 && c->n_utf8_cut && n) {
        c->utf8_cut[c->n_utf8_cut++] = *p++;
        n--;
        if (st_utf8_valid(c->utf8_cut, c->n_utf8_cut) == c->n_utf8_cut)
            c->n_utf8_cut = 0, c->multi_byte = true;
        else if (!utf8_cut(c->utf8_cut, c->n_utf8_cut))
            c->maybe_utf8 = false;
    }
    if (!c->maybe_utf8)
        return;
    size_t valid = st_utf8_valid(p, n);
    c->multi_byte = c->multi_byte || st_utf8_count((st_str){p, valid}) < valid;
    c->n_utf8_cut += utf8_cut(p + valid, n - valid);
    if (valid < n && c->n_utf8_cut == 0)
        c->maybe_utf8 = false;
    else if (valid < n)
        memcpy(c->utf8_cut, p + valid, n - valid);
    if (last && c->n_utf8_cut)
        c->maybe_utf8 = false;
}

bool st_conv_looks_utf8(const st_conv *c) {
    return c->maybe_utf8 && c->multi_byte && c->n_utf8_cut == 0;
}

bool st_conv_maybe_utf8(const st_conv *c) {
    return c->maybe_utf8;
}

/* Completes the character cut at the end of the last call with the next bytes. */
static bool finish_cut(st_conv *c, const char **p, size_t *n, st_buf *out, st_err *err) {
    while (c->n_cut && *n) {
        ST_ASSERT(c->n_cut < CUT_MAX);
        c->cut[c->n_cut++] = *(*p)++;
        --*n;
        size_t used = 0;
        if (!decode(c, c->cut, c->n_cut, &used, out, err))
            return false;
        c->n_cut -= used;
        memmove(c->cut, c->cut + used, c->n_cut);
    }
    return true;
}

bool st_conv_feed(st_conv *c, const char *p, size_t n, bool last, st_buf *out, st_err *err) {
    if (c->maybe_utf8)
        watch_utf8(c, p, n, last);
    if (!finish_cut(c, &p, &n, out, err))
        return false;
    size_t used = 0;
    if (n && !decode(c, p, n, &used, out, err))
        return false;
    if (n > used) {
        ST_ASSERT(n - used < CUT_MAX);
        c->n_cut = n - used;
        memcpy(c->cut, p + used, c->n_cut);
    }
    if (last && c->n_cut)
        return st_fail_at(err, ST_E_ENC_INVALID, place(c), "the file ends inside a character of %s",
                          c->encoding);
    return true;
}

static bool encode_utf8(st_str utf8, st_buf *out, st_err *err) {
    if (st_utf8_valid(utf8.p ? utf8.p : "", utf8.n) < utf8.n)
        return st_fail(err, ST_E_ENC_INVALID, "text that is not UTF-8");
    return st_buf_str(out, utf8) || st_fail(err, ST_E_FILE_TOO_LARGE, "more text than fits");
}

bool st_conv_encode(const char *encoding, st_str utf8, st_buf *out, st_err *err) {
    if (strcmp(encoding, "UTF-8") == 0)
        return encode_utf8(utf8, out, err);
    iconv_t cd = iconv_open(encoding, "UTF-8");
    if (cd == (iconv_t)-1)
        return st_fail(err, ST_E_ENC_UNKNOWN, "the encoding %.40s is not known", encoding);
    char block[1024];
    char *from = (char *)(uintptr_t)utf8.p;
    size_t from_n = utf8.n;
    bool ok = true;
    while (ok && from_n) {
        char *to = block;
        size_t to_n = sizeof block;
        size_t r = iconv(cd, &from, &from_n, &to, &to_n);
        int why = errno;
        ok = st_buf_add(out, block, (size_t)(to - block)) ||
             st_fail(err, ST_E_FILE_TOO_LARGE, "more text than fits");
        /* A positive result counts characters replaced by similar ones: never wanted. */
        if (ok && r == (size_t)-1 && why != E2BIG) {
            const char *at = from;
            int32_t cp = st_utf8_next(&at, from + from_n);
            ok = cp < 0 ? st_fail(err, ST_E_ENC_INVALID, "text that is not UTF-8")
                        : st_fail(err, ST_E_ENC_CANNOT,
                                  "the character U+%04X cannot be written in %.40s", (unsigned)cp,
                                  encoding);
        } else if (ok && r != (size_t)-1 && r > 0) {
            ok = st_fail(err, ST_E_ENC_CANNOT, "a character cannot be written exactly in %.40s",
                         encoding);
        }
    }
    (void)iconv_close(cd);
    return ok;
}
