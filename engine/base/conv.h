/* Encodings: the only user of iconv. Bytes to UTF-8 at the input boundary, UTF-8 to bytes at the
 * output boundary (STANDARDS.md section 6). Never transliterates, never drops. */
#ifndef ST_CONV_H
#define ST_CONV_H

#include "base/buf.h"
#include "base/err.h"

typedef struct st_conv st_conv;

/* Finds the encoding of an XML file from its first bytes (up to 4096 are looked at): a byte order
 * mark, then the XML declaration. GB2312, GBK, CP936, MS936 mean GB18030. *encoding is a static
 * name: "UTF-8", "GB18030", "BIG5", "UTF-16LE", "UTF-16BE". *skip is the number of bytes of the
 * mark. Fails for names not known, and for what is no XML at all: compressed files, tables. */
bool st_conv_detect(const char *head, size_t n, const char **encoding, size_t *skip, st_err *err);

/* A stream decoder to UTF-8. For "UTF-8" it validates and copies. st_conv_free releases it. */
bool st_conv_open(const char *encoding, st_conv **out, st_err *err);
/* Decodes n bytes and appends UTF-8 to out; a character cut at the end is kept for the next call;
 * last says that nothing follows. On bytes that do not fit, fails with ST_E_ENC_INVALID and
 * pos.line/column/offset of the bytes (counted over all calls). Codes of GB18030 and Big5 that
 * iconvs read differently, or to private characters, are decoded alike everywhere (STANDARDS.md
 * 6.3). NUL characters are refused. */
bool st_conv_feed(st_conv *c, const char *p, size_t n, bool last, st_buf *out, st_err *err);
/* True when everything fed so far under a GB label was also valid UTF-8 with at least one
 * multi-byte sequence: the file is mislabelled. */
bool st_conv_looks_utf8(const st_conv *c);
/* The same, while a character may still be cut at the end of what was fed, and text of ASCII alone
 * counts: nothing so far speaks against UTF-8. */
bool st_conv_maybe_utf8(const st_conv *c);
void st_conv_free(st_conv *c);

/* UTF-8 to an encoding, for output files; fails when a character cannot be encoded. */
bool st_conv_encode(const char *encoding, st_str utf8, st_buf *out, st_err *err);

#endif
