#include "run/case_export.h"
#include "base/file.h"
#include "xml/write.h"
#include <sys/stat.h>

static const char *xsd_type(st_val v) {
    switch (v.kind) {
    case ST_BOOL:
        return "xsd:boolean";
    case ST_NUMBER:
        return "xsd:decimal";
    case ST_DATE:
        return "xsd:date";
    case ST_TIME:
        return "xsd:time";
    case ST_DATETIME:
        return "xsd:dateTime";
    case ST_YM_DURATION:
    case ST_DT_DURATION:
        return "xsd:duration";
    default:
        return "xsd:string";
    }
}

static void indent(st_buf *b, int depth) {
    (void)st_buf_fmt(b, "\n%*s", depth * 2, "");
}

/* What of the inputs is written: what the decision asks for. */
typedef struct wanted {
    const st_model *model;
    int decision;
    bool all;
} wanted;

static bool wants(const wanted *w, st_str entry) {
    return w->all || st_model_reads(w->model, w->decision, entry);
}

static void value(st_buf *b, const wanted *w, st_val v, int depth);

static void context(st_buf *b, const wanted *w, st_val v, int depth) {
    const st_context *c = v.u.context;
    for (uint32_t i = 0; i < c->shape->n; i++) {
        indent(b, depth);
        (void)st_buf_z(b, "<component");
        st_xml_write_attr(b, "name", c->shape->names[i]);
        (void)st_buf_ch(b, '>');
        /* null and not absent: engines refuse a context that lacks a declared entry */
        value(b, w, wants(w, c->shape->names[i]) ? c->v[i] : st_null(), depth + 1);
        (void)st_buf_z(b, "</component>");
    }
}

static void list(st_buf *b, const wanted *w, st_val v, int depth) {
    indent(b, depth);
    (void)st_buf_z(b, "<list>");
    for (uint32_t i = 0; i < v.u.list->n; i++) {
        indent(b, depth + 1);
        (void)st_buf_z(b, "<item>");
        value(b, w, v.u.list->v[i], depth + 2);
        (void)st_buf_z(b, "</item>");
    }
    (void)st_buf_z(b, "</list>");
}

static void value(st_buf *b, const wanted *w, st_val v, int depth) {
    if (depth > ST_FEEL_DEPTH_MAX)
        return;
    if (v.kind == ST_CONTEXT) {
        context(b, w, v, depth);
    } else if (v.kind == ST_LIST) {
        list(b, w, v, depth);
    } else if (v.kind == ST_NULL) {
        (void)st_buf_z(b, "<value xsi:nil=\"true\"/>");
    } else {
        st_buf text;
        st_buf_init(&text, 0);
        st_feel_print(&text, v);
        (void)st_buf_fmt(b, "<value xsi:type=\"%s\">", xsd_type(v));
        st_xml_write_text(b, st_buf_view(&text));
        (void)st_buf_z(b, "</value>");
        st_buf_free(&text);
    }
}

/* -- what the decision reads, and nothing else -- */

static st_val without(st_arena *a, const wanted *w, st_val v, int depth) {
    if (depth > ST_FEEL_DEPTH_MAX || (v.kind != ST_CONTEXT && v.kind != ST_LIST))
        return v;
    bool list = v.kind == ST_LIST;
    uint32_t n = list ? v.u.list->n : v.u.context->shape->n;
    st_val *out = ST_NEWN(a, st_val, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        if (list)
            out[i] = without(a, w, v.u.list->v[i], depth + 1);
        else
            out[i] = wants(w, v.u.context->shape->names[i])
                         ? without(a, w, v.u.context->v[i], depth + 1)
                         : st_null();
    }
    return list ? st_list_val(a, out, n) : st_context_val(a, v.u.context->shape, out);
}

/* A decision may take a context as a whole, by string() or get entries(): then what it asks for by
 * name is not all that it reads. Tried out, since no list of such functions would stay complete. */
static bool decides_alike(const st_calc_step *s, const wanted *w) {
    const st_model *m = s->rules->model;
    st_evaluator *e = st_evaluator_like(s->evaluator);
    st_arena a;
    st_arena_init(&a, 0);
    for (size_t i = 0; i < st_model_inputs(m); i++)
        st_evaluator_set(e, (int)i, without(&a, w, st_evaluator_input(e, (int)i), 0));
    st_val v = st_evaluator_decide(e, s->decision);
    bool alike = st_feel_equal(v, s->value) == 1 &&
                 !st_evaluator_doubt(e, s->decision) == !st_calc_unknown(s);
    st_arena_free(&a);
    st_evaluator_free(e);
    return alike;
}

/* Inputs that the decision really uses, as they are set now. */
static void inputs(st_buf *b, const wanted *w, const st_calc_step *s) {
    const st_model *m = s->rules->model;
    for (size_t i = 0; i < st_model_inputs(m); i++) {
        if (!st_model_uses(m, s->decision, (int)i))
            continue;
        indent(b, 2);
        (void)st_buf_z(b, "<inputNode");
        st_xml_write_attr(b, "name", st_model_input_name(m, (int)i));
        st_str ns = st_model_input_namespace(m, (int)i);
        if (ns.n)
            st_xml_write_attr(b, "namespace", ns);
        (void)st_buf_ch(b, '>');
        value(b, w, st_evaluator_input(s->evaluator, (int)i), 3);
        indent(b, 2);
        (void)st_buf_z(b, "</inputNode>");
    }
}

static void test_case(st_buf *b, const st_calc_step *s, st_str model) {
    (void)st_buf_z(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testCases "
                      "xmlns=\"http://www.omg.org/spec/DMN/20160719/testcase\" "
                      "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
                      "xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\">\n  <modelName>");
    st_xml_write_text(b, model);
    (void)st_buf_z(b, "</modelName>\n  <testCase");
    st_xml_write_attr(b, "id", s->occasion);
    (void)st_buf_ch(b, '>');
    wanted w = {s->rules->model, s->decision, false};
    w.all = !decides_alike(s, &w);
    inputs(b, &w, s);
    indent(b, 2);
    (void)st_buf_z(b, "<resultNode");
    st_xml_write_attr(b, "name", st_model_decision_name(s->rules->model, s->decision));
    (void)st_buf_z(b, " type=\"decision\"><expected>");
    w.all = true;
    value(b, &w, s->value, 3);
    (void)st_buf_z(b, "</expected></resultNode>\n  </testCase>\n</testCases>\n");
}

static bool make_parents(const char *folder, char *path, st_err *err) {
    for (char *p = path + strlen(folder) + 1; *p; p++) {
        if (*p != '/')
            continue;
        *p = 0;
        bool made = mkdir(path, 0700) == 0 || errno == EEXIST;
        *p = '/';
        if (!made)
            return st_fail(err, ST_E_FILE_CREATE, "cannot make a folder below %s: %s", folder,
                           strerror(errno));
    }
    return true;
}

/* The model itself with types for its inputs; an imported one as it is. */
static bool copy_file(const st_sources *files, const char *folder, const st_calc_step *s, size_t i,
                      const char *name, st_err *err) {
    const st_model *m = s->rules->model;
    const st_source *x = st_sources_find(files, i == 0 ? s->rules->path : st_model_file(m, i));
    ST_ASSERT(x); /* it was compiled from there */
    st_buf typed;
    st_buf_init(&typed, 0);
    char path[PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    if (i == 0)
        st_model_typed_text(m, x->bytes, &typed);
    bool ok = make_parents(folder, path, err) &&
              st_file_write_private(path, i == 0 ? st_buf_view(&typed) : x->bytes, err);
    st_buf_free(&typed);
    return ok;
}

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Imported models lie where they lie from the model's folder; one from elsewhere lies beside it. */
static bool copy_models(const st_sources *files, const char *folder, const st_calc_step *s,
                        st_str *name, st_err *err) {
    const st_model *m = s->rules->model;
    st_arena a;
    st_arena_init(&a, 1024);
    const char *first = st_file_tidy(&a, st_model_file(m, 0)), *file = base_name(first);
    size_t n = (size_t)(file - first);
    bool ok = true;
    *name = st_str_of(base_name(s->rules->path));
    for (size_t i = 0; ok && i < st_model_files(m); i++) {
        const char *path = st_file_tidy(&a, st_model_file(m, i));
        bool below = strncmp(path, first, n) == 0 && strncmp(path + n, "..", 2) != 0;
        ok = copy_file(files, folder, s, i, below ? path + n : base_name(path), err);
    }
    st_arena_free(&a);
    return ok;
}

bool st_case_export(const st_sources *files, const char *folder, const char *name,
                    const st_calc_step *s, st_err *err) {
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return st_fail(err, ST_E_FILE_CREATE, "cannot make the folder %s: %s", folder,
                       strerror(errno));
    st_str model;
    if (!copy_models(files, folder, s, &model, err))
        return false;
    st_buf b;
    st_buf_init(&b, 0);
    test_case(&b, s, model);
    char path[PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/%s.xml", folder, name);
    bool ok = st_file_write_private(path, st_buf_view(&b), err);
    st_buf_free(&b);
    return ok;
}
