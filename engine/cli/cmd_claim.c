/* stipend claim: open debts, and what people do about them. The database decides who may. */
#include "cli/session.h"
#include "ledger/claim.h"

/* -- listings -- */

typedef struct listing {
    const char *format;
    bool first;
    st_buf b;
    st_money open;
    uint64_t rows;
    const char *currency;
} listing;

static bool is(const char *a, const char *b) {
    return strcmp(a, b) == 0;
}

static const char *grouped(char out[40], st_money v) {
    st_buf b;
    st_buf_init(&b, 39);
    st_money_grouped(&b, v);
    (void)snprintf(out, 40, "%s", b.p);
    st_buf_free(&b);
    return out;
}

static void json_text(st_buf *b, const char *name, const char *value) {
    (void)st_buf_fmt(b, "\"%s\":", name);
    (void)st_buf_json(b, st_str_of(value));
    (void)st_buf_ch(b, ',');
}

static void json_money(st_buf *b, const char *name, st_money v) {
    (void)st_buf_fmt(b, "\"%s\":\"", name);
    st_money_plain(b, v);
    (void)st_buf_z(b, "\",");
}

/* Ends an object: the last comma becomes the brace. */
static void json_close(st_buf *b) {
    b->p[b->n - 1] = '}';
}

static void tsv_text(st_buf *b, const char *value) {
    (void)st_buf_tsv(b, st_str_of(value));
    (void)st_buf_ch(b, '\t');
}

static bool put(listing *l) {
    l->first = false;
    l->rows++;
    return fwrite(l->b.p, 1, l->b.n, stdout) == l->b.n;
}

static void claim_text(listing *l, const st_claim *c) {
    char amount[40], settled[40], open[40];
    (void)st_buf_fmt(&l->b, "%-16s %-24s %-12s %-12s %4" PRId64 " %7" PRIu64 " %16s %16s %16s\n",
                     c->subject, c->scheme, c->benefit_id, c->occasion, c->run, c->line_no,
                     grouped(amount, c->amount), grouped(settled, c->settled),
                     grouped(open, c->open));
}

static void claim_tsv(listing *l, const st_claim *c) {
    const char *const texts[] = {c->subject, c->scheme, c->benefit_id, c->occasion};
    for (size_t i = 0; i < ST_LEN(texts); i++)
        tsv_text(&l->b, texts[i]);
    (void)st_buf_fmt(&l->b, "%" PRId64 "\t%" PRIu64 "\t%s\t", c->run, c->line_no,
                     st_cause_name(c->cause));
    const st_money amounts[] = {c->amount, c->settled, c->open};
    for (size_t i = 0; i < ST_LEN(amounts); i++) {
        st_money_plain(&l->b, amounts[i]);
        (void)st_buf_ch(&l->b, '\t');
    }
    (void)st_buf_fmt(&l->b, "%s\n", c->currency);
}

static void claim_json(listing *l, const st_claim *c) {
    (void)st_buf_z(&l->b, l->first ? "{" : ",\n{");
    json_text(&l->b, "subject", c->subject);
    json_text(&l->b, "scheme", c->scheme);
    json_text(&l->b, "benefit", c->benefit_id);
    json_text(&l->b, "occasion", c->occasion);
    (void)st_buf_fmt(&l->b, "\"run\":%" PRId64 ",\"line\":%" PRIu64 ",", c->run, c->line_no);
    json_text(&l->b, "cause", st_cause_name(c->cause));
    json_money(&l->b, "amount", c->amount);
    json_money(&l->b, "settled", c->settled);
    json_money(&l->b, "open", c->open);
    json_text(&l->b, "currency", c->currency);
    json_close(&l->b);
}

static bool on_claim(void *ctx, const st_claim *c) {
    listing *l = ctx;
    st_buf_clear(&l->b);
    if (!st_money_add(l->open, c->open, &l->open))
        return false;
    if (is(l->format, "json"))
        claim_json(l, c);
    else if (is(l->format, "tsv"))
        claim_tsv(l, c);
    else
        claim_text(l, c);
    return put(l);
}

static bool on_action(void *ctx, const st_claim_action *a) {
    listing *l = ctx;
    st_buf *b = &l->b;
    char date[24] = "", amount[40];
    st_buf_clear(b);
    st_date_add(b, a->date);
    (void)snprintf(date, sizeof date, "%s", b->p);
    st_buf_clear(b);
    if (is(l->format, "json")) {
        (void)st_buf_fmt(b, "%s{\"no\":%" PRId64 ",", l->first ? "" : ",\n", a->no);
        const char *const pairs[][2] = {{"kind", a->kind},       {"state", a->state},
                                        {"subject", a->subject}, {"scheme", a->scheme},
                                        {"date", date},          {"note", a->note},
                                        {"actor", a->actor},     {"at", a->at},
                                        {"by", a->by},           {"by_note", a->by_note}};
        for (size_t i = 0; i < ST_LEN(pairs); i++)
            json_text(b, pairs[i][0], pairs[i][1]);
        json_money(b, "amount", a->amount);
        json_text(b, "currency", a->currency);
        json_close(b);
    } else if (is(l->format, "tsv")) {
        (void)st_buf_fmt(b, "%" PRId64 "\t%s\t%s\t%s\t", a->no, a->kind, a->state, date);
        const char *const texts[] = {a->subject, a->scheme, a->actor, a->by, a->note};
        for (size_t i = 0; i < ST_LEN(texts); i++)
            tsv_text(b, texts[i]);
        st_money_plain(b, a->amount);
        (void)st_buf_fmt(b, "\t%s\n", a->currency);
    } else {
        (void)st_buf_fmt(b, "%4" PRId64 "  %s  %-9s %-10s %-16s %16s  %-12s %-12s %s\n", a->no,
                         date, is(a->kind, "writeoff") ? "write-off" : a->kind, a->state,
                         a->subject, grouped(amount, a->amount), a->actor, a->by, a->note);
    }
    return put(l);
}

typedef struct claim_args {
    st_common c;
    const char *scheme, *subject, *amount, *note, *key;
    st_date date;
    bool all, has_date;
} claim_args;

static int list(const claim_args *a, bool actions) {
    const char *format = a->c.format ? a->c.format : "text";
    st_err err;
    st_err_init(&err);
    st_common c = a->c;
    st_ledger *ledger = NULL;
    if (!st_session_open(&c, true, &ledger, &err))
        return st_cli_fail(&err);
    listing l = {.format = format, .first = true};
    st_buf_init(&l.b, 1 << 20);
    if (is(format, "json"))
        (void)fputs("[", stdout);
    else if (is(format, "tsv"))
        (void)fputs(actions ? "no\tkind\tstate\tdate\tsubject\tscheme\tactor\tby\tnote\tamount\t"
                              "currency\n"
                            : "subject\tscheme\tbenefit\toccasion\trun\tline\tcause\tamount\t"
                              "settled\topen\tcurrency\n",
                    stdout);
    else if (actions)
        (void)printf("%4s  %-10s  %-9s %-10s %-16s %16s  %-12s %-12s %s\n", "no", "date", "kind",
                     "state", "subject", "amount", "by", "decided by", "note");
    else
        (void)printf("%-16s %-24s %-12s %-12s %4s %7s %16s %16s %16s\n", "subject", "scheme",
                     "benefit", "occasion", "run", "line", "taken back", "settled", "open");
    st_claim_filter f = {a->scheme, a->subject, a->all};
    bool ok = actions ? st_ledger_claim_actions(ledger, &f, on_action, &l, &err)
                      : st_ledger_claims(ledger, &f, on_claim, &l, &err);
    char open[40];
    if (is(format, "json"))
        (void)fputs("]\n", stdout);
    else if (ok && is(format, "text") && !actions)
        (void)printf("%" PRIu64 " debts, open %s\n", l.rows, grouped(open, l.open));
    st_buf_free(&l.b);
    st_ledger_close(ledger);
    return ok ? ST_EXIT_OK : st_cli_fail(&err);
}

/* -- bookings -- */

static int complain(const char *verb, const char *what, const char *hint) {
    (void)fprintf(stderr, "stipend claim %s: %s [CLI-001]\n  hint: %s\n", verb, what, hint);
    return ST_EXIT_USAGE;
}

static void booked(const claim_args *a, int64_t no, bool already, const char *what) {
    if (!a->c.quiet)
        (void)printf("booking %" PRId64 ": %s%s\n", no, what,
                     already ? " (was booked before; nothing was added)" : "");
}

static int amount_booking(claim_args *a, const char *verb, bool cash, const char *subject) {
    st_booking b = {
        .subject = subject, .scheme = a->scheme, .date = a->date, .note = a->note, .key = a->key};
    if (!a->amount || !st_money_parse(st_str_of(a->amount), &b.amount) || b.amount <= 0 ||
        b.amount > ST_MONEY_MAX)
        return complain(verb, "--amount is missing or no amount above 0",
                        "write amounts like 300.00, without separators");
    if (!a->note || !*a->note)
        return complain(verb, cash ? "--note is missing" : "--reason is missing",
                        cash ? "say where the money came from; it stays in the ledger"
                             : "say why; it stays in the ledger");
    if (cash && !a->has_date)
        return complain(verb, "--date is missing", "the day on which the money came: 2024-01-05");
    st_err err;
    st_err_init(&err);
    st_ledger *l = NULL;
    int64_t no = 0;
    bool already = false;
    bool ok = st_session_open(&a->c, false, &l, &err) &&
              (cash ? st_claim_repay(l, &b, &no, &already, &err)
                    : st_claim_write_off(l, &b, &no, &already, &err));
    st_ledger_close(l);
    if (!ok)
        return st_cli_fail(&err);
    booked(a, no, already, cash ? "repaid" : "write-off asked for; somebody else must approve it");
    return ST_EXIT_OK;
}

static int step_booking(claim_args *a, const char *verb, bool approve, const char *number) {
    int64_t no;
    if (!st_str_int(st_str_of(number), &no) || no <= 0)
        return complain(verb, "not a booking's number", "stipend claim actions lists them");
    if (!approve && (!a->note || !*a->note))
        return complain(verb, "--reason is missing", "say why; it stays in the ledger");
    st_err err;
    st_err_init(&err);
    st_ledger *l = NULL;
    bool already = false;
    bool ok = st_session_open(&a->c, false, &l, &err) &&
              (approve ? st_claim_approve(l, no, a->date, a->note, &already, &err)
                       : st_claim_cancel(l, no, a->date, a->note, &already, &err));
    st_ledger_close(l);
    if (!ok)
        return st_cli_fail(&err);
    booked(a, no, already, approve ? "approved, the debt is written off" : "cancelled");
    return ST_EXIT_OK;
}

/* -- verbs -- */

typedef enum verb_id { LIST, ACTIONS, REPAY, WRITE_OFF, APPROVE, CANCEL } verb_id;
static const struct {
    const char *name;
    st_command cmd;
} verbs[] = {
    [LIST] = {"list", {"claim list", "", "open debts", NULL, 0, 0}},
    [ACTIONS] = {"actions",
                 {"claim actions", "",
                  "bookings: money brought back, write-offs that wait for approval", NULL, 0, 0}},
    [REPAY] =
        {"repay",
         {"claim repay", "SUBJECT", "books money that a subject brought back",
          "Needs the role payer. Goes to the oldest debts first. The receipt's number (--key) "
          "tells two equal payments apart, and a second try from a second payment.",
          1, 1}},
    [WRITE_OFF] = {"write-off",
                   {"claim write-off", "SUBJECT", "asks for a debt to be written off",
                    "Needs the role officer. Counts when somebody else has approved it: stipend "
                    "claim approve NO",
                    1, 1}},
    [APPROVE] = {"approve",
                 {"claim approve", "NO", "approves a write-off that somebody else asked for",
                  "Needs the role approver.", 1, 1}},
    [CANCEL] = {"cancel",
                {"claim cancel", "NO", "takes a booking back; the debt is open again",
                 "Cash needs the role payer; a write-off the role approver, or as long as nobody "
                 "approved it who asked for it.",
                 1, 1}},
};

enum { OPTIONS_MAX = 10 };

/* The options of a verb out of all there are. */
static void options_of(verb_id v, claim_args *a, st_opt out[OPTIONS_MAX]) {
    const st_opt format = ST_OPT_FORMAT(a->c), state = ST_OPT_STATE(a->c), db = ST_OPT_DB(a->c),
                 quiet = ST_OPT_QUIET(a->c), wait = ST_OPT_WAIT(a->c), end = ST_OPT_END;
    const st_opt scheme = {"scheme", ST_OPT_TEXT, &a->scheme, "ID", "only this scheme", NULL};
    const st_opt subject = {"subject", ST_OPT_TEXT, &a->subject, "ID", "only this person", NULL};
    const st_opt all = {"all", ST_OPT_FLAG, &a->all, NULL, "also what is settled or decided", NULL};
    const st_opt amount = {"amount", ST_OPT_TEXT, &a->amount, "AMOUNT", "like 300.00", NULL};
    const st_opt date = {"date",
                         ST_OPT_DATE,
                         &a->date,
                         "YYYY-MM-DD",
                         v == REPAY ? "when the money came" : "default: today",
                         &a->has_date};
    const st_opt note = {v == REPAY || v == APPROVE ? "note" : "reason",
                         ST_OPT_TEXT,
                         &a->note,
                         "TEXT",
                         "kept with the booking",
                         NULL};
    const st_opt key = {"key", ST_OPT_TEXT, &a->key, "NUMBER", "number of the receipt", NULL};
    size_t n = 0;
    out[n++] = state;
    out[n++] = db;
    if (v == LIST || v == ACTIONS) {
        out[n++] = format;
        out[n++] = scheme;
        out[n++] = subject;
        out[n++] = all;
    } else {
        if (v == REPAY || v == WRITE_OFF) {
            out[n++] = amount;
            out[n++] = scheme;
        }
        if (v == REPAY)
            out[n++] = key;
        out[n++] = date;
        out[n++] = note;
        out[n++] = wait;
        out[n++] = quiet;
    }
    out[n] = end;
}

static int help(bool asked) {
    (void)fprintf(asked ? stdout : stderr,
                  "stipend claim VERB [options]   (stipend claim VERB --help tells more)\n"
                  "  Debts: what a run took back and the subject still has.\n\n");
    for (size_t i = 0; i < ST_LEN(verbs); i++)
        (void)fprintf(asked ? stdout : stderr, "  %-10s %-8s %s\n", verbs[i].name,
                      verbs[i].cmd.operands, verbs[i].cmd.purpose);
    return asked ? ST_EXIT_OK : ST_EXIT_USAGE;
}

int st_cmd_claim(int argc, char **argv) {
    if (argc < 2)
        return help(false);
    if (is(argv[1], "--help") || is(argv[1], "-h"))
        return help(true);
    size_t v = 0;
    while (v < ST_LEN(verbs) && !is(verbs[v].name, argv[1]))
        v++;
    if (v == ST_LEN(verbs)) {
        (void)fprintf(stderr, "stipend claim: unknown verb: %s [CLI-001]\n", argv[1]);
        return help(false);
    }
    claim_args a = {.scheme = NULL};
    st_opt options[OPTIONS_MAX];
    options_of((verb_id)v, &a, options);
    int first;
    st_opt_result r = st_opt_parse(&verbs[v].cmd, options, argc - 1, argv + 1, &first);
    if (r != ST_OPT_OK)
        return r == ST_OPT_HELP ? ST_EXIT_OK : ST_EXIT_USAGE;
    if (!st_format_known(verbs[v].cmd.name, a.c.format ? a.c.format : "text", "text tsv json"))
        return ST_EXIT_USAGE;
    const char *operand = argv[1 + first];
    switch ((verb_id)v) {
    case LIST:
    case ACTIONS:
        return list(&a, v == ACTIONS);
    case REPAY:
    case WRITE_OFF:
        return amount_booking(&a, verbs[v].name, v == REPAY, operand);
    case APPROVE:
    case CANCEL:
        return step_booking(&a, verbs[v].name, v == APPROVE, operand);
    }
    ST_UNREACHABLE();
}
