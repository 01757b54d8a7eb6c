/* A growing byte buffer with a maximum: what comes from outside can fill it only so far. */
#ifndef ST_BUF_H
#define ST_BUF_H

#include "base/str.h"

typedef struct st_buf {
    char *p; /* NUL behind the content once something was added */
    size_t n, cap, max;
    bool overflow; /* an addition did not fit below max and was left out whole; stays until clear */
} st_buf;

/* Makes an empty buffer that grows to at most max bytes (0: 1 GiB). */
void st_buf_init(st_buf *b, size_t max);
void st_buf_free(st_buf *b);
void st_buf_clear(st_buf *b); /* keeps the memory */
/* Each returns false, with overflow set, when the result would be longer than max. */
bool st_buf_add(st_buf *b, const void *p, size_t n);
bool st_buf_str(st_buf *b, st_str s);
bool st_buf_z(st_buf *b, const char *z);
bool st_buf_ch(st_buf *b, char c);
bool st_buf_cp(st_buf *b, uint32_t code_point);
bool st_buf_fmt(st_buf *b, const char *fmt, ...) ST_PRINTF(2, 3);
/* Big-endian integers, for canonical bytes and COPY BINARY. */
bool st_buf_be16(st_buf *b, uint16_t v);
bool st_buf_be32(st_buf *b, uint32_t v);
bool st_buf_be64(st_buf *b, uint64_t v);
/* A text behind its length (4 bytes), so that what follows cannot be taken for a part of it. */
bool st_buf_sized(st_buf *b, st_str s);
/* Two small hexadecimal digits for each byte. */
bool st_buf_hex(st_buf *b, const void *p, size_t n);
/* Text for JSON, with quotes; control characters escaped. */
bool st_buf_json(st_buf *b, st_str s);
/* Text for one TSV field: tab, newline, carriage return and backslash as \t \n \r \\. */
bool st_buf_tsv(st_buf *b, st_str s);
/* Text and blanks up to that many columns of a terminal, where Chinese characters take two. */
bool st_buf_pad(st_buf *b, st_str s, size_t columns);
size_t st_str_columns(st_str s);     /* columns that UTF-8 text takes on a terminal */
st_str st_buf_view(const st_buf *b); /* borrowed: valid until the next change */

#endif
