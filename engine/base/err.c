#include "base/err.h"
#include "base/buf.h"
#include "base/words.h"

typedef struct code_row {
    const char *id;
    st_exit exit;
    const char *hint;
} code_row;

static const code_row codes[ST_E_COUNT] = {
    [ST_E_NONE] = {"", ST_EXIT_OK, ""},
#define ST_CODE(name, id, exit_code, hint) [ST_E_##name] = {id, exit_code, hint},
#include "base/codes.def"
#undef ST_CODE
};

const char *st_code_id(st_code code) {
    ST_ASSERT(code < ST_E_COUNT);
    return codes[code].id;
}

st_exit st_code_exit(st_code code) {
    ST_ASSERT(code < ST_E_COUNT);
    return codes[code].exit;
}

const char *st_code_hint(st_code code) {
    ST_ASSERT(code < ST_E_COUNT);
    return codes[code].hint;
}

const char *st_severity_name(st_severity s) {
    static const char *const names[] = {"error", "rejected", "held", "warning", "note"};
    ST_ASSERT(s < ST_LEN(names));
    return names[s];
}

void st_err_init(st_err *err) {
    if (!err)
        return;
    err->code = ST_E_NONE;
    err->severity = ST_SEV_ERROR;
    err->pos = (st_pos){0};
    err->file[0] = err->msg[0] = err->hint[0] = err->excerpt[0] = 0;
}

static bool is_continuation(char c) {
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* A message cut by its limit must not end inside a character, and what somebody put into it must
 * be text: it goes to a terminal, a file and the database. */
static void mend(char *text) {
    size_t n = strlen(text), valid = st_utf8_valid(text, n);
    if (valid == n)
        return;
    bool cut = n - valid < 4 && (unsigned char)text[valid] >= 0xc2;
    for (size_t i = valid + 1; cut && i < n; i++)
        cut = is_continuation(text[i]);
    if (cut)
        text[valid] = 0;
    else
        st_utf8_mend(text, n);
}

static void fill(st_err *err, st_code code, st_pos pos, const char *fmt, va_list ap)
    ST_PRINTF(4, 0);
static void fill(st_err *err, st_code code, st_pos pos, const char *fmt, va_list ap) {
    if (!err || err->code != ST_E_NONE)
        return;
    st_err_init(err);
    err->code = code;
    err->pos = pos;
    if (pos.file)
        (void)snprintf(err->file, sizeof err->file, "%s", pos.file), mend(err->file);
    (void)vsnprintf(err->msg, sizeof err->msg, fmt, ap);
    mend(err->msg);
    (void)snprintf(err->hint, sizeof err->hint, "%s", st_code_hint(code));
}

bool st_fail(st_err *err, st_code code, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    fill(err, code, (st_pos){0}, fmt, ap);
    va_end(ap);
    return false;
}

bool st_fail_at(st_err *err, st_code code, st_pos pos, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    fill(err, code, pos, fmt, ap);
    va_end(ap);
    return false;
}

bool st_err_wrap(st_err *err, const char *fmt, ...) {
    if (!err || err->code == ST_E_NONE)
        return false;
    char old[ST_MSG_MAX], context[ST_MSG_MAX];
    (void)snprintf(old, sizeof old, "%s", err->msg);
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(context, sizeof context, fmt, ap);
    va_end(ap);
    size_t n = strlen(context);
    if (n > ST_MSG_MAX / 2)
        context[ST_MSG_MAX / 2] = 0, mend(context), n = strlen(context);
    memcpy(err->msg, context, n);
    (void)snprintf(err->msg + n, sizeof err->msg - n, ": %s", old);
    mend(err->msg);
    return false;
}

void st_err_hint(st_err *err, const char *fmt, ...) {
    if (!err)
        return;
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(err->hint, sizeof err->hint, fmt, ap);
    va_end(ap);
    mend(err->hint);
}

/* Terminal cells of a code point: East Asian wide characters take two. */
static int cells(int32_t cp) {
    if (cp < 0x1100)
        return cp >= 0x300 && cp <= 0x36f ? 0 : 1;
    bool wide = cp <= 0x115f || (cp >= 0x2e80 && cp <= 0xa4cf) || (cp >= 0xac00 && cp <= 0xd7a3) ||
                (cp >= 0xf900 && cp <= 0xfaff) || (cp >= 0xfe30 && cp <= 0xfe6f) ||
                (cp >= 0xff00 && cp <= 0xff60) || (cp >= 0xffe0 && cp <= 0xffe6) ||
                (cp >= 0x1f300 && cp <= 0x1faff) || (cp >= 0x20000 && cp <= 0x3fffd);
    return wide ? 2 : 1;
}

void st_err_excerpt(st_err *err, st_str text, size_t from, size_t to) {
    enum { AROUND = 80, MARKS = 60 };
    if (!err || !text.p)
        return;
    if (from > text.n)
        from = text.n;
    if (to < from)
        to = from;
    size_t start = from, end = from;
    while (start > 0 && text.p[start - 1] != '\n' && from - start < AROUND)
        start--;
    while (start < from && is_continuation(text.p[start]))
        start++;
    while (end < text.n && text.p[end] != '\n' && end - from < AROUND)
        end++;
    while (end > from && end < text.n && is_continuation(text.p[end]))
        end--;
    st_buf b;
    st_buf_init(&b, ST_EXCERPT_MAX - 1);
    (void)st_buf_fmt(&b, "  %.*s\n  ", (int)(end - start), text.p + start);
    int marks = 0;
    for (const char *p = text.p + start, *stop = text.p + end; p < stop;) {
        size_t at = (size_t)(p - text.p);
        int32_t cp = *p == '\t' || *p == '\r' ? (p++, ' ') : st_utf8_next(&p, stop);
        for (int i = cells(cp); i > 0 && at < (to > from ? to : from + 1) && marks < MARKS; i--) {
            (void)st_buf_ch(&b, at < from ? ' ' : '^');
            marks += at >= from;
        }
    }
    if (marks == 0)
        (void)st_buf_ch(&b, '^');
    (void)snprintf(err->excerpt, sizeof err->excerpt, "%s", b.p ? b.p : "");
    mend(err->excerpt);
    st_buf_free(&b);
}

void st_err_print(FILE *to, const st_err *err, const char *lang) {
    bool zh = st_is_chinese(lang);
    const char *meaning = st_code_meaning(err->code, lang);
    if (err->file[0] && err->pos.line)
        (void)fprintf(to, "%s:%u:%u: ", err->file, err->pos.line, err->pos.column);
    else if (err->file[0])
        (void)fprintf(to, "%s: ", err->file);
    else
        (void)fprintf(to, "stipend: ");
    (void)fprintf(to, "%s: %s%s%s [%s]\n", st_word(st_severity_name(err->severity), lang), meaning,
                  *meaning ? ": " : "", err->msg, st_code_id(err->code));
    if (err->excerpt[0])
        (void)fprintf(to, "%s\n", err->excerpt);
    if (err->hint[0])
        (void)fprintf(to, zh ? "  提示: %s\n" : "  hint: %s\n",
                      st_code_advice(err->code, err->hint, lang));
}
