/* Roots, inclusion and consistency: against digests over all of them computed by Go's
 * golang.org/x/mod/sumdb/tlog (tests/independent, "tlog vectors"), and against each other. */
#include "base/tree.h"
#include "support/check_tap.h"

enum { MAX = 200 };

static st_sha256 leaves[MAX + 1], roots[MAX + 1];

/* Leaf i is the number i as text. */
static void grow(void) {
    st_tree t;
    st_tree_init(&t);
    for (int i = 0; i <= MAX; i++) {
        char text[16];
        (void)snprintf(text, sizeof text, "%d", i);
        st_tree_leaf_hash(text, strlen(text), &leaves[i]);
        st_tree_root(&t, &roots[i]);
        st_tree_add(&t, &leaves[i]);
    }
}

/* One leaf more than there are: it changes nothing. */
static void run_through(st_tree_proof *p) {
    for (uint64_t i = 0; i <= p->size; i++)
        st_tree_proof_add(p, &leaves[i]);
    ck_assert(st_tree_proof_done(p));
}

static void ends_as(st_sha256_ctx *c, const char *want) {
    st_sha256 d;
    char hex[ST_HEX_LEN];
    st_sha256_end(c, &d);
    st_sha256_hex(&d, hex);
    ck_assert_str_eq(hex, want);
}

START_TEST(as_an_independent_program) {
    grow();
    st_sha256_ctx *r = st_sha256_new(), *in = st_sha256_new(), *ex = st_sha256_new();
    st_tree_proof p;
    for (uint64_t n = 0; n <= MAX; n++) {
        st_sha256_add(r, roots[n].b, ST_SHA256_LEN);
        for (uint64_t i = 0; i < n; i++) {
            st_tree_proof_inclusion(&p, i, n);
            run_through(&p);
            st_sha256_add(in, p.hash, p.n * sizeof p.hash[0]);
        }
        for (uint64_t m = 1; m <= n; m++) {
            st_tree_proof_consistency(&p, m, n);
            run_through(&p);
            st_sha256_add(ex, p.hash, p.n * sizeof p.hash[0]);
        }
    }
    ends_as(r, "993065ade341d279f6fc9cb9692343bffa575c77fb55e1b29b530c4ccde644a5");
    ends_as(in, "e49e8c03e422f04ffe7557f31d73a784cff136bb5683377245f041ac12aff341");
    ends_as(ex, "0ece1d72c40e69fcfe0e53159048d00f6fa778a30c8fcbcd78380b19259751ab");
    st_sha256_free(r);
    st_sha256_free(in);
    st_sha256_free(ex);
}
END_TEST

START_TEST(a_stream_proves_as_an_array) {
    grow();
    for (uint64_t n = 1; n <= MAX; n++)
        for (uint64_t i = 0; i < n; i++) {
            st_sha256 path[ST_TREE_PATH_MAX];
            st_tree_proof p;
            size_t k = st_tree_path(leaves, n, i, path);
            st_tree_proof_inclusion(&p, i, n);
            run_through(&p);
            ck_assert_uint_eq(p.n, k);
            ck_assert_mem_eq(p.hash, path, k * sizeof path[0]);
        }
}
END_TEST

/* True with the proof as it is; false when one bit, the size, the place or the length differs. */
START_TEST(inclusion_is_checked) {
    grow();
    for (uint64_t n = 1; n <= MAX; n++)
        for (uint64_t i = 0; i < n; i++) {
            st_tree_proof p;
            st_tree_proof_inclusion(&p, i, n);
            run_through(&p);
            ck_assert(st_tree_verify(&leaves[i], i, n, p.hash, p.n, &roots[n]));
            ck_assert(!st_tree_verify(&leaves[i + 1], i, n, p.hash, p.n, &roots[n]));
            ck_assert(!st_tree_verify(&leaves[i], i, n, p.hash, p.n, &roots[n - 1]));
            ck_assert(!st_tree_verify(&leaves[i], n, n, p.hash, p.n, &roots[n]));
            if (n > 1)
                ck_assert(!st_tree_verify(&leaves[i], i ^ 1, n, p.hash, p.n, &roots[n]));
            if (p.n) {
                ck_assert(!st_tree_verify(&leaves[i], i, n, p.hash, p.n - 1, &roots[n]));
                p.hash[i % p.n].b[i % ST_SHA256_LEN] ^= 1;
                ck_assert(!st_tree_verify(&leaves[i], i, n, p.hash, p.n, &roots[n]));
            }
        }
}
END_TEST

START_TEST(consistency_is_checked) {
    grow();
    for (uint64_t n = 0; n <= MAX; n++)
        for (uint64_t m = 0; m <= n; m++) {
            st_tree_proof p;
            st_tree_proof_consistency(&p, m, n);
            run_through(&p);
            const st_sha256 *old = &roots[m], *now = &roots[n];
            ck_assert(st_tree_verify_extends(m, old, n, now, p.hash, p.n));
            if (m == 0) {
                ck_assert(!st_tree_verify_extends(0, &leaves[0], n, now, p.hash, p.n));
                ck_assert(!st_tree_verify_extends(0, old, n, now, leaves, 1));
                continue;
            }
            ck_assert(!st_tree_verify_extends(m, &roots[m - 1], n, now, p.hash, p.n));
            ck_assert(!st_tree_verify_extends(m, old, n, &roots[n - 1], p.hash, p.n));
            if (m < n)
                ck_assert(!st_tree_verify_extends(n, now, m, old, p.hash, p.n));
            p.hash[p.n] = leaves[0];
            ck_assert(!st_tree_verify_extends(m, old, n, now, p.hash, p.n + 1));
            if (p.n) {
                ck_assert(!st_tree_verify_extends(m, old, n, now, p.hash, p.n - 1));
                p.hash[m % p.n].b[m % ST_SHA256_LEN] ^= 1;
                ck_assert(!st_tree_verify_extends(m, old, n, now, p.hash, p.n));
            }
        }
}
END_TEST

/* Somebody who rewrote leaf x after a checkpoint of m leaves cannot prove that his tree extends it.
 */
START_TEST(a_rewritten_leaf_is_no_extension) {
    grow();
    enum { N = 70 };
    for (uint64_t m = 1; m < N; m++)
        for (uint64_t x = 0; x < m; x += 3) {
            st_tree_proof p;
            st_tree other;
            st_sha256 root;
            st_tree_init(&other);
            st_tree_proof_consistency(&p, m, N);
            for (uint64_t i = 0; i < N; i++) {
                const st_sha256 *leaf = i == x ? &leaves[MAX] : &leaves[i];
                st_tree_add(&other, leaf);
                st_tree_proof_add(&p, leaf);
            }
            st_tree_root(&other, &root);
            ck_assert(st_tree_proof_done(&p));
            ck_assert(!st_tree_verify_extends(m, &roots[m], N, &root, p.hash, p.n));
        }
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(as_an_independent_program),
        CK_CASE(a_stream_proves_as_an_array),
        CK_CASE(inclusion_is_checked),
        CK_CASE(consistency_is_checked),
        CK_CASE(a_rewritten_leaf_is_no_extension),
    };
    return ck_run("tree", cases, ST_LEN(cases));
}
