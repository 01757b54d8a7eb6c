/* A history as it is played: its two schemes, and what the ledger has of them. */
#ifndef PROPERTY_GAME_H
#define PROPERTY_GAME_H

#include "persons.h"
#include "play.h"
#include "run/run.h"

enum { POSTED_MAX = 1024, RUNS_MAX = STEPS_MAX };

typedef struct posted_key {
    int who, benefit;
    char occasion[KEY_TEXT];
    st_money sum;
} posted_key;
typedef struct posted {
    posted_key keys[POSTED_MAX];
    int n, lines;
    bool twice;                /* two lines of a key have one number */
    bool paid[PEOPLE];         /* has a line that counts */
    uint64_t seen[POSTED_MAX]; /* bits of the numbers of a key */
    int64_t without;           /* a run that does not count */
} posted;

/* What is of one scheme. */
typedef struct account {
    world world;
    char scheme[32];
    int64_t run[RUNS_MAX];
    int n_runs;
    int64_t unsealed; /* the draft that the next run sets aside, 0: none */
} account;

typedef struct game {
    stage *stage;
    const history *h;
    account sides[SCHEMES], *side; /* the one that the step is of */
    persons persons;
    char folder[400];
    int step;
    int64_t newest; /* run of the ledger */
    posted before, after, other;
    char *why;
} game;

/* Why the history fails; false. */
bool game_wrong(game *g, const char *fmt, ...) ST_PRINTF(2, 3);
/* What is posted in a scheme, in that of the step; without: a run that does not count. */
bool game_read_side(game *g, const account *of, posted *p, int64_t without);
bool game_read(game *g, posted *p, int64_t without);

/* -- checks (check.c), each false with why -- */
/* Lines, assessments, movement, the calculation from the start, with -a the audit. */
bool check_run(game *g, const step *s, const st_run_options *opt, const st_run_outcome *out);
/* The same again posts nothing; nor would a calculation of everything from the start. */
bool check_again(game *g, const st_run_options *opt);
/* A dry run, before the run; and whether it said what the run then did. */
bool check_dry_run(game *g, const st_run_options *opt, st_rehearsal *r, st_buf *json);
bool check_said(game *g, const st_rehearsal *r, const st_run_info *info);
bool check_unchanged(game *g);

#endif
