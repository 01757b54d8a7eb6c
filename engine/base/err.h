/* Failures and findings: one structure with a stable code, a place, a message, a hint.
 *
 * A **defect** is ST_ASSERT. A **failure** is `bool f(..., st_err *err)` returning false with err
 * set; it goes up unchanged to cli. A **finding** is an st_err handed to a sink as data; the batch
 * goes on. Codes, exit classes and hints stand in codes.def, one line each. */
#ifndef ST_ERR_H
#define ST_ERR_H

#include "base/str.h"

enum { ST_MSG_MAX = 480, ST_HINT_MAX = 320, ST_EXCERPT_MAX = 480, ST_PATH_SHOWN_MAX = 256 };

typedef enum st_exit {
    ST_EXIT_OK = 0,
    ST_EXIT_FINDINGS = 3, /* done, some records held or rejected */
    ST_EXIT_USAGE = 64,
    ST_EXIT_DATA = 65,        /* bad input or rules */
    ST_EXIT_NOINPUT = 66,     /* input missing or unreadable */
    ST_EXIT_UNAVAILABLE = 69, /* database unreachable */
    ST_EXIT_DEFECT = 70,
    ST_EXIT_OS = 71, /* out of memory, cannot fork */
    ST_EXIT_CANTCREATE = 73,
    ST_EXIT_IO = 74,
    ST_EXIT_TEMPFAIL = 75, /* busy or connection lost, try again */
    ST_EXIT_NOPERM = 77,
    ST_EXIT_CONFIG = 78
} st_exit;

typedef enum st_severity {
    ST_SEV_ERROR,    /* a failure */
    ST_SEV_REJECTED, /* finding: the record cannot be used at all */
    ST_SEV_HELD,     /* finding: a person must look; nothing of it is posted */
    ST_SEV_WARNING,  /* finding: noted, changes nothing */
    ST_SEV_NOTE
} st_severity;

/* One enumerator per line of codes.def: ST_E_<NAME>. */
typedef enum st_code {
    ST_E_NONE,
#define ST_CODE(name, id, exit_code, hint) ST_E_##name,
#include "base/codes.def"
#undef ST_CODE
    ST_E_COUNT
} st_code;

/* A place in an input. line and column count from 1 (column in characters); 0 = unknown. offset in
 * bytes from 0. */
typedef struct st_pos {
    const char *file; /* borrowed; lives as long as the run or the rules */
    uint32_t line, column;
    uint64_t offset;
} st_pos;

typedef struct st_err {
    st_code code; /* ST_E_NONE: nothing happened */
    st_severity severity;
    st_pos pos;
    char file[ST_PATH_SHOWN_MAX]; /* copy of pos.file, so that the error outlives its owner */
    char msg[ST_MSG_MAX];         /* one line, no trailing dot, personal data masked */
    char hint[ST_HINT_MAX];       /* what to do next; from codes.def unless set */
    char excerpt[ST_EXCERPT_MAX]; /* source line(s) with carets, or empty */
} st_err;

/* Empties err. */
void st_err_init(st_err *err);
/* Fills err and returns false, so that `return st_fail(err, ST_E_X, "...", ...)` reads well. Never
 * overwrites an error that is already set (the lower one knows more). err may be NULL. */
bool st_fail(st_err *err, st_code code, const char *fmt, ...) ST_PRINTF(3, 4);
bool st_fail_at(st_err *err, st_code code, st_pos pos, const char *fmt, ...) ST_PRINTF(4, 5);
/* Puts "context: " in front of the message of an error that is set. Returns false. */
bool st_err_wrap(st_err *err, const char *fmt, ...) ST_PRINTF(2, 3);
void st_err_hint(st_err *err, const char *fmt, ...) ST_PRINTF(2, 3);
/* Builds the excerpt: the source line (at most 160 bytes around the place) and a caret line below.
 * text is the whole source text, from..to the bytes meant. Wide characters count as two cells. */
void st_err_excerpt(st_err *err, st_str text, size_t from, size_t to);

const char *st_code_id(st_code code); /* "FEEL-001" */
st_exit st_code_exit(st_code code);
const char *st_code_hint(st_code code);
const char *st_severity_name(st_severity s); /* "error", "rejected", "held", "warning", "note" */

/* Prints `file:line:col: severity: message [CODE]`, excerpt and hint. In Chinese (lang "zh") what
 * the code means stands before the message. */
void st_err_print(FILE *to, const st_err *err, const char *lang);

/* Receives findings; must copy what it keeps. */
typedef void st_finding_sink(void *ctx, const st_err *finding);

#endif
