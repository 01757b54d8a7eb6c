/* Use of the clock is known from the compiled model; limits do not depend on what was kept. */
#include "dmn/dmn_int.h"
#include "models.h"

static bool reads(world *w, const char *decision) {
    int d = st_model_decision(w->m, st_str_of(decision));
    ck_assert_int_ge(d, 0);
    return st_model_reads_clock(w->m, d);
}

START_TEST(the_clock_is_found_in_every_place_and_nowhere_else) {
    world *w = world_new();
    MUST_OPEN(
        w,
        INPUT("known", "date") INPUT(
            "now known",
            "date") "<itemDefinition "
                    "name='tPlain'><typeRef>number</typeRef></itemDefinition>"
                    "<businessKnowledgeModel id='f_age' "
                    "name='age'><encapsulatedLogic>"
                    "<formalParameter name='d' typeRef='date'/>" LITERAL(
                        "(to&#100;"
                        "ay() - "
                        "d).days") "</encapsulatedLogic></businessKnowledgeModel>" DECISION("direc"
                                                                                            "t",
                                                                                            LITERAL(
                                                                                                "to"
                                                                                                "da"
                                                                                                "y("
                                                                                                ")"))
                        DECISION("spelled", LITERAL("&#110;ow()")) DECISION(
                            "branch",
                            LITERAL("if false then now() else 1")) DECISION("value",
                                                                            LITERAL("(function"
                                                                                    "(f) "
                                                                                    "f())("
                                                                                    "today)"))
                            DECISION("inner",
                                     LITERAL("for x in "
                                             "[1] return "
                                             "{a: "
                                             "[function()"
                                             " now()]}")) DECISION("called",
                                                                   NEEDS_FUNCTION("age")
                                                                       NEEDS_INPUT("known")
                                                                           LITERAL("age(known)"))
                                DECISION("needs", NEEDS("direct") LITERAL("direct")) DECISION(
                                    "far", NEEDS("needs") LITERAL("need"
                                                                  "s"))
                                    DECISION(
                                        "cell",
                                        NEEDS_INPUT(
                                            "known") "<decisionTable"
                                                     ">" COLUMN(
                                                         "know"
                                                         "n") "<output/>" RULE(CELL("&lt; "
                                                                                    "today("
                                                                                    ")")
                                                                                   OUT("1")) "<"
                                                                                             "/"
                                                                                             "d"
                                                                                             "e"
                                                                                             "c"
                                                                                             "i"
                                                                                             "s"
                                                                                             "i"
                                                                                             "o"
                                                                                             "n"
                                                                                             "T"
                                                                                             "a"
                                                                                             "b"
                                                                                             "l"
                                                                                             "e"
                                                                                             ">")
                                        DECISION("plain",
                                                 NEEDS_INPUT("known") NEEDS_INPUT("now known")
                                                     LITERAL("known &lt; now known"))
                                            DECISION("text", LITERAL("\"today() and now()\""))
                                                DECISION("local", LITERAL("{today: 1, y: "
                                                                          "today + 1}.y"))
                                                    DECISION("loop", LITERAL("for now in [1, "
                                                                             "2] return now"))
                                                        DECISION("comment", LITERAL("1 /* "
                                                                                    "today() "
                                                                                    "*/")));
    static const char *const yes[] = {"direct", "spelled", "branch", "value", "inner",
                                      "called", "needs",   "far",    "cell"};
    static const char *const no[] = {"plain", "text", "local", "loop", "comment"};
    for (size_t i = 0; i < ST_LEN(yes); i++)
        ck_assert_msg(reads(w, yes[i]), "%s reads the clock", yes[i]);
    for (size_t i = 0; i < ST_LEN(no); i++)
        ck_assert_msg(!reads(w, no[i]), "%s does not read the clock", no[i]);
    world_free(w);
}
END_TEST

/* Values of a type with such a condition are judged wherever they occur. */
START_TEST(allowed_values_that_read_the_clock_count_for_the_whole_model) {
    world *w = world_new();
    MUST_OPEN(w, "<itemDefinition name='tPast'><typeRef>date</typeRef><allowedValues><text>&lt;= "
                 "today()</text></allowedValues></itemDefinition>" INPUT("when", "tPast")
                     DECISION("d", NEEDS_INPUT("when") LITERAL("when")));
    ck_assert(reads(w, "d"));
    world_free(w);
}
END_TEST

START_TEST(a_service_reads_what_it_evaluates) {
    world *w = world_new();
    MUST_OPEN(
        w, INPUT("n", "number") DECISION("clock", LITERAL("today()")) DECISION(
               "out",
               NEEDS("clock") LITERAL(
                   "clock")) "<decisionService id='f_s' name='s'><outputDecision href='#d_out'/>"
                             "<encapsulatedDecision href='#d_clock'/></decisionService>" DECISION(
                                 "calls", NEEDS_FUNCTION("s") LITERAL("s()")));
    ck_assert(reads(w, "calls"));
    world_free(w);
}
END_TEST

static void account(world *w, const char *decision, uint64_t *steps, size_t *bytes) {
    (void)decide_value(w, decision);
    *steps = w->e->steps;
    *bytes = w->e->bytes;
}

/* One decision needs `shared` twice over; after another input changed it is kept. */
START_TEST(what_is_kept_counts_as_if_it_were_made_anew) {
    world *w = world_new();
    MUST_OPEN(
        w, INPUT("n", "number") INPUT("m", "number")
               DECISION("base", NEEDS_INPUT("n") LITERAL("for i in 1..n return i"))
                   DECISION("shared", NEEDS("base") LITERAL("[base, for x in base return x * 2]"))
                       DECISION("also", NEEDS("base") LITERAL("for x in base return x")) DECISION(
                           "top",
                           NEEDS("shared") NEEDS("also") NEEDS("base") NEEDS_INPUT("m")
                               LITERAL("count(flatten(shared)) + count(also) + count(base) + m")));
    uint64_t steps, again;
    size_t bytes, more;
    set_number(w, "n", 5000);
    set_number(w, "m", 1);
    account(w, "top", &steps, &bytes);
    ck_assert_uint_gt(steps, 15000);
    ck_assert_uint_gt(bytes, 200000);
    set_number(w, "m", 1); /* base, shared, also stay */
    account(w, "top", &again, &more);
    ck_assert_uint_eq(again, steps);
    ck_assert_uint_eq(more, bytes);
    account(w, "top", &again, &more); /* all of it stays */
    ck_assert_uint_eq(again, steps);
    ck_assert_uint_eq(more, bytes);
    st_arena_mark mark = st_arena_save(st_evaluator_arena(w->e));
    set_number(w, "m", 1);
    account(w, "top", &again, &more);
    st_evaluator_forget(w->e, mark);
    ck_assert_uint_eq(st_evaluator_arena(w->e)->used, mark.used);
    account(w, "top", &again, &more); /* nothing stayed */
    ck_assert_uint_eq(again, steps);
    ck_assert_uint_eq(more, bytes);
    ck_assert_str_eq(decide(w, "top"), "20001");
    world_free(w);
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(the_clock_is_found_in_every_place_and_nowhere_else),
        CK_CASE(allowed_values_that_read_the_clock_count_for_the_whole_model),
        CK_CASE(a_service_reads_what_it_evaluates),
        CK_CASE(what_is_kept_counts_as_if_it_were_made_anew),
    };
    return ck_run("dmn/account", cases, ST_LEN(cases));
}
