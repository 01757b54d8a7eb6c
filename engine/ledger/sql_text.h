/* The files of sql/ as they stand in the program. */
#ifndef ST_LEDGER_SQL_TEXT_H
#define ST_LEDGER_SQL_TEXT_H

#include "base/base.h"

typedef struct st_sql_text {
    const char *name; /* below sql/, without .sql */
    const char *text, *end;
    const char *earlier; /* digest (hex) that the same migration had before; NULL: none */
} st_sql_text;

/* Migrations: they change tables; the first is number 1. Each is applied once. */
extern const st_sql_text st_sql_tables[];
extern const size_t st_sql_tables_n;
/* Functions, views, triggers, rights: applied anew, in this order, when their text changed. */
extern const st_sql_text st_sql_definitions[];
extern const size_t st_sql_definitions_n;

#endif
