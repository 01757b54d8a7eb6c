/* DMN models: loaded and compiled once, evaluated many times. A model is read-only after
 * st_model_open; any number of evaluators, one per thread, may use it. */
#ifndef ST_DMN_H
#define ST_DMN_H

#include "base/sources.h"
#include "feel/feel.h"

typedef struct st_model st_model;
typedef struct st_evaluator st_evaluator;

/* Gives an input data (by name) the type of values that will really be set: the item definition the
 * model declares for it must conform (every component the model names must exist with a fitting
 * type), and expressions are compiled against this type, whose shapes make paths direct slots.
 * Inputs the model does not have are ignored. Inputs of that name in imported models are the same
 * fact: they are set with the first one, and who uses any of them uses that one. */
typedef struct st_model_binding {
    const char *input;
    const st_feel_type *type;
} st_model_binding;

/* Loads the first file, checks, compiles. An import is found by its locationURI (inside the
 * package: the nearest folder above with a scheme.xml), among the other files, or in the folder by
 * its namespace. Warnings go to warn (may be NULL). False with the first error: place in the file,
 * excerpt of the expression with carets. */
bool st_model_open(const char *const *paths, size_t n, const st_model_binding *bindings,
                   size_t n_bindings, st_finding_sink *warn, void *warn_ctx, st_model **out,
                   st_err *err);
/* The same with the model at path of a package: imports are followed inside the folder, never
 * outside it, and all files are read by way of the set, where they stay. */
bool st_model_open_in(st_sources *files, const char *folder, const char *path,
                      const st_model_binding *bindings, size_t n_bindings, st_finding_sink *warn,
                      void *warn_ctx, st_model **out, st_err *err);
void st_model_free(st_model *m);
/* The files it consists of: itself, then what it imports in the order of finding. */
size_t st_model_files(const st_model *m);
const char *st_model_file(const st_model *m, size_t i);

/* Appends the text of the model's first file (text: its bytes, UTF-8) with item definitions for
 * inputs that have no type of their own and were bound to one: their names are known elsewhere
 * then.
 */
void st_model_typed_text(const st_model *m, st_str text, st_buf *out);

/* Numbers of inputs and decisions by name; -1 when there is none. */
int st_model_input(const st_model *m, st_str name);
int st_model_decision(const st_model *m, st_str name);
size_t st_model_inputs(const st_model *m);
size_t st_model_decisions(const st_model *m);
st_str st_model_input_name(const st_model *m, int input);
/* The namespace of the imported model that has the input; empty when the first file has it. */
st_str st_model_input_namespace(const st_model *m, int input);
st_str st_model_decision_name(const st_model *m, int decision);
const st_feel_type *st_model_input_type(const st_model *m, int input);
const st_feel_type *st_model_decision_type(const st_model *m, int decision);
st_pos st_model_decision_pos(const st_model *m, int decision);
/* Whether the decision, or anything it needs, uses that input. */
bool st_model_uses(const st_model *m, int decision, int input);
/* Whether the decision, or anything it needs, reads now() or today(): known when it was compiled.
 */
bool st_model_reads_clock(const st_model *m, int decision);
/* Whether some expression of the decision, or of anything it needs, asks a context for the entry of
 * that name. */
bool st_model_reads(const st_model *m, int decision, st_str entry);

/* -- evaluating -- */
st_evaluator *st_evaluator_new(const st_model *m);
/* One with the same model, now() and inputs, which are borrowed as they were there; nothing is
 * decided. */
st_evaluator *st_evaluator_like(const st_evaluator *e);
void st_evaluator_free(st_evaluator *e);
void st_evaluator_now(st_evaluator *e,
                      st_datetime now); /* now() and today(); before the first decision */
/* Takes values and their memory away: all inputs unset, arena reset. */
void st_evaluator_reset(st_evaluator *e);
/* Sets an input; the value is borrowed until reset or another set. Results that depend on it are
 * forgotten, others kept. The value is taken as it is when the input is bound (st_model_binding),
 * else coerced to the declared type. */
void st_evaluator_put(st_evaluator *e, int input, const st_val *v);
static inline void st_evaluator_set(st_evaluator *e, int input, st_val v) {
    st_evaluator_put(e, input, &v);
}
/* The value an input has now; null when it is not set. */
st_val st_evaluator_input(const st_evaluator *e, int input);
/* The decision's value; required decisions are evaluated first and kept until an input they use
 * changes. Lives in the evaluator's arena until reset. Limits (ST_FEEL_STEPS_MAX,
 * ST_FEEL_MEMORY_MAX) hold for what one decide needs, kept values counted at what they took:
 * whether something was kept changes no outcome. */
st_val st_evaluator_decide(st_evaluator *e, int decision);
/* Forgets all decisions, and gives back what was taken since the mark (of st_evaluator_arena);
 * inputs stay. Traces of what is given back are gone. */
void st_evaluator_forget(st_evaluator *e, st_arena_mark mark);
st_arena *st_evaluator_arena(st_evaluator *e);

/* Rules that fired in decision tables during the last st_evaluator_decide, in order of evaluation
 * (decisions whose kept value was reused are listed too). */
typedef struct st_fired {
    int decision;               /* the decision that was decided by it */
    st_str table;               /* whose logic holds the table: that decision, or a function */
    uint32_t rule;              /* 1-based row */
    st_str rule_id, annotation; /* id attribute and first annotation (legal clause), may be empty */
    st_pos pos;
} st_fired;
const st_fired *st_evaluator_fired(const st_evaluator *e, size_t *n);

/* Why the value of a decision, once decided, is in doubt: the first unknown (a null by error) that
 * was used on the way to it, by itself or by a decision whose value it read (feel/doubt.h). NULL
 * when the value is known. The value is what FEEL says; payments are held on doubt, and on a value
 * that is itself a null with a reason. */
const st_reason *st_evaluator_doubt(const st_evaluator *e, int decision);
/* The value that decision has now; null when it was not decided. */
st_val st_evaluator_value(const st_evaluator *e, int decision);

/* Trace of the last decide: switched on, each decide records the graph with values, tables, fired
 * rules and deciding cells. Costs nothing when off. */
void st_evaluator_trace(st_evaluator *e, bool on);
void st_evaluator_trace_text(const st_evaluator *e, st_buf *out);
void st_evaluator_trace_json(const st_evaluator *e, st_buf *out);

/* Rules that matched in the tables of a decision, as traced by the last decide; values as they were
 * decided, never through text. */
typedef struct st_matched_cell {
    st_str input; /* the column's expression */
    st_val value;
    st_str test;
} st_matched_cell;
typedef struct st_matched_rule {
    st_str table;
    uint32_t rule, line; /* rule counts from 1 */
    const char *file;    /* of the model that has the table */
    const st_str *annotations;
    size_t n_annotations;
    const st_matched_cell *cells; /* without those that hold for anything */
    size_t n_cells;
} st_matched_rule;
typedef void st_matched_rule_fn(void *ctx, const st_matched_rule *rule);
void st_evaluator_matched(const st_evaluator *e, int decision, st_matched_rule_fn *each, void *ctx);

/* What the last decide came from: the decision itself first, then what it needs, each followed by
 * the functions (and decisions of services) that it may call, each of these once. */
typedef struct st_origin_text {
    st_str text; /* of a literal expression, in one line */
    uint32_t line;
} st_origin_text;
typedef struct st_origin {
    int decision; /* for st_evaluator_matched, which has the tables of functions too; -1: a
                     function, or a decision inside of a service */
    st_str name;
    const char *file; /* of the model */
    uint32_t line;
    st_val value;                      /* of a decision; null of a function */
    const st_origin_text *expressions; /* outside of tables */
    size_t n_expressions;
    const st_str *clauses; /* descriptions, and names of the sources it is connected to */
    size_t n_clauses;
} st_origin;
/* Valid during the call. */
typedef void st_origin_fn(void *ctx, const st_origin *o);
void st_evaluator_origins(const st_evaluator *e, st_origin_fn *each, void *ctx);

/* -- judging tables (st_model_check): gaps and overlaps with an example each, unreachable rules;
 * findings to sink -- */
void st_model_check(const st_model *m, st_finding_sink *sink, void *ctx);
/* What a careful office wants besides: values of an enumeration that only a default output speaks
 * of, constants and rows without the clause they come from. Warnings to sink. */
void st_model_check_strict(const st_model *m, st_finding_sink *sink, void *ctx);

/* -- conformance test files (TCK) -- */
typedef struct st_tck_result {
    uint64_t passed, failed, skipped, passed_not_null;
} st_tck_result;
/* A row of a table and how many cases it decided. */
typedef struct st_tck_row {
    st_str table; /* of the decision or function that holds it */
    uint32_t rule, rules;
    st_pos pos;
    uint64_t cases;
} st_tck_row;
/* All rows of all tables of a model, in their order, with no cases yet. */
void st_model_rows(const st_model *m, void (*row)(void *ctx, const st_tck_row *row), void *ctx);
/* What somebody wants to know of a run, and to say to it; each may be NULL. */
typedef struct st_tck_watch {
    void (*each)(void *ctx, const char *case_id, const char *outcome, bool not_null);
    /* After the cases: all rows of all tables of the model, in their order. */
    void (*row)(void *ctx, const st_tck_row *row);
    /* The types that real records have, for inputs to which the model gives no type: their values
     * are completed as a record's are. */
    const st_model_binding *(*bind)(void *ctx, const char *model, size_t *n);
    void *ctx;
} st_tck_watch;
/* Runs the cases of one test file; models are found beside it. One line per failed case to out
 * (text) with expected and actual. watch may be NULL. False when the file itself cannot be used. */
bool st_tck_run(const char *test_file, FILE *out, const st_tck_watch *watch, st_tck_result *result,
                st_err *err);

#endif
