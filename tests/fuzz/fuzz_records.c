/* Any bytes as a records file: the same outcome whole and cut in pieces, and never more than a
 * refusal or findings. The first byte chooses the length of the pieces. Run from the checkout. */
#include "fuzz_records.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static st_record_type *type;
    st_err err;
    st_err_init(&err);
    ST_ASSERT(type || st_record_type_open("schemas/records.xsd", &type, &err));
    if (size >= 2)
        read_both_ways(type, (const char *)data + 1, size - 1, (cuts){data, 1, 64});
    return 0;
}
