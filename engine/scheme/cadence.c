/* When a benefit has occasions. */
#include "scheme/load_int.h"

static int months_of(st_str word) {
    return st_str_is(word, "P1M")   ? 1
           : st_str_is(word, "P3M") ? 3
           : st_str_is(word, "P1Y") ? 12
                                    : 0;
}

static st_phase phase_of(int months, int paid_months, st_month from) {
    return (st_phase){from,
                      months == 0   ? ST_ONCE
                      : months == 1 ? ST_MONTHLY
                      : months == 3 ? ST_QUARTERLY
                                    : ST_YEARLY,
                      months,
                      paid_months ? paid_months
                      : months    ? months
                                  : 1};
}

st_ids st_load_ids(loader *l, const st_xml *e, const char *name) {
    st_str rest = text_attr(e, name);
    st_str *v = ST_NEWN(l->a, st_str, rest.n / 2 + 1);
    size_t n = 0;
    for (size_t i = 0, from = 0; i <= rest.n; i++) {
        if (i < rest.n && (unsigned char)rest.p[i] > ' ')
            continue;
        if (i > from)
            v[n++] = st_str_sub(rest, from, i - from);
        from = i + 1;
    }
    return (st_ids){v, n};
}

static st_keys keys_attr(const st_xml *e, const char *name) {
    st_str word = text_attr(e, name);
    return st_str_is(word, "keep")      ? ST_KEYS_KEEP
           : st_str_is(word, "recover") ? ST_KEYS_RECOVER
                                        : ST_KEYS_UNSAID;
}

static bool load_changes(loader *l, const st_xml *e, st_benefit *b) {
    b->changes = ST_NEWN(l->a, st_phase, count(e, "cadence"));
    for (const st_xml *c = st_xml_child(e, "cadence"); c; c = st_xml_next(c, "cadence")) {
        int months = months_of(text_attr(c, "every")), paid = months_of(text_attr(c, "paid"));
        st_month from;
        if (b->cadence == ST_ONCE)
            return bad(l, c, "every", "a benefit paid once has no cadence that could change");
        if (paid && paid < months)
            return bad(l, c, "paid", "cannot be more often than the cadence");
        if (!month_attr(l, c, "from", ST_MONTH_MIN, &from))
            return false;
        b->changes[b->n_changes++] = phase_of(months, paid, from);
    }
    return true;
}

bool st_load_cadence(loader *l, const st_xml *e, st_benefit *b) {
    int paid = months_of(text_attr(e, "paid"));
    st_phase begun = phase_of(months_of(text_attr(e, "cadence")), paid, ST_MONTH_MIN);
    b->cadence = begun.cadence;
    b->months = begun.months;
    b->paid_months = begun.paid_months;
    b->each = text_attr(e, "each");
    b->key = text_attr(e, "key");
    b->dated_by = text_attr(e, "dated-by");
    b->formerly = st_load_ids(l, e, "formerly");
    b->retired = keys_attr(e, "retired");
    b->stray = keys_attr(e, "stray");
    st_str start = text_attr(e, "start");
    b->start = st_str_is(start, "next-month") ? ST_START_NEXT_MONTH
               : st_str_is(start, "day-15")   ? ST_START_DAY_15
                                              : ST_START_SAME_MONTH;
    if (b->cadence != ST_ONCE && b->each.n)
        return bad(l, e, "each", "only a benefit paid once has occasions from a list");
    if (b->cadence == ST_ONCE && paid)
        return bad(l, e, "paid", "a benefit paid once has no rhythm of payment");
    if (b->each.n && (!b->key.n || !b->dated_by.n))
        return bad(l, e, "each",
                   "needs key= (the field that names an occasion) and dated-by= (the field that "
                   "dates it)");
    if (b->cadence != ST_ONCE && paid && paid < b->months)
        return bad(l, e, "paid", "cannot be more often than the cadence");
    return load_changes(l, e, b);
}

/* A change lies where an occasion of the cadence before ends and one of its own begins. */
static bool check_change(loader *l, const st_xml *at, const st_benefit *b, size_t i) {
    st_month from = b->changes[i].from;
    int before = i ? b->changes[i - 1].months : b->months, after = b->changes[i].months;
    if (from <= (i ? b->changes[i - 1].from : b->first))
        return bad(l, at, "from", "changes of the cadence stand in order, after the first month");
    if (from > b->last)
        return bad(l, at, "from", "is after the last month of the benefit");
    int months = before > after ? before : after;
    return from % months == 0 ||
           bad(l, at, "from",
               months == 12 ? "must be a January: a year that is one occasion cannot be divided"
                            : "must be January, April, July or October: a quarter that is one "
                              "occasion cannot be divided");
}

static bool ends_inside(const st_scheme *s, const st_benefit *b, st_err *err) {
    bool own = b->last <= s->last;
    st_month last = own ? b->last : s->last;
    if (last == ST_MONTH_MAX || last < b->first)
        return false;
    int months = st_benefit_phase(b, last).months;
    st_month over = last / months * months + months - 1;
    if (over == last)
        return false;
    st_buf text;
    st_buf_init(&text, 400);
    (void)st_buf_fmt(&text, "benefit %.*s: ", ST_FMT(b->id));
    (void)st_buf_z(&text, own ? "its last month, " : "the scheme's last period, ");
    st_month_add(&text, last);
    (void)st_buf_fmt(&text,
                     ", lies inside a %s that is one occasion%s: let the benefit%s end with ",
                     months == 12 ? "year" : "quarter", own ? "" : ", which no run could pay",
                     own ? "" : " or the scheme");
    st_month_add(&text, over - months);
    (void)st_buf_z(&text, " or ");
    st_month_add(&text, over);
    (void)st_fail_at(err, ST_E_SCHEME_VALUE, b->pos, "%s", text.p);
    st_buf_free(&text);
    return true;
}

bool st_scheme_payable(const st_scheme *s, st_err *err) {
    for (size_t i = 0; i < s->n_benefits; i++) {
        const st_benefit *b = &s->benefits[i];
        if (b->retired != ST_KEYS_UNSAID)
            continue;
        if (b->payable_from > s->last)
            return st_fail_at(err, ST_E_SCHEME_VALUE, b->pos,
                              "benefit %.*s is payable only after the scheme's last period",
                              ST_FMT(b->id));
        if (b->cadence != ST_ONCE && ends_inside(s, b, err))
            return false;
    }
    return true;
}

bool st_load_borders(loader *l, const st_xml *e, st_benefit *b) {
    b->closing = l->s->last;
    if (b->cadence == ST_ONCE)
        return true;
    if (b->first % b->months != 0)
        return bad(l, e, "first",
                   "must be the first month of a quarter or year, as the cadence says");
    const st_xml *at = st_xml_child(e, "cadence");
    for (size_t i = 0; i < b->n_changes; i++, at = st_xml_next(at, "cadence"))
        if (!check_change(l, at, b, i))
            return false;
    return true;
}

/* -- names that continue one another -- */

static bool among(const st_ids *ids, st_str id) {
    for (size_t i = 0; i < ids->n; i++)
        if (st_str_eq(ids->v[i], id))
            return true;
    return false;
}

bool st_load_names(loader *l, const st_xml *root) {
    st_scheme *s = l->s;
    if (among(&s->formerly, s->id) || among(&s->beside, s->id))
        return bad(l, root, "id", "is also said to be another scheme's");
    const st_xml *e = st_xml_child(root, "benefit");
    for (size_t i = 0; i < s->n_benefits; i++, e = st_xml_next(e, "benefit"))
        for (size_t k = 0; k < s->benefits[i].formerly.n; k++) {
            st_str id = s->benefits[i].formerly.v[k];
            if (st_scheme_benefit(s, id))
                return bad(l, e, "formerly", "names a benefit that this scheme still has");
            for (size_t j = 0; j < i; j++)
                if (among(&s->benefits[j].formerly, id))
                    return bad(l, e, "formerly", "names what another benefit was before");
        }
    return true;
}
