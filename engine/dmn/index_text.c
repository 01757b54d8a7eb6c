/* Texts of a column to their sets. The keys are the rules' own, so that records can choose no
 * collisions among them: a short hash does, seeded against rules made to collide. */
#include "base/map.h"
#include "dmn/index_int.h"

static inline uint64_t mix(uint64_t h, uint64_t word) {
    unsigned __int128 m = (unsigned __int128)(h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return (uint64_t)m ^ (uint64_t)(m >> 64);
}

static inline uint64_t word_at(const char *p) {
    uint64_t w;
    memcpy(&w, p, sizeof w);
    return w;
}

/* Every byte counts; the last words overlap. */
static inline uint64_t hash(uint64_t seed, const char *p, size_t n) {
    uint64_t h = seed ^ n;
    if (n >= 8) {
        for (size_t i = 0; i + 8 < n; i += 8)
            h = mix(h, word_at(p + i));
        return mix(h, word_at(p + n - 8));
    }
    if (n >= 4) {
        uint32_t a, b;
        memcpy(&a, p, sizeof a), memcpy(&b, p + n - 4, sizeof b);
        return mix(h, (uint64_t)a << 32 | b);
    }
    uint64_t w = 0;
    for (size_t i = 0; i < n; i++)
        w = w << 8 | (unsigned char)p[i];
    return mix(h, w);
}

void st_dmn_texts_init(dmn_texts *x, st_arena *a, size_t n) {
    x->cap = 4;
    while (x->cap < 2 * n)
        x->cap *= 2;
    x->seed = st_hash("texts", 5);
    x->slots = ST_NEWN(a, dmn_text_slot, x->cap);
}

static inline dmn_text_slot *slot_of(const dmn_texts *x, const char *p, uint32_t n) {
    uint64_t i = hash(x->seed, p, n) & (x->cap - 1);
    while (x->slots[i].p && !st_bytes_eq(x->slots[i].p, x->slots[i].n, p, n))
        i = (i + 1) & (x->cap - 1);
    return &x->slots[i];
}

void st_dmn_texts_put(dmn_texts *x, st_str text, const uint64_t *set) {
    dmn_text_slot *s = slot_of(x, text.p, (uint32_t)text.n);
    *s = (dmn_text_slot){text.p, (uint32_t)text.n, set};
}

const uint64_t *st_dmn_texts_find(const dmn_texts *x, const st_val *text) {
    return slot_of(x, text->u.s, text->n)->set;
}
