/* Inside engine/xml: the validator's reports in our words, without the values found. */
#ifndef ST_XML_INVALID_H
#define ST_XML_INVALID_H

#include "xml/push.h"
#include "xml/xml_int.h"

typedef struct st_xml_report {
    char element[128], attribute[128]; /* local names */
    bool value;                        /* about a value, not about structure */
    bool echo;                         /* libxml2 says again what the report before it said */
    char text[ST_MSG_MAX];             /* "level of certificate: not one of 'a', 'b'" */
} st_xml_report;

/* Reads libxml2's report. */
void st_xml_report_read(const xmlError *e, st_xml_report *out);

#endif
