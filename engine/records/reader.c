/* Events of the push parser to records: one subject at a time, in an arena that is reset after it.
 */
#include "records/records_int.h"

void st_rec_reader_init(st_rec_reader *r) {
    st_arena_init(&r->arena, 0);
    st_buf_init(&r->text, ST_XML_ATTR_MAX);
    st_buf_init(&r->scratch, 2 * ST_REC_BYTES_MAX);
    r->sha = st_sha256_new();
    r->top = 0;
    r->skip_from = -1;
    st_err_init(&r->fatal);
}

void st_rec_reader_free(st_rec_reader *r) {
    st_arena_free(&r->arena);
    st_buf_free(&r->text);
    st_buf_free(&r->scratch);
    st_sha256_free(r->sha);
}

/* -- the root -- */

/* The head is told late, when the validator has judged the root's start tag. */
static bool send_head(st_rec_reader *r, st_err *err) {
    if (r->head_sent)
        return true;
    r->head_sent = true;
    return !r->events->head || r->events->head(r->ctx, &r->result->head, err);
}

/* -- frames -- */

static st_rec_frame *push_frame(st_rec_reader *r, const st_rec_element *e, uint32_t slot,
                                st_pos pos) {
    ST_ASSERT(r->top <= ST_REC_DEPTH_MAX);
    st_rec_frame *f = &r->frames[r->top++];
    *f =
        (st_rec_frame){.element = e, .slot = slot, .simple = e == NULL, .unusable = -1, .pos = pos};
    if (e) {
        f->values = ST_NEWN(&r->arena, st_val, e->n_fields + 1);
        f->lists = ST_NEWN(&r->arena, st_rec_item_vec, e->n_fields + 1);
    }
    return f;
}

/* Slot of a name; files write attributes in the schema's order, so the search goes on from the
 * last. */
static int find_slot(const st_rec_element *e, st_str name, bool attribute, uint32_t *hint) {
    for (uint32_t n = 0, i = *hint; n < e->n_fields; n++, i++) {
        if (i >= e->n_fields)
            i = 0;
        const st_rec_field *f = &e->fields[i];
        if (f->attribute == attribute && f->xml.n == name.n &&
            memcmp(f->xml.p, name.p, name.n) == 0)
            return *hint = i + 1, (int)i;
    }
    return -1;
}

static void take_attrs(st_rec_reader *r, st_rec_frame *frame) {
    uint32_t hint = 0;
    for (size_t i = 0; i < r->n_attrs; i++) {
        int slot =
            r->attrs[i].foreign ? -1 : find_slot(frame->element, r->attrs[i].name, true, &hint);
        if (slot >= 0)
            st_rec_take_value(r, frame, (uint32_t)slot, r->attrs[i].value);
    }
    for (uint32_t i = 0; i < frame->element->n_fields; i++) {
        const st_rec_field *f = &frame->element->fields[i];
        if (f->preset.p && frame->values[i].kind == ST_NULL)
            st_rec_take_value(r, frame, i, f->preset);
    }
}

static void begin_record(st_rec_reader *r, st_pos pos) {
    st_arena_reset(&r->arena);
    memset(&r->findings, 0, sizeof r->findings);
    memset(&r->uniques, 0, sizeof r->uniques);
    memset(&r->items, 0, sizeof r->items);
    r->n_findings = 0;
    r->key_bad = r->too_large = false;
    r->top = 0;
    r->skip_from = -1;
    r->rec = (st_record){
        .state = ST_RECORD_OK, .pos = pos, .ordinal = ++r->result->n_read, .arena = &r->arena};
    if (r->utf8_note) {
        r->utf8_note = false;
        st_rec_finding(
            r, ST_SEV_WARNING, ST_E_REC_UTF8, (st_pos){.file = r->path, .line = 1, .column = 1},
            "the XML declaration names a GB encoding, but the file is UTF-8 and was read so");
    }
}

static bool start_subject(st_rec_reader *r, const st_xml_push_element *e, st_err *err) {
    if (!st_str_eq(e->name, r->type->subject->xml) || !st_str_eq(e->ns, r->type->ns))
        return st_fail_at(err, ST_E_REC_STRANGER, e->start,
                          "<%.*s> among the records, where only <%.*s> may stand",
                          ST_FMT(st_rec_cut(e->name)), ST_FMT(r->type->subject->xml));
    if (!send_head(r, err))
        return false;
    begin_record(r, e->start);
    take_attrs(r, push_frame(r, r->type->subject, 0, e->start));
    return true;
}

/* The rest of a record that has grown too large is passed over; what is open in it is dropped. */
static void give_up(st_rec_reader *r) {
    r->too_large = true;
    r->top = 1;
    r->skip_from = -1;
    st_rec_finding(r, ST_SEV_REJECTED, ST_E_REC_LIMIT, r->rec.pos,
                   "this record takes more than %d bytes", ST_REC_BYTES_MAX);
}

static void start_child(st_rec_reader *r, const st_xml_push_element *e) {
    if (r->arena.used > ST_REC_BYTES_MAX) {
        give_up(r);
        return;
    }
    st_rec_frame *parent = &r->frames[r->top - 1];
    uint32_t hint = 0;
    int slot = parent->element && r->top <= ST_REC_DEPTH_MAX
                   ? find_slot(parent->element, e->name, false, &hint)
                   : -1;
    if (slot < 0) {
        r->skip_from = e->depth; /* the validator refuses it */
        return;
    }
    const st_rec_field *f = &parent->element->fields[slot];
    st_rec_frame *frame = push_frame(r, f->element, (uint32_t)slot, e->start);
    if (frame->simple)
        st_buf_clear(&r->text);
    else
        take_attrs(r, frame);
}

static bool on_start(void *ctx, const st_xml_push_element *e, st_err *err) {
    st_rec_reader *r = ctx;
    r->attrs = e->attrs;
    r->n_attrs = e->n_attrs;
    if (r->fatal.code) {
        *err = r->fatal;
        return false;
    }
    if (e->depth == 0)
        return st_rec_head(r, e, err);
    if (e->depth == 1)
        return start_subject(r, e, err);
    if (r->skip_from < 0 && !r->too_large)
        start_child(r, e);
    return true;
}

/* -- ends -- */

static void finish_lists(st_rec_reader *r, st_rec_frame *f) {
    for (uint32_t i = 0; i < f->element->n_fields; i++)
        if (f->element->fields[i].list)
            f->values[i] = st_list_val(&r->arena, f->lists[i].v.items, f->lists[i].v.n);
}

/* A number that must be one subject's is looked for once, when it is taken. */
static bool may_join(const st_rec_field *field, const st_rec_frame *f) {
    return field->join >= 0 && (f->repeats || !f->element->fields[field->join].notes.unique);
}

static void end_child(st_rec_reader *r) {
    st_rec_frame *f = &r->frames[r->top - 1], *parent = &r->frames[r->top - 2];
    const st_rec_field *field = &parent->element->fields[f->slot];
    bool joined = false;
    if (f->simple) {
        st_str text = st_buf_view(&r->text);
        if (!f->told)
            st_rec_take_value(r, parent, f->slot, (st_str){text.n ? text.p : "", text.n});
    } else {
        finish_lists(r, f);
        st_rec_check_element(r, f);
        if (f->element->short_forms)
            st_rec_short_forms(&r->arena, f->element, f->values);
        st_val v = st_context_val(&r->arena, f->element->shape, f->values);
        if (!field->list)
            parent->values[f->slot] = v;
        else if (!may_join(field, f) || !st_rec_join(r, field, &parent->lists[f->slot], v))
            ST_VEC_PUSH(&r->arena, &parent->lists[f->slot].v, v);
        else
            joined = true;
    }
    if (field->list && r->top == 2 && !joined && parent->lists[f->slot].v.n) {
        struct st_record_item item = {f->slot, (uint32_t)parent->lists[f->slot].v.n - 1, f->pos};
        ST_VEC_PUSH(&r->arena, &r->items, item);
    }
    r->top--;
}

static void take_key(st_rec_reader *r, const st_val *values) {
    const st_val *key = &values[r->type->key];
    bool usable = !r->key_bad && key->kind == ST_STRING && key->n > 0 && key->n <= ST_REC_KEY_MAX;
    if (usable)
        r->rec.key = st_val_str(*key);
    else if (r->rec.state != ST_RECORD_REJECTED)
        st_rec_finding(r, ST_SEV_REJECTED, ST_E_REC_VALUE, r->rec.pos,
                       "the record has no usable %.*s (1 to %d bytes)",
                       ST_FMT(r->type->subject->fields[r->type->key].xml), ST_REC_KEY_MAX);
}

/* The key that the subject had before; one that is the record's own names nobody else. */
static void take_formerly(st_rec_reader *r, const st_val *values) {
    if (r->type->formerly < 0 || r->rec.state == ST_RECORD_REJECTED)
        return;
    const st_rec_field *f = &r->type->subject->fields[r->type->formerly];
    const st_val *v = &values[r->type->formerly];
    if (v->kind != ST_STRING)
        return;
    st_str former = st_val_str(*v);
    if (former.n == 0 || former.n > ST_REC_KEY_MAX)
        st_rec_finding(r, ST_SEV_REJECTED, ST_E_REC_VALUE, r->rec.pos,
                       "%.*s is no usable key (1 to %d bytes)", ST_FMT(f->xml), ST_REC_KEY_MAX);
    else if (st_str_eq(former, r->rec.key))
        st_rec_finding(r, ST_SEV_HELD, ST_E_REC_FORMERLY, r->rec.pos,
                       "%.*s='%.*s' is the record's own key", ST_FMT(f->xml), ST_FMT(former));
    else
        r->rec.formerly = former;
}

/* "A01: ...": places move, and who reads a list of findings looks for people. */
static void name_subject(st_rec_reader *r) {
    if (!r->rec.key.n || !r->findings.n)
        return;
    st_buf who;
    st_buf_init(&who, 4 * ST_REC_KEY_MAX);
    st_mask_add(&who, r->type->subject->fields[r->type->key].notes.mask, r->rec.key);
    for (size_t i = 0; i < r->findings.n; i++)
        if (r->findings.items[i].code != ST_E_REC_UTF8) /* about the file */
            (void)st_err_wrap(&r->findings.items[i], "%.*s", ST_FMT(st_buf_view(&who)));
    st_buf_free(&who);
}

static bool end_subject(st_rec_reader *r, st_err *err) {
    st_rec_frame *f = &r->frames[0];
    finish_lists(r, f);
    st_rec_check_element(r, f);
    st_rec_check_references(r, f);
    if (f->element->short_forms)
        st_rec_short_forms(&r->arena, f->element, f->values);
    take_key(r, f->values);
    take_formerly(r, f->values);
    if (r->rec.state != ST_RECORD_REJECTED) {
        r->rec.facts = st_context_val(&r->arena, f->element->shape, f->values);
        st_rec_digest(r->sha, &r->scratch, f->element, f->values, &r->rec.digest);
    }
    name_subject(r);
    r->result->n_rejected += r->rec.state == ST_RECORD_REJECTED;
    r->result->n_held += r->rec.state == ST_RECORD_HELD;
    r->rec.findings = r->findings.items;
    r->rec.n_findings = r->findings.n;
    r->rec.unique = r->uniques.items;
    r->rec.n_unique = r->uniques.n;
    r->rec.items = r->items.items;
    r->rec.n_items = r->items.n;
    r->top = 0;
    return !r->events->record || r->events->record(r->ctx, &r->rec, err);
}

static bool on_end(void *ctx, st_str name, int depth, st_pos pos, st_err *err) {
    st_rec_reader *r = ctx;
    (void)name, (void)pos;
    if (r->fatal.code) {
        *err = r->fatal;
        return false;
    }
    if (depth == 0)
        return send_head(r, err);
    if (depth == 1)
        return end_subject(r, err);
    if (r->too_large)
        return true;
    if (r->skip_from < 0)
        end_child(r);
    else if (r->skip_from == depth)
        r->skip_from = -1;
    return true;
}

static bool on_text(void *ctx, st_str text, st_pos pos, st_err *err) {
    st_rec_reader *r = ctx;
    bool wanted = r->skip_from < 0 && !r->too_large && r->top > 0 && r->frames[r->top - 1].simple;
    if (wanted && !st_buf_str(&r->text, text))
        return st_fail_at(err, ST_E_REC_LIMIT, pos, "a text longer than %d bytes", ST_XML_ATTR_MAX);
    return true;
}

/* -- violations -- */

static st_str attr_value(const st_rec_reader *r, st_str name) {
    for (size_t i = 0; i < r->n_attrs; i++)
        if (!r->attrs[i].foreign && st_str_eq(r->attrs[i].name, name))
            return r->attrs[i].value;
    return ST_STR_NONE;
}

/* The field and value meant by a violation of the element that is open on top. */
static const st_rec_field *field_meant(const st_rec_reader *r, const st_xml_invalid *v,
                                       st_str *value) {
    const st_rec_frame *f = &r->frames[r->top - 1];
    if (v->depth != r->top || r->skip_from >= 0)
        return NULL;
    if (f->simple && v->attribute.n == 0) {
        *value = st_buf_view(&r->text);
        return &r->frames[r->top - 2].element->fields[f->slot];
    }
    uint32_t hint = 0;
    int slot = f->element && v->attribute.n ? find_slot(f->element, v->attribute, true, &hint) : -1;
    if (slot < 0)
        return NULL;
    *value = attr_value(r, v->attribute);
    return &f->element->fields[slot];
}

static void on_invalid(void *ctx, const st_xml_invalid *v) {
    st_rec_reader *r = ctx;
    if (v->depth == 0 || (v->depth == 1 && v->rest_unchecked)) {
        if (r->fatal.code == ST_E_NONE) {
            r->fatal = *v->finding;
            r->fatal.code = v->depth == 0 ? ST_E_REC_HEAD : ST_E_REC_STRANGER;
            (void)snprintf(r->fatal.hint, sizeof r->fatal.hint, "%s", st_code_hint(r->fatal.code));
        }
        return;
    }
    if (r->top == 0 || (r->too_large && v->depth > 1))
        return;
    st_str value = ST_STR_NONE;
    const st_rec_field *f = field_meant(r, v, &value);
    if (f && f->kind == ST_REC_NUMBER && !f->element && v->value &&
        st_rec_many_digits(st_str_trim(value)))
        return; /* judged by digits.c, whatever this libxml2 says */
    if (f && v->depth == 1 && f->notes.key)
        r->key_bad = true;
    bool own = v->depth == r->top && r->skip_from < 0;
    if (own && v->value)
        r->frames[r->top - 1].told = true;
    st_rec_finding_invalid(r, v, own ? r->frames[r->top - 1].pos : v->finding->pos, f, value);
}

const st_xml_push_events st_rec_push_events = {
    .start = on_start, .end = on_end, .text = on_text, .invalid = on_invalid};

bool st_rec_reader_end(st_rec_reader *r, st_err *err) {
    if (r->fatal.code) {
        if (err && err->code == ST_E_NONE)
            *err = r->fatal;
        return false;
    }
    const st_records_result *x = r->result;
    if (x->head.has_count && x->head.declared_count != x->n_read)
        return st_fail_at(err, ST_E_REC_COUNT, (st_pos){.file = r->path, .line = 1, .column = 1},
                          "the file says that it has %" PRIu64 " records, but it has %" PRIu64,
                          x->head.declared_count, x->n_read);
    return true;
}
