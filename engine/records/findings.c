/* What is wrong with a record, as data. Values appear masked as the schema says. */
#include "records/records_int.h"

static void add(st_rec_reader *r, const st_err *e) {
    st_record_state state = e->severity == ST_SEV_REJECTED ? ST_RECORD_REJECTED
                            : e->severity == ST_SEV_HELD   ? ST_RECORD_HELD
                                                           : ST_RECORD_OK;
    if (state > r->rec.state)
        r->rec.state = state;
    if (r->n_findings++ < ST_REC_FINDINGS_MAX)
        ST_VEC_PUSH(&r->arena, &r->findings, *e);
}

void st_rec_finding(st_rec_reader *r, st_severity severity, st_code code, st_pos pos,
                    const char *fmt, ...) {
    char msg[ST_MSG_MAX];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(msg, sizeof msg, fmt, ap);
    va_end(ap);
    st_err e;
    st_err_init(&e);
    (void)st_fail_at(&e, code, pos, "%s", msg);
    e.severity = severity;
    add(r, &e);
}

st_str st_rec_cut(st_str s) {
    return st_utf8_cut(s, ST_REC_SHOWN_MAX);
}

/* The value as it may be shown: masked, short, one line. */
static void shown(st_buf *out, const st_rec_field *f, st_str value) {
    size_t n = st_rec_cut(value).n;
    st_mask_add(out, f->notes.mask, (st_str){value.p, n});
    for (size_t i = 0; i < out->n; i++)
        if ((unsigned char)out->p[i] < ' ')
            out->p[i] = ' ';
    if (n < value.n)
        (void)st_buf_z(out, "...");
}

void st_rec_finding_value(st_rec_reader *r, st_severity severity, st_code code, st_pos pos,
                          const st_rec_field *f, st_str value, const char *words) {
    st_buf b;
    st_buf_init(&b, 4 * ST_REC_SHOWN_MAX);
    shown(&b, f, value);
    st_rec_finding(r, severity, code, pos, "%.*s: %s (found '%s')", ST_FMT(f->xml), words,
                   b.p ? b.p : "");
    st_buf_free(&b);
}

static const char zoned[] = "a day is written without a time zone";

/* A day with a time zone; beside a bound libxml2 calls it too small, because the two cannot be
 * compared. */
static bool is_zoned_day(const st_rec_field *f, st_str value) {
    st_date day;
    value = st_str_trim(value);
    st_str zone = st_str_sub(value, 10, value.n);
    return f->kind == ST_REC_DATE && !f->element && value.n > 10 &&
           st_date_parse(st_str_sub(value, 0, 10), &day) &&
           (st_str_is(zone, "Z") || zone.p[0] == '+' || zone.p[0] == '-');
}

static const st_rec_refuse *refused(const st_rec_field *f, st_str value) {
    value = st_str_trim(value);
    for (size_t i = 0; i < f->notes.n_refuses; i++)
        if (st_str_eq(f->notes.refuses[i].value, value))
            return &f->notes.refuses[i];
    return NULL;
}

void st_rec_finding_invalid(st_rec_reader *r, const st_xml_invalid *v, st_pos pos,
                            const st_rec_field *f, st_str value) {
    if (f && v->value && value.p && is_zoned_day(f, value)) {
        st_rec_finding_value(r, ST_SEV_REJECTED, ST_E_REC_VALUE, pos, f, value, zoned);
        return;
    }
    if (!f || !v->value || !value.p) {
        st_rec_finding(r, ST_SEV_REJECTED, ST_E_REC_INVALID, pos, "%s", v->finding->msg);
        return;
    }
    const st_rec_refuse *known = refused(f, value);
    if (known) {
        st_rec_finding(r, ST_SEV_REJECTED, ST_E_REC_CONFUSED, pos, "%s: %.*s", v->finding->msg,
                       ST_FMT(known->text));
        return;
    }
    st_buf b;
    st_buf_init(&b, 4 * ST_REC_SHOWN_MAX);
    shown(&b, f, value);
    st_rec_finding(r, ST_SEV_REJECTED, ST_E_REC_INVALID, pos, "%s (found '%s')", v->finding->msg,
                   b.p ? b.p : "");
    st_buf_free(&b);
}

static void add_unique(st_rec_reader *r, st_rec_frame *frame, const st_rec_field *f, st_str value) {
    st_record_unique u = {.field = f->unique, .state = f->notes.unique_state, .value = value};
    st_sha256 full;
    st_sha256_begin(r->sha);
    st_sha256_add(r->sha, f->name.p, f->name.n + 1); /* with its NUL, as separator */
    st_sha256_add(r->sha, value.p, value.n);
    st_sha256_end(r->sha, &full);
    memcpy(u.hash, full.b, sizeof u.hash);
    for (size_t i = 0; i < r->uniques.n; i++)
        if (r->uniques.items[i].field == u.field &&
            memcmp(r->uniques.items[i].hash, u.hash, sizeof u.hash) == 0) {
            if (f->joins) {
                frame->repeats = true;
                return;
            }
            st_rec_finding_value(r, ST_SEV_HELD, ST_E_REC_TWICE, frame->pos, f, value,
                                 "the same value stands twice in this record");
            return;
        }
    ST_VEC_PUSH(&r->arena, &r->uniques, u);
}

static void check_digits(st_rec_reader *r, const st_rec_frame *frame, const st_rec_field *f,
                         st_str text, const st_val *v) {
    const char *wrong =
        st_rec_many_digits(text) ? st_rec_failed_limits(f->limits, text, v->u.num) : NULL;
    if (wrong)
        st_rec_finding_value(r, ST_SEV_REJECTED, ST_E_REC_INVALID, frame->pos, f, text, wrong);
}

static bool value_of(st_rec_reader *r, st_rec_frame *frame, const st_rec_field *f, st_str text,
                     st_val *v) {
    if (!st_rec_value(&r->arena, f->kind, text, v)) {
        frame->unusable = (int)(f - frame->element->fields);
        frame->why = is_zoned_day(f, text) ? zoned : "this value cannot be used";
        return false;
    }
    if (v->kind == ST_NUMBER)
        check_digits(r, frame, f, st_str_trim(text), v);
    if (v->kind != ST_STRING)
        return true;
    if (f->notes.normal)
        *v = st_string(st_rec_normalise(&r->arena, f->notes.normal, st_val_str(*v)));
    st_str s = st_val_str(*v);
    if (f->notes.normal && s.n == 0 && st_str_trim(text).n)
        st_rec_finding(r, ST_SEV_REJECTED, ST_E_REC_INVALID, frame->pos,
                       "%.*s: the value has no character that can be seen", ST_FMT(f->xml));
    const char *wrong = f->notes.check && f->notes.check != ST_REC_IDENTITY && s.n
                            ? st_rec_failed_check(f->notes.check, s, r->result->head.known_at)
                            : NULL;
    if (wrong)
        st_rec_finding_value(r, f->notes.severity, st_rec_check_code(f->notes.check), frame->pos, f,
                             s, wrong);
    if (f->notes.unique && s.n)
        add_unique(r, frame, f, s);
    return true;
}

void st_rec_take_value(st_rec_reader *r, st_rec_frame *frame, uint32_t slot, st_str text) {
    const st_rec_field *f = &frame->element->fields[slot];
    st_val v;
    if (!value_of(r, frame, f, text, &v))
        return;
    if (f->list)
        ST_VEC_PUSH(&r->arena, &frame->lists[slot].v, v);
    else
        frame->values[slot] = v;
}

/* The validator says first what is wrong with a value; this is for what it lets pass. */
static void tell_unusable(st_rec_reader *r, const st_rec_frame *frame) {
    if (frame->unusable < 0 || frame->told)
        return;
    const st_rec_field *f = &frame->element->fields[frame->unusable];
    st_rec_finding(r, ST_SEV_REJECTED, ST_E_REC_VALUE, frame->pos, "%.*s of %.*s: %s",
                   ST_FMT(f->xml), ST_FMT(frame->element->xml), frame->why);
}

/* What an identity number must look like hangs on the kind of document beside it. */
static void check_identity(st_rec_reader *r, const st_rec_frame *frame, const st_rec_field *f) {
    const st_val *v = &frame->values[f - frame->element->fields];
    const st_val *kind = f->id_kind < 0 ? NULL : &frame->values[f->id_kind];
    if (v->kind != ST_STRING || v->n == 0)
        return;
    st_str which = kind && kind->kind == ST_STRING ? st_val_str(*kind) : ST_STR_NONE;
    const char *wrong = st_rec_failed_identity(which, st_val_str(*v), r->result->head.known_at);
    if (wrong)
        st_rec_finding_value(r, f->notes.severity, ST_E_REC_ID, frame->pos, f, st_val_str(*v),
                             wrong);
}

void st_rec_check_element(st_rec_reader *r, const st_rec_frame *frame) {
    const st_rec_element *e = frame->element;
    tell_unusable(r, frame);
    if (!e->checks)
        return;
    for (uint32_t i = 0; i < e->n_fields; i++) {
        const st_rec_field *f = &e->fields[i];
        const st_val *v = &frame->values[i];
        bool absent = f->list ? v->u.list->n == 0 : v->kind == ST_NULL;
        if (f->notes.check == ST_REC_IDENTITY && !f->list)
            check_identity(r, frame, f);
        if (f->notes.needed && absent && frame->unusable != (int)i)
            st_rec_finding(r, ST_SEV_HELD, ST_E_REC_ABSENT, frame->pos, "%.*s is missing in %.*s",
                           ST_FMT(f->xml), ST_FMT(e->xml));
        if (f->not_after < 0 || absent || frame->values[f->not_after].kind != ST_DATE)
            continue;
        if (st_date_cmp(v->u.date, frame->values[f->not_after].u.date) > 0)
            st_rec_finding(r, ST_SEV_HELD, ST_E_REC_ORDER, frame->pos,
                           "%.*s of %.*s lies after %.*s", ST_FMT(f->xml), ST_FMT(e->xml),
                           ST_FMT(e->fields[f->not_after].xml));
    }
}

static bool stands_in(const st_rec_frame *subject, const st_rec_reference *ref, st_val v) {
    const st_list *l = subject->values[ref->to_list].u.list;
    for (uint32_t i = 0; i < l->n; i++) {
        st_val other = l->v[i].u.context->v[ref->to_field];
        if (other.kind == ST_STRING && st_str_eq(st_val_str(other), st_val_str(v)))
            return true;
    }
    return false;
}

void st_rec_check_references(st_rec_reader *r, const st_rec_frame *subject) {
    for (size_t k = 0; k < r->type->references.n; k++) {
        const st_rec_reference *ref = &r->type->references.items[k];
        const st_rec_field *from = &subject->element->fields[ref->list];
        const st_list *l = subject->values[ref->list].u.list;
        for (uint32_t i = 0; i < l->n; i++) {
            st_val v = l->v[i].u.context->v[ref->field];
            if (v.kind == ST_STRING && v.n && !stands_in(subject, ref, v))
                st_rec_finding_value(r, ST_SEV_HELD, ST_E_REC_REFERENCE, subject->pos,
                                     &from->element->fields[ref->field], st_val_str(v),
                                     "no other entry of this record has that name");
        }
    }
}
