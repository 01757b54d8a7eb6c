/* Compiling XSD files and validating small documents with them. Validation of records is push.c's.
 */
#include "xml/schema.h"
#include "base/file.h"
#include "xml/push.h"
#include "xml/tree.h"
#include "xml/xml_int.h"

#include <libxml/xmlschemas.h>

struct st_xml_schema {
    xmlSchemaPtr compiled;
};

xmlSchemaPtr st_xml_schema_compiled(const st_xml_schema *s) {
    return s->compiled;
}

typedef struct compile_state {
    const char *path;
    st_err *err;
} compile_state;

/* The first report counts; later ones often follow from it. */
static void on_error(void *ctx, xmlErrorPtr report) {
    compile_state *s = ctx;
    if (report->level < XML_ERR_ERROR)
        return;
    const char *file = report->file ? report->file : s->path;
    st_pos pos = {.file = file,
                  .line = report->line > 0 ? (uint32_t)report->line : 0,
                  .column = report->int2 > 0 ? (uint32_t)report->int2 : 1};
    (void)st_fail_at(s->err, ST_E_XML_SCHEMA, pos, "%.*s",
                     ST_FMT(st_str_trim(st_str_of(report->message))));
    if (s->err)
        s->err->pos.file = NULL; /* the name belongs to libxml2; the copy stays */
}

/* From the file at path, or from bytes (named path) when these are given. */
static bool compile(const char *path, st_str bytes, xmlSchemaPtr *out, st_err *err) {
    st_xml_init();
    compile_state state = {path, err};
    ST_ASSERT(bytes.n <= INT_MAX);
    xmlSchemaParserCtxtPtr parser =
        bytes.p ? xmlSchemaNewMemParserCtxt(bytes.p, (int)bytes.n) : xmlSchemaNewParserCtxt(path);
    ST_ASSERT(parser);
    xmlSchemaSetParserStructuredErrors(parser, on_error, &state);
    st_xml_allow_files_beside(path);
    *out = xmlSchemaParse(parser);
    st_xml_allow_files_beside(NULL);
    xmlSchemaFreeParserCtxt(parser);
    return *out || st_fail(err, ST_E_XML_SCHEMA, "%s: the schema cannot be compiled", path);
}

bool st_xml_schema_open(const char *path, st_xml_schema **out, st_err *err) {
    /* The small tree reports missing files, DOCTYPE and broken XML in our words. */
    st_arena scratch;
    st_arena_init(&scratch, 0);
    st_xml *root = NULL;
    bool ok = st_xml_parse_file(&scratch, path, &root, err);
    st_arena_free(&scratch);
    xmlSchemaPtr compiled = NULL;
    if (!ok || !compile(path, ST_STR_NONE, &compiled, err))
        return false;
    *out = st_xmalloc(sizeof **out);
    (*out)->compiled = compiled;
    return true;
}

bool st_xml_schema_open_bytes(const char *name, st_str bytes, st_xml_schema **out, st_err *err) {
    xmlSchemaPtr compiled = NULL;
    if (!compile(name, bytes, &compiled, err))
        return false;
    *out = st_xmalloc(sizeof **out);
    (*out)->compiled = compiled;
    return true;
}

void st_xml_schema_free(st_xml_schema *s) {
    if (!s)
        return;
    xmlSchemaFree(s->compiled);
    free(s);
}

typedef struct check_state {
    st_finding_sink *sink;
    void *ctx;
    uint64_t n;
    st_err first;
} check_state;

static bool pass_start(void *ctx, const st_xml_push_element *e, st_err *err) {
    (void)ctx, (void)e, (void)err;
    return true;
}

static bool pass_end(void *ctx, st_str name, int depth, st_pos pos, st_err *err) {
    (void)ctx, (void)name, (void)depth, (void)pos, (void)err;
    return true;
}

static void count_invalid(void *ctx, const st_xml_invalid *v) {
    check_state *s = ctx;
    if (s->n++ == 0)
        s->first = *v->finding;
    if (s->sink)
        s->sink(s->ctx, v->finding);
}

static bool check_utf8(const st_xml_schema *s, const char *name, st_str utf8, check_state *state,
                       st_err *err) {
    static const st_xml_push_events events = {
        .start = pass_start, .end = pass_end, .invalid = count_invalid};
    st_xml_push *p = NULL;
    bool ok = st_xml_push_open(name, s, &events, state, &p, err) &&
              st_xml_push_feed(p, utf8.p, utf8.n, err) && st_xml_push_end(p, err);
    st_xml_push_free(p);
    if (ok && state->n) {
        if (err)
            *err = state->first;
        if (err && state->n > 1)
            (void)st_err_wrap(err, "%" PRIu64 " violations of the schema, the first", state->n);
        return false;
    }
    return ok;
}

bool st_xml_schema_check_bytes(const st_xml_schema *s, const char *name, st_str bytes,
                               st_finding_sink *sink, void *ctx, st_err *err) {
    check_state state = {.sink = sink, .ctx = ctx};
    st_buf utf8;
    st_buf_init(&utf8, 3 * (size_t)ST_XML_TREE_MAX);
    bool ok = st_xml_decode(name, bytes, &utf8, err) &&
              check_utf8(s, name, st_buf_view(&utf8), &state, err);
    st_buf_free(&utf8);
    return ok;
}

bool st_xml_schema_check(const st_xml_schema *s, const char *path, st_finding_sink *sink, void *ctx,
                         st_err *err) {
    st_buf content;
    st_buf_init(&content, ST_XML_TREE_MAX + 1);
    bool ok = st_file_read(path, ST_XML_TREE_MAX, &content, err) &&
              st_xml_schema_check_bytes(s, path, st_buf_view(&content), sink, ctx, err);
    st_buf_free(&content);
    return ok;
}
