/* Results of one subject as bytes between the passes; never leaves the process. */
#include "run/run_int.h"

static void put_str(st_buf *b, st_str s) {
    (void)st_buf_be16(b, (uint16_t)s.n);
    (void)st_buf_str(b, s);
}

void st_spool_write(st_buf *b, const st_spooled *s) {
    (void)st_buf_ch(b, (char)s->state);
    (void)st_buf_be64(b, s->ordinal);
    (void)st_buf_be32(b, s->line);
    (void)st_buf_be32(b, s->column);
    (void)st_buf_add(b, s->facts.b, sizeof s->facts.b);
    (void)st_buf_be64(b, (uint64_t)s->seen);
    put_str(b, s->key);
    (void)st_buf_be16(b, (uint16_t)s->n_verdicts);
    for (size_t i = 0; i < s->n_verdicts; i++) {
        const st_spool_verdict *v = &s->verdicts[i];
        (void)st_buf_ch(b, (char)v->outcome);
        put_str(b, v->tier);
        (void)st_buf_be64(b, (uint64_t)v->due);
        (void)st_buf_be32(b, (uint32_t)v->occasions);
        (void)st_buf_be16(b, (uint16_t)v->n_reasons);
        for (size_t k = 0; k < v->n_reasons; k++)
            (void)st_buf_be32(b, v->reasons[k]);
    }
    (void)st_buf_be32(b, (uint32_t)s->n_owed);
    for (size_t i = 0; i < s->n_owed; i++) {
        const st_owed *o = &s->owed[i];
        (void)st_buf_be16(b, (uint16_t)o->benefit);
        (void)st_buf_ch(b, (char)o->state);
        put_str(b, o->occasion);
        put_str(b, o->tier);
        (void)st_buf_be32(b, (uint32_t)o->month);
        (void)st_buf_be64(b, (uint64_t)o->amount);
        (void)st_buf_be32(b, o->rule);
    }
    (void)st_buf_be16(b, (uint16_t)s->n_findings);
    for (size_t i = 0; i < s->n_findings; i++) {
        const st_spool_finding *f = &s->findings[i];
        (void)st_buf_ch(b, (char)f->severity);
        (void)st_buf_be16(b, f->code);
        (void)st_buf_be16(b, (uint16_t)f->benefit);
        (void)st_buf_be32(b, f->line);
        (void)st_buf_be32(b, f->column);
        put_str(b, f->msg);
        put_str(b, f->hint);
    }
    (void)st_buf_be32(b, (uint32_t)s->packed.n);
    (void)st_buf_str(b, s->packed);
}

/* The bytes are our own: running off their end is a defect. */
typedef struct reader {
    const unsigned char *p, *end;
} reader;

static uint64_t take(reader *r, size_t n) {
    ST_ASSERT((size_t)(r->end - r->p) >= n);
    uint64_t v = 0;
    for (size_t i = 0; i < n; i++)
        v = v << 8 | r->p[i];
    r->p += n;
    return v;
}

static st_str take_str(reader *r) {
    size_t n = (size_t)take(r, 2);
    ST_ASSERT((size_t)(r->end - r->p) >= n);
    st_str s = {(const char *)r->p, n};
    r->p += n;
    return s;
}

static void read_verdicts(st_arena *a, reader *r, st_spooled *out) {
    out->n_verdicts = (size_t)take(r, 2);
    st_spool_verdict *v = ST_NEWN(a, st_spool_verdict, out->n_verdicts);
    out->verdicts = v;
    for (size_t i = 0; i < out->n_verdicts; i++) {
        v[i].outcome = (st_outcome)take(r, 1);
        v[i].tier = take_str(r);
        v[i].due = (st_money)take(r, 8);
        v[i].occasions = (int32_t)take(r, 4);
        v[i].n_reasons = (size_t)take(r, 2);
        uint32_t *reasons = ST_NEWN(a, uint32_t, v[i].n_reasons);
        for (size_t k = 0; k < v[i].n_reasons; k++)
            reasons[k] = (uint32_t)take(r, 4);
        v[i].reasons = reasons;
    }
}

static void read_owed(st_arena *a, reader *r, st_spooled *out) {
    out->n_owed = (size_t)take(r, 4);
    st_owed *o = ST_NEWN(a, st_owed, out->n_owed);
    out->owed = o;
    for (size_t i = 0; i < out->n_owed; i++) {
        o[i].benefit = (uint32_t)take(r, 2);
        o[i].state = (st_due_state)take(r, 1);
        o[i].occasion = take_str(r);
        o[i].tier = take_str(r);
        o[i].month = (st_month)take(r, 4);
        o[i].amount = (st_money)take(r, 8);
        o[i].rule = (uint32_t)take(r, 4);
    }
}

static void read_findings(st_arena *a, reader *r, st_spooled *out) {
    out->n_findings = (size_t)take(r, 2);
    st_spool_finding *f = ST_NEWN(a, st_spool_finding, out->n_findings);
    out->findings = f;
    for (size_t i = 0; i < out->n_findings; i++) {
        f[i].severity = (uint8_t)take(r, 1);
        f[i].code = (uint16_t)take(r, 2);
        f[i].benefit = (int16_t)take(r, 2);
        f[i].line = (uint32_t)take(r, 4);
        f[i].column = (uint32_t)take(r, 4);
        f[i].msg = take_str(r);
        f[i].hint = take_str(r);
    }
}

void st_spool_read(st_arena *a, st_str bytes, st_spooled *out) {
    reader r = {(const unsigned char *)bytes.p, (const unsigned char *)bytes.p + bytes.n};
    out->state = (st_record_state)take(&r, 1);
    out->ordinal = take(&r, 8);
    out->line = (uint32_t)take(&r, 4);
    out->column = (uint32_t)take(&r, 4);
    for (size_t i = 0; i < ST_SHA256_LEN; i++)
        out->facts.b[i] = (uint8_t)take(&r, 1);
    out->seen = (int64_t)take(&r, 8);
    out->key = take_str(&r);
    read_verdicts(a, &r, out);
    read_owed(a, &r, out);
    read_findings(a, &r, out);
    out->packed.n = (size_t)take(&r, 4);
    ST_ASSERT((size_t)(r.end - r.p) >= out->packed.n);
    out->packed.p = (const char *)r.p;
    r.p += out->packed.n;
    ST_ASSERT(r.p == r.end);
}
