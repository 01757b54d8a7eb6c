/* Statements, values and errors over libpq. What a statement means is not known here. */
#include "ledger/pg_int.h"

/* What a SQLSTATE means for the caller; the longest matching prefix wins, so classes stand last.
 * ST... are raised by our own functions in sql/. */
static const struct {
    const char *prefix;
    st_code code;
} states[] = {
    {"STB", ST_E_DB_BUSY},         {"STD", ST_E_DB_DATA},         {"STM", ST_E_DB_MISMATCH},
    {"STS02", ST_E_LEDGER_ORDER},  {"STS", ST_E_LEDGER_STATE},    {"STU", ST_E_LEDGER_NO_RUN},
    {"STG", ST_E_LEDGER_GUARD},    {"STC01", ST_E_CLAIM_NONE},    {"STC02", ST_E_CLAIM_AMOUNT},
    {"STC03", ST_E_CLAIM_SCHEME},  {"STC04", ST_E_CLAIM_RECEIPT}, {"STC05", ST_E_CLAIM_TWICE},
    {"STQ02", ST_E_REQUEST_STATE}, {"STQ", ST_E_REQUEST_NONE},    {"STP01", ST_E_SAME_UNKNOWN},
    {"STP02", ST_E_SAME_ALREADY},  {"STP03", ST_E_SAME_SEEN},     {"STH02", ST_E_DB_THIRD},
    {"STH", ST_E_DB_HANDS},        {"40", ST_E_DB_BUSY},          {"55P03", ST_E_DB_BUSY},
    {"57014", ST_E_DB_BUSY},       {"23505", ST_E_DB_TAKEN},      {"42501", ST_E_DB_RIGHTS},
    {"25006", ST_E_DB_READONLY},   {"53", ST_E_DB_FULL},          {"08", ST_E_DB_LOST},
    {"57P", ST_E_DB_LOST},         {"58030", ST_E_DB_FULL},       {"28", ST_E_DB_RIGHTS},
    {"22003", ST_E_RUN_SUM},       {"22P05", ST_E_DB_ENCODING},   {"22021", ST_E_DB_ENCODING},
    {"58P01", ST_E_DB_LIBRARY},
};

static st_code code_of(const char *state) {
    for (size_t i = 0; i < ST_LEN(states); i++)
        if (strncmp(state, states[i].prefix, strlen(states[i].prefix)) == 0)
            return states[i].code;
    return ST_E_DB_ERROR;
}

/* First line of a libpq message without its newline and severity. */
static st_str first_line(const char *z) {
    size_t n = strcspn(z, "\n");
    return (st_str){z, n};
}

/* Keys that two sessions may take at the same time: lines, since rows may be added to a run that
 * another session left open, and the server's own catalogue. Whatever else is unique is written
 * under the ledger's lock, after a look at what is there: repeating finds it taken again. */
static bool curable(const PGresult *r) {
    const char *schema = PQresultErrorField(r, PG_DIAG_SCHEMA_NAME);
    const char *table = PQresultErrorField(r, PG_DIAG_TABLE_NAME);
    if (!schema || !table)
        return false;
    /* on Citus a part of the table is named: line_102008 */
    return strcmp(schema, "pg_catalog") == 0 || strcmp(table, "line") == 0 ||
           strncmp(table, "line_1", 6) == 0;
}

/* A library of the server that does not fit it is what an update leaves behind; one that is not
 * there was never installed. */
static bool does_not_fit(const char *text) {
    return strstr(text, "undefined symbol") || strstr(text, "version mismatch");
}

static st_code refine(st_code code, const PGresult *r, const char *text) {
    if (code == ST_E_DB_TAKEN && curable(r))
        return ST_E_DB_KEY;
    if ((code == ST_E_DB_LIBRARY || code == ST_E_DB_ERROR) && does_not_fit(text))
        return ST_E_DB_UPDATED;
    return code;
}

/* An error without SQLSTATE is libpq's own: a server that died while we wrote to it leaves the
 * connection looking sound until the next read. */
static bool lost(const PGconn *pg, const PGresult *r) {
    return PQstatus(pg) != CONNECTION_OK || !r || !PQresultErrorField(r, PG_DIAG_SQLSTATE);
}

bool st_pg_fail(st_ledger *l, const PGresult *r, st_err *err) {
    const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
    /* The detail is left out on purpose: it quotes rows, and rows name people. */
    const char *text = r ? PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    if (!text)
        text = PQerrorMessage(l->pg);
    st_str line = first_line(text);
    bool gone = lost(l->pg, r);
    if (l->gave_up && (gone || strcmp(state, "57014") == 0))
        return st_wait_over(l, err);
    if (gone)
        return st_fail(err, ST_E_DB_LOST, "the connection to the database was lost: %.*s",
                       ST_FMT(line));
    st_code code = refine(code_of(state), r, text);
    if (code == ST_E_DB_ERROR)
        return st_fail(err, code, "the database refused a statement: %.*s (SQLSTATE %s)",
                       ST_FMT(line), state);
    if (code == ST_E_RUN_SUM)
        return st_fail(err, code, "amounts of the ledger add up to more than an amount can be");
    return st_fail(err, code, "%.*s", ST_FMT(line));
}

static bool good(const PGresult *r) {
    ExecStatusType s = PQresultStatus(r);
    return s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK || s == PGRES_EMPTY_QUERY;
}

PGresult *st_pg_send(st_ledger *l, int sent) {
    PGresult *last = NULL, *r;
    l->gave_up = false;
    while (sent && (r = st_wait_result(l))) {
        PQclear(last);
        last = r;
        if (PQresultStatus(r) == PGRES_COPY_IN || PQstatus(l->pg) != CONNECTION_OK)
            break;
    }
    return last;
}

static int dispatch(st_ledger *l, const char *sql, int n, const char *const *values, bool binary) {
    return n < 0 ? PQsendQuery(l->pg, sql)
                 : PQsendQueryParams(l->pg, sql, n, NULL, values, NULL, NULL, binary ? 1 : 0);
}

/* Sends, and the answer is lost on the way: for tests. */
static PGresult *ask_in_vain(st_ledger *l, const char *sql, int n, const char *const *values,
                             bool binary) {
    int sent = dispatch(l, sql, n, values, binary);
    if (sent)
        st_fault_answer(l);
    return st_pg_send(l, sent);
}

PGresult *st_pg_ask(st_ledger *l, const char *sql, int n, const char *const *values, bool binary) {
    st_fault(l, "step");
    if (st_fault_due("answer"))
        return ask_in_vain(l, sql, n, values, binary);
    return st_pg_send(l, dispatch(l, sql, n, values, binary));
}

bool st_pg_exec(st_ledger *l, const char *sql, st_err *err) {
    PGresult *r = st_pg_ask(l, sql, -1, NULL, false);
    bool ok = good(r) || st_pg_fail(l, r, err);
    PQclear(r);
    return ok;
}

PGresult *st_pg_query(st_ledger *l, const char *sql, int n, const char *const *values, bool binary,
                      st_err *err) {
    PGresult *r = st_pg_ask(l, sql, n, values, binary);
    if (good(r))
        return r;
    (void)st_pg_fail(l, r, err);
    PQclear(r);
    return NULL;
}

bool st_pg_call(st_ledger *l, const char *sql, int n, const char *const *values, st_err *err) {
    PGresult *r = st_pg_query(l, sql, n, values, false, err);
    PQclear(r);
    return r != NULL;
}

bool st_pg_begin(st_ledger *l, st_err *err) {
    return st_pg_exec(l, l->read_only ? "begin read only" : "begin", err);
}

bool st_pg_commit(st_ledger *l, const char *point, st_err *err) {
    char name[48];
    (void)snprintf(name, sizeof name, "before-%s", point);
    st_fault(l, name);
    l->warned = false;
    (void)snprintf(name, sizeof name, "after-%s", point);
    PGresult *r = st_fault_due(name) ? ask_in_vain(l, "commit", -1, NULL, false)
                                     : st_pg_ask(l, "commit", -1, NULL, false);
    bool ok = r && PQresultStatus(r) == PGRES_COMMAND_OK && strcmp(PQcmdStatus(r), "COMMIT") == 0;
    if (!ok && r && PQresultStatus(r) == PGRES_COMMAND_OK)
        st_fail(err, ST_E_DB_ERROR, "the database rolled back instead of committing");
    else if (!ok && lost(l->pg, r))
        st_fail(err, ST_E_DB_COMMIT, "the connection was lost during COMMIT");
    else if (!ok)
        st_pg_fail(l, r, err);
    PQclear(r);
    if (ok && l->warned)
        return st_fail(err, ST_E_DB_COMMIT, "a part of the commit is pending on another node");
    return ok;
}

void st_pg_rollback(st_ledger *l) {
    if (PQstatus(l->pg) == CONNECTION_OK && PQtransactionStatus(l->pg) != PQTRANS_IDLE)
        PQclear(PQexec(l->pg, "rollback"));
}

/* -- values -- */

const char *st_pg_int(char out[ST_PG_INT], int64_t v) {
    (void)snprintf(out, ST_PG_INT, "%" PRId64, v);
    return out;
}

const char *st_pg_date(char out[ST_PG_DATE], st_date d) {
    (void)snprintf(out, ST_PG_DATE, "%04d-%02u-%02u", (int)d.year, (unsigned)d.month,
                   (unsigned)d.day);
    return out;
}

const char *st_pg_sha(char out[ST_PG_BYTES], const st_sha256 *d) {
    char hex[ST_HEX_LEN];
    st_sha256_hex(d, hex);
    (void)snprintf(out, ST_PG_BYTES, "\\x%s", hex);
    return out;
}

static int64_t be_int(const unsigned char *p, int n) {
    uint64_t v = 0;
    for (int i = 0; i < n; i++)
        v = v << 8 | p[i];
    switch (n) {
    case 2:
        return (int16_t)(uint16_t)v;
    case 4:
        return (int32_t)(uint32_t)v;
    default:
        return (int64_t)v;
    }
}

int64_t st_pg_get_int(const PGresult *r, int row, int col) {
    if (PQgetisnull(r, row, col))
        return 0;
    const char *p = PQgetvalue(r, row, col);
    if (PQfformat(r, col) == 1)
        return be_int((const unsigned char *)p, PQgetlength(r, row, col));
    int64_t v = 0;
    ST_ASSERT(st_str_int(st_str_of(p), &v));
    return v;
}

st_str st_pg_get_str(const PGresult *r, int row, int col) {
    return (st_str){PQgetvalue(r, row, col), (size_t)PQgetlength(r, row, col)};
}

void st_pg_get_sha(const PGresult *r, int row, int col, st_sha256 *out) {
    st_str s = st_pg_get_str(r, row, col);
    memset(out, 0, sizeof *out);
    if (PQfformat(r, col) == 1) {
        if (s.n == ST_SHA256_LEN)
            memcpy(out->b, s.p, ST_SHA256_LEN);
    } else if (s.n == 2 + 2 * ST_SHA256_LEN) {
        ST_ASSERT(st_sha256_from_hex(st_str_sub(s, 2, s.n - 2), out));
    }
}

void st_pg_get_z(const PGresult *r, int row, int col, char *out, size_t cap) {
    st_str s = st_pg_get_str(r, row, col);
    size_t n = s.n < cap - 1 ? s.n : cap - 1;
    memcpy(out, s.p, n);
    out[n] = '\0';
}

bool st_pg_act(st_ledger *l, const char *point, const char *sql, int n, const char *const *v,
               int64_t *no, bool *already, st_err *err) {
    if (l->read_only)
        return st_fail(err, ST_E_DB_RIGHTS, "the ledger was opened for reading only");
    if (!st_pg_exec(l, "begin", err))
        return false;
    PGresult *r = st_pg_query(l, sql, n, v, true, err);
    bool ok = r != NULL;
    if (ok) {
        *no = st_pg_get_int(r, 0, 0);
        *already = st_pg_get_int(r, 0, 1) != 0;
    }
    PQclear(r);
    ok = ok && st_pg_commit(l, point, err);
    if (!ok)
        st_pg_rollback(l);
    return ok;
}
