#include "records_fixture.h"

static const char two[] =
    "<?xml version=\"1.0\"?>\n" ROOT " count=\"2\">\n"
    "  " WORKER(
        "W1",
        "64020219920715006x") "\n    " CERT "\n    " JOB "\n"
                              "    <status event=\"left\" effective=\"2023-06-15\"/>\n  </worker>\n"
                              "  <worker id=\"W2\" id-number=\"640202850307001\" "
                              "name=\"阿依古丽·买买提\"/>\n</records>\n";

static void logged(const char *want) {
    ck_assert_msg(strcmp(got.text.p, want) == 0, "got:\n%s\nwant:\n%s", got.text.p, want);
}

START_TEST(facts_positions_and_head) {
    ck_assert_msg(read_text(two), "%s", fail.msg);
    logged(
        "1 3:3 W1 ok {certificates: [{registrations: [], level: \"assistant\", number: \"C1\", "
        "passed: @\"2021-06-11\", issued: @\"2021-08-24\", registered from: null, registered to: "
        "null}], employments: [{organisation: null, post: null, category: \"community-worker\", "
        "place: \"640202\", from: @\"2021-05-31\", to: null}], status events: [{event: \"left\", "
        "effective: @\"2023-06-15\", known: null, organisation: null}], appraisals: [], "
        "applications: [], documents: [], payee: null, id: \"W1\", formerly: null, id number: "
        "\"64020219920715006X\", id kind: null, name: \"张小三\", account: "
        "\"6217000000000000004\", bank: null, village: null, group: null}"
        " [0.0 4:5] [1.0 5:5] [2.0 6:5]\n"
        "2 8:3 W2 ok {certificates: [], employments: [], status events: [], appraisals: [], "
        "applications: [], documents: [], payee: null, id: \"W2\", formerly: null, id number: "
        "\"640202198503070019\", id kind: null, name: \"阿依古丽·买买提\", account: null, bank: "
        "null, village: null, group: null}\n");
    ck_assert_int_eq(got.heads, 1);
    ck_assert_str_eq(got.head.division, "640202");
    ck_assert(got.head.full_roster && got.head.has_count);
    ck_assert_uint_eq(got.head.declared_count, 2);
    ck_assert_int_eq(got.head.known_at.day, 20);
    ck_assert_str_eq(got.head.encoding, "UTF-8");
    ck_assert_uint_eq(result.n_read, 2);
    ck_assert_uint_eq(result.bytes, sizeof two - 1);
    st_sha256 whole;
    st_sha256_of(two, sizeof two - 1, &whole);
    ck_assert(st_sha256_eq(&whole, &result.file_digest));
}
END_TEST

START_TEST(the_same_however_fed) {
    ck_assert(read_text(two));
    char *whole = strdup(got.text.p);
    for (size_t step = 1; step < sizeof two; step++) {
        start_over();
        memset(&result, 0, sizeof result);
        st_rec_reader r = {.type = fixture_type, .path = "x", .events = &take, .result = &result};
        st_rec_reader_init(&r);
        st_xml_push *x = NULL;
        bool ok = st_xml_push_open("x", fixture_type->schema, &st_rec_push_events, &r, &x, &fail);
        for (size_t at = 0; ok && at < sizeof two - 1; at += step)
            ok = st_xml_push_feed(x, two + at,
                                  sizeof two - 1 - at < step ? sizeof two - 1 - at : step, &fail);
        ok = ok && st_xml_push_end(x, &fail) && st_rec_reader_end(&r, &fail);
        st_xml_push_free(x);
        st_rec_reader_free(&r);
        ck_assert_msg(ok, "step %zu: %s", step, fail.msg);
        ck_assert_msg(strcmp(got.text.p, whole) == 0, "step %zu:\n%s", step, got.text.p);
    }
    free(whole);
}
END_TEST

START_TEST(every_cut_is_refused) {
    size_t end = sizeof two - 2; /* without the newline behind the root it is complete */
    for (size_t n = 0; n < end; n++) {
        ck_assert_msg(!read_bytes_with(fixture_type, two, n, false), "cut at %zu accepted", n);
        ck_assert_int_eq(st_code_exit(fail.code), ST_EXIT_DATA);
        ck_assert_msg(fail.file[0], "cut at %zu: no file", n);
    }
    ck_assert(read_bytes_with(fixture_type, two, end, false));
}
END_TEST

static st_sha256 digest_of(const char *encoding, const char *label, const char *body) {
    st_buf utf8, bytes;
    st_buf_init(&utf8, 0);
    st_buf_init(&bytes, 0);
    st_buf_fmt(&utf8, "<?xml version=\"1.0\" encoding=\"%s\"?>" ROOT ">%s</records>", label, body);
    ck_assert(st_conv_encode(encoding, st_buf_view(&utf8), &bytes, &fail));
    ck_assert_msg(read_bytes_with(fixture_type, bytes.p, bytes.n, false), "%s: %s", label,
                  fail.msg);
    ck_assert_uint_eq(got.n, 1);
    st_buf_free(&utf8);
    st_buf_free(&bytes);
    return got.digest[0];
}

#define C(number, passed)                                                                          \
    "<certificate level='senior' number='" number "' passed='" passed "' issued='2022-01-01'/>"
#define P "<worker id='W1' id-number='640202199001010010' name='䶮𬭊喆·镕'>"

START_TEST(the_digest_depends_on_facts_alone) {
    st_sha256 base =
        digest_of("UTF-8", "UTF-8", P C("A", "2020-01-01") C("B", "2021-01-01") "</worker>");
    static const struct {
        const char *encoding, *label, *body;
    } same[] = {
        {"GB18030", "GB18030", P C("A", "2020-01-01") C("B", "2021-01-01") "</worker>"},
        {"GB18030", "GBK", P C("A", "2020-01-01") C("B", "2021-01-01") "</worker>"},
        {"GB18030", "gb2312", P C("A", "2020-01-01") C("B", "2021-01-01") "</worker>"},
        {"UTF-8", "UTF-8",
         P "\n\n" C("B", "2021-01-01") "\n<!-- x -->" C("A", "2020-01-01") "</worker>\n"},
        {"UTF-8", "UTF-8",
         "<worker\nname='&#x4dae;𬭊喆·镕' id-number='64020219900101001&#48;'  id='W1' >" C(
             "a", "2020-01-01") C("Ｂ", "2021-01-01") "</worker>"},
    };
    for (size_t i = 0; i < ST_LEN(same); i++) {
        st_sha256 d = digest_of(same[i].encoding, same[i].label, same[i].body);
        ck_assert_msg(st_sha256_eq(&d, &base), "case %zu: %s", i, got.text.p);
    }
    static const char *const other[] = {
        P C("A", "2020-01-01") C("B", "2021-01-02") "</worker>", P C("A", "2020-01-01") "</worker>",
        P C("A", "2021-01-01") C("B", "2020-01-01") "</worker>",
        "<worker id='W1' id-number='640202199001010010' name='李龑'>" C("A", "2020-01-01")
            C("B", "2021-01-01") "</worker>"};
    for (size_t i = 0; i < ST_LEN(other); i++) {
        st_sha256 d = digest_of("UTF-8", "UTF-8", other[i]);
        ck_assert_msg(!st_sha256_eq(&d, &base), "case %zu", i);
    }
}
END_TEST

START_TEST(labels_that_lie) {
    const char *utf8 = "<?xml version='1.0' encoding='GBK'?>" ROOT
                       ">" WORKER("W1", "640202199001010010") "</worker></records>";
    ck_assert(!read_text(utf8));
    ck_assert_int_eq(fail.code, ST_E_ENC_MISLABELLED);
    ck_assert_int_eq(got.n, 0);
    ck_assert_msg(read_bytes_with(fixture_type, utf8, strlen(utf8), true), "%s", fail.msg);
    ck_assert_int_eq(got.code, ST_E_REC_UTF8);
    ck_assert_int_eq(got.state[0], ST_RECORD_OK);
    ck_assert(strstr(got.text.p, "张小三"));
    const char *gb =
        "<?xml version='1.0'?>\n" ROOT ">\n<worker id='W1' name='\xd5\xc5'/></records>";
    ck_assert(!read_text(gb));
    ck_assert_int_eq(fail.code, ST_E_ENC_INVALID);
    ck_assert_uint_eq(fail.pos.line, 3);
    ck_assert_uint_eq(fail.pos.column, 23);
    ck_assert(fail.file[0]);
}
END_TEST

START_TEST(files_that_are_refused_whole) {
    static const struct {
        const char *text;
        st_code code;
        uint32_t line, column;
    } files[] = {
        {"", ST_E_XML_MALFORMED, 1, 1},
        {"name\n", ST_E_XML_MALFORMED, 1, 1},
        {"id;name\n", ST_E_FILE_TABLE, 0, 0},
        {"\n<roster/>", ST_E_REC_ROOT, 2, 1},
        {"<records xmlns='urn:stipend:records:7'/>", ST_E_REC_VERSION, 1, 1},
        {"<records/>", ST_E_REC_VERSION, 1, 1},
        {"<records xmlns='urn:stipend:records:1' known-at='2023-11-20' roster='full'/>",
         ST_E_REC_HEAD, 1, 75},
        {ROOT " count='-1'/>", ST_E_REC_HEAD, 1, 1},
        {ROOT " x='1'></records>", ST_E_REC_HEAD, 1, 99},
        {ROOT " count='2'>\n<worker id='W1' id-number='640202199001010010' name='x'/></records>",
         ST_E_REC_COUNT, 1, 1},
        {ROOT ">\n <wroker/></records>", ST_E_REC_STRANGER, 2, 2},
        {ROOT ">\nx</records>", ST_E_REC_HEAD, 2, 2},
        {ROOT ">\n<worker id='W1'></wroker></records>", ST_E_XML_MALFORMED, 2, 26},
        {"<!DOCTYPE records>" ROOT "/>", ST_E_XML_DOCTYPE, 1, 18},
    };
    for (size_t i = 0; i < ST_LEN(files); i++) {
        ck_assert_msg(!read_text(files[i].text), "file %zu accepted", i);
        ck_assert_msg(fail.code == files[i].code, "file %zu: %s %s", i, st_code_id(fail.code),
                      fail.msg);
        ck_assert_msg(fail.pos.line == files[i].line && fail.pos.column == files[i].column,
                      "file %zu at %u:%u: %s", i, fail.pos.line, fail.pos.column, fail.msg);
        ck_assert(fail.file[0]);
    }
    start_over();
    ck_assert(
        !st_records_read("/nonexistent/r.xml", fixture_type, NULL, &take, NULL, &result, &fail));
    ck_assert_int_eq(fail.code, ST_E_FILE_MISSING);
    start_over();
    ck_assert(!st_records_read("/tmp", fixture_type, NULL, &take, NULL, &result, &fail));
    ck_assert_int_eq(st_code_exit(fail.code), ST_EXIT_NOINPUT);
}
END_TEST

START_TEST(an_empty_roster_has_a_head) {
    ck_assert(read_text(ROOT " count='0'/>"));
    ck_assert_int_eq(got.heads, 1);
    ck_assert_uint_eq(got.n, 0);
}
END_TEST

#define PART "<records xmlns='urn:stipend:records:1' division='640202' known-at='2023-11-20' "

START_TEST(a_part_roster_says_whose_part_it_is) {
    ck_assert_msg(read_text(PART "roster='part' sender=' 长胜  街道 ' part='3' parts='12'/>"), "%s",
                  fail.msg);
    ck_assert_str_eq(got.head.sender, "长胜 街道");
    ck_assert_uint_eq(got.head.part, 3);
    ck_assert_uint_eq(got.head.parts, 12);
    ck_assert(!got.head.full_roster);
    ck_assert(read_text(PART "roster='part'/>"));
    ck_assert(got.head.sender[0] == 0 && got.head.part == 0 && got.head.parts == 0);
    static const struct {
        const char *text, *says;
    } wrong[] = {
        {PART "roster='part' part='3'/>", "but not both"},
        {PART "roster='part' parts='3'/>", "but not both"},
        {PART "roster='part' part='13' parts='12'/>", "part 13 of 12"},
        {PART "roster='full' part='1' parts='12'/>", "no parts"},
        {PART "roster='part' part='0' parts='12'/>", "part='0'"},
        {PART "roster='part' part='1' parts='10000'/>", "parts='10000'"},
        {PART "roster='part' sender=''/>", "sender=''"},
    };
    for (size_t i = 0; i < ST_LEN(wrong); i++) {
        ck_assert_msg(!read_text(wrong[i].text), "file %zu accepted", i);
        ck_assert_int_eq(fail.code, ST_E_REC_HEAD);
        ck_assert_msg(strstr(fail.msg, wrong[i].says), "file %zu: %s", i, fail.msg);
    }
}
END_TEST

#define FORMER(is) "<worker id='A99' formerly='" is "' id-number='640202199001010010' name='张三'/>"

START_TEST(a_record_names_the_key_it_had) {
    ck_assert_msg(read_text(ROOT ">" FORMER("A01") FORMER("A99") FORMER("A 1") FORMER("")
                                WORKER("A98", "640202199001010010") "</worker></records>"),
                  "%s", fail.msg);
    ck_assert_str_eq(got.formerly[0], "A01");
    ck_assert_int_eq(got.state[0], ST_RECORD_OK);
    for (int i = 1; i < 5; i++)
        ck_assert_msg(got.formerly[i][0] == 0, "record %d: %s", i, got.formerly[i]);
    ck_assert_int_eq(got.state[1], ST_RECORD_HELD);
    ck_assert_int_eq(got.code, ST_E_REC_FORMERLY);
    ck_assert_msg(strstr(got.msg, "formerly='A99'"), "%s", got.msg);
    ck_assert_int_eq(got.state[2], ST_RECORD_REJECTED);
    ck_assert_int_eq(got.state[3], ST_RECORD_REJECTED);
    ck_assert_int_eq(got.state[4], ST_RECORD_OK);
}
END_TEST

/* Many good records and a bad one last; memory must not follow their number. */
static void write_many(const char *path, int n, const char *between) {
    FILE *f = fopen(path, "w");
    ck_assert(f);
    fprintf(f, ROOT ">%s", between);
    for (int i = 0; i < n; i++)
        fprintf(f, "<worker id=\"W%d\" id-number=\"640202199001010010\" name=\"张三\"/>%s", i,
                between);
    fprintf(f,
            "<worker id=\"bad one\" id-number=\"640202199001010010\" name=\"张三\">%s " CERT
            "</worker></records>",
            between);
    fclose(f);
}

START_TEST(positions_in_long_files_and_long_lines) {
    char path[] = "/tmp/stipend-many-XXXXXX";
    int fd = mkstemp(path);
    ck_assert(fd >= 0);
    close(fd);
    write_many(path, 70000, "\n");
    start_over();
    ck_assert_msg(st_records_read(path, fixture_type, NULL, &take, NULL, &result, &fail), "%s",
                  fail.msg);
    ck_assert_uint_eq(got.last_finding.line, 70002);
    ck_assert_uint_eq(got.last_finding.column, 1);
    ck_assert_uint_eq(result.n_rejected, 1);
    write_many(path, 70000, " ");
    start_over();
    ck_assert(st_records_read(path, fixture_type, NULL, &take, NULL, &result, &fail));
    ck_assert_uint_eq(got.last_finding.line, 1);
    size_t head = sizeof ROOT - 1 + 2, digits = 10 + 90 * 2 + 900 * 3 + 9000 * 4 + 60000 * 5;
    size_t each = strlen("<worker id=\"W\" id-number=\"640202199001010010\" name=\"张三\"/> ") -
                  4; /* characters */
    ck_assert_uint_eq(got.last_finding.column, head + 70000 * each + digits + 1);
    unlink(path);
}
END_TEST

START_TEST(unique_values_meet) {
    ck_assert(read_text(ROOT ">" WORKER(
        "W1", "640202199001010010") "</worker>"
                                    "<worker id='W2' id-number='640202199001010029' name='x' "
                                    "account='６２17 0000 0000 0000 004'/></records>"));
    ck_assert_uint_eq(got.n_unique[0], 2);
    ck_assert_uint_eq(got.n_unique[1], 2);
    int account = -1;
    for (int i = 0; i < 2; i++)
        if (strcmp(st_record_type_unique_name(fixture_type, got.unique[0][i].field), "account") ==
            0)
            account = i;
    ck_assert_int_ge(account, 0);
    ck_assert_mem_eq(got.unique[0][account].hash, got.unique[1][account].hash, 16);
    ck_assert_int_eq(got.unique[0][account].state, ST_RECORD_HELD);
    ck_assert(memcmp(got.unique[0][!account].hash, got.unique[1][!account].hash, 16) != 0);
    ck_assert_int_eq(got.unique[0][!account].state, ST_RECORD_REJECTED);
}
END_TEST

static bool refuse_record(void *ctx, const st_record *r, st_err *err) {
    (void)ctx, (void)r;
    return st_fail(err, ST_E_FILE_WRITE, "no more");
}

START_TEST(the_consumer_can_stop) {
    char path[] = "/tmp/stipend-stop-XXXXXX";
    int fd = mkstemp(path);
    ck_assert(fd >= 0 && write(fd, two, sizeof two - 1) > 0);
    close(fd);
    start_over();
    const st_records_events events = {.record = refuse_record};
    ck_assert(!st_records_read(path, fixture_type, NULL, &events, NULL, &result, &fail));
    ck_assert_int_eq(fail.code, ST_E_FILE_WRITE);
    ck_assert_uint_eq(result.n_read, 1);
    unlink(path);
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(facts_positions_and_head),
        CK_CASE(the_same_however_fed),
        CK_CASE(every_cut_is_refused),
        CK_CASE(the_digest_depends_on_facts_alone),
        CK_CASE(labels_that_lie),
        CK_CASE(files_that_are_refused_whole),
        CK_CASE(an_empty_roster_has_a_head),
        CK_CASE(a_part_roster_says_whose_part_it_is),
        CK_CASE(a_record_names_the_key_it_had),
        CK_CASE(positions_in_long_files_and_long_lines),
        CK_CASE(unique_values_meet),
        CK_CASE(the_consumer_can_stop),
    };
    return run_with_worker_type("records reader", cases, sizeof cases / sizeof cases[0]);
}
