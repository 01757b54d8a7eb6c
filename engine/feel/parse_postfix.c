/* What follows a value without an operator: path, filter, call. */
#include "feel/parse.h"

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
    if (st_parse_quoted_name(p, &name)) {
        n = 0;
    } else if (n) {
        p->at += n;
    } else {
        int32_t cp = st_lex_cp(p->text, from, &len);
        if (cp < 0 || !st_lex_name_start((uint32_t)cp))
            return st_parse_fail(p, ST_E_FEEL_SYNTAX, from, from + 1,
                                 "a name is expected after `.`");
        name = st_parse_words(p);
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
            return st_parse_fail(p, ST_E_FEEL_SYNTAX, from, st_parse_word_end(p, from),
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

st_feel_node *st_parse_postfix(st_parser *p, st_feel_node *left, size_t from) {
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
