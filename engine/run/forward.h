/* Whether a run goes forward from what the ledger knows, and if not, the question. Pure. */
#ifndef ST_RUN_FORWARD_H
#define ST_RUN_FORWARD_H

#include "ledger/input.h"
#include "scheme/scheme.h"

/* What a run is judged by. */
typedef struct st_forward {
    const st_scheme *scheme;
    st_date known_at;          /* of the records at hand */
    const st_run_before *runs; /* that they are compared with, newest first */
    size_t n;
} st_forward;

/* What there is to ask, as bits. */
enum {
    ST_ASK_OLDER = 1,     /* the records are known at an earlier day than those of the newest run */
    ST_ASK_AHEAD = 2,     /* the period lies after the month that the records can know */
    ST_ASK_SKIPPED = 4,   /* months in which something is paid lie between the periods */
    ST_ASK_BACK = 8,      /* the period is before the newest one */
    ST_ASK_UNCHANGED = 16 /* the same file was used for an earlier period */
};

/* The period of a run that names none: that of the newest run while it does not count, or had the
 * same records and rules; otherwise the month after the newest period that counts; without any run
 * the month in which the records are known. */
st_month st_forward_period(const st_forward *f);
/* The questions that a period raises; 0: none. err then asks them, in one sentence each. */
unsigned st_forward_ask(const st_forward *f, st_month period, st_err *err);
/* Their words, comma separated: "older,skipped". */
void st_forward_words(unsigned asked, char out[ST_ASKED_MAX]);
/* Whether a reason can be kept: a text of at most ST_BECAUSE_MAX bytes, on one line, not blank. */
bool st_forward_reason(const char *because);

#endif
