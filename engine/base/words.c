#include "base/words.h"

static const struct {
    const char *english, *chinese;
} glossary[] = {
    /* states of a run, and its other events */
    {"draft", "草稿"},
    {"sealed", "已封存"},
    {"accepted", "已接受"},
    {"approved", "已审核"},
    {"released", "已放款"},
    {"settled", "已结清"},
    {"void", "作废"},
    /* outcomes */
    {"entitled", "符合"},
    {"refused", "不符合"},
    {"held", "待核"},
    {"rejected", "退回"},
    {"missing", "缺失"},
    /* causes */
    {"new", "当期"},
    {"arrears", "补发"},
    {"recovery", "追回"},
    {"reversal", "冲回"},
    /* how the month differs from the last */
    {"ended", "停发"},
    {"tier-change", "级别变动"},
    {"rule-change", "标准变动"},
    {"facts-change", "情况变动"},
    /* severities */
    {"error", "错误"},
    {"warning", "提示"},
    {"note", "备注"},
};

static const struct {
    const char *meaning, *advice;
} codes[ST_E_COUNT] = {
#define ST_CODE_ZH(name, meaning, advice) [ST_E_##name] = {meaning, advice},
#include "base/codes_zh.def"
#undef ST_CODE_ZH
};

bool st_is_chinese(const char *lang) {
    return lang && strncmp(lang, "zh", 2) == 0;
}

const char *st_word(const char *english, const char *lang) {
    for (size_t i = 0; st_is_chinese(lang) && i < ST_LEN(glossary); i++)
        if (strcmp(glossary[i].english, english) == 0)
            return glossary[i].chinese;
    return english;
}

const char *st_code_meaning(st_code code, const char *lang) {
    ST_ASSERT(code < ST_E_COUNT);
    return st_is_chinese(lang) && codes[code].meaning ? codes[code].meaning : "";
}

const char *st_code_advice(st_code code, const char *given, const char *lang) {
    ST_ASSERT(code < ST_E_COUNT);
    bool own = strcmp(given, st_code_hint(code)) != 0;
    return st_is_chinese(lang) && !own && codes[code].advice ? codes[code].advice : given;
}

st_code st_code_find(const char *id) {
    for (int i = 1; i < ST_E_COUNT; i++)
        if (strcmp(st_code_id((st_code)i), id) == 0)
            return (st_code)i;
    return ST_E_NONE;
}
