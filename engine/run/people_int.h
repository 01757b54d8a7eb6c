/* Inside of the list of people: what is known of a person, gathered by an external sort. */
#ifndef ST_RUN_PEOPLE_INT_H
#define ST_RUN_PEOPLE_INT_H

#include "base/map.h"
#include "ledger/person.h"
#include "run/people.h"
#include "run/sort.h"

/* Of a person come first his record, then what was found, then the outcomes. */
typedef enum st_people_kind { ST_PEOPLE_NAME, ST_PEOPLE_FINDING, ST_PEOPLE_OUTCOME } st_people_kind;

/* Records without an id of their own, by number in the file. */
typedef struct st_people_gather {
    st_ledger *l;
    const st_run_info *run;
    const st_people_options *opt;
    st_sorter *sorter;
    st_person_keys *keys;
    st_arena arena;
    st_map persons;            /* key of a record -> the person (st_str), where the two differ */
    ST_VEC(uint64_t) nameless; /* ascending once all outcomes are in */
    bool ok;
    st_err *err;
} st_people_gather;

void st_people_add(st_people_gather *g, st_str person, st_people_kind kind, const st_buf *payload);
/* The text that st_buf_sized put there; from begins behind it then. */
st_str st_people_take(st_str *from);

/* The person behind the key of a record of this run. */
st_str st_people_person(const st_people_gather *g, st_str key);
/* "\x1frecord:NO" as the ledger has it: the number, 0 when it is a key. */
uint64_t st_people_number(st_str subject);
/* Names and keys of all records, from the archive. */
bool st_people_names(st_people_gather *g, st_err *err);

#endif
