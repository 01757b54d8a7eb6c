/* What libxml2 needs once per process, and the safe way to make a parser. */
#include "xml/xml_int.h"

#include <pthread.h>

static xmlParserInputPtr refuse_external(const char *url, const char *id, xmlParserCtxtPtr ctxt) {
    (void)url, (void)id, (void)ctxt;
    return NULL;
}

static void quiet(void *ctx, xmlErrorPtr error) {
    (void)ctx, (void)error;
}

static void init_once(void) {
    xmlInitParser();
    /* Whatever asks for another document (an entity, a DTD, an XInclude) gets none. Schemas with
     * includes lift this for the time of their own compilation (schema.c). */
    xmlSetExternalEntityLoader(refuse_external);
    xmlSetStructuredErrorFunc(NULL, quiet);
}

void st_xml_init(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, init_once);
    /* The error function is a thread's own: without one libxml2 writes to standard error. */
    xmlSetStructuredErrorFunc(NULL, quiet);
}

xmlParserCtxtPtr st_xml_parser(xmlSAXHandler *sax, void *user) {
    st_xml_init();
    xmlParserCtxtPtr c = xmlCreatePushParserCtxt(sax, user, NULL, 0, NULL);
    if (!c)
        return NULL;
    /* NOENT decodes &amp; fully in attributes (without it SAX sees &#38;); no other entity can
     * exist because a DOCTYPE is refused. */
    (void)xmlCtxtUseOptions(c, XML_PARSE_NONET | XML_PARSE_NOENT | XML_PARSE_IGNORE_ENC);
    return c;
}

st_str st_xml_str(const xmlChar *s) {
    return st_str_of((const char *)s);
}

void st_xml_fail_parse(st_err *err, const char *file, const xmlError *report, bool at_end) {
    st_pos pos = {.file = file,
                  .line = report->line > 0 ? (uint32_t)report->line : 0,
                  .column = report->int2 > 0 ? (uint32_t)report->int2 : 0};
    st_str msg = st_str_trim(st_str_of(report->message));
    if (at_end)
        (void)st_fail_at(err, ST_E_XML_TRUNCATED, pos,
                         "the file ends in the middle of the document (%.*s)", ST_FMT(msg));
    else
        (void)st_fail_at(err, ST_E_XML_MALFORMED, pos, "not well-formed XML: %.*s", ST_FMT(msg));
}

void st_xml_fail_doctype(st_err *err, st_pos pos) {
    (void)st_fail_at(err, ST_E_XML_DOCTYPE, pos, "a DOCTYPE is not accepted");
}
