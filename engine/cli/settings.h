/* Settings: /etc/stipend.conf (or the file that STIPEND_CONF names; empty or /dev/null: none), then
 * the user's own file, then STIPEND_* variables, then options; each says more than those before it.
 */
#ifndef ST_SETTINGS_H
#define ST_SETTINGS_H

#include "base/err.h"

typedef enum st_setting {
    ST_SET_STATE,
    ST_SET_DB,
    ST_SET_SCHEME,
    ST_SET_RECORDS,
    ST_SET_LANG,
    ST_SETTINGS
} st_setting;

enum { ST_SETTING_FILE_MAX = 64 << 10 };

/* Where a value may come from; a higher one says more. */
typedef enum st_layer {
    ST_LAYER_NONE,
    ST_LAYER_SYSTEM,
    ST_LAYER_USER,
    ST_LAYER_VARIABLE,
    ST_LAYER_OPTION
} st_layer;

typedef struct st_setting_value {
    const char *value; /* NULL: not set */
    st_layer layer;
    const char *from; /* "/etc/stipend.conf:3", "STIPEND_STATE", "--state"; "" when not set */
} st_setting_value;

/* Reads files and variables, once; fails with 78 when a file cannot be understood. */
bool st_settings_load(st_err *err);
/* Adds an option that was given (NULL: it was not). After st_settings_load. */
void st_settings_option(st_setting s, const char *value);
/* What holds. A state folder that is said later than a database takes its place, and the other way
 * about, so that --state on the command line is never answered by another ledger. */
st_setting_value st_settings_get(st_setting s);
/* The same without a thought for the others. */
st_setting_value st_settings_raw(st_setting s);
const char *st_setting_name(st_setting s); /* "state" */
/* The files looked for, and whether they were there. */
size_t st_settings_files(const char *paths[2], bool there[2]);

#endif
