/* Inside engine/records: a compiled record type, and what its reader is made of. */
#ifndef ST_RECORDS_INT_H
#define ST_RECORDS_INT_H

#include "base/buf.h"
#include "records/records.h"
#include "xml/push.h"
#include "xml/tree.h"

enum {
    ST_REC_ABOUT_MAX = 400,      /* bytes kept of a field's documentation */
    ST_REC_DEPTH_MAX = 16,       /* nesting of a record's elements */
    ST_REC_FIELDS_MAX = 256,     /* fields of one element */
    ST_REC_BYTES_MAX = 16 << 20, /* arena of one record: some 10,000 times a usual one */
    ST_REC_FINDINGS_MAX = 64,    /* kept of one record; the state counts them all */
    ST_REC_KEY_MAX = 64,         /* bytes of a subject's key */
    ST_REC_SHOWN_MAX = 60,       /* bytes of a value shown in a message */
    ST_REC_DIGITS_SURE = 24,     /* digits of a number that every libxml2 judges */
    ST_REC_DIGITS_MAX = 34,      /* digits that a number of FEEL has */
};

typedef enum st_rec_kind {
    ST_REC_STRING, /* white space kept */
    ST_REC_TOKEN,  /* white space collapsed */
    ST_REC_DATE,
    ST_REC_TIME,
    ST_REC_DATETIME,
    ST_REC_NUMBER,
    ST_REC_BOOL
} st_rec_kind;

typedef enum st_rec_check {
    ST_REC_NO_CHECK,
    ST_REC_CN_ID,
    ST_REC_IDENTITY, /* a document of the kind named beside it */
    ST_REC_CN_CREDIT_CODE,
    ST_REC_LUHN
} st_rec_check;
typedef enum st_rec_normal { ST_REC_AS_IS, ST_REC_NORMAL_CN_ID, ST_REC_NORMAL_CODE } st_rec_normal;
/* What a schema says of a number. */
typedef struct st_rec_bound {
    bool set, open; /* open: the bound itself is outside */
    st_dec value;
} st_rec_bound;
typedef struct st_rec_limits {
    int total, fraction; /* digits, -1: no limit */
    st_rec_bound least, most;
    bool pattern;
    const st_dec *set; /* the values allowed */
    size_t n_set;
} st_rec_limits;

typedef enum st_rec_role {
    ST_REC_NO_ROLE,
    ST_REC_ROLE_DIVISION,
    ST_REC_ROLE_KNOWN_AT,
    ST_REC_ROLE_ROSTER,
    ST_REC_ROLE_COUNT,
    ST_REC_ROLE_SENDER,
    ST_REC_ROLE_PART,
    ST_REC_ROLE_PARTS
} st_rec_role;

/* A value that is met where another word was meant, and what to tell about it. */
typedef struct st_rec_refuse {
    st_str value, text;
} st_rec_refuse;

/* What annotations say of a field. */
typedef struct st_rec_notes {
    st_str as;
    bool subject, key, formerly;
    bool needed; /* absence holds the record */
    st_rec_check check;
    st_severity severity; /* of a failed check */
    st_rec_normal normal;
    st_mask mask;
    bool unique;
    st_record_state unique_state;
    st_rec_role role;
    st_str not_after, kind, join, short_form, refers;
    st_str about;     /* first sentence of its documentation */
    const st_xml *at; /* for messages while compiling */
    const st_rec_refuse *refuses;
    size_t n_refuses;
} st_rec_notes;

typedef struct st_rec_element st_rec_element;

/* An attribute that stands for a field of an item of the list beside it. */
typedef struct st_rec_pair {
    uint32_t outer, inner; /* slots: in the element of the list, in its items */
} st_rec_pair;

/* One slot of an element's facts. */
typedef struct st_rec_field {
    st_str xml, name;            /* name in the file; name in FEEL */
    bool attribute;              /* else a child element */
    bool list;                   /* repeated: the slot holds a list */
    const st_rec_limits *limits; /* of a number */
    st_rec_kind kind;            /* of a simple value */
    st_rec_element *element;     /* a complex child; NULL: simple value */
    const st_rec_element *of;    /* whose field this is */
    const st_feel_type *type;    /* of the slot */
    st_str preset;               /* the schema's default, p NULL when there is none */
    st_rec_notes notes;
    int not_after;   /* slot, or -1 */
    int id_kind;     /* slot of the document's kind, or -1 */
    uint32_t unique; /* number of the unique rule */
    int join;        /* of a list: slot in its items by which they are one, or -1 */
    bool joins;      /* items are one by this field: its repetition is st_rec_join's business */
    const st_rec_pair *shorts; /* of a list: its short form */
    uint32_t n_shorts;
} st_rec_field;

struct st_rec_element {
    st_str xml;
    st_rec_field *fields;
    uint32_t n_fields;
    uint32_t *sorted; /* slots by name, for the digest */
    const st_shape *shape;
    const st_feel_type *type;
    bool checks;      /* some field has notes that are checked when the element ends */
    bool short_forms; /* some list has a short form */
};

/* Text in items of one list of the subject that must stand in those of another. */
typedef struct st_rec_reference {
    uint32_t list, field, to_list, to_field;
} st_rec_reference;

/* A rule that a value may stand with one subject only. */
typedef struct st_rec_unique {
    st_str name; /* of the field */
    const char *kind;
} st_rec_unique;

struct st_record_type {
    st_arena arena;
    st_xml_schema *schema;
    st_str ns;
    st_rec_element *root, *subject;
    int key;      /* slot of the key in the subject */
    int formerly; /* of the key it had before, -1: the schema has none */
    ST_VEC(st_rec_unique) uniques;
    ST_VEC(st_rec_reference) references;
};

/* -- compiling (xsd_*.c) -- */
typedef struct st_rec_compiler {
    st_record_type *type;
    const st_xml *xsd;
    st_err *err;
    int depth;
} st_rec_compiler;

typedef struct st_rec_simple {
    st_rec_kind kind;
    st_rec_notes notes;
    st_rec_limits limits;
} st_rec_simple;

extern const char st_rec_xsd_ns[], st_rec_note_ns[];
bool st_rec_is_xsd(const st_xml *e, const char *name);
/* "... not supported by the record reader" at the place. */
bool st_rec_unsupported(st_rec_compiler *c, const st_xml *at, const char *fmt, ...) ST_PRINTF(3, 4);
/* Refuses attributes of an XSD component that the reader does not know; names ends with NULL. */
bool st_rec_only_attrs(st_rec_compiler *c, const st_xml *e, const char *const *names);
/* The value kind and notes of a simple type: of the type= attribute, or of the simpleType child. */
bool st_rec_simple_of(st_rec_compiler *c, const st_xml *e, st_rec_simple *out);
/* The plain type of a kind with what the declaration's simple type lets through. */
const st_feel_type *st_rec_domain_type(st_rec_compiler *c, const st_xml *e, st_rec_kind kind,
                                       const st_feel_type *plain);
const st_xml *st_rec_named_type(st_rec_compiler *c, const char *kind, st_str name);
/* First sentence of the documentation of e, in English where there are several; in the type's
 * arena; may be none. */
st_str st_rec_about(st_rec_compiler *c, const st_xml *e);
/* Adds what annotations on e say to notes. */
bool st_rec_read_notes(st_rec_compiler *c, const st_xml *e, st_rec_notes *notes);
bool st_rec_compile(st_rec_compiler *c);
/* Resolves notes that name another field of the element or of its items (xsd_link.c). */
bool st_rec_link(st_rec_compiler *c, st_rec_element *e);
bool st_rec_link_references(st_rec_compiler *c);
/* Names the kind of each unique rule (kind.c). */
void st_rec_name_kinds(st_record_type *t);

/* -- values (value.c, check.c) -- */
/* Text of the file as a value; false when it has no place in FEEL. Text is copied into the arena.
 */
bool st_rec_value(st_arena *a, st_rec_kind kind, st_str text, st_val *out);
/* Numbers (digits.c): what a builtin type and a restriction of it say; whether a number has more
 * digits than every libxml2 judges; what is wrong with one, NULL when nothing. */
void st_rec_limits_builtin(st_rec_limits *l, st_str name);
void st_rec_limits_derive(st_rec_limits *l, st_arena *a, const st_xml *restriction);
bool st_rec_many_digits(st_str s);
bool st_rec_digits_fit(st_str s); /* FEEL has room for all of them */
const char *st_rec_failed_limits(const st_rec_limits *l, st_str text, st_dec d);
/* Stored form. Borrowed from text when nothing changes. */
st_str st_rec_normalise(st_arena *a, st_rec_normal normal, st_str text);
/* The check of an identity document of a kind: resident, permit, passport, foreigner. An empty kind
 * is a resident's number or a permit's; other kinds have no check. */
const char *st_rec_failed_identity(st_str kind, st_str value, st_date known_at);
/* NULL when the check passes, else what is wrong, in words without the value. */
const char *st_rec_failed_check(st_rec_check check, st_str value, st_date known_at);
/* Check character for the first 17 digits of a resident identity number. */
char st_rec_cn_id_check(const char *p);
st_code st_rec_check_code(st_rec_check check);

/* -- reading -- */
/* Short forms become items, and show the item that begins last (join.c). Lists are finished. */
void st_rec_short_forms(st_arena *a, const st_rec_element *e, st_val *values);
/* The list has the one item that its short form tells whole. */
bool st_rec_told_by_short(const st_rec_field *f, const st_list *l);
void st_rec_digest(st_sha256_ctx *sha, st_buf *scratch, const st_rec_element *e,
                   const st_val *values, st_sha256 *out);

typedef struct st_rec_item_vec {
    ST_VEC(st_val) v;
} st_rec_item_vec;
typedef struct st_rec_reader st_rec_reader;
typedef struct st_rec_frame {
    const st_rec_element *element; /* NULL: a simple child, or skipped */
    uint32_t slot;                 /* in the frame below */
    bool simple;
    int unusable;    /* slot whose text is no value of FEEL, -1 none */
    const char *why; /* it is unusable */
    bool told;       /* the validator has found a value wrong */
    bool repeats;    /* a value by which items are joined stood in an item before */
    st_val *values;
    st_rec_item_vec *lists; /* per slot */
    st_pos pos;
} st_rec_frame;

struct st_rec_reader {
    const st_record_type *type;
    const char *path;
    const st_records_events *events;
    void *ctx;
    st_records_result *result;
    bool head_sent, utf8_note;
    st_err fatal; /* found in a callback that cannot stop the parse */
    st_arena arena;
    st_record rec;
    ST_VEC(st_err) findings;
    ST_VEC(st_record_unique) uniques;
    ST_VEC(struct st_record_item) items;
    uint64_t n_findings;
    bool key_bad, too_large;
    st_rec_frame frames[ST_REC_DEPTH_MAX + 1];
    int top;                       /* frames in use; frame i stands at depth i + 1 */
    int skip_from;                 /* depth of a skipped subtree, -1 none */
    const st_xml_push_attr *attrs; /* of the start tag being handled */
    size_t n_attrs;
    st_buf text;    /* of an open simple child */
    st_buf scratch; /* canonical bytes */
    st_sha256_ctx *sha;
};

/* Joins the item to the one of the list that is the same thing; false when there is none. */
bool st_rec_join(st_rec_reader *r, const st_rec_field *f, st_rec_item_vec *items, st_val item);

extern const st_xml_push_events st_rec_push_events; /* ctx: st_rec_reader */
void st_rec_reader_init(st_rec_reader *r);
void st_rec_reader_free(st_rec_reader *r);
/* The root's start tag: is it ours, and what does it say of the file (head.c). */
bool st_rec_head(st_rec_reader *r, const st_xml_push_element *e, st_err *err);
/* The whole document has been read: count, head of an empty file. */
bool st_rec_reader_end(st_rec_reader *r, st_err *err);

/* -- findings (findings.c) -- */
/* At most ST_REC_SHOWN_MAX bytes of a text from the file, whole characters. */
st_str st_rec_cut(st_str s);
void st_rec_finding(st_rec_reader *r, st_severity severity, st_code code, st_pos pos,
                    const char *fmt, ...) ST_PRINTF(5, 6);
/* A finding about a value, with the value masked behind the words. */
void st_rec_finding_value(st_rec_reader *r, st_severity severity, st_code code, st_pos pos,
                          const st_rec_field *f, st_str value, const char *words);
/* A schema violation inside the record. */
void st_rec_finding_invalid(st_rec_reader *r, const st_xml_invalid *v, st_pos pos,
                            const st_rec_field *f, st_str value);
/* Stores the value of a field and checks it. */
void st_rec_take_value(st_rec_reader *r, st_rec_frame *frame, uint32_t slot, st_str text);
/* Checks that need the whole element. */
void st_rec_check_element(st_rec_reader *r, const st_rec_frame *frame);
/* References between the lists of the subject. */
void st_rec_check_references(st_rec_reader *r, const st_rec_frame *subject);

#endif
