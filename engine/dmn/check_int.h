/* Judging tables: columns cut into segments on which every cell is either true or false. */
#ifndef ST_DMN_CHECK_INT_H
#define ST_DMN_CHECK_INT_H

#include "dmn/dmn_int.h"

enum {
    CHECK_STEPS_MAX = 400000, /* boxes looked at per table; a wider table is not judged further */
    CHECK_SHOWN_MAX = 10,     /* findings of a kind per table */
    CHECK_PAIRS_RULES_MAX = 6000, /* rules compared pair by pair */
    CHECK_SEGMENTS_MAX = 20000
};

typedef enum seg_kind { SEG_NULL, SEG_POINT, SEG_BETWEEN, SEG_OTHER } seg_kind;

typedef struct seg {
    seg_kind kind;
    st_val lo, hi; /* point: lo; between: open ends */
    bool lo_unbounded, hi_unbounded;
} seg;

/* A column's segments, and by segment the rules whose cell may hold (may: unknown tests counted as
 * true) or surely holds. */
typedef struct check_column {
    const dmn_column *column;
    seg *segs;
    size_t n;
    uint64_t *may, *sure; /* n sets of words */
    uint64_t *rows;       /* by rule: the segments on which its cell surely holds */
    size_t row_words;
    bool ordered; /* segments follow one another on a line */
} check_column;

typedef struct check {
    st_arena arena;
    const dmn_table *table;
    check_column *cols;
    size_t words;
    bool partly; /* some cells are beyond this analysis */
    st_finding_sink *sink;
    void *ctx;
    size_t steps;
    bool too_wide;
} check;

static inline uint64_t *check_set(uint64_t *sets, size_t words, size_t s) {
    return sets + s * words;
}
static inline bool check_in(const uint64_t *set, uint32_t rule) {
    return set[rule / 64] >> (rule % 64) & 1;
}

/* Cuts column col of the table. */
void st_dmn_check_cut(check *c, uint32_t col);
/* "months = 12", "months above 12 and below 24, for example 13": the segments from..to in words. */
void st_dmn_check_example(st_buf *out, const dmn_column *column, const seg *from, const seg *to);

#endif
