/* What may change between the rules of two runs, judged without a ledger. */
#include "run/continuity.h"
#include "support/scheme_files.h"

/* -- a past made by hand -- */

static st_known_name names[4];
static st_known_benefit benefits[4];
static st_known_scheme schemes[2];
static st_known known, alike;
static scheme_files before, now;
static const char *posted[8]; /* occasions */
static int asked;
static int32_t numbers[ST_SCHEME_BENEFITS_MAX];
static st_continuity got;

static bool give_rules(void *ctx, const st_known_scheme *of, const st_scheme **out, st_err *err) {
    (void)ctx, (void)of, (void)err;
    *out = before.s;
    return true;
}
static bool give_alike(void *ctx, const st_known **out, st_err *err) {
    (void)ctx, (void)err;
    *out = &alike;
    return true;
}
static bool give_occasions(void *ctx, int32_t benefit, st_occasion_sink *each, void *each_ctx,
                           st_err *err) {
    (void)ctx, (void)err;
    ck_assert_int_eq(benefit, 7);
    asked++;
    for (size_t i = 0; i < ST_LEN(posted) && posted[i]; i++)
        if (!each(each_ctx, st_str_of(posted[i]), 2, 5000))
            break;
    return true;
}

/* Scheme s with benefit b (number 7), posted up to a month, as xml says; none: b was never posted.
 */
static void past(const char *xml, const char *newest) {
    ck_assert_msg(scheme_try(&before, xml, ""), "%s", before.err.msg);
    memset(posted, 0, sizeof posted);
    asked = 0;
    benefits[0] = (st_known_benefit){.number = 7, .id = ST_STR("b"), .posted = newest != NULL};
    benefits[1] = (st_known_benefit){.number = 8, .id = ST_STR("never")};
    schemes[0] = (st_known_scheme){.number = 1,
                                   .id = ST_STR("s"),
                                   .currency = "CNY",
                                   .newest_run = 3,
                                   .benefits = benefits,
                                   .n_benefits = 2};
    if (newest)
        schemes[0].newest = benefits[0].newest = M(newest);
    known = (st_known){schemes, 1};
    alike = known;
    got.numbers = numbers;
}

static bool judge(const char *xml, const char *period) {
    scheme_end(&now);
    bool ok = scheme_try(&now, xml, "");
    ck_assert_msg(ok, "%s", now.err.msg);
    if (!known.n || !st_str_eq(schemes[0].id, now.s->id))
        known.n = now.s->formerly.n ? 1 : 0; /* as the ledger looks them up */
    st_past p = {&known, give_alike, give_rules, give_occasions, NULL};
    return st_continuity_judge(&p, now.s, M(period), &got, &now.err);
}
static void refused(const char *xml, st_code code, const char *words) {
    ck_assert_msg(!judge(xml, "2024-01"), "was let through: %s", xml);
    ck_assert_msg(now.err.code == code, "%s: %s", st_code_id(now.err.code), now.err.msg);
    ck_assert_msg(strstr(now.err.msg, words) != NULL, "\"%s\" without \"%s\"", now.err.msg, words);
}
static void passes(const char *xml, int32_t number) {
    ck_assert_msg(judge(xml, "2024-01"), "%s", now.err.msg);
    ck_assert_int_eq(numbers[0], number);
    ck_assert_str_eq(got.scheme, "s");
}
static void end(void) {
    scheme_end(&before);
    scheme_end(&now);
    before = now = (scheme_files){0};
}

#define CALLED(id, attributes, body)                                                               \
    "<benefit id=\"" id "\" first=\"2023-01\" " attributes ">" TITLE body RULES "</benefit>"
#define P1M SCHEME("", BENEFIT("cadence=\"P1M\"", ""))

START_TEST(same) {
    past(P1M, "2023-12");
    passes(P1M, 7);
    passes(SCHEME("", BENEFIT("cadence=\"P1M\" paid=\"P1Y\" last=\"2025-12\"", "")), 7);
    passes(SCHEME("", CALLED("new", "cadence=\"P1M\"", "") BENEFIT("cadence=\"P1M\"", "")), 0);
    ck_assert_int_eq(numbers[1], 7);
    end();
}
END_TEST

START_TEST(renamed) {
    past(P1M, "2023-12");
    refused(SCHEME("", CALLED("c", "cadence=\"P1M\"", "")), ST_E_RUN_GONE, "formerly=\"b\"");
    refused(SCHEME("", CALLED("c", "cadence=\"P1M\" formerly=\"x\"", "")), ST_E_RUN_GONE,
            "2023-12");
    passes(SCHEME("", CALLED("c", "cadence=\"P1M\" formerly=\"x b\"", "")), 7);
    passes(SCHEME("", CALLED("never", "cadence=\"P1M\" formerly=\"b\"", "")), 7);
    refused(SCHEME("", CALLED("c", "cadence=\"once\" formerly=\"b\"", "")), ST_E_RUN_OCCASION,
            "benefit c");
    /* a name that a run gave it since */
    names[0] = (st_known_name){ST_STR("c"), 2};
    benefits[0].names = names;
    benefits[0].n_names = 1;
    passes(SCHEME("", CALLED("c", "cadence=\"P1M\"", "")), 7);
    passes(P1M, 7);
    refused(SCHEME("", CALLED("c", "cadence=\"P1M\"", "") BENEFIT("cadence=\"P1M\"", "")),
            ST_E_RUN_NAME, "the same one");
    /* the last of its names is said, be it that of the ledger's first run */
    names[0].run = 1;
    refused(SCHEME("", CALLED("x", "cadence=\"P1M\"", "")), ST_E_RUN_GONE, "formerly=\"c\"");
    end();
}
END_TEST

START_TEST(never_posted) {
    past(P1M, NULL);
    passes(SCHEME("", CALLED("c", "cadence=\"P3M\" formerly=\"b\"", "")), 7);
    passes(SCHEME("", CALLED("c", "cadence=\"P1M\"", "")), 0);
    passes(SCHEME("", BENEFIT("cadence=\"once\"", "")), 7);
    passes(SCHEME("", BENEFIT("cadence=\"P1Y\"", "")), 7);
    end();
}
END_TEST

START_TEST(two_of_them) {
    past(SCHEME("", BENEFIT("cadence=\"P1M\"", "") CALLED("never", "cadence=\"P1M\"", "")),
         "2023-12");
    benefits[1].posted = true;
    benefits[1].newest = M("2023-11");
    refused(SCHEME("", CALLED("c", "cadence=\"P1M\" formerly=\"b never\"", "")), ST_E_RUN_NAME,
            "both posted");
    refused(SCHEME("", BENEFIT("cadence=\"P1M\" formerly=\"never\"", "")), ST_E_RUN_NAME,
            "both posted");
    refused(P1M, ST_E_RUN_GONE, "benefit never, posted up to 2023-11");
    passes(SCHEME("", BENEFIT("cadence=\"P1M\"", "")
                          CALLED("never", "cadence=\"P1Y\" retired=\"keep\"", "")),
           7);
    end();
}
END_TEST

START_TEST(cadence) {
    past(P1M, "2023-12");
    posted[0] = "2023-11";
    posted[1] = "2023-12";
    refused(SCHEME("", BENEFIT("cadence=\"P3M\"", "")), ST_E_RUN_CADENCE,
            "4 posted keys (2023-11 to 2023-12, 100.00), and they would be paid again; write "
            "cadence=\"P1M\" and <cadence from=\"2024-01\" every=\"P3M\"/>");
    refused(SCHEME("", BENEFIT("cadence=\"P1Y\"", "")), ST_E_RUN_CADENCE, "from=\"2024-01\"");
    refused(SCHEME("", BENEFIT("cadence=\"P1M\"", "<cadence from=\"2023-10\" every=\"P3M\"/>")),
            ST_E_RUN_CADENCE, "posted keys");
    asked = 0;
    passes(SCHEME("", BENEFIT("cadence=\"P1M\"", "<cadence from=\"2024-01\" every=\"P3M\"/>")), 7);
    ck_assert_int_eq(asked, 0); /* what is to come needs no look at the lines */
    passes(SCHEME("", BENEFIT("cadence=\"P3M\" stray=\"keep\"", "")), 7);
    posted[0] = NULL; /* posted once, and taken back since */
    passes(SCHEME("", BENEFIT("cadence=\"P3M\"", "")), 7);
    ck_assert_int_eq(asked, 1);
    end();
}
END_TEST

START_TEST(change_that_moves) {
    past(SCHEME("", BENEFIT("cadence=\"P1M\"", "<cadence from=\"2023-07\" every=\"P3M\"/>")),
         "2023-12");
    posted[0] = "2023-06";
    posted[1] = "2023-Q3";
    posted[2] = "2023-Q4";
    refused(SCHEME("", BENEFIT("cadence=\"P1M\"", "<cadence from=\"2023-10\" every=\"P3M\"/>")),
            ST_E_RUN_CADENCE, "2 posted keys (2023-Q3 to 2023-Q3");
    refused(P1M, ST_E_RUN_CADENCE, "4 posted keys (2023-Q3 to 2023-Q4");
    passes(SCHEME("", BENEFIT("cadence=\"P1M\"", "<cadence from=\"2023-07\" every=\"P3M\"/>"
                                                 "<cadence from=\"2024-01\" every=\"P1Y\"/>")),
           7);
    end();
}
END_TEST

/* Names of record types may be long: the message names both lists all the same. */
START_TEST(awards_with_long_names) {
#define LONG20 "aLongNameOfSomething"
#define LONG LONG20 LONG20 LONG20 LONG20 LONG20 LONG20
    past(SCHEME("",
                BENEFIT("cadence=\"once\" each=\"" LONG "\" key=\"" LONG "\" dated-by=\"d\"", "")),
         "2023-12");
    refused(SCHEME("", BENEFIT("cadence=\"once\"", "")), ST_E_RUN_OCCASION,
            "the \"" LONG "\" of each of its " LONG);
    end();
}
END_TEST

START_TEST(awards) {
    past(SCHEME("", BENEFIT("cadence=\"once\" each=\"xs\" key=\"k\" dated-by=\"d\"", "")),
         "2023-12");
    passes(SCHEME("", BENEFIT("cadence=\"once\" each=\"xs\" key=\"k\" dated-by=\"e\"", "")), 7);
    refused(SCHEME("", BENEFIT("cadence=\"once\" each=\"xs\" key=\"j\" dated-by=\"d\"", "")),
            ST_E_RUN_OCCASION, "the \"k\" of each of its xs");
    refused(SCHEME("", BENEFIT("cadence=\"once\" each=\"ys\" key=\"k\" dated-by=\"d\"", "")),
            ST_E_RUN_OCCASION, "of its ys");
    refused(SCHEME("", BENEFIT("cadence=\"once\"", "")), ST_E_RUN_OCCASION, "one occasion");
    refused(P1M, ST_E_RUN_OCCASION, "months, quarters or years");
    end();
}
END_TEST

/* Another id for the scheme: the attributes of SCHEME follow its id. */
#define OTHER(attributes, basis, division, body)                                                   \
    "<scheme xmlns=\"urn:stipend:scheme:1\" id=\"t\" currency=\"CNY\" "                            \
    "first=\"2023-01\" " attributes ">" TITLE "<payer name=\"p\" division=\"" division             \
    "\"/><basis id=\"rule\">" basis "</basis><records schema=\"r.xsd\"/>" body "</scheme>"
#define MONTHLY BENEFIT("cadence=\"P1M\"", "")

START_TEST(another_scheme) {
    past(P1M, "2023-12");
    refused(OTHER("", "r", "640202", MONTHLY), ST_E_RUN_SCHEME, "formerly=\"s\"");
    passes(OTHER("formerly=\"s\"", "r", "640202", MONTHLY), 7);
    static const char *const honest[] = {
        OTHER("beside=\"s\"", "r", "640202", MONTHLY),
        OTHER("", "another", "640202", MONTHLY),
        OTHER("", "r", "640221", MONTHLY),
        OTHER("", "r", "640202", CALLED("c", "cadence=\"P1M\"", "")),
        OTHER("", "r", "640202", BENEFIT("cadence=\"once\"", "")),
        OTHER("", "r", "640202",
              "<benefit id=\"b\" first=\"2024-01\" cadence=\"P1M\">" TITLE RULES "</benefit>")};
    for (size_t i = 0; i < ST_LEN(honest); i++) {
        ck_assert_msg(judge(honest[i], "2024-01"), "%zu: %s", i, now.err.msg);
        ck_assert_str_eq(got.scheme, "t");
        ck_assert_int_eq(numbers[0], 0);
    }
    /* side by side */
    ck_assert(judge(OTHER("", "r", "640202", MONTHLY), "2023-12"));
    ck_assert_str_eq(got.scheme, "t");
    end();
}
END_TEST

/* The ledger knows a scheme by its first id; later runs may have called it otherwise. */
START_TEST(names_of_a_scheme) {
    static st_known_name old_names[2];
    static const struct {
        const char *name, *id, *names[2];
        const char *found; /* NULL: nobody */
    } cases[] = {{"its first id", "s", {NULL}, "s"},
                 {"a later name", "old", {"s"}, "old"},
                 {"one of two later names", "old", {"older", "s"}, "old"},
                 {"another", "old", {"older"}, NULL}};
    for (size_t i = 0; i < ST_LEN(cases); i++) {
        past(P1M, "2023-12");
        schemes[0].id = st_str_of(cases[i].id);
        schemes[0].names = old_names;
        for (schemes[0].n_names = 0; schemes[0].n_names < 2 && cases[i].names[schemes[0].n_names];
             schemes[0].n_names++)
            old_names[schemes[0].n_names] = (st_known_name){
                st_str_of(cases[i].names[schemes[0].n_names]), 1 + (int64_t)schemes[0].n_names};
        known.n = 1;
        ck_assert(scheme_try(&now, P1M, ""));
        st_known nothing = {schemes, 0};
        alike = nothing;
        st_past p = {&known, give_alike, give_rules, give_occasions, NULL};
        ck_assert_msg(st_continuity_judge(&p, now.s, M("2024-01"), &got, &now.err), "%s: %s",
                      cases[i].name, now.err.msg);
        ck_assert_msg(strcmp(got.scheme, cases[i].found ? cases[i].found : "s") == 0, "%s: %s",
                      cases[i].name, got.scheme);
        ck_assert_msg(numbers[0] == (cases[i].found ? 7 : 0), "%s", cases[i].name);
        end();
    }
}
END_TEST

START_TEST(currency) {
    past(P1M, "2023-12");
    (void)snprintf(schemes[0].currency, sizeof schemes[0].currency, "USD");
    refused(P1M, ST_E_DB_DATA, "USD");
    end();
}
END_TEST

int main(void) {
    const ck_case cases[] = {CK_CASE(same),           CK_CASE(renamed),
                             CK_CASE(never_posted),   CK_CASE(two_of_them),
                             CK_CASE(cadence),        CK_CASE(change_that_moves),
                             CK_CASE(awards),         CK_CASE(awards_with_long_names),
                             CK_CASE(another_scheme), CK_CASE(names_of_a_scheme),
                             CK_CASE(currency)};
    return ck_run("continuity", cases, ST_LEN(cases));
}
