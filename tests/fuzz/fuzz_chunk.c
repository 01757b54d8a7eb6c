/* A records file cut into pieces of 1 to 29 bytes, each of another length: the same records,
 * findings, places and digests as in one piece. The first eight bytes choose the lengths. Run from
 * the checkout. */
#include "fuzz_records.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LENGTHS = 8 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static st_record_type *type;
    st_err err;
    st_err_init(&err);
    ST_ASSERT(type || st_record_type_open("schemas/records.xsd", &type, &err));
    if (size > LENGTHS)
        read_both_ways(type, (const char *)data + LENGTHS, size - LENGTHS,
                       (cuts){data, LENGTHS, 29});
    return 0;
}
