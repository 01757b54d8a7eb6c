#include "base/base.h"

void st_defect(const char *file, int line, const char *what) {
    (void)fprintf(
        stderr,
        "stipend: defect: %s:%d: %s\n"
        "  This is an error of the program, not of your data. Nothing was written after the "
        "last committed run.\n  Please report this line.\n",
        file, line, what);
#ifdef ST_FUZZ /* a fuzzer keeps the input of what aborts, not of what exits */
    abort();
#else
    _exit(70);
#endif
}

static _Noreturn void out_of_memory(size_t n) {
    (void)fprintf(stderr,
                  "stipend: out of memory (%zu bytes asked); nothing of this run was written\n", n);
    _exit(71);
}

void *st_xmalloc(size_t n) {
    void *p = malloc(n ? n : 1);
    if (!p)
        out_of_memory(n);
    return p;
}

void *st_xrealloc(void *p, size_t n) {
    void *q = realloc(p, n ? n : 1);
    if (!q)
        out_of_memory(n);
    return q;
}
