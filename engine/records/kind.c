/* What an identifying value is, by names that mean the same in every schema. */
#include "records/records_int.h"

const char st_record_identity[] = "identity";

/* A number that tells persons or organisations apart by itself. */
static bool is_identity(const st_rec_field *f) {
    return f->notes.mask == ST_MASK_ID || f->notes.check == ST_REC_CN_ID ||
           f->notes.check == ST_REC_IDENTITY || f->notes.check == ST_REC_CN_CREDIT_CODE;
}

/* A schema of one's own may not say what its number is: one that rejects both, on the subject. */
static bool may_be_identity(const st_rec_field *f) {
    return f->notes.unique_state == ST_RECORD_REJECTED && f->notes.mask != ST_MASK_ACCOUNT &&
           f->notes.check != ST_REC_LUHN;
}

static bool any_identity(const st_rec_element *e, int depth) {
    if (depth > ST_REC_DEPTH_MAX)
        return false;
    for (uint32_t i = 0; i < e->n_fields; i++) {
        const st_rec_field *f = &e->fields[i];
        if (f->notes.unique && is_identity(f))
            return true;
        if (f->element && any_identity(f->element, depth + 1))
            return true;
    }
    return false;
}

static void name_all(st_record_type *t, const st_rec_element *e, st_str child, bool strict,
                     int depth) {
    bool first = true;
    for (uint32_t i = 0; depth <= ST_REC_DEPTH_MAX && i < e->n_fields; i++) {
        const st_rec_field *f = &e->fields[i];
        if (f->element)
            name_all(t, f->element, f->xml, strict, depth + 1);
        if (!f->notes.unique)
            continue;
        const char **kind = &t->uniques.items[f->unique].kind;
        if (is_identity(f) || (!strict && depth == 0 && may_be_identity(f)))
            *kind = st_record_identity;
        else if (depth == 0)
            *kind = st_arena_dup(&t->arena, f->name.p, f->name.n);
        else if (first)
            *kind = st_arena_dup(&t->arena, child.p, child.n);
        else
            *kind = st_arena_fmt(&t->arena, "%.*s.%.*s", ST_FMT(child), ST_FMT(f->name));
        first = false;
    }
}

void st_rec_name_kinds(st_record_type *t) {
    for (size_t i = 0; i < t->uniques.n; i++)
        t->uniques.items[i].kind = t->uniques.items[i].name.p;
    name_all(t, t->subject, ST_STR_NONE, any_identity(t->subject, 0), 0);
}

const char *st_record_type_unique_kind(const st_record_type *t, uint32_t field) {
    ST_ASSERT(field < t->uniques.n);
    return t->uniques.items[field].kind;
}

uint32_t st_record_type_uniques(const st_record_type *t) {
    return (uint32_t)t->uniques.n;
}
