/* Random histories of one ledger: steps that change the records or the rules, run a month or void a
 * run. */
#ifndef PROPERTY_WORLD_H
#define PROPERTY_WORLD_H

#include "base/date.h"
#include "base/money.h"

enum {
    PEOPLE = 8,
    LEVELS = 3,
    SPELLS = 2,
    VERSIONS = 6,
    STEPS_MAX = 220,
    BENEFITS = 2, /* allowance, award */
    SCHEMES = 2,  /* of one ledger, over the same persons */
    POLICIES = 6,
    KEYS = 4, /* names that a person's record has had: the first and three later ones */
    NAMES_MAX = 6,
    CHANGE_MONTH = 2023 * 12 + 3,
    FIRST_MONTH = 2023 * 12,
    MONTHS = 9 /* periods that are run: from the first month on */
};
extern const char *const level_names[LEVELS];
extern const char *const benefit_names[BENEFITS];

typedef enum step_kind {
    STEP_PERSON,  /* a: listed or not */
    STEP_CERT,    /* a: level, b: passed (day number), 0: none */
    STEP_JOB,     /* a: spell, b: from, c: to (0: lasts); b 0: none */
    STEP_STATUS,  /* a: died, left or none, b: since */
    STEP_TWICE,   /* a: the record stands twice in the file */
    STEP_UNDATED, /* a: level whose day is missing, -1: none */
    STEP_SHARE,   /* a: 0 nothing, 1 the account of the next person */
    STEP_KEY,     /* the record gets another key; a: it says which one it had */
    STEP_NUMBER,  /* a: 0 the own identity number, otherwise another that is nobody's */
    STEP_SWAP,    /* a: it has the identity number of person b, and b has this one's */
    STEP_SAME,    /* two people say that the person is the same */
    STEP_ORDER,   /* a: jobs stand in the other order in the file */
    STEP_ROSTER,  /* a: full or part */
    STEP_REPAY,   /* brings back, a: percent of what is owed */
    STEP_OFF,     /* a percent of it is written off, by two people */
    STEP_RATES,   /* a: benefit, b: from month, rate: of each level, -1: null */
    STEP_DROP,    /* a: benefit: its newest version is taken back */
    STEP_NAME,    /* a: benefit: it gets another id, formerly the one it had */
    STEP_RETIRE,  /* a: benefit, b: it lives, is dropped and kept, or dropped and taken back */
    STEP_RUN,     /* a: month, b: known-at day of the file */
    STEP_VOID,    /* a: how many runs back; in a history with persons the newest run alone */
    STEP_CANCEL,  /* a: how many bookings back */
    STEP_KINDS
} step_kind;

typedef struct step {
    step_kind kind;
    int person, a, b, c;
    int scheme; /* of rates, names, runs, voids and bookings */
    st_money rate[LEVELS];
} step;

/* What stays the same in a history. */
typedef struct setting {
    bool cap;       /* the award looks back: at most 5000 in all */
    bool quarterly; /* the monthly right is posted every quarter */
    bool late;      /* the award is payable from March on */
    bool guard;   /* a large amount or a large change leaves the run unsealed; nobody accepts it */
    bool first;   /* the allowance looks at which job stands first */
    bool clock;   /* the allowance looks at the day of the run */
    bool change;  /* the monthly right is one of quarters from April on */
    bool second;  /* another scheme of the same ledger pays the same persons */
    bool persons; /* keys and identity numbers change */
    int policy;   /* how debts are kept of later payments, 0: not at all */
} setting;

typedef struct history {
    uint64_t seed;
    setting set;
    step steps[STEPS_MAX];
    int n;
} history;

typedef struct person {
    bool listed, twice, reversed;
    int passed[LEVELS]; /* days, 0: no certificate */
    int from[SPELLS], to[SPELLS];
    int status, since; /* 0 none, 1 left, 2 died */
    int undated, share;
    int key;   /* how often the record got another one */
    bool said; /* it says which key it had */
    int typo;  /* 0: the own identity number */
    int swap;  /* with whom, -1: nobody */
} person;

/* What a file writes of a person. */
typedef struct shown {
    int key;
    bool said;
    int number; /* whose identity number: person * KEYS + how many were wrong before it */
} shown;

typedef struct version {
    int from; /* month */
    st_money rate[LEVELS];
} version;

typedef struct world {
    int history; /* its number in the ledger: keys and numbers are of this history alone */
    person people[PEOPLE];
    shown shown[PEOPLE]; /* by persons_show */
    bool asked[PEOPLE];  /* who somebody is, by persons_ask: held until it is answered */
    bool apart[PEOPLE];  /* in the file, but under no key that was paid: that one is missing */
    bool full;
    int today; /* the day at which the newest file was known */
    version versions[BENEFITS][VERSIONS];
    int n_versions[BENEFITS];
    int renamed[BENEFITS]; /* how often */
    enum { LIVES, KEPT, TAKEN_BACK } retired[BENEFITS];
} world;

/* Writes the history that belongs to the seed. */
void history_make(history *h, uint64_t seed);
void history_print(const history *h);
void world_begin(world *w);
/* Steps of the records and rules; runs and voids change nothing here. */
void world_apply(world *w, const step *s);
/* Whether it changes the records, which both schemes read; other steps are of one scheme. */
bool step_is_of_records(const step *s);
/* Writes scheme.xml and its models, or records.xml, into the folder. */
void world_write_rules(const world *w, const setting *set, const char *scheme_id,
                       const char *folder);
void world_write_records(const world *w, int known_at, const char *folder);
/* The key of a person after so many changes: "P3-17", "Q3-17", ... in history 17. */
enum { KEY_NAME = 24 };
void world_key(const world *w, int who, int key, char out[KEY_NAME]);
/* Who has it; -1: nobody of any history. */
int world_who(st_str key);

/* -- the naive calculation: nothing of the engine but its days -- */
enum { KEYS_MAX = 64, KEY_TEXT = 24 };
typedef struct naive_key {
    int benefit;
    char occasion[KEY_TEXT];
    bool held;
    st_money due;
} naive_key;
typedef struct naive {
    bool usable;  /* false: nothing of this person changes */
    bool partial; /* some key is held */
    naive_key keys[KEYS_MAX];
    int n;
} naive;
/* Whether the person stands in the file once, with nothing wrong in the record itself. */
bool naive_clean(const world *w, int who);
/* What is due to a person in the period; keys that are not listed are due nothing, unless they lie
 * beyond it. */
void naive_due(const world *w, const setting *set, int who, int period, naive *out);
/* Whether a key of this name is not for a run of the period, or is kept. */
bool naive_beyond(const world *w, const setting *set, int who, int benefit, const char *occasion,
                  int period);

#endif
