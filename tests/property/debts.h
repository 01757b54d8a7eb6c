/* Money brought back and written off in a history, what must hold about debts after each step, and
 * what two people say. */
#ifndef PROPERTY_DEBTS_H
#define PROPERTY_DEBTS_H

#include "play.h"

/* What scheme.xml says of recovery, and what that allows. */
typedef struct policy {
    const char *attributes;
    bool keeps;
    int share; /* hundredths of a percent */
    st_money floor;
    int instalments;
} policy;
extern const policy policies[POLICIES];

/* Roles for payer and checker; NULL ends. */
extern const char *const debts_roles[];

/* One booking; nothing when nothing is owed, or there is no booking to cancel. */
bool debts_step(stage *s, const world *w, const char *scheme, const step *x, char why[WHY]);
/* posted = paid + brought back + written off + still owed, for each subject; a run keeps no more
 * than the policy says, or without one nothing. */
bool debts_hold(stage *s, const char *scheme, int policy, char why[WHY]);

bool debts_newest_run(stage *s, int64_t *run, char why[WHY]);
/* One asks that the key continues the person of the old one (or that the person is the same
 * although the number changed), another confirms. */
bool debts_same(stage *s, const char *key, const char *old, char why[WHY]);

#endif
