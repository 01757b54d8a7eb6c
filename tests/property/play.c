/* Plays a history, step by step. */
#include "books.h"
#include "debts.h"
#include "game.h"

#include "ledger/approve.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>

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
    return symlink(s->contract, name) == 0 || game_wrong(g, "%s cannot be made", name);
}

static void forget_run(game *g, int64_t run) {
    for (int i = 0; i < g->side->n_runs; i++)
        if (g->side->run[i] == run) {
            memmove(&g->side->run[i], &g->side->run[i + 1],
                    (size_t)(g->side->n_runs - i - 1) * sizeof g->side->run[0]);
            g->side->n_runs--;
            return;
        }
}

static void note_run(game *g, const st_run_info *info) {
    if (g->side->unsealed) /* it gave way */
        forget_run(g, g->side->unsealed);
    g->side->unsealed = info->sealed ? 0 : info->run;
    g->side->run[g->side->n_runs++] = info->run;
    g->stage->runs++;
    g->stage->unsealed += !info->sealed;
    g->newest = info->run;
    if (info->sealed) /* what a draft saw that nobody accepts counts for nobody */
        persons_note(&g->persons, &g->side->world, info->run);
}

/* What the file says of persons, and whom the run must ask about. */
static bool look_at_persons(game *g) {
    bool paid[PEOPLE];
    if (!game_read(g, &g->before, g->side->unsealed))
        return false;
    memcpy(paid, g->before.paid, sizeof paid);
    for (int i = 0; i < SCHEMES; i++) {
        const account *o = &g->sides[i];
        if (o == g->side || !g->h->set.second)
            continue;
        if (!game_read_side(g, o, &g->other, o->unsealed))
            return false;
        for (int who = 0; who < PEOPLE; who++)
            paid[who] = paid[who] || g->other.paid[who];
    }
    persons_show(&g->persons, paid, &g->side->world);
    persons_ask(&g->persons, paid, &g->side->world);
    for (int who = 0; who < PEOPLE; who++)
        g->stage->asked += g->side->world.asked[who];
    return true;
}

static bool run_step(game *g, const step *s) {
    if (!folder_for(g))
        return false;
    if (!look_at_persons(g))
        return false;
    world_write_rules(&g->side->world, &g->h->set, g->side->scheme, g->folder);
    world_write_records(&g->side->world, s->b, g->folder);
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
    /* one run is tried out before, the next is done again afterwards */
    bool dry_first = (g->h->seed + (uint64_t)g->step) % 2 == 0;
    st_rehearsal dry;
    st_buf json;
    st_buf_init(&json, 0);
    bool ok = !dry_first || check_dry_run(g, &opt, &dry, &json);
    if (ok && !st_run_month(&opt, &out, &err))
        ok = game_wrong(g, "the run failed: %s", err.msg);
    if (ok && out.already)
        ok = game_read(g, &g->after, 0) && check_unchanged(g);
    else if (ok) {
        ok = !dry_first || check_said(g, &dry, &out.info);
        note_run(g, &out.info);
        ok = ok && game_read(g, &g->after, 0) && check_run(g, s, &opt, &out) &&
             books_hold(g->stage, g->side->scheme, g->why);
    }
    st_buf_free(&json);
    return ok && (dry_first || check_again(g, &opt));
}

static bool same_posted(game *g) {
    bool same = g->before.n == g->after.n && g->before.lines == g->after.lines;
    for (int i = 0; same && i < g->after.n; i++)
        same = g->before.keys[i].sum == g->after.keys[i].sum;
    return same || game_wrong(g, "a refused void changed the ledger");
}

static bool void_step(game *g, const step *s) {
    if (g->side->n_runs == 0)
        return true;
    if (!game_read(g, &g->before, 0))
        return false;
    int i = g->side->n_runs - 1 - s->a % g->side->n_runs;
    if (g->h->set.persons && g->side->run[i] != g->newest)
        return true;
    st_err err;
    st_err_init(&err);
    st_run_info info;
    if (g->stage->keep[0])
        (void)printf("#  stipend void %" PRId64 " --reason property (counted here)\n",
                     g->side->run[i]);
    bool done = st_ledger_void(g->stage->ledger, g->side->run[i], "property", &info, &err);
    /* A run whose debts were settled by a later one stays, be it that something was kept for them
     * or that they fell away since the same was due again: refused, and nothing changed. */
    if (!done && err.code == ST_E_LEDGER_STATE && strstr(err.msg, "were settled by"))
        return game_read(g, &g->after, 0) && same_posted(g);
    if (!done)
        return game_wrong(g, "run %" PRId64 " could not be made void: %s", g->side->run[i],
                          err.msg);
    if (g->side->run[i] == g->side->unsealed)
        g->side->unsealed = 0;
    persons_void(&g->persons, g->side->run[i]);
    forget_run(g, g->side->run[i]);
    return true;
}

/* One asks, another confirms. */
static bool same_step(game *g, const step *s) {
    const world *w = &g->side->world;
    said_word word;
    int64_t newest = 0;
    if (!debts_newest_run(g->stage, &newest, g->why))
        return false;
    if (!persons_word(&g->persons, w, s->person, newest, &word))
        return true;
    char key[KEY_NAME], old[KEY_NAME];
    world_key(w, s->person, word.key, key);
    world_key(w, s->person, word.fixes ? word.key : 0, old);
    if (g->stage->keep[0])
        (void)printf("#  stipend same %s %s --reason x, confirmed by another\n", key, old);
    if (!debts_same(g->stage, key, old, g->why))
        return false;
    persons_say(&g->persons, &word);
    g->side->world.asked[s->person] = false;
    return true;
}

static bool play_step(game *g, const step *x) {
    int64_t booked = g->stage->booked;
    g->side = &g->sides[x->scheme && g->h->set.second];
    switch (x->kind) {
    case STEP_RUN:
        world_apply(&g->side->world, x);
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
        if (!debts_step(g->stage, &g->side->world, g->side->scheme, x, g->why))
            return false;
        if (g->stage->booked == booked) /* nothing was owed: the ledger is as it was */
            return true;
        break;
    case STEP_SAME:
        return same_step(g, x);
    default:
        for (int i = 0; i < SCHEMES; i++)
            if (step_is_of_records(x) || g->side == &g->sides[i])
                world_apply(&g->sides[i].world, x);
        return true;
    }
    return debts_hold(g->stage, g->side->scheme, g->h->set.policy, g->why);
}

bool play(stage *s, const history *h, char why[WHY], int *at) {
    static game g;
    memset(&g, 0, sizeof g);
    g.stage = s;
    g.h = h;
    g.why = why;
    s->played++;
    for (int i = 0; i < SCHEMES; i++) {
        (void)snprintf(g.sides[i].scheme, sizeof g.sides[i].scheme, "property-%" PRId64 "%s",
                       s->played, i ? "-second" : "");
        world_begin(&g.sides[i].world);
        g.sides[i].world.history = (int)s->played;
    }
    bool ok = true;
    for (g.step = 0; ok && g.step < h->n; g.step++) {
        const step *x = &h->steps[g.step];
        ok = play_step(&g, x);
        *at = g.step + 1;
    }
    return ok;
}
