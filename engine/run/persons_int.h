/* Inside the comparison of persons: the record's side, the ledger's side. */
#ifndef ST_RUN_PERSONS_INT_H
#define ST_RUN_PERSONS_INT_H

#include "base/map.h"
#include "run/persons.h"
#include "run/sort.h"

/* One identifying value of a record. */
typedef struct st_mark {
    uint32_t field; /* number of the unique rule */
    bool identity;
    bool own;    /* known as the person's */
    bool shared; /* somebody else was seen with it */
    bool held;   /* the run that is collected again held it */
    st_person_hash value;
} st_mark;

/* Somebody else who has values of the record. */
typedef struct st_holder {
    st_str subject;
    uint64_t marks; /* bits: which values */
    bool identity;  /* an identity number among them */
    struct st_holder *next;
} st_holder;

typedef struct st_entry {
    st_str person, own, formerly;
    st_record_state state;
    size_t records; /* of this person in the file */
    bool linked;    /* something was said about the own key before */
    bool seen;      /* by an earlier run */
    st_mark marks[ST_PERSONS_VALUES_MAX];
    size_t n_marks;
    /* identity numbers that the ledger knows of the person, and its other values */
    size_t n_identities, n_others;
    bool same_identity; /* one of them is in the record */
    st_holder *holders;
    ST_VEC(st_person_question) questions;
} st_entry;

struct st_persons {
    const st_record_type *type;
    st_person_keys *keys;
    st_hmac *hmac;
    st_sorter *sorter; /* person -> what its record says */
    st_buf scratch;
    /* second pass */
    bool (*known)(void *ctx, st_person_value *out, bool *row, st_err *err);
    void *known_ctx;
    int64_t again; /* > 0: a past run is collected */
    st_posting *posting;
    bool have_known, anybody, sorted, have_row;
    st_person_value next; /* of the ledger */
    st_buf next_subject;
    st_buf row_person, row_payload; /* the row that was read ahead */
    st_arena arena;                 /* of the batch */
    st_entry **batch;
    size_t n_batch, at;
    st_entry *current;
    uint64_t fresh, seen;
};

/* Fills the next batch from both sides; n_batch 0 at the end. */
bool st_persons_batch(st_persons *p, st_err *err);
bool st_persons_start(st_persons *p, st_err *err);
/* Looks up who else has the values, and asks (persons_ask.c). */
bool st_persons_decide(st_persons *p, st_err *err);

#endif
