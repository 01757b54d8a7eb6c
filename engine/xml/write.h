/* Writing XML text into a buffer: escaping done here, structure by the caller. */
#ifndef ST_XML_WRITE_H
#define ST_XML_WRITE_H

#include "base/buf.h"

void st_xml_write_text(st_buf *out, st_str text); /* & < > escaped */
void st_xml_write_attr(st_buf *out, const char *name,
                       st_str value); /* ` name="value"`, quotes and line ends escaped */

#endif
