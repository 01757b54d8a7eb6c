/* The functions of the database against those of the program: verify asks some of them for the
 * bytes of rows, and all that people do passes through the others. */
#include "ledger/verify_int.h"

#include "ledger/pg_int.h"
#include "ledger/sql_text.h"

/* Where the body of a function begins in a text, after "function stipend.NAME(" and "$$"; NULL:
 * not in this text. */
static const char *body_in(const st_sql_text *t, const char *name, const char **end) {
    char head[160];
    int n = snprintf(head, sizeof head, "function stipend.%s(", name);
    if (n < 0 || (size_t)n >= sizeof head)
        return NULL;
    const char *at = memmem(t->text, (size_t)(t->end - t->text), head, (size_t)n);
    const char *from = at ? memmem(at, (size_t)(t->end - at), "$$", 2) : NULL;
    if (!from)
        return NULL;
    from += 2;
    *end = memmem(from, (size_t)(t->end - from), "$$", 2);
    return *end ? from : NULL;
}

static bool is_ours(const char *name, st_str source) {
    for (size_t i = 0; i < st_sql_definitions_n; i++) {
        const char *end, *from = body_in(&st_sql_definitions[i], name, &end);
        if (from)
            return st_str_eq(source, (st_str){from, (size_t)(end - from)});
    }
    return false;
}

bool st_verify_functions(st_verify *v, st_err *err) {
    PGresult *r = st_pg_query(
        v->l,
        "select p.proname::text, p.prosrc from pg_catalog.pg_proc p join pg_catalog.pg_namespace n "
        "on n.oid = p.pronamespace where n.nspname = 'stipend' order by 1",
        0, NULL, true, err);
    if (!r)
        return false;
    for (int i = 0; i < PQntuples(r); i++)
        if (!is_ours(PQgetvalue(r, i, 0), st_pg_get_str(r, i, 1)))
            st_verify_tell(v, ST_TAMPER_FUNCTION, 0, 0,
                           "function stipend.%s of the database is not the one of this program",
                           PQgetvalue(r, i, 0));
    PQclear(r);
    return true;
}
