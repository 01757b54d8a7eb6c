/* COPY BINARY. The format is strict about widths: column lists, types and encoders come from one
 * table, which is compared with the catalogue before the first row. */
#include "ledger/copy_int.h"

enum {
    CHUNK_ROWS = 10000,
    CHUNK_BYTES = 4 << 20, /* long reasons: send before the row count is reached */
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_INT8 = 20,
    OID_TEXT = 25,
    OID_BYTEA = 17
};

typedef struct column {
    const char *name;
    int oid;
} column;

typedef struct table {
    const char *name;
    const column *columns;
    int n;
} table;

static const column line_columns[] = {
    {"subject_id", OID_TEXT}, {"benefit", OID_INT4}, {"occasion", OID_TEXT}, {"seq", OID_INT4},
    {"run", OID_INT8},        {"line_no", OID_INT8}, {"cause", OID_INT2},    {"tier", OID_TEXT},
    {"amount", OID_INT8},     {"due", OID_INT8},     {"rule", OID_TEXT},     {"facts", OID_BYTEA},
    {"leaf", OID_BYTEA},
};
static const column assessment_columns[] = {
    {"run", OID_INT8},    {"subject_id", OID_TEXT}, {"benefit", OID_INT4},   {"outcome", OID_INT2},
    {"tier", OID_TEXT},   {"due", OID_INT8},        {"occasions", OID_INT4}, {"reasons", OID_TEXT},
    {"facts", OID_BYTEA}, {"seen", OID_INT8},
};
static const column finding_columns[] = {
    {"run", OID_INT8},  {"no", OID_INT8},       {"subject", OID_TEXT}, {"benefit", OID_INT4},
    {"code", OID_TEXT}, {"severity", OID_INT2}, {"file", OID_TEXT},    {"line", OID_INT8},
    {"col", OID_INT8},  {"message", OID_TEXT},  {"hint", OID_TEXT},
};
static const column settlement_columns[] = {
    {"subject_id", OID_TEXT}, {"benefit", OID_INT4}, {"occasion", OID_TEXT}, {"seq", OID_INT4},
    {"no", OID_INT4},         {"run", OID_INT8},     {"kind", OID_INT2},     {"bound", OID_INT2},
    {"amount", OID_INT8},     {"payment", OID_INT8},
};
static const column person_value_columns[] = {
    {"subject_id", OID_TEXT}, {"run", OID_INT8},   {"kind", OID_TEXT},
    {"value", OID_BYTEA},     {"state", OID_INT2}, {"noted", OID_INT8},
};
static const column person_key_columns[] = {
    {"key", OID_TEXT}, {"run", OID_INT8}, {"subject_id", OID_TEXT}, {"noted", OID_INT8}};
static const column person_name_columns[] = {
    {"subject_id", OID_TEXT}, {"run", OID_INT8}, {"key", OID_TEXT}};
#define TABLE(name, columns)                                                                       \
    { name, columns, (int)ST_LEN(columns) }
static const table tables[ST_COPY_TABLES] = {
    [ST_COPY_LINE] = TABLE("line", line_columns),
    [ST_COPY_ASSESSMENT] = TABLE("assessment", assessment_columns),
    [ST_COPY_FINDING] = TABLE("finding", finding_columns),
    [ST_COPY_SETTLEMENT] = TABLE("settlement", settlement_columns),
    [ST_COPY_PERSON_VALUE] = TABLE("person_value", person_value_columns),
    [ST_COPY_PERSON_KEY] = TABLE("person_key", person_key_columns),
    [ST_COPY_PERSON_NAME] = TABLE("person_name", person_name_columns),
};

static const char header[] =
    "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"; /* signature, flags, no extension */

static void start(st_copy *c) {
    st_buf_clear(&c->buf);
    c->rows = 0;
    c->column = 0;
    (void)st_buf_add(&c->buf, header, 19);
}

void st_copy_init(st_copy *c, st_copy_table t) {
    c->table = t;
    st_buf_init(&c->buf, 0);
    start(c);
}

void st_copy_free(st_copy *c) {
    st_buf_free(&c->buf);
}

void st_copy_row(st_copy *c) {
    ST_ASSERT(c->column == 0);
    c->row_at = c->buf.n;
    (void)st_buf_be16(&c->buf, (uint16_t)tables[c->table].n);
}

static int next_oid(st_copy *c) {
    ST_ASSERT(c->column < tables[c->table].n);
    return tables[c->table].columns[c->column++].oid;
}

void st_copy_int(st_copy *c, int64_t v) {
    switch (next_oid(c)) {
    case OID_INT2:
        ST_ASSERT(v >= INT16_MIN && v <= INT16_MAX);
        (void)st_buf_be32(&c->buf, 2);
        (void)st_buf_be16(&c->buf, (uint16_t)v);
        return;
    case OID_INT4:
        ST_ASSERT(v >= INT32_MIN && v <= INT32_MAX);
        (void)st_buf_be32(&c->buf, 4);
        (void)st_buf_be32(&c->buf, (uint32_t)v);
        return;
    case OID_INT8:
        (void)st_buf_be32(&c->buf, 8);
        (void)st_buf_be64(&c->buf, (uint64_t)v);
        return;
    default:
        ST_UNREACHABLE();
    }
}

void st_copy_text(st_copy *c, st_str s) {
    ST_ASSERT(next_oid(c) == OID_TEXT && s.n <= INT32_MAX);
    (void)st_buf_be32(&c->buf, (uint32_t)s.n);
    (void)st_buf_str(&c->buf, s);
}

void st_copy_bytes(st_copy *c, const void *p, size_t n) {
    ST_ASSERT(next_oid(c) == OID_BYTEA && n <= INT32_MAX);
    (void)st_buf_be32(&c->buf, (uint32_t)n);
    (void)st_buf_add(&c->buf, p, n);
}

void st_copy_null(st_copy *c) {
    (void)next_oid(c);
    (void)st_buf_be32(&c->buf, UINT32_MAX);
}

void st_copy_end(st_copy *c) {
    ST_ASSERT(c->column == tables[c->table].n && !c->buf.overflow);
    c->column = 0;
    c->rows++;
}

st_str st_copy_last(const st_copy *c) {
    ST_ASSERT(c->column == 0 && c->rows > 0);
    return (st_str){c->buf.p + c->row_at, c->buf.n - c->row_at};
}

bool st_copy_full(const st_copy *c) {
    return c->rows >= CHUNK_ROWS || c->buf.n >= CHUNK_BYTES;
}

void st_copy_columns(st_copy_table t, st_buf *out) {
    for (int i = 0; i < tables[t].n; i++)
        (void)st_buf_fmt(out, "%s%s", i ? ", " : "", tables[t].columns[i].name);
}

/* "copy stipend.line (a, b, c) from stdin (format binary)" */
static void statement(const st_copy *c, st_buf *out) {
    (void)st_buf_fmt(out, "copy stipend.%s (", tables[c->table].name);
    st_copy_columns(c->table, out);
    (void)st_buf_z(out, ") from stdin (format binary)");
}

static bool begin_copy(st_ledger *l, const st_copy *c, st_err *err) {
    st_buf sql;
    st_buf_init(&sql, 0);
    statement(c, &sql);
    PGresult *r = st_pg_ask(l, sql.p, -1, NULL, false);
    st_buf_free(&sql);
    bool ok = PQresultStatus(r) == PGRES_COPY_IN || st_pg_fail(l, r, err);
    PQclear(r);
    return ok;
}

/* Result of the COPY; reads on until the connection is ready again. */
static bool end_copy(st_ledger *l, st_err *err) {
    bool ok = true;
    PGresult *r;
    while ((r = st_wait_result(l))) {
        if (ok && PQresultStatus(r) != PGRES_COMMAND_OK)
            ok = st_pg_fail(l, r, err);
        PQclear(r);
        if (PQstatus(l->pg) != CONNECTION_OK)
            return st_pg_fail(l, NULL, err);
    }
    return ok;
}

bool st_copy_flush(st_copy *c, st_ledger *l, st_err *err) {
    if (c->rows == 0)
        return true;
    const table *t = &tables[c->table];
    st_fault(l, "copy");
    (void)st_buf_be16(&c->buf, UINT16_MAX);
    bool ok = begin_copy(l, c, err);
    st_fault(l, "step");
    if (ok &&
        (PQputCopyData(l->pg, c->buf.p, (int)c->buf.n) != 1 || PQputCopyEnd(l->pg, NULL) != 1)) {
        /* The server's own word comes with the result, when there is still a server. */
        (void)end_copy(l, err);
        ok = st_pg_fail(l, NULL, err);
    }
    ok = ok && end_copy(l, err);
    start(c);
    return ok || st_err_wrap(err, "writing %s", t->name);
}

static bool check_table(st_ledger *l, const table *t, st_err *err) {
    const char *v[] = {t->name};
    PGresult *r =
        st_pg_query(l,
                    "select a.attname::text, a.atttypid::int8 from pg_catalog.pg_attribute a where "
                    "a.attrelid = "
                    "('stipend.' || $1)::regclass and a.attnum > 0 and not a.attisdropped",
                    1, v, false, err);
    if (!r)
        return false;
    int found = 0;
    for (int i = 0; i < PQntuples(r); i++)
        for (int k = 0; k < t->n; k++)
            if (st_str_is(st_pg_get_str(r, i, 0), t->columns[k].name) &&
                st_pg_get_int(r, i, 1) == t->columns[k].oid)
                found++;
    bool ok = found == t->n && PQntuples(r) == t->n;
    PQclear(r);
    return ok || st_fail(err, ST_E_DB_MIGRATION, "table %s has not the columns this program writes",
                         t->name);
}

bool st_copy_check(st_ledger *l, st_err *err) {
    for (size_t i = 0; i < ST_LEN(tables) && !l->checked; i++)
        if (!check_table(l, &tables[i], err))
            return false;
    l->checked = true;
    return true;
}
