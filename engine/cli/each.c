/* Lines are printed as they come, by subject; the changes wait in a temporary file. */
#include "cli/each.h"

enum { ROW = 4096 };

static const char *month_text(st_month m, char out[16]) {
    st_buf b;
    st_buf_init(&b, 16);
    st_month_add(&b, m);
    (void)snprintf(out, 16, "%s", b.p);
    st_buf_free(&b);
    return out;
}

static void cell(st_buf *b, st_str s) {
    (void)st_buf_tsv(b, s);
    (void)st_buf_ch(b, '\t');
}

static void plain(st_buf *b, st_money v, char end) {
    st_money_plain(b, v);
    (void)st_buf_ch(b, end);
}

static void member(st_buf *b, const char *name, st_str s) {
    (void)st_buf_fmt(b, "\"%s\":", name);
    (void)st_buf_json(b, s);
    (void)st_buf_ch(b, ',');
}

static void money(st_buf *b, const char *name, st_money v, const char *end) {
    (void)st_buf_fmt(b, "\"%s\":\"", name);
    st_money_plain(b, v);
    (void)st_buf_fmt(b, "\"%s", end);
}

static void grouped(st_buf *b, st_money v) {
    st_buf text;
    st_buf_init(&text, 60);
    st_money_grouped(&text, v);
    (void)st_buf_fmt(b, " %16s", text.p);
    st_buf_free(&text);
}

static void padded(st_buf *b, st_str s, size_t columns) {
    (void)st_buf_pad(b, s, columns);
    (void)st_buf_ch(b, ' ');
}

static bool put(st_each *e, FILE *to, st_buf *b) {
    if (fwrite(b->p, 1, b->n, to) != b->n)
        e->failed = true;
    st_buf_free(b);
    return !e->failed;
}

static void line_text(st_buf *b, const st_line *l, st_str benefit) {
    (void)st_buf_fmt(b, "%7" PRIu64 "  ", l->line_no);
    padded(b, st_line_key(l), 14);
    padded(b, benefit, 12);
    padded(b, l->occasion, 14);
    (void)st_buf_fmt(b, "%-9s ", st_cause_name(l->cause));
    padded(b, l->tier, 14);
    grouped(b, l->amount);
    (void)st_buf_z(b, "  (due ");
    st_money_grouped(b, l->due);
    (void)st_buf_z(b, ")\n");
}

/* The list begins with its first row, or at its end: a run that is refused prints nothing. */
static void head(st_each *e) {
    const char *format = e->format;
    if (e->begun)
        return;
    e->begun = true;
    if (strcmp(format, "json") == 0)
        (void)fputs("{\"lines\":[", stdout);
    else if (strcmp(format, "tsv") == 0)
        (void)fputs("kind\tline\tsubject\tbenefit\toccasion\tcause\ttier_before\ttier\tbefore\t"
                    "amount\tdue\n",
                    stdout);
    else
        (void)printf("%7s  %-14s %-12s %-14s %-9s %-14s %17s\n", "line", "subject", "benefit",
                     "occasion", "cause", "tier", "amount");
}

static bool on_line(void *ctx, const st_line *l, const st_benefit *benefit) {
    st_each *e = ctx;
    head(e);
    st_buf b;
    st_buf_init(&b, ROW);
    st_str cause = st_str_of(st_cause_name(l->cause));
    if (strcmp(e->format, "json") == 0) {
        (void)st_buf_fmt(&b, "%s{\"line\":%" PRIu64 ",", e->n_lines ? ",\n" : "", l->line_no);
        member(&b, "subject", st_line_key(l));
        member(&b, "benefit", benefit->id);
        member(&b, "occasion", l->occasion);
        member(&b, "cause", cause);
        member(&b, "tier", l->tier);
        money(&b, "amount", l->amount, ",");
        money(&b, "due", l->due, "}");
    } else if (strcmp(e->format, "tsv") == 0) {
        (void)st_buf_fmt(&b, "line\t%" PRIu64 "\t", l->line_no);
        cell(&b, st_line_key(l));
        cell(&b, benefit->id);
        cell(&b, l->occasion);
        cell(&b, cause);
        cell(&b, ST_STR(""));
        cell(&b, l->tier);
        cell(&b, ST_STR(""));
        plain(&b, l->amount, '\t');
        plain(&b, l->due, '\n');
    } else {
        line_text(&b, l, benefit->id);
    }
    e->n_lines++;
    return put(e, stdout, &b);
}

static void change_text(st_buf *b, const st_change *c, const char *month) {
    (void)st_buf_z(b, "    ");
    padded(b, c->subject, 14);
    padded(b, c->benefit->id, 12);
    padded(b, st_str_of(c->cause), 13);
    (void)st_buf_fmt(b, "%s ", month);
    padded(b, c->tier_before, 14);
    grouped(b, c->before);
    (void)st_buf_z(b, "  -> ");
    padded(b, c->tier, 14);
    grouped(b, c->now);
    grouped(b, c->now - c->before);
    (void)st_buf_ch(b, '\n');
}

static void on_change(void *ctx, const st_change *c) {
    st_each *e = ctx;
    st_buf b;
    st_buf_init(&b, ROW);
    char month[16];
    (void)month_text(c->month_before, month);
    st_str cause = st_str_of(c->cause);
    if (strcmp(e->format, "json") == 0) {
        (void)st_buf_z(&b, e->n_changes ? ",\n{" : "{");
        member(&b, "subject", c->subject);
        member(&b, "benefit", c->benefit->id);
        member(&b, "cause", cause);
        member(&b, "compared_with", st_str_of(month));
        member(&b, "tier_before", c->tier_before);
        member(&b, "tier", c->tier);
        money(&b, "before", c->before, ",");
        money(&b, "now", c->now, ",");
        money(&b, "amount", c->now - c->before, "}");
    } else if (strcmp(e->format, "tsv") == 0) {
        (void)st_buf_z(&b, "change\t\t");
        cell(&b, c->subject);
        cell(&b, c->benefit->id);
        cell(&b, st_str_of(month));
        cell(&b, cause);
        cell(&b, c->tier_before);
        cell(&b, c->tier);
        plain(&b, c->before, '\t');
        plain(&b, c->now - c->before, '\t');
        plain(&b, c->now, '\n');
    } else {
        change_text(&b, c, month);
    }
    e->n_changes++;
    (void)put(e, e->changes, &b);
}

bool st_each_begin(st_each *e, const char *format, st_rehearsal *r, st_err *err) {
    *e = (st_each){.format = format, .changes = tmpfile()};
    if (!e->changes)
        return st_fail(err, ST_E_FILE_WRITE, "no temporary file for the list of changes: %s",
                       strerror(errno));
    r->on_line = on_line;
    r->on_change = on_change;
    r->ctx = e;
    return true;
}

static bool copy(st_each *e) {
    char part[1 << 14];
    rewind(e->changes);
    for (size_t n; (n = fread(part, 1, sizeof part, e->changes)) > 0;)
        if (fwrite(part, 1, n, stdout) != n)
            return false;
    return !ferror(e->changes);
}

void st_each_drop(st_each *e) {
    (void)fclose(e->changes);
    e->changes = NULL;
}

bool st_each_end(st_each *e, st_err *err) {
    head(e);
    bool text = strcmp(e->format, "text") == 0;
    if (strcmp(e->format, "json") == 0)
        (void)fputs("],\"changes\":[", stdout);
    else if (text && e->n_changes)
        (void)printf(
            "\n  changed since the last payment\n    %-14s %-12s %-13s %-7s %-14s %17s     %-14s "
            "%17s %16s\n",
            "subject", "benefit", "cause", "month", "tier", "amount", "tier", "now", "difference");
    bool ok = (!e->failed && copy(e)) ||
              st_fail(err, ST_E_FILE_WRITE, "the list could not be written: %s", strerror(errno));
    if (strcmp(e->format, "json") == 0)
        (void)fputs("]", stdout);
    (void)fclose(e->changes);
    e->changes = NULL;
    return ok;
}
