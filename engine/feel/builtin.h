/* The table of built-in functions: signature as data, one file per family. Inside feel only. */
#ifndef ST_FEEL_BUILTIN_H
#define ST_FEEL_BUILTIN_H

#include "feel/feel.h"

enum { ST_BUILTIN_PARAMS_MAX = 12 };

/* What a parameter takes; the caller (builtin_call.c) checks and coerces before the implementation
 * runs: a wrong type gives null with a reason, a singleton list is unwrapped, null is let through
 * only with ST_P_NULLABLE. */
typedef enum st_ptype {
    ST_P_ANY,
    ST_P_BOOL,
    ST_P_NUMBER,
    ST_P_STRING,
    ST_P_DATE,
    ST_P_TIME,
    ST_P_DATETIME,
    ST_P_DATE_LIKE /* date or date and time */,
    ST_P_DURATION,
    ST_P_LIST /* a non-list becomes a list of one */,
    ST_P_CONTEXT,
    ST_P_RANGE,
    ST_P_FUNCTION,
    ST_P_POINT_OR_RANGE,
    ST_P_COMPARABLE
} st_ptype;
enum {
    ST_P_OPTIONAL = 1,
    ST_P_NULLABLE = 2,
    ST_P_VARIADIC = 4, /* last: this and all further ones */
    /* An unknown in this argument is not used by the call: it stays in the result, does not matter
     * to it, or the function itself raises the doubt. Without this flag the caller does, for every
     * function (doubt.h). */
    ST_P_KEPT = 8
};

typedef struct st_param {
    const char *name;
    st_ptype type;
    unsigned flags;
} st_param;

/* args: n values by position, already checked; absent optional ones are null with their bit unset
 * in given. Returns the value, or st_builtin_null(call, ...) with the reason. */
typedef struct st_call {
    st_feel_frame *f;
    const st_src *where;
    const struct st_builtin *fn;
    uint32_t given; /* bit i: argument i was given */
} st_call;
typedef st_val st_builtin_fn(st_call *c, const st_val *args, size_t n);

/* One signature; a name with several signatures has several rows, tried in order (by named
 * parameters, then by arity and types). */
typedef struct st_builtin {
    const char *name; /* "substring before" */
    st_builtin_fn *fn;
    st_feel_tkind result;
    uint8_t n_params;
    st_param params[ST_BUILTIN_PARAMS_MAX];
} st_builtin;

/* Families, each an array ending with name NULL, in its own file builtin_<family>.c */
extern const st_builtin st_builtins_number[], st_builtins_string[], st_builtins_regex[],
    st_builtins_list[], st_builtins_context[], st_builtins_temporal[], st_builtins_conversion[],
    st_builtins_range[], st_builtins_boolean[], st_builtins_sort[], st_builtins_stat[];

/* All rows of a name (contiguous per family); NULL when unknown. Used by the parser: built-in names
 * with spaces are known words ("string length"), longest match. */
const st_builtin *const *st_builtin_find(st_str name, size_t *n);
/* Whether the arguments alone settle the value: not so with now() and today(). */
bool st_builtin_pure(const st_builtin *row);
/* Calls by rows: picks the signature, checks arguments, calls. names NULL = positional. */
st_val st_builtin_call(st_feel_frame *f, const st_src *where, const st_builtin *const *rows,
                       size_t n_rows, const st_str *names, const st_val *args, size_t n);
/* Counts steps; false: the evaluation took too many, and st_out_of_steps says so. A loop inside a
 * loop multiplies, which no limit of a single one can see. */
bool st_steps(st_feel_frame *f, uint64_t n);
st_val st_out_of_steps(st_feel_frame *f, const st_src *where);
st_val st_builtin_null(st_call *c, const char *fmt, ...) ST_PRINTF(2, 3);

/* Properties of temporal values and ranges ("year", "time offset", "start included"): false when v
 * has none of that name. */
bool st_feel_property(st_feel_frame *f, st_val v, st_str name, st_val *out);

/* Temporal arithmetic for the operator matrix (temporal_math.c); false = undefined or out of range.
 */
bool st_feel_temporal_add(st_arena *a, st_val x, st_val y, st_val *out);
bool st_feel_temporal_sub(st_arena *a, st_val x, st_val y, st_val *out);
bool st_feel_duration_scale(st_arena *a, st_val duration, st_dec by, bool divide, st_val *out);
bool st_feel_duration_ratio(st_val x, st_val y, st_dec *out);
/* UTC seconds of a date and time (named zones by TZif files); false when it has no zone or the zone
 * is unknown. */
bool st_feel_utc_seconds(const st_datetime *t, int64_t *seconds);
bool st_feel_zone_known(const char *name);

#endif
