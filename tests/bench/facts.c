/* facts SCHEME RECORDS: the scheme's decisions on the facts of every usable record, again and again
 * on one core. Prints decisions per second; a subject is all occasions of all benefits for the run
 * of November 2023. */
#include "calc/calc.h"
#include "records/records.h"
#include "scheme/scheme.h"

enum { ROUNDS = 20 };

typedef struct bench {
    st_calc *calc;
    const st_scheme *scheme;
    uint64_t subjects, decisions;
    double seconds;
} bench;

static double now(void) {
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void count(void *ctx, const st_calc_step *step) {
    (void)step;
    ((bench *)ctx)->decisions++;
}

static bool on_head(void *ctx, const st_records_head *h, st_err *err) {
    (void)err;
    bench *b = ctx;
    b->calc = st_calc_new(b->scheme, 2023 * 12 + 10, h->known_at);
    st_calc_observe(b->calc, count, b, false);
    return true;
}

static bool on_record(void *ctx, const st_record *r, st_err *err) {
    (void)err;
    bench *b = ctx;
    st_case k;
    if (r->state != ST_RECORD_OK)
        return true;
    double start = now();
    for (int i = 0; i < ROUNDS; i++)
        st_calc_assess(b->calc, r->facts, &k);
    b->seconds += now() - start;
    b->subjects += ROUNDS;
    return true;
}

int main(int argc, char **argv) {
    st_err err;
    st_err_init(&err);
    st_scheme *s = NULL;
    st_record_type *t = NULL;
    if (argc != 3 || !st_scheme_open(argv[1], &s, &err) ||
        !st_record_type_open(s->records_schema, &t, &err) ||
        !st_scheme_compile(s, st_record_type_facts(t), NULL, NULL, &err)) {
        st_err_print(stderr, &err, "en");
        return 65;
    }
    bench b = {.scheme = s};
    st_records_events events = {on_head, on_record, NULL};
    st_records_options options = {0};
    st_records_result result;
    if (!st_records_read(argv[2], t, &options, &events, &b, &result, &err)) {
        st_err_print(stderr, &err, "en");
        return 65;
    }
    printf("%s: %.0f decisions/s, %.0f subjects/s (%.1f decisions a subject)\n", argv[1],
           (double)b.decisions / b.seconds, (double)b.subjects / b.seconds,
           (double)b.decisions / (double)b.subjects);
    st_calc_free(b.calc);
    st_scheme_free(s);
    st_record_type_free(t);
    return 0;
}
