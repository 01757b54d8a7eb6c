/* Streaming reader: bytes in, events out, constant memory, exact positions. SAX2 push parser with
 * the XSD validator plugged in (STYLE.md section 3, row 6). */
#ifndef ST_XML_PUSH_H
#define ST_XML_PUSH_H

#include "base/err.h"
#include "xml/schema.h"

enum {
    ST_XML_ATTR_MAX = 64 << 10,  /* bytes of one attribute value or text run; longer: refused */
    ST_XML_SPACE_MAX = 16 << 20, /* bytes of white space between two tags */
    ST_XML_ATTRS_MAX = 256,      /* attributes of one element */
    ST_XML_MARKUP_MAX = 1 << 20, /* bytes of one tag, comment or instruction */
};

typedef struct st_xml_push_attr {
    st_str name, value; /* local name; decoded value, borrowed for the call */
    bool foreign;       /* has a namespace of its own */
} st_xml_push_attr;

/* Positions: lines and columns count characters; offset counts bytes of the decoded (UTF-8) text.
 */
typedef struct st_xml_push_element {
    st_str ns, name;
    const st_xml_push_attr *attrs;
    size_t n_attrs;
    st_pos pos;   /* of the '>' or '/>' that ends the start tag, as libxml2 reports it */
    st_pos start; /* of the '<' */
    int depth;    /* root = 0 */
} st_xml_push_element;

/* A schema violation. The message tells names and what the schema wants, never the value found:
 * it may be personal data, and only the caller knows how to mask it. */
typedef struct st_xml_invalid {
    st_str element, attribute; /* local names; attribute empty when it is about the element */
    int depth;                 /* of the element, root = 0 */
    bool value;          /* the value of the attribute or element is wrong (not its presence) */
    bool rest_unchecked; /* the children of the same parent that follow are not validated */
    const st_err *finding;
} st_xml_invalid;

/* Callbacks return false to stop the parse with the error they have put in err. */
typedef struct st_xml_push_events {
    bool (*start)(void *ctx, const st_xml_push_element *e, st_err *err);
    bool (*end)(void *ctx, st_str name, int depth, st_pos pos, st_err *err);
    /* Character data, white space included, in pieces of any size; may be NULL. */
    bool (*text)(void *ctx, st_str text, st_pos pos, st_err *err);
    /* The parse goes on after it. Comes between start and end of the element it is about (for an
     * element at a wrong place: between start and end of that element). May be NULL. */
    void (*invalid)(void *ctx, const st_xml_invalid *v);
} st_xml_push_events;

typedef struct st_xml_push st_xml_push;
/* schema may be NULL (no validation); it must outlive the reader. file is the name for messages
 * (borrowed). */
bool st_xml_push_open(const char *file, const st_xml_schema *schema,
                      const st_xml_push_events *events, void *ctx, st_xml_push **out, st_err *err);
/* Feeds UTF-8 (decoded by base/conv; an encoding named in the XML declaration is ignored). After a
 * failure every further call fails the same way. */
bool st_xml_push_feed(st_xml_push *p, const char *bytes, size_t n, st_err *err);
/* Ends the document: fails for a truncated file. */
bool st_xml_push_end(st_xml_push *p, st_err *err);
/* Releases the reader; NULL is fine. Never from within a callback. */
void st_xml_push_free(st_xml_push *p);

#endif
