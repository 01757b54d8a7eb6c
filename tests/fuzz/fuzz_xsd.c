/* Any schema for records, and behind a zero byte a records file: the schema is refused with a
 * reason, or reads the file whole and in pieces with one outcome. */
#include "fuzz_file.h"
#include "fuzz_records.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SCHEMA_MAX = 1 << 14 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const uint8_t *zero = size ? memchr(data, 0, size) : NULL;
    size_t n = zero ? (size_t)(zero - data) : size;
    if (n > SCHEMA_MAX)
        return 0;
    st_record_type *type = NULL;
    st_err err;
    st_err_init(&err);
    if (!st_record_type_open(fuzz_file(data, n), &type, &err)) {
        ST_ASSERT(err.code != ST_E_NONE && err.msg[0]);
        ST_ASSERT(st_utf8_valid(err.msg, strlen(err.msg)) == strlen(err.msg));
        return 0;
    }
    static const uint8_t lengths[] = {1, 7, 28, 3};
    if (zero && size > n + 1)
        read_both_ways(type, (const char *)zero + 1, size - n - 1,
                       (cuts){lengths, ST_LEN(lengths), 29});
    st_record_type_free(type);
    return 0;
}
