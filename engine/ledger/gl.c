#include "ledger/gl_int.h"

void st_gl_init(st_gl *g, st_arena *arena) {
    *g = (st_gl){.arena = arena};
}

void st_gl_benefit(st_gl *g, int32_t benefit, const char *budget_line) {
    st_gl_sum s = {.benefit = benefit, .budget_line = budget_line, .n = 1};
    s.shares[0] = (st_funding){"", 1};
    ST_VEC_PUSH(g->arena, &g->sums, s);
}

st_gl_sum *st_gl_sum_of(st_gl *g, int32_t benefit) {
    for (size_t i = 0; i < g->sums.n; i++)
        if (g->sums.items[i].benefit == benefit)
            return &g->sums.items[i];
    return NULL;
}

void st_gl_budget_line(st_gl *g, int32_t benefit, const char *line) {
    st_gl_sum *s = st_gl_sum_of(g, benefit);
    ST_ASSERT(s);
    s->budget_line = line;
}

bool st_gl_funding(st_gl *g, int32_t benefit, const st_funding *shares, size_t n) {
    st_gl_sum *s = st_gl_sum_of(g, benefit);
    int64_t total = 0;
    if (!s || n == 0 || n > ST_GL_SHARES_MAX)
        return false;
    for (size_t i = 0; i < n; i++)
        if (shares[i].weight < 0 || !st_money_add(total, shares[i].weight, &total))
            return false;
    if (total <= 0)
        return false;
    s->n = n;
    for (size_t i = 0; i < n; i++)
        s->shares[i] = (st_funding){
            st_arena_dup(g->arena, shares[i].payer, strlen(shares[i].payer)), shares[i].weight};
    return true;
}

bool st_gl_line(st_gl *g, int32_t benefit, int32_t seq, st_money amount) {
    st_gl_sum *s = st_gl_sum_of(g, benefit);
    ST_ASSERT(s);
    g->later = g->later || seq > 0;
    s->lines = true;
    st_money *to = amount > 0 ? &s->paid : &s->taken;
    return st_money_add(*to, amount, to);
}

bool st_gl_kept(st_gl *g, int32_t from, int32_t to, st_money amount, bool written_off) {
    st_gl_kept_sum *k = NULL;
    for (size_t i = 0; i < g->kept.n && !k; i++)
        if (g->kept.items[i].from == from && g->kept.items[i].to == to &&
            g->kept.items[i].written_off == written_off)
            k = &g->kept.items[i];
    if (!k) {
        st_gl_kept_sum made = {from, to, 0, written_off};
        ST_VEC_PUSH(g->arena, &g->kept, made);
        k = &g->kept.items[g->kept.n - 1];
    }
    return st_money_add(k->amount, amount, &k->amount);
}
