/* Decision tables: from XML to a node with columns, outputs and rules. Evaluation: table_eval.c. */
#include "dmn/dmn_int.h"

static const struct {
    const char *name;
    dmn_policy policy;
} policies[] = {{"UNIQUE", DMN_UNIQUE},         {"ANY", DMN_ANY},
                {"PRIORITY", DMN_PRIORITY},     {"FIRST", DMN_FIRST},
                {"RULE ORDER", DMN_RULE_ORDER}, {"OUTPUT ORDER", DMN_OUTPUT_ORDER},
                {"COLLECT", DMN_COLLECT}};
static const struct {
    const char *name;
    dmn_agg agg;
} aggregators[] = {{"SUM", DMN_SUM}, {"COUNT", DMN_COUNT}, {"MIN", DMN_MIN}, {"MAX", DMN_MAX}};

const char *st_dmn_policy_name(dmn_policy p) {
    for (size_t i = 0; i < ST_LEN(policies); i++)
        if (policies[i].policy == p)
            return policies[i].name;
    ST_UNREACHABLE();
}

static bool read_policy(dmn_table *t, const st_xml *e, st_err *err) {
    st_str p = st_xml_get(e, "hitPolicy"), a = st_xml_get(e, "aggregation");
    bool known = !p.n;
    t->policy = DMN_UNIQUE;
    for (size_t i = 0; i < ST_LEN(policies); i++)
        if (st_str_is(p, policies[i].name)) {
            t->policy = policies[i].policy;
            known = true;
        }
    if (!known)
        return st_dmn_fail(err, ST_E_DMN_TABLE, e->pos, "unknown hit policy '%.*s'", ST_FMT(p));
    if (!a.n)
        return true;
    if (t->policy != DMN_COLLECT)
        return st_dmn_fail(err, ST_E_DMN_TABLE, e->pos,
                           "aggregation '%.*s' does nothing under hit policy %s: it is for COLLECT",
                           ST_FMT(a), st_dmn_policy_name(t->policy));
    for (size_t i = 0; i < ST_LEN(aggregators); i++)
        if (st_str_is(a, aggregators[i].name))
            t->agg = aggregators[i].agg;
    return t->agg != DMN_LIST ||
           st_dmn_fail(err, ST_E_DMN_TABLE, e->pos, "unknown aggregation '%.*s'", ST_FMT(a));
}

static size_t count(const dmn_unit *u, const st_xml *e, const char *name) {
    size_t n = 0;
    for (const st_xml *c = st_dmn_child(u->file, e, name); c; c = st_dmn_next(u->file, c, name))
        n++;
    return n;
}

static bool sizes(const dmn_unit *u, dmn_table *t, const st_xml *e, st_err *err) {
    size_t in = count(u, e, "input"), out = count(u, e, "output"), rules = count(u, e, "rule");
    if (in > DMN_COLUMNS_MAX || out > DMN_COLUMNS_MAX || rules > DMN_RULES_MAX)
        return st_dmn_fail(err, ST_E_DMN_LIMIT, e->pos,
                           "a table has at most %d columns and %d rules", DMN_COLUMNS_MAX,
                           DMN_RULES_MAX);
    if (!out)
        return st_dmn_fail(err, ST_E_DMN_TABLE, e->pos, "the table has no output");
    if (out > 1 && t->agg != DMN_LIST && t->agg != DMN_COUNT)
        return st_dmn_fail(err, ST_E_DMN_TABLE, e->pos,
                           "a table with several outputs cannot be aggregated to one number");
    t->n_in = (uint32_t)in;
    t->n_out = (uint32_t)out;
    t->n_rules = (uint32_t)rules;
    st_arena *a = &u->m->arena;
    t->in = ST_NEWN(a, dmn_column, in);
    t->out = ST_NEWN(a, dmn_output, out);
    t->rules = ST_NEWN(a, dmn_rule, rules);
    return true;
}

/* -- inputs -- */

static st_str one_line(st_arena *a, st_str s) {
    return st_dmn_name(a, s);
}

/* The points of a list of values ("a", "b", [1..5]) when it is a plain list. */
static void values_of(dmn_unit *u, const st_feel_node *tests, const st_feel_interval **v,
                      size_t *n) {
    bool negated = false;
    if (!tests || st_feel_always(tests) || !st_feel_tests_intervals(u->b, tests, v, n, &negated) ||
        negated)
        *n = 0;
}

/* Unary tests in the present scope; *out NULL for none and for "any value". */
static bool tests_of(dmn_unit *u, const st_xml *e, const st_feel_type *type,
                     const st_feel_node **out, st_err *err) {
    st_src src;
    *out = NULL;
    if (!e)
        return true;
    st_dmn_text(u, e, &src);
    st_feel_node *n = st_feel_parse_tests(u->b, &src, type, err);
    if (n && !st_feel_always(n))
        *out = n;
    return n != NULL;
}

static bool input_expression(dmn_unit *u, dmn_column *c, const st_xml *e, st_err *err) {
    const st_xml *x = st_dmn_child(u->file, e, "inputExpression");
    st_src src;
    if (!x)
        return st_dmn_fail(err, ST_E_DMN_TABLE, e->pos, "this input has no expression");
    st_dmn_text(u, x, &src);
    if (!st_str_trim(src.text).n)
        return st_dmn_fail(err, ST_E_DMN_TABLE, x->pos, "this input's expression is empty");
    c->expr = st_feel_parse(u->b, &src, err);
    const st_feel_type *declared = c->expr ? st_dmn_type_attr(u->file, x, err) : NULL;
    if (!declared)
        return false;
    c->label = one_line(&u->m->arena, src.text);
    c->global = st_feel_global_of(c->expr);
    if (!u->m->lenient && st_dmn_type_clash(c->expr->type, declared))
        st_dmn_warn(u->m, ST_E_DMN_TYPE, x->pos,
                    "the input '%.*s' is declared as %.*s, which its values never are",
                    ST_FMT(c->label), ST_FMT(st_xml_get(x, "typeRef")));
    c->type = c->expr->type->kind == ST_T_ANY ? declared : c->expr->type;
    c->whole = c->type->whole;
    if (c->type->n_domain) {
        c->points = c->type->domain;
        c->n_points = c->type->n_domain;
        return true;
    }
    /* Allowed values for judging the table may stand at either type. */
    const st_feel_node *allowed = c->type->allowed ? c->type->allowed : declared->allowed;
    values_of(u, allowed, &c->points, &c->n_points);
    return true;
}

/* Tests of unlike kinds (`null, "a"`): evaluated, but their values are known for judging the table.
 */
static void keep_mixed(dmn_unit *u, dmn_cell *cell) {
    size_t n = 0;
    if (cell->kind != DMN_CELL_TEST || cell->n ||
        !st_feel_tests_intervals(u->b, cell->test, &cell->v, &n, &cell->negated) || n > UINT32_MAX)
        return;
    cell->n = (uint32_t)n;
    cell->want = ST_KIND_COUNT; /* the kind of no value */
}

/* Rule entries of one column, compiled one column after the other: `?` differs by column. */
static bool input_cells(dmn_unit *u, dmn_table *t, uint32_t col, const st_xml **entries,
                        st_err *err) {
    dmn_column *c = &t->in[col];
    for (uint32_t r = 0; r < t->n_rules; r++) {
        const st_xml *e = entries[(size_t)r * t->n_in + col];
        dmn_cell *cell = &t->rules[r].cells[col];
        if (!tests_of(u, e, c->type, &cell->test, err))
            return st_err_wrap(err, "rule %u of table '%.*s'", r + 1, ST_FMT(t->name));
        st_dmn_cell_specialise(u->b, cell);
        keep_mixed(u, cell);
        t->asks_null = t->asks_null || cell->asks_null;
    }
    return true;
}

static bool inputs(dmn_unit *u, dmn_table *t, const st_xml *e, const st_xml **entries,
                   st_err *err) {
    uint32_t i = 0;
    for (const st_xml *x = st_dmn_child(u->file, e, "input"); x;
         x = st_dmn_next(u->file, x, "input"), i++) {
        dmn_column *c = &t->in[i];
        if (!input_expression(u, c, x, err))
            return false;
        st_feel_scope_push(u->b);
        c->slot = st_feel_scope_declare(u->b, ST_STR("?"), c->type);
        if (!tests_of(u, st_dmn_child(u->file, x, "inputValues"), c->type, &c->allowed, err))
            return false;
        if (c->allowed)
            values_of(u, c->allowed, &c->points, &c->n_points);
        t->checks = t->checks || c->allowed;
        if (!input_cells(u, t, i, entries, err))
            return false;
        st_feel_scope_pop(u->b);
    }
    return true;
}

/* -- outputs -- */

/* Where the output clause has no type of its own, that of the decision's variable helps to find the
 * order of values. */
static const st_feel_type *outer_type(const dmn_unit *u, const dmn_table *t, st_str name) {
    const st_feel_type *v =
        u->element->kind == DMN_DECISION ? u->element->type : u->element->result;
    if (v && v->kind == ST_T_LIST)
        v = v->elem;
    if (!v || t->n_out == 1)
        return v;
    for (uint32_t i = 0; i < v->n_fields; i++)
        if (st_str_eq(v->fields[i].name, name))
            return v->fields[i].type;
    return NULL;
}

static bool output_values(dmn_unit *u, dmn_table *t, dmn_output *o, const st_xml *e, st_err *err) {
    const st_feel_type *type = o->type ? o->type : &st_feel_any;
    st_feel_scope_push(u->b);
    o->slot = st_feel_scope_declare(u->b, ST_STR("?"), type);
    if (!tests_of(u, st_dmn_child(u->file, e, "outputValues"), type, &o->allowed, err))
        return false;
    st_feel_scope_pop(u->b);
    const st_feel_type *outer = outer_type(u, t, o->name);
    const st_feel_node *order = o->allowed                    ? o->allowed
                                : o->type && o->type->allowed ? o->type->allowed
                                : outer                       ? outer->allowed
                                                              : NULL;
    values_of(u, order, &o->order, &o->n_order);
    if (!o->n_order && (t->policy == DMN_PRIORITY || t->policy == DMN_OUTPUT_ORDER))
        st_dmn_warn(u->m, ST_E_DMN_WARNING, e->pos,
                    "hit policy %s needs the output values in order of priority",
                    st_dmn_policy_name(t->policy));
    return true;
}

static st_feel_node *output_node(dmn_unit *u, const dmn_output *o, const st_xml *e, st_err *err) {
    st_src src;
    st_dmn_text(u, e, &src);
    st_str text = st_str_trim(src.text);
    if (!text.n || st_str_is(text, "-"))
        return st_feel_make_literal(u->b, st_null());
    st_feel_node *n = st_feel_parse(u->b, &src, err);
    const st_feel_type *own = n ? st_dmn_type_attr(u->file, e, err) : NULL;
    if (!own)
        return NULL;
    if (own->kind != ST_T_ANY)
        n = st_feel_make_coerce(u->b, n, own);
    return o->type ? st_feel_make_coerce(u->b, n, o->type) : n;
}

static bool outputs(dmn_unit *u, dmn_table *t, const st_xml *e, st_err *err) {
    st_str *names = ST_NEWN(&u->m->arena, st_str, t->n_out);
    uint32_t i = 0;
    for (const st_xml *x = st_dmn_child(u->file, e, "output"); x;
         x = st_dmn_next(u->file, x, "output"), i++) {
        dmn_output *o = &t->out[i];
        o->pos = x->pos;
        o->name = names[i] = st_dmn_name(&u->m->arena, st_xml_get(x, "name"));
        if (!o->name.n && t->n_out > 1)
            o->name = names[i] = st_dmn_name(&u->m->arena, st_xml_get(x, "label"));
        if (!o->name.n && t->n_out > 1)
            return st_dmn_fail(err, ST_E_DMN_TABLE, x->pos,
                               "a table with several outputs needs a name for each");
        const st_feel_type *type = st_dmn_type_attr(u->file, x, err);
        if (!type)
            return false;
        o->type = type->kind == ST_T_ANY ? NULL : type;
        if (!output_values(u, t, o, x, err))
            return false;
        const st_xml *fallback = st_dmn_child(u->file, x, "defaultOutputEntry");
        if (fallback && !(o->fallback = output_node(u, o, fallback, err)))
            return false;
        t->has_default = t->has_default || o->fallback;
    }
    if (t->n_out > 1)
        t->shape = st_feel_shape_new(&u->m->arena, names, t->n_out);
    return true;
}

/* -- rules -- */

static bool in_order(const dmn_output *o, st_val v) {
    for (size_t i = 0; i < o->n_order; i++)
        if (st_feel_equal(o->order[i].lo, v) == 1 && st_feel_equal(o->order[i].hi, v) == 1)
            return true;
    return false;
}

/* An output entry that is a constant of the right type and among the output values needs no
 * evaluation. */
static st_val constant_of(const dmn_output *o, const st_feel_node *raw, bool coerced) {
    st_val v, none = {.kind = ST_KIND_COUNT};
    if (!st_feel_constant(raw, &v) || (o->allowed && !st_is_null(v) && !in_order(o, v)))
        return none;
    if (coerced && (st_is_null(v) || o->type->allowed || v.kind >= ST_LIST ||
                    !st_feel_instance_of(v, o->type)))
        return none;
    return v;
}

static bool rule_outputs(dmn_unit *u, dmn_table *t, dmn_rule *r, const st_xml *e, st_err *err) {
    r->outputs = ST_NEWN(&u->m->arena, const st_feel_node *, t->n_out);
    r->constants = ST_NEWN(&u->m->arena, st_val, t->n_out);
    uint32_t i = 0;
    for (const st_xml *x = st_dmn_child(u->file, e, "outputEntry"); x;
         x = st_dmn_next(u->file, x, "outputEntry"), i++) {
        if (i >= t->n_out)
            return st_dmn_fail(err, ST_E_DMN_TABLE, e->pos,
                               "this rule has more output entries than the table has outputs");
        dmn_output plain = t->out[i];
        plain.type = NULL;
        st_feel_node *raw = output_node(u, &plain, x, err);
        if (!raw ||
            (t->out[i].type && !st_dmn_type_must_fit(u->file, x->pos, "the output of",
                                                     t->out[i].name.n ? t->out[i].name : t->name,
                                                     raw->type, t->out[i].type, err)))
            return st_err_wrap(err, "rule %u of table '%.*s'", (uint32_t)(r - t->rules) + 1,
                               ST_FMT(t->name));
        r->constants[i] = constant_of(&t->out[i], raw, t->out[i].type != NULL);
        r->outputs[i] = t->out[i].type ? st_feel_make_coerce(u->b, raw, t->out[i].type) : raw;
    }
    return i == t->n_out ||
           st_dmn_fail(err, ST_E_DMN_TABLE, e->pos,
                       "this rule has %u output entries, the table %u outputs", i, t->n_out);
}

/* The clause stands in the description, which dmn-js shows, in the annotations, which other editors
 * show, or in both. Where they differ both are kept and shown, the description first, and the row
 * is told: nobody is shown the old clause alone. */
static void rule_annotations(dmn_unit *u, dmn_rule *r, const st_xml *e) {
    st_arena *a = &u->m->arena;
    const st_xml *d = st_dmn_child(u->file, e, "description");
    st_str description = d ? one_line(a, d->text.text) : ST_STR_NONE;
    r->annotations = ST_NEWN(a, st_str, count(u, e, "annotationEntry") + 1);
    for (const st_xml *x = st_dmn_child(u->file, e, "annotationEntry"); x;
         x = st_dmn_next(u->file, x, "annotationEntry")) {
        const st_xml *text = st_dmn_child(u->file, x, "text");
        r->annotations[r->n_annotations++] = text ? one_line(a, text->text.text) : ST_STR_NONE;
    }
    bool said = !description.n;
    for (uint32_t i = 0; i < r->n_annotations && !said; i++)
        said = st_str_eq(r->annotations[i], description);
    if (!said && r->n_annotations && r->annotations[0].n)
        st_dmn_warn(u->m, ST_E_DMN_CLAUSES, e->pos,
                    "the description of this row says '%.*s', its annotation '%.*s'",
                    ST_FMT(description), ST_FMT(r->annotations[0]));
    if (!said) {
        memmove(r->annotations + 1, r->annotations, r->n_annotations * sizeof *r->annotations);
        r->annotations[0] = description;
        r->n_annotations++;
    }
    for (uint32_t i = 0; i < r->n_annotations && !r->annotation.n; i++)
        r->annotation = r->annotations[i];
    if (!said && r->n_annotations > 1 && r->annotations[1].n)
        r->annotation = st_str_of(
            st_arena_fmt(a, "%.*s | %.*s", ST_FMT(r->annotations[0]), ST_FMT(r->annotations[1])));
}

static bool rules(dmn_unit *u, dmn_table *t, const st_xml *e, const st_xml **entries, st_err *err) {
    uint32_t i = 0;
    for (const st_xml *x = st_dmn_child(u->file, e, "rule"); x;
         x = st_dmn_next(u->file, x, "rule"), i++) {
        dmn_rule *r = &t->rules[i];
        r->id = st_str_trim(st_xml_get(x, "id"));
        r->xml = x;
        r->pos = x->pos;
        r->cells = ST_NEWN(&u->m->arena, dmn_cell, t->n_in);
        uint32_t k = 0;
        for (const st_xml *c = st_dmn_child(u->file, x, "inputEntry"); c;
             c = st_dmn_next(u->file, c, "inputEntry"), k++)
            if (k < t->n_in)
                entries[(size_t)i * t->n_in + k] = c;
        if (k != t->n_in)
            return st_dmn_fail(err, ST_E_DMN_TABLE, x->pos,
                               "this rule has %u input entries, the table %u inputs", k, t->n_in);
        if (!rule_outputs(u, t, r, x, err))
            return false;
        rule_annotations(u, r, x);
    }
    return true;
}

/* -- the table -- */

/* Type of one hit: the output's, or a context of them. */
static const st_feel_type *hit_type(dmn_unit *u, const dmn_table *t) {
    if (t->n_out == 1)
        return t->out[0].type ? t->out[0].type : &st_feel_any;
    st_feel_type *c = ST_NEW(&u->m->arena, st_feel_type);
    st_feel_field *fields = ST_NEWN(&u->m->arena, st_feel_field, t->n_out);
    for (uint32_t i = 0; i < t->n_out; i++)
        fields[i] = (st_feel_field){t->out[i].name, t->out[i].type ? t->out[i].type : &st_feel_any};
    c->kind = ST_T_CONTEXT;
    c->fields = fields;
    c->n_fields = t->n_out;
    c->shape = t->shape;
    return c;
}

static const st_feel_type *table_type(dmn_unit *u, const dmn_table *t) {
    const st_feel_type *hit = hit_type(u, t);
    bool many = t->policy == DMN_RULE_ORDER || t->policy == DMN_OUTPUT_ORDER ||
                (t->policy == DMN_COLLECT && t->agg == DMN_LIST);
    if (many)
        return st_feel_type_list(&u->m->arena, hit);
    if (t->agg == DMN_COUNT || t->agg == DMN_SUM)
        return &st_feel_number;
    return hit;
}

st_feel_node *st_dmn_table_node(dmn_unit *u, const st_xml *e, st_err *err) {
    st_model *m = u->m;
    dmn_table *t = ST_NEW(&m->arena, dmn_table);
    t->owner = u->element;
    t->name = u->element->name;
    t->pos = e->pos;
    if (!read_policy(t, e, err) || !sizes(u, t, e, err))
        return NULL;
    const st_xml **entries = ST_NEWN(&m->arena, const st_xml *, (size_t)t->n_rules * t->n_in);
    if (!outputs(u, t, e, err) || !rules(u, t, e, entries, err) || !inputs(u, t, e, entries, err))
        return NULL;
    t->no_match = st_dmn_table_text(&m->arena, t, "no rule matches and there is no default output");
    t->node.eval = st_dmn_table_eval;
    t->node.type = table_type(u, t);
    t->node.src = (st_src){.file = u->file->path};
    if (t->n_rules >= DMN_INDEX_RULES_MIN)
        st_dmn_index_build(m, t);
    ST_VEC_PUSH(&m->arena, &m->tables, t);
    return &t->node;
}
