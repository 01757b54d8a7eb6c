#include "feel/pack.h"

static void pack_time(st_buf *b, const st_time *t) {
    const uint8_t head[4] = {t->hour, t->minute, t->second, t->zone_kind};
    (void)st_buf_add(b, head, sizeof head);
    (void)st_buf_be32(b, (uint32_t)t->offset);
    (void)st_buf_be32(b, t->nano);
    st_str zone = st_str_of(t->zone);
    (void)st_buf_be16(b, (uint16_t)zone.n);
    (void)st_buf_str(b, zone);
}

static void pack_date(st_buf *b, st_date d) {
    (void)st_buf_be32(b, (uint32_t)d.year);
    (void)st_buf_ch(b, (char)d.month);
    (void)st_buf_ch(b, (char)d.day);
}

void st_feel_pack(st_buf *b, st_val v) {
    (void)st_buf_ch(b, (char)v.kind);
    switch ((st_kind)v.kind) {
    case ST_NULL:
        return;
    case ST_BOOL:
        (void)st_buf_ch(b, v.u.b);
        return;
    case ST_NUMBER:
        (void)st_buf_be64(b, v.u.num.w[0]);
        (void)st_buf_be64(b, v.u.num.w[1]);
        return;
    case ST_STRING:
        (void)st_buf_be32(b, v.n);
        (void)st_buf_str(b, st_val_str(v));
        return;
    case ST_DATE:
        pack_date(b, v.u.date);
        return;
    case ST_TIME:
        pack_time(b, v.u.time);
        return;
    case ST_DATETIME:
        pack_date(b, v.u.datetime->date);
        pack_time(b, &v.u.datetime->time);
        return;
    case ST_YM_DURATION:
        (void)st_buf_be64(b, (uint64_t)v.u.months);
        return;
    case ST_DT_DURATION:
        (void)st_buf_be64(b, (uint64_t)v.u.seconds);
        (void)st_buf_be32(b, v.n);
        return;
    case ST_LIST:
        (void)st_buf_be32(b, v.u.list->n);
        for (uint32_t i = 0; i < v.u.list->n; i++)
            st_feel_pack(b, v.u.list->v[i]);
        return;
    case ST_CONTEXT:
        (void)st_buf_be32(b, v.u.context->shape->n);
        for (uint32_t i = 0; i < v.u.context->shape->n; i++)
            st_feel_pack(b, v.u.context->v[i]);
        return;
    case ST_RANGE:
    case ST_FUNCTION:
    case ST_KIND_COUNT:
        break;
    }
    ST_UNREACHABLE();
}

typedef struct reader {
    const unsigned char *p, *end;
    st_arena *a;
} reader;

static uint64_t take(reader *r, size_t n) {
    ST_ASSERT((size_t)(r->end - r->p) >= n);
    uint64_t v = 0;
    for (size_t i = 0; i < n; i++)
        v = v << 8 | r->p[i];
    r->p += n;
    return v;
}

static st_str take_str(reader *r, size_t n) {
    ST_ASSERT((size_t)(r->end - r->p) >= n);
    st_str s = {(const char *)r->p, n};
    r->p += n;
    return s;
}

static st_date take_date(reader *r) {
    st_date d = {.year = (int32_t)(uint32_t)take(r, 4)};
    d.month = (uint8_t)take(r, 1);
    d.day = (uint8_t)take(r, 1);
    return d;
}

static st_time take_time(reader *r) {
    st_time t = {0};
    t.hour = (uint8_t)take(r, 1);
    t.minute = (uint8_t)take(r, 1);
    t.second = (uint8_t)take(r, 1);
    t.zone_kind = (uint8_t)take(r, 1);
    t.offset = (int32_t)(uint32_t)take(r, 4);
    t.nano = (uint32_t)take(r, 4);
    st_str zone = take_str(r, (size_t)take(r, 2));
    t.zone = zone.n ? st_arena_dup(r->a, zone.p, zone.n) : NULL;
    return t;
}

static st_val unpack(reader *r, const st_feel_type *type);

static st_val take_items(reader *r, const st_feel_type *type, bool list) {
    uint32_t n = (uint32_t)take(r, 4);
    st_val *v = ST_NEWN(r->a, st_val, n + 1);
    ST_ASSERT(list ? type->kind == ST_T_LIST
                   : type->kind == ST_T_CONTEXT && type->shape && type->shape->n == n);
    for (uint32_t i = 0; i < n; i++)
        v[i] = unpack(r, list ? type->elem : type->fields[i].type);
    return list ? st_list_val(r->a, v, n) : st_context_val(r->a, type->shape, v);
}

static st_val unpack(reader *r, const st_feel_type *type) {
    st_kind kind = (st_kind)take(r, 1);
    switch (kind) {
    case ST_NULL:
        return st_null();
    case ST_BOOL:
        return st_bool(take(r, 1) != 0);
    case ST_NUMBER: {
        uint64_t low = take(r, 8), high = take(r, 8);
        return st_number((st_dec){{low, high}});
    }
    case ST_STRING:
        return st_string(take_str(r, (size_t)take(r, 4)));
    case ST_DATE:
        return st_date_val(take_date(r));
    case ST_TIME:
        return st_time_val(r->a, take_time(r));
    case ST_DATETIME: {
        st_date d = take_date(r);
        return st_datetime_val(r->a, (st_datetime){d, take_time(r)});
    }
    case ST_YM_DURATION:
        return st_ym_duration((int64_t)take(r, 8));
    case ST_DT_DURATION: {
        int64_t seconds = (int64_t)take(r, 8);
        return st_dt_duration(seconds, (uint32_t)take(r, 4));
    }
    case ST_LIST:
        return take_items(r, type, true);
    case ST_CONTEXT:
        return take_items(r, type, false);
    case ST_RANGE:
    case ST_FUNCTION:
    case ST_KIND_COUNT:
        break;
    }
    ST_UNREACHABLE();
}

st_val st_feel_unpack(st_arena *a, st_str bytes, const st_feel_type *type) {
    reader r = {(const unsigned char *)bytes.p, (const unsigned char *)bytes.p + bytes.n, a};
    st_val v = unpack(&r, type);
    ST_ASSERT(r.p == r.end);
    return v;
}
