/* Notes that name another field, once all fields of an element are known. */
#include "records/records_int.h"

static int slot_of(const st_rec_element *e, st_str xml) {
    for (uint32_t i = 0; i < e->n_fields; i++)
        if (st_str_eq(e->fields[i].xml, xml))
            return (int)i;
    return -1;
}

static bool is_text(const st_rec_field *f) {
    return !f->element && !f->list && (f->kind == ST_REC_TOKEN || f->kind == ST_REC_STRING);
}

static bool bad(st_rec_compiler *c, const st_rec_field *f, const char *note, st_str value,
                const char *what) {
    return st_fail_at(c->err, ST_E_REC_NOTE, f->notes.at->pos, "st:%s names no %s '%.*s'", note,
                      what, ST_FMT(value));
}

static bool link_not_after(st_rec_compiler *c, st_rec_element *e, st_rec_field *f) {
    if (!f->notes.not_after.p)
        return true;
    int at = slot_of(e, f->notes.not_after);
    if (at < 0 || f->kind != ST_REC_DATE || f->element || f->list ||
        e->fields[at].kind != ST_REC_DATE || e->fields[at].element || e->fields[at].list)
        return bad(c, f, "not-after", f->notes.not_after, "date beside this date");
    f->not_after = at;
    return true;
}

static bool link_kind(st_rec_compiler *c, st_rec_element *e, st_rec_field *f) {
    if (!f->notes.kind.p)
        return true;
    f->id_kind = slot_of(e, f->notes.kind);
    return (f->id_kind >= 0 && is_text(&e->fields[f->id_kind]) &&
            f->notes.check == ST_REC_IDENTITY && is_text(f)) ||
           bad(c, f, "kind", f->notes.kind, "text beside this identity number");
}

static bool link_join(st_rec_compiler *c, st_rec_field *f) {
    if (!f->notes.join.p)
        return true;
    f->join = f->element && f->list ? slot_of(f->element, f->notes.join) : -1;
    if (f->join < 0 || !is_text(&f->element->fields[f->join]))
        return bad(c, f, "join", f->notes.join, "text in the items of this list");
    f->element->fields[f->join].joins = true;
    return true;
}

/* "registered-from:from registered-to:to" */
static bool link_short(st_rec_compiler *c, st_rec_element *e, st_rec_field *f) {
    st_str rest = f->notes.short_form;
    ST_VEC(st_rec_pair) pairs = {NULL, 0, 0};
    while ((rest = st_str_trim(rest)).n) {
        size_t n = 0, colon = 0;
        while (n < rest.n && rest.p[n] != ' ')
            n++;
        while (colon < n && rest.p[colon] != ':')
            colon++;
        int outer = slot_of(e, st_str_sub(rest, 0, colon)), inner = -1;
        if (f->element && f->list && colon < n)
            inner = slot_of(f->element, st_str_sub(rest, colon + 1, n - colon - 1));
        bool fit = outer >= 0 && inner >= 0 && e->fields[outer].attribute &&
                   !f->element->fields[inner].element && !f->element->fields[inner].list &&
                   e->fields[outer].kind == f->element->fields[inner].kind;
        if (!fit || (pairs.n == 0 && e->fields[outer].kind != ST_REC_DATE))
            return bad(c, f, "short", st_str_sub(rest, 0, n),
                       "attribute beside this list and field of its items, the first a date:");
        st_rec_pair pair = {(uint32_t)outer, (uint32_t)inner};
        ST_VEC_PUSH(&c->type->arena, &pairs, pair);
        rest = st_str_sub(rest, n, rest.n);
    }
    f->shorts = pairs.items;
    f->n_shorts = (uint32_t)pairs.n;
    e->short_forms = e->short_forms || pairs.n;
    return true;
}

bool st_rec_link(st_rec_compiler *c, st_rec_element *e) {
    for (uint32_t i = 0; i < e->n_fields; i++) {
        st_rec_field *f = &e->fields[i];
        f->of = e;
        if (!link_not_after(c, e, f) || !link_kind(c, e, f) || !link_join(c, f) ||
            !link_short(c, e, f))
            return false;
        e->checks =
            e->checks || f->notes.needed || f->not_after >= 0 || f->notes.check == ST_REC_IDENTITY;
    }
    return true;
}

/* "employment/organisation", seen from the items of another list of the subject. */
static bool find_named(const st_rec_element *subject, st_str path, st_rec_reference *out) {
    size_t slash = 0;
    while (slash < path.n && path.p[slash] != '/')
        slash++;
    int list = slot_of(subject, st_str_sub(path, 0, slash)), field = -1;
    if (list >= 0 && subject->fields[list].list && subject->fields[list].element)
        field = slot_of(subject->fields[list].element, st_str_sub(path, slash + 1, path.n));
    if (field < 0 || !is_text(&subject->fields[list].element->fields[field]))
        return false;
    out->to_list = (uint32_t)list;
    out->to_field = (uint32_t)field;
    return true;
}

bool st_rec_link_references(st_rec_compiler *c) {
    const st_rec_element *s = c->type->subject;
    for (uint32_t i = 0; i < s->n_fields; i++) {
        const st_rec_element *e = s->fields[i].list ? s->fields[i].element : NULL;
        for (uint32_t k = 0; e && k < e->n_fields; k++) {
            const st_rec_field *f = &e->fields[k];
            if (!f->notes.refers.p)
                continue;
            st_rec_reference ref = {.list = i, .field = k};
            if (!is_text(f) || !find_named(s, f->notes.refers, &ref))
                return bad(c, f, "refers", f->notes.refers, "list and text field of the subject");
            ST_VEC_PUSH(&c->type->arena, &c->type->references, ref);
        }
    }
    return true;
}
