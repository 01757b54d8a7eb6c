/* Base 64 of RFC 4648, section 4, in one line. */
#ifndef ST_BASE64_H
#define ST_BASE64_H

#include "base/buf.h"

void st_base64_add(st_buf *out, const void *p, size_t n);
/* Appends what the text stands for. False, with nothing appended, for anything but the one text
 * that st_base64_add writes for it: other characters, missing padding, bits behind the last byte.
 */
bool st_base64_read(st_str text, st_buf *out);
/* The same where exactly n bytes are wanted. */
bool st_base64_exact(st_str text, void *out, size_t n);

#endif
