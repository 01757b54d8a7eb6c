#include "cli/session.h"

#include "base/words.h"

bool st_session_open(st_common *c, bool read_only, st_ledger **l, st_err *err) {
    if (!st_common_finish(c, err))
        return false;
    st_ledger_options lo = {.state_dir = c->state, .conninfo = c->db, .read_only = read_only};
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
}

typedef struct list {
    bool any;
    const char *lang;
} list;

/* One row of the list of those who are held, rejected or noted. */
static bool finding_text(void *ctx, const st_ledger_finding *f) {
    list *l = ctx;
    if (!l->any)
        (void)printf(st_is_chinese(l->lang) ? "\n  待核、退回和提示\n"
                                            : "\n  held, rejected and noted\n");
    l->any = true;
    const char *slash = f->file ? strrchr(f->file, '/') : NULL;
    const char *meaning = st_code_meaning(st_code_find(f->code), l->lang);
    st_buf b;
    st_buf_init(&b, 256);
    (void)st_buf_pad(&b, st_str_of(st_word(f->severity, l->lang)), 9);
    (void)printf("    %s %-14s %s:%u:%u: %s%s%s [%s]\n", b.p, f->subject,
                 slash     ? slash + 1
                 : f->file ? f->file
                           : "",
                 f->line, f->column, meaning, *meaning ? ": " : "", f->message, f->code);
    st_buf_free(&b);
    return true;
}

bool st_session_print_findings(st_ledger *l, int64_t run, const char *lang, st_err *err) {
    list to = {.lang = lang};
    return st_ledger_findings(l, run, finding_text, &to, err);
}
