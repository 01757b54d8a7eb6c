/* Compiling and evaluating FEEL.
 *
 * Compile once: the parser runs with the scope in hand (FEEL names may contain spaces), resolves
 * every name to a slot and yields a tree of nodes in the arena of the rules. Evaluate many times:
 * nothing outlives the frame's arena, and a compiled node is read-only, so that many threads may
 * evaluate one model, each with its own frame.
 *
 * Boxed expressions of DMN become the same nodes through the st_feel_make_* functions; a decision
 * table is a node of dmn's own with its own eval function. */
#ifndef ST_FEEL_H
#define ST_FEEL_H

#include "feel/doubt.h"
#include "feel/type.h"

/* Limits; beyond them an expression is refused (compile) or null with a reason (evaluate). */
enum {
    ST_FEEL_TEXT_MAX = 1 << 20, /* bytes of one expression */
    ST_FEEL_DEPTH_MAX = 400,    /* nesting of an expression, of values compared, of calls */
    ST_FEEL_LIST_MAX = 2000000, /* items of a list */
    ST_FEEL_STEPS_MAX =
        50000000, /* items that loops, filters and built-ins of one evaluation see */
};
#define ST_FEEL_MEMORY_MAX ((size_t)512 << 20) /* bytes one evaluation may take from its arena */

typedef struct st_feel_node st_feel_node;
typedef struct st_feel_frame st_feel_frame;

/* One activation: the decision's or a function's local variables, and what the evaluation shares.
 */
struct st_feel_frame {
    st_val *slots;          /* locals of this activation: n_slots of the compiled unit */
    const st_val *captured; /* variables a function value brought along */
    const st_val *globals;  /* variables of the model (inputs, decisions, functions) by number */
    st_arena *arena;        /* of this evaluation */
    const struct st_feel_env *env;
    uint32_t depth;
};
/* What an evaluation has from outside; constant during it. */
typedef struct st_feel_env {
    st_datetime now; /* now() and today(): the as-of date, never the clock */
    void *trace;     /* dmn's tracer, NULL when off */
    void *user;      /* dmn's evaluation state */
    st_doubts
        *doubts;     /* unknowns that were used; NULL: not recorded. The result is what FEEL says */
    uint64_t *steps; /* taken so far, of ST_FEEL_STEPS_MAX; NULL: not counted */
    /* Bytes the arena had handed out when this evaluation began, less what was charged to it before
     * (modulo 2^64): what it has taken is the difference. */
    size_t memory_from;
} st_feel_env;

struct st_feel_node {
    st_val (*eval)(const st_feel_node *n, st_feel_frame *f);
    const st_feel_type *type; /* static type, &st_feel_any when unknown */
    st_src src;               /* the source text of this very expression (part of the cell) */
    uint16_t op;              /* parser's node kind, for analysis; 0 for foreign nodes */
};

static inline st_val st_feel_eval(const st_feel_node *n, st_feel_frame *f) {
    return n->eval(n, f);
}

/* -- compile time -- */
typedef struct st_feel_builder st_feel_builder;
/* A builder for one compiled unit (a decision's logic, a function). arena: of the rules, everything
 * made lives there. warn may be NULL: receives warnings (a name hides another). */
st_feel_builder *st_feel_builder_new(st_arena *arena, st_finding_sink *warn, void *warn_ctx);
/* Declares a variable of the model, visible in the whole unit: evaluates to frame->globals[number].
 */
void st_feel_global(st_feel_builder *b, st_str name, uint32_t number, const st_feel_type *type);
/* How type names in expressions that are not built in (item definitions: `instance of tPerson`) are
 * resolved: lookup yields the type or NULL when unknown. Not set: only built-in type names are
 * known. */
typedef const st_feel_type *st_feel_type_lookup(void *ctx, st_str name);
void st_feel_types(st_feel_builder *b, st_feel_type_lookup *lookup, void *ctx);
/* Strict: faults that show before any value is there do not compile either: operands and arguments
 * whose types never fit, constants without a value (1 / 0, date("2024-02-30")). Else, as
 * conformance has it, they are nulls. */
void st_feel_strict(st_feel_builder *b, bool on);
/* Whether some expression parsed so far refers to now() or today(), whatever its spelling in the
 * file; names of variables and texts do not count. */
bool st_feel_reads_clock(const st_feel_builder *b);
/* Names of entries that the expressions parsed so far ask a context for, each once; in the
 * builder's arena. Who takes a context as a whole (string(), get entries()) asks for none. */
const st_str *st_feel_entries(const st_feel_builder *b, size_t *n);
/* Scopes of local variables. declare returns the slot. */
void st_feel_scope_push(st_feel_builder *b);
uint32_t st_feel_scope_declare(st_feel_builder *b, st_str name, const st_feel_type *type);
void st_feel_scope_pop(st_feel_builder *b);
/* Slots an activation of the unit needs (so far). */
uint32_t st_feel_slots(const st_feel_builder *b);

/* Parses an expression in the present scope. NULL with err (position in the file, excerpt with
 * carets) when it does not compile. */
st_feel_node *st_feel_parse(st_feel_builder *b, const st_src *src, st_err *err);
/* Parses unary tests; the tested value is the variable `?` which the caller has declared in the
 * present scope. The node yields true, false, or null. An empty text or "-" gives a node that is
 * always true (st_feel_always). */
st_feel_node *st_feel_parse_tests(st_feel_builder *b, const st_src *src, const st_feel_type *input,
                                  st_err *err);
bool st_feel_always(const st_feel_node *tests);

/* What unary tests say of a value, finer than the three values of the node. */
enum {
    ST_TESTS_YES = 1,     /* FEEL's answer is true */
    ST_TESTS_NULL = 2,    /* FEEL's answer is null */
    ST_TESTS_UNSURE = 4,  /* an unknown was used, or nothing can be said; null is always unsure */
    ST_TESTS_BY_NULL = 8, /* unsure for no other cause than that the value is null */
};
/* The bits for a value, which must stand in the slot of `?` as well. Doubt that the tests raise is
 * not left behind but in the bits; *why its first cause where there is one. */
unsigned st_feel_tests_answer(const st_feel_node *tests, st_feel_frame *f, st_val v,
                              const st_reason **why);
/* The reason of an unsure answer that has no cause: nothing of such a value can be said. */
const st_reason *st_feel_tests_reason(const st_feel_node *tests, st_feel_frame *f, st_val v);
/* Whether the tests name null itself. */
bool st_feel_tests_ask_null(const st_feel_node *tests);

/* Analysis of unary tests for indexes and for gaps and overlaps: when the tests are constant
 * comparisons only, fills intervals (points have lo = hi, closed) and whether the whole is negated
 * (not(...)); false otherwise. Arrays in the builder's arena. */
typedef struct st_feel_interval {
    st_val lo, hi;
    bool lo_closed, hi_closed, lo_unbounded, hi_unbounded;
} st_feel_interval;
bool st_feel_tests_intervals(st_feel_builder *b, const st_feel_node *tests,
                             const st_feel_interval **out, size_t *n, bool *negated);
/* Constant value of a node (literal, or an expression of literals); false when it depends on
 * anything. */
bool st_feel_constant(const st_feel_node *n, st_val *out);
/* Number of the model's variable that the node reads and nothing else; -1 for other nodes. */
int64_t st_feel_global_of(const st_feel_node *n);

/* -- making nodes for boxed expressions; src may be NULL -- */
st_feel_node *st_feel_make_literal(st_feel_builder *b, st_val v);
st_feel_node *st_feel_make_if(st_feel_builder *b, st_feel_node *c, st_feel_node *t,
                              st_feel_node *e);
/* The iteration variable is declared by the caller: slot; partial: the slot of `partial` or
 * UINT32_MAX. */
st_feel_node *st_feel_make_for(st_feel_builder *b, uint32_t slot, uint32_t partial,
                               st_feel_node *in, st_feel_node *body);
st_feel_node *st_feel_make_quantified(st_feel_builder *b, bool every, uint32_t slot,
                                      st_feel_node *in, st_feel_node *satisfies);
/* A filter whose match expression was built in a scope made by filter_scope (declares `item` and
 * the fields of the element type). */
void st_feel_filter_scope(st_feel_builder *b, const st_feel_node *in);
st_feel_node *st_feel_make_filter(st_feel_builder *b, st_feel_node *in, st_feel_node *match);
st_feel_node *st_feel_make_list(st_feel_builder *b, st_feel_node *const *items, size_t n);
/* Context: entries evaluated in order into their slots (declared by the caller), so later ones see
 * earlier ones. With result not NULL the value is the result's (a boxed context with a result
 * cell). */
st_feel_node *st_feel_make_context(st_feel_builder *b, const st_str *names, const uint32_t *slots,
                                   st_feel_node *const *entries, size_t n, st_feel_node *result);
/* Call with positional (names NULL) or named arguments. */
st_feel_node *st_feel_make_call(st_feel_builder *b, st_feel_node *fn, const st_str *names,
                                st_feel_node *const *args, size_t n);
/* Function literal: function_begin opens a new activation with the parameters declared,
 * function_end closes it and yields the node; variables of the surroundings are captured by value.
 */
void st_feel_function_begin(st_feel_builder *b, const st_feel_field *params, size_t n);
st_feel_node *st_feel_function_end(st_feel_builder *b, st_feel_node *body,
                                   const st_feel_type *result);
/* Body of an external function, between function_begin and function_end: mapping yields the context
 * with `class` and `method signature`. A table of methods of Java's library is computed here; no
 * Java is run. */
st_feel_node *st_feel_make_external(st_feel_builder *b, st_feel_node *mapping, size_t n_params);
/* Coerces the value of n to the type when it is evaluated (DMN 1.5, 10.3.2.9.4: conforms-to,
 * singleton list both ways, else null with reason; allowed values checked). */
st_feel_node *st_feel_make_coerce(st_feel_builder *b, st_feel_node *n, const st_feel_type *type);
st_val st_feel_coerce(st_feel_frame *f, st_val v, const st_feel_type *type, const st_src *where);

/* -- functions as values -- */
/* A native function value (business knowledge model, decision service): call gets as many values as
 * there are parameters, coerced to their types. */
typedef st_val st_feel_native(void *ctx, st_feel_frame *f, const st_val *args, size_t n);
st_val st_feel_function_native(st_arena *a, st_str name, const st_feel_field *params, size_t n,
                               const st_feel_type *result, st_feel_native *call, void *ctx);
/* Calls a function value; null with reason when the arguments do not fit. */
st_val st_feel_call(st_feel_frame *f, st_val fn, const st_val *args, size_t n, const st_src *where);

/* -- nulls with reasons -- */
/* As st_feel_error with a text that lives as long as the rules; builds none. */
st_val st_feel_error_text(st_feel_frame *f, st_code code, const st_src *where,
                          const st_reason *cause, const char *text);
/* As st_feel_error with a text that what->say makes when somebody asks, of at most so many bytes;
 * what lives in the frame's arena. */
st_val st_feel_error_unsaid(st_feel_frame *f, st_code code, const st_src *where,
                            const st_reason *cause, st_unsaid *what, size_t most);
/* As st_feel_error; with who, the text begins with "who: ". */
st_val st_feel_error_of(st_feel_frame *f, st_code code, const st_src *where, const st_reason *cause,
                        const char *who, const char *fmt, va_list ap)
    __attribute__((format(printf, 6, 0)));
/* A null that says why; where is the expression. The text is made when somebody asks: texts among
 * the arguments must live as long as the frame's arena or the rules. Conversions: %s %.*s %d %u %zu
 * %lld. */
st_val st_feel_error(st_feel_frame *f, st_code code, const st_src *where, const st_reason *cause,
                     const char *fmt, ...) ST_PRINTF(5, 6);

#endif
