/* Amounts as integers of minor units (fen). */
#ifndef ST_MONEY_H
#define ST_MONEY_H

#include "base/buf.h"

typedef int64_t st_money; /* minor units */

enum { ST_MONEY_DIGITS = 2 };
/* Below 10^12 yuan, as STANDARDS.md recommends: a larger single amount is an error, not money. */
#define ST_MONEY_MAX INT64_C(99999999999999)

bool st_money_add(st_money a, st_money b,
                  st_money *out) ST_MUST_USE; /* false on overflow of int64 */
/* "3000", "3000.5", "3000.00"; further decimals only when zero; no separators, optional minus. */
bool st_money_parse(st_str text, st_money *out);
void st_money_plain(st_buf *out, st_money v);   /* 3000.00 */
void st_money_grouped(st_buf *out, st_money v); /* 3,000.00 */
/* Largest remainder (STANDARDS.md 8.2): splits total by n integer weights into parts; ties by list
 * order; a negative total is the exact negative of the positive split. Weights >= 0, their sum > 0,
 * n <= 1024. */
void st_money_split(st_money total, const int64_t *weights, size_t n, st_money *parts);

#endif
