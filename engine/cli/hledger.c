/* The general ledger as a journal that hledger reads. */
#include "cli/hledger.h"
#include "ledger/posting.h"

typedef struct journal {
    int64_t number; /* of the run whose entry is being written */
    int32_t entry;
    bool any;
} journal;

/* Account names: words must not hold what hledger takes for separators (two blanks, ; and :). */
static void name(st_buf *b, const char *text) {
    for (const char *p = text; *p; p++)
        (void)st_buf_ch(b,
                        *p == ' ' || *p == ';' || *p == ':' || *p == '\t' || *p == '\n' ? '_' : *p);
}

/* "    kind:scheme:benefit:budget:share  300.00 CNY" */
static void leg(st_buf *b, const char *const *parts, size_t n, st_money amount,
                const char *currency) {
    (void)st_buf_z(b, "    ");
    for (size_t i = 0; i < n; i++)
        if (parts[i] && *parts[i]) {
            if (i)
                (void)st_buf_ch(b, ':');
            name(b, parts[i]);
        }
    (void)st_buf_z(b, "  ");
    st_money_plain(b, amount);
    (void)st_buf_fmt(b, " %s\n", currency);
}

static bool put(st_buf *b) {
    bool ok = fwrite(b->p, 1, b->n, stdout) == b->n;
    st_buf_free(b);
    return ok;
}

/* A blank line between entries, then the date of the new one. */
static void head(journal *j, st_buf *b, st_date date) {
    if (j->any)
        (void)st_buf_ch(b, '\n');
    j->any = true;
    st_date_add(b, date);
}

static bool on_leg(void *ctx, const st_leg *x) {
    journal *j = ctx;
    st_buf b;
    st_buf_init(&b, 4096);
    if (x->run != j->number || x->entry != j->entry) {
        head(j, &b, st_month_last(x->period));
        (void)st_buf_fmt(&b, " (run-%" PRId64 "-%d) %s %s, %s\n", x->run, x->entry, x->scheme,
                         x->benefit_id, st_run_state_name(x->state));
        j->number = x->run;
        j->entry = x->entry;
    }
    const char *const parts[] = {x->account_kind, x->scheme, x->benefit_id, x->budget_line,
                                 x->share};
    leg(&b, parts, ST_LEN(parts), x->amount, x->currency);
    return put(&b);
}

/* Without the note: it may name somebody. */
static bool on_booking(void *ctx, const st_booking_leg *x) {
    journal *j = ctx;
    st_buf b;
    st_buf_init(&b, 4096);
    if (x->leg == 1) {
        head(j, &b, x->date);
        (void)st_buf_fmt(&b, " (booking-%" PRId64 ") %s %s, %s\n", x->booking, x->scheme,
                         x->benefit_id, x->kind);
    }
    const char *const parts[] = {x->account_kind, x->scheme, x->benefit_id, x->budget_line};
    leg(&b, parts, ST_LEN(parts), x->amount, x->currency);
    return put(&b);
}

bool st_hledger_print(st_ledger *l, int64_t run, st_err *err) {
    journal j = {0};
    return st_ledger_legs(l, run, on_leg, &j, err) &&
           (run || st_ledger_booking_legs(l, on_booking, &j, err));
}
