#ifndef ST_SCHEME_XSD_TEXT_H
#define ST_SCHEME_XSD_TEXT_H

#include "base/str.h"

/* Text of schemas/scheme.xsd as it was when the program was built. */
st_str st_scheme_xsd(void);

#endif
