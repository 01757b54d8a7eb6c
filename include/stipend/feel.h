/* stipend's FEEL, usable on its own: values, and expressions over them. C11, link with libstipend.a
 * (pkg-config stipend).
 *
 * Values are immutable and live in a stipend_memory (or an evaluator, dmn.h): pointers stay valid
 * until it is reset or freed. Functions are safe to call from several threads as long as each
 * thread uses memory and evaluators of its own. */
#ifndef STIPEND_FEEL_H
#define STIPEND_FEEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct stipend_memory stipend_memory;
typedef struct stipend_value stipend_value;

typedef enum stipend_kind {
    STIPEND_NULL,
    STIPEND_BOOLEAN,
    STIPEND_NUMBER,
    STIPEND_STRING,
    STIPEND_DATE,
    STIPEND_TIME,
    STIPEND_DATE_AND_TIME,
    STIPEND_YEARS_AND_MONTHS,
    STIPEND_DAYS_AND_TIME,
    STIPEND_LIST,
    STIPEND_CONTEXT,
    STIPEND_RANGE,
    STIPEND_FUNCTION
} stipend_kind;

/* What went wrong, and where: line and column count from 1, 0 = unknown. excerpt is the source line
 * with carets below. */
typedef struct stipend_error {
    char code[16], file[256], message[480], excerpt[480], hint[320];
    uint32_t line, column;
} stipend_error;

/* Memory for values. Reset takes all values away and keeps the memory for the next ones. */
stipend_memory *stipend_memory_new(void);
void stipend_memory_reset(stipend_memory *m);
void stipend_memory_free(stipend_memory *m);

/* Making values; text is UTF-8, copied. NULL when the text is no number (date, ...) or no UTF-8. */
const stipend_value *stipend_null(stipend_memory *m);
const stipend_value *stipend_boolean(stipend_memory *m, bool b);
const stipend_value *stipend_integer(stipend_memory *m, int64_t v);
const stipend_value *stipend_number(stipend_memory *m,
                                    const char *text); /* "1234.50", 34 digits, exact */
const stipend_value *stipend_string(stipend_memory *m, const char *text);
const stipend_value *stipend_date(stipend_memory *m, const char *text);     /* "2023-11-30" */
const stipend_value *stipend_duration(stipend_memory *m, const char *text); /* "P1Y2M", "P3DT4H" */
const stipend_value *stipend_list(stipend_memory *m, const stipend_value *const *items, size_t n);
const stipend_value *stipend_context(stipend_memory *m, const char *const *names,
                                     const stipend_value *const *values, size_t n);

/* Reading values. The text of a value is what FEEL's string() gives; it lives in m. */
stipend_kind stipend_kind_of(const stipend_value *v);
bool stipend_is_true(const stipend_value *v);
bool stipend_to_integer(const stipend_value *v,
                        int64_t *out); /* false when it is no whole number of 64 bits */
const char *stipend_text(stipend_memory *m, const stipend_value *v);
const char *stipend_json(stipend_memory *m, const stipend_value *v);
size_t stipend_size(const stipend_value *v); /* items of a list, entries of a context, else 0 */
const stipend_value *stipend_item(const stipend_value *v,
                                  size_t i); /* of a list or context, in order; NULL beyond */
const char *stipend_entry_name(stipend_memory *m, const stipend_value *v, size_t i);
const stipend_value *stipend_entry(const stipend_value *v,
                                   const char *name); /* NULL when there is none */
/* Why a value is null although somebody asked for one; NULL for a null on purpose. */
const char *stipend_null_reason(const stipend_value *v);

/* Evaluates one expression; the entries of context (may be NULL) are its variables. now: today()
 * and now() as "2023-11-30". NULL with error when it does not compile; an error during evaluation
 * is a null with a reason. */
const stipend_value *stipend_feel(stipend_memory *m, const char *expression,
                                  const stipend_value *context, const char *now,
                                  stipend_error *error);

#ifdef __cplusplus
}
#endif
#endif
