/* Translates the regular expressions of XPath 2.0 functions (XML Schema part 2, appendix F, with
 * back-references, reluctant quantifiers, ^ and $; of 3.0 the flag q and groups without capture)
 * into PCRE2.
 *
 * Every literal becomes \x{...}, so nothing of PCRE2's own syntax can slip in. A class becomes an
 * alternation: one bracket with the characters and ranges written out, which the flag i touches,
 * and one per multi-character escape, which it does not; negation and subtraction become a
 * lookahead in front. */
#include "feel/regex.h"

typedef struct parser {
    const char *p, *end;
    st_regex_flags flags;
    st_buf *out;
    const char *why;
    int depth;
    int groups;                           /* opened so far */
    bool closed[ST_REGEX_GROUPS_MAX + 1]; /* by number */
} parser;

static bool bad(parser *s, const char *why) {
    if (!s->why)
        s->why = why;
    return false;
}

static bool take(parser *s, char c) {
    if (s->p == s->end || *s->p != c)
        return false;
    s->p++;
    return true;
}

static bool looking_at(const parser *s, const char *z) {
    size_t n = strlen(z);
    return (size_t)(s->end - s->p) >= n && memcmp(s->p, z, n) == 0;
}

bool st_regex_flags_parse(st_str text, st_regex_flags *f) {
    *f = (st_regex_flags){0};
    for (size_t i = 0; i < text.n; i++) {
        switch (text.p[i]) {
        case 's':
            f->dot_all = true;
            break;
        case 'm':
            f->multiline = true;
            break;
        case 'i':
            f->caseless = true;
            break;
        case 'x':
            f->extended = true;
            break;
        case 'q':
            f->literal = true;
            break;
        default:
            return false;
        }
    }
    return true;
}

static void put_char(st_buf *out, uint32_t cp) {
    (void)st_buf_fmt(out, "\\x{%" PRIX32 "}", cp);
}

/* -- escapes -- */

/* A single character escape; 0 when c is none. */
static uint32_t single_escape(char c) {
    switch (c) {
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return strchr("\\|.-^?*+{}()[]$", c) && c ? (uint32_t)c : 0;
    }
}

/* Contents of a bracket for \s \d \w \i \c, without the bracket; \w is given by what it is not. */
#define NAME_START                                                                                 \
    ":A-Z_a-z\\x{C0}-\\x{D6}\\x{D8}-\\x{F6}\\x{F8}-\\x{2FF}\\x{370}-\\x{37D}\\x{37F}-\\x{1FFF}"    \
    "\\x{200C}-\\x{200D}\\x{2070}-\\x{218F}\\x{2C00}-\\x{2FEF}\\x{3001}-\\x{D7FF}"                 \
    "\\x{F900}-\\x{FDCF}\\x{FDF0}-\\x{FFFD}\\x{10000}-\\x{EFFFF}"
static const struct {
    char letter;
    bool negated;
    const char *set;
} multi[] = {
    {'s', false, "\\x{9}\\x{A}\\x{D}\\x{20}"},
    {'d', false, "\\p{Nd}"},
    {'w', true, "\\p{P}\\p{Z}\\p{C}"},
    {'i', false, NAME_START},
    {'c', false, NAME_START "\\-.0-9\\x{B7}\\x{300}-\\x{36F}\\x{203F}-\\x{2040}"},
};

static bool category_known(st_str name) {
    static const char known[] = " L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po Z "
                                "Zs Zl Zp S Sm Sc Sk So C Cc Cf Co Cn ";
    char word[8];
    if (name.n < 1 || name.n > 2)
        return false;
    (void)snprintf(word, sizeof word, " %.*s ", ST_FMT(name));
    return strstr(known, word) != NULL;
}

/* {Lu} or {IsBasicLatin} behind \p or \P, as one bracket. */
static bool property(parser *s, bool negated, st_buf *out) {
    const char *close = memchr(s->p, '}', (size_t)(s->end - s->p));
    uint32_t from, to;
    if (!take(s, '{') || !close)
        return bad(s, "\\p needs a name in braces");
    st_str name = {s->p, (size_t)(close - s->p)};
    s->p = close + 1;
    if (category_known(name)) {
        (void)st_buf_fmt(out, "(?-i:[%s\\p{%.*s}])", negated ? "^" : "", ST_FMT(name));
        return true;
    }
    if (!st_str_starts(name, "Is") || !st_regex_block(st_str_sub(name, 2, name.n), &from, &to))
        return bad(s, "no such category or block of characters");
    (void)st_buf_fmt(out, "(?-i:[%s\\x{%" PRIX32 "}-\\x{%" PRIX32 "}])", negated ? "^" : "", from,
                     to);
    return true;
}

/* A multi-character escape after the backslash. False without s->why when it is none. */
static bool multi_escape(parser *s, st_buf *out) {
    char c = *s->p;
    if (c == 'p' || c == 'P') {
        s->p++;
        return property(s, c == 'P', out);
    }
    for (size_t i = 0; i < ST_LEN(multi); i++) {
        if ((c | 32) != multi[i].letter)
            continue;
        s->p++;
        bool negated = multi[i].negated != (c != multi[i].letter);
        (void)st_buf_fmt(out, "(?-i:[%s%s])", negated ? "^" : "", multi[i].set);
        return true;
    }
    return false;
}

/* -- classes -- */

/* One character of a class, escaped or plain. */
static bool class_char(parser *s, uint32_t *cp) {
    if (take(s, '\\')) {
        *cp = s->p < s->end ? single_escape(*s->p) : 0;
        if (!*cp)
            return bad(s, "an escape that may not stand in a class here");
        s->p++;
        return true;
    }
    if (s->p == s->end || *s->p == '[' || *s->p == ']')
        return bad(s, "brackets in a class need a backslash");
    *cp = (uint32_t)st_utf8_next(&s->p, s->end);
    return true;
}

/* One character, range or escape; writes to the bracket or, as an alternative, to others. */
static bool class_part(parser *s, st_buf *bracket, st_buf *others) {
    uint32_t from, to;
    if (looking_at(s, "\\") && s->end - s->p > 1) {
        s->p++;
        size_t n = others->n;
        (void)st_buf_ch(others, '|');
        if (multi_escape(s, others))
            return true;
        others->n = n;
        s->p--;
        if (s->why)
            return false;
    }
    if (!class_char(s, &from))
        return false;
    if (!looking_at(s, "-") || looking_at(s, "-]") || looking_at(s, "-[")) {
        put_char(bracket, from);
        return true;
    }
    if (from == '-' && s->p[-1] == '-') { /* a hyphen that stands for itself */
        put_char(bracket, from);
        return true;
    }
    s->p++;
    if (!class_char(s, &to))
        return false;
    if (from > to)
        return bad(s, "a range that ends before it begins");
    put_char(bracket, from);
    (void)st_buf_ch(bracket, '-');
    put_char(bracket, to);
    return true;
}

static bool class_parts(parser *s, st_buf *bracket, st_buf *others) {
    bool any = false;
    while (s->p < s->end && *s->p != ']' && !(any && looking_at(s, "-["))) {
        if (!class_part(s, bracket, others))
            return false;
        any = true;
    }
    return any || bad(s, "an empty class");
}

/* (?: [bracket] | others ) */
static void put_class(st_buf *out, const st_buf *bracket, const st_buf *others) {
    st_str more = st_buf_view(others);
    (void)st_buf_z(out, "(?:");
    if (bracket->n) {
        (void)st_buf_ch(out, '[');
        (void)st_buf_str(out, st_buf_view(bracket));
        (void)st_buf_ch(out, ']');
        (void)st_buf_str(out, more);
    } else {
        (void)st_buf_str(out, st_str_sub(more, 1, more.n));
    }
    (void)st_buf_ch(out, ')');
}

/* After the opening bracket. */
static bool class_expression(parser *s, st_buf *out) {
    if (++s->depth > ST_REGEX_DEPTH_MAX)
        return bad(s, "nested too deep");
    st_buf bracket, others, minus;
    st_buf_init(&bracket, ST_REGEX_TRANSLATED_MAX);
    st_buf_init(&others, ST_REGEX_TRANSLATED_MAX);
    st_buf_init(&minus, ST_REGEX_TRANSLATED_MAX);
    bool negated = take(s, '^');
    bool ok = class_parts(s, &bracket, &others);
    if (ok && looking_at(s, "-[")) {
        s->p += 2;
        ok = class_expression(s, &minus);
    }
    ok = ok && (take(s, ']') || bad(s, "a class without its closing bracket"));
    if (ok) {
        (void)st_buf_z(out, "(?:");
        if (minus.n)
            (void)st_buf_fmt(out, "(?!%.*s)", ST_FMT(st_buf_view(&minus)));
        if (negated)
            (void)st_buf_z(out, "(?!");
        put_class(out, &bracket, &others);
        (void)st_buf_z(out, negated ? ")\\p{Any})" : ")");
    }
    st_buf_free(&bracket);
    st_buf_free(&others);
    st_buf_free(&minus);
    s->depth--;
    return ok;
}

/* -- atoms -- */

/* \1 and so on: as many digits as still name a group that is there, which must be closed. */
static bool back_reference(parser *s) {
    int number = 0;
    while (s->p < s->end && *s->p >= '0' && *s->p <= '9') {
        int longer = number * 10 + (*s->p - '0');
        if (number && longer > s->groups)
            break;
        number = longer;
        s->p++;
    }
    if (number == 0 || number > s->groups || !s->closed[number])
        return bad(s, "a reference to a group that is not closed before it");
    return st_buf_fmt(s->out, "\\g{%d}", number);
}

static bool escape(parser *s) {
    if (s->p == s->end)
        return bad(s, "a backslash at the end");
    uint32_t cp = single_escape(*s->p);
    if (cp) {
        s->p++;
        put_char(s->out, cp);
        return true;
    }
    if (*s->p >= '0' && *s->p <= '9')
        return back_reference(s);
    return multi_escape(s, s->out) || bad(s, "an unknown escape");
}

static bool alternatives(parser *s);

static bool group(parser *s) {
    int number = 0;
    if (looking_at(s, "?:")) {
        s->p += 2;
        (void)st_buf_z(s->out, "(?:");
    } else {
        if (looking_at(s, "?"))
            return bad(s, "nothing but (?: may follow an opening parenthesis");
        if (s->groups == ST_REGEX_GROUPS_MAX)
            return bad(s, "too many groups");
        number = ++s->groups;
        (void)st_buf_ch(s->out, '(');
    }
    if (!alternatives(s))
        return false;
    if (!take(s, ')'))
        return bad(s, "a group without its closing parenthesis");
    if (number)
        s->closed[number] = true;
    return st_buf_ch(s->out, ')');
}

static bool atom(parser *s) {
    switch (*s->p) {
    case '(':
        s->p++;
        return group(s);
    case '[':
        s->p++;
        return class_expression(s, s->out);
    case '\\':
        s->p++;
        return escape(s);
    case '.':
        s->p++;
        return st_buf_z(s->out, s->flags.dot_all ? "\\p{Any}" : "[^\\n\\r]");
    case '^': /* a line break that ends the text begins no line */
        s->p++;
        return st_buf_z(s->out, s->flags.multiline ? "(?:\\A|(?<=\\n)(?!\\z))" : "(?:\\A)");
    case '$':
        s->p++;
        return st_buf_z(s->out, s->flags.multiline ? "(?=\\n|\\z)" : "(?:\\z)");
    case '?':
    case '*':
    case '+':
    case '{':
    case '}':
    case ']':
        return bad(s,
                   "a special character without backslash, or a quantifier with nothing before it");
    default:
        put_char(s->out, (uint32_t)st_utf8_next(&s->p, s->end));
        return true;
    }
}

static bool count(parser *s, int *out) {
    const char *from = s->p;
    int v = 0;
    for (; s->p < s->end && *s->p >= '0' && *s->p <= '9' && v <= UINT16_MAX; s->p++)
        v = v * 10 + (*s->p - '0');
    *out = v;
    return s->p > from && v < UINT16_MAX;
}

static bool braces(parser *s) {
    int low, high;
    if (!count(s, &low))
        return bad(s, "a quantifier without a number, or too large");
    (void)st_buf_fmt(s->out, "{%d", low);
    if (take(s, ',')) {
        (void)st_buf_ch(s->out, ',');
        if (!looking_at(s, "}")) {
            if (!count(s, &high) || high < low)
                return bad(s, "a quantifier that ends below its beginning, or too large");
            (void)st_buf_fmt(s->out, "%d", high);
        }
    }
    return take(s, '}') ? st_buf_ch(s->out, '}') : bad(s, "a quantifier without closing brace");
}

static bool quantifier(parser *s) {
    if (s->p == s->end || !strchr("?*+{", *s->p))
        return true;
    char c = *s->p++;
    if (c == '{' ? !braces(s) : !st_buf_ch(s->out, c))
        return false;
    if (take(s, '?'))
        (void)st_buf_ch(s->out, '?');
    return true;
}

static bool alternatives(parser *s) {
    if (++s->depth > ST_REGEX_DEPTH_MAX)
        return bad(s, "nested too deep");
    while (s->p < s->end && *s->p != ')') {
        if (take(s, '|'))
            (void)st_buf_ch(s->out, '|');
        else if (!atom(s) || !quantifier(s))
            return bad(s, "too long");
    }
    s->depth--;
    return true;
}

/* Leaves out white space outside of classes. */
static void strip(st_str pattern, st_buf *out) {
    int depth = 0;
    bool escaped = false;
    for (size_t i = 0; i < pattern.n; i++) {
        char c = pattern.p[i];
        if (depth == 0 && (c == ' ' || c == '\t' || c == '\n' || c == '\r'))
            continue;
        (void)st_buf_ch(out, c);
        if (escaped)
            escaped = false;
        else if (c == '\\')
            escaped = true;
        else if (c == '[')
            depth++;
        else if (c == ']' && depth)
            depth--;
    }
}

static bool translate(st_str pattern, st_regex_flags flags, st_buf *out, const char **why) {
    parser s = {.p = pattern.p, .end = pattern.p + pattern.n, .flags = flags, .out = out};
    bool ok = alternatives(&s);
    if (ok && s.p < s.end)
        ok = bad(&s, "a closing parenthesis too many");
    if (out->overflow)
        ok = bad(&s, "too long");
    *why = s.why;
    return ok;
}

bool st_regex_translate(st_str pattern, st_regex_flags flags, st_buf *out, const char **why) {
    *why = NULL;
    if (pattern.n > ST_REGEX_TEXT_MAX) {
        *why = "too long";
        return false;
    }
    if (flags.literal) {
        const char *p = pattern.p, *end = p + pattern.n;
        while (p < end)
            put_char(out, (uint32_t)st_utf8_next(&p, end));
        return true;
    }
    if (!flags.extended)
        return translate(pattern, flags, out, why);
    st_buf plain;
    st_buf_init(&plain, ST_REGEX_TEXT_MAX + 1);
    strip(pattern, &plain);
    bool ok = translate(st_buf_view(&plain), flags, out, why);
    st_buf_free(&plain);
    return ok;
}
