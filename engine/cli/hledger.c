/* The general ledger as a journal that hledger reads. */
#include "cli/hledger.h"
#include "ledger/posting.h"

typedef struct journal {
    int64_t run;
    int32_t entry;
} journal;

/* Account names: words must not hold what hledger takes for separators (two blanks, ; and :). */
static void name(st_buf *b, const char *text) {
    for (const char *p = text; *p; p++)
        (void)st_buf_ch(b,
                        *p == ' ' || *p == ';' || *p == ':' || *p == '\t' || *p == '\n' ? '_' : *p);
}

static void account(st_buf *b, const st_leg *leg) {
    name(b, leg->account_kind);
    (void)st_buf_ch(b, ':');
    name(b, leg->scheme);
    (void)st_buf_ch(b, ':');
    name(b, leg->benefit_id);
    const char *const parts[] = {leg->budget_line, leg->share};
    for (size_t i = 0; i < ST_LEN(parts); i++)
        if (parts[i] && *parts[i]) {
            (void)st_buf_ch(b, ':');
            name(b, parts[i]);
        }
}

static bool on_leg(void *ctx, const st_leg *leg) {
    journal *j = ctx;
    st_buf b;
    st_buf_init(&b, 4096);
    if (leg->run != j->run || leg->entry != j->entry) {
        (void)st_buf_z(&b, j->run ? "\n" : "");
        st_date_add(&b, st_month_last(leg->period));
        (void)st_buf_fmt(&b, " (run-%" PRId64 "-%d) %s %s, %s\n", leg->run, leg->entry, leg->scheme,
                         leg->benefit_id, st_run_state_name(leg->state));
        j->run = leg->run;
        j->entry = leg->entry;
    }
    (void)st_buf_z(&b, "    ");
    account(&b, leg);
    (void)st_buf_z(&b, "  ");
    st_money_plain(&b, leg->amount);
    (void)st_buf_fmt(&b, " %s\n", leg->currency);
    bool ok = fwrite(b.p, 1, b.n, stdout) == b.n;
    st_buf_free(&b);
    return ok;
}

bool st_hledger_print(st_ledger *l, int64_t run, st_err *err) {
    journal j = {0};
    return st_ledger_legs(l, run, on_leg, &j, err);
}
