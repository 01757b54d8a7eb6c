/* FEEL values. A value is 24 bytes, passed by value; what it points to lives in an arena and never
 * changes, so values are shared freely as long as the arena lives. Ownership: the arena of the
 * evaluation (frame->arena), of the rules (constants), or of the subject (facts). */
#ifndef ST_FEEL_VALUE_H
#define ST_FEEL_VALUE_H

#include "base/date.h"
#include "base/dec.h"
#include "base/src.h"

typedef enum st_kind {
    ST_NULL,
    ST_BOOL,
    ST_NUMBER,
    ST_STRING,
    ST_DATE,
    ST_TIME,
    ST_DATETIME,
    ST_YM_DURATION, /* years and months */
    ST_DT_DURATION, /* days and time */
    ST_LIST,
    ST_CONTEXT,
    ST_RANGE,
    ST_FUNCTION,
    ST_KIND_COUNT
} st_kind;

/* Why a value is null although somebody asked for one. NULL pointer = null on purpose (a literal,
 * an absent fact). */
typedef struct st_reason {
    st_code code;
    st_pos pos;                    /* place in the model file, through entities */
    st_str expression;             /* the source of the smallest failing expression */
    const char *fixed;             /* its text, where that stands ready; else see unsaid */
    struct st_unsaid *unsaid;      /* what the text is made of when somebody asks (reason.c) */
    const struct st_reason *cause; /* the null that led here, or NULL */
} st_reason;

/* A text that nobody has asked for yet. What it speaks of lives as long as the reason. */
typedef struct st_unsaid {
    void (*say)(const struct st_unsaid *what, st_buf *out);
    char *room; /* for the text and its NUL */
    size_t size;
    bool said;
} st_unsaid;

/* What the reason says, one line: "date subtraction with null". Made when it is first asked for, by
 * the thread whose evaluation made the reason; lives as long as it. */
const char *st_reason_text(const st_reason *r);

/* The reason that a chain of causes began with. */
const st_reason *st_reason_first(const st_reason *r);

/* st_val.flag of a null that the rule writes as the word null: comparing with it asks whether there
 * is a value, and the answer is known whatever the reason. */
enum { ST_NULL_WRITTEN = 1 };

typedef enum st_zone_kind { ST_ZONE_NONE, ST_ZONE_OFFSET, ST_ZONE_NAMED } st_zone_kind;
typedef struct st_time {
    uint8_t hour, minute, second;
    uint8_t zone_kind;
    int32_t offset; /* seconds east of UTC; for a named zone resolved where possible */
    uint32_t nano;
    const char
        *zone; /* IANA name, NUL-terminated, interned or in the value's arena; NULL otherwise */
} st_time;
typedef struct st_datetime {
    st_date date;
    st_time time;
} st_datetime;

typedef struct st_list st_list;
typedef struct st_context st_context;
typedef struct st_range st_range;
typedef struct st_function st_function;

typedef struct st_val {
    uint8_t kind;   /* st_kind */
    uint8_t flag;   /* kind-specific, 0 */
    uint16_t doubt; /* of a variable's value: doubt.h; 0 everywhere else */
    uint32_t n; /* ST_STRING: bytes; ST_DT_DURATION: nanoseconds 0..999999999 (sign in the whole,
                   floor) */
    union {
        bool b;
        st_dec num;
        const char *s; /* UTF-8, not NUL-terminated in general */
        st_date date;
        const st_time *time;
        const st_datetime *datetime;
        int64_t months;  /* ST_YM_DURATION */
        int64_t seconds; /* ST_DT_DURATION: floor of the duration in seconds; n holds the rest */
        const st_list *list;
        const st_context *context;
        const st_range *range;
        const st_function *function;
        const st_reason *reason; /* ST_NULL */
    } u;
} st_val;

struct st_list {
    uint32_t n;
    const st_val *v;
};

/* The names of a context, shared by all contexts of the same make: records have one shape per
 * element type, literals one per place in the rules. `st_feel_shape_slot` finds a name; compiled
 * paths remember the slot. */
typedef struct st_shape {
    uint32_t n;
    const st_str *names; /* in order of entry */
} st_shape;
struct st_context {
    const st_shape *shape;
    const st_val *v; /* shape->n values */
};
/* lo or hi null with its flag unset = unbounded on that side. */
struct st_range {
    st_val lo, hi;
    bool lo_closed, hi_closed;
    bool lo_unbounded, hi_unbounded;
};

/* -- making values -- */

/* A value is written in whole words: one written byte by byte and then copied makes the processor
 * wait for its own stores, longer than a comparison takes. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ST_VAL_HEAD(k, size) ((uint64_t)(k) | (uint64_t)(size) << 32)
#define ST_VAL_DOUBT ((uint64_t)UINT16_MAX << 16)
#else
#define ST_VAL_HEAD(k, size) ((uint64_t)(k) << 56 | (uint64_t)(size))
#define ST_VAL_DOUBT ((uint64_t)UINT16_MAX << 32)
#endif
/* The first word of a value: kind, flag, doubt and n. */
static inline uint64_t st_val_head(const st_val *v) {
    uint64_t head;
    memcpy(&head, v, sizeof head);
    return head;
}
static inline void st_val_set_head(st_val *v, uint64_t head) {
    memcpy(v, &head, sizeof head);
}
static inline void st_val_put(st_val *to, const st_val *from) {
    st_val_set_head(to, st_val_head(from));
    to->u.num.w[0] = from->u.num.w[0];
    to->u.num.w[1] = from->u.num.w[1];
}
/* A copy of a value written not long ago, word by word as it was written. */
static inline st_val st_val_of(const st_val *p) {
    st_val v;
    st_val_put(&v, p);
    return v;
}
static inline st_val st_plain_val(st_kind kind, uint32_t n, uint64_t word) {
    st_val v;
    st_val_set_head(&v, ST_VAL_HEAD(kind, n));
    v.u.num = (st_dec){{word, 0}};
    return v;
}
static inline st_val st_null(void) {
    return st_plain_val(ST_NULL, 0, 0);
}
static inline st_val st_null_written(void) {
    return (st_val){.kind = ST_NULL, .flag = ST_NULL_WRITTEN};
}
static inline st_val st_null_because(const st_reason *r) {
    return st_plain_val(ST_NULL, 0, (uintptr_t)r);
}
static inline st_val st_bool(bool b) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return st_plain_val(ST_BOOL, 0, b);
#else
    return st_plain_val(ST_BOOL, 0, (uint64_t)b << 56);
#endif
}
static inline st_val st_number(st_dec d) {
    st_val v;
    st_val_set_head(&v, ST_VAL_HEAD(ST_NUMBER, 0));
    v.u.num = d;
    return v;
}
static inline st_val st_number_int(int64_t i) {
    return st_number(st_dec_int(i));
}
static inline st_val st_string(st_str s) {
    return st_plain_val(ST_STRING, (uint32_t)s.n, (uintptr_t)(s.p ? s.p : ""));
}
static inline st_val st_date_val(st_date d) {
    st_val v = {.kind = ST_DATE};
    v.u.date = d;
    return v;
}
static inline st_val st_ym_duration(int64_t months) {
    return st_plain_val(ST_YM_DURATION, 0, (uint64_t)months);
}
static inline st_val st_dt_duration(int64_t seconds, uint32_t nanos) {
    return st_plain_val(ST_DT_DURATION, nanos, (uint64_t)seconds);
}
st_val st_time_val(st_arena *a, st_time t);
st_val st_datetime_val(st_arena *a, st_datetime t);
/* items are borrowed: they must live as long as the list. */
st_val st_list_val(st_arena *a, const st_val *items, size_t n);
st_val st_context_val(st_arena *a, const st_shape *shape, const st_val *values);
st_val st_range_val(st_arena *a, st_range r);
/* Shape with copies of the names in the arena. */
const st_shape *st_feel_shape_new(st_arena *a, const st_str *names, size_t n);

/* -- reading values -- */
static inline bool st_is_null(st_val v) {
    return v.kind == ST_NULL;
}
static inline bool st_is_written_null(st_val v) {
    return v.kind == ST_NULL && v.flag == ST_NULL_WRITTEN;
}
static inline bool st_is_true(st_val v) {
    return v.kind == ST_BOOL && v.u.b;
}
static inline bool st_is_false(st_val v) {
    return v.kind == ST_BOOL && !v.u.b;
}
static inline st_str st_val_str(st_val v) { /* ST_STRING only */
    return (st_str){v.u.s, v.n};
}
/* Slot of a name, or -1; a name with symbols may be spelled with other blanks. */
int st_feel_shape_slot(const st_shape *s, st_str name);
/* Whether two spellings are one name: the same words and symbols, blanks apart (name.c). */
bool st_feel_same_name(st_str a, st_str b);
/* Entry of a context by name; null without reason when absent. */
st_val st_feel_get(st_val context, st_str name);
const char *
st_kind_name(st_kind k); /* "date and time", "years and months duration", ... as FEEL spells them */

/* -- comparing and printing (value.c) -- */
/* FEEL equality: 1 equal, 0 different, -1 not comparable (null results in FEEL). null = null is 1;
 * null against anything else 0. Depth-limited. */
int st_feel_equal(st_val a, st_val b);
/* FEEL ordering: true with *cmp = -1, 0, 1 when both are of one ordered type. */
bool st_feel_order(st_val a, st_val b, int *cmp);
/* As FEEL's string() prints: numbers plain, dates ISO, strings without quotes at the top and with
 * quotes inside lists and contexts. */
void st_feel_print(st_buf *out, st_val v);
/* As JSON: numbers as numbers, temporal values as strings. Context entries in order. */
void st_feel_print_json(st_buf *out, st_val v);
/* Canonical bytes for digests: independent of shape sharing and arenas; equal values give equal
 * bytes. */
void st_feel_canonical(st_buf *out, st_val v);
/* Deep copy into another arena, shapes shared unless copy_shapes. */
st_val st_feel_copy(st_arena *to, st_val v, bool copy_shapes);

/* -- temporal text (temporal_parse.c, temporal_print.c); all exact, ISO 8601 as FEEL reads it -- */
bool st_feel_parse_date(st_str s, st_date *out);
bool st_feel_parse_time(st_arena *a, st_str s, st_time *out);
bool st_feel_parse_datetime(st_arena *a, st_str s, st_datetime *out);
bool st_feel_parse_duration(st_str s, st_val *out); /* either kind of duration */

#endif
