/* What a careful office wants of its models besides being sound: every value of an enumeration has
 * a row of its own, every constant says where it comes from. */
#include "dmn/check_int.h"
#include "dmn/vocabulary.h"

typedef struct strict {
    const st_model *m;
    st_finding_sink *sink;
    void *ctx;
} strict;

static void warn(const strict *s, st_code code, st_pos pos, const char *fmt, ...) ST_PRINTF(4, 5);
static void warn(const strict *s, st_code code, st_pos pos, const char *fmt, ...) {
    char text[ST_MSG_MAX];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    st_err *e = st_xmalloc(sizeof *e);
    st_err_init(e);
    (void)st_fail_at(e, code, pos, "%s", text);
    e->severity = ST_SEV_WARNING;
    s->sink(s->ctx, e);
    free(e);
}

/* -- values that only a default speaks of -- */

static bool has_row(const dmn_table *t, uint32_t col, st_val v) {
    for (uint32_t r = 0; r < t->n_rules; r++) {
        const dmn_cell *c = &t->rules[r].cells[col];
        bool named = c->kind == DMN_CELL_ALWAYS || (c->kind == DMN_CELL_TEST && !c->n);
        for (uint32_t i = 0; i < c->n && !named; i++)
            named = !c->v[i].lo_unbounded && st_feel_equal(c->v[i].lo, v) == 1;
        if (named || c->negated)
            return true;
    }
    return false;
}

static void tiers(const strict *s, const dmn_table *t) {
    for (uint32_t col = 0; t->has_default && col < t->n_in; col++) {
        const dmn_column *c = &t->in[col];
        for (size_t i = 0; i < c->n_points; i++) {
            const st_feel_interval *p = &c->points[i];
            if (p->lo_unbounded || p->lo.kind != ST_STRING || has_row(t, col, p->lo))
                continue;
            warn(s, ST_E_DMN_TIER, t->pos,
                 "table '%.*s': no row speaks of %.*s = \"%.*s\"; the default output would decide",
                 ST_FMT(t->name), ST_FMT(c->label), ST_FMT(st_val_str(p->lo)));
        }
    }
}

/* -- constants without their clause -- */

static bool is_white_text(st_str s) {
    return st_str_trim(s).n == 0;
}

static bool name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

/* After these a number may stand; after any other word it goes on a name ("before 2012"). */
static bool is_keyword(st_str word) {
    static const char *const words[] = {"then", "else",    "return",    "and", "or",
                                        "in",   "between", "satisfies", "if",  "for"};
    for (size_t i = 0; i < ST_LEN(words); i++)
        if (st_str_is(word, words[i]))
            return true;
    return false;
}

/* 0, 1 and -1 count things; they need no clause. */
static bool counts(st_str number) {
    return st_str_is(number, "0") || st_str_is(number, "1");
}

/* Whether the literal that starts there is what a function makes a date, duration or number of:
 * `date("2020-01-01")`, `duration( "P3Y")`. */
static bool is_converted(st_str text, size_t quote) {
    static const char *const functions[] = {"date", "time", "duration", "number"};
    st_str before = st_str_trim(st_str_sub(text, 0, quote));
    if (!before.n || before.p[before.n - 1] != '(')
        return false;
    before = st_str_trim(st_str_sub(before, 0, before.n - 1));
    for (size_t i = 0; i < ST_LEN(functions); i++) {
        size_t n = strlen(functions[i]);
        if (before.n >= n && memcmp(before.p + before.n - n, functions[i], n) == 0 &&
            (before.n == n || !name_character(before.p[before.n - n - 1])))
            return true;
    }
    return false;
}

/* First number, @"date" or date("...") in an expression that needs a clause; false when there is
 * none. */
static bool constant_in(st_str text, st_str *out) {
    for (size_t i = 0; i < text.n;) {
        char c = text.p[i];
        size_t from = i;
        if (c == '"') {
            for (i++; i < text.n && text.p[i] != '"'; i++)
                i += text.p[i] == '\\';
            i++;
            if (i <= text.n && ((from && text.p[from - 1] == '@') || is_converted(text, from))) {
                *out = st_str_sub(text, from, i - from);
                return true;
            }
        } else if (c >= '0' && c <= '9') {
            while (i < text.n && (name_character(text.p[i]) || text.p[i] == '.') &&
                   !(text.p[i] == '.' && i + 1 < text.n && text.p[i + 1] == '.'))
                i++;
            *out = st_str_sub(text, from, i - from);
            if (!counts(*out))
                return true;
        } else if (name_character(c)) {
            while (i < text.n && name_character(text.p[i]))
                i++;
            bool goes_on = !is_keyword(st_str_sub(text, from, i - from));
            while (i < text.n && text.p[i] == ' ')
                i++;
            while (goes_on && i < text.n && text.p[i] >= '0' && text.p[i] <= '9')
                i++;
        } else {
            i++;
        }
    }
    return false;
}

static bool constant_below(const dmn_file *f, const st_xml *e, st_str *out, st_pos *pos) {
    for (const st_xml *c = e->first; c; c = c->next) {
        if (st_dmn_is(f, c, "rule") || st_dmn_is(f, c, "extensionElements") ||
            st_dmn_is(f, c, "description") || st_dmn_is(f, c, "annotationEntry") ||
            st_dmn_is(f, c, "inputValues") || st_dmn_is(f, c, "outputValues"))
            continue;
        if (st_dmn_is(f, c, "text") && constant_in(c->text.text, out)) {
            *pos = st_src_pos(&c->text, (size_t)(out->p - c->text.text.p));
            return true;
        }
        if (constant_below(f, c, out, pos))
            return true;
    }
    return false;
}

/* A row that yields a number or a date or has one in a cell, a plain 0 or 1 too, or that has a
 * constant in an expression. */
static bool row_has_constant(const dmn_table *t, const dmn_rule *r) {
    for (uint32_t i = 0; i < t->n_out; i++) {
        st_val v = r->constants[i];
        if (v.kind == ST_NUMBER || v.kind == ST_DATE)
            return true;
    }
    for (uint32_t i = 0; i < t->n_in; i++)
        for (uint32_t k = 0; k < r->cells[i].n; k++) {
            const st_feel_interval *x = &r->cells[i].v[k];
            uint8_t kind = x->lo_unbounded ? x->hi.kind : x->lo.kind;
            if (kind == ST_NUMBER || kind == ST_DATE)
                return true;
        }
    st_str found;
    st_pos pos;
    return constant_below(t->owner->file, r->xml, &found, &pos);
}

static void rows(const strict *s, const dmn_table *t) {
    for (uint32_t r = 0; r < t->n_rules; r++)
        if (is_white_text(t->rules[r].annotation) && row_has_constant(t, &t->rules[r]))
            warn(s, ST_E_DMN_CITATION, t->rules[r].pos,
                 "table '%.*s': rule %u has a number, date or duration and names no clause for it",
                 ST_FMT(t->name), r + 1);
}

/* A description of the element or of its logic, or a source it is connected to. */
static bool has_citation(const dmn_file *f, const st_xml *e) {
    const st_xml *d = st_dmn_child(f, e, "description"),
                 *logic = st_dmn_child(f, e, "encapsulatedLogic");
    const st_xml *x = st_dmn_expression_of(f, logic ? logic : e);
    const st_xml *of_logic = x ? st_dmn_child(f, x, "description") : NULL;
    return (d && !is_white_text(d->text.text)) ||
           (of_logic && !is_white_text(of_logic->text.text)) ||
           st_dmn_child(f, e, "authorityRequirement") != NULL;
}

static void constants(const strict *s, const dmn_element *x) {
    st_str found;
    st_pos pos;
    if (x->kind == DMN_INPUT || x->kind == DMN_SERVICE || has_citation(x->file, x->xml) ||
        !constant_below(x->file, x->xml, &found, &pos))
        return;
    warn(s, ST_E_DMN_CITATION, pos,
         "'%.*s' has the constant %.*s and neither a description nor a knowledge source says where "
         "it comes from",
         ST_FMT(x->name), ST_FMT(found));
}

void st_model_check_strict(const st_model *m, st_finding_sink *sink, void *ctx) {
    strict s = {m, sink, ctx};
    for (size_t i = 0; i < m->tables.n; i++) {
        tiers(&s, m->tables.items[i]);
        rows(&s, m->tables.items[i]);
    }
    for (size_t i = 0; i < m->elements.n; i++)
        constants(&s, m->elements.items[i]);
}
