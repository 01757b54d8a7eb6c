/* Regular expressions of XPath and XML Schema, translated to PCRE2. Inside feel only. */
#ifndef ST_FEEL_REGEX_H
#define ST_FEEL_REGEX_H

#include "base/buf.h"

enum {
    ST_REGEX_TEXT_MAX = 1 << 16,       /* bytes of a pattern */
    ST_REGEX_TRANSLATED_MAX = 1 << 20, /* bytes of its translation */
    ST_REGEX_DEPTH_MAX = 100,          /* nested groups and classes */
    ST_REGEX_GROUPS_MAX = 99,
};

typedef struct st_regex_flags {
    bool dot_all;   /* s */
    bool multiline; /* m */
    bool caseless;  /* i */
    bool extended;  /* x: white space outside classes is left out */
    bool literal;   /* q */
} st_regex_flags;

/* False for a letter that is no flag. */
bool st_regex_flags_parse(st_str text, st_regex_flags *out);
/* Writes the PCRE2 pattern (UTF, caseless by option) into out; on failure *why says what is wrong.
 */
bool st_regex_translate(st_str pattern, st_regex_flags flags, st_buf *out, const char **why);
/* Range of a block by its name without "Is". */
bool st_regex_block(st_str name, uint32_t *from, uint32_t *to);

#endif
