/* Decision tables: what the hit policy makes of the rules that hold. Input expressions are
 * evaluated once, outputs for rules that count only. */
#include "dmn/table_int.h"

typedef dmn_hits hits;

/* -- outputs -- */

static st_val wrong_text(const dmn_table *t, st_feel_frame *f, st_code code, const st_reason *cause,
                         const char *text) {
    st_reason *r = st_arena_alloc(f->arena, sizeof *r);
    *r = (st_reason){.code = code, .pos = t->pos, .fixed = text, .cause = cause};
    return st_null_because(r);
}

/* What went wrong in a table: a text in whole, or about an output, a column or rules. */
typedef struct table_unsaid {
    st_unsaid h;
    const dmn_table *t;
    const char *text;
    uint32_t rule, output;
    const dmn_column *column;
    const uint32_t *rules; /* n of them */
    uint32_t n;
} table_unsaid;

enum { RULES_SHOWN = 240, FORMS_MAX = 200 }; /* bytes of a list of rules, of the rest */

static void say_rules(st_buf *out, const uint32_t *rules, uint32_t n) {
    st_buf b;
    st_buf_init(&b, RULES_SHOWN);
    for (uint32_t i = 0; i < n && !b.overflow; i++)
        st_buf_fmt(&b, "%s%u", i == 0 ? "" : i + 1 == n ? " and " : ", ", rules[i] + 1);
    st_buf_str(out, st_buf_view(&b));
    st_buf_z(out, b.overflow ? " and more" : "");
    st_buf_free(&b);
}

static void say_wrong(const st_unsaid *u, st_buf *out) {
    const table_unsaid *x = (const table_unsaid *)(const void *)u;
    st_buf_fmt(out, "table '%.*s': ", ST_FMT(x->t->name));
    if (x->rules) {
        st_buf_fmt(out, "hit policy %s, but rules ", st_dmn_policy_name(x->t->policy));
        say_rules(out, x->rules, x->n);
        st_buf_fmt(out, " %s", x->text);
    } else if (x->column) {
        st_buf_fmt(out, "the value of '%.*s' is not among the input values",
                   ST_FMT(x->column->label));
    } else if (x->text) {
        st_buf_z(out, x->text);
    } else {
        st_buf_fmt(out, "output %u of rule %u is not among the output values", x->output + 1,
                   x->rule + 1);
    }
}

static st_val wrong_of(st_feel_frame *f, st_code code, const st_reason *cause,
                       const table_unsaid *what) {
    table_unsaid *x = st_arena_alloc(f->arena, sizeof *x);
    *x = *what;
    x->h.say = say_wrong;
    size_t most = x->t->name.n + (x->column ? x->column->label.n : 0) +
                  (x->rules ? RULES_SHOWN : 0) + FORMS_MAX;
    x->h.size = most + 1;
    x->h.room = st_arena_alloc(f->arena, x->h.size);
    st_reason *r = st_arena_alloc(f->arena, sizeof *r);
    *r = (st_reason){.code = code, .pos = x->t->pos, .unsaid = &x->h, .cause = cause};
    return st_null_because(r);
}

static st_val wrong(const dmn_table *t, st_feel_frame *f, st_code code, const st_reason *cause,
                    const char *text) {
    return wrong_of(f, code, cause, &(table_unsaid){.t = t, .text = text});
}

static st_val output(const dmn_table *t, uint32_t rule, uint32_t i, st_feel_frame *f) {
    const dmn_rule *r = &t->rules[rule];
    const dmn_output *o = &t->out[i];
    if (r->constants[i].kind != ST_KIND_COUNT)
        return r->constants[i];
    st_val v = st_feel_eval(r->outputs[i], f);
    if (!o->allowed || st_is_null(v))
        return v;
    f->slots[o->slot] = v;
    if (st_is_true(st_feel_eval(o->allowed, f)))
        return v;
    return wrong_of(f, ST_E_DMN_OUTPUT_VALUE, NULL,
                    &(table_unsaid){.t = t, .rule = rule, .output = i});
}

static st_val hit_value(const dmn_table *t, uint32_t rule, st_feel_frame *f) {
    if (t->n_out == 1)
        return output(t, rule, 0, f);
    st_val *v = st_arena_alloc(f->arena, t->n_out * sizeof *v);
    for (uint32_t i = 0; i < t->n_out; i++)
        v[i] = output(t, rule, i, f);
    return st_context_val(f->arena, t->shape, v);
}

static void fire(const dmn_table *t, const hits *h, st_feel_frame *f) {
    for (uint32_t i = 0; i < h->n; i++)
        st_dmn_fire(f->env->user, t, h->v[i]);
}

static st_val several(const dmn_table *t, const hits *h, st_feel_frame *f, st_code code,
                      const char *what) {
    fire(t, h, f);
    uint32_t *rules = st_arena_alloc(f->arena, h->n * sizeof *rules);
    memcpy(rules, h->v, h->n * sizeof *rules);
    return wrong_of(f, code, NULL,
                    &(table_unsaid){.t = t, .text = what, .rules = rules, .n = h->n});
}

static st_val any(const dmn_table *t, const hits *h, st_feel_frame *f) {
    st_val v = hit_value(t, h->v[0], f);
    for (uint32_t i = 1; i < h->n; i++) {
        st_val other = hit_value(t, h->v[i], f);
        const st_reason *why = st_doubt_equal(v, other);
        if (why)
            st_doubt_raise(f->env->doubts, why);
        if (st_feel_equal(v, other) != 1)
            return several(t, h, f, ST_E_DMN_ANY, "match with different outputs");
    }
    fire(t, h, f);
    return v;
}

static st_val one(const dmn_table *t, uint32_t rule, st_feel_frame *f) {
    st_dmn_fire(f->env->user, t, rule);
    return hit_value(t, rule, f);
}

/* -- order of outputs -- */

static size_t rank(const dmn_output *o, st_val v) {
    for (size_t i = 0; i < o->n_order; i++) {
        dmn_cell c = {.v = &o->order[i], .n = 1};
        if (st_feel_equal(o->order[i].lo, v) == 1 || st_dmn_in_ordered(&c, v))
            return i;
    }
    return o->n_order;
}

/* Whether the outputs of a come before those of b; the first output counts most. */
static bool before(const dmn_table *t, st_val a, st_val b) {
    for (uint32_t i = 0; i < t->n_out; i++) {
        size_t x = rank(&t->out[i], t->n_out == 1 ? a : a.u.context->v[i]);
        size_t y = rank(&t->out[i], t->n_out == 1 ? b : b.u.context->v[i]);
        if (x != y)
            return x < y;
    }
    return false;
}

/* An output that is unknown has no place in the order. */
static void use_outputs(const st_val *v, uint32_t n, st_feel_frame *f) {
    uint64_t seen = 0;
    const st_reason *why = NULL;
    for (uint32_t i = 0; i < n && !why; i++)
        why = st_doubt_inside(v[i], &seen);
    if (why)
        st_doubt_raise(f->env->doubts, why);
}

static st_val priority(const dmn_table *t, const hits *h, st_feel_frame *f) {
    uint32_t best = 0;
    st_val v = hit_value(t, h->v[0], f);
    for (uint32_t i = 1; i < h->n; i++) {
        st_val x = hit_value(t, h->v[i], f);
        use_outputs((st_val[]){v, x}, 2, f);
        if (before(t, x, v)) {
            v = x;
            best = i;
        }
    }
    st_dmn_fire(f->env->user, t, h->v[best]);
    return v;
}

static st_val *hit_values(const dmn_table *t, const hits *h, st_feel_frame *f) {
    st_val *v = st_arena_alloc(f->arena, (size_t)h->n * sizeof *v);
    for (uint32_t i = 0; i < h->n; i++)
        v[i] = hit_value(t, h->v[i], f);
    fire(t, h, f);
    return v;
}

/* Merge sort: stable, so that rules with equal outputs keep their order. Depth is log2 of the
 * rules. */
static void sort(const dmn_table *t, st_val *v, st_val *tmp, size_t n) {
    if (n < 2)
        return;
    size_t half = n / 2, a = 0, b = half, k = 0;
    sort(t, v, tmp, half);
    sort(t, v + half, tmp, n - half);
    while (a < half || b < n) {
        bool right = a == half || (b < n && before(t, v[b], v[a]));
        tmp[k++] = right ? v[b++] : v[a++];
    }
    memcpy(v, tmp, n * sizeof *v);
}

static st_val ordered(const dmn_table *t, const hits *h, st_feel_frame *f) {
    st_val *v = hit_values(t, h, f);
    if (h->n > 1)
        use_outputs(v, h->n, f);
    sort(t, v, st_arena_alloc(f->arena, h->n * sizeof *v), h->n);
    return st_list_val(f->arena, v, h->n);
}

/* -- aggregation -- */

static st_val sum(const dmn_table *t, const st_val *v, uint32_t n, st_feel_frame *f) {
    st_dec total = st_dec_int(0);
    for (uint32_t i = 0; i < n; i++)
        if (v[i].kind != ST_NUMBER || !st_dec_add(total, v[i].u.num, &total))
            return wrong(t, f, ST_E_DMN_AGGREGATE, st_is_null(v[i]) ? v[i].u.reason : NULL,
                         "an output to be added is not a number");
    return st_number(total);
}

static st_val extreme(const dmn_table *t, const st_val *v, uint32_t n, int sign, st_feel_frame *f) {
    st_val best = v[0];
    for (uint32_t i = 0; i < n; i++) {
        int cmp = 0;
        if (!st_feel_order(v[i], best, &cmp))
            return wrong(t, f, ST_E_DMN_AGGREGATE, st_is_null(v[i]) ? v[i].u.reason : NULL,
                         "outputs of matching rules cannot be compared");
        if (cmp * sign > 0)
            best = v[i];
    }
    return best;
}

static st_val collect(const dmn_table *t, const hits *h, st_feel_frame *f) {
    st_val *v = hit_values(t, h, f);
    switch (t->agg) {
    case DMN_LIST:
        return st_list_val(f->arena, v, h->n);
    case DMN_SUM:
        return sum(t, v, h->n, f);
    case DMN_COUNT:
        return st_number_int(h->n);
    case DMN_MIN:
        return extreme(t, v, h->n, -1, f);
    case DMN_MAX:
        return extreme(t, v, h->n, 1, f);
    }
    ST_UNREACHABLE();
}

/* -- no rule -- */

static bool gives_list(const dmn_table *t) {
    return t->policy == DMN_RULE_ORDER || t->policy == DMN_OUTPUT_ORDER ||
           (t->policy == DMN_COLLECT && t->agg == DMN_LIST);
}

static st_val default_value(const dmn_table *t, st_feel_frame *f) {
    st_val *v = st_arena_alloc(f->arena, t->n_out * sizeof *v);
    for (uint32_t i = 0; i < t->n_out; i++)
        v[i] = t->out[i].fallback ? st_feel_eval(t->out[i].fallback, f) : st_null();
    st_val x = t->n_out == 1 ? v[0] : st_context_val(f->arena, t->shape, v);
    if (!gives_list(t) || x.kind == ST_LIST)
        return x;
    v = st_arena_alloc(f->arena, sizeof *v);
    *v = x;
    return st_list_val(f->arena, v, 1);
}

/* A list of what matches is empty, a count is zero; one value that nobody gives is null with a
 * reason: the unknown that may have kept a rule from matching is named as the cause. */
static st_val no_match(const dmn_table *t, const st_val *in, const st_reason *cause,
                       st_feel_frame *f) {
    if (t->has_default)
        return default_value(t, f);
    if (gives_list(t))
        return st_list_val(f->arena, NULL, 0);
    if (t->agg == DMN_COUNT)
        return st_number_int(0);
    for (uint32_t i = 0; i < t->n_in && !cause; i++)
        cause = st_is_null(in[i]) ? in[i].u.reason : NULL;
    return wrong_text(t, f, ST_E_DMN_NO_MATCH, cause, t->no_match);
}

static st_val result(const dmn_table *t, const st_val *in, const hits *h, const st_reason *open,
                     st_feel_frame *f) {
    if (!h->n)
        return no_match(t, in, open, f);
    switch (t->policy) {
    case DMN_UNIQUE:
        return h->n > 1 ? several(t, h, f, ST_E_DMN_UNIQUE, "match at once") : one(t, h->v[0], f);
    case DMN_ANY:
        return any(t, h, f);
    case DMN_PRIORITY:
        return priority(t, h, f);
    case DMN_FIRST:
        return one(t, h->v[0], f);
    case DMN_OUTPUT_ORDER:
        return ordered(t, h, f);
    case DMN_RULE_ORDER:
    case DMN_COLLECT:
        return collect(t, h, f);
    }
    ST_UNREACHABLE();
}

/* -- the table -- */

const char *st_dmn_table_text(st_arena *a, const dmn_table *t, const char *text) {
    return st_arena_fmt(a, "table '%.*s': %s", ST_FMT(t->name), text);
}

static bool allowed(const dmn_table *t, const dmn_column *c, st_val v, st_feel_frame *f,
                    st_val *bad) {
    f->slots[c->slot] = v;
    if (st_is_true(st_feel_eval(c->allowed, f)))
        return true;
    *bad = wrong_of(f, ST_E_DMN_INPUT_VALUE, st_is_null(v) ? v.u.reason : NULL,
                    &(table_unsaid){.t = t, .column = c});
    return false;
}

/* The columns are variables for the cells: the doubt of one counts where it decides a rule. */
static st_val column_value(const dmn_column *c, st_feel_frame *f) {
    st_doubts *d = f->env->doubts;
    st_doubt_mark m = st_doubt_begin(d);
    st_val v = st_feel_eval(c->expr, f);
    const st_reason *why = st_doubt_end(d, m);
    return ST_UNLIKELY(why) ? st_doubt_keep(d, f->arena, v, why) : v;
}

static bool all_allowed(const dmn_table *t, const st_val *in, st_feel_frame *f, st_val *bad) {
    for (uint32_t i = 0; i < t->n_in; i++)
        if (t->in[i].allowed && !allowed(t, &t->in[i], in[i], f, bad))
            return false;
    return true;
}

static bool inputs(const dmn_table *t, st_val *in, st_feel_frame *f, st_val *bad) {
    for (uint32_t i = 0; i < t->n_in; i++) {
        const dmn_column *c = &t->in[i];
        if (ST_LIKELY(c->global >= 0 && !f->globals[c->global].doubt))
            in[i] = st_val_of(&f->globals[c->global]);
        else
            in[i] = column_value(c, f);
    }
    return !t->checks || all_allowed(t, in, f, bad);
}

static st_val decide_table(dmn_rows *x, st_val *in) {
    st_val bad;
    if (!inputs(x->t, in, x->f, &bad))
        return bad;
    const st_reason *open = st_dmn_table_rules(x);
    return result(x->t, in, &x->hits, open, x->f);
}

static st_val traced_table(dmn_rows *x) {
    const dmn_table *t = x->t;
    st_arena *a = x->f->arena;
    st_val *in = ST_NEWN(a, st_val, t->n_in + 1);
    x->in = in;
    x->failed = st_arena_alloc(a, t->n_rules + 1);
    x->open_at = st_arena_alloc(a, t->n_rules + 1);
    memset(x->failed, DMN_UNSEEN, t->n_rules);
    st_val v = decide_table(x, in);
    st_dmn_trace_table(x->f->env->user, &(dmn_event){t, in, x->failed, x->open_at, v});
    return v;
}

st_val st_dmn_table_eval(const st_feel_node *n, st_feel_frame *f) {
    dmn_rows x;
    x.t = (const dmn_table *)(const void *)n;
    x.f = f;
    if (ST_UNLIKELY(f->env->trace != NULL))
        return traced_table(&x);
    st_val small[8], *in = x.t->n_in > 8 ? st_arena_alloc(f->arena, x.t->n_in * sizeof *in) : small;
    x.in = in;
    x.failed = x.open_at = NULL;
    return decide_table(&x, in);
}
