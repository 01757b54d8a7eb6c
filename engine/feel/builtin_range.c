/* Relations between points and ranges (Allen's, as DMN 1.5 10.3.4.9 gives them) and range().
 *
 * Every relation becomes comparisons of edges: an edge is a value moved by an infinitesimal step
 * when its side is open (inwards), or infinite when unbounded. A point is a closed range from
 * itself to itself. */
#include "feel/feel_int.h"

typedef struct edge {
    st_val v;
    int step;     /* -1, 0, 1: open end, closed, open start */
    int infinity; /* -1, 0, 1 */
} edge;
typedef struct span {
    edge start, end;
} span;

static span span_of(st_val v) {
    if (v.kind != ST_RANGE)
        return (span){{v, 0, 0}, {v, 0, 0}};
    const st_range *r = v.u.range;
    if (r->lo_unbounded &&
        r->hi_unbounded) { /* (= x) is a point; (!= x) has no place in the order */
        st_val at = r->lo_closed ? r->lo : st_null();
        return (span){{at, 0, 0}, {at, 0, 0}};
    }
    return (span){{r->lo, !r->lo_closed, r->lo_unbounded ? -1 : 0},
                  {r->hi, r->hi_closed ? 0 : -1, r->hi_unbounded ? 1 : 0}};
}

/* False when the values have no common order. */
static bool compare(edge a, edge b, int *cmp) {
    if (a.infinity || b.infinity) {
        *cmp = ST_CMP(a.infinity, b.infinity);
        return true;
    }
    if (!st_feel_order(a.v, b.v, cmp))
        return false;
    if (*cmp == 0)
        *cmp = ST_CMP(a.step, b.step);
    return true;
}

/* How the edges of x and y lie to each other. */
typedef struct relation {
    int starts; /* x.start against y.start */
    int ends;   /* x.end against y.end */
    int gap;    /* x.end against y.start */
    int back;   /* x.start against y.end */
    bool touch_closed;
} relation;
typedef bool holds_fn(relation r);

static bool before(relation r) {
    return r.gap < 0;
}
static bool meets(relation r) {
    return r.gap == 0 && r.touch_closed;
}
static bool overlaps(relation r) {
    return r.gap >= 0 && r.back <= 0;
}
static bool overlaps_before(relation r) {
    return r.starts < 0 && r.gap >= 0 && r.ends <= 0;
}
static bool finishes(relation r) {
    return r.ends == 0 && r.starts >= 0;
}
static bool includes(relation r) {
    return r.starts <= 0 && r.ends >= 0;
}
static bool starts(relation r) {
    return r.starts == 0 && r.ends <= 0;
}
static bool coincides(relation r) {
    return r.starts == 0 && r.ends == 0;
}

static st_val relate(st_call *c, st_val a, st_val b, holds_fn *holds) {
    span x = span_of(a), y = span_of(b);
    relation r;
    if (!compare(x.start, y.start, &r.starts) || !compare(x.end, y.end, &r.ends) ||
        !compare(x.end, y.start, &r.gap) || !compare(x.start, y.end, &r.back))
        return st_builtin_null(c, "the values have no common order");
    r.touch_closed = x.end.step == 0 && y.start.step == 0;
    return st_bool(holds(r));
}

#define RELATION(name)                                                                             \
    static st_val fn_##name(st_call *c, const st_val *args, ST_UNUSED size_t n) {                  \
        return relate(c, args[0], args[1], name);                                                  \
    }
#define INVERSE(inverse, name)                                                                     \
    static st_val fn_##inverse(st_call *c, const st_val *args, ST_UNUSED size_t n) {               \
        return relate(c, args[1], args[0], name);                                                  \
    }
RELATION(before)
INVERSE(after, before)
RELATION(meets)
INVERSE(met_by, meets)
RELATION(overlaps)
RELATION(overlaps_before)
INVERSE(overlaps_after, overlaps_before)
RELATION(finishes)
INVERSE(finished_by, finishes)
RELATION(includes)
INVERSE(during, includes)
RELATION(starts)
INVERSE(started_by, starts)
RELATION(coincides)

/* -- range("[1..3]"): only literals may stand in the text -- */

typedef struct cursor {
    const char *p, *end;
} cursor;

static void spaces(cursor *c) {
    while (c->p < c->end && (*c->p == ' ' || *c->p == '\t' || *c->p == '\n' || *c->p == '\r'))
        c->p++;
}

static bool word(cursor *c, const char *w) {
    size_t n = strlen(w);
    if ((size_t)(c->end - c->p) < n || memcmp(c->p, w, n) != 0)
        return false;
    c->p += n;
    spaces(c);
    return true;
}

/* A string literal; escapes of quote and backslash are the ones a bound can need. */
static bool quoted(st_arena *a, cursor *c, st_str *out) {
    char *text = st_arena_alloc(a, (size_t)(c->end - c->p) + 1);
    size_t n = 0;
    if (c->p == c->end || *c->p != '"')
        return false;
    for (c->p++; c->p < c->end && *c->p != '"'; c->p++) {
        if (*c->p == '\\' && c->end - c->p > 1 && (c->p[1] == '"' || c->p[1] == '\\'))
            c->p++;
        text[n++] = *c->p;
    }
    if (c->p == c->end)
        return false;
    c->p++;
    spaces(c);
    *out = (st_str){text, n};
    return true;
}

static bool date_literal(ST_UNUSED st_arena *a, st_str s, st_val *out) {
    st_date d;
    if (!st_feel_parse_date(s, &d))
        return false;
    *out = st_date_val(d);
    return true;
}
static bool time_literal(st_arena *a, st_str s, st_val *out) {
    st_time t;
    if (!st_feel_parse_time(a, s, &t))
        return false;
    *out = st_time_val(a, t);
    return true;
}
static bool datetime_literal(st_arena *a, st_str s, st_val *out) {
    st_datetime t;
    if (!st_feel_parse_datetime(a, s, &t))
        return false;
    *out = st_datetime_val(a, t);
    return true;
}
static bool duration_literal(ST_UNUSED st_arena *a, st_str s, st_val *out) {
    return st_feel_parse_duration(s, out);
}
static bool at_literal(st_arena *a, st_str s, st_val *out) {
    return date_literal(a, s, out) || datetime_literal(a, s, out) || time_literal(a, s, out) ||
           duration_literal(a, s, out);
}

static bool number_literal(cursor *c, st_val *out) {
    const char *from = c->p;
    st_dec d;
    if (c->p < c->end && *c->p == '-')
        c->p++;
    while (c->p < c->end && ((*c->p >= '0' && *c->p <= '9') || *c->p == '.') &&
           !(c->end - c->p > 1 && c->p[0] == '.' && c->p[1] == '.'))
        c->p++;
    if (!st_dec_parse((st_str){from, (size_t)(c->p - from)}, &d))
        return false;
    spaces(c);
    *out = st_number(d);
    return true;
}

static bool bound(st_arena *a, cursor *c, st_val *out) {
    static const struct {
        const char *word;
        bool (*make)(st_arena *, st_str, st_val *);
    } calls[] = {
        {"date and time", datetime_literal},
        {"date", date_literal},
        {"time", time_literal},
        {"duration", duration_literal},
    };
    st_str text;
    if (c->p < c->end && *c->p == '"') {
        if (!quoted(a, c, &text))
            return false;
        *out = st_string(text);
        return true;
    }
    if (c->p < c->end && *c->p == '@') {
        c->p++;
        return quoted(a, c, &text) && at_literal(a, text, out);
    }
    for (size_t i = 0; i < ST_LEN(calls); i++)
        if (word(c, calls[i].word))
            return word(c, "(") && quoted(a, c, &text) && word(c, ")") &&
                   calls[i].make(a, text, out);
    return number_literal(c, out);
}

static bool range_text(st_arena *a, st_str s, st_range *r) {
    cursor c = {s.p, s.p + s.n};
    int cmp;
    spaces(&c);
    r->lo_closed = word(&c, "[");
    if (!r->lo_closed && !word(&c, "(") && !word(&c, "]"))
        return false;
    if (!bound(a, &c, &r->lo) || !word(&c, "..") || !bound(a, &c, &r->hi))
        return false;
    r->hi_closed = word(&c, "]");
    if (!r->hi_closed && !word(&c, ")") && !word(&c, "["))
        return false;
    return c.p == c.end && st_feel_order(r->lo, r->hi, &cmp) && cmp <= 0;
}

static st_val fn_range(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    st_range r = {0};
    if (!range_text(c->f->arena, st_val_str(args[0]), &r))
        return st_builtin_null(c, "the text is no range of literals like [1..3]");
    return st_range_val(c->f->arena, r);
}

/* -- signatures: points and ranges in the combinations that the relation has -- */

#define P(name)                                                                                    \
    { name, ST_P_COMPARABLE, 0 }
#define R(name)                                                                                    \
    { name, ST_P_RANGE, 0 }
#define PP(name, fn)                                                                               \
    {                                                                                              \
        name, fn, ST_T_BOOL, 2, {                                                                  \
            P("point1"), P("point2")                                                               \
        }                                                                                          \
    }
#define PR(name, fn)                                                                               \
    {                                                                                              \
        name, fn, ST_T_BOOL, 2, {                                                                  \
            P("point"), R("range")                                                                 \
        }                                                                                          \
    }
#define RP(name, fn)                                                                               \
    {                                                                                              \
        name, fn, ST_T_BOOL, 2, {                                                                  \
            R("range"), P("point")                                                                 \
        }                                                                                          \
    }
#define RR(name, fn)                                                                               \
    {                                                                                              \
        name, fn, ST_T_BOOL, 2, {                                                                  \
            R("range1"), R("range2")                                                               \
        }                                                                                          \
    }

const st_builtin st_builtins_range[] = {
    PP("before", fn_before),
    PR("before", fn_before),
    RP("before", fn_before),
    RR("before", fn_before),
    PP("after", fn_after),
    PR("after", fn_after),
    RP("after", fn_after),
    RR("after", fn_after),
    RR("meets", fn_meets),
    RR("met by", fn_met_by),
    RR("overlaps", fn_overlaps),
    RR("overlaps before", fn_overlaps_before),
    RR("overlaps after", fn_overlaps_after),
    PR("finishes", fn_finishes),
    RR("finishes", fn_finishes),
    RP("finished by", fn_finished_by),
    RR("finished by", fn_finished_by),
    RP("includes", fn_includes),
    RR("includes", fn_includes),
    PR("during", fn_during),
    RR("during", fn_during),
    PR("starts", fn_starts),
    RR("starts", fn_starts),
    RP("started by", fn_started_by),
    RR("started by", fn_started_by),
    PP("coincides", fn_coincides),
    RR("coincides", fn_coincides),
    {"range", fn_range, ST_T_RANGE, 1, {{"from", ST_P_STRING, 0}}},
    {.name = NULL},
};
