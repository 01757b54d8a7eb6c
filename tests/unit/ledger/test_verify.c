/* What a superuser can do to the ledger, and what verify says to it. Each case works on a copy of
 * one sound ledger. */
#include "live.h"

#include "ledger/archive.h"
#include "ledger/input.h"
#include "ledger/known.h"
#include "ledger/leaf.h"
#include "ledger/person.h"
#include "ledger/verify.h"

enum { RUNS = 4, LINES = 9 };
static char digests[RUNS + 1][2048]; /* exported from the sound ledger */

static void assess(st_posting *p, const char *subject, int benefit, st_outcome outcome) {
    st_err err;
    st_assessment a = {.subject = st_str_of(subject),
                       .benefit = live_benefits[benefit].number,
                       .outcome = outcome,
                       .tier = ST_STR("intermediate"),
                       .due = 100,
                       .occasions = 1,
                       .reasons = ST_STR("[]"),
                       .facts = live_sha(subject),
                       .seen = 7};
    OK(st_posting_assessment(p, &a, &err));
}

static void find(st_posting *p, const char *subject, const char *what) {
    st_err err, f;
    st_err_init(&f);
    (void)st_fail(&f, ST_E_RUN_CONFLICT, "%s", what);
    OK(st_posting_finding(p, st_str_of(subject), 0, &f, &err));
}

static void persons(st_posting *p) {
    static const struct {
        const char *subject, *kind;
        st_person_state state;
    } values[] = {{"w000", "identity", ST_PERSON_OWN}, {"w000", "account", ST_PERSON_OWN},
                  {"w002", "identity", ST_PERSON_OWN}, {"w001", "account", ST_PERSON_SHARED},
                  {"w005", "identity", ST_PERSON_OWN}, {"w004", "account", ST_PERSON_SEEN}};
    st_err err;
    for (size_t i = 0; i < ST_LEN(values); i++) {
        st_person_hash h = {{(uint8_t)i}};
        OK(st_posting_person_add(p, st_str_of(values[i].subject), st_str_of(values[i].kind), &h,
                                 values[i].state, &err));
    }
    OK(st_posting_person_key(p, ST_STR("n9"), ST_STR("w009"), &err));
    OK(st_posting_person_key(p, ST_STR("n1"), ST_STR("w001"), &err));
    OK(st_posting_person_name(p, ST_STR("w001"), ST_STR("n1"), &err));
    OK(st_posting_person_name(p, ST_STR("w009"), ST_STR("n9"), &err));
}

/* A run with something of everything that the program writes beside lines; records without an id
 * and values of others come in an order of their own, benefits in that of the rules. */
static st_run_info post_all(st_ledger *l, const st_run_key *key, const st_line *lines, int run) {
    static const char *const ids[] = {"first", "second"};
    st_err err;
    st_posting *p;
    bool already;
    st_run_info info;
    OK(st_posting_begin(l, key, false, &p, &already, &info, &err));
    for (size_t i = 0; i < LINES; i++)
        OK(st_posting_line(p, &lines[i], &err));
    assess(p, "\x1frecord:9", 0, ST_REJECTED);
    assess(p, "w000", 1, ST_ENTITLED);
    assess(p, "w000", 0, ST_REFUSED);
    assess(p, "\x1frecord:10", 0, ST_REJECTED);
    assess(p, "w001", 0, ST_HELD);
    find(p, "w001", "one");
    find(p, "w000", "two");
    persons(p);
    st_run_input in = {.known_at = {2023, 11, 20}, .whole = true};
    (void)snprintf(in.because, sizeof in.because, "because %d", run);
    OK(st_posting_input(p, &in, &err));
    OK(st_archive_bytes(p, "model", "award.dmn", st_str_of(ids[run % 2]), &err));
    st_said said = {.benefit = live_benefits[0].number, .id = ST_STR("award")};
    OK(st_posting_said(p, &said, 1, &err));
    st_posting_summary s = {.json = "{\"lines\": 1}", .controls_ok = true};
    OK(st_posting_commit(p, &s, &info, &err));
    st_posting_abort(p);
    return info;
}

static void fill(void) {
    st_err err;
    st_ledger *l = live_open();
    live_scheme(l, "proof");
    char record[2] = "A", name[16];
    for (int run = 1; run <= RUNS; run++, record[0]++) {
        st_run_key key = live_key("proof", record);
        st_line x[LINES];
        char names[LINES][16];
        for (int i = 0; i < LINES; i++) {
            (void)snprintf(name, sizeof name, "w%03d", i);
            memcpy(names[i], name, sizeof name);
            x[i] = live_line((uint64_t)i + 1, names[i], i % 2, "2023-11", run - 1, 100 * run + i);
        }
        st_run_info info = post_all(l, &key, x, run);
        ck_assert_int_eq(info.run, run);
        st_buf b;
        st_buf_init(&b, 0);
        OK(st_digest_export(l, run, NULL, &b, &err));
        (void)snprintf(digests[run], sizeof digests[run], "%s", b.p);
        st_buf_free(&b);
    }
    st_ledger_close(l);
}

/* Runs a statement of the superuser while no trigger looks. */
static void tamper(st_ledger *l, const char *sql) {
    st_err err;
    OK(st_pg_exec(
        l,
        "do $$ declare t text; begin for t in select c.relname from pg_class c where "
        "c.relnamespace = 'stipend'::regnamespace and c.relkind = 'r' loop "
        "execute format('alter table stipend.%I disable trigger all', t); end loop; end $$",
        &err));
    OK(st_pg_exec(l, sql, &err));
}

/* The superuser makes every link anew, over what stands there now. */
static void relink(st_ledger *l) {
    st_err err;
    OK(st_pg_exec(
        l,
        "update stipend.run_part p set items = s.o_items, digest = s.o_digest from "
        "stipend.run r cross join lateral stipend.small_parts(r.run) s where p.run = r.run "
        "and p.part = s.o_part; "
        "do $$ declare b bytea := decode(repeat('00', 32), 'hex'); x record; c bytea; n "
        "bigint := 0; begin for x in select l.*, r.o_body from stipend.link l join "
        "stipend.linkable() r on r.o_kind = l.kind and r.o_ref = l.ref order by l.no loop "
        "n := n + 1; c := sha256(x.o_body); b := stipend.link_leaf(b, n, x.kind, x.ref, "
        "x.actor::text, x.actor_oid::bigint, c); update stipend.link set no = n, content "
        "= c, leaf = b where no = x.no; end loop; end $$",
        &err));
}

/* A copy of the sound ledger, changed for good. */
static st_ledger *tampered(const char *name, const char *sql) {
    st_err err;
    char text[256];
    st_ledger *l = live_admin("postgres");
    (void)snprintf(text, sizeof text, "create database %s template stipend", name);
    OK(st_pg_exec(l, text, &err));
    st_ledger_close(l);
    l = live_admin(name);
    tamper(l, sql);
    return l;
}

static void tell(void *ctx, const st_tamper_finding *f) {
    (void)st_buf_fmt(ctx, "%s %" PRId64 " %" PRIu64 "\n", st_tamper_name(f->kind), f->run, f->line);
}

static const struct {
    const char *sql, *expected; /* kind, run, line */
} cases[] = {
    {"select 1", ""},
    {"update stipend.line set amount = amount + 1 where run = 2 and line_no = 3",
     "line-changed 2 3\ntotals 2 0\nroot 2 0\nposting 2 0\n"},
    {"update stipend.line set subject_id = 'w777' where run = 2 and line_no = 3",
     "line-changed 2 3\nroot 2 0\n"},
    {"update stipend.line set tier = 'senior', rule = '' where run = 4 and line_no = 9",
     "line-changed 4 9\nroot 4 0\n"},
    {"update stipend.line set leaf = decode(repeat('ab', 32), 'hex') where run = 1 and line_no = 1",
     "line-changed 1 1\n"},
    {"update stipend.line set benefit = 77 where run = 1 and line_no = 1",
     "line-changed 1 1\nroot 1 0\nposting 1 0\n"},
    {"delete from stipend.line where run = 3 and line_no = 5",
     "line-missing 3 5\ntotals 3 0\nroot 3 0\nposting 3 0\n"},
    {"delete from stipend.line where run = 3 and line_no >= 8",
     "line-missing 3 8\nline-missing 3 9\ntotals 3 0\nroot 3 0\nposting 3 0\n"},
    {"insert into stipend.line select 'w999', benefit, occasion, 0, run, 10, cause, tier, amount, "
     "due, rule, facts, leaf "
     "from stipend.line where run = 2 and line_no = 1",
     "line-added 2 10\nline-changed 2 10\ntotals 2 0\nroot 2 0\nposting 2 0\n"},
    {"insert into stipend.line select 'w999', benefit, occasion, 0, run, 4, cause, tier, amount, "
     "due, rule, facts, leaf "
     "from stipend.line where run = 2 and line_no = 4",
     "line-added 2 4\nline-changed 2 4\ntotals 2 0\nroot 2 0\nposting 2 0\n"},
    {"update stipend.line set line_no = 11 - line_no where run = 2 and line_no in (4, 7)",
     "line-swapped 2 4\nroot 2 0\n"},
    {"update stipend.line a set amount = b.amount, due = b.due, subject_id = b.subject_id, seq = "
     "b.seq + 50, facts = b.facts "
     "from stipend.line b where a.run = 2 and b.run = 2 and a.line_no = 11 - b.line_no and "
     "a.line_no in (5, 6)",
     "line-changed 2 5\nline-changed 2 6\nroot 2 0\nposting 2 0\n"},
    {"delete from stipend.posting where run = 2; delete from stipend.line where run = 2; delete "
     "from stipend.run_summary "
     "where run = 2; delete from stipend.run_event where run = 2; delete from stipend.run where "
     "run = 2",
     "run-missing 2 0\nevent 2 0\nevent 2 0\nrun-missing 3 0\n"},
    {"alter table stipend.run_event drop constraint run_event_run_fkey; delete from "
     "stipend.run_event where run = 4",
     "run-orphan 4 0\nevent 4 0\nevent 4 0\n"},
    {"update stipend.run set period = '2024-01-01' where run = 3", "event 3 0\ndigest 3 0\n"},
    {"update stipend.run set as_of = '2024-01-01' where run = 3", "event 3 0\ndigest 3 0\n"},
    {"update stipend.run set records = rules where run = 1", "event 1 0\ndigest 1 0\n"},
    {"update stipend.run_event set total = total + 1 where run = 1 and state = 'draft'",
     "totals 1 0\nevent 1 0\ndigest 1 0\n"},
    {"drop index stipend.run_event_chain; update stipend.run_event set prev_digest = (select "
     "prev_digest from "
     "stipend.run_event where run = 3 and state = 'sealed') where run = 4 and state = 'sealed'",
     "event 4 0\ndigest 4 0\nchain-forked 4 0\n"},
    {"update stipend.posting set amount = amount + 5 where run = 2 and entry = 1 and leg = 1",
     "posting 2 0\nposting 2 0\npart 2 0\n"},
    {"update stipend.posting set amount = 2 * amount where run = 2 and entry = 1",
     "posting 2 0\npart 2 0\n"},
    {"insert into stipend.run_event (run, seq, state, actor, at, newest) select run, 9, "
     "'approved', "
     "created_by, now(), 4 from stipend.run where run = 2",
     "hands 2 0\nevent 2 0\n"},
    {"insert into stipend.run_event (run, seq, state, actor, at, newest) values (2, 9, 'released', "
     "'zoe', now(), 4)",
     "hands 2 0\nevent 2 0\n"},
    /* what happened to runs, and its links: 1 to 3 are the scheme and its benefits, then each run's
     * draft and seal */
    {"insert into stipend.run_event (run, seq, state, actor, at, note, newest) values (4, 9, "
     "'void', "
     "'zoe', now(), 'x', 4)",
     "event 4 0\n"},
    {"insert into stipend.run_event (run, seq, state, actor, at, note, newest) values (4, 8, "
     "'released', 'zoe', now(), '', 4), (4, 9, 'void', 'zoe', now(), 'x', 4)",
     "hands 4 0\nevent 4 0\nevent 4 0\n"},
    {"update stipend.run set created_by = 'zoe' where run = 2", "event 2 0\n"},
    {"update stipend.run_event set actor = 'zoe' where run = 2 and seq = 1", "event 2 0\n"},
    {"update stipend.run_event set at = at + interval '1 microsecond' where run = 3 and seq = 0",
     "event 3 0\n"},
    {"update stipend.run_event set note = 'seen' where run = 3 and seq = 0", "event 3 0\n"},
    {"update stipend.run_event set newest = 0 where run = 3 and seq = 1", "event 3 0\n"},
    {"update stipend.benefit set budget_line = '205' where id = 'award'", "event 0 0\n"},
    {"insert into stipend.benefit select 99, scheme, 'more', '', '' from stipend.benefit limit 1",
     "event 0 0\n"},
    {"insert into stipend.exception values (1, 'alice', true, 'x', 'bob', now())", "event 0 0\n"},
    /* what runs wrote beside their lines */
    {"update stipend.assessment set outcome = 0, reasons = '' where run = 2 and subject_id = "
     "'w001'",
     "part 2 0\n"},
    {"delete from stipend.assessment where run = 2 and subject_id = 'w000'", "part 2 0\n"},
    {"delete from stipend.assessment where run = 2 and subject_id like '_record:10'", "part 2 0\n"},
    {"insert into stipend.assessment select run, 'w009', benefit, outcome, tier, due, occasions, "
     "reasons, facts, seen from stipend.assessment where run = 2 and subject_id = 'w001'",
     "part 2 0\n"},
    {"update stipend.assessment set due = 5 where run = 1 and subject_id = 'w000' and outcome = 1",
     "part 1 0\n"},
    {"delete from stipend.finding where run = 3 and no = 2", "part 3 0\n"},
    {"update stipend.finding set message = 'else' where run = 3 and no = 1", "part 3 0\n"},
    {"update stipend.finding set no = 3 - no + 10 where run = 3; update stipend.finding set no = "
     "no - "
     "10 where run = 3",
     "part 3 0\n"},
    {"delete from stipend.posting where run = 2", "part 2 0\n"},
    {"update stipend.posting set budget_line = '205', share = 'city' where run = 2", "part 2 0\n"},
    {"update stipend.run_summary set json = '{}' where run = 1", "part 1 0\n"},
    {"update stipend.run_input set because = 'else' where run = 1", "part 1 0\ndigest 1 0\n"},
    {"delete from stipend.run_input where run = 1", "part 1 0\ndigest 1 0\n"},
    {"update stipend.run_source set name = 'other.dmn' where run = 4", "part 4 0\n"},
    {"update stipend.run_source set digest = sha256('first') where run = 3", "part 3 0\n"},
    {"update stipend.run_name set id = 'other' where run = 1", "part 1 0\n"},
    {"update stipend.person_value set subject_id = 'w003' where run = 1 and subject_id = 'w002'",
     "part 1 0\n"},
    {"delete from stipend.person_value where run = 1 and state = 2", "part 1 0\n"},
    {"update stipend.person_value set value = '\\x00' where run = 1 and subject_id = 'w005'",
     "part 1 0\n"},
    {"update stipend.person_key set subject_id = 'w002' where run = 1 and key = 'n1'",
     "part 1 0\n"},
    {"insert into stipend.person_key values ('n5', 2, 'w005', 2)", "part 2 0\n"},
    {"update stipend.person_name set key = 'n2' where run = 2 and subject_id = 'w009'",
     "part 2 0\n"},
    {"update stipend.run_part set digest = sha256('x') where run = 1 and part = 'findings'",
     "part 1 0\nevent 1 0\n"},
    {"delete from stipend.run_part where run = 1", "event 1 0\n"},
    {"delete from stipend.run_part where run = 1 and part = 'findings'; delete from "
     "stipend.finding "
     "where run = 1",
     "event 1 0\n"},
    /* who lets the database tell something else */
    {"create or replace function stipend.event_body(e stipend.run_event) returns bytea language "
     "sql "
     "stable as 'select ''''::bytea'; update stipend.run_event set actor = 'zoe' where run = 2 and "
     "seq = 1",
     "function 0 0\nevent 1 0\nevent 1 0\nevent 2 0\nevent 2 0\nevent 3 0\nevent 3 0\nevent 4 "
     "0\nevent 4 0\n"},
    {"create function stipend.more() returns int language sql as 'select 1'", "function 0 0\n"},
    {"insert into stipend.person_run values (2, 7, 3)", "event 2 0\n"},
    {"delete from stipend.link where no = 6", "link 0 0\nevent 2 0\n"},
    {"delete from stipend.link where no >= 10", "event 4 0\nevent 4 0\n"},
    {"delete from stipend.link",
     "event 0 0\nevent 0 0\nevent 0 0\nevent 1 0\nevent 1 0\nevent 2 0\n"
     "event 2 0\nevent 3 0\nevent 3 0\nevent 4 0\nevent 4 0\n"},
    {"update stipend.link set actor = 'zoe' where no = 6", "link 2 0\n"},
    {"update stipend.link set actor_oid = 1 where no = 6", "link 2 0\n"},
    {"update stipend.link set content = leaf where no = 7", "link 2 0\nevent 2 0\n"},
    {"update stipend.link set leaf = content where no = 11", "link 4 0\n"},
    {"update stipend.link set leaf = content where no = 7", "link 2 0\nlink 3 0\n"},
    {"update stipend.link set no = -no where false; update stipend.link set no = no + 100 where no "
     "in "
     "(6, 8); update stipend.link set no = 114 - no where no > 100",
     "link 3 0\nlink 2 0\nlink 2 0\nlink 3 0\n"},
};

START_TEST(test_tampered) {
    st_err err;
    st_ledger *l = live_admin("stipend");
    OK(st_pg_exec(l, "begin", &err));
    tamper(l, cases[_i].sql);
    st_buf out;
    st_buf_init(&out, 0);
    (void)st_buf_z(&out, "");
    st_verified v;
    OK(st_ledger_verify(l, tell, &out, &v, &err));
    ck_assert_msg(strcmp(out.n ? out.p : "", cases[_i].expected) == 0, "%s\nsaid:\n%swanted:\n%s",
                  cases[_i].sql, out.n ? out.p : "", cases[_i].expected);
    uint64_t lines = 0;
    for (const char *p = cases[_i].expected; (p = strchr(p, '\n')); p++)
        lines++;
    ck_assert_uint_eq(v.findings, lines);
    st_buf_free(&out);
    st_ledger_close(l);
}
END_TEST

/* A superuser who rewrites one line together with its leaf is found by the root; who then also
 * computes root and digest anew leaves a sound ledger, which only the digest kept outside
 * contradicts. */
START_TEST(test_rewritten) {
    st_err err;
    st_ledger *l =
        tampered("rewritten", "update stipend.line set amount = 999 where run = 4 and line_no = 2");
    st_ledger_filter f = {.run = 4};
    st_run_info info;
    bool found;
    OK(st_ledger_run_info(l, 4, &found, &info, &err));
    OK(st_pg_exec(l,
                  "update stipend.run_event e set total = (select sum(amount) from stipend.line "
                  "where run = 4) where "
                  "run = 4 and state = 'draft'",
                  &err));
    st_tree tree;
    st_tree_init(&tree);
    st_pg_cursor c;
    bool row = true;
    st_buf scratch, sql;
    st_buf_init(&scratch, 0);
    st_buf_init(&sql, 0);
    OK(st_pg_cursor_open(l,
                         "select line_no, subject_id, benefit, occasion, seq, cause, tier, amount, "
                         "due, rule, facts from "
                         "stipend.line where run = 4 order by line_no",
                         0, NULL, &c, &err));
    while (st_pg_cursor_next(&c, &row, &err) && row) {
        st_line x = {.line_no = (uint64_t)st_pg_get_int(c.r, c.row, 0),
                     .subject = st_pg_get_str(c.r, c.row, 1),
                     .occasion = st_pg_get_str(c.r, c.row, 3),
                     .seq = (int32_t)st_pg_get_int(c.r, c.row, 4),
                     .cause = (st_cause)st_pg_get_int(c.r, c.row, 5),
                     .tier = st_pg_get_str(c.r, c.row, 6),
                     .amount = st_pg_get_int(c.r, c.row, 7),
                     .due = st_pg_get_int(c.r, c.row, 8),
                     .rule = st_pg_get_str(c.r, c.row, 9)};
        st_pg_get_sha(c.r, c.row, 10, &x.facts);
        st_sha256 leaf;
        const char *benefit =
            st_pg_get_int(c.r, c.row, 2) == live_benefits[0].number ? "award" : "allowance";
        st_leaf_hash(&scratch, "proof", benefit, "CNY", &x, &leaf);
        st_tree_add(&tree, &leaf);
        char sha[ST_PG_BYTES];
        (void)st_buf_fmt(
            &sql, "update stipend.line set leaf = '%s' where run = 4 and line_no = %" PRIu64 ";",
            st_pg_sha(sha, &leaf), x.line_no);
    }
    st_pg_cursor_close(&c);
    OK(st_pg_exec(l, sql.p, &err));
    st_buf out;
    st_buf_init(&out, 0);
    st_verified v;
    OK(st_ledger_verify(l, tell, &out, &v, &err));
    ck_assert_ptr_nonnull(strstr(out.p, "root 4 0\n"));
    ck_assert_ptr_null(strstr(out.p, "line-changed"));
    /* now everything */
    OK(st_ledger_run_info(l, 4, &found, &info, &err));
    st_tree_root(&tree, &info.root);
    st_run_digest(&info, &info.prev_digest, &info.digest);
    char a[ST_PG_BYTES], b[ST_PG_BYTES];
    st_buf_clear(&sql);
    (void)st_buf_fmt(&sql,
                     "update stipend.run_event set root = '%s', digest = '%s' where run = 4 and "
                     "state = 'sealed'; "
                     "delete from stipend.posting where run = 4",
                     st_pg_sha(a, &info.root), st_pg_sha(b, &info.digest));
    OK(st_pg_exec(l, sql.p, &err));
    st_buf_clear(&out);
    OK(st_ledger_verify(l, tell, &out, &v, &err));
    ck_assert_str_eq(out.p, "part 4 0\nevent 4 0\nevent 4 0\n");
    relink(l);
    OK(st_ledger_verify(l, tell, &out, &v, &err));
    ck_assert_uint_eq(v.findings, 0);
    uint64_t n;
    st_buf_clear(&out);
    OK(st_digest_compare(l, st_str_of(digests[4]), NULL, tell, &out, &n, &err));
    ck_assert_str_eq(out.p, "other-chain 4 0\n");
    OK(st_digest_compare(l, st_str_of(digests[3]), NULL, tell, &out, &n, &err));
    ck_assert_uint_eq(n, 0);
    st_buf_free(&out);
    st_buf_free(&sql);
    st_buf_free(&scratch);
    (void)f;
    st_ledger_close(l);
}
END_TEST

/* The end of the chain cut off: sound in itself, contradicted by the exported digest. */
START_TEST(test_cut_off) {
    st_err err;
    st_ledger *l = tampered(
        "cut_off",
        "delete from stipend.posting where run = 4; delete from stipend.line where run = 4; "
        "delete from stipend.run_summary where run = 4; delete from stipend.run_event "
        "where run = 4; delete from stipend.run where run = 4; delete from stipend.link where no "
        ">= 10");
    st_buf out;
    st_buf_init(&out, 0);
    st_verified v;
    OK(st_ledger_verify(l, tell, &out, &v, &err));
    ck_assert_uint_eq(v.findings, 0);
    ck_assert_uint_eq(v.lines, 3 * LINES);
    uint64_t n;
    OK(st_digest_compare(l, st_str_of(digests[4]), NULL, tell, &out, &n, &err));
    ck_assert_str_eq(out.p, "run-missing 4 0\n");
    st_buf_free(&out);
    st_ledger_close(l);
}
END_TEST

static void write_key(char *private_pem, char *public_pem, size_t cap, int which) {
    static const char *const keys[][2] = {
        /* the keys of RFC 8032, 7.1, tests 1 and 2 */
        {"-----BEGIN PRIVATE "
         "KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END "
         "PRIVATE "
         "KEY-----\n",
         "-----BEGIN PUBLIC "
         "KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC "
         "KEY-----\n"},
        {"",
         "-----BEGIN PUBLIC "
         "KEY-----\nMCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=\n-----END PUBLIC "
         "KEY-----\n"},
    };
    const char *const *k = keys[which];
    char *paths[2] = {private_pem, public_pem};
    for (int i = 0; i < 2; i++) {
        (void)snprintf(paths[i], cap, "%s/key-%d-%d.pem", live_state, which, i);
        FILE *f = fopen(paths[i], "w");
        ck_assert_ptr_nonnull(f);
        (void)fputs(k[i], f);
        (void)fclose(f);
    }
}

START_TEST(test_signed) {
    st_err err;
    char private_pem[256], public_pem[256], none[256], other[256];
    write_key(private_pem, public_pem, sizeof public_pem, 0);
    write_key(none, other, sizeof other, 1);
    st_ledger *l = live_open();
    st_buf text, out;
    st_buf_init(&text, 0);
    st_buf_init(&out, 0);
    OK(st_digest_export(l, 2, private_pem, &text, &err));
    uint64_t n;
    OK(st_digest_compare(l, st_buf_view(&text), public_pem, tell, &out, &n, &err));
    ck_assert_uint_eq(n, 0);
    OK(st_digest_compare(l, st_buf_view(&text), other, tell, &out, &n, &err));
    ck_assert_uint_eq(n, 1);
    OK(st_digest_compare(l, st_str_of(digests[2]), public_pem, tell, &out, &n, &err));
    ck_assert_uint_eq(n, 1);
    /* a changed field */
    char *lines = strstr(text.p, "lines: 9");
    ck_assert_ptr_nonnull(lines);
    lines[7] = '8';
    OK(st_digest_compare(l, st_buf_view(&text), public_pem, tell, &out, &n, &err));
    ck_assert_uint_eq(n, 2);
    lines[0] = 'x';
    FAILS(st_digest_compare(l, st_buf_view(&text), public_pem, tell, &out, &n, &err),
          ST_E_DIGEST_FILE);
    FAILS(st_digest_compare(l, ST_STR("hello"), NULL, tell, &out, &n, &err), ST_E_DIGEST_FILE);
    FAILS(st_digest_export(l, 4711, NULL, &text, &err), ST_E_LEDGER_NO_RUN);
    st_buf_free(&text);
    st_buf_free(&out);
    st_ledger_close(l);
}
END_TEST

START_TEST(test_prove) {
    st_err err;
    st_ledger *l = live_open();
    st_buf out;
    st_buf_init(&out, 0);
    for (uint64_t line = 1; line <= LINES; line++)
        OK(st_ledger_prove(l, 3, line, &out, &err));
    FAILS(st_ledger_prove(l, 3, 0, &out, &err), ST_E_LINE_UNKNOWN);
    FAILS(st_ledger_prove(l, 3, LINES + 1, &out, &err), ST_E_LINE_UNKNOWN);
    FAILS(st_ledger_prove(l, 77, 1, &out, &err), ST_E_LEDGER_NO_RUN);
    st_ledger_close(l);
    l = tampered("unprovable",
                 "update stipend.line set amount = amount + 1 where run = 3 and line_no = 3");
    FAILS(st_ledger_prove(l, 3, 3, &out, &err), ST_E_DB_MISMATCH);
    OK(st_ledger_prove(l, 3, 4, &out, &err));
    st_buf_free(&out);
    st_ledger_close(l);
}
END_TEST

/* -- archive -- */

static bool gather(void *ctx, const void *p, size_t n, st_err *err) {
    (void)err;
    return st_buf_add(ctx, p, n);
}

static bool names(void *ctx, const st_archive_entry *e) {
    (void)st_buf_fmt(ctx, "%s %s %" PRIu64 "\n", e->kind, e->name, e->bytes);
    return true;
}

START_TEST(test_archive) {
    enum { SIZE = 5000000 };
    st_err err;
    char path[256], copy[256];
    (void)snprintf(path, sizeof path, "%s/records.xml", live_state);
    (void)snprintf(copy, sizeof copy, "%s/copy.xml", live_state);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    uint64_t seed = 7;
    for (int i = 0; i < SIZE; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        (void)fputc((int)(seed >> 56), file);
    }
    (void)fclose(file);
    st_sha256 digest, wrong = live_sha("other"), model = live_sha("<model/>");
    OK(st_sha256_file(path, &digest, &err));
    st_ledger *l = live_open();
    live_scheme(l, "archive");
    st_run_info info;
    for (int round = 0; round < 2; round++) {
        st_run_key key = live_key("archive", round ? "B" : "A");
        st_posting *p;
        bool already;
        OK(st_posting_begin(l, &key, false, &p, &already, &info, &err));
        OK(st_archive_file(p, "records", "records.xml", path, &digest, &err));
        OK(st_archive_bytes(p, "model", "award.dmn", ST_STR("<model/>"), &err));
        OK(st_archive_bytes(p, "other", "empty", ST_STR(""), &err));
        st_line x = live_line(1, "w1", 0, "x", round, 1);
        OK(st_posting_line(p, &x, &err));
        st_posting_summary s = {.json = "{}", .controls_ok = true};
        OK(st_posting_commit(p, &s, &info, &err));
        st_posting_abort(p);
    }
    st_buf out;
    st_buf_init(&out, 0);
    OK(st_archive_list(l, info.run, names, &out, &err));
    ck_assert_str_eq(out.p, "model award.dmn 8\nother empty 0\nrecords records.xml 5000000\n");
    OK(st_archive_fetch_file(l, &digest, copy, &err));
    st_sha256 got;
    OK(st_sha256_file(copy, &got, &err));
    ck_assert(st_sha256_eq(&got, &digest));
    st_buf_clear(&out);
    OK(st_archive_fetch(l, &model, gather, &out, &err));
    ck_assert_str_eq(out.p, "<model/>");
    FAILS(st_archive_fetch(l, &wrong, gather, &out, &err), ST_E_ARCHIVE_MISSING);
    /* the file is not the one that was calculated from */
    st_run_key key = live_key("archive", "C");
    st_posting *p;
    bool already;
    OK(st_posting_begin(l, &key, false, &p, &already, &info, &err));
    FAILS(st_archive_file(p, "records", "records.xml", path, &wrong, &err), ST_E_ARCHIVE_CHANGED);
    FAILS(st_archive_file(p, "records", "x", "/nowhere", &wrong, &err), ST_E_FILE_MISSING);
    st_posting_abort(p);
    st_buf_free(&out);
    st_ledger_close(l);
    l = tampered(
        "archive_1",
        "update stipend.source_part set content = set_byte(content, 1000, 255 - get_byte(content, "
        "1000)) where no = 2");
    (void)unlink(copy);
    FAILS(st_archive_fetch_file(l, &digest, copy, &err), ST_E_ARCHIVE_DIGEST);
    ck_assert_int_ne(access(copy, F_OK), 0);
    st_ledger_close(l);
    l = tampered("archive_2", "delete from stipend.source_part where no = 2");
    FAILS(st_archive_fetch_file(l, &digest, copy, &err), ST_E_ARCHIVE_DIGEST);
    st_ledger_close(l);
}
END_TEST

int main(void) {
    if (!live_start())
        return live_missing[0] && strstr(live_missing, "not installed") ? 0 : 1;
    Suite *s = suite_create("ledger");
    TCase *t = tcase_create("verify");
    tcase_set_timeout(t, 300);
    tcase_add_unchecked_fixture(t, fill, NULL);
    tcase_add_loop_test(t, test_tampered, 0, (int)ST_LEN(cases));
    tcase_add_test(t, test_rewritten);
    tcase_add_test(t, test_cut_off);
    tcase_add_test(t, test_signed);
    tcase_add_test(t, test_prove);
    tcase_add_test(t, test_archive);
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
