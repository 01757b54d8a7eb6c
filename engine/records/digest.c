/* Digest of a subject's facts: SHA-256 over canonical bytes. Fields stand in the order of their
 * names and only when they have a value, so that a schema may gain optional fields without changing
 * old digests; items of a list stand in the order of their bytes, so that the order in the file
 * does not count. */
#include "records/records_int.h"

static void add_context(st_buf *b, const st_rec_element *e, const st_val *values);

typedef struct piece {
    const char *p;
    size_t from, n;
} piece;

static int by_bytes(const void *x, const void *y) {
    const piece *a = x, *b = y;
    return st_str_cmp((st_str){a->p + a->from, a->n}, (st_str){b->p + b->from, b->n});
}

static void add_item(st_buf *b, const st_rec_field *f, const st_val *v) {
    if (f->element)
        add_context(b, f->element, v->u.context->v);
    else
        st_feel_canonical(b, *v);
}

static void sort_items(st_buf *b, const piece *order, size_t n, size_t start) {
    st_buf sorted;
    st_buf_init(&sorted, 0);
    for (size_t i = 0; i < n; i++)
        (void)st_buf_add(&sorted, b->p + order[i].from, order[i].n);
    memcpy(b->p + start, sorted.p, sorted.n);
    st_buf_free(&sorted);
}

static void add_list(st_buf *b, const st_rec_field *f, const st_list *l) {
    (void)st_buf_be32(b, l->n);
    if (l->n < 2) {
        if (l->n)
            add_item(b, f, &l->v[0]);
        return;
    }
    piece few[16], *order = l->n <= ST_LEN(few) ? few : st_xmalloc(l->n * sizeof *order);
    size_t start = b->n;
    for (uint32_t i = 0; i < l->n; i++) {
        order[i].from = b->n;
        add_item(b, f, &l->v[i]);
        order[i].n = b->n - order[i].from;
    }
    bool sorted = true;
    for (uint32_t i = 0; i < l->n; i++) {
        order[i].p = b->p; /* only now it moves no more */
        sorted = sorted && (i == 0 || by_bytes(&order[i - 1], &order[i]) <= 0);
    }
    if (!sorted) {
        qsort(order, l->n, sizeof *order, by_bytes);
        sort_items(b, order, l->n, start);
    }
    if (order != few)
        free(order);
}

static void add_context(st_buf *b, const st_rec_element *e, const st_val *values) {
    (void)st_buf_ch(b, '{');
    for (uint32_t i = 0; i < e->n_fields; i++) {
        const st_rec_field *f = &e->fields[e->sorted[i]];
        const st_val *v = &values[e->sorted[i]];
        if (v->kind == ST_NULL || (v->kind == ST_LIST && v->u.list->n == 0))
            continue;
        if (f->list && st_rec_told_by_short(f, v->u.list))
            continue; /* its attributes say the same, as they did before there was a list */
        (void)st_buf_be16(b, (uint16_t)f->name.n);
        (void)st_buf_str(b, f->name);
        if (f->list)
            add_list(b, f, v->u.list);
        else
            add_item(b, f, v);
    }
    (void)st_buf_ch(b, '}');
}

void st_rec_digest(st_sha256_ctx *sha, st_buf *scratch, const st_rec_element *e,
                   const st_val *values, st_sha256 *out) {
    st_buf_clear(scratch);
    add_context(scratch, e, values);
    ST_ASSERT(!scratch->overflow);
    st_sha256_begin(sha);
    st_sha256_add(sha, scratch->p, scratch->n);
    st_sha256_end(sha, out);
}
