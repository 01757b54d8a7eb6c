/* Every line of a run, and everybody who gets something else than last time, as a list. */
#ifndef ST_EACH_H
#define ST_EACH_H

#include "run/run.h"

typedef struct st_each {
    const char *format; /* "text", "tsv", "json" */
    FILE *changes;      /* kept until the lines are out */
    uint64_t n_lines, n_changes;
    bool begun, failed;
} st_each;

/* Begins the list and points the rehearsal at it; false without room for a temporary file. */
bool st_each_begin(st_each *e, const char *format, st_rehearsal *r, st_err *err);
/* The changes after the lines. json: an object that is still open, for the report's members to
 * follow. */
bool st_each_end(st_each *e, st_err *err);
/* Instead of the end, when the run was refused. */
void st_each_drop(st_each *e);

#endif
