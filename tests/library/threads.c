/* One model, four threads, each with an evaluator of its own: every result must be that of one
 * thread alone. */
#include <pthread.h>
#include <stdio.h>
#include <stipend/dmn.h>
#include <string.h>

enum { THREADS = 4, ROUNDS = 5000 };
static stipend_model *model;

static void *work(void *arg) {
    static const char *const levels[] = {"assistant", "intermediate", "senior"};
    static const int64_t rates[] = {200, 300, 500};
    long *wrong = arg;
    stipend_memory *memory = stipend_memory_new();
    stipend_evaluator *e = stipend_evaluator_new(model, "2023-11-30");
    for (int i = 0; i < ROUNDS; i++) {
        int64_t got = -1;
        stipend_evaluator_set(e, "level", stipend_string(memory, levels[i % 3]));
        stipend_evaluator_set(e, "months", stipend_integer(memory, i % 13));
        if (!stipend_to_integer(stipend_evaluator_decide(e, "amount"), &got) ||
            got != rates[i % 3] * (i % 13))
            ++*wrong;
        stipend_evaluator_reset(e);
        stipend_memory_reset(memory);
    }
    stipend_evaluator_free(e);
    stipend_memory_free(memory);
    return NULL;
}

int main(int argc, char **argv) {
    const char *path = argc > 1 ? argv[1] : "tier.dmn";
    stipend_error error;
    pthread_t threads[THREADS];
    long wrong[THREADS] = {0}, all = 0;
    if (!(model = stipend_model_open(&path, 1, &error)))
        return 1;
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, work, &wrong[i]);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        all += wrong[i];
    }
    printf("%d decisions, %ld wrong\n", THREADS * ROUNDS, all);
    stipend_model_free(model);
    return all != 0;
}
