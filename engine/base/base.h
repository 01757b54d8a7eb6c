/* What every file of the engine includes first: standard headers, attributes, checks that stay on
 * in release, and the list of functions the house does without. */
#ifndef ST_BASE_H
#define ST_BASE_H

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ST_MUST_USE __attribute__((warn_unused_result))
#define ST_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define ST_UNUSED __attribute__((unused))
#define ST_LEN(array) (sizeof(array) / sizeof((array)[0]))
/* How two numbers stand: -1, 0 or 1. Looks at each twice. */
#define ST_CMP(a, b) (((a) > (b)) - ((a) < (b)))
#define ST_LIKELY(x) __builtin_expect(!!(x), 1)
#define ST_UNLIKELY(x) __builtin_expect(!!(x), 0)

/* A defect of ours: prints where and what, exits 70. Never returns. */
_Noreturn void st_defect(const char *file, int line, const char *what);

/* An impossible state is a defect; the check stays on in release. */
#define ST_ASSERT(cond) (ST_LIKELY(cond) ? (void)0 : st_defect(__FILE__, __LINE__, #cond))
#define ST_UNREACHABLE() st_defect(__FILE__, __LINE__, "unreachable")

/* Like malloc and realloc, but lack of memory ends the process with exit 71 and a plain message: an
 * open transaction is then rolled back by the server. One policy, one place. Free with free(). */
void *st_xmalloc(size_t n) ST_MUST_USE;
void *st_xrealloc(void *p, size_t n) ST_MUST_USE;

#pragma GCC poison strtod atof atoi strtok sprintf vsprintf strcpy strcat localtime gmtime gets

#endif
