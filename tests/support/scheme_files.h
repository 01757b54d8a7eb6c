/* A scheme for tests: scheme.xml around the part that matters and one model, in a folder of the
 * test's own. */
#ifndef TEST_SCHEME_FILES_H
#define TEST_SCHEME_FILES_H

#include "scheme/scheme.h"
#include "support/check_tap.h"

#define RULES "<rules model=\"m.dmn\" refusals=\"refusals\" amount=\"amount\" basis=\"rule\"/>"
#define TITLE "<title lang=\"en\">t</title>"
#define SCHEME(attributes, body)                                                                   \
    "<scheme xmlns=\"urn:stipend:scheme:1\" id=\"s\" currency=\"CNY\" "                            \
    "first=\"2023-01\" " attributes ">" TITLE                                                      \
    "<payer name=\"p\" division=\"640202\"/><basis id=\"rule\">r</basis>"                          \
    "<records schema=\"r.xsd\"/>" body "</scheme>"
#define BENEFIT(attributes, body)                                                                  \
    "<benefit id=\"b\" first=\"2023-01\" " attributes ">" TITLE body RULES "</benefit>"

/* refusals nothing; amount is the FEEL expression */
#define MODEL(amount)                                                                              \
    "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" id=\"m\" name=\"m\" "     \
    "namespace=\"urn:t\"><inputData id=\"p\" name=\"period\"><variable name=\"period\"/>"          \
    "</inputData><inputData id=\"s\" name=\"subject\"><variable name=\"subject\"/></inputData>"    \
    "<inputData id=\"q\" name=\"prior\"><variable name=\"prior\"/></inputData>"                    \
    "<decision id=\"r\" name=\"refusals\"><variable name=\"refusals\"/>"                           \
    "<literalExpression><text>[]</text></literalExpression></decision>"                            \
    "<decision id=\"a\" name=\"amount\"><variable name=\"amount\"/>"                               \
    "<informationRequirement><requiredInput href=\"#p\"/></informationRequirement>"                \
    "<informationRequirement><requiredInput href=\"#s\"/></informationRequirement>"                \
    "<informationRequirement><requiredInput href=\"#q\"/></informationRequirement>"                \
    "<literalExpression><text>" amount "</text></literalExpression></decision></definitions>"

typedef struct scheme_files {
    char dir[40], scheme[64], model[64];
    st_scheme *s;
    st_err err;
} scheme_files;

static inline void scheme_put(const char *path, const char *text) {
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    ck_assert(fputs(text, f) >= 0 && fclose(f) == 0);
}

/* Reads the scheme; false with err when it is refused. */
static inline bool scheme_try(scheme_files *f, const char *xml, const char *model) {
    *f = (scheme_files){.dir = "/tmp/stipend-scheme-XXXXXX"};
    ck_assert_ptr_nonnull(mkdtemp(f->dir));
    (void)snprintf(f->scheme, sizeof f->scheme, "%s/scheme.xml", f->dir);
    (void)snprintf(f->model, sizeof f->model, "%s/m.dmn", f->dir);
    scheme_put(f->scheme, xml);
    scheme_put(f->model, model);
    st_err_init(&f->err);
    return st_scheme_open(f->scheme, &f->s, &f->err);
}

static inline void scheme_end(scheme_files *f) {
    st_scheme_free(f->s);
    (void)remove(f->scheme);
    (void)remove(f->model);
    (void)rmdir(f->dir);
}

static inline st_month M(const char *z) {
    st_month m;
    ck_assert(st_month_parse(st_str_of(z), &m));
    return m;
}

#endif
