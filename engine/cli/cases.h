/* The cases of a rules package: found, run with the types of its records, and counted by row. */
#ifndef ST_CLI_CASES_H
#define ST_CLI_CASES_H

#include "base/err.h"
#include "dmn/dmn.h"

typedef struct st_cases st_cases;

/* A row of a table, and how many cases of all test files decided it. */
typedef struct st_case_row {
    const char *file;  /* as it was opened first, without detours */
    const char *table; /* of the decision or function */
    uint32_t rule, rules, line, column;
    uint64_t cases;
} st_case_row;

st_cases *st_cases_new(void);
void st_cases_free(st_cases *c);
/* Notes the test files at path: a file, or a folder with all that is below it. */
bool st_cases_find(st_cases *c, const char *path, st_err *err);
size_t st_cases_files(const st_cases *c);
/* found: in a folder, where records and schemes lie beside tests and are passed over. */
const char *st_cases_file(const st_cases *c, size_t i, bool *found);
/* Runs the file, see st_tck_run; rows of models that belong to a package are counted. */
bool st_cases_run(st_cases *c, size_t i, FILE *out, st_tck_result *result, st_err *err);
/* Rows seen, in order of model, table and rule. */
size_t st_cases_rows(const st_cases *c);
const st_case_row *st_cases_row(const st_cases *c, size_t i);
/* How many cases decided the row at this place. */
uint64_t st_cases_of(const st_cases *c, st_pos pos);

#endif
