/* A run as it was posted against the same run calculated from the start. */
#ifndef PROPERTY_FULL_H
#define PROPERTY_FULL_H

#include "play.h"
#include "run/run.h"

/* True, with why, when lines, assessments (also who is missing), findings or the report with its
 * movement differ. */
bool full_differs(const stage *s, const st_run_options *opt, const st_run_info *info,
                  char why[WHY]);

/* Each assessment of a run as its row says; false from the callback ends the list. */
bool stored_assessments(const stage *s, int64_t run,
                        bool (*each)(void *ctx, const st_assessment *a, const char *benefit),
                        void *ctx, st_err *err);

#endif
