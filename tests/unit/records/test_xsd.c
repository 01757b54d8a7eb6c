#include "records_fixture.h"

#define HEAD                                                                                       \
    "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' xmlns:st='urn:stipend:schema:1' "      \
    "xmlns='urn:x' "                                                                               \
    "targetNamespace='urn:x' elementFormDefault='qualified'>\n"

/* A grant to organisations, in elements: no C was written for it. */
static const char orgs[] =
    HEAD "<xs:simpleType name='money'><xs:restriction base='xs:decimal'><xs:fractionDigits "
         "value='2'/></xs:restriction></xs:simpleType>\n"
         "<xs:simpleType name='code' st:check='cn-credit-code' st:severity='held' "
         "st:normal='code'><xs:restriction base='xs:token'/>"
         "</xs:simpleType>\n"
         "<xs:element name='grants'><xs:complexType><xs:sequence>\n"
         " <xs:element name='organisation' maxOccurs='unbounded' "
         "st:subject='true'><xs:complexType><xs:sequence>\n"
         "  <xs:element name='full-name' type='xs:string'/>\n"
         "  <xs:element name='contact' minOccurs='0'><xs:complexType><xs:sequence>\n"
         "   <xs:element name='phone' type='xs:token' minOccurs='0' maxOccurs='3' st:as='phones' "
         "st:mask='all'/></xs:sequence>\n"
         "   <xs:attribute name='since' type='xs:dateTime'/></xs:complexType></xs:element>\n"
         "  <xs:choice minOccurs='0' maxOccurs='9'>\n"
         "   <xs:element name='milestone' st:as='milestones'><xs:complexType><xs:sequence>"
         "<xs:element name='claim' type='money' minOccurs='0'/></xs:sequence>"
         "<xs:attribute name='number' type='xs:positiveInteger' use='required'/>"
         "<xs:attribute name='reached' type='xs:boolean' "
         "default='false'/></xs:complexType></xs:element>\n"
         "   <xs:element name='year' type='xs:gYear' st:as='years'/></xs:choice>\n"
         " </xs:sequence><xs:attribute name='code' type='code' use='required' "
         "st:key='true'/></xs:complexType></xs:element>\n"
         "</xs:sequence><xs:attribute name='day' type='xs:date' "
         "st:role='known-at'/></xs:complexType></xs:element></xs:schema>";

START_TEST(a_schema_of_organisations) {
    st_err err;
    st_record_type *t = type_of(orgs, &err);
    ck_assert_msg(t != NULL, "%s", err.msg);
    const char file[] =
        "<grants xmlns='urn:x' day='2024-01-31'>\n"
        "<organisation code='52640202mjx00000xm'><full-name> 大武口 &amp; "
        "<![CDATA[<社>]]></full-name>\n"
        "<contact since='2020-01-01T08:00:00'><phone> 1  2 </phone><phone>3</phone></contact>\n"
        "<milestone number='2'><claim>1000.50</claim></milestone><year>2023</year><milestone "
        "number='1' reached='1'/>\n"
        "</organisation>\n"
        "<organisation code='91350211M0000XUF46'><full-name/><year>x</year>\n<milestone "
        "number='1'><claim>1.234</claim></milestone>"
        "</organisation></grants>";
    ck_assert_msg(read_bytes_with(t, file, sizeof file - 1, false), "%s", fail.msg);
    const char want[] =
        "1 2:1 52640202MJX00000XM ok {full name: \" 大武口 & <社>\", contact: {phones: [\"1 2\", "
        "\"3\"], since: "
        "@\"2020-01-01T08:00:00\"}, milestones: [{claim: 1000.50, number: 2, reached: false}, "
        "{claim: null, number: 1, reached: "
        "true}], years: [2023], code: \"52640202MJX00000XM\"} [2.0 4:1] [3.0 4:57] [2.1 4:74]\n"
        "2 6:1 91350211M0000XUF46 rejected null [2.0 7:1]\n"
        "  6:1 held REC-012 91350211M0000XUF46: code: the check character of the credit code is "
        "wrong (found "
        "'91350211M0000XUF46')\n"
        "  6:53 rejected REC-009 91350211M0000XUF46: year: not a valid value of its type (found "
        "'x')\n"
        "  7:23 rejected REC-009 91350211M0000XUF46: claim: the number has too many decimals "
        "(found '1.234')\n";
    ck_assert_msg(strcmp(got.text.p, want) == 0, "got:\n%s\nwant:\n%s", got.text.p, want);
    const st_feel_type *facts = st_record_type_facts(t),
                       *m = st_record_type_list(t, ST_STR("milestones"));
    ck_assert_uint_eq(facts->n_fields, 5);
    ck_assert(m && m->kind == ST_T_CONTEXT && m->n_fields == 3);
    ck_assert_int_eq(m->fields[1].type->kind, ST_T_NUMBER);
    ck_assert_ptr_null(st_record_type_list(t, ST_STR("contact")));
    st_record_type_free(t);
}
END_TEST

#define SUBJECT_OF(attributes, content, attrs)                                                     \
    HEAD "<xs:element name='r'><xs:complexType><xs:sequence><xs:element name='s' "                 \
         "maxOccurs='9' " attributes ">\n"                                                         \
         "<xs:complexType><xs:sequence>" content "</xs:sequence>" attrs                            \
         "</xs:complexType></xs:element></xs:sequence>"                                            \
         "</xs:complexType></xs:element></xs:schema>"
#define KEY "<xs:attribute name='id' type='xs:token' st:key='true'/>"
#define SUB "st:subject='true'"
#define LIST_OF(name, on_text, on_list)                                                            \
    "<xs:element name='" name "' maxOccurs='9' " on_list "><xs:complexType><xs:attribute "         \
    "name='n' type='xs:token' " on_text "/><xs:attribute name='d' type='xs:date'/>"                \
    "</xs:complexType></xs:element>"
#define LIST(on_list) LIST_OF("e", "", on_list)
#define DAY_X "<xs:attribute name='x' type='xs:date'/>"

START_TEST(what_the_reader_does_not_know_is_refused) {
    static const struct {
        const char *xsd;
        st_code code;
        uint32_t line;
        const char *says;
    } rows[] = {
        {SUBJECT_OF(SUB, "", KEY), ST_E_NONE, 0, ""},
        {SUBJECT_OF(SUB, "", ""), ST_E_REC_NOTE, 2, "st:key"},
        {SUBJECT_OF("", "", KEY), ST_E_REC_NOTE, 2, "st:subject"},
        {SUBJECT_OF(SUB, "<xs:any/>", KEY), ST_E_REC_XSD, 3, "xs:any"},
        {SUBJECT_OF(SUB, "<xs:element name='a' type='xs:duration'/>", KEY), ST_E_REC_XSD, 3,
         "xs:duration"},
        {SUBJECT_OF(SUB, "<xs:element name='a' type='xs:double'/>", KEY), ST_E_REC_XSD, 3,
         "xs:double"},
        {SUBJECT_OF(SUB, "<xs:element name='a' type='xs:date' nillable='true'/>", KEY),
         ST_E_REC_XSD, 3, "nillable"},
        {SUBJECT_OF(SUB, "", KEY "<xs:anyAttribute/>"), ST_E_REC_XSD, 3, "anyAttribute"},
        {SUBJECT_OF(SUB, "",
                    KEY "<xs:attribute name='b'><xs:simpleType><xs:list "
                        "itemType='xs:date'/></xs:simpleType></xs:attribute>"),
         ST_E_REC_XSD, 3, "xs:list"},
        {SUBJECT_OF(SUB, "", KEY "<xs:attribute name='b' type='xs:date' st:nul='1'/>"),
         ST_E_REC_NOTE, 3, "st:nul"},
        {SUBJECT_OF(SUB, "", KEY "<xs:attribute name='b' type='xs:date' st:mask='face'/>"),
         ST_E_REC_NOTE, 3, "face"},
        {SUBJECT_OF(SUB, "", KEY "<xs:attribute name='b' type='xs:date' st:not-after='c'/>"),
         ST_E_REC_NOTE, 3, "'c'"},
        {SUBJECT_OF(SUB, "", KEY "<xs:attribute name='b' type='xs:date' st:as='id'/>"),
         ST_E_REC_NOTE, 3, "two fields"},
        {SUBJECT_OF(SUB, "<xs:element name='id' type='xs:date'/>", KEY), ST_E_REC_NOTE, 3,
         "two fields"},
        {SUBJECT_OF(SUB, "", KEY "<xs:attribute name='b' type='xs:token' st:formerly='true'/>"),
         ST_E_NONE, 0, ""},
        {SUBJECT_OF(SUB, "", KEY "<xs:attribute name='b' type='xs:date' st:formerly='true'/>"),
         ST_E_REC_NOTE, 2, "st:formerly"},
        {SUBJECT_OF(SUB, "",
                    "<xs:attribute name='id' type='xs:token' st:key='true' st:formerly='true'/>"),
         ST_E_REC_NOTE, 2, "st:formerly"},
        {SUBJECT_OF(SUB, LIST("st:join='n'"), KEY), ST_E_NONE, 0, ""},
        {SUBJECT_OF(SUB, LIST("st:join='m'"), KEY), ST_E_REC_NOTE, 3, "st:join names no text"},
        {SUBJECT_OF(SUB, LIST("st:join='d'"), KEY), ST_E_REC_NOTE, 3, "st:join"},
        {SUBJECT_OF(SUB, LIST("st:short='x:d'"), KEY DAY_X), ST_E_NONE, 0, ""},
        {SUBJECT_OF(SUB, LIST("st:short='x:d y:d'"), KEY DAY_X), ST_E_REC_NOTE, 3, "'y:d'"},
        {SUBJECT_OF(SUB, LIST("st:short='x'"), KEY DAY_X), ST_E_REC_NOTE, 3, "'x'"},
        {SUBJECT_OF(SUB, LIST("st:short='id:n'"), KEY), ST_E_REC_NOTE, 3, "the first a date"},
        {SUBJECT_OF(SUB, LIST("st:short='x:n'"), KEY DAY_X), ST_E_REC_NOTE, 3, "'x:n'"},
        {SUBJECT_OF(SUB, LIST(""),
                    KEY "<xs:attribute name='k' type='xs:token' st:check='identity' "
                        "st:kind='z'/>"),
         ST_E_REC_NOTE, 3, "st:kind names no text"},
        {SUBJECT_OF(SUB, LIST(""), KEY "<xs:attribute name='k' type='xs:token' st:kind='id'/>"),
         ST_E_REC_NOTE, 3, "st:kind"},
        {SUBJECT_OF(SUB, LIST_OF("e", "st:refers='f/n'", "") LIST_OF("f", "", ""), KEY), ST_E_NONE,
         0, ""},
        {SUBJECT_OF(SUB, LIST_OF("e", "st:refers='f/d'", "") LIST_OF("f", "", ""), KEY),
         ST_E_REC_NOTE, 3, "st:refers names no list"},
        {SUBJECT_OF(SUB, LIST_OF("e", "st:refers='g/n'", ""), KEY), ST_E_REC_NOTE, 3, "'g/n'"},
        {SUBJECT_OF(SUB, LIST_OF("e", "st:refers='f'", ""), KEY), ST_E_REC_NOTE, 3, "'f'"},
        {HEAD "<xs:element name='r' type='xs:date'/></xs:schema>", ST_E_REC_XSD, 2,
         "without a complex type"},
        {HEAD "<xs:group name='g'><xs:sequence/></xs:group></xs:schema>", ST_E_REC_XSD, 2,
         "xs:group"},
        {HEAD "</xs:schema>", ST_E_REC_XSD, 1, "no element"},
        {SUBJECT_OF(SUB, "<xs:element name='a' type='nowhere'/>", KEY), ST_E_XML_SCHEMA, 3,
         "nowhere"},
        {"<a/>", ST_E_XML_SCHEMA, 0, "not a schema"},
        {"<a>", ST_E_XML_TRUNCATED, 1, ""},
    };
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        st_err err;
        st_record_type *t = type_of(rows[i].xsd, &err);
        ck_assert_msg(err.code == rows[i].code && !t == (err.code != 0), "row %zu: %s %s", i,
                      st_code_id(err.code), err.msg);
        ck_assert_msg(rows[i].line == 0 || err.pos.line == rows[i].line, "row %zu: line %u %s", i,
                      err.pos.line, err.msg);
        ck_assert_msg(strstr(err.msg, rows[i].says), "row %zu: %s", i, err.msg);
        ck_assert(!err.code || err.file[0]);
        st_record_type_free(t);
    }
}
END_TEST

/* A number and a day with limits; the verdict is the same whatever the libxml2. */
static const char amounts[] =
    HEAD "<xs:element name='r'><xs:complexType><xs:sequence><xs:element name='s' maxOccurs='9' "
         "st:subject='true'><xs:complexType><xs:sequence>"
         "<xs:element name='n' type='xs:decimal' minOccurs='0'/></xs:sequence>" KEY
         "<xs:attribute name='d' type='xs:decimal'/>"
         "<xs:attribute name='i' type='xs:nonNegativeInteger'/>"
         "<xs:attribute name='l' type='xs:long'/>"
         "<xs:attribute name='m'><xs:simpleType><xs:restriction base='xs:decimal'>"
         "<xs:fractionDigits value='2'/><xs:minExclusive value='0'/><xs:maxInclusive "
         "value='999999999999999999999999'/></xs:restriction></xs:simpleType></xs:attribute>"
         "<xs:attribute name='t'><xs:simpleType><xs:restriction base='xs:date'><xs:minInclusive "
         "value='2000-01-01'/></xs:restriction></xs:simpleType></xs:attribute>"
         "</xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element></xs:schema>";

START_TEST(long_numbers_and_zoned_days_have_one_verdict) {
    static const struct {
        const char *record, *says; /* NULL: accepted */
    } rows[] = {
        {"d='123456789012345678901234'", NULL},
        {"d='1234567890123456789012345'", NULL},
        {"d='+1234567890123456789012345678901234'", NULL},
        {"d='-0.1234567890123456789012345678901234'", NULL},
        {"d='12345678901234567890123456789012345'", "REC-010 "},
        {"d='1234567890123456789012345e1'", "REC-009 A: d: not a valid value"},
        {"d='1234567890123456789012345x'", "REC-010 "},
        {"i='1234567890123456789012345'", NULL},
        {"i='-1234567890123456789012345'", "REC-009 A: i: the value is below"},
        {"i='1234567890123456789012345.5'", "REC-009 A: i: the number must be whole"},
        {"i='1234567890123456789012345.0'", NULL},
        {"l='1234567890123456789012345'", "REC-009 A: l: the number has too many digits"},
        {"m='123456789012345678901234.67'", NULL},
        {"m='123456789012345678901234.678'", "REC-009 A: m: the number has too many decimals"},
        {"m='123456789012345678901234.6700'", NULL},
        {"m='-1234567890123456789012345'", "REC-009 A: m: the value is below"},
        {"m='0.00000000000000000000000000'", "REC-009 A: m: the value is below"},
        {"m='1000000000000000000000000'", "REC-009 A: m: the value is above"},
        {"t='2000-01-01'", NULL},
        {"t='1999-12-31'", "REC-009 A: t of s: the value is below"},
        {"t='2000-01-01Z'", "REC-010 A: t: a day is written without a time zone (found "},
        {"t='2000-01-01+08:00'", "REC-010 A: t: a day is written without a time zone (found "},
        {"t='2024-01-31Z'", "REC-010 A: t of s: a day is written without a time zone"},
        {"t='2024-01-31T00:00:00'", "REC-009 A: t of s: not a valid value"},
    };
    st_err err;
    st_record_type *t = type_of(amounts, &err);
    ck_assert_msg(t != NULL, "%s", err.msg);
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        char text[300];
        snprintf(text, sizeof text, "<r xmlns='urn:x'><s id='A' %s/></r>", rows[i].record);
        ck_assert_msg(read_bytes_with(t, text, strlen(text), false), "%s", fail.msg);
        ck_assert_msg((got.state[0] == ST_RECORD_OK) == !rows[i].says, "row %zu: %s", i,
                      got.text.p);
        ck_assert_msg(!rows[i].says || strstr(got.text.p, rows[i].says), "row %zu: %s", i,
                      got.text.p);
    }
    const char child[] = "<r xmlns='urn:x'><s id='A'><n> 1234567890123456789012345.5 </n></s>"
                         "<s id='B'><n>12345678901234567890123456789012345</n></s></r>";
    ck_assert_msg(read_bytes_with(t, child, sizeof child - 1, false), "%s", fail.msg);
    ck_assert_msg(strstr(got.text.p, "A ok {n: 1234567890123456789012345.5,"), "%s", got.text.p);
    ck_assert_msg(strstr(got.text.p, "B rejected null") && strstr(got.text.p, "REC-010"), "%s",
                  got.text.p);
    st_record_type_free(t);
}
END_TEST

#define PATTERN(p)                                                                                 \
    SUBJECT_OF(SUB, "",                                                                            \
               KEY "<xs:attribute name='b'><xs:simpleType><xs:restriction base='xs:token'>\n"      \
                   "<xs:pattern value='" p "'/></xs:restriction></xs:simpleType></xs:attribute>")

START_TEST(patterns_that_this_library_cannot_judge_are_told) {
    static const struct {
        const char *xsd, *says;
    } rows[] = {
        {PATTERN("[0-9A-Za-z._\\-]{1,64}"), NULL},
        {PATTERN("\\d{3}|\\i\\c*|\\s"), NULL},
        {PATTERN("\\p{IsCJKUnifiedIdeographs}+"), NULL},
        {PATTERN("[\\p{IsCJKUnifiedIdeographsExtensionQ}a]+"),
         "IsCJKUnifiedIdeographsExtensionQ} is"},
        {PATTERN("a|[^\\p{IsNowhere}]"), "\\p{IsNowhere} is not known"},
        {PATTERN("\\\\p\\{IsNowhere\\}"), NULL}, /* a backslash and text */
    };
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        st_err err;
        st_record_type *t = type_of(rows[i].xsd, &err);
        ck_assert_msg(!t == !!rows[i].says, "row %zu: %s", i, err.msg);
        if (rows[i].says) {
            ck_assert_int_eq(err.code, ST_E_REC_PATTERN);
            ck_assert_uint_eq(err.pos.line, 4);
            ck_assert_msg(strstr(err.msg, rows[i].says), "row %zu: %s", i, err.msg);
        }
        st_record_type_free(t);
    }
    /* Letters: a library either takes 张 for one, or the schema is refused. */
    st_err err;
    st_record_type *t = type_of(PATTERN("[\\p{L}·]+"), &err);
    const char file[] = "<r xmlns='urn:x'><s id='A' b='张三'/></r>";
    if (t) {
        ck_assert(read_bytes_with(t, file, sizeof file - 1, false));
        ck_assert_int_eq(got.state[0], ST_RECORD_OK);
    } else {
        ck_assert_msg(err.code == ST_E_REC_PATTERN && strstr(err.msg, "\\p{L}"), "%s", err.msg);
    }
    st_record_type_free(t);
}
END_TEST

static const char *kinds_of(const char *attributes) {
    static char out[200];
    st_err err;
    char xsd[2048];
    (void)snprintf(
        xsd, sizeof xsd,
        HEAD "<xs:element name='r'><xs:complexType><xs:sequence><xs:element name='p' "
             "maxOccurs='unbounded' st:subject='true'><xs:complexType><xs:sequence><xs:element "
             "name='paper' minOccurs='0' maxOccurs='9' st:as='papers'><xs:complexType>"
             "<xs:attribute name='no' type='xs:token' st:unique='rejected'/>"
             "<xs:attribute name='book' type='xs:token' st:unique='held'/></xs:complexType>"
             "</xs:element></xs:sequence>%s<xs:attribute name='id' type='xs:token' use='required' "
             "st:key='true'/></xs:complexType></xs:element></xs:sequence></xs:complexType>"
             "</xs:element></xs:schema>",
        attributes);
    st_record_type *t = type_of(xsd, &err);
    ck_assert_msg(t != NULL, "%s", err.msg);
    out[0] = 0;
    for (uint32_t i = 0; i < st_record_type_uniques(t); i++)
        (void)snprintf(out + strlen(out), sizeof out - strlen(out), "%s%s=%s", i ? " " : "",
                       st_record_type_unique_name(t, i), st_record_type_unique_kind(t, i));
    st_record_type_free(t);
    return out;
}

/* What identifies a person has the same name in every schema. */
START_TEST(kinds_of_identifying_values) {
    ck_assert_str_eq(kinds_of("<xs:attribute name='number' type='xs:token' st:mask='id' "
                              "st:unique='held'/><xs:attribute name='code' type='xs:token' "
                              "st:unique='rejected'/>"),
                     "no=paper book=paper.book number=identity code=code");
    ck_assert_str_eq(kinds_of("<xs:attribute name='code' type='xs:token' "
                              "st:check='cn-credit-code' st:unique='held'/>"),
                     "no=paper book=paper.book code=identity");
    /* a schema that does not say what its number is; an account is nobody's identity */
    ck_assert_str_eq(kinds_of("<xs:attribute name='idno' type='xs:string' "
                              "st:unique='rejected'/><xs:attribute name='bank' type='xs:token' "
                              "st:mask='account' st:unique='rejected'/>"),
                     "no=paper book=paper.book idno=identity bank=bank");
}
END_TEST

START_TEST(nesting_without_end_is_refused) {
    st_err err;
    st_record_type *t =
        type_of(HEAD "<xs:complexType name='t'><xs:sequence><xs:element name='t' type='t' "
                     "minOccurs='0'/></xs:sequence>"
                     "</xs:complexType>"
                     "<xs:element name='r'><xs:complexType><xs:sequence><xs:element name='t' "
                     "type='t' maxOccurs='2' "
                     "st:subject='true'/></xs:sequence></xs:complexType></xs:element></xs:schema>",
                &err);
    ck_assert_ptr_null(t);
    ck_assert_int_eq(err.code, ST_E_REC_XSD);
}
END_TEST

START_TEST(the_worker_schema_has_the_lists_that_rules_use) {
    static const char *const lists[] = {"certificates", "employments", "status events",
                                        "appraisals", "applications"};
    for (size_t i = 0; i < ST_LEN(lists); i++)
        ck_assert_msg(st_record_type_list(fixture_type, st_str_of(lists[i])), "%s", lists[i]);
    ck_assert_ptr_null(st_record_type_list(fixture_type, ST_STR("certificate")));
    const st_feel_type *c = st_record_type_list(fixture_type, ST_STR("certificates"));
    int slot = st_feel_shape_slot(c->shape, ST_STR("registered from"));
    ck_assert_int_ge(slot, 0);
    ck_assert_ptr_eq(c->fields[slot].type, &st_feel_date);
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(a_schema_of_organisations),
        CK_CASE(what_the_reader_does_not_know_is_refused),
        CK_CASE(long_numbers_and_zoned_days_have_one_verdict),
        CK_CASE(patterns_that_this_library_cannot_judge_are_told),
        CK_CASE(nesting_without_end_is_refused),
        CK_CASE(kinds_of_identifying_values),
        CK_CASE(the_worker_schema_has_the_lists_that_rules_use),
    };
    return run_with_worker_type("records schema", cases, sizeof cases / sizeof cases[0]);
}
