/* What led to a decision, for people (text) and machines (JSON): the graph with every value, each
 * table with its inputs, the rules that fired and the cell at which each other rule failed. */
#include "dmn/dmn_int.h"

void st_evaluator_trace(st_evaluator *e, bool on) {
    if (on == (e->trace != NULL))
        return;
    if (on) {
        e->trace = st_xmalloc(sizeof *e->trace);
        memset(e->trace, 0, sizeof *e->trace);
        /* Values kept from before have no tables recorded: decide them again. */
        for (size_t i = 0; i < e->m->decisions.n; i++)
            e->state.valid[e->m->decisions.items[i]->number] = 0;
    } else {
        free(e->trace->events);
        free(e->trace);
        e->trace = NULL;
    }
    e->env.trace = e->trace;
}

void st_dmn_trace_table(dmn_state *s, const dmn_event *event) {
    dmn_trace *tr = s->e->trace;
    if (!tr)
        return;
    if (tr->n == tr->cap) {
        tr->cap = tr->cap ? tr->cap * 2 : 16;
        tr->events = st_xrealloc(tr->events, tr->cap * sizeof *tr->events);
    }
    tr->events[tr->n++] = *event;
}

static void reason_text(st_buf *out, const st_reason *r) {
    st_buf_fmt(out, " because %s", st_reason_text(r));
    if (r->pos.line)
        st_buf_fmt(out, " (%s:%u:%u)", r->pos.file ? r->pos.file : "", r->pos.line, r->pos.column);
}

static void value_text(const st_evaluator *e, st_buf *out, st_val v) {
    if (v.kind == ST_STRING)
        st_buf_json(out, st_val_str(v));
    else
        st_feel_print(out, v);
    if (st_is_null(v) && v.u.reason)
        reason_text(out, v.u.reason);
    const st_reason *doubt = st_doubt_of(&e->doubts, v);
    if (doubt) {
        st_buf_z(out, ", not known");
        reason_text(out, st_reason_first(doubt));
    }
}

static void cell_text(st_buf *out, const dmn_table *t, uint32_t rule, uint32_t col) {
    const dmn_cell *c = &t->rules[rule].cells[col];
    st_str s = c->test ? st_str_trim(c->test->src.text) : ST_STR("-");
    st_buf_str(out, s);
}

/* -- text -- */

static void rule_text(st_buf *out, const dmn_event *ev, uint32_t r) {
    const dmn_table *t = ev->table;
    const dmn_rule *rule = &t->rules[r];
    uint8_t at = ev->failed[r];
    if (at == DMN_UNSEEN)
        return;
    st_buf_fmt(out, "      rule %u", r + 1);
    if (at == DMN_OPEN) {
        st_buf_fmt(out, " not known: %.*s tested by ", ST_FMT(t->in[ev->open_at[r]].label));
        cell_text(out, t, r, ev->open_at[r]);
    } else if (at != DMN_MATCHED) {
        st_buf_fmt(out, " no: %.*s is not ", ST_FMT(t->in[at].label));
        cell_text(out, t, r, at);
    } else {
        st_buf_z(out, " MATCHES:");
        for (uint32_t i = 0; i < t->n_in; i++) {
            if (rule->cells[i].kind == DMN_CELL_ALWAYS)
                continue;
            st_buf_fmt(out, " %.*s is ", ST_FMT(t->in[i].label));
            cell_text(out, t, r, i);
            st_buf_ch(out, ';');
        }
        if (rule->annotation.n)
            st_buf_fmt(out, " [%.*s]", ST_FMT(rule->annotation));
    }
    st_buf_fmt(out, " (line %u)\n", rule->pos.line);
}

static void table_text(const st_evaluator *e, st_buf *out, const dmn_event *ev) {
    const dmn_table *t = ev->table;
    st_buf_fmt(out, "    table '%.*s', %s\n", ST_FMT(t->name), st_dmn_policy_name(t->policy));
    for (uint32_t i = 0; i < t->n_in; i++) {
        st_buf_fmt(out, "      %.*s = ", ST_FMT(t->in[i].label));
        value_text(e, out, ev->inputs[i]);
        st_buf_ch(out, '\n');
    }
    for (uint32_t r = 0; r < t->n_rules; r++)
        rule_text(out, ev, r);
    st_buf_z(out, "      result ");
    value_text(e, out, ev->result);
    st_buf_ch(out, '\n');
}

void st_evaluator_trace_text(const st_evaluator *e, st_buf *out) {
    const dmn_refs *order = st_dmn_last_closure(e);
    for (size_t i = 0; i < order->n && e->trace; i++) {
        const dmn_element *d = order->items[i];
        st_buf_fmt(out, "  %s %.*s = ", d->kind == DMN_INPUT ? "input" : "decision",
                   ST_FMT(d->name));
        value_text(e, out, e->state.globals[d->number]);
        st_buf_ch(out, '\n');
        for (size_t k = 0; d->kind == DMN_DECISION && k < e->trace->n; k++)
            if (k >= e->traced_of[d->index].from && k < e->traced_of[d->index].to)
                table_text(e, out, &e->trace->events[k]);
    }
}

/* -- JSON -- */

static void key(st_buf *out, const char *name) {
    st_buf_fmt(out, "\"%s\":", name);
}

static void reason_json(st_buf *out, const char *name, const st_reason *r) {
    st_buf_ch(out, ',');
    key(out, name);
    st_buf_json(out, st_str_of(st_reason_text(r)));
    st_buf_fmt(out, ",\"code\":\"%s\"", st_code_id(r->code));
}

static void value_json(const st_evaluator *e, st_buf *out, st_val v) {
    st_feel_print_json(out, v);
    const st_reason *doubt = st_doubt_of(&e->doubts, v);
    if (doubt)
        reason_json(out, "not_known", st_reason_first(doubt));
    else if (st_is_null(v) && v.u.reason)
        reason_json(out, "reason", v.u.reason);
}

static void cell_json(st_buf *out, const dmn_event *ev, uint32_t r, uint32_t col) {
    st_buf_ch(out, '{');
    key(out, "input");
    st_buf_json(out, ev->table->in[col].label);
    st_buf_ch(out, ',');
    key(out, "test");
    st_buf cell;
    st_buf_init(&cell, 0);
    cell_text(&cell, ev->table, r, col);
    st_buf_json(out, st_buf_view(&cell));
    st_buf_free(&cell);
    st_buf_ch(out, '}');
}

static void matched_json(st_buf *out, const dmn_event *ev, uint32_t r) {
    const dmn_table *t = ev->table;
    const dmn_rule *rule = &t->rules[r];
    st_buf_z(out, ",\"cells\":[");
    for (uint32_t i = 0, n = 0; i < t->n_in; i++) {
        if (rule->cells[i].kind == DMN_CELL_ALWAYS)
            continue;
        if (n++)
            st_buf_ch(out, ',');
        cell_json(out, ev, r, i);
    }
    st_buf_z(out, "],\"annotations\":[");
    for (uint32_t i = 0; i < rule->n_annotations; i++) {
        if (i)
            st_buf_ch(out, ',');
        st_buf_json(out, rule->annotations[i]);
    }
    st_buf_ch(out, ']');
}

static void rule_json(st_buf *out, const dmn_event *ev, uint32_t r) {
    const dmn_rule *rule = &ev->table->rules[r];
    bool matched = ev->failed[r] == DMN_MATCHED;
    st_buf_fmt(out, "{\"rule\":%u,\"line\":%u,\"id\":", r + 1, rule->pos.line);
    st_buf_json(out, rule->id);
    st_buf_fmt(out, ",\"matched\":%s", matched ? "true" : "false");
    if (matched) {
        matched_json(out, ev, r);
    } else if (ev->failed[r] == DMN_OPEN) {
        st_buf_z(out, ",\"not_known\":");
        cell_json(out, ev, r, ev->open_at[r]);
    } else {
        st_buf_z(out, ",\"failed\":");
        cell_json(out, ev, r, ev->failed[r]);
    }
    st_buf_ch(out, '}');
}

static void table_json(const st_evaluator *e, st_buf *out, const dmn_event *ev) {
    const dmn_table *t = ev->table;
    st_buf_z(out, "{\"table\":");
    st_buf_json(out, t->name);
    st_buf_fmt(out, ",\"hit_policy\":\"%s\",\"inputs\":[", st_dmn_policy_name(t->policy));
    for (uint32_t i = 0; i < t->n_in; i++) {
        st_buf_z(out, i ? ",{\"expression\":" : "{\"expression\":");
        st_buf_json(out, t->in[i].label);
        st_buf_z(out, ",\"value\":");
        value_json(e, out, ev->inputs[i]);
        st_buf_ch(out, '}');
    }
    st_buf_z(out, "],\"rules\":[");
    for (uint32_t r = 0, n = 0; r < t->n_rules; r++) {
        if (ev->failed[r] == DMN_UNSEEN)
            continue;
        if (n++)
            st_buf_ch(out, ',');
        rule_json(out, ev, r);
    }
    st_buf_z(out, "],\"result\":");
    value_json(e, out, ev->result);
    st_buf_ch(out, '}');
}

static void element_json(const st_evaluator *e, st_buf *out, const dmn_element *d) {
    st_buf_fmt(out, "{\"%s\":", d->kind == DMN_INPUT ? "input" : "decision");
    st_buf_json(out, d->name);
    st_buf_z(out, ",\"value\":");
    value_json(e, out, e->state.globals[d->number]);
    if (d->kind == DMN_DECISION) {
        st_buf_fmt(out, ",\"line\":%u,\"tables\":[", d->pos.line);
        for (size_t k = e->traced_of[d->index].from; k < e->traced_of[d->index].to; k++) {
            if (k > e->traced_of[d->index].from)
                st_buf_ch(out, ',');
            table_json(e, out, &e->trace->events[k]);
        }
        st_buf_ch(out, ']');
    }
    st_buf_ch(out, '}');
}

void st_evaluator_trace_json(const st_evaluator *e, st_buf *out) {
    const dmn_refs *order = st_dmn_last_closure(e);
    st_buf_ch(out, '[');
    for (size_t i = 0; i < order->n && e->trace; i++) {
        if (i)
            st_buf_ch(out, ',');
        element_json(e, out, order->items[i]);
    }
    st_buf_ch(out, ']');
}

/* -- the rules that matched -- */

static void tell_rule(const dmn_event *ev, uint32_t r, st_matched_rule_fn *each, void *ctx) {
    const dmn_table *t = ev->table;
    const dmn_rule *rule = &t->rules[r];
    st_matched_cell cells[DMN_COLUMNS_MAX];
    size_t n = 0;
    for (uint32_t i = 0; i < t->n_in; i++) {
        const dmn_cell *c = &rule->cells[i];
        if (c->kind != DMN_CELL_ALWAYS)
            cells[n++] =
                (st_matched_cell){t->in[i].label, ev->inputs[i], st_str_trim(c->test->src.text)};
    }
    each(ctx, &(st_matched_rule){t->name, r + 1, rule->pos.line, rule->pos.file, rule->annotations,
                                 rule->n_annotations, cells, n});
}

void st_evaluator_matched(const st_evaluator *e, int decision, st_matched_rule_fn *each,
                          void *ctx) {
    for (size_t k = e->traced_of[decision].from; e->trace && k < e->traced_of[decision].to; k++) {
        const dmn_event *ev = &e->trace->events[k];
        for (uint32_t r = 0; r < ev->table->n_rules; r++)
            if (ev->failed[r] == DMN_MATCHED)
                tell_rule(ev, r, each, ctx);
    }
}
