#include "debts.h"
#include "full.h"

#include "ledger/approve.h"
#include "run/audit.h"
#include "run/run.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { POSTED_MAX = 1024, RUNS_MAX = STEPS_MAX };

typedef struct posted_key {
    int who, benefit;
    char occasion[KEY_TEXT];
    st_money sum;
} posted_key;
typedef struct posted {
    posted_key keys[POSTED_MAX];
    int n, lines;
    bool twice; /* two lines of a key have one number */
    int seqs[POSTED_MAX];
    uint64_t seen[POSTED_MAX]; /* bits of the numbers of a key */
    int64_t without;           /* a run that does not count */
} posted;

typedef struct game {
    stage *stage;
    const history *h;
    world world;
    char scheme[32], folder[400];
    int64_t run[RUNS_MAX];
    int n_runs, step;
    int64_t unsealed; /* the draft that the next run sets aside, 0: none */
    posted before, after;
    char *why;
} game;

static bool wrong(game *g, const char *fmt, ...) ST_PRINTF(2, 3);
static bool wrong(game *g, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(g->why, WHY, fmt, ap);
    va_end(ap);
    return false;
}

static int benefit_of(const char *id) {
    return strncmp(id, benefit_names[1], strlen(benefit_names[1])) == 0; /* whatever it is called */
}

static bool add_line(void *ctx, const st_ledger_line *x) {
    posted *p = ctx;
    int who = x->line.subject.n == 2 ? x->line.subject.p[1] - '0' : -1,
        b = benefit_of(x->benefit_id), i = 0;
    char occasion[KEY_TEXT];
    (void)snprintf(occasion, sizeof occasion, "%.*s", ST_FMT(x->line.occasion));
    while (i < p->n && !(p->keys[i].who == who && p->keys[i].benefit == b &&
                         strcmp(p->keys[i].occasion, occasion) == 0))
        i++;
    if (i == p->n) {
        ST_ASSERT(p->n < POSTED_MAX);
        p->keys[p->n] = (posted_key){.who = who, .benefit = b};
        memcpy(p->keys[p->n].occasion, occasion, sizeof occasion);
        p->seen[p->n++] = 0;
    }
    uint64_t bit = (uint64_t)1 << (x->line.seq & 63);
    p->twice = p->twice || (p->seen[i] & bit);
    p->seen[i] |= bit;
    p->lines++;
    if (x->state != ST_RUN_VOID && x->run != p->without)
        p->keys[i].sum += x->line.amount;
    return true;
}

static bool read_posted(game *g, posted *p, int64_t without) {
    st_err err;
    st_err_init(&err);
    p->without = without;
    p->n = p->lines = 0;
    p->twice = false;
    st_ledger_filter filter = {.scheme = g->scheme, .with_void = true};
    if (!st_ledger_lines(g->stage->ledger, &filter, add_line, p, &err))
        return wrong(g, "the ledger cannot be read: %s", err.msg);
    return !p->twice || wrong(g, "two lines of one key have the same number");
}

static st_money sum_of(const posted *p, int who, int benefit, const char *occasion) {
    for (int i = 0; i < p->n; i++)
        if (p->keys[i].who == who && p->keys[i].benefit == benefit &&
            strcmp(p->keys[i].occasion, occasion) == 0)
            return p->keys[i].sum;
    return 0;
}

static const naive_key *due_of(const naive *n, int benefit, const char *occasion) {
    for (int i = 0; i < n->n; i++)
        if (n->keys[i].benefit == benefit && strcmp(n->keys[i].occasion, occasion) == 0)
            return &n->keys[i];
    return NULL;
}

/* One key: as due, or as it was. */
static bool check_key(game *g, const naive *n, int who, int benefit, const char *occasion,
                      int period) {
    st_money now = sum_of(&g->after, who, benefit, occasion),
             was = sum_of(&g->before, who, benefit, occasion);
    const naive_key *k = n->usable ? due_of(n, benefit, occasion) : NULL;
    bool stays = !n->usable || (k && k->held) ||
                 naive_beyond(&g->world, &g->h->set, who, benefit, occasion, period);
    st_money wanted = stays ? was : k ? k->due : 0;
    return now == wanted ||
           wrong(g, "P%d %s %s: posted %" PRId64 ", %s %" PRId64, who, benefit_names[benefit],
                 occasion, now, stays ? "held or out of this run, so it should have stayed" : "due",
                 wanted);
}

/* due of each assessment: what the naive calculation adds up to. */
typedef struct assessed {
    game *g;
    int period;
    bool ok;
} assessed;

static bool check_assessment(void *ctx, const st_assessment *a, const char *benefit_id) {
    assessed *x = ctx;
    int who = a->subject.n == 2 ? a->subject.p[1] - '0' : -1, benefit = benefit_of(benefit_id);
    if (who < 0 || a->outcome > ST_HELD)
        return true;
    naive n;
    naive_due(&x->g->world, &x->g->h->set, who, x->period, &n);
    if (!n.usable)
        return true;
    st_money due = 0;
    for (int i = 0; i < n.n; i++)
        due += n.keys[i].benefit == benefit ? n.keys[i].due : 0;
    x->ok = due == a->due ||
            wrong(x->g, "P%d %s: assessed with %" PRId64 " due in all, should be %" PRId64, who,
                  benefit_names[benefit], a->due, due);
    return x->ok;
}

static bool check_all(game *g, int period, int64_t run) {
    for (int who = 0; who < PEOPLE; who++) {
        naive n;
        naive_due(&g->world, &g->h->set, who, period, &n);
        for (int i = 0; i < n.n; i++)
            if (!check_key(g, &n, who, n.keys[i].benefit, n.keys[i].occasion, period))
                return false;
        for (int i = 0; i < g->after.n; i++)
            if (g->after.keys[i].who == who &&
                !check_key(g, &n, who, g->after.keys[i].benefit, g->after.keys[i].occasion, period))
                return false;
    }
    st_err err;
    st_err_init(&err);
    assessed x = {g, period, true};
    return (st_ledger_assessments(g->stage->ledger, run, NULL, check_assessment, &x, &err) ||
            wrong(g, "assessments cannot be read: %s", err.msg)) &&
           x.ok;
}

/* The same again posts nothing; nor would a calculation of everything from the start. */
static bool check_again(game *g, const st_run_options *opt) {
    st_run_outcome out;
    st_err err;
    st_err_init(&err);
    if (!st_run_month(opt, &out, &err))
        return wrong(g, "the same run again failed: %s", err.msg);
    if (!out.already)
        return wrong(g,
                     "the same run again was taken for another one: run %" PRId64 " with %" PRIu64
                     " lines",
                     out.info.run, out.info.lines);
    st_buf json;
    st_buf_init(&json, 0);
    st_rehearsal r = {.json = &json};
    bool ok = st_run_rehearse(opt, 0, &r, &err) || wrong(g, "the rehearsal failed: %s", err.msg);
    st_buf_free(&json);
    /* a draft that is not sealed is set aside, so all of it would be posted once more */
    uint64_t wanted = out.info.sealed ? 0 : out.info.lines;
    return ok &&
           (r.lines == wanted ||
            wrong(g, "run once more from the start it would post %" PRIu64 " lines, not %" PRIu64,
                  r.lines, wanted));
}

/* The report's movement: the last payment and what changed is this payment; what is posted of it
 * and the rest is the run. */
static bool check_movement(game *g, const st_run_info *info) {
    static const char key[] = "\"run_total\":\"";
    st_err err;
    st_err_init(&err);
    st_buf json;
    st_buf_init(&json, 0);
    bool ok = st_ledger_summary(g->stage->ledger, info->run, &json, &err) ||
              wrong(g, "the report cannot be read: %s", err.msg);
    st_money sum = 0;
    int benefits = 0;
    for (const char *p = ok ? json.p : NULL; ok && (p = strstr(p, key)); benefits++) {
        p += strlen(key);
        st_money m = 0;
        ok = st_money_parse((st_str){p, strcspn(p, "\"")}, &m);
        sum += m;
    }
    ok = ok && ((benefits == BENEFITS && sum == info->total) ||
                wrong(g, "the movement ends with %" PRId64 ", the lines with %" PRId64, sum,
                      info->total));
    ok = ok &&
         (!strstr(json.p, "\"reconciles\":false") || wrong(g, "the movement does not reconcile"));
    st_buf_free(&json);
    return ok;
}

static bool check_audit(game *g, const st_run_info *info) {
    st_err err;
    st_err_init(&err);
    st_audit_result r;
    if (!st_audit_run(g->stage->ledger, g->stage->state, g->stage->conninfo, info, NULL, &r, &err))
        return wrong(g, "the audit failed: %s", err.msg);
    if (!r.equal)
        return wrong(g, "the audit has another root, %" PRIu64 " lines differ", r.differing);
    /* the report too: counts, movement, guards, debts, whether calculated from the start or not */
    st_buf then, again;
    st_buf_init(&then, 0);
    st_buf_init(&again, 0);
    st_rehearsal full = {.json = &again};
    bool ok = (st_ledger_summary(g->stage->ledger, info->run, &then, &err) &&
               st_audit_again(g->stage->ledger, g->stage->state, g->stage->conninfo, info, &full,
                              &err)) ||
              wrong(g, "the run could not be done again: %s", err.msg);
    ok = ok && (st_str_eq(st_buf_view(&then), st_buf_view(&again)) ||
                wrong(g, "done again, run %" PRId64 " has another report", info->run));
    st_buf_free(&then);
    st_buf_free(&again);
    return ok;
}

/* The scheme names its contract beside itself. */
static bool folder_for(game *g) {
    const stage *s = g->stage;
    if (s->keep[0])
        (void)snprintf(g->folder, sizeof g->folder, "%s/%d", s->keep, g->step + 1);
    else
        (void)snprintf(g->folder, sizeof g->folder, "%s", s->work);
    (void)mkdir(s->keep[0] ? s->keep : s->work, 0755);
    (void)mkdir(g->folder, 0755);
    char name[440];
    (void)snprintf(name, sizeof name, "%s/records.xsd", g->folder);
    (void)unlink(name);
    return symlink(s->contract, name) == 0 || wrong(g, "%s cannot be made", name);
}

static void forget_run(game *g, int64_t run) {
    for (int i = 0; i < g->n_runs; i++)
        if (g->run[i] == run) {
            memmove(&g->run[i], &g->run[i + 1], (size_t)(g->n_runs - i - 1) * sizeof g->run[0]);
            g->n_runs--;
            return;
        }
}

static void note_run(game *g, const st_run_info *info) {
    if (g->unsealed) /* it gave way */
        forget_run(g, g->unsealed);
    g->unsealed = info->sealed ? 0 : info->run;
    g->run[g->n_runs++] = info->run;
    g->stage->runs++;
    g->stage->unsealed += !info->sealed;
}

static bool run_step(game *g, const step *s) {
    if (!folder_for(g))
        return false;
    world_write_rules(&g->world, &g->h->set, g->scheme, g->folder);
    world_write_records(&g->world, s->b, g->folder);
    char scheme[440], records[440];
    (void)snprintf(scheme, sizeof scheme, "%s/scheme.xml", g->folder);
    (void)snprintf(records, sizeof records, "%s/records.xml", g->folder);
    st_run_options opt = {.state_dir = g->stage->state,
                          .ledger = g->stage->ledger,
                          .scheme_path = scheme,
                          .records_path = records,
                          .period = s->a,
                          .because = "months and files come in any order here"};
    if (g->stage->keep[0])
        (void)printf("#  stipend run --scheme %s --records %s --period %04d-%02d --because x\n",
                     scheme, records, s->a / 12, s->a % 12 + 1);
    st_run_outcome out;
    st_err err;
    st_err_init(&err);
    if (!read_posted(g, &g->before, g->unsealed))
        return false;
    if (!st_run_month(&opt, &out, &err))
        return wrong(g, "the run failed: %s", err.msg);
    if (out.already && !read_posted(g, &g->before, 0))
        return false;
    if (!out.already)
        note_run(g, &out.info);
    return read_posted(g, &g->after, 0) && check_all(g, s->a, out.info.run) &&
           check_movement(g, &out.info) &&
           (out.already || !full_differs(g->stage, &opt, &out.info, g->why)) &&
           check_again(g, &opt) &&
           (!g->stage->audit || !out.info.sealed || check_audit(g, &out.info));
}

static bool same_posted(game *g) {
    bool same = g->before.n == g->after.n && g->before.lines == g->after.lines;
    for (int i = 0; same && i < g->after.n; i++)
        same = g->before.keys[i].sum == g->after.keys[i].sum;
    return same || wrong(g, "a refused void changed the ledger");
}

static bool void_step(game *g, const step *s) {
    if (g->n_runs == 0)
        return true;
    if (!read_posted(g, &g->before, 0))
        return false;
    int i = g->n_runs - 1 - s->a % g->n_runs;
    st_err err;
    st_err_init(&err);
    st_run_info info;
    if (g->stage->keep[0])
        (void)printf("#  stipend void %" PRId64 " --reason property (counted here)\n", g->run[i]);
    bool done = st_ledger_void(g->stage->ledger, g->run[i], "property", &info, &err);
    /* A run whose debts were settled by a later one stays, be it that something was kept for them
     * or that they fell away since the same was due again: refused, and nothing changed. */
    if (!done && err.code == ST_E_LEDGER_STATE && strstr(err.msg, "were settled by"))
        return read_posted(g, &g->after, 0) && same_posted(g);
    if (!done)
        return wrong(g, "run %" PRId64 " could not be made void: %s", g->run[i], err.msg);
    if (g->run[i] == g->unsealed)
        g->unsealed = 0;
    forget_run(g, g->run[i]);
    return true;
}

static bool play_step(game *g, const step *x) {
    switch (x->kind) {
    case STEP_RUN:
        world_apply(&g->world, x);
        if (!run_step(g, x))
            return false;
        break;
    case STEP_VOID:
        if (!void_step(g, x))
            return false;
        break;
    case STEP_REPAY:
    case STEP_OFF:
    case STEP_CANCEL:
        if (!debts_step(g->stage, g->scheme, x, g->why))
            return false;
        break;
    default:
        world_apply(&g->world, x);
        return true;
    }
    return debts_hold(g->stage, g->scheme, g->h->set.recovery, g->why);
}

bool play(stage *s, const history *h, char why[WHY], int *at) {
    static game g;
    memset(&g, 0, sizeof g);
    g.stage = s;
    g.h = h;
    g.why = why;
    (void)snprintf(g.scheme, sizeof g.scheme, "property-%" PRId64, ++s->played);
    world_begin(&g.world);
    bool ok = true;
    for (g.step = 0; ok && g.step < h->n; g.step++) {
        const step *x = &h->steps[g.step];
        ok = play_step(&g, x);
        *at = g.step + 1;
    }
    return ok;
}
