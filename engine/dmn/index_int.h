/* Between the files of the index: how a value's set is found. */
#ifndef ST_DMN_INDEX_INT_H
#define ST_DMN_INDEX_INT_H

#include "dmn/dmn_int.h"

/* Texts to sets: made once, looked up for each decision. */
typedef struct dmn_text_slot {
    const char *p; /* NULL: free */
    uint32_t n;
    const uint64_t *set;
} dmn_text_slot;
typedef struct dmn_texts {
    dmn_text_slot *slots; /* cap of them, at most half taken */
    uint64_t cap, seed;
} dmn_texts;
/* Room for n texts; they are borrowed. */
void st_dmn_texts_init(dmn_texts *x, st_arena *a, size_t n);
void st_dmn_texts_put(dmn_texts *x, st_str text, const uint64_t *set);
/* NULL: the text is not there. */
const uint64_t *st_dmn_texts_find(const dmn_texts *x, const st_val *text);

/* Bounds as whole numbers where all of them are (numbers of few decimals, dates, durations), and
 * for equal stretches of these the bounds that lie there. */
typedef struct dmn_keys {
    const int64_t *key;   /* by bound; NULL: compared as values */
    const uint32_t *from; /* by stretch: bounds before it; one more entry at the end */
    size_t n;
    unsigned shift;
    int scale; /* numbers count in 10^-scale */
} dmn_keys;
void st_dmn_keys_make(dmn_keys *k, st_arena *a, const st_val *bounds, size_t n);
/* Number of bounds below v, and whether v is the next one; false when v has no key: to be compared
 * as a value. */
bool st_dmn_keys_find(const dmn_keys *k, const st_val *v, size_t *below, bool *at);

#endif
