/* One suite of Check cases, printed as TAP on standard output for prove. */
#ifndef CHECK_TAP_H
#define CHECK_TAP_H

#include <check.h>

typedef struct ck_case {
    const char *name;
    const TTest *test;
    int rows; /* of a table of cases: one test each, told its row by _i; 0: no table */
} ck_case;
#define CK_CASE(f)                                                                                 \
    { #f, f, 0 }
#define CK_TABLE(f, table)                                                                         \
    { #f, f, (int)(sizeof(table) / sizeof(table)[0]) }

static inline int ck_run(const char *suite_name, const ck_case *cases, size_t n) {
    Suite *suite = suite_create(suite_name);
    for (size_t i = 0; i < n; i++) {
        TCase *c = tcase_create(cases[i].name);
        tcase_set_timeout(c, 120);
        if (cases[i].rows)
            tcase_add_loop_test(c, cases[i].test, 0, cases[i].rows);
        else
            tcase_add_test(c, cases[i].test);
        suite_add_tcase(suite, c);
    }
    SRunner *r = srunner_create(suite);
    srunner_set_tap(r, "-");
    srunner_run_all(r, CK_SILENT);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}

#endif
