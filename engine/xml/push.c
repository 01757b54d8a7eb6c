/* The streaming reader. Order of events: our start callback first, then the validator sees the
 * start tag; at the end the validator first, then our end callback. So every violation arrives
 * between the two events of the element it is about. */
#include "xml/push.h"
#include "xml/invalid.h"
#include "xml/tree.h"
#include "xml/xml_int.h"

enum { SLICE = 64 << 10 };

struct st_xml_push {
    const char *file;
    const st_xml_push_events *events;
    void *ctx;
    xmlParserCtxtPtr parser;
    xmlSchemaValidCtxtPtr valid; /* NULL: no validation */
    xmlSchemaSAXPlugPtr plug;
    xmlSAXHandlerPtr plug_sax; /* the validator's own callbacks and their argument */
    void *plug_data;
    st_err err; /* the failure, once there is one */
    bool failed, ended;
    int depth;     /* elements open */
    int element;   /* depth of the element whose event is being handled */
    uint64_t fed;  /* bytes given to libxml2 */
    st_pos anchor; /* a place known exactly, not behind the parser */
    size_t text_run, space_run;
    bool in_text, text_told; /* the validator is given text; it has said something of this run */
    st_pos starts[ST_XML_DEPTH_MAX + 1]; /* of the elements that are open */
    st_pos last_invalid;                 /* to pass over echoes of one violation */
    char last_attribute[128];
    st_xml_push_attr attrs[ST_XML_ATTRS_MAX];
};

static uint64_t consumed(const st_xml_push *p) {
    const xmlParserInput *in = p->parser->input;
    return (uint64_t)in->consumed + (uint64_t)(in->cur - in->base);
}

static st_pos here(const st_xml_push *p) {
    const xmlParserInput *in = p->parser->input;
    return (st_pos){.file = p->file,
                    .line = in->line > 0 ? (uint32_t)in->line : 1,
                    .column = in->col > 0 ? (uint32_t)in->col : 1,
                    .offset = consumed(p)};
}

static void stop(st_xml_push *p) {
    p->failed = true;
    xmlStopParser(p->parser);
}

/* The '<' of the start tag whose end is at pos. It cannot stand inside a tag, so the last one
 * before the end is it. */
static st_pos tag_start(const st_xml_push *p, st_pos pos) {
    const xmlParserInput *in = p->parser->input;
    const char *base = (const char *)in->base, *end = (const char *)in->cur;
    const char *lt = memrchr(base, '<', (size_t)(end - base));
    if (!lt)
        return pos;
    size_t n = (size_t)(end - lt);
    st_pos at = {.file = p->file, .offset = pos.offset - n};
    if (!memchr(lt, '\n', n)) {
        at.line = pos.line;
        at.column = pos.column - (uint32_t)st_utf8_count((st_str){lt, n});
        return at;
    }
    /* A tag over several lines: counted forward from the last place that is known. */
    at.line = p->anchor.line;
    at.column = p->anchor.column;
    size_t gap = (size_t)(at.offset - p->anchor.offset);
    if (p->anchor.offset > at.offset || gap > (size_t)(lt - base))
        return pos;
    for (const char *c = lt - gap; c < lt; c++) {
        if (*c == '\n')
            at.line++, at.column = 1;
        else if (((unsigned char)*c & 0xc0) != 0x80)
            at.column++;
    }
    return at;
}

static bool fill_attrs(st_xml_push *p, st_pos pos, size_t n, const xmlChar **attrs) {
    if (n > ST_XML_ATTRS_MAX)
        return st_fail_at(&p->err, ST_E_XML_LIMIT, pos, "an element with more than %d attributes",
                          ST_XML_ATTRS_MAX);
    for (size_t i = 0; i < n; i++) {
        const xmlChar **a = attrs + 5 * i;
        p->attrs[i] = (st_xml_push_attr){.name = st_xml_str(a[0]),
                                         .value = {(const char *)a[3], (size_t)(a[4] - a[3])},
                                         .foreign = a[2] != NULL};
        if (p->attrs[i].value.n > ST_XML_ATTR_MAX)
            return st_fail_at(&p->err, ST_E_XML_LIMIT, pos, "an attribute longer than %d bytes",
                              ST_XML_ATTR_MAX);
    }
    return true;
}

static void on_start(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                     int n_ns, const xmlChar **ns, int n_attrs, int n_defaulted,
                     const xmlChar **attrs) {
    st_xml_push *p = ctx;
    if (p->failed)
        return;
    st_xml_push_element e = {.ns = st_xml_str(uri),
                             .name = st_xml_str(name),
                             .attrs = p->attrs,
                             .n_attrs = (size_t)n_attrs,
                             .pos = here(p),
                             .depth = p->depth};
    e.start = tag_start(p, e.pos);
    p->text_run = p->space_run = 0;
    p->text_told = false;
    p->element = p->depth++;
    bool ok = fill_attrs(p, e.start, e.n_attrs, attrs);
    if (ok && p->depth > ST_XML_DEPTH_MAX)
        ok = st_fail_at(&p->err, ST_E_XML_LIMIT, e.start, "elements are nested deeper than %d",
                        ST_XML_DEPTH_MAX);
    if (!ok || !p->events->start(p->ctx, &e, &p->err)) {
        stop(p);
        return;
    }
    p->starts[p->element] = e.start;
    if (p->valid)
        p->plug_sax->startElementNs(p->plug_data, name, prefix, uri, n_ns, ns, n_attrs, n_defaulted,
                                    attrs);
    p->anchor = e.pos;
}

static void on_end(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri) {
    st_xml_push *p = ctx;
    if (p->failed)
        return;
    p->text_run = p->space_run = 0;
    p->text_told = false;
    p->element = --p->depth;
    if (p->valid)
        p->plug_sax->endElementNs(p->plug_data, name, prefix, uri);
    st_pos pos = here(p);
    if (!p->events->end(p->ctx, st_xml_str(name), p->depth, pos, &p->err)) {
        stop(p);
        return;
    }
    p->anchor = pos;
}

static bool is_blank(const char *s, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (s[i] != ' ' && s[i] != '\n' && s[i] != '\t' && s[i] != '\r')
            return false;
    return true;
}

static void on_text(void *ctx, const xmlChar *text, int len) {
    st_xml_push *p = ctx;
    if (p->failed)
        return;
    size_t n = (size_t)len;
    bool blank = is_blank((const char *)text, n);
    *(blank ? &p->space_run : &p->text_run) += n;
    st_pos pos = here(p);
    bool ok = true;
    if (p->text_run > ST_XML_ATTR_MAX)
        ok = st_fail_at(&p->err, ST_E_XML_LIMIT, pos, "a text longer than %d bytes",
                        ST_XML_ATTR_MAX);
    else if (p->space_run > ST_XML_SPACE_MAX)
        ok = st_fail_at(&p->err, ST_E_XML_LIMIT, pos,
                        "more than %d bytes of white space between two tags", ST_XML_SPACE_MAX);
    p->element = p->depth - 1;
    if (ok && p->events->text)
        ok = p->events->text(p->ctx, (st_str){(const char *)text, n}, pos, &p->err);
    if (!ok) {
        stop(p);
        return;
    }
    p->in_text = true;
    if (p->valid)
        p->plug_sax->characters(p->plug_data, text, len);
    p->in_text = false;
}

static void on_doctype(void *ctx, const xmlChar *name, const xmlChar *id, const xmlChar *system) {
    st_xml_push *p = ctx;
    (void)name, (void)id, (void)system;
    if (p->failed)
        return;
    st_xml_fail_doctype(&p->err, here(p));
    stop(p);
}

static void on_parse_error(void *ctx, xmlErrorPtr report) {
    st_xml_push *p = ctx;
    if (p->failed || report->level < XML_ERR_ERROR)
        return;
    st_xml_fail_parse(&p->err, p->file, report, p->ended);
    stop(p);
}

static void on_invalid(void *ctx, xmlErrorPtr report) {
    st_xml_push *p = ctx;
    if (p->failed || report->level < XML_ERR_ERROR || !p->events->invalid)
        return;
    /* Text comes in pieces that depend on how the file is read: said once, of the element;
     * of the root where it is, or it would not be found. */
    if (p->in_text && p->text_told)
        return;
    p->text_told = p->text_told || p->in_text;
    st_xml_report r;
    st_xml_report_read(report, &r);
    st_pos pos = p->in_text && p->element > 0 ? p->starts[p->element] : here(p);
    bool echo = r.echo && p->last_invalid.offset == pos.offset && p->last_invalid.line &&
                strcmp(p->last_attribute, r.attribute) == 0;
    p->last_invalid = pos;
    memcpy(p->last_attribute, r.attribute, sizeof r.attribute);
    if (echo)
        return;
    st_err finding;
    st_err_init(&finding);
    (void)st_fail_at(&finding, ST_E_XML_INVALID, pos, "%s", r.text);
    st_xml_invalid v = {.element = st_str_of(r.element),
                        .attribute = st_str_of(r.attribute),
                        .depth = p->element,
                        .value = r.value,
                        .rest_unchecked = report->code == XML_SCHEMAV_ELEMENT_CONTENT,
                        .finding = &finding};
    p->events->invalid(p->ctx, &v);
}

static void plug_validator(st_xml_push *p, const st_xml_schema *schema) {
    p->valid = xmlSchemaNewValidCtxt(st_xml_schema_compiled(schema));
    ST_ASSERT(p->valid);
    xmlSchemaSetValidStructuredErrors(p->valid, on_invalid, p);
    /* With no callbacks of a user in it, the plug's own are the bare validator. The plug keeps the
     * addresses of both pointers until it is pulled. */
    p->plug = xmlSchemaSAXPlug(p->valid, &p->plug_sax, &p->plug_data);
    ST_ASSERT(p->plug && p->plug_sax);
}

bool st_xml_push_open(const char *file, const st_xml_schema *schema,
                      const st_xml_push_events *events, void *ctx, st_xml_push **out, st_err *err) {
    (void)err;
    xmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC,
                         .startElementNs = on_start,
                         .endElementNs = on_end,
                         .characters = on_text,
                         .ignorableWhitespace = on_text,
                         .cdataBlock = on_text,
                         .internalSubset = on_doctype,
                         .serror = on_parse_error};
    st_xml_push *p = st_xmalloc(sizeof *p);
    memset(p, 0, sizeof *p);
    p->file = file;
    p->events = events;
    p->ctx = ctx;
    p->anchor = (st_pos){.file = file, .line = 1, .column = 1};
    st_err_init(&p->err);
    p->parser = st_xml_parser(&sax, p);
    ST_ASSERT(p->parser);
    if (schema)
        plug_validator(p, schema);
    *out = p;
    return true;
}

static bool report_failure(const st_xml_push *p, st_err *err) {
    if (err && err->code == ST_E_NONE)
        *err = p->err;
    return false;
}

/* Something that libxml2 keeps waiting for the end of: it may wait no longer than this. */
static void limit_pending(st_xml_push *p) {
    const xmlParserInput *in = p->parser->input;
    if (p->failed || p->fed - consumed(p) <= ST_XML_MARKUP_MAX)
        return;
    st_pos pos = here(p);
    size_t n = (size_t)(in->end - in->cur);
    if (n >= 9 && memcmp(in->cur, "<!DOCTYPE", 9) == 0)
        st_xml_fail_doctype(&p->err, pos);
    else
        (void)st_fail_at(&p->err, ST_E_XML_LIMIT, pos,
                         "a tag, comment or attribute longer than %d bytes", ST_XML_MARKUP_MAX);
    stop(p);
}

bool st_xml_push_feed(st_xml_push *p, const char *bytes, size_t n, st_err *err) {
    st_xml_init();
    while (n && !p->failed) {
        size_t slice = n < SLICE ? n : SLICE;
        p->anchor = here(p);
        p->fed += slice;
        (void)xmlParseChunk(p->parser, bytes, (int)slice, 0);
        limit_pending(p);
        bytes += slice;
        n -= slice;
    }
    return !p->failed || report_failure(p, err);
}

bool st_xml_push_end(st_xml_push *p, st_err *err) {
    p->ended = true;
    st_pos pos = p->failed ? (st_pos){0} : here(p);
    if (!p->failed && p->fed == 0) {
        (void)st_fail_at(&p->err, ST_E_XML_MALFORMED, pos, "the file is empty");
        stop(p);
    }
    if (!p->failed)
        (void)xmlParseChunk(p->parser, NULL, 0, 1);
    if (!p->failed && (!p->parser->wellFormed || p->depth != 0)) {
        (void)st_fail_at(&p->err, ST_E_XML_TRUNCATED, pos,
                         "the file ends in the middle of the document");
        p->failed = true;
    }
    return !p->failed || report_failure(p, err);
}

void st_xml_push_free(st_xml_push *p) {
    if (!p)
        return;
    if (p->plug)
        (void)xmlSchemaSAXUnplug(p->plug);
    if (p->valid)
        xmlSchemaFreeValidCtxt(p->valid);
    xmlFreeParserCtxt(p->parser);
    free(p);
}
