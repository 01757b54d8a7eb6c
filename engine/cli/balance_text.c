/* Balances for people. */
#include "cli/balance.h"

#include "base/words.h"

typedef struct words {
    const char *lines, *debts, *none, *open, *sums, *paid, *brought, *off, *owed, *posted, *next,
        *nothing, *keeps_nothing, *unknown, *policy, *newest, *oldest, *instalments, *like;
    const char *bound[4];
    const char *kept, *reversal, *netted, *forgiven, *cash, *writeoff, *cancel;
} words;

static const words english = {
    .lines = "lines",
    .debts = "debts: what was taken back",
    .none = "no debt",
    .open = "open",
    .sums = "balance",
    .paid = "paid or to be paid",
    .brought = "- brought back",
    .off = "- written off",
    .owed = "- still owed",
    .posted = "= posted",
    .next = "next payment",
    .nothing = "nothing is owed, nothing will be kept",
    .keeps_nothing = "this scheme keeps nothing of payments; the debt stays a claim",
    .unknown = "no run of the scheme tells its policy yet",
    .policy = "at most {1} % of a payment, at least {2} is left, the {3} debt first",
    .newest = "newest",
    .oldest = "oldest",
    .instalments = ", {1} instalments",
    .like = "of a payment of {1}, {2} will be kept and {3} paid",
    .bound = {"the rest of the debt", "as much as the share allows", "down to what must be left",
              "one instalment"},
    .kept = "kept of the payment of {1} in run {2}: {3}",
    .reversal = "the same is due again since run {2}: the debt falls away",
    .netted = "run {2} gives it under another occasion of the same benefit",
    .forgiven = "was written off, and the same is due again since run {2}: nothing to pay",
    .cash = "brought back (booking {1}, {2}): {3}",
    .writeoff = "written off (booking {1}, approved by {2}): {3}",
    .cancel = "booking {1} cancelled ({2}): {3}"};
static const words chinese = {.lines = "明细",
                              .debts = "追回款（欠款）",
                              .none = "无欠款",
                              .open = "未清",
                              .sums = "结算",
                              .paid = "已付和待付",
                              .brought = "- 现金退回",
                              .off = "- 核销",
                              .owed = "- 尚欠",
                              .posted = "= 入账净额",
                              .next = "下次付款",
                              .nothing = "无欠款，不抵扣",
                              .keeps_nothing = "本办法不从付款中抵扣，欠款列为应收",
                              .unknown = "尚无批次载明抵扣办法",
                              .policy = "每次最多抵扣付款的 {1}%，至少留 {2}，{3}的欠款优先",
                              .newest = "最近",
                              .oldest = "最早",
                              .instalments = "，分 {1} 期",
                              .like = "付款 {1} 时抵扣 {2}，实付 {3}",
                              .bound = {"欠款余额", "达到比例上限", "留足最低额", "一期"},
                              .kept = "从批次 {2} 的付款 {1} 中抵扣：{3}",
                              .reversal = "批次 {2} 起同一事项重新应发，欠款冲销",
                              .netted = "批次 {2} 在同一待遇的另一事项下发放，相互冲抵",
                              .forgiven = "原已核销，批次 {2} 起重新应发，不再付款",
                              .cash = "现金退回（登记 {1}，{2}）：{3}",
                              .writeoff = "核销（登记 {1}，批准人 {2}）：{3}",
                              .cancel = "登记 {1} 撤销（{2}）：{3}"};

static const words *words_of(const char *lang) {
    return st_is_chinese(lang) ? &chinese : &english;
}

static const char *grouped(char out[40], st_money v) {
    st_buf b;
    st_buf_init(&b, 39);
    st_money_grouped(&b, v);
    (void)snprintf(out, 40, "%s", b.p);
    st_buf_free(&b);
    return out;
}

/* A sentence with its {1}, {2} and {3}. */
static void fill(st_buf *out, const char *sentence, const char *one, const char *two,
                 const char *three) {
    const char *const args[] = {one, two, three};
    for (const char *p = sentence; *p; p++)
        if (*p == '{' && p[1] >= '1' && p[1] <= '3' && p[2] == '}') {
            (void)st_buf_z(out, args[p[1] - '1']);
            p += 2;
        } else {
            (void)st_buf_ch(out, *p);
        }
}

void st_balance_why(const st_settled *s, const char *lang, st_buf *out) {
    const words *w = words_of(lang);
    char payment[40], run[24], booking[24];
    (void)snprintf(run, sizeof run, "%" PRId64, s->run);
    (void)snprintf(booking, sizeof booking, "%" PRId64, s->booking);
    if (strcmp(s->kind, "offset") == 0)
        fill(out, w->kept, grouped(payment, s->payment), run, w->bound[s->bound]);
    else if (strcmp(s->kind, "reversal") == 0)
        fill(out, w->reversal, "", run, "");
    else if (strcmp(s->kind, "forgiven") == 0)
        fill(out, w->forgiven, "", run, "");
    else if (strcmp(s->kind, "netted") == 0)
        fill(out, w->netted, "", run, "");
    else
        fill(out,
             strcmp(s->kind, "cash") == 0       ? w->cash
             : strcmp(s->kind, "writeoff") == 0 ? w->writeoff
                                                : w->cancel,
             booking, s->actor, s->note);
}

static void row(st_buf *out, const char *what, st_money v) {
    char amount[40];
    (void)st_buf_z(out, "    ");
    (void)st_buf_pad(out, st_str_of(what), 24);
    (void)st_buf_fmt(out, " %20s\n", grouped(amount, v));
}

static void debts(const st_balance *b, const words *w, const char *lang, st_buf *out) {
    char amount[40], open[40];
    (void)st_buf_fmt(out, "  %s\n", b->n_debts ? w->debts : w->none);
    for (size_t i = 0; i < b->n_debts; i++) {
        const st_balance_debt *d = &b->debts[i];
        (void)st_buf_fmt(out, "    %-14s %-14s %4" PRId64 "/%-6" PRIu64 " %16s   %s %s\n",
                         d->claim.benefit_id, d->claim.occasion, d->claim.run, d->claim.line_no,
                         grouped(amount, d->claim.amount), w->open, grouped(open, d->claim.open));
        for (size_t k = 0; k < d->n_settled; k++) {
            const st_settled *s = &d->settled[k];
            (void)st_buf_z(out, "      ");
            st_date_add(out, s->date);
            (void)st_buf_fmt(out, " %16s   ", grouped(amount, -s->amount));
            st_balance_why(s, lang, out);
            (void)st_buf_ch(out, '\n');
        }
    }
}

static void policy(const st_balance *b, const words *w, st_buf *out) {
    char share[24], floor[40], n[24];
    const st_recovery_policy *p = &b->policy;
    (void)snprintf(share, sizeof share, "%" PRId64 ".%02d", p->share_percent / 100,
                   (int)(p->share_percent % 100));
    (void)st_buf_z(out, "    ");
    fill(out, w->policy, share, grouped(floor, p->floor), p->newest_first ? w->newest : w->oldest);
    (void)snprintf(n, sizeof n, "%" PRId64, p->instalments);
    if (p->instalments)
        fill(out, w->instalments, n, "", "");
    (void)st_buf_ch(out, '\n');
}

static void next(const st_balance *b, const words *w, st_buf *out) {
    char payment[40], kept[40], net[40];
    (void)st_buf_fmt(out, "  %s\n", w->next);
    if (b->open == 0 || !b->has_policy) {
        (void)st_buf_fmt(out, "    %s\n",
                         b->open == 0      ? w->nothing
                         : b->policy_known ? w->keeps_nothing
                                           : w->unknown);
        return;
    }
    policy(b, w, out);
    if (b->payment == 0)
        return;
    (void)st_buf_z(out, "    ");
    fill(out, w->like, grouped(payment, b->payment), grouped(kept, b->next_kept),
         grouped(net, b->payment - b->next_kept));
    (void)st_buf_ch(out, '\n');
}

static void one(const char *subject, const st_balance *b, const char *lang, st_buf *out) {
    const words *w = words_of(lang);
    char amount[40];
    (void)st_buf_fmt(out, "%s  (%s, %s)\n  %s\n", subject, b->scheme, b->currency, w->lines);
    for (size_t i = 0; i < b->n_lines; i++) {
        const st_ledger_line *x = &b->lines[i];
        (void)st_buf_fmt(out, "    %-14s %-14.*s %4" PRId64 "/%-6" PRIu64 " %16s   %s, %s\n",
                         x->benefit_name, ST_FMT(x->line.occasion), x->run, x->line.line_no,
                         grouped(amount, x->line.amount),
                         st_word(st_cause_name(x->line.cause), lang),
                         st_word(st_run_state_name(x->state), lang));
    }
    debts(b, w, lang, out);
    (void)st_buf_fmt(out, "  %s\n", w->sums);
    row(out, w->paid, b->paid);
    row(out, w->brought, b->brought_back);
    row(out, w->off, b->written_off);
    row(out, w->owed, b->open);
    row(out, w->posted, b->posted);
    next(b, w, out);
}

void st_balance_text(const char *subject, const st_balance *b, size_t n, const char *lang,
                     st_buf *out) {
    for (size_t i = 0; i < n; i++)
        one(subject, &b[i], lang, out);
}
