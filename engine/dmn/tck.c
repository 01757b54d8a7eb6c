/* Conformance test files (DMN TCK): sets inputs, evaluates result nodes, compares strictly. */
#include "dmn/dmn_int.h"
#include "base/file.h"
#include <dirent.h>

enum { TCK_MODELS_MAX = 200, TCK_DEPTH_MAX = 50 };

typedef struct tck {
    st_arena arena;
    const char *file;
    FILE *out;
    const st_tck_watch *watch;
    st_tck_result *result;
    st_model *model;
    st_evaluator *e;
    uint64_t **cases; /* by table and rule: how many cases it decided */
} tck;

/* -- values of a test file -- */

static st_val read_value(tck *t, const st_xml *e, const st_feel_type *type, uint32_t depth);

static bool is_nil(const st_xml *e) {
    for (size_t i = 0; i < e->n_attrs; i++)
        if (st_str_is(e->attrs[i].name, "nil"))
            return st_str_is(e->attrs[i].value, "true") || st_str_is(e->attrs[i].value, "1");
    return false;
}

/* The xsi:type of a value, without its prefix. */
static st_str type_word(const st_xml *e) {
    for (size_t i = 0; i < e->n_attrs; i++) {
        st_str v = e->attrs[i].value;
        if (!st_str_is(e->attrs[i].name, "type"))
            continue;
        const char *colon = st_str_find(v, ST_STR(":"));
        return colon ? st_str_sub(v, (size_t)(colon - v.p) + 1, v.n) : v;
    }
    return ST_STR_NONE;
}

static const char *word_of_type(const st_feel_type *t) {
    static const char *const words[] = {
        [ST_T_BOOL] = "boolean",        [ST_T_NUMBER] = "decimal",
        [ST_T_DATE] = "date",           [ST_T_TIME] = "time",
        [ST_T_DATETIME] = "dateTime",   [ST_T_YM_DURATION] = "duration",
        [ST_T_DT_DURATION] = "duration"};
    const char *w = t && (size_t)t->kind < ST_LEN(words) ? words[t->kind] : NULL;
    return w ? w : "string";
}

static bool is_number_word(st_str w) {
    static const char *const words[] = {"decimal", "double", "integer", "int",
                                        "long",    "float",  "short"};
    for (size_t i = 0; i < ST_LEN(words); i++)
        if (st_str_is(w, words[i]))
            return true;
    return false;
}

/* A simple value; text that is none of its type becomes null, which no expectation of that type
 * equals. */
static st_val read_simple(tck *t, const st_xml *e, const st_feel_type *type) {
    st_str word = type_word(e), raw = e->text.text, s = st_str_trim(raw);
    if (!word.n)
        word = st_str_of(word_of_type(type));
    st_dec d;
    st_date date;
    st_time time;
    st_datetime dt;
    st_val v;
    if (is_number_word(word))
        return st_dec_parse(s, &d) ? st_number(d) : st_null();
    if (st_str_is(word, "boolean"))
        return st_bool(st_str_is(s, "true") || st_str_is(s, "1"));
    if (st_str_is(word, "date"))
        return st_feel_parse_date(s, &date) ? st_date_val(date) : st_null();
    if (st_str_is(word, "time"))
        return st_feel_parse_time(&t->arena, s, &time) ? st_time_val(&t->arena, time) : st_null();
    if (st_str_is(word, "dateTime"))
        return st_feel_parse_datetime(&t->arena, s, &dt) ? st_datetime_val(&t->arena, dt)
                                                         : st_null();
    if (st_str_find(word, ST_STR("uration")))
        return st_feel_parse_duration(s, &v) ? v : st_null();
    return st_string(st_str_dup(&t->arena, raw));
}

static const st_feel_type *field_type(const st_feel_type *t, st_str name) {
    for (uint32_t i = 0; t && t->kind == ST_T_CONTEXT && i < t->n_fields; i++)
        if (st_str_eq(t->fields[i].name, name))
            return t->fields[i].type;
    return NULL;
}

static st_val read_components(tck *t, const st_xml *e, const st_feel_type *type, uint32_t depth) {
    ST_VEC(st_str) names = {0};
    ST_VEC(st_val) values = {0};
    for (const st_xml *c = st_xml_child(e, "component"); c; c = st_xml_next(c, "component")) {
        st_str name = st_dmn_name(&t->arena, st_xml_get(c, "name"));
        ST_VEC_PUSH(&t->arena, &names, name);
        ST_VEC_PUSH(&t->arena, &values, read_value(t, c, field_type(type, name), depth + 1));
    }
    return st_context_val(&t->arena, st_feel_shape_new(&t->arena, names.items, names.n),
                          values.items);
}

static st_val read_list(tck *t, const st_xml *e, const st_feel_type *type, uint32_t depth) {
    ST_VEC(st_val) items = {0};
    for (const st_xml *c = st_xml_child(e, "item"); c; c = st_xml_next(c, "item"))
        ST_VEC_PUSH(
            &t->arena, &items,
            read_value(t, c, type && type->kind == ST_T_LIST ? type->elem : NULL, depth + 1));
    return st_list_val(&t->arena, items.items, items.n);
}

/* What stands inside an inputNode, expected, component or item. */
static st_val read_value(tck *t, const st_xml *e, const st_feel_type *type, uint32_t depth) {
    const st_xml *list = st_xml_child(e, "list"), *value = st_xml_child(e, "value");
    if (depth > TCK_DEPTH_MAX || is_nil(e))
        return st_null();
    if (list)
        return is_nil(list) ? st_null() : read_list(t, list, type, depth);
    if (st_xml_child(e, "component"))
        return read_components(t, e, type, depth);
    return !value || is_nil(value) ? st_null() : read_simple(t, value, type);
}

/* -- comparing -- */

static bool same_number(st_dec a, st_dec b) {
    st_dec diff, limit;
    bool ok = st_dec_parse(ST_STR("0.00000001"), &limit) && st_dec_sub(a, b, &diff);
    return ok && st_dec_cmp(st_dec_abs(diff), limit) <= 0;
}

static bool same(st_val want, st_val have, uint32_t depth);

static bool same_context(const st_context *a, const st_context *b, uint32_t depth) {
    if (a->shape->n != b->shape->n)
        return false;
    for (uint32_t i = 0; i < a->shape->n; i++) {
        int slot = st_feel_shape_slot(b->shape, a->shape->names[i]);
        if (slot < 0 || !same(a->v[i], b->v[slot], depth + 1))
            return false;
    }
    return true;
}

static bool same(st_val want, st_val have, uint32_t depth) {
    if (want.kind != have.kind || depth > TCK_DEPTH_MAX)
        return false;
    if (want.kind == ST_NUMBER)
        return same_number(want.u.num, have.u.num);
    if (want.kind == ST_CONTEXT)
        return same_context(want.u.context, have.u.context, depth);
    if (want.kind != ST_LIST)
        return st_feel_equal(want, have) == 1;
    for (uint32_t i = 0; i < want.u.list->n && want.u.list->n == have.u.list->n; i++)
        if (!same(want.u.list->v[i], have.u.list->v[i], depth + 1))
            return false;
    return want.u.list->n == have.u.list->n;
}

/* -- cases -- */

static const dmn_element *find(const tck *t, const dmn_refs *in, st_str name, st_str ns,
                               unsigned kinds) {
    name = st_dmn_name(st_evaluator_arena(t->e), name);
    for (size_t i = 0; i < in->n; i++) {
        const dmn_element *x = in->items[i];
        if (!(kinds & 1u << x->kind) || (ns.n && !st_str_eq(x->file->ns, ns)))
            continue;
        if (st_str_eq(x->name, name) ||
            st_str_eq(st_dmn_name_in(t->model->files.items[0], x), name))
            return x;
    }
    return NULL;
}

/* Inputs first: setting one forgets the decisions that depend on it, and so would undo a decision's
 * value that is given. */
static void set_kind(tck *t, const st_xml *c, dmn_kind kind) {
    for (const st_xml *in = st_xml_child(c, "inputNode"); in; in = st_xml_next(in, "inputNode")) {
        const dmn_element *x = find(t, &t->model->elements, st_xml_get(in, "name"),
                                    st_xml_get(in, "namespace"), 1u << kind);
        if (!x)
            continue;
        st_val v = read_value(t, in, x->type, 0);
        if (x->bound)
            v = st_dmn_complete(&t->arena, v, x->type);
        if (kind == DMN_INPUT)
            st_evaluator_set(t->e, x->index, v);
        else
            st_dmn_override(t->e, x, v);
    }
}

static void set_inputs(tck *t, const st_xml *c) {
    set_kind(t, c, DMN_INPUT);
    set_kind(t, c, DMN_DECISION);
}

/* Calls a service or function with the inputs of the case that have its parameters' names. */
static st_val invoke(tck *t, const st_xml *c, const dmn_element *fn) {
    st_val *args = ST_NEWN(st_evaluator_arena(t->e), st_val, fn->n_fields + 1);
    for (uint32_t i = 0; i < fn->n_fields; i++)
        for (const st_xml *in = st_xml_child(c, "inputNode"); in; in = st_xml_next(in, "inputNode"))
            if (st_str_eq(st_dmn_name(&t->arena, st_xml_get(in, "name")), fn->fields[i].name))
                args[i] = read_value(t, in, fn->fields[i].type, 0);
    return st_dmn_call(t->e, fn, args, fn->n_fields);
}

static st_val evaluate(tck *t, const st_xml *c, const st_xml *node, const char **missing) {
    st_str name = st_xml_get(node, "name"), fn_name = st_xml_get(c, "invocableName");
    if (fn_name.n) {
        const dmn_element *fn =
            find(t, &t->model->elements, fn_name, ST_STR_NONE, 1u << DMN_SERVICE | 1u << DMN_BKM);
        if (!fn) {
            *missing = "no such service or function";
            return st_null();
        }
        st_val v = invoke(t, c, fn);
        return fn->outputs.n > 1 && v.kind == ST_CONTEXT ? st_feel_get(v, name) : v;
    }
    const dmn_element *d =
        find(t, &t->model->decisions, name, st_xml_get(node, "namespace"), 1u << DMN_DECISION);
    if (!d) {
        *missing = "no such decision";
        return st_null();
    }
    return st_evaluator_decide(t->e, d->index);
}

static void report(tck *t, st_str id, st_str node, st_val want, st_val have, const char *missing) {
    if (!t->out)
        return;
    st_buf b;
    st_buf_init(&b, 4096);
    st_buf_fmt(&b, "%s: case %.*s, %.*s: expected ", t->file, ST_FMT(id), ST_FMT(node));
    st_feel_print_json(&b, want);
    st_buf_z(&b, ", got ");
    st_feel_print_json(&b, have);
    if (missing)
        st_buf_fmt(&b, " (%s)", missing);
    for (const st_reason *r = st_is_null(have) ? have.u.reason : NULL; r; r = r->cause)
        st_buf_fmt(&b, "; %s '%.*s'", st_reason_text(r), ST_FMT(r->expression));
    fprintf(t->out, "%.*s\n", ST_FMT(st_buf_view(&b)));
    st_buf_free(&b);
}

static bool run_node(tck *t, const st_xml *c, const st_xml *node, bool *not_null) {
    const st_xml *expected = st_xml_child(node, "expected");
    const char *missing = NULL;
    bool error = st_str_is(st_xml_get(node, "errorResult"), "true");
    st_val have = evaluate(t, c, node, &missing);
    st_val want = expected && !error ? read_value(t, expected, NULL, 0) : st_null();
    if (!st_is_null(want))
        *not_null = true;
    if (!missing && same(want, have, 0))
        return true;
    report(t, st_xml_get(c, "id"), st_xml_get(node, "name"), want, have, missing);
    return false;
}

/* -- which rows were reached -- */

static size_t table_number(const st_model *m, const dmn_table *table) {
    for (size_t i = 0; i < m->tables.n; i++)
        if (m->tables.items[i] == table)
            return i;
    ST_UNREACHABLE();
}

/* The rows that fired in the case that ends now, each once. */
static void count_rows(tck *t) {
    for (size_t i = 0; i < t->e->n_fired; i++) {
        const dmn_fired *f = &t->e->fired[i];
        bool again = false;
        for (size_t k = 0; k < i && !again; k++)
            again = t->e->fired[k].table == f->table && t->e->fired[k].rule == f->rule;
        if (!again)
            t->cases[table_number(t->model, f->table)][f->rule]++;
    }
}

static void prepare_rows(tck *t) {
    const st_model *m = t->model;
    t->cases = ST_NEWN(&t->arena, uint64_t *, m->tables.n);
    for (size_t i = 0; i < m->tables.n; i++)
        t->cases[i] = ST_NEWN(&t->arena, uint64_t, m->tables.items[i]->n_rules);
}

static void each_row(const st_model *m, uint64_t *const *cases,
                     void (*row)(void *ctx, const st_tck_row *row), void *ctx) {
    for (size_t i = 0; row && i < m->tables.n; i++) {
        const dmn_table *table = m->tables.items[i];
        for (uint32_t r = 0; r < table->n_rules; r++) {
            st_tck_row x = {table->owner->name, r + 1, table->n_rules, table->rules[r].pos,
                            cases ? cases[i][r] : 0};
            row(ctx, &x);
        }
    }
}

void st_model_rows(const st_model *m, void (*row)(void *ctx, const st_tck_row *row), void *ctx) {
    each_row(m, NULL, row, ctx);
}

static void run_case(tck *t, const st_xml *c) {
    bool ok = true, not_null = false;
    set_inputs(t, c);
    for (const st_xml *n = st_xml_child(c, "resultNode"); n; n = st_xml_next(n, "resultNode"))
        if (!run_node(t, c, n, &not_null))
            ok = false;
    count_rows(t);
    st_evaluator_reset(t->e);
    if (ok)
        t->result->passed++;
    else
        t->result->failed++;
    if (ok && not_null)
        t->result->passed_not_null++;
    st_str id = st_xml_get(c, "id");
    if (t->watch->each)
        t->watch->each(t->watch->ctx, st_arena_dup(&t->arena, id.p ? id.p : "", id.n),
                       ok ? "passed" : "failed", not_null);
}

/* -- models -- */

static int by_name(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The model first, then the other .dmn files of its folder in order of name. */
static size_t models(tck *t, st_str model, const char **paths, st_err *err) {
    size_t n = 0;
    paths[n++] = st_file_beside(&t->arena, t->file, model);
    const char *slash = strrchr(t->file, '/');
    const char *folder =
        slash ? st_arena_dup(&t->arena, t->file, (size_t)(slash - t->file) + 1) : ".";
    DIR *d = opendir(folder);
    if (!d) {
        st_fail(err, ST_E_FILE_UNREADABLE, "the folder '%s' cannot be read", folder);
        return 0;
    }
    for (const struct dirent *x; (x = readdir(d)) != NULL && n < TCK_MODELS_MAX;) {
        st_str name = st_str_of(x->d_name);
        if (st_str_ends(name, ".dmn") && !st_str_eq(name, model))
            paths[n++] = st_file_beside(&t->arena, t->file, st_str_dup(&t->arena, name));
    }
    closedir(d);
    qsort(paths + 1, n - 1, sizeof *paths, by_name);
    return n;
}

/* now() of the test kit is the present; it only asks for the kind of value. */
static st_datetime present(void) {
    int64_t s = (int64_t)time(NULL);
    st_datetime now = {.date = st_date_from_days(s / 86400)};
    now.time = (st_time){.hour = (uint8_t)(s % 86400 / 3600),
                         .minute = (uint8_t)(s % 3600 / 60),
                         .second = (uint8_t)(s % 60),
                         .zone_kind = ST_ZONE_OFFSET};
    return now;
}

static bool run_file(tck *t, st_err *err) {
    st_xml *root;
    if (!st_xml_parse_file(&t->arena, t->file, &root, err))
        return false;
    if (!st_xml_is(root, "testCases"))
        return st_fail_at(err, ST_E_TCK_FILE, root->pos, "the root element is '%.*s'",
                          ST_FMT(root->name));
    const st_xml *name = st_xml_child(root, "modelName");
    st_str model = name ? st_str_trim(name->text.text) : ST_STR_NONE;
    if (!model.n)
        return st_fail_at(err, ST_E_TCK_FILE, root->pos, "the test file names no model");
    const char **paths = ST_NEWN(&t->arena, const char *, TCK_MODELS_MAX + 1);
    size_t n = models(t, model, paths, err);
    size_t n_bindings = 0;
    const st_model_binding *bindings =
        n && t->watch->bind ? t->watch->bind(t->watch->ctx, paths[0], &n_bindings) : NULL;
    if (!n ||
        !st_dmn_open(NULL, NULL, paths, n, bindings, n_bindings, true, NULL, NULL, &t->model, err))
        return false;
    prepare_rows(t);
    t->e = st_evaluator_new(t->model);
    st_evaluator_now(t->e, present());
    for (const st_xml *c = st_xml_child(root, "testCase"); c; c = st_xml_next(c, "testCase"))
        run_case(t, c);
    each_row(t->model, t->cases, t->watch->row, t->watch->ctx);
    st_evaluator_free(t->e);
    return true;
}

bool st_tck_run(const char *test_file, FILE *out, const st_tck_watch *watch, st_tck_result *result,
                st_err *err) {
    static const st_tck_watch nobody;
    tck t = {.file = test_file, .out = out, .watch = watch ? watch : &nobody, .result = result};
    *result = (st_tck_result){0};
    st_arena_init(&t.arena, 0);
    bool ok = run_file(&t, err);
    st_model_free(t.model);
    st_arena_free(&t.arena);
    return ok;
}
