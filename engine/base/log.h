/* Messages for people and machines on standard error: one line each. Results never go through here.
 */
#ifndef ST_LOG_H
#define ST_LOG_H

#include "base/base.h"

typedef enum st_log_level { ST_LOG_QUIET, ST_LOG_NORMAL, ST_LOG_VERBOSE } st_log_level;

void st_log_set(st_log_level level);
st_log_level st_log_get(void);
/* One line to standard error when the level is at least NORMAL (info) or VERBOSE (debug). Never
 * pass personal data: mask it first (base/mask.h). */
void st_log_info(const char *fmt, ...) ST_PRINTF(1, 2);
void st_log_debug(const char *fmt, ...) ST_PRINTF(1, 2);

#endif
