/* What is not known. A null by error (one with a reason) is *unknown*. An evaluation that reads one
 * and yields something else, as `if` does for its condition, has *used* it: the value is what FEEL
 * says, and it is in doubt. Doubt is raised where an unknown is used and stays for the whole
 * evaluation, unless an operator knows better: `false and unknown` is false.
 *
 * Whoever decides about money asks for the doubt beside the value. README.md says what counts as
 * used, and which tests ask for a null on purpose. */
#ifndef ST_FEEL_DOUBT_H
#define ST_FEEL_DOUBT_H

#include "feel/value.h"

/* Values of variables remember their doubt by a number (st_val.doubt) of this list; beyond the
 * limit they share its last entry. */
enum { ST_DOUBTS_MAX = UINT16_MAX - 1 };

/* Of one evaluation; all zero at the beginning. */
typedef struct st_doubts {
    uint32_t n;             /* raised so far */
    const st_reason *first; /* of what is being evaluated; NULL: none */
    const st_reason **noted;
    size_t n_noted, cap;
} st_doubts;

/* State at a point of the evaluation. */
typedef struct st_doubt_mark {
    uint32_t n;
    const st_reason *first;
} st_doubt_mark;

/* d may be NULL in all of these: doubt is not recorded. */
static inline st_doubt_mark st_doubt_mark_of(const st_doubts *d) {
    return d ? (st_doubt_mark){d->n, d->first} : (st_doubt_mark){0, NULL};
}
/* Whether doubt was raised since the mark. */
static inline bool st_doubt_since(const st_doubts *d, st_doubt_mark m) {
    return d && d->n != m.n;
}
/* Takes back what was raised since the mark. */
static inline void st_doubt_back(st_doubts *d, st_doubt_mark m) {
    if (d) {
        d->n = m.n;
        d->first = m.first;
    }
}
/* Between begin and end the doubt of a part is collected apart; end gives its first reason, NULL
 * when there is none, and the surroundings are as they were. */
static inline st_doubt_mark st_doubt_begin(st_doubts *d) {
    st_doubt_mark m = st_doubt_mark_of(d);
    if (d)
        d->first = NULL;
    return m;
}
static inline const st_reason *st_doubt_end(st_doubts *d, st_doubt_mark m) {
    const st_reason *own = d ? d->first : NULL;
    st_doubt_back(d, m);
    return own;
}
static inline void st_doubt_raise(st_doubts *d, const st_reason *why) {
    if (d) {
        d->n++;
        if (!d->first)
            d->first = why;
    }
}

/* The value as a variable holds it: with its doubt, when why is not NULL. The list grows in a,
 * which lives as long as the variables. */
st_val st_doubt_keep(st_doubts *d, st_arena *a, st_val v, const st_reason *why);
/* Why the value of a variable is in doubt; NULL when it is not. */
const st_reason *st_doubt_of(const st_doubts *d, st_val v);
/* The plain value of a variable; its doubt is raised where it is read. */
static inline st_val st_doubt_read(st_doubts *d, st_val v) {
    if (ST_UNLIKELY(v.doubt)) {
        st_doubt_raise(d, st_doubt_of(d, v));
        v.doubt = 0;
    }
    return v;
}

/* Why it is not known whether a = b, though FEEL has an answer: an unknown took part, no other
 * part differs, and no null written in the rule asks for it. NULL: it is known. */
const st_reason *st_doubt_equal(st_val a, st_val b);
/* The first unknown in v or inside of it; NULL when there is none. seen counts what was looked at;
 * beyond ST_DOUBT_LOOK_MAX the rest is not. */
enum { ST_DOUBT_LOOK_MAX = 4000000 };
const st_reason *st_doubt_inside(st_val v, uint64_t *seen);

#endif
