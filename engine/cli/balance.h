/* The three forms in which balances are shown. */
#ifndef ST_CLI_BALANCE_H
#define ST_CLI_BALANCE_H

#include "run/balance.h"

/* Why a debt became smaller (or larger again), in words: lang "zh" or "en". */
void st_balance_why(const st_settled *s, const char *lang, st_buf *out);
void st_balance_text(const char *subject, const st_balance *b, size_t n, const char *lang,
                     st_buf *out);
void st_balance_tsv(const st_balance *b, size_t n, const char *lang, st_buf *out);
void st_balance_json(const char *subject, const st_balance *b, size_t n, const char *lang,
                     st_buf *out);

#endif
