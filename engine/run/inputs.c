#include "run/inputs.h"

typedef struct inputs {
    st_buf *out, path, type;
    st_inputs_form form;
    const char *lang;
    bool any;
} inputs;

static void cell(inputs *x, st_str text) {
    for (size_t i = 0; i < text.n; i++)
        (void)(text.p[i] == '|' ? st_buf_z(x->out, "\\|") : st_buf_ch(x->out, text.p[i]));
}

static void field(inputs *x, const char *name, st_str value) {
    (void)st_buf_fmt(x->out, "%s\"%s\":", name[0] == 'n' ? "{" : ",", name);
    (void)st_buf_json(x->out, value);
}

static void row(inputs *x, st_str name, st_str type, st_str about) {
    switch (x->form) {
    case ST_INPUTS_TABLE:
        (void)st_buf_fmt(x->out, "| `%.*s` | ", ST_FMT(name));
        cell(x, type);
        (void)st_buf_z(x->out, " | ");
        cell(x, about);
        (void)st_buf_z(x->out, " |\n");
        break;
    case ST_INPUTS_TSV:
        (void)st_buf_fmt(x->out, "%.*s\t%.*s\t", ST_FMT(name), ST_FMT(type));
        (void)st_buf_tsv(x->out, about);
        (void)st_buf_ch(x->out, '\n');
        break;
    case ST_INPUTS_JSON:
        (void)st_buf_z(x->out, x->any ? "," : "");
        field(x, "name", name);
        field(x, "type", type);
        field(x, "about", about);
        (void)st_buf_ch(x->out, '}');
        break;
    }
    x->any = true;
}

/* A list or context is told of; its fields have rows of their own. */
static st_str type_name(inputs *x, const st_feel_type *t) {
    st_buf_clear(&x->type);
    if (t->kind == ST_T_CONTEXT)
        (void)st_buf_z(&x->type, "context");
    else if (t->kind == ST_T_LIST && t->elem->kind == ST_T_CONTEXT)
        (void)st_buf_z(&x->type, "list of contexts");
    else
        st_feel_type_print(&x->type, t);
    return st_buf_view(&x->type);
}

static void subject_field(void *ctx, st_str path, const st_feel_type *type, st_str about) {
    inputs *x = ctx;
    st_buf_clear(&x->path);
    (void)st_buf_fmt(&x->path, "subject.%.*s", ST_FMT(path));
    row(x, st_buf_view(&x->path), type_name(x, type), about);
}

static void fields_of(inputs *x, const char *name, const st_feel_type *t) {
    for (uint32_t i = 0; i < t->n_fields; i++) {
        st_buf_clear(&x->path);
        (void)st_buf_fmt(&x->path, "%s.%.*s", name, ST_FMT(t->fields[i].name));
        row(x, st_buf_view(&x->path), type_name(x, t->fields[i].type),
            st_str_of(st_scheme_about(t, i, x->lang)));
    }
}

static void head(inputs *x) {
    if (x->form == ST_INPUTS_JSON)
        (void)st_buf_ch(x->out, '[');
    else if (x->form == ST_INPUTS_TSV)
        (void)st_buf_z(x->out, "name\ttype\tabout\n");
    else
        (void)st_buf_z(x->out, strncmp(x->lang, "zh", 2) == 0
                                   ? "| 名称 | 类型 | 含义 |\n|---|---|---|\n"
                                   : "| name | type | what |\n|---|---|---|\n");
}

void st_run_inputs(const st_package *p, st_inputs_form form, const char *lang, st_buf *out) {
    bool zh = strncmp(lang, "zh", 2) == 0;
    inputs x = {.out = out, .form = form, .lang = lang};
    st_buf_init(&x.path, 0);
    st_buf_init(&x.type, 0);
    head(&x);
    st_record_type_fields(p->type, subject_field, &x);
    row(&x, ST_STR("occasion"), zh ? ST_STR("string 或 context") : ST_STR("string or context"),
        zh ? ST_STR("期间名称（同 period.name）；一次性项目为 \"once\"；带 each= "
                    "的项目为该列表的一个条目")
           : ST_STR("the period's name, as period.name; \"once\" of a single award; of a benefit "
                    "with each= the entry of that list"));
    fields_of(&x, "period", &st_scheme_period_type);
    fields_of(&x, "prior", &st_scheme_prior_type);
    fields_of(&x, "prior.amounts", &st_scheme_amount_type);
    if (form == ST_INPUTS_JSON)
        (void)st_buf_z(out, "]\n");
    st_buf_free(&x.type);
    st_buf_free(&x.path);
}
