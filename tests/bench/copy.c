/* copy CONNINFO RUN: the yardstick for writing. The lines of a run, once more, by a bare COPY
 * BINARY into an empty copy of the line table with its indexes; prints seconds (COPY and COMMIT).
 * The bytes are fetched beforehand. */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CHUNK = 1 << 16 };

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(PGconn *c, const char *sql, ExecStatusType want) {
    PGresult *r = PQexec(c, sql);
    if (PQresultStatus(r) != want) {
        fprintf(stderr, "copy: %s: %s", sql, PQerrorMessage(c));
        exit(69);
    }
    PQclear(r);
}
static void finish(PGconn *c) {
    PGresult *r;
    while ((r = PQgetResult(c))) {
        if (PQresultStatus(r) != PGRES_COMMAND_OK) {
            fprintf(stderr, "copy: %s", PQerrorMessage(c));
            exit(69);
        }
        PQclear(r);
    }
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: copy CONNINFO RUN\n");
        return 64;
    }
    PGconn *c = PQconnectdb(argv[1]);
    if (PQstatus(c) != CONNECTION_OK) {
        fprintf(stderr, "copy: %s", PQerrorMessage(c));
        return 69;
    }
    must(c, "set client_min_messages = warning", PGRES_COMMAND_OK);
    must(c, "create schema if not exists bench", PGRES_COMMAND_OK);
    must(c, "drop table if exists bench.line", PGRES_COMMAND_OK);
    must(c, "create table bench.line (like stipend.line including all)", PGRES_COMMAND_OK);

    char sql[160];
    snprintf(sql, sizeof sql,
             "copy (select * from stipend.line where run = %ld order by line_no) to stdout binary",
             strtol(argv[2], NULL, 10));
    must(c, sql, PGRES_COPY_OUT);
    size_t n = 0, cap = 1 << 20;
    char *bytes = malloc(cap), *row;
    int got;
    while ((got = PQgetCopyData(c, &row, 0)) > 0) {
        while (n + (size_t)got > cap)
            bytes = realloc(bytes, cap *= 2);
        memcpy(bytes + n, row, (size_t)got);
        n += (size_t)got;
        PQfreemem(row);
    }
    finish(c);

    double t0 = now();
    must(c, "begin", PGRES_COMMAND_OK);
    must(c, "copy bench.line from stdin binary", PGRES_COPY_IN);
    for (size_t i = 0; i < n; i += CHUNK) {
        size_t part = n - i < CHUNK ? n - i : CHUNK;
        if (PQputCopyData(c, bytes + i, (int)part) != 1) {
            fprintf(stderr, "copy: %s", PQerrorMessage(c));
            return 69;
        }
    }
    PQputCopyEnd(c, NULL);
    finish(c);
    must(c, "commit", PGRES_COMMAND_OK);
    printf("%.3f\n", now() - t0);

    must(c, "drop schema bench cascade", PGRES_COMMAND_OK);
    free(bytes);
    PQfinish(c);
    return 0;
}
