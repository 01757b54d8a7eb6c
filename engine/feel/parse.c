/* The parser: operators by binding power, everything else by hand. It runs with the scope in hand
 * and makes nodes at once; there is no tree in between. */
#include "feel/parse.h"

/* Punctuation of Chinese input methods, which FEEL does not read. */
static void wide_hint(st_parser *p, size_t from, size_t to) {
    for (size_t len; from < to && from < p->text.n; from += len) {
        int32_t cp = st_lex_cp(p->text, from, &len);
        if ((cp >= 0xFF01 && cp <= 0xFF5E) || cp == 0x3001 || cp == 0x3002 ||
            (cp >= 0x2018 && cp <= 0x201D))
            st_err_hint(p->err, "there is a full-width sign here: write ( ) , : \" and other signs "
                                "as half-width ones");
    }
}

void *st_parse_fail(st_parser *p, st_code code, size_t from, size_t to, const char *fmt, ...) {
    if (p->err && p->err->code != ST_E_NONE)
        return NULL;
    char msg[ST_MSG_MAX];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(msg, sizeof msg, fmt, ap);
    va_end(ap);
    st_fail_at(p->err, code, st_src_pos(p->src, from), "%s", msg);
    if (p->err) {
        st_err_excerpt(p->err, p->text, from, to > from ? to : from + 1);
        wide_hint(p, from, to > from ? to : from + 1);
    }
    return NULL;
}

void st_parse_space(st_parser *p) {
    size_t from = p->at;
    if (!st_lex_skip(p->text, &p->at)) {
        st_parse_fail(p, ST_E_FEEL_SYNTAX, p->at, p->at + 2,
                      "a comment that does not end: `*/` is missing");
        p->at = p->text.n;
    }
    ST_ASSERT(p->at >= from);
}

char st_parse_peek(st_parser *p) {
    st_parse_space(p);
    return p->at < p->text.n ? p->text.p[p->at] : '\0';
}

static bool here(st_parser *p, const char *sign) {
    size_t n = strlen(sign);
    return p->at + n <= p->text.n && memcmp(p->text.p + p->at, sign, n) == 0;
}

bool st_parse_take(st_parser *p, const char *sign) {
    st_parse_space(p);
    if (!here(p, sign))
        return false;
    p->at += strlen(sign);
    return true;
}

bool st_parse_word(st_parser *p, const char *word) {
    st_parse_space(p);
    if (!st_lex_keyword(p->text, p->at, word))
        return false;
    p->at += strlen(word);
    return true;
}

static size_t word_end(st_parser *p, size_t at) {
    size_t len;
    int32_t cp;
    size_t i = at;
    while ((cp = st_lex_cp(p->text, i, &len)) >= 0 && st_lex_name_part((uint32_t)cp))
        i += len;
    if (i == at && at < p->text.n) {
        st_lex_cp(p->text, at, &len);
        i += len;
    }
    return i;
}

static bool expected(st_parser *p, const char *what, const char *after) {
    st_parse_space(p);
    size_t end = word_end(p, p->at);
    if (p->at >= p->text.n)
        st_parse_fail(p, ST_E_FEEL_SYNTAX, p->text.n ? p->text.n - 1 : 0, p->text.n,
                      "`%s` is missing at the end, after %s", what, after);
    else
        st_parse_fail(p, ST_E_FEEL_SYNTAX, p->at, end, "`%s` expected after %s, but found `%.*s`",
                      what, after, (int)(end - p->at), p->text.p + p->at);
    return false;
}

bool st_parse_expect(st_parser *p, const char *sign, const char *after) {
    return st_parse_take(p, sign) || expected(p, sign, after);
}

bool st_parse_expect_word(st_parser *p, const char *word, const char *after) {
    return st_parse_word(p, word) || expected(p, word, after);
}

void st_parse_place(st_parser *p, st_feel_node *n, size_t from) {
    size_t to = p->at;
    while (to > from && strchr(" \t\r\n", p->text.p[to - 1]))
        to--;
    n->src = st_src_slice(p->src, from, to);
}

bool st_parse_deeper(st_parser *p) {
    if (p->depth < ST_FEEL_DEPTH_MAX) {
        p->depth++;
        return true;
    }
    st_parse_fail(p, ST_E_FEEL_LIMIT, p->at, p->at + 1, "the expression is nested deeper than %d",
                  ST_FEEL_DEPTH_MAX);
    return false;
}

bool st_parse_comparison(st_parser *p, st_cmp *op) {
    static const struct {
        const char *sign;
        st_cmp op;
    } signs[] = {{"!=", ST_NE}, {"<=", ST_LE}, {">=", ST_GE},
                 {"<", ST_LT},  {">", ST_GT},  {"=", ST_EQ}};
    for (size_t i = 0; i < ST_LEN(signs); i++)
        if (st_parse_take(p, signs[i].sign)) {
            *op = signs[i].op;
            return true;
        }
    return false;
}

static bool is_stop(st_parser *p, size_t i, const char *stops, const char *const *words) {
    if (strchr(stops, p->text.p[i]))
        return true;
    for (size_t k = 0; words && words[k]; k++)
        if (st_lex_keyword(p->text, i, words[k]))
            return true;
    return false;
}

st_str st_parse_new_name(st_parser *p, const char *stops, const char *const *words,
                         const char *what) {
    st_parse_space(p);
    size_t from = p->at, i = from;
    bool word_start = false; /* the first word is a name even when spelled like a keyword */
    while (i < p->text.n) {
        size_t len;
        int32_t cp = st_lex_cp(p->text, i, &len);
        if (cp >= 0 && cp < 0x80 && strchr(stops, (char)cp))
            break;
        if (word_start && is_stop(p, i, stops, words))
            break;
        size_t space = i;
        if (st_lex_space(p->text, &space)) {
            word_start = i > from;
            i = space;
            continue;
        }
        bool ok = cp >= 0 && (st_lex_name_part((uint32_t)cp) ||
                              (i > from && cp < 0x80 && strchr("./-'+*", (char)cp)));
        if (!ok || (i == from && !st_lex_name_start((uint32_t)cp)))
            break;
        word_start = false;
        i += len;
    }
    st_str name = st_feel_name_clean(p->b->arena, st_str_sub(p->text, from, i - from));
    if (!name.n)
        st_parse_fail(p, ST_E_FEEL_SYNTAX, from, word_end(p, from), "%s expected", what);
    p->at = i;
    return name;
}

/* -- literals -- */

static st_feel_node *number(st_parser *p, size_t from) {
    size_t end = st_lex_number(p->text, from);
    st_dec d;
    if (!st_dec_parse(st_str_sub(p->text, from, end - from), &d))
        return st_parse_fail(p, ST_E_FEEL_LITERAL, from, end, "the number is out of range");
    p->at = end;
    return st_feel_make_literal(p->b, st_number(d));
}

static bool text_at(st_parser *p, st_str *out) {
    size_t end;
    const char *wrong = st_lex_string(p->b->arena, p->text, p->at, &end, out);
    if (wrong) {
        st_parse_fail(p, ST_E_FEEL_LITERAL, end, end + 1, "%s", wrong);
        return false;
    }
    p->at = end;
    return true;
}

static st_feel_node *text_literal(st_parser *p) {
    st_str s;
    return text_at(p, &s) ? st_feel_make_literal(p->b, st_string(s)) : NULL;
}

/* @"2023-11-30": date, date and time, time, or duration, whichever reads it. */
static st_feel_node *at_literal(st_parser *p, size_t from) {
    p->at++;
    if (st_parse_peek(p) != '"')
        return st_parse_fail(p, ST_E_FEEL_LITERAL, from, p->at,
                             "a text in quotes expected after `@`");
    st_str s;
    if (!text_at(p, &s))
        return NULL;
    st_date d;
    st_time t;
    st_datetime dt;
    st_val v;
    if (st_feel_parse_date(s, &d))
        v = st_date_val(d);
    else if (memchr(s.p, 'T', s.n) && s.p[0] != 'P' && st_feel_parse_datetime(p->b->arena, s, &dt))
        v = st_datetime_val(p->b->arena, dt);
    else if (st_feel_parse_time(p->b->arena, s, &t))
        v = st_time_val(p->b->arena, t);
    else if (!st_feel_parse_duration(s, &v))
        return st_parse_fail(p, ST_E_FEEL_LITERAL, from, p->at,
                             "`%.*s` is no date, time, date and time, or duration", ST_FMT(s));
    return st_feel_make_literal(p->b, v);
}

static st_feel_node *if_expression(st_parser *p) {
    st_feel_node *c = st_parse_expression(p, BP_NONE);
    if (!c || !st_parse_expect_word(p, "then", "the condition"))
        return NULL;
    st_feel_node *t = st_parse_expression(p, BP_NONE);
    if (!t || !st_parse_expect_word(p, "else", "the value of `then`"))
        return NULL;
    st_feel_node *e = st_parse_expression(p, BP_NONE);
    return e ? st_feel_make_if(p->b, c, t, e) : NULL;
}

/* -- lists, ranges, parentheses -- */

static st_feel_node *bracket(st_parser *p, size_t from) {
    ST_VEC(st_feel_node *) items = {0};
    bool outer = p->range_end;
    p->at++;
    if (st_parse_take(p, "]"))
        return st_feel_make_list(p->b, NULL, 0);
    do {
        p->range_end = false;
        st_feel_node *e = st_parse_expression(p, BP_NONE);
        p->range_end = outer;
        if (!e)
            return NULL;
        if (items.n == 0 && st_parse_take(p, ".."))
            return st_parse_range_end(p, e, true, from);
        ST_VEC_PUSH(p->b->arena, &items, e);
    } while (st_parse_take(p, ","));
    return st_parse_expect(p, "]", "the items of the list")
               ? st_feel_make_list(p->b, items.items, items.n)
               : NULL;
}

st_feel_node *st_parse_range_end(st_parser *p, st_feel_node *lo, bool lo_closed, size_t from) {
    bool outer = p->range_end;
    p->range_end = true;
    st_feel_node *hi = st_parse_expression(p, BP_ADD);
    p->range_end = outer;
    if (!hi)
        return NULL;
    bool closed = st_parse_peek(p) == ']';
    if (!closed && st_parse_peek(p) != ')' && st_parse_peek(p) != '[') {
        expected(p, "]", "the upper end of the range");
        return NULL;
    }
    p->at++;
    st_feel_node *r = st_make_range(p->b, lo, lo_closed, hi, closed);
    st_parse_place(p, r, from);
    return r;
}

st_feel_node *st_parse_paren(st_parser *p, size_t from) {
    st_cmp op;
    if (st_parse_comparison(p, &op)) {
        st_feel_node *e = st_parse_expression(p, BP_ADD);
        if (!e || !st_parse_expect(p, ")", "the bound"))
            return NULL;
        if (op <= ST_NE)
            return st_make_point_range(p->b, e, op == ST_EQ);
        bool below = op == ST_LT || op == ST_LE, closed = op == ST_LE || op == ST_GE;
        return below ? st_make_range(p->b, NULL, false, e, closed)
                     : st_make_range(p->b, e, closed, NULL, false);
    }
    bool outer = p->range_end;
    p->range_end = false;
    st_feel_node *e = st_parse_expression(p, BP_NONE);
    p->range_end = outer;
    if (!e)
        return NULL;
    if (st_parse_take(p, ".."))
        return st_parse_range_end(p, e, false, from);
    return st_parse_expect(p, ")", "the expression in parentheses") ? e : NULL;
}

/* -- names -- */

static st_feel_node *unknown_name(st_parser *p, size_t from) {
    size_t end = word_end(p, from);
    st_str name = st_str_sub(p->text, from, end - from), near = st_feel_suggest(p->b, name);
    st_feel_node *r = st_parse_fail(p, ST_E_FEEL_NAME, from, end,
                                    near.n ? "unknown name `%.*s`: did you mean `%.*s`?"
                                           : "unknown name `%.*s`%.*s",
                                    ST_FMT(name), ST_FMT(near));
    return r;
}

static const char *const operators[] = {"and",       "or",       "between", "in",
                                        "instance",  "then",     "else",    "return",
                                        "satisfies", "external", NULL};

static bool operator_at(st_parser *p, size_t at) {
    for (size_t k = 0; operators[k]; k++)
        if (st_lex_keyword(p->text, at, operators[k]))
            return true;
    return false;
}

/* Words from here up to an operator: two words in a row can only be one name. */
static st_str words(st_parser *p) {
    size_t from = p->at, i = word_end(p, from);
    for (;;) {
        size_t next = i, len;
        while (st_lex_space(p->text, &next))
            continue;
        int32_t cp = st_lex_cp(p->text, next, &len);
        if (next == i || cp < 0 || !st_lex_name_start((uint32_t)cp) || operator_at(p, next))
            break;
        i = word_end(p, next);
    }
    p->at = i;
    return st_feel_name_clean(p->b->arena, st_str_sub(p->text, from, i - from));
}

static st_feel_node *name(st_parser *p, size_t from, size_t known, st_str spelled) {
    if (known) {
        p->at = from + known;
        st_feel_node *n = st_feel_resolve(p->b, spelled);
        if (n)
            return st_parse_peek(p) == '(' ? st_feel_prefer_builtin(p->b, n, spelled) : n;
        p->at = from;
    }
    if (!st_feel_names_open(p->b))
        return unknown_name(p, from);
    st_feel_node *n = st_feel_resolve(p->b, words(p));
    return n ? n : unknown_name(p, from);
}

typedef enum word {
    W_NONE,
    W_TRUE,
    W_FALSE,
    W_NULL,
    W_IF,
    W_FOR,
    W_SOME,
    W_EVERY,
    W_FUNCTION
} word;

static word keyword(st_parser *p, size_t known) {
    static const struct {
        const char *text;
        word w;
    } all[] = {{"true", W_TRUE}, {"false", W_FALSE}, {"null", W_NULL},   {"if", W_IF},
               {"for", W_FOR},   {"some", W_SOME},   {"every", W_EVERY}, {"function", W_FUNCTION}};
    for (size_t i = 0; i < ST_LEN(all); i++)
        if (known <= strlen(all[i].text) && st_lex_keyword(p->text, p->at, all[i].text)) {
            p->at += strlen(all[i].text);
            return all[i].w;
        }
    return W_NONE;
}

static st_feel_node *word_or_name(st_parser *p, size_t from) {
    st_str spelled;
    size_t known = st_feel_match_known(p->b, p->text, from, &spelled);
    switch (keyword(p, known)) {
    case W_TRUE:
        return st_feel_make_literal(p->b, st_bool(true));
    case W_FALSE:
        return st_feel_make_literal(p->b, st_bool(false));
    case W_NULL:
        return st_feel_make_literal(p->b, st_null());
    case W_IF:
        return if_expression(p);
    case W_FOR:
        return st_parse_for(p, from);
    case W_SOME:
        return st_parse_quantified(p, from, false);
    case W_EVERY:
        return st_parse_quantified(p, from, true);
    case W_FUNCTION:
        return st_parse_function(p, from);
    default:
        return name(p, from, known, spelled);
    }
}

static st_feel_node *negation(st_parser *p, size_t from) {
    p->at++;
    st_feel_node *x = st_parse_expression(p, BP_NEGATE);
    if (!x)
        return NULL;
    st_feel_node *n = st_make_negate(p->b, x);
    st_parse_place(p, n, from);
    return st_is_literal(x) ? st_fold(p->b, n) : n;
}

static st_feel_node *primary(st_parser *p) {
    char c = st_parse_peek(p);
    size_t from = p->at, len;
    if (p->at >= p->text.n)
        return st_parse_fail(p, ST_E_FEEL_SYNTAX, p->text.n ? p->text.n - 1 : 0, p->text.n,
                             "the expression ends where a value is expected");
    if ((c >= '0' && c <= '9') || (c == '.' && st_lex_number(p->text, from) > from))
        return number(p, from);
    switch (c) {
    case '"':
        return text_literal(p);
    case '@':
        return at_literal(p, from);
    case '-':
        return negation(p, from);
    case '[':
        return bracket(p, from);
    case '{':
        return st_parse_context(p, from);
    case '(':
        p->at++;
        return st_parse_paren(p, from);
    case ']': {
        p->at++;
        st_feel_node *lo = st_parse_expression(p, BP_ADD);
        return lo && st_parse_expect(p, "..", "the lower end of the range")
                   ? st_parse_range_end(p, lo, false, from)
                   : NULL;
    }
    default:
        break;
    }
    int32_t cp = st_lex_cp(p->text, from, &len);
    if (cp >= 0 && st_lex_name_start((uint32_t)cp))
        return word_or_name(p, from);
    return st_parse_fail(p, ST_E_FEEL_SYNTAX, from, from + len,
                         "a value is expected, but found `%.*s`", (int)len, p->text.p + from);
}

/* -- postfix: path, filter, call -- */

/* Length of the longest name of an entry that can follow the dot. */
static size_t entry_name(st_parser *p, const st_feel_type *t, st_str *name) {
    static const char *const properties[] = {"time offset", "start included", "end included"};
    const st_feel_type *elem = t->kind == ST_T_LIST && t->elem ? t->elem : t;
    size_t best = 0;
#define TRY(candidate)                                                                             \
    do {                                                                                           \
        st_str try_ = (candidate);                                                                 \
        size_t n_ = st_feel_match_name(p->text, p->at, try_);                                      \
        if (n_ > best)                                                                             \
            best = n_, *name = try_;                                                               \
    } while (0)
    for (uint32_t i = 0; elem->kind == ST_T_CONTEXT && i < elem->n_fields; i++)
        TRY(elem->fields[i].name);
    if (best)
        return best;
    for (size_t i = 0; i < ST_LEN(properties); i++)
        TRY(st_str_of(properties[i]));
    for (size_t i = 0; i < p->b->keys.n; i++)
        TRY(p->b->keys.items[i]);
#undef TRY
    return best;
}

/* A declared type says which entries there are: another name is a fault of the model. */
static bool no_such_entry(st_parser *p, const st_feel_type *t, st_str name, size_t from) {
    const st_feel_type *elem = t->kind == ST_T_LIST && t->elem ? t->elem : t;
    if (elem->kind != ST_T_CONTEXT || !elem->n_fields || !elem->name.n || st_type_field(elem, name))
        return false;
    st_str near = st_feel_suggest_field(elem, name);
    st_parse_fail(p, ST_E_FEEL_ENTRY, from, p->at,
                  near.n ? "%.*s has no entry `%.*s`: did you mean `%.*s`?"
                         : "%.*s has no entry `%.*s`%.*s",
                  ST_FMT(elem->name), ST_FMT(name), ST_FMT(near));
    return true;
}

static st_feel_node *path(st_parser *p, st_feel_node *left) {
    st_parse_space(p);
    size_t from = p->at, len;
    st_str name = ST_STR_NONE;
    size_t n = entry_name(p, left->type, &name);
    if (n) {
        p->at += n;
    } else {
        int32_t cp = st_lex_cp(p->text, from, &len);
        if (cp < 0 || !st_lex_name_start((uint32_t)cp))
            return st_parse_fail(p, ST_E_FEEL_SYNTAX, from, from + 1,
                                 "a name is expected after `.`");
        name = words(p);
    }
    return no_such_entry(p, left->type, name, from) ? NULL : st_make_path(p->b, left, name);
}

static st_feel_node *filter(st_parser *p, st_feel_node *left) {
    bool outer = p->range_end;
    p->range_end = false;
    st_feel_scope_push(p->b);
    st_feel_filter_scope(p->b, left);
    st_feel_node *match = st_parse_expression(p, BP_NONE);
    st_feel_scope_pop(p->b);
    p->range_end = outer;
    if (!match || !st_parse_expect(p, "]", "the condition of the filter"))
        return NULL;
    return st_feel_make_filter(p->b, left, match);
}

/* name: in front of an argument; an empty name when the argument is positional. */
static st_str argument_name(st_parser *p) {
    size_t i = p->at, len;
    for (;;) {
        int32_t cp = st_lex_cp(p->text, i, &len);
        if (cp == ':')
            break;
        if (cp < 0 || (i == p->at && !st_lex_name_start((uint32_t)cp)))
            return ST_STR_NONE;
        size_t space = i;
        bool ok = st_lex_space(p->text, &space) || st_lex_name_part((uint32_t)cp) ||
                  (cp < 0x80 && strchr("./-'+*", (char)cp));
        if (!ok || i - p->at > 256)
            return ST_STR_NONE;
        i += len;
    }
    st_str name = st_feel_name_clean(p->b->arena, st_str_sub(p->text, p->at, i - p->at));
    p->at = i + 1;
    return name;
}

static st_feel_node *call(st_parser *p, st_feel_node *fn) {
    ST_VEC(st_feel_node *) args = {0};
    ST_VEC(st_str) names = {0};
    bool outer = p->range_end;
    p->range_end = false;
    while (st_parse_peek(p) != ')') {
        size_t from = p->at;
        st_str name = argument_name(p);
        if (args.n && (names.n > 0) != (name.n > 0))
            return st_parse_fail(p, ST_E_FEEL_SYNTAX, from, word_end(p, from),
                                 "arguments are either all by name or all by position");
        st_feel_node *arg = st_parse_expression(p, BP_NONE);
        if (!arg)
            return NULL;
        ST_VEC_PUSH(p->b->arena, &args, arg);
        if (name.n)
            ST_VEC_PUSH(p->b->arena, &names, name);
        if (!st_parse_take(p, ","))
            break;
    }
    p->range_end = outer;
    if (!st_parse_expect(p, ")", "the arguments"))
        return NULL;
    return st_feel_make_call(p->b, fn, names.n ? names.items : NULL, args.items, args.n);
}

/* Whether the `[` here filters the upper end of a range, and does not close the range: behind the
 * matching bracket the range's own end must follow. */
static bool filters_range_end(st_parser *p) {
    enum { LOOK_MAX = 2048 };
    int open = 0;
    size_t i = p->at, stop = p->text.n < p->at + LOOK_MAX ? p->text.n : p->at + LOOK_MAX;
    for (; i < stop; i++) {
        open += p->text.p[i] == '[' ? 1 : p->text.p[i] == ']' ? -1 : 0;
        if (open == 0)
            break;
    }
    if (i >= stop)
        return false;
    i++;
    while (st_lex_space(p->text, &i))
        continue;
    return i < p->text.n && strchr("])[", p->text.p[i]);
}

static st_feel_node *postfix(st_parser *p, st_feel_node *left, size_t from) {
    for (;;) {
        st_parse_space(p);
        if (!left)
            return NULL;
        char c = p->at < p->text.n ? p->text.p[p->at] : '\0';
        bool dots = c == '.' && p->at + 1 < p->text.n && p->text.p[p->at + 1] == '.';
        if (c == '.' && !dots) {
            p->at++;
            left = path(p, left);
        } else if (c == '[' && !(p->range_end && !filters_range_end(p))) {
            p->at++;
            left = filter(p, left);
        } else if (c == '(') {
            p->at++;
            left = call(p, left);
        } else {
            return left;
        }
        if (left)
            st_parse_place(p, left, from);
        if (left && (!st_parse_check(p, left) || !st_parse_deeper(p)))
            return NULL;
    }
}

/* -- operators -- */

typedef struct infix {
    const char *sign;
    uint8_t bp, op, which;
} infix;
/* Longer signs first. */
static const infix signs[] = {
    {"**", BP_POW, ST_OP_ARITH, ST_POW},      {"*", BP_MUL, ST_OP_ARITH, ST_MUL},
    {"/", BP_MUL, ST_OP_ARITH, ST_DIV},       {"+", BP_ADD, ST_OP_ARITH, ST_ADD},
    {"-", BP_ADD, ST_OP_ARITH, ST_SUB},       {"!=", BP_COMPARE, ST_OP_COMPARE, ST_NE},
    {"<=", BP_COMPARE, ST_OP_COMPARE, ST_LE}, {">=", BP_COMPARE, ST_OP_COMPARE, ST_GE},
    {"<", BP_COMPARE, ST_OP_COMPARE, ST_LT},  {">", BP_COMPARE, ST_OP_COMPARE, ST_GT},
    {"=", BP_COMPARE, ST_OP_COMPARE, ST_EQ},
};
static const infix word_signs[] = {
    {"and", BP_AND, ST_OP_AND, 0},
    {"or", BP_OR, ST_OP_OR, 0},
    {"between", BP_COMPARE, ST_OP_BETWEEN, 0},
    {"in", BP_COMPARE, ST_OP_IN, 0},
    {"instance", BP_INSTANCE, ST_OP_INSTANCE, 0},
};

static const infix *next_operator(st_parser *p) {
    st_parse_space(p);
    for (size_t i = 0; i < ST_LEN(signs); i++)
        if (here(p, signs[i].sign))
            return &signs[i];
    for (size_t i = 0; i < ST_LEN(word_signs); i++)
        if (st_lex_keyword(p->text, p->at, word_signs[i].sign))
            return &word_signs[i];
    return NULL;
}

static st_feel_node *between(st_parser *p, st_feel_node *left) {
    st_feel_node *lo = st_parse_expression(p, BP_ADD);
    if (!lo || !st_parse_expect_word(p, "and", "the lower bound of `between`"))
        return NULL;
    st_feel_node *hi = st_parse_expression(p, BP_ADD);
    return hi ? st_make_between(p->b, left, lo, hi) : NULL;
}

static st_feel_node *instance(st_parser *p, st_feel_node *left) {
    if (!st_parse_expect_word(p, "of", "`instance`"))
        return NULL;
    const st_feel_type *t = st_parse_type(p);
    return t ? st_make_instance(p->b, left, t) : NULL;
}

static st_feel_node *apply(st_parser *p, const infix *o, st_feel_node *left, size_t from) {
    switch (o->op) {
    case ST_OP_BETWEEN:
        return between(p, left);
    case ST_OP_IN:
        return st_parse_in(p, left, from);
    case ST_OP_INSTANCE:
        return instance(p, left);
    default: {
        st_feel_node *right = st_parse_expression(p, o->bp + 1);
        return right ? st_make_binary(p->b, (st_op)o->op, o->which, left, right) : NULL;
    }
    }
}

/* Whether both sides are known, so that the value can be computed now. */
static bool constant_sides(const st_feel_node *n) {
    const st_node_binary *x = (const st_node_binary *)n;
    return (n->op == ST_OP_ARITH || n->op == ST_OP_COMPARE || n->op == ST_OP_AND ||
            n->op == ST_OP_OR) &&
           st_is_literal(x->l) && st_is_literal(x->r);
}

st_feel_node *st_parse_operators(st_parser *p, st_feel_node *left, size_t from, int bp) {
    uint32_t depth = p->depth;
    for (;;) {
        left = postfix(p, left, from);
        const infix *o = left ? next_operator(p) : NULL;
        if (!left || !o || o->bp < bp)
            break;
        if (!st_parse_deeper(p)) /* a chain to the left is as deep as it is long */
            return NULL;
        p->at += strlen(o->sign);
        left = apply(p, o, left, from);
        if (!left)
            break;
        st_parse_place(p, left, from);
        if (constant_sides(left))
            left = st_fold(p->b, left), p->depth = depth;
        if (!st_parse_check(p, left))
            return NULL;
    }
    p->depth = depth;
    return left;
}

st_feel_node *st_parse_expression(st_parser *p, int bp) {
    if (!st_parse_deeper(p))
        return NULL;
    st_parse_space(p);
    size_t from = p->at;
    st_feel_node *n = primary(p);
    if (n && !n->src.text.p)
        st_parse_place(p, n, from);
    n = n ? st_parse_operators(p, n, from, bp) : NULL;
    p->depth--;
    return n;
}
