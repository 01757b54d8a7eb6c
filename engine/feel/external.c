/* External functions: the methods of Java's standard library that rules use, computed here in
 * decimals. No Java is run, and nothing outside this table is: any other class, method or signature
 * is null with a reason. */
#include "feel/builtin.h"
#include "feel/node.h"
#include <strings.h>

enum { SIGNATURE_MAX = 200, TRIG_TERMS_MAX = 200 };

typedef struct external {
    st_feel_node h;
    const st_feel_node *mapping;
    uint32_t n;
} external;

typedef struct method method;
typedef struct invocation {
    st_feel_frame *f;
    const st_src *where;
    const method *m;
    const st_val *args;
    uint32_t n;
} invocation;
typedef st_val method_fn(const invocation *c);

struct method {
    const char *class, *name, *types;
    method_fn *fn;
};

static st_val wrong(const invocation *c, const char *what) {
    return st_feel_error(c->f, ST_E_FEEL_EXTERNAL, c->where, NULL, "%s.%s: %s", c->m->class,
                         c->m->name, what);
}

/* -- methods -- */

static st_val same(const invocation *c) {
    return c->args[0];
}

static st_val larger(const invocation *c) {
    return c->args[st_dec_cmp(c->args[0].u.num, c->args[1].u.num) < 0];
}

static st_val smaller(const invocation *c) {
    return c->args[st_dec_cmp(c->args[0].u.num, c->args[1].u.num) > 0];
}

static st_val absolute(const invocation *c) {
    return st_number(st_dec_abs(c->args[0].u.num));
}

static st_val number_or(const invocation *c, bool ok, st_dec d) {
    return ok ? st_number(d) : wrong(c, "the result is undefined or out of range");
}

static st_val power(const invocation *c) {
    st_dec d = {{0, 0}};
    bool ok = st_dec_pow(c->args[0].u.num, c->args[1].u.num, &d);
    return number_or(c, ok, d);
}

static st_val root(const invocation *c) {
    st_dec d = {{0, 0}};
    bool ok = st_dec_sqrt(c->args[0].u.num, &d);
    return number_or(c, ok, d);
}

static st_val exponential(const invocation *c) {
    st_dec d = {{0, 0}};
    bool ok = st_dec_exp(c->args[0].u.num, &d);
    return number_or(c, ok, d);
}

static st_val logarithm(const invocation *c) {
    st_dec d = {{0, 0}};
    bool ok = st_dec_log(c->args[0].u.num, &d);
    return number_or(c, ok, d);
}

static st_val rounded(const invocation *c, st_round mode) {
    st_dec d = {{0, 0}};
    bool ok = st_dec_round(c->args[0].u.num, 0, mode, &d);
    return number_or(c, ok, d);
}

static st_val round_floor(const invocation *c) {
    return rounded(c, ST_ROUND_FLOOR);
}

static st_val round_ceiling(const invocation *c) {
    return rounded(c, ST_ROUND_CEILING);
}

/* Java rounds a half towards positive infinity: floor(x + 1/2). */
static st_val round_half(const invocation *c) {
    st_dec half, x, d = {{0, 0}};
    bool ok = st_dec_parse(ST_STR("0.5"), &half) && st_dec_add(c->args[0].u.num, half, &x) &&
              st_dec_round(x, 0, ST_ROUND_FLOOR, &d);
    return number_or(c, ok, d);
}

/* Sum of x^k/k! with alternating signs from k = first in steps of two, after x is brought below one
 * turn. */
static st_val series(const invocation *c, int first) {
    st_dec turn, x, x2, term, sum, tiny;
    bool ok = st_dec_parse(ST_STR("6.283185307179586476925286766559006"), &turn) &&
              st_dec_parse(ST_STR("1e-33"), &tiny) &&
              st_dec_rem_floor(c->args[0].u.num, turn, &x) && st_dec_mul(x, x, &x2);
    if (!ok)
        return wrong(c, "the angle is out of range");
    sum = term = first ? x : st_dec_int(1);
    for (int k = first + 1; ok && k < TRIG_TERMS_MAX && st_dec_cmp(st_dec_abs(term), tiny) > 0;
         k += 2)
        ok = st_dec_mul(term, x2, &term) &&
             st_dec_div(term, st_dec_int(-(int64_t)k * (k + 1)), &term) &&
             st_dec_add(sum, term, &sum);
    return number_or(c, ok, sum);
}

static st_val cosine(const invocation *c) {
    return series(c, 0);
}

static st_val sine(const invocation *c) {
    return series(c, 1);
}

static st_val parse_real(const invocation *c) {
    st_dec d = {{0, 0}};
    return st_dec_parse(st_str_trim(st_val_str(c->args[0])), &d)
               ? st_number(d)
               : wrong(c, "the text is not a number");
}

static st_val parse_truth(const invocation *c) {
    st_str s = st_val_str(c->args[0]);
    return st_bool(s.n == 4 && !strncasecmp(s.p, "true", 4));
}

static st_val text_of(st_arena *a, st_val v) {
    st_buf b;
    st_buf_init(&b, ST_FEEL_TEXT_MAX);
    st_feel_print(&b, v);
    st_val s = st_string(st_str_dup(a, st_buf_view(&b)));
    st_buf_free(&b);
    return s;
}

static st_val to_text(const invocation *c) {
    return text_of(c->f->arena, c->args[0]);
}

/* %s, %d and %% of Java's format; other conversions are refused rather than half done. */
static st_val format(const invocation *c) {
    st_str s = st_val_str(c->args[0]);
    st_buf b;
    st_buf_init(&b, ST_FEEL_TEXT_MAX);
    uint32_t next = 1;
    bool ok = true;
    for (size_t i = 0; i < s.n && ok; i++) {
        char kind = s.p[i] == '%' && i + 1 < s.n ? s.p[i + 1] : 0;
        if (s.p[i] != '%') {
            ok = st_buf_ch(&b, s.p[i]);
            continue;
        }
        i++;
        if (kind == '%' || kind == 'n')
            ok = st_buf_ch(&b, kind == 'n' ? '\n' : '%');
        else if ((ok = next < c->n &&
                       (kind == 's' || (kind == 'd' && c->args[next].kind == ST_NUMBER &&
                                        st_dec_is_int(c->args[next].u.num)))))
            st_feel_print(&b, c->args[next++]);
    }
    ok = ok && !b.overflow;
    st_val v = ok ? st_string(st_str_dup(c->f->arena, st_buf_view(&b)))
                  : wrong(c, "only %s, %d, %n and %% with an argument each are supported");
    st_buf_free(&b);
    return v;
}

/* -- the table -- */

#define FOUR(name, fn)                                                                             \
    {"java.lang.Math", name, "int,int", fn}, {"java.lang.Math", name, "long,long", fn},            \
        {"java.lang.Math", name, "float,float", fn}, {                                             \
        "java.lang.Math", name, "double,double", fn                                                \
    }
#define REAL(name, fn)                                                                             \
    { "java.lang.Math", name, "double", fn }
#define BOX(class, type, parse)                                                                    \
    {"java.lang." class, "valueOf", type, same},                                                   \
        {"java.lang." class, "valueOf", "java.lang.String", parse_real}, {                         \
        "java.lang." class, parse, "java.lang.String", parse_real                                  \
    }

static const method methods[] = {
    FOUR("max", larger),
    FOUR("min", smaller),
    {"java.lang.Math", "abs", "int", absolute},
    {"java.lang.Math", "abs", "long", absolute},
    {"java.lang.Math", "abs", "float", absolute},
    REAL("abs", absolute),
    {"java.lang.Math", "pow", "double,double", power},
    REAL("sqrt", root),
    REAL("exp", exponential),
    REAL("log", logarithm),
    REAL("floor", round_floor),
    REAL("ceil", round_ceiling),
    REAL("round", round_half),
    {"java.lang.Math", "round", "float", round_half},
    REAL("cos", cosine),
    REAL("sin", sine),
    BOX("Byte", "byte", "parseByte"),
    BOX("Short", "short", "parseShort"),
    BOX("Integer", "int", "parseInt"),
    BOX("Long", "long", "parseLong"),
    BOX("Float", "float", "parseFloat"),
    BOX("Double", "double", "parseDouble"),
    {"java.lang.Boolean", "valueOf", "boolean", same},
    {"java.lang.Boolean", "valueOf", "java.lang.String", parse_truth},
    {"java.lang.Boolean", "parseBoolean", "java.lang.String", parse_truth},
    {"java.lang.String", "valueOf", "char", to_text},
    {"java.lang.String", "valueOf", "boolean", to_text},
    {"java.lang.String", "valueOf", "int", to_text},
    {"java.lang.String", "valueOf", "long", to_text},
    {"java.lang.String", "format", "java.lang.String,[Ljava.lang.Object;", format},
};

/* -- arguments -- */

static const struct {
    const char *name;
    st_kind kind;
    int64_t lo, hi; /* whole numbers */
} types[] = {
    {"byte", ST_NUMBER, INT8_MIN, INT8_MAX},
    {"short", ST_NUMBER, INT16_MIN, INT16_MAX},
    {"int", ST_NUMBER, INT32_MIN, INT32_MAX},
    {"long", ST_NUMBER, INT64_MIN, INT64_MAX},
    {"float", ST_NUMBER, 0, 0},
    {"double", ST_NUMBER, 0, 0},
    {"boolean", ST_BOOL, 0, 0},
    {"char", ST_STRING, 1, 1},
    {"java.lang.String", ST_STRING, 0, 0},
};

static bool fits(st_str type, st_val v) {
    int64_t i;
    for (size_t k = 0; k < ST_LEN(types); k++) {
        if (!st_str_is(type, types[k].name))
            continue;
        if (v.kind != types[k].kind)
            return false;
        if (types[k].lo == types[k].hi)
            return !types[k].lo || st_utf8_count(st_val_str(v)) == 1;
        return st_dec_to_int(v.u.num, &i) && i >= types[k].lo && i <= types[k].hi;
    }
    return st_str_is(type, "[Ljava.lang.Object;");
}

/* What a valueOf or parse method of a whole-number class yields must fit that class too. */
static bool result_fits(const method *m, st_val v) {
    static const char *const whole[][2] = {{"java.lang.Byte", "byte"},
                                           {"java.lang.Short", "short"},
                                           {"java.lang.Integer", "int"},
                                           {"java.lang.Long", "long"}};
    for (size_t i = 0; i < ST_LEN(whole); i++)
        if (!strcmp(m->class, whole[i][0]))
            return st_is_null(v) || fits(st_str_of(whole[i][1]), v);
    return true;
}

static bool args_fit(const method *m, const st_val *args, uint32_t n) {
    st_str left = st_str_of(m->types);
    for (uint32_t i = 0; i < n; i++) {
        const char *comma = st_str_find(left, ST_STR(","));
        size_t len = comma ? (size_t)(comma - left.p) : left.n;
        if (!len || !fits(st_str_sub(left, 0, len), args[i]))
            return false;
        left = st_str_sub(left, len + (comma != NULL), left.n);
    }
    return left.n == 0;
}

/* -- calling -- */

/* "max(int, int)" to "max" and "int,int". */
static bool split_signature(st_str s, char name[SIGNATURE_MAX], char list[SIGNATURE_MAX]) {
    size_t n = 0, k = 0, i = 0;
    s = st_str_trim(s);
    if (s.n >= SIGNATURE_MAX)
        return false;
    for (; i < s.n && s.p[i] != '('; i++)
        if (s.p[i] != ' ')
            name[n++] = s.p[i];
    for (i++; i + 1 < s.n; i++)
        if (s.p[i] != ' ')
            list[k++] = s.p[i];
    name[n] = list[k] = 0;
    return n && s.p[s.n - 1] == ')';
}

static const method *find(st_str class, st_str signature) {
    char name[SIGNATURE_MAX], list[SIGNATURE_MAX];
    if (!split_signature(signature, name, list))
        return NULL;
    for (size_t i = 0; i < ST_LEN(methods); i++)
        if (st_str_is(class, methods[i].class) && !strcmp(name, methods[i].name) &&
            !strcmp(list, methods[i].types))
            return &methods[i];
    return NULL;
}

/* The mapping is {class, method signature}, or a context of it under `java`. */
static st_val eval_external(const st_feel_node *node, st_feel_frame *f) {
    const external *x = (const external *)node;
    st_val mapping = st_feel_eval(x->mapping, f), java = st_feel_get(mapping, ST_STR("java"));
    if (java.kind == ST_CONTEXT)
        mapping = java;
    st_val class = st_feel_get(mapping, ST_STR("class")),
           signature = st_feel_get(mapping, ST_STR("method signature"));
    if (class.kind != ST_STRING || signature.kind != ST_STRING)
        return st_feel_error(
            f, ST_E_FEEL_EXTERNAL, &node->src, NULL,
            "only external functions with a Java class and method signature are known");
    const method *m = find(st_val_str(class), st_val_str(signature));
    if (!m)
        return st_feel_error(f, ST_E_FEEL_EXTERNAL, &node->src, NULL,
                             "the Java method %.*s.%.*s is not known here",
                             ST_FMT(st_val_str(class)), ST_FMT(st_val_str(signature)));
    invocation c = {f, &node->src, m, f->slots, x->n};
    if (!args_fit(m, f->slots, x->n))
        return wrong(&c, "the arguments do not fit the signature");
    for (uint32_t i = 0; i < x->n; i++)
        st_feel_use(f, f->slots[i]);
    st_val v = m->fn(&c);
    return result_fits(m, v) ? v : wrong(&c, "the result does not fit the class");
}

st_feel_node *st_feel_make_external(st_feel_builder *b, st_feel_node *mapping, size_t n_params) {
    external *x = ST_NODE(b, external, ST_OP_FOREIGN, eval_external, &st_feel_any);
    x->mapping = mapping;
    x->n = (uint32_t)n_params;
    return &x->h;
}
