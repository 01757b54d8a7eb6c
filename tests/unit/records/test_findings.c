#include "records_fixture.h"

/* One worker with the given attributes and children, and a good one behind it. */
static void read_one(const char *attributes, const char *children) {
    st_buf b;
    st_buf_init(&b, 0);
    st_buf_fmt(&b,
               ROOT ">\n<worker %s>%s</worker>\n" WORKER("GOOD", "640202199001010010") CERT JOB
               "</worker></records>",
               attributes, children);
    bool ok = read_text(b.p);
    ck_assert_msg(ok, "%s", fail.msg);
    st_buf_free(&b);
    ck_assert_uint_eq(got.n, 2);
    ck_assert_msg(got.state[1] == ST_RECORD_OK, "the next record suffers: %s", got.text.p);
}

#define ATTRS "id='W1' id-number='640202199001010029' name='李四光' account='6228480000000000000'"
#define NUMBER(n) "id='W1' id-number='" n "' name='李四光'"

START_TEST(one_bad_record_and_its_finding) {
    static const struct {
        const char *attributes, *children;
        st_record_state state;
        st_code code;
        const char *says, *never;
    } rows[] = {
        {ATTRS, CERT JOB, ST_RECORD_OK, ST_E_NONE, "", NULL},
        {NUMBER("640202199001010011"), "", ST_RECORD_REJECTED, ST_E_REC_ID, "640202********0011",
         "640202199001010011"},
        {NUMBER("640202190002290017"), "", ST_RECORD_REJECTED, ST_E_REC_ID, "does not exist",
         "19000229"},
        {NUMBER("6402021990"), "", ST_RECORD_REJECTED, ST_E_REC_ID, "18 characters", "6402021990"},
        {NUMBER(""), "", ST_RECORD_REJECTED, ST_E_REC_INVALID, "id-number", NULL},
        {"id='W1' name='李四光'", "", ST_RECORD_REJECTED, ST_E_REC_INVALID,
         "'id-number' is required", "李"},
        {ATTRS " phone='13800005678'", "", ST_RECORD_REJECTED, ST_E_REC_INVALID, "phone",
         "13800005678"},
        {"id='W1' id-number='640202199001010029' name='李四光' account='6217000000000000005'", "",
         ST_RECORD_OK, ST_E_REC_LUHN, "***************0005", "6217000000000000005"},
        {ATTRS, "<certificate level='master' number='C1' passed='2021-06-11' issued='2021-08-24'/>",
         ST_RECORD_REJECTED, ST_E_REC_INVALID,
         "'assistant', 'intermediate', 'senior' (found 'master')", NULL},
        {ATTRS,
         "<certificate level='社会工作者' number='C1' passed='2021-06-11' issued='2021-08-24'/>",
         ST_RECORD_REJECTED, ST_E_REC_CONFUSED, "社区工作者", NULL},
        {ATTRS,
         "<certificate level='社区工作者' number='C1' passed='2021-06-11' issued='2021-08-24'/>",
         ST_RECORD_REJECTED, ST_E_REC_CONFUSED, "社会工作者", NULL},
        {ATTRS, "<employment category='社会工作师' place='640202' from='2021-05-31'/>",
         ST_RECORD_REJECTED, ST_E_REC_CONFUSED, "社区工作者", NULL},
        {ATTRS, "<certificate level='senior' number='C1' issued='2021-08-24'/>", ST_RECORD_HELD,
         ST_E_REC_ABSENT, "passed is missing in certificate", NULL},
        {ATTRS, "<certificate level='senior' number='C1' passed='2021-08-24'/>", ST_RECORD_HELD,
         ST_E_REC_ABSENT, "issued", NULL},
        {ATTRS, "<certificate level='senior' number='C1' passed='2021-06-11' issued='2021-02-30'/>",
         ST_RECORD_REJECTED, ST_E_REC_INVALID, "issued of certificate", NULL},
        {ATTRS, "<certificate level='senior' number='C1' passed='2021-06-11' issued=''/>",
         ST_RECORD_REJECTED, ST_E_REC_INVALID, "issued of certificate", NULL},
        {ATTRS,
         "<certificate level='senior' number='C1' passed='2021-06-11' issued='2021-02-03Z'/>",
         ST_RECORD_REJECTED, ST_E_REC_VALUE, "issued of certificate", NULL},
        {ATTRS, "<certificate level='senior' number='C1' passed='2021-09-11' issued='2021-08-24'/>",
         ST_RECORD_HELD, ST_E_REC_ORDER, "passed of certificate lies after issued", NULL},
        {ATTRS, "<employment category='other' place='640202' from='2021-05-31' to='2021-05-30'/>",
         ST_RECORD_HELD, ST_E_REC_ORDER, "from of employment lies after to", NULL},
        {ATTRS, "<employment category='other' place='640202' from='2021-05-31' to='2021-05-31'/>",
         ST_RECORD_OK, ST_E_NONE, "", NULL},
        {ATTRS, CERT CERT, ST_RECORD_HELD, ST_E_REC_TWICE, "twice", NULL},
        {ATTRS, JOB CERT, ST_RECORD_REJECTED, ST_E_REC_INVALID, "certificate", NULL},
        {ATTRS, "<certifcate/>", ST_RECORD_REJECTED, ST_E_REC_INVALID, "certifcate", NULL},
        {ATTRS, "<x><certificate level='senior'/></x>", ST_RECORD_REJECTED, ST_E_REC_INVALID, "x",
         NULL},
        {ATTRS, "text", ST_RECORD_REJECTED, ST_E_REC_INVALID, "worker", "text of a person"},
        {ATTRS, "<worker " ATTRS "/>", ST_RECORD_REJECTED, ST_E_REC_INVALID, "worker", NULL},
        {"id='W 1' id-number='640202199001010029' name='李四光'", "", ST_RECORD_REJECTED,
         ST_E_REC_INVALID, "id of worker", NULL},
        {"id='W1' id-number='640202199001010029' name=''", "", ST_RECORD_REJECTED, ST_E_REC_INVALID,
         "name of worker", NULL},
        {ATTRS, "<appraisal year='2022' result='good'/>", ST_RECORD_REJECTED, ST_E_REC_INVALID,
         "'excellent'", NULL},
        {ATTRS, "<application benefit='award'/>", ST_RECORD_HELD, ST_E_REC_ABSENT, "submitted",
         NULL},
    };
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        read_one(rows[i].attributes, rows[i].children);
        ck_assert_msg(got.state[0] == rows[i].state && got.code == rows[i].code, "row %zu:\n%s", i,
                      got.text.p);
        ck_assert_msg(strstr(got.msg, rows[i].says), "row %zu: %s", i, got.msg);
        ck_assert_msg(!rows[i].never || !strstr(got.msg, rows[i].never), "row %zu tells: %s", i,
                      got.msg);
        ck_assert_uint_eq(result.n_rejected, rows[i].state == ST_RECORD_REJECTED);
        ck_assert_uint_eq(result.n_held, rows[i].state == ST_RECORD_HELD);
    }
}
END_TEST

START_TEST(a_rejected_record_has_a_key_and_no_facts) {
    read_one(NUMBER("640202199001010011"), CERT);
    ck_assert(strstr(got.text.p, "W1 rejected null"));
    st_sha256 none = {{0}};
    ck_assert(st_sha256_eq(&got.digest[0], &none));
    read_one("id='W 1' id-number='640202199001010029' name='x'", "");
    ck_assert_msg(strstr(got.text.p, "1 2:1  rejected null"), "%s", got.text.p);
}
END_TEST

START_TEST(every_finding_has_its_place) {
    read_one("id='W1'\n id-number='640202199001010011' name='x'",
             "\n <certificate level='x' number='C1' issued='2021-08-24'/>\n  <certificate\n/>");
    static const char *const lines[] = {
        "  2:1 rejected REC-011 W1: ", "  4:2 rejected REC-009 W1: level",
        "  4:2 held REC-014 W1: passed",
        "  5:3 rejected REC-009 W1: certificate: The attribute 'level'"};
    for (size_t i = 0; i < ST_LEN(lines); i++)
        ck_assert_msg(strstr(got.text.p, lines[i]), "no '%s' in:\n%s", lines[i], got.text.p);
}
END_TEST

START_TEST(long_names_and_values_are_cut_between_characters) {
    st_buf b;
    for (int lead = 0; lead < 3; lead++) {
        st_buf_init(&b, 0);
        st_buf_fmt(&b, ATTRS " %.*s", lead, "xxx");
        for (int i = 0; i < 100; i++)
            st_buf_z(&b, "人");
        st_buf_fmt(&b, "='' bank='%.*s", lead, "xxx");
        for (int i = 0; i < 300; i++)
            st_buf_z(&b, "人");
        st_buf_z(&b, "'");
        read_one(b.p, "");
        ck_assert_int_eq(got.state[0], ST_RECORD_REJECTED);
        ck_assert_uint_eq(st_utf8_valid(got.text.p, got.text.n), got.text.n);
        ck_assert_msg(strstr(got.text.p, "人...')"), "%s", got.text.p);
        st_buf_free(&b);
    }
}
END_TEST

START_TEST(findings_of_one_record_are_limited) {
    st_buf b;
    st_buf_init(&b, 0);
    for (int i = 0; i < 500; i++)
        st_buf_z(&b, "<certificate level='x'/>");
    read_one(ATTRS, b.p);
    ck_assert_int_eq(got.state[0], ST_RECORD_REJECTED);
    size_t n = 0;
    for (const char *p = got.text.p; (p = strstr(p, " REC-")); p++)
        n++;
    ck_assert_uint_eq(n, ST_REC_FINDINGS_MAX);
    st_buf_free(&b);
}
END_TEST

/* The file goes on behind it, and what is wrong in the rest of it is no matter. */
START_TEST(a_monstrous_record_is_rejected) {
    st_buf b;
    st_buf_init(&b, 0);
    st_buf_z(&b, ROOT ">\n<worker " ATTRS ">");
    for (int i = 0; i < 100000; i++)
        st_buf_fmt(
            &b,
            "<certificate level='senior' number='C%d' passed='2021-06-11' issued='2021-08-24'/>",
            i);
    st_buf_z(&b,
             "<certificate level='x'><registration from='1'/>text</certificate></worker>\n" WORKER(
                 "GOOD", "640202199001010010") CERT JOB "</worker></records>");
    ck_assert_msg(read_text(b.p), "%s", fail.msg);
    ck_assert_uint_eq(got.n, 2);
    ck_assert_int_eq(got.state[0], ST_RECORD_REJECTED);
    ck_assert_int_eq(got.code, ST_E_REC_LIMIT);
    ck_assert_str_eq(got.msg, "W1: this record takes more than 16777216 bytes");
    ck_assert(strstr(got.text.p, "\n2 3:1 GOOD ok "));
    st_buf_free(&b);
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(one_bad_record_and_its_finding),
        CK_CASE(a_rejected_record_has_a_key_and_no_facts),
        CK_CASE(every_finding_has_its_place),
        CK_CASE(long_names_and_values_are_cut_between_characters),
        CK_CASE(findings_of_one_record_are_limited),
        CK_CASE(a_monstrous_record_is_rejected),
    };
    return run_with_worker_type("records findings", cases, sizeof cases / sizeof cases[0]);
}
