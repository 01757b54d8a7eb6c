/* The guard that no scheme has to declare: a roster with too many new keys, or without too many of
 * the old ones, is another file than the one that was meant. */
#include "run/run_int.h"

enum { LEAST = 10, PERCENT = 20 };

static bool beyond(uint64_t part, uint64_t whole) {
    return part >= LEAST && part * 100 > whole * PERCENT;
}

static void trip(st_tally *t, const char *id, const char *fmt, uint64_t part, uint64_t whole) {
    st_tripped x = {.id = st_str_of(id)};
    st_buf b;
    st_buf_init(&b, sizeof x.why - 1);
    (void)st_buf_fmt(&b, "%" PRIu64 " of %" PRIu64 " %s", part, whole, fmt);
    (void)snprintf(x.why, sizeof x.why, "%s", b.p ? b.p : "");
    st_buf_free(&b);
    ST_VEC_PUSH(&t->arena, &t->tripped, x);
}

bool st_persons_guard(st_tally *t, const st_persons *p, st_posting *posting, st_err *err) {
    bool first = true;
    if (!t->head.full_roster || !st_posting_first(posting, &first, err) || first)
        return !t->head.full_roster || first;
    uint64_t fresh, known;
    st_persons_counts(p, &fresh, &known);
    if (beyond(fresh, fresh + known))
        trip(t, "new-keys", "keys of the roster are new to this ledger", fresh, fresh + known);
    if (beyond(t->missing, t->missing + known))
        trip(t, "missing-keys", "persons of earlier runs are not in this full roster", t->missing,
             t->missing + known);
    return true;
}
