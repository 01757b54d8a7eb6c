/* A month from beginning to end. */
#include "base/file.h"
#include "ledger/archive.h"
#include "ledger/posting.h"
#include "ledger/previous.h"
#include "run/continuity.h"
#include "run/run_int.h"

bool st_package_open(const char *path, st_finding_sink *warn, void *ctx, st_package *out,
                     st_err *err) {
    *out = (st_package){0};
    if (st_scheme_open(path, &out->scheme, err) &&
        st_record_type_open(out->scheme->records_schema, &out->type, err) &&
        st_scheme_compile(out->scheme, st_record_type_facts(out->type), warn, ctx, err) &&
        st_scheme_digest(out->scheme, &out->rules, err))
        return true;
    st_package_close(out);
    return false;
}

void st_package_close(st_package *p) {
    st_scheme_free(p->scheme);
    st_record_type_free(p->type);
    *p = (st_package){0};
}

static double seconds(void) {
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

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

/* Reads the head alone: the file's own date is the default as-of date. */
typedef struct peek {
    st_records_head head;
    bool seen;
} peek;

static bool peek_head(void *ctx, const st_records_head *head, st_err *err) {
    peek *p = ctx;
    p->head = *head;
    p->seen = true;
    return st_fail(err, ST_E_RUN_STOPPED, "head read");
}

static bool peek_record(void *ctx, const st_record *r, st_err *err) {
    (void)ctx;
    (void)r;
    return st_fail(err, ST_E_RUN_STOPPED, "no head");
}

static bool read_head(const st_run_options *opt, const st_record_type *type, st_records_head *head,
                      st_err *err) {
    peek p = {.seen = false};
    st_records_events events = {peek_head, peek_record, NULL};
    st_records_options options = {opt->accept_utf8};
    st_records_result result;
    st_err stopped;
    st_err_init(&stopped);
    bool ok = st_records_read(opt->records_path, type, &options, &events, &p, &result, &stopped);
    if (p.seen) {
        *head = p.head;
        return true;
    }
    if (ok)
        return st_fail(err, ST_E_RUN_STOPPED, "%s has no head", opt->records_path);
    if (err)
        *err = stopped;
    return false;
}

static bool make_key(const st_run_options *opt, const st_package *p, st_run_key *key,
                     bool *full_roster, st_err *err) {
    *key = (st_run_key){
        .scheme = p->scheme->id.p, .period = opt->period, .as_of = opt->as_of, .rules = p->rules};
    (void)snprintf(key->engine, sizeof key->engine, "%s", ST_ENGINE_VERSION);
    st_records_head head;
    if (!st_sha256_file(opt->records_path, &key->records, err) ||
        !read_head(opt, p->type, &head, err))
        return false;
    if (!opt->has_as_of)
        key->as_of = head.known_at;
    *full_roster = head.full_roster;
    return true;
}

/* The benefits as the ledger wants them; texts in the arena. */
static st_ledger_benefit *ledger_benefits(st_arena *a, const st_scheme *s, const int32_t *numbers) {
    st_ledger_benefit *b = ST_NEWN(a, st_ledger_benefit, s->n_benefits + 1);
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

static bool same_inputs(const st_run_info *r, const st_run_key *k) {
    return r->period == k->period && st_date_cmp(r->as_of, k->as_of) == 0 &&
           st_sha256_eq(&r->records, &k->records) && st_sha256_eq(&r->rules, &k->rules) &&
           strcmp(r->engine, k->engine) == 0;
}

/* Everything one month needs, so that the stages are short. */
typedef struct month {
    const st_run_options *opt;
    st_package package;
    st_ledger *ledger;
    st_run_key key;
    st_continuity names; /* of scheme and benefits in the ledger */
    st_tally tally;
    st_collect collect;
    st_posting *posting;
    st_run_outcome *out;
    bool full_roster;
    bool takes_over; /* the rules let a month take over what the one before found */
    st_base base;    /* n > 0: a regular month after these runs */
} month;

/* Rules that look back at sums, and control totals over months, need every month again. */
static bool looks_back(const st_scheme *s) {
    for (size_t i = 0; i < s->n_benefits; i++)
        if (s->benefits[i].n_controls && s->benefits[i].cadence != ST_ONCE)
            return true;
    return st_scheme_uses_prior(s);
}

static bool look_up(month *m, int64_t except, st_base *base, st_err *err) {
    st_base_wanted w = {.scheme = m->names.scheme,
                        .engine = m->key.engine,
                        .except = except,
                        .period = m->opt->period,
                        .rules = &m->package.rules};
    if (!st_ledger_base(m->ledger, &w, base, err))
        return false;
    /* Who is missing from a full roster is known only from everybody that has something posted; and
     * a month that is done again has few subjects whose newest assessment is of a month before. */
    if (base->n && m->full_roster && (!base->complete || base->periods[0] == w.period))
        base->n = 0;
    return true;
}

static bool find_base(month *m, st_err *err) {
    const st_scheme *s = m->package.scheme;
    m->takes_over = !looks_back(s) && !st_scheme_uses_clock(s);
    return !m->takes_over || m->opt->full || look_up(m, 0, &m->base, err);
}

/* The ledger that the caller has open, or a connection of the run's own. */
static bool open_ledger(month *m, bool read_only, st_err *err) {
    const st_run_options *opt = m->opt;
    st_ledger_options own = {
        .state_dir = opt->state_dir, .conninfo = opt->conninfo, .read_only = read_only};
    m->ledger = opt->ledger;
    return m->ledger || st_ledger_open(&own, &m->ledger, err);
}

/* Under which names the ledger goes on; before > 0: as that run had them. Nothing is asked about
 * an old run: it was asked then. */
static bool find_names(month *m, int64_t before, st_err *err) {
    const st_scheme *s = m->package.scheme;
    m->names.numbers = st_xmalloc((s->n_benefits + 1) * sizeof *m->names.numbers);
    m->key.scheme = m->names.scheme;
    if (before == 0)
        return st_scheme_payable(s, err) &&
               st_continuity_ledger(m->ledger, s, m->opt->period, &m->names, err);
    bool found = false;
    st_run_info run;
    return st_ledger_run_info(m->ledger, before, &found, &run, err) &&
           (found || st_fail(err, ST_E_RUN_UNKNOWN, "there is no run %" PRId64, before)) &&
           st_continuity_of_run(m->ledger, before, run.scheme, s, &m->names, err);
}

static bool prepare(month *m, st_err *err) {
    const st_run_options *opt = m->opt;
    if (!st_package_open(opt->scheme_path, NULL, NULL, &m->package, err) ||
        !check_period(m->package.scheme, opt->period, err) ||
        !make_key(opt, &m->package, &m->key, &m->full_roster, err) || !open_ledger(m, false, err) ||
        !find_names(m, 0, err) || !register_scheme(m->ledger, m->package.scheme, &m->names, err))
        return false;
    bool found = false, undone = false;
    if (!st_ledger_newest(m->ledger, m->names.scheme, &found, &m->out->info, err) ||
        (found && !st_ledger_voided_since(m->ledger, m->out->info.run, &undone, err)))
        return false;
    /* An unsealed one is looked at again under the lock: a program that died before sealing left
     * work. */
    m->out->already =
        found && !undone && same_inputs(&m->out->info, &m->key) && m->out->info.sealed;
    return m->out->already || find_base(m, err);
}

static bool read_records(month *m, st_err *err) {
    st_tally_init(&m->tally, m->package.scheme, m->opt->period);
    m->collect = (st_collect){.package = &m->package,
                              .tally = &m->tally,
                              .opt = m->opt,
                              .remember = m->takes_over,
                              .regular = m->base.n > 0,
                              .base = m->base.oldest};
    if (!st_collect_run(&m->collect, err))
        return false;
    if (!st_sha256_eq(&m->collect.result.file_digest, &m->key.records))
        return st_fail(err, ST_E_RUN_CHANGED, "%s changed while it was read", m->opt->records_path);
    return true;
}

/* Keeps with the run what it was calculated from, so that an auditor needs the database alone. */
static bool archive(month *m, st_err *err) {
    const st_scheme *s = m->package.scheme;
    for (size_t i = 0; i < s->n_files; i++) {
        const char *kind = i == 0 ? "scheme" : i == 1 ? "schema" : "model";
        if (!st_archive_file(m->posting, kind, s->file_names[i], s->files[i], &s->file_digests[i],
                             err))
            return false;
    }
    const char *slash = strrchr(m->opt->records_path, '/');
    return st_archive_file(m->posting, "records", slash ? slash + 1 : m->opt->records_path,
                           m->opt->records_path, &m->key.records, err);
}

/* Who bears what the run posts, and on which line. */
static bool funding(month *m, st_err *err) {
    const st_scheme *s = m->package.scheme;
    st_arena a;
    st_arena_init(&a, 0);
    bool ok = true;
    for (size_t i = 0; ok && i < s->n_benefits; i++) {
        const st_benefit *b = &s->benefits[i];
        st_posting_budget_line(m->posting, m->names.numbers[i],
                               st_scheme_budget_line(b, (int)(m->opt->period / 12)));
        st_funding *shares = ST_NEWN(&a, st_funding, b->n_funding + 1);
        for (size_t k = 0; k < b->n_funding; k++)
            shares[k] = (st_funding){st_arena_dup(&a, b->funding[k].party.p, b->funding[k].party.n),
                                     b->funding[k].weight};
        ok = b->n_funding == 0 ||
             st_posting_funding(m->posting, m->names.numbers[i], shares, b->n_funding, err);
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

/* The names were asked for before the lock. */
static bool same_names(month *m, st_err *err) {
    const st_scheme *s = m->package.scheme;
    int32_t numbers[ST_SCHEME_BENEFITS_MAX];
    st_continuity now = {.numbers = numbers};
    if (!st_continuity_ledger(m->ledger, s, m->opt->period, &now, err))
        return false;
    return (strcmp(now.scheme, m->names.scheme) == 0 &&
            memcmp(numbers, m->names.numbers, s->n_benefits * sizeof *numbers) == 0) ||
           st_fail(err, ST_E_RUN_OVERTAKEN,
                   "another run of the scheme was posted while the records were read");
}

static bool post_lines(month *m, st_err *err) {
    if (!st_posting_begin(m->ledger, &m->key, m->opt->no_wait, &m->posting, &m->out->already,
                          &m->out->info, err) ||
        m->out->already)
        return m->out->already;
    st_merge merge = {.collect = &m->collect,
                      .tally = &m->tally,
                      .posting = m->posting,
                      .benefit_numbers = m->names.numbers,
                      .period = m->opt->period,
                      .base = m->base.n ? &m->base : NULL};
    if (!same_base(m, err) || !same_names(m, err) ||
        !st_continuity_keep(m->posting, m->package.scheme, m->names.numbers, err))
        return false;
    bool ok = st_merge_run(&merge, err);
    m->out->timing.taken_over = merge.taken_over;
    m->out->timing.checked = merge.checked;
    return ok && archive(m, err) && funding(m, err);
}

/* Guards, control totals and appropriations. */
static bool judge(month *m, st_err *err) {
    const st_scheme *s = m->package.scheme;
    int year = (int)(m->opt->period / 12);
    st_tally_guard(&m->tally);
    for (uint32_t i = 0; i < s->n_benefits; i++) {
        const st_budget *b = st_scheme_budget(&s->benefits[i], year);
        st_money spent = 0;
        if (s->benefits[i].retired != ST_KEYS_UNSAID)
            continue; /* nothing is appropriated for what pays nothing */
        st_tally_budget_year(&m->tally, i);
        if (!b || !b->limited)
            continue;
        if (!st_posting_spent(m->posting, m->names.numbers[i], year, &spent, err))
            return false;
        st_tally_budget(&m->tally, i, b, spent);
    }
    return true;
}

static bool commit(month *m, st_err *err) {
    if (!judge(m, err))
        return false;
    st_buf json;
    st_buf_init(&json, 64 << 20);
    st_tally_json(&m->tally, &m->key, &json);
    m->out->controls_ok = st_tally_controls_ok(&m->tally);
    m->out->strays = m->tally.strays.keys > 0;
    m->out->findings = m->tally.findings[ST_SEV_HELD] + m->tally.findings[ST_SEV_REJECTED] > 0;
    st_buf guards;
    st_buf_init(&guards, 4096);
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
static bool rehearse(month *m, int64_t before, st_rehearsal *out, st_err *err) {
    const st_run_options *opt = m->opt;
    if (!st_package_open(opt->scheme_path, NULL, NULL, &m->package, err) ||
        !check_period(m->package.scheme, opt->period, err) ||
        !make_key(opt, &m->package, &m->key, &m->full_roster, err) ||
        !open_ledger(m, before > 0, err) || !find_names(m, before, err) || !read_records(m, err))
        return false;
    if (!begin_rehearsal(m->ledger, m->package.scheme, before, &m->names, &m->posting, err))
        return false;
    st_merge merge = {.collect = &m->collect,
                      .tally = &m->tally,
                      .posting = m->posting,
                      .benefit_numbers = m->names.numbers,
                      .period = opt->period,
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
    st_tally_json(&m->tally, &m->key, out->json);
    st_posting_sum(m->posting, &out->root, &out->lines, &out->total);
    out->guards_ok = st_tally_controls_ok(&m->tally);
    out->findings = m->tally.findings[ST_SEV_HELD] + m->tally.findings[ST_SEV_REJECTED] > 0;
    return true;
}

static void close_month(month *m) {
    if (m->posting)
        st_posting_abort(m->posting);
    if (m->collect.subjects) {
        st_collect_free(&m->collect);
        st_tally_free(&m->tally);
    }
    if (!m->opt->ledger)
        st_ledger_close(m->ledger);
    st_package_close(&m->package);
    free(m->names.numbers);
}

bool st_run_rehearse(const st_run_options *opt, int64_t before, st_rehearsal *r, st_err *err) {
    month m = {.opt = opt};
    bool ok = rehearse(&m, before, r, err);
    close_month(&m);
    return ok;
}

bool st_run_month(const st_run_options *opt, st_run_outcome *out, st_err *err) {
    month m = {.opt = opt, .out = out};
    *out = (st_run_outcome){.controls_ok = true};
    bool ok = stages(&m, err);
    close_month(&m);
    return ok;
}

bool st_run_check_names(const st_run_options *opt, const st_scheme *s, st_month period,
                        st_err *err) {
    int32_t numbers[ST_SCHEME_BENEFITS_MAX];
    st_continuity names = {.numbers = numbers};
    month m = {.opt = opt};
    bool ok = open_ledger(&m, true, err) && st_continuity_ledger(m.ledger, s, period, &names, err);
    if (!opt->ledger)
        st_ledger_close(m.ledger);
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
    st_run_options copy = *opt; /* the period may be the file's own */
    month m = {.opt = &copy};
    st_records_head head;
    bool ok = st_package_open(opt->scheme_path, sink, ctx, &m.package, err) &&
              read_head(opt, m.package.type, &head, err);
    if (ok && copy.period == 0)
        copy.period = st_month_of(head.known_at);
    ok = ok && check_period(m.package.scheme, copy.period, err) &&
         st_scheme_payable(m.package.scheme, err) &&
         (!opt->names || st_run_check_names(&copy, m.package.scheme, copy.period, err)) &&
         make_key(&copy, &m.package, &m.key, &m.full_roster, err) && read_records(&m, err);
    named_sink named = {sink, ctx};
    if (ok) {
        st_merge merge = {.collect = &m.collect,
                          .tally = &m.tally,
                          .sink = sink ? tell_named : NULL,
                          .sink_ctx = &named,
                          .period = copy.period};
        ok = st_merge_run(&merge, err);
    }
    if (ok) {
        st_tally_guard(&m.tally);
        st_tally_json(&m.tally, &m.key, json);
    }
    close_month(&m);
    return ok;
}
