#include "base/arena.h"

#ifdef ST_SANITIZE
#include <sanitizer/asan_interface.h>
#define POISON(p, n) ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
#define GAP 64 /* behind each allocation lies memory that nobody may touch */
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#define GAP 0
#endif

enum { DEFAULT_CHUNK = 64 << 10, ALIGN = 16 };

struct st_arena_chunk {
    st_arena_chunk *older;
    size_t size; /* bytes of data */
    _Alignas(ALIGN) unsigned char data[];
};

void st_arena_init(st_arena *a, size_t chunk_size) {
    *a = (st_arena){.chunk_size = chunk_size ? chunk_size : DEFAULT_CHUNK};
}

/* A chunk with room for n bytes, become the newest. */
static void add_chunk(st_arena *a, size_t n) {
    size_t size = n > a->chunk_size ? n : a->chunk_size;
    st_arena_chunk *c = st_xmalloc(sizeof *c + size);
    c->older = a->head;
    c->size = size;
    a->head = c;
    a->at = c->data;
    a->end = c->data + size;
    POISON(c->data, size);
}

void *st_arena_alloc(st_arena *a, size_t n) {
    ST_ASSERT(n < SIZE_MAX / 4);
    size_t taken = (n + (ALIGN - 1)) & ~(size_t)(ALIGN - 1);
    if (taken == 0)
        taken = ALIGN;
    a->used += taken;
    if (ST_UNLIKELY((size_t)(a->end - a->at) < taken + GAP))
        add_chunk(a, taken + GAP);
    void *p = a->at;
    UNPOISON(p, n);
    a->at += taken + GAP;
    return p;
}

void *st_arena_calloc(st_arena *a, size_t count, size_t size) {
    ST_ASSERT(size == 0 || count < SIZE_MAX / 4 / size);
    void *p = st_arena_alloc(a, count * size);
    memset(p, 0, count * size);
    return p;
}

char *st_arena_dup(st_arena *a, const char *p, size_t n) {
    char *q = st_arena_alloc(a, n + 1);
    if (n)
        memcpy(q, p, n);
    q[n] = 0;
    return q;
}

char *st_arena_fmt(st_arena *a, const char *fmt, ...) {
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    ST_ASSERT(n >= 0);
    char *p = st_arena_alloc(a, (size_t)n + 1);
    (void)vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return p;
}

/* Frees chunks newer than stop; the last one (the first made) is kept when stop is NULL. */
static void drop_to(st_arena *a, st_arena_chunk *stop) {
    while (a->head && a->head != stop && (stop || a->head->older)) {
        st_arena_chunk *older = a->head->older;
        UNPOISON(a->head->data, a->head->size);
        free(a->head);
        a->head = older;
    }
}

void st_arena_reset(st_arena *a) {
    drop_to(a, NULL);
    a->used = 0;
    if (!a->head)
        return;
    a->at = a->head->data;
    a->end = a->head->data + a->head->size;
    POISON(a->head->data, a->head->size);
}

st_arena_mark st_arena_save(const st_arena *a) {
    return (st_arena_mark){a->head, a->at, a->used};
}

size_t st_arena_since(const st_arena *a, st_arena_mark m) {
    return a->used - m.used;
}

void st_arena_release(st_arena *a, st_arena_mark m) {
    if (!m.head) {
        st_arena_reset(a);
        return;
    }
    drop_to(a, m.head);
    ST_ASSERT(a->head == m.head);
    a->at = m.at;
    a->end = a->head->data + a->head->size;
    a->used = m.used;
    POISON(a->at, (size_t)(a->end - a->at));
}

void st_arena_free(st_arena *a) {
    st_arena_reset(a);
    if (a->head)
        UNPOISON(a->head->data, a->head->size);
    free(a->head);
    st_arena_init(a, a->chunk_size);
}

void *st_arena_grow(st_arena *a, const void *items, size_t n, size_t *cap, size_t size) {
    size_t more = *cap ? *cap * 2 : 8;
    ST_ASSERT(more < SIZE_MAX / 4 / size);
    void *p = st_arena_alloc(a, more * size);
    if (n)
        memcpy(p, items, n * size);
    *cap = more;
    return p;
}
