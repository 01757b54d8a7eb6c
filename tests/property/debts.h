/* What people do about debts in a history, and what must hold of debts after each step. */
#ifndef PROPERTY_DEBTS_H
#define PROPERTY_DEBTS_H

#include "play.h"

/* Roles for the statements of a superuser: payer and checker. */
extern const char *const debts_roles[];

/* A step about debts; true also where there is nothing to do or the ledger refuses with reason. */
bool debts_step(stage *s, const char *scheme, const step *x, char why[WHY]);
/* posted = to be paid - brought back - written off - still owed, for each person; nothing is below
 * zero; no more is kept of a payment than the policy allows. */
bool debts_hold(stage *s, const char *scheme, bool policy, char why[WHY]);

#endif
