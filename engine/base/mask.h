/* Masks for personal data. Length in characters is kept. */
#ifndef ST_MASK_H
#define ST_MASK_H

#include "base/buf.h"

typedef enum st_mask {
    ST_MASK_NONE,
    ST_MASK_ID,      /* first 6 and last 4 kept: 640202********1234 */
    ST_MASK_NAME,    /* 张*, 张*三, 欧**明, 阿***·*** */
    ST_MASK_ACCOUNT, /* last 4 kept */
    ST_MASK_ALL      /* every character a star */
} st_mask;

/* Appends the masked text to out. Text too short for its mask is masked whole. */
void st_mask_add(st_buf *out, st_mask kind, st_str text);
/* The mask named in a schema ("id", "name", "account", "all", "none"); false for another word. */
bool st_mask_named(st_str word, st_mask *out);

#endif
