/* The DMN library on its own: a model from a file, facts as values, a decision, its trace. */
#include <stdio.h>
#include <stipend/dmn.h>

int main(int argc, char **argv) {
    const char *path = argc > 1 ? argv[1] : "tier.dmn";
    stipend_error error;
    stipend_model *model = stipend_model_open(&path, 1, &error);
    if (!model) {
        fprintf(stderr, "%s:%u:%u: %s [%s]\n%s\n", error.file, error.line, error.column,
                error.message, error.code, error.excerpt);
        return 1;
    }
    stipend_memory *memory = stipend_memory_new();
    stipend_evaluator *e = stipend_evaluator_new(model, "2023-11-30");
    const char *levels[] = {"senior", "intermediate", "assistant", "unknown"};
    stipend_evaluator_trace(e, true);
    for (int i = 0; i < 4; i++) {
        stipend_evaluator_set(e, "level", stipend_string(memory, levels[i]));
        stipend_evaluator_set(e, "months", stipend_integer(memory, 10 + i));
        const stipend_value *amount = stipend_evaluator_decide(e, "amount");
        if (stipend_kind_of(amount) == STIPEND_NULL)
            printf("%s: nothing, because %s\n", levels[i], stipend_null_reason(amount));
        else
            printf("%s: %s\n", levels[i], stipend_text(memory, amount));
    }
    printf("%s", stipend_evaluator_trace_text(e, memory));
    const char *why = stipend_evaluator_not_known(e, "amount", memory);
    stipend_evaluator_set(e, "level", stipend_string(memory, "senior"));
    stipend_evaluator_decide(e, "amount");
    printf("not known: %s; then: %s\n", why ? why : "nothing",
           stipend_evaluator_not_known(e, "amount", memory) ? "not known" : "known");

    const char *names[] = {"rate", "share"};
    const stipend_value *values[] = {stipend_number(memory, "300.10"),
                                     stipend_number(memory, "0.5")};
    const stipend_value *facts = stipend_context(memory, names, values, 2);
    printf("%s\n", stipend_text(memory, stipend_feel(memory, "decimal(rate * share, 2)", facts,
                                                     NULL, &error)));
    if (!stipend_feel(memory, "rate * shore", facts, NULL, &error))
        printf("%s\n%s\n", error.message, error.excerpt);
    stipend_evaluator_free(e);
    stipend_memory_free(memory);
    stipend_model_free(model);
    return 0;
}
