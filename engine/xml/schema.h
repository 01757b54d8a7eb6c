/* XSD validation by libxml2. */
#ifndef ST_XML_SCHEMA_H
#define ST_XML_SCHEMA_H

#include "base/err.h"

typedef struct st_xml_schema st_xml_schema;
/* Compiles an XSD file (imports and includes from beside it only, never the network). */
bool st_xml_schema_open(const char *path, st_xml_schema **out, st_err *err);
/* The same from bytes (a schema inside the program); name is for messages. */
bool st_xml_schema_open_bytes(const char *name, st_str bytes, st_xml_schema **out, st_err *err);
/* Whether the library judges every class of characters in an xs:pattern rightly (\p{L},
 * \p{IsBlock}, \w, \d). False with what is wrong in words. */
bool st_xml_pattern_judged(st_str pattern, char *what, size_t size);
void st_xml_schema_free(st_xml_schema *s);
/* Validates a whole small file: findings go to sink (file:line:column each); false with err when
 * there was one. */
bool st_xml_schema_check(const st_xml_schema *s, const char *path, st_finding_sink *sink, void *ctx,
                         st_err *err);
bool st_xml_schema_check_bytes(const st_xml_schema *s, const char *name, st_str bytes,
                               st_finding_sink *sink, void *ctx, st_err *err);

#endif
