/* Literals, variables, if, and, or, instance of. */
#include "feel/node.h"

void *st_node_new(st_feel_builder *b, size_t size, st_op op,
                  st_val (*eval)(const st_feel_node *, st_feel_frame *), const st_feel_type *type) {
    st_feel_node *n = st_arena_calloc(b->arena, 1, size);
    n->op = (uint16_t)op;
    n->eval = eval;
    n->type = type;
    return n;
}

static st_val eval_literal(const st_feel_node *n, st_feel_frame *f) {
    (void)f;
    return st_val_of(&((const st_node_literal *)n)->v);
}

st_feel_node *st_feel_make_literal(st_feel_builder *b, st_val v) {
    st_node_literal *n =
        ST_NODE(b, st_node_literal, ST_OP_LITERAL, eval_literal, st_type_of(b->arena, v));
    n->v = v;
    return &n->h;
}

bool st_is_literal(const st_feel_node *n) {
    return n->op == ST_OP_LITERAL;
}

bool st_feel_constant(const st_feel_node *n, st_val *out) {
    if (n->op != ST_OP_LITERAL)
        return false;
    *out = ((const st_node_literal *)n)->v;
    return true;
}

st_feel_node *st_fold(st_feel_builder *b, st_feel_node *n) {
    st_val slots[1] = {st_null()};
    st_doubts doubts = {0};
    st_feel_env env = {.now = {.date = {1970, 1, 1}}, .doubts = &doubts};
    st_feel_frame f = {.slots = slots, .arena = b->arena, .env = &env};
    st_val v = n->eval(n, &f);
    if (st_why(v) || doubts.n)
        return n;
    st_feel_node *lit = st_feel_make_literal(b, v);
    lit->src = n->src;
    return lit;
}

static st_val eval_if(const st_feel_node *n, st_feel_frame *f) {
    const st_node_if *x = (const st_node_if *)n;
    st_val c = st_feel_eval(x->c, f);
    if (st_is_true(c))
        return st_feel_eval(x->t, f);
    st_feel_use(f, c);
    return st_feel_eval(x->e, f);
}

st_feel_node *st_feel_make_if(st_feel_builder *b, st_feel_node *c, st_feel_node *t,
                              st_feel_node *e) {
    st_node_if *n = ST_NODE(b, st_node_if, ST_OP_IF, eval_if, st_type_join(t->type, e->type));
    n->c = c;
    n->t = t;
    n->e = e;
    return &n->h;
}

static st_val unknown_logic(const st_node_binary *x, st_feel_frame *f, st_val l, st_val r) {
    const st_reason *why = st_why(l) ? st_why(l) : st_why(r);
    if (why)
        return st_null_because(why);
    return st_feel_error(f, ST_E_FEEL_OPERAND, &x->h.src, NULL, "`%s` of %s and %s is not known",
                         x->h.op == ST_OP_AND ? "and" : "or", st_kind_name(l.kind),
                         st_kind_name(r.kind));
}

/* Both sides are asked for what decides (false for and, true for or) until one says it beyond
 * doubt: the other one is then of no account, in whatever order they stand. */
static inline st_val logic(const st_node_binary *x, st_feel_frame *f, bool deciding) {
    st_doubts *d = st_doubts_in(f);
    st_doubt_mark start = st_doubt_mark_of(d);
    st_val l = st_feel_eval(x->l, f);
    bool l_decides = l.kind == ST_BOOL && l.u.b == deciding;
    if (l_decides && ST_LIKELY(!st_doubt_since(d, start)))
        return l;
    st_doubt_mark middle = st_doubt_mark_of(d);
    st_val r = st_feel_eval(x->r, f);
    bool r_decides = r.kind == ST_BOOL && r.u.b == deciding;
    if (r_decides && !st_doubt_since(d, middle))
        st_doubt_back(d, start);
    if (l_decides)
        return l;
    if (r_decides || (l.kind == ST_BOOL && r.kind == ST_BOOL))
        return r;
    return unknown_logic(x, f, l, r);
}

static st_val eval_and(const st_feel_node *n, st_feel_frame *f) {
    return logic((const st_node_binary *)n, f, false);
}

static st_val eval_or(const st_feel_node *n, st_feel_frame *f) {
    return logic((const st_node_binary *)n, f, true);
}

static st_feel_node *make_logic(st_feel_builder *b, st_op op, const st_feel_node *l,
                                const st_feel_node *r) {
    st_node_binary *n =
        ST_NODE(b, st_node_binary, op, op == ST_OP_AND ? eval_and : eval_or, &st_feel_boolean);
    n->l = l;
    n->r = r;
    return &n->h;
}

/* Asks of what kind a value is, so also whether there is one: an unknown is none, for certain. */
static st_val eval_instance(const st_feel_node *n, st_feel_frame *f) {
    const st_node_typed *x = (const st_node_typed *)n;
    return st_bool(st_feel_instance_of(st_feel_eval(x->x, f), x->type));
}

st_feel_node *st_make_instance(st_feel_builder *b, const st_feel_node *x, const st_feel_type *t) {
    st_node_typed *n = ST_NODE(b, st_node_typed, ST_OP_INSTANCE, eval_instance, &st_feel_boolean);
    n->x = x;
    n->type = t;
    return &n->h;
}

st_feel_node *st_make_binary(st_feel_builder *b, st_op op, unsigned which, const st_feel_node *l,
                             const st_feel_node *r) {
    switch (op) {
    case ST_OP_ARITH:
        return st_make_arith(b, (st_arith)which, l, r);
    case ST_OP_COMPARE:
        return st_make_compare(b, (st_cmp)which, l, r);
    default:
        return make_logic(b, op, l, r);
    }
}
