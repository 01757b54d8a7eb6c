/* The rows of stipend people in each form. */
#ifndef ST_CLI_PEOPLE_H
#define ST_CLI_PEOPLE_H

#include "run/people.h"

typedef struct st_people_print {
    const char *format, *lang; /* "text", "tsv", "csv", "json" */
    uint64_t rows;
    st_money net;
    bool lost; /* the output could not be written */
} st_people_print;

void st_people_head(const st_people_print *p);
/* A st_people_sink; ctx is the st_people_print. */
bool st_people_row_print(void *ctx, const st_people_row *row);
void st_people_end(const st_people_print *p);

#endif
