/* Words of the field in Chinese: states, outcomes, causes, severities. Their English form is what
 * tsv, json and the database have. */
#ifndef ST_WORDS_H
#define ST_WORDS_H

#include "base/err.h"

bool st_is_chinese(const char *lang); /* "zh", "zh_CN" ... */
/* The word in the language; the English one where there is no other. */
const char *st_word(const char *english, const char *lang);
/* What a code means: in Chinese a sentence of its own, in English nothing ("": the message says
 * it). */
const char *st_code_meaning(st_code code, const char *lang);
/* What to do about it, in the language; given: the hint of the finding, which may be its own. */
const char *st_code_advice(st_code code, const char *given, const char *lang);
/* The code of an id like "REC-011"; ST_E_NONE when there is none. */
st_code st_code_find(const char *id);

#endif
