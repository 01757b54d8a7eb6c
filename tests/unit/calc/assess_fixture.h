/* A scheme of a test's own in a folder of its own, compiled against facts that the test makes:
 * calculation without records, run or database. */
#ifndef TEST_CALC_ASSESS_FIXTURE_H
#define TEST_CALC_ASSESS_FIXTURE_H

#include "calc/calc.h"
#include "support/check_tap.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define N(lit)                                                                                     \
    { lit, sizeof(lit) - 1 }

/* The facts: a number, a date, a list of entries with key, day and value. */
enum { F_N, F_SINCE, F_XS, F_SLOTS };
enum { X_K, X_D, X_V, X_SLOTS };
static const st_str entry_names[X_SLOTS] = {N("k"), N("d"), N("v")};
static const st_feel_field entry_fields[X_SLOTS] = {
    {N("k"), &st_feel_string}, {N("d"), &st_feel_date}, {N("v"), &st_feel_number}};
static const st_shape entry_shape = {X_SLOTS, entry_names};
static const st_feel_type entry_type = {
    .kind = ST_T_CONTEXT, .fields = entry_fields, .n_fields = X_SLOTS, .shape = &entry_shape};
static const st_feel_type entries_type = {.kind = ST_T_LIST, .elem = &entry_type};
static const st_str facts_names[F_SLOTS] = {N("n"), N("since"), N("xs")};
static const st_feel_field facts_fields[F_SLOTS] = {
    {N("n"), &st_feel_number}, {N("since"), &st_feel_date}, {N("xs"), &entries_type}};
static const st_shape facts_shape = {F_SLOTS, facts_names};
static const st_feel_type facts_type = {
    .kind = ST_T_CONTEXT, .fields = facts_fields, .n_fields = F_SLOTS, .shape = &facts_shape};

typedef struct entry {
    const char *k, *d;
    int v;
} entry;

typedef struct house {
    char *dir;
    char files[16][128];
    int n_files;
    char benefits[8192];
    st_scheme *s;
    st_calc *calc;
    st_arena a;
    st_case k;
    st_err err;
} house;

static inline const char *house_file(house *h, const char *name, const char *text) {
    char *path = h->files[h->n_files++];
    (void)snprintf(path, sizeof h->files[0], "%s/%s", h->dir, name);
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_ge(fputs(text, f), 0);
    ck_assert_int_eq(fclose(f), 0);
    return path;
}

static inline house *house_new(void) {
    house *h = calloc(1, sizeof *h);
    ck_assert_ptr_nonnull(h);
    h->dir = strdup("/tmp/stipend-calc-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(h->dir));
    st_arena_init(&h->a, 0);
    st_err_init(&h->err);
    return h;
}

static inline void house_free(house *h) {
    st_calc_free(h->calc);
    st_scheme_free(h->s);
    st_arena_free(&h->a);
    for (int i = 0; i < h->n_files; i++)
        (void)remove(h->files[i]);
    (void)rmdir(h->dir);
    free(h->dir);
    free(h);
}

/* What an expression needs: the inputs that it names. */
static inline void house_needs(const char *text, char out[600]) {
    static const char *const inputs[] = {"subject", "occasion", "period", "prior"};
    out[0] = '\0';
    for (size_t i = 0, n = 0; i < sizeof inputs / sizeof inputs[0]; i++)
        if (strstr(text, inputs[i]))
            n += (size_t)snprintf(out + n, 600 - n,
                                  "<informationRequirement><requiredInput href=\"#%s\"/>"
                                  "</informationRequirement>",
                                  inputs[i]);
}

/* A model of two literal expressions that may use all four inputs. */
static inline void house_model(house *h, const char *name, const char *refusals,
                               const char *amount) {
    char text[8192], needs[2][600];
    house_needs(refusals, needs[0]);
    house_needs(amount, needs[1]);
    int n = snprintf(
        text, sizeof text,
        "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" id=\"m\" name=\"m\" "
        "namespace=\"urn:m\"><inputData id=\"subject\" name=\"subject\"/><inputData "
        "id=\"occasion\" name=\"occasion\"/><inputData id=\"period\" name=\"period\"/><inputData "
        "id=\"prior\" name=\"prior\"/>"
        "<decision id=\"r\" name=\"refusals\">%s<literalExpression><text><![CDATA[%s]]></text>"
        "</literalExpression></decision>"
        "<decision id=\"a\" name=\"amount\">%s<literalExpression><text><![CDATA[%s]]></text>"
        "</literalExpression></decision></definitions>",
        needs[0], refusals, needs[1], amount);
    ck_assert_int_lt(n, (int)sizeof text);
    (void)house_file(h, name, text);
}

/* attributes: those of <benefit> beside id. */
static inline void house_benefit(house *h, const char *id, const char *attributes,
                                 const char *refusals, const char *amount) {
    char model[80];
    (void)snprintf(model, sizeof model, "%s.dmn", id);
    house_model(h, model, refusals, amount);
    size_t n = strlen(h->benefits);
    (void)snprintf(h->benefits + n, sizeof h->benefits - n,
                   "<benefit id=\"%s\" %s><title lang=\"en\">%s</title><rules model=\"%s\" "
                   "refusals=\"refusals\" amount=\"amount\" basis=\"b\"/></benefit>",
                   id, attributes, id, model);
}

static inline void house_open(house *h) {
    char text[10000];
    (void)snprintf(text, sizeof text,
                   "<scheme xmlns=\"urn:stipend:scheme:1\" id=\"test\" currency=\"CNY\" "
                   "first=\"2020-01\"><title lang=\"en\">t</title><payer name=\"p\" "
                   "division=\"640202\"/><basis id=\"b\">b</basis><records "
                   "schema=\"records.xsd\"/>%s</scheme>",
                   h->benefits);
    const char *path = house_file(h, "scheme.xml", text);
    bool ok = st_scheme_open(path, &h->s, &h->err) &&
              st_scheme_compile(h->s, &facts_type, NULL, NULL, &h->err);
    ck_assert_msg(ok, "%s", h->err.msg);
}

static inline st_date house_day(const char *z) {
    st_date d;
    ck_assert(st_date_parse(st_str_of(z), &d));
    return d;
}

static inline st_month house_month(const char *z) {
    st_month m;
    ck_assert(st_month_parse(st_str_of(z), &m));
    return m;
}

static inline st_val house_facts(house *h, int n, const entry *entries, size_t n_entries) {
    st_val *xs = ST_NEWN(&h->a, st_val, n_entries + 1), *v = ST_NEWN(&h->a, st_val, F_SLOTS);
    for (size_t i = 0; i < n_entries; i++) {
        st_val *x = ST_NEWN(&h->a, st_val, X_SLOTS);
        x[X_K] = entries[i].k ? st_string(st_str_of(entries[i].k)) : st_null();
        x[X_D] = entries[i].d ? st_date_val(house_day(entries[i].d)) : st_null();
        x[X_V] = st_number_int(entries[i].v);
        xs[i] = st_context_val(&h->a, &entry_shape, x);
    }
    v[F_N] = st_number_int(n);
    v[F_SINCE] = st_null();
    v[F_XS] = st_list_val(&h->a, xs, n_entries);
    return st_context_val(&h->a, &facts_shape, v);
}

/* Assesses for a run of the period. */
static inline void house_assess(house *h, const char *period, st_val facts) {
    st_calc_free(h->calc);
    h->calc = st_calc_new(h->s, house_month(period), house_day("2025-01-01"));
    st_calc_assess(h->calc, facts, &h->k);
}

static inline const st_due *house_due(const house *h, const char *benefit, const char *occasion) {
    for (size_t i = 0; i < h->k.n_dues; i++)
        if (st_str_is(h->s->benefits[h->k.dues[i].benefit].id, benefit) &&
            st_str_is(h->k.dues[i].occasion, occasion))
            return &h->k.dues[i];
    return NULL;
}

/* Fen owed; -1 held, -2 refused, -3 later, -4 no such occasion, -5 held for any occasion. */
static inline int64_t house_owed(const house *h, const char *benefit, const char *occasion) {
    const st_due *d = house_due(h, benefit, occasion);
    if (!d)
        return -4;
    return d->state == ST_DUE_OWED      ? d->amount
           : d->state == ST_DUE_HELD    ? -1
           : d->state == ST_DUE_ANY     ? -5
           : d->state == ST_DUE_REFUSED ? -2
                                        : -3;
}

#endif
