/* Debts against payments: a table of cases worked out by hand, and bounds that hold for any input.
 */
#include "calc/offset.h"
#include "support/check_tap.h"

enum { DEBTS = 4, CREDITS = 3 };

typedef struct row {
    const char *name;
    bool policy;
    int64_t share; /* hundredths of a percent */
    st_money floor;
    bool newest;
    int64_t instalments;
    st_money credits[CREDITS]; /* of the keys "c0", "c1", "c2" */
    struct {
        const char *key;
        int64_t run;
        st_money amount, open;
    } debts[DEBTS];
    const char *expected; /* gross reversed kept net; then run:amount kind bound */
    bool corrects;        /* the lines are arrears, and debts of run 9 are made by this run */
} row;

/* Amounts in fen. */
/* clang-format off */
static const row rows[] = {
    {"no debt", true, 10000, 0, false, 0, {30000}, {{0}}, "30000 0 0 30000", false},
    {"no payment", true, 10000, 0, false, 0, {0}, {{"x", 1, 500, 500}}, "0 0 0 0", false},
    {"without a policy nothing is kept", false, 0, 0, false, 0, {30000}, {{"x", 1, 500, 500}}, "30000 0 0 30000", false},
    {"a debt smaller than the payment", true, 10000, 0, false, 0, {30000}, {{"x", 1, 500, 500}},
     "30000 0 500 29500 1:500 offset debt", false},
    {"the whole payment", true, 10000, 0, false, 0, {30000}, {{"x", 1, 40000, 40000}},
     "30000 0 30000 0 1:30000 offset floor", false},
    {"half of it", true, 5000, 0, false, 0, {30000}, {{"x", 1, 40000, 40000}},
     "30000 0 15000 15000 1:15000 offset share", false},
    {"half of an odd amount is rounded down", true, 5000, 0, false, 0, {30001}, {{"x", 1, 40000, 40000}},
     "30001 0 15000 15001 1:15000 offset share", false},
    {"a third is rounded down", true, 3333, 0, false, 0, {100}, {{"x", 1, 40000, 40000}},
     "100 0 33 67 1:33 offset share", false},
    {"a share so small that nothing is kept", true, 1, 0, false, 0, {9999}, {{"x", 1, 40000, 40000}},
     "9999 0 0 9999", false},
    {"the floor is left", true, 10000, 25000, false, 0, {30000}, {{"x", 1, 40000, 40000}},
     "30000 0 5000 25000 1:5000 offset floor", false},
    {"a payment below the floor", true, 10000, 25000, false, 0, {20000}, {{"x", 1, 40000, 40000}},
     "20000 0 0 20000", false},
    {"the share is stricter than the floor", true, 2000, 10000, false, 0, {30000}, {{"x", 1, 40000, 40000}},
     "30000 0 6000 24000 1:6000 offset share", false},
    {"the oldest debt first", true, 5000, 0, false, 0, {30000}, {{"x", 2, 9000, 9000}, {"y", 1, 9000, 9000}},
     "30000 0 15000 15000 1:9000 offset debt 2:6000 offset share", false},
    {"the newest debt first", true, 5000, 0, true, 0, {30000}, {{"x", 2, 9000, 9000}, {"y", 1, 9000, 9000}},
     "30000 0 15000 15000 2:9000 offset debt 1:6000 offset share", false},
    {"three instalments, rounded up", true, 10000, 0, false, 3, {30000}, {{"x", 1, 10000, 10000}},
     "30000 0 3334 26666 1:3334 offset instalment", false},
    {"the last instalment is what is left", true, 10000, 0, false, 3, {30000}, {{"x", 1, 10000, 3332}},
     "30000 0 3332 26668 1:3332 offset debt", false},
    {"an instalment of each debt", true, 10000, 0, false, 4, {30000}, {{"x", 1, 8000, 8000}, {"y", 2, 4000, 4000}},
     "30000 0 3000 27000 1:2000 offset instalment 2:1000 offset instalment", false},
    {"instalments end at the share", true, 1000, 0, false, 4, {25000}, {{"x", 1, 8000, 8000}, {"y", 2, 4000, 4000}},
     "25000 0 2500 22500 1:2000 offset instalment 2:500 offset share", false},
    {"one instalment is the whole debt", true, 10000, 0, false, 1, {30000}, {{"x", 1, 8000, 8000}},
     "30000 0 8000 22000 1:8000 offset debt", false},
    {"a line takes its own key's debt back", true, 5000, 0, false, 0, {20000}, {{"c0", 1, 20000, 20000}},
     "20000 20000 0 0 1:20000 reversal debt", false},
    {"a fen of it", true, 5000, 0, false, 0, {1}, {{"c0", 1, 20000, 20000}},
     "1 1 0 0 1:1 reversal debt", false},
    {"what was offset meanwhile is paid again", true, 5000, 0, false, 0, {20000}, {{"c0", 1, 20000, 5000}},
     "20000 5000 0 15000 1:5000 reversal debt", false},
    {"a reversal without a policy", false, 0, 0, false, 0, {20000}, {{"c0", 1, 20000, 20000}},
     "20000 20000 0 0 1:20000 reversal debt", false},
    {"the share is of what a reversal leaves", true, 5000, 0, false, 0, {20000, 10000}, {{"c0", 1, 20000, 20000}, {"x", 2, 90000, 90000}},
     "30000 20000 5000 5000 1:20000 reversal debt 2:5000 offset share", false},
    {"a reversal smaller than the debt: the rest is a debt like others", true, 10000, 0, false, 0, {5000, 1000}, {{"c0", 1, 20000, 20000}},
     "6000 5000 1000 0 1:5000 reversal debt 1:1000 offset floor", false},
    {"two debts of one key", true, 10000, 0, false, 0, {25000}, {{"c0", 1, 20000, 20000}, {"c0", 3, 10000, 10000}},
     "25000 25000 0 0 1:20000 reversal debt 3:5000 reversal debt", false},
    {"several lines are one payment", true, 5000, 0, false, 0, {10000, 20000, 10}, {{"x", 1, 90000, 90000}},
     "30010 0 15005 15005 1:15005 offset share", false},
    {"amounts near the limit", true, 9999, 0, false, 0, {ST_MONEY_MAX}, {{"x", 1, ST_MONEY_MAX, ST_MONEY_MAX}},
     "99999999999999 0 99989999999999 10000000000 1:99989999999999 offset share", false},
    {"a run that moves an amount to another month pays nothing", true, 5000, 0, false, 0, {20000}, {{"x", 9, 20000, 20000}},
     "20000 20000 0 0 9:20000 netted debt", true},
    {"without a policy too", false, 0, 0, false, 0, {20000}, {{"x", 9, 15000, 15000}},
     "20000 15000 0 5000 9:15000 netted debt", true},
    {"an earlier run's debt is left to the policy", true, 5000, 0, false, 0, {20000}, {{"x", 1, 20000, 20000}},
     "20000 0 10000 10000 1:10000 offset share", true},
    {"the month's own payment is left to the policy", true, 5000, 0, false, 0, {20000}, {{"x", 9, 20000, 20000}},
     "20000 0 10000 10000 9:10000 offset share", false},
    {"the own key before another", true, 5000, 0, false, 0, {20000}, {{"x", 9, 20000, 20000}, {"c0", 1, 5000, 5000}},
     "20000 20000 0 0 1:5000 reversal debt 9:15000 netted debt", true},
};
/* clang-format on */

START_TEST(test_table) {
    static const char *const kinds[] = {"offset", "reversal", "netted", "forgiven"},
                             *const bounds[] = {"debt", "share", "floor", "instalment"};
    static const char *const keys[] = {"c0", "c1", "c2"};
    st_buf b;
    st_buf_init(&b, 0);
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        const row *r = &rows[i];
        st_recovery_policy policy = {r->share, r->floor, r->newest, r->instalments};
        st_credit credits[CREDITS];
        st_debt debts[DEBTS];
        st_offset out[3 * CREDITS + 4 * DEBTS];
        st_money left[CREDITS];
        st_payable pay;
        size_t nc = 0, nd = 0;
        for (; nc < CREDITS && r->credits[nc]; nc++)
            credits[nc] = (st_credit){1, st_str_of(keys[nc]), r->credits[nc], r->corrects};
        for (; nd < DEBTS && r->debts[nd].key; nd++)
            debts[nd] = (st_debt){.benefit = 1,
                                  .occasion = st_str_of(r->debts[nd].key),
                                  .run = r->debts[nd].run,
                                  .line_no = nd,
                                  .amount = r->debts[nd].amount,
                                  .open = r->debts[nd].open,
                                  .fresh = r->debts[nd].run == 9};
        size_t n =
            st_calc_settle(r->policy ? &policy : NULL, credits, left, nc, debts, nd, out, &pay);
        st_buf_clear(&b);
        (void)st_buf_fmt(&b, "%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64, pay.gross,
                         pay.reversed, pay.kept, pay.net);
        for (size_t k = 0; k < n; k++)
            (void)st_buf_fmt(&b, " %" PRId64 ":%" PRId64 " %s %s", debts[out[k].debt].run,
                             out[k].amount, kinds[out[k].kind], bounds[out[k].bound]);
        ck_assert_msg(strcmp(b.p, r->expected) == 0, "%s: %s instead of %s", r->name, b.p,
                      r->expected);
    }
    st_buf_free(&b);
}
END_TEST

/* A credit of another benefit has the same occasion but another key. */
START_TEST(test_key_has_the_benefit) {
    st_credit c = {2, ST_STR("2023-11"), 300, false};
    st_debt d = {.benefit = 1, .occasion = ST_STR("2023-11"), .run = 1, .amount = 300, .open = 300};
    st_offset out[5];
    st_money left;
    st_payable pay;
    ck_assert_uint_eq(st_calc_settle(NULL, &c, &left, 1, &d, 1, out, &pay), 0);
    ck_assert_int_eq(pay.net, 300);
    ck_assert_int_eq(d.open, 300);
}
END_TEST

/* Lines of one run: the line number tells the age. */
START_TEST(test_order_within_a_run) {
    st_recovery_policy newest = {10000, 0, true, 0};
    st_credit c = {1, ST_STR("p"), 100, false};
    st_debt d[] = {
        {.benefit = 1, .occasion = ST_STR("a"), .run = 5, .line_no = 9, .amount = 60, .open = 60},
        {.benefit = 1, .occasion = ST_STR("b"), .run = 5, .line_no = 11, .amount = 70, .open = 70}};
    st_offset out[8];
    st_money left;
    st_payable pay;
    ck_assert_uint_eq(st_calc_settle(&newest, &c, &left, 1, d, 2, out, &pay), 2);
    ck_assert(st_str_is(d[out[0].debt].occasion, "b") && out[0].amount == 70);
    ck_assert(st_str_is(d[out[1].debt].occasion, "a") && out[1].amount == 30);
}
END_TEST

/* 200.00 taken back: 50.00 came in cash, 100.00 was written off, 50.00 is open. Due again, the
 * subject has 150.00 of it. */
START_TEST(test_written_off_is_not_paid_again) {
    st_credit c = {1, ST_STR("a"), 20000, true};
    st_debt d = {.benefit = 1,
                 .occasion = ST_STR("a"),
                 .run = 1,
                 .amount = 20000,
                 .open = 5000,
                 .forgiven = 10000};
    st_offset out[7];
    st_money left;
    st_payable pay;
    ck_assert_uint_eq(st_calc_settle(NULL, &c, &left, 1, &d, 1, out, &pay), 2);
    ck_assert(out[0].kind == ST_SETTLE_REVERSAL && out[0].amount == 5000);
    ck_assert(out[1].kind == ST_SETTLE_FORGIVEN && out[1].amount == 10000);
    ck_assert_int_eq(pay.net, 5000);
    /* Another month does not touch what was forgiven. */
    st_recovery_policy all = {10000, 0, false, 0};
    d.open = 0;
    d.forgiven = 10000;
    c.occasion = ST_STR("b");
    ck_assert_uint_eq(st_calc_settle(&all, &c, &left, 1, &d, 1, out, &pay), 0);
    ck_assert_int_eq(pay.net, 20000);
}
END_TEST

static uint64_t seed;
static int64_t dice(int64_t below) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int64_t)((seed >> 20) % (uint64_t)below);
}

/* What must hold whatever the input; worked out from the words of the policy, not from its code. */
static void bounds_hold(const st_recovery_policy *p, const st_credit *credits, size_t nc,
                        const st_debt *before, const st_debt *after, size_t nd,
                        const st_offset *out, size_t n, const st_payable *pay) {
    st_money gross = 0, reversed = 0, kept = 0, by_debt[8] = {0}, taken_by_debt[8] = {0};
    for (size_t i = 0; i < nc; i++)
        gross += credits[i].amount;
    for (size_t i = 0; i < n; i++) {
        ck_assert(out[i].amount > 0 && out[i].debt < nd);
        *(out[i].kind == ST_SETTLE_OFFSET ? &kept : &reversed) += out[i].amount;
        by_debt[out[i].debt] += out[i].amount;
        if (out[i].kind == ST_SETTLE_OFFSET)
            taken_by_debt[out[i].debt] += out[i].amount;
    }
    ck_assert(pay->gross == gross && pay->reversed == reversed && pay->kept == kept);
    ck_assert(pay->net >= 0 && pay->net == gross - reversed - kept);
    st_money payment = gross - reversed;
    ck_assert(p || kept == 0);
    if (p) {
        ck_assert((__int128)kept * 10000 <= (__int128)payment * p->share_percent);
        ck_assert(kept == 0 || pay->net >= p->floor);
    }
    bool open = false;
    for (size_t i = 0; i < nd; i++) {
        size_t k = 0; /* the same debt before the call */
        while (before[k].run != after[i].run || before[k].line_no != after[i].line_no)
            k++;
        ck_assert(after[i].open >= 0 && after[i].open == before[k].open - by_debt[i]);
        st_money limit = p && p->instalments
                             ? (after[i].amount + p->instalments - 1) / p->instalments
                             : INT64_MAX;
        ck_assert(taken_by_debt[i] <= limit);
        open = open || (after[i].open > 0 && taken_by_debt[i] < limit);
    }
    /* Nothing is left to keep as long as a debt is open: one fen more would break a bound. */
    if (p && open)
        ck_assert((__int128)(kept + 1) * 10000 > (__int128)payment * p->share_percent ||
                  payment - kept - 1 < p->floor);
}

START_TEST(test_bounds) {
    static const char *const keys[] = {"a", "b", "c", "d", "e"};
    for (seed = 1; seed < 40000; seed += 7) {
        uint64_t kept_seed = seed;
        st_recovery_policy policy = {dice(3) ? dice(10001) : 10000, dice(2) ? dice(60000) : 0,
                                     dice(2), dice(3) ? 0 : 1 + dice(12)};
        st_credit credits[4];
        st_debt before[8], after[8];
        st_offset out[40];
        st_money left[5];
        st_payable pay;
        size_t nc = (size_t)dice(5), nd = (size_t)dice(9);
        int first = (int)dice(5);
        for (size_t i = 0; i < nc; i++) /* one line per key in a run */
            credits[i] =
                (st_credit){1, st_str_of(keys[(first + (int)i) % 5]), 1 + dice(50000), dice(2)};
        for (size_t i = 0; i < nd; i++) {
            st_money amount = 1 + dice(50000);
            before[i] = (st_debt){.benefit = (int32_t)(dice(8) ? 1 : 2),
                                  .occasion = st_str_of(keys[dice(5)]),
                                  .run = dice(4),
                                  .line_no = i,
                                  .amount = amount,
                                  .open = 1 + dice(amount),
                                  .fresh = dice(3) == 0};
        }
        memcpy(after, before, sizeof before);
        const st_recovery_policy *p = dice(8) ? &policy : NULL;
        size_t n = st_calc_settle(p, credits, left, nc, after, nd, out, &pay);
        bounds_hold(p, credits, nc, before, after, nd, out, n, &pay);
        /* The order in which debts come in does not matter. */
        st_debt turned[8];
        st_offset again[40];
        st_payable same;
        for (size_t i = 0; i < nd; i++)
            turned[i] = before[nd - 1 - i];
        ck_assert_uint_eq(st_calc_settle(p, credits, left, nc, turned, nd, again, &same), n);
        ck_assert_int_eq(memcmp(&same, &pay, sizeof pay), 0);
        for (size_t i = 0; i < n; i++)
            ck_assert(again[i].debt == out[i].debt && again[i].amount == out[i].amount &&
                      again[i].kind == out[i].kind);
        seed = kept_seed;
    }
}
END_TEST

/* Debts of 5 of a, 70 of z, 30 of a; lines of 40 of z, 50 of a, 60 of y: everything is kept of its
 * own benefit first, and what that cannot bear of the others, line by line. */
START_TEST(test_whose_payment) {
    enum { A = 1, Y, Z, NONE };
    st_credit credits[] = {
        {Z, ST_STR("1"), 40, false}, {A, ST_STR("1"), 50, false}, {Y, ST_STR("1"), 60, false}};
    st_debt debts[] = {
        {.benefit = A, .occasion = ST_STR("o"), .run = 1, .amount = 5, .open = 5},
        {.benefit = Z, .occasion = ST_STR("o"), .run = 2, .amount = 70, .open = 70},
        {.benefit = A, .occasion = ST_STR("p"), .run = 3, .amount = 30, .open = 30},
        {.benefit = NONE, .occasion = ST_STR("o"), .run = 4, .amount = 9, .open = 9}};
    st_recovery_policy all = {10000, 0, false, 0};
    st_money left[4], own[30];
    st_offset out[30];
    st_kept_from from[4];
    st_payable pay;
    size_t n = st_calc_settle(&all, credits, left, 3, debts, 4, out, &pay);
    ck_assert_uint_eq(n, 4);
    st_calc_kept_of_own(credits, left, 3, debts, out, n, own);
    ck_assert(own[0] == 5 && own[1] == 40 && own[2] == 30 && own[3] == 0);
    /* of z 30 more: 15 are left of a's line, the rest is y's */
    ck_assert_uint_eq(st_calc_kept_of_others(credits, left, 3, out[1].amount - own[1], from), 2);
    ck_assert(from[0].benefit == A && from[0].amount == 15);
    ck_assert(from[1].benefit == Y && from[1].amount == 15);
    ck_assert_uint_eq(st_calc_kept_of_others(credits, left, 3, 0, from), 0);
    ck_assert_uint_eq(st_calc_kept_of_others(credits, left, 3, 9, from), 1);
    ck_assert(from[0].benefit == Y && from[0].amount == 9);
    ck_assert(left[0] + left[1] + left[2] == pay.net);
}
END_TEST

int main(void) {
    const ck_case cases[] = {CK_CASE(test_table),
                             CK_CASE(test_key_has_the_benefit),
                             CK_CASE(test_order_within_a_run),
                             CK_CASE(test_bounds),
                             CK_CASE(test_written_off_is_not_paid_again),
                             CK_CASE(test_whose_payment)};
    return ck_run("offset", cases, ST_LEN(cases));
}
