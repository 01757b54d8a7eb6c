/* Shared inside engine/xml alone: what libxml2 needs once per process, and its errors in our words.
 */
#ifndef ST_XML_INT_H
#define ST_XML_INT_H

#include "base/buf.h"
#include "base/err.h"
#include "xml/schema.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlschemas.h>

/* Initialises libxml2 and shuts its door to the network and to external files. Cheap to repeat. */
void st_xml_init(void);
/* A parser context without DTD, entities, network or "huge" that reads UTF-8 whatever the XML
 * declaration names. sax is copied. NULL only when libxml2 has no memory. */
xmlParserCtxtPtr st_xml_parser(xmlSAXHandler *sax, void *user);
/* Takes libxml2's report of a document that is not well-formed as a failure at its place. at_end:
 * the report came when the parser was told that nothing follows, so the file was cut. */
void st_xml_fail_parse(st_err *err, const char *file, const xmlError *report, bool at_end);
/* Fails for a DOCTYPE; entities declared by the document can only come from there. */
void st_xml_fail_doctype(st_err *err, st_pos pos);
/* For the time of compiling a schema, lets this thread open files that lie beside path; NULL ends
 * it.
 */
void st_xml_allow_files_beside(const char *path);
/* A whole file's bytes as UTF-8, by its mark or XML declaration. A UTF-8 file under a GB label is
 * refused. */
bool st_xml_decode(const char *file, st_str bytes, st_buf *utf8, st_err *err);
/* libxml2's schema inside ours. */
xmlSchemaPtr st_xml_schema_compiled(const st_xml_schema *s);
/* Text of libxml2 as ours: borrowed; NULL gives none. */
st_str st_xml_str(const xmlChar *s);

#endif
