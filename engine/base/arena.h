/* Memory by lifetime: allocate freely, give everything back at once (engine/README.md). */
#ifndef ST_ARENA_H
#define ST_ARENA_H

#include "base/base.h"

typedef struct st_arena_chunk st_arena_chunk;

typedef struct st_arena {
    st_arena_chunk *head; /* newest chunk; the first stays across resets */
    unsigned char *at, *end;
    size_t chunk_size;
    size_t used; /* bytes handed out since the last reset, for budgets */
} st_arena;

typedef struct st_arena_mark {
    st_arena_chunk *head;
    unsigned char *at;
    size_t used;
} st_arena_mark;

/* Makes an empty arena; chunk_size 0 means 64 KiB. Takes no memory before the first allocation. */
void st_arena_init(st_arena *a, size_t chunk_size);

/* Memory of n bytes, aligned to 16, not cleared. Lives until reset, release or free of the arena.
 * Never NULL (st_xmalloc's policy). */
void *st_arena_alloc(st_arena *a, size_t n) __attribute__((malloc, returns_nonnull));

/* The same, cleared to zero. No items are as good as some: ask for so many as there are, since
 * behind these lies memory that nobody may touch. */
void *st_arena_calloc(st_arena *a, size_t count, size_t size)
    __attribute__((malloc, returns_nonnull));

/* Copy of n bytes with a NUL behind them (the NUL is a courtesy, not part of the text). */
char *st_arena_dup(st_arena *a, const char *p, size_t n) __attribute__((returns_nonnull));

/* printf into the arena; NUL-terminated. */
char *st_arena_fmt(st_arena *a, const char *fmt, ...) ST_PRINTF(2, 3)
    __attribute__((returns_nonnull));

/* Gives all allocations back; keeps the first chunk for reuse. Under ASan a kept pointer dies. */
void st_arena_reset(st_arena *a);

/* Scratch: everything allocated after mark is given back by release. */
st_arena_mark st_arena_save(const st_arena *a);
size_t st_arena_since(const st_arena *a, st_arena_mark m); /* bytes handed out after the mark */
void st_arena_release(st_arena *a, st_arena_mark m);

/* Gives all memory back to the system; the arena is empty and usable again. */
void st_arena_free(st_arena *a);

#define ST_NEW(arena, type) ((type *)st_arena_calloc((arena), 1, sizeof(type)))
#define ST_NEWN(arena, type, n) ((type *)st_arena_calloc((arena), (n), sizeof(type)))

/* A growing array in an arena: struct { T *items; size_t n, cap; }. The old block stays in the
 * arena until its reset (growth doubles, so at most as much again is lost). */
#define ST_VEC(T)                                                                                  \
    struct {                                                                                       \
        T *items;                                                                                  \
        size_t n, cap;                                                                             \
    }
#define ST_VEC_PUSH(arena, v, item)                                                                \
    do {                                                                                           \
        if ((v)->n == (v)->cap)                                                                    \
            (v)->items =                                                                           \
                st_arena_grow((arena), (v)->items, (v)->n, &(v)->cap, sizeof *(v)->items);         \
        (v)->items[(v)->n++] = (item);                                                             \
    } while (0)
void *st_arena_grow(st_arena *a, const void *items, size_t n, size_t *cap, size_t size);

#endif
