/* matches, replace, split. Compiled patterns stay in a small cache per thread: a rule asks with the
 * same few constant patterns for every subject. Matching has limits, so that a hostile pattern ends
 * as null with a reason. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "base/map.h"
#include "feel/feel_int.h"
#include "feel/regex.h"

#include <pcre2.h>
#include <pthread.h>

enum {
    CACHE_SIZE = 16,        /* patterns per thread */
    MATCH_LIMIT = 2000000,  /* steps of one match */
    DEPTH_LIMIT = 20000,    /* nested backtracking points */
    HEAP_LIMIT = 64 * 1024, /* KiB of one match */
};

typedef struct compiled {
    char *pattern;
    size_t n;
    char flags[8];
    uint64_t used; /* clock of the cache at the last use */
    pcre2_code *code;
    pcre2_match_data *match;
} compiled;

typedef struct cache {
    compiled items[CACHE_SIZE];
    uint64_t clock;
    pcre2_match_context *limits;
} cache;

static pthread_key_t cache_key;
static pthread_once_t cache_once = PTHREAD_ONCE_INIT;

static void compiled_free(compiled *c) {
    pcre2_match_data_free(c->match);
    pcre2_code_free(c->code);
    free(c->pattern);
    *c = (compiled){0};
}

static void cache_free(void *p) {
    cache *c = p;
    for (size_t i = 0; i < CACHE_SIZE; i++)
        compiled_free(&c->items[i]);
    pcre2_match_context_free(c->limits);
    free(c);
}

static void cache_init(void) {
    if (pthread_key_create(&cache_key, cache_free) != 0)
        ST_UNREACHABLE();
}

static cache *cache_get(void) {
    (void)pthread_once(&cache_once, cache_init);
    cache *c = pthread_getspecific(cache_key);
    if (c)
        return c;
    c = st_xmalloc(sizeof *c);
    memset(c, 0, sizeof *c);
    c->limits = pcre2_match_context_create(NULL);
    ST_ASSERT(c->limits);
    (void)pcre2_set_match_limit(c->limits, MATCH_LIMIT);
    (void)pcre2_set_depth_limit(c->limits, DEPTH_LIMIT);
    (void)pcre2_set_heap_limit(c->limits, HEAP_LIMIT);
    (void)pthread_setspecific(cache_key, c);
    return c;
}

static bool is_pattern(const compiled *c, st_str pattern, const char *flags) {
    return c->code && c->n == pattern.n && memcmp(c->pattern, pattern.p, pattern.n) == 0 &&
           strcmp(c->flags, flags) == 0;
}

static pcre2_code *compile(st_str pattern, st_regex_flags flags, const char **why) {
    st_buf text;
    st_buf_init(&text, ST_REGEX_TRANSLATED_MAX);
    pcre2_code *code = NULL;
    if (st_regex_translate(pattern, flags, &text, why)) {
        int error;
        PCRE2_SIZE at;
        uint32_t options = PCRE2_UTF | PCRE2_NO_UTF_CHECK | PCRE2_MATCH_UNSET_BACKREF |
                           (flags.caseless ? PCRE2_CASELESS : 0u);
        st_str z = st_buf_view(&text);
        code = pcre2_compile((PCRE2_SPTR)(z.p ? z.p : ""), z.n, options, &error, &at, NULL);
        if (!code)
            *why = "too large or too complex";
    }
    st_buf_free(&text);
    return code;
}

/* One letter per flag, in one order: the key of the cache. */
static void flags_key(st_regex_flags f, char out[8]) {
    (void)snprintf(out, 8, "%s%s%s%s%s", f.dot_all ? "s" : "", f.multiline ? "m" : "",
                   f.caseless ? "i" : "", f.extended ? "x" : "", f.literal ? "q" : "");
}

/* From the cache, or compiled in place of the pattern unused for longest. */
static compiled *pattern_get(cache *c, st_str pattern, st_regex_flags flags, const char **why) {
    char key[8];
    compiled *oldest = &c->items[0];
    flags_key(flags, key);
    c->clock++;
    for (size_t i = 0; i < CACHE_SIZE; i++) {
        compiled *item = &c->items[i];
        if (is_pattern(item, pattern, key)) {
            item->used = c->clock;
            return item;
        }
        if (item->used < oldest->used)
            oldest = item;
    }
    pcre2_code *code = compile(pattern, flags, why);
    if (!code)
        return NULL;
    compiled_free(oldest);
    oldest->pattern = st_xmalloc(pattern.n + 1);
    memcpy(oldest->pattern, pattern.p, pattern.n);
    oldest->n = pattern.n;
    memcpy(oldest->flags, key, sizeof key);
    oldest->code = code;
    oldest->match = pcre2_match_data_create_from_pattern(code, NULL);
    ST_ASSERT(oldest->match);
    oldest->used = c->clock;
    return oldest;
}

/* -- one use of a pattern -- */

typedef struct matcher {
    st_call *call;
    cache *cache;
    compiled *re;
    st_str text;
    st_regex_flags flags;
    st_val error; /* when a function below says false */
} matcher;

static bool open_matcher(matcher *m, st_call *c, st_str text, st_val pattern, st_val flags) {
    const char *why = NULL;
    *m = (matcher){.call = c, .text = text, .cache = cache_get()};
    if (!st_is_null(flags) && !st_regex_flags_parse(st_val_str(flags), &m->flags)) {
        m->error = st_builtin_null(c, "flags are the letters s, m, i, x and q");
        return false;
    }
    m->re = pattern_get(m->cache, st_val_str(pattern), m->flags, &why);
    if (!m->re)
        m->error = st_builtin_null(c, "the pattern is wrong: %s",
                                   why ? st_arena_dup(c->f->arena, why, strlen(why)) : "unknown");
    return m->re != NULL;
}

/* 1 a match from byte `from` on, 0 none, -1 a limit was reached (error set). */
static int find(matcher *m, size_t from) {
    int rc = pcre2_match(m->re->code, (PCRE2_SPTR)m->text.p, m->text.n, from, PCRE2_NO_UTF_CHECK,
                         m->re->match, m->cache->limits);
    if (rc > 0)
        return 1;
    if (rc == PCRE2_ERROR_NOMATCH)
        return 0;
    m->error = st_builtin_null(m->call, "the pattern takes too many steps on this text");
    return -1;
}

/* A pattern that matches nothing at all cannot cut a text. */
static bool refuse_empty(matcher *m) {
    st_str text = m->text;
    m->text = ST_STR("");
    int found = find(m, 0);
    m->text = text;
    if (found == 1)
        m->error = st_builtin_null(m->call, "the pattern matches the empty text");
    return found == 0;
}

static size_t group_start(const matcher *m, uint32_t n) {
    return pcre2_get_ovector_pointer(m->re->match)[2 * (size_t)n];
}
static size_t group_end(const matcher *m, uint32_t n) {
    return pcre2_get_ovector_pointer(m->re->match)[2 * (size_t)n + 1];
}

static st_val fn_matches(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    matcher m;
    if (!open_matcher(&m, c, st_val_str(args[0]), args[1], args[2]))
        return m.error;
    int found = find(&m, 0);
    return found < 0 ? m.error : st_bool(found == 1);
}

/* -- replacement: $n is a group, \$ and \\ are themselves -- */

static void put_group(const matcher *m, uint32_t number, st_buf *out) {
    if (number < pcre2_get_ovector_count(m->re->match) && group_start(m, number) != PCRE2_UNSET)
        (void)st_buf_add(out, m->text.p + group_start(m, number),
                         group_end(m, number) - group_start(m, number));
}

/* As many digits as name a group of the pattern, at least one. */
static size_t group_number(const matcher *m, st_str digits, uint32_t *number) {
    uint32_t groups = pcre2_get_ovector_count(m->re->match) - 1;
    size_t i = 0;
    *number = 0;
    while (i < digits.n && digits.p[i] >= '0' && digits.p[i] <= '9') {
        uint32_t longer = *number * 10 + (uint32_t)(digits.p[i] - '0');
        if (i && longer > groups)
            break;
        *number = longer;
        i++;
    }
    return i;
}

static bool put_replacement(const matcher *m, st_str r, st_buf *out) {
    if (m->flags.literal)
        return st_buf_str(out, r);
    for (size_t i = 0; i < r.n; i++) {
        if (r.p[i] == '$') {
            uint32_t number;
            size_t digits = group_number(m, st_str_sub(r, i + 1, r.n), &number);
            if (!digits)
                return false;
            put_group(m, number, out);
            i += digits;
            continue;
        }
        if (r.p[i] == '\\' && (++i == r.n || (r.p[i] != '\\' && r.p[i] != '$')))
            return false;
        (void)st_buf_ch(out, r.p[i]);
    }
    return true;
}

static bool replace_all(matcher *m, st_str replacement, st_buf *out) {
    size_t at = 0;
    int found;
    while ((found = find(m, at)) == 1 && !out->overflow) {
        size_t from = group_start(m, 0), to = group_end(m, 0);
        if (to == from) /* the rest stays as it is; refuse_empty leaves no way to get here */
            break;
        (void)st_buf_add(out, m->text.p + at, from - at);
        if (!put_replacement(m, replacement, out)) {
            m->error =
                st_builtin_null(m->call, "the replacement is wrong: $ needs a digit, \\ a $ or \\");
            return false;
        }
        at = to;
    }
    if (found < 0)
        return false;
    (void)st_buf_add(out, m->text.p + at, m->text.n - at);
    return true;
}

static st_val fn_replace(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    matcher m;
    if (!open_matcher(&m, c, st_val_str(args[0]), args[1], args[3]) || !refuse_empty(&m))
        return m.error;
    st_buf out;
    st_buf_init(&out, ST_FEEL_MEMORY_MAX);
    st_val v = m.error;
    if (replace_all(&m, st_val_str(args[2]), &out))
        v = out.overflow ? st_builtin_null(c, "the text is too long")
                         : st_string(st_str_dup(c->f->arena, st_buf_view(&out)));
    else
        v = m.error;
    st_buf_free(&out);
    return v;
}

static st_val fn_split(st_call *c, const st_val *args, ST_UNUSED size_t n) {
    matcher m;
    ST_VEC(st_val) parts = {0};
    size_t at = 0;
    int found;
    if (!open_matcher(&m, c, st_val_str(args[0]), args[1], st_null()) || !refuse_empty(&m))
        return m.error;
    while ((found = find(&m, at)) == 1 && group_end(&m, 0) > group_start(&m, 0)) {
        ST_VEC_PUSH(c->f->arena, &parts,
                    st_string(st_str_sub(m.text, at, group_start(&m, 0) - at)));
        at = group_end(&m, 0);
    }
    if (found < 0)
        return m.error;
    ST_VEC_PUSH(c->f->arena, &parts, st_string(st_str_sub(m.text, at, m.text.n - at)));
    return st_list_val(c->f->arena, parts.items, parts.n);
}

#define FLAGS                                                                                      \
    { "flags", ST_P_STRING, ST_P_OPTIONAL | ST_P_NULLABLE }

const st_builtin st_builtins_regex[] = {
    {"matches",
     fn_matches,
     ST_T_BOOL,
     3,
     {{"input", ST_P_STRING, 0}, {"pattern", ST_P_STRING, 0}, FLAGS}},
    {"replace",
     fn_replace,
     ST_T_STRING,
     4,
     {{"input", ST_P_STRING, 0},
      {"pattern", ST_P_STRING, 0},
      {"replacement", ST_P_STRING, 0},
      FLAGS}},
    {"split", fn_split, ST_T_LIST, 2, {{"string", ST_P_STRING, 0}, {"delimiter", ST_P_STRING, 0}}},
    {.name = NULL},
};
