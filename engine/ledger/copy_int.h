/* Inside engine/ledger only: rows for COPY BINARY, buffered and sent in chunks. */
#ifndef ST_LEDGER_COPY_INT_H
#define ST_LEDGER_COPY_INT_H

#include "ledger/pg_int.h"

/* The tables that are filled by COPY; columns and encoders come from one table in copy.c. */
typedef enum st_copy_table {
    ST_COPY_LINE,
    ST_COPY_ASSESSMENT,
    ST_COPY_FINDING,
    ST_COPY_SETTLEMENT,
    ST_COPY_PERSON_VALUE,
    ST_COPY_PERSON_KEY,
    ST_COPY_PERSON_NAME,
    ST_COPY_TABLES
} st_copy_table;

typedef struct st_copy {
    st_copy_table table;
    st_buf buf; /* header and rows, as the server will get them */
    int rows, column;
    size_t row_at; /* where the last row begins */
} st_copy;

void st_copy_init(st_copy *c, st_copy_table table);
void st_copy_free(st_copy *c);
/* One row: begin, every column in order, end. The kinds are asserted against the table. */
void st_copy_row(st_copy *c);
void st_copy_int(st_copy *c, int64_t v);
void st_copy_text(st_copy *c, st_str s);
void st_copy_bytes(st_copy *c, const void *p, size_t n);
void st_copy_null(st_copy *c);
void st_copy_end(st_copy *c);
/* The bytes of the last row, until the next is begun or the buffer sent. */
st_str st_copy_last(const st_copy *c);
/* Appends the names of the table's columns in their order, with commas between. */
void st_copy_columns(st_copy_table t, st_buf *out);
/* Whether it is time to send. */
bool st_copy_full(const st_copy *c);
/* Sends what is buffered as one COPY in the open transaction and empties the buffer. */
bool st_copy_flush(st_copy *c, st_ledger *l, st_err *err);
/* Compares every table's columns with the server's catalogue. */
bool st_copy_check(st_ledger *l, st_err *err);

#endif
