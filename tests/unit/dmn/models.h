/* Models for tests: short texts around the part that matters, opened through a file in a folder of
 * the test's own. */
#ifndef TEST_DMN_MODELS_H
#define TEST_DMN_MODELS_H

#include "support/check_tap.h"
#include "dmn/dmn.h"
#include "base/file.h"

#define NS15 "https://www.omg.org/spec/DMN/20230324/MODEL/"

typedef struct world {
    char *dir;
    int n_files;
    char paths[8][128];
    st_model *m;
    st_evaluator *e;
    st_err err;
    char findings[32][ST_MSG_MAX];
    st_code codes[32];
    st_severity severities[32];
    int n_findings;
    char shown[4096];
} world;

static inline world *world_new(void) {
    world *w = calloc(1, sizeof *w);
    w->dir = strdup("/tmp/stipend-dmn-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(w->dir));
    st_err_init(&w->err);
    return w;
}

static inline void world_free(world *w) {
    st_evaluator_free(w->e);
    st_model_free(w->m);
    for (int i = 0; i < w->n_files; i++)
        remove(w->paths[i]);
    rmdir(w->dir);
    free(w->dir);
    free(w);
}

static inline const char *world_file(world *w, const char *name, const char *text) {
    char *path = w->paths[w->n_files++];
    snprintf(path, sizeof w->paths[0], "%s/%s", w->dir, name);
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    fclose(f);
    return path;
}

static inline void world_sink(void *ctx, const st_err *finding) {
    world *w = ctx;
    if (w->n_findings == 32)
        return;
    w->codes[w->n_findings] = finding->code;
    w->severities[w->n_findings] = finding->severity;
    snprintf(w->findings[w->n_findings++], ST_MSG_MAX, "%s", finding->msg);
}

/* Opens what stands in the files written so far, the first one first. */
static inline bool world_open(world *w) {
    const char *paths[8];
    for (int i = 0; i < w->n_files; i++)
        paths[i] = w->paths[i];
    if (!st_model_open(paths, (size_t)w->n_files, NULL, 0, world_sink, w, &w->m, &w->err))
        return false;
    w->e = st_evaluator_new(w->m);
    return true;
}

/* The body of a model in the newest namespace. */
static inline bool world_model(world *w, const char *body) {
    st_buf b;
    st_buf_init(&b, 0);
    st_buf_fmt(&b,
               "<definitions xmlns='" NS15 "' namespace='urn:test' name='test'>%s</definitions>",
               body);
    world_file(w, "model.dmn", b.p);
    st_buf_free(&b);
    return world_open(w);
}

#define MUST_OPEN(w, body)                                                                         \
    do {                                                                                           \
        bool opened_ = world_model((w), (body));                                                   \
        ck_assert_msg(opened_, "%s\n%s", (w)->err.msg, (w)->err.excerpt);                          \
    } while (0)

/* A value as FEEL prints it, texts in quotes; a null by error as "null: CODE". */
static inline const char *show(world *w, st_val v) {
    st_buf b;
    st_buf_init(&b, 0);
    if (st_is_null(v) && v.u.reason)
        st_buf_fmt(&b, "null: %s", st_code_id(v.u.reason->code));
    else
        st_feel_print_json(&b, v);
    snprintf(w->shown, sizeof w->shown, "%.*s", ST_FMT(st_buf_view(&b)));
    st_buf_free(&b);
    return w->shown;
}

static inline st_val decide_value(world *w, const char *decision) {
    int d = st_model_decision(w->m, st_str_of(decision));
    ck_assert_msg(d >= 0, "no decision %s", decision);
    return st_evaluator_decide(w->e, d);
}

static inline const char *decide(world *w, const char *decision) {
    return show(w, decide_value(w, decision));
}

static inline void set(world *w, const char *input, st_val v) {
    int i = st_model_input(w->m, st_str_of(input));
    ck_assert_msg(i >= 0, "no input %s", input);
    st_evaluator_set(w->e, i, v);
}

static inline void set_number(world *w, const char *input, int64_t n) {
    set(w, input, st_number_int(n));
}

static inline void set_text(world *w, const char *input, const char *s) {
    set(w, input, st_string(st_str_of(s)));
}

#define INPUT(name, type)                                                                          \
    "<inputData id='i_" name "' name='" name "'><variable name='" name "' typeRef='" type          \
    "'/></inputData>"
/* Of no declared type: what goes wrong with it shows only when it is evaluated. */
#define UNTYPED(name)                                                                              \
    "<inputData id='i_" name "' name='" name "'><variable name='" name "'/></inputData>"
#define NEEDS_INPUT(name)                                                                          \
    "<informationRequirement><requiredInput href='#i_" name "'/></informationRequirement>"
#define NEEDS(name)                                                                                \
    "<informationRequirement><requiredDecision href='#d_" name "'/></informationRequirement>"
#define NEEDS_FUNCTION(name)                                                                       \
    "<knowledgeRequirement><requiredKnowledge href='#f_" name "'/></knowledgeRequirement>"
#define DECISION(name, body)                                                                       \
    "<decision id='d_" name "' name='" name "'><variable name='" name "'/>" body "</decision>"
#define LITERAL(text) "<literalExpression><text>" text "</text></literalExpression>"
#define COLUMN(expr) "<input><inputExpression><text>" expr "</text></inputExpression></input>"
#define CELL(text) "<inputEntry><text>" text "</text></inputEntry>"
#define OUT(text) "<outputEntry><text>" text "</text></outputEntry>"
#define RULE(cells) "<rule>" cells "</rule>"

#endif
