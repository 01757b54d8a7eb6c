/* Occasions in time: cadences that change, ends, what is dropped, what is too much to look at. */
#include "calc/calc_int.h"
#include "support/scheme_files.h"

static scheme_files files;
static st_calc *calc;
static st_case got;

static const st_str names[] = {{"xs", 2}};
static const st_str item_names[] = {{"k", 1}, {"d", 1}};
static const st_shape item_shape = {2, item_names}, facts_shape = {1, names};
static const st_feel_field item_fields[] = {{{"k", 1}, &st_feel_string}, {{"d", 1}, &st_feel_date}};
static const st_feel_type item_type = {.kind = ST_T_CONTEXT,
                                       .name = {"x", 1},
                                       .fields = item_fields,
                                       .n_fields = 2,
                                       .shape = &item_shape};
static const st_feel_type list_type = {.kind = ST_T_LIST, .name = {"xs", 2}, .elem = &item_type};
static const st_feel_field fields[] = {{{"xs", 2}, &list_type}};
static const st_feel_type facts_type = {
    .kind = ST_T_CONTEXT, .name = {"p", 1}, .fields = fields, .n_fields = 1, .shape = &facts_shape};

static void open_rules(const char *xml, const char *model) {
    bool ok = scheme_try(&files, xml, model) &&
              st_scheme_compile(files.s, &facts_type, NULL, NULL, &files.err);
    ck_assert_msg(ok, "%s", files.err.msg);
}

static void close_rules(void) {
    st_calc_free(calc);
    calc = NULL;
    scheme_end(&files);
}

/* A list of n entries; keys and dates may be NULL (absent). */
static void assess(const char *period, const char *const keys[], const char *const dates[],
                   uint32_t n) {
    st_calc_free(calc);
    calc = st_calc_new(files.s, M(period), (st_date){2024, 1, 1});
    st_val *items = ST_NEWN(&files.s->arena, st_val, n + 1), *v = ST_NEW(&files.s->arena, st_val);
    for (uint32_t i = 0; i < n; i++) {
        st_val *x = ST_NEWN(&files.s->arena, st_val, 2);
        st_date d;
        x[0] = keys[i] ? st_string(st_str_of(keys[i])) : (st_val){0};
        x[1] = dates && dates[i] && st_date_parse(st_str_of(dates[i]), &d) ? st_date_val(d)
                                                                           : (st_val){0};
        items[i] = st_context_val(&files.s->arena, &item_shape, x);
    }
    v[0] = st_list_val(&files.s->arena, items, n);
    st_calc_assess(calc, st_context_val(&files.s->arena, &facts_shape, v), &got);
}

static void has(size_t i, const char *occasion, const char *month, st_money amount) {
    ck_assert_uint_lt(i, got.n_dues);
    ck_assert_msg(st_str_is(got.dues[i].occasion, occasion), "due %zu is %.*s", i,
                  ST_FMT(got.dues[i].occasion));
    ck_assert_int_eq(got.dues[i].state, ST_DUE_OWED);
    ck_assert_int_eq(got.dues[i].month, M(month));
    ck_assert_int_eq(got.dues[i].amount, amount);
}

/* A day is worth 1.00: what an occasion covers shows in its amount. */
#define BY_DAYS MODEL("period.days")

START_TEST(monthly_then_quarterly) {
    open_rules(SCHEME("", BENEFIT("cadence=\"P1M\"", "<cadence from=\"2023-04\" every=\"P3M\"/>")),
               BY_DAYS);
    assess("2023-03", NULL, NULL, 0);
    ck_assert_uint_eq(got.n_dues, 3);
    assess("2023-05", NULL, NULL, 0);
    ck_assert_uint_eq(got.n_dues, 3);
    assess("2023-09", NULL, NULL, 0);
    ck_assert_uint_eq(got.n_dues, 5);
    has(0, "2023-01", "2023-01", 3100);
    has(1, "2023-02", "2023-02", 2800);
    has(2, "2023-03", "2023-03", 3100);
    has(3, "2023-Q2", "2023-04", 9100);
    has(4, "2023-Q3", "2023-07", 9200);
    close_rules();
}
END_TEST

/* Every day from the first month on is in one occasion, whatever the cadences. */
START_TEST(no_day_is_lost) {
    static const char *const bodies[] = {
        BENEFIT("cadence=\"P3M\"", "<cadence from=\"2023-07\" every=\"P1M\"/>"),
        BENEFIT("cadence=\"P1M\"", "<cadence from=\"2024-01\" every=\"P1Y\"/>"),
        BENEFIT("cadence=\"P1Y\"", "<cadence from=\"2024-01\" every=\"P1M\" paid=\"P3M\"/>"),
        BENEFIT("cadence=\"P1M\" paid=\"P1Y\"", "<cadence from=\"2023-07\" every=\"P3M\"/>"
                                                "<cadence from=\"2024-01\" every=\"P1Y\"/>"),
        BENEFIT("cadence=\"P1M\" paid=\"P3M\"", "<cadence from=\"2023-05\" every=\"P1M\"/>"
                                                "<cadence from=\"2023-07\" every=\"P3M\"/>")};
    for (size_t i = 0; i < ST_LEN(bodies) * 2; i++) {
        char xml[4000];
        int n = i & 1 ? snprintf(xml, sizeof xml, SCHEME("", "%s"), bodies[i / 2])
                      : snprintf(xml, sizeof xml, SCHEME("last=\"2024-12\"", "%s"), bodies[i / 2]);
        ck_assert_int_lt(n, (int)sizeof xml);
        open_rules(xml, BY_DAYS);
        assess("2024-12", NULL, NULL, 0);
        ck_assert_int_eq(got.verdicts[0].due, (365 + 366) * 100);
        close_rules();
    }
}
END_TEST

START_TEST(payments) {
    st_phase changes[] = {{M("2023-05"), ST_MONTHLY, 1, 1}, {M("2024-01"), ST_QUARTERLY, 3, 12}};
    st_benefit b = {.cadence = ST_MONTHLY,
                    .months = 1,
                    .paid_months = 12,
                    .changes = changes,
                    .n_changes = 2,
                    .payable_from = ST_MONTH_MIN,
                    .closing = ST_MONTH_MAX};
    ck_assert_int_eq(st_calc_paid_in(&b, M("2023-02")), M("2023-04")); /* its cadence ends there */
    ck_assert_int_eq(st_calc_paid_in(&b, M("2022-02")), M("2022-12"));
    ck_assert_int_eq(st_calc_paid_in(&b, M("2023-05")), M("2023-05"));
    ck_assert_int_eq(st_calc_paid_in(&b, M("2024-04")), M("2024-12"));
    ck_assert_int_eq(st_calc_paid_by(&b, M("2023-03")), M("2022-12"));
    ck_assert_int_eq(st_calc_paid_by(&b, M("2023-04")), M("2023-04"));
    ck_assert_int_eq(st_calc_paid_by(&b, M("2023-11")), M("2023-11"));
    ck_assert_int_eq(st_calc_paid_by(&b, M("2024-11")), M("2023-12"));
    b.closing = M("2024-06");
    ck_assert_int_eq(st_calc_paid_in(&b, M("2024-04")), M("2024-06"));
    b.closing = M("2024-09"); /* the quarter that ends with the scheme */
    ck_assert_int_eq(st_calc_paid_in(&b, M("2024-07")), M("2024-09"));
    b.closing = M("2024-06");
    ck_assert_int_eq(st_calc_paid_by(&b, M("2024-06")), M("2024-06"));
    /* the scheme was shortened after this quarter was paid: it lies beyond, nothing takes it back
     */
    ck_assert_int_eq(st_calc_paid_in(&b, M("2024-07")), M("2024-12"));
    st_month m;
    ck_assert(st_calc_occasion_month(&b, ST_STR("2023-12"), &m) && m == M("2023-12"));
    ck_assert(!st_calc_occasion_month(&b, ST_STR("2024-01"), &m));
    ck_assert(st_calc_occasion_month(&b, ST_STR("2024-Q1"), &m) && m == M("2024-01"));
    ck_assert(!st_calc_occasion_month(&b, ST_STR("2023-Q4"), &m));
    ck_assert(!st_calc_occasion_month(&b, ST_STR("2023"), &m));
    ck_assert(!st_calc_occasion_month(&b, ST_STR("-023"), &m));
}
END_TEST

/* Which names are occasions of which calendar: its first month, or "" for none. */
START_TEST(names_of_occasions) {
    static const struct {
        const char *id, *monthly, *quarterly, *yearly;
    } ids[] = {{"2023-11", "2023-11", "", ""},
               {"2023-01", "2023-01", "", ""},
               {"2023-13", "", "", ""},
               {"2023-1", "", "", ""},
               {"2023", "", "", "2023-01"},
               {"1999", "", "", "1999-01"},
               {"203", "", "", ""},
               {"20231", "", "", ""},
               {"-023", "", "", ""},
               {"x023", "", "", ""},
               {"2023-Q1", "", "2023-01", ""},
               {"2023-Q4", "", "2023-10", ""},
               {"2023-Q0", "", "", ""},
               {"2023-Q5", "", "", ""},
               {"2023-Q", "", "", ""},
               {"2023-Q11", "", "", ""},
               {"2023_Q1", "", "", ""},
               {"2023-q1", "", "", ""},
               {"", "", "", ""},
               {"once", "", "", ""}};
    static const struct {
        st_cadence cadence;
        int months;
    } kinds[] = {{ST_MONTHLY, 1}, {ST_QUARTERLY, 3}, {ST_YEARLY, 12}, {ST_ONCE, 0}};
    for (size_t i = 0; i < ST_LEN(ids); i++)
        for (size_t k = 0; k < ST_LEN(kinds); k++) {
            const char *const wanted[] = {ids[i].monthly, ids[i].quarterly, ids[i].yearly, ""};
            st_benefit b = {
                .cadence = kinds[k].cadence, .months = kinds[k].months, .paid_months = 1};
            st_month m = 0;
            bool is = st_calc_occasion_month(&b, st_str_of(ids[i].id), &m);
            ck_assert_msg(is == (*wanted[k] != '\0'), "%s, cadence %zu", ids[i].id, k);
            ck_assert_msg(!is || m == M(wanted[k]), "%s, cadence %zu", ids[i].id, k);
        }
}
END_TEST

/* Of a run's period: what is paid in it, what was paid before, what is not payable yet. */
START_TEST(scope) {
    static const struct {
        const char *name;
        st_cadence cadence;
        int months, paid;
        const char *occasion, *period, *payable_from;
        bool in;
    } cases[] = {
        {"a month in its own", ST_MONTHLY, 1, 1, "2024-03", "2024-03", "2020-01", true},
        {"a month before its own", ST_MONTHLY, 1, 1, "2024-03", "2024-02", "2020-01", false},
        {"a month of a quarter in its last", ST_MONTHLY, 1, 3, "2024-01", "2024-03", "2020-01",
         true},
        {"a month of a quarter before its last", ST_MONTHLY, 1, 3, "2024-01", "2024-02", "2020-01",
         false},
        {"a quarter in its last month", ST_QUARTERLY, 3, 3, "2024-01", "2024-03", "2020-01", true},
        {"a quarter before", ST_QUARTERLY, 3, 3, "2024-01", "2024-02", "2020-01", false},
        {"an award in its month", ST_ONCE, 0, 1, "2024-03", "2024-03", "2020-01", true},
        {"an award before its month", ST_ONCE, 0, 1, "2024-03", "2024-02", "2020-01", false},
        {"an award not payable yet", ST_ONCE, 0, 1, "2024-03", "2024-04", "2024-05", false},
        {"a month not payable yet", ST_MONTHLY, 1, 1, "2024-03", "2024-04", "2024-05", false},
        {"the first month in which it is payable", ST_MONTHLY, 1, 1, "2024-03", "2024-05",
         "2024-05", true},
    };
    for (size_t i = 0; i < ST_LEN(cases); i++) {
        st_benefit b = {.cadence = cases[i].cadence,
                        .months = cases[i].months,
                        .paid_months = cases[i].paid,
                        .payable_from = M(cases[i].payable_from),
                        .closing = ST_MONTH_MAX};
        ck_assert_msg(st_calc_in_scope(&b, M(cases[i].occasion), M(cases[i].period)) == cases[i].in,
                      "%s", cases[i].name);
    }
}
END_TEST

START_TEST(last_months_of_a_scheme) {
    open_rules(SCHEME("last=\"2024-05\"", BENEFIT("cadence=\"P1M\" paid=\"P3M\"", "")),
               MODEL("100"));
    assess("2024-04", NULL, NULL, 0);
    ck_assert_uint_eq(got.n_dues, 15);
    assess("2024-05", NULL, NULL, 0);
    ck_assert_uint_eq(got.n_dues, 17);
    has(16, "2024-05", "2024-05", 10000);
    close_rules();
}
END_TEST

/* What is not looked at is held, not forgotten. */
START_TEST(more_than_can_be_looked_at) {
    open_rules(
        SCHEME("", "<benefit id=\"b\" first=\"1923-02\" cadence=\"P1M\">" TITLE RULES "</benefit>"),
        MODEL("1"));
    assess("2023-01", NULL, NULL, 0);
    ck_assert_uint_eq(got.n_dues, ST_OCCASIONS_MAX);
    ck_assert_int_eq(got.verdicts[0].outcome, ST_ENTITLED);
    for (int regular = 0; regular < 2; regular++) {
        assess("2023-02", NULL, NULL, 0);
        if (regular) {
            st_calc_since(calc, M("2023-01"));
            st_val none = st_list_val(&files.s->arena, NULL, 0);
            st_calc_assess(calc, st_context_val(&files.s->arena, &facts_shape, &none), &got);
        }
        ck_assert_int_eq(got.verdicts[0].outcome, ST_HELD);
        ck_assert_uint_eq(got.n_dues, 1);
        ck_assert_int_eq(got.dues[0].state, ST_DUE_ANY);
        ck_assert_uint_eq(got.n_findings, 1);
        ck_assert_ptr_nonnull(strstr(got.findings[0].msg, "more than 1200 occasions"));
    }
    st_owed owed = {.benefit = 0, .state = ST_DUE_ANY, .occasion = ST_STR("?")};
    st_posted posted = {.benefit = 0, .occasion = ST_STR("1923-02"), .sum = 100, .last_seq = 0};
    st_diff_line line[4];
    ck_assert_uint_eq(st_calc_diff(files.s, M("2023-02"), &owed, 1, &posted, 1, line), 0);
    close_rules();
}
END_TEST

#define AWARD                                                                                      \
    "<benefit id=\"b\" first=\"2023-01\" cadence=\"once\" each=\"xs\" key=\"k\" "                  \
    "dated-by=\"d\">" TITLE RULES "</benefit>"

/* An entry that lost its name may be any of those that were paid. */
START_TEST(entries_without_a_name) {
    static const char *const dates[] = {"2023-02-01", "2023-03-01"};
    static const char *const bad[] = {NULL, "",
                                      "0123456789012345678901234567890123456789012345678"};
    open_rules(SCHEME("", AWARD), MODEL("7"));
    for (size_t i = 0; i < ST_LEN(bad); i++) {
        const char *const keys[] = {"senior", bad[i]};
        assess("2023-06", keys, dates, 2);
        ck_assert_int_eq(got.verdicts[0].outcome, ST_HELD);
        st_owed owed[2];
        ck_assert_uint_eq(got.n_dues, 2);
        for (size_t k = 0; k < 2; k++)
            owed[k] = (st_owed){.state = got.dues[k].state,
                                .occasion = got.dues[k].occasion,
                                .month = got.dues[k].month,
                                .amount = got.dues[k].amount};
        st_posted posted = {.occasion = ST_STR("junior"), .sum = 300, .next_seq = 1};
        st_diff_line line[4];
        ck_assert_uint_eq(st_calc_diff(files.s, M("2023-06"), owed, 2, &posted, 1, line), 1);
        ck_assert(st_str_is(line[0].occasion, "senior"));
        ck_assert_int_eq(line[0].amount, 700);
    }
    close_rules();
}
END_TEST

/* -- keys that no occasion stands for -- */

static size_t left(const st_scheme *s, const char *occasion, st_diff_line *line) {
    st_posted posted = {.benefit = 0, .occasion = st_str_of(occasion), .sum = 500, .next_seq = 1};
    return st_calc_diff(s, M("2023-12"), NULL, 0, &posted, 1, line);
}
static bool spoken(const st_scheme *s, int benefit, const char *occasion) {
    st_posted p = {.benefit = benefit, .occasion = st_str_of(occasion), .sum = 500};
    return st_calc_speaks(s, &p);
}

START_TEST(strays) {
    st_phase change = {M("2023-07"), ST_QUARTERLY, 3, 3};
    st_benefit b = {.cadence = ST_MONTHLY,
                    .months = 1,
                    .paid_months = 1,
                    .changes = &change,
                    .n_changes = 1,
                    .last = ST_MONTH_MAX,
                    .payable_from = ST_MONTH_MIN,
                    .closing = ST_MONTH_MAX};
    st_scheme s = {.benefits = &b, .n_benefits = 1};
    st_diff_line line[2];
    ck_assert(spoken(&s, 0, "2023-06") && left(&s, "2023-06", line) == 1);
    ck_assert(spoken(&s, 0, "2023-Q3") && left(&s, "2023-Q3", line) == 1);
    ck_assert(!spoken(&s, 0, "2023-07") && left(&s, "2023-07", line) == 0);
    ck_assert(!spoken(&s, 0, "2023-Q2") && left(&s, "2023-Q2", line) == 0);
    ck_assert(!spoken(&s, 0, "once") && left(&s, "once", line) == 0);
    ck_assert(!spoken(&s, -1, "2023-06"));
    b.stray = ST_KEYS_KEEP;
    ck_assert(spoken(&s, 0, "2023-07") && left(&s, "2023-07", line) == 0);
    b.stray = ST_KEYS_RECOVER;
    ck_assert(spoken(&s, 0, "2023-07") && left(&s, "2023-07", line) == 1);
    ck_assert_int_eq(line[0].amount, -500);
    ck_assert_int_eq(line[0].cause, ST_CAUSE_RECOVERY);
}
END_TEST

START_TEST(dropped) {
    st_benefit b = {.cadence = ST_MONTHLY,
                    .months = 1,
                    .paid_months = 1,
                    .last = ST_MONTH_MAX,
                    .payable_from = ST_MONTH_MIN,
                    .retired = ST_KEYS_KEEP,
                    .closing = ST_MONTH_MAX};
    st_scheme s = {.benefits = &b, .n_benefits = 1};
    st_diff_line line[2];
    ck_assert(spoken(&s, 0, "2023-06") && left(&s, "2023-06", line) == 0);
    b.retired = ST_KEYS_RECOVER;
    ck_assert(left(&s, "2023-06", line) == 1 && left(&s, "2023-Q2", line) == 1);
    ck_assert_int_eq(line[0].amount, -500);
    ck_assert_int_eq(line[0].due, 0);
}
END_TEST

START_TEST(dropped_is_due_nothing) {
    static const char *const keys[] = {"senior"}, *const dates[] = {"2023-02-01"};
    open_rules(SCHEME("", "<benefit id=\"b\" first=\"2023-01\" cadence=\"once\" each=\"xs\" "
                          "key=\"k\" dated-by=\"d\" retired=\"recover\">" TITLE RULES "</benefit>"),
               MODEL("7"));
    assess("2023-06", keys, dates, 1);
    ck_assert_uint_eq(got.n_dues, 0);
    ck_assert_int_eq(got.verdicts[0].outcome, ST_REFUSED);
    ck_assert_uint_eq(got.verdicts[0].n_refusals, 1);
    ck_assert(st_str_is(got.verdicts[0].refusals[0].code, "retired"));
    close_rules();
}
END_TEST

int main(void) {
    const ck_case cases[] = {CK_CASE(monthly_then_quarterly),
                             CK_CASE(no_day_is_lost),
                             CK_CASE(payments),
                             CK_CASE(names_of_occasions),
                             CK_CASE(scope),
                             CK_CASE(last_months_of_a_scheme),
                             CK_CASE(more_than_can_be_looked_at),
                             CK_CASE(entries_without_a_name),
                             CK_CASE(strays),
                             CK_CASE(dropped),
                             CK_CASE(dropped_is_due_nothing)};
    return ck_run("calendar", cases, ST_LEN(cases));
}
