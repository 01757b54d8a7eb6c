/* What a file says of itself: the attributes of its root element. */
#include "records/records_int.h"

static bool take_text(char *to, size_t size, st_str text) {
    if (text.n == 0 || text.n >= size)
        return false;
    memcpy(to, text.p, text.n);
    to[text.n] = 0;
    return true;
}

static bool take_count(uint64_t *to, st_str text, int64_t least, int64_t most) {
    int64_t n = 0;
    if (!st_str_int(text, &n) || n < least || n > most)
        return false;
    *to = (uint64_t)n;
    return true;
}

static bool take_part(uint32_t *to, st_str text) {
    uint64_t n = 0;
    if (!take_count(&n, text, 1, ST_RECORDS_PARTS_MAX))
        return false;
    *to = (uint32_t)n;
    return true;
}

static bool take_value(st_records_head *h, st_rec_role role, st_str text) {
    switch (role) {
    case ST_REC_NO_ROLE:
        return true;
    case ST_REC_ROLE_DIVISION:
        return take_text(h->division, sizeof h->division, text);
    case ST_REC_ROLE_KNOWN_AT:
        return st_date_parse(text, &h->known_at);
    case ST_REC_ROLE_ROSTER:
        h->full_roster = st_str_is(text, "full");
        return h->full_roster || st_str_is(text, "part");
    case ST_REC_ROLE_COUNT:
        h->has_count = true;
        return take_count(&h->declared_count, text, 0, INT64_MAX);
    case ST_REC_ROLE_SENDER:
        return take_text(h->sender, sizeof h->sender, text);
    case ST_REC_ROLE_PART:
        return take_part(&h->part, text);
    case ST_REC_ROLE_PARTS:
        return take_part(&h->parts, text);
    }
    ST_UNREACHABLE();
}

static bool head_value(st_rec_reader *r, const st_rec_field *f, st_str text, st_pos pos,
                       st_err *err) {
    st_val token;
    if (st_rec_value(&r->arena, ST_REC_TOKEN, text, &token))
        text = st_val_str(token);
    return take_value(&r->result->head, f->notes.role, text) ||
           st_fail_at(err, ST_E_REC_HEAD, pos, "%.*s='%.*s' is not understood", ST_FMT(f->xml),
                      ST_FMT(st_rec_cut(text)));
}

/* "Part 3 of 12" is said of a part roster, whole or not at all. */
static bool check_parts(const st_records_head *h, st_pos pos, st_err *err) {
    if (!h->part && !h->parts)
        return true;
    if (h->full_roster)
        return st_fail_at(err, ST_E_REC_HEAD, pos,
                          "a full roster has no parts: is it one of them?");
    if (!h->part || !h->parts)
        return st_fail_at(err, ST_E_REC_HEAD, pos,
                          "the file says which part it is, or of how many, but not both");
    return h->part <= h->parts ||
           st_fail_at(err, ST_E_REC_HEAD, pos, "the file says that it is part %u of %u", h->part,
                      h->parts);
}

bool st_rec_head(st_rec_reader *r, const st_xml_push_element *e, st_err *err) {
    const st_rec_element *root = r->type->root;
    if (!st_str_eq(e->name, root->xml))
        return st_fail_at(err, ST_E_REC_ROOT, e->start,
                          "the file begins with <%.*s>, not with <%.*s>",
                          ST_FMT(st_rec_cut(e->name)), ST_FMT(root->xml));
    if (!st_str_eq(e->ns, r->type->ns))
        return st_fail_at(err, ST_E_REC_VERSION, e->start,
                          "unknown version of the records: xmlns=\"%.*s\", not \"%.*s\"",
                          ST_FMT(st_rec_cut(e->ns)), ST_FMT(r->type->ns));
    for (uint32_t i = 0; i < root->n_fields; i++) {
        const st_rec_field *f = &root->fields[i];
        if (f->preset.p && !head_value(r, f, f->preset, e->start, err))
            return false;
        for (size_t k = 0; k < e->n_attrs; k++)
            if (f->attribute && !e->attrs[k].foreign && st_str_eq(e->attrs[k].name, f->xml) &&
                !head_value(r, f, e->attrs[k].value, e->start, err))
                return false;
    }
    return check_parts(&r->result->head, e->start, err);
}
