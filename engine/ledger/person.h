/* Who stands behind a subject's key: what the ledger remembers of persons from run to run. */
#ifndef ST_LEDGER_PERSON_H
#define ST_LEDGER_PERSON_H

#include "ledger/ledger.h"

enum {
    ST_PERSON_SECRET_LEN = 32,
    ST_PERSON_VALUE_LEN = 16,    /* bytes kept of an HMAC-SHA-256 */
    ST_PERSON_KIND_MAX = 128,    /* bytes of a kind's name */
    ST_PERSON_KEYS_MAX = 1 << 22 /* keys that continue somebody, in memory */
};

typedef struct st_person_hash {
    uint8_t b[ST_PERSON_VALUE_LEN];
} st_person_hash;

/* The key of the HMACs. */
bool st_person_secret(st_ledger *l, uint8_t out[ST_PERSON_SECRET_LEN], st_err *err);

/* -- keys that continue a person -- */
/* A person is named by the key under which he was first posted; other keys continue him since his
 * record or two people said so. */
typedef struct st_person_keys st_person_keys;
/* What counts for the next run, or with run > 0 for that run as it was done. Free with
 * st_person_keys_free. */
bool st_person_keys_read(st_ledger *l, int64_t run, st_person_keys **out, st_err *err);
void st_person_keys_free(st_person_keys *k);
/* Number of words about keys that count: the same number, the same keys. */
uint64_t st_person_keys_count(const st_person_keys *k);

typedef struct st_person_key {
    st_str person; /* the key itself when nothing was said about it */
    bool linked;   /* something was said */
    bool said;     /* by two people */
} st_person_key;
/* Borrowed from k, or from key. */
st_person_key st_person_key_of(const st_person_keys *k, st_str key);
/* Who a person is since two people said so: himself, or another. Borrowed from k, or person. */
st_str st_person_now(const st_person_keys *k, st_str person);
/* The key that the person's record had last; the person's own name when it never had another. */
st_str st_person_keys_name(const st_person_keys *k, st_str person);
/* Whether the key was ever the person's. */
bool st_person_keys_had(const st_person_keys *k, st_str person, st_str key);
/* Whether lines posted under the key itself are those of the person that it continues. */
bool st_person_keys_whole(const st_person_keys *k, st_str key);
/* The keys whose own lines are the person's too; stops when each returns false. */
bool st_person_keys_others(const st_person_keys *k, st_str person,
                           bool (*each)(void *ctx, st_str key), void *ctx);

/* -- in a run's transaction, or in a rehearsal -- */
typedef enum st_person_state {
    ST_PERSON_OWN,   /* the person's */
    ST_PERSON_SEEN,  /* in a record that was held; kind empty: the key alone */
    ST_PERSON_SHARED /* somebody else was seen with it */
} st_person_state;

typedef struct st_person_value {
    st_str subject, kind; /* valid until the next call */
    int64_t run;
    st_person_hash value;
    st_person_state state;
    bool fixes; /* two people said that earlier identity numbers were wrong: they are his no more */
} st_person_value;
/* What the run may know, by subject (bytes ordered), then by run; *row false at the end. */
bool st_posting_person(st_posting *p, st_person_value *out, bool *row, st_err *err);

/* Persons who have one of the values; the rows of st_posting_person, in no order. */
bool st_posting_holders(st_posting *p, const st_person_hash *values, size_t n,
                        bool (*each)(void *ctx, const st_person_value *v), void *ctx, st_err *err);

/* What is posted for a subject, in any scheme, by runs that count. */
typedef struct st_person_history {
    st_str subject;   /* valid during the callback */
    uint64_t amounts; /* different occasions and benefits; above 0 */
    char first[ST_OCCASION_MAX + 1], last[ST_OCCASION_MAX + 1]; /* months, quarters or years; may be
                                                                   empty */
} st_person_history;
bool st_posting_histories(st_posting *p, const st_str *subjects, size_t n,
                          bool (*each)(void *ctx, const st_person_history *h), void *ctx,
                          st_err *err);
/* Whether no run of the scheme that counts was posted before this one. */
bool st_posting_first(st_posting *p, bool *first, st_err *err);
/* Number of words about keys that count for this run: as st_person_keys_count. */
bool st_posting_person_keys(st_posting *p, uint64_t *count, st_err *err);
/* Whether persons of runs that count are still to be collected (st_person_fill). */
bool st_posting_persons_due(st_posting *p, bool *due, st_err *err);

/* Adds what this run has seen; nothing in a rehearsal. */
bool st_posting_person_add(st_posting *p, st_str subject, st_str kind, const st_person_hash *value,
                           st_person_state state, st_err *err);
/* The key continues the person, as its record says. */
bool st_posting_person_key(st_posting *p, st_str key, st_str person, st_err *err);
/* The key that the person's record has from this run on. */
bool st_posting_person_name(st_posting *p, st_str person, st_str key, st_err *err);

/* -- persons of runs that were posted before the ledger knew persons, or before which something
 * became void since: their archived records are read again, each in a transaction of its own -- */
typedef struct st_person_fill st_person_fill;
/* The oldest such run; *run 0 when there is none. */
bool st_person_due(st_ledger *l, int64_t *run, st_err *err);
/* Begins; *out NULL when somebody else did it meanwhile. */
bool st_person_fill_begin(st_ledger *l, int64_t run, st_person_fill **out, st_err *err);
/* What is known up to that run and by it, as st_posting_person. */
bool st_person_fill_known(st_person_fill *f, st_person_value *out, bool *row, st_err *err);
bool st_person_fill_add(st_person_fill *f, st_str subject, st_str kind, const st_person_hash *value,
                        st_person_state state, st_err *err);
bool st_person_fill_key(st_person_fill *f, st_str key, st_str person, st_err *err);
bool st_person_fill_commit(st_person_fill *f, st_err *err);
void st_person_fill_end(st_person_fill *f); /* frees; rolls back when not committed */

/* -- for people who ask by a key -- */
/* The person that a key names now. */
bool st_person_find(st_ledger *l, const char *key, char out[ST_SUBJECT_MAX + 1], st_err *err);
/* The keys that a person's records had, oldest first, with the run from which on; texts valid
 * during the callback, which returns false to stop. */
bool st_person_names(st_ledger *l, const char *person,
                     bool (*each)(void *ctx, const char *key, int64_t run), void *ctx, st_err *err);

#endif
