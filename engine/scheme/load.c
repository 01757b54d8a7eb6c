/* scheme.xml to st_scheme: structure is the XSD's business, here are references, intervals and
 * numbers. */
#include "base/file.h"
#include "scheme/load_int.h"
#include "scheme/xsd_text.h"
#include "xml/schema.h"

static const char namespace_1[] = "urn:stipend:scheme:1";

static bool money_attr(loader *l, const st_xml *e, const char *name, st_money *out) {
    st_str text = st_xml_get(e, name);
    if (!text.p)
        return true;
    return st_money_parse(st_str_trim(text), out) || bad(l, e, name, "not an amount like 3000.00");
}

static bool int_attr(loader *l, const st_xml *e, const char *name, int64_t *out) {
    st_str text = st_xml_get(e, name);
    if (!text.p)
        return true;
    return (st_str_int(st_str_trim(text), out) && *out >= 0 && *out < INT64_C(1000000000000)) ||
           bad(l, e, name, "not a number within limits");
}

/* Percent with two decimals as hundredths. */
static bool percent_attr(loader *l, const st_xml *e, const char *name, int64_t *out, bool *given) {
    st_str text = st_xml_get(e, name);
    if (given)
        *given = text.p != NULL;
    if (!text.p)
        return true;
    return st_money_parse(st_str_trim(text), out) ||
           bad(l, e, name, "not a percentage like 10 or 12.5");
}

static void titles(const st_xml *e, st_titles *out) {
    *out = (st_titles){ST_STR(""), ST_STR("")};
    for (const st_xml *t = st_xml_child(e, "title"); t; t = st_xml_next(t, "title")) {
        st_str text = st_str_trim(t->text.text);
        if (st_str_is(st_xml_get(t, "lang"), "zh"))
            out->zh = text;
        else
            out->en = text;
    }
}

static const st_basis *basis_of(loader *l, const st_xml *e) {
    st_str id = text_attr(e, "basis");
    for (size_t i = 0; i < l->s->n_bases; i++)
        if (st_str_eq(l->s->bases[i].id, id))
            return &l->s->bases[i];
    (void)bad(l, e, "basis", "names no <basis> of this scheme");
    return NULL;
}

/* A retired benefit decides nothing: its models may be gone. */
static bool load_rules(loader *l, const st_xml *e, st_benefit *b) {
    if (b->retired != ST_KEYS_UNSAID)
        return true;
    if (!st_xml_child(e, "rules"))
        return st_fail_at(l->err, ST_E_SCHEME_VALUE, e->pos,
                          "benefit %.*s has no <rules>: only one that is retired needs none",
                          ST_FMT(b->id));
    b->rules = ST_NEWN(l->a, st_rules, count(e, "rules"));
    for (const st_xml *r = st_xml_child(e, "rules"); r; r = st_xml_next(r, "rules")) {
        st_rules *rules = &b->rules[b->n_rules++];
        rules->pos = r->pos;
        rules->file = text_attr(r, "model");
        rules->path = st_file_beside(l->a, l->s->path, rules->file);
        rules->refusals = text_attr(r, "refusals");
        rules->amount = text_attr(r, "amount");
        rules->basis = basis_of(l, r);
        if (!rules->basis || !month_attr(l, r, "from", ST_MONTH_MIN, &rules->from) ||
            !month_attr(l, r, "to", ST_MONTH_MAX, &rules->to))
            return false;
        if (rules->to < rules->from)
            return bad(l, r, "to", "is before from");
    }
    return true;
}

static bool load_money_side(loader *l, const st_xml *e, st_benefit *b) {
    b->funding = ST_NEWN(l->a, st_scheme_funding, count(e, "funding"));
    int64_t weights = 0;
    for (const st_xml *f = st_xml_child(e, "funding"); f; f = st_xml_next(f, "funding")) {
        st_scheme_funding *fund = &b->funding[b->n_funding++];
        fund->party = text_attr(f, "party");
        if (!int_attr(l, f, "weight", &fund->weight))
            return false;
        if (!st_money_add(weights, fund->weight, &weights))
            return bad(l, f, "weight", "is too large");
    }
    if (b->n_funding && weights == 0)
        return st_fail_at(l->err, ST_E_SCHEME_VALUE, e->pos,
                          "the funding weights of benefit %.*s add up to 0", ST_FMT(b->id));
    b->budgets = ST_NEWN(l->a, st_budget, count(e, "budget"));
    for (const st_xml *x = st_xml_child(e, "budget"); x; x = st_xml_next(x, "budget")) {
        st_budget *budget = &b->budgets[b->n_budgets++];
        int64_t year = 0;
        budget->line = text_attr(x, "line");
        budget->limited = st_xml_attr_of(x, "appropriation") != NULL;
        if (!int_attr(l, x, "year", &year) ||
            !money_attr(l, x, "appropriation", &budget->appropriation))
            return false;
        if (year > 9999)
            return bad(l, x, "year", "is no year");
        if (st_scheme_budget(&(st_benefit){.budgets = b->budgets, .n_budgets = b->n_budgets - 1},
                             (int)year))
            return bad(l, x, "year", "stands twice in this benefit");
        budget->year = (int)year;
    }
    b->controls = ST_NEWN(l->a, st_control, count(e, "control"));
    for (const st_xml *c = st_xml_child(e, "control"); c; c = st_xml_next(c, "control")) {
        st_control *control = &b->controls[b->n_controls++];
        control->id = text_attr(c, "id");
        control->tier = text_attr(c, "tier");
        if (!month_attr(l, c, "from", ST_MONTH_MIN, &control->from) ||
            !month_attr(l, c, "to", ST_MONTH_MAX, &control->to) ||
            !int_attr(l, c, "count", &control->count) ||
            !money_attr(l, c, "total", &control->total))
            return false;
    }
    return true;
}

static bool load_benefit(loader *l, const st_xml *e, st_benefit *b) {
    b->pos = e->pos;
    b->id = text_attr(e, "id");
    b->list_slot = b->key_slot = b->date_slot = -1;
    titles(e, &b->title);
    if (!st_load_cadence(l, e, b) || !month_attr(l, e, "first", ST_MONTH_MIN, &b->first) ||
        !month_attr(l, e, "last", ST_MONTH_MAX, &b->last) ||
        !month_attr(l, e, "payable-from", ST_MONTH_MIN, &b->payable_from))
        return false;
    if (b->last < b->first)
        return bad(l, e, "last", "is before first");
    return st_load_borders(l, e, b) && load_rules(l, e, b) && load_money_side(l, e, b);
}

static bool load_guards(loader *l, const st_xml *root) {
    l->s->guards = ST_NEWN(l->a, st_guard, count(root, "guard"));
    for (const st_xml *e = st_xml_child(root, "guard"); e; e = st_xml_next(e, "guard")) {
        st_guard *g = &l->s->guards[l->s->n_guards++];
        g->id = text_attr(e, "id");
        g->benefit = text_attr(e, "benefit");
        g->has_amount = st_xml_attr_of(e, "amount-above") != NULL;
        g->has_arrears = st_xml_attr_of(e, "arrears-above") != NULL;
        g->has_recovery = st_xml_attr_of(e, "recovery-above") != NULL;
        if (!percent_attr(l, e, "payees-change-percent", &g->payees_percent, &g->has_payees) ||
            !percent_attr(l, e, "total-change-percent", &g->total_percent, &g->has_total) ||
            !money_attr(l, e, "amount-above", &g->amount_above) ||
            !money_attr(l, e, "arrears-above", &g->arrears_above) ||
            !money_attr(l, e, "recovery-above", &g->recovery_above))
            return false;
        if (g->benefit.n && !st_scheme_benefit(l->s, g->benefit))
            return bad(l, e, "benefit", "names no benefit of this scheme");
        if (!g->has_payees && !g->has_total && !g->has_amount && !g->has_arrears &&
            !g->has_recovery)
            return bad(l, e, "id",
                       "this guard has no bound: give payees-change-percent, "
                       "total-change-percent, amount-above, arrears-above or recovery-above");
    }
    return true;
}

static bool load_recovery(loader *l, const st_xml *root) {
    st_recovery_policy *p = &l->s->recovery;
    *p = (st_recovery_policy){.share_percent = 10000};
    const st_xml *e = st_xml_child(root, "recovery");
    if (!e)
        return true;
    l->s->has_recovery = true;
    p->newest_first = st_str_is(text_attr(e, "order"), "newest");
    return percent_attr(l, e, "share-percent", &p->share_percent, NULL) &&
           money_attr(l, e, "floor", &p->floor) && int_attr(l, e, "instalments", &p->instalments) &&
           (p->share_percent <= 10000 ||
            bad(l, e, "share-percent", "more than 100 percent of a payment cannot be kept"));
}

static bool load_head(loader *l, const st_xml *root) {
    st_scheme *s = l->s;
    s->id = text_attr(root, "id");
    s->formerly = st_load_ids(l, root, "formerly");
    s->beside = st_load_ids(l, root, "beside");
    s->currency = text_attr(root, "currency");
    titles(root, &s->title);
    const st_xml *payer = st_xml_child(root, "payer"), *records = st_xml_child(root, "records");
    s->payer = text_attr(payer, "name");
    s->division = text_attr(payer, "division");
    s->records_file = text_attr(records, "schema");
    s->records_schema = st_file_beside(l->a, s->path, s->records_file);
    s->bases = ST_NEWN(l->a, st_basis, count(root, "basis"));
    for (const st_xml *b = st_xml_child(root, "basis"); b; b = st_xml_next(b, "basis"))
        s->bases[s->n_bases++] = (st_basis){text_attr(b, "id"), text_attr(b, "number"),
                                            text_attr(b, "issuer"), st_str_trim(b->text.text)};
    if (!st_str_is(s->currency, "CNY"))
        return bad(l, root, "currency", "only CNY (two decimals) is supported");
    if (!month_attr(l, root, "first", ST_MONTH_MIN, &s->first) ||
        !month_attr(l, root, "last", ST_MONTH_MAX, &s->last))
        return false;
    int64_t lead = 0;
    if (!int_attr(l, root, "lead", &lead))
        return false;
    s->lead = (int)lead;
    return s->last >= s->first || bad(l, root, "last", "is before first");
}

static bool load(loader *l, const st_xml *root) {
    if (!load_head(l, root))
        return false;
    l->s->benefits = ST_NEWN(l->a, st_benefit, count(root, "benefit"));
    for (const st_xml *e = st_xml_child(root, "benefit"); e; e = st_xml_next(e, "benefit"))
        if (!load_benefit(l, e, &l->s->benefits[l->s->n_benefits++]))
            return false;
    return st_load_names(l, root) && load_guards(l, root) && load_recovery(l, root);
}

/* Keeps the first violation as the error. */
static void first_violation(void *ctx, const st_err *finding) {
    st_err *err = ctx;
    if (err->code == ST_E_NONE) {
        *err = *finding;
        err->severity = ST_SEV_ERROR;
    }
}

static bool check_format(const char *path, st_str bytes, const st_xml *root, st_err *err) {
    if (!st_str_is(root->name, "scheme"))
        return st_fail_at(err, ST_E_SCHEME_ROOT, root->pos,
                          "the root element is <%.*s>, not <scheme>", ST_FMT(root->name));
    if (!st_str_is(root->ns, namespace_1))
        return st_fail_at(err, ST_E_SCHEME_VERSION, root->pos, "unknown scheme format \"%.*s\"",
                          ST_FMT(root->ns));
    st_xml_schema *schema = NULL;
    st_err first;
    st_err_init(&first);
    if (!st_xml_schema_open_bytes("schemas/scheme.xsd", st_scheme_xsd(), &schema, err))
        return false;
    bool ok = st_xml_schema_check_bytes(schema, path, bytes, first_violation, &first, err);
    st_xml_schema_free(schema);
    if (first.code != ST_E_NONE && err)
        *err = first;
    return ok && first.code == ST_E_NONE;
}

bool st_scheme_open(const char *path, st_scheme **out, st_err *err) {
    return st_scheme_open_from(st_sources_new(), path, out, err);
}

bool st_scheme_open_from(st_sources *files, const char *path, st_scheme **out, st_err *err) {
    st_scheme *s = st_xmalloc(sizeof *s);
    memset(s, 0, sizeof *s);
    st_arena_init(&s->arena, 0);
    s->path = st_arena_dup(&s->arena, path, strlen(path));
    s->files = files;
    st_xml *root = NULL;
    loader l = {s, &s->arena, err};
    const st_source *x = st_sources_read(files, path, st_path_last(path), ST_SCHEME_FILE_MAX, err);
    bool ok = x && st_xml_parse(&s->arena, s->path, x->bytes, &root, err) &&
              st_load_unique(&s->arena, root, err) && check_format(s->path, x->bytes, root, err) &&
              load(&l, root);
    if (!ok) {
        st_scheme_free(s);
        return false;
    }
    *out = s;
    return true;
}

bool st_scheme_read(const char *path, st_str text, st_scheme **out, st_err *err) {
    st_sources *files = st_sources_new();
    bool put = st_sources_put(files, NULL, path, text, err);
    ST_ASSERT(put); /* the first one */
    return st_scheme_open_from(files, path, out, err);
}

bool st_scheme_read_files(st_scheme *s, st_err *err) {
    st_arena *a = &s->arena;
    s->schema = st_sources_read(s->files, s->records_schema,
                                st_arena_dup(a, s->records_file.p, s->records_file.n),
                                ST_XML_TREE_MAX, err);
    if (!s->schema)
        return false;
    for (size_t i = 0; i < s->n_benefits; i++)
        for (size_t k = 0; k < s->benefits[i].n_rules; k++) {
            const st_rules *r = &s->benefits[i].rules[k];
            if (!st_sources_read(s->files, r->path, st_arena_dup(a, r->file.p, r->file.n),
                                 ST_XML_TREE_MAX, err))
                return false;
        }
    s->n_files = st_sources_count(s->files);
    return true;
}

void st_scheme_free(st_scheme *s) {
    if (!s)
        return;
    for (size_t i = 0; i < s->n_models; i++)
        st_model_free(s->models[i]);
    st_sources_free(s->files);
    st_arena arena = s->arena;
    st_arena_free(&arena);
    free(s);
}
