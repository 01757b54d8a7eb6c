/* Assessments as they stand in the table: read here, so that no reader of the engine can hide a
 * row.
 */
#include "full.h"

#include "ledger/pg_int.h"

bool stored_assessments(const stage *s, int64_t run,
                        bool (*each)(void *ctx, const st_assessment *a, const char *benefit),
                        void *ctx, st_err *err) {
    char number[ST_PG_INT], id[ST_BENEFIT_MAX + 1];
    const char *v[] = {st_pg_int(number, run)};
    PGresult *r = st_pg_query(
        s->ledger,
        "select a.subject_id, a.benefit, a.outcome, a.tier, a.due, a.occasions, a.reasons, "
        "a.facts, coalesce(n.id, b.id) from stipend.assessment a join stipend.benefit b on "
        "b.number = a.benefit left join stipend.run_name n on n.run = a.run and n.benefit = "
        "a.benefit where a.run = $1::bigint order by a.subject_id, a.benefit",
        1, v, true, err);
    if (!r)
        return false;
    for (int i = 0; i < PQntuples(r); i++) {
        st_assessment a = {.subject = st_pg_get_str(r, i, 0),
                           .benefit = (int32_t)st_pg_get_int(r, i, 1),
                           .outcome = (st_outcome)st_pg_get_int(r, i, 2),
                           .tier = st_pg_get_str(r, i, 3),
                           .due = st_pg_get_int(r, i, 4),
                           .occasions = (int32_t)st_pg_get_int(r, i, 5),
                           .reasons = st_pg_get_str(r, i, 6)};
        st_pg_get_sha(r, i, 7, &a.facts);
        st_pg_get_z(r, i, 8, id, sizeof id);
        if (!each(ctx, &a, id))
            break;
    }
    PQclear(r);
    return true;
}
