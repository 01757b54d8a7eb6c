/* What becomes of the answers of one occasion's two decisions: paid, refused, or held with a word.
 */
#include "assess_fixture.h"

#define X16 "xxxxxxxxxxxxxxxx"
#define LONGEST_TIER X16 X16 X16

typedef struct row {
    const char *name, *refusals, *amount, *wanted;
} row;

/* clang-format off */
static const row rows[] = {
    {"an amount", "[]", "12.34", "owed 1234"},
    {"nothing", "[]", "0", "owed 0"},
    {"a fen", "[]", "0.01", "owed 1"},
    {"zeros behind the fen", "[]", "1.2300", "owed 123"},
    {"the largest amount", "[]", "999999999999.99", "owed 99999999999999"},
    {"null for no refusals", "null", "1", "owed 100"},
    {"a tier", "[]", "{amount: 5, tier: \"a\"}", "owed 500 a"},
    {"a tier that is no text", "[]", "{amount: 5, tier: 7}", "owed 500"},
    {"the longest tier", "[]", "{amount: 5, tier: \"" LONGEST_TIER "\"}", "owed 500 " LONGEST_TIER},
    {"what else the context of an amount has may be unknown", "[]", "{amount: 5, note: number(occasion)}", "owed 500"},

    {"a bare code", "\"no\"", "1", "refused no//"},
    {"a refusal", "{code: \"c\", text: \"t\", clause: \"5\"}", "1", "refused c/t/5"},
    {"two in their order", "[\"b\", {clause: \"1\", code: \"a\"}]", "1", "refused b// a//1"},
    {"a code of one letter", "[\"z\", {code: \"y\"}]", "1", "refused z// y//"},
    {"refused, whatever the amount", "\"no\"", "number(occasion)", "refused no//"},
    {"as many as there may be", "for i in 1..64 return if i > 1 and i < 64 then {code: \"m\", text: \"\"} else string(i)", "1",
     "refused 1// + 62 + 64//"},

    {"one refusal too many", "for i in 1..65 return string(i)", "1", "held CALC-002 x once: more than 64 refusals"},
    {"a refusal without a code", "[\"a\", {text: \"t\"}]", "1",
     "held CALC-002 x once: \"refusals\" gives something that is no refusal (wanted: code, text, clause)"},
    {"an empty code", "\"\"", "1", "held CALC-002 x once: \"refusals\" gives something that is no refusal (wanted: code, text, clause)"},
    {"a number for a refusal", "[1]", "1", "held CALC-002 x once: \"refusals\" gives something that is no refusal (wanted: code, text, clause)"},
    {"a tier too long", "[]", "{amount: 5, tier: \"" LONGEST_TIER "x\"}", "held CALC-007 x once: the tier is longer than 48 bytes"},
    {"no amount", "[]", "null", "held CALC-001 x once: decision \"amount\" gives null"},
    {"a context without an amount", "[]", "{tier: \"a\"}", "held CALC-001 x once: decision \"amount\" gives null"},
    {"a text", "[]", "\"5\"", "held CALC-003 x once: \"amount\" gives a string, not an amount"},
    {"a list of amounts", "[]", "{amount: [5]}", "held CALC-003 x once: \"amount\" gives a list, not an amount"},
    {"less than nothing", "[]", "-0.01", "held CALC-004 x once: the amount is negative: -0.01"},
    {"a part of a fen", "[]", "0.001", "held CALC-005 x once: the amount has more than two decimals: 0.001"},
    {"beyond the largest amount", "[]", "1000000000000", "held CALC-006 x once: the amount is beyond the limit of 10^12: 1000000000000"},
    {"a fen beyond it with a part of a fen", "[]", "999999999999.991", "held CALC-006 x once: the amount is beyond the limit of 10^12: 999999999999.991"},

    {"a refusal of which a text is unknown", "{code: \"c\", text: string(number(occasion))}", "1", "held CALC-001"},
    {"an entry of a list is unknown", "[\"a\", number(occasion)]", "1", "held CALC-001"},
    {"a condition is unknown", "if number(occasion) > 1 then [\"a\"] else []", "1", "held CALC-001"},
    {"an unknown amount", "[]", "number(occasion) + 1", "held CALC-001"},
    {"the amount of a context is unknown", "[]", "{amount: number(occasion), tier: \"a\"}", "held CALC-001"},
    {"the tier of a context is unknown", "[]", "{amount: 5, tier: string(number(occasion))}", "held CALC-001"},
    {"a list with something unknown in place of an amount", "[]", "[1, number(occasion)]", "held CALC-001"},
};
/* clang-format on */

/* The due of the benefit's only occasion, and the finding about it, as a text. */
static const char *told(const house *h) {
    static char text[2000];
    const st_due *d = &h->k.dues[0];
    st_buf b;
    st_buf_init(&b, sizeof text - 1);
    if (d->state == ST_DUE_OWED) {
        (void)st_buf_fmt(&b, "owed %" PRId64 "%s%.*s", d->amount, d->tier.n ? " " : "",
                         ST_FMT(d->tier));
    } else if (d->state == ST_DUE_REFUSED) {
        (void)st_buf_z(&b, "refused");
        for (size_t i = 0; i < d->n_refusals; i++) {
            const st_refusal *r = &d->refusals[i];
            if (d->n_refusals > 2 && i > 0 && i + 1 < d->n_refusals) {
                ck_assert(st_str_is(r->code, "m"));
                if (i == 1)
                    (void)st_buf_fmt(&b, " + %zu +", d->n_refusals - 2);
                continue;
            }
            (void)st_buf_fmt(&b, " %.*s/%.*s/%.*s", ST_FMT(r->code), ST_FMT(r->text),
                             ST_FMT(r->clause));
        }
    } else {
        const st_err *f = h->k.findings;
        ck_assert_uint_eq(h->k.n_findings, 1);
        ck_assert_int_eq(f->severity, ST_SEV_HELD);
        (void)st_buf_fmt(&b, "held %s %s", st_code_id(f->code), f->msg);
    }
    ck_assert_int_eq(d->state == ST_DUE_OWED ? 0 : d->amount, 0);
    (void)snprintf(text, sizeof text, "%s", b.p);
    st_buf_free(&b);
    return text;
}

START_TEST(answers) {
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        const row *r = &rows[i];
        house *h = house_new();
        house_benefit(h, "x", "cadence=\"once\" first=\"2020-01\"", r->refusals, r->amount);
        house_open(h);
        house_assess(h, "2020-01", house_facts(h, 0, NULL, 0));
        ck_assert_uint_eq(h->k.n_dues, 1);
        const char *got = told(h);
        /* words about something unknown are FEEL's; that they are told is ours */
        size_t n = strcmp(r->wanted, "held CALC-001") == 0 ? strlen(r->wanted) : strlen(got) + 1;
        ck_assert_msg(strncmp(got, r->wanted, n) == 0, "%s: %s\ninstead of %s", r->name, got,
                      r->wanted);
        house_free(h);
    }
}
END_TEST

#define MONTHLY "cadence=\"P1M\" first=\"2020-01\""

/* One word for the months of a benefit, but for each benefit and each kind of trouble. */
START_TEST(the_same_trouble_is_told_once_for_each_benefit) {
    house *h = house_new();
    house_benefit(h, "one", MONTHLY, "[]", "-1");
    house_benefit(h, "two", MONTHLY, "[]", "if period.month = 3 then -21 else -1");
    house_benefit(h, "none", MONTHLY, "[]", "1");
    house_open(h);
    house_assess(h, "2020-04", house_facts(h, 0, NULL, 0));
    static const struct {
        uint32_t benefit;
        const char *msg;
    } wanted[] = {{0, "one 2020-01: the amount is negative: -1"},
                  {1, "two 2020-01: the amount is negative: -1"},
                  {1, "two 2020-03: the amount is negative: -21"}};
    ck_assert_uint_eq(h->k.n_findings, ST_LEN(wanted));
    for (size_t i = 0; i < ST_LEN(wanted); i++) {
        ck_assert_str_eq(h->k.findings[i].msg, wanted[i].msg);
        ck_assert_uint_eq(h->k.finding_benefit[i], wanted[i].benefit);
    }
    ck_assert_int_eq(h->k.verdicts[0].outcome, ST_HELD);
    ck_assert_int_eq(h->k.verdicts[2].outcome, ST_ENTITLED);
    ck_assert_int_eq(h->k.verdicts[2].due, 400);
    house_free(h);
}
END_TEST

/* A message that is too long is cut at a character, and is still the same message next month. */
START_TEST(a_long_trouble_is_told_once_too) {
    static const char name[] = "退役金退役金退役金退役金退役金退役金退役金退役金退役金退役金";
    for (int shift = 0; shift < 3; shift++) { /* so that one of them is cut inside a character */
        char each[800];
        (void)snprintf(each, sizeof each, "%.*s%s%s%s", shift, "ab", name, name, name);
        house *h = house_new();
        house_benefit(h, "x", MONTHLY, "[]", "1");
        char *at = strstr(h->benefits, "amount=\"amount\"");
        ck_assert_ptr_nonnull(at);
        char rest[2000];
        (void)snprintf(rest, sizeof rest, "amount=\"%s\" basis=\"b\"/></benefit>", each);
        (void)snprintf(at, sizeof h->benefits - (size_t)(at - h->benefits), "%s", rest);
        char model[8192];
        (void)snprintf(
            model, sizeof model,
            "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" id=\"m\" "
            "name=\"m\" namespace=\"urn:m\"><decision id=\"r\" name=\"refusals\">"
            "<literalExpression><text>[]</text></literalExpression></decision><decision id=\"a\" "
            "name=\"%s\"><literalExpression><text>\"%s\"</text></literalExpression></decision>"
            "</definitions>",
            each, each);
        h->n_files = 0;
        (void)house_file(h, "x.dmn", model);
        house_open(h);
        house_assess(h, "2020-03", house_facts(h, 0, NULL, 0));
        ck_assert_uint_eq(h->k.n_dues, 3);
        ck_assert_uint_eq(h->k.n_findings, 1);
        ck_assert_uint_gt(strlen(h->k.findings[0].msg), 200);
        ck_assert_uint_eq(st_utf8_valid(h->k.findings[0].msg, strlen(h->k.findings[0].msg)),
                          strlen(h->k.findings[0].msg));
        house_free(h);
    }
}
END_TEST

/* The codes of a refusal are kept with the assessment: what has no room there is held, not cut. */
START_TEST(reasons_that_have_no_room_are_held) {
    static const struct {
        const char *name, *refusals;
        st_outcome outcome;
        st_due_state states[2];
    } cases[] = {
        {"they fit",
         "for i in 1..60 return \"" X16 X16 X16 "123456\" + string(1000 + i)",
         ST_REFUSED,
         {ST_DUE_REFUSED, ST_DUE_REFUSED}},
        {"they do not",
         "for i in 1..64 return \"" X16 X16 X16 "1234567890\" + string(1000 + i)",
         ST_HELD,
         {ST_DUE_HELD, ST_DUE_HELD}},
        {"the refused alone",
         "if occasion.k = \"a\" then [] else for i in 1..64 return \"" X16 X16 X16
         "1234567890\" + string(1000 + i)",
         ST_ENTITLED,
         {ST_DUE_OWED, ST_DUE_REFUSED}},
    };
    static const entry entries[] = {{"a", "2020-01-01", 1}, {"b", "2020-01-02", 1}};
    for (size_t i = 0; i < ST_LEN(cases); i++) {
        house *h = house_new();
        house_benefit(h, "x",
                      "cadence=\"once\" each=\"xs\" key=\"k\" dated-by=\"d\" first=\"2020-01\"",
                      cases[i].refusals, "1");
        house_open(h);
        house_assess(h, "2020-01", house_facts(h, 0, entries, 2));
        ck_assert_uint_eq(h->k.n_dues, 2);
        for (size_t k = 0; k < 2; k++)
            ck_assert_msg(h->k.dues[k].state == cases[i].states[k], "%s: %zu", cases[i].name, k);
        const st_verdict *v = &h->k.verdicts[0];
        ck_assert_msg(v->outcome == cases[i].outcome, "%s", cases[i].name);
        ck_assert_uint_eq(h->k.n_findings, cases[i].outcome == ST_HELD);
        ck_assert_uint_eq(v->n_refusals, cases[i].outcome == ST_REFUSED ? 60 : 0);
        if (v->outcome == ST_REFUSED) {
            st_str codes[ST_REFUSALS_MAX];
            st_buf json;
            st_buf_init(&json, ST_REASONS_MAX);
            for (size_t k = 0; k < v->n_refusals; k++)
                codes[k] = v->refusals[k].code;
            ck_assert(st_calc_reasons_json(codes, v->n_refusals, &json));
            st_buf_free(&json);
        }
        house_free(h);
    }
}
END_TEST

START_TEST(codes_as_json) {
    static const struct {
        st_str codes[2];
        size_t n;
        const char *wanted;
    } cases[] = {{{N("a")}, 0, "[]"},
                 {{N("a")}, 1, "[\"a\"]"},
                 {{N("a\""), N("b")}, 2, "[\"a\\\"\",\"b\"]"}};
    for (size_t i = 0; i < ST_LEN(cases); i++) {
        st_buf b;
        st_buf_init(&b, 100);
        ck_assert(st_calc_reasons_json(cases[i].codes, cases[i].n, &b));
        ck_assert_str_eq(b.p, cases[i].wanted);
        st_buf_free(&b);
    }
}
END_TEST

/* What fired is told apart by table and row, and the text of a combination is made once. */
START_TEST(rules_that_fired) {
    house *h = house_new();
    house_benefit(h, "x", MONTHLY, "[]", "1");
    h->n_files = 0;
    (void)house_file(
        h, "x.dmn",
        "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" id=\"m\" name=\"m\" "
        "namespace=\"urn:m\"><inputData id=\"period\" name=\"period\"/><decision id=\"r\" "
        "name=\"refusals\"><literalExpression><text>[]</text></literalExpression></decision>"
        "<decision id=\"a\" name=\"amount\"><informationRequirement><requiredInput "
        "href=\"#period\"/></informationRequirement><decisionTable hitPolicy=\"COLLECT\" "
        "aggregation=\"SUM\"><input><inputExpression><text>period.month</text></inputExpression>"
        "</input><output/><rule><inputEntry><text>[1..3]</text></inputEntry><outputEntry><text>1"
        "</text></outputEntry></rule><rule><inputEntry><text>2</text></inputEntry>"
        "<outputEntry><text>10</text></outputEntry></rule><rule><inputEntry><text>&gt;= 3</text>"
        "</inputEntry><outputEntry><text>100</text></outputEntry></rule></decisionTable>"
        "</decision></definitions>");
    house_open(h);
    house_assess(h, "2020-06", house_facts(h, 0, NULL, 0));
    static const struct {
        st_money amount;
        const char *rule;
    } wanted[] = {{100, "x.dmn#amount:1"},
                  {1100, "x.dmn#amount:1 amount:2"},
                  {10100, "x.dmn#amount:1 amount:3"},
                  {10000, "x.dmn#amount:3"},
                  {10000, "x.dmn#amount:3"},
                  {10000, "x.dmn#amount:3"}};
    ck_assert_uint_eq(h->k.n_dues, ST_LEN(wanted));
    for (size_t i = 0; i < ST_LEN(wanted); i++) {
        ck_assert_int_eq(h->k.dues[i].amount, wanted[i].amount);
        st_str rule = st_calc_rule_text(h->calc, h->k.dues[i].rule);
        ck_assert_msg(st_str_is(rule, wanted[i].rule), "month %zu: %.*s instead of %s", i + 1,
                      ST_FMT(rule), wanted[i].rule);
    }
    ck_assert_uint_eq(h->k.dues[4].rule, h->k.dues[3].rule);
    house_free(h);
}
END_TEST

/* -- who looks over the shoulder -- */

typedef struct seen {
    int n;
    bool traced[8];
    char what[8][64];
} seen;

static void look(void *ctx, const st_calc_step *s) {
    seen *to = ctx;
    ck_assert_int_lt(to->n, 8);
    st_buf trace;
    st_buf_init(&trace, 1 << 16);
    st_evaluator_trace_text(s->evaluator, &trace);
    to->traced[to->n] = st_buf_view(&trace).n > 0;
    (void)snprintf(to->what[to->n++], 64, "%.*s %.*s %s", ST_FMT(s->benefit->id),
                   ST_FMT(s->occasion), s->amount ? "amount" : "refusals");
    st_buf_free(&trace);
}

START_TEST(every_model_is_looked_at) {
    house *h = house_new();
    house_benefit(h, "x", "cadence=\"once\" first=\"2020-01\"", "[]", "1 + 1");
    house_benefit(h, "y", "cadence=\"once\" first=\"2020-01\"", "if 1 = 1 then \"no\" else null",
                  "1");
    house_open(h);
    st_val facts = house_facts(h, 0, NULL, 0);
    static const char *const wanted[] = {"x once refusals", "x once amount", "y once refusals"};
    for (int trace = 0; trace < 2; trace++) {
        seen s = {0};
        h->calc =
            h->calc ? h->calc : st_calc_new(h->s, house_month("2020-01"), house_day("2020-01-31"));
        st_calc_observe(h->calc, look, &s, trace);
        st_calc_assess(h->calc, facts, &h->k);
        ck_assert_int_eq(s.n, 3);
        for (int i = 0; i < 3; i++) {
            ck_assert_str_eq(s.what[i], wanted[i]);
            ck_assert_msg(s.traced[i] == (trace == 1), "%s", wanted[i]);
        }
        st_calc_observe(h->calc, NULL, NULL, true);
        s.n = 0;
        st_calc_assess(h->calc, facts, &h->k);
        ck_assert_int_eq(s.n, 0);
    }
    house_free(h);
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(answers),
        CK_CASE(the_same_trouble_is_told_once_for_each_benefit),
        CK_CASE(a_long_trouble_is_told_once_too),
        CK_CASE(reasons_that_have_no_room_are_held),
        CK_CASE(codes_as_json),
        CK_CASE(rules_that_fired),
        CK_CASE(every_model_is_looked_at),
    };
    return ck_run("calc/decide", cases, sizeof cases / sizeof cases[0]);
}
