/* The types of `period` and `prior`, which every decision may use beside the facts. */
#include "scheme/scheme.h"

#define NAME(lit)                                                                                  \
    { lit, sizeof(lit) - 1 }

static const st_str period_names[ST_PERIOD_SLOTS] = {
    [ST_PERIOD_NAME] = NAME("name"),        [ST_PERIOD_START] = NAME("start"),
    [ST_PERIOD_END] = NAME("end"),          [ST_PERIOD_YEAR] = NAME("year"),
    [ST_PERIOD_MONTH] = NAME("month"),      [ST_PERIOD_DAYS] = NAME("days"),
    [ST_PERIOD_START_BY] = NAME("start by")};
static const st_feel_field period_fields[ST_PERIOD_SLOTS] = {
    [ST_PERIOD_NAME] = {NAME("name"), &st_feel_string},
    [ST_PERIOD_START] = {NAME("start"), &st_feel_date},
    [ST_PERIOD_END] = {NAME("end"), &st_feel_date},
    [ST_PERIOD_YEAR] = {NAME("year"), &st_feel_number},
    [ST_PERIOD_MONTH] = {NAME("month"), &st_feel_number},
    [ST_PERIOD_DAYS] = {NAME("days"), &st_feel_number},
    [ST_PERIOD_START_BY] = {NAME("start by"), &st_feel_date}};
static const st_shape period_shape = {ST_PERIOD_SLOTS, period_names};
const st_feel_type st_scheme_period_type = {.kind = ST_T_CONTEXT,
                                            .name = NAME("period"),
                                            .fields = period_fields,
                                            .n_fields = ST_PERIOD_SLOTS,
                                            .shape = &period_shape};

static const st_str amount_names[ST_AMOUNT_SLOTS] = {[ST_AMOUNT_BENEFIT] = NAME("benefit"),
                                                     [ST_AMOUNT_OCCASION] = NAME("occasion"),
                                                     [ST_AMOUNT_DAY] = NAME("day"),
                                                     [ST_AMOUNT_AMOUNT] = NAME("amount"),
                                                     [ST_AMOUNT_TIER] = NAME("tier")};
static const st_feel_field amount_fields[ST_AMOUNT_SLOTS] = {
    [ST_AMOUNT_BENEFIT] = {NAME("benefit"), &st_feel_string},
    [ST_AMOUNT_OCCASION] = {NAME("occasion"), &st_feel_string},
    [ST_AMOUNT_DAY] = {NAME("day"), &st_feel_date},
    [ST_AMOUNT_AMOUNT] = {NAME("amount"), &st_feel_number},
    [ST_AMOUNT_TIER] = {NAME("tier"), &st_feel_string}};
static const st_shape amount_shape = {ST_AMOUNT_SLOTS, amount_names};
const st_feel_type st_scheme_amount_type = {.kind = ST_T_CONTEXT,
                                            .name = NAME("amount"),
                                            .fields = amount_fields,
                                            .n_fields = ST_AMOUNT_SLOTS,
                                            .shape = &amount_shape};
static const st_feel_type amounts_type = {.kind = ST_T_LIST, .elem = &st_scheme_amount_type};

static const st_str prior_names[ST_PRIOR_SLOTS] = {[ST_PRIOR_TOTAL] = NAME("total"),
                                                   [ST_PRIOR_COUNT] = NAME("count"),
                                                   [ST_PRIOR_FIRST] = NAME("first"),
                                                   [ST_PRIOR_LAST] = NAME("last"),
                                                   [ST_PRIOR_LAST_AMOUNT] = NAME("last amount"),
                                                   [ST_PRIOR_LAST_TIER] = NAME("last tier"),
                                                   [ST_PRIOR_YEAR_TOTAL] = NAME("year total"),
                                                   [ST_PRIOR_SCHEME_TOTAL] = NAME("scheme total"),
                                                   [ST_PRIOR_SCHEME_YEAR_TOTAL] =
                                                       NAME("scheme year total"),
                                                   [ST_PRIOR_AMOUNTS] = NAME("amounts")};
static const st_feel_field prior_fields[ST_PRIOR_SLOTS] = {
    [ST_PRIOR_TOTAL] = {NAME("total"), &st_feel_number},
    [ST_PRIOR_COUNT] = {NAME("count"), &st_feel_number},
    [ST_PRIOR_FIRST] = {NAME("first"), &st_feel_date},
    [ST_PRIOR_LAST] = {NAME("last"), &st_feel_date},
    [ST_PRIOR_LAST_AMOUNT] = {NAME("last amount"), &st_feel_number},
    [ST_PRIOR_LAST_TIER] = {NAME("last tier"), &st_feel_string},
    [ST_PRIOR_YEAR_TOTAL] = {NAME("year total"), &st_feel_number},
    [ST_PRIOR_SCHEME_TOTAL] = {NAME("scheme total"), &st_feel_number},
    [ST_PRIOR_SCHEME_YEAR_TOTAL] = {NAME("scheme year total"), &st_feel_number},
    [ST_PRIOR_AMOUNTS] = {NAME("amounts"), &amounts_type}};
static const st_shape prior_shape = {ST_PRIOR_SLOTS, prior_names};
const st_feel_type st_scheme_prior_type = {.kind = ST_T_CONTEXT,
                                           .name = NAME("prior"),
                                           .fields = prior_fields,
                                           .n_fields = ST_PRIOR_SLOTS,
                                           .shape = &prior_shape};
