/* roster N [--seed S] [--shuffle]: an invented roster of N social workers in the form of
 * schemas/records.xsd, on standard output. The facts of worker i depend on the seed and i alone;
 * --shuffle changes the order and nothing else. Numbers have the right shape and check digits and
 * belong to nobody. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct rng {
    uint64_t s;
} rng;
static uint64_t next(rng *r) { /* splitmix64 */
    uint64_t z = (r->s += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}
static unsigned below(rng *r, unsigned n) {
    return (unsigned)(next(r) % n);
}

static const char *const surnames[] = {"王", "李", "张", "刘", "陈",   "杨",  "黄", "赵",
                                       "吴", "周", "徐", "孙", "马",   "朱",  "胡", "郭",
                                       "何", "林", "高", "罗", "欧阳", "司马"};
static const char *const given[] = {"伟", "芳", "娜", "敏", "静",   "丽",   "强",   "磊",
                                    "军", "洋", "勇", "艳", "杰",   "娟",   "涛",   "明",
                                    "超", "霞", "平", "刚", "小红", "桂英", "建国", "志强"};
static const char *const dotted[] = {"阿依古丽·买买提", "扎西·次仁", "努尔兰·艾合买提",
                                     "卓玛·央金"};
static const char *const streets[] = {"长胜街道", "朝阳街道",   "人民路街道", "长城街道",
                                      "青山街道", "石炭井街道", "白芨沟街道", "沟口街道",
                                      "长兴街道", "锦林街道",   "星海镇"};
#define PICK(r, list) (list)[below(r, sizeof(list) / sizeof((list)[0]))]

static unsigned days_in(unsigned y, unsigned m) {
    static const unsigned char d[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return m == 2 && y % 4 == 0 && (y % 100 != 0 || y % 400 == 0) ? 29 : d[m - 1];
}

/* Worker i's resident number: distinct for every i below 40 x 336 x 990. */
static void resident(uint64_t i, char out[19]) {
    enum { YEARS = 40, DAYS = 12 * 28 };
    uint64_t day = i * 7919 % (YEARS * DAYS), seq = i / (YEARS * DAYS) % 990 + 1;
    unsigned y = 1960 + (unsigned)(day / DAYS), m = (unsigned)(day % DAYS / 28) + 1,
             d = (unsigned)(day % 28) + 1;
    snprintf(out, 19, "640202%04u%02u%02u%03u", y, m, d, (unsigned)seq);
    static const unsigned char w[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    unsigned sum = 0;
    for (int k = 0; k < 17; k++)
        sum += (unsigned)(out[k] - '0') * w[k];
    out[17] = "10X98765432"[sum % 11];
    out[18] = '\0';
}

static void account(uint64_t i, char out[20]) {
    snprintf(out, 20, "621700%012" PRIu64, i);
    unsigned sum = 0;
    for (int k = 17; k >= 0; k--) {
        unsigned d = (unsigned)(out[k] - '0') * ((17 - k) % 2 == 0 ? 2u : 1u);
        sum += d > 9 ? d - 9 : d;
    }
    out[18] = (char)('0' + (10 - sum % 10) % 10);
    out[19] = '\0';
}

static void name(rng *r, char *out, size_t cap) {
    if (below(r, 50) == 0)
        snprintf(out, cap, "%s", PICK(r, dotted));
    else
        snprintf(out, cap, "%s%s", PICK(r, surnames), PICK(r, given));
}

typedef struct level {
    const char *name;
    unsigned year;
} level;

static void certificate(rng *r, level l, uint64_t i) {
    unsigned m = below(r, 12) + 1, d = below(r, days_in(l.year, m)) + 1;
    unsigned reg = l.year + 1;
    printf("    <certificate level=\"%s\" number=\"%u3064%010" PRIu64
           "%u\" passed=\"%u-%02u-%02u\" issued=\"%u-%02u-%02u\" "
           "registered-from=\"%u-03-01\" registered-to=\"%u-02-%02u\"/>\n",
           l.name, l.year, i, l.name[0] == 'a' ? 1 : 2, l.year, m, d, reg, 1 + below(r, 2),
           1 + below(r, 28), reg, reg + 3, days_in(reg + 3, 2));
}

static void worker(uint64_t seed, uint64_t i, int width) {
    rng r = {seed * 0x2545f4914f6cdd1du + i};
    (void)next(&r);
    char id[19], acct[20], who[64];
    resident(i, id);
    account(i, acct);
    name(&r, who, sizeof who);
    printf("  <worker id=\"W%0*" PRIu64 "\" id-number=\"%s\" name=\"%s\" account=\"%s\">\n", width,
           i + 1, id, who, acct);
    unsigned kind = below(&r, 100);
    level top = {kind < 1    ? "senior"
                 : kind < 15 ? "intermediate"
                             : "assistant",
                 2021 + below(&r, 2)};
    if (top.name[0] != 'a' && below(&r, 4) == 0)
        certificate(&r, (level){"assistant", 2016 + below(&r, 4)}, 2 * i + 1);
    certificate(&r, top, 2 * i + 2);
    const char *street = PICK(&r, streets);
    bool community = below(&r, 10) < 9;
    if (below(&r, 3) == 0)
        printf("    <employment organisation=\"%s社会工作服务中心\" post=\"社工\" "
               "category=\"station\" place=\"640202\" "
               "from=\"%u-%02u-01\" to=\"2022-06-30\"/>\n",
               street, 2018 + below(&r, 3), below(&r, 12) + 1);
    printf("    <employment organisation=\"%s第%u社区居民委员会\" post=\"社区工作者\" "
           "category=\"%s\" place=\"640202\" from=\"2022-07-01\"/>\n",
           street, below(&r, 20) + 1, community ? "community-worker" : "institution");
    if (top.name[0] != 'a')
        printf("    <application benefit=\"award\" submitted=\"2023-%02u-%02u\"/>\n",
               9 + below(&r, 2), below(&r, 28) + 1);
    printf("  </worker>\n");
}

static void shuffle(uint32_t *order, uint64_t n, uint64_t seed) {
    rng r = {seed ^ 0x5bd1e995u};
    for (uint64_t i = n; i > 1; i--) {
        uint64_t k = next(&r) % i;
        uint32_t t = order[i - 1];
        order[i - 1] = order[k];
        order[k] = t;
    }
}

int main(int argc, char **argv) {
    uint64_t n = 0, seed = 1;
    bool shuffled = false;
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--shuffle") == 0)
            shuffled = true;
        else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc)
            seed = strtoull(argv[++i], NULL, 10);
        else
            n = strtoull(argv[i], NULL, 10);
    if (n == 0 || n > 10000000) {
        fprintf(stderr, "usage: roster N [--seed S] [--shuffle]   (N up to 10,000,000)\n");
        return 64;
    }
    int width = 7;
    for (uint64_t top = 9999999; n > top; top = top * 10 + 9)
        width++;
    uint32_t *order = malloc(n * sizeof *order);
    if (!order)
        return 71;
    for (uint64_t i = 0; i < n; i++)
        order[i] = (uint32_t)i;
    if (shuffled)
        shuffle(order, n, seed);
    static char buffer[1 << 16];
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    printf("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
           "<records xmlns=\"urn:stipend:records:1\" division=\"640202\" known-at=\"2023-11-30\" "
           "roster=\"full\" count=\"%" PRIu64 "\">\n",
           n);
    for (uint64_t i = 0; i < n; i++)
        worker(seed, order[i], width);
    printf("</records>\n");
    free(order);
    return ferror(stdout) || fflush(stdout) ? 74 : 0;
}
