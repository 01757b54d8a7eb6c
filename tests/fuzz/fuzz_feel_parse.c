/* Any bytes as an expression and as unary tests: compiled or refused with a place, never more. */
#include "fuzz_feel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const st_feel_node *n, const st_err *err) {
    if (n)
        ST_ASSERT(n->type && n->eval);
    else
        ST_ASSERT(err->code != ST_E_NONE && err->msg[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_scope s;
    fuzz_open(&s);
    st_feel_strict(s.b, size & 1);
    st_src src = st_src_of((st_str){(const char *)data, size});
    st_err err;
    st_err_init(&err);
    check(st_feel_parse(s.b, &src, &err), &err);
    st_feel_scope_push(s.b);
    st_feel_scope_declare(s.b, ST_STR("?"), &st_feel_any);
    st_err_init(&err);
    st_feel_node *tests = st_feel_parse_tests(s.b, &src, &st_feel_number, &err);
    check(tests, &err);
    const st_feel_interval *intervals;
    size_t n;
    bool negated;
    if (tests)
        (void)st_feel_tests_intervals(s.b, tests, &intervals, &n, &negated);
    fuzz_close(&s);
    return 0;
}
