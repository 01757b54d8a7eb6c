/* Who stands behind a key: the naive answer, from what each run has seen. */
#ifndef PROPERTY_PERSONS_H
#define PROPERTY_PERSONS_H

#include "world.h"

enum { SIGHTS_MAX = STEPS_MAX * PEOPLE, WORDS_MAX = STEPS_MAX };

/* A record in the file of a run. */
typedef struct sight {
    int64_t run;
    int who;
    shown shown;
    bool accepted; /* no question was asked */
    bool clean; /* and nothing else was wrong: what identifies the person is known from here on */
    bool read;  /* it stood in the file once */
} sight;

/* What two people said, for the runs after that number. */
typedef struct said_word {
    int64_t run;
    int who, key, number;
    bool fixes; /* numbers known by then were wrong */
} said_word;

typedef struct persons {
    sight sights[SIGHTS_MAX];
    int n_sights;
    said_word words[WORDS_MAX];
    int n_words;
} persons;

/* Decides what the file writes: changes that make sense by now alone. paid: somebody has lines of
 * runs that count, in any scheme. */
void persons_show(const persons *m, const bool paid[PEOPLE], world *w);
/* Fills w->asked: about whom the run must ask; and w->apart. */
void persons_ask(const persons *m, const bool paid[PEOPLE], world *w);
/* The run has seen the file; nothing when it does not count. */
void persons_note(persons *m, const world *w, int64_t run);
void persons_void(persons *m, int64_t run);
/* Whether two people can answer what was asked about somebody in the newest file, and how. */
bool persons_word(const persons *m, const world *w, int who, int64_t newest, said_word *out);
void persons_say(persons *m, const said_word *word);

#endif
