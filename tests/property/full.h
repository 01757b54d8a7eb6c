/* A run as it was posted against the same run calculated from the start. */
#ifndef PROPERTY_FULL_H
#define PROPERTY_FULL_H

#include "play.h"
#include "run/run.h"

/* True, with why, when lines, assessments (also who is missing), findings or the report with its
 * movement differ. */
bool full_differs(const stage *s, const st_run_options *opt, const st_run_info *info,
                  char why[WHY]);

#endif
