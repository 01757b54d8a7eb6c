/* A regular month asks itself whether it is the full month: for a few subjects, what was taken over
 * is compared with a calculation from the start. A difference is a defect of the program (or
 * somebody changed the ledger's tables by hand): nothing is posted then. */
#include "run/run_int.h"

/* Posted under a payment that this run compares with the present one. */
static bool of_last_payment(const st_merge *m, const st_posted *p) {
    st_month month;
    if (p->benefit < 0 || p->sum == 0)
        return false;
    const st_benefit *b = &m->tally->scheme->benefits[p->benefit];
    const st_month_sums *sums = &m->tally->months[p->benefit];
    return sums->compared && st_calc_occasion_month(b, p->occasion, &month) &&
           st_calc_paid_in(b, month) == sums->last_paid;
}

bool st_regular_stale(const st_merge *m, const st_spooled *s, const st_posted_rows *posted) {
    size_t k = 0;
    for (size_t i = 0; i < s->n_owed; i++) {
        const st_owed *o = &s->owed[i];
        const st_benefit *b = &m->tally->scheme->benefits[o->benefit];
        if (b->cadence == ST_ONCE || o->state != ST_DUE_OWED || o->amount == 0 ||
            st_calc_paid_in(b, o->month) != m->tally->months[o->benefit].newest_paid)
            continue;
        while (k < posted->n && (posted->rows[k].benefit < (int32_t)o->benefit ||
                                 (posted->rows[k].benefit == (int32_t)o->benefit &&
                                  st_str_cmp(posted->rows[k].occasion, o->occasion) < 0)))
            k++;
        if (k == posted->n)
            return false;
        const st_posted *p = &posted->rows[k];
        bool same_key = p->benefit == (int32_t)o->benefit && st_str_eq(p->occasion, o->occasion);
        bool line = same_key && p->sum != o->amount;
        if (same_key && !st_str_eq(line && o->tier.n ? o->tier : p->tier, o->tier))
            return true;
    }
    return false;
}

static const char *verdict_differs(const st_spool_verdict *a, const st_spool_verdict *b) {
    if (a->outcome != b->outcome)
        return "the outcome";
    if (a->due != b->due || a->occasions != b->occasions)
        return "what is due in all";
    if (!st_str_eq(a->tier, b->tier))
        return "the tier";
    if (a->n_reasons != b->n_reasons)
        return "the reasons";
    for (size_t i = 0; i < a->n_reasons; i++)
        if (a->reasons[i] != b->reasons[i])
            return "the reasons";
    return NULL;
}

static bool same_line(const st_diff_line *a, const st_diff_line *b) {
    return a->benefit == b->benefit && st_str_eq(a->occasion, b->occasion) &&
           st_str_eq(a->tier, b->tier) && a->seq == b->seq && a->cause == b->cause &&
           a->amount == b->amount && a->due == b->due && a->rule == b->rule;
}

static bool lines_differ(st_merge *m, const st_spooled *full, const st_subject_dues *dues,
                         const st_posted_rows *posted) {
    const st_scheme *s = m->tally->scheme;
    st_diff_line *a = ST_NEWN(&m->arena, st_diff_line, dues->n_owed + dues->posted->n),
                 *b = ST_NEWN(&m->arena, st_diff_line, full->n_owed + posted->n);
    size_t n = st_calc_diff(s, m->period, dues->owed, dues->n_owed, dues->posted->rows,
                            dues->posted->n, a),
           k = st_calc_diff(s, m->period, full->owed, full->n_owed, posted->rows, posted->n, b);
    bool same = n == k;
    for (size_t i = 0; same && i < n; i++)
        same = same_line(&a[i], &b[i]);
    return !same;
}

static const st_posted *next_of_payment(const st_merge *m, const st_posted_rows *rows, size_t *i) {
    while (*i < rows->n && !of_last_payment(m, &rows->rows[*i]))
        (*i)++;
    return *i < rows->n ? &rows->rows[(*i)++] : NULL;
}

static bool payment_differs(const st_merge *m, const st_posted_rows *a, const st_posted_rows *b) {
    size_t i = 0, k = 0;
    for (;;) {
        const st_posted *p = next_of_payment(m, a, &i), *q = next_of_payment(m, b, &k);
        if (!p || !q)
            return p != q;
        if (p->benefit != q->benefit || !st_str_eq(p->occasion, q->occasion) || p->sum != q->sum ||
            !st_str_eq(p->tier, q->tier))
            return true;
    }
}

static bool findings_differ(const st_spooled *a, const st_spooled *b) {
    bool same = a->n_findings == b->n_findings;
    for (size_t i = 0; same && i < a->n_findings; i++)
        same = a->findings[i].benefit == b->findings[i].benefit &&
               a->findings[i].code == b->findings[i].code &&
               st_str_eq(a->findings[i].msg, b->findings[i].msg);
    return !same;
}

bool st_selfcheck(st_merge *m, st_str subject, const st_spooled *shortcut, const st_spooled *full,
                  const st_subject_dues *dues, const st_posted_rows *posted, st_err *err) {
    const char *what = NULL;
    st_str benefit = ST_STR("");
    for (size_t i = 0; !what && i < full->n_verdicts; i++) {
        what = verdict_differs(&shortcut->verdicts[i], &full->verdicts[i]);
        if (what)
            benefit = m->tally->scheme->benefits[i].id;
    }
    if (!what && lines_differ(m, full, dues, posted))
        what = "a line";
    if (!what && payment_differs(m, dues->before, posted))
        what = "the last payment";
    if (!what && findings_differ(shortcut, full))
        what = "a finding";
    if (!what)
        return true;
    return st_fail(err, ST_E_RUN_SHORTCUT,
                   "%.*s: %s%s%.*s differs between the regular month and a full calculation; "
                   "nothing was posted",
                   ST_FMT(subject), what, benefit.n ? " of " : "", ST_FMT(benefit));
}
