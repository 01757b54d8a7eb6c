/* Records files to typed facts and findings, by the record's XSD.
 *
 * The XSD is the contract. The reader compiles it to a record type: which element is a subject,
 * which attributes and repeated children it has, and their FEEL types. Annotations in the namespace
 * urn:stipend:schema:1 say what an XSD cannot: which attribute identifies a subject, checks beyond
 * a pattern, stored forms, masks, values that must be one subject's, what the file says of itself.
 * schemas/README.md documents them all. */
#ifndef ST_RECORDS_H
#define ST_RECORDS_H

#include "base/digest.h"
#include "base/mask.h"
#include "feel/type.h"

typedef struct st_record_type st_record_type;

/* Compiles an XSD. Lives until st_record_type_free. */
bool st_record_type_open(const char *xsd_path, st_record_type **out, st_err *err);
/* The same from bytes that were read before; path for messages. */
bool st_record_type_open_bytes(const char *path, st_str xsd, st_record_type **out, st_err *err);
void st_record_type_free(st_record_type *t);
/* The FEEL type of a subject (a context with shape set), for scopes and for checking item
 * definitions. */
const st_feel_type *st_record_type_facts(const st_record_type *t);
/* The list field by its FEEL name ("certificates"): its element type, or NULL. */
const st_feel_type *st_record_type_list(const st_record_type *t, st_str name);

/* Every field that a rule may use, as FEEL names it below the subject ("certificates.level"), its
 * type and what the schema's documentation says first about it (may be empty); in the order of the
 * schema, lists and contexts before what is in them. Texts of type and name valid during the call.
 */
typedef void st_record_field_sink(void *ctx, st_str path, const st_feel_type *type, st_str about);
void st_record_type_fields(const st_record_type *t, st_record_field_sink *each, void *ctx);

/* How a field's values are shown (st:mask), by slots: of the subject itself (list -1), or of the
 * items of the list field in slot list. */
st_mask st_record_type_mask(const st_record_type *t, int list, uint32_t slot);
/* Each value of the facts whose field has a mask. */
void st_record_type_private(const st_record_type *t, st_val facts,
                            void (*each)(void *ctx, st_mask mask, st_val value), void *ctx);

typedef enum st_record_state { ST_RECORD_OK, ST_RECORD_HELD, ST_RECORD_REJECTED } st_record_state;

/* A value that must not stand with two subjects. */
typedef struct st_record_unique {
    uint32_t field;        /* number of the unique rule, for st_record_type_unique_name */
    st_record_state state; /* what both become */
    uint8_t hash[16];      /* first half of SHA-256 over field and normalised value */
    st_str value;          /* normalised: identifies the subject from file to file */
} st_record_unique;

/* One subject. Everything is borrowed: valid during the callback only (the record's arena is reset
 * after). */
typedef struct st_record {
    st_record_state state;
    st_str key;       /* the subject's id; empty when it could not be read */
    st_str formerly;  /* the id that the subject had before; empty when none is said or rejected */
    st_pos pos;       /* of the subject element's '<' */
    uint64_t ordinal; /* 1-based number of the record in the file */
    st_val facts;     /* context of the facts type; null when rejected */
    st_sha256 digest; /* over the canonical facts: independent of encoding, order of attributes and
                         position */
    const st_err *findings;
    size_t n_findings;
    const st_record_unique *unique;
    size_t n_unique;
    /* positions of list items, for explanations: item i of the list field number `field` stands at
     * pos */
    const struct st_record_item {
        uint32_t list; /* slot in the facts */
        uint32_t index;
        st_pos pos;
    } * items;
    size_t n_items;
    st_arena *arena; /* for the consumer: lives as long as the record */
} st_record;

enum {
    ST_RECORDS_SENDER_MAX = 256, /* bytes of a sender's name */
    ST_RECORDS_PARTS_MAX = 9999, /* files of one roster */
};

/* What the file says of itself. */
typedef struct st_records_head {
    char division[32];
    st_date known_at;
    bool full_roster;
    bool has_count;
    uint64_t declared_count;
    char sender[ST_RECORDS_SENDER_MAX + 1]; /* of a part roster; empty when not said */
    uint32_t part, parts; /* part 3 of 12, of a part roster; both 0 when not said */
    const char *encoding; /* as decoded */
} st_records_head;

typedef struct st_records_events {
    /* Once, before the first record. False stops the reading with err set. */
    bool (*head)(void *ctx, const st_records_head *head, st_err *err);
    bool (*record)(void *ctx, const st_record *r, st_err *err);
    /* Bytes read so far of all, for a progress bar; may be NULL. */
    void (*progress)(void *ctx, uint64_t read, uint64_t size);
} st_records_events;

typedef struct st_records_result {
    st_records_head head;
    uint64_t n_read, n_rejected, n_held; /* by the reader itself */
    uint64_t bytes;
    st_sha256 file_digest; /* of the raw bytes */
} st_records_result;

/* Reads a whole file. False (nothing of it may be used): missing, unreadable, not well-formed,
 * truncated, wrong root, wrong encoding, declared count differs, a limit exceeded. Memory does not
 * grow with the number of records. `-` is not supported: a file must be readable twice.
 * accept_utf8: a UTF-8 file under a GB label is taken as UTF-8 with a warning finding instead of
 * refused. */
typedef struct st_records_options {
    bool accept_utf8;
} st_records_options;
bool st_records_read(const char *path, const st_record_type *type, const st_records_options *opt,
                     const st_records_events *events, void *ctx, st_records_result *result,
                     st_err *err);
const char *st_record_type_unique_name(const st_record_type *t, uint32_t field); /* "account" */
/* What the value is, by a name that other schemas use too: "identity" for the number that tells
 * persons or organisations apart by itself (masked as an identity number, or with its check digit;
 * where a schema has none, what must be one subject's or be rejected, unless it is an account),
 * else the name of the list's element ("certificate") or of the subject's field ("account"). */
const char *st_record_type_unique_kind(const st_record_type *t, uint32_t field);
uint32_t st_record_type_uniques(const st_record_type *t); /* number of unique rules */
extern const char st_record_identity[];                   /* "identity" */

#endif
