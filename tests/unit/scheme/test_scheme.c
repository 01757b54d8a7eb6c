/* scheme.xml as it is read: what is refused, with which words and where; cadences and names. */
#include "support/scheme_files.h"

static void refused(const char *xml, const char *words, unsigned line, unsigned column) {
    scheme_files f;
    bool ok = scheme_try(&f, xml, "");
    scheme_end(&f);
    ck_assert_msg(!ok, "was read: %s", xml);
    ck_assert_msg(strstr(f.err.msg, words) != NULL, "\"%s\" without \"%s\"", f.err.msg, words);
    ck_assert_uint_eq(f.err.pos.line, line);
    if (column)
        ck_assert_uint_eq(f.err.pos.column, column);
}

static void read_well(scheme_files *f, const char *xml) {
    bool ok = scheme_try(f, xml, "");
    ck_assert_msg(ok, "%s", f->err.msg);
}

START_TEST(plain) {
    scheme_files f;
    read_well(&f, SCHEME("last=\"2024-06\" formerly=\"old older\" beside=\"other\"",
                         BENEFIT("cadence=\"P1M\" paid=\"P3M\" formerly=\"a\"", "")));
    const st_benefit *b = &f.s->benefits[0];
    ck_assert_uint_eq(f.s->formerly.n, 2);
    ck_assert(st_str_is(f.s->formerly.v[1], "older"));
    ck_assert_uint_eq(f.s->beside.n, 1);
    ck_assert_uint_eq(b->formerly.n, 1);
    ck_assert_int_eq(b->closing, M("2024-06"));
    ck_assert_int_eq(b->months, 1);
    ck_assert_int_eq(b->paid_months, 3);
    ck_assert_int_eq(b->retired, ST_KEYS_UNSAID);
    ck_assert_uint_eq(b->n_rules, 1);
    scheme_end(&f);
}
END_TEST

START_TEST(changes_of_cadence) {
    scheme_files f;
    read_well(&f, SCHEME("", BENEFIT("cadence=\"P1M\"",
                                     "<cadence from=\"2023-07\" every=\"P3M\"/>"
                                     "<cadence from=\"2024-01\" every=\"P1Y\"/>"
                                     "<cadence from=\"2025-01\" every=\"P1M\" paid=\"P1Y\"/>")));
    const st_benefit *b = &f.s->benefits[0];
    static const struct {
        const char *month;
        int months, paid;
        const char *end;
    } rows[] = {{"2023-01", 1, 1, "2023-06"},   {"2023-06", 1, 1, "2023-06"},
                {"2023-07", 3, 3, "2023-12"},   {"2023-12", 3, 3, "2023-12"},
                {"2024-01", 12, 12, "2024-12"}, {"2024-12", 12, 12, "2024-12"}};
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        st_phase p = st_benefit_phase(b, M(rows[i].month));
        ck_assert_int_eq(p.months, rows[i].months);
        ck_assert_int_eq(p.paid_months, rows[i].paid);
        ck_assert_int_eq(st_benefit_phase_end(b, M(rows[i].month)), M(rows[i].end));
    }
    ck_assert_int_eq(st_benefit_phase(b, M("2031-05")).paid_months, 12);
    ck_assert_int_eq(st_benefit_phase_end(b, M("2031-05")), ST_MONTH_MAX);
    scheme_end(&f);
}
END_TEST

START_TEST(borders) {
    static const struct {
        const char *xml, *words;
    } rows[] = {
        {SCHEME("", BENEFIT("cadence=\"P1M\"", "<cadence from=\"2024-02\" every=\"P3M\"/>")),
         "January, April, July or October"},
        {SCHEME("", BENEFIT("cadence=\"P3M\"", "<cadence from=\"2024-02\" every=\"P1M\"/>")),
         "January, April, July or October"},
        {SCHEME("", BENEFIT("cadence=\"P1M\"", "<cadence from=\"2024-04\" every=\"P1Y\"/>")),
         "must be a January"},
        {SCHEME("", BENEFIT("cadence=\"P1Y\"", "<cadence from=\"2024-04\" every=\"P1M\"/>")),
         "must be a January"},
        {SCHEME("", BENEFIT("cadence=\"P3M\"", "<cadence from=\"2024-07\" every=\"P1Y\"/>")),
         "must be a January"},
        {SCHEME("", BENEFIT("cadence=\"P1M\"", "<cadence from=\"2023-01\" every=\"P3M\"/>")),
         "stand in order"},
        {SCHEME("", BENEFIT("cadence=\"P1M\"", "<cadence from=\"2024-07\" every=\"P3M\"/>"
                                               "<cadence from=\"2024-04\" every=\"P1M\"/>")),
         "stand in order"},
        {SCHEME("", BENEFIT("cadence=\"P1M\" last=\"2024-03\"",
                            "<cadence from=\"2024-04\" every=\"P3M\"/>")),
         "after the last month"},
        {SCHEME("", BENEFIT("cadence=\"once\"", "<cadence from=\"2024-04\" every=\"P3M\"/>")),
         "paid once"},
        {SCHEME("", BENEFIT("cadence=\"P1M\"",
                            "<cadence from=\"2024-04\" every=\"P3M\" paid=\"P1M\"/>")),
         "more often"}};
    for (size_t i = 0; i < ST_LEN(rows); i++)
        refused(rows[i].xml, rows[i].words, 1, 0);
}
END_TEST

START_TEST(ends_that_cannot_be_paid) {
    static const struct {
        const char *xml, *words;
    } rows[] = {
        {SCHEME("", BENEFIT("cadence=\"P3M\" last=\"2024-05\"", "")),
         "end with 2024-03 or 2024-06"},
        {SCHEME("", BENEFIT("cadence=\"P1Y\" last=\"2024-05\"", "")),
         "end with 2023-12 or 2024-12"},
        {SCHEME("last=\"2024-05\"", BENEFIT("cadence=\"P3M\"", "")),
         "the scheme's last period, 2024-05, lies inside a quarter"},
        {SCHEME("", BENEFIT("cadence=\"P1M\" last=\"2024-11\"",
                            "<cadence from=\"2024-04\" every=\"P3M\"/>")),
         "end with 2024-09 or 2024-12"},
        {SCHEME("last=\"2024-05\"", BENEFIT("cadence=\"P1M\" payable-from=\"2024-06\"", "")),
         "after the scheme's last period"}};
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        scheme_files f;
        read_well(&f, rows[i].xml);
        ck_assert(!st_scheme_payable(f.s, &f.err));
        ck_assert_msg(strstr(f.err.msg, rows[i].words) != NULL, "%s", f.err.msg);
        ck_assert_uint_eq(f.err.pos.line, 1);
        scheme_end(&f);
    }
}
END_TEST

/* Where the right is monthly, months that are paid together may end anywhere. */
START_TEST(ends_that_can_be_paid) {
    scheme_files f;
    read_well(&f, SCHEME("last=\"2024-05\"", BENEFIT("cadence=\"P1M\" paid=\"P3M\"", "")));
    ck_assert(st_scheme_payable(f.s, &f.err));
    scheme_end(&f);
    read_well(&f, SCHEME("last=\"2024-05\"", BENEFIT("cadence=\"P3M\" last=\"2024-03\"", "")));
    ck_assert(st_scheme_payable(f.s, &f.err));
    scheme_end(&f);
    read_well(&f, SCHEME("", BENEFIT("cadence=\"P3M\" last=\"2024-06\"", "")));
    ck_assert(st_scheme_payable(f.s, &f.err));
    scheme_end(&f);
}
END_TEST

START_TEST(names) {
    refused(SCHEME("formerly=\"s\"", BENEFIT("cadence=\"P1M\"", "")), "another scheme's", 1, 0);
    refused(SCHEME("beside=\"s\"", BENEFIT("cadence=\"P1M\"", "")), "another scheme's", 1, 0);
    refused(SCHEME("", BENEFIT("cadence=\"P1M\" formerly=\"b\"", "")), "still has", 1, 0);
    refused(SCHEME("", BENEFIT("cadence=\"P1M\" formerly=\"a\"",
                               "") "<benefit id=\"c\" first=\"2023-01\" cadence=\"P1M\" "
                                   "formerly=\"x a\">" TITLE RULES "</benefit>"),
            "another benefit was before", 1, 0);
    refused(SCHEME("", BENEFIT("cadence=\"P1M\" formerly=\"\"", "")), "formerly", 1, 0);
}
END_TEST

/* The validator knows only the second place, and calls it rule 1877. */
START_TEST(ids_twice) {
    refused(SCHEME("", "\n" BENEFIT("cadence=\"P1M\"", "") "\n\n" BENEFIT("cadence=\"once\"", "")),
            "the id 'b' stands twice: <benefit> in line 2 and <benefit> in line 4", 4, 0);
    refused(SCHEME("", "\n<benefit id=\"rule\" first=\"2023-01\" cadence=\"P1M\">" TITLE RULES
                       "</benefit>"),
            "the id 'rule' stands twice: <basis> in line 1 and <benefit> in line 2", 2, 14);
    refused(SCHEME("", BENEFIT("cadence=\"P1M\"", "") "<guard id=\"g\" amount-above=\"1\"/>\n"
                                                      "<guard id=\"g\" amount-above=\"2\"/>"),
            "the id 'g' stands twice", 2, 0);
}
END_TEST

/* What is dropped for good says what becomes of its keys; its models may be gone. */
START_TEST(retired) {
    scheme_files f;
    read_well(&f, SCHEME("", "<benefit id=\"b\" first=\"2023-01\" cadence=\"once\" each=\"gone\" "
                             "key=\"k\" dated-by=\"d\" retired=\"recover\">" TITLE "</benefit>"
                             "<benefit id=\"c\" first=\"2023-01\" cadence=\"P1M\" "
                             "retired=\"keep\">" TITLE RULES "</benefit>"));
    ck_assert_int_eq(f.s->benefits[0].retired, ST_KEYS_RECOVER);
    ck_assert_int_eq(f.s->benefits[1].retired, ST_KEYS_KEEP);
    ck_assert_uint_eq(f.s->benefits[1].n_rules, 0); /* its models are not even read */
    ck_assert(st_scheme_compile(f.s, &st_feel_string, NULL, NULL, &f.err));
    scheme_end(&f);
    refused(SCHEME("", "<benefit id=\"b\" first=\"2023-01\" cadence=\"P1M\">" TITLE "</benefit>"),
            "has no <rules>", 1, 0);
    refused(SCHEME("", BENEFIT("cadence=\"P1M\" retired=\"yes\"", "")), "retired", 1, 0);
}
END_TEST

START_TEST(versions_of_rules) {
    scheme_files f;
    read_well(&f, SCHEME("", "<benefit id=\"b\" first=\"2023-01\" cadence=\"P1M\">" TITLE RULES
                             "<rules from=\"2023-05\" to=\"2023-06\" model=\"n.dmn\" "
                             "refusals=\"r\" amount=\"a\" basis=\"rule\"/></benefit>"));
    const st_benefit *b = &f.s->benefits[0];
    ck_assert_ptr_eq(st_scheme_rules(b, M("2023-04")), &b->rules[0]);
    ck_assert_ptr_eq(st_scheme_rules(b, M("2023-05")), &b->rules[1]);
    ck_assert_ptr_eq(st_scheme_rules(b, M("2023-06")), &b->rules[1]);
    ck_assert_ptr_eq(st_scheme_rules(b, M("2023-07")), &b->rules[0]);
    scheme_end(&f);
    refused(SCHEME("", "<benefit id=\"b\" first=\"2023-01\" cadence=\"P1M\">" TITLE
                       "<rules from=\"2023-05\" to=\"2023-04\" model=\"n.dmn\" refusals=\"r\" "
                       "amount=\"a\" basis=\"rule\"/></benefit>"),
            "is before from", 1, 0);
}
END_TEST

START_TEST(values) {
    static const struct {
        const char *xml, *words;
    } rows[] = {{SCHEME("last=\"2022-12\"", BENEFIT("cadence=\"P1M\"", "")), "is before first"},
                {SCHEME("", BENEFIT("cadence=\"P1M\" last=\"2022-12\"", "")), "is before first"},
                {SCHEME("last=\"2023-13\"", BENEFIT("cadence=\"P1M\"", "")), "last"},
                {SCHEME("", BENEFIT("cadence=\"P1M\" each=\"x\"", "")), "only a benefit paid once"},
                {SCHEME("", BENEFIT("cadence=\"once\" each=\"x\"", "")), "needs key="},
                {SCHEME("", BENEFIT("cadence=\"once\" paid=\"P1M\"", "")), "no rhythm"},
                {SCHEME("", BENEFIT("cadence=\"P1Y\" paid=\"P1M\"", "")), "more often"},
                {SCHEME("", BENEFIT("cadence=\"P1M\"", "") "<recovery share-percent=\"100.01\"/>"),
                 "more than 100 percent"},
                {SCHEME("", BENEFIT("cadence=\"P1M\"", "") "<guard id=\"g\" benefit=\"z\"/>"),
                 "names no benefit"},
                {SCHEME("", BENEFIT("cadence=\"P1M\"", "") "<guard id=\"g\"/>"), "no bound"}};
    for (size_t i = 0; i < ST_LEN(rows); i++)
        refused(rows[i].xml, rows[i].words, 1, 0);
    refused("<scheme xmlns=\"urn:stipend:scheme:9\"/>", "unknown scheme format", 1, 0);
    refused("<rules/>", "not <scheme>", 1, 0);
}
END_TEST

int main(void) {
    const ck_case cases[] = {CK_CASE(plain),
                             CK_CASE(changes_of_cadence),
                             CK_CASE(borders),
                             CK_CASE(ends_that_cannot_be_paid),
                             CK_CASE(ends_that_can_be_paid),
                             CK_CASE(names),
                             CK_CASE(ids_twice),
                             CK_CASE(retired),
                             CK_CASE(values),
                             CK_CASE(versions_of_rules)};
    return ck_run("scheme", cases, ST_LEN(cases));
}
