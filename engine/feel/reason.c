/* Nulls that say why, and the budget of an evaluation. */
#include "feel/node.h"

enum { REASON_MAX = 400 };

const st_reason *st_reason_first(const st_reason *r) {
    for (int depth = 0; r && r->cause && depth < ST_FEEL_DEPTH_MAX; depth++)
        r = r->cause;
    return r;
}

const char *st_reason_text(const st_reason *r) {
    st_unsaid *u = r->unsaid;
    if (!u)
        return r->fixed ? r->fixed : "";
    if (u->said)
        return u->room;
    st_buf b;
    st_buf_init(&b, 0);
    u->say(u, &b);
    st_str kept = st_buf_view(&b);
    if (kept.n >= u->size) /* the last character may be half */
        kept.n = st_utf8_valid(kept.p, u->size - 1);
    if (kept.n)
        memcpy(u->room, kept.p, kept.n);
    u->room[kept.n] = 0;
    u->said = true;
    st_buf_free(&b);
    return u->room;
}

static st_reason *new_reason(st_arena *a, st_code code, const st_src *where,
                             const st_reason *cause) {
    st_reason *r = ST_NEW(a, st_reason);
    r->code = code;
    r->cause = cause;
    if (where) {
        r->pos = st_src_pos(where, 0);
        r->expression = where->text;
    }
    return r;
}

st_val st_feel_error_text(st_feel_frame *f, st_code code, const st_src *where,
                          const st_reason *cause, const char *text) {
    st_reason *r = new_reason(f->arena, code, where, cause);
    r->fixed = text;
    return st_null_because(r);
}

st_val st_feel_error_unsaid(st_feel_frame *f, st_code code, const st_src *where,
                            const st_reason *cause, st_unsaid *what, size_t most) {
    st_reason *r = new_reason(f->arena, code, where, cause);
    what->size = most + 1;
    what->room = st_arena_alloc(f->arena, what->size);
    r->unsaid = what;
    return st_null_because(r);
}

/* -- printf's form, filled in when it is asked for -- */

enum { WORDS_MAX = 8 };

typedef union word {
    const char *s;
    int64_t i;
    uint64_t u;
} word;

typedef struct formed {
    st_unsaid h;
    const char *who; /* stands in front with a colon; NULL: nobody */
    const char *form;
    word words[WORDS_MAX];
} formed;

/* The conversions that texts of reasons have; each takes a word, a cut text two. */
typedef enum conversion { NONE, TEXT, CUT_TEXT, INT, UNSIGNED, LONG_INT, LONG_UNSIGNED } conversion;

static conversion next(const char **at, const char **from) {
    static const struct {
        const char *form;
        conversion is;
    } known[] = {{"%.*s", CUT_TEXT}, {"%s", TEXT},       {"%u", UNSIGNED},
                 {"%d", INT},        {"%lld", LONG_INT}, {"%zu", LONG_UNSIGNED}};
    *from = strchr(*at, '%');
    if (!*from)
        return NONE;
    for (size_t i = 0; i < ST_LEN(known); i++) {
        size_t n = strlen(known[i].form);
        if (strncmp(*from, known[i].form, n) == 0) {
            *at = *from + n;
            return known[i].is;
        }
    }
    ST_UNREACHABLE(); /* a form of ours, not of the rules */
}

static void say_formed(const st_unsaid *u, st_buf *out) {
    const formed *x = (const formed *)(const void *)u;
    const char *at = x->form, *from, *to = at;
    const word *w = x->words;
    if (x->who)
        st_buf_fmt(out, "%s: ", x->who);
    for (conversion c = next(&at, &from); c != NONE; c = next(&at, &from), w++) {
        st_buf_str(out, (st_str){to, (size_t)(from - to)});
        to = at;
        if (c == TEXT)
            st_buf_z(out, w->s);
        else if (c == CUT_TEXT)
            st_buf_str(out, (st_str){w[1].s, (size_t)w[0].i}), w++;
        else if (c == INT || c == LONG_INT)
            st_buf_fmt(out, "%" PRId64, w->i);
        else
            st_buf_fmt(out, "%" PRIu64, w->u);
    }
    st_buf_z(out, to);
}

/* Takes the words that the form asks for; returns how long the text may become. */
static size_t take(formed *x, va_list ap) {
    enum { DIGITS = 20 };
    const char *at = x->form, *from;
    size_t i = 0, n = strlen(x->form) + (x->who ? strlen(x->who) + 2 : 0);
    for (conversion c = next(&at, &from); c != NONE; c = next(&at, &from)) {
        ST_ASSERT(i + 2 <= WORDS_MAX);
        n += DIGITS;
        switch (c) {
        case CUT_TEXT:
            x->words[i].i = va_arg(ap, int);
            n += (size_t)x->words[i++].i;
            x->words[i++].s = va_arg(ap, const char *);
            break;
        case TEXT:
            x->words[i].s = va_arg(ap, const char *);
            n += strlen(x->words[i++].s);
            break;
        case INT:
            x->words[i++].i = va_arg(ap, int);
            break;
        case UNSIGNED:
            x->words[i++].u = va_arg(ap, unsigned);
            break;
        case LONG_INT:
            x->words[i++].i = va_arg(ap, long long);
            break;
        default:
            x->words[i++].u = va_arg(ap, size_t);
        }
    }
    return n < REASON_MAX - 1 ? n : REASON_MAX - 1;
}

st_val st_feel_error_of(st_feel_frame *f, st_code code, const st_src *where, const st_reason *cause,
                        const char *who, const char *fmt, va_list ap) {
    if (!who && !strchr(fmt, '%')) /* a text of ours as it stands */
        return st_feel_error_text(f, code, where, cause, fmt);
    formed *x = st_arena_alloc(f->arena, sizeof *x);
    x->h = (st_unsaid){.say = say_formed};
    x->who = who;
    x->form = fmt;
    size_t most = take(x, ap);
    return st_feel_error_unsaid(f, code, where, cause, &x->h, most);
}

st_val st_feel_error(st_feel_frame *f, st_code code, const st_src *where, const st_reason *cause,
                     const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    st_val v = st_feel_error_of(f, code, where, cause, NULL, fmt, ap);
    va_end(ap);
    return v;
}

bool st_budget(st_feel_frame *f) {
    return f->arena->used - (f->env ? f->env->memory_from : 0) <= ST_FEEL_MEMORY_MAX;
}

bool st_steps(st_feel_frame *f, uint64_t n) {
    if (!f->env || !f->env->steps)
        return true;
    *f->env->steps += n;
    return *f->env->steps <= ST_FEEL_STEPS_MAX;
}

st_val st_out_of_steps(st_feel_frame *f, const st_src *where) {
    return st_feel_error(f, ST_E_FEEL_BUDGET, where, NULL,
                         "the evaluation takes more than %d steps", ST_FEEL_STEPS_MAX);
}
