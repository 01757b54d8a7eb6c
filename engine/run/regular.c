/* A regular month: whose facts and rules are as they were when the subject was assessed last needs
 * only the new occasions; everybody else is looked at from the start. The result is that of a full
 * calculation: what that run posted is what was due then, and nothing happened since. */
#include "feel/pack.h"
#include "run/run_int.h"

/* Subjects that are calculated in full although they were taken over: the first ones, and of all
 * others one in so many, chosen by their facts and the period; no more than bounds the cost. */
enum { SAMPLE_FIRST = 8, SAMPLE_ONE_IN = 512, SAMPLE_MAX = 200 };

struct st_regular {
    bool have;
    st_previous next; /* texts in the buffers below */
    st_buf subject, tier;
    st_month since;    /* period of the present subject's newest assessment */
    st_previous *rows; /* of it, per benefit */
    st_buf *tiers;
};

static bool fetch(st_merge *m, st_err *err) {
    struct st_regular *r = m->regular;
    if (!st_posting_previous(m->posting, m->base, &r->next, &r->have, err))
        return false;
    st_buf_clear(&r->subject);
    st_buf_clear(&r->tier);
    if (!r->have)
        return true;
    (void)st_buf_str(&r->subject, r->next.subject);
    (void)st_buf_str(&r->tier, r->next.tier);
    r->next.subject = st_buf_view(&r->subject);
    r->next.tier = st_buf_view(&r->tier);
    return true;
}

bool st_regular_begin(st_merge *m, st_err *err) {
    struct st_regular *r = st_xmalloc(sizeof *r);
    *r = (struct st_regular){.have = false};
    size_t n = m->tally->scheme->n_benefits;
    st_buf_init(&r->subject, 4096);
    st_buf_init(&r->tier, 4096);
    r->rows = st_xmalloc(n * sizeof *r->rows);
    r->tiers = st_xmalloc(n * sizeof *r->tiers);
    for (size_t i = 0; i < n; i++)
        st_buf_init(&r->tiers[i], 4096);
    m->regular = r;
    return fetch(m, err);
}

void st_regular_end(st_merge *m) {
    struct st_regular *r = m->regular;
    if (!r)
        return;
    for (size_t i = 0; i < m->tally->scheme->n_benefits; i++)
        st_buf_free(&r->tiers[i]);
    free(r->tiers);
    free(r->rows);
    st_buf_free(&r->subject);
    st_buf_free(&r->tier);
    free(r);
    m->regular = NULL;
}

bool st_regular_posted(st_merge *m, st_str subject, st_posted_rows *out, st_err *err) {
    if (!st_posting_posted_of(m->posting, &m->arena, subject, &out->rows, &out->n, err))
        return false;
    st_merge_order(m, out);
    return st_merge_others(m, subject, out, err);
}

/* Several records of one id: what the base run knew of it is passed over, it is no missing subject.
 */
bool st_regular_pass(st_merge *m, st_str subject, st_err *err) {
    const struct st_regular *r = m->regular;
    while (r->have && st_str_eq(r->next.subject, subject))
        if (!fetch(m, err))
            return false;
    return true;
}

/* The base knew a subject that the file does not have. What is posted of it says whether somebody
 * is missing, as in a full calculation. */
static bool gone(st_merge *m, st_err *err) {
    st_str subject = st_str_dup(&m->arena, m->regular->next.subject);
    st_posted_rows posted = {0};
    if (!st_regular_pass(m, subject, err))
        return false;
    if (!m->tally->head.full_roster || st_persons_moved(m->collect->persons, subject))
        return true;
    return st_regular_posted(m, subject, &posted, err) && st_merge_missing(m, &posted, err);
}

bool st_regular_before(st_merge *m, const st_str *key, st_err *err) {
    struct st_regular *r = m->regular;
    while (r->have && (!key || st_str_cmp(r->next.subject, *key) < 0)) {
        st_arena_mark mark = st_arena_save(&m->arena);
        if (!gone(m, err))
            return false;
        st_arena_release(&m->arena, mark);
    }
    return true;
}

static st_month period_of(const st_base *base, int64_t run) {
    for (size_t i = 0; i < base->n; i++)
        if (base->runs[i] == run)
            return base->periods[i];
    ST_UNREACHABLE();
}

/* Nothing about the row needs a second look. */
static bool settled(const st_merge *m, const st_previous *p, const st_spooled *s) {
    return p->outcome <= ST_REFUSED && m->regular->since < m->period && p->seen &&
           p->seen == s->seen && st_sha256_eq(&p->facts, &s->facts);
}

/* Reads the subject's rows of the newest run that knew it, passing over older ones; true in *known
 * when there is one for each benefit and all are settled. */
static bool previous_rows(st_merge *m, st_str subject, const st_spooled *s, bool *known,
                          st_err *err) {
    struct st_regular *r = m->regular;
    size_t n = m->tally->scheme->n_benefits, found = 0;
    int64_t newest = r->next.run;
    bool all = true;
    if (r->have && st_str_eq(r->next.subject, subject))
        r->since = period_of(m->base, newest);
    while (r->have && st_str_eq(r->next.subject, subject)) {
        int32_t i = st_merge_benefit_index(m, r->next.benefit);
        if (r->next.run == newest) {
            all = all && i >= 0 && settled(m, &r->next, s);
            if (i >= 0) {
                r->rows[i] = r->next;
                st_buf_clear(&r->tiers[i]);
                (void)st_buf_str(&r->tiers[i], r->next.tier);
                r->rows[i].tier = st_buf_view(&r->tiers[i]);
                found++;
            }
        }
        if (!fetch(m, err))
            return false;
    }
    *known = all && found == n;
    return true;
}

static bool is_new(const st_merge *m, const st_owed *o) {
    return !st_calc_in_scope(&m->tally->scheme->benefits[o->benefit], o->month, m->regular->since);
}

/* What was due up to the base is in its assessment; the new occasions are added. The tier is that
 * of the newest occasion owed, be it one of those looked at or an older one. */
static void complete(const st_merge *m, uint32_t benefit, const st_spooled *s,
                     st_spool_verdict *v) {
    const st_previous *p = &m->regular->rows[benefit];
    if (m->tally->scheme->benefits[benefit].cadence == ST_ONCE)
        return;
    if (v->occasions == 0)
        v->tier = p->tier;
    v->due = p->due;
    v->occasions = p->occasions;
    for (size_t i = 0; i < s->n_owed; i++)
        if (s->owed[i].benefit == benefit && s->owed[i].state == ST_DUE_OWED &&
            is_new(m, &s->owed[i])) {
            v->due += s->owed[i].amount;
            v->occasions++;
        }
}

static bool is_among(const st_owed *owed, size_t n, const st_posted *p) {
    for (size_t i = 0; i < n; i++)
        if ((int32_t)owed[i].benefit == p->benefit && st_str_eq(owed[i].occasion, p->occasion))
            return true;
    return false;
}

/* An occasion that is new to the calendar was never posted. One that is paid once may have been,
 * when it had an earlier date. */
static bool posted_before(st_merge *m, st_str subject, const st_owed *fresh, size_t n,
                          st_posted_rows *out, st_err *err) {
    bool once = false;
    for (size_t i = 0; i < n; i++)
        once = once || m->tally->scheme->benefits[fresh[i].benefit].cadence == ST_ONCE;
    *out = (st_posted_rows){0};
    if (!once)
        return true;
    if (!st_regular_posted(m, subject, out, err))
        return false;
    size_t kept = 0;
    for (size_t i = 0; i < out->n; i++)
        if (is_among(fresh, n, &out->rows[i]))
            out->rows[kept++] = out->rows[i];
    out->n = kept;
    return true;
}

bool st_regular_from_start(st_merge *m, st_spooled *s, st_err *err) {
    st_calc *calc = m->collect->calc;
    st_val facts =
        st_feel_unpack(&m->arena, s->packed, st_record_type_facts(m->collect->package->type));
    st_case k;
    st_calc_from_start(calc);
    st_calc_assess(calc, facts, &k);
    st_calc_since(calc, m->collect->base);
    st_spool_finding *all = ST_NEWN(&m->arena, st_spool_finding, s->n_findings + k.n_findings);
    size_t n = 0;
    for (size_t i = 0; i < s->n_findings; i++)
        if (s->findings[i].benefit < 0)
            all[n++] = s->findings[i];
    for (size_t i = 0; i < k.n_findings; i++) {
        st_collect_finding(&all[n], &k.findings[i], (int)k.finding_benefit[i]);
        all[n].line = s->line;
        all[n++].column = s->column;
    }
    s->findings = all;
    s->n_findings = n;
    return st_collect_case(m->tally, &m->arena, &k, s, err);
}

static bool chosen(st_merge *r, const st_spooled *s) {
    uint32_t print = (uint32_t)s->facts.b[0] << 8 | s->facts.b[1];
    bool yes = r->checked < SAMPLE_MAX &&
               (r->taken_over < SAMPLE_FIRST || (print + (uint32_t)r->period) % SAMPLE_ONE_IN == 0);
    r->taken_over++;
    r->checked += yes;
    return yes;
}

static bool ask_oneself(st_merge *m, st_str subject, const st_spooled *original,
                        const st_spooled *shortcut, const st_subject_dues *dues, st_err *err) {
    st_spooled full = *original;
    st_posted_rows posted = {0};
    return st_regular_from_start(m, &full, err) && st_regular_posted(m, subject, &posted, err) &&
           st_selfcheck(m, subject, shortcut, &full, dues, &posted, err);
}

static bool unchanged(st_merge *m, st_str subject, st_spooled *s, st_err *err) {
    const st_spooled original = *s;
    st_spool_verdict *v = ST_NEWN(&m->arena, st_spool_verdict, s->n_verdicts);
    for (uint32_t i = 0; i < s->n_verdicts; i++) {
        v[i] = s->verdicts[i];
        complete(m, i, s, &v[i]);
    }
    s->verdicts = v;
    st_owed *fresh = ST_NEWN(&m->arena, st_owed, s->n_owed);
    st_posted_rows posted, before = {ST_NEWN(&m->arena, st_posted, s->n_owed), 0};
    size_t n = 0;
    for (size_t i = 0; i < s->n_owed; i++) {
        const st_owed *o = &s->owed[i];
        if (is_new(m, o))
            fresh[n++] = *o;
        else if (o->state == ST_DUE_OWED) /* what the base found due is posted */
            before.rows[before.n++] = (st_posted){.benefit = (int32_t)o->benefit,
                                                  .occasion = o->occasion,
                                                  .sum = o->amount,
                                                  .tier = o->tier};
    }
    if (!posted_before(m, subject, fresh, n, &posted, err))
        return false;
    st_subject_dues dues = {fresh, n, &posted, &before};
    return (!chosen(m, s) || ask_oneself(m, subject, &original, s, &dues, err)) &&
           st_merge_subject(m, subject, s, fresh, n, &posted, &before, err);
}

/* Nobody knows an occasion of some benefit: what was posted of it is asked for. */
static bool some_unknown(const st_spooled *s) {
    for (size_t i = 0; i < s->n_owed; i++)
        if (s->owed[i].state == ST_DUE_ANY)
            return true;
    return false;
}

bool st_regular_subject(st_merge *m, st_str subject, st_spooled *s, st_err *err) {
    bool known = false;
    st_record_state state;
    st_posted_rows posted = {0};
    if (!previous_rows(m, subject, s, &known, err))
        return false;
    known = known && !some_unknown(s);
    const st_person_question *questions;
    size_t asked = 0;
    if (!st_persons_ask(m->collect->persons, subject, &questions, &asked, err))
        return false;
    bool conflict = asked > 0 || st_map_has(&m->collect->conflicts, subject);
    bool evaluate = s->state == ST_RECORD_OK && (!known || conflict);
    if (evaluate && !st_regular_from_start(m, s, err))
        return false;
    if (!st_merge_state(m, subject, s, &state, err))
        return false;
    if (known && !conflict && state == ST_RECORD_OK)
        return unchanged(m, subject, s, err);
    if (!st_regular_posted(m, subject, &posted, err))
        return false;
    if (state != ST_RECORD_OK)
        return st_merge_unusable(m, subject, s, state, &posted, err);
    return st_merge_full(m, subject, s, &posted, err);
}
