/* One occasion: ask the refusals, then the amount, and judge what comes back. Nothing unknown is
 * paid or refused. */
#include "calc/calc_int.h"

enum {
    OCCASION_KEPT_MAX = 256 << 10
}; /* bytes of its decisions that stay until the next subject */

static st_evaluator *evaluator_of(st_calc *c, const st_model *m) {
    for (size_t i = 0; i < c->s->n_models; i++)
        if (c->s->models[i] == m)
            return c->evaluators[i];
    ST_UNREACHABLE();
}

enum { WHAT_MAX = ST_MSG_MAX / 2 };

/* The same trouble in every month of a subject is told once, for the first of them. */
static bool told(const st_calc *c, uint32_t benefit, st_code code, const char *what) {
    size_t n = strlen(what);
    for (size_t i = 0; i < c->findings.n; i++) {
        const st_err *f = &c->findings.items[i];
        size_t len = strlen(f->msg);
        if (c->finding_benefit.items[i] == benefit && f->code == code && len >= n &&
            strcmp(f->msg + len - n, what) == 0)
            return true;
    }
    return false;
}

/* what is cut at a character, since told() compares whole texts. */
static void hold(st_calc *c, st_due *due, st_due_state state, st_code code, char *what) {
    what[st_utf8_cut(st_str_of(what), WHAT_MAX - 4).n] = 0;
    due->state = state;
    due->amount = 0;
    if (told(c, due->benefit, code, what))
        return;
    const st_benefit *b = &c->s->benefits[due->benefit];
    st_err f;
    st_err_init(&f);
    if (state == ST_DUE_ANY) /* of an occasion that nobody can name */
        (void)st_fail(&f, code, "%.*s: %s", ST_FMT(b->id), what);
    else
        (void)st_fail(&f, code, "%.*s %.*s: %s", ST_FMT(b->id), ST_FMT(due->occasion), what);
    f.severity = ST_SEV_HELD;
    ST_VEC_PUSH(&c->case_arena, &c->findings, f);
    ST_VEC_PUSH(&c->case_arena, &c->finding_benefit, due->benefit);
}

void st_calc_hold(st_calc *c, st_due *due, st_code code, const char *fmt, ...) {
    char what[WHAT_MAX];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    hold(c, due, ST_DUE_HELD, code, what);
}

void st_calc_hold_all(st_calc *c, st_due *due, const char *fmt, ...) {
    char what[WHAT_MAX];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    due->occasion = ST_STR("?");
    hold(c, due, ST_DUE_ANY, ST_E_CALC_OCCASION, what);
}

/* Held because a decision is null by error: says the root cause with its place in the model. */
static void hold_null(st_calc *c, st_due *due, st_str decision, st_val v) {
    const st_reason *r = v.u.reason;
    if (!r) {
        st_calc_hold(c, due, ST_E_CALC_NULL, "decision \"%.*s\" gives null", ST_FMT(decision));
        return;
    }
    r = st_reason_first(r);
    const char *slash = r->pos.file ? strrchr(r->pos.file, '/') : NULL;
    const char *file = slash ? slash + 1 : r->pos.file ? r->pos.file : "";
    st_str expr = st_utf8_cut(st_str_trim(r->expression), 120);
    if (!r->pos.line)
        st_calc_hold(c, due, ST_E_CALC_NULL, "%.*s: %s", ST_FMT(decision), st_reason_text(r));
    else if (expr.n)
        st_calc_hold(c, due, ST_E_CALC_NULL, "%.*s: %s, %s:%u:%u, `%.*s`", ST_FMT(decision),
                     st_reason_text(r), file, r->pos.line, r->pos.column, ST_FMT(expr));
    else
        st_calc_hold(c, due, ST_E_CALC_NULL, "%.*s: %s, %s:%u:%u", ST_FMT(decision),
                     st_reason_text(r), file, r->pos.line, r->pos.column);
}

static st_str text_of(st_val context, const char *name) {
    st_val v = st_feel_get(context, st_str_of(name));
    return v.kind == ST_STRING ? st_val_str(v) : ST_STR("");
}

/* One refusal from a row of the table: a context {code, text, clause} or a bare text. */
static bool refusal_of(st_val v, st_refusal *out) {
    if (v.kind == ST_STRING) {
        *out = (st_refusal){st_val_str(v), ST_STR(""), ST_STR("")};
        return v.n > 0;
    }
    if (v.kind != ST_CONTEXT)
        return false;
    *out = (st_refusal){text_of(v, "code"), text_of(v, "text"), text_of(v, "clause")};
    return out->code.n > 0;
}

/* True when the occasion was decided here: refused or held. */
static bool judge_refusals(st_calc *c, const st_rules *r, st_val v, st_due *due) {
    if (v.kind == ST_NULL)
        return false;
    const st_val *items = v.kind == ST_LIST ? v.u.list->v : &v;
    size_t n = v.kind == ST_LIST ? v.u.list->n : 1;
    if (n == 0)
        return false;
    if (n > ST_REFUSALS_MAX)
        return st_calc_hold(c, due, ST_E_CALC_REFUSALS, "more than %d refusals", ST_REFUSALS_MAX),
               true;
    st_refusal *refusals = ST_NEWN(&c->case_arena, st_refusal, n);
    for (size_t i = 0; i < n; i++) {
        if (!refusal_of(items[i], &refusals[i]))
            return st_calc_hold(
                       c, due, ST_E_CALC_REFUSALS,
                       "\"%.*s\" gives something that is no refusal (wanted: code, text, clause)",
                       ST_FMT(r->refusals)),
                   true;
    }
    due->state = ST_DUE_REFUSED;
    due->refusals = refusals;
    due->n_refusals = n;
    return true;
}

static void judge_amount(st_calc *c, const st_rules *r, st_val v, st_due *due) {
    st_val amount = v;
    if (v.kind == ST_CONTEXT) {
        amount = st_feel_get(v, ST_STR("amount"));
        st_val tier = st_feel_get(v, ST_STR("tier"));
        if (tier.kind == ST_STRING)
            due->tier = st_val_str(tier);
    }
    if (due->tier.n > ST_TIER_MAX)
        return st_calc_hold(c, due, ST_E_CALC_TIER, "the tier is longer than %d bytes",
                            ST_TIER_MAX);
    if (amount.kind == ST_NULL)
        return hold_null(c, due, r->amount, amount);
    if (amount.kind != ST_NUMBER)
        return st_calc_hold(c, due, ST_E_CALC_TYPE, "\"%.*s\" gives a %s, not an amount",
                            ST_FMT(r->amount), st_kind_name(amount.kind));
    char text[ST_DEC_TEXT_MAX];
    (void)st_dec_text_norm(amount.u.num, text);
    if (st_dec_sign(amount.u.num) < 0)
        return st_calc_hold(c, due, ST_E_CALC_NEGATIVE, "the amount is negative: %s", text);
    st_money minor;
    if (st_dec_cmp(amount.u.num, st_dec_from_minor(ST_MONEY_MAX, ST_MONEY_DIGITS)) > 0)
        return st_calc_hold(c, due, ST_E_CALC_LARGE, "the amount is beyond the limit of 10^12: %s",
                            text);
    if (!st_dec_to_minor(amount.u.num, ST_MONEY_DIGITS, &minor))
        return st_calc_hold(c, due, ST_E_CALC_DECIMALS, "the amount has more than two decimals: %s",
                            text);
    due->state = ST_DUE_OWED;
    due->amount = minor;
}

/* FEEL has a value even where an unknown was used on the way to it; for money it is in doubt. Of
 * the context of an amount, the amount and the tier are money's. */
static const st_reason *why_unknown(const st_evaluator *e, int decision, bool amount, st_val v) {
    uint64_t seen = 0;
    const st_reason *r = st_evaluator_doubt(e, decision);
    if (r || !amount || v.kind != ST_CONTEXT)
        return r ? r : st_doubt_inside(v, &seen);
    r = st_doubt_inside(st_feel_get(v, ST_STR("amount")), &seen);
    return r ? r : st_doubt_inside(st_feel_get(v, ST_STR("tier")), &seen);
}

const st_reason *st_calc_unknown(const st_calc_step *s) {
    return st_reason_first(why_unknown(s->evaluator, s->decision, s->amount, s->value));
}

/* What is unknown is held. */
static bool unknown(st_calc *c, const st_rules *r, const st_evaluator *e, bool amount, st_val v,
                    st_due *due) {
    const st_reason *why = why_unknown(e, amount ? r->d_amount : r->d_refusals, amount, v);
    if (!why)
        return false;
    hold_null(c, due, amount ? r->amount : r->refusals, st_null_because(why));
    return true;
}

static st_val ask(st_calc *c, const st_benefit *b, const st_rules *r, st_evaluator *e,
                  const st_due *due, bool amount) {
    int decision = amount ? r->d_amount : r->d_refusals;
    st_val v = st_evaluator_decide(e, decision);
    if (c->observer) {
        st_calc_step step = {b, r, due->occasion, due->month, amount, decision, v, e};
        c->observer(c->observer_ctx, &step);
    }
    return v;
}

static st_str keep(st_calc *c, st_str s) {
    return s.n ? st_str_dup(&c->case_arena, s) : s;
}

/* An occasion that took much gives it back at once, so that memory does not grow with their number;
 * what is kept of it is copied. */
static void give_back(st_calc *c, st_evaluator *e, st_arena_mark mark, st_due *due) {
    st_refusal *r = ST_NEWN(&c->case_arena, st_refusal, due->n_refusals);
    for (size_t i = 0; i < due->n_refusals; i++)
        r[i] = (st_refusal){keep(c, due->refusals[i].code), keep(c, due->refusals[i].text),
                            keep(c, due->refusals[i].clause)};
    due->refusals = r;
    due->tier = keep(c, due->tier);
    st_evaluator_forget(e, mark);
}

void st_calc_decide(st_calc *c, const st_occasion *o, st_due *due) {
    const st_benefit *b = &c->s->benefits[o->benefit];
    const st_rules *r = st_scheme_rules(b, o->month);
    if (!r)
        return st_calc_hold(c, due, ST_E_CALC_NO_RULES, "the scheme has no rules for this month");
    if (r->uses_prior && c->prior[o->benefit].held)
        return st_calc_hold(c, due, ST_E_CALC_PRIOR,
                            "an earlier occasion is held, and this one depends on it");
    st_evaluator *e = evaluator_of(c, r->model);
    if (r->in_occasion >= 0)
        st_evaluator_set(e, r->in_occasion, o->value);
    if (r->in_period >= 0)
        st_evaluator_set(e, r->in_period, st_calc_period(c, b, o->month));
    if (r->uses_prior)
        st_evaluator_set(e, r->in_prior, st_calc_make_prior(c, o));
    st_arena_mark mark = st_arena_save(st_evaluator_arena(e));
    st_val refusals = ask(c, b, r, e, due, false);
    bool decided = unknown(c, r, e, false, refusals, due) || judge_refusals(c, r, refusals, due);
    if (!decided) {
        st_val amount = ask(c, b, r, e, due, true);
        if (!unknown(c, r, e, true, amount, due))
            judge_amount(c, r, amount, due);
    }
    due->rule = st_calc_rule_number(c, r, e);
    if (st_arena_since(st_evaluator_arena(e), mark) > OCCASION_KEPT_MAX)
        give_back(c, e, mark, due);
}
