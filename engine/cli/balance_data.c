/* Balances for programs. */
#include "cli/balance.h"

/* -- tsv: a row per line, then a row per settlement, signed from the subject's side -- */

static void tsv_row(const st_balance *b, const char *kind, int64_t run, uint64_t line,
                    int64_t booking, const char *benefit, st_str occasion, st_money amount,
                    st_buf *out) {
    (void)st_buf_fmt(out, "%s\t%s\t%" PRId64 "\t%" PRIu64 "\t%" PRId64 "\t%s\t", b->scheme, kind,
                     run, line, booking, benefit);
    (void)st_buf_tsv(out, occasion);
    (void)st_buf_ch(out, '\t');
    st_money_plain(out, amount);
    (void)st_buf_ch(out, '\t');
}

static void tsv_settled(const st_balance *b, const st_balance_debt *d, const char *lang,
                        st_buf *out) {
    for (size_t i = 0; i < d->n_settled; i++) {
        const st_settled *s = &d->settled[i];
        tsv_row(b, s->kind, s->run, 0, s->booking, s->benefit_id, st_str_of(s->occasion), s->amount,
                out);
        st_date_add(out, s->date);
        (void)st_buf_ch(out, '\t');
        st_buf why;
        st_buf_init(&why, 1 << 16);
        st_balance_why(s, lang, &why);
        (void)st_buf_tsv(out, st_buf_view(&why));
        st_buf_free(&why);
        (void)st_buf_ch(out, '\n');
    }
}

void st_balance_tsv(const st_balance *b, size_t n, const char *lang, st_buf *out) {
    (void)st_buf_z(out, "scheme\tkind\trun\tline\tbooking\tbenefit\toccasion\tamount\tdate\twhy\n");
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < b[i].n_lines; k++) {
            const st_ledger_line *x = &b[i].lines[k];
            tsv_row(&b[i], st_cause_name(x->line.cause), x->run, x->line.line_no, 0,
                    x->benefit_name, x->line.occasion, x->line.amount, out);
            (void)st_buf_z(out, "\t\n");
        }
        for (size_t k = 0; k < b[i].n_debts; k++)
            tsv_settled(&b[i], &b[i].debts[k], lang, out);
    }
}

/* -- json -- */

static void text(st_buf *b, const char *name, st_str v) {
    (void)st_buf_fmt(b, "\"%s\":", name);
    (void)st_buf_json(b, v);
    (void)st_buf_ch(b, ',');
}

static void money(st_buf *b, const char *name, st_money v) {
    (void)st_buf_fmt(b, "\"%s\":\"", name);
    st_money_plain(b, v);
    (void)st_buf_z(b, "\",");
}

/* Ends a list or an object: the last comma becomes the bracket. */
static void end(st_buf *b, char bracket) {
    if (b->p[b->n - 1] == ',')
        b->p[b->n - 1] = bracket;
    else
        (void)st_buf_ch(b, bracket);
    (void)st_buf_ch(b, ',');
}

static void settled_json(const st_settled *s, const char *lang, st_buf *out) {
    (void)st_buf_z(out, "{\"date\":\"");
    st_date_add(out, s->date);
    (void)st_buf_z(out, "\",");
    text(out, "kind", st_str_of(s->kind));
    money(out, "amount", s->amount);
    if (s->run)
        (void)st_buf_fmt(out, "\"run\":%" PRId64 ",", s->run);
    if (s->booking)
        (void)st_buf_fmt(out, "\"booking\":%" PRId64 ",", s->booking);
    if (strcmp(s->kind, "offset") == 0) {
        static const char *const bounds[] = {"debt", "share", "floor", "instalment"};
        money(out, "payment", s->payment);
        text(out, "bound", st_str_of(bounds[s->bound]));
    }
    text(out, "actor", st_str_of(s->actor));
    text(out, "at", st_str_of(s->at));
    st_buf why;
    st_buf_init(&why, 1 << 16);
    st_balance_why(s, lang, &why);
    text(out, "why", st_buf_view(&why));
    st_buf_free(&why);
    end(out, '}');
}

static void debt_json(const st_balance_debt *d, const char *lang, st_buf *out) {
    const st_claim *c = &d->claim;
    (void)st_buf_ch(out, '{');
    text(out, "benefit", st_str_of(c->benefit_id));
    text(out, "occasion", st_str_of(c->occasion));
    (void)st_buf_fmt(out, "\"run\":%" PRId64 ",\"line\":%" PRIu64 ",", c->run, c->line_no);
    money(out, "amount", c->amount);
    money(out, "settled", c->settled);
    money(out, "open", c->open);
    (void)st_buf_z(out, "\"settlements\":[");
    for (size_t i = 0; i < d->n_settled; i++)
        settled_json(&d->settled[i], lang, out);
    end(out, ']');
    end(out, '}');
}

static void line_json(const st_ledger_line *x, st_buf *out) {
    (void)st_buf_fmt(out, "{\"run\":%" PRId64 ",\"line\":%" PRIu64 ",", x->run, x->line.line_no);
    text(out, "benefit", st_str_of(x->benefit_name));
    text(out, "occasion", x->line.occasion);
    text(out, "cause", st_str_of(st_cause_name(x->line.cause)));
    text(out, "state", st_str_of(st_run_state_name(x->state)));
    money(out, "amount", x->line.amount);
    end(out, '}');
}

static void next_json(const st_balance *b, st_buf *out) {
    (void)st_buf_z(out, "\"next\":{");
    money(out, "payment", b->payment);
    money(out, "kept", b->next_kept);
    money(out, "paid", b->payment - b->next_kept);
    if (b->has_policy) {
        (void)st_buf_z(out, "\"policy\":{");
        money(out, "share_percent", b->policy.share_percent);
        money(out, "floor", b->policy.floor);
        text(out, "order", st_str_of(b->policy.newest_first ? "newest" : "oldest"));
        (void)st_buf_fmt(out, "\"instalments\":%" PRId64 ",", b->policy.instalments);
        end(out, '}');
    } else {
        (void)st_buf_z(out, "\"policy\":null,");
    }
    end(out, '}');
}

static void balance_json(const st_balance *b, const char *lang, st_buf *out) {
    (void)st_buf_ch(out, '{');
    text(out, "scheme", st_str_of(b->scheme));
    text(out, "currency", st_str_of(b->currency));
    const struct {
        const char *name;
        st_money v;
    } sums[] = {{"posted", b->posted},
                {"paid", b->paid},
                {"offset", b->kept},
                {"reversed", b->reversed},
                {"brought_back", b->brought_back},
                {"written_off", b->written_off},
                {"open", b->open}};
    for (size_t i = 0; i < ST_LEN(sums); i++)
        money(out, sums[i].name, sums[i].v);
    (void)st_buf_z(out, "\"lines\":[");
    for (size_t i = 0; i < b->n_lines; i++)
        line_json(&b->lines[i], out);
    end(out, ']');
    (void)st_buf_z(out, "\"debts\":[");
    for (size_t i = 0; i < b->n_debts; i++)
        debt_json(&b->debts[i], lang, out);
    end(out, ']');
    next_json(b, out);
    end(out, '}');
}

void st_balance_json(const char *subject, const st_balance *b, size_t n, const char *lang,
                     st_buf *out) {
    (void)st_buf_ch(out, '{');
    text(out, "subject", st_str_of(subject));
    (void)st_buf_z(out, "\"schemes\":[");
    for (size_t i = 0; i < n; i++)
        balance_json(&b[i], lang, out);
    end(out, ']');
    end(out, '}');
    out->p[out->n - 1] = '\n';
}
