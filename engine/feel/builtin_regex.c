/* matches, replace, split: placeholder table until the translation stands. */
#include "feel/builtin.h"

const st_builtin st_builtins_regex[] = {
    {.name = NULL},
};
