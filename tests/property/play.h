/* Plays a history on a ledger and compares what is posted with the naive calculation after each
 * run. */
#ifndef PROPERTY_PLAY_H
#define PROPERTY_PLAY_H

#include "world.h"

#include "ledger/ledger.h"

typedef struct stage {
    st_ledger *ledger;
    st_ledger *hands; /* as the server's superuser, who can be the payer or the checker */
    char state[128], conninfo[512];
    char contract[300]; /* records.xsd */
    char work[160];     /* folder for the files of a history */
    char keep[160];   /* not empty: files of each run stay below it, and the commands are printed */
    int64_t played;   /* numbers the schemes */
    int64_t runs;     /* runs posted so far */
    int64_t unsealed; /* of these, stopped by a guard */
    int64_t booked;   /* money brought back, written off, or a booking cancelled */
    int64_t asked;    /* times that a run asked who somebody is */
    int64_t said;     /* times that two people said who somebody is */
    bool audit;       /* every run is also done again from the database alone */
    bool first_ends;  /* the first history that fails is the last */
} stage;

enum { WHY = 400 };
/* True when it converges after each run; else why and after which step. */
bool play(stage *s, const history *h, char why[WHY], int *step);

#endif
