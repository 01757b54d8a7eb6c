/* Numbered migrations: the files of sql/ stand in the program; each is applied once, in its own
 * transaction. */
#include "ledger/pg_int.h"

typedef struct migration {
    int number;
    const char *name;
    const char *text, *end;
} migration;

/* The text of sql/<file>.sql between two symbols; the compiler runs in the root of the source tree.
 */
#define EMBED(symbol, file)                                                                        \
    __asm__(".pushsection .rodata\n"                                                               \
            ".global st_sql_" #symbol "\nst_sql_" #symbol ":\n"                                    \
            ".incbin \"sql/" file ".sql\"\n"                                                       \
            ".global st_sql_" #symbol "_end\nst_sql_" #symbol "_end:\n"                            \
            ".byte 0\n.popsection\n");                                                             \
    extern const char st_sql_##symbol[], st_sql_##symbol##_end[];
#define ENTRY(number, symbol, file)                                                                \
    { number, file, st_sql_##symbol, st_sql_##symbol##_end }

EMBED(0001, "0001_ledger")
EMBED(0002, "0002_approval")
EMBED(0003, "0003_archive")
EMBED(0004, "0004_posting")
EMBED(0005, "0005_claim")
EMBED(0006, "0006_sealed_claims")
EMBED(0007, "0007_names")
EMBED(0008, "0008_seen")
EMBED(0009, "0009_forward")
EMBED(0010, "0010_person")

static const migration migrations[] = {
    ENTRY(1, 0001, "0001_ledger"),  ENTRY(2, 0002, "0002_approval"),
    ENTRY(3, 0003, "0003_archive"), ENTRY(4, 0004, "0004_posting"),
    ENTRY(5, 0005, "0005_claim"),   ENTRY(6, 0006, "0006_sealed_claims"),
    ENTRY(7, 0007, "0007_names"),   ENTRY(8, 0008, "0008_seen"),
    ENTRY(9, 0009, "0009_forward"), ENTRY(10, 0010, "0010_person"),
};

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
static bool run_text(st_ledger *l, const migration *m, st_err *err) {
    st_buf b;
    st_buf_init(&b, 0);
    bool ok = true;
    for (const char *p = m->text; ok && p < m->end;) {
        const char *e = statement_end(p, m->end);
        st_buf_clear(&b);
        (void)st_buf_add(&b, p, (size_t)(e - p));
        ok = st_pg_exec(l, b.p, err);
        p = e;
    }
    st_buf_free(&b);
    return ok;
}

static bool record(st_ledger *l, const migration *m, st_err *err) {
    st_sha256 d;
    st_sha256_of(m->text, (size_t)(m->end - m->text), &d);
    char number[ST_PG_INT], sha[ST_PG_BYTES];
    const char *v[] = {st_pg_int(number, m->number), m->name, st_pg_sha(sha, &d)};
    return st_pg_call(
        l, "insert into stipend.migration (number, name, sha256) values ($1::int, $2, $3::bytea)",
        3, v, err);
}

/* Compares what was applied with what the program has; *have is the highest number applied. */
static bool look(st_ledger *l, int *have, st_err *err) {
    *have = 0;
    /* Not to_regclass: that answers from a cache which, behind a lock, still says what was true
     * before. */
    PGresult *r = st_pg_query(
        l,
        "select exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace "
        "where n.nspname = 'stipend' and c.relname = 'migration')",
        0, NULL, false, err);
    if (!r)
        return false;
    bool there = PQgetvalue(r, 0, 0)[0] == 't';
    PQclear(r);
    if (!there)
        return true;
    r = st_pg_query(l, "select number, sha256 from stipend.migration order by number", 0, NULL,
                    true, err);
    if (!r)
        return false;
    bool ok = true;
    for (int i = 0; ok && i < PQntuples(r); i++) {
        int64_t number = st_pg_get_int(r, i, 0);
        st_sha256 theirs, ours;
        st_pg_get_sha(r, i, 1, &theirs);
        if (number > (int64_t)ST_LEN(migrations)) {
            ok = st_fail(err, ST_E_DB_NEWER,
                         "the ledger has migration %" PRId64 ", this program knows %zu", number,
                         ST_LEN(migrations));
            break;
        }
        const migration *m = &migrations[number - 1];
        st_sha256_of(m->text, (size_t)(m->end - m->text), &ours);
        if (!st_sha256_eq(&theirs, &ours))
            ok = st_fail(err, ST_E_DB_MIGRATION,
                         "migration %s in the ledger is not the one of this program", m->name);
        *have = (int)number;
    }
    PQclear(r);
    return ok;
}

static bool apply(st_ledger *l, const migration *m, st_err *err) {
    int have;
    bool ok = st_pg_exec(l, "begin", err) &&
              st_pg_exec(l, "select pg_advisory_xact_lock(7310293871)", err) && look(l, &have, err);
    if (ok && have < m->number)
        ok = run_text(l, m, err) && record(l, m, err);
    ok = ok && st_pg_commit(l, "migrate", err);
    if (!ok) {
        st_pg_rollback(l);
        if (err && err->code == ST_E_DB_RIGHTS)
            st_err_hint(err,
                        "tables and roles are made by a login with CREATEROLE and the right to "
                        "create schemas: let it run stipend init --db ... once");
        return st_err_wrap(err, "migration %s", m->name);
    }
    return true;
}

bool st_migrate(st_ledger *l, st_err *err) {
    int have;
    if (!look(l, &have, err))
        return false;
    if ((size_t)have == ST_LEN(migrations))
        return true;
    if (have == 0 && !l->make)
        return st_ledger_none(l, err);
    if (l->read_only)
        return st_fail(err, ST_E_DB_OLD, "the ledger is of an older version");
    l->made = l->made || have == 0;
    for (size_t i = (size_t)have; i < ST_LEN(migrations); i++)
        if (!apply(l, &migrations[i], err))
            return false;
    return true;
}

bool st_migrate_needed(st_ledger *l, st_err *err) {
    int have;
    return look(l, &have, err) && (size_t)have < ST_LEN(migrations);
}
