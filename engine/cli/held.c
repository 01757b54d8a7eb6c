#include "cli/held.h"

#include "cli/session.h"

static void member(st_buf *b, const char *name, const char *value, const char *end) {
    (void)st_buf_fmt(b, "\"%s\":", name);
    (void)st_buf_json(b, st_str_of(value));
    (void)st_buf_z(b, end);
}

static void row_json(st_held *h, st_str subject, const st_err *f, st_buf *b) {
    (void)st_buf_z(b, h->n ? ",\n{" : "{");
    member(b, "severity", st_severity_name(f->severity), ",");
    member(b, "code", st_code_id(f->code), ",\"subject\":");
    (void)st_buf_json(b, subject);
    (void)st_buf_ch(b, ',');
    member(b, "file", f->file, "");
    (void)st_buf_fmt(b, ",\"line\":%u,\"column\":%u,", f->pos.line, f->pos.column);
    member(b, "message", f->msg, ",");
    member(b, "hint", f->hint, "}");
}

/* As a row of the list of lines and changes: severity, subject, code for a cause, message. */
static void row_tsv(st_str subject, const st_err *f, st_buf *b) {
    (void)st_buf_fmt(b, "%s\t\t", st_severity_name(f->severity));
    (void)st_buf_tsv(b, subject);
    (void)st_buf_fmt(b, "\t\t\t%s\t\t", st_code_id(f->code));
    (void)st_buf_tsv(b, st_str_of(f->msg));
    (void)st_buf_z(b, "\t\t\t\n");
}

static void on_finding(void *ctx, st_str subject, const st_err *f) {
    st_held *h = ctx;
    st_buf b;
    st_buf_init(&b, 0);
    if (strcmp(h->format, "json") == 0)
        row_json(h, subject, f, &b);
    else if (strcmp(h->format, "tsv") == 0)
        row_tsv(subject, f, &b);
    else
        st_session_finding_row(&b, subject, f, h->lang);
    h->advice.of[f->code] = true;
    h->n++;
    h->failed = h->failed || fwrite(b.p, 1, b.n, h->rows) != b.n;
    st_buf_free(&b);
}

bool st_held_begin(st_held *h, const char *format, const char *lang, st_rehearsal *r, st_err *err) {
    *h = (st_held){.format = format, .lang = lang, .rows = tmpfile()};
    if (!h->rows)
        return st_fail(err, ST_E_FILE_WRITE, "no temporary file for the list of findings: %s",
                       strerror(errno));
    r->on_finding = on_finding;
    r->finding_ctx = h;
    return true;
}

bool st_held_print(st_held *h, st_err *err) {
    char part[1 << 14];
    if (h->n && strcmp(h->format, "text") == 0)
        st_session_findings_heading(h->lang);
    rewind(h->rows);
    bool ok = !h->failed;
    for (size_t n; ok && (n = fread(part, 1, sizeof part, h->rows)) > 0;)
        ok = fwrite(part, 1, n, stdout) == n;
    if (ok && strcmp(h->format, "text") == 0)
        st_session_print_advice(&h->advice, h->lang);
    return (ok && !ferror(h->rows)) ||
           st_fail(err, ST_E_FILE_WRITE, "the list of findings could not be written: %s",
                   strerror(errno));
}

void st_held_end(st_held *h) {
    if (h->rows)
        (void)fclose(h->rows);
    h->rows = NULL;
}
