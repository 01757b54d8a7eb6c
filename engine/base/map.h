/* Hash map from text to a pointer, seeded so that input cannot choose collisions. Keys are copied
 * into the map's arena; nothing is removed. */
#ifndef ST_MAP_H
#define ST_MAP_H

#include "base/str.h"

typedef struct st_map_entry {
    st_str key;
    uint64_t hash;
    void *value;
} st_map_entry;

typedef struct st_map {
    st_arena *arena;
    st_map_entry *slots; /* open addressing; key.p NULL = free */
    size_t n, cap;
} st_map;

void st_map_init(st_map *m, st_arena *arena);
void *st_map_get(const st_map *m, st_str key); /* NULL when absent */
bool st_map_has(const st_map *m, st_str key);
void st_map_put(st_map *m, st_str key, void *value); /* replaces */
/* 64-bit hash (SipHash-2-4) with the process's seed. Not stable across processes: never store it.
 */
uint64_t st_hash(const void *p, size_t n);

#endif
