/* The questions are asked before anything is read or written: a renamed benefit, another cadence or
 * another list would be paid again from its first month. */
#include "run/continuity.h"

#include "calc/calc.h"

/* -- names -- */

static int64_t named(const st_known_name *names, size_t n, st_str id) {
    for (size_t i = 0; i < n; i++)
        if (st_str_eq(names[i].id, id))
            return names[i].run;
    return 0;
}

/* Who was called so last; else who was called so first. */
static const st_known_benefit *benefit_called(const st_known_scheme *k, st_str id) {
    const st_known_benefit *found = NULL;
    int64_t newest = 0;
    for (size_t i = 0; i < k->n_benefits; i++) {
        int64_t run = named(k->benefits[i].names, k->benefits[i].n_names, id);
        if (run > newest) {
            newest = run;
            found = &k->benefits[i];
        }
    }
    for (size_t i = 0; !found && i < k->n_benefits; i++)
        if (st_str_eq(k->benefits[i].id, id))
            found = &k->benefits[i];
    return found;
}

static const st_known_scheme *scheme_called(const st_known *known, st_str id) {
    const st_known_scheme *found = NULL;
    int64_t newest = 0;
    for (size_t i = 0; i < known->n; i++) {
        int64_t run = named(known->schemes[i].names, known->schemes[i].n_names, id);
        if (run > newest) {
            newest = run;
            found = &known->schemes[i];
        }
    }
    for (size_t i = 0; !found && i < known->n; i++)
        if (st_str_eq(known->schemes[i].id, id))
            found = &known->schemes[i];
    return found;
}

static st_str last_name(const st_known_benefit *b) {
    st_str name = b->id;
    int64_t run = 0;
    for (size_t i = 0; i < b->n_names; i++)
        if (b->names[i].run > run) {
            run = b->names[i].run;
            name = b->names[i].id;
        }
    return name;
}

static bool among(const st_ids *ids, st_str id) {
    for (size_t i = 0; i < ids->n; i++)
        if (st_str_eq(ids->v[i], id))
            return true;
    return false;
}

/* A place in scheme.xml, to be told with the finding. */
static st_pos top(const st_scheme *s) {
    return (st_pos){.file = s->path, .line = 1, .column = 1};
}

static bool find_scheme(const st_known *known, const st_scheme *s, const st_known_scheme **out,
                        st_err *err) {
    const st_known_scheme *own = scheme_called(known, s->id), *before = NULL;
    for (size_t i = 0; i < s->formerly.n; i++) {
        const st_known_scheme *k = scheme_called(known, s->formerly.v[i]);
        if (!k || !k->newest_run || k == before)
            continue;
        if (before)
            return st_fail_at(err, ST_E_RUN_NAME, top(s),
                              "the ledger has two schemes %.*s and %.*s: %.*s can go on with one",
                              ST_FMT(before->id), ST_FMT(k->id), ST_FMT(s->id));
        before = k;
    }
    if (own && own->newest_run && before && own != before)
        return st_fail_at(err, ST_E_RUN_NAME, top(s),
                          "scheme %.*s has runs of its own (the newest is %" PRId64
                          "): it cannot go on with scheme %.*s",
                          ST_FMT(s->id), own->newest_run, ST_FMT(before->id));
    *out = own && own->newest_run ? own : before ? before : own;
    return true;
}

/* -- what may not change -- */

static const char *cadence_word(int months) {
    return months == 1 ? "P1M" : months == 3 ? "P3M" : months == 12 ? "P1Y" : "once";
}

/* The first month from which two benefits count their occasions in another way. */
static bool differ(const st_benefit *a, const st_benefit *b, st_month *from) {
    bool any = a->months != b->months;
    *from = any ? ST_MONTH_MIN : ST_MONTH_MAX;
    const st_benefit *both[] = {a, b};
    for (int i = 0; i < 2; i++)
        for (size_t k = 0; k < both[i]->n_changes; k++) {
            st_month m = both[i]->changes[k].from;
            if (m >= *from || st_benefit_phase(a, m).months == st_benefit_phase(b, m).months)
                continue;
            any = true;
            *from = m;
        }
    return any;
}

typedef struct strays {
    const st_benefit *b;
    int64_t keys;
    st_money sum;
    char first[ST_OCCASION_MAX + 1], last[ST_OCCASION_MAX + 1];
} strays;

static bool on_occasion(void *ctx, st_str occasion, int64_t keys, st_money sum) {
    strays *x = ctx;
    st_month m;
    if (st_calc_occasion_month(x->b, occasion, &m))
        return true;
    if (x->keys == 0)
        (void)snprintf(x->first, sizeof x->first, "%.*s", ST_FMT(occasion));
    (void)snprintf(x->last, sizeof x->last, "%.*s", ST_FMT(occasion));
    x->keys += keys;
    return st_money_add(x->sum, sum, &x->sum);
}

static bool refuse_cadence(const st_benefit *old, const st_benefit *b, st_month newest,
                           const strays *x, st_err *err) {
    int before = st_benefit_phase(old, newest).months, after = st_benefit_phase(b, newest).months;
    int block = before > after ? before : after;
    st_buf from, sum;
    st_buf_init(&from, 16);
    st_buf_init(&sum, 60);
    st_month_add(&from, (newest / block + 1) * block);
    st_money_grouped(&sum, x->sum);
    (void)st_fail_at(err, ST_E_RUN_CADENCE, b->pos,
                     "benefit %.*s was paid by %s and is %s now: no cadence that it has speaks of "
                     "%" PRId64 " posted keys (%s to %s, %s), and they would be paid again; write "
                     "cadence=\"%s\" and <cadence from=\"%s\" every=\"%s\"/>",
                     ST_FMT(b->id), cadence_word(before), cadence_word(after), x->keys, x->first,
                     x->last, sum.p, cadence_word(old->months), from.p, cadence_word(after));
    st_buf_free(&sum);
    st_buf_free(&from);
    return false;
}

static bool check_calendar(const st_past *past, const st_known_benefit *k, const st_benefit *old,
                           const st_benefit *b, st_err *err) {
    st_month from;
    strays x = {.b = b};
    if (b->stray != ST_KEYS_UNSAID || !differ(old, b, &from) || from > k->newest)
        return true;
    return past->occasions(past->ctx, k->number, on_occasion, &x, err) &&
           (x.keys == 0 || refuse_cadence(old, b, k->newest, &x, err));
}

static void tell_occasions(st_buf *out, const st_benefit *b) {
    if (b->each.n)
        (void)st_buf_fmt(out, "the \"%.*s\" of each of its %.*s", ST_FMT(b->key), ST_FMT(b->each));
    else
        (void)st_buf_z(out, b->cadence == ST_ONCE ? "one occasion" : "months, quarters or years");
}

static bool same_occasions(const st_benefit *old, const st_benefit *b) {
    return (old->cadence == ST_ONCE) == (b->cadence == ST_ONCE) && st_str_eq(old->each, b->each) &&
           (!b->each.n || st_str_eq(old->key, b->key));
}

static bool check_form(const st_past *past, const st_known_benefit *k, const st_benefit *old,
                       const st_benefit *b, st_err *err) {
    if (!k->posted || b->retired != ST_KEYS_UNSAID)
        return true;
    if (same_occasions(old, b))
        return b->cadence == ST_ONCE || check_calendar(past, k, old, b, err);
    st_buf was, is;
    st_buf_init(&was, 0);
    st_buf_init(&is, 0);
    tell_occasions(&was, old);
    tell_occasions(&is, b);
    (void)st_fail_at(err, ST_E_RUN_OCCASION, b->pos,
                     "benefit %.*s was posted for %s and is for %s now: what was posted would be "
                     "taken back or paid again",
                     ST_FMT(b->id), was.p, is.p);
    st_buf_free(&is);
    st_buf_free(&was);
    return false;
}

/* -- benefits -- */

static bool find_benefit(const st_known_scheme *k, const st_benefit *b,
                         const st_known_benefit **out, st_err *err) {
    const st_known_benefit *own = benefit_called(k, b->id), *before = NULL, *registered = NULL;
    for (size_t i = 0; i < b->formerly.n; i++) {
        const st_known_benefit *x = benefit_called(k, b->formerly.v[i]);
        registered = registered ? registered : x;
        if (!x || !x->posted || x == before)
            continue;
        if (before || (own && own->posted && own != x))
            return st_fail_at(err, ST_E_RUN_NAME, b->pos,
                              "benefits %.*s and %.*s were both posted: benefit %.*s can go on "
                              "with one of them; the other stays in the scheme, as retired",
                              ST_FMT(last_name(before ? before : own)), ST_FMT(last_name(x)),
                              ST_FMT(b->id));
        before = x;
    }
    *out = own && own->posted ? own : before ? before : own ? own : registered;
    return true;
}

static bool unique(const st_scheme *s, const st_continuity *c, size_t i, st_err *err) {
    for (size_t k = 0; k < i && c->numbers[i]; k++)
        if (c->numbers[k] == c->numbers[i])
            return st_fail_at(err, ST_E_RUN_NAME, s->benefits[i].pos,
                              "benefits %.*s and %.*s are the same one for the ledger: one was "
                              "called by the other's id",
                              ST_FMT(s->benefits[k].id), ST_FMT(s->benefits[i].id));
    return true;
}

static bool continued(const st_scheme *s, const st_continuity *c, int32_t number) {
    for (size_t i = 0; i < s->n_benefits; i++)
        if (c->numbers[i] == number)
            return true;
    return false;
}

/* Whatever was posted must be spoken of. */
static bool none_gone(const st_known_scheme *k, const st_scheme *s, const st_continuity *c,
                      st_err *err) {
    for (size_t i = 0; i < k->n_benefits; i++) {
        const st_known_benefit *b = &k->benefits[i];
        if (!b->posted || continued(s, c, b->number))
            continue;
        st_buf newest;
        st_buf_init(&newest, 16);
        st_month_add(&newest, b->newest);
        (void)st_fail_at(err, ST_E_RUN_GONE, top(s),
                         "benefit %.*s, posted up to %s, is not in scheme %.*s any more: nothing "
                         "says what is due for its keys, and another id would pay them again; "
                         "formerly=\"%.*s\" lets another benefit go on with it",
                         ST_FMT(last_name(b)), newest.p, ST_FMT(s->id), ST_FMT(last_name(b)));
        st_buf_free(&newest);
        return false;
    }
    return true;
}

static bool judge_benefits(const st_past *past, const st_known_scheme *k, const st_scheme *s,
                           st_continuity *out, st_err *err) {
    const st_scheme *old = NULL;
    if (k->newest_run && !past->rules(past->ctx, k, &old, err))
        return false;
    for (size_t i = 0; i < s->n_benefits; i++) {
        const st_known_benefit *b = NULL;
        if (!find_benefit(k, &s->benefits[i], &b, err))
            return false;
        out->numbers[i] = b ? b->number : 0;
        if (!unique(s, out, i, err))
            return false;
        for (size_t j = 0; b && old && j < old->n_benefits; j++)
            if (benefit_called(k, old->benefits[j].id) == b &&
                !check_form(past, b, &old->benefits[j], &s->benefits[i], err))
                return false;
    }
    return none_gone(k, s, out, err);
}

/* -- a scheme that nobody has seen -- */

static bool share_basis(const st_scheme *a, const st_scheme *b) {
    for (size_t i = 0; i < a->n_bases; i++)
        for (size_t k = 0; k < b->n_bases; k++)
            if (st_str_eq(a->bases[i].text, b->bases[k].text) &&
                st_str_eq(a->bases[i].number, b->bases[k].number))
                return true;
    return false;
}

/* A benefit that would pay what the other scheme has paid. */
static const st_benefit *pays_again(const st_known_scheme *k, const st_scheme *old,
                                    const st_scheme *s) {
    for (size_t i = 0; i < s->n_benefits; i++) {
        const st_benefit *b = &s->benefits[i], *was = st_scheme_benefit(old, b->id);
        const st_known_benefit *known = was ? benefit_called(k, b->id) : NULL;
        if (known && known->posted && b->retired == ST_KEYS_UNSAID && same_occasions(was, b) &&
            b->first <= known->newest)
            return b;
    }
    return NULL;
}

/* A scheme under a new name, after the old one stopped, is asked about. Two schemes that are run
 * side by side are not: the second begins no later than the first stands. Nor is the next year's,
 * since its first month comes after what was paid, nor one of another legal basis. */
static bool not_renamed(const st_past *past, const st_scheme *s, st_month period, st_err *err) {
    const st_known *alike = NULL;
    if (!past->alike(past->ctx, &alike, err))
        return false;
    for (size_t i = 0; i < alike->n; i++) {
        const st_known_scheme *k = &alike->schemes[i];
        const st_scheme *old = NULL;
        if (!k->newest_run || period <= k->newest || among(&s->beside, k->id))
            continue;
        if (!past->rules(past->ctx, k, &old, err))
            return false;
        const st_benefit *b = old && st_str_eq(old->division, s->division) && share_basis(old, s)
                                  ? pays_again(k, old, s)
                                  : NULL;
        if (!b || among(&s->beside, old->id))
            continue;
        st_buf newest;
        st_buf_init(&newest, 16);
        st_month_add(&newest, k->newest);
        (void)st_fail_at(err, ST_E_RUN_SCHEME, top(s),
                         "the ledger has no scheme %.*s, but scheme %.*s of the same division and "
                         "legal basis posted benefit %.*s up to %s: under a new id all of it "
                         "would be paid again; formerly=\"%.*s\" goes on with it",
                         ST_FMT(s->id), ST_FMT(old->id), ST_FMT(b->id), newest.p, ST_FMT(old->id));
        st_buf_free(&newest);
        return false;
    }
    return true;
}

bool st_continuity_judge(const st_past *past, const st_scheme *s, st_month period,
                         st_continuity *out, st_err *err) {
    const st_known_scheme *k = NULL;
    if (!find_scheme(past->known, s, &k, err))
        return false;
    st_str id = k ? k->id : s->id;
    (void)snprintf(out->scheme, sizeof out->scheme, "%.*s", ST_FMT(id));
    for (size_t i = 0; i < s->n_benefits; i++)
        out->numbers[i] = 0;
    if (k && !st_str_is(s->currency, k->currency))
        return st_fail_at(err, ST_E_DB_DATA, top(s), "scheme %.*s was posted in %s, not %.*s",
                          ST_FMT(s->id), k->currency, ST_FMT(s->currency));
    if ((!k || !k->newest_run) && !not_renamed(past, s, period, err))
        return false;
    return !k || judge_benefits(past, k, s, out, err);
}
