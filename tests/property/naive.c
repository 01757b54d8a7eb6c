/* A second calculation of what is due, as naive as it can be: month by month, day by day. */
#include "world.h"

#include <stdio.h>
#include <string.h>

enum { LATE_MONTH = 2023 * 12 + 2, AWARD_FIRST = 2022 * 12 + 10, CAP = 500000 };

static int first_day(int month) {
    return st_date_to_days(st_month_first(month));
}

static bool at_work(const person *p, int since_by, int still_on) {
    for (int i = 0; i < SPELLS; i++)
        if (p->from[i] && p->from[i] <= since_by && (p->to[i] == 0 || p->to[i] >= still_on))
            return true;
    return false;
}

/* The version of the month: of those that have begun, the one written last. */
static const version *version_of(const world *w, int benefit, int month) {
    const version *v = NULL;
    for (int i = 0; i < w->n_versions[benefit]; i++)
        if (w->versions[benefit][i].from <= month)
            v = &w->versions[benefit][i];
    return v;
}

static naive_key *add(naive *out, int benefit, const char *occasion) {
    naive_key *k = &out->keys[out->n++];
    *k = (naive_key){.benefit = benefit};
    (void)snprintf(k->occasion, sizeof k->occasion, "%s", occasion);
    return k;
}

static void hold(naive *out, naive_key *k) {
    k->held = true;
    out->partial = true;
}

static bool quarter_over(int month, int period) {
    return month / 3 * 3 + 2 <= period;
}

/* Eleven fen when the job that stands first in the file is the later one of two; seven from a day
 * on. */
static st_money extra(const world *w, const setting *set, const person *p) {
    int one = p->from[p->reversed], two = p->from[!p->reversed];
    return (set->first && one && two && one > two ? 11 : 0) +
           (set->clock && w->today > st_date_to_days((st_date){2023, 10, 1}) ? 7 : 0);
}

/* A right of whole quarters, or months of which three are paid together. */
static bool by_quarters(const setting *set, int month) {
    return set->quarterly || (set->change && month >= CHANGE_MONTH);
}

static void allowance(const world *w, const setting *set, const person *p, int period, naive *out) {
    for (int m = FIRST_MONTH; m <= period; m++) {
        bool quarter = set->change && m >= CHANGE_MONTH;
        if ((by_quarters(set, m) && !quarter_over(m, period)) || (quarter && m % 3 != 0))
            continue;
        int day = first_day(m), best = -1;
        for (int i = 0; i < LEVELS; i++)
            if (p->passed[i] && p->passed[i] <= day - 1)
                best = i;
        bool gone = p->status && p->since < day;
        if (best < 0 || gone || !at_work(p, day - 1, day))
            continue;
        char name[KEY_TEXT];
        if (quarter)
            (void)snprintf(name, sizeof name, "%04d-Q%d", m / 12, m % 12 / 3 + 1);
        else
            (void)snprintf(name, sizeof name, "%04d-%02d", m / 12, m % 12 + 1);
        naive_key *k = add(out, 0, name);
        const version *v = version_of(w, 0, m);
        if (!v || v->rate[best] < 0)
            hold(out, k);
        else
            k->due = v->rate[best] + extra(w, set, p);
    }
}

static int month_of_day(int day) {
    return st_month_of(st_date_from_days(day));
}

static void award(const world *w, const setting *set, const person *p, int period, naive *out) {
    if (set->late && period < LATE_MONTH)
        return;
    bool done[LEVELS] = {false}, before_held = false;
    st_money total = 0;
    for (int round = 0; round < LEVELS; round++) {
        int i = -1;
        for (int k = 0; k < LEVELS; k++)
            if (!done[k] && p->passed[k] && (i < 0 || p->passed[k] < p->passed[i]))
                i = k;
        if (i < 0)
            return;
        done[i] = true;
        int m = month_of_day(p->passed[i]);
        if (m > period || m < AWARD_FIRST)
            continue;
        naive_key key = {.benefit = 1}, *k = &key;
        const version *v = version_of(w, 1, m);
        bool refused =
            !at_work(p, p->passed[i], p->passed[i]) || (p->status && p->since <= p->passed[i]);
        if (set->cap && before_held) {
            hold(out, add(out, 1, level_names[i]));
            continue;
        }
        if (refused || (set->cap && total >= CAP))
            continue;
        k = add(out, 1, level_names[i]);
        if (!v || v->rate[i] < 0) {
            hold(out, k);
            before_held = true;
            continue;
        }
        k->due = v->rate[i];
        if (set->cap && k->due > CAP - total)
            k->due = CAP - total;
        total += k->due;
    }
}

static bool has_cert(const person *p, int level) {
    return level >= 0 && p->passed[level];
}

/* Whose account it is. */
static int owner(const person *p, int who) {
    return p->share ? (who + 1) % PEOPLE : who;
}

/* Whether the account is also another's. */
static bool shares(const world *w, int who) {
    for (int i = 0; i < PEOPLE; i++)
        if (i != who && w->people[i].listed &&
            owner(&w->people[i], i) == owner(&w->people[who], who))
            return true;
    return false;
}

bool naive_clean(const world *w, int who) {
    const person *p = &w->people[who];
    return p->listed && !p->twice && !has_cert(p, p->undated) && !shares(w, who);
}

void naive_due(const world *w, const setting *set, int who, int period, naive *out) {
    const person *p = &w->people[who];
    *out = (naive){.usable = naive_clean(w, who) && !w->asked[who]};
    if (!out->usable)
        return;
    if (w->retired[0] == LIVES)
        allowance(w, set, p, period, out);
    if (w->retired[1] == LIVES)
        award(w, set, p, period, out);
}

bool naive_beyond(const world *w, const setting *set, int who, int benefit, const char *occasion,
                  int period) {
    if (w->retired[benefit] != LIVES)
        return w->retired[benefit] == KEPT;
    for (int i = 0; i < LEVELS; i++)
        if (strcmp(occasion, level_names[i]) == 0) {
            int passed = w->people[who].passed[i];
            return passed && (month_of_day(passed) > period || (set->late && period < LATE_MONTH));
        }
    int year = 0, month = 0;
    if (sscanf(occasion, "%d-Q%d", &year, &month) == 2)
        month = month * 3 - 2;
    else
        (void)sscanf(occasion, "%d-%d", &year, &month);
    int m = year * 12 + month - 1;
    return by_quarters(set, m) ? !quarter_over(m, period) : m > period;
}
