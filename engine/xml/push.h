/* Streaming reader: bytes in, events out, constant memory, exact positions. SAX2 push parser with the XSD validator
 * plugged in (STYLE.md section 3, row 6). */
#ifndef ST_XML_PUSH_H
#define ST_XML_PUSH_H

#include "base/err.h"
#include "xml/schema.h"

enum {
    ST_XML_ATTR_MAX = 64 << 10,   /* bytes of one attribute value or text run; longer: the file is refused */
    ST_XML_SPACE_MAX = 16 << 20,  /* bytes between two tags */
    ST_XML_ATTRS_MAX = 256,       /* attributes of one element */
};

typedef struct st_xml_push_attr {
    st_str name, value; /* local name; decoded value, borrowed for the call */
    bool foreign;       /* has a namespace of its own */
} st_xml_push_attr;

typedef struct st_xml_push_element {
    st_str ns, name;
    const st_xml_push_attr *attrs;
    size_t n_attrs;
    st_pos pos;     /* of the '>' that ends the start tag, as libxml2 reports it; start below where known */
    st_pos start;   /* of the '<' */
    int depth;      /* root = 0 */
} st_xml_push_element;

/* Callbacks return false to stop the parse with the error they have put in err. */
typedef struct st_xml_push_events {
    bool (*start)(void *ctx, const st_xml_push_element *e, st_err *err);
    bool (*end)(void *ctx, st_str name, int depth, st_pos pos, st_err *err);
    bool (*text)(void *ctx, st_str text, st_pos pos, st_err *err); /* may be NULL; character data that is not white space */
    /* A schema violation: a finding; the parse goes on. Called before the start/end event it belongs to, or during it.
     * May be NULL. */
    void (*invalid)(void *ctx, const st_err *finding);
} st_xml_push_events;

typedef struct st_xml_push st_xml_push;
/* schema may be NULL (no validation). file is the name for messages (borrowed). */
bool st_xml_push_open(const char *file, const st_xml_schema *schema, const st_xml_push_events *events, void *ctx,
                      st_xml_push **out, st_err *err);
/* Feeds UTF-8 (decoded by base/conv; an encoding named in the XML declaration is ignored). */
bool st_xml_push_feed(st_xml_push *p, const char *bytes, size_t n, st_err *err);
/* Ends the document: fails for a truncated file. */
bool st_xml_push_end(st_xml_push *p, st_err *err);
void st_xml_push_free(st_xml_push *p);

#endif
