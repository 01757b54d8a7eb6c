/* Numeric functions. */
#include "feel/builtin.h"

/* A scale may have a fraction, which is dropped; outside the decimal's range it is refused. */
static bool scale_of(st_val v, int *scale) {
    st_dec whole;
    int64_t i;
    if (!st_dec_round(v.u.num, 0, ST_ROUND_DOWN, &whole) || !st_dec_to_int(whole, &i) ||
        i < ST_DEC_SCALE_MIN || i > ST_DEC_SCALE_MAX)
        return false;
    *scale = (int)i;
    return true;
}

static st_val rounded(st_call *c, const st_val *args, size_t n, st_round mode) {
    int scale = 0;
    st_dec out;
    if (n > 1 && (c->given & 2) && !scale_of(args[1], &scale))
        return st_builtin_null(c, "the scale is not within %d..%d", ST_DEC_SCALE_MIN,
                               ST_DEC_SCALE_MAX);
    if (!st_dec_round(args[0].u.num, scale, mode, &out))
        return st_builtin_null(c, "the result is out of range");
    return st_number(out);
}

static st_val fn_decimal(st_call *c, const st_val *args, size_t n) {
    return rounded(c, args, n, ST_ROUND_HALF_EVEN);
}
static st_val fn_floor(st_call *c, const st_val *args, size_t n) {
    return rounded(c, args, n, ST_ROUND_FLOOR);
}
static st_val fn_ceiling(st_call *c, const st_val *args, size_t n) {
    return rounded(c, args, n, ST_ROUND_CEILING);
}
static st_val fn_round_up(st_call *c, const st_val *args, size_t n) {
    return rounded(c, args, n, ST_ROUND_UP);
}
static st_val fn_round_down(st_call *c, const st_val *args, size_t n) {
    return rounded(c, args, n, ST_ROUND_DOWN);
}
static st_val fn_round_half_up(st_call *c, const st_val *args, size_t n) {
    return rounded(c, args, n, ST_ROUND_HALF_UP);
}
static st_val fn_round_half_down(st_call *c, const st_val *args, size_t n) {
    return rounded(c, args, n, ST_ROUND_HALF_DOWN);
}

static st_val fn_abs(ST_UNUSED st_call *c, const st_val *args, ST_UNUSED size_t n) {
    return st_number(st_dec_abs(args[0].u.num));
}

static st_val fn_abs_duration(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    bool negative = args[0].kind == ST_YM_DURATION ? args[0].u.months < 0 : args[0].u.seconds < 0;
    st_val out = args[0];
    if (negative && !st_feel_duration_scale(c->f->arena, args[0], st_dec_int(-1), false, &out))
        return st_builtin_null(c, "the result is out of range");
    return out;
}

static st_val fn_modulo(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    st_dec out;
    if (!st_dec_rem_floor(args[0].u.num, args[1].u.num, &out))
        return st_builtin_null(c, "division by zero or out of range");
    return st_number(out);
}

static st_val fn_sqrt(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    st_dec out;
    if (!st_dec_sqrt(args[0].u.num, &out))
        return st_builtin_null(c, "root of a negative number");
    return st_number(out);
}

static st_val fn_log(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    st_dec out;
    if (st_dec_sign(args[0].u.num) <= 0 || !st_dec_log(args[0].u.num, &out))
        return st_builtin_null(c, "logarithm of a number that is not positive");
    return st_number(out);
}

static st_val fn_exp(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    st_dec out;
    if (!st_dec_exp(args[0].u.num, &out))
        return st_builtin_null(c, "the result is out of range");
    return st_number(out);
}

static st_val parity(st_call *c, st_dec d, int64_t rest) {
    st_dec m;
    if (!st_dec_rem_floor(d, st_dec_int(2), &m))
        return st_builtin_null(c, "out of range");
    return st_bool(st_dec_cmp(m, st_dec_int(rest)) == 0);
}
static st_val fn_odd(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    return parity(c, args[0].u.num, 1);
}
static st_val fn_even(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    return parity(c, args[0].u.num, 0);
}

#define N                                                                                          \
    { "n", ST_P_NUMBER, 0 }
#define NUMBER                                                                                     \
    { "number", ST_P_NUMBER, 0 }
#define SCALE                                                                                      \
    { "scale", ST_P_NUMBER, 0 }
#define SCALE_OPTIONAL                                                                             \
    { "scale", ST_P_NUMBER, ST_P_OPTIONAL }

const st_builtin st_builtins_number[] = {
    {"decimal", fn_decimal, ST_T_NUMBER, 2, {N, SCALE}},
    {"floor", fn_floor, ST_T_NUMBER, 2, {N, SCALE_OPTIONAL}},
    {"ceiling", fn_ceiling, ST_T_NUMBER, 2, {N, SCALE_OPTIONAL}},
    {"round up", fn_round_up, ST_T_NUMBER, 2, {N, SCALE}},
    {"round down", fn_round_down, ST_T_NUMBER, 2, {N, SCALE}},
    {"round half up", fn_round_half_up, ST_T_NUMBER, 2, {N, SCALE}},
    {"round half down", fn_round_half_down, ST_T_NUMBER, 2, {N, SCALE}},
    {"abs", fn_abs, ST_T_NUMBER, 1, {N}},
    {"abs", fn_abs_duration, ST_T_ANY, 1, {{"n", ST_P_DURATION, 0}}},
    {"modulo",
     fn_modulo,
     ST_T_NUMBER,
     2,
     {{"dividend", ST_P_NUMBER, 0}, {"divisor", ST_P_NUMBER, 0}}},
    {"sqrt", fn_sqrt, ST_T_NUMBER, 1, {NUMBER}},
    {"log", fn_log, ST_T_NUMBER, 1, {NUMBER}},
    {"exp", fn_exp, ST_T_NUMBER, 1, {NUMBER}},
    {"odd", fn_odd, ST_T_BOOL, 1, {NUMBER}},
    {"even", fn_even, ST_T_BOOL, 1, {NUMBER}},
    {.name = NULL},
};
