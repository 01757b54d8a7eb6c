/* The parser: operators by binding power, everything else by hand. It runs with the scope in hand
 * and makes nodes at once; there is no tree in between. */
#include "feel/parse.h"

/* -- operators -- */

typedef struct infix {
    const char *sign;
    uint8_t bp, op, which;
} infix;
/* Longer signs first. */
static const infix signs[] = {
    {"**", BP_POW, ST_OP_ARITH, ST_POW},      {"*", BP_MUL, ST_OP_ARITH, ST_MUL},
    {"/", BP_MUL, ST_OP_ARITH, ST_DIV},       {"+", BP_ADD, ST_OP_ARITH, ST_ADD},
    {"-", BP_ADD, ST_OP_ARITH, ST_SUB},       {"!=", BP_COMPARE, ST_OP_COMPARE, ST_NE},
    {"<=", BP_COMPARE, ST_OP_COMPARE, ST_LE}, {">=", BP_COMPARE, ST_OP_COMPARE, ST_GE},
    {"<", BP_COMPARE, ST_OP_COMPARE, ST_LT},  {">", BP_COMPARE, ST_OP_COMPARE, ST_GT},
    {"=", BP_COMPARE, ST_OP_COMPARE, ST_EQ},
};
static const infix word_signs[] = {
    {"and", BP_AND, ST_OP_AND, 0},
    {"or", BP_OR, ST_OP_OR, 0},
    {"between", BP_COMPARE, ST_OP_BETWEEN, 0},
    {"in", BP_COMPARE, ST_OP_IN, 0},
    {"instance", BP_INSTANCE, ST_OP_INSTANCE, 0},
};

static const infix *next_operator(st_parser *p) {
    st_parse_space(p);
    for (size_t i = 0; i < ST_LEN(signs); i++)
        if (st_parse_here(p, signs[i].sign))
            return &signs[i];
    for (size_t i = 0; i < ST_LEN(word_signs); i++)
        if (st_lex_keyword(p->text, p->at, word_signs[i].sign))
            return &word_signs[i];
    return NULL;
}

static st_feel_node *between(st_parser *p, st_feel_node *left) {
    st_feel_node *lo = st_parse_expression(p, BP_ADD);
    if (!lo || !st_parse_expect_word(p, "and", "the lower bound of `between`"))
        return NULL;
    st_feel_node *hi = st_parse_expression(p, BP_ADD);
    return hi ? st_make_between(p->b, left, lo, hi) : NULL;
}

static st_feel_node *instance(st_parser *p, st_feel_node *left) {
    if (!st_parse_expect_word(p, "of", "`instance`"))
        return NULL;
    const st_feel_type *t = st_parse_type(p);
    return t ? st_make_instance(p->b, left, t) : NULL;
}

static st_feel_node *apply(st_parser *p, const infix *o, st_feel_node *left, size_t from) {
    switch (o->op) {
    case ST_OP_BETWEEN:
        return between(p, left);
    case ST_OP_IN:
        return st_parse_in(p, left, from);
    case ST_OP_INSTANCE:
        return instance(p, left);
    default: {
        st_feel_node *right = st_parse_expression(p, o->bp + 1);
        return right ? st_make_binary(p->b, (st_op)o->op, o->which, left, right) : NULL;
    }
    }
}

/* Whether both sides are known, so that the value can be computed now. */
static bool constant_sides(const st_feel_node *n) {
    const st_node_binary *x = (const st_node_binary *)n;
    return (n->op == ST_OP_ARITH || n->op == ST_OP_COMPARE || n->op == ST_OP_AND ||
            n->op == ST_OP_OR) &&
           st_is_literal(x->l) && st_is_literal(x->r);
}

st_feel_node *st_parse_operators(st_parser *p, st_feel_node *left, size_t from, int bp) {
    uint32_t depth = p->depth;
    for (;;) {
        left = st_parse_postfix(p, left, from);
        const infix *o = left ? next_operator(p) : NULL;
        if (!left || !o || o->bp < bp || (p->bare_test && o->op == ST_OP_INSTANCE))
            break;
        if (!st_parse_deeper(p)) /* a chain to the left is as deep as it is long */
            return NULL;
        p->at += strlen(o->sign);
        left = apply(p, o, left, from);
        if (!left)
            break;
        st_parse_place(p, left, from);
        if (constant_sides(left))
            left = st_fold(p->b, left), p->depth = depth;
        if (!st_parse_check(p, left))
            return NULL;
    }
    p->depth = depth;
    return left;
}

st_feel_node *st_parse_expression(st_parser *p, int bp) {
    if (!st_parse_deeper(p))
        return NULL;
    st_parse_space(p);
    size_t from = p->at;
    bool outer = p->bare_test, whole = bp == BP_NONE;
    if (whole)
        p->bare_test = false;
    st_feel_node *n = whole ? st_parse_test_or_value(p) : st_parse_value(p);
    if (n && !n->src.text.p)
        st_parse_place(p, n, from);
    n = n ? st_parse_operators(p, n, from, bp) : NULL;
    p->bare_test = outer;
    p->depth--;
    return n;
}
