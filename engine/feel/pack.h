/* Facts as bytes within the process: faster than text, shapes come from the type. */
#ifndef ST_FEEL_PACK_H
#define ST_FEEL_PACK_H

#include "feel/type.h"

/* Appends v, a value of typed facts: contexts with a shape, lists, scalars; no functions or ranges.
 */
void st_feel_pack(st_buf *out, st_val v);
/* Reads what st_feel_pack wrote of a value of this type; texts borrow from bytes, the rest lives in
 * the arena. Bytes of another make are a defect. */
st_val st_feel_unpack(st_arena *a, st_str bytes, const st_feel_type *type);

#endif
