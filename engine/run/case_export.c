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

static void value(st_buf *b, st_val v, int depth);

static void context(st_buf *b, st_val v, int depth) {
    const st_context *c = v.u.context;
    for (uint32_t i = 0; i < c->shape->n; i++) {
        indent(b, depth);
        (void)st_buf_z(b, "<component");
        st_xml_write_attr(b, "name", c->shape->names[i]);
        (void)st_buf_ch(b, '>');
        value(b, c->v[i], depth + 1);
        (void)st_buf_z(b, "</component>");
    }
}

static void list(st_buf *b, st_val v, int depth) {
    indent(b, depth);
    (void)st_buf_z(b, "<list>");
    for (uint32_t i = 0; i < v.u.list->n; i++) {
        indent(b, depth + 1);
        (void)st_buf_z(b, "<item>");
        value(b, v.u.list->v[i], depth + 2);
        (void)st_buf_z(b, "</item>");
    }
    (void)st_buf_z(b, "</list>");
}

static void value(st_buf *b, st_val v, int depth) {
    if (depth > ST_FEEL_DEPTH_MAX)
        return;
    if (v.kind == ST_CONTEXT) {
        context(b, v, depth);
    } else if (v.kind == ST_LIST) {
        list(b, v, depth);
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

/* Inputs that the decision really uses, as they are set now. */
static void inputs(st_buf *b, const st_calc_step *s) {
    const st_model *m = s->rules->model;
    for (size_t i = 0; i < st_model_inputs(m); i++) {
        if (!st_model_uses(m, s->decision, (int)i))
            continue;
        indent(b, 2);
        (void)st_buf_z(b, "<inputNode");
        st_xml_write_attr(b, "name", st_model_input_name(m, (int)i));
        (void)st_buf_ch(b, '>');
        value(b, st_evaluator_input(s->evaluator, (int)i), 3);
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
    inputs(b, s);
    indent(b, 2);
    (void)st_buf_z(b, "<resultNode");
    st_xml_write_attr(b, "name", st_model_decision_name(s->rules->model, s->decision));
    (void)st_buf_z(b, " type=\"decision\"><expected>");
    value(b, s->value, 3);
    (void)st_buf_z(b, "</expected></resultNode>\n  </testCase>\n</testCases>\n");
}

static bool copy_model(const st_sources *files, const char *folder, const st_calc_step *s,
                       st_str *name, st_err *err) {
    *name = st_str_of(st_path_last(s->rules->path));
    char path[PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/%.*s", folder, ST_FMT(*name));
    const st_source *x = st_sources_find(files, s->rules->path);
    ST_ASSERT(x); /* it was compiled from there */
    return st_file_write(path, x->bytes, err);
}

bool st_case_export(const st_sources *files, const char *folder, const char *name,
                    const st_calc_step *s, st_err *err) {
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return st_fail(err, ST_E_FILE_CREATE, "cannot make the folder %s: %s", folder,
                       strerror(errno));
    st_str model;
    if (!copy_model(files, folder, s, &model, err))
        return false;
    st_buf b;
    st_buf_init(&b, 0);
    test_case(&b, s, model);
    char path[PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/%s.xml", folder, name);
    bool ok = st_file_write(path, st_buf_view(&b), err);
    st_buf_free(&b);
    return ok;
}
