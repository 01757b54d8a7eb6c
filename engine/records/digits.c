/* Numbers with more digits than every libxml2 judges: up to 2.9 none with more than 24, later ones
 * do. What the schema says of them is checked here, so that the verdict is the same everywhere. */
#include "records/records_int.h"

static bool facet_int(const st_xml *restriction, const char *name, int *out) {
    const st_xml *e = st_xml_child(restriction, name);
    int64_t n = 0;
    if (!e || !st_str_int(st_str_trim(st_xml_get(e, "value")), &n) || n < 0 || n > INT_MAX)
        return false;
    *out = (int)n;
    return true;
}

static void facet_bound(const st_xml *restriction, const char *inclusive, const char *exclusive,
                        st_rec_bound *out) {
    const st_xml *in = st_xml_child(restriction, inclusive),
                 *ex = st_xml_child(restriction, exclusive);
    st_dec d;
    if ((in || ex) && st_dec_parse(st_str_trim(st_xml_get(in ? in : ex, "value")), &d))
        *out = (st_rec_bound){.set = true, .open = in == NULL, .value = d};
}

void st_rec_limits_builtin(st_rec_limits *l, st_str name) {
    l->total = l->fraction = -1;
    if (st_str_is(name, "decimal"))
        return;
    l->fraction = 0;
    const st_rec_bound zero = {.set = true, .value = st_dec_int(0)},
                       beyond = {.set = true, .open = true, .value = st_dec_int(0)};
    if (st_str_is(name, "nonNegativeInteger"))
        l->least = zero;
    else if (st_str_is(name, "positiveInteger"))
        l->least = beyond;
    else if (st_str_is(name, "nonPositiveInteger"))
        l->most = zero;
    else if (st_str_is(name, "negativeInteger"))
        l->most = beyond;
    else if (!st_str_is(name, "integer"))
        l->total = 20; /* long and its kin, gYear: none reaches 24 digits */
}

void st_rec_limits_derive(st_rec_limits *l, st_arena *a, const st_xml *restriction) {
    ST_VEC(st_dec) set = {NULL, 0, 0};
    (void)facet_int(restriction, "totalDigits", &l->total);
    (void)facet_int(restriction, "fractionDigits", &l->fraction);
    facet_bound(restriction, "minInclusive", "minExclusive", &l->least);
    facet_bound(restriction, "maxInclusive", "maxExclusive", &l->most);
    for (const st_xml *e = restriction->first; e; e = e->next) {
        st_dec d;
        l->pattern = l->pattern || st_rec_is_xsd(e, "pattern");
        if (st_rec_is_xsd(e, "enumeration") &&
            st_dec_parse(st_str_trim(st_xml_get(e, "value")), &d))
            ST_VEC_PUSH(a, &set, d);
    }
    if (set.n) {
        l->set = set.items;
        l->n_set = set.n;
    }
}

/* Digits of a plain decimal text: significant ones, and those behind the point without zeros at the
 * end. False for other text. */
static bool count_digits(st_str s, int *total, int *fraction) {
    size_t i = s.n && (s.p[0] == '-' || s.p[0] == '+'), whole = 0, zeros = 0, behind = 0;
    bool point = false, begun = false, any = false;
    for (; i < s.n; i++) {
        if (s.p[i] == '.' && !point) {
            point = true;
            continue;
        }
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        any = true;
        begun = begun || s.p[i] != '0';
        whole += begun && !point;
        behind += point;
        zeros = point && s.p[i] == '0' ? zeros + 1 : 0;
    }
    *fraction = (int)(behind - zeros);
    *total = (int)whole + *fraction;
    return any && s.n < INT_MAX;
}

static bool within(const st_rec_bound *b, st_dec d, int sign) {
    int cmp = b->set ? sign * st_dec_cmp(d, b->value) : 1;
    return cmp > 0 || (cmp == 0 && !b->open);
}

bool st_rec_digits_fit(st_str s) {
    int total = 0, fraction = 0;
    return s.n <= ST_REC_DIGITS_MAX || !count_digits(s, &total, &fraction) ||
           total <= ST_REC_DIGITS_MAX;
}

bool st_rec_many_digits(st_str s) {
    size_t n = 0;
    for (size_t i = 0; s.n > ST_REC_DIGITS_SURE && i < s.n; i++)
        n += s.p[i] >= '0' && s.p[i] <= '9';
    return n > ST_REC_DIGITS_SURE;
}

const char *st_rec_failed_limits(const st_rec_limits *l, st_str text, st_dec d) {
    int total = 0, fraction = 0;
    if (!count_digits(text, &total, &fraction))
        return "not a valid value of its type";
    if (l->fraction >= 0 && fraction > l->fraction)
        return l->fraction ? "the number has too many decimals" : "the number must be whole";
    if (l->total >= 0 && total > l->total)
        return "the number has too many digits";
    if (!within(&l->least, d, 1))
        return "the value is below the smallest allowed";
    if (!within(&l->most, d, -1))
        return "the value is above the largest allowed";
    if (l->pattern)
        return "a form is asked for, and such long numbers have none that all machines check alike";
    bool in = l->n_set == 0;
    for (size_t i = 0; !in && i < l->n_set; i++)
        in = st_dec_cmp(d, l->set[i]) == 0;
    return in ? NULL : "not one of the values that the schema lists";
}
