/* One decided occasion as a case of the DMN conformance kit's format: any DMN engine can run it. */
#ifndef ST_CASE_EXPORT_H
#define ST_CASE_EXPORT_H

#include "calc/calc.h"

/* Writes FOLDER/<model file> (a copy, of the package that was compiled) and FOLDER/<name>.xml with
 * what the decision reads of its inputs and its value as expected result, readable by the owner
 * alone. What it does not read is null: identity numbers and accounts decide nothing. */
bool st_case_export(const st_sources *files, const char *folder, const char *name,
                    const st_calc_step *step, st_err *err);

#endif
