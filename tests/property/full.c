#include "full.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_MAX = 512, ROW = 600 };

/* What a run wrote besides its lines, a text for each row, in any order. */
typedef struct rows {
    char text[ROWS_MAX][ROW];
    int n;
} rows;

static void add(rows *r, const char *fmt, ...) ST_PRINTF(2, 3);
static void add(rows *r, const char *fmt, ...) {
    ST_ASSERT(r->n < ROWS_MAX);
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(r->text[r->n++], ROW, fmt, ap);
    va_end(ap);
}

static void add_assessment(rows *r, const st_assessment *a, const char *benefit) {
    char facts[ST_HEX_LEN];
    st_sha256_hex(&a->facts, facts);
    add(r, "%.*s %s: %s, tier %.*s, due %" PRId64 " in %d, reasons %.*s, facts %.8s",
        ST_FMT(a->subject), benefit, st_outcome_name(a->outcome), ST_FMT(a->tier), a->due,
        (int)a->occasions, ST_FMT(a->reasons), facts);
}

static bool stored_assessment(void *ctx, const st_assessment *a, const char *benefit) {
    add_assessment(ctx, a, benefit);
    return true;
}

static void again_assessment(void *ctx, const st_assessment *a, const st_benefit *b) {
    add_assessment(ctx, a, b->id.p);
}

static bool stored_finding(void *ctx, const st_ledger_finding *f) {
    add(ctx, "%s: %s at %u:%u: %s", f->subject, f->code, f->line, f->column, f->message);
    return true;
}

static void again_finding(void *ctx, st_str subject, const st_err *f) {
    add(ctx, "%.*s: %s at %u:%u: %s", ST_FMT(subject), st_code_id(f->code), f->pos.line,
        f->pos.column, f->msg);
}

static int by_text(const void *x, const void *y) {
    return strcmp(x, y);
}

static bool same_rows(rows *posted, rows *again, char why[WHY]) {
    qsort(posted->text, (size_t)posted->n, ROW, by_text);
    qsort(again->text, (size_t)again->n, ROW, by_text);
    for (int i = 0; i < posted->n || i < again->n; i++) {
        const char *a = i < posted->n ? posted->text[i] : "nothing",
                   *b = i < again->n ? again->text[i] : "nothing";
        if (strcmp(a, b) == 0)
            continue;
        (void)snprintf(why, WHY, "posted: %.180s; in full: %.180s", a, b);
        return false;
    }
    return true;
}

static bool read_stored(const stage *s, int64_t run, rows *r, st_buf *json, st_err *err) {
    return stored_assessments(s, run, stored_assessment, r, err) &&
           st_ledger_findings(s->ledger, run, stored_finding, r, err) &&
           st_ledger_summary(s->ledger, run, json, err);
}

bool full_differs(const stage *s, const st_run_options *opt, const st_run_info *info,
                  char why[WHY]) {
    static rows posted, again;
    st_buf then, now;
    st_err err;
    st_err_init(&err);
    st_buf_init(&then, 0);
    st_buf_init(&now, 0);
    posted.n = again.n = 0;
    st_rehearsal r = {.json = &now,
                      .on_assessment = again_assessment,
                      .on_finding = again_finding,
                      .ctx = &again,
                      .finding_ctx = &again};
    bool ok = read_stored(s, info->run, &posted, &then, &err) &&
              st_run_rehearse(opt, info->run, &r, &err);
    if (!ok)
        (void)snprintf(why, WHY, "run %" PRId64 " could not be done again: %s", info->run, err.msg);
    ok = ok && same_rows(&posted, &again, why);
    if (ok && !st_str_eq(st_buf_view(&then), st_buf_view(&now))) {
        (void)snprintf(why, WHY, "done in full, run %" PRId64 " has another report", info->run);
        ok = false;
    }
    if (ok && (r.lines != info->lines || r.total != info->total ||
               (info->sealed && !st_sha256_eq(&r.root, &info->root)))) {
        (void)snprintf(why, WHY, "done in full, run %" PRId64 " has other lines", info->run);
        ok = false;
    }
    st_buf_free(&then);
    st_buf_free(&now);
    return !ok;
}
