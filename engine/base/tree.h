/* RFC 6962 Merkle trees: roots and proofs over a stream of leaf hashes, and the checks of those who
 * receive them. leaf hash = SHA-256(0x00, data), node = SHA-256(0x01, left, right), empty tree =
 * SHA-256(""). */
#ifndef ST_TREE_H
#define ST_TREE_H

#include "base/digest.h"

enum { ST_TREE_PATH_MAX = 64 }; /* hashes of a proof at most */

/* The tree so far: the roots of its complete subtrees, at most one of each size. */
typedef struct st_tree {
    st_sha256 frontier[64];
    uint64_t n;
} st_tree;
void st_tree_init(st_tree *t);
void st_tree_leaf_hash(const void *data, size_t n, st_sha256 *out);
void st_tree_add(st_tree *t, const st_sha256 *leaf_hash);
void st_tree_root(const st_tree *t, st_sha256 *out);
/* Inclusion proof (RFC 6962 2.1.1) of leaf index in leaves[0..n): writes at most 64 hashes, returns
 * how many. */
size_t st_tree_path(const st_sha256 *leaves, uint64_t n, uint64_t index, st_sha256 path[64]);
/* Whether the path leads from that leaf to that root (RFC 9162 2.1.3.2). */
bool st_tree_verify(const st_sha256 *leaf, uint64_t index, uint64_t n, const st_sha256 *path,
                    size_t path_n, const st_sha256 *root);

/* Whether the tree of n leaves with that root begins with the m leaves of the old root (RFC 9162
 * 2.1.4.2). Every tree begins with the empty one; nothing is to be proved then, nor when m = n. */
bool st_tree_verify_extends(uint64_t m, const st_sha256 *old_root, uint64_t n,
                            const st_sha256 *root, const st_sha256 *path, size_t path_n);

/* A proof made while the leaves pass by once, in memory that does not grow with them: which
 * subtrees it consists of follows from the numbers alone. */
typedef struct st_tree_proof {
    size_t n; /* hashes, in the order of the proof */
    st_sha256 hash[ST_TREE_PATH_MAX];
    struct {
        uint64_t from, to; /* leaves of the subtree: [from, to) */
    } span[ST_TREE_PATH_MAX];
    size_t at; /* the span that the present leaf belongs to; n: none */
    uint64_t seen, size;
    st_tree part;
} st_tree_proof;
/* Inclusion of leaf index, consistency with the first m leaves (index < n, m <= n), in a tree
 * of n leaves. */
void st_tree_proof_inclusion(st_tree_proof *p, uint64_t index, uint64_t n);
void st_tree_proof_consistency(st_tree_proof *p, uint64_t m, uint64_t n);
/* The next leaf, from the first; those behind the n-th are left alone. */
void st_tree_proof_add(st_tree_proof *p, const st_sha256 *leaf_hash);
/* Whether all n leaves came by, so that p->hash is the proof. */
bool st_tree_proof_done(const st_tree_proof *p);

#endif
