/* What the ledger remembers of persons: by numbers of runs, void runs set aside, two hands. */
#include "ledger/person.h"
#include "ledger/request.h"
#include "live.h"

static st_person_hash hash_of(const char *z) {
    st_sha256 d = live_sha(z);
    st_person_hash h;
    memcpy(h.b, d.b, sizeof h.b);
    return h;
}

static st_posting *begin(st_ledger *l, const char *scheme, const char *records) {
    st_err err;
    st_posting *p;
    bool already;
    st_run_info info;
    st_run_key key = live_key(scheme, records);
    OK(st_posting_begin(l, &key, false, &p, &already, &info, &err));
    ck_assert(!already && p);
    return p;
}

static int64_t commit(st_posting *p) {
    st_err err;
    st_run_info info;
    st_posting_summary s = {.json = "{}", .controls_ok = true};
    OK(st_posting_commit(p, &s, &info, &err));
    st_posting_abort(p);
    return info.run;
}

static void add(st_posting *p, const char *subject, const char *kind, const char *value,
                st_person_state state) {
    st_err err;
    st_person_hash h = hash_of(value);
    OK(st_posting_person_add(p, st_str_of(subject), st_str_of(kind), &h, state, &err));
}

/* "A identity own 3, ..." of the subjects that begin with the letter. */
static const char *stream(st_posting *p, const char *prefix) {
    static char out[2048];
    static const char *const states[] = {"own", "seen", "shared"};
    st_err err;
    bool row = true;
    size_t n = 0;
    out[0] = 0;
    for (;;) {
        st_person_value v;
        OK(st_posting_person(p, &v, &row, &err));
        if (!row)
            return out;
        if (st_str_starts(v.subject, prefix))
            n += (size_t)snprintf(out + n, sizeof out - n, "%s%.*s %.*s %s%s", n ? ", " : "",
                                  ST_FMT(v.subject), ST_FMT(v.kind), states[v.state],
                                  v.fixes ? " fixes" : "");
    }
}

static bool count_holder(void *ctx, const st_person_value *v) {
    char *out = ctx;
    (void)snprintf(out + strlen(out), 200 - strlen(out), "%.*s ", ST_FMT(v->subject));
    return true;
}

static const char *holders(st_posting *p, const char *value) {
    static char out[200];
    st_err err;
    st_person_hash h = hash_of(value);
    out[0] = 0;
    OK(st_posting_holders(p, &h, 1, count_holder, out, &err));
    return out;
}

static bool tell_history(void *ctx, const st_person_history *h) {
    char *out = ctx;
    (void)snprintf(out + strlen(out), 400 - strlen(out), "%.*s %d %s..%s ", ST_FMT(h->subject),
                   (int)h->amounts, h->first, h->last);
    return true;
}

static const char *histories(st_posting *p, const char *a, const char *b) {
    static char out[400];
    st_err err;
    st_str subjects[] = {st_str_of(a), st_str_of(b)};
    out[0] = 0;
    OK(st_posting_histories(p, subjects, 2, tell_history, out, &err));
    return out;
}

START_TEST(test_values_by_run) {
    st_err err;
    st_run_info info;
    st_ledger *l = live_open();
    live_scheme(l, "values");
    st_posting *p = begin(l, "values", "1");
    bool first = false, due = true;
    OK(st_posting_first(p, &first, &err));
    ck_assert(first);
    OK(st_posting_persons_due(p, &due, &err));
    ck_assert(!due);
    add(p, "v1", "identity", "X", ST_PERSON_OWN);
    add(p, "v2", "account", "K", ST_PERSON_OWN);
    st_line line = live_line(1, "v1", 1, "2023-11", 0, 100);
    OK(st_posting_line(p, &line, &err));
    int64_t one = commit(p);

    p = begin(l, "values", "2");
    OK(st_posting_first(p, &first, &err));
    ck_assert(!first);
    ck_assert_str_eq(stream(p, "v"), "v1 identity own, v2 account own");
    ck_assert_str_eq(holders(p, "X"), "v1 ");
    ck_assert_str_eq(histories(p, "v1", "v2"), "v1 1 2023-11..2023-11 ");
    /* what this run writes is not yet known to it */
    add(p, "v3", "identity", "Y", ST_PERSON_OWN);
    add(p, "v4", "", "", ST_PERSON_SEEN);
    ck_assert_str_eq(holders(p, "Y"), "");
    int64_t two = commit(p);

    OK(st_ledger_void(l, two, "wrong", &info, &err));
    p = begin(l, "values", "3");
    ck_assert_str_eq(stream(p, "v"), "v1 identity own, v2 account own");
    ck_assert_str_eq(holders(p, "Y"), "");
    add(p, "v3", "identity", "Y", ST_PERSON_OWN);
    (void)commit(p);

    /* as run two saw it: neither its own rows nor later ones */
    st_ledger_benefit b[] = {{.id = "award", .title = "x", .budget_line = ""}};
    OK(st_posting_rehearse(l, "values", "CNY", b, 1, two, &p, &err));
    ck_assert_str_eq(stream(p, "v"), "v1 identity own, v2 account own");
    ck_assert_str_eq(histories(p, "v1", "v3"), "v1 1 2023-11..2023-11 ");
    st_posting_abort(p);
    OK(st_posting_rehearse(l, "values", "CNY", b, 1, one, &p, &err));
    ck_assert_str_eq(stream(p, "v"), "");
    ck_assert_str_eq(histories(p, "v1", "v2"), "");
    st_posting_abort(p);
    st_ledger_close(l);
}
END_TEST

START_TEST(test_due_after_void) {
    st_err err;
    st_run_info info;
    int64_t run = -1;
    st_ledger *l = live_open();
    live_scheme(l, "due");
    st_posting *p = begin(l, "due", "1");
    add(p, "d1", "identity", "DX", ST_PERSON_OWN);
    int64_t one = commit(p);
    p = begin(l, "due", "2");
    int64_t two = commit(p);
    OK(st_person_due(l, &run, &err));
    ck_assert_int_eq(run, 0);
    OK(st_ledger_void(l, one, "wrong", &info, &err));
    /* the second may have relied on what the first wrote */
    OK(st_person_due(l, &run, &err));
    ck_assert_int_eq(run, two);
    st_person_fill *f;
    OK(st_person_fill_begin(l, two, &f, &err));
    ck_assert(f);
    st_person_value v;
    bool row = true;
    OK(st_person_fill_known(f, &v, &row, &err));
    while (row && !st_str_starts(v.subject, "d"))
        OK(st_person_fill_known(f, &v, &row, &err));
    ck_assert(!row || !st_str_is(v.subject, "d1"));
    st_person_hash h = hash_of("DX");
    OK(st_person_fill_add(f, ST_STR("d1"), ST_STR("identity"), &h, ST_PERSON_OWN, &err));
    OK(st_person_fill_add(f, ST_STR("d2"), ST_STR("identity"), &h, ST_PERSON_OWN, &err));
    OK(st_person_fill_commit(f, &err));
    st_person_fill_end(f);
    OK(st_person_due(l, &run, &err));
    ck_assert_int_eq(run, 0);
    OK(st_person_fill_begin(l, two, &f, &err));
    ck_assert(!f);
    p = begin(l, "due", "3");
    ck_assert_str_eq(stream(p, "d"),
                     "d1 identity own, d1 identity shared, d2 identity own, d2 identity shared");
    ck_assert_str_eq(holders(p, "DX"), "d1 d2 ");
    st_posting_abort(p);
    /* the second run itself did not know it */
    st_ledger_benefit b[] = {{.id = "award", .title = "x", .budget_line = ""}};
    OK(st_posting_rehearse(l, "due", "CNY", b, 1, two, &p, &err));
    ck_assert_str_eq(stream(p, "d2"), "");
    st_posting_abort(p);
    st_ledger_close(l);
}
END_TEST

static const char *person_of(const st_person_keys *k, const char *key) {
    static char out[ST_SUBJECT_MAX + 1];
    st_person_key x = st_person_key_of(k, st_str_of(key));
    (void)snprintf(out, sizeof out, "%.*s", ST_FMT(x.person));
    return out;
}

START_TEST(test_keys) {
    st_err err;
    st_run_info info;
    st_person_keys *k;
    char person[ST_SUBJECT_MAX + 1];
    st_ledger *l = live_open();
    live_scheme(l, "keys");
    st_posting *p = begin(l, "keys", "1");
    OK(st_posting_person_key(p, ST_STR("k2"), ST_STR("k1"), &err));
    OK(st_posting_person_name(p, ST_STR("k1"), ST_STR("k2"), &err));
    int64_t one = commit(p);
    p = begin(l, "keys", "2");
    OK(st_posting_person_key(p, ST_STR("k3"), ST_STR("k1"), &err));
    OK(st_posting_person_name(p, ST_STR("k1"), ST_STR("k3"), &err));
    int64_t two = commit(p);
    OK(st_person_keys_read(l, 0, &k, &err));
    ck_assert_str_eq(person_of(k, "k2"), "k1");
    ck_assert_str_eq(person_of(k, "k3"), "k1");
    ck_assert_str_eq(person_of(k, "k4"), "k4");
    ck_assert(st_str_is(st_person_keys_name(k, ST_STR("k1")), "k3"));
    ck_assert(st_person_keys_had(k, ST_STR("k1"), ST_STR("k1")));
    ck_assert(st_person_keys_had(k, ST_STR("k1"), ST_STR("k2")));
    ck_assert(!st_person_keys_had(k, ST_STR("k1"), ST_STR("k4")));
    ck_assert(!st_person_keys_whole(k, ST_STR("k2")));
    uint64_t count = 0;
    p = begin(l, "keys", "3");
    OK(st_posting_person_keys(p, &count, &err));
    ck_assert_uint_eq(count, st_person_keys_count(k));
    st_posting_abort(p);
    st_person_keys_free(k);
    /* as the runs saw them */
    OK(st_person_keys_read(l, two, &k, &err));
    ck_assert_str_eq(person_of(k, "k2"), "k1");
    ck_assert_str_eq(person_of(k, "k3"), "k3");
    st_person_keys_free(k);
    OK(st_person_find(l, "k3", person, &err));
    ck_assert_str_eq(person, "k1");
    OK(st_ledger_void(l, two, "wrong", &info, &err));
    OK(st_person_find(l, "k3", person, &err));
    ck_assert_str_eq(person, "k3");
    OK(st_person_keys_read(l, 0, &k, &err));
    ck_assert_str_eq(person_of(k, "k3"), "k3");
    ck_assert_str_eq(person_of(k, "k2"), "k1");
    st_person_keys_free(k);
    ck_assert_int_gt(two, one);
    st_ledger_close(l);
}
END_TEST

typedef struct seen {
    int n;
    char last[200];
} seen;

static bool on_request(void *ctx, const st_request *r) {
    seen *s = ctx;
    s->n++;
    (void)snprintf(s->last, sizeof s->last, "%s is %s %s by %s%s", r->key, r->old, r->state, r->by,
                   r->alone ? " alone" : "");
    return true;
}

static const char *newest(st_ledger *l, bool open_only, int *n) {
    static seen s;
    st_err err;
    s = (seen){0};
    OK(st_request_list(l, open_only, on_request, &s, &err));
    if (n)
        *n = s.n;
    return s.last;
}

START_TEST(test_two_hands) {
    st_err err;
    int64_t no = 0, again = 0;
    bool already;
    int n;
    st_ledger *l = live_admin("stipend");
    live_as(l, "alice");
    live_scheme(l, "hands");
    st_posting *p = begin(l, "hands", "1");
    add(p, "h1", "identity", "HX", ST_PERSON_OWN);
    (void)commit(p);
    FAILS(st_request_same(l, "h9", "nobody", "why", NULL, &no, &already, &err), ST_E_SAME_UNKNOWN);
    FAILS(st_request_same(l, "h9", "h1", "", NULL, &no, &already, &err), ST_E_LEDGER_STATE);
    FAILS(st_request_same(l, "h1", "h1", "why", NULL, &no, &already, &err), ST_E_SAME_SEEN);
    OK(st_request_same(l, "h9", "h1", "why", "paper", &no, &already, &err));
    ck_assert(!already);
    OK(st_request_same(l, "h9", "h1", "why", "paper", &again, &already, &err));
    ck_assert(already && again == no);
    FAILS(st_request_confirm(l, no, "", &already, &err), ST_E_DB_HANDS);
    ck_assert_ptr_nonnull(strstr(err.msg, "cannot confirm"));
    live_as(l, "carol");
    FAILS(st_request_confirm(l, no, "", &already, &err), ST_E_DB_RIGHTS);
    FAILS(st_request_same(l, "h9", "h1", "why", NULL, &again, &already, &err), ST_E_DB_RIGHTS);
    live_as(l, "bob");
    FAILS(st_request_confirm(l, 999, "", &already, &err), ST_E_REQUEST_NONE);
    OK(st_request_confirm(l, no, "seen", &already, &err));
    ck_assert(!already);
    OK(st_request_confirm(l, no, "seen", &already, &err));
    ck_assert(already);
    ck_assert_str_eq(newest(l, false, NULL), "h9 is h1 confirmed by bob");
    (void)newest(l, true, &n);
    ck_assert_int_eq(n, 0);
    live_as(l, "alice");
    FAILS(st_request_cancel(l, no, "late", &already, &err), ST_E_REQUEST_STATE);
    FAILS(st_request_same(l, "h9", "h1", "why", NULL, &no, &already, &err), ST_E_SAME_ALREADY);
    OK(st_request_same(l, "h8", "h9", "why", NULL, &no, &already, &err));
    live_as(l, "frank");
    OK(st_request_cancel(l, no, "no", &already, &err)); /* an approver too */
    live_as(l, "bob");
    FAILS(st_request_confirm(l, no, "", &already, &err), ST_E_REQUEST_STATE);
    st_ledger_close(l);
}
END_TEST

START_TEST(test_corrected_number) {
    st_err err;
    int64_t no = 0;
    bool already, yes = true;
    st_ledger *l = live_admin("stipend");
    live_as(l, "alice");
    live_scheme(l, "number");
    st_posting *p = begin(l, "number", "1");
    add(p, "n1", "identity", "NX", ST_PERSON_OWN);
    (void)commit(p);
    p = begin(l, "number", "2");
    add(p, "n1", "identity", "NY", ST_PERSON_SEEN);
    int64_t two = commit(p);
    OK(st_request_same(l, "n1", "n1", "typing error", NULL, &no, &already, &err));
    OK(st_ledger_voided_since(l, two, &yes, &err));
    ck_assert(!yes);
    live_as(l, "bob");
    OK(st_request_confirm(l, no, "", &already, &err));
    OK(st_ledger_voided_since(l, two, &yes, &err));
    ck_assert(yes);
    live_as(l, "alice");
    p = begin(l, "number", "2"); /* the same inputs are not done already */
    ck_assert_str_eq(stream(p, "n1"), "n1 identity own, n1 identity seen, n1 identity own fixes");
    ck_assert_str_eq(holders(p, "NX"), "");
    ck_assert_str_eq(holders(p, "NY"), "n1 ");
    st_posting_abort(p);
    st_ledger_benefit b[] = {{.id = "award", .title = "x", .budget_line = ""}};
    OK(st_posting_rehearse(l, "number", "CNY", b, 1, two, &p, &err));
    ck_assert_str_eq(stream(p, "n1"), "n1 identity own");
    ck_assert_str_eq(holders(p, "NX"), "n1 ");
    st_posting_abort(p);
    st_ledger_close(l);
}
END_TEST

START_TEST(test_exception) {
    st_err err;
    int64_t no = 0;
    bool already;
    st_ledger_options opt = {.state_dir = live_state};
    st_ledger *l = live_admin("stipend");
    live_as(l, "alice");
    live_scheme(l, "alone");
    st_posting *p = begin(l, "alone", "1");
    add(p, "e1", "identity", "EX", ST_PERSON_OWN);
    (void)commit(p);
    OK(st_request_same(l, "e2", "e1", "why", NULL, &no, &already, &err));
    FAILS(st_request_confirm(l, no, "", &already, &err), ST_E_DB_HANDS);
    FAILS(st_request_exception(&opt, "nobody9", true, "small office", &err), ST_E_REQUEST_NONE);
    OK(st_request_exception(&opt, "alice", true, "small office", &err));
    OK(st_request_confirm(l, no, "", &already, &err));
    ck_assert_str_eq(newest(l, false, NULL), "e2 is e1 confirmed by alice alone");
    OK(st_request_exception(&opt, "alice", false, "two again", &err));
    OK(st_request_same(l, "e3", "e1", "why", NULL, &no, &already, &err));
    FAILS(st_request_confirm(l, no, "", &already, &err), ST_E_DB_HANDS);
    st_ledger_close(l);
}
END_TEST

static void people(void) {
    st_ledger_close(live_open());
    live_people();
}

int main(void) {
    if (!live_start())
        return live_missing[0] && strstr(live_missing, "not installed") ? 0 : 1;
    Suite *s = suite_create("person");
    TCase *t = tcase_create("live");
    tcase_set_timeout(t, 120);
    tcase_add_unchecked_fixture(t, people, NULL);
    tcase_add_test(t, test_values_by_run);
    tcase_add_test(t, test_due_after_void);
    tcase_add_test(t, test_keys);
    tcase_add_test(t, test_two_hands);
    tcase_add_test(t, test_corrected_number);
    tcase_add_test(t, test_exception);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_set_fork_status(r, CK_NOFORK);
    srunner_set_tap(r, "-");
    srunner_run_all(r, CK_SILENT);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    live_stop();
    return failed != 0;
}
