/* stipend's DMN engine as a library: models of DMN 1.1 to 1.7, compiled once, evaluated many times.
 *
 * A stipend_model is read-only after opening: any number of threads may evaluate it, each with a
 * stipend_evaluator of its own. */
#ifndef STIPEND_DMN_H
#define STIPEND_DMN_H

#include "stipend/feel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct stipend_model stipend_model;
typedef struct stipend_evaluator stipend_evaluator;

/* Loads the first file with the others as possible imports, checks, compiles. NULL with error
 * (place, excerpt with carets). */
stipend_model *stipend_model_open(const char *const *paths, size_t n, stipend_error *error);
void stipend_model_free(stipend_model *m);
size_t stipend_model_inputs(const stipend_model *m);
size_t stipend_model_decisions(const stipend_model *m);
/* Names are copied into memory; NULL beyond the last. */
const char *stipend_model_input(const stipend_model *m, size_t i, stipend_memory *memory);
const char *stipend_model_decision(const stipend_model *m, size_t i, stipend_memory *memory);

/* An evaluator belongs to one thread and must not outlive its model. now: today() and now(),
 * "2023-11-30". */
stipend_evaluator *stipend_evaluator_new(const stipend_model *m, const char *now);
void stipend_evaluator_free(stipend_evaluator *e);
/* Takes inputs and results away. */
void stipend_evaluator_reset(stipend_evaluator *e);
/* Sets an input by name; the value must live until reset. False when the model has no such input.
 */
bool stipend_evaluator_set(stipend_evaluator *e, const char *input, const stipend_value *v);
/* The decision's value; lives until reset or free of the evaluator. NULL when the model has no such
 * decision. */
const stipend_value *stipend_evaluator_decide(stipend_evaluator *e, const char *decision);
/* Why the value of a decided decision is not known: the first cause of a null by error that is the
 * value, or that was used on the way to it (a missing fact that a condition needed). The value is
 * what FEEL says all the same. In memory; NULL when it is known, or there is no such decision. */
const char *stipend_evaluator_not_known(const stipend_evaluator *e, const char *decision,
                                        stipend_memory *memory);
/* With the trace on, each decide records the graph, the tables, the rules that fired and the cells
 * that decided; text or JSON, in memory. */
void stipend_evaluator_trace(stipend_evaluator *e, bool on);
const char *stipend_evaluator_trace_text(const stipend_evaluator *e, stipend_memory *memory);
const char *stipend_evaluator_trace_json(const stipend_evaluator *e, stipend_memory *memory);

#ifdef __cplusplus
}
#endif
#endif
