#include "ledger/part_int.h"

static const struct {
    const char *name, *version;
    st_copy_table table;
} kinds[ST_PARTS] = {
    [ST_PART_ASSESSMENTS] = {"assessments", "stipend-assessments-v1", ST_COPY_ASSESSMENT},
    [ST_PART_FINDINGS] = {"findings", "stipend-findings-v1", ST_COPY_FINDING},
    [ST_PART_VALUES] = {"person-values", "stipend-person-values-v1", ST_COPY_PERSON_VALUE},
    [ST_PART_KEYS] = {"person-keys", "stipend-person-keys-v1", ST_COPY_PERSON_KEY},
    [ST_PART_NAMES] = {"person-names", "stipend-person-names-v1", ST_COPY_PERSON_NAME},
};

const char *st_part_name(st_part_kind k) {
    ST_ASSERT((size_t)k < ST_PARTS);
    return kinds[k].name;
}

st_copy_table st_part_table(st_part_kind k) {
    ST_ASSERT((size_t)k < ST_PARTS);
    return kinds[k].table;
}

void st_part_init(st_part *p, st_part_kind kind) {
    *p = (st_part){.kind = kind};
    st_tree_init(&p->tree);
    st_arena_init(&p->arena, 0);
    st_buf_init(&p->group, 0);
    st_buf_init(&p->rows, 0);
    p->sha = st_sha256_new();
}

void st_part_free(st_part *p) {
    st_buf_free(&p->group);
    st_buf_free(&p->rows);
    st_sha256_free(p->sha);
    st_arena_free(&p->arena);
}

/* Rows in an order that the row itself does not tell: records without an id of their own (their
 * name begins with a character that no id has), and what was seen of somebody else. */
static bool in_no_order(const st_part *p, st_str subject, int state) {
    return p->kind == ST_PART_KEYS || (p->kind == ST_PART_VALUES && state != 0) ||
           (p->kind == ST_PART_ASSESSMENTS && subject.n && subject.p[0] == '\x1f');
}

static int by_bytes(const void *x, const void *y) {
    return st_str_cmp(*(const st_str *)x, *(const st_str *)y);
}

static void leaf_of(st_part *p, const st_str *rows, size_t n, st_sha256 *leaf) {
    static const char zero = 0;
    st_sha256_begin(p->sha);
    st_sha256_add(p->sha, &zero, 1);
    st_sha256_add(p->sha, kinds[p->kind].version, strlen(kinds[p->kind].version));
    for (size_t i = 0; i < n; i++)
        st_sha256_add(p->sha, rows[i].p, rows[i].n);
    st_sha256_end(p->sha, leaf);
}

static void end_group(st_part *p) {
    size_t from = 0;
    p->sorted.n = 0;
    for (size_t i = 0; i < p->ends.n; i++) {
        st_str row = {p->rows.p + from, p->ends.items[i] - from};
        ST_VEC_PUSH(&p->arena, &p->sorted, row);
        from = p->ends.items[i];
    }
    if (p->sorted.n > 1)
        qsort(p->sorted.items, p->sorted.n, sizeof *p->sorted.items, by_bytes);
    if (p->sorted.n) {
        st_sha256 leaf;
        leaf_of(p, p->sorted.items, p->sorted.n, &leaf);
        st_tree_add(&p->tree, &leaf);
    }
    p->ends.n = 0;
    st_buf_clear(&p->rows);
}

void st_part_add(st_part *p, st_str subject, int state, st_str row) {
    p->items++;
    if (in_no_order(p, subject, state)) {
        st_sha256 leaf;
        leaf_of(p, &row, 1, &leaf);
        ST_VEC_PUSH(&p->arena, &p->loose, leaf);
        return;
    }
    if (p->kind == ST_PART_FINDINGS || !st_str_eq(st_buf_view(&p->group), subject)) {
        end_group(p);
        st_buf_clear(&p->group);
        (void)st_buf_str(&p->group, subject);
    }
    (void)st_buf_str(&p->rows, row);
    ST_VEC_PUSH(&p->arena, &p->ends, p->rows.n);
}

static int by_hash(const void *x, const void *y) {
    return memcmp(x, y, sizeof(st_sha256));
}

void st_part_end(st_part *p, st_sha256 *root) {
    end_group(p);
    if (p->loose.n > 1)
        qsort(p->loose.items, p->loose.n, sizeof *p->loose.items, by_hash);
    for (size_t i = 0; i < p->loose.n; i++)
        st_tree_add(&p->tree, &p->loose.items[i]);
    p->loose.n = 0;
    st_tree_root(&p->tree, root);
}

void st_parts_arrays(st_part parts[ST_PARTS], st_buf *items, st_buf *digests) {
    for (int k = 0; k < ST_PARTS; k++) {
        st_sha256 root;
        char hex[ST_HEX_LEN];
        st_part_end(&parts[k], &root);
        st_sha256_hex(&root, hex);
        (void)st_buf_fmt(items, "%c%" PRIu64, k ? ',' : '{', parts[k].items);
        (void)st_buf_fmt(digests, "%c\"\\\\x%s\"", k ? ',' : '{', hex);
    }
    (void)st_buf_ch(items, '}');
    (void)st_buf_ch(digests, '}');
}
