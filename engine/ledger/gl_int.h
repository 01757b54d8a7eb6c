/* Inside engine/ledger only: sums of a run's lines by benefit, and the legs made of them. */
#ifndef ST_LEDGER_GL_INT_H
#define ST_LEDGER_GL_INT_H

#include "ledger/posting.h"

#include "base/arena.h"

enum { ST_GL_SHARES_MAX = 16 };

typedef struct st_gl_sum {
    int32_t benefit;
    const char *budget_line;
    bool lines;           /* the run has lines of it */
    st_money paid, taken; /* sums of the positive and of the negative lines */
    size_t n;
    st_funding shares[ST_GL_SHARES_MAX];
} st_gl_sum;

/* What is kept of payments of one benefit for debts of another, or of the same. */
typedef struct st_gl_kept_sum {
    int32_t from, to;
    st_money amount;
    bool written_off; /* for what was written off and is due again */
} st_gl_kept_sum;

typedef struct st_gl {
    st_arena *arena;
    ST_VEC(st_gl_sum) sums;
    ST_VEC(st_gl_kept_sum) kept;
    bool later; /* some key had a line before: it may carry the funding of another run */
} st_gl;

void st_gl_init(st_gl *g, st_arena *arena);
void st_gl_benefit(st_gl *g, int32_t benefit, const char *budget_line);
st_gl_sum *st_gl_sum_of(st_gl *g, int32_t benefit); /* NULL: unknown */
bool st_gl_funding(st_gl *g, int32_t benefit, const st_funding *shares, size_t n);
/* The line that this run burdens; the text must live as long. */
void st_gl_budget_line(st_gl *g, int32_t benefit, const char *line);
/* False when a sum is more than an amount can be. */
bool st_gl_line(st_gl *g, int32_t benefit, int32_t seq, st_money amount);
/* Kept of a payment of a benefit for a debt; false as above. */
bool st_gl_kept(st_gl *g, int32_t from, int32_t to, st_money amount, bool written_off);

/* Writes in the open transaction, after all lines: who bears what the run posts, the parts of lines
 * that carry the funding of other runs, and the legs. */
bool st_gl_post(st_gl *g, st_ledger *l, int64_t run, st_err *err);

/* -- whose funding (gl_origin.c) -- */
/* Sums of the lines that carry the funding of a run. */
typedef struct st_gl_part {
    int32_t benefit;
    int64_t origin;
    st_money paid, taken;
} st_gl_part;
/* What stands on the funding of an earlier run. */
typedef struct st_gl_share {
    int32_t benefit;
    int64_t origin;
    const char *share, *budget_line;
    int64_t weight;
    st_money amount;
} st_gl_share;
typedef struct st_gl_origins {
    ST_VEC(st_gl_part) parts;   /* by benefit and origin, the run itself too */
    ST_VEC(st_gl_share) shares; /* by benefit and origin, in the stated order; of other runs */
} st_gl_origins;
/* Writes the parts of the run's lines (when any key had a line before) and reads what they come to.
 */
bool st_gl_origins_find(const st_gl *g, st_ledger *l, int64_t run, st_gl_origins *out, st_err *err);

#endif
