/* due - posted: the sequence of LEDGER 3.1, causes, scope, held keys. */
#include "calc/calc.h"
#include "support/check_tap.h"

static st_scheme scheme;
static st_benefit benefits[2];
enum { AWARD, ALLOWANCE };

static void setup_scheme(void) {
    benefits[AWARD] = (st_benefit){.id = ST_STR("award"),
                                   .cadence = ST_ONCE,
                                   .paid_months = 1,
                                   .first = 0,
                                   .last = ST_MONTH_MAX};
    benefits[ALLOWANCE] = (st_benefit){.id = ST_STR("allowance"),
                                       .cadence = ST_MONTHLY,
                                       .months = 1,
                                       .paid_months = 1,
                                       .first = 0,
                                       .last = ST_MONTH_MAX};
    scheme = (st_scheme){.benefits = benefits, .n_benefits = 2};
}

static st_month M(const char *z) {
    st_month m;
    ck_assert(st_month_parse(st_str_of(z), &m));
    return m;
}

static st_owed owes(uint32_t benefit, const char *occasion, st_money amount, st_due_state state) {
    st_owed o = {.benefit = benefit,
                 .state = state,
                 .occasion = st_str_of(occasion),
                 .tier = ST_STR("t"),
                 .amount = amount};
    if (benefit == ALLOWANCE)
        o.month = M(occasion);
    return o;
}

/* Applies the lines of a run to what is posted, as the ledger would: one key. */
static size_t step(st_money due, st_posted *p, bool *have, st_cause *cause, st_money *amount) {
    st_owed o = owes(ALLOWANCE, "2023-09", due, due ? ST_DUE_OWED : ST_DUE_REFUSED);
    st_diff_line lines[4];
    size_t n = st_calc_diff(&scheme, M("2023-11"), &o, 1, p, *have ? 1 : 0, lines);
    for (size_t i = 0; i < n; i++) {
        ck_assert_int_eq(lines[i].seq, *have ? p->next_seq : 0);
        if (!*have)
            *p = (st_posted){
                .benefit = ALLOWANCE, .occasion = ST_STR("2023-09"), .tier = ST_STR("t")};
        *have = true;
        p->sum += lines[i].amount;
        p->last_seq = lines[i].seq;
        p->counted++;
        p->next_seq = lines[i].seq + 1;
        p->last_amount = lines[i].amount;
        *cause = lines[i].cause;
        *amount = lines[i].amount;
    }
    return n;
}

START_TEST(converges) {
    setup_scheme();
    static const struct {
        st_money due;
        size_t lines;
        st_money amount;
        st_cause cause;
    } rows[] = {
        {120000, 1, 120000, ST_CAUSE_ARREARS}, /* an older month, first time */
        {120000, 0, 0, 0},
        {90000, 1, -30000, ST_CAUSE_RECOVERY},
        {120000, 1, 30000, ST_CAUSE_REVERSAL}, /* the recovery is taken back */
        {120000, 0, 0, 0},
        {130000, 1, 10000, ST_CAUSE_ARREARS},
        {0, 1, -130000, ST_CAUSE_RECOVERY},
        {0, 0, 0, 0},
    };
    st_posted p = {.last_seq = -1};
    bool have = false;
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        st_cause cause = 0;
        st_money amount = 0;
        ck_assert_uint_eq(step(rows[i].due, &p, &have, &cause, &amount), rows[i].lines);
        if (rows[i].lines) {
            ck_assert_int_eq(amount, rows[i].amount);
            ck_assert_int_eq(cause, rows[i].cause);
        }
        ck_assert_int_eq(have ? p.sum : 0, rows[i].due);
    }
}
END_TEST

/* Lines of void runs number a key's lines, but are no correction that could be taken back. */
START_TEST(first_recovery_after_a_void) {
    setup_scheme();
    st_posted p = {.benefit = ALLOWANCE,
                   .occasion = ST_STR("2023-09"),
                   .tier = ST_STR("t"),
                   .sum = 20000,
                   .next_seq = 2,
                   .last_seq = 1,
                   .counted = 1,
                   .last_amount = 20000};
    st_owed o = owes(ALLOWANCE, "2023-09", 0, ST_DUE_REFUSED);
    st_diff_line line[2];
    ck_assert_uint_eq(st_calc_diff(&scheme, M("2023-11"), &o, 1, &p, 1, line), 1);
    ck_assert_int_eq(line[0].cause, ST_CAUSE_RECOVERY);
    p.counted = 2; /* with an earlier line that counts the newest was a correction */
    ck_assert_uint_eq(st_calc_diff(&scheme, M("2023-11"), &o, 1, &p, 1, line), 1);
    ck_assert_int_eq(line[0].cause, ST_CAUSE_REVERSAL);
}
END_TEST

START_TEST(causes_and_scope) {
    setup_scheme();
    st_owed owed[] = {owes(AWARD, "intermediate", 300000, ST_DUE_OWED),
                      owes(AWARD, "senior", 600000, ST_DUE_LATER),
                      owes(ALLOWANCE, "2023-10", 20000, ST_DUE_OWED),
                      owes(ALLOWANCE, "2023-11", 20000, ST_DUE_OWED)};
    st_diff_line lines[8];
    size_t n = st_calc_diff(&scheme, M("2023-11"), owed, ST_LEN(owed), NULL, 0, lines);
    ck_assert_uint_eq(n, 3);
    ck_assert_int_eq(lines[0].cause, ST_CAUSE_NEW);
    ck_assert_int_eq(lines[1].cause, ST_CAUSE_ARREARS);
    ck_assert_int_eq(lines[2].cause, ST_CAUSE_NEW);
    /* A run of an earlier month leaves later months and awards that lie ahead alone. */
    st_posted posted[] = {{.benefit = AWARD,
                           .occasion = ST_STR("senior"),
                           .next_seq = 1,
                           .sum = 600000,
                           .last_amount = 600000,
                           .tier = ST_STR("s")},
                          {.benefit = ALLOWANCE,
                           .occasion = ST_STR("2023-12"),
                           .next_seq = 1,
                           .sum = 20000,
                           .last_amount = 20000,
                           .tier = ST_STR("t")}};
    n = st_calc_diff(&scheme, M("2023-11"), owed + 1, 1, posted, 2, lines);
    ck_assert_uint_eq(n, 0);
    /* But the December run takes December back when nothing is due for it any more. */
    n = st_calc_diff(&scheme, M("2023-12"), owed + 1, 1, posted, 2, lines);
    ck_assert_uint_eq(n, 1);
    ck_assert_int_eq(lines[0].amount, -20000);
    ck_assert_int_eq(lines[0].cause, ST_CAUSE_RECOVERY);
    ck_assert(st_str_is(lines[0].tier, "t"));
}
END_TEST

START_TEST(held_stays) {
    setup_scheme();
    st_owed owed[] = {owes(ALLOWANCE, "2023-10", 0, ST_DUE_HELD),
                      owes(ALLOWANCE, "2023-11", 0, ST_DUE_REFUSED)};
    st_posted posted[] = {{.benefit = -1, .occasion = ST_STR("x"), .next_seq = 1, .sum = 5},
                          {.benefit = ALLOWANCE,
                           .occasion = ST_STR("2023-10"),
                           .next_seq = 1,
                           .sum = 20000,
                           .last_amount = 20000}};
    st_diff_line lines[8];
    ck_assert_uint_eq(st_calc_diff(&scheme, M("2023-11"), owed, 2, posted, 2, lines), 0);
}
END_TEST

START_TEST(void_lines_keep_their_seq) {
    setup_scheme();
    st_owed o = owes(ALLOWANCE, "2023-11", 20000, ST_DUE_OWED);
    st_posted p = {.benefit = ALLOWANCE,
                   .occasion = ST_STR("2023-11"),
                   .next_seq = 3,
                   .sum = 0,
                   .last_seq = -1};
    st_diff_line lines[2];
    ck_assert_uint_eq(st_calc_diff(&scheme, M("2023-11"), &o, 1, &p, 1, lines), 1);
    ck_assert_int_eq(lines[0].seq, 3);
    ck_assert_int_eq(lines[0].cause, ST_CAUSE_NEW);
}
END_TEST

START_TEST(rhythm) {
    st_benefit yearly = {
        .cadence = ST_MONTHLY, .months = 1, .paid_months = 12, .payable_from = ST_MONTH_MIN};
    ck_assert(!st_calc_in_scope(&yearly, M("2023-03"), M("2023-11")));
    ck_assert(st_calc_in_scope(&yearly, M("2023-03"), M("2023-12")));
    st_benefit quarter = {
        .cadence = ST_QUARTERLY, .months = 3, .paid_months = 3, .payable_from = M("2023-06")};
    ck_assert(!st_calc_in_scope(&quarter, M("2023-01"), M("2023-05")));
    ck_assert(st_calc_in_scope(&quarter, M("2023-01"), M("2023-06")));
    st_month m;
    ck_assert(st_calc_occasion_month(&quarter, ST_STR("2023-Q4"), &m) && m == M("2023-10"));
    ck_assert(!st_calc_occasion_month(&quarter, ST_STR("2023-Q5"), &m));
}
END_TEST

/* Nothing is late that is paid in the month in which its quarter or year is. */
START_TEST(rhythm_of_causes) {
    setup_scheme();
    benefits[ALLOWANCE].paid_months = 3;
    st_owed owed[] = {owes(ALLOWANCE, "2023-09", 20000, ST_DUE_OWED),
                      owes(ALLOWANCE, "2023-10", 20000, ST_DUE_OWED),
                      owes(ALLOWANCE, "2023-11", 20000, ST_DUE_OWED),
                      owes(ALLOWANCE, "2023-12", 20000, ST_DUE_OWED)};
    static const st_cause in_december[] = {ST_CAUSE_ARREARS, ST_CAUSE_NEW, ST_CAUSE_NEW,
                                           ST_CAUSE_NEW};
    st_diff_line lines[8];
    ck_assert_uint_eq(st_calc_diff(&scheme, M("2023-12"), owed, 4, NULL, 0, lines), 4);
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(lines[i].cause, in_december[i]);
    ck_assert_uint_eq(st_calc_diff(&scheme, M("2024-01"), owed, 4, NULL, 0, lines), 4);
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(lines[i].cause, ST_CAUSE_ARREARS);
    benefits[ALLOWANCE] = (st_benefit){
        .cadence = ST_QUARTERLY, .months = 3, .paid_months = 3, .first = 0, .last = ST_MONTH_MAX};
    st_owed quarter = owes(ALLOWANCE, "2023-10", 60000, ST_DUE_OWED);
    quarter.occasion = ST_STR("2023-Q4");
    ck_assert_uint_eq(st_calc_diff(&scheme, M("2023-12"), &quarter, 1, NULL, 0, lines), 1);
    ck_assert_int_eq(lines[0].cause, ST_CAUSE_NEW);
    ck_assert_uint_eq(st_calc_diff(&scheme, M("2024-02"), &quarter, 1, NULL, 0, lines), 1);
    ck_assert_int_eq(lines[0].cause, ST_CAUSE_ARREARS);
}
END_TEST

START_TEST(paid_in_and_by) {
    st_benefit monthly = {.cadence = ST_MONTHLY, .months = 1, .paid_months = 1},
               yearly = {.cadence = ST_MONTHLY, .months = 1, .paid_months = 12},
               quarter = {.cadence = ST_QUARTERLY, .months = 3, .paid_months = 3};
    ck_assert_int_eq(st_calc_paid_in(&monthly, M("2023-03")), M("2023-03"));
    ck_assert_int_eq(st_calc_paid_in(&yearly, M("2023-03")), M("2023-12"));
    ck_assert_int_eq(st_calc_paid_in(&quarter, M("2023-07")), M("2023-09"));
    ck_assert_int_eq(st_calc_paid_by(&monthly, M("2023-03")), M("2023-03"));
    ck_assert_int_eq(st_calc_paid_by(&yearly, M("2023-12")), M("2023-12"));
    ck_assert_int_eq(st_calc_paid_by(&yearly, M("2024-11")), M("2023-12"));
    ck_assert_int_eq(st_calc_paid_by(&quarter, M("2023-08")), M("2023-06"));
}
END_TEST

int main(void) {
    const ck_case cases[] = {CK_CASE(converges),      CK_CASE(causes_and_scope),
                             CK_CASE(held_stays),     CK_CASE(void_lines_keep_their_seq),
                             CK_CASE(rhythm),         CK_CASE(rhythm_of_causes),
                             CK_CASE(paid_in_and_by), CK_CASE(first_recovery_after_a_void)};
    return ck_run("diff", cases, ST_LEN(cases));
}
