#include "run/explain_trace.h"
#include "base/sources.h"
#include "base/words.h"

/* -- text -- */

typedef struct listing {
    st_buf *out;
    const st_evaluator *e;
    int decision; /* that was asked */
    st_str model;
    const st_explain_words *w;
    bool refused; /* of the tables being told: say what would change it */
    bool asked_refused;
} listing;

/* The rules' own file as the scheme calls it, another by its name. */
static st_str file_of(st_str model, const char *file) {
    st_str last = st_str_of(file ? st_path_last(file) : "");
    bool own = model.n >= last.n && st_str_eq(st_str_sub(model, model.n - last.n, last.n), last);
    return own ? model : last;
}

static void print_place(const listing *l, const char *file, uint32_t line) {
    (void)st_buf_fmt(l->out, " (%.*s:%u)", ST_FMT(file_of(l->model, file)), line);
}

static void print_clauses(const listing *l, const st_str *clauses, size_t n) {
    for (size_t i = 0; i < n; i++)
        (void)st_buf_fmt(l->out, "%s %.*s", i ? "," : ":", ST_FMT(clauses[i]));
    (void)st_buf_ch(l->out, '\n');
}

static void print_cell(const listing *l, const st_matched_cell *cell) {
    (void)st_buf_fmt(l->out, "          %.*s %s ", ST_FMT(cell->input), l->w->is);
    st_feel_print_json(l->out, cell->value);
    if (l->refused)
        (void)st_buf_fmt(l->out, "; %s: %.*s %s %.*s", l->w->change, ST_FMT(cell->input),
                         l->w->other, ST_FMT(cell->test));
    (void)st_buf_ch(l->out, '\n');
}

static void print_rule(void *ctx, const st_matched_rule *rule) {
    const listing *l = ctx;
    bool zh = st_is_chinese(l->w->lang);
    (void)st_buf_fmt(l->out, zh ? "        规则 %u，决策表“%.*s”" : "        rule %u of \"%.*s\"",
                     rule->rule, ST_FMT(rule->table));
    print_place(l, rule->file, rule->line);
    print_clauses(l, rule->annotations, rule->n_annotations);
    for (size_t i = 0; i < rule->n_cells; i++)
        print_cell(l, &rule->cells[i]);
}

/* A long list is named by its length: its expression and the facts say what is in it, and the JSON
 * form has it whole. */
static void print_value(const listing *l, st_val v) {
    enum { SHOWN_MAX = 100 };
    bool zh = st_is_chinese(l->w->lang);
    st_buf text;
    st_buf_init(&text, 0);
    st_feel_print_json(&text, v);
    if (text.n <= SHOWN_MAX || (v.kind != ST_LIST && v.kind != ST_CONTEXT))
        (void)st_buf_str(l->out, st_buf_view(&text));
    else if (v.kind == ST_LIST)
        (void)st_buf_fmt(l->out, zh ? "%u 项的清单" : "a list of %u", v.u.list->n);
    else
        (void)st_buf_fmt(l->out, zh ? "%u 项的上下文" : "a context of %u", v.u.context->shape->n);
    st_buf_free(&text);
}

static void print_name(const listing *l, const st_origin *o) {
    bool zh = st_is_chinese(l->w->lang);
    if (o->decision < 0) {
        (void)st_buf_fmt(l->out, zh ? "        函数“%.*s”" : "        function \"%.*s\"",
                         ST_FMT(o->name));
    } else if (o->decision == l->decision) {
        /* its value stands above */
        (void)st_buf_fmt(l->out, zh ? "        决策“%.*s”" : "        decision \"%.*s\"",
                         ST_FMT(o->name));
    } else {
        (void)st_buf_fmt(l->out, zh ? "        决策“%.*s”为 " : "        decision \"%.*s\" is ",
                         ST_FMT(o->name));
        print_value(l, o->value);
    }
    print_place(l, o->file, o->line);
    print_clauses(l, o->clauses, o->n_clauses);
}

static void print_origin(void *ctx, const st_origin *o) {
    listing *l = ctx;
    bool asked = o->decision == l->decision;
    /* of a table without more to say the rules speak */
    if (!asked || o->n_expressions || o->n_clauses)
        print_name(l, o);
    for (size_t i = 0; i < o->n_expressions; i++)
        (void)st_buf_fmt(l->out, "          %.*s\n", ST_FMT(o->expressions[i].text));
    l->refused = asked && l->asked_refused;
    if (o->decision >= 0)
        st_evaluator_matched(l->e, o->decision, print_rule, l);
}

void st_explain_rules(st_buf *out, const st_evaluator *e, int decision, st_str model,
                      const st_explain_words *w, bool refused) {
    listing l = {out, e, decision, model, w, false, refused};
    st_evaluator_origins(e, print_origin, &l);
}

/* -- JSON -- */

typedef struct json {
    st_buf *out;
    const st_evaluator *e;
    st_str model;
    bool any, any_rule;
} json;

static void member(st_buf *b, const char *before, st_str text) {
    (void)st_buf_z(b, before);
    (void)st_buf_json(b, text);
}

static void texts(st_buf *b, const char *before, const st_str *v, size_t n) {
    (void)st_buf_z(b, before);
    for (size_t i = 0; i < n; i++)
        member(b, i ? "," : "", v[i]);
    (void)st_buf_ch(b, ']');
}

static void rule_json(void *ctx, const st_matched_rule *r) {
    json *j = ctx;
    st_buf *b = j->out;
    member(b, j->any_rule ? ",{\"table\":" : "{\"table\":", r->table);
    member(b, ",\"file\":", file_of(j->model, r->file));
    (void)st_buf_fmt(b, ",\"line\":%u,\"rule\":%u", r->line, r->rule);
    texts(b, ",\"clauses\":[", r->annotations, r->n_annotations);
    (void)st_buf_z(b, ",\"cells\":[");
    for (size_t i = 0; i < r->n_cells; i++) {
        member(b, i ? ",{\"input\":" : "{\"input\":", r->cells[i].input);
        (void)st_buf_z(b, ",\"value\":");
        st_feel_print_json(b, r->cells[i].value);
        member(b, ",\"test\":", r->cells[i].test);
        (void)st_buf_ch(b, '}');
    }
    (void)st_buf_z(b, "]}");
    j->any_rule = true;
}

static void origin_json(void *ctx, const st_origin *o) {
    json *j = ctx;
    st_buf *b = j->out;
    (void)st_buf_z(b, j->any ? ",{" : "{");
    member(b, o->decision < 0 ? "\"function\":" : "\"decision\":", o->name);
    member(b, ",\"file\":", file_of(j->model, o->file));
    (void)st_buf_fmt(b, ",\"line\":%u", o->line);
    if (o->decision >= 0) {
        (void)st_buf_z(b, ",\"value\":");
        st_feel_print_json(b, o->value);
    }
    texts(b, ",\"clauses\":[", o->clauses, o->n_clauses);
    (void)st_buf_z(b, ",\"expressions\":[");
    for (size_t i = 0; i < o->n_expressions; i++) {
        member(b, i ? ",{\"text\":" : "{\"text\":", o->expressions[i].text);
        (void)st_buf_fmt(b, ",\"line\":%u}", o->expressions[i].line);
    }
    (void)st_buf_z(b, "],\"rules\":[");
    j->any_rule = false;
    if (o->decision >= 0)
        st_evaluator_matched(j->e, o->decision, rule_json, j);
    (void)st_buf_z(b, "]}");
    j->any = true;
}

void st_explain_origins_json(st_buf *out, const st_evaluator *e, st_str model) {
    json j = {out, e, model, false, false};
    (void)st_buf_ch(out, '[');
    st_evaluator_origins(e, origin_json, &j);
    (void)st_buf_ch(out, ']');
}
