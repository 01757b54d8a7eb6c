/* Which period a run takes, and what is asked about it. */
#include "run/forward.h"
#include "support/check_tap.h"

static st_month m(const char *text) {
    st_month out;
    ck_assert(st_month_parse(st_str_of(text), &out));
    return out;
}

static st_date d(const char *text) {
    st_date out;
    ck_assert(st_date_parse(st_str_of(text), &out));
    return out;
}

/* A monthly right from 2023-01 on, and an award that goes by no calendar. */
static st_benefit benefits[2];
static st_scheme scheme;

static void setup_scheme(void) {
    memset(benefits, 0, sizeof benefits);
    benefits[0] = (st_benefit){.cadence = ST_MONTHLY,
                               .months = 1,
                               .paid_months = 1,
                               .first = m("2023-01"),
                               .last = ST_MONTH_MAX,
                               .payable_from = ST_MONTH_MIN,
                               .closing = ST_MONTH_MAX};
    benefits[1] = (st_benefit){.cadence = ST_ONCE,
                               .paid_months = 1,
                               .first = ST_MONTH_MIN,
                               .last = ST_MONTH_MAX,
                               .payable_from = ST_MONTH_MIN,
                               .closing = ST_MONTH_MAX};
    scheme = (st_scheme){
        .first = m("2023-01"), .last = ST_MONTH_MAX, .benefits = benefits, .n_benefits = 2};
}

static st_run_before run(int64_t number, const char *period, const char *known) {
    return (st_run_before){
        .run = number, .period = m(period), .known_at = d(known), .counts = true};
}

static st_forward at(const char *known, const st_run_before *runs, size_t n) {
    return (st_forward){.scheme = &scheme, .known_at = d(known), .runs = runs, .n = n};
}

/* The words asked, or "" . */
static const char *asked(const st_forward *f, const char *period) {
    static char words[ST_ASKED_MAX];
    st_err err;
    st_err_init(&err);
    unsigned q = st_forward_ask(f, m(period), &err);
    ck_assert((q != 0) == (err.code != ST_E_NONE));
    ck_assert(q == 0 || st_code_exit(err.code) == ST_EXIT_DATA);
    st_forward_words(q, words);
    return words;
}

static void period_is(const st_forward *f, const char *wanted) {
    st_month got = st_forward_period(f);
    ck_assert_msg(got == m(wanted), "%d-%02d instead of %s", got / 12, got % 12 + 1, wanted);
}

START_TEST(the_first_run) {
    setup_scheme();
    st_forward f = at("2024-01-20", NULL, 0);
    period_is(&f, "2024-01");
    ck_assert_str_eq(asked(&f, "2024-01"), "");
    ck_assert_str_eq(asked(&f, "2023-03"), "");
    ck_assert_str_eq(asked(&f, "2024-02"), "ahead");
    ck_assert_str_eq(asked(&f, "2042-01"), "ahead");
    scheme.lead = 1;
    ck_assert_str_eq(asked(&f, "2024-02"), "");
    ck_assert_str_eq(asked(&f, "2024-03"), "ahead");
}
END_TEST

START_TEST(the_period_that_follows) {
    setup_scheme();
    st_run_before runs[] = {run(3, "2024-01", "2024-01-20"), run(2, "2023-12", "2023-12-20"),
                            run(1, "2023-11", "2023-11-20")};
    st_forward f = at("2024-02-20", runs, 3);
    period_is(&f, "2024-02");
    runs[0].same_records = true; /* rules changed: not the same run again */
    period_is(&f, "2024-02");
    runs[0].same_rules = true;
    period_is(&f, "2024-01");
    runs[0].same_records = false;
    period_is(&f, "2024-02");
    runs[0].counts = false; /* void, or not sealed */
    period_is(&f, "2024-01");
    /* an exceptional run for an earlier month does not set the calendar back */
    st_run_before back[] = {run(4, "2023-10", "2024-01-25"), run(3, "2024-01", "2024-01-20")};
    f = at("2024-02-20", back, 2);
    period_is(&f, "2024-02");
}
END_TEST

START_TEST(what_is_asked) {
    setup_scheme();
    st_run_before runs[] = {run(2, "2024-01", "2024-01-20"), run(1, "2023-12", "2023-12-20")};
    st_forward f = at("2024-02-20", runs, 2);
    ck_assert_str_eq(asked(&f, "2024-02"), "");
    ck_assert_str_eq(asked(&f, "2024-01"), ""); /* a correction */
    ck_assert_str_eq(asked(&f, "2023-12"), "back");
    f = at("2024-03-20", runs, 2);
    ck_assert_str_eq(asked(&f, "2024-03"), "skipped");
    f = at("2024-01-19", runs, 2);
    ck_assert_str_eq(asked(&f, "2024-01"), "older");
    ck_assert_str_eq(asked(&f, "2024-02"), "older,ahead");
    ck_assert_str_eq(asked(&f, "2024-03"), "older,ahead,skipped");
    f = at("2024-01-20", runs, 2); /* the same day is not older */
    ck_assert_str_eq(asked(&f, "2024-01"), "");
    runs[0].same_records = true;
    f = at("2024-02-01", runs, 2);
    ck_assert_str_eq(asked(&f, "2024-02"), "unchanged");
    ck_assert_str_eq(asked(&f, "2024-01"), "");
    ck_assert_str_eq(asked(&f, "2023-12"), "back");
    runs[0].same_records = false;
    runs[1].same_records = true; /* an older run's file, for the month it was not for */
    ck_assert_str_eq(asked(&f, "2024-01"), "unchanged");
}
END_TEST

START_TEST(runs_that_do_not_count) {
    setup_scheme();
    st_run_before runs[] = {run(3, "2042-01", "2024-06-20"), run(2, "2024-01", "2024-01-20"),
                            run(1, "2023-12", "2023-12-20")};
    runs[0].counts = false;
    runs[0].same_records = runs[0].same_rules = true;
    st_forward f = at("2024-02-20", runs, 3);
    ck_assert_str_eq(asked(&f, "2024-02"), "");
    period_is(&f, "2042-01"); /* and that is asked about */
    ck_assert_str_eq(asked(&f, "2042-01"), "ahead,skipped");
    for (int i = 0; i < 3; i++)
        runs[i].counts = false;
    ck_assert_str_eq(asked(&f, "2023-06"), "");
    f = at("2023-11-20", runs, 3);
    ck_assert_str_eq(asked(&f, "2023-11"), "");
}
END_TEST

/* Only a month in which a right is paid can be skipped. */
START_TEST(months_without_payment) {
    setup_scheme();
    st_run_before runs[] = {run(1, "2023-03", "2023-03-20")};
    st_forward f = at("2024-03-20", runs, 1);
    ck_assert_str_eq(asked(&f, "2024-03"), "skipped");
    benefits[0].cadence = ST_ONCE;
    ck_assert_str_eq(asked(&f, "2024-03"), "");
    benefits[0].cadence = ST_QUARTERLY;
    benefits[0].months = benefits[0].paid_months = 3;
    ck_assert_str_eq(asked(&f, "2023-06"), "");
    ck_assert_str_eq(asked(&f, "2023-07"), "skipped");
    benefits[0].last = m("2023-04"); /* its quarter is paid in June */
    ck_assert_str_eq(asked(&f, "2024-03"), "skipped");
    benefits[0].last = m("2023-03");
    ck_assert_str_eq(asked(&f, "2024-03"), "");
    setup_scheme();
    benefits[0].payable_from = m("2024-02");
    ck_assert_str_eq(asked(&f, "2024-02"), "");
    ck_assert_str_eq(asked(&f, "2024-03"), "skipped");
    setup_scheme();
    scheme.first = m("2024-03");
    ck_assert_str_eq(asked(&f, "2024-03"), "");
}
END_TEST

START_TEST(one_question_that_names_all) {
    setup_scheme();
    st_run_before runs[] = {run(2, "2024-01", "2024-01-20")};
    st_forward f = at("2023-11-20", runs, 1);
    st_err err;
    st_err_init(&err);
    ck_assert_uint_eq(st_forward_ask(&f, m("2024-03"), &err),
                      ST_ASK_OLDER | ST_ASK_AHEAD | ST_ASK_SKIPPED);
    ck_assert_int_eq(err.code, ST_E_RUN_OLDER);
    static const char *const parts[] = {"2023-11-20", "run 2", "2024-01-20", "2024-03", "2024-02"};
    for (size_t i = 0; i < ST_LEN(parts); i++)
        ck_assert_msg(strstr(err.msg, parts[i]) != NULL, "%s: %s", parts[i], err.msg);
    ck_assert_ptr_nonnull(strstr(err.hint, "--because"));
}
END_TEST

START_TEST(reasons) {
    char longest[ST_BECAUSE_MAX + 2];
    memset(longest, 'x', sizeof longest);
    longest[ST_BECAUSE_MAX] = 0;
    ck_assert(st_forward_reason(longest));
    longest[ST_BECAUSE_MAX] = 'x';
    longest[ST_BECAUSE_MAX + 1] = 0;
    ck_assert(!st_forward_reason(longest));
    ck_assert(st_forward_reason("六月停发，经批准"));
    static const char *const bad[] = {"", "  ", "two\nlines", "a\ttab", "\xff\xfe", "\x1b[2J"};
    for (size_t i = 0; i < ST_LEN(bad); i++)
        ck_assert(!st_forward_reason(bad[i]));
}
END_TEST

int main(void) {
    const ck_case cases[] = {CK_CASE(the_first_run),
                             CK_CASE(the_period_that_follows),
                             CK_CASE(what_is_asked),
                             CK_CASE(runs_that_do_not_count),
                             CK_CASE(months_without_payment),
                             CK_CASE(one_question_that_names_all),
                             CK_CASE(reasons)};
    return ck_run("forward", cases, ST_LEN(cases));
}
