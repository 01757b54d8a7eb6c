/* How a month's payment differs from the last one: new + ended + changes explain it to the fen. */
#include "tally_fixture.h"

/* -- one subject of the monthly benefit, last payment 2024-02, this one 2024-03 -- */

typedef struct due_part {
    const char *occasion;
    st_due_state state;
    st_money amount;
    const char *tier;
} due_part;
typedef struct posted_part {
    const char *occasion;
    st_money sum;
    const char *tier;
} posted_part;
typedef struct line_part {
    const char *occasion;
    st_cause cause;
    st_money amount;
} line_part;
typedef struct move_case {
    const char *name;
    bool other_rules, held;
    due_part owed[3];
    posted_part posted[3];
    line_part lines[2];
    st_money last, now;
    const char *rows; /* "movement/tier count amount" with "; " between */
} move_case;
static const move_case move_cases[] = {
    {.name = "nothing before, nothing now", .rows = ""},
    {.name = "the same again",
     .owed = {{"2024-03", ST_DUE_OWED, 500, "a"}},
     .posted = {{"2024-02", 500, "a"}},
     .lines = {{"2024-03", ST_CAUSE_NEW, 500}},
     .last = 500,
     .now = 500,
     .rows = ""},
    {.name = "new",
     .owed = {{"2024-03", ST_DUE_OWED, 500, "a"}},
     .lines = {{"2024-03", ST_CAUSE_NEW, 500}},
     .now = 500,
     .rows = "new/a 1 500"},
    {.name = "new again after a month that was taken back",
     .owed = {{"2024-03", ST_DUE_OWED, 500, "a"}},
     .posted = {{"2024-02", 0, "a"}},
     .now = 500,
     .rows = "new/a 1 500"},
    {.name = "ended",
     .owed = {{"2024-03", ST_DUE_REFUSED, 0, ""}},
     .posted = {{"2024-02", 500, "a"}},
     .last = 500,
     .rows = "ended/a 1 -500"},
    {.name = "held",
     .owed = {{"2024-03", ST_DUE_HELD, 0, ""}},
     .posted = {{"2024-02", 500, "a"}},
     .last = 500,
     .rows = "held/a 1 -500"},
    {.name = "held, and nobody knows which occasion",
     .owed = {{"2024-03", ST_DUE_ANY, 0, ""}},
     .posted = {{"2024-02", 500, "a"}},
     .last = 500,
     .rows = "held/a 1 -500"},
    {.name = "the whole person is held",
     .held = true,
     .posted = {{"2024-02", 500, "a"}},
     .last = 500,
     .rows = "held/a 1 -500"},
    {.name = "held and never paid", .owed = {{"2024-03", ST_DUE_HELD, 0, ""}}, .rows = ""},
    {.name = "another tier",
     .owed = {{"2024-03", ST_DUE_OWED, 800, "b"}},
     .posted = {{"2024-02", 500, "a"}},
     .last = 500,
     .now = 800,
     .rows = "tier-change/b 1 300"},
    {.name = "another tier of the same amount",
     .owed = {{"2024-03", ST_DUE_OWED, 500, "b"}},
     .posted = {{"2024-02", 500, "a"}},
     .last = 500,
     .now = 500,
     .rows = "tier-change/b 1 0"},
    {.name = "another amount by the same rules",
     .owed = {{"2024-03", ST_DUE_OWED, 450, "a"}},
     .posted = {{"2024-02", 500, "a"}},
     .last = 500,
     .now = 450,
     .rows = "facts-change/a 1 -50"},
    {.name = "another amount by other rules",
     .other_rules = true,
     .owed = {{"2024-03", ST_DUE_OWED, 450, "a"}},
     .posted = {{"2024-02", 500, "a"}},
     .last = 500,
     .now = 450,
     .rows = "rule-change/a 1 -50"},
    {.name = "another tier by other rules is a tier's change",
     .other_rules = true,
     .owed = {{"2024-03", ST_DUE_OWED, 450, "b"}},
     .posted = {{"2024-02", 500, "a"}},
     .last = 500,
     .now = 450,
     .rows = "tier-change/b 1 -50"},
    {.name = "older months are no part of the payment",
     .owed = {{"2024-01", ST_DUE_OWED, 70, "x"}, {"2024-03", ST_DUE_OWED, 500, "a"}},
     .posted = {{"2024-01", 70, "x"}, {"2024-02", 500, "a"}},
     .last = 500,
     .now = 500,
     .rows = ""},
    {.name = "arrears",
     .owed = {{"2024-01", ST_DUE_OWED, 70, "x"}, {"2024-03", ST_DUE_OWED, 500, "a"}},
     .posted = {{"2024-02", 500, "a"}},
     .lines = {{"2024-01", ST_CAUSE_ARREARS, 70}, {"2024-03", ST_CAUSE_NEW, 500}},
     .last = 500,
     .now = 500,
     .rows = "arrears/t 1 70"},
    {.name = "a recovery and a correction",
     .owed = {{"2024-03", ST_DUE_OWED, 500, "a"}},
     .posted = {{"2024-02", 500, "a"}},
     .lines = {{"2024-01", ST_CAUSE_RECOVERY, -70}, {"2023-12", ST_CAUSE_REVERSAL, 30}},
     .last = 500,
     .now = 500,
     .rows = "recovery/t 1 -70; correction/t 1 30"},
    {.name = "paid by an earlier run of the month",
     .owed = {{"2024-03", ST_DUE_OWED, 500, "a"}},
     .posted = {{"2024-02", 500, "a"}, {"2024-03", 500, "a"}},
     .last = 500,
     .now = 500,
     .rows = "already/a 1 -500"},
    {.name = "an earlier run of the month paid a part",
     .owed = {{"2024-03", ST_DUE_OWED, 500, "a"}},
     .posted = {{"2024-02", 500, "a"}, {"2024-03", 200, "a"}},
     .lines = {{"2024-03", ST_CAUSE_ARREARS, 300}},
     .last = 500,
     .now = 500,
     .rows = "already/a 1 -200"},
    {.name = "an earlier run of the month paid too much",
     .owed = {{"2024-03", ST_DUE_OWED, 500, "a"}},
     .posted = {{"2024-02", 500, "a"}, {"2024-03", 700, "a"}},
     .lines = {{"2024-03", ST_CAUSE_RECOVERY, -200}},
     .last = 500,
     .now = 500,
     .rows = "already/a 1 -500; recovery/t 1 -200"},
    {.name = "refused now, paid by an earlier run of the month",
     .owed = {{"2024-03", ST_DUE_REFUSED, 0, ""}},
     .posted = {{"2024-03", 500, "a"}},
     .lines = {{"2024-03", ST_CAUSE_RECOVERY, -500}},
     .rows = "recovery/t 1 -500"},
    {.name = "held now, paid by an earlier run of the month: its line waits",
     .owed = {{"2024-03", ST_DUE_HELD, 0, ""}},
     .posted = {{"2024-03", 500, "a"}},
     .rows = ""},
};

static void text_of_rows(char out[400]) {
    size_t n = 0;
    out[0] = '\0';
    for (size_t i = 0; i < t.n_moves; i++)
        n += (size_t)snprintf(out + n, 400 - n, "%s%s/%s %" PRIu64 " %" PRId64, i ? "; " : "",
                              st_movement_name(t.moves[i].move), t.moves[i].tier, t.moves[i].count,
                              t.moves[i].amount);
}

START_TEST(movements_of_one_subject) {
    const move_case *c = &move_cases[_i];
    st_owed owed[ST_LEN(c->owed)];
    st_posted posted[ST_LEN(c->posted)];
    st_diff_line lines[ST_LEN(c->lines)];
    st_moved x = {
        .subject = ST_STR("A"), .held = c->held, .owed = owed, .posted = posted, .lines = lines};
    for (; x.n_owed < ST_LEN(owed) && c->owed[x.n_owed].occasion; x.n_owed++) {
        const due_part *d = &c->owed[x.n_owed];
        owed[x.n_owed] = (st_owed){.benefit = MONTHLY,
                                   .state = d->state,
                                   .occasion = st_str_of(d->occasion),
                                   .month = M(d->occasion),
                                   .amount = d->amount,
                                   .tier = st_str_of(d->tier)};
    }
    for (; x.n_posted < ST_LEN(posted) && c->posted[x.n_posted].occasion; x.n_posted++) {
        const posted_part *p = &c->posted[x.n_posted];
        posted[x.n_posted] = (st_posted){.benefit = MONTHLY,
                                         .occasion = st_str_of(p->occasion),
                                         .sum = p->sum,
                                         .tier = st_str_of(p->tier)};
    }
    for (; x.n_lines < ST_LEN(lines) && c->lines[x.n_lines].occasion; x.n_lines++) {
        const line_part *l = &c->lines[x.n_lines];
        lines[x.n_lines] = line_of(MONTHLY, l->cause, l->amount);
        lines[x.n_lines].occasion = st_str_of(l->occasion);
    }
    scheme_by_hand();
    tally_begin("2024-03");
    st_tally_compare(&t, M("2024-02"), !c->other_rules);
    st_tally_move(&t, &x);
    const st_month_sums *m = &t.months[MONTHLY];
    char rows[400];
    text_of_rows(rows);
    ck_assert_msg(!strcmp(rows, c->rows), "%s: %s", c->name, rows);
    ck_assert_msg(m->last == c->last, "%s: last payment %" PRId64, c->name, m->last);
    ck_assert_msg(m->now == c->now, "%s: this payment %" PRId64, c->name, m->now);
    ck_assert_msg(m->last_payees == (c->last > 0) && m->payees == (c->now > 0), "%s: payees",
                  c->name);
    /* last payment + movements = this one, and with the rest the run's lines */
    st_money moved = m->last;
    for (size_t i = 0; i < t.n_moves; i++)
        if (t.moves[i].move < ST_MOVE_ALREADY)
            moved += t.moves[i].amount;
    ck_assert_msg(moved == m->now, "%s does not reconcile", c->name);
    st_tally_free(&t);
}
END_TEST

/* -- of which benefits, and with what -- */

START_TEST(what_is_compared) {
    static const struct {
        const char *name;
        uint32_t benefit;
        st_keys retired;
        const char *payable_from, *period, *before, *last_paid; /* NULL: not compared */
        const char *newest_paid;
    } cases[] = {
        {"a month", MONTHLY, 0, NULL, "2024-03", "2024-02", "2024-02", "2024-03"},
        {"a run for the same month", MONTHLY, 0, NULL, "2024-03", "2024-03", "2024-03", "2024-03"},
        {"after a gap", MONTHLY, 0, NULL, "2024-03", "2023-11", "2023-11", "2024-03"},
        {"paid once", ONCE, 0, NULL, "2024-03", "2024-02", NULL, NULL},
        {"dropped", MONTHLY, ST_KEYS_KEEP, NULL, "2024-03", "2024-02", NULL, "2024-03"},
        {"not payable yet", MONTHLY, 0, "2024-04", "2024-03", "2024-02", NULL, "2024-03"},
        {"payable for the first time", MONTHLY, 0, "2024-03", "2024-03", "2024-02", "2024-02",
         "2024-03"},
        {"the last month of a quarter", QUARTERLY, 0, NULL, "2024-03", "2024-02", "2023-12",
         "2024-03"},
        {"within a quarter", QUARTERLY, 0, NULL, "2024-02", "2024-01", NULL, "2023-12"},
    };
    for (size_t i = 0; i < ST_LEN(cases); i++) {
        scheme_by_hand();
        benefits[cases[i].benefit].retired = cases[i].retired;
        if (cases[i].payable_from)
            benefits[cases[i].benefit].payable_from = M(cases[i].payable_from);
        tally_begin(cases[i].period);
        st_tally_compare(&t, M(cases[i].before), true);
        const st_month_sums *m = &t.months[cases[i].benefit];
        ck_assert_msg(m->compared == (cases[i].last_paid != NULL), "%s", cases[i].name);
        if (cases[i].last_paid)
            ck_assert_msg(m->last_paid == M(cases[i].last_paid), "%s: %d", cases[i].name,
                          m->last_paid);
        if (cases[i].newest_paid)
            ck_assert_msg(m->newest_paid == M(cases[i].newest_paid), "%s: newest %d", cases[i].name,
                          m->newest_paid);
        st_tally_free(&t);
    }
}
END_TEST

/* The files may be the same and another dated version hold; or other files with nothing dated. */
START_TEST(whether_rules_are_the_same) {
    static const struct {
        const char *name, *before, *period;
        bool same_files, same;
    } cases[] = {{"same files, same version", "2024-02", "2024-03", true, true},
                 {"same files, another version", "2023-12", "2024-01", true, false},
                 {"other files", "2024-02", "2024-03", false, false},
                 {"other files and version", "2023-12", "2024-01", false, false}};
    for (size_t i = 0; i < ST_LEN(cases); i++) {
        scheme_by_hand();
        tally_begin(cases[i].period);
        st_tally_compare(&t, M(cases[i].before), cases[i].same_files);
        ck_assert_msg(t.months[MONTHLY].same_rules == cases[i].same, "%s", cases[i].name);
        st_tally_free(&t);
    }
}
END_TEST

/* -- the months of a quarter in one payment, and two benefits at once -- */

START_TEST(a_payment_of_several_months) {
    static const char *const months[] = {"2023-10", "2023-11", "2023-12",
                                         "2024-01", "2024-02", "2024-03"};
    st_owed owed[4];
    st_posted posted[6];
    scheme_by_hand();
    benefits[MONTHLY].paid_months = 3;
    tally_begin("2024-03");
    st_tally_compare(&t, M("2024-02"), true);
    for (int i = 0; i < 3; i++) {
        posted[i] = (st_posted){.benefit = MONTHLY,
                                .occasion = st_str_of(months[i]),
                                .sum = 100 + i,
                                .tier = i == 2 ? ST_STR("new") : ST_STR("old")};
        owed[i] = (st_owed){.benefit = MONTHLY,
                            .state = i == 1 ? ST_DUE_REFUSED : ST_DUE_OWED,
                            .occasion = st_str_of(months[3 + i]),
                            .month = M(months[3 + i]),
                            .amount = i == 1 ? 0 : 200 + i,
                            .tier = ST_STR("new")};
    }
    /* another benefit's occasions of the same names */
    posted[3] = (st_posted){
        .benefit = QUARTERLY, .occasion = ST_STR("2023-Q4"), .sum = 7, .tier = ST_STR("q")};
    posted[4] = (st_posted){
        .benefit = QUARTERLY, .occasion = ST_STR("2024-Q1"), .sum = 4, .tier = ST_STR("q")};
    owed[3] = (st_owed){.benefit = QUARTERLY,
                        .state = ST_DUE_OWED,
                        .occasion = ST_STR("2024-Q1"),
                        .month = M("2024-01"),
                        .amount = 9,
                        .tier = ST_STR("q")};
    st_moved x = {
        .subject = ST_STR("A"), .owed = owed, .n_owed = 4, .posted = posted, .n_posted = 5};
    st_tally_move(&t, &x);
    ck_assert_int_eq(t.months[MONTHLY].last, 303);
    ck_assert_int_eq(t.months[MONTHLY].now, 402);
    ck_assert_int_eq(t.months[QUARTERLY].last, 7);
    ck_assert_int_eq(t.months[QUARTERLY].now, 9);
    char rows[400];
    text_of_rows(rows);
    /* the tier is that of the newest month of each payment; other rules hold since January */
    ck_assert_str_eq(rows, "rule-change/new 1 99; rule-change/q 1 2; already/q 1 -4");
    st_tally_free(&t);
}
END_TEST

typedef struct seen_change {
    int n;
    st_change last;
} seen_change;

static void see(void *ctx, const st_change *c) {
    seen_change *s = ctx;
    s->n++;
    s->last = *c;
}

START_TEST(who_changed_is_told) {
    st_owed owed = {.benefit = MONTHLY,
                    .state = ST_DUE_OWED,
                    .occasion = ST_STR("2024-03"),
                    .month = M("2024-03"),
                    .amount = 800,
                    .tier = ST_STR("b")};
    st_posted posted = {
        .benefit = MONTHLY, .occasion = ST_STR("2024-02"), .sum = 500, .tier = ST_STR("a")};
    st_moved x = {
        .subject = ST_STR("A"), .owed = &owed, .n_owed = 1, .posted = &posted, .n_posted = 1};
    seen_change s = {0};
    scheme_by_hand();
    tally_begin("2024-03");
    st_tally_compare(&t, M("2024-02"), true);
    t.on_change = see;
    t.on_change_ctx = &s;
    st_tally_move(&t, &x);
    ck_assert_int_eq(s.n, 1);
    ck_assert(st_str_is(s.last.subject, "A") && s.last.benefit == &benefits[MONTHLY]);
    ck_assert_str_eq(s.last.cause, "tier-change");
    ck_assert(st_str_is(s.last.tier_before, "a") && st_str_is(s.last.tier, "b"));
    ck_assert_int_eq(s.last.before, 500);
    ck_assert_int_eq(s.last.now, 800);
    ck_assert_int_eq(s.last.month_before, M("2024-02"));
    owed.amount = 500; /* nothing changes: nothing is told */
    owed.tier = ST_STR("a");
    st_tally_move(&t, &x);
    ck_assert_int_eq(s.n, 1);
    st_tally_free(&t);
}
END_TEST

/* -- lines that are no part of the payment -- */

START_TEST(lines_beside_the_payment) {
    static const struct {
        const char *name;
        uint32_t benefit;
        st_cause cause;
        const char *occasion;
        st_money amount;
        const char *rows;
    } cases[] = {
        {"an award", ONCE, ST_CAUSE_NEW, "2024-03", 100, "award/t 1 100"},
        {"this month's own", MONTHLY, ST_CAUSE_NEW, "2024-03", 100, ""},
        {"this month's, corrected upwards", MONTHLY, ST_CAUSE_ARREARS, "2024-03", 100, ""},
        {"this month's, taken back", MONTHLY, ST_CAUSE_RECOVERY, "2024-03", -100,
         "recovery/t 1 -100"},
        {"an earlier month", MONTHLY, ST_CAUSE_ARREARS, "2024-02", 100, "arrears/t 1 100"},
        {"a correction", MONTHLY, ST_CAUSE_REVERSAL, "2024-02", -100, "correction/t 1 -100"},
        {"an occasion of an earlier cadence", MONTHLY, ST_CAUSE_RECOVERY, "2024-Q1", -100,
         "recovery/t 1 -100"},
    };
    for (size_t i = 0; i < ST_LEN(cases); i++) {
        scheme_by_hand();
        tally_begin("2024-03");
        st_tally_compare(&t, M("2024-02"), true);
        st_diff_line l = line_of(cases[i].benefit, cases[i].cause, cases[i].amount);
        l.occasion = st_str_of(cases[i].occasion);
        st_moved x = {.subject = ST_STR("A"), .lines = &l, .n_lines = 1};
        st_tally_move(&t, &x);
        char rows[400];
        text_of_rows(rows);
        ck_assert_msg(!strcmp(rows, cases[i].rows), "%s: %s", cases[i].name, rows);
        st_tally_free(&t);
    }
}
END_TEST

/* -- the report -- */

static void arrears_of_tier(uint32_t benefit, int tier, st_money amount) {
    char name[16];
    (void)snprintf(name, sizeof name, "tier-%05d", tier);
    st_diff_line l = line_of(benefit, ST_CAUSE_ARREARS, amount);
    l.occasion = ST_STR("2023-01");
    l.tier = st_str_of(name);
    st_moved x = {.subject = ST_STR("A"), .lines = &l, .n_lines = 1};
    st_tally_move(&t, &x);
}

START_TEST(rows_in_the_report) {
    st_buf b;
    st_buf_init(&b, 0);
    scheme_by_hand();
    tally_begin("2024-03");
    st_tally_compare(&t, M("2024-02"), true);
    t.months[MONTHLY].last = 500;
    t.months[MONTHLY].now = 500;
    t.months[MONTHLY].last_payees = 2;
    t.months[MONTHLY].payees = 1;
    st_tally_moves_json(&t, &b);
    ck_assert_str_eq(b.p, "\"movement\":[]"); /* without a ledger nothing is known */
    t.payable.known = true;
    arrears_of_tier(QUARTERLY, 1, 20);
    arrears_of_tier(MONTHLY, 2, 30);
    arrears_of_tier(MONTHLY, 1, 40);
    arrears_of_tier(MONTHLY, 2, 50);
    st_diff_line back = line_of(MONTHLY, ST_CAUSE_RECOVERY, -15);
    back.occasion = ST_STR("2023-01");
    st_moved x = {.subject = ST_STR("A"), .lines = &back, .n_lines = 1};
    st_tally_move(&t, &x);
    st_buf_clear(&b);
    st_tally_moves_json(&t, &b);
    ck_assert_str_eq(
        b.p,
        "\"movement\":[{\"benefit\":\"monthly\",\"compared_with\":\"2024-02\",\"last_payees\":2,"
        "\"payees\":1,\"last_month\":\"5.00\",\"rows\":["
        "{\"cause\":\"arrears\",\"tier\":\"tier-00001\",\"count\":1,\"amount\":\"0.40\"},"
        "{\"cause\":\"arrears\",\"tier\":\"tier-00002\",\"count\":2,\"amount\":\"0.80\"},"
        "{\"cause\":\"recovery\",\"tier\":\"t\",\"count\":1,\"amount\":\"-0.15\"}],"
        "\"this_month\":\"5.00\",\"run_total\":\"6.05\",\"reconciles\":true},"
        "{\"benefit\":\"once\",\"compared_with\":null,\"last_payees\":0,\"payees\":0,"
        "\"last_month\":\"0.00\",\"rows\":[],\"this_month\":\"0.00\",\"run_total\":\"0.00\","
        "\"reconciles\":true},"
        "{\"benefit\":\"quarterly\",\"compared_with\":\"2023-12\",\"last_payees\":0,\"payees\":0,"
        "\"last_month\":\"0.00\",\"rows\":["
        "{\"cause\":\"arrears\",\"tier\":\"tier-00001\",\"count\":1,\"amount\":\"0.20\"}],"
        "\"this_month\":\"0.00\",\"run_total\":\"0.20\",\"reconciles\":true}]");
    t.months[MONTHLY].now = 501;
    st_buf_clear(&b);
    st_tally_moves_json(&t, &b);
    contains(&b, "\"reconciles\":false");
    st_buf_free(&b);
    st_tally_free(&t);
}
END_TEST

/* Rows beyond those that are listed share one, so that the sums are whole. */
START_TEST(more_tiers_than_rows) {
    st_buf b;
    st_buf_init(&b, 0);
    scheme_by_hand();
    tally_begin("2024-03");
    t.payable.known = true;
    for (int i = 0; i < ST_RUN_GROUPS_MAX; i++)
        arrears_of_tier(MONTHLY, i, 1);
    ck_assert_uint_eq(t.n_moves, ST_RUN_GROUPS_MAX);
    arrears_of_tier(MONTHLY, 7, 1); /* has its row */
    arrears_of_tier(MONTHLY, ST_RUN_GROUPS_MAX, 300);
    arrears_of_tier(MONTHLY, ST_RUN_GROUPS_MAX + 1, 4000);
    arrears_of_tier(QUARTERLY, 0, 90000);
    ck_assert_uint_eq(t.n_moves, ST_RUN_GROUPS_MAX);
    st_tally_moves_json(&t, &b);
    contains(&b, "{\"cause\":\"arrears\",\"tier\":\"tier-00007\",\"count\":2,\"amount\":\"0.02\"}");
    contains(&b, ",{\"cause\":\"arrears\",\"tier\":\"\",\"count\":2,\"amount\":\"43.00\"}],"
                 "\"this_month\":\"0.00\",\"run_total\":\"53.25\"");
    contains(&b, "\"rows\":[{\"cause\":\"arrears\",\"tier\":\"\",\"count\":1,\"amount\":\"900.00\"}"
                 "],\"this_month\":\"0.00\",\"run_total\":\"900.00\"");
    st_buf_free(&b);
    st_tally_free(&t);
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_TABLE(movements_of_one_subject, move_cases),
        CK_CASE(what_is_compared),
        CK_CASE(whether_rules_are_the_same),
        CK_CASE(a_payment_of_several_months),
        CK_CASE(who_changed_is_told),
        CK_CASE(lines_beside_the_payment),
        CK_CASE(rows_in_the_report),
        CK_CASE(more_tiers_than_rows),
    };
    return ck_run("run/movement", cases, ST_LEN(cases));
}
