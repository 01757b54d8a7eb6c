/* Judging tables: columns cut into segments on which every cell is either true or false. */
#ifndef ST_DMN_CHECK_INT_H
#define ST_DMN_CHECK_INT_H

#include "dmn/dmn_int.h"

enum {
    CHECK_WORK_MAX =
        100000000, /* words of sets looked at per table and question: tenths of a second */
    CHECK_SETS_MAX = 4 << 20, /* words of the sets of a column */
    CHECK_SHOWN_MAX = 10,     /* findings of a kind per table */
    CHECK_NARROW_MAX = 64,    /* segments of a cell whose rules are put together */
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
    uint64_t *always; /* rules whose cell may hold on every segment but null, and on null too */
    uint64_t *always_null;
    bool ordered; /* segments follow one another on a line */
} check_column;

typedef struct check {
    st_arena arena;
    const dmn_table *table;
    check_column *cols;
    size_t words;
    st_finding_sink *sink;
    void *ctx;
    uint64_t work;
    bool too_wide; /* the question at hand was given up */
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
