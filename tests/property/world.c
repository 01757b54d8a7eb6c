/* Histories from a seed, and what their steps do to records and rules. */
#include "world.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const char *const level_names[LEVELS] = {"assistant", "intermediate", "senior"};
const char *const benefit_names[BENEFITS] = {"allowance", "award"};

/* -- random numbers (splitmix64) -- */
static uint64_t state;

static int below(int n) {
    state += 0x9E3779B97F4A7C15u;
    uint64_t z = state;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return (int)((z ^ z >> 31) % (uint64_t)n);
}

static bool chance(int percent) {
    return below(100) < percent;
}

/* A day between two months counted from the first, often the first, fifteenth or last of one. */
static int day(int from, int to) {
    int m = FIRST_MONTH + from + below(to - from + 1), first = st_date_to_days(st_month_first(m)),
        last = st_date_to_days(st_month_last(m));
    switch (below(4)) {
    case 0:
        return first;
    case 1:
        return first + 14;
    case 2:
        return last;
    default:
        return first + below(last - first + 1);
    }
}

static void rates(step *s) {
    static const st_money amounts[] = {20000, 30000, 50000, 20050, 1, 0, 33333, 300000, 250000};
    for (int i = 0; i < LEVELS; i++)
        s->rate[i] = chance(6) ? -1 : amounts[below((int)(sizeof amounts / sizeof amounts[0]))];
}

/* A change of the records or the rules. */
static step change(const setting *set, int people) {
    static const step_kind often[] = {
        STEP_CERT,   STEP_CERT,   STEP_CERT,  STEP_JOB,     STEP_JOB,   STEP_STATUS, STEP_STATUS,
        STEP_PERSON, STEP_PERSON, STEP_TWICE, STEP_UNDATED, STEP_SHARE, STEP_ORDER,  STEP_ORDER,
        STEP_ROSTER, STEP_RATES,  STEP_RATES, STEP_DROP,    STEP_NAME,  STEP_RETIRE};
    static const step_kind persons[] = {STEP_KEY,    STEP_KEY,  STEP_KEY,  STEP_NUMBER,
                                        STEP_NUMBER, STEP_SWAP, STEP_SAME, STEP_SAME};
    bool whose = set->persons && chance(35);
    step s = {.kind = whose ? persons[below((int)(sizeof persons / sizeof persons[0]))]
                            : often[below((int)(sizeof often / sizeof often[0]))],
              .person = below(people),
              .scheme = set->second && chance(40)};
    switch (s.kind) {
    case STEP_PERSON:
        s.a = chance(60);
        break;
    case STEP_CERT:
        s.a = below(LEVELS);
        s.b = chance(20) ? 0 : day(-4, MONTHS);
        break;
    case STEP_JOB:
        s.a = below(SPELLS);
        s.b = chance(15) ? 0 : day(-6, MONTHS - 2);
        s.c = chance(50) ? 0 : s.b + below(200);
        break;
    case STEP_STATUS:
        s.a = chance(40) ? 0 : 1 + below(2);
        s.b = day(-1, MONTHS);
        break;
    case STEP_TWICE:
    case STEP_ORDER:
        s.a = chance(50);
        break;
    case STEP_UNDATED:
        s.a = chance(50) ? -1 : below(LEVELS);
        break;
    case STEP_SHARE:
        s.a = below(2);
        break;
    case STEP_KEY:
        s.a = chance(65);
        break;
    case STEP_NUMBER:
        s.a = chance(60);
        break;
    case STEP_SWAP:
        s.a = chance(60);
        s.b = (s.person + 1) % people;
        break;
    case STEP_ROSTER:
        s.a = chance(60);
        break;
    case STEP_RATES:
        s.a = below(BENEFITS);
        s.b = FIRST_MONTH - 2 + below(MONTHS + 2);
        rates(&s);
        break;
    case STEP_DROP:
    case STEP_NAME:
        s.a = below(BENEFITS);
        break;
    case STEP_RETIRE:
        s.a = below(BENEFITS);
        s.b = chance(50) ? LIVES : 1 + below(2);
        break;
    default:
        break;
    }
    return s;
}

static void begin_people(history *h, int people) {
    for (int i = 0; i < people; i++) {
        h->steps[h->n++] = (step){.kind = STEP_PERSON, .person = i, .a = 1};
        if (chance(85))
            h->steps[h->n++] =
                (step){.kind = STEP_CERT, .person = i, .a = below(LEVELS), .b = day(-4, 3)};
        if (chance(90))
            h->steps[h->n++] = (step){.kind = STEP_JOB, .person = i, .b = day(-6, 3)};
    }
}

/* Mostly the next month; sometimes one before, the same again, or a later one. */
static void run_month(history *h, int scheme, int *month) {
    *month = chance(65) ? *month + 1 : chance(40) ? *month - 1 - below(3) : *month + below(3);
    *month = *month < 0 ? 0 : *month % MONTHS;
    h->steps[h->n++] = (step){.kind = STEP_RUN,
                              .a = FIRST_MONTH + *month,
                              .b = st_date_to_days((st_date){2023, 10, 1}) + below(3),
                              .scheme = scheme};
}

void history_make(history *h, uint64_t seed) {
    state = seed * 0x2545F4914F6CDD1Du + 1;
    *h = (history){.seed = seed};
    h->set = (setting){.cap = chance(35),
                       .quarterly = chance(25),
                       .late = chance(25),
                       .guard = chance(20),
                       .first = chance(50),
                       .clock = chance(20),
                       .change = chance(30),
                       .second = chance(35),
                       .persons = chance(50),
                       .policy = chance(50) ? 1 + below(POLICIES - 1) : 0};
    int people = 3 + below(PEOPLE - 2), runs = 2 + below(5), month[SCHEMES];
    for (int i = 0; i < SCHEMES; i++)
        month[i] = below(3);
    begin_people(h, people);
    for (int i = 0; i < runs; i++) {
        int changes = chance(25) ? 0 : below(5);
        for (int k = 0; k < changes; k++)
            h->steps[h->n++] = change(&h->set, people);
        int scheme = h->set.second && chance(40);
        run_month(h, scheme, &month[scheme]);
        if (chance(20))
            h->steps[h->n++] =
                (step){.kind = STEP_VOID, .a = chance(60) ? 0 : below(3), .scheme = scheme};
        for (int who = 0; who < people; who++) /* only who owes something can bring it back */
            if (chance(40))
                h->steps[h->n++] = (step){.kind = chance(60) ? STEP_REPAY : STEP_OFF,
                                          .person = who,
                                          .a = chance(40) ? 100 : 1 + below(99),
                                          .scheme = scheme};
        for (int who = 0; h->set.persons && who < people; who++) /* only where a run asked */
            if (chance(15))
                h->steps[h->n++] = (step){.kind = STEP_SAME, .person = who, .scheme = scheme};
        if (chance(15))
            h->steps[h->n++] = (step){.kind = STEP_CANCEL, .a = below(3), .scheme = scheme};
    }
    for (int scheme = 0; scheme <= h->set.second; scheme++)
        h->steps[h->n++] = (step){.kind = STEP_RUN,
                                  .a = FIRST_MONTH + month[scheme],
                                  .b = st_date_to_days((st_date){2023, 10, 1}) + below(3),
                                  .scheme = scheme};
}

/* -- printing -- */

static void print_day(const char *before, int d) {
    if (!d)
        return;
    st_date x = st_date_from_days(d);
    (void)printf("%s%04d-%02u-%02u", before, (int)x.year, (unsigned)x.month, (unsigned)x.day);
}

static void print_step(const step *s) {
    switch (s->kind) {
    case STEP_PERSON:
        (void)printf("P%d %s", s->person, s->a ? "stands in the file" : "is not in the file");
        break;
    case STEP_CERT:
        (void)printf("P%d %s certificate", s->person, level_names[s->a]);
        print_day(" passed ", s->b);
        (void)printf("%s", s->b ? "" : " removed");
        break;
    case STEP_JOB:
        (void)printf("P%d job %d", s->person, s->a);
        print_day(" from ", s->b);
        print_day(" to ", s->b ? s->c : 0);
        (void)printf("%s", s->b ? "" : " removed");
        break;
    case STEP_STATUS:
        (void)printf("P%d %s", s->person,
                     s->a == 0   ? "neither left nor died"
                     : s->a == 1 ? "left"
                                 : "died");
        print_day(" on ", s->a ? s->b : 0);
        break;
    case STEP_TWICE:
        (void)printf("P%d stands %s", s->person, s->a ? "twice" : "once");
        break;
    case STEP_UNDATED:
        (void)printf("P%d no day of passing at: %s", s->person,
                     s->a < 0 ? "none" : level_names[s->a]);
        break;
    case STEP_SHARE:
        (void)printf("P%d shares with the next: %s", s->person, s->a ? "account" : "nothing");
        break;
    case STEP_KEY:
        (void)printf("P%d gets another key and %s", s->person,
                     s->a ? "says which one it had" : "says nothing of it");
        break;
    case STEP_NUMBER:
        (void)printf("P%d has %s identity number", s->person, s->a ? "another" : "the own");
        break;
    case STEP_SWAP:
        (void)printf("P%d and P%d have %s identity numbers", s->person, s->b,
                     s->a ? "exchanged" : "their own");
        break;
    case STEP_SAME:
        (void)printf("two people say that P%d is the same person", s->person);
        break;
    case STEP_ORDER:
        (void)printf("P%d jobs in %s order", s->person, s->a ? "the other" : "their");
        break;
    case STEP_REPAY:
        (void)printf("P%d brings %d %% of what is owed back", s->person, s->a);
        break;
    case STEP_OFF:
        (void)printf("%d %% of what P%d owes is written off", s->a, s->person);
        break;
    case STEP_CANCEL:
        (void)printf("the booking %d back is cancelled", s->a);
        break;
    case STEP_ROSTER:
        (void)printf("the roster is %s", s->a ? "full" : "a part");
        break;
    case STEP_RATES:
        (void)printf("rates of %s from %04d-%02d:", benefit_names[s->a], s->b / 12, s->b % 12 + 1);
        for (int i = 0; i < LEVELS; i++)
            (void)printf(" %" PRId64, s->rate[i]);
        break;
    case STEP_DROP:
        (void)printf("newest rates of %s taken back", benefit_names[s->a]);
        break;
    case STEP_NAME:
        (void)printf("%s gets another id", benefit_names[s->a]);
        break;
    case STEP_RETIRE:
        (void)printf("%s %s", benefit_names[s->a],
                     s->b == LIVES  ? "lives"
                     : s->b == KEPT ? "is dropped, its keys kept"
                                    : "is dropped, its keys taken back");
        break;
    case STEP_RUN:
        (void)printf("run %04d-%02d", s->a / 12, s->a % 12 + 1);
        print_day(" of a file known at ", s->b);
        break;
    case STEP_VOID:
        (void)printf("void the run %d back", s->a);
        break;
    case STEP_KINDS:
        break;
    }
}

void history_print(const history *h) {
    (void)printf("# seed %" PRIu64 ":%s%s%s%s%s%s%s%s%s, policy %d\n", h->seed,
                 h->set.cap ? " cap" : "", h->set.quarterly ? " quarterly" : "",
                 h->set.late ? " payable-from" : "", h->set.guard ? " guard" : "",
                 h->set.first ? " first" : "", h->set.clock ? " clock" : "",
                 h->set.change ? " change" : "", h->set.second ? " second" : "",
                 h->set.persons ? " persons" : "", h->set.policy);
    for (int i = 0; i < h->n; i++) {
        (void)printf("#  %2d. %s", i + 1, h->steps[i].scheme ? "second scheme: " : "");
        print_step(&h->steps[i]);
        (void)printf("\n");
    }
}

/* -- applying -- */

void world_begin(world *w) {
    static const version first[BENEFITS] = {{INT32_MIN, {20000, 30000, 50000}},
                                            {INT32_MIN, {100000, 300000, 600000}}};
    *w = (world){.full = true};
    for (int i = 0; i < PEOPLE; i++)
        w->people[i].undated = w->people[i].swap = -1;
    for (int i = 0; i < BENEFITS; i++) {
        w->versions[i][0] = first[i];
        w->n_versions[i] = 1;
    }
}

static void add_version(world *w, const step *s) {
    int *n = &w->n_versions[s->a];
    if (*n == VERSIONS)
        return;
    version *v = &w->versions[s->a][(*n)++];
    v->from = s->b;
    memcpy(v->rate, s->rate, sizeof v->rate);
}

/* Both get back what they had before, whoever else had it. */
static void swap(world *w, const step *s) {
    person *a = &w->people[s->person], *b = &w->people[s->b];
    if (a->swap >= 0)
        w->people[a->swap].swap = -1;
    if (b->swap >= 0)
        w->people[b->swap].swap = -1;
    a->swap = s->a && a != b ? s->b : -1;
    b->swap = s->a && a != b ? s->person : -1;
}

/* A step that is not of one scheme's rules. */
bool step_is_of_records(const step *s) {
    return s->kind <= STEP_ROSTER;
}

void world_key(const world *w, int who, int key, char out[KEY_NAME]) {
    (void)snprintf(out, KEY_NAME, "%c%d-%d", "PQRS"[key], who, w -> history);
}

int world_who(st_str key) {
    return key.n > 3 && key.p[0] >= 'P' && key.p[0] <= 'S' && key.p[2] == '-' ? key.p[1] - '0' : -1;
}

void world_apply(world *w, const step *s) {
    person *p = &w->people[s->person];
    switch (s->kind) {
    case STEP_PERSON:
        p->listed = s->a != 0;
        break;
    case STEP_CERT:
        p->passed[s->a] = s->b;
        break;
    case STEP_JOB:
        p->from[s->a] = s->b;
        p->to[s->a] = s->c;
        break;
    case STEP_STATUS:
        p->status = s->a;
        p->since = s->b;
        break;
    case STEP_TWICE:
        p->twice = s->a != 0;
        break;
    case STEP_UNDATED:
        p->undated = s->a;
        break;
    case STEP_ORDER:
        p->reversed = s->a != 0;
        break;
    case STEP_SHARE:
        p->share = s->a;
        break;
    case STEP_KEY:
        p->key += p->key < KEYS - 1;
        p->said = s->a != 0;
        break;
    case STEP_NUMBER:
        p->typo = s->a;
        break;
    case STEP_SWAP:
        swap(w, s);
        break;
    case STEP_ROSTER:
        w->full = s->a != 0;
        break;
    case STEP_RATES:
        add_version(w, s);
        break;
    case STEP_DROP:
        w->n_versions[s->a] -= w->n_versions[s->a] > 1;
        break;
    case STEP_RUN:
        w->today = s->b;
        break;
    case STEP_NAME:
        w->renamed[s->a] += w->renamed[s->a] < NAMES_MAX;
        break;
    case STEP_RETIRE:
        w->retired[s->a] = s->b == LIVES ? LIVES : s->b == KEPT ? KEPT : TAKEN_BACK;
        break;
    default:
        break;
    }
}
