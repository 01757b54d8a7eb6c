/* Faults that can be seen before any value is there: operands whose types never fit, arguments no
 * signature takes, constants without a value. Refused when the builder is strict; else the null of
 * evaluation tells. */
#include "feel/parse.h"

/* Kinds of values whose type says everything: not lists (one item stands for the item), not
 * contexts, not unknown. */
static bool plain(const st_feel_type *t) {
    return t->kind >= ST_T_BOOL && t->kind <= ST_T_DT_DURATION;
}

static void type_name(const st_feel_type *t, char *out, size_t size) {
    st_buf b;
    st_buf_init(&b, 0);
    st_feel_type_print(&b, t);
    snprintf(out, size, "%.*s", ST_FMT(st_utf8_cut(st_buf_view(&b), size - 1)));
    st_buf_free(&b);
}

/* "before LEFT between RIGHT after", at the node's place. */
static bool mismatch(st_parser *p, const st_feel_node *n, const st_feel_type *l,
                     const st_feel_type *r, const char *before, const char *between,
                     const char *after) {
    char left[80], right[80];
    type_name(l, left, sizeof left);
    type_name(r, right, sizeof right);
    size_t from = n->src.base - p->src->base;
    st_parse_fail(p, ST_E_FEEL_MISMATCH, from, from + n->src.text.n, "%s%s%s%s%s", before, left,
                  between, right, after);
    return false;
}

static bool ordered_or_equal(st_cmp op, const st_feel_type *l, const st_feel_type *r) {
    if (!plain(l) || !plain(r))
        return true;
    return l->kind == r->kind && (op <= ST_NE || l->kind != ST_T_BOOL);
}

static bool operands_fit(st_parser *p, const st_feel_node *n) {
    const st_node_binary *x = (const st_node_binary *)n;
    if (n->op == ST_OP_COMPARE && !ordered_or_equal((st_cmp)x->which, x->l->type, x->r->type))
        return mismatch(p, n, x->l->type, x->r->type, "", " and ",
                        " cannot be compared: the answer would always be null");
    if (n->op == ST_OP_ARITH && plain(x->l->type) && plain(x->r->type) &&
        st_arith_type((st_arith)x->which, x->l->type, x->r->type)->kind == ST_T_ANY)
        return mismatch(p, n, x->l->type, x->r->type, "this is not defined for ", " and ",
                        ": the result would always be null");
    return true;
}

static const st_param *param_of(const st_builtin *row, const st_node_builtin *x, uint32_t i) {
    if (!x->names)
        return row->n_params ? &row->params[i < row->n_params ? i : row->n_params - 1u] : NULL;
    for (uint32_t k = 0; k < row->n_params; k++)
        if (st_str_is(x->names[i], row->params[k].name))
            return &row->params[k];
    return NULL;
}

#define BIT(k) (1u << (k))
#define COMPARABLE                                                                                 \
    (BIT(ST_T_NUMBER) | BIT(ST_T_STRING) | BIT(ST_T_DATE) | BIT(ST_T_TIME) | BIT(ST_T_DATETIME) |  \
     BIT(ST_T_YM_DURATION) | BIT(ST_T_DT_DURATION))
/* The plain types a parameter takes; a plain value never is a context, a range, or a function. */
static const struct {
    const char *name;
    unsigned takes;
} accepts[] = {
    [ST_P_ANY] = {"value", ~0u},
    [ST_P_BOOL] = {"boolean", BIT(ST_T_BOOL)},
    [ST_P_NUMBER] = {"number", BIT(ST_T_NUMBER)},
    [ST_P_STRING] = {"string", BIT(ST_T_STRING)},
    [ST_P_DATE] = {"date", BIT(ST_T_DATE)},
    [ST_P_TIME] = {"time", BIT(ST_T_TIME)},
    [ST_P_DATETIME] = {"date and time", BIT(ST_T_DATETIME)},
    [ST_P_DATE_LIKE] = {"date", BIT(ST_T_DATE) | BIT(ST_T_DATETIME)},
    [ST_P_DURATION] = {"duration", BIT(ST_T_YM_DURATION) | BIT(ST_T_DT_DURATION)},
    [ST_P_LIST] = {"list", ~0u},
    [ST_P_CONTEXT] = {"context", 0},
    [ST_P_RANGE] = {"range", 0},
    [ST_P_FUNCTION] = {"function", 0},
    [ST_P_POINT_OR_RANGE] = {"point or range", COMPARABLE},
    [ST_P_COMPARABLE] = {"number, string or date", COMPARABLE},
};

static bool argument_fits(const st_param *param, const st_feel_type *t) {
    return !plain(t) || (accepts[param->type].takes & BIT(t->kind));
}

static bool row_takes(const st_builtin *row, const st_node_builtin *x) {
    bool variadic = row->n_params && (row->params[row->n_params - 1].flags & ST_P_VARIADIC);
    if (x->n > row->n_params && !variadic)
        return false;
    for (uint32_t i = 0; i < x->n; i++) {
        const st_param *param = param_of(row, x, i);
        if (!param || !argument_fits(param, x->args[i]->type))
            return false;
    }
    uint32_t needed = 0;
    for (uint32_t k = 0; k < row->n_params; k++)
        needed += !(row->params[k].flags & ST_P_OPTIONAL);
    return x->n >= needed;
}

static void signature(const st_builtin *row, st_buf *out) {
    st_buf_fmt(out, "%s(", row->name);
    for (uint32_t i = 0; i < row->n_params; i++)
        st_buf_fmt(out, "%s%s: %s", i ? ", " : "", row->params[i].name,
                   accepts[row->params[i].type].name);
    st_buf_z(out, ")");
}

static bool arguments_fit(st_parser *p, const st_feel_node *n) {
    const st_node_builtin *x = (const st_node_builtin *)n;
    for (size_t i = 0; i < x->n_rows; i++)
        if (row_takes(x->rows[i], x))
            return true;
    st_buf forms;
    st_buf_init(&forms, ST_MSG_MAX / 2);
    for (size_t i = 0; i < x->n_rows && i < 3; i++) {
        if (i)
            st_buf_z(&forms, " or ");
        signature(x->rows[i], &forms);
    }
    size_t from = n->src.base - p->src->base;
    st_parse_fail(p, ST_E_FEEL_MISMATCH, from, from + n->src.text.n,
                  "these arguments do not fit: it is %.*s", ST_FMT(st_buf_view(&forms)));
    st_buf_free(&forms);
    return false;
}

static bool all_literal(const st_feel_node *n) {
    const st_node_binary *two = (const st_node_binary *)n;
    const st_node_builtin *call = (const st_node_builtin *)n;
    const st_node_range *range = (const st_node_range *)n;
    if (n->op == ST_OP_RANGE)
        return range->lo && range->hi && st_is_literal(range->lo) && st_is_literal(range->hi);
    if (n->op == ST_OP_ARITH || n->op == ST_OP_COMPARE)
        return st_is_literal(two->l) && st_is_literal(two->r);
    if (n->op != ST_OP_BUILTIN || call->n == 0)
        return false;
    for (uint32_t i = 0; i < call->n; i++) {
        st_val v;
        if (!st_feel_constant(call->args[i], &v) || v.kind == ST_FUNCTION)
            return false;
    }
    return true;
}

/* Constants were folded where they have a value: what is left has none. A range that ends before it
 * starts is one of them. */
static bool constant_has_value(st_parser *p, const st_feel_node *n) {
    if (!all_literal(n))
        return true;
    st_feel_env env = {.now = {.date = {1970, 1, 1}}};
    st_feel_frame f = {.arena = p->b->arena, .env = &env};
    st_val v = st_feel_eval(n, &f);
    if (v.kind != ST_NULL || !v.u.reason)
        return true;
    size_t from = n->src.base - p->src->base;
    st_parse_fail(p, ST_E_FEEL_MISMATCH, from, from + n->src.text.n, "this never has a value: %s",
                  st_reason_text(v.u.reason));
    return false;
}

bool st_parse_check(st_parser *p, const st_feel_node *n) {
    if (!p->b->strict)
        return true;
    if (n->op == ST_OP_BUILTIN && !arguments_fit(p, n))
        return false;
    return operands_fit(p, n) && constant_has_value(p, n);
}

bool st_parse_check_test(st_parser *p, const st_test *t, const st_feel_type *input) {
    const st_feel_type *type = t->x->type;
    if (!p->b->strict || !input || t->kind == ST_TEST_BOOLEAN)
        return true;
    if (t->kind == ST_TEST_COMPARE && !ordered_or_equal((st_cmp)t->op, input, type))
        return mismatch(p, t->x, input, type, "", " is tested here, which cannot be compared with ",
                        "");
    if (t->kind != ST_TEST_CELL || !plain(input))
        return true;
    const st_feel_type *of =
        (type->kind == ST_T_RANGE || type->kind == ST_T_LIST) && type->elem ? type->elem : type;
    if (plain(of) && of->kind != input->kind && !st_test_truth(t->x))
        return mismatch(p, t->x, input, of, "", " is tested here, which is never equal to ", "");
    return true;
}
