/* Inside dmn: the library's opaque types. */
#ifndef ST_DMN_PUBLIC_INT_H
#define ST_DMN_PUBLIC_INT_H

#include "dmn/dmn.h"
#include "stipend/dmn.h"

struct stipend_memory {
    st_arena arena;
};

/* A stipend_value is an st_val in an arena. */
const stipend_value *st_public_keep(st_arena *a, st_val v);
void st_public_error(stipend_error *to, const st_err *from);
st_datetime st_public_now(const char *text);

#endif
