/* What must hold of a ledger after each run of a history. */
#include "full.h"
#include "game.h"

#include "run/audit.h"

#include <inttypes.h>
#include <stdlib.h>

bool game_wrong(game *g, const char *fmt, ...) {
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
    int who = world_who(x->line.subject), b = benefit_of(x->benefit_id), i = 0;
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
    if (x->state == ST_RUN_VOID || x->run == p->without)
        return true;
    p->keys[i].sum += x->line.amount;
    if (who >= 0)
        p->paid[who] = true;
    return true;
}

bool game_read_side(game *g, const account *of, posted *p, int64_t without) {
    st_err err;
    st_err_init(&err);
    p->without = without;
    p->n = p->lines = 0;
    p->twice = false;
    memset(p->paid, 0, sizeof p->paid);
    st_ledger_filter filter = {.scheme = of->scheme, .with_void = true};
    if (!st_ledger_lines(g->stage->ledger, &filter, add_line, p, &err))
        return game_wrong(g, "the ledger cannot be read: %s", err.msg);
    return !p->twice || game_wrong(g, "two lines of one key have the same number");
}

bool game_read(game *g, posted *p, int64_t without) {
    return game_read_side(g, g->side, p, without);
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
                 naive_beyond(&g->side->world, &g->h->set, who, benefit, occasion, period);
    st_money wanted = stays ? was : k ? k->due : 0;
    return now == wanted ||
           game_wrong(g, "P%d %s %s: posted %" PRId64 ", %s %" PRId64, who, benefit_names[benefit],
                      occasion, now,
                      stays ? "held or out of this run, so it should have stayed" : "due", wanted);
}

/* due of each assessment: what the naive calculation adds up to. */
typedef struct assessed {
    game *g;
    int period;
    bool ok, missing[PEOPLE][BENEFITS];
} assessed;

static bool check_assessment(void *ctx, const st_assessment *a, const char *benefit_id) {
    assessed *x = ctx;
    int who = world_who(a->subject), benefit = benefit_of(benefit_id);
    if (who < 0)
        return true;
    if (a->outcome == ST_MISSING)
        x->missing[who][benefit] = true;
    const world *w = &x->g->side->world;
    /* asked about under another key, the person is missing under the one that was paid */
    bool missing = w->apart[who] && a->outcome == ST_MISSING;
    if (w->asked[who] && naive_clean(w, who) && !missing && a->outcome != ST_HELD) {
        x->ok = game_wrong(x->g, "P%d %s: %s, although it must be asked who that is", who,
                           benefit_names[benefit], st_outcome_name(a->outcome));
        return false;
    }
    if (a->outcome > ST_HELD)
        return true;
    naive n;
    naive_due(&x->g->side->world, &x->g->h->set, who, x->period, &n);
    if (!n.usable)
        return true;
    st_money due = 0;
    for (int i = 0; i < n.n; i++)
        due += n.keys[i].benefit == benefit ? n.keys[i].due : 0;
    x->ok = due == a->due ||
            game_wrong(x->g, "P%d %s: assessed with %" PRId64 " due in all, should be %" PRId64,
                       who, benefit_names[benefit], a->due, due);
    return x->ok;
}

/* Somebody who was paid and does not stand in a full roster is missing, nobody who stands in it. */
static bool check_missing(game *g, const assessed *x) {
    const world *w = &g->side->world;
    for (int who = 0; who < PEOPLE; who++)
        for (int b = 0; b < BENEFITS; b++) {
            st_money sum = 0;
            for (int i = 0; i < g->before.n; i++)
                sum += g->before.keys[i].who == who && g->before.keys[i].benefit == b
                           ? g->before.keys[i].sum
                           : 0;
            bool gone = w->full && !w->people[who].listed && w->retired[b] == LIVES;
            if (gone && sum > 0 && !x->missing[who][b])
                return game_wrong(g,
                                  "P%d %s: was paid, is not in a full roster, and is not missing",
                                  who, benefit_names[b]);
            bool there = w->people[who].listed && !w->apart[who];
            if ((there || !w->full) && x->missing[who][b])
                return game_wrong(g, "P%d %s: is missing, although %s", who, benefit_names[b],
                                  w->full ? "it stands in the file" : "the roster is a part");
        }
    return true;
}

static bool check_all(game *g, int period, int64_t run) {
    for (int who = 0; who < PEOPLE; who++) {
        naive n;
        naive_due(&g->side->world, &g->h->set, who, period, &n);
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
    assessed x = {.g = g, .period = period, .ok = true};
    return (stored_assessments(g->stage, run, check_assessment, &x, &err) ||
            game_wrong(g, "assessments cannot be read: %s", err.msg)) &&
           x.ok && check_missing(g, &x);
}

/* The same again posts nothing; nor would a calculation of everything from the start. */
bool check_again(game *g, const st_run_options *opt) {
    st_run_outcome out;
    st_err err;
    st_err_init(&err);
    if (!st_run_month(opt, &out, &err))
        return game_wrong(g, "the same run again failed: %s", err.msg);
    if (!out.already)
        return game_wrong(g,
                          "the same run again was taken for another one: run %" PRId64
                          " with %" PRIu64 " lines",
                          out.info.run, out.info.lines);
    st_buf json;
    st_buf_init(&json, 0);
    st_rehearsal r = {.json = &json};
    bool ok =
        st_run_rehearse(opt, 0, &r, &err) || game_wrong(g, "the rehearsal failed: %s", err.msg);
    st_buf_free(&json);
    /* a draft that is not sealed is set aside, so all of it would be posted once more */
    uint64_t wanted = out.info.sealed ? 0 : out.info.lines;
    return ok &&
           (r.lines == wanted ||
            game_wrong(g,
                       "run once more from the start it would post %" PRIu64 " lines, not %" PRIu64,
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
              game_wrong(g, "the report cannot be read: %s", err.msg);
    st_money sum = 0;
    int benefits = 0;
    for (const char *p = ok ? json.p : NULL; ok && (p = strstr(p, key)); benefits++) {
        p += strlen(key);
        st_money m = 0;
        ok = st_money_parse((st_str){p, strcspn(p, "\"")}, &m);
        sum += m;
    }
    ok = ok && ((benefits == BENEFITS && sum == info->total) ||
                game_wrong(g, "the movement ends with %" PRId64 ", the lines with %" PRId64, sum,
                           info->total));
    ok = ok && (!strstr(json.p, "\"reconciles\":false") ||
                game_wrong(g, "the movement does not reconcile"));
    st_buf_free(&json);
    return ok;
}

static bool check_audit(game *g, const st_run_info *info) {
    st_err err;
    st_err_init(&err);
    st_audit_result r;
    if (!st_audit_run(g->stage->ledger, g->stage->state, g->stage->conninfo, info, NULL, NULL, &r,
                      &err))
        return game_wrong(g, "the audit failed: %s", err.msg);
    if (!r.equal)
        return game_wrong(g, "the audit has another root, %" PRIu64 " lines differ", r.differing);
    /* the report too: counts, movement, guards, debts, whether calculated from the start or not */
    st_buf then, again;
    st_buf_init(&then, 0);
    st_buf_init(&again, 0);
    st_rehearsal full = {.json = &again};
    bool ok = (st_ledger_summary(g->stage->ledger, info->run, &then, &err) &&
               st_audit_again(g->stage->ledger, g->stage->state, g->stage->conninfo, info, &full,
                              &err)) ||
              game_wrong(g, "the run could not be done again: %s", err.msg);
    ok = ok && (st_str_eq(st_buf_view(&then), st_buf_view(&again)) ||
                game_wrong(g, "done again, run %" PRId64 " has another report", info->run));
    st_buf_free(&then);
    st_buf_free(&again);
    return ok;
}

/* A dry run, before the run. */
bool check_dry_run(game *g, const st_run_options *opt, st_rehearsal *r, st_buf *json) {
    st_err err;
    st_err_init(&err);
    *r = (st_rehearsal){.json = json};
    return st_run_rehearse(opt, 0, r, &err) || game_wrong(g, "the dry run failed: %s", err.msg);
}

/* It said what the run then did: the same lines and the same report. */
bool check_said(game *g, const st_rehearsal *r, const st_run_info *info) {
    st_err err;
    st_err_init(&err);
    st_buf json;
    st_buf_init(&json, 0);
    bool ok = (st_ledger_summary(g->stage->ledger, info->run, &json, &err) ||
               game_wrong(g, "the report cannot be read: %s", err.msg)) &&
              ((r->lines == info->lines && r->total == info->total &&
                (!info->sealed || st_sha256_eq(&r->root, &info->root))) ||
               game_wrong(g,
                          "the dry run said %" PRIu64 " lines, %" PRId64 "; posted were %" PRIu64
                          ", %" PRId64,
                          r->lines, r->total, info->lines, info->total)) &&
              (st_str_eq(st_buf_view(&json), st_buf_view(r->json)) ||
               game_wrong(g, "the dry run had another report"));
    st_buf_free(&json);
    return ok;
}

bool check_unchanged(game *g) {
    return (g->before.lines == g->after.lines) ||
           game_wrong(g, "a run that was done already changed the ledger");
}

bool check_run(game *g, const step *s, const st_run_options *opt, const st_run_outcome *out) {
    return check_all(g, s->a, out->info.run) && check_movement(g, &out->info) &&
           !full_differs(g->stage, opt, &out->info, g->why) &&
           (!g->stage->audit || !out->info.sealed || check_audit(g, &out->info));
}
