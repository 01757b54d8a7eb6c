#include "calc/types.h"

const char *st_outcome_name(st_outcome o) {
    static const char *const names[] = {"entitled", "refused", "held", "rejected", "missing"};
    ST_ASSERT(o < ST_LEN(names));
    return names[o];
}

const char *st_cause_name(st_cause c) {
    static const char *const names[] = {"new", "arrears", "recovery", "reversal"};
    ST_ASSERT(c < ST_LEN(names));
    return names[c];
}
