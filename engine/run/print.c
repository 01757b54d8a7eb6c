/* The run report for people, from the JSON kept with the run. */
#include "base/words.h"
#include "run/run.h"
#include <jansson.h>

typedef struct words {
    const char *run, *period, *state, *sealed, *unsealed, *digest, *root, *as_of, *read, *entitled,
        *refused, *held, *rejected, *missing, *lines, *none, *refusals, *controls, *ok, *differs,
        *total, *person, *declared;
    const char *lang;
} words;

static const words english = {"run",
                              "period",
                              "state",
                              "sealed",
                              "NOT SEALED",
                              "digest",
                              "root",
                              "as known at",
                              "read",
                              "entitled",
                              "refused",
                              "held",
                              "rejected",
                              "missing",
                              "posted",
                              "nothing to post",
                              "refused because",
                              "control totals",
                              "ok",
                              "DIFFERS",
                              "total of the run",
                              "lines",
                              "declared",
                              "en"};
static const words chinese = {"批次",   "期间",     "状态",     "已封存",   "未封存",     "摘要",
                              "明细根", "数据截至", "读入",     "符合",     "不符合",     "待核",
                              "退回",   "缺失",     "入账",     "无需入账", "不符合原因", "控制数",
                              "一致",   "不一致",   "本次合计", "笔",       "公布",       "zh"};

static const char *text(const json_t *o, const char *key) {
    const char *s = json_string_value(json_object_get(o, key));
    return s ? s : "";
}

static const char *title(const json_t *o, const char *lang) {
    const json_t *t = json_object_get(o, "title");
    const char *s = text(t, strncmp(lang, "zh", 2) == 0 ? "zh" : "en");
    return *s ? s : text(t, strncmp(lang, "zh", 2) == 0 ? "en" : "zh");
}

static long long number(const json_t *o, const char *key) {
    return (long long)json_integer_value(json_object_get(o, key));
}

/* "3000.00" with thousands separators. */
static void grouped(const char *plain, char out[40]) {
    st_money m;
    if (!st_money_parse(st_str_of(plain), &m)) {
        (void)snprintf(out, 40, "%s", plain);
        return;
    }
    st_buf b;
    st_buf_init(&b, 38);
    st_money_grouped(&b, m);
    (void)snprintf(out, 40, "%s", b.p);
    st_buf_free(&b);
}

/* Texts of a table's column, which may be Chinese: %-10s counts bytes. */
static void put(FILE *to, const char *s, size_t columns) {
    st_buf b;
    st_buf_init(&b, 0);
    (void)st_buf_pad(&b, st_str_of(s), columns);
    (void)fprintf(to, "%s ", b.p ? b.p : "");
    st_buf_free(&b);
}

static void print_lines(FILE *to, const json_t *benefit, const words *w) {
    const json_t *lines = json_object_get(benefit, "lines");
    size_t i;
    const json_t *l;
    if (json_array_size(lines) == 0)
        (void)fprintf(to, "    %s\n", w->none);
    json_array_foreach(lines, i, l) {
        char rate[40], sum[40];
        grouped(text(l, "sum"), sum);
        const char *plain = json_string_value(json_object_get(l, "rate"));
        if (plain)
            grouped(plain, rate);
        else
            (void)snprintf(rate, sizeof rate, "*");
        (void)fprintf(to, "    ");
        put(to, st_word(text(l, "cause"), w->lang), 10);
        put(to, text(l, "tier"), 14);
        (void)fprintf(to, "%9lld x %12s = %18s\n", number(l, "count"), rate, sum);
    }
}

static void print_benefit(FILE *to, const json_t *b, const words *w, const char *lang) {
    const json_t *n = json_object_get(b, "counts");
    (void)fprintf(to, "\n  %s  (%s)\n", title(b, lang), text(b, "id"));
    (void)fprintf(to, "    %s %lld = %s %lld + %s %lld + %s %lld + %s %lld", w->read,
                  number(n, "read"), w->entitled, number(n, "entitled"), w->refused,
                  number(n, "refused"), w->held, number(n, "held"), w->rejected,
                  number(n, "rejected"));
    if (number(n, "missing"))
        (void)fprintf(to, "   (%s %lld)", w->missing, number(n, "missing"));
    (void)fputc('\n', to);
    print_lines(to, b, w);
    const json_t *refusals = json_object_get(b, "refusals"), *r;
    size_t i;
    if (json_array_size(refusals))
        (void)fprintf(to, "    %s:\n", w->refusals);
    json_array_foreach(refusals, i, r) {
        const char *clause = text(r, "clause");
        (void)fprintf(to, "      %7lld  %s: %s%s%s%s\n", number(r, "count"), text(r, "code"),
                      text(r, "text"), *clause ? " [" : "", clause, *clause ? "]" : "");
    }
}

static const struct {
    const char *key, *en, *zh;
    bool of_month; /* explains the month; the others explain the run */
} moves[] = {{"new", "new", "新增", true},
             {"ended", "ended", "停发", true},
             {"tier-change", "tier changed", "级别变动", true},
             {"rule-change", "rules changed", "标准变动", true},
             {"facts-change", "facts changed", "情况变动", true},
             {"held", "held", "待核", true},
             {"already", "posted before", "此前已入账", false},
             {"award", "award", "一次性", false},
             {"arrears", "arrears", "补发", false},
             {"recovery", "recovery", "追回", false},
             {"correction", "correction", "更正", false}};

static size_t move_of(const char *key) {
    size_t i = 0;
    while (i + 1 < ST_LEN(moves) && strcmp(moves[i].key, key) != 0)
        i++;
    return i;
}

static void print_move(FILE *to, const char *what, const char *tier, long long count,
                       const char *amount) {
    char grouped_amount[40], n[24] = "";
    grouped(amount, grouped_amount);
    if (count >= 0)
        (void)snprintf(n, sizeof n, "%lld", count);
    (void)fprintf(to, "    ");
    put(to, what, 19);
    put(to, tier, 14);
    (void)fprintf(to, "%9s %20s\n", n, grouped_amount);
}

static void print_moves(FILE *to, const json_t *m, const words *w, bool of_month) {
    size_t i;
    const json_t *r;
    json_array_foreach(json_object_get(m, "rows"), i, r) {
        size_t k = move_of(text(r, "cause"));
        if (moves[k].of_month == of_month)
            print_move(to, w == &chinese ? moves[k].zh : moves[k].en, text(r, "tier"),
                       number(r, "count"), text(r, "amount"));
    }
}

/* The last payment as posted, what changed it into this one, and what this run posts of it. */
static void print_movement(FILE *to, const json_t *m, const char *period, const words *w) {
    bool zh = w == &chinese;
    char what[64];
    const char *last = text(m, "compared_with");
    if (*last) {
        (void)fprintf(to, zh ? "\n  与%s相比：%s\n" : "\n  difference to %s: %s\n", last,
                      text(m, "benefit"));
        (void)snprintf(what, sizeof what, zh ? "%s已入账" : "posted for %s", last);
        print_move(to, what, "", number(m, "last_payees"), text(m, "last_month"));
        print_moves(to, m, w, true);
        (void)snprintf(what, sizeof what, zh ? "= %s应发" : "= due for %s", period);
        print_move(to, what, "", number(m, "payees"), text(m, "this_month"));
    } else if (json_array_size(json_object_get(m, "rows")) == 0) {
        return;
    } else {
        (void)fprintf(to, zh ? "\n  本次：%s\n" : "\n  this run: %s\n", text(m, "benefit"));
    }
    print_moves(to, m, w, false);
    print_move(to, zh ? "= 本次入账" : "= this run", "", -1, text(m, "run_total"));
}

static void print_controls(FILE *to, const json_t *controls, const words *w) {
    size_t i;
    const json_t *c;
    if (json_array_size(controls))
        (void)fprintf(to, "\n  %s\n", w->controls);
    json_array_foreach(controls, i, c) {
        char total[40], declared[40];
        grouped(text(c, "total"), total);
        grouped(text(c, "declared_total"), declared);
        (void)fprintf(to, "    %-24s %lld / %s   %s: %lld / %s   %s\n", text(c, "id"),
                      number(c, "count"), total, w->declared, number(c, "declared_count"), declared,
                      json_is_true(json_object_get(c, "ok")) ? w->ok : w->differs);
    }
}

static void print_amount(FILE *to, const char *what, const char *amount, const char *more) {
    char grouped_amount[40];
    grouped(amount, grouped_amount);
    (void)fprintf(to, "    ");
    put(to, what, 26);
    (void)fprintf(to, "%24s%s%s\n", grouped_amount, *more ? "   " : "", more);
}

/* What is paid when debts are kept back; nothing to tell as long as nobody owes anything. */
static void print_payable(FILE *to, const json_t *p, const words *w) {
    bool zh = w == &chinese;
    static const char *const parts[] = {"reversed", "offset", "claims_open"};
    bool any = false;
    for (size_t i = 0; i < ST_LEN(parts); i++)
        any = any || (*text(p, parts[i]) && strcmp(text(p, parts[i]), "0.00") != 0);
    if (!any)
        return;
    char n[64];
    (void)snprintf(n, sizeof n, zh ? "%lld 人" : "%lld persons", number(p, "reduced"));
    (void)fprintf(to, "\n  %s\n", zh ? "实发与追回" : "payable and recovered");
    print_amount(to, zh ? "应发合计" : "positive lines", text(p, "gross"), "");
    print_amount(to, zh ? "- 冲销与冲抵" : "- taken back and given", text(p, "reversed"), "");
    print_amount(to, zh ? "- 抵扣欠款" : "- kept for debts", text(p, "offset"), n);
    (void)snprintf(n, sizeof n, zh ? "%lld 人" : "%lld persons", number(p, "payees"));
    print_amount(to, zh ? "= 实发" : "= to be paid", text(p, "net"), n);
    print_amount(to, zh ? "尚欠合计" : "still owed by subjects", text(p, "claims_open"), "");
}

static void print_strays(FILE *to, const json_t *strays, const words *w) {
    size_t i;
    const json_t *k;
    if (!strays)
        return;
    (void)fprintf(to,
                  w == &chinese ? "    已入账而无规则说明的款项：%lld\n"
                                : "    posted keys of which no rule speaks: %lld\n",
                  number(strays, "count"));
    json_array_foreach(json_object_get(strays, "keys"), i, k) {
        char posted[40];
        grouped(text(k, "posted"), posted);
        (void)fprintf(to, "      %-14s %-14s %-14s %14s\n", text(k, "subject"), text(k, "benefit"),
                      text(k, "occasion"), posted);
    }
}

/* The questions of forward.h in words. */
static const struct {
    const char *word, *english, *chinese;
} asked_words[] = {
    {"older", "the records are older than those of the run before", "记录早于前一批次"},
    {"ahead", "the period lies beyond what the records know", "期间超出记录所知"},
    {"skipped", "a month was skipped", "有月份被跳过"},
    {"back", "the period is before the newest one", "期间早于最新期间"},
    {"unchanged", "the file was used before and has not changed", "文件已用过且未变"}};

void st_run_print_answer(FILE *to, const st_run_info *info, const char *lang) {
    bool zh = st_is_chinese(lang);
    const st_run_input *in = &info->input;
    if (!info->has_input || !in->because[0])
        return;
    const char *before = zh ? "  存疑：" : "  asked: ";
    for (size_t i = 0; i < ST_LEN(asked_words); i++)
        if (strstr(in->asked, asked_words[i].word)) {
            (void)fprintf(to, "%s%s", before, zh ? asked_words[i].chinese : asked_words[i].english);
            before = zh ? "；" : "; ";
        }
    (void)fprintf(to, zh ? "%s理由：%s\n" : "%sbecause: %s\n", in->asked[0] ? "\n  " : "  ",
                  in->because);
}

bool st_run_print(FILE *to, const st_run_info *info, st_str json, const char *lang, st_err *err) {
    const words *w = strncmp(lang, "zh", 2) == 0 ? &chinese : &english;
    json_error_t where;
    json_t *doc = json_loadb(json.p, json.n, 0, &where);
    if (!doc)
        return st_fail(err, ST_E_RUN_SUMMARY, "the run's report cannot be read: %s", where.text);
    (void)fprintf(to, "%s  (%s)\n", title(doc, lang), text(doc, "scheme"));
    if (info) {
        char hex[ST_HEX_LEN];
        (void)fprintf(to, "  %s %" PRId64 "   %s %s   %s %s   %s %s, %s\n", w->run, info->run,
                      w->period, text(doc, "period"), w->as_of, text(doc, "as_of"), w->state,
                      st_word(st_run_state_name(info->state), lang),
                      info->sealed ? w->sealed : w->unsealed);
        st_sha256_hex(&info->root, hex);
        (void)fprintf(to, "  ");
        put(to, w->root, 6);
        (void)fprintf(to, "%s\n", hex);
        st_sha256_hex(&info->digest, hex);
        if (info->sealed) {
            (void)fprintf(to, "  ");
            put(to, w->digest, 6);
            (void)fprintf(to, "%s\n", hex);
        }
        st_run_print_answer(to, info, lang);
    } else {
        (void)fprintf(to, "  %s %s   %s %s\n", w->period, text(doc, "period"), w->as_of,
                      text(doc, "as_of"));
    }
    size_t i;
    const json_t *b;
    json_array_foreach(json_object_get(doc, "benefits"), i, b) print_benefit(to, b, w, lang);
    json_array_foreach(json_object_get(doc, "movement"), i, b)
        print_movement(to, b, text(doc, "period"), w);
    print_controls(to, json_object_get(doc, "controls"), w);
    json_array_foreach(json_object_get(doc, "guards"), i, b)(void)
        fprintf(to, "  %s %s: %s\n", w == &chinese ? "拦截" : "stopped by guard", text(b, "id"),
                text(b, "why"));
    print_strays(to, json_object_get(doc, "strays"), w);
    char total[40];
    grouped(text(doc, "line_total"), total);
    (void)fprintf(to, "\n  %s: %lld %s, %s %s\n", w->total, number(doc, "line_count"), w->person,
                  total, text(doc, "currency"));
    print_payable(to, json_object_get(doc, "payable"), w);
    json_decref(doc);
    return true;
}
