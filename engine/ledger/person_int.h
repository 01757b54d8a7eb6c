/* Inside engine/ledger only: rows about persons. */
#ifndef ST_LEDGER_PERSON_INT_H
#define ST_LEDGER_PERSON_INT_H

#include "ledger/person.h"
#include "ledger/post_int.h"

/* The stream of persons of a posting; the confirmed words are merged into it. */
typedef struct st_persons_known {
    st_pg_cursor cursor;
    st_arena *arena;
    st_person_value *words; /* by subject, run */
    size_t n_words, word;
    st_person_value next; /* under the cursor */
    bool begun, taken, pending, drained;
} st_persons_known;

/* Bytes of the database; none gives zeros. */
bool st_person_hash_of(st_str bytes, st_person_hash *out, st_err *err);
/* A row "subject_id, run, kind, value, state". */
bool st_person_read(const PGresult *r, int row, st_person_value *out, st_err *err);
/* Rows for COPY. */
void st_person_value_row(st_copy *c, int64_t run, int64_t noted, st_str subject, st_str kind,
                         const st_person_hash *value, st_person_state state);
void st_person_key_row(st_copy *c, int64_t run, int64_t noted, st_str key, st_str person);

#endif
