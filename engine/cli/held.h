/* Who would be held, rejected or noted: kept in a temporary file until the report is out. */
#ifndef ST_HELD_H
#define ST_HELD_H

#include "cli/session.h"
#include "run/run.h"

typedef struct st_held {
    const char *format, *lang; /* "text", "tsv", "json" */
    FILE *rows;
    st_advice advice; /* of text */
    uint64_t n;
    bool failed;
} st_held;

/* Points the rehearsal's findings at the list; false without room for a temporary file. */
bool st_held_begin(st_held *h, const char *format, const char *lang, st_rehearsal *r, st_err *err);
/* Copies the rows to standard output: under a heading (text), as rows of --lines (tsv), or as the
 * items of a JSON list, whose brackets are the caller's. */
bool st_held_print(st_held *h, st_err *err);
void st_held_end(st_held *h);

#endif
