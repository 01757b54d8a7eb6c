/* What each login tries and must not achieve. Every attempt is one row; the ledger is the same
 * afterwards. */
#include "live.h"

#include "ledger/leaf.h"
#include "ledger/verify.h"

static int64_t sealed_run, guarded_run, void_run, released_run;

static void setup(void) {
    st_err err;
    st_ledger *l = live_open();
    live_scheme(l, "attack");
    st_ledger_close(l);
    live_people();
    l = live_admin("stipend");
    live_as(l, "alice");
    st_run_key key = live_key("attack", "A");
    st_line x[] = {live_line(1, "w1", 0, "x", 0, 1200), live_line(2, "w2", 0, "x", 0, 300)};
    released_run = live_post(l, &key, x, 2, true).run;
    st_run_info info;
    live_as(l, "bob");
    OK(st_ledger_approve(l, released_run, NULL, "", &info, &err));
    live_as(l, "carol");
    OK(st_ledger_release(l, released_run, "", &info, &err));
    ck_assert(info.state == ST_RUN_RELEASED);
    live_as(l, "alice");
    key = live_key("attack", "B");
    x[0] = live_line(1, "w1", 0, "x", 1, 5);
    void_run = live_post(l, &key, x, 1, true).run;
    OK(st_ledger_void(l, void_run, "wrong file", &info, &err));
    key = live_key("attack", "C");
    x[0] = live_line(1, "w1", 0, "x", 2, -7);
    sealed_run = live_post(l, &key, x, 1, true).run;
    key = live_key("attack",
                   "D"); /* the last: a draft that is not sealed gives way to the next run */
    x[0] = live_line(1, "w1", 0, "x", 3, 7);
    guarded_run = live_post(l, &key, x, 1, false).run;
    st_ledger_close(l);
}

/* $R, $V, $G, $P: the sealed, void, guarded and released run. */
static void fill_in(char *out, size_t cap, const char *sql) {
    size_t n = 0;
    for (; *sql && n + 24 < cap; sql++) {
        if (*sql != '$' || !sql[1] || !strchr("RVGP", sql[1])) {
            out[n++] = *sql;
            continue;
        }
        sql++;
        int64_t run = *sql == 'R'   ? sealed_run
                      : *sql == 'V' ? void_run
                      : *sql == 'G' ? guarded_run
                                    : released_run;
        n += (size_t)snprintf(out + n, cap - n, "%" PRId64, run);
    }
    out[n] = '\0';
}

#define LINE(run)                                                                                  \
    "insert into stipend.line values ('w9', 1, 'x', 0, " run ", 9, 0, '', 1, 1, '', '\\x00', "     \
    "decode(repeat('ab', 32), 'hex'))"
#define BEGIN                                                                                      \
    "do $do$ declare r bigint; begin select o_run into r from stipend.run_begin('attack', "        \
    "'2024-01-01', '2024-01-31', decode(repeat('ab', 32), 'hex'), decode(repeat('ab', 32), "       \
    "'hex'), 'e', false); "
#define END "; end $do$"
/* The digests of no rows beside the lines. */
#define NOTHING "'{0,0,0,0,0}', array_fill(sha256(''), array[5])"

static const struct {
    const char *who, *sql;
    st_code code;
} attacks[] = {
    /* nobody changes or removes */
    {"alice", "update stipend.line set amount = amount + 1", ST_E_DB_RIGHTS},
    {"alice", "delete from stipend.line", ST_E_DB_RIGHTS},
    {"alice", "truncate stipend.line", ST_E_DB_RIGHTS},
    {"alice", "update stipend.run set created_by = 'zoe'", ST_E_DB_RIGHTS},
    {"alice", "update stipend.run_event set actor = 'zoe'", ST_E_DB_RIGHTS},
    {"bob", "delete from stipend.run_event", ST_E_DB_RIGHTS},
    {"bob", "update stipend.assessment set outcome = 0", ST_E_DB_RIGHTS},
    {"alice", "update stipend.source_part set content = ''", ST_E_DB_RIGHTS},
    {"alice", "update stipend.posting set amount = 1", ST_E_DB_RIGHTS},
    {"alice", "alter table stipend.line disable trigger all", ST_E_DB_RIGHTS},
    {"alice", "drop table stipend.line", ST_E_DB_RIGHTS},
    {"alice", "create table stipend.more (x int)", ST_E_DB_RIGHTS},
    {"stipend_owner", "update stipend.line set amount = amount + 1", ST_E_DB_RIGHTS},
    {"stipend_owner", "delete from stipend.run_event", ST_E_DB_RIGHTS},
    {"stipend_owner", "truncate stipend.assessment", ST_E_DB_RIGHTS},
    {"stipend_admin", "update stipend.line set amount = amount + 1", ST_E_DB_RIGHTS},
    {"stipend_admin", "set session_replication_role = replica; update stipend.line set amount = 1",
     ST_E_DB_RIGHTS},
    {"stipend_admin", "set session_replication_role = replica; delete from stipend.run",
     ST_E_DB_RIGHTS},
    /* nobody says alone who somebody is */
    {"alice", "update stipend.person_value set subject_id = 'w2'", ST_E_DB_RIGHTS},
    {"stipend_owner", "delete from stipend.person_value", ST_E_DB_RIGHTS},
    {"stipend_admin", "set session_replication_role = replica; delete from stipend.person_key",
     ST_E_DB_RIGHTS},
    {"alice", "insert into stipend.person_value values ('w2', $R, 'identity', '\\x00', 0, $R)",
     ST_E_LEDGER_STATE},
    {"alice",
     "insert into stipend.person_value select 'w2', $R, 'identity', '\\x00', 0, "
     "stipend.newest_run()",
     ST_E_LEDGER_STATE},
    {"alice", "insert into stipend.person_key values ('w9', $R, 'w1', $R)", ST_E_LEDGER_STATE},
    {"alice", "insert into stipend.person_name values ('w1', $R, 'w9')", ST_E_LEDGER_STATE},
    {"alice", "insert into stipend.person_run values ($R, 7, $R)", ST_E_DB_RIGHTS},
    {"alice", "insert into stipend.request values (1, 'same', '{}', 'x', '', 'bob', now(), '')",
     ST_E_DB_RIGHTS},
    {"alice",
     "insert into stipend.request_event values (1, 'confirmed', 0, 'bob', null, '', now(), '')",
     ST_E_DB_RIGHTS},
    {"alice", "select stipend.request_add('same', '{}', 'x', '')", ST_E_DB_RIGHTS},
    {"alice", "select stipend.exception_set('alice', true, 'x')", ST_E_DB_RIGHTS},
    {"bob", "select stipend.person_done($R, 0)", ST_E_DB_RIGHTS},
    /* nobody forges a run, an actor, a time or a step */
    {"alice",
     "insert into stipend.run values (99, 1, '2024-01-01', '2024-01-01', '', '', '', 'zoe', now())",
     ST_E_DB_RIGHTS},
    {"alice",
     "insert into stipend.run_event (run, seq, state, actor, at) values ($R, 9, 'approved', 'bob', "
     "now())",
     ST_E_DB_RIGHTS},
    {"bob",
     "insert into stipend.run_event (run, seq, state, actor, at) values ($R, 9, 'approved', 'zoe', "
     "now())",
     ST_E_DB_RIGHTS},
    {"alice", "insert into stipend.run_summary values ($R, '{}')", ST_E_DB_RIGHTS},
    {"alice", "insert into stipend.migration (number, name, sha256) values (99, 'x', '')",
     ST_E_DB_RIGHTS},
    {"alice", "select stipend.add_event($R, 'approved', '', null)", ST_E_DB_RIGHTS},
    {"alice", "select stipend.run_post($P, 0, 0, true, '', '{}', " NOTHING ")", ST_E_DB_TAKEN},
    {"frank", "select stipend.run_post($R, 0, 0, true, '', '{}', " NOTHING ")", ST_E_DB_RIGHTS},
    /* who calculated does not approve, whatever else he may */
    {"alice", "select stipend.run_approve($R, '')", ST_E_DB_RIGHTS},
    {"carol", "select stipend.run_approve($R, '')", ST_E_DB_RIGHTS},
    {"dave", "select stipend.run_approve($R, '')", ST_E_DB_RIGHTS},
    {"eve", "select stipend.run_approve($R, '')", ST_E_DB_RIGHTS},
    {"bob", "select stipend.run_approve($V, '')", ST_E_LEDGER_STATE},
    {"bob", "select stipend.run_approve($P, '')", ST_E_LEDGER_STATE},
    {"bob", "select stipend.run_approve($G, '')", ST_E_LEDGER_STATE},
    {"bob", "select stipend.run_approve(4711, '')", ST_E_LEDGER_NO_RUN},
    {"bob", "select stipend.run_accept($G, '')", ST_E_LEDGER_GUARD},
    {"bob", "select stipend.run_accept($G, 'variance')", ST_E_LEDGER_GUARD},
    {"alice", "select stipend.run_accept($G, 'controls')", ST_E_DB_RIGHTS},
    /* steps in order, by those who may */
    {"alice", "select stipend.run_release($R, '')", ST_E_DB_RIGHTS},
    {"bob", "select stipend.run_release($R, '')", ST_E_DB_RIGHTS},
    {"carol", "select stipend.run_release($R, '')", ST_E_LEDGER_STATE},
    {"carol", "select stipend.run_settle($R, '')", ST_E_LEDGER_STATE},
    {"carol", "select stipend.run_void($R, 'x')", ST_E_DB_RIGHTS},
    {"frank", "select stipend.run_void($P, 'x')", ST_E_LEDGER_STATE},
    {"bob", "select stipend.run_void($R, ' ')", ST_E_LEDGER_STATE},
    {"bob", "select stipend.run_void($V, 'again')", ST_E_LEDGER_STATE},
    /* sealing */
    {"dave", "select stipend.run_seal($G, decode(repeat('ab', 32), 'hex'), '', 0, '')",
     ST_E_DB_RIGHTS},
    {"alice", "select stipend.run_seal($G, decode(repeat('ab', 32), 'hex'), '', 0, '')",
     ST_E_LEDGER_GUARD},
    {"alice", "select stipend.run_seal($R, decode(repeat('ab', 32), 'hex'), '', 0, '')",
     ST_E_LEDGER_STATE},
    {"stipend_admin",
     "insert into stipend.run_event (run, seq, state, actor, at, root, prev_digest, digest) select "
     "$G, 9, 'sealed', "
     "'zoe', now(), root, prev_digest, root from stipend.run_event where run = $R and state = "
     "'sealed'",
     ST_E_DB_TAKEN},
    /* nothing enters a run that was posted, or somebody else's */
    {"alice", LINE("$R"), ST_E_LEDGER_STATE},
    {"alice", LINE("$G"), ST_E_LEDGER_STATE},
    {"alice", LINE("$V"), ST_E_LEDGER_STATE},
    {"alice", LINE("4711"), ST_E_LEDGER_STATE},
    {"stipend_admin", LINE("$R"), ST_E_LEDGER_STATE},
    {"stipend_admin", "set session_replication_role = replica; " LINE("$R"), ST_E_LEDGER_STATE},
    {"bob", LINE("$R"), ST_E_DB_RIGHTS},
    {"dave", LINE("$R"), ST_E_DB_RIGHTS},
    {"alice", "insert into stipend.posting values ($R, 9, 1, 'expense', 1, '', '', 5)",
     ST_E_LEDGER_STATE},
    {"alice", "insert into stipend.run_source values ($R, 'other', 'x', '')", ST_E_LEDGER_STATE},
    {"alice", "insert into stipend.finding values ($R, 99, '', 0, '', 0, '', 0, 0, '', '')",
     ST_E_LEDGER_STATE},
    /* a second line for a key, from any run; an entry out of balance */
    {"alice",
     BEGIN "insert into stipend.line values ('w1', (select number from stipend.benefit where id = "
           "'award'), 'x', 0, r, 1, "
           "0, '', 1, 1, '', '', decode(repeat('ab', 32), 'hex'))" END,
     ST_E_DB_KEY},
    {"alice",
     BEGIN "insert into stipend.posting values (r, 1, 1, 'expense', 1, '', '', 5); perform "
           "stipend.run_post(r, 0, 0, true, '', '{}', " NOTHING ")" END,
     ST_E_DB_ERROR},
    /* a run stays open for nobody, and the archive takes what belongs to a run alone */
    {"alice",
     "select o_run from stipend.run_begin('attack', '2024-01-01', '2024-01-31', "
     "decode(repeat('ac', 32), 'hex'), decode(repeat('ab', 32), 'hex'), 'e', false)",
     ST_E_LEDGER_STATE},
    {"alice", BEGIN "perform stipend.run_post(r, 0, 0, true, '', '{}', '{}', '{}')" END,
     ST_E_DB_DATA},
    {"alice",
     "insert into stipend.link select no + 1, kind, 'x', actor, actor_oid, content, leaf from "
     "stipend.link",
     ST_E_DB_RIGHTS},
    {"alice", "insert into stipend.run_part values ($R, 'x', 0, sha256(''))", ST_E_DB_RIGHTS},
    {"alice", "select stipend.link_add('event', '9/9', '')", ST_E_DB_RIGHTS},
    {"stipend_owner", "delete from stipend.link", ST_E_DB_RIGHTS},
    {"stipend_admin",
     "set session_replication_role = replica; update stipend.link set leaf = content",
     ST_E_DB_RIGHTS},
    {"alice", "insert into stipend.source values (sha256('x'), 1, 1, 'zstd')", ST_E_LEDGER_STATE},
    {"stipend_admin", "insert into stipend.source values (sha256('x'), 1, 1, 'zstd')",
     ST_E_LEDGER_STATE},
    {"alice", "insert into stipend.source_part values (sha256('kept'), 1, 'x')", ST_E_LEDGER_STATE},
    {"alice", "insert into stipend.source_part values (sha256('later'), 0, 'x')",
     ST_E_LEDGER_STATE},
    {"alice", BEGIN "insert into stipend.source_part values (sha256('kept'), 1, 'x')" END,
     ST_E_LEDGER_STATE},
    {"alice",
     BEGIN "insert into stipend.source_part values (sha256('later'), 0, 'x'); perform "
           "stipend.run_post(r, 0, 0, true, '', '{}', " NOTHING ")" END,
     ST_E_LEDGER_STATE},
    /* who has no role sees nothing, who reads only writes nothing */
    {"eve", "select * from stipend.ledger_yuan", ST_E_DB_RIGHTS},
    {"eve", "select * from stipend.run", ST_E_DB_RIGHTS},
    {"dave", "select stipend.register_scheme('new', 'x', 'CNY')", ST_E_DB_RIGHTS},
    {"dave", "select stipend.run_begin('attack', '2024-01-01', '2024-01-31', '', '', 'e', true)",
     ST_E_DB_RIGHTS},
    {"bob", "select stipend.run_begin('attack', '2024-01-01', '2024-01-31', '', '', 'e', true)",
     ST_E_DB_RIGHTS},
    {"dave", "select stipend.chain_head()", ST_E_DB_RIGHTS},
};

static void count_rows(st_ledger *l, char *out, size_t cap) {
    st_err err;
    PGresult *r = st_pg_query(
        l,
        "select (select md5(string_agg(x::text, ',' order by x::text)) from stipend.line x) || "
        "(select md5(string_agg(x::text, ',' order by x::text)) from stipend.run_event x) || "
        "(select md5(string_agg(x::text, ',' order by x::text)) from stipend.posting x) || "
        "(select count(*) from stipend.run) || (select count(*) from stipend.finding) || "
        "(select count(*) from stipend.run_source) || (select count(*) from stipend.source) || "
        "(select count(*) from stipend.source_part)",
        0, NULL, false, &err);
    ck_assert_ptr_nonnull(r);
    st_pg_get_z(r, 0, 0, out, cap);
    PQclear(r);
}

START_TEST(test_attack) {
    st_err err;
    char sql[1024], before[200], after[200];
    st_ledger *l = live_admin("stipend");
    count_rows(l, before, sizeof before);
    fill_in(sql, sizeof sql, attacks[_i].sql);
    live_as(l, attacks[_i].who);
    st_err_init(&err);
    bool ok = st_pg_exec(l, sql, &err);
    ck_assert_msg(!ok, "%s achieved: %s", attacks[_i].who, sql);
    ck_assert_msg(err.code == attacks[_i].code, "%s: %s: %s %s", attacks[_i].who, sql,
                  st_code_id(err.code), err.msg);
    ck_assert(err.code != ST_E_DB_ERROR || strstr(err.msg, "out of balance"));
    OK(st_pg_exec(l, "reset session authorization", &err));
    count_rows(l, after, sizeof after);
    ck_assert_str_eq(before, after);
    st_ledger_close(l);
}
END_TEST

static int64_t to_be_paid(st_ledger *l, int64_t run) {
    st_err err;
    char text[ST_PG_INT];
    const char *v[] = {st_pg_int(text, run)};
    PGresult *r = st_pg_query(l,
                              "select coalesce(sum(p.net), 0)::bigint from stipend.payable p where "
                              "p.run = $1::bigint",
                              1, v, true, &err);
    ck_assert_ptr_nonnull(r);
    int64_t sum = st_pg_get_int(r, 0, 0);
    PQclear(r);
    return sum;
}

/* What the same people may do: otherwise the table above would hold for a ledger nobody can use. */
START_TEST(test_rightful) {
    st_err err;
    st_run_info info;
    st_ledger *l = live_admin("stipend");
    live_as(l, "dave");
    OK(st_pg_exec(l, "select * from stipend.ledger_yuan", &err));
    OK(st_pg_exec(l, "select * from stipend.posted_yuan", &err));
    /* An officer who is also an approver approves others' runs, not his own. */
    live_as(l, "frank");
    OK(st_ledger_approve(l, sealed_run, NULL, "", &info, &err));
    live_as(l, "bob");
    FAILS(st_ledger_approve(l, guarded_run, NULL, "", &info, &err), ST_E_LEDGER_GUARD);
    /* money moves by what was approved alone */
    ck_assert_int_eq(to_be_paid(l, guarded_run), 0);
    OK(st_ledger_approve(l, guarded_run, "controls", "seen", &info, &err));
    ck_assert_int_eq(to_be_paid(l, guarded_run), 7);
    ck_assert(info.sealed && info.state == ST_RUN_APPROVED);
    OK(st_ledger_approve(l, guarded_run, NULL, "seen", &info, &err));
    live_as(l, "frank");
    FAILS(st_ledger_approve(l, guarded_run, NULL, "", &info, &err), ST_E_LEDGER_STATE);
    OK(st_ledger_void(l, guarded_run, "second look", &info, &err));
    ck_assert(info.state == ST_RUN_VOID);
    ck_assert_int_eq(to_be_paid(l, guarded_run), 0);
    live_as(l, "carol");
    OK(st_ledger_settle(l, released_run, "", &info, &err));
    ck_assert(info.state == ST_RUN_SETTLED);
    live_as(l, "frank");
    st_run_key key = live_key("attack", "E");
    st_line x = live_line(1, "w1", 0, "x", 4, 1);
    int64_t own = live_post(l, &key, &x, 1, true).run;
    FAILS(st_ledger_approve(l, own, NULL, "", &info, &err), ST_E_DB_HANDS);
    ck_assert_int_eq(st_code_exit(err.code), 77);
    st_ledger_close(l);
}
END_TEST

/* Lines of void runs do not count, but their numbers are taken. */
START_TEST(test_void_is_not_posted) {
    st_err err;
    bool already, row;
    st_posting *p;
    st_run_info info;
    st_posted k;
    st_ledger *l = live_open();
    st_run_key key = live_key("attack", "F");
    OK(st_posting_begin(l, &key, false, &p, &already, &info, &err));
    OK(st_posting_posted(p, &k, &row, &err));
    ck_assert(row && st_str_is(k.subject, "w1"));
    /* 1200, void 5, void 7, -7, 1 */
    ck_assert_int_eq(k.sum, 1194);
    ck_assert_int_eq(k.next_seq, 5);
    st_posting_abort(p);
    st_ledger_close(l);
}
END_TEST

static void tell(void *ctx, const st_tamper_finding *f) {
    (void)st_buf_fmt(ctx, "%s %" PRId64 " %" PRIu64 "\n", st_tamper_name(f->kind), f->run, f->line);
}

static int64_t newest_run(st_ledger *l) {
    st_err err;
    PGresult *r = st_pg_query(l, "select stipend.newest_run()", 0, NULL, true, &err);
    ck_assert_ptr_nonnull(r);
    int64_t run = st_pg_get_int(r, 0, 0);
    PQclear(r);
    return run;
}

static void verified(st_ledger *l, const char *expected) {
    st_err err;
    st_verified v;
    st_buf out;
    st_buf_init(&out, 0);
    (void)st_buf_z(&out, "");
    OK(st_ledger_verify(l, tell, &out, &v, &err));
    ck_assert_str_eq(out.p, expected);
    st_buf_free(&out);
}

/* An officer seals a run of his own by hand, with a root of his choice. The digest is not his
 * choice; others go on, verify names the run, and it can be made void. */
START_TEST(test_false_root) {
    st_err err;
    st_run_info info;
    bool found;
    char expected[64], sql[300];
    st_ledger *l = live_admin("stipend");
    verified(l, "");
    int64_t before = newest_run(l);
    live_as(l, "alice");
    OK(st_pg_exec(l, BEGIN "perform stipend.run_post(r, 0, 0, true, '', '{}', " NOTHING ")" END,
                  &err));
    (void)snprintf(sql, sizeof sql,
                   "select stipend.run_seal(%" PRId64 ", decode(repeat('00', 32), 'hex'), "
                   "decode(repeat('00', 32), 'hex'), 0, decode(repeat('00', 32), 'hex'))",
                   before + 1);
    OK(st_pg_exec(l, sql, &err));
    OK(st_ledger_run_info(l, before + 1, &found, &info, &err));
    st_sha256 ours;
    st_run_digest(&info, &info.prev_digest, &ours);
    ck_assert(st_sha256_eq(&ours, &info.digest));
    live_as(l, "frank");
    st_run_key key = live_key("attack", "G");
    st_line x = live_line(1, "w7", 0, "x", 0, 9);
    ck_assert(live_post(l, &key, &x, 1, true).sealed);
    live_as(l, "bob");
    OK(st_ledger_void(l, before + 1, "no run of the program", &info, &err));
    (void)snprintf(expected, sizeof expected, "root %" PRId64 " 0\nsettlement %" PRId64 " 0\n",
                   before + 1, before + 1);
    OK(st_pg_exec(l, "reset session authorization", &err));
    verified(l, expected);
    st_ledger_close(l);
}
END_TEST

/* Who calculated a run and approves it under another name is known by the number that a login
 * keeps. */
START_TEST(test_renamed_maker_behind_the_functions) {
    st_err err;
    st_run_info info;
    char expected[64];
    st_ledger *l = live_admin("stipend");
    live_as(l, "frank");
    live_scheme(l, "behind");
    st_run_key key = live_key("behind", "H");
    st_line x = live_line(1, "w8", 0, "x", 0, 9);
    int64_t run = live_post(l, &key, &x, 1, true).run;
    OK(st_pg_exec(l, "reset session authorization", &err));
    OK(st_pg_exec(l, "alter role frank rename to fred", &err));
    static const char is_me[] =
        "create or replace function stipend.is_me(p_name name, p_login oid) returns boolean "
        "language sql stable set search_path = pg_catalog, pg_temp as $$ select %s $$";
    char loose[400], tight[400];
    (void)snprintf(loose, sizeof loose, is_me, "false"); /* as a superuser may */
    (void)snprintf(tight, sizeof tight, is_me,
                   "p_name = session_user or coalesce(p_login = "
                   "quote_ident(session_user)::regrole::oid, false)");
    OK(st_pg_exec(l, loose, &err));
    live_as(l, "fred");
    OK(st_ledger_approve(l, run, NULL, "", &info, &err));
    OK(st_pg_exec(l, "reset session authorization", &err));
    OK(st_pg_exec(l, tight, &err));
    OK(st_pg_exec(l, "alter role fred rename to frank", &err));
    (void)snprintf(expected, sizeof expected, "hands %" PRId64 " 0\n", run);
    st_buf out;
    st_buf_init(&out, 0);
    st_verified v;
    OK(st_ledger_verify(l, tell, &out, &v, &err));
    ck_assert_ptr_nonnull(strstr(out.p, expected));
    st_buf_free(&out);
    st_ledger_close(l);
}
END_TEST

/* OS users mapped to roles: only root can become somebody else to try. */
static int as_user(uid_t uid, int64_t run) {
    (void)fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        st_err err;
        st_err_init(&err);
        st_ledger_options opt = {.state_dir = live_state, .make = true};
        st_ledger *l;
        st_run_info info;
        bool ok = setgid(uid) == 0 && setuid(uid) == 0 && st_ledger_open(&opt, &l, &err) &&
                  st_ledger_approve(l, run, NULL, "", &info, &err);
        _exit(ok ? 0 : (int)st_code_exit(err.code));
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

START_TEST(test_os_users) {
    enum { DAEMON = 1 };
    if (geteuid() != 0)
        return;
    st_err err;
    st_ledger *l = live_open();
    live_scheme(l, "eyes");
    st_run_key key = live_key("eyes", "A");
    st_line x = live_line(1, "w1", 0, "x", 0, 1);
    int64_t run = live_post(l, &key, &x, 1, true).run;
    ck_assert_int_eq(as_user(0, run), 77);
    ck_assert_int_eq(as_user(DAEMON, run), 77);
    st_ledger_options opt = {.state_dir = live_state, .make = true};
    OK(st_ledger_grant(&opt, "auditor", "daemon", &err));
    ck_assert_int_eq(as_user(DAEMON, run), 77);
    OK(st_ledger_grant(&opt, "approver", "daemon", &err));
    ck_assert_int_eq(as_user(DAEMON, run), 0);
    OK(st_ledger_revoke(&opt, "approver", "daemon", &err));
    key = live_key("eyes", "B");
    x = live_line(1, "w1", 0, "x", 1, 1);
    run = live_post(l, &key, &x, 1, true).run;
    ck_assert_int_eq(as_user(DAEMON, run), 77);
    st_ledger_close(l);
}
END_TEST

/* A new name makes nobody somebody else; and the ledger's owner alone grants that one does it all.
 */
START_TEST(test_renamed_maker) {
    st_err err;
    st_run_info info;
    st_ledger *l = live_admin("stipend");
    live_as(l, "frank");
    live_scheme(l, "renamed");
    st_run_key key = live_key("renamed", "A");
    st_line x = live_line(1, "w1", 0, "x", 0, 1);
    int64_t run = live_post(l, &key, &x, 1, true).run;
    FAILS(st_ledger_approve(l, run, NULL, "", &info, &err), ST_E_DB_HANDS);
    OK(st_pg_exec(l, "reset session authorization", &err));
    OK(st_pg_exec(l, "alter role frank rename to frederick", &err));
    live_as(l, "frederick");
    FAILS(st_ledger_approve(l, run, NULL, "", &info, &err), ST_E_DB_HANDS);
    ck_assert_msg(strstr(err.msg, "calculated by frank, who cannot approve"), "%s", err.msg);
    /* not by who has the role, but by the owner */
    FAILS(st_pg_exec(l, "select stipend.exception_set('frederick', true, 'alone')", &err),
          ST_E_DB_RIGHTS);
    OK(st_pg_exec(l, "reset session authorization", &err));
    OK(st_pg_exec(l,
                  "select stipend.exception_set('frederick', true, 'alone'); grant stipend_payer "
                  "to frederick",
                  &err));
    live_as(l, "frederick");
    OK(st_ledger_approve(l, run, NULL, "", &info, &err));
    OK(st_ledger_release(l, run, "", &info, &err));
    OK(st_pg_exec(l, "reset session authorization", &err));
    PGresult *r =
        st_pg_query(l,
                    "select count(*) from stipend.run_event e join stipend.exception x on x.no = "
                    "e.alone where e.run = $1::bigint and e.state in ('approved', 'released')",
                    1, (const char *[]){st_pg_int((char[ST_PG_INT]){0}, run)}, false, &err);
    ck_assert(r && strcmp(PQgetvalue(r, 0, 0), "2") == 0);
    PQclear(r);
    OK(st_pg_exec(l,
                  "revoke stipend_payer from frederick; select stipend.exception_set('frederick', "
                  "false, 'over'); alter role frederick rename to frank",
                  &err));
    st_ledger_close(l);
}
END_TEST

/* One calculates, another approves, a third releases; drafts of a scheme in their order. */
START_TEST(test_three_hands_in_order) {
    st_err err;
    st_run_info info;
    st_ledger *l = live_admin("stipend");
    OK(st_pg_exec(l, "grant stipend_payer to bob; grant stipend_payer to alice", &err));
    live_as(l, "alice");
    live_scheme(l, "order");
    int64_t run[2];
    for (int i = 0; i < 2; i++) {
        st_run_key key = live_key("order", i ? "B" : "A");
        st_line x = live_line(1, "w1", 0, i ? "y" : "x", 0, 1);
        run[i] = live_post(l, &key, &x, 1, true).run;
    }
    live_as(l, "bob");
    FAILS(st_ledger_approve(l, run[1], NULL, "", &info, &err), ST_E_LEDGER_ORDER);
    char wanted[80];
    (void)snprintf(wanted, sizeof wanted, "was calculated on run %" PRId64 ", a draft", run[0]);
    ck_assert_msg(strstr(err.msg, wanted), "%s", err.msg);
    OK(st_ledger_approve(l, run[0], NULL, "", &info, &err));
    OK(st_ledger_approve(l, run[1], NULL, "", &info, &err));
    FAILS(st_ledger_release(l, run[0], "", &info, &err), ST_E_DB_THIRD);
    ck_assert_msg(strstr(err.msg, "approved by bob, who cannot release"), "%s", err.msg);
    live_as(l, "alice");
    FAILS(st_ledger_release(l, run[0], "", &info, &err), ST_E_DB_THIRD);
    live_as(l, "carol");
    OK(st_ledger_release(l, run[0], "", &info, &err));
    /* a void draft stands in nobody's way */
    live_as(l, "alice");
    st_run_key key = live_key("order", "C");
    st_line x = live_line(1, "w1", 0, "z", 0, 1);
    int64_t gone = live_post(l, &key, &x, 1, true).run;
    key = live_key("order", "D");
    x = live_line(1, "w1", 0, "zz", 0, 1);
    int64_t last = live_post(l, &key, &x, 1, true).run;
    OK(st_ledger_void(l, gone, "mistake", &info, &err));
    live_as(l, "bob");
    OK(st_ledger_approve(l, last, NULL, "", &info, &err));
    OK(st_pg_exec(l, "reset session authorization", &err));
    OK(st_pg_exec(l, "revoke stipend_payer from bob; revoke stipend_payer from alice", &err));
    st_ledger_close(l);
}
END_TEST

START_TEST(test_grant_words) {
    st_err err;
    st_ledger_options opt = {.state_dir = live_state, .make = true};
    FAILS(st_ledger_grant(&opt, "king", "alice", &err), ST_E_USAGE);
    FAILS(st_ledger_grant(&opt, "officer", "stipend_owner", &err), ST_E_USAGE);
    FAILS(st_ledger_grant(&opt, "officer", "", &err), ST_E_USAGE);
    FAILS(st_ledger_grant(&opt, "officer", "nobodyhere", &err), ST_E_USER_NONE);
    ck_assert_msg(strstr(err.msg, "this machine has no user nobodyhere"), "%s", err.msg);
    st_ledger *l = live_admin("stipend");
    OK(st_pg_exec(l, "create role \"o'neil \"\"x\"\"; drop table stipend.run\" login", &err));
    OK(st_ledger_grant(&opt, "auditor", "o'neil \"x\"; drop table stipend.run", &err));
    char conninfo[LIVE_CONNINFO];
    live_conninfo("stipend", conninfo);
    st_ledger_options external = {.conninfo = conninfo};
    FAILS(st_ledger_grant(&external, "officer", "nobodyhere", &err), ST_E_USER_NONE);
    ck_assert_msg(strstr(err.msg, "this server has no login nobodyhere"), "%s", err.msg);
    st_ledger_close(l);
}
END_TEST

int main(void) {
    if (!live_start())
        return live_missing[0] && strstr(live_missing, "not installed") ? 0 : 1;
    Suite *s = suite_create("ledger");
    TCase *t = tcase_create("attack");
    tcase_set_timeout(t, 120);
    tcase_add_unchecked_fixture(t, setup, NULL);
    tcase_add_loop_test(t, test_attack, 0, (int)ST_LEN(attacks));
    tcase_add_test(t, test_rightful);
    tcase_add_test(t, test_void_is_not_posted);
    tcase_add_test(t, test_false_root);
    tcase_add_test(t, test_os_users);
    tcase_add_test(t, test_grant_words);
    tcase_add_test(t, test_renamed_maker);
    tcase_add_test(t, test_renamed_maker_behind_the_functions);
    tcase_add_test(t, test_three_hands_in_order);
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
