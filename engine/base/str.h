/* Text: pointer and length, UTF-8 checked at the door, no NUL inside. Not NUL-terminated in
 * general. */
#ifndef ST_STR_H
#define ST_STR_H

#include "base/arena.h"

typedef struct st_str {
    const char *p;
    size_t n; /* bytes */
} st_str;

#define ST_STR(lit) ((st_str){(lit), sizeof(lit) - 1})
#define ST_STR_NONE ((st_str){NULL, 0})
/* For printf: printf("%.*s", ST_FMT(s)) */
#define ST_FMT(s) (int)((s).n > INT_MAX ? INT_MAX : (s).n), ((s).p ? (s).p : "")

st_str st_str_of(const char *z);          /* borrows; NULL gives none */
st_str st_str_dup(st_arena *a, st_str s); /* copy in the arena, NUL behind it */
/* Whether two runs of bytes are equal; as memcmp, without a call for the short texts of records. */
static inline bool st_bytes_eq(const char *a, size_t n, const char *b, size_t m) {
    uint64_t x, y;
    uint32_t s, t;
    if (n != m)
        return false;
    if (n > 16)
        return memcmp(a, b, n) == 0;
    if (n >= 8) {
        memcpy(&x, a, 8), memcpy(&y, b, 8);
        if (x != y)
            return false;
        memcpy(&x, a + n - 8, 8), memcpy(&y, b + n - 8, 8);
        return x == y;
    }
    if (n >= 4) {
        memcpy(&s, a, 4), memcpy(&t, b, 4);
        if (s != t)
            return false;
        memcpy(&s, a + n - 4, 4), memcpy(&t, b + n - 4, 4);
        return s == t;
    }
    for (size_t i = 0; i < n; i++)
        if (a[i] != b[i])
            return false;
    return true;
}
bool st_str_eq(st_str a, st_str b);
bool st_str_is(st_str a, const char *z); /* equals the C string */
int st_str_cmp(st_str a, st_str b);      /* by bytes, which is by code point in UTF-8 */
bool st_str_starts(st_str s, const char *prefix);
bool st_str_ends(st_str s, const char *suffix);
st_str st_str_trim(st_str s);                       /* XML white space at both ends */
st_str st_str_sub(st_str s, size_t from, size_t n); /* clamped to s */
const char *st_str_find(st_str s, st_str needle);   /* first occurrence or NULL */

/* Parses an optional sign and decimal digits, nothing else; false on overflow or other text. */
bool st_str_int(st_str s, int64_t *out);

/* Decodes the code point at *p (below end) and moves *p behind it; -1 and one byte on for bytes
 * that are not UTF-8 (overlong, surrogate, above U+10FFFF included). */
int32_t st_utf8_next(const char **p, const char *end);
/* Writes a code point; returns the number of bytes (1..4). */
size_t st_utf8_put(char out[4], uint32_t cp);
/* Offset of the first byte that is not valid UTF-8, or n when all is. */
size_t st_utf8_valid(const char *p, size_t n);
/* At most n bytes of s, cut where a character ends: the one place that shortens a text. */
st_str st_utf8_cut(st_str s, size_t n);
/* Bytes that are no UTF-8 become `?`, in place: what goes into a message or a database is text. */
void st_utf8_mend(char *text, size_t n);
/* Number of code points of valid UTF-8. */
size_t st_utf8_count(st_str s);

#endif
