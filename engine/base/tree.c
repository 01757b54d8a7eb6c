#include "base/tree.h"

void st_tree_init(st_tree *t) {
    t->n = 0;
}

/* SHA-256(prefix, a, b) as RFC 6962 wants it. */
static void node_hash(const st_sha256 *left, const st_sha256 *right, st_sha256 *out) {
    uint8_t bytes[1 + 2 * ST_SHA256_LEN] = {1};
    memcpy(bytes + 1, left->b, ST_SHA256_LEN);
    memcpy(bytes + 1 + ST_SHA256_LEN, right->b, ST_SHA256_LEN);
    st_sha256_of(bytes, sizeof bytes, out);
}

void st_tree_leaf_hash(const void *data, size_t n, st_sha256 *out) {
    enum { STACK = 1024 };
    uint8_t stack[STACK], *bytes = n + 1 <= STACK ? stack : st_xmalloc(n + 1);
    bytes[0] = 0;
    if (n)
        memcpy(bytes + 1, data, n);
    st_sha256_of(bytes, n + 1, out);
    if (bytes != stack)
        free(bytes);
}

void st_tree_add(st_tree *t, const st_sha256 *leaf) {
    st_sha256 h = *leaf;
    unsigned level = 0;
    for (uint64_t n = t->n; n & 1; n >>= 1, level++)
        node_hash(&t->frontier[level], &h, &h);
    t->frontier[level] = h;
    t->n++;
}

void st_tree_root(const st_tree *t, st_sha256 *out) {
    if (t->n == 0) {
        st_sha256_of("", 0, out);
        return;
    }
    bool have = false;
    st_sha256 h = {{0}};
    for (unsigned level = 0; level < 64 && t->n >> level; level++) {
        if (!(t->n >> level & 1))
            continue;
        if (have)
            node_hash(&t->frontier[level], &h, &h);
        else
            h = t->frontier[level];
        have = true;
    }
    *out = h;
}

static void subtree_root(const st_sha256 *leaves, uint64_t n, st_sha256 *out) {
    st_tree t;
    st_tree_init(&t);
    for (uint64_t i = 0; i < n; i++)
        st_tree_add(&t, &leaves[i]);
    st_tree_root(&t, out);
}

/* Largest power of two below n (n > 1). */
static uint64_t split_at(uint64_t n) {
    uint64_t k = 1;
    while (k * 2 < n)
        k *= 2;
    return k;
}

size_t st_tree_path(const st_sha256 *leaves, uint64_t n, uint64_t index, st_sha256 path[64]) {
    ST_ASSERT(index < n);
    st_sha256 down[64];
    size_t count = 0;
    while (n > 1) {
        uint64_t k = split_at(n);
        ST_ASSERT(count < 64);
        if (index < k) {
            subtree_root(leaves + k, n - k, &down[count++]);
            n = k;
        } else {
            subtree_root(leaves, k, &down[count++]);
            leaves += k, index -= k, n -= k;
        }
    }
    for (size_t i = 0; i < count; i++)
        path[i] = down[count - 1 - i];
    return count;
}

bool st_tree_verify(const st_sha256 *leaf, uint64_t index, uint64_t n, const st_sha256 *path,
                    size_t path_n, const st_sha256 *root) {
    if (index >= n)
        return false;
    st_sha256 h = *leaf;
    uint64_t last = n - 1;
    for (size_t i = 0; i < path_n; i++) {
        if (last == 0)
            return false;
        if ((index & 1) || index == last) {
            node_hash(&path[i], &h, &h);
            while (!(index & 1) && index != 0)
                index >>= 1, last >>= 1;
        } else {
            node_hash(&h, &path[i], &h);
        }
        index >>= 1, last >>= 1;
    }
    return last == 0 && st_sha256_eq(&h, root);
}
