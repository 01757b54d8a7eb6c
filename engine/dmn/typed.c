/* A model's text with item definitions for the inputs to which it gives no type, so that other
 * programs, and this one without the records, know the names inside of them. */
#include "dmn/dmn_int.h"

typedef struct edit {
    size_t at, drop; /* bytes of the text that go */
    st_str put;
} edit;

typedef struct typed {
    const dmn_file *f;
    st_arena *a;
    st_str text, prefix; /* "dmn:", or empty */
    ST_VEC(edit) edits;
    st_buf definitions;
} typed;

static void put(typed *t, size_t at, size_t drop, const char *text) {
    edit e = {at, drop, st_str_of(text)};
    size_t i = t->edits.n;
    ST_VEC_PUSH(t->a, &t->edits, e);
    for (; i > 0 && t->edits.items[i - 1].at > at; i--)
        t->edits.items[i] = t->edits.items[i - 1];
    t->edits.items[i] = e;
}

static const char *simple_name(const st_feel_type *t) {
    static const char *const names[] = {[ST_T_BOOL] = "boolean",
                                        [ST_T_NUMBER] = "number",
                                        [ST_T_STRING] = "string",
                                        [ST_T_DATE] = "date",
                                        [ST_T_TIME] = "time",
                                        [ST_T_DATETIME] = "date and time",
                                        [ST_T_YM_DURATION] = "years and months duration",
                                        [ST_T_DT_DURATION] = "days and time duration"};
    return (size_t)t->kind < ST_LEN(names) && names[t->kind] ? names[t->kind] : "Any";
}

static void escaped(st_buf *b, st_str s) {
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '&' || s.p[i] == '<' || s.p[i] == '"')
            st_buf_z(b, s.p[i] == '&' ? "&amp;" : s.p[i] == '<' ? "&lt;" : "&quot;");
        else
            st_buf_ch(b, s.p[i]);
}

static void define(typed *t, const char *element, st_str name, const st_feel_type *type,
                   uint32_t depth) {
    st_buf *b = &t->definitions;
    bool list = type->kind == ST_T_LIST;
    const st_feel_type *one = list ? type->elem : type;
    st_buf_fmt(b, "\n%*s<%.*s%s name=\"", (int)(2 * depth + 2), "", ST_FMT(t->prefix), element);
    escaped(b, name);
    st_buf_z(b, list ? "\" isCollection=\"true\">" : "\">");
    if (one->kind == ST_T_CONTEXT && one->n_fields && depth < DMN_NESTING_MAX)
        for (uint32_t i = 0; i < one->n_fields; i++)
            define(t, "itemComponent", one->fields[i].name, one->fields[i].type, depth + 1);
    else
        st_buf_fmt(b, "<%.*stypeRef>%s</%.*stypeRef>", ST_FMT(t->prefix), simple_name(one),
                   ST_FMT(t->prefix));
    st_buf_fmt(b, "</%.*s%s>", ST_FMT(t->prefix), element);
}

/* Name of the type of an input: a built-in one, or one that is defined now. */
static const char *type_of(typed *t, const dmn_element *x) {
    if (x->type->kind != ST_T_CONTEXT && x->type->kind != ST_T_LIST)
        return simple_name(x->type);
    char *name = st_arena_fmt(t->a, "t_%.*s", ST_FMT(x->name));
    for (char *p = name; *p; p++)
        *p = *p == ' ' ? '_' : *p;
    while (st_map_has(&t->f->types, st_str_of(name)))
        name = st_arena_fmt(t->a, "%s_", name);
    define(t, "itemDefinition", st_str_of(name), x->type, 0);
    return name;
}

/* End of the start tag at `at`: the place of its '>'. */
static size_t tag_end(const typed *t, size_t at) {
    char quote = 0;
    for (; at < t->text.n; at++) {
        char c = t->text.p[at];
        if (quote)
            quote = c == quote ? 0 : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else if (c == '>')
            return at;
    }
    return t->text.n - 1;
}

static void type_variable(typed *t, const st_xml *variable, const char *type) {
    const st_xml_attr *a = st_xml_attr_of(variable, "typeRef");
    if (a) {
        size_t at = st_src_pos(&a->src, 0).offset, end = at;
        while (end < t->text.n && t->text.p[end] != '"' && t->text.p[end] != '\'')
            end++;
        put(t, at, end - at, type);
        return;
    }
    put(t, variable->pos.offset + 1 + t->prefix.n + strlen("variable"), 0,
        st_arena_fmt(t->a, " typeRef=\"%s\"", type));
}

/* An input data without a variable gets one: behind what the standard wants before it. */
static void add_variable(typed *t, const dmn_element *x, const char *type) {
    st_buf b;
    st_buf_init(&b, 0);
    st_buf_fmt(&b, "<%.*svariable name=\"", ST_FMT(t->prefix));
    escaped(&b, x->name);
    st_buf_fmt(&b, "\" typeRef=\"%s\"/>", type);
    const char *variable = st_arena_dup(t->a, b.p, b.n);
    st_buf_free(&b);
    size_t end = tag_end(t, x->xml->pos.offset);
    if (t->text.p[end - 1] == '/') {
        put(t, end - 1, 2, st_arena_fmt(t->a, ">%s</%.*sinputData>", variable, ST_FMT(t->prefix)));
        return;
    }
    const char *close = st_arena_fmt(t->a, "</%.*sinputData", ST_FMT(t->prefix));
    const char *found = memmem(t->text.p + end, t->text.n - end, close, strlen(close));
    put(t, found ? (size_t)(found - t->text.p) : end + 1, 0, variable);
}

static void add_definitions(typed *t) {
    const st_xml *c = t->f->root->first;
    while (c && (st_dmn_is(t->f, c, "description") || st_dmn_is(t->f, c, "extensionElements") ||
                 st_dmn_is(t->f, c, "import")))
        c = c->next;
    if (c && t->definitions.n)
        put(t, c->pos.offset, 0, st_arena_fmt(t->a, "%s\n  ", t->definitions.p));
}

static bool at_tags(const typed *t) {
    const st_xml *root = t->f->root;
    return root->pos.offset < t->text.n && t->text.p[root->pos.offset] == '<';
}

void st_model_typed_text(const st_model *m, st_str text, st_buf *out) {
    st_arena a;
    st_arena_init(&a, 0);
    typed t = {.f = m->files.items[0], .a = &a, .text = text};
    st_buf_init(&t.definitions, 0);
    if (at_tags(&t)) {
        const char *from = text.p + t.f->root->pos.offset + 1;
        size_t n = strcspn(from, " \t\r\n>/");
        const char *colon = memchr(from, ':', n);
        t.prefix = colon ? (st_str){from, (size_t)(colon - from) + 1} : ST_STR_NONE;
        for (size_t i = 0; i < m->inputs.n; i++) {
            const dmn_element *x = m->inputs.items[i];
            if (x->file != t.f || !x->bound || x->declared->kind != ST_T_ANY)
                continue;
            const st_xml *variable = st_dmn_child(t.f, x->xml, "variable");
            const char *type = type_of(&t, x);
            if (variable)
                type_variable(&t, variable, type);
            else
                add_variable(&t, x, type);
        }
        add_definitions(&t);
    }
    size_t at = 0;
    for (size_t i = 0; i < t.edits.n; i++) {
        const edit *e = &t.edits.items[i];
        st_buf_add(out, text.p + at, e->at - at);
        st_buf_str(out, e->put);
        at = e->at + e->drop;
    }
    st_buf_add(out, text.p + at, text.n - at);
    st_buf_free(&t.definitions);
    st_arena_free(&a);
}
