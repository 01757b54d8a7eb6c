/* How this month's payment differs from the last one, as posted: last payment + new - ended +
 * changes - held = this payment; this payment - already posted + awards + arrears + recoveries +
 * corrections = the run. Reconciles to the cent.
 *
 * A payment covers the occasions that a run of its month is the first to post: a month, or the
 * months of a quarter where it is paid so. */
#include "run/run_int.h"

const char *st_movement_name(st_movement m) {
    static const char *const names[ST_MOVES] = {
        "new",     "ended", "tier-change", "rule-change", "facts-change", "held",
        "already", "award", "arrears",     "recovery",    "correction"};
    ST_ASSERT(m < ST_MOVES);
    return names[m];
}

void st_tally_compare(st_tally *t, st_month before, bool same_rules) {
    for (size_t i = 0; i < t->scheme->n_benefits; i++) {
        const st_benefit *b = &t->scheme->benefits[i];
        st_month_sums *m = &t->months[i];
        if (b->cadence != ST_ONCE)
            m->newest_paid = st_calc_paid_by(b, t->period);
        m->compared = b->cadence != ST_ONCE && b->retired == ST_KEYS_UNSAID &&
                      t->period >= b->payable_from && st_calc_paid_by(b, t->period) == t->period;
        if (!m->compared)
            continue;
        m->last_paid = st_calc_paid_by(b, before);
        m->same_rules =
            same_rules && st_scheme_rules(b, m->last_paid) == st_scheme_rules(b, t->period);
    }
}

/* The row of a movement; beyond the rows that are listed all tiers share one, per benefit and
 * movement, so that every sum stays whole. */
static st_move_row *row_of(st_tally *t, uint32_t benefit, st_movement m, st_str tier) {
    struct {
        uint32_t benefit, move;
        char tier[ST_TIER_MAX];
    } key = {benefit, m, {0}};
    memcpy(key.tier, tier.p, tier.n);
    st_str bytes = {(const char *)&key, sizeof key};
    uintptr_t have = (uintptr_t)st_map_get(&t->move_rows, bytes);
    if (have)
        return &t->moves[have - 1];
    if (t->n_moves == ST_RUN_GROUPS_MAX) {
        st_move_row *other = &t->other_moves[benefit * ST_MOVES + m];
        other->benefit = benefit;
        other->move = m;
        return other;
    }
    st_move_row *r = &t->moves[t->n_moves++];
    *r = (st_move_row){.benefit = benefit, .move = m};
    memcpy(r->tier, tier.p, tier.n);
    st_map_put(&t->move_rows, bytes, (void *)(uintptr_t)t->n_moves);
    return r;
}

static void move(st_tally *t, uint32_t benefit, st_movement m, st_str tier, st_money amount) {
    st_move_row *r = row_of(t, benefit, m, tier);
    r->count++;
    st_tally_add(t, &r->amount, amount);
}

/* What one benefit paid a subject in a month. */
typedef struct payment {
    st_money amount;
    st_str tier; /* of its newest occasion */
    bool held;
} payment;

static bool of_payment(const st_benefit *b, st_str occasion, st_month paid_in) {
    st_month m;
    return st_calc_occasion_month(b, occasion, &m) && st_calc_paid_in(b, m) == paid_in;
}

static payment posted_in(st_tally *t, uint32_t benefit, const st_moved *x, st_month paid_in) {
    payment p = {.tier = ST_STR("")};
    for (size_t i = 0; i < x->n_posted; i++) {
        const st_posted *r = &x->posted[i];
        if (r->benefit != (int32_t)benefit || r->sum == 0 ||
            !of_payment(&t->scheme->benefits[benefit], r->occasion, paid_in))
            continue;
        st_tally_add(t, &p.amount, r->sum);
        p.tier = r->tier;
    }
    return p;
}

static payment due_now(st_tally *t, uint32_t benefit, const st_moved *x) {
    payment p = {.tier = ST_STR("")};
    for (size_t i = 0; i < x->n_owed; i++) {
        const st_owed *o = &x->owed[i];
        if (o->benefit != benefit ||
            st_calc_paid_in(&t->scheme->benefits[benefit], o->month) != t->period)
            continue;
        p.held = p.held || st_due_held(o->state);
        if (o->state != ST_DUE_OWED || o->amount == 0)
            continue;
        st_tally_add(t, &p.amount, o->amount);
        p.tier = o->tier;
    }
    return p;
}

static st_movement kind_of(const payment *last, const payment *now, bool same_rules) {
    if (last->amount == 0)
        return ST_MOVE_NEW;
    if (now->amount == 0)
        return now->held ? ST_MOVE_HELD : ST_MOVE_ENDED;
    if (!st_str_eq(last->tier, now->tier))
        return ST_MOVE_TIER;
    return same_rules ? ST_MOVE_FACTS : ST_MOVE_RULE;
}

static void changed(st_tally *t, uint32_t benefit, const st_moved *x, const payment *last,
                    const payment *now) {
    st_movement m = kind_of(last, now, t->months[benefit].same_rules);
    st_str tier = now->amount ? now->tier : last->tier;
    move(t, benefit, m, tier, now->amount - last->amount);
    if (!t->on_change)
        return;
    st_change c = {.subject = x->subject,
                   .benefit = &t->scheme->benefits[benefit],
                   .cause = st_movement_name(m),
                   .tier_before = last->tier,
                   .tier = now->tier,
                   .before = last->amount,
                   .now = now->amount,
                   .month_before = t->months[benefit].last_paid};
    t->on_change(t->on_change_ctx, &c);
}

/* What is due of a key now; false when its line must wait. */
static bool due_of(const st_moved *x, uint32_t benefit, const st_posted *p, st_money *due) {
    *due = 0;
    for (size_t i = 0; i < x->n_owed; i++)
        if (x->owed[i].benefit == benefit && st_str_eq(x->owed[i].occasion, p->occasion)) {
            *due = x->owed[i].amount;
            return x->owed[i].state == ST_DUE_OWED || x->owed[i].state == ST_DUE_REFUSED;
        }
    return true;
}

/* Of what is due now, what an earlier run posted already. What it posted too much is taken back by
 * a line of its own; what is below nothing, since a void run left its recovery alone, comes back
 * with this payment. */
static void already(st_tally *t, uint32_t benefit, const st_moved *x) {
    const st_benefit *b = &t->scheme->benefits[benefit];
    for (size_t i = 0; i < x->n_posted; i++) {
        const st_posted *p = &x->posted[i];
        st_money due;
        if (p->benefit != (int32_t)benefit || !of_payment(b, p->occasion, t->period) ||
            !due_of(x, benefit, p, &due))
            continue;
        st_money same = p->sum < due ? p->sum : due;
        if (same)
            move(t, benefit, ST_MOVE_ALREADY, p->tier, -same);
    }
}

static void compare(st_tally *t, uint32_t benefit, const st_moved *x) {
    st_month_sums *m = &t->months[benefit];
    payment last = posted_in(t, benefit, x, m->last_paid), now = {.held = true};
    if (!x->held)
        now = due_now(t, benefit, x);
    st_tally_add(t, &m->last, last.amount);
    st_tally_add(t, &m->now, now.amount);
    m->last_payees += last.amount > 0;
    m->payees += now.amount > 0;
    if (last.amount != now.amount || (now.amount != 0 && !st_str_eq(last.tier, now.tier)))
        changed(t, benefit, x, &last, &now);
    if (!x->held)
        already(t, benefit, x);
}

static st_movement line_movement(const st_benefit *b, const st_diff_line *l) {
    switch (l->cause) {
    case ST_CAUSE_NEW:
        ST_ASSERT(b->cadence == ST_ONCE);
        return ST_MOVE_AWARD;
    case ST_CAUSE_ARREARS:
        return ST_MOVE_ARREARS;
    case ST_CAUSE_RECOVERY:
        return ST_MOVE_RECOVERY;
    case ST_CAUSE_REVERSAL:
        return ST_MOVE_CORRECTION;
    }
    ST_UNREACHABLE();
}

static void posted_line(st_tally *t, const st_diff_line *l) {
    const st_benefit *b = &t->scheme->benefits[l->benefit];
    bool of_this = b->cadence != ST_ONCE && b->retired == ST_KEYS_UNSAID &&
                   of_payment(b, l->occasion, t->period);
    if (!(of_this && l->amount > 0))
        move(t, l->benefit, line_movement(b, l), l->tier, l->amount);
}

void st_tally_move(st_tally *t, const st_moved *x) {
    for (uint32_t i = 0; i < t->scheme->n_benefits; i++)
        if (t->months[i].compared)
            compare(t, i, x);
    for (size_t i = 0; i < x->n_lines; i++)
        posted_line(t, &x->lines[i]);
}

/* -- the report -- */

static void money(st_buf *b, const char *name, st_money v) {
    (void)st_buf_fmt(b, "\"%s\":\"", name);
    st_money_plain(b, v);
    (void)st_buf_ch(b, '"');
}

static int by_benefit_and_move(const void *x, const void *y) {
    const st_move_row *a = x, *b = y;
    if (a->benefit != b->benefit)
        return ST_CMP(a->benefit, b->benefit);
    if (a->move != b->move)
        return ST_CMP(a->move, b->move);
    return strcmp(a->tier, b->tier);
}

/* The sums were checked when they were made, and so was what all parts add up to: a sum of some of
 * them may leave the range of an amount and come back. */
static void part_of(const st_move_row *r, st_money *moved, st_money *run) {
    st_money *to = r->move < ST_MOVE_ALREADY ? moved : run;
    (void)__builtin_add_overflow(*to, r->amount, to);
}

static void row_json(const st_move_row *r, bool first, st_buf *b) {
    (void)st_buf_fmt(b, "%s{\"cause\":\"%s\",\"tier\":", first ? "" : ",",
                     st_movement_name(r->move));
    (void)st_buf_json(b, st_str_of(r->tier));
    (void)st_buf_fmt(b, ",\"count\":%" PRIu64 ",", r->count);
    money(b, "amount", r->amount);
    (void)st_buf_ch(b, '}');
}

static void rows_json(const st_tally *t, uint32_t benefit, st_money *moved, st_money *run,
                      st_buf *b) {
    (void)st_buf_z(b, ",\"rows\":[");
    bool first = true;
    for (size_t k = 0; k < t->n_moves + ST_MOVES; k++) {
        const st_move_row *r =
            k < t->n_moves ? &t->moves[k] : &t->other_moves[benefit * ST_MOVES + (k - t->n_moves)];
        if (r->benefit != benefit || r->count == 0)
            continue;
        part_of(r, moved, run);
        row_json(r, first, b);
        first = false;
    }
    (void)st_buf_z(b, "],");
}

static void benefit_json(const st_tally *t, uint32_t i, st_buf *b) {
    const st_month_sums *m = &t->months[i];
    st_money run = m->now, moved = m->last;
    (void)st_buf_z(b, i ? ",{\"benefit\":" : "{\"benefit\":");
    (void)st_buf_json(b, t->scheme->benefits[i].id);
    (void)st_buf_z(b, ",\"compared_with\":");
    if (m->compared) {
        (void)st_buf_ch(b, '"');
        st_month_add(b, m->last_paid);
        (void)st_buf_ch(b, '"');
    } else {
        (void)st_buf_z(b, "null");
    }
    (void)st_buf_fmt(b, ",\"last_payees\":%" PRIu64 ",\"payees\":%" PRIu64 ",", m->last_payees,
                     m->payees);
    money(b, "last_month", m->last);
    rows_json(t, i, &moved, &run, b);
    money(b, "this_month", m->now);
    (void)st_buf_ch(b, ',');
    money(b, "run_total", run);
    (void)st_buf_fmt(b, ",\"reconciles\":%s}", moved == m->now ? "true" : "false");
}

void st_tally_moves_json(const st_tally *t, st_buf *b) {
    qsort(t->moves, t->n_moves, sizeof *t->moves, by_benefit_and_move);
    (void)st_buf_z(b, "\"movement\":[");
    for (uint32_t i = 0; t->payable.known && i < t->scheme->n_benefits; i++)
        benefit_json(t, i, b);
    (void)st_buf_ch(b, ']');
}
