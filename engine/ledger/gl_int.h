/* Inside engine/ledger only: sums of a run's lines by benefit, and the legs made of them. */
#ifndef ST_LEDGER_GL_INT_H
#define ST_LEDGER_GL_INT_H

#include "ledger/posting.h"

#include "base/arena.h"

enum { ST_GL_SHARES_MAX = 16 };

typedef struct st_gl_sum {
    int32_t benefit;
    const char *budget_line;
    st_money paid, taken; /* sums of the positive and of the negative lines */
    st_money kept;        /* of payments, for debts of this benefit */
    st_money revived;     /* of payments, for what was written off and is due again */
    size_t n;
    st_funding shares[ST_GL_SHARES_MAX];
} st_gl_sum;

typedef struct st_gl {
    st_arena *arena;
    ST_VEC(st_gl_sum) sums;
} st_gl;

void st_gl_init(st_gl *g, st_arena *arena);
void st_gl_benefit(st_gl *g, int32_t benefit, const char *budget_line);
bool st_gl_funding(st_gl *g, int32_t benefit, const st_funding *shares, size_t n);
/* The line that this run burdens; the text must live as long. */
void st_gl_budget_line(st_gl *g, int32_t benefit, const char *line);
/* False when a sum is more than an amount can be. */
bool st_gl_line(st_gl *g, int32_t benefit, st_money amount);
/* Kept of a payment for a debt of the benefit; false as above. */
bool st_gl_kept(st_gl *g, int32_t benefit, st_money amount, bool written_off);
/* Writes the legs in the open transaction. */
bool st_gl_post(const st_gl *g, st_ledger *l, int64_t run, st_err *err);

#endif
