/* What a simple type lets through, for judging tables: enumerated values, bounds of numbers and
 * dates, whether numbers are whole. Only narrower than the truth by mistake would be a false gap;
 * so what is not understood is left out. */
#include "feel/feel.h"
#include "records/records_int.h"

typedef struct domain {
    st_rec_kind kind;
    ST_VEC(st_feel_interval) values;
    st_feel_interval bounds;
    bool whole;
} domain;

static void read_values(st_rec_compiler *c, const st_xml *restriction, domain *d) {
    st_arena *a = &c->type->arena;
    if (d->values.n) /* the outer restriction is the narrower one */
        return;
    for (const st_xml *e = st_xml_child(restriction, "enumeration"); e;
         e = st_xml_next(e, "enumeration")) {
        st_val v;
        if (!st_rec_value(a, d->kind, st_xml_get(e, "value"), &v)) {
            d->values.n = 0;
            return;
        }
        ST_VEC_PUSH(a, &d->values, ((st_feel_interval){v, v, true, true, false, false}));
    }
}

static void read_bounds(st_rec_compiler *c, const st_xml *restriction, domain *d) {
    static const struct {
        const char *name;
        bool low, closed;
    } facets[] = {{"minInclusive", true, true},
                  {"minExclusive", true, false},
                  {"maxInclusive", false, true},
                  {"maxExclusive", false, false}};
    for (size_t i = 0; i < ST_LEN(facets); i++) {
        const st_xml *e = st_xml_child(restriction, facets[i].name);
        st_val v;
        bool known = facets[i].low ? !d->bounds.lo_unbounded : !d->bounds.hi_unbounded;
        if (!e || known || !st_rec_value(&c->type->arena, d->kind, st_xml_get(e, "value"), &v))
            continue;
        if (facets[i].low)
            d->bounds.lo = v, d->bounds.lo_closed = facets[i].closed,
            d->bounds.lo_unbounded = false;
        else
            d->bounds.hi = v, d->bounds.hi_closed = facets[i].closed,
            d->bounds.hi_unbounded = false;
    }
}

/* XSD's integers are whole; some of them begin at 0 or 1. */
static void read_builtin(st_str name, domain *d) {
    static const struct {
        const char *name;
        int from; /* -1: anywhere */
    } integers[] = {{"integer", -1},
                    {"nonNegativeInteger", 0},
                    {"positiveInteger", 1},
                    {"long", -1},
                    {"int", -1},
                    {"short", -1},
                    {"byte", -1},
                    {"unsignedLong", 0},
                    {"unsignedInt", 0},
                    {"unsignedShort", 0},
                    {"unsignedByte", 0},
                    {"gYear", -1},
                    {"negativeInteger", -1},
                    {"nonPositiveInteger", -1}};
    for (size_t i = 0; i < ST_LEN(integers); i++) {
        if (!st_str_is(name, integers[i].name))
            continue;
        d->whole = true;
        if (integers[i].from >= 0 && d->bounds.lo_unbounded) {
            d->bounds.lo = st_number_int(integers[i].from);
            d->bounds.lo_closed = true;
            d->bounds.lo_unbounded = false;
        }
    }
}

/* From the type outside to the one inside; st_rec_simple_of has looked at the chain before. */
static void walk(st_rec_compiler *c, const st_xml *e, st_str type, domain *d) {
    for (int depth = 0; depth < ST_REC_DEPTH_MAX; depth++) {
        st_str ns, local;
        const st_xml *simple = st_xml_child(e, "simpleType");
        if (type.p) {
            if (!st_xml_qname(e, type, &ns, &local))
                return;
            if (st_str_is(ns, st_rec_xsd_ns)) {
                read_builtin(local, d);
                return;
            }
            simple = st_rec_named_type(c, "simpleType", local);
        }
        const st_xml *restriction = simple ? st_xml_child(simple, "restriction") : NULL;
        if (!restriction)
            return;
        read_values(c, restriction, d);
        read_bounds(c, restriction, d);
        e = restriction;
        type = st_xml_get(restriction, "base");
    }
}

const st_feel_type *st_rec_domain_type(st_rec_compiler *c, const st_xml *e, st_rec_kind kind,
                                       const st_feel_type *plain) {
    domain d = {.kind = kind, .bounds = {.lo_unbounded = true, .hi_unbounded = true}};
    if (kind == ST_REC_BOOL || kind == ST_REC_TIME || kind == ST_REC_DATETIME)
        return plain;
    walk(c, e, st_xml_get(e, "type"), &d);
    bool bounded = !d.bounds.lo_unbounded || !d.bounds.hi_unbounded;
    if (!d.values.n && bounded && (kind == ST_REC_NUMBER || kind == ST_REC_DATE))
        ST_VEC_PUSH(&c->type->arena, &d.values, d.bounds);
    if (!d.values.n && !d.whole)
        return plain;
    st_feel_type *t = ST_NEW(&c->type->arena, st_feel_type);
    *t = *plain;
    t->domain = d.values.items;
    t->n_domain = (uint32_t)d.values.n;
    t->whole = d.whole;
    return t;
}
