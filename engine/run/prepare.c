/* What a run begins with: rules, records, ledger, names, period; and the questions about them. */
#include "run/prepare.h"
#include "run/forward.h"
#include "run/run_int.h"

static bool check_period(const st_scheme *s, st_month period, st_err *err) {
    if (period >= s->first && period <= s->last)
        return true;
    st_buf b;
    st_buf_init(&b, 200);
    st_month_add(&b, period);
    (void)st_buf_z(&b, " lies outside the scheme's periods ");
    st_month_add(&b, s->first);
    (void)st_buf_z(&b, " to ");
    if (s->last == ST_MONTH_MAX)
        (void)st_buf_z(&b, "(open)");
    else
        st_month_add(&b, s->last);
    (void)st_fail(err, ST_E_RUN_PERIOD, "%s", b.p);
    st_buf_free(&b);
    return false;
}

static void say_of_itself(const st_records_head *head, st_run_input *in) {
    *in = (st_run_input){.known_at = head->known_at,
                         .whole = head->full_roster,
                         .part = (int32_t)head->part,
                         .parts = (int32_t)head->parts};
    (void)snprintf(in->sender, sizeof in->sender, "%s", head->sender);
}

static bool same_inputs(const st_run_info *r, const st_run_key *k) {
    return r->period == k->period && st_date_cmp(r->as_of, k->as_of) == 0 &&
           st_sha256_eq(&r->records, &k->records) && st_sha256_eq(&r->rules, &k->rules) &&
           strcmp(r->engine, k->engine) == 0;
}

/* Rules and what the records say of themselves: all that needs no ledger. */
bool st_inputs_open(st_inputs *in, st_finding_sink *warn, void *ctx, st_err *err) {
    const st_run_options *opt = &in->opt;
    st_records_head head;
    bool ok = st_head_names(opt, err) &&
              (opt->kept ? st_package_again(opt->kept, opt->scheme_path, &in->package, err)
                         : st_package_open(opt->scheme_path, warn, ctx, &in->package, err)) &&
              st_sha256_file(opt->records_path, &in->key.records, err) &&
              st_records_peek(opt, in->package.type, &head, err) &&
              st_head_fits(in->package.scheme, opt->records_path, &head, err);
    if (!ok)
        return false;
    say_of_itself(&head, &in->said);
    in->key.scheme = in->package.scheme->id.p;
    in->key.as_of = opt->has_as_of ? opt->as_of : head.known_at;
    in->key.rules = in->package.rules;
    (void)snprintf(in->key.engine, sizeof in->key.engine, "%s", ST_ENGINE_VERSION);
    return !opt->period || st_inputs_period(in, opt->period, err);
}

bool st_inputs_period(st_inputs *in, st_month period, st_err *err) {
    in->opt.period = in->key.period = period;
    return check_period(in->package.scheme, period, err);
}

/* What there is to ask is asked, unless it was answered. */
static bool go_forward(st_inputs *in, const st_forward *f, st_err *err) {
    st_err question;
    st_err_init(&question);
    unsigned asked = st_forward_ask(f, in->opt.period, &question);
    st_forward_words(asked, in->said.asked);
    (void)snprintf(in->said.because, sizeof in->said.because, "%s",
                   in->opt.because ? in->opt.because : "");
    if (!asked || in->opt.because)
        return true;
    if (err)
        *err = question;
    return false;
}

/* The ledger that the caller has open, or a connection of the run's own. */
bool st_inputs_ledger(st_inputs *in, bool read_only, st_err *err) {
    st_ledger_options own = {.state_dir = in->opt.state_dir,
                             .conninfo = in->opt.conninfo,
                             .read_only = read_only,
                             .patience = in->opt.patience};
    in->ledger = in->opt.ledger;
    return in->ledger || st_ledger_open(&own, &in->ledger, err);
}

/* Which period it is may follow from the runs of the scheme, and these from its names: without a
 * period nothing is asked that depends on it. */
static bool names_for(st_inputs *in, st_month period, st_err *err) {
    return st_continuity_ledger(in->ledger, in->package.scheme, period ? period : ST_MONTH_MIN,
                                &in->names, err);
}

/* Under which names the ledger goes on; before > 0: as that run had them. Nothing is asked about
 * an old run: it was asked then. */
bool st_inputs_names(st_inputs *in, int64_t before, st_err *err) {
    const st_scheme *s = in->package.scheme;
    in->names.numbers = st_xmalloc((s->n_benefits + 1) * sizeof *in->names.numbers);
    in->key.scheme = in->names.scheme;
    if (before == 0)
        return st_scheme_payable(s, err) && names_for(in, in->opt.period, err);
    bool found = false;
    st_run_info run;
    return st_ledger_run_info(in->ledger, before, &found, &run, err) &&
           (found || st_fail(err, ST_E_RUN_UNKNOWN, "there is no run %" PRId64, before)) &&
           st_continuity_of_run(in->ledger, before, run.scheme, s, &in->names, err);
}

/* Settles the period, and tells whether the newest run is this one already; otherwise asks what
 * there is to ask. */
bool st_inputs_forward(st_inputs *in, bool *already, st_run_info *newest, st_err *err) {
    bool found = false, undone = false;
    st_arena a;
    st_arena_init(&a, 0);
    st_run_before *runs;
    st_forward f = {.scheme = in->package.scheme, .known_at = in->said.known_at};
    bool ok = st_ledger_before(in->ledger, in->names.scheme, &in->said, &in->key.records,
                               &in->key.rules, 0, &a, &runs, &f.n, err);
    f.runs = ok ? runs : NULL;
    ok = ok &&
         (in->opt.period ? st_inputs_period(in, in->opt.period, err)
                         : st_inputs_period(in, st_forward_period(&f), err) &&
                               names_for(in, in->opt.period, err)) &&
         st_ledger_newest(in->ledger, in->names.scheme, &found, newest, err) &&
         (!found || st_ledger_voided_since(in->ledger, newest->run, &undone, err));
    /* An unsealed one is looked at again under the lock: a program that died before sealing left
     * work. */
    *already = ok && found && !undone && newest->sealed && same_inputs(newest, &in->key);
    ok = ok && (*already || go_forward(in, &f, err));
    st_arena_free(&a);
    return ok;
}

/* Questions were asked before the lock, too: what came in between may raise others. */
static bool still_forward(st_inputs *in, st_posting *p, st_err *err) {
    st_arena a;
    st_arena_init(&a, 0);
    st_run_before *runs;
    st_forward f = {.scheme = in->package.scheme, .known_at = in->said.known_at};
    bool ok = st_ledger_before(in->ledger, in->names.scheme, &in->said, &in->key.records,
                               &in->key.rules, st_posting_run(p), &a, &runs, &f.n, err);
    f.runs = ok ? runs : NULL;
    ok = ok && go_forward(in, &f, err) && st_posting_input(p, &in->said, err);
    st_arena_free(&a);
    return ok;
}

/* The names were asked for before the lock. */
static bool same_names(st_inputs *in, st_err *err) {
    const st_scheme *s = in->package.scheme;
    int32_t numbers[ST_SCHEME_BENEFITS_MAX];
    st_continuity now = {.numbers = numbers};
    if (!st_continuity_ledger(in->ledger, s, in->opt.period, &now, err))
        return false;
    return (strcmp(now.scheme, in->names.scheme) == 0 &&
            memcmp(numbers, in->names.numbers, s->n_benefits * sizeof *numbers) == 0) ||
           st_fail(err, ST_E_RUN_OVERTAKEN,
                   "another run of the scheme was posted while the records were read");
}

bool st_inputs_still(st_inputs *in, st_posting *p, st_err *err) {
    return same_names(in, err) && still_forward(in, p, err);
}

bool st_inputs_ask(st_inputs *in, st_err *err) {
    st_forward f = {.scheme = in->package.scheme, .known_at = in->said.known_at};
    return st_inputs_period(in, in->opt.period ? in->opt.period : st_forward_period(&f), err) &&
           st_scheme_payable(in->package.scheme, err) && go_forward(in, &f, err);
}

bool st_run_check_names(const st_run_options *opt, const st_scheme *s, st_month period,
                        st_err *err) {
    int32_t numbers[ST_SCHEME_BENEFITS_MAX];
    st_continuity names = {.numbers = numbers};
    st_inputs in = {.opt = *opt};
    bool ok =
        st_inputs_ledger(&in, true, err) && st_continuity_ledger(in.ledger, s, period, &names, err);
    if (!opt->ledger)
        st_ledger_close(in.ledger);
    return ok;
}

void st_inputs_close(st_inputs *in) {
    if (!in->opt.ledger)
        st_ledger_close(in->ledger);
    st_package_close(&in->package);
    free(in->names.numbers);
}
