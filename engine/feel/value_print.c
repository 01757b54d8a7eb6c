/* Values as text: FEEL's string(), JSON, and canonical bytes for digests. */
#include "feel/feel_int.h"
#include "feel/node.h"

static void print(st_buf *out, st_val v, bool nested, int depth);

static void print_quoted(st_buf *out, st_str s) {
    (void)st_buf_ch(out, '"');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"' || s.p[i] == '\\')
            (void)st_buf_ch(out, '\\');
        (void)st_buf_ch(out, s.p[i]);
    }
    (void)st_buf_ch(out, '"');
}

static void print_number(st_buf *out, st_dec d) {
    char text[ST_DEC_TEXT_MAX];
    (void)st_buf_add(out, text, st_dec_text(d, text));
}

/* Words with single blanks between them need no quotes around a key; all else, symbols and blanks
 * of other kinds too, would read back as another name or none. */
static bool plain_key(st_str k) {
    bool start = true;
    for (size_t i = 0, len; i < k.n; i += len) {
        int32_t cp = st_lex_cp(k, i, &len);
        if (cp == ' ' ? start || i + 1 == k.n
                      : cp < 0 || cp == '?' || !st_lex_name_part((uint32_t)cp) ||
                            (i == 0 && !st_lex_name_start((uint32_t)cp)))
            return false;
        start = cp == ' ';
    }
    return k.n > 0;
}

static void print_list(st_buf *out, const st_list *l, int depth) {
    (void)st_buf_ch(out, '[');
    for (uint32_t i = 0; i < l->n && !out->overflow; i++) {
        if (i)
            (void)st_buf_z(out, ", ");
        print(out, l->v[i], true, depth);
    }
    (void)st_buf_ch(out, ']');
}

static void print_context(st_buf *out, const st_context *c, int depth) {
    (void)st_buf_ch(out, '{');
    for (uint32_t i = 0; i < c->shape->n && !out->overflow; i++) {
        if (i)
            (void)st_buf_z(out, ", ");
        if (plain_key(c->shape->names[i]))
            (void)st_buf_str(out, c->shape->names[i]);
        else
            print_quoted(out, c->shape->names[i]);
        (void)st_buf_z(out, ": ");
        print(out, c->v[i], true, depth);
    }
    (void)st_buf_ch(out, '}');
}

static void print_range(st_buf *out, const st_range *r, int depth) {
    if (r->lo_unbounded && r->hi_unbounded) {
        (void)st_buf_z(out, r->lo_closed ? "(= " : "(!= ");
        print(out, r->lo, true, depth);
        (void)st_buf_ch(out, ')');
        return;
    }
    if (r->lo_unbounded || r->hi_unbounded) {
        bool low = !r->lo_unbounded;
        (void)st_buf_ch(out, '(');
        (void)st_buf_ch(out, low ? '>' : '<');
        (void)st_buf_z(out, (low ? r->lo_closed : r->hi_closed) ? "=" : "");
        (void)st_buf_ch(out, ' ');
        print(out, low ? r->lo : r->hi, true, depth);
        (void)st_buf_ch(out, ')');
        return;
    }
    (void)st_buf_ch(out, r->lo_closed ? '[' : '(');
    print(out, r->lo, true, depth);
    (void)st_buf_z(out, "..");
    print(out, r->hi, true, depth);
    (void)st_buf_ch(out, r->hi_closed ? ']' : ')');
}

/* Inside a range or list temporal values are literals again. */
static void print_temporal(st_buf *out, st_val v) {
    switch ((st_kind)v.kind) {
    case ST_DATE:
        st_date_add(out, v.u.date);
        break;
    case ST_TIME:
        st_temporal_print_time(out, v.u.time);
        break;
    case ST_DATETIME:
        st_temporal_print_datetime(out, v.u.datetime);
        break;
    case ST_YM_DURATION:
        st_temporal_print_ym(out, v.u.months);
        break;
    case ST_DT_DURATION:
        st_temporal_print_dt(out, v.u.seconds, v.n);
        break;
    default:
        ST_UNREACHABLE();
    }
}

static void print(st_buf *out, st_val v, bool nested, int depth) {
    if (depth > ST_FEEL_DEPTH_MAX) {
        (void)st_buf_z(out, "...");
        return;
    }
    switch ((st_kind)v.kind) {
    case ST_NULL:
        (void)st_buf_z(out, "null");
        break;
    case ST_BOOL:
        (void)st_buf_z(out, v.u.b ? "true" : "false");
        break;
    case ST_NUMBER:
        print_number(out, v.u.num);
        break;
    case ST_STRING:
        if (nested)
            print_quoted(out, st_val_str(v));
        else
            (void)st_buf_str(out, st_val_str(v));
        break;
    case ST_LIST:
        print_list(out, v.u.list, depth + 1);
        break;
    case ST_CONTEXT:
        print_context(out, v.u.context, depth + 1);
        break;
    case ST_RANGE:
        print_range(out, v.u.range, depth + 1);
        break;
    case ST_FUNCTION:
        (void)st_buf_z(out, "function");
        break;
    default:
        if (nested)
            (void)st_buf_z(out, "@\"");
        print_temporal(out, v);
        if (nested)
            (void)st_buf_ch(out, '"');
    }
}

void st_feel_print(st_buf *out, st_val v) {
    print(out, v, false, 0);
}

static void json(st_buf *out, st_val v, int depth);

static void json_text(st_buf *out, st_val v) {
    st_buf text;
    st_buf_init(&text, out->max);
    print(&text, v, false, 0);
    (void)st_buf_json(out, st_buf_view(&text));
    st_buf_free(&text);
}

static void json_list(st_buf *out, const st_list *l, int depth) {
    (void)st_buf_ch(out, '[');
    for (uint32_t i = 0; i < l->n && !out->overflow; i++) {
        if (i)
            (void)st_buf_ch(out, ',');
        json(out, l->v[i], depth);
    }
    (void)st_buf_ch(out, ']');
}

static void json_context(st_buf *out, const st_context *c, int depth) {
    (void)st_buf_ch(out, '{');
    for (uint32_t i = 0; i < c->shape->n && !out->overflow; i++) {
        if (i)
            (void)st_buf_ch(out, ',');
        (void)st_buf_json(out, c->shape->names[i]);
        (void)st_buf_ch(out, ':');
        json(out, c->v[i], depth);
    }
    (void)st_buf_ch(out, '}');
}

static void json(st_buf *out, st_val v, int depth) {
    if (depth > ST_FEEL_DEPTH_MAX) {
        (void)st_buf_z(out, "null");
        return;
    }
    switch ((st_kind)v.kind) {
    case ST_NULL:
    case ST_BOOL:
    case ST_NUMBER:
        print(out, v, true, depth);
        break;
    case ST_STRING:
        (void)st_buf_json(out, st_val_str(v));
        break;
    case ST_LIST:
        json_list(out, v.u.list, depth + 1);
        break;
    case ST_CONTEXT:
        json_context(out, v.u.context, depth + 1);
        break;
    case ST_RANGE: /* may hold texts with quotes */
    case ST_FUNCTION:
    case ST_KIND_COUNT:
        json_text(out, v);
        break;
    default:
        (void)st_buf_ch(out, '"');
        print_temporal(out, v);
        (void)st_buf_ch(out, '"');
    }
}

void st_feel_print_json(st_buf *out, st_val v) {
    json(out, v, 0);
}

/* -- canonical bytes: a tag per kind, lengths before content, keys of a context in byte order -- */

static void canonical(st_buf *out, st_val v, int depth);

static void canonical_text(st_buf *out, char tag, const char *p, size_t n) {
    (void)st_buf_ch(out, tag);
    (void)st_buf_be32(out, (uint32_t)n);
    (void)st_buf_add(out, p, n);
}

static void canonical_number(st_buf *out, st_dec d) {
    char text[ST_DEC_TEXT_MAX];
    size_t n = st_dec_text_norm(st_dec_sign(d) ? d : st_dec_int(0), text);
    canonical_text(out, '#', text, n);
}

static void canonical_date(st_buf *out, st_date d) {
    (void)st_buf_be32(out, (uint32_t)d.year);
    (void)st_buf_ch(out, (char)d.month);
    (void)st_buf_ch(out, (char)d.day);
}

static void canonical_time(st_buf *out, const st_time *t) {
    (void)st_buf_ch(out, (char)t->hour);
    (void)st_buf_ch(out, (char)t->minute);
    (void)st_buf_ch(out, (char)t->second);
    (void)st_buf_be32(out, t->nano);
    (void)st_buf_ch(out, (char)t->zone_kind);
    if (t->zone_kind == ST_ZONE_OFFSET)
        (void)st_buf_be32(out, (uint32_t)t->offset);
    if (t->zone_kind == ST_ZONE_NAMED)
        canonical_text(out, 's', t->zone, strlen(t->zone));
}

typedef struct entry {
    st_str name;
    const st_val *value;
} entry;

static int by_name(const void *x, const void *y) {
    return st_str_cmp(((const entry *)x)->name, ((const entry *)y)->name);
}

static void canonical_context(st_buf *out, const st_context *c, int depth) {
    entry small[32];
    uint32_t n = c->shape->n;
    entry *order = n <= ST_LEN(small) ? small : st_xmalloc(n * sizeof *order);
    for (uint32_t i = 0; i < n; i++)
        order[i] = (entry){c->shape->names[i], &c->v[i]};
    qsort(order, n, sizeof *order, by_name);
    (void)st_buf_ch(out, '{');
    (void)st_buf_be32(out, n);
    for (uint32_t i = 0; i < n; i++) {
        canonical_text(out, 's', order[i].name.p, order[i].name.n);
        canonical(out, *order[i].value, depth);
    }
    if (order != small)
        free(order);
}

static void canonical_range(st_buf *out, const st_range *r, int depth) {
    (void)st_buf_ch(out, 'r');
    (void)st_buf_ch(out, (char)(r->lo_closed | r->hi_closed << 1 | r->lo_unbounded << 2 |
                                r->hi_unbounded << 3));
    canonical(out, r->lo, depth);
    canonical(out, r->hi, depth);
}

static void canonical(st_buf *out, st_val v, int depth) {
    ST_ASSERT(depth < 2 * ST_FEEL_DEPTH_MAX);
    switch ((st_kind)v.kind) {
    case ST_NULL:
        (void)st_buf_ch(out, 'N');
        break;
    case ST_BOOL:
        (void)st_buf_ch(out, v.u.b ? 'T' : 'F');
        break;
    case ST_NUMBER:
        canonical_number(out, v.u.num);
        break;
    case ST_STRING:
        canonical_text(out, 's', v.u.s, v.n);
        break;
    case ST_DATE:
        (void)st_buf_ch(out, 'd');
        canonical_date(out, v.u.date);
        break;
    case ST_TIME:
        (void)st_buf_ch(out, 't');
        canonical_time(out, v.u.time);
        break;
    case ST_DATETIME:
        (void)st_buf_ch(out, 'D');
        canonical_date(out, v.u.datetime->date);
        canonical_time(out, &v.u.datetime->time);
        break;
    case ST_YM_DURATION:
        (void)st_buf_ch(out, 'm');
        (void)st_buf_be64(out, (uint64_t)v.u.months);
        break;
    case ST_DT_DURATION:
        (void)st_buf_ch(out, 'x');
        (void)st_buf_be64(out, (uint64_t)v.u.seconds);
        (void)st_buf_be32(out, v.n);
        break;
    case ST_LIST:
        (void)st_buf_ch(out, '[');
        (void)st_buf_be32(out, v.u.list->n);
        for (uint32_t i = 0; i < v.u.list->n; i++)
            canonical(out, v.u.list->v[i], depth + 1);
        break;
    case ST_CONTEXT:
        canonical_context(out, v.u.context, depth + 1);
        break;
    case ST_RANGE:
        canonical_range(out, v.u.range, depth + 1);
        break;
    case ST_FUNCTION: /* code, not a fact: no digest holds one */
    case ST_KIND_COUNT:
        (void)st_buf_ch(out, 'f');
        break;
    }
}

void st_feel_canonical(st_buf *out, st_val v) {
    canonical(out, v, 0);
}
