#include "run/explain_trace.h"
#include "base/words.h"

typedef struct listing {
    st_buf *out;
    st_str model;
    const st_explain_words *w;
    bool refused;
} listing;

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
    (void)st_buf_fmt(l->out, " (%.*s:%u)", ST_FMT(l->model), rule->line);
    for (size_t i = 0; i < rule->n_annotations; i++)
        (void)st_buf_fmt(l->out, "%s %.*s", i ? "," : ":", ST_FMT(rule->annotations[i]));
    (void)st_buf_ch(l->out, '\n');
    for (size_t i = 0; i < rule->n_cells; i++)
        print_cell(l, &rule->cells[i]);
}

void st_explain_rules(st_buf *out, const st_evaluator *e, int decision, st_str model,
                      const st_explain_words *w, bool refused) {
    listing l = {out, model, w, refused};
    st_evaluator_matched(e, decision, print_rule, &l);
}
