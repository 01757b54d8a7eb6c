/* Arithmetic: the matrix of operand kinds as data. A pair that has no row is null with a reason. */
#include "feel/node.h"

enum { STEPS_OF_POWER = 32 }; /* a power takes as long as so many steps of a loop */

/* False: out of range or undefined. */
typedef bool arith_fn(st_arena *a, st_val x, st_val y, st_val *out);

static bool num_add(st_arena *a, st_val x, st_val y, st_val *out) {
    (void)a;
    out->kind = ST_NUMBER;
    return st_dec_add(x.u.num, y.u.num, &out->u.num);
}
static bool num_sub(st_arena *a, st_val x, st_val y, st_val *out) {
    (void)a;
    out->kind = ST_NUMBER;
    return st_dec_sub(x.u.num, y.u.num, &out->u.num);
}
static bool num_mul(st_arena *a, st_val x, st_val y, st_val *out) {
    (void)a;
    out->kind = ST_NUMBER;
    return st_dec_mul(x.u.num, y.u.num, &out->u.num);
}
static bool num_div(st_arena *a, st_val x, st_val y, st_val *out) {
    (void)a;
    out->kind = ST_NUMBER;
    return st_dec_div(x.u.num, y.u.num, &out->u.num);
}
static bool num_pow(st_arena *a, st_val x, st_val y, st_val *out) {
    (void)a;
    out->kind = ST_NUMBER;
    return st_dec_pow(x.u.num, y.u.num, &out->u.num);
}
static bool text_add(st_arena *a, st_val x, st_val y, st_val *out) {
    size_t n = (size_t)x.n + y.n;
    if (n > UINT32_MAX / 2)
        return false;
    char *p = st_arena_alloc(a, n ? n : 1);
    memcpy(p, x.u.s, x.n);
    memcpy(p + x.n, y.u.s, y.n);
    *out = st_string((st_str){p, n});
    return true;
}
static bool duration_times(st_arena *a, st_val x, st_val y, st_val *out) {
    return st_feel_duration_scale(a, x, y.u.num, false, out);
}
static bool times_duration(st_arena *a, st_val x, st_val y, st_val *out) {
    return st_feel_duration_scale(a, y, x.u.num, false, out);
}
static bool duration_by(st_arena *a, st_val x, st_val y, st_val *out) {
    return st_feel_duration_scale(a, x, y.u.num, true, out);
}
static bool duration_ratio(st_arena *a, st_val x, st_val y, st_val *out) {
    (void)a;
    out->kind = ST_NUMBER;
    return st_feel_duration_ratio(x, y, &out->u.num);
}

typedef struct rule {
    arith_fn *fn;
    uint8_t result; /* st_feel_tkind */
} rule;

#define N ST_NUMBER
#define YM ST_YM_DURATION
#define DT ST_DT_DURATION
#define TEMPORAL_ADD(l, r, res) [ST_ADD][l][r] = {st_feel_temporal_add, res}
#define TEMPORAL_SUB(l, r, res) [ST_SUB][l][r] = {st_feel_temporal_sub, res}
static const rule matrix[ST_ARITH_COUNT][ST_KIND_COUNT][ST_KIND_COUNT] = {
    [ST_ADD][N][N] = {num_add, ST_T_NUMBER},
    [ST_SUB][N][N] = {num_sub, ST_T_NUMBER},
    [ST_MUL][N][N] = {num_mul, ST_T_NUMBER},
    [ST_DIV][N][N] = {num_div, ST_T_NUMBER},
    [ST_POW][N][N] = {num_pow, ST_T_NUMBER},
    [ST_ADD][ST_STRING][ST_STRING] = {text_add, ST_T_STRING},
    [ST_MUL][YM][N] = {duration_times, ST_T_YM_DURATION},
    [ST_MUL][N][YM] = {times_duration, ST_T_YM_DURATION},
    [ST_DIV][YM][N] = {duration_by, ST_T_YM_DURATION},
    [ST_DIV][YM][YM] = {duration_ratio, ST_T_NUMBER},
    [ST_MUL][DT][N] = {duration_times, ST_T_DT_DURATION},
    [ST_MUL][N][DT] = {times_duration, ST_T_DT_DURATION},
    [ST_DIV][DT][N] = {duration_by, ST_T_DT_DURATION},
    [ST_DIV][DT][DT] = {duration_ratio, ST_T_NUMBER},
    TEMPORAL_ADD(YM, YM, ST_T_YM_DURATION),
    TEMPORAL_ADD(DT, DT, ST_T_DT_DURATION),
    TEMPORAL_ADD(ST_DATE, YM, ST_T_DATE),
    TEMPORAL_ADD(YM, ST_DATE, ST_T_DATE),
    TEMPORAL_ADD(ST_DATE, DT, ST_T_DATE),
    TEMPORAL_ADD(DT, ST_DATE, ST_T_DATE),
    TEMPORAL_ADD(ST_DATETIME, YM, ST_T_DATETIME),
    TEMPORAL_ADD(YM, ST_DATETIME, ST_T_DATETIME),
    TEMPORAL_ADD(ST_DATETIME, DT, ST_T_DATETIME),
    TEMPORAL_ADD(DT, ST_DATETIME, ST_T_DATETIME),
    TEMPORAL_ADD(ST_TIME, DT, ST_T_TIME),
    TEMPORAL_ADD(DT, ST_TIME, ST_T_TIME),
    TEMPORAL_SUB(YM, YM, ST_T_YM_DURATION),
    TEMPORAL_SUB(DT, DT, ST_T_DT_DURATION),
    TEMPORAL_SUB(ST_DATE, ST_DATE, ST_T_DT_DURATION),
    TEMPORAL_SUB(ST_DATE, ST_DATETIME, ST_T_DT_DURATION),
    TEMPORAL_SUB(ST_DATETIME, ST_DATE, ST_T_DT_DURATION),
    TEMPORAL_SUB(ST_DATETIME, ST_DATETIME, ST_T_DT_DURATION),
    TEMPORAL_SUB(ST_TIME, ST_TIME, ST_T_DT_DURATION),
    TEMPORAL_SUB(ST_DATE, YM, ST_T_DATE),
    TEMPORAL_SUB(ST_DATE, DT, ST_T_DATE),
    TEMPORAL_SUB(ST_DATETIME, YM, ST_T_DATETIME),
    TEMPORAL_SUB(ST_DATETIME, DT, ST_T_DATETIME),
    TEMPORAL_SUB(ST_TIME, DT, ST_T_TIME),
};
#undef N
#undef YM
#undef DT

static const char *const signs[] = {"+", "-", "*", "/", "**"};
#define WITH_NULL(sign)                                                                            \
    {                                                                                              \
        "`" sign "` with null: the left side has no value",                                        \
            "`" sign "` with null: the right side has no value"                                    \
    }
static const char *const with_null[][2] = {WITH_NULL("+"), WITH_NULL("-"), WITH_NULL("*"),
                                           WITH_NULL("/"), WITH_NULL("**")};

static st_val arith_error(const st_node_binary *x, st_feel_frame *f, st_val l, st_val r) {
    const st_reason *why = st_why(l) ? st_why(l) : st_why(r);
    if (st_is_null(l) || st_is_null(r))
        return st_feel_error_text(f, ST_E_FEEL_OPERAND, &x->h.src, why,
                                  with_null[x->which][!st_is_null(l)]);
    return st_feel_error(f, ST_E_FEEL_OPERAND, &x->h.src, NULL, "`%s` is not defined for %s and %s",
                         signs[x->which], st_kind_name(l.kind), st_kind_name(r.kind));
}

static st_val arith(const st_node_binary *x, st_feel_frame *f, st_val l, st_val r) {
    arith_fn *fn = matrix[x->which][l.kind][r.kind].fn;
    if (!fn)
        return arith_error(x, f, l, r);
    if (x->which == ST_POW && !st_steps(f, STEPS_OF_POWER))
        return st_out_of_steps(f, &x->h.src);
    st_val out = {0};
    if (ST_LIKELY(fn(f->arena, l, r, &out)))
        return out;
    bool zero = x->which == ST_DIV && r.kind == ST_NUMBER && st_dec_sign(r.u.num) == 0;
    return st_feel_error(f, ST_E_FEEL_ARITHMETIC, &x->h.src, NULL,
                         zero ? "division by zero"
                              : "the result of `%s` is undefined or out of range",
                         signs[x->which]);
}

static st_val eval_arith(const st_feel_node *n, st_feel_frame *f) {
    const st_node_binary *x = (const st_node_binary *)n;
    st_val l = st_feel_eval(x->l, f);
    return arith(x, f, l, st_feel_eval(x->r, f));
}

const st_feel_type *st_arith_type(st_arith op, const st_feel_type *l, const st_feel_type *r) {
    static const uint8_t kind_of[] = {
        [ST_T_NUMBER] = ST_NUMBER,
        [ST_T_STRING] = ST_STRING,
        [ST_T_DATE] = ST_DATE,
        [ST_T_TIME] = ST_TIME,
        [ST_T_DATETIME] = ST_DATETIME,
        [ST_T_YM_DURATION] = ST_YM_DURATION,
        [ST_T_DT_DURATION] = ST_DT_DURATION,
        [ST_T_FUNCTION] = ST_NULL,
    };
    const rule *m = &matrix[op][kind_of[l->kind]][kind_of[r->kind]];
    return m->fn ? st_type_of_kind((st_feel_tkind)m->result) : &st_feel_any;
}

st_feel_node *st_make_arith(st_feel_builder *b, st_arith op, const st_feel_node *l,
                            const st_feel_node *r) {
    st_node_binary *n =
        ST_NODE(b, st_node_binary, ST_OP_ARITH, eval_arith, st_arith_type(op, l->type, r->type));
    n->l = l;
    n->r = r;
    n->which = (uint8_t)op;
    return &n->h;
}

static st_val eval_negate(const st_feel_node *n, st_feel_frame *f) {
    const st_node_unary *x = (const st_node_unary *)n;
    st_val v = st_feel_eval(x->x, f);
    switch (v.kind) {
    case ST_NUMBER:
        return st_number(st_dec_neg(v.u.num));
    case ST_YM_DURATION:
        if (v.u.months != INT64_MIN)
            return st_ym_duration(-v.u.months);
        break;
    case ST_DT_DURATION: /* the rest of a second counts upwards */
        if (v.u.seconds != INT64_MIN)
            return v.n ? st_dt_duration(-v.u.seconds - 1, 1000000000u - v.n)
                       : st_dt_duration(-v.u.seconds, 0);
        break;
    default:
        break;
    }
    return st_feel_error(f, ST_E_FEEL_OPERAND, &n->src, st_why(v), "`-` is not defined for %s",
                         st_kind_name(v.kind));
}

st_feel_node *st_make_negate(st_feel_builder *b, const st_feel_node *x) {
    bool kept = x->type->kind == ST_T_NUMBER || x->type->kind == ST_T_YM_DURATION ||
                x->type->kind == ST_T_DT_DURATION;
    st_node_unary *n =
        ST_NODE(b, st_node_unary, ST_OP_NEGATE, eval_negate, kept ? x->type : &st_feel_any);
    n->x = x;
    return &n->h;
}
