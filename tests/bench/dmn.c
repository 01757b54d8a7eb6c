/* Decisions per second: a FIRST table on level (text), employed (boolean), months (number); once
 * with 3 rules, then with 30, 300, 3000 rules of which the last one matches. Prints figures, checks
 * nothing. */
#include "dmn/dmn.h"
#include "base/file.h"
#include <time.h>

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void rule(st_buf *b, const char *level, const char *employed, const char *months,
                 const char *out) {
    st_buf_fmt(
        b,
        "<rule><inputEntry><text>%s</text></inputEntry><inputEntry><text>%s</text></inputEntry>"
        "<inputEntry><text>%s</text></inputEntry><outputEntry><text>%s</text></outputEntry></"
        "rule>\n",
        level, employed, months, out);
}

static void head(st_buf *b, const char *policy) {
    st_buf_fmt(
        b,
        "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' namespace='b' name='b'>"
        "<inputData id='l' name='level'><variable name='level' typeRef='string'/></inputData>"
        "<inputData id='e' name='employed'><variable name='employed' "
        "typeRef='boolean'/></inputData>"
        "<inputData id='m' name='months'><variable name='months' typeRef='number'/></inputData>"
        "<decision id='d' name='amount'><variable name='amount' typeRef='number'/>"
        "<informationRequirement><requiredInput href='#l'/></informationRequirement>"
        "<informationRequirement><requiredInput href='#e'/></informationRequirement>"
        "<informationRequirement><requiredInput href='#m'/></informationRequirement>"
        "<decisionTable hitPolicy='%s'>"
        "<input><inputExpression><text>level</text></inputExpression></input>"
        "<input><inputExpression><text>employed</text></inputExpression></input>"
        "<input><inputExpression><text>months</text></inputExpression></input><output/>\n",
        policy);
}

static void write_model(const char *path, int rules, const char *policy) {
    st_buf b;
    st_buf_init(&b, 0);
    head(&b, policy);
    char level[32], months[32], out[32];
    for (int i = 0; i < rules; i++) {
        bool small = rules <= 3;
        snprintf(level, sizeof level, small ? "\"level%d\"" : "\"x%d\"", small ? i : i % 50);
        snprintf(months, sizeof months, small ? "&gt;= %d" : "[%d..%d]", small ? 12 : i * 2,
                 i * 2 + 1);
        snprintf(out, sizeof out, "%d", 100 + i);
        if (i == rules - 1 && !small)
            rule(&b, "\"level2\"", "true", "&gt;= 6", "9");
        else
            rule(&b, level, "true", months, out);
    }
    st_buf_z(&b, "</decisionTable></decision></definitions>");
    st_err err;
    st_err_init(&err);
    if (!st_file_write(path, st_buf_view(&b), &err))
        st_err_print(stderr, &err, "en");
    st_buf_free(&b);
}

static void measure(const char *path, int rules, const char *policy) {
    st_err err;
    st_err_init(&err);
    st_model *m;
    write_model(path, rules, policy);
    double t0 = seconds();
    if (!st_model_open(&path, 1, NULL, 0, NULL, NULL, &m, &err)) {
        st_err_print(stderr, &err, "en");
        exit(1);
    }
    double load = seconds() - t0, best = 1e9;
    st_evaluator *e = st_evaluator_new(m);
    const char *levels[] = {"level0", "level1", "level2", "other"};
    enum { N = 200000 };
    uint64_t found = 0;
    for (int slice = 0; slice < 5; slice++) {
        t0 = seconds();
        for (int i = 0; i < N; i++) {
            st_evaluator_set(e, 0, st_string(st_str_of(rules <= 3 ? levels[i & 3] : "level2")));
            st_evaluator_set(e, 1, st_bool(rules > 3 || i % 7 != 0));
            st_evaluator_set(e, 2, st_number_int(rules <= 3 ? i % 24 : 7 + i % 24));
            st_val v = st_evaluator_decide(e, 0);
            found += v.kind == ST_NUMBER;
            st_evaluator_reset(e);
        }
        double d = seconds() - t0;
        best = d < best ? d : best;
    }
    printf("%-8s %5d rules: %9.0f decisions/s, %7.1f ns each, loaded in %.1f ms, %" PRIu64
           " with a value\n",
           policy, rules, N / best, best / N * 1e9, load * 1e3, found);
    st_evaluator_free(e);
    st_model_free(m);
}

int main(void) {
    const char *path = "/tmp/stipend-bench.dmn";
    static const int rules[] = {3, 30, 49, 50, 300, 3000};
    for (size_t i = 0; i < ST_LEN(rules); i++) {
        measure(path, rules[i], "FIRST");
        measure(path, rules[i], "UNIQUE");
    }
    remove(path);
    return 0;
}
