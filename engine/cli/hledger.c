/* The general ledger as a journal that hledger reads, also with --strict: commodities and accounts
 * are declared before the entries, with the types that its balance sheet asks for. */
#include "cli/hledger.h"
#include "base/map.h"
#include "ledger/posting.h"

enum { JOURNAL_MAX = 512 << 20 };

typedef struct journal {
    st_arena arena;
    st_buf entries;    /* written behind the declarations */
    st_buf accounts;   /* their declarations, in the order in which they occur */
    st_buf currencies; /* the same */
    st_buf name;
    st_map declared; /* accounts, and currencies */
    st_leg_kind kind;
    int64_t number; /* of the run or booking whose entry is being written */
    int32_t entry;
    bool any;
} journal;

/* First words of the account names, and what hledger calls their kind. */
static const struct {
    const char *kind, *type;
} types[] = {{"expense", "X"}, {"payable", "L"}, {"claim", "A"},   {"interfund", "A"},
             {"transit", "A"}, {"bank", "C"},    {"writeoff", "X"}};

/* What hledger takes for the end of a name or of a line: any blank of Unicode, also those without
 * width, and control characters. */
static bool blank(int32_t c) {
    static const int32_t other[] = {0x7F, 0x85, 0xA0, 0xAD, 0x1680, 0x180E, 0x3000, 0xFEFF};
    for (size_t i = 0; i < ST_LEN(other); i++)
        if (c == other[i])
            return true;
    return c <= ' ' || (c > 0x7F && c < 0xA0) || (c >= 0x2000 && c <= 0x200F) ||
           (c >= 0x2028 && c <= 0x202F) || (c >= 0x205F && c <= 0x206F);
}

/* Brackets would make a posting virtual, `;` begins a comment, `:` a part of the name, `|` ends
 * a payee. */
static bool mark(int32_t c) {
    return c > 0 && c < 0x80 && strchr(";:|()[]{}\"", c);
}

static void name(st_buf *b, const char *text) {
    const char *end = text + strlen(text);
    while (text < end) {
        int32_t c = st_utf8_next(&text, end);
        if (blank(c) || mark(c))
            (void)st_buf_ch(b, '_');
        else
            (void)st_buf_cp(b, (uint32_t)c);
    }
}

static void declare_currency(journal *j, const char *currency) {
    if (st_map_has(&j->declared, st_str_of(currency)))
        return;
    st_map_put(&j->declared, st_str_dup(&j->arena, st_str_of(currency)), j);
    (void)st_buf_fmt(&j->currencies, "commodity 1000.00 %s\n", currency);
}

static const char *type_of(const char *kind) {
    for (size_t i = 0; i < ST_LEN(types); i++)
        if (strcmp(types[i].kind, kind) == 0)
            return types[i].type;
    return "A";
}

static void declare(journal *j, const char *kind) {
    st_str account = st_buf_view(&j->name);
    if (st_map_has(&j->declared, account))
        return;
    st_map_put(&j->declared, st_str_dup(&j->arena, account), j);
    (void)st_buf_fmt(&j->accounts, "account %.*s  ; type: %s\n", ST_FMT(account), type_of(kind));
}

/* "    kind:scheme:benefit:budget:share  300.00 CNY" */
static void put_leg(journal *j, const st_leg *x) {
    const char *const parts[] = {x->account_kind, x->scheme, x->benefit_id, x->budget_line,
                                 x->share};
    st_buf_clear(&j->name);
    for (size_t i = 0; i < ST_LEN(parts); i++)
        if (parts[i] && *parts[i]) {
            if (i)
                (void)st_buf_ch(&j->name, ':');
            name(&j->name, parts[i]);
        }
    declare(j, x->account_kind);
    declare_currency(j, x->currency);
    st_buf *b = &j->entries;
    (void)st_buf_z(b, "    ");
    (void)st_buf_str(b, st_buf_view(&j->name));
    (void)st_buf_z(b, "  ");
    st_money_plain(b, x->amount);
    (void)st_buf_fmt(b, " %s\n", x->currency);
}

/* A blank line between entries, then date, code and words. Without the note of a booking: it may
 * name somebody. */
static void put_head(journal *j, const st_leg *x) {
    st_buf *b = &j->entries;
    if (j->any)
        (void)st_buf_ch(b, '\n');
    j->any = true;
    st_date_add(b, x->date);
    if (x->kind == ST_LEG_RUN)
        (void)st_buf_fmt(b, " (run-%" PRId64 "-%d) ", x->number, x->entry);
    else if (x->kind == ST_LEG_BOOKING)
        (void)st_buf_fmt(b, " (booking-%" PRId64 ") ", x->number);
    else
        (void)st_buf_fmt(b, " (run-%" PRId64 ") ", x->number);
    name(b, x->scheme);
    (void)st_buf_ch(b, ' ');
    name(b, x->benefit_id);
    (void)st_buf_fmt(b, ", %s\n", x->what);
}

static bool on_leg(void *ctx, const st_leg *x) {
    journal *j = ctx;
    if (!j->any || x->kind != j->kind || x->number != j->number || x->entry != j->entry)
        put_head(j, x);
    j->kind = x->kind;
    j->number = x->number;
    j->entry = x->entry;
    put_leg(j, x);
    return !j->entries.overflow;
}

static void put(const st_buf *b, bool blank_line) {
    (void)fwrite(b->p, 1, b->n, stdout);
    if (blank_line)
        (void)fputc('\n', stdout);
}

bool st_hledger_print(st_ledger *l, int64_t run, st_err *err) {
    journal j = {0};
    st_arena_init(&j.arena, 0);
    st_map_init(&j.declared, &j.arena);
    st_buf *const parts[] = {&j.currencies, &j.accounts, &j.entries, &j.name};
    for (size_t i = 0; i < ST_LEN(parts); i++)
        st_buf_init(parts[i], JOURNAL_MAX);
    bool ok = st_ledger_legs(l, run, on_leg, &j, err);
    if (ok && (j.entries.overflow || j.accounts.overflow || j.currencies.overflow))
        ok = st_fail(err, ST_E_DB_DATA, "the journal is longer than %d bytes; ask run by run",
                     JOURNAL_MAX);
    if (ok && j.any) { /* what could not be written is told at the program's end */
        put(&j.currencies, true);
        put(&j.accounts, true);
        put(&j.entries, false);
    }
    for (size_t i = 0; i < ST_LEN(parts); i++)
        st_buf_free(parts[i]);
    st_arena_free(&j.arena);
    return ok;
}
