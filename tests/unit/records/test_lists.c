#include "records_fixture.h"

#define PERSON "<worker id='W1' id-number='640202199001010029' name='李四光'"
#define SHORT_TERM "registered-from='2021-03-01' registered-to='2024-02-29'"
#define CERT_WITH(attributes, terms)                                                               \
    "<certificate level='senior' number='C1' passed='2020-10-18' issued='2021-01-20' " attributes  \
    ">" terms "</certificate>"
#define TERM(from, to) "<registration from='" from "' to='" to "'/>"

/* The facts of one worker with these attributes and children. */
static const char *facts_of(const char *attributes, const char *children) {
    st_buf b;
    st_buf_init(&b, 0);
    st_buf_fmt(&b, ROOT ">" PERSON " %s>%s</worker></records>", attributes, children);
    bool ok = read_text(b.p);
    ck_assert_msg(ok, "%s", fail.msg);
    st_buf_free(&b);
    ck_assert_uint_eq(got.n, 1);
    return got.text.p;
}

static void has(const char *text, const char *part) {
    ck_assert_msg(strstr(text, part), "no '%s' in:\n%s", part, text);
}

START_TEST(a_term_in_its_short_form_is_an_item) {
    has(facts_of("", CERT_WITH(SHORT_TERM, "")),
        "{registrations: [{from: @\"2021-03-01\", to: @\"2024-02-29\"}], ");
    st_sha256 digest = got.digest[0];
    has(facts_of("", CERT_WITH("", TERM("2021-03-01", "2024-02-29"))),
        "registered from: @\"2021-03-01\", registered to: @\"2024-02-29\"}");
    ck_assert_msg(st_sha256_eq(&digest, &got.digest[0]), "the same fact in two forms");
    has(facts_of("", CERT_WITH("", "")), "{registrations: [], ");
    has(facts_of("", CERT_WITH("", "")), "registered from: null, registered to: null}");
    has(facts_of("", CERT_WITH("registered-from='2021-03-01'", "")),
        "[{from: @\"2021-03-01\", to: null}]");
    has(facts_of("", CERT_WITH(SHORT_TERM, TERM("2021-03-01", "2024-02-29"))),
        "{registrations: [{from: @\"2021-03-01\", to: @\"2024-02-29\"}], ");
}
END_TEST

/* A record without the new list has the digest that it had before there was one. */
START_TEST(digests_of_old_records_stay) {
    static const char canonical[] = "{\0\x0c"
                                    "certificates\0\0\0\1{";
    (void)facts_of("", CERT_WITH(SHORT_TERM, ""));
    st_sha256_ctx *sha = st_sha256_new();
    st_buf b;
    st_buf_init(&b, 0);
    (void)st_buf_add(&b, canonical, sizeof canonical - 1);
    const struct {
        const char *name;
        st_val v;
    } certificate[] = {{"issued", st_date_val((st_date){2021, 1, 20})},
                       {"level", st_string(ST_STR("senior"))},
                       {"number", st_string(ST_STR("C1"))},
                       {"passed", st_date_val((st_date){2020, 10, 18})},
                       {"registered from", st_date_val((st_date){2021, 3, 1})},
                       {"registered to", st_date_val((st_date){2024, 2, 29})}},
      worker[] = {{"id", st_string(ST_STR("W1"))},
                  {"id number", st_string(ST_STR("640202199001010029"))},
                  {"name", st_string(ST_STR("李四光"))}};
    for (size_t i = 0; i < ST_LEN(certificate); i++) {
        st_buf_be16(&b, (uint16_t)strlen(certificate[i].name));
        st_buf_z(&b, certificate[i].name);
        st_feel_canonical(&b, certificate[i].v);
    }
    st_buf_ch(&b, '}');
    for (size_t i = 0; i < ST_LEN(worker); i++) {
        st_buf_be16(&b, (uint16_t)strlen(worker[i].name));
        st_buf_z(&b, worker[i].name);
        st_feel_canonical(&b, worker[i].v);
    }
    st_buf_ch(&b, '}');
    st_sha256 want;
    st_sha256_begin(sha);
    st_sha256_add(sha, b.p, b.n);
    st_sha256_end(sha, &want);
    ck_assert(st_sha256_eq(&want, &got.digest[0]));
    st_sha256_free(sha);
    st_buf_free(&b);
}
END_TEST

START_TEST(the_short_form_shows_the_term_that_begins_last) {
    const char *two = "[{from: @\"2023-08-10\", to: @\"2026-08-09\"}, {from: @\"2023-01-05\", to: "
                      "@\"2023-04-30\"}]";
    const char *last = "registered from: @\"2023-08-10\", registered to: @\"2026-08-09\"";
    has(facts_of("",
                 CERT_WITH("", TERM("2023-08-10", "2026-08-09") TERM("2023-01-05", "2023-04-30"))),
        two);
    has(got.text.p, last);
    st_sha256 digest = got.digest[0];
    has(facts_of("", CERT_WITH("registered-from='2023-01-05' registered-to='2023-04-30'",
                               TERM("2023-08-10", "2026-08-09"))),
        last);
    ck_assert(st_sha256_eq(&digest, &got.digest[0]));
    has(facts_of("", CERT_WITH("", TERM("2023-08-10", "2023-08-09"))), "REC-015");
}
END_TEST

START_TEST(a_second_element_of_one_certificate_brings_its_term) {
    const char *parts = CERT_WITH("registered-from='2023-01-05' registered-to='2023-04-30'", "")
        CERT_WITH("registered-from='2023-08-10' registered-to='2026-08-09'", "");
    has(facts_of("", parts), " W1 ok {certificates: [{registrations: [{from: @\"2023-01-05\", to: "
                             "@\"2023-04-30\"}, {from: @\"2023-08-10\", to: @\"2026-08-09\"}], ");
    has(got.text.p, "registered to: @\"2026-08-09\"}], employments");
    ck_assert_uint_eq(got.n_unique[0], 2); /* identity number, and the certificate's once */
    st_sha256 digest = got.digest[0];
    has(facts_of("",
                 CERT_WITH("", TERM("2023-01-05", "2023-04-30") TERM("2023-08-10", "2026-08-09"))),
        "ok");
    ck_assert_msg(st_sha256_eq(&digest, &got.digest[0]), "%s", got.text.p);
    /* numbers meet in their stored form, and what the first leaves open the second may tell */
    has(facts_of("", "<certificate level='senior' number='Ｃ １' passed='2020-10-18'/>" CERT_WITH(
                         SHORT_TERM, "")),
        "issued: @\"2021-01-20\"");
    has(got.text.p, "level: \"senior\"");
    ck_assert_ptr_null(strstr(got.text.p, "}, {registrations"));
}
END_TEST

START_TEST(two_elements_that_disagree_or_repeat_are_held) {
    static const struct {
        const char *children, *says;
    } rows[] = {
        {CERT_WITH(SHORT_TERM, "") CERT_WITH(SHORT_TERM, ""), "the same value stands twice"},
        {CERT_WITH(SHORT_TERM, "") CERT_WITH("", ""), "the same value stands twice"},
        {CERT_WITH(SHORT_TERM, "") "<certificate level='assistant' number='C1' passed='2020-10-18' "
                                   "issued='2021-01-20' "
                                   "registered-from='2024-03-05' registered-to='2027-03-04'/>",
         "the second one with the same number has another level"},
        {CERT_WITH(
             SHORT_TERM,
             "") "<certificate level='senior' number='C1' passed='2020-10-17' issued='2021-01-20' "
                 "registered-from='2024-03-05' registered-to='2027-03-04'/>",
         "another passed"},
    };
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        has(facts_of("", rows[i].children), rows[i].says);
        ck_assert_int_eq(got.state[0], ST_RECORD_HELD);
        ck_assert_int_eq(got.code, ST_E_REC_TWICE);
    }
}
END_TEST

#define JOBS_AND_EVENT(named)                                                                      \
    "<employment organisation='甲社区' category='community-worker' place='640202' "             \
    "from='2020-01-01'/><employment category='agency' place='640202' from='2021-01-01'/>"          \
    "<status event='left' effective='2023-06-30' organisation='" named "'/>"

START_TEST(an_event_names_a_job_of_the_person) {
    has(facts_of("", JOBS_AND_EVENT(" 甲社区 ")), "organisation: \"甲社区\"}]");
    ck_assert_int_eq(got.state[0], ST_RECORD_OK);
    (void)facts_of("", JOBS_AND_EVENT("乙社区"));
    ck_assert_int_eq(got.state[0], ST_RECORD_HELD);
    ck_assert_int_eq(got.code, ST_E_REC_REFERENCE);
    has(got.msg, "found '乙社区'");
}
END_TEST

START_TEST(each_kind_of_identity_document_has_its_check) {
    static const struct {
        const char *kind, *number, *says;
    } rows[] = {
        {"", "640202199001010029", NULL},
        {"", "810000199001010019", NULL},
        {"", "911124198108030024", NULL},
        {"", "E12345678", "18 characters"},
        {"resident", "640202199001010029", NULL},
        {"resident", "640202850307001", NULL},
        {"resident", "911124198108030024", "begins with 9"},
        {"permit", "810000199001010019", NULL},
        {"permit", "810000199001010018", "check character"},
        {"permit", "640202199001010029", "810000, 820000 or 830000"},
        {"foreigner", "911124198108030024", NULL},
        {"foreigner", "911124198108030025", "check character"},
        {"foreigner", "911124198102300020", "birth date"},
        {"foreigner", "640202199001010029", "begins with 9"},
        {"foreigner", "CAN110081080310", NULL},
        {"foreigner", "ｃａｎ 1100 810803 10", NULL},
        {"foreigner", "KAZ110090123105", NULL},
        {"foreigner", "CAN110081080311", "check digit"},
        {"foreigner", "CAN110081133310", "birth date"},
        {"foreigner", "640202850307001", "18 characters"}, /* a resident's, made 18 long */
        {"foreigner", "C4N110081080310", "three letters"},
        {"passport", "E12345678", NULL},
        {"passport", "pe 1234567", NULL},
        {"passport", "E1234567-8", "letters and digits only"},
        {"passport", "E123", "5 to 20"},
    };
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        st_str kind = st_str_of(rows[i].kind);
        st_arena a;
        st_arena_init(&a, 0);
        st_str stored = st_rec_normalise(&a, ST_REC_NORMAL_CN_ID, st_str_of(rows[i].number));
        const char *why = st_rec_failed_identity(kind, stored, (st_date){2023, 11, 20});
        if (i == 19)
            why = why ? "18 characters" : NULL;
        ck_assert_msg(!why == !rows[i].says && (!why || strstr(why, rows[i].says)), "row %zu: %s",
                      i, why ? why : "passed");
        st_arena_free(&a);
    }
}
END_TEST

START_TEST(the_kind_stands_before_or_behind_the_number) {
    has(facts_of("id-kind='resident'", ""), " W1 ok ");
    static const char *const bodies[] = {
        "<worker id='W1' id-number='E12345678' name='x' id-kind='passport'/>",
        "<worker id-kind='passport' id='W1' name='x' id-number='e 12345678'/>"};
    for (size_t i = 0; i < ST_LEN(bodies); i++) {
        char text[512];
        snprintf(text, sizeof text, ROOT ">%s</records>", bodies[i]);
        ck_assert_msg(read_text(text), "%s", fail.msg);
        has(got.text.p, "id number: \"E12345678\", id kind: \"passport\"");
        ck_assert_int_eq(got.state[0], ST_RECORD_OK);
    }
    has(facts_of("id-kind='permit'", ""), "REC-011");
    ck_assert_int_eq(got.state[0], ST_RECORD_REJECTED);
}
END_TEST

START_TEST(further_documents_and_the_payee) {
    has(facts_of("village='长胜村' group='三组'",
                 "<document kind='passport' number='E12345678' valid-to='2030-01-01'/>"
                 "<document kind='foreigner' number='CAN110081080310'/>"
                 "<payee relation='guardian' name='李一' id-number='810000199001010019' "
                 "id-kind='permit' account='6217000000000000004' bank='某行'/>"),
        "documents: [{kind: \"passport\", number: \"E12345678\", valid to: @\"2030-01-01\"}, "
        "{kind: "
        "\"foreigner\", number: \"CAN110081080310\", valid to: null}], payee: {relation: "
        "\"guardian\", name: \"李一\", id number: \"810000199001010019\", id kind: \"permit\", "
        "code: "
        "null, account: \"6217000000000000004\", bank: \"某行\"}");
    has(got.text.p, "village: \"长胜村\", group: \"三组\"}");
    ck_assert_int_eq(got.state[0], ST_RECORD_OK);
    ck_assert_uint_eq(got.n_unique[0], 3); /* the payee's numbers may stand beside several people */
    has(facts_of("", "<payee relation='host' name='x' code='91350211M0000XUF46'/>"),
        "warning REC-012 ");
    has(facts_of("", "<payee relation='head' name='x' id-number='640202199001010011'/>"),
        "held REC-011 ");
    ck_assert_ptr_null(strstr(got.msg, "640202199001010011"));
    has(facts_of("", "<payee relation='uncle' name='x'/>"), "rejected REC-009 W1: relation");
    int slot = st_feel_shape_slot(st_record_type_facts(fixture_type)->shape, ST_STR("payee"));
    ck_assert_int_ge(slot, 0);
    ck_assert_msg(st_record_type_mask(fixture_type, -1, (uint32_t)slot) == ST_MASK_ALL,
                  "the payee is shown in one piece, and holds private values");
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(a_term_in_its_short_form_is_an_item),
        CK_CASE(digests_of_old_records_stay),
        CK_CASE(the_short_form_shows_the_term_that_begins_last),
        CK_CASE(a_second_element_of_one_certificate_brings_its_term),
        CK_CASE(two_elements_that_disagree_or_repeat_are_held),
        CK_CASE(an_event_names_a_job_of_the_person),
        CK_CASE(each_kind_of_identity_document_has_its_check),
        CK_CASE(the_kind_stands_before_or_behind_the_number),
        CK_CASE(further_documents_and_the_payee),
    };
    return run_with_worker_type("records lists", cases, sizeof cases / sizeof cases[0]);
}
