/* What a scheme leaves open over its months. */
#include "scheme/scheme.h"

typedef struct gap_check {
    const st_benefit *b;
    st_finding_sink *sink;
    void *ctx;
} gap_check;

static void month_text(st_buf *b, st_month m) {
    st_month_add(b, m);
}

static void tell(const gap_check *g, st_pos pos, st_month from, st_month to) {
    st_buf text;
    st_buf_init(&text, 60);
    month_text(&text, from);
    if (to != from) {
        (void)st_buf_z(&text, " to ");
        month_text(&text, to);
    }
    st_err e;
    st_err_init(&e);
    (void)st_fail_at(&e, ST_E_SCHEME_GAP, pos, "benefit %.*s: no rules hold for %s",
                     ST_FMT(g->b->id), text.p);
    e.severity = ST_SEV_WARNING;
    g->sink(g->ctx, &e);
    st_buf_free(&text);
}

/* The first version that begins in m or later; NULL when there is none. */
static const st_rules *next_from(const st_benefit *b, st_month m) {
    const st_rules *next = NULL;
    for (size_t i = 0; i < b->n_rules; i++)
        if (b->rules[i].from >= m && (!next || b->rules[i].from < next->from))
            next = &b->rules[i];
    return next;
}

/* From the first month on: each version that holds is followed to its end. */
static void gaps(const gap_check *g, st_month first, st_month last) {
    for (st_month m = first; m <= last;) {
        const st_rules *r = st_scheme_rules(g->b, m);
        if (r) {
            if (r->to == ST_MONTH_MAX || r->to >= last)
                return;
            m = r->to + 1;
            continue;
        }
        const st_rules *next = next_from(g->b, m);
        st_month to = next && next->from <= last ? next->from - 1 : last;
        if (!next && last == ST_MONTH_MAX) /* after the last version: the benefit has ended */
            return;
        tell(g, next ? next->pos : g->b->pos, m, to);
        if (to == ST_MONTH_MAX)
            return;
        m = to + 1;
    }
}

void st_scheme_check(const st_scheme *s, st_finding_sink *sink, void *ctx) {
    for (size_t i = 0; i < s->n_benefits; i++) {
        const st_benefit *b = &s->benefits[i];
        gap_check g = {b, sink, ctx};
        st_month first = b->first != ST_MONTH_MIN ? b->first : s->first;
        st_month last = b->last < s->last ? b->last : s->last;
        const st_rules *earliest = next_from(b, ST_MONTH_MIN);
        if (first == ST_MONTH_MIN && earliest)
            first = earliest->from;
        if (first != ST_MONTH_MIN && b->n_rules)
            gaps(&g, first, last);
    }
}
