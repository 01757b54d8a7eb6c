/* The external sorter against qsort, with memory so small that it must spill. */
#include "run/sort.h"
#include "support/check_tap.h"

enum { N = 20000 };
static uint32_t keys[N];

static int by_number(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void sorts(size_t memory, bool spills) {
    st_err err;
    st_err_init(&err);
    st_sorter *s = st_sorter_new("/tmp", memory);
    uint32_t x = 12345;
    for (uint32_t i = 0; i < N; i++) {
        x = x * 1664525 + 1013904223;
        keys[i] = x >> 8;
        uint32_t be = __builtin_bswap32(keys[i]);
        char payload[64];
        int n = snprintf(payload, sizeof payload, "%u:%0*d", keys[i], (int)(x % 40), 7);
        ck_assert(st_sorter_add(s, (st_str){(char *)&be, 4}, (st_str){payload, (size_t)n}, &err));
    }
    qsort(keys, N, sizeof *keys, by_number);
    ck_assert(st_sorter_finish(s, &err));
    ck_assert(spills == (st_sorter_spilled(s) > 0));
    st_sorted row;
    bool have;
    for (uint32_t i = 0; i < N; i++) {
        ck_assert(st_sorter_next(s, &row, &have, &err) && have);
        uint32_t be;
        memcpy(&be, row.key.p, 4);
        ck_assert_uint_eq(__builtin_bswap32(be), keys[i]);
        char want[16];
        (void)snprintf(want, sizeof want, "%u:", keys[i]);
        ck_assert(st_str_starts(row.payload, want));
    }
    ck_assert(st_sorter_next(s, &row, &have, &err) && !have);
    st_sorter_free(s);
}

START_TEST(in_memory) {
    sorts(8 << 20, false);
}
END_TEST
START_TEST(spilling) {
    sorts(4000, true);
    sorts(100000, true);
}
END_TEST

START_TEST(equal_keys_keep_their_order) {
    st_err err;
    st_err_init(&err);
    st_sorter *s = st_sorter_new("/tmp", 400);
    for (int i = 0; i < 500; i++) {
        char payload[16];
        int n = snprintf(payload, sizeof payload, "%d", i);
        ck_assert(st_sorter_add(s, i % 2 ? ST_STR("a") : ST_STR("b"), (st_str){payload, (size_t)n},
                                &err));
    }
    ck_assert(st_sorter_finish(s, &err));
    st_sorted row;
    bool have;
    for (int i = 0; i < 500; i++) {
        ck_assert(st_sorter_next(s, &row, &have, &err) && have);
        int64_t got;
        ck_assert(st_str_int(row.payload, &got));
        ck_assert_int_eq(got, i < 250 ? 2 * i + 1 : 2 * (i - 250));
    }
    st_sorter_free(s);
}
END_TEST

START_TEST(limits) {
    st_err err;
    st_err_init(&err);
    st_sorter *s = st_sorter_new("/nonexistent", 100);
    char big[200] = {0};
    ck_assert(!st_sorter_add(s, ST_STR("k"), (st_str){big, sizeof big}, &err));
    ck_assert_int_eq(err.code, ST_E_SORT_LIMIT);
    st_err_init(&err);
    ck_assert(st_sorter_add(s, ST_STR("k"), (st_str){big, 60}, &err));
    ck_assert(!st_sorter_add(s, ST_STR("k"), (st_str){big, 60}, &err));
    ck_assert_int_eq(err.code, ST_E_FILE_CREATE);
    st_sorter_free(s);
    s = st_sorter_new("/tmp", 100);
    st_sorted row;
    bool have = true;
    st_err_init(&err);
    ck_assert(st_sorter_finish(s, &err) && st_sorter_next(s, &row, &have, &err) && !have);
    st_sorter_free(s);
}
END_TEST

int main(void) {
    const ck_case cases[] = {CK_CASE(in_memory), CK_CASE(spilling),
                             CK_CASE(equal_keys_keep_their_order), CK_CASE(limits)};
    return ck_run("sort", cases, ST_LEN(cases));
}
