#include "cli/session.h"

#include "base/words.h"
#include "run/run.h"

static void say(void *ctx, const st_err *note) {
    const st_common *c = ctx;
    if (c->quiet && note->severity == ST_SEV_NOTE)
        return;
    (void)fflush(stdout);
    st_err_print(stderr, note, st_cli_lang());
}

const st_patience *st_session_patience(st_common *c) {
    static st_patience p;
    p = (st_patience){.seconds = c->waits ? c->wait : ST_WAIT_DEFAULT, .say = say, .ctx = c};
    return &p;
}

bool st_session_open(st_common *c, bool read_only, st_ledger **l, st_err *err) {
    if (!st_common_finish(c, err))
        return false;
    st_ledger_options lo = {.state_dir = c->state,
                            .conninfo = c->db,
                            .read_only = read_only,
                            .patience = st_session_patience(c)};
    return st_ledger_open(&lo, l, err);
}

bool st_session_run(const char *text, int64_t *run, st_err *err) {
    if (st_str_int(st_str_of(text), run) && *run > 0)
        return true;
    return st_fail(err, ST_E_RUN_NUMBER, "\"%s\" is no run number", text);
}

void st_session_print_run(FILE *to, const st_run_info *r) {
    st_buf b;
    st_buf_init(&b, 200);
    st_month_add(&b, r->period);
    (void)st_buf_z(&b, ", ");
    st_money_grouped(&b, r->total);
    (void)fprintf(to, "run %" PRId64 " (%s %s in %" PRIu64 " lines): %s%s\n", r->run, r->scheme,
                  b.p, r->lines, st_run_state_name(r->state), r->sealed ? ", sealed" : "");
    st_buf_free(&b);
    st_run_print_answer(to, r, st_cli_lang());
}

typedef struct list {
    bool any;
    const char *lang;
    st_advice advice;
} list;

void st_session_findings_heading(const char *lang) {
    (void)printf(st_is_chinese(lang) ? "\n  待核、退回和提示\n" : "\n  held, rejected and noted\n");
}

/* severity, subject, place, what; as in the table of findings. */
static void row(st_buf *b, const char *severity, st_str subject, const char *file, uint32_t line,
                uint32_t column, st_code code, const char *message, const char *lang) {
    const char *slash = file ? strrchr(file, '/') : NULL;
    const char *meaning = st_code_meaning(code, lang);
    (void)st_buf_z(b, "    ");
    (void)st_buf_pad(b, st_str_of(st_word(severity, lang)), 9);
    (void)st_buf_ch(b, ' ');
    (void)st_buf_pad(b, subject, 14);
    (void)st_buf_fmt(b, " %s", slash ? slash + 1 : file ? file : "");
    if (line) /* who is missing stands nowhere in the file */
        (void)st_buf_fmt(b, ":%u:%u", line, column);
    (void)st_buf_fmt(b, ": %s%s%s [%s]\n", meaning, *meaning ? ": " : "", message,
                     st_code_id(code));
}

void st_session_print_advice(const st_advice *a, const char *lang) {
    bool any = false;
    for (int i = 0; i < ST_E_COUNT; i++) {
        const char *hint = a->of[i] ? st_code_hint((st_code)i) : NULL;
        if (!hint || !*hint)
            continue;
        if (!any)
            (void)printf(st_is_chinese(lang) ? "\n  处理办法\n" : "\n  what to do\n");
        any = true;
        (void)printf("    %-9s %s\n", st_code_id((st_code)i),
                     st_code_advice((st_code)i, hint, lang));
    }
}

void st_session_finding_row(st_buf *b, st_str subject, const st_err *f, const char *lang) {
    row(b, st_severity_name(f->severity), subject, f->file, f->pos.line, f->pos.column, f->code,
        f->msg, lang);
}

/* One row of the list of those who are held, rejected or noted. */
static bool finding_text(void *ctx, const st_ledger_finding *f) {
    list *l = ctx;
    if (!l->any)
        st_session_findings_heading(l->lang);
    l->any = true;
    l->advice.of[st_code_find(f->code)] = true;
    st_buf b;
    st_buf_init(&b, 0);
    row(&b, f->severity, st_str_of(f->subject), f->file, f->line, f->column, st_code_find(f->code),
        f->message, l->lang);
    (void)fputs(b.p, stdout);
    st_buf_free(&b);
    return true;
}

bool st_session_print_findings(st_ledger *l, int64_t run, const char *lang, st_err *err) {
    list to = {.lang = lang};
    if (!st_ledger_findings(l, run, finding_text, &to, err))
        return false;
    st_session_print_advice(&to.advice, lang);
    return true;
}
