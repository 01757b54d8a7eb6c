/* Inside of feel: nodes, builder and parser. No other folder includes this. */
#ifndef ST_FEEL_NODE_H
#define ST_FEEL_NODE_H

#include "feel/builtin.h"

/* Kinds of nodes (st_feel_node.op); 0 is a node of another folder. */
typedef enum st_op {
    ST_OP_FOREIGN,
    ST_OP_LITERAL,
    ST_OP_LOCAL,
    ST_OP_GLOBAL,
    ST_OP_CAPTURE,
    ST_OP_IF,
    ST_OP_AND,
    ST_OP_OR,
    ST_OP_ARITH,
    ST_OP_NEGATE,
    ST_OP_COMPARE,
    ST_OP_BETWEEN,
    ST_OP_IN,
    ST_OP_INSTANCE,
    ST_OP_PATH,
    ST_OP_FIELD_OR,
    ST_OP_FILTER,
    ST_OP_LIST,
    ST_OP_CONTEXT,
    ST_OP_RANGE,
    ST_OP_FUNCTION,
    ST_OP_CALL,
    ST_OP_CALLABLE,
    ST_OP_BUILTIN,
    ST_OP_FOR,
    ST_OP_QUANTIFIED,
    ST_OP_COERCE,
    ST_OP_TESTS,
    ST_OP_ALWAYS
} st_op;

typedef enum st_arith { ST_ADD, ST_SUB, ST_MUL, ST_DIV, ST_POW, ST_ARITH_COUNT } st_arith;
typedef enum st_cmp { ST_EQ, ST_NE, ST_LT, ST_LE, ST_GT, ST_GE } st_cmp;

typedef struct st_node_literal {
    st_feel_node h;
    st_val v;
} st_node_literal;
typedef struct st_node_slot { /* local, global, capture */
    st_feel_node h;
    uint32_t slot;
} st_node_slot;
typedef struct st_node_if {
    st_feel_node h;
    const st_feel_node *c, *t, *e;
} st_node_if;
typedef struct st_node_binary { /* and, or, arith (which), compare (which) */
    st_feel_node h;
    const st_feel_node *l, *r;
    uint8_t which;
} st_node_binary;
typedef struct st_node_compare_const { /* compare with a constant right side; head as st_node_binary
                                        */
    st_node_binary b;
    st_val v;
} st_node_compare_const;
typedef struct st_node_unary {
    st_feel_node h;
    const st_feel_node *x;
} st_node_unary;
typedef struct st_node_between {
    st_feel_node h;
    const st_feel_node *x, *lo, *hi;
} st_node_between;
typedef struct st_node_typed { /* instance of, coerce */
    st_feel_node h;
    const st_feel_node *x;
    const st_feel_type *type;
} st_node_typed;
typedef struct st_node_path {
    st_feel_node h;
    const st_feel_node *x;
    st_str name;
    const st_shape *shape; /* where slot holds; NULL when unknown */
    uint32_t slot;
    const st_feel_node *outer; /* ST_OP_FIELD_OR: when the item has no such entry */
} st_node_path;
typedef struct st_node_filter {
    st_feel_node h;
    const st_feel_node *x, *match;
    uint32_t item; /* slot */
    bool constant; /* the index is constant */
    int64_t index;
} st_node_filter;
typedef struct st_node_list {
    st_feel_node h;
    const st_feel_node *const *items;
    uint32_t n;
} st_node_list;
typedef struct st_node_context {
    st_feel_node h;
    const st_shape *shape;
    const uint32_t *slots;
    const st_feel_node *const *entries;
    uint32_t n;
    const st_feel_node *result;
} st_node_context;
typedef struct st_node_range {
    st_feel_node h;
    const st_feel_node *lo, *hi; /* NULL: unbounded by form: (< 10) */
    bool lo_closed, hi_closed;
    bool point; /* (= 10), (!= 10): closed says which */
} st_node_range;
typedef struct st_node_function {
    st_feel_node h;
    const st_feel_field *params;
    uint32_t n;
    const st_feel_type *result;
    const st_feel_node *body;
    uint32_t n_slots;
    const st_feel_node *const *captures; /* evaluated where the function is made */
    uint32_t n_captures;
} st_node_function;
typedef struct st_node_call {
    st_feel_node h;
    const st_feel_node *fn;
    const st_str *names; /* NULL: positional */
    const st_feel_node *const *args;
    uint32_t n;
} st_node_call;
typedef struct st_node_callable { /* a variable that may hide a built-in function of its name */
    st_feel_node h;
    const st_feel_node *x;
    st_val builtin;
} st_node_callable;
typedef struct st_node_builtin {
    st_feel_node h;
    const st_builtin *const *rows;
    size_t n_rows;
    const st_str *names;
    const st_feel_node *const *args;
    uint32_t n;
} st_node_builtin;
typedef struct st_iterator {
    uint32_t slot;
    const st_feel_node *in, *to; /* to: `in` .. `to` */
} st_iterator;
typedef struct st_node_for { /* and some, every */
    st_feel_node h;
    const st_iterator *it;
    uint32_t n;
    uint32_t partial; /* UINT32_MAX: not used */
    const st_feel_node *body;
    bool every;
} st_node_for;

/* One test of a list of unary tests, or of the right side of `in`. */
typedef enum st_test_kind {
    ST_TEST_COMPARE, /* op x */
    ST_TEST_VALUE,   /* equal to x, or contained in x */
    ST_TEST_BOOLEAN, /* x is the answer: an expression of `?` */
    ST_TEST_CELL     /* x in a cell: its truth, or else as ST_TEST_VALUE */
} st_test_kind;
typedef struct st_test st_test;
/* ST_TESTS_... of feel.h; *why where an unknown was used. */
typedef unsigned st_test_fn(const st_test *t, st_feel_frame *f, st_val v, const st_reason **why);
struct st_test {
    st_test_fn *run;
    const st_feel_node *x;
    st_val constant;
    uint8_t kind, op;
    bool is_constant, boolean_input;
    bool lo_closed, hi_closed; /* constant ranges, unpacked */
    st_val lo, hi;
};
typedef struct st_node_tests { /* ST_OP_IN (x is the value), ST_OP_TESTS (value in `slot`) */
    st_feel_node h;
    const st_feel_node *x;
    uint32_t slot;
    const st_test *tests;
    uint32_t n;
    bool negated;
} st_node_tests;

/* Functions as values. */
typedef enum st_fn_kind { ST_FN_CLOSURE, ST_FN_NATIVE, ST_FN_BUILTIN } st_fn_kind;
struct st_function {
    st_fn_kind kind;
    st_str name;
    const st_feel_field *params;
    uint32_t n;
    const st_feel_type *result;
    const st_node_function *code; /* closure */
    const st_val *captured;
    const st_val *globals;
    st_feel_native *call; /* native */
    void *ctx;
    const st_builtin *const *rows; /* built-in */
    size_t n_rows;
};

/* -- builder -- */
typedef enum st_var_kind { ST_VAR_LOCAL, ST_VAR_GLOBAL, ST_VAR_FIELDS } st_var_kind;
typedef struct st_var {
    st_var_kind kind;
    st_str name; /* empty for ST_VAR_FIELDS: the names are those of type's fields */
    uint32_t slot;
    uint32_t activation;
    const st_feel_type *type;
} st_var;
typedef struct st_capture {
    uint32_t slot, activation;
    const st_feel_node *source; /* in the surrounding activation */
} st_capture;
typedef struct st_activation {
    uint32_t n_slots;
    ST_VEC(st_capture) captures;
    const st_feel_field *params;
    uint32_t n_params;
} st_activation;

struct st_feel_builder {
    st_arena *arena;
    st_finding_sink *warn;
    void *warn_ctx;
    st_feel_type_lookup *lookup;
    void *lookup_ctx;
    ST_VEC(st_var) vars;
    ST_VEC(size_t) marks; /* vars.n at each scope_push */
    ST_VEC(st_activation) acts;
    ST_VEC(uint32_t) filters; /* slots of `item` of the filters being made */
    ST_VEC(st_str) keys;      /* names of entries seen: known after a dot */
    bool strict;
    bool used_question;     /* the expression being parsed refers to `?` */
    bool reads_clock;       /* some expression of the unit refers to now() or today() */
    ST_VEC(st_str) entries; /* names of entries that some expression of the unit asks for */
};

/* What a name in operand position means. */
st_feel_node *st_feel_resolve(st_feel_builder *b, st_str name);
/* Whether an unknown name may still be an entry of an item. */
bool st_feel_names_open(const st_feel_builder *b);
/* Length of the known name that text has at `at` (longest match), 0 when none; *name its proper
 * spelling. */
size_t st_feel_match_known(st_feel_builder *b, st_str text, size_t at, st_str *name);
/* Whether the name is known, spelled so. */
bool st_feel_is_name(st_feel_builder *b, st_str name);
/* Length of `name` in text at `at`, word by word and symbol by symbol, blanks between them free; 0
 * when it does not stand there. */
size_t st_feel_match_name(st_str text, size_t at, st_str name);
/* Characters of a name besides those of words (DMN 1.5, grammar rule 30). */
bool st_feel_name_symbol(char c);
/* A known name like the given one, or an empty one. */
st_str st_feel_suggest(st_feel_builder *b, st_str name);
st_str st_feel_suggest_field(const st_feel_type *t, st_str name);
void st_feel_declare_fields(st_feel_builder *b, uint32_t slot, const st_feel_type *elem);
void st_feel_note_key(st_feel_builder *b, st_str name);
/* The name with its symbols close to its words, or with a blank between all. */
st_str st_feel_name_spelled(st_arena *a, st_str name, bool blanks);
/* White space of a name collapsed to single spaces; in the arena. */
st_str st_feel_name_clean(st_arena *a, st_str raw);

/* -- lexing helpers (lex.c) -- */
bool st_lex_space(st_str text, size_t *at); /* skips one white space character */
bool st_lex_name_start(uint32_t cp);
bool st_lex_name_part(uint32_t cp);
int32_t st_lex_cp(st_str text, size_t at, size_t *len);
/* Skips white space and comments; false at a comment that does not end. */
bool st_lex_skip(st_str text, size_t *at);
/* End of the number literal at `at`, or at. */
size_t st_lex_number(st_str text, size_t at);
/* Decodes the string literal that opens at `at`; *end behind the closing quote. NULL, or what is
 * wrong (*end the place). */
const char *st_lex_string(st_arena *a, st_str text, size_t at, size_t *end, st_str *out);
bool st_lex_keyword(st_str text, size_t at, const char *word);

/* -- making nodes -- */
void *st_node_new(st_feel_builder *b, size_t size, st_op op,
                  st_val (*eval)(const st_feel_node *, st_feel_frame *), const st_feel_type *type);
#define ST_NODE(b, T, op, eval, type) ((T *)st_node_new((b), sizeof(T), (op), (eval), (type)))
st_feel_node *st_make_binary(st_feel_builder *b, st_op op, unsigned which, const st_feel_node *l,
                             const st_feel_node *r);
st_feel_node *st_make_arith(st_feel_builder *b, st_arith op, const st_feel_node *l,
                            const st_feel_node *r);
st_feel_node *st_make_compare(st_feel_builder *b, st_cmp op, const st_feel_node *l,
                              const st_feel_node *r);
st_feel_node *st_make_negate(st_feel_builder *b, const st_feel_node *x);
st_feel_node *st_make_between(st_feel_builder *b, const st_feel_node *x, const st_feel_node *lo,
                              const st_feel_node *hi);
st_feel_node *st_make_instance(st_feel_builder *b, const st_feel_node *x, const st_feel_type *t);
st_feel_node *st_make_path(st_feel_builder *b, const st_feel_node *x, st_str name);
st_feel_node *st_make_field_or(st_feel_builder *b, const st_feel_node *item, st_str name,
                               const st_feel_node *outer);
st_feel_node *st_make_range(st_feel_builder *b, const st_feel_node *lo, bool lo_closed,
                            const st_feel_node *hi, bool hi_closed);
st_feel_node *st_make_point_range(st_feel_builder *b, const st_feel_node *x, bool equal);
st_feel_node *st_make_iteration(st_feel_builder *b, st_op op, bool every, const st_iterator *it,
                                size_t n, uint32_t partial, const st_feel_node *body);
st_feel_node *st_make_builtin_call(st_feel_builder *b, const st_builtin *const *rows, size_t n_rows,
                                   const st_str *names, st_feel_node *const *args, size_t n);
st_val st_function_builtin(st_arena *a, st_str name, const st_builtin *const *rows, size_t n_rows);
void st_test_prepare(st_test *t);
/* Whether a cell's expression says by itself yes or no: not the words `true` and `false`, which are
 * values to compare with. */
bool st_test_truth(const st_feel_node *x);
st_feel_node *st_make_tests(st_feel_builder *b, st_op op, const st_feel_node *x, uint32_t slot,
                            const st_test *tests, size_t n, bool negated);
/* Replaces a node of constants by its value, when it has one without error. */
st_feel_node *st_fold(st_feel_builder *b, st_feel_node *n);
/* The built-in function instead of a variable that cannot be called, before its value is there or
 * when it is; n itself when there is none. */
st_feel_node *st_feel_prefer_builtin(st_feel_builder *b, st_feel_node *n, st_str name);
bool st_is_literal(const st_feel_node *n);

/* -- static types -- */
const st_feel_type *st_type_join(const st_feel_type *a, const st_feel_type *b);
const st_feel_type *st_type_field(const st_feel_type *t, st_str name); /* NULL: no such field */
const st_feel_type *st_type_of_kind(st_feel_tkind k);
const st_feel_type *st_type_of(st_arena *a, st_val v);
/* Whether the names of a value's entries are all known from its type. */
bool st_type_closed(const st_feel_type *t);
/* Static result of an arithmetic operation. */
const st_feel_type *st_arith_type(st_arith op, const st_feel_type *l, const st_feel_type *r);

/* -- evaluating -- */
bool st_budget(st_feel_frame *f); /* false: the evaluation takes too much memory */
/* v in set, as ST_TESTS_... */
unsigned st_test_in(st_val v, st_val set, const st_reason **why);
int st_range_has(const st_range *r, st_val v);
/* v in range as a value: true, false, or null with a reason. */
st_val st_test_range(st_feel_frame *f, const st_src *where, st_val range, st_val v);
st_val st_eval_compare(st_feel_frame *f, const st_feel_node *at, st_cmp op, st_val l, st_val r);
static inline st_doubts *st_doubts_in(const st_feel_frame *f) {
    return f->env ? f->env->doubts : NULL;
}
/* v was read and something else than v comes of it: doubt, when v is unknown. */
static inline void st_feel_use(st_feel_frame *f, st_val v) {
    if (ST_UNLIKELY(v.kind == ST_NULL && v.u.reason))
        st_doubt_raise(st_doubts_in(f), v.u.reason);
}
static inline const st_reason *st_why(st_val v) {
    return v.kind == ST_NULL ? v.u.reason : NULL;
}

#endif
