#include "run/forward.h"

#include "calc/calc.h"

static const struct {
    unsigned bit;
    const char *word;
    st_code code;
} questions[] = {{ST_ASK_OLDER, "older", ST_E_RUN_OLDER},
                 {ST_ASK_AHEAD, "ahead", ST_E_RUN_AHEAD},
                 {ST_ASK_SKIPPED, "skipped", ST_E_RUN_SKIPPED},
                 {ST_ASK_BACK, "back", ST_E_RUN_BACK},
                 {ST_ASK_UNCHANGED, "unchanged", ST_E_RUN_UNCHANGED}};

/* -- the runs before -- */

static const st_run_before *newest_that_counts(const st_forward *f) {
    for (size_t i = 0; i < f->n; i++)
        if (f->runs[i].counts)
            return &f->runs[i];
    return NULL;
}

/* The run with the latest period that counts; of several the newest. */
static const st_run_before *furthest(const st_forward *f) {
    const st_run_before *best = NULL;
    for (size_t i = 0; i < f->n; i++)
        if (f->runs[i].counts && (!best || f->runs[i].period > best->period))
            best = &f->runs[i];
    return best;
}

static const st_run_before *same_file_earlier(const st_forward *f, st_month period) {
    for (size_t i = 0; i < f->n; i++)
        if (f->runs[i].counts && f->runs[i].same_records && f->runs[i].period < period)
            return &f->runs[i];
    return NULL;
}

st_month st_forward_period(const st_forward *f) {
    const st_run_before *last = furthest(f);
    if (f->n && (!f->runs[0].counts || (f->runs[0].same_records && f->runs[0].same_rules)))
        return f->runs[0].period;
    return last ? last->period + 1 : st_month_of(f->known_at);
}

/* -- months in between -- */

static bool pays_in(const st_benefit *b, st_month m) {
    enum { LONGEST = 24 }; /* between the month of a right and that of its payment */
    for (st_month o = m; o > m - LONGEST && o >= b->first; o--)
        if (o <= b->last && st_calc_paid_in(b, o) == m)
            return true;
    return false;
}

/* Whether a right that goes by the calendar is paid in a run of that month. */
static bool pays(const st_scheme *s, st_month m) {
    for (size_t i = 0; i < s->n_benefits; i++) {
        const st_benefit *b = &s->benefits[i];
        if (b->cadence != ST_ONCE && b->retired == ST_KEYS_UNSAID && m >= b->payable_from &&
            pays_in(b, m))
            return true;
    }
    return false;
}

static bool skipped(const st_scheme *s, st_month after, st_month before, st_month *first) {
    for (st_month m = after + 1; m < before; m++)
        if (m >= s->first && m <= s->last && pays(s, m)) {
            *first = m;
            return true;
        }
    return false;
}

/* -- the sentences -- */

static void month(st_buf *b, const char *before, st_month m) {
    (void)st_buf_z(b, before);
    st_month_add(b, m);
}

static void say_older(const st_forward *f, const st_run_before *r, st_buf *b) {
    (void)st_buf_z(b, "the records are known at ");
    st_date_add(b, f->known_at);
    (void)st_buf_fmt(b, ", those of run %" PRId64 " at ", r->run);
    st_date_add(b, r->known_at);
    (void)st_buf_z(b, ": is this the right file?");
}

static void say_ahead(const st_forward *f, st_month period, st_buf *b) {
    month(b, "the period ", period);
    month(b, " lies after ", st_month_of(f->known_at) + f->scheme->lead);
    (void)st_buf_z(b, ", the last that records known at ");
    st_date_add(b, f->known_at);
    (void)st_buf_z(b, f->scheme->lead ? " can be run for with the scheme's lead" : " can know");
}

static void say_skipped(st_month first, st_month period, const st_run_before *r, st_buf *b) {
    month(b, "the period ", period);
    month(b, " skips ", first);
    if (first + 1 < period)
        (void)st_buf_z(b, " and what follows it");
    month(b, ": the newest so far is ", r->period);
    (void)st_buf_fmt(b, " (run %" PRId64 ")", r->run);
}

static void say_back(st_month period, const st_run_before *r, st_buf *b) {
    month(b, "the period ", period);
    month(b, " is before ", r->period);
    (void)st_buf_fmt(b, ", the newest so far (run %" PRId64 ")", r->run);
}

static void say_unchanged(const st_run_before *r, st_buf *b) {
    (void)st_buf_fmt(b, "run %" PRId64, r->run);
    month(b, " used this very file for ", r->period);
    (void)st_buf_z(b, ", and it has not changed since");
}

unsigned st_forward_ask(const st_forward *f, st_month period, st_err *err) {
    const st_run_before *newest = newest_that_counts(f), *last = furthest(f),
                        *same = same_file_earlier(f, period);
    st_month first = 0;
    unsigned asked = 0;
    st_buf b;
    st_buf_init(&b, ST_MSG_MAX);
    for (size_t i = 0; i < ST_LEN(questions); i++) {
        unsigned q = questions[i].bit;
        bool yes = q == ST_ASK_OLDER     ? newest && st_date_cmp(f->known_at, newest->known_at) < 0
                   : q == ST_ASK_AHEAD   ? period > st_month_of(f->known_at) + f->scheme->lead
                   : q == ST_ASK_SKIPPED ? last && skipped(f->scheme, last->period, period, &first)
                   : q == ST_ASK_BACK    ? last && period < last->period
                                         : same != NULL;
        if (!yes)
            continue;
        if (asked)
            (void)st_buf_z(&b, "; ");
        asked |= q;
        if (q == ST_ASK_OLDER)
            say_older(f, newest, &b);
        else if (q == ST_ASK_AHEAD)
            say_ahead(f, period, &b);
        else if (q == ST_ASK_SKIPPED)
            say_skipped(first, period, last, &b);
        else if (q == ST_ASK_BACK)
            say_back(period, last, &b);
        else
            say_unchanged(same, &b);
    }
    for (size_t i = 0; i < ST_LEN(questions); i++)
        if (asked & questions[i].bit)
            (void)st_fail(err, questions[i].code, "%s", b.p); /* the first gives its code */
    st_buf_free(&b);
    return asked;
}

void st_forward_words(unsigned asked, char out[ST_ASKED_MAX]) {
    size_t n = 0;
    out[0] = 0;
    for (size_t i = 0; i < ST_LEN(questions); i++)
        if (asked & questions[i].bit)
            n += (size_t)snprintf(out + n, ST_ASKED_MAX - n, "%s%s", n ? "," : "",
                                  questions[i].word);
}

bool st_forward_reason(const char *because) {
    size_t n = strlen(because);
    if (n > ST_BECAUSE_MAX || st_utf8_valid(because, n) != n ||
        st_str_trim((st_str){because, n}).n == 0)
        return false;
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)because[i] < ' ' || because[i] == 0x7f)
            return false;
    return true;
}
