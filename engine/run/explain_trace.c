#include "run/explain_trace.h"
#include "base/words.h"
#include <jansson.h>

static const char *text(const json_t *o, const char *key) {
    const char *s = json_string_value(json_object_get(o, key));
    return s ? s : "";
}

/* Value of an input of the table as short text. */
static char *input_value(const json_t *table, const char *expression) {
    size_t i;
    const json_t *in;
    json_array_foreach(json_object_get(table, "inputs"), i,
                       in) if (strcmp(text(in, "expression"), expression) ==
                               0) return json_dumps(json_object_get(in, "value"),
                                                    JSON_ENCODE_ANY | JSON_COMPACT |
                                                        JSON_ENSURE_ASCII * 0);
    return NULL;
}

static void print_rule(FILE *to, const json_t *table, const json_t *rule, st_str model,
                       const st_explain_words *w, bool refused) {
    (void)fprintf(to, "        ");
    (void)fprintf(to, st_is_chinese(w->lang) ? "规则 %lld，决策表“%s”" : "rule %lld of \"%s\"",
                  (long long)json_integer_value(json_object_get(rule, "rule")),
                  text(table, "table"));
    (void)fprintf(to, " (%.*s:%lld)", ST_FMT(model),
                  (long long)json_integer_value(json_object_get(rule, "line")));
    size_t i;
    const json_t *a, *cell;
    json_array_foreach(json_object_get(rule, "annotations"), i, a)(void)
        fprintf(to, "%s %s", i ? "," : ":", json_string_value(a) ? json_string_value(a) : "");
    (void)fputc('\n', to);
    json_array_foreach(json_object_get(rule, "cells"), i, cell) {
        char *value = input_value(table, text(cell, "input"));
        (void)fprintf(to, "          %s %s %s", text(cell, "input"), w->is, value ? value : "?");
        if (refused)
            (void)fprintf(to, "; %s: %s %s %s", w->change, text(cell, "input"), w->other,
                          text(cell, "test"));
        (void)fputc('\n', to);
        free(value);
    }
}

void st_explain_rules(FILE *to, st_str trace, st_str model, const st_explain_words *w,
                      bool refused) {
    json_t *doc = json_loadb(trace.p, trace.n, 0, NULL);
    const json_t *last = json_array_get(doc, json_array_size(doc) ? json_array_size(doc) - 1 : 0);
    const json_t *tables = json_object_get(last, "tables"), *table, *rule;
    size_t i, k;
    json_array_foreach(tables, i, table)
        json_array_foreach(json_object_get(table, "rules"), k,
                           rule) if (json_is_true(json_object_get(rule, "matched")))
            print_rule(to, table, rule, model, w, refused);
    json_decref(doc);
}
