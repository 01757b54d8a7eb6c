/* Personal data in what is shown of one subject: values that the record's schema marks with st:mask
 * appear masked, wherever a decision carries them. Names stay: who looks must know of whom. */
#ifndef ST_PRIVACY_H
#define ST_PRIVACY_H

#include "records/records.h"

typedef struct st_privacy {
    st_arena arena;
    ST_VEC(st_str) values, masked;
} st_privacy;

void st_privacy_init(st_privacy *p);
void st_privacy_free(st_privacy *p);
/* Notes the values of a record's facts. */
void st_privacy_of(st_privacy *p, const st_record_type *type, st_val facts);
/* Appends text with these values masked: a value in quotes, and a long one anywhere. */
void st_privacy_add(const st_privacy *p, st_buf *out, st_str text);

#endif
