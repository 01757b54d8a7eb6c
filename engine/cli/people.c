#include "cli/people.h"

#include "base/words.h"

enum { PAGE = 80 };

static bool is(const st_people_print *p, const char *format) {
    return strcmp(p->format, format) == 0;
}

static const char *outcome_of(const st_people_row *row) {
    return row->assessed ? st_outcome_name(row->outcome) : "-";
}

/* -- text: nothing stands right of column 80 -- */

typedef struct page {
    st_buf *b;
    size_t at; /* columns of this line */
} page;

static void to_column(page *p, size_t column) {
    if (p->at > column || (p->at == column && column)) {
        (void)st_buf_ch(p->b, '\n');
        p->at = 0;
    }
    for (; p->at < column; p->at++)
        (void)st_buf_ch(p->b, ' ');
}

/* Cut where the page ends. */
static void cell(page *p, st_str text) {
    const char *from = text.p, *end = text.p + text.n;
    size_t room = PAGE - p->at;
    bool whole = st_str_columns(text) <= room;
    while (from < end) {
        const char *next = from;
        if (st_utf8_next(&next, end) < 0)
            next = from + 1;
        st_str one = st_str_sub(text, (size_t)(from - text.p), (size_t)(next - from));
        size_t columns = st_str_columns(one);
        if (!whole && columns + 1 > room) {
            (void)st_buf_z(p->b, "…");
            p->at++;
            return;
        }
        (void)st_buf_str(p->b, one);
        room -= columns;
        p->at += columns;
        from = next;
    }
}

static void right(page *p, size_t end, st_str text) {
    size_t columns = st_str_columns(text);
    to_column(p, columns < end ? end - columns : 0);
    cell(p, text);
}

enum { AT_NAME = 15, AT_BENEFIT = 24, AT_OUTCOME = 37, NET_END = 60, AT_REASONS = 62, AT_LONG = 4 };

static void reason(page *p, st_str code, bool first, bool last) {
    size_t columns = st_str_columns(code) + !last;
    if (!first && p->at + 1 + columns <= PAGE) {
        (void)st_buf_ch(p->b, ' ');
        p->at++;
    } else {
        to_column(p, columns <= PAGE - AT_REASONS ? AT_REASONS : AT_LONG);
    }
    cell(p, code);
    if (!last) {
        (void)st_buf_ch(p->b, ',');
        p->at++;
    }
}

static void row_text(st_buf *b, const st_people_row *row, const char *lang) {
    page p = {b, 0};
    st_buf net, more;
    st_buf_init(&net, 60);
    st_buf_init(&more, 40);
    st_money_grouped(&net, row->net);
    cell(&p, row->subject);
    to_column(&p, AT_NAME);
    cell(&p, row->name);
    to_column(&p, AT_BENEFIT);
    cell(&p, st_str_of(row->benefit));
    to_column(&p, AT_OUTCOME);
    cell(&p, st_str_of(st_word(outcome_of(row), lang)));
    right(&p, NET_END, st_buf_view(&net));
    for (size_t i = 0; i < row->n_reasons; i++)
        reason(&p, row->reasons[i].code, i == 0, i + 1 == row->n_reasons && !row->n_more);
    if (row->n_more) {
        (void)st_buf_fmt(&more, "+%zu", row->n_more);
        reason(&p, st_buf_view(&more), row->n_reasons == 0, true);
    }
    (void)st_buf_ch(b, '\n');
    st_buf_free(&net);
    st_buf_free(&more);
}

/* -- tsv and csv -- */

/* A spreadsheet takes what begins so for a formula. */
static bool begins_formula(st_str s) {
    return s.n && s.p[0] && strchr("=+-@\t\r", s.p[0]);
}

static void csv(st_buf *b, st_str s) {
    (void)st_buf_ch(b, '"');
    if (begins_formula(s))
        (void)st_buf_ch(b, '\'');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"')
            (void)st_buf_ch(b, '"');
        (void)st_buf_ch(b, s.p[i]);
    }
    (void)st_buf_ch(b, '"');
}

static void column(st_buf *b, bool commas, st_str s) {
    if (commas)
        csv(b, s);
    else
        (void)st_buf_tsv(b, s);
    (void)st_buf_ch(b, commas ? ',' : '\t');
}

static void row_columns(st_buf *b, const st_people_row *row, bool commas) {
    st_buf codes, texts;
    st_buf_init(&codes, 0);
    st_buf_init(&texts, 0);
    for (size_t i = 0; i < row->n_reasons; i++) {
        (void)st_buf_z(&codes, i ? "; " : "");
        (void)st_buf_str(&codes, row->reasons[i].code);
        (void)st_buf_z(&texts, texts.n && row->reasons[i].text.n ? "; " : "");
        (void)st_buf_str(&texts, row->reasons[i].text);
    }
    char separator = commas ? ',' : '\t';
    column(b, commas, row->subject);
    column(b, commas, row->name);
    column(b, commas, st_str_of(row->benefit));
    (void)st_buf_fmt(b, "%s%c", outcome_of(row), separator);
    st_money_plain(b, row->due);
    (void)st_buf_ch(b, separator);
    st_money_plain(b, row->net);
    (void)st_buf_ch(b, separator);
    column(b, commas, st_buf_view(&codes));
    column(b, commas, st_buf_view(&texts));
    (void)st_buf_fmt(b, "%zu\n", row->n_more);
    st_buf_free(&codes);
    st_buf_free(&texts);
}

/* -- JSON -- */

static void member(st_buf *b, const char *before, st_str value) {
    (void)st_buf_z(b, before);
    (void)st_buf_json(b, value);
}

static void row_json(st_buf *b, const st_people_row *row) {
    member(b, "{\"subject\":", row->subject);
    member(b, ",\"name\":", row->name);
    member(b, ",\"benefit\":", st_str_of(row->benefit));
    if (row->assessed)
        (void)st_buf_fmt(b, ",\"outcome\":\"%s\",\"due\":\"", outcome_of(row));
    else
        (void)st_buf_z(b, ",\"outcome\":null,\"due\":\"");
    st_money_plain(b, row->due);
    (void)st_buf_z(b, "\",\"net\":\"");
    st_money_plain(b, row->net);
    (void)st_buf_z(b, "\",\"reasons\":[");
    for (size_t i = 0; i < row->n_reasons; i++) {
        member(b, i ? ",{\"code\":" : "{\"code\":", row->reasons[i].code);
        member(b, ",\"text\":", row->reasons[i].text);
        (void)st_buf_ch(b, '}');
    }
    (void)st_buf_fmt(b, "],\"more\":%zu}", row->n_more);
}

/* -- the list -- */

void st_people_head(const st_people_print *p) {
    static const char columns[] = "subject\tname\tbenefit\toutcome\tdue\tnet\tcodes\ttexts\tmore\n";
    bool zh = st_is_chinese(p->lang);
    if (is(p, "json")) {
        (void)fputs("[", stdout);
    } else if (is(p, "text")) {
        (void)fputs(zh ? "编号           姓名     项目         结论         本批次净额  原因\n"
                       : "subject        name     benefit      outcome             net  reasons\n",
                    stdout);
    } else {
        for (const char *c = columns; *c; c++)
            (void)fputc(*c == '\t' && is(p, "csv") ? ',' : *c, stdout);
    }
}

bool st_people_row_print(void *ctx, const st_people_row *row) {
    st_people_print *p = ctx;
    st_buf b;
    st_buf_init(&b, 0);
    if (is(p, "json")) {
        (void)st_buf_z(&b, p->rows ? ",\n" : "");
        row_json(&b, row);
    } else if (is(p, "text")) {
        row_text(&b, row, p->lang);
    } else {
        row_columns(&b, row, is(p, "csv"));
    }
    p->rows++;
    p->net += row->net;
    p->lost = fwrite(b.p, 1, b.n, stdout) != b.n;
    st_buf_free(&b);
    return !p->lost;
}

void st_people_end(const st_people_print *p) {
    if (is(p, "json"))
        (void)fputs("]\n", stdout);
    if (!is(p, "text"))
        return;
    st_buf net;
    st_buf_init(&net, 60);
    st_money_grouped(&net, p->net);
    (void)printf(st_is_chinese(p->lang) ? "  %" PRIu64 " 行，净额 %s\n"
                                        : "  %" PRIu64 " rows, net %s\n",
                 p->rows, net.p);
    st_buf_free(&net);
}
