/* The general ledger of a history: who bears what, calculated naively from the lines. */
#ifndef PROPERTY_BOOKS_H
#define PROPERTY_BOOKS_H

#include "play.h"

/* Who bears a benefit under the rules as they are now, and on which budget line: elements of
 * scheme.xml. Each change of the rules brings other parties, weights and lines. */
enum { BOOKS_TEXT = 300 };
void books_funding(const world *w, int benefit, char out[BOOKS_TEXT]);

/* Every line carries the funding of its own run, unless it takes back (then of the newest of what
 * is there) or gives again what was taken (then of what was taken last); the legs on the funding of
 * a run are the split of all that stands on it; nothing posted, nothing borne. */
bool books_hold(stage *s, const char *scheme, char why[WHY]);

#endif
