/* libxml2 words its violations as "Element '{ns}a', attribute 'b': [facet 'x'] The value 'v' ...".
 * The value may be personal data, so the sentence is not passed on: its code chooses ours, and only
 * parts that come from the schema (names, enumerations) are taken over. */
#include "xml/invalid.h"

typedef enum keep { KEEP_NOTHING, KEEP_SET, KEEP_SENTENCE } keep;

static const struct {
    int code;
    keep keep;
    bool value;
    const char *words;
} phrases[] = {
    {XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_1, KEEP_NOTHING, true, "not a valid value of its type"},
    {XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_2, KEEP_NOTHING, true, "not a valid value of its type"},
    {XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_3, KEEP_NOTHING, true, "not a valid value of its type"},
    {XML_SCHEMAV_CVC_LENGTH_VALID, KEEP_NOTHING, true, "the value has the wrong length"},
    {XML_SCHEMAV_CVC_MINLENGTH_VALID, KEEP_NOTHING, true, "the value is too short or empty"},
    {XML_SCHEMAV_CVC_MAXLENGTH_VALID, KEEP_NOTHING, true, "the value is too long"},
    {XML_SCHEMAV_CVC_MININCLUSIVE_VALID, KEEP_NOTHING, true,
     "the value is below the smallest allowed"},
    {XML_SCHEMAV_CVC_MINEXCLUSIVE_VALID, KEEP_NOTHING, true,
     "the value is below the smallest allowed"},
    {XML_SCHEMAV_CVC_MAXINCLUSIVE_VALID, KEEP_NOTHING, true,
     "the value is above the largest allowed"},
    {XML_SCHEMAV_CVC_MAXEXCLUSIVE_VALID, KEEP_NOTHING, true,
     "the value is above the largest allowed"},
    {XML_SCHEMAV_CVC_TOTALDIGITS_VALID, KEEP_NOTHING, true, "the number has too many digits"},
    {XML_SCHEMAV_CVC_FRACTIONDIGITS_VALID, KEEP_NOTHING, true, "the number has too many decimals"},
    {XML_SCHEMAV_CVC_PATTERN_VALID, KEEP_NOTHING, true,
     "the value does not have the form that the schema asks for"},
    {XML_SCHEMAV_CVC_ENUMERATION_VALID, KEEP_SET, true, "not one of"},
    {XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_1, KEEP_NOTHING, false, "the schema has no such attribute"},
    {XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_2, KEEP_NOTHING, false, "the schema has no such attribute"},
    {XML_SCHEMAV_CVC_COMPLEX_TYPE_4, KEEP_SENTENCE, false, NULL},
    {XML_SCHEMAV_ELEMENT_CONTENT, KEEP_SENTENCE, false, NULL},
    {XML_SCHEMAV_CVC_ELT_1, KEEP_NOTHING, false, "the schema has no such element at this place"},
    {XML_SCHEMAV_CVC_COMPLEX_TYPE_2_1, KEEP_NOTHING, false, "the element must be empty"},
    {XML_SCHEMAV_CVC_COMPLEX_TYPE_2_2, KEEP_NOTHING, false,
     "the element must not contain other elements"},
    {XML_SCHEMAV_CVC_COMPLEX_TYPE_2_3, KEEP_NOTHING, false,
     "text is not allowed between the elements"},
    {XML_SCHEMAV_CVC_IDC, KEEP_NOTHING, true,
     "another element has this value, and each must have one of its own"},
    {XML_SCHEMAV_CVC_TYPE_3_1_1, KEEP_NOTHING, false, "no attributes are allowed here"},
    {XML_SCHEMAV_CVC_TYPE_3_1_2, KEEP_NOTHING, false,
     "the element must not contain other elements"},
};

/* The quoted name after `before`, without its {namespace}. */
static const char *take_name(const char *p, const char *before, char *to, size_t size) {
    to[0] = 0;
    size_t n = strlen(before);
    if (strncmp(p, before, n) != 0)
        return p;
    const char *from = p + n, *end = strchr(from, '\'');
    if (!end)
        return p;
    const char *brace = memrchr(from, '}', (size_t)(end - from));
    if (brace)
        from = brace + 1;
    (void)snprintf(to, size, "%.*s", (int)(end - from), from);
    to[st_utf8_valid(to, strlen(to))] = 0; /* a name cut by size ends with a whole character */
    return end + 1;
}

/* Names in a sentence of libxml2 without their {namespaces}. */
static void add_sentence(char *to, size_t size, const char *p) {
    size_t n = strlen(to);
    for (; *p && *p != '\n' && n + 1 < size; p++) {
        if (*p == '{' && (p[1] == 'u' || p[1] == 'h')) { /* {urn:...} or {http...} */
            const char *end = strchr(p, '}');
            if (end) {
                p = end;
                continue;
            }
        }
        to[n++] = *p;
    }
    while (n && (to[n - 1] == '.' || to[n - 1] == ' '))
        n--;
    to[n] = 0;
}

static void word(st_xml_report *out, const char *rest, int code) {
    size_t n = strlen(out->text);
    for (size_t i = 0; i < ST_LEN(phrases); i++) {
        if (phrases[i].code != code)
            continue;
        out->value = phrases[i].value;
        if (phrases[i].words)
            (void)snprintf(out->text + n, sizeof out->text - n, "%s", phrases[i].words);
        const char *set = phrases[i].keep == KEEP_SET ? strstr(rest, "of the set {") : NULL;
        if (phrases[i].keep == KEEP_SENTENCE)
            add_sentence(out->text, sizeof out->text, rest);
        if (set) {
            set += strlen("of the set {");
            const char *end = strrchr(set, '}');
            n = strlen(out->text);
            (void)snprintf(out->text + n, sizeof out->text - n, " %.*s", end ? (int)(end - set) : 0,
                           set);
        }
        return;
    }
    (void)snprintf(out->text + n, sizeof out->text - n, "not valid by the schema (rule %d)", code);
}

void st_xml_report_read(const xmlError *e, st_xml_report *out) {
    const char *msg = e->message ? e->message : "";
    memset(out, 0, sizeof *out);
    const char *p = take_name(msg, "Element '", out->element, sizeof out->element);
    p = take_name(p, ", attribute '", out->attribute, sizeof out->attribute);
    if (p[0] == ':' && p[1] == ' ')
        p += 2;
    if (strncmp(p, "The attribute '", 15) ==
        0) /* "... is required but missing" names it here only */
        (void)take_name(p, "The attribute '", out->attribute, sizeof out->attribute);
    if (out->attribute[0] && e->code != XML_SCHEMAV_CVC_COMPLEX_TYPE_4)
        (void)snprintf(out->text, sizeof out->text, "%s of %s: ", out->attribute, out->element);
    else
        (void)snprintf(out->text, sizeof out->text, "%s: ", out->element);
    word(out, p, e->code);
    out->echo = e->code == XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_1;
}
