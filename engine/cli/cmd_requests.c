/* stipend requests, confirm, cancel: what one person asks for and another confirms. */
#include "base/words.h"
#include "cli/session.h"
#include "ledger/request.h"

enum { WORDS_MAX = 256 }; /* two keys and some words */

typedef struct listing {
    const char *format, *lang;
    bool first;
    st_buf b;
} listing;

static bool is(const char *a, const char *b) {
    return strcmp(a, b) == 0;
}

/* What is asked for; a kind that this program does not know is shown by its name. */
static const char *words(const st_request *r, bool zh, char *out, size_t size) {
    if (!is(r->kind, "same"))
        return r->kind;
    if (is(r->key, r->old))
        (void)snprintf(out, size,
                       zh ? "%s 仍是同一人，身份证件号码已更正"
                          : "%s is the same person with another identity number",
                       r->key);
    else
        (void)snprintf(out, size, zh ? "%s 与 %s 是同一人" : "%s is %s", r->key, r->old);
    return out;
}

static void json_row(listing *l, const st_request *r) {
    char text[WORDS_MAX];
    (void)st_buf_fmt(&l->b, "%s{\"no\":%" PRId64, l->first ? "" : ",\n", r->no);
    const char *const pairs[][2] = {{"kind", r->kind},
                                    {"state", r->state},
                                    {"text", words(r, false, text, sizeof text)},
                                    {"reason", r->reason},
                                    {"document", r->document},
                                    {"actor", r->actor},
                                    {"at", r->at},
                                    {"by", r->by},
                                    {"by_at", r->by_at},
                                    {"note", r->note}};
    for (size_t i = 0; i < ST_LEN(pairs); i++) {
        (void)st_buf_fmt(&l->b, ",\"%s\":", pairs[i][0]);
        (void)st_buf_json(&l->b, st_str_of(pairs[i][1]));
    }
    (void)st_buf_fmt(&l->b, ",\"alone\":%s}", r->alone ? "true" : "false");
}

static void tsv_row(listing *l, const st_request *r) {
    char text[WORDS_MAX];
    const char *const cells[] = {r->kind,   r->state,    words(r, false, text, sizeof text),
                                 r->actor,  r->at,       r->by,
                                 r->reason, r->document, r->note};
    (void)st_buf_fmt(&l->b, "%" PRId64, r->no);
    for (size_t i = 0; i < ST_LEN(cells); i++) {
        (void)st_buf_ch(&l->b, '\t');
        (void)st_buf_tsv(&l->b, st_str_of(cells[i]));
    }
    (void)st_buf_ch(&l->b, '\n');
}

static const char *state_word(const st_request *r, bool zh) {
    if (is(r->state, "waiting"))
        return zh ? "待确认" : "waits";
    if (is(r->state, "confirmed"))
        return zh ? "已确认" : "confirmed";
    return zh ? "已撤销" : "cancelled";
}

static void text_row(listing *l, const st_request *r) {
    bool zh = st_is_chinese(l->lang);
    char text[WORDS_MAX];
    (void)st_buf_fmt(&l->b, "%4" PRId64 "  ", r->no);
    (void)st_buf_pad(&l->b, st_str_of(state_word(r, zh)), 10);
    (void)st_buf_fmt(&l->b, " %s\n      %s %s: %s%s%s\n", words(r, zh, text, sizeof text), r->actor,
                     r->at, r->reason, *r->document ? "; " : "", r->document);
    if (*r->by)
        (void)st_buf_fmt(&l->b, "      %s %s%s%s%s\n", r->by, r->by_at, *r->note ? ": " : "",
                         r->note,
                         !r->alone ? ""
                         : zh      ? "（一人经办并确认，依例外授权）"
                                   : " (one person asked and confirmed, by an exception)");
}

static bool on_request(void *ctx, const st_request *r) {
    listing *l = ctx;
    st_buf_clear(&l->b);
    if (is(l->format, "json"))
        json_row(l, r);
    else if (is(l->format, "tsv"))
        tsv_row(l, r);
    else
        text_row(l, r);
    l->first = false;
    return fwrite(l->b.p, 1, l->b.n, stdout) == l->b.n;
}

static int list(st_common *c, bool all) {
    st_err err;
    st_err_init(&err);
    st_ledger *ledger = NULL;
    if (!st_session_open(c, true, &ledger, &err))
        return st_cli_fail(&err);
    listing l = {.format = c->format, .lang = c->lang, .first = true};
    st_buf_init(&l.b, 1 << 20);
    if (is(c->format, "json"))
        (void)fputs("[", stdout);
    else if (is(c->format, "tsv"))
        (void)fputs("no\tkind\tstate\ttext\tactor\tat\tby\treason\tdocument\tnote\n", stdout);
    bool ok = st_request_list(ledger, !all, on_request, &l, &err);
    if (is(c->format, "json"))
        (void)fputs("]\n", stdout);
    else if (ok && l.first && is(c->format, "text"))
        (void)puts(st_is_chinese(c->lang) ? "没有待确认的申请" : "no request waits");
    st_buf_free(&l.b);
    st_ledger_close(ledger);
    return ok ? ST_EXIT_OK : st_cli_fail(&err);
}

static int except(st_common *c, const char *user, bool alone, const char *reason) {
    st_err err;
    st_err_init(&err);
    if (!reason || !*reason) {
        (void)fprintf(stderr,
                      "stipend requests: --reason is missing [CLI-001]\n  hint: say why; it "
                      "stays in the ledger\n");
        return ST_EXIT_USAGE;
    }
    if (!st_common_finish(c, &err))
        return st_cli_fail(&err);
    st_ledger_options lo = {
        .state_dir = c->state, .conninfo = c->db, .patience = st_session_patience(c)};
    if (!st_request_exception(&lo, user, alone, reason, &err))
        return st_cli_fail(&err);
    if (!c->quiet)
        (void)printf(
            st_is_chinese(c->lang)
                ? (alone ? "%s 可以确认本人提出的申请\n" : "%s 不再可以确认本人提出的申请\n")
                : (alone ? "%s may confirm what %s asked for\n"
                         : "%s may no longer confirm what %s asked for\n"),
            user, user);
    return ST_EXIT_OK;
}

int st_cmd_requests(int argc, char **argv) {
    static const st_command cmd = {"requests",
                                   "",
                                   "lists what people asked for and somebody else must confirm",
                                   "The owner of the ledger can let a person confirm what he asked "
                                   "for himself (--alone); each "
                                   "time is recorded.",
                                   0,
                                   0};
    st_common c = {0};
    bool all = false;
    const char *alone = NULL, *together = NULL, *reason = NULL;
    const st_opt table[] = {
        ST_OPT_STATE(c),
        ST_OPT_DB(c),
        ST_OPT_FORMAT(c),
        ST_OPT_LANG(c),
        {"all", ST_OPT_FLAG, &all, NULL, "also those that were confirmed or cancelled", NULL},
        {"alone", ST_OPT_TEXT, &alone, "USER", "let USER do both hands (owner of the ledger)",
         NULL},
        {"not-alone", ST_OPT_TEXT, &together, "USER", "take that back", NULL},
        {"reason", ST_OPT_TEXT, &reason, "TEXT", "with --alone and --not-alone: why", NULL},
        ST_OPT_WAIT(c),
        ST_OPT_QUIET(c),
        ST_OPT_END};
    int first;
    st_opt_result r = st_opt_parse(&cmd, table, argc, argv, &first);
    if (r != ST_OPT_OK)
        return r == ST_OPT_HELP ? ST_EXIT_OK : ST_EXIT_USAGE;
    if (!st_format_known("requests", c.format ? c.format : "text", "text tsv json"))
        return ST_EXIT_USAGE;
    if (alone || together)
        return except(&c, alone ? alone : together, alone != NULL, reason);
    return list(&c, all);
}

static int decide(const st_command *cmd, bool confirm, int argc, char **argv) {
    st_common c = {0};
    const char *note = NULL;
    const st_opt table[] = {ST_OPT_STATE(c),
                            ST_OPT_DB(c),
                            {confirm ? "note" : "reason", ST_OPT_TEXT, &note, "TEXT",
                             confirm ? "kept with the step" : "why (required)", NULL},
                            ST_OPT_WAIT(c),
                            ST_OPT_QUIET(c),
                            ST_OPT_END};
    int first;
    st_opt_result r = st_opt_parse(cmd, table, argc, argv, &first);
    if (r != ST_OPT_OK)
        return r == ST_OPT_HELP ? ST_EXIT_OK : ST_EXIT_USAGE;
    int64_t no;
    const char *why = !st_str_int(st_str_of(argv[first]), &no) || no <= 0 ? "not a request's number"
                      : !confirm && (!note || !*note)                     ? "--reason is missing"
                                                                          : NULL;
    if (why) {
        (void)fprintf(stderr, "stipend %s: %s [CLI-001]\n  hint: stipend requests lists them\n",
                      cmd->name, why);
        return ST_EXIT_USAGE;
    }
    st_err err;
    st_err_init(&err);
    st_ledger *l = NULL;
    bool already = false;
    bool ok = st_session_open(&c, false, &l, &err) &&
              (confirm ? st_request_confirm(l, no, note, &already, &err)
                       : st_request_cancel(l, no, note, &already, &err));
    st_ledger_close(l);
    if (!ok)
        return st_cli_fail(&err);
    bool zh = st_is_chinese(st_cli_lang());
    if (!c.quiet)
        (void)printf(zh ? "申请 %" PRId64 "：%s\n" : "request %" PRId64 ": %s\n", no,
                     confirm ? (zh ? "已确认，自下一批次起有效"
                                   : "confirmed; it counts for the "
                                     "next run")
                             : (zh ? "已撤销" : "cancelled"));
    return ST_EXIT_OK;
}

int st_cmd_confirm(int argc, char **argv) {
    static const st_command cmd = {"confirm",
                                   "NO",
                                   "confirms what somebody else asked for",
                                   "Needs the role officer or approver. Whoever asked cannot "
                                   "confirm.",
                                   1,
                                   1};
    return decide(&cmd, true, argc, argv);
}

int st_cmd_cancel(int argc, char **argv) {
    static const st_command cmd = {"cancel",
                                   "NO",
                                   "takes a request back that nobody confirmed",
                                   "By who asked, or by an approver.",
                                   1,
                                   1};
    return decide(&cmd, false, argc, argv);
}
