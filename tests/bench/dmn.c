/* dmn [RULES...]: decisions per second of a table on level (text), employed (boolean), months
 * (number); with 3 rules, then with 30 to 3,000 rules of which the last one or any one matches. A
 * decision is all that a month does for one: the inputs set, which differ from decision to
 * decision, the value read, everything given back. The best of many short slices; checks nothing.
 */
#include "dmn/dmn.h"
#include "base/file.h"
#include <time.h>

enum { NAMES = 50 };
static char names[NAMES][8]; /* x0 .. x49 */

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
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
        snprintf(level, sizeof level, small ? "\"level%d\"" : "\"x%d\"", small ? i : i % NAMES);
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

/* The inputs of decision i: small tables are asked what matches and what does not; large ones for
 * their last rule, which a search from above finds last, or for any rule of the table. */
static void set_inputs(st_evaluator *e, int rules, bool any_rule, int i) {
    static const char *const levels[] = {"level0", "level1", "level2", "other"};
    int r = any_rule ? (int)((uint32_t)i * 7919u % (uint32_t)(rules - 1)) : 0;
    const char *level = any_rule ? names[r % NAMES] : levels[rules <= 3 ? i & 3 : 2];
    st_evaluator_set(e, 0, st_string(st_str_of(level)));
    st_evaluator_set(e, 1, st_bool(rules > 3 || i % 7 != 0));
    st_evaluator_set(e, 2,
                     st_number_int(any_rule ? r * 2 + (i & 1) : (rules <= 3 ? 0 : 7) + i % 24));
}

static void measure(const char *path, int rules, bool any_rule, const char *policy) {
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
    enum { N = 50000, SLICES = 40 };
    uint64_t found = 0;
    for (int slice = 0; slice < SLICES; slice++) {
        t0 = seconds();
        for (int i = 0; i < N; i++) {
            set_inputs(e, rules, any_rule, i);
            st_val v = st_evaluator_decide(e, 0);
            found += v.kind == ST_NUMBER;
            st_evaluator_reset(e);
        }
        double d = seconds() - t0;
        best = d < best ? d : best;
    }
    printf("%-6s %5d rules, %s: %9.0f decisions/s, %7.1f ns each, loaded in %.1f ms, %" PRIu64
           " with a value\n",
           policy, rules, any_rule ? "any " : "last", N / best, best / N * 1e9, load * 1e3,
           found / SLICES);
    st_evaluator_free(e);
    st_model_free(m);
}

static void both(const char *path, int rules) {
    for (int any_rule = 0; any_rule <= (rules > 3); any_rule++) {
        measure(path, rules, any_rule, "FIRST");
        measure(path, rules, any_rule, "UNIQUE");
    }
}

int main(int argc, char **argv) {
    char path[] = "/tmp/stipend-bench-XXXXXX";
    static const int usual[] = {3, 30, 49, 50, 300, 3000};
    int fd = mkstemp(path);
    if (fd < 0) {
        perror(path);
        return 73;
    }
    (void)close(fd);
    for (int i = 0; i < NAMES; i++)
        (void)snprintf(names[i], sizeof names[i], "x%d", i);
    for (int i = 1; i < argc; i++) {
        int64_t rules = 0;
        if (!st_str_int(st_str_of(argv[i]), &rules) || rules < 1 || rules > 100000) {
            fprintf(stderr, "usage: dmn [RULES...]\n");
            return 64;
        }
        both(path, (int)rules);
    }
    for (size_t i = 0; i < ST_LEN(usual) && argc == 1; i++)
        both(path, usual[i]);
    (void)remove(path);
    return 0;
}
