#include "run/explain.h"
#include "base/words.h"
#include "run/case_export.h"
#include "run/explain_trace.h"
#include "run/person_word.h"
#include "run/privacy.h"
#include "run/restore.h"

/* Words of the explanation in two languages. */
typedef struct words {
    const char *in_run, *known, *facts, *posted_run, *posted_other, *nothing, *assessed, *months,
        *refused, *held, *owed, *null_because;
    st_explain_words rule;
} words;
static const words english = {"in run",
                              "as known at",
                              "facts",
                              "posted by this run",
                              "posted by other runs",
                              "nothing",
                              "assessment",
                              "occasions",
                              "refused",
                              "held",
                              "due",
                              "cannot be decided",
                              {"en", "is", "other than", "would change it"}};
static const words chinese = {"批次",
                              "数据截至",
                              "事实",
                              "本批次入账",
                              "其他批次入账",
                              "无",
                              "结论",
                              "期次",
                              "不符合",
                              "待核",
                              "应发",
                              "无法判定",
                              {"zh", "为", "不为", "如改变"}};

typedef struct explain {
    const st_explain_options *opt;
    const st_run_info *run;
    st_person_word person;
    const words *w;
    st_package package;
    st_restored files;
    st_calc *calc;
    FILE *to;
    st_err *err;
    bool found, ok, first_step;
    st_buf json;
    st_privacy privacy;
} explain;

static bool wanted(const explain *e, st_str benefit) {
    return !e->opt->benefit || st_str_is(benefit, e->opt->benefit);
}

/* -- facts -- */

static void print_value(st_buf *b, st_mask mask, st_val v) {
    st_buf text;
    st_buf_init(&text, 0);
    st_feel_print(&text, v);
    if (mask == ST_MASK_NONE || mask == ST_MASK_NAME)
        (void)st_buf_str(b, st_buf_view(&text));
    else
        st_mask_add(b, mask, st_buf_view(&text));
    st_buf_free(&text);
}

static void print_entry(const explain *e, uint32_t slot, st_str list, st_val item, st_pos pos) {
    st_buf b;
    st_buf_init(&b, 0);
    const st_context *c = item.u.context;
    for (uint32_t i = 0; i < c->shape->n; i++) {
        if (c->v[i].kind == ST_NULL)
            continue;
        (void)st_buf_fmt(&b, "%s%.*s ", b.n ? ", " : "", ST_FMT(c->shape->names[i]));
        print_value(&b, st_record_type_mask(e->package.type, (int)slot, i), c->v[i]);
    }
    (void)fprintf(e->to, "    %.*s: %s  (%u:%u)\n", ST_FMT(list), b.p ? b.p : "", pos.line,
                  pos.column);
    st_buf_free(&b);
}

static st_pos item_pos(const st_record *r, uint32_t list, uint32_t index) {
    for (size_t i = 0; i < r->n_items; i++)
        if (r->items[i].list == list && r->items[i].index == index)
            return r->items[i].pos;
    return r->pos;
}

static void print_facts(const explain *e, const st_record *r) {
    const char *slash = strrchr(e->files.records, '/');
    (void)fprintf(e->to, "\n  %s  (%s:%u:%u)\n", e->w->facts, slash ? slash + 1 : e->files.records,
                  r->pos.line, r->pos.column);
    if (r->facts.kind != ST_CONTEXT)
        return;
    const st_context *c = r->facts.u.context;
    for (uint32_t i = 0; i < c->shape->n; i++) {
        st_val v = c->v[i];
        if (v.kind == ST_LIST) {
            for (uint32_t k = 0; k < v.u.list->n; k++)
                if (v.u.list->v[k].kind == ST_CONTEXT)
                    print_entry(e, i, c->shape->names[i], v.u.list->v[k], item_pos(r, i, k));
        } else if (v.kind != ST_NULL) {
            st_buf b;
            st_buf_init(&b, 0);
            print_value(&b, st_record_type_mask(e->package.type, -1, i), v);
            (void)fprintf(e->to, "    %.*s: %s\n", ST_FMT(c->shape->names[i]), b.p);
            st_buf_free(&b);
        }
    }
}

/* -- decisions -- */

static void print_private(const explain *e, st_buf *out, st_val v) {
    st_buf raw;
    st_buf_init(&raw, 0);
    st_feel_print(&raw, v);
    st_privacy_add(&e->privacy, out, st_buf_view(&raw));
    st_buf_free(&raw);
}

/* A reason is a context of code, text and clause, or the code alone. */
static void add_refusal(st_buf *b, st_val v) {
    st_val code = v.kind == ST_STRING ? v : st_feel_get(v, ST_STR("code")),
           text = st_feel_get(v, ST_STR("text")), clause = st_feel_get(v, ST_STR("clause"));
    (void)st_buf_fmt(b, "      - %.*s",
                     ST_FMT(code.kind == ST_STRING ? st_val_str(code) : ST_STR("?")));
    if (text.kind == ST_STRING && st_val_str(text).n)
        (void)st_buf_fmt(b, ": %.*s", ST_FMT(st_val_str(text)));
    if (clause.kind == ST_STRING && st_val_str(clause).n)
        (void)st_buf_fmt(b, " [%.*s]", ST_FMT(st_val_str(clause)));
    (void)st_buf_ch(b, '\n');
}

static void print_refusals(const explain *e, const st_calc_step *s) {
    const st_list *l = s->value.u.list;
    st_buf raw, shown;
    st_buf_init(&raw, 0);
    st_buf_init(&shown, 0);
    for (uint32_t i = 0; i < l->n; i++)
        add_refusal(&raw, l->v[i]);
    st_privacy_add(&e->privacy, &shown, st_buf_view(&raw));
    (void)fprintf(e->to, "    %.*s: %s\n%s", ST_FMT(s->occasion), e->w->refused,
                  shown.p ? shown.p : "");
    st_buf_free(&raw);
    st_buf_free(&shown);
}

static void print_rules(const explain *e, const st_calc_step *s, bool refused) {
    st_buf raw, rules;
    st_buf_init(&raw, 0);
    st_buf_init(&rules, 0);
    st_explain_rules(&raw, s->evaluator, s->decision, s->rules->file, &e->w->rule, refused);
    st_privacy_add(&e->privacy, &rules, st_buf_view(&raw));
    (void)fprintf(e->to, "%s", rules.p ? rules.p : "");
    st_buf_free(&raw);
    st_buf_free(&rules);
}

/* A decision in doubt decides nothing: its value is not told as if it were due, or a refusal. */
static void step_text(explain *e, const st_calc_step *s) {
    const st_val v = s->value;
    const st_reason *why = st_calc_unknown(s);
    bool refused = !s->amount && v.kind == ST_LIST && v.u.list->n > 0;
    if (why) {
        (void)fprintf(e->to, "    %.*s: %s: %s (%u:%u)\n", ST_FMT(s->occasion), e->w->null_because,
                      st_reason_text(why), why->pos.line, why->pos.column);
    } else if (s->amount) {
        st_buf value;
        st_buf_init(&value, 0);
        print_private(e, &value, v);
        (void)fprintf(e->to, "    %.*s: %s %s\n", ST_FMT(s->occasion), e->w->owed,
                      value.p ? value.p : "null");
        st_buf_free(&value);
    } else if (refused) {
        print_refusals(e, s);
    }
    if (s->amount || refused)
        print_rules(e, s, refused);
}

static void step_json(explain *e, const st_calc_step *s) {
    const st_reason *why = st_calc_unknown(s);
    st_buf *b = &e->json;
    (void)st_buf_z(b, e->first_step ? "{\"benefit\":" : ",{\"benefit\":");
    e->first_step = false;
    (void)st_buf_json(b, s->benefit->id);
    (void)st_buf_z(b, ",\"occasion\":");
    (void)st_buf_json(b, s->occasion);
    (void)st_buf_fmt(b, ",\"asked\":\"%s\",\"basis\":", s->amount ? "amount" : "refusals");
    (void)st_buf_json(b, s->rules->basis->text);
    (void)st_buf_z(b, ",\"value\":");
    st_feel_print_json(b, s->value);
    if (why) {
        (void)st_buf_z(b, ",\"not_known\":");
        (void)st_buf_json(b, st_str_of(st_reason_text(why)));
    }
    (void)st_buf_z(b, ",\"origins\":");
    st_explain_origins_json(b, s->evaluator, s->rules->file);
    (void)st_buf_z(b, ",\"trace\":");
    st_evaluator_trace_json(s->evaluator, b);
    (void)st_buf_ch(b, '}');
}

static bool is_case(const explain *e, const st_calc_step *s) {
    if (!e->opt->case_out)
        return false;
    return e->opt->occasion ? st_str_is(s->occasion, e->opt->occasion)
                            : s->benefit->cadence == ST_ONCE || s->month == e->run->period;
}

static void on_step(void *ctx, const st_calc_step *s) {
    explain *e = ctx;
    if (!wanted(e, s->benefit->id))
        return;
    if (is_case(e, s)) {
        char name[160];
        (void)snprintf(name, sizeof name, "%.*s-%.*s-%s", ST_FMT(s->benefit->id),
                       ST_FMT(s->occasion), s->amount ? "amount" : "refusals");
        e->ok =
            e->ok && st_case_export(e->package.scheme->files, e->opt->case_out, name, s, e->err);
    }
    if (e->opt->occasion && !st_str_is(s->occasion, e->opt->occasion))
        return;
    if (e->opt->json)
        step_json(e, s);
    else
        step_text(e, s);
}

static void print_verdicts(const explain *e, const st_case *k) {
    (void)fprintf(e->to, "\n  %s\n", e->w->assessed);
    for (uint32_t i = 0; i < e->package.scheme->n_benefits; i++) {
        const st_benefit *b = &e->package.scheme->benefits[i];
        if (!wanted(e, b->id))
            continue;
        st_buf due;
        st_buf_init(&due, 60);
        st_money_grouped(&due, k->verdicts[i].due);
        (void)fprintf(e->to, "    %.*s: %s; %s %s (%d %s)\n",
                      ST_FMT(st_scheme_title(&b->title, e->opt->lang)),
                      st_word(st_outcome_name(k->verdicts[i].outcome), e->opt->lang), e->w->owed,
                      due.p, k->verdicts[i].occasions, e->w->months);
        st_buf_free(&due);
        const st_refusal *own = st_calc_own_reason(&k->verdicts[i]);
        if (own)
            (void)fprintf(e->to, "      %.*s: %.*s\n", ST_FMT(own->code), ST_FMT(own->text));
    }
    for (size_t i = 0; i < k->n_findings; i++)
        (void)fprintf(e->to, "    %s: %s\n", e->w->held, k->findings[i].msg);
}

static bool on_head(void *ctx, const st_records_head *head, st_err *err) {
    (void)head, (void)err;
    explain *e = ctx;
    e->calc = st_calc_new(e->package.scheme, e->run->period, e->run->as_of);
    st_calc_observe(e->calc, on_step, e, true);
    return true;
}

static bool on_record(void *ctx, const st_record *r, st_err *err) {
    (void)err;
    explain *e = ctx;
    if (!st_person_is(&e->person, r->key) || (e->found && !st_str_is(r->key, e->opt->subject)))
        return true;
    e->found = true;
    if (!e->opt->json) {
        print_facts(e, r);
        for (size_t i = 0; i < r->n_findings; i++)
            (void)fprintf(e->to, "    %s: %s (%u:%u)\n",
                          st_word(st_severity_name(r->findings[i].severity), e->opt->lang),
                          r->findings[i].msg, r->findings[i].pos.line, r->findings[i].pos.column);
        (void)fprintf(e->to, "\n  %s\n", e->w->months);
    }
    if (r->state != ST_RECORD_OK || r->facts.kind != ST_CONTEXT)
        return true;
    st_privacy_of(&e->privacy, e->package.type, r->facts);
    st_case k;
    st_calc_assess(e->calc, r->facts, &k);
    if (!e->opt->json)
        print_verdicts(e, &k);
    return true;
}

/* -- what the ledger has -- */

typedef struct posted {
    explain *e;
    bool this_run, any;
} posted;

static void print_line(const explain *e, const st_ledger_line *l, const char *amount,
                       const char *due) {
    char place[80];
    bool zh = st_is_chinese(e->opt->lang);
    (void)snprintf(place, sizeof place,
                   zh ? "批次 %" PRId64 " 第 %" PRIu64 " 行" : "run %" PRId64 " line %" PRIu64,
                   l->run, l->line.line_no);
    st_buf b;
    st_buf_init(&b, 1024);
    (void)st_buf_pad(&b, st_str_of(place), 17);
    (void)st_buf_fmt(&b, " %-10s ", l->benefit_name);
    (void)st_buf_pad(&b, l->line.occasion, 14);
    (void)st_buf_ch(&b, ' ');
    (void)st_buf_pad(&b, st_str_of(st_word(st_cause_name(l->line.cause), e->opt->lang)), 9);
    (void)st_buf_ch(&b, ' ');
    (void)st_buf_pad(&b, l->line.tier, 14);
    (void)fprintf(e->to, "    %s %14s  -> %s %s\n", b.p, amount, e->w->owed, due);
    st_buf_free(&b);
}

static bool on_line(void *ctx, const st_ledger_line *l) {
    posted *p = ctx;
    explain *e = p->e;
    if ((l->run == e->run->run) != p->this_run)
        return true;
    st_buf amount, due;
    st_buf_init(&amount, 60);
    st_buf_init(&due, 60);
    if (e->opt->json) {
        (void)st_buf_fmt(&e->json,
                         "%s{\"run\":%" PRId64 ",\"line\":%" PRIu64
                         ",\"benefit\":\"%s\",\"occasion\":",
                         p->any ? "," : "", l->run, l->line.line_no, l->benefit_name);
        (void)st_buf_json(&e->json, l->line.occasion);
        st_money_plain(&amount, l->line.amount);
        st_money_plain(&due, l->line.due);
        (void)st_buf_fmt(&e->json, ",\"cause\":\"%s\",\"amount\":\"%s\",\"due\":\"%s\",\"rule\":",
                         st_cause_name(l->line.cause), amount.p, due.p);
        (void)st_buf_json(&e->json, l->line.rule);
        (void)st_buf_ch(&e->json, '}');
    } else {
        st_money_grouped(&amount, l->line.amount);
        st_money_grouped(&due, l->line.due);
        print_line(e, l, amount.p, due.p);
    }
    p->any = true;
    st_buf_free(&amount);
    st_buf_free(&due);
    return true;
}

static bool print_posted(explain *e, st_ledger *l, bool this_run) {
    posted p = {e, this_run, false};
    st_ledger_filter filter = {.person = e->person.person,
                               .scheme = e->run->scheme,
                               .benefit = e->opt->benefit,
                               .run = this_run ? e->run->run : 0,
                               .with_void = this_run};
    if (e->opt->json)
        (void)st_buf_fmt(&e->json, ",\"%s\":[", this_run ? "posted" : "posted_by_others");
    else
        (void)fprintf(e->to, "\n  %s\n", this_run ? e->w->posted_run : e->w->posted_other);
    if (!st_ledger_lines(l, &filter, on_line, &p, e->err))
        return false;
    if (e->opt->json)
        (void)st_buf_ch(&e->json, ']');
    else if (!p.any)
        (void)fprintf(e->to, "    %s\n", e->w->nothing);
    return true;
}

typedef struct said {
    explain *e;
    bool any;
} said;

/* Findings of the run about the subject: conflicts with others are known to the run alone. */
static bool on_finding(void *ctx, const st_ledger_finding *f) {
    said *s = ctx;
    if (!st_person_is(&s->e->person, st_str_of(f->subject)))
        return true;
    if (s->e->opt->json) {
        (void)st_buf_z(&s->e->json, s->any ? "," : "");
        (void)st_buf_json(&s->e->json, st_str_of(f->message));
    } else {
        const char *lang = s->e->opt->lang;
        st_code code = st_code_find(f->code);
        const char *meaning = st_code_meaning(code, lang);
        (void)fprintf(s->e->to, "    %s: %s%s%s [%s]\n      %s\n", st_word(f->severity, lang),
                      meaning, *meaning ? ": " : "", f->message, f->code,
                      st_code_advice(code, f->hint, lang));
    }
    s->any = true;
    return true;
}

static bool head(explain *e) {
    st_buf b;
    st_buf_init(&b, 200);
    st_month_add(&b, e->run->period);
    (void)st_buf_fmt(&b, ", %s ", e->w->known);
    st_date_add(&b, e->run->as_of);
    if (e->opt->json) {
        (void)st_buf_fmt(&e->json, "{\"run\":%" PRId64 ",\"subject\":", e->run->run);
        (void)st_buf_json(&e->json, st_str_of(e->opt->subject));
        (void)st_buf_z(&e->json, ",\"decisions\":[");
    } else {
        (void)fprintf(e->to, "%s %s %" PRId64 " (%s, %s)\n", e->person.title, e->w->in_run,
                      e->run->run, b.p, st_word(st_run_state_name(e->run->state), e->opt->lang));
    }
    st_buf_free(&b);
    return true;
}

static bool tell(explain *e, st_ledger *l) {
    st_records_events events = {on_head, on_record, NULL};
    st_records_options options = {.accept_utf8 = true};
    st_records_result result;
    said s = {e, false};
    if (!head(e) ||
        !st_records_read(e->files.records, e->package.type, &options, &events, e, &result,
                         e->err) ||
        !e->ok)
        return false;
    if (e->opt->json)
        (void)st_buf_z(&e->json, "],\"findings\":[");
    if (!st_ledger_findings(l, e->run->run, on_finding, &s, e->err))
        return false;
    if (e->opt->json)
        (void)st_buf_ch(&e->json, ']');
    if (!e->found && !s.any)
        return st_fail(e->err, ST_E_RUN_SUBJECT, "run %" PRId64 " knows no subject \"%s\"",
                       e->run->run, e->opt->subject);
    return print_posted(e, l, true) && print_posted(e, l, false);
}

static void print_json(const explain *e, FILE *to) {
    st_buf masked;
    st_buf_init(&masked, 0);
    st_privacy_add(&e->privacy, &masked, st_buf_view(&e->json));
    (void)fprintf(to, "%s\n", masked.p);
    st_buf_free(&masked);
}

bool st_run_explain(st_ledger *l, const st_run_info *run, const st_explain_options *opt, FILE *to,
                    st_err *err) {
    explain e = {.opt = opt, .run = run, .to = to, .err = err, .ok = true, .first_step = true};
    e.w = st_is_chinese(opt->lang) ? &chinese : &english;
    st_buf_init(&e.json, 0);
    st_privacy_init(&e.privacy);
    if (!st_person_word_of(l, opt->subject, run->run, opt->lang, &e.person, err) ||
        !st_restore_begin(l, run->run, opt->state_dir, &e.files, err))
        return false;
    bool ok = st_package_again(e.files.rules, e.files.scheme, &e.package, err) && tell(&e, l);
    if (ok && opt->json) {
        (void)st_buf_ch(&e.json, '}');
        print_json(&e, to);
    }
    st_calc_free(e.calc);
    st_package_close(&e.package);
    st_restore_end(&e.files);
    st_buf_free(&e.json);
    st_privacy_free(&e.privacy);
    return ok;
}
