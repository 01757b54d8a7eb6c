/* FEEL types as far as rules are checked and values coerced by them. Types live in the arena of the
 * rules. */
#ifndef ST_FEEL_TYPE_H
#define ST_FEEL_TYPE_H

#include "feel/value.h"

typedef enum st_feel_tkind {
    ST_T_ANY,
    ST_T_NULL,
    ST_T_BOOL,
    ST_T_NUMBER,
    ST_T_STRING,
    ST_T_DATE,
    ST_T_TIME,
    ST_T_DATETIME,
    ST_T_YM_DURATION,
    ST_T_DT_DURATION,
    ST_T_LIST,    /* elem */
    ST_T_CONTEXT, /* fields */
    ST_T_RANGE,   /* elem */
    ST_T_FUNCTION /* params, elem = result */
} st_feel_tkind;

typedef struct st_feel_type st_feel_type;
typedef struct st_feel_field {
    st_str name;
    const st_feel_type *type;
} st_feel_field;

struct st_feel_type {
    st_feel_tkind kind;
    st_str name;                 /* of the item definition, for messages; may be empty */
    const st_feel_type *elem;    /* list element, range bound, function result */
    const st_feel_field *fields; /* context fields, function parameters */
    uint32_t n_fields;
    const st_shape
        *shape; /* contexts: the shape that facts of this type are built with, when known */
    /* Constraint (allowed values) as a compiled unary test, NULL when none; for a list it holds for
     * the list itself (typeConstraint), elements carry their own. Evaluated by st_feel_coerce. */
    const struct st_feel_node *allowed;
    uint32_t allowed_slots; /* slots an activation needs to evaluate allowed; `?` is slot 0 */
    /* What the record's schema lets through, for judging tables: enumerated values, or bounds; NULL
     * when it says nothing. Nothing is checked by it. */
    const struct st_feel_interval *domain;
    uint32_t n_domain;
    bool whole; /* numbers without a fraction */
};

extern const st_feel_type st_feel_any, st_feel_null_type, st_feel_boolean, st_feel_number,
    st_feel_string, st_feel_date, st_feel_time, st_feel_datetime, st_feel_ym_duration,
    st_feel_dt_duration;

/* "number", "string", "date and time", "dayTimeDuration" (old spelling) ... NULL for other names.
 */
const st_feel_type *st_feel_type_named(st_str name);
const st_feel_type *st_feel_type_list(st_arena *a, const st_feel_type *elem);
/* Whether a value is an instance of the type (structure only; `instance of`). */
bool st_feel_instance_of(st_val v, const st_feel_type *t);
/* Whether the value is a plain one (boolean to duration) and of this type, which restricts nothing:
 * coercion leaves it as it is. */
static inline bool st_feel_plainly(const st_val *v, const st_feel_type *t) {
    _Static_assert(ST_T_BOOL == ST_BOOL + 1 && ST_T_DT_DURATION == ST_DT_DURATION + 1,
                   "plain types stand in the order of the kinds");
    return (unsigned)t->kind == v->kind + 1u && t->kind >= ST_T_BOOL &&
           t->kind <= ST_T_DT_DURATION && !t->allowed;
}
/* Whether every value of type a is a value of type b. */
bool st_feel_type_conforms(const st_feel_type *a, const st_feel_type *b);
void st_feel_type_print(st_buf *out, const st_feel_type *t);

#endif
