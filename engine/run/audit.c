#include "run/audit.h"
#include "base/file.h"
#include "ledger/leaf.h"
#include "run/restore.h"
#include "run/sort.h"

enum { SORT_MEMORY = 32 << 20 };

static st_run_options options_of(const st_restored *r, const char *state_dir, const char *conninfo,
                                 const st_run_info *run) {
    return (st_run_options){.kept = r->rules,
                            .state_dir = state_dir,
                            .conninfo = conninfo,
                            .scheme_path = r->scheme,
                            .records_path = r->records,
                            .period = run->period,
                            .has_as_of = true,
                            .as_of = run->as_of};
}

/* -- listing what differs: both sides sorted by key -- */

typedef struct side {
    st_sorter *sorter;
    st_err *err;
    bool ok;
} side;

static void add_line(side *s, st_str benefit, const st_line *l) {
    st_buf key, value;
    char facts[ST_HEX_LEN];
    st_sha256_hex(&l->facts, facts);
    st_buf_init(&key, 1024);
    st_buf_init(&value, 8192);
    (void)st_buf_fmt(&key, "%.*s\t%.*s\t%.*s", ST_FMT(l->subject), ST_FMT(benefit),
                     ST_FMT(l->occasion));
    st_money_plain(&value, l->amount);
    (void)st_buf_fmt(&value, " %s, due ", st_cause_name(l->cause));
    st_money_plain(&value, l->due);
    (void)st_buf_fmt(&value, ", tier %.*s, line %" PRIu64 ", seq %d, rule %.*s, facts %.8s",
                     ST_FMT(l->tier), l->line_no, l->seq, ST_FMT(l->rule), facts);
    s->ok = s->ok && st_sorter_add(s->sorter, st_buf_view(&key), st_buf_view(&value), s->err);
    st_buf_free(&key);
    st_buf_free(&value);
}

static bool again_line(void *ctx, const st_line *l, const st_benefit *b) {
    add_line(ctx, b->id, l);
    return true;
}

static bool posted_line(void *ctx, const st_ledger_line *l) {
    add_line(ctx, st_str_of(l->benefit_id), &l->line);
    return true;
}

/* The key in its three parts. */
static st_audit_difference difference(st_str key) {
    st_audit_difference d = {.ledger = ST_STR_NONE, .repeat = ST_STR_NONE};
    st_str *const parts[] = {&d.subject, &d.benefit, &d.occasion};
    for (size_t i = 0, at = 0; i < ST_LEN(parts); i++) {
        size_t from = at;
        while (at < key.n && key.p[at] != '\t')
            at++;
        *parts[i] = st_str_sub(key, from, at - from);
        at++;
    }
    return d;
}

typedef struct comparison {
    st_audit_sink *each;
    void *ctx;
    uint64_t n;
} comparison;

static void tell(comparison *c, const st_sorted *ledger, const st_sorted *repeat) {
    st_audit_difference d = difference(ledger ? ledger->key : repeat->key);
    if (ledger)
        d.ledger = ledger->payload;
    if (repeat)
        d.repeat = repeat->payload;
    c->each(c->ctx, &d);
    c->n++;
}

static bool list_differences(st_sorter *posted, st_sorter *again, comparison *to, st_err *err) {
    st_sorted a, b;
    bool have_a, have_b;
    if (!st_sorter_finish(posted, err) || !st_sorter_finish(again, err) ||
        !st_sorter_next(posted, &a, &have_a, err) || !st_sorter_next(again, &b, &have_b, err))
        return false;
    while (have_a || have_b) {
        int c = !have_a ? 1 : !have_b ? -1 : st_str_cmp(a.key, b.key);
        if (c != 0 || !st_str_eq(a.payload, b.payload))
            tell(to, c <= 0 ? &a : NULL, c >= 0 ? &b : NULL);
        if (c <= 0 && !st_sorter_next(posted, &a, &have_a, err))
            return false;
        if (c >= 0 && !st_sorter_next(again, &b, &have_b, err))
            return false;
    }
    return true;
}

static bool compare_lines(st_ledger *l, const st_run_options *opt, const st_run_info *run,
                          comparison *to, st_err *err) {
    const char *folder = st_file_work_folder(opt->state_dir);
    side posted = {st_sorter_new(folder, SORT_MEMORY), err, true},
         again = {st_sorter_new(folder, SORT_MEMORY), err, true};
    st_ledger_filter filter = {.run = run->run, .with_void = true};
    st_buf json;
    st_buf_init(&json, 0);
    st_rehearsal r = {.json = &json, .on_line = again_line, .ctx = &again};
    bool ok = st_ledger_lines(l, &filter, posted_line, &posted, err) &&
              st_run_rehearse(opt, run->run, &r, err) && posted.ok && again.ok &&
              list_differences(posted.sorter, again.sorter, to, err);
    st_buf_free(&json);
    st_sorter_free(posted.sorter);
    st_sorter_free(again.sorter);
    return ok;
}

/* -- the rows as they are now, not as they were sealed -- */

typedef struct stored {
    st_tree tree;
    st_buf scratch;
} stored;

static bool stored_line(void *ctx, const st_ledger_line *x) {
    stored *s = ctx;
    st_sha256 leaf;
    st_leaf_hash(&s->scratch, x->scheme, x->benefit_id, x->currency, &x->line, &leaf);
    st_tree_add(&s->tree, &leaf);
    return true;
}

static bool stored_root(st_ledger *l, int64_t run, st_sha256 *root, st_err *err) {
    stored s;
    st_tree_init(&s.tree);
    st_buf_init(&s.scratch, 0);
    st_ledger_filter filter = {.run = run, .with_void = true};
    bool ok = st_ledger_lines(l, &filter, stored_line, &s, err);
    st_buf_free(&s.scratch);
    st_tree_root(&s.tree, root);
    return ok;
}

bool st_audit_run(st_ledger *l, const char *state_dir, const char *conninfo, const st_run_info *run,
                  st_audit_sink *each, void *ctx, st_audit_result *out, st_err *err) {
    *out = (st_audit_result){0};
    st_restored files;
    if (!st_restore_begin(l, run->run, state_dir, &files, err))
        return false;
    st_run_options opt = options_of(&files, state_dir, conninfo, run);
    st_buf json;
    st_buf_init(&json, 0);
    st_rehearsal r = {.json = &json};
    st_sha256 rows;
    bool ok = st_run_rehearse(&opt, run->run, &r, err) && stored_root(l, run->run, &rows, err);
    st_buf_free(&json);
    out->root = r.root;
    out->lines = r.lines;
    /* a draft that is not sealed has no root yet */
    out->equal = ok && (!run->sealed || st_sha256_eq(&r.root, &run->root)) &&
                 st_sha256_eq(&r.root, &rows) && r.lines == run->lines && r.total == run->total;
    comparison to = {each, ctx, 0};
    if (ok && !out->equal && each)
        ok = compare_lines(l, &opt, run, &to, err);
    out->differing = to.n;
    st_restore_end(&files);
    return ok;
}

bool st_audit_is_of_run(const st_err *err) {
    st_exit class = st_code_exit(err->code);
    return class == ST_EXIT_DATA || class == ST_EXIT_NOINPUT;
}

bool st_audit_again(st_ledger *l, const char *state_dir, const char *conninfo,
                    const st_run_info *run, st_rehearsal *r, st_err *err) {
    st_restored files;
    if (!st_restore_begin(l, run->run, state_dir, &files, err))
        return false;
    st_run_options opt = options_of(&files, state_dir, conninfo, run);
    bool ok = st_run_rehearse(&opt, run->run, r, err);
    st_restore_end(&files);
    return ok;
}

bool st_audit_now(st_ledger *l, const char *state_dir, const char *conninfo, const st_run_info *run,
                  st_rehearsal *out, st_err *err) {
    bool found = false;
    st_run_info newest;
    st_restored files;
    if (!st_ledger_newest(l, run->scheme, &found, &newest, err) ||
        (!found &&
         !st_fail(err, ST_E_RUN_ARCHIVE, "scheme %s has no run that counts", run->scheme)) ||
        !st_restore_begin(l, newest.run, state_dir, &files, err))
        return false;
    newest.period = run->period;
    st_run_options opt = options_of(&files, state_dir, conninfo, &newest);
    bool ok = st_run_rehearse(&opt, 0, out, err);
    st_restore_end(&files);
    return ok;
}
