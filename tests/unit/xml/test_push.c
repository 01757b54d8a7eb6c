#include "base/buf.h"
#include "xml/push.h"
#include "support/check_tap.h"

#include <sys/resource.h>

static const char xsd[] =
    "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' targetNamespace='urn:t' "
    "elementFormDefault='qualified'>\n"
    "<xs:element name='r'><xs:complexType><xs:sequence>\n"
    "<xs:element name='w' minOccurs='0' maxOccurs='unbounded'><xs:complexType><xs:sequence>\n"
    "<xs:element name='c' minOccurs='0' maxOccurs='unbounded'><xs:complexType>\n"
    "<xs:attribute name='level' use='required'><xs:simpleType><xs:restriction base='xs:string'>\n"
    "<xs:enumeration value='low'/><xs:enumeration "
    "value='high'/></xs:restriction></xs:simpleType></xs:attribute>\n"
    "<xs:attribute name='day' type='xs:date'/></xs:complexType></xs:element>\n"
    "<xs:element name='last' minOccurs='0'/>\n"
    "</xs:sequence><xs:attribute name='id' use='required'><xs:simpleType><xs:restriction "
    "base='xs:string'>\n"
    "<xs:pattern value='[0-9]{3}'/></xs:restriction></xs:simpleType></xs:attribute>\n"
    "</xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element></xs:schema>\n";

/* Everything that happened, one line per event, to be compared as text. */
typedef struct log {
    st_buf text;
    bool quiet;
    uint64_t starts, invalids;
    st_pos last_start, last_gt;
    int refuse_at; /* number of the start event that the callback refuses, 0 never */
} log_t;

static bool on_start(void *ctx, const st_xml_push_element *e, st_err *err) {
    log_t *l = ctx;
    l->starts++;
    l->last_start = e->start;
    l->last_gt = e->pos;
    if (l->refuse_at && l->starts == (uint64_t)l->refuse_at)
        return st_fail(err, ST_E_FILE_READ, "refused by the callback");
    if (l->quiet)
        return true;
    st_buf_fmt(&l->text, "%u:%u <%.*s", e->start.line, e->start.column, ST_FMT(e->name));
    for (size_t i = 0; i < e->n_attrs; i++)
        st_buf_fmt(&l->text, " %s%.*s=%.*s", e->attrs[i].foreign ? "*" : "",
                   ST_FMT(e->attrs[i].name), ST_FMT(e->attrs[i].value));
    st_buf_z(&l->text, ">\n");
    return true;
}
static bool on_end(void *ctx, st_str name, int depth, st_pos pos, st_err *err) {
    log_t *l = ctx;
    (void)pos, (void)err;
    if (!l->quiet)
        st_buf_fmt(&l->text, "/%.*s %d\n", ST_FMT(name), depth);
    return true;
}
static void on_invalid(void *ctx, const st_xml_invalid *v) {
    log_t *l = ctx;
    l->invalids++;
    if (!l->quiet)
        st_buf_fmt(&l->text, "! %u:%u d%d [%.*s/%.*s]%s %s\n", v->finding->pos.line,
                   v->finding->pos.column, v->depth, ST_FMT(v->element), ST_FMT(v->attribute),
                   v->value            ? " value"
                   : v->rest_unchecked ? " rest unchecked"
                                       : "",
                   v->finding->msg);
}
static const st_xml_push_events events = {.start = on_start, .end = on_end, .invalid = on_invalid};

static st_xml_schema *schema; /* of the tests; opened by main */
static log_t lg;
static st_err err;

static bool run_n(const char *p, size_t n, size_t step, bool with_schema) {
    st_xml_push *x = NULL;
    st_err_init(&err);
    st_buf_free(&lg.text);
    lg = (log_t){.quiet = lg.quiet, .refuse_at = lg.refuse_at};
    st_buf_init(&lg.text, 1 << 20);
    bool ok = st_xml_push_open("t.xml", with_schema ? schema : NULL, &events, &lg, &x, &err);
    for (size_t at = 0; ok && at < n; at += step)
        ok = st_xml_push_feed(x, p + at, n - at < step ? n - at : step, &err);
    ok = ok && st_xml_push_end(x, &err);
    st_xml_push_free(x);
    return ok;
}
static bool run(const char *z, bool with_schema) {
    return run_n(z, strlen(z), 1 << 20, with_schema);
}
static void logged(const char *want) {
    ck_assert_msg(strcmp(lg.text.p ? lg.text.p : "", want) == 0, "got:\n%s\nwant:\n%s", lg.text.p,
                  want);
}

START_TEST(events_and_positions) {
    ck_assert_msg(run("<?xml version='1.0'?>\n<r xmlns='u' xmlns:q='v'>\n <w n='张&amp;&#38;三' "
                      "q:k=''/><w\n  b='1'>x</w>\n"
                      "人  <w\n/></r>\n",
                      false),
                  "%s", err.msg);
    logged("2:1 <r>\n3:2 <w n=张&&三 *k=>\n/w 1\n3:30 <w b=1>\n/w 1\n5:4 <w>\n/w 1\n/r 0\n");
}
END_TEST

/* Text where none may be comes in as many pieces as the file is read in. */
START_TEST(text_out_of_place_is_told_once_for_every_cut) {
    const char text[] = "<r xmlns='urn:t'>\n<w id='123'>张张 张&lt;<!-- c -->a<![CDATA[b]]>"
                        "<c level='low'>x y</c>\ntail</w></r>\n";
    for (size_t step = 1; step < sizeof text; step++) {
        ck_assert(run_n(text, sizeof text - 1, step, true));
        logged("1:1 <r>\n2:1 <w id=123>\n"
               "! 2:1 d1 [w/] w: text is not allowed between the elements\n"
               "2:45 <c level=low>\n"
               "! 2:45 d2 [c/] c: the element must be empty\n"
               "/c 2\n"
               "! 2:1 d1 [w/] w: text is not allowed between the elements\n"
               "/w 1\n/r 0\n");
    }
}
END_TEST

START_TEST(the_same_for_every_cut) {
    const char text[] = "<?xml version='1.0'?>\n<!-- c --><r xmlns='urn:t'>\n <w id='12x'><c "
                        "level='张&lt;'/>\n<c\nday='x'/>"
                        "</w><w id='123'/>\n<z/></r>\n";
    (void)run(text, true);
    char *whole = strdup(lg.text.p);
    for (size_t step = 1; step < sizeof text; step++) {
        ck_assert(run_n(text, sizeof text - 1, step, true));
        ck_assert_msg(strcmp(lg.text.p, whole) == 0, "step %zu:\n%s\nwhole:\n%s", step, lg.text.p,
                      whole);
    }
    free(whole);
}
END_TEST

START_TEST(violations_come_between_start_and_end_and_hide_the_value) {
    ck_assert_msg(run("<r xmlns='urn:t'>\n<w id='640202x'>\n <c level='secret' "
                      "day='2023-02-30'/>\n <c/>\n <c level='low' x='1'/>\n"
                      "</w>\n<w id='123'><last/><c level='low'/></w></r>",
                      true),
                  "%s", err.msg);
    logged("1:1 <r>\n"
           "2:1 <w id=640202x>\n"
           "! 2:16 d1 [w/id] value id of w: the value does not have the form that the schema asks "
           "for\n"
           "3:2 <c level=secret day=2023-02-30>\n"
           "! 3:36 d2 [c/level] value level of c: not one of 'low', 'high'\n"
           "! 3:36 d2 [c/day] value day of c: not a valid value of its type\n"
           "/c 2\n"
           "4:2 <c>\n"
           "! 4:4 d2 [c/level] c: The attribute 'level' is required but missing\n"
           "/c 2\n"
           "5:2 <c level=low x=1>\n"
           "! 5:22 d2 [c/x] x of c: the schema has no such attribute\n"
           "/c 2\n"
           "/w 1\n"
           "7:1 <w id=123>\n7:13 <last>\n/last 2\n"
           "7:20 <c level=low>\n"
           "! 7:34 d2 [c/] rest unchecked c: This element is not expected\n"
           "/c 2\n/w 1\n/r 0\n");
}
END_TEST

/* A trap of libxml2: after a stranger it checks no further child of the same parent. The report
 * says so, because whoever reads on would read unchecked. */
START_TEST(a_stranger_leaves_its_siblings_unchecked) {
    ck_assert(run("<r xmlns='urn:t'>\n<w id='123'/>\n<z/>\n<w id='bad'/>\n</r>", true));
    ck_assert_msg(strstr(lg.text.p, "! 3:3 d1 [z/] rest unchecked"), "%s", lg.text.p);
    ck_assert_uint_eq(lg.invalids, 1);
}
END_TEST

START_TEST(schema_error_then_broken_xml_both_arrive) {
    ck_assert(!run("<r xmlns='urn:t'>\n<w id='x'/>\n<w id='123'></x></r>", true));
    ck_assert(strstr(lg.text.p, "! 2:10"));
    ck_assert_int_eq(err.code, ST_E_XML_MALFORMED);
    ck_assert_uint_eq(err.pos.line, 3);
    ck_assert_uint_eq(err.pos.column, 17);
    ck_assert_str_eq(err.file, "t.xml");
}
END_TEST

START_TEST(truncated_at_every_byte) {
    const char text[] =
        "<?xml version='1.0'?><r xmlns='urn:t'><w id='123'><c level='low'/></w><!-- x --></r>";
    for (size_t n = 0; n < sizeof text - 1; n++) {
        ck_assert_msg(!run_n(text, n, 7, true), "cut at %zu accepted", n);
        ck_assert_msg(err.code == ST_E_XML_TRUNCATED || n == 0, "cut at %zu: %s %s", n,
                      st_code_id(err.code), err.msg);
    }
    ck_assert(run(text, true));
}
END_TEST

START_TEST(positions_beyond_65535_lines_and_on_one_line) {
    st_buf b;
    st_buf_init(&b, 0);
    st_buf_z(&b, "<r xmlns='urn:t'>\n");
    for (int i = 0; i < 70000; i++)
        st_buf_z(&b, "<w id='123'/>\n");
    st_buf_z(&b, "  <w\n id='x'/></r>");
    lg.quiet = true;
    ck_assert(run_n(b.p, b.n, 40000, true));
    lg.quiet = false;
    ck_assert_uint_eq(lg.last_start.line, 70002);
    ck_assert_uint_eq(lg.last_start.column, 3);
    ck_assert_uint_eq(lg.last_gt.line, 70003);
    ck_assert_uint_eq(lg.last_gt.column, 8);
    ck_assert_uint_eq(lg.invalids, 1);
    ck_assert_uint_eq(b.p[lg.last_start.offset], '<');
    ck_assert_uint_eq(lg.last_start.offset, b.n - strlen("<w\n id='x'/></r>"));
    for (size_t i = 0; i < b.n; i++)
        if (b.p[i] == '\n')
            b.p[i] = ' ';
    lg.quiet = true;
    ck_assert(run_n(b.p, b.n, 40000, true));
    lg.quiet = false;
    ck_assert_uint_eq(lg.last_start.line, 1);
    ck_assert_uint_eq(lg.last_start.column, lg.last_start.offset + 1);
    ck_assert_uint_eq(b.p[lg.last_start.offset], '<');
    st_buf_free(&b);
}
END_TEST

START_TEST(refuses_doctype_entities_and_depth) {
    ck_assert(!run("<!DOCTYPE r SYSTEM 'file:///etc/passwd'><r/>", false));
    ck_assert_int_eq(err.code, ST_E_XML_DOCTYPE);
    ck_assert(!run("<!DOCTYPE r [<!ENTITY a 'b'><!ENTITY c '&a;&a;'>]><r>&c;</r>", false));
    ck_assert_int_eq(err.code, ST_E_XML_DOCTYPE);
    ck_assert(!run("<r>&c;</r>", false));
    ck_assert_int_eq(err.code, ST_E_XML_MALFORMED);
    ck_assert(!run("", false));
    ck_assert_int_eq(err.code, ST_E_XML_MALFORMED);
    ck_assert(!run("<r/><r/>", false));
    ck_assert_int_eq(err.code, ST_E_XML_MALFORMED);
    st_buf b;
    st_buf_init(&b, 0);
    for (int i = 0; i < 250; i++)
        st_buf_z(&b, "<a>");
    ck_assert(!run(b.p, false));
    ck_assert_int_eq(err.code, ST_E_XML_LIMIT);
    st_buf_free(&b);
}
END_TEST

/* Feeds before, then up to `times` blocks of fill; returns how many were taken before the refusal.
 */
static size_t flood(const char *before, const char *fill, size_t times) {
    st_xml_push *x = NULL;
    st_err_init(&err);
    lg.quiet = true;
    ck_assert(st_xml_push_open("t.xml", schema, &events, &lg, &x, &err));
    bool ok = st_xml_push_feed(x, before, strlen(before), &err);
    char *block = malloc(1 << 16);
    size_t n = strlen(fill);
    for (size_t i = 0; i < 1 << 16; i++)
        block[i] = fill[i % n];
    size_t done = 0;
    while (ok && done < times && (ok = st_xml_push_feed(x, block, (1 << 16) / n * n, &err)))
        done++;
    free(block);
    st_xml_push_free(x);
    lg.quiet = false;
    return ok ? times : done;
}

START_TEST(floods_are_refused_early_and_in_constant_memory) {
    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    const size_t gigabyte = 1 << 14;
    ck_assert_uint_le(flood("<r xmlns='urn:t'>", " \n", gigabyte), (ST_XML_SPACE_MAX >> 16) + 1);
    ck_assert_int_eq(err.code, ST_E_XML_LIMIT);
    ck_assert(strstr(err.msg, "white space"));
    const char *starts[] = {"<r xmlns='urn:t'><w id='", "<r><!-- ", "<r><?x ",
                            "<!DOCTYPE r [ <!ENTITY x '", "<r><aaaa"};
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        ck_assert_msg(flood(starts[i], "abcdefg ", gigabyte) <= (ST_XML_MARKUP_MAX >> 16) + 1, "%s",
                      starts[i]);
        ck_assert_msg(err.code == (i == 3 ? ST_E_XML_DOCTYPE : ST_E_XML_LIMIT) || i == 4, "%s: %s",
                      starts[i], err.msg);
    }
    ck_assert_uint_le(flood("<r>", "abcdefg ", gigabyte), (ST_XML_ATTR_MAX >> 16) + 2);
    ck_assert_int_eq(err.code, ST_E_XML_LIMIT);
    ck_assert_uint_le(flood("<r><![CDATA[", "abcdefg ", gigabyte), (ST_XML_MARKUP_MAX >> 16) + 1);
    ck_assert_int_eq(err.code, ST_E_XML_LIMIT);
    getrusage(RUSAGE_SELF, &after);
#ifndef ST_SANITIZE
    ck_assert_int_le(after.ru_maxrss - before.ru_maxrss, 32 << 10);
#endif
}
END_TEST

START_TEST(an_attribute_over_the_limit) {
    st_buf b;
    st_buf_init(&b, 0);
    st_buf_z(&b, "<r a='");
    for (int i = 0; i < ST_XML_ATTR_MAX; i++)
        st_buf_ch(&b, 'x');
    st_buf_z(&b, "'/>");
    ck_assert_msg(run(b.p, false), "%s", err.msg);
    b.n -= 3;
    st_buf_z(&b, "x'/>");
    ck_assert(!run(b.p, false));
    ck_assert_int_eq(err.code, ST_E_XML_LIMIT);
    ck_assert_uint_eq(err.pos.column, 1);
    st_buf_clear(&b);
    st_buf_z(&b, "<r");
    for (int i = 0; i <= ST_XML_ATTRS_MAX; i++)
        st_buf_fmt(&b, " a%d=''", i);
    st_buf_z(&b, "/>");
    ck_assert(!run(b.p, false));
    ck_assert_int_eq(err.code, ST_E_XML_LIMIT);
    st_buf_free(&b);
}
END_TEST

START_TEST(a_callback_can_stop_the_parse) {
    lg.refuse_at = 2;
    ck_assert(!run("<r><a/><b/></r>", false));
    ck_assert_int_eq(err.code, ST_E_FILE_READ);
    ck_assert_uint_eq(lg.starts, 2);
    lg.refuse_at = 0;
}
END_TEST

START_TEST(small_documents) {
    ck_assert(
        st_xml_schema_check_bytes(schema, "d.xml", ST_STR("<r xmlns='urn:t'/>"), NULL, NULL, &err));
    st_err_init(&err);
    ck_assert(!st_xml_schema_check_bytes(schema, "d.xml", ST_STR("<r xmlns='urn:t'><w/><x/></r>"),
                                         NULL, NULL, &err));
    ck_assert_int_eq(err.code, ST_E_XML_INVALID);
    ck_assert_uint_eq(err.pos.column, 20);
    st_err_init(&err);
    ck_assert(!st_xml_schema_check(schema, "/nonexistent/x.xml", NULL, NULL, &err));
    ck_assert_int_eq(err.code, ST_E_FILE_MISSING);
}
END_TEST

static st_xml_schema *open_text(const char *text) {
    char path[] = "/tmp/stipend-xsd-XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
        return NULL;
    close(fd);
    st_xml_schema *s = NULL;
    st_err_init(&err);
    (void)st_xml_schema_open(path, &s, &err);
    unlink(path);
    return s;
}

START_TEST(schemas_that_do_not_compile) {
    ck_assert_ptr_null(
        open_text("<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'>\n<xs:element name='a' "
                  "type='b'/></xs:schema>"));
    ck_assert_int_eq(err.code, ST_E_XML_SCHEMA);
    ck_assert_uint_eq(err.pos.line, 2);
    ck_assert_ptr_null(open_text("<xs:schema"));
    ck_assert_int_eq(err.code, ST_E_XML_TRUNCATED);
    /* nothing is fetched from elsewhere */
    ck_assert_ptr_null(open_text("<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'>"
                                 "<xs:include schemaLocation='/etc/hosts'/></xs:schema>"));
    ck_assert_int_eq(err.code, ST_E_XML_SCHEMA);
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(events_and_positions),
        CK_CASE(text_out_of_place_is_told_once_for_every_cut),
        CK_CASE(the_same_for_every_cut),
        CK_CASE(violations_come_between_start_and_end_and_hide_the_value),
        CK_CASE(a_stranger_leaves_its_siblings_unchecked),
        CK_CASE(schema_error_then_broken_xml_both_arrive),
        CK_CASE(truncated_at_every_byte),
        CK_CASE(positions_beyond_65535_lines_and_on_one_line),
        CK_CASE(refuses_doctype_entities_and_depth),
        CK_CASE(floods_are_refused_early_and_in_constant_memory),
        CK_CASE(an_attribute_over_the_limit),
        CK_CASE(a_callback_can_stop_the_parse),
        CK_CASE(small_documents),
        CK_CASE(schemas_that_do_not_compile),
    };
    schema = open_text(xsd);
    if (!schema)
        return fprintf(stderr, "%s\n", err.msg), 1;
    int failed = ck_run("xml push", cases, sizeof cases / sizeof cases[0]);
    st_buf_free(&lg.text);
    st_xml_schema_free(schema);
    return failed;
}
