/* Inside of dmn: the loaded model, compiled tables, the state of an evaluation. */
#ifndef ST_DMN_INT_H
#define ST_DMN_INT_H

#include "dmn/dmn.h"
#include "base/map.h"
#include "xml/tree.h"

/* Limits of a model; beyond them it is refused. */
enum {
    DMN_FILES_MAX = 1000,      /* .dmn files given at once */
    DMN_ELEMENTS_MAX = 100000, /* inputs, decisions, functions of a model */
    DMN_RULES_MAX = 200000,    /* rows of one table */
    DMN_COLUMNS_MAX = 200,     /* inputs or outputs of one table: cell numbers fit a byte */
    DMN_GRAPH_DEPTH_MAX = 500, /* decisions that need one another in a chain */
    DMN_NESTING_MAX = 100,     /* boxed expressions and item definitions inside one another */
    DMN_NAME_MAX = 4096,       /* bytes of a name */
    DMN_CALLS_MAX = 200        /* functions of the model that call one another */
};

typedef enum dmn_kind { DMN_INPUT, DMN_DECISION, DMN_BKM, DMN_SERVICE } dmn_kind;

typedef struct dmn_file dmn_file;
typedef struct dmn_element dmn_element;
typedef struct dmn_table dmn_table;
typedef struct dmn_refs {
    dmn_element **items;
    size_t n, cap;
} dmn_refs;

typedef struct dmn_import {
    st_str name; /* empty: names come without a prefix */
    dmn_file *file;
} dmn_import;

/* An item definition; its type is made when it is first asked for. */
typedef struct dmn_item {
    const st_xml *xml;
    dmn_file *file;
    const st_feel_type *type;
    bool open; /* being made: somebody who asks now refers to himself */
} dmn_item;

struct dmn_file {
    st_model *model;
    const char *path;
    const char *real; /* the same without links and dots; NULL when it is nowhere on this machine */
    st_xml *root;
    st_str ns;   /* of the definitions, not of XML */
    bool wanted; /* the first file, or imported by one that is wanted */
    bool given;  /* by the caller; else it was reached by an import */
    ST_VEC(dmn_import) imports;
    st_map ids;   /* id -> dmn_element */
    st_map types; /* name -> dmn_item */
};

/* An input, decision, business knowledge model or decision service. */
struct dmn_element {
    dmn_kind kind;
    dmn_file *file;
    const st_xml *xml;
    st_str name, id;
    st_str var; /* name in expressions; equal to name where the model obeys the standard */
    st_pos pos;
    uint32_t number;              /* of its variable in frame->globals */
    int index;                    /* among the inputs or decisions, else -1 */
    int fact;                     /* inputs: number of the first that is the same fact */
    dmn_refs same;                /* inputs: others that are the same fact (bind.c) */
    const st_feel_type *type;     /* of the variable; NULL until known */
    const st_feel_type *declared; /* inputs: as the model says, before a binding */
    bool bound;
    dmn_refs info, knowledge;    /* what it requires: values and functions */
    dmn_refs needs;              /* the decisions among info */
    dmn_refs outputs;            /* service: output decisions */
    dmn_refs params;             /* service: input data, then input decisions */
    const st_feel_field *fields; /* parameters of a function */
    uint32_t n_fields;
    const st_feel_type *result; /* what a function yields */
    const st_shape *shape;      /* service with several output decisions */
    dmn_refs closure;           /* service: decisions it evaluates */
    st_feel_node *logic;        /* NULL: none in the model */
    uint32_t slots;
    uint64_t *uses;        /* set of input numbers */
    bool clock;            /* it, or anything it needs, reads now() or today() */
    const st_str *entries; /* that its own expressions ask a context for */
    size_t n_entries;
    dmn_refs dependents; /* input: decisions to forget when it changes */
    uint8_t mark;        /* graph search */
    uint16_t depth;
};

struct st_model {
    st_arena arena;
    st_finding_sink *warn;
    void *warn_ctx;
    bool lenient; /* a decision that does not compile becomes null (conformance tests), not an error
                   */
    const char *root; /* during open: folder of the package, NULL: the model belongs to none */
    ST_VEC(dmn_file *) files;
    dmn_refs elements; /* all, by number */
    dmn_refs inputs, decisions;
    dmn_refs order;        /* required before requiring */
    st_val *globals;       /* functions; everything else null */
    bool types_read_clock; /* allowed values of some type do */
    ST_VEC(dmn_table *) tables;
    const st_model_binding *bindings; /* during open */
    size_t n_bindings;
    st_sources *sources; /* during open; NULL: files are read for this model alone */
};

/* -- places.c: files on the disk, or in the set that the model is opened from -- */
bool st_dmn_parse(st_model *m, const char *path, st_xml **root, st_err *err);
/* What two paths of one file have in common, or NULL. */
const char *st_dmn_real(const st_model *m, st_arena *a, const char *path);
bool st_dmn_there(const st_model *m, const char *path);
/* Whether a file may be read: it lies in the package's folder. */
bool st_dmn_inside(const st_model *m, const char *real);
bool st_dmn_has_namespace(const st_model *m, const char *path, st_str ns);
/* Each name in the folder ("" for the current one); false when each said so. */
bool st_dmn_names(st_model *m, const char *folder, bool (*each)(void *ctx, const char *name),
                  void *ctx);
/* m->root as st_dmn_inside needs it: once the first file is read. */
void st_dmn_settle_root(st_model *m);

/* -- files.c, load.c, load_types.c, graph.c, compile.c, boxed.c -- */
/* Reads the first file and what it imports; m->files are these, the first one first. */
bool st_dmn_files_load(st_model *m, const char *const *paths, size_t n, st_err *err);
/* sources may be NULL. folder of the package, or NULL: the nearest with a scheme.xml above the
 * model. */
bool st_dmn_open(st_sources *sources, const char *folder, const char *const *paths, size_t n,
                 const st_model_binding *bindings, size_t n_bindings, bool lenient,
                 st_finding_sink *warn, void *warn_ctx, st_model **out, st_err *err);
/* Name as FEEL compares it: trimmed, inner white space one blank. */
st_str st_dmn_name(st_arena *a, st_str raw);
/* Whether e is an element of DMN's own namespace with this local name. */
bool st_dmn_is(const dmn_file *f, const st_xml *e, const char *name);
const st_xml *st_dmn_child(const dmn_file *f, const st_xml *e, const char *name);
const st_xml *st_dmn_next(const dmn_file *f, const st_xml *e, const char *name);
/* Trouble at an element. */
bool st_dmn_fail(st_err *err, st_code code, st_pos pos, const char *fmt, ...) ST_PRINTF(4, 5);
void st_dmn_warn(st_model *m, st_code code, st_pos pos, const char *fmt, ...) ST_PRINTF(4, 5);

/* Type of a typeRef; &st_feel_any for none; NULL with err when unknown. */
const st_feel_type *st_dmn_type(dmn_file *f, const st_xml *at, st_str ref, st_err *err);
/* Type in the attribute typeRef of an element, any when it is absent. */
const st_feel_type *st_dmn_type_attr(dmn_file *f, const st_xml *e, st_err *err);
const st_feel_type *st_dmn_type_lookup(void *file, st_str name);
/* Whether no value of type have can become one of type want, whatever is coerced: a mistake of the
 * model. */
bool st_dmn_type_clash(const st_feel_type *have, const st_feel_type *want);
/* Fails when they clash; what: "decision 'x'". Conformance tests want null instead and pass. */
bool st_dmn_type_must_fit(dmn_file *f, st_pos pos, const char *what, st_str name,
                          const st_feel_type *have, const st_feel_type *want, st_err *err);
/* Whether they may fit; warns when they never do. */
bool st_dmn_type_fits(dmn_file *f, st_pos pos, const char *what, st_str name,
                      const st_feel_type *have, const st_feel_type *want);
bool st_dmn_types_load(dmn_file *f, st_err *err);
bool st_dmn_types_check(dmn_file *f, st_err *err);
bool st_dmn_bind_inputs(st_model *m, st_err *err);
/* A value in the shape of the type: what it lacks is null, or an empty list; what the type does not
 * have is left out. */
st_val st_dmn_complete(st_arena *a, st_val v, const st_feel_type *t);

bool st_dmn_graph_build(st_model *m, st_err *err);
void st_dmn_graph_uses(st_model *m);
/* Name of r in expressions of file f (with the import's name in front); none when f does not import
 * it. */
st_str st_dmn_name_in(const dmn_file *f, const dmn_element *r);

bool st_dmn_compile(st_model *m, st_err *err);

/* One unit being compiled: the logic of an element. */
typedef struct dmn_unit {
    st_model *m;
    dmn_file *file;
    dmn_element *element;
    st_feel_builder *b;
    uint32_t depth;
} dmn_unit;
bool st_dmn_is_expression(const dmn_file *f, const st_xml *e);
/* First child that is an expression, or NULL. */
const st_xml *st_dmn_expression_of(const dmn_file *f, const st_xml *e);
/* Compiles a boxed expression; NULL with err. */
st_feel_node *st_dmn_boxed(dmn_unit *u, const st_xml *e, st_err *err);
st_feel_node *st_dmn_table_node(dmn_unit *u, const st_xml *e, st_err *err);
/* Source of the <text> child; empty source when there is none. */
void st_dmn_text(const dmn_unit *u, const st_xml *e, st_src *out);
/* Whether a function definition's kind is another than FEEL. */
bool st_dmn_is_foreign(const st_xml *fn);
/* What a function of type t yields; t itself where it is the type of the result (older files). */
const st_feel_type *st_dmn_result_of(const st_feel_type *t);
/* Type of parameter i: its own, or what the function's type says of it. */
const st_feel_type *st_dmn_param_type(const st_feel_type *fn, size_t i, const st_feel_type *own);
/* A node that is null with a reason. */
st_feel_node *st_dmn_null_node(st_model *m, st_code code, const st_src *src, const char *text);

/* -- decision tables: table_load.c, table_eval.c, index.c -- */
typedef enum dmn_policy {
    DMN_UNIQUE,
    DMN_ANY,
    DMN_PRIORITY,
    DMN_FIRST,
    DMN_RULE_ORDER,
    DMN_OUTPUT_ORDER,
    DMN_COLLECT
} dmn_policy;
typedef enum dmn_agg { DMN_LIST, DMN_SUM, DMN_COUNT, DMN_MIN, DMN_MAX } dmn_agg;
const char *st_dmn_policy_name(dmn_policy p);

typedef enum dmn_cell_kind {
    DMN_CELL_ALWAYS,
    DMN_CELL_STRING,  /* one of the strings */
    DMN_CELL_BOOL,    /* one boolean */
    DMN_CELL_NUMBER,  /* intervals of numbers */
    DMN_CELL_ORDERED, /* intervals of another ordered type */
    DMN_CELL_TEST     /* any unary test */
} dmn_cell_kind;

/* Decides by itself values of kind want; all others go to the compiled test. A test that is not
 * decided here may still be known (n > 0): want is ST_NULL where all its values are null, and
 * ST_KIND_COUNT where they are of several kinds. */
typedef struct dmn_cell {
    uint8_t kind, want;
    bool negated;
    bool asks_null; /* names null itself */
    uint32_t n;
    const st_feel_interval *v;
    const st_feel_node *test;
} dmn_cell;

typedef struct dmn_column {
    const st_feel_node *expr;
    st_str label;
    const st_feel_type *type;
    uint32_t slot;               /* of `?` */
    int64_t global;              /* the variable that the expression is; -1: something else */
    const st_feel_node *allowed; /* input values, NULL when none */
    const st_feel_interval
        *points; /* for judging the table: input values, or what the records or the type allow */
    size_t n_points;
    bool whole; /* numbers have no fraction */
    struct dmn_index *index;
} dmn_column;

typedef struct dmn_output {
    st_str name;
    const st_feel_type *type; /* coerced to this; NULL: as it is */
    const st_feel_node *allowed;
    uint32_t slot;                 /* of `?` in allowed */
    const st_feel_interval *order; /* output values in order of priority */
    size_t n_order;
    const st_feel_node *fallback; /* default output entry */
    st_pos pos;
} dmn_output;

typedef struct dmn_rule {
    const st_xml *xml;
    dmn_cell *cells;
    const st_feel_node **outputs;
    st_val *constants; /* outputs known at load; kind ST_KIND_COUNT = evaluate */
    st_str id, annotation;
    st_str *annotations;
    uint32_t n_annotations;
    st_pos pos;
} dmn_rule;

struct dmn_table {
    st_feel_node node;
    st_str name; /* of the decision or function around it, for messages */
    const dmn_element *owner;
    dmn_policy policy;
    dmn_agg agg;
    uint32_t n_in, n_out, n_rules;
    dmn_column *in;
    dmn_output *out;
    dmn_rule *rules;
    const st_shape *shape; /* of a result with several outputs */
    const char *no_match;  /* text of the null when nothing matches */
    bool has_default;
    bool indexed;
    bool asks_null; /* some cell does */
    bool checks;    /* some column has input values */
    st_pos pos;
};
st_val st_dmn_table_eval(const st_feel_node *n, st_feel_frame *f);
void st_dmn_cell_specialise(st_feel_builder *b, dmn_cell *c);
/* Whether a cell that decides values of v's kind by itself holds. */
bool st_dmn_cell_matches(const dmn_cell *c, const st_val *v);
/* "table 'name': text" */
const char *st_dmn_table_text(st_arena *a, const dmn_table *t, const char *text);

/* Index of a column: sets of rules whose cell may hold, by value. */
enum { DMN_INDEX_RULES_MIN = 4 };
#define DMN_INDEX_WORDS_MAX                                                                        \
    ((size_t)4 << 20) /* 32 MiB of bit sets per column; a wider column is not indexed */
void st_dmn_index_build(st_model *m, dmn_table *t);
/* Words behind those of a set that say which of them are not zero: none for small sets. */
#define DMN_SUMMARY(words) ((words) > 4 ? ((words) + 63) / 64 : 0)
/* The set for v: n_words words and its summary; NULL when the index says nothing of such a value.
 * exact: cells need no second look. */
const uint64_t *st_dmn_index_find(const struct dmn_index *x, const st_val *v, bool *exact);

/* -- evaluation: eval.c, service.c -- */
typedef struct dmn_fired {
    const dmn_table *table;
    uint32_t rule; /* from 0 */
} dmn_fired;

typedef struct dmn_state {
    const st_model *m;
    st_evaluator *e;
    const st_feel_env *env;
    st_val *globals;
    uint8_t *valid;
    uint32_t depth;
} dmn_state;

typedef struct dmn_range {
    size_t from, to;
} dmn_range;
/* What a decision's own logic took. */
typedef struct dmn_cost {
    size_t bytes;
    uint64_t steps, asked; /* asked: the decide it is charged to */
} dmn_cost;

struct st_evaluator {
    const st_model *m;
    st_arena arena;
    st_feel_env env;
    dmn_state state;
    dmn_fired *fired; /* log since reset */
    size_t n_fired, cap_fired;
    dmn_range *fired_of; /* by decision */
    st_doubts doubts;    /* of the decision being evaluated, and of the values kept */
    /* of the decide going on: its number, what it took, kept values at their price included */
    uint64_t asked, steps;
    size_t bytes;
    dmn_cost *cost_of; /* by decision */
    struct dmn_trace *trace;
    dmn_range *traced_of;
    int last;           /* decided last, -1 */
    st_arena kept;      /* closures: as long as the evaluator */
    dmn_refs *closures; /* by decision, empty until asked for */
    st_fired *shown;
    size_t cap_shown;
};
void st_dmn_fire(dmn_state *s, const dmn_table *t, uint32_t rule);
st_val st_dmn_ensure(dmn_state *s, const dmn_element *d);
/* Begins the account of steps and memory anew. */
void st_dmn_account(st_evaluator *e);
/* Overrides a decision's value (tests). */
void st_dmn_override(st_evaluator *e, const dmn_element *d, st_val v);
/* Calls a function of the model with values for its parameters. */
st_val st_dmn_call(st_evaluator *e, const dmn_element *fn, const st_val *args, size_t n);
st_val st_dmn_function_value(st_model *m, dmn_element *fn);
st_feel_frame st_dmn_frame(const dmn_state *s, st_val *slots);
/* What the last decide needed and the decision itself, required first; found once per decision and
 * kept. */
const dmn_refs *st_dmn_last_closure(const st_evaluator *e);

/* -- trace.c -- */
typedef struct dmn_event {
    const dmn_table *table;
    const st_val *inputs;
    const uint8_t *failed;  /* by rule: column that was false, or one of the values below */
    const uint8_t *open_at; /* by rule: column that left it open */
    st_val result;
} dmn_event;
enum { DMN_MATCHED = 255, DMN_UNSEEN = 254, DMN_OPEN = 253 };
struct dmn_trace {
    dmn_event *events;
    size_t n, cap;
};
typedef struct dmn_trace dmn_trace;
void st_dmn_trace_table(dmn_state *s, const dmn_event *event);

#endif
