#include "run/sort.h"
#include <fcntl.h>
#include <sys/stat.h>

enum {
    RUNS_MAX = 4096,        /* sorted pieces in the temporary file */
    READ_BLOCK = 128 << 10, /* of each piece while merging */
    RECORD_MAX = 16 << 20,  /* one record */
    HEAD = 8                /* key length, payload length: 32 bits each */
};

typedef struct piece {
    uint64_t at, end; /* in the file: next byte to read, end of the piece */
    char *block;
    size_t n, used; /* bytes in block, consumed */
    bool live;
} piece;

struct st_sorter {
    char *folder;
    size_t memory;
    char *data; /* records one after the other */
    size_t n;
    size_t *index; /* offsets of records in data */
    size_t count, index_cap, next;
    int fd;
    uint64_t file_size;
    piece *pieces;
    size_t n_pieces;
    size_t *heap; /* pieces by their first key */
    size_t heap_n;
    bool popped; /* the heap's top was handed out and must be advanced first */
};

st_sorter *st_sorter_new(const char *folder, size_t memory) {
    st_sorter *s = st_xmalloc(sizeof *s);
    *s = (st_sorter){.memory = memory, .fd = -1};
    size_t size = strlen(folder) + 1;
    s->folder = memcpy(st_xmalloc(size), folder, size);
    s->data = st_xmalloc(memory);
    return s;
}

static uint32_t word(const char *p) {
    uint32_t v;
    memcpy(&v, p, 4);
    return v;
}

static st_sorted record_at(const char *p) {
    uint32_t key = word(p), payload = word(p + 4);
    return (st_sorted){{p + HEAD, key}, {p + HEAD + key, payload}};
}

static int by_key(const void *x, const void *y, void *data) {
    const char *d = data;
    size_t a = *(const size_t *)x, b = *(const size_t *)y;
    int c = st_str_cmp(record_at(d + a).key, record_at(d + b).key);
    return c ? c : ST_CMP(a, b);
}

/* Rosters are often in order already: then nothing is sorted. */
static void sort_block(st_sorter *s) {
    bool ordered = true;
    for (size_t i = 1; ordered && i < s->count; i++)
        ordered = by_key(&s->index[i - 1], &s->index[i], s->data) <= 0;
    if (!ordered)
        qsort_r(s->index, s->count, sizeof *s->index, by_key, s->data);
}

static bool write_fully(st_sorter *s, const char *p, size_t n, st_err *err) {
    while (n) {
        ssize_t w = pwrite(s->fd, p, n, (off_t)s->file_size);
        if (w < 0 && errno == EINTR)
            continue;
        if (w <= 0)
            return st_fail(err, ST_E_FILE_WRITE, "cannot write temporary data below %s: %s",
                           s->folder, strerror(errno));
        p += w;
        n -= (size_t)w;
        s->file_size += (uint64_t)w;
    }
    return true;
}

static bool open_file(st_sorter *s, st_err *err) {
    if (s->fd >= 0)
        return true;
    s->fd = open(s->folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (s->fd < 0) { /* file systems without O_TMPFILE */
        size_t n = strlen(s->folder) + 32;
        char *path = st_xmalloc(n);
        (void)snprintf(path, n, "%s/stipend-sort-XXXXXX", s->folder);
        s->fd = mkostemp(path, O_CLOEXEC);
        if (s->fd >= 0)
            (void)unlink(path);
        free(path);
    }
    return s->fd >= 0 || st_fail(err, ST_E_FILE_CREATE, "cannot create temporary data below %s: %s",
                                 s->folder, strerror(errno));
}

static bool spill(st_sorter *s, st_err *err) {
    enum { OUT = 1 << 20 };
    if (s->n_pieces == RUNS_MAX)
        return st_fail(err, ST_E_SORT_LIMIT, "more than %d sorted pieces", RUNS_MAX);
    if (!open_file(s, err))
        return false;
    sort_block(s);
    uint64_t start = s->file_size;
    char *out = st_xmalloc(OUT);
    size_t n = 0;
    bool ok = true;
    for (size_t i = 0; ok && i < s->count; i++) {
        const char *p = s->data + s->index[i];
        size_t size = HEAD + (size_t)word(p) + word(p + 4);
        if (n + size > OUT) {
            ok = write_fully(s, out, n, err);
            n = 0;
        }
        if (size > OUT) {
            ok = ok && write_fully(s, p, size, err);
        } else {
            memcpy(out + n, p, size);
            n += size;
        }
    }
    ok = ok && write_fully(s, out, n, err);
    free(out);
    s->pieces = st_xrealloc(s->pieces, (s->n_pieces + 1) * sizeof *s->pieces);
    s->pieces[s->n_pieces++] = (piece){.at = start, .end = s->file_size};
    s->n = s->count = 0;
    return ok;
}

bool st_sorter_add(st_sorter *s, st_str key, st_str payload, st_err *err) {
    size_t size = HEAD + key.n + payload.n;
    if (size > RECORD_MAX || size > s->memory)
        return st_fail(err, ST_E_SORT_LIMIT, "a record of %zu bytes is beyond the limit", size);
    if (s->n + size > s->memory && !spill(s, err))
        return false;
    if (s->count == s->index_cap) {
        s->index_cap = s->index_cap ? s->index_cap * 2 : 4096;
        s->index = st_xrealloc(s->index, s->index_cap * sizeof *s->index);
    }
    s->index[s->count++] = s->n;
    uint32_t lengths[2] = {(uint32_t)key.n, (uint32_t)payload.n};
    memcpy(s->data + s->n, lengths, HEAD);
    if (key.n)
        memcpy(s->data + s->n + HEAD, key.p, key.n);
    if (payload.n)
        memcpy(s->data + s->n + HEAD + key.n, payload.p, payload.n);
    s->n += size;
    return true;
}

/* Makes at least n bytes of the piece available in its block; the record at `used` then lies there
 * whole. */
static bool fill(st_sorter *s, piece *p, size_t need, st_err *err) {
    if (p->n - p->used >= need)
        return true;
    memmove(p->block, p->block + p->used, p->n - p->used);
    p->n -= p->used;
    p->used = 0;
    size_t cap = need > READ_BLOCK ? need : READ_BLOCK;
    if (need > READ_BLOCK)
        p->block = st_xrealloc(p->block, cap);
    while (p->n < cap && p->at < p->end) {
        size_t want = cap - p->n < p->end - p->at ? cap - p->n : (size_t)(p->end - p->at);
        ssize_t r = pread(s->fd, p->block + p->n, want, (off_t)p->at);
        if (r < 0 && errno == EINTR)
            continue;
        if (r <= 0)
            return st_fail(err, ST_E_FILE_READ, "cannot read temporary data back: %s",
                           r < 0 ? strerror(errno) : "file is short");
        p->n += (size_t)r;
        p->at += (uint64_t)r;
    }
    return true;
}

static bool load_record(st_sorter *s, piece *p, st_err *err) {
    if (p->used == p->n && p->at == p->end) {
        p->live = false;
        return true;
    }
    p->live = true;
    if (!fill(s, p, HEAD, err))
        return false;
    size_t size = HEAD + (size_t)word(p->block + p->used) + word(p->block + p->used + 4);
    return fill(s, p, size, err);
}

static bool before(const st_sorter *s, size_t a, size_t b) {
    const piece *x = &s->pieces[a], *y = &s->pieces[b];
    int c = st_str_cmp(record_at(x->block + x->used).key, record_at(y->block + y->used).key);
    return c ? c < 0 : a < b;
}

static void sift_down(st_sorter *s, size_t i) {
    for (;;) {
        size_t least = i, l = 2 * i + 1, r = l + 1;
        if (l < s->heap_n && before(s, s->heap[l], s->heap[least]))
            least = l;
        if (r < s->heap_n && before(s, s->heap[r], s->heap[least]))
            least = r;
        if (least == i)
            return;
        size_t t = s->heap[i];
        s->heap[i] = s->heap[least];
        s->heap[least] = t;
        i = least;
    }
}

bool st_sorter_finish(st_sorter *s, st_err *err) {
    if (s->n_pieces == 0) {
        sort_block(s);
        return true;
    }
    if (s->count && !spill(s, err))
        return false;
    free(s->data);
    s->data = NULL;
    s->heap = st_xmalloc(s->n_pieces * sizeof *s->heap);
    for (size_t i = 0; i < s->n_pieces; i++) {
        s->pieces[i].block = st_xmalloc(READ_BLOCK);
        if (!load_record(s, &s->pieces[i], err))
            return false;
        if (s->pieces[i].live)
            s->heap[s->heap_n++] = i;
    }
    for (size_t i = s->heap_n; i-- > 0;)
        sift_down(s, i);
    return true;
}

static bool advance(st_sorter *s, st_err *err) {
    piece *p = &s->pieces[s->heap[0]];
    p->used += HEAD + (size_t)word(p->block + p->used) + word(p->block + p->used + 4);
    if (!load_record(s, p, err))
        return false;
    if (!p->live)
        s->heap[0] = s->heap[--s->heap_n];
    sift_down(s, 0);
    return true;
}

bool st_sorter_next(st_sorter *s, st_sorted *out, bool *have, st_err *err) {
    if (s->n_pieces == 0) {
        *have = s->next < s->count;
        if (*have)
            *out = record_at(s->data + s->index[s->next++]);
        return true;
    }
    if (s->popped && !advance(s, err))
        return false;
    *have = s->popped = s->heap_n > 0;
    if (*have) {
        const piece *p = &s->pieces[s->heap[0]];
        *out = record_at(p->block + p->used);
    }
    return true;
}

uint64_t st_sorter_spilled(const st_sorter *s) {
    return s->file_size;
}

void st_sorter_free(st_sorter *s) {
    if (!s)
        return;
    for (size_t i = 0; i < s->n_pieces; i++)
        free(s->pieces[i].block);
    if (s->fd >= 0)
        (void)close(s->fd);
    free(s->pieces);
    free(s->heap);
    free(s->index);
    free(s->data);
    free(s->folder);
    free(s);
}
