/* Bringing a database up to date: numbered migrations of its tables, each applied once; then
 * functions, views, triggers and rights, applied anew when their text changed. One transaction. */
#include "ledger/pg_int.h"
#include "ledger/sql_text.h"

/* What the database has. */
typedef struct have {
    int number;           /* the newest migration, 0: no ledger */
    st_sha256 definition; /* of the newest definitions; zeros: none */
} have;

/* End of the statement that begins at p: the semicolon outside of quotes, comments and dollar
 * quotes. */
static const char *dollar_tag(const char *p, const char *end, size_t *n) {
    const char *q = p + 1;
    while (q < end && (*q == '_' || (*q >= 'a' && *q <= 'z')))
        q++;
    if (q >= end || *q != '$')
        return NULL;
    *n = (size_t)(q - p) + 1;
    return p;
}

static const char *skip_dollar(const char *p, const char *end) {
    size_t n;
    const char *tag = dollar_tag(p, end, &n);
    if (!tag)
        return p + 1;
    const char *close = memmem(p + n, (size_t)(end - p) - n, tag, n);
    return close ? close + n : end;
}

static const char *statement_end(const char *p, const char *end) {
    while (p < end && *p != ';') {
        const char *q;
        switch (*p) {
        case '\'':
            q = memchr(p + 1, '\'', (size_t)(end - p) - 1);
            p = q ? q + 1 : end;
            break;
        case '-':
            q = p + 1 < end && p[1] == '-' ? memchr(p, '\n', (size_t)(end - p)) : p + 1;
            p = q ? q : end;
            break;
        case '$':
            p = skip_dollar(p, end);
            break;
        default:
            p++;
        }
    }
    return p < end ? p + 1 : end;
}

/* Citus wants definitions one at a time. */
static bool run_text(st_ledger *l, const st_sql_text *m, st_err *err) {
    st_buf b;
    st_buf_init(&b, 0);
    bool ok = true;
    for (const char *p = m->text; ok && p < m->end;) {
        const char *e = statement_end(p, m->end);
        st_buf_clear(&b);
        (void)st_buf_add(&b, p, (size_t)(e - p));
        ok = st_pg_exec(l, b.p, err) || st_err_wrap(err, "sql/%s", m->name);
        p = e;
    }
    st_buf_free(&b);
    return ok;
}

static void digest_of(const st_sql_text *m, st_sha256 *out) {
    st_sha256_of(m->text, (size_t)(m->end - m->text), out);
}

static bool record(st_ledger *l, int n, const st_sql_text *m, st_err *err) {
    st_sha256 d;
    digest_of(m, &d);
    char number[ST_PG_INT], sha[ST_PG_BYTES];
    const char *v[] = {st_pg_int(number, n), m->name, st_pg_sha(sha, &d)};
    return st_pg_call(
        l, "insert into stipend.migration (number, name, sha256) values ($1::int, $2, $3::bytea)",
        3, v, err);
}

/* -- functions, views, triggers, rights -- */

static void definitions_digest(st_sha256 *out) {
    st_buf all;
    st_buf_init(&all, 0);
    for (size_t i = 0; i < st_sql_definitions_n; i++) {
        const st_sql_text *d = &st_sql_definitions[i];
        (void)st_buf_add(&all, d->text, (size_t)(d->end - d->text));
    }
    st_sha256_of(all.p, all.n, out);
    st_buf_free(&all);
}

static bool define(st_ledger *l, const st_sha256 *digest, st_err *err) {
    char sha[ST_PG_BYTES];
    const char *v[] = {st_pg_sha(sha, digest)};
    for (size_t i = 0; i < st_sql_definitions_n; i++)
        if (!run_text(l, &st_sql_definitions[i], err))
            return false;
    return st_pg_call(l,
                      "insert into stipend.definition (no, sha256) select coalesce(max(no), 0) + "
                      "1, $1::bytea from stipend.definition",
                      1, v, err);
}

/* -- what the database has -- */

static bool same_text(const st_sql_text *m, const st_sha256 *theirs) {
    st_sha256 ours, earlier;
    digest_of(m, &ours);
    return st_sha256_eq(theirs, &ours) ||
           (m->earlier && st_sha256_from_hex(st_str_of(m->earlier), &earlier) &&
            st_sha256_eq(theirs, &earlier));
}

static bool look_at(const PGresult *r, int row, have *out, st_err *err) {
    int64_t number = st_pg_get_int(r, row, 0);
    st_sha256 theirs;
    st_pg_get_sha(r, row, 1, &theirs);
    if (number == 0) {
        out->definition = theirs;
        return true;
    }
    if (number > (int64_t)st_sql_tables_n)
        return st_fail(err, ST_E_DB_NEWER,
                       "the ledger has migration %" PRId64 ", this program knows %zu", number,
                       st_sql_tables_n);
    out->number = (int)number;
    const st_sql_text *m = &st_sql_tables[number - 1];
    return same_text(m, &theirs) ||
           st_fail(err, ST_E_DB_MIGRATION,
                   "migration %s in the ledger is not the one of this program", m->name);
}

/* Compares what was applied with what the program has. */
static bool look(st_ledger *l, have *out, st_err *err) {
    *out = (have){0};
    /* Not to_regclass: that answers from a cache which, behind a lock, still says what was true
     * before. */
    PGresult *r = st_pg_query(
        l,
        "select count(*) filter (where c.relname = 'migration')::int, count(*) filter (where "
        "c.relname = 'definition')::int from pg_class c join pg_namespace n on n.oid = "
        "c.relnamespace where n.nspname = 'stipend'",
        0, NULL, true, err);
    if (!r)
        return false;
    bool there = st_pg_get_int(r, 0, 0) > 0, defined = st_pg_get_int(r, 0, 1) > 0;
    PQclear(r);
    if (!there)
        return true;
    r = st_pg_query(l,
                    defined ? "select number, sha256 from stipend.migration union all (select 0, "
                              "sha256 from stipend.definition order by no desc limit 1) order by 1"
                            : "select number, sha256 from stipend.migration order by number",
                    0, NULL, true, err);
    bool ok = r != NULL;
    for (int i = 0; ok && i < PQntuples(r); i++)
        ok = look_at(r, i, out, err);
    PQclear(r);
    return ok;
}

static bool up_to_date(const have *h, const st_sha256 *definition) {
    return (size_t)h->number == st_sql_tables_n && st_sha256_eq(&h->definition, definition);
}

/* All of it in one transaction: between tables and rights there is no state that anybody meets. */
static bool bring_up(st_ledger *l, const st_sha256 *definition, st_err *err) {
    have h;
    if (!look(l, &h, err))
        return false;
    if (up_to_date(&h, definition)) /* somebody else did it meanwhile */
        return true;
    for (size_t i = (size_t)h.number; i < st_sql_tables_n; i++)
        if (!run_text(l, &st_sql_tables[i], err) || !record(l, (int)i + 1, &st_sql_tables[i], err))
            return false;
    return define(l, definition, err);
}

static bool apply(st_ledger *l, const st_sha256 *definition, st_err *err) {
    bool ok = st_pg_exec(l, "begin", err) &&
              st_pg_exec(l, "select pg_advisory_xact_lock(7310293871)", err) &&
              bring_up(l, definition, err) && st_pg_commit(l, "migrate", err);
    if (ok)
        return true;
    st_pg_rollback(l);
    if (err && err->code == ST_E_DB_RIGHTS)
        st_err_hint(err, "tables and roles are made by a login with CREATEROLE and the right to "
                         "create schemas: let it run stipend init --db ... once");
    return st_err_wrap(err, "bringing the ledger up to date");
}

/* Before anything is made in it: whether the database can hold a ledger at all. */
static bool suitable(st_ledger *l, st_err *err) {
    PGresult *r = st_pg_query(
        l, "select exists (select from pg_language where lanname = 'plpgsql')::int, '台账'", 0,
        NULL, false, err);
    if (!r)
        return st_err_wrap(err, "the database %s", PQdb(l->pg));
    bool ok = st_pg_get_int(r, 0, 0) != 0 ||
              st_fail(err, ST_E_DB_LIBRARY, "the database %s has no language plpgsql", PQdb(l->pg));
    PQclear(r);
    if (!ok)
        st_err_hint(err, "let its owner run: create extension plpgsql");
    return ok;
}

bool st_migrate(st_ledger *l, st_err *err) {
    have h;
    st_sha256 definition;
    definitions_digest(&definition);
    if (!look(l, &h, err))
        return false;
    if (up_to_date(&h, &definition))
        return true;
    if (h.number == 0 && !l->make)
        return st_ledger_none(l, err);
    if (l->read_only)
        return st_fail(err, ST_E_DB_OLD, "the ledger is of an older version");
    if (h.number == 0 && !suitable(l, err))
        return false;
    l->made = l->made || h.number == 0;
    return apply(l, &definition, err);
}

bool st_migrate_needed(st_ledger *l, st_err *err) {
    have h;
    st_sha256 definition;
    definitions_digest(&definition);
    return look(l, &h, err) && !up_to_date(&h, &definition);
}
