/* Inside base/conv: characters that are looked up in tables of ours before iconv is asked. */
#ifndef ST_CONV_INT_H
#define ST_CONV_INT_H

#include "base/conv.h"

/* Bytes, from the start of a character, up to the first one that is looked up: its code point in
 * *cp (0: refused) and its bytes in *len. n and *len 0 when there is none; a character that is
 * incomplete at the end counts as none. */
size_t st_conv_gb_run(const char *p, size_t n, uint32_t *cp, size_t *len);
size_t st_conv_big5_run(const char *p, size_t n, uint32_t *cp, size_t *len);
/* A code of Big5 that means a character of one vendor alone. */
bool st_conv_big5_private(const char *p, size_t n);

#endif
