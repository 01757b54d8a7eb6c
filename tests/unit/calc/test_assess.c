/* Occasions of a subject and what becomes of them, from facts and rules alone. */
#include "assess_fixture.h"

#define MONTHLY "cadence=\"P1M\" first=\"2020-01\""
#define LISTED                                                                                     \
    "cadence=\"once\" each=\"xs\" key=\"k\" dated-by=\"d\" first=\"2020-01\" last=\"2024-06\""

/* Each month takes some 20 MB; a limit for all of them together would hold the later ones. */
START_TEST(limits_hold_for_an_occasion_not_for_the_number_of_them) {
    house *h = house_new();
    house_benefit(h, "heavy", MONTHLY, "[]",
                  "{amount: count(for a in 1..400, b in 1..400 return {a: a, b: b}) / 1000, tier: "
                  "\"t\" + string(period.month)}");
    house_open(h);
    st_val facts = house_facts(h, 0, NULL, 0);
    house_assess(h, "2024-12", facts);
    ck_assert_uint_eq(h->k.n_dues, 60);
    ck_assert_uint_eq(h->k.n_findings, 0);
    ck_assert_int_eq(h->k.verdicts[0].due, 60 * 16000);
    for (size_t i = 0; i < h->k.n_dues; i++) { /* texts outlive the memory that was given back */
        char tier[8];
        (void)snprintf(tier, sizeof tier, "t%d", (int)(i % 12) + 1);
        ck_assert(st_str_is(h->k.dues[i].tier, tier));
    }
    st_calc_since(h->calc, house_month("2024-11"));
    st_calc_assess(h->calc, facts, &h->k);
    ck_assert_uint_eq(h->k.n_dues, 2);
    ck_assert_int_eq(h->k.verdicts[0].outcome, ST_ENTITLED);
    house_free(h);
}
END_TEST

START_TEST(refusals_of_a_heavy_occasion_are_kept) {
    house *h = house_new();
    house_benefit(
        h, "heavy", MONTHLY,
        "[{code: \"c\" + string(count(for a in 1..300, b in 1..300 return {a: b}) - 89999 + "
        "period.month), text: \"t\", clause: \"c\"}]",
        "1");
    house_open(h);
    house_assess(h, "2020-03", house_facts(h, 0, NULL, 0));
    ck_assert_uint_eq(h->k.n_dues, 3);
    ck_assert(st_str_is(h->k.dues[0].refusals[0].code, "c2"));
    ck_assert(st_str_is(h->k.dues[2].refusals[0].code, "c4"));
    ck_assert(st_str_is(h->k.verdicts[0].refusals[0].code, "c4"));
    house_free(h);
}
END_TEST

START_TEST(entries_that_cannot_be_decided) {
    static const entry entries[] = {{"b", "2024-02-01", 5},   {NULL, "2024-01-01", 1},
                                    {"a", NULL, 1},           {"c", "2024-03-01", 1},
                                    {"c", "2024-01-15", 1},   {"x", "2019-12-31", 7},
                                    {"late", "2024-05-01", 1}};
    house *h = house_new();
    house_benefit(h, "grant", LISTED, "[]", "occasion.v");
    house_open(h);
    house_assess(h, "2024-04", house_facts(h, 0, entries, 7));
    ck_assert_int_eq(house_owed(h, "grant", "b"), 500);
    ck_assert_int_eq(house_owed(h, "grant", "a"), -1);
    ck_assert_int_eq(house_owed(h, "grant", "?"), -5); /* it may be any of those posted */
    ck_assert_int_eq(house_owed(h, "grant", "c"), -1);
    ck_assert_int_eq(house_owed(h, "grant", "x"), -2);
    ck_assert_int_eq(house_owed(h, "grant", "late"), -3);
    ck_assert_uint_eq(h->k.n_dues, 6); /* two entries claim "c": one key */
    ck_assert_int_eq(h->k.verdicts[0].outcome, ST_HELD);
    ck_assert_int_eq(h->k.verdicts[0].due, 500);
    ck_assert_int_eq(h->k.verdicts[0].occasions, 1);
    for (size_t i = 1; i < h->k.n_dues; i++)
        ck_assert_int_lt(st_str_cmp(h->k.dues[i - 1].occasion, h->k.dues[i].occasion), 0);
    house_free(h);
}
END_TEST

/* Whatever order the list has, where the rule does not look at it. */
START_TEST(the_order_of_a_list_does_not_count_by_itself) {
    static const entry one[] = {
        {"b", "2024-02-01", 5}, {"a", "2024-02-01", 3}, {"c", "2024-01-01", 1}};
    static const entry two[] = {
        {"c", "2024-01-01", 1}, {"a", "2024-02-01", 3}, {"b", "2024-02-01", 5}};
    house *h = house_new();
    house_benefit(h, "grant", LISTED, "[]", "{amount: occasion.v, tier: occasion.k}");
    house_open(h);
    for (int i = 0; i < 2; i++) {
        house_assess(h, "2024-04", house_facts(h, 0, i ? two : one, 3));
        ck_assert_uint_eq(h->k.n_dues, 3);
        ck_assert_int_eq(house_owed(h, "grant", "a"), 300);
        ck_assert_int_eq(house_owed(h, "grant", "b"), 500);
        ck_assert(st_str_is(h->k.verdicts[0].tier, "b")); /* the newest by date, then key */
    }
    house_free(h);
}
END_TEST

START_TEST(the_newest_month_gives_the_outcome_and_its_reasons) {
    house *h = house_new();
    house_benefit(h, "m", MONTHLY,
                  "if period.month >= subject.n then [{code: \"over\"}, {code: \"month\" + "
                  "string(period.month)}] else []",
                  "10");
    house_benefit(h, "never", "cadence=\"P1Y\" first=\"2020-01\"", "[]", "1");
    house_open(h);
    house_assess(h, "2020-05", house_facts(h, 4, NULL, 0));
    const st_verdict *v = &h->k.verdicts[0];
    ck_assert_int_eq(v->outcome, ST_REFUSED);
    ck_assert_int_eq(v->due, 3000);
    ck_assert_int_eq(v->occasions, 3);
    ck_assert_uint_eq(v->n_refusals, 2);
    ck_assert(st_str_is(v->refusals[1].code, "month5"));
    ck_assert(st_str_is(h->k.verdicts[1].refusals[0].code, "no-occasion"));
    house_free(h);
}
END_TEST

/* From a base on, the verdict is that of the whole where the newest occasion decides. */
START_TEST(a_part_of_the_calendar_gives_the_same_new_occasions) {
    static const char *const attributes[] = {
        "cadence=\"P1M\" first=\"2022-01\"",
        "cadence=\"P3M\" first=\"2022-01\"",
        "cadence=\"P1Y\" first=\"2020-01\"",
        "cadence=\"P1M\" paid=\"P3M\" first=\"2022-02\"",
        "cadence=\"P1M\" paid=\"P1Y\" first=\"2022-01\"",
        "cadence=\"P1M\" first=\"2022-01\" last=\"2023-03\"",
        "cadence=\"P1M\" first=\"2022-01\" payable-from=\"2023-06\""};
    enum { BENEFITS = sizeof attributes / sizeof attributes[0] };
    house *h = house_new();
    for (int i = 0; i < BENEFITS; i++) {
        char id[8];
        (void)snprintf(id, sizeof id, "b%d", i);
        house_benefit(h, id, attributes[i], "if period.month = 6 then [{code: \"june\"}] else []",
                      "{amount: period.month + period.year / 100, tier: \"t\"}");
    }
    house_open(h);
    st_val facts = house_facts(h, 0, NULL, 0);
    for (st_month base = house_month("2022-12"); base < house_month("2024-03"); base++)
        for (st_month period = base; period < base + 5; period++) {
            st_calc *full = st_calc_new(h->s, period, house_day("2025-01-01")),
                    *part = st_calc_new(h->s, period, house_day("2025-01-01"));
            st_case f, p;
            st_calc_since(part, base);
            st_calc_assess(full, facts, &f);
            st_calc_assess(part, facts, &p);
            for (size_t i = 0, at = 0; i < f.n_dues; i++) {
                const st_due *d = &f.dues[i];
                if (st_calc_in_scope(&h->s->benefits[d->benefit], d->month, base))
                    continue; /* the base run has it */
                while (at < p.n_dues && !(p.dues[at].benefit == d->benefit &&
                                          st_str_eq(p.dues[at].occasion, d->occasion)))
                    at++;
                ck_assert_uint_lt(at, p.n_dues);
                ck_assert_int_eq(p.dues[at].amount, d->amount);
                ck_assert_int_eq(p.dues[at].state, d->state);
            }
            for (int i = 0; i < BENEFITS; i++) {
                ck_assert_int_eq(p.verdicts[i].outcome, f.verdicts[i].outcome);
                ck_assert_uint_eq(p.verdicts[i].n_refusals, f.verdicts[i].n_refusals);
            }
            st_calc_free(full);
            st_calc_free(part);
        }
    house_free(h);
}
END_TEST

#define KEY16 "kkkkkkkkkkkkkkkk"

/* Lists from the border of what is decided: due per occasion, -1 held, -2 refused, -3 later, -5 any
 * occasion held; NULL ends them. */
START_TEST(entries_at_the_borders) {
    static const struct {
        const char *name;
        entry entries[3];
        size_t n;
        struct {
            const char *occasion;
            int64_t due;
        } wanted[3];
    } lists[] = {
        {"the first month and the last",
         {{"a", "2020-01-01", 1}, {"b", "2024-06-30", 2}},
         2,
         {{"a", 100}, {"b", 200}}},
        {"the months outside",
         {{"a", "2019-12-31", 1}, {"b", "2024-07-01", 2}},
         2,
         {{"a", -2}, {"b", -2}}},
        {"the period's last day and the day after",
         {{"a", "2024-08-31", 1}, {"b", "2024-09-01", 2}},
         2,
         {{"a", -2}, {"b", -3}}},
        {"two of one key alone", {{"a", "2021-01-01", 1}, {"a", "2021-02-01", 2}}, 2, {{"a", -1}}},
        {"the younger first",
         {{"b", "2022-01-01", 1}, {"a", "2021-01-01", 2}},
         2,
         {{"a", 200}, {"b", 100}}},
        {"the longest key", {{KEY16 KEY16 KEY16, "2021-01-01", 1}}, 1, {{KEY16 KEY16 KEY16, 100}}},
        {"a key too long",
         {{KEY16 KEY16 KEY16 "k", "2021-01-01", 1}, {"a", "2021-01-01", 1}},
         2,
         {{"?", -5}, {"a", 100}}},
        {"an empty key", {{"", "2021-01-01", 1}}, 1, {{"?", -5}}},
        {"no date", {{"a", NULL, 1}}, 1, {{"a", -1}}},
    };
    for (size_t i = 0; i < ST_LEN(lists); i++) {
        house *h = house_new();
        house_benefit(h, "grant", LISTED, "[]", "occasion.v");
        house_open(h);
        house_assess(h, "2024-08", house_facts(h, 0, lists[i].entries, lists[i].n));
        size_t n = 0;
        for (; n < 3 && lists[i].wanted[n].occasion; n++) {
            int64_t due = house_owed(h, "grant", lists[i].wanted[n].occasion);
            ck_assert_msg(due == lists[i].wanted[n].due, "%s: %s is %" PRId64, lists[i].name,
                          lists[i].wanted[n].occasion, due);
        }
        ck_assert_msg(h->k.n_dues == n, "%s: %zu dues", lists[i].name, h->k.n_dues);
        house_free(h);
    }
}
END_TEST

/* Why nothing was asked, and that this is no reason of the rules. */
START_TEST(reasons_of_the_scheme) {
    static const struct {
        const char *name, *attributes, *refusals, *code;
        bool own;
    } cases[] = {
        {"not payable yet", MONTHLY " payable-from=\"2025-01\"", "[]", "not-payable-yet", true},
        {"payable now", MONTHLY " payable-from=\"2024-08\"", "\"no\"", "no", false},
        {"not begun", "cadence=\"P1M\" first=\"2024-09\"", "[]", "no-occasion", true},
        {"no entry", LISTED, "[]", "no-occasion", true},
        {"the rules refuse", MONTHLY, "\"no\"", "no", false},
        {"the rules refuse twice", MONTHLY, "[\"no\", \"never\"]", "no", false},
        {"nothing is refused", MONTHLY, "[]", NULL, false},
    };
    for (size_t i = 0; i < ST_LEN(cases); i++) {
        house *h = house_new();
        house_benefit(h, "x", cases[i].attributes, cases[i].refusals, "1");
        house_open(h);
        house_assess(h, "2024-08", house_facts(h, 0, NULL, 0));
        const st_verdict *v = &h->k.verdicts[0];
        ck_assert_msg((v->n_refusals > 0) == (cases[i].code != NULL), "%s", cases[i].name);
        if (cases[i].code)
            ck_assert_msg(st_str_is(v->refusals[0].code, cases[i].code), "%s: %.*s", cases[i].name,
                          ST_FMT(v->refusals[0].code));
        const st_refusal *own = st_calc_own_reason(v);
        ck_assert_msg(own == (cases[i].own ? v->refusals : NULL), "%s", cases[i].name);
        house_free(h);
    }
}
END_TEST

/* A reason that several entries share stands once, those of all entries in their order. */
START_TEST(reasons_of_several_entries) {
    static const entry entries[] = {
        {"a", "2021-01-01", 1}, {"b", "2021-02-01", 2}, {"c", "2021-03-01", 1}};
    house *h = house_new();
    house_benefit(h, "grant", LISTED, "if occasion.v = 1 then [\"p\", \"q\"] else [\"q\", \"r\"]",
                  "1");
    house_open(h);
    house_assess(h, "2024-08", house_facts(h, 0, entries, 3));
    const st_verdict *v = &h->k.verdicts[0];
    static const char *const wanted[] = {"p", "q", "r"};
    ck_assert_int_eq(v->outcome, ST_REFUSED);
    ck_assert_uint_eq(v->n_refusals, ST_LEN(wanted));
    for (size_t i = 0; i < ST_LEN(wanted); i++)
        ck_assert(st_str_is(v->refusals[i].code, wanted[i]));
    ck_assert_ptr_null(st_calc_own_reason(v));
    house_free(h);
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(limits_hold_for_an_occasion_not_for_the_number_of_them),
        CK_CASE(refusals_of_a_heavy_occasion_are_kept),
        CK_CASE(entries_that_cannot_be_decided),
        CK_CASE(entries_at_the_borders),
        CK_CASE(reasons_of_the_scheme),
        CK_CASE(reasons_of_several_entries),
        CK_CASE(the_order_of_a_list_does_not_count_by_itself),
        CK_CASE(the_newest_month_gives_the_outcome_and_its_reasons),
        CK_CASE(a_part_of_the_calendar_gives_the_same_new_occasions),
    };
    return ck_run("calc/assess", cases, sizeof cases / sizeof cases[0]);
}
