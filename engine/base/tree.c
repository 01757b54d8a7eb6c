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

/* -- consistency -- */

bool st_tree_verify_extends(uint64_t m, const st_sha256 *old_root, uint64_t n,
                            const st_sha256 *root, const st_sha256 *path, size_t path_n) {
    st_sha256 empty;
    st_sha256_of("", 0, &empty);
    if ((m == 0 && !st_sha256_eq(old_root, &empty)) || (n == 0 && !st_sha256_eq(root, &empty)))
        return false;
    if (m == n || m == 0)
        return path_n == 0 && (m == 0 || st_sha256_eq(old_root, root));
    if (m > n)
        return false;
    size_t i = 0;
    st_sha256 old = *old_root, now = *old_root;
    if (m &
        (m - 1)) { /* the old tree is no complete subtree of the new one: it is not in the path */
        if (path_n == 0)
            return false;
        old = now = path[i++];
    }
    uint64_t first = m - 1, last = n - 1;
    for (; first & 1; first >>= 1)
        last >>= 1;
    for (; i < path_n; i++) {
        if (last == 0)
            return false;
        if ((first & 1) || first == last) {
            node_hash(&path[i], &old, &old);
            node_hash(&path[i], &now, &now);
            while (!(first & 1) && first != 0)
                first >>= 1, last >>= 1;
        } else {
            node_hash(&now, &path[i], &now);
        }
        first >>= 1, last >>= 1;
    }
    return last == 0 && st_sha256_eq(&old, old_root) && st_sha256_eq(&now, root);
}

/* -- proofs over a stream -- */

/* Spans are found from the root down, and proofs go from the leaves up. */
static void put_span(st_tree_proof *p, uint64_t from, uint64_t to) {
    ST_ASSERT(p->n < ST_TREE_PATH_MAX);
    p->span[p->n].from = from;
    p->span[p->n].to = to;
    p->n++;
}

static void turn_round(st_tree_proof *p) {
    for (size_t i = 0, k = p->n; i + 1 < k; i++) {
        k--;
        uint64_t from = p->span[i].from, to = p->span[i].to;
        p->span[i] = p->span[k];
        p->span[k].from = from;
        p->span[k].to = to;
    }
}

static void begin(st_tree_proof *p, uint64_t n) {
    p->n = 0;
    p->seen = 0;
    p->size = n;
    st_tree_init(&p->part);
}

void st_tree_proof_inclusion(st_tree_proof *p, uint64_t index, uint64_t n) {
    ST_ASSERT(index < n);
    begin(p, n);
    for (uint64_t from = 0, to = n; to - from > 1;) {
        uint64_t middle = from + split_at(to - from);
        if (index < middle) {
            put_span(p, middle, to);
            to = middle;
        } else {
            put_span(p, from, middle);
            from = middle;
        }
    }
    turn_round(p);
    p->at = p->n;
}

void st_tree_proof_consistency(st_tree_proof *p, uint64_t m, uint64_t n) {
    ST_ASSERT(m <= n);
    begin(p, n);
    uint64_t from = 0, to = n;
    while (m && m < to) {
        uint64_t middle = from + split_at(to - from);
        if (m <= middle) {
            put_span(p, middle, to);
            to = middle;
        } else {
            put_span(p, from, middle);
            from = middle;
        }
    }
    if (m && from) /* the receiver does not have the root of this last piece */
        put_span(p, from, to);
    turn_round(p);
    p->at = p->n;
}

static size_t span_of(const st_tree_proof *p, uint64_t leaf) {
    for (size_t i = 0; i < p->n; i++)
        if (leaf >= p->span[i].from && leaf < p->span[i].to)
            return i;
    return p->n;
}

void st_tree_proof_add(st_tree_proof *p, const st_sha256 *leaf) {
    if (p->seen == p->size)
        return;
    if (p->at == p->n)
        p->at = span_of(p, p->seen);
    p->seen++;
    if (p->at == p->n)
        return;
    st_tree_add(&p->part, leaf);
    if (p->seen == p->span[p->at].to) {
        st_tree_root(&p->part, &p->hash[p->at]);
        st_tree_init(&p->part);
        p->at = p->n;
    }
}

bool st_tree_proof_done(const st_tree_proof *p) {
    return p->seen == p->size;
}
