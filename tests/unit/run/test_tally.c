/* What a run counts: groups of lines, reasons of refusals, and the report they become. */
#include "tally_fixture.h"

static st_buf report;
static void report_again(void) {
    st_run_key key = {.period = M("2024-03"), .as_of = {2024, 3, 31}};
    st_buf_free(&report);
    st_buf_init(&report, 0);
    st_tally_json(&t, &key, &report);
}

static void add_tier(uint32_t benefit, st_cause cause, st_money amount, const char *tier) {
    st_diff_line l = line_of(benefit, cause, amount);
    l.tier = st_str_of(tier);
    st_tally_line(&t, benefit, &l);
}

static uint32_t reason(uint32_t benefit, const char *code, const char *text) {
    st_refusal r = {st_str_of(code), st_str_of(text), ST_STR("clause 1")};
    st_err err;
    uint32_t number = 77;
    st_err_init(&err);
    ck_assert_msg(st_tally_reason(&t, benefit, &r, &number, &err), "%s", err.msg);
    return number;
}

START_TEST(an_empty_run) {
    scheme_by_hand();
    scheme.n_benefits = 2;
    tally_begin("2024-03");
    t.head = (st_records_head){.known_at = {2024, 3, 20}, .full_roster = true, .encoding = "UTF-8"};
    report_again();
    contains(&report,
             "{\"scheme\":\"s\",\"title\":{\"zh\":\"\",\"en\":\"\"},\"payer\":\"\",\"currency\":"
             "\"CNY\",\"period\":\"2024-03\",\"as_of\":\"2024-03-31\",\"known_at\":\"2024-03-20\","
             "\"roster\":\"full\",\"encoding\":\"UTF-8\",\"read\":0,\"benefits\":[{\"id\":"
             "\"monthly\"");
    contains(&report, "\"counts\":{\"monthly\":{\"read\":0,\"entitled\":0,\"refused\":0,\"held\":0,"
                      "\"rejected\":0},\"once\":{\"read\":0");
    contains(&report,
             "\"payees\":0,\"due\":\"0.00\",\"lines\":[],\"refusals\":[]},{\"id\":\"once\"");
    contains(&report,
             "\"movement\":[],\"guards\":[],\"controls\":[],\"finding_counts\":{\"held\":0,"
             "\"rejected\":0,\"warning\":0},\"line_count\":0,\"line_total\":\"0.00\"}");
    t.head.full_roster = false;
    t.head.encoding = NULL;
    report_again();
    contains(&report, "\"roster\":\"part\",\"encoding\":\"\"");
    st_tally_free(&t);
}
END_TEST

/* Order: cause, amount, tier; whatever came first. */
START_TEST(lines_in_groups) {
    scheme_by_hand();
    tally_begin("2024-03");
    add_tier(ONCE, ST_CAUSE_RECOVERY, -300, "a");
    add_tier(ONCE, ST_CAUSE_NEW, 500, "b");
    add_tier(ONCE, ST_CAUSE_NEW, 500, "a");
    add_tier(ONCE, ST_CAUSE_NEW, 200, "b");
    add_tier(ONCE, ST_CAUSE_NEW, 500, "b");
    add_tier(MONTHLY, ST_CAUSE_NEW, 500, "b");
    ck_assert_uint_eq(t.lines, 6);
    ck_assert_int_eq(t.total, 1900);
    report_again();
    contains(&report,
             "\"lines\":[{\"cause\":\"new\",\"tier\":\"b\",\"count\":1,\"rate\":\"2.00\",\"sum\":"
             "\"2.00\"},{\"cause\":\"new\",\"tier\":\"a\",\"count\":1,\"rate\":\"5.00\",\"sum\":"
             "\"5.00\"},{\"cause\":\"new\",\"tier\":\"b\",\"count\":2,\"rate\":\"5.00\",\"sum\":"
             "\"10.00\"},{\"cause\":\"recovery\",\"tier\":\"a\",\"count\":1,\"rate\":\"-3.00\","
             "\"sum\":\"-3.00\"}]");
    contains(&report, "\"id\":\"monthly\"");
    contains(&report, "\"lines\":[{\"cause\":\"new\",\"tier\":\"b\",\"count\":1,\"rate\":\"5.00\","
                      "\"sum\":\"5.00\"}]");
    contains(&report, "\"line_count\":6,\"line_total\":\"19.00\"");
    st_tally_free(&t);
}
END_TEST

/* Any number of different amounts: what has no row is in one row without a rate. */
START_TEST(more_amounts_than_rows) {
    scheme_by_hand();
    tally_begin("2024-03");
    for (int i = 1; i <= ST_RUN_GROUPS_MAX; i++)
        add_tier(MONTHLY, ST_CAUSE_NEW, i, "");
    report_again();
    ck_assert_ptr_null(strstr(report.p, "\"rate\":null"));
    add_tier(MONTHLY, ST_CAUSE_NEW, 5, ""); /* has its row */
    add_tier(MONTHLY, ST_CAUSE_NEW, 7000, "");
    add_tier(MONTHLY, ST_CAUSE_NEW, 8000, "");
    add_tier(MONTHLY, ST_CAUSE_RECOVERY, -9000, "");
    add_tier(ONCE, ST_CAUSE_ARREARS, 100, "");
    ck_assert_uint_eq(t.n_groups, ST_RUN_GROUPS_MAX);
    report_again();
    contains(&report, "\"count\":2,\"rate\":\"0.05\",\"sum\":\"0.10\"}");
    contains(&report, ",{\"cause\":\"new\",\"tier\":\"\",\"count\":2,\"rate\":null,\"sum\":"
                      "\"150.00\"},{\"cause\":\"recovery\",\"tier\":\"\",\"count\":1,\"rate\":null,"
                      "\"sum\":\"-90.00\"}]");
    contains(&report, "\"lines\":[{\"cause\":\"arrears\",\"tier\":\"\",\"count\":1,\"rate\":null,"
                      "\"sum\":\"1.00\"}]");
    st_tally_free(&t);
}
END_TEST

START_TEST(sums_that_overflow) {
    scheme_by_hand();
    tally_begin("2024-03");
    st_money sum = INT64_MAX - 1;
    st_tally_add(&t, &sum, 1);
    ck_assert(!t.overflow);
    ck_assert_int_eq(sum, INT64_MAX);
    st_tally_add(&t, &sum, 1);
    ck_assert(t.overflow);
    st_tally_free(&t);
    tally_begin("2024-03");
    add_line(MONTHLY, ST_CAUSE_NEW, INT64_MAX);
    ck_assert(!t.overflow);
    add_line(MONTHLY, ST_CAUSE_NEW, 1);
    ck_assert(t.overflow);
    st_tally_free(&t);
}
END_TEST

START_TEST(reasons_have_numbers) {
    scheme_by_hand();
    tally_begin("2024-03");
    uint32_t a = reason(MONTHLY, "age", "m"), b = reason(MONTHLY, "home", "x");
    ck_assert_uint_eq(a, 0);
    ck_assert_uint_eq(b, 1);
    ck_assert_uint_eq(reason(ONCE, "age", "of another benefit"), 2);
    ck_assert_uint_eq(reason(MONTHLY, "age", "z"), a);
    ck_assert(st_str_is(t.reasons.items[a].text, "m"));
    ck_assert_uint_eq(reason(MONTHLY, "age", "b"), a);
    ck_assert(st_str_is(t.reasons.items[a].text, "b")); /* the smallest, in any order */
    ck_assert_uint_eq(reason(MONTHLY, "age", "c"), a);
    ck_assert(st_str_is(t.reasons.items[a].text, "b"));
    size_t used = t.arena.used; /* a million people refused alike take the room of one */
    ck_assert_uint_eq(reason(MONTHLY, "age", "b"), a);
    ck_assert_uint_eq(t.arena.used, used);
    st_tally_free(&t);
}
END_TEST

START_TEST(reasons_in_the_report) {
    scheme_by_hand();
    tally_begin("2024-03");
    uint32_t home = reason(MONTHLY, "home", "h"), age = reason(MONTHLY, "age", "a"),
             job = reason(MONTHLY, "job", "j"), never = reason(MONTHLY, "never", "n");
    t.reasons.items[home].count = 2;
    t.reasons.items[age].count = 2;
    t.reasons.items[job].count = 5;
    t.reasons.items[never].count = 0; /* only of somebody who was held in the end */
    t.reasons.items[reason(ONCE, "other", "o")].count = 3; /* told with its own benefit */
    report_again();
    contains(&report,
             "\"refusals\":[{\"code\":\"job\",\"text\":\"j\",\"clause\":\"clause 1\",\"count\":5},"
             "{\"code\":\"age\",\"text\":\"a\",\"clause\":\"clause 1\",\"count\":2},"
             "{\"code\":\"home\",\"text\":\"h\",\"clause\":\"clause 1\",\"count\":2}]");
    st_tally_free(&t);
}
END_TEST

START_TEST(more_reasons_than_a_run_keeps) {
    scheme_by_hand();
    tally_begin("2024-03");
    for (uint32_t i = 0; i < ST_RUN_REASONS_MAX; i++) {
        char code[16];
        (void)snprintf(code, sizeof code, "code-%u", i);
        ck_assert_uint_eq(reason(MONTHLY, code, ""), i);
    }
    st_refusal r = {ST_STR("one too many"), ST_STR(""), ST_STR("")};
    st_err err;
    uint32_t number;
    st_err_init(&err);
    ck_assert(!st_tally_reason(&t, MONTHLY, &r, &number, &err));
    ck_assert_int_eq(err.code, ST_E_RUN_REASONS);
    ck_assert_ptr_nonnull(strstr(err.msg, "4096"));
    ck_assert_uint_eq(reason(MONTHLY, "code-4095", ""), 4095); /* what is known stays so */
    st_tally_free(&t);
}
END_TEST

START_TEST(counts_guards_and_controls_in_the_report) {
    static st_control controls[2];
    scheme_by_hand();
    controls[0] = (st_control){
        .id = ST_STR("first"), .from = M("2023-01"), .to = ST_MONTH_MAX, .count = 1, .total = 100};
    controls[1] = controls[0];
    controls[1].id = ST_STR("second");
    controls[1].total = 101;
    benefits[MONTHLY].controls = controls;
    benefits[MONTHLY].n_controls = 2;
    tally_begin("2024-03");
    st_owed o = {.benefit = MONTHLY, .month = M("2024-03"), .amount = 100};
    st_tally_due(&t, &o);
    t.read = 20;
    t.counts[MONTHLY] = (st_counts){1, 2, 3, 4, 5};
    t.due[MONTHLY] = 1234;
    t.payees[MONTHLY] = 6;
    t.findings[ST_SEV_HELD] = 7;
    t.findings[ST_SEV_REJECTED] = 8;
    t.findings[ST_SEV_WARNING] = 9;
    st_tally_guard(&t);
    st_tally_budget(&t, MONTHLY, &(st_budget){.year = 2024, .appropriation = -1}, 0);
    report_again();
    contains(&report, "\"counts\":{\"read\":20,\"entitled\":1,\"refused\":2,\"held\":3,"
                      "\"rejected\":4,\"missing\":5},\"payees\":6,\"due\":\"12.34\"");
    contains(&report, "\"monthly\":{\"read\":20,\"entitled\":1,\"refused\":2,\"held\":3,"
                      "\"rejected\":4}");
    contains(&report, "\"guards\":[{\"id\":\"second\",\"why\":\"declared 1 persons and 1.01, found "
                      "1 and 1.00\"},{\"id\":\"appropriation-monthly\",\"why\":");
    contains(&report,
             "\"controls\":[{\"id\":\"first\",\"benefit\":\"monthly\",\"declared_count\":1,"
             "\"count\":1,\"declared_total\":\"1.00\",\"total\":\"1.00\",\"ok\":true},{\"id\":"
             "\"second\",\"benefit\":\"monthly\",\"declared_count\":1,\"count\":1,"
             "\"declared_total\":\"1.01\",\"total\":\"1.00\",\"ok\":false}]");
    contains(&report, "\"finding_counts\":{\"held\":7,\"rejected\":8,\"warning\":9}");
    st_tally_free(&t);
}
END_TEST

/* -- what is paid and kept -- */

START_TEST(payable_in_the_report) {
    static const struct {
        const char *name;
        bool policy;
        st_recovery_policy of;
        const char *text;
    } cases[] = {
        {"no policy", false, {0}, "\"policy\":null}"},
        {"half, oldest first",
         true,
         {.share_percent = 5000},
         "\"policy\":{\"share_percent\":\"50.00\",\"floor\":\"0.00\",\"order\":\"oldest\","
         "\"instalments\":0}}"},
        {"a fraction, a floor, parts",
         true,
         {.share_percent = 3305, .floor = 150000, .newest_first = true, .instalments = 12},
         "\"policy\":{\"share_percent\":\"33.05\",\"floor\":\"1500.00\",\"order\":\"newest\","
         "\"instalments\":12}}"},
    };
    for (size_t i = 0; i < ST_LEN(cases); i++) {
        scheme_by_hand();
        scheme.has_recovery = cases[i].policy;
        scheme.recovery = cases[i].of;
        tally_begin("2024-03");
        report_again();
        ck_assert_ptr_null(strstr(report.p, "payable")); /* not known without a ledger */
        t.payable =
            (st_payable_sum){.sum = {.gross = 1000, .reversed = 100, .kept = 20, .net = 880},
                             .claims_open = 55,
                             .payees = 3,
                             .kept_of = 2,
                             .known = true};
        report_again();
        char want[400];
        (void)snprintf(want, sizeof want,
                       ",\"payable\":{\"gross\":\"10.00\",\"reversed\":\"1.00\",\"offset\":"
                       "\"0.20\",\"net\":\"8.80\",\"claims_open\":\"0.55\",\"payees\":3,"
                       "\"reduced\":2,%s}",
                       cases[i].text);
        contains(&report, want);
        st_tally_free(&t);
    }
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(an_empty_run),
        CK_CASE(lines_in_groups),
        CK_CASE(more_amounts_than_rows),
        CK_CASE(sums_that_overflow),
        CK_CASE(reasons_have_numbers),
        CK_CASE(reasons_in_the_report),
        CK_CASE(more_reasons_than_a_run_keeps),
        CK_CASE(counts_guards_and_controls_in_the_report),
        CK_CASE(payable_in_the_report),
    };
    return ck_run("run/tally", cases, ST_LEN(cases));
}
