#include "base/log.h"

static st_log_level level = ST_LOG_NORMAL;

void st_log_set(st_log_level l) {
    level = l;
}

st_log_level st_log_get(void) {
    return level;
}

static void line(const char *fmt, va_list ap) ST_PRINTF(1, 0);
static void line(const char *fmt, va_list ap) {
    (void)fputs("stipend: ", stderr);
    (void)vfprintf(stderr, fmt, ap);
    (void)fputc('\n', stderr);
}

void st_log_info(const char *fmt, ...) {
    if (level < ST_LOG_NORMAL)
        return;
    va_list ap;
    va_start(ap, fmt);
    line(fmt, ap);
    va_end(ap);
}

void st_log_debug(const char *fmt, ...) {
    if (level < ST_LOG_VERBOSE)
        return;
    va_list ap;
    va_start(ap, fmt);
    line(fmt, ap);
    va_end(ap);
}
