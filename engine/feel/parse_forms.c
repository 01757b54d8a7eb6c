/* Longer forms: for, some, every, function, context. */
#include "feel/parse.h"

static const char *const in_word[] = {"in", NULL};

enum { ITERATORS_MAX = 64 };

static const st_feel_type *item_type(const st_iterator *it) {
    const st_feel_type *t = it->in->type;
    if (it->to)
        return t->kind == it->to->type->kind && (t->kind == ST_T_NUMBER || t->kind == ST_T_DATE)
                   ? t
                   : &st_feel_any;
    if (t->kind == ST_T_LIST || t->kind == ST_T_RANGE)
        return t->elem ? t->elem : &st_feel_any;
    return t;
}

/* name in expression [.. expression], several with commas; the variables stay declared. */
static size_t iterators(st_parser *p, st_iterator *it) {
    size_t n = 0;
    do {
        if (n == ITERATORS_MAX) {
            st_parse_fail(p, ST_E_FEEL_LIMIT, p->at, p->at + 1,
                          "more than %d variables in one loop", ITERATORS_MAX);
            return 0;
        }
        st_str name = st_parse_new_name(p, "", in_word, "the name of a variable");
        if (!name.n || !st_parse_expect_word(p, "in", "the variable"))
            return 0;
        it[n] = (st_iterator){.in = st_parse_expression(p, BP_NONE)};
        if (!it[n].in)
            return 0;
        if (st_parse_take(p, "..")) {
            it[n].to = st_parse_expression(p, BP_NONE);
            if (!it[n].to)
                return 0;
        }
        it[n].slot = st_feel_scope_declare(p->b, name, item_type(&it[n]));
        n++;
    } while (st_parse_take(p, ","));
    return n;
}

st_feel_node *st_parse_for(st_parser *p, size_t from) {
    st_iterator it[ITERATORS_MAX];
    (void)from;
    st_feel_scope_push(p->b);
    size_t n = iterators(p, it);
    st_feel_node *body = NULL;
    uint32_t partial = UINT32_MAX;
    if (n && st_parse_expect_word(p, "return", "the list")) {
        size_t at = p->at;
        partial = st_feel_scope_declare(p->b, ST_STR("partial"), st_type_of_kind(ST_T_LIST));
        body = st_parse_expression(p, BP_NONE);
        /* the list of results so far is made only where the word occurs */
        if (body && !st_str_find(st_str_sub(p->text, at, p->at - at), ST_STR("partial")))
            partial = UINT32_MAX;
    }
    st_feel_scope_pop(p->b);
    return body ? st_make_iteration(p->b, ST_OP_FOR, false, it, n, partial, body) : NULL;
}

st_feel_node *st_parse_quantified(st_parser *p, size_t from, bool every) {
    st_iterator it[ITERATORS_MAX];
    (void)from;
    st_feel_scope_push(p->b);
    size_t n = iterators(p, it);
    st_feel_node *body = NULL;
    if (n && st_parse_expect_word(p, "satisfies", "the list"))
        body = st_parse_expression(p, BP_NONE);
    st_feel_scope_pop(p->b);
    return body ? st_make_iteration(p->b, ST_OP_QUANTIFIED, every, it, n, UINT32_MAX, body) : NULL;
}

typedef ST_VEC(st_feel_field) field_vec;

static bool parameters(st_parser *p, field_vec *params) {
    static const char *const none[] = {NULL};
    if (!st_parse_expect(p, "(", "`function`"))
        return false;
    while (st_parse_peek(p) != ')') {
        size_t at = p->at;
        st_str name = st_parse_new_name(p, ":,)", none, "the name of a parameter");
        if (!name.n)
            return false;
        for (size_t i = 0; i < params->n; i++)
            if (st_feel_same_name(params->items[i].name, name)) {
                st_parse_fail(p, ST_E_FEEL_DUPLICATE, at, p->at, "two parameters are called `%.*s`",
                              ST_FMT(name));
                return false;
            }
        const st_feel_type *type = &st_feel_any;
        if (st_parse_take(p, ":") && !(type = st_parse_type(p)))
            return false;
        ST_VEC_PUSH(p->b->arena, params, ((st_feel_field){name, type}));
        if (!st_parse_take(p, ","))
            break;
    }
    return st_parse_expect(p, ")", "the parameters");
}

st_feel_node *st_parse_function(st_parser *p, size_t from) {
    field_vec params = {0};
    (void)from;
    if (!parameters(p, &params))
        return NULL;
    bool external = st_parse_word(p, "external");
    st_feel_function_begin(p->b, params.items, params.n);
    st_feel_node *body = st_parse_expression(p, BP_NONE);
    if (body && external)
        body = st_feel_make_external(p->b, body, params.n);
    return body ? st_feel_function_end(p->b, body, NULL) : NULL;
}

typedef struct entries {
    ST_VEC(st_str) names;
    ST_VEC(uint32_t) slots;
    ST_VEC(st_feel_node *) values;
} entries;

static bool entry_key(st_parser *p, st_str *name) {
    static const char *const none[] = {NULL};
    if (st_parse_peek(p) != '"') {
        *name = st_parse_new_name(p, ":", none, "the name of an entry");
        return name->n > 0;
    }
    size_t end;
    const char *wrong = st_lex_string(p->b->arena, p->text, p->at, &end, name);
    if (wrong) {
        st_parse_fail(p, ST_E_FEEL_LITERAL, end, end + 1, "%s", wrong);
        return false;
    }
    p->at = end;
    return true;
}

static bool entry(st_parser *p, entries *e) {
    st_str name;
    st_parse_space(p);
    size_t at = p->at;
    if (!entry_key(p, &name))
        return false;
    for (size_t i = 0; i < e->names.n; i++)
        if (st_feel_same_name(e->names.items[i], name)) {
            st_parse_fail(p, ST_E_FEEL_DUPLICATE, at, p->at, "two entries are called `%.*s`",
                          ST_FMT(name));
            return false;
        }
    if (!st_parse_expect(p, ":", "the name of an entry"))
        return false;
    st_feel_node *value = st_parse_expression(p, BP_NONE);
    if (!value)
        return false;
    ST_VEC_PUSH(p->b->arena, &e->names, name);
    ST_VEC_PUSH(p->b->arena, &e->values, value);
    ST_VEC_PUSH(p->b->arena, &e->slots, st_feel_scope_declare(p->b, name, value->type));
    return true;
}

st_feel_node *st_parse_context(st_parser *p, size_t from) {
    entries e = {0};
    bool outer = p->range_end, ok = true;
    (void)from;
    p->range_end = false;
    p->at++;
    st_feel_scope_push(p->b);
    while (ok && st_parse_peek(p) != '}') {
        ok = entry(p, &e);
        if (ok && !st_parse_take(p, ","))
            break;
    }
    ok = ok && st_parse_expect(p, "}", "the entries of the context");
    st_feel_scope_pop(p->b);
    p->range_end = outer;
    return ok ? st_feel_make_context(p->b, e.names.items, e.slots.items, e.values.items, e.values.n,
                                     NULL)
              : NULL;
}
