/* What is due earlier in time, whatever benefit it belongs to: `prior` never depends on months to
 * come. */
#include "assess_fixture.h"

/* Every occasion that two runs have in common has the same due in both. */
static void stays(house *h, st_val facts, int months) {
    enum { MOST = 400 };
    static struct {
        uint32_t benefit;
        char occasion[24];
        st_due_state state;
        st_money amount;
    } seen[MOST];
    size_t n = 0;
    int compared = 0;
    for (int i = 0; i < months; i++) {
        char period[16];
        (void)snprintf(period, sizeof period, "%04d-%02d", 2024 + i / 12, i % 12 + 1);
        house_assess(h, period, facts);
        for (size_t k = 0; k < h->k.n_dues; k++) {
            const st_due *d = &h->k.dues[k];
            size_t at = 0;
            if (d->state == ST_DUE_LATER)
                continue;
            while (at < n &&
                   !(seen[at].benefit == d->benefit && st_str_is(d->occasion, seen[at].occasion)))
                at++;
            if (at == n) {
                ck_assert_uint_lt(n, MOST);
                seen[n].benefit = d->benefit;
                (void)snprintf(seen[n].occasion, sizeof seen[n].occasion, "%.*s",
                               ST_FMT(d->occasion));
                seen[n].state = d->state;
                seen[n++].amount = d->amount;
                continue;
            }
            compared++;
            ck_assert_msg(seen[at].state == d->state && seen[at].amount == d->amount,
                          "run %s: %.*s of benefit %u is %" PRId64 " (state %d), was %" PRId64
                          " (state %d)",
                          period, ST_FMT(d->occasion), d->benefit, d->amount, (int)d->state,
                          seen[at].amount, (int)seen[at].state);
        }
    }
    ck_assert_int_gt(compared, months);
}

static void all_months(house *h, st_val facts, int months, int64_t *sums) {
    char period[16];
    (void)snprintf(period, sizeof period, "%04d-%02d", 2024 + (months - 1) / 12,
                   (months - 1) % 12 + 1);
    house_assess(h, period, facts);
    for (size_t i = 0; i < h->s->n_benefits; i++)
        sums[i] = h->k.verdicts[i].due;
}

#define ROOM(rate, cap) "min(" rate ", " cap " - prior.scheme total)"
#define ROOM_LEFT(cap) "if prior.scheme total >= " cap " then [{code: \"cap\"}] else []"

START_TEST(a_ceiling_over_two_monthly_benefits) {
    house *h = house_new();
    house_benefit(h, "bus", "cadence=\"P1M\" first=\"2024-01\"", ROOM_LEFT("1000"),
                  ROOM("200", "1000"));
    house_benefit(h, "bike", "cadence=\"P1M\" first=\"2024-01\"", ROOM_LEFT("1000"),
                  ROOM("150", "1000"));
    house_open(h);
    st_val facts = house_facts(h, 0, NULL, 0);
    house_assess(h, "2024-06", facts);
    ck_assert_int_eq(house_owed(h, "bus", "2024-01"), 20000);
    ck_assert_int_eq(house_owed(h, "bike", "2024-02"), 15000);
    ck_assert_int_eq(house_owed(h, "bus", "2024-03"), 20000);
    ck_assert_int_eq(house_owed(h, "bike", "2024-03"), 10000);
    ck_assert_int_eq(house_owed(h, "bus", "2024-04"), -2);
    ck_assert_int_eq(house_owed(h, "bike", "2024-04"), -2);
    stays(h, facts, 8);
    house_free(h);
}
END_TEST

/* Months, quarters, years, an award, entries of a list, months that are paid by the quarter, and a
 * benefit that is not payable before July: one ceiling over all. */
START_TEST(a_ceiling_over_every_kind_of_occasion) {
    static const struct {
        const char *id, *attributes;
    } kinds[] = {
        {"monthly", "cadence=\"P1M\" first=\"2024-01\""},
        {"quarterly", "cadence=\"P3M\" first=\"2024-01\""},
        {"yearly", "cadence=\"P1Y\" first=\"2024-01\""},
        {"once", "cadence=\"once\" first=\"2024-05\""},
        {"listed", "cadence=\"once\" each=\"xs\" key=\"k\" dated-by=\"d\" first=\"2024-01\""},
        {"rarer", "cadence=\"P1M\" paid=\"P3M\" first=\"2024-01\""},
        {"yearly-paid", "cadence=\"P3M\" paid=\"P1Y\" first=\"2024-01\""},
        {"waiting", "cadence=\"P1M\" first=\"2024-01\" payable-from=\"2024-07\""},
    };
    static const entry entries[] = {
        {"late", "2024-09-30", 1}, {"b", "2024-02-15", 1}, {"a", "2024-02-15", 1}};
    enum { KINDS = sizeof kinds / sizeof kinds[0] };
    for (int turn = 0; turn < 2; turn++) { /* the order in scheme.xml decides ties only */
        house *h = house_new();
        for (int i = 0; i < KINDS; i++) {
            int k = turn ? KINDS - 1 - i : i;
            house_benefit(h, kinds[k].id, kinds[k].attributes, ROOM_LEFT("5000"),
                          ROOM("170", "5000"));
        }
        house_open(h);
        st_val facts = house_facts(h, 0, entries, 3);
        stays(h, facts, 24);
        int64_t sums[KINDS], total = 0;
        all_months(h, facts, 24, sums);
        for (int i = 0; i < KINDS; i++)
            total += sums[i];
        ck_assert_int_eq(total, 500000);
        house_free(h);
    }
}
END_TEST

/* What an award sees of the months before its day, and what the month after it sees of the award.
 */
START_TEST(dates_decide_then_the_order_of_benefits_then_the_key) {
    static const entry entries[] = {
        {"b", "2024-02-01", 1}, {"a", "2024-02-01", 1}, {"c", "2024-01-31", 1}};
    house *h = house_new();
    house_benefit(h, "award",
                  "cadence=\"once\" each=\"xs\" key=\"k\" dated-by=\"d\" first=\"2024-01\"", "[]",
                  "prior.scheme total + 1");
    house_benefit(h, "month", "cadence=\"P1M\" first=\"2024-01\"", "[]", "prior.scheme total + 1");
    house_open(h);
    house_assess(h, "2024-02", house_facts(h, 0, entries, 3));
    ck_assert_int_eq(house_owed(h, "month", "2024-01"), 100);
    ck_assert_int_eq(house_owed(h, "award", "c"), 200);
    ck_assert_int_eq(house_owed(h, "award", "a"), 400);
    ck_assert_int_eq(house_owed(h, "award", "b"), 800);
    ck_assert_int_eq(house_owed(h, "month", "2024-02"), 1600);
    house_free(h);
}
END_TEST

START_TEST(sums_of_the_calendar_year) {
    house *h = house_new();
    house_benefit(h, "own", "cadence=\"P1M\" first=\"2024-01\"", "[]",
                  "min(100, 250 - prior.year total)");
    house_benefit(h, "all", "cadence=\"P1M\" first=\"2024-01\"", "[]",
                  "max(0, min(100, 400 - prior.scheme year total))");
    house_open(h);
    st_val facts = house_facts(h, 0, NULL, 0);
    house_assess(h, "2025-03", facts);
    static const struct {
        const char *month;
        int own, all;
    } want[] = {{"2024-01", 10000, 10000}, {"2024-02", 10000, 10000}, {"2024-03", 5000, 0},
                {"2024-04", 0, 0},         {"2024-12", 0, 0},         {"2025-01", 10000, 10000},
                {"2025-02", 10000, 10000}, {"2025-03", 5000, 0}};
    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
        ck_assert_int_eq(house_owed(h, "own", want[i].month), want[i].own);
        ck_assert_int_eq(house_owed(h, "all", want[i].month), want[i].all);
    }
    stays(h, facts, 15);
    house_free(h);
}
END_TEST

/* Three times in three years, counted over one benefit and over the scheme. */
START_TEST(a_count_in_a_window) {
    static const char own[] =
        "if count(prior.amounts[benefit = \"grant\" and day > period.start - duration(\"P3Y\")]) "
        ">= 3 then [{code: \"three\"}] else []";
    static const char sums[] = "if sum(prior.amounts[benefit = \"grant\"].amount) >= 30 and "
                               "prior.amounts[-1].tier = \"t\" and "
                               "prior.amounts[1].occasion = \"1\" then [] else [{code: \"no\"}]";
    static const entry entries[] = {{"1", "2020-06-01", 1}, {"2", "2021-06-01", 1},
                                    {"3", "2022-06-01", 1}, {"4", "2023-05-31", 1},
                                    {"5", "2023-06-15", 1}, {"6", "2024-06-01", 1}};
    house *h = house_new();
    house_benefit(h, "grant",
                  "cadence=\"once\" each=\"xs\" key=\"k\" dated-by=\"d\" first=\"2020-01\"", own,
                  "{amount: 10, tier: \"t\"}");
    house_benefit(h, "bonus", "cadence=\"P1Y\" first=\"2020-01\"", sums, "1");
    house_open(h);
    house_assess(h, "2024-12", house_facts(h, 0, entries, 6));
    ck_assert_int_eq(house_owed(h, "grant", "3"), 1000);
    ck_assert_int_eq(house_owed(h, "grant", "4"), -2); /* 1, 2 and 3 are within three years */
    ck_assert_int_eq(house_owed(h, "grant", "5"), 1000);
    ck_assert_int_eq(house_owed(h, "grant", "6"), 1000);
    ck_assert_int_eq(house_owed(h, "bonus", "2021"), -2);
    ck_assert_int_eq(house_owed(h, "bonus", "2022"), 100);
    ck_assert_int_eq(house_owed(h, "bonus", "2023"), 100);
    house_free(h);
}
END_TEST

/* Nobody knows a sum in which something is held; what does not ask for it is decided. */
START_TEST(what_is_held_elsewhere_holds_only_who_asks_for_it) {
    house *h = house_new();
    house_benefit(h, "broken", "cadence=\"P1M\" first=\"2024-01\"", "[]",
                  "if period.month = 2 then null else 10 + prior.total");
    house_benefit(h, "own", "cadence=\"P1M\" first=\"2024-01\"", "[]", "prior.total + 1");
    house_benefit(h, "sum", "cadence=\"P1M\" first=\"2024-01\"", "[]", "100 - prior.scheme total");
    house_benefit(h, "year", "cadence=\"P1M\" first=\"2024-01\"", "[]",
                  "if prior.scheme year total < 100 then 1 else 2");
    house_benefit(h, "list", "cadence=\"P1M\" first=\"2024-01\"", "[]", "count(prior.amounts)");
    house_benefit(h, "filter", "cadence=\"P1M\" first=\"2024-01\"", "[]",
                  "count(prior.amounts[benefit = \"own\"])");
    house_open(h);
    house_assess(h, "2024-03", house_facts(h, 0, NULL, 0));
    static const char *const askers[] = {"sum", "year", "list", "filter"};
    for (size_t i = 0; i < 4; i++) {
        ck_assert_int_ge(house_owed(h, askers[i], "2024-01"), 0);
        ck_assert_msg(house_owed(h, askers[i], "2024-02") == -1, "%s is not held", askers[i]);
        ck_assert_int_eq(house_owed(h, askers[i], "2024-03"), -1);
    }
    ck_assert_int_eq(house_owed(h, "broken", "2024-02"), -1);
    ck_assert_int_eq(house_owed(h, "broken", "2024-03"), -1); /* its own earlier occasion is held */
    ck_assert_int_eq(house_owed(h, "own", "2024-03"), 400);
    bool told = false;
    for (size_t i = 0; i < h->k.n_findings; i++)
        told = told || strstr(h->k.findings[i].msg, "an earlier occasion of broken is held");
    ck_assert(told);
    house_free(h);
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(a_ceiling_over_two_monthly_benefits),
        CK_CASE(a_ceiling_over_every_kind_of_occasion),
        CK_CASE(dates_decide_then_the_order_of_benefits_then_the_key),
        CK_CASE(sums_of_the_calendar_year),
        CK_CASE(a_count_in_a_window),
        CK_CASE(what_is_held_elsewhere_holds_only_who_asks_for_it),
    };
    return ck_run("calc/prior", cases, sizeof cases / sizeof cases[0]);
}
