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

#endif
