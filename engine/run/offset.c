/* The scheme's debts come from the ledger in order of subjects, as the lines do: the merge of the
 * two needs memory for one subject. */
#include "run/offset.h"

typedef ST_VEC(st_debt) debts;

void st_offset_begin(st_offset_state *s, st_posting *posting, const st_scheme *scheme,
                     const int32_t *numbers, const st_person_keys *keys, st_payable_sum *total,
                     bool *overflow) {
    *s = (st_offset_state){.posting = posting,
                           .scheme = scheme,
                           .numbers = numbers,
                           .keys = keys,
                           .total = total,
                           .overflow = overflow};
    st_arena_init(&s->arena, 0);
    st_buf_init(&s->next_subject, 4096);
    total->known = true;
}

void st_offset_end(st_offset_state *s) {
    if (!s->posting)
        return;
    st_arena_free(&s->arena);
    st_buf_free(&s->next_subject);
    *s = (st_offset_state){0};
}

static void add(const st_offset_state *s, st_money v, st_money *to) {
    if (!st_money_add(*to, v, to))
        *s->overflow = true;
}

static bool fetch(st_offset_state *s, st_err *err) {
    st_str subject;
    s->begun = true;
    if (!st_posting_debt(s->posting, &subject, &s->next, &s->have, err))
        return false;
    if (!s->have)
        return true;
    st_buf_clear(&s->next_subject);
    return st_buf_str(&s->next_subject, subject);
}

/* Debts of subjects before this one (NULL: of all that are left) are touched by nothing. */
static bool pass_over(st_offset_state *s, const st_str *subject, st_err *err) {
    if (!s->begun && !fetch(s, err))
        return false;
    while (s->have && (!subject || st_str_cmp(st_buf_view(&s->next_subject), *subject) < 0)) {
        add(s, s->next.open, &s->total->claims_open);
        if (!fetch(s, err))
            return false;
    }
    return true;
}

static bool gather(st_offset_state *s, st_str subject, debts *out, st_err *err) {
    while (s->have && st_str_eq(st_buf_view(&s->next_subject), subject)) {
        st_debt d = s->next;
        d.occasion = st_str_dup(&s->arena, d.occasion);
        ST_VEC_PUSH(&s->arena, out, d);
        if (!fetch(s, err))
            return false;
    }
    return true;
}

typedef struct others {
    st_offset_state *s;
    debts *out;
    st_err *err;
} others;

/* The stream counts what is open under that name, where it comes to it. */
static bool on_other_debt(void *ctx, const st_debt *debt) {
    const others *o = ctx;
    st_debt d = *debt;
    d.occasion = st_str_dup(&o->s->arena, d.occasion);
    add(o->s, -d.open, &o->s->total->claims_open);
    ST_VEC_PUSH(&o->s->arena, o->out, d);
    return true;
}

static bool on_other(void *ctx, st_str key) {
    others *o = ctx;
    return st_posting_debts_of(o->s->posting, key, on_other_debt, o, o->err);
}

/* Debts that stand under other keys of the same person are his. */
static bool gather_others(st_offset_state *s, st_str subject, debts *out, st_err *err) {
    others o = {s, out, err};
    return st_person_keys_others(s->keys, subject, on_other, &o);
}

/* What these lines take back is a debt, younger than all that the ledger has. */
static size_t split(st_offset_state *s, const st_diff_line *lines, size_t n, st_credit *credits,
                    debts *owed) {
    size_t made = 0;
    for (size_t i = 0; i < n; i++) {
        const st_diff_line *x = &lines[i];
        s->line_no++;
        if (x->amount > 0) {
            credits[made++] =
                (st_credit){.benefit = s->numbers[x->benefit],
                            .occasion = x->occasion,
                            .amount = x->amount,
                            .corrects = x->cause != ST_CAUSE_NEW ||
                                        s->scheme->benefits[x->benefit].cadence == ST_ONCE};
            continue;
        }
        st_debt d = {.benefit = s->numbers[x->benefit],
                     .occasion = x->occasion,
                     .seq = x->seq,
                     .run = INT64_MAX,
                     .line_no = s->line_no,
                     .amount = -x->amount,
                     .open = -x->amount,
                     .next_no = 1,
                     .fresh = true};
        ST_VEC_PUSH(&s->arena, owed, d);
    }
    return made;
}

/* What a subject's lines pay. */
typedef struct payment {
    st_credit *credits;
    st_money *left; /* of each */
    size_t n;
    st_payable pay;
} payment;

static bool post(st_offset_state *s, st_str subject, debts *owed, const st_offset *out, size_t n,
                 payment *of, st_err *err) {
    st_money *own = ST_NEWN(&s->arena, st_money, n);
    st_kept_from *from = ST_NEWN(&s->arena, st_kept_from, of->n);
    st_calc_kept_of_own(of->credits, of->left, of->n, owed->items, out, n, own);
    for (size_t i = 0; i < n; i++) {
        st_debt *d = &owed->items[out[i].debt];
        st_settlement x = {.kind = out[i].kind,
                           .bound = out[i].bound,
                           .amount = out[i].amount,
                           .payment = of->pay.gross - of->pay.reversed,
                           .from = from};
        x.n_from = st_calc_kept_of_others(of->credits, of->left, of->n, x.amount - own[i], from);
        if (!st_posting_settle(s->posting, d->subject.n ? d->subject : subject, d, &x, err))
            return false;
        d->next_no++;
    }
    return true;
}

static void count(st_offset_state *s, const debts *owed, const st_payable *pay) {
    st_payable_sum *t = s->total;
    add(s, pay->gross, &t->sum.gross);
    add(s, pay->reversed, &t->sum.reversed);
    add(s, pay->kept, &t->sum.kept);
    add(s, pay->net, &t->sum.net);
    t->payees += pay->net > 0;
    t->kept_of += pay->kept > 0;
    for (size_t i = 0; i < owed->n; i++)
        add(s, owed->items[i].open, &t->claims_open);
}

bool st_offset_subject(st_offset_state *s, st_str subject, const st_diff_line *lines, size_t n,
                       st_err *err) {
    debts owed = {0};
    if (!pass_over(s, &subject, err) || !gather(s, subject, &owed, err) ||
        !gather_others(s, subject, &owed, err))
        return false;
    payment of = {.credits = ST_NEWN(&s->arena, st_credit, n),
                  .left = ST_NEWN(&s->arena, st_money, n)};
    of.n = split(s, lines, n, of.credits, &owed);
    st_offset *out = ST_NEWN(&s->arena, st_offset, 3 * of.n + 4 * owed.n);
    size_t made = st_calc_settle(s->scheme->has_recovery ? &s->scheme->recovery : NULL, of.credits,
                                 of.left, of.n, owed.items, owed.n, out, &of.pay);
    bool ok = post(s, subject, &owed, out, made, &of, err);
    count(s, &owed, &of.pay);
    st_arena_reset(&s->arena);
    return ok;
}

bool st_offset_finish(st_offset_state *s, st_err *err) {
    return pass_over(s, NULL, err);
}

static void money(st_buf *b, const char *name, st_money v) {
    (void)st_buf_fmt(b, "\"%s\":\"", name);
    st_money_plain(b, v);
    (void)st_buf_z(b, "\",");
}

void st_payable_json(const st_payable_sum *p, const st_scheme *s, st_buf *b) {
    (void)st_buf_z(b, "{");
    money(b, "gross", p->sum.gross);
    money(b, "reversed", p->sum.reversed);
    money(b, "offset", p->sum.kept);
    money(b, "net", p->sum.net);
    money(b, "claims_open", p->claims_open);
    (void)st_buf_fmt(b, "\"payees\":%" PRIu64 ",\"reduced\":%" PRIu64 ",\"policy\":", p->payees,
                     p->kept_of);
    const st_recovery_policy *r = &s->recovery;
    if (!s->has_recovery) {
        (void)st_buf_z(b, "null}");
        return;
    }
    (void)st_buf_fmt(b, "{\"share_percent\":\"%" PRId64 ".%02d\",", r->share_percent / 100,
                     (int)(r->share_percent % 100));
    money(b, "floor", r->floor);
    (void)st_buf_fmt(b, "\"order\":\"%s\",\"instalments\":%" PRId64 "}}",
                     r->newest_first ? "newest" : "oldest", r->instalments);
}
