/* A changed name pays nobody twice: what a scheme says of its benefits against what the ledger
 * knows of them. */
#ifndef ST_RUN_CONTINUITY_H
#define ST_RUN_CONTINUITY_H

#include "ledger/known.h"
#include "scheme/scheme.h"

/* Under which names the ledger goes on. */
typedef struct st_continuity {
    char scheme[64];  /* the first id of the scheme: what the ledger knows it by */
    int32_t *numbers; /* per benefit of the scheme; 0: the ledger has not had it */
} st_continuity;

typedef bool st_occasion_sink(void *ctx, st_str occasion, int64_t keys, st_money sum);
/* What was before. */
typedef struct st_past {
    const st_known *known; /* what is called as the scheme is, or was */
    /* schemes with benefits of the same ids; asked of a scheme that nobody has seen */
    bool (*alike)(void *ctx, const st_known **out, st_err *err);
    /* scheme.xml of the newest run that counts of a scheme; *out NULL when it tells nothing */
    bool (*rules)(void *ctx, const st_known_scheme *of, const st_scheme **out, st_err *err);
    /* occasions of a benefit for which something is posted */
    bool (*occasions)(void *ctx, int32_t benefit, st_occasion_sink *each, void *each_ctx,
                      st_err *err);
    void *ctx;
} st_past;

/* Fills out: the names, numbers (room for all benefits), or fails with the sentence that makes the
 * change legal. */
bool st_continuity_judge(const st_past *past, const st_scheme *s, st_month period,
                         st_continuity *out, st_err *err);
/* The same by the ledger: reads only. */
bool st_continuity_ledger(st_ledger *l, const st_scheme *s, st_month period, st_continuity *out,
                          st_err *err);
/* The names of an old run, by the ids that it used. */
bool st_continuity_of_run(st_ledger *l, int64_t run, const char *scheme, const st_scheme *s,
                          st_continuity *out, st_err *err);
/* Keeps the names with the run that is being posted. */
bool st_continuity_keep(st_posting *p, const st_scheme *s, const int32_t *numbers, st_err *err);

#endif
