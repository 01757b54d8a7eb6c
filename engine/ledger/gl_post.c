/* The legs of a run. Of each benefit and origin there is one entry: expense by shares against what
 * is payable and what is claimed. Shares are what the origin must have after the run minus what it
 * has already, so that parties, lines and rounding are gone when everything was taken back. */
#include "ledger/gl_int.h"

#include "ledger/pg_int.h"

enum { PARTS_MAX = 1024 };

typedef struct writer {
    st_gl *g;
    st_ledger *l;
    int64_t run;
    int entry, leg;
} writer;

typedef struct owner {
    int32_t benefit;
    int64_t origin; /* 0: nobody's in particular */
} owner;

static bool write_leg(writer *w, owner of, const char *account, const char *share,
                      const char *budget_line, st_money amount, st_err *err) {
    char a[ST_PG_INT], b[ST_PG_INT], c[ST_PG_INT], d[ST_PG_INT], e[ST_PG_INT], f[ST_PG_INT];
    if (amount == 0)
        return true;
    const char *v[] = {st_pg_int(a, w->run),
                       st_pg_int(b, w->entry),
                       st_pg_int(c, ++w->leg),
                       account,
                       st_pg_int(d, of.benefit),
                       budget_line,
                       share,
                       st_pg_int(e, amount),
                       st_pg_int(f, of.origin ? of.origin : w->run)};
    return st_pg_call(w->l,
                      "insert into stipend.posting (run, entry, leg, account, benefit, "
                      "budget_line, share, amount, origin) values ($1::bigint, $2::int, $3::int, "
                      "$4, $5::int, $6, $7, $8::bigint, $9::bigint)",
                      9, v, err);
}

static void next_entry(writer *w) {
    w->entry++;
    w->leg = 0;
}

/* -- funding -- */

static bool write_funding(writer *w, const st_gl_sum *s, st_err *err) {
    char a[ST_PG_INT], b[ST_PG_INT], c[ST_PG_INT], d[ST_PG_INT];
    for (size_t i = 0; s->lines && i < s->n; i++) {
        const char *v[] = {
            st_pg_int(a, w->run), st_pg_int(b, s->benefit),          st_pg_int(c, (int64_t)i + 1),
            s->shares[i].payer,   st_pg_int(d, s->shares[i].weight), s->budget_line};
        if (!st_pg_call(w->l,
                        "insert into stipend.run_funding (run, benefit, no, share, weight, "
                        "budget_line) values ($1::bigint, $2::int, $3::int, $4, $5::bigint, $6)",
                        6, v, err))
            return false;
    }
    return true;
}

/* -- expense -- */

/* The shares of an origin, and what its lines come to in this run. */
static bool write_entry(writer *w, owner of, const st_gl_share *shares, size_t n, st_money paid,
                        st_money taken, st_err *err) {
    int64_t weights[PARTS_MAX];
    st_money parts[PARTS_MAX], net = 0;
    bool fits = n > 0 && n <= PARTS_MAX && st_money_add(paid, taken, &net);
    for (size_t i = 0; fits && i < n; i++) {
        fits = st_money_add(net, shares[i].amount, &net);
        weights[i] = shares[i].weight;
    }
    if (!fits)
        return st_fail(err, ST_E_RUN_SUM,
                       "the funding of run %" PRId64 " adds up to more than an amount can be",
                       of.origin);
    st_money_split(net, weights, n, parts);
    next_entry(w);
    for (size_t i = 0; i < n; i++)
        if (!write_leg(w, of, "expense", shares[i].share, shares[i].budget_line,
                       parts[i] - shares[i].amount, err))
            return false;
    return write_leg(w, of, "payable", "", shares[0].budget_line, -paid, err) &&
           write_leg(w, of, "claim", "", shares[0].budget_line, -taken, err);
}

static size_t own_shares(const st_gl_sum *s, st_gl_share *out) {
    for (size_t i = 0; i < s->n; i++)
        out[i] = (st_gl_share){.benefit = s->benefit,
                               .share = s->shares[i].payer,
                               .budget_line = s->budget_line,
                               .weight = s->shares[i].weight};
    return s->n;
}

/* What the lines that carry the run's own funding come to: all but those with parts of others. */
static bool write_own(writer *w, const st_gl_origins *o, const st_gl_sum *s, st_err *err) {
    st_gl_share shares[ST_GL_SHARES_MAX];
    st_money paid = s->paid, taken = s->taken;
    for (size_t i = 0; i < o->parts.n; i++) {
        const st_gl_part *p = &o->parts.items[i];
        if (p->benefit != s->benefit || p->origin == w->run)
            continue;
        if (!st_money_add(paid, -p->paid, &paid) || !st_money_add(taken, -p->taken, &taken))
            return st_fail(err, ST_E_RUN_SUM, "the lines add up to more than an amount can be");
    }
    owner of = {s->benefit, w->run};
    return (paid == 0 && taken == 0) ||
           write_entry(w, of, shares, own_shares(s, shares), paid, taken, err);
}

static const st_gl_part *part_of(const st_gl_origins *o, owner of) {
    for (size_t i = 0; i < o->parts.n; i++)
        if (o->parts.items[i].benefit == of.benefit && o->parts.items[i].origin == of.origin)
            return &o->parts.items[i];
    return NULL;
}

/* The shares of an origin, from the i-th on; how many. */
static size_t shares_of(const st_gl_origins *o, size_t i, owner of) {
    size_t n = 0;
    while (i + n < o->shares.n && o->shares.items[i + n].benefit == of.benefit &&
           o->shares.items[i + n].origin == of.origin)
        n++;
    return n;
}

/* A run from before there were legs says nothing of its funding: then today's. */
static bool write_other(writer *w, const st_gl_share *known, size_t n, owner of,
                        const st_gl_part *p, st_err *err) {
    ST_VEC(st_gl_share) shares = {0};
    int64_t weight = 0;
    bool changes = p != NULL;
    for (size_t i = 0; i < n; i++) {
        ST_VEC_PUSH(w->g->arena, &shares, known[i]);
        weight |= known[i].weight;
    }
    const st_gl_sum *s = st_gl_sum_of(w->g, of.benefit);
    if (weight == 0 && s) {
        st_gl_share own[ST_GL_SHARES_MAX];
        size_t m = own_shares(s, own);
        for (size_t i = 0; i < m; i++)
            ST_VEC_PUSH(w->g->arena, &shares, own[i]);
    } else if (weight == 0) {
        return !changes ||
               st_fail(err, ST_E_DB_DATA, "nobody bears what run %" PRId64 " posted", of.origin);
    }
    return write_entry(w, of, shares.items, shares.n, p ? p->paid : 0, p ? p->taken : 0, err);
}

static bool write_others(writer *w, const st_gl_origins *o, st_err *err) {
    for (size_t i = 0, n; i < o->shares.n; i += n) {
        owner of = {o->shares.items[i].benefit, o->shares.items[i].origin};
        n = shares_of(o, i, of);
        if (!write_other(w, &o->shares.items[i], n, of, part_of(o, of), err))
            return false;
    }
    for (size_t i = 0; i < o->parts.n; i++) {
        const st_gl_part *p = &o->parts.items[i];
        owner of = {p->benefit, p->origin};
        bool known = p->origin == w->run;
        for (size_t k = 0; k < o->shares.n && !known; k++)
            known = shares_of(o, k, of) > 0;
        if (!known && !write_other(w, NULL, 0, of, p, err))
            return false;
    }
    return true;
}

/* -- what is not paid out because the subject owes it -- */

/* From one fund to another the money goes by way of what they owe each other. */
static bool write_kept(writer *w, const st_gl_kept_sum *k, st_err *err) {
    owner from = {k->from, 0}, to = {k->to, 0};
    const st_gl_sum *a = st_gl_sum_of(w->g, k->from), *b = st_gl_sum_of(w->g, k->to);
    const char *against = k->written_off ? "writeoff" : "claim";
    ST_ASSERT(a && b);
    next_entry(w);
    if (!write_leg(w, from, "payable", "", a->budget_line, k->amount, err))
        return false;
    if (k->from != k->to) {
        if (!write_leg(w, from, "interfund", "", a->budget_line, -k->amount, err))
            return false;
        next_entry(w);
        if (!write_leg(w, to, "interfund", "", b->budget_line, k->amount, err))
            return false;
    }
    return write_leg(w, to, against, "", b->budget_line, -k->amount, err);
}

bool st_gl_post(st_gl *g, st_ledger *l, int64_t run, st_err *err) {
    writer w = {.g = g, .l = l, .run = run};
    st_gl_origins origins;
    for (size_t i = 0; i < g->sums.n; i++)
        if (!write_funding(&w, &g->sums.items[i], err))
            return false;
    if (!st_gl_origins_find(g, l, run, &origins, err))
        return false;
    for (size_t i = 0; i < g->sums.n; i++)
        if (!write_own(&w, &origins, &g->sums.items[i], err))
            return false;
    if (!write_others(&w, &origins, err))
        return false;
    for (size_t i = 0; i < g->kept.n; i++)
        if (!write_kept(&w, &g->kept.items[i], err))
            return false;
    return true;
}
