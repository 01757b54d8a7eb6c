/* What libxml2 needs once per process, and the safe way to make a parser. */
#include "xml/xml_int.h"
#include "base/conv.h"
#include "base/file.h"

#include <pthread.h>

/* Folder of the schema being compiled by this thread, with its slash; NULL: nothing may be opened.
 */
static _Thread_local char *allowed_folder;

void st_xml_allow_files_beside(const char *path) {
    free(allowed_folder);
    allowed_folder = NULL;
    if (!path)
        return;
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) + 1 : 0;
    allowed_folder = st_xmalloc(n + 1);
    memcpy(allowed_folder, path, n);
    allowed_folder[n] = 0;
}

/* Whatever asks for another document (an entity, a DTD, an include) arrives here. */
static xmlParserInputPtr load_external(const char *url, const char *id, xmlParserCtxtPtr ctxt) {
    (void)id;
    if (!allowed_folder || !url || strstr(url, "://"))
        return NULL;
    size_t n = strlen(allowed_folder);
    int fd;
    st_code code;
    if (strncmp(url, allowed_folder, n) != 0 || strchr(url + n, '/') ||
        st_file_open(url, &fd, NULL, &code)) /* libxml2 would wait for a pipe */
        return NULL;
    (void)close(fd);
    return xmlNewInputFromFile(ctxt, url);
}

static void quiet(void *ctx, xmlErrorPtr error) {
    (void)ctx, (void)error;
}

static void init_once(void) {
    xmlInitParser();
    xmlSetExternalEntityLoader(load_external);
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

/* A NUL, or bytes that are not UTF-8, never reach libxml2. */
bool st_xml_decode(const char *file, st_str bytes, st_buf *utf8, st_err *err) {
    const char *encoding = NULL;
    size_t skip = 0;
    st_conv *conv = NULL;
    st_err why;
    st_err_init(&why);
    bool ok = st_conv_detect(bytes.p, bytes.n, &encoding, &skip, &why) &&
              st_conv_open(encoding, &conv, &why);
    if (ok) {
        ok = st_conv_feed(conv, bytes.p + skip, bytes.n - skip, true, utf8, &why);
        if (st_conv_looks_utf8(conv)) {
            st_err_init(&why);
            ok = st_fail(&why, ST_E_ENC_MISLABELLED,
                         "the XML declaration names a GB encoding, but the file is UTF-8");
        }
        st_conv_free(conv);
    }
    if (!ok && err && err->code == ST_E_NONE) {
        *err = why;
        err->pos.file = file;
        (void)snprintf(err->file, sizeof err->file, "%s", file);
    }
    return ok;
}
