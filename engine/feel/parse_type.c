/* Types in expressions: instance of, parameters. */
#include "feel/parse.h"

static const st_feel_type *list_or_range(st_parser *p, st_feel_tkind kind) {
    if (!st_parse_take(p, "<"))
        return st_type_of_kind(kind);
    const st_feel_type *elem = st_parse_type(p);
    if (!elem || !st_parse_expect(p, ">", "the type"))
        return NULL;
    st_feel_type *t = ST_NEW(p->b->arena, st_feel_type);
    t->kind = kind;
    t->elem = elem;
    return t;
}

static const st_feel_type *context(st_parser *p) {
    static const char *const none[] = {NULL};
    if (!st_parse_take(p, "<"))
        return st_type_of_kind(ST_T_CONTEXT);
    ST_VEC(st_feel_field) fields = {0};
    while (st_parse_peek(p) != '>') {
        st_str name = st_parse_new_name(p, ":", none, "the name of an entry");
        if (!name.n || !st_parse_expect(p, ":", "the name of an entry"))
            return NULL;
        const st_feel_type *type = st_parse_type(p);
        if (!type)
            return NULL;
        ST_VEC_PUSH(p->b->arena, &fields, ((st_feel_field){name, type}));
        if (!st_parse_take(p, ","))
            break;
    }
    if (!st_parse_expect(p, ">", "the entries"))
        return NULL;
    st_feel_type *t = ST_NEW(p->b->arena, st_feel_type);
    *t = (st_feel_type){
        .kind = ST_T_CONTEXT, .fields = fields.items, .n_fields = (uint32_t)fields.n};
    return t;
}

static const st_feel_type *function(st_parser *p) {
    if (!st_parse_take(p, "<"))
        return st_type_of_kind(ST_T_FUNCTION);
    ST_VEC(st_feel_field) params = {0};
    while (st_parse_peek(p) != '>') {
        const st_feel_type *type = st_parse_type(p);
        if (!type)
            return NULL;
        ST_VEC_PUSH(p->b->arena, &params, ((st_feel_field){ST_STR_NONE, type}));
        if (!st_parse_take(p, ","))
            break;
    }
    if (!st_parse_expect(p, ">", "the parameters") || !st_parse_expect(p, "->", "the parameters"))
        return NULL;
    const st_feel_type *result = st_parse_type(p);
    if (!result)
        return NULL;
    st_feel_type *t = ST_NEW(p->b->arena, st_feel_type);
    *t = (st_feel_type){.kind = ST_T_FUNCTION,
                        .elem = result,
                        .fields = params.items,
                        .n_fields = (uint32_t)params.n};
    return t;
}

/* A type by its name, however its blanks are written. */
static const st_feel_type *find(st_parser *p, st_str name) {
    const st_feel_type *t = NULL;
    for (int way = 0; p->b->lookup && !t && way < 3; way++)
        t = p->b->lookup(p->b->lookup_ctx,
                         way ? st_feel_name_spelled(p->b->arena, name, way == 2) : name);
    return t ? t : st_feel_type_named(name);
}

/* The longest piece of text from here that is the name of a type. */
static const st_feel_type *named(st_parser *p) {
    enum { WORDS_MAX = 16 };
    size_t ends[WORDS_MAX], n = 0, from = p->at, i = from, len;
    while (n < WORDS_MAX) {
        size_t start = i;
        int32_t cp;
        while ((cp = st_lex_cp(p->text, i, &len)) >= 0 && st_lex_name_part((uint32_t)cp))
            i += len;
        if (i > start)
            ends[n++] = i;
        size_t gap = i;
        while (st_lex_space(p->text, &i))
            continue;
        if (i == gap && i < p->text.n && strchr("./-'+*", p->text.p[i]))
            i++;
        if (i == gap)
            break;
    }
    for (size_t k = n; k-- > 0;) {
        const st_feel_type *t =
            find(p, st_feel_name_clean(p->b->arena, st_str_sub(p->text, from, ends[k] - from)));
        if (t) {
            p->at = ends[k];
            return t;
        }
    }
    size_t end = n ? ends[0] : from + 1;
    return st_parse_fail(p, ST_E_FEEL_TYPE_NAME, from, end, "unknown type `%.*s`",
                         (int)(end - from), p->text.n > from ? p->text.p + from : "");
}

const st_feel_type *st_parse_type(st_parser *p) {
    if (!st_parse_deeper(p))
        return NULL;
    const st_feel_type *t;
    if (st_parse_word(p, "list"))
        t = list_or_range(p, ST_T_LIST);
    else if (st_parse_word(p, "range"))
        t = list_or_range(p, ST_T_RANGE);
    else if (st_parse_word(p, "context"))
        t = context(p);
    else if (st_parse_word(p, "function"))
        t = function(p);
    else
        t = named(p);
    p->depth--;
    return t;
}
