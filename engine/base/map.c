#include "base/map.h"
#include <pthread.h>
#include <sys/random.h>

static uint64_t seed[2];
static pthread_once_t seed_once = PTHREAD_ONCE_INIT;

static void make_seed(void) {
    if (getrandom(seed, sizeof seed, 0) != (ssize_t)sizeof seed)
        seed[0] = (uint64_t)(uintptr_t)&seed, seed[1] = (uint64_t)getpid();
}

#define ROTL(x, b) ((x) << (b) | (x) >> (64 - (b)))
#define SIPROUND                                                                                   \
    do {                                                                                           \
        v0 += v1, v1 = ROTL(v1, 13), v1 ^= v0, v0 = ROTL(v0, 32);                                  \
        v2 += v3, v3 = ROTL(v3, 16), v3 ^= v2;                                                     \
        v0 += v3, v3 = ROTL(v3, 21), v3 ^= v0;                                                     \
        v2 += v1, v1 = ROTL(v1, 17), v1 ^= v2, v2 = ROTL(v2, 32);                                  \
    } while (0)

uint64_t st_hash(const void *p, size_t n) {
    (void)pthread_once(&seed_once, make_seed);
    uint64_t v0 = seed[0] ^ UINT64_C(0x736f6d6570736575),
             v1 = seed[1] ^ UINT64_C(0x646f72616e646f6d);
    uint64_t v2 = seed[0] ^ UINT64_C(0x6c7967656e657261),
             v3 = seed[1] ^ UINT64_C(0x7465646279746573);
    const unsigned char *in = p;
    uint64_t last = (uint64_t)n << 56;
    for (; n >= 8; n -= 8, in += 8) {
        uint64_t m;
        memcpy(&m, in, 8);
        v3 ^= m;
        SIPROUND;
        SIPROUND;
        v0 ^= m;
    }
    for (size_t i = 0; i < n; i++)
        last |= (uint64_t)in[i] << (8 * i);
    v3 ^= last;
    SIPROUND;
    SIPROUND;
    v0 ^= last;
    v2 ^= 0xff;
    SIPROUND;
    SIPROUND;
    SIPROUND;
    SIPROUND;
    return v0 ^ v1 ^ v2 ^ v3;
}

void st_map_init(st_map *m, st_arena *arena) {
    *m = (st_map){.arena = arena};
}

static st_map_entry *slot_of(st_map_entry *slots, size_t cap, st_str key, uint64_t hash) {
    size_t i = hash & (cap - 1);
    while (slots[i].key.p && !(slots[i].hash == hash && st_str_eq(slots[i].key, key)))
        i = (i + 1) & (cap - 1);
    return &slots[i];
}

static void grow(st_map *m) {
    size_t cap = m->cap ? m->cap * 2 : 16;
    st_map_entry *slots = ST_NEWN(m->arena, st_map_entry, cap);
    for (size_t i = 0; i < m->cap; i++)
        if (m->slots[i].key.p)
            *slot_of(slots, cap, m->slots[i].key, m->slots[i].hash) = m->slots[i];
    m->slots = slots;
    m->cap = cap;
}

static const st_map_entry *find(const st_map *m, st_str key) {
    if (m->cap == 0)
        return NULL;
    const st_map_entry *e = slot_of(m->slots, m->cap, key, st_hash(key.p, key.n));
    return e->key.p ? e : NULL;
}

void *st_map_get(const st_map *m, st_str key) {
    const st_map_entry *e = find(m, key);
    return e ? e->value : NULL;
}

bool st_map_has(const st_map *m, st_str key) {
    return find(m, key) != NULL;
}

void st_map_put(st_map *m, st_str key, void *value) {
    if ((m->n + 1) * 4 > m->cap * 3)
        grow(m);
    uint64_t hash = st_hash(key.p, key.n);
    st_map_entry *e = slot_of(m->slots, m->cap, key, hash);
    if (!e->key.p) {
        *e = (st_map_entry){st_str_dup(m->arena, key), hash, NULL};
        m->n++;
    }
    e->value = value;
}
