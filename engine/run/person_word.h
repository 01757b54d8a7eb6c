/* The person that somebody asks for by one of his keys. */
#ifndef ST_PERSON_WORD_H
#define ST_PERSON_WORD_H

#include "ledger/person.h"

typedef struct st_person_word {
    char asked[ST_SUBJECT_MAX + 1], person[ST_SUBJECT_MAX + 1];
    char key[ST_SUBJECT_MAX + 1]; /* of the record in that run */
    char title[512];              /* "A99, formerly A01" */
} st_person_word;

/* run 0: the newest. */
bool st_person_word_of(st_ledger *l, const char *key, int64_t run, const char *lang,
                       st_person_word *out, st_err *err);
/* Whether a record or finding of that run is meant. */
bool st_person_is(const st_person_word *w, st_str key);

#endif
