/* The difference to the last month, which reconciles to the cent: last month + new - ended +
 * changed tiers + changed rules - held = this month; this month - already posted + awards + arrears
 * + recoveries + corrections = the run. And the guards that watch it. */
#include "run/run_int.h"

const char *st_movement_name(st_movement m) {
    static const char *const names[ST_MOVES] = {
        "new",     "ended", "tier-change", "rule-change", "held",
        "already", "award", "arrears",     "recovery",    "correction"};
    ST_ASSERT(m < ST_MOVES);
    return names[m];
}

static void add(st_money *to, st_money v) {
    ST_ASSERT(st_money_add(*to, v, to));
}

static void move(st_tally *t, uint32_t benefit, st_movement m, st_str tier, st_money amount) {
    size_t i = 0;
    while (i < t->n_moves && !(t->moves[i].benefit == benefit && t->moves[i].move == m &&
                               st_str_is(tier, t->moves[i].tier)))
        i++;
    if (i == ST_RUN_GROUPS_MAX)
        i--;
    st_move_row *r = &t->moves[i];
    if (i == t->n_moves) {
        *r = (st_move_row){.benefit = benefit, .move = m};
        memcpy(r->tier, tier.p, tier.n);
        t->n_moves++;
    }
    r->count++;
    add(&r->amount, amount);
}

static st_movement line_movement(const st_benefit *b, const st_diff_line *l) {
    switch (l->cause) {
    case ST_CAUSE_NEW:
        return b->cadence == ST_ONCE ? ST_MOVE_AWARD : ST_MOVE_NEW;
    case ST_CAUSE_ARREARS:
        return ST_MOVE_ARREARS;
    case ST_CAUSE_RECOVERY:
        return ST_MOVE_RECOVERY;
    case ST_CAUSE_REVERSAL:
        return ST_MOVE_CORRECTION;
    }
    ST_UNREACHABLE();
}

/* The two months of one calendar benefit side by side. */
static void compare_months(st_tally *t, uint32_t benefit, const st_owed *last, const st_owed *now) {
    st_money was = last && last->state == ST_DUE_OWED ? last->amount : 0,
             is = now && now->state == ST_DUE_OWED ? now->amount : 0;
    st_month_sums *m = &t->months[benefit];
    add(&m->last, was);
    add(&m->now, is);
    m->last_payees += was > 0;
    m->payees += is > 0;
    if (was == is && (is == 0 || st_str_eq(last->tier, now->tier)))
        return;
    if (was == 0)
        move(t, benefit, ST_MOVE_NEW, now->tier, is);
    else if (is == 0)
        move(t, benefit, now && now->state == ST_DUE_HELD ? ST_MOVE_HELD : ST_MOVE_ENDED,
             last->tier, -was);
    else
        move(t, benefit, st_str_eq(last->tier, now->tier) ? ST_MOVE_RULE : ST_MOVE_TIER, now->tier,
             is - was);
}

/* The newest occasion in scope of a calendar benefit and the one before. */
static void newest_two(const st_owed *owed, size_t n, uint32_t benefit, st_month period,
                       const st_benefit *b, const st_owed **last, const st_owed **now) {
    *last = *now = NULL;
    st_month current = period / b->months * b->months;
    for (size_t i = 0; i < n; i++) {
        if (owed[i].benefit != benefit)
            continue;
        if (owed[i].month == current)
            *now = &owed[i];
        else if (owed[i].month == current - b->months)
            *last = &owed[i];
    }
}

static bool of_month(const st_benefit *b, st_str occasion, st_month month) {
    st_month m;
    return st_calc_occasion_month(b, occasion, &m) && m == month;
}

/* A held subject: what it had last month, by the ledger, is neither paid nor taken back. */
static void held_subject(st_tally *t, const st_posted *posted, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (posted[i].benefit < 0 || posted[i].sum == 0)
            continue;
        const st_benefit *b = &t->scheme->benefits[posted[i].benefit];
        if (b->cadence == ST_ONCE ||
            !of_month(b, posted[i].occasion, t->period / b->months * b->months - b->months))
            continue;
        uint32_t benefit = (uint32_t)posted[i].benefit;
        add(&t->months[benefit].last, posted[i].sum);
        t->months[benefit].last_payees++;
        move(t, benefit, ST_MOVE_HELD, posted[i].tier, -posted[i].sum);
    }
}

static st_money posted_of(const st_posted *posted, size_t n, uint32_t benefit, st_str occasion) {
    for (size_t i = 0; i < n; i++)
        if (posted[i].benefit == (int32_t)benefit && st_str_eq(posted[i].occasion, occasion))
            return posted[i].sum;
    return 0;
}

void st_tally_move(st_tally *t, const st_owed *owed, size_t n_owed, const st_posted *posted,
                   size_t n_posted, const st_diff_line *lines, size_t n_lines, bool held) {
    if (held) {
        held_subject(t, posted, n_posted);
        return;
    }
    for (uint32_t i = 0; i < t->scheme->n_benefits; i++) {
        const st_benefit *b = &t->scheme->benefits[i];
        if (b->cadence == ST_ONCE)
            continue;
        const st_owed *last, *now;
        newest_two(owed, n_owed, i, t->period, b, &last, &now);
        compare_months(t, i, last, now);
        st_money before = now && now->state != ST_DUE_LATER && now->state != ST_DUE_HELD
                              ? posted_of(posted, n_posted, i, now->occasion)
                              : 0;
        if (before != 0) {
            st_money same = now->state == ST_DUE_OWED && now->amount < before ? now->amount
                            : now->state == ST_DUE_OWED                       ? before
                                                                              : 0;
            if (same)
                move(t, i, ST_MOVE_ALREADY, now->tier, -same);
        }
    }
    for (size_t i = 0; i < n_lines; i++) {
        const st_benefit *b = &t->scheme->benefits[lines[i].benefit];
        st_money size = lines[i].amount < 0 ? -lines[i].amount : lines[i].amount;
        if (size > t->largest_of[lines[i].benefit])
            t->largest_of[lines[i].benefit] = size;
        bool current = b->cadence != ST_ONCE &&
                       of_month(b, lines[i].occasion, t->period / b->months * b->months);
        if (!(current && lines[i].amount > 0))
            move(t, lines[i].benefit, line_movement(b, &lines[i]), lines[i].tier, lines[i].amount);
    }
}

static void money(st_buf *b, const char *name, st_money v) {
    (void)st_buf_fmt(b, "\"%s\":\"", name);
    st_money_plain(b, v);
    (void)st_buf_ch(b, '"');
}

static int by_benefit_and_move(const void *x, const void *y) {
    const st_move_row *a = x, *b = y;
    if (a->benefit != b->benefit)
        return a->benefit < b->benefit ? -1 : 1;
    if (a->move != b->move)
        return a->move < b->move ? -1 : 1;
    return strcmp(a->tier, b->tier);
}

void st_tally_moves_json(const st_tally *t, st_buf *b) {
    qsort(t->moves, t->n_moves, sizeof *t->moves, by_benefit_and_move);
    (void)st_buf_z(b, "\"movement\":[");
    for (uint32_t i = 0; i < t->scheme->n_benefits; i++) {
        const st_month_sums *m = &t->months[i];
        st_money run = m->now, moved = m->last;
        (void)st_buf_z(b, i ? ",{\"benefit\":" : "{\"benefit\":");
        (void)st_buf_json(b, t->scheme->benefits[i].id);
        (void)st_buf_fmt(b, ",\"last_payees\":%" PRIu64 ",\"payees\":%" PRIu64 ",", m->last_payees,
                         m->payees);
        money(b, "last_month", m->last);
        (void)st_buf_z(b, ",\"rows\":[");
        bool first = true;
        for (size_t k = 0; k < t->n_moves; k++) {
            const st_move_row *r = &t->moves[k];
            if (r->benefit != i)
                continue;
            add(r->move < ST_MOVE_ALREADY ? &moved : &run, r->amount);
            (void)st_buf_fmt(b, "%s{\"cause\":\"%s\",\"tier\":", first ? "" : ",",
                             st_movement_name(r->move));
            (void)st_buf_json(b, st_str_of(r->tier));
            (void)st_buf_fmt(b, ",\"count\":%" PRIu64 ",", r->count);
            money(b, "amount", r->amount);
            (void)st_buf_ch(b, '}');
            first = false;
        }
        (void)st_buf_z(b, "],");
        money(b, "this_month", m->now);
        (void)st_buf_ch(b, ',');
        money(b, "run_total", run);
        (void)st_buf_fmt(b, ",\"reconciles\":%s}", moved == m->now ? "true" : "false");
    }
    (void)st_buf_ch(b, ']');
}

/* -- guards -- */

static void trip(st_tally *t, st_str id, const char *fmt, ...) ST_PRINTF(3, 4);
static void trip(st_tally *t, st_str id, const char *fmt, ...) {
    st_tripped x = {.id = id};
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(x.why, sizeof x.why, fmt, ap);
    va_end(ap);
    ST_VEC_PUSH(&t->arena, &t->tripped, x);
}

/* Whether now differs from last by more than hundredths of a percent; the first month has nothing
 * to compare with. */
static bool beyond(int64_t last, int64_t now, int64_t hundredths) {
    __int128 diff = (__int128)now - last;
    if (diff < 0)
        diff = -diff;
    return last != 0 && diff * 10000 > (__int128)last * hundredths;
}

static void guard_changes(st_tally *t, const st_guard *g) {
    int64_t last_payees = 0, payees = 0, last = 0, now = 0;
    for (uint32_t i = 0; i < t->scheme->n_benefits; i++) {
        if (g->benefit.n && !st_str_eq(g->benefit, t->scheme->benefits[i].id))
            continue;
        last_payees += (int64_t)t->months[i].last_payees;
        payees += (int64_t)t->months[i].payees;
        add(&last, t->months[i].last);
        add(&now, t->months[i].now);
        if (g->has_amount && t->largest_of[i] > g->amount_above)
            trip(t, g->id, "%.*s: a single amount of %" PRId64 ".%02d is above the bound",
                 ST_FMT(t->scheme->benefits[i].id), t->largest_of[i] / 100,
                 (int)(t->largest_of[i] % 100));
    }
    if (g->has_payees && beyond(last_payees, payees, g->payees_percent))
        trip(t, g->id, "payees went from %" PRId64 " to %" PRId64, last_payees, payees);
    if (g->has_total && beyond(last, now, g->total_percent))
        trip(t, g->id, "the month's total went from %" PRId64 ".%02d to %" PRId64 ".%02d",
             last / 100, (int)(last % 100), now / 100, (int)(now % 100));
}

void st_tally_guard(st_tally *t) {
    for (size_t i = 0; i < t->n_controls; i++) {
        const st_control_sum *sum = &t->controls[i];
        const st_control *c = &t->scheme->benefits[sum->benefit].controls[sum->control];
        if (sum->count != c->count || sum->total != c->total)
            trip(t, c->id,
                 "declared %" PRId64 " persons and %" PRId64 ".%02d, found %" PRId64 " and %" PRId64
                 ".%02d",
                 c->count, c->total / 100, (int)(c->total % 100), sum->count, sum->total / 100,
                 (int)(sum->total % 100));
    }
    for (size_t i = 0; i < t->scheme->n_guards; i++)
        guard_changes(t, &t->scheme->guards[i]);
}

void st_tally_budget(st_tally *t, uint32_t benefit, const st_budget *budget, st_money spent) {
    st_money all = spent;
    for (size_t i = 0; i < t->n_groups; i++)
        if (t->groups[i].benefit == benefit)
            add(&all, t->groups[i].sum);
    if (all <= budget->appropriation)
        return;
    const char *id =
        st_arena_fmt(&t->arena, "appropriation-%.*s", ST_FMT(t->scheme->benefits[benefit].id));
    trip(t, st_str_of(id),
         "%" PRId64 ".%02d would be spent in %d, appropriated are %" PRId64 ".%02d", all / 100,
         (int)(all % 100), budget->year, budget->appropriation / 100,
         (int)(budget->appropriation % 100));
}

bool st_tally_controls_ok(const st_tally *t) {
    return t->tripped.n == 0;
}
