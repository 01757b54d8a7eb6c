#include "base/buf.h"
#include "xml/tree.h"
#include "support/check_tap.h"

static st_arena arena; /* freed by main, after all tests of a process */
static st_err err;

static st_xml *parse(const char *text) {
    st_xml *root = NULL;
    st_err_init(&err);
    return st_xml_parse(&arena, "t.xml", st_str_of(text), &root, &err) ? root : NULL;
}

static void same(st_str got, const char *want) {
    ck_assert_msg(st_str_is(got, want), "got '%.*s', want '%s'", ST_FMT(got), want);
}

static void at(const st_src *s, const char *what, uint32_t line, uint32_t column) {
    const char *hit = st_str_find(s->text, st_str_of(what));
    ck_assert_msg(hit != NULL, "'%s' not in '%.*s'", what, ST_FMT(s->text));
    st_pos p = st_src_pos(s, (size_t)(hit - s->text.p));
    ck_assert_msg(p.line == line && p.column == column, "'%s' at %u:%u, want %u:%u", what, p.line,
                  p.column, line, column);
}

START_TEST(structure_and_positions) {
    st_xml *r = parse("<?xml version=\"1.0\"?>\n<!-- x -->\n<a xmlns=\"urn:a\" xmlns:f=\"urn:f\">\n"
                      "  <b id='1'/>人<f:c f:k=\"v\" k=\"w\">t</f:c>\n</a>\n");
    ck_assert_msg(r != NULL, "%s", err.msg);
    same(r->ns, "urn:a");
    ck_assert_uint_eq(r->pos.line, 3);
    ck_assert_uint_eq(r->pos.column, 1);
    const st_xml *b = st_xml_child(r, "b"), *c = st_xml_next(b, "c");
    ck_assert_uint_eq(b->pos.line, 4);
    ck_assert_uint_eq(b->pos.column, 3);
    ck_assert_uint_eq(c->pos.column, 15); /* characters, not bytes */
    same(c->ns, "urn:f");
    same(st_xml_get(c, "k"), "w");
    ck_assert_uint_eq(c->n_attrs, 2);
    same(c->attrs[0].ns, "urn:f");
    ck_assert_ptr_eq(c->parent, r);
    ck_assert_ptr_null(c->next);
    same(c->text.text, "t");
    at(&c->text, "t", 4, 34);
    st_str ns, local;
    ck_assert(st_xml_qname(c, ST_STR("f:number"), &ns, &local));
    same(ns, "urn:f");
    same(local, "number");
    ck_assert(st_xml_qname(c, ST_STR("x"), &ns, &local));
    same(ns, "urn:a");
    ck_assert(!st_xml_qname(c, ST_STR("g:x"), &ns, &local));
}
END_TEST

START_TEST(text_through_entities_and_cdata) {
    st_xml *r = parse("<a>x &lt; y<!-- c -->\r\n<![CDATA[if <b>\r\nthen]]> &#x4eba;z<q/>tail</a>");
    ck_assert_msg(r != NULL, "%s", err.msg);
    same(r->text.text, "x < y\nif <b>\nthen 人ztail");
    at(&r->text, "< y", 1, 6);
    at(&r->text, "y", 1, 11);
    at(&r->text, "if", 2, 10);
    at(&r->text, "then", 3, 1);
    at(&r->text, "人", 3, 9);
    at(&r->text, "z", 3, 17);
    at(&r->text, "tail", 3, 22);
}
END_TEST

START_TEST(attribute_values_with_positions) {
    st_xml *r = parse("<a k = 'x &amp;&gt;\ny\tz&#10;&quot;w' l=\"'\"/>");
    ck_assert_msg(r != NULL, "%s", err.msg);
    same(st_xml_get(r, "k"), "x &> y z\n\"w");
    const st_src *s = &st_xml_attr_of(r, "k")->src;
    at(s, "&", 1, 11);
    at(s, ">", 1, 16);
    at(s, "y", 2, 1);
    at(s, "z", 2, 3);
    at(s, "w", 2, 15);
    same(st_xml_get(r, "l"), "'");
    ck_assert_ptr_null(st_xml_get(r, "m").p);
}
END_TEST

START_TEST(refuses_doctype_and_entities) {
    ck_assert_ptr_null(parse("<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY b 'c'>]>\n<a>&b;</a>"));
    ck_assert_int_eq(err.code, ST_E_XML_DOCTYPE);
    ck_assert_uint_eq(err.pos.line, 2);
    ck_assert_uint_eq(err.pos.column, 1);
    ck_assert_ptr_null(parse("<a>&b;</a>"));
    ck_assert_int_eq(err.code, ST_E_XML_MALFORMED);
}
END_TEST

START_TEST(reports_what_is_not_well_formed) {
    ck_assert_ptr_null(parse("<a>\n  <b></c>\n</a>"));
    ck_assert_int_eq(err.code, ST_E_XML_MALFORMED);
    ck_assert_uint_eq(err.pos.line, 2);
    ck_assert_str_eq(err.file, "t.xml");
    ck_assert_ptr_null(parse("<a><b>"));
    ck_assert_int_eq(err.code, ST_E_XML_TRUNCATED);
    ck_assert_ptr_null(parse(""));
    ck_assert_int_eq(err.code, ST_E_XML_MALFORMED);
    ck_assert_ptr_null(parse("<a/><b/>"));
    ck_assert_int_eq(err.code, ST_E_XML_MALFORMED);
    ck_assert_ptr_null(parse("<a><p:b/></a>"));
    ck_assert_int_eq(err.code, ST_E_XML_MALFORMED);
    ck_assert_ptr_null(parse("<a k='1' k='2'/>"));
    ck_assert_int_eq(err.code, ST_E_XML_MALFORMED);
}
END_TEST

START_TEST(every_cut_is_an_error_and_no_crash) {
    const char text[] = "<?xml version=\"1.0\"?><a xmlns:p='u'><!-- - --><b "
                        "k='&lt;人'>x<![CDATA[y]]>&#65;</b><?q r?></a>";
    for (size_t n = 0; n < sizeof text - 1; n++) {
        st_xml *root = NULL;
        st_err_init(&err);
        ck_assert_msg(!st_xml_parse(&arena, "t", (st_str){text, n}, &root, &err),
                      "cut at %zu accepted", n);
        ck_assert_int_ne(err.code, ST_E_NONE);
    }
    ck_assert_ptr_nonnull(parse(text));
}
END_TEST

START_TEST(depth_is_limited) {
    st_buf b;
    st_buf_init(&b, 0);
    for (int i = 0; i < ST_XML_DEPTH_MAX + 1; i++)
        st_buf_z(&b, "<a>");
    ck_assert_ptr_null(parse(b.p));
    ck_assert_int_eq(err.code, ST_E_XML_LIMIT);
    st_buf_free(&b);
}
END_TEST

START_TEST(other_encodings) {
    /* 䶮 is GB18030 FE9F and not in GBK; the label says GBK all the same */
    st_xml *r = parse("<?xml version=\"1.0\" encoding=\"GBK\"?><a n=\"\xfe\x9f\"/>");
    ck_assert_msg(r != NULL, "%s", err.msg);
    same(st_xml_get(r, "n"), "䶮");
    ck_assert_ptr_null(parse("<?xml version=\"1.0\" encoding=\"GBK\"?><a n=\"喆䶮\"/>"));
    ck_assert_int_eq(err.code, ST_E_ENC_MISLABELLED);
    ck_assert_ptr_null(parse("<?xml version=\"1.0\"?>\n<a n=\"\xfe\x9f\"/>"));
    ck_assert_int_eq(err.code, ST_E_ENC_INVALID);
    ck_assert_uint_eq(err.pos.line, 2);
    ck_assert_uint_eq(err.pos.column, 7);
    ck_assert_str_eq(err.file, "t.xml");
    st_xml *root = NULL;
    st_err_init(&err);
    ck_assert(!st_xml_parse(&arena, "t", (st_str){"<a>\0</a>", 8}, &root, &err));
    ck_assert_int_eq(err.code, ST_E_ENC_INVALID);
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(structure_and_positions),
        CK_CASE(text_through_entities_and_cdata),
        CK_CASE(attribute_values_with_positions),
        CK_CASE(refuses_doctype_and_entities),
        CK_CASE(reports_what_is_not_well_formed),
        CK_CASE(every_cut_is_an_error_and_no_crash),
        CK_CASE(depth_is_limited),
        CK_CASE(other_encodings),
    };
    st_arena_init(&arena, 0);
    int failed = ck_run("xml tree", cases, sizeof cases / sizeof cases[0]);
    st_arena_free(&arena);
    return failed;
}
