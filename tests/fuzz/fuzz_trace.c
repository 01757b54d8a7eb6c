/* The trace of any model is JSON to the letter of its grammar, whatever names, texts and numbers
 * the model has, and says the same twice. */
#include "dmn/dmn_int.h"
#include "fuzz_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILE_MAX = 1 << 16, PRINT_MAX = 4 << 20, DEPTH = 1000 };

typedef struct json {
    const char *p, *end;
    int depth;
} json;

static bool value(json *j);

static bool take(json *j, const char *s) {
    size_t n = strlen(s);
    if ((size_t)(j->end - j->p) < n || memcmp(j->p, s, n) != 0)
        return false;
    j->p += n;
    return true;
}

static void space(json *j) {
    while (j->p < j->end && *j->p && strchr(" \t\r\n", *j->p))
        j->p++;
}

static bool text(json *j) {
    if (!take(j, "\""))
        return false;
    for (; j->p < j->end && *j->p != '"'; j->p++) {
        if ((unsigned char)*j->p < 0x20)
            return false;
        if (*j->p != '\\')
            continue;
        if (++j->p == j->end || !*j->p || !strchr("\"\\/bfnrtu", *j->p))
            return false;
        for (int i = 0; *j->p == 'u' && i < 4; i++)
            if (j->end - j->p < 6 || !strchr("0123456789abcdefABCDEF", j->p[i + 1]))
                return false;
    }
    return take(j, "\"");
}

static bool digits(json *j) {
    const char *from = j->p;
    while (j->p < j->end && *j->p >= '0' && *j->p <= '9')
        j->p++;
    return j->p > from;
}

static bool number(json *j) {
    (void)take(j, "-");
    if (!take(j, "0") && !digits(j))
        return false;
    if (take(j, ".") && !digits(j))
        return false;
    if (take(j, "e") || take(j, "E")) {
        if (!take(j, "+"))
            (void)take(j, "-");
        return digits(j);
    }
    return true;
}

static bool items(json *j, const char *close, bool named) {
    space(j);
    if (take(j, close))
        return true;
    do {
        space(j);
        if (named && (!text(j) || (space(j), !take(j, ":"))))
            return false;
        if (!value(j))
            return false;
        space(j);
    } while (take(j, ","));
    return take(j, close);
}

static bool value(json *j) {
    space(j);
    bool ok = false;
    if (++j->depth > DEPTH || j->p == j->end)
        return false;
    if (take(j, "{"))
        ok = items(j, "}", true);
    else if (take(j, "["))
        ok = items(j, "]", false);
    else if (*j->p == '"')
        ok = text(j);
    else
        ok = take(j, "true") || take(j, "false") || take(j, "null") || number(j);
    j->depth--;
    return ok;
}

static void is_json(st_str s) {
    json j = {s.p, s.p + s.n, 0};
    ST_ASSERT(st_utf8_valid(s.p, s.n) == s.n);
    ST_ASSERT(value(&j));
    space(&j);
    ST_ASSERT(j.p == j.end);
}

static void decide(const st_model *m, int decision, st_buf *out) {
    st_evaluator *e = st_evaluator_new(m);
    st_evaluator_now(e, (st_datetime){.date = {2024, 3, 15}});
    st_evaluator_trace(e, true);
    (void)st_evaluator_decide(e, decision);
    st_evaluator_trace_json(e, out);
    st_evaluator_free(e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > FILE_MAX)
        return 0;
    const char *path = fuzz_file(data, size);
    st_model *m = NULL;
    if (!st_dmn_open(NULL, NULL, &path, 1, NULL, 0, size & 1, NULL, NULL, &m, NULL))
        return 0;
    for (size_t i = 0; i < st_model_decisions(m) && i < 8; i++) {
        st_buf out[2];
        for (int k = 0; k < 2; k++) {
            st_buf_init(&out[k], PRINT_MAX);
            decide(m, (int)i, &out[k]);
        }
        ST_ASSERT(st_str_eq(st_buf_view(&out[0]), st_buf_view(&out[1])));
        if (!out[0].overflow && out[0].n)
            is_json(st_buf_view(&out[0]));
        st_buf_free(&out[0]);
        st_buf_free(&out[1]);
    }
    st_model_free(m);
    return 0;
}
