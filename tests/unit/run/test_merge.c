/* The second pass without a ledger: results in order of subjects become outcomes, findings and
 * lines. */
#include "tally_fixture.h"

static st_collect collect;
static st_run_options options = {.records_path = "r.xml"};
static st_package package;
static st_merge merge;
static st_err err;
static st_buf log_text;

static void on_finding(void *ctx, st_str subject, const st_err *f) {
    (void)ctx;
    (void)st_buf_fmt(&log_text, "finding %.*s: %s %u:%u %s\n", ST_FMT(subject),
                     st_severity_name(f->severity), f->pos.line, f->pos.column, f->msg);
}

static bool on_line(void *ctx, const st_line *l, const st_benefit *b) {
    (void)ctx;
    (void)st_buf_fmt(&log_text, "line %" PRIu64 " %.*s %.*s %.*s %s %" PRId64 " %s\n", l->line_no,
                     ST_FMT(st_line_key(l)), ST_FMT(b->id), ST_FMT(l->occasion),
                     st_cause_name(l->cause), l->amount, l->facts.b[0] ? "facts" : "no facts");
    return true;
}

static void on_assessment(void *ctx, const st_assessment *a, const st_benefit *b) {
    (void)ctx;
    (void)st_buf_fmt(&log_text, "%s%.*s %.*s %s %.*s%s%" PRId64 "/%d %.*s seen %" PRId64 "%s\n",
                     a->subject.p[0] == '\x1f' ? "^" : "",
                     ST_FMT(st_str_sub(a->subject, a->subject.p[0] == '\x1f', a->subject.n)),
                     ST_FMT(b->id), st_outcome_name(a->outcome), ST_FMT(a->tier),
                     a->tier.n ? " " : "", a->due, a->occasions, ST_FMT(a->reasons), a->seen,
                     a->facts.b[0] ? "" : " no facts");
}

static void begin(void) {
    st_err_init(&err);
    scheme_by_hand();
    scheme.n_benefits = 2; /* a monthly one and an award */
    tally_begin("2024-03");
    package = (st_package){.scheme = &scheme};
    if (!st_record_type_open("schemas/records.xsd", &package.type, &err))
        ck_abort_msg("%s", err.msg);
    collect = (st_collect){.package = &package,
                           .tally = &t,
                           .opt = &options,
                           .calc = st_calc_new(&scheme, M("2024-03"), (st_date){2024, 3, 31}),
                           .subjects = st_sorter_new("/tmp", 1 << 20),
                           .persons = st_persons_new(package.type, "/tmp")};
    st_arena_init(&collect.arena, 0);
    st_map_init(&collect.conflicts, &collect.arena);
    st_buf_init(&log_text, 1 << 16);
    merge = (st_merge){.collect = &collect,
                       .tally = &t,
                       .sink = on_finding,
                       .period = M("2024-03"),
                       .on_line = on_line,
                       .on_assessment = on_assessment};
}

static void finish(void) {
    st_calc_free(collect.calc);
    st_sorter_free(collect.subjects);
    st_persons_free(collect.persons);
    st_arena_free(&collect.arena);
    st_record_type_free(package.type);
    st_buf_free(&log_text);
    st_tally_free(&t);
}

/* A record that was assessed: owed of the monthly benefit, refused of the award with two reasons.
 */
static uint32_t reason(const char *code) {
    st_refusal r = {st_str_of(code), ST_STR("text"), ST_STR("1")};
    uint32_t number;
    ck_assert(st_tally_reason(&t, ONCE, &r, &number, &err));
    return number;
}

static void spool(const char *key, st_spooled s, st_money amount) {
    uint32_t reasons[] = {reason("b"), reason("a")};
    st_spool_verdict verdicts[] = {{ST_ENTITLED, ST_STR("t"), amount + 100, 2, NULL, 0},
                                   {ST_REFUSED, ST_STR(""), 0, 0, reasons, 2}};
    st_owed owed[] = {
        {MONTHLY, ST_DUE_OWED, ST_STR("2024-02"), ST_STR("t"), M("2024-02"), 100, 0},
        {MONTHLY, ST_DUE_OWED, ST_STR("2024-03"), ST_STR("t"), M("2024-03"), amount, 0}};
    if (s.state == ST_RECORD_OK) {
        s.verdicts = verdicts;
        s.n_verdicts = 2;
        s.owed = owed;
        s.n_owed = 2;
    }
    s.facts.b[0] = 7;
    s.seen = 9;
    st_buf b;
    st_buf_init(&b, 1 << 16);
    st_spool_write(&b, &s);
    ck_assert(st_sorter_add(collect.subjects, st_str_of(key), st_buf_view(&b), &err));
    st_buf_free(&b);
}

/* A record of a line of the file. */
static st_spooled at(uint32_t line, st_record_state state, const char *own) {
    return (st_spooled){
        .state = state, .ordinal = line / 10, .line = line, .column = 3, .key = st_str_of(own)};
}

static bool run(void) {
    ck_assert(st_sorter_finish(collect.subjects, &err));
    return st_merge_run(&merge, &err);
}

static void said(const char *wanted) {
    ck_assert_str_eq(log_text.p ? log_text.p : "", wanted);
}

START_TEST(nobody) {
    begin();
    ck_assert(run());
    said("");
    finish();
}
END_TEST

#define OK_OF(who)                                                                                 \
    who " monthly entitled t 130/2 [] seen 9\n" who " once refused 0/0 [\"b\",\"a\"] seen 9\n"

START_TEST(subjects_in_order) {
    begin();
    spool("p2", at(20, ST_RECORD_OK, ""), 30);
    spool("p1", at(10, ST_RECORD_OK, ""), 30);
    ck_assert(run());
    said(OK_OF("p1") "line 1 p1 monthly 2024-02 arrears 100 facts\n"
                     "line 2 p1 monthly 2024-03 new 30 facts\n" OK_OF(
                         "p2") "line 3 p2 monthly 2024-02 arrears 100 facts\n"
                               "line 4 p2 monthly 2024-03 new 30 facts\n");
    ck_assert_uint_eq(t.counts[MONTHLY].entitled, 2);
    ck_assert_uint_eq(t.counts[ONCE].refused, 2);
    ck_assert_uint_eq(t.payees[MONTHLY], 2); /* of two lines each */
    ck_assert_uint_eq(t.payees[ONCE], 0);
    ck_assert_int_eq(t.due[MONTHLY], 260);
    ck_assert_int_eq(t.total, 260);
    ck_assert_uint_eq(t.lines, 4);
    for (size_t i = 0; i < t.reasons.n; i++)
        ck_assert_uint_eq(t.reasons.items[i].count, 2);
    finish();
}
END_TEST

/* What the file calls the person, and what the ledger does. */
START_TEST(a_record_under_another_key) {
    begin();
    spool("p1", at(10, ST_RECORD_OK, "new-id"), 30);
    spool("p2", at(20, ST_RECORD_OK, ""), 30);
    ck_assert(run());
    said(OK_OF("p1") "line 1 new-id monthly 2024-02 arrears 100 facts\n"
                     "line 2 new-id monthly 2024-03 new 30 facts\n" OK_OF(
                         "p2") "line 3 p2 monthly 2024-02 arrears 100 facts\n"
                               "line 4 p2 monthly 2024-03 new 30 facts\n");
    finish();
}
END_TEST

START_TEST(findings_of_a_record) {
    st_spool_finding found[] = {
        {ST_SEV_HELD, ST_E_CALC_NULL, MONTHLY, 11, 5, ST_STR("no day"), ST_STR("look")},
        {ST_SEV_WARNING, ST_E_CALC_NULL, -1, 12, 6, ST_STR("odd"), ST_STR("")}};
    begin();
    st_spooled held = at(10, ST_RECORD_HELD, "");
    held.findings = found;
    held.n_findings = 2;
    spool("p1", held, 0);
    spool("p2", at(20, ST_RECORD_REJECTED, ""), 0);
    ck_assert(run());
    said("finding p1: held 11:5 no day\nfinding p1: warning 12:6 odd\n"
         "p1 monthly held 0/0 [] seen 0\np1 once held 0/0 [] seen 0\n"
         "p2 monthly rejected 0/0 [] seen 0 no facts\np2 once rejected 0/0 [] seen 0 no facts\n");
    ck_assert_uint_eq(t.findings[ST_SEV_HELD], 1);
    ck_assert_uint_eq(t.findings[ST_SEV_WARNING], 1);
    ck_assert_uint_eq(t.counts[MONTHLY].held, 1);
    ck_assert_uint_eq(t.counts[MONTHLY].rejected, 1);
    finish();
}
END_TEST

/* Each record without an id has an assessment of its own. */
START_TEST(records_without_an_id) {
    begin();
    spool("", at(10, ST_RECORD_REJECTED, ""), 0);
    spool("", at(20, ST_RECORD_REJECTED, ""), 0);
    spool("p", at(30, ST_RECORD_OK, ""), 30);
    ck_assert(run());
    said("^record:1 monthly rejected 0/0 [] seen 0 no facts\n^record:1 once rejected 0/0 [] seen 0 "
         "no facts\n"
         "^record:2 monthly rejected 0/0 [] seen 0 no facts\n^record:2 once rejected 0/0 [] seen 0 "
         "no facts\n" OK_OF("p") "line 1 p monthly 2024-02 arrears 100 facts\nline 2 p monthly "
                                 "2024-03 new 30 facts\n");
    finish();
}
END_TEST

#define REJECTED_OF(who)                                                                           \
    who " monthly rejected 0/0 [] seen 0 no facts\n" who " once rejected 0/0 [] seen 0 no facts\n"

/* Nobody knows which record is right: the first stands for the id, none is paid. */
START_TEST(several_records_of_a_person) {
    static const struct {
        const char *name, *own[3], *wanted;
    } cases[] = {
        {"one id",
         {"", "", NULL},
         "finding p: rejected 10:3 p: this id stands at several records of the "
         "file\n" REJECTED_OF("p") "finding p: rejected 20:3 p: this id stands at several "
                                   "records of the file\n" REJECTED_OF("^record:2")},
        {"three records",
         {"", "", ""},
         "finding p: rejected 10:3 p: this id stands at several records of the "
         "file\n" REJECTED_OF("p") "finding p: rejected 20:3 p: this id stands at several "
                                   "records of the file\n" REJECTED_OF(
                                       "^record:2") "finding p: rejected 30:3 p: this id "
                                                    "stands at several records of the "
                                                    "file\n" REJECTED_OF("^record:3")},
        {"two ids of a person",
         {"", "other", NULL},
         "finding p: rejected 10:3 p: this person stands in the file as other too "
         "(20:3)\n" REJECTED_OF("p") "finding other: rejected 20:3 other: this person stands "
                                     "in the file as p too (10:3)\n" REJECTED_OF("^record:2")},
    };
    for (size_t i = 0; i < ST_LEN(cases); i++) {
        begin();
        for (uint32_t k = 0; k < 3 && cases[i].own[k]; k++)
            spool("p", at(10 + 10 * k, ST_RECORD_OK, cases[i].own[k]), 30);
        ck_assert_msg(run(), "%s", cases[i].name);
        ck_assert_msg(strcmp(log_text.p, cases[i].wanted) == 0, "%s: %s", cases[i].name,
                      log_text.p);
        ck_assert_uint_eq(t.lines, 0);
        finish();
    }
}
END_TEST

/* A value that another record has too. */
START_TEST(values_that_two_have) {
    static const st_sharers by = {{{"a0", 2}, {"", 0}}, {{"p1", 2}, {"", 0}}};
    static st_conflict held = {ST_RECORD_HELD, 0, &by}, rejected = {ST_RECORD_REJECTED, 0, &by};
    static const struct {
        const char *name;
        st_conflict *conflict;
        st_record_state state;
        const char *severity, *outcome, *facts;
    } cases[] = {
        {"held", &held, ST_RECORD_OK, "held", "held", ""},
        {"rejected", &rejected, ST_RECORD_OK, "rejected", "rejected", " no facts"},
        {"held, but rejected for itself", &held, ST_RECORD_REJECTED, "held", "rejected",
         " no facts"},
        {"rejected, and held for itself", &rejected, ST_RECORD_HELD, "rejected", "rejected",
         " no facts"},
    };
    for (size_t i = 0; i < ST_LEN(cases); i++) {
        begin();
        st_map_put(&collect.conflicts, ST_STR("p1"), cases[i].conflict);
        spool("p1", at(10, cases[i].state, ""), 30);
        ck_assert_msg(run(), "%s", cases[i].name);
        char wanted[400];
        const char *field = st_record_type_unique_name(package.type, 0);
        (void)snprintf(wanted, sizeof wanted,
                       "finding p1: %s 10:3 p1: %s is also given for a0\n"
                       "p1 monthly %s 0/0 [] seen 0%s\np1 once %s 0/0 [] seen 0%s\n",
                       cases[i].severity, field, cases[i].outcome, cases[i].facts, cases[i].outcome,
                       cases[i].facts);
        ck_assert_msg(strcmp(log_text.p, wanted) == 0, "%s: %s", cases[i].name, log_text.p);
        finish();
    }
}
END_TEST

/* Who stops listening is told no more; the run goes on. */
static bool once(void *ctx, const st_line *l, const st_benefit *b) {
    (void)on_line(ctx, l, b);
    return false;
}

START_TEST(a_listener_that_stops) {
    begin();
    merge.on_line = once;
    merge.on_assessment = NULL;
    spool("p1", at(10, ST_RECORD_OK, ""), 30);
    spool("p2", at(20, ST_RECORD_OK, ""), 30);
    ck_assert(run());
    said("line 1 p1 monthly 2024-02 arrears 100 facts\n");
    ck_assert_uint_eq(t.lines, 4);
    finish();
}
END_TEST

START_TEST(sums_that_no_amount_can_hold) {
    begin();
    t.total = INT64_MAX - 300;
    for (int i = 0; i < 4; i++) {
        char key[8];
        (void)snprintf(key, sizeof key, "p%d", i);
        spool(key, at(10, ST_RECORD_OK, ""), 30);
    }
    ck_assert(!run());
    ck_assert_int_eq(err.code, ST_E_RUN_SUM);
    ck_assert_str_eq(err.msg, "with p2 the amounts of this run add up to more than an amount can "
                              "be; nothing was written");
    finish();
}
END_TEST

/* -- rows of the ledger -- */

static st_posted row(int32_t number, const char *occasion, st_money sum, const char *tier) {
    return (st_posted){.subject = ST_STR("p"),
                       .benefit = number,
                       .occasion = st_str_of(occasion),
                       .sum = sum,
                       .tier = st_str_of(tier)};
}

START_TEST(rows_in_the_order_of_the_scheme) {
    static const int32_t numbers[] = {12, 7};
    begin();
    merge.benefit_numbers = numbers;
    static const struct { int32_t number, index; } known[] = {{12, 0}, {7, 1}, {1, -1}, {0, -1}};
    for (size_t i = 0; i < ST_LEN(known); i++)
        ck_assert_int_eq(st_merge_benefit_index(&merge, known[i].number), known[i].index);
    st_posted rows[] = {row(7, "b", 1, ""), row(7, "a", 2, ""), row(12, "2024-02", 3, ""),
                        row(9, "x", 4, ""), row(12, "2024-01", 5, "")};
    st_posted_rows posted = {rows, ST_LEN(rows)};
    st_merge_order(&merge, &posted);
    static const st_money wanted[] = {4, 5, 3, 2, 1};
    for (size_t i = 0; i < ST_LEN(wanted); i++)
        ck_assert_int_eq(rows[i].sum, wanted[i]);
    ck_assert_uint_eq(t.strays.keys, 1); /* a benefit that the scheme does not have */
    finish();
}
END_TEST

/* Paid before, not in a full roster: a question for each benefit of which something is posted. */
START_TEST(missing_from_the_roster) {
    static const struct {
        const char *name;
        st_posted rows[3];
        size_t n;
        const char *wanted;
        uint64_t missing;
    } cases[] = {
        {"of one benefit",
         {{.benefit = 0, .sum = 5}, {.benefit = 0, .sum = 6}},
         2,
         "p monthly missing 0/0 [] seen 0 no facts\n",
         1},
        {"of two",
         {{.benefit = 0, .sum = 5}, {.benefit = 1, .sum = -6}},
         2,
         "p monthly missing 0/0 [] seen 0 no facts\np once missing 0/0 [] seen 0 no facts\n",
         1},
        {"nothing is left", {{.benefit = 0, .sum = 0}}, 1, "", 0},
        {"of a benefit that is gone", {{.benefit = -1, .sum = 5}}, 1, "", 0},
        {"of the award, after a month that was taken back",
         {{.benefit = 0, .sum = 0}, {.benefit = 1, .sum = 1}},
         2,
         "p once missing 0/0 [] seen 0 no facts\n",
         1},
        {"a fen", {{.benefit = 0, .sum = 1}}, 1, "p monthly missing 0/0 [] seen 0 no facts\n", 1},
    };
    for (size_t i = 0; i < ST_LEN(cases); i++) {
        begin();
        st_arena_init(&merge.arena, 0);
        st_posted *rows = ST_NEWN(&merge.arena, st_posted, cases[i].n); /* not one more */
        memcpy(rows, cases[i].rows, cases[i].n * sizeof *rows);
        for (size_t k = 0; k < cases[i].n; k++) {
            rows[k].subject = ST_STR("p");
            rows[k].occasion = ST_STR("2024-02");
            rows[k].tier = ST_STR("t");
        }
        st_posted_rows posted = {rows, cases[i].n};
        ck_assert(st_merge_missing(&merge, &posted, &err));
        char wanted[400];
        (void)snprintf(wanted, sizeof wanted, "%s%s", cases[i].wanted,
                       cases[i].missing
                           ? "finding p: held 0:0 p: was paid before and is missing from "
                             "this full roster; what was posted stays\n"
                           : "");
        ck_assert_msg(strcmp(log_text.p ? log_text.p : "", wanted) == 0, "%s: %s", cases[i].name,
                      log_text.p);
        ck_assert_uint_eq(t.missing, cases[i].missing);
        st_arena_free(&merge.arena);
        finish();
    }
}
END_TEST

/* A later month may take over what this one finds, unless only the tier of a payment changed: for
 * that there is no line. */
START_TEST(what_a_later_month_may_take_over) {
    static const struct {
        const char *name, *tier;
        st_money posted;
        int64_t seen;
        const char *wanted;
    } cases[] = {{"as it is posted", "t", 30, 9, "seen 9"},
                 {"another tier is posted", "u", 30, 9, "seen 0"},
                 {"another amount is posted", "t", 20, 9, "seen 9"},
                 {"nothing is remembered", "u", 30, 0, "seen 0"}};
    for (size_t i = 0; i < ST_LEN(cases); i++) {
        begin();
        st_arena_init(&merge.arena, 0);
        st_tally_compare(&t, M("2024-02"), true);
        st_owed owed = {MONTHLY, ST_DUE_OWED, ST_STR("2024-03"), ST_STR("t"), M("2024-03"), 30, 0};
        st_spool_verdict verdicts[] = {{ST_ENTITLED, ST_STR("t"), 30, 1, NULL, 0},
                                       {ST_REFUSED, ST_STR(""), 0, 0, NULL, 0}};
        st_spooled s = {.seen = cases[i].seen,
                        .facts = {.b = {7}},
                        .verdicts = verdicts,
                        .n_verdicts = 2,
                        .owed = &owed,
                        .n_owed = 1};
        st_posted rows[] = {row(MONTHLY, "2024-03", cases[i].posted, cases[i].tier)};
        st_posted_rows posted = {rows, 1};
        ck_assert(st_merge_full(&merge, ST_STR("p"), &s, &posted, &err));
        char wanted[80];
        (void)snprintf(wanted, sizeof wanted, "p monthly entitled t 30/1 [] %s\n", cases[i].wanted);
        ck_assert_msg(strncmp(log_text.p, wanted, strlen(wanted)) == 0, "%s: %s", cases[i].name,
                      log_text.p);
        st_arena_free(&merge.arena);
        finish();
    }
}
END_TEST

int main(void) {
    const ck_case cases[] = {CK_CASE(nobody),
                             CK_CASE(subjects_in_order),
                             CK_CASE(a_record_under_another_key),
                             CK_CASE(findings_of_a_record),
                             CK_CASE(records_without_an_id),
                             CK_CASE(several_records_of_a_person),
                             CK_CASE(values_that_two_have),
                             CK_CASE(a_listener_that_stops),
                             CK_CASE(sums_that_no_amount_can_hold),
                             CK_CASE(rows_in_the_order_of_the_scheme),
                             CK_CASE(missing_from_the_roster),
                             CK_CASE(what_a_later_month_may_take_over)};
    return ck_run("run/merge", cases, ST_LEN(cases));
}
