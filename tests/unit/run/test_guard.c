/* What keeps a run from being sealed: sums over the lines of a run, judged to the fen. */
#include "tally_fixture.h"

static st_budget budgets[BENEFITS][2];
static st_control controls[4];
static st_guard guards[1];

/* Ids of what tripped, with a blank between. */
static const char *tripped(void) {
    static char ids[400];
    size_t n = 0;
    ids[0] = '\0';
    for (size_t i = 0; i < t.tripped.n; i++)
        n += (size_t)snprintf(ids + n, sizeof ids - n, "%s%.*s", i ? " " : "",
                              ST_FMT(t.tripped.items[i].id));
    ck_assert(st_tally_controls_ok(&t) == (t.tripped.n == 0));
    return ids;
}

/* -- sums -- */

typedef struct sum_case {
    const char *name;
    struct {
        st_cause cause;
        st_money amount;
    } lines[4];
    st_money total, largest, arrears, recovered;
} sum_case;
static const sum_case sum_cases[] = {
    {"no line", {{0, 0}}, 0, 0, 0, 0},
    {"new lines are no arrears", {{ST_CAUSE_NEW, 100}, {ST_CAUSE_NEW, 250}}, 350, 250, 0, 0},
    {"arrears", {{ST_CAUSE_ARREARS, 100}, {ST_CAUSE_NEW, 5}}, 105, 100, 100, 0},
    {"a recovery by its size", {{ST_CAUSE_RECOVERY, -300}, {ST_CAUSE_NEW, 200}}, -100, 300, 0, 300},
    {"arrears taken back are no arrears",
     {{ST_CAUSE_ARREARS, 100}, {ST_CAUSE_REVERSAL, -40}},
     60,
     100,
     100,
     40},
    {"a recovery taken back is money for the past",
     {{ST_CAUSE_RECOVERY, -70}, {ST_CAUSE_REVERSAL, 70}},
     0,
     70,
     70,
     70},
    {"signs do not cancel each other out",
     {{ST_CAUSE_ARREARS, 1000}, {ST_CAUSE_RECOVERY, -1000}},
     0,
     1000,
     1000,
     1000},
    {"the largest is not the last",
     {{ST_CAUSE_NEW, 5}, {ST_CAUSE_NEW, 9}, {ST_CAUSE_NEW, 7}},
     21,
     9,
     0,
     0},
};

START_TEST(sums) {
    const sum_case *c = &sum_cases[_i];
    st_benefit_sums s = {0};
    uint64_t counted = 0;
    for (size_t i = 0; i < ST_LEN(c->lines) && c->lines[i].amount; i++) {
        st_diff_line l = line_of(MONTHLY, c->lines[i].cause, c->lines[i].amount);
        ck_assert_msg(st_sums_line(&s, &l), "%s", c->name);
        counted++;
    }
    for (size_t i = 0; i < ST_CAUSES; i++)
        counted -= s.by[i].count;
    ck_assert_msg(counted == 0, "%s: lines counted", c->name);
    ck_assert_msg(s.total == c->total, "%s: total %" PRId64, c->name, s.total);
    ck_assert_msg(s.largest == c->largest, "%s: largest %" PRId64, c->name, s.largest);
    ck_assert_msg(st_sums_arrears(&s) == c->arrears, "%s: arrears", c->name);
    ck_assert_msg(st_sums_recovered(&s) == c->recovered, "%s: recovered", c->name);
}
END_TEST

START_TEST(sums_beyond_an_amount) {
    st_benefit_sums s = {.total = -5};
    st_diff_line one = line_of(MONTHLY, ST_CAUSE_ARREARS, 1);
    s.by[ST_CAUSE_ARREARS].more = INT64_MAX - 1;
    ck_assert(st_sums_line(&s, &one)); /* the largest amount there is */
    ck_assert(!st_sums_line(&s, &one));
    s = (st_benefit_sums){.total = INT64_MAX};
    ck_assert(!st_sums_line(&s, &one));
    /* each of two sums holds, both together do not: the bound is reached, never passed over */
    s = (st_benefit_sums){0};
    s.by[ST_CAUSE_ARREARS].more = s.by[ST_CAUSE_REVERSAL].more = INT64_MAX - 2;
    s.by[ST_CAUSE_RECOVERY].less = s.by[ST_CAUSE_REVERSAL].less = INT64_MIN + 3;
    ck_assert_int_eq(st_sums_arrears(&s), INT64_MAX);
    ck_assert_int_eq(st_sums_recovered(&s), INT64_MAX);
}
END_TEST

/* -- guards -- */

typedef struct guard_case {
    const char *name;
    st_guard guard; /* id "g" */
    struct {
        uint64_t last_payees, payees;
        st_money last, now;
    } of[2]; /* MONTHLY, QUARTERLY */
    struct {
        uint32_t benefit;
        st_cause cause;
        st_money amount;
    } lines[3];
    const char *why[2]; /* a part of each reason */
} guard_case;
#define PAYEES(p) .has_payees = true, .payees_percent = (p)
#define TOTAL(p) .has_total = true, .total_percent = (p)
#define AMOUNT(a) .has_amount = true, .amount_above = (a)
#define ARREARS(a) .has_arrears = true, .arrears_above = (a)
#define RECOVERY(a) .has_recovery = true, .recovery_above = (a)
#define OF_MONTHLY .benefit = {"monthly", 7}
static const guard_case guard_cases[] = {
    {"payees at the upper bound", {PAYEES(2000)}, {{100, 120, 0, 0}}, {{0}}, {NULL}},
    {"one payee more", {PAYEES(2000)}, {{100, 121, 0, 0}}, {{0}}, {"payees went from 100 to 121"}},
    {"payees at the lower bound", {PAYEES(2000)}, {{100, 80, 0, 0}}, {{0}}, {NULL}},
    {"one payee fewer", {PAYEES(2000)}, {{100, 79, 0, 0}}, {{0}}, {"payees went from 100 to 79"}},
    {"a fraction of a percent", {PAYEES(50)}, {{200, 201, 0, 0}}, {{0}}, {NULL}},
    {"beyond a fraction of a percent", {PAYEES(49)}, {{200, 201, 0, 0}}, {{0}}, {"200 to 201"}},
    {"no payee in the first month", {PAYEES(0)}, {{0, 500, 0, 0}}, {{0}}, {NULL}},
    {"nobody is left", {PAYEES(9999)}, {{3, 0, 0, 0}}, {{0}}, {"from 3 to 0"}},
    {"payees of all benefits together",
     {PAYEES(1000)},
     {{50, 60, 0, 0}, {50, 50, 0, 0}},
     {{0}},
     {NULL}},
    {"payees of one benefit",
     {PAYEES(1000), OF_MONTHLY},
     {{50, 60, 0, 0}, {50, 50, 0, 0}},
     {{0}},
     {"from 50 to 60"}},
    {"payees of another benefit",
     {PAYEES(1000), OF_MONTHLY},
     {{50, 50, 0, 0}, {50, 90, 0, 0}},
     {{0}},
     {NULL}},
    {"total at the bound", {TOTAL(1000)}, {{0, 0, 100000, 110000}}, {{0}}, {NULL}},
    {"total one fen beyond",
     {TOTAL(1000)},
     {{0, 0, 100000, 110001}},
     {{0}},
     {"the month's total went from 1000.00 to 1100.01"}},
    {"total one fen below",
     {TOTAL(1000)},
     {{0, 0, 100000, 89999}},
     {{0}},
     {"the month's total went from 1000.00 to 899.99"}},
    {"totals whose product is beyond 64 bits",
     {TOTAL(1000)},
     {{0, 0, INT64_C(2000000000000000000), INT64_C(2200000000000000000)}},
     {{0}},
     {NULL}},
    {"no guard looks at anything", {.id = {"g", 1}}, {{1, 9, 1, 9}}, {{0}}, {NULL}},
    {"an amount at the bound", {AMOUNT(50000)}, {{0}}, {{MONTHLY, 0, 50000}}, {NULL}},
    {"an amount one fen above",
     {AMOUNT(50000)},
     {{0}},
     {{ONCE, 0, 50001}},
     {"once: a single amount of 500.01 is above the bound"}},
    {"a recovery is an amount",
     {AMOUNT(50000)},
     {{0}},
     {{MONTHLY, ST_CAUSE_RECOVERY, -50001}},
     {"monthly: a single amount of 500.01"}},
    {"amounts of two benefits",
     {AMOUNT(1)},
     {{0}},
     {{MONTHLY, 0, 2}, {QUARTERLY, 0, 3}},
     {"monthly: a single amount of 0.02", "quarterly: a single amount of 0.03"}},
    {"an amount of another benefit", {AMOUNT(1), OF_MONTHLY}, {{0}}, {{ONCE, 0, 2}}, {NULL}},
    {"arrears at the bound",
     {ARREARS(30000)},
     {{0}},
     {{MONTHLY, ST_CAUSE_ARREARS, 10000}, {QUARTERLY, ST_CAUSE_ARREARS, 20000}},
     {NULL}},
    {"arrears one fen above, over benefits",
     {ARREARS(30000)},
     {{0}},
     {{MONTHLY, ST_CAUSE_ARREARS, 10001}, {QUARTERLY, ST_CAUSE_ARREARS, 20000}},
     {"arrears of 300.01 are above the bound"}},
    {"what is new is no arrears", {ARREARS(1)}, {{0}}, {{ONCE, ST_CAUSE_NEW, 20000}}, {NULL}},
    {"recoveries do not hide arrears",
     {ARREARS(30000)},
     {{0}},
     {{MONTHLY, ST_CAUSE_ARREARS, 30001}, {MONTHLY, ST_CAUSE_RECOVERY, -30001}},
     {"arrears of 300.01"}},
    {"recoveries at the bound",
     {RECOVERY(30000)},
     {{0}},
     {{MONTHLY, ST_CAUSE_RECOVERY, -30000}},
     {NULL}},
    {"recoveries one fen above",
     {RECOVERY(30000)},
     {{0}},
     {{MONTHLY, ST_CAUSE_RECOVERY, -30000}, {ONCE, ST_CAUSE_REVERSAL, -1}},
     {"300.01 are taken back, which is above the bound"}},
    {"two bounds of one guard",
     {ARREARS(1), RECOVERY(1)},
     {{0}},
     {{MONTHLY, ST_CAUSE_ARREARS, 2}, {MONTHLY, ST_CAUSE_RECOVERY, -2}},
     {"arrears of 0.02", "0.02 are taken back"}},
};

START_TEST(bounds_of_guards) {
    static const uint32_t compared[] = {MONTHLY, QUARTERLY};
    const guard_case *c = &guard_cases[_i];
    scheme_by_hand();
    guards[0] = c->guard;
    guards[0].id = ST_STR("g");
    scheme.guards = guards;
    scheme.n_guards = 1;
    tally_begin("2024-03");
    for (size_t i = 0; i < ST_LEN(compared); i++)
        t.months[compared[i]] = (st_month_sums){.compared = true,
                                                .last_payees = c->of[i].last_payees,
                                                .payees = c->of[i].payees,
                                                .last = c->of[i].last,
                                                .now = c->of[i].now};
    for (size_t i = 0; i < ST_LEN(c->lines) && c->lines[i].amount; i++)
        add_line(c->lines[i].benefit, c->lines[i].cause, c->lines[i].amount);
    st_tally_guard(&t);
    size_t wanted = (c->why[0] != NULL) + (c->why[1] != NULL);
    ck_assert_msg(t.tripped.n == wanted, "%s: %zu reasons, the first: %s", c->name, t.tripped.n,
                  t.tripped.n ? t.tripped.items[0].why : "");
    for (size_t i = 0; i < wanted; i++)
        ck_assert_msg(strstr(t.tripped.items[i].why, c->why[i]) != NULL, "%s: %s", c->name,
                      t.tripped.items[i].why);
    ck_assert(!t.overflow);
    st_tally_free(&t);
}
END_TEST

/* -- what is posted beside the payment -- */

static void moved(uint32_t benefit, st_cause cause, st_money amount) {
    st_diff_line l = line_of(benefit, cause, amount);
    l.occasion = ST_STR("2023-01");
    st_moved x = {.subject = ST_STR("A"), .lines = &l, .n_lines = 1};
    st_tally_line(&t, benefit, &l);
    st_tally_move(&t, &x);
}

START_TEST(a_total_with_arrears_and_recoveries) {
    static const struct {
        const char *name;
        st_money arrears, recovery;
        bool trips;
    } cases[] = {{"arrears at the bound", 10000, 0, false},
                 {"arrears above it", 10001, 0, true},
                 {"recoveries at the bound", 0, -10000, false},
                 {"recoveries below it", 0, -10001, true},
                 {"the two together", 60000, -50000, false}};
    for (size_t i = 0; i < ST_LEN(cases); i++) {
        scheme_by_hand();
        guards[0] = (st_guard){.id = ST_STR("g"), TOTAL(1000), OF_MONTHLY};
        scheme.guards = guards;
        scheme.n_guards = 1;
        tally_begin("2024-03");
        t.months[MONTHLY] = (st_month_sums){.compared = true, .last = 100000, .now = 100000};
        if (cases[i].arrears)
            moved(MONTHLY, ST_CAUSE_ARREARS, cases[i].arrears);
        if (cases[i].recovery)
            moved(MONTHLY, ST_CAUSE_RECOVERY, cases[i].recovery);
        moved(ONCE, ST_CAUSE_NEW, 7000000); /* of another benefit */
        st_tally_guard(&t);
        ck_assert_msg((t.tripped.n > 0) == cases[i].trips, "%s: %s", cases[i].name, tripped());
        if (cases[i].trips)
            ck_assert_ptr_nonnull(
                strstr(t.tripped.items[0].why, "are posted, after 1000.00 for the last month"));
        st_tally_free(&t);
    }
}
END_TEST

/* A benefit that is not compared this month does not count, though it has rows. */
START_TEST(a_benefit_that_is_not_compared) {
    scheme_by_hand();
    guards[0] = (st_guard){.id = ST_STR("g"), TOTAL(1000)};
    scheme.guards = guards;
    scheme.n_guards = 1;
    tally_begin("2024-03");
    t.months[MONTHLY] = (st_month_sums){.compared = true, .last = 100000, .now = 100000};
    moved(ONCE, ST_CAUSE_NEW, 7000000);
    moved(QUARTERLY, ST_CAUSE_ARREARS, 7000000);
    st_tally_guard(&t);
    ck_assert_str_eq(tripped(), "");
    st_tally_free(&t);
}
END_TEST

/* -- control totals -- */

START_TEST(control_totals) {
    static const struct {
        const char *name, *tier, *from, *to;
        int owed; /* which of the dues below count */
    } cases[] = {
        {"all", "", "2023-01", NULL, 4},
        {"of a tier", "high", "2023-01", NULL, 2},
        {"from a month on", "", "2023-03", NULL, 3},
        {"from a month on, not the one before", "", "2023-04", NULL, 2},
        {"up to a month", "", "2023-01", "2023-03", 2},
        {"of one month", "", "2023-03", "2023-03", 1},
        {"of no month", "", "2023-06", NULL, 0},
    };
    static const struct {
        const char *month, *tier;
        st_money amount;
        st_due_state state;
        uint32_t benefit;
    } dues[] = {{"2023-02", "low", 100, ST_DUE_OWED, MONTHLY},
                {"2023-03", "high", 1000, ST_DUE_OWED, MONTHLY},
                {"2023-04", "low", 10000, ST_DUE_OWED, MONTHLY},
                {"2023-05", "high", 100000, ST_DUE_OWED, MONTHLY},
                {"2023-05", "high", 0, ST_DUE_OWED, MONTHLY}, /* nothing is due */
                {"2023-05", "high", 7, ST_DUE_HELD, MONTHLY},
                {"2023-05", "high", 7, ST_DUE_OWED, QUARTERLY}};
    for (size_t i = 0; i < ST_LEN(cases); i++)
        for (int off = -1; off <= 1; off++) {
            st_month from = M(cases[i].from);
            st_month to = cases[i].to ? M(cases[i].to) : ST_MONTH_MAX;
            scheme_by_hand();
            controls[0] = (st_control){.id = ST_STR("c"),
                                       .tier = st_str_of(cases[i].tier),
                                       .from = from,
                                       .to = to,
                                       .count = cases[i].owed + off};
            benefits[MONTHLY].controls = controls;
            benefits[MONTHLY].n_controls = 1;
            tally_begin("2023-06");
            for (size_t k = 0; k < ST_LEN(dues); k++) {
                st_owed o = {.benefit = dues[k].benefit,
                             .state = dues[k].state,
                             .month = M(dues[k].month),
                             .amount = dues[k].amount,
                             .tier = st_str_of(dues[k].tier)};
                st_tally_due(&t, &o);
                if (o.benefit == MONTHLY && o.state == ST_DUE_OWED && o.month >= from &&
                    o.month <= to && (!cases[i].tier[0] || st_str_is(o.tier, cases[i].tier)))
                    controls[0].total += o.amount;
            }
            ck_assert_uint_eq(t.controls.n, 1);
            ck_assert_msg(t.controls.items[0].count == cases[i].owed, "%s: %" PRId64, cases[i].name,
                          t.controls.items[0].count);
            st_tally_guard(&t);
            ck_assert_msg(!strcmp(tripped(), off ? "c" : ""), "%s %d: %s", cases[i].name, off,
                          tripped());
            st_tally_free(&t);
        }
}
END_TEST

START_TEST(a_control_total_of_a_fen_less) {
    scheme_by_hand();
    controls[0] = (st_control){
        .id = ST_STR("c"), .from = M("2023-01"), .to = ST_MONTH_MAX, .count = 1, .total = 30000};
    benefits[ONCE].controls = controls;
    benefits[ONCE].n_controls = 1;
    tally_begin("2023-06");
    st_owed o = {
        .benefit = ONCE, .state = ST_DUE_OWED, .month = M("2023-02"), .amount = 29999, .tier = {0}};
    st_tally_due(&t, &o);
    st_tally_guard(&t);
    ck_assert_str_eq(tripped(), "c");
    ck_assert_str_eq(t.tripped.items[0].why, "declared 1 persons and 300.00, found 1 and 299.99");
    st_tally_free(&t);
}
END_TEST

/* Not judged before a run can post all it speaks of. */
START_TEST(when_a_control_total_is_judged) {
    static const struct {
        const char *name, *payable_from, *to, *period;
        bool judged;
    } cases[] = {{"of all months", NULL, NULL, "2023-01", true},
                 {"before its last month", NULL, "2023-06", "2023-05", false},
                 {"in its last month", NULL, "2023-06", "2023-06", true},
                 {"after it", NULL, "2023-06", "2023-07", true},
                 {"before the benefit is payable", "2023-06", NULL, "2023-05", false},
                 {"when the benefit is payable", "2023-06", NULL, "2023-06", true},
                 {"payable, but not at its end", "2023-06", "2023-08", "2023-07", false}};
    for (size_t i = 0; i < ST_LEN(cases); i++) {
        scheme_by_hand();
        controls[0] = controls[1] =
            (st_control){.from = M("2023-01"), .to = cases[i].to ? M(cases[i].to) : ST_MONTH_MAX};
        benefits[ONCE].controls = controls;
        benefits[ONCE].n_controls = 2;
        if (cases[i].payable_from)
            benefits[ONCE].payable_from = M(cases[i].payable_from);
        tally_begin(cases[i].period);
        ck_assert_msg(t.controls.n == (cases[i].judged ? 2 : 0), "%s", cases[i].name);
        for (uint32_t k = 0; k < t.controls.n; k++) {
            ck_assert_uint_eq(t.controls.items[k].benefit, ONCE);
            ck_assert_uint_eq(t.controls.items[k].control, k);
        }
        st_tally_free(&t);
    }
}
END_TEST

/* -- appropriations -- */

START_TEST(appropriations) {
    static const struct {
        const char *name;
        st_money spent, now;
        bool trips;
    } cases[] = {{"nothing is spent", 0, 0, false},
                 {"all of it", 60000, 40000, false},
                 {"a fen more", 60000, 40001, true},
                 {"spent before", 100000, 0, false},
                 {"a recovery makes room", 130000, -30000, false},
                 {"not room enough", 130001, -30000, true}};
    for (size_t i = 0; i < ST_LEN(cases); i++) {
        scheme_by_hand();
        st_budget b = {.year = 2024, .limited = true, .appropriation = 100000};
        tally_begin("2024-03");
        if (cases[i].now)
            add_line(ONCE, ST_CAUSE_RECOVERY, cases[i].now);
        add_line(MONTHLY, ST_CAUSE_NEW, 900000); /* on another line */
        st_tally_budget(&t, ONCE, &b, cases[i].spent);
        ck_assert_msg(!strcmp(tripped(), cases[i].trips ? "appropriation-once" : ""), "%s: %s",
                      cases[i].name, tripped());
        if (i == 2)
            ck_assert_str_eq(t.tripped.items[0].why,
                             "1000.01 would be spent in 2024, appropriated are 1000.00");
        st_tally_free(&t);
    }
}
END_TEST

START_TEST(a_year_without_a_budget_line) {
    static const struct {
        const char *name, *period;
        bool limited;
        uint32_t posted_on;
        st_money posted;
        bool trips;
    } cases[] = {{"a year with a line", "2024-12", true, ONCE, 100, false},
                 {"the year after", "2025-01", true, ONCE, 100, true},
                 {"the year before", "2023-12", true, ONCE, -100, true},
                 {"nothing is posted", "2025-01", true, ONCE, 0, false},
                 {"posted on another benefit", "2025-01", true, MONTHLY, 100, false},
                 {"no appropriation is declared", "2025-01", false, ONCE, 100, false}};
    for (size_t i = 0; i < ST_LEN(cases); i++) {
        scheme_by_hand();
        /* the appropriation is another benefit's, and its second one: it counts for the scheme */
        budgets[ONCE][0] = budgets[QUARTERLY][0] = (st_budget){.year = 2024};
        budgets[QUARTERLY][1] = (st_budget){.year = 2023, .limited = cases[i].limited};
        benefits[ONCE].budgets = budgets[ONCE];
        benefits[QUARTERLY].budgets = budgets[QUARTERLY];
        benefits[ONCE].n_budgets = 1;
        benefits[QUARTERLY].n_budgets = 2;
        tally_begin(cases[i].period);
        if (cases[i].posted)
            add_line(cases[i].posted_on, ST_CAUSE_ARREARS, cases[i].posted);
        st_tally_budget_year(&t, ONCE);
        ck_assert_msg((t.tripped.n > 0) == cases[i].trips, "%s: %s", cases[i].name, tripped());
        if (i == 1) {
            ck_assert_str_eq(tripped(), "budget-2025-once");
            ck_assert_str_eq(t.tripped.items[0].why,
                             "scheme.xml has no budget line of 2025 for once, but 1.00 would be "
                             "posted on it");
        }
        st_tally_free(&t);
    }
}
END_TEST

/* -- keys of which no rule speaks -- */

START_TEST(stray_keys) {
    static const struct {
        const char *name;
        int32_t benefit;
        const char *occasion;
        st_money sum;
        bool stray;
    } cases[] = {{"a month of the monthly benefit", MONTHLY, "2023-05", 100, false},
                 {"a quarter of the monthly benefit", MONTHLY, "2023-Q2", 100, true},
                 {"any name of what is paid once", ONCE, "2023-Q2", 100, false},
                 {"a benefit that is no more", -1, "2023-05", 100, true},
                 {"one that adds up to nothing", -1, "2023-05", 0, false}};
    for (size_t i = 0; i < ST_LEN(cases); i++) {
        scheme_by_hand();
        tally_begin("2023-06");
        st_posted p = {.subject = ST_STR("A"),
                       .benefit = cases[i].benefit,
                       .occasion = st_str_of(cases[i].occasion),
                       .sum = cases[i].sum};
        st_tally_stray(&t, &p);
        st_tally_guard(&t);
        ck_assert_msg(!strcmp(tripped(), cases[i].stray ? ST_STRAY_GUARD : ""), "%s: %s",
                      cases[i].name, tripped());
        st_tally_free(&t);
    }
}
END_TEST

START_TEST(many_stray_keys) {
    scheme_by_hand();
    tally_begin("2023-06");
    st_posted p = {
        .subject = ST_STR("A"), .benefit = -1, .occasion = ST_STR("2023-05"), .sum = 150};
    st_buf b;
    st_buf_init(&b, 0);
    st_strays_json(&t.strays, &b);
    ck_assert_uint_eq(b.n, 0);
    st_tally_stray(&t, &p);
    st_tally_guard(&t);
    ck_assert_str_eq(t.tripped.items[0].why, "1 posted key (1.50) of which no rule speaks");
    for (int i = 0; i < ST_STRAYS_SHOWN; i++)
        st_tally_stray(&t, &p);
    ck_assert_uint_eq(t.strays.keys, ST_STRAYS_SHOWN + 1);
    ck_assert_uint_eq(t.strays.n, ST_STRAYS_SHOWN); /* the list is cut, the sum is not */
    st_strays_json(&t.strays, &b);
    contains(&b, ",\"strays\":{\"count\":9,\"sum\":\"13.50\",\"keys\":[{\"subject\":\"A\","
                 "\"benefit\":\"?\",\"occasion\":\"2023-05\",\"posted\":\"1.50\"},{");
    p.sum = INT64_MAX;
    st_tally_stray(&t, &p);
    st_tally_guard(&t);
    ck_assert_str_eq(t.tripped.items[1].why,
                     "10 posted keys (more than can be added) of which no rule speaks");
    st_buf_clear(&b);
    st_strays_json(&t.strays, &b);
    contains(&b, "\"count\":10,\"sum\":null,");
    st_buf_free(&b);
    st_tally_free(&t);
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_TABLE(sums, sum_cases),
        CK_CASE(sums_beyond_an_amount),
        CK_TABLE(bounds_of_guards, guard_cases),
        CK_CASE(a_total_with_arrears_and_recoveries),
        CK_CASE(a_benefit_that_is_not_compared),
        CK_CASE(control_totals),
        CK_CASE(a_control_total_of_a_fen_less),
        CK_CASE(when_a_control_total_is_judged),
        CK_CASE(appropriations),
        CK_CASE(a_year_without_a_budget_line),
        CK_CASE(stray_keys),
        CK_CASE(many_stray_keys),
    };
    return ck_run("run/guard", cases, ST_LEN(cases));
}
