/* A scheme made by hand and what a run counts of it: neither files nor a database. */
#ifndef TEST_RUN_TALLY_FIXTURE_H
#define TEST_RUN_TALLY_FIXTURE_H

#include "run/run_int.h"
#include "support/check_tap.h"

/* Benefits: paid monthly, once, by the quarter. */
enum { MONTHLY, ONCE, QUARTERLY, BENEFITS };

static st_benefit benefits[BENEFITS];
static st_rules versions[BENEFITS][2];
static st_scheme scheme;
static st_tally t;

static inline st_month M(const char *z) {
    st_month m;
    ck_assert_msg(st_month_parse(st_str_of(z), &m), "%s", z);
    return m;
}

static inline void scheme_by_hand(void) {
    static const char *const ids[] = {"monthly", "once", "quarterly"};
    static const st_cadence cadences[] = {ST_MONTHLY, ST_ONCE, ST_QUARTERLY};
    static const int months[] = {1, 0, 3};
    for (int i = 0; i < BENEFITS; i++) {
        versions[i][0] = (st_rules){.from = ST_MONTH_MIN, .to = M("2023-12")};
        versions[i][1] = (st_rules){.from = M("2024-01"), .to = ST_MONTH_MAX};
        benefits[i] = (st_benefit){.id = st_str_of(ids[i]),
                                   .cadence = cadences[i],
                                   .months = months[i],
                                   .paid_months = months[i] ? months[i] : 1,
                                   .first = M("2023-01"),
                                   .last = ST_MONTH_MAX,
                                   .payable_from = ST_MONTH_MIN,
                                   .closing = ST_MONTH_MAX,
                                   .rules = versions[i],
                                   .n_rules = 2};
    }
    scheme = (st_scheme){.id = ST_STR("s"),
                         .currency = ST_STR("CNY"),
                         .first = M("2023-01"),
                         .last = ST_MONTH_MAX,
                         .benefits = benefits,
                         .n_benefits = BENEFITS};
}

static inline void tally_begin(const char *period) {
    st_tally_init(&t, &scheme, M(period));
}

static inline st_diff_line line_of(uint32_t benefit, st_cause cause, st_money amount) {
    return (st_diff_line){.benefit = benefit,
                          .cause = cause,
                          .amount = amount,
                          .occasion = ST_STR("o"),
                          .tier = ST_STR("t")};
}

static inline void add_line(uint32_t benefit, st_cause cause, st_money amount) {
    st_diff_line l = line_of(benefit, cause, amount);
    st_tally_line(&t, benefit, &l);
}

static inline void contains(const st_buf *b, const char *part) {
    ck_assert_msg(strstr(b->p, part) != NULL, "%s\nis not in\n%s", part, b->p);
}

#endif
