/* The balances of one subject, put together from the ledger. */
#include "run/balance.h"
#include "ledger/person.h"
#include "run/run.h"
#include <jansson.h>

/* -- the policy, as the newest run told it -- */

static bool amount(const json_t *o, const char *key, st_money *out) {
    const char *s = json_string_value(json_object_get(o, key));
    return s && st_money_parse(st_str_of(s), out);
}

bool st_payable_policy(st_str summary, bool *known, bool *has, st_recovery_policy *out,
                       st_err *err) {
    *known = *has = false;
    json_error_t where;
    json_t *doc = json_loadb(summary.p, summary.n, 0, &where);
    if (!doc)
        return st_fail(err, ST_E_RUN_SUMMARY, "the run's report cannot be read: %s", where.text);
    const json_t *p = json_object_get(json_object_get(doc, "payable"), "policy");
    *known = p != NULL;
    *has = json_is_object(p);
    bool ok = true;
    if (*has) {
        const char *order = json_string_value(json_object_get(p, "order"));
        /* A percentage with two decimals is read like an amount: hundredths. */
        ok = amount(p, "share_percent", &out->share_percent) && amount(p, "floor", &out->floor);
        out->newest_first = order && strcmp(order, "newest") == 0;
        out->instalments = json_integer_value(json_object_get(p, "instalments"));
    }
    json_decref(doc);
    return ok || st_fail(err, ST_E_RUN_SUMMARY, "the run's report has a policy that cannot be");
}

/* -- gathering -- */

typedef struct reading {
    st_arena *a;
    ST_VEC(st_ledger_line) lines;
    ST_VEC(st_claim) claims;
    ST_VEC(st_settled) settled;
    ST_VEC(st_balance) balances;
    bool overflow; /* a sum that no amount can hold */
} reading;

static const char *keep(const reading *r, const char *z) {
    return st_arena_dup(r->a, z, strlen(z));
}

static bool on_line(void *ctx, const st_ledger_line *x) {
    reading *r = ctx;
    st_ledger_line y = *x;
    y.line.subject = st_str_dup(r->a, x->line.subject);
    y.line.occasion = st_str_dup(r->a, x->line.occasion);
    y.line.tier = st_str_dup(r->a, x->line.tier);
    y.line.rule = st_str_dup(r->a, x->line.rule);
    y.benefit_id = keep(r, x->benefit_id);
    y.benefit_name = keep(r, x->benefit_name);
    y.currency = keep(r, x->currency);
    y.scheme = keep(r, x->scheme);
    ST_VEC_PUSH(r->a, &r->lines, y);
    return true;
}

static bool on_claim(void *ctx, const st_claim *x) {
    reading *r = ctx;
    st_claim y = *x;
    y.subject = keep(r, x->subject);
    y.scheme = keep(r, x->scheme);
    y.benefit_id = keep(r, x->benefit_id);
    y.occasion = keep(r, x->occasion);
    y.currency = keep(r, x->currency);
    ST_VEC_PUSH(r->a, &r->claims, y);
    return true;
}

static bool on_settled(void *ctx, const st_settled *x) {
    reading *r = ctx;
    st_settled y = *x;
    y.scheme = keep(r, x->scheme);
    y.benefit_id = keep(r, x->benefit_id);
    y.occasion = keep(r, x->occasion);
    y.kind = keep(r, x->kind);
    y.actor = keep(r, x->actor);
    y.at = keep(r, x->at);
    y.note = keep(r, x->note);
    ST_VEC_PUSH(r->a, &r->settled, y);
    return true;
}

static int by_scheme(const void *x, const void *y) {
    const st_ledger_line *a = x, *b = y;
    int c = strcmp(a->scheme, b->scheme);
    if (c != 0)
        return c;
    if (a->run != b->run)
        return ST_CMP(a->run, b->run);
    return ST_CMP(a->line.line_no, b->line.line_no);
}

/* -- one scheme -- */

static void add(reading *r, st_money v, st_money *to) {
    if (!st_money_add(*to, v, to))
        r->overflow = true;
}

/* What the newest run that paid a month of its own paid for it; else its whole payment. */
static st_money last_payment(reading *r, const st_balance *b) {
    for (int only_new = 1; only_new >= 0; only_new--) {
        int64_t run = 0;
        st_money sum = 0;
        for (size_t i = b->n_lines; i-- > 0;) {
            const st_ledger_line *x = &b->lines[i];
            if (x->line.amount < 0 || (only_new && x->line.cause != ST_CAUSE_NEW))
                continue;
            if (run != 0 && x->run != run)
                break;
            run = x->run;
            add(r, x->line.amount, &sum);
        }
        if (run != 0)
            return sum;
    }
    return 0;
}

static void settle_sums(reading *r, st_balance *b, const st_settled *s) {
    if (strcmp(s->kind, "offset") == 0) {
        add(r, s->amount, &b->kept);
    } else if (s->run != 0) {
        add(r, s->amount, &b->reversed);
        if (strcmp(s->kind, "forgiven") == 0)
            add(r, -s->amount, &b->written_off);
    } else {
        add(r, s->amount, s->cash ? &b->brought_back : &b->written_off);
    }
}

static void debts_of(reading *r, st_balance *b) {
    st_balance_debt *debts = ST_NEWN(r->a, st_balance_debt, r->claims.n + 1);
    for (size_t i = 0; i < r->claims.n; i++) {
        const st_claim *c = &r->claims.items[i];
        if (strcmp(c->scheme, b->scheme) != 0)
            continue;
        st_balance_debt *d = &debts[b->n_debts++];
        *d = (st_balance_debt){.claim = *c};
        add(r, c->open, &b->open);
        for (size_t k = 0; k < r->settled.n; k++) {
            const st_settled *s = &r->settled.items[k];
            if (s->debt_run != c->run || s->debt_line != c->line_no)
                continue;
            if (d->n_settled++ == 0)
                d->settled = s;
            settle_sums(r, b, s);
        }
    }
    b->debts = debts;
}

/* What the policy would keep of the payment for the debts that are open now. */
static st_money would_keep(st_arena *a, const st_balance *b) {
    st_debt *debts = ST_NEWN(a, st_debt, b->n_debts + 1);
    st_offset *out = ST_NEWN(a, st_offset, 4 * b->n_debts + 4);
    size_t n = 0;
    for (size_t i = 0; i < b->n_debts; i++) {
        const st_claim *c = &b->debts[i].claim;
        if (c->open > 0)
            debts[n++] = (st_debt){
                .run = c->run, .line_no = c->line_no, .amount = c->amount, .open = c->open};
    }
    /* A month that was never paid: no debt has its key. */
    st_credit next = {.benefit = -1, .occasion = ST_STR(""), .amount = b->payment};
    st_money left;
    st_payable pay;
    (void)st_calc_settle(b->has_policy ? &b->policy : NULL, &next, &left, b->payment > 0, debts, n,
                         out, &pay);
    return pay.kept;
}

static bool next_payment(st_ledger *l, reading *r, st_balance *b, st_money payment, st_err *err) {
    st_buf summary;
    st_buf_init(&summary, ST_RUN_REPORT_MAX);
    bool found;
    st_run_info newest;
    bool ok = st_ledger_newest(l, b->scheme, &found, &newest, err) &&
              (!found || (st_ledger_summary(l, newest.run, &summary, err) &&
                          st_payable_policy(st_buf_view(&summary), &b->policy_known, &b->has_policy,
                                            &b->policy, err)));
    st_buf_free(&summary);
    if (!ok)
        return false;
    b->payment = payment > 0 ? payment : last_payment(r, b);
    b->next_kept = would_keep(r->a, b);
    return true;
}

static bool balance_of(st_ledger *l, reading *r, size_t first, size_t n, st_money payment,
                       st_err *err) {
    st_balance b = {.scheme = r->lines.items[first].scheme,
                    .currency = r->lines.items[first].currency,
                    .lines = &r->lines.items[first],
                    .n_lines = n};
    for (size_t i = 0; i < n; i++) {
        st_money v = b.lines[i].line.amount;
        add(r, v, &b.posted);
        if (v > 0)
            add(r, v, &b.paid);
    }
    debts_of(r, &b);
    add(r, -b.kept, &b.paid);
    add(r, -b.reversed, &b.paid);
    if (r->overflow)
        return st_fail(err, ST_E_RUN_SUM,
                       "the lines of %.*s in scheme %s add up to more than an amount can be",
                       ST_FMT(b.lines[0].line.subject), b.scheme);
    ST_VEC_PUSH(r->a, &r->balances, b);
    return next_payment(l, r, &r->balances.items[r->balances.n - 1], payment, err);
}

bool st_balance_read(st_ledger *l, st_arena *a, const char *subject, const char *scheme,
                     st_money payment, st_balance **out, size_t *n, st_err *err) {
    reading r = {.a = a};
    char person[ST_SUBJECT_MAX + 1];
    if (!st_person_find(l, subject, person, err))
        return false;
    st_ledger_filter lines = {.person = person, .scheme = scheme};
    st_claim_filter claims = {.subject = person, .scheme = scheme, .with_settled = true};
    if (!st_ledger_lines(l, &lines, on_line, &r, err) ||
        !st_ledger_claims(l, &claims, on_claim, &r, err) ||
        !st_ledger_settled(l, scheme, person, on_settled, &r, err))
        return false;
    if (r.lines.n == 0)
        return st_fail(err, ST_E_RUN_SUBJECT, "nothing was posted for the subject \"%s\"%s%s",
                       subject, scheme ? " in " : "", scheme ? scheme : "");
    qsort(r.lines.items, r.lines.n, sizeof *r.lines.items, by_scheme);
    for (size_t i = 0, k; i < r.lines.n; i = k) {
        for (k = i + 1;
             k < r.lines.n && strcmp(r.lines.items[k].scheme, r.lines.items[i].scheme) == 0;)
            k++;
        if (!balance_of(l, &r, i, k - i, payment, err))
            return false;
    }
    *out = r.balances.items;
    *n = r.balances.n;
    return true;
}
