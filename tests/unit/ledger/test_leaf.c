/* Canonical bytes against vectors computed by an independent program from the definition in leaf.h.
 */
#include "ledger/leaf.h"

#include <check.h>

static st_sha256 sha(const char *z) {
    st_sha256 d;
    st_sha256_of(z, strlen(z), &d);
    return d;
}

static void is_hex(const st_sha256 *d, const char *expected) {
    char hex[ST_HEX_LEN];
    st_sha256_hex(d, hex);
    ck_assert_str_eq(hex, expected);
}

static const char scheme[] = "cn-640202-social-work";

static st_line award(void) {
    return (st_line){.line_no = 1,
                     .subject = ST_STR("w001"),
                     .benefit = 5,
                     .occasion = ST_STR("intermediate"),
                     .cause = ST_CAUSE_NEW,
                     .tier = ST_STR("intermediate"),
                     .amount = 300000,
                     .due = 300000,
                     .rule = ST_STR("award.dmn#Award amount:2"),
                     .facts = sha("facts")};
}

static st_line recovery(void) {
    return (st_line){.line_no = 2,
                     .subject = ST_STR("阿·w"),
                     .benefit = 9,
                     .occasion = ST_STR("2023-11"),
                     .seq = 3,
                     .cause = ST_CAUSE_RECOVERY,
                     .amount = -50,
                     .facts = sha("facts")};
}

START_TEST(test_vectors) {
    st_buf b;
    st_buf_init(&b, 0);
    st_line x = award(), y = recovery();
    st_sha256 leaf;
    st_leaf_hash(&b, scheme, "award", "CNY", &x, &leaf);
    ck_assert_uint_eq(b.n, 188);
    is_hex(&leaf, "410902279a7d79afea40fece0c062c02ba0d12d47d4c00699baba782f1be60dd");
    st_leaf_hash(&b, scheme, "allowance", "CNY", &y, &leaf);
    ck_assert_uint_eq(b.n, 153);
    is_hex(&leaf, "237ee930574e27d2facc8e376a2826dff95931a57ea885397520bb0238f39278");
    st_buf_free(&b);
}
END_TEST

START_TEST(test_root_and_digest) {
    st_buf b;
    st_buf_init(&b, 0);
    st_line x = award(), y = recovery();
    st_sha256 leaf, digest, prev = sha("prev");
    st_tree tree;
    st_tree_init(&tree);
    st_leaf_hash(&b, scheme, "award", "CNY", &x, &leaf);
    st_tree_add(&tree, &leaf);
    st_leaf_hash(&b, scheme, "allowance", "CNY", &y, &leaf);
    st_tree_add(&tree, &leaf);
    st_run_info info = {
        .run = 7, .period = 2023 * 12 + 10, .as_of = {2023, 11, 30}, .lines = 2, .total = 299950};
    info.records = sha("records");
    info.rules = sha("rules");
    (void)snprintf(info.scheme, sizeof info.scheme, "%s", scheme);
    (void)snprintf(info.engine, sizeof info.engine, "1.0");
    st_tree_root(&tree, &info.root);
    is_hex(&info.root, "1208d0d109ef0d76087a3a4ebf27b08af5ea3d701067c8b0feab306b5dc80846");
    st_run_digest(&info, &prev, &digest);
    is_hex(&digest, "8d6dbece379b9ad1912408a9e0ff151f1af9d82f153e0690e18950a02a64bd64");
    info.claims_sealed = true;
    info.settlements = sha("settled");
    info.bookings = 4;
    info.bookings_head = sha("booked");
    st_run_digest(&info, &prev, &digest);
    is_hex(&digest, "70e8666a3a38461bbfd0caef70138e53c4d51d159ca7262c157479f37fbcf04b");
    info.has_input = true;
    info.input = (st_run_input){.known_at = {2023, 11, 20},
                                .part = 3,
                                .parts = 12,
                                .sender = "甲街道",
                                .asked = "older,skipped",
                                .because = "经批准"};
    st_run_digest(&info, &prev, &digest);
    is_hex(&digest, "12594d2798e11cde5885b8ce91211fc0f73317f1f0aeccaa25f5dc984ed4a460");
    st_buf_free(&b);
}
END_TEST

START_TEST(test_claims) { /* what settles debts, by the same program */
    st_buf b;
    st_buf_init(&b, 0);
    st_settlement_leaf x = {.scheme = st_str_of(scheme),
                            .benefit = ST_STR("allowance"),
                            .subject = ST_STR("阿·w"),
                            .occasion = ST_STR("2023-11"),
                            .seq = 3,
                            .no = 2,
                            .kind = 0,
                            .bound = 1,
                            .amount = 15000,
                            .payment = 30000};
    st_sha256 d, before = sha("before");
    st_settlement_hash(&b, &x, &d);
    ck_assert_uint_eq(b.n, 128);
    is_hex(&d, "7d80be5c541a747f09229ee78de403da541a1fc78fcb1c27ea42533d555f6e1c");
    st_booking_leaf y = {.no = 2,
                         .kind = ST_STR("cash"),
                         .scheme = st_str_of(scheme),
                         .subject = ST_STR("w001"),
                         .amount = 5000,
                         .date = ST_STR("2024-01-05"),
                         .note = ST_STR("receipt 17"),
                         .actor = ST_STR("qian"),
                         .old = true};
    st_booking_part parts[] = {
        {true, ST_STR("w001"), ST_STR("allowance"), ST_STR("2023-11"), 3, 2000, false},
        {true, ST_STR("w9"), ST_STR("award"), ST_STR("senior"), 1, -3000, true}};
    st_buf_clear(&b);
    st_booking_bytes(&b, &before, &y);
    for (size_t i = 0; i < ST_LEN(parts); i++)
        st_booking_part_bytes(&b, &parts[i]);
    ck_assert_uint_eq(b.n, 228);
    st_sha256_of(b.p, b.n, &d);
    is_hex(&d, "9e23228ccdb86dc73cd8b1f2b5c5c3a3aa8ef3714a2f53e2078c599387871b64");
    y.old = parts[0].old = parts[1].old = false; /* with receipt, and whose debts they were */
    y.receipt = ST_STR("R-17");
    st_buf_clear(&b);
    st_booking_bytes(&b, &before, &y);
    for (size_t i = 0; i < ST_LEN(parts); i++)
        st_booking_part_bytes(&b, &parts[i]);
    ck_assert_uint_eq(b.n, 250);
    st_sha256_of(b.p, b.n, &d);
    is_hex(&d, "650cc435676f2d0d21bd7d57dd18c121024758fb5270dd85af8c0f6fc1e29836");
    st_buf_free(&b);
}
END_TEST

/* Every field that says something about the payment moves the leaf; the ledger's own number of the
 * benefit does not. */
START_TEST(test_each_field_counts) {
    st_buf b;
    st_buf_init(&b, 0);
    st_line x = award();
    st_sha256 first, other;
    st_leaf_hash(&b, scheme, "award", "CNY", &x, &first);
    st_line changed[9];
    for (size_t i = 0; i < ST_LEN(changed); i++)
        changed[i] = x;
    changed[0].line_no = 2;
    changed[1].subject = ST_STR("w002");
    changed[2].occasion = ST_STR("senior");
    changed[3].seq = 1;
    changed[4].cause = ST_CAUSE_ARREARS;
    changed[5].tier = ST_STR("senior");
    changed[6].amount = 300001;
    changed[7].due = 1;
    changed[8].facts = sha("other");
    for (size_t i = 0; i < ST_LEN(changed); i++) {
        st_leaf_hash(&b, scheme, "award", "CNY", &changed[i], &other);
        ck_assert_msg(!st_sha256_eq(&first, &other), "field %zu", i);
    }
    x.benefit = 77;
    st_leaf_hash(&b, scheme, "award", "CNY", &x, &other);
    ck_assert(st_sha256_eq(&first, &other));
    st_buf_free(&b);
}
END_TEST

int main(void) {
    Suite *s = suite_create("ledger");
    TCase *t = tcase_create("leaf");
    tcase_add_test(t, test_vectors);
    tcase_add_test(t, test_root_and_digest);
    tcase_add_test(t, test_claims);
    tcase_add_test(t, test_each_field_counts);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_set_tap(r, "-");
    srunner_run_all(r, CK_SILENT);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
