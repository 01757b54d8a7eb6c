/* The first pass over records: who shares a value that must be one person's, and what of a subject
 * goes to the second pass. */
#include "tally_fixture.h"

static st_collect c;
static st_err err;

static void collect_begin(void) {
    c = (st_collect){.uniques = st_sorter_new("/tmp", 1 << 20)};
    st_arena_init(&c.arena, 0);
    st_map_init(&c.conflicts, &c.arena);
    st_err_init(&err);
}

static void collect_end(void) {
    st_sorter_free(c.uniques);
    st_arena_free(&c.arena);
}

/* A record of the person with one value of a unique field; the file calls him by a small letter, or
 * by what stands behind a blank. */
static void has(const char *person, uint32_t field, uint8_t value, st_record_state state) {
    st_record_unique u = {.field = field, .state = state, .hash = {value}};
    char key[2] = {(char)(person[0] | 0x20), '\0'};
    const char *blank = strchr(person, ' ');
    st_str name = blank ? (st_str){person, (size_t)(blank - person)} : st_str_of(person);
    st_record r = {.unique = &u, .n_unique = 1, .key = st_str_of(blank ? blank + 1 : key)};
    ck_assert_msg(st_collect_uniques(&c, &r, name, &err), "%s", err.msg);
}

typedef struct conflict_case {
    const char *name;
    struct {
        const char *person;
        uint32_t field;
        uint8_t value;
        st_record_state state;
    } of[4];
    const char *conflicts; /* "person:state:field:other" with a blank between, by person */
} conflict_case;
#define HELD ST_RECORD_HELD
#define REJECTED ST_RECORD_REJECTED
static const conflict_case conflict_cases[] = {
    {"nobody", {{0}}, ""},
    {"one person", {{"A", 1, 7, HELD}}, ""},
    {"two values", {{"A", 1, 7, HELD}, {"B", 1, 8, HELD}}, ""},
    {"one value", {{"A", 1, 7, HELD}, {"B", 1, 7, HELD}}, "A:1:1:b B:1:1:a"},
    {"the value of another field", {{"A", 1, 7, HELD}, {"B", 2, 7, HELD}}, ""},
    {"two records of one person", {{"A", 1, 7, HELD}, {"A", 1, 7, HELD}}, ""},
    {"three persons",
     {{"A", 1, 7, HELD}, {"B", 1, 7, HELD}, {"C", 1, 7, HELD}},
     "A:1:1:b B:1:1:a C:1:1:a"},
    {"three persons in another order",
     {{"C", 1, 7, HELD}, {"B", 1, 7, HELD}, {"A", 1, 7, HELD}},
     "A:1:1:b B:1:1:a C:1:1:a"},
    {"twice one person, then another",
     {{"B", 1, 7, HELD}, {"B", 1, 7, HELD}, {"A", 1, 7, HELD}},
     "A:1:1:b B:1:1:a"},
    {"the first one again",
     {{"A", 1, 7, HELD}, {"B", 1, 7, HELD}, {"A", 1, 7, HELD}},
     "A:1:1:b B:1:1:a"},
    {"the lower one again by another key",
     {{"B", 1, 7, HELD}, {"A", 1, 7, HELD}, {"A z", 1, 7, HELD}},
     "A:1:1:b B:1:1:a"},
    {"the higher one again by another key",
     {{"A", 1, 7, HELD}, {"B", 1, 7, HELD}, {"B z", 1, 7, HELD}},
     "A:1:1:b B:1:1:a"},
    {"a third one between two",
     {{"A", 1, 7, HELD}, {"C", 1, 7, HELD}, {"B", 1, 7, HELD}},
     "A:1:1:b B:1:1:a C:1:1:a"},
    {"the harder verdict holds",
     {{"A", 1, 7, HELD}, {"B", 1, 7, HELD}, {"A", 2, 9, REJECTED}, {"C", 2, 9, REJECTED}},
     "A:2:2:c B:1:1:a C:2:2:a"},
    {"the harder verdict holds, whatever comes last",
     {{"A", 2, 7, HELD}, {"B", 2, 7, HELD}, {"A", 1, 9, REJECTED}, {"C", 1, 9, REJECTED}},
     "A:2:1:c B:1:2:a C:2:1:a"},
    {"of two equal ones the first holds",
     {{"A", 1, 7, HELD}, {"B", 1, 7, HELD}, {"A", 2, 9, HELD}, {"C", 2, 9, HELD}},
     "A:1:1:b B:1:1:a C:1:2:a"},
    {"another pair in between",
     {{"A", 1, 3, HELD}, {"C", 1, 4, HELD}, {"D", 1, 4, HELD}, {"B", 1, 5, HELD}},
     "C:1:1:d D:1:1:c"},
};

START_TEST(conflicts) {
    static const char *const persons[] = {"A", "B", "C", "D"};
    const conflict_case *k = &conflict_cases[_i];
    char got[200] = "";
    size_t n = 0;
    collect_begin();
    for (size_t i = 0; i < ST_LEN(k->of) && k->of[i].person; i++)
        has(k->of[i].person, k->of[i].field, k->of[i].value, k->of[i].state);
    ck_assert_msg(st_collect_conflicts(&c, &err), "%s", err.msg);
    for (size_t i = 0; i < ST_LEN(persons); i++) {
        const st_conflict *x = st_map_get(&c.conflicts, st_str_of(persons[i]));
        if (x)
            n += (size_t)snprintf(got + n, sizeof got - n, "%s%s:%d:%u:%.*s", n ? " " : "",
                                  persons[i], (int)x->state, x->field,
                                  ST_FMT(st_conflict_other(x, st_str_of(persons[i]))));
    }
    ck_assert_msg(!strcmp(got, k->conflicts), "%s: %s", k->name, got);
    collect_end();
}
END_TEST

/* Keys that differ behind what a subject's key may have are still two; the last byte counts. */
START_TEST(conflicts_of_long_keys) {
    char a[ST_SUBJECT_MAX + 1], b[ST_SUBJECT_MAX + 1];
    memset(a, 'x', sizeof a);
    a[ST_SUBJECT_MAX] = '\0';
    memcpy(b, a, sizeof a);
    b[ST_SUBJECT_MAX - 1] = 'y';
    collect_begin();
    has(a, 1, 7, ST_RECORD_HELD);
    has(b, 1, 7, ST_RECORD_HELD);
    ck_assert(st_collect_conflicts(&c, &err));
    ck_assert(st_map_has(&c.conflicts, st_str_of(a)) && st_map_has(&c.conflicts, st_str_of(b)));
    collect_end();
}
END_TEST

START_TEST(more_conflicts_than_a_run_bears) {
    collect_begin();
    st_sorter_free(c.uniques);
    c.uniques = st_sorter_new("/tmp", 64 << 20);
    for (int i = 0; i < ST_RUN_CONFLICTS_MAX; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "P%07d", i);
        has(name, 1, 7, ST_RECORD_HELD);
    }
    ck_assert(st_collect_conflicts(&c, &err)); /* as many as may be */
    ck_assert_uint_eq(c.conflicts.n, ST_RUN_CONFLICTS_MAX);
    st_sorter_free(c.uniques);
    c.uniques = st_sorter_new("/tmp", 1 << 20);
    has("Q1", 1, 7, ST_RECORD_HELD);
    has("Q2", 1, 7, ST_RECORD_HELD);
    ck_assert(!st_collect_conflicts(&c, &err));
    ck_assert_int_eq(err.code, ST_E_RUN_CONFLICT);
    ck_assert_ptr_nonnull(strstr(err.msg, "is this the right file?"));
    collect_end();
}
END_TEST

/* -- how far -- */

/* What the bar on standard error became. */
static size_t bar_of(uint64_t read, uint64_t size, char *out, size_t room) {
    FILE *file = tmpfile();
    int error = dup(STDERR_FILENO);
    ck_assert(file && error >= 0 && dup2(fileno(file), STDERR_FILENO) >= 0);
    st_collect_progress(&c, read, size);
    ck_assert(dup2(error, STDERR_FILENO) >= 0 && close(error) == 0);
    rewind(file);
    size_t n = fread(out, 1, room - 1, file);
    out[n] = '\0';
    ck_assert(fclose(file) == 0);
    return n;
}

START_TEST(a_bar_grows_with_what_is_read) {
    static const struct {
        const char *name;
        uint64_t read, size;
        int marks, percent;
        bool end;
    } rows[] = {
        {"at the beginning", 0, 1000, 0, 0, false},
        {"before a mark", 24, 1000, 0, 2, false},
        {"a mark", 30, 1000, 1, 3, false},
        {"half", 500, 1000, 20, 50, false},
        {"before the last", 999, 1000, 39, 99, false},
        {"all", 1000, 1000, 40, 100, true},
        {"an empty file", 0, 0, 40, 100, true},
    };
    char got[200], want[200];
    scheme_by_hand();
    tally_begin("2024-03");
    t.read = 12;
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        c = (st_collect){.tally = &t};
        char marks[41];
        memset(marks, '#', sizeof marks - 1);
        marks[rows[i].marks] = '\0';
        (void)snprintf(want, sizeof want, "\rreading  [%-40s] %3d %%  12 records%s", marks,
                       rows[i].percent, rows[i].end ? "\n" : "");
        (void)bar_of(rows[i].read, rows[i].size, got, sizeof got);
        ck_assert_msg(!strcmp(got, want), "%s: %s", rows[i].name, got);
    }
    st_tally_free(&t);
}
END_TEST

/* A file of a gigabyte is told two hundred times, not once a block; its end always. */
START_TEST(a_bar_is_not_drawn_anew_for_nothing) {
    char got[200];
    scheme_by_hand();
    tally_begin("2024-03");
    c = (st_collect){.tally = &t};
    ck_assert_uint_gt(bar_of(0, 1000, got, sizeof got), 0);
    ck_assert_uint_eq(bar_of(5, 1000, got, sizeof got), 0);
    ck_assert_uint_gt(bar_of(6, 1000, got, sizeof got), 0);
    ck_assert_uint_eq(bar_of(11, 1000, got, sizeof got), 0);
    ck_assert_uint_gt(bar_of(12, 1000, got, sizeof got), 0);
    ck_assert_uint_gt(bar_of(997, 1000, got, sizeof got), 0);
    ck_assert_uint_eq(bar_of(999, 1000, got, sizeof got), 0);
    ck_assert_uint_gt(bar_of(1000, 1000, got, sizeof got), 0);
    st_tally_free(&t);
}
END_TEST

/* -- what of a case goes on -- */

START_TEST(a_case_as_it_is_spooled) {
    st_refusal refusals[] = {{ST_STR("age"), ST_STR("too old"), ST_STR("c 1")},
                             {ST_STR("home"), ST_STR("elsewhere"), ST_STR("c 2")}};
    st_due dues[] = {{.benefit = MONTHLY,
                      .state = ST_DUE_OWED,
                      .occasion = ST_STR("2024-03"),
                      .month = M("2024-03"),
                      .amount = 500,
                      .tier = ST_STR("a"),
                      .rule = 3},
                     {.benefit = ONCE, .state = ST_DUE_REFUSED, .occasion = ST_STR("once")}};
    st_verdict verdicts[BENEFITS] = {
        {.outcome = ST_ENTITLED, .tier = ST_STR("a"), .due = 500, .occasions = 1},
        {.outcome = ST_REFUSED, .tier = ST_STR(""), .refusals = refusals, .n_refusals = 2},
        {.outcome = ST_REFUSED, .tier = ST_STR(""), .refusals = &refusals[1], .n_refusals = 1}};
    st_case k = {.dues = dues, .n_dues = 2, .verdicts = verdicts};
    st_arena a;
    st_arena_init(&a, 0);
    st_err_init(&err);
    scheme_by_hand();
    tally_begin("2024-03");
    st_spooled s = {.state = ST_RECORD_OK, .ordinal = 9, .line = 4, .column = 5}, back;
    ck_assert(st_collect_case(&t, &a, &k, &s, &err));
    s.facts.b[31] = 0xfe;
    s.seen = -2;
    s.key = ST_STR("own key");
    s.packed = ST_STR("facts");
    st_spool_finding f = {.severity = ST_SEV_HELD,
                          .code = 12,
                          .benefit = -1,
                          .line = 6,
                          .column = 7,
                          .msg = ST_STR("message"),
                          .hint = ST_STR("hint")};
    s.findings = &f;
    s.n_findings = 1;
    st_buf b;
    st_buf_init(&b, 0);
    st_spool_write(&b, &s);
    st_spool_read(&a, st_buf_view(&b), &back);
    ck_assert(back.state == ST_RECORD_OK && back.ordinal == 9 && back.line == 4 &&
              back.column == 5);
    ck_assert(back.seen == -2 && st_sha256_eq(&back.facts, &s.facts));
    ck_assert(st_str_is(back.key, "own key") && st_str_is(back.packed, "facts"));
    ck_assert_uint_eq(back.n_owed, 2);
    ck_assert(back.owed[0].benefit == MONTHLY && back.owed[0].state == ST_DUE_OWED);
    ck_assert(back.owed[0].month == M("2024-03") && back.owed[0].amount == 500);
    ck_assert(back.owed[0].rule == 3 && st_str_is(back.owed[0].occasion, "2024-03"));
    ck_assert(st_str_is(back.owed[0].tier, "a") && st_str_is(back.owed[1].tier, ""));
    ck_assert_uint_eq(back.n_verdicts, BENEFITS);
    ck_assert(back.verdicts[0].outcome == ST_ENTITLED && back.verdicts[0].due == 500);
    ck_assert(back.verdicts[0].occasions == 1 && back.verdicts[0].n_reasons == 0);
    ck_assert(st_str_is(back.verdicts[0].tier, "a"));
    ck_assert_uint_eq(back.verdicts[1].n_reasons, 2); /* numbers of the run's table */
    ck_assert_uint_eq(back.verdicts[1].reasons[0], 0);
    ck_assert_uint_eq(back.verdicts[1].reasons[1], 1);
    ck_assert_uint_eq(back.verdicts[2].reasons[0], 2); /* of another benefit: another number */
    ck_assert_uint_eq(back.n_findings, 1);
    ck_assert(back.findings[0].severity == ST_SEV_HELD && back.findings[0].code == 12);
    ck_assert(back.findings[0].benefit == -1 && back.findings[0].line == 6);
    ck_assert(back.findings[0].column == 7 && st_str_is(back.findings[0].msg, "message"));
    ck_assert(st_str_is(back.findings[0].hint, "hint"));
    st_buf_free(&b);
    st_tally_free(&t);
    st_arena_free(&a);
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_TABLE(conflicts, conflict_cases),          CK_CASE(conflicts_of_long_keys),
        CK_CASE(more_conflicts_than_a_run_bears),     CK_CASE(a_bar_grows_with_what_is_read),
        CK_CASE(a_bar_is_not_drawn_anew_for_nothing), CK_CASE(a_case_as_it_is_spooled),
    };
    return ck_run("run/collect", cases, ST_LEN(cases));
}
