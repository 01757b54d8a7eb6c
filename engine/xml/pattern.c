/* Whether libxml2 can judge a pattern of a schema. Its tables of Unicode differ between versions:
 * some take no Chinese character for a letter, and a block that they do not know makes every value
 * wrong. So each class in a pattern is tried on characters whose answer is known. */
#include "xml/schema.h"
#include "xml/xml_int.h"

#include <libxml/xmlregexp.h>

static const struct {
    const char *character, *category;
} samples[] = {
    {"A", "Lu"},      {"a", "Ll"},  {"张", "Lo"},     {"䶮", "Lo"},     {"𠮷", "Lo"},
    {"각", "Lo"},     {"の", "Lo"}, {"0", "Nd"},      {"\u0661", "Nd"}, {"Ⅷ", "Nl"},
    {"²", "No"},      {"_", "Pc"},  {"-", "Pd"},      {"(", "Ps"},      {")", "Pe"},
    {"«", "Pi"},      {"»", "Pf"},  {"·", "Po"},      {"!", "Po"},      {"、", "Po"},
    {"+", "Sm"},      {"$", "Sc"},  {"^", "Sk"},      {"©", "So"},      {" ", "Zs"},
    {"\u3000", "Zs"}, {"́", "Mn"},   {"\u2028", "Zl"}, {"\u200b", "Cf"}, {"\ue5e5", "Co"}};

/* The answer: 1, 0, or -1 where only libxml2 knows (blocks). */
static int right(const char *class, const char *category) {
    bool not = class[1] == 'P' || class[1] == 'W' || class[1] == 'D', in;
    switch (class[1]) {
    case 'd':
    case 'D':
        in = strcmp(category, "Nd") == 0;
        break;
    case 'w':
    case 'W':
        in = !strchr("PZC", category[0]);
        break;
    default: /* \p{L}, \p{Lu}, \p{IsBlock} */
        if (strncmp(class + 3, "Is", 2) == 0)
            return -1;
        in = class[3] == category[0] && (class[4] == '}' || class[4] == category[1]);
    }
    return in != not ;
}

static bool class_judged(const char *class, char *what, size_t size) {
    xmlRegexpPtr compiled = xmlRegexpCompile((const xmlChar *)class);
    bool ok = compiled != NULL;
    if (!ok)
        (void)snprintf(what, size, "%s is not known", class);
    for (size_t i = 0; ok && i < ST_LEN(samples); i++) {
        int found = xmlRegexpExec(compiled, (const xmlChar *)samples[i].character);
        int want = right(class, samples[i].category);
        ok = found >= 0 && (want < 0 || found == want);
        if (!ok && found < 0)
            (void)snprintf(what, size, "%s is not known", class);
        else if (!ok)
            (void)snprintf(what, size, "by it, %s %s %s", samples[i].character,
                           found ? "is one of" : "is none of", class);
    }
    xmlRegFreeRegexp(compiled);
    return ok;
}

bool st_xml_pattern_judged(st_str pattern, char *what, size_t size) {
    enum { CLASS_MAX = 80 };
    st_xml_init();
    for (size_t i = 0; i + 1 < pattern.n; i++) {
        if (pattern.p[i] != '\\')
            continue;
        char class[CLASS_MAX] = {'\\', pattern.p[i + 1]};
        size_t n = 2;
        if (class[1] == 'p' || class[1] == 'P') {
            while (i + n < pattern.n && n < sizeof class - 1 && class[n - 1] != '}')
                class[n] = pattern.p[i + n], n++;
            if (class[n - 1] != '}') {
                (void)snprintf(what, size, "%s is not known", class);
                return false;
            }
        }
        if (strchr("pPwWdD", class[1]) && !class_judged(class, what, size))
            return false;
        i += n - 1;
    }
    return true;
}
