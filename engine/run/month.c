/* A month from beginning to end. */
#include "base/file.h"
#include "ledger/archive.h"
#include "ledger/posting.h"
#include "ledger/previous.h"
#include "run/prepare.h"
#include "run/run_int.h"

enum { GUARDS_SHOWN_MAX = 4096 /* bytes of the names of guards that a run tells */ };

static double seconds(void) {
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The benefits as the ledger wants them; texts in the arena. */
static st_ledger_benefit *ledger_benefits(st_arena *a, const st_scheme *s, const int32_t *numbers) {
    st_ledger_benefit *b = ST_NEWN(a, st_ledger_benefit, s->n_benefits);
    for (size_t i = 0; i < s->n_benefits; i++) {
        st_str title = st_scheme_title(&s->benefits[i].title, "zh"), id = s->benefits[i].id;
        st_str line = s->benefits[i].n_budgets ? s->benefits[i].budgets[0].line : ST_STR("");
        b[i] = (st_ledger_benefit){.id = st_arena_dup(a, id.p, id.n),
                                   .title = st_arena_dup(a, title.p, title.n),
                                   .budget_line = st_arena_dup(a, line.p, line.n),
                                   .number = numbers[i]};
    }
    return b;
}

static bool register_scheme(st_ledger *l, const st_scheme *s, st_continuity *names, st_err *err) {
    st_arena a;
    st_arena_init(&a, 0);
    st_ledger_benefit *b = ledger_benefits(&a, s, names->numbers);
    st_str title = st_scheme_title(&s->title, "zh");
    bool ok =
        st_ledger_scheme(l, names->scheme, st_arena_dup(&a, title.p, title.n),
                         st_arena_dup(&a, s->currency.p, s->currency.n), b, s->n_benefits, err);
    for (size_t i = 0; i < s->n_benefits; i++)
        names->numbers[i] = b[i].number;
    st_arena_free(&a);
    return ok;
}

static bool begin_rehearsal(st_ledger *l, const st_scheme *s, int64_t before, st_continuity *names,
                            st_posting **out, st_err *err) {
    st_arena a;
    st_arena_init(&a, 0);
    st_ledger_benefit *b = ledger_benefits(&a, s, names->numbers);
    bool ok = st_posting_rehearse(l, names->scheme, st_arena_dup(&a, s->currency.p, s->currency.n),
                                  b, s->n_benefits, before, out, err);
    for (size_t i = 0; i < s->n_benefits; i++)
        names->numbers[i] = b[i].number;
    st_arena_free(&a);
    return ok;
}

/* Everything one month needs, so that the stages are short. */
typedef struct month {
    st_inputs in;
    st_tally tally;
    st_collect collect;
    st_posting *posting;
    st_run_outcome *out;
    bool takes_over; /* the rules let a month take over what the one before found */
    st_base base;    /* n > 0: a regular month after these runs */
    int64_t before;  /* > 0: a rehearsal of the months before that run, as it saw the persons */
} month;

/* Rules that look back at sums, and control totals over months, need every month again. */
static bool looks_back(const st_scheme *s) {
    for (size_t i = 0; i < s->n_benefits; i++)
        if (s->benefits[i].n_controls && s->benefits[i].cadence != ST_ONCE)
            return true;
    return st_scheme_uses_prior(s);
}

static bool look_up(month *m, int64_t except, st_base *base, st_err *err) {
    st_base_wanted w = {.scheme = m->in.names.scheme,
                        .engine = m->in.key.engine,
                        .except = except,
                        .period = m->in.opt.period,
                        .rules = &m->in.package.rules};
    if (!st_ledger_base(m->in.ledger, &w, base, err))
        return false;
    /* Who is missing from a full roster is known only from everybody that has something posted; and
     * a month that is done again has few subjects whose newest assessment is of a month before. */
    if (base->n && m->in.said.whole && (!base->complete || base->periods[0] == w.period))
        base->n = 0;
    return true;
}

static bool find_base(month *m, st_err *err) {
    const st_scheme *s = m->in.package.scheme;
    m->takes_over = !looks_back(s) && !st_scheme_uses_clock(s);
    return !m->takes_over || m->in.opt.full || look_up(m, 0, &m->base, err);
}

static bool prepare(month *m, st_err *err) {
    st_inputs *in = &m->in;
    return st_inputs_open(in, NULL, NULL, err) && st_inputs_ledger(in, false, err) &&
           st_inputs_names(in, 0, err) &&
           st_inputs_forward(in, &m->out->already, &m->out->info, err) &&
           (m->out->already ||
            (register_scheme(in->ledger, in->package.scheme, &in->names, err) &&
             st_persons_past(in->ledger, in->opt.state_dir, err) && find_base(m, err)));
}

static bool read_records(month *m, st_err *err) {
    st_tally_init(&m->tally, m->in.package.scheme, m->in.opt.period);
    m->collect = (st_collect){.package = &m->in.package,
                              .tally = &m->tally,
                              .opt = &m->in.opt,
                              .remember = m->takes_over,
                              .regular = m->base.n > 0,
                              .base = m->base.oldest};
    m->collect.persons =
        st_persons_new(m->in.package.type, st_file_work_folder(m->in.opt.state_dir));
    if ((m->in.ledger && !st_persons_open(m->collect.persons, m->in.ledger, m->before, err)) ||
        !st_collect_run(&m->collect, err))
        return false;
    if (!st_sha256_eq(&m->collect.result.file_digest, &m->in.key.records))
        return st_fail(err, ST_E_RUN_CHANGED, "%s changed while it was read",
                       m->in.opt.records_path);
    return true;
}

/* Keeps with the run what it was calculated from, so that an auditor needs the database alone. */
static bool archive(month *m, st_err *err) {
    const st_scheme *s = m->in.package.scheme;
    for (size_t i = 0; i < st_sources_count(s->files); i++) {
        const st_source *x = st_sources_at(s->files, i);
        const char *kind = i == 0 ? "scheme" : x == s->schema ? "schema" : "model";
        if (!st_archive_bytes(m->posting, kind, x->name, x->bytes, err))
            return false;
    }
    return st_archive_file(m->posting, "records", st_path_last(m->in.opt.records_path),
                           m->in.opt.records_path, &m->in.key.records, err);
}

/* Who bears what the run posts, and on which line. */
static bool funding(month *m, st_err *err) {
    const st_scheme *s = m->in.package.scheme;
    st_arena a;
    st_arena_init(&a, 0);
    bool ok = true;
    for (size_t i = 0; ok && i < s->n_benefits; i++) {
        const st_benefit *b = &s->benefits[i];
        st_posting_budget_line(m->posting, m->in.names.numbers[i],
                               st_scheme_budget_line(b, (int)(m->in.opt.period / 12)));
        st_funding *shares = ST_NEWN(&a, st_funding, b->n_funding);
        for (size_t k = 0; k < b->n_funding; k++)
            shares[k] = (st_funding){st_arena_dup(&a, b->funding[k].party.p, b->funding[k].party.n),
                                     b->funding[k].weight};
        ok = b->n_funding == 0 ||
             st_posting_funding(m->posting, m->in.names.numbers[i], shares, b->n_funding, err);
    }
    st_arena_free(&a);
    return ok;
}

/* The base was looked up before the lock: another run may have got in between. */
static bool same_base(month *m, st_err *err) {
    st_base now;
    if (m->base.n == 0)
        return true;
    return look_up(m, st_posting_run(m->posting), &now, err) &&
           (st_base_eq(&now, &m->base) ||
            st_fail(err, ST_E_RUN_OVERTAKEN,
                    "another run of the scheme was posted while the records were read"));
}

static bool post_lines(month *m, st_err *err) {
    if (!st_posting_begin(m->in.ledger, &m->in.key, m->in.opt.no_wait, &m->posting,
                          &m->out->already, &m->out->info, err) ||
        m->out->already)
        return m->out->already;
    st_merge merge = {.collect = &m->collect,
                      .tally = &m->tally,
                      .posting = m->posting,
                      .benefit_numbers = m->in.names.numbers,
                      .period = m->in.opt.period,
                      .base = m->base.n ? &m->base : NULL};
    if (!same_base(m, err) || !st_inputs_still(&m->in, m->posting, err) ||
        !st_continuity_keep(m->posting, m->in.package.scheme, m->in.names.numbers, err))
        return false;
    bool ok = st_merge_run(&merge, err);
    m->out->timing.taken_over = merge.taken_over;
    m->out->timing.checked = merge.checked;
    return ok && archive(m, err) && funding(m, err);
}

/* Guards, control totals and appropriations. */
static bool judge(month *m, st_err *err) {
    const st_scheme *s = m->in.package.scheme;
    int year = (int)(m->in.opt.period / 12);
    st_tally_guard(&m->tally);
    if (!st_persons_guard(&m->tally, m->collect.persons, m->posting, err))
        return false;
    for (uint32_t i = 0; i < s->n_benefits; i++) {
        const st_budget *b = st_scheme_budget(&s->benefits[i], year);
        st_money spent = 0;
        if (s->benefits[i].retired != ST_KEYS_UNSAID)
            continue; /* nothing is appropriated for what pays nothing */
        st_tally_budget_year(&m->tally, i);
        if (!b || !b->limited)
            continue;
        if (!st_posting_spent(m->posting, m->in.names.numbers[i], year, &spent, err))
            return st_err_wrap(err, "appropriation of %.*s", ST_FMT(s->benefits[i].id));
        st_tally_budget(&m->tally, i, b, spent);
    }
    return true;
}

static bool commit(month *m, st_err *err) {
    if (!judge(m, err))
        return false;
    st_buf json;
    st_buf_init(&json, ST_RUN_REPORT_MAX);
    st_tally_json(&m->tally, &m->in.key, &json);
    m->out->controls_ok = st_tally_controls_ok(&m->tally);
    m->out->strays = m->tally.strays.keys > 0;
    m->out->findings = m->tally.findings[ST_SEV_HELD] + m->tally.findings[ST_SEV_REJECTED] > 0;
    st_buf guards;
    st_buf_init(&guards, GUARDS_SHOWN_MAX);
    for (size_t i = 0; i < m->tally.tripped.n; i++)
        (void)st_buf_fmt(&guards, "%s%.*s", i ? "," : "", ST_FMT(m->tally.tripped.items[i].id));
    st_posting_summary summary = {json.p, m->out->controls_ok,
                                  m->out->controls_ok ? NULL : guards.p};
    bool ok = st_posting_commit(m->posting, &summary, &m->out->info, err);
    st_buf_free(&guards);
    st_buf_free(&json);
    return ok;
}

static bool stages(month *m, st_err *err) {
    st_run_timing *t = &m->out->timing;
    double start = seconds(), now;
    if (!prepare(m, err))
        return false;
    t->prepare = (now = seconds()) - start;
    if (m->out->already)
        return true;
    start = now;
    if (!read_records(m, err))
        return false;
    t->spilled = st_sorter_spilled(m->collect.subjects) + st_sorter_spilled(m->collect.uniques);
    t->subjects = m->tally.read;
    t->read = (now = seconds()) - start;
    start = now;
    if (!post_lines(m, err))
        return false;
    t->post = (now = seconds()) - start;
    start = now;
    bool ok = m->out->already || commit(m, err);
    t->commit = seconds() - start;
    return ok;
}

/* Everything as a run would do it, compared with what was posted before a run (0: with all),
 * nothing written. */
static bool rehearse(month *m, st_rehearsal *out, st_err *err) {
    bool already;
    st_run_info newest;
    st_inputs *in = &m->in;
    if (!st_inputs_open(in, NULL, NULL, err) || !st_inputs_ledger(in, m->before > 0, err) ||
        (m->before == 0 && !st_persons_past(in->ledger, in->opt.state_dir, err)) ||
        !st_inputs_names(in, m->before, err) ||
        !(in->opt.kept ? st_inputs_period(in, in->opt.period, err)
                       : st_inputs_forward(in, &already, &newest, err)))
        return false;
    if (!begin_rehearsal(m->in.ledger, m->in.package.scheme, m->before, &m->in.names, &m->posting,
                         err) ||
        !read_records(m, err))
        return false;
    st_merge merge = {.collect = &m->collect,
                      .tally = &m->tally,
                      .posting = m->posting,
                      .benefit_numbers = m->in.names.numbers,
                      .period = m->in.opt.period,
                      .sink = out->on_finding,
                      .sink_ctx = out->finding_ctx,
                      .on_line = out->on_line,
                      .on_line_ctx = out->ctx,
                      .on_assessment = out->on_assessment};
    m->tally.on_change = out->on_change;
    m->tally.on_change_ctx = out->ctx;
    if (!st_merge_run(&merge, err))
        return false;
    if (!judge(m, err))
        return false;
    st_tally_json(&m->tally, &m->in.key, out->json);
    st_posting_sum(m->posting, &out->root, &out->lines, &out->total);
    out->guards_ok = st_tally_controls_ok(&m->tally);
    out->findings = m->tally.findings[ST_SEV_HELD] + m->tally.findings[ST_SEV_REJECTED] > 0;
    return true;
}

static void close_month(month *m) {
    if (m->posting)
        st_posting_abort(m->posting);
    if (m->collect.subjects)
        st_collect_free(&m->collect);
    if (m->tally.scheme)
        st_tally_free(&m->tally);
    st_persons_free(m->collect.persons);
    st_inputs_close(&m->in);
}

bool st_run_rehearse(const st_run_options *opt, int64_t before, st_rehearsal *r, st_err *err) {
    month m = {.in.opt = *opt, .before = before};
    bool ok = rehearse(&m, r, err);
    close_month(&m);
    return ok;
}

bool st_run_month(const st_run_options *opt, st_run_outcome *out, st_err *err) {
    month m = {.in.opt = *opt, .out = out};
    *out = (st_run_outcome){.controls_ok = true};
    bool ok = stages(&m, err);
    close_month(&m);
    return ok;
}

/* A check tells findings one by one, away from any list of subjects. */
typedef struct named_sink {
    st_finding_sink *sink;
    void *ctx;
} named_sink;

static void tell_named(void *ctx, st_str subject, const st_err *f) {
    const named_sink *to = ctx;
    st_err named = *f;
    size_t n = subject.n;
    if (n && !(strlen(f->msg) > n && memcmp(f->msg, subject.p, n) == 0))
        (void)st_err_wrap(&named, "%.*s", ST_FMT(subject));
    to->sink(to->ctx, &named);
}

bool st_run_check(const st_run_options *opt, st_finding_sink *sink, void *ctx, st_buf *json,
                  st_err *err) {
    month m = {.in.opt = *opt};
    bool ok =
        st_inputs_open(&m.in, sink, ctx, err) && st_inputs_ask(&m.in, err) &&
        (!opt->names || st_run_check_names(&m.in.opt, m.in.package.scheme, m.in.opt.period, err)) &&
        read_records(&m, err);
    named_sink named = {sink, ctx};
    if (ok) {
        st_merge merge = {.collect = &m.collect,
                          .tally = &m.tally,
                          .sink = sink ? tell_named : NULL,
                          .sink_ctx = &named,
                          .period = m.in.opt.period};
        ok = st_merge_run(&merge, err);
    }
    if (ok) {
        st_tally_guard(&m.tally);
        st_tally_json(&m.tally, &m.in.key, json);
    }
    close_month(&m);
    return ok;
}
