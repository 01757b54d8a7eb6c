/* Pattern, flags and text separated by newlines: what the translation accepts PCRE2 must accept
 * too, unless it is too large for it, and matching ends within its limits. */
#include "fuzz_feel.h"
#include "feel/builtin.h"
#include "feel/regex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static st_val call(st_arena *a, const char *name, const st_val *args, size_t n) {
    size_t rows = 0;
    st_feel_env env = {.now = {.date = {2024, 3, 15}}};
    st_feel_frame f = {.arena = a, .env = &env};
    const st_builtin *const *fn = st_builtin_find(st_str_of(name), &rows);
    ST_ASSERT(fn != NULL);
    st_src src = st_src_of(ST_STR(""));
    return st_builtin_call(&f, &src, fn, rows, NULL, args, n);
}

static st_str line(st_str *rest) {
    const char *end = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;
    st_str s = st_str_sub(*rest, 0, end ? (size_t)(end - rest->p) : rest->n);
    *rest = st_str_sub(*rest, s.n + (end != NULL), rest->n);
    return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 300 || st_utf8_valid((const char *)data, size) != size)
        return 0;
    st_str rest = {(const char *)data, size};
    st_str pattern = line(&rest), flags = line(&rest), replacement = line(&rest);
    st_arena a;
    st_arena_init(&a, 0);
    const st_val args[] = {st_string(rest), st_string(pattern), st_string(replacement),
                           st_string(flags)};
    st_regex_flags parsed;
    st_buf out;
    const char *why = NULL;
    st_buf_init(&out, ST_REGEX_TRANSLATED_MAX);
    if (st_regex_flags_parse(flags, &parsed) && st_regex_translate(pattern, parsed, &out, &why)) {
        const st_val short_args[] = {args[0], args[1], args[3]};
        st_val m = call(&a, "matches", short_args, 3);
        bool refused =
            m.kind == ST_NULL && strstr(st_reason_text(m.u.reason), "the pattern is wrong");
        ST_ASSERT(!refused ||
                  memchr(pattern.p, '{', pattern.n)); /* counted repetition can grow too large */
        (void)call(&a, "replace", args, 4);
        (void)call(&a, "split", args, 2);
    } else {
        ST_ASSERT(why != NULL || !st_regex_flags_parse(flags, &parsed));
    }
    st_buf_free(&out);
    st_arena_free(&a);
    return 0;
}
