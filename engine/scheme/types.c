/* The types of `period` and `prior`, which every decision may use beside the facts, and what their
 * fields mean. */
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

/* -- what they mean -- */

typedef struct about {
    const char *en, *zh;
} about;

static const about period_about[ST_PERIOD_SLOTS] = {
    [ST_PERIOD_NAME] =
        {"the month, quarter or year that is decided: \"2024-01\", \"2024-Q1\", "
         "\"2024\"; of an award the month of its date",
         "所判定的月、季或年：\"2024-01\"、\"2024-Q1\"、\"2024\"；一次性项目为其日期所在月"},
    [ST_PERIOD_START] = {"its first day", "首日"},
    [ST_PERIOD_END] = {"its last day", "末日"},
    [ST_PERIOD_YEAR] = {"year of the first day", "首日的年份"},
    [ST_PERIOD_MONTH] = {"month of the first day, 1 to 12", "首日的月份，1 至 12"},
    [ST_PERIOD_DAYS] = {"number of its days", "天数"},
    [ST_PERIOD_START_BY] = {
        "by which day a right must have begun to count for it, by the benefit's "
        "start=",
        "权利最迟应于此日开始方可计入，依项目的 start="}};
static const about prior_about[ST_PRIOR_SLOTS] = {
    [ST_PRIOR_TOTAL] = {"sum of what was due earlier in this benefit", "本项目此前应发合计"},
    [ST_PRIOR_COUNT] = {"how many occasions of this benefit were due something earlier",
                        "本项目此前有应发的次数"},
    [ST_PRIOR_FIRST] = {"date of the first of them; null when there is none",
                        "其中第一次的日期；没有则为 null"},
    [ST_PRIOR_LAST] = {"date of the newest of them; null when there is none",
                       "其中最近一次的日期；没有则为 null"},
    [ST_PRIOR_LAST_AMOUNT] = {"amount of the newest of them; 0 when there is none",
                              "其中最近一次的金额；没有则为 0"},
    [ST_PRIOR_LAST_TIER] = {"tier of the newest of them; null when there is none",
                            "其中最近一次的档次；没有则为 null"},
    [ST_PRIOR_YEAR_TOTAL] = {"sum of what was due earlier in this benefit for the calendar year of "
                             "the occasion",
                             "本项目在该期次所属日历年内此前应发合计"},
    [ST_PRIOR_SCHEME_TOTAL] = {"sum of what was due earlier in all benefits of the scheme",
                               "方案全部项目此前应发合计"},
    [ST_PRIOR_SCHEME_YEAR_TOTAL] = {"the same for the calendar year of the occasion",
                                    "同上，限该期次所属日历年"},
    [ST_PRIOR_AMOUNTS] = {
        "all that was due earlier in all benefits, in order; filter it to count or "
        "add up in a window",
        "全部项目此前的各笔应发，按先后排列；可筛选后计数或求和"}};
static const about amount_about[ST_AMOUNT_SLOTS] = {
    [ST_AMOUNT_BENEFIT] = {"id of the benefit", "项目的 id"},
    [ST_AMOUNT_OCCASION] = {"the occasion: a period's name, or the key of the list's entry",
                            "期次：期间名称，或列表条目的键"},
    [ST_AMOUNT_DAY] = {"its date: first day of the period, or the entry's date",
                       "日期：期间首日，或条目的日期"},
    [ST_AMOUNT_AMOUNT] = {"what was due for it, never 0", "该期次应发金额，不为 0"},
    [ST_AMOUNT_TIER] = {"its tier; null when it has none", "档次；没有则为 null"}};

const char *st_scheme_about(const st_feel_type *type, uint32_t slot, const char *lang) {
    const about *all = type == &st_scheme_period_type  ? period_about
                       : type == &st_scheme_prior_type ? prior_about
                                                       : amount_about;
    ST_ASSERT(slot < type->n_fields);
    return strncmp(lang, "zh", 2) == 0 ? all[slot].zh : all[slot].en;
}
