/* Inside the parser. A function returns NULL after a failure; the first failure is kept. */
#ifndef ST_FEEL_PARSE_H
#define ST_FEEL_PARSE_H

#include "feel/node.h"

typedef struct st_parser {
    st_feel_builder *b;
    const st_src *src;
    st_str text;
    size_t at;
    uint32_t depth;
    bool range_end; /* a `[` may close the range whose upper end is being read */
    bool bare_test; /* the bound of `< 10` is being read: `instance of` asks about the test */
    st_err *err;
} st_parser;

/* Binding powers of operators, loosest first. */
enum {
    BP_NONE,
    BP_OR,
    BP_AND,
    BP_COMPARE,
    BP_ADD,
    BP_MUL,
    BP_POW,
    BP_NEGATE,
    BP_INSTANCE,
    BP_POSTFIX
};

st_feel_node *st_parse_expression(st_parser *p, int bp);
/* Goes on behind a left side that is already there. */
st_feel_node *st_parse_operators(st_parser *p, st_feel_node *left, size_t from, int bp);
st_feel_node *st_parse_for(st_parser *p, size_t from);
st_feel_node *st_parse_quantified(st_parser *p, size_t from, bool every);
st_feel_node *st_parse_function(st_parser *p, size_t from);
st_feel_node *st_parse_context(st_parser *p, size_t from);
st_feel_node *st_parse_in(st_parser *p, st_feel_node *left, size_t from);
const st_feel_type *st_parse_type(st_parser *p);
/* The bounds of a range behind `..`: reads the upper end and the closing bracket. */
st_feel_node *st_parse_range_end(st_parser *p, st_feel_node *lo, bool lo_closed, size_t from);
/* What starts with `(`: an expression, an open range, (< 10). */
st_feel_node *st_parse_paren(st_parser *p, size_t from);

/* Skips white space and comments. */
void st_parse_space(st_parser *p);
/* The next character, 0 at the end; space is skipped first. */
char st_parse_peek(st_parser *p);
bool st_parse_take(st_parser *p, const char *sign); /* takes it when it stands there */
bool st_parse_word(st_parser *p, const char *word);
bool st_parse_expect(st_parser *p, const char *sign, const char *after);
bool st_parse_expect_word(st_parser *p, const char *word, const char *after);
/* A comparison sign at the present place; false when there is none. */
bool st_parse_comparison(st_parser *p, st_cmp *op);
void *st_parse_fail(st_parser *p, st_code code, size_t from, size_t to, const char *fmt, ...)
    ST_PRINTF(5, 6);
/* A new name (variable, parameter, entry): everything up to one of the stop signs or words,
 * cleaned. Empty after failure. */
st_str st_parse_new_name(st_parser *p, const char *stops, const char *const *words,
                         const char *what);
/* A name in backticks, as Camunda writes it: exactly what stands between them. False when there is
 * none, or after a failure. */
bool st_parse_quoted_name(st_parser *p, st_str *out);
bool st_parse_here(st_parser *p, const char *sign); /* whether it stands here; nothing is skipped */
size_t st_parse_word_end(st_parser *p, size_t at);  /* of the word, or the one character, at `at` */
bool st_parse_expected(st_parser *p, const char *what, const char *after); /* fails; false */
/* Words from here up to an operator: two words in a row can only be one name. */
st_str st_parse_words(st_parser *p);
st_feel_node *st_parse_value(st_parser *p);         /* what can stand where a value is expected */
st_feel_node *st_parse_test_or_value(st_parser *p); /* the same at the start of an expression */
/* Paths, filters and calls behind left. */
st_feel_node *st_parse_postfix(st_parser *p, st_feel_node *left, size_t from);
bool st_parse_deeper(st_parser *p);
/* Faults of types and constants that a strict builder refuses (parse_check.c). The node has its
 * place. */
bool st_parse_check(st_parser *p, const st_feel_node *n);
bool st_parse_check_test(st_parser *p, const st_test *t, const st_feel_type *input);
void st_parse_place(st_parser *p, st_feel_node *n, size_t from);

#endif
