/* Who stands behind the keys of a records file: compared with what the ledger remembers of persons,
 * in order of persons, so that memory does not grow with them. */
#ifndef ST_RUN_PERSONS_H
#define ST_RUN_PERSONS_H

#include "ledger/person.h"
#include "records/records.h"

enum {
    ST_PERSONS_VALUES_MAX = 64, /* identifying values of one record; identity numbers go first */
    ST_PERSONS_BATCH = 1024     /* persons looked up together */
};

typedef struct st_persons st_persons;

/* -- first pass: who is in the file -- */
/* folder: for what does not fit into memory. */
st_persons *st_persons_new(const st_record_type *type, const char *folder);
void st_persons_free(st_persons *p);
/* Reads from the ledger what is needed to name persons: for the next run, or with run > 0 as that
 * run saw it. Without it nobody is known (check). */
bool st_persons_open(st_persons *p, st_ledger *l, int64_t run, st_err *err);
/* Under which name the record is sorted, posted and assessed. Borrowed from the record or from p.
 */
st_str st_persons_of(const st_persons *p, const st_record *r);
/* Keeps what identifies the record's person; the record has a key. */
bool st_persons_add(st_persons *p, const st_record *r, st_str person, st_err *err);

/* -- second pass, in order of persons -- */
typedef struct st_person_question {
    st_code code;
    st_str text; /* what is asked, without identifying values */
    st_str hint;
} st_person_question;

/* From here on with a posting (NULL: nobody is known). Fails (75) when something was said about
 * keys since st_persons_open. */
bool st_persons_begin(st_persons *p, st_posting *posting, st_err *err);
/* The questions about a person's only record, for whoever decides whether it is held; persons come
 * in the order of their names. Valid until the next call. */
bool st_persons_ask(st_persons *p, st_str person, const st_person_question **questions, size_t *n,
                    st_err *err);
/* What became of the record just asked for: writes down what the run has seen. */
bool st_persons_keep(st_persons *p, st_record_state state, st_err *err);
/* Whether the key's own lines were those of a person who is looked at under another name. */
bool st_persons_moved(const st_persons *p, st_str key);
/* The keys of which that is so. */
const st_person_keys *st_persons_keys(const st_persons *p);

/* Keys of the file that no run has seen before, and the others. Complete after the second pass. */
void st_persons_counts(const st_persons *p, uint64_t *fresh, uint64_t *known);

/* Collects the persons of runs that were posted before the ledger knew persons; the ledger's lock
 * is not held between them. Nothing to do in most cases. */
bool st_persons_past(st_ledger *l, const char *state_dir, st_err *err);

#endif
