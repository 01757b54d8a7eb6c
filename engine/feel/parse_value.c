/* What can stand where a value is expected: literals, lists, ranges, parentheses, names, keywords.
 */
#include "feel/parse.h"

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
        st_parse_expected(p, "]", "the upper end of the range");
        return NULL;
    }
    p->at++;
    st_feel_node *r = st_make_range(p->b, lo, lo_closed, hi, closed);
    st_parse_place(p, r, from);
    return st_parse_check(p, r) ? r : NULL;
}

/* `< 10`, `!= x`: a test by itself is a range (DMN 1.5, grammar rules 2 and 7). */
static st_feel_node *bare_test(st_parser *p, st_cmp op) {
    p->bare_test = true;
    st_feel_node *e = st_parse_expression(p, BP_ADD);
    p->bare_test = false;
    if (!e)
        return NULL;
    if (op <= ST_NE)
        return st_make_point_range(p->b, e, op == ST_EQ);
    bool below = op == ST_LT || op == ST_LE, closed = op == ST_LE || op == ST_GE;
    return below ? st_make_range(p->b, NULL, false, e, closed)
                 : st_make_range(p->b, e, closed, NULL, false);
}

st_feel_node *st_parse_test_or_value(st_parser *p) {
    st_cmp op;
    return st_parse_comparison(p, &op) ? bare_test(p, op) : st_parse_value(p);
}

st_feel_node *st_parse_paren(st_parser *p, size_t from) {
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
    size_t end = st_parse_word_end(p, from);
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
st_str st_parse_words(st_parser *p) {
    size_t from = p->at, i = st_parse_word_end(p, from);
    for (;;) {
        size_t next = i, len;
        while (st_lex_space(p->text, &next))
            continue;
        int32_t cp = st_lex_cp(p->text, next, &len);
        if (next == i || !st_lex_name_start((uint32_t)cp) || operator_at(p, next))
            break;
        i = st_parse_word_end(p, next);
    }
    p->at = i;
    return st_feel_name_clean(p->b->arena, st_str_sub(p->text, from, i - from));
}

static st_feel_node *quoted_name(st_parser *p, size_t from) {
    st_str spelled;
    if (!st_parse_quoted_name(p, &spelled))
        return NULL;
    st_feel_node *n = st_feel_resolve(p->b, spelled);
    return n ? n
             : st_parse_fail(p, ST_E_FEEL_NAME, from, p->at, "unknown name `%.*s`",
                             ST_FMT(spelled));
}

/* `a - b` where the name `a-b` is known is that name (DMN 1.5, 10.3.1.5): said where `a` is a name
 * too, since the author may have meant to subtract. */
static void warn_read_as_name(st_parser *p, size_t from, size_t n, st_str spelled) {
    st_feel_builder *b = p->b;
    size_t word = st_parse_word_end(p, from);
    if (!b->warn || word >= from + n || st_str_eq(st_str_sub(p->text, from, n), spelled) ||
        !st_feel_is_name(b, st_str_sub(p->text, from, word - from)))
        return;
    st_err e;
    st_err_init(&e);
    st_fail_at(&e, ST_E_FEEL_HIDES, st_src_pos(p->src, from),
               "`%.*s` is read as the one name `%.*s`; for an operation write `(%.*s)%.*s`", (int)n,
               p->text.p + from, ST_FMT(spelled), (int)(word - from), p->text.p + from,
               (int)(from + n - word), p->text.p + word);
    e.severity = ST_SEV_WARNING;
    b->warn(b->warn_ctx, &e);
}

static st_feel_node *name(st_parser *p, size_t from, size_t known, st_str spelled) {
    if (known) {
        p->at = from + known;
        st_feel_node *n = st_feel_resolve(p->b, spelled);
        if (n)
            warn_read_as_name(p, from, known, spelled);
        if (n)
            return st_parse_peek(p) == '(' ? st_feel_prefer_builtin(p->b, n, spelled) : n;
        p->at = from;
    }
    if (!st_feel_names_open(p->b))
        return unknown_name(p, from);
    st_feel_node *n = st_feel_resolve(p->b, st_parse_words(p));
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
        return st_feel_make_literal(p->b, st_null_written());
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

st_feel_node *st_parse_value(st_parser *p) {
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
    case '`':
        return quoted_name(p, from);
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
